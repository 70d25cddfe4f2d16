"""From an order to a plan: the powder method.

The order becomes a problem in whole units of the balance (`powder_search`), the best chain of amounts becomes steps.
Where no plan is admissible, each single limit that would help is looked for, with the nearest value that does.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from compound.exact.quantity import Direction, round_to, written
from compound.exact.value import replace
from compound.facts import standards
from compound.order.order import Order, default_readability, needed
from compound.order.source import source_of
from compound.plan.plan import BATCH, CAPSULES, DILUENT, DRUG, Fill, Mix, Plan, Step, Transfer, Vessel, Weigh
from compound.planning.excipients import NOTHING_ADDED, added, additions_of, can_be_weighed, least_capsules
from compound.planning.planned import Alternative, Planned, Relaxation
from compound.planning.powder_search.search import Chain, Prefer, Problem, feasible, first_difference, search
from compound.planning.relaxation import (
    Look,
    all_that_help,
    finer_sensitivity,
    higher_capacity,
    larger_dose_error,
    larger_weighing_error,
    nearest,
    two_digits,
)


def plan_by_powder(order: Order, alternatives: int = 0, *, helps: bool = True) -> Planned:
    """The best powder plan for an order, or, `helps`, which limits would help where there is none.

    Raises InputError where the order does not state what a plan needs.
    """
    prefer, chains = Prefer(order.prefer or Prefer.SIMPLE.value), []
    if can_be_weighed(order):
        problem, unit = powder_problem(order)
        chains = search(problem, prefer, alternatives + 1)
    if not chains:
        return Planned(None, relaxations=powder_relaxations(order) if helps else ())
    best, *others = chains
    return Planned(
        _plan_of(order, best, unit),
        tuple(Alternative(_plan_of(order, other, unit), first_difference(prefer, best, other)) for other in others),
    )


def powder_problem(order: Order) -> tuple[Problem, Fraction]:
    """The order as a problem of whole units, and the unit in mg: the power of ten that the readability lies in."""
    balance = needed(order.balance, "--balance-sensitivity")
    readability = Fraction(balance.readability.mg)
    unit = Fraction(default_readability(balance.readability).mg)
    least_blend_mg = order.least_blend
    least = order.least_weighable
    needed(order.capsules, "--capsules")
    needed(order.fill_weight, "--fill-weight")
    fill = Fraction(needed(order.fill_weight, "--fill-weight").mg)

    def units(mg: Fraction, direction: Direction) -> int:
        return int(round_to(mg, readability, direction) / unit)

    least_blend_mg = needed(least_blend_mg, "--overage")
    most_blend_mg = least_blend_mg * Fraction(standards.limit("blend_excess"))
    additions = tuple(one.share for one in additions_of(order)) if order.excipients else ()
    if additions and balance.capacity is not None:
        # The largest of them is within the capacity too, rounded up as it may be.
        most_blend_mg = min(most_blend_mg, (Fraction(balance.capacity.mg) - readability / 2) / max(additions))
    return (
        Problem(
            dilution=order.content_fraction * fill / Fraction(order.dose.mg),
            sensitivity=Fraction(balance.sensitivity.mg) / unit,
            multiple=int(readability / unit),
            least=units(needed(least, "--weighing-error"), Direction.UP),
            capacity=None if balance.capacity is None else units(Fraction(balance.capacity.mg), Direction.DOWN),
            most_dilution=Fraction(needed(order.max_dilution, "--max-dilution")),
            blend_low=units(least_blend_mg, Direction.UP),
            blend_high=units(most_blend_mg, Direction.DOWN),
            dose_error=needed(order.dose_error_limit, "--dose-error").fraction,
            rounding=Fraction(standards.limit("rounding_percent")) / 100,
            most_share=Fraction(standards.limit("aliquot_share")),
            additions=additions,
        ),
        unit,
    )


def _plan_of(order: Order, chain: Chain, unit: Fraction) -> Plan:
    balance = needed(order.balance, "--balance-sensitivity")
    drug, diluent = source_of(order).name, needed(order.diluent, "--diluent")
    steps: list[Step] = []

    def amount(units: int) -> Decimal:
        return written(units * unit)

    mixtures = [(Vessel(Vessel.TRITURATION, i).text, total) for i, total in enumerate(chain.totals, start=1)]
    mixtures.append((BATCH, chain.blend))
    source = None
    for (vessel, total), taken in zip(mixtures, chain.taken, strict=True):
        others = added(order, total * unit, len(steps) + 1) if vessel == BATCH else NOTHING_ADDED
        steps += others.before
        number = len(steps) + 1
        if source is None:
            steps.append(Weigh(number, DRUG, drug, amount(taken), vessel))
        else:
            steps.append(Transfer(number, source, vessel, amount_mg=amount(taken)))
        # The diluent comes last: it takes up what was read of all else.
        steps += [made(len(steps) + 1 + i) for i, made in enumerate(others.into_batch)]
        rest = written((total - taken) * unit - others.mass)
        steps.append(Weigh(len(steps) + 1, DILUENT, diluent, rest, vessel))
        steps.append(Mix(len(steps) + 1, vessel))
        source = vessel
    fill = needed(order.fill_weight, "--fill-weight").mg
    steps.append(Fill(len(steps) + 1, BATCH, fill, needed(order.capsules, "--capsules"), CAPSULES))
    return Plan(order, balance, order.content_fraction, tuple(steps))


# What would help where nothing is admissible.


def powder_relaxations(order: Order) -> tuple[Relaxation, ...]:
    """Every single limit that would help if it alone were changed, with the nearest value that does.

    In the order sensitivity, maximum dilution, capacity, capsules, weighing error, dose error: loosening an error
    limit is never the first proposal. A value has two digits, a number of capsules is exact.
    """
    return all_that_help(order, _LOOKS)


def powder_works(order: Order) -> bool:
    """Whether any powder plan is admissible. What would help is not looked for, which takes longer."""
    return can_be_weighed(order) and feasible(powder_problem(order)[0])


def _higher_dilution(order: Order) -> Decimal | None:
    stated = needed(order.max_dilution, "--max-dilution")
    ladder = two_digits(stated, max(stated * 100, Decimal(10**6)))
    return nearest(ladder, lambda value: replace(order, max_dilution=value), powder_works)


def _more_capsules(order: Order) -> Decimal | None:
    """The least larger number of capsules that has an admissible plan. Its range of blends may lie behind a gap."""
    most = int(standards.limit("most_capsules"))

    def problem(capsules: int) -> Problem:
        return powder_problem(replace(order, capsules=capsules))[0]

    def reaches(least_blend: int, capsules: int) -> bool:
        return feasible(replace(problem(capsules), blend_low=least_blend))

    low = least_capsules(order, needed(order.capsules, "--capsules") + 1, most)
    while low <= most:
        least_blend = problem(low).blend_low
        if not reaches(least_blend, most):
            return None
        high = most
        while low < high:
            middle = (low + high) // 2
            if reaches(least_blend, middle):
                high = middle
            else:
                low = middle + 1
        if powder_works(replace(order, capsules=high)):
            return Decimal(high)
        low = high + 1
    return None


_LOOKS: dict[str, Look] = {
    "--balance-sensitivity": lambda order: finer_sensitivity(order, powder_works, decades=6),
    "--max-dilution": _higher_dilution,
    "--capacity": lambda order: higher_capacity(order, powder_works, decades=6),
    "--capsules": _more_capsules,
    "--weighing-error": lambda order: larger_weighing_error(order, powder_works),
    "--dose-error": lambda order: larger_dose_error(order, powder_works),
}
