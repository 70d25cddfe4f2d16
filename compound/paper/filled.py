"""A worksheet that was filled in on a screen: the plan attached to it, and what stands in its fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import grouped
from compound.exact.value import Value

MOST_FIELDS = 20_000
_END = b"%%EOF"
_READING = re.compile(r"step-([1-9][0-9]{0,3})-reading")
_NO_WORKSHEET = "carries no plan: it is not a worksheet of this tool, or the plan was taken out of it"


class FilledSheet(Value):
    """The plan of a sheet as the bytes of its JSON, the readings filled in by step number, the language of the sheet."""

    plan: bytes
    readings: dict[int, str]
    language: str


def read_filled(content: bytes, where: str, attached: str, most: int) -> FilledSheet:
    """Reads plan and readings; `attached` is the name of the plan in the sheet, which has at most `most` bytes.

    Fields left empty are no readings. Raises InputError, in one sentence, for anything that is not a worksheet.
    """
    if _END not in content[-1024:]:
        raise InputError(where, "is cut short: the end of the PDF is missing")
    import pypdf  # noqa: F401  # one that is missing is no damage of the file

    with _no_library_talk():
        try:
            return _filled(content, where, attached, most)
        except InputError:
            raise
        except Exception:  # whatever the library raises on a damaged file means the same to the user
            raise InputError(where, "is a damaged PDF; it cannot be read") from None


@contextmanager
def _no_library_talk() -> Iterator[None]:
    """Keeps log and warnings of the library from the user."""
    import logging
    import warnings

    log = logging.getLogger("pypdf")
    before = log.disabled
    log.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.disabled = before


def _filled(content: bytes, where: str, attached: str, most: int) -> FilledSheet:
    from io import BytesIO

    from pypdf import PdfReader

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise InputError(where, "is encrypted; worksheets of this tool are not")
    found = reader.attachments.get(attached, [])
    if not found:
        raise InputError(where, _NO_WORKSHEET)
    if len(found) != 1:
        raise InputError(where, f"carries {len(found)} files named {attached}; a worksheet carries one")
    if len(found[0]) > most:
        raise InputError(where, f"carries a plan of more than {grouped(most)} bytes")
    root = reader.root_object
    readings: dict[int, str] = {}
    fields = list(root.get("/AcroForm", {}).get("/Fields", ()))
    if len(fields) > MOST_FIELDS:
        raise InputError(where, f"has {grouped(len(fields))} fields; no worksheet has more than {grouped(MOST_FIELDS)}")
    for one in fields:
        _take(one.get_object(), where, readings)
    return FilledSheet(found[0], dict(sorted(readings.items())), str(root.get("/Lang", "")))


def _take(field: Any, where: str, readings: dict[int, str]) -> None:
    """Takes a field into the readings, where it is that of a reading and filled in."""
    name = str(field.get("/T", ""))
    matched = _READING.fullmatch(name)
    value = field.get("/V")
    value = value.get_object() if hasattr(value, "get_object") else value
    if matched is None or value is None:
        return
    if not isinstance(value, str):
        raise InputError(f"{where}: field {name}", "holds no text")
    text = value.strip()
    if not text:
        return
    if int(matched[1]) in readings:
        raise InputError(f"{where}: field {name}", "stands there twice")
    readings[int(matched[1])] = text
