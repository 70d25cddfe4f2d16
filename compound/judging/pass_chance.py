"""What USP <905>, uniformity of dosage units, will say of a batch: the acceptance value, and the chance to pass.

Contents are in percent of the label, the target T being 100 %. The acceptance value to expect is worked out with 45
digits and given to 12. The chances are integrals over floats, good to 0.01 percentage points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from functools import cache, lru_cache
from itertools import pairwise

from compound.exact.errors import InputError
from compound.exact.real import PI, WORKING, Number, normal_density, normal_tail, root, twelve, working
from compound.exact.value import Value
from compound.wording.notation import number

_K10, _K30 = 2.4, 2.0
_L1 = 15.0
_L2 = 0.25
_NORMAL = 1 / math.sqrt(2 * math.pi)
_CHI9 = 2 / (2**4.5 * math.gamma(4.5))
_C10 = WORKING.multiply(working(Fraction(128, 105)), root(2 / PI))  # mean of s over σ, of ten units: 0.97266


class Prediction(Value):
    """What USP <905> will say of a batch of normally distributed content, in percent of the label.

    `acceptance_value` is the expected value for ten units, to 12 digits. The chances are in percent and at least what
    is stated: rounded down to 0.01 and never above 99.99. Before that they are good to 0.01 percentage points.
    """

    mean_percent: Decimal
    rsd_percent: Decimal
    batch_rsd_percent: Decimal
    acceptance_value: Decimal
    stage_1_percent: Decimal
    either_stage_percent: Decimal


@lru_cache(64)
def predict(mean_percent: Number, rsd_percent: Number, batch_rsd_percent: Number = 0) -> Prediction:
    """The acceptance value to expect of ten capsules, and the chance to pass stage 1, and stage 1 or 2, of USP <905>.

    `mean_percent` is the mean of the batch in percent of the label, `rsd_percent` the RSD from capsule to capsule,
    `batch_rsd_percent` the RSD of the mean of the batch itself. Raises InputError unless mean and RSD are above zero.
    """
    if mean_percent <= 0:
        raise InputError("mean_percent", f"a mean content above 0 % is needed, not {number(mean_percent)} %")
    if rsd_percent <= 0:
        raise InputError("rsd_percent", f"an RSD above 0 % is needed, not {number(rsd_percent)} %")
    if batch_rsd_percent < 0:
        raise InputError("batch_rsd_percent", f"an RSD cannot be negative, as {number(batch_rsd_percent)} % is")
    mean = float(mean_percent)
    deviation, batch = mean * float(rsd_percent) / 100, mean * float(batch_rsd_percent) / 100
    stage_1, either = chance_to_pass(mean, deviation, batch)
    return Prediction(
        twelve(mean_percent),
        twelve(rsd_percent),
        twelve(batch_rsd_percent),
        expected_acceptance_value(mean_percent, rsd_percent, batch_rsd_percent),
        _rounded_down(stage_1),
        _rounded_down(either),
    )


def _rounded_down(chance: float) -> Decimal:
    percent = Decimal(chance * 100).quantize(Decimal("0.01"), rounding=ROUND_FLOOR)
    return min(max(percent, Decimal(0)), Decimal("99.99"))


def expected_acceptance_value(mean_percent: Number, rsd_percent: Number, batch_rsd_percent: Number = 0) -> Decimal:
    """The expected acceptance value of ten units, to 12 digits: E|M − X̄| + 2.4 · E s, in percent of the label.

    X̄ is normal about the mean; M is X̄ held between 98.5 and 101.5. E s = 128/105 · √(2/π) · σ for ten units.
    """
    c, mean = WORKING, Fraction(mean_percent)
    deviation = mean * Fraction(rsd_percent) / 100
    spread = root(deviation**2 / 10 + (mean * Fraction(batch_rsd_percent) / 100) ** 2)
    off = c.add(_excess(working(Fraction("98.5") - mean), spread), _excess(working(mean - Fraction("101.5")), spread))
    return twelve(c.add(off, c.multiply(Decimal(str(_K10)), c.multiply(_C10, working(deviation)))))


def _excess(distance: Decimal, spread: Decimal) -> Decimal:
    """The mean of what a normal value (mean `distance`, deviation `spread`) has above zero."""
    c = WORKING
    z = c.divide(distance, spread)
    return c.add(c.multiply(distance, normal_tail(-z)), c.multiply(spread, normal_density(z)))


def chance_to_pass(mean: float, deviation: float, batch: float = 0.0, finer: float = 1.0) -> tuple[float, float]:
    """The chances to pass stage 1, and stage 1 or stage 2, of USP <905>; contents in percent of the label.

    The units are normal about a batch mean, with `deviation` (σ); the batch mean is normal about `mean` with `batch`.
    Good to 0.0001, which is 0.01 percentage points (`finer` multiplies the nodes of the integrals, to find that out).
    Of skewed content, as of a few large particles, a normal model knows nothing.

    Stage 1 passes if |M − X̄| + 2.4 s ≤ 15. X̄ and s are independent, so the chance is an integral over X̄ of the
    chi-square distribution of 9 s²/σ² at the largest s that passes.

    Stage 2 saves batches that fail stage 1, and whose 30 units give |M − X̄| + 2 s ≤ 15 with none outside 0.75 M to
    1.25 M. In the mean x of all 30, the difference d of the means of the first 10 and the other 20, and the sums of
    squares u and v within these two, everything is independent: x has the variance σ²/30 + batch², d 3σ²/20; u/σ² and
    v/σ² are chi-square of 9 and 19 degrees. The sum of squares of all 30 is u + v + (20/3) d². So the chance is an
    integral over x, d and u, from the least u that fails stage 1, of the chi-square distribution of v at the largest
    v that passes.

    No unit outside: taken off is the expected number of units outside in batches that would otherwise be saved. Among
    the first 10 it is exact: a unit's deviation from their mean over √(9u/10) is one coordinate of a random point on
    the sphere in 9 dimensions. All 30 have between 1 and 3 times as many, for the other 20 did not fail first; 1.5 is
    taken, which is within 0.00003 of the full integral. The whole effect is at most 0.0004 (near mean 100, RSD 7),
    because the acceptance value holds s to 7.5; two units outside hardly fit into that, and are left out.
    """
    fail = _fail_stage_1(mean, deviation, batch, finer)
    return 1 - fail, 1 - fail + _saved_by_stage_2(mean, deviation, batch, finer)


_CHI9_END = 46.0  # a chi-square value of 9 degrees lies above in 6 of 10 million
_OUTSIDE_FACTOR = 1.5


def _gap(mean: float) -> float:
    """|M − X̄| for a target of 100 %."""
    return 98.5 - mean if mean < 98.5 else mean - 101.5 if mean > 101.5 else 0.0


def _fail_stage_1(mean: float, deviation: float, batch: float, finer: float) -> float:
    spread = math.hypot(deviation / math.sqrt(10), batch)
    # A sample mean below 83.5 or above 116.5 fails whatever s is.
    fail = (math.erfc((mean - 83.5) / spread / math.sqrt(2)) + math.erfc((116.5 - mean) / spread / math.sqrt(2))) / 2
    for sample_mean, weight in _means(mean, deviation, spread, 7.0, finer):
        z = (sample_mean - mean) / spread
        room = (_L1 - _gap(sample_mean)) / (_K10 * deviation)
        fail += weight * _NORMAL / spread * math.exp(-z * z / 2) * (1 - _chi9(9 * room * room))
    return fail


def _saved_by_stage_2(mean: float, deviation: float, batch: float, finer: float) -> float:
    exp, sqrt = math.exp, math.sqrt
    spread = math.hypot(deviation / sqrt(30), batch)
    lift = sqrt(1 / 15) * deviation  # the mean of the first 10 above that of all 30, per standard deviation of d
    total = 0.0
    for pooled, mean_weight in _means(mean, deviation, spread, 5.0, finer):
        root = (_L1 - _gap(pooled)) / (_K30 * deviation)
        most = 29 * root * root  # of the sum of squares of all 30, over σ²
        middle = min(max(pooled, 98.5), 101.5)
        low, high = (1 - _L2) * middle, (1 + _L2) * middle
        at_mean = 0.0
        z = (pooled - mean) / spread
        reach = sqrt(min(most, max(0.0, 26 - z * z)))  # the corners, 5 standard deviations out, are left out
        edges = ((98.5 - pooled) / lift, (101.5 - pooled) / lift)
        for y, difference_weight in _nodes(-reach, reach, edges, 2 * finer, 1.2 * finer):
            first = pooled + lift * y
            room = max(0.0, _L1 - _gap(first)) / (_K10 * deviation)
            left = most - y * y
            start, end = 3 * room, sqrt(min(left, _CHI9_END))
            if start >= end:
                continue
            outside_from = min(high - first, first - low) / deviation
            at_difference = 0.0
            for root, weight in _nodes(start, end, (), 3 * finer, 0.8 * finer):
                square = root * root
                inside = 1.0
                if 0.9 * square > outside_from * outside_from:
                    scale = sqrt(0.9) * root * deviation
                    among_10 = _sphere9((high - first) / scale) + _sphere9((first - low) / scale)
                    inside -= _OUTSIDE_FACTOR * 10 * among_10
                density = square * square * square * square * exp(-square / 2)
                at_difference += weight * density * inside * _chi19(left - square)
            at_mean += difference_weight * exp(-y * y / 2) * at_difference
        total += mean_weight * exp(-z * z / 2) / spread * at_mean
    return total * _NORMAL * _NORMAL * _CHI9


def _means(
    mean: float, deviation: float, spread: float, widths: float, finer: float
) -> list[tuple[float, float]]:
    """Nodes and weights over the sample means that can fail stage 1 and still pass with a smaller s.

    Beyond 83.5 and 116.5 none passes. More than 6.5 σ inside, none fails: s would have to be 2.5 σ.
    """
    edges = (98.5, 101.5)
    near = 6.5 * deviation
    parts = [(83.5, 83.5 + near), (116.5 - near, 116.5)] if near < 15 else [(83.5, 116.5)]
    scale = min(spread, deviation / 4)
    nodes = []
    for low, high in parts:
        low, high = max(low, mean - widths * spread), min(high, mean + widths * spread)
        nodes += _nodes(low, high, edges, 2 * finer, 1.2 * finer / scale)
    return nodes


def _sphere9(level: float) -> float:
    """The chance that one coordinate of a random point on the unit sphere in 9 dimensions lies above `level`."""
    if level >= 1:
        return 0.0
    if level <= -1:
        return 1.0
    square = level * level
    return 0.5 - 35 / 32 * level * (1 - square * (1 - square * (0.6 - square / 7)))


def _odd_chi_square(degrees: int) -> Callable[[float], float]:
    """The distribution function of chi-square with an odd number of degrees of freedom, good to 15 decimals.

    erf √(x/2) − √(2x/π) · exp(−x/2) · (1 + x/3 + x²/15 + … up to x^((degrees−3)/2)).
    """
    factors = [1.0]
    for odd in range(3, degrees - 1, 2):
        factors.append(factors[-1] / odd)
    factors.reverse()
    erf, exp, sqrt, scale = math.erf, math.exp, math.sqrt, math.sqrt(2 / math.pi)

    def distribution(x: float) -> float:
        if x <= 0:
            return 0.0
        if x > 90:  # what is above 90, at 19 degrees, is less than 1 in 10^10
            return 1.0
        series = 0.0
        for factor in factors:
            series = series * x + factor
        return erf(sqrt(x / 2)) - scale * sqrt(x) * exp(-x / 2) * series

    return distribution


_chi9, _chi19 = _odd_chi_square(9), _odd_chi_square(19)


@cache
def _gauss_legendre(count: int) -> tuple[tuple[float, float], ...]:
    """Nodes and weights on −1 to 1: the roots of the Legendre polynomial, by Newton's method."""
    pairs = []
    for index in range(count):
        x = math.cos(math.pi * (index + 0.75) / (count + 0.5))
        for _ in range(6):  # converges quadratically: five steps reach the last digit
            before, value = 1.0, x
            for degree in range(2, count + 1):
                before, value = value, ((2 * degree - 1) * x * value - (degree - 1) * before) / degree
            slope = count * (x * value - before) / (x * x - 1)
            x -= value / slope
        pairs.append((x, 2 / ((1 - x * x) * slope * slope)))
    return tuple(pairs)


def _nodes(
    low: float, high: float, edges: Sequence[float], base: float, per_unit: float
) -> list[tuple[float, float]]:
    """Nodes and weights between `low` and `high`, in panels that end at the `edges`, where the integrand has a kink."""
    if low >= high:
        return []
    ends = [low, *(edge for edge in edges if low < edge < high), high]
    nodes = []
    for start, end in pairwise(ends):
        half, middle = (end - start) / 2, (end + start) / 2
        for x, weight in _gauss_legendre(round(base + per_unit * (end - start))):
            nodes.append((middle + half * x, half * weight))
    return nodes

