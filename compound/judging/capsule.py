"""Whether the fill goes into the capsule, and fills it.

The density of a blend lies between that of its diluent as machine or hand fill it (tapped; bulk where no tapped figure
is on record) and that of its particles without any air between them. What goes beyond the latter is refused when the
order is read (`compound.facts.standards.refuse_overfull`), and where the steps of a plan alone state it, it is an error.
Here stands also the warning for what lies between the two, and for what leaves the capsule nearly empty: powder that
rattles, a wrong size, or a slip of the point. A fill ten times the right one, or a tenth of it, is never silent.
"""

from __future__ import annotations

from decimal import Decimal

from compound.facts import standards
from compound.facts.standards import CapsuleRoom, Filler
from compound.findings import codes
from compound.findings.finding import Clause, Finding, NotChecked, Place, Said
from compound.order.order import Order
from compound.plan.plan import Fill, Plan


def capsule_findings(order: Order, plan: Plan | None = None) -> list[Finding]:
    """What a fill and its capsule have against each other; nothing where the size is not stated.

    The fill is the one of the order, else that of the steps of a plan.
    """
    size, diluent, found = order.capsule_size, order.diluent, []
    filler = order.filler
    for mg, place in _fills(order, plan):
        if size is None:
            continue
        if mg > (most := standards.most_solid_mg(size, filler, mixed=order.mixed)):
            values: dict[str, Said] = {"fill": mg, "size": size, "volume": standards.capsule_size(size).volume_ml, "most": most}
            found.append(Finding(codes.CAPSULE_CANNOT_HOLD, place, values))
        elif diluent is not None and filler is not None:
            found += _filled_findings(mg, size, diluent, filler, place)
    return found


def _fills(order: Order, plan: Plan | None) -> list[tuple[Decimal, Place]]:
    """The fills in mg, and what a finding on each is about."""
    if order.fill_weight is not None:
        return [(order.fill_weight.mg, Place.option("--fill-weight"))]
    steps = () if plan is None else plan.steps
    fills = [step for step in steps if isinstance(step, Fill)]
    return [(step.amount_mg, Place.step(step.number)) for step in fills if step.amount_mg is not None]


def _filled_findings(mg: Decimal, size: str, diluent: str, filler: Filler, place: Place) -> list[Finding]:
    """The warning that a fill that can be held may not go in, or hardly fills its size."""
    room = standards.capsule_room(size, filler)
    if room.least_mg <= mg <= room.holds_mg:
        return []
    takes = standards.smallest_size(mg, filler)
    overfull = mg > room.holds_mg
    if takes is None:
        cure = Clause("no-size-holds-it", {"largest": standards.capsule_sizes()[0]})
    elif not overfull and mg < standards.capsule_room(takes, filler).least_mg:
        cure = Clause("every-size-is-too-large", {"smallest": takes})
    else:
        cure = Clause("size-at-least" if room.density is None else "size-holds-it", {"takes": takes})
    values: dict[str, Said] = {
        "fill": mg, "size": size, "volume": room.volume_ml, "diluent": diluent, "cure": (cure,),
    }  # fmt: skip
    if overfull:
        return [Finding(codes.CAPSULE_OVERFULL, place, values | {"holds": room.holds_mg, "basis": (_filled(room),)})]
    basis = Clause("lightest-filler" if room.density is None else "bulk-density", {"density": room.poured_g_per_ml})
    return [Finding(codes.CAPSULE_NEARLY_EMPTY, place, values | {
        "holds": room.poured_mg, "basis": (basis,), "share": 100 * standards.limit("least_fill_share"),
    })]  # fmt: skip


def _filled(room: CapsuleRoom) -> Clause:
    """At what density a size is said to hold what it holds."""
    values: dict[str, Said] = {"density": room.filled_g_per_ml}
    if room.density is None:
        return Clause("heaviest-filler", values)
    return Clause("tapped-density" if room.density.tapped else "bulk-density", values)


def capsule_not_checked(order: Order, plan: Plan | None = None) -> list[NotChecked]:
    """That a fill weight was not held against its capsule, or only against the lightest and the heaviest filler."""
    topped_up = plan is not None and plan.is_topped_up
    if not topped_up and not _fills(order, plan):
        return []
    if order.capsule_size is None:
        why = Clause("no-capsule-size")
    elif order.filler is None:
        why = Clause("no-diluent")
    elif standards.density(order.filler) is None:
        why = Clause("no-filler-density")
    else:
        return []
    return [NotChecked(codes.CAPSULE_NOT_CHECKED, {"why": (why,)})]
