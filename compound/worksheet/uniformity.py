"""Uniformity from capsule to capsule, its section; and what is said on page one whatever the template."""

from __future__ import annotations

from compound.findings import codes
from compound.paper.paper import LEADING, Cell, Column, Span, wrap
from compound.showing.uniformity_rows import uniformity_rows
from compound.worksheet.sheet import Sheet
from compound.worksheet.template import Section

_ON_PAGE_ONE = (
    codes.PARTICLE_SIZE_NOT_GIVEN, codes.UNIFORMITY_NOT_SHOWN, codes.WEIGHING_ERROR_LOOSE, codes.DOSE_ERROR_LOOSE,
    codes.TOTAL_ERROR_LARGE,
)  # fmt: skip


def draw_warnings(sheet: Sheet) -> None:
    """The warnings that no template moves from page one or leaves out.

    They say what the numbers on the sheet do not show: uniformity from capsule to capsule, and limits that were loosened.
    """
    for finding in sheet.audit.findings:
        if finding.entry in _ON_PAGE_ONE:
            text = f"{sheet.message(finding)}."
            sheet.paper.framed(text[0].upper() + text[1:], 8.5)


def draw_uniformity(sheet: Sheet, section: Section) -> None:
    """Particles, budget of one capsule and USP <905>, name and figure."""
    paper = sheet.paper
    body: list[list[Cell] | Span] = [[name, text] for name, text in uniformity_rows(sheet.audit, sheet.language)]
    name = min(170.0, paper.inner * 0.36)
    columns = [Column("", name, bold=True, size=7.5), Column("", paper.inner - name, size=7.5)]
    explained = sheet.say("uniformity", "explained")
    lines = len(wrap(explained, paper.inner, 7.5))
    sheet.heading(section.heading, paper.height_of(columns, body, 0) + lines * LEADING * 7.5 + 8)
    paper.paragraph(explained, 7.5)
    paper.table(columns, body, pad=2, whole=True)
