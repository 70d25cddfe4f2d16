"""A saved plan: whether its file is as it was written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from compound.findings import codes
from compound.findings.finding import Finding
from compound.plan.plan import Plan
from compound.reading.amounts import from_canonical
from compound.reading.text import shown

if TYPE_CHECKING:
    pass


def about_file(data: dict[str, Any], plan: Plan) -> tuple[Finding, ...]:
    """Whether the file is as it was saved, and says what its steps say."""
    from compound.judging.replay import replay
    from compound.showing.fingerprint import fingerprint

    found = []
    stated = data.get("fingerprint")
    if stated is None:
        found.append(Finding(codes.FINGERPRINT_MISSING, "fingerprint"))
    elif stated != (true := fingerprint(data)):
        begins = shown(stated[:12]) if isinstance(stated, str) else "otherwise"
        found.append(Finding(codes.PLAN_ALTERED, "fingerprint", {"stated": begins, "found": shown(true[:12])}))
    accuracy = data.get("accuracy")
    if isinstance(accuracy, dict) and accuracy.get("dose_mg") is not None:
        saved = from_canonical(accuracy["dose_mg"], "accuracy.dose_mg")
        dose = replay(plan.steps, plan.content_fraction).dose_mg
        if dose is not None and saved != dose:
            values = {"saved": saved, "dose": dose}
            found.append(Finding(codes.SAVED_DOSE_DIFFERS, "accuracy.dose_mg", values))
    return tuple(found)
