"""Findings on the excipients, the shell and the dosage form of an order."""

from __future__ import annotations

from collections.abc import Iterable

from compound.exact.value import Value
from compound.facts.excipients.house_rules import HouseRules
from compound.facts.excipients.judge import judge
from compound.facts.excipients.rules import (
    DISALLOWED,
    REVIEW,
    UNKNOWN,
)
from compound.findings import codes as catalogue
from compound.findings.finding import Finding
from compound.reading.text import shown


class Named(Value):
    """A name from an order, the role it plays there, and the place it stands at (`--excipient 'x'`)."""

    name: str
    role: str
    where: str


def excipient_findings(names: Iterable[Named], house: HouseRules | None = None) -> tuple[Finding, ...]:
    """What must be said of the names in an order.

    Errors for what is disallowed, warnings for what is to be reviewed or unknown, notes for cautions.
    """
    found: list[Finding] = []
    for named in names:
        verdict = judge(named.name, named.role, house, named.where)
        inside = verdict.name in verdict.message
        values = {
            "name": verdict.name,
            "role": named.role,
            "message": verdict.message if inside else f"in {shown(verdict.name)}: {verdict.message}",
            "rule": verdict.rule,
            "source": verdict.source,
            "evidence": verdict.evidence,
        }
        if verdict.verdict == DISALLOWED:
            form = verdict.about == "form"
            entry = catalogue.RELEASE_FORM_DISALLOWED if form else catalogue.EXCIPIENT_DISALLOWED
            found.append(Finding(entry, named.where, values))
        elif verdict.verdict == REVIEW:
            found.append(Finding(catalogue.EXCIPIENT_REVIEW, named.where, values))
        elif verdict.verdict == UNKNOWN:
            found.append(Finding(catalogue.EXCIPIENT_UNKNOWN, named.where, values))
        for caution in verdict.cautions:
            found.append(Finding(catalogue.EXCIPIENT_CAUTION, named.where, {"name": verdict.name, "caution": caution}))
    return tuple(found)
