"""What branch and bound knows of a place in the chain before it looks: bounds on dilution, powder and error."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import exp, inf, log, log1p
from typing import NamedTuple

from compound.planning.powder_search.problem import (
    FLOAT_MARGIN,
    Errors,
    Problem,
)

FINE_GRID = 1024  # cells in a factor of e, at which the least powder of what is to come is kept
CELL = 1 / 1024  # of a factor of e, in which largest dilutions are not told apart
LONGEST_FRONT = 3  # weighings whose combinations are listed one by one


class Node(NamedTuple):
    """A half-built chain whose concentrate stands last in `taken`.

    `need` is the product of the blend and of the totals to come, over that of the aliquots to come, if ρ is 0.
    """

    taken: tuple[int, ...]
    totals: tuple[int, ...]
    need: float
    error: float
    digits: int
    powder: int


class Positions:
    """What the order alone says of each position in a chain of k triturations.

    `least_taken[j]` and `least_total[j]` bound aⱼ and tⱼ from below, `most_size[m]` the logarithm of the product of
    the last m dilutions from above; the last of all is that of the blend.
    """

    def __init__(self, problem: Problem, k: int, amounts: list[int]) -> None:
        p = problem
        self.p, self.k, self.amounts = p, k, amounts
        self.limit = Errors(p, k + 1).largest(float(p.rounding))
        # How far the blend that gives the dose lies from the one taken, at most: 1/(1 + ρ), and ρ may be below 0.
        self.slack = 1 / (1 - float(p.rounding)) + FLOAT_MARGIN
        self.needed = log(float(p.dilution) / self.slack), log(float(p.dilution) * self.slack)
        self.sensitivity, self.dilution = float(p.sensitivity), float(p.most_dilution)
        self.capacity = inf if p.capacity is None else float(p.capacity)
        # What may come to a last aliquot: the diluent, and the additions of the largest blend.
        self.last_capacity = self.capacity + float(sum(p.additions) * p.blend_high)
        self.least_taken, self.least_total = [0.0] * (k + 1), [0.0] * (k + 1)
        dilutions = [1.0] * (k + 2)
        mixture = float(p.blend_low)
        for j in range(k, -1, -1):
            capacity = self.last_capacity if j == k else self.capacity
            taken = max(float(p.least), mixture / self.dilution, mixture - capacity) * BELOW
            self.least_taken[j] = taken
            dilutions[j + 1] = min(self.dilution, 1 + capacity / taken) * ABOVE
            if j == k:
                dilutions[j + 1] = max(1.0, min(dilutions[j + 1], p.blend_high / taken))
            if j:
                mixture = self.least_total[j] = max(2.0 * p.least, taken / float(p.most_share)) * BELOW
        self.most_dilution = dilutions
        self.most_size = [sum(map(log, dilutions[k + 2 - m :])) + FLOAT_MARGIN for m in range(k + 2)]
        self._large: dict[int, tuple[list[float], list[float]]] = {}
        self._own: tuple[list[float], list[float]] | None = None

    def error(self, amount: float) -> float:
        """The error of one weighing."""
        return log1p(self.sensitivity / amount)

    def least_drug(self) -> float:
        """A lower bound of the drug. Each aliquot is at most a share of its mixture, so the blend bounds the drug."""
        p = self.p
        content = float(p.dilution / (1 - p.rounding) * p.most_share**self.k)
        return max(float(p.least), self.least_taken[0], p.blend_low / content * BELOW)

    def least_error(self, concentrates: int, size: float) -> float:
        """A lower bound of the error of the last concentrates, whose dilutions have a product of at least e^size."""
        if concentrates == 0:
            return 0.0 if size <= FLOAT_MARGIN else inf
        if self.p.capacity is None:
            # Heavy enough, all but the last have no error that counts.
            if size > self.most_size[concentrates]:
                return inf
            last = max(0.0, size - self.most_size[concentrates] + self.most_size[1])
            return max(0.0, self.error(self.p.blend_high / exp(last)) - FLOAT_MARGIN)
        sizes, errors = self._large_dilutions(concentrates)
        i = bisect_left(sizes, size - FLOAT_MARGIN)
        return errors[i] - FLOAT_MARGIN if i < len(sizes) else inf

    def _large_dilutions(self, concentrates: int) -> tuple[list[float], list[float]]:
        """Logarithms of the products of the last dilutions, and errors: those that no others beat in both.

        Left out are products that are too small even when the dilutions before them are the largest possible. Those
        that are larger than all that is needed are of one size.
        """
        if concentrates not in self._large:
            before_them = self.most_size[self.k + 1] - self.most_size[concentrates]
            low, high = self.needed[0] - before_them - 2 * CELL, self.needed[1] + 2 * CELL
            if concentrates == 1:
                pairs = [(min(size, high), error) for size, error in map(self._last_dilution, self.amounts) if size > 0]
            else:
                before = self._large_dilutions(concentrates - 1)
                pairs = [
                    (min(size + other, high), error + spent)
                    for other, spent in zip(*before, strict=True)
                    for size, error in zip(*self._own_dilutions(), strict=True)
                    if error + spent <= self.limit and size + other >= low
                ]
            self._large[concentrates] = _unbeaten(pairs)
        return self._large[concentrates]

    def _last_dilution(self, aliquot: int) -> tuple[float, float]:
        """The largest dilution of a last aliquot into the blend, and its error; 0 if it cannot be the last."""
        blend = min(self.p.blend_high, aliquot * self.dilution, aliquot + self.last_capacity)
        heaviest = min(self.capacity, self.p.most_concentrate)
        if not max(self.least_taken[self.k], 1) <= aliquot <= heaviest or blend < self.p.blend_low * BELOW:
            return 0.0, inf
        return log(blend / aliquot), self.error(aliquot)

    def _own_dilutions(self) -> tuple[list[float], list[float]]:
        """The largest dilution of each concentrate into a trituration, and its error, as above."""
        if self._own is None:
            pairs = []
            for taken in self.amounts:
                most = bisect_right(self.amounts, min(taken * self.dilution * ABOVE, taken + self.capacity)) - 1
                if self.p.least <= taken <= self.capacity and self.amounts[most] > taken:
                    pairs.append((log(self.amounts[most] / taken), self.error(taken)))
            self._own = _unbeaten(pairs)
        return self._own


def _unbeaten(pairs: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    """Sizes, ascending, and errors of those that no other beats in both: at least the size, at most the error.

    Sizes closer than a cell are one, of the larger size and the smaller error: a bound stays a bound.
    """
    sizes: list[float] = []
    errors: list[float] = []
    for size, error in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
        if not errors or error < errors[-1]:
            if sizes and sizes[-1] - size < CELL:
                errors[-1] = error
            else:
                sizes.append(size)
                errors.append(error)
    return sizes[::-1], errors[::-1]


ABOVE, BELOW = 1 + FLOAT_MARGIN, 1 - FLOAT_MARGIN
