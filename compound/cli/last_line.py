"""The last line that a command prints: its verdict, and what to type next. Findings stand before it, on stderr."""

from __future__ import annotations

import os
import sys

import click

from compound.cli import streams
from compound.cli.shell import command_line
from compound.showing.verdict_line import BAD, GOOD, VerdictLine
from compound.wording.language import ENGLISH, Language

_BOLD, _PLAIN = "\x1b[1;{}m", "\x1b[0m"
_COLOURS = {GOOD: "32", BAD: "31"}
_OTHER_COLOUR = "33"


def print_verdict(line: VerdictLine, language: Language = ENGLISH, *, apart: bool = True) -> None:
    """Prints the line on stdout, whatever waits on stderr before it; on a terminal its verdict is bold and in colour.

    A blank line stands before it, unless it ends a table (`apart`).

    It is never folded: a command that is broken over lines cannot be typed again.
    """
    sys.stderr.flush()
    if apart:
        click.echo()
    if not _has_colour():
        click.echo(line.whole(command_line, language))
        return
    raw = streams.unguarded(sys.stdout)  # the guard lets no mark pass that moves a cursor or paints
    sys.stdout.flush()
    raw.write(_BOLD.format(_COLOURS.get(line.tone, _OTHER_COLOUR)))
    sys.stdout.write(line.verdict)
    raw.write(_PLAIN)
    click.echo(line.text(command_line, language))


def _has_colour() -> bool:
    """Whether stdout is a terminal that paints, and NO_COLOR does not forbid it (no-color.org)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb" and sys.stdout.isatty()
