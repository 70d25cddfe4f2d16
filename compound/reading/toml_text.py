"""TOML as this house reads it: UTF-8, small, shallow, its few numbers short, no float anywhere.

Pure: it takes the bytes of a file and the name to show. Opening the file is for the command line.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from compound.exact.errors import InputError
from compound.reading.file_text import DEEPEST, MOST_DIGITS, nested_too_deeply, text_of
from compound.reading.text import shown

MOST_TOML_BYTES = 1_000_000

# Texts in their four kinds of quotes, closed or not; comments; marks; whatever stands between them.
_PART = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5})?'
    r"|'''(?:[^']|'(?!''))*+(?:'{3,5})?"
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+|[][{}=,.\n]|[\w+-]++",
    re.DOTALL,
)
# A long number in any of its notations, or one with a long exponent.
_LONG_NUMBER = re.compile(
    rf"[+-]?(?:[0-9][0-9_]{{{MOST_DIGITS},}}(?:[eE].*)?|0[xob][0-9a-fA-F_]{{{MOST_DIGITS + 1},}}"
    rf"|[0-9][0-9_]*[eE][+-]?[0-9_]{{{MOST_DIGITS + 1},}})"
)
_TWICE = re.compile(r"Cannot (?:overwrite|declare|mutate|redefine)|Duplicate")
_KEY = re.compile(r"\s*\[{0,2}\s*([^]=\s]+)")


def read_toml(content: bytes, name: str) -> dict[str, Any]:
    """The table in a TOML file. Raises InputError: one sentence with the file and the place in it.

    A number with a point or an exponent is a Decimal.
    """
    import tomllib

    text = text_of(content, name, MOST_TOML_BYTES)
    _refuse_endless(text, name)
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise _refusal(text, name, str(error)) from None


def _refuse_endless(text: str, name: str) -> None:
    """Refuses what would keep a reader of TOML busy without end, or fill the memory, before one sees it.

    For a key it keeps every part of the way to it, so that their size grows with the square of its dots.
    """
    depth = dots = 0
    for part in _PART.finditer(text):
        match part[0]:
            case "[" | "{":
                depth, dots = depth + 1, 0
            case "]" | "}":
                depth = max(0, depth - 1)
            case "=" | "," | "\n":
                dots = 0
            case ".":
                dots += 1
            case word if _LONG_NUMBER.fullmatch(word):
                line = text.count("\n", 0, part.start()) + 1
                raise InputError(f"{name} line {line}", f"{shown(word)} has more than {MOST_DIGITS} digits")
        if max(depth, dots) > DEEPEST:
            raise nested_too_deeply(name)


def _refusal(text: str, name: str, said: str) -> InputError:
    """The refusal of a text that tomllib refused in the words `said`."""
    words, _, place = said.partition(" (at ")
    found = re.match(r"line (\d+), column (\d+)", place)
    whole = text.rstrip()
    line = int(found[1]) if found else whole.count("\n") + 1
    if _TWICE.match(words):
        key = _KEY.match(text.split("\n")[line - 1])
        inline = words.startswith("Duplicate inline")
        stated = words.rpartition("key ")[2].strip("'\"") if inline else key[1] if key else ""
        return InputError(f"{name} line {line}", f"holds {f'the key {shown(stated)}' if stated else 'a key'} twice")
    column = int(found[2]) if found else len(whole) - whole.rfind("\n")
    ends = "" if found else "; the file ends too early"
    printable = "".join(c if c.isprintable() else " " for c in words)[:200]
    return InputError(f"{name} line {line} column {column}", f"is not a TOML file: {printable}{ends}")
