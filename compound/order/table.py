"""A table of orders: text separated by commas or semicolons, a row an order, its first row the names of the options."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from compound.exact.errors import Faults, InputError
from compound.exact.value import Value, field
from compound.order.formula import Options, unknown
from compound.reading.csv_text import fault_of_length, read_cells, read_header
from compound.reading.text import shown

MOST_TABLE_BYTES = 32_000_000
LONGEST_LABEL = 200  # bytes of the name of a PDF
FILE = "file"  # the column that names the PDF of a row; without it BATCH_NUMBER does
BATCH_NUMBER = "batch-number"
_NEEDED = "the first row names the options, such as drug,dose,capsules"
# Characters that some file system gives a meaning to.
_UNSAFE = re.compile(r'[\\/:*?"<>|]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


class OrderRow(Value):
    """A row of the table: its number as a spreadsheet counts, its options, its PDF, or why it cannot be read.

    `decimal_comma` says that a comma in its amounts is a decimal one.
    """

    number: int
    options: Options = field(default_factory=dict)
    file: str | None = None
    fault: str | None = None
    decimal_comma: bool = False


def read_orders(content: bytes, known: Mapping[str, bool], given: Iterable[str], where: str) -> list[OrderRow]:
    """The rows of a table of orders. Raises InputError for a table that cannot be read as a whole.

    `known` are the options of an order and whether each may be repeated (then its column may be), `given` those that
    stand on the command line already. A cell without text states nothing; an empty row is no order.
    """
    found: list[OrderRow] = []
    columns: list[str] | None = None
    names: dict[str, int] = {}
    table = read_cells(content, where, MOST_TABLE_BYTES, _NEEDED)
    for number, cells in table.rows:
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = _columns(read_header(cells, f"{where} line {number}", _repeated(known)), known, given, where)
        else:
            found.append(_row(number, cells, columns, known, names, table.decimal_comma))
    if columns is None:
        raise InputError(where, f"is empty; {_NEEDED}")
    if not found:
        raise InputError(where, "holds no orders; there is nothing below the row of names")
    return found


def _repeated(known: Mapping[str, bool]) -> list[str]:
    return [name for name, repeated in known.items() if repeated]


def _columns(columns: list[str], known: Mapping[str, bool], given: Iterable[str], where: str) -> list[str]:
    """The names of the columns, checked. A column without a name is let through; only its cells must be empty."""
    faults = Faults()
    for position, name in enumerate(columns, start=1):
        place = f"{where}: column {position}"
        if name and name not in known and name not in (FILE, BATCH_NUMBER):
            faults.keep(InputError(place, unknown(name, {**known, FILE: False}, "an option of an order")))
    for name in given:
        if name in columns:
            said = f"is given on the command line and as a column of {where}; leave one out"
            faults.keep(InputError(f"--{name}", said))
    faults.raise_any()
    return columns


def _row(
    number: int, cells: Sequence[str], columns: Sequence[str], known: Mapping[str, bool], names: dict[str, int],
    decimal_comma: bool,
) -> OrderRow:  # fmt: skip
    if said := fault_of_length(cells, columns, decimal_comma=decimal_comma):
        return OrderRow(number, fault=said)
    options: dict[str, Any] = {}
    label = None
    for name, cell in zip(columns, cells, strict=True):
        if not cell.strip():
            continue
        if not name:
            return OrderRow(number, fault=f"{shown(cell)} stands in a column without a name")
        if name in known:
            options[name] = (*options.get(name, ()), cell) if known[name] else cell
        if name == FILE or (name == BATCH_NUMBER and FILE not in columns):
            label = cell
    try:
        file = file_name(label, number)
    except InputError as error:
        return OrderRow(number, options, fault=str(error), decimal_comma=decimal_comma)
    # Some file systems take names that differ in case, or in how an accent is written, for the same.
    same = unicodedata.normalize("NFC", file).casefold()
    if same in names:
        said = f"{FILE}: {file} is written by row {names[same]} already; give it another name"
        return OrderRow(number, options, fault=said, decimal_comma=decimal_comma)
    names[same] = number
    return OrderRow(number, options, file, decimal_comma=decimal_comma)


def file_name(label: str | None, number: int) -> str:
    """The name of the PDF of a row: its label made safe, or the row's number where it has none. Raises InputError.

    Characters that separate folders or that file systems reserve become hyphens; nothing else is changed.
    """
    if label is None:
        return f"row-{number:05}.pdf"
    text = label.strip()
    text = text[:-4] if text.lower().endswith(".pdf") else text
    for position, character in enumerate(text, start=1):
        if unicodedata.category(character)[0] == "C":
            raise InputError(FILE, f"invisible character U+{ord(character):04X} at position {position}")
    text = _UNSAFE.sub("-", text).strip(" .")
    if not text.strip("-"):
        raise InputError(FILE, f"{shown(label)} is not the name of a file")
    if _RESERVED.fullmatch(text):
        raise InputError(FILE, f"{shown(label)} is a name that some systems reserve; choose another")
    if len(text.encode()) > LONGEST_LABEL:
        raise InputError(FILE, f"a name of {len(text.encode())} bytes is longer than {LONGEST_LABEL}")
    return f"{text}.pdf"
