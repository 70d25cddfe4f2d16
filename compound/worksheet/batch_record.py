"""The completed record as PDF bytes: planned, read, corrected, true strengths, verdict, findings, signatures.

Text is drawn as it is, in the base fonts; nothing in it is markup. Positions on the page are the only floats. The same
audit gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from compound import __version__
from compound.correcting.weighed import Weighed
from compound.exact.errors import InputError
from compound.findings.finding import Severity
from compound.showing import plan_rows, weighed_rows
from compound.showing.uniformity_rows import uniformity_rows
from compound.wording.language import ENGLISH

MM = 72 / 25.4
WIDTH, HEIGHT = 210 * MM, 297 * MM
MARGIN, FOOT = 18 * MM, 32 * MM
REGULAR, BOLD = "Helvetica", "Helvetica-Bold"
INNER = WIDTH - 2 * MARGIN


_IN_DOSE = (ENGLISH.words.labelled_dose, ENGLISH.words.fill_weight)  # what the dose says anyway


def render(weighed: Weighed, name: str) -> bytes:
    """The record of an audit; `name` is that of the plan's file.

    Raises InputError for a character that the sheet cannot print.
    """
    from reportlab.pdfgen.canvas import Canvas

    flow = _Flow()
    flow.line("Record of a batch: planned, read, corrected", 15, BOLD)
    flow.line(f"plan: {name.encode('latin-1', 'backslashreplace').decode('latin-1')}", 9)
    flow.gap(4)
    flow.line(f"Verdict: {weighed_rows.verdict_text(weighed)}", 12, BOLD)
    flow.gap(4)
    flow.heading("Batch")
    flow.table([row for row in plan_rows.batch_rows(weighed.made) if row[0] not in _IN_DOSE], (0.34, 0.66))
    flow.heading("Dose")
    flow.table(weighed_rows.dose_rows(weighed)[1:], (0.34, 0.66))
    flow.heading("Weighings (to weigh: by the readings of the steps before; off: of that)")
    weighings = [weighed_rows.WEIGHING_HEADERS, *weighed_rows.weighing_rows(weighed)]
    flow.table(weighings, (0.06, 0.36, 0.12, 0.19, 0.12, 0.15), header=True)
    flow.heading("Mixtures as they really are (made: all of it was weighed)")
    flow.table(
        [weighed_rows.MIXTURE_HEADERS, *weighed_rows.made_rows(weighed)], (0.16, 0.13, 0.16, 0.2, 0.16, 0.11, 0.08),
        header=True,
    )  # fmt: skip
    flow.heading("Uniformity from capsule to capsule")
    flow.table(uniformity_rows(weighed.made), (0.34, 0.66))
    flow.heading("Errors and warnings (notes are left out), and what was not checked")
    for finding in plan_rows.sorted_findings(weighed.findings):
        if finding.severity is not Severity.NOTE:
            flow.line(f"{finding.severity.value}: [{finding.code}] {plan_rows.finding_text(finding)}", 8)
    for item in weighed.not_checked:
        flow.line(f"not checked: [{item.code}] {plan_rows.not_checked_text(item)}", 8)
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(WIDTH, HEIGHT), invariant=1, pageCompression=1)
    canvas.setTitle("Record of a batch")
    canvas.setCreator(f"compound {__version__}")
    for number, page in enumerate(flow.pages, 1):
        for text, x, y, size, font in page:
            canvas.setFont(font, size)
            canvas.drawString(x, y, text)
        _foot(canvas, number, len(flow.pages))
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _foot(canvas: Any, page: int, pages: int) -> None:
    """Lines to sign on, on every page."""
    canvas.setLineWidth(0.5)
    canvas.setFont(REGULAR, 8)
    labels = ("Batch", "Weighed by, date", "Checked by, date", "Released by, date")
    width = INNER / len(labels)
    for at, label in enumerate(labels):
        x = MARGIN + at * width
        canvas.line(x, 21 * MM, x + width - 8, 21 * MM)
        canvas.drawString(x, 17 * MM, label)
    canvas.drawString(MARGIN, 10 * MM, f"compound {__version__}")
    canvas.drawRightString(WIDTH - MARGIN, 10 * MM, f"page {page} of {pages}")


class _Flow:
    """Fills pages from the top; a row that does not fit opens a page."""

    def __init__(self) -> None:
        self.pages: list[list[tuple[str, float, float, float, str]]] = [[]]
        self.y = HEIGHT - MARGIN

    def gap(self, height: float) -> None:
        self.y -= height

    def line(self, text: str, size: float = 8.5, font: str = REGULAR) -> None:
        """Text over the whole width, in as many lines as it needs."""
        self._row([text], [INNER], size, font)

    def heading(self, text: str) -> None:
        """A heading, which stays with what follows it."""
        self.gap(7)
        self._room(45)
        self.line(text, 10, BOLD)

    def table(self, body: Sequence[Sequence[str]], shares: Sequence[float], *, header: bool = False) -> None:
        """Rows of cells; the first is the header, if there is one, and stands on every page that they reach."""
        widths = [share * INNER for share in shares]
        for at, cells in enumerate(body):
            if header and at and self._room(self._height(cells, widths, 8, REGULAR)):
                self._row(body[0], widths, 8, BOLD)
            self._row(cells, widths, 8, BOLD if header and at == 0 else REGULAR)

    def _room(self, height: float) -> bool:
        if self.y - height >= FOOT:
            return False
        self.pages.append([])
        self.y = HEIGHT - MARGIN
        return True

    def _height(self, cells: Sequence[str], widths: Sequence[float], size: float, font: str) -> float:
        lines = max(len(_wrapped(cell, width, size, font)) for cell, width in zip(cells, widths, strict=True))
        return size * 1.25 * lines + 2

    def _row(self, cells: Sequence[str], widths: Sequence[float], size: float, font: str) -> None:
        height = self._height(cells, widths, size, font)
        self._room(height)
        x = MARGIN
        for cell, width in zip(cells, widths, strict=True):
            for number, text in enumerate(_wrapped(cell, width, size, font), 1):
                self.pages[-1].append((text, x, self.y - number * size * 1.25, size, font))
            x += width
        self.y -= height


def _wrapped(text: str, width: float, size: float, font: str) -> list[str]:
    """The text in lines that fit into a cell; a word that is wider is cut, never lost."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    def fits(part: str) -> bool:
        return bool(stringWidth(part, font, size) <= width - 6)

    lines, line = [], ""
    for word in _printable(text).split(" "):
        joined = f"{line} {word}" if line else word
        if fits(joined):
            line = joined
            continue
        if line:
            lines.append(line)
        while not fits(word):
            cut = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or fits(word[:n]))
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line]


def _printable(text: str) -> str:
    """The text in the characters of the base fonts. Raises InputError for one that they would print wrongly."""
    text = text.replace("\u2212", "-").replace("\u201c", '"').replace("\u201d", '"').replace("\u2265", "at least")
    for character in text:
        if not (" " <= character <= "~" or "\xa0" <= character <= "\xff"):
            raise InputError("--pdf", f"the sheet cannot print U+{ord(character):04X} in {text[:60]!r}")
    return text
