"""What is said of a name: its verdict, what it was matched with, rule, source and evidence."""

from __future__ import annotations

from typing import NamedTuple

from compound.exact.value import Value
from compound.facts.excipients.rules import (
    ExcipientRow,
    ExcipientRule,
)
from compound.findings.finding import Clause


class PatientCaution(Value):
    """What some patients should beware of: in what, and why, in the words of the data."""

    subject: str
    because: str


class ExcipientVerdict(Value):
    """What the rules say of one name. `matched` is the part of the name that decided, as typed.

    `says` are the clauses of the sentence on it, and `evidence` the phrases of the data on how good the evidence is.
    `kind` is what it is on record as, where that is known: filler, lubricant, active substance, liquid …
    """

    name: str
    verdict: str
    matched: str
    rule: str
    source: str
    says: tuple[Clause, ...]
    evidence: tuple[str, ...]
    about: str = "excipient"
    cautions: tuple[PatientCaution, ...] = ()
    kind: str = ""


class RuleOutcome(NamedTuple):
    """What decides a name: a rule with the words it was found in, and the clauses that say so."""

    rule: ExcipientRule
    row: ExcipientRow | None
    matched: str
    says: tuple[Clause, ...]


def on_a_part(matched: str, rule: ExcipientRule) -> tuple[Clause, ...]:
    """What a rule says of a part of a name that it names itself; `matched` as it can be shown."""
    return (Clause("excipient-rule", {"matched": matched, "because": rule.because}),)
