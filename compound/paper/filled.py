"""A worksheet that was filled in on a screen: the plan attached to it, and what stands in its fields.

The file is read strictly, as verifying does: readings taken from a file that viewers would have to mend might be others
than those that people see.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from compound.exact.errors import InputError
from compound.exact.value import Value
from compound.paper.read_back import SheetRead, pdf_text, read_sheet

_READING = r"step-([1-9][0-9]{0,3})-reading"


class FilledSheet(Value):
    """The plan of a sheet as the bytes of its JSON, the readings filled in by step number, the language of the sheet."""

    plan: bytes
    readings: dict[int, str]
    language: str


def read_filled(content: bytes, where: str, names: Sequence[str]) -> FilledSheet:
    """Reads plan and readings; `names` are the files that travel in a sheet, the plan first.

    Fields left empty are no readings. Raises InputError, in one sentence, for anything that is not a worksheet.
    """
    sheet = read_sheet(content, where, names)
    readings: dict[int, str] = {}
    for name, value in _fields(sheet):
        if (matched := re.fullmatch(_READING, name)) is None or value is None:
            continue
        place = f"{where}: field {name}"
        if not isinstance(value, bytes):
            raise InputError(place, "holds no text")
        text = pdf_text(value).strip()
        if not text:
            continue
        if int(matched[1]) in readings:
            raise InputError(place, "stands there twice")
        readings[int(matched[1])] = text
    spoken = sheet.objects.get(sheet.catalog.get(b"Lang"))
    language = pdf_text(spoken) if isinstance(spoken, bytes) else ""
    return FilledSheet(sheet.files[names[0]], dict(sorted(readings.items())), language)


def _fields(sheet: SheetRead) -> Iterator[tuple[str, Any]]:
    """The fields on the pages by their names, each with its value; None where it has none."""
    for page in sheet.pages:
        notes = sheet.objects.get(page.get(b"Annots"))
        for note in notes if isinstance(notes, list) else ():
            entries = sheet.objects.get(note)
            name = sheet.objects.get(entries.get(b"T")) if isinstance(entries, dict) else None
            if isinstance(name, bytes):
                yield pdf_text(name), sheet.objects.get(entries.get(b"V"))
