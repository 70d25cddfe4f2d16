"""What is said of a name: its verdict, what it was matched with, rule, source and evidence."""

from __future__ import annotations

from typing import NamedTuple

from compound.exact.value import Value
from compound.facts.excipients.rules import (
    ExcipientRow,
    ExcipientRule,
)


class ExcipientVerdict(Value):
    """What the rules say of one name. `matched` is the part of the name that decided, as typed."""

    name: str
    verdict: str
    matched: str
    rule: str
    source: str
    message: str
    evidence: str
    about: str = "excipient"
    cautions: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, str]:
        """The verdict as `check --json` prints it."""
        keys = ("name", "verdict", "matched", "rule", "source", "message", "evidence")
        return {key: getattr(self, key) for key in keys}


class RuleOutcome(NamedTuple):
    """What decides a name: a rule with the words it was found in."""

    rule: ExcipientRule
    row: ExcipientRow | None
    matched: str
    said: str
