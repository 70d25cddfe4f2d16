"""`compound verify`: reads a worksheet back and recomputes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click

from compound import catalogue, rows
from compound import verify as pure
from compound.audit import Audit
from compound.cli import output
from compound.cli import plan as one
from compound.errors import InputError
from compound.finding import Finding, Severity, worst
from compound.plan import plan_from_dict
from compound.quantity import shown

LARGEST = 20_000_000
MOST_PAGES = 500
ATTACHED = "plan.json"
SCHEMA = "compound.verify/1"
MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a PDF holds: the plan attached, the words of every page, how every page is drawn, what it says of itself."""

    plan: bytes
    pages: tuple[str, ...]
    drawings: tuple[bytes, ...]
    about: Mapping[str, str]


@contextmanager
def _silent() -> Iterator[None]:
    """Keeps the library that reads PDFs from speaking to the user: its log and its warnings go nowhere."""
    import logging
    import warnings

    log, mute = logging.getLogger("pypdf"), logging.NullHandler()
    before = log.propagate
    log.addHandler(mute)
    log.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.propagate = before
        log.removeHandler(mute)


def read_sheet(content: bytes, where: str) -> Sheet:
    """Reads a worksheet. Raises InputError, in one sentence, for anything that is none."""
    if b"%PDF-" not in content[:1024]:
        raise InputError(where, "is no PDF")
    if b"%%EOF" not in content[-1024:]:
        raise InputError(where, "is cut short: the end of the PDF is missing")
    with _silent():
        try:
            return _sheet(content, where)
        except InputError:
            raise
        except Exception:  # whatever the library raises on a damaged file means the same to the user
            raise InputError(where, "is a damaged PDF; it cannot be read") from None


def _sheet(content: bytes, where: str) -> Sheet:
    from io import BytesIO

    from pypdf import PdfReader

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise InputError(where, "is encrypted; worksheets of this tool are not")
    attached = [(name, data) for name, contents in reader.attachments.items() for data in contents]
    if not attached:
        raise InputError(where, "carries no plan: it is no worksheet of this tool, or the plan was taken out of it")
    if len(attached) > 1:
        raise InputError(where, f"carries {len(attached)} attached files; a worksheet carries its plan alone")
    (name, data), = attached
    if name != ATTACHED:
        raise InputError(where, f"carries the file {shown(name)}; a worksheet of this tool carries {ATTACHED}")
    if len(reader.pages) > MOST_PAGES:
        raise InputError(where, f"has {len(reader.pages):,} pages; no worksheet has more than {MOST_PAGES}")
    drawings = []
    for page in reader.pages:
        contents = page.get_contents()
        drawings.append(b"" if contents is None else contents.get_data())
    return Sheet(
        data,
        tuple(page.extract_text() for page in reader.pages),
        tuple(drawings),
        {str(key).removeprefix("/"): str(value) for key, value in (reader.metadata or {}).items()},
    )


@dataclass(frozen=True, slots=True)
class Verified:
    """What came of a worksheet: the order judged again where it could be, and every place that differs."""

    record: Mapping[str, Any]
    judged: Audit | None
    findings: tuple[Finding, ...]
    differences: tuple[tuple[str, pure.Difference], ...]


def verify(content: bytes, where: str) -> Verified:
    """Verifies a worksheet. Raises InputError where it is none, or where a whole plan in it makes no sense."""
    from compound.record import from_json, plan_record

    sheet = read_sheet(content, where)
    attached = f"{where}: attached plan"
    record = from_json(sheet.plan, attached)
    try:
        altered = pure.fingerprint_differences(record)
    except InputError as error:
        raise error.at(attached) from None
    found = [
        Finding(catalogue.SHEET_FINGERPRINT_WRONG, item.where, {"sheet": item.sheet, "again": item.again})
        for item in altered
    ]
    try:
        saved = plan_from_dict(record)
        notes = pure.reading_notes(record)
        planned, judged = one.make(saved.order, notes)
    except InputError as error:
        if not altered:
            raise error.at(attached) from None
        values = {"place": error.where or "the plan", "sentence": error.sentence}
        return Verified(record, None, (*found, Finding(catalogue.SHEET_PLAN_UNREADABLE, attached, values)), ())
    again = one.record_of(saved.order, notes, planned, None) if judged is None else plan_record(judged)
    differences = [("plan", item) for item in pure.record_differences(record, again)]
    if judged is not None:
        differences += [("text", item) for item in _printed(sheet, judged)]
    entries = {"plan": catalogue.SHEET_PLAN_DIFFERS, "text": catalogue.SHEET_TEXT_DIFFERS}
    found += [
        Finding(entries[kind], item.where, {"place": item.where, "sheet": item.sheet, "again": item.again})
        for kind, item in differences
    ]
    return Verified(record, judged, tuple(found), tuple(differences))
