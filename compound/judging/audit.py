"""From a plan to its judgement: the dose the steps give, its bounds, and everything that can be said against it.

The audit knows nothing of the planner. What planned a dose must not vouch for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from compound.exact.quantity import Direction, is_multiple, round_to
from compound.exact.value import Value
from compound.facts import standards, substances
from compound.facts.excipients import rules
from compound.facts.excipients.house_rules import HouseRules
from compound.findings import codes
from compound.findings.finding import Finding, NotChecked, Said, accept
from compound.judging import capsule, shelf, studied_doses
from compound.judging.excipients import Named, excipient_findings
from compound.judging.replay import (
    Fault,
    Faulty,
    Measured,
    Mixture,
    Replay,
    measured,
    replay,
    root_sum_square,
    worst_case,
)
from compound.judging.uniformity import Uniformity
from compound.order.order import Order
from compound.plan.plan import DRIED, DRUG, Fill, MakeUp, Plan, Step, Transfer, Weigh


class Accuracy(Value):
    """The dose of a capsule against its label. Deviations are in percent of the label; the low one is negative."""

    target_mg: Fraction
    dose_mg: Fraction
    rounding_percent: Fraction
    worst_low_percent: Fraction | None
    worst_high_percent: Fraction | None
    root_sum_square_percent: Decimal

    @property
    def worst_percent(self) -> Fraction | None:
        """The larger of the two deviations, without its sign."""
        if self.worst_low_percent is None or self.worst_high_percent is None:
            return None
        return max(-self.worst_low_percent, self.worst_high_percent)


class Audit(Value):
    """A plan and what was found out about it. `accuracy` is None where the steps give no dose."""

    plan: Plan
    mixtures: tuple[Mixture, ...]
    measured: tuple[Measured, ...]
    accuracy: Accuracy | None
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]

    @cached_property
    def allowed_ranges(self) -> Mapping[int, tuple[Fraction, Fraction] | None]:
        """The stop lines of all weighings, in mg. Worked out once, when they are asked for: table and sheet show them."""
        return {step.number: _allowed_range(self, step.number) for step in self.plan.weighings()}

    @cached_property
    def uniformity(self) -> Uniformity:
        """What can be said of one capsule beside another. Worked out when it is asked for: the chances take a while."""
        accuracy = self.accuracy
        if accuracy is None:
            return capsule.uniformity_of(self.plan, None, None, None)
        bounds = (accuracy.worst_low_percent, accuracy.worst_high_percent)
        return capsule.uniformity_of(self.plan, accuracy.dose_mg, *bounds)


def audit(plan: Plan, notes: tuple[Finding, ...] = (), house: HouseRules | None = None) -> Audit:
    """Replays a plan and judges it.

    `notes` are findings on how the order was read, `house` a pharmacy's own rules on excipients.

    Raises InputError where a judgement is accepted that none raised or that cannot be accepted.
    """
    run = replay(plan.steps, plan.content_fraction)
    sensitivity = Fraction(plan.balance.sensitivity.mg)
    parts = measured(plan.steps, sensitivity)
    accuracy = accuracy_of(plan, run, parts)
    found = [
        *notes,
        *order_findings(plan.order, plan, house),
        *_fault_findings(run),
        *_limit_findings(plan, run, accuracy),
    ]
    not_checked = order_not_checked(plan.order, plan, accuracy)
    if plan.is_liquid:
        from compound.judging import solutions

        found += solutions.findings(plan)
        not_checked = (*not_checked, *solutions.not_checked(plan))
    findings = accept(tuple(found), plan.order.accept)
    return Audit(plan, run.mixtures, parts, accuracy, findings, not_checked)


def accuracy_of(
    plan: Plan, run: Replay, parts: tuple[Measured, ...], amounts: dict[int, Fraction] | None = None
) -> Accuracy | None:
    """The accuracy of a replayed plan, or None where it gives no dose."""
    if run.dose_mg is None:
        return None
    target = Fraction(plan.order.dose.mg)
    bounds = worst_case(plan.steps, plan.content_fraction, Fraction(plan.balance.sensitivity.mg), amounts)
    return Accuracy(
        target,
        run.dose_mg,
        _percent(run.dose_mg, target),
        None if bounds is None else _percent(bounds[0], target),
        None if bounds is None else _percent(bounds[1], target),
        100 * root_sum_square(parts),
    )


def _percent(value: Fraction, target: Fraction) -> Fraction:
    return 100 * (value / target - 1)


# What can be said of the order.


def order_findings(order: Order, plan: Plan | None, house: HouseRules | None = None) -> list[Finding]:
    """What can be said of an order, whether a plan came of it or not."""
    found: list[Finding] = []
    dose = Fraction(order.dose.mg)
    if order.drug is not None:
        if order.substance is None:
            close = substances.suggest(order.drug)
            found.append(
                Finding(
                    codes.DRUG_UNKNOWN,
                    "DRUG",
                    {"drug": order.drug, "close": ", ".join(close) or "nothing on record"},
                )
            )
        found += shelf.shelf_findings(order.substance, order.dose_as, order.lot, order.drug)
        if order.lot.taken_as_pure and not _content_differs(order, plan):
            found.append(Finding(codes.POTENCY_NOT_ENTERED, "--assay", {"dose": dose, "substance": order.dosed}))
        found += studied_doses.dose_findings(_studied_drug(order), order.dose, order.dosage_form or "capsule", substance=order.dosed)
    found += excipient_findings(_named(order), house)
    if order.fill_weight_assumed and order.fill_weight is not None and order.capsule_size and order.diluent:
        size, density = standards.capsule_size(order.capsule_size), standards.density(order.diluent)
        if density is not None:
            found.append(
                Finding(
                    codes.FILL_WEIGHT_ASSUMED,
                    "--fill-weight",
                    {
                        "fill": order.fill_weight.mg, "size": size.size, "volume": size.volume_ml,
                        "diluent": order.diluent, "density": density.g_per_ml,
                    },
                )
            )  # fmt: skip
    rule = order.rule_least_weighable
    balance, error = order.balance, order.weighing_error_limit
    if order.minimum_weight and rule and balance and error and order.minimum_weight.mg < rule:
        found.append(
            Finding(
                codes.MINIMUM_WEIGHT_BELOW_RULE,
                "--minimum-weight",
                {
                    "minimum": order.minimum_weight.mg, "sensitivity": balance.sensitivity.mg,
                    "error": error.percent, "least": rule,
                },
            )
        )  # fmt: skip
    found += capsule.findings(order, plan)
    if plan is not None:
        if _content_differs(order, plan):
            values: dict[str, Said] = {"content": plan.content_fraction, "lot": order.content_fraction}
            found.append(Finding(codes.CONTENT_DIFFERS, "content_fraction", values))
        heaviest = max((w.amount_mg for w in plan.weighings() if w.amount_mg is not None), default=Decimal(0))
        if plan.balance.capacity is None:
            found.append(Finding(codes.CAPACITY_NOT_GIVEN, "--capacity", {"heaviest": heaviest}))
        else:
            values = {"capacity": plan.balance.capacity.mg, "heaviest": heaviest}
            found.append(Finding(codes.BOAT_MASS_UNKNOWN, "--capacity", values))
    return found


def _studied_drug(order: Order) -> str:
    """The drug whose studied doses count. A name that is not known is held against the known one it is close to."""
    if order.substance is not None:
        return order.substance.drug
    drug = order.drug or ""
    close = substances.suggest(drug)
    near = substances.find_substance(close[0]) if close else None
    return drug if near is None else near.drug


def _content_differs(order: Order, plan: Plan | None) -> bool:
    """Whether a plan states another content of the powder than the lot of its order gives."""
    if plan is None or (order.drug is None and order.lot.taken_as_pure):
        return False
    return plan.content_fraction != order.content_fraction


def _named(order: Order) -> list[Named]:
    """The names of an order with the roles they play: diluent, excipients, shell and dosage form."""
    named = [Named(name, rules.EXCIPIENT, f"--excipient {name}") for name in order.excipients]
    if order.diluent is not None:
        named.insert(0, Named(order.diluent, rules.DILUENT, "--diluent"))
    if order.shell is not None:
        named.append(Named(order.shell, rules.SHELL, "--shell"))
    if order.dosage_form is not None:
        named.append(Named(order.dosage_form, rules.DOSAGE_FORM, "--dosage-form"))
    return named


def order_not_checked(order: Order, plan: Plan | None, accuracy: Accuracy | None) -> tuple[NotChecked, ...]:
    """The rules that lacked their facts."""
    found: list[NotChecked] = []
    if plan is not None and plan.balance.capacity is None:
        heaviest = max((w.amount_mg for w in plan.weighings() if w.amount_mg is not None), default=Decimal(0))
        found.append(NotChecked(codes.CAPACITY_NOT_GIVEN, {"heaviest": heaviest}))
    if accuracy is None:
        found += capsule.not_checked(order, plan)
    else:
        bounds = (accuracy.worst_low_percent, accuracy.worst_high_percent)
        found += capsule.not_checked(order, plan, accuracy.dose_mg, *bounds)
    if order.drug is not None:
        found += shelf.shelf_not_checked(order.substance, order.lot)
        found += studied_doses.dose_not_checked(_studied_drug(order))
    for name, entry in _RULES_NEED.items():
        if getattr(order, name) is None:
            found.append(NotChecked(entry))
    if order.least_weighable is None:
        found.append(NotChecked(codes.LEAST_WEIGHABLE_NOT_CHECKED))
    if accuracy is not None and accuracy.worst_percent is None:
        found.append(NotChecked(codes.WORST_CASE_NOT_CHECKED))
    if plan is not None and (bare := [step.number for step in plan.steps if _lacks_tolerance(step)]):
        steps = ", ".join(_where(number) for number in bare)
        found.append(NotChecked(codes.TOLERANCE_NOT_GIVEN, {"steps": steps}))
    return tuple(found)


def _lacks_tolerance(step: Step) -> bool:
    by_volume = isinstance(step, MakeUp) or (isinstance(step, Transfer) and step.amount_ml is not None)
    return by_volume and getattr(step, "tolerance_ml", None) is None


_RULES_NEED = {
    "drug": codes.DRUG_NOT_CHECKED,
    "dose_error_limit": codes.DOSE_ERROR_NOT_CHECKED,
    "max_dilution": codes.MAX_DILUTION_NOT_CHECKED,
    "fill_weight": codes.FILL_WEIGHT_NOT_CHECKED,
    "diluent": codes.EXCIPIENTS_NOT_CHECKED,
    "shell": codes.SHELL_NOT_CHECKED,
}


# What can be said of the steps.


_FAULTS = {
    Fault.EMPTY_SOURCE: codes.VESSEL_EMPTY,
    Fault.NOT_MIXED: codes.VESSEL_NOT_MIXED,
    Fault.MORE_THAN_THERE: codes.MORE_THAN_THERE,
    Fault.BLEND_TOO_SMALL: codes.BLEND_TOO_SMALL,
    Fault.INTO_USED_VESSEL: codes.VESSEL_USED_BEFORE,
    Fault.NO_VOLUME: codes.VOLUME_UNKNOWN,
    Fault.NO_MASS: codes.MASS_UNKNOWN,
    Fault.VOLUME_EXCEEDED: codes.VOLUME_EXCEEDED,
    Fault.NEVER_FILLED: codes.NEVER_FILLED,
    Fault.NO_DRUG: codes.NO_DRUG_IN_CAPSULES,
}


def _where(step: int) -> str:
    return f"step {step}" if step else "steps"


def _fault_findings(run: Replay) -> list[Finding]:
    return [_fault_finding(faulty) for faulty in run.faults]


def _fault_finding(faulty: Faulty) -> Finding:
    return Finding(
        _FAULTS[faulty.fault],
        _where(faulty.step),
        {"step": faulty.step, "vessel": faulty.vessel, "wanted": faulty.wanted, "there": faulty.there},
    )


def _limit_findings(plan: Plan, run: Replay, accuracy: Accuracy | None) -> list[Finding]:
    found: list[Finding] = []
    for step in plan.weighings():
        found += _weighing_findings(plan, step)
    found += _below_usp_41_floor(plan)
    found += _dilution_findings(plan, run)
    found += _fill_findings(plan)
    if accuracy is not None:
        found += _dose_findings(plan, accuracy)
    return found


def _weighing_findings(plan: Plan, step: Weigh | Transfer) -> list[Finding]:
    found: list[Finding] = []
    balance, amount, where = plan.balance, step.amount_mg or Decimal(0), _where(step.number)
    values: dict[str, Said] = {"step": step.number, "amount": amount}
    if not is_multiple(amount, balance.readability.mg):
        found.append(
            Finding(codes.NOT_READABLE, where, {
                **values, "readability": balance.readability.mg,
                "below": round_to(amount, balance.readability.mg, Direction.DOWN),
                "above": round_to(amount, balance.readability.mg, Direction.UP),
            })
        )  # fmt: skip
    least = plan.order.least_weighable
    if least is not None and amount < least:
        found.append(Finding(codes.BELOW_LEAST_WEIGHABLE, where, {**values, "least": least}))
    if balance.capacity is not None and amount > balance.capacity.mg:
        found.append(Finding(codes.ABOVE_CAPACITY, where, {**values, "capacity": balance.capacity.mg}))
    return found


def _below_usp_41_floor(plan: Plan) -> list[Finding]:
    """One finding for all weighings that the sensitivity rule admits and the floor of USP <41> does not."""
    factor, readability = standards.limit("usp_41_factor"), plan.balance.readability.mg
    least = plan.order.least_weighable or 0
    below = [step for step in plan.weighings() if least <= (step.amount_mg or 0) < factor * readability]
    if not below:
        return []
    return [
        Finding(codes.BELOW_USP_41_FLOOR, ", ".join(_where(step.number) for step in below), {
            "steps": ", ".join(str(step.number) for step in below),
            "amount": min(step.amount_mg or Decimal(0) for step in below),
            "floor": factor * readability, "factor": factor, "readability": readability,
        })
    ]  # fmt: skip


def doublings(ratio: Fraction) -> int:
    """How often the powder about doubles on the way to `ratio` times its mass: the least n with 2ⁿ ≥ ratio."""
    count = 0
    while 2**count < ratio:
        count += 1
    return count


def _dilution_findings(plan: Plan, run: Replay) -> list[Finding]:
    """The dilution of each mixture against the limits, and each aliquot against the mixture it comes from."""
    found: list[Finding] = []
    totals = {mixture.vessel: mixture.total_mg for mixture in run.mixtures if mixture.volume_ml is None}
    dissolved: frozenset[str] = frozenset()
    if plan.is_liquid:
        from compound.judging.solutions import liquid_vessels

        dissolved = liquid_vessels(plan)  # a solution is uniform however far it dilutes
    for step in plan.weighings():
        if isinstance(step, Weigh) and step.role not in (DRUG, DRIED):
            continue
        amount, total = Fraction(step.amount_mg or 0), totals.get(step.vessel)
        # A solution is spread on its diluent: what is diluted then is the dried powder, which holds the drug evenly.
        spread = isinstance(step, Transfer) and step.source in dissolved
        if total is not None and amount and step.vessel not in dissolved and not spread:
            ratio = total / amount
            values: dict[str, Said] = {"vessel": step.vessel, "ratio": ratio}
            most = plan.order.max_dilution
            if most is not None and ratio > most and not (isinstance(step, Weigh) and step.role == DRIED):
                found.append(Finding(codes.ABOVE_MAX_DILUTION, _where(step.number), {**values, "most": most}))
            if ratio > standards.limit("doubling_from"):
                found.append(Finding(codes.STEEP_STEP, step.vessel, {**values, "doublings": doublings(ratio)}))
        if isinstance(step, Transfer) and (source := totals.get(step.source)) is not None:
            share = standards.limit("aliquot_share")
            if source * Fraction(share) < amount <= source:
                found.append(
                    Finding(codes.ALIQUOT_TOO_LARGE, _where(step.number), {
                        "step": step.number, "amount": amount, "vessel": step.source, "total": source,
                        "share": 100 * share,
                    })
                )  # fmt: skip
    return found


def _fill_findings(plan: Plan) -> list[Finding]:
    found = []
    order = plan.order
    for step in plan.steps:
        if not isinstance(step, Fill):
            continue
        if order.fill_weight is not None and step.amount_mg != order.fill_weight.mg:
            values = {"amount": step.amount_mg, "fill": order.fill_weight.mg}
            found.append(Finding(codes.FILL_NOT_AS_ORDERED, _where(step.number), values))
        if order.capsules is not None and step.count != order.capsules:
            counts = {"count": step.count, "capsules": order.capsules}
            found.append(Finding(codes.COUNT_NOT_AS_ORDERED, _where(step.number), counts))
    return found


def _dose_findings(plan: Plan, accuracy: Accuracy) -> list[Finding]:
    found: list[Finding] = []
    order = plan.order
    if order.dose_error_limit is None:
        return found
    limit = Fraction(order.dose_error_limit.percent)
    if abs(accuracy.rounding_percent) > limit:
        found.append(
            Finding(codes.DOSE_OFF_LABEL, "accuracy.dose_mg", {
                "dose": accuracy.dose_mg, "target": accuracy.target_mg,
                "deviation": accuracy.rounding_percent, "limit": limit,
            })
        )  # fmt: skip
        return found
    worst = accuracy.worst_percent
    if worst is not None and worst > limit:
        found.append(Finding(codes.WORST_CASE_ABOVE_LIMIT, "accuracy", {"worst": worst, "limit": limit}))
    elif worst is not None and worst > limit * Fraction(standards.limit("limit_just_met")):
        found.append(Finding(codes.ERROR_LIMIT_JUST_MET, "accuracy", {"worst": worst, "limit": limit}))
    return found


# The stop line of a weighing.


def allowed_range(audit: Audit, number: int) -> tuple[Fraction, Fraction] | None:
    """The readings of one weighing within which the sheet lets the work go on, in mg, as `_allowed_range` says."""
    return audit.allowed_ranges[number]


def _allowed_range(audit: Audit, number: int) -> tuple[Fraction, Fraction] | None:
    """The readings of one weighing within which the sheet lets the work go on, in mg.

    Everything else as planned and the balance's own error left out, the dose moves by at most (dose error − |ρ|) /
    number of weighings, and the reading lies within the weighing error of its target; rounded inwards to the
    readability. A dried vessel that is made up to a mass moves no dose; it reads at most what went into it, within the
    error of the two weighings: what is more is solvent. None where a limit is not stated, the plan gives no dose, or no
    reading lies within.
    """
    plan, accuracy = audit.plan, audit.accuracy
    order = plan.order
    if accuracy is None or order.dose_error_limit is None or order.weighing_error_limit is None:
        return None
    weighings = len(plan.weighings())
    (part,) = (part for part in audit.measured if part.number == number)
    move = (Fraction(order.dose_error_limit.percent) - abs(accuracy.rounding_percent)) / 100 / weighings
    spread = part.amount * order.weighing_error_limit.fraction
    low, high = part.amount - spread, part.amount + spread
    curve = _dose_of_reading(plan, part, accuracy.dose_mg)
    if plan.is_liquid and any(number == dried for dried, _ in plan.made_up_after_drying().values()):
        curve = None
        high = min(high, part.amount + 2 * Fraction(plan.balance.sensitivity.mg))
    doses = [accuracy.dose_mg + sign * move * accuracy.target_mg for sign in (-1, 1)]
    for bound in [] if curve is None else [_reading_for(curve, dose) for dose in doses]:
        if bound is None:
            continue
        if bound < part.amount:
            low = max(low, bound)
        else:
            high = min(high, bound)
    step = plan.balance.readability.mg
    low, high = round_to(low, step, Direction.UP), round_to(high, step, Direction.DOWN)
    return (low, high) if low <= part.amount <= high else None


_Curve = tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction], tuple[Fraction, Fraction]]


def _dose_of_reading(plan: Plan, part: Measured, planned: Fraction) -> _Curve | None:
    """Three points (reading, dose) of one weighing, everything else as planned; None where the dose does not change.

    A weighing enters the dose as a ratio of two linear functions of its reading, so three points tell the whole curve.
    """
    points = [(part.amount, planned)]
    for factor in (Fraction(1001, 1000), Fraction(999, 1000)):
        dose = replay(plan.steps, plan.content_fraction, {part.number: part.amount * factor}).dose_mg
        if dose is None or dose == planned:
            return None
        points.append((part.amount * factor, dose))
    return (points[0], points[1], points[2])


def _reading_for(curve: _Curve, dose: Fraction) -> Fraction | None:
    """The reading that gives `dose`, by the cross-ratio with the three known points; None where none above zero does."""
    (x0, y0), (x1, y1), (x2, y2) = curve
    for reading, known in curve:
        if dose == known:
            return reading
    cross = (dose - y0) * (y1 - y2) / ((dose - y2) * (y1 - y0))
    # (x − x0)(x1 − x2) / ((x − x2)(x1 − x0)) is the same number, and linear in x.
    a, b = x1 - x2, (x1 - x0) * cross
    if a == b:
        return None
    reading = (x0 * a - x2 * b) / (a - b)
    return reading if reading > 0 else None
