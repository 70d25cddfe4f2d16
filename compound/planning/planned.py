"""What planning gives: a plan with its runners-up, and by which route."""

from __future__ import annotations

from decimal import Decimal

from compound.exact.value import Value
from compound.findings.finding import Finding
from compound.plan.plan import Plan

POWDER, SOLUTION, AUTO = "powder", "solution", "auto"


class Relaxation(Value):
    """A single limit that would help if it alone were changed, and the nearest value that does.

    `value` is in mg, percent, or a bare number, as the option takes it.
    """

    option: str
    value: Decimal


class Alternative(Value):
    """A runner-up and the criterion of the ranking on which it lost to the plan printed."""

    plan: Plan
    lost_on: str


class Planned(Value):
    """What the planner found: the plan and the runners-up, or the limits that would help where there is none."""

    plan: Plan | None
    alternatives: tuple[Alternative, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()


class Routed(Value):
    """What was found, by which route, and what is to be said of the choice.

    `by_solution` are the limits that would help the solution route, where it was searched in vain; else None. `other` is
    the best plan of the other route, where it was asked for.
    """

    plan: Plan | None
    alternatives: tuple[Alternative, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    method: str = POWDER
    notes: tuple[Finding, ...] = ()
    by_solution: tuple[Relaxation, ...] | None = None
    other: Alternative | None = None
