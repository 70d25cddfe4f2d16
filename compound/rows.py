"""The judged plan as rows of text: the one place where a plan becomes words.

The table of the terminal and the worksheet both print these rows, so that one number has one text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from compound import notation
from compound.audit import Audit, allowed_range, doublings
from compound.finding import Finding, NotChecked, Severity
from compound.order import Order
from compound.plan import DRIED, DRUG, Dry, Fill, MakeUp, Mix, Plan, Step, Transfer, Weigh
from compound.replay import Measured


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step in words: its number, what is done, how much, what the vessel then holds, the readings allowed."""

    number: int
    text: str
    amount: str
    vessel: str
    allowed: str
    is_weighing: bool


@dataclass(frozen=True, slots=True)
class MixtureRow:
    """A mixture: total, drug, strength per g and as 1 in N."""

    vessel: str
    total: str
    drug: str
    strength: str
    one_in: str


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A weighing of the error budget: its amount, the largest error, and that as a percentage."""

    number: int
    text: str
    amount: str
    error: str
    percent: str
    share: Fraction


@dataclass(frozen=True, slots=True)
class Doubling:
    """One addition while mixing by doubling: the mass added and the running total, as printed."""

    number: int
    added: str
    total: str


def reading(audit: Audit, mg: Fraction) -> str:
    """An amount in the digits of the balance."""
    return notation.reading(mg, audit.plan.balance.readability.mg)


def step_rows(audit: Audit) -> list[StepRow]:
    """The steps in order."""
    return [_step_row(audit, step) for step in audit.plan.steps]


def step_texts(audit: Audit) -> list[StepRow]:
    """The weighings in order, in words, without the readings allowed."""
    found = []
    for step in audit.plan.weighings():
        what = step.source if isinstance(step, Transfer) else step.material
        text = "weigh the dried vessel" if isinstance(step, Weigh) and step.role == DRIED else f"weigh {what}"
        amount = reading(audit, Fraction(step.amount_mg or 0))
        found.append(StepRow(step.number, f"{text} into {step.vessel}", amount, step.vessel, "", True))
    return found


def _step_row(audit: Audit, step: Step) -> StepRow:
    match step:
        case Weigh(role=role):
            what = "weigh the dried vessel" if role == DRIED else f"weigh {step.material}"
            return _weighing(audit, step, what, step.vessel)
        case Transfer() if step.amount_mg is not None:
            return _weighing(audit, step, f"weigh {step.source}", step.vessel)
        case Transfer():
            ware = f" with {step.ware}" if step.ware else ""
            return StepRow(
                step.number,
                f"pipette {step.source}{ware}",
                notation.volume(step.amount_ml or 0),
                step.vessel,
                "",
                False,
            )
        case MakeUp():
            ware = f" in {step.ware}" if step.ware else ""
            text = f"make up with {step.material}{ware} to"
            return StepRow(step.number, text, notation.volume(step.volume_ml), step.vessel, "", False)
        case Mix():
            return StepRow(step.number, _mixing(audit, step.vessel), "", step.vessel, "", False)
        case Dry():
            return StepRow(step.number, "dry to constant mass", "", step.vessel, "", False)
        case Fill():
            text = f"fill {notation.number(step.count)} capsules from {step.source}, each"
            return StepRow(step.number, text, notation.mass(step.amount_mg), step.vessel, "", False)


def _weighing(audit: Audit, step: Weigh | Transfer, text: str, vessel: str) -> StepRow:
    bounds = allowed_range(audit, step.number)
    allowed = "none" if bounds is None else f"{_digits(audit, bounds[0])} to {reading(audit, bounds[1])}"
    return StepRow(step.number, text, reading(audit, Fraction(step.amount_mg or 0)), vessel, allowed, True)


def _digits(audit: Audit, mg: Fraction) -> str:
    return reading(audit, mg).removesuffix(" mg")


def _mixing(audit: Audit, vessel: str) -> str:
    count = len(doubling_rows(audit, vessel))
    if not count:
        return "mix"
    return f"mix by doubling, {count} additions" if count > 1 else "mix"


def concentrate_of(plan: Plan, vessel: str) -> Fraction | None:
    """The mass of drug and aliquots that went into a vessel, or None where none did by mass."""
    masses = [
        Fraction(step.amount_mg or 0)
        for step in plan.weighings()
        if step.vessel == vessel and (isinstance(step, Transfer) or step.role == DRUG)
    ]
    return sum(masses, Fraction(0)) or None


def doubling_rows(audit: Audit, vessel: str) -> list[Doubling]:
    """The additions of diluent to a vessel, each about what is there already; the last closes on its mass exactly."""
    concentrate = concentrate_of(audit.plan, vessel)
    mixture = next((m for m in audit.mixtures if m.vessel == vessel), None)
    if concentrate is None or mixture is None or mixture.total_mg <= concentrate:
        return []
    step = Fraction(audit.plan.balance.readability.mg)
    rows, there = [], concentrate
    count = doublings(mixture.total_mg / concentrate)
    for number in range(1, count + 1):
        # Doubling from the start, so that only the last addition is the odd one.
        added = mixture.total_mg - there if number == count else (there / step).__floor__() * step
        there += added
        rows.append(Doubling(number, reading(audit, added), reading(audit, there)))
    return rows


def mixture_rows(audit: Audit) -> list[MixtureRow]:
    """The mixtures in the order they are made."""
    found = []
    for mixture in audit.mixtures:
        strength, one_in = mixture.strength_mg_per_g, mixture.one_in
        per_ml = mixture.strength_mg_per_ml
        found.append(
            MixtureRow(
                mixture.vessel,
                reading(audit, mixture.total_mg) if mixture.volume_ml is None else notation.volume(mixture.volume_ml),
                notation.mass(mixture.drug_mg),
                f"{notation.mass(per_ml)} per mL"
                if per_ml is not None
                else ""
                if strength is None
                else notation.strength(strength),
                "" if one_in is None else f"1 in {notation.ratio(one_in)}",
            )
        )
    return found


def budget_rows(audit: Audit) -> list[BudgetRow]:
    """The weighings that carry drug, each with the error of the balance as a part of it."""
    texts = {row.number: row for row in step_rows(audit)}
    return [_budget_row(audit, part, texts[part.number]) for part in audit.measured if part.concentrate]


def _budget_row(audit: Audit, part: Measured, row: StepRow) -> BudgetRow:
    share = 100 * part.error / part.amount
    error = reading(audit, part.error) if row.is_weighing else notation.volume(part.error)
    return BudgetRow(part.number, row.text, row.amount, notation.mass(part.error) if row.is_weighing else error,
                     notation.percent(share), share)  # fmt: skip


def signed_percent(value: Fraction) -> str:
    """A deviation with its sign."""
    if value == 0:
        return "0 %"
    text = notation.percent(abs(value))
    sign = "+" if value > 0 else "\u2212"
    return text.replace("about ", f"about {sign}") if text.startswith("about ") else sign + text


def accuracy_rows(audit: Audit) -> list[tuple[str, str]]:
    """The dose and its bounds, name and text."""
    accuracy = audit.accuracy
    if accuracy is None:
        return [("dose per capsule", "none: the steps cannot be carried out")]
    order = audit.plan.order
    rows = [
        ("labelled dose", f"{notation.dose(accuracy.target_mg)}{_of(order)}"),
        ("dose by the weights printed", notation.dose(accuracy.dose_mg)),
        ("rounding", signed_percent(accuracy.rounding_percent)),
    ]
    if accuracy.worst_low_percent is None or accuracy.worst_high_percent is None:
        rows.append(("worst case of the weighings", "not worked out"))
    else:
        limit = "" if order.dose_error is None else f" (limit {notation.percent(order.dose_error.percent)})"
        low, high = signed_percent(accuracy.worst_low_percent), signed_percent(accuracy.worst_high_percent)
        rows.append(("worst case of the weighings", f"{low} to {high}{limit}"))
    rows.append(("root sum square of the limits", notation.percent(accuracy.root_sum_square_percent)))
    return rows


def _of(order: Order) -> str:
    return f" of {order.dosed}" if order.drug else ""


def batch_rows(audit: Audit) -> list[tuple[str, str]]:
    """What is made: drug, dose, capsules, fill, balance, potency."""
    plan, order = audit.plan, audit.plan.order
    rows = [("drug on the shelf", order.drug or "not stated")]
    rows.append(("labelled dose", notation.dose(Fraction(order.dose.mg)) + _of(order)))
    if order.capsules is not None:
        size = f", size {order.capsule_size}" if order.capsule_size else ""
        rows.append(("capsules", f"{notation.number(order.capsules)}{size}"))
    if order.fill_weight is not None:
        rows.append(
            ("fill weight", notation.mass(order.fill_weight.mg) + (" (assumed)" if order.fill_weight_assumed else ""))
        )
    if order.diluent is not None:
        rows.append(("diluent", order.diluent))
    if order.excipients:
        rows.append(("other excipients", "; ".join(order.excipients)))
    content = notation.percent(100 * plan.content_fraction)
    rows.append(("content of the powder", content + (" (assumed)" if order.lot.taken_as_pure else "")))
    balance = plan.balance
    capacity = "not given" if balance.capacity is None else notation.mass(balance.capacity.mg)
    rows.append(("balance", f"sensitivity {notation.mass(balance.sensitivity.mg)}, readability "
                 f"{notation.mass(balance.readability.mg)}, capacity {capacity}"))  # fmt: skip
    if (least := order.least_weighable) is not None:
        rows.append(("least weighable quantity", notation.mass(least)))
    if audit.accuracy is not None and order.capsules is not None:
        total = audit.accuracy.dose_mg * order.capsules
        rows.append(("drug in all capsules", notation.mass(total)))
    return rows


def finding_text(finding: Finding) -> str:
    """A finding as one line of text, its acceptance included."""
    text = notation.filled(finding.entry.message, finding.values)
    remedy = notation.filled(finding.entry.remedy, finding.values)
    accepted = "" if finding.accepted is None else f" Accepted: {finding.accepted}."
    return f"{text}.{accepted} Cure: {remedy}."


def sorted_findings(findings: Iterable[Finding]) -> list[Finding]:
    """The findings, the gravest first, otherwise in the order they were raised."""
    order = list(Severity)
    return sorted(findings, key=lambda finding: order.index(finding.severity))


def not_checked_text(item: NotChecked) -> str:
    """What was not checked, and because of what."""
    return f"{item.entry.title}: {notation.filled(item.entry.message, item.values)}."


# Why this plan and not a neighbour.

_CRITERIA = {
    "triturations": "it has more triturations",
    "digits": "its amounts have more digits",
    "rounding": "its dose is further from the label",
    "drug": "it needs more drug",
    "powder": "it needs more powder",
    "amounts": "all else equal, it has the larger amount where the two first differ",
}
_RANKINGS = {
    "simple": "fewest triturations, fewest digits to weigh, smallest rounding error, least drug, least powder, smaller amounts",
    "drug": "fewest triturations, least drug, fewest digits to weigh, smallest rounding error, least powder, smaller amounts",
    "powder": "fewest triturations, least powder, fewest digits to weigh, smallest rounding error, least drug, smaller amounts",
}


def why_rows(audit: Audit, neighbour: Plan | None, lost_on: str) -> list[str]:
    """Why this plan was chosen: the ranking, what fewer triturations run into, the limits that bind, the runner-up."""
    prefer = audit.plan.order.prefer or "simple"
    said = [f"the ranking: {_RANKINGS[prefer]}. The search is exhaustive: no plan ranks higher because none does"]
    fewer = _fewer_triturations(audit)
    if fewer:
        said.append(fewer)
    binding = binding_limits(audit)
    said.append(f"limits that bind: {'; '.join(binding)}" if binding else "no limit binds")
    if neighbour is not None:
        said.append(f"the runner-up weighs {weighed(neighbour)}; it lost because {_CRITERIA[lost_on]}")
    return said


def _fewer_triturations(audit: Audit) -> str:
    order = audit.plan.order
    triturations = len(audit.mixtures) - 1
    if triturations == 0 or order.fill_weight is None or order.max_dilution is None:
        return ""
    needed = audit.plan.content_fraction * Fraction(order.fill_weight.mg) / Fraction(order.dose.mg)
    reach = Fraction(order.max_dilution) ** triturations
    text = f"with {triturations - 1} trituration{'' if triturations == 2 else 's'} "
    if needed > reach:
        return (
            text
            + f"the drug could be diluted 1 in {notation.ratio(reach)} at most; 1 in {notation.ratio(needed)} is needed"
        )
    return text + "no plan keeps the least weighable quantity, the capacity and the dose error limit together"


def binding_limits(audit: Audit) -> list[str]:
    """The limits that the plan meets so closely that one step of the balance more would break them."""
    plan, order, accuracy = audit.plan, audit.plan.order, audit.accuracy
    step = Fraction(plan.balance.readability.mg)
    found = []
    for weighing in plan.weighings():
        amount = Fraction(weighing.amount_mg or 0)
        if order.least_weighable is not None and amount - step < order.least_weighable:
            found.append(f"step {weighing.number} weighs the least weighable quantity")
        if plan.balance.capacity is not None and amount + step > plan.balance.capacity.mg:
            found.append(f"step {weighing.number} loads the balance to its capacity")
    for mixture in audit.mixtures:
        concentrate = concentrate_of(plan, mixture.vessel)
        if (
            concentrate
            and order.max_dilution is not None
            and mixture.total_mg + step > concentrate * Fraction(order.max_dilution)
        ):
            found.append(f"{mixture.vessel} dilutes by the maximum of {notation.number(order.max_dilution)}")
    if accuracy is not None and accuracy.worst_percent is not None and order.dose_error is not None:
        used = accuracy.worst_percent / Fraction(order.dose_error.percent)
        if used > Fraction(9, 10):
            found.append(f"the worst case uses {notation.percent((100 * used).__round__(1))} of the dose error limit")
    return found


def weighed(plan: Plan) -> str:
    """The amounts of a plan in short: drug, then total and aliquot of each trituration, and the blend."""
    parts: dict[str, Fraction] = {}
    concentrates = {}
    for step in plan.weighings():
        amount = Fraction(step.amount_mg or 0)
        parts[step.vessel] = parts.get(step.vessel, Fraction(0)) + amount
        if isinstance(step, Transfer) or step.role == DRUG:
            concentrates[step.vessel] = amount
    return ", ".join(
        f"{notation.number(concentrates[vessel])} in {notation.mass(total)}" for vessel, total in parts.items()
    )


def alternative_row(audit: Audit, lost_on: str) -> tuple[str, str, str]:
    """A runner-up: why it lost, what it weighs, its worst case."""
    accuracy = audit.accuracy
    worst = "" if accuracy is None or accuracy.worst_percent is None else notation.percent(accuracy.worst_percent)
    return (_CRITERIA[lost_on], weighed(audit.plan), worst)
