"""Where results and findings go: streams, files, exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

import click

from compound.exact.errors import AmbiguousAmount, InputError
from compound.findings.finding import Finding, NotChecked, Severity, worst

MUST_NOT_BE_MADE = 1
LONGEST_FILE_NAME = 255  # bytes, on all file systems in use


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
        return first + text
    held = re.sub(r"(?<=[0-9]) (?=(?:g|mg|mcg|nanograms?|mL|micrometres|%|°C)(?![a-z]))", "\u00a0", text)
    filled = textwrap.fill(
        held, width, initial_indent=first, subsequent_indent=following, break_long_words=False, break_on_hyphens=False
    )
    return filled.replace("\u00a0", " ")


def print_findings(findings: Sequence[Finding], not_checked: Sequence[NotChecked] = ()) -> None:
    """Prints findings and what was not checked to stderr, the gravest first, folded to the terminal's width."""
    from compound.showing import plan_rows

    width = terminal_width()
    said = {finding.code for finding in findings}
    lines = [
        f"{finding.severity.value}: [{finding.code}] {plan_rows.finding_text(finding)}"
        for finding in plan_rows.sorted_findings(findings)
    ]
    # A note that says already what was not checked is not said twice.
    lines += [
        f"not checked: [{item.code}] {plan_rows.not_checked_text(item)}" for item in not_checked if item.code not in said
    ]
    if lines and sys.stdout.isatty() and sys.stderr.isatty():
        click.echo(err=True)  # apart from the tables
    for line in lines:
        click.echo(folded(line, width, following="  ", stream=sys.stderr), err=True)


def leave(findings: Sequence[Finding]) -> None:
    """Leaves with exit code 1 where a finding says that it must not be made."""
    if worst(tuple(findings)) is Severity.ERROR:
        raise SystemExit(MUST_NOT_BE_MADE)


def as_said(path: str) -> str:
    """A path for a message: on one line, not endless, and with nothing in it that moves the cursor of a terminal."""
    said = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in path)
    return said if len(said) <= 200 else f"{said[:200]}…"


def refuse_unwritable(path: str, option: str) -> None:
    """Refuses a path that cannot be written, before any work is done. Writes nothing."""
    if not path or path == "-":
        raise InputError(option, f"{'no file is named' if not path else '- is no file'}; name the file to write")
    if "\0" in path:
        raise InputError(option, f"{as_said(path)} is no name of a file")
    if os.path.isdir(path):
        raise InputError(option, f"{as_said(path)} is a folder; name a file")
    # A link is followed to the file it names, and that file is replaced.
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if not os.path.isdir(folder):
        raise InputError(option, f"there is no folder {as_said(folder)}")
    if len(os.fsencode(os.path.basename(target))) > LONGEST_FILE_NAME:
        raise InputError(option, f"{as_said(path)} is too long for the name of a file")
    if not os.access(folder, os.W_OK | os.X_OK) or (os.path.exists(path) and not os.access(path, os.W_OK)):
        raise InputError(option, f"{as_said(path)} cannot be written: no permission")
    if os.path.exists(path) and not os.path.isfile(path):
        raise InputError(option, f"{as_said(path)} is no ordinary file")


def read_file(path: str, option: str, most: int = 1_000_000) -> bytes:
    """The bytes of a file. Raises InputError where it cannot be read, is no ordinary file or is larger than `most`."""
    try:
        if not os.path.isfile(path):
            missing = not os.path.exists(path)
            raise InputError(
                option, f"there is no file {as_said(path)}" if missing else f"{as_said(path)} is no ordinary file"
            )
        if os.path.getsize(path) > most:
            raise InputError(option, f"{as_said(path)} is larger than {most:,} bytes")
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise InputError(option, f"{as_said(path)} cannot be read: {error.strerror}") from None


def write_atomically(path: str, content: bytes, option: str) -> None:
    """Writes a file whole or not at all: beside its place first, then moved there. Follows a link to its target."""
    import tempfile

    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    temporary = None
    try:
        handle, temporary = tempfile.mkstemp(prefix=".compound-", dir=folder)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        mode = os.stat(target).st_mode & 0o777 if os.path.exists(target) else 0o666 & ~_umask()
        os.chmod(temporary, mode)
        os.replace(temporary, target)
        temporary = None
    except OSError as error:
        raise InputError(option, f"{as_said(path)} cannot be written: {error.strerror}") from None
    finally:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def is_terminal() -> bool:
    """Whether someone sits there who can be asked."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


NEITHER = "neither"


def choose(error: AmbiguousAmount, *, neither: bool = False) -> str:
    """Asks which of the readings of an amount is meant. `neither` offers to take back what was typed."""
    click.echo(f"{error}", err=True)
    choices = [*error.readings, NEITHER] if neither else list(error.readings)
    return str(click.prompt(f"{error.where}, which is meant", type=click.Choice(choices), err=True))
