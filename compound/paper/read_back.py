"""A worksheet read back from its PDF: the files in it, its pages with their words, and what stands in its fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import grouped
from compound.exact.value import Value
from compound.paper.attached import MOST_ATTACHED
from compound.paper.strict_pdf import ObjectNumber, Objects, Stream, decoded, read_objects
from compound.reading.text import shown

MOST_PAGES = 500
MOST_DRAWN = 2_000_000  # bytes of what is drawn on a page
NO_PLAN = (
    "carries no plan: it is not a worksheet of this tool, or a printed or scanned copy of one; ask for the original, "
    "or hold its plan against its code: compound verify --fingerprint CODE --plan PLAN.json"
)


class SheetRead(Value):
    """What a PDF holds: its objects, its catalog, its pages, the files attached, its title and subject."""

    objects: Objects
    catalog: Mapping[bytes, Any]
    pages: tuple[Mapping[bytes, Any], ...]
    files: Mapping[str, bytes]
    titles: tuple[str, str]

    def drawn(self, page: int, most: int = MOST_DRAWN) -> bytes:
        """What is drawn on a page (counted from 0), at most so many bytes. Raises InputError where it is damaged."""
        content = self.objects.get(self.pages[page].get(b"Contents"))
        return decoded(content, most)[:most] if isinstance(content, Stream) else b""

    def words(self, page: int, fonts: Mapping[bytes, Mapping[int, str]], most: int = MOST_DRAWN) -> str:
        """The words of a page, by the letters that the codes of `fonts` stand for; a line for each text drawn."""
        return "\n".join(_lines(self.drawn(page, most), fonts))

    @cached_property
    def fonts(self) -> dict[bytes, dict[int, str]]:
        """The fonts of the first page, which are those of every page, and for each the letter of each code."""
        return _letters(self.objects, self.pages[0]) if self.pages else {}

    @cached_property
    def fields(self) -> dict[str, str]:
        """What stands in each field to be filled in, by its name; an empty text where nothing does."""
        found = {}
        for page in self.pages:
            for note in _list(self.objects.get(page.get(b"Annots"))):
                entries = self.objects.get(note)
                if isinstance(entries, dict) and isinstance(name := self.objects.get(entries.get(b"T")), bytes):
                    value = self.objects.get(entries.get(b"V", b""))
                    found[pdf_text(name)] = pdf_text(value) if isinstance(value, bytes) else ""
        return found


def read_sheet(content: bytes, where: str, names: Sequence[str]) -> SheetRead:
    """Reads a worksheet strictly; `names` are the files it must carry, the plan first.

    Raises InputError, in one sentence, for anything that is not a worksheet, or that is built as none is.
    """
    if b"%PDF-" not in content[:1024]:
        raise InputError(where, "is not a PDF")
    if b"%%EOF" not in content[-1024:]:
        raise InputError(where, "is cut short: the end of the PDF is missing")
    try:
        return _sheet(content, names)
    except InputError as error:
        if b"EmbeddedFile" not in content and b"/ObjStm" not in content and b"/Encrypt" not in content:
            raise InputError(where, NO_PLAN) from None
        raise InputError(where, f"{error.where}: {error.sentence}" if error.where else error.sentence) from None


def _sheet(content: bytes, names: Sequence[str]) -> SheetRead:
    objects = read_objects(content)
    catalog = objects.get(objects.trailer[b"Root"])
    if not isinstance(catalog, dict) or catalog.get(b"Type") != b"Catalog":
        raise InputError("", "has no catalog")
    files = _files(objects, catalog)
    if names[0] not in files:
        raise InputError("", NO_PLAN)
    for name in names:
        count = len(files.get(name, ()))
        if count != 1:
            raise InputError("", f"carries {count or 'no'} files named {name}; a worksheet carries one")
    for name in files:
        if name not in names:
            raise InputError("", f"carries a file named {shown(name)}, which no worksheet of this tool does")
    pages = tuple(_pages(objects, catalog))
    about = objects.get(objects.trailer.get(b"Info"))
    about = about if isinstance(about, dict) else {}
    title, subject = (objects.get(about.get(key, b"")) for key in (b"Title", b"Subject"))
    titles = (pdf_text(title) if isinstance(title, bytes) else "", pdf_text(subject) if isinstance(subject, bytes) else "")
    return SheetRead(objects, catalog, pages, {name: _attached(objects, files[name][0]) for name in names}, titles)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _inside(objects: Objects, value: Any, key: bytes) -> Any:
    value = objects.get(value)
    return objects.get(value.get(key)) if isinstance(value, dict) else None


def _files(objects: Objects, catalog: Mapping[bytes, Any]) -> dict[str, list[Any]]:
    """The specifications of the files in the name tree, by name. The tree of a worksheet is one list."""
    tree = _inside(objects, catalog.get(b"Names"), b"EmbeddedFiles")
    listed = _list(_inside(objects, tree, b"Names"))
    found: dict[str, list[Any]] = {}
    for name, file in zip(listed[::2], listed[1::2], strict=False):
        name = objects.get(name)
        if isinstance(name, bytes):
            found.setdefault(pdf_text(name), []).append(file)
    return found


def _attached(objects: Objects, file: Any) -> bytes:
    stream = _inside(objects, _inside(objects, file, b"EF"), b"F")
    if not isinstance(stream, Stream):
        raise InputError("", "has an attached file without its content")
    found = decoded(stream, MOST_ATTACHED)
    if len(found) > MOST_ATTACHED:
        raise InputError("", f"has an attached file of more than {grouped(MOST_ATTACHED)} bytes")
    return found


_OF_A_NODE = (b"Type", b"Kids", b"Count", b"Parent")


def _pages(objects: Objects, catalog: Mapping[bytes, Any]) -> Iterator[Mapping[bytes, Any]]:
    """The pages in their order. Every node is of its type and counts what is below it, and none stands twice."""
    root = catalog.get(b"Pages")
    if not isinstance(root, ObjectNumber):
        raise InputError("", "has no pages")
    found: list[Mapping[bytes, Any]] = []
    seen: set[int] = set()
    counts: list[tuple[Any, int]] = []  # what a node states, and the pages that came before it

    def visit(number: Any, parent: int | None, depth: int) -> None:
        node = objects.get(number)
        if not isinstance(number, ObjectNumber) or int(number) in seen or depth > 10 or not isinstance(node, dict):
            raise InputError("", "has a page that stands twice, or is none")
        seen.add(int(number))
        if objects.get(node.get(b"Parent")) is not (None if parent is None else objects.get(ObjectNumber(parent))):
            raise InputError("", "has a page whose parent is another")
        if node.get(b"Type") == b"Page" and parent is not None and b"Kids" not in node:
            found.append(node)
            if len(found) > MOST_PAGES:
                raise InputError("", f"has more than {MOST_PAGES} pages; no worksheet does")
            return
        if node.get(b"Type") != b"Pages":
            raise InputError("", f"has a page that is none: its type is {_named(node.get(b'Type'))}")
        if (other := next((key for key in node if key not in _OF_A_NODE), None)) is not None:
            raise InputError("", f"has {_named(other)} on a group of pages, which no worksheet has")
        before = len(found)
        for kid in _list(objects.get(node.get(b"Kids"))):
            visit(kid, int(number), depth + 1)
        counts.append((objects.get(node.get(b"Count")), len(found) - before))

    visit(root, None, 0)
    for stated, count in counts:
        if type(stated) is not int or stated != count:
            raise InputError("", f"states {stated} pages where there are {count}")
    return iter(found)


def _named(key: Any) -> str:
    return f"/{key.decode('latin-1')}" if isinstance(key, bytes) else "not stated"


# Where the encoding of texts in a PDF is not Latin-1 (ISO 32000-1, annex D.2).
_OTHER_LETTERS = dict(zip(range(0x80, 0xA1), "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\x9f€", strict=True))


def pdf_text(text: bytes) -> str:
    """The text of a string of a PDF that is read by people."""
    if text.startswith(b"\xfe\xff"):
        return text[2:].decode("utf-16-be", "replace")
    if text.startswith(b"\xef\xbb\xbf"):
        return text[3:].decode("utf-8", "replace")
    return text.decode("latin-1").translate(_OTHER_LETTERS)


# What a text is drawn by, in the contents of a page as this tool writes them: a font, a string, or a new place.
_DRAWN = re.compile(rb"/([^\s/()<>\[\]]+) [0-9.]+ Tf|\(((?:[^()\\]|\\[\s\S])*+)\) Tj|\b(Tm|Td|T\*|ET)\b")
_CODE = re.compile(rb"\\([0-7]{3})|\\([\s\S])|([\s\S])")
_ESCAPED = {b"n": 10, b"r": 13, b"t": 9, b"b": 8, b"f": 12}
_PAIR = re.compile(rb"<([0-9A-Fa-f]{2})> <([0-9A-Fa-f]{4,16})>")


def _lines(content: bytes, fonts: Mapping[bytes, Mapping[int, str]]) -> Iterator[str]:
    letters: Mapping[int, str] = {}
    line = ""
    for token in _DRAWN.finditer(content):
        if token[1] is not None:
            letters = fonts.get(token[1], {})
        elif token[2] is not None:
            for octal, escaped, plain in _CODE.findall(token[2]):
                code = int(octal, 8) & 255 if octal else _ESCAPED.get(escaped, (escaped or plain)[0])
                line += letters.get(code, chr(code))
        elif line:
            yield line
            line = ""
    if line:
        yield line


def _letters(objects: Objects, page: Mapping[bytes, Any]) -> dict[bytes, dict[int, str]]:
    fonts = _inside(objects, page.get(b"Resources"), b"Font")
    found = {}
    for name, font in fonts.items() if isinstance(fonts, dict) else ():
        table = _inside(objects, font, b"ToUnicode")
        pairs = _PAIR.findall(decoded(table, 100_000)) if isinstance(table, Stream) else []
        found[name] = {int(code, 16): bytes.fromhex(letter.decode()).decode("utf-16-be", "replace") for code, letter in pairs}
    return found
