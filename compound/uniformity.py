"""Uniformity from capsule to capsule: particle statistics, and the chance to pass USP <905>.

Weighing decides the mean of a batch. Whether one capsule is like the next is decided by the number of drug particles in
it, however well the powder is mixed; dilution changes nothing about that number, only milling or dissolving does.

What is said here holds for a perfect random mix of spheres. Real mixing, static and segregation add to it.

Digits: the particle statistics are worked out with 45 digits (pi, logarithm and exponential are the only roundings) and
given to 12 significant digits. Chances and the predicted acceptance value are floats; how many digits of them are meant
is said where they are given.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from functools import cache, lru_cache
from itertools import pairwise

from compound import catalogue
from compound.errors import InputError
from compound.finding import Finding, NotChecked, Value
from compound.notation import number
from compound.quantity import (
    Percent,
    canonical,
    parse_diameter,
    parse_number,
    parse_percent,
    shown,
)

Number = Decimal | Fraction | int

# House rules of this tool: no text sets them. (Domain facts 2.4 and 2.5 give the figures they were chosen from.)
POWDER_FROM_MG = Fraction(1, 1000)  # house rule: below 1 mcg no powder
SIZE_NEEDED_BELOW_MG = Fraction(1, 10)  # house rule: below 100 mcg an unknown particle size is a warning
RSD_LIMIT_PERCENT = Fraction(4)  # house rule: a particle RSD above it is an error
RSD_NOTE_PERCENT = Fraction(2)  # house rule: a particle RSD from here on is a note
CERTIFICATE_SPREAD = Decimal(2)  # house rule: the spread for which the size asked of a certificate is stated
LARGE_PARTICLE_SHARE = Fraction(1, 4)  # house rule: a particle worth more than this share of the dose counts as large
DOUBTFUL_BELOW_UM = Decimal("0.5")  # house rule: a finer powder is rather a slip of the unit

# Beyond these nothing is read.
MOST_DIAMETER_UM = Decimal(2000)
LEAST_SPREAD, MOST_SPREAD = Decimal(1), Decimal(10)
MOST_DENSITY = 23  # g/cm3: osmium has 22.6, so more is a slip of the unit
MOST_CLASSES = 1000
MOST_FILL_RSD_PERCENT = Decimal(50)

_DIGITS = Context(prec=45)
_TWELVE = Context(prec=12)
_THREE_DOWN = Context(prec=3, rounding=ROUND_DOWN)
_SIX = Context(prec=6)
_PI = Fraction(Decimal("3.14159265358979323846264338327950288419716939937510"))
_MG_PER_UM3 = Fraction(1, 10**9)  # the mg in a cubic micrometre of density 1 g/cm3
_NORMAL_99 = Fraction(Decimal("2.32634787404084110088560616525"))  # the 99 % point of the normal distribution


# What is given.


@dataclass(frozen=True, slots=True)
class ParticleSize:
    """A log-normal powder: mass-median diameter in micrometres, and geometric standard deviation.

    Raises InputError for a diameter outside 0 to 2,000 micrometres (zero excluded) or a spread outside 1 to 10.
    """

    median_um: Decimal
    spread: Decimal

    def __post_init__(self) -> None:
        _refuse_diameter(self.median_um, "median_um")
        _refuse_spread(self.spread, "spread")


@dataclass(frozen=True, slots=True)
class SieveClass:
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


@dataclass(frozen=True, slots=True)
class SieveData:
    """A powder by size classes. The order of the classes does not matter; gaps between them hold no powder.

    Raises InputError for no class or more than 1,000, fractions that do not sum to exactly 100 %, classes that overlap,
    and a mixture of ranges and single diameters.
    """

    classes: tuple[SieveClass, ...]

    def __post_init__(self) -> None:
        _refuse_classes(self.classes, [f"classes[{index}]" for index in range(len(self.classes))], "classes")


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
        place = f"{name}:{line}"
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


# Particle statistics.


@dataclass(frozen=True, slots=True)
class Admissible:
    """The largest mass-median diameter, in micrometres, that keeps a particle RSD at a spread."""

    rsd_percent: Fraction
    spread: Decimal
    median_um: Decimal


@dataclass(frozen=True, slots=True)
class Particles:
    """What the particle size says about one capsule. All to 12 significant digits but the last two, to 6.

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
    admissible: tuple[Admissible, ...]
    aliquot_bias_percent: tuple[Decimal, ...]
    """Of each aliquot, the RSD that drawing it adds to the mean of the whole batch."""
    bias_percent: Decimal
    """The root of the sum of the squares of these; 0 with no aliquot."""
    large_expected: Decimal
    """Expected number, per capsule, of particles worth more than a quarter of the dose."""
    large_chance_percent: Decimal
    """Chance that a capsule holds at least one of them."""


def _twelve(value: Fraction | Decimal) -> Decimal:
    if isinstance(value, Decimal):
        return _TWELVE.plus(value)
    return _TWELVE.divide(Decimal(value.numerator), Decimal(value.denominator))


def _decimal(value: Number) -> Decimal:
    exact = Fraction(value)
    return _DIGITS.divide(Decimal(exact.numerator), Decimal(exact.denominator))


def _log(value: Number) -> Decimal:
    return _DIGITS.ln(_decimal(value))


def _exp(value: Number) -> Fraction:
    return Fraction(_DIGITS.exp(_decimal(value)))


def _root(square: Fraction) -> Decimal:
    return _DIGITS.sqrt(_decimal(square))


@cache
def _widening(spread: Decimal) -> Fraction:
    """exp(4.5 ln² spread): by how much the mean cube of a log-normal powder exceeds the cube of its mass-median."""
    return _exp(Fraction(9, 2) * Fraction(_log(spread)) ** 2)


@lru_cache(8)
def _mean_cube(size: ParticleSize | SieveData) -> Fraction:
    """The mass-weighted mean of the cube of the diameter, in cubic micrometres."""
    if isinstance(size, ParticleSize):
        return Fraction(size.median_um) ** 3 * _widening(size.spread)
    return sum((Fraction(one.percent) * Fraction(one.upper_um) ** 3 for one in size.classes), Fraction(0)) / 100


def _mass_mg(cube_um3: Fraction, density: Number) -> Fraction:
    return _PI / 6 * Fraction(density) * cube_um3 * _MG_PER_UM3


def particle_mass_mg(diameter_um: Number, density: Number) -> Decimal:
    """Mass in mg, to 12 digits, of a sphere of this diameter in micrometres and true density in g/cm3: π/6 · ρ · d³."""
    return _twelve(_mass_mg(Fraction(diameter_um) ** 3, density))


def _rsd_square(drug_mg: Fraction, density: Number, size: ParticleSize | SieveData, content: Fraction) -> Fraction:
    """The square of the RSD (as a share, not percent) of the drug in random samples that hold `drug_mg` on average.

    Particles of mass m fall into a sample as a Poisson number of mean f·D/m, f being their share of the mass; each
    brings m. The variances add: Σ m² · f·D/m = D · Σ f·m, so RSD² = (mass-weighted mean particle mass) / D. For a
    log-normal powder that mean is π/6 · ρ · d50³ · exp(4.5 ln² σg); for size classes π/6 · ρ · Σ f d³. (Domain facts
    2.4; after Johnson, Yalkowsky and Bolton, Rohrs.)
    """
    return _mass_mg(_mean_cube(size), density) * content / drug_mg


def particle_rsd_percent(
    drug_mg: Fraction, density: Number, size: ParticleSize | SieveData, content_fraction: Fraction = Fraction(1)
) -> Decimal:
    """RSD in percent, to 12 digits, of the drug in random samples holding `drug_mg` (mg) on average.

    For a capsule, `drug_mg` is the dose. For an aliquot, the RSD is what drawing it adds to the mean of the whole
    batch; that the mixture it is drawn from is finite makes the truth smaller by the square root of the share left
    behind, which is left out on the safe side. Density in g/cm3; `content_fraction` in mg of the drug per mg of the
    particles.
    """
    _refuse_amount(drug_mg, "drug_mg")
    _refuse_density(density)
    _refuse_content(content_fraction)
    return _twelve(_DIGITS.multiply(_root(_rsd_square(drug_mg, density, size, content_fraction)), Decimal(100)))


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
    _refuse_amount(dose_mg, "dose_mg")
    _refuse_density(density)
    _refuse_content(content_fraction)
    _refuse_spread(spread, "spread")
    square = (Fraction(rsd_percent) / 100) ** 2
    cube = dose_mg * square / (_mass_mg(_widening(spread), density) * content_fraction)
    return _twelve(Decimal(_DIGITS.exp(_DIGITS.divide(_log(cube), Decimal(3)))))


def _percentile_um(size: ParticleSize | SieveData, share: int) -> Fraction:
    """The diameter in micrometres below which `share` percent of the mass lies: 50 or 99."""
    if isinstance(size, ParticleSize):
        if share == 50:
            return Fraction(size.median_um)
        return Fraction(size.median_um) * _exp(_NORMAL_99 * Fraction(_log(size.spread)))
    reached = Fraction(0)
    for one in sorted(size.classes, key=lambda one: one.upper_um):
        reached += Fraction(one.percent)
        if reached >= share:
            break
    return Fraction(one.upper_um)


def _count_by_number(dose_mg: Fraction, density: Number, size: ParticleSize | SieveData, content: Fraction) -> Fraction:
    """The mean number of particles in a dose: Σ f·D/m.

    The mass-weighted mean of 1/d³ of a log-normal powder is exp(+4.5 ln² σg) / d50³.
    """
    if isinstance(size, ParticleSize):
        inverse = _widening(size.spread) / Fraction(size.median_um) ** 3
    else:
        inverse = Fraction(0)
        for one in size.classes:  # each term to 45 digits: the common denominator of exact ones grows out of hand
            inverse += Fraction(_decimal(Fraction(one.percent) / (100 * Fraction(one.upper_um) ** 3)))
    return dose_mg * inverse / (_mass_mg(Fraction(1), density) * content)


def _large_expected(dose_mg: Fraction, density: Number, size: ParticleSize | SieveData, content: Fraction) -> float:
    """The expected number, in a capsule, of particles that each hold more than a quarter of the dose.

    The particles by number, not by mass, are what is counted: a share f(d) of the mass is f(d)·D/m(d) particles. If
    the mass is log-normal about d50, the number is log-normal with the same σg about dn = d50 · exp(−3 ln² σg), and
    its total is N = D/m(d50) · exp(4.5 ln² σg). Particles above the diameter d* of mass D/4 then number N · Q((ln d*
    − ln dn) / ln σg), Q being the upper tail of the normal distribution. That integral over the log-normal is the
    expectation λ of a Poisson number; the chance of at least one is 1 − exp(−λ). Good to 10 digits.
    """
    unit = _mass_mg(Fraction(1), density) * content
    cube = LARGE_PARTICLE_SHARE * dose_mg / unit  # d*³
    if isinstance(size, SieveData):
        large = (Fraction(one.percent) / 100 * dose_mg / (unit * Fraction(one.upper_um) ** 3)
                 for one in size.classes if Fraction(one.upper_um) ** 3 > cube)  # fmt: skip
        return math.fsum(map(float, large))
    if size.spread == 1:
        median_cube = Fraction(size.median_um) ** 3
        return float(dose_mg / (unit * median_cube)) if median_cube > cube else 0.0
    log_spread = Fraction(_log(size.spread))
    distance = Fraction(_log(cube)) / 3 - Fraction(_log(size.median_um)) + 3 * log_spread**2
    tail = math.erfc(float(distance / log_spread) / math.sqrt(2)) / 2
    return float(_count_by_number(dose_mg, density, size, content)) * tail


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
    _refuse_amount(dose_mg, "dose_mg")
    for index, drug_mg in enumerate(aliquot_drug_mg):
        _refuse_amount(drug_mg, f"aliquot_drug_mg[{index}]")
    _refuse_density(density)
    _refuse_content(content_fraction)
    median_um, d99_um = _percentile_um(size, 50), _percentile_um(size, 99)
    median_mg, d99_mg = _mass_mg(median_um**3, density), _mass_mg(d99_um**3, density)
    square = _rsd_square(dose_mg, density, size, content_fraction)
    spread = _spread(size)
    expected = _large_expected(dose_mg, density, size, content_fraction)
    biases = [square * dose_mg / drug_mg for drug_mg in aliquot_drug_mg]
    return Particles(
        median_um=_twelve(median_um),
        d99_um=_twelve(d99_um),
        median_mass_mg=_twelve(median_mg),
        d99_mass_mg=_twelve(d99_mg),
        median_share_percent=_twelve(100 * median_mg * content_fraction / dose_mg),
        d99_share_percent=_twelve(100 * d99_mg * content_fraction / dose_mg),
        count_of_median=_twelve(dose_mg / (median_mg * content_fraction)),
        count_by_number=_twelve(_count_by_number(dose_mg, density, size, content_fraction)),
        count_effective=_twelve(1 / square),
        rsd_percent=_percent_of(square),
        admissible=tuple(
            Admissible(limit, spread, largest_median_um(dose_mg, density, spread, limit, content_fraction))
            for limit in (RSD_LIMIT_PERCENT, RSD_NOTE_PERCENT)
        ),
        aliquot_bias_percent=tuple(_percent_of(bias) for bias in biases),
        bias_percent=_percent_of(sum(biases, Fraction(0))),
        large_expected=_SIX.create_decimal_from_float(expected),
        large_chance_percent=_SIX.create_decimal_from_float(-100 * math.expm1(-expected)),
    )


def _percent_of(square: Fraction) -> Decimal:
    return _twelve(_root(square * 10_000))


def _refuse_amount(mg: Fraction, where: str) -> None:
    if not isinstance(mg, Fraction | Decimal | int) or mg <= 0:
        raise InputError(where, f"an exact mass above 0 mg is needed, not {mg}")


def _refuse_density(density: Number) -> None:
    if not isinstance(density, Fraction | Decimal | int) or not 0 < density <= MOST_DENSITY:
        raise InputError("density", f"a true density above 0 and up to {MOST_DENSITY} g/cm3 is needed, not {density}")


def _refuse_content(content_fraction: Fraction) -> None:
    if not isinstance(content_fraction, Fraction | Decimal | int) or content_fraction <= 0:
        raise InputError("content_fraction", f"an exact fraction above 0 is needed, not {content_fraction}")


# USP <905>. Contents are in percent of the label, T being 100.

_K10, _K30 = 2.4, 2.0
_L1 = 15.0
_L2 = 0.25
_NORMAL = 1 / math.sqrt(2 * math.pi)
_CHI9 = 2 / (2**4.5 * math.gamma(4.5))
_C10 = math.sqrt(2 / 9) * math.gamma(5) / math.gamma(4.5)  # mean of s over σ, of ten units


@dataclass(frozen=True, slots=True)
class Prediction:
    """What USP <905> will say of a batch of normally distributed content, in percent of the label.

    `acceptance_value` is the expected value for ten units, to 6 digits. The chances are in percent, rounded down to
    0.01 and never above 99.99; 0 means below 0.01 %. Before that they are good to 0.01 percentage points.
    """

    mean_percent: Decimal
    rsd_percent: Decimal
    batch_rsd_percent: Decimal
    acceptance_value: Decimal
    stage_1_percent: Decimal
    either_stage_percent: Decimal


def predict(mean_percent: Number, rsd_percent: Number, batch_rsd_percent: Number = 0) -> Prediction:
    """The acceptance value to expect of ten capsules, and the chance to pass stage 1, and stage 1 or 2, of USP <905>.

    `mean_percent` is the mean of the batch in percent of the label, `rsd_percent` the RSD from capsule to capsule,
    `batch_rsd_percent` the RSD of the mean of the batch itself. Raises InputError unless mean and RSD are above zero.
    """
    if mean_percent <= 0:
        raise InputError("mean_percent", f"a mean content above 0 % is needed, not {number(mean_percent)} %")
    if rsd_percent <= 0:
        raise InputError("rsd_percent", f"an RSD above 0 % is needed, not {number(rsd_percent)} %")
    if batch_rsd_percent < 0:
        raise InputError("batch_rsd_percent", f"an RSD cannot be negative, as {number(batch_rsd_percent)} % is")
    mean = float(mean_percent)
    deviation, batch = mean * float(rsd_percent) / 100, mean * float(batch_rsd_percent) / 100
    stage_1, either = chance_to_pass(mean, deviation, batch)
    return Prediction(
        _twelve(Fraction(mean_percent)),
        _twelve(Fraction(rsd_percent)),
        _twelve(Fraction(batch_rsd_percent)),
        _SIX.create_decimal_from_float(expected_acceptance_value(mean, deviation, batch)),
        _rounded_down(stage_1),
        _rounded_down(either),
    )


def _rounded_down(chance: float) -> Decimal:
    percent = Decimal(chance * 100).quantize(Decimal("0.01"), rounding=ROUND_FLOOR)
    return min(max(percent, Decimal(0)), Decimal("99.99"))


def expected_acceptance_value(mean: float, deviation: float, batch: float = 0.0) -> float:
    """The expected acceptance value of ten units: E|M − X̄| + 2.4 · E s, all in percent of the label.

    X̄ is normal about `mean`; M is X̄ held between 98.5 and 101.5. E s = 0.97266 σ for ten units. Good to 12 digits.
    """
    spread = math.hypot(deviation / math.sqrt(10), batch)
    return _excess(98.5 - mean, spread) + _excess(mean - 101.5, spread) + _K10 * _C10 * deviation


def _excess(distance: float, spread: float) -> float:
    """The mean of what a normal value (mean `distance`, deviation `spread`) has above zero."""
    z = distance / spread
    return distance * math.erfc(-z / math.sqrt(2)) / 2 + spread * _NORMAL * math.exp(-z * z / 2)


def chance_to_pass(mean: float, deviation: float, batch: float = 0.0, finer: float = 1.0) -> tuple[float, float]:
    """The chances to pass stage 1, and stage 1 or stage 2, of USP <905>; contents in percent of the label.

    The units are normal about a batch mean, with `deviation` (σ); the batch mean is normal about `mean` with `batch`.
    Good to 0.0001, which is 0.01 percentage points (`finer` multiplies the nodes of the integrals, to find that out).
    Of skewed content, as of a few large particles, a normal model knows nothing.

    Stage 1 passes if |M − X̄| + 2.4 s ≤ 15. X̄ and s are independent, so the chance is an integral over X̄ of the
    chi-square distribution of 9 s²/σ² at the largest s that passes.

    Stage 2 saves batches that fail stage 1, and whose 30 units give |M − X̄| + 2 s ≤ 15 with none outside 0.75 M to
    1.25 M. In the mean x of all 30, the difference d of the means of the first 10 and the other 20, and the sums of
    squares u and v within these two, everything is independent: x has the variance σ²/30 + batch², d 3σ²/20; u/σ² and
    v/σ² are chi-square of 9 and 19 degrees. The sum of squares of all 30 is u + v + (20/3) d². So the chance is an
    integral over x, d and u, from the least u that fails stage 1, of the chi-square distribution of v at the largest
    v that passes.

    No unit outside: taken off is the expected number of units outside in batches that would otherwise be saved. Among
    the first 10 it is exact: a unit's deviation from their mean over √(9u/10) is one coordinate of a random point on
    the sphere in 9 dimensions. All 30 have between 1 and 3 times as many, for the other 20 did not fail first; 1.5 is
    taken, which is within 0.00003 of the full integral. The whole effect is at most 0.0004 (near mean 100, RSD 7),
    because the acceptance value holds s to 7.5; two units outside hardly fit into that, and are left out.
    """
    fail = _fail_stage_1(mean, deviation, batch, finer)
    return 1 - fail, 1 - fail + _saved_by_stage_2(mean, deviation, batch, finer)


_CHI9_END = 46.0  # a chi-square value of 9 degrees lies above in 6 of 10 million
_OUTSIDE_FACTOR = 1.5


def _gap(mean: float) -> float:
    """|M − X̄| for a target of 100 %."""
    return 98.5 - mean if mean < 98.5 else mean - 101.5 if mean > 101.5 else 0.0


def _fail_stage_1(mean: float, deviation: float, batch: float, finer: float) -> float:
    spread = math.hypot(deviation / math.sqrt(10), batch)
    # A sample mean below 83.5 or above 116.5 fails whatever s is.
    fail = (math.erfc((mean - 83.5) / spread / math.sqrt(2)) + math.erfc((116.5 - mean) / spread / math.sqrt(2))) / 2
    for sample_mean, weight in _means(mean, deviation, spread, 7.0, finer):
        z = (sample_mean - mean) / spread
        room = (_L1 - _gap(sample_mean)) / (_K10 * deviation)
        fail += weight * _NORMAL / spread * math.exp(-z * z / 2) * (1 - _chi9(9 * room * room))
    return fail


def _saved_by_stage_2(mean: float, deviation: float, batch: float, finer: float) -> float:
    exp, sqrt = math.exp, math.sqrt
    spread = math.hypot(deviation / sqrt(30), batch)
    lift = sqrt(1 / 15) * deviation  # the mean of the first 10 above that of all 30, per standard deviation of d
    total = 0.0
    for pooled, mean_weight in _means(mean, deviation, spread, 5.0, finer):
        root = (_L1 - _gap(pooled)) / (_K30 * deviation)
        most = 29 * root * root  # of the sum of squares of all 30, over σ²
        middle = min(max(pooled, 98.5), 101.5)
        low, high = (1 - _L2) * middle, (1 + _L2) * middle
        at_mean = 0.0
        z = (pooled - mean) / spread
        reach = sqrt(min(most, max(0.0, 26 - z * z)))  # the corners, 5 standard deviations out, are left out
        edges = ((98.5 - pooled) / lift, (101.5 - pooled) / lift)
        for y, difference_weight in _nodes(-reach, reach, edges, 2 * finer, 1.2 * finer):
            first = pooled + lift * y
            room = max(0.0, _L1 - _gap(first)) / (_K10 * deviation)
            left = most - y * y
            start, end = 3 * room, sqrt(min(left, _CHI9_END))
            if start >= end:
                continue
            outside_from = min(high - first, first - low) / deviation
            at_difference = 0.0
            for root, weight in _nodes(start, end, (), 3 * finer, 0.8 * finer):
                square = root * root
                inside = 1.0
                if 0.9 * square > outside_from * outside_from:
                    scale = sqrt(0.9) * root * deviation
                    among_10 = _sphere9((high - first) / scale) + _sphere9((first - low) / scale)
                    inside -= _OUTSIDE_FACTOR * 10 * among_10
                density = square * square * square * square * exp(-square / 2)
                at_difference += weight * density * inside * _chi19(left - square)
            at_mean += difference_weight * exp(-y * y / 2) * at_difference
        total += mean_weight * exp(-z * z / 2) / spread * at_mean
    return total * _NORMAL * _NORMAL * _CHI9


def _means(
    mean: float, deviation: float, spread: float, widths: float, finer: float
) -> list[tuple[float, float]]:
    """Nodes and weights over the sample means that can fail stage 1 and still pass with a smaller s.

    Beyond 83.5 and 116.5 none passes. More than 6.5 σ inside, none fails: s would have to be 2.5 σ.
    """
    edges = (98.5, 101.5)
    near = 6.5 * deviation
    parts = [(83.5, 83.5 + near), (116.5 - near, 116.5)] if near < 15 else [(83.5, 116.5)]
    scale = min(spread, deviation / 4)
    nodes = []
    for low, high in parts:
        low, high = max(low, mean - widths * spread), min(high, mean + widths * spread)
        nodes += _nodes(low, high, edges, 2 * finer, 1.2 * finer / scale)
    return nodes


def _sphere9(level: float) -> float:
    """The chance that one coordinate of a random point on the unit sphere in 9 dimensions lies above `level`."""
    if level >= 1:
        return 0.0
    if level <= -1:
        return 1.0
    square = level * level
    return 0.5 - 35 / 32 * level * (1 - square * (1 - square * (0.6 - square / 7)))


def _odd_chi_square(degrees: int) -> Callable[[float], float]:
    """The distribution function of chi-square with an odd number of degrees of freedom, good to 15 decimals.

    erf √(x/2) − √(2x/π) · exp(−x/2) · (1 + x/3 + x²/15 + … up to x^((degrees−3)/2)).
    """
    factors = [1.0]
    for odd in range(3, degrees - 1, 2):
        factors.append(factors[-1] / odd)
    factors.reverse()
    erf, exp, sqrt, scale = math.erf, math.exp, math.sqrt, math.sqrt(2 / math.pi)

    def distribution(x: float) -> float:
        if x <= 0:
            return 0.0
        if x > 90:  # what is above 90, at 19 degrees, is less than 1 in 10^10
            return 1.0
        series = 0.0
        for factor in factors:
            series = series * x + factor
        return erf(sqrt(x / 2)) - scale * sqrt(x) * exp(-x / 2) * series

    return distribution


_chi9, _chi19 = _odd_chi_square(9), _odd_chi_square(19)


@cache
def _gauss_legendre(count: int) -> tuple[tuple[float, float], ...]:
    """Nodes and weights on −1 to 1: the roots of the Legendre polynomial, by Newton's method."""
    pairs = []
    for index in range(count):
        x = math.cos(math.pi * (index + 0.75) / (count + 0.5))
        for _ in range(6):  # converges quadratically: five steps reach the last digit
            before, value = 1.0, x
            for degree in range(2, count + 1):
                before, value = value, ((2 * degree - 1) * x * value - (degree - 1) * before) / degree
            slope = count * (x * value - before) / (x * x - 1)
            x -= value / slope
        pairs.append((x, 2 / ((1 - x * x) * slope * slope)))
    return tuple(pairs)


def _nodes(
    low: float, high: float, edges: Sequence[float], base: float, per_unit: float
) -> list[tuple[float, float]]:
    """Nodes and weights between `low` and `high`, in panels that end at the `edges`, where the integrand has a kink."""
    if low >= high:
        return []
    ends = [low, *(edge for edge in edges if low < edge < high), high]
    nodes = []
    for start, end in pairwise(ends):
        half, middle = (end - start) / 2, (end + start) / 2
        for x, weight in _gauss_legendre(round(base + per_unit * (end - start))):
            nodes.append((middle + half * x, half * weight))
    return nodes


# The judgement.


@dataclass(frozen=True, slots=True)
class Uniformity:
    """What can be said of the content from capsule to capsule, and what can be said against it.

    `weighing_low_percent` and `weighing_high_percent` are the worst case of the weighings, for the batch as a whole.
    `combined_rsd_percent` is the root of the sum of the squares of particle RSD and fill RSD (of the particle RSD
    alone where no fill RSD is given, which `not_checked` then says). `expected` is for the planned mean, `worst` for
    the end of the weighing range that gives the larger acceptance value; both hold the bias of the aliquots as the
    RSD of the batch mean. What could not be worked out is None, and `not_checked` says because of what.
    """

    weighing_low_percent: Fraction
    weighing_high_percent: Fraction
    particles: Particles | None
    fill_rsd_percent: Decimal | None
    combined_rsd_percent: Decimal | None
    expected: Prediction | None
    worst: Prediction | None
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]


def judge(
    dose_mg: Fraction,
    density: Number | None,
    size: ParticleSize | SieveData | None,
    aliquot_drug_mg: Sequence[Fraction],
    worst_low_percent: Number,
    worst_high_percent: Number,
    fill_rsd: Percent | None,
    *,
    mean_percent: Number = 100,
    content_fraction: Fraction = Fraction(1),
) -> Uniformity:
    """Judges a powder batch. Capsules made from a solution hold no particles of the powder and are not judged here.

    `dose_mg` is the labelled dose and `aliquot_drug_mg` the drug in each aliquot, mg of the substance that the dose
    is expressed in; `content_fraction` is mg of that substance per mg of the powder on the shelf. `density` is the
    powder's true density in g/cm3, None where unknown. The worst cases are deviations from the label in percent, the
    low one negative. `mean_percent` is the planned mean in percent of the label.

    Raises InputError for masses at or below zero, a worst case that leaves no drug or is the wrong way round, and a
    fill RSD of 0 % or above 50 %. The limits are house rules; each is compared in squares, with pi and exponentials
    to 45 digits, so that only an RSD within 1 part in 10^40 of a limit could be put on the wrong side of it.
    """
    _refuse_amount(dose_mg, "dose_mg")
    low, high = Fraction(worst_low_percent), Fraction(worst_high_percent)
    if not -100 < low <= high:
        raise InputError("worst_low_percent", f"a worst case from {canonical(low)} % to {canonical(high)} % is none")
    if fill_rsd is not None and not 0 < fill_rsd.percent <= MOST_FILL_RSD_PERCENT:
        raise InputError("--fill-rsd", f"an RSD of the fill lies above 0 % and up to {MOST_FILL_RSD_PERCENT} %, "
                         f"not at {number(fill_rsd.percent)} %")  # fmt: skip
    findings, not_checked = gates(dose_mg, density, size, content_fraction)
    if fill_rsd is None:
        not_checked.append(NotChecked(catalogue.FILL_RSD_NOT_CHECKED))
    particles, combined, expected, worst = None, None, None, None
    if size is not None and density is not None:
        particles = describe(dose_mg, density, size, aliquot_drug_mg, content_fraction)
        square = _rsd_square(dose_mg, density, size, content_fraction) * 10_000
        combined = _twelve(_root(square + (Fraction(fill_rsd.percent) ** 2 if fill_rsd else 0)))
        expected = predict(mean_percent, combined, particles.bias_percent)
        worst = predict(_worse_end(low, high, combined, particles.bias_percent), combined, particles.bias_percent)
    return Uniformity(
        low, high, particles, fill_rsd.percent if fill_rsd else None, combined, expected, worst,
        tuple(findings), tuple(not_checked),
    )  # fmt: skip


def _worse_end(low: Fraction, high: Fraction, rsd_percent: Decimal, batch_rsd_percent: Decimal) -> Fraction:
    """The mean content, of the two ends of the weighing range, whose expected acceptance value is the larger one."""

    def acceptance_value(mean_percent: Fraction) -> float:
        mean = float(mean_percent)
        return expected_acceptance_value(mean, mean * float(rsd_percent) / 100, mean * float(batch_rsd_percent) / 100)

    return max(100 + low, 100 + high, key=acceptance_value)


def gates(
    dose_mg: Fraction, density: Number | None, size: ParticleSize | SieveData | None, content_fraction: Fraction
) -> tuple[list[Finding], list[NotChecked]]:
    """What can be said of a dose, the density and the size of its particles: the findings and what was not checked."""
    findings: list[Finding] = []
    not_checked: list[NotChecked] = []
    where = "--sieve" if isinstance(size, SieveData) else "--particle-size"
    if dose_mg < POWDER_FROM_MG:
        findings.append(Finding(catalogue.POWDER_BELOW_1_MCG, "--dose", {"dose": dose_mg, "limit": POWDER_FROM_MG}))
    if size is None:
        not_checked.append(NotChecked(catalogue.UNIFORMITY_NOT_CHECKED))
    if density is None:
        not_checked.append(NotChecked(catalogue.TRUE_DENSITY_UNKNOWN))
        if dose_mg < SIZE_NEEDED_BELOW_MG:
            findings.append(Finding(catalogue.UNIFORMITY_NOT_SHOWN, where, {"dose": dose_mg}))
    elif size is None:
        if dose_mg < SIZE_NEEDED_BELOW_MG:
            needed = _needed(dose_mg, density, CERTIFICATE_SPREAD, content_fraction)
            findings.append(Finding(catalogue.PARTICLE_SIZE_NOT_GIVEN, where, {"dose": dose_mg, **needed}))
    else:
        square = _rsd_square(dose_mg, density, size, content_fraction) * 10_000
        values = {"dose": dose_mg, "rsd": _twelve(_root(square)),
                  **_needed(dose_mg, density, _spread(size), content_fraction)}  # fmt: skip
        if square > RSD_LIMIT_PERCENT**2:
            findings.append(Finding(catalogue.PARTICLE_RSD_ABOVE_LIMIT, where, values))
        elif square >= RSD_NOTE_PERCENT**2:
            findings.append(Finding(catalogue.PARTICLE_RSD_NEAR_LIMIT, where, {**values, "good": RSD_NOTE_PERCENT}))
    if size is not None and _percentile_um(size, 50) < DOUBTFUL_BELOW_UM:
        doubt = {"median": _twelve(_percentile_um(size, 50)), "doubtful": DOUBTFUL_BELOW_UM}
        findings.append(Finding(catalogue.PARTICLE_SIZE_DOUBTFUL, where, doubt))
    return findings, not_checked


def _needed(dose_mg: Fraction, density: Number, spread: Decimal, content_fraction: Fraction) -> dict[str, Value]:
    """What a certificate must show: the diameter is rounded down, so that a lot of that size is within the limit."""
    largest = largest_median_um(dose_mg, density, spread, RSD_LIMIT_PERCENT, content_fraction)
    return {"limit": RSD_LIMIT_PERCENT, "needed": _THREE_DOWN.plus(largest), "spread": spread}


def _spread(size: ParticleSize | SieveData) -> Decimal:
    return size.spread if isinstance(size, ParticleSize) else CERTIFICATE_SPREAD
