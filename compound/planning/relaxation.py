"""What would help where nothing is admissible: the nearest value of a single limit that makes an order work.

Each route says by a `Route` what it can plan. What works at one value of a limit works at all looser ones, so the loosest
value is asked about first, then a few on the way to it. A value that is proposed was found to work, and the next nearer
one of two digits not to; where an answer could not be had in time, that is told with the value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial

from compound.exact.quantity import Mass, Percent
from compound.exact.value import replace
from compound.facts import standards
from compound.order.order import Order, default_readability, needed
from compound.planning.excipients import least_capsules
from compound.planning.planned import Relaxation

Works = Callable[[Order], bool]

LARGEST_PERCENT = Decimal(99)


class Route:
    """What a route can plan: an order as it stands, and any blend between the least of `low` capsules and the most of `high`.

    Each is answered by True, False, or None where it was not told in time. What is not told is taken for no where a value is
    to be proposed, and for yes where values are to be ruled out; `is_told` says whether all was told since it was set.
    """

    def __init__(
        self, works: Callable[[Order], bool | None], reaches: Callable[[Order, int, int], bool | None]
    ) -> None:
        self._works, self._reaches = works, reaches
        self.is_told = True

    def works(self, order: Order) -> bool:
        """Whether an order is known to have an admissible plan."""
        return self._noted(self._works(order)) is True

    def reaches(self, order: Order, low: int, high: int) -> bool:
        """Whether one of many blends may have one."""
        return self._noted(self._reaches(order, low, high)) is not False

    def _noted(self, answer: bool | None) -> bool | None:
        self.is_told = self.is_told and answer is not None
        return answer


Look = Callable[[Order, Route], Decimal | Relaxation | None]  # the nearest value of one option that helps, if any does


def all_that_help(order: Order, route: Route, looks: Mapping[str, Look]) -> tuple[Relaxation, ...]:
    """What the looks of a route find, option by option in their order. A look may name the option more closely itself."""
    found: list[Relaxation] = []
    for option, look in looks.items():
        route.is_told = True
        value = look(order, route)
        if isinstance(value, Relaxation):
            found.append(replace(value, nearest=route.is_told))
        elif value is not None or not route.is_told:
            found.append(Relaxation(option, value, nearest=route.is_told))
    return tuple(found)


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


def higher_capacity(order: Order, works: Works, stated: Decimal, decades: int) -> Decimal | None:
    """The next higher capacity in mg than the one stated, so many decades up at most."""
    balance = needed(order.balance, "--balance-sensitivity")
    ladder = two_digits(stated, stated.scaleb(decades))
    return nearest(ladder, lambda mg: replace(order, balance=replace(balance, capacity=Mass(mg))), works)


def lighter_mixture(order: Order, works: Works, decades: int) -> Decimal | None:
    """The next smaller least mixture in mg, so many decades down at most; none where none is stated."""
    if order.least_mixture is None or not order.least_mixture.mg:
        return None
    stated = order.least_mixture.mg
    ladder = [rung for rung in reversed(two_digits(stated.scaleb(-decades), stated)) if rung < stated]
    return nearest(ladder, lambda mg: replace(order, least_mixture=Mass(mg)), works)


def other_capsules(order: Order, route: Route) -> Relaxation | None:
    """The least larger number of capsules that works; where none does, the fewest batches of fewer that do."""
    more = _more_capsules(order, route)
    if more is not None:
        return Relaxation("--capsules", Decimal(more))
    return _parts(order, route)


def _more_capsules(order: Order, route: Route) -> int | None:
    most = int(standards.limit("most_capsules"))
    low = least_capsules(order, needed(order.capsules, "--capsules") + 1, most)
    # What the blends of many sizes can do together is asked first. A size found so may still lie in a gap between them.
    while low <= most and route.reaches(order, low, most):
        high = _least(partial(route.reaches, order, low), low, most)
        if route.works(replace(order, capsules=high)):
            return high
        low = high + 1
    return None


def _parts(order: Order, route: Route) -> Relaxation | None:
    """The fewest equal batches that hold all capsules, each of which works."""
    asked = needed(order.capsules, "--capsules")
    low, high = least_capsules(order, 1, asked), asked - 1
    while low <= high and route.reaches(order, low, high):
        # The largest size that is left, then what equal batches need of it.
        size = _largest(partial(_reaches_down, route, order, high), low, high)
        batches = -(-asked // size)
        size = -(-asked // batches)
        if route.works(replace(order, capsules=size)):
            return Relaxation("--capsules", Decimal(size), batches)
        high = size - 1
    return None


def _reaches_down(route: Route, order: Order, high: int, low: int) -> bool:
    return route.reaches(order, low, high)


def _largest(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The largest number from `low` to `high` of which something holds that holds of all smaller ones, and of `low`."""
    return -_least(lambda number: holds(-number), -high, -low)


def _least(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The least number from `low` to `high` of which something holds that holds of all larger ones, and of `high`."""
    step = 1
    while low < high:  # near the start first: a size far off leaves a search more room than it needs
        middle = min(low + step - 1, high - 1)
        if holds(middle):
            high = middle
            break
        low, step = middle + 1, 2 * step
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return high


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
