"""The units that are read: symbols as they stand, words in the languages of the usual pharmacopoeias.

A word has one meaning in whichever language it is read: the languages differ in the ending and in k for c. Symbols of
mixed case (`Mg`, `mG`) are none, and what may be a grain or a gram (`gr`, `gm`) is refused.
"""

from __future__ import annotations

from decimal import Decimal

_GRAM, _MILLI, _MICRO, _NANO = Decimal(1000), Decimal(1), Decimal("0.001"), Decimal("0.000001")
MICRO_SIGNS = ("\u00b5", "\u03bc")  # the sign, and the Greek letter

# In mg. Prescriptions are printed in capitals, so a symbol all in capitals is read; Mg stays a megagram.
MASSES = {"g": _GRAM, "mg": _MILLI, "mcg": _MICRO, "ug": _MICRO, "ng": _NANO}
MASSES |= {unit.upper(): factor for unit, factor in MASSES.items()} | {f"{sign}g": _MICRO for sign in MICRO_SIGNS}
# In mL.
VOLUMES = {"mL": Decimal(1), "ML": Decimal(1)}
# Diameters of particles, in micrometres. Other lengths are refused: a slip from mm to um is a thousandfold one.
DIAMETERS = dict.fromkeys(("um", *(f"{sign}m" for sign in MICRO_SIGNS)), Decimal(1))

# English, French, German, Dutch, the Nordic languages, Spanish, Italian, Portuguese, Polish, Czech, Finnish.
_GRAMS = "gram grams gramme grammes gramm gramo gramos grammo grammi grama gramas gramma grammaa"
_LITRES = "litre litres liter liters litro litros litri"
_METRES = "metre metres meter meters m\u00e8tre m\u00e8tres metro metros metri"


def _words(prefixes: str, stems: str, factor: Decimal) -> dict[str, Decimal]:
    return {prefix + stem: factor for prefix in prefixes.split() for stem in stems.split()}


_MASS_WORDS = (
    _words("milli mili", _GRAMS, _MILLI)
    | _words("micro mikro", _GRAMS, _MICRO)
    | _words("nano", _GRAMS, _NANO)
    | dict.fromkeys(_GRAMS.split(), _GRAM)
)
_VOLUME_WORDS = _words("milli mili", _LITRES, Decimal(1))
_DIAMETER_WORDS = _words("micro mikro", _METRES, Decimal(1)) | dict.fromkeys(
    ("micron", "microns", "micr\u00f3metro", "micr\u00f3metros", "micr\u00f4metro", "micr\u00f4metros"), Decimal(1)
)


def mass_factor(unit: str) -> Decimal | None:
    """How many mg a unit of mass is, or None for what is none."""
    return _factor(unit, MASSES, _MASS_WORDS)


def unit_of_mass(text: str) -> str:
    """The unit of a mass as it is typed, "mg", "mcg" or "ng"; nothing for any other, and for what has none."""
    unit = text.strip(" ").lstrip("0123456789.").strip(" ")
    return {_MILLI: "mg", _MICRO: "mcg", _NANO: "ng"}.get(mass_factor(unit) or _GRAM, "")


def volume_factor(unit: str) -> Decimal | None:
    """How many mL a unit of volume is, or None for what is none."""
    return _factor(unit, VOLUMES, _VOLUME_WORDS)


def diameter_factor(unit: str) -> Decimal | None:
    """How many micrometres a unit of length is, or None for what is none."""
    return _factor(unit, DIAMETERS, _DIAMETER_WORDS)


def _factor(unit: str, symbols: dict[str, Decimal], words: dict[str, Decimal]) -> Decimal | None:
    if unit in symbols:
        return symbols[unit]
    # A word in capitals, in small letters, or with a capital as German writes it.
    return words.get(unit.lower()) if unit.islower() or unit.isupper() or unit.istitle() else None
