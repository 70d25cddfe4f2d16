"""The data file of drug forms, read as it is: that it breaks no rule of its own is shown by a test, not at each start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from compound.exact.value import Value
from compound.facts.substance import (
    HYDRATES,
    AssayLimits,
    Basis,
    Density,
    Drug,
    Evidence,
    Note,
    Solubility,
    Source,
    Substance,
    WaterLimit,
    molecular_weight,
)
from compound.reading import shipped

# What parts the words of a name (the dot of a hydrate is written in many ways), and the small digits of a formula.
_SEPARATORS = str.maketrans(
    dict.fromkeys("·∙•⋅‧.,*()-\u2010\u2011\u2012\u2013_", " ")
    | {chr(0x2080 + digit): str(digit) for digit in range(10)}
)


class Book(Value):
    """The data file as read. `named` holds the forms by drug, salt and waters; `phrases` the words of their names."""

    forms: tuple[Substance, ...]
    drugs: Mapping[str, Drug]
    identifiers: Mapping[str, Substance]
    named: Mapping[tuple[str, str, int], Substance]
    phrases: Mapping[tuple[str, ...], tuple[str, str]]


@cache
def load_book() -> Book:
    """The drug forms of `substances.json`, read once."""
    data = shipped.facts("substances.json")
    sources = {key: Source(row["title"], row["url"]) for key, row in data["sources"].items()}
    masses = {row["element"]: Fraction(row["mass"]) for row in data["atomic_masses"]}
    forms = tuple(_form(row, sources, masses) for row in data["forms"])
    return Book(
        forms=forms,
        drugs={row["drug"]: _drug(row, sources) for row in data["drugs"]},
        identifiers={identifier: form for form in forms for identifier in (form.cas, form.unii) if identifier},
        named={(form.drug, form.form.partition(" ")[0], form.waters): form for form in forms},
        phrases=_phrases(data["words"], data["drugs"]),
    )


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, whatever parts them."""
    return tuple(name.lower().translate(_SEPARATORS).split())


def _phrases(
    words: Mapping[str, Sequence[str]], drugs: Sequence[Mapping[str, Any]]
) -> dict[tuple[str, ...], tuple[str, str]]:
    """The words that stand for a drug, a salt or a hydrate, each with its kind and what it stands for."""
    kinds = {word: "hydrate" if word in HYDRATES else "salt" for word in words}
    found = {words_of(text): (kinds[word], word) for word, spellings in words.items() for text in spellings}
    return found | {words_of(text): ("drug", row["drug"]) for row in drugs for text in row["words"]}


def _drug(row: Mapping[str, Any], sources: Mapping[str, Source]) -> Drug:
    return Drug(
        name=row["drug"],
        labelled_as=row["labelled_as"],
        label=row["label"],
        label_sources=tuple(sources[key] for key in row["sources"]),
        handling=_notes(row["handling"], sources),
    )


def _form(row: Mapping[str, Any], sources: Mapping[str, Source], masses: Mapping[str, Fraction]) -> Substance:
    weight, waters = molecular_weight(row["formula"], masses), row["waters"]
    density, assay, water = row["density"], row["assay"], row["water"]
    return Substance(
        drug=row["drug"],
        form=row["form"],
        formula=row["formula"],
        waters=waters,
        molecular_weight=weight,
        anhydrous_weight=weight - waters * molecular_weight("H2O", masses),
        cas=row["cas"],
        unii=row["unii"],
        identity=_evidence(row["identity"], sources),
        density=density and Density(Fraction(density["g_per_cm3"]), _evidence(density, sources)),
        assay=assay and AssayLimits(Fraction(assay["low_percent"]), Fraction(assay["high_percent"]),
                                    Basis(assay["basis"]), assay["says"], _evidence(assay, sources)),
        water=water and WaterLimit(Fraction(water["high_percent"]), water["says"], _evidence(water, sources)),
        solubility=tuple(_solubility(entry, sources) for entry in row["solubility"]),
        notes=_notes(row["notes"], sources),
    )  # fmt: skip


def _solubility(row: Mapping[str, Any], sources: Mapping[str, Source]) -> Solubility:
    figure = row["mg_per_ml"]
    return Solubility(row["solvent"], figure and Fraction(figure), row["says"], _evidence(row, sources))


def _notes(rows: Sequence[Mapping[str, Any]], sources: Mapping[str, Source]) -> tuple[Note, ...]:
    return tuple(Note(row["note"], _evidence(row, sources)) for row in rows)


def _evidence(row: Mapping[str, Any], sources: Mapping[str, Source]) -> Evidence:
    return Evidence(row["evidence"], tuple(sources[key] for key in row["sources"]))
