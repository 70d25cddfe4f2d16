"""What goes into a batch, and the lot of each component."""

from __future__ import annotations

from compound.exact.errors import InputError
from compound.order.identity import ComponentLot
from compound.order.source import source_of
from compound.plan.plan import DRIED, DRUG, MakeUp, Plan, TopUp, Weigh
from compound.reading.text import shown

SHELLS = "capsules"


def components(plan: Plan) -> tuple[str, ...]:
    """What goes into the batch, in the order of the steps; excipients and empty capsules last."""
    named = [
        step.material
        for step in plan.steps
        if isinstance(step, MakeUp | TopUp) or (isinstance(step, Weigh) and step.role != DRIED)
    ]
    return tuple(dict.fromkeys([*named, *(excipient.name for excipient in plan.order.excipients), SHELLS]))


def component_lots(plan: Plan, where: str = "--component-lot") -> dict[str, ComponentLot]:
    """The lots by component. What is taken of the shelf may be called by the name of its drug alone.

    Raises InputError for a lot of what is no component, and for two lots of one.
    """
    known = components(plan)
    called = {name.casefold(): name for name in known}
    source = source_of(plan.order)
    drugs = [step.material for step in plan.steps if isinstance(step, Weigh) and step.role == DRUG]
    for name in source.names if drugs else ():
        called.setdefault(name.casefold(), source.name if source.name in known else drugs[0])
    found: dict[str, ComponentLot] = {}
    for lot in plan.order.identity.lots:
        component = called.get(lot.component.casefold())
        if component is None:
            raise InputError(where, f"{shown(lot.component)} is not a component of this plan; these are: {', '.join(known)}")
        if component in found:
            raise InputError(where, f"{shown(component)} is given twice")
        found[component] = lot
    return found


def jar_of(plan: Plan, number: int) -> tuple[str, ...]:
    """The names of the jar that a weighing is to be taken from, the fullest first; none where the plan names no jar.

    Of what comes from the shelf that is its lot. A mixture that is made is labelled with the number of its batch and
    the name of its vessel, and may be called by the latter alone.
    """
    step = plan.steps[number - 1]
    if isinstance(step, Weigh):
        lot = None if step.role == DRIED else component_lots(plan).get(step.material)
        return () if lot is None else (lot.lot,)
    source = getattr(step, "source", "")
    batch = plan.order.identity.batch_number
    return (source,) if batch is None else (f"{batch} {source}", source)
