"""What lies where a PDF is to be written: a file of this program that may be replaced, or one that somebody needs."""

from __future__ import annotations

import re

from compound.exact.errors import InputError
from compound.paper.strict_pdf import read_objects

OURS, FILLED, OTHER = "ours", "filled in", "other"
# Every PDF that this program writes names it so; programs that fill fields in leave it, with or without the blank.
_MADE_BY_US = re.compile(rb"/Creator\s*\(compound [0-9]")
_PAGE = re.compile(rb"/Type\s*/Page\b")


def what_lies_there(content: bytes) -> str:
    """OURS for a PDF of this program without a field that is filled in; FILLED for one with; OTHER for all else.

    A file in which neither can be told, such as one that another program wrote anew with its parts packed, is OTHER.
    """
    if not content.startswith(b"%PDF-") or not _MADE_BY_US.search(content):
        return OTHER
    if b"/AcroForm" not in content and b"/ObjStm" not in content:
        return OURS
    try:
        return FILLED if _filled(content) else OURS
    except InputError:  # of a file that is built otherwise it cannot be told
        return OTHER


def page_count(content: bytes) -> int:
    """How many pages a PDF of this program has: it keeps each as an object that is not packed."""
    return len(_PAGE.findall(content))


def _filled(content: bytes) -> bool:
    """Whether a field holds more than blanks. Raises InputError for a file that is built as none of ours is."""
    objects = read_objects(content)
    for value in objects.by_number.values():
        if isinstance(value, dict) and b"T" in value and b"V" in value:
            held = objects.get(value[b"V"])
            if (held.strip() if isinstance(held, bytes) else held) not in (b"", b"Off", None):
                return True
    return False
