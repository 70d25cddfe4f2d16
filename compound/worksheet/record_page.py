"""The pages of a record: title, verdict, facts, findings, and lines to sign on at the foot of every page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from compound import __version__
from compound.findings.finding import Finding
from compound.paper import document, fonts
from compound.paper.drawing import draw
from compound.paper.measure import ASCENT
from compound.paper.paper import PAGE_MARGIN, Column, Paper
from compound.showing.finding_rows import finding_text, sorted_findings
from compound.wording.language import Language
from compound.wording.record_words import PageWords

TEXT = 8.0
_TITLE, _HEADING, _VERDICT = 15.0, 11.0, 12.0
_FOOT_HIGH = 42.0


def begun(title: str, verdict: str, facts: Sequence[str] = ()) -> Paper:
    """The pages of a record, begun with its title, what it is of, and its verdict in a frame."""
    paper = Paper("A4", PAGE_MARGIN, PAGE_MARGIN + _FOOT_HIGH)
    paper.paragraph(title, _TITLE, True, after=4)
    for fact in facts:
        paper.paragraph(fact, 9)
    paper.framed(verdict, _VERDICT)
    return paper


def heading(paper: Paper, text: str, keep: float = 60) -> None:
    """The heading of a part, with room for `keep` points of it below."""
    paper.heading(text, _HEADING, keep)


def facts_table(paper: Paper, rows: Sequence[tuple[str, str]], share: float = 0.34) -> None:
    """Facts, name and text; the names take up a share of the width."""
    columns = [Column("", paper.inner * share, bold=True, size=TEXT), Column("", paper.inner * (1 - share), size=TEXT)]
    paper.table(columns, rows, pad=2)


def findings_texts(findings: Iterable[Finding], language: Language) -> list[tuple[str, str]]:
    """Findings, the gravest first: how grave, and what is wrong, its acceptance and its cure."""
    words = language.table(PageWords)
    return [
        (words.severities[finding.severity.value],
         words.finding.format(code=finding.code, text=finding_text(finding, language)))
        for finding in sorted_findings(findings)
    ]  # fmt: skip


def as_pdf(paper: Paper, language: Language, title: str, verdict: str, signatures: Sequence[str]) -> bytes:
    """The pages with their feet, as the bytes of a PDF: the same bytes for the same pages."""
    words, count = language.table(PageWords), len(paper.pages)
    for number in range(count):
        paper.turn_to(number)
        _foot(paper, signatures, words.page.format(page=number + 1, pages=count))
    canvas, buffer = document.canvas((paper.width, paper.height), language.code)
    maker = f"compound {__version__}"
    canvas.setTitle(title)
    canvas.setSubject(verdict)
    canvas.setAuthor(maker)
    canvas.setCreator(maker)
    draw(paper, canvas, False, fonts.USUAL)
    canvas.save()
    return buffer.getvalue()


def _foot(paper: Paper, signatures: Sequence[str], page: str) -> None:
    """Lines to sign on, what made the record, and which page of it this is."""
    y, wide = paper.height - PAGE_MARGIN - _FOOT_HIGH + 22, paper.inner / len(signatures)
    for place, label in enumerate(signatures):
        x = paper.left + place * wide
        paper.line(x, y, x + wide - 8, y, 0.5)
        paper.text(x, y + 2 + ASCENT * TEXT, label, TEXT)
    y = paper.height - PAGE_MARGIN
    paper.text(paper.left, y, f"compound {__version__}", TEXT)
    paper.text(paper.right, y, page, TEXT, align="right")
