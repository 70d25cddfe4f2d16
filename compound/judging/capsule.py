"""One capsule beside another: what an order and its steps say of the powder, and the gates on it.

It knows the steps and the replay, and nothing of how a plan was found.
"""

from __future__ import annotations

from fractions import Fraction

from compound.exact.value import Value
from compound.facts.lot import Lot, content_fraction
from compound.findings import codes
from compound.findings.finding import Finding, NotChecked, Severity, accept
from compound.judging import uniformity
from compound.judging.replay import replay
from compound.judging.uniformity import Uniformity
from compound.order.order import Order
from compound.plan.plan import DRUG, SOLVENT, Dry, Fill, MakeUp, Plan, Transfer, Weigh

# The findings of an order for which no powder may be made, unless a pharmacist takes them on where that can be done.
REFUSE_POWDER = (codes.POWDER_BELOW_1_MCG, codes.PARTICLE_RSD_ABOVE_LIMIT)


class Aliquot(Value):
    """What is weighed off a mixture of powder: the step, and the drug in it in mg as the dose counts it."""

    step: int
    drug_mg: Fraction


def powder_refusals(order: Order) -> tuple[Finding, ...]:
    """The errors that refuse an order the powder method; those that were accepted do not.

    `--method auto` takes the solution route where there is one.
    """
    found = [finding for finding in findings(order, None, powder=True) if finding.entry in REFUSE_POWDER]
    raised = {finding.code for finding in found}
    reasons = {code: reason for code, reason in order.accept.items() if code in raised}
    return tuple(finding for finding in accept(tuple(found), reasons) if finding.severity is Severity.ERROR)


def findings(order: Order, plan: Plan | None, *, powder: bool = False) -> list[Finding]:
    """What the size of the particles and the dose say against a plan, or against an order for which there is none.

    `powder` asks what they say if powder is made, whatever method the order names.
    """
    return _gates(order, plan, powder)[0]


def not_checked(
    order: Order, plan: Plan | None, dose_mg: Fraction | None = None, worst_low_percent: Fraction | None = None,
    worst_high_percent: Fraction | None = None,
) -> list[NotChecked]:  # fmt: skip
    """What could not be said of the uniformity from capsule to capsule, where the steps give that dose and bounds."""
    found = [*_gates(order, plan, False)[1], *uniformity.fill_not_checked(order.fill_rsd)]
    if plan is not None:
        known = order.fill_rsd is not None if is_dissolved(plan) else None not in (order.particle_size, density_of(order))
        found += uniformity.not_predicted(known, dose_mg, worst_low_percent, worst_high_percent)
    return found


def _gates(order: Order, plan: Plan | None, powder: bool) -> tuple[list[Finding], list[NotChecked]]:
    by_solution = order.method == "solution" if plan is None else is_dissolved(plan)
    return uniformity.gates(
        Fraction(order.dose.mg), density_of(order), order.particle_size, particle_content(order),
        dissolved=by_solution and not powder,
    )  # fmt: skip


def density_of(order: Order) -> Fraction | None:
    """The true density of the drug's particles in g/cm3, or None where it is not known."""
    density = order.substance.density if order.substance is not None else None
    return None if density is None else density.g_per_cm3


def density_evidence(order: Order) -> str | None:
    """How the true density of the drug is known, or None where it is not."""
    density = order.substance.density if order.substance is not None else None
    return None if density is None else density.evidence.evidence


def particle_content(order: Order) -> Fraction:
    """mg of the substance the dose is expressed in per mg of the drug's own particles.

    Of a stock trituration or a crushed tablet the particles of the drug count, and not the powder around them: their
    content is that of the pure substance.
    """
    lot = order.lot
    if lot.strength is None and lot.tablet is None:
        return order.content_fraction
    return content_fraction(order.substance, order.dose_as, Lot())


def is_dissolved(plan: Plan) -> bool:
    """Whether all drug that reaches the capsules comes out of a solution."""
    powder = _powder_in(plan)
    filled = next((step.source for step in reversed(plan.steps) if isinstance(step, Fill)), None)
    dissolves = any(isinstance(step, MakeUp) or (isinstance(step, Weigh) and step.role == SOLVENT) for step in plan.steps)
    return dissolves and filled is not None and filled not in powder


def _powder_in(plan: Plan) -> set[str]:
    """The vessels that hold drug as particles of the powder at the end; a solvent dissolves what a vessel holds."""
    powder: set[str] = set()
    liquid: set[str] = set()
    for step in plan.steps:
        match step:
            case Weigh(role=role) if role == DRUG:
                powder.add(step.vessel)
            case Transfer() if step.source in powder:
                powder.add(step.vessel)
            case _:
                pass
        match step:
            case MakeUp():
                liquid.add(step.vessel)
            case Weigh(role=role) if role == SOLVENT:
                liquid.add(step.vessel)
            case Transfer() if step.source in liquid:
                liquid.add(step.vessel)
            case Dry():
                liquid.discard(step.vessel)
            case _:
                pass
        powder -= liquid
    return powder


def aliquots(plan: Plan) -> tuple[Aliquot, ...]:
    """The aliquots of powder, each a sample of the particles in the mixture it is drawn from."""
    found = []
    for index, step in enumerate(plan.steps):
        if not isinstance(step, Transfer) or step.amount_mg is None:
            continue
        before, after = plan.steps[:index], plan.steps[: index + 1]
        if step.source not in _powder_in(Plan(plan.order, plan.balance, plan.content_fraction, before)):
            continue
        held = [replay(steps, plan.content_fraction).held for steps in (before, after)]
        nothing = (Fraction(0), Fraction(0))
        drug = held[1].get(step.vessel, nothing)[1] - held[0].get(step.vessel, nothing)[1]
        if drug > 0:
            found.append(Aliquot(step.number, drug))
    return tuple(found)


def uniformity_of(
    plan: Plan, dose_mg: Fraction | None, worst_low_percent: Fraction | None, worst_high_percent: Fraction | None
) -> Uniformity:
    """The uniformity of a plan that gives `dose_mg`, with the worst case of its weighings in percent of the label."""
    order = plan.order
    label = Fraction(order.dose.mg)
    return uniformity.judge(
        label, density_of(order), order.particle_size, [aliquot.drug_mg for aliquot in aliquots(plan)],
        worst_low_percent, worst_high_percent, order.fill_rsd,
        mean_percent=None if dose_mg is None else 100 * dose_mg / label,
        content_fraction=particle_content(order), dissolved=is_dissolved(plan),
    )  # fmt: skip
