"""The words that name a drug form: several in one word, and the one that a misspelling nearly is."""

from __future__ import annotations

from functools import cache, lru_cache

from compound.facts.excipients.tokens import edit_distance, letters_of
from compound.facts.substances_file import load_book

DRUG_WORD = "drug"  # the kind of a word; the others are salt and hydrate
_SHORTEST_MISSPELT = 5  # letters; shorter words are too close to too much
_LONG = 8  # letters of a word that two slips of the pen leave recognisable
_SHORTEST_PARTS = 12  # letters of a word that holds a drug and its salt


def parts_of(word: str) -> list[tuple[str, str]]:
    """Drug, salt and hydrate that a folded word holds, each with its kind: Naltrexonhydrochloriddihydrat.

    Empty where a part is not known.
    """
    phrases = load_book().phrases
    if len(word) < _SHORTEST_PARTS:
        return []
    for end in range(len(word) - 3, 3, -1):
        head = phrases.get((word[:end],))
        if head is None:
            continue
        tail = phrases.get((word[end:],))
        rest = [tail] if tail is not None else parts_of(word[end:])
        if rest and all(kind != DRUG_WORD for kind, _ in rest):
            return [head, *rest]
    return []


@lru_cache(maxsize=4096)
def nearest_word(word: str) -> tuple[str, str] | None:
    """The word of a drug form on record that a folded word is a likely misspelling of, with its kind.

    One slip of the pen is looked for, in words of eight letters and more two. To be shown, never used.
    """
    length = len(word)
    if length < _SHORTEST_MISSPELT:
        return None
    letters = letters_of(word)
    best: tuple[int, tuple[str, str]] | None = None
    for other in range(length - 2, length + 3):
        most = 1 if other < _LONG else 2
        if abs(other - length) > most:
            continue
        for known, known_letters, meant in _by_length().get(other, ()):
            # One slip takes one letter away, and adds one.
            if (letters ^ known_letters).bit_count() > 2 * most:
                continue
            edits = edit_distance(known, word, most)
            if edits <= most and (best is None or edits < best[0]):
                best = edits, meant
    return None if best is None else best[1]


@cache
def _by_length() -> dict[int, list[tuple[str, int, tuple[str, str]]]]:
    by_length: dict[int, list[tuple[str, int, tuple[str, str]]]] = {}
    for words, meant in load_book().phrases.items():
        known = "".join(words)
        if len(known) >= _SHORTEST_MISSPELT:
            by_length.setdefault(len(known), []).append((known, letters_of(known), meant))
    return by_length
