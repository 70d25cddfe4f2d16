"""Readings outside the ranges that the sheet prints: what was read, and what the sheet has there."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from compound.correcting.corrections import PlannedContents, propose
from compound.exact.quantity import canonical
from compound.exact.value import Value
from compound.findings import codes
from compound.findings.finding import Clause, Finding, Place
from compound.plan.plan import Plan


class OutsideReading(Value):
    """A reading outside its range, in mg."""

    number: int
    read: Fraction
    low: Fraction
    high: Fraction

    @property
    def sentence(self) -> str:
        """What is asked about it, in words."""
        span = f"{canonical(self.low)} to {canonical(self.high)} mg"
        if self.low == self.high:
            span = f"{canonical(self.low)} mg alone"
        return f"step {self.number} was read as {canonical(self.read)} mg; the sheet has {span} for it"

    def finding(self) -> Finding:
        """What is said of it once it stands."""
        ends = {"low": self.low, "high": self.high}
        span = Clause("on-target" if self.low == self.high else "within-range", ends)
        return Finding(codes.READING_OUTSIDE_RANGE, Place.step(self.number), {
            "step": self.number, "read": self.read, "span": (span,),
        })  # fmt: skip


def outside_reading(
    plan: Plan, readings: Mapping[int, Fraction], number: int, planned: PlannedContents
) -> OutsideReading | None:
    """The reading of a step, where it lies outside its range; None inside it, and where the plan has no ranges.

    `readings` are in mg by step number; those of the steps before decide where the range of a diluent lies. A reading as
    near to what the audit itself asked for there, after readings off their targets, lies inside too.
    """
    before = {step: mg for step, mg in readings.items() if step < number}
    read, bounds = readings[number], planned.ranges.asked_about(number, before)
    if bounds is None or bounds[0] <= read <= bounds[1]:
        return None
    belongs = planned.ranges.belongs(number, before)
    asked = propose(plan, before, until=number, planned=planned) if before else None
    if asked is not None and asked.stuck is None:
        moved = asked.amounts[number] - belongs
        if bounds[0] + moved <= read <= bounds[1] + moved:
            return None
    return OutsideReading(number, read, bounds[0], bounds[1])


def outside_readings(plan: Plan, readings: Mapping[int, Fraction], planned: PlannedContents) -> tuple[OutsideReading, ...]:
    """All readings outside their ranges, in the order of the steps."""
    found = (outside_reading(plan, readings, number, planned) for number in sorted(readings))
    return tuple(one for one in found if one is not None)
