"""CSV as this house reads it: plain UTF-8, commas, a header, every cell filled, nothing that has two readings.

Pure: it takes the bytes of a file and the name to show. Opening the file is for the command line.
"""

from __future__ import annotations

from collections.abc import Sequence

from compound.errors import InputError
from compound.quantity import shown

MOST_BYTES = 1_000_000


def read_rows(
    content: bytes, name: str, columns: Sequence[Sequence[str]]
) -> tuple[Sequence[str], list[tuple[str, dict[str, str]]]]:
    """The header that the file has, one of `columns`, and its rows, each with its place.

    Raises InputError: one sentence with the file and the line.
    """
    rows = read_cells(content, name)
    while rows and not rows[-1][1]:
        rows.pop()
    if not rows:
        raise InputError(name, "is empty")
    header = [cell.strip(" ") for cell in rows[0][1]]
    wanted = _header(header, columns, f"{name} line {rows[0][0]}")
    if len(rows) == 1:
        raise InputError(f"{name} line {rows[0][0]}", "is a header without rows under it")
    return wanted, [(f"{name} line {line}", _cells(row, header, f"{name} line {line}")) for line, row in rows[1:]]


def read_cells(content: bytes, name: str) -> list[tuple[int, list[str]]]:
    """The rows as they stand, each with the number of its line. Raises InputError."""
    import csv
    import io

    reader = csv.reader(io.StringIO(_decoded(content, name), newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows.extend((reader.line_num, row) for row in reader)
    except csv.Error as error:
        raise InputError(f"{name} line {reader.line_num}", f"is not readable as CSV: {error}") from None
    return rows


def _decoded(content: bytes, name: str) -> str:
    if len(content) > MOST_BYTES:
        raise InputError(name, f"is larger than {MOST_BYTES:,} bytes, and no list of readings or size classes is")
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{name} line 1", "begins with a byte order mark; save the file as plain UTF-8, without one")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{name} line {content.count(bytes([10]), 0, error.start) + 1}", "is not UTF-8 text") from None
    if "\0" in text:
        raise InputError(f"{name} line {text.count(chr(10), 0, text.index(chr(0))) + 1}", "holds a null character")
    return text


def _header(header: list[str], columns: Sequence[Sequence[str]], where: str) -> Sequence[str]:
    for mark, said in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and mark in header[0]:
            raise InputError(where, f"separates its columns by {said}; save it with commas, and with decimal points")
    doubled = [cell for cell in header if header.count(cell) > 1]
    if doubled:
        raise InputError(where, f"the column {shown(doubled[0])} stands there more than once")
    for wanted in columns:
        if sorted(wanted) == sorted(header):
            return wanted
    choices = ", or ".join(" ".join(wanted) for wanted in columns)
    raise InputError(where, f"has the columns {', '.join(map(shown, header))}; needed are {choices}")


def _cells(row: list[str], header: list[str], where: str) -> dict[str, str]:
    if not row:
        raise InputError(where, "is empty")
    if len(row) != len(header):
        raise InputError(
            where,
            f"has {len(row)} cell{'' if len(row) == 1 else 's'} where the header has {len(header)}; "
            "a decimal comma splits a cell in two, so write a point",
        )
    cells = dict(zip(header, (cell.strip(" ") for cell in row), strict=True))
    for column, cell in cells.items():
        if not cell:
            raise InputError(f"{where}, column {column}", "is empty")
        if cell[0] in "=@":
            raise InputError(f"{where}, column {column}", f"{shown(cell)} looks like a formula; write the value itself")
    return cells
