"""The worksheet: an audited plan as a PDF to weigh from, to sign, and to check by a person and by a machine."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from compound import __version__
from compound.judging.audit import Audit
from compound.paper import document, fonts
from compound.paper.drawing import draw
from compound.paper.paper import Paper
from compound.reading import shipped
from compound.wording.language import language
from compound.worksheet import budget, front, printed, release, second_person, uniformity, work
from compound.worksheet.details import Details
from compound.worksheet.letters import refuse_unknown_letters
from compound.worksheet.sheet import MadeBy, Sheet
from compound.worksheet.template import Section, Template


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
    "findings": front.draw_findings, "components": front.draw_components, "weighing": work.draw_weighing,
    "mixing": work.draw_mixing, "mixtures": budget.draw_mixtures, "budget": budget.draw_budget,
    "uniformity": uniformity.draw_uniformity,
    "check": second_person.draw_check, "capsules": release.draw_capsules, "yield": release.draw_yield,
    "label": release.draw_label, "storage": release.draw_storage, "release": release.draw_release,
}  # fmt: skip


def _draw_sections(sheet: Sheet) -> None:
    """Draws the sections in the order of the template; accepted judgements always follow the dose on page one."""
    sections = list(sheet.template.sections)
    dose = next(section for section in sections if section.name == "dose")
    for section in (dose, *(section for section in sections if section is not dose)):
        if section.new_page and sheet.paper.y > sheet.paper.top:
            sheet.paper.new_page()
        _DRAWERS[section.name](sheet, section)
