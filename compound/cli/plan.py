"""`compound plan`: the main job."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from compound.cli import files, output
from compound.cli.files import open_template, read_formula, read_rules, with_files
from compound.cli.plan_tables import plan_text
from compound.exact.errors import AmbiguousAmount, Faults, InputError
from compound.exact.value import Value
from compound.facts.excipients.house_rules import HouseRules
from compound.findings.finding import Finding, Severity, accept
from compound.judging.order_findings import order_findings, order_not_checked
from compound.making.make import Batch, PrintSettings, plan_batch, refused_record, write_worksheet
from compound.order.options import read_option, read_order, with_commas
from compound.order.options_table import BY_NAME, KNOWN_OPTIONS, OPTIONS, Kind, Option, Part
from compound.order.order import Order

if TYPE_CHECKING:
    from compound.order.formula import Options

FILL_WEIGHT = "--fill-weight"
OF_A_DENSITY = ([FILL_WEIGHT], ["--filling"])  # what is at fault alone where a diluent has no density on record


def _with_options(function: Callable[..., None]) -> Callable[..., None]:
    """The command with the argument and every option of the table."""
    for option in reversed(OPTIONS):
        function = _click_option(option)(function)
    return function


def _click_option(option: Option) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """The option as click has it. Its default is for the one who reads the order, but for a count of the run."""
    name = option.name.replace("-", "_")
    if option.kind == Kind.DRUG:
        return click.argument(name, required=False)
    more: dict[str, Any] = {"multiple": option.repeated, "metavar": option.metavar}
    if option.kind == Kind.FLAG:
        more = {"is_flag": True}
        if option.part == Part.ORDER:  # a text, as in a formula: it may be on, off, or not stated
            more |= {"flag_value": "yes", "default": None}
    elif option.choices:
        more["type"] = (_Told if option.part == Part.ORDER else _AnyCase)(option.choices)
    elif option.between is not None:
        more["type"] = click.IntRange(*option.between)
        if option.default is not None:
            more["default"] = int(option.default)
    return click.option(f"--{option.name}", "as_json" if name == "json" else name, help=option.help, **more)


class _AnyCase(click.Choice[str]):
    """A choice that is read in any case; the help names it as it is."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The choice that was typed."""
        same = (choice for choice in self.choices if choice.casefold() == str(value).strip().casefold())
        return super().convert(next(same, value), param, ctx)


class _Told(click.Choice[str]):
    """A choice that is named in the help and read with the rest of the order, so that all faults are told at once."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The text as it was typed."""
        return value


@click.command("plan")
@_with_options
def command(**given: Any) -> None:
    """Plan a batch of capsules; print the plan, write the worksheet.

    DRUG is what stands on the shelf, with its form: "naltrexone hydrochloride". Amounts carry their unit. The plan
    printed is the first of a fixed ranking, found by exhaustive search; it is replayed step by step before it is shown.
    """
    run = _Run(**{name: given.pop(name) for name in _Run._fields})
    options = {name.replace("_", "-"): value for name, value in given.items() if value not in (None, ())}
    faults = Faults()  # of whatever is named, so that they are told at once
    try:
        options = with_files(options)
    except InputError as error:
        faults.keep(error)
        del options["sieve"]
    stated, house = None, None
    with faults:
        stated = read_formula(run.formula, KNOWN_OPTIONS) if run.formula is not None else None
    with faults:
        house = read_rules(run.rules) if run.rules is not None else None
    own: tuple[Finding, ...] = ()
    with faults:
        own = _with_balance(run, options)
    if run.balance is not None and not own:
        faults.raise_any()  # what it would have stated would be missing too
    if run.orders is not None or (run.formula is not None and stated is None):
        faults.raise_any()
    if run.orders is not None:
        output.print_findings(own)
        _plan_many(run, run.orders, options, stated, house)
    else:
        _plan_one(run, options, stated, house, faults, own)


def _with_balance(run: _Run, options: dict[str, Any]) -> tuple[Finding, ...]:
    """Puts what the named balance of the pharmacy's file states into the options, and says so. Raises InputError."""
    if run.balance is None:
        if run.pharmacy_file is not None:
            raise InputError("--pharmacy-file", "holds balances; name one with --balance")
        return ()
    from compound.cli.pharmacy import balance_options

    added, found = balance_options(run.balance, run.pharmacy_file, options)
    options.update(added)
    return found


class _Run(Value):
    """How this run goes and what it prints; all other options make the order and what stands beside it."""

    pdf: str | None
    rules: str | None
    as_json: bool
    alternatives: int
    page_size: str | None
    pages: str | None
    annex: str | None
    template: str | None
    fillable: bool
    balance: str | None
    pharmacy_file: str | None
    formula: str | None
    orders: str | None
    pdf_dir: str | None
    jobs: int | None
    force: bool
    verbose: bool

    def printing(self) -> PrintSettings:
        """How worksheets are printed. Raises InputError for a template that cannot be read."""
        return PrintSettings(
            open_template(self.template), self.page_size, self.fillable, self.annex != "no", self.pages or "short"
        )

    @property
    def is_german(self) -> bool:
        """Whether its template settles that a comma is a decimal one. Raises InputError where it cannot be read."""
        return self.template is not None and open_template(self.template).language == "de"


_Stated = tuple[str, "Options"] | None  # a formula: its name and its options


def _plan_many(run: _Run, orders: str, options: dict[str, Any], stated: _Stated, house: HouseRules | None) -> None:
    """Plans every row of a table of orders."""
    from compound.cli.orders import Task, run_orders

    stray = (("DRUG", options.get("drug")), ("--pdf", run.pdf), ("--alternatives", run.alternatives or None))
    faults = Faults()
    for option, value in stray:
        if value is not None:
            faults.keep(InputError(option, "is for one order; leave it out with --orders"))
    faults.raise_any()
    how = None if run.pdf_dir is None else run.printing()
    task = Task(options, stated, house, run.pdf_dir, how, run.as_json, os.path.dirname(orders), run.is_german,
                run.force)  # fmt: skip
    run_orders(orders, run.jobs, task, KNOWN_OPTIONS)


def _plan_one(
    run: _Run, options: dict[str, Any], stated: _Stated, house: HouseRules | None, faults: Faults,
    own: tuple[Finding, ...] = (),
) -> None:  # fmt: skip
    """Plans one order, prints it and writes its worksheet. `faults` are those met on the way here, `own` what was found."""
    for option, stray in (("--pdf-dir", run.pdf_dir), ("--jobs", run.jobs)):
        if stray is not None:
            faults.keep(InputError(option, "is for many orders; give them with --orders"))
    with faults:
        if run.pdf is not None:
            files.refuse_unwritable(run.pdf, "--pdf", force=run.force)
    is_german = False
    with faults:
        is_german = run.is_german  # a template that cannot be read is said so, though nothing may be printed by it
    order, notes = _read(run, options, stated, house, is_german, faults)
    # The tables name the runner-up, so one is looked for in any case.
    most = run.alternatives if run.as_json else max(1, run.alternatives)
    batch = plan_batch(order, notes=(*notes, *own), house_rules=house, alternatives=most, other_route=run.alternatives > 0)
    worksheet = None
    if run.pdf is not None and not batch.must_not_be_made:
        worksheet, batch = write_worksheet(batch, run.printing(), options)
    refused = output.refusal(batch.findings) if not run.as_json else None
    text = None if refused is not None and not run.verbose else _text(run, batch)
    if worksheet is not None and run.pdf is not None:
        files.write_atomically(run.pdf, worksheet, "--pdf")
    if refused is not None:
        click.echo(refused)
    if text is not None:
        click.echo(text)
    if not run.as_json:
        output.print_findings(batch.findings, batch.not_checked)
        if run.pdf is not None and batch.audit is not None:
            done = "not written" if worksheet is None else "written"
            click.echo(f"worksheet {done}: {run.pdf}", err=True)
    if refused is not None:
        click.echo(refused)
    output.leave(batch.findings)


def _text(run: _Run, batch: Batch) -> str | None:
    """What goes to stdout: the JSON object, the tables, or nothing where there is no plan to show."""
    if run.as_json:
        from compound.showing.fingerprint import to_json

        return to_json(batch.record())
    return None if batch.audit is None else plan_text(batch, run.alternatives)


def _read(
    run: _Run, options: dict[str, Any], stated: _Stated, house: HouseRules | None, is_german: bool, faults: Faults
) -> tuple[Order, tuple[Finding, ...]]:
    """The order, from the options and a formula. On a terminal what is missing is asked for.

    What the formula adds is put into `options`. Raises InputError, of all that is at fault.
    """
    replaced: tuple[Finding, ...] = ()
    if stated is not None:
        from compound.order.formula import merged

        together, replaced = merged(stated[1], options, stated[0])
        options.update(together)
    while True:
        commas = with_commas(options)
        commas = commas if commas and is_german else ()
        try:
            order, notes = read_order(options, decimal_commas=commas)
        except InputError as error:
            met = error.each
        else:
            faults.raise_any()
            return order, (*notes, *replaced)
        if not faults and [one.where for one in met] in OF_A_DENSITY:
            _refuse_the_diluent(options, commas, house, run.as_json)
        _ask(options, met, faults)


def _ask(options: dict[str, Any], met: Sequence[InputError], faults: Faults) -> None:
    """Asks for what is missing and for which reading is meant, and puts the answers into the options.

    Raises all faults, those `met` in the order included, where one of them is no question or nobody is there to ask.
    """
    missing = {option.place: option for option in OPTIONS if option.required and option.name not in options}
    if "repeatability" in options:
        missing.pop("--balance-sensitivity", None)  # it follows
    weighed = BY_NAME["fill-weight"]  # needed for some diluents and not for others
    several = {option.place for option in OPTIONS if option.repeated}  # one of them cannot be replaced by an answer
    questions = {one.where for one in met if isinstance(one, AmbiguousAmount)} - several | missing.keys()
    questions |= set() if weighed.name in options else {weighed.place}
    if faults or not output.is_terminal() or any(one.where not in questions for one in met):
        if not faults and all(one.where in missing for one in met):
            raise click.UsageError(f"Missing: {', '.join(missing)}.", click.get_current_context())
        for one in met:
            faults.keep(one)
        faults.raise_any()
    for one in met:
        if isinstance(one, AmbiguousAmount):
            options[one.where.removeprefix("--")] = output.ask_which(one)
        elif one.where in missing:
            options[missing[one.where].name] = _asked_for(missing[one.where])
        elif len(met) == 1:  # the fill weight is asked for last: by then the diluent is known to be one that may be used
            click.echo(str(one), err=True)
            options[weighed.name] = _asked_for(weighed)


def _asked_for(option: Option) -> str:
    answer: str = click.prompt(option.prompt or option.place, err=True, value_proc=partial(_answer, option))
    return answer


def _answer(option: Option, text: str) -> str:
    """An answer that can be read; what cannot is asked for again, with the reason."""
    try:
        read_option(option, text)
    except AmbiguousAmount:
        return text  # which reading is meant is asked next
    except InputError as error:
        raise click.UsageError(error.sentence) from None
    return text


def _refuse_the_diluent(
    options: Mapping[str, Any], commas: Sequence[str], house: HouseRules | None, as_json: bool
) -> None:
    """Leaves with the finding, where the diluent whose fill weight cannot be assumed must not be used at all.

    Nobody weighs ten capsules of a powder only to be told that it is disallowed.
    """
    if "fill-weight" in options:
        return
    order, notes = read_order(options, decimal_commas=commas, fill_needed=False)
    found = accept((*notes, *order_findings(order, None, house)), order.accept)
    if not any(one.where == "--diluent" and one.severity is Severity.ERROR for one in found):
        return
    if as_json:
        from compound.showing.fingerprint import to_json

        click.echo(to_json(refused_record(order, found, None)))
    else:
        refused = output.refusal(found)
        click.echo(refused)
        output.print_findings(found, order_not_checked(order, None, None))
        click.echo(refused)
    output.leave(found)
