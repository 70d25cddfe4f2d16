"""Texts of users: shown back safely, and refused where they cannot be printed."""

from __future__ import annotations

import unicodedata

from compound.exact.errors import InputError


def shown(text: str) -> str:
    """User text quoted for a message: one line, visible characters, cut at 60."""
    quoted = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text[:60])
    return f"“{quoted}{'…' if len(text) > 60 else ''}”"


def refuse_unprintable(text: str, where: str) -> None:
    """Refuses control, invisible and unassigned characters, naming code point and position."""
    for position, character in enumerate(text, start=1):
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            raise InputError(where, f"invisible character U+{ord(character):04X} at position {position}")


LONGEST_NAME = 200


def one_of(text: str, choices: tuple[str, ...], where: str) -> str:
    """A word out of a few. Raises InputError naming them."""
    if text not in choices:
        raise InputError(where, f"{shown(text)} is not one of {', '.join(choices)}")
    return text


def read_name(text: str, where: str) -> str:
    """A name as it will be printed: one line of visible characters, blanks folded. Raises InputError."""
    if len(text) > LONGEST_NAME:
        raise InputError(where, f"a name of {len(text):,} characters is longer than {LONGEST_NAME}")
    refuse_unprintable(text, where)
    folded = " ".join(text.split())
    if not folded:
        raise InputError(where, "no name given")
    return folded
