"""What planning gives: a plan with its runners-up, and by which route."""

from __future__ import annotations

from decimal import Decimal

from compound.exact.value import Value
from compound.findings.finding import Finding
from compound.plan.plan import Plan

POWDER, SOLUTION, AUTO = "powder", "solution", "auto"


class Relaxation(Value):
    """A single limit that would help if it alone were changed, and the nearest value that does.

    `value` is in mg, percent, or a bare number, as the option takes it; None where it was not worked out in time whether
    any value helps. With `batches` the order is made in so many batches of that many capsules. `nearest` says that all
    nearer values were found not to help; else not all of them could be told in time.
    """

    option: str
    value: Decimal | None
    batches: int | None = None
    nearest: bool = True


class Alternative(Value):
    """A runner-up and the criterion of the ranking on which it lost to the plan printed."""

    plan: Plan
    lost_on: str


class Planned(Value):
    """What the planner found: the plan and the runners-up, or the limits that would help where there is none.

    `cut` says that not all was worked out in time: there may be more.
    """

    plan: Plan | None
    alternatives: tuple[Alternative, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    cut: bool = False


class Routed(Value):
    """What was found, by which route, and what is to be said of the choice.

    `by_solution` are the limits that would help the solution route, where it was searched in vain; else None. `other` is
    the best plan of the other route, where it was asked for. `cut` says that runners-up were not worked out in time,
    `other_cut` that of the other route.
    """

    plan: Plan | None
    alternatives: tuple[Alternative, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    method: str = POWDER
    notes: tuple[Finding, ...] = ()
    by_solution: tuple[Relaxation, ...] | None = None
    other: Alternative | None = None
    cut: bool = False
    other_cut: bool = False
