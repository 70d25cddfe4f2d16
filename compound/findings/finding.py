"""Findings: what can be said against an order, a plan or a batch, as data.

A finding names an entry of the one catalogue (`compound.findings.codes`) and carries the values its sentences need. The
sentences themselves are made where numbers become words (`compound.wording.notation`), in any language.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from compound.exact.errors import InputError
from compound.exact.value import Value, field, replace

Said = str | int | Decimal | Fraction  # what the sentence of a finding can say


class Severity(Enum):
    """How much a finding weighs. An error means: must not be made."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Entry(Value):
    """One entry of the catalogue: a code, how much it weighs, and whether it is a judgement.

    `judgement` marks an error that a pharmacist can accept with a reason.
    """

    code: str
    severity: Severity
    judgement: bool = False


class Finding(Value):
    """One thing said of one place, with the values that prove it. `accepted` is the reason of who took it on."""

    entry: Entry
    where: str
    values: Mapping[str, Said] = field(default_factory=dict)
    accepted: str | None = None

    @property
    def code(self) -> str:
        """The code of the finding, never reused."""
        return self.entry.code

    @property
    def severity(self) -> Severity:
        """The severity as it counts now: an accepted error is a warning."""
        return Severity.WARNING if self.accepted is not None else self.entry.severity


class NotChecked(Value):
    """A rule that lacked its facts: which one, and the entry whose message says because of what."""

    entry: Entry
    values: Mapping[str, Said] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code of the rule that was not checked."""
        return self.entry.code


def accept(findings: tuple[Finding, ...], reasons: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings with those taken on by `reasons` (code to reason) turned into accepted warnings.

    Raises InputError for a code that is not a judgement, or that accepts nothing.
    """
    raised = {finding.code: finding for finding in findings}
    for code, reason in reasons.items():
        if code not in raised:
            raise InputError("--accept", f"{code} accepts nothing: this order raises no such finding")
        entry = raised[code].entry
        if not (entry.judgement and entry.severity is Severity.ERROR):
            raise InputError("--accept", f"{code} cannot be accepted: it is no judgement finding of error level")
        if not reason.strip():
            raise InputError("--accept", f"{code} needs a reason")
    return tuple(
        replace(finding, accepted=reasons[finding.code]) if finding.code in reasons else finding for finding in findings
    )


def worst(findings: tuple[Finding, ...]) -> Severity | None:
    """The gravest severity among the findings, or None where there are none."""
    for severity in Severity:
        if any(finding.severity is severity for finding in findings):
            return severity
    return None
