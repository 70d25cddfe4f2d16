"""The worksheet: an audited plan as a PDF to weigh from, to sign, and to check by a person and by a machine."""

from __future__ import annotations

import hashlib
from functools import cache

from compound import __version__, data
from compound.audit import Audit
from compound.errors import InputError
from compound.template import Template
from compound.worksheet import engine, printed
from compound.worksheet.details import Details
from compound.worksheet.paper import Paper, draw
from compound.worksheet.sections import draw_sections
from compound.worksheet.sheet import Sheet


@cache
def rule_data() -> tuple[str, str]:
    """The version of the rule data, and the sha256 over the names and bytes of its files."""
    import json

    digest = hashlib.sha256()
    for name in data.names():
        content = data.read(name)
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return str(json.loads(data.read("standards.json"))["version"]), digest.hexdigest()


def lay_out(
    audit: Audit, template: Template, details: Details, fingerprint: str, page_size: str | None = None
) -> Paper:
    """Lays out the sheet: every page, and the place of every text. Raises InputError for a letter it cannot print."""
    refuse_unknown_letters(audit, template, details)
    sheet = Sheet(audit, template, details, page_size or template.page_size, fingerprint, rule_data())
    draw_sections(sheet)
    sheet.frames()
    return sheet.paper


def render(
    audit: Audit, template: Template, details: Details, fingerprint: str, attachment: str, page_size: str | None = None
) -> bytes:
    """The worksheet as the bytes of a PDF, with the record of the plan (`attachment`, its JSON) as plan.json in it.

    The same arguments give the same bytes. Raises InputError for a letter that the fonts do not have.
    """
    paper = lay_out(audit, template, details, fingerprint, page_size)
    canvas, buffer = engine.canvas((paper.width, paper.height), template.language)
    order = audit.plan.order
    canvas.setTitle(f"{template.title}: {order.dosed}")
    canvas.setSubject(f"fingerprint {fingerprint}")
    canvas.setAuthor(", ".join(details.pharmacy or template.lines) or f"compound {__version__}")
    canvas.setCreator(f"compound {__version__}")
    draw(paper, canvas, details.fillable)
    printing = printed.to_json(template, details, page_size or template.page_size, rule_data())
    engine.attach(canvas, {
        "plan.json": (attachment.encode("utf-8"), "the plan"),
        printed.NAME: (printing.encode("utf-8"), "how the sheet was printed"),
    })  # fmt: skip
    canvas.save()
    return buffer.getvalue()


def refuse_unknown_letters(audit: Audit, template: Template, details: Details) -> None:
    """Refuses a text with a letter that the fonts do not have, naming its field and code point.

    A letter missing in a font would print as an empty box.
    """
    order = audit.plan.order
    texts = [(f"--template: {key}", text) for key, text in template.texts()]
    texts += [("--batch-number", details.batch_number), *(("--pharmacy", line) for line in details.pharmacy)]
    texts += [("--component-lot", lot.lot) for lot in details.lots.values()]
    texts += [("DRUG", order.drug or ""), ("--diluent", order.diluent or "")]
    texts += [("--excipient", name) for name in order.excipients]
    texts += [("--accept", reason) for reason in order.accept.values()]
    for step in audit.plan.steps:
        for name in ("material", "source", "vessel", "ware"):
            texts.append((f"step {step.number}, {name}", getattr(step, name, None) or ""))
    for finding in audit.findings:
        texts += [(f"finding {finding.code}", str(value)) for value in finding.values.values()]
    known = set(engine.widths(engine.REGULAR)) & set(engine.widths(engine.BOLD))
    for where, text in texts:
        for position, character in enumerate(text, start=1):
            if ord(character) not in known:
                raise InputError(
                    where,
                    f"cannot print U+{ord(character):04X} at position {position}: the fonts of the worksheet lack it",
                )
