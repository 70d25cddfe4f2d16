"""A dose in words, as a second way to read it: "two micrograms", "zwei Mikrogramm"."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from compound.exact.errors import ProgramFault
from compound.exact.quantity import canonical
from compound.wording.notation import Notation

_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = ((1000, "thousand"), (100, "hundred"))


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
        if value >= scale:
            many, rest = divmod(value, scale)
            return f"{_german_whole(many, False)}{name}" + (_german_whole(rest, last) if rest else "")
    raise ProgramFault("every whole number has a scale")


def _french_whole(value: int) -> str:
    if value < 20:
        return _UNS[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        if tens in (7, 9):
            tens, ones = tens - 1, ones + 10
        if tens == 8:
            return f"quatre-vingt-{_UNS[ones]}" if ones else "quatre-vingts"
        if ones in (1, 11):
            return f"{_DIZAINES[tens - 2]} et {_UNS[ones]}"
        return _DIZAINES[tens - 2] + (f"-{_UNS[ones]}" if ones else "")
    if value < 1000:
        many, rest = divmod(value, 100)
        hundreds = "cent" if many == 1 else f"{_UNS[many]} cent"
        return f"{hundreds} {_french_whole(rest)}" if rest else hundreds + ("s" if many > 1 else "")
    many, rest = divmod(value, 1000)
    # Neither takes its s before mille.
    thousands = "mille" if many == 1 else f"{re.sub('(vingt|cent)s$', lambda found: found[1], _french_whole(many))} mille"
    return thousands + (f" {_french_whole(rest)}" if rest else "")


_UNS = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_DIZAINES = ("vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt")


def _spanish_whole(value: int, last: bool = True) -> str:
    """A whole number. Before a noun or `mil` (not `last`) one at its end is "un", else "uno"."""
    if value < 30:
        return ("un" if value == 1 else "veintiún") if value in (1, 21) and not last else _UNOS[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _DECENAS[tens - 3] + (f" y {_spanish_whole(ones, last)}" if ones else "")
    if value < 1000:
        many, rest = divmod(value, 100)
        if many == 1:
            return f"ciento {_spanish_whole(rest, last)}" if rest else "cien"
        return _CIENTOS[many - 2] + (f" {_spanish_whole(rest, last)}" if rest else "")
    many, rest = divmod(value, 1000)
    thousands = "mil" if many == 1 else f"{_spanish_whole(many, False)} mil"
    return thousands + (f" {_spanish_whole(rest, last)}" if rest else "")


_UNOS = (
    "cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece",
    "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve", "veinte", "veintiuno", "veintidós",
    "veintitrés", "veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve",
)  # fmt: skip
_DECENAS = ("treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa")
_CIENTOS = (
    "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos", "setecientos", "ochocientos", "novecientos",
)  # fmt: skip


def _portuguese_whole(value: int) -> str:
    if value < 20:
        return _UMS[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        return _DEZENAS[tens - 2] + (f" e {_UMS[ones]}" if ones else "")
    if value < 1000:
        many, rest = divmod(value, 100)
        if many == 1:
            return f"cento e {_portuguese_whole(rest)}" if rest else "cem"
        return _CENTENAS[many - 2] + (f" e {_portuguese_whole(rest)}" if rest else "")
    many, rest = divmod(value, 1000)
    thousands = "mil" if many == 1 else f"{_portuguese_whole(many)} mil"
    if not rest:
        return thousands
    # What follows is joined by "e" where it is below a hundred, or whole hundreds.
    return f"{thousands} {'e ' if rest < 100 or rest % 100 == 0 else ''}{_portuguese_whole(rest)}"


_UMS = (
    "zero", "um", "dois", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez", "onze", "doze", "treze",
    "catorze", "quinze", "dezasseis", "dezassete", "dezoito", "dezanove",
)  # fmt: skip
_DEZENAS = ("vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa")
_CENTENAS = (
    "duzentos", "trezentos", "quatrocentos", "quinhentos", "seiscentos", "setecentos", "oitocentos", "novecentos",
)  # fmt: skip


def _dutch_whole(value: int) -> str:
    if value == 1:
        return "één"
    if value < 20:
        return _EEN[value]
    if value < 100:
        tens, ones = divmod(value, 10)
        joined = "ën" if _EEN[ones].endswith("e") else "en"
        return (f"{_EEN[ones]}{joined}" if ones else "") + _TIENTALLEN[tens - 2]
    for scale, name in ((1000, "duizend"), (100, "honderd")):
        if value >= scale:
            many, rest = divmod(value, scale)
            before = "" if many == 1 else _dutch_whole(many)
            return f"{before}{name}" + (_dutch_whole(rest) if rest else "")
    raise ProgramFault("every whole number has a scale")


_EEN = (
    "nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf", "dertien",
    "veertien", "vijftien", "zestien", "zeventien", "achttien", "negentien",
)  # fmt: skip
_TIENTALLEN = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")


class _Spoken(NamedTuple):
    """How a language says a number with its unit: its whole numbers alone and before a noun, its point, its units."""

    alone: Callable[[int], str]
    before: Callable[[int], str]
    point: str
    one: tuple[str, str, str]  # nanogram, microgram, milligram
    many: tuple[str, str, str]


_SPOKEN = {
    "en": _Spoken(
        _english_whole, _english_whole, "point",
        ("nanogram", "microgram", "milligram"), ("nanograms", "micrograms", "milligrams"),
    ),
    "de": _Spoken(
        lambda value: _german_whole(value, True), lambda value: "ein" if value == 1 else _german_whole(value, True),
        "Komma", ("Nanogramm", "Mikrogramm", "Milligramm"), ("Nanogramm", "Mikrogramm", "Milligramm"),
    ),
    "fr": _Spoken(
        _french_whole, _french_whole, "virgule",
        ("nanogramme", "microgramme", "milligramme"), ("nanogrammes", "microgrammes", "milligrammes"),
    ),
    "es": _Spoken(
        _spanish_whole, lambda value: _spanish_whole(value, False), "coma",
        ("nanogramo", "microgramo", "miligramo"), ("nanogramos", "microgramos", "miligramos"),
    ),
    "pt": _Spoken(
        _portuguese_whole, _portuguese_whole, "vírgula",
        ("nanograma", "micrograma", "miligrama"), ("nanogramas", "microgramas", "miligramas"),
    ),
    "nl": _Spoken(
        _dutch_whole, _dutch_whole, "komma",
        ("nanogram", "microgram", "milligram"), ("nanogram", "microgram", "milligram"),
    ),
}  # fmt: skip


def dose_in_words(mg: Fraction | Decimal, language: str) -> str:
    """A dose in words, in the unit that a dose is printed in first: nanograms, micrograms below 1 mg, milligrams.

    Digits after the point are named one by one. Raises ArithmeticError where the dose is no finite decimal, or so large
    that no capsule holds it (a million mg).
    """
    value = Fraction(mg)
    if "/" in canonical(value):
        raise ArithmeticError("a dose in words is a finite decimal")
    if value >= 1_000_000:
        raise ArithmeticError("no capsule holds a million mg")
    unit = 0 if value < Fraction(1, 1000) else 1 if value < 1 else 2
    value *= (1_000_000, 1000, 1)[unit]
    spoken = _SPOKEN[language]
    whole, _, decimals = canonical(value).partition(".")
    words = [spoken.alone(int(whole)) if decimals else spoken.before(int(whole))]
    if decimals:
        words += [spoken.point, *(spoken.alone(int(digit)) for digit in decimals)]
    units = spoken.one if Notation(language).is_one(value) else spoken.many
    return " ".join([*words, units[unit]])
