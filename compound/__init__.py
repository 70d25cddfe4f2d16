"""Plans, prints and audits ultralow-dose opioid antagonist capsules in exact arithmetic.

The same path as on the command line, for a program:

    order, notes = compound.read_order({"drug": "naltrexone hydrochloride", "dose": "2 mcg", ...})
    batch = compound.plan_batch(order, notes=notes)
    pdf, batch = compound.write_worksheet(batch)
    compound.verify_worksheet(pdf)
    compound.audit_plan(batch.audit.plan, {1: Decimal("81")})

Masses are in mg. Input that cannot be read raises InputError; what must not be made is a finding of error level. Nothing
here opens a file. Each name is loaded when it is first used. See `compound guide library`.
"""

__version__ = "0.1.0"

# Type checkers take this for true. The module typing, which has the same constant, takes longer to load than all else
# that happens before Ctrl-C is taken over.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from compound.correcting.weighed import Weighed
    from compound.exact.errors import AmbiguousAmount, InputError, InputErrors, ProgramFault
    from compound.facts.excipients.house_rules import HouseRules, read_house_rules
    from compound.findings.finding import Finding, NotChecked, Severity
    from compound.judging.audit import Audit
    from compound.making.make import Batch, PrintSettings, plan_batch, write_worksheet
    from compound.making.saved import SavedPlan, audit_plan, read_plan
    from compound.making.verify import Verified, verify_worksheet
    from compound.order.options import read_order
    from compound.order.order import Order
    from compound.plan.plan import Plan
    from compound.worksheet.template import Template, read_template

# Where each name stands; a type checker reads the same above.
_PLACES = {
    "AmbiguousAmount": "exact.errors", "Audit": "judging.audit", "Batch": "making.make", "Finding": "findings.finding",
    "HouseRules": "facts.excipients.house_rules", "InputError": "exact.errors", "InputErrors": "exact.errors",
    "NotChecked": "findings.finding",
    "Order": "order.order", "Plan": "plan.plan", "PrintSettings": "making.make", "ProgramFault": "exact.errors",
    "SavedPlan": "making.saved", "Severity": "findings.finding", "Template": "worksheet.template",
    "Verified": "making.verify", "Weighed": "correcting.weighed", "audit_plan": "making.saved",
    "plan_batch": "making.make", "read_house_rules": "facts.excipients.house_rules", "read_order": "order.options",
    "read_plan": "making.saved", "read_template": "worksheet.template", "verify_worksheet": "making.verify",
    "write_worksheet": "making.make",
}  # fmt: skip
__all__ = [
    "AmbiguousAmount", "Audit", "Batch", "Finding", "HouseRules", "InputError", "InputErrors", "NotChecked", "Order", "Plan",
    "PrintSettings", "ProgramFault", "SavedPlan", "Severity", "Template", "Verified", "Weighed", "audit_plan",
    "plan_batch", "read_house_rules", "read_order", "read_plan", "read_template", "verify_worksheet", "write_worksheet",
]  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module 'compound' has no attribute {name!r}")
    from importlib import import_module

    module, _, other = _PLACES[name].partition(":")
    return getattr(import_module(f"compound.{module}"), other or name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
