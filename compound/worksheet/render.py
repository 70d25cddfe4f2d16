"""The worksheet: an audited plan as a PDF to weigh from, to sign, and to check by a person and by a machine."""

from __future__ import annotations

from functools import cache

from compound import __version__
from compound.exact.errors import InputError
from compound.exact.value import replace
from compound.findings import codes as catalogue
from compound.findings.finding import Finding
from compound.judging.audit import Audit
from compound.paper import document, fonts
from compound.paper.drawing import draw
from compound.paper.paper import Paper
from compound.reading import shipped
from compound.wording.language import language
from compound.worksheet import printed
from compound.worksheet.details import Details
from compound.worksheet.sections import draw_sections
from compound.worksheet.sheet import MadeBy, Sheet
from compound.worksheet.template import Template

# The characters of English sheets.
_USUAL = "".join(map(chr, range(32, 127))) + "·×÷±−"


@cache
def rule_data() -> tuple[str, str]:
    """The version of the rule data, and the sha256 over the names and bytes of the files of facts."""
    import hashlib
    import json

    digest = hashlib.sha256()
    for name in shipped.names():
        content = shipped.read(name)
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return str(json.loads(shipped.read("standards.json"))["version"]), digest.hexdigest()


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
    draw_sections(sheet)
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
    draw(paper, canvas, details.fillable, _USUAL)
    printing = printed.to_json(template, details, page_size or template.page_size, rule_data())
    document.attach(canvas, {
        "plan.json": (attachment.encode("utf-8"), "the plan"),
        printed.NAME: (printing.encode("utf-8"), "how the sheet was printed"),
    })  # fmt: skip
    canvas.save()
    return buffer.getvalue()


def refuse_unknown_letters(template: Template) -> None:
    """Refuses a template with a letter that the fonts lack, naming its key and the letter."""
    for key, text in template.texts():
        for character in fonts.lacking(text):
            raise InputError(
                f"--template: {key}",
                f"cannot print U+{ord(character):04X} at position {text.index(character) + 1}: "
                "the fonts of the worksheet lack it",
            )


def with_letters(audit: Audit, details: Details) -> Audit:
    """The audit with a finding on the letters that the fonts lack, where the order or the details have any."""
    lacking = {where: fonts.lacking(text) for where, text in _own_texts(audit, details)}
    found = {where: characters for where, characters in lacking.items() if characters}
    if not found:
        return audit
    codes = list(dict.fromkeys(fonts.stand_in(c)[1:-1] for characters in found.values() for c in characters))
    named = ", ".join(codes[:_MOST_CODES]) + (", …" if len(codes) > _MOST_CODES else "")
    values = {"letters": named, "fields": ", ".join(found)}
    finding = Finding(catalogue.LETTERS_NOT_PRINTED, next(iter(found)), values)
    findings = (*audit.findings, finding)
    return replace(audit, findings=findings)


_MOST_CODES = 12


def _own_texts(audit: Audit, details: Details) -> list[tuple[str, str]]:
    """Every text of the user's own that stands on a sheet, with where it comes from."""
    order = audit.plan.order
    texts = [("DRUG", order.drug or ""), ("--diluent", order.diluent or "")]
    texts += [("--excipient", name) for name in order.excipients]
    texts += [("--accept", reason) for reason in order.accept.values()]
    texts += [("--batch-number", details.batch_number), *(("--pharmacy", line) for line in details.pharmacy)]
    texts += [("--component-lot", lot.lot) for lot in details.lots.values()]
    named = {text for _, text in texts}
    for step in audit.plan.steps:
        for name in ("material", "source", "vessel", "ware"):
            text = getattr(step, name, None) or ""
            if text not in named:
                texts.append((f"step {step.number}, {name}", text))
    # Several texts of one option are one.
    joined: dict[str, str] = {}
    for where, text in texts:
        joined[where] = joined.get(where, "") + text
    return list(joined.items())
