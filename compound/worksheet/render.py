"""The worksheet: an audited plan as a PDF to weigh from, to sign, and to check by a person and by a machine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial

from compound import __version__
from compound.judging.audit import Audit
from compound.paper import document, fonts
from compound.paper.drawing import draw
from compound.paper.paper import Paper
from compound.reading import shipped
from compound.wording.language import language
from compound.worksheet import annex, bench, budget, front, printed, release, second_person, settle, uniformity
from compound.worksheet.details import Details
from compound.worksheet.letters import refuse_unknown_letters
from compound.worksheet.scheme import path_to_capsules
from compound.worksheet.sheet import MadeBy, Sheet
from compound.worksheet.template import ANNEX, Section, Template


@cache
def rule_data() -> tuple[str, str]:
    """The version of the rule data, and the sha256 over the names and bytes of the files of facts."""
    import hashlib

    digest = hashlib.sha256()
    for name in shipped.names():
        content = shipped.read(name)
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return str(shipped.facts("standards.json")["version"]), digest.hexdigest()


def lay_out(
    audit: Audit, template: Template, details: Details, fingerprint: str, page_size: str | None = None,
    made_by: MadeBy | None = None,
) -> Paper:  # fmt: skip
    """Lays out the sheet: every page, and the place of every text.

    `made_by` is named on every page; this tool and its rule data where it is not given. Raises InputError for a
    template with a letter that cannot be printed.
    """
    refuse_unknown_letters(template)
    made = made_by or MadeBy(__version__, *rule_data())
    sheet = Sheet(audit, template, details, page_size or template.page_size, fingerprint, made)
    _draw_sections(sheet)
    sheet.frames()
    return sheet.paper


def render(
    audit: Audit, template: Template, details: Details, fingerprint: str, attachment: str, page_size: str | None = None,
    made_by: MadeBy | None = None,
) -> bytes:  # fmt: skip
    """The worksheet as the bytes of a PDF, with the record of the plan (`attachment`, its JSON) as plan.json in it.

    The same arguments give the same bytes. Raises InputError for a template with a letter that cannot be printed.
    """
    paper = lay_out(audit, template, details, fingerprint, page_size, made_by)
    canvas, buffer = document.canvas((paper.width, paper.height), template.language)
    order = audit.plan.order
    canvas.setTitle(f"{template.title}: {language(template.language).text(order.dosed)}")
    canvas.setSubject(f"fingerprint {fingerprint}")
    canvas.setAuthor(", ".join(details.pharmacy or template.lines) or f"compound {__version__}")
    canvas.setCreator(f"compound {__version__}")
    draw(paper, canvas, details.fillable, fonts.USUAL)
    printing = printed.write_print_record(template, details, page_size or template.page_size, rule_data())
    document.attach(canvas, {
        "plan.json": (attachment.encode("utf-8"), "the plan"),
        printed.NAME: (printing.encode("utf-8"), "how the sheet was printed"),
    })  # fmt: skip
    canvas.save()
    return buffer.getvalue()


_DRAWERS: dict[str, Callable[[Sheet, Section], None]] = {
    "dose": front.draw_dose, "batch": front.draw_batch, "scheme": front.draw_scheme_section,
    "components": front.draw_components, "settle": settle.draw_settle, "bench": bench.draw_bench,
    "capsules": release.draw_capsules, "check": second_person.draw_check, "label": release.draw_label,
    "yield": release.draw_yield, "release": release.draw_release,
    "budget": budget.draw_budget, "mixtures": budget.draw_mixtures, "uniformity": uniformity.draw_uniformity,
    "findings": annex.draw_findings, "record": annex.draw_record,
}  # fmt: skip


def _draw_sections(sheet: Sheet) -> None:
    """Draws the sections in the order of the template, part by part: a part begins where a section begins a page.

    Accepted judgements always follow the dose on page one. The annex is a part of its own.
    """
    sections = list(sheet.template.sections)
    dose = next(section for section in sections if section.name == "dose")
    sections = [dose, *(section for section in sections if section is not dose)]
    if not sheet.details.annex:
        sections = [section for section in sections if section.name not in ANNEX]
    parts: list[list[Section]] = []
    for section in sections:
        if not parts or section.new_page:
            parts.append([])
        parts[-1].append(section)
    if len(parts) > 1 and _on_one_page(sheet, [*parts[0], *parts[1]]):
        parts = parts[2:]
    for part in parts:
        _draw_part(sheet, part)


def _on_one_page(sheet: Sheet, sections: Sequence[Section]) -> bool:
    """Draws order and bench of a plan of one vessel on page one, if they fit there without the picture of that vessel."""
    paper = sheet.paper
    vessels = path_to_capsules(sheet)
    if sheet.details.roomy or sections[-1].name != "bench" or vessels is None or len(vessels) > 1:
        return False
    shown = [section for section in sections if section.name != "scheme"]
    pieces = [paper.piece(partial(_DRAWERS[section.name], sheet, section)) for section in shown]
    gaps = sheet.above_heading * (sum(piece.high > 0 for piece in pieces) - 1)
    if sum(piece.high for piece in pieces) + gaps > paper.bottom - paper.top:
        return False
    for section, piece in zip(shown, pieces, strict=True):
        paper.y += sheet.above_heading if piece.high and paper.y > paper.top else 0
        paper.put(piece)
        sheet.pages_of[section.name] = 1
    return True


def _draw_part(sheet: Sheet, part: Sequence[Section]) -> None:
    """Draws a part: behind the one before it where the page holds it, else from the top of a page."""
    paper = sheet.paper
    if (len(paper.pages) == 1 and paper.y == paper.top) or part[0].name == "bench":
        for section in part:  # page one flows, and the bench places its own blocks
            _draw_directly(sheet, section)
        return
    sheet.folded = []
    is_annex, gap = part[0].name in ANNEX, sheet.above_heading
    pieces = {section.name: paper.piece(partial(_DRAWERS[section.name], sheet, section)) for section in part}

    high = sum(piece.high + gap for piece in pieces.values()) - gap + sum(folded for folded, _ in sheet.folded)
    if paper.y > paper.top and (is_annex or sheet.details.roomy or paper.y + gap + high > paper.bottom):
        paper.new_page()
    heights = [piece.high + gap for piece in pieces.values()]
    heights[-1] += sum(folded for folded, _ in sheet.folded)
    begins = paper.spread(heights, paper.bottom - paper.y + gap)
    for number, section in enumerate(part):
        piece = pieces[section.name]
        if number in begins and paper.y > paper.top:
            paper.new_page()
        above = gap if piece.high and paper.y > paper.top else 0
        if paper.y + above + piece.high > paper.bottom:
            _draw_directly(sheet, section)
            continue
        paper.y += above
        paper.put(piece)
        sheet.pages_of[section.name] = len(paper.pages)
    for folded, fold in sheet.folded:
        paper.need(folded)
        fold()


def _draw_directly(sheet: Sheet, section: Section) -> None:
    """Draws a section at the cursor, on as many pages as it needs."""
    _DRAWERS[section.name](sheet, section)
    sheet.pages_of.setdefault(section.name, len(sheet.paper.pages))
