"""Where results and findings go: streams, files, exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

import click

from compound.cli.spoken import spoken
from compound.cli.streams import one_line, unguarded
from compound.exact.errors import AmbiguousAmount
from compound.findings.finding import Finding, NotChecked, Severity, worst

MUST_NOT_BE_MADE = 1

# How a part of a line stands out on a terminal: the numbers of its style (ECMA-48, SGR).
BOLD_STYLE, ERROR_STYLE, WARNING_STYLE = "1", "1;31", "1;33"
Line = Sequence[tuple[str, str | None]]  # a line of text in parts, each with its style or none


def paints(stream: TextIO) -> bool:
    """Whether what is written may have a style: on a terminal that knows them, unless NO_COLOR is set."""
    if not stream.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    # The older console of Windows shows the codes themselves.
    return sys.platform != "win32" or bool(os.environ.get("WT_SESSION") or os.environ.get("TERM"))


def echo(line: Line, *, err: bool = False) -> None:
    """Writes a line to stdout, or with `err` to stderr; the guard before them sees the text alone."""
    stream = sys.stderr if err else sys.stdout
    raw, colour = unguarded(stream), paints(stream)
    for text, style in line:
        if colour and style and text:
            raw.write(f"\x1b[{style}m")
            stream.write(text)
            raw.write("\x1b[0m")
        else:
            stream.write(text)
    stream.write("\n")
    stream.flush()


def terminal_width(most: int = 120) -> int:
    """The columns to write in: those of the terminal, 80 where there is none, and at most `most`."""
    return max(20, min(_columns(), most))


def _columns() -> int:
    """As `shutil.get_terminal_size` has them, whose import takes longer than a screen."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isdecimal() and int(stated) > 0:
        return int(stated)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno() if sys.__stdout__ else 1).columns or 80
    except (OSError, ValueError):
        return 80


def has_width(stream: TextIO | None = None) -> bool:
    """Whether there is a width to keep to: a terminal, or COLUMNS in the environment."""
    return bool(os.environ.get("COLUMNS")) or (stream or sys.stdout).isatty()


def folded(text: str, width: int, first: str = "", following: str = "", *, stream: TextIO | None = None) -> str:
    """`text` in lines of at most `width`. A number keeps its unit; only a web address may stand out.

    What goes to a file or another program (by `stream`, stdout unless stated) keeps one line, to be searched in.
    """
    if not has_width(stream):
        return first + one_line(text)
    return "\n".join(lines_of(text, width, first, following))


_UNITS = {"g", "mg", "mcg", "nanogram", "nanograms", "mL", "micrometres", "%", "°C", "s"}


def lines_of(text: str, width: int, first: str = "", following: str = "") -> list[str]:
    """`text` in lines of at most `width`, whatever they are written to. A number keeps its unit."""
    lines, line, gap = [], first, ""
    empty = True
    for word in held_words(one_line(text).split(" ")):
        if not word:
            gap += " "
            continue
        if not empty and len(line) + len(gap) + len(word) > width:
            lines.append(line)
            line, empty = following, True
        line += word if empty else gap + word
        empty, gap = False, " "
    return [*lines, line]


def held_words(words: Sequence[str]) -> list[str]:
    """Words, a number and its unit being one."""
    found: list[str] = []
    for word in words:
        bare = word.rstrip(",.;:)]")
        if found and found[-1][-1:].isdigit() and bare in _UNITS:
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


def print_findings(findings: Sequence[Finding], not_checked: Sequence[NotChecked] = ()) -> None:
    """Prints findings and what was not checked to stderr, the gravest first, folded to the terminal's width."""
    from compound.showing.finding_rows import finding_line, not_checked_line, sorted_findings

    language = spoken()
    said = {finding.code for finding in findings}
    lines = [(finding_line(finding, language), finding.severity.value) for finding in sorted_findings(findings)]
    # A note that says already what was not checked is not said twice.
    lines += [(not_checked_line(item, language), "") for item in not_checked if item.code not in said]
    if lines:
        part_streams()
    for line, kind in lines:
        print_finding(line, kind)


def part_streams() -> None:
    """A blank line between results and findings where both are read on one terminal."""
    if sys.stdout.isatty() and sys.stderr.isatty():
        click.echo(err=True)


_STYLE_OF = {"error": ERROR_STYLE, "failed": ERROR_STYLE, "warning": WARNING_STYLE}


def print_finding(text: str, kind: str) -> None:
    """Prints a finding to stderr, folded; what stands before its first colon in the colour of its kind: a severity, or failed."""
    severity, colon, rest = folded(text, terminal_width(), following="  ", stream=sys.stderr).partition(":")
    echo([(severity + colon, _STYLE_OF.get(kind)), (rest, None)], err=True)


def print_refusal(text: str) -> None:
    """Prints what `refusal` gives, its first word in the colour of an error."""
    first, colon, rest = text.partition(":")
    echo([(first + colon, ERROR_STYLE), (rest, None)])


def refusal(findings: Sequence[Finding]) -> str | None:
    """The line that a refusal begins and ends with: the first reason, and how many more there are; None where it is none."""
    from compound.wording.screen_words import ScreenWords

    reasons = [finding for finding in findings if finding.severity is Severity.ERROR]
    if not reasons:
        return None
    language = spoken()
    words = language.table(ScreenWords)
    reason = words.refused.format(reason=language.message_without_rule(reasons[0]))
    if len(reasons) > 1:
        reason = words.refused_more.format(reason=reason, count=language.notation.number(len(reasons) - 1))
    return folded(reason, terminal_width(), following="  ")


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
