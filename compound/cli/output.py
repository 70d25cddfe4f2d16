"""Where results and findings go: streams, files, exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

import click

from compound.cli.streams import one_line
from compound.exact.errors import AmbiguousAmount
from compound.findings.finding import Finding, NotChecked, Severity, worst

MUST_NOT_BE_MADE = 1


def terminal_width(most: int = 120) -> int:
    """The columns to write in: those of the terminal, 80 where there is none, and at most `most`."""
    import shutil

    return max(20, min(shutil.get_terminal_size((80, 24)).columns, most))


def has_width(stream: TextIO | None = None) -> bool:
    """Whether there is a width to keep to: a terminal, or COLUMNS in the environment."""
    return bool(os.environ.get("COLUMNS")) or (stream or sys.stdout).isatty()


def folded(text: str, width: int, first: str = "", following: str = "", *, stream: TextIO | None = None) -> str:
    """`text` in lines of at most `width`. A number keeps its unit; only a web address may stand out.

    What goes to a file or another program (by `stream`, stdout unless stated) keeps one line, to be searched in.
    """
    import re
    import textwrap

    if not has_width(stream):
        return first + one_line(text)
    held = re.sub(r"(?<=[0-9]) (?=(?:g|mg|mcg|nanograms?|mL|micrometres|%|°C)(?![a-z]))", "\u00a0", text)
    filled = textwrap.fill(
        held, width, initial_indent=first, subsequent_indent=following, break_long_words=False, break_on_hyphens=False
    )
    return filled.replace("\u00a0", " ")


def print_findings(findings: Sequence[Finding], not_checked: Sequence[NotChecked] = ()) -> None:
    """Prints findings and what was not checked to stderr, the gravest first, folded to the terminal's width."""
    from compound.showing.finding_rows import finding_line, not_checked_text, sorted_findings

    width = terminal_width()
    said = {finding.code for finding in findings}
    lines = [finding_line(finding) for finding in sorted_findings(findings)]
    # A note that says already what was not checked is not said twice.
    lines += [
        f"not checked: [{item.code}] {not_checked_text(item)}" for item in not_checked if item.code not in said
    ]
    if lines and sys.stdout.isatty() and sys.stderr.isatty():
        click.echo(err=True)  # apart from the tables
    for line in lines:
        click.echo(folded(line, width, following="  ", stream=sys.stderr), err=True)


def refusal(findings: Sequence[Finding]) -> str | None:
    """The line that a refusal begins and ends with: the first reason, and how many more there are; None where it is none."""
    from compound.wording.language import ENGLISH

    reasons = [finding for finding in findings if finding.severity is Severity.ERROR]
    if not reasons:
        return None
    more = "" if len(reasons) == 1 else f" (and {len(reasons) - 1} more)"
    reason = ENGLISH.message(reasons[0]).split(" (rule ")[0]  # the rule and its sources stand with the finding
    return folded(f"REFUSED: {reason}{more}", terminal_width(), following="  ")


def leave(findings: Sequence[Finding]) -> None:
    """Leaves with exit code 1 where a finding says that it must not be made."""
    if worst(tuple(findings)) is Severity.ERROR:
        raise SystemExit(MUST_NOT_BE_MADE)


def is_terminal() -> bool:
    """Whether someone sits there who can be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


NEITHER = "neither"


def ask_which(error: AmbiguousAmount, *, neither: bool = False) -> str:
    """Asks which of the readings of an amount is meant. `neither` offers to take back what was typed."""
    click.echo(f"{error}", err=True)
    choices = [*error.readings, NEITHER] if neither else list(error.readings)
    return str(click.prompt(f"{error.where}, which is meant", type=click.Choice(choices), err=True))
