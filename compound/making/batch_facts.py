"""What a worksheet, a plan or the record of an audit says of a batch whose capsules are judged."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from compound.correcting.weighed import BatchVerdict
from compound.exact.errors import InputError
from compound.exact.quantity import written
from compound.findings import codes
from compound.findings.finding import Finding
from compound.making.differences import ATTACHED_PLAN
from compound.making.saved import audit_plan, read_plan
from compound.plan.plan import Fill
from compound.qc.batch import SheetFacts
from compound.reading import json_text
from compound.reading.fields import Fields, in_file
from compound.showing.weighed_json import RECORD_SCHEMA
from compound.worksheet import printed

LARGEST_FILE = 20_000_000  # bytes, of a worksheet


def read_batch_facts(content: bytes, name: str) -> SheetFacts:
    """The batch of a worksheet (its attached plan), of a plan's JSON or of an audit's record; `name` is that of the file.

    The dose by the steps is worked out anew, of a record it is the one found with its readings. Limits are those of the
    sheet's language, of JSON those of the English sheet. Raises InputError.
    """
    if content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"", b"{"):
        return _of_worksheet(content, name)
    data = json_text.read_object(content, name)
    if data.get("schema") != RECORD_SCHEMA:
        return _of_plan(content, name, name)
    try:
        return _of_record(Fields(data), name)
    except InputError as error:
        raise in_file(error, name) from None


def _of_worksheet(content: bytes, name: str) -> SheetFacts:
    from compound.paper.read_back import read_sheet

    attached = read_sheet(content, name, (ATTACHED_PLAN, printed.NAME)).files
    record = json_text.read_object(attached[printed.NAME], f"{name}: {printed.NAME}")
    try:
        language = printed.read_print_record(record).template.language
    except InputError as error:
        raise in_file(error, f"{name}: {printed.NAME}") from None
    return _of_plan(attached[ATTACHED_PLAN], f"{name}: {ATTACHED_PLAN}", name, language)


def _of_plan(content: bytes, place: str, name: str, language: str = "en") -> SheetFacts:
    saved = read_plan(content, place)
    order, fill = saved.plan.order, _the_fill(saved.plan.steps, place)
    judged = audit_plan(saved)
    accuracy = judged.made.accuracy
    return SheetFacts(
        name, order.dose.mg, fill.amount_mg, None if accuracy is None else accuracy.dose_mg / Fraction(fill.amount_mg),
        judged.limit_percent, fill.count, order.capsule_size, order.shell, language, saved.notes,
    )  # fmt: skip


def _the_fill(steps: tuple[object, ...], place: str) -> Fill:
    fills = [step for step in steps if isinstance(step, Fill)]
    if not fills:
        raise InputError(f"{place}: steps", "fill no capsules, so there is no net content to judge by")
    return fills[-1]


def _of_record(record: Fields, name: str) -> SheetFacts:
    """A record says what the readings made of the batch: the dose is that of the fill given, else of the planned one."""
    if not record.states("fill"):
        raise InputError("fill", "is missing: this batch fills no capsules, so there is no net content to judge by")
    fill = record.group("fill")
    planned = fill.fraction("planned_mg")
    filled = fill.fraction("given_mg") if fill.states("given_mg") else planned
    dose = record.fraction("dose_mg") if record.states("dose_mg") else None
    target = filled
    if not fill.states("given_mg") and fill.states("corrected_mg"):
        target = fill.fraction("corrected_mg")  # what the audit says to fill, so that the dose is on its label
    return SheetFacts(
        name, record.number("target_mg"), _decimal(target), None if dose is None else dose / filled,
        record.fraction("limit_percent"), fill.count("count"), _text(fill, "capsule_size"), _text(fill, "shell"),
        notes=_of_verdict(record),
    )  # fmt: skip


def _of_verdict(record: Fields) -> tuple[Finding, ...]:
    """What the audit said of the batch itself, where it is not within its limits."""
    verdict = BatchVerdict(record.choice("verdict", tuple(one.value for one in BatchVerdict)))
    entries = {BatchVerdict.OUTSIDE: codes.QC_BATCH_OUTSIDE, BatchVerdict.INCOMPLETE: codes.QC_BATCH_INCOMPLETE}
    return (Finding(entries[verdict], "verdict"),) if verdict in entries else ()


def _decimal(mg: Fraction) -> Decimal:
    try:
        return written(mg)
    except ArithmeticError:
        raise InputError("fill", f"{mg} mg is no weight that a balance shows") from None


def _text(fields: Fields, key: str) -> str | None:
    return fields.text(key) if fields.states(key) else None

