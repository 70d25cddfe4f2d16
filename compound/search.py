"""The search for the best powder plan, in whole units of the balance.

A plan of k triturations is a chain of weighed amounts: drug a0, then for each trituration its total t and the aliquot a
taken from it, the last aliquot into the blend of total F. One unit is the power of ten of a mg that the readability
lies in; every amount is a whole number of units. The rule of admission and the ranking stand in the README.

How the search stays exhaustive and quick. The dose depends on the k dilutions t1/a0 … tk/ak-1 and on ak alone, and few
values of these exist among amounts of few digits. So for each number of triturations, and each sum of digits from the
least upward, all products of k dilutions that bring the blend into its range are listed, each with the blends that
come nearest to the dose. They are taken in the order of their rounding error; for the nearest, the chains behind the
products are walked from the least drug upward. The first group that has a chain holds the best plan.

Floats steer here: they bound what a half-built chain can still become, with a margin of one in 10^9, so that whole
branches need not be walked. Nothing is admitted or ranked by one: both are done in whole numbers.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cached_property, lru_cache
from heapq import heappop, heappush
from math import ceil, floor, gcd, inf

MOST_TRITURATIONS = 4
MARGIN = 1 + 1e-9

Pair = tuple[int, int]  # a dilution in lowest terms: total, concentrate


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


def rounding_of(problem: Problem, taken: Iterable[int], mixtures: Iterable[int]) -> Fraction:
    """ρ = planned dose / labelled dose − 1."""
    numerator, denominator = problem.dilution.numerator, problem.dilution.denominator
    for amount in taken:
        numerator *= amount
    for amount in mixtures:
        denominator *= amount
    return Fraction(numerator - denominator, denominator)


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


@dataclass(frozen=True, slots=True)
class _Ending:
    """The last aliquot and the blend that end a chain, and the rounding they give it."""

    aliquot: int
    blend: int
    rounding: Fraction


_Group = dict[Pair, list[_Ending]]  # the product of the dilutions, and the endings that go with it
# Products of dilutions: size, exact value, and a lower bound of the error that their weighings add.
_Dilutions = list[tuple[float, Pair, float]]
_Found = dict[Pair, tuple[float, float]]


class _Stage:
    """The search among plans of k triturations with amounts of up to `most` digits."""

    def __init__(self, problem: Problem, k: int, most: int) -> None:
        self.p = p = problem
        self.k = k
        self.most = most
        self.sensitivity = float(p.sensitivity)
        self._products: dict[tuple[int, int], _Dilutions] = {}
        # The last aliquot is bounded by its blend, its own error and the dilutions that the others can reach.
        up, down = 1 + p.rounding, 1 - p.rounding
        low = max(p.least, p.blend_low / p.most_dilution, p.sensitivity * down / (p.dose_error + p.rounding))
        high = min(Fraction(p.blend_high - p.least), p.blend_high * p.most_dilution**k * up / p.dilution)
        if p.capacity is not None:
            low, high = max(low, Fraction(p.blend_low - p.capacity)), min(high, Fraction(p.capacity))
        self.last_high = high
        # What the other weighings take of the error limit at least bounds each of them.
        self.limit = float((1 + p.dose_error) / down) * MARGIN
        self.least_errors = 1.0 if p.capacity is None else 1 + self.sensitivity / p.capacity
        self.last_error = 1 + self.sensitivity / max(1.0, float(high))
        room = self.limit / self.least_errors**k - 1
        self.last_low = low = max(low, Fraction(floor(self.sensitivity / room / MARGIN))) if room > 0 else high + 1
        room = self.limit / self.least_errors ** max(0, k - 1) / self.last_error - 1
        self.least_load = self.sensitivity / room / MARGIN if room > 0 else inf
        # The product of the k dilutions is bounded by the last aliquot, and each of them by the product.
        self.product_low = p.dilution * low / (p.blend_high * up)
        self.product_high = p.dilution * high / (p.blend_low * down)
        self.dilution_high = min(p.most_dilution, self.product_high)
        if p.capacity is not None:
            self.dilution_high = min(self.dilution_high, 1 + Fraction(p.capacity, p.least))
        self.dilution_low = max(Fraction(1), self.product_low / self.dilution_high ** max(0, k - 1))

    @cached_property
    def amounts(self) -> Amounts:
        """The amounts that may be weighed."""
        return Amounts(self.most, self.p.multiple)

    def is_promising(self) -> bool:
        """Whether the limits leave room before digits are looked at. False is a proof, True is not."""
        p, k = self.p, self.k
        if self.last_low > self.last_high or p.dilution > p.most_dilution ** (k + 1) * (1 + p.rounding):
            return False
        if k and self.dilution_high <= 1:
            return False
        return self._least_error() <= self.limit

    def _least_error(self) -> float:
        """A lower bound of the product of (1 + S/a) over all weighings.

        A capacity C allows a dilution by x to concentrates of at most C/(x - 1). With the product of the dilutions
        given, the errors are least when the k dilutions are equal, for log(1 + c(e^y - 1)) is convex in y.
        """
        p, k = self.p, self.k
        low, high = float(self.last_low), float(self.last_high)
        share = self.sensitivity / float(p.capacity) if p.capacity is not None else 0.0
        if k == 0 or share == 0.0 or share >= 1:
            return 1 + self.sensitivity / high
        scale = float(p.dilution / (p.blend_high * (1 + p.rounding)))

        def dilutions_error(aliquot: float) -> float:
            each = max(1.0, scale * aliquot) ** (1 / k)
            return (1 + share * max(1.0, each - 1)) ** k

        # The first factor grows with the last aliquot, the second shrinks. Between two rungs of a ladder their
        # product is at least the first at the lower rung times the second at the upper one.
        rungs = [low * (high / low) ** (i / 200) for i in range(201)]
        return min(
            dilutions_error(lower) * (1 + self.sensitivity / upper)
            for lower, upper in zip(rungs, rungs[1:], strict=False)
        )

    def level(self, digits: int, count: int, drug: int | None = None) -> list[Chain]:
        """The first `count` plans with this sum of digits, by rounding, drug, powder and amounts.

        With `drug`, only plans that weigh this much drug.
        """
        found: list[Chain] = []
        hopeless: set[tuple[Pair, int]] = set()
        for group in self._groups(digits, drug, hopeless):
            chains = _Walk(self, digits, group, drug).best(count - len(found))
            found += chains
            if len(found) >= count:
                break
            if not chains:
                # Not the rounding but the chain itself may be what fails; then no other blend helps it.
                for product, endings in group.items():
                    for ending in endings:
                        walk = _Walk(self, digits, {product: [ending]}, drug, any_rounding=True)
                        if not walk.best(1):
                            hopeless.add((product, ending.aliquot))
        return found

    # Dilutions and their products.

    def dilutions(self, cost: int) -> _Dilutions:
        """The dilutions t/a among amounts whose digits sum to `cost`."""
        key = (1, cost)
        if key not in self._products:
            found: _Found = {}
            collect = self._collect_dilutions if self.p.capacity is None else self._collect_loads
            for digits in range(max(1, cost - self.most), min(self.most, cost - 1) + 1):
                collect(digits, cost - digits, found)
            self._products[key] = _in_order(found)
        return self._products[key]

    def _collect_dilutions(self, digits_a: int, digits_t: int, found: _Found) -> None:
        low, high = self.dilution_low, self.dilution_high
        first, last = 10 ** (digits_t - 1), 10**digits_t - 1
        # The decades of a pair change no dilution; how far they lie apart does.
        apart = range(digits_a - digits_t - 1, digits_a - digits_t + len(str(int(high))) + 2)
        for a in range(10 ** (digits_a - 1), 10**digits_a):
            if a % 10 == 0:
                continue
            for decades in apart:
                top, bottom = 10 ** max(0, decades), a * 10 ** max(0, -decades)
                least = -(-low.numerator * bottom // (low.denominator * top))
                most = high.numerator * bottom // (high.denominator * top)
                for t in range(max(first, least), min(last, most) + 1):
                    if t % 10 and t * top > bottom:
                        shared = gcd(t * top, bottom)
                        found[t * top // shared, bottom // shared] = (t * top / bottom, 1.0)

    def _collect_loads(self, digits_a: int, digits_t: int, found: _Found) -> None:
        """With a capacity few amounts are left, and it is these that are paired."""
        p = self.p
        if p.capacity is None:
            return
        for a in self.amounts.of_digits(max(p.least, self.least_load), p.capacity, digits_a):
            error = 1 + self.sensitivity / a
            low = max(self.dilution_low * a, Fraction(a + p.least))
            high = min(self.dilution_high * a, Fraction(a + p.capacity))
            for t in self.amounts.of_digits(low, high, digits_t):
                shared = gcd(t, a)
                pair = (t // shared, a // shared)
                if pair not in found or found[pair][1] > error:
                    found[pair] = (t / a, error)

    def _dilutions_of(self, drug: int, digits: int) -> _Dilutions:
        """The dilutions t/drug with totals of so many digits."""
        found: _Found = {}
        for t in self.amounts.of_digits(drug + self.p.least, self.dilution_high * drug, digits):
            shared = gcd(t, drug)
            found[t // shared, drug // shared] = (t / drug, 1 + self.sensitivity / drug)
        return _in_order(found)

    def _pairs(self, cost: int) -> _Dilutions:
        """The products of two dilutions whose digits sum to `cost`."""
        key = (2, cost)
        if key not in self._products:
            found: _Found = {}
            for first in range(2, cost // 2 + 1):
                self._multiply(self.dilutions(first), self.dilutions(cost - first), found)
            self._products[key] = _in_order(found)
        return self._products[key]

    def products(self, stages: int, cost: int) -> _Dilutions:
        """The products of none, one or two dilutions whose digits sum to `cost`."""
        if stages == 0:
            return [(1.0, (1, 1), 1.0)] if cost == 0 else []
        return self.dilutions(cost) if stages == 1 else self._pairs(cost)

    def _sides(self, cost: int, drug: int | None) -> Iterator[tuple[_Dilutions, _Dilutions]]:
        """Two lists whose products are the products of all k dilutions with digits summing to `cost`."""
        k = self.k
        if drug is None or k == 0:
            left = 2 if k == 4 else min(k, 1)
            for left_cost in range(2 * left, cost - 2 * (k - left) + 1):
                yield self.products(left, left_cost), self.products(k - left, cost - left_cost)
            return
        for digits in range(1, self.most + 1):
            firsts, rest = self._dilutions_of(drug, digits), cost - digits_of(drug) - digits
            if k < 4:
                yield firsts, self.products(k - 1, rest)
                continue
            for single in range(2, rest - 1):
                found: _Found = {}
                self._multiply(firsts, self.dilutions(single), found)
                yield _in_order(found), self._pairs(rest - single)

    def _multiply(self, lefts: _Dilutions, rights: _Dilutions, found: _Found) -> None:
        """Adds the products of two lists, for each product the least error it can have."""
        limit = self.limit / self.least_errors ** (self.k - 2) / self.last_error
        for size, (top, bottom), error in lefts:
            for size2, (top2, bottom2), error2 in rights:
                both = error * error2
                if both > limit:
                    continue
                a, b = top * top2, bottom * bottom2
                shared = gcd(a, b)
                pair = (a // shared, b // shared)
                if pair not in found or found[pair][1] > both:
                    found[pair] = (size * size2, both)

    # Groups of endings, nearest to the dose first.

    def _candidates(self, digits: int, drug: int | None) -> Iterator[tuple[Pair, int]]:
        """The products of the dilutions and the last aliquots that bring the blend into its range."""
        p = self.p
        low_factor = float(p.dilution / (p.blend_high * (1 + p.rounding))) / MARGIN
        high_factor = float(p.dilution / (p.blend_low * (1 - p.rounding))) * MARGIN
        for own in range(1, self.most + 1):
            if self.k == 0:
                if own == digits:
                    aliquots = self.amounts.of_digits(self.last_low, self.last_high, own)
                    yield from (((1, 1), aliquot) for aliquot in aliquots if drug in (None, aliquot))
                continue
            aliquots = self.amounts.of_digits(self.last_low, self.last_high, own)
            seen: set[tuple[Pair, int]] = set()
            for lefts, rights in self._sides(digits - own, drug) if aliquots else ():
                if not lefts or not rights:
                    continue
                sizes = [size for size, _, _ in rights]
                for aliquot in aliquots:
                    low, high = low_factor * aliquot, high_factor * aliquot
                    limit = self.limit / (1 + self.sensitivity / aliquot)
                    for size, (top, bottom), error in lefts:
                        start = bisect_left(sizes, low / size)
                        for at in range(start, bisect_right(sizes, high / size, start)):
                            _, (top2, bottom2), error2 = rights[at]
                            if error * error2 > limit:
                                continue
                            a, b = top * top2, bottom * bottom2
                            shared = gcd(a, b)
                            seen.add(((a // shared, b // shared), aliquot))
            yield from seen

    def _groups(self, digits: int, drug: int | None, hopeless: set[tuple[Pair, int]]) -> Iterator[_Group]:
        """Products and the endings they may have, in groups of one size of the rounding error, the least first."""
        exact: _Group = defaultdict(list)
        others = []
        for product, aliquot in self._candidates(digits, drug):
            ideal, unit, low, high = self._blends(product, aliquot)
            if low > high:
                continue
            if ideal % (unit * self.p.multiple) == 0 and low <= ideal // unit <= high:
                exact[product].append(_Ending(aliquot, ideal // unit, Fraction(0)))
            others.append((product, aliquot, ideal, unit, low, high))
        if exact:
            yield exact
        yield from self._inexact_groups(others, hopeless)

    def _inexact_groups(
        self, candidates: list[tuple[Pair, int, int, int, int, int]], hopeless: set[tuple[Pair, int]]
    ) -> Iterator[_Group]:
        step = self.p.multiple
        waiting: list[tuple[Fraction, int, int, int]] = []

        def push(index: int, blend: int, towards: int) -> None:
            _, _, ideal, unit, low, high = candidates[index]
            if low <= blend <= high:
                size = abs(Fraction(ideal - blend * unit, blend * unit))
                heappush(waiting, (size, index, blend, towards))

        for index, (_, _, ideal, unit, low, high) in enumerate(candidates):
            below = ideal // unit // step * step
            if below * unit == ideal:
                below -= step
            above = below + step if (below + step) * unit != ideal else below + 2 * step
            push(index, min(below, high), -step)
            push(index, max(above, low), step)
        while waiting:
            size = waiting[0][0]
            group: _Group = defaultdict(list)
            while waiting and waiting[0][0] == size:
                _, index, blend, towards = heappop(waiting)
                product, aliquot, ideal, unit, _, _ = candidates[index]
                if (product, aliquot) in hopeless:
                    continue
                rounding = Fraction(ideal - blend * unit, blend * unit)
                group[product].append(_Ending(aliquot, blend, rounding))
                push(index, blend + towards, towards)
            if group:
                yield group

    def _blends(self, product: Pair, aliquot: int) -> tuple[int, int, int, int]:
        """The blend that gives the dose, as numerator and denominator, and the range in which one may be chosen.

        Blends that break a limit by the last aliquot alone are left out. With triturations the other weighings add
        to its error, so that a blend which only just keeps the limit is left out too.
        """
        p = self.p
        ideal = p.dilution.numerator * aliquot * product[1]
        unit = p.dilution.denominator * product[0]
        blend = Fraction(ideal, unit)
        low = max(blend / (1 + p.rounding), Fraction(p.blend_low), Fraction(aliquot + p.least))
        high = min(blend / (1 - p.rounding), Fraction(p.blend_high), p.most_dilution * aliquot)
        if p.capacity is not None:
            high = min(high, Fraction(aliquot + p.capacity))
        share = p.sensitivity / aliquot
        low = max(low, blend * (1 + share) / (1 + p.dose_error))
        if p.dose_error < 1:
            high = min(high, blend * (1 - share) / (1 - p.dose_error))
        step = p.multiple
        return ideal, unit, -(-low // step) * step, high // step * step


def _in_order(found: _Found) -> _Dilutions:
    return sorted((size, pair, error) for pair, (size, error) in found.items())


class _Walk:
    """The chains behind a group of endings, from the least drug upward."""

    def __init__(
        self, stage: _Stage, digits: int, group: _Group, drug: int | None = None, *, any_rounding: bool = False
    ) -> None:
        self.stage, self.p, self.k = stage, stage.p, stage.k
        self.digits, self.group, self.drug, self.any_rounding = digits, group, drug, any_rounding
        endings = [ending for found in group.values() for ending in found]
        rounding = self.p.rounding if any_rounding else abs(endings[0].rounding)
        self.limit = float((1 + self.p.dose_error) / (1 - rounding)) * MARGIN
        self.last_error = 1 + stage.sensitivity / max(ending.aliquot for ending in endings)
        self.blend = min(ending.blend for ending in endings)
        self.product_low = min(top / bottom for top, bottom in group) / MARGIN
        self.product_high = max(top / bottom for top, bottom in group) * MARGIN
        self.allowed = self._prefixes()
        self.found: list[tuple[int, int, tuple[int, ...], Chain]] = []
        self.count = 0

    def _prefixes(self) -> list[set[Pair] | None]:
        """For each number of triturations made, the products of dilutions from which the group can be reached.

        None where the set would cost more than it saves.
        """
        stage, k = self.stage, self.k
        allowed: list[set[Pair] | None] = [None] * (k + 1)
        allowed[k] = set(self.group)
        most_single, most_double = self.digits - (2 * k - 1), self.digits - (2 * k - 3)
        singles = [pair for cost in range(2, most_single + 1) for _, pair, _ in stage.products(1, cost)]
        if k >= 2 and len(singles) * len(self.group) <= 200_000:
            allowed[k - 1] = {_quotient(product, single) for product in self.group for single in singles}
        if k >= 3:
            doubles = {pair for cost in range(4, most_double + 1) for _, pair, _ in stage.products(2, cost)}
            heads = doubles if k == 4 else singles
            if len(heads) * len(self.group) <= 400_000:
                allowed[k - 2] = {
                    head for head in heads if any(_quotient(product, head) in doubles for product in self.group)
                }
        return allowed

    def best(self, count: int) -> list[Chain]:
        """The first `count` chains by drug, powder and amounts."""
        self.count = count
        p, k = self.p, self.k
        if self.drug is not None:
            drugs: Iterable[int] = [self.drug]
        else:
            # What the last aliquot leaves of the error limit bounds the drug from below.
            room = self.limit / self.last_error - 1 if k else self.limit - 1
            if room <= 0:
                return []
            low = max(p.least, int(self.stage.sensitivity / room / MARGIN))
            high = p.capacity if k else max(ending.aliquot for found in self.group.values() for ending in found)
            drugs = self.stage.amounts.upward(low, high, self.digits - 2 * k)
        for drug in drugs:
            if len(self.found) >= count and drug > self.found[count - 1][0]:
                break
            self._descend((drug,), (), 1, 1, digits_of(drug), 1.0, 0)
        return [chain for _, _, _, chain in self.found[:count]]

    def _descend(
        self, taken: tuple[int, ...], totals: tuple[int, ...], top: int, bottom: int, digits: int, error: float,
        powder: int,
    ) -> None:  # fmt: skip
        """Goes on from concentrate taken[-1], with the dilutions so far at top/bottom and their errors in `error`."""
        p, k, i = self.p, self.k, len(totals)
        concentrate = taken[-1]
        error *= 1 + self.stage.sensitivity / concentrate
        if i == k:
            self._end(taken, totals, (top, bottom), digits, powder)
            return
        if error * self._least_error_after(concentrate, i) > self.limit:
            return
        so_far = top / bottom
        rest = float(self.stage.dilution_high) ** (k - i - 1)
        low = max(float(concentrate + p.least), concentrate * self.product_low / so_far / rest)
        high = min(p.most_dilution * concentrate, concentrate * self.product_high / so_far * MARGIN)
        if p.capacity is not None:
            high = min(high, concentrate + p.capacity)
        allowed = self.allowed[i + 1]
        digits_left = self.digits - digits - 2 * (k - i - 1) - 1
        for total in self.stage.amounts.between(low, high, digits_left):
            own = digits_of(total)
            a, b = top * total, bottom * concentrate
            shared = gcd(a, b)
            pair = (a // shared, b // shared)
            if allowed is not None and pair not in allowed:
                continue
            if self._too_much_powder(taken[0], powder + total, pair, i + 1, error):
                continue
            if i + 1 == k:
                self._descend_last(taken, (*totals, total), pair, digits + own, error, powder + total)
            else:
                self._take(taken, (*totals, total), pair, digits + own, error, powder + total)

    def _take(
        self, taken: tuple[int, ...], totals: tuple[int, ...], pair: Pair, digits: int, error: float, powder: int
    ) -> None:
        """Takes every aliquot that the trituration and the error limit allow."""
        p, i = self.p, len(totals)
        high = p.most_share * totals[-1]
        if p.capacity is not None:
            high = min(high, Fraction(p.capacity))
        room = self.limit / (error * self._least_error_after(int(high), i)) - 1
        if room <= 0:
            return
        low = max(float(p.least), self.stage.sensitivity / room / MARGIN)
        digits_left = self.digits - digits - 2 * (self.k - i)
        for aliquot in self.stage.amounts.between(low, high, digits_left):
            self._descend((*taken, aliquot), totals, *pair, digits + digits_of(aliquot), error, powder)

    def _descend_last(
        self, taken: tuple[int, ...], totals: tuple[int, ...], pair: Pair, digits: int, error: float, powder: int
    ) -> None:
        for aliquot in {ending.aliquot for ending in self.group[pair]}:
            own = digits_of(aliquot)
            if digits + own == self.digits and aliquot <= self.p.most_share * totals[-1]:
                self._descend((*taken, aliquot), totals, *pair, digits + own, error, powder)

    def _least_error_after(self, concentrate: int, i: int) -> float:
        """A lower bound of the errors of the aliquots still to come after concentrate number i."""
        p = self.p
        error, largest = self.last_error, float(concentrate)
        growth = float(p.most_dilution * p.most_share)
        for _ in range(self.k - i - 1):
            largest *= growth
            if p.capacity is not None:
                largest = min(largest, float(p.capacity))
            error *= 1 + self.stage.sensitivity / largest
        return error

    def _too_much_powder(self, drug: int, powder: int, pair: Pair, made: int, error: float) -> bool:
        """Whether no chain from here can still be among the best.

        The totals to come have a product of at least the dilution to come times the aliquots to come, and these a
        product bounded from below by the error that is left; of a given product the sum is least when all are equal.
        """
        if len(self.found) < self.count:
            return False
        best_drug, best_powder = self.found[self.count - 1][:2]
        if drug < best_drug:
            return False
        left = self.k - made
        if left == 0:
            return powder + self.blend > best_powder
        room = (self.limit / error / self.last_error) ** (1 / left) - 1
        if room <= 0:
            return True
        least = max(float(self.p.least), self.stage.sensitivity / room)
        product = self.product_low * pair[1] / pair[0] * least**left
        return powder + left * product ** (1 / left) / MARGIN + self.blend > best_powder

    def _end(
        self, taken: tuple[int, ...], totals: tuple[int, ...], pair: Pair, digits: int, powder: int
    ) -> None:
        for ending in self.group[pair]:
            if ending.aliquot != taken[-1] or digits != self.digits:
                continue
            chain = Chain(taken, totals, ending.blend, ending.rounding, digits)
            if not (_keeps_limits(self.p, chain) if self.any_rounding else is_admissible(self.p, chain)):
                continue
            self.found.append((taken[0], powder + ending.blend, chain.amounts, chain))
            self.found.sort(key=lambda item: item[:3])
            del self.found[self.count :]


def _quotient(product: Pair, single: Pair) -> Pair:
    top, bottom = product[0] * single[1], product[1] * single[0]
    shared = gcd(top, bottom)
    return top // shared, bottom // shared


def ranked(problem: Problem, count: int) -> list[Chain]:
    """The first `count` plans of the whole ranking `simple`: triturations, digits, rounding, drug, powder, amounts."""
    found: list[Chain] = []
    for k in range(MOST_TRITURATIONS + 1):
        stage = _Stage(problem, k, 3 if k <= 1 else 2)
        if not stage.is_promising():
            continue
        for digits in range(2 * k + 1, stage.most * (2 * k + 1) + 1):
            found += stage.level(digits, count - len(found))
            if len(found) >= count:
                return found
    return found


class Prefer(Enum):
    SIMPLE = "simple"
    DRUG = "drug"
    POWDER = "powder"


def search(problem: Problem, prefer: Prefer, count: int) -> list[Chain]:
    return ranked(problem, count)


def feasible(problem: Problem) -> bool:
    return bool(ranked(problem, 1))


def least_blend(problem: Problem, above: int) -> int | None:
    return None


def first_difference(prefer: Prefer, best: Chain, other: Chain) -> str:
    return "drug"
