"""The files of users: the one place that opens them, reads them whole and writes them whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

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


def refuse_unwritable(path: str, option: str) -> None:
    """Refuses a path that cannot be written, before any work is done. Writes nothing."""
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
        if os.path.getsize(path) > most:
            raise InputError(where, f"{file}is larger than {grouped(most)} bytes")
        with open(path, "rb") as stream:
            return stream.read()
    except OSError as error:
        raise InputError(where, f"{file}cannot be read: {error.strerror or error}") from None


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
