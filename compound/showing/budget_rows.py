"""The error budget as rows of text: what is measured, and beside it what the worst case of the weighings leaves out."""

from __future__ import annotations

from fractions import Fraction

from compound.exact.value import Value
from compound.judging.accuracy import Measured, filling_error
from compound.judging.audit import Audit
from compound.plan.plan import DRUG, Weigh
from compound.showing.plan_rows import StepRow, step_rows
from compound.wording.language import ENGLISH, Language


class BudgetRow(Value):
    """A weighing of the error budget: its amount, the largest error, and that as a percentage."""

    number: int
    text: str
    amount: str
    error: str
    percent: str
    share: Fraction


def budget_rows(audit: Audit, language: Language = ENGLISH) -> list[BudgetRow]:
    """The weighings that carry drug, each with the error of the balance as a part of it; last the filling of one capsule."""
    texts = {row.number: row for row in step_rows(audit, language)}
    found = [_budget_row(part, texts[part.number], language) for part in audit.measured if part.concentrate]
    return [*found, *beside_rows(audit, language)]


def beside_rows(audit: Audit, language: Language = ENGLISH) -> list[BudgetRow]:
    """The errors that are not in the worst case of the weighings: that of the source, and that of filling one capsule."""
    return [row for row in (_source_row(audit, language), filling_row(audit, language)) if row is not None]


def _source_row(audit: Audit, language: Language) -> BudgetRow | None:
    """How far the strength of a stock, the content of a tablet or an assay may be off; None where that is not known."""
    order, notation = audit.plan.order, language.notation
    lot, weighed = order.lot, next((step for step in audit.plan.steps if isinstance(step, Weigh) and step.role == DRUG), None)
    if not lot.source_error or weighed is None:
        return None
    text = language.words.source_error.format(source=language.material(weighed.material))
    stated = notation.percent(100 * lot.share) if lot.assay is not None else notation.strength(1000 * lot.share)
    percent = notation.percent(100 * lot.source_error)
    return BudgetRow(weighed.number, text, stated, percent, percent, 100 * lot.source_error)


def filling_row(audit: Audit, language: Language = ENGLISH) -> BudgetRow | None:
    """What the error of the balance is of the weight that one capsule is filled with; None where that is not weighed."""
    sensitivity, notation = Fraction(audit.plan.balance.sensitivity.mg), language.notation
    filling = filling_error(audit.run, sensitivity)
    if filling is None:
        return None
    fill, share = filling
    mass, error = notation.mass(fill.amount_mg or 0), notation.mass(sensitivity)
    return BudgetRow(fill.number, language.words.filling_one, mass, error, notation.percent(100 * share), 100 * share)


def _budget_row(part: Measured, row: StepRow, language: Language = ENGLISH) -> BudgetRow:
    notation = language.notation
    share = 100 * part.error / part.amount
    error = notation.volume(part.error) if part.by_volume else notation.mass(part.error)
    amount = notation.milligrams(part.amount) if row.is_weighing else row.amount
    return BudgetRow(part.number, row.text, amount, error, notation.percent(share), share)
