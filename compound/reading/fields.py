"""The keys of an object in JSON or a table in TOML, each read as what it must be, with its path in every refusal.

The vocabulary is small: a key is missing, unknown (with the nearest that is known), or of another kind than expected.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import grouped
from compound.reading.amounts import from_canonical, positive
from compound.reading.text import (
    LONGEST_NAME,
    as_text,
    key_shown,
    kind_of,
    nearest_hint,
    one_of,
    read_name,
    refuse_unprintable,
)

MOST_COUNT = 1_000_000


class Fields:
    """A group of keys with their values, and the path `where` to it, "" at the top of a file.

    What reads a key raises InputError with the path of the key: where it is missing, and where it is not what is read.
    """

    __slots__ = ("values", "where")

    def __init__(self, values: object, where: str = "") -> None:
        if not isinstance(values, dict):
            raise InputError(where, f"expected a group of keys, found {kind_of(values)}")
        self.values: dict[str, Any] = values
        self.where = where

    def place(self, key: str) -> str:
        """The path of a key: `steps[3].amount_mg`."""
        return f"{self.where}.{key_shown(key)}" if self.where else key_shown(key)

    def refuse_unknown(self, known: Collection[str], what: str, hint: str = "") -> None:
        """Raises InputError for a key that is not `known`; `what` names the group (`a plan`).

        The sentence ends with `hint`, or else with the nearest key that is known.
        """
        for key in self.values:
            if key not in known:
                raise InputError(self.place(key), f"is not a key of {what}; {hint or nearest_hint(key, known)}")

    def states(self, key: str) -> bool:
        """Whether a key is there with a value: null states nothing."""
        return self.values.get(key) is not None

    def value(self, key: str) -> Any:
        """The value of a key, whatever it is."""
        if not self.states(key):
            raise InputError(self.place(key), "is missing")
        return self.values[key]

    def text(self, key: str, *, longest: int | None = None, empty: bool = False) -> str:
        """A text as `plain_text` reads it."""
        return plain_text(self.value(key), self.place(key), longest=longest, empty=empty)

    def name(self, key: str, longest: int = LONGEST_NAME) -> str:
        """A name as `read_name` reads it."""
        return read_name(as_text(self.value(key), self.place(key)), self.place(key), longest)

    def choice(self, key: str, choices: tuple[str, ...], *, any_case: bool = False) -> str:
        """A word out of a few."""
        return one_of(as_text(self.value(key), self.place(key)), choices, self.place(key), any_case=any_case)

    def number(self, key: str) -> Decimal:
        """A number above zero, written as text."""
        return positive(self.value(key), self.place(key))

    def fraction(self, key: str) -> Fraction:
        """A number of any sign, written as text."""
        return from_canonical(self.value(key), self.place(key))

    def count(self, key: str) -> int:
        """A whole number above zero, up to a million, bare."""
        value = self.value(key)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_COUNT:
            raise InputError(self.place(key), "is not a whole number above zero")
        return value

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self.value(key)
        if not isinstance(value, bool):
            raise InputError(self.place(key), "is neither true nor false")
        return value

    def items(self, key: str, most: int | None = None) -> Iterator[tuple[Any, str]]:
        """The entries of a list of at most `most`, each with its path."""
        return list_items(self.value(key), self.place(key), most)

    def texts(self, key: str, *, most: int | None = None, longest: int | None = None) -> tuple[str, ...]:
        """A list of texts as `plain_text` reads them."""
        return tuple(plain_text(item, place, longest=longest) for item, place in self.items(key, most))

    def group(self, key: str) -> Fields:
        """The group of keys that stands under a key."""
        return Fields(self.value(key), self.place(key))

    def groups(self, key: str, most: int | None = None) -> list[Fields]:
        """A list of groups of keys."""
        return [Fields(item, place) for item, place in self.items(key, most)]


def list_items(value: object, where: str, most: int | None = None) -> Iterator[tuple[Any, str]]:
    """The entries of a list of at most `most`, each with its path. Raises InputError for anything else."""
    if not isinstance(value, list):
        raise InputError(where, f"expected a list, found {kind_of(value)}")
    if most is not None and len(value) > most:
        raise InputError(where, f"has {grouped(len(value))} entries; {grouped(most)} are the most")
    return ((item, f"{where}[{i}]") for i, item in enumerate(value))


def plain_text(value: object, where: str, *, longest: int | None = None, empty: bool = False) -> str:
    """A text of visible characters, at most `longest`, not empty unless `empty` is admitted. Raises InputError."""
    text = as_text(value, where)
    if longest is not None and len(text) > longest:
        raise InputError(where, f"a text of {grouped(len(text))} characters is longer than {longest}")
    if not text.isprintable():
        refuse_unprintable(text, where)
    if not empty and not text.strip():
        raise InputError(where, "is empty")
    return text


def in_file(error: InputError, name: str) -> InputError:
    """The same error with the name of the file before its path."""
    return error.moved(lambda where: f"{name}: {where}" if where else name)
