"""What the repeatability of a balance allows: its minimum weight and the largest error of one weighing.

The repeatability s is the sample standard deviation of ten or more weighings of one check weight. USP <41> (official
since 1 February 2026) and Ph. Eur. 2.1.7 ask that twice s, and at least 0.41 of a step of the display, is at most 0.10 %
of what is weighed: the minimum weight is 2000 times the larger of the two. Of s only the square is needed, so nothing is
rounded before the end.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import isqrt

from compound.exact.quantity import Direction, Mass, round_to, written

LEAST_READINGS = 10
TIMES = 2000  # 2 / 0.10 %
OF_A_STEP = Fraction(41, 100)  # the scatter that rounding to a display alone may hide: 0.29 of a step, times root 2
_DIGITS = 100  # two digits


def minimum_weight(readability: Mass, repeatability: Mass) -> Mass:
    """2000 × the larger of s and 0.41 × readability (USP <41>, Ph. Eur. 2.1.7), exact."""
    larger = max(Fraction(repeatability.mg), OF_A_STEP * Fraction(readability.mg))
    return Mass(written(TIMES * larger))


def largest_error(readability: Fraction | Decimal, variance: Fraction) -> Mass:
    """S = readability + 2·√2·s, rounded up to two digits; `variance` is s² in mg².

    A tared weighing is the difference of two readings: two half steps of rounding, and twice the standard deviation of
    a difference (JCGM 100). What it is held against is squared, so that the root is never worked out.
    """
    step, square = Fraction(readability), 8 * variance

    def reaches(value: Fraction) -> bool:
        return value >= step and (value - step) ** 2 >= square

    unit = Fraction(Decimal(1).scaleb(Decimal(readability if isinstance(readability, Decimal) else written(step)).adjusted() - 1))
    while not reaches(_DIGITS * unit):
        unit *= 10
    least = next(count for count in range(1, _DIGITS + 1) if reaches(count * unit))
    return Mass(written(least * unit))


def root_up(square: Fraction, unit: Fraction) -> Fraction:
    """The root of `square`, rounded up to a multiple of `unit`, exact."""
    target = round_to(square, unit**2, Direction.UP) / unit**2
    whole = isqrt(target.numerator)
    return (whole if whole * whole == target.numerator else whole + 1) * unit
