"""Findings on the excipients, the shell and the dosage form of an order."""

from __future__ import annotations

from collections.abc import Iterable

from compound.exact.value import Value
from compound.facts.excipients.house_rules import HouseRules
from compound.facts.excipients.judge import judge
from compound.facts.excipients.rules import (
    ACTIVE,
    DISALLOWED,
    LIQUID,
    REVIEW,
    UNKNOWN,
)
from compound.facts.excipients.verdict import ExcipientVerdict
from compound.findings import codes
from compound.findings.finding import Clause, Entry, Finding, Said
from compound.reading.text import visible


class Named(Value):
    """A name from an order, the role it plays there, and the place it stands at (`--excipient 'x'`)."""

    name: str
    role: str
    where: str


def excipient_findings(names: Iterable[Named], house: HouseRules | None = None) -> tuple[Finding, ...]:
    """What must be said of the names in an order.

    Errors for what is disallowed, is an active substance, or could not be placed, also for its spelling; warnings for
    what is to be reviewed, notes for cautions.
    """
    found: list[Finding] = []
    for named in names:
        verdict = judge(named.name, named.role, house, named.where)
        message = verdict.says
        if not _names(message, visible(verdict.name)):
            message = (Clause("excipient-in", {"matched": visible(verdict.name), "says": message}),)
        values: dict[str, Said] = {
            "name": verdict.name,
            "role": named.role,
            "message": message,
            "rule": verdict.rule,
            "source": verdict.source,
            "evidence": tuple(Clause("phrase", {"because": phrase}) for phrase in verdict.evidence),
        }
        if (entry := _entry(verdict)) is not None:
            found.append(Finding(entry, named.where, values))
        for caution in verdict.cautions:
            clause = Clause("excipient-caution", {"subject": caution.subject, "because": caution.because})
            found.append(Finding(codes.EXCIPIENT_CAUTION, named.where, {"name": verdict.name, "message": (clause,)}))
    return tuple(found)


def _names(says: tuple[Clause, ...], name: str) -> bool:
    """Whether one of the clauses shows the whole name."""
    return any(
        _names(value, name) if isinstance(value, tuple) else key == "matched" and name in str(value)
        for clause in says
        for key, value in clause.values.items()
    )


# Rules that could not tell for certain what a name is: such a name is no more known than one in no rule.
_NOT_PLACED = ("misspelt", "look-alike-letters", "negation-unclear")


def _entry(verdict: ExcipientVerdict) -> Entry | None:
    """What is raised of a verdict; None where nothing is."""
    if verdict.kind in (ACTIVE, LIQUID):
        return codes.ACTIVE_AS_EXCIPIENT
    if verdict.verdict == DISALLOWED:
        return codes.RELEASE_FORM_DISALLOWED if verdict.about == "form" else codes.EXCIPIENT_DISALLOWED
    if verdict.verdict == UNKNOWN or verdict.rule in _NOT_PLACED:
        return codes.EXCIPIENT_UNKNOWN
    return codes.EXCIPIENT_REVIEW if verdict.verdict == REVIEW else None
