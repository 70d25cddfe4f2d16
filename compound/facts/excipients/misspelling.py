"""Misspellings: the name or code on record that a name nearly is."""

from __future__ import annotations

from collections import Counter
from functools import cache, lru_cache
from operator import add
from typing import NamedTuple

from compound.facts.excipients.rules import (
    DISALLOWED,
    GRAVITY,
    Hit,
    all_squashed,
    built_in_rules,
    is_identifier,
)
from compound.facts.excipients.tokens import (
    SHORT,
    edit_distance,
    letters_of,
)
from compound.reading import shipped

MOST_WORDS = 6  # in a run that is held against the names for a misspelling


class _Near(NamedTuple):
    name: str
    letters: int  # which letters it has, a bit for each
    pairs: frozenset[str]  # its pairs of neighbouring letters
    most: int  # slips of the pen it may hold
    gravity: int
    hit: Hit


@cache
def _names_by_length() -> tuple[dict[int, list[tuple[str, Hit]]], list[tuple[str, Hit]]]:
    """The names a misspelling may be close to, by their length; the disallowed ones a word may hold."""
    rules = built_in_rules()
    by_length: dict[int, list[tuple[str, Hit]]] = {}
    inside = []
    for name, hit in rules.names.items():
        if not name.isalpha() or hit.row.rule.code in ("look-alike", "not-known") or hit.row.alone:
            continue
        length = len(name)
        if length >= SHORT or name in rules.fuzzy_short:
            by_length.setdefault(length, []).append((name, hit))
        if length >= 8 and hit.row.rule.verdict == DISALLOWED:
            inside.append((name, hit))
    return by_length, inside


@cache
def _near_names(length: int) -> dict[str, list[_Near]]:
    """The names of one length by pairs of letters; worked out for the lengths that are asked for alone.

    A slip changes at most three pairs. So a name with two slips shares one at least of any seven of its pairs with the
    misspelling, and is entered under its seven rarest alone.
    """
    most = _most_edits(length)
    names = [
        _Near(name, letters_of(name), _pairs(name), most, GRAVITY.index(hit.row.rule.verdict), hit)
        for name, hit in _names_by_length()[0].get(length, ())
    ]
    count = Counter(pair for near in names for pair in near.pairs)
    by_pair: dict[str, list[_Near]] = {}
    for near in names:
        for _, pair in sorted((count[pair], pair) for pair in near.pairs)[: 3 * most + 1]:
            by_pair.setdefault(pair, []).append(near)
    return by_pair


def _pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters of a text."""
    return frozenset(map(add, text, text[1:]))


def _most_edits(length: int) -> int:
    """How many slips of the pen a name of this length may hold and still be recognised."""
    return 1 if length < 10 else 2 if length < 14 else 3


@lru_cache(maxsize=4096)
def nearest_spelling(text: str) -> tuple[str, Hit] | None:
    """The name that `text` is a likely misspelling of, disallowed ones first, as the data write it."""
    pairs, letters = _pairs(text), letters_of(text)
    length = len(text)
    by_pair = [_near_names(other) for other in range(length - 3, length + 4) if abs(other - length) <= _most_edits(other)]
    likely = {near.name: near for names in by_pair for pair in pairs for near in names.get(pair, ())}
    best: tuple[int, int, str] | None = None
    for near in likely.values():
        most = near.most
        if best is not None:
            if best[0] < near.gravity:
                continue
            if best[0] == near.gravity:
                most = min(most, best[1])
        # One slip takes one letter away, and adds one. That is told sooner than how many pairs are shared.
        if (letters ^ near.letters).bit_count() > 2 * most:
            continue
        if len(pairs & near.pairs) < max(len(pairs), len(near.pairs)) - 3 * most:
            continue
        if len(near.name) < SHORT and near.name[0] != text[0]:
            continue
        edits = edit_distance(near.name, text, most)
        rank = (near.gravity, edits, near.name)
        if edits <= most and (best is None or rank < best):
            best = rank
    return None if best is None else (_spelt().get(best[2], best[2]), likely[best[2]].hit)


_TAKEN_FOR_ANOTHER = str.maketrans("oilzsb", "011258")


@cache
def _codes() -> tuple[dict[str, tuple[str, Hit]], list[tuple[str, str, Hit]]]:
    """The codes of what is disallowed, with letters that look like digits as digits; and the long ones, as written."""
    alike: dict[str, tuple[str, Hit]] = {}
    long = []
    for name, hit in built_in_rules().names.items():
        if hit.row.rule.verdict == DISALLOWED and name.isascii() and any(c.isdecimal() for c in name):
            spelt = _spelt().get(name, name)
            alike[name.translate(_TAKEN_FOR_ANOTHER)] = (spelt, hit)
            if is_identifier(spelt) and len(name) > 5:
                long.append((name, spelt, hit))
    return alike, long


@lru_cache(maxsize=4096)
def nearest_code(text: str) -> tuple[str, Hit] | None:
    """The code of something disallowed that `text` is a likely slip of, as the data write it."""
    if not (text.isascii() and any(c.isdecimal() or c in "oil" for c in text)) or len(text) < 4:
        return None
    alike, long = _codes()
    found = alike.get(text.translate(_TAKEN_FOR_ANOTHER))
    if found is not None:
        return found
    # A number whose check digit is right belongs to something else.
    if len(text) < 6 or _passes_check(text):
        return None
    near = [
        (spelt, hit) for name, spelt, hit in long if name.isdecimal() == text.isdecimal() and edit_distance(name, text, 1) < 2
    ]
    return near[0] if near else None


def _passes_check(text: str) -> bool:
    from compound.facts.substance import cas_check_digit, unii_check_character

    if text.isdecimal():
        return cas_check_digit(f"{text[:-3]}-{text[-3:-1]}-{text[-1]}") == text[-1]
    return len(text) == 10 and text.isalnum() and unii_check_character(text.upper()) == text[-1].upper()


@lru_cache(maxsize=4096)
def nearest_held(text: str) -> tuple[str, Hit] | None:
    """The disallowed name that stands inside the word `text`: calciumcarbonatepowder."""
    for name, hit in _names_by_length()[1]:
        if name in text:
            return _spelt().get(name, name), hit
    return None


@cache
def _spelt() -> dict[str, str]:
    """How the data write a squashed name."""
    names = [name for row in shipped.facts("excipients.json")["rows"] for name in row["names"]]
    return dict(zip(all_squashed(names), names, strict=True))
