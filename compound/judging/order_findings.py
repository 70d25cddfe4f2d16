"""The findings on an order, whether a plan came of it or not, and the rules that lacked their facts."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from compound.facts import standards
from compound.facts.excipients import rules
from compound.facts.excipients.house_rules import HouseRules
from compound.findings import codes
from compound.findings.finding import Finding, NotChecked, Place, Said
from compound.judging.accuracy import Accuracy
from compound.judging.capsule import capsule_findings, capsule_not_checked
from compound.judging.densities import density_findings
from compound.judging.excipients import Named, excipient_findings
from compound.judging.replay import Replay
from compound.judging.shelf import shelf_findings, shelf_not_checked
from compound.judging.studied_doses import dose_findings, dose_not_checked
from compound.judging.uniformity import capsule_facts, gates, not_gated, not_predicted
from compound.order.order import Order
from compound.plan.plan import MakeUp, Plan, Step, Transfer


def order_findings(
    order: Order, plan: Plan | None, house: HouseRules | None = None, run: Replay | None = None
) -> list[Finding]:
    """The findings on an order, whether a plan came of it or not; `run` is what the steps of the plan give."""
    found = _drug_findings(order, plan)
    found += excipient_findings(_named(order), house)
    found += _fill_weight_findings(order)
    found += capsule_findings(order, plan)
    found += _minimum_weight_findings(order)
    found += _loose_limits(order)
    found += density_findings(order)
    found += gates(capsule_facts(order, run))
    if plan is not None:
        found += _plan_findings(order, plan)
    return found


def _drug_findings(order: Order, plan: Plan | None) -> list[Finding]:
    if order.drug is None:
        return []
    found = []
    if order.substance is None:
        found.append(Finding(codes.DRUG_UNKNOWN, Place.option("DRUG"), {"drug": order.drug}))
    found += shelf_findings(order.substance, order.dose_as, order.lot, order.drug)
    if order.lot.taken_as_pure and not _content_differs(order, plan):
        values: dict[str, Said] = {"dose": Fraction(order.dose.mg), "substance": order.dosed}
        found.append(Finding(codes.POTENCY_NOT_ENTERED, Place.option("--assay"), values))
    found += dose_findings(_dosed_drug(order), order.dose, order.dosage_form or "capsule", substance=order.dosed)
    return found


def _fill_weight_findings(order: Order) -> list[Finding]:
    if not (order.fill_weight_assumed and order.fill_weight is not None and order.capsule_size and order.diluent):
        return []
    size, density = standards.capsule_size(order.capsule_size), standards.density(order.diluent)
    if density is None:
        return []
    return [
        Finding(codes.FILL_WEIGHT_ASSUMED, Place.option("--fill-weight"), {
            "fill": order.fill_weight.mg, "size": size.size, "volume": size.volume_ml,
            "diluent": order.diluent, "density": density.g_per_ml,
        })
    ]  # fmt: skip


def _minimum_weight_findings(order: Order) -> list[Finding]:
    rule, balance, error = order.rule_least_weighable, order.balance, order.weighing_error_limit
    if not (order.minimum_weight and rule and balance and error and order.minimum_weight.mg < rule):
        return []
    return [
        Finding(codes.MINIMUM_WEIGHT_BELOW_RULE, Place.option("--minimum-weight"), {
            "minimum": order.minimum_weight.mg, "sensitivity": balance.sensitivity.mg,
            "error": error.percent, "least": rule,
        })
    ]  # fmt: skip


def _loose_limits(order: Order) -> list[Finding]:
    """That a limit of the errors was entered which lets a weighing, or the dose, be further off than anyone expects."""
    found = []
    weighing, dose, balance = order.weighing_error_limit, order.dose_error_limit, order.balance
    usual, window = standards.limit("weighing_error_percent"), standards.limit("label_window_percent")
    if weighing is not None and balance is not None and weighing.percent > usual:
        values: dict[str, Said] = {
            "error": weighing.percent, "usual": usual, "sensitivity": balance.sensitivity.mg,
            "least": Fraction(balance.sensitivity.mg) / weighing.fraction,
        }  # fmt: skip
        found.append(Finding(codes.WEIGHING_ERROR_LOOSE, Place.option("--weighing-error"), values))
    if dose is not None and dose.percent > window:
        values = {"error": dose.percent, "most": window, "low": 100 - window, "high": 100 + window}
        found.append(Finding(codes.DOSE_ERROR_LOOSE, Place.option("--dose-error"), values))
    return found


def _plan_findings(order: Order, plan: Plan) -> list[Finding]:
    """What a plan says of its content and its balance."""
    found = []
    if _content_differs(order, plan):
        values: dict[str, Said] = {"content": plan.content_fraction, "lot": order.content_fraction}
        found.append(Finding(codes.CONTENT_DIFFERS, Place.option("content_fraction"), values))
    if plan.balance.capacity is None:
        found.append(Finding(codes.CAPACITY_NOT_GIVEN, Place.option("--capacity"), {"heaviest": _heaviest(plan)}))
    else:
        values = {"capacity": plan.balance.capacity.mg, "heaviest": _heaviest(plan)}
        found.append(Finding(codes.BOAT_MASS_UNKNOWN, Place.option("--capacity"), values))
    return found


def _heaviest(plan: Plan) -> Decimal:
    return max((w.amount_mg for w in plan.weighings() if w.amount_mg is not None), default=Decimal(0))


def _dosed_drug(order: Order) -> str:
    """The drug whose doses count. A name that is not known is no other drug, however close: nothing is said of its dose."""
    return order.substance.drug if order.substance is not None else (order.drug or "")


def _content_differs(order: Order, plan: Plan | None) -> bool:
    """Whether a plan states another content of the powder than the lot of its order gives."""
    if plan is None or (order.drug is None and order.lot.taken_as_pure):
        return False
    return plan.content_fraction != order.content_fraction


def _named(order: Order) -> list[Named]:
    """The names of an order with the roles they play: diluent, excipients with their shares, shell and dosage form."""
    named = [Named(one.text, rules.ROLE_EXCIPIENT, f"--excipient {one.name}") for one in order.excipients]
    if order.diluent is not None:
        named.insert(0, Named(order.diluent, rules.ROLE_DILUENT, "--diluent"))
    if order.shell is not None:
        named.append(Named(order.shell, rules.ROLE_SHELL, "--shell"))
    if order.dosage_form is not None:
        named.append(Named(order.dosage_form, rules.ROLE_DOSAGE_FORM, "--dosage-form"))
    return named


# What was not checked.


_RULES_NEED = {
    "drug": codes.DRUG_NOT_CHECKED,
    "dose_error_limit": codes.DOSE_ERROR_NOT_CHECKED,
    "max_dilution": codes.MAX_DILUTION_NOT_CHECKED,
    "fill_weight": codes.FILL_WEIGHT_NOT_CHECKED,
    "diluent": codes.EXCIPIENTS_NOT_CHECKED,
    "shell": codes.SHELL_NOT_CHECKED,
}


def order_not_checked(
    order: Order, plan: Plan | None, accuracy: Accuracy | None, run: Replay | None = None
) -> tuple[NotChecked, ...]:
    """The rules that lacked their facts; `run` is what the steps of the plan give."""
    found: list[NotChecked] = []
    if plan is not None and plan.balance.capacity is None:
        found.append(NotChecked(codes.CAPACITY_NOT_GIVEN, {"heaviest": _heaviest(plan)}))
    facts = capsule_facts(order, run, accuracy)
    found += not_gated(facts)
    if run is not None:
        found += not_predicted(facts)
    if order.drug is not None:
        found += shelf_not_checked(order.substance, order.lot)
        found += dose_not_checked(_dosed_drug(order))
    found += [NotChecked(entry) for name, entry in _RULES_NEED.items() if getattr(order, name) is None]
    found += capsule_not_checked(order, plan)
    if order.least_weighable is None:
        found.append(NotChecked(codes.LEAST_WEIGHABLE_NOT_CHECKED))
    if accuracy is not None and accuracy.worst_percent is None:
        found.append(NotChecked(codes.WORST_CASE_NOT_CHECKED))
    if plan is not None and (bare := [step.number for step in plan.steps if _lacks_tolerance(step)]):
        steps = ", ".join(f"step {number}" for number in bare)
        found.append(NotChecked(codes.TOLERANCE_NOT_GIVEN, {"steps": steps}))
    return tuple(found)


def _lacks_tolerance(step: Step) -> bool:
    by_volume = isinstance(step, MakeUp) or (isinstance(step, Transfer) and step.amount_ml is not None)
    return by_volume and getattr(step, "tolerance_ml", None) is None
