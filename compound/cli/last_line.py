"""The last line that a command prints: its verdict, and what to type next. Findings stand before it, on stderr."""

from __future__ import annotations

import sys

import click

from compound.cli import output
from compound.cli.shell import command_line
from compound.cli.spoken import spoken
from compound.showing.verdict_line import BAD, GOOD, VerdictLine

_STYLES = {GOOD: "1;32", BAD: output.ERROR_STYLE}


def print_verdict(line: VerdictLine, *, apart: bool = True) -> None:
    """Prints the line on stdout, whatever waits on stderr before it; on a terminal its verdict is bold and in colour.

    A blank line stands before it, unless it ends a table (`apart`). It is never folded: a command that is broken over
    lines cannot be typed again.
    """
    sys.stderr.flush()
    if apart:
        click.echo()
    output.echo([(line.verdict, _STYLES.get(line.tone, output.WARNING_STYLE)), (line.text(command_line, spoken()), None)])
