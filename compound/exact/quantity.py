"""What is written down: masses, volumes and percentages, and how a number becomes one of them.

Decimal is what is written down, Fraction is what is inferred, and `round_to` is the only way back from the second to
the first. No float enters.
"""

from __future__ import annotations

from decimal import Context, Decimal, DivisionByZero, FloatOperation, Inexact, InvalidOperation
from enum import Enum
from fractions import Fraction

from compound.exact.errors import InputError
from compound.exact.value import Value, field

# Arithmetic on written amounts. A result that would have to be rounded raises instead.
EXACT = Context(prec=60, traps=[Inexact, InvalidOperation, DivisionByZero, FloatOperation])

MOST_WHOLE_DIGITS = 9
MOST_DECIMALS = 15


class Direction(Enum):
    """Where a rounding goes. It is spelled at every call."""

    UP = "up"
    DOWN = "down"
    NEAREST = "nearest"  # a half goes to the even multiple


class Mass(Value):
    """A written mass. `mg` is in milligrams; `text` is what the user typed, if anyone typed it."""

    mg: Decimal
    text: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        _refuse_unwritten(self.mg)


class Volume(Value):
    """A written volume. `ml` is in millilitres; `text` is what the user typed, if anyone typed it."""

    ml: Decimal
    text: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        _refuse_unwritten(self.ml)


class Percent(Value):
    """A written percentage. `percent` is the figure before the sign."""

    percent: Decimal

    def __post_init__(self) -> None:
        _refuse_unwritten(self.percent)

    @property
    def fraction(self) -> Fraction:
        """The share that the percentage stands for: 5 % is 1/20."""
        return Fraction(self.percent) / 100


def _refuse_unwritten(value: object) -> None:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise InputError("", f"{value!r} is not a written amount; amounts are finite Decimals")


def round_to(value: Fraction | Decimal | int, increment: Fraction | Decimal | int, direction: Direction) -> Fraction:
    """The multiple of `increment` next to `value` in `direction`. Both in one unit; the result is in it too."""
    step = Fraction(increment)
    quotient = Fraction(value) / step
    match direction:
        case Direction.DOWN:
            count = quotient.numerator // quotient.denominator
        case Direction.UP:
            count = -(-quotient.numerator // quotient.denominator)
        case Direction.NEAREST:
            count = round(quotient)
    return count * step


def is_multiple(value: Fraction | Decimal, increment: Fraction | Decimal) -> bool:
    """Whether `value` is a whole number of times `increment`."""
    return (Fraction(value) / Fraction(increment)).denominator == 1


def written(value: Fraction | int) -> Decimal:
    """`value` as a Decimal, exactly. Raises ArithmeticError where no finite decimal exists."""
    value = Fraction(value)
    return EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))


def canonical(value: Fraction | Decimal | int) -> str:
    """The text of a number in JSON: a plain decimal without superfluous zeros, or `5/3` where none is finite."""
    value = Fraction(value)
    twos, fives, rest = 0, 0, value.denominator
    while rest % 2 == 0:
        twos, rest = twos + 1, rest // 2
    while rest % 5 == 0:
        fives, rest = fives + 1, rest // 5
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    places = max(twos, fives)
    if places == 0:
        return str(value.numerator)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return ("-" if value < 0 else "") + digits[:-places] + "." + digits[-places:]


def grouped(count: int) -> str:
    """A whole number in a message that refuses input: commas from 1,000."""
    return f"{count:,}"
