"""What is weighed into the batch beside concentrate and diluent: each other excipient, or an aliquot of its premix.

An excipient is its share of the blend, rounded to the readability. What the least blend takes of it decides how it is
weighed, so that a plan of one order does it in one way whatever its blend: by itself from the least weighable quantity
on, else through a premix with the diluent. Rounding may move a share by a twentieth of itself at most, so that ten
steps of the balance are the least too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from compound.exact.errors import InputError
from compound.exact.quantity import Direction, round_to, written
from compound.exact.value import Value, replace
from compound.facts import standards
from compound.findings import codes
from compound.findings.finding import Finding
from compound.order.excipient import Excipient
from compound.order.order import Order, needed
from compound.plan.plan import BATCH, DILUENT, EXCIPIENT, Mix, Step, Transfer, Vessel, Weigh
from compound.reading.text import shown

LEAST_PREMIX = 1000  # mg: a mortar neither mixes less nor gives it back
_RATIOS = (2, 5, 10)  # a premix is one in so many, or ten, a hundred … times that


class Premix(Value):
    """An excipient diluted so that an aliquot of it can be weighed: what goes into it, in mg."""

    excipient: Fraction
    diluent: Fraction


class Addition(Value):
    """What is weighed into the batch for an excipient. `share` is that of the blend: of the excipient, or of the aliquot."""

    name: str
    share: Fraction
    premix: Premix | None = None


def additions_of(order: Order) -> tuple[Addition, ...]:
    """What is weighed into the batch for the excipients of an order, the smallest share first.

    One that cannot be weighed (`not_weighable`) stands there as if it could. Raises InputError for one without a share.
    """
    excipients = sorted(order.excipients, key=_share)
    return tuple(_addition(order, one) or Addition(one.name, _share(one)) for one in excipients)


def not_weighable(order: Order) -> tuple[Excipient, ...]:
    """The excipients that cannot be weighed, not even as a premix within the largest dilution."""
    return tuple(one for one in order.excipients if _addition(order, one) is None)


def can_be_weighed(order: Order) -> bool:
    """Whether all excipients of the least blend can be weighed, and what is weighed for them leaves some of it."""
    shares = [one.share for one in additions_of(order)]
    if not shares:
        return True
    balance = needed(order.balance, "--balance-sensitivity")
    heaviest = max(shares) * needed(order.least_blend, "--overage") + Fraction(balance.readability.mg) / 2
    loads = balance.capacity is None or heaviest <= balance.capacity.mg
    return loads and sum(shares) < 1 and not not_weighable(order)


def least_of(order: Order) -> Fraction:
    """The least of an excipient that is weighed, in mg: rounding then moves it by a twentieth of itself at most."""
    balance, least = needed(order.balance, "--balance-sensitivity"), needed(order.least_weighable, "--weighing-error")
    readability = Fraction(balance.readability.mg)
    closest = readability / 2 / (Fraction(standards.limit("excipient_share_percent")) / 100)
    return round_to(max(least, closest), readability, Direction.UP)


def unweighable_findings(order: Order) -> tuple[Finding, ...]:
    """A finding on each excipient that cannot be weighed."""
    if not (few := not_weighable(order)):
        return ()
    blend, ratio, least = needed(order.least_blend, "--overage"), max(_ratios(order), default=1), least_of(order)
    return tuple(
        Finding(codes.EXCIPIENT_NOT_WEIGHABLE, "--excipient", {
            "name": one.name, "share": 100 * _share(one), "blend": blend, "mass": _share(one) * blend, "least": least,
            "ratio": ratio, "aliquot": _share(one) * blend * ratio,
        })
        for one in few
    )  # fmt: skip


def _ratios(order: Order) -> list[int]:
    most = needed(order.max_dilution, "--max-dilution")
    return [ratio * 10**power for power in range(len(str(int(most)))) for ratio in _RATIOS if ratio * 10**power <= most]


def _share(excipient: Excipient) -> Fraction:
    if excipient.share is None:
        raise InputError(
            "--excipient",
            f'{shown(excipient.name)} lacks its share of the blend; write "{excipient.name} 0.5%"',
        )
    return excipient.share.fraction


def _addition(order: Order, excipient: Excipient) -> Addition | None:
    """How an excipient is weighed into the batch; None where no way is within the limits."""
    readability = Fraction(needed(order.balance, "--balance-sensitivity").readability.mg)
    blend = round_to(needed(order.least_blend, "--overage"), readability, Direction.UP)
    share, least = _share(excipient), least_of(order)
    for ratio in (1, *_ratios(order)):
        if round_to(share * ratio * blend, readability, Direction.NEAREST) >= least:
            if ratio == 1:
                return Addition(excipient.name, share)
            premix = _premix(order, ratio, share * ratio * blend)
            return None if premix is None else Addition(excipient.name, share * ratio, premix)
    return None


def _premix(order: Order, ratio: int, aliquot: Fraction) -> Premix | None:
    """A premix of one in so many, for an aliquot of about that mass out of the least blend; None beyond the capacity."""
    balance = needed(order.balance, "--balance-sensitivity")
    readability = Fraction(balance.readability.mg)
    capacity = None if balance.capacity is None else Fraction(balance.capacity.mg)
    largest = aliquot * Fraction(standards.limit("blend_excess")) + readability
    wished = Fraction(LEAST_PREMIX) if capacity is None else min(Fraction(LEAST_PREMIX), capacity)
    total = max(wished, largest / Fraction(standards.limit("aliquot_share")))
    least = max(least_of(order), total / ratio)
    # Two digits are enough to weigh. A power of ten is a multiple of the readability unless it is below it.
    step = max(readability, Fraction(10) ** (Decimal(int(least)).adjusted() - 1))
    excipient = round_to(least, step, Direction.UP)
    diluent = excipient * (ratio - 1)
    if capacity is not None and max(excipient, diluent) > capacity:
        excipient = round_to(least, readability, Direction.UP)
        diluent = excipient * (ratio - 1)
    return None if capacity is not None and max(excipient, diluent) > capacity else Premix(excipient, diluent)


class Added(Value):
    """The steps for the excipients of a plan: those that make the premixes, those into the batch, and their mass in mg."""

    before: tuple[Step, ...]
    into_batch: tuple[Callable[[int], Step], ...]
    mass: Fraction


def added(order: Order, blend: Fraction, first: int) -> Added:
    """The steps for the excipients in a blend of that mass in mg; the premixes are numbered from `first`."""
    readability = Fraction(needed(order.balance, "--balance-sensitivity").readability.mg)
    diluent = needed(order.diluent, "--diluent")
    before: list[Step] = []
    into: list[Callable[[int], Step]] = []
    mass, premixes = Fraction(0), 0
    for one in additions_of(order):
        amount = round_to(one.share * blend, readability, Direction.NEAREST)
        mass += amount
        if one.premix is None:
            into.append(_weighing(one.name, written(amount)))
            continue
        premixes += 1
        vessel, number = Vessel(Vessel.PREMIX, premixes).text, first + len(before)
        before.append(Weigh(number, EXCIPIENT, one.name, written(one.premix.excipient), vessel))
        before.append(Weigh(number + 1, DILUENT, diluent, written(one.premix.diluent), vessel))
        before.append(Mix(number + 2, vessel))
        into.append(_aliquot(vessel, written(amount)))
    return Added(tuple(before), tuple(into), mass)


NOTHING_ADDED = Added((), (), Fraction(0))


def least_capsules(order: Order, low: int, most: int) -> int:
    """The least number of capsules, from `low` to `most`, whose excipients can all be weighed; `most` + 1 for none."""
    if not order.excipients:
        return low
    counts = range(low, most + 1)
    return low + bisect_left(counts, True, key=lambda count: can_be_weighed(replace(order, capsules=count)))


def _weighing(name: str, amount: Decimal) -> Callable[[int], Step]:
    return lambda number: Weigh(number, EXCIPIENT, name, amount, BATCH)


def _aliquot(vessel: str, amount: Decimal) -> Callable[[int], Step]:
    return lambda number: Transfer(number, vessel, BATCH, amount_mg=amount)
