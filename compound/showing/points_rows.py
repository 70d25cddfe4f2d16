"""The points of a powder plan, counted from its steps: what the ranking asks after the number of triturations and the reserve.

A digit to weigh is worth a doubling of the powder (`compound guide ranking`). They are counted anew from the steps here:
the search is not asked what it counted.
"""

from __future__ import annotations

from fractions import Fraction

from compound.exact.quantity import canonical
from compound.exact.value import Value
from compound.judging.audit import Audit
from compound.plan.plan import BATCH
from compound.wording.language import ENGLISH, Language
from compound.wording.notation import phrase
from compound.wording.words import PlanWords

DOUBLING, TENTH = Fraction(2), Fraction(11, 10)  # what one more point stands for: in `simple`; in `powder` and `drug`


class Points(Value):
    """The points of a plan: digits to weigh, steps of powder beyond the blend, and of drug beyond the least weighable.

    `powder_mg` is all powder of the triturations and the blend, `blend_mg` the blend, `drug_mg` the drug weighed,
    `powder_ratio` what each step of powder multiplies by.
    """

    digits: int
    powder_steps: int
    drug_steps: int
    powder_mg: Fraction
    blend_mg: Fraction
    drug_mg: Fraction
    powder_ratio: Fraction

    @property
    def total(self) -> int:
        """All together."""
        return self.digits + self.powder_steps + self.drug_steps


def weighed_digits(mg: Fraction) -> int:
    """The digits of an amount in mg, zeros at both ends left out: 0.5 has one, 20 one, 1,980 three."""
    return len(canonical(mg).replace(".", "").strip("0"))


def steps_up(value: Fraction, start: Fraction, ratio: Fraction) -> int:
    """The least whole n, 0 or more, with `value` at most `start` times the `ratio` to the power n. Exact."""
    count = 0
    while value > start:
        start, count = start * ratio, count + 1
    return count


def points_of(audit: Audit) -> Points | None:
    """The points of an audited powder plan by the preference of its order.

    None for a solution, and for a plan whose blend or least weighable quantity is not known.
    """
    plan, run, order = audit.plan, audit.run, audit.plan.order
    totals = {one.vessel: one.total_mg for one in audit.mixtures if one.vessel not in run.without_drug}
    taken = {vessel: run.concentrate_of(vessel) for vessel in totals}
    blend, least = totals.pop(BATCH, None), order.least_weighable
    if plan.is_liquid or not blend or not least or any(not amount for amount in taken.values()):
        return None
    drug, *aliquots = (amount for amount in taken.values() if amount is not None)
    whole_tablets = order.lot.tablet is not None and (drug / Fraction(order.lot.tablet.mass.mg)).denominator == 1
    counted = [*([] if whole_tablets else [drug]), *aliquots, *totals.values()]
    powder = blend + sum(totals.values())
    ratio = TENTH if order.prefer == "powder" else DOUBLING
    return Points(
        sum(map(weighed_digits, counted)), steps_up(powder, blend, ratio),
        steps_up(drug, least, TENTH) if order.prefer == "drug" else 0, powder, blend, drug, ratio,
    )  # fmt: skip


def points_text(points: Points, language: Language = ENGLISH) -> str:
    """How the points of a plan come about, in one clause."""
    words, notation = language.table(PlanWords), language.notation
    said = [phrase(words.points_digits, {"count": points.digits})]
    times = words.points_doubled if points.powder_ratio == DOUBLING else words.points_tenth_more
    said.append(times.format(
        count=points.powder_steps, powder=notation.mass(points.powder_mg), blend=notation.mass(points.blend_mg)
    ))  # fmt: skip
    if points.drug_steps:
        said.append(words.points_drug.format(count=points.drug_steps, drug=notation.mass(points.drug_mg)))
    return words.points.format(total=points.total, parts=words.between_amounts.join(said))
