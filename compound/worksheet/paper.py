"""Pages to write on: text, lines, boxes, tables that flow from page to page.

Everything is laid out before anything is drawn, so that every page can say how many there are. Every text passes one
primitive, `Paper.text`, which takes it as it is (no markup) and records the box it fills. Coordinates are points from
the upper left corner; a text stands on its baseline.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from compound.value import Value
from compound.worksheet import engine

SIZES = {"A4": (595.276, 841.89), "Letter": (612.0, 792.0)}
MARGIN = 36.0
# How far a text reaches above and below its baseline, as a share of its size.
ASCENT, DESCENT = 0.8, 0.24
LEADING = 1.2


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

    __slots__ = ("fields", "images", "lines", "paths", "rects", "texts")

    def __init__(self) -> None:
        self.texts: list[tuple[str, float, float, float, str, bool]] = []  # font, size, x, y, text, turned
        self.lines: list[tuple[float, float, float, float, float, bool]] = []  # x, y, x, y, width, dashed
        self.rects: list[tuple[float, float, float, float, float, float | None]] = []  # x, y, width, height, line, grey
        self.paths: list[tuple[list[tuple[Any, ...]], float, float | None]] = []  # steps, line, grey
        self.fields: list[tuple[str, float, float, float, float]] = []  # label, x, y, width, height
        self.images: list[tuple[str, float, float, float, float]] = []  # name, x, y, width, height


class Column(Value):
    """A column of a table."""

    heading: str
    width: float
    align: str = "left"
    bold: bool = False
    size: float = 8


class Blank(Value):
    """A cell to write in. `label` says what for, in a form that is filled in on a screen."""

    label: str


class Tick(Value):
    """A cell with a box to tick."""


class Span(Value):
    """A row of a table that is one text from side to side."""

    text: str
    bold: bool = True
    tick: bool = False


class Draw(Value):
    """A cell that draws itself, given its place: left, top, width, height."""

    drawer: Callable[[float, float, float, float], None]


Cell = str | Blank | Tick | Draw


class Paper:
    """The pages of a sheet. `y` is where the next thing goes; `begin_page` draws what each page begins with."""

    def __init__(self, size: str, top: float, bottom: float) -> None:
        self.width, self.height = SIZES[size]
        self.left, self.right = MARGIN, self.width - MARGIN
        self.top, self.bottom = top, self.height - bottom
        self.pages: list[Page] = []
        self._boxes: list[tuple[int, float, float, float, float, str]] = []
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
        self.number = len(self.pages)
        self.pages.append(self.page)
        self.y = self.top

    def turn_to(self, number: int) -> None:
        """Takes up a page again, the first being 0."""
        self.page, self.number = self.pages[number], number

    @property
    def boxes(self) -> list[Box]:
        """The place of every text."""
        return [Box(*box) for box in self._boxes]

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
        wide = width(text, size, bold)
        if align != "left":
            x -= wide if align == "right" else wide / 2
        self.page.texts.append((engine.BOLD if bold else engine.REGULAR, size, x, y, text, turned))
        if turned:
            box = (self.number, x - wide, y - DESCENT * size, x, y + ASCENT * size, text)
        else:
            box = (self.number, x, y - ASCENT * size, x + wide, y + DESCENT * size, text)
        self._boxes.append(box)

    def lines_at(
        self, x: float, y: float, text: str, wide: float, size: float = 8, bold: bool = False, align: str = "left"
    ) -> float:
        """Writes a text wrapped into `wide`, its top at `y`. Gives the y below it."""
        for line in wrap(text, wide, size, bold):
            at = x if align == "left" else x + wide if align == "right" else x + wide / 2
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

    # Shapes.

    def line(self, x0: float, y0: float, x1: float, y1: float, wide: float = 0.5, dashed: bool = False) -> None:
        """Draws a line."""
        self.page.lines.append((x0, y0, x1, y1, wide, dashed))

    def rect(self, x: float, y: float, wide: float, high: float, line: float = 0.5, grey: float | None = None) -> None:
        """Draws a box, its upper left corner at (x, y): `line` is its border, `grey` its filling (1 is white)."""
        self.page.rects.append((x, y, wide, high, line, grey))

    def path(self, steps: list[tuple[Any, ...]], line: float = 0.8, grey: float | None = None) -> None:
        """Draws a path of ("M", x, y), ("L", x, y), ("C", x, y, x, y, x, y) and ("Z",)."""
        self.page.paths.append((steps, line, grey))

    def tick(self, x: float, y: float, side: float = 9) -> None:
        """Draws a box to tick, its upper left corner at (x, y)."""
        self.rect(x, y, side, side, 0.8)

    def blank(self, x: float, y: float, wide: float, label: str, high: float = 12) -> None:
        """Draws a line to write on, its end at y, and makes it a field of a form."""
        self.line(x, y, x + wide, y, 0.5)
        self.page.fields.append((label, x, y - high, wide, high))

    # Tables.

    def table(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell] | Span], least: float = 0, pad: float = 3,
        whole: bool = False,
    ) -> None:  # fmt: skip
        """Draws a table from the left margin, its headings repeated on every page. No row is torn apart.

        `whole` puts it on a page of its own where it does not fit on this one, but on that.
        """
        wide = sum(column.width for column in columns)
        head = [wrap(column.heading, column.width - 2 * pad, 7, True) for column in columns]
        head_high, heights = self._heights(columns, rows, least, pad)
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
            self._row(columns, row, heights[i], pad, wide)
        self._rules(columns, top)
        self.y += 6

    def height_of(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell] | Span], least: float = 0, pad: float = 3
    ) -> float:
        """The height that a table takes on one page."""
        head_high, heights = self._heights(columns, rows, least, pad)
        return head_high + sum(heights) + 6

    def _heights(
        self, columns: Sequence[Column], rows: Sequence[Sequence[Cell] | Span], least: float, pad: float
    ) -> tuple[float, list[float]]:
        """The height of the headings of a table, and that of each row."""
        wide = sum(column.width for column in columns)
        lines = max(len(wrap(column.heading, column.width - 2 * pad, 7, True)) for column in columns)
        head = lines * LEADING * 7 + 2 * pad if any(column.heading for column in columns) else 0.0
        return head, [self._row_height(columns, row, least, pad, wide) for row in rows]

    def _row_height(
        self, columns: Sequence[Column], row: Sequence[Cell] | Span, least: float, pad: float, wide: float
    ) -> float:
        if isinstance(row, Span):
            return len(wrap(row.text, wide - 2 * pad - (16 if row.tick else 0), 8, row.bold)) * LEADING * 8 + 2 * pad
        high = least
        for column, cell in zip(columns, row, strict=True):
            if isinstance(cell, str):
                lines = len(wrap(cell, column.width - 2 * pad, column.size, column.bold))
                high = max(high, lines * LEADING * column.size + 2 * pad)
        return high

    def _head(self, columns: Sequence[Column], head: list[list[str]], high: float, pad: float) -> None:
        self.rect(self.left, self.y, sum(c.width for c in columns), high, 0, 0.88)
        x = self.left
        for column, lines in zip(columns, head, strict=True):
            y = self.y + pad
            for line in lines:
                at = x + pad if column.align == "left" else x + column.width - pad
                self.text(at, y + ASCENT * 7, line, 7, True, column.align if column.align == "right" else "left")
                y += LEADING * 7
            x += column.width
        self.y += high
        self.line(self.left, self.y, self.left + sum(c.width for c in columns), self.y, 0.8)

    def _row(self, columns: Sequence[Column], row: Sequence[Cell] | Span, high: float, pad: float, wide: float) -> None:
        x, y = self.left, self.y
        if isinstance(row, Span):
            self.rect(x, y, wide, high, 0.5, 0.94)
            self._spans.append((y, high))
            indent = 16.0 if row.tick else 0.0
            if row.tick:
                self.tick(x + pad, y + (high - 9) / 2)
            self.lines_at(x + pad + indent, y + pad, row.text, wide - 2 * pad - indent, 8, row.bold)
        else:
            for column, cell in zip(columns, row, strict=True):
                if isinstance(cell, str):
                    lines = len(wrap(cell, column.width - 2 * pad, column.size, column.bold))
                    above = (high - lines * LEADING * column.size) / 2
                    self.lines_at(
                        x + pad, y + above, cell, column.width - 2 * pad, column.size, column.bold, column.align
                    )
                elif isinstance(cell, Tick):
                    self.tick(x + (column.width - 10) / 2, y + (high - 10) / 2, 10)
                elif isinstance(cell, Draw):
                    cell.drawer(x, y, column.width, high)
                else:
                    self.page.fields.append((cell.label, x + 1, y + 1, column.width - 2, high - 2))
                x += column.width
        self.y += high
        self.line(self.left, self.y, self.left + wide, self.y, 0.5)

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


# Text measured and wrapped.


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a text in points."""
    table = engine.widths(engine.BOLD if bold else engine.REGULAR)
    return sum([table[ord(c)] for c in text]) * size / 1000


def wrap(text: str, wide: float, size: float, bold: bool = False) -> list[str]:
    """A text in lines no wider than `wide`, broken at blanks, and inside a word only where it has a line to itself."""
    if width(text, size, bold) <= wide:
        return [text]
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width(longer, size, bold) <= wide:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width(line, size, bold) > wide:
            count = 1
            while count < len(line) and width(line[: count + 1], size, bold) <= wide:
                count += 1
            lines.append(line[:count])
            line = line[count:]
    lines.append(line)
    return lines


def fitting(text: str, wide: float, sizes: Sequence[float], bold: bool = False) -> float:
    """The first of `sizes` at which a text fits on one line of `wide`, or the last."""
    return next((size for size in sizes if width(text, size, bold) <= wide), sizes[-1])


# Drawing.


def draw(paper: Paper, canvas: Any, fillable: bool) -> None:
    """Draws the pages onto a canvas, each thing once and in a fixed order: areas, lines, texts, fields."""
    number = 0
    for page in paper.pages:
        _draw_page(page, paper.height, canvas)
        for label, x, y, wide, high in page.fields if fillable else []:
            number += 1
            # A name holds no point: it would nest the fields. What a field is for stands in its hint.
            canvas.acroForm.textfield(
                name=f"blank-{number}", tooltip=label, x=x, y=paper.height - y - high, width=wide, height=high,
                fontName="Helvetica", fontSize=min(9, high - 4), borderWidth=0, fillColor=None, borderColor=None,
                textColor=None, maxlen=200, forceBorder=False,
            )  # fmt: skip
        canvas.showPage()


def _draw_page(page: Page, height: float, canvas: Any) -> None:
    for x, y, wide, high, line, grey in page.rects:
        if line:
            canvas.setLineWidth(line)
        if grey is not None:
            canvas.setFillGray(grey)
        canvas.rect(x, height - y - high, wide, high, stroke=1 if line else 0, fill=0 if grey is None else 1)
    for steps, line, grey in page.paths:
        _draw_path(steps, line, grey, height, canvas)
    for image, x, y, wide, high in page.images:
        canvas.drawImage(image, x, height - y - high, wide, high)
    by_kind: dict[tuple[float, bool], list[tuple[float, float, float, float]]] = {}
    for x0, y0, x1, y1, thick, dashed in page.lines:
        by_kind.setdefault((thick, dashed), []).append((x0, height - y0, x1, height - y1))
    for (thick, dashed), lines in by_kind.items():
        canvas.setLineWidth(thick)
        if dashed:
            canvas.setDash(3, 2)
        canvas.lines(lines)
        if dashed:
            canvas.setDash()
    canvas.setFillGray(0)
    text = canvas.beginText()
    current: tuple[str, float] | None = None
    for name, size, x, y, string, turned in page.texts:
        if (name, size) != current:
            text.setFont(name, size)
            current = (name, size)
        if turned:
            text.setTextTransform(-1, 0, 0, -1, x, height - y)
        else:
            text.setTextOrigin(x, height - y)
        text.textOut(string)
    canvas.drawText(text)


def _draw_path(steps: list[tuple[Any, ...]], line: float, grey: float | None, height: float, canvas: Any) -> None:
    path = canvas.beginPath()
    for step in steps:
        match step:
            case ("M", x, y):
                path.moveTo(x, height - y)
            case ("L", x, y):
                path.lineTo(x, height - y)
            case ("C", x1, y1, x2, y2, x3, y3):
                path.curveTo(x1, height - y1, x2, height - y2, x3, height - y3)
            case ("R", x, y, wide, high):
                path.rect(x, height - y - high, wide, high)
            case _:
                path.close()
    if line:
        canvas.setLineWidth(line)
    if grey is not None:
        canvas.setFillGray(grey)
    canvas.drawPath(path, stroke=1 if line else 0, fill=0 if grey is None else 1, fillMode=1)
