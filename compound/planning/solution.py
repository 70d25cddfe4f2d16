"""From an order to a plan: the solution route.

A weighed amount of drug is made up to volume in a flask; an aliquot of it is made up again, as often as need be; the
last aliquot is put on a part of the diluent and dried; the dried powder is made up to the mass of the batch. The search
goes through all ware and all amounts, so that no plan ranks higher because none does. With --by-mass each size stands
for as many grams as it has millilitres, and everything is weighed.

The ranking: a worst case within the plan error, fewest points, fewest different pieces of ware, smallest worst case,
least drug, least solvent, smaller volumes in the order of the work, the smaller blend. Points are the weighings, makings
up and transfers, and the doublings of solvent and of drug beyond what is usual. For one sequence of ware only its best
amounts are a plan.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from compound.exact.quantity import Direction, Mass, round_to, written
from compound.exact.value import replace
from compound.facts import standards
from compound.facts import ware as table
from compound.order.options import MOST_DEPOSIT
from compound.order.order import Order, needed
from compound.order.source import source_of
from compound.plan.plan import (
    BATCH,
    CAPSULES,
    DILUENT,
    DRIED,
    DRUG,
    MOST_DILUTIONS,
    SOLVENT,
    Dry,
    Fill,
    MakeUp,
    Mix,
    Plan,
    Step,
    Transfer,
    Vessel,
    Weigh,
)
from compound.planning.excipients import added, additions_of, can_be_weighed
from compound.planning.planned import Alternative, Planned, Relaxation
from compound.planning.relaxation import (
    Look,
    Route,
    all_that_help,
    finer_sensitivity,
    higher_capacity,
    larger_dose_error,
    larger_weighing_error,
    nearest,
    other_capsules,
    two_digits,
)
from compound.planning.solution_search.amounts import Measure, SolutionProblem, carrier
from compound.planning.solution_search.search import (
    Candidate,
    first_solution_difference,
    search_solutions,
    solution_is_feasible,
)

WORK_FOR_WHAT_IS_SHOWN = 150_000  # steps of the search; about half a second
_WORK_OF_ALL = 4  # the drug, the diluent under the last aliquot, the dried vessel, the diluent after it
_WORK_OF_PREMIX = 2


def plan_by_solution(order: Order, alternatives: int = 0, *, only_shown: bool = False) -> Planned:
    """The best solution plan for an order, `Planned(None)` where none is admissible.

    What is only shown, the runners-up or, `only_shown`, the plan itself, is looked for with a certain amount of work;
    what that does not reach is `cut`. Raises InputError where the order does not state what a plan needs. The order has
    a solubility.
    """
    if not can_be_weighed(order):
        return Planned(None)
    problem = solution_problem(order)
    work = WORK_FOR_WHAT_IS_SHOWN if only_shown else None
    found = search_solutions(
        problem, alternatives + 1, most=MOST_DILUTIONS, work=work, runners_up=WORK_FOR_WHAT_IS_SHOWN
    )  # fmt: skip
    if not found.plans:
        return Planned(None, cut=found.cut)
    best, *others = found.plans
    return Planned(
        plan_of(order, problem, best),
        tuple(Alternative(plan_of(order, problem, other), first_solution_difference(best, other)) for other in others),
        cut=found.cut,
    )  # fmt: skip


def solution_problem(order: Order) -> SolutionProblem:
    """The order as a problem for the search."""
    balance = needed(order.balance, "--balance-sensitivity")
    unit = Fraction(balance.readability.mg)
    capsules = needed(order.capsules, "--capsules")
    fill = Fraction(needed(order.fill_weight, "--fill-weight").mg)
    low = needed(order.least_blend, "--overage")
    high = low * Fraction(standards.limit("blend_excess"))

    additions = tuple(one.share for one in additions_of(order)) if order.excipients else ()
    capacity = largest_load(order)
    if additions:
        high = min(high, (capacity - unit / 2) / max(additions))
    drug_per_blend = order.planned_dose / (order.content_fraction * fill)

    def units(mg: Fraction, direction: Direction) -> int:
        return int(round_to(mg, unit, direction) / unit)

    return SolutionProblem(
        unit_mg=unit,
        drug_per_blend=drug_per_blend,
        sensitivity=Fraction(balance.sensitivity.mg) / unit,
        least=units(needed(order.least_weighable, "--weighing-error"), Direction.UP),
        capacity=units(capacity, Direction.DOWN),
        blend_low=units(low, Direction.UP),
        blend_high=units(high, Direction.DOWN),
        dose_error=needed(order.dose_error_limit, "--dose-error").fraction,
        plan_error=needed(order.plan_error_limit or order.dose_error_limit, "--plan-error").fraction,
        rounding=Fraction(standards.limit("rounding_percent")) / 100,
        most_share=Fraction(standards.limit("aliquot_share")),
        most_drug=units(Fraction(needed(order.most_drug, "--most-drug").mg), Direction.DOWN),
        usual_drug=Fraction(standards.limit("usual_drug")) * drug_per_blend * fill * capsules / unit,
        usual_solvent=Fraction(standards.limit("usual_solvent_ml")),
        most_mg_per_ml=needed(order.solubility_mg_per_ml, "--solubility")
        * Fraction(standards.limit("solubility_share")),
        deposit_ml_per_g=Fraction(needed(order.deposit, "--deposit")),
        most_drying_loss=Fraction(standards.limit("drying_loss_percent")) / 100,
        doubling_from=Fraction(standards.limit("doubling_from")),
        by_mass=order.by_mass,
        g_per_ml=Fraction(table.solvent(needed(order.solvent, "--solvent")).g_per_ml),
        flasks=_measures(order.flasks, table.FLASK, order.by_mass),
        pipettes=_measures(order.pipettes, table.PIPETTE, order.by_mass),
        additions=additions,
        other_work=_WORK_OF_ALL + sum(1 if one.premix is None else 1 + _WORK_OF_PREMIX for one in additions_of(order)),
    )


def largest_load(order: Order) -> Fraction:
    """The largest single load in mg: the capacity, or what the house takes for it where none is stated."""
    capacity = needed(order.balance, "--balance-sensitivity").capacity
    return Fraction(standards.limit("most_load_mg") if capacity is None else capacity.mg)


def _measures(owned: Sequence[str], role: str, by_mass: bool) -> tuple[tuple[Measure, ...], ...]:
    """What the ware owned measures, piece by piece; all of class A where none is named."""
    pieces = [ware for ware in table.all_ware() if ware.name in owned] or table.class_a(role)
    found = []
    for ware in pieces:
        errors = {volume: Fraction(0) if by_mass else ware.tolerance(volume) for volume in ware.volumes()}
        # What errs by its whole volume measures nothing.
        found.append(tuple(Measure(ware.name, volume, error) for volume, error in errors.items() if error < volume))
    return tuple(found)


def plan_of(order: Order, problem: SolutionProblem, found: Candidate) -> Plan:
    """The steps of a plan that was found."""
    balance = needed(order.balance, "--balance-sensitivity")
    drug, diluent = source_of(order).name, needed(order.diluent, "--diluent")
    solvent = needed(order.solvent, "--solvent")
    steps: list[Step] = []

    def amount(units: int) -> Decimal:
        return written(units * problem.unit_mg)

    def add(kind: Callable[..., Step], *values: object, **named: object) -> None:
        steps.append(kind(len(steps) + 1, *values, **named))

    for number, one in enumerate(found.dilutions, start=1):
        vessel = Vessel(Vessel.SOLUTION, number).text
        into = found.dilutions[number - 2].aliquot if number > 1 else None
        taken = found.drug * problem.unit_mg if into is None else into.volume * 1000
        if into is None:
            add(Weigh, DRUG, drug, amount(found.drug), vessel)
        else:
            _transfer(add, problem, Vessel(Vessel.SOLUTION, number - 1).text, vessel, into)
        if problem.by_mass:
            add(Weigh, SOLVENT, solvent, written(one.total.volume * 1000 - taken), vessel)
        else:
            add(MakeUp, solvent, written(one.total.volume), vessel, written(one.total.error), one.total.piece)
        add(Mix, vessel)
    put_on, dried = carrier(problem, found.dilutions, found.drug, found.blend)
    others = added(order, found.blend * problem.unit_mg, len(steps) + 1)
    steps += others.before
    add(Weigh, DILUENT, diluent, amount(put_on), BATCH)
    _transfer(add, problem, Vessel(Vessel.SOLUTION, len(found.dilutions)).text, BATCH, found.dilutions[-1].aliquot)
    add(Dry, BATCH)
    add(Weigh, DRIED, BATCH, amount(dried), BATCH)
    # The diluent comes last: it takes up what was read of all else.
    steps += [made(len(steps) + 1 + i) for i, made in enumerate(others.into_batch)]
    add(Weigh, DILUENT, diluent, written((found.blend - dried) * problem.unit_mg - others.mass), BATCH)
    add(Mix, BATCH)
    add(Fill, BATCH, needed(order.fill_weight, "--fill-weight").mg, needed(order.capsules, "--capsules"), CAPSULES)
    return Plan(order, balance, order.content_fraction, tuple(steps))


def _transfer(add: Callable[..., None], problem: SolutionProblem, source: str, vessel: str, aliquot: Measure) -> None:
    if problem.by_mass:
        add(Transfer, source, vessel, amount_mg=written(aliquot.volume * 1000))
    else:
        add(
            Transfer, source, vessel, amount_ml=written(aliquot.volume), tolerance_ml=written(aliquot.error),
            ware=aliquot.piece,
        )  # fmt: skip


def solution_relaxations(order: Order) -> tuple[Relaxation, ...]:
    """Every single change that would help if it alone were made, with the nearest value that does.

    In the order of `_LOOKS`: loosening an error limit is never the first proposal. Values have two digits; of ware they
    are the size in mL, and its kind stands with the option where it is no volumetric flask or transfer pipette.
    """
    return all_that_help(order, Route(_works, _reaches), _LOOKS)


def _works(order: Order) -> bool:
    return can_be_weighed(order) and solution_is_feasible(solution_problem(order), most=MOST_DILUTIONS)


def _another(order: Order, route: Route, role: str) -> Relaxation | None:
    """The first ware of the table that would help beside what is owned, or alone where nothing is named.

    Volumetric flasks and transfer pipettes come first, the smallest first.
    """
    option = f"--{role}"
    owned = order.flasks if role == table.FLASK else order.pipettes
    first = table.class_a(role)
    others = tuple(ware for ware in table.all_ware() if ware not in first and role in table.roles(ware))
    for ware in (*(first if owned else ()), *others):
        named = (*owned, ware.name)
        changed = replace(order, flasks=named) if role == table.FLASK else replace(order, pipettes=named)
        if ware.name not in owned and route.works(changed):
            return Relaxation(option if ware in first else f"{option} {ware.kind}", ware.capacity_ml)
    return None


def _by_mass(order: Order, route: Route) -> Decimal | None:
    """One, where weighing the solutions would help."""
    return Decimal(1) if not order.by_mass and route.works(replace(order, by_mass=True)) else None


def _more_drug(order: Order, route: Route) -> Decimal | None:
    stated = needed(order.most_drug, "--most-drug").mg
    return nearest(two_digits(stated, stated.scaleb(3)), lambda mg: replace(order, most_drug=Mass(mg)), route.works)


def _wetter(order: Order, route: Route) -> Decimal | None:
    stated = needed(order.deposit, "--deposit")
    return nearest(two_digits(stated, MOST_DEPOSIT), lambda ml: replace(order, deposit=ml), route.works)


def _higher_capacity(order: Order, route: Route) -> Decimal | None:
    return higher_capacity(order, route.works, written(largest_load(order)), decades=4)


def _reaches(order: Order, low: int, high: int) -> bool:
    least = solution_problem(replace(order, capsules=low)).blend_low
    problem = replace(solution_problem(replace(order, capsules=high)), blend_low=least)
    return solution_is_feasible(problem, most=MOST_DILUTIONS)


_LOOKS: dict[str, Look] = {
    "--balance-sensitivity": lambda order, route: finer_sensitivity(order, route.works, decades=3),
    "--capacity": _higher_capacity,
    "--flask": lambda order, route: _another(order, route, table.FLASK),
    "--pipette": lambda order, route: _another(order, route, table.PIPETTE),
    "--by-mass": _by_mass,
    "--most-drug": _more_drug,
    "--capsules": lambda order, route: other_capsules(order, route),
    "--deposit": _wetter,
    "--weighing-error": lambda order, route: larger_weighing_error(order, route.works),
    "--dose-error": lambda order, route: larger_dose_error(order, route.works),
}
