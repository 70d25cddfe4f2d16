"""Mean and scatter of what was measured, exact; roots are worked out to 50 digits for show alone."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

from compound.exact.errors import InputError
from compound.exact.quantity import grouped
from compound.exact.root import Root
from compound.exact.value import Value
from compound.wording.notation import number

MOST_UNITS = 10_000  # judged at once


def refuse_number_of_units(units: int) -> None:
    """Refuses so few values that none is scattered, and more than are judged at once."""
    if units < 2:
        raise InputError("", f"{units} unit{'' if units == 1 else 's'} given; a standard deviation needs two or more")
    if units > MOST_UNITS:
        raise InputError("", f"{grouped(units)} units given; at most {grouped(MOST_UNITS)} are judged at once")


class Statistics(Value):
    """Mean and sample variance (n - 1), exact, in the unit of the values and its square."""

    units: int
    mean: Fraction
    variance: Fraction

    @property
    def standard_deviation(self) -> Root:
        """The sample standard deviation, in the unit of the values."""
        return Root(Fraction(0), self.variance)

    @property
    def rsd(self) -> Root | None:
        """The relative standard deviation in percent of the mean; None where the mean is not above zero."""
        return None if self.mean <= 0 else Root(Fraction(0), self.variance * 10_000 / self.mean**2)


def statistics(values: Sequence[Fraction | Decimal]) -> Statistics:
    """Mean and sample variance of two or more values, exact."""
    refuse_number_of_units(len(values))
    fractions = [Fraction(value) for value in values]
    # Over one common denominator the sums are sums of integers.
    common = lcm(*(value.denominator for value in fractions))
    counts = [value.numerator * (common // value.denominator) for value in fractions]
    units, total, squares = len(counts), sum(counts), sum(count * count for count in counts)
    variance = Fraction(units * squares - total * total, units * (units - 1) * common * common)
    return Statistics(units, Fraction(total, units * common), variance)


def deviations(values: Sequence[Fraction | Decimal], reference: Fraction | Decimal) -> tuple[Fraction, ...]:
    """The deviation of each value from the reference, in percent of it; the reference is above zero."""
    if reference <= 0:
        raise InputError("", "a deviation in percent needs a reference above zero")
    return tuple(100 * (Fraction(value) / Fraction(reference) - 1) for value in values)


def distinguishable(value: Fraction | Decimal, limit: Fraction | Decimal | int) -> Fraction | Decimal:
    """`value`, for a sentence that names `limit` too: with more digits where five could not tell the two apart."""
    if value == limit or number(value).removeprefix("about ") != number(limit).removeprefix("about "):
        return value
    for digits in range(6, 15):
        rounded = Root(Fraction(value)).decimal(digits)
        if Fraction(rounded) != limit:
            return rounded
    return value
