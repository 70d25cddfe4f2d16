"""Safe notation: how a number is written for a person.

mcg and never its symbol, nanogram in words, a leading zero, no trailing zero on a dose, a space before the unit, commas
from 1,000. A reading of a balance carries the digits of its readability; everything else is exact, or says "about".
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from string import Formatter
from typing import Any

from compound.finding import Value
from compound.quantity import Direction, canonical, round_to

Number = Decimal | Fraction | int


def number(value: Number) -> str:
    """A number with commas from 1,000, exact where a short decimal exists, else "about" with five digits."""
    exact = canonical(value)
    if "/" not in exact and len(exact.lstrip("-0.").replace(".", "")) <= 15:
        return _grouped(exact)
    return "about " + _grouped(_significant(Fraction(value), 5))


def mass(mg: Number) -> str:
    """A mass: nanograms in words below 1 mcg, mcg below 0.1 mg, else mg. Zero prints as 0 mg."""
    value = Fraction(mg)
    if 0 < value < Fraction(1, 1000):
        amount = number(value * 1_000_000)
        return f"{amount} nanogram" + ("" if amount == "1" else "s")
    if 0 < value < Fraction(1, 10):
        return f"{number(value * 1000)} mcg"
    return f"{number(value)} mg"


def dose(mg: Number) -> str:
    """A dose in two units, which guards against a thousandfold slip: `2 mcg (0.002 mg)`."""
    value = Fraction(mg)
    if value < Fraction(1, 1000):
        return f"{mass(value)} ({number(value * 1000)} mcg)"
    if value < 1:
        return f"{number(value * 1000)} mcg ({number(value)} mg)"
    return f"{number(value)} mg ({number(value * 1000)} mcg)"


def reading(mg: Number, readability_mg: Number) -> str:
    """An amount as the balance shows it, with the digits of the readability: `30.0 mg` on a 0.1 mg balance."""
    places = len(canonical(readability_mg).partition(".")[2])
    return f"{fixed(mg, places)} mg"


def fixed(value: Number, places: int) -> str:
    """A number with `places` digits after the point, rounded to the nearest."""
    shift = 10**places
    count = int(round_to(value, Fraction(1, shift), Direction.NEAREST) * shift)
    digits = str(abs(count)).rjust(places + 1, "0")
    text = digits if places == 0 else f"{digits[:-places]}.{digits[-places:]}"
    return _grouped(("-" if count < 0 else "") + text)


def percent(value: Number) -> str:
    """A percentage with up to four digits after the point, "about" where it goes on."""
    exact = canonical(value)
    if "/" not in exact and len(exact.partition(".")[2]) <= 4:
        return f"{_grouped(exact)} %"
    text = _trimmed(fixed(value, 4))
    return f"about {text if text.strip('-0.') else _significant(Fraction(value), 2)} %"


def strength(mg_per_g: Number) -> str:
    """A strength as amount per g: mcg per g below 0.1 mg per g."""
    value = Fraction(mg_per_g)
    if 0 < value < Fraction(1, 1000):
        return f"{number(value * 1_000_000)} nanograms per g"
    return f"{number(value * 1000)} mcg per g" if value < Fraction(1, 10) else f"{number(value)} mg per g"


def ratio(value: Number) -> str:
    """The N of "1 in N": exact where short, else to five digits."""
    return number(value)


def volume(ml: Number) -> str:
    """A volume in mL."""
    return f"{number(ml)} mL"


KINDS = {
    "count": number,
    "dose": dose,
    "mass": mass,
    "number": number,
    "percent": percent,
    "ratio": ratio,
    "strength": strength,
    "volume": volume,
}


class _Filler(Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec:
            return KINDS[format_spec](value)
        if not isinstance(value, str):
            raise TypeError(f"{value!r} needs a kind")
        return value


def filled(template: str, values: Mapping[str, Value]) -> str:
    """A sentence of the catalogue with its values in place."""
    return _Filler().vformat(template, (), values)


def _significant(value: Fraction, digits: int) -> str:
    """`value` with `digits` significant digits, as a plain decimal."""
    if value == 0:
        return "0"
    magnitude = len(str(abs(value.numerator))) - len(str(value.denominator))
    increment = Fraction(10) ** (magnitude - digits + 1)
    if abs(value) < Fraction(10) ** magnitude:
        increment /= 10
    return canonical(round_to(value, increment, Direction.NEAREST))


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def _grouped(text: str) -> str:
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, point, decimals = digits.partition(".")
    return f"{sign}{int(whole):,}{point}{decimals}"
