"""From an order to a plan: the solution route.

A weighed amount of drug is made up to volume in a flask; an aliquot of it is made up again, as often as need be; the
last aliquot is put on a part of the diluent and dried; the dried powder is made up to the mass of the batch. The search
goes through all ware and all amounts, so that no plan ranks higher because none does. With --by-mass each size stands
for as many grams as it has millilitres, and everything is weighed.

The ranking: fewest dilutions, fewest different pieces of ware, smallest worst-case error, least drug, least solvent,
smaller volumes in the order of the work, the smaller blend. For one sequence of ware only its best amounts are a plan.
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
    all_that_help,
    finer_sensitivity,
    higher_capacity,
    larger_dose_error,
    larger_weighing_error,
    nearest,
    two_digits,
)
from compound.planning.solution_search import (
    Candidate,
    Measure,
    SolutionProblem,
    carrier,
    first_solution_difference,
    search_solutions,
    solution_is_feasible,
)


def plan_by_solution(order: Order, alternatives: int = 0) -> Planned:
    """The best solution plan for an order, `Planned(None)` where none is admissible.

    Raises InputError where the order does not state what a plan needs. The order has a solubility.
    """
    found = []
    if can_be_weighed(order):
        problem = solution_problem(order)
        found = search_solutions(problem, alternatives + 1, most=MOST_DILUTIONS)
    if not found:
        return Planned(None)
    best, *others = found
    return Planned(
        plan_of(order, problem, best),
        tuple(Alternative(plan_of(order, problem, other), first_solution_difference(best, other)) for other in others),
    )


def solution_problem(order: Order) -> SolutionProblem:
    """The order as a problem for the search."""
    balance = needed(order.balance, "--balance-sensitivity")
    unit = Fraction(balance.readability.mg)
    needed(order.capsules, "--capsules")
    fill = Fraction(needed(order.fill_weight, "--fill-weight").mg)
    low = needed(order.least_blend, "--overage")
    high = low * Fraction(standards.limit("blend_excess"))

    additions = tuple(one.share for one in additions_of(order)) if order.excipients else ()
    if additions and balance.capacity is not None:
        high = min(high, (Fraction(balance.capacity.mg) - unit / 2) / max(additions))

    def units(mg: Fraction, direction: Direction) -> int:
        return int(round_to(mg, unit, direction) / unit)

    return SolutionProblem(
        unit_mg=unit,
        drug_per_blend=Fraction(order.dose.mg) / (order.content_fraction * fill),
        sensitivity=Fraction(balance.sensitivity.mg) / unit,
        least=units(needed(order.least_weighable, "--weighing-error"), Direction.UP),
        capacity=None if balance.capacity is None else units(Fraction(balance.capacity.mg), Direction.DOWN),
        blend_low=units(low, Direction.UP),
        blend_high=units(high, Direction.DOWN),
        dose_error=needed(order.dose_error_limit, "--dose-error").fraction,
        rounding=Fraction(standards.limit("rounding_percent")) / 100,
        most_share=Fraction(standards.limit("aliquot_share")),
        most_drug=units(Fraction(needed(order.most_drug, "--most-drug").mg), Direction.DOWN),
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
    )


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
    put_on, dried = carrier(problem, found)
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
    return all_that_help(order, _LOOKS)


def _works(order: Order) -> bool:
    return can_be_weighed(order) and solution_is_feasible(solution_problem(order), most=MOST_DILUTIONS)


def _another(order: Order, role: str) -> Relaxation | None:
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
        if ware.name not in owned and _works(changed):
            return Relaxation(option if ware in first else f"{option} {ware.kind}", ware.capacity_ml)
    return None


def _by_mass(order: Order) -> Decimal | None:
    """One, where weighing the solutions would help."""
    return Decimal(1) if not order.by_mass and _works(replace(order, by_mass=True)) else None


def _more_drug(order: Order) -> Decimal | None:
    stated = needed(order.most_drug, "--most-drug").mg
    return nearest(two_digits(stated, stated.scaleb(3)), lambda mg: replace(order, most_drug=Mass(mg)), _works)


def _wetter(order: Order) -> Decimal | None:
    stated = needed(order.deposit, "--deposit")
    return nearest(two_digits(stated, MOST_DEPOSIT), lambda ml: replace(order, deposit=ml), _works)


def _more_capsules(order: Order) -> Decimal | None:
    """A larger number of capsules that works, and the next smaller one does not."""
    most = int(standards.limit("most_capsules"))
    low = high = needed(order.capsules, "--capsules")
    while low < most and not _works(replace(order, capsules=high)):
        low, high = high, min(most, 2 * high)
    while high - low > 1:
        middle = (low + high) // 2
        if _works(replace(order, capsules=middle)):
            high = middle
        else:
            low = middle
    return Decimal(high) if low < most else None


_LOOKS: dict[str, Look] = {
    "--balance-sensitivity": lambda order: finer_sensitivity(order, _works, decades=3),
    "--capacity": lambda order: higher_capacity(order, _works, decades=4),
    "--flask": lambda order: _another(order, table.FLASK),
    "--pipette": lambda order: _another(order, table.PIPETTE),
    "--by-mass": _by_mass,
    "--most-drug": _more_drug,
    "--capsules": _more_capsules,
    "--deposit": _wetter,
    "--weighing-error": lambda order: larger_weighing_error(order, _works),
    "--dose-error": lambda order: larger_dose_error(order, _works),
}
