"""What `compound plan` asks for on a terminal: what is missing, and which reading of an amount is meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from compound.cli import output
from compound.exact.errors import AmbiguousAmount, Faults, InputError
from compound.findings.finding import Finding
from compound.order.options import read_option, read_order, with_commas
from compound.order.options_table import BY_NAME, OPTIONS, Option
from compound.order.order import Order

if TYPE_CHECKING:
    from compound.order.formula import Options

OF_A_DENSITY = (["--fill-weight"], ["--filling"])  # what is at fault alone where a diluent has no density on record


def read_or_ask(
    options: dict[str, Any], stated: tuple[str, Options] | None, faults: Faults, *, is_german: bool,
    refuse_diluent: Callable[[dict[str, Any], Sequence[str]], None],
) -> tuple[Order, tuple[Finding, ...]]:  # fmt: skip
    """The order, from the options and a formula. On a terminal what is missing is asked for.

    What the formula adds is put into `options`. `refuse_diluent` leaves where the diluent must not be used at all: it is
    called before the fill weight of one is asked for. Raises InputError, of all that is at fault.
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
            refuse_diluent(options, commas)
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
