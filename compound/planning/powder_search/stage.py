"""Products of dilutions, and the endings they lead to: a product, a last aliquot, and blends that come near the dose.

The dose depends on the dilutions t1/a0 … tk/ak-1 and on the last aliquot alone, and few values of these exist among
amounts of few digits. So for each number of triturations and each sum of digits the products of k dilutions that bring
the blend into its range are listed, each with the blends that come nearest to the dose.

Every weighing of an amount a adds log(1 + S/a) to the error of the dose; this is called its error here. A capacity
bounds the amounts from above, and so the errors from below: the more so, the more is to be diluted. Without a capacity
the weighings before the last aliquot can be made as heavy as one likes, and only the last aliquot has an error that
counts; it must leave room for the others, so that it stays below the limit and does not only reach it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import atanh, ceil, exp, expm1, floor, gcd, inf, log, log1p, log10
from typing import NamedTuple

from compound.planning.powder_search.problem import (
    ALMOST_ONE,
    FLOAT_MARGIN,
    Amounts,
    Effort,
    Errors,
    Problem,
    digits_of,
    multiple_from,
)

RUNGS = 24  # of the ladder on which the last aliquot is bounded
STEPS = 16  # in a factor of e, at which what is left for the errors of a product is kept

Pair = tuple[int, int]  # a dilution, or a product of dilutions, in lowest terms: total, concentrate


class Product(NamedTuple):
    """A product of dilutions: its logarithm and its exact value, and what it can be made of.

    `error` is the least error that its concentrates can have, `total` the largest total among its dilutions.
    """

    size: float
    top: int
    bottom: int
    error: float
    total: float


_NO_DILUTION = Product(0.0, 1, 1, 0.0, 0.0)
_Table = dict[Pair, Product]


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


class Ending:
    """A product of dilutions and a last aliquot; the blend that gives the dose is ideal/unit; blends to choose from."""

    __slots__ = ("aliquot", "high", "ideal", "low", "product", "unit")

    def __init__(self, product: Pair, aliquot: int, ideal: int, unit: int, low: int, high: int) -> None:
        self.product, self.aliquot, self.ideal, self.unit, self.low, self.high = product, aliquot, ideal, unit, low, high

    def size_of_rounding(self, blend: int) -> float:
        """|ρ|, correctly rounded, so that of two different floats the smaller belongs to the smaller |ρ|."""
        return abs(self.ideal - blend * self.unit) / (blend * self.unit)

    def rounding(self, blend: int) -> Fraction:
        """ρ, exactly."""
        return Fraction(self.ideal - blend * self.unit, blend * self.unit)

    def narrow(self, least_dose: float, largest_dose: float, multiple: int) -> None:
        """Leaves out the blends with which the dose would be less or more than these parts of the label."""
        if least_dose > largest_dose or largest_dose <= 0:
            self.high = self.low - 1
            return
        blend = self.ideal / self.unit
        self.low = max(self.low, multiple_from(blend / largest_dose, multiple))
        if least_dose > 0:
            self.high = min(self.high, floor(blend / least_dose) // multiple * multiple)


def _keep(found: _Table, product: Product) -> None:
    """Keeps a product with the least error and the largest total that it can have, be it not at the same time."""
    pair = product.top, product.bottom
    before = found.get(pair)
    if before is not None and (before.error < product.error or before.total > product.total):
        product = Product(*product[:3], min(before.error, product.error), max(before.total, product.total))
    found[pair] = product


def reduced(top: int, bottom: int) -> Pair:
    """A quotient in lowest terms."""
    shared = gcd(top, bottom)
    return top // shared, bottom // shared


def quotient(product: Pair, part: Pair) -> Pair:
    """What a part must be multiplied by to give a product."""
    return reduced(product[0] * part[1], product[1] * part[0])


def _without_trailing_zero(digits: int) -> list[int]:
    return [amount for amount in range(10 ** (digits - 1), 10**digits) if amount % 10]


class Stage:
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
        self.errors = Errors(p, k + 1)
        self.limit = self.errors.largest(float(p.rounding))
        self.both_sides = atanh(min(float(p.dose_error), ALMOST_ONE)) + FLOAT_MARGIN
        self._tables: dict[tuple[int, int], _Table] = {}
        self._lists: dict[tuple[int, int], list[Product]] = {}
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
        self.log_most_dilution = log(self.most_dilution) + FLOAT_MARGIN
        self.fixed_dilution = self.fixed_error = 0.0
        self.free = self.k
        if self.drug is not None and self.k:
            self.free -= 1
            self.fixed_error = self.error(self.drug)
            self.fixed_dilution = log(self.most_total(self.drug) / self.drug) + FLOAT_MARGIN

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
        bounds_above = [Fraction(p.most_concentrate)]
        bounds_above.append(p.blend_high * self.most_dilution**self.k * (1 + p.rounding) / p.dilution)
        if p.capacity is not None:
            bounds_below.append(p.blend_low * (1 - sum(p.additions, Fraction(0))) - p.capacity)
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

    def _size_low(self, aliquot: int) -> float:
        """The logarithm of the least product of dilutions that a last aliquot needs. It grows with the aliquot."""
        p = self.p
        blend = min(p.blend_high, p.most_blend(aliquot))
        return log(float(p.dilution) * aliquot / blend) - log1p(float(p.rounding)) - FLOAT_MARGIN

    def _size_high(self, aliquot: int) -> float:
        """The logarithm of the largest product of dilutions that a last aliquot needs. It grows with the aliquot."""
        p = self.p
        blend = max(p.blend_low, p.least_blend(aliquot))
        return log(float(p.dilution) * aliquot / blend) - log1p(-float(p.rounding)) + FLOAT_MARGIN

    def _least_error(self, dilutions: int, size: float) -> float:
        """A lower bound of the error of so many free dilutions whose product has at least this size.

        A capacity C allows a dilution by x to concentrates of at most C/(x - 1). With the product given, the errors
        are least when all dilutions are equal, for log(1 + S/C (e^y - 1)) is convex in y as long as S < C.
        """
        if size > dilutions * self.log_most_dilution + FLOAT_MARGIN:
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

    def products(self, dilutions: int, digits: int) -> list[Product]:
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
            _keep(found, Product(size, *reduced(top, bottom), error, total))

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
        self, lefts: Iterable[Product], rights: list[Product], dilutions: int, found: _Table
    ) -> None:  # fmt: skip
        """Adds the products of two lists, of so many free dilutions, each with the least error it can have."""
        low, high = self.sizes(dilutions)
        rest = self.free - dilutions
        sizes = [right.size for right in rights]
        for left in lefts:
            first = bisect_left(sizes, low - left.size - FLOAT_MARGIN)
            last = bisect_right(sizes, high - left.size + FLOAT_MARGIN)
            for right in rights[first:last]:
                size, error = left.size + right.size, left.error + right.error
                if not self.has_room(error, rest, size):
                    continue
                pair = reduced(left.top * right.top, left.bottom * right.bottom)
                _keep(found, Product(size, *pair, error, max(left.total, right.total)))

    def _first_dilutions(self, digits: int) -> list[Product]:
        """The dilutions of the given drug, with totals of so many digits. Its error is not counted again."""
        if self.drug is None:
            return []
        totals = self.amounts.of_digits(self.drug + self.p.least, self.most_total(self.drug), digits)
        return sorted(Product(log(total / self.drug), *reduced(total, self.drug), 0.0, total) for total in totals)

    def _halves(self, digits: int) -> list[tuple[list[Product], list[Product]]]:
        """Pairs of lists whose products are the products of all k dilutions, with amounts of so many digits in all."""
        splits = self._free_halves(digits) if self.drug is None or not self.k else self._halves_behind_drug(digits)
        return [(lefts, rights) for lefts, rights in splits if lefts and rights]

    def _free_halves(self, digits: int) -> Iterator[tuple[list[Product], list[Product]]]:
        left, right = self.k // 2, self.k - self.k // 2
        # Of two halves of the same kind, the first has no more digits than the second.
        most = digits // 2 if left == right else digits - 2 * right
        for own in range(2 * left, min(most, 4 * left) + 1):
            yield self.products(left, own), self.products(right, digits - own)

    def _halves_behind_drug(self, digits: int) -> Iterator[tuple[list[Product], list[Product]]]:
        rest = digits - digits_of(self.drug or 0)
        for own in range(1, min(self.most, rest - 2 * self.free) + 1):
            firsts = self._first_dilutions(own)
            if self.k < 4:
                yield firsts, self.products(self.free, rest - own)
                continue
            for single in range(2, rest - own - 4 + 1):
                lefts = [
                    Product(
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
            self._lasts[digits] = [last for last in lasts if last.has_blend() and self.p.has_dose(last.amount, last.blend_high)]
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
            max(p.blend_low, p.least_blend(amount)), min(p.blend_high, p.most_blend(amount)),
            max(least, above), self.k > 0 and above >= least, min(largest, below), self.k > 0 and below <= largest,
        )  # fmt: skip

    def endings(self, digits: int, effort: Effort) -> Iterator[Ending]:
        """The endings of all plans with this sum of digits, and others that only the chains before them rule out.

        Raises TooMany.
        """
        others = 2 * self.k
        for own in range(max(1, digits - self.most * others), min(self.most, digits - others) + 1):
            lasts = self._last_aliquots(own)
            halves = self._halves(digits - own) if lasts else []
            for last in lasts:
                for product, error in self._products_before(last, halves, effort).items():
                    ending = self._ending(product, last, error)
                    if ending.low <= ending.high:
                        yield ending

    def _products_before(
        self, last: _Last, halves: list[tuple[list[Product], list[Product]]], effort: Effort
    ) -> dict[Pair, float]:  # fmt: skip
        """The products of all dilutions that a last aliquot may end, each with the least error of the free ones."""
        found: dict[Pair, float] = {}
        least_total = last.amount / float(self.p.most_share) * (1 - FLOAT_MARGIN)
        for lefts, rights in halves:
            sizes = [right.size for right in rights]
            for left in lefts:
                first = bisect_left(sizes, last.size_low - left.size - FLOAT_MARGIN)
                end = bisect_right(sizes, last.size_high - left.size + FLOAT_MARGIN, first)
                effort.spend(1 + end - first)
                for right in rights[first:end]:
                    error = left.error + right.error
                    if error <= last.room and (left.total >= least_total or right.total >= least_total or not self.k):
                        pair = reduced(left.top * right.top, left.bottom * right.bottom)
                        if pair not in found or error < found[pair]:
                            found[pair] = error
        return found

    def _ending(self, product: Pair, last: _Last, error: float) -> Ending:
        p, step = self.p, self.p.multiple
        ideal = p.dilution.numerator * last.amount * product[1]
        unit = p.dilution.denominator * product[0]
        low, rest = divmod(ideal * last.above.numerator, unit * last.above.denominator)
        high, over = divmod(ideal * last.below.numerator, unit * last.below.denominator)
        low = max(low + (rest > 0 or last.above_open), last.blend_low)
        high = min(high - (over == 0 and last.below_open), last.blend_high)
        if p.additions:
            least, most = p.blends_beside(last.amount, Fraction(ideal, unit), reached=self.k == 0)
            low, high = max(low, least), min(high, most)
        ending = Ending(product, last.amount, ideal, unit, -(-low // step) * step, high // step * step)
        if error or self.fixed_error:
            ending.narrow(*self.errors.doses(error + self.fixed_error + last.error), step)
        return ending
