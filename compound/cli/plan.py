"""`compound plan`: the main job."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from compound.cli import files, output
from compound.cli.files import read_formula, read_template, with_files
from compound.cli.plan_tables import tables
from compound.exact.errors import AmbiguousAmount, InputError
from compound.exact.value import replace
from compound.facts.excipients.house_rules import HouseRules
from compound.facts.substances import resolve
from compound.findings.finding import Finding, Severity, accept
from compound.judging.order_findings import order_findings, order_not_checked
from compound.making.make import PrintSettings, plan_batch, refused_record, write_worksheet
from compound.order.options import read_capsules, read_order
from compound.order.order import METHODS, PREFERENCES, Order
from compound.reading.amounts import parse_mass
from compound.reading.text import read_name

if TYPE_CHECKING:
    from compound.order.formula import Options

MOST_ALTERNATIVES = 20
FILL_WEIGHT = "--fill-weight"
_PROMPTS = {
    "drug": "Drug, with its form (such as naltrexone hydrochloride)",
    "dose": "Labelled dose of a capsule (such as 2 mcg)",
    "balance-sensitivity": "Sensitivity of the balance (such as 1 mg)",
    "capsules": "Capsules to dispense (such as 30)",
}


def _option(name: str, text: str, **more: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(f"--{name}", name.replace("-", "_"), help=text, **more)


@click.command("plan")
@click.argument("drug", required=False)
@_option("dose", "Labelled dose of one capsule, with unit: 2 mcg, 0.5 mg, 20 nanograms. Required.")
@_option("balance-sensitivity", "S, the largest error of one weighing (the sensitivity requirement). Required.")
@_option("capsules", "Capsules to dispense, 1 to 10,000. Required.")
@_option(
    "readability",
    "Step of the display; every weighed amount is a multiple of it. Default: the largest power of ten "
    "of a mg not above S.",
)
@_option("capacity", "Largest single load of the balance. Not given: not checked.")
@_option(
    "weighing-error", "Largest relative error of one weighing; S / error is the least weighable quantity. Default 5 %."
)
@_option("minimum-weight", "Replaces the least weighable quantity (a national or house rule, USP <41>).")
@_option("dose-error", "Largest worst-case deviation of the dose from the label through the weighings. Default 5 %.")
@_option(
    "max-dilution", "No mixture is more than this many times the mass of the concentrate put into it. Default 100."
)
@_option("overage", "Extra blend, not extra strength. Default 5 %.")
@_option("fill-weight", "Net powder in one capsule, filled by weight. Default: by size and diluent, with a warning.")
@_option("capsule-size", "000 to 5. Default 3.")
@_option("diluent", "Default microcrystalline cellulose.")
@_option("excipient", "Another excipient of the blend; may be repeated.", multiple=True)
@_option("shell", "Material of the capsule shell, such as clear gelatin. Not given: not checked.")
@_option(
    "rules",
    "TOML file with a pharmacy's own rules on excipients; it can only tighten the built-in ones.",
    metavar="FILE",
)
@_option("dosage-form", "Default capsule. Slow-release forms and other routes are refused.")
@_option("dose-as", "The form the dose is expressed in (base, hydrochloride). Default: the substance named as DRUG.")
@_option("assay", "Assay of the lot, such as 98.7%. Not given: 100 %, with a warning.")
@_option("assay-basis", "What the assay refers to: as-is, dried or anhydrous.")
@_option("water", "Water or loss on drying of the lot, such as 8.5%.")
@_option("strength", 'The source is a trituration in stock of this strength, such as "10 mg/g".')
@_option("tablet", 'The source is crushed tablets, such as "50 mg in 170 mg".')
@_option("particle-size", "Mass-median diameter of the drug's particles, from the certificate of the lot, such as "
         "\"8 um\". Not given: not checked, with a warning below 100 mcg.")
@_option("particle-spread", "Geometric standard deviation of the particle size, 1 to 10. Goes with --particle-size.")
@_option("sieve", "Size classes of the drug's particles, in place of the two above: a CSV file with the columns "
         "lower_um,upper_um,percent or diameter_um,percent. The shares of the mass add up to 100 %.",
         metavar="FILE.csv")
@_option("fill-rsd", "Relative standard deviation of the net weights of filled capsules, such as 3%. Not given: not "
         "checked.")
@_option(
    "method",
    "powder, solution or auto: powder unless a finding refuses it, then solution. Default auto.",
    type=click.Choice(METHODS),
)
@_option(
    "flask",
    "Solution: a flask that the pharmacy owns, such as \"100 mL\" (class A), or \"cylinder 100 mL\"; may be repeated. "
    "Each size stands for as many as are needed. Default: all of class A.",
    multiple=True,
)
@_option(
    "pipette",
    "Solution: a transfer pipette that the pharmacy owns, such as \"1 mL\" (class A), or \"measuring pipette 5 mL\", "
    "\"syringe 1 mL\", \"cylinder 50 mL\"; may be repeated. Default: all transfer pipettes of class A.",
    multiple=True,
)
@click.option(
    "--by-mass", is_flag=True, flag_value="yes", default=None,
    help="Solution: weigh solvent and aliquots; each size of --flask and --pipette stands for as many grams.",
)
@_option("solvent", "Solution: water or ethanol. Default water.")
@_option(
    "solubility",
    "Solution: solubility of the drug in the solvent, such as \"100 mg/mL\". Needed where no figure is on record, as for "
    "ethanol. Solutions stay below half of it.",
)
@_option("deposit", "Solution: most solution put on the diluent, per g of it. Default 0.25 mL/g.")
@_option("most-drug", "Solution: most drug dissolved for one batch. Default 1 g.")
@_option(
    "prefer",
    "What ranks first among powder plans: simple (fewest triturations, then fewest digits), drug, powder. Default simple.",
    type=click.Choice(PREFERENCES),
)
@_option(
    "alternatives",
    "Also print K runner-up plans, each with the criterion on which it lost, and the best plan of the other route. "
    "Default 0.",
    type=click.IntRange(0, MOST_ALTERNATIVES),
    default=0,
    metavar="K",
)
@_option("accept", 'Take on a judgement finding: CODE="reason". May be repeated.', multiple=True, metavar="CODE=REASON")
@_option("page-size", "Page of the worksheet. Default: that of the template, A4.", type=click.Choice(["A4", "Letter"]))
@_option(
    "template",
    "Template of the worksheet: a TOML file, or a shipped one by its name: worksheet (English, the default), worksheet.de.",
    metavar="FILE",
)
@_option(
    "prepared", "Day of preparation, YYYY-MM-DD. Not given: the dates of the worksheet are blanks.", metavar="DATE"
)
@_option("batch-number", "Batch or prescription number, on every page of the worksheet.")
@_option("pharmacy", "A line at the head of the worksheet; may be repeated, three at most.", multiple=True)
@_option(
    "component-lot",
    "Lot and expiry (YYYY-MM-DD or YYYY-MM) of a component; may be repeated.",
    multiple=True,
    metavar="NAME=LOT,EXPIRY",
)
@click.option("--fillable", is_flag=True, help="Make the blanks of the worksheet fields to fill in on a screen.")
@_option("pdf", "Also write the worksheet to FILE.", metavar="FILE")
@_option(
    "formula",
    "Start from the options in a TOML file, or in a shipped formula (`compound templates` lists them). Options given "
    "beside it win, and the plan says so.",
    metavar="FILE",
)
@_option(
    "orders",
    "Plan every row of a CSV file. Its header names the options, and `file` the PDF of the row. One bad row does not "
    "stop the others.",
    metavar="FILE.csv",
)
@_option("pdf-dir", "With --orders: write the worksheet of every row into DIR.", metavar="DIR")
@_option(
    "jobs",
    "With --orders: processes to work in. Default: one for each processor.",
    type=click.IntRange(1, 61),
    metavar="N",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the tables.")
def command(
    pdf: str | None, rules: str | None, as_json: bool, alternatives: int, page_size: str | None, template: str | None,
    fillable: bool, formula: str | None, orders: str | None, pdf_dir: str | None, jobs: int | None, **given: Any,
) -> None:  # fmt: skip
    """Plan a batch of capsules; print the plan, write the worksheet.

    DRUG is what stands on the shelf, with its form: "naltrexone hydrochloride". Amounts carry their unit. The plan
    printed is the first of a fixed ranking, found by exhaustive search; it is replayed step by step before it is shown.
    """
    options = with_files({name.replace("_", "-"): value for name, value in given.items() if value not in (None, ())})
    stated = read_formula(formula, known_options()) if formula is not None else None
    house = None
    if rules is not None:
        from compound.cli.files import read_rules

        house = read_rules(rules)
    if orders is not None:
        from compound.cli.orders import Task, run

        for option, value in (("DRUG", given["drug"]), ("--pdf", pdf), ("--alternatives", alternatives or None)):
            if value is not None:
                raise InputError(option, "is for one order; leave it out with --orders")
        how = None if pdf_dir is None else PrintSettings(read_template(template), page_size, fillable)
        task = Task(options, stated, house, pdf_dir, how, as_json, os.path.dirname(orders))
        run(orders, jobs, task, known_options())
        return
    for option, stray in (("--pdf-dir", pdf_dir), ("--jobs", jobs)):
        if stray is not None:
            raise InputError(option, "is for many orders; give them with --orders")
    try:
        order, notes = _read(options, stated)
    except InputError as error:
        if error.where == FILL_WEIGHT:
            _refuse_the_diluent(options, house, as_json)
        raise
    if pdf is not None:
        files.refuse_unwritable(pdf, "--pdf")
    elif template is not None:
        read_template(template)  # one that cannot be read is said so, though nothing is printed by it
    # The tables name the runner-up, so one is looked for in any case.
    most = alternatives if as_json else max(1, alternatives)
    batch = plan_batch(order, notes=notes, house_rules=house, alternatives=most, other_route=alternatives > 0)
    worksheet = None
    if pdf is not None and not batch.must_not_be_made:
        how = PrintSettings(read_template(template), page_size, fillable)
        worksheet, batch = write_worksheet(batch, how, options)
    if as_json:
        from compound.showing.fingerprint import to_json

        text = to_json(batch.record())
    elif batch.audit is not None:
        text = tables(batch, alternatives)
    if worksheet is not None and pdf is not None:
        files.write_atomically(pdf, worksheet, "--pdf")
    if as_json or batch.audit is not None:
        click.echo(text)
    if not as_json:
        output.print_findings(batch.findings, batch.not_checked)
        if pdf is not None and batch.audit is not None:
            click.echo(f"worksheet not written: {pdf}" if worksheet is None else f"worksheet written: {pdf}", err=True)
    output.leave(batch.findings)


# Options that say how this run goes and what it prints; all others make the order and what stands beside it.
_OF_THE_RUN = (
    "pdf", "rules", "as_json", "alternatives", "page_size", "template", "fillable", "formula", "orders", "pdf_dir", "jobs",
)  # fmt: skip


def known_options() -> dict[str, bool]:
    """The options that make an order, by their long names, and whether each may be repeated."""
    return {
        str(param.name).replace("_", "-"): bool(getattr(param, "multiple", False))
        for param in command.params
        if param.name not in _OF_THE_RUN
    }


def _read(options: dict[str, Any], stated: tuple[str, Options] | None) -> tuple[Order, tuple[Finding, ...]]:
    """The order, from the options and a formula. On a terminal what is missing is asked for.

    What the formula adds is put into `options`.
    """
    replaced: tuple[Finding, ...] = ()
    if stated is not None:
        from compound.order.formula import merged

        together, replaced = merged(stated[1], options, stated[0])
        options.update(together)
    order, notes = _asked(options)
    return order, (*notes, *replaced)


def _asked(options: dict[str, Any]) -> tuple[Order, tuple[Finding, ...]]:
    """The order. On a terminal what is missing is asked for, and so is which reading of an amount is meant."""
    if not output.is_terminal():
        missing = [name for name in _PROMPTS if name not in options]
        if missing:
            named = ", ".join("DRUG" if name == "drug" else f"--{name}" for name in missing)
            raise click.UsageError(f"Missing: {named}.", click.get_current_context())
        return read_order(options)
    for name, question in _PROMPTS.items():
        if name not in options:
            options[name] = click.prompt(question, err=True, value_proc=partial(_answer, name))
    while True:
        try:
            return read_order(options)
        except AmbiguousAmount as error:
            options[error.where.removeprefix("--")] = output.choose(error)
        except InputError as error:
            # The only option that is needed for some diluents and not for others.
            if error.where != FILL_WEIGHT or "fill-weight" in options:
                raise
            click.echo(str(error), err=True)
            options["fill-weight"] = click.prompt(
                "Mean net weight of a filled capsule (such as 135 mg)", err=True, value_proc=partial(_answer, "fill-weight")
            )


def _answer(name: str, text: str) -> str:
    """An answer that can be read; what cannot is asked for again, with the reason."""
    where = "DRUG" if name == "drug" else f"--{name}"
    try:
        if name == "drug":
            resolve(read_name(text, where), where)
        elif name == "capsules":
            read_capsules(text, where)
        else:
            parse_mass(text, where)
    except AmbiguousAmount:
        return text  # which reading is meant is asked next
    except InputError as error:
        raise click.UsageError(error.sentence) from None
    return text


def _refuse_the_diluent(options: Mapping[str, Any], house: HouseRules | None, as_json: bool) -> None:
    """Leaves with the finding, where the diluent whose fill weight cannot be assumed must not be used at all.

    Nobody weighs ten capsules of a powder only to be told that it is disallowed.
    """
    if "fill-weight" in options:
        return
    order, notes = read_order({**options, "fill-weight": "999999999 g"})  # in place of the one that is missing
    order = replace(order, fill_weight=None)
    found = accept((*notes, *order_findings(order, None, house)), order.accept)
    if not any(one.where == "--diluent" and one.severity is Severity.ERROR for one in found):
        return
    if as_json:
        from compound.showing.fingerprint import to_json

        click.echo(to_json(refused_record(order, found, None)))
    else:
        output.print_findings(found, order_not_checked(order, None, None))
    output.leave(found)
