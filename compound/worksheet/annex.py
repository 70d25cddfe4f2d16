"""The rest of the annex for the file: all findings with their codes, and what USP <795> asks of the record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from compound.facts.labels import label_rule
from compound.findings.finding import Severity
from compound.paper.measure import width
from compound.paper.paper import Cell, Column, Span
from compound.showing import finding_rows
from compound.worksheet.release import weight_sources
from compound.worksheet.sheet import TYPE_SIZE, Sheet
from compound.worksheet.template import Section


def draw_findings(sheet: Sheet, section: Section) -> None:
    """All that is said of the plan, the gravest first, and what was not checked.

    On a short sheet notes, and what was not checked, stand with their titles alone: the plan in the file has the rest.
    """
    paper, say, short = sheet.paper, sheet.say, not sheet.details.roomy
    rows: list[tuple[str, str]] = []
    for finding in finding_rows.sorted_findings(sheet.audit.findings):
        if finding.accepted is not None:
            item = say("findings", "accepted", code=finding.code, text=sheet.message(finding), reason=finding.accepted)
        elif finding.severity is Severity.NOTE and short:
            item = say("findings", "short", code=finding.code, title=sheet.language.title(finding.entry))
        else:
            item = say("findings", "item", code=finding.code, text=sheet.message(finding))
        rows.append((say("findings", finding.severity.value), item))
    for missing in sheet.audit.not_checked:
        if short:
            item = say("findings", "short", code=missing.code, title=sheet.title(missing))
        else:
            item = say("findings", "not_checked_item", code=missing.code, title=sheet.title(missing), text=sheet.message(missing))
        rows.append((say("findings", "not_checked"), item))
    sheet.heading(section.heading, 30)
    if not rows:
        paper.paragraph(say("findings", "none"), TYPE_SIZE)
        return
    first = ""
    for name, item in _joined(dict.fromkeys(rows)) if short else rows:
        # The kind stands once before the findings of its kind.
        if name != first:
            sheet.run_in([(name, item.removesuffix("."))])
            paper.y -= 2
        else:
            paper.paragraph(item, TYPE_SIZE, after=1)
        first = name


def _joined(rows: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The rows with those of one kind that follow each other put into one."""
    found: list[tuple[str, str]] = []
    for name, item in rows:
        if found and found[-1][0] == name:
            found[-1] = (name, f"{found[-1][1]} {item}")
        else:
            found.append((name, item))
    return found


def draw_record(sheet: Sheet, section: Section) -> None:
    """What USP <795> asks of the record of a preparation, and where each stands on this sheet, or a blank for it."""
    paper, say = sheet.paper, sheet.say
    cells = [(say("record", key), _place(sheet, names)) for key, names in _ASKED.items()]
    cells += [("", "")] * (-len(cells) % 3)
    third = paper.inner / 3
    place = max(width(text, TYPE_SIZE, True) for text in (say("record", "stands"), *(text for _, text in cells))) + 7
    columns = [Column(say("record", "asks" if not i % 2 else "stands"), wide, size=TYPE_SIZE, bold=bool(i % 2))
               for i, wide in enumerate((third - place, place) * 3)]  # fmt: skip
    rows = len(cells) // 3
    body: list[list[Cell] | Span] = [[text for one in cells[i::rows] for text in one] for i in range(rows)]
    rule = label_rule(sheet.template.language)
    said = [say("record", "container_value"), say("record", "storage_value"), say("label", "rule", country=rule.country, law=rule.law)]
    if sources := "; ".join(sheet.language.text(source) for source in weight_sources(sheet)):
        said.append(f"{say('uniformity', 'sources')}: {sources}.")

    def draw() -> None:
        sheet.heading(section.heading, 0)
        paper.table(columns, body, pad=1.2)
        paper.y -= 3
        paper.paragraph(" ".join(said), TYPE_SIZE, after=-3)
        for keys in (("description", "reference"), ("deviations",)):
            sheet.blanks([(say("record", key), f"record-{key}") for key in keys])
        paper.y -= 3

    paper.together(draw)


# What is asked for, by the key of its words, and the sections that hold it.
_ASKED = {
    "name": ("dose",), "date": ("batch",), "number": ("batch",), "people": ("bench", "release"), "lots": ("components",),
    "amounts": ("bench",), "total": ("yield",), "beyond_use": ("batch",), "calculations": ("check",), "quality": ("capsules",),
}  # fmt: skip


def _place(sheet: Sheet, names: Sequence[str]) -> str:
    """The pages of sections; a dash for one that the sheet does not have, or not before the annex."""
    pages = sorted({sheet.pages_of[name] for name in names if name in sheet.pages_of})
    return ", ".join(sheet.notation.number(page) for page in pages) or "\u2013"
