"""The record of weights or assays as a PDF: verdict, dot plot with limits, rules, findings, single values, sources."""

from __future__ import annotations

from collections.abc import Sequence

from compound.paper.paper import Column, Paper
from compound.showing.qc_rows import QcRecord
from compound.wording.language import ENGLISH, Language
from compound.wording.qc_words import QcWords
from compound.worksheet import record_page
from compound.worksheet.dot_plot import draw_plot

_RULE_SHARES = (0.17, 0.34, 0.17, 0.18, 0.14)


def record_pdf(record: QcRecord, language: Language = ENGLISH) -> bytes:
    """The record, made in a language, as the bytes of a PDF in that language: the same bytes for the same record."""
    words = language.table(QcWords)
    paper = record_page.begun(record.title, record.verdict)
    for fact in record.facts:
        paper.paragraph(fact, 9)
    draw_plot(paper, record.plot, words.axis_capsules, language.notation)
    if record.rules:
        record_page.heading(paper, words.rules)
        _table(paper, record.rules, _RULE_SHARES)
    _paragraphs(paper, words.reasons, record.reasons)
    if record.findings:
        record_page.heading(paper, words.findings, 30)
        record_page.facts_table(paper, record_page.findings_texts(record.findings, language), 0.14)
    record_page.heading(paper, words.singles)
    count = len(record.singles[0])
    _table(paper, record.singles, [1 / count] * count, numbers=True)
    _paragraphs(paper, words.sources, record.sources)
    return record_page.as_pdf(paper, language, record.title, record.verdict, words.signatures)


def _table(paper: Paper, rows: Sequence[Sequence[str]], shares: Sequence[float], numbers: bool = False) -> None:
    """Rows under their headings, the first of them; `numbers` stand to the right, in all columns but the last."""
    aligned = ["right" if numbers and number < len(shares) else "left" for number in range(1, len(shares) + 1)]
    columns = [
        Column(header, paper.inner * share, align, size=record_page.TEXT)
        for header, share, align in zip(rows[0], shares, aligned, strict=True)
    ]
    paper.table(columns, rows[1:], pad=2)


def _paragraphs(paper: Paper, title: str, texts: Sequence[str]) -> None:
    if texts:
        record_page.heading(paper, title, 20)
        for text in texts:
            paper.paragraph(text, record_page.TEXT, after=2)
