"""Back from the bench: the weights really read, what they make of the dose, and what to weigh next.

**What is corrected.** The weighings still to do are gone through in their order, each on what was read or corrected
before it:

1. an aliquot, or the drug, is chosen so that the planned amount of drug goes into its mixture: from a stock made
   2.06 % instead of 2 % that is 0.971 of the planned mass;
2. the diluent of a mixture (the largest, where several are still to weigh) is chosen so that the mixture gets its
   planned strength. An open mixture is so put right by its own diluent, and nothing after it changes;
3. what the step of the balance leaves over is the true strength that the next aliquot is chosen by; the last diluent
   takes it up, being the largest amount and so the finest adjustment. If it is corrected at all, the blend gets the
   strength that gives the label, at the fill weight given: what the plan itself was off by is then put right too. After
   drying it is the planned total less what the dried vessel weighs;
4. where a limit cuts a correction short (least weighable quantity, capacity, maximum dilution, nine tenths of the
   mixture, enough blend for the capsules), it goes as far as the limit and the rest is carried on in the same way.

As every mixture aims at its planned strength and every aliquot at its planned drug, totals stay near the planned
ones: the changes are small, and the blend still fills the capsules. An amount that breaks a limit in the plan itself is
not made worse. When everything is weighed and the dose is off, the fill weight is the one correction left: by at most a
tenth, because the capsule must hold it and be full, and only if all capsules still come out of the blend.

Weighings done before the last one read but not themselves read are taken as planned, and said so. What was weighed in
two portions is read as their sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from compound.exact.errors import AmbiguousAmount, InputError
from compound.exact.quantity import Direction, canonical, is_multiple, round_to, written
from compound.exact.value import Value
from compound.facts import standards
from compound.findings import codes
from compound.findings.finding import Entry, Finding, NotChecked, Severity
from compound.judging.audit import Audit, audit
from compound.judging.replay import ZERO, Replay, replay
from compound.plan.plan import DRIED, DRUG, SOLVENT, Dry, Fill, MakeUp, Mix, Plan, Step, Transfer, Weigh
from compound.reading.amounts import parse_mass

FAR_OFF = 5  # this many times the plan, or this part of it: asks whether the unit is right


class Verdict(Enum):
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


class Restart(Value):
    """Where to start again when nothing else is left: the step, and the mixtures that can still be used."""

    step: int
    usable: tuple[str, ...]


class Bench(Value):
    """A plan, what was read, and what follows. `made` is the audit of what is in the vessels, corrections included."""

    plan: Plan
    weighings: tuple[Weighing, ...]
    filling: Filling | None
    made: Audit
    closed: tuple[str, ...]
    uncorrected_dose: Fraction | None
    limit: Fraction
    verdict: Verdict
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]

    @property
    def next(self) -> tuple[Weighing, ...]:
        """The weighings still to do."""
        return tuple(weighing for weighing in self.weighings if weighing.to_do)

    @property
    def deviation(self) -> Fraction | None:
        """How far the dose is off the label in percent, or None where the steps give no dose."""
        return None if self.made.accuracy is None else self.made.accuracy.deviation_percent


def bench(
    plan: Plan,
    readings: Mapping[int, Decimal],
    fill: Decimal | None = None,
    notes: tuple[Finding, ...] = (),
) -> Bench:
    """Judges a plan with the weights read so far, by step number in mg, and corrects what is still to weigh.

    `fill` is the net weight that the capsules are really filled with, in mg. Raises InputError for a reading that
    belongs to no weighing.
    """
    for number in readings:
        refuse_no_weighing(plan, number, f"reading of step {number}")
    exact_fill = None if fill is None else Fraction(fill)
    meant = _Meant(plan) if readings or fill is not None else None
    proposal = propose(plan, _exact(readings), fill=exact_fill, meant=meant)
    filled = _fill_step(plan)
    steps = tuple(_with_amount(step, proposal.amounts, fill) for step in plan.steps)
    effective = replace_steps(plan, steps)
    limit = dose_limit(plan)
    if plan.order.dose_error_limit is None:
        notes = (*notes, Finding(codes.DOSE_ERROR_ASSUMED, "request.dose_error_percent", {"limit": limit}))
    made = audit(effective, notes)
    weighings = _weighings(plan, readings, proposal, meant)
    any_read = bool(readings) or fill is not None
    filling = _filling(filled, made, fill, limit) if filled is not None else None
    findings = [*(_as_read(finding, readings, fill) for finding in made.findings)] if any_read else [*made.findings]
    findings += _dose_finding(made, limit, findings, any_read)
    off = made.accuracy is None or abs(made.accuracy.deviation_percent) > limit
    failed, to_do = off or proposal.stuck is not None, any(weighing.to_do for weighing in weighings)
    if any_read:
        findings += _said_of_readings(plan, readings, weighings)
        if failed and (to_do or filling is None or filling.corrected is None):
            findings.append(_no_correction(plan, readings, limit, exact_fill))
        else:
            findings += _said_of_corrections(plan, weighings, filling, made, off)
        if failed:
            findings += _short(plan, readings, weighings, limit)
    verdict = _verdict(findings, weighings, any_read, failed)
    accuracy = made.accuracy
    uncorrected = accuracy.dose_mg if accuracy is not None else None
    if to_do:
        uncorrected = replay([_with_amount(step, {}, fill) for step in plan.steps], plan.content_fraction,
                             _exact(readings)).dose_mg  # fmt: skip
    return Bench(
        plan, weighings, filling, made, _closed(plan, readings, weighings), uncorrected, limit, verdict,
        tuple(findings), made.not_checked,
    )  # fmt: skip


def dose_limit(plan: Plan) -> Fraction:
    """The most that the dose may be off the label, in percent: as the plan states it, else the default of `plan`."""
    if plan.order.dose_error_limit is not None:
        return Fraction(plan.order.dose_error_limit.percent)
    return Fraction(standards.limit("dose_error_percent"))


def replace_steps(plan: Plan, steps: tuple[Step, ...]) -> Plan:
    """The same plan with other steps."""
    return Plan(plan.order, plan.balance, plan.content_fraction, steps)


def _exact(readings: Mapping[int, Decimal]) -> dict[int, Fraction]:
    return {number: Fraction(mg) for number, mg in readings.items()}


# Reading what was read.


def refuse_no_weighing(plan: Plan, number: int, where: str) -> Weigh | Transfer:
    """The weighing of that number. Raises InputError for a step that the plan lacks or that is no weighing."""
    if not 1 <= number <= len(plan.steps):
        raise InputError(where, f"the plan has no step {number}; its steps are 1 to {len(plan.steps)}")
    for step in plan.weighings():
        if step.number == number:
            return step
    filling = "; the weight of the capsules is given with --fill-weight" if _is_fill(plan, number) else ""
    numbers = ", ".join(str(step.number) for step in plan.weighings())
    raise InputError(where, f"step {number} is no weighing; weighings are steps {numbers}{filling}")


def _is_fill(plan: Plan, number: int) -> bool:
    return isinstance(plan.steps[number - 1], Fill)


def read_amount(text: str, where: str, plan: Plan, planned: Decimal) -> Decimal:
    """A reading in mg. `97.000 mg` is 97 mg where the balance shows such steps and about that is planned.

    Raises InputError, or AmbiguousAmount where the text has two readings.
    """
    try:
        return parse_mass(text, where).mg
    except AmbiguousAmount as error:
        if "," in text:
            raise
        likely = parse_mass(error.readings[0], where).mg
        if is_multiple(likely, plan.balance.readability.mg) and planned / 2 <= likely <= planned * 2:
            return likely
        raise


def read_net(cells: Mapping[str, str], where: str, plan: Plan, planned: Decimal) -> Decimal:
    """What came out of a boat in mg: gross less tare, less the residue weighed back. Raises InputError."""
    doubtful: AmbiguousAmount | None = None
    parts = {}
    for column in ("gross", "tare", "residue"):
        if column not in cells:
            continue
        place = f"{where}, column {column}"
        try:
            parts[column] = _mass_or_zero(cells[column], place, zero=column != "gross")
        except AmbiguousAmount as error:
            if "," in cells[column]:
                raise
            doubtful = error
            parts[column] = parse_mass(error.readings[0], place).mg
    net = parts["gross"] - parts["tare"] - parts.get("residue", Decimal(0))
    if net <= 0:
        raise InputError(where, f"gross less tare and residue is {canonical(net)} mg, which is not above zero")
    step = plan.balance.readability.mg
    fits = planned / 2 <= net <= planned * 2 and all(is_multiple(part, step) for part in parts.values())
    if doubtful is not None and not fits:
        raise doubtful
    return net


def _mass_or_zero(text: str, where: str, *, zero: bool) -> Decimal:
    number = text.partition(" ")[0].rstrip("gmcunL")
    if zero and number.strip("0.") == "" and number.startswith("0"):
        # An empty boat reads 0.0 mg: a tenth of it would be read, so nothing is in doubt but the unit.
        parse_mass(f"1{text[len(number):]}", where)
        return Decimal(0)
    return parse_mass(text, where).mg


def far_off(planned: Decimal, read: Decimal) -> tuple[Decimal, Decimal] | None:
    """What a reading far off the plan may have meant: that amount, and by how many times it differs from it.

    None for a reading less than five times the plan and more than a fifth of it.
    """
    if planned < FAR_OFF * read and read < FAR_OFF * planned:
        return None
    large = read > planned
    factor = Decimal(10)
    ratio = Fraction(read) / Fraction(planned) if large else Fraction(planned) / Fraction(read)
    for power in (100, 1000, 10**4, 10**5, 10**6, 10**9):
        if max(ratio / power, power / ratio) < max(ratio / Fraction(factor), Fraction(factor) / ratio):
            factor = Decimal(power)
    return (read / factor if large else read * factor), factor


def refuse_far_off(plan: Plan, number: int, mg: Decimal, where: str, confirmed: bool = False) -> None:
    """Raises AmbiguousAmount, naming both readings, for one that is about ten, a thousand … times the plan."""
    refuse_no_weighing(plan, number, where)
    planned = plan_amount(plan, number)
    meant = far_off(planned, mg)
    if meant is None or confirmed:
        return
    likely, factor = f"{canonical(meant[0])} mg", canonical(meant[1])
    much = f"{factor} times" if mg > planned else f"1/{factor} of"
    raise AmbiguousAmount(
        where,
        f"{canonical(mg)} mg was read at step {number} where {canonical(planned)} mg is planned: is the unit right? "
        f"{canonical(mg)} mg is {much} {likely}; write the one meant, or confirm the reading with --confirm {number}",
        (likely, f"{canonical(mg)} mg"),
    )


# Correcting what is still to come.


class Proposal(Value):
    """Amounts by step number: as read, as corrected, else as planned. `stuck` is a step that has no admissible one."""

    amounts: Mapping[int, Fraction]
    to_do: frozenset[int]
    stuck: int | None


def propose(
    plan: Plan,
    readings: Mapping[int, Fraction],
    spent: Mapping[str, Fraction] | None = None,
    fill: Fraction | None = None,
    *,
    until: int | None = None,
    meant: _Meant | None = None,
) -> Proposal:
    """What to weigh where nothing was read yet. Amounts are in mg.

    `spent` is what was taken from a mixture before, and is lost; `fill` what the capsules are really filled with.
    `until` is the last step that is asked for; `meant` what was worked out of the plan before.
    """
    to_do = frozenset(
        step.number for step in plan.weighings() if step.number not in readings
    ) - _passed(plan, readings)
    if not readings and not spent and fill is None:
        return Proposal({step.number: _planned(step) for step in plan.weighings()}, to_do, None)
    amounts = dict(readings)
    planner = _Corrector(plan, to_do, spent or {}, fill, _Meant(plan) if meant is None else meant)
    stuck: int | None = None
    for index, step in enumerate(plan.steps[:until]):
        if not isinstance(step, Weigh | Transfer) or step.amount_mg is None or step.number in readings:
            continue
        amounts[step.number] = planned = Fraction(step.amount_mg)
        if step.number in to_do and stuck is None:
            chosen = planner.choose(index, step, {n: mg for n, mg in amounts.items() if n != step.number})
            if chosen is None:
                stuck = step.number
            else:
                amounts[step.number] = chosen
        else:
            amounts[step.number] = planned
    return Proposal(amounts, to_do, stuck)


def _passed(plan: Plan, readings: Mapping[int, Fraction]) -> frozenset[int]:
    """Weighings without a reading into vessels that something was taken out of, by a weighing that was read."""
    passed: set[int] = set()
    for step in reversed(plan.steps):
        if isinstance(step, Transfer) and (step.number in readings or step.number in passed):
            passed |= {
                other.number
                for other in plan.steps
                if other.number < step.number and not isinstance(other, Fill) and other.vessel == step.source
            }
        elif isinstance(step, Weigh) and step.role == DRIED and step.number in readings:
            passed |= {s.number for s in plan.steps if s.number < step.number and s.vessel == step.vessel}
    return frozenset(passed - set(readings)) & {step.number for step in plan.weighings()}


class _Meant:
    """What a plan means: mass and drug of each vessel when it is mixed, by the index of the step, and the dose."""

    def __init__(self, plan: Plan) -> None:
        run = replay(plan.steps, plan.content_fraction)
        self.mixed: dict[int, tuple[Fraction, Fraction]] = {}
        for index, step in enumerate(plan.steps):
            if isinstance(step, Mix):
                at = run.held(step.vessel, step.number + 1)
                self.mixed[index] = at.mass_mg, at.drug_mg
        self.dose = run.dose_mg


class _Corrector:
    """Chooses one weighing after the other. Knows the plan as it was meant, and its limits."""

    def __init__(
        self, plan: Plan, to_do: frozenset[int], spent: Mapping[str, Fraction], fill: Fraction | None, meant: _Meant
    ) -> None:
        self.plan, self.to_do, self.spent, self.fill = plan, to_do, spent, fill
        self.step = Fraction(plan.balance.readability.mg)
        self.meant = meant.mixed
        self.labelled = self._labelled_strength(meant.dose)

    def _labelled_strength(self, dose: Fraction | None) -> tuple[str, Fraction] | None:
        """The vessel that the capsules are filled from and the strength that gives the label; None where neither is.

        A plan that misses its label by more than the limit is not put right here: then its label is in doubt too.
        """
        filled, target = _fill_step(self.plan), Fraction(self.plan.order.dose.mg)
        if filled is None or dose is None or abs(100 * (dose / target - 1)) > dose_limit(self.plan):
            return None
        return filled.source, target / (self.fill or Fraction(filled.amount_mg))

    def _run(self, end: int, amounts: Mapping[int, Fraction]) -> Replay:
        return replay(self.plan.steps[:end], self.plan.content_fraction, amounts)

    def _held(self, end: int, amounts: Mapping[int, Fraction]) -> Mapping[str, tuple[Fraction, Fraction]]:
        return _masses(self._run(end, amounts))

    def choose(self, index: int, step: Weigh | Transfer, amounts: Mapping[int, Fraction]) -> Fraction | None:
        """What to weigh at a step, all before it known; None where no amount is admissible."""
        planned = Fraction(step.amount_mg or 0)
        run = self._run(index, amounts)
        held = _masses(run)
        if isinstance(step, Weigh) and step.role == DRIED:
            # No choice but what must be in the vessel, if what went in stays in.
            there = held.get(step.vessel, (ZERO, ZERO))[0]
            meant = self._held(index, {}).get(step.vessel, (ZERO, ZERO))[0]
            return planned if there == meant else round_to(planned + there - meant, self.step, Direction.NEAREST)
        low, high = self._limits(step, planned, run)
        aim = self._aim(index, step, amounts, held)
        if aim is None:
            return planned if low <= planned <= high else self._within(planned, low, high)
        if abs(aim[0] - planned) * 2 > self.step or self.fill is not None:
            aim = self._aim(index, step, amounts, held, at_label=True) or aim
        ideal, least, most, wished = aim
        low, high = max(low, least), high if most is None else min(high, most)
        if low > high:
            return None
        if wished is not None and wished <= high:
            low = max(low, wished)
        if ideal == planned and low <= planned <= high:
            return planned
        return self._within(ideal, low, high)

    def _within(self, ideal: Fraction, low: Fraction, high: Fraction) -> Fraction | None:
        """The multiple of the readability nearest to `ideal` between two bounds, or None where there is none."""
        lowest = max(self.step, round_to(low, self.step, Direction.UP))
        highest = round_to(high, self.step, Direction.DOWN)
        if lowest > highest:
            return None
        return min(max(round_to(ideal, self.step, Direction.NEAREST), lowest), highest)

    def _limits(self, step: Weigh | Transfer, planned: Fraction, run: Replay) -> tuple[Fraction, Fraction]:
        """The least and the most of one weighing, by the balance and by the mixture it is taken from."""
        order, balance = self.plan.order, self.plan.balance
        low = min(order.least_weighable or ZERO, planned)
        high = max(Fraction(balance.capacity.mg), planned) if balance.capacity is not None else Fraction(10**9) + planned
        if isinstance(step, Transfer):
            total = next((m.total_mg for m in run.mixtures if m.vessel == step.source), ZERO)
            mixes = [i for i in self.meant if i < step.number and self.plan.steps[i].vessel == step.source]
            meant = self.meant[mixes[-1]][0] if mixes else ZERO
            share = Fraction(standards.limit("aliquot_share"))
            if meant:
                share = max(share, planned / meant)
            lost = self.spent.get(step.source, ZERO)
            high = min(high, share * total - lost, run.held(step.source).mass_mg - lost)
        return low, high

    def _aim(
        self, index: int, step: Weigh | Transfer, amounts: Mapping[int, Fraction],
        held: Mapping[str, tuple[Fraction, Fraction]], *, at_label: bool = False,
    ) -> tuple[Fraction, Fraction, Fraction | None, Fraction | None] | None:  # fmt: skip
        """The ideal amount, its bounds by dilution and blend, and the least that is wished for; None: as planned.

        The strength aimed at, s*, is the planned one, or with `at_label` that of the label for a blend that was not
        dried. With x the amount, s its strength, and m, d the mass and drug of all else in the mixture it is
        s* = (d + x·s) / (m + x).
        """
        steps = self.plan.steps
        end = next((i for i in self.meant if i > index and steps[i].vessel == step.vessel), None)
        if end is None or (isinstance(step, Weigh) and step.role == SOLVENT):
            return None
        total, drug = self.meant[end]
        if not total or not drug:
            return None
        least_total = total
        if at_label and self.labelled is not None and step.vessel == self.labelled[0] and not self._dried(step.vessel):
            total = drug / self.labelled[1]
        rest, rest_drug = held.get(step.vessel, (ZERO, ZERO))
        diluents_to_do: list[Fraction] = []
        concentrates: list[Fraction] = []
        for other in steps[:index]:
            if other.vessel == step.vessel and _is_concentrate(other) and not self._cleared(other, index):
                concentrates.append(amounts.get(other.number, _planned(other)))
        for other in steps[index + 1 : end]:
            if other.vessel != step.vessel:
                continue
            if isinstance(other, MakeUp | Dry) or (isinstance(other, Transfer) and other.amount_mg is None):
                return None  # measured by volume: the mass of the mixture is not what is aimed at
            if not isinstance(other, Weigh | Transfer):
                continue
            amount, strength = self._expected(other, amounts, held), self._strength(other, held)
            rest, rest_drug = rest + amount, rest_drug + amount * strength
            if _is_concentrate(other):
                concentrates.append(amount)
            elif other.number in self.to_do:
                diluents_to_do.append(amount)
        strength = self._strength(step, held)
        wanted = drug / total
        need = min(self._needed(step.vessel), max(total, least_total))
        most_ratio = self._max_dilution(step.vessel, total)
        if strength > wanted and diluents_to_do:
            ideal = (drug - rest_drug) / strength
            least = ZERO if most_ratio is None else total / most_ratio
            return ideal, least, None, (need * wanted - rest_drug) / strength
        other_takes_it = max(diluents_to_do, default=ZERO) > _planned(step)
        if strength == wanted or (strength < wanted and other_takes_it):
            return None
        ideal = (wanted * rest - rest_drug) / (strength - wanted)
        least, most = need - rest, None
        if most_ratio is not None:
            if _is_concentrate(step):
                least = max(least, rest / (most_ratio - 1))
            if concentrates:
                most = most_ratio * min(concentrates) - rest
        return ideal, least, most, None

    def _expected(
        self, step: Weigh | Transfer, amounts: Mapping[int, Fraction], held: Mapping[str, tuple[Fraction, Fraction]]
    ) -> Fraction:
        """What will be weighed at a later step: as read, or the aliquot that holds the planned drug, or as planned."""
        planned = amounts.get(step.number, _planned(step))
        mixes = [i for i in self.meant if isinstance(step, Transfer) and self.plan.steps[i].vessel == step.source]
        total, drug = self.meant[mixes[-1]] if mixes else (ZERO, ZERO)
        strength = self._strength(step, held)
        if step.number in amounts or not total or not strength or strength == drug / total:
            return planned
        return max(self.step, round_to(planned * drug / total / strength, self.step, Direction.NEAREST))

    def _dried(self, vessel: str) -> bool:
        return any(isinstance(step, Weigh) and step.role == DRIED and step.vessel == vessel for step in self.plan.steps)

    def _cleared(self, step: Step, index: int) -> bool:
        return any(
            isinstance(other, Dry) and other.vessel == step.vessel for other in self.plan.steps[step.number : index]
        )

    def _strength(self, step: Weigh | Transfer, held: Mapping[str, tuple[Fraction, Fraction]]) -> Fraction:
        """mg of drug per mg of what a step adds."""
        if isinstance(step, Weigh):
            return self.plan.content_fraction if step.role == DRUG else ZERO
        mass, drug = held.get(step.source, (ZERO, ZERO))
        return drug / mass if mass else ZERO

    def _needed(self, vessel: str) -> Fraction:
        """What the capsules take out of a vessel, in mg."""
        fills = [step for step in self.plan.steps if isinstance(step, Fill) and step.source == vessel]
        return sum(((self.fill or Fraction(step.amount_mg)) * step.count for step in fills), ZERO)

    def _max_dilution(self, vessel: str, total: Fraction) -> Fraction | None:
        """The most a mixture may dilute what is put into it; as much as the plan does, where that is more."""
        if self.plan.order.max_dilution is None:
            return None
        parts = [_planned(s) for s in self.plan.steps if s.vessel == vessel and _is_concentrate(s)]
        return max([Fraction(self.plan.order.max_dilution), *(total / part for part in parts if part)])


def _masses(run: Replay) -> Mapping[str, tuple[Fraction, Fraction]]:
    return {vessel: (at.mass_mg, at.drug_mg) for vessel in run.history for at in [run.held(vessel)]}


def _planned(step: Step) -> Fraction:
    amount = step.amount_mg if isinstance(step, Weigh | Transfer) else None
    return Fraction(amount or 0)


def _is_concentrate(step: Step) -> bool:
    """Whether the maximum dilution counts from this step: drug weighed, or an aliquot by mass."""
    if isinstance(step, Transfer):
        return step.amount_mg is not None
    return isinstance(step, Weigh) and step.role == DRUG


def _with_amount(step: Step, amounts: Mapping[int, Fraction], fill: Decimal | None) -> Step:
    match step:
        case Weigh() if step.number in amounts:
            return Weigh(step.number, step.role, step.material, written(amounts[step.number]), step.vessel)
        case Transfer() if step.amount_mg is not None and step.number in amounts:
            return Transfer(step.number, step.source, step.vessel, amount_mg=written(amounts[step.number]),
                            ware=step.ware)  # fmt: skip
        case Fill() if fill is not None:
            return Fill(step.number, step.source, fill, step.count, step.vessel)
        case _:
            return step


def _weighings(
    plan: Plan, readings: Mapping[int, Decimal], proposal: Proposal, meant: _Meant | None
) -> tuple[Weighing, ...]:
    found = []
    for step in plan.weighings():
        number, planned = step.number, Fraction(step.amount_mg or 0)
        read = None if number not in readings else Fraction(readings[number])
        to_do = number in proposal.to_do
        lost = proposal.stuck is not None and number >= proposal.stuck
        corrected = None
        if to_do and not lost:
            corrected = proposal.amounts[number]
        elif read is not None and meant is not None:
            corrected = _asked_for(plan, readings, number, meant)
        found.append(Weighing(number, planned, read, corrected, to_do))
    return tuple(found)


def _asked_for(plan: Plan, readings: Mapping[int, Decimal], number: int, meant: _Meant) -> Fraction | None:
    """What was to be weighed at a step by the readings of the steps before it, or None where nothing was admissible."""
    before = {step: Fraction(mg) for step, mg in readings.items() if step < number}
    if all(mg == _planned(plan.steps[step - 1]) for step, mg in before.items()):
        return _planned(plan.steps[number - 1])
    found = propose(plan, before, until=number, meant=meant)
    return found.amounts[number] if found.stuck is None or number < found.stuck else None


def _fill_step(plan: Plan) -> Fill | None:
    fills = [step for step in plan.steps if isinstance(step, Fill)]
    return fills[-1] if fills else None


def _filling(step: Fill, made: Audit, fill: Decimal | None, limit: Fraction) -> Filling:
    """The fill weight that puts the dose right, with all weighings as they are."""
    planned, given = Fraction(step.amount_mg), None if fill is None else Fraction(fill)
    now = planned if given is None else given
    accuracy = made.accuracy
    if accuracy is None:
        return Filling(step.number, planned, given, None)
    readability = Fraction(made.plan.balance.readability.mg)
    change = now * accuracy.target_mg / accuracy.dose_mg - now
    corrected = now + round_to(change, readability, Direction.NEAREST)
    blend = next((m.total_mg for m in made.mixtures if m.vessel == step.source), ZERO)
    dose = accuracy.dose_mg * corrected / now
    off = abs(100 * (dose / accuracy.target_mg - 1)) > limit
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
_IMPOSSIBLE = frozenset(
    entry.code
    for entry in (
        codes.VESSEL_EMPTY, codes.VESSEL_NOT_MIXED, codes.MORE_THAN_THERE, codes.VESSEL_USED_BEFORE,
        codes.VOLUME_UNKNOWN, codes.MASS_UNKNOWN, codes.VOLUME_EXCEEDED,
        codes.NEVER_FILLED, codes.NO_DRUG_IN_CAPSULES,
    )
)  # fmt: skip


def _as_read(finding: Finding, readings: Mapping[int, Decimal], fill: Decimal | None) -> Finding:
    """A finding on an amount that was read is a warning: it is done, and its harm shows in the dose and its bounds."""
    if finding.code == codes.WORST_CASE_ABOVE_LIMIT.code:
        return replace_entry(finding, codes.WORST_CASE_OF_READINGS)
    if finding.code == codes.DOSE_OFF_LABEL.code:
        return replace_entry(finding, codes.MADE_OFF_LABEL)
    if finding.code == codes.FILL_NOT_AS_ORDERED.code and fill is not None:
        return replace_entry(finding, codes.FILLED_NOT_AS_ORDERED)
    number = finding.where.removeprefix("step ")
    if finding.code in _SOFTER and number.isdigit() and int(number) in readings:
        return replace_entry(finding, _SOFTER[finding.code])
    return finding


def replace_entry(finding: Finding, entry: Entry) -> Finding:
    """The same thing said under another entry."""
    return Finding(entry, finding.where, finding.values)


def _dose_finding(made: Audit, limit: Fraction, findings: Sequence[Finding], any_read: bool) -> list[Finding]:
    """That the dose is off, where the plan states no limit of its own."""
    entry = codes.MADE_OFF_LABEL if any_read else codes.DOSE_OFF_LABEL
    accuracy = made.accuracy
    if accuracy is None or abs(accuracy.deviation_percent) <= limit or any(f.entry is entry for f in findings):
        return []
    return [
        Finding(entry, "accuracy.dose_mg", {
            "dose": accuracy.dose_mg, "target": accuracy.target_mg,
            "deviation": accuracy.deviation_percent, "limit": limit,
        })
    ]  # fmt: skip


def _said_of_readings(
    plan: Plan, readings: Mapping[int, Decimal], weighings: Sequence[Weighing]
) -> list[Finding]:
    missing = [w.number for w in weighings if w.read is None and not w.to_do]
    return [
        Finding(codes.READING_MISSING, f"step {number}", {
            "step": number, "planned": plan_amount(plan, number), "last": max(readings),
        })
        for number in missing
    ]  # fmt: skip


def plan_amount(plan: Plan, number: int) -> Decimal:
    """The planned amount of a weighing in mg."""
    return next(step.amount_mg for step in plan.weighings() if step.number == number and step.amount_mg is not None)


def _said_of_corrections(
    plan: Plan, weighings: Sequence[Weighing], filling: Filling | None, made: Audit, off: bool
) -> list[Finding]:
    found = [
        Finding(codes.WEIGHING_CORRECTED, f"step {w.number}", {
            "step": w.number, "planned": w.planned, "corrected": w.corrected, "material": _material(plan, w.number),
        })
        for w in weighings
        if w.to_do and w.corrected is not None and w.corrected != w.planned
    ]  # fmt: skip
    if filling is None or any(w.to_do for w in weighings) or made.accuracy is None:
        return found
    now = filling.planned if filling.given is None else filling.given
    if filling.corrected is not None and filling.corrected != now:
        dose = made.accuracy.dose_mg * filling.corrected / now
        found.append(
            Finding(codes.FILL_CORRECTED, f"step {filling.number}", {
                "step": filling.number, "now": now, "corrected": filling.corrected, "dose": dose,
            })
        )  # fmt: skip
    elif filling.corrected is None and not off:
        found.append(
            Finding(codes.FILL_NOT_CORRECTED, f"step {filling.number}", {
                "step": filling.number, "deviation": made.accuracy.deviation_percent,
                "most": 100 * standards.limit("fill_change"),
            })
        )  # fmt: skip
    return found


def _short(
    plan: Plan, readings: Mapping[int, Decimal], weighings: Sequence[Weighing], limit: Fraction
) -> list[Finding]:
    """That the last diluent read was weighed short, where the rest of it brings the dose back within its limit."""
    last = max(readings, default=0)
    step = plan.steps[last - 1]
    wanted = next((w.corrected for w in weighings if w.number == last), None)
    if not isinstance(step, Weigh) or step.role in (DRUG, DRIED, SOLVENT) or wanted is None or readings[last] >= wanted:
        return []
    found = propose(plan, {**_exact(readings), last: wanted})
    dose = replay(plan.steps, plan.content_fraction, found.amounts).dose_mg
    if found.stuck is not None or dose is None or abs(100 * (dose / Fraction(plan.order.dose.mg) - 1)) > limit:
        return []
    return [
        Finding(codes.DILUENT_SHORT, f"step {last}", {
            "step": last, "rest": wanted - Fraction(readings[last]), "wanted": wanted, "material": step.material,
            "vessel": step.vessel, "dose": dose,
        })
    ]  # fmt: skip


def _material(plan: Plan, number: int) -> str:
    step = plan.steps[number - 1]
    if isinstance(step, Transfer):
        return step.source
    return step.material if isinstance(step, Weigh) and step.role != DRIED else step.vessel


def _no_correction(
    plan: Plan, readings: Mapping[int, Decimal], limit: Fraction, fill: Fraction | None
) -> Finding:
    again = restart(plan, _exact(readings), limit, fill)
    usable = ", ".join(again.usable) or "nothing that was made"
    return Finding(
        codes.NO_ADMISSIBLE_CORRECTION, f"step {again.step}", {"limit": limit, "step": again.step, "usable": usable}
    )


def restart(
    plan: Plan, readings: Mapping[int, Fraction], limit: Fraction, fill: Fraction | None = None
) -> Restart:
    """The latest step from which the batch can still be made with what is left, and the mixtures that it can use.

    The vessels are given up one after the other, the last one first; what was taken out of the others for them is lost.
    """
    firsts: dict[str, int] = {}
    for step in plan.steps:
        if isinstance(step, Weigh | Transfer | MakeUp):
            firsts.setdefault(step.vessel, step.number)
    passed = {n: Fraction(plan_amount(plan, n)) for n in _passed(plan, readings)}
    done = {**passed, **readings}
    for first in sorted(set(firsts.values()), reverse=True):
        if first == 1 or not any(number >= first for number in done):
            continue
        kept = {number: mg for number, mg in done.items() if number < first}
        spent: dict[str, Fraction] = {}
        for step in plan.steps:
            if isinstance(step, Transfer) and step.number in done and step.number >= first:
                spent[step.source] = spent.get(step.source, ZERO) + done[step.number]
        found = propose(plan, kept, spent, fill)
        steps = [_with_amount(step, {}, None if fill is None else written(fill)) for step in plan.steps]
        dose = replay(steps, plan.content_fraction, found.amounts).dose_mg
        if found.stuck is not None or dose is None:
            continue
        if abs(100 * (dose / Fraction(plan.order.dose.mg) - 1)) <= limit:
            used = {s.source for s in plan.steps if isinstance(s, Transfer) and s.number >= first}
            return Restart(first, tuple(v for v, begun in firsts.items() if begun < first and v in used))
    return Restart(1, ())


def _verdict(
    findings: Sequence[Finding], weighings: Sequence[Weighing], any_read: bool, failed: bool
) -> Verdict:
    if failed or any(finding.code in _IMPOSSIBLE for finding in findings):
        return Verdict.OUTSIDE
    if not any_read:
        broken = any(finding.severity is Severity.ERROR for finding in findings)
        return Verdict.OUTSIDE if broken else Verdict.WITHIN
    return Verdict.WITHIN if all(w.read is not None for w in weighings) else Verdict.INCOMPLETE


def _closed(plan: Plan, readings: Mapping[int, Decimal], weighings: Sequence[Weighing]) -> tuple[str, ...]:
    """The vessels that are really made: everything that goes into them was weighed.

    Volumes are not read. They are taken as measured where a later step was read.
    """
    if not readings:
        return ()
    to_do = {w.number for w in weighings if w.to_do}
    waiting: set[str] = set()
    last = max(readings)
    for step in plan.steps:
        by_volume = isinstance(step, MakeUp) or (isinstance(step, Transfer) and step.amount_ml is not None)
        pending = step.number in to_do or (by_volume and step.number > last)
        if pending or (isinstance(step, Transfer) and step.source in waiting):
            waiting.add(step.vessel)
    vessels = dict.fromkeys(s.vessel for s in plan.steps if isinstance(s, Weigh | Transfer | MakeUp))
    return tuple(vessel for vessel in vessels if vessel not in waiting)
