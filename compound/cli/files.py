"""The files of users: the one place that opens them, reads them whole and writes them whole or not at all."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import click

from compound.cli import interrupts
from compound.exact.errors import InputError
from compound.exact.quantity import grouped
from compound.reading.text import shown

if TYPE_CHECKING:
    from compound.facts.excipients.house_rules import HouseRules
    from compound.order.formula import Options
    from compound.worksheet.template import Template

LONGEST_FILE_NAME = 255  # bytes, on all file systems in use


def as_said(path: str) -> str:
    """A path for a message: on one line, not endless, and with nothing in it that moves the cursor of a terminal."""
    said = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in path)
    return said if len(said) <= 200 else f"{said[:200]}…"


FileId = tuple[int, int]  # what a file is in the system, by whatever name: its device and its number there
LARGEST_SEEN = 20_000_000  # of a file that is to be replaced: no PDF of this program comes near it


def refuse_unwritable(
    path: str, option: str, *, force: bool = False, inputs: Collection[FileId] = (), any_kind: bool = False
) -> None:
    """Refuses a path that cannot or must not be written, before any work is done. Writes nothing.

    A file that is there is replaced where it is empty or a PDF of this program with no field filled in; any other only
    with `force`, or where it may be of `any_kind`. What the command reads itself (or is among `inputs`) never is.
    """
    if not path or path == "-":
        raise InputError(option, f"{'no file is named' if not path else '- is not a file'}; name the file to write")
    if "\0" in path:
        raise InputError(option, f"{as_said(path)} is not the name of a file")
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
        raise InputError(option, f"{as_said(path)} is not an ordinary file")
    _refuse_input(path, option, inputs)
    if not (force or any_kind):
        _refuse_needed(path, option)


def _refuse_input(path: str, option: str, inputs: Collection[FileId]) -> None:
    """Refuses to write what the command reads, by whatever name it is called."""
    try:
        there = os.stat(path)
    except OSError:
        return
    if (there.st_dev, there.st_ino) in {*inputs, *inputs_read()}:
        raise InputError(option, f"{as_said(path)} is read by this command too; name another file to write")


def _refuse_needed(path: str, option: str) -> None:
    """Refuses to replace what somebody may need."""
    from compound.paper.earlier import FILLED, OURS, what_lies_there

    if not os.path.exists(path) or os.path.getsize(path) == 0:
        return
    try:
        with open(path, "rb") as stream:
            lies_there = what_lies_there(stream.read(LARGEST_SEEN))
    except OSError:
        lies_there = ""
    if lies_there == FILLED:
        raise InputError(option, f"{as_said(path)} is a sheet with fields filled in; name another file, or write --force")
    if lies_there != OURS:
        raise InputError(
            option, f"{as_said(path)} is there already and no PDF of this program; name another file, or write --force"
        )


def inputs_read() -> frozenset[FileId]:
    """The files that this run of a command has read so far."""
    context = click.get_current_context(silent=True)
    return frozenset() if context is None else frozenset(context.meta.get(_INPUTS, ()))


_INPUTS = "compound.inputs"


def file_id(path: str) -> FileId | None:
    """What a file is in the system; None where there is none."""
    try:
        there = os.stat(path)
    except (OSError, ValueError):
        return None
    return there.st_dev, there.st_ino


def read_file(path: str, option: str | None, most: int = 1_000_000) -> bytes:
    """The bytes of a file. `option` names it in messages; without one its own name does.

    Raises InputError where it cannot be read, is not an ordinary file or is larger than `most` bytes.
    """
    where, file = (as_said(path), "") if option is None else (option, f"{as_said(path)} ")
    try:
        if not os.path.isfile(path):
            if os.path.exists(path):
                raise InputError(where, f"{file}is not an ordinary file")
            raise InputError(where, f"there is no file {file}".strip() if file else "there is no such file")
        # Not to wait, should it be another kind of file by now; and no more is read than is wanted, whatever its size says.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb") as stream:
            there = os.fstat(handle)
            if not stat.S_ISREG(there.st_mode):
                raise InputError(where, f"{file}is not an ordinary file")
            content = b"" if there.st_size > most else stream.read(most + 1)
        if there.st_size > most or len(content) > most:
            raise InputError(where, f"{file}is larger than {grouped(most)} bytes")
    except OSError as error:
        raise InputError(where, f"{file}cannot be read: {error.strerror or error}") from None
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta.setdefault(_INPUTS, set()).add((there.st_dev, there.st_ino))
    return content


def release(path: str) -> None:
    """Lets a file that was read be written: it was read to be changed."""
    context = click.get_current_context(silent=True)
    if context is not None:
        context.meta.get(_INPUTS, set()).discard(file_id(path))


def write_atomically(
    path: str, content: bytes, option: str, *, inputs: Collection[FileId] = (), sweep: bool = True
) -> None:
    """Writes a file whole or not at all: beside its place first, then moved there. Follows a link to its target.

    What earlier runs left beside it when they were killed is swept away, unless `sweep` is off. Raises InputError where
    it cannot be written, or is a file that the command reads (or among `inputs`).
    """
    import tempfile

    _refuse_input(path, option, inputs)
    target = os.path.realpath(path)
    folder = os.path.dirname(target)
    if sweep:
        sweep_leftovers(folder)
    temporary = None
    with interrupts.held():
        try:
            handle, temporary = tempfile.mkstemp(prefix=f".compound-{_machine()}-{os.getpid()}-", dir=folder)
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


# The name of a file that is being written: on which machine, by which process; earlier versions named neither.
_BEING_WRITTEN = re.compile(r"\.compound-(?:([A-Za-z0-9]+)-([0-9]+)-)?[a-z0-9_]{8}")
_LONGEST_WRITE = 3600  # seconds; what is older is no longer being written, whoever began it


def sweep_leftovers(folder: str) -> None:
    """Removes what killed runs left in a folder, half written: never what another process is writing now."""
    import time

    try:
        for entry in os.scandir(folder):
            found = _BEING_WRITTEN.fullmatch(entry.name)
            if found is None or not entry.is_file(follow_symlinks=False):
                continue
            young = time.time() - entry.stat(follow_symlinks=False).st_mtime < _LONGEST_WRITE
            ended = found[2] is not None and found[1] == _machine() and not _is_running(int(found[2]))
            if (_begins_a_pdf(entry.path) if found[2] is None else ended or not young):
                os.unlink(entry.path)
    except OSError:
        return  # what cannot be swept is in nobody's way


def _begins_a_pdf(path: str) -> bool:
    """Whether a file is what a killed run leaves: nothing yet, or the begin of a PDF."""
    with open(path, "rb") as file:
        return file.read(5) in (b"", b"%PDF-")


def _machine() -> str:
    """The name of this machine, in letters and digits: processes are counted on each alone."""
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    return re.sub(r"[^A-Za-z0-9]", "", name)[:40] or "here"


def _is_running(process: int) -> bool:
    if os.name != "posix":
        return True  # there a look at a process may end it; its file goes when it is old
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def open_template(text: str | None) -> Template:
    """The template of the worksheet, shipped or in a file. Raises InputError with the key that is at fault."""
    from compound.reading import shipped
    from compound.worksheet.template import read_template as read

    text = shipped.WORKSHEET if text is None else text
    content, name = shipped_or_file(text, shipped.WORKSHEET, "--template")

    def logo(path: str) -> bytes:
        from compound.paper.logo import MOST_PICTURE_BYTES, read_picture

        # Its path is read from where the template lies.
        picture = read_file(os.path.join(os.path.dirname(text), path), "pharmacy.logo", MOST_PICTURE_BYTES)
        read_picture(picture)
        return picture

    return read(content, name, logo)


def read_formula(text: str, known: Mapping[str, bool]) -> tuple[str, Options]:
    """A formula's name and its options; `known` are those of an order. Raises InputError with file and key."""
    from compound.order.formula import formula_options
    from compound.reading import shipped
    from compound.reading.toml_text import read_toml

    content, name = shipped_or_file(text, shipped.FORMULA, "--formula")
    options = formula_options(read_toml(content, name), known, name)
    try:
        return name, with_files(options, os.path.dirname(text))
    except InputError as error:
        raise error.moved(lambda where: f"{name}: {where.removeprefix('--')}") from None


def with_files(options: Options, folder: str = "") -> Options:
    """The options with the files they name read: --sieve. A path is from `folder`, where the naming file lies.

    Raises InputError.
    """
    path = options.get("sieve")
    if not isinstance(path, str):
        return options
    from compound.order.particle_size import SieveFile, parse_sieve
    from compound.reading import csv_text

    name = as_said(os.path.basename(path) or path)
    content = read_file(os.path.join(folder, path), "--sieve", csv_text.MOST_CSV_BYTES)
    cells = csv_text.read_cells(content, name)
    data = parse_sieve(cells.rows, name, decimal_comma=cells.decimal_comma)
    return {**options, "sieve": SieveFile(name, data)}


def shipped_or_file(text: str, kind: str, option: str) -> tuple[bytes, str]:
    """The bytes and the name of a shipped file of that kind, or else of a file. Raises InputError."""
    from compound.reading import shipped

    found = shipped.find(text, kind) if os.path.basename(text) == text else None
    # A shipped name means the shipped file in every folder; a copy of it that was changed keeps its ending.
    if found is not None and (text == found.name or not os.path.exists(text)):
        return found.read(), found.name
    if not os.path.exists(text):
        names = ", ".join(resource.name for resource in shipped.shipped(kind))
        raise InputError(option, f"{shown(text)} is neither a file nor a shipped {kind}; those are {names}")
    return read_file(text, option), as_said(os.path.basename(text))


def read_rules(path: str) -> HouseRules:
    """The rules file of a pharmacy. Raises InputError where it cannot be opened or understood."""
    from compound.facts.excipients.house_rules import read_house_rules

    return read_house_rules(read_file(path, "--rules"), as_said(path))
