"""Columns of text for a terminal: numbers stand below each other by their digits, one column folds to the width."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compound.cli import output
from compound.cli.streams import one_line

GAP = "  "
NARROWEST = 16  # of the column that folds
OTHER_WIDTHS = (22, 18, 14)  # tried for the other one


def aligned(texts: Sequence[str], point: str = ".") -> list[str]:
    """Amounts with their units, padded so that their points, or the ends of whole numbers, stand below each other."""
    parts = []
    for text in texts:
        number, space, unit = _parted(text)
        whole, dot, decimals = number.rpartition(point) if point in number else (number, "", "")
        parts.append((whole, dot + decimals, space + unit))
    before, after = (max((len(part[at]) for part in parts), default=0) for at in (0, 1))
    return [f"{whole:>{before}}{decimals:<{after}}{unit}".rstrip() for whole, decimals, unit in parts]


def _parted(text: str) -> tuple[str, str, str]:
    """An amount parted before its unit, its space with the unit."""
    end = max(text.rfind(" "), text.rfind("\u00a0"))
    return (text[:end], text[end], text[end + 1 :]) if end >= 0 else (text, "", "")


def table_lines(
    rows: Sequence[Sequence[str]], width: int | None, folding: int, other: int | None = None,
    styles: Sequence[str | None] | None = None,
) -> list[output.Line]:  # fmt: skip
    """Rows as lines: every column as wide as it needs, that at `folding` in what is left of `width`. None: nothing folds.

    Where that would fold it much, the column at `other` folds too. `styles` are those of the columns, from the second row
    on: the first is the head.
    """
    rows = [[one_line(cell) for cell in row] for row in rows]
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    folded = [[[cell] for cell in row] for row in rows]
    over = 0 if width is None else sum(wide) + len(GAP) * (len(wide) - 1) - width
    if over > 0:
        narrower = {wide[other], *(each for each in OTHER_WIDTHS if each < wide[other])} if other is not None else {0}
        tried = [_folded(rows, wide, over, folding, other, each) for each in sorted(narrower, reverse=True)]
        room = sum(wide) - over
        # Those that fit come first; among them the one of the fewest lines.
        wide, folded = min(tried, key=lambda each: (max(0, sum(each[0]) - room), sum(max(map(len, row)) for row in each[1])))
    return _lines(folded, wide, [None] * len(wide) if styles is None else styles)


def _lines(
    rows: Sequence[Sequence[list[str]]], wide: Sequence[int], styles: Sequence[str | None], gap: str = GAP
) -> list[output.Line]:
    """Cells in lines, as lines of the table."""
    lines: list[output.Line] = []
    for i, row in enumerate(rows):
        for at in range(max(map(len, row))):
            cells = [cell[at] if at < len(cell) else "" for cell in row]
            last = max((j for j, cell in enumerate(cells) if cell), default=0)
            line: list[tuple[str, str | None]] = []
            for j, cell in enumerate(cells[: last + 1]):
                line.append((cell, None if i == 0 or not cell.strip() else styles[j]))
                if j < last:
                    line.append((" " * (wide[j] - len(cell)) + gap, None))
            lines.append(line)
    return lines


def narrow_lines(rows: Sequence[Sequence[str]], width: int | None, folding: Sequence[int]) -> list[output.Line]:
    """Rows as lines, the first being the head; the columns at `folding`, in that order, are made as narrow as `width` asks."""
    rows = [[one_line(cell) for cell in row] for row in rows]
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    over = 0 if width is None else sum(wide) + len(GAP) * (len(wide) - 1) - width
    for at in folding:
        if over > 0:
            least = max(len(word) for row in rows for word in output.held_words(row[at].split(" ")))
            narrower = max(least, wide[at] - over)
            over -= wide[at] - narrower
            wide[at] = narrower
    cells = [
        [output.lines_of(cell, wide[at]) if at in folding and width is not None else [cell] for at, cell in enumerate(row)]
        for row in rows
    ]
    return _lines(cells, wide, [None] * len(wide), GAP if over <= 0 else " ")


def _folded(
    rows: Sequence[Sequence[str]], wide: Sequence[int], over: int, folding: int, other: int | None, other_width: int
) -> tuple[list[int], list[list[list[str]]]]:
    """The widths of the columns and the cells in lines, with the second column that folds at `other_width`."""
    widths = list(wide)
    if other is not None:
        over -= widths[other] - other_width
        widths[other] = other_width
    longest = max(len(part) for row in rows for word in _held(row[folding]) for part in _parts(word))
    widths[folding] = max(NARROWEST, longest, widths[folding] - max(0, over))
    cells = [
        [_cell_lines(cell, widths[j]) if j in (folding, other) else [cell] for j, cell in enumerate(row)] for row in rows
    ]
    return widths, cells


def _held(cell: str) -> list[str]:
    return output.held_words(cell.split(" "))


def _parts(word: str) -> list[str]:
    """A word in the parts that a line may end in: after each of its hyphens."""
    return re.findall(r"[^-]*-(?=[^-])|.+", word) or [word]


def _cell_lines(cell: str, width: int) -> list[str]:
    """A cell in lines; a word that is longer than one of them ends it after a hyphen."""
    words = [" ".join(_parts(word)) if len(word) > width else word for word in _held(cell)]
    return output.lines_of(" ".join(words), width)
