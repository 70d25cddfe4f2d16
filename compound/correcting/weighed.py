"""Back from the bench: the weights really read, what they make of the dose, and what to weigh next.

How the weighings still to do are corrected stands in `compound.correcting.corrections`. Weighings done before the last
one read but not themselves read are taken as planned, and said so. What was weighed in two portions is read as their
sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from compound.correcting.corrections import (
    PlannedContents,
    Proposal,
    as_planned,
    dose_limit,
    fill_step,
    filled_into,
    keeps_label,
    planned_mg,
    propose,
    restart,
    with_amount,
)
from compound.correcting.jars import judge_jars, taken_from
from compound.correcting.outside import outside_readings
from compound.correcting.readings import plan_amount, refuse_no_weighing
from compound.exact.errors import InputError
from compound.exact.quantity import Direction, round_to
from compound.exact.value import Value, field, replace
from compound.facts import standards
from compound.findings import codes
from compound.findings.finding import Entry, Finding, NotChecked, Place, Said, Severity
from compound.judging.accuracy import aim_clause, bare_aim, farthest_dose, off_percent
from compound.judging.audit import Audit, audit
from compound.judging.replay import ZERO, replay
from compound.judging.step_findings import readability_findings
from compound.plan.plan import DRIED, DRUG, SOLVENT, Fill, MakeUp, Plan, Transfer, Weigh


class BatchVerdict(Enum):
    """What is said of a batch, made or half made."""

    WITHIN = "within"
    OUTSIDE = "outside"
    INCOMPLETE = "incomplete"


class Weighing(Value):
    """A weighing of the plan in mg. `read` is the reading, `corrected` what to weigh, None where none is admissible.

    Of what was read, `corrected` is what was to be weighed by the readings of the steps before it. `to_do` is false for
    what was read, and for what was weighed without a reading given; the latter has no `corrected`.
    """

    number: int
    planned: Fraction
    read: Fraction | None
    corrected: Fraction | None
    to_do: bool


class Filling(Value):
    """The net weight of a capsule in mg: planned, as given if it was, and the one that puts the dose right.

    `corrected` is None where no fill weight puts it right: the capsules would not come out of the blend, the change
    would be too large for the capsule, or the dose would still be off.
    """

    number: int
    planned: Fraction
    given: Fraction | None
    corrected: Fraction | None


class Counting(Value):
    """How many capsules a batch that is filled whole goes into: planned, as given if it was, and the number that puts the
    dose right once all is weighed. `corrected` is None where that is not known yet, or would be too far off the plan.
    """

    number: int
    planned: int
    given: int | None
    corrected: int | None


class Weighed(Value):
    """A plan, what was read, and what follows. `made` is the audit of what is in the vessels, corrections included.

    `closed` are the vessels that are really made, `limit_percent` is the most that the dose may be off its label, `jars`
    what stands on the jars that were taken, by step number. `counting` is that of a batch filled whole, else `filling`.
    """

    plan: Plan
    weighings: tuple[Weighing, ...]
    filling: Filling | None
    made: Audit
    closed: tuple[str, ...]
    uncorrected_dose: Fraction | None
    limit_percent: Fraction
    verdict: BatchVerdict
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]
    jars: Mapping[int, str] = field(default_factory=dict)
    counting: Counting | None = None

    @property
    def next(self) -> tuple[Weighing, ...]:
        """The weighings still to do."""
        return tuple(weighing for weighing in self.weighings if weighing.to_do)

    @property
    def deviation_percent(self) -> Fraction | None:
        """How far the dose is off the label in percent, or None where the steps give no dose."""
        return None if self.made.accuracy is None else self.made.accuracy.deviation_percent


class _Read(Value):
    """A plan with what was read, in mg; `planned` is what the plan means, None where nothing was read."""

    plan: Plan
    readings: Mapping[int, Decimal]
    fill: Decimal | None
    planned: PlannedContents | None

    @property
    def exact(self) -> dict[int, Fraction]:
        """The readings as exact numbers."""
        return {number: Fraction(mg) for number, mg in self.readings.items()}

    @property
    def exact_fill(self) -> Fraction | None:
        """The weight that the capsules are filled with, as an exact number."""
        return None if self.fill is None else Fraction(self.fill)


def audit_weighed(
    plan: Plan, readings: Mapping[int, Decimal], fill: Decimal | None = None, notes: tuple[Finding, ...] = (),
    jars: Mapping[int, str] | None = None, *, filled: int | None = None,
) -> Weighed:  # fmt: skip
    """Judges a plan with the weights read so far, by step number in mg, and corrects what is still to weigh.

    `filled` is the number of capsules that a batch that is filled whole really gave, `fill` is the net weight that the
    capsules are really filled with, in mg, `jars` what stands on the jars that were taken, by step number. Raises
    InputError for a reading that belongs to no weighing, and for a number of capsules before all is weighed.
    """
    for number in (*readings, *(jars or {})):
        refuse_no_weighing(plan, number, f"reading of step {number}")
    as_written = plan
    if filled is not None:
        _refuse_unread(plan, readings)
        plan = filled_into(plan, filled)
    limit, any_read = dose_limit(plan), bool(readings) or fill is not None
    read = _Read(plan, readings, fill, PlannedContents(plan) if any_read else None)
    proposal = propose(plan, read.exact, fill=read.exact_fill, planned=read.planned) if any_read else as_planned(plan)
    if plan.order.dose_error_limit is None:
        notes = (*notes, Finding(codes.DOSE_ERROR_ASSUMED, Place.option("request.dose_error_percent"), {"limit": limit}))
    steps = tuple(with_amount(step, proposal.amounts, fill) for step in plan.steps)
    made = audit(replace(plan, steps=steps), notes)
    weighings = _weighings(read, proposal)
    last = fill_step(plan)
    filling = None if last is None else _filling(last, made, read)
    counting = _counting(as_written, made, filled, all_weighed=any_read and not proposal.to_do)
    failed = proposal.stuck is not None or made.accuracy is None or _is_off(made, limit)
    findings = [_as_read(one, read) for one in (*made.findings, *_tablets_not_readable(made, read))] if any_read else [*made.findings]
    findings = _of_count(findings, counting)
    findings += _dose_finding(made, limit, findings, any_read)
    if any_read:
        fixed = counting is not None and counting.given is None and counting.corrected is not None
        findings += _findings_of_readings(read, weighings, filling, made, failed and not fixed)
        findings += _corrected_count(counting, made)
    wrong, not_told = judge_jars(plan, jars or {})
    findings += wrong
    return Weighed(
        plan, weighings, filling, made, _closed(made, read, weighings), _uncorrected(read, made, proposal), limit,
        _verdict(findings, weighings, any_read, failed), tuple(findings), (*made.not_checked, *not_told), jars or {},
        counting,
    )  # fmt: skip


def _tablets_not_readable(made: Audit, read: _Read) -> list[Finding]:
    """A reading that no balance shows, though whole tablets may be planned so."""
    weighed = [step for step in made.plan.weighings() if step.number in read.readings]
    return [one for step in weighed if made.plan.whole_tablets(step) is not None for one in readability_findings(made.plan, step)]


def _is_off(made: Audit, limit: Fraction) -> bool:
    target = made.plan.order.planned_dose
    dose = farthest_dose(made.run, target)
    return dose is not None and abs(off_percent(dose, target)) > limit


def _uncorrected(read: _Read, made: Audit, proposal: Proposal) -> Fraction | None:
    """The dose with what was read and all else as planned, in mg, or None where there is none."""
    if read.planned is None or not proposal.to_do:
        return None if made.accuracy is None else made.accuracy.dose_mg
    steps = [with_amount(step, {}, read.fill) for step in read.plan.steps]
    return replay(steps, read.plan.content_fraction, read.exact, contents=read.planned.run.contents).dose_mg


def _weighings(read: _Read, proposal: Proposal) -> tuple[Weighing, ...]:
    found = []
    for step in read.plan.weighings():
        number, planned = step.number, planned_mg(step)
        amount = None if number not in read.readings else Fraction(read.readings[number])
        to_do = number in proposal.to_do
        lost = proposal.stuck is not None and number >= proposal.stuck
        corrected = None
        if to_do and not lost:
            corrected = proposal.amounts[number]
        elif amount is not None:
            corrected = _asked_for(read, number)
        found.append(Weighing(number, planned, amount, corrected, to_do))
    return tuple(found)


def _asked_for(read: _Read, number: int) -> Fraction | None:
    """What was to be weighed at a step by the readings of the steps before it, or None where nothing was admissible."""
    steps = read.plan.steps
    before = {step: mg for step, mg in read.exact.items() if step < number}
    if all(mg == planned_mg(steps[step - 1]) for step, mg in before.items()):
        return planned_mg(steps[number - 1])
    found = propose(read.plan, before, until=number, planned=read.planned)
    return found.amounts[number] if found.stuck is None or number < found.stuck else None


def _refuse_unread(plan: Plan, readings: Mapping[int, Decimal]) -> None:
    """Refuses a number of filled capsules beside readings that are not complete: only what is weighed can be filled."""
    unread = [str(step.number) for step in plan.weighings() if step.number not in readings]
    if readings and unread:
        raise InputError("--filled", f"is given once all is weighed; no reading is given of step {', '.join(unread)}")


def _counting(plan: Plan, made: Audit, given: int | None, *, all_weighed: bool) -> Counting | None:
    """The number of capsules that puts the dose right, for a batch that is filled whole."""
    step, accuracy = fill_step(plan), made.accuracy
    if step is None or not step.all:
        return None
    now = step.count if given is None else given
    if accuracy is None or not all_weighed:
        return Counting(step.number, step.count, given, None)
    aim = made.plan.order.planned_dose
    count = int(round_to(accuracy.dose_mg * now / aim, 1, Direction.NEAREST))
    far = abs(count - step.count) > step.count * standards.limit("fill_change")
    if count < 1 or far or not keeps_label(made.plan, accuracy.dose_mg * now / count):
        return Counting(step.number, step.count, given, None)
    return Counting(step.number, step.count, given, count)


def _of_count(findings: Sequence[Finding], counting: Counting | None) -> list[Finding]:
    """The findings, with what came out of a batch filled whole in the place of what the steps say against the order."""
    if counting is None or counting.given in (None, counting.planned):
        return [*findings]
    values: dict[str, Said] = {"count": counting.given or 0, "planned": counting.planned}
    made = {codes.WORST_CASE_ABOVE_LIMIT.code: codes.WORST_CASE_OF_READINGS, codes.DOSE_OFF_LABEL.code: codes.MADE_OFF_LABEL}
    kept = [
        replace(finding, entry=made[finding.code], accepted=None) if finding.code in made else finding
        for finding in findings
        if finding.code != codes.COUNT_NOT_AS_ORDERED.code
    ]
    return [*kept, Finding(codes.OTHER_COUNT_FILLED, Place.step(counting.number), values)]


def _corrected_count(counting: Counting | None, made: Audit) -> list[Finding]:
    """Into how many capsules a batch filled whole goes, where another number than the planned one brings it nearer."""
    if counting is None or made.accuracy is None or counting.given is not None:
        return []
    if counting.corrected in (None, counting.planned):
        return []
    dose = made.accuracy.dose_mg * counting.planned / (counting.corrected or 1)
    values: dict[str, Said] = {"now": counting.planned, "corrected": counting.corrected or 0, "dose": dose}
    return [Finding(codes.COUNT_CORRECTED, Place.step(counting.number), values)]


def _filling(step: Fill, made: Audit, read: _Read) -> Filling | None:
    """The fill weight that puts the dose right, with all weighings as they are; None for a batch that is filled whole."""
    if step.amount_mg is None:
        return None
    planned, given = Fraction(step.amount_mg), read.exact_fill
    now = planned if given is None else given
    accuracy = made.accuracy
    if accuracy is None:
        return Filling(step.number, planned, given, None)
    readability = Fraction(made.plan.balance.readability.mg)
    change = now * accuracy.target_mg / accuracy.dose_mg - now
    corrected = now + round_to(change, readability, Direction.NEAREST)
    blend = next((m.total_mg for m in made.mixtures if m.vessel == step.source), ZERO)
    dose = accuracy.dose_mg * corrected / now
    off = abs(off_percent(dose, accuracy.target_mg)) > dose_limit(read.plan)
    far = abs(corrected - planned) > planned * Fraction(standards.limit("fill_change"))
    return Filling(step.number, planned, given, None if off or far or corrected * step.count > blend else corrected)


# What is said.


_SOFTER: dict[str, Entry] = {
    codes.NOT_READABLE.code: codes.READING_NOT_READABLE,
    codes.BELOW_LEAST_WEIGHABLE.code: codes.READING_BELOW_LEAST_WEIGHABLE,
    codes.ABOVE_CAPACITY.code: codes.READING_ABOVE_CAPACITY,
    codes.ABOVE_MAX_DILUTION.code: codes.MADE_ABOVE_MAX_DILUTION,
    codes.ALIQUOT_TOO_LARGE.code: codes.READING_TAKES_NEARLY_ALL,
}
# Whatever was read: what cannot be done, capsules that get less, and materials that are not what the dose counts on.
_NEVER_WITHIN = frozenset(
    entry.code
    for entry in (
        codes.VESSEL_EMPTY, codes.VESSEL_NOT_MIXED, codes.MORE_THAN_THERE, codes.VESSEL_USED_BEFORE,
        codes.VOLUME_UNKNOWN, codes.MASS_UNKNOWN, codes.VOLUME_EXCEEDED,
        codes.TOPPED_UP_BEFORE, codes.TOPPED_UP_FOR_OTHERS,
        codes.NEVER_FILLED, codes.NO_DRUG_IN_CAPSULES, codes.BLEND_TOO_SMALL, codes.MATERIAL_CONTRADICTS_ROLE,
        codes.MATERIAL_NOT_AS_ORDERED, codes.MATERIAL_DISALLOWED, codes.CONTENT_CONTRADICTS_NAME,
        codes.JAR_NOT_AS_PLANNED, codes.LOST_IN_DRYING,
    )
)  # fmt: skip


def _as_read(finding: Finding, read: _Read) -> Finding:
    """A finding on an amount that was read is a warning: it is done, and its harm shows in the dose and its bounds."""
    if finding.code == codes.WORST_CASE_ABOVE_LIMIT.code:
        return replace(finding, entry=codes.WORST_CASE_OF_READINGS, accepted=None)
    if finding.code == codes.DOSE_OFF_LABEL.code:
        return replace(finding, entry=codes.MADE_OFF_LABEL, accepted=None)
    if finding.code == codes.FILL_NOT_AS_ORDERED.code and read.fill is not None:
        return replace(finding, entry=codes.FILLED_NOT_AS_ORDERED, accepted=None)
    if finding.code == codes.EXCIPIENT_NOT_AS_ORDERED.code:
        return replace(finding, entry=codes.EXCIPIENT_MADE_OTHERWISE, accepted=None)
    numbers = finding.place.numbers
    if finding.code in _SOFTER and len(numbers) == 1 and numbers[0] in read.readings:
        return replace(finding, entry=_SOFTER[finding.code], accepted=None)
    return finding


def _dose_finding(made: Audit, limit: Fraction, findings: Sequence[Finding], any_read: bool) -> list[Finding]:
    """That the dose is off, where the plan states no limit of its own."""
    entry = codes.MADE_OFF_LABEL if any_read else codes.DOSE_OFF_LABEL
    accuracy = made.accuracy
    if accuracy is None or not _is_off(made, limit) or any(f.entry is entry for f in findings):
        return []
    dose = farthest_dose(made.run, accuracy.target_mg) or accuracy.dose_mg
    return [
        Finding(entry, Place.accuracy("dose_mg"), {
            "dose": dose, "target": accuracy.target_mg, "deviation": off_percent(dose, accuracy.target_mg), "limit": limit,
            "aim": aim_clause(made.plan.order),
        })
    ]  # fmt: skip


def _findings_of_readings(
    read: _Read, weighings: Sequence[Weighing], filling: Filling | None, made: Audit, failed: bool
) -> list[Finding]:
    """What is to be said of the readings: which are missing, what is corrected, and what is left where nothing helps."""
    found = [
        Finding(codes.READING_MISSING, Place.step(w.number), {
            "step": w.number, "planned": plan_amount(read.plan, w.number), "last": max(read.readings),
        })
        for w in weighings
        if w.read is None and not w.to_do
    ]  # fmt: skip
    if read.planned is not None:
        found = [*(one.finding() for one in outside_readings(read.plan, read.exact, read.planned)), *found]
    short = _short(read, weighings) if failed else []
    if short:  # what keeps the batch is the one thing said, before any new start
        return [*found, *short]
    to_do = any(weighing.to_do for weighing in weighings)
    if failed and (to_do or filling is None or filling.corrected is None):
        found.append(_no_correction(read))
    else:
        found += _corrected_weighings(read.plan, weighings)
        if filling is not None and not to_do and made.accuracy is not None:
            found += _corrected_filling(filling, made)
    return found


def _corrected_weighings(plan: Plan, weighings: Sequence[Weighing]) -> list[Finding]:
    return [
        Finding(codes.WEIGHING_CORRECTED, Place.step(w.number), {
            "step": w.number, "planned": w.planned, "corrected": w.corrected, "material": taken_from(plan, w.number),
        })
        for w in weighings
        if w.to_do and w.corrected is not None and w.corrected != w.planned
    ]  # fmt: skip


def _corrected_filling(filling: Filling, made: Audit) -> list[Finding]:
    """What the fill weight would put right, when everything is weighed."""
    now = filling.planned if filling.given is None else filling.given
    accuracy, place = made.accuracy, Place.step(filling.number)
    if accuracy is None or filling.corrected == now:
        return []
    if filling.corrected is not None:
        dose = accuracy.dose_mg * filling.corrected / now
        values: dict[str, Said] = {
            "step": filling.number, "now": now, "corrected": filling.corrected, "dose": dose,
        }  # fmt: skip
        return [Finding(codes.FILL_CORRECTED, place, values)]
    if _is_off(made, dose_limit(made.plan)):
        return []
    values = {
        "step": filling.number, "deviation": accuracy.deviation_percent, "most": 100 * standards.limit("fill_change"),
    }  # fmt: skip
    return [Finding(codes.FILL_NOT_CORRECTED, place, values)]


def _short(read: _Read, weighings: Sequence[Weighing]) -> list[Finding]:
    """That the last diluent read was weighed short, where the rest of it brings the dose back within its limit."""
    last = max(read.readings, default=0)
    step = read.plan.steps[last - 1]
    wanted = next((w.corrected for w in weighings if w.number == last), None)
    if not isinstance(step, Weigh) or step.role in (DRUG, DRIED, SOLVENT):
        return []
    if wanted is None or read.readings[last] >= wanted:
        return []
    found = propose(read.plan, {**read.exact, last: wanted}, planned=read.planned)
    if found.stuck is not None or found.dose_mg is None or not keeps_label(read.plan, found.dose_mg):
        return []
    return [
        Finding(codes.DILUENT_SHORT, Place.step(last), {
            "step": last, "rest": wanted - Fraction(read.readings[last]), "wanted": wanted, "material": step.material,
            "vessel": step.vessel, "dose": found.dose_mg,
        })
    ]  # fmt: skip


def _no_correction(read: _Read) -> Finding:
    planned = PlannedContents(read.plan) if read.planned is None else read.planned
    again = restart(read.plan, read.exact, read.exact_fill, planned)
    usable = ", ".join(again.usable) or "nothing that was made"
    values: dict[str, Said] = {"limit": dose_limit(read.plan), "step": again.step, "usable": usable, "aim": bare_aim(read.plan.order)}
    return Finding(codes.NO_ADMISSIBLE_CORRECTION, Place.step(again.step), values)


def _verdict(
    findings: Sequence[Finding], weighings: Sequence[Weighing], any_read: bool, failed: bool
) -> BatchVerdict:
    if failed or any(finding.code in _NEVER_WITHIN for finding in findings):
        return BatchVerdict.OUTSIDE
    if not any_read:
        broken = any(finding.severity is Severity.ERROR for finding in findings)
        return BatchVerdict.OUTSIDE if broken else BatchVerdict.WITHIN
    return BatchVerdict.WITHIN if all(w.read is not None for w in weighings) else BatchVerdict.INCOMPLETE


def _closed(made: Audit, read: _Read, weighings: Sequence[Weighing]) -> tuple[str, ...]:
    """The vessels that are really made: everything that goes into them was weighed.

    Volumes are not read. They are taken as measured where a later step was read.
    """
    if not read.readings:
        return ()
    last, pending = max(read.readings), {weighing.number for weighing in weighings if weighing.to_do}
    for step in read.plan.steps:
        by_volume = isinstance(step, MakeUp) or (isinstance(step, Transfer) and step.amount_ml is not None)
        if by_volume and step.number > last:
            pending.add(step.number)
    vessels = dict.fromkeys(step.vessel for step in read.plan.steps if isinstance(step, Weigh | Transfer | MakeUp))
    return tuple(vessel for vessel in vessels if not made.run.brought_by(vessel) & pending)
