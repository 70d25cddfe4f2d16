"""The two doses of an order in words: the label, and what is planned where a drug surplus makes it another; and those that
a slip makes of a dose."""

from __future__ import annotations

from fractions import Fraction

from compound.facts.surplus import surplus_rule
from compound.order.order import Order
from compound.wording.language import ENGLISH, Language
from compound.wording.notation import ENGLISH_NOTATION, MICROGRAM, Notation


def labelled_dose(order: Order, notation: Notation = ENGLISH_NOTATION) -> str:
    """The labelled dose in two units: the one that it was ordered in stands first, to be compared with the prescription."""
    return notation.dose(Fraction(order.dose.mg), order.ordered_unit)


def dose_of(order: Order, language: Language) -> str:
    """The labelled dose, and the substance that it counts."""
    dose = labelled_dose(order, language.notation)
    if not order.drug:
        return dose
    return language.words.dose_of.format(dose=dose, substance=language.text(order.dosed))


def planned_dose_rows(order: Order, language: Language = ENGLISH) -> list[tuple[str, str]]:
    """The planned dose with the surplus that makes it; nothing where it is the labelled one."""
    if order.drug_surplus is None or not order.drug_surplus.percent:
        return []
    words, notation = language.words, language.notation
    dose, surplus = notation.dose(order.planned_dose, order.ordered_unit), notation.percent(order.drug_surplus.percent)
    if order.surplus_rule is None:
        return [(words.planned_dose, words.with_surplus.format(dose=dose, surplus=surplus))]
    rule = surplus_rule(order.surplus_rule).name
    return [(words.planned_dose, words.with_surplus_by.format(dose=dose, surplus=surplus, rule=rule))]


def not_these(dose_mg: Fraction, notation: Notation = ENGLISH_NOTATION) -> tuple[str, str]:
    """Two doses that a slip makes of a dose: the same digits in the other unit, and ten times as much.

    The other unit is the larger one for nanograms and micrograms; a dose of 1 mg or more is slipped to micrograms.
    Ten times as much keeps its unit while it stays below 1,000 of it.
    """
    if dose_mg >= 1:
        return notation.micrograms(dose_mg / 1000), notation.milligrams(dose_mg * 10)
    ten = dose_mg * 10
    if dose_mg >= MICROGRAM:
        return notation.milligrams(dose_mg * 1000), notation.micrograms(ten) if ten < 1 else notation.milligrams(ten)
    return notation.micrograms(dose_mg * 1000), notation.nanograms(ten) if ten < MICROGRAM else notation.micrograms(ten)
