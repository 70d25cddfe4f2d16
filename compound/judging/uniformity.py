"""Uniformity from capsule to capsule: the budget of one capsule, the gates, and the chance to pass USP <905>.

Weighing decides the mean of a batch. Whether one capsule is like the next is decided by the number of drug particles in
it (`compound.order.particle_size`) and by the filling. What a batch like that does in the test of USP <905> is predicted
(`compound.judging.pass_chance`). What an order and the replay of its steps say of the powder is gathered first
(`CapsuleFacts`); everything else follows from that.

The gates are house rules: their figures stand in facts/facts/data/standards.json and say so.
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
from compound.facts.lot import Lot, content_fraction
from compound.findings import codes
from compound.findings.finding import Finding, NotChecked, Place, Said, Severity, accept
from compound.judging.accuracy import Accuracy
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
from compound.judging.replay import Replay
from compound.order.order import Order
from compound.order.particle_size import ParticleSize, SieveData, read_fill_rsd
from compound.plan.plan import Transfer

if TYPE_CHECKING:  # loaded only where a chance is worked out
    from compound.judging.pass_chance import Prediction

# The findings of an order for which no powder may be made, unless a pharmacist takes them on where that can be done.
REFUSE_POWDER = (codes.POWDER_BELOW_1_MCG, codes.PARTICLE_RSD_ABOVE_LIMIT)
_THREE = Context(prec=3)


class CapsuleFacts(Value):
    """What decides how one capsule is beside another.

    `dose_mg` is the labelled dose and `aliquot_drug_mg` the drug in each aliquot of powder, mg of the substance that
    the dose is expressed in; `content_fraction` is mg of that substance per mg of the drug's particles. `density` is
    their true density in g/cm3, None where unknown. The worst cases are deviations from the label in percent, the low
    one negative. `mean_percent` is the planned mean in percent of the label. None of these three: not worked out.
    `dissolved` is true where the drug reaches the capsules out of a solution.
    """

    dose_mg: Fraction
    density: Number | None
    size: ParticleSize | SieveData | None
    aliquot_drug_mg: Sequence[Fraction] = ()
    worst_low_percent: Number | None = None
    worst_high_percent: Number | None = None
    fill_rsd: Percent | None = None
    mean_percent: Number | None = 100
    content_fraction: Fraction = Fraction(1)
    dissolved: bool = False

    @property
    def are_known(self) -> bool:
        """Whether they tell how much one capsule varies beside another."""
        if self.dissolved:
            return self.fill_rsd is not None
        return self.density is not None and self.size is not None


class Assumed(Value):
    """A powder that is taken for granted where none is stated, to show what is at stake: its size and its RSD."""

    size: ParticleSize
    rsd_percent: Decimal


class Uniformity(Value):
    """The findings on the content from capsule to capsule.

    `admissible` are the largest diameters that keep the limits of the particle RSD. `weighing_low_percent` and
    `weighing_high_percent` are the worst case of the weighings, for the batch as a whole. `combined_rsd_percent` is the
    root of the sum of the squares of particle RSD and fill RSD; of one of them alone where the other is not known or
    not there. `expected` is for the planned mean, `worst` for the end of the weighing range that gives the larger
    acceptance value; both hold the bias of the aliquots as the RSD of the batch mean. What could not be worked out is
    None. `dissolved` is true where the drug reaches the capsules out of a solution: then there are no particles of the
    powder to count.
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


def judge_uniformity(facts: CapsuleFacts) -> Uniformity:
    """Judges a batch from capsule to capsule.

    Particle and fill variation add as squares exactly: with the fill, the number of particles varies as Poisson numbers
    do, in proportion. At a mean off the label the particle RSD goes with the root of the number of particles.

    Raises InputError for masses at or below zero, a worst case that is the wrong way round, and a fill RSD of 0 % or
    above 50 %. The limits are house rules; each is compared in squares, with pi and exponentials to 45 digits, so that
    only an RSD within 1 part in 10^40 of a limit could be put on the wrong side of it.
    """
    dose_mg, density, size, content = facts.dose_mg, facts.density, facts.size, facts.content_fraction
    refuse_amount(dose_mg, "dose_mg")
    low = None if facts.worst_low_percent is None else Fraction(facts.worst_low_percent)
    high = None if facts.worst_high_percent is None else Fraction(facts.worst_high_percent)
    if low is not None and high is not None and not -100 <= low <= high:
        raise InputError("worst_low_percent", f"a worst case from {canonical(low)} % to {canonical(high)} % is none")
    fill = None if facts.fill_rsd is None else read_fill_rsd(facts.fill_rsd, "--fill-rsd").percent
    particles, assumed = None, None
    largest: tuple[Admissible, ...] = ()
    square, bias = Fraction(0), Fraction(0)  # in percent squared
    if density is not None and not facts.dissolved:
        largest = admissible(dose_mg, density, size, content)
        if size is None:
            assumed = _assumed(dose_mg, density, content)
        else:
            particles = describe(dose_mg, density, size, facts.aliquot_drug_mg, content)
            square = rsd_square(dose_mg, density, size, content) * 10_000
            bias = sum((square * dose_mg / drug_mg for drug_mg in facts.aliquot_drug_mg), Fraction(0))
    combined, expected, worst = None, None, None
    if facts.are_known:
        parts = (square, bias, Fraction(0) if fill is None else Fraction(fill) ** 2)
        combined = twelve(root(square + parts[2]))
        if facts.mean_percent is not None and facts.mean_percent > 0:
            expected = _predicted(Fraction(facts.mean_percent), parts)
        if low is not None and high is not None and low > -100:
            worst = _worse_end(low, high, parts)
    return Uniformity(
        facts.dissolved, density, size, assumed, largest, particles, low, high, fill, combined, expected, worst
    )


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


# The findings on it.


def gates(facts: CapsuleFacts) -> list[Finding]:
    """The findings on a dose, the density and the size of its particles."""
    if facts.dissolved:
        return []
    found = []
    size, place = facts.size, Place.option("--sieve" if isinstance(facts.size, SieveData) else "--particle-size")
    if facts.dose_mg < (least := standards.limit("powder_from_mg")):
        found.append(Finding(codes.POWDER_BELOW_1_MCG, Place.option("--dose"), {"dose": facts.dose_mg, "limit": least}))
    size_needed = facts.dose_mg < standards.limit("particles_matter_below_mg")
    if facts.density is None:
        if size_needed:
            found.append(Finding(codes.UNIFORMITY_NOT_SHOWN, place, {"dose": facts.dose_mg}))
    elif size is None:
        entry = codes.PARTICLE_SIZE_NOT_GIVEN if size_needed else codes.PARTICLE_SIZE_TO_ASK_FOR
        found.append(Finding(entry, place, {"dose": facts.dose_mg, **_needed(facts, facts.density)}))
    else:
        found += _particle_findings(facts, facts.density, size, place)
    doubtful = standards.limit("doubtful_below_um")
    if size is not None and median_of(size) < doubtful:
        doubt = {"median": median_of(size), "doubtful": doubtful}
        found.append(Finding(codes.PARTICLE_SIZE_DOUBTFUL, place, doubt))
    return found


def _particle_findings(
    facts: CapsuleFacts, density: Number, size: ParticleSize | SieveData, place: Place
) -> list[Finding]:  # fmt: skip
    """The particle RSD against its limits, and whether single particles skew the content."""
    found = []
    dose_mg, content = facts.dose_mg, facts.content_fraction
    square = rsd_square(dose_mg, density, size, content) * 10_000
    most, note = standards.limit("particle_rsd_most_percent"), standards.limit("particle_rsd_note_percent")
    values = {"dose": dose_mg, "rsd": twelve(root(square)), **_needed(facts, density)}
    if square > Fraction(most) ** 2:
        found.append(Finding(codes.PARTICLE_RSD_ABOVE_LIMIT, place, values))
    elif square >= Fraction(note) ** 2:
        found.append(Finding(codes.PARTICLE_RSD_NEAR_LIMIT, place, {**values, "good": note}))
    chance = large_chance_percent(dose_mg, density, size, content)
    if chance >= standards.limit("large_matter_from_percent"):
        skewness = skewness_of(dose_mg, density, size, content)
        skew = {"share": 100 * standards.limit("large_particle_share"),
                "ratio": _THREE.plus(twelve(100 / Fraction(chance))), "skewness": _THREE.plus(skewness)}  # fmt: skip
        found.append(Finding(codes.CONTENT_SKEWED, place, skew))
    return found


def _needed(facts: CapsuleFacts, density: Number) -> dict[str, Said]:
    """What a certificate must show for the limit of the particle RSD."""
    limit, spread = standards.limit("particle_rsd_most_percent"), spread_of(facts.size)
    largest = largest_median_um(facts.dose_mg, density, spread, limit, facts.content_fraction)
    return {"limit": limit, "needed": for_a_certificate(largest), "spread": spread}


def not_gated(facts: CapsuleFacts) -> list[NotChecked]:
    """What the gates lacked, and the filling where its RSD is not known."""
    found = []
    if facts.dissolved:
        found.append(NotChecked(codes.DEPOSIT_NOT_CHECKED))
    else:
        if facts.size is None:
            found.append(NotChecked(codes.UNIFORMITY_NOT_CHECKED))
        if facts.density is None:
            found.append(NotChecked(codes.TRUE_DENSITY_UNKNOWN))
    if facts.fill_rsd is None:
        found.append(NotChecked(codes.FILL_RSD_NOT_CHECKED))
    return found


def not_predicted(facts: CapsuleFacts) -> list[NotChecked]:
    """That a variation is known, and the means it is about are not: planned mean, and worst case in percent."""
    mean, low, high = facts.mean_percent, facts.worst_low_percent, facts.worst_high_percent
    missing = mean is None or mean <= 0 or low is None or high is None or low <= -100
    return [NotChecked(codes.ACCEPTANCE_VALUE_NOT_PREDICTED)] if facts.are_known and missing else []


# What an order and the replay of its steps say of the powder.


class Aliquot(Value):
    """What is weighed off a mixture of powder: the step, and the drug in it in mg as the dose counts it."""

    step: int
    drug_mg: Fraction


def capsule_facts(
    order: Order, run: Replay | None, accuracy: Accuracy | None = None, *, powder: bool = False
) -> CapsuleFacts:
    """The facts of a plan with its replay, or those of an order for which there is none.

    `powder` asks for them if powder is made, whatever method the order names.
    """
    by_solution = order.method == "solution" if run is None else is_dissolved(run)
    label = Fraction(order.dose.mg)
    return CapsuleFacts(
        label, density_of(order), order.particle_size, () if run is None else [aliquot.drug_mg for aliquot in aliquots(run)],
        None if accuracy is None else accuracy.worst_low_percent,
        None if accuracy is None else accuracy.worst_high_percent,
        order.fill_rsd, None if accuracy is None else 100 * accuracy.dose_mg / label, particle_content(order),
        by_solution and not powder,
    )  # fmt: skip


def powder_refusals(order: Order) -> tuple[Finding, ...]:
    """The errors that refuse an order the powder method; those that were accepted do not.

    `--method auto` takes the solution route where there is one.
    """
    found = [finding for finding in gates(capsule_facts(order, None, powder=True)) if finding.entry in REFUSE_POWDER]
    raised = {finding.code for finding in found}
    reasons = {code: reason for code, reason in order.accept.items() if code in raised}
    return tuple(finding for finding in accept(tuple(found), reasons) if finding.severity is Severity.ERROR)


def density_of(order: Order) -> Fraction | None:
    """The true density of the drug's particles in g/cm3, or None where it is not known."""
    density = order.substance.density if order.substance is not None else None
    return None if density is None else density.g_per_cm3


def density_evidence(order: Order) -> str | None:
    """How the true density of the drug is known, or None where it is not."""
    density = order.substance.density if order.substance is not None else None
    return None if density is None else density.evidence.evidence


def particle_content(order: Order) -> Fraction:
    """mg of the substance the dose is expressed in per mg of the drug's own particles.

    Of a stock trituration or a crushed tablet the particles of the drug count, and not the powder around them: their
    content is that of the pure substance.
    """
    lot = order.lot
    if lot.strength is None and lot.tablet is None:
        return order.content_fraction
    return content_fraction(order.substance, order.dose_as, Lot())


def is_dissolved(run: Replay) -> bool:
    """Whether all drug that reaches the capsules comes out of a solution."""
    if run.filled_from is None or run.held(run.filled_from).powder:
        return False
    return any(stage.is_liquid for vessel in run.history for stage in run.stages(vessel))


def aliquots(run: Replay) -> tuple[Aliquot, ...]:
    """The aliquots of powder, each a sample of the particles in the mixture it is drawn from."""
    found = []
    for step in run.steps:
        if isinstance(step, Transfer) and step.amount_mg is not None and run.held(step.source, step.number).powder:
            before, after = run.held(step.vessel, step.number), run.held(step.vessel, step.number + 1)
            if (drug := after.drug_mg - before.drug_mg) > 0:
                found.append(Aliquot(step.number, drug))
    return tuple(found)
