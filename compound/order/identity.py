"""What tells one batch from another of the same plan: its number, its day, and the lots that go into it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import grouped
from compound.exact.value import Value
from compound.reading.fields import Fields
from compound.reading.text import read_name, shown

LONGEST_NUMBER = 60
MOST_LOTS = 100
_YEARS = range(2000, 2200)


class ComponentLot(Value):
    """The lot of a component. `expiry` is its last day; `written` is what was entered, a day or a month."""

    component: str
    lot: str
    expiry: date
    written: str


class Identity(Value):
    """Batch or prescription number, day of preparation, lots of the components; None or empty where not given."""

    batch_number: str | None = None
    prepared: date | None = None
    lots: tuple[ComponentLot, ...] = ()

    def lot_of(self, *names: str) -> str | None:
        """The lot of the component that is called by one of these names, or None where none is given."""
        wanted = {name.casefold() for name in names}
        return next((lot.lot for lot in self.lots if lot.component.casefold() in wanted), None)


def read_identity(options: Mapping[str, Any]) -> Identity:
    """Reads `batch-number`, `prepared` and `component-lot` of the options. Raises InputError with the option's name."""
    number, prepared = options.get("batch-number"), options.get("prepared")
    return _identity(
        None if number is None else short_name(number, LONGEST_NUMBER, "--batch-number"),
        None if prepared is None else read_day(prepared, "--prepared"),
        tuple(_lot(text) for text in options.get("component-lot") or ()),
        "--component-lot",
    )


def identity_to_dict(identity: Identity, names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The `identity` of a plan in JSON. `names` says what components are called, by the names entered in lower case."""
    called = names or {}
    return {
        "batch_number": identity.batch_number,
        "prepared": None if identity.prepared is None else identity.prepared.isoformat(),
        "lots": [
            {"component": called.get(lot.component.casefold(), lot.component), "lot": lot.lot, "expiry": lot.written}
            for lot in identity.lots
        ],
    }


def identity_from_dict(data: Fields) -> Identity:
    """Reads the `identity` of a plan. Raises InputError naming the key."""
    data.refuse_unknown(("batch_number", "prepared", "lots"), "an identity")
    number, place = None, data.place("batch_number")
    if data.states("batch_number"):
        number = short_name(data.text("batch_number"), LONGEST_NUMBER, place)
    prepared = read_day(data.text("prepared"), data.place("prepared")) if data.states("prepared") else None
    lots = []
    for item in data.groups("lots", MOST_LOTS) if data.states("lots") else ():
        item.refuse_unknown(("component", "lot", "expiry"), "a lot")
        written, lot = item.text("expiry"), short_name(item.text("lot"), LONGEST_NUMBER, item.place("lot"))
        name = read_name(item.text("component"), item.place("component"), LONGEST_COMPONENT)
        lots.append(ComponentLot(name, lot, read_expiry(written, item.place("expiry")), written))
    return _identity(number, prepared, tuple(lots), data.place("lots"))


LONGEST_COMPONENT = 400  # the name of a container holds that of its drug


def _identity(number: str | None, prepared: date | None, lots: Sequence[ComponentLot], where: str) -> Identity:
    """The identity, unless a lot expired before the day of preparation. Raises InputError."""
    for lot in lots:
        if prepared is not None and lot.expiry < prepared:
            raise InputError(
                where,
                f"lot {lot.lot} of {lot.component} expired on {lot.expiry.isoformat()}, before the day of preparation "
                f"{prepared.isoformat()}; nothing may be made from it",
            )
    return Identity(number, prepared, tuple(lots))


def short_name(text: str, longest: int, where: str) -> str:
    """A name of at most so many characters. Raises InputError."""
    if len(text) > longest:
        raise InputError(where, f"{grouped(len(text))} characters are more than {longest}")
    return read_name(text, where)


def _lot(text: str) -> ComponentLot:
    where = "--component-lot"
    name, equals, rest = text.partition("=")
    lot, comma, expiry = rest.rpartition(",")
    if not equals or not comma or not lot.strip():
        raise InputError(where, f"{shown(text)} is not NAME=LOT,EXPIRY, such as naltrexone hydrochloride=A12,2027-03")
    expiry = expiry.strip()
    component = read_name(name, where, LONGEST_COMPONENT)
    return ComponentLot(component, short_name(lot, LONGEST_NUMBER, where), read_expiry(expiry, where), expiry)


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
