"""From a plan to its judgement: the dose the steps give, its bounds, and everything that can be said against it.

The audit knows nothing of the planner. What planned a dose must not vouch for it.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from compound.exact.value import Value
from compound.facts.excipients.house_rules import HouseRules
from compound.findings.finding import Finding, NotChecked, accept
from compound.judging.accuracy import Accuracy, Measured, accuracy_of, measured
from compound.judging.materials import contents, material_findings
from compound.judging.order_findings import order_findings, order_not_checked
from compound.judging.ranges import Ranges, ranges_of
from compound.judging.replay import Mixture, Replay, replay
from compound.judging.shares import share_findings, share_not_checked
from compound.judging.step_findings import fault_findings, limit_findings
from compound.judging.uniformity import Uniformity, capsule_facts, judge_uniformity
from compound.plan.plan import Plan


class Audit(Value):
    """A plan and what was found out about it: `run` is what its steps give, step by step.

    `accuracy` is None where the steps give no dose.
    """

    plan: Plan
    run: Replay
    measured: tuple[Measured, ...]
    accuracy: Accuracy | None
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]

    @property
    def mixtures(self) -> tuple[Mixture, ...]:
        """The vessels as they were when they were last made uniform, in their order."""
        return self.run.mixtures

    @cached_property
    def ranges(self) -> Ranges:
        """The ranges of all weighings. Worked out once, when they are asked for: table, sheet and readings need them."""
        return ranges_of(self.plan, self.run, self.accuracy, self.measured)

    @cached_property
    def uncertainty_percent(self) -> Decimal | None:
        """The expanded uncertainty of the batch mean, k = 2, in percent of the planned dose. Worked out when it is asked for."""
        from compound.judging.uncertainty import expanded_uncertainty_percent

        order = self.plan.order
        known = order.repeatability is not None and order.balance is not None
        return expanded_uncertainty_percent(
            self.run, self.measured, order.planned_dose, order.lot.source_error,
            Fraction(order.balance.sensitivity.mg) if order.balance is not None and known else Fraction(0),
            Fraction(order.repeatability.mg) if order.repeatability is not None and known else Fraction(0),
        )  # fmt: skip

    @cached_property
    def uniformity(self) -> Uniformity:
        """The findings on one capsule beside another. Worked out when it is asked for: the chances take a while."""
        return judge_uniformity(capsule_facts(self.plan.order, self.run, self.accuracy))


def audit(plan: Plan, notes: tuple[Finding, ...] = (), house: HouseRules | None = None) -> Audit:
    """Replays a plan and judges it.

    `notes` are findings on how the order was read, `house` a pharmacy's own rules on excipients.

    Raises InputError where a judgement is accepted that none raised or that cannot be accepted.
    """
    run = replayed(plan)
    parts = measured(run, *plan.sensitivities)
    accuracy = accuracy_of(plan, run, parts)
    found = [
        *notes,
        *order_findings(plan.order, plan, house, run, accuracy),
        *material_findings(plan, house),
        *fault_findings(run),
        *limit_findings(plan, run, accuracy),
        *share_findings(plan.order, run),
    ]
    not_checked = (*order_not_checked(plan.order, plan, accuracy, run), *share_not_checked(plan.order))
    if plan.is_liquid:
        from compound.judging import solutions

        found += solutions.findings(plan, run)
        not_checked = (*not_checked, *solutions.not_checked(plan, run))
    findings = accept(tuple(found), plan.order.accept)
    return Audit(plan, run, parts, accuracy, findings, not_checked)


def replayed(plan: Plan) -> Replay:
    """What the steps of a plan give, drug that was lost in drying left out."""
    run = replay(plan.steps, plan.content_fraction, contents=contents(plan))
    if not plan.is_liquid:
        return run
    from compound.judging import solutions

    kept = solutions.kept_in_drying(run, Fraction(plan.balance.sensitivity.mg))
    return replay(plan.steps, plan.content_fraction, contents=run.contents, kept=kept) if kept else run


def allowed_range(audit: Audit, number: int) -> tuple[Fraction, Fraction] | None:
    """The readings of one weighing within which the sheet lets the work go on, in mg, as `ranges` says."""
    return audit.ranges.planned[number]
