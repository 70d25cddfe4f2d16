"""The completed record of a batch as a PDF: planned, read, corrected, true strengths, verdict, findings, signatures."""

from __future__ import annotations

from collections.abc import Sequence

from compound.correcting.weighed import Weighed
from compound.findings.finding import Severity
from compound.paper.paper import Column, Paper
from compound.showing import finding_rows, plan_rows, weighed_rows
from compound.showing.uniformity_rows import uniformity_rows
from compound.wording.language import ENGLISH, Language
from compound.wording.record_words import PageWords, RecordWords, WeighedWords
from compound.worksheet import record_page
from compound.worksheet.letters import letters_finding, own_texts

_WEIGHING_SHARES = (0.06, 0.4, 0.12, 0.17, 0.1, 0.15)
_MIXTURE_SHARES = (0.18, 0.13, 0.16, 0.19, 0.15, 0.11, 0.08)


def batch_record(weighed: Weighed, name: str, language: Language = ENGLISH) -> bytes:
    """The record of an audit as the bytes of a PDF; `name` is that of the plan's file.

    The same audit gives the same bytes. A letter that the fonts lack stands there as its code, and a finding says so.
    """
    words, cells = language.table(RecordWords), language.table(WeighedWords)
    verdict = words.verdict.format(verdict=weighed_rows.verdict_text(weighed, language))
    paper = record_page.begun(words.title, verdict, [words.plan.format(name=name)])
    # Said by the dose, or about what is done by now.
    words_of = language.words
    elsewhere = (words_of.labelled_dose, words_of.planned_dose, words_of.fill_weight, words_of.to_crush)
    record_page.heading(paper, words.batch)
    batch = plan_rows.batch_rows(weighed.made, language)
    record_page.facts_table(paper, [row for row in batch if row[0] not in elsewhere])
    record_page.heading(paper, words.dose)
    record_page.facts_table(paper, weighed_rows.dose_rows(weighed, language)[1:])
    record_page.heading(paper, words.weighings)
    _table(paper, cells.headers, weighed_rows.weighing_rows(weighed, language), _WEIGHING_SHARES)
    record_page.heading(paper, words.mixtures)
    _table(paper, cells.mixture_headers, weighed_rows.made_rows(weighed, language), _MIXTURE_SHARES)
    record_page.heading(paper, words.uniformity)
    record_page.facts_table(paper, uniformity_rows(weighed.made, language))
    record_page.heading(paper, words.findings, 30)
    record_page.facts_table(paper, _findings(weighed, name, language), 0.14)
    return record_page.as_pdf(paper, language, words.title, verdict, words.signatures)


def _table(paper: Paper, headers: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[float]) -> None:
    columns = [
        Column(header, paper.inner * share, size=record_page.TEXT) for header, share in zip(headers, shares, strict=True)
    ]
    paper.table(columns, rows, pad=2)


def _findings(weighed: Weighed, name: str, language: Language) -> list[tuple[str, str]]:
    """Errors and warnings, and what was not checked."""
    said = [finding for finding in weighed.findings if finding.severity is not Severity.NOTE]
    unprinted = letters_finding([("PLAN.json", name), *own_texts(weighed.made)])
    rows = record_page.findings_texts(said if unprinted is None else [*said, unprinted], language)
    words = language.table(PageWords)
    return rows + [
        (words.not_checked, words.finding.format(code=item.code, text=finding_rows.not_checked_text(item, language)))
        for item in weighed.not_checked
    ]
