"""A dose in words, as a second way to read it: "two micrograms", "zwei Mikrogramm"."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from compound.exact.errors import ProgramFault
from compound.exact.quantity import canonical

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((1_000_000, "million"), (1000, "thousand"), (100, "hundred"))


def _english_whole(value: int) -> str:
    if value < 20:
        return _SMALL[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _TENS[tens - 2] + (f"-{_SMALL[ones]}" if ones else "")
    for scale, name in _SCALES:
        if value >= scale:
            many, rest = divmod(value, scale)
            return f"{_english_whole(many)} {name}" + (f" {_english_whole(rest)}" if rest else "")
    raise ProgramFault("every whole number has a scale")


def _english(value: Fraction, unit: str) -> str:
    whole, _, decimals = canonical(value).partition(".")
    words = [_english_whole(int(whole))]
    if decimals:
        words += ["point", *(_SMALL[int(digit)] for digit in decimals)]
    return " ".join([*words, unit if value == 1 else unit + "s"])


_KLEIN = (
    "null", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
    "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
)  # fmt: skip
_ZEHNER = ("zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig")


def _german_whole(value: int, last: bool) -> str:
    """A whole number. Where nothing follows that belongs to it (`last`), one at its end is "eins", else "ein"."""
    if value < 20:
        return "eins" if value == 1 and last else _KLEIN[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return (f"{_KLEIN[ones]}und" if ones else "") + _ZEHNER[tens - 2]
    for scale, name in ((1000, "tausend"), (100, "hundert")):
        if scale <= value < 1_000_000:
            many, rest = divmod(value, scale)
            return f"{_german_whole(many, False)}{name}" + (_german_whole(rest, last) if rest else "")
    many, rest = divmod(value, 1_000_000)
    millions = "eine Million" if many == 1 else f"{_german_whole(many, True)} Millionen"
    return millions + (f" {_german_whole(rest, last)}" if rest else "")


def _german(value: Fraction, unit: str) -> str:
    whole, _, decimals = canonical(value).partition(".")
    units = {"nanogram": "Nanogramm", "microgram": "Mikrogramm", "milligram": "Milligramm"}
    words = ["ein" if value == 1 else _german_whole(int(whole), True)]
    if decimals:
        words += ["Komma", *(_german_whole(int(digit), True) for digit in decimals)]
    return " ".join([*words, units[unit]])


_LANGUAGES: dict[str, Callable[[Fraction, str], str]] = {"en": _english, "de": _german}


def dose_in_words(mg: Fraction | Decimal, language: str) -> str:
    """A dose in words, in the unit that a dose is printed in first: nanograms, micrograms below 1 mg, milligrams.

    Digits after the point are named one by one. Raises ArithmeticError where the dose is no finite decimal.
    """
    value = Fraction(mg)
    if "/" in canonical(value):
        raise ArithmeticError("a dose in words is a finite decimal")
    if value < Fraction(1, 1000):
        return _LANGUAGES[language](value * 1_000_000, "nanogram")
    if value < 1:
        return _LANGUAGES[language](value * 1000, "microgram")
    return _LANGUAGES[language](value, "milligram")
