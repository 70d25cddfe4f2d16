"""The record of weights or assays as PDF bytes: verdict, dot plot with limits, rules, findings, single values.

All text is made elsewhere and drawn as it is, in the base fonts, so it must be Latin-1; nothing in it is markup. Only
positions on the page are floats.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from io import BytesIO
from typing import Any

from compound.exact.errors import ProgramFault
from compound.exact.value import Value
from compound.showing.qc_rows import DotPlot, PlotLevel, QcRecord

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM
MARGIN = 18 * MM
FOOT = 30 * MM
REGULAR, BOLD = "Helvetica", "Helvetica-Bold"
RED, GREY = (0.75, 0.1, 0.1), (0.45, 0.45, 0.45)


def record_pdf(record: QcRecord) -> bytes:
    """The sheet as PDF bytes, the same bytes for the same record."""
    from reportlab.pdfgen.canvas import Canvas

    pages = _pages(record)
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle(_latin(record.title))
    canvas.setAuthor(_latin(record.maker))
    canvas.setCreator(_latin(record.maker))
    canvas.setSubject(_latin(record.verdict))
    for at, page in enumerate(pages, 1):
        for block in page:
            block.draw(canvas)
        _foot(canvas, record, at, len(pages))
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


# Blocks are placed first and drawn after, because each page says how many there are.


class _Text(Value):
    text: str
    x: float
    y: float
    size: float
    font: str = REGULAR

    def draw(self, canvas: Any) -> None:
        canvas.setFillColorRGB(0, 0, 0)
        canvas.setFont(self.font, self.size)
        canvas.drawString(self.x, self.y, _latin(self.text))


class _Frame(Value):
    x: float
    y: float
    width: float
    height: float

    def draw(self, canvas: Any) -> None:
        canvas.setStrokeColorRGB(0, 0, 0)
        canvas.setLineWidth(1)
        canvas.rect(self.x, self.y, self.width, self.height)


class _Drawing(Value):
    plot: DotPlot
    x: float
    y: float
    width: float
    height: float

    def draw(self, canvas: Any) -> None:
        draw_plot(canvas, self.plot, self.x, self.y, self.width, self.height)


_Block = _Text | _Frame | _Drawing


class _Flow:
    """Fills pages from the top; a row that does not fit opens a page."""

    def __init__(self) -> None:
        self.pages: list[list[_Block]] = [[]]
        self.y = HEIGHT - MARGIN

    def room(self, height: float) -> None:
        if self.y - height < FOOT:
            self.pages.append([])
            self.y = HEIGHT - MARGIN

    def row(self, cells: Sequence[str], widths: Sequence[float], size: float = 8.5, font: str = REGULAR) -> None:
        """A row of cells, each wrapped to its width."""
        wrapped = [_wrapped(cell, width - 6, size, font) for cell, width in zip(cells, widths, strict=True)]
        leading = size * 1.25
        self.room(leading * max(len(lines) for lines in wrapped))
        x = MARGIN
        for lines, width in zip(wrapped, widths, strict=True):
            for number, line in enumerate(lines, 1):
                self.pages[-1].append(_Text(line, x, self.y - number * leading, size, font))
            x += width
        self.y -= leading * max(len(lines) for lines in wrapped) + 1.5

    def table(self, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        """Rows under their header, which stands on every page that they reach."""
        header, *others = rows
        self.row(header, widths, 8, BOLD)
        for row in others:
            page = len(self.pages)
            lines = max(len(_wrapped(cell, width - 6, 8, REGULAR)) for cell, width in zip(row, widths, strict=True))
            self.room(10 * lines)
            if len(self.pages) > page:
                self.row(header, widths, 8, BOLD)
            self.row(row, widths, 8)

    def line(self, text: str, size: float = 8.5, font: str = REGULAR) -> None:
        self.row([text], [WIDTH - 2 * MARGIN], size, font)

    def heading(self, text: str) -> None:
        self.y -= 6
        self.room(40)  # a heading stays with what follows it
        self.line(text, 10, BOLD)

    def list(self, title: str, texts: Sequence[str]) -> None:
        if texts:
            self.heading(title)
            for text in texts:
                self.line(text, 8)


def _pages(record: QcRecord) -> list[list[_Block]]:
    flow = _Flow()
    inner = WIDTH - 2 * MARGIN
    flow.line(record.title, 15, BOLD)
    flow.y -= 4
    lines = _wrapped(record.verdict, inner - 20, 12, BOLD)
    height: float = 15 * len(lines) + 9
    flow.pages[-1].append(_Frame(MARGIN, flow.y - height, inner, height))
    for number, line in enumerate(lines, 1):
        flow.pages[-1].append(_Text(line, MARGIN + 7, flow.y - 15 * number, 12, BOLD))
    flow.y -= height + 6
    for fact in record.facts:
        flow.line(fact, 9)
    flow.y -= 6
    height = 72 * MM
    flow.pages[-1].append(_Drawing(record.plot, MARGIN, flow.y - height, inner, height))
    flow.y -= height + 4
    if record.rules:
        flow.heading("Rules")
        flow.table(record.rules, [inner * share for share in (0.19, 0.33, 0.16, 0.19, 0.13)])
    flow.list("Not applied, and why", record.reasons)
    flow.list("Findings", record.remarks)
    flow.heading("Single values, in their order")
    columns = len(record.singles[0])
    flow.table(record.singles, [inner / columns] * columns)
    flow.list("Sources", record.sources)
    return flow.pages


def _foot(canvas: Any, record: QcRecord, page: int, pages: int) -> None:
    canvas.setStrokeColorRGB(0, 0, 0)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setLineWidth(0.5)
    width = (WIDTH - 2 * MARGIN) / 4
    canvas.setFont(REGULAR, 8)
    for at, label in enumerate(("Batch", "Date", "Judged by", "Checked by")):
        x = MARGIN + at * width
        canvas.line(x, 20 * MM, x + width - 8, 20 * MM)
        canvas.drawString(x, 16.5 * MM, label)
    canvas.drawString(MARGIN, 10 * MM, _latin(record.maker))
    canvas.drawRightString(WIDTH - MARGIN, 10 * MM, f"page {page} of {pages}")


def draw_plot(canvas: Any, plot: DotPlot, x: float, y: float, width: float, height: float) -> None:
    """Draws the dot plot into the box with its lower left corner at (x, y), in points: vector shapes only.

    A unit outside is a cross, one that may be outside a ring, and one inside a dot: it shows without colour.
    """
    left, right, bottom, top = x + 42, x + width - 142, y + 24, y + height - 4
    shown = [*plot.values, *(level.value for level in plot.levels)]
    low, high = min(shown), max(shown)
    pad = (high - low) / 12 or max(abs(high) / 10, Fraction(1))
    low, high = low - pad, high + pad

    def height_of(value: Fraction) -> float:
        return bottom + float((value - low) / (high - low)) * (top - bottom)

    canvas.setLineWidth(0.6)
    canvas.setStrokeColorRGB(0, 0, 0)
    canvas.rect(left, bottom, right - left, top - bottom)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFont(REGULAR, 7)
    for tick, text in _ticks(low, high):
        canvas.line(left - 3, height_of(tick), left, height_of(tick))
        canvas.drawRightString(left - 5, height_of(tick) - 2.5, text)
    units = len(plot.values)
    step = (right - left) / units
    every = max(1, -(-units // 20))
    for unit in range(1, units + 1):
        if unit % every == 0 or unit == 1:
            canvas.drawCentredString(left + (unit - 0.5) * step, bottom - 9, str(unit))
    canvas.drawCentredString((left + right) / 2, bottom - 20, "unit, in order (cross: outside; ring: maybe outside)")
    canvas.saveState()
    canvas.translate(x + 7, (bottom + top) / 2)
    canvas.rotate(90)
    canvas.drawCentredString(0, 0, _latin(plot.axis))
    canvas.restoreState()
    _draw_levels(canvas, plot.levels, left, right, [height_of(level.value) for level in plot.levels], bottom, top)
    radius = max(0.6, min(2.2, step / 3))
    canvas.setDash()
    for unit, value in enumerate(plot.values, 1):
        across, up = left + (unit - 0.5) * step, height_of(value)
        if unit in plot.outside:
            canvas.setStrokeColorRGB(*RED)
            canvas.setLineWidth(1.1)
            canvas.line(across - 3, up - 3, across + 3, up + 3)
            canvas.line(across - 3, up + 3, across + 3, up - 3)
        elif unit in plot.maybe:
            canvas.setStrokeColorRGB(*RED)
            canvas.setLineWidth(1.1)
            canvas.circle(across, up, 3, stroke=1, fill=0)
        else:
            canvas.setFillColorRGB(0, 0, 0)
            canvas.circle(across, up, radius, stroke=0, fill=1)


def _draw_levels(
    canvas: Any, levels: Sequence[PlotLevel], left: float, right: float, heights: Sequence[float], bottom: float, top: float
) -> None:
    """The lines, and their labels beside them, pushed apart where they would overlap."""
    spacing = 8.0
    order = sorted(range(len(levels)), key=lambda at: (heights[at], levels[at].label))
    places: list[float] = []
    for at in order:
        places.append(max(heights[at], places[-1] + spacing if places else bottom))
    over = places[-1] - top if places else 0.0
    if over > 0:  # the topmost labels were pushed out of the box: press all down, keeping their distance
        places[-1] = top
        for at in range(len(places) - 2, -1, -1):
            places[at] = min(places[at], places[at + 1] - spacing)
    for at, place in zip(order, places, strict=True):
        level, up = levels[at], heights[at]
        dash = {"mean": (), "target": (1, 2), "limit": (5, 3)}[level.kind]
        canvas.setDash(*([list(dash)] if dash else []))
        canvas.setStrokeColorRGB(*(RED if level.kind == "limit" else (0, 0, 0)))
        canvas.setLineWidth(0.8)
        canvas.line(left, up, right, up)
        canvas.setDash()
        canvas.setStrokeColorRGB(*GREY)
        canvas.setLineWidth(0.4)
        canvas.line(right, up, right + 8, place)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.setFont(REGULAR, 7)
        canvas.drawString(right + 10, place - 2.5, _latin(level.label))


def _ticks(low: Fraction, high: Fraction) -> list[tuple[Fraction, str]]:
    """Up to ten round numbers within the range, each with its text."""
    from compound.wording.notation import number

    step = Fraction(1)
    while (high - low) / step > 10:
        step *= 10
    while (high - low) / step <= 1:
        step /= 10
    for divisor in (5, 2):
        if (high - low) / (step / divisor) <= 10:
            step /= divisor
            break
    first = -(-low // step)
    return [(count * step, number(count * step)) for count in range(int(first), int(high // step) + 1)]


def _wrapped(text: str, width: float, size: float, font: str) -> list[str]:
    """The text in lines no wider than `width`; a word that is wider is cut, never lost."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    lines, line = [], ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if stringWidth(_latin(joined), font, size) <= width:
            line = joined
            continue
        if line:
            lines.append(line)
        while stringWidth(_latin(word), font, size) > width:
            cut = len(word) - 1
            while cut > 1 and stringWidth(word[:cut], font, size) > width:
                cut -= 1
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line]


def _latin(text: str) -> str:
    """The text, if the base fonts have every character of it; they would print a wrong sign in silence."""
    if not all(" " <= character <= "~" or "\xa0" <= character <= "\xff" for character in text):
        raise ProgramFault(f"{text!r} cannot be printed in the base fonts")
    return text
