"""CSV as this house reads it: UTF-8, a header, nothing that has two readings.

Columns are separated by commas, or by semicolons as German Excel writes them; then a comma in a number is a decimal one.

Pure: it takes the bytes of a file and the name to show. Opening the file is for the command line.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from compound.exact.errors import InputError
from compound.exact.value import Value
from compound.reading.file_text import text_of
from compound.reading.marks import with_decimal_points
from compound.reading.text import shown

MOST_CSV_BYTES = 1_000_000

# What the module csv says, in words for whoever wrote the file.
_FAULTS = {
    "unexpected end of data": "a quotation mark is not closed",
    "',' expected after '\"'": "text stands behind a closing quotation mark",
    "';' expected after '\"'": "text stands behind a closing quotation mark",
    "field larger than field limit (131072)": "a cell is longer than 131,072 characters",
}
_OTHER_MARKS = {"\t": "tabs", "|": "bars"}


class CsvCells(Value):
    """The rows of a file as they stand, each with its number as a spreadsheet counts them.

    `decimal_comma` says that the columns are separated by semicolons, so that a comma in a number is a decimal one.
    """

    rows: list[tuple[int, list[str]]]
    decimal_comma: bool


class CsvTable(Value):
    """A header with its place, and the rows below it, each with its place and as many cells as the header."""

    where: str
    header: list[str]
    rows: list[tuple[str, list[str]]]
    decimal_comma: bool

    def amount(self, cell: str, where: str) -> str:
        """The text of a cell that holds an amount, with a decimal point. Raises InputError as `cell_text` does."""
        text = cell_text(cell, where)
        return with_decimal_points(text, where) if self.decimal_comma else text


def read_rows(
    content: bytes, name: str, columns: Sequence[Sequence[str]], may_be_empty: Collection[str] = ()
) -> tuple[Sequence[str], list[tuple[str, dict[str, str]]], bool]:
    """The header that the file has, one of `columns`; its rows, each with its place; whether commas are decimal ones.

    Every cell is filled, but those of columns that `may_be_empty`: an empty one is left out of its row.

    Raises InputError: one sentence with the file and the line.
    """
    table = read_table(content, name)
    wanted = next((choice for choice in columns if sorted(choice) == sorted(table.header)), None)
    if wanted is None:
        choices = ", or ".join(" ".join(choice) for choice in columns)
        raise InputError(table.where, f"has the columns {', '.join(map(shown, table.header))}; needed are {choices}")
    rows = [
        (
            place,
            {
                column: cell_text(cell, f"{place}, column {column}")
                for column, cell in zip(table.header, row, strict=True)
                if cell.strip(" ") or column not in may_be_empty
            },
        )
        for place, row in table.rows
    ]
    return wanted, rows, table.decimal_comma


def read_table(content: bytes, name: str) -> CsvTable:
    """The header and the rows below it. Raises InputError as `read_rows` does."""
    cells = read_cells(content, name)
    rows = cells.rows
    while not rows[-1][1]:
        rows.pop()
    where = f"{name} line {rows[0][0]}"
    header = read_header(rows[0][1], where)
    if len(rows) == 1:
        raise InputError(where, "is a header without rows under it")
    for line, row in rows[1:]:
        if not row:
            raise InputError(f"{name} line {line}", "is empty")
        if said := fault_of_length(row, header, decimal_comma=cells.decimal_comma):
            raise InputError(f"{name} line {line}", said)
    return CsvTable(where, header, [(f"{name} line {line}", row) for line, row in rows[1:]], cells.decimal_comma)


def read_cells(content: bytes, name: str, most: int = MOST_CSV_BYTES, needed: str = "") -> CsvCells:
    """The rows as they stand, at least one; an empty line is one too.

    `most` and `needed` are those of `text_of`. Raises InputError with the file and the line.
    """
    import csv
    import io

    text = text_of(content, name, most, needed)
    semicolons = _by_semicolons(text)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=";" if semicolons else ",", strict=True):
            rows.append((len(rows) + 1, row))
    except csv.Error as error:
        said = _FAULTS.get(str(error), str(error))
        raise InputError(f"{name} line {len(rows) + 1}", f"is not a CSV file: {said}") from None
    return CsvCells(rows, semicolons)


def _by_semicolons(text: str) -> bool:
    """Whether the first line with text, the header, is parted by semicolons and by no comma."""
    header = next(line for line in text.split("\n") if line.strip())
    bare = re.sub(r'"[^"]*"?', "", header)
    return ";" in bare and "," not in bare


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


def fault_of_length(row: Sequence[str], header: Sequence[str], *, decimal_comma: bool = False) -> str | None:
    """What is wrong with a row that has not as many cells as the header, or None."""
    if len(row) == len(header):
        return None
    more = len(row) > len(header)
    hint = "; a decimal comma splits a cell in two, so write a point" if more and not decimal_comma else ""
    return f"has {len(row)} cell{'' if len(row) == 1 else 's'} where the header has {len(header)}{hint}"


def csv_line(cells: Sequence[object]) -> str:
    """A row as this house writes it: commas between the cells, a line feed at the end."""
    import csv
    import io

    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(cells)
    return line.getvalue()


def cell_text(cell: str, where: str) -> str:
    """A cell without the blanks around it. Raises InputError for an empty one, and for a formula."""
    text = cell.strip(" ")
    if not text:
        raise InputError(where, "is empty")
    if text[0] in "=@":
        raise InputError(where, f"{shown(text)} looks like a formula; write the value itself")
    return text
