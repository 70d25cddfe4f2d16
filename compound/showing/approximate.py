"""The twin of a number in JSON that is no finite decimal: `one_in_approx` beside `one_in`, to 12 significant digits.

A script that reads decimals alone reads the twin; the exact number keeps its key.
"""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from compound.exact.quantity import canonical

_DIGITS = 12
# Beside these a key holds a number by its ending, which is its unit.
_NUMBERS = ("one_in", "content_fraction", "multiple")
_UNITS = ("_mg", "_ml", "_percent", "_per_g", "_per_ml", "_um", "_per_cm3")


def twin_of(value: Fraction) -> str:
    """A number to 12 significant digits, as `canonical` writes it."""
    rounded = Context(prec=_DIGITS).divide(Decimal(value.numerator), Decimal(value.denominator))
    return canonical(rounded)


def with_twins(value: Any) -> Any:
    """A record with the twins of all its numbers. Names and texts are no numbers, whatever they look like."""
    if isinstance(value, list):
        return [with_twins(item) for item in value]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for key, inner in value.items():
        found[key] = with_twins(inner)
        if isinstance(inner, str) and "/" in inner and (key in _NUMBERS or key.endswith(_UNITS)):
            found[f"{key}_approx"] = twin_of(Fraction(inner))
    return found
