"""Texts of users: shown back safely, and refused where they cannot be printed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from compound.exact.errors import InputError
from compound.exact.quantity import grouped


def visible(text: str) -> str:
    """User text as a message can hold it: one line, visible characters, cut at 60."""
    seen = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:60])
    return f"{seen}{'…' if len(text) > 60 else ''}"


def shown(text: str) -> str:
    """User text quoted for a message, as `visible` has it."""
    return f"“{visible(text)}”"


def refuse_unprintable(text: str, where: str) -> None:
    """Refuses control, invisible and unassigned characters, naming code point and position."""
    for position, character in enumerate(text, start=1):
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            raise InputError(where, f"invisible character U+{ord(character):04X} at position {position}")


# Letters by their category that are seen as nothing: the fillers of Hangul, blanks of hieroglyphs.
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\U00013441\U00013442")


def visible_letters(text: str) -> int:
    """How many letters and digits of any script can be seen in a text: blanks, marks and fillers are none."""
    return sum(unicodedata.category(one)[0] in "LN" and one not in _BLANK_LETTERS for one in text)


LONGEST_NAME = 200
LEAST_REASON = 3  # letters or digits, so that a reason is a word


def read_reason(text: str, where: str) -> str:
    """A reason as it will be printed, with at least three letters or digits that can be seen. Raises InputError."""
    reason = read_name(text, where)
    if visible_letters(reason) < LEAST_REASON:
        raise InputError(where, f"{shown(text)} is no reason; write at least {LEAST_REASON} letters or digits")
    return reason


def kind_of(value: object) -> str:
    """What a value out of JSON or TOML is, in a user's words."""
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "true or false"
    kinds = {dict: "a group of keys", list: "a list", type(None): "nothing"}
    if type(value) in kinds:
        return kinds[type(value)]
    return "a bare number" if hasattr(value, "as_integer_ratio") else "a date or time"


def as_text(value: object, where: str) -> str:
    """A value that is text. Raises InputError saying what it is instead."""
    if value is None:
        raise InputError(where, "is missing")
    if not isinstance(value, str):
        raise InputError(where, f"expected text in quotation marks, found {kind_of(value)}")
    return value


def key_shown(key: str) -> str:
    """A key for the path in a message: as it is where it is a plain word, quoted and cut where it is not."""
    return key if len(key) <= 60 and key.isascii() and key.replace("-", "_").isidentifier() else shown(key)


def nearest_names(name: str, known: Iterable[str], most: int = 1) -> tuple[str, ...]:
    """The known names nearest to one that is not known, the nearest first; none where none is near.

    Capitals, leading dashes, and blanks and underscores in place of hyphens do not count.
    """
    from difflib import get_close_matches  # only ever needed for a name that is not known

    folded = {_folded(one): one for one in known}
    return tuple(folded[one] for one in get_close_matches(_folded(name[:LONGEST_NAME]), folded, n=most))


def _folded(name: str) -> str:
    return name.strip().lower().removeprefix("--").replace("_", "-").replace(" ", "-")


def nearest_hint(name: str, known: Iterable[str]) -> str:
    """The end of the sentence on a name that is not known: the nearest that is, or all of them."""
    names = tuple(known)
    close = nearest_names(name, names)
    return f"the nearest is {close[0]}" if close else f"those are {', '.join(names)}"


def one_of(text: str, choices: tuple[str, ...], where: str, *, any_case: bool = False) -> str:
    """A word out of a few, as it stands among them. Raises InputError naming them."""
    for choice in choices:
        if text == choice or (any_case and text.strip(" ").casefold() == choice.casefold()):
            return choice
    raise InputError(where, f"{shown(text)} is not one of {', '.join(choices)}")


def read_name(text: str, where: str, longest: int = LONGEST_NAME) -> str:
    """A name as it will be printed: one line of visible characters, blanks folded. Raises InputError."""
    if len(text) > longest:
        raise InputError(where, f"a name of {grouped(len(text))} characters is longer than {longest}")
    refuse_unprintable(text, where)
    folded = " ".join(text.split())
    if not folded:
        raise InputError(where, "no name given")
    return folded
