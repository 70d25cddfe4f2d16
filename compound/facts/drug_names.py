"""What is typed as the drug becomes a form on record, or stops: every word of a name is explained, or it does not pass.

A name is walked once. Drug, salt and hydrate are found in the languages of the data file, in one word or several; trade
descriptions that add nothing are passed over. Whatever is left over names something else: an amount, another source, a
brand, an excipient, a release word, a second substance. A likely misspelling is shown, and never used.
"""

from __future__ import annotations

import re

from compound.exact.errors import InputError
from compound.facts.drug_walk import CAS, UNII, DrugName, NameWalk, where_found
from compound.facts.lot import NOT_CONVERTIBLE
from compound.facts.substance import Substance, cas_check_digit, unii_check_character
from compound.facts.substances import forms_of
from compound.reading.text import LONGEST_NAME, refuse_unprintable, shown


def find_substance(name: str) -> Substance | None:
    """The drug form of this name, or None: what names no form, holds more, or is not known, is never guessed.

    Case, spaces and the separators of a hydrate are free, HCl stands for hydrochloride, and a CAS number or a UNII is a
    name too. A drug alone (`naltrexone`) names no form.
    """
    if len(name) > LONGEST_NAME:
        return None
    return NameWalk(name).form_alone()


def resolve(name: str, where: str) -> Substance | None:
    """The drug form of this name, or None for a drug that is truly other than those on record.

    Raises InputError for a known drug without its form (it names the forms to choose from), for a likely misspelling,
    for a name that holds more than drug and form, and for a CAS number or a UNII whose check digit is wrong.
    """
    named = _readable(name, where)
    _refuse_wrong_numbers(named, where)
    read = read_drug_name(named)
    if read.near:
        raise InputError(where, f"{shown(named)} is not on record; is {read.near} meant? Type the name again")
    if read.left_over:
        raise InputError(where, _more_than_a_drug(named, read))
    if read.form is not None:
        return read.form
    if read.numbers and (read.drug or len(set(read.numbers)) > 1):
        raise InputError(where, f"{shown(named)} names one form and gives the number of another; which of them is meant?")
    if read.drug and not read.salt:
        raise InputError(where, f"{named} names no form; write {_choice(read.drug)}")
    if read.drug:
        raise InputError(where, f"{shown(named)} is no form of {read.drug} on record; write {_choice(read.drug)}")
    if (read.salt or read.waters) and not _unplaced(named):
        raise InputError(where, f"{shown(named)} names no drug; write one such as naltrexone hydrochloride")
    return None


def read_dose_as(name: str, shelf: Substance | None, where: str = "--dose-as") -> Substance:
    """The form the dose is expressed in: a full name, or the form alone (`base`) of the drug on the shelf.

    Raises InputError for any other, and where the drug on the shelf is not known.
    """
    if shelf is None:
        raise InputError(where, NOT_CONVERTIBLE)
    named = _readable(name, where)
    read = read_drug_name(named)
    of_shelf = not (read.drug or read.numbers or read.left_over)
    form = find_substance(f"{shelf.drug} {named}") if of_shelf else resolve(named, where)
    if form is None or form.drug != shelf.drug:
        raise InputError(where, f"{shown(named)} is not a known form of {shelf.drug}; write {_choice(shelf.drug)}")
    return form


def _readable(name: str, where: str) -> str:
    named = name.strip(" ")
    if not named:
        raise InputError(where, "no drug is named; write one such as naltrexone hydrochloride")
    if len(named) > LONGEST_NAME:
        raise InputError(where, f"a name of {len(named)} characters is longer than {LONGEST_NAME}")
    refuse_unprintable(named, where)
    if not (any(character.isalpha() for character in named) or re.search(CAS, named)):
        raise InputError(where, f"{shown(named)} holds no letter; write a drug with its form, such as naltrexone hydrochloride")
    return named


def _refuse_wrong_numbers(named: str, where: str) -> None:
    for match in where_found(CAS, named):
        if match["id"][-1] != (digit := cas_check_digit(match["id"])):
            raise InputError(where, f"{shown(match['id'])} is not a CAS number: its last digit would have to be {digit}")
    for match in where_found(UNII, named):
        # Without the word UNII before it, ten letters are a name: naltrexone has ten.
        unii = (match["said"] or "").upper()
        if unii and unii[-1] != (character := unii_check_character(unii)):
            raise InputError(where, f"{shown(unii)} is not a UNII: its last character would have to be {character}")


def _choice(drug: str) -> str:
    names = [form.name for form in forms_of(drug)]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _more_than_a_drug(named: str, read: DrugName) -> str:
    parts = "; ".join(f"{shown(part.text)} {part.kind}" for part in read.left_over)
    writes = list(dict.fromkeys(part.write for part in read.left_over if part.write))
    forms = _choice(read.drug) if read.drug else "such as naltrexone hydrochloride"
    if read.form is not None:
        forms = read.form.name
    joined = f", and {' or '.join(writes)}" if writes else ""
    return f"{shown(named)} says more than a drug and its form: {parts}. Write the drug alone, {forms}{joined}"


def read_drug_name(name: str) -> DrugName:
    """What a name names, and what is left over in it."""
    walk = NameWalk(name)
    if walk.run() and None not in walk.numbers:
        return walk.named()
    from compound.facts.drug_remainder import (
        Remainder,  # the rules on excipients are loaded for what is left over alone
    )

    remainder = Remainder(walk)
    near = remainder.near()
    return walk.named(() if near else tuple(remainder.left_over()), near)


def _unplaced(named: str) -> bool:
    """Whether a name holds a word that is neither a salt nor a trade description."""
    return not NameWalk(named).run()
