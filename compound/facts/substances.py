"""The drug forms on record, found by their names: what a user types is one of them, or is refused or unknown."""

from __future__ import annotations

import re

from compound.exact.errors import InputError
from compound.facts.lot import NOT_CONVERTIBLE
from compound.facts.substance import HYDRATES, Drug, Substance, cas_check_digit, unii_check_character
from compound.facts.substances_file import load_book, words_of
from compound.reading.text import LONGEST_NAME, refuse_unprintable, shown

_CAS = re.compile(r"(?:CAS[ :]*)?(?P<id>[0-9]{2,7}-[0-9]{2}-[0-9])", re.IGNORECASE | re.ASCII)
_UNII = re.compile(r"(?P<says>UNII[ :]*)?(?P<id>[0-9A-Z]{10})", re.IGNORECASE | re.ASCII)


def known() -> tuple[Substance, ...]:
    """All drug forms, in the order of the data file."""
    return load_book().forms


def forms_of(drug: str) -> tuple[Substance, ...]:
    """The forms of a drug, the one that labels state first."""
    labelled = drug_of(drug).labelled_as
    forms = [form for form in known() if form.drug == drug]
    return tuple(sorted(forms, key=lambda form: form.form != labelled))


def drug_of(drug: str) -> Drug:
    """What holds for all forms of a drug. Raises KeyError where it is not known."""
    return load_book().drugs[drug]


def label_form(drug: str) -> Substance:
    """The form in which products of the drug state their strength."""
    return forms_of(drug)[0]


def hydrates_of(substance: Substance) -> tuple[Substance, ...]:
    """The known hydrates of the same base or salt, the one with least water first."""
    salt = _salt(substance.form)
    alike = [form for form in known() if form.drug == substance.drug and form.waters and _salt(form.form) == salt]
    return tuple(sorted(alike, key=lambda form: form.waters))


def anhydrous(substance: Substance) -> Substance:
    """The same base or salt without water of crystallisation."""
    return next(form for form in known() if form.drug == substance.drug and form.form == _salt(substance.form))


def _salt(form: str) -> str:
    return form.partition(" ")[0]


def find_substance(name: str) -> Substance | None:
    """The drug form of this name, or None: what names no form, or is not known, is never guessed.

    Case, spaces and the separators of a hydrate are free, HCl stands for hydrochloride, and a CAS number or a UNII is a
    name too. A drug alone (`naltrexone`) names no form.
    """
    named = name.strip(" ")
    if len(named) > LONGEST_NAME:
        return None
    book = load_book()
    match = _CAS.fullmatch(named) or _UNII.fullmatch(named)
    if match is not None and (form := book.identifiers.get(match["id"].upper())):
        return form
    words = _read_name(named)
    return None if words is None else book.named.get(words)


def resolve(name: str, where: str) -> Substance | None:
    """The drug form of this name, or None where the drug is not known.

    Raises InputError for a known drug without its form (it names the forms to choose from), and for a CAS number or a
    UNII whose check digit is wrong.
    """
    named = _readable(name, where)
    if (form := find_substance(named)) is not None:
        return form
    if (match := _CAS.fullmatch(named)) and match["id"][-1] != (digit := cas_check_digit(match["id"])):
        raise InputError(where, f"{shown(named)} is not a CAS number: its last digit would have to be {digit}")
    # Without the word UNII before it, ten letters are a name: naltrexone has ten.
    if (match := _UNII.fullmatch(named)) and match["says"]:
        character = unii_check_character(match["id"])
        if match["id"][-1].upper() != character:
            raise InputError(where, f"{shown(named)} is not a UNII: its last character would have to be {character}")
    words = _read_name(named)
    if words is not None and words[0] and not words[1]:
        raise InputError(where, f"{named} names no form; write {_choice(words[0])}")
    return None


def read_dose_as(name: str, shelf: Substance | None, where: str = "--dose-as") -> Substance:
    """The form the dose is expressed in: a full name, or the form alone (`base`) of the drug on the shelf.

    Raises InputError for any other, and where the drug on the shelf is not known.
    """
    if shelf is None:
        raise InputError(where, NOT_CONVERTIBLE)
    named = _readable(name, where)
    words = _read_name(named)
    of_shelf = words is not None and not words[0]
    form = find_substance(f"{shelf.drug} {named}") if of_shelf else resolve(named, where)
    if form is None or form.drug != shelf.drug:
        raise InputError(where, f"{shown(named)} is not a known form of {shelf.drug}; write {_choice(shelf.drug)}")
    return form


def suggest(name: str) -> tuple[str, ...]:
    """The known names close to one that is not known, the closest first, or none. To be shown, never used."""
    from difflib import SequenceMatcher  # only ever needed for a name that is not known

    if len(name) > LONGEST_NAME or find_substance(name) is not None:
        return ()
    book = load_book()
    words = words_of(name)
    typed = " ".join(" ".join(book.phrases.get((word,), ("", word))[1:]) for word in words)

    def likeness(one: str, other: str) -> float:
        return SequenceMatcher(None, one, other, autojunk=False).ratio()

    scored = []
    for form in known():
        whole = likeness(typed, form.name)
        if max(whole, *(likeness(word, form.drug) for word in words), 0) >= 0.8:
            scored.append((-whole, form.name))
    return tuple(name for _, name in sorted(scored)[:4])


def _readable(name: str, where: str) -> str:
    named = name.strip(" ")
    if not named:
        raise InputError(where, "no drug is named; write one such as naltrexone hydrochloride")
    if len(named) > LONGEST_NAME:
        raise InputError(where, f"a name of {len(named)} characters is longer than {LONGEST_NAME}")
    refuse_unprintable(named, where)
    return named


def _choice(drug: str) -> str:
    names = [form.name for form in forms_of(drug)]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _read_name(name: str) -> tuple[str, str, int] | None:
    """Drug, salt and waters that a name names, "" where it names none; None where one of its words is not known."""
    phrases = load_book().phrases
    words, read = words_of(name), {"drug": "", "salt": "", "hydrate": ""}
    while words:
        length = 2 if words[:2] in phrases and len(words) > 1 else 1
        kind, word = phrases.get(words[:length], ("", ""))
        if not kind or read[kind]:
            return None
        read[kind], words = word, words[length:]
    return read["drug"], read["salt"], HYDRATES[read["hydrate"] or "anhydrous"]
