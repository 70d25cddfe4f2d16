"""What is to be settled before weighing: a line to tick for each warning, with room for the answer."""

from __future__ import annotations

import re
from functools import partial

from compound.facts.tracers import tracer_rule
from compound.findings.finding import Finding, Severity
from compound.paper.measure import ASCENT
from compound.plan.plan import Vessel, vessel_of
from compound.showing import finding_rows
from compound.wording.catalogue import sentences_of
from compound.worksheet.front import IN_FULL
from compound.worksheet.sheet import TYPE_SIZE, Sheet
from compound.worksheet.template import Section

_INDENT = 17.0  # of a line behind its box to tick
_KINDS = re.compile(r"\{([a-z_]+):([a-z]+)\}")


def draw_settle(sheet: Sheet, section: Section) -> None:
    """Every warning that page one does not say in full, and the notes that a line of the template asks about."""
    found = _open(sheet)
    codes = [one.code for one in found]
    lines = list(dict.fromkeys((one.code, _line_of(sheet, one, codes.count(one.code) > 1)) for one in found))
    lines += _tracers(sheet)

    def first() -> None:
        sheet.heading(section.heading, 0)
        if lines:
            _draw_line(sheet, *lines[0])
        else:
            sheet.paper.paragraph(sheet.say("settle", "none"), TYPE_SIZE)

    sheet.paper.together(first, 4)
    for code, text in lines[1:]:
        sheet.paper.together(partial(_draw_line, sheet, code, text))


def _open(sheet: Sheet) -> list[Finding]:
    found = finding_rows.sorted_findings(sheet.audit.findings)
    asked = sheet.template.words["settle"]
    return [
        one for one in found
        if one.accepted is None and one.entry not in IN_FULL and (one.severity is Severity.WARNING or one.code in asked)
    ]  # fmt: skip


def _line_of(sheet: Sheet, finding: Finding, several: bool) -> str:
    """The line of a finding, its numbers written as its sentence in the catalogue writes them.

    One that the template has no line for stands there with its title; where its code is found of `several` things, or it
    says of what in words of its own, with all that it says.
    """
    if finding.code not in sheet.template.words["settle"]:
        message = sheet.message(finding)
        told = (several or "message" in finding.values) and "--" not in message
        title = message if told else sheet.language.title(finding.entry)
        return sheet.say("settle", "other", title=title[0].upper() + title[1:])
    kinds, written = dict(_KINDS.findall(sentences_of(finding.entry).message)), sheet.notation
    values = {
        name: sheet.name(value) if isinstance(value, str) else written.filled(f"{{{name}:{kinds[name]}}}", {name: value})
        for name, value in finding.values.items()
        if isinstance(value, str) or name in kinds
    }
    return sheet.say("settle", finding.code, **values)


def _tracers(sheet: Sheet) -> list[tuple[str, str]]:
    """A line for each dye that shows how a trituration spreads, where the country of the template asks for one."""
    rule = tracer_rule(sheet.template.language)
    if rule is None:
        return []
    dyed: dict[str, list[str]] = {}
    for mixture in sheet.audit.mixtures:
        vessel = vessel_of(mixture.vessel)
        if vessel is not None and vessel.kind == Vessel.TRITURATION:
            dyed.setdefault(rule.dye(100 * mixture.drug_mg / mixture.total_mg), []).append(sheet.vessel(mixture.vessel))
    country = sheet.name(rule.country)
    return [
        (f"tracer-{number}", sheet.say("settle", "tracer", country=country, dye=sheet.name(dye), vessels=", ".join(vessels)))
        for number, (dye, vessels) in enumerate(dyed.items(), start=1)
    ]


def _draw_line(sheet: Sheet, code: str, text: str) -> None:
    paper = sheet.paper
    paper.y += 3
    paper.tick(paper.left, paper.y - 1)
    with paper.between(paper.left + _INDENT, paper.right):
        paper.y += ASCENT * TYPE_SIZE
        sheet.with_blanks(text, f"settle-{code}")
    paper.y += sheet.line - 3 - ASCENT * TYPE_SIZE
