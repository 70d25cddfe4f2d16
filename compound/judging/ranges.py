"""The readings of each weighing within which the work goes on, and the diluent that belongs to what a concentrate reads.

What counts in a vessel is the ratio of concentrate to total, and paper can keep it: whatever the concentrate reads (r in
place of a), its diluent is r × (t/a − 1), rounded to the readability. Another excipient of the vessel is weighed as
planned; the diluent is what is left. Of a diluent in portions all but the last are weighed as planned, and the last one
follows. Every amount is rounded to the readability of the balance that it is weighed on.

- The range of a concentrate lies within the weighing error of its target, at least at the least weighable quantity, at
  most at nine tenths of its source and at what is sure to be there; in the batch no reading leaves less than the capsules
  need. Nor does a reading ask for more diluent than the balance carries.
- The range of a diluent is its amount ± τ, the same share of every vessel's total, rounded inwards to the readability. τ
  is the largest for which the worst case is within the dose error with every concentrate anywhere in its range, its
  diluent following by the row, and all diluents at the ends of their ranges at once. Another excipient takes its part of
  that width, at most its weighing error, and the diluent has the rest.
- Where even τ = 0 goes beyond the limit, the lower ends of the concentrates are drawn in, all by the same share, and
  every diluent keeps one step of the balance if the limit has room for it.

**The worst case is that of the audit**: the error of the balance, ± S of every weighing, on top of readings at the ends of
their ranges. So for readings inside their ranges not the dose alone but the worst case that the audit works out for them
is within the dose error. Every bound is inclusive; all is exact, and the rounded diluents themselves are tried, not a
bound for them.

A plan of powders whose vessels on the way to the capsules hold one concentrate each, and a diluent weighed after it, goes
by these rows. In a batch that is filled whole the concentrate is the dose and no ratio keeps it: its range is its amount
± τ, one step of the balance first, and the diluent beside it moves nothing. In any other plan (a solution, an aliquot that
is the dose) no diluent follows a reading but that which makes a dried vessel up: there all weighings that move the dose
have the amount ± τ, a share of their vessel's total, of a concentrate a share of its own amount. What goes in before a
vessel is read dry, and what is in a vessel without drug, moves no dose, and lies within the weighing error. A dried vessel
reads at most what went in, within the errors of two weighings: what is more is solvent. It reads no less than that within
the error of one: what is missing is powder, and its drug is lost.

This file is longer than 500 lines because one τ is shared by all weighings of a plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm

from compound.exact.quantity import Direction, round_to
from compound.exact.value import Value, field, replace
from compound.facts import standards
from compound.judging.accuracy import Accuracy, Measured, worst_case
from compound.judging.replay import ONE, ZERO, Replay
from compound.plan.plan import DILUENT, Fill, Plan, Transfer, Weigh

_Bounds = tuple[Fraction, Fraction]


class ReadingRow(Value):
    """A vessel whose diluent follows the reading of its concentrate. Amounts are in mg.

    `low` and `high` are the ends of the range of the concentrate, `spread` is how far its diluent may be off the amount
    that belongs to a reading; `beside` is what else goes in as planned, earlier portions of the diluent included. `step` is
    the readability of the balance of the concentrate, `diluent_step` that of its diluent.
    """

    vessel: str
    concentrate: int
    diluent: int
    target: Fraction
    total: Fraction
    beside: Fraction
    step: Fraction
    diluent_step: Fraction
    low: Fraction = ZERO
    high: Fraction = ZERO
    spread: Fraction = ZERO

    @property
    def factor(self) -> Fraction:
        """mg of all else for one mg of the concentrate."""
        return self.total / self.target - 1

    def diluent_for(self, reading: Fraction) -> Fraction:
        """The diluent that belongs to a reading of the concentrate, a multiple of the readability."""
        return round_to(reading * self.factor - self.beside, self.diluent_step, Direction.NEAREST)

    def readings(self, most: int) -> tuple[Fraction, ...]:
        """The readings in the range of the concentrate: the target and up to `most` steps of the balance to either side."""
        found = []
        reading = round_to(self.target, self.step, Direction.NEAREST) - most * self.step
        for _ in range(2 * most + 1):
            if self.low <= reading <= self.high:
                found.append(reading)
            reading += self.step
        return tuple(found)


class Ranges(Value):
    """The ranges of all weighings in mg, by step number, with nothing read yet; None where a limit is not stated.

    `wide` are those of the concentrates without a lower end that is drawn in. `rows` are the vessels whose diluent follows
    a reading; `made_up` has for the diluent that makes a dried vessel up the step that reads it and the total in mg;
    `before_drying` for such a reading the steps that went in before it.
    """

    planned: Mapping[int, _Bounds | None]
    amounts: Mapping[int, Fraction]
    wide: Mapping[int, _Bounds] = field(default_factory=dict)
    rows: tuple[ReadingRow, ...] = ()
    made_up: Mapping[int, tuple[int, Fraction]] = field(default_factory=dict)
    before_drying: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def around(self, number: int, readings: Mapping[int, Fraction]) -> _Bounds | None:
        """The range of a weighing as the sheet has it, with what was read at the steps before it."""
        return self._moved(self.planned[number], number, readings)

    def asked_about(self, number: int, readings: Mapping[int, Fraction]) -> _Bounds | None:
        """The range outside of which a reading is asked about: an end that is drawn in says no more than to audit first."""
        return self._moved(self.wide.get(number, self.planned[number]), number, readings)

    def _moved(self, bounds: _Bounds | None, number: int, readings: Mapping[int, Fraction]) -> _Bounds | None:
        if bounds is None:
            return None
        moved = self.belongs(number, readings) - self.amounts[number]
        return bounds[0] + moved, bounds[1] + moved

    def belongs(self, number: int, readings: Mapping[int, Fraction]) -> Fraction:
        """The amount in mg that the sheet has for a weighing, with what was read at the steps before it."""
        planned = self.amounts[number]
        row = next((row for row in self.rows if row.diluent == number), None)
        if row is not None and row.concentrate in readings:
            return row.diluent_for(readings[row.concentrate])
        if number in self.made_up and self.made_up[number][0] in readings:
            read_at, total = self.made_up[number]
            return total - readings[read_at]
        into = self.before_drying.get(number, ())
        return planned + sum((readings[one] - self.amounts[one] for one in into if one in readings), ZERO)


def ranges_of(plan: Plan, run: Replay, accuracy: Accuracy | None, parts: Sequence[Measured]) -> Ranges:
    """The ranges of a plan; `run` is what its steps give, `parts` what is measured in them.

    Without a stated dose error and weighing error, without a dose, and for a plan that breaks the limit itself, there are
    none.
    """
    order = plan.order
    amounts = {step.number: Fraction(step.amount_mg or 0) for step in plan.weighings()}
    nothing = Ranges(dict.fromkeys(amounts), amounts)
    if accuracy is None or order.dose_error_limit is None or order.weighing_error_limit is None:
        return nothing
    limit = Fraction(order.dose_error_limit.percent)
    if accuracy.worst_percent is None or accuracy.worst_percent > limit:
        return nothing
    job = _Job(plan, run, accuracy, {part.number: part for part in parts}, amounts)
    rows = _rows_to_capsules(job)
    return _by_share(job) if rows is None else _by_rows(job, rows)


class _Job:
    """A plan with its limits, as exact numbers in mg."""

    def __init__(
        self, plan: Plan, run: Replay, accuracy: Accuracy, parts: Mapping[int, Measured], amounts: Mapping[int, Fraction]
    ) -> None:
        order = plan.order
        self.plan, self.run, self.parts, self.amounts = plan, run, parts, amounts
        self.dose, self.target = accuracy.dose_mg, accuracy.target_mg
        self.limit = ZERO if order.dose_error_limit is None else order.dose_error_limit.fraction
        self.error = ZERO if order.weighing_error_limit is None else order.weighing_error_limit.fraction
        self.steps = {step.number: Fraction(plan.balance_of(step).readability.mg) for step in plan.weighings()}
        self.step = Fraction(plan.balance.readability.mg)
        self.finest = _common_step([self.step, *self.steps.values()])
        self.capacity = None if plan.balance.capacity is None else Fraction(plan.balance.capacity.mg)
        self.least = order.least_weighable or ZERO
        fills = [step for step in run.steps if isinstance(step, Fill)]
        self.needed = sum((Fraction(step.amount_mg or 0) * step.count for step in fills), ZERO)
        # The concentrate of a batch that is filled whole, and the least that its reading may be off.
        self.direct: int | None = None
        self.least_off = ZERO

    def into(self, vessel: str) -> list[Weigh | Transfer]:
        """The weighings into a vessel."""
        return [step for step in self.plan.weighings() if step.vessel == vessel]

    def carried(self, number: int) -> Fraction | None:
        """The largest load in mg of the balance of a weighing, None where it is not stated."""
        capacity = self.plan.balance_of(self.run.steps[number - 1]).capacity
        return None if capacity is None else Fraction(capacity.mg)

    def down(self, mg: Fraction, number: int | None = None) -> Fraction:
        """The largest multiple of the readability of the balance of a weighing, else of the first, not above `mg`."""
        return round_to(mg, self.step if number is None else self.steps[number], Direction.DOWN)

    def spreads(self, others: Sequence[int], diluent: int | None, width: Fraction) -> dict[int, Fraction]:
        """How far each weighing of a vessel may be off, where all of them together may be off by `width`."""
        count = len(others) + (diluent is not None)
        found = {one: self.down(min(self.error * self.amounts[one], width / count), one) for one in others}
        if diluent is not None:
            found[diluent] = self.down(round_to(width, self.finest, Direction.DOWN) - sum(found.values(), ZERO), diluent)
        return found

    def within_error(self, number: int) -> _Bounds:
        """The readings within the weighing error of a target."""
        amount = self.amounts[number]
        return self.inwards(amount, amount * (1 - self.error), amount * (1 + self.error), self.steps[number])

    def inwards(self, amount: Fraction, low: Fraction, high: Fraction, step: Fraction | None = None) -> _Bounds:
        """Bounds rounded inwards to the readability; the target itself where no reading lies within."""
        step = self.step if step is None else step
        low, high = round_to(low, step, Direction.UP), round_to(high, step, Direction.DOWN)
        return min(low, amount), max(high, amount)


def _common_step(steps: Sequence[Fraction]) -> Fraction:
    """The largest amount of which the steps of all balances are multiples."""
    denominator = lcm(*(step.denominator for step in steps))
    return Fraction(gcd(*(int(step * denominator) for step in steps)), denominator)


# Where the diluent follows.


def _rows_to_capsules(job: _Job) -> list[ReadingRow] | None:
    """The vessels on the way to the capsules, the batch first; None where one of them does not go by a row."""
    run = job.run
    if job.plan.is_liquid or run.faults or run.filled_from is None:
        return None
    rows: list[ReadingRow] = []
    vessel: str | None = run.filled_from
    filled = run.last_fill()
    if filled is not None and filled.all:
        leads = [step for step in job.into(filled.source) if run.brings_drug(step)]
        if len(leads) != 1 or not leads[0].amount_mg:
            return None
        job.direct = leads[0].number
        vessel = leads[0].source if isinstance(leads[0], Transfer) else None
    while vessel is not None:
        row = _row(job, vessel)
        is_filled = any(isinstance(s, Fill) and s.source == vessel for s in run.steps)
        if row is None or is_filled != (not rows and job.direct is None):
            return None
        rows.append(row)
        lead = run.steps[row.concentrate - 1]
        vessel = lead.source if isinstance(lead, Transfer) else None
    return rows


def _row(job: _Job, vessel: str) -> ReadingRow | None:
    """The row of a vessel with one concentrate and a diluent weighed after it; the largest follows, where there are more."""
    steps = job.into(vessel)
    leads = [step for step in steps if job.run.brings_drug(step)]
    if not leads and vessel in job.run.without_drug:
        leads = [step for step in steps if step in job.run.excipients_of(vessel)]
    if len(leads) != 1 or not leads[0].amount_mg:
        return None
    lead = leads[0].number
    after = [s for s in steps if isinstance(s, Weigh) and s.role == DILUENT and s.number > lead]
    if not after:
        return None
    diluent = job.plan.portions(max(after, key=lambda step: (step.amount_mg, step.number)))[-1].number
    total = sum((job.amounts[step.number] for step in steps), ZERO)
    beside = total - job.amounts[lead] - job.amounts[diluent]
    return ReadingRow(vessel, lead, diluent, job.amounts[lead], total, beside, job.steps[lead], job.steps[diluent])


def _others(job: _Job, row: ReadingRow) -> list[int]:
    """What else goes into the vessel of a row beside concentrate and diluent."""
    return [step.number for step in job.into(row.vessel) if step.number not in (row.concentrate, row.diluent)]


class _Width(Value):
    """The rows with their ranges, and how far each weighing that is no concentrate may be off; whether that holds.

    `room` is what the limit leaves between it and the worst dose, as a share of that; below 0 where it leaves none.
    """

    rows: tuple[ReadingRow, ...]
    spreads: Mapping[int, Fraction]
    holds: bool
    room: Fraction


def _by_rows(job: _Job, rows: list[ReadingRow]) -> Ranges:
    """The ranges where every diluent on the way to the capsules follows its concentrate."""
    totals = [row.total for row in rows] + ([] if job.direct is None else [job.amounts[job.direct]])
    lowest = job.error
    if job.direct is not None:  # nobody hits a target with every weighing
        job.least_off = job.step
        job.least_off = job.step if _at(job, rows, ZERO, ZERO).holds else ZERO
    if not (found := _at(job, rows, ZERO, lowest)).holds and rows:
        targets, one = [row.target for row in rows], max(row.diluent_step / row.total for row in rows)
        kept = one if _at(job, rows, one, ZERO).holds else ZERO
        lowest = largest_share(lambda share: _at(job, rows, kept, share).holds, targets, job.step, job.error)
        found = _at(job, rows, ZERO, lowest)
    # Every vessel takes about τ of its total out of the room: a guess to begin with, no more.
    guess = max(ZERO, found.room) / sum((row.target / row.low for row in found.rows), ZERO if job.direct is None else ONE)
    share = largest_share(lambda share: _at(job, rows, share, lowest).holds, totals, job.finest, job.limit, guess)
    found = _at(job, rows, share, lowest)
    if not found.holds:  # a plan at the very limit, which no rounding of a diluent may move
        alone = tuple(replace(row, low=row.target, high=row.target) for row in rows)
        found = _Width(alone, found.spreads, True, ZERO)
    ready, spreads = list(found.rows), dict(found.spreads)
    for vessel in sorted(job.run.without_drug):
        row = _row(job, vessel)
        if row is not None:
            own = job.spreads(_others(job, row), row.diluent, share * row.total)
            ready.append(_premix(job, row, own, spreads))
            spreads.update(own)
    planned: dict[int, _Bounds | None] = {number: job.within_error(number) for number in job.amounts}
    for number, spread in spreads.items():
        amount = job.amounts[number]
        planned[number] = job.inwards(amount, amount - spread, amount + spread, job.steps[number])
    if job.direct is not None:
        amount = job.amounts[job.direct]
        low, high = job.inwards(amount, amount - spreads[job.direct], amount + spreads[job.direct])
        planned[job.direct] = max(low, min(job.least, amount)), high
    planned |= {row.concentrate: (row.low, row.high) for row in ready}
    far = _at(job, rows, share, job.error).rows
    wide = {row.concentrate: (min(row.low, row.target), max(row.high, row.target)) for row in far}
    return Ranges(planned, job.amounts, wide, tuple(sorted(ready, key=lambda row: row.diluent)))


def _premix(job: _Job, row: ReadingRow, own: Mapping[int, Fraction], spreads: Mapping[int, Fraction]) -> ReadingRow:
    """The row of a vessel without drug: it moves no dose, and must hold what is taken out of it."""
    taken = [step for step in job.plan.weighings() if isinstance(step, Transfer) and step.source == row.vessel]
    needed = sum((job.amounts[step.number] + spreads.get(step.number, ZERO) for step in taken), ZERO)
    low, high = job.within_error(row.concentrate)
    low = max(low, _enough(row, sum(own.values(), ZERO), min(needed, row.total)))
    return replace(row, low=min(low, row.target), high=high, spread=own[row.diluent])


def _at(job: _Job, rows: Sequence[ReadingRow], share: Fraction, lowest: Fraction) -> _Width:
    """The ranges of the rows for one τ, the concentrates reaching down by `lowest`, and whether they keep the limit.

    The doses of the corner are those of the audit: the strength of a vessel is that of its concentrate times the part that
    it is of the vessel, so the worst of a batch is the product of the worst of its vessels.
    """
    spreads: dict[int, Fraction] = {}
    ready: list[ReadingRow] = []
    greatest = least = job.dose
    holds = True
    there: dict[str, Fraction] = {}  # the least that a vessel holds
    for row in reversed(rows):
        own = job.spreads(_others(job, row), row.diluent, share * row.total)
        spreads |= own
        width = sum(own.values(), ZERO)
        low, high = _concentrate(job, row, width, lowest, there)
        ready.append(found := replace(row, low=low, high=high, spread=own[row.diluent]))
        holds = holds and low <= row.target <= high
        there[row.vessel] = low + found.diluent_for(low) + row.beside - width
        planned = row.target / row.total
        worst = _Worst(job, found, own)
        greatest *= worst.of(1) / planned
        least *= worst.of(-1) / planned
    if job.direct is not None:
        amount, error = job.amounts[job.direct], job.parts[job.direct].error
        spreads[job.direct] = spread = _direct_spread(job, share, there)
        greatest *= (amount + spread + error) / amount
        least *= max(ZERO, amount - spread - error) / amount
    room = min(job.target * (1 + job.limit) / greatest - 1, 1 - job.target * (1 - job.limit) / least) if least else -ONE
    return _Width(tuple(ready), spreads, holds and room >= 0, room)


def _direct_spread(job: _Job, share: Fraction, there: Mapping[str, Fraction]) -> Fraction:
    """How far the concentrate of a batch that is filled whole may be off, within what its source and the balance give."""
    step = job.run.steps[(job.direct or 0) - 1]
    amount = job.amounts[step.number]
    spread = max(job.least_off, job.down(min(share, job.error) * amount))
    most = amount + spread
    if job.capacity is not None:
        most = min(most, job.capacity)
    if isinstance(step, Transfer):
        source = next(m.total_mg for m in job.run.mixtures if m.vessel == step.source)
        taken = [s for s in job.run.steps if isinstance(s, Transfer) and s.source == step.source]
        most = min(most, source * Fraction(standards.limit("aliquot_share")))
        if step.source in there:
            most = min(most, there[step.source] * amount / sum((job.amounts[s.number] for s in taken), ZERO))
    return max(ZERO, job.down(most - amount))


def _concentrate(
    job: _Job, row: ReadingRow, width: Fraction, lowest: Fraction, there: Mapping[str, Fraction]
) -> _Bounds:
    """The range of a concentrate, all else in its vessel being off by at most `width`; its target lies in it."""
    target, step = row.target, job.run.steps[row.concentrate - 1]
    low = max(target * (1 - lowest), min(job.least, target))
    high = target * (1 + job.error)
    if (most := job.carried(row.concentrate)) is not None:
        high = min(high, max(most, target))
    if (most := job.carried(row.diluent)) is not None:
        carried = max(most, job.amounts[row.diluent]) + row.beside + row.diluent_step / 2
        high = min(high, max(target, carried / row.factor)) if row.factor else high
    if isinstance(step, Transfer):
        source = next(m.total_mg for m in job.run.mixtures if m.vessel == step.source)
        taken = sum((Fraction(s.amount_mg or 0) for s in job.run.steps if isinstance(s, Transfer) and s.source == step.source), ZERO)
        high = min(high, max(target, source * Fraction(standards.limit("aliquot_share"))))
        high = min(high, there[step.source] * target / taken) if step.source in there else high
    if row.vessel == job.run.filled_from:
        low = max(low, _enough(row, width, min(job.needed, row.total)))
    within = high >= target
    low, high = round_to(low, row.step, Direction.UP), round_to(high, row.step, Direction.DOWN)
    return low, max(high, target) if within else high


def _enough(row: ReadingRow, width: Fraction, needed: Fraction) -> Fraction:
    """The least reading with which a vessel holds what is needed of it, all else in it being less by `width`."""
    exact = (needed + width) * row.target / row.total
    rounded = row.diluent_step / 2 * row.target / row.total  # what a diluent rounded up takes off the reading
    reading = round_to(exact - rounded - row.step, row.step, Direction.DOWN)
    while reading + row.diluent_for(reading) + row.beside - width < needed:
        reading += row.step
    return reading


class _Worst:
    """The greatest or least part that a concentrate can be of its vessel, over its range and all ends and errors."""

    def __init__(self, job: _Job, row: ReadingRow, spreads: Mapping[int, Fraction]) -> None:
        self.row, self.error = row, job.parts[row.concentrate].error
        self.others = [(job.amounts[n] - s, job.amounts[n] + s, job.parts[n].error) for n, s in spreads.items() if n != row.diluent]
        self.diluent_error, self.spread = job.parts[row.diluent].error, spreads[row.diluent]

    def of(self, sign: int) -> Fraction:
        """The greatest part (sign 1), or the least (-1).

        With exact diluents the part is the worse the less the concentrate reads. Rounding a diluent repeats itself with a
        period, the denominator of the diluent for one step of the concentrate, in steps of its own balance, twice that for
        halves; so the first readings tell it for all.
        """
        row = self.row
        reading, best = row.low, self._part(row.low, row.diluent_for(row.low), sign)
        for _ in range(2 * (row.factor * row.step / row.diluent_step).denominator):
            reading += row.step
            exact = reading * row.factor - row.beside
            bound = self._part(reading, exact - sign * row.diluent_step / 2, sign)
            if reading > row.high or sign * bound <= sign * best:
                break
            found = self._part(reading, row.diluent_for(reading), sign)
            best = max(best, found) if sign > 0 else min(best, found)
        return best

    def _part(self, reading: Fraction, diluent: Fraction, sign: int) -> Fraction:
        concentrate = max(ZERO, reading + sign * self.error)
        rest = max(ZERO, diluent - sign * (self.spread + self.diluent_error))
        for low, high, error in self.others:
            rest += max(ZERO, low - error) if sign > 0 else high + error
        return concentrate / (concentrate + rest) if concentrate else ZERO


def largest_share(
    holds: Callable[[Fraction], bool], amounts: Sequence[Fraction], step: Fraction, most: Fraction, guess: Fraction = ZERO
) -> Fraction:
    """The largest share, at most `most`, that `holds`, where it counts in whole steps of each amount, rounded down.

    It changes at whole steps of one of the amounts alone: those of the largest are bisected, between two of them the steps
    of the others are tried. What holds for a share holds for a smaller one. 0 where none holds. A good `guess` saves steps.
    """
    widest = max(amounts)
    below, above = 0, int(most * widest / step) + 1
    near, reach = min(int(guess * widest / step), above - 1), 1
    while below < near < above:
        if holds(near * step / widest):
            below, near = near, near + reach
        else:
            above, near = near, near - reach
        reach *= 2
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (middle, above) if holds(middle * step / widest) else (below, middle)
    share, end = below * step / widest, min(above * step / widest, most)
    between = {(int(share * amount / step) + 1) * step / amount for amount in amounts}
    for one in sorted(one for one in between if share < one <= end):
        if not holds(one):
            break
        share = one
    return share


# Where none follows.


def _by_share(job: _Job) -> Ranges:
    """The ranges of a plan whose diluents follow no reading, but what makes a dried vessel up."""
    made_up = {number: (read_at, Fraction(total)) for number, (read_at, total) in job.run.made_up_after_drying().items()}
    read_dry = {read_at for read_at, _ in made_up.values()}
    before = {read_at: _into_before(job, read_at) for read_at in read_dry}
    still = {number for numbers in before.values() for number in numbers if not job.run.brings_drug(job.run.steps[number - 1])}
    groups = [
        group for vessel in dict.fromkeys(step.vessel for step in job.plan.weighings())
        if (group := _Group.of(job, vessel, still | read_dry)) is not None
    ]  # fmt: skip
    weights = [weight for group in groups for weight in group.weights(job)] or [job.target]
    # Nobody hits a target with every weighing: what brings drug has one step, where the limit has room for it.
    least = job.step if _share_holds(job, groups, ZERO, job.step) else ZERO
    share = largest_share(lambda share: _share_holds(job, groups, share, least), weights, job.finest, job.limit)
    planned: dict[int, _Bounds | None] = {number: job.within_error(number) for number in job.amounts}
    for group in groups:
        for number, spread in group.spreads(job, share, least).items():
            amount = job.amounts[number]
            low = max(amount - spread, min(job.least, amount)) if number in group.leads else amount - spread
            planned[number] = job.inwards(amount, low, amount + spread, job.steps[number])
    for number in read_dry:
        amount, error = job.amounts[number], job.parts[number].error
        low, high = max(amount * (1 - job.error), amount - error), min(amount * (1 + job.error), amount + 2 * error)
        planned[number] = job.inwards(amount, low, high)
    return Ranges(planned, job.amounts, {}, (), made_up, before)


def _into_before(job: _Job, read_at: int) -> tuple[int, ...]:
    """The weighings of solids into a vessel before it is read dry."""
    vessel = job.run.steps[read_at - 1].vessel
    return tuple(s.number for s in job.into(vessel) if s.number < read_at and isinstance(s, Weigh))


class _Group(Value):
    """The weighings into a vessel that move the dose: those that bring drug, the largest of all else, the rest of it.

    `total` is the mass of the vessel in mg, `spare` what the capsules leave of the blend; None for another vessel.
    """

    leads: tuple[int, ...]
    diluent: int | None
    others: tuple[int, ...]
    total: Fraction
    spare: Fraction | None

    @staticmethod
    def of(job: _Job, vessel: str, without: set[int]) -> _Group | None:
        """The group of a vessel; None for one whose weighings move no dose."""
        steps = [step.number for step in job.into(vessel) if step.number not in without and step.amount_mg]
        if vessel in job.run.without_drug or not steps:
            return None
        leads = tuple(number for number in steps if job.run.brings_drug(job.run.steps[number - 1]))
        others = sorted((number for number in steps if number not in leads), key=lambda number: (job.amounts[number], number))
        total = max(stage.mass_mg for stage in job.run.stages(vessel))
        spare = max(ZERO, total - job.needed) if vessel == job.run.filled_from else None
        return _Group(leads, others[-1] if others else None, tuple(others[:-1]), total, spare)

    def weights(self, job: _Job) -> list[Fraction]:
        """The amounts of which τ is a share, in mg."""
        count = len(self.others) + 1
        return [*(job.amounts[number] for number in self.leads), self.total, self.total / count]

    def spreads(self, job: _Job, share: Fraction, least: Fraction) -> dict[int, Fraction]:
        """How far each weighing may be off for one τ, those that bring drug by at least `least`."""
        found = job.spreads(self.others, self.diluent, share * self.total) if self.diluent is not None else {}
        for number in self.leads:
            most = job.down(job.error * job.amounts[number], number)
            found[number] = min(most, max(least, job.down(share * job.amounts[number], number)))
        if self.spare is not None:  # in the batch no reading leaves too little blend
            left = self.spare
            for number in sorted(found, key=lambda number: (number not in self.leads, number)):
                found[number] = min(found[number], job.down(left, number))
                left -= found[number]
        return found


def _share_holds(job: _Job, groups: Sequence[_Group], share: Fraction, least: Fraction) -> bool:
    """Whether a τ keeps the limit, by the corner of the audit itself, with the spreads as part of the errors."""
    spreads = {number: spread for group in groups for number, spread in group.spreads(job, share, least).items()}
    wider = [replace(part, error=part.error + spreads.get(part.number, ZERO)) for part in job.parts.values()]
    corner = worst_case(job.run, wider)
    if corner is None:
        return False
    return corner[0] >= job.target * (1 - job.limit) and corner[1] <= job.target * (1 + job.limit)
