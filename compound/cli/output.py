"""Where results and findings go: streams, files, exit codes."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Sequence

import click

from compound.errors import AmbiguousAmount, InputError
from compound.finding import Finding, NotChecked, Severity, worst

MUST_NOT_BE_MADE = 1


def print_findings(findings: Sequence[Finding], not_checked: Sequence[NotChecked] = ()) -> None:
    """Prints findings and what was not checked to stderr, the gravest first, folded to the terminal's width."""
    from compound import rows

    def say(text: str) -> None:
        click.echo(folded(text), err=True)

    for finding in rows.sorted_findings(findings):
        say(f"{finding.severity.value}: [{finding.code}] {rows.finding_text(finding)}")
    for item in not_checked:
        say(f"not checked: [{item.code}] {rows.not_checked_text(item)}")


def folded(text: str, indent: str = "") -> str:
    """The text in lines of the terminal's width; a number stays with its unit, a web address whole."""
    import re
    import shutil
    import textwrap

    width = min(shutil.get_terminal_size((80, 24)).columns, 120)
    held = re.sub(r"(?<=[0-9]) (?=(?:mg|mcg|g|mL)\b|%)", "\u00a0", text)
    return textwrap.fill(held, width, initial_indent=indent, subsequent_indent=f"{indent}  ", break_long_words=False,
                         break_on_hyphens=False).replace("\u00a0", " ")  # fmt: skip


def leave(findings: Sequence[Finding]) -> None:
    """Leaves with exit code 1 where a finding says that it must not be made."""
    if worst(tuple(findings)) is Severity.ERROR:
        raise SystemExit(MUST_NOT_BE_MADE)


def file_name(path: str) -> str:
    """The name of a file, fit for one line of a message: nothing in it moves the cursor of a terminal."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in click.format_filename(path))


def refuse_unwritable(path: str, option: str) -> None:
    """Refuses a path that cannot be written, before any work is done. Writes nothing."""
    if path == "-":
        raise InputError(option, "a PDF is not written to standard output; name a file")
    if os.path.isdir(path):
        raise InputError(option, f"{path} is a folder; name a file")
    folder = os.path.dirname(os.path.abspath(path))
    if not os.path.isdir(folder):
        raise InputError(option, f"there is no folder {folder}")
    if not os.access(folder, os.W_OK | os.X_OK) or (os.path.exists(path) and not os.access(path, os.W_OK)):
        raise InputError(option, f"{path} cannot be written")
    if os.path.exists(path) and not os.path.isfile(path):
        raise InputError(option, f"{path} is no ordinary file")


def read_file(path: str, option: str, most: int = 1_000_000) -> bytes:
    """The bytes of a file. Raises InputError where it cannot be read, is no ordinary file or is larger than `most`."""
    try:
        if not os.path.isfile(path):
            missing = not os.path.exists(path)
            raise InputError(option, f"there is no file {path}" if missing else f"{path} is no ordinary file")
        if os.path.getsize(path) > most:
            raise InputError(option, f"{path} is larger than {most:,} bytes")
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise InputError(option, f"{path} cannot be read: {error.strerror}") from None


def write_atomically(path: str, content: bytes, option: str) -> None:
    """Writes a file whole or not at all: beside its place first, then moved there. Follows a link to its target."""
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
        raise InputError(option, f"{path} cannot be written: {error.strerror}") from None
    finally:
        if temporary is not None and os.path.exists(temporary):
            os.unlink(temporary)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def is_terminal() -> bool:
    """Whether someone sits there who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


NEITHER = "neither"


def choose(error: AmbiguousAmount, *, neither: bool = False) -> str:
    """Asks which of the readings of an amount is meant. `neither` offers to take back what was typed."""
    click.echo(f"{error}", err=True)
    choices = [*error.readings, NEITHER] if neither else list(error.readings)
    return str(click.prompt(f"{error.where}, which is meant", type=click.Choice(choices), err=True))
