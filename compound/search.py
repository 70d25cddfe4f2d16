"""The search for the best powder plan, in whole units of the balance.

A plan of k triturations is a chain of weighed amounts: drug a0, then for each trituration its total t and the aliquot a
taken from it, the last aliquot into the blend of total F. One unit is the power of ten of a mg that the readability
lies in; every amount is a whole number of units. The rule of admission and the three rankings stand in the README.

How the search stays exhaustive and quick. The dose depends on the dilutions t1/a0 … tk/ak-1 and on the last aliquot
alone, and few values of these exist among amounts of few digits. So for each number of triturations and each sum of
digits, from the least upward, the products of k dilutions that bring the blend into its range are listed, each with the
blends that come nearest to the dose. They are taken in the order of their rounding error; for the nearest, the chains
behind the products are walked from the least drug upward. The first that has a chain holds the best plan. The least
powder is found by branch and bound over the dilutions themselves.

Every weighing of an amount a adds log(1 + S/a) to the error of the dose; this is called its error here. A capacity
bounds the amounts from above, and so the errors from below: the more so, the more is to be diluted. Without a capacity
the weighings before the last aliquot can be made as heavy as one likes, and only the last aliquot has an error that
counts; it must leave room for the others, so that it stays below the limit and does not only reach it.

Floats bound what a half-built chain can still become, with a margin on the safe side, so that whole branches need not
be walked. Nothing is admitted or ranked by one: both are done in whole numbers.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from heapq import heapify, heappop, heappush
from math import atanh, ceil, exp, expm1, floor, gcd, inf, log, log1p, log10
from typing import NamedTuple

MOST_TRITURATIONS = 4
MARGIN = 1e-10  # of a logarithm; the floats here are right to some 10^-14
ALMOST_ONE = 1 - 1e-15
RUNGS = 24  # of the ladder on which the last aliquot is bounded
STEPS = 16  # in a factor of e, at which what is left for the errors of a product is kept

Pair = tuple[int, int]  # a dilution, or a product of dilutions, in lowest terms: total, concentrate


class Prefer(Enum):
    """What the best plan has least of: weighings and digits, drug, or powder."""

    SIMPLE = "simple"
    DRUG = "drug"
    POWDER = "powder"


@dataclass(frozen=True, slots=True)
class Problem:
    """An order as the search sees it. Amounts are whole units, shares are exact.

    `dilution` is content fraction × fill weight / dose: how many parts of blend one part of powder must become.
    `multiple` is the readability (1, 2 or 5 units), `least` the least weighable quantity rounded up to it, `capacity`
    rounded down to it. `blend_low` and `blend_high` bound the blend, both included.
    """

    dilution: Fraction
    sensitivity: Fraction
    multiple: int
    least: int
    capacity: int | None
    most_dilution: Fraction
    blend_low: int
    blend_high: int
    dose_error: Fraction
    rounding: Fraction
    most_share: Fraction  # of a mixture that an aliquot may take

    def __post_init__(self) -> None:
        if not (0 < self.dose_error < 1 and 0 <= self.rounding < 1 and 0 < self.most_share < 1):
            raise ValueError("the dose error, the rounding and the share are between 0 and 1")
        if self.dilution <= 0 or self.sensitivity <= 0 or self.least <= 0 or self.most_dilution <= 1:
            raise ValueError("dilution, sensitivity and least amount are above 0, the largest dilution above 1")
        if self.multiple not in (1, 2, 5):
            raise ValueError("the readability is 1, 2 or 5 units")


@dataclass(frozen=True, slots=True)
class Chain:
    """A plan in whole units: drug and aliquots `taken`, trituration `totals`, the `blend`; `rounding` is ρ."""

    taken: tuple[int, ...]
    totals: tuple[int, ...]
    blend: int
    rounding: Fraction
    digits: int

    @property
    def triturations(self) -> int:
        """How many triturations the plan has."""
        return len(self.totals)

    @property
    def drug(self) -> int:
        """The drug weighed, in units."""
        return self.taken[0]

    @property
    def powder(self) -> int:
        """All powder that goes into mixtures, in units."""
        return sum(self.totals) + self.blend

    @property
    def amounts(self) -> tuple[int, ...]:
        """a0, t1, a1, t2, …, F: the order in which the last criterion compares."""
        interleaved = [self.taken[0]]
        for total, aliquot in zip(self.totals, self.taken[1:], strict=True):
            interleaved += [total, aliquot]
        return (*interleaved, self.blend)


# The criteria by name, and the order in which each ranking asks for them.
_CRITERIA: dict[str, Callable[[Chain], object]] = {
    "triturations": lambda chain: chain.triturations,
    "digits": lambda chain: chain.digits,
    "rounding": lambda chain: abs(chain.rounding),
    "drug": lambda chain: chain.drug,
    "powder": lambda chain: chain.powder,
    "amounts": lambda chain: chain.amounts,
}
_ORDER = {
    Prefer.SIMPLE: ("triturations", "digits", "rounding", "drug", "powder", "amounts"),
    Prefer.DRUG: ("triturations", "drug", "digits", "rounding", "powder", "amounts"),
    Prefer.POWDER: ("triturations", "powder", "digits", "rounding", "drug", "amounts"),
}


def first_difference(prefer: Prefer, best: Chain, other: Chain) -> str:
    """The criterion on which `other` lost: triturations, digits, rounding, drug, powder or amounts."""
    for name in _ORDER[prefer]:
        if _CRITERIA[name](best) != _CRITERIA[name](other):
            return name
    raise ValueError("the two plans are the same")


def search(problem: Problem, prefer: Prefer, count: int) -> list[Chain]:
    """The first `count` plans of a ranking, in its order; fewer when there are fewer.

    `SIMPLE` ranks all plans of up to four triturations. `DRUG` and `POWDER` rank the plans of one set: that of the
    fewest triturations, and then of at most two digits, that holds any plan at all. Amounts of three digits (with up
    to one trituration) are looked at only if there is no plan with two, and more triturations only if there is no plan
    with fewer.
    """
    if prefer is Prefer.SIMPLE:
        return _simplest(problem, count)
    ranking = _least_drug if prefer is Prefer.DRUG else _least_powder
    for triturations in range(MOST_TRITURATIONS + 1):
        for most_digits in (2, 3) if triturations <= 1 else (2,):
            stage = _Stage(problem, triturations, most_digits)
            if stage.has_plan():
                return ranking(stage, count)
    return []


def feasible(problem: Problem) -> bool:
    """Whether any plan of up to four triturations is admissible."""
    stages = [_Stage(problem, triturations, _most_digits(triturations)) for triturations in range(MOST_TRITURATIONS + 1)]
    stages = [stage for stage in stages if stage.is_promising()]
    # Few digits are tried first in every stage, for a stage without a plan is only known as such at its last level.
    levels = sorted((level - stage.levels[0], stage.k, level) for stage in stages for level in stage.levels)
    by_triturations = {stage.k: stage for stage in stages}
    return any(by_triturations[k].has_plan_of(level) for _, k, level in levels)


def least_blend(problem: Problem, low: int, high: int) -> int | None:
    """The smallest blend from `low` to `high` units that has an admissible plan, whatever the blend the order asks for.

    None if there is none.
    """

    def reaches(blend: int) -> bool:
        return feasible(replace(problem, blend_low=low, blend_high=blend))

    if low > high or not reaches(high):
        return None
    without, reached = low - 1, high
    while reached - without > 1:
        middle = (without + reached) // 2
        if reaches(middle):
            reached = middle
        else:
            without = middle
    return reached


# What is admissible, in whole numbers.


@lru_cache(maxsize=100_000)
def digits_of(amount: int) -> int:
    """The digits of an amount, zeros at both ends left out."""
    return len(str(amount).rstrip("0"))


def is_admissible(problem: Problem, chain: Chain) -> bool:
    """Whether a chain keeps every limit but that on digits. Exact."""
    return (
        _keeps_limits(problem, chain)
        and abs(chain.rounding) <= problem.rounding
        and _keeps_dose_error(problem, chain.taken, chain.rounding)
    )


def _keeps_limits(p: Problem, chain: Chain) -> bool:
    """Every limit but those on the dose."""
    mixtures = (*chain.totals, chain.blend)
    for concentrate, mixture in zip(chain.taken, mixtures, strict=True):
        diluent = mixture - concentrate
        if min(concentrate, diluent) < p.least or concentrate % p.multiple or diluent % p.multiple:
            return False
        if p.capacity is not None and max(concentrate, diluent) > p.capacity:
            return False
        if mixture > p.most_dilution * concentrate:
            return False
    if any(aliquot > p.most_share * total for total, aliquot in zip(chain.totals, chain.taken[1:], strict=True)):
        return False
    return p.blend_low <= chain.blend <= p.blend_high


def _keeps_dose_error(p: Problem, taken: Iterable[int], rounding: Fraction) -> bool:
    """The worst case of the weighings on both sides, decided in whole numbers."""
    part, whole = p.sensitivity.numerator, p.sensitivity.denominator
    high = low = rounding.numerator + rounding.denominator
    base = rounding.denominator
    for amount in taken:
        scaled = amount * whole
        high *= scaled + part
        low *= scaled - part
        base *= scaled
    error, unit = p.dose_error.numerator, p.dose_error.denominator
    return high * unit <= base * (unit + error) and low * unit >= base * (unit - error)


class Amounts:
    """The amounts of up to `most` digits that are multiples of `multiple`."""

    def __init__(self, most: int, multiple: int) -> None:
        self.most, self.multiple = most, multiple

    def between(self, low: float | Fraction, high: float | Fraction, most: int | None = None) -> list[int]:
        """The amounts from `low` to `high`, both included, ascending; those of up to `most` digits if given."""
        first, last = max(1, ceil(low)), floor(high)
        coarseness = 10 ** (self.most if most is None else min(self.most, most))
        found: list[int] = []
        decade = 10 ** (len(str(first)) - 1)
        while decade <= last:
            step = max(1, decade * 10 // coarseness)
            start = -(-max(first, decade) // step) * step
            found += range(start, min(last, decade * 10 - 1) + 1, step)
            decade *= 10
        if self.multiple > 1:
            found = [amount for amount in found if amount % self.multiple == 0]
        return found

    def of_digits(self, low: float | Fraction, high: float | Fraction, digits: int) -> list[int]:
        """The amounts from `low` to `high` that have just so many digits."""
        if not 1 <= digits <= self.most:
            return []
        return [amount for amount in self.between(low, high, digits) if digits_of(amount) == digits]

    def upward(self, low: int, high: int | None, most: int) -> Iterator[int]:
        """The amounts of up to `most` digits from `low` upward, without end unless `high` is given."""
        top = 10 * max(low, 10)
        while high is None or low <= high:
            bound = top if high is None else min(top, high)
            yield from self.between(low, bound, most)
            low, top = bound + 1, top * 10


# What a half-built chain can still become, in logarithms.


class _Errors:
    """The error that n weighings may add, by the rounding that goes with them."""

    def __init__(self, problem: Problem, weighings: int) -> None:
        self.n = weighings
        self.high, self.low = log1p(float(problem.dose_error)), log1p(-float(problem.dose_error))

    def limit(self, rounding: float) -> float:
        """The largest error with this rounding.

        On the low side the weighings must keep -Σ log(1 - S/a) within a limit; of a given Σ log(1 + S/a) that is
        least when all n are equal, so that no n weighings of a larger error than theirs can keep it.
        """
        return min(self._high_side(rounding), self._low_side(rounding))

    def largest(self, rounding: float) -> float:
        """The largest error with any rounding from -`rounding` to `rounding`.

        A dose below the label leaves more room on the high side and less on the low side.
        """
        below, above = -rounding, rounding
        if self._high_side(below) <= self._low_side(below):
            return self._high_side(below)
        for _ in range(40):
            middle = (below + above) / 2
            if self._high_side(middle) > self._low_side(middle):
                below = middle
            else:
                above = middle
        return min(self._high_side(below), self._low_side(above))

    def _high_side(self, rounding: float) -> float:
        return self.high - log1p(rounding) + MARGIN

    def _low_side(self, rounding: float) -> float:
        each = 2 - exp((self.low - log1p(rounding)) / self.n)
        return self.n * log(each) + MARGIN if each > 0 else -inf

    def doses(self, error: float) -> tuple[float, float]:
        """The least and the largest dose, as parts of the label, that weighings of this error leave room for."""
        each = 2 - exp((error - MARGIN) / self.n)
        return (exp(self.low - self.n * log(each)) if each > 0 else inf), exp(self.high - error + MARGIN)


class _Product(NamedTuple):
    """A product of dilutions: its logarithm and its exact value, and what it can be made of.

    `error` is the least error that its concentrates can have, `total` the largest total among its dilutions.
    """

    size: float
    top: int
    bottom: int
    error: float
    total: float


_NO_DILUTION = _Product(0.0, 1, 1, 0.0, 0.0)
_Table = dict[Pair, _Product]


class _Last(NamedTuple):
    """A last aliquot, and what it alone says of the blend and of the product of the dilutions before it."""

    amount: int
    error: float
    room: float  # what it leaves for the errors of the others
    size_low: float  # of the product
    size_high: float
    blend_low: int
    blend_high: int
    above: Fraction  # the blend is at least this share of the one that gives the dose exactly, or more if it is open
    above_open: bool
    below: Fraction
    below_open: bool

    def has_blend(self) -> bool:
        """Whether there are blends to choose from, the other weighings left out of account."""
        if self.above == self.below and (self.above_open or self.below_open):
            return False
        return self.blend_low <= self.blend_high and self.above <= self.below


@dataclass(slots=True)
class _Ending:
    """A product of dilutions and a last aliquot; the blend that gives the dose is ideal/unit; blends to choose from."""

    product: Pair
    aliquot: int
    ideal: int
    unit: int
    low: int
    high: int

    def size_of_rounding(self, blend: int) -> float:
        """|ρ|, correctly rounded, so that of two different floats the smaller belongs to the smaller |ρ|."""
        return abs(self.ideal - blend * self.unit) / (blend * self.unit)

    def rounding(self, blend: int) -> Fraction:
        return Fraction(self.ideal - blend * self.unit, blend * self.unit)

    def narrow(self, least_dose: float, largest_dose: float, multiple: int) -> None:
        """Leaves out the blends with which the dose would be less or more than these parts of the label."""
        if least_dose > largest_dose or largest_dose <= 0:
            self.high = self.low - 1
            return
        blend = self.ideal / self.unit
        self.low = max(self.low, _multiple_from(blend / largest_dose, multiple))
        if least_dose > 0:
            self.high = min(self.high, floor(blend / least_dose) // multiple * multiple)


def _keep(found: _Table, product: _Product) -> None:
    """Keeps a product with the least error and the largest total that it can have, be it not at the same time."""
    pair = product.top, product.bottom
    before = found.get(pair)
    if before is not None and (before.error < product.error or before.total > product.total):
        product = _Product(*product[:3], min(before.error, product.error), max(before.total, product.total))
    found[pair] = product


def _reduced(top: int, bottom: int) -> Pair:
    shared = gcd(top, bottom)
    return top // shared, bottom // shared


def _quotient(product: Pair, part: Pair) -> Pair:
    return _reduced(product[0] * part[1], product[1] * part[0])


def _without_trailing_zero(digits: int) -> list[int]:
    return [amount for amount in range(10 ** (digits - 1), 10**digits) if amount % 10]


def _multiple_from(amount: float | Fraction, multiple: int) -> int:
    return -(-ceil(amount) // multiple) * multiple


class _Stage:
    """The search among plans of k triturations with amounts of up to `most` digits, with just so much `drug` if given.

    A plan consists of k dilutions t/a and the ending F/ak. Its `free` dilutions are those whose concentrate is not
    fixed; that of the first is, if the drug is.
    """

    def __init__(self, problem: Problem, k: int, most: int, drug: int | None = None) -> None:
        self.p = p = problem
        self.k, self.most, self.drug = k, most, drug
        self.levels = range(2 * k + 1, most * (2 * k + 1) + 1)
        self.amounts = Amounts(most, p.multiple)
        self.sensitivity = float(p.sensitivity)
        self.errors = _Errors(p, k + 1)
        self.limit = self.errors.largest(float(p.rounding))
        self.both_sides = atanh(min(float(p.dose_error), ALMOST_ONE)) + MARGIN
        self._tables: dict[tuple[int, int], _Table] = {}
        self._lists: dict[tuple[int, int], list[_Product]] = {}
        self._rooms: dict[tuple[int, int], float] = {}
        self._lasts: dict[int, list[_Last]] = {}
        self._bound_dilutions()
        self._bound_concentrates()
        self._bound_last_aliquot()

    def error(self, amount: float) -> float:
        """The error of one weighing."""
        return log1p(self.sensitivity / amount)

    def most_aliquot(self, total: int) -> int:
        """The largest aliquot that may be taken of a trituration."""
        return total * self.p.most_share.numerator // self.p.most_share.denominator

    # Bounds that follow from the order alone.

    def _bound_dilutions(self) -> None:
        p = self.p
        self.most_dilution = p.most_dilution
        if p.capacity is not None:
            self.most_dilution = min(p.most_dilution, 1 + Fraction(p.capacity, p.least))
        self.log_most_dilution = log(self.most_dilution) + MARGIN
        self.fixed_dilution = self.fixed_error = 0.0
        self.free = self.k
        if self.drug is not None and self.k:
            self.free -= 1
            self.fixed_error = self.error(self.drug)
            self.fixed_dilution = log(self.most_total(self.drug) / self.drug) + MARGIN

    def most_total(self, concentrate: int) -> int:
        """The largest mixture that may be made of a concentrate."""
        total = concentrate * self.p.most_dilution.numerator // self.p.most_dilution.denominator
        return total if self.p.capacity is None else min(total, concentrate + self.p.capacity)

    def _bound_concentrates(self) -> None:
        """Each concentrate comes out of the mixture before it, so that the drug and the capacity bound them all."""
        p, growth = self.p, self.p.most_share * self.most_dilution
        heaviest: Fraction | None = None if p.capacity is None else Fraction(p.capacity)
        if self.drug is not None:
            heaviest = Fraction(self.drug)
        self.heaviest: list[Fraction | None] = [heaviest]
        for _ in range(self.k):
            if heaviest is not None:
                heaviest *= growth
                if p.capacity is not None:
                    heaviest = min(heaviest, Fraction(p.capacity))
            self.heaviest.append(heaviest)
        free = self.heaviest[self.k - self.free : self.k]
        errors = sorted(0.0 if amount is None else self.error(float(amount)) for amount in free)
        self.least_sums = [sum(errors[:stages]) for stages in range(self.free + 1)]
        self.most_free = None if None in free else floor(max((amount for amount in free if amount), default=Fraction(0)))

    def _bound_last_aliquot(self) -> None:
        p = self.p
        bounds_below = [Fraction(p.least), p.blend_low / p.most_dilution]
        bounds_above = [Fraction(p.blend_high - p.least)]
        bounds_above.append(p.blend_high * self.most_dilution**self.k * (1 + p.rounding) / p.dilution)
        if p.capacity is not None:
            bounds_below.append(Fraction(p.blend_low - p.capacity))
        heaviest = self.heaviest[self.k]
        if heaviest is not None:
            bounds_above.append(heaviest)
        if self.k == 0 and self.drug is not None:
            bounds_below.append(Fraction(self.drug))
        room = self.limit - self.fixed_error - self.least_sums[self.free]
        self.last_low, self.last_high = ceil(max(bounds_below)), floor(min(bounds_above))
        if room <= 0 or (p.capacity is not None and p.capacity <= p.sensitivity):
            self.last_low = self.last_high + 1
        if self.last_low <= self.last_high:
            self.last_low = max(self.last_low, floor(self.sensitivity / expm1(room)))
        aliquots = self.amounts.between(self.last_low, self.last_high)
        width = 1 + len(aliquots) // RUNGS
        rungs = [aliquots[start : start + width] for start in range(0, len(aliquots), width)]
        self.rungs = [(self._size_low(rung[0]), self._room_after(rung[-1])) for rung in rungs]
        if aliquots:
            self.size_low, self.size_high = self._size_low(aliquots[0]), self._size_high(aliquots[-1])

    def _size_low(self, aliquot: float) -> float:
        """The logarithm of the least product of dilutions that a last aliquot needs. It grows with the aliquot."""
        p = self.p
        blend = min(float(p.blend_high), float(p.most_dilution) * aliquot)
        if p.capacity is not None:
            blend = min(blend, aliquot + p.capacity)
        return log(float(p.dilution) * aliquot / blend) - log1p(float(p.rounding)) - MARGIN

    def _size_high(self, aliquot: float) -> float:
        """The logarithm of the largest product of dilutions that a last aliquot needs. It grows with the aliquot."""
        p = self.p
        blend = max(float(p.blend_low), aliquot + p.least)
        return log(float(p.dilution) * aliquot / blend) - log1p(-float(p.rounding)) + MARGIN

    def _least_error(self, dilutions: int, size: float) -> float:
        """A lower bound of the error of so many free dilutions whose product has at least this size.

        A capacity C allows a dilution by x to concentrates of at most C/(x - 1). With the product given, the errors
        are least when all dilutions are equal, for log(1 + S/C (e^y - 1)) is convex in y as long as S < C.
        """
        if size > dilutions * self.log_most_dilution + MARGIN:
            return inf
        least = self.least_sums[dilutions]
        if self.p.capacity is None or size <= 0 or not dilutions:
            return least
        return max(least, dilutions * self.error(self.p.capacity / max(1.0, expm1(size / dilutions))))

    def has_room(self, error: float, dilutions: int, size: float) -> bool:
        """Whether free dilutions of this size may have this error, so many others being still to come."""
        step = floor(size * STEPS)
        if error > self._room_at(dilutions, step + 1):
            return False
        return error <= self._room_at(dilutions, step) or error <= self._room(dilutions, size)

    def _room_at(self, dilutions: int, step: int) -> float:
        key = (dilutions, step)
        if key not in self._rooms:
            self._rooms[key] = self._room(dilutions, step / STEPS)
        return self._rooms[key]

    def _room(self, dilutions: int, size: float) -> float:
        """What the limit leaves for the errors of free dilutions of this size, so many others being still to come.

        It grows with the size. The last aliquot is taken where it leaves most: the aliquots on one rung of a ladder
        leave no more than the largest of them, and the others must dilute at least as much as with the least of them.
        """
        made = size + self.fixed_dilution
        rooms = (room - self._least_error(dilutions, low - made) for low, room in self.rungs)
        return max(rooms, default=-inf)

    def _room_after(self, aliquot: float) -> float:
        """What a last aliquot, and the drug if it is given, leave of the limit for the errors of the others.

        Besides the limit itself, the sum of both sides counts: the sum of all atanh(S/a) is at most atanh of the
        dose error whatever the rounding, and log(1 + S/a) is at most atanh(S/a).
        """
        room, both = self.limit - self.fixed_error - self.error(aliquot), self.both_sides
        for amount in (aliquot, self.drug if self.k else None):
            if amount is not None:
                both -= atanh(min(self.sensitivity / amount, ALMOST_ONE))
        return min(room, both)

    def is_promising(self) -> bool:
        """Whether the limits leave room before digits are looked at. False is a proof, True is not."""
        if not self.rungs or (self.k and self.size_high <= 0):
            return False
        return self.has_room(0.0, self.free, 0.0)

    # Products of free dilutions.

    def table(self, dilutions: int, digits: int) -> _Table:
        """The products of none, one or two free dilutions whose amounts have so many digits in all.

        Left out are those that belong to no admissible plan. The error of a product is the least that it can have.
        """
        key = (dilutions, digits)
        if key not in self._tables:
            found: _Table = {}
            if dilutions == 0 and digits == 0:
                found[1, 1] = _NO_DILUTION
            elif dilutions == 1:
                for own in range(max(1, digits - self.most), min(self.most, digits - 1) + 1):
                    self._collect_dilutions(own, digits - own, found)
            elif dilutions == 2:
                for first in range(2, digits // 2 + 1):
                    self._multiply(self.products(1, first), self.products(1, digits - first), 2, found)
            self._tables[key] = found
        return self._tables[key]

    def products(self, dilutions: int, digits: int) -> list[_Product]:
        """The same in the order of their size."""
        key = (dilutions, digits)
        if key not in self._lists:
            self._lists[key] = sorted(self.table(dilutions, digits).values())
        return self._lists[key]

    def sizes(self, dilutions: int) -> tuple[float, float]:
        """The least and the largest product of so many free dilutions."""
        others = self.free - dilutions
        low = self.size_low - self.fixed_dilution - others * self.log_most_dilution
        return low, min(self.size_high, dilutions * self.log_most_dilution)

    def _collect_dilutions(self, digits_a: int, digits_t: int, found: _Table) -> None:
        """Adds the dilutions t/a among amounts of so many digits.

        The decades in which the two lie change nothing but the error; how far they lie apart is part of the dilution.
        """
        p = self.p
        smallest, largest = (exp(size) for size in self.sizes(1))
        for a in _without_trailing_zero(digits_a):
            low, high = a * smallest, a * largest
            for apart in range(floor(log10(max(low, a) / 10**digits_t)), floor(log10(high / 10 ** (digits_t - 1))) + 1):
                raised, bottom = 10 ** max(0, apart), a * 10 ** max(0, -apart)
                if self.most_free is not None and bottom > self.most_free:
                    continue
                first = max(10 ** (digits_t - 1), ceil(low / 10.0**apart), bottom // raised + 1)
                diluted = bottom * p.most_dilution.numerator // p.most_dilution.denominator // raised
                last = min(10**digits_t - 1, floor(high / 10.0**apart), diluted)
                if p.capacity is not None:
                    last = min(last, (bottom + p.capacity) // raised)
                for t in range(first, last + 1):
                    if t % 10:
                        self._add_dilution(t * raised, bottom, found)

    def _add_dilution(self, top: int, bottom: int, found: _Table) -> None:
        size = log(top / bottom)
        scale = self._largest_scale(top, bottom)
        if scale is None:
            error, total = 0.0, inf
        elif scale:
            error, total = self.error(bottom * scale), float(top * scale)
        else:
            return
        if self.has_room(error, self.free - 1, size):
            _keep(found, _Product(size, *_reduced(top, bottom), error, total))

    def _largest_scale(self, top: int, bottom: int) -> int | None:
        """The largest power of ten by which a dilution may be made heavier. None if there is no largest, 0 if none."""
        p, diluent = self.p, top - bottom
        if self.most_free is None:
            return None
        times = self.most_free // bottom
        if p.capacity is not None:
            times = min(times, p.capacity // diluent)
        if times == 0:
            return 0
        scale = 10 ** (len(str(times)) - 1)
        lightest, uneven = min(bottom, diluent) * scale, bottom * scale % p.multiple or diluent * scale % p.multiple
        return 0 if lightest < p.least or uneven else scale

    def _multiply(
        self, lefts: Iterable[_Product], rights: list[_Product], dilutions: int, found: _Table
    ) -> None:  # fmt: skip
        """Adds the products of two lists, of so many free dilutions, each with the least error it can have."""
        low, high = self.sizes(dilutions)
        rest = self.free - dilutions
        sizes = [right.size for right in rights]
        for left in lefts:
            first = bisect_left(sizes, low - left.size - MARGIN)
            last = bisect_right(sizes, high - left.size + MARGIN)
            for right in rights[first:last]:
                size, error = left.size + right.size, left.error + right.error
                if not self.has_room(error, rest, size):
                    continue
                pair = _reduced(left.top * right.top, left.bottom * right.bottom)
                _keep(found, _Product(size, *pair, error, max(left.total, right.total)))

    def _first_dilutions(self, digits: int) -> list[_Product]:
        """The dilutions of the given drug, with totals of so many digits. Its error is not counted again."""
        if self.drug is None:
            return []
        totals = self.amounts.of_digits(self.drug + self.p.least, self.most_total(self.drug), digits)
        return sorted(_Product(log(total / self.drug), *_reduced(total, self.drug), 0.0, total) for total in totals)

    def _halves(self, digits: int) -> list[tuple[list[_Product], list[_Product]]]:
        """Pairs of lists whose products are the products of all k dilutions, with amounts of so many digits in all."""
        splits = self._free_halves(digits) if self.drug is None or not self.k else self._halves_behind_drug(digits)
        return [(lefts, rights) for lefts, rights in splits if lefts and rights]

    def _free_halves(self, digits: int) -> Iterator[tuple[list[_Product], list[_Product]]]:
        left, right = self.k // 2, self.k - self.k // 2
        # Of two halves of the same kind, the first has no more digits than the second.
        most = digits // 2 if left == right else digits - 2 * right
        for own in range(2 * left, min(most, 4 * left) + 1):
            yield self.products(left, own), self.products(right, digits - own)

    def _halves_behind_drug(self, digits: int) -> Iterator[tuple[list[_Product], list[_Product]]]:
        rest = digits - digits_of(self.drug or 0)
        for own in range(1, min(self.most, rest - 2 * self.free) + 1):
            firsts = self._first_dilutions(own)
            if self.k < 4:
                yield firsts, self.products(self.free, rest - own)
                continue
            for single in range(2, rest - own - 4 + 1):
                lefts = [
                    _Product(
                        first.size + other.size, first.top * other.top, first.bottom * other.bottom,
                        other.error, max(first.total, other.total),
                    )
                    for first in firsts
                    for other in self.products(1, single)
                ]  # fmt: skip
                yield sorted(lefts), self.products(2, rest - own - single)

    # Endings, nearest to the dose first.

    def _last_aliquots(self, digits: int) -> list[_Last]:
        """The last aliquots of so many digits that the limits leave room for."""
        if digits not in self._lasts:
            amounts = self.amounts.of_digits(self.last_low, self.last_high, digits)
            lasts = (self._last_aliquot(amount) for amount in amounts if self._leaves_room(amount))
            self._lasts[digits] = [last for last in lasts if last.has_blend()]
        return self._lasts[digits]

    def _leaves_room(self, aliquot: int) -> bool:
        """Whether a last aliquot leaves room for the others. False is a proof, True is not."""
        low, high = self._size_low(aliquot), self._size_high(aliquot)
        return low <= high >= 0 and self._least_error(self.free, low - self.fixed_dilution) <= self._room_after(aliquot)

    def _last_aliquot(self, amount: int) -> _Last:
        p, share = self.p, self.p.sensitivity / amount
        least, largest = 1 / (1 + p.rounding), 1 / (1 - p.rounding)
        above, below = (1 + share) / (1 + p.dose_error), (1 - share) / (1 - p.dose_error)
        # With triturations the other weighings add to the error, and the last one must not exhaust the limit.
        return _Last(
            amount, self.error(amount), self._room_after(amount), self._size_low(amount), self._size_high(amount),
            max(p.blend_low, amount + p.least), min(p.blend_high, self.most_total(amount)),
            max(least, above), self.k > 0 and above >= least, min(largest, below), self.k > 0 and below <= largest,
        )  # fmt: skip

    def _endings(self, digits: int) -> Iterator[_Ending]:
        """The endings of all plans with this sum of digits, and others that only the chains before them rule out."""
        others = 2 * self.k
        for own in range(max(1, digits - self.most * others), min(self.most, digits - others) + 1):
            lasts = self._last_aliquots(own)
            halves = self._halves(digits - own) if lasts else []
            for last in lasts:
                for product, error in self._products_before(last, halves).items():
                    ending = self._ending(product, last, error)
                    if ending.low <= ending.high:
                        yield ending

    def _products_before(
        self, last: _Last, halves: list[tuple[list[_Product], list[_Product]]]
    ) -> dict[Pair, float]:  # fmt: skip
        """The products of all dilutions that a last aliquot may end, each with the least error of the free ones."""
        found: dict[Pair, float] = {}
        least_total = last.amount / float(self.p.most_share) * (1 - MARGIN)
        for lefts, rights in halves:
            sizes = [right.size for right in rights]
            for left in lefts:
                first = bisect_left(sizes, last.size_low - left.size - MARGIN)
                end = bisect_right(sizes, last.size_high - left.size + MARGIN, first)
                for right in rights[first:end]:
                    error = left.error + right.error
                    if error <= last.room and (left.total >= least_total or right.total >= least_total or not self.k):
                        pair = _reduced(left.top * right.top, left.bottom * right.bottom)
                        if pair not in found or error < found[pair]:
                            found[pair] = error
        return found

    def _ending(self, product: Pair, last: _Last, error: float) -> _Ending:
        p, step = self.p, self.p.multiple
        ideal = p.dilution.numerator * last.amount * product[1]
        unit = p.dilution.denominator * product[0]
        low, rest = divmod(ideal * last.above.numerator, unit * last.above.denominator)
        high, over = divmod(ideal * last.below.numerator, unit * last.below.denominator)
        low = max(low + (rest > 0 or last.above_open), last.blend_low)
        high = min(high - (over == 0 and last.below_open), last.blend_high)
        ending = _Ending(product, last.amount, ideal, unit, -(-low // step) * step, high // step * step)
        if error or self.fixed_error:
            ending.narrow(*self.errors.doses(error + self.fixed_error + last.error), step)
        return ending

    def level(self, digits: int, count: int) -> list[Chain]:
        """The first `count` plans with this sum of digits, by rounding, drug, powder and amounts."""
        return self._first_chains(list(self._endings(digits)), digits, count)

    def has_plan_of(self, digits: int) -> bool:
        """Whether any plan has this sum of digits."""
        if self.p.capacity is None and self.drug is None:
            # Made ten times as heavy as often as needed, the weighings before the last aliquot keep every limit.
            return any(True for _ in self._endings(digits))
        return any(self._first_chains([ending], digits, 1) for ending in self._endings(digits))

    def has_plan(self) -> bool:
        """Whether there is any plan."""
        return self.is_promising() and any(self.has_plan_of(digits) for digits in self.levels)

    def _first_chains(self, endings: list[_Ending], digits: int, count: int) -> list[Chain]:
        found: list[Chain] = []
        for group in self._groups(endings):
            chains = _Walk(self, digits, group).first(count - len(found))
            found += chains
            if len(found) >= count:
                break
            if not chains:
                # Not the rounding but the chain itself may be what fails; then no other blend helps it.
                for ending, _ in group:
                    ending.narrow(*_Reach(self, digits, ending).doses(), self.p.multiple)
        return found

    def _groups(self, endings: list[_Ending]) -> Iterator[list[tuple[_Ending, int]]]:
        """The endings, each with one of its blends, in groups of the same size of the rounding error, the least first.

        A float orders them, for it is correctly rounded; among equal floats the exact size does.
        """
        step = self.p.multiple
        waiting: list[tuple[float, int, int, int]] = []
        for index, ending in enumerate(endings):
            below = ending.ideal // ending.unit // step * step
            for blend, towards in ((min(below, ending.high), -step), (max(below + step, ending.low), step)):
                if ending.low <= blend <= ending.high:
                    waiting.append((ending.size_of_rounding(blend), index, blend, towards))
        heapify(waiting)
        while waiting:
            size = waiting[0][0]
            groups: dict[Fraction, list[tuple[_Ending, int]]] = defaultdict(list)
            while waiting and waiting[0][0] == size:
                _, index, blend, towards = heappop(waiting)
                ending = endings[index]
                groups[abs(ending.rounding(blend))].append((ending, blend))
                blend = max(blend + step, ending.low) if towards > 0 else min(blend - step, ending.high)
                if ending.low <= blend <= ending.high:
                    heappush(waiting, (ending.size_of_rounding(blend), index, blend, towards))
            for exact in sorted(groups):
                group = [(ending, blend) for ending, blend in groups[exact] if ending.low <= blend <= ending.high]
                if group:
                    yield group


# The chains behind an ending.


class _Walk:
    """Walks the chains that lead to a group of endings, from the least drug upward."""

    def __init__(self, stage: _Stage, digits: int, group: list[tuple[_Ending, int]]) -> None:
        self.stage, self.p, self.k, self.digits = stage, stage.p, stage.k, digits
        self.endings: dict[Pair, list[tuple[_Ending, int]]] = defaultdict(list)
        for ending, blend in group:
            self.endings[ending.product].append((ending, blend))
        self.limit = max(stage.errors.limit(float(ending.rounding(blend))) for ending, blend in group)
        self.least_blend = min(blend for _, blend in group)
        self.most_last = max(ending.aliquot for ending, _ in group)
        self.last_error = stage.error(self.most_last)
        self.product_low = min(top / bottom for top, bottom in self.endings)
        self.least_last = min(ending.aliquot for ending, _ in group)
        # Each aliquot is a share of a dilution of the concentrate before it, so that the last aliquot bounds them all.
        share = float(self.p.most_share)
        origin = min(ending.aliquot * ending.product[1] / ending.product[0] for ending, _ in group) * (1 - MARGIN)
        self.least_concentrates = [origin / share ** (self.k - made) for made in range(self.k + 1)]
        self._rests: dict[tuple[int, Pair, int], float] = {}
        self._lasts: dict[tuple[Pair, int], list[Pair]] = {}
        self.count = 0
        self.found: list[tuple[int, int, tuple[int, ...], Chain]] = []

    def first(self, count: int) -> list[Chain]:
        """The first `count` chains by drug, powder and amounts."""
        self.count = count
        for drug in self._drugs():
            if self.found and len(self.found) >= count and drug > self.found[count - 1][0]:
                break
            self._dilute((drug,), (), (1, 1), self.digits - digits_of(drug), self.stage.error(drug), 0)
        return [chain for *_, chain in self.found]

    def _drugs(self) -> Iterable[int]:
        """The drug weighings to try: what the last aliquot leaves of the error limit bounds them from below."""
        stage, p = self.stage, self.p
        if stage.drug is not None:
            return [stage.drug]
        room = self.limit - (self.last_error + stage.least_sums[self.k - 1] if self.k else 0.0)
        if room <= 0:
            return []
        low = max(p.least, floor(stage.sensitivity / expm1(room)), floor(self.least_concentrates[0]))
        return stage.amounts.upward(low, p.capacity if self.k else self.most_last, self.digits - 2 * self.k)

    def _dilute(
        self, taken: tuple[int, ...], totals: tuple[int, ...], product: Pair, digits: int, error: float, powder: int
    ) -> None:  # fmt: skip
        """Dilutes the concentrate taken last, with so many digits left to use."""
        made = len(totals)
        if made == self.k:
            self._end(taken, totals, product, digits, powder)
            return
        for total in self._totals(taken[-1], product, made, digits):
            left = digits - digits_of(total)
            if not self._is_dilution(total, taken[-1], made):
                continue
            reached = _reduced(product[0] * total, product[1] * taken[-1])
            if error + self._least_rest(made + 1, reached, left) > self.limit:
                continue
            if self._is_too_much(taken[0], powder + total, reached, made + 1, error):
                continue
            self._take(taken, (*totals, total), reached, left, error, powder + total)

    def _totals(self, concentrate: int, product: Pair, made: int, digits: int) -> Iterable[int]:
        """The totals to which a concentrate may be diluted. The last one follows from the products to be reached."""
        low, high = concentrate + self.p.least, self.stage.most_total(concentrate)
        if made + 1 < self.k:
            if made >= self.k - self.stage.free:
                least, largest = self.stage.sizes(1)
                low, high = max(low, floor(concentrate * exp(least))), min(high, ceil(concentrate * exp(largest)))
            return self.stage.amounts.between(low, high, digits - 2 * (self.k - made - 1) - 1)
        totals = set()
        for top, bottom in self._last_dilutions(product, digits + digits_of(concentrate)):
            total, rest = divmod(concentrate * top, bottom)
            if not rest and low <= total <= high and digits_of(total) <= self.stage.most:
                totals.add(total)
        return sorted(totals)

    def _is_dilution(self, total: int, concentrate: int, made: int) -> bool:
        """Whether a dilution is among those that belong to a plan."""
        if made < self.k - self.stage.free or made + 1 == self.k:
            return True
        return _reduced(total, concentrate) in self.stage.table(1, digits_of(total) + digits_of(concentrate))

    def _last_dilutions(self, product: Pair, digits: int) -> list[Pair]:
        """The dilutions that lead from a product to an ending, with so many digits in all."""
        key = (product, digits)
        if key not in self._lasts:
            parts = ((_quotient(target, product), endings) for target, endings in self.endings.items())
            self._lasts[key] = [
                part
                for part, endings in parts
                if self.stage.free == 0
                or any(part in self.stage.table(1, digits - digits_of(ending.aliquot)) for ending, _ in endings)
            ]
        return self._lasts[key]

    def _take(
        self, taken: tuple[int, ...], totals: tuple[int, ...], product: Pair, digits: int, error: float, powder: int
    ) -> None:  # fmt: skip
        """Takes every aliquot of the last trituration that the limits leave room for."""
        made = len(totals)
        most = self.stage.most_aliquot(totals[-1])
        if made == self.k:
            aliquots: Iterable[int] = {ending.aliquot for ending, _ in self.endings[product]}
            aliquots = [aliquot for aliquot in aliquots if aliquot <= most and digits_of(aliquot) == digits]
        else:
            room = self.limit - error - self.last_error - self.stage.least_sums[max(0, self.k - made - 1)]
            if room <= 0:
                return
            needed = floor(self.least_concentrates[made] * product[0] / product[1])
            low = max(self.p.least, floor(self.stage.sensitivity / expm1(room)), needed)
            if self.p.capacity is not None:
                most = min(most, self.p.capacity)
            aliquots = self.stage.amounts.between(low, most, digits - 2 * (self.k - made))
        for aliquot in aliquots:
            spent = error + self.stage.error(aliquot)
            self._dilute((*taken, aliquot), totals, product, digits - digits_of(aliquot), spent, powder)

    def _least_rest(self, made: int, product: Pair, digits: int) -> float:
        """A lower bound of the error of what must follow a product; infinite if no ending can be reached from it."""
        key = (made, product, digits)
        if key not in self._rests:
            self._rests[key] = self._find_least_rest(self.k - made, product, digits)
        return self._rests[key]

    def _find_least_rest(self, dilutions: int, product: Pair, digits: int) -> float:
        least = inf
        for target, endings in self.endings.items():
            part = _quotient(target, product)
            if part[0] < part[1] or (part[0] == part[1]) != (dilutions == 0):
                continue
            for ending, _ in endings:
                way = self._least_way(dilutions, part, digits - digits_of(ending.aliquot))
                least = min(least, way + self.stage.error(ending.aliquot))
        return least

    def _least_way(self, dilutions: int, part: Pair, digits: int) -> float:
        """A lower bound of the error of dilutions with a given product; infinite if there are none."""
        stage = self.stage
        if dilutions <= 2:
            way = stage.table(dilutions, digits).get(part)
            return inf if way is None else way.error
        for own in range(2, digits - 3):
            others = stage.table(2, digits - own)
            if others and any(_quotient(part, (way.top, way.bottom)) in others for way in stage.products(1, own)):
                return stage.least_sums[dilutions]
        return inf

    def _is_too_much(self, drug: int, powder: int, product: Pair, made: int, error: float) -> bool:
        """Whether no chain from here can still be among the best.

        The totals to come have a product of at least the dilution to come times their concentrates. The product of
        these is least when they share the error that is left equally, for log(e^u - 1) is concave in u; and of a
        given product the sum of the totals is least when all are equal.
        """
        if len(self.found) < self.count:
            return False
        best_drug, best_powder = self.found[self.count - 1][:2]
        if drug < best_drug:
            return False
        left, totals = self.k - made, 0.0
        if left:
            room = self.limit - error - self.last_error
            if room <= 0:
                return True
            least = max(float(self.p.least), self.stage.sensitivity / expm1(room / left))
            totals = left * least * (self.product_low * product[1] / product[0]) ** (1 / left)
        return powder + totals * (1 - MARGIN) + self.least_blend > best_powder

    def _end(
        self, taken: tuple[int, ...], totals: tuple[int, ...], product: Pair, digits: int, powder: int
    ) -> None:  # fmt: skip
        for ending, blend in self.endings[product] if not digits else ():
            if ending.aliquot == taken[-1]:
                chain = Chain(taken, totals, blend, ending.rounding(blend), self.digits)
                if is_admissible(self.p, chain):
                    self.found.append((taken[0], powder + blend, chain.amounts, chain))
        self.found.sort()
        del self.found[self.count :]


class _Reach(_Walk):
    """Walks the chains to one ending with whatever blend, to see how small their errors can be."""

    def __init__(self, stage: _Stage, digits: int, ending: _Ending) -> None:
        super().__init__(stage, digits, [(ending, ending.low)])
        self.limit = stage.limit
        self.least_high = self.least_low = inf

    def doses(self) -> tuple[float, float]:
        """The least and the largest dose, as parts of the label, that the chains leave room for."""
        self.first(0)
        return exp(self.stage.errors.low + self.least_low - MARGIN), exp(self.stage.errors.high - self.least_high + MARGIN)

    def _is_too_much(self, drug: int, powder: int, product: Pair, made: int, error: float) -> bool:
        return False

    def _end(
        self, taken: tuple[int, ...], totals: tuple[int, ...], product: Pair, digits: int, powder: int
    ) -> None:  # fmt: skip
        if digits or taken[-1] != self.most_last:
            return
        chain = Chain(taken, totals, self.least_blend, Fraction(0), self.digits)
        if not _keeps_limits(self.p, chain):
            return
        self.least_high = min(self.least_high, sum(self.stage.error(amount) for amount in taken))
        if min(taken) > self.p.sensitivity:
            self.least_low = min(self.least_low, -sum(log1p(-self.stage.sensitivity / amount) for amount in taken))


# The rankings.


def _most_digits(triturations: int) -> int:
    return 3 if triturations <= 1 else 2


def _simplest(problem: Problem, count: int) -> list[Chain]:
    """By triturations, digits, rounding, drug, powder, amounts."""
    found: list[Chain] = []
    for triturations in range(MOST_TRITURATIONS + 1):
        stage = _Stage(problem, triturations, _most_digits(triturations))
        for digits in stage.levels if stage.is_promising() else ():
            found += stage.level(digits, count - len(found))
            if len(found) >= count:
                return found
    return found


def _least_drug(stage: _Stage, count: int) -> list[Chain]:
    """By drug, digits, rounding, powder, amounts, among the plans of one stage that has a plan."""
    found: list[Chain] = []
    p = stage.p
    most = p.capacity if stage.k else (p.blend_high if p.capacity is None else min(p.capacity, p.blend_high))
    for drug in stage.amounts.upward(p.least, most, stage.most):
        fixed = _Stage(p, stage.k, stage.most, drug)
        for digits in fixed.levels if fixed.is_promising() else ():
            found += fixed.level(digits, count - len(found))
            if len(found) >= count:
                return found
    return found


def _least_powder(stage: _Stage, count: int) -> list[Chain]:
    """By powder, digits, rounding, drug, amounts, among the plans of one stage that has a plan."""
    return _LeastPowder(stage, count).best()


class _LeastPowder:
    """Branch and bound on the powder of a chain, from the drug to the blend, the most promising branch first.

    What a half-built chain still needs is bounded from below: the error that is left bounds the product of the aliquots
    to come, that and the dose bound the product of the totals to come, and of a given product the sum is least when all
    totals are equal.
    """

    def __init__(self, stage: _Stage, count: int) -> None:
        self.stage, self.p, self.k, self.count = stage, stage.p, stage.k, count
        self.dilution = float(stage.p.dilution / (1 + stage.p.rounding))
        self.found: list[tuple[int, int, Fraction, int, tuple[int, ...], Chain]] = []
        # Any plans at all bound the powder of the best ones.
        known: list[Chain] = []
        for digits in stage.levels:
            known += stage.level(digits, count - len(known))
            if len(known) >= count:
                break
        self.known = known
        self.most_powder = max(chain.powder for chain in known) if len(known) == count else None

    def best(self) -> list[Chain]:
        """The first `count` chains."""
        if self.most_powder is None:
            # There are fewer plans than asked for: those known are all.
            return sorted(self.known, key=lambda c: (c.powder, c.digits, abs(c.rounding), c.drug, c.amounts))
        p = self.p
        high = min(self.most_powder, p.blend_high if self.k == 0 else self.most_powder)
        if p.capacity is not None:
            high = min(high, p.capacity)
        drugs = self.stage.amounts.between(p.least, high)
        self._branch([(self._bound_of(drug, 0.0, 0.0, 0, 0), drug) for drug in drugs], (), (), 0.0, 0.0, 0)
        return [chain for *_, chain in self.found]

    def _limit(self) -> int:
        return self.found[-1][0] if len(self.found) == self.count else self.most_powder or 0

    def _bound_of(self, concentrate: int, diluted: float, error: float, made: int, powder: int) -> float:
        """The least powder of a chain that takes this concentrate next; inf if none keeps the error limit."""
        error += self.stage.error(concentrate)
        rest = self.k - made
        room = self.stage.limit - error
        if room < 0 or (rest and room <= 0):
            return inf
        aliquots = rest * log(self.stage.sensitivity / expm1(room / rest)) if rest else 0.0
        needed = log(self.dilution) + log(concentrate) - diluted + max(aliquots, rest * log(self.p.least))
        return powder + self._least_sum(needed - MARGIN, rest, concentrate + self.p.least)

    def _least_sum(self, product: float, totals: int, first: float = 0.0) -> float:
        """The least sum of so many totals and the blend, given the logarithm of the product of all."""
        low, high = float(self.p.blend_low), float(self.p.blend_high)
        if not totals:
            return low if product <= log(high) + MARGIN else inf
        blend = min(max(exp(min(700.0, product / (totals + 1))), low), high)
        least = totals * exp(min(700.0, (product - log(blend)) / totals))
        return (blend + max(least, first)) * (1 - MARGIN)

    def _branch(
        self, choices: list[tuple[float, int]], taken: tuple[int, ...], totals: tuple[int, ...], diluted: float,
        error: float, powder: int,
    ) -> None:  # fmt: skip
        """Tries the concentrates in the order of their bounds."""
        p = self.p
        for bound, concentrate in sorted(choices):
            if bound > self._limit():
                return
            if len(totals) == self.k:
                self._end((*taken, concentrate), totals, powder)
                continue
            errors = error + self.stage.error(concentrate)
            rest = self.k - len(totals) - 1
            room = self.stage.limit - errors
            aliquots = (rest + 1) * log(self.stage.sensitivity / expm1(room / (rest + 1))) if room > 0 else inf
            aliquots = max(aliquots, (rest + 1) * log(p.least))
            high = min(self.stage.most_total(concentrate), self._limit() - powder)
            options = []
            for total in self.stage.amounts.between(concentrate + p.least, high):
                size = diluted + log(total / concentrate)
                least = powder + total + self._least_sum(log(self.dilution) + aliquots - size - MARGIN, rest)
                if least <= self._limit():
                    options.append((least, total, size))
            for least, total, size in sorted(options):
                if least > self._limit():
                    break
                self._aliquots((*taken, concentrate), (*totals, total), size, errors, powder + total)

    def _aliquots(
        self, taken: tuple[int, ...], totals: tuple[int, ...], diluted: float, error: float, powder: int
    ) -> None:  # fmt: skip
        p, made = self.p, len(totals)
        high = self.stage.most_aliquot(totals[-1])
        if p.capacity is not None:
            high = min(high, p.capacity)
        if made == self.k:
            # The blend is bounded on both sides, and so is the last aliquot.
            scale = exp(diluted) / self.dilution
            high = min(high, floor(p.blend_high * scale * (1 + MARGIN)) + 1)
            low = max(p.least, floor(p.blend_low * scale * float((1 - p.rounding) / (1 + p.rounding)) * (1 - MARGIN)) - 1)
        else:
            low = p.least
        choices = []
        for aliquot in self.stage.amounts.between(low, high):
            bound = self._bound_of(aliquot, diluted, error, made, powder)
            if bound <= self._limit():
                choices.append((bound, aliquot))
        self._branch(choices, taken, totals, diluted, error, powder)

    def _end(self, taken: tuple[int, ...], totals: tuple[int, ...], powder: int) -> None:
        """Keeps the chain with each of its blends that is admissible and good enough, the least first."""
        p = self.p
        ideal = p.dilution
        for amount in taken:
            ideal *= amount
        for total in totals:
            ideal /= total
        low = max(Fraction(p.blend_low), ideal / (1 + p.rounding), Fraction(taken[-1] + p.least))
        high = min(Fraction(p.blend_high), ideal / (1 - p.rounding))
        digits = sum(digits_of(amount) for amount in (*taken, *totals))
        blend = _multiple_from(low, p.multiple)
        while blend <= high and powder + blend <= self._limit():
            chain = Chain(taken, totals, blend, (ideal - blend) / blend, digits)
            if is_admissible(p, chain):
                self.found.append((chain.powder, digits, abs(chain.rounding), chain.drug, chain.amounts, chain))
                self.found.sort(key=lambda item: item[:5])
                del self.found[self.count :]
            blend += p.multiple
