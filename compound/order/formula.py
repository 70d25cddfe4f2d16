"""A formula: a starting order in a file, its keys the long names of the options of `compound plan`.

Formulas hold texts alone, written as on the command line, so that one grammar reads both. What a formula leaves out is
asked for or assumed as on the command line; what the command line says too counts there.
"""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.errors import Faults, InputError
from compound.exact.quantity import grouped
from compound.findings import codes
from compound.findings.finding import Finding
from compound.order.options_table import place_of
from compound.order.particle_size import SieveFile
from compound.reading.fields import Fields, in_file
from compound.reading.text import nearest_hint, shown

OptionText = str | tuple[str, ...] | SieveFile  # a file that an option names, once it is read
Options = dict[str, OptionText]

MOST_KEYS = 200  # there are not half as many options


def formula_options(table: object, known: Mapping[str, bool], where: str) -> Options:
    """The options that a formula's table states.

    `known` has the name of every option that an order may have, and whether it may be repeated; `where` names the file.
    Raises InputError with file and key, of several faults all together: for an unknown key, naming the nearest known
    one, and for anything but text.
    """
    fields = Fields(table)
    if len(fields.values) > MOST_KEYS:
        raise InputError(where, f"has {grouped(len(fields.values))} keys; {MOST_KEYS} are the most")
    options: Options = {}
    faults = Faults()
    for key, value in fields.values.items():
        try:
            if key not in known:
                raise InputError("", unknown(key, known, "a key of a formula"))
            if known[key]:
                options[key] = fields.texts(key) if isinstance(value, list) else (fields.text(key),)
            else:
                options[key] = fields.text(key)
        except InputError as error:
            faults.keep(in_file(error, where))
    faults.raise_any()
    return options


def unknown(name: str, known: Mapping[str, bool], what: str) -> str:
    """The sentence for a name that is not `what` (with its article), with the nearest that is."""
    return f"{shown(name)} is not {what}; {nearest_hint(name, known)}"


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
