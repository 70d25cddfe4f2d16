"""The amounts of few digits that there are to choose from, and the sets of them that bounds do not rule out."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from math import ceil, exp, expm1, floor, inf, log, log1p

MARGIN = 1e-9  # of a logarithm; the floats here are right to some 10^-13


def amounts_between(low: float, high: float, digits: int, multiple: int) -> list[int]:
    """The multiples from `low` to `high` with just so many digits, zeros at both ends left out; ascending."""
    first, last = max(1, ceil(low)), floor(high)
    found: list[int] = []
    decade = 10 ** (len(str(first)) - 1)
    unit = 10 ** (digits - 1)
    while decade <= last:
        if decade >= unit:
            step = decade // unit
            start = -(-max(first, decade) // step) * step
            found += [one for one in range(start, min(last, decade * 10 - 1) + 1, step) if digits == 1 or one // step % 10]
        decade *= 10
    return [one for one in found if one % multiple == 0] if multiple > 1 else found


RowAmount = tuple[int, float, float, float, int]  # with its logarithm, its errors on both sides and its digits


class AmountRow:
    """The amounts of each number of digits up to `most`, ascending, each with its logarithm and its errors.

    An error is log(1 + S/a) for the high side of the dose and -log(1 - S/a) for the low one.
    """

    def __init__(self, low: float, high: float, most: int, multiple: int, sensitivity: float) -> None:
        self.of: dict[int, list[RowAmount]] = {
            digits: [
                (one, log(one), log1p(sensitivity / one), -log1p(-sensitivity / one) if one > sensitivity else inf, digits)
                for one in amounts_between(low, high, digits, multiple)
            ]
            for digits in range(1, most + 1)
        }
        self.most = most
        self.up_to: dict[int, list[RowAmount]] = {}
        merged: list[RowAmount] = []
        for digits in range(1, most + 1):
            merged = sorted(merged + self.of[digits])
            self.up_to[digits] = merged
        self.smallest = log(merged[0][0]) if merged else inf
        self.largest = log(merged[-1][0]) if merged else -inf


def concentrates(
    row: AmountRow, boxes: list[tuple[float, float]], digits: int, sensitivity: float, budgets: tuple[float, float],
    window: tuple[float, float],
) -> Iterator[tuple[tuple[int, ...], float, float]]:  # fmt: skip
    """The sets of amounts with so many digits in all, ascending, each with its errors on both sides.

    `boxes` are the least and the largest amount of each place, `budgets` what the errors of both sides may be in all,
    `window` the least and the largest logarithm of the product. Of a given product the errors are least when all amounts
    are equal, for log(1 + S e^-x) is convex in x.
    """
    count = len(boxes)
    if count == 0:
        if digits == 0 and window[0] <= 0 <= window[1]:
            yield (), 0.0, 0.0
        return

    low, high = window

    def extend(
        start: int, left: int, digits: int, size: float, up: float, down: float, taken: tuple[int, ...]
    ) -> Iterator[tuple[tuple[int, ...], float, float]]:
        rest = left - 1
        most = digits - rest
        if most < 1 or digits > left * row.most:
            return
        pool = row.of.get(digits, []) if rest == 0 else row.up_to[min(most, row.most)]
        lightest, heaviest = boxes[count - left]
        lightest = max(start, lightest, sensitivity / expm1(up) * (1 - MARGIN) if up > 0 else inf)
        for at in range(bisect_left(pool, (lightest,)), len(pool)):
            amount, own, above, below, figures = pool[at]
            if amount > heaviest or size + left * own > high:
                break
            if size + own + rest * row.largest < low or above > up or below > down:
                continue
            if not rest:
                yield (*taken, amount), budgets[0] - up + above, budgets[1] - down + below
                continue
            if digits - figures > rest * row.most:
                continue
            even = sensitivity * exp(-(high - size - own) / rest)
            if above + rest * log1p(even) > up or even >= 1 or below - rest * log1p(-even) > down:
                continue
            yield from extend(amount, rest, digits - figures, size + own, up - above, down - below, (*taken, amount))

    yield from extend(0, count, digits, 0.0, budgets[0], budgets[1], ())


Sum = tuple[float, int, tuple[int, ...]]  # of totals: the logarithm of their product, their sum, the totals


def totals(
    row: AmountRow, count: int, digits: int, most: float, window: tuple[float, float], budget: float
) -> Iterator[Sum]:
    """The sets of so many totals with so many digits in all, descending.

    The sum is at most `most`, the logarithm of the product lies in the `window`; of a given sum the product is largest
    when all are equal. The errors of the row are at most `budget` in all.
    """
    least_size, most_size = window
    if count == 0:
        if digits == 0 and least_size <= 0:
            yield 0.0, 0, ()
        return

    def extend(
        top: int, left: int, digits: int, size: float, weight: int, error: float, taken: tuple[int, ...]
    ) -> Iterator[Sum]:
        rest = left - 1
        if digits < left or digits > left * row.most:
            return
        pool = row.of.get(digits, []) if rest == 0 else row.up_to[min(digits - rest, row.most)]
        for amount, own, above, _, figures in reversed(pool):
            if amount > top or weight + amount > most or size + own + rest * row.smallest > most_size:
                continue
            if size + left * own < least_size or error + left * above > budget:
                break  # the others are no heavier
            if rest:
                room = most - weight - amount
                if room <= 0 or digits - figures > rest * row.most:
                    continue
                if size + own + rest * log(min(amount, room / rest)) < least_size:
                    continue
                yield from extend(
                    amount, rest, digits - figures, size + own, weight + amount, error + above, (*taken, amount)
                )
            else:
                yield size + own, weight + amount, (*taken, amount)

    yield from extend(floor(most), count, digits, 0.0, 0, 0.0, ())
