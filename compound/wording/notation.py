"""Safe notation: how a number is written for a person, in every language by the section `notation` of its file.

English: mcg and never its symbol, nanogram in words, a leading zero, no trailing zero on a dose, a space before the
unit, commas from 1,000. German: a decimal comma, thousands grouped by a narrow no-break space and never by a point,
Mikrogramm and Nanogramm in words, a no-break space before the unit. A reading of a balance carries the digits of its
readability; everything else is exact, or says "about".

The functions of this module write English; `Notation` has the same ones for every language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from string import Formatter
from typing import TYPE_CHECKING, Any, NamedTuple

from compound.exact.errors import InputError
from compound.exact.quantity import Direction, canonical, round_to
from compound.exact.value import Value
from compound.findings.finding import Said
from compound.wording.language_file import LANGUAGES, file_of

if TYPE_CHECKING:
    from datetime import date

Printable = Decimal | Fraction | int

MICROGRAM = Fraction(1, 1000)  # in mg
MINUS = "\u2212"  # no hyphen: a line may break after one, and it is no sign
MOST_EXACT_DIGITS = 15
ABOUT_DIGITS = 5
SHORT_DIGITS = 3  # on a short screen, of what is no amount to weigh
PERCENT_PLACES = 4


class _Style(NamedTuple):
    point: str
    group: str
    space: str  # before a unit
    about: str
    one_nanogram: str
    nanograms: str
    one_microgram: str
    micrograms: str
    per_g: str
    reads: str  # before what a balance shows
    day: str  # of {day}, {month} and {year}, or of the day as {iso}
    months: list[str]
    source: str  # of these rules
    first_day: str = ""  # of a month, where it has a form of its own
    one_below: int = 0  # the number below which there is one of a thing, where that is not 1 alone


@cache
def _style_of(code: str) -> _Style:
    style: Mapping[str, Any] = file_of(code)["notation"]
    return _Style(**style)


ISO_DATES, DATES_IN_WORDS = "iso", "words"
MG, G = "mg", "g"  # what a balance shows
BALANCE_UNITS = (MG, G)


class Notation(Value):
    """Safe notation in `language`, one of LANGUAGES. Raises InputError for any other.

    `dates` says how a day is written: ISO_DATES, DATES_IN_WORDS, or as the language has it.
    """

    language: str
    dates: str = ""

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise InputError("language", f"{self.language!r} is none of {', '.join(LANGUAGES)}")

    @property
    def _style(self) -> _Style:
        return _style_of(self.language)

    def number(self, value: Printable) -> str:
        """A number in groups from 1,000, exact where a short decimal exists, else "about" with five digits."""
        exact = canonical(value)
        if "/" not in exact and len(exact.lstrip("-0.").replace(".", "").rstrip("0")) <= MOST_EXACT_DIGITS:
            return self._written(exact)
        return self._style.about + self._written(significant(Fraction(value), ABOUT_DIGITS))

    def count(self, value: Printable) -> str:
        """A count of things, as `number` writes it."""
        return self.number(value)

    def mass(self, mg: Printable) -> str:
        """A mass: nanograms in words below 1 mcg, mcg below 0.1 mg, else mg. Zero prints as 0 mg."""
        value = Fraction(mg)
        if 0 < abs(value) < MICROGRAM:
            return self.nanograms(value)
        return self.micrograms(value) if 0 < abs(value) < Fraction(1, 10) else self.milligrams(value)

    def dose(self, mg: Printable, first: str = "") -> str:
        """A dose in two units, which guards against a thousandfold slip: `2 mcg (0.002 mg)`.

        `first` is the unit that it was ordered in, "mg", "mcg" or "ng", and stands first; without it the size decides.
        """
        value = Fraction(mg)
        if first == "mg":
            return f"{self.milligrams(value)} ({(self.nanograms if abs(value) < MICROGRAM else self.micrograms)(value)})"
        if first == "mcg":
            return f"{self.micrograms(value)} ({(self.nanograms if abs(value) < MICROGRAM else self.milligrams)(value)})"
        if first == "ng":
            return f"{self.nanograms(value)} ({self.micrograms(value)})"
        if 0 < abs(value) < MICROGRAM:
            return f"{self.nanograms(value)} ({self.micrograms(value)})"
        if 0 < abs(value) < 1:
            return f"{self.micrograms(value)} ({self.milligrams(value)})"
        return f"{self.milligrams(value)} ({self.micrograms(value)})"

    def nanograms(self, mg: Printable) -> str:
        """A mass in nanograms, whatever its size."""
        value, style = Fraction(mg) / MICROGRAM * 1000, self._style
        return f"{self.number(value)}{style.space}{style.one_nanogram if self.is_one(value) else style.nanograms}"

    def micrograms(self, mg: Printable) -> str:
        """A mass in micrograms, whatever its size."""
        value, style = Fraction(mg) / MICROGRAM, self._style
        return f"{self.number(value)}{style.space}{style.one_microgram if self.is_one(value) else style.micrograms}"

    def is_one(self, value: Printable) -> bool:
        """Whether a thing is named in the singular beside this number of it: with 1 alone, in French below 2."""
        below, size = self._style.one_below, abs(Fraction(value))
        return size < below if below else size == 1

    def milligrams(self, mg: Printable) -> str:
        """A mass in milligrams, whatever its size."""
        return f"{self.number(mg)}{self._style.space}mg"

    def short_dose(self, mg: Printable, first: str = "") -> str:
        """A dose of at most three significant digits, in the first unit of `dose`."""
        near = Fraction(significant(Fraction(mg), SHORT_DIGITS))
        text = self.dose(near, first).partition(" (")[0]
        return text if near == mg else self._style.about + text

    def signed_milligrams(self, mg: Printable) -> str:
        """A difference of masses in milligrams, with its sign."""
        return f"+{self.milligrams(mg)}" if mg > 0 else self.milligrams(mg)

    def reading(self, mg: Printable, readability_mg: Printable) -> str:
        """An amount as the balance shows it, with the digits of the readability: `30.0 mg` on a 0.1 mg balance.

        What the balance cannot show is not rounded away: it is written out, or says "about".
        """
        return f"{self.reading_digits(mg, readability_mg)}{self._style.space}mg"

    def target(self, mg: Printable, readability_mg: Printable) -> str:
        """An amount to weigh: where the balance shows it with zeros at its end, it says that this is a reading."""
        shown, plain = self.reading(mg, readability_mg), self.milligrams(mg)
        return plain if shown == plain else self._style.reads + shown

    def reading_digits(self, mg: Printable, readability_mg: Printable) -> str:
        """The figure of a `reading`, without its unit."""
        places = _places_of(readability_mg)
        value = Fraction(mg)
        count = value * 10**places
        if count.denominator == 1:
            return self._digits(count.numerator, places)
        shown = round_to(value, Fraction(1, 10**places), Direction.NEAREST)
        exact = self.number(value)
        if not exact.startswith(self._style.about) or shown == 0:
            return exact
        return self._style.about + self.fixed(value, places)

    def reading_in_grams(self, mg: Printable, readability_mg: Printable) -> str:
        """A `reading` as a balance that shows g has it: `0.0800 g` with a readability of 0.1 mg."""
        figure = self.reading_digits(Fraction(mg) / 1000, Fraction(readability_mg) / 1000)
        return f"{figure}{self._style.space}g"

    def fixed(self, value: Printable, places: int) -> str:
        """A number with `places` digits after the point, rounded to the nearest (a half goes to the even digit)."""
        shift = 10**places
        return self._digits(int(round_to(value, Fraction(1, shift), Direction.NEAREST) * shift), places)

    def _digits(self, count: int, places: int) -> str:
        """`count` units of the last place."""
        digits = str(abs(count)).rjust(places + 1, "0")
        text = digits if places == 0 else f"{digits[:-places]}.{digits[-places:]}"
        return self._written(("-" if count < 0 else "") + text)

    def percent(self, value: Printable) -> str:
        """A percentage with up to four digits after the point, "about" where it goes on."""
        near = round_to(value, Fraction(1, 10**PERCENT_PLACES), Direction.NEAREST)
        text = canonical(near) if near or not value else significant(Fraction(value), 2)
        about = "" if text == canonical(value) else self._style.about
        return f"{about}{self._written(text)}{self._style.space}%"

    def signed_percent(self, value: Printable) -> str:
        """A deviation with its sign, a true minus among them; zero has none."""
        if value == 0:
            return self.percent(0)
        text, sign = self.percent(abs(Fraction(value))), "+" if value > 0 else MINUS
        about = self._style.about
        return about + sign + text.removeprefix(about) if text.startswith(about) else sign + text

    @property
    def point(self) -> str:
        """What parts the whole from its decimals."""
        return self._style.point

    @property
    def about(self) -> str:
        """What stands before a number that is not all of it."""
        return self._style.about

    def short(self, value: Printable) -> str:
        """A number of at most three significant digits, "about" where that is not all of it. No amount to weigh."""
        text = significant(Fraction(value), SHORT_DIGITS)
        return ("" if text == canonical(value) else self._style.about) + self._written(text)

    def short_percent(self, value: Printable) -> str:
        """A percentage of at most three significant digits."""
        return f"{self.short(value)}{self._style.space}%"

    def short_signed_percent(self, value: Printable) -> str:
        """A deviation of at most three significant digits, with its sign; zero has none."""
        if value == 0:
            return self.percent(0)
        about, text = self._style.about, self.short_percent(abs(Fraction(value)))
        said = about if text.startswith(about) else ""
        return f"{said}{'+' if value > 0 else MINUS}{text.removeprefix(about)}"

    def short_span(self, low: Printable, high: Printable) -> tuple[str, str]:
        """The ends of a range of deviations in short; "about" stands before the first and holds for both."""
        about, ends = self._style.about, (self.short_signed_percent(low), self.short_signed_percent(high))
        said = about if any(end.startswith(about) for end in ends) else ""
        return said + ends[0].removeprefix(about), ends[1].removeprefix(about)

    def short_mass(self, mg: Printable) -> str:
        """A mass of at most three significant digits, in the unit of `mass`, but in g from 1 g."""
        value = Fraction(mg)
        near = Fraction(significant(value, SHORT_DIGITS))
        text = f"{self.number(near / 1000)}{self._style.space}g" if abs(near) >= 1000 else self.mass(near)
        return text if near == value else self._style.about + text

    def strength(self, mg_per_g: Printable) -> str:
        """A strength as amount per g: mcg per g below 0.1 mg per g, nanograms below 1 mcg per g."""
        return self.mass(mg_per_g) + self._style.per_g

    def ratio(self, value: Printable) -> str:
        """The N of "1 in N": exact where short, else to five digits."""
        return self.number(value)

    def volume(self, ml: Printable) -> str:
        """A volume in mL."""
        return f"{self.number(ml)}{self._style.space}mL"

    def day(self, day: date) -> str:
        """A day that nobody reads as another: `2027-03-31` in English, `31. März 2027` in German.

        Where `dates` says so the other way; a month never stands as one of three figures in another order.
        """
        style = self._style
        if self.dates == ISO_DATES:
            return day.isoformat()
        pattern = "{day} {month} {year}" if self.dates == DATES_IN_WORDS and "{month}" not in style.day else style.day
        number = style.first_day if day.day == 1 and style.first_day else str(day.day)
        month = style.months[day.month - 1] if style.months else ""
        return pattern.format(day=number, month=month, year=day.year, iso=day.isoformat())

    def filled(self, template: str, values: Mapping[str, Said]) -> str:
        """A sentence of the catalogue with its values in place.

        Raises KeyError for a value that is missing or a kind that is none, TypeError for a value not of its kind.
        """
        return _Filler(self).vformat(template, (), values)

    def _written(self, plain: str) -> str:
        """The text of a plain decimal in this notation."""
        sign, digits = (MINUS, plain[1:]) if plain.startswith("-") else ("", plain)
        whole, point, decimals = digits.partition(".")
        grouped = f"{int(whole):,}".replace(",", self._style.group)
        return f"{sign}{grouped}{self._style.point if point else ''}{decimals}"


@lru_cache(maxsize=100)
def _places_of(readability_mg: Printable) -> int:
    """The digits after the point of a readability."""
    return len(canonical(readability_mg).partition(".")[2])


def has_decimal_comma(code: str) -> bool:
    """Whether a comma parts the decimals in a language, by its code."""
    return Notation(code).point == ","


ENGLISH_NOTATION = Notation("en")

number = ENGLISH_NOTATION.number
mass = ENGLISH_NOTATION.mass
dose = ENGLISH_NOTATION.dose
reading = ENGLISH_NOTATION.reading
fixed = ENGLISH_NOTATION.fixed
percent = ENGLISH_NOTATION.percent
short_percent = ENGLISH_NOTATION.short_percent
short_mass = ENGLISH_NOTATION.short_mass
signed_percent = ENGLISH_NOTATION.signed_percent
strength = ENGLISH_NOTATION.strength
ratio = ENGLISH_NOTATION.ratio
volume = ENGLISH_NOTATION.volume
filled = ENGLISH_NOTATION.filled

KINDS: dict[str, Callable[[Notation, Printable], str]] = {
    "count": Notation.count,
    "dose": Notation.dose,
    "mass": Notation.mass,
    "number": Notation.number,
    "percent": Notation.percent,
    "deviation": Notation.signed_percent,
    "ratio": Notation.ratio,
    "strength": Notation.strength,
    "volume": Notation.volume,
    "short": Notation.short,
    "short_percent": Notation.short_percent,
    "short_deviation": Notation.short_signed_percent,
}


def one_or_many(is_one: bool, forms: str) -> str:
    """The form of a word that goes with a count: `capsule|capsules`, the first with one thing, the second with others."""
    one, _, many = forms.partition("|")
    return one if is_one else many


class _Phrase(Formatter):
    """Fills sentences whose values are text already."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """A value as it is, or the form of a word that goes with it."""
        return one_or_many(value in (1, "1"), format_spec) if "|" in format_spec else str(value)


def phrase(template: str, values: Mapping[str, str | int]) -> str:
    """A sentence whose values are text already, with the words that go with its counts.

    `fill {count} {count:capsule|capsules}` takes the first form with a count of 1.
    """
    return _PHRASE.vformat(template, (), values) if "|" in template else template.format_map(values)


_PHRASE = _Phrase()


class _Filler(Formatter):
    def __init__(self, notation: Notation) -> None:
        self._notation = notation

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" in format_spec:  # a text is a list of names or numbers, parted by commas
            return one_or_many("," not in value if isinstance(value, str) else self._notation.is_one(value), format_spec)
        if format_spec:
            # A number written as text, or a float, must not slip through the arithmetic.
            if isinstance(value, bool) or not isinstance(value, (int, Decimal, Fraction)):
                raise TypeError(f"{value!r} is no exact number")
            return KINDS[format_spec](self._notation, value)
        if not isinstance(value, str):
            raise TypeError(f"{value!r} needs a kind")
        return value


def significant(value: Fraction, digits: int) -> str:
    """`value` with `digits` significant digits, as a plain decimal."""
    if value == 0:
        return "0"
    magnitude = len(str(abs(value.numerator))) - len(str(value.denominator))
    increment = Fraction(10) ** (magnitude - digits + 1)
    if abs(value) < Fraction(10) ** magnitude:
        increment /= 10
    return canonical(round_to(value, increment, Direction.NEAREST))
