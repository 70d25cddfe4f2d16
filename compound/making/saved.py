"""A saved plan: read, held against what it says of itself, and audited with the weights that were read."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from compound.correcting.weighed import Weighed, audit_weighed
from compound.exact.errors import InputError
from compound.exact.value import Value
from compound.findings import codes
from compound.findings.finding import Finding
from compound.judging.materials import contents
from compound.judging.replay import replay
from compound.order.source import source_of
from compound.plan.components import component_lots
from compound.plan.plan import SCHEMA_1, Plan, plan_from_dict, refuse_unplayable
from compound.reading import json_text
from compound.reading.amounts import from_canonical
from compound.reading.fields import in_file
from compound.reading.text import shown
from compound.showing.fingerprint import fingerprint


class SavedPlan(Value):
    """A plan read from JSON: its name in messages, and the findings on the file."""

    plan: Plan
    notes: tuple[Finding, ...] = ()
    name: str = "plan"


def read_plan(content: bytes, name: str = "plan") -> SavedPlan:
    """The plan in the bytes of a JSON file, saved by `compound plan --json` or written by hand.

    `name` stands in messages. Raises InputError with it and the place in the file.
    """
    data = json_text.read_object(content, name)
    try:
        plan = plan_from_dict(data)
        refuse_unplayable(plan.steps)
        component_lots(plan, "identity.lots")
        return SavedPlan(plan, _about_file(data, plan), name)
    except InputError as error:
        raise in_file(error, name) from None


def audit_plan(
    plan: Plan | SavedPlan, readings: Mapping[int, Decimal] | None = None, *, fill_weight: Decimal | None = None,
    jars: Mapping[int, str] | None = None, filled: int | None = None,
) -> Weighed:  # fmt: skip
    """Replays a plan and says what dose it gives, with the weights read, and what to weigh next.

    `readings` are mg by the number of the step, `fill_weight` the net mg that the capsules are really filled with; the
    weighings still to do are corrected so that the dose comes out on its label. `filled` is the number of capsules that
    came out of a batch that is filled whole. `jars` are the lots, or the labels of
    vessels, that were taken, by step: one that is not the one planned is an error. Raises InputError for a reading that
    belongs to no weighing, and for a request that cannot be judged: named as what it is in the file.
    """
    saved = plan if isinstance(plan, SavedPlan) else SavedPlan(plan)
    try:
        return audit_weighed(saved.plan, readings or {}, fill_weight, saved.notes, jars, filled=filled)
    except InputError as error:
        if error.where == "--filled":
            raise
        raise error.moved(lambda where: f"{saved.name}: request.{_key(where)}") from None


def _key(option: str) -> str:
    return option.partition(" ")[0].removeprefix("--").replace("-", "_")


def _about_file(data: dict[str, Any], plan: Plan) -> tuple[Finding, ...]:
    """Whether the file is as it was saved, and says what its steps say."""
    found = []
    if plan.schema == SCHEMA_1:
        found.append(Finding(codes.PLAN_OF_VERSION_1, "schema", {"source": source_of(plan.order).name}))
    stated = data.get("fingerprint")
    if stated is None:
        found.append(Finding(codes.FINGERPRINT_MISSING, "fingerprint"))
    elif stated != (true := fingerprint(data)):
        begins = shown(stated[:12]) if isinstance(stated, str) else "otherwise"
        found.append(Finding(codes.PLAN_ALTERED, "fingerprint", {"stated": begins, "found": shown(true[:12])}))
    accuracy = data.get("accuracy")
    if isinstance(accuracy, dict) and accuracy.get("dose_mg") is not None:
        saved = from_canonical(accuracy["dose_mg"], "accuracy.dose_mg")
        dose = replay(plan.steps, plan.content_fraction, contents=contents(plan)).dose_mg
        if dose is not None and saved != dose:
            values = {"saved": saved, "dose": dose}
            found.append(Finding(codes.SAVED_DOSE_DIFFERS, "accuracy.dose_mg", values))
    return tuple(found)
