"""Uniformity from capsule to capsule: the budget of one capsule, the gates, and the chance to pass USP <905>.

Weighing decides the mean of a batch. Whether one capsule is like the next is decided by the number of drug particles in
it (`compound.order.particle_size`) and by the filling. What a batch like that does in the test of USP <905> is predicted
(`compound.judging.pass_chance`). What an order and the replay of its steps say of the powder is gathered first
(`CapsuleFacts`); everything else follows from that.

Where the true density of the drug is not known, all of it is worked out at both ends of its range
(`compound.judging.densities`). At the same diameter a denser particle is a heavier one, and there are fewer in a dose. So
the high end is the worse one: RSD and skewness grow as the root of the density and the share of one particle in proportion
to it, with the RSD the acceptance value grows, and the largest diameter that keeps a limit shrinks as the cube root. Only
the chance of a large particle need not: a denser one is sooner large, and rarer. There the worse end is found by comparing.

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
from compound.facts.lot import Lot, content_fraction
from compound.findings import codes
from compound.findings.finding import Clause, Finding, NotChecked, Place, Said, Severity, accept
from compound.judging.accuracy import Accuracy
from compound.judging.densities import TrueDensity, density_of
from compound.judging.particles import (
    THREE_DOWN,
    THREE_UP,
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
    their true density. The worst cases are deviations from the label in percent, the low one
    negative. `mean_percent` is the planned mean in percent of the label. None of these three: not worked out.
    `dissolved` is true where the drug reaches the capsules out of a solution.
    """

    dose_mg: Fraction
    density: TrueDensity
    size: ParticleSize | SieveData | None
    aliquot_drug_mg: Sequence[Fraction] = ()
    worst_low_percent: Number | None = None
    worst_high_percent: Number | None = None
    fill_rsd: Percent | None = None
    mean_percent: Number | None = 100
    content_fraction: Fraction = Fraction(1)
    dissolved: bool = False

    @property
    def vary(self) -> bool:
        """Whether anything is known of how much one capsule varies beside another."""
        return self.fill_rsd is not None if self.dissolved else self.size is not None

    @property
    def lacking(self) -> tuple[str, ...]:
        """The parts of the variation that are not known, by the codes of their clauses.

        While one is, no chance to pass is told: it would be too high. No one can tell how even a deposit is.
        """
        found = ["lacks-deposit"] if self.dissolved else []
        found += ["lacks-size"] if not self.dissolved and self.size is None else []
        found += ["lacks-fill"] if self.fill_rsd is None else []
        return tuple(found)


class Assumed(Value):
    """A powder that is taken for granted where none is stated, to show what is at stake: its size and its RSD."""

    size: ParticleSize
    rsd_percent: Decimal


class AtDensity(Value):
    """What follows from the particles and from one true density of theirs.

    `admissible` are the largest diameters that keep the limits of the particle RSD. `combined_rsd_percent` is the
    root of the sum of the squares of particle RSD and fill RSD; of one of them alone where the other is not known or
    not there, and then nothing is predicted. `expected` is for the planned mean, `worst` for the end of the weighing
    range that gives the larger acceptance value; both hold the bias of the aliquots as the RSD of the batch
    mean. What could not be worked out is None.
    """

    density: Number
    assumed: Assumed | None
    admissible: tuple[Admissible, ...]
    particles: Particles | None
    combined_rsd_percent: Decimal | None
    expected: Prediction | None
    worst: Prediction | None


class Uniformity(Value):
    """The findings on the content from capsule to capsule.

    `ends` is what follows at each end of the true density, the low one first; one where it is known, or where the
    drug reaches the capsules out of a solution (`dissolved`): then there are no particles of the powder to count.
    `weighing_low_percent` and `weighing_high_percent` are the worst case of the weighings, for the batch as a whole.
    What holds for one density only is None where a range is taken. `is_told` says whether every part of the variation is
    known: only then is anything said of the chance to pass.
    """

    dissolved: bool
    density: TrueDensity
    size: ParticleSize | SieveData | None
    weighing_low_percent: Fraction | None
    weighing_high_percent: Fraction | None
    fill_rsd_percent: Decimal | None
    is_told: bool
    ends: tuple[AtDensity, ...]

    @property
    def only(self) -> AtDensity | None:
        """What follows where there is one density, or no particle to count."""
        return self.ends[0] if len(self.ends) == 1 else None

    @property
    def assumed(self) -> Assumed | None:
        """The powder taken for granted where none is stated, at the one density that is known."""
        return None if self.only is None else self.only.assumed

    @property
    def admissible(self) -> tuple[Admissible, ...]:
        """The largest diameters that keep the limits of the particle RSD, at the one density that is known."""
        return () if self.only is None else self.only.admissible

    @property
    def particles(self) -> Particles | None:
        """The particle statistics at the one density that is known."""
        return None if self.only is None else self.only.particles

    @property
    def combined_rsd_percent(self) -> Decimal | None:
        """Particle and fill RSD together, at the one density that is known."""
        return None if self.only is None else self.only.combined_rsd_percent

    @property
    def expected(self) -> Prediction | None:
        """What USP <905> will say at the planned mean, at the one density that is known."""
        return None if self.only is None else self.only.expected

    @property
    def worst(self) -> Prediction | None:
        """What USP <905> will say at the worse end of the weighings, at the one density that is known."""
        return None if self.only is None else self.only.worst


def judge_uniformity(facts: CapsuleFacts) -> Uniformity:
    """Judges a batch from capsule to capsule.

    Particle and fill variation add as squares exactly: with the fill, the number of particles varies as Poisson numbers
    do, in proportion. At a mean off the label the particle RSD goes with the root of the number of particles.

    Raises InputError for masses at or below zero, a worst case that is the wrong way round, and a fill RSD of 0 % or
    above 50 %. The limits are house rules; each is compared in squares, with pi and exponentials to 45 digits, so that
    only an RSD within 1 part in 10^40 of a limit could be put on the wrong side of it.
    """
    refuse_amount(facts.dose_mg, "dose_mg")
    low = None if facts.worst_low_percent is None else Fraction(facts.worst_low_percent)
    high = None if facts.worst_high_percent is None else Fraction(facts.worst_high_percent)
    if low is not None and high is not None and not -100 <= low <= high:
        raise InputError("worst_low_percent", f"a worst case from {canonical(low)} % to {canonical(high)} % is none")
    fill = None if facts.fill_rsd is None else read_fill_rsd(facts.fill_rsd, "--fill-rsd").percent
    densities = facts.density.ends[:1] if facts.dissolved else facts.density.ends
    ends = tuple(_at_density(facts, density, fill) for density in densities)
    return Uniformity(facts.dissolved, facts.density, facts.size, low, high, fill, not facts.lacking, ends)


def _at_density(facts: CapsuleFacts, density: Number, fill: Decimal | None) -> AtDensity:
    """What follows from one true density in g/cm3 and a fill RSD in percent."""
    dose_mg, size, content = facts.dose_mg, facts.size, facts.content_fraction
    particles, assumed = None, None
    largest: tuple[Admissible, ...] = ()
    square, bias = Fraction(0), Fraction(0)  # in percent squared
    if not facts.dissolved:
        largest = admissible(dose_mg, density, size, content)
        if size is None:
            assumed = _assumed(dose_mg, density, content)
        else:
            particles = describe(dose_mg, density, size, facts.aliquot_drug_mg, content)
            square = rsd_square(dose_mg, density, size, content) * 10_000
            bias = sum((square * dose_mg / drug_mg for drug_mg in facts.aliquot_drug_mg), Fraction(0))
    if not facts.vary:
        return AtDensity(density, assumed, largest, particles, None, None, None)
    parts = (square, bias, Fraction(0) if fill is None else Fraction(fill) ** 2)
    mean, low, high = facts.mean_percent, facts.worst_low_percent, facts.worst_high_percent
    expected, worst = None, None
    if not facts.lacking and mean is not None and mean > 0:
        expected = _predicted(Fraction(mean), parts)
    if not facts.lacking and low is not None and high is not None and low > -100:
        worst = _worse_end(Fraction(low), Fraction(high), parts)
    return AtDensity(density, assumed, largest, particles, twelve(root(square + parts[2])), expected, worst)


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
    if size is None:
        size_needed = facts.dose_mg < standards.limit("particles_matter_below_mg")
        entry = codes.PARTICLE_SIZE_NOT_GIVEN if size_needed else codes.PARTICLE_SIZE_TO_ASK_FOR
        found.append(Finding(entry, place, {"dose": facts.dose_mg, **_needed(facts)}))
    else:
        found += _particle_findings(facts, size, place)
    doubtful = standards.limit("doubtful_below_um")
    if size is not None and median_of(size) < doubtful:
        doubt = {"median": median_of(size), "doubtful": doubtful}
        found.append(Finding(codes.PARTICLE_SIZE_DOUBTFUL, place, doubt))
    return found


def _particle_findings(facts: CapsuleFacts, size: ParticleSize | SieveData, place: Place) -> list[Finding]:
    """The particle RSD against its limits, and whether single particles skew the content.

    Refused is what is beyond the limit at every density that the drug may have; at some, it is a warning.
    """
    found = []
    dose_mg, content = facts.dose_mg, facts.content_fraction
    squares = [rsd_square(dose_mg, density, size, content) * 10_000 for density in facts.density.ends]
    most, note = standards.limit("particle_rsd_most_percent"), standards.limit("particle_rsd_note_percent")
    values = {"dose": dose_mg, **_rsd_said(facts.density, squares), **_needed(facts)}
    if min(squares) > Fraction(most) ** 2:
        found.append(Finding(codes.PARTICLE_RSD_ABOVE_LIMIT, place, values))
    elif max(squares) > Fraction(most) ** 2:
        found.append(Finding(codes.UNIFORMITY_NOT_SHOWN, place, values))
    elif max(squares) >= Fraction(note) ** 2:
        found.append(Finding(codes.PARTICLE_RSD_NEAR_LIMIT, place, {**values, "good": note}))
    chance = max(large_chance_percent(dose_mg, density, size, content) for density in facts.density.ends)
    if chance >= standards.limit("large_matter_from_percent"):
        skewness = skewness_of(dose_mg, facts.density.high, size, content)
        skew = {"share": 100 * standards.limit("large_particle_share"),
                "ratio": _THREE.plus(twelve(100 / Fraction(chance))), "skewness": _THREE.plus(skewness)}  # fmt: skip
        found.append(Finding(codes.CONTENT_SKEWED, place, skew))
    return found


def _rsd_said(density: TrueDensity, squares: Sequence[Fraction]) -> dict[str, Said]:
    """An RSD as a finding says it, from its squares in percent squared: one figure, or both ends rounded outwards."""
    if density.is_known:
        rsd = twelve(root(squares[0]))
        return {"rsd": rsd, "figure": (Clause("percent-alone", {"value": rsd}),)}
    low, high = THREE_DOWN.plus(twelve(root(min(squares)))), THREE_UP.plus(twelve(root(max(squares))))
    ends: dict[str, Said] = {
        "low": low, "high": high, "least": Fraction(density.low), "most": Fraction(density.high),
    }  # fmt: skip
    return {"rsd_low": low, "rsd_high": high, "figure": (Clause("percent-by-density", ends),)}


def _needed(facts: CapsuleFacts) -> dict[str, Said]:
    """What a certificate must show for the limit of the particle RSD, whatever the density."""
    limit, spread = standards.limit("particle_rsd_most_percent"), spread_of(facts.size)
    largest = largest_median_um(facts.dose_mg, facts.density.high, spread, limit, facts.content_fraction)
    return {"limit": limit, "needed": for_a_certificate(largest), "spread": spread}


def not_gated(facts: CapsuleFacts) -> list[NotChecked]:
    """What the gates lacked, and the filling where its RSD is not known."""
    found = []
    if facts.dissolved:
        found.append(NotChecked(codes.DEPOSIT_NOT_CHECKED))
    else:
        if facts.size is None:
            found.append(NotChecked(codes.UNIFORMITY_NOT_CHECKED))
        if not facts.density.is_known:
            ends: dict[str, Said] = {"low": Fraction(facts.density.low), "high": Fraction(facts.density.high)}
            found.append(NotChecked(codes.TRUE_DENSITY_UNKNOWN, ends))
    if facts.fill_rsd is None:
        found.append(NotChecked(codes.FILL_RSD_NOT_CHECKED))
    return found


def not_predicted(facts: CapsuleFacts) -> list[NotChecked]:
    """That a part of the variation is not known, or one of the means it is about: planned mean, and worst case in percent."""
    if facts.lacking:
        return [NotChecked(codes.CHANCE_NOT_CHECKED, {"lacks": tuple(Clause(code) for code in facts.lacking)})]
    mean, low, high = facts.mean_percent, facts.worst_low_percent, facts.worst_high_percent
    missing = mean is None or mean <= 0 or low is None or high is None or low <= -100
    return [NotChecked(codes.ACCEPTANCE_VALUE_NOT_PREDICTED)] if missing else []


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
    low, high, mean = None, None, None
    if accuracy is not None:  # its deviations are from the planned dose, limits of content from the label
        low, high = (_off_label(off, accuracy.target_mg, label) for off in (accuracy.worst_low_percent, accuracy.worst_high_percent))
        mean = 100 * accuracy.dose_mg / label
    return CapsuleFacts(
        label, density_of(order), order.particle_size, () if run is None else [aliquot.drug_mg for aliquot in aliquots(run)],
        low, high, order.fill_rsd, mean, particle_content(order), by_solution and not powder,
    )  # fmt: skip


def _off_label(off_percent: Fraction | None, target_mg: Fraction, label_mg: Fraction) -> Fraction | None:
    """A deviation from the planned dose as one from the label, in percent of the label."""
    return None if off_percent is None else (100 + off_percent) * target_mg / label_mg - 100


def powder_refusals(order: Order) -> tuple[Finding, ...]:
    """The errors that refuse an order the powder method; those that were accepted do not.

    `--method auto` takes the solution route where there is one.
    """
    found = [finding for finding in gates(capsule_facts(order, None, powder=True)) if finding.entry in REFUSE_POWDER]
    raised = {finding.code for finding in found}
    reasons = {code: reason for code, reason in order.accept.items() if code in raised}
    return tuple(finding for finding in accept(tuple(found), reasons) if finding.severity is Severity.ERROR)


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
