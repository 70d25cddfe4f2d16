"""The sections of the worksheet: which function draws which, in the order that the template gives."""

from __future__ import annotations

from collections.abc import Callable

from compound.worksheet import budget, front, release, second_person, uniformity, work
from compound.worksheet.sheet import Sheet
from compound.worksheet.template import Section

_DRAWERS: dict[str, Callable[[Sheet, Section], None]] = {
    "dose": front.draw_dose, "batch": front.draw_batch, "scheme": front.draw_scheme_section,
    "findings": front.draw_findings, "components": front.draw_components, "weighing": work.draw_weighing,
    "mixing": work.draw_mixing, "mixtures": budget.draw_mixtures, "budget": budget.draw_budget,
    "uniformity": uniformity.draw_uniformity,
    "check": second_person.draw_check, "capsules": release.draw_capsules, "yield": release.draw_yield,
    "label": release.draw_label, "storage": release.draw_storage, "release": release.draw_release,
}  # fmt: skip


def draw_sections(sheet: Sheet) -> None:
    """Draws the sections in the order of the template; accepted judgements always follow the dose on page one."""
    sections = list(sheet.template.sections)
    dose = next(section for section in sections if section.name == "dose")
    for section in (dose, *(section for section in sections if section is not dose)):
        if section.new_page and sheet.paper.y > sheet.paper.top:
            sheet.paper.new_page()
        _DRAWERS[section.name](sheet, section)
