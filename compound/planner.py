"""From an order to a plan: the powder method.

The order becomes a problem in whole units of the balance (`compound.search`), the best chain of amounts becomes steps.
Where no plan is admissible, each single limit that would help is looked for, with the nearest value that does.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from compound import standards
from compound.order import Order, default_readability, needed
from compound.plan import DILUENT, DRUG, Fill, Mix, Plan, Step, Transfer, Weigh
from compound.quantity import Direction, Mass, Percent, round_to, written
from compound.search import Chain, Prefer, Problem, feasible, first_difference, search
from compound.value import Value, replace

BATCH, CAPSULES = "batch", "capsules"


class Alternative(Value):
    """A runner-up and the criterion of the ranking on which it lost to the plan printed."""

    plan: Plan
    lost_on: str


class Relaxation(Value):
    """A single limit that would help if it alone were changed, and the nearest value that does.

    `value` is in mg, percent, or a bare number, as the option takes it.
    """

    option: str
    value: Decimal


class Planned(Value):
    """What the planner found: the plan and the runners-up, or the limits that would help where there is none."""

    plan: Plan | None
    alternatives: tuple[Alternative, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()


def plan(order: Order, alternatives: int = 0) -> Planned:
    """The best powder plan for an order. Raises InputError where the order does not state what a plan needs."""
    problem, unit = problem_of(order)
    prefer = Prefer(order.prefer or Prefer.SIMPLE.value)
    chains = search(problem, prefer, alternatives + 1)
    if not chains:
        return Planned(None, relaxations=relaxations(order))
    best, *others = chains
    return Planned(
        _plan_of(order, best, unit),
        tuple(Alternative(_plan_of(order, other, unit), first_difference(prefer, best, other)) for other in others),
    )


def problem_of(order: Order) -> tuple[Problem, Fraction]:
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
            dose_error=needed(order.dose_error, "--dose-error").fraction,
            rounding=Fraction(standards.limit("rounding_percent")) / 100,
            most_share=Fraction(standards.limit("aliquot_share")),
        ),
        unit,
    )


def _plan_of(order: Order, chain: Chain, unit: Fraction) -> Plan:
    balance = needed(order.balance, "--balance-sensitivity")
    drug, diluent = order.drug or "drug", needed(order.diluent, "--diluent")
    steps: list[Step] = []

    def amount(units: int) -> Decimal:
        return written(units * unit)

    mixtures = [*((f"trituration {i}", total) for i, total in enumerate(chain.totals, start=1)), (BATCH, chain.blend)]
    source = None
    for (vessel, total), taken in zip(mixtures, chain.taken, strict=True):
        number = len(steps) + 1
        if source is None:
            steps.append(Weigh(number, DRUG, drug, amount(taken), vessel))
        else:
            steps.append(Transfer(number, source, vessel, amount_mg=amount(taken)))
        steps.append(Weigh(number + 1, DILUENT, diluent, amount(total - taken), vessel))
        steps.append(Mix(number + 2, vessel))
        source = vessel
    fill = needed(order.fill_weight, "--fill-weight").mg
    steps.append(Fill(len(steps) + 1, BATCH, fill, needed(order.capsules, "--capsules"), CAPSULES))
    return Plan(order, balance, order.content_fraction, tuple(steps))


# What would help where nothing is admissible.


def relaxations(order: Order) -> tuple[Relaxation, ...]:
    """Every single limit that would help if it alone were changed, with the nearest value that does.

    In the order sensitivity, maximum dilution, capacity, capsules, weighing error, dose error: loosening an error
    limit is never the first proposal. A value has two digits, a number of capsules is exact.
    """
    found = []
    for option, look in _LOOKS.items():
        value = look(order)
        if value is not None:
            found.append(Relaxation(option, value))
    return tuple(found)


def _works(order: Order) -> bool:
    return feasible(problem_of(order)[0])


def _nearest(
    ladder: list[Decimal], changed: Callable[[Decimal | None], Order], *, endless: bool = False
) -> Decimal | None:
    """The first rung, nearest first, that makes the order work. What works at a rung works at all beyond it.

    `endless` says that the limit can be done without altogether, which is the quickest to tell. Few rungs are looked
    at beyond the one that is sought: a limit far off leaves a search more room than it needs.
    """
    if not ladder or not _works(changed(None if endless else ladder[-1])):
        return None
    low, high = 0, 0
    while not _works(changed(ladder[high])):
        if high == len(ladder) - 1:
            return None
        low, high = high + 1, min(2 * high + 1, len(ladder) - 1)
    while low < high:
        middle = (low + high) // 2
        if _works(changed(ladder[middle])):
            high = middle
        else:
            low = middle + 1
    return ladder[high]


def _two_digits(low: Decimal, high: Decimal) -> list[Decimal]:
    """All numbers of up to two digits strictly above `low` and up to `high`."""
    decades = range(low.adjusted() - 1, high.adjusted() + 1)
    numbers = {Decimal(digits).scaleb(decade) for decade in decades for digits in range(10, 100)}
    return sorted(number for number in numbers if low < number <= high)


def _finer_sensitivity(order: Order) -> Decimal | None:
    balance = needed(order.balance, "--balance-sensitivity")
    stated = balance.sensitivity.mg
    # The error of a balance whose display was stated is at least the step of that display.
    own_display = not order.readability_assumed
    least = balance.readability.mg if own_display else stated.scaleb(-6)
    ladder = [rung for rung in reversed(_two_digits(least.scaleb(-1), stated)) if least <= rung < stated]

    def changed(sensitivity: Decimal | None) -> Order:
        mass = Mass(needed(sensitivity, "--balance-sensitivity"))
        readability = balance.readability if own_display else default_readability(mass)
        return replace(order, balance=replace(balance, sensitivity=mass, readability=readability))

    return _nearest(ladder, changed)


def _higher_dilution(order: Order) -> Decimal | None:
    stated = needed(order.max_dilution, "--max-dilution")
    return _nearest(
        _two_digits(stated, max(stated * 100, Decimal(10**6))), lambda value: replace(order, max_dilution=value)
    )


def _higher_capacity(order: Order) -> Decimal | None:
    balance = needed(order.balance, "--balance-sensitivity")
    if balance.capacity is None:
        return None
    ladder = _two_digits(balance.capacity.mg, balance.capacity.mg.scaleb(6))

    def changed(mg: Decimal | None) -> Order:
        return replace(order, balance=replace(balance, capacity=None if mg is None else Mass(mg)))

    return _nearest(ladder, changed, endless=True)


def _more_capsules(order: Order) -> Decimal | None:
    """The least larger number of capsules that has an admissible plan. Its range of blends may lie behind a gap."""
    most = int(standards.limit("most_capsules"))

    def problem(capsules: int) -> Problem:
        return problem_of(replace(order, capsules=capsules))[0]

    def reaches(least_blend: int, capsules: int) -> bool:
        return feasible(replace(problem(capsules), blend_low=least_blend))

    low = needed(order.capsules, "--capsules") + 1
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
        if _works(replace(order, capsules=high)):
            return Decimal(high)
        low = high + 1
    return None


def _larger_weighing_error(order: Order) -> Decimal | None:
    if order.minimum_weight is not None:
        return None
    stated = needed(order.weighing_error, "--weighing-error").percent
    ladder = _two_digits(stated, Decimal(99))
    return _nearest(ladder, lambda value: replace(order, weighing_error=_percent(value)))


def _larger_dose_error(order: Order) -> Decimal | None:
    stated = needed(order.dose_error, "--dose-error").percent
    return _nearest(_two_digits(stated, Decimal(99)), lambda value: replace(order, dose_error=_percent(value)))


def _percent(value: Decimal | None) -> Percent | None:
    return None if value is None else Percent(value)


_LOOKS: dict[str, Callable[[Order], Decimal | None]] = {
    "--balance-sensitivity": _finer_sensitivity,
    "--max-dilution": _higher_dilution,
    "--capacity": _higher_capacity,
    "--capsules": _more_capsules,
    "--weighing-error": _larger_weighing_error,
    "--dose-error": _larger_dose_error,
}
