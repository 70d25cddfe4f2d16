"""What to weigh next, so that the dose comes out on its label again.

**What is corrected.** The weighings still to do are gone through in their order, each on what was read or corrected
before it:

1. an aliquot, or the drug, is chosen so that the planned amount of drug goes into its mixture: from a stock made
   2.06 % instead of 2 % that is 0.971 of the planned mass;
2. the diluent of a mixture (the largest, where several are still to weigh; another excipient counts as one) is chosen
   so that the mixture gets its planned strength. An open mixture is so put right by its own diluent, and nothing after it
   changes. Where the concentrate alone reads otherwise that is the diluent of the sheet, r × (t/a − 1). Of a diluent in
   portions the last one still to weigh is chosen, and one before it where its balance does not carry that;
3. what the step of the balance leaves over is the true strength that the next aliquot is chosen by; the last diluent
   takes it up, being the largest amount and so the finest adjustment. If it is corrected for more than that, the blend gets the
   strength that gives the label, at the fill weight given: what the plan itself was off by is then put right too. After
   drying it is the planned total less what the dried vessel weighs;
4. where a limit cuts a correction short (least weighable quantity, capacity, maximum dilution, nine tenths of the
   mixture, enough blend for the capsules), it goes as far as the limit and the rest is carried on in the same way.

As every mixture aims at its planned strength and every aliquot at its planned drug, totals stay near the planned
ones: the changes are small, and the blend still fills the capsules. An amount that breaks a limit in the plan itself is
not made worse. When everything is weighed and the dose is off, the fill weight is the one correction left: by at most a
tenth, because the capsule must hold it and be full, and only if all capsules still come out of the blend.

A batch that is filled whole has no fill weight: the drug in it is the dose, whatever it weighs. So its concentrate alone is
corrected, and when all is weighed the number of capsules is the one correction left.

This file is longer than 500 lines because one correction goes through all rules together, each on what the one before left.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import TypeGuard

from compound.correcting.readings import plan_amount
from compound.exact.errors import InputError
from compound.exact.quantity import Direction, round_to, written
from compound.exact.value import Value, replace
from compound.facts import standards
from compound.judging.accuracy import accuracy_of, measured, off_percent
from compound.judging.materials import contents
from compound.judging.ranges import Ranges, ranges_of
from compound.judging.replay import ZERO, Replay, Vessels, replay
from compound.plan.plan import DILUENT, DRIED, SOLVENT, Dry, Fill, MakeUp, Mix, Plan, Step, TopUp, Transfer, Weigh


class Proposal(Value):
    """Amounts by step number: as read, as corrected, else as planned. `stuck` is a step that has no admissible one.

    `dose_mg` is the dose with these amounts, None where they give none or the steps were not gone through to the end.
    """

    amounts: Mapping[int, Fraction]
    to_do: frozenset[int]
    stuck: int | None
    dose_mg: Fraction | None


class PlannedContents:
    """What a plan means: mass and drug in mg of each vessel when it is mixed, by the number of the step, and the dose."""

    def __init__(self, plan: Plan) -> None:
        self.run: Replay = replay(plan.steps, plan.content_fraction, contents=contents(plan))
        self.mixed: dict[int, tuple[Fraction, Fraction]] = {}
        for step in plan.steps:
            if isinstance(step, Mix):
                held = self.run.held(step.vessel, step.number + 1)
                self.mixed[step.number] = held.mass_mg, held.drug_mg
        self._plan = plan

    @cached_property
    def ranges(self) -> Ranges:
        """The ranges that the sheet prints for the weighings. Worked out once, when they are asked for."""
        parts = measured(self.run, *self._plan.sensitivities)
        return ranges_of(self._plan, self.run, accuracy_of(self._plan, self.run, parts), parts)


def dose_limit(plan: Plan) -> Fraction:
    """The most that the dose may be off the planned one, in percent: as the plan states it, else the default of `plan`."""
    if plan.order.dose_error_limit is not None:
        return Fraction(plan.order.dose_error_limit.percent)
    return Fraction(standards.limit("dose_error_percent"))


def keeps_label(plan: Plan, dose_mg: Fraction | None) -> bool:
    """Whether a dose is within the limit around the planned one: the label, and a drug surplus on top of it."""
    return dose_mg is not None and abs(off_percent(dose_mg, plan.order.planned_dose)) <= dose_limit(plan)


def fill_step(plan: Plan) -> Fill | None:
    """The step that fills the capsules, the last one where there are several."""
    fills = [step for step in plan.steps if isinstance(step, Fill)]
    return fills[-1] if fills else None


def planned_mg(step: Step) -> Fraction:
    """What a step weighs by the plan in mg, 0 for one that weighs nothing."""
    amount = step.amount_mg if isinstance(step, Weigh | Transfer) else None
    return Fraction(amount or 0)


def with_amount(step: Step, amounts: Mapping[int, Fraction], fill: Decimal | None) -> Step:
    """A step with the amount that stands for it, and the weight that the capsules are filled with, in mg."""
    match step:
        case Weigh() if step.number in amounts:
            return replace(step, amount_mg=written(amounts[step.number]))
        case Transfer() if step.amount_mg is not None and step.number in amounts:
            return Transfer(step.number, step.source, step.vessel, amount_mg=written(amounts[step.number]),
                            ware=step.ware)  # fmt: skip
        case Fill() if fill is not None and not step.all:
            return Fill(step.number, step.source, fill, step.count, step.vessel)
        case _:
            return step


def filled_into(plan: Plan, count: int) -> Plan:
    """The plan with all of its batch filled into another number of capsules.

    Raises InputError for a plan that fills by weight: fewer capsules then leave powder over, and the dose as it is.
    """
    filled = fill_step(plan)
    if filled is None or not filled.all:
        raise InputError("--filled", "is for a batch that is filled whole; by weight a capsule holds what is weighed into it")
    steps: list[Step] = []
    for step in plan.steps:
        match step:
            case TopUp() if step.vessel == filled.source:
                steps.append(replace(step, count=count))
            case Fill() if step.number == filled.number:
                steps.append(replace(step, count=count))
            case _:
                steps.append(step)
    return replace(plan, steps=tuple(steps))


def as_planned(plan: Plan) -> Proposal:
    """The proposal for a plan of which nothing was read."""
    amounts = {step.number: planned_mg(step) for step in plan.weighings()}
    return Proposal(amounts, frozenset(amounts), None, None)


def propose(
    plan: Plan,
    readings: Mapping[int, Fraction],
    spent: Mapping[str, Fraction] | None = None,
    fill: Fraction | None = None,
    *,
    until: int | None = None,
    planned: PlannedContents | None = None,
) -> Proposal:
    """What to weigh where nothing was read yet. Amounts are in mg.

    `spent` is what was taken from a mixture before, and is lost; `fill` what the capsules are really filled with.
    `until` is the last step that is asked for; `planned` what was worked out of the plan before.
    """
    if planned is None:
        planned = PlannedContents(plan)
    to_do = frozenset(step.number for step in plan.weighings() if step.number not in readings)
    to_do -= passed(planned.run, readings)
    any_read = bool(readings or spent or fill is not None)
    amounts = dict(readings)
    corrector = Corrector(plan, to_do, spent or {}, fill, planned)
    exact_fill = None if fill is None else written(fill)
    vessels = Vessels(plan.content_fraction, planned.run.contents)
    stuck: int | None = None
    for step in plan.steps[:until]:
        if is_weighing(step) and step.number not in readings:
            chosen: Fraction | None = planned_mg(step)
            if any_read and step.number in to_do and stuck is None:
                chosen = corrector.choose(step, amounts, vessels)
                stuck = step.number if chosen is None else None
            amounts[step.number] = planned_mg(step) if chosen is None else chosen
        vessels.do(with_amount(step, {}, exact_fill), amounts.get(step.number))
    dose = vessels.result(plan.steps).dose_mg if until is None else None
    return Proposal(amounts, to_do, stuck, dose)


def is_weighing(step: Step) -> TypeGuard[Weigh | Transfer]:
    """Whether a step is read on the balance."""
    return isinstance(step, Weigh) or (isinstance(step, Transfer) and step.amount_mg is not None)


def passed(run: Replay, readings: Mapping[int, Fraction]) -> frozenset[int]:
    """Weighings without a reading into vessels that something was taken out of, by a weighing that was read.

    Or into one that was read dry. `run` is the replay of the plan.
    """
    found: set[int] = set()
    for number in readings:
        step = run.steps[number - 1]
        if isinstance(step, Transfer):
            found |= run.brought_by(step.source, number)
        elif isinstance(step, Weigh) and step.role == DRIED:
            found |= run.brought_by(step.vessel, number)
    return frozenset(found - set(readings)) & {step.number for step in run.steps if is_weighing(step)}


class Aim(Value):
    """What a weighing aims at in mg: the ideal amount, its bounds by dilution and blend, and the least wished for."""

    ideal: Fraction
    least: Fraction
    most: Fraction | None = None
    wished: Fraction | None = None


class Others(Value):
    """All else that goes into a mixture: mass and drug in mg, the diluents still to weigh, the concentrates."""

    mass: Fraction
    drug: Fraction
    diluents_to_do: tuple[Fraction, ...]
    concentrates: tuple[Fraction, ...]


class Corrector:
    """Chooses one weighing after the other. Knows the plan as it was meant, and its limits.

    It is asked with the amounts known so far and the vessels as they are when the step comes.
    """

    def __init__(
        self, plan: Plan, to_do: frozenset[int], spent: Mapping[str, Fraction], fill: Fraction | None,
        planned: PlannedContents,
    ) -> None:  # fmt: skip
        self.plan, self.to_do, self.spent, self.fill, self.planned = plan, to_do, spent, fill, planned
        self.step = Fraction(plan.balance.readability.mg)
        self.whole = frozenset(step.source for step in plan.steps if isinstance(step, Fill) and step.all)
        self.labelled = self._labelled_strength(planned.run.dose_mg)

    def _labelled_strength(self, dose: Fraction | None) -> tuple[str, Fraction] | None:
        """The vessel that the capsules are filled from and the strength that gives the label; None where neither is.

        A plan that misses its label by more than the limit is not put right here: then its label is in doubt too.
        """
        filled = fill_step(self.plan)
        if filled is None or filled.amount_mg is None or not keeps_label(self.plan, dose):
            return None
        return filled.source, self.plan.order.planned_dose / (self.fill or Fraction(filled.amount_mg))

    def choose(self, step: Weigh | Transfer, amounts: Mapping[int, Fraction], vessels: Vessels) -> Fraction | None:
        """What to weigh at a step, all before it known; None where no amount is admissible."""
        planned = planned_mg(step)
        if isinstance(step, Weigh) and step.role == DRIED:
            # No choice but what must be in the vessel, if what went in stays in.
            there = vessels.held(step.vessel)[0]
            meant = self.planned.run.held(step.vessel, step.number).mass_mg
            return planned if there == meant else round_to(planned + there - meant, self._step(step), Direction.NEAREST)
        low, high = self._limits(step, planned, vessels)
        aim = self._aim(step, amounts, vessels)
        if aim is None:
            return planned if low <= planned <= high else self._within(step, planned, low, high)
        followed = self._following(step, amounts)
        most = high if aim.most is None else min(high, aim.most)
        if followed is not None and max(low, aim.least) <= followed <= most:
            return followed
        if abs(aim.ideal - planned) * 2 > self._step(step) or self.fill is not None:
            aim = self._aim(step, amounts, vessels, at_label=True) or aim
        low, high = max(low, aim.least), high if aim.most is None else min(high, aim.most)
        if low > high:
            return None
        if aim.wished is not None and aim.wished <= high:
            low = max(low, aim.wished)
        if aim.ideal == planned and low <= planned <= high:
            return planned
        return self._within(step, aim.ideal, low, high)

    def _step(self, step: Weigh | Transfer) -> Fraction:
        """The readability of the balance of a weighing, in mg."""
        return Fraction(self.plan.balance_of(step).readability.mg)

    def _following(self, step: Weigh | Transfer, amounts: Mapping[int, Fraction]) -> Fraction | None:
        """The diluent that the sheet has for what its concentrate reads: so long as all before it stands on the sheet too.

        None for another weighing, for a diluent that was weighed off its row before, and for a plan that is itself
        further off its label than its rounding may take it.
        """
        found = self._belongs(step, amounts)
        if found is None or self.fill is not None:
            return None
        if self.labelled is not None and self.labelled[0] == step.vessel:
            planned = self.planned.run.dose_mg or ZERO
            off = off_percent(planned, self.plan.order.planned_dose)
            if abs(off) > standards.limit("rounding_percent"):
                return None
        for before in self.plan.weighings():
            if before.number < step.number and self._belongs(before, amounts) not in (None, amounts[before.number]):
                return None
        return found

    def _belongs(self, step: Weigh | Transfer, amounts: Mapping[int, Fraction]) -> Fraction | None:
        """r × (t/a − 1) for the diluent of a vessel with one concentrate weighed before it; None for any other weighing.

        Of a diluent in portions the last one, less those before it.
        """
        into = [other for other in self.plan.weighings() if other.vessel == step.vessel]
        leads = [other for other in into if self.planned.run.is_concentrate(other)]
        diluents = [other for other in into if isinstance(other, Weigh) and other.role == DILUENT]
        portions = self.plan.portions(step)
        if self.plan.is_liquid or step.vessel in self.whole or len(leads) != 1:
            return None
        if len(diluents) != len(portions) or portions[-1:] != (step,):
            return None
        target = planned_mg(leads[0])
        if not target or leads[0].number > step.number:
            return None
        total = sum(map(planned_mg, into), ZERO)
        others = sum((amounts.get(one.number, planned_mg(one)) for one in into if one != step), ZERO)
        reading = amounts.get(leads[0].number, target)
        return round_to(reading * total / target - others, self._step(step), Direction.NEAREST)

    def _within(self, step: Weigh | Transfer, ideal: Fraction, low: Fraction, high: Fraction) -> Fraction | None:
        """The multiple of the readability nearest to `ideal` between two bounds, or None where there is none."""
        finest = self._step(step)
        lowest = max(finest, round_to(low, finest, Direction.UP))
        highest = round_to(high, finest, Direction.DOWN)
        if lowest > highest:
            return None
        return min(max(round_to(ideal, finest, Direction.NEAREST), lowest), highest)

    def _limits(self, step: Weigh | Transfer, planned: Fraction, vessels: Vessels) -> tuple[Fraction, Fraction]:
        """The least and the most of one weighing, by the balance and by the mixture it is taken from."""
        balance = self.plan.balance_of(step)
        low = min(self.plan.least_of(step) or ZERO, planned)
        high = max(Fraction(balance.capacity.mg), planned) if balance.capacity is not None else Fraction(10**9) + planned
        if isinstance(step, Transfer):
            meant = self._mixed_last(step.source, step.number)[0]
            share = Fraction(standards.limit("aliquot_share"))
            if meant:
                share = max(share, planned / meant)
            lost = self.spent.get(step.source, ZERO)
            high = min(high, share * vessels.mixed_mg(step.source) - lost, vessels.held(step.source)[0] - lost)
        return low, high

    def _mixed_last(self, vessel: str, before: int | None = None) -> tuple[Fraction, Fraction]:
        """Mass and drug that a vessel was meant to have when it was last mixed, in mg: of all, or before a step."""
        mixes = [
            number
            for number in self.planned.mixed
            if self.plan.steps[number - 1].vessel == vessel and (before is None or number < before)
        ]
        return self.planned.mixed[mixes[-1]] if mixes else (ZERO, ZERO)

    def _aim(
        self, step: Weigh | Transfer, amounts: Mapping[int, Fraction], vessels: Vessels, *, at_label: bool = False
    ) -> Aim | None:
        """What a weighing aims at; None: as planned.

        The strength aimed at, s*, is the planned one, or with `at_label` that of the label for a blend that was not
        dried. With x the amount, s its strength, and m, d the mass and drug of all else in the mixture it is
        s* = (d + x·s) / (m + x).
        """
        end = self._mixed_after(step)
        if end is None or (isinstance(step, Weigh) and step.role == SOLVENT):
            return None
        meant, drug = self.planned.mixed[end]
        others = self._others(step, end, amounts, vessels) if meant and drug else None
        if others is None:
            return None
        if step.vessel in self.whole:  # the drug in it is the dose, and all else moves nothing
            strength = self._strength(step, vessels)
            return Aim((drug - others.drug) / strength, ZERO) if strength else None
        total = meant
        if at_label and self.labelled is not None and step.vessel == self.labelled[0]:
            dried = self.planned.run.was_read_dry(step.vessel) is not None
            total = meant if dried else drug / self.labelled[1]
        strength, wanted = self._strength(step, vessels), drug / total
        need = min(self._needed(step.vessel), max(total, meant))
        most_ratio = self._max_dilution(step.vessel, total)
        if strength > wanted and others.diluents_to_do:
            least = ZERO if most_ratio is None else total / most_ratio
            return Aim((drug - others.drug) / strength, least, None, (need * wanted - others.drug) / strength)
        last = next((one for one in reversed(self.plan.portions(step)) if one.number in self.to_do and one != step), None)
        later = last is not None and last.number > step.number
        other_takes_it = not later and max(others.diluents_to_do, default=ZERO) > planned_mg(step)
        if strength == wanted or (strength < wanted and other_takes_it):
            return None
        ideal = (wanted * others.mass - others.drug) / (strength - wanted)
        if last is not None and later:
            ideal = self._left_by(last, ideal, step, vessels)
            if ideal == planned_mg(step):
                return None
        return self._diluted(step, Aim(ideal, need - others.mass), others, most_ratio)

    def _left_by(self, last: Weigh, ideal: Fraction, step: Weigh | Transfer, vessels: Vessels) -> Fraction:
        """What an earlier portion of a diluent is to be, where the last one takes up what its limits let it take."""
        planned = planned_mg(last)
        low, high = self._limits(last, planned, vessels)
        wanted = planned + ideal - planned_mg(step)
        return planned_mg(step) + wanted - min(max(wanted, low), high)

    def _diluted(self, step: Weigh | Transfer, aim: Aim, others: Others, most_ratio: Fraction | None) -> Aim:
        """An aim with its bounds by the most that a mixture may dilute what goes into it."""
        if most_ratio is None:
            return aim
        least, most = aim.least, None
        if self.planned.run.is_concentrate(step):
            least = max(least, others.mass / (most_ratio - 1))
        if others.concentrates:
            most = most_ratio * min(others.concentrates) - others.mass
        return Aim(aim.ideal, least, most)

    def _mixed_after(self, step: Weigh | Transfer) -> int | None:
        """The step that mixes the vessel that a weighing goes into."""
        steps = self.plan.steps
        return next((n for n in self.planned.mixed if n > step.number and steps[n - 1].vessel == step.vessel), None)

    def _others(
        self, step: Weigh | Transfer, end: int, amounts: Mapping[int, Fraction], vessels: Vessels
    ) -> Others | None:
        """All else in the mixture that is mixed at `end`; None where part of it is measured by volume.

        Then the mass of the mixture is not what is aimed at.
        """
        mass, drug = vessels.held(step.vessel)
        dried_at = self.planned.run.held(step.vessel, step.number).dried_at or 0
        diluents: list[Fraction] = []
        concentrates = [
            amounts.get(other.number, planned_mg(other))
            for other in self.plan.steps[dried_at : step.number - 1]
            if other.vessel == step.vessel and self.planned.run.is_concentrate(other)
        ]
        for other in self.plan.steps[step.number : end - 1]:
            if other.vessel != step.vessel:
                continue
            if isinstance(other, MakeUp | Dry) or (isinstance(other, Transfer) and other.amount_mg is None):
                return None
            if not isinstance(other, Weigh | Transfer):
                continue
            amount = self._expected(other, amounts, vessels)
            mass, drug = mass + amount, drug + amount * self._strength(other, vessels)
            if self.planned.run.is_concentrate(other):
                concentrates.append(amount)
            elif other.number in self.to_do:
                diluents.append(amount)
        return Others(mass, drug, tuple(diluents), tuple(concentrates))

    def _expected(self, step: Weigh | Transfer, amounts: Mapping[int, Fraction], vessels: Vessels) -> Fraction:
        """What will be weighed at a later step: as read, or the aliquot that holds the planned drug, or as planned."""
        planned = amounts.get(step.number, planned_mg(step))
        total, drug = self._mixed_last(step.source) if isinstance(step, Transfer) else (ZERO, ZERO)
        strength = self._strength(step, vessels)
        if step.number in amounts or not total or not strength or strength == drug / total:
            return planned
        return max(self.step, round_to(planned * drug / total / strength, self.step, Direction.NEAREST))

    def _strength(self, step: Weigh | Transfer, vessels: Vessels) -> Fraction:
        """mg of drug per mg of what a step adds."""
        if isinstance(step, Weigh):
            return self.planned.run.content_of(step)
        mass, drug = vessels.held(step.source)
        return drug / mass if mass else ZERO

    def _needed(self, vessel: str) -> Fraction:
        """What the capsules take out of a vessel, in mg."""
        fills = [step for step in self.plan.steps if isinstance(step, Fill) and step.source == vessel]
        return sum(((self.fill or Fraction(step.amount_mg)) * step.count for step in fills if step.amount_mg is not None), ZERO)

    def _max_dilution(self, vessel: str, total: Fraction) -> Fraction | None:
        """The most a mixture may dilute what is put into it; as much as the plan does, where that is more."""
        if self.plan.order.max_dilution is None:
            return None
        into = (step for step in self.plan.steps if step.vessel == vessel and self.planned.run.is_concentrate(step))
        parts = [planned_mg(step) for step in into]
        return max([Fraction(self.plan.order.max_dilution), *(total / part for part in parts if part)])


# Starting again.


class Restart(Value):
    """Where to start again when nothing else is left: the step, and the mixtures that can still be used."""

    step: int
    usable: tuple[str, ...]


def restart(plan: Plan, readings: Mapping[int, Fraction], fill: Fraction | None, planned: PlannedContents) -> Restart:
    """The latest step from which the batch can still be made with what is left, and the mixtures that it can use.

    The vessels are given up one after the other, the last one first; what was taken out of the others for them is lost.
    """
    firsts: dict[str, int] = {}
    for step in plan.steps:
        if isinstance(step, Weigh | Transfer | MakeUp):
            firsts.setdefault(step.vessel, step.number)
    done = {**{n: Fraction(plan_amount(plan, n)) for n in passed(planned.run, readings)}, **readings}
    for first in sorted(set(firsts.values()), reverse=True):
        if first == 1 or not any(number >= first for number in done):
            continue
        kept = {number: mg for number, mg in done.items() if number < first}
        taken = [step for step in plan.steps if isinstance(step, Transfer) and step.number >= first]
        spent: dict[str, Fraction] = {}
        for step in taken:
            if step.number in done:
                spent[step.source] = spent.get(step.source, ZERO) + done[step.number]
        found = propose(plan, kept, spent, fill, planned=planned)
        if found.stuck is None and keeps_label(plan, found.dose_mg):
            used = {step.source for step in taken}
            return Restart(first, tuple(vessel for vessel, begun in firsts.items() if begun < first and vessel in used))
    return Restart(1, ())
