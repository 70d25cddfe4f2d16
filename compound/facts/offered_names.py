"""Names to choose from: drug forms, fillers, other excipients and shells on record that may be used."""

from __future__ import annotations

from collections.abc import Callable

from compound.facts.excipients import rules
from compound.reading import shipped

_NO_EXCIPIENT = ("form", "shell")


def diluents() -> tuple[str, ...]:
    """The fillers that the built-in rules allow, each under its first name."""
    return _allowed(lambda use: use == "filler")


def excipients() -> tuple[str, ...]:
    """The excipients that the built-in rules allow, fillers included."""
    return _allowed(lambda use: use is not None and use not in _NO_EXCIPIENT)


def shells() -> tuple[str, ...]:
    """The materials of shells that the built-in rules allow."""
    return _allowed(lambda use: use == "shell")


def _allowed(wanted: Callable[[str | None], bool]) -> tuple[str, ...]:
    verdicts = {code: rule.verdict for code, rule in rules.built_in_rules().rules.items()}
    rows = shipped.facts("excipients.json")["rows"]
    first = (row["names"][0] for row in rows if verdicts[row["rule"]] == rules.ALLOWED and wanted(row.get("use")))
    return tuple(sorted((name for name in first if not name[0].isdigit()), key=str.casefold))  # no CAS numbers
