"""The one path from an order to its plan, judged, recorded and printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from compound.exact.errors import ProgramFault
from compound.exact.value import Value, replace
from compound.facts.excipients.judge import HouseRules
from compound.findings import codes
from compound.findings.finding import Finding, Said, Severity, accept
from compound.judging.audit import Audit, audit, order_findings, order_not_checked
from compound.making import route
from compound.order.order import Order, needed
from compound.order.request import to_request
from compound.plan.plan import MOST_DILUTIONS, Plan, balance_to_dict
from compound.planning.planned import POWDER, Relaxation, Routed
from compound.planning.powder_search.search import MOST_TRITURATIONS
from compound.wording import notation

if TYPE_CHECKING:
    from compound.worksheet.template import Template


def make(
    order: Order, notes: tuple[Finding, ...], house: HouseRules | None, alternatives: int = 0
) -> tuple[Routed, Audit | None]:
    """The plan of an order, judged; None for the judgement where no plan is admissible. Raises InputError."""
    routed = route.choose(order, alternatives)
    if routed.plan is None:
        return routed, None
    judged = audit(routed.plan, (*notes, *_findings_of_routes(routed)), house)
    _verify(judged)
    return routed, judged


def _findings_of_routes(routed: Routed) -> tuple[Finding, ...]:
    """Why this route, and why there is no plan by the other one, where one was looked for."""
    if routed.by_solution is None:
        return routed.notes
    values: dict[str, Said] = {"most": MOST_DILUTIONS, "helps": _helps(routed.by_solution)}
    return (*routed.notes, Finding(codes.NO_ADMISSIBLE_SOLUTION, "plan", values))


class PrintSettings(Value):
    """How worksheets are printed: by which template, on which page (None for that of the template), with fields."""

    template: Template
    page_size: str | None
    fillable: bool


def sheet_of(judged: Audit, options: Mapping[str, Any], how: PrintSettings) -> tuple[bytes, Audit]:
    """The worksheet of a judged plan as the bytes of a PDF; `options` say what stands on it beside the plan.

    With it the plan as it is judged on the sheet: what the sheet cannot print is a finding too.
    """
    from compound.showing import plan_json
    from compound.showing.fingerprint import to_json
    from compound.worksheet import render as sheet
    from compound.worksheet.details import read_details

    said = read_details(
        judged.plan, batch_number=options.get("batch-number"), prepared=options.get("prepared"),
        pharmacy=options.get("pharmacy", ()), component_lots=options.get("component-lot", ()), fillable=how.fillable,
    )  # fmt: skip
    judged = sheet.with_letters(judged, said)
    written = plan_json.plan_record(judged)
    text = to_json(written)
    return sheet.render(judged, how.template, said, written["fingerprint"], text, how.page_size), judged


def _verify(judged: Audit) -> None:
    """The planner's word against the replay: a plan that breaks a limit it was searched under is never shown."""
    if judged.accuracy is None or any(
        finding.severity is Severity.ERROR
        and finding.where.startswith(("step", "accuracy", "trituration", "solution", "batch"))
        for finding in judged.findings
    ):
        raise ProgramFault("the replay of the plan contradicts the search")


def record_of(
    order: Order, notes: tuple[Finding, ...], planned: Routed, judged: Audit | None, house: HouseRules | None
) -> dict[str, Any]:
    """The JSON object of an order: that of its plan, or that of an order for which no plan is admissible."""
    from compound.showing import plan_json

    if judged is not None:
        return plan_json.plan_record(judged, planned.alternatives, planned.other)
    balance = balance_to_dict(needed(order.balance, "--balance-sensitivity"), order.least_weighable)
    return plan_json.impossible_record(
        to_request(order), balance, order.content_fraction,
        why_none(order, notes, planned, house), order_not_checked(order, None, None), planned,
    )  # fmt: skip


def why_none(
    order: Order, notes: tuple[Finding, ...], planned: Routed, house: HouseRules | None
) -> tuple[Finding, ...]:
    """The findings of an order for which no plan is admissible."""
    found: tuple[Finding, ...] = _findings_of_routes(planned)
    if planned.method == POWDER:
        values: dict[str, Said] = {"most": MOST_TRITURATIONS, "helps": _helps(planned.relaxations)}
        found = (Finding(codes.NO_ADMISSIBLE_PLAN, "plan", values), *found)
    return accept((*notes, *found, *order_findings(order, None, house)), order.accept)


def _helps(relaxations: Sequence[Relaxation]) -> str:
    """The limits that would help, as a sentence; an error limit never stands first without a word on the rest."""
    if not relaxations:
        return "no single limit helps if it alone is changed"
    parts = [f"{item.option} {_value(item.option, item.value)}".strip() for item in relaxations]
    text = f"any one of these alone would help: {', '.join(parts)}"
    if relaxations[0].option in ("--weighing-error", "--dose-error"):
        return f"no other balance, dilution or batch helps alone; looser error limits would: {', '.join(parts)}"
    return text


def _value(option: str, value: Any) -> str:
    if option in ("--balance-sensitivity", "--capacity", "--most-drug"):
        return notation.mass(value)
    if option.startswith(("--flask", "--pipette")):
        return notation.volume(value)
    if option == "--deposit":
        return f"{notation.number(value)} mL/g"
    if option in ("--by-mass", "--method powder"):
        return ""
    return notation.percent(value) if option.endswith("error") else notation.number(value)


def without_accepted(plan: Plan) -> Plan:
    """A plan without what was taken on: that holds for the plan that is printed, and may be no finding of another."""
    return Plan(replace(plan.order, accept={}), plan.balance, plan.content_fraction, plan.steps)
