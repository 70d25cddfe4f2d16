"""CSV as this house reads it: UTF-8, commas, a header, nothing that has two readings.

Pure: it takes the bytes of a file and the name to show. Opening the file is for the command line.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from compound.exact.errors import InputError
from compound.reading.file_text import text_of
from compound.reading.text import shown

MOST_CSV_BYTES = 1_000_000

# What the module csv says, in words for whoever wrote the file.
_FAULTS = {
    "unexpected end of data": "a quotation mark is not closed",
    "',' expected after '\"'": "text stands behind a closing quotation mark",
    "field larger than field limit (131072)": "a cell is longer than 131,072 characters",
}
_OTHER_MARKS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def read_rows(
    content: bytes, name: str, columns: Sequence[Sequence[str]], may_be_empty: Collection[str] = ()
) -> tuple[Sequence[str], list[tuple[str, dict[str, str]]]]:
    """The header that the file has, one of `columns`, and its rows, each with its place.

    Every cell is filled, but those of columns that `may_be_empty`: an empty one is left out of its row.

    Raises InputError: one sentence with the file and the line.
    """
    where, header, rows = read_table(content, name)
    wanted = next((choice for choice in columns if sorted(choice) == sorted(header)), None)
    if wanted is None:
        choices = ", or ".join(" ".join(choice) for choice in columns)
        raise InputError(where, f"has the columns {', '.join(map(shown, header))}; needed are {choices}")
    return wanted, [
        (place, {
            column: cell_text(cell, f"{place}, column {column}")
            for column, cell in zip(header, row, strict=True)
            if cell.strip(" ") or column not in may_be_empty
        })
        for place, row in rows
    ]


def read_table(content: bytes, name: str) -> tuple[str, list[str], list[tuple[str, list[str]]]]:
    """The place of the header, the header, and the rows below it, each with its place and as many cells as the header.

    Raises InputError as `read_rows` does.
    """
    rows = read_cells(content, name)
    while not rows[-1][1]:
        rows.pop()
    where = f"{name} line {rows[0][0]}"
    header = read_header(rows[0][1], where)
    if len(rows) == 1:
        raise InputError(where, "is a header without rows under it")
    for line, row in rows[1:]:
        if not row:
            raise InputError(f"{name} line {line}", "is empty")
        if said := fault_of_length(row, header):
            raise InputError(f"{name} line {line}", said)
    return where, header, [(f"{name} line {line}", row) for line, row in rows[1:]]


def read_cells(
    content: bytes, name: str, most: int = MOST_CSV_BYTES, needed: str = ""
) -> list[tuple[int, list[str]]]:
    """The rows as they stand, at least one, each with its number as a spreadsheet counts them; an empty line is one too.

    `most` and `needed` are those of `text_of`. Raises InputError with the file and the line.
    """
    import csv
    import io

    rows: list[tuple[int, list[str]]] = []
    try:
        for row in csv.reader(io.StringIO(text_of(content, name, most, needed), newline=""), strict=True):
            rows.append((len(rows) + 1, row))
    except csv.Error as error:
        said = _FAULTS.get(str(error), str(error))
        raise InputError(f"{name} line {len(rows) + 1}", f"is not a CSV file: {said}") from None
    return rows


def read_header(cells: Sequence[str], where: str, repeated: Collection[str] = ()) -> list[str]:
    """The names of the columns. Raises InputError for other marks than commas, and for a column that stands there twice.

    `repeated` are the names of columns that may.
    """
    header = [cell.strip() for cell in cells]
    for mark, said in _OTHER_MARKS.items():
        if len(header) == 1 and mark in header[0]:
            raise InputError(where, f"separates its columns by {said}; save it with commas, and with decimal points")
    for position, column in enumerate(header):
        if column and column not in repeated and column in header[:position]:
            raise InputError(where, f"holds the column {shown(column)} twice")
    return header


def fault_of_length(row: Sequence[str], header: Sequence[str]) -> str | None:
    """What is wrong with a row that has not as many cells as the header, or None."""
    if len(row) == len(header):
        return None
    hint = "; a decimal comma splits a cell in two, so write a point" if len(row) > len(header) else ""
    return f"has {len(row)} cell{'' if len(row) == 1 else 's'} where the header has {len(header)}{hint}"


def cell_text(cell: str, where: str) -> str:
    """A cell without the blanks around it. Raises InputError for an empty one, and for a formula."""
    text = cell.strip(" ")
    if not text:
        raise InputError(where, "is empty")
    if text[0] in "=@":
        raise InputError(where, f"{shown(text)} looks like a formula; write the value itself")
    return text
