"""A worksheet verified: its order is planned, judged and printed again, and everything is compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compound import __version__
from compound.exact.errors import InputError
from compound.exact.value import Value, replace
from compound.facts.excipients.house_rules import HouseRules
from compound.findings import codes
from compound.findings.finding import Entry, Finding, Severity
from compound.judging.audit import Audit
from compound.making.differences import (
    ATTACHED_PLAN,
    Difference,
    fingerprint_differences,
    page_differences,
    reading_notes,
    record_differences,
)
from compound.making.make import plan_batch
from compound.paper.read_back import PagesRead, read_sheet
from compound.plan.plan import plan_from_dict
from compound.reading.json_text import read_object
from compound.showing.fingerprint import to_json
from compound.worksheet import printed
from compound.worksheet.details import Details
from compound.worksheet.letters import with_letters
from compound.worksheet.render import rule_data

FILES = (ATTACHED_PLAN, printed.NAME)  # what travels in a worksheet


class Verified(Value):
    """What came of a worksheet: the plan in it, the order judged again where it could be, every place that differs."""

    record: Mapping[str, Any]
    judged: Audit | None
    findings: tuple[Finding, ...]
    differences: tuple[Difference, ...] = ()
    batch_number: str = ""

    @property
    def verdict(self) -> str:
        """`agrees` where all was compared and is the same, `not compared` where something was not, else `differs`."""
        errors = {finding.code for finding in self.findings if finding.severity is Severity.ERROR}
        if errors == {codes.SHEET_OF_OTHER_VERSION.code}:
            return "not compared"
        return "differs" if errors else "agrees"


def verify_worksheet(content: bytes, where: str = "worksheet", house_rules: HouseRules | None = None) -> Verified:
    """Verifies the bytes of a worksheet; `where` names it in messages.

    Raises InputError where it is not a worksheet, or where a plan that is whole makes no sense.
    """
    sheet = read_sheet(content, where, FILES)
    place = f"{where}: {ATTACHED_PLAN}"
    record = read_object(sheet.files[ATTACHED_PLAN], place)
    try:
        altered = fingerprint_differences(record)
    except InputError as error:
        raise InputError(place, str(error)) from None
    found = [
        Finding(codes.SHEET_FINGERPRINT_WRONG, ATTACHED_PLAN, {"sheet": item.sheet, "again": item.again}) for item in altered
    ]
    printing = _printing(sheet.files[printed.NAME], f"{where}: {printed.NAME}")
    try:
        saved = plan_from_dict(record)
        batch = plan_batch(saved.order, notes=reading_notes(record), house_rules=house_rules)
        judged = batch.audit
        details = Details() if judged is None else _details(printing, judged, f"{where}: {printed.NAME}")
    except InputError as error:
        if not altered:
            raise error if error.where.startswith(where) else InputError(place, str(error)) from None
        first = error.each[0]
        values = {"place": first.where or "the plan", "sentence": first.sentence}
        found.append(Finding(codes.SHEET_PLAN_UNREADABLE, ATTACHED_PLAN, values))
        return Verified(record, None, tuple(found))
    judged = None if judged is None else with_letters(judged, details)
    again = replace(batch, audit=judged).record()
    differences = record_differences(record, again)
    found += [_finding(codes.SHEET_PLAN_DIFFERS, item) for item in differences]
    if judged is None:
        return Verified(record, None, tuple(found), (*altered, *differences))
    if (stated := _made_by(printing.tool, printing.digest)) != (ours := _made_by(__version__, rule_data()[1])):
        found.append(Finding(codes.SHEET_OF_OTHER_VERSION, printed.NAME, {"sheet": stated, "again": ours}))
    twin = _twin(judged, details, again, printing, where)
    said = page_differences(sheet.pages, twin.pages)
    said += [
        Difference(name, mine, other)
        for name, mine, other in zip(("title", "subject"), sheet.titles, twin.titles, strict=True)
        if mine != other
    ]
    found += [_finding(codes.SHEET_TEXT_DIFFERS, item) for item in said]
    drawn = [
        Difference(f"page {number}", "drawn", "drawn otherwise")
        for number, (mine, other) in enumerate(zip(sheet.drawings, twin.drawings, strict=False), start=1)
        if stated == ours and mine != other and sheet.pages[number - 1].split() == twin.pages[number - 1].split()
    ]
    found += [Finding(codes.SHEET_DRAWN_OTHERWISE, item.where, {"place": item.where}) for item in drawn]
    found.append(Finding(codes.SHEET_OF_ANY_ORDER, where))
    return Verified(
        record, judged, tuple(found), (*altered, *differences, *said, *drawn), details.batch_number
    )


def _finding(entry: Entry, item: Difference) -> Finding:
    return Finding(entry, item.where, {"place": item.where, "sheet": item.sheet, "again": item.again})


def _made_by(tool: str, digest: str) -> str:
    return f"compound {tool} with rule data {digest[:12]}"


def _printing(content: bytes, where: str) -> printed.PrintRecord:
    record = read_object(content, where)
    try:
        return printed.read_print_record(record)
    except InputError as error:
        tool = record.get("tool")
        by = f" (the sheet was made by compound {tool}; this is {__version__})" if tool != __version__ else ""
        raise InputError(where, f"{error}{by}") from None


def _details(printing: printed.PrintRecord, judged: Audit, where: str) -> Details:
    """What stands on the sheet beside the plan. Raises InputError naming the file."""
    try:
        return printing.details_for(judged.plan)
    except InputError as error:
        raise InputError(where, str(error)) from None


def _twin(judged: Audit, details: Details, record: Mapping[str, Any], printing: printed.PrintRecord, where: str) -> PagesRead:
    """The same order printed again as the sheet says it was printed, read back by the same library."""
    from compound.worksheet.render import render
    from compound.worksheet.sheet import MadeBy

    # Tool and rules are named on every page; those that the sheet states count, and a difference is said once.
    made_by = MadeBy(printing.tool, printing.rules, printing.digest)
    try:
        content = render(
            judged, printing.template, details, record["fingerprint"], to_json(record), printing.page_size, made_by
        )
    except InputError as error:
        raise InputError(f"{where}: {printed.NAME}", str(error)) from None
    return read_sheet(content, where, FILES)
