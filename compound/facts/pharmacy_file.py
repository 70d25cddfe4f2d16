"""The pharmacy's own file, in TOML: its balances. The one place that reads it, and that changes its text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from compound.exact.errors import InputError
from compound.exact.quantity import Mass
from compound.exact.value import Value
from compound.reading.amounts import parse_mass
from compound.reading.fields import Fields, in_file
from compound.reading.text import shown
from compound.reading.toml_text import read_toml

_MASSES = ("readability", "repeatability", "sensitivity", "capacity", "minimum_weight")
_KEYS = (*_MASSES, "checked", "check_every_days")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")


class OwnBalance(Value):
    """A balance of the file: its masses by their keys, its last check, and how often it is due in days."""

    name: str
    masses: Mapping[str, Mass]
    checked: date | None = None
    check_every_days: int | None = None

    def overdue_on(self, day: date) -> bool | None:
        """Whether its check is older than the file allows; None where the file does not say enough."""
        if self.check_every_days is None or self.checked is None:
            return None
        return (day - self.checked).days > self.check_every_days


def read_balances(content: bytes, name: str) -> dict[str, OwnBalance]:
    """The balances of the file by their names. Raises InputError with the file and the key that is at fault."""
    values = read_toml(content, name)
    try:
        top = Fields(values)
        top.refuse_unknown(("balances",), "a pharmacy's file")
        group = top.group("balances") if top.states("balances") else Fields({}, "balances")
        return {key: _balance(key, group.group(key)) for key in group.values}
    except InputError as error:
        raise in_file(error, name) from None


def _balance(name: str, fields: Fields) -> OwnBalance:
    refuse_balance_name(name, fields.where)
    fields.refuse_unknown(_KEYS, "a balance")
    masses = {key: parse_mass(fields.text(key), fields.place(key)) for key in _MASSES if fields.states(key)}
    fields.value("readability")
    checked = fields.values.get("checked")
    if checked is not None and type(checked) is not date:
        raise InputError(fields.place("checked"), "is no day; write it as 2026-02-01, without quotation marks")
    days = fields.count("check_every_days") if fields.states("check_every_days") else None
    return OwnBalance(name, masses, checked, days)


def refuse_balance_name(name: str, where: str) -> None:
    """Refuses a name that is no bare key of TOML. Raises InputError."""
    if not _NAME.fullmatch(name):
        raise InputError(where, f"{shown(name)} is no name of a balance; write letters, digits, - and _, 40 at most")


def with_balance(content: bytes, file: str, name: str, stated: Mapping[str, str]) -> bytes:
    """The file with the keys `stated` in the table of that balance, each value as TOML writes it.

    Nothing else of the file changes: its comments, and other keys of the table, stay. Raises InputError where the file
    cannot be read, or where the balance stands in it otherwise than as a table of its own.
    """
    before = read_balances(content, file) if content.strip() else {}
    lines = content.decode("utf-8-sig").splitlines()
    header = re.compile(rf"\s*\[\s*balances\s*\.\s*{re.escape(name)}\s*\]\s*(#.*)?")
    start = next((i for i, line in enumerate(lines) if header.fullmatch(line)), None)
    if start is None and name in before:
        raise InputError(file, f"states the balance {name} otherwise than under [balances.{name}]; write it so")
    if start is None:
        lines += ["", f"[balances.{name}]"] if lines else [f"[balances.{name}]"]
        start = len(lines) - 1
    end = next((i for i in range(start + 1, len(lines)) if lines[i].lstrip().startswith("[")), len(lines))
    table, left = lines[start + 1 : end], dict(stated)
    for i, line in enumerate(table):
        found = re.match(r"\s*([A-Za-z_]+)\s*=", line)
        if found and found[1] in left:
            table[i] = f"{found[1]} = {left.pop(found[1])}"
    last = max((i for i, line in enumerate(table, 1) if line.strip() and not line.lstrip().startswith("#")), default=0)
    table[last:last] = [f"{key} = {value}" for key, value in left.items()]
    changed = ("\n".join([*lines[: start + 1], *table, *lines[end:]]) + "\n").encode()
    after = read_balances(changed, file)
    if {key: one for key, one in after.items() if key != name} != {key: one for key, one in before.items() if key != name}:
        raise InputError(file, f"could not be changed at [balances.{name}] alone; write each table under a line of its own")
    return changed
