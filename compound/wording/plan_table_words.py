"""The headings and heads of the long tables of `compound plan`, and what they say of both routes."""

from __future__ import annotations

from compound.exact.value import Value


class PlanTableWords(Value, kw_only=True):
    """Every heading of these tables and every word of the two routes, in one language."""

    # Headings.
    batch: str
    steps: str
    mixtures: str
    dose: str
    budget: str
    uniformity: str
    why: str
    routes: str
    alternatives: str
    # Heads of columns.
    step_headers: tuple[str, ...]
    mixture_headers: tuple[str, ...]
    budget_headers: tuple[str, ...]
    route_headers: tuple[str, ...]
    alternative_headers: tuple[str, ...]
    # Both routes.
    dilutions: str
    drug_weighed: str
    powder_used: str
    solvent_used: str
    worst_case: str
    particle_rsd: str
    refused_because: str
    no_plan: str
    no_admissible_plan: str
    not_in_time: str
    not_known: str
    no_particles: str
    reason: str
    method_given: str
    no_solution: str
    takes_powder: str
    takes_solution: str
