"""What lies where a PDF is to be written: a file of this program that may be replaced, or one that somebody needs."""

from __future__ import annotations

import re

OURS, FILLED, OTHER = "ours", "filled in", "other"
# Every PDF that this program writes names it so; programs that fill fields in leave it, with or without the blank.
_MADE_BY_US = re.compile(rb"/Creator\s*\(compound [0-9]")


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
    except Exception:  # whatever the library raises on a damaged file means that it cannot be told
        return OTHER


def _filled(content: bytes) -> bool:
    """Whether a field holds more than blanks."""
    import logging
    import warnings
    from io import BytesIO

    from pypdf import PdfReader

    log = logging.getLogger("pypdf")
    before, log.disabled = log.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fields = PdfReader(BytesIO(content)).get_fields() or {}
            return any(str(field.get("/V", "")).strip() not in ("", "/Off") for field in fields.values())
    finally:
        log.disabled = before
