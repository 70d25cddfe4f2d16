"""Another excipient of the blend: its name, and its share of the blend."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import Percent, canonical
from compound.exact.value import Value
from compound.reading.amounts import parse_percent, positive
from compound.reading.fields import Fields
from compound.reading.text import read_name, shown

_SHARED = re.compile(r"(?P<name>.*\S)\s+(?P<share>\S+\s*%)", re.DOTALL)


class Excipient(Value):
    """An excipient beside the diluent. `share` is that of the whole blend; None where a plan of others states none."""

    name: str
    share: Percent | None = None

    def __post_init__(self) -> None:
        """Refuses a share of nothing or of all. Raises InputError."""
        if self.share is not None and not 0 < self.share.percent < 100:
            raise InputError(
                "--excipient",
                f"{canonical(self.share.percent)} % of {shown(self.name)} makes no sense; "
                "write more than 0 % and less than 100 % of the blend",
            )

    @property
    def text(self) -> str:
        """How an order states it: `colloidal silica 0.5%`."""
        return self.name if self.share is None else f"{self.name} {canonical(self.share.percent)}%"


def read_excipient(text: str, where: str, *, share_needed: bool = True) -> Excipient:
    """Reads `NAME P%`, the share of the blend. Raises InputError for a name without a share where one is needed."""
    name = read_name(text, where)
    found = _SHARED.fullmatch(name)
    if found is not None:
        return Excipient(found["name"], parse_percent(found["share"], where))
    if name.endswith("%"):
        raise InputError(where, f'{shown(name)} names no excipient; write "NAME {name}"')
    if share_needed:
        raise InputError(where, f'{shown(name)} lacks its share of the blend; write "{name} 0.5%"')
    return Excipient(name)


def excipient_from_json(value: object, where: str) -> Excipient:
    """Reads an excipient of a `request`: name and share_percent, or a text, whose share may be missing.

    Raises InputError naming the key.
    """
    if isinstance(value, str):
        return read_excipient(value, where, share_needed=False)
    fields = Fields(value, where)
    fields.refuse_unknown(("name", "share_percent"), "an excipient")
    share = fields.values.get("share_percent")
    named = read_name(fields.text("name"), fields.place("name"))
    return Excipient(named, None if share is None else Percent(positive(share, fields.place("share_percent"))))


def excipient_to_json(excipient: Excipient) -> dict[str, Any]:
    """An excipient as it stands in a `request`."""
    share = excipient.share
    return {"name": excipient.name, "share_percent": None if share is None else canonical(share.percent)}


def refuse_too_many(excipients: Iterable[Excipient], diluent: str | None) -> None:
    """Refuses shares that leave nothing for the diluent, and a name that stands there twice. Raises InputError."""
    seen = {} if diluent is None else {diluent.casefold(): "the diluent"}
    total = Decimal(0)
    for excipient in excipients:
        if excipient.name.casefold() in seen:
            as_what = seen[excipient.name.casefold()]
            raise InputError("--excipient", f"{shown(excipient.name)} is {as_what} too; state it once")
        seen[excipient.name.casefold()] = "another excipient"
        total += Decimal(0) if excipient.share is None else excipient.share.percent
    if total >= 100:
        raise InputError(
            "--excipient",
            f"the shares add up to {canonical(total)} % of the blend, which leaves nothing for drug and diluent; "
            "write less than 100 % in all",
        )
