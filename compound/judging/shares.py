"""How much of each other excipient is in the blend, against the share that the order states."""

from __future__ import annotations

from fractions import Fraction

from compound.exact.value import Value
from compound.facts import standards
from compound.findings import codes
from compound.findings.finding import Finding, NotChecked, Place
from compound.judging.replay import ZERO, Replay
from compound.order.order import Order
from compound.plan.plan import DRIED, SOLVENT, Transfer, Weigh


class Share(Value):
    """An excipient in the blend: its mass and that of the blend in mg, and the share ordered, as a fraction."""

    name: str
    mass_mg: Fraction
    blend_mg: Fraction
    ordered: Fraction

    @property
    def made_percent(self) -> Fraction:
        """What it is of the blend, in percent."""
        return 100 * self.mass_mg / self.blend_mg

    @property
    def off_percent(self) -> Fraction:
        """How far the share is off the one ordered, in percent of that."""
        return 100 * (self.mass_mg / self.blend_mg / self.ordered - 1)


def shares(order: Order, run: Replay) -> tuple[Share, ...]:
    """The excipients of an order that state their share, as the steps bring them; none where the blend is not known."""
    blend = next((mixture for mixture in run.mixtures if mixture.vessel == run.filled_from), None)
    if blend is None or blend.volume_ml is not None or not blend.total_mg:
        return ()
    return tuple(
        Share(one.name, _mass_of(one.name, run).get(blend.vessel, ZERO), blend.total_mg, one.share.fraction)
        for one in order.excipients
        if one.share is not None
    )


def _mass_of(name: str, run: Replay) -> dict[str, Fraction]:
    """What was put into each vessel of a material in mg, less what went on from it into another.

    What is moved of a mixture takes the same share of all that is in it.
    """
    there: dict[str, Fraction] = {}
    wanted = name.casefold()
    for step in run.steps:
        if isinstance(step, Weigh) and step.role not in (DRIED, SOLVENT) and step.material.casefold() == wanted:
            there[step.vessel] = there.get(step.vessel, ZERO) + Fraction(step.amount_mg)
        elif isinstance(step, Transfer) and there.get(step.source):
            source = run.held(step.source, step.number)
            whole = source.mass_mg if step.amount_ml is None else source.volume_ml
            moved = Fraction((step.amount_mg if step.amount_ml is None else step.amount_ml) or 0)
            share = there[step.source] * moved / whole if whole else ZERO
            there[step.vessel] = there.get(step.vessel, ZERO) + share
            there[step.source] -= share
    return there


def share_findings(order: Order, run: Replay) -> list[Finding]:
    """The excipients whose share of the blend is further off than rounding takes it."""
    most = standards.limit("excipient_share_percent")
    return [
        Finding(codes.EXCIPIENT_NOT_AS_ORDERED, Place.vessel(run.filled_from or ""), {
            "name": one.name, "ordered": 100 * one.ordered, "made": one.made_percent, "mass": one.mass_mg, "most": most,
        })
        for one in shares(order, run)
        if abs(one.off_percent) > most
    ]  # fmt: skip


def share_not_checked(order: Order) -> tuple[NotChecked, ...]:
    """The excipients of a plan of others that states no share of them."""
    names = "; ".join(one.name for one in order.excipients if one.share is None)
    return (NotChecked(codes.EXCIPIENT_SHARE_NOT_STATED, {"names": names}),) if names else ()
