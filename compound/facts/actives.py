"""Active substances by name: what they are, only so far as to say that a name is one.

Names are compared by their stems, so that one row stands for what a substance is called in English, German, French,
Spanish, Italian, Portuguese, Dutch and Latin: levothyroxine, Levothyroxin, levotiroxina, levothyroxinum. Salts are no
part of a name, and may be written in one word with it (Levothyroxinnatrium).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from compound.exact.value import Value
from compound.facts.excipients.rules import all_squashed
from compound.facts.substances_file import load_book
from compound.reading import shipped

MOST_WORDS_OF_ACTIVE = 6  # words of the name of an active substance
_SHORTEST_STEM = 4  # letters; a shorter name is found as it is written alone


class ActiveSubstance(Value):
    """An active substance: its international nonproprietary name, and the class it belongs to."""

    name: str
    kind: str


class _Book(Value):
    phrases: Mapping[str, ActiveSubstance]  # by squashed name
    stems: Mapping[str, ActiveSubstance]
    brands: Mapping[str, ActiveSubstance]
    salts: tuple[str, ...]  # squashed, the longest first


@cache
def _book() -> _Book:
    data = shipped.facts("active_substances.json")
    on_record = load_book()
    listed: list[tuple[str, ActiveSubstance]] = []
    branded: list[tuple[str, ActiveSubstance]] = []
    for row in data["substances"]:
        active = ActiveSubstance(row["name"], row["class"])
        listed += [(name, active) for name in (row["name"], *row["names"])]
        branded += [(brand, active) for brand in row["brands"]]
    for words, (kind, drug) in on_record.phrases.items():
        if kind == "drug":
            listed.append((" ".join(words), ActiveSubstance(drug, "opioid antagonist")))
    squashed = all_squashed([name for name, _ in listed])
    phrases: dict[str, ActiveSubstance] = {}
    stems: dict[str, ActiveSubstance] = {}
    # All stems in one go: there are some thousands of names.
    for (name, active), word, short in zip(listed, squashed, stem("\n".join(squashed)).split("\n"), strict=True):
        phrases.setdefault(word, active)
        if len(short) >= _SHORTEST_STEM and " " not in name and word.isalpha():
            stems.setdefault(short, active)
    brands = dict(zip(all_squashed([name for name, _ in branded]), (active for _, active in branded), strict=True))
    salts = set(all_squashed([spelt for spellings in data["salts"].values() for spelt in spellings]))
    salts |= {"".join(words) for words, (kind, _) in on_record.phrases.items() if kind != "drug"}
    return _Book(phrases, stems, brands, tuple(sorted(salts, key=len, reverse=True)))


# Compiled with the first name that no rule explains.
_ENDING = r"(?m)(?:um|us|as|os|is|es|[aeiou])$"
_DOUBLE = r"(.)\1"


def stem(word: str) -> str:
    """A folded word without its ending and without what languages spell differently: th and t, ph and f, y and i.

    Of several words, one on each line, their stems.
    """
    same = word.replace("ph", "f").translate(_ALIKE).replace("ae", "e").replace("oe", "e")
    return re.sub(_DOUBLE, r"\1", re.sub(_ENDING, "", same))


_ALIKE = str.maketrans("ykzx", "icss", "h")


def find_active(words: Sequence[str]) -> ActiveSubstance | None:
    """The active substance that folded words name together: one of them, or up to MOST_WORDS_OF_ACTIVE."""
    book = _book()
    joined = "".join(words)
    found = book.phrases.get(joined)
    if found is not None or len(words) != 1:
        return found
    return book.stems.get(stem(joined)) or _salted(joined, book)


def _salted(word: str, book: _Book) -> ActiveSubstance | None:
    """The substance of a word that ends in its salt: Morphinsulfat, oxycodonehydrochloride."""
    if not word.endswith(book.salts):
        return None
    for salt in book.salts:
        if word.endswith(salt) and len(word) - len(salt) >= _SHORTEST_STEM:
            head = word.removesuffix(salt)
            return book.phrases.get(head) or book.stems.get(stem(head)) or _salted(head, book)
    return None


def all_actives() -> tuple[ActiveSubstance, ...]:
    """Every active substance on record, once."""
    return tuple(dict.fromkeys(_book().phrases.values()))


def find_brand(word: str) -> ActiveSubstance | None:
    """The active substance of a brand, by its folded name."""
    return _book().brands.get(word)


def is_salt(word: str) -> bool:
    """Whether a folded word names a salt or a hydrate."""
    return word in _book().salts
