"""Amounts as users write them: one strict grammar for masses, volumes, diameters, percentages, numbers and counts."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction

from compound.exact.errors import AmbiguousAmount, InputError
from compound.exact.quantity import (
    EXACT,
    MOST_DECIMALS,
    MOST_WHOLE_DIGITS,
    Mass,
    Percent,
    Volume,
    grouped,
    written,
)
from compound.reading.text import kind_of, refuse_unprintable, shown
from compound.reading.units import MICRO_SIGNS, diameter_factor, mass_factor, volume_factor

_GRAIN_OR_GRAM = "it may mean a grain (64.8 mg) or a gram; write g for gram, or the grain in mg"
_UNIT_HINTS = {
    "Mg": "write mg (Mg is a megagram)",
    "mG": "write mg",
    "Mcg": "write mcg",
    "gm": _GRAIN_OR_GRAM,
    "Gm": _GRAIN_OR_GRAM,
    "GM": _GRAIN_OR_GRAM,
    "gr": _GRAIN_OR_GRAM,
    "grain": "write the amount in mg",
    "kg": "write the amount in g",
    "ml": "write mL",
    "\u338e": "write mg, in two letters",  # ㎎
    "\u338d": "write mcg, in three letters",  # ㎍
    "%": "a percentage is not a mass",
}

# Units with an ending, and what to write for them.
_UNIT_HINTS |= {
    name: f"write {unit}"
    for unit, names in {"g": "G.", "mg": "mgs", "mcg": "mcgs ugs", "ng": "ngs", "mL": "mls"}.items()
    for name in names.split()
}  # fmt: skip

_NO_MASS = {
    **dict.fromkeys(("IU", "iu", "U", "u", "unit", "units"), "units of activity cannot be weighed; write a mass"),
    **dict.fromkeys(("mol", "mmol", "mEq", "meq"), "write a mass in mg"),
}
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_AMOUNT = re.compile(r"([^A-Za-z\u00b5\u03bc%]*?) ?([A-Za-z\u00b5\u03bc%].*)?", re.DOTALL)


def from_canonical(text: object, where: str) -> Fraction:
    """Reads a number as `canonical` writes it. Zero and negative numbers are read; the caller bounds them."""
    if not isinstance(text, str):
        raise InputError(where, f"expected a number written as text, found {kind_of(text)}")
    if len(text) > 200:
        raise InputError(where, f"a number of {len(text)} characters is longer than 200")
    match = re.fullmatch(r"(-?)([0-9]+)(?:\.([0-9]+)|/([1-9][0-9]*))?", text)
    if match is None:
        raise InputError(where, f"{shown(text)} is not a plain decimal or a fraction such as 5/3")
    sign, whole, decimals, denominator = match.groups()
    if len(whole) > 1 and whole.startswith("0"):
        raise InputError(where, f"{shown(text)} has superfluous leading zeros")
    value = Fraction(int(whole + (decimals or "")), 10 ** len(decimals or ""))
    if denominator:
        value = value / int(denominator)
    return -value if sign else value


def parse_mass(text: str, where: str) -> Mass:
    """Reads a mass above zero: plain digits, at most one point, a unit (`2 mcg`, `0.5mg`, `0.030 g`).

    Raises InputError, or AmbiguousAmount where the text has two readings (`1,5 mg`, `1.000 mg`).
    """
    number, unit = _split(text, where, "2 mcg")
    if volume_factor(unit) is not None:
        raise InputError(where, f"{shown(text)} is a volume; a mass is needed, such as 2 mcg")
    factor = mass_factor(unit)
    if factor is None:
        raise _unknown_unit(unit, "mass", text, where)
    value = _positive(number, f" {unit}", where, ask=True)
    return Mass(EXACT.multiply(value, factor), text.strip(" "))


def parse_volume(text: str, where: str) -> Volume:
    """Reads a volume above zero in mL. Raises as `parse_mass` does."""
    number, unit = _split(text, where, "10 mL")
    if mass_factor(unit) is not None:
        raise InputError(where, f"{shown(text)} is a mass; a volume is needed, such as 10 mL")
    factor = volume_factor(unit)
    if factor is None:
        raise _unknown_unit(unit, "volume", text, where)
    return Volume(EXACT.multiply(_positive(number, f" {unit}", where, ask=True), factor), text.strip(" "))


def parse_diameter(text: str, where: str, *, zero: bool = False) -> Decimal:
    """Reads a diameter in micrometres (`8 um`, `8 micrometres`), above zero unless `zero` is admitted.

    Raises as `parse_mass` does.
    """
    number, unit = _split(text, where, "8 um")
    if diameter_factor(unit) is None:
        if re.fullmatch(r"[eE][-+]?[0-9]+.*", unit):
            raise InputError(where, f"{shown(text)} has an exponent; write the number out")
        raise InputError(where, f"unknown unit {shown(unit)} in {shown(text)}; write the diameter in um, such as 8 um")
    if zero:
        return _number(number, f" {unit}", where, ask=True)
    return _positive(number, f" {unit}", where, ask=True)


def parse_percent(text: str, where: str) -> Percent:
    """Reads a percentage with its sign (`5%`, `5 %`), zero included; the caller bounds it."""
    number, unit = _split(text, where, "5 %")
    if unit != "%":
        meant = number.strip() if _NUMBER.fullmatch(number.strip()) else "5"
        fault = "has something after its percent sign" if unit.startswith("%") else "lacks its percent sign"
        raise InputError(where, f"{shown(text)} {fault}; write {meant} %")
    return Percent(_number(number, " %", where, ask=False))


def parse_number(text: str, where: str) -> Decimal:
    """Reads a bare number above zero (`100`, `12.5`)."""
    number, unit = _split(text, where, "100", unit_needed=False)
    if unit:
        raise InputError(where, f"{shown(text)} has something after the number; write the number alone, such as 100")
    return _positive(number, "", where, ask=True)


def parse_count(text: str, where: str) -> int:
    """Reads a whole number above zero (`30`)."""
    value = parse_number(text, where)
    if "." in text or value != int(value):
        raise InputError(where, f"{shown(text)} is not a whole number")
    return int(value)


def has_trailing_zero(text: str) -> bool:
    """Whether an amount was written with a superfluous zero after the point (`1.0 mg`)."""
    match = re.match(r"[0-9]+\.[0-9]*0(?![0-9])", text)
    return match is not None


def _split(text: str, where: str, example: str, unit_needed: bool = True) -> tuple[str, str]:
    """The number and the unit of an amount, neither of them judged yet."""
    stripped = text.strip(" ")
    if not stripped:
        raise InputError(where, f"no amount given; write one such as {example}")
    if len(stripped) > 60:
        raise InputError(where, f"an amount of {grouped(len(stripped))} characters is longer than 60")
    refuse_unprintable(stripped, where)
    match = _AMOUNT.fullmatch(stripped)
    number, unit = (match[1], match[2] or "") if match else (stripped, "")
    _refuse_letters_for_digits(stripped, text, where)
    if not unit:
        for position, character in enumerate(stripped, start=1):
            if character.isalpha() or character in _UNIT_HINTS:
                raise InputError(where, f"{shown(text)}: U+{ord(character):04X} at position {position} stands in no unit; "
                                 f"{_UNIT_HINTS.get(character, f'write an amount such as {example}')}")  # fmt: skip
        if unit_needed:
            raise InputError(where, f"{shown(text)} has no unit; write one, such as {example}")
    if not number:
        raise InputError(where, f"{shown(text)} does not begin with a number; write an amount such as {example}")
    return number, unit


def _refuse_letters_for_digits(stripped: str, text: str, where: str) -> None:
    """Refuses `O.5 mg`, `l0 mg` and `1O mg`, naming the letter: such a number is never mended."""
    match = re.match(r"[0-9.]+[OoIl]+(?= |$|mc?g|ng)|[0-9.OoIl]*[0-9.](?=[ A-Za-z%]|$)", stripped)
    for position, character in enumerate(match[0] if match else "", start=1):
        if character.isalpha():
            digit = "0" if character in "Oo" else "1"
            raise InputError(where, f"{shown(text)}: the letter {character} at position {position} stands where a digit "
                             f"is expected; write {digit} if it is meant")  # fmt: skip


def _unknown_unit(unit: str, kind: str, text: str, where: str) -> InputError:
    """The sentence for what is no unit of a mass or of a volume."""
    if re.fullmatch(r"[eE][-+]?[0-9]+.*", unit):
        return InputError(where, f"{shown(text)} has an exponent; write the number out")
    factor, known = (mass_factor, "g, mg, mcg, ng") if kind == "mass" else (volume_factor, "mL")
    hint = _UNIT_HINTS.get("%" if unit.startswith("%") else unit) or _NO_MASS.get(unit)
    if hint is None and unit.endswith(".") and factor(unit[:-1]) is not None:
        hint = f"write {unit[:-1]}, without a full stop"
    if hint is None and re.search("[0-9]", unit):
        hint = "write one amount, and nothing after its unit"
    if hint is None and "/" in unit:
        hint = f"it is a mass or volume in proportion to something; a {kind} alone is needed, in {known}"
    if hint is None:
        strange = [c for c in unit if c.isalpha() and not c.isascii() and c not in MICRO_SIGNS]
        hint = f"U+{ord(strange[0]):04X} belongs to no unit; units are {known}" if strange else f"units are {known}"
    return InputError(where, f"unknown unit {shown(unit)} in {shown(text)}; {hint}")


def _positive(number: str, unit: str, where: str, *, ask: bool) -> Decimal:
    value = _number(number, unit, where, ask=ask)
    if value == 0:
        raise InputError(where, f"{shown(number + unit)} is zero; an amount above zero is needed")
    return value


def _number(text: str, unit: str, where: str, *, ask: bool) -> Decimal:
    """The number in `text`, or the reason why it is refused and what to write instead."""
    if _NUMBER.fullmatch(text):
        whole, _, decimals = text.partition(".")
        if len(whole) > 1 and whole.startswith("0"):
            raise InputError(where, f"{shown(text)} has superfluous leading zeros; write {_trimmed(text)}{unit}")
        if len(whole) > MOST_WHOLE_DIGITS or len(decimals) > MOST_DECIMALS:
            raise InputError(where, f"{shown(text)} has more digits than are read: {MOST_WHOLE_DIGITS} before the point, "
                             f"{MOST_DECIMALS} after it")  # fmt: skip
        if ask and whole != "0" and len(decimals) == 3 and decimals.endswith("0"):
            one, other = f"{_trimmed(text)}{unit}", f"{whole}{decimals}{unit}"
            raise AmbiguousAmount(where, f"{shown(text + unit)} may mean {one} or {other}; write the one meant",
                                  (one, other))  # fmt: skip
        return Decimal(text)
    raise _refusal(text, unit, where)


def _trimmed(text: str) -> str:
    whole, _, decimals = text.partition(".")
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + ("." + decimals if decimals else "")


def _refusal(text: str, unit: str, where: str) -> InputError:
    """The sentence for a number outside the grammar."""
    quoted = shown(text + unit)
    if "," in text and re.fullmatch(r"[0-9]+(,[0-9]+)+", text):
        # 0,5 is nought and a half, or a slip: no thousands begin with 0.
        readings = [] if text.startswith("0") else [text.replace(",", "") + unit]
        if text.count(",") == 1:
            readings.insert(0, _trimmed(text.replace(",", ".")) + unit)
        if not readings:
            return InputError(where, f"{quoted} has a comma; write digits with at most one point")
        if len(readings) == 1:
            return AmbiguousAmount(where, f"{quoted} has a comma; write {readings[0]} if that is meant", tuple(readings))
        return AmbiguousAmount(where, f"{quoted} has a comma and may mean {' or '.join(readings)}; "
                               "write the one meant, without a comma", tuple(readings))  # fmt: skip
    if re.fullmatch(r"\.[0-9]+", text):
        return InputError(where, f"{quoted} has a naked decimal point; write 0{text}{unit}")
    if re.fullmatch(r"[0-9]+\.", text):
        return InputError(where, f"{quoted} has a trailing point; write {text[:-1]}{unit}")
    if text[0] in "+-\u2212\u2013\u2014":
        return InputError(where, f"{quoted} has a sign; amounts are written without one")
    if re.search("[~<>=\u2264\u2265\u00b1\u2248]|[0-9] ?[-\u2013\u2014\u2212:] ?[0-9]", text):
        return InputError(where, f"{quoted} is not one exact value; ranges, tolerances and ratios are not read here")
    if re.fullmatch(r"[0-9.]+ +", text):
        return InputError(where, f"{quoted} has more than one space before the unit; write one")
    for position, character in enumerate(text, start=1):
        if character.isnumeric() and not ("0" <= character <= "9"):
            name = unicodedata.name(character, "a character").lower()
            return InputError(where, f"{quoted}: {name} at position {position}; digits are 0 to 9")
        if character.isalpha():
            return InputError(
                where, f"{quoted}: U+{ord(character):04X} at position {position} belongs to no number and no unit"
            )
    if re.fullmatch(r"[0-9]+([\s'_\u2019][0-9]+)+(\.[0-9]+)?", text):
        return InputError(where, f"{quoted} has a group separator; write the digits without one")
    return InputError(where, f"{quoted} is not a plain number; write digits with at most one point")


def positive(value: object, where: str, *, zero: bool = False) -> Decimal:
    """A number above zero (or from zero) as written in JSON. Raises InputError."""
    number = from_canonical(value, where)
    if number < 0 or (number == 0 and not zero):
        raise InputError(where, f"{shown(str(value))} is not above zero")
    try:
        return written(number)
    except ArithmeticError:
        raise InputError(where, f"{shown(str(value))} is not a plain decimal") from None
