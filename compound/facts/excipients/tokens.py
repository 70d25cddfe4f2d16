"""A name cut into tokens: folded to plain letters and digits, whatever script and case it is typed in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from compound.exact.errors import InputError
from compound.exact.quantity import grouped
from compound.reading.text import refuse_unprintable, shown

MOST_CHARACTERS = 200
LONGEST_UNSPACED = 10  # letters of a name in a script without spaces
SHORT = 7  # in a name of fewer letters, word breaks count


class Token(NamedTuple):
    """A word, number or sign of a name, as typed and as folded."""

    text: str  # folded
    start: int  # in the folded text
    end: int
    original: str
    gap: str  # what stands between it and the token before


_PUNCTUATION = r",;:/|+&()\[\]{}.'\"_*!#\-"
# Words, numbers with a point, and whatever is no punctuation.
TOKEN_PATTERN = re.compile(rf"[0-9]+\.[0-9]+|[^\W_]+|[^\w\s{_PUNCTUATION}]")
LIST_SEPARATOR = re.compile("[,;/+&|]")
SQUASHED_AWAY = str.maketrans("", "", " ,;:/|+&()[]{}.'\"_*!#-")
_LATIN = re.compile(
    r"LATIN (?:SMALL |CAPITAL )?(?:LETTER|LIGATURE) (?:SMALL CAPITAL )?([A-Z]{1,2})(?: WITH .+)?",
)
_SPECIAL = {"®": " ", "™": " ", "©": " ", "℠": " ", "ß": "ss", "ẞ": "ss", "ı": "i", "ɑ": "a", "ɡ": "g", "ſ": "s",
            "\u0640": "", "№": "no", "\u2212": "-", "、": ",", "·": " ", "•": " ", "・": " ", "‧": " ", "×": " ",
            "°": " ", "´": "'", "`": "'", "ʼ": "'", "。": "."}  # fmt: skip
# Letters that look like Latin ones, as they stand: a capital Н looks like H, a small н does not.
LOOK_ALIKES = str.maketrans(
    "АВСЕНІЈКМОРЅТХУаеосрхуіјѕһԁԛԝѵӏьзкмтгпвнΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβγεικμνορτυχωηϲϳօսոհցզոԼՕՍ",
    "ABCEHIJKMOPSTXYaeocpxyijshdqwvlbzkmtrnbhABEZHIKMNOPTYXabyeikuvoptuxwncjounhgqnLOU",
)
# Soft hyphen, zero-width characters, word joiner, byte order mark, variation selectors: shown as nothing, they turn nothing.
INVISIBLE = frozenset("\u00ad\u034f\u180e\u200b\u200c\u200d\u2060\ufeff" + "".join(map(chr, range(0xFE00, 0xFE10))))
_PLAIN_PUNCTUATION = {"Pd": "-", "Pi": "'", "Pf": "'", "Zs": " "}
_FOLDED: dict[str, str] = {}


def _folded_character(character: str) -> str:
    """A character without case, accent or compatibility form; a letter with a stroke becomes the plain letter."""
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    category = unicodedata.category(character)
    if category in _PLAIN_PUNCTUATION:
        return _PLAIN_PUNCTUATION[category]
    plain = "".join(c for c in unicodedata.normalize("NFKD", character.casefold()) if unicodedata.category(c) != "Mn")
    plain = unicodedata.normalize("NFC", plain)
    if len(plain) == 1 and not plain.isascii():
        match = _LATIN.fullmatch(unicodedata.name(plain, ""))
        if match:
            return match[1].lower()
    return plain.casefold()


def fold(text: str) -> tuple[str, list[int] | None]:
    """`text` folded, and for each of its characters the place in `text` it comes from (None: the same place)."""
    if text.isascii():
        return text.lower(), None
    pieces: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        piece = _FOLDED.get(character)
        if piece is None:
            piece = _FOLDED[character] = _folded_character(character)
        pieces.append(piece)
        places.extend([place] * len(piece))
    return "".join(pieces), [*places, len(text)]


class _Folding(dict[int, str]):
    """What each character is folded to, worked out when it is first asked for."""

    def __missing__(self, code: int) -> str:
        self[code] = piece = _folded_character(chr(code))
        return piece


_FOLDING = _Folding()


def fold_text(text: str) -> str:
    """`text` folded, without the places its characters come from: what `fold` gives first, and faster."""
    return text.translate(_FOLDING)


def squash(text: str) -> str:
    """`text` folded, without spaces, hyphens and other punctuation: what names are compared by."""
    if text.isascii():
        return text.lower().translate(SQUASHED_AWAY)
    folded = fold(unicodedata.normalize("NFC", text))[0]
    return "".join(token.replace(".", "") for token in TOKEN_PATTERN.findall(folded))


def cut_into_tokens(text: str, typed: str | None = None) -> list[Token]:
    """The tokens of `text`; `typed` is what stood at the same places before look-alike letters were replaced."""
    folded, places = fold(text)
    text = text if typed is None else typed
    tokens: list[Token] = []
    previous = 0
    for start, end in _cuts(folded):
        original = text[start:end] if places is None else text[places[start] : places[end - 1] + 1]
        token = Token(folded[start:end], start, end, original, folded[previous:start])
        previous = end
        # S.R. is SR, and C.I. is CI.
        if tokens and token.gap == "." and len(token.text) == 1 and token.text.isalpha():
            before = tokens[-1]
            if before.text.isalpha() and (len(before.text) == 1 or folded[before.end - 2] == "."):
                tokens[-1] = Token(before.text + token.text, before.start, end, before.original + original, before.gap)
                continue
        tokens.append(token)
    return tokens


def _cuts(folded: str) -> Iterator[tuple[int, int]]:
    """Where the tokens stand. Scripts that write no spaces give a token a character."""
    spaced = folded.isascii()
    for match in TOKEN_PATTERN.finditer(folded):
        start, end = match.span()
        if spaced:
            yield start, end
            continue
        word = start
        for place in range(start, end):
            if writes_no_spaces(folded[place]):
                if word < place:
                    yield word, place
                yield place, place + 1
                word = place + 1
        if word < end:
            yield word, end


def writes_no_spaces(character: str) -> bool:
    """Whether a script is written without spaces between words."""
    return "\u3040" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af"


def _script(character: str) -> str:
    return unicodedata.name(character, "?").partition(" ")[0]


def mixes_scripts(token: Token) -> bool:
    """Whether letters of several scripts stand in one word."""
    if token.original.isascii() or re.fullmatch("[0-9]*[µμ][mgl]", token.original):
        return False
    scripts = {_script(character) for character in token.original if character.isalpha()}
    return len(scripts - {"MODIFIER", "FULLWIDTH"}) > 1


def readable_name(name: str, where: str) -> str:
    """`name` composed, or the reason why it cannot be judged."""
    if not name.strip():
        raise InputError(where, "the name is empty; write the name of an excipient or form")
    if len(name) > MOST_CHARACTERS:
        raise InputError(where, f"a name of {grouped(len(name))} characters is longer than {MOST_CHARACTERS}")
    if not (name.isascii() and name.isprintable()):
        # In its place, so that the position named is that in the name as typed.
        refuse_unprintable("".join("-" if c in INVISIBLE else c for c in name), where)
    first = name.lstrip()[0]
    if unicodedata.category(first) == "Pd" or first == "\u2212":
        raise InputError(where, f"{shown(name)} begins with a dash; it is neither a name nor an option of this command")
    return unicodedata.normalize("NFC", name)


def is_context(text: str, context: frozenset[str]) -> bool:
    """Whether a word is a form, a drug or a dose (`capsule`, `naltrexone`, `mg`, `4.5mg`)."""
    return text in context or (AMOUNT_TOKEN.fullmatch(text) is not None and text.lstrip("0123456789.") in context)


NUMBER_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
AMOUNT_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)?[a-zμ]+")


def letters_of(text: str) -> int:
    """The letters of a text, a bit for each; letters 64 code points apart share one."""
    bits = 0
    for letter in set(text):
        bits |= 1 << (ord(letter) & 63)
    return bits


def edit_distance(one: str, other: str, most: int) -> int:
    """Insertions, deletions, changes and swaps of neighbours that turn `one` into `other`; `most` + 1 where more."""
    start, end, other_end = 0, len(one), len(other)
    while start < end and start < other_end and one[start] == other[start]:
        start += 1
    while start < end and start < other_end and one[end - 1] == other[other_end - 1]:
        end, other_end = end - 1, other_end - 1
    one, other = one[start:end], other[start:other_end]
    far = most + 1
    width = len(other)
    earlier: list[int] = []
    before = list(range(width + 1))
    for i, a in enumerate(one, start=1):
        row = [far] * (width + 1)
        row[0] = least = i
        # Further than `most` off the diagonal, more than `most` letters were inserted or deleted.
        for j in range(max(1, i - most), min(width, i + most) + 1):
            b = other[j - 1]
            cost = before[j - 1]
            if a != b:
                if before[j] < cost:
                    cost = before[j]
                if row[j - 1] < cost:
                    cost = row[j - 1]
                if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2] and earlier[j - 2] < cost:
                    cost = earlier[j - 2]
                cost += 1
            row[j] = cost
            if cost < least:
                least = cost
        if least > most:
            return far
        earlier, before = before, row
    return min(before[width], far)
