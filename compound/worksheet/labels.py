"""The labels of a plan on paper: a PDF with a label a page for a roll, or with sheets of labels."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from compound import __version__
from compound.exact.errors import InputError
from compound.exact.value import Value
from compound.facts.label_formats import CONTINUOUS, LabelFormat, label_formats
from compound.paper import document, fonts, qr_code
from compound.paper.drawing import draw
from compound.paper.measure import ASCENT, width, wrap
from compound.paper.paper import SIZES as PAGES
from compound.paper.paper import Page, Paper
from compound.worksheet.label_layout import LETTER_SIZES, LabelPart, Placed, Room, fitted

POINTS = Fraction(7200, 2540)  # in a mm
SHORTEST_MM = 25  # of a piece of tape: a cutter gives none that is shorter
CODE_DIGITS = 12  # of the fingerprint, said in letters beside the code


class PrintedLabel(Value):
    """A label to print: what it is called in messages, and its parts."""

    name: str
    parts: tuple[LabelPart, ...]


class PaperFace:
    """The fonts of the worksheet."""

    def shown(self, text: str) -> str:
        """A text with the code of each letter that the fonts lack in its place."""
        return fonts.printable(text)

    def width(self, text: str, size: float, bold: bool) -> float:
        """The width of a text in points."""
        return width(text, size, bold)

    def wrap(self, text: str, wide: float, size: float, bold: bool) -> Sequence[str]:
        """A text in lines no wider than `wide` points."""
        return wrap(text, wide, size, bold)


def room_of(form: LabelFormat, per_mm: Fraction = POINTS) -> Room:
    """A format as room for a label, in units of which so many make a mm."""
    shortest = SHORTEST_MM * per_mm if form.kind == CONTINUOUS else Fraction(0)
    lengths = (form.wide, form.high, form.side, form.end)
    wide, high, side, end = (float(mm * per_mm) for mm in lengths)
    return Room(wide, high, side, end, form.kind == CONTINUOUS, float(shortest))


def unfit(label: PrintedLabel, form: LabelFormat, others: Sequence[str]) -> InputError:
    """The refusal of a label that does not fit on a format even at the least size; `others` are formats that it fits on."""
    hint = f"it fits on {', '.join(others)}" if others else "it fits on no format that is known"
    head, text, _ = LETTER_SIZES[-1]
    return InputError(
        "--format",
        f"the label of {label.name} does not fit on {form.name}, its strength or dose in letters of {int(head)} pt and the "
        f"rest in {int(text)} pt; {hint}",
    )


def laid_out(labels: Sequence[PrintedLabel], form: LabelFormat, caption: str) -> list[Placed]:
    """The labels laid out on a format, in points. Raises InputError for one that does not fit."""
    found = []
    for label in labels:
        placed = _fitted(label, caption, form)
        if placed is None:
            raise unfit(label, form, [one.name for one in label_formats() if _fitted(label, caption, one)])
        found.append(placed)
    return found


def _fitted(label: PrintedLabel, caption: str, form: LabelFormat) -> Placed | None:
    return fitted(label.parts, room_of(form), PaperFace(), caption)


class LabelPaper(Paper):
    """Pages of any size without margins."""

    def __init__(self, wide: float, high: float) -> None:
        self.width, self.height = wide, high
        self.left, self.right, self.top, self.bottom = 0.0, wide, 0.0, high
        self.pages: list[Page] = []
        self.pictures = {}
        self.new_page()


def papers(placed: Sequence[Placed], form: LabelFormat, code: str, start: int = 1) -> list[LabelPaper]:
    """The labels on their pages, with `code` in their codes. `start` is the first free label of the first sheet, from 1."""
    if not form.on_sheet:
        found = []
        for label in placed:
            paper = LabelPaper(float(form.wide * POINTS), label.high)
            _put(paper, label, (0.0, 0.0), code)
            found.append(paper)
        return found
    sheet = LabelPaper(*PAGES[form.page])
    for number, label in enumerate(placed, start - 1):
        place = number % form.per_page
        if place == 0 and number >= start:
            sheet.new_page()
        left, top = form.corner(place)
        _put(sheet, label, (float(left * POINTS), float(top * POINTS)), code)
    return [sheet]


def _put(paper: Paper, label: Placed, corner: tuple[float, float], code: str) -> None:
    """Draws a label, its upper left corner at `corner`."""
    left, top = corner
    for x, y, size, bold, text in label.texts:
        paper.text(left + x, top + y + ASCENT * size, text, size, bold)
    for x, y, wide in label.rules:
        paper.line(left + x, top + y, left + x + wide, top + y, 0.5)
    for x, y, wide, high in label.frames:
        paper.rect(left + x, top + y, wide, high, 1.4)
    if label.code is not None:
        x, y, side = label.code
        unit, drawn = qr_code.operators(code, side)
        paper.page.codes.append(((left + x, top + y, unit), drawn))


def labels_pdf(pages: Sequence[LabelPaper], language: str, title: str, fingerprint: str) -> bytes:
    """The pages as the bytes of a PDF: the same labels give the same bytes."""
    canvas, buffer = document.canvas((pages[0].width, pages[0].height), language)
    canvas.setTitle(title)
    canvas.setSubject(f"fingerprint {fingerprint}")
    canvas.setAuthor(f"compound {__version__}")
    canvas.setCreator(f"compound {__version__}")
    for paper in pages:
        canvas.setPageSize((paper.width, paper.height))
        draw(paper, canvas, False, fonts.USUAL)
    canvas.save()
    return buffer.getvalue()
