"""Findings, and what was not checked, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compound.exact.quantity import canonical
from compound.findings.finding import Finding, NotChecked, Said
from compound.wording.catalogue import message_of, remedy_of, sentences_of

if TYPE_CHECKING:  # the audit of a plan loads no planner
    pass


def finding_to_dict(finding: Finding) -> dict[str, Any]:
    """A finding with its sentences in English."""
    record: dict[str, Any] = {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": message_of(finding),
        "values": {name: _value(value) for name, value in finding.values.items()},
        "where": finding.where,
        "source": sentences_of(finding.entry).source,
        "remedy": remedy_of(finding),
    }
    if finding.accepted is not None:
        record["accepted"] = finding.accepted
    return record


def not_checked_to_dict(item: NotChecked) -> dict[str, Any]:
    """A rule that was not checked, and because of what."""
    return {"code": item.code, "because": message_of(item)}


def _value(value: Said) -> Any:
    """A value as JSON holds it: texts and counts as they are, clauses by code, other numbers as `canonical` writes them."""
    if isinstance(value, tuple):
        return [{"code": part.code, "values": {name: _value(one) for name, one in part.values.items()}} for part in value]
    return value if isinstance(value, (str, int)) else canonical(value)
