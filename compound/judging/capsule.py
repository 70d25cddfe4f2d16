"""Whether the fill goes into the capsule, and fills it.

The density of a blend lies between that of its diluent as machine or hand fill it (tapped; bulk where no tapped figure
is on record) and that of its particles without any air between them. What goes beyond the latter is refused when the
order is read (`compound.facts.standards.refuse_overfull`). Here stands the warning for what lies between the two, and for
what leaves the capsule nearly empty: powder that rattles, a wrong size, or a slip of the point. A fill ten times the
right one, or a tenth of it, is never silent.
"""

from __future__ import annotations

from compound.facts import standards
from compound.facts.standards import CapsuleRoom
from compound.findings import codes
from compound.findings.finding import Clause, Finding, NotChecked, Place, Said
from compound.order.order import Order


def capsule_findings(order: Order) -> list[Finding]:
    """The warning that a fill may not go into its size, or hardly fills it; none where one of the two is not stated."""
    fill, size, diluent = order.fill_weight, order.capsule_size, order.diluent
    if fill is None or size is None or diluent is None:
        return []
    room = standards.capsule_room(size, diluent)
    if room.least_mg <= fill.mg <= room.holds_mg:
        return []
    takes = standards.smallest_size(fill.mg, diluent)
    overfull = fill.mg > room.holds_mg
    if takes is None:
        cure = Clause("no-size-holds-it", {"largest": standards.capsule_sizes()[0]})
    elif not overfull and fill.mg < standards.capsule_room(takes, diluent).least_mg:
        cure = Clause("every-size-is-too-large", {"smallest": takes})
    else:
        cure = Clause("size-at-least" if room.density is None else "size-holds-it", {"takes": takes})
    values: dict[str, Said] = {
        "fill": fill.mg, "size": size, "volume": room.volume_ml, "diluent": diluent, "cure": (cure,),
    }  # fmt: skip
    place = Place.option("--fill-weight")
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


def capsule_not_checked(order: Order) -> list[NotChecked]:
    """That a fill weight was not held against its capsule, or only against the lightest and the heaviest filler."""
    if order.fill_weight is None:
        return []
    if order.capsule_size is None:
        why = Clause("no-capsule-size")
    elif order.diluent is None:
        why = Clause("no-diluent")
    elif standards.density(order.diluent) is None:
        why = Clause("no-filler-density")
    else:
        return []
    return [NotChecked(codes.CAPSULE_NOT_CHECKED, {"why": (why,)})]
