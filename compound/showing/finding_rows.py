"""A finding as one line of text, the same in every command and on every page."""

from __future__ import annotations

from collections.abc import Iterable

from compound.findings.finding import Finding, NotChecked, Severity
from compound.wording.language import ENGLISH, Language
from compound.wording.record_words import PageWords


def finding_text(finding: Finding, language: Language = ENGLISH) -> str:
    """A finding as one line of text, its acceptance included."""
    words, text, remedy = language.words, language.message(finding), language.remedy(finding)
    if finding.accepted is None:
        return words.finding.format(text=text, remedy=remedy)
    return words.accepted_finding.format(text=text, reason=finding.accepted, remedy=remedy)


def sorted_findings(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, the gravest first, otherwise in the order they were raised."""
    order = list(Severity)
    return sorted(findings, key=lambda finding: order.index(finding.severity))


def not_checked_text(item: NotChecked, language: Language = ENGLISH) -> str:
    """What was not checked, and because of what."""
    return language.words.not_checked.format(title=language.title(item.entry), text=language.message(item))


def finding_line(finding: Finding, language: Language = ENGLISH) -> str:
    """A finding as the terminal prints it: severity, code, message and cure."""
    words = language.table(PageWords)
    severity = words.severities[finding.severity.value]
    return f"{severity}: {words.finding.format(code=finding.code, text=finding_text(finding, language))}"


def not_checked_line(item: NotChecked, language: Language = ENGLISH) -> str:
    """What was not checked as the terminal prints it: its code, and because of what."""
    words = language.table(PageWords)
    return f"{words.not_checked}: {words.finding.format(code=item.code, text=not_checked_text(item, language))}"
