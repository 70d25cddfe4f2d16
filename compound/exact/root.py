"""Numbers with a square root in them, held and compared exactly; a decimal of them is for show."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, FloatOperation, InvalidOperation
from fractions import Fraction
from math import isqrt

from compound.exact.errors import InputError
from compound.exact.quantity import canonical
from compound.exact.value import Value

ROOT_DIGITS = 50  # a root is worked out to this many digits
WRITTEN_DIGITS = 12  # and an irrational number is written with this many


class Root(Value):
    """The number `plain + sqrt(square)`, held and compared exactly."""

    plain: Fraction
    square: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        """Refuses the root of a negative number."""
        if self.square < 0:
            raise InputError("", f"{canonical(self.square)} has no square root")

    def at_most(self, limit: Fraction) -> bool:
        """Whether the number is the limit or less: the root is compared through its square."""
        room = limit - self.plain
        return room >= 0 and self.square <= room * room

    def below(self, limit: Fraction) -> bool:
        """Whether the number is less than the limit."""
        room = limit - self.plain
        return room > 0 and self.square < room * room

    @property
    def exact(self) -> Fraction | None:
        """The number where it is rational, else None."""
        over, under = isqrt(self.square.numerator), isqrt(self.square.denominator)
        if over * over != self.square.numerator or under * under != self.square.denominator:
            return None
        return self.plain + Fraction(over, under)

    def decimal(self, digits: int = ROOT_DIGITS) -> Decimal:
        """The number to `digits` significant digits, 50 at most; a half goes to the even digit."""
        if not 1 <= digits <= ROOT_DIGITS:
            raise InputError("", f"{digits} digits were asked for; roots are worked out to 1 to {ROOT_DIGITS} digits")
        # Ten digits more than are kept, so that the sum of two rounded terms is right to the last digit kept.
        wide = Context(prec=ROOT_DIGITS + 10, traps=[InvalidOperation, DivisionByZero, FloatOperation])
        total = wide.add(_divided(self.plain, wide), wide.sqrt(_divided(self.square, wide)))
        return Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(total)

    @property
    def known(self) -> Fraction | Decimal:
        """The exact number where it is rational, else its first 50 digits."""
        exact = self.exact
        return self.decimal() if exact is None else exact

    def text(self) -> str:
        """The number as JSON writes it: exact where it is rational, else 12 significant digits."""
        exact = self.exact
        return canonical(self.decimal(WRITTEN_DIGITS) if exact is None else exact)


def _divided(value: Fraction, context: Context) -> Decimal:
    return context.divide(Decimal(value.numerator), Decimal(value.denominator))
