"""Which route an order takes: powder unless a finding refuses it, then solution."""

from __future__ import annotations

from decimal import Decimal

from compound.exact.value import replace
from compound.findings import codes
from compound.findings.finding import Finding, NotChecked, Said
from compound.judging.uniformity import powder_refusals
from compound.order.order import Order
from compound.planning.planned import AUTO, POWDER, SOLUTION, Alternative, Relaxation, Routed
from compound.planning.powder import plan_by_powder, powder_works
from compound.planning.powder_search.problem import MOST_TRITURATIONS

ROUTE = "route"  # what the best plan of the other route lost on


def choose_route(order: Order, alternatives: int = 0) -> Routed:
    """The best plan of the route that an order takes. Raises InputError where the order lacks what a plan needs."""
    method = POWDER if order.by_volume else order.method or AUTO
    if method == POWDER:
        return by_powder(order, alternatives)
    if method == SOLUTION:
        found = by_solution(order, alternatives)
        limits = found.by_solution
        if limits is not None and not powder_refusals(order) and powder_works(order):
            return replace(found, by_solution=(*limits, Relaxation("--method powder", Decimal(1))))
        return found
    refused = powder_refusals(order)
    if not refused and (powder := by_powder(order, alternatives, helps=False)).plan is not None:
        return powder
    other = by_solution(order, alternatives)
    if other.plan is not None:
        return replace(other, notes=(*reasons(refused), *other.notes))
    powder = by_powder(order, alternatives)
    return replace(powder, notes=(*powder.notes, *other.notes), by_solution=other.by_solution)


def by_powder(order: Order, alternatives: int = 0, *, helps: bool = True, only_shown: bool = False) -> Routed:
    """The best powder plan, whether a finding refuses it or not, or, `helps`, which limits would help.

    A plan that is `only_shown` is looked for with a certain amount of work.
    """
    found = plan_by_powder(order, alternatives, helps=helps, only_shown=only_shown)
    return Routed(found.plan, found.alternatives, found.relaxations, cut=found.cut)


def by_solution(order: Order, alternatives: int = 0, *, helps: bool = True, only_shown: bool = False) -> Routed:
    """The best plan by the solution route, or why there is none, and, `helps`, which limits would help.

    A plan that is `only_shown` is looked for with a certain amount of work.
    """
    from compound.judging import solutions

    if order.by_volume:
        return Routed(None, method=SOLUTION)  # what dries on a diluent is filled by weight
    if refused := solutions.refusals(order):
        return Routed(None, method=SOLUTION, notes=refused)
    from compound.planning import solution

    found = solution.plan_by_solution(order, alternatives, only_shown=only_shown)
    limits = solution.solution_relaxations(order) if found.plan is None and helps else None
    return Routed(found.plan, found.alternatives, (), SOLUTION, (), limits, cut=found.cut)


def other_route(order: Order, taken: str) -> Routed:
    """The best plan of the route that was not taken, which is only shown; `cut` where it was not worked out in time."""
    other = by_powder if taken == SOLUTION else by_solution
    return other(order, helps=False, only_shown=True)


def with_other_route(order: Order, routed: Routed) -> Routed:
    """The same, with the best plan of the other route beside it, if that has one."""
    other = other_route(order, routed.method)
    shown = None if other.plan is None else Alternative(other.plan, ROUTE)
    return replace(routed, other=shown, other_cut=shown is None and other.cut)


def not_in_time(routed: Routed, alternatives: int) -> tuple[NotChecked, ...]:
    """What is only shown and was not worked out in time: runners-up of `alternatives` asked for, and the other route."""
    found: list[NotChecked] = []
    if routed.cut:
        values: dict[str, Said] = {"found": len(routed.alternatives), "asked": alternatives}
        found.append(NotChecked(codes.RUNNERS_UP_NOT_IN_TIME, values))
    if routed.other_cut:
        found.append(NotChecked(codes.OTHER_ROUTE_NOT_IN_TIME))
    return tuple(found)


def reasons(refused: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Why the solution route was chosen: the findings that refuse powder, or that it has no plan."""
    entries = {
        codes.POWDER_BELOW_1_MCG.code: codes.CHOSEN_BELOW_POWDER,
        codes.PARTICLE_RSD_ABOVE_LIMIT.code: codes.CHOSEN_FOR_PARTICLES,
    }
    found = tuple(
        Finding(entries[finding.code], "--method", {
            name: value for name, value in finding.values.items() if name in ("dose", "limit", "figure")
        })
        for finding in refused
    )  # fmt: skip
    return found or (Finding(codes.CHOSEN_WITHOUT_POWDER, "--method", {"most": MOST_TRITURATIONS}),)
