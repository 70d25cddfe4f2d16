"""The file of a language: its notation, the words of all tables, and its sentences for the findings, in one place.

`languages/en.json` is the measure: every other file holds the same words and sentences with the same values in braces.
Only meaning, cause and source of a finding, which `compound explain` prints, and the lines of the guide's list may be
left out of another language: they are then English, with the mark of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, cast

from compound.exact.errors import ProgramFault
from compound.exact.value import Value
from compound.reading import shipped

LANGUAGES = ("en", "de", "fr", "es", "pt", "nl")

Table = TypeVar("Table", bound=Value)


@cache
def file_of(code: str) -> Mapping[str, Any]:
    """What the file of a language holds. Raises ProgramFault where it is not whole, OSError where it is missing."""
    from compound.reading.json_text import read_shipped

    found: Mapping[str, Any] = read_shipped(shipped.wording(code), f"{code}.json")
    return found


def table(code: str, kind: type[Table]) -> Table:
    """The words of one kind in a language. Raises ProgramFault where the file has not exactly these."""
    if (code, kind) not in _TABLES:
        _TABLES[code, kind] = _read(code, kind)
    return cast(Table, _TABLES[code, kind])


_TABLES: dict[tuple[str, type[Value]], Value] = {}


def _read(code: str, kind: type[Value]) -> Value:
    words = file_of(code)["words"].get(kind.__name__, {})
    try:
        return kind(**{name: tuple(text) if isinstance(text, list) else text for name, text in words.items()})
    except TypeError as error:
        raise ProgramFault(f"{code}.json: {error}") from error
