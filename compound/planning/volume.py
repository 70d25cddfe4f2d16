"""Filling by volume: what the planner searches for in place of a blend, and the steps of the batch.

The last aliquot is mixed with part of the diluent, topped up to the volume of the capsules, mixed again, and all of it is
filled: the dose is the drug in the batch by the number of capsules. So the blend is not weighed, and no error of it moves
the dose. For the search what the capsules hold of the diluent, by its bulk density, stands in the place of the blend, the
same in every plan: the dilution of the last aliquot is held against it, and so are the doublings of the powder.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from compound.exact.errors import InputError
from compound.exact.quantity import Direction, Mass, Percent, round_to, written
from compound.exact.value import replace
from compound.order.order import BY_WEIGHT, Balance, Order, needed
from compound.plan.plan import BATCH, BULK, CAPSULES, DILUENT, Fill, Mix, Step, TopUp, Weigh
from compound.planning.powder_search.problem import Problem

_MOST_OF_THE_BULK = Fraction(9, 10)  # what is weighed in leaves room to top up


def bulk_of(order: Order) -> Fraction:
    """What the capsules hold of the diluent in mg, by its bulk density. Raises InputError where that is not on record."""
    needed(order.capsules, "--capsules")
    found = order.expected_bulk
    if found is None:
        raise InputError("--filling", "by volume needs a capsule size, and a diluent whose bulk density is on record")
    return found


def order_by_weight(order: Order) -> Order:
    """The same order filled by weight, each capsule with what it holds of the diluent by the bulk density."""
    count = needed(order.filled, "--capsules")
    fill = Mass(written(bulk_of(order) / count))
    return replace(
        order, filling=BY_WEIGHT, extra_capsules=0, capsules=count, fill_weight=fill, fill_weight_assumed=False,
        overage=Percent(Decimal(0)),
    )  # fmt: skip


def with_fixed_blend(order: Order, problem: Problem, unit: Fraction) -> Problem:
    """The problem of the order by weight (`order_by_weight`), for the one blend that the capsules are expected to hold.

    `unit` is that of the problem in mg. The drug in the batch is the planned dose of all its capsules, whatever the blend
    turns out to weigh.
    """
    blend = int(bulk_of(order) / unit / problem.multiple) * problem.multiple
    all_drug = order.planned_dose * needed(order.filled, "--capsules")
    return replace(
        problem, blend_low=blend, blend_high=blend, unweighed=True,
        dilution=order.content_fraction * blend * unit / all_drug,
    )  # fmt: skip


def part_of_diluent(order: Order, concentrate: Fraction) -> tuple[Decimal, str | None]:
    """What is weighed of the diluent before the batch is topped up, in mg, and BULK where on the second balance.

    Half of what the capsules hold, to two digits; where that leaves less than a tenth of it to top up with, half of what the
    concentrate leaves. It moves no dose, so a load that the balance does not carry is made less, and not weighed in portions.
    """
    bulk = bulk_of(order)
    half = bulk / 2 if concentrate + bulk / 2 <= bulk * _MOST_OF_THE_BULK else (bulk - concentrate) / 2
    if order.bulk is not None:
        part, least = _to_two_digits(half, order.bulk), needed(order.bulk_least, "--weighing-error")
        if part >= least:
            return written(part), BULK
    balance = needed(order.balance, "--balance-sensitivity")
    part, least = _to_two_digits(half, balance), needed(order.least_weighable, "--weighing-error")
    return written(max(part, round_to(least, Fraction(balance.readability.mg), Direction.UP))), None


def _to_two_digits(mg: Fraction, balance: Balance) -> Fraction:
    """An amount in mg within the capacity of a balance, rounded down to two digits, and to what its display shows."""
    capacity = balance.capacity
    within = mg if capacity is None else min(mg, Fraction(capacity.mg))
    step = max(Fraction(balance.readability.mg), Fraction(10) ** (len(str(int(within))) - 2))
    return round_to(within, step, Direction.DOWN)


def batch_steps(order: Order, concentrate: Fraction, first: int) -> tuple[Step, ...]:
    """The steps after a concentrate of that mass in mg was put into the batch, numbered from `first`."""
    diluent, count = needed(order.diluent, "--diluent"), needed(order.filled, "--capsules")
    part, balance = part_of_diluent(order, concentrate)
    return (
        Weigh(first, DILUENT, diluent, part, BATCH, balance),
        Mix(first + 1, BATCH),
        TopUp(first + 2, diluent, count, BATCH),
        Mix(first + 3, BATCH),
        Fill(first + 4, BATCH, None, count, CAPSULES),
    )
