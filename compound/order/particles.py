"""The particles of a powder: what is stated of their size, and what that says of one capsule.

However well a powder is mixed, the number of drug particles differs from capsule to capsule. Dilution changes nothing
about that number, only milling or dissolving does.

What is said here holds for a perfect random mix of spheres. Real mixing, static and segregation add to it. Diameters
are in micrometres, masses in mg; everything is worked out with 45 digits and given to 12 significant ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_DOWN, Context, Decimal
from fractions import Fraction
from functools import cache, cached_property
from itertools import pairwise
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import (
    EXACT,
    canonical,
    from_canonical,
    parse_diameter,
    parse_number,
    parse_percent,
    shown,
    written,
)
from compound.exact.real import PI, WORKING, Number, exp, log, normal_tail, root, twelve, working
from compound.exact.value import Value, field
from compound.facts import standards
from compound.wording.notation import number

# Beyond these nothing is read.
MOST_DIAMETER_UM = Decimal(2000)
LEAST_SPREAD, MOST_SPREAD = Decimal(1), Decimal(10)
MOST_DENSITY = 23  # g/cm3: osmium has 22.6, so more is a slip of the unit
MOST_CLASSES = 1000

_THREE_DOWN = Context(prec=3, rounding=ROUND_DOWN)
_MG_PER_UM3 = Fraction(1, 10**9)  # the mg in a cubic micrometre of density 1 g/cm3
_NORMAL_99 = Fraction(Decimal("2.32634787404084110088560616525"))  # the 99 % point of the normal distribution
_LEAST_CHANCE_PERCENT = Decimal(1).scaleb(-15)


# What is given.


class ParticleSize(Value):
    """A log-normal powder: mass-median diameter in micrometres, and geometric standard deviation.

    Raises InputError for a diameter outside 0 to 2,000 micrometres (zero excluded) or a spread outside 1 to 10.
    """

    median_um: Decimal
    spread: Decimal

    def __post_init__(self) -> None:
        _refuse_diameter(self.median_um, "median_um")
        _refuse_spread(self.spread, "spread")

    @property
    def mean_cube(self) -> Fraction:
        """The mass-weighted mean of the cube of the diameter, in cubic micrometres: d50³ · exp(4.5 ln² σg)."""
        return Fraction(self.median_um) ** 3 * _widening(self.spread)

    @property
    def mean_sixth(self) -> Fraction:
        """The mass-weighted mean of the sixth power of the diameter: d50⁶ · exp(18 ln² σg)."""
        return Fraction(self.median_um) ** 6 * _widening(self.spread) ** 4

    @property
    def mean_inverse_cube(self) -> Fraction:
        """The mass-weighted mean of one over the cube of the diameter: exp(4.5 ln² σg) / d50³."""
        return _widening(self.spread) / Fraction(self.median_um) ** 3

    def percentile_um(self, share: int) -> Fraction:
        """The diameter in micrometres below which 50 or 99 percent of the mass lies."""
        median_um = Fraction(self.median_um)
        return median_um if share == 50 else median_um * exp(_NORMAL_99 * Fraction(log(self.spread)))


@cache
def _widening(spread: Decimal) -> Fraction:
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


def _refuse_spread(value: Decimal, where: str) -> None:
    if not _is_finite(value):
        raise InputError(where, f"{value!r} is not a written spread; spreads are finite Decimals")
    if not LEAST_SPREAD <= value <= MOST_SPREAD:
        raise InputError(where, f"a spread (geometric standard deviation) lies between {LEAST_SPREAD} and "
                         f"{MOST_SPREAD}, not at {number(value)}")  # fmt: skip


def _refuse_classes(classes: Sequence[SieveClass], places: Sequence[str], whole: str) -> None:
    if not 1 <= len(classes) <= MOST_CLASSES:
        raise InputError(whole, f"{len(classes):,} size classes; between 1 and {MOST_CLASSES:,} are needed")
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
    _refuse_spread(deviation, "--particle-spread")
    return ParticleSize(median_um, deviation)


_COLUMNS = {"diameter": "diameter", "lower": "lower", "upper": "upper", "percent": "percent", "mass_percent": "percent"}


def parse_sieve(rows: Iterable[tuple[int, Sequence[str]]], name: str) -> SieveData:
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
            if sorted(header) not in (["diameter", "percent"], ["lower", "percent", "upper"]):
                raise InputError(place, f"the columns are {shown(','.join(cells))}; they have to be "
                                 "lower_um,upper_um,percent or diameter_um,percent")  # fmt: skip
            continue
        if len(cells) != len(header):
            raise InputError(place, f"{len(cells)} cells stand under {len(header)} columns")
        if len(classes) == MOST_CLASSES:
            raise InputError(place, f"more than {MOST_CLASSES:,} size classes")
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
        raise InputError(name, "the file is empty; its columns are lower_um,upper_um,percent or diameter_um,percent")
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
    if not isinstance(value, list):
        raise InputError(where, "is no list of size classes")
    classes, places = [], []
    for i, item in enumerate(value[: MOST_CLASSES + 1]):
        place = f"{where}[{i}]"
        if not isinstance(item, dict):
            raise InputError(place, "is no size class")
        single = "diameter_um" in item
        keys = ("diameter_um", "percent") if single else ("lower_um", "upper_um", "percent")
        for key in item:
            if key not in keys:
                raise InputError(f"{place}.{key}", "is no key of a size class")
        edges = {key: _decimal_of(item, key, place) for key in keys}
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


def _decimal_of(item: Mapping[str, Any], key: str, place: str) -> Decimal:
    where = f"{place}.{key}"
    if key not in item:
        raise InputError(where, "is missing")
    try:
        return written(from_canonical(item[key], where))
    except ArithmeticError:
        raise InputError(where, f"{shown(str(item[key]))} is no plain decimal") from None


# Particle statistics.


class Admissible(Value):
    """The largest mass-median diameter, in micrometres, that keeps a particle RSD at a spread."""

    rsd_percent: Fraction
    spread: Decimal
    median_um: Decimal


class Particles(Value):
    """What the particle size says about one capsule, to 12 significant digits.

    Of sieve data, `median_um` and `d99_um` are the upper edges of the classes in which the mass reaches 50 % and 99 %.
    """

    median_um: Decimal
    d99_um: Decimal
    median_mass_mg: Decimal
    """Mass of one particle of the mass-median diameter, the water and impurities of the lot included."""
    d99_mass_mg: Decimal
    median_share_percent: Decimal
    """The drug in one particle of the mass-median diameter, in percent of the dose."""
    d99_share_percent: Decimal
    count_of_median: Decimal
    """Particles per capsule if all had the mass-median diameter."""
    count_by_number: Decimal
    """Mean number of particles per capsule, the finest dust counted like the rest (of sieve data: at least)."""
    count_effective: Decimal
    """The number of equal particles that would give the same RSD: 1 / RSD²."""
    rsd_percent: Decimal
    """RSD of the content from capsule to capsule in a perfect random mix."""
    aliquot_bias_percent: tuple[Decimal, ...]
    """Of each aliquot, the RSD that drawing it adds to the mean of the whole batch."""
    bias_percent: Decimal
    """The root of the sum of the squares of these; 0 with no aliquot."""
    skewness: Decimal
    """Skewness of the content; that of a normal distribution is 0."""
    large_expected: Decimal
    """Expected number, per capsule, of particles worth more than a quarter of the dose."""
    large_chance_percent: Decimal
    """Chance that a capsule holds at least one of them; what is below 10⁻¹⁵ % is given as that."""


def _mass_mg(cube_um3: Fraction, density: Number) -> Fraction:
    return PI / 6 * Fraction(density) * cube_um3 * _MG_PER_UM3


def particle_mass_mg(diameter_um: Number, density: Number) -> Decimal:
    """Mass in mg, to 12 digits, of a sphere of this diameter in micrometres and true density in g/cm3: π/6 · ρ · d³."""
    return twelve(_mass_mg(Fraction(diameter_um) ** 3, density))


def rsd_square(drug_mg: Fraction, density: Number, size: ParticleSize | SieveData, content: Fraction) -> Fraction:
    """The square of the RSD (as a share, not percent) of the drug in random samples that hold `drug_mg` on average.

    Particles of mass m fall into a sample as a Poisson number of mean f·D/m, f being their share of the mass; each
    brings m. The variances add: Σ m² · f·D/m = D · Σ f·m, so RSD² = (mass-weighted mean particle mass) / D. For a
    log-normal powder that mean is π/6 · ρ · d50³ · exp(4.5 ln² σg); for size classes π/6 · ρ · Σ f d³. (Domain facts
    2.4; after Johnson, Yalkowsky and Bolton, Rohrs.)
    """
    return _mass_mg(size.mean_cube, density) * content / drug_mg


def particle_rsd_percent(
    drug_mg: Fraction, density: Number, size: ParticleSize | SieveData, content_fraction: Fraction = Fraction(1)
) -> Decimal:
    """RSD in percent, to 12 digits, of the drug in random samples holding `drug_mg` (mg) on average.

    For a capsule, `drug_mg` is the dose. For an aliquot, the RSD is what drawing it adds to the mean of the whole
    batch; that the mixture it is drawn from is finite makes the truth smaller by the square root of the share left
    behind, which is left out on the safe side. Density in g/cm3; `content_fraction` in mg of the drug per mg of the
    particles.
    """
    refuse_amount(drug_mg, "drug_mg")
    _refuse_density(density)
    _refuse_content(content_fraction)
    return twelve(WORKING.multiply(root(rsd_square(drug_mg, density, size, content_fraction)), Decimal(100)))


def largest_median_um(
    dose_mg: Fraction,
    density: Number,
    spread: Decimal,
    rsd_percent: Number,
    content_fraction: Fraction = Fraction(1),
) -> Decimal:
    """The largest mass-median diameter in micrometres, to 12 digits, that keeps the particle RSD at this spread.

    d50³ = 6·D·c² / (π·ρ·exp(4.5 ln² σg)), c being the limit (domain facts 2.4).
    """
    refuse_amount(dose_mg, "dose_mg")
    _refuse_density(density)
    _refuse_content(content_fraction)
    _refuse_spread(spread, "spread")
    square = (Fraction(rsd_percent) / 100) ** 2
    cube = dose_mg * square / (_mass_mg(_widening(spread), density) * content_fraction)
    return twelve(Decimal(WORKING.exp(WORKING.divide(log(cube), Decimal(3)))))


def spread_of(size: ParticleSize | SieveData | None) -> Decimal:
    """The spread that a largest diameter is stated for: that of the powder, or the usual one where it has none."""
    return size.spread if isinstance(size, ParticleSize) else standards.limit("certificate_spread")


def admissible(
    dose_mg: Fraction, density: Number, size: ParticleSize | SieveData | None, content_fraction: Fraction = Fraction(1)
) -> tuple[Admissible, ...]:
    """The largest diameters for the two limits of the particle RSD, the wider one first."""
    spread = spread_of(size)
    limits = [Fraction(standards.limit(f"particle_rsd_{name}_percent")) for name in ("most", "note")]
    return tuple(
        Admissible(limit, spread, largest_median_um(dose_mg, density, spread, limit, content_fraction))
        for limit in limits
    )


def for_a_certificate(median_um: Decimal) -> Decimal:
    """A largest diameter as it is asked for: three digits, rounded down, so that a lot of that size is within it."""
    return _THREE_DOWN.plus(median_um)


def median_of(size: ParticleSize | SieveData) -> Decimal:
    """The mass-median diameter in micrometres; of sieve data the upper edge of its class."""
    return twelve(size.percentile_um(50))


def _count_by_number(dose_mg: Fraction, density: Number, size: ParticleSize | SieveData, content: Fraction) -> Fraction:
    """The mean number of particles in a dose: Σ f·D/m."""
    return dose_mg * size.mean_inverse_cube / (_mass_mg(Fraction(1), density) * content)


def _large_expected(
    dose_mg: Fraction, density: Number, size: ParticleSize | SieveData, content: Fraction
) -> Decimal:  # fmt: skip
    """The expected number, in a capsule, of particles that each hold more than a quarter of the dose.

    The particles by number, not by mass, are what is counted: a share f(d) of the mass is f(d)·D/m(d) particles. If
    the mass is log-normal about d50, the number is log-normal with the same σg about dn = d50 · exp(−3 ln² σg), and
    its total is N = D/m(d50) · exp(4.5 ln² σg). Particles above the diameter d* of mass D/4 then number N · Q((ln d*
    − ln dn) / ln σg), Q being the upper tail of the normal distribution. That integral over the log-normal is the
    expectation λ of a Poisson number; the chance of at least one is 1 − exp(−λ).
    """
    unit = _mass_mg(Fraction(1), density) * content
    cube = Fraction(standards.limit("large_particle_share")) * dose_mg / unit  # d*³
    if isinstance(size, SieveData):
        c, large = WORKING, Decimal(0)
        for one in size.classes:
            if (third := EXACT.power(one.upper_um, 3)) > cube:
                large = c.add(large, c.divide(one.percent, third))
        return c.multiply(large, working(dose_mg / (100 * unit)))
    if size.spread == 1:
        median_cube = Fraction(size.median_um) ** 3
        return working(dose_mg / (unit * median_cube)) if median_cube > cube else Decimal(0)
    log_spread = Fraction(log(size.spread))
    distance = Fraction(log(cube)) / 3 - Fraction(log(size.median_um)) + 3 * log_spread**2
    tail = normal_tail(working(distance / log_spread))
    return WORKING.multiply(working(_count_by_number(dose_mg, density, size, content)), tail)


def large_chance_percent(
    dose_mg: Fraction, density: Number, size: ParticleSize | SieveData, content_fraction: Fraction = Fraction(1)
) -> Decimal:  # fmt: skip
    """The chance, in percent, that a capsule holds a particle worth more than a quarter of the dose."""
    return _chance_percent(_large_expected(dose_mg, density, size, content_fraction))


def _chance_percent(expected: Decimal) -> Decimal:
    """100 · (1 − exp(−λ)) for a Poisson number; of a small λ by its series, so that no digit is lost."""
    if expected == 0:
        return Decimal(0)
    c = WORKING
    if expected < Decimal("0.0001"):
        square = c.multiply(expected, expected)
        chance = c.add(c.subtract(expected, c.divide(square, Decimal(2))), c.divide(c.multiply(square, expected), Decimal(6)))
    else:
        chance = c.subtract(Decimal(1), c.exp(-expected))
    return max(twelve(c.multiply(chance, Decimal(100))), _LEAST_CHANCE_PERCENT)


def skewness_of(dose_mg: Fraction, density: Number, size: ParticleSize | SieveData, content: Fraction) -> Decimal:
    """The skewness of the content: third cumulant D·Σ f·m² over the 3/2 power of the second, D·Σ f·m.

    Which is RSD · Σ f·d⁶ / (Σ f·d³)².
    """
    skew = working(size.mean_sixth / size.mean_cube**2)
    return twelve(WORKING.multiply(root(rsd_square(dose_mg, density, size, content)), skew))


def describe(
    dose_mg: Fraction,
    density: Number,
    size: ParticleSize | SieveData,
    aliquot_drug_mg: Sequence[Fraction] = (),
    content_fraction: Fraction = Fraction(1),
) -> Particles:
    """The particle statistics of one capsule, and of the aliquots on the way to it.

    `dose_mg` and `aliquot_drug_mg` are mg of the substance that the dose is expressed in, `density` is the true
    density in g/cm3, `content_fraction` mg of that substance per mg of the powder on the shelf. Raises InputError for
    any of them at or below zero.
    """
    refuse_amount(dose_mg, "dose_mg")
    for index, drug_mg in enumerate(aliquot_drug_mg):
        refuse_amount(drug_mg, f"aliquot_drug_mg[{index}]")
    _refuse_density(density)
    _refuse_content(content_fraction)
    median_um, d99_um = size.percentile_um(50), size.percentile_um(99)
    median_mg, d99_mg = _mass_mg(median_um**3, density), _mass_mg(d99_um**3, density)
    square = rsd_square(dose_mg, density, size, content_fraction)
    expected = _large_expected(dose_mg, density, size, content_fraction)
    biases = [square * dose_mg / drug_mg for drug_mg in aliquot_drug_mg]
    return Particles(
        median_um=twelve(median_um),
        d99_um=twelve(d99_um),
        median_mass_mg=twelve(median_mg),
        d99_mass_mg=twelve(d99_mg),
        median_share_percent=twelve(100 * median_mg * content_fraction / dose_mg),
        d99_share_percent=twelve(100 * d99_mg * content_fraction / dose_mg),
        count_of_median=twelve(dose_mg / (median_mg * content_fraction)),
        count_by_number=twelve(_count_by_number(dose_mg, density, size, content_fraction)),
        count_effective=twelve(1 / square),
        rsd_percent=_percent_of(square),
        aliquot_bias_percent=tuple(_percent_of(bias) for bias in biases),
        bias_percent=_percent_of(sum(biases, Fraction(0))),
        skewness=skewness_of(dose_mg, density, size, content_fraction),
        large_expected=twelve(expected),
        large_chance_percent=_chance_percent(expected),
    )


def _percent_of(square: Fraction) -> Decimal:
    return twelve(root(square * 10_000))


def refuse_amount(mg: Fraction, where: str) -> None:
    """Refuses a mass that is not exact, or not above zero. Raises InputError."""
    if not isinstance(mg, Fraction | Decimal | int) or mg <= 0:
        raise InputError(where, f"an exact mass above 0 mg is needed, not {mg}")


def _refuse_density(density: Number) -> None:
    if not isinstance(density, Fraction | Decimal | int) or not 0 < density <= MOST_DENSITY:
        raise InputError("density", f"a true density above 0 and up to {MOST_DENSITY} g/cm3 is needed, not {density}")


def _refuse_content(content_fraction: Fraction) -> None:
    if not isinstance(content_fraction, Fraction | Decimal | int) or content_fraction <= 0:
        raise InputError("content_fraction", f"an exact fraction above 0 is needed, not {content_fraction}")

