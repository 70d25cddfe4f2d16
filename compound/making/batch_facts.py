"""What a worksheet, a plan or the record of an audit says of a batch whose capsules are judged."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from compound.correcting.weighed import BatchVerdict
from compound.exact.errors import InputError
from compound.exact.quantity import written
from compound.findings import codes
from compound.findings.finding import Finding, Said
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
    dose, each = None if accuracy is None else accuracy.dose_mg, fill.amount_mg
    return SheetFacts(
        name, order.dose.mg, each, None if dose is None or each is None else dose / Fraction(each), judged.limit_percent,
        fill.count, order.capsule_size, order.shell, language,
        (*saved.notes, *_of_surplus(order.dose.mg, written(order.planned_dose))),
        planned_mg=written(order.planned_dose), dose_mg=dose,
    )  # fmt: skip


def _the_fill(steps: tuple[object, ...], place: str) -> Fill:
    fills = [step for step in steps if isinstance(step, Fill)]
    if not fills:
        raise InputError(f"{place}: steps", "fill no capsules, so there is no net content to judge by")
    return fills[-1]


def _of_record(record: Fields, name: str) -> SheetFacts:
    """A record says what the readings made of the batch: the dose is that of the fill given, else of the planned one."""
    dose = record.fraction("dose_mg") if record.states("dose_mg") else None
    if record.states("counted"):
        counted = record.group("counted")
        count = counted.count("given" if counted.states("given") else "planned")
        return SheetFacts(
            name, record.number("target_mg"), None, None, record.fraction("limit_percent"), count,
            _text(counted, "capsule_size"), _text(counted, "shell"), notes=_of_verdict(record), dose_mg=dose,
        )  # fmt: skip
    if not record.states("fill"):
        raise InputError("fill", "is missing: this batch fills no capsules, so there is no net content to judge by")
    fill = record.group("fill")
    planned = fill.fraction("planned_mg")
    filled = fill.fraction("given_mg") if fill.states("given_mg") else planned
    target = filled
    if not fill.states("given_mg") and fill.states("corrected_mg"):
        target = fill.fraction("corrected_mg")  # what the audit says to fill, so that the dose is on its label
    aim = record.number("target_mg")
    label = record.number("label_mg") if record.states("label_mg") else aim  # older records have no surplus
    return SheetFacts(
        name, label, _decimal(target), None if dose is None else dose / filled,
        record.fraction("limit_percent"), fill.count("count"), _text(fill, "capsule_size"), _text(fill, "shell"),
        notes=(*_of_verdict(record), *_of_surplus(label, aim)), planned_mg=aim, dose_mg=dose,
    )  # fmt: skip


def _of_surplus(label_mg: Decimal, planned_mg: Decimal) -> tuple[Finding, ...]:
    """That what is found is held against two doses, where a drug surplus makes them two."""
    if planned_mg == label_mg:
        return ()
    values: dict[str, Said] = {"label": label_mg, "planned": planned_mg, "percent": 100 * Fraction(planned_mg) / Fraction(label_mg)}
    return (Finding(codes.QC_PLANNED_WITH_SURPLUS, "dose", values),)


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

