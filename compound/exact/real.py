"""Numbers that no fraction holds: pi, logarithm, exponential, root, and the normal distribution.

They are worked out with 45 digits, the same on every machine, and given to 12 significant ones. No float is in them.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

Number = Decimal | Fraction | int

WORKING = Context(prec=45)
_TWELVE = Context(prec=12)
PI = Fraction(Decimal("3.14159265358979323846264338327950288419716939937510"))
_FAR = 200  # standard deviations, beyond which a tail is nothing at any number of digits that is given


def twelve(value: Number) -> Decimal:
    """The value to 12 significant digits."""
    if isinstance(value, Decimal):
        return _TWELVE.plus(value)
    exact = Fraction(value)
    return _TWELVE.divide(Decimal(exact.numerator), Decimal(exact.denominator))


def working(value: Number) -> Decimal:
    """The value to 45 digits."""
    exact = Fraction(value)
    return WORKING.divide(Decimal(exact.numerator), Decimal(exact.denominator))


def log(value: Number) -> Decimal:
    """The natural logarithm of a number above zero."""
    return WORKING.ln(working(value))


def exp(value: Number) -> Fraction:
    """The exponential function."""
    return Fraction(WORKING.exp(working(value)))


def root(square: Number) -> Decimal:
    """The square root of a number from zero."""
    return WORKING.sqrt(working(square))


def normal_density(z: Decimal) -> Decimal:
    """The density of the standard normal distribution."""
    if abs(z) > _FAR:
        return Decimal(0)
    c = WORKING
    return c.divide(c.exp(c.divide(c.multiply(z, -z), Decimal(2))), root(2 * PI))


def normal_tail(z: Decimal) -> Decimal:
    """The chance that a standard normal value lies above `z`, to 20 digits or more.

    Near the middle by the series 1/2 − φ(z)·(z + z³/3 + z⁵/(3·5) + …), of which up to z = 5 at most 7 of the 45 digits
    are lost; beyond by the continued fraction φ(z) / (z + 1/(z + 2/(z + 3/(z + …)))), cut where it no longer moves.
    """
    c = WORKING
    if z < -5:
        return c.subtract(Decimal(1), normal_tail(-z))
    if z > _FAR:
        return Decimal(0)
    density = normal_density(z)
    if z <= 5:
        term, total, odd, square = z, z, 1, c.multiply(z, z)
        while abs(term) > Decimal("1e-46"):
            odd += 2
            term = c.divide(c.multiply(term, square), Decimal(odd))
            total = c.add(total, term)
        return c.subtract(Decimal("0.5"), c.multiply(density, total))
    level = z
    for count in range(400, 0, -1):
        level = c.add(z, c.divide(Decimal(count), level))
    return c.divide(density, level)
