"""JSON as this house reads it: one object, small, shallow, no key twice, no number that a float could have touched.

Pure: it takes the bytes of a file and the name to show. Opening the file is for the command line.
"""

from __future__ import annotations

import json
import re
from typing import Any

from compound.exact.errors import InputError
from compound.reading.text import shown

MOST_BYTES = 2_000_000  # a plan of ten steps with twenty alternatives is some 40,000
DEEPEST = 16
MOST_DIGITS = 9

# A string, closed or not, or a bracket outside strings.
_PART = re.compile(r'"(?:[^"\\]|\\.)*+"?|[][{}]', re.DOTALL)


class _Refused:
    """What stands where the text held something that is refused; found, with its place, by the walk."""

    __slots__ = ("sentence",)

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence


def read_object(content: bytes, name: str) -> dict[str, Any]:
    """The one object in a file. Raises InputError: one sentence with the file and the place in it."""
    if len(content) > MOST_BYTES:
        raise InputError(name, f"is larger than {MOST_BYTES:,} bytes, and no plan is")
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise InputError(name, "begins with a byte order mark; save the file as plain UTF-8, without one")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{name} line {line}", "is not UTF-8 text") from None
    if _depth(text) > DEEPEST:
        raise InputError(name, f"is nested more than {DEEPEST} levels deep")
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_float=_bare, parse_int=_whole, parse_constant=_no_number
        )
    except json.JSONDecodeError as error:
        ends = "; the file ends too early" if error.pos >= len(text.rstrip()) else ""
        place = f"{name} line {error.lineno} column {error.colno}"
        raise InputError(place, f"is not JSON: {error.msg}{ends}") from None
    _walk(value, name)
    if not isinstance(value, dict):
        raise InputError(name, "is no JSON object, and a plan is one")
    return value


def _depth(text: str) -> int:
    """How deep brackets are nested in a text, JSON or not: where Python's own reader gives up differs by its version."""
    depth = deepest = 0
    for part in _PART.finditer(text):
        match part[0]:
            case "{" | "[":
                depth += 1
                deepest = max(deepest, depth)
            case "}" | "]":
                depth -= 1
    return deepest


def _object(pairs: list[tuple[str, Any]]) -> Any:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            return _Refused(f"holds the key {shown(key)} twice")
        found[key] = value
    return found


def _bare(text: str) -> _Refused:
    return _Refused(f"{shown(text)} is a bare number; amounts are written as text, in quotation marks")


def _whole(text: str) -> Any:
    if len(text) > MOST_DIGITS:
        return _Refused(f"{shown(text)} has more than {MOST_DIGITS} digits")
    return int(text)


def _no_number(text: str) -> _Refused:
    return _Refused(f"{shown(text)} is no number")


def _walk(value: Any, name: str) -> None:
    """Refuses what was marked."""
    waiting: list[tuple[Any, str]] = [(value, "")]
    while waiting:
        at, place = waiting.pop()
        if isinstance(at, _Refused):
            raise InputError(f"{name}: {place}" if place else name, at.sentence)
        if isinstance(at, dict | list):
            if isinstance(at, dict):
                inner = [(part, f"{place}.{_key(key)}" if place else _key(key)) for key, part in at.items()]
            else:
                inner = [(part, f"{place}[{i}]") for i, part in enumerate(at)]
            waiting += reversed(inner)  # so that the first fault in the file is the one that is named


def _key(key: str) -> str:
    return key if key.isidentifier() and len(key) <= 60 else shown(key)


def from_json(content: bytes | str, where: str) -> dict[str, Any]:
    """Reads a record strictly: one object, no key twice, no bare number but whole ones, no NaN. Raises InputError."""

    def refuse(text: str) -> Any:
        raise InputError(where, f"holds the bare number {shown(text)}; numbers that are not counts are written as text")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise InputError(where, f"has the key {shown(key)} twice in one object")
            found[key] = value
        return found

    def whole(text: str) -> int:
        return int(text) if len(text) <= 9 else refuse(text)

    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        data = json.loads(text, object_pairs_hook=once, parse_float=refuse, parse_constant=refuse, parse_int=whole)
    except UnicodeDecodeError as error:
        raise InputError(where, f"is not UTF-8 text (byte {error.start + 1:,})") from None
    except json.JSONDecodeError as error:
        raise InputError(where, f"is no JSON: line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise InputError(where, "is nested too deeply") from None
    if not isinstance(data, dict):
        raise InputError(where, "is no JSON object")
    return data
