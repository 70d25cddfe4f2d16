"""The fonts of the sheet: how wide each letter is, which letters there are, and how text is written with them.

The library is loaded here, free of its settings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

from compound.exact.errors import ProgramFault
from compound.reading.shipped import font

REGULAR, BOLD = "CompoundSans", "CompoundSans-Bold"
# A small font of Latin letters is read in a fifth of the time that the whole one takes; few sheets need another letter.
_LATIN = {REGULAR: "compound-sans-latin.ttf", BOLD: "compound-sans-latin-bold.ttf"}
_WHOLE = {REGULAR: "compound-sans.ttf", BOLD: "compound-sans-bold.ttf"}

# The characters of English sheets, which every document has, so that sheets alike get fonts alike; what no sentence of
# theirs has is embedded where a name has it.
USUAL = "".join(map(chr, range(32, 127))).translate({ord(sign): None for sign in "!#$*?@\\^_`{|}~\""}) + "·×÷±−"


@contextmanager
def _alone() -> Iterator[None]:
    """Loads reportlab without its settings and without pictures.

    The settings are what it would execute or read: a file in the home folder, modules, the environment. The library for
    pictures, which it takes along in any case, is as large as itself; a logo is embedded without it.
    """
    import os
    import sys
    from types import ModuleType

    # Without OpenSSL, which takes 2 ms and 4 MiB, the library of digests falls back on Python's own code.
    names = ["reportlab_settings", "reportlab.local_rl_settings", "PIL"]
    names += ["_hashlib"] if "hashlib" not in sys.modules else []
    modules = [name for name in names if name not in sys.modules]
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("RL_")}
    sys.modules.update({name: ModuleType(name) for name in modules})
    if "_hashlib" in modules:
        sys.modules["_hashlib"] = None  # type: ignore[assignment]
    if "PIL" in modules:
        sys.modules["PIL"].Image = None  # type: ignore[attr-defined]
    try:
        yield
    finally:
        os.environ.update(hidden)
        for name in modules:
            del sys.modules[name]


@cache
def _library() -> Any:
    """The modules for fonts, loaded alone."""
    with _alone():
        from reportlab import rl_config
        from reportlab.pdfbase import pdfmetrics, ttfonts
    # Whoever loaded reportlab before may have other settings; these decide the bytes.
    rl_config.useA85 = rl_config.pdfComments = rl_config.pdfMultiLine = 0
    return pdfmetrics, ttfonts


@cache
def faces(whole: bool = False) -> dict[str, Any]:
    """The fonts of the sheet, registered, by name: regular and bold, of Latin letters or `whole`."""
    pdfmetrics, ttfonts = _library()
    found = {}
    for name, file in (_WHOLE if whole else _LATIN).items():
        face = ttfonts.TTFont(f"{name}-Whole" if whole else name, BytesIO(font(file)), asciiReadable=0)
        if whole:
            face.face.name += b"-Whole"  # in a file with both, each has a name of its own
        # Sheets of one template use the same characters, so that their fonts are cut to size once.
        face.face.makeSubset = _remembered(face.face.makeSubset)
        pdfmetrics.registerFont(face)
        found[name] = face
    return found


def _remembered(make: Callable[[list[int]], bytes]) -> Callable[[list[int]], bytes]:
    """A function that cuts a font to some characters, with the last results kept."""
    kept = lru_cache(maxsize=16)(lambda characters: make(list(characters)))
    return lambda characters: kept(tuple(characters))


@cache
def letters(whole: bool = False) -> frozenset[str]:
    """The characters that both fonts have: the Latin ones, or the whole ones."""
    return frozenset.intersection(*(frozenset(map(chr, face.face.charToGlyph)) for face in faces(whole).values()))


def lacking(text: str) -> list[str]:
    """The characters of a text that the fonts lack, each time they stand there."""
    if letters().issuperset(text):
        return []
    known = letters(whole=True)
    return [character for character in text if character not in known]


def stand_in(character: str) -> str:
    """What is printed for a character that the fonts lack: its code in brackets. A box would say nothing."""
    return f"[U+{ord(character):04X}]"


@lru_cache(maxsize=4000)
def printable(text: str) -> str:
    """The text as it can be printed: with the code of each character that the fonts lack in its place."""
    for character in lacking(text):
        text = text.replace(character, stand_in(character))
    return text


class _Widths(dict[str, float]):
    """The width of each character; of one that the fonts lack, that of its code in brackets."""

    def __init__(self, name: str) -> None:
        super().__init__(_widths(name, False))
        self._name = name

    def __missing__(self, character: str) -> float:
        if character in letters(whole=True):
            self.update(_widths(self._name, True))
            return self[character]
        return sum([self[part] for part in stand_in(character)])


def _widths(name: str, whole: bool) -> dict[str, float]:
    face = faces(whole)[name].face
    return {character: face.getCharWidth(ord(character)) for character in letters(whole)}


@cache
def widths(name: str) -> Mapping[str, float]:
    """The width of each character of a font, in thousandths of its size."""
    return _Widths(name)


class _Codes(dict[int, str]):
    """What stands for each character of a font in one document, found when it is first written: for `str.translate`."""

    def __init__(self, font: Any, document: Any) -> None:
        super().__init__()
        self._font, self._document = font, document
        self.parts: dict[int, int] = {}
        self._names: dict[int, str] = {}

    def __missing__(self, character: int) -> str:
        ((part, code),) = self._font.splitString(chr(character), self._document)
        if part:
            self.parts[character] = part
        self[character] = "".join([_escaped(byte) for byte in code])
        return self[character]

    def learn(self, usual: str) -> None:
        """Takes up characters that fit into the first part of a font, all at once."""
        for part, written in self._font.splitString(usual, self._document):
            if part or len(written) != len(usual):
                raise ProgramFault("the usual characters do not fit into one part of a font")
            self.update(zip(map(ord, usual), map(_escaped, written), strict=True))

    def name(self, part: int) -> str:
        """The name of a part of the font in the file."""
        if part not in self._names:
            self._names[part] = self._font.getSubsetInternalName(part, self._document)
        return self._names[part]


@lru_cache(maxsize=4000)
def _needs_whole(text: str) -> bool:
    """Whether a text has a letter that the fonts of Latin letters lack."""
    return not letters().issuperset(text)


class Pen:
    """Writes text into one document: which font of the file, and which bytes in it, stand for a text.

    A font is embedded as parts of 256 characters, each with a name of its own. `usual` are characters to embed in any
    case, so that sheets alike get fonts alike. The whole fonts are embedded where a text needs them.
    """

    def __init__(self, made: Any, usual: str) -> None:
        self._document = made._doc  # parts of a font belong to a document
        self._codes = {(name, False): _Codes(face, self._document) for name, face in faces().items()}
        for codes in self._codes.values():
            codes.learn(usual)

    def _codes_of(self, name: str, text: str) -> _Codes:
        whole = _needs_whole(text)
        if (name, whole) not in self._codes:
            self._codes[name, whole] = _Codes(faces(whole)[name], self._document)
        return self._codes[name, whole]

    def runs(self, name: str, text: str) -> list[tuple[str, str]]:
        """A text as runs: the font's name in the file, and the text as it stands between brackets."""
        codes = self._codes_of(name, text)
        written = text.translate(codes)
        if not codes.parts:
            return [(codes.name(0), written)]
        found: list[tuple[int, str]] = []
        for character in text:
            part = codes.parts.get(ord(character), 0)
            if found and found[-1][0] == part:
                found[-1] = (part, found[-1][1] + codes[ord(character)])
            else:
                found.append((part, codes[ord(character)]))
        return [(codes.name(part), code) for part, code in found]


@cache
def _escaped(byte: int) -> str:
    character = chr(byte)
    return character if 32 <= byte < 127 and character not in "()\\" else f"\\{byte:03o}"
