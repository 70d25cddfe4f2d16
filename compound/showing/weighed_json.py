"""The JSON object of a plan audited with what was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compound.exact.quantity import canonical
from compound.plan.plan import Fill, Plan, balance_to_dict

if TYPE_CHECKING:  # the audit of a plan loads no planner
    from compound.correcting.weighed import Weighed, Weighing
from compound.showing.approximate import with_twins
from compound.showing.findings_json import finding_to_dict, not_checked_to_dict
from compound.showing.plan_json import maybe, mixture_to_dict, uniformity_to_dict
from compound.wording.language import ENGLISH, Language

RECORD_SCHEMA = "compound.audit/1"


def bench_record(weighed: Weighed, name: str, language: Language = ENGLISH) -> dict[str, Any]:
    """The record of a plan audited with what was read; `name` is that of its file. Amounts in mg."""
    accuracy, filling = weighed.made.accuracy, weighed.filling
    record = {
        "schema": RECORD_SCHEMA,
        "file": name,
        "verdict": weighed.verdict.value,
        "balance": _balance(weighed.plan),
        "label_mg": canonical(weighed.plan.order.dose.mg),
        "target_mg": canonical(weighed.plan.order.planned_dose),
        "limit_percent": canonical(weighed.limit_percent),
        "dose_mg": None if accuracy is None else canonical(accuracy.dose_mg),
        "deviation_percent": None if accuracy is None else canonical(accuracy.deviation_percent),
        "worst_low_percent": None if accuracy is None else maybe(accuracy.worst_low_percent),
        "worst_high_percent": None if accuracy is None else maybe(accuracy.worst_high_percent),
        "uncorrected_dose_mg": maybe(weighed.uncorrected_dose),
        "uniformity": uniformity_to_dict(weighed.made),
        "mixtures": [mixture_to_dict(mixture) | {"made": mixture.vessel in weighed.closed}
                     for mixture in weighed.made.mixtures],
        "readings": [
            {"number": w.number, "planned_mg": canonical(w.planned), "corrected_mg": maybe(w.corrected),
             "read_mg": canonical(w.read), "off_percent": _off(w), "lot": weighed.jars.get(w.number)}
            for w in weighed.weighings
            if w.read is not None
        ],
        "next": [
            {"number": w.number, "planned_mg": canonical(w.planned), "corrected_mg": maybe(w.corrected)}
            for w in weighed.next
        ],
        "fill": None if filling is None else {
            "number": filling.number,
            "planned_mg": canonical(filling.planned),
            "given_mg": maybe(filling.given),
            "corrected_mg": maybe(filling.corrected),
            "count": _count(weighed, filling.number),
            "capsule_size": weighed.plan.order.capsule_size,
            "shell": weighed.plan.order.shell,
        },
        "counted": None if weighed.counting is None else {
            "number": weighed.counting.number,
            "planned": weighed.counting.planned,
            "given": weighed.counting.given,
            "corrected": weighed.counting.corrected,
            "capsule_size": weighed.plan.order.capsule_size,
            "shell": weighed.plan.order.shell,
        },
        "findings": [finding_to_dict(finding, language) for finding in weighed.findings],
        "not_checked": [not_checked_to_dict(item, language) for item in weighed.not_checked],
    }  # fmt: skip
    found: dict[str, Any] = with_twins(record)
    return found


def _balance(plan: Plan) -> dict[str, Any]:
    return balance_to_dict(plan.balance, plan.order.least_weighable, plan.order.bulk, plan.order.bulk_least)


def _count(weighed: Weighed, number: int) -> int | None:
    """How many capsules a step fills."""
    step = weighed.plan.steps[number - 1]
    return step.count if isinstance(step, Fill) else None


def _off(weighing: Weighing) -> str | None:
    """How far a reading is off what was to be weighed, in percent of that."""
    if weighing.read is None or not weighing.corrected:
        return None
    return canonical(100 * (weighing.read / weighing.corrected - 1))
