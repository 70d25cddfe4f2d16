"""A PDF read strictly: every byte of the file is accounted for, so that no program that shows it can see another file.

Programs that show PDFs mend what is broken, each in its own way: they look for objects where the table is wrong, take
the first or the last of two keys, guess where a stream ends. So nothing is mended here. The file is a header, then for
each revision its objects, their table, the trailer and the end, and nothing else. Anything else is refused with the
reason. No object is decoded before it is asked for, and no more of it than is asked for.
"""

from __future__ import annotations

import re
from binascii import unhexlify
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import grouped
from compound.exact.value import Value
from compound.paper.attached import inflated

MOST_OBJECTS = 20_000
MOST_REVISIONS = 20
MOST_NESTED = 30
MOST_ITEMS = 300_000  # values and pieces of texts in all objects of a file


class Name(bytes):
    """A name, without its slash and with its escapes undone."""


class Word(bytes):
    """A keyword: `true`, `false` or `null`."""


class ObjectNumber(int):
    """The number of an object that is referred to."""


class Stream(Value):
    """A stream: its entries, and its bytes as they stand in the file."""

    entries: Mapping[bytes, Any]
    raw: bytes


class Objects(Value):
    """The objects of a file by number, and the entries of its trailers, those of the last counting."""

    by_number: Mapping[int, Any]
    trailer: Mapping[bytes, Any]

    def get(self, value: Any) -> Any:
        """What a value stands for: the object where it is a reference. One that is not there is None."""
        for _ in range(MOST_NESTED):
            if not isinstance(value, ObjectNumber):
                return None if value == b"null" and isinstance(value, Word) else value
            value = self.by_number.get(value)
        raise InputError("", "refers in a circle")


_SPACE = rb"(?:[\0\t\n\f\r ]|%[^\r\n]*+[\r\n])*+"
_AFTER = rb"(?=[\0\t\n\f\r ()<>\[\]{}/%]|\Z)"
_BLANK = re.compile(_SPACE)
_TOKEN = re.compile(
    _SPACE + rb"(?:"
    rb"(?P<ref>[0-9]{1,7}[\t\n\r ]++0[\t\n\r ]++R" + _AFTER + rb")|"
    rb"(?P<num>[+-]?(?:[0-9]{1,10}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})" + _AFTER + rb")|"
    rb"(?P<name>/[^\0\t\n\f\r ()<>\[\]{}/%]{0,127}" + _AFTER + rb")|"
    rb"(?P<open><<|\[)|(?P<close>>>|\])|"
    rb"(?P<hex><[0-9A-Fa-f\0\t\n\f\r ]*+>)|"
    rb"(?P<text>\()|"
    rb"(?P<word>(?:true|false|null)" + _AFTER + rb"))"
)
_PIECE = re.compile(rb"[^()\\]++|\\(?:[0-7]{1,3}|\r\n|[\s\S])|[()]")
_OBJECT = re.compile(_SPACE + rb"([0-9]{1,7}) 0 obj" + _AFTER)
_STREAM = re.compile(_SPACE + rb"stream\r?\n")
_STREAM_END = re.compile(rb"(?:\r\n|\n|\r)?endstream" + _AFTER)
_OBJECT_END = re.compile(_SPACE + rb"endobj" + _AFTER)
_TABLE = re.compile(rb"xref[ \t]*(?:\r\n|\n|\r)")
_PART = re.compile(rb"([0-9]{1,7}) ([0-9]{1,7})[ \t]*(?:\r\n|\n|\r)")
_ENTRY = re.compile(rb"([0-9]{10}) ([0-9]{5}) ([nf])(?: \n| \r|\r\n)")
_TRAILER = re.compile(_SPACE + rb"trailer" + _AFTER)
_END = re.compile(_SPACE + rb"startxref[\t ]*(?:\r\n|\n|\r)([0-9]{1,10})[\t ]*(?:\r\n|\n|\r)%%EOF(?:\r\n|\n|\r|\Z)")
_LAST = re.compile(rb"startxref[\t ]*(?:\r\n|\n|\r)([0-9]{1,10})[\t ]*(?:\r\n|\n|\r)%%EOF(?:\r\n|\n|\r)?\Z")
_HEADER = re.compile(rb"%PDF-1\.[0-7](?:\r\n|\n|\r)")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}


class _Reader:
    """Reads the values of a file, and counts them."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.items = 0

    def value(self, at: int, depth: int = 0) -> tuple[Any, int]:
        """The value that begins there, and where it ends."""
        self.items += 1
        if depth > MOST_NESTED or self.items > MOST_ITEMS:
            raise _refusal(f"is nested or filled beyond all measure at byte {grouped(at)}")
        token = _TOKEN.match(self.content, at)
        if token is None:
            raise _refusal(f"has something at byte {grouped(at)} that is no object of a PDF")
        kind, text, end = token.lastgroup, token[token.lastgroup or 0], token.end()
        if kind == "open":
            return self._dictionary(end, depth) if text == b"<<" else self._array(end, depth)
        if kind == "text":
            return self._text(end)
        if kind == "close":
            raise _refusal(f"closes at byte {grouped(at)} what was not opened")
        return _simple(kind or "", text), end

    def _closes(self, at: int, bracket: bytes) -> int | None:
        token = _TOKEN.match(self.content, at)
        return token.end() if token is not None and token["close"] == bracket else None

    def _dictionary(self, at: int, depth: int) -> tuple[dict[bytes, Any], int]:
        found: dict[bytes, Any] = {}
        while (end := self._closes(at, b">>")) is None:
            key, at = self.value(at, depth + 1)
            if not isinstance(key, Name):
                raise _refusal(f"has an entry without a name before byte {grouped(at)}")
            if key in found:
                raise _refusal(f"has the key /{key.decode('latin-1')} twice in one place, before byte {grouped(at)}")
            found[key], at = self.value(at, depth + 1)
        return found, end

    def _array(self, at: int, depth: int) -> tuple[list[Any], int]:
        found: list[Any] = []
        while (end := self._closes(at, b"]")) is None:
            item, at = self.value(at, depth + 1)
            found.append(item)
        return found, end

    def _text(self, at: int) -> tuple[bytes, int]:
        depth = 1
        found: list[bytes] = []
        while (piece := _PIECE.match(self.content, at)) is not None:
            at, part = piece.end(), piece[0]
            self.items += 1
            if self.items > MOST_ITEMS:
                break
            depth += {b"(": 1, b")": -1}.get(part, 0)
            if depth == 0:
                return b"".join(found), at
            if part[:1] == b"\\":
                rest = part[1:]
                part = bytes((int(rest, 8) & 255,)) if rest[:1].isdigit() and rest[:1] < b"8" else _ESCAPES.get(rest, rest)
            found.append(part)
        raise _refusal("has a text that does not end")

    def object(self, at: int, table: Mapping[int, int]) -> tuple[int, Any, int]:
        """The object that begins there: its number, its value and where it ends."""
        head = _OBJECT.match(self.content, at)
        if head is None:
            raise _refusal(f"has something at byte {grouped(_skipped(self.content, at))} that is no object of a PDF")
        value, end = self.value(head.end())
        begins = _STREAM.match(self.content, end)
        if begins is not None:
            if not isinstance(value, dict):
                raise _refusal(f"has a stream without entries at byte {grouped(end)}")
            start = begins.end()
            end = start + self._length(value.get(b"Length"), table)
            closes = _STREAM_END.match(self.content, end)
            if closes is None:
                raise _refusal(f"has a stream at byte {grouped(start)} that is not as long as it says")
            value, end = Stream(value, self.content[start:end]), closes.end()
        closes = _OBJECT_END.match(self.content, end)
        if closes is None:
            raise _refusal(f"has an object that does not end at byte {grouped(end)}")
        return int(head[1]), value, closes.end()

    def _length(self, stated: Any, table: Mapping[int, int]) -> int:
        if isinstance(stated, ObjectNumber) and stated in table:
            head = _OBJECT.match(self.content, table[stated])
            stated = None if head is None else self.value(head.end())[0]
        if type(stated) is not int or stated < 0:
            raise _refusal("has a stream without its length")
        return stated


def _refusal(sentence: str) -> InputError:
    return InputError("", sentence)


def _skipped(content: bytes, at: int) -> int:
    blank = _BLANK.match(content, at)
    return at if blank is None else blank.end()


def _simple(kind: str, text: bytes) -> Any:
    if kind == "ref":
        return ObjectNumber(text.split()[0])
    if kind == "num":
        return Decimal(text.decode()) if b"." in text else int(text)
    if kind == "name":
        return Name(_unescaped(text[1:]) if b"#" in text else text[1:])
    if kind == "hex":
        digits = re.sub(rb"[^0-9A-Fa-f]", b"", text)
        return unhexlify(digits + b"0" * (len(digits) % 2))
    return Word(text)


def _unescaped(name: bytes) -> bytes:
    if re.search(rb"#(?![0-9A-Fa-f]{2})|#00", name):
        raise _refusal("has a name with a broken escape")
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: unhexlify(found[1]), name)


class _Revision(Value):
    """The table of one revision: where it begins and ends, the places of objects, the numbers set free, its trailer."""

    begins: int
    ends: int
    places: Mapping[int, int]
    freed: frozenset[int]
    trailer: Mapping[bytes, Any]


def _revision(reader: _Reader, at: int) -> _Revision:
    head = _TABLE.match(reader.content, at)
    own: set[int] = set()
    if head is None:
        number, table, end = reader.object(at, {})
        places, freed, trailer = _packed_table(table)
        own = {number} if places.pop(number, at) == at else set()
    else:
        places, freed, end = _plain_table(reader.content, head.end())
        begins = _TRAILER.match(reader.content, end)
        if begins is None:
            raise _refusal(f"has a damaged table of objects at byte {grouped(end)}")
        trailer, end = reader.value(begins.end())
    closes = _END.match(reader.content, end)
    if not isinstance(trailer, dict) or closes is None or int(closes[1]) != at:
        raise _refusal("has a second beginning: startxref does not name the table before it")
    if head is None and not own:
        raise _refusal("has a table of objects that names another in its own place")
    _check_trailer(trailer, max(*places, *own, 0, 0))
    return _Revision(at, closes.end(), places, frozenset(freed), trailer)


def _plain_table(content: bytes, end: int) -> tuple[dict[int, int], set[int], int]:
    """The places of objects and the numbers set free in a table of lines, and where it ends."""
    places: dict[int, int] = {}
    freed: set[int] = set()
    while (part := _PART.match(content, end)) is not None:
        first, count, end = int(part[1]), int(part[2]), part.end()
        if count == 0 or len(places) + len(freed) + count > MOST_OBJECTS:
            raise _refusal(f"has a table of none or of more than {grouped(MOST_OBJECTS)} objects")
        for number in range(first, first + count):
            entry = _ENTRY.match(content, end)
            if entry is None or number in places or number in freed:
                raise _refusal(f"has a damaged table of objects at byte {grouped(end)}")
            end = entry.end()
            if entry[3] == b"f":
                freed.add(number)
            elif entry[2] != b"00000":
                raise _refusal(f"has an object of a later generation, number {number}")
            else:
                places[number] = int(entry[1])
    return places, freed, end


def _packed_table(table: Any) -> tuple[dict[int, int], set[int], Mapping[bytes, Any]]:
    """The places of objects and the numbers set free in a table that is a stream; no object lies in another stream."""
    if not isinstance(table, Stream) or table.entries.get(b"Type") != b"XRef":
        raise _refusal("has no table of objects where it says it is")
    entries = dict(table.entries)
    widths, size = entries.pop(b"W", None), entries.get(b"Size")
    index = entries.pop(b"Index", [0, size])
    if not (_counts(widths, 9) and len(widths) == 3 and _counts(index, MOST_OBJECTS * 1_000) and len(index) % 2 == 0):
        raise _refusal("has a damaged table of objects")
    if b"DecodeParms" in entries or sum(index[1::2]) > MOST_OBJECTS or not sum(widths):
        raise _refusal("has a table of objects that is packed in another way, or is too large")
    rows = decoded(table, MOST_OBJECTS * 30)
    numbers = [number for first, count in zip(index[::2], index[1::2], strict=True) for number in range(first, first + count)]
    if len(rows) != sum(widths) * len(numbers) or len(set(numbers)) != len(numbers):
        raise _refusal("has a damaged table of objects")
    places: dict[int, int] = {}
    freed: set[int] = set()
    for row, number in enumerate(numbers):
        at, fields = row * sum(widths), []
        for width in widths:
            fields.append(int.from_bytes(rows[at : at + width], "big"))
            at += width
        kind = fields[0] if widths[0] else 1
        if kind == 0:
            freed.add(number)
        elif kind == 1 and fields[2] == 0:
            places[number] = fields[1]
        else:
            raise _refusal("keeps objects packed in streams (/ObjStm), which are not read")
    for key in (b"Type", b"Length", b"Filter"):
        entries.pop(key, None)
    return places, freed, entries


def _counts(values: Any, most: int) -> bool:
    return isinstance(values, list) and all(type(value) is int and 0 <= value <= most for value in values)


def _check_trailer(trailer: Mapping[bytes, Any], highest: int) -> None:
    if b"Encrypt" in trailer:
        raise _refusal("is encrypted; worksheets of this tool are not")
    for key in trailer:
        if key not in (b"Size", b"Root", b"Info", b"ID", b"Prev"):
            raise _refusal(f"has /{key.decode('latin-1')} in its trailer, which no worksheet has")
    size = trailer.get(b"Size")
    if type(size) is not int or not isinstance(trailer.get(b"Root"), ObjectNumber):
        raise _refusal("has a trailer without its size or its root")
    if highest >= size:
        raise _refusal("has objects beyond the size that it states")


def _revisions(reader: _Reader) -> list[_Revision]:
    last = _LAST.search(reader.content, max(0, len(reader.content) - 60))
    if last is None:
        raise _refusal("has something after its end, or no end")
    found: list[_Revision] = []
    at: Any = int(last[1])
    while at is not None:
        if len(found) == MOST_REVISIONS:
            raise _refusal(f"was changed more than {MOST_REVISIONS} times")
        if type(at) is not int or (found and at >= found[-1].begins):
            raise _refusal("names as its earlier revision one that is not before it")
        found.append(_revision(reader, at))
        at = found[-1].trailer.get(b"Prev")
    if found[0].ends != len(reader.content):
        raise _refusal("has something after its end")
    return found[::-1]


def read_objects(content: bytes) -> Objects:
    """Reads the objects of a PDF. Raises InputError, with an empty place and the reason, for any that is not plain."""
    header = _HEADER.match(content)
    if header is None:
        raise _refusal("does not begin as a PDF of a version that is read: something stands before its header")
    reader = _Reader(content)
    objects: dict[int, Any] = {}
    table: dict[int, int] = {}
    at = header.end()
    revisions = _revisions(reader)
    for revision in revisions:
        table.update(revision.places)
        read: set[int] = set()
        while (at := _skipped(content, at)) < revision.begins:
            number, value, end = reader.object(at, table)
            if revision.places.get(number) != at or number in read:
                raise _refusal(f"has an object at byte {grouped(at)} that its table does not name, number {number}")
            read.add(number)
            objects[number], at = value, end
        if at != _skipped(content, revision.begins) or read != set(revision.places):
            raise _refusal("has a table that names objects which are not where it says")
        for number in revision.freed:
            objects.pop(number, None)
        at = revision.ends
    if any(one.trailer[b"Root"] != revisions[0].trailer[b"Root"] for one in revisions):
        raise _refusal("has another root in a later revision")
    # A later trailer need not repeat who made the file.
    return Objects(objects, {key: value for one in revisions for key, value in one.trailer.items()})


def decoded(stream: Stream, most: int) -> bytes:
    """The bytes of a stream, at most `most` and one more. Filters are Flate and ASCII85 alone.

    Raises InputError for another filter, for data that is damaged, and for a stream that lies outside the file.
    """
    filters = stream.entries.get(b"Filter", [])
    content = stream.raw
    if b"F" in stream.entries or b"FFilter" in stream.entries:
        raise _refusal("has a stream that lies in another file")
    for number, name in enumerate(filters if isinstance(filters, list) else [filters]):
        if number == 2 or not isinstance(name, Name) or name not in (b"FlateDecode", b"ASCII85Decode"):
            raise _refusal(f"has a stream packed by {_said(name)}; only Flate and ASCII85 are read")
        content = inflated(content, most) if name == b"FlateDecode" else _from_85(content)
    return content[: most + 1]


def _said(name: Any) -> str:
    return f"/{name.decode('latin-1')}" if isinstance(name, Name) else "more than that"


def _from_85(content: bytes) -> bytes:
    from base64 import a85decode

    text = content.strip()
    if not text.endswith(b"~>") or b"~" in text[:-2] or text.startswith(b"<~"):
        raise _refusal("has a damaged stream")
    try:
        return a85decode(text[:-2], ignorechars=b" \t\n\r\0\f")
    except ValueError:
        raise _refusal("has a damaged stream") from None
