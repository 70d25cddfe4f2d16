"""`compound plan`: the main job."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from compound.cli import files, output
from compound.cli.files import open_template, read_formula, read_rules, with_files
from compound.cli.plan_tables import plan_text
from compound.exact.errors import AmbiguousAmount, InputError
from compound.exact.value import Value
from compound.facts.excipients.house_rules import HouseRules
from compound.findings.finding import Finding, Severity, accept
from compound.judging.order_findings import order_findings, order_not_checked
from compound.making.make import Batch, PrintSettings, plan_batch, refused_record, write_worksheet
from compound.order.options import read_option, read_order
from compound.order.options_table import BY_NAME, KNOWN_OPTIONS, OPTIONS, Kind, Option, Part
from compound.order.order import Order

if TYPE_CHECKING:
    from compound.order.formula import Options

FILL_WEIGHT = "--fill-weight"


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
        more["type"] = click.Choice(option.choices)
    elif option.between is not None:
        more["type"] = click.IntRange(*option.between)
        if option.default is not None:
            more["default"] = int(option.default)
    return click.option(f"--{option.name}", "as_json" if name == "json" else name, help=option.help, **more)


@click.command("plan")
@_with_options
def command(**given: Any) -> None:
    """Plan a batch of capsules; print the plan, write the worksheet.

    DRUG is what stands on the shelf, with its form: "naltrexone hydrochloride". Amounts carry their unit. The plan
    printed is the first of a fixed ranking, found by exhaustive search; it is replayed step by step before it is shown.
    """
    run = _Run(**{name: given.pop(name) for name in _Run._fields})
    options = with_files({name.replace("_", "-"): value for name, value in given.items() if value not in (None, ())})
    stated = read_formula(run.formula, KNOWN_OPTIONS) if run.formula is not None else None
    house = read_rules(run.rules) if run.rules is not None else None
    if run.orders is not None:
        _plan_many(run, run.orders, options, stated, house)
    else:
        _plan_one(run, options, stated, house)


class _Run(Value):
    """How this run goes and what it prints; all other options make the order and what stands beside it."""

    pdf: str | None
    rules: str | None
    as_json: bool
    alternatives: int
    page_size: str | None
    template: str | None
    fillable: bool
    formula: str | None
    orders: str | None
    pdf_dir: str | None
    jobs: int | None

    def printing(self) -> PrintSettings:
        """How worksheets are printed. Raises InputError for a template that cannot be read."""
        return PrintSettings(open_template(self.template), self.page_size, self.fillable)


_Stated = tuple[str, "Options"] | None  # a formula: its name and its options


def _plan_many(run: _Run, orders: str, options: dict[str, Any], stated: _Stated, house: HouseRules | None) -> None:
    """Plans every row of a table of orders."""
    from compound.cli.orders import Task, run_orders

    stray = (("DRUG", options.get("drug")), ("--pdf", run.pdf), ("--alternatives", run.alternatives or None))
    for option, value in stray:
        if value is not None:
            raise InputError(option, "is for one order; leave it out with --orders")
    how = None if run.pdf_dir is None else run.printing()
    task = Task(options, stated, house, run.pdf_dir, how, run.as_json, os.path.dirname(orders))
    run_orders(orders, run.jobs, task, KNOWN_OPTIONS)


def _plan_one(run: _Run, options: dict[str, Any], stated: _Stated, house: HouseRules | None) -> None:
    """Plans one order, prints it and writes its worksheet."""
    for option, stray in (("--pdf-dir", run.pdf_dir), ("--jobs", run.jobs)):
        if stray is not None:
            raise InputError(option, "is for many orders; give them with --orders")
    try:
        order, notes = _read(options, stated)
    except InputError as error:
        if error.where == FILL_WEIGHT:
            _refuse_the_diluent(options, house, run.as_json)
        raise
    if run.pdf is not None:
        files.refuse_unwritable(run.pdf, "--pdf")
    elif run.template is not None:
        open_template(run.template)  # one that cannot be read is said so, though nothing is printed by it
    # The tables name the runner-up, so one is looked for in any case.
    most = run.alternatives if run.as_json else max(1, run.alternatives)
    batch = plan_batch(order, notes=notes, house_rules=house, alternatives=most, other_route=run.alternatives > 0)
    worksheet = None
    if run.pdf is not None and not batch.must_not_be_made:
        worksheet, batch = write_worksheet(batch, run.printing(), options)
    text = _text(run, batch)
    if worksheet is not None and run.pdf is not None:
        files.write_atomically(run.pdf, worksheet, "--pdf")
    if text is not None:
        click.echo(text)
    if not run.as_json:
        output.print_findings(batch.findings, batch.not_checked)
        if run.pdf is not None and batch.audit is not None:
            done = "not written" if worksheet is None else "written"
            click.echo(f"worksheet {done}: {run.pdf}", err=True)
    output.leave(batch.findings)


def _text(run: _Run, batch: Batch) -> str | None:
    """What goes to stdout: the JSON object, the tables, or nothing where there is no plan to show."""
    if run.as_json:
        from compound.showing.fingerprint import to_json

        return to_json(batch.record())
    return None if batch.audit is None else plan_text(batch, run.alternatives)


def _read(options: dict[str, Any], stated: _Stated) -> tuple[Order, tuple[Finding, ...]]:
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
        missing = [option.place for option in OPTIONS if option.required and option.name not in options]
        if missing:
            raise click.UsageError(f"Missing: {', '.join(missing)}.", click.get_current_context())
        return read_order(options)
    for option in OPTIONS:
        if option.required and option.name not in options:
            options[option.name] = _asked_for(option)
    while True:
        try:
            return read_order(options)
        except AmbiguousAmount as error:
            options[error.where.removeprefix("--")] = output.ask_which(error)
        except InputError as error:
            # The only option that is needed for some diluents and not for others.
            if error.where != FILL_WEIGHT or "fill-weight" in options:
                raise
            click.echo(str(error), err=True)
            options["fill-weight"] = _asked_for(BY_NAME["fill-weight"])


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


def _refuse_the_diluent(options: Mapping[str, Any], house: HouseRules | None, as_json: bool) -> None:
    """Leaves with the finding, where the diluent whose fill weight cannot be assumed must not be used at all.

    Nobody weighs ten capsules of a powder only to be told that it is disallowed.
    """
    if "fill-weight" in options:
        return
    order, notes = read_order(options, fill_needed=False)
    found = accept((*notes, *order_findings(order, None, house)), order.accept)
    if not any(one.where == "--diluent" and one.severity is Severity.ERROR for one in found):
        return
    if as_json:
        from compound.showing.fingerprint import to_json

        click.echo(to_json(refused_record(order, found, None)))
    else:
        output.print_findings(found, order_not_checked(order, None, None))
    output.leave(found)
