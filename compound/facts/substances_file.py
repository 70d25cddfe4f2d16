"""The data file of drug forms, read."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from fractions import Fraction
from typing import Any

from compound.exact.errors import InputError, ProgramFault
from compound.exact.value import Value
from compound.facts.lot import parse_basis
from compound.facts.substance import (
    HYDRATES,
    WATER,
    AssayLimits,
    Density,
    Drug,
    Evidence,
    Note,
    Solubility,
    Source,
    Substance,
    WaterLimit,
    cas_check_digit,
    molecular_weight,
    unii_check_character,
)
from compound.reading.amounts import from_canonical
from compound.reading.json_text import read_shipped
from compound.reading.text import shown


class Book(Value):
    """The data file as read. `named` holds the forms by drug, salt and waters; `phrases` the words of their names."""

    forms: tuple[Substance, ...]
    drugs: Mapping[str, Drug]
    atomic_masses: Mapping[str, Fraction]
    identifiers: Mapping[str, Substance]
    named: Mapping[tuple[str, str, int], Substance]
    phrases: Mapping[tuple[str, ...], tuple[str, str]]


def load_book(content_of_file: bytes) -> Book:
    """The drug forms in the text of a data file. Raises ProgramFault where the file breaks a rule, naming the place."""
    try:
        return _book_of(read_shipped(content_of_file, FILE_NAME))
    except ValueError as error:
        raise ProgramFault(f"{FILE_NAME}: {error}") from error


def _book_of(content_of_file: object) -> Book:
    keys = ("about", "sources", "atomic_masses", "words", "drugs", "forms")
    top = _row(content_of_file, keys, "the file")
    sources = {key: _source(row, f"sources.{key}") for key, row in _table(top["sources"], "sources").items()}

    masses: dict[str, Fraction] = {}
    for place, value in _rows(top["atomic_masses"], "atomic_masses"):
        row = _row(value, ("element", "mass", "source"), place)
        _one_of(row["source"], sources, f"{place}.source")
        _new(masses, _text(row["element"], f"{place}.element"), _number(row["mass"], f"{place}.mass"), place)

    phrases: dict[tuple[str, ...], tuple[str, str]] = {}
    for word, spellings in _table(top["words"], "words").items():
        kind = "hydrate" if word in HYDRATES else "salt"
        _learn(phrases, spellings, (kind, word), f"words.{word}")
    drugs: dict[str, Drug] = {}
    for place, value in _rows(top["drugs"], "drugs"):
        row = _row(value, ("drug", "words", "labelled_as", "label", "sources", "handling"), place)
        drug = _text(row["drug"], f"{place}.drug")
        _learn(phrases, row["words"], ("drug", drug), f"{place}.words")
        _new(drugs, drug, Drug(drug, _text(row["labelled_as"], f"{place}.labelled_as"),
                               _text(row["label"], f"{place}.label"),
                               _sources(row["sources"], sources, f"{place}.sources"),
                               _notes(row["handling"], sources, f"{place}.handling")), place)  # fmt: skip

    identifiers: dict[str, Substance] = {}
    named: dict[tuple[str, str, int], Substance] = {}
    for place, value in _rows(top["forms"], "forms"):
        form = _form(value, sources, masses, drugs, place)
        salt, _, hydrate = form.form.partition(" ")
        if phrases.get((salt,)) != ("salt", salt) or (hydrate and phrases.get((hydrate,)) != ("hydrate", hydrate)):
            raise InputError(f"{place}.form", f"{shown(form.form)} has a word that `words` does not hold")
        if HYDRATES[hydrate or "anhydrous"] != form.waters:
            raise InputError(f"{place}.waters", f"{shown(form.form)} does not hold {form.waters} waters")
        _new(named, (form.drug, salt, form.waters), form, place)
        for identifier in (form.cas, form.unii):
            if identifier is not None:
                _new(identifiers, identifier, form, place)
    forms = tuple(named.values())
    for form in forms:
        if (form.drug, form.form.partition(" ")[0], 0) not in named:
            raise InputError("forms", f"{form.name} lacks its anhydrous form")
    for drug, about in drugs.items():
        if not any((form.drug, form.form) == (drug, about.labelled_as) for form in forms):
            raise InputError("drugs", f"{drug} lacks the form it is labelled as, {shown(about.labelled_as)}")
    return Book(forms, drugs, masses, identifiers, named, phrases)


def _form(
    value: object, sources: Mapping[str, Source], masses: Mapping[str, Fraction], drugs: Collection[str], place: str
) -> Substance:
    row = _row(value, ("drug", "form", "formula", "waters", "cas", "unii", "identity", "density", "assay", "water",
                       "solubility", "notes"), place)  # fmt: skip
    formula, waters = _text(row["formula"], f"{place}.formula"), row["waters"]
    if type(waters) is not int or waters < 0:
        raise InputError(f"{place}.waters", "expected a whole number")
    *dry, last = formula.split("·")
    if last.endswith(WATER):
        written, formula_of_dry = last.removesuffix(WATER) or "1", "·".join(dry)
    else:
        written, formula_of_dry = "0", formula
    if written != str(waters):
        raise InputError(f"{place}.waters", f"{shown(formula)} does not hold {waters} waters")
    try:
        weight, dry_weight = molecular_weight(formula, masses), molecular_weight(formula_of_dry, masses)
    except InputError as error:
        raise error.at(f"{place}.formula") from None
    return Substance(
        drug=_one_of(row["drug"], drugs, f"{place}.drug"),
        form=_text(row["form"], f"{place}.form"),
        formula=formula,
        waters=waters,
        molecular_weight=weight,
        anhydrous_weight=dry_weight,
        cas=_cas(row["cas"], f"{place}.cas"),
        unii=_unii(row["unii"], f"{place}.unii"),
        identity=_evidence(_row(row["identity"], (), f"{place}.identity", evidence=True), sources, f"{place}.identity"),
        density=_density(row["density"], sources, f"{place}.density"),
        assay=_assay_limits(row["assay"], sources, f"{place}.assay"),
        water=_water_limit(row["water"], sources, f"{place}.water"),
        solubility=tuple(_solubility(it, sources, at) for at, it in _rows(row["solubility"], f"{place}.solubility")),
        notes=_notes(row["notes"], sources, f"{place}.notes"),
    )


def _cas(value: object, place: str) -> str | None:
    if value is None:
        return None
    cas = _text(value, place)
    if re.fullmatch(r"[1-9][0-9]{1,6}-[0-9]{2}-[0-9]", cas) is None or cas[-1] != cas_check_digit(cas):
        raise InputError(place, f"{shown(cas)} is not a CAS number: form or check digit is wrong")
    return cas


def _unii(value: object, place: str) -> str | None:
    if value is None:
        return None
    unii = _text(value, place)
    if re.fullmatch(r"[0-9A-Z]{10}", unii) is None or unii[-1] != unii_check_character(unii):
        raise InputError(place, f"{shown(unii)} is not a UNII: form or check character is wrong")
    return unii


def _density(value: object, sources: Mapping[str, Source], place: str) -> Density | None:
    if value is None:
        return None
    row = _row(value, ("g_per_cm3",), place, evidence=True)
    return Density(_number(row["g_per_cm3"], f"{place}.g_per_cm3"), _evidence(row, sources, place))


def _assay_limits(value: object, sources: Mapping[str, Source], place: str) -> AssayLimits | None:
    if value is None:
        return None
    row = _row(value, ("low_percent", "high_percent", "basis", "says"), place, evidence=True)
    low = _number(row["low_percent"], f"{place}.low_percent")
    high = _number(row["high_percent"], f"{place}.high_percent")
    if low >= high:
        raise InputError(place, "the low limit is not below the high one")
    basis = parse_basis(_text(row["basis"], f"{place}.basis"), f"{place}.basis")
    return AssayLimits(low, high, basis, _text(row["says"], f"{place}.says"), _evidence(row, sources, place))


def _water_limit(value: object, sources: Mapping[str, Source], place: str) -> WaterLimit | None:
    if value is None:
        return None
    row = _row(value, ("high_percent", "says"), place, evidence=True)
    return WaterLimit(_number(row["high_percent"], f"{place}.high_percent"), _text(row["says"], f"{place}.says"),
                      _evidence(row, sources, place))  # fmt: skip


def _solubility(value: object, sources: Mapping[str, Source], place: str) -> Solubility:
    row = _row(value, ("solvent", "mg_per_ml", "says"), place, evidence=True)
    figure = None if row["mg_per_ml"] is None else _number(row["mg_per_ml"], f"{place}.mg_per_ml")
    return Solubility(_text(row["solvent"], f"{place}.solvent"), figure, _text(row["says"], f"{place}.says"),
                      _evidence(row, sources, place))  # fmt: skip


def _notes(value: object, sources: Mapping[str, Source], place: str) -> tuple[Note, ...]:
    notes = []
    for at, entry in _rows(value, place):
        row = _row(entry, ("note",), at, evidence=True)
        notes.append(Note(_text(row["note"], f"{at}.note"), _evidence(row, sources, at)))
    return tuple(notes)


def _evidence(row: Mapping[str, Any], sources: Mapping[str, Source], place: str) -> Evidence:
    return Evidence(_text(row["evidence"], f"{place}.evidence"), _sources(row["sources"], sources, f"{place}.sources"))


def _source(value: object, place: str) -> Source:
    row = _row(value, ("title", "url"), place)
    url = None if row["url"] is None else _text(row["url"], f"{place}.url")
    return Source(_text(row["title"], f"{place}.title"), url)


def _sources(value: object, sources: Mapping[str, Source], place: str) -> tuple[Source, ...]:
    found = tuple(sources[_one_of(key, sources, at)] for at, key in _rows(value, place))
    if not found:
        raise InputError(place, "no source is named")
    return found


def _learn(
    phrases: dict[tuple[str, ...], tuple[str, str]], spellings: object, meaning: tuple[str, str], place: str
) -> None:
    for at, value in _rows(spellings, place):
        _new(phrases, words_of(_text(value, at)), meaning, at)


def _new(known_ones: dict[Any, Any], key: Any, value: Any, place: str) -> None:
    if key in known_ones:
        raise InputError(place, f"{key} stands there already")
    known_ones[key] = value


def _row(value: object, keys: tuple[str, ...], place: str, *, evidence: bool = False) -> dict[str, Any]:
    """An object with these keys and no others; `evidence` adds those of a row that names its evidence."""
    row = _table(value, place)
    wanted = {*keys, "evidence", "sources"} if evidence else {*keys}
    if row.keys() != wanted:
        odd = ", ".join(sorted(row.keys() ^ wanted))
        raise InputError(place, f"missing or unknown: {odd}")
    return row


def _table(value: object, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(place, "expected an object")
    return value


def _rows(value: object, place: str) -> list[tuple[str, object]]:
    """The entries of a list, each with its place."""
    if not isinstance(value, list):
        raise InputError(place, "expected a list")
    return [(f"{place}[{index}]", entry) for index, entry in enumerate(value)]


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(place, "expected a text")
    return value


def _number(value: object, place: str) -> Fraction:
    number = from_canonical(value, place)
    if number <= 0:
        raise InputError(place, "expected a number above zero")
    return number


def _one_of(value: object, known_ones: Collection[str], place: str) -> str:
    text = _text(value, place)
    if text not in known_ones:
        raise InputError(place, f"{shown(text)} is not known")
    return text


FILE_NAME = "substances.json"
# What parts the words of a name (the dot of a hydrate is written in many ways), and the small digits of a formula.
_SEPARATORS = str.maketrans(
    dict.fromkeys("·∙•⋅‧.,*()-\u2010\u2011\u2012\u2013_", " ")
    | {chr(0x2080 + digit): str(digit) for digit in range(10)}
)


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, whatever parts them."""
    return tuple(name.lower().translate(_SEPARATORS).split())
