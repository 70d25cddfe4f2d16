"""What is searched for and what is admissible, in whole units of the balance: the rule of admission and the ranking.

Contract, section 4. One unit is the power of ten of a mg that the readability lies in. Exact throughout.
"""

from __future__ import annotations

from enum import Enum
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor, log, prod
from typing import Any

from compound.exact.quantity import Direction, round_to
from compound.exact.value import Value

MOST_TRITURATIONS = 4

Units = int | Fraction  # a mass in units; a fraction for tablets alone, which are taken whole and weigh what they weigh


class Prefer(Enum):
    """What the points of a plan count beside its digits and the doublings of its powder."""

    SIMPLE = "simple"
    DRUG = "drug"
    POWDER = "powder"

    @property
    def powder_base(self) -> Fraction:
        """How many times as much powder is worth a digit."""
        return TENTH_MORE if self is Prefer.POWDER else Fraction(2)


TENTH_MORE = Fraction(11, 10)


class Scale(Value):
    """A balance that diluents are weighed on, in units. `least` and `capacity` are multiples of its readability."""

    sensitivity: Fraction
    multiple: Fraction
    least: Fraction
    capacity: Fraction | None

    def portions(self, diluent: Fraction) -> tuple[Fraction, ...]:
        """A diluent in the fewest equal portions that are within the capacity; the last one takes what is left."""
        if self.capacity is None or diluent <= self.capacity:
            return (diluent,)
        count = ceil(diluent / self.capacity)
        each = round_to(diluent / count, self.multiple, Direction.UP)
        return (*(each,) * (count - 1), diluent - (count - 1) * each)

    def carries(self, portions: tuple[Fraction, ...]) -> bool:
        """Whether each of them can be weighed."""
        return min(portions) >= self.least and (self.capacity is None or max(portions) <= self.capacity)


class Problem(Value):
    """An order as the search sees it. Amounts are whole units, shares are exact.

    `dilution` is content fraction × fill weight / planned dose: how many parts of blend one part of powder must become.
    `multiple` is the readability (1, 2 or 5 units), `least` the `least_weighable` quantity rounded up to it, `capacity`
    rounded down to it. `blend_low` and `blend_high` bound the blend, both included; a blend that is `unweighed` is topped
    up by volume, and no error of it moves the dose. `additions` are what is weighed into the batch beside concentrate and
    diluent, each as a share of the blend, rounded to the multiple. `bulk` is the second balance, `tablet` the mass of one
    where the drug comes in tablets. `plan_error` is the part of the dose error that a plan should need.
    """

    dilution: Fraction
    sensitivity: Fraction
    multiple: int
    least: int
    least_weighable: Fraction
    capacity: int | None
    most_dilution: Fraction
    blend_low: int
    blend_high: int
    dose_error: Fraction
    rounding: Fraction
    most_share: Fraction  # of a mixture that an aliquot may take
    plan_error: Fraction
    least_mixture: int = 0
    additions: tuple[Fraction, ...] = ()
    bulk: Scale | None = None
    tablet: Fraction | None = None
    unweighed: bool = False

    def __post_init__(self) -> None:
        if not (0 < self.plan_error <= self.dose_error < 1 and 0 <= self.rounding < 1 and 0 < self.most_share < 1):
            raise ValueError("the errors, the rounding and the share are between 0 and 1")
        if self.dilution <= 0 or self.sensitivity <= 0 or self.least <= 0 or self.most_dilution <= 1:
            raise ValueError("dilution, sensitivity and least amount are above 0, the largest dilution above 1")
        if self.multiple not in (1, 2, 5):
            raise ValueError("the readability is 1, 2 or 5 units")
        if sum(self.additions) >= 1:
            raise ValueError("the additions leave nothing for concentrate and diluent")

    @property
    def first(self) -> Scale:
        """The first balance, as one that diluents are weighed on."""
        capacity = None if self.capacity is None else Fraction(self.capacity)
        return Scale(self.sensitivity, Fraction(self.multiple), Fraction(self.least), capacity)

    @property
    def least_diluent(self) -> Fraction:
        """The least that either balance weighs of a diluent."""
        return Fraction(self.least) if self.bulk is None else min(Fraction(self.least), self.bulk.least)

    def scale_for(self, diluent: Fraction) -> Scale:
        """The balance that a diluent is weighed on: the second where it can show it and the error allows."""
        bulk = self.bulk
        if bulk is not None and diluent >= bulk.least and (diluent / bulk.multiple).denominator == 1:
            return bulk
        return self.first

    def diluent_error(self, diluent: Units) -> Fraction | None:
        """How far a diluent is off at most through all its weighings; None where it cannot be weighed.

        That of whole tablets may be no multiple of the readability.
        """
        amount = Fraction(diluent)
        if amount <= 0 or (amount / self.multiple).denominator != 1:
            return None
        scale = self.scale_for(amount)
        portions = scale.portions(amount)
        return len(portions) * scale.sensitivity if scale.carries(portions) else None

    def rest_of_batch(self, concentrate: Units, blend: int) -> Fraction:
        """The diluent of a batch: what concentrate and additions leave."""
        added = sum((round_to(share * blend, self.multiple, Direction.NEAREST) for share in self.additions), Fraction(0))
        return blend - concentrate - added

    def most_mixture(self, concentrate: Units) -> int:
        """The largest mixture that may be made of a concentrate."""
        return floor(self.most_dilution * concentrate)

    def stage_errors(self, concentrate: Units, mixture: int, *, last: bool) -> tuple[Fraction, Fraction] | None:
        """By what factor the weighings of a mixture raise and lower the dose at most; None where one cannot be made.

        The concentrate is off in one direction and all else in the other, so the mixture by what the two leave.
        """
        s = self.sensitivity
        if last and self.unweighed:
            if mixture < concentrate:
                return None
            return 1 + s / concentrate, 1 - s / concentrate
        diluent = self.rest_of_batch(concentrate, mixture) if last else mixture - concentrate
        error = self.diluent_error(diluent)
        if error is None:
            return None
        off = error - s + (len(self.additions) * s if last else 0)
        if mixture <= off:
            return None
        return (concentrate + s) / (mixture - off) * mixture / concentrate, (concentrate - s) / (mixture + off) * mixture / concentrate


class Chain(Value):
    """A plan in whole units: drug and aliquots `taken`, trituration `totals`, the `blend`; `rounding` is ρ.

    `whole` says whether the drug is whole tablets, `error` is the worst case as a share of the planned dose.
    """

    taken: tuple[Units, ...]
    totals: tuple[int, ...]
    blend: int
    rounding: Fraction
    whole: bool
    error: Fraction

    @property
    def triturations(self) -> int:
        """How many triturations the plan has."""
        return len(self.totals)

    @property
    def drug(self) -> Units:
        """The drug weighed, in units."""
        return self.taken[0]

    @property
    def digits(self) -> int:
        """The digits of all amounts that are weighed out to a figure; whole tablets and the blend have none."""
        return sum(map(digits_of, (*(self.taken[1:] if self.whole else self.taken), *self.totals)))

    @property
    def powder(self) -> int:
        """All powder that goes into mixtures, in units."""
        return sum(self.totals) + self.blend

    @property
    def amounts(self) -> tuple[Units, ...]:
        """a0, t1, a1, t2, …, F: the order in which the last criterion compares."""
        interleaved = [self.taken[0]]
        for total, aliquot in zip(self.totals, self.taken[1:], strict=True):
            interleaved += [total, aliquot]
        return (*interleaved, self.blend)

    def points(self, problem: Problem, prefer: Prefer) -> int:
        """Digits, and for each doubling of the powder one more; with `DRUG` the tenths more of drug count too."""
        found = self.digits + least_power(Fraction(self.powder, self.blend), prefer.powder_base)
        return found + drug_points(problem, self.drug) if prefer is Prefer.DRUG else found


def least_power(ratio: Fraction, base: Fraction) -> int:
    """The least whole n ≥ 0 with ratio ≤ base to the n."""
    if ratio <= 1:
        return 0
    count = max(0, int(log(ratio) / log(base)) - 1)  # a float may be off at the last step, so that it is taken exactly
    while base**count < ratio:
        count += 1
    return count


def drug_points(problem: Problem, drug: Units) -> int:
    """The points that `DRUG` counts for the drug weighed."""
    return least_power(Fraction(drug) / problem.least_weighable, TENTH_MORE)


@lru_cache(maxsize=100_000)
def digits_of(amount: Units) -> int:
    """The digits of an amount, zeros at both ends left out."""
    return len(str(amount).rstrip("0"))


# The criteria by name, in the order in which the ranking asks for them.
POWDER_CRITERIA = ("triturations", "reserve", "tablets", "points", "rounding", "powder", "drug", "amounts")


def rank(problem: Problem, prefer: Prefer, chain: Chain) -> tuple[Any, ...]:
    """What the ranking compares, in its order: of two chains the smaller ranks higher."""
    return (
        chain.triturations, chain.error > problem.plan_error, problem.tablet is not None and not chain.whole,
        chain.points(problem, prefer), abs(chain.rounding), chain.powder, chain.drug, chain.amounts,
    )  # fmt: skip


def first_difference(problem: Problem, prefer: Prefer, best: Chain, other: Chain) -> str:
    """The criterion on which `other` lost, one of POWDER_CRITERIA."""
    pairs = zip(POWDER_CRITERIA, rank(problem, prefer, best), rank(problem, prefer, other), strict=True)
    return next(name for name, one, two in pairs if one != two)


def chain_of(p: Problem, taken: tuple[Units, ...], totals: tuple[int, ...], blend: int, *, whole: bool = False) -> Chain | None:
    """The chain of these amounts, or None where it is not admissible. The digits are not looked at."""
    mixtures = (*totals, blend)
    ideal = p.dilution * prod(map(Fraction, taken)) / prod(totals)
    rounding = ideal / blend - 1
    if abs(rounding) > p.rounding or not p.blend_low <= blend <= p.blend_high:
        return None
    if any(total < p.least_mixture for total in totals):
        return None
    high = low = 1 + rounding
    for place, (concentrate, mixture) in enumerate(zip(taken, mixtures, strict=True)):
        source = mixtures[place - 1] if place else None
        if not _may_be_taken(p, concentrate, source, whole=whole and not place) or mixture > p.most_mixture(concentrate):
            return None
        errors = p.stage_errors(concentrate, mixture, last=place == len(totals))
        if mixture % p.multiple or errors is None:
            return None
        high, low = high * errors[0], low * errors[1]
    worst = max(high - 1, 1 - low)
    return Chain(taken, totals, blend, rounding, whole, worst) if worst <= p.dose_error else None


def _may_be_taken(p: Problem, amount: Units, source: int | None, *, whole: bool) -> bool:
    if amount < p.least or (p.capacity is not None and amount > p.capacity) or (not whole and amount % p.multiple):
        return False
    return source is None or amount <= p.most_share * source
