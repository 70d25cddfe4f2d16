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
from compound.plan.plan import BATCH, BULK, CAPSULES, DILUENT, DRUG, Fill, Mix, Plan, Step, Transfer, Vessel, Weigh
from compound.planning import volume
from compound.planning.excipients import NOTHING_ADDED, added, additions_of, can_be_weighed
from compound.planning.planned import Alternative, Planned, Relaxation
from compound.planning.powder_search.problem import Chain, Prefer, Problem, Scale, Units, first_difference
from compound.planning.powder_search.search import FoundChains, feasible, search
from compound.planning.relaxation import (
    Look,
    Route,
    all_that_help,
    finer_sensitivity,
    higher_capacity,
    larger_dose_error,
    larger_weighing_error,
    lighter_mixture,
    nearest,
    other_capsules,
    two_digits,
)

STEPS_OF_WHAT_IS_SHOWN = 300_000  # of work on runners-up and on the plan of the other route
STEPS_OF_A_QUESTION = 20_000  # of work on one question of what would help; what they do not tell is said


def plan_by_powder(order: Order, alternatives: int = 0, *, helps: bool = True, only_shown: bool = False) -> Planned:
    """The best powder plan for an order, or, `helps`, which limits would help where there is none.

    The plan itself is always looked for to the end. Runners-up, and a plan that is `only_shown`, are looked for with a certain
    amount of work; what that does not reach is `cut`. Raises InputError where the order does not state what a plan needs.
    """
    prefer, found = Prefer(order.prefer or Prefer.SIMPLE.value), FoundChains([])
    if can_be_weighed(order):
        problem, unit = powder_problem(order)
        work = STEPS_OF_WHAT_IS_SHOWN if only_shown else None
        found = search(problem, prefer, alternatives + 1, work=work, runners_up=STEPS_OF_WHAT_IS_SHOWN)
    if not found.chains:
        return Planned(None, relaxations=powder_relaxations(order) if helps else (), cut=found.cut)
    best, *others = found.chains
    return Planned(
        _plan_of(order, problem, best, unit),
        tuple(Alternative(_plan_of(order, problem, other, unit), first_difference(problem, prefer, best, other)) for other in others),
        cut=found.cut,
    )


def powder_problem(order: Order) -> tuple[Problem, Fraction]:
    """The order as a problem of whole units, and the unit in mg: the power of ten that the readability lies in."""
    if order.by_volume:
        by_weight, unit = powder_problem(volume.order_by_weight(order))
        return volume.with_fixed_blend(order, by_weight, unit), unit
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
            dilution=order.content_fraction * fill / order.planned_dose,
            sensitivity=Fraction(balance.sensitivity.mg) / unit,
            multiple=int(readability / unit),
            least=units(needed(least, "--weighing-error"), Direction.UP),
            least_weighable=needed(least, "--weighing-error") / unit,
            capacity=None if balance.capacity is None else units(Fraction(balance.capacity.mg), Direction.DOWN),
            most_dilution=Fraction(needed(order.max_dilution, "--max-dilution")),
            blend_low=units(least_blend_mg, Direction.UP),
            blend_high=units(most_blend_mg, Direction.DOWN),
            dose_error=needed(order.dose_error_limit, "--dose-error").fraction,
            plan_error=(order.plan_error_limit or needed(order.dose_error_limit, "--dose-error")).fraction,
            rounding=Fraction(standards.limit("rounding_percent")) / 100,
            most_share=Fraction(standards.limit("aliquot_share")),
            least_mixture=0 if order.least_mixture is None else units(Fraction(order.least_mixture.mg), Direction.UP),
            additions=additions,
            bulk=_bulk(order, unit),
            tablet=None if order.lot.tablet is None else Fraction(order.lot.tablet.mass.mg) / unit,
        ),
        unit,
    )


def _bulk(order: Order, unit: Fraction) -> Scale | None:
    """The second balance in units."""
    balance, least = order.bulk, order.bulk_least
    if balance is None or least is None:
        return None
    readability = Fraction(balance.readability.mg)
    capacity = None if balance.capacity is None else round_to(Fraction(balance.capacity.mg), readability, Direction.DOWN)
    return Scale(
        Fraction(balance.sensitivity.mg) / unit, readability / unit, round_to(least, readability, Direction.UP) / unit,
        None if capacity is None else capacity / unit,
    )  # fmt: skip


def _plan_of(order: Order, problem: Problem, chain: Chain, unit: Fraction) -> Plan:
    balance = needed(order.balance, "--balance-sensitivity")
    drug, diluent = source_of(order).name, needed(order.diluent, "--diluent")
    steps: list[Step] = []

    def amount(units: Units) -> Decimal:
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
        if vessel == BATCH and order.by_volume:
            steps += volume.batch_steps(order, taken * unit, len(steps) + 1)
            break
        # The diluent comes last: it takes up what was read of all else.
        steps += [made(len(steps) + 1 + i) for i, made in enumerate(others.into_batch)]
        steps += _diluent_steps(problem, diluent, total - taken - others.mass / unit, unit, vessel, len(steps) + 1)
        steps.append(Mix(len(steps) + 1, vessel))
        source = vessel
    if order.by_volume:
        return Plan(order, balance, order.content_fraction, tuple(steps))
    fill = needed(order.fill_weight, "--fill-weight").mg
    steps.append(Fill(len(steps) + 1, BATCH, fill, needed(order.capsules, "--capsules"), CAPSULES))
    return Plan(order, balance, order.content_fraction, tuple(steps))


def _diluent_steps(
    problem: Problem, diluent: str, mass: Fraction, unit: Fraction, vessel: str, first: int
) -> list[Step]:
    """The weighings of a diluent, of a mass in units, numbered from `first`: its portions, on the balance that it is for."""
    scale = problem.scale_for(mass)
    balance = None if scale is not problem.bulk else BULK
    return [
        Weigh(number, DILUENT, diluent, written(portion * unit), vessel, balance)
        for number, portion in enumerate(scale.portions(mass), start=first)
    ]


# What would help where nothing is admissible.


def powder_relaxations(order: Order) -> tuple[Relaxation, ...]:
    """Every single limit that would help if it alone were changed, with the nearest value that does.

    In the order sensitivity, maximum dilution, capacity, least mixture, capsules (more, or else fewer in batches),
    weighing error, dose error: loosening an error limit is never the first proposal. A value has two digits, a number
    of capsules is exact.
    """
    return all_that_help(order, Route(_works, _reaches), _LOOKS)


def powder_works(order: Order) -> bool:
    """Whether any powder plan is admissible. What would help is not looked for, which takes longer."""
    return _works(order) is True


def _works(order: Order) -> bool | None:
    return can_be_weighed(order) and feasible(powder_problem(order)[0], STEPS_OF_A_QUESTION)


def _reaches(order: Order, low: int, high: int) -> bool | None:
    least = powder_problem(replace(order, capsules=low))[0].blend_low
    return feasible(replace(powder_problem(replace(order, capsules=high))[0], blend_low=least), STEPS_OF_A_QUESTION)


def _higher_dilution(order: Order, route: Route) -> Decimal | None:
    stated = needed(order.max_dilution, "--max-dilution")
    ladder = two_digits(stated, max(stated * 100, Decimal(10**6)))
    return nearest(ladder, lambda value: replace(order, max_dilution=value), route.works)


def _higher_capacity(order: Order, route: Route) -> Decimal | None:
    balance = needed(order.balance, "--balance-sensitivity")
    # Whether any capacity helps is quickest told without one.
    if balance.capacity is None or not route.works(replace(order, balance=replace(balance, capacity=None))):
        return None
    return higher_capacity(order, route.works, balance.capacity.mg, decades=6)


def _other_capsules(order: Order, route: Route) -> Decimal | Relaxation | None:
    return _more_by_volume(order, route) if order.by_volume else other_capsules(order, route)


def _more_by_volume(order: Order, route: Route) -> Decimal | None:
    """The least larger number of capsules filled by volume, of up to two digits, that has an admissible plan.

    The drug in the batch is fixed by their number, so what works for one need not work for the next: all below the one that
    is found are tried.
    """
    most = int(standards.limit("most_capsules")) - (order.extra_capsules or 0)
    ladder = [count for count in two_digits(Decimal(needed(order.capsules, "--capsules")), Decimal(most)) if count == int(count)]

    def changed(count: Decimal) -> Order:
        return replace(order, capsules=int(count))

    if nearest(ladder, changed, route.works) is None:
        return None
    return next((count for count in ladder if route.works(changed(count))), None)


_LOOKS: dict[str, Look] = {
    "--balance-sensitivity": lambda order, route: finer_sensitivity(order, route.works, decades=6),
    "--max-dilution": _higher_dilution,
    "--capacity": _higher_capacity,
    "--least-mixture": lambda order, route: lighter_mixture(order, route.works, decades=3),
    "--capsules": _other_capsules,
    "--weighing-error": lambda order, route: larger_weighing_error(order, route.works),
    "--dose-error": lambda order, route: larger_dose_error(order, route.works),
}
