"""The page of an aliquot without a batch: the answer, what was asked, steps with room for readings, and what they give.

Other multiples are not on it: who weighs from a page must find one amount there.
"""

from __future__ import annotations

from compound.aliquot.answer import Answer
from compound.findings import codes
from compound.paper.paper import Column, Paper
from compound.showing import aliquot_rows
from compound.showing.finding_rows import not_checked_text
from compound.wording.language import ENGLISH, Language
from compound.worksheet import record_page

_SHARES = (0.08, 0.34, 0.15, 0.13, 0.13, 0.07, 0.10)


def aliquot_pdf(answer: Answer, language: Language = ENGLISH) -> bytes:
    """The page as the bytes of a PDF: the same bytes for the same answer."""
    words = aliquot_rows.words_in(language)
    title, text = words.titles[answer.question.kind], aliquot_rows.answer_text(answer, language)
    paper = record_page.begun(title, text)
    if asked := aliquot_rows.asked_rows(answer, language):
        record_page.heading(paper, words.asked)
        record_page.facts_table(paper, asked)
    _steps(paper, answer, language)
    _mixing(paper, answer, language)
    if given := aliquot_rows.given_rows(answer, language, helps=False):
        record_page.heading(paper, words.accuracy)
        record_page.facts_table(paper, given)
        paper.paragraph(words.only_arithmetic, record_page.TEXT, after=2)
    # How to mix stands in the table of additions.
    if findings := [one for one in answer.findings if one.entry is not codes.STEEP_STEP]:
        record_page.heading(paper, words.findings, 30)
        record_page.facts_table(paper, record_page.findings_texts(findings, language), 0.14)
    if answer.not_checked:
        record_page.heading(paper, words.not_checked, 20)
        for item in answer.not_checked:
            paper.paragraph(not_checked_text(item, language), record_page.TEXT, after=2)
    return record_page.as_pdf(paper, language, title, text, words.signatures)


def _steps(paper: Paper, answer: Answer, language: Language) -> None:
    """The steps, each with a blank for what was read, and for who did it and who checked it."""
    words = aliquot_rows.words_in(language)
    rows = aliquot_rows.aliquot_step_rows(answer, language)
    if rows:
        record_page.heading(paper, words.steps)
        columns = [
            Column(header, paper.inner * share, size=record_page.TEXT)
            for header, share in zip(words.sheet_headers, _SHARES, strict=True)
        ]
        paper.table(columns, [(*row, "", "", "") for row in rows], pad=4)


def _mixing(paper: Paper, answer: Answer, language: Language) -> None:
    """The additions of a mixture that is mixed by doubling."""
    words = aliquot_rows.words_in(language)
    rows = aliquot_rows.mixing_rows(answer, language)
    if len(rows) > 1:
        record_page.heading(paper, words.mixing)
        share = paper.inner / len(words.mixing_headers)
        columns = [Column(header, share, size=record_page.TEXT) for header in words.mixing_headers]
        paper.table(columns, [(*row, "") for row in rows], pad=2)

