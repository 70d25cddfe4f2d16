"""Findings, and what was not checked, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compound.findings.finding import Finding, NotChecked
from compound.wording import notation

if TYPE_CHECKING:  # the audit of a plan loads no planner
    pass


def finding_to_dict(finding: Finding) -> dict[str, Any]:
    """A finding with its sentences in English."""
    record: dict[str, Any] = {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": notation.filled(finding.entry.message, finding.values),
        "where": finding.where,
        "source": finding.entry.source,
        "remedy": notation.filled(finding.entry.remedy, finding.values),
    }
    if finding.accepted is not None:
        record["accepted"] = finding.accepted
    return record


def not_checked_to_dict(item: NotChecked) -> dict[str, Any]:
    """A rule that was not checked, and because of what."""
    return {"code": item.code, "because": notation.filled(item.entry.message, item.values)}
