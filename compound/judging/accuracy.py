"""The dose against what is aimed at (the label, and a drug surplus on top): by the steps, and in the worst case.

It knows the replay, and nothing of how a plan was found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal
from fractions import Fraction

from compound.exact.errors import InputError
from compound.exact.value import Value
from compound.findings.finding import Clause
from compound.judging.replay import ZERO, Replay, replay
from compound.order.order import Order
from compound.plan.plan import BULK, Fill, MakeUp, Plan, Transfer, Weigh


class Accuracy(Value):
    """The dose of a capsule against `target_mg`, the planned dose: the label and the drug surplus on top of it.

    Deviations are in percent of the target; the low one is negative.

    The worst case is that of the weighings; `capsule_…` has the error of filling one capsule on top of it, ± S on the
    fill weight, and `total_…` that of the source: how far the strength of a stock, the content of a tablet or the assay
    may be off. The limit of the dose error is for the worst case alone.
    """

    target_mg: Fraction
    dose_mg: Fraction
    deviation_percent: Fraction
    worst_low_percent: Fraction | None
    worst_high_percent: Fraction | None
    root_sum_square_percent: Decimal
    capsule_low_percent: Fraction | None
    capsule_high_percent: Fraction | None
    total_low_percent: Fraction | None
    total_high_percent: Fraction | None

    @property
    def worst_percent(self) -> Fraction | None:
        """The larger of the two deviations, without its sign."""
        if self.worst_low_percent is None or self.worst_high_percent is None:
            return None
        return max(-self.worst_low_percent, self.worst_high_percent)


class Measured(Value):
    """A step whose amount is measured: planned amount, and the largest error of measuring it, in mg or mL.

    `on_bulk` says that it is weighed on the second balance, which shares no bias with the first.
    """

    number: int
    amount: Fraction
    error: Fraction
    concentrate: bool
    by_volume: bool = False
    on_bulk: bool = False


def accuracy_of(plan: Plan, run: Replay, parts: Sequence[Measured]) -> Accuracy | None:
    """The accuracy of a replayed plan, or None where it gives no dose."""
    if run.dose_mg is None:
        return None
    target = plan.order.planned_dose
    bounds = worst_case(run, parts)
    fill = run.last_fill()
    by_volume = fill is not None and fill.all  # nothing is weighed there, and what a machine does is not known
    capsule = None if bounds is None or by_volume else one_capsule(run, bounds, Fraction(plan.balance.sensitivity.mg))
    worst_low, worst_high = _off(bounds, target)
    capsule_low, capsule_high = _off(capsule, target)
    source = plan.order.lot.source_error
    total_low, total_high = _off(None if bounds is None else (bounds[0] * (1 - source), bounds[1] * (1 + source)), target)
    return Accuracy(
        target, run.dose_mg, off_percent(run.dose_mg, target), worst_low, worst_high, 100 * root_sum_square(parts),
        capsule_low, capsule_high, total_low, total_high,
    )  # fmt: skip


def _off(bounds: tuple[Fraction, Fraction] | None, target_mg: Fraction) -> tuple[Fraction | None, Fraction | None]:
    """How far the least and the greatest dose are off the target, in percent of it; None where they are not known."""
    if bounds is None:
        return None, None
    return off_percent(bounds[0], target_mg), off_percent(bounds[1], target_mg)


def filling_error(run: Replay, sensitivity_mg: Fraction) -> tuple[Fill, Fraction] | None:
    """The fill of the dose with the largest relative error of weighing one capsule, a share of the fill weight.

    None where no capsules are filled, and where the fill is no weighing of its own, or one that counts among those
    measured (a single aliquot that is the dose).
    """
    fill = run.last_fill()
    if fill is None or fill.amount_mg is None or fill.number in run.emptying or run.is_weighed_dose(fill):
        return None
    return fill, sensitivity_mg / Fraction(fill.amount_mg)


def one_capsule(run: Replay, bounds: tuple[Fraction, Fraction], sensitivity_mg: Fraction) -> tuple[Fraction, Fraction]:
    """The least and the greatest dose in mg of one capsule: the error of filling it on top of those of the batch."""
    filling = filling_error(run, sensitivity_mg)
    share = ZERO if filling is None else filling[1]
    return bounds[0] * max(ZERO, 1 - share), bounds[1] * (1 + share)


def farthest_dose(run: Replay, target_mg: Fraction) -> Fraction | None:
    """Of the doses of all fills the one that is farthest off its target, in mg; None where the steps give no dose."""
    if run.dose_mg is None:
        return None
    return max((run.dose_mg, *run.doses), key=lambda dose: abs(dose - target_mg))


def aim_clause(order: Order) -> tuple[Clause, ...]:
    """What a dose is held against, for the sentence of a finding: the label, or the planned dose with its label."""
    label, planned = Fraction(order.dose.mg), order.planned_dose
    return (Clause("label-says" if planned == label else "surplus-planned", {"target": planned, "label": label}),)


def bare_aim(order: Order) -> tuple[Clause, ...]:
    """What a dose is held against, by its name alone."""
    return (Clause("bare-label" if order.planned_dose == order.dose.mg else "bare-planned-dose"),)


def off_percent(dose_mg: Fraction, target_mg: Fraction) -> Fraction:
    """How far a dose is off its target, in percent of the target."""
    return 100 * (dose_mg / target_mg - 1)


def measured(run: Replay, sensitivity_mg: Fraction, bulk_mg: Fraction | None = None) -> tuple[Measured, ...]:
    """The steps that are measured, with their largest errors: S for a weighing, the tolerance for a volume.

    `bulk_mg` is the S of the second balance in mg. Raises InputError for a step on it where there is none: no error of
    another balance stands in for it.

    Filling is among them only where it weighs a part of a single aliquot as the dose. That of a batch moves no mean;
    what it does to one capsule stands beside the worst case (`one_capsule`).
    """
    found = []
    for step in run.steps:
        match step:
            case Weigh():
                planned, error = Fraction(step.amount_mg), sensitivity_mg if step.balance is None else _of_bulk(step, bulk_mg)
            case Fill(amount_mg=Decimal() as each) if run.is_weighed_dose(step):
                planned, error = Fraction(each), sensitivity_mg
            case Transfer(amount_mg=Decimal() as mg):
                planned, error = Fraction(mg), sensitivity_mg
            case Transfer(amount_ml=Decimal() as ml):
                planned, error = Fraction(ml), Fraction(step.tolerance_ml or 0)
            case MakeUp():
                planned, error = Fraction(step.volume_ml), Fraction(step.tolerance_ml or 0)
            case _:
                continue
        concentrate = isinstance(step, MakeUp | Fill) or run.brings_drug(step)
        by_volume = isinstance(step, MakeUp) or (isinstance(step, Transfer) and step.amount_mg is None)
        on_bulk = isinstance(step, Weigh) and step.balance == BULK
        found.append(Measured(step.number, planned, error, concentrate, by_volume, on_bulk))
    return tuple(found)


def _of_bulk(step: Weigh, bulk_mg: Fraction | None) -> Fraction:
    if bulk_mg is None:
        raise InputError(f"steps[{step.number - 1}].balance", "is the second one, of which the order states nothing")
    return bulk_mg


def worst_case(run: Replay, parts: Sequence[Measured]) -> tuple[Fraction, Fraction] | None:
    """The least and the greatest dose in mg that the errors of measuring can give, all at their worst together.

    Each measured amount stands at that end of its error which lowers, or raises, the dose: drug and aliquots of what
    holds drug against all else in their vessels, each volume by its tolerance. None where a dose cannot be told, there
    or at the ends.
    """
    if run.dose_mg is None:
        return None
    # No error makes an amount negative: at the least nothing is there.
    ends = {part.number: (max(ZERO, part.amount - part.error), part.amount + part.error) for part in parts}
    raises = {step.number for step in run.steps if isinstance(step, Fill) or run.brings_drug(step)}
    highs = {number: end[number in raises] for number, end in ends.items()}
    lows = {number: end[number not in raises] for number, end in ends.items()}

    def dose(corner: Mapping[int, Fraction]) -> Fraction | None:
        return replay(
            run.steps, run.content_fraction, corner, contents=run.contents, at_bounds=True, emptying=run.emptying,
            kept=run.kept,
        ).dose_mg  # fmt: skip

    least, greatest = dose(lows), dose(highs)
    if least is None or greatest is None:
        return None
    vessels = [step.vessel for step in run.steps if not isinstance(step, Fill) and run.brings_drug(step)]
    if len(vessels) > len(set(vessels)):  # where drug comes in two ways, the weaker one may dilute the other
        least, greatest = _extreme(dose, ends, lows, -1, least), _extreme(dose, ends, highs, 1, greatest)
    return least, greatest


def _extreme(
    dose: Callable[[Mapping[int, Fraction]], Fraction | None],
    ends: Mapping[int, tuple[Fraction, Fraction]],
    corner: Mapping[int, Fraction],
    sign: int,
    best: Fraction,
) -> Fraction:
    """The least (sign -1) or greatest dose that is found from a corner by moving one amount at a time to its other end.

    The dose is a ratio of two linear functions of each amount, so its extremes lie at the ends. `best` is the dose at
    the corner.
    """
    at, moved = dict(corner), True
    while moved:
        moved = False
        for number, (low, high) in ends.items():
            other = {**at, number: high if at[number] == low else low}
            found = dose(other)
            if found is not None and sign * found > sign * best:
                best, at, moved = found, other, True
    return best


def root_sum_square(parts: Sequence[Measured]) -> Decimal:
    """The root of the sum of the squares of the relative errors of concentrates and volumes, to 12 digits."""
    total = sum(((part.error / part.amount) ** 2 for part in parts if part.concentrate and part.amount), ZERO)
    exact = Context(prec=60)
    root = exact.sqrt(exact.divide(Decimal(total.numerator), Decimal(total.denominator)))
    return Context(prec=12).plus(root)
