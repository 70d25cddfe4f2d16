"""The findings on an order, whether a plan came of it or not, and the rules that lacked their facts."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from compound.facts import standards
from compound.facts.excipients import rules
from compound.facts.excipients.house_rules import HouseRules
from compound.facts.surplus import surplus_rule
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
from compound.order.order import Balance, Order
from compound.plan.plan import MakeUp, Plan, Step, Transfer


def order_findings(
    order: Order, plan: Plan | None, house: HouseRules | None = None, run: Replay | None = None,
    accuracy: Accuracy | None = None,
) -> list[Finding]:  # fmt: skip
    """The findings on an order, whether a plan came of it or not; `run` and `accuracy` are what the steps of the plan give."""
    found = _drug_findings(order, plan)
    found += excipient_findings(_named(order), house or order.house_rules)
    found += _fill_weight_findings(order)
    found += capsule_findings(order, plan)
    found += loose_weighing_findings(order)
    found += _repeatability_findings(order)
    found += _own_file_findings(order)
    found += density_findings(order)
    found += _surplus_findings(order, accuracy)
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
    found += dose_findings(
        _dosed_drug(order), order.dose, order.dosage_form or "capsule", substance=order.dosed, planned=order.planned_dose
    )
    return found


def _fill_weight_findings(order: Order) -> list[Finding]:
    if not (order.fill_weight_assumed and order.fill_weight is not None and order.capsule_size and order.diluent):
        return []
    size, density = standards.capsule_size(order.capsule_size), standards.density(order.filler or order.diluent)
    if density is None:
        return []
    return [
        Finding(codes.FILL_WEIGHT_ASSUMED, Place.option("--fill-weight"), {
            "fill": order.fill_weight.mg, "size": size.size, "volume": size.volume_ml,
            "diluent": order.diluent, "density": density.g_per_ml,
        })
    ]  # fmt: skip


def loose_weighing_findings(order: Order) -> list[Finding]:
    """That a weighing, or the dose, may be further off than anyone expects, by what was entered."""
    return [*_minimum_weight_findings(order), *_loose_limits(order)]


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


def _repeatability_findings(order: Order) -> list[Finding]:
    """What was taken from the repeatability, and what was entered that is looser than it allows."""
    balance, stated, least = order.balance, order.repeatability, order.minimum_weight
    if balance is None or stated is None or order.readability_assumed:
        return []
    from compound.facts import balances  # few orders state it

    by_usp = balances.minimum_weight(balance.readability, stated)
    error = balances.largest_error(balance.readability.mg, Fraction(stated.mg) ** 2)
    values: dict[str, Said] = {"repeatability": stated.mg, "readability": balance.readability.mg}
    found = [
        Finding(codes.REPEATABILITY_USED, Place.option("--repeatability"), {
            **values, "minimum": by_usp.mg if least is None else least.mg, "sensitivity": balance.sensitivity.mg,
        })
    ]  # fmt: skip
    if least is not None and least.mg < by_usp.mg:
        found.append(Finding(codes.MINIMUM_WEIGHT_BELOW_REPEATABILITY, Place.option("--minimum-weight"), {
            **values, "minimum": least.mg, "least": by_usp.mg}))  # fmt: skip
    if balance.sensitivity.mg < error.mg:
        found.append(Finding(codes.SENSITIVITY_BELOW_REPEATABILITY, Place.option("--balance-sensitivity"), {
            **values, "sensitivity": balance.sensitivity.mg, "least": error.mg}))  # fmt: skip
    return found


def _own_file_findings(order: Order) -> list[Finding]:
    if not order.taken:
        return []
    from compound.judging.own_file import own_file_findings  # few orders take anything from there

    return own_file_findings(order)


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


def _surplus_findings(order: Order, accuracy: Accuracy | None) -> list[Finding]:
    """That more drug is planned than the label says; a warning where a capsule may leave the window of its label."""
    if order.drug_surplus is None:
        return []
    found, label = [], Fraction(order.dose.mg)
    if order.surplus_rule is not None:
        rule = surplus_rule(order.surplus_rule)
        asked: dict[str, Said] = {
            "rule": rule.name, "country": rule.country, "surplus": order.drug_surplus.percent, "label": label,
            "citation": rule.citation,
        }  # fmt: skip
        found.append(Finding(codes.SURPLUS_BY_RULE, Place.option("--surplus-rule"), asked))
    if not order.drug_surplus.percent:
        return found
    window = standards.limit("label_window_percent")
    high = (100 * order.planned_dose / label) - 100
    if accuracy is not None and accuracy.worst_high_percent is not None:
        high = (100 + accuracy.worst_high_percent) * order.planned_dose / label - 100
    values: dict[str, Said] = {
        "surplus": order.drug_surplus.percent, "label": label, "planned": order.planned_dose, "most": 100 + high,
        "high": 100 + window, "low": 100 - window,
    }  # fmt: skip
    entry = codes.DRUG_SURPLUS_BEYOND_WINDOW if high > window else codes.DRUG_SURPLUS_PLANNED
    return [*found, Finding(entry, Place.option("--drug-surplus"), values)]


def _plan_findings(order: Order, plan: Plan) -> list[Finding]:
    """What a plan says of its content and its balance."""
    found = []
    if _content_differs(order, plan):
        values: dict[str, Said] = {"content": plan.content_fraction, "lot": order.content_fraction}
        found.append(Finding(codes.CONTENT_DIFFERS, Place.option("content_fraction"), values))
    for option, balance, heaviest in _loads(plan):
        if balance.capacity is None:
            found.append(Finding(codes.CAPACITY_NOT_GIVEN, Place.option(option), {"heaviest": heaviest, "option": option}))
        else:
            values = {"capacity": balance.capacity.mg, "heaviest": heaviest}
            found.append(Finding(codes.BOAT_MASS_UNKNOWN, Place.option(option), values))
    return found


def _loads(plan: Plan) -> list[tuple[str, Balance, Decimal]]:
    """The option of the capacity of each balance that the plan weighs on, the balance, and its heaviest load in mg."""
    found = []
    for option, balance in (("--capacity", plan.balance), ("--bulk-capacity", plan.order.bulk)):
        loads = [step.amount_mg or Decimal(0) for step in plan.weighings() if plan.balance_of(step) is balance]
        if balance is not None and (loads or balance is plan.balance):
            found.append((option, balance, max(loads, default=Decimal(0))))
    return found


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
    if plan is not None:
        found += [
            NotChecked(codes.CAPACITY_NOT_GIVEN, {"heaviest": heaviest, "option": option})
            for option, balance, heaviest in _loads(plan) if balance.capacity is None
        ]  # fmt: skip
    facts = capsule_facts(order, run, accuracy)
    found += not_gated(facts)
    if run is not None:
        found += not_predicted(facts)
    if order.drug is not None:
        found += shelf_not_checked(order.substance, order.lot)
        found += dose_not_checked(_dosed_drug(order))
    by_volume = order.by_volume or (plan is not None and plan.is_topped_up)
    found += [
        NotChecked(entry) for name, entry in _RULES_NEED.items()
        if getattr(order, name) is None and not (by_volume and name == "fill_weight")
    ]  # fmt: skip
    found += [NotChecked(codes.FILLING_NOT_CHECKED)] if by_volume else []
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
