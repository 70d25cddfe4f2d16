"""CSV as this house reads it: plain UTF-8, commas, a header, every cell filled, nothing that has two readings.

Pure: it takes the bytes of a file and the name to show. Opening the file is for the command line.
"""

from __future__ import annotations

from collections.abc import Sequence

from compound.exact.errors import InputError
from compound.reading.text import shown

MOST_BYTES = 1_000_000


def read_rows(
    content: bytes, name: str, columns: Sequence[Sequence[str]]
) -> tuple[Sequence[str], list[tuple[str, dict[str, str]]]]:
    """The header that the file has, one of `columns`, and its rows, each with its place.

    Raises InputError: one sentence with the file and the line.
    """
    where, header, rows = read_table(content, name)
    wanted = next((choice for choice in columns if sorted(choice) == sorted(header)), None)
    if wanted is None:
        choices = ", or ".join(" ".join(choice) for choice in columns)
        raise InputError(where, f"has the columns {', '.join(map(shown, header))}; needed are {choices}")
    return wanted, [
        (place, {column: filled(cell, f"{place}, column {column}") for column, cell in zip(header, row, strict=True)})
        for place, row in rows
    ]


def read_table(content: bytes, name: str) -> tuple[str, list[str], list[tuple[str, list[str]]]]:
    """The place of the header, the header, and the rows below it, each with its place and as many cells as the header.

    Raises InputError as `read_rows` does.
    """
    rows = read_cells(content, name)
    while rows and not rows[-1][1]:
        rows.pop()
    if not rows:
        raise InputError(name, "is empty")
    where, header = f"{name} line {rows[0][0]}", [cell.strip(" ") for cell in rows[0][1]]
    _check_header(header, where)
    if len(rows) == 1:
        raise InputError(where, "is a header without rows under it")
    for line, row in rows[1:]:
        _check_row(row, header, f"{name} line {line}")
    return where, header, [(f"{name} line {line}", row) for line, row in rows[1:]]


def read_cells(content: bytes, name: str) -> list[tuple[int, list[str]]]:
    """The rows as they stand, each with the number of its line. Raises InputError."""
    import csv
    import io

    reader = csv.reader(io.StringIO(decoded(content, name), newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    try:
        rows.extend((reader.line_num, row) for row in reader)
    except csv.Error as error:
        raise InputError(f"{name} line {reader.line_num}", f"is not readable as CSV: {error}") from None
    return rows


def decoded(content: bytes, name: str) -> str:
    """The text of a file. Raises InputError for one that is too large, or no plain UTF-8."""
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


def filled(cell: str, where: str) -> str:
    """A cell without the blanks around it. Raises InputError for an empty one, and for a formula."""
    text = cell.strip(" ")
    if not text:
        raise InputError(where, "is empty")
    if text[0] in "=@":
        raise InputError(where, f"{shown(text)} looks like a formula; write the value itself")
    return text


def _check_header(header: list[str], where: str) -> None:
    for mark, said in ((";", "semicolons"), ("\t", "tabs")):
        if len(header) == 1 and mark in header[0]:
            raise InputError(where, f"separates its columns by {said}; save it with commas, and with decimal points")
    doubled = sorted({cell for cell in header if cell and header.count(cell) > 1})
    if doubled:
        raise InputError(where, f"the column {shown(doubled[0])} stands there more than once")


def _check_row(row: list[str], header: list[str], where: str) -> None:
    if not row:
        raise InputError(where, "is empty")
    if len(row) != len(header):
        raise InputError(
            where,
            f"has {len(row)} cell{'' if len(row) == 1 else 's'} where the header has {len(header)}; "
            "a decimal comma splits a cell in two, so write a point",
        )
