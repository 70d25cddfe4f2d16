"""The size of a drug's particles as it is stated: a median and a spread, or size classes; their true density; and the
spread of the fill.

Diameters are in micrometres.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from itertools import islice, pairwise

from compound.exact.errors import InputError
from compound.exact.quantity import EXACT, Percent, canonical, grouped, written
from compound.exact.real import WORKING, exp, log
from compound.exact.value import Value, field
from compound.facts import standards
from compound.reading.amounts import parse_diameter, parse_number, parse_percent
from compound.reading.csv_text import fault_of_length, read_header
from compound.reading.fields import Fields, list_items
from compound.reading.marks import with_decimal_points
from compound.reading.text import shown
from compound.wording.notation import number

# Beyond these nothing is read.
MOST_DIAMETER_UM = Decimal(2000)
LEAST_SPREAD, MOST_SPREAD = Decimal(1), Decimal(10)
MOST_CLASSES = 1000

MG_PER_UM3 = Fraction(1, 10**9)  # the mg in a cubic micrometre of density 1 g/cm3
_NORMAL_99 = Fraction(Decimal("2.32634787404084110088560616525"))  # the 99 % point of the normal distribution


class ParticleSize(Value):
    """A log-normal powder: mass-median diameter in micrometres, and geometric standard deviation.

    Raises InputError for a diameter outside 0 to 2,000 micrometres (zero excluded) or a spread outside 1 to 10.
    """

    median_um: Decimal
    spread: Decimal

    def __post_init__(self) -> None:
        _refuse_diameter(self.median_um, "median_um")
        refuse_spread(self.spread, "spread")

    @property
    def mean_cube(self) -> Fraction:
        """The mass-weighted mean of the cube of the diameter, in cubic micrometres: d50³ · exp(4.5 ln² σg)."""
        return Fraction(self.median_um) ** 3 * widening(self.spread)

    @property
    def mean_sixth(self) -> Fraction:
        """The mass-weighted mean of the sixth power of the diameter: d50⁶ · exp(18 ln² σg)."""
        return Fraction(self.median_um) ** 6 * widening(self.spread) ** 4

    @property
    def mean_inverse_cube(self) -> Fraction:
        """The mass-weighted mean of one over the cube of the diameter: exp(4.5 ln² σg) / d50³."""
        return widening(self.spread) / Fraction(self.median_um) ** 3

    def percentile_um(self, share: int) -> Fraction:
        """The diameter in micrometres below which 50 or 99 percent of the mass lies."""
        median_um = Fraction(self.median_um)
        return median_um if share == 50 else median_um * exp(_NORMAL_99 * Fraction(log(self.spread)))


@cache
def widening(spread: Decimal) -> Fraction:
    """exp(4.5 ln² spread): by how much the mean cube of a log-normal powder exceeds the cube of its mass-median."""
    return exp(Fraction(9, 2) * Fraction(log(spread)) ** 2)


class SieveClass(Value):
    """One size class: diameters above `lower_um` up to `upper_um`, and its share of the mass in percent.

    A class of a single diameter has it as both edges. All statistics take every particle to be as large as the upper
    edge: the sieve proves no more than that.
    """

    lower_um: Decimal
    upper_um: Decimal
    percent: Decimal

    def __post_init__(self) -> None:
        _refuse_diameter(self.upper_um, "upper_um")
        if not _is_finite(self.lower_um) or self.lower_um < 0:
            raise InputError("lower_um", f"{self.lower_um!r} is not a diameter of zero or more micrometres")
        if self.lower_um > self.upper_um:
            raise InputError("lower_um", f"the class begins at {number(self.lower_um)} micrometres, above its end at "
                             f"{number(self.upper_um)} micrometres")  # fmt: skip
        if not _is_finite(self.percent) or not 0 <= self.percent <= 100:
            raise InputError("percent", f"a mass fraction lies between 0 % and 100 %, not at {self.percent} %")


class SieveData(Value):
    """A powder by size classes. The order of the classes does not matter; gaps between them hold no powder.

    Raises InputError for no class or more than 1,000, fractions that do not sum to exactly 100 %, classes that overlap,
    and a mixture of ranges and single diameters.
    """

    classes: tuple[SieveClass, ...]

    def __post_init__(self) -> None:
        _refuse_classes(self.classes, [f"classes[{index}]" for index in range(len(self.classes))], "classes")

    @cached_property
    def mean_cube(self) -> Fraction:
        """The mass-weighted mean of the cube of the diameter, in cubic micrometres, exactly: Σ f·d³."""
        return self._moment(3)

    @cached_property
    def mean_sixth(self) -> Fraction:
        """The mass-weighted mean of the sixth power of the diameter, exactly: Σ f·d⁶."""
        return self._moment(6)

    @cached_property
    def mean_inverse_cube(self) -> Fraction:
        """The mass-weighted mean of one over the cube of the diameter, to 40 digits: Σ f/d³."""
        c, total = WORKING, Decimal(0)
        for one in self.classes:  # the common denominator of exact terms would grow out of hand
            total = c.add(total, c.divide(one.percent, c.power(one.upper_um, 3)))
        return Fraction(total) / 100

    def _moment(self, power: int) -> Fraction:
        """Σ f·d^power in whole units of the last decimals, which is exact and quick."""
        places = max(_places(one.upper_um) for one in self.classes)
        parts = max(_places(one.percent) for one in self.classes)
        total = sum(
            int(one.percent.scaleb(parts)) * int(one.upper_um.scaleb(places)) ** power for one in self.classes
        )
        return Fraction(total, 10 ** (2 + parts + places * power))

    def percentile_um(self, share: int) -> Fraction:
        """The upper edge, in micrometres, of the class in which the mass reaches `share` percent."""
        reached = Decimal(0)
        for one in sorted(self.classes, key=lambda one: one.upper_um):
            reached = EXACT.add(reached, one.percent)
            if reached >= share:
                break
        return Fraction(one.upper_um)


def _places(value: Decimal) -> int:
    """The digits after the point."""
    return max(0, -int(value.as_tuple().exponent))


class SieveFile(Value):
    """Size classes with the name of the file they were read from, which does not count when two are compared."""

    name: str = field(compare=False)
    data: SieveData


def _is_finite(value: object) -> bool:
    return isinstance(value, Decimal) and value.is_finite()


def _refuse_diameter(value: Decimal, where: str) -> None:
    if not _is_finite(value):
        raise InputError(where, f"{value!r} is not a written diameter; diameters are finite Decimals")
    if value <= 0:
        raise InputError(where, f"a particle diameter is above 0 micrometres, not {number(value)} micrometres")
    if value > MOST_DIAMETER_UM:
        raise InputError(where, f"{number(value)} micrometres is more than {number(MOST_DIAMETER_UM)} micrometres, "
                         "the largest diameter that is read as a powder")  # fmt: skip


def refuse_spread(value: Decimal, where: str) -> None:
    """Refuses a spread that is no finite number, or beyond what powders have. Raises InputError."""
    if not _is_finite(value):
        raise InputError(where, f"{value!r} is not a written spread; spreads are finite Decimals")
    if not LEAST_SPREAD <= value <= MOST_SPREAD:
        raise InputError(where, f"a spread (geometric standard deviation) lies between {LEAST_SPREAD} and "
                         f"{MOST_SPREAD}, not at {number(value)}")  # fmt: skip


def _refuse_classes(classes: Sequence[SieveClass], places: Sequence[str], whole: str) -> None:
    if not 1 <= len(classes) <= MOST_CLASSES:
        raise InputError(whole, f"{grouped(len(classes))} size classes; between 1 and {grouped(MOST_CLASSES)} are needed")
    single = [one.lower_um == one.upper_um for one in classes]
    if any(single) and not all(single):
        place = places[single.index(not single[0])]
        raise InputError(place, "single diameters and ranges stand in one table; use one of the two")
    order = sorted(range(len(classes)), key=lambda index: (classes[index].upper_um, classes[index].lower_um))
    for below, above in pairwise(order):
        smaller, larger = classes[below], classes[above]
        first, there = places[min(below, above)], places[max(below, above)]
        if single[0] and smaller.upper_um == larger.upper_um:
            raise InputError(there, f"{number(larger.upper_um)} micrometres stands twice, first at {first}")
        if larger.lower_um < smaller.upper_um:
            raise InputError(there, f"the classes {_range(smaller)} and {_range(larger)} overlap; the other of them "
                             f"stands at {first}")  # fmt: skip
    total = sum((Fraction(one.percent) for one in classes), Fraction(0))
    if total != 100:
        raise InputError(whole, f"the mass fractions sum to {canonical(total)} %, not to 100 %")


def _range(one: SieveClass) -> str:
    return f"{number(one.lower_um)} to {number(one.upper_um)} micrometres"


def parse_size(diameter: str | None, spread: str | None) -> ParticleSize | None:
    """The texts of --particle-size and --particle-spread. None for neither; raises InputError for one alone."""
    if diameter is None and spread is None:
        return None
    if diameter is None:
        raise InputError("--particle-size", "a spread alone says nothing; enter the mass-median diameter with it")
    if spread is None:
        raise InputError("--particle-spread", "a diameter alone says nothing of the coarse particles, which decide; "
                         "enter the geometric standard deviation with it")  # fmt: skip
    median_um = parse_diameter(diameter, "--particle-size")
    _refuse_diameter(median_um, "--particle-size")
    deviation = parse_number(spread, "--particle-spread")
    refuse_spread(deviation, "--particle-spread")
    return ParticleSize(median_um, deviation)


_COLUMNS = {"diameter": "diameter", "lower": "lower", "upper": "upper", "percent": "percent", "mass_percent": "percent"}


def parse_sieve(
    rows: Iterable[tuple[int, Sequence[str]]], name: str, *, decimal_comma: bool = False
) -> SieveData:
    """Size classes from the rows of a file: (line number, cells), the header first. `name` is that of the file.

    Columns, in any order: `lower,upper,percent` or `diameter,percent`. Diameters carry their unit (`20 um`), or the
    header does (`lower_um`); percentages may carry their sign. Rows without any text are skipped. Raises InputError
    with `name:line`.
    """
    header: list[str] = []
    bare: list[bool] = []
    classes: list[SieveClass] = []
    places: list[str] = []
    for line, raw in rows:
        place = f"{name} line {line}"
        cells = [cell.strip(" ") for cell in raw]
        if not any(cells):
            continue
        if not header:
            bare = [cell.endswith("_um") for cell in cells]
            header = [_COLUMNS.get(cell.removesuffix("_um"), "") for cell in cells]
            read_header(raw, place)
            if sorted(header) not in (["diameter", "percent"], ["lower", "percent", "upper"]):
                raise InputError(place, f"the columns are {shown(','.join(cells))}; they have to be "
                                 "lower_um,upper_um,percent or diameter_um,percent")  # fmt: skip
            continue
        if said := fault_of_length(cells, header, decimal_comma=decimal_comma):
            raise InputError(place, said)
        if decimal_comma:
            cells = [with_decimal_points(cell, place) for cell in cells]
        if len(classes) == MOST_CLASSES:
            raise InputError(place, f"more than {grouped(MOST_CLASSES)} size classes")
        texts = {}
        for column, cell, plain in zip(header, cells, bare, strict=True):
            texts[column] = f"{cell} um" if plain and cell and not any(map(str.isalpha, cell)) else cell
        share = texts["percent"]
        percent = parse_percent(share if share.endswith("%") else f"{share} %", place).percent
        upper_um = parse_diameter(texts.get("diameter", texts.get("upper", "")), place)
        lower_um = parse_diameter(texts["lower"], place, zero=True) if "lower" in texts else upper_um
        if "lower" in texts and lower_um == upper_um:
            raise InputError(place, f"the class from {number(lower_um)} to {number(upper_um)} micrometres has no width")
        try:
            classes.append(SieveClass(lower_um, upper_um, percent))
        except InputError as error:
            raise InputError(place, error.sentence) from None
        places.append(place)
    if not header:
        raise InputError(name, "is empty; its columns are lower_um,upper_um,percent or diameter_um,percent")
    _refuse_classes(classes, places, name)
    return SieveData(tuple(classes))


def sieve_to_list(data: SieveData) -> list[dict[str, str]]:
    """The classes as they stand in JSON; a class of a single diameter has that alone."""
    return [
        {"diameter_um": canonical(one.upper_um), "percent": canonical(one.percent)}
        if one.lower_um == one.upper_um
        else {
            "lower_um": canonical(one.lower_um), "upper_um": canonical(one.upper_um), "percent": canonical(one.percent),
        }
        for one in data.classes
    ]  # fmt: skip


def sieve_from_list(value: object, where: str) -> SieveData:
    """Reads the classes as they stand in JSON. Raises InputError naming the key."""
    classes, places = [], []
    for item, place in islice(list_items(value, where), MOST_CLASSES + 1):
        row = Fields(item, place)
        single = "diameter_um" in row.values
        keys = ("diameter_um", "percent") if single else ("lower_um", "upper_um", "percent")
        row.refuse_unknown(keys, "a size class")
        edges = {key: _decimal_of(row, key) for key in keys}
        lower, upper = ("diameter_um", "diameter_um") if single else ("lower_um", "upper_um")
        if not single and edges[lower] == edges[upper]:
            raise InputError(place, "the class has no width")
        try:
            classes.append(SieveClass(edges[lower], edges[upper], edges["percent"]))
        except InputError as error:
            raise InputError(f"{place}.{'diameter_um' if single else error.where}", error.sentence) from None
        places.append(place)
    _refuse_classes(classes, places, where)
    return SieveData(tuple(classes))


def _decimal_of(row: Fields, key: str) -> Decimal:
    number = row.fraction(key)
    try:
        return written(number)
    except ArithmeticError:
        raise InputError(row.place(key), f"{shown(row.values[key])} is not a plain decimal") from None


MOST_FILL_RSD_PERCENT = Decimal(50)


def read_true_density(g_per_cm3: Decimal, where: str) -> Decimal:
    """A true density of a drug in g per cm3. Raises InputError for one that no drug has, as after a slip of the point."""
    least, most = standards.limit("least_true_density_g_per_cm3"), standards.limit("most_true_density_g_per_cm3")
    if not least <= g_per_cm3 <= most:
        raise InputError(where, f"no drug has a true density of {number(g_per_cm3)} g per cm3; it lies between "
                         f"{number(least)} and {number(most)} g per cm3")  # fmt: skip
    return g_per_cm3


def read_fill_rsd(percent: Percent, where: str) -> Percent:
    """An RSD of the fill, which lies above 0 % and up to 50 %. Raises InputError."""
    if not 0 < percent.percent <= MOST_FILL_RSD_PERCENT:
        raise InputError(where, f"an RSD of the fill lies above 0 % and up to {MOST_FILL_RSD_PERCENT} %, "
                         f"not at {number(percent.percent)} %")  # fmt: skip
    return percent
