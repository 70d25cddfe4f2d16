"""The expanded uncertainty of the batch mean, k = 2, by the law of propagation of JCGM 100:2008 (GUM), 5.1 and 5.2.

What goes in has limits and no more is known of it, so each is taken as rectangular: a limit a has the standard
uncertainty a/√3 (4.3.7). Those are the S of every weighing, the tolerance of every volume, and how far the strength of
the source may be off. Weighings on one balance, not those on two, share its bias, so their errors are correlated (5.2.2); how much of S is
bias is not known, and the correlation that is taken is a figure of the house, with its reason (`weighing_correlation`).

How fast the dose changes with each amount is worked out in one walk back through the steps: at each step is known how
fast the dose changes with what the vessels hold after it, and from that follows the same before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from compound.exact.real import root, twelve
from compound.facts import standards
from compound.facts.balances import root_up
from compound.judging.accuracy import Measured
from compound.judging.replay import ZERO, Replay
from compound.plan.plan import DRIED, SOLVENT, Dry, Fill, MakeUp, Transfer, Weigh

COVERAGE = 2


def expanded_uncertainty_percent(
    run: Replay, parts: Sequence[Measured], target_mg: Fraction, source_error: Fraction,
    sensitivity: Fraction = ZERO, repeatability: Fraction = ZERO,
) -> Decimal | None:  # fmt: skip
    """The expanded uncertainty of the mean content of a batch, in percent of `target_mg`, to 12 digits.

    `parts` is what is measured, `source_error` how far the strength of the source may be off, as a share of it. Where
    the repeatability of the balance of that sensitivity is stated, in mg, its weighings scatter by √2 times it, normally
    and each by itself; only the rest of S is a limit. None where the steps give no dose.
    """
    if run.dose_mg is None:
        return None
    slopes = slopes_of(run)
    rest = _rest(sensitivity, repeatability)
    # The repeatability is that of the first balance.
    scattered = [part for part in parts if repeatability and not part.by_volume and not part.on_bulk and part.error == sensitivity]
    weighed = [
        [slopes[part.number] * (rest if part in scattered else part.error)
         for part in parts if not part.by_volume and part.on_bulk == bulk]
        for bulk in (False, True)
    ]  # fmt: skip
    measured_off = [slopes[part.number] * part.error for part in parts if part.by_volume]
    shared = Fraction(standards.limit("weighing_correlation"))
    squares = sum(((1 - shared) * _sum_of_squares(one) + shared * sum(one, ZERO) ** 2 for one in weighed), ZERO)
    squares += 3 * 2 * repeatability**2 * _sum_of_squares([slopes[part.number] for part in scattered])
    squares += _sum_of_squares(measured_off) + (run.dose_mg * source_error) ** 2
    return twelve(root(squares / 3 * (100 * COVERAGE / target_mg) ** 2))


def _rest(sensitivity: Fraction, repeatability: Fraction) -> Fraction:
    """What of S is not twice the scatter of a tared weighing, 2·√2·s: to a millionth of S, and never too small."""
    unit = sensitivity / 1_000_000
    if not unit or not repeatability:
        return sensitivity
    return max(ZERO, sensitivity - root_up(8 * repeatability**2, unit) + unit)


def _sum_of_squares(values: Sequence[Fraction]) -> Fraction:
    return sum((value**2 for value in values), ZERO)


def slopes_of(run: Replay) -> dict[int, Fraction]:
    """mg of the dose for one mg or mL more at each step, by its number, exactly; 0 where the dose does not change.

    `run` is a replay that gives a dose, with its history.
    """
    walk = _Back(run)
    for step in reversed(run.steps):
        match step:
            case Fill():
                walk.fill(step)
            case Transfer():
                walk.transfer(step)
            case Weigh():
                walk.weigh(step)
            case MakeUp():
                walk.make_up(step)
            case Dry():
                walk.dry(step)
    return walk.slopes


class _Pull:
    """mg of the dose for one mg or mL more of what a vessel holds: solids, solvent and drug in mg, volume in mL."""

    __slots__ = ("drug", "solids", "solvent", "volume")

    def __init__(self) -> None:
        self.solids = self.solvent = self.drug = self.volume = ZERO


class _Back:
    """The walk back through the steps: what each vessel pulls at, and the slopes found so far."""

    def __init__(self, run: Replay) -> None:
        self.run, self.last = run, run.last_fill()
        self.pulls: defaultdict[str, _Pull] = defaultdict(_Pull)
        self.slopes: defaultdict[int, Fraction] = defaultdict(Fraction)

    def fill(self, step: Fill) -> None:
        """The last fill gives the dose, drug × fill / mass; one before it takes its share of what is there."""
        held, pull = self.run.held(step.source, step.number), self.pulls[step.source]
        if step.amount_mg is None:  # all of it: nothing is left for a later one
            pull.solids = pull.solvent = pull.volume = ZERO
            pull.drug = Fraction(1, step.count) if step == self.last else ZERO
            return
        each = Fraction(step.amount_mg)
        mass, drug = held.mass_mg, held.drug_mg
        if step != self.last:
            share = min(Fraction(1), each * step.count / mass)
            taken = sum((value * rate for value, rate in _rates(held.solids_mg, held.solvent_mg, drug, pull)), ZERO)
            pull.solids, pull.solvent, pull.drug = (rate * (1 - share) for rate in (pull.solids, pull.solvent, pull.drug))
            pull.solids += taken * share / mass
            pull.solvent += taken * share / mass
        elif step.number in self.run.emptying or each >= mass:
            pull.drug += 1
        else:
            pull.drug += each / mass
            pull.solids -= drug * each / mass**2
            pull.solvent -= drug * each / mass**2
            self.slopes[step.number] = drug / mass

    def transfer(self, step: Transfer) -> None:
        """A share of solids, solvent and drug goes over; the share is the amount out of the mass, or of the volume."""
        held, out, to = self.run.held(step.source, step.number), self.pulls[step.source], self.pulls[step.vessel]
        by_volume = step.amount_ml is not None
        amount = Fraction((step.amount_ml if by_volume else step.amount_mg) or 0)
        whole = (held.volume_ml or ZERO) if by_volume else held.mass_mg
        share = amount / whole
        gained = _rates(held.solids_mg, held.solvent_mg, held.drug_mg, to)
        kept = _rates(held.solids_mg, held.solvent_mg, held.drug_mg, out)
        moves = sum((value * (to_rate - out_rate) for (value, to_rate), (_, out_rate) in zip(gained, kept, strict=True)), ZERO)
        self.slopes[step.number] = moves / whole + (to.volume - out.volume if by_volume else ZERO)
        out.solids += (to.solids - out.solids) * share
        out.solvent += (to.solvent - out.solvent) * share
        out.drug += (to.drug - out.drug) * share
        if by_volume:
            out.volume -= moves * share / whole
        else:
            out.solids -= moves * share / whole
            out.solvent -= moves * share / whole

    def weigh(self, step: Weigh) -> None:
        """What is weighed adds; the reading of a dried vessel takes the place of what was there."""
        pull = self.pulls[step.vessel]
        if step.role == SOLVENT:
            self.slopes[step.number] = pull.solvent
            return
        self.slopes[step.number] = pull.solids + pull.drug * self.run.content_of(step)
        if step.role == DRIED:
            pull.solids = ZERO
            pull.drug *= self.run.kept.get(step.number, Fraction(1))

    def make_up(self, step: MakeUp) -> None:
        """The volume takes the place of what was there."""
        pull = self.pulls[step.vessel]
        self.slopes[step.number], pull.volume = pull.volume, ZERO

    def dry(self, step: Dry) -> None:
        """Solvent and volume are gone."""
        pull = self.pulls[step.vessel]
        pull.solvent = pull.volume = ZERO


def _rates(solids: Fraction, solvent: Fraction, drug: Fraction, pull: _Pull) -> list[tuple[Fraction, Fraction]]:
    return [(solids, pull.solids), (solvent, pull.solvent), (drug, pull.drug)]
