"""A worksheet verified: its order is planned, judged and printed again, and everything is compared, bytes first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

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
    reading_notes,
    record_differences,
    word_differences,
)
from compound.making.make import plan_batch
from compound.paper.attached import find_attached
from compound.plan.plan import plan_from_dict
from compound.reading.json_text import read_object
from compound.showing.fingerprint import to_json
from compound.wording.language import language
from compound.worksheet import printed
from compound.worksheet.details import Details
from compound.worksheet.letters import with_letters
from compound.worksheet.render import rule_data

if TYPE_CHECKING:
    from compound.paper.read_back import SheetRead

FILES = (ATTACHED_PLAN, printed.NAME)  # what travels in a worksheet


class Verified(Value):
    """What came of a worksheet: the plan in it, the order judged again where it could be, every place that differs.

    `genuine` says that its bytes are those that this program writes again, `seen` that there was a sheet, not its code
    alone.
    """

    record: Mapping[str, Any]
    judged: Audit | None
    findings: tuple[Finding, ...]
    differences: tuple[Difference, ...] = ()
    batch_number: str = ""
    genuine: bool = False
    seen: bool = True

    @property
    def verdict(self) -> str:
        """`genuine`; `agrees` where all was compared and is the same; `not checked` where something was not compared,
        else `differs`.
        """
        errors = {finding.code for finding in self.findings if finding.severity is Severity.ERROR}
        if not errors and not self.seen:
            return "fingerprint agrees"
        if not errors:
            return "genuine" if self.genuine else "agrees"
        return "not checked" if errors == {codes.SHEET_OF_OTHER_VERSION.code} else "differs"


class _Again(Value):
    """The order of a sheet planned, judged and printed again: what was found, and the bytes it gives, if any."""

    verified: Verified
    content: bytes | None = None


def verify_worksheet(content: bytes, where: str = "worksheet", house_rules: HouseRules | None = None) -> Verified:
    """Verifies the bytes of a worksheet; `where` names it in messages.

    The bytes are compared first. Raises InputError where it is not a worksheet, where it is built as none is, or where
    a plan that is whole makes no sense.
    """
    files, again = find_attached(content, FILES), None
    if files is not None:
        try:
            again = _again(files, where, house_rules)
        except InputError:
            files = None  # the strict reading says first what is wrong with the file
        if again is not None and again.content == content:
            return replace(again.verified, genuine=True)
    from compound.paper.read_back import read_sheet

    sheet = read_sheet(content, where, FILES)
    if again is None or files != sheet.files:
        again = _again(sheet.files, where, house_rules)
    if again.content is None:
        return again.verified
    try:
        said, drawn = _compared(sheet, read_sheet(again.content, where, FILES))
    except InputError as error:
        place = f"{where}: {error.where}" if error.where else where
        raise InputError(place, error.sentence) from None
    found = [_finding(codes.SHEET_TEXT_DIFFERS, item) for item in said]
    found += [Finding(codes.SHEET_DRAWN_OTHERWISE, item.where, {"place": item.where}) for item in drawn]
    if sheet.fields and (filled := sum(bool(value.strip()) for value in sheet.fields.values())):
        found.append(Finding(codes.SHEET_FIELDS_NOT_JUDGED, where, {"filled": filled, "total": len(sheet.fields)}))
    before = again.verified
    return replace(
        before, findings=(*before.findings, *found), differences=(*before.differences, *said, *drawn)
    )


def verify_fingerprint(stated: str, record: Mapping[str, Any], where: str, house_rules: HouseRules | None = None) -> Verified:
    """Verifies a plan against the fingerprint from the code of a printed sheet; `where` names the plan.

    The sheet itself is not seen: what is printed on it was not compared. Raises InputError for a plan that makes no sense.
    """
    files = {ATTACHED_PLAN: to_json(record).encode("utf-8")}
    verified = replace(_again(files, where, house_rules).verified, seen=False)
    if stated != verified.record.get("fingerprint"):
        item = Difference("fingerprint", stated, str(verified.record.get("fingerprint")))
        found = Finding(codes.SHEET_FINGERPRINT_WRONG, "--fingerprint", {"sheet": item.sheet, "again": item.again})
        return replace(verified, findings=(found, *verified.findings), differences=(item, *verified.differences))
    return verified


def _again(files: Mapping[str, bytes], where: str, house_rules: HouseRules | None) -> _Again:
    """Plans, judges and prints the order of a sheet again, from the files in it.

    Without a record of the printing nothing is printed. Raises InputError for a plan that is whole and makes no sense.
    """
    place = f"{where}: {ATTACHED_PLAN}" if printed.NAME in files else where
    record = read_object(files[ATTACHED_PLAN], place)
    try:
        altered = fingerprint_differences(record)
    except InputError as error:
        raise InputError(place, str(error)) from None
    found = [
        Finding(codes.SHEET_FINGERPRINT_WRONG, ATTACHED_PLAN, {"sheet": item.sheet, "again": item.again}) for item in altered
    ]
    of_printing = f"{where}: {printed.NAME}"
    printing = _printing(files[printed.NAME], of_printing) if printed.NAME in files else None
    try:
        saved = plan_from_dict(record)
        spoken = language(str(record.get("language", "en"))).code
        batch = plan_batch(saved.order, notes=reading_notes(record), house_rules=house_rules, language=spoken)
        judged = batch.audit
        details = Details() if judged is None or printing is None else _details(printing, judged, of_printing)
    except InputError as error:
        if not altered:
            raise error if error.where.startswith(where) else InputError(place, str(error)) from None
        first = error.each[0]
        values = {"place": first.where or "the plan", "sentence": first.sentence}
        found.append(Finding(codes.SHEET_PLAN_UNREADABLE, ATTACHED_PLAN, values))
        return _Again(Verified(record, None, tuple(found)))
    judged = None if judged is None or printing is None else with_letters(judged, details)
    again = replace(batch, audit=judged or batch.audit).record()
    differences = record_differences(record, again)
    found += [_finding(codes.SHEET_PLAN_DIFFERS, item) for item in differences]
    if judged is None or printing is None:
        return _Again(Verified(record, batch.audit, tuple(found), (*altered, *differences)))
    if (stated := _made_by(printing.tool, printing.digest)) != (ours := _made_by(__version__, rule_data()[1])):
        found.append(Finding(codes.SHEET_OF_OTHER_VERSION, printed.NAME, {"sheet": stated, "again": ours}))
    for part, digest in printing.own_parts():
        found.append(Finding(codes.SHEET_OF_OWN_WORDS, printed.NAME, {"part": part, "digest": digest}))
    found.append(Finding(codes.SHEET_OF_ANY_ORDER, where))
    content = _printed_again(judged, details, again, printing, where)
    return _Again(Verified(record, judged, tuple(found), (*altered, *differences), details.batch_number), content)


def _compared(sheet: SheetRead, again: SheetRead) -> tuple[list[Difference], list[Difference]]:
    """Where the words of a sheet differ from those printed again, and where they are the same and something else is not."""
    from compound.paper.compared import places_apart

    places = places_apart(sheet, again)
    said, drawn = [], []
    if len(sheet.pages) != len(again.pages):
        said.append(Difference("pages", str(len(sheet.pages)), str(len(again.pages))))
    for name, mine, other in zip(("title", "subject"), sheet.titles, again.titles, strict=True):
        if mine != other:
            said.append(Difference(name, mine, other))
    for number in range(min(len(sheet.pages), len(again.pages))):
        page = f"page {number + 1}"
        if page in places:
            most = 2 * len(again.drawn(number)) + 10_000
            words = sheet.words(number, again.fonts, most).split(), again.words(number, again.fonts).split()
            said += word_differences(page, *words)
    different = {item.where for item in said}
    drawn = [Difference(place, "drawn", "drawn otherwise") for place in places if place not in different]
    return said, drawn


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


def _printed_again(
    judged: Audit, details: Details, record: Mapping[str, Any], printing: printed.PrintRecord, where: str
) -> bytes:
    """The bytes of the same order printed again as the sheet says it was printed."""
    from compound.worksheet.render import render
    from compound.worksheet.sheet import MadeBy

    # Tool and rules are named on every page; those that the sheet states count, and a difference is said once.
    made_by = MadeBy(printing.tool, printing.rules, printing.digest)
    try:
        return render(
            judged, printing.template, details, record["fingerprint"], to_json(record), printing.page_size, made_by
        )
    except InputError as error:
        raise InputError(f"{where}: {printed.NAME}", str(error)) from None
