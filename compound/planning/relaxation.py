"""What would help where nothing is admissible: the nearest value of a single limit that makes an order work.

Each route says by `works` what it can plan. What works at one value of a limit works at all looser ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from compound.exact.quantity import Mass, Percent
from compound.exact.value import replace
from compound.order.order import Order, default_readability, needed
from compound.planning.planned import Relaxation

Works = Callable[[Order], bool]
Look = Callable[[Order], Decimal | Relaxation | None]  # the nearest value of one option that helps, if any does

LARGEST_PERCENT = Decimal(99)


def all_that_help(order: Order, looks: Mapping[str, Look]) -> tuple[Relaxation, ...]:
    """What the looks of a route find, option by option in their order. A look may name the option more closely itself."""
    found = ((option, look(order)) for option, look in looks.items())
    return tuple(
        value if isinstance(value, Relaxation) else Relaxation(option, value)
        for option, value in found
        if value is not None
    )


def nearest(ladder: Sequence[Decimal], changed: Callable[[Decimal], Order], works: Works) -> Decimal | None:
    """The first rung, nearest first, that makes the order work, or None if the last does not.

    Few rungs are looked at beyond the one that is sought: a limit far off leaves a search more room than it needs.
    """
    return _climb(ladder, changed, works) if ladder and works(changed(ladder[-1])) else None


def _climb(ladder: Sequence[Decimal], changed: Callable[[Decimal], Order], works: Works) -> Decimal | None:
    low, high = 0, 0
    while not works(changed(ladder[high])):
        if high == len(ladder) - 1:
            return None
        low, high = high + 1, min(2 * high + 1, len(ladder) - 1)
    while low < high:
        middle = (low + high) // 2
        if works(changed(ladder[middle])):
            high = middle
        else:
            low = middle + 1
    return ladder[high]


def two_digits(low: Decimal, high: Decimal) -> list[Decimal]:
    """All numbers of up to two digits strictly above `low` and up to `high`."""
    decades = range(low.adjusted() - 1, high.adjusted() + 1)
    numbers = {Decimal(digits).scaleb(decade) for decade in decades for digits in range(10, 100)}
    return sorted(number for number in numbers if low < number <= high)


def finer_sensitivity(order: Order, works: Works, decades: int) -> Decimal | None:
    """The next finer sensitivity in mg, so many decades down at most."""
    balance = needed(order.balance, "--balance-sensitivity")
    stated = balance.sensitivity.mg
    # The error of a balance whose display was stated is at least the step of that display.
    own_display = not order.readability_assumed
    least = balance.readability.mg if own_display else stated.scaleb(-decades)
    ladder = [rung for rung in reversed(two_digits(least.scaleb(-1), stated)) if least <= rung < stated]

    def changed(sensitivity: Decimal) -> Order:
        mass = Mass(sensitivity)
        readability = balance.readability if own_display else default_readability(mass)
        return replace(order, balance=replace(balance, sensitivity=mass, readability=readability))

    return nearest(ladder, changed, works)


def higher_capacity(order: Order, works: Works, decades: int) -> Decimal | None:
    """The next higher capacity in mg, so many decades up at most."""
    balance = needed(order.balance, "--balance-sensitivity")
    if balance.capacity is None:
        return None
    # Whether any capacity helps is quickest told without one.
    if not works(replace(order, balance=replace(balance, capacity=None))):
        return None
    ladder = two_digits(balance.capacity.mg, balance.capacity.mg.scaleb(decades))
    return _climb(ladder, lambda mg: replace(order, balance=replace(balance, capacity=Mass(mg))), works)


def larger_weighing_error(order: Order, works: Works) -> Decimal | None:
    """The next larger error of one weighing in percent; none where a minimum weight was stated."""
    if order.minimum_weight is not None:
        return None
    ladder = two_digits(needed(order.weighing_error_limit, "--weighing-error").percent, LARGEST_PERCENT)
    return nearest(ladder, lambda value: replace(order, weighing_error_limit=Percent(value)), works)


def larger_dose_error(order: Order, works: Works) -> Decimal | None:
    """The next larger error of the dose in percent."""
    ladder = two_digits(needed(order.dose_error_limit, "--dose-error").percent, LARGEST_PERCENT)
    return nearest(ladder, lambda value: replace(order, dose_error_limit=Percent(value)), works)
