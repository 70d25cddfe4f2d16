"""What a worksheet says beside its plan: batch number, dates, pharmacy, lots."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from compound.exact.errors import InputError
from compound.exact.quantity import grouped
from compound.exact.value import Value, field
from compound.facts.standards import limit
from compound.plan.plan import DRIED, MakeUp, Plan, Weigh
from compound.reading.text import read_name, shown
from compound.worksheet.template import LONGEST_LINE, MOST_LINES

LONGEST_NUMBER = 60
SHELLS = "capsules"
_YEARS = range(2000, 2200)


class ComponentLot(Value):
    """A lot of a component. `expiry` is its last day; `written` is what was entered, a day or a month."""

    lot: str
    expiry: date
    written: str


class Details(Value):
    """What stands on a sheet beside the plan. What is not given is left blank on it."""

    batch_number: str = ""
    prepared: date | None = None
    pharmacy: tuple[str, ...] = ()
    lots: Mapping[str, ComponentLot] = field(default_factory=dict)
    fillable: bool = False

    def earliest_expiry(self) -> tuple[date, str] | None:
        """The earliest expiry among the components and whose it is, or None where none is given."""
        return min(((lot.expiry, name) for name, lot in self.lots.items()), default=None)

    def beyond_use(self) -> tuple[date, str] | None:
        """The last day of use, and the component that sets it or nothing. None without a day of preparation."""
        if self.prepared is None:
            return None
        last = self.prepared + timedelta(days=int(limit("beyond_use_days")) - int(limit("first_day")))
        earliest = self.earliest_expiry()
        return earliest if earliest is not None and earliest[0] < last else (last, "")


def components(plan: Plan) -> tuple[str, ...]:
    """What goes into the batch, in the order of the steps; excipients and empty capsules last."""
    named = [
        step.material
        for step in plan.steps
        if isinstance(step, MakeUp) or (isinstance(step, Weigh) and step.role != DRIED)
    ]
    return tuple(dict.fromkeys([*named, *plan.order.excipients, SHELLS]))


def read_details(
    plan: Plan, *, batch_number: str | None = None, prepared: str | None = None, pharmacy: Sequence[str] = (),
    component_lots: Sequence[str] = (), fillable: bool = False,
) -> Details:  # fmt: skip
    """Reads what the options of the worksheet say. Raises InputError with the option's name."""
    if len(pharmacy) > MOST_LINES:
        raise InputError("--pharmacy", f"{len(pharmacy)} lines are more than {MOST_LINES}")
    lots: dict[str, ComponentLot] = {}
    for text in component_lots:
        name, lot = _lot(text, plan)
        if name in lots:
            raise InputError("--component-lot", f"{shown(name)} is given twice")
        lots[name] = lot
    day = None if prepared is None else read_day(prepared, "--prepared")
    for name, lot in lots.items():
        if day is not None and lot.expiry < day:
            raise InputError(
                "--component-lot",
                f"lot {lot.lot} of {name} expired on {lot.expiry.isoformat()}, before the day of preparation "
                f"{day.isoformat()}; nothing may be made from it",
            )
    return Details(
        batch_number="" if batch_number is None else _short(batch_number, LONGEST_NUMBER, "--batch-number"),
        prepared=day,
        pharmacy=tuple(_short(line, LONGEST_LINE, "--pharmacy") for line in pharmacy),
        lots=lots,
        fillable=fillable,
    )


def _short(text: str, longest: int, where: str) -> str:
    if len(text) > longest:
        raise InputError(where, f"{grouped(len(text))} characters are more than {longest}")
    return read_name(text, where)


def _lot(text: str, plan: Plan) -> tuple[str, ComponentLot]:
    where = "--component-lot"
    name, equals, rest = text.partition("=")
    lot, comma, expiry = rest.rpartition(",")
    if not equals or not comma or not lot.strip():
        raise InputError(where, f"{shown(text)} is not NAME=LOT,EXPIRY, such as naltrexone hydrochloride=A12,2027-03")
    wanted = read_name(name, where)
    for component in components(plan):
        if component.casefold() == wanted.casefold():
            expiry = expiry.strip()
            return component, ComponentLot(_short(lot, LONGEST_NUMBER, where), read_expiry(expiry, where), expiry)
    raise InputError(where, f"{shown(wanted)} is not a component of this plan; these are: {', '.join(components(plan))}")


def read_day(text: str, where: str) -> date:
    """Reads a day written YYYY-MM-DD. Raises InputError."""
    match = re.fullmatch("([0-9]{4})-([0-9]{2})-([0-9]{2})", text)
    if match is None:
        raise InputError(where, f"{shown(text)} is not a day written YYYY-MM-DD, such as 2027-03-31")
    return _day(int(match[1]), int(match[2]), int(match[3]), text, where)


def read_expiry(text: str, where: str) -> date:
    """Reads an expiry: a day, or a month written YYYY-MM, which ends on its last day. Raises InputError."""
    match = re.fullmatch("([0-9]{4})-([0-9]{2})", text)
    if match is None:
        if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return read_day(text, where)
        raise InputError(where, f"{shown(text)} is not an expiry written YYYY-MM-DD or YYYY-MM, such as 2027-03")
    first = _day(int(match[1]), int(match[2]), 1, text, where)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return following - timedelta(days=1)


def _day(year: int, month: int, day: int, text: str, where: str) -> date:
    if year not in _YEARS:
        raise InputError(where, f"the year of {shown(text)} is not between {_YEARS[0]} and {_YEARS[-1]}")
    try:
        return date(year, month, day)
    except ValueError:
        raise InputError(where, f"there is no day {shown(text)} in the calendar") from None
