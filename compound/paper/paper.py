"""Pages to write on: text, lines, boxes, tables that flow from page to page.

Everything is laid out before anything is drawn, so that every page can say how many there are. Every text passes one
primitive, `Paper.text`, which takes it as it is (no markup) and records the box it fills. Coordinates are points from
the upper left corner; a text stands on its baseline.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from compound.exact.value import Value
from compound.paper import fonts
from compound.paper.logo import Picture
from compound.paper.measure import ASCENT, DESCENT, LEADING, width, wrap

SIZES = {"A4": (595.276, 841.89), "Letter": (612.0, 792.0)}
PAGE_MARGIN = 36.0
# How a line is dashed: points drawn and points left out.
DASHED, DOTTED = "3 2", "1 2"
_TICK_SIDE = 10.5
_TICK = 17.0  # what a box to tick takes up at the head of a row


class Box(Value):
    """The place of a text on a page (from 0): left, top, right, bottom."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


class Page:
    """What stands on a page, as yet undrawn."""

    __slots__ = ("codes", "fields", "images", "lines", "paths", "rects", "texts")

    def __init__(self) -> None:
        self.texts: list[tuple[str, float, float, float, str, bool]] = []  # font, size, x, y, text, turned
        self.lines: list[tuple[float, float, float, float, float, str]] = []  # x, y, x, y, width, dash
        self.rects: list[tuple[float, float, float, float, float, float | None]] = []  # x, y, width, height, line, grey
        self.paths: list[tuple[list[tuple[Any, ...]], float, float | None]] = []  # steps, line, grey
        self.codes: list[tuple[tuple[float, float, float], str]] = []  # x, y, side of a module; its operators
        self.fields: list[tuple[str, float, float, float, float, str]] = []  # label, x, y, width, height, name
        self.images: list[tuple[str, float, float, float, float]] = []  # name, x, y, width, height


class Column(Value):
    """A column of a table."""

    heading: str
    width: float
    align: str = "left"
    bold: bool = False
    size: float = 8


class Blank(Value):
    """A cell to write in. `label` says what for, in a form that is filled in on a screen; `name` is that of its field.

    A name says what the field is in every language; without one it is made from the label.
    """

    label: str
    name: str = ""


class Tick(Value):
    """A cell with a box to tick."""


class Text(Value):
    """A cell with a text in its own size, whatever that of its column."""

    text: str
    size: float
    bold: bool = False


class Span(Value):
    """A row of a table that is one text from side to side."""

    text: str
    bold: bool = True
    tick: bool = False
    size: float = 8
    grey: float = 0.94


class Draw(Value):
    """A cell that draws itself, given its place: left, top, width, height."""

    drawer: Callable[[float, float, float, float], None]


Cell = str | Text | Blank | Tick | Draw


class Piece(Value):
    """Something laid out apart from any page, its top at 0: what stands on it, and how high it is."""

    page: Page
    high: float


class Paper:
    """The pages of a sheet. `y` is where the next thing goes; `head` is the size of the headings of its tables."""

    def __init__(self, size: str, top: float, bottom: float, head: float = 7) -> None:
        self.width, self.height = SIZES[size]
        self.head = head
        self.left, self.right = PAGE_MARGIN, self.width - PAGE_MARGIN
        self.top, self.bottom = top, self.height - bottom
        self.pages: list[Page] = []
        self.pictures: dict[str, Picture] = {}
        self.y = top
        self.page: Page
        self.new_page()

    @property
    def inner(self) -> float:
        """The width between the margins."""
        return self.right - self.left

    def new_page(self) -> None:
        """Begins a page."""
        self.page = Page()
        self._spans: list[tuple[float, float]] = []
        self.pages.append(self.page)
        self.y = self.top

    def turn_to(self, number: int) -> None:
        """Takes up a page again, the first being 0."""
        self.page = self.pages[number]

    @contextmanager
    def between(self, left: float, right: float) -> Iterator[None]:
        """Lays out between other margins, such as those of a column."""
        before = self.left, self.right
        self.left, self.right = left, right
        try:
            yield
        finally:
            self.left, self.right = before

    def piece(self, draw: Callable[[], None]) -> Piece:
        """What `draw` lays out from the cursor down, apart from any page, however high it is."""
        before = self.page, self.y, self.top, self.bottom, self._spans
        self.page, self.y, self.top, self.bottom, self._spans = Page(), 0.0, 0.0, float("inf"), []
        try:
            draw()
            return Piece(self.page, self.y)
        finally:
            self.page, self.y, self.top, self.bottom, self._spans = before

    def put(self, piece: Piece) -> None:
        """Puts a piece onto the page at the cursor."""
        page, there, down = self.page, piece.page, self.y
        page.texts += [(font, size, x, y + down, text, turned) for font, size, x, y, text, turned in there.texts]
        page.lines += [(x0, y0 + down, x1, y1 + down, wide, dash) for x0, y0, x1, y1, wide, dash in there.lines]
        page.rects += [(x, y + down, wide, high, line, grey) for x, y, wide, high, line, grey in there.rects]
        page.paths += [([_moved(step, down) for step in steps], line, grey) for steps, line, grey in there.paths]
        page.codes += [((x, y + down, unit), drawn) for (x, y, unit), drawn in there.codes]
        page.fields += [(label, x, y + down, wide, high, name) for label, x, y, wide, high, name in there.fields]
        page.images += [(name, x, y + down, wide, high) for name, x, y, wide, high in there.images]
        self.y += piece.high

    def together(self, draw: Callable[[], None], gap: float = 0) -> None:
        """Lays out in one piece, on the next page where this one has no room; in parts where no page has.

        `gap` is left above it, but not at the top of a page.
        """
        piece = self.piece(draw)
        if piece.high > self.bottom - self.top:
            self.y += 0 if self.y == self.top else gap
            draw()
            return
        if not self.need(piece.high + gap) and self.y != self.top:
            self.y += gap
        self.put(piece)

    def spread(self, heights: Sequence[float], room: float) -> set[int]:
        """Which of several pieces begin a page: the fewest pages, and of these the ones whose fullest is the least full.

        `heights` are theirs with the gap below each; so much `room` is left on this page.
        """
        if len(heights) == 1 or sum(heights) <= room:
            return set()
        whole = self.bottom - self.top
        best: list[tuple[int, float, tuple[int, ...]]] = [(0, 0.0, ())]  # pages begun, fullest, first pieces; by pieces placed
        for end in range(1, len(heights) + 1):
            found = []
            for start in range(end):
                begun, fullest, firsts = best[start]
                high, has = sum(heights[start:end]), room if not start else whole
                if high <= has or end == start + 1:
                    found.append((begun + (start > 0), max(fullest, high + (whole - has)), (*firsts, start)))
            best.append(min(found))
        return set(best[-1][2]) - {0}

    @property
    def boxes(self) -> list[Box]:
        """The place of every text."""
        found = []
        for number, page in enumerate(self.pages):
            for name, size, x, y, text, turned in page.texts:
                wide = width(text, size, name == fonts.BOLD)
                if turned:
                    found.append(Box(number, x - wide, y - DESCENT * size, x, y + ASCENT * size, text))
                else:
                    found.append(Box(number, x, y - ASCENT * size, x + wide, y + DESCENT * size, text))
        return found

    def need(self, height: float) -> bool:
        """Begins a page if `height` is not left on this one. A fresh page is never left for another."""
        if self.y + height <= self.bottom or self.y == self.top:
            return False
        self.new_page()
        return True

    # Text.

    def text(
        self, x: float, y: float, text: str, size: float = 8, bold: bool = False, align: str = "left",
        turned: bool = False,
    ) -> None:  # fmt: skip
        """Writes one line, on the baseline `y`. `turned` writes it upside down, to the left of `x`."""
        if not text:
            return
        text = fonts.printable(text)
        if align != "left":
            x -= width(text, size, bold) / (1 if align == "right" else 2)
        self.page.texts.append((fonts.BOLD if bold else fonts.REGULAR, size, x, y, text, turned))

    def lines_at(
        self, x: float, y: float, text: str, wide: float, size: float = 8, bold: bool = False, align: str = "left"
    ) -> float:
        """Writes a text wrapped into `wide`, its top at `y`. Gives the y below it."""
        return self._lines_at(x, y, wrap(text, wide, size, bold), wide, size, bold, align)

    def _lines_at(
        self, x: float, y: float, lines: Sequence[str], wide: float, size: float, bold: bool, align: str
    ) -> float:
        at = x if align == "left" else x + wide if align == "right" else x + wide / 2
        for line in lines:
            self.text(at, y + ASCENT * size, line, size, bold, align)
            y += LEADING * size
        return y

    def paragraph(self, text: str, size: float = 8, bold: bool = False, indent: float = 0, after: float = 3) -> None:
        """Writes a text from margin to margin, on as many pages as it needs."""
        for line in wrap(text, self.inner - indent, size, bold):
            self.need(LEADING * size)
            self.text(self.left + indent, self.y + ASCENT * size, line, size, bold)
            self.y += LEADING * size
        self.y += after

    def heading(self, text: str, size: float, keep: float, above: float = 6) -> None:
        """Writes a heading, with room for `keep` points of what follows it below; `above` it is a gap, but on top of a page."""
        lines = wrap(text, self.inner, size, True)
        self.need(min(len(lines) * LEADING * size + 3 + above + keep, self.bottom - self.top))
        self.y += 0 if self.y == self.top else above
        for line in lines:
            self.text(self.left, self.y + ASCENT * size, line, size, True)
            self.y += LEADING * size
        self.y += 3

    def framed(self, text: str, size: float) -> None:
        """Writes a text in bold in a frame from margin to margin, whole on one page."""
        high = len(wrap(text, self.inner - 16, size, True)) * LEADING * size + 10
        self.need(high)
        self.lines_at(self.left + 8, self.y + 4, text, self.inner - 16, size, True)
        self.rect(self.left, self.y, self.inner, high, 1.4)
        self.y += high + 6

    # Shapes.

    def line(self, x0: float, y0: float, x1: float, y1: float, wide: float = 0.5, dash: str = "") -> None:
        """Draws a line, whole or `DASHED` or `DOTTED`."""
        self.page.lines.append((x0, y0, x1, y1, wide, dash))

    def rect(self, x: float, y: float, wide: float, high: float, line: float = 0.5, grey: float | None = None) -> None:
        """Draws a box, its upper left corner at (x, y): `line` is its border, `grey` its filling (1 is white)."""
        self.page.rects.append((x, y, wide, high, line, grey))

    def path(self, steps: list[tuple[Any, ...]], line: float = 0.8, grey: float | None = None) -> None:
        """Draws a path of ("M", x, y), ("L", x, y), ("C", x, y, x, y, x, y) and ("Z",)."""
        self.page.paths.append((steps, line, grey))

    def image(self, name: str, x: float, y: float, wide: float, high: float) -> None:
        """Draws one of `pictures`, its upper left corner at (x, y)."""
        self.page.images.append((name, x, y, wide, high))

    def tick(self, x: float, y: float) -> None:
        """Draws a box to tick, its upper left corner at (x, y)."""
        self.rect(x, y, _TICK_SIDE, _TICK_SIDE, 0.9, 1.0)

    def blank(self, x: float, y: float, wide: float, label: str, high: float = 12, name: str = "") -> None:
        """Draws a line to write on, its end at y, and makes it a field of a form."""
        self.line(x, y, x + wide, y, 0.5)
        self.page.fields.append((label, x, y - high, wide, high, name))

    # Tables.

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell] | Span], least: float = 0, pad: float = 3,
        whole: bool = False,
    ) -> None:  # fmt: skip
        """Draws a table from the left margin, its headings repeated on every page. No row is torn apart.

        `whole` puts it on a page of its own where it does not fit on this one, but on that.
        """
        wide = sum([column.width for column in columns])
        head = [wrap(column.heading, column.width - 2 * pad, self.head, True) for column in columns]
        head_high, measured = self._measured(columns, rows, least, pad)
        heights = [high for high, _ in measured]
        if whole and head_high + sum(heights) <= self.bottom - self.top:
            self.need(head_high + sum(heights))
        drawn_head = False
        top = self.y
        for i, row in enumerate(rows):
            # A heading stays with the row that follows it.
            with_next = heights[i] + (heights[i + 1] if isinstance(row, Span) and i + 1 < len(rows) else 0)
            if not drawn_head or self.y + with_next > self.bottom:
                if drawn_head:
                    self._rules(columns, top)
                    self.new_page()
                else:
                    self.need(head_high + with_next)
                top = self.y
                if head_high:
                    self._head(columns, head, head_high, pad)
                drawn_head = True
            if isinstance(row, Span):
                self._span(row, heights[i], pad, wide, measured[i][1][0])
            else:
                self._row(columns, row, heights[i], pad, measured[i][1])
            self.y += heights[i]
            self.line(self.left, self.y, self.left + wide, self.y, 0.5)
        self._rules(columns, top)
        self.y += 6

    def height_of(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell] | Span], least: float = 0, pad: float = 3
    ) -> float:
        """The height that a table takes on one page."""
        head_high, measured = self._measured(columns, rows, least, pad)
        return head_high + sum([high for high, _ in measured]) + 6

    def _measured(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell] | Span], least: float, pad: float
    ) -> tuple[float, list[tuple[float, list[tuple[str, ...]]]]]:
        """The height of the headings of a table, and of each row its height and the lines of its cells."""
        wide = sum(column.width for column in columns)
        lines = max(len(wrap(column.heading, column.width - 2 * pad, self.head, True)) for column in columns)
        head = lines * LEADING * self.head + 2 * pad if any(column.heading for column in columns) else 0.0
        return head, [self._measured_row(columns, row, least, pad, wide) for row in rows]

    def _measured_row(
        self, columns: Sequence[Column], row: Sequence[Cell] | Span, least: float, pad: float, wide: float
    ) -> tuple[float, list[tuple[str, ...]]]:
        if isinstance(row, Span):
            lines = wrap(row.text, wide - 2 * pad - (_TICK if row.tick else 0), row.size, row.bold)
            return max(len(lines) * LEADING * row.size, _TICK_SIDE if row.tick else 0) + 2 * pad, [lines]
        high = least
        cells: list[tuple[str, ...]] = []
        for column, cell in zip(columns, row, strict=True):
            if isinstance(cell, str | Text):
                text, size, bold = _styled(cell, column)
                lines = wrap(text, column.width - 2 * pad, size, bold)
                high = max(high, len(lines) * LEADING * size + 2 * pad)
                cells.append(lines)
            else:
                cells.append(())
        return high, cells

    def _head(self, columns: Sequence[Column], head: list[tuple[str, ...]], high: float, pad: float) -> None:
        self.rect(self.left, self.y, sum(c.width for c in columns), high, 0, 0.88)
        x = self.left
        for column, lines in zip(columns, head, strict=True):
            y = self.y + pad
            for line in lines:
                at = x + pad if column.align == "left" else x + column.width - pad
                align = column.align if column.align == "right" else "left"
                self.text(at, y + ASCENT * self.head, line, self.head, True, align)
                y += LEADING * self.head
            x += column.width
        self.y += high
        self.line(self.left, self.y, self.left + sum(c.width for c in columns), self.y, 0.8)

    def _span(self, row: Span, high: float, pad: float, wide: float, lines: Sequence[str]) -> None:
        x, y = self.left, self.y
        self.rect(x, y, wide, high, 0.5, row.grey)
        self._spans.append((y, high))
        if row.tick:
            self.tick(x + pad, y + (high - _TICK_SIDE) / 2)
        indent = pad + (_TICK if row.tick else 0)
        above = (high - len(lines) * LEADING * row.size) / 2
        self._lines_at(x + indent, y + above, lines, wide - indent - pad, row.size, row.bold, "left")

    def _row(
        self, columns: Sequence[Column], row: Sequence[Cell], high: float, pad: float, cells: list[tuple[str, ...]]
    ) -> None:
        x, y = self.left, self.y
        for column, cell, lines in zip(columns, row, cells, strict=True):
            if lines and isinstance(cell, str | Text):
                _, size, bold = _styled(cell, column)
                above = (high - len(lines) * LEADING * size) / 2
                self._lines_at(x + pad, y + above, lines, column.width - 2 * pad, size, bold, column.align)
            elif isinstance(cell, Tick):
                self.tick(x + (column.width - _TICK_SIDE) / 2, y + (high - _TICK_SIDE) / 2)
            elif isinstance(cell, Draw):
                cell.drawer(x, y, column.width, high)
            elif isinstance(cell, Blank):
                self.page.fields.append((cell.label, x + 1, y + 1, column.width - 2, high - 2, cell.name))
            x += column.width

    def _rules(self, columns: Sequence[Column], top: float) -> None:
        """The upright lines of a table on this page, around the rows that are one text."""
        x = self.left
        spans = [(y, y + high) for y, high in self._spans if y >= top]
        wide = sum(c.width for c in columns)
        self.line(self.left, top, self.left + wide, top, 0.8)
        for i, edge in enumerate([0.0, *(c.width for c in columns)]):
            x += edge
            y = top
            for low, high in spans if 0 < i < len(columns) else []:
                if low > y:
                    self.line(x, y, x, low, 0.5)
                y = high
            if y < self.y:
                self.line(x, y, x, self.y, 0.5)


def _moved(step: tuple[Any, ...], down: float) -> tuple[Any, ...]:
    """A step of a path, so far down."""
    if step[0] == "R":
        return (step[0], step[1], step[2] + down, *step[3:])
    return (step[0], *(value + down if i % 2 else value for i, value in enumerate(step[1:])))


def _styled(cell: str | Text, column: Column) -> tuple[str, float, bool]:
    """The text of a cell, its size, and whether it is bold."""
    return (cell, column.size, column.bold) if isinstance(cell, str) else (cell.text, cell.size, cell.bold)
