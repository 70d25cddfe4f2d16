"""Uniformity from capsule to capsule: the budget of one capsule, the gates, and the chance to pass USP <905>.

Weighing decides the mean of a batch. Whether one capsule is like the next is decided by the number of drug particles in
it (`compound.order.particle_size`) and by the filling. What a batch like that does in the test of USP <905> is predicted
(`compound.judging.pass_chance`).

The gates are house rules: their figures stand in facts/data/standards.json and say so.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from compound.exact.errors import InputError
from compound.exact.quantity import Percent, canonical
from compound.exact.real import Number, root, twelve
from compound.exact.value import Value
from compound.facts import standards
from compound.findings import codes
from compound.findings.finding import Finding, NotChecked, Said
from compound.judging.particles import (
    Admissible,
    Particles,
    admissible,
    describe,
    for_a_certificate,
    large_chance_percent,
    largest_median_um,
    median_of,
    particle_rsd_percent,
    refuse_amount,
    rsd_square,
    skewness_of,
    spread_of,
)
from compound.order.particle_size import ParticleSize, SieveData, read_fill_rsd

if TYPE_CHECKING:  # loaded only where a chance is worked out
    from compound.judging.pass_chance import Prediction

_THREE = Context(prec=3)


class Assumed(Value):
    """A powder that is taken for granted where none is stated, to show what is at stake: its size and its RSD."""

    size: ParticleSize
    rsd_percent: Decimal


class Uniformity(Value):
    """What can be said of the content from capsule to capsule, and what can be said against it.

    `admissible` are the largest diameters that keep the limits of the particle RSD. `weighing_low_percent` and
    `weighing_high_percent` are the worst case of the weighings, for the batch as a whole. `combined_rsd_percent` is the
    root of the sum of the squares of particle RSD and fill RSD; of one of them alone where the other is not known or
    not there, which `not_checked` then says. `expected` is for the planned mean, `worst` for the end of the weighing
    range that gives the larger acceptance value; both hold the bias of the aliquots as the RSD of the batch mean. What
    could not be worked out is None, and `not_checked` says because of what. `dissolved` is true where the drug reaches
    the capsules out of a solution: then there are no particles of the powder to count.
    """

    dissolved: bool
    density: Number | None
    size: ParticleSize | SieveData | None
    assumed: Assumed | None
    admissible: tuple[Admissible, ...]
    particles: Particles | None
    weighing_low_percent: Fraction | None
    weighing_high_percent: Fraction | None
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
    worst_low_percent: Number | None,
    worst_high_percent: Number | None,
    fill_rsd: Percent | None,
    *,
    mean_percent: Number | None = 100,
    content_fraction: Fraction = Fraction(1),
    dissolved: bool = False,
) -> Uniformity:
    """Judges a batch from capsule to capsule.

    `dose_mg` is the labelled dose and `aliquot_drug_mg` the drug in each aliquot of powder, mg of the substance that
    the dose is expressed in; `content_fraction` is mg of that substance per mg of the drug's particles. `density` is
    their true density in g/cm3, None where unknown. The worst cases are deviations from the label in percent, the low
    one negative. `mean_percent` is the planned mean in percent of the label. None of these three: not worked out.

    Particle and fill variation add as squares exactly: with the fill, the number of particles varies as Poisson numbers
    do, in proportion. At a mean off the label the particle RSD goes with the root of the number of particles.

    Raises InputError for masses at or below zero, a worst case that is the wrong way round, and a fill RSD of 0 % or
    above 50 %. The limits are house rules; each is compared in squares, with pi and exponentials to 45 digits, so that
    only an RSD within 1 part in 10^40 of a limit could be put on the wrong side of it.
    """
    refuse_amount(dose_mg, "dose_mg")
    low = None if worst_low_percent is None else Fraction(worst_low_percent)
    high = None if worst_high_percent is None else Fraction(worst_high_percent)
    if low is not None and high is not None and not -100 <= low <= high:
        raise InputError("worst_low_percent", f"a worst case from {canonical(low)} % to {canonical(high)} % is none")
    fill = None if fill_rsd is None else read_fill_rsd(fill_rsd, "--fill-rsd").percent
    findings, not_checked = gates(dose_mg, density, size, content_fraction, dissolved=dissolved)
    not_checked += fill_not_checked(fill_rsd)
    particles, assumed = None, None
    largest: tuple[Admissible, ...] = ()
    square, bias = Fraction(0), Fraction(0)  # in percent squared
    if density is not None and not dissolved:
        largest = admissible(dose_mg, density, size, content_fraction)
        if size is None:
            assumed = _assumed(dose_mg, density, content_fraction)
        else:
            particles = describe(dose_mg, density, size, aliquot_drug_mg, content_fraction)
            square = rsd_square(dose_mg, density, size, content_fraction) * 10_000
            bias = sum((square * dose_mg / drug_mg for drug_mg in aliquot_drug_mg), Fraction(0))
    combined, expected, worst = None, None, None
    if particles is not None or (dissolved and fill is not None):
        parts = (square, bias, Fraction(0) if fill is None else Fraction(fill) ** 2)
        combined = twelve(root(square + parts[2]))
        if mean_percent is not None and mean_percent > 0:
            expected = _predicted(Fraction(mean_percent), parts)
        if low is not None and high is not None and low > -100:
            worst = _worse_end(low, high, parts)
    not_checked += not_predicted(combined is not None, mean_percent, low, high)
    return Uniformity(
        dissolved, density, size, assumed, largest, particles, low, high, fill, combined, expected, worst,
        tuple(findings), tuple(not_checked),
    )  # fmt: skip


def _assumed(dose_mg: Fraction, density: Number, content_fraction: Fraction) -> Assumed:
    size = ParticleSize(standards.limit("assumed_median_um"), standards.limit("certificate_spread"))
    return Assumed(size, particle_rsd_percent(dose_mg, density, size, content_fraction))


_Parts = tuple[Fraction, Fraction, Fraction]  # particles, aliquots and fill, each in percent squared at the label


def _rsds(mean: Fraction, parts: _Parts) -> tuple[Decimal, Decimal]:
    """The RSD from capsule to capsule and that of the batch mean, in percent of a mean in percent of the label."""
    particles, aliquots, fill = parts
    return twelve(root(particles * 100 / mean + fill)), twelve(root(aliquots * 100 / mean))


def _predicted(mean: Fraction, parts: _Parts) -> Prediction:
    from compound.judging.pass_chance import predict

    return predict(mean, *_rsds(mean, parts))


def _worse_end(low: Fraction, high: Fraction, parts: _Parts) -> Prediction:
    """The prediction at that end of the weighing range whose expected acceptance value is the larger one."""
    return max((_predicted(100 + end, parts) for end in (low, high)), key=lambda told: told.acceptance_value)


def gates(
    dose_mg: Fraction, density: Number | None, size: ParticleSize | SieveData | None, content_fraction: Fraction,
    *, dissolved: bool = False,
) -> tuple[list[Finding], list[NotChecked]]:  # fmt: skip
    """What can be said of a dose, the density and the size of its particles: the findings and what was not checked."""
    findings: list[Finding] = []
    not_checked: list[NotChecked] = []
    if dissolved:
        return findings, [NotChecked(codes.DEPOSIT_NOT_CHECKED)]
    where = "--sieve" if isinstance(size, SieveData) else "--particle-size"
    size_needed = dose_mg < standards.limit("particles_matter_below_mg")
    if dose_mg < (least := standards.limit("powder_from_mg")):
        findings.append(Finding(codes.POWDER_BELOW_1_MCG, "--dose", {"dose": dose_mg, "limit": least}))
    if size is None:
        not_checked.append(NotChecked(codes.UNIFORMITY_NOT_CHECKED))
    if density is None:
        not_checked.append(NotChecked(codes.TRUE_DENSITY_UNKNOWN))
        if size_needed:
            findings.append(Finding(codes.UNIFORMITY_NOT_SHOWN, where, {"dose": dose_mg}))
    elif size is None:
        entry = codes.PARTICLE_SIZE_NOT_GIVEN if size_needed else codes.PARTICLE_SIZE_TO_ASK_FOR
        needed = _needed(dose_mg, density, size, content_fraction)
        findings.append(Finding(entry, where, {"dose": dose_mg, **needed}))
    else:
        square = rsd_square(dose_mg, density, size, content_fraction) * 10_000
        most, note = standards.limit("particle_rsd_most_percent"), standards.limit("particle_rsd_note_percent")
        values = {"dose": dose_mg, "rsd": twelve(root(square)), **_needed(dose_mg, density, size, content_fraction)}
        if square > Fraction(most) ** 2:
            findings.append(Finding(codes.PARTICLE_RSD_ABOVE_LIMIT, where, values))
        elif square >= Fraction(note) ** 2:
            findings.append(Finding(codes.PARTICLE_RSD_NEAR_LIMIT, where, {**values, "good": note}))
        chance = large_chance_percent(dose_mg, density, size, content_fraction)
        if chance >= standards.limit("large_matter_from_percent"):
            skewness = skewness_of(dose_mg, density, size, content_fraction)
            skew = {"share": 100 * standards.limit("large_particle_share"),
                    "ratio": _THREE.plus(twelve(100 / Fraction(chance))), "skewness": _THREE.plus(skewness)}  # fmt: skip
            findings.append(Finding(codes.CONTENT_SKEWED, where, skew))
    doubtful = standards.limit("doubtful_below_um")
    if size is not None and median_of(size) < doubtful:
        doubt = {"median": median_of(size), "doubtful": doubtful}
        findings.append(Finding(codes.PARTICLE_SIZE_DOUBTFUL, where, doubt))
    return findings, not_checked


def fill_not_checked(fill_rsd: Percent | None) -> list[NotChecked]:
    """That the filling is left out, where its RSD is not known."""
    return [NotChecked(codes.FILL_RSD_NOT_CHECKED)] if fill_rsd is None else []


def not_predicted(known: bool, mean: Number | None, low: Number | None, high: Number | None) -> list[NotChecked]:
    """That a variation is known, and the means it is about are not: planned mean, and worst case in percent."""
    missing = mean is None or mean <= 0 or low is None or high is None or low <= -100
    return [NotChecked(codes.ACCEPTANCE_VALUE_NOT_PREDICTED)] if known and missing else []


def _needed(
    dose_mg: Fraction, density: Number, size: ParticleSize | SieveData | None, content_fraction: Fraction
) -> dict[str, Said]:
    """What a certificate must show for the limit of the particle RSD."""
    limit, spread = standards.limit("particle_rsd_most_percent"), spread_of(size)
    largest = largest_median_um(dose_mg, density, spread, limit, content_fraction)
    return {"limit": limit, "needed": for_a_certificate(largest), "spread": spread}
