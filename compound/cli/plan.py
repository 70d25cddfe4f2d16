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
from compound.findings.finding import Finding, Severity, accept
from compound.judging.order_findings import order_findings, order_not_checked
from compound.making.make import PrintSettings, plan_batch, refused_record, write_worksheet
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
def command(
    pdf: str | None, rules: str | None, as_json: bool, alternatives: int, page_size: str | None, template: str | None,
    fillable: bool, formula: str | None, orders: str | None, pdf_dir: str | None, jobs: int | None, **given: Any,
) -> None:  # fmt: skip
    """Plan a batch of capsules; print the plan, write the worksheet.

    DRUG is what stands on the shelf, with its form: "naltrexone hydrochloride". Amounts carry their unit. The plan
    printed is the first of a fixed ranking, found by exhaustive search; it is replayed step by step before it is shown.
    """
    options = with_files({name.replace("_", "-"): value for name, value in given.items() if value not in (None, ())})
    stated = read_formula(formula, KNOWN_OPTIONS) if formula is not None else None
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
        run(orders, jobs, task, KNOWN_OPTIONS)
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
            options[error.where.removeprefix("--")] = output.choose(error)
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
