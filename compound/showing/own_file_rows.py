"""What an order takes from the pharmacy's own file, in a line: the mark beside the figures, on the screen and in the record."""

from __future__ import annotations

from compound.order.order import Order
from compound.order.taken import (
    BALANCE,
    BULK_BALANCE,
    BULK_DENSITY,
    MEAN_FILL,
    OF_A_BALANCE,
    OF_A_BULK_BALANCE,
    TRUE_DENSITY,
    TakenValue,
)
from compound.wording.language import Language
from compound.wording.pharmacy_words import PharmacyWords


def own_file_rows(order: Order, language: Language) -> list[tuple[str, str]]:
    """A row that names the file and what was taken of it; nothing where nothing was."""
    if not order.taken:
        return []
    words = language.table(PharmacyWords)
    of_balances = {*OF_A_BALANCE.values(), *OF_A_BULK_BALANCE.values()}
    named = [_named(one, words, language) for one in order.taken if one.key not in of_balances]
    return [(words.taken_from.format(file=order.taken[0].file), ", ".join(dict.fromkeys(named)))]


def _named(one: TakenValue, words: PharmacyWords, language: Language) -> str:
    if one.key in (BALANCE, BULK_BALANCE):
        checked = words.not_checked_ever if one.day is None else words.checked_on.format(day=language.notation.day(one.day))
        return words.taken[one.key].format(name=one.name, checked=checked)
    if one.key == MEAN_FILL and one.day is not None:
        return words.taken[one.key].format(day=language.notation.day(one.day))
    if one.key in (BULK_DENSITY, TRUE_DENSITY):
        return words.densities
    return next(words.settings[key] for key in (f"sheet.{one.key}", f"defaults.{one.key}", one.key) if key in words.settings)
