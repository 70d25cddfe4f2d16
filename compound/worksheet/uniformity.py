"""Uniformity from capsule to capsule, a section of the annex."""

from __future__ import annotations

from compound.showing.uniformity_rows import uniformity_rows
from compound.wording.uniformity_words import UniformityWords
from compound.worksheet.sheet import TYPE_SIZE, Sheet
from compound.worksheet.template import Section


def draw_uniformity(sheet: Sheet, section: Section) -> None:
    """Particles, budget of one capsule and USP <905>, name and figure; what was not checked is one row."""
    paper, say = sheet.paper, sheet.say
    rows, missing = uniformity_rows(sheet.audit, sheet.language), sheet.language.table(UniformityWords).not_checked
    known = [(name, text) for name, text in rows if text != missing]
    if names := [name for name, text in rows if text == missing]:
        known.append((say("uniformity", "not_checked"), "; ".join(names)))

    def draw() -> None:
        sheet.heading(section.heading, 0)
        paper.paragraph(say("uniformity", "explained"), TYPE_SIZE, after=1)
        sheet.run_in(known)

    paper.together(draw)
