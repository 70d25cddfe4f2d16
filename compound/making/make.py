"""The one path from an order to its plan, judged, recorded and printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from compound.exact.errors import InputError, ProgramFault
from compound.exact.value import Value, replace
from compound.facts.excipients.house_rules import HouseRules
from compound.findings import codes
from compound.findings.finding import Clause, Finding, NotChecked, Said, Severity, accept, worst
from compound.judging.audit import Audit, audit
from compound.judging.order_findings import order_findings, order_not_checked
from compound.making import route
from compound.order.identity import Identity, read_identity
from compound.order.order import Order, needed
from compound.order.request import to_request
from compound.order.source import named_to_dict
from compound.plan.components import component_lots
from compound.plan.plan import MOST_DILUTIONS, Plan, balance_to_dict
from compound.planning.excipients import unweighable_findings
from compound.planning.planned import POWDER, Relaxation, Routed
from compound.planning.powder_search.problem import MOST_TRITURATIONS

if TYPE_CHECKING:
    from compound.worksheet.template import Template


class Batch(Value):
    """An order with what planning and judging made of it.

    `notes` are findings on how the order was read, `house_rules` the pharmacy's own rules on excipients, `alternatives`
    how many runners-up were asked for. `audit` is None
    where no plan is admissible; `routed` then holds the limits that would help.
    """

    order: Order
    notes: tuple[Finding, ...]
    house_rules: HouseRules | None
    routed: Routed
    audit: Audit | None
    alternatives: int = 0

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The findings on the plan, or on the order for which no plan is admissible."""
        if self.audit is not None:
            return self.audit.findings
        found: tuple[Finding, ...] = _findings_of_routes(self.routed)
        if self.routed.method == POWDER:
            values: dict[str, Said] = {"most": MOST_TRITURATIONS, "helps": _helps(self.routed.relaxations)}
            found = (Finding(codes.NO_ADMISSIBLE_PLAN, "plan", values), *found)
        found = (*unweighable_findings(self.order), *found)
        return accept((*self.notes, *found, *order_findings(self.order, None, self.house_rules)), self.order.accept)

    @property
    def not_checked(self) -> tuple[NotChecked, ...]:
        """The rules that lacked their facts, and what is only shown and was not worked out in time."""
        found = order_not_checked(self.order, None, None) if self.audit is None else self.audit.not_checked
        return (*found, *route.not_in_time(self.routed, self.alternatives))

    @property
    def must_not_be_made(self) -> bool:
        """Whether a finding is an error: then no worksheet is written."""
        return worst(self.findings) is Severity.ERROR

    def record(self) -> dict[str, Any]:
        """The JSON object of the batch, as `compound plan --json` prints it."""
        from compound.showing import plan_json

        if self.audit is not None:
            late = route.not_in_time(self.routed, self.alternatives)
            return plan_json.plan_record(self.audit, self.routed.alternatives, self.routed.other, late)
        return refused_record(self.order, self.findings, self.routed)


def refused_record(order: Order, findings: tuple[Finding, ...], routed: Routed | None) -> dict[str, Any]:
    """The JSON object of an order for which there is no plan; without `routed` none was looked for."""
    from compound.showing import plan_json

    first = needed(order.balance, "--balance-sensitivity")
    balance = balance_to_dict(first, order.least_weighable, order.bulk, order.bulk_least)
    not_checked = order_not_checked(order, None, None)
    return plan_json.impossible_record(
        {"request": to_request(order), "balance": balance, **named_to_dict(order)}, order.content_fraction, findings,
        not_checked, routed,
    )  # fmt: skip


def plan_batch(
    order: Order, *, notes: tuple[Finding, ...] = (), house_rules: HouseRules | None = None, alternatives: int = 0,
    other_route: bool = False,
) -> Batch:  # fmt: skip
    """Plans an order, replays the plan and judges it.

    The order's masses are in mg. `alternatives` is the number of runner-up plans to look for, `other_route` asks for
    the best plan of the route not taken. Raises InputError where the order lacks what a plan needs, ProgramFault where
    the replay contradicts the search.
    """
    routed = route.choose_route(order, alternatives)
    if other_route:
        routed = route.with_other_route(order, routed)
    if routed.plan is None:
        return Batch(order, notes, house_rules, routed, None)
    component_lots(routed.plan)  # a lot of what is no component is refused before anything is shown
    judged = audit(routed.plan, (*notes, *_findings_of_routes(routed)), house_rules)
    _verify(judged)
    return Batch(order, notes, house_rules, routed, judged, alternatives)


def _findings_of_routes(routed: Routed) -> tuple[Finding, ...]:
    """Why this route, and why there is no plan by the other one, where one was looked for."""
    if routed.by_solution is None:
        return routed.notes
    values: dict[str, Said] = {"most": MOST_DILUTIONS, "helps": _helps(routed.by_solution)}
    return (*routed.notes, Finding(codes.NO_ADMISSIBLE_SOLUTION, "plan", values))


class PrintSettings(Value):
    """How worksheets are printed: by which template (None for the shipped English one), on which page (None for that of
    the template), with fields to fill in on a screen, with the annex for the file, on few pages ("short") or with room for
    handwriting ("long"), whether the balance shows "mg" or "g", in which targets then stand as well, and days written as
    the notation's `dates` say.
    """

    template: Template | None = None
    page_size: str | None = None
    fillable: bool = False
    annex: bool = True
    pages: str = "short"
    balance_unit: str = "mg"
    date_format: str = ""


def write_worksheet(
    batch: Batch, how: PrintSettings | None = None, beside: Mapping[str, Any] | None = None
) -> tuple[bytes, Batch]:
    """The worksheet of a planned batch as the bytes of a PDF, with the plan attached; writes no file.

    `beside` says what stands on the sheet beside the plan, by the long names of the options: `batch-number`,
    `prepared`, `pharmacy`, `component-lot`, `tablet-excipients`; what the order states of the first, second and fourth
    need not stand there again, and must not differ. With the sheet comes the batch as it is judged on it: what the sheet cannot
    print is a finding too. Raises InputError for a batch that has no plan, or whose plan must not be made.
    """
    from compound.reading import shipped
    from compound.showing import plan_json
    from compound.showing.fingerprint import to_json
    from compound.worksheet import letters, render
    from compound.worksheet.details import read_details
    from compound.worksheet.template import read_template

    if batch.audit is None or batch.must_not_be_made:
        raise InputError("", "the batch must not be made, so no worksheet is written")
    how, options = how or PrintSettings(), beside or {}
    template = how.template or read_template(shipped.template("worksheet.toml"))
    batch = _identified(batch, read_identity(options))
    judged = needed(batch.audit, "plan")
    details = read_details(
        judged.plan, pharmacy=options.get("pharmacy", ()), fillable=how.fillable,
        tablet_excipients=options.get("tablet-excipients"), annex=how.annex, pages=how.pages, balance_unit=how.balance_unit,
        date_format=how.date_format,
    )  # fmt: skip
    judged = letters.with_letters(judged, details)
    record = plan_json.plan_record(judged)
    pdf = render.render(judged, template, details, record["fingerprint"], to_json(record), how.page_size)
    return pdf, replace(batch, audit=judged)


def _identified(batch: Batch, identity: Identity) -> Batch:
    """The batch with what identifies it, planned again where its order does not say so: names in its steps depend on it.

    Raises InputError where the order says otherwise.
    """
    if identity in (Identity(), batch.order.identity):
        return batch
    if batch.order.identity != Identity():
        raise InputError("", "batch number, day of preparation and lots of the order are others than those for the sheet")
    return plan_batch(
        replace(batch.order, identity=identity), notes=batch.notes, house_rules=batch.house_rules,
        alternatives=batch.alternatives, other_route=batch.routed.other is not None,
    )  # fmt: skip


def _verify(judged: Audit) -> None:
    """The planner's word against the replay: a plan that breaks a limit it was searched under is never shown."""
    if any(finding.code == codes.MATERIAL_CONTRADICTS_ROLE.code for finding in judged.findings):
        return  # the order names drug where the search counts on none: that is no fault of the search
    if judged.accuracy is None or any(
        finding.severity is Severity.ERROR and finding.place.is_about_the_plan for finding in judged.findings
    ):
        raise ProgramFault("the replay of the plan contradicts the search")


def _helps(relaxations: Sequence[Relaxation]) -> tuple[Clause, ...]:
    """The limits that would help; an error limit never stands first without a word on the rest."""
    found = [item for item in relaxations if item.value is not None]
    untold = tuple(Clause("limit-alone", {"option": item.option}) for item in relaxations if item.value is None)
    rest = (Clause("help-untold", {"limits": untold}),) if untold else ()
    if not found:
        return rest or (Clause("nothing-helps"),)
    only_errors = found[0].option in ("--weighing-error", "--dose-error")
    limits = tuple(_clause_of(item) for item in found)
    return (Clause("only-looser-errors-help" if only_errors else "any-one-helps", {"limits": limits}), *rest)


def _clause_of(item: Relaxation) -> Clause:
    values: dict[str, Said] = {"option": item.option, "value": needed(item.value, item.option)}
    if item.batches is not None:
        said = Clause("limit-batches", values | {"batches": item.batches})
    else:
        said = Clause(_kind_of(item.option), values)
    return said if item.nearest else Clause("limit-maybe-nearer", {"limit": (said,)})


def _kind_of(option: str) -> str:
    """The clause that says a limit with its nearest value: a mass, a volume, a percentage, or the option alone."""
    if option in ("--balance-sensitivity", "--capacity", "--least-mixture", "--most-drug"):
        return "limit-mass"
    if option.startswith(("--flask", "--pipette")):
        return "limit-volume"
    if option == "--deposit":
        return "limit-per-g"
    if option in ("--by-mass", "--method powder"):
        return "limit-alone"
    return "limit-percent" if option.endswith("error") else "limit-number"


def without_accepted(plan: Plan) -> Plan:
    """A plan without what was accepted: that holds for the plan that is printed, and may be no finding of another."""
    return replace(plan, order=replace(plan.order, accept={}))
