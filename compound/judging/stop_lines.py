"""The stop lines: the readings of a weighing within which the sheet lets the work go on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from compound.exact.quantity import Direction, round_to
from compound.exact.value import Value
from compound.judging.accuracy import Accuracy, Measured
from compound.judging.replay import ZERO, Contents, Replay, replay
from compound.plan.plan import Fill, Plan, Transfer

_MOVE = Fraction(1, 1000)  # the part of an amount by which it is moved to see what that does to the dose


def stop_lines(
    plan: Plan, run: Replay, accuracy: Accuracy | None, parts: Sequence[Measured]
) -> dict[int, tuple[Fraction, Fraction] | None]:
    """The readings of each weighing within which the sheet lets the work go on, in mg.

    Everything else as planned and the balance's own error left out, the dose moves by at most (dose error − |ρ|) /
    number of weighings that move it, and the reading lies within the weighing error of its target; rounded inwards to the
    readability. A dried vessel that is made up to a mass moves no dose; it reads at most what went into it, within the
    error of the two weighings: what is more is solvent. None where a limit is not stated, the plan gives no dose, or no
    reading lies within. `run` is what the steps of the plan give, `parts` what is measured in them.
    """
    order, numbers = plan.order, [step.number for step in plan.weighings()]
    if accuracy is None or order.dose_error_limit is None or order.weighing_error_limit is None:
        return dict.fromkeys(numbers)
    movers = [step for step in plan.weighings() if step.vessel not in run.without_drug]  # what is in a premix moves no dose
    move = (Fraction(order.dose_error_limit.percent) - abs(accuracy.deviation_percent)) / 100 / max(1, len(movers))
    doses = [accuracy.dose_mg + sign * move * accuracy.target_mg for sign in (-1, 1)]
    levers = levers_of(plan, run)
    read_dry = {reading for reading, _ in run.made_up_after_drying().values()}
    found: dict[int, tuple[Fraction, Fraction] | None] = {}
    for part in parts:
        if part.number not in numbers:
            continue
        spread = part.amount * order.weighing_error_limit.fraction
        low, high = part.amount - spread, part.amount + spread
        if part.number in read_dry:
            high = min(high, part.amount + 2 * Fraction(plan.balance.sensitivity.mg))
        else:
            for bound in readings_for(doses, run, part, levers):
                low, high = (max(low, bound), high) if bound < part.amount else (low, min(high, bound))
        step = plan.balance.readability.mg
        low, high = round_to(low, step, Direction.UP), round_to(high, step, Direction.DOWN)
        found[part.number] = (low, high) if low <= part.amount <= high else None
    return found


def readings_for(
    doses: Sequence[Fraction], run: Replay, part: Measured, levers: Mapping[str, Lever] | None
) -> list[Fraction]:
    """The readings of one weighing that give these doses, all else as planned; without those that none above 0 gives."""
    if levers is not None:
        found = _by_lever(doses, run, part, levers)
    else:
        curve = _curve(run, part)
        found = [] if curve is None else [_reading_on(curve, dose) for dose in doses]
    return [reading for reading in found if reading is not None and reading > 0]


# A plan of powders that are all weighed tells what a reading does to the dose by the strength of its mixture.


class Lever(Value):
    """What is in a vessel when all of it is in, and mg of the dose for one mg per mg of strength of the vessel."""

    made: Contents
    pull: Fraction


def levers_of(plan: Plan, run: Replay) -> dict[str, Lever] | None:
    """The vessels whose strength moves the dose; None where the steps must be replayed to tell.

    An aliquot of mass a carries a times the strength of its source, whatever that is, and brings the strength of its
    target, of mass m, up by a / m of it. So back from the capsules the pulls add up, each times a / m. That holds for
    what is weighed alone, without fault, and where no mixture is so nearly used up that a part in a thousand less of it
    would not do.
    """
    if plan.is_liquid or run.faults:
        return None
    pulls: dict[str, Fraction] = {}
    made: dict[str, Contents] = {}
    for step in reversed(run.steps):
        if isinstance(step, Fill) and not pulls:
            pulls[step.source] = Fraction(step.amount_mg)
        elif isinstance(step, Transfer):
            for vessel in (step.vessel, step.source):
                made[vessel] = made.get(vessel) or _made(run, vessel)
            if run.held(step.source).mass_mg < made[step.source].mass_mg * _MOVE:
                return None
            passed = pulls.get(step.vessel, ZERO) * Fraction(step.amount_mg or 0) / made[step.vessel].mass_mg
            pulls[step.source] = pulls.get(step.source, ZERO) + passed
    return {vessel: Lever(made.get(vessel) or _made(run, vessel), pull) for vessel, pull in pulls.items() if pull}


def _made(run: Replay, vessel: str) -> Contents:
    """A vessel with all that goes into it, before anything is taken out."""
    return [stage for stage in run.stages(vessel) if not stage.tapped][-1]


def _by_lever(
    doses: Sequence[Fraction], run: Replay, part: Measured, levers: Mapping[str, Lever]
) -> list[Fraction | None]:
    """With x more weighed, of strength c, into a mixture of mass m and drug d its strength is (d + c·x) / (m + x)."""
    step = run.steps[part.number - 1]
    lever = levers.get(step.vessel)
    if lever is None or run.dose_mg is None:
        return []
    brings = _strength(_made(run, step.source)) if isinstance(step, Transfer) else run.content_of(step)
    mass, drug, strength = lever.made.mass_mg, lever.made.drug_mg, _strength(lever.made)
    if brings == strength:
        return []
    found: list[Fraction | None] = []
    for dose in doses:
        wanted = strength + (dose - run.dose_mg) / lever.pull
        found.append(None if brings == wanted else part.amount + (wanted * mass - drug) / (brings - wanted))
    return found


def _strength(contents: Contents) -> Fraction:
    return contents.drug_mg / contents.mass_mg


# Any other plan is replayed with the amount moved a little.


_Curve = tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction], tuple[Fraction, Fraction]]


def _curve(run: Replay, part: Measured) -> _Curve | None:
    """Three points (reading, dose) of one weighing, everything else as planned; None where the dose does not change.

    A weighing enters the dose as a ratio of two linear functions of its reading, so three points tell the whole curve.
    """
    if run.dose_mg is None:
        return None
    points = [(part.amount, run.dose_mg)]
    for factor in (1 + _MOVE, 1 - _MOVE):
        dose = _dose_with(run, part.number, part.amount * factor)
        if dose is None or dose == run.dose_mg:
            return None
        points.append((part.amount * factor, dose))
    return (points[0], points[1], points[2])


def _dose_with(run: Replay, number: int, amount: Fraction) -> Fraction | None:
    """The dose with another amount at one step."""
    return replay(run.steps, run.content_fraction, {number: amount}, contents=run.contents).dose_mg


def _reading_on(curve: _Curve, dose: Fraction) -> Fraction | None:
    """The reading that gives `dose`, by the cross-ratio with the three known points; None where none does."""
    (x0, y0), (x1, y1), (x2, y2) = curve
    for reading, known in curve:
        if dose == known:
            return reading
    cross = (dose - y0) * (y1 - y2) / ((dose - y2) * (y1 - y0))
    # (x − x0)(x1 − x2) / ((x − x2)(x1 − x0)) is the same number, and linear in x.
    a, b = x1 - x2, (x1 - x0) * cross
    return None if a == b else (x0 * a - x2 * b) / (a - b)
