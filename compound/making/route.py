"""Which route an order takes: powder unless a finding refuses it, then solution."""

from __future__ import annotations

from decimal import Decimal

from compound.exact.value import replace
from compound.findings import codes
from compound.findings.finding import Finding
from compound.judging.uniformity import powder_refusals
from compound.order.order import Order
from compound.planning.planned import AUTO, POWDER, SOLUTION, Alternative, Relaxation, Routed
from compound.planning.powder import plan_by_powder, powder_works
from compound.planning.powder_search.search import MOST_TRITURATIONS

ROUTE = "route"  # what the best plan of the other route lost on


def choose_route(order: Order, alternatives: int = 0) -> Routed:
    """The best plan of the route that an order takes. Raises InputError where the order lacks what a plan needs."""
    method = order.method or AUTO
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
        return replace(other, notes=reasons(refused))
    powder = by_powder(order, alternatives)
    return Routed(powder.plan, powder.alternatives, powder.relaxations, POWDER, other.notes, other.by_solution)


def by_powder(order: Order, alternatives: int = 0, *, helps: bool = True) -> Routed:
    """The best powder plan, whether a finding refuses it or not, or, `helps`, which limits would help."""
    found = plan_by_powder(order, alternatives, helps=helps)
    return Routed(found.plan, found.alternatives, found.relaxations)


def by_solution(order: Order, alternatives: int = 0, *, helps: bool = True) -> Routed:
    """The best plan by the solution route, or why there is none, and, `helps`, which limits would help."""
    from compound.judging import solutions

    if refused := solutions.refusals(order):
        return Routed(None, method=SOLUTION, notes=refused)
    from compound.planning import solution

    found = solution.plan_by_solution(order, alternatives)
    limits = solution.solution_relaxations(order) if found.plan is None and helps else None
    return Routed(found.plan, found.alternatives, (), SOLUTION, (), limits)


def other_route(order: Order, taken: str) -> Routed:
    """The best plan of the route that was not taken."""
    if taken == SOLUTION:
        return by_powder(order, helps=False)
    return by_solution(order, helps=False)


def with_other_route(order: Order, routed: Routed) -> Routed:
    """The same, with the best plan of the other route beside it, if that has one."""
    other = other_route(order, routed.method).plan
    return routed if other is None else replace(routed, other=Alternative(other, ROUTE))


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
