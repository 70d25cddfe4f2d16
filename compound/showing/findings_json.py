"""Findings, and what was not checked, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from compound.exact.quantity import canonical
from compound.findings.finding import Finding, NotChecked, Said
from compound.showing.approximate import twin_of
from compound.wording.catalogue import sentences_of
from compound.wording.language import ENGLISH, Language


def finding_to_dict(finding: Finding, language: Language = ENGLISH) -> dict[str, Any]:
    """A finding with its sentences in a language; its source is as the catalogue has it."""
    record: dict[str, Any] = {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": language.message(finding),
        "values": _values(finding.values),
        "where": finding.where,
        "source": sentences_of(finding.entry).source,
        "remedy": language.remedy(finding),
    }
    if finding.accepted is not None:
        record["accepted"] = finding.accepted
    return record


def not_checked_to_dict(item: NotChecked, language: Language = ENGLISH) -> dict[str, Any]:
    """A rule that was not checked, and because of what."""
    return {"code": item.code, "because": language.message(item)}


def _values(values: Mapping[str, Said]) -> dict[str, Any]:
    """Values by name; a number that is no finite decimal has its twin beside it."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        found[name] = _value(value)
        if isinstance(value, Fraction) and "/" in found[name]:
            found[f"{name}_approx"] = twin_of(value)
    return found


def _value(value: Said) -> Any:
    """A value as JSON holds it: texts and counts as they are, clauses by code, other numbers as `canonical` writes them."""
    if isinstance(value, tuple):
        return [{"code": part.code, "values": _values(part.values)} for part in value]
    return value if isinstance(value, (str, int)) else canonical(value)
