"""What the data file of drug forms has to hold to. The program reads it as it is; a slip in it is found here."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from typing import Any

from compound.exact.errors import InputError
from compound.facts.substance import HYDRATES, Basis, cas_check_digit, composition, unii_check_character
from compound.facts.substances_file import words_of
from compound.reading.amounts import from_canonical
from compound.reading.text import shown

EVIDENCE = ("evidence", "sources")


def read_strictly(text: bytes) -> None:
    """Raises ValueError, naming the place, for a data file that breaks one of its rules."""
    top = row(json.loads(text, object_pairs_hook=_no_twice), "the file",
              "about", "sources", "atomic_masses", "words", "drugs", "forms")  # fmt: skip
    sources = table(top["sources"], "sources")
    for key, value in sources.items():
        source = row({"seen": None, **table(value, f"sources.{key}")}, f"sources.{key}", "title", "url", "seen")
        written(source["title"], f"sources.{key}.title")
        if source["url"] is not None:
            written(source["url"], f"sources.{key}.url")
        if source["seen"] is not None:
            written(source["seen"], f"sources.{key}.seen")
    elements = set[str]()
    for place, value in listed(top["atomic_masses"], "atomic_masses"):
        mass = row(value, place, "element", "mass", "source")
        one_of(mass["source"], sources, f"{place}.source")
        above_zero(mass["mass"], f"{place}.mass")
        new(written(mass["element"], f"{place}.element"), elements, place)
    phrases = set[tuple[str, ...]]()
    for word, spellings in table(top["words"], "words").items():
        new_spellings(spellings, phrases, f"words.{word}")
        require(words_of(word) in phrases, f"words.{word}", "is not among its own spellings")
    drugs = dict[str, str]()
    for place, value in listed(top["drugs"], "drugs"):
        drug = row(value, place, "drug", "words", "labelled_as", "label", "sources", "handling")
        name = written(drug["drug"], f"{place}.drug")
        new_spellings(drug["words"], phrases, f"{place}.words")
        require(name not in drugs, place, f"{name} stands there already")
        drugs[name] = written(drug["labelled_as"], f"{place}.labelled_as")
        written(drug["label"], f"{place}.label")
        named_sources(drug["sources"], sources, f"{place}.sources")
        check_notes(drug["handling"], sources, f"{place}.handling")
    check_forms(top, sources, elements, drugs)


def check_forms(top: dict[str, Any], sources: Collection[str], elements: set[str], drugs: dict[str, str]) -> None:
    """Each form is whole, and the forms together hold what is looked up among them."""
    forms, identifiers = set[tuple[str, str]](), set[str]()
    for place, value in listed(top["forms"], "forms"):
        form = row(value, place, "drug", "form", "formula", "waters", "cas", "unii", "identity", "density", "assay",
                   "water", "solubility", "notes")  # fmt: skip
        check_identity(form, place, elements, top["words"])
        check_properties(form, sources, place)
        new((one_of(form["drug"], drugs, f"{place}.drug"), form["form"]), forms, place)
        for identifier in (form["cas"], form["unii"]):
            if identifier is not None:
                new(identifier, identifiers, place)
    for drug, named in forms:
        require((drug, named.partition(" ")[0]) in forms, "forms", f"{drug} {named} lacks its anhydrous form")
    for drug, labelled in drugs.items():
        require((drug, labelled) in forms, "drugs", f"{drug} lacks the form it is labelled as, {shown(labelled)}")


def check_identity(form: dict[str, Any], place: str, elements: set[str], words: dict[str, Any]) -> None:
    """Name, formula, waters, CAS number and UNII of a form, which must agree."""
    formula, waters = written(form["formula"], f"{place}.formula"), form["waters"]
    require(type(waters) is int and waters >= 0, f"{place}.waters", "expected a whole number")
    try:
        atoms = composition(formula)
    except InputError as error:
        raise error.at(f"{place}.formula") from None
    for element in atoms:
        require(element in elements, f"{place}.formula", f"no atomic mass is known for {element}")
    last = formula.split("·")[-1]
    said = (last.removesuffix("H2O") or "1") if last.endswith("H2O") else "0"
    require(said == str(waters), f"{place}.waters", f"{shown(formula)} does not hold {waters} waters")
    salt, _, hydrate = written(form["form"], f"{place}.form").partition(" ")
    for word in (salt, hydrate or "anhydrous"):
        require(word in words and (word in HYDRATES) == (word != salt), f"{place}.form",
                f"{shown(form['form'])} has a word that `words` does not hold")  # fmt: skip
    require(waters == HYDRATES[hydrate or "anhydrous"], f"{place}.waters",
            f"{shown(form['form'])} does not hold {waters} waters")  # fmt: skip
    if form["cas"] is not None:
        cas = written(form["cas"], f"{place}.cas")
        right = re.fullmatch(r"[1-9][0-9]{1,6}-[0-9]{2}-[0-9]", cas) and cas[-1] == cas_check_digit(cas)
        require(right, f"{place}.cas", f"{shown(cas)} is not a CAS number: form or check digit is wrong")
    if form["unii"] is not None:
        unii = written(form["unii"], f"{place}.unii")
        right = re.fullmatch(r"[0-9A-Z]{10}", unii) and unii[-1] == unii_check_character(unii)
        require(right, f"{place}.unii", f"{shown(unii)} is not a UNII: form or check character is wrong")


def check_properties(form: dict[str, Any], sources: Collection[str], place: str) -> None:
    """What is known of a form besides its identity, each row with its evidence."""
    evidenced(form["identity"], sources, f"{place}.identity")
    if form["density"] is not None:
        at = f"{place}.density"
        above_zero(evidenced(form["density"], sources, at, "g_per_cm3")["g_per_cm3"], f"{at}.g_per_cm3")
    if form["assay"] is not None:
        at = f"{place}.assay"
        limits = evidenced(form["assay"], sources, at, "low_percent", "high_percent", "basis", "says")
        low = above_zero(limits["low_percent"], f"{at}.low_percent")
        high = above_zero(limits["high_percent"], f"{at}.high_percent")
        require(low < high, at, "the low limit is not below the high one")
        known = limits["basis"] in [basis.value for basis in Basis]
        require(known, f"{at}.basis", f"{shown(str(limits['basis']))} is not a basis")
        written(limits["says"], f"{at}.says")
    if form["water"] is not None:
        at = f"{place}.water"
        limit = evidenced(form["water"], sources, at, "high_percent", "says")
        above_zero(limit["high_percent"], f"{at}.high_percent")
        written(limit["says"], f"{at}.says")
    for at, value in listed(form["solubility"], f"{place}.solubility"):
        entry = evidenced(value, sources, at, "solvent", "mg_per_ml", "says")
        written(entry["solvent"], f"{at}.solvent")
        written(entry["says"], f"{at}.says")
        if entry["mg_per_ml"] is not None:
            above_zero(entry["mg_per_ml"], f"{at}.mg_per_ml")
    check_notes(form["notes"], sources, f"{place}.notes")


def check_notes(value: object, sources: Collection[str], place: str) -> None:
    """Notes, each with its evidence."""
    for at, entry in listed(value, place):
        written(evidenced(entry, sources, at, "note")["note"], f"{at}.note")


def evidenced(value: object, sources: Collection[str], place: str, *keys: str) -> dict[str, Any]:
    """An object with these keys, and what evidence it has."""
    found = row(value, place, *keys, *EVIDENCE)
    written(found["evidence"], f"{place}.evidence")
    named_sources(found["sources"], sources, f"{place}.sources")
    return found


def named_sources(value: object, sources: Collection[str], place: str) -> None:
    """The sources of a row, at least one, each of them known."""
    keys = list(listed(value, place))
    require(keys, place, "no source is named")
    for at, key in keys:
        one_of(key, sources, at)


def new_spellings(spellings: object, phrases: set[tuple[str, ...]], place: str) -> None:
    """Spellings that nothing else has."""
    for at, value in listed(spellings, place):
        new(words_of(written(value, at)), phrases, at)


def new(key: Any, known: set[Any], place: str) -> None:
    """A key that is not yet known, and is then."""
    require(key not in known, place, f"{key} stands there already")
    known.add(key)


def row(value: object, place: str, *keys: str) -> dict[str, Any]:
    """An object with these keys and no others."""
    found = table(value, place)
    require(found.keys() == set(keys), place, f"missing or unknown: {', '.join(sorted(found.keys() ^ set(keys)))}")
    return found


def table(value: object, place: str) -> dict[str, Any]:
    """An object."""
    if not isinstance(value, dict):
        raise InputError(place, "expected an object")
    return value


def listed(value: object, place: str) -> Iterator[tuple[str, object]]:
    """The entries of a list, each with its place."""
    if not isinstance(value, list):
        raise InputError(place, "expected a list")
    yield from ((f"{place}[{index}]", entry) for index, entry in enumerate(value))


def written(value: object, place: str) -> str:
    """A text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise InputError(place, "expected a text")
    return value


def above_zero(value: object, place: str) -> Any:
    """A number above zero, written as text in its shortest form."""
    number = from_canonical(value, place)
    require(number > 0, place, "expected a number above zero")
    return number


def one_of(value: object, known: Collection[str], place: str) -> str:
    """A text that is one of the known ones."""
    text = written(value, place)
    require(text in known, place, f"{shown(text)} is not known")
    return text


def require(holds: object, place: str, says: str) -> None:
    """Raises InputError where something does not hold."""
    if not holds:
        raise InputError(place, says)


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    require(len(found) == len(pairs), "", f"a key stands twice among {', '.join(key for key, _ in pairs)}")
    return found
