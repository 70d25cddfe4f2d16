"""JSON as this house reads it: one object, small, shallow, no key twice, no number that a float could have touched.

Pure: it takes the bytes of a file and the name to show. Opening the file is for the command line.
"""

from __future__ import annotations

import json
import re
from typing import Any

from compound.exact.errors import InputError, ProgramFault
from compound.reading.file_text import DEEPEST, MOST_DIGITS, nested_too_deeply, text_of
from compound.reading.text import key_shown, shown

MOST_JSON_BYTES = 2_000_000  # a plan of ten steps with twenty alternatives is some 40,000

# A string, closed or not, or a bracket outside strings.
_PART = re.compile(r'"(?:[^"\\]|\\.)*+"?|[][{}]', re.DOTALL)


class _Refused:
    """What stands where the text held something that is refused; found, with its place, by the walk."""

    __slots__ = ("sentence",)

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence


def read_object(content: bytes, name: str) -> dict[str, Any]:
    """The one object in a file. Raises InputError: one sentence with the file and the place in it."""
    text = text_of(content, name, MOST_JSON_BYTES)
    if _depth(text) > DEEPEST:
        raise nested_too_deeply(name)
    try:
        value = json.loads(
            text, object_pairs_hook=_object, parse_float=_bare, parse_int=_whole, parse_constant=_no_number
        )
    except json.JSONDecodeError as error:
        ends = "; the file ends too early" if error.pos >= len(text.rstrip()) else ""
        place = f"{name} line {error.lineno} column {error.colno}"
        raise InputError(place, f"is not a JSON file: {error.msg}{ends}") from None
    _walk(value, name)
    if not isinstance(value, dict):
        raise InputError(name, "is not one JSON object")
    return value


def read_shipped(content: bytes, name: str) -> Any:
    """What a JSON file of the package holds. Raises ProgramFault where it is not JSON, or a key stands there twice."""
    try:
        return json.loads(content, object_pairs_hook=_once)
    except ValueError as error:
        raise ProgramFault(f"{name} is not a JSON file: {error}") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(f"a key stands twice among {', '.join(key for key, _ in pairs)}")
    return found


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
    return _Refused(f"{shown(text)} is not a number")


def _walk(value: Any, name: str) -> None:
    """Refuses what was marked."""
    waiting: list[tuple[Any, str]] = [(value, "")]
    while waiting:
        at, place = waiting.pop()
        if isinstance(at, _Refused):
            raise InputError(f"{name}: {place}" if place else name, at.sentence)
        if isinstance(at, dict | list):
            if isinstance(at, dict):
                inner = [(part, f"{place}.{key_shown(key)}" if place else key_shown(key)) for key, part in at.items()]
            else:
                inner = [(part, f"{place}[{i}]") for i, part in enumerate(at)]
            waiting += reversed(inner)  # so that the first fault in the file is the one that is named
