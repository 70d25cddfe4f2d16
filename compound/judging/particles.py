"""The particles of a powder: what their size says of one capsule.

However well a powder is mixed, the number of drug particles differs from capsule to capsule. Dilution changes nothing
about that number, only milling or dissolving does.

What is said here holds for a perfect random mix of spheres. Real mixing, static and segregation add to it. Diameters
are in micrometres, masses in mg; everything is worked out with 45 digits and given to 12 significant ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_UP, Context, Decimal
from fractions import Fraction

from compound.exact.errors import InputError
from compound.exact.quantity import EXACT
from compound.exact.real import PI, WORKING, Number, log, normal_tail, root, twelve, working
from compound.exact.value import Value
from compound.facts import standards
from compound.order.particle_size import MG_PER_UM3, ParticleSize, SieveData, refuse_spread, widening

MOST_DENSITY = 23  # g/cm3: osmium has 22.6, so more is a slip of the unit
# The ends of a range are rounded outwards, and a largest diameter so that a lot of that size is within it.
THREE_DOWN, THREE_UP = Context(prec=3, rounding=ROUND_DOWN), Context(prec=3, rounding=ROUND_UP)
_LEAST_CHANCE_PERCENT = Decimal(1).scaleb(-15)


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
    return PI / 6 * Fraction(density) * cube_um3 * MG_PER_UM3


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
    refuse_spread(spread, "spread")
    square = (Fraction(rsd_percent) / 100) ** 2
    cube = dose_mg * square / (_mass_mg(widening(spread), density) * content_fraction)
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
    return THREE_DOWN.plus(median_um)


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
