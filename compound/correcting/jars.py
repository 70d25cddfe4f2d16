"""The jars that were taken at the bench, held against those of the plan: a weight says nothing of what was weighed."""

from __future__ import annotations

from collections.abc import Mapping

from compound.findings import codes
from compound.findings.finding import Finding, NotChecked, Place, Said
from compound.judging.materials import folded_name
from compound.plan.components import jar_of
from compound.plan.plan import DRIED, Plan, Transfer, Weigh


def judge_jars(plan: Plan, jars: Mapping[int, str]) -> tuple[list[Finding], list[NotChecked]]:
    """An error for each jar that is not the one planned; and where the plan names none, that this was not checked.

    `jars` is what stands on them by the number of the step: a lot, or the label of a vessel that was made.
    """
    wrong: list[Finding] = []
    not_told: list[NotChecked] = []
    for number, taken in sorted(jars.items()):
        planned, material = jar_of(plan, number), taken_from(plan, number)
        if not planned:
            values: dict[str, Said] = {"step": number, "taken": taken, "material": material}
            not_told.append(NotChecked(codes.JAR_NOT_CHECKED, values))
        elif folded_name(taken) not in map(folded_name, planned):
            wrong.append(
                Finding(codes.JAR_NOT_AS_PLANNED, Place.step(number), {
                    "step": number, "taken": taken, "material": material, "planned": planned[0],
                })
            )  # fmt: skip
    return wrong, not_told


def taken_from(plan: Plan, number: int) -> str:
    """What a weighing takes: a material, or what is in a vessel."""
    step = plan.steps[number - 1]
    if isinstance(step, Transfer):
        return step.source
    return step.material if isinstance(step, Weigh) and step.role != DRIED else step.vessel
