"""Words of names that are neither a drug nor an excipient: trade descriptions, other sources, other forms, no name.

They stand in `facts/data/names.json`, folded: small letters without accents.
"""

from __future__ import annotations

from functools import cache

from compound.exact.value import Value
from compound.reading import shipped


class OtherSource(Value):
    """What a name may say of its source that is no pure powder, and what is to be written in its place."""

    kind: str
    write: str
    words: frozenset[str]
    stems: tuple[str, ...]


class NameWords(Value):
    """The words of the data file. `trade` are words and phrases that add nothing to the name of a drug."""

    trade: frozenset[tuple[str, ...]]
    joints: frozenset[str]
    connectives: frozenset[str]
    lots: frozenset[str]
    units: frozenset[str]
    sources: tuple[OtherSource, ...]
    no_name: frozenset[str]
    vessels: frozenset[str]
    other_forms: frozenset[str]
    other_form_stems: tuple[str, ...]
    form_stems_unless_capsule: tuple[str, ...]
    capsule_stems: tuple[str, ...]


@cache
def name_words() -> NameWords:
    """The words of names, read once."""
    data = shipped.facts("names.json")
    forms = data["other_forms"]
    return NameWords(
        trade=frozenset(tuple(text.split()) for key in ("words", "phrases") for text in data["trade"][key]),
        joints=frozenset(data["joints"]["words"]),
        connectives=frozenset(data["connectives"]["words"]),
        lots=frozenset(data["lots"]),
        units=frozenset(data["units"]),
        sources=tuple(
            OtherSource(row["is"], row["write"], frozenset(row["words"]), tuple(row["stems"])) for row in data["sources"]
        ),
        no_name=frozenset(data["no_name"]["words"]),
        vessels=frozenset(data["vessels"]["words"]),
        other_forms=frozenset(forms["words"]),
        other_form_stems=tuple(forms["stems"]),
        form_stems_unless_capsule=tuple(forms["unless_capsule"]),
        capsule_stems=tuple(forms["capsule"]),
    )


def other_source(word: str) -> OtherSource | None:
    """The source other than pure powder that a folded word names."""
    for source in name_words().sources:
        if word in source.words or word.startswith(source.stems):
            return source
    return None


def is_vessel(words: list[str]) -> bool:
    """Whether folded words name a mixture of a plan, with or without its number: trituration 1, batch."""
    return len(words) in (1, 2) and words[0] in name_words().vessels and all(word.isdecimal() for word in words[1:])
