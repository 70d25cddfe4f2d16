"""Two worksheets compared as files: one as it was saved, and one as the same order prints it again.

Both are walked side by side from their catalogs. Whatever the one holds and the other does not is named, so that a way
to change what a viewer shows need not be known to be found. What a program may do that fills in fields and saves is
listed here, and is all that is let pass: how streams are packed, how objects are numbered, what stands in fields.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from compound.exact.errors import InputError
from compound.paper.read_back import SheetRead, pdf_text
from compound.paper.strict_pdf import Name, ObjectNumber, Stream, Word, decoded

MOST_PAIRS = 400_000
MOST_PLACES = 50
MOST_FILLED = 200  # letters in a field
_MOST_APPEARANCE = 20_000
_NUMBERS_APART = Decimal("0.0002")  # points: some programs keep places in binary, with 24 bits

# Entries that say how a stream is packed, and those by which one page leads to the others: pages are counted before.
_OF_PACKING = (b"Length", b"Filter")
_TEXTS = (b"T", b"TU", b"F", b"UF", b"Desc", b"Names")
_PLACES = (b"Rect", b"MediaBox")
_SHOWN_FIRST = (b"UseNone", b"UseAttachments")  # a pane beside the pages
_OF_FILLING = (b"V", b"AP", b"M", b"BS", b"Ff", b"DA", b"MK")
_PLAIN_TEXT = re.compile(rb"\A\s*(?:0 g |0 0 0 rg )?\s*/Helv (?:[0-9]|1[0-4])(?:\.[0-9]+)? Tf(?: 0 g| 0 0 0 rg)?\s*\Z")
_NOTHING = object()


def places_apart(sheet: SheetRead, again: SheetRead) -> list[str]:
    """Every place where a sheet is not what is printed again, as `page 3` or `file /OpenAction`; the first 50.

    Raises InputError where its objects lead on without end.
    """
    compared = _Comparison(sheet, again)
    for number, (mine, other) in enumerate(zip(sheet.pages, again.pages, strict=False), start=1):
        compared.entries(f"page {number}", mine, other, (b"Parent",))
    compared.entries("file", sheet.catalog, again.catalog, (b"Pages",))
    return list(dict.fromkeys(compared.places))[:MOST_PLACES]


class _Comparison:
    def __init__(self, sheet: SheetRead, again: SheetRead) -> None:
        self.mine, self.other = sheet.objects, again.objects
        self.places: list[str] = []
        self.seen: set[tuple[int, int]] = set()
        self.pages = {id(page): number for number, page in enumerate(sheet.pages)}
        self.other_pages = {id(page): number for number, page in enumerate(again.pages)}
        self.pairs = 0

    def entries(
        self, where: str, mine: Mapping[bytes, Any], other: Mapping[bytes, Any], aside: tuple[bytes, ...] = ()
    ) -> None:
        """Compares two dictionaries entry by entry, those `aside` left out."""
        field = other.get(b"Subtype") == b"Widget"
        aside = (*aside, *_OF_FILLING) if field else aside
        for key in [*mine, *(key for key in other if key not in mine)]:
            if key in aside:
                continue
            place = f"{where} /{key.decode('latin-1')}" if where == "file" else where
            if key == b"NeedAppearances" and mine.get(key, _NOTHING) in (_NOTHING, b"true", b"false"):
                continue
            if key == b"PageMode" and mine.get(key) in _SHOWN_FIRST:
                continue
            self.values(place, key, mine.get(key, _NOTHING), other.get(key, _NOTHING))
        if field and not self._is_filled_plainly(mine, other):
            self.places.append(f"{where}, field {pdf_text(bytes(other.get(b'T', b'')))}")

    def values(self, where: str, key: bytes, mine: Any, other: Any) -> None:
        """Compares two values of an entry; what is referred to is compared once."""
        self.pairs += 1
        if self.pairs > MOST_PAIRS:
            raise InputError("", "leads on without end")
        if isinstance(mine, ObjectNumber) and isinstance(other, ObjectNumber):
            if (pair := (int(mine), int(other))) in self.seen:
                return
            self.seen.add(pair)
        mine, other = self.mine.get(mine), self.other.get(other)
        if id(other) in self.other_pages or id(mine) in self.pages:
            same = self.other_pages.get(id(other)) == self.pages.get(id(mine))
        elif isinstance(mine, Stream) and isinstance(other, Stream):
            # The files in a sheet are read and judged by what they say, not by what they are called.
            attached = other.entries.get(b"Type") == b"EmbeddedFile"
            self.entries(where, mine.entries, other.entries, (*_OF_PACKING, b"Subtype") if attached else _OF_PACKING)
            same = attached or self._same_content(where, mine, other)
        elif isinstance(mine, dict) and isinstance(other, dict):
            # The size of a file need not be stated.
            same = True
            self.entries(where, mine, other, (b"Size", b"ModDate", b"CreationDate", b"CheckSum") if key == b"Params" else ())
        elif isinstance(mine, list) and isinstance(other, list):
            same = len(mine) == len(other)
            for one, two in zip(mine, other, strict=False):
                self.values(where, key, one, two)
        else:
            same = _same(key, mine, other)
        if not same:
            self.places.append(where)

    def _same_content(self, where: str, mine: Stream, other: Stream) -> bool:
        again = decoded(other, 50_000_000)
        try:
            return decoded(mine, len(again)) == again
        except InputError as error:
            raise InputError(where, error.sentence) from None

    def _is_filled_plainly(self, mine: Mapping[bytes, Any], other: Mapping[bytes, Any]) -> bool:
        """Whether a field differs by what was filled in alone, and shows what it holds."""
        text = self.mine.get(mine.get(b"DA", other.get(b"DA")))
        value = self.mine.get(mine.get(b"V", b""))
        border = self.mine.get(mine.get(b"BS", {}))
        plain = (
            (text is None or (isinstance(text, bytes) and _PLAIN_TEXT.match(text) is not None))
            and isinstance(value, bytes)
            and not isinstance(value, Name | Word)
            and len(value) <= 2 * MOST_FILLED + 2
            and mine.get(b"Ff", 0) == 0
            and self.mine.get(mine.get(b"MK", {})) == {}
            and (border in ({}, None) or border == {b"S": b"S", b"W": 1})
        )
        return plain and (b"AP" not in mine or self._shows(mine[b"AP"], pdf_text(value)))

    def _shows(self, appearances: Any, value: str) -> bool:
        """Whether the appearance of a field draws its value, in a plain font, and nothing else."""
        appearances = self.mine.get(appearances)
        if not isinstance(appearances, dict) or list(appearances) != [b"N"]:
            return False
        drawn = self.mine.get(appearances[b"N"])
        known = (b"Type", b"Subtype", b"FormType", b"BBox", b"Matrix", b"Resources", *_OF_PACKING)
        if not isinstance(drawn, Stream) or any(key not in known for key in drawn.entries):
            return False
        if self.mine.get(drawn.entries.get(b"Matrix", [1, 0, 0, 1, 0, 0])) != [1, 0, 0, 1, 0, 0]:
            return False
        resources = self.mine.get(drawn.entries.get(b"Resources", {}))
        if not isinstance(resources, dict) or any(key not in (b"Font", b"ProcSet") for key in resources):
            return False
        fonts = self.mine.get(resources.get(b"Font", {}))
        plain = isinstance(fonts, dict) and all(_is_plain_font(self.mine.get(font)) for font in fonts.values())
        said = _said(decoded(drawn, _MOST_APPEARANCE)) if plain else None
        return said is not None and "".join(said.split()) == "".join(value.split())


def _is_plain_font(font: Any) -> bool:
    """Whether a font is one that every viewer has, with the letters that every viewer gives it."""
    plain = {b"Type": b"Font", b"Subtype": b"Type1", b"BaseFont": b"Helvetica", b"Encoding": b"WinAnsiEncoding"}
    return isinstance(font, dict) and all(plain.get(key) == value for key, value in font.items() if key != b"Name")


_MARK = re.compile(
    rb"[\0\t\n\f\r ]*+(?:\((?P<text>(?:[^()\\]|\\[\s\S])*+)\)|(?P<number>[+-]?[0-9]*\.?[0-9]+|[+-]?[0-9]+\.)(?![^\s/(])|"
    rb"/(?P<name>[A-Za-z0-9]+)|(?P<word>[A-Za-z*]+))"
)
# Marks that place or clip a text, or begin and end one. None of them draws anything but its text.
_PLAIN_MARKS = frozenset(b"q Q BMC EMC BT ET Td Tm Tf Tj g rg re w W n".split())


def _said(content: bytes) -> str | None:
    """The text that an appearance draws; None where it draws anything else."""
    found: list[str] = []
    numbers: list[bytes] = []
    at, content = 0, content.strip()
    while at < len(content):
        mark = _MARK.match(content, at)
        if mark is None or (mark["word"] is not None and mark["word"] not in _PLAIN_MARKS):
            return None
        if mark["word"] in (b"g", b"rg") and any(number.strip(b"+-0.") for number in numbers):
            return None  # a text that is not black may be one that nobody sees
        numbers = [] if mark["word"] is not None else [*numbers, *([mark["number"]] if mark["number"] is not None else [])]
        if mark["text"] is not None:
            found.append(re.sub(rb"\\([0-7]{3})|\\([\s\S])", _unescaped, mark["text"]).decode("latin-1"))
        at = mark.end()
    return "".join(found)


def _unescaped(found: re.Match[bytes]) -> bytes:
    return bytes((int(found[1], 8) & 255,)) if found[1] is not None else found[2]


def _same(key: bytes, mine: Any, other: Any) -> bool:
    """Whether two plain values are the same: numbers as numbers, texts for people as texts."""
    numbers = all(isinstance(value, int | Decimal) and not isinstance(value, ObjectNumber) for value in (mine, other))
    if numbers:
        whole = type(mine) is int and type(other) is int
        return bool(mine == other) if whole or not _may_be_real(key, mine, other) else abs(mine - other) <= _NUMBERS_APART
    if mine is _NOTHING or other is _NOTHING or type(mine) is not type(other):
        return mine is other
    return bool(mine == other) or (key in _TEXTS and type(mine) is bytes and pdf_text(mine) == pdf_text(other))


def _may_be_real(key: bytes, mine: Any, other: Any) -> bool:
    return key in _PLACES or isinstance(other, Decimal)


