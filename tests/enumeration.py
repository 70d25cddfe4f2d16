"""Every admissible plan by the powder method, enumerated from the words of the contract (section 4) alone.

Nothing here is shared with `compound`: an order is put in numbers of its own (`Asked`), and the whole space is gone
through with whole numbers and fractions. It is slow, and meant for small orders. Where the words leave a choice:

- A weighed diluent keeps the readability and the least weighable quantity of the balance that it is weighed on; that of
  the second balance is its sensitivity / weighing error, and a minimum weight is of the first balance alone.
- A diluent beyond the capacity is weighed in ceil(diluent / capacity) portions, each the equal share rounded up to the
  readability, the last what is left; each weighs at least the least weighable quantity.
- Whole tablets are free of the readability and of digits; the diluent that follows them is not.
- The ranking runs over all plans of up to four triturations: behind the last with one come those with two.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from math import ceil, floor, gcd, lcm, prod
from typing import NamedTuple

MOST_TRITURATIONS = 4
ROUNDING = Fraction(1, 1000)
MARGIN = 1e-9  # of a share, for floats that only tell what not to follow
FINEST = 9  # decimal places of a mg that amounts may have
Key = tuple[int, int, int, int, Fraction, int, int, tuple[int, ...]]
CRITERIA = ("triturations", "reserve", "tablets", "points", "rounding", "powder", "drug", "amounts")


class TooLarge(Exception):
    """An order whose space would take too long to go through."""


class Scale(NamedTuple):
    """A balance: its largest error, the step of its display, its largest load, the least it weighs; in mg."""

    sensitivity: Fraction
    readability: Fraction
    capacity: Fraction | None
    least: Fraction


class Asked(NamedTuple):
    """An order in mg and shares of one. `tablet` is the mass of a tablet, where tablets are crushed."""

    dose: Fraction
    first: Scale
    capsules: int
    fill: Fraction
    bulk: Scale | None = None
    overage: Fraction = Fraction(1, 20)
    dose_error: Fraction = Fraction(1, 20)
    plan_error: Fraction = Fraction(3, 100)
    least_mixture: Fraction = Fraction(1000)
    max_dilution: Fraction = Fraction(100)
    content: Fraction = Fraction(1)
    surplus: Fraction = Fraction(0)
    tablet: Fraction | None = None
    prefer: str = "simple"


class Portions(NamedTuple):
    """How a diluent is weighed: in which portions, on which balance, and by how much all of them may be off in sum."""

    amounts: tuple[int, ...]
    bulk: bool
    error: Fraction


class Found(NamedTuple):
    """An admissible plan, amounts in units: drug and aliquots, totals of the triturations, blend; how it ranks."""

    key: Key
    taken: tuple[int, ...]
    totals: tuple[int, ...]
    blend: int
    low: Fraction
    high: Fraction


def step_between(values: list[Fraction]) -> Fraction:
    """The largest unit of which all of the values are whole multiples."""
    whole = lcm(*(value.denominator for value in values))
    return Fraction(gcd(*(int(value * whole) for value in values)), whole)


class Enumeration:
    """The space of an order in whole units: the largest unit that all readings, and whole tablets, are multiples of.

    `most_powder` leaves out plans with more powder than so many times their blend, `most_points` those with more points;
    without a capacity the space is endless without one of them. So does a `rounding` below that of the contract.
    `most_branches` raises TooLarge beyond it.
    """

    def __init__(
        self, asked: Asked, *, most_powder: int | None = None, most_points: int | None = None,
        most_branches: int | None = None, rounding: Fraction = ROUNDING,
    ) -> None:  # fmt: skip
        self.asked, self.most_powder, self.most_points, self.branches = asked, most_powder, most_points, most_branches
        self.rounding = rounding
        steps = [scale.readability for scale in (asked.first, asked.bulk) if scale is not None]
        self.unit = step_between(steps + ([asked.tablet] if asked.tablet is not None else []))
        self.multiple = int(asked.first.readability / self.unit)
        self.least = ceil(asked.first.least / asked.first.readability) * self.multiple
        self.sensitivity = asked.first.sensitivity / self.unit
        needed = asked.capsules * asked.fill * (1 + asked.overage) / self.unit
        self.blend_low, self.blend_high = ceil(needed), floor(needed * 11 / 10)
        # Of one part of powder, so many parts of blend hold what the capsule is planned with.
        self.dilution = asked.content * asked.fill / (asked.dose * (1 + asked.surplus))
        self._portions: dict[int, Portions | None] = {}
        self._factors: dict[tuple[int, int], tuple[Fraction, Fraction]] = {}

    @cached_property
    def most(self) -> int:
        """A bound on every amount: that of the powder allowed, or of the capacity and the largest dilution."""
        largest = []
        if self.most_powder is not None:
            largest.append(self.most_powder * self.blend_high)
        if self.most_points is not None:
            base = Fraction(11, 10) if self.asked.prefer == "powder" else 2
            largest.append(floor(base**self.most_points * self.blend_high))
        if self.asked.first.capacity is not None:
            largest.append(max(floor(self.asked.first.capacity / self.unit * self.asked.max_dilution), self.blend_high))
        return min(largest)

    @cached_property
    def capacity(self) -> int:
        """A bound on drug and aliquots."""
        capacity = self.asked.first.capacity
        return self.most if capacity is None else min(self.most, floor(capacity / self.unit))

    def digits(self, amount: int) -> int:
        """The digits of an amount in mg, zeros at both ends left out."""
        return len(str(int(amount * self.unit * 10**FINEST)).strip("0"))

    def rounded(self, low: int, high: int, digits: int) -> list[tuple[int, int]]:
        """The amounts from low to high, in order, that have at most so many digits in mg, each with its digits."""
        found, power = [], Fraction(10) ** -FINEST / self.unit
        while power <= high:
            for mantissa in range(1, 10**digits):
                amount = mantissa * power
                if mantissa % 10 and amount.denominator == 1 and low <= amount <= high:
                    found.append((int(amount), len(str(mantissa))))
            power *= 10
        return sorted(found)

    def portions(self, diluent: int) -> Portions | None:
        """How a diluent is weighed, or None where neither balance weighs it."""
        if diluent not in self._portions:
            self._portions[diluent] = self._weighed(diluent)
        return self._portions[diluent]

    def _weighed(self, diluent: int) -> Portions | None:
        bulk = self.asked.bulk
        mass = diluent * self.unit
        if bulk is not None and (mass / bulk.readability).denominator == 1 and mass >= bulk.least:
            return self._divided(mass, bulk, on_bulk=True)
        return self._divided(mass, self.asked.first, on_bulk=False)

    def _divided(self, mass: Fraction, scale: Scale, *, on_bulk: bool) -> Portions | None:
        if mass < scale.least or (mass / scale.readability).denominator != 1:
            return None
        count = 1
        if scale.capacity is not None:
            largest = floor(scale.capacity / scale.readability) * scale.readability
            if largest == 0:
                return None
            count = ceil(mass / largest)
        share = ceil(mass / count / scale.readability) * scale.readability
        last = mass - (count - 1) * share
        if min(share, last) < scale.least:
            return None
        amounts = [share] * (count - 1) + [last]
        return Portions(tuple(int(one / self.unit) for one in amounts), on_bulk, count * scale.sensitivity / self.unit)

    def mixture(self, concentrate: int, total: int) -> Portions | None:
        """How the diluent of a mixture is weighed, or None where the mixture may not be made of that concentrate."""
        if total > self.asked.max_dilution * concentrate or total <= concentrate:
            return None
        return self.portions(total - concentrate)

    def drugs(self, digits: int) -> list[tuple[int, int]]:
        """The amounts of drug there are to weigh, each with the digits that count as points."""
        powders = [
            (amount, written) for amount, written in self.rounded(self.least, self.capacity, digits) if amount % self.multiple == 0
        ]
        if self.asked.tablet is None:
            return powders
        one = int(self.asked.tablet / self.unit)
        least = ceil(self.asked.first.least / self.unit)
        whole = [(amount, 0) for amount in range(one, self.capacity + 1, one) if amount >= least]
        return whole + [(amount, written) for amount, written in powders if amount % one]

    def plans(self, triturations: int) -> Iterator[Found]:
        """Every admissible plan of so many triturations. Raises TooLarge."""
        most_digits = 3 if triturations <= 1 else 2
        aliquots = [
            (amount, written)
            for amount, written in self.rounded(self.least, self.capacity, most_digits)
            if amount % self.multiple == 0
        ]
        mixtures = self.rounded(ceil(self.asked.least_mixture / self.unit), self.most, most_digits) if triturations else []
        most_dilution, edge = float(self.asked.max_dilution), 1 / (1 - float(self.rounding)) + MARGIN
        base = 1.1 if self.asked.prefer == "powder" else 2.0
        powders = [(base**n - 1) * self.blend_high * (1 + MARGIN) for n in range((self.most_points or 0) + 1)]

        def room(points: int, amounts: int, powder: int = 0) -> bool:
            """Whether the points allowed leave one for each of so many amounts, and for the powder there is already."""
            if self.most_points is None:
                return True
            spare = self.most_points - points - amounts
            return spare >= 0 and powder <= powders[spare]

        # What is followed is told with floats and a margin on the safe side: a dose error still to come only adds to what
        # there is, and each dilution is above 1 and at most the largest. What is a plan is told with fractions, in `_batches`.
        def grow(
            taken: tuple[int, ...], totals: tuple[int, ...], written: int, still: float, low: float, high: float
        ) -> Iterator[Found]:
            """Plans that begin so; `still` is how many times what was last taken has yet to be diluted."""
            self._count()
            left = triturations - len(totals)
            a = taken[-1]
            if still > most_dilution ** (left + 1) * edge:
                return
            if not left:
                yield from self._batches(taken, totals, written)
                return
            for total, total_digits in mixtures[bisect_left(mixtures, (a + 1, 0)) :]:
                if total > most_dilution * a * edge or total > still * a * edge:
                    break
                if not room(written + total_digits, 2 * left - 1, sum(totals) + total) or self.mixture(a, total) is None:
                    continue
                one_low, one_high = self._corners(a, total)
                now_low, now_high = low * float(one_low), high * float(one_high)
                if now_high > (1 + float(self.asked.dose_error)) * edge or now_low * edge < 1 - float(self.asked.dose_error):
                    continue
                after = still * a / total
                lightest, heaviest = self.least, total * 9 // 10
                if left == 1:  # it decides the blend, which has its bounds
                    lightest = max(lightest, floor(self.blend_low / edge / after))
                    heaviest = min(heaviest, ceil(self.blend_high * edge / after))
                for aliquot, aliquot_digits in aliquots[bisect_left(aliquots, (lightest, 0)) :]:
                    if aliquot > heaviest:
                        break
                    points = written + total_digits + aliquot_digits
                    if room(points, 2 * left - 2, sum(totals) + total):
                        yield from grow((*taken, aliquot), (*totals, total), points, after, now_low, now_high)

        for drug, digits in self.drugs(most_digits):
            if drug > self.sensitivity and room(digits, 2 * triturations):
                yield from grow((drug,), (), digits, float(self.dilution), 1.0, 1.0)

    def _count(self) -> None:
        if self.branches is not None:
            self.branches -= 1
            if self.branches < 0:
                raise TooLarge

    def _corners(self, a: int, total: int) -> tuple[Fraction, Fraction]:
        """By what the dose is multiplied where one vessel is at its low, and at its high corner of the replay."""
        if (a, total) not in self._factors:
            s, diluent, how = self.sensitivity, total - a, self.portions(total - a)
            off, as_planned = Fraction(0) if how is None else how.error, Fraction(a, total)
            self._factors[a, total] = (
                (a - s) / (a - s + diluent + off) / as_planned, (a + s) / (a + s + diluent - off) / as_planned,
            )  # fmt: skip
        return self._factors[a, total]

    def _batches(self, taken: tuple[int, ...], totals: tuple[int, ...], written: int) -> Iterator[Found]:
        """The plans with these triturations and last aliquot: one for each blend that is admissible."""
        a, asked = taken[-1], self.asked
        exact = self.dilution * Fraction(prod(taken), prod(totals))  # the blend that holds the dose exactly
        first = max(self.blend_low, ceil(exact / (1 + self.rounding)))
        for blend in range(first, min(self.blend_high, floor(exact / (1 - self.rounding))) + 1):
            if self.mixture(a, blend) is None:
                continue
            low = high = planned = exact / blend
            for concentrate, total in zip(taken, (*totals, blend), strict=True):
                one_low, one_high = self._corners(concentrate, total)
                low, high = low * one_low, high * one_high
            if abs(planned - 1) > self.rounding or high - 1 > asked.dose_error or 1 - low > asked.dose_error:
                continue
            found = self._ranked(taken, totals, blend, written, low, high)
            if self.most_points is not None and found.key[3] > self.most_points:
                continue
            if self.most_powder is None or sum(totals) + blend <= self.most_powder * blend:
                yield found

    def _ranked(
        self, taken: tuple[int, ...], totals: tuple[int, ...], blend: int, written: int, low: Fraction, high: Fraction
    ) -> Found:
        asked = self.asked
        powder, drug = sum(totals) + blend, taken[0]
        points = written
        points += doublings(powder, blend, Fraction(11, 10) if asked.prefer == "powder" else Fraction(2))
        if asked.prefer == "drug":
            points += doublings(drug, asked.first.least / self.unit, Fraction(11, 10))
        planned = self.dilution / blend
        for amount in taken:
            planned *= amount
        for total in totals:
            planned /= total
        amounts = [drug]
        for total, aliquot in zip(totals, taken[1:], strict=True):
            amounts += [total, aliquot]
        in_reserve = high - 1 <= asked.plan_error and 1 - low <= asked.plan_error
        whole = asked.tablet is None or drug * self.unit % asked.tablet == 0
        key = (len(totals), int(not in_reserve), int(not whole), points, abs(planned - 1), powder, drug, (*amounts, blend))
        return Found(key, taken, totals, blend, low, high)

    def ranking(self, count: int, most_triturations: int = MOST_TRITURATIONS) -> list[Found]:
        """The first plans of the ranking, all of them with count 0. Raises TooLarge."""
        found: list[Found] = []
        for triturations in range(most_triturations + 1):
            found += sorted(self.plans(triturations))
            if count and len(found) >= count:
                return found[:count]
        return found


def doublings(much: int | Fraction, little: int | Fraction, base: Fraction) -> int:
    """The least whole n, 0 or more, with much at most base to the power n times little."""
    n, reach = 0, Fraction(little)
    while much > reach:
        n, reach = n + 1, reach * base
    return n


def first_criterion(better: Found, worse: Found) -> str:
    """The criterion of the ranking on which one plan lost to another."""
    return next(name for name, one, other in zip(CRITERIA, better.key, worse.key, strict=True) if one != other)
