"""The letters that the fonts lack: refused in a template, said of an order. Each is printed as its code in brackets."""

from __future__ import annotations

from collections.abc import Iterable

from compound.exact.errors import InputError
from compound.exact.value import replace
from compound.findings import codes as catalogue
from compound.findings.finding import Finding
from compound.judging.audit import Audit
from compound.paper import fonts
from compound.worksheet.details import Details
from compound.worksheet.template import Template

_MOST_CODES = 12  # named in a finding


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
    finding = letters_finding(own_texts(audit, details))
    if finding is None:
        return audit
    findings = (*audit.findings, finding)
    return replace(audit, findings=findings)


def letters_finding(texts: Iterable[tuple[str, str]]) -> Finding | None:
    """A finding on the letters of texts, each with its place, that the fonts lack; None where they lack none."""
    lacking = {where: fonts.lacking(text) for where, text in texts}
    found = {where: characters for where, characters in lacking.items() if characters}
    if not found:
        return None
    codes = list(dict.fromkeys(fonts.stand_in(c)[1:-1] for characters in found.values() for c in characters))
    named = ", ".join(codes[:_MOST_CODES]) + (", …" if len(codes) > _MOST_CODES else "")
    values = {"letters": named, "fields": ", ".join(found)}
    return Finding(catalogue.LETTERS_NOT_PRINTED, next(iter(found)), values)


def own_texts(audit: Audit, details: Details | None = None) -> list[tuple[str, str]]:
    """Every text of the user's own that stands on a sheet, with where it comes from."""
    order = audit.plan.order
    texts = [("DRUG", order.drug or ""), ("--diluent", order.diluent or "")]
    texts += [("--excipient", excipient.name) for excipient in order.excipients]
    texts += [("--accept", reason) for reason in order.accept.values()]
    if details is not None:
        texts += [("--batch-number", details.batch_number), *(("--pharmacy", line) for line in details.pharmacy)]
        texts.append(("--tablet-excipients", details.tablet_excipients))
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
