"""The amounts of a solution plan: what one sequence of ware lets be weighed, in whole units of the balance.

It knows no order and no limit of the house: both are told in its problem.
"""

from __future__ import annotations

from fractions import Fraction

from compound.exact.quantity import Direction, round_to
from compound.exact.value import Value

WHOLE = Fraction(1)


class Measure(Value):
    """A volume that a piece of ware measures, and its largest error, in mL; by mass, grams and none."""

    piece: str
    volume: Fraction
    error: Fraction


class SolutionProblem(Value):
    """An order as the search sees it. Masses are in whole units of the readability; volumes in mL, by mass in g.

    `drug_per_blend` is the ratio of drug on the shelf to blend that gives the labelled dose.
    """

    unit_mg: Fraction
    drug_per_blend: Fraction
    sensitivity: Fraction
    least: int
    capacity: int | None
    blend_low: int
    blend_high: int
    dose_error: Fraction
    plan_error: Fraction  # what a plan with a reserve needs of it
    rounding: Fraction
    most_share: Fraction
    most_drug: int
    usual_drug: Fraction  # dissolving more, or using more solvent, is a point for each doubling
    usual_solvent: Fraction  # in mL
    most_mg_per_ml: Fraction  # not reached: the concentration stays below it
    deposit_ml_per_g: Fraction
    most_drying_loss: Fraction  # of the dried vessel, as a share
    doubling_from: Fraction  # the carrier is one in so many of the blend at least, or it would be mixed by doubling
    by_mass: bool
    g_per_ml: Fraction
    flasks: tuple[tuple[Measure, ...], ...]  # piece by piece
    pipettes: tuple[tuple[Measure, ...], ...]
    additions: tuple[Fraction, ...] = ()  # the other excipients: what of the blend is weighed, rounded to a unit
    other_work: int = 4  # weighings and transfers of every plan: the drug, the diluents, the dried vessel, the excipients

    @property
    def half_steps(self) -> Fraction:
        """How far rounding moves the additions together, in units, at most."""
        return Fraction(len(self.additions), 2)

    @property
    def diluted(self) -> Fraction:
        """The part of the blend that is not added."""
        return 1 - sum(self.additions, Fraction(0))

    @property
    def error_of_blend(self) -> Fraction:
        """How far the blend is off in units at most: the dried powder, the additions and the diluent after it."""
        return (2 + len(self.additions)) * self.sensitivity

    def added(self, blend: int) -> int:
        """What is added to a blend, in units."""
        return sum(int(round_to(share * blend, 1, Direction.NEAREST)) for share in self.additions)


class Dilution(Value):
    """What a solution is made up to, and the aliquot that goes on from it."""

    total: Measure
    aliquot: Measure

    @property
    def ratio(self) -> Fraction:
        """The share of the drug that goes on, as 1 in so many: total by aliquot."""
        return self.total.volume / self.aliquot.volume


def errors_of(problem: SolutionProblem, dilution: Dilution) -> tuple[Fraction, Fraction]:
    """By what factor the errors of a dilution raise and lower the dose at most."""
    total, aliquot = dilution.total, dilution.aliquot
    error = problem.sensitivity * problem.unit_mg / 1000 if problem.by_mass else aliquot.error
    return (
        (aliquot.volume + error) / aliquot.volume * total.volume / (total.volume - total.error),
        (aliquot.volume - error) / aliquot.volume * total.volume / (total.volume + total.error),
    )


def shows(problem: SolutionProblem, grams: Fraction) -> bool:
    """Whether that many grams are a multiple of the readability."""
    return (grams * 1000 / problem.unit_mg).denominator == 1


def weighs(problem: SolutionProblem, grams: Fraction) -> bool:
    """Whether that many grams can be weighed at once."""
    units = grams * 1000 / problem.unit_mg
    return units.denominator == 1 and problem.least <= units and (problem.capacity is None or units <= problem.capacity)


def goes_into(problem: SolutionProblem, aliquot: Measure, total: Measure) -> bool:
    """Whether an aliquot leaves room to make up: by mass, for an amount of solvent that can be weighed."""
    if not problem.by_mass:
        return aliquot.volume < total.volume
    return weighs(problem, total.volume - aliquot.volume)


def deposit_fits(problem: SolutionProblem, aliquot: Measure) -> bool:
    """Whether some blend has room for the diluent that takes an aliquot up, and an aliquot holds the drug of that blend.

    No solution holds more in a millilitre than the first, whose concentration has a limit.
    """
    low, high = deposit_limits(problem, aliquot.volume)
    return low <= high and low < soluble(problem, aliquot.volume)


def deposit_limits(problem: SolutionProblem, aliquot: Fraction) -> tuple[Fraction, Fraction]:
    """The least and the most drug that a last aliquot may bring into a blend, in units; none where the first is larger.

    The blend bounds it, and the diluent: that takes the aliquot up, and leaves with the drug a rest to weigh.
    """
    floor, ceiling = _blend_limits(problem, aliquot, Fraction(0))
    if floor > ceiling:
        return WHOLE, Fraction(0)
    low, high = drug_of_blend(problem, floor, ceiling)
    # With drug x the blend is at most x / (drug per blend · (1 − rounding)), and its diluted part at least x and these:
    others = _least_carrier(problem, aliquot) + problem.least + problem.half_steps - Fraction(1, 2)
    gain = problem.diluted / (problem.drug_per_blend * (1 - problem.rounding)) - 1
    if others > 0:
        low = max(low, others / gain) if gain > 0 else high + 1
    return low, high


def drug_of_blend(problem: SolutionProblem, least: int, most: int) -> tuple[Fraction, Fraction]:
    """The least and the most drug in a blend between two masses, in units: the drug weighed over how far it is diluted."""
    ratio = problem.drug_per_blend
    return (least * ratio * (1 - problem.rounding), most * ratio * (1 + problem.rounding))


def soluble(problem: SolutionProblem, total: Fraction) -> Fraction:
    """The drug that a solution just does not hold any more, in units: half the solubility, or as the limit says."""
    if not problem.by_mass:
        return problem.most_mg_per_ml * total / problem.unit_mg
    # a mg in (1,000 t − a) mg of solvent, which fill (1,000 t − a) / 1,000 density mL: a = c·(1,000 t − a)/(1,000 density).
    strength = problem.most_mg_per_ml / (1000 * problem.g_per_ml)
    return strength * 1000 * total / (1 + strength) / problem.unit_mg


def best_amounts(
    problem: SolutionProblem, sequence: tuple[Dilution, ...], least_drug: int, most_drug: int, *, any_will_do: bool = False
) -> tuple[Fraction, int, int] | None:
    """The least worst case of a sequence with its drug and blend in units, or None where no amounts are admissible.

    With `any_will_do` those of any admissible amounts.

    With g = blend per drug on the label, P the product of all errors of volume and S the sensitivity, a plan of drug a
    and blend F is high by g·(a + S)·P⁺ / (F − nS) − 1 and low by 1 − g·(a − S)·P⁻ / (F + nS) at most: the blend is the
    dried powder, the other excipients and the diluent after it, n weighings that are each off by S. The first falls
    with F, the second rises.
    """
    ratio, plus, minus = WHOLE, WHOLE, WHOLE
    for one in sequence:
        up, down = errors_of(problem, one)
        ratio, plus, minus = ratio * one.ratio, plus * up, minus * down
    per_drug = 1 / (ratio * problem.drug_per_blend)
    sensitivity, off, worst = problem.sensitivity, problem.error_of_blend, problem.dose_error
    least, most = _drug_limits(problem, sequence[0].total.volume)
    low, high = deposit_limits(problem, sequence[-1].aliquot.volume)
    # So that the bounds of the worst case leave a blend that the capsules take.
    low = max(low, (problem.sensitivity + (problem.blend_low + off) * (1 - worst) / (per_drug * minus)) / ratio)
    high = min(high, ((problem.blend_high - off) * (1 + worst) / (per_drug * plus) - problem.sensitivity) / ratio)
    drug, last = min(floor_of(high * ratio), most, most_drug), max(ceil_of(low * ratio), least, least_drug)
    best: tuple[Fraction, int, int] | None = None
    while drug >= last:
        # No F at all gives less than `worst`, once the drug is below this; then less drug does not either.
        too_high = per_drug * (drug + sensitivity) * plus / (1 + worst) + off
        too_low = per_drug * (drug - sensitivity) * minus / (1 - worst) - off
        if too_high > too_low:
            break
        ideal = per_drug * drug
        floor, ceiling = _blend_limits(problem, sequence[-1].aliquot.volume, drug / ratio)
        floor = max(floor, ceil_of(too_high), ceil_of(ideal / (1 + problem.rounding)))
        ceiling = min(ceiling, floor_of(too_low), floor_of(ideal / (1 - problem.rounding)))
        if floor <= ceiling and floor > off:
            above, below = per_drug * (drug + sensitivity) * plus, per_drug * (drug - sensitivity) * minus
            error, blend = _best_blend(above, below, off, floor, ceiling)
            if best is None or (error, drug, blend) < best:
                best, worst = (error, drug, blend), error
                if any_will_do:
                    break
        drug -= 1
    return best


def _best_blend(above: Fraction, below: Fraction, off: Fraction, floor: int, ceiling: int) -> tuple[Fraction, int]:
    """The blend between two bounds with the smallest worst deviation, and that deviation; the smaller blend of equals."""

    def high(blend: int) -> Fraction:
        return above / (blend - off) - 1

    def low(blend: int) -> Fraction:
        return 1 - below / (blend + off)

    first, last = floor, ceiling
    while first < last:  # the least blend at which low is not below high
        middle = (first + last) // 2
        if high(middle) <= low(middle):
            last = middle
        else:
            first = middle + 1
    candidates = [blend for blend in (first - 1, first) if floor <= blend <= ceiling]
    return min((max(high(blend), low(blend)), blend) for blend in candidates)


def _drug_limits(problem: SolutionProblem, total: Fraction) -> tuple[int, int]:
    """The least and the most drug to weigh into the first solution, in units."""
    too_much = soluble(problem, total)
    most = min(ceil_of(too_much) - 1, problem.most_drug)  # the concentration stays below its limit
    least = problem.least
    if problem.capacity is not None:
        most = min(most, problem.capacity)
    if problem.by_mass:
        whole = floor_of(total * 1000 / problem.unit_mg)
        most = min(most, whole - problem.least)
        least = least if problem.capacity is None else max(least, whole - problem.capacity)
    return least, most


def _blend_limits(problem: SolutionProblem, aliquot: Fraction, deposited: Fraction) -> tuple[int, int]:
    """The least and the most blend, in units: what the capsules need, and a carrier that takes up the last aliquot.

    However the additions are rounded, the diluents keep their limits.
    """
    solids = round(deposited)
    floor = _least_carrier(problem, aliquot) + solids + problem.least
    floor = max(problem.blend_low, ceil_of((floor + problem.half_steps) / problem.diluted))
    if problem.capacity is None:
        return floor, problem.blend_high
    if _least_carrier(problem, aliquot) + solids > problem.capacity:
        return floor, floor - 1
    return floor, min(problem.blend_high, floor_of((2 * problem.capacity - problem.half_steps) / problem.diluted))


def _least_carrier(problem: SolutionProblem, aliquot: Fraction) -> int:
    """The least diluent that the last aliquot may be put on, in units."""
    volume = aliquot / problem.g_per_ml if problem.by_mass else aliquot
    return max(problem.least, ceil_of(volume / problem.deposit_ml_per_g * 1000 / problem.unit_mg))


def carrier(problem: SolutionProblem, dilutions: tuple[Dilution, ...], drug: int, blend: int) -> tuple[int, int]:
    """The diluent that the last aliquot is put on, and what the dried vessel is expected to read, in units.

    The least that takes up the aliquot and is a tenth of the blend at least; of one or two digits where such an amount
    leaves enough to weigh after it.
    """
    ratio = WHOLE
    for dilution in dilutions:
        ratio *= dilution.ratio
    solids = round(drug / ratio)
    diluted = blend - problem.added(blend)
    most = diluted - solids - problem.least
    least = _least_carrier(problem, dilutions[-1].aliquot.volume)
    if problem.capacity is not None:
        most = min(most, problem.capacity - solids)
        least = max(least, diluted - solids - problem.capacity)
        # Room on the balance for the diluent that makes up what the carrier loses in drying, where there is some.
        least = max(least, min(most, ceil_of((diluted - solids - problem.capacity) / (1 - problem.most_drying_loss))))
    tenth = ceil_of(blend / problem.doubling_from)
    least = max(least, min(tenth, most))
    mg = round_to(least * problem.unit_mg, 1, Direction.UP)
    step = Fraction(10) ** max(0, len(str(mg)) - 2)
    rounded = round_to(least * problem.unit_mg, step, Direction.UP) / problem.unit_mg
    amount = int(rounded) if rounded.denominator == 1 and rounded <= most else least
    return amount, amount + solids


def floor_of(value: Fraction) -> int:
    """The largest whole number that is not above a value."""
    return value.numerator // value.denominator


def ceil_of(value: Fraction) -> int:
    """The least whole number that is not below a value."""
    return -(-value.numerator // value.denominator)
