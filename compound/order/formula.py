"""A formula: a starting order in a file, its keys the long names of the options of `compound plan`.

Formulas hold texts alone, written as on the command line, so that one grammar reads both. What a formula leaves out is
asked for or assumed as on the command line; what the command line says too counts there.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from compound.exact.errors import InputError
from compound.findings import codes
from compound.findings.finding import Finding
from compound.order.options_table import place_of
from compound.order.particle_size import SieveFile
from compound.reading.text import shown

OptionText = str | tuple[str, ...] | SieveFile  # a file that an option names, once it is read
Options = dict[str, OptionText]


def formula_options(table: Mapping[str, Any], known: Mapping[str, bool], where: str) -> Options:
    """The options that a formula's table states.

    `known` has the name of every option that an order may have, and whether it may be repeated; `where` names the file.
    Raises InputError with file and key: for an unknown key, naming the nearest known one, and for anything but text.
    """
    options: Options = {}
    for key, value in table.items():
        if key not in known:
            raise InputError(where, unknown(key, known, "a key of a formula"))
        place = f"{where}: {key}"
        if known[key] and isinstance(value, list):
            options[key] = tuple(_text(item, f"{place}[{i}]") for i, item in enumerate(value))
        else:
            text = _text(value, place)
            options[key] = (text,) if known[key] else text
    return options


def unknown(name: str, known: Mapping[str, bool], what: str) -> str:
    """The sentence for a name that is not `what` (with its article), with the nearest that is."""
    asked = name.strip().lower().removeprefix("--").replace("_", "-").replace(" ", "-")
    close = [asked] if asked in known else get_close_matches(asked, known, n=1)
    hint = f"the nearest is {close[0]}" if close else f"those are {', '.join(known)}"
    return f"{shown(name)} is not {what}; {hint}"


def _text(value: object, where: str) -> str:
    if isinstance(value, str):
        if not value.strip():
            raise InputError(where, "is empty; leave the key out, or write a value")
        return value
    if isinstance(value, bool):
        raise InputError(where, "is true or false; write it as text, in quotes")
    if isinstance(value, int | float):
        raise InputError(where, 'is a bare number; write it as text, an amount with its unit: "2 mcg"')
    if isinstance(value, list):
        raise InputError(where, "is a list; this option is given once, as text")
    if isinstance(value, dict):
        raise InputError(where, "is a table; write the options at the top of the file, one a line")
    raise InputError(where, "is not text; write it in quotes")


def merged(below: Mapping[str, OptionText], above: Mapping[str, OptionText], source: str) -> tuple[Options, tuple[Finding, ...]]:
    """The options of a formula with those given elsewhere, which win; a note for each that says something else.

    `source` names the formula.
    """
    notes = tuple(
        Finding(codes.FORMULA_OVERRIDDEN, place_of(name), {
            "formula": source, "option": name, "stated": _joined(below[name]), "used": _joined(text),
        })
        for name, text in above.items() if name in below and below[name] != text
    )  # fmt: skip
    return {**below, **above}, notes


def _joined(text: OptionText) -> str:
    if isinstance(text, SieveFile):
        return text.name
    return text if isinstance(text, str) else "; ".join(text)
