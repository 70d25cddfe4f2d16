"""Totals and concentrates chosen together, where little is left to choose: each mixture with what it may be made of.

Where the dilution asked for is near the largest there is, every mixture is nearly as much more than its concentrate as it
may be. Sorted by mass, the heaviest mixture may be made of the heaviest concentrate, and so on; so a set of totals with a
set of concentrates is a list of such pairs, and each pair uses up a part of the little that is left.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from math import exp, expm1, inf, log, log1p
from typing import NamedTuple

from compound.planning.powder_search.amounts import MARGIN, AmountRow, RowAmount
from compound.planning.powder_search.bounds import Bounds
from compound.planning.powder_search.problem import Units


class DrugWeighing(NamedTuple):
    """A drug weighing that is set before the other amounts, in units, and its digits."""

    amount: Units
    digits: int


class Paired(NamedTuple):
    """A set of totals, descending, and one of concentrates, ascending; `drug` is set apart where it is set."""

    totals: tuple[int, ...]
    drug: Units | None
    others: tuple[int, ...]


class _Left(NamedTuple):
    """What the pairs that are still to be chosen may have: how many they are, digits, powder, the errors of both sides, the logarithm
    of their dilution, and the mixture and the concentrate that are no lighter.
    """

    pairs: int
    digits: int
    least_powder: float
    most_powder: float
    up: float
    down: float
    low: float
    high: float
    mixture: float
    concentrate: float


class Pairs:
    """The pairs of one level: `powder` bounds what all totals weigh, `digits` are those of totals and concentrates."""

    def __init__(self, bounds: Bounds, taken: AmountRow, made: AmountRow, powder: tuple[float, float], digits: int) -> None:
        self.bounds, self.p, self.k = bounds, bounds.p, bounds.k
        self.taken, self.made, self.powder, self.digits = taken, made, powder, digits
        self.most_each, self.least_each = log(float(self.p.most_dilution)) + MARGIN, log(bounds.least_dilution) - MARGIN

    def all(self, drugs: list[DrugWeighing] | None) -> set[Paired]:
        """All of them, each once; with one of the drug weighings where they are given."""
        found: set[Paired] = set()
        low, high = self.p.blend_low / float(self.p.most_dilution), self.bounds.most_last
        # Each other amount has a digit at least, but for whole tablets, whose count is no amount to be read off.
        others = 2 * self.k if drugs is None else 2 * self.k - 1 + min((drug.digits for drug in drugs), default=1)
        for last, own, up, down, digits in _between(self.taken, self.digits - others, low, high):
            left = _Left(
                self.k, self.digits - digits, *self.powder, self.bounds.budgets[0] - up, self.bounds.budgets[1] - down,
                own - self.bounds.high, own - self.bounds.low, inf, inf,
            )  # fmt: skip
            for drug in [None] if drugs is None else drugs:
                pairs = self._extend(left, last, (), ()) if drug is None else self._with(drug, left, last)
                for made, taken in pairs:
                    found.add(Paired(tuple(sorted(made, reverse=True)), drug and drug.amount, tuple(sorted((*taken, last)))))
        return found

    def _with(self, drug: DrugWeighing, left: _Left, last: int) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """The totals, and the concentrates but the last one and the drug."""
        off, rest = self.bounds.sensitivity / float(drug.amount), left.pairs - 1
        if off >= 1 or min(left.up - log1p(off), left.down + log1p(-off)) < 0:
            return
        low, high = self._dilutions(left)
        self.bounds.work.spend()
        own, digits = log(drug.amount), left.digits - drug.digits
        most = min(exp(own + high), left.most_powder - rest * self.bounds.least_total)
        for total, size, _, _, figures in _between(self.made, digits - 2 * rest, exp(own + low), most):
            after = self._after(left, digits - figures, total, size - own, log1p(off), -log1p(-off))
            if rest:
                yield from self._extend(after, last, (total,), ())
            elif self._is_done(after):
                yield (total,), ()

    def _extend(
        self, left: _Left, last: int, made: tuple[int, ...], taken: tuple[int, ...]
    ) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
        """The totals, and the concentrates but the last one, that begin with these; both descend."""
        if min(left.up, left.down) <= 0:
            return
        rest, sensitivity = left.pairs - 1, self.bounds.sensitivity
        low, high = self._dilutions(left)
        # The concentrates that follow are no heavier, and err no less.
        lightest = max(
            self.bounds.least, sensitivity / expm1(left.up / left.pairs), sensitivity / -expm1(-left.down / left.pairs)
        ) * (1 - MARGIN)  # fmt: skip
        least = max(left.least_powder / left.pairs, lightest * exp(low)) * (1 - MARGIN)
        most = min(left.mixture, left.most_powder - rest * self.bounds.least_total)
        for total, size, _, _, figures in _between(self.made, left.digits - 1 - 2 * rest, least, most):
            self.bounds.work.spend()
            least_taken, most_taken = max(lightest, total * exp(-high)), min(left.concentrate, total * exp(-low))
            if total > self.p.blend_high:
                least_taken = max(least_taken, last)
            if total < self.p.blend_low:
                most_taken = min(most_taken, last)
            digits = left.digits - figures
            if not rest:
                more_up, more_down = self.bounds.portions(total)
                most_up, most_down = left.up - more_up, left.down - more_down
                for amount, _, up, down, _ in _within(self.taken.of.get(digits, []), least_taken, most_taken):
                    if up <= most_up and down <= most_down:
                        yield (*made, total), (*taken, amount)
                continue
            for amount, own, up, down, its in _between(self.taken, digits - 2 * rest, least_taken, most_taken):
                after = self._after(left, digits - its, total, size - own, up, down)
                after = after._replace(mixture=total, concentrate=amount)
                yield from self._extend(after, last, (*made, total), (*taken, amount))

    def _dilutions(self, left: _Left) -> tuple[float, float]:
        """The least and the largest logarithm of the dilution that the next pair may have."""
        rest = left.pairs - 1
        return max(self.least_each, left.low - rest * self.most_each), min(self.most_each, left.high - rest * self.least_each)

    def _after(self, left: _Left, digits: int, total: int, gained: float, up: float, down: float) -> _Left:
        """What is left after a pair with that total, dilution and errors."""
        more_up, more_down = self.bounds.portions(total)
        return left._replace(
            pairs=left.pairs - 1, digits=digits, least_powder=left.least_powder - total, most_powder=left.most_powder - total,
            up=left.up - up - more_up, down=left.down - down - more_down, low=left.low - gained, high=left.high - gained,
        )  # fmt: skip

    @staticmethod
    def _is_done(left: _Left) -> bool:
        return (
            left.digits == 0 and left.low <= 0 <= left.high and left.least_powder <= 0 <= left.most_powder
            and min(left.up, left.down) >= 0
        )  # fmt: skip


def _between(row: AmountRow, digits: int, low: float, high: float) -> list[RowAmount]:
    """The amounts of up to so many digits between two."""
    return [] if digits < 1 else _within(row.up_to[min(digits, row.most)], low, high)


def _within(pool: list[RowAmount], low: float, high: float) -> list[RowAmount]:
    if low > high:
        return []
    return pool[bisect_left(pool, (low * (1 - MARGIN),)) : bisect_right(pool, (high * (1 + MARGIN), inf))]
