"""`compound plan`: the main job."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from compound.cli import files, output, progress
from compound.cli.files import open_template, read_formula, read_rules, with_files
from compound.cli.help_pages import GroupedHelp
from compound.cli.own_file import layered_options, own_run, print_settings
from compound.cli.questions import OrderQuestions
from compound.exact.errors import Faults, InputError
from compound.exact.value import Value, replace
from compound.facts.excipients.house_rules import HouseRules
from compound.findings.finding import Severity, accept
from compound.judging.order_findings import order_findings, order_not_checked
from compound.making.make import Batch, PrintSettings, plan_batch, refused_record, write_worksheet
from compound.order.options import read_order
from compound.order.options_table import KNOWN_OPTIONS, OPTIONS, Kind, Option, Part

if TYPE_CHECKING:
    from compound.cli.own_file import OwnRun
    from compound.order.formula import Options
    from compound.order.order import Order
    from compound.order.taken import TakenValue


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
    more: dict[str, Any] = {"multiple": option.repeated, "metavar": option.placeholder}
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


@click.command("plan", cls=GroupedHelp)
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
    own: OwnRun | None = None
    try:
        own = own_run(run.pharmacy_file, run.balance, run.template, run.page_size, own_rules=run.rules is None)
    except InputError as error:
        faults.keep(error)
        faults.raise_any()  # what it would have stated would be missing too
    if run.orders is not None or (run.formula is not None and stated is None):
        faults.raise_any()
    if run.orders is not None:
        _plan_many(run, run.orders, options, stated, house, own)
    else:
        _plan_one(run, options, stated, house, faults, own)


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
    why: bool
    verbose: bool

    def printing(self, own: OwnRun | None) -> PrintSettings:
        """How worksheets are printed. Raises InputError for a template that cannot be read."""
        return print_settings(
            self.template, self.page_size, self.fillable, own, annex=self.annex != "no", pages=self.pages or "short"
        )

    def is_german(self, own: OwnRun | None) -> bool:
        """Whether its template settles that a comma is a decimal one. Raises InputError where it cannot be read."""
        if own is not None:
            return own.template is not None and own.template.language == "de"
        return self.template is not None and open_template(self.template).language == "de"


_Stated = tuple[str, "Options"] | None  # a formula: its name and its options


def _plan_many(
    run: _Run, orders: str, options: dict[str, Any], stated: _Stated, house: HouseRules | None, own: OwnRun | None
) -> None:
    """Plans every row of a table of orders."""
    from compound.cli.orders import Task, run_orders

    stray = (("DRUG", options.get("drug")), ("--pdf", run.pdf), ("--alternatives", run.alternatives or None))
    faults = Faults()
    for option, value in stray:
        if value is not None:
            faults.keep(InputError(option, "is for one order; leave it out with --orders"))
    faults.raise_any()
    how = None if run.pdf_dir is None else run.printing(own)
    task = Task(options, stated, house, run.pdf_dir, how, run.as_json, os.path.dirname(orders), run.is_german(own),
                run.force, own=None if own is None else own.settings)  # fmt: skip
    run_orders(orders, run.jobs, task, KNOWN_OPTIONS)


def _plan_one(
    run: _Run, options: dict[str, Any], stated: _Stated, house: HouseRules | None, faults: Faults,
    own: OwnRun | None,
) -> None:  # fmt: skip
    """Plans one order, prints it and writes its worksheet. `faults` are those met on the way here."""
    for option, stray in (("--pdf-dir", run.pdf_dir), ("--jobs", run.jobs)):
        if stray is not None:
            faults.keep(InputError(option, "is for many orders; give them with --orders"))
    with faults:
        if run.pdf is not None:
            files.refuse_unwritable(run.pdf, "--pdf", force=run.force)
    is_german = False
    with faults:
        is_german = run.is_german(own)  # a template that cannot be read is said so, though nothing may be printed by it
    together, replaced, taken = layered_options(options, stated, None if own is None else own.settings)
    options.update(together)
    rules = own.house_rules if own is not None and house is None else house
    questions = OrderQuestions(
        options, partial(read_order, taken=taken),
        partial(_refuse_the_diluent, house=rules, as_json=run.as_json, taken=taken), rules, is_german=is_german,
        pdf=run.pdf, force=run.force, as_json=run.as_json,
    )  # fmt: skip
    asked = questions.order(faults)
    order, notes, run = _with_rules(asked.order, own), (*asked.notes, *replaced), replace(run, pdf=asked.pdf)
    # The reasons name the runner-up, so one is looked for where they are printed.
    most = max(1, run.alternatives) if (run.why or run.verbose) and not run.as_json else run.alternatives
    with progress.planning():
        batch = plan_batch(order, notes=notes, house_rules=house, alternatives=most, other_route=run.alternatives > 0)
        worksheet = None
        if run.pdf is not None and not batch.must_not_be_made:
            worksheet, batch = write_worksheet(batch, run.printing(own), options)
    text = _text(run, batch)  # made before anything is written: what fails here leaves an old worksheet as it was
    if worksheet is not None and run.pdf is not None:
        files.write_atomically(run.pdf, worksheet, "--pdf")
    if run.as_json:
        click.echo(text)
    else:
        _print(run, batch, text, worksheet)
    output.leave(batch.findings)


def _with_rules(order: Order, own: OwnRun | None) -> Order:
    """The order with the house rules of the pharmacy's file, which travel in its plan."""
    return order if own is None or own.house_rules is None else replace(order, house_rules=own.house_rules)


def _text(run: _Run, batch: Batch) -> str:
    """The longer texts for stdout: the JSON object, or what --verbose, --why and --alternatives ask for."""
    if run.as_json:
        from compound.showing.fingerprint import to_json


        return to_json(batch.record())
    if batch.audit is None or (batch.must_not_be_made and not run.verbose):
        return ""
    if not (run.verbose or run.why or run.alternatives):
        return ""
    from compound.cli import plan_tables

    if run.verbose:
        return plan_tables.plan_text(batch, run.alternatives)
    parts = [plan_tables.why_text(batch)] if run.why else []
    return "\n\n".join([*parts, *([plan_tables.alternatives_text(batch)] if run.alternatives else [])])


def _print(run: _Run, batch: Batch, text: str, worksheet: bytes | None) -> None:
    """Prints a batch: results to stdout, findings to stderr; a refusal first and last.

    `text` is what was asked for beside the short screen, `worksheet` the one that was written.
    """
    from compound.cli import screen

    refused = output.refusal(batch.findings)
    if refused is not None:
        output.print_refusal(refused)
    elif batch.audit is not None and not (run.verbose or run.why):
        screen.print_plan(batch.audit)
        text = text and f"\n{text}"
    if text:
        click.echo(text)
    if run.verbose:
        output.print_findings(batch.findings, batch.not_checked)
    elif refused is not None:
        screen.print_refused(batch.findings, batch.not_checked)
    elif not run.why:
        screen.print_said(batch.findings, batch.not_checked)
    if batch.audit is not None and (run.pdf is not None or not (run.why or run.verbose or refused)):
        screen.print_worksheet(run.pdf, worksheet)
    if refused is not None:
        output.print_refusal(refused)


def _refuse_the_diluent(
    options: Mapping[str, Any], commas: Sequence[str], *, house: HouseRules | None, as_json: bool,
    taken: tuple[TakenValue, ...],
) -> None:  # fmt: skip
    """Leaves with the finding, where the diluent whose fill weight cannot be assumed must not be used at all.

    Nobody weighs ten capsules of a powder only to be told that it is disallowed.
    """
    if "fill-weight" in options:
        return
    order, notes = read_order(options, decimal_commas=commas, fill_needed=False, taken=taken)
    found = accept((*notes, *order_findings(order, None, house)), order.accept)
    if not any(one.where == "--diluent" and one.severity is Severity.ERROR for one in found):
        return
    if as_json:
        from compound.showing.fingerprint import to_json

        click.echo(to_json(refused_record(order, found, None)))
    else:
        from compound.cli import screen

        refused = output.refusal(found) or ""
        output.print_refusal(refused)
        screen.print_refused(found, order_not_checked(order, None, None))
        output.print_refusal(refused)
    output.leave(found)
