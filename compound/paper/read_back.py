"""A worksheet read back from its PDF: the files in it, the words and the drawing of every page."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import grouped
from compound.exact.value import Value
from compound.reading.text import shown

LARGEST = 20_000_000
MOST_PAGES = 500
MOST_NESTED = 30


class PagesRead(Value):
    """What a PDF holds: the files attached, the words and the drawing of every page, its title and subject."""

    files: Mapping[str, bytes]
    pages: tuple[str, ...]
    drawings: tuple[str, ...]
    titles: tuple[str, str]


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


def read_sheet(content: bytes, where: str, names: Sequence[str]) -> PagesRead:
    """Reads a worksheet; `names` are the files it must carry, the plan first.

    Raises InputError, in one sentence, for anything that is not a worksheet.
    """
    if b"%PDF-" not in content[:1024]:
        raise InputError(where, "is not a PDF")
    if b"%%EOF" not in content[-1024:]:
        raise InputError(where, "is cut short: the end of the PDF is missing")
    import pypdf  # noqa: F401  # one that is missing is no damage of the file

    with _silent():
        try:
            return _sheet(content, where, names)
        except InputError:
            raise
        except Exception:  # whatever the library raises on a damaged file means the same to the user
            raise InputError(where, "is a damaged PDF; it cannot be read") from None


def _sheet(content: bytes, where: str, names: Sequence[str]) -> PagesRead:
    from io import BytesIO

    from pypdf import PdfReader

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise InputError(where, "is encrypted; worksheets of this tool are not")
    attached = reader.attachments
    if names[0] not in attached:
        raise InputError(where, "carries no plan: it is not a worksheet of this tool, or the plan was taken out of it")
    for name in names:
        count = len(attached.get(name, ()))
        if count != 1:
            raise InputError(where, f"carries {count or 'no'} files named {name}; a worksheet carries one")
    for name in attached:
        if name not in names:
            raise InputError(where, f"carries a file named {shown(name)}, which no worksheet of this tool does")
    if len(reader.pages) > MOST_PAGES:
        raise InputError(where, f"has {grouped(len(reader.pages))} pages; no worksheet has more than {MOST_PAGES}")
    about = reader.metadata
    return PagesRead(
        {name: attached[name][0] for name in names},
        tuple(page.extract_text() for page in reader.pages),
        tuple(_drawing(page, reader.root_object) for page in reader.pages),
        ("", "") if about is None else (about.title or "", about.subject or ""),
    )


def _drawing(page: Any, root: Any) -> str:
    """The sha256 of all that decides how a page looks: what is drawn, fonts, images, its edges, what was put over it.

    And of what might change it once it is open: scripts, actions, layers that can be hidden. A worksheet has none.

    A font that shows another digit than the one it stands for would deceive a reader, and not the words.
    """
    contents = page.get_contents()
    resources = page.get("/Resources", {})
    parts = [b"" if contents is None else contents.get_data()]
    parts += [_canonical(resources.get(key)) for key in ("/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Properties")]
    parts += [repr([float(edge) for edge in box]).encode() for box in (page.mediabox, page.cropbox)]
    parts.append(f"{page.rotation} {page.get('/UserUnit', 1)}".encode())
    form = root.get("/AcroForm", {})
    acting = [root.get("/OpenAction"), root.get("/AA"), root.get("/OCProperties"), form.get("/XFA"), page.get("/AA")]
    acting.append(root.get("/Names", {}).get("/JavaScript"))
    # Fields may be filled in: their names count, not what stands in them.
    for note in page.get("/Annots", ()):
        note = note.get_object()
        parts.append(f"{note.get('/Subtype')} {note.get('/T', '')} {note.get('/Rect', '')}".encode())
        acting += [note.get("/A"), note.get("/AA")]
    parts += [_canonical(action) for action in acting if action is not None]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"%d " % len(part) + part)
    return digest.hexdigest()


# What another program may write otherwise without a change to the eye: how a stream is packed, and what an object is
# named.
_OF_THE_FILE = ("/Length", "/Length1", "/Filter", "/DecodeParms", "/Parent", "/Name")


def _canonical(value: Any, depth: int = 0) -> bytes:
    """An object of a PDF with all that hangs on it, written in one way. Raises ValueError for one nested too deeply."""
    if depth > MOST_NESTED:
        raise ValueError("nested too deeply")
    value = value.get_object() if hasattr(value, "get_object") else value
    if isinstance(value, dict):
        content = value.get_data() if hasattr(value, "get_data") else b""
        inner = [
            str(key).encode() + b" " + _canonical(value[key], depth + 1)
            for key in sorted(value, key=str)
            if str(key) not in _OF_THE_FILE
        ]
        return b"<<" + b" ".join(inner) + b">>" + b"%d " % len(content) + content
    if isinstance(value, (list, tuple)):
        return b"[" + b" ".join([_canonical(item, depth + 1) for item in value]) + b"]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(float(value)).encode()
    return repr(value).encode()
