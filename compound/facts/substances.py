"""The drug forms on record: all of them, those of a drug, and what holds for a drug."""

from __future__ import annotations

from compound.facts.substance import Drug, Substance
from compound.facts.substances_file import load_book


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
