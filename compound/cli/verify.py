"""`compound verify`: reads a worksheet back and recomputes it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import click

from compound import __version__
from compound.cli import output
from compound.cli import plan as one
from compound.exact.errors import InputError
from compound.exact.quantity import canonical
from compound.exact.value import Value
from compound.facts.excipients.judge import HouseRules
from compound.findings import codes
from compound.findings.finding import Entry, Finding, Severity, worst
from compound.judging.audit import Audit
from compound.making import differences as pure
from compound.making.differences import PLAN
from compound.plan.plan import plan_from_dict
from compound.reading.text import shown
from compound.showing import plan_rows
from compound.showing.plan_json import finding_to_dict, from_json, to_json
from compound.worksheet import printed
from compound.worksheet.details import Details
from compound.worksheet.render import rule_data, with_letters

LARGEST = 20_000_000
MOST_PAGES = 500
MOST_NESTED = 30
SCHEMA = "compound.verify/1"
MOST_LISTED = 20


class Sheet(Value):
    """What a PDF holds: the files attached, the words and the drawing of every page, its title and subject."""

    plan: bytes
    printing: bytes
    pages: tuple[str, ...]
    drawings: tuple[str, ...]
    titles: tuple[str, str]


class Verified(Value):
    """What came of a worksheet: the plan in it, the order judged again where it could be, every place that differs."""

    record: Mapping[str, Any]
    judged: Audit | None
    findings: tuple[Finding, ...]
    differences: tuple[pure.Difference, ...] = ()
    batch_number: str = ""


@click.command("verify", short_help="Read a worksheet back and recompute it.")
@click.argument("worksheet", metavar="WORKSHEET.pdf")
@click.option("--rules", metavar="FILE", help="The rules of your own that the sheet was planned with, if it was.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the order and the verdict.")
def command(worksheet: str, rules: str | None, as_json: bool) -> None:
    """Read a worksheet back and recompute it.

    The plan that travels in the PDF is held against its fingerprint. Its order is planned, replayed, judged and printed
    again, and every word of every page is compared. The order is printed, for you to compare with the prescription: a
    sheet made anew from another order is a valid sheet of that order. Leaves with 1 where anything differs.
    """
    house = None
    if rules is not None:
        from compound.cli.check import read_rules

        house = read_rules(rules)
    verified = verify(output.read_file(worksheet, "WORKSHEET", LARGEST), worksheet, house)
    click.echo(_json(verified) if as_json else _text(verified))
    if not as_json:
        _print_findings(verified)
    output.leave(verified.findings)


@contextmanager
def _silent() -> Iterator[None]:
    """Keeps the library that reads PDFs from speaking to the user: its log and its warnings go nowhere."""
    import logging
    import warnings

    log, mute = logging.getLogger("pypdf"), logging.NullHandler()
    before = log.propagate
    log.addHandler(mute)
    log.propagate = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.propagate = before
        log.removeHandler(mute)


def read_sheet(content: bytes, where: str) -> Sheet:
    """Reads a worksheet. Raises InputError, in one sentence, for anything that is none."""
    if b"%PDF-" not in content[:1024]:
        raise InputError(where, "is no PDF")
    if b"%%EOF" not in content[-1024:]:
        raise InputError(where, "is cut short: the end of the PDF is missing")
    import pypdf  # noqa: F401  # one that is missing is no damage of the file

    with _silent():
        try:
            return _sheet(content, where)
        except InputError:
            raise
        except Exception:  # whatever the library raises on a damaged file means the same to the user
            raise InputError(where, "is a damaged PDF; it cannot be read") from None


def _sheet(content: bytes, where: str) -> Sheet:
    from io import BytesIO

    from pypdf import PdfReader

    reader = PdfReader(BytesIO(content))
    if reader.is_encrypted:
        raise InputError(where, "is encrypted; worksheets of this tool are not")
    attached = reader.attachments
    if PLAN not in attached:
        raise InputError(where, "carries no plan: it is no worksheet of this tool, or the plan was taken out of it")
    for name in (PLAN, printed.NAME):
        count = len(attached.get(name, ()))
        if count != 1:
            raise InputError(where, f"carries {count or 'no'} files named {name}; a worksheet carries one")
    for name in attached:
        if name not in (PLAN, printed.NAME):
            raise InputError(where, f"carries a file named {shown(name)}, which no worksheet of this tool does")
    if len(reader.pages) > MOST_PAGES:
        raise InputError(where, f"has {len(reader.pages):,} pages; no worksheet has more than {MOST_PAGES}")
    about = reader.metadata
    return Sheet(
        attached[PLAN][0],
        attached[printed.NAME][0],
        tuple(page.extract_text() for page in reader.pages),
        tuple(_drawing(page, reader.root_object) for page in reader.pages),
        ("", "") if about is None else (about.title or "", about.subject or ""),
    )


def _drawing(page: Any, root: Any) -> str:
    """The sha256 of all that decides how a page looks: what is drawn, fonts, images, its edges, what was put over it.

    And of what might change it once it is open: scripts, actions, layers that can be hidden. A worksheet has none.

    A font that shows another digit than the one it stands for would deceive a reader, and not the words.
    """
    contents = page.get_contents()
    resources = page.get("/Resources", {})
    parts = [b"" if contents is None else contents.get_data()]
    parts += [_canonical(resources.get(key)) for key in ("/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Properties")]
    parts += [repr([float(edge) for edge in box]).encode() for box in (page.mediabox, page.cropbox)]
    parts.append(f"{page.rotation} {page.get('/UserUnit', 1)}".encode())
    form = root.get("/AcroForm", {})
    acting = [root.get("/OpenAction"), root.get("/AA"), root.get("/OCProperties"), form.get("/XFA"), page.get("/AA")]
    acting.append(root.get("/Names", {}).get("/JavaScript"))
    # Fields may be filled in: their names count, not what stands in them.
    for note in page.get("/Annots", ()):
        note = note.get_object()
        parts.append(f"{note.get('/Subtype')} {note.get('/T', '')} {note.get('/Rect', '')}".encode())
        acting += [note.get("/A"), note.get("/AA")]
    parts += [_canonical(action) for action in acting if action is not None]
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"%d " % len(part) + part)
    return digest.hexdigest()


# What another program may write otherwise without a change to the eye: how a stream is packed, and what an object is
# named.
_OF_THE_FILE = ("/Length", "/Length1", "/Filter", "/DecodeParms", "/Parent", "/Name")


def _canonical(value: Any, depth: int = 0) -> bytes:
    """An object of a PDF with all that hangs on it, written in one way. Raises ValueError for one nested too deeply."""
    if depth > MOST_NESTED:
        raise ValueError("nested too deeply")
    value = value.get_object() if hasattr(value, "get_object") else value
    if isinstance(value, dict):
        content = value.get_data() if hasattr(value, "get_data") else b""
        inner = [
            str(key).encode() + b" " + _canonical(value[key], depth + 1)
            for key in sorted(value, key=str)
            if str(key) not in _OF_THE_FILE
        ]
        return b"<<" + b" ".join(inner) + b">>" + b"%d " % len(content) + content
    if isinstance(value, (list, tuple)):
        return b"[" + b" ".join([_canonical(item, depth + 1) for item in value]) + b"]"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(float(value)).encode()
    return repr(value).encode()


def verify(content: bytes, where: str, house: HouseRules | None = None) -> Verified:
    """Verifies a worksheet. Raises InputError where it is none, or where a plan that is whole makes no sense."""
    sheet = read_sheet(content, where)
    place = f"{where}: {PLAN}"
    record = from_json(sheet.plan, place)
    try:
        altered = pure.fingerprint_differences(record)
    except InputError as error:
        raise InputError(place, str(error)) from None
    found = [
        Finding(codes.SHEET_FINGERPRINT_WRONG, PLAN, {"sheet": item.sheet, "again": item.again}) for item in altered
    ]
    printing = _printing(sheet.printing, f"{where}: {printed.NAME}")
    try:
        saved = plan_from_dict(record)
        planned, judged = one.make(saved.order, pure.reading_notes(record), house)
        details = Details() if judged is None else _details(printing, judged, f"{where}: {printed.NAME}")
    except InputError as error:
        if not altered:
            raise error if error.where.startswith(where) else InputError(place, str(error)) from None
        values = {"place": error.where or "the plan", "sentence": error.sentence}
        found.append(Finding(codes.SHEET_PLAN_UNREADABLE, PLAN, values))
        return Verified(record, None, tuple(found))
    judged = None if judged is None else with_letters(judged, details)
    again = one.record_of(saved.order, pure.reading_notes(record), planned, judged, house)
    differences = pure.record_differences(record, again)
    found += [_finding(codes.SHEET_PLAN_DIFFERS, item) for item in differences]
    if judged is None:
        return Verified(record, None, tuple(found), (*altered, *differences))
    if (stated := _made_by(printing.tool, printing.digest)) != (ours := _made_by(__version__, rule_data()[1])):
        found.append(Finding(codes.SHEET_OF_OTHER_VERSION, printed.NAME, {"sheet": stated, "again": ours}))
    twin = _twin(judged, details, again, printing, where)
    said = pure.page_differences(sheet.pages, twin.pages)
    said += [
        pure.Difference(name, mine, other)
        for name, mine, other in zip(("title", "subject"), sheet.titles, twin.titles, strict=True)
        if mine != other
    ]
    found += [_finding(codes.SHEET_TEXT_DIFFERS, item) for item in said]
    drawn = [
        pure.Difference(f"page {number}", "drawn", "drawn otherwise")
        for number, (mine, other) in enumerate(zip(sheet.drawings, twin.drawings, strict=False), start=1)
        if stated == ours and mine != other and sheet.pages[number - 1].split() == twin.pages[number - 1].split()
    ]
    found += [Finding(codes.SHEET_DRAWN_OTHERWISE, item.where, {"place": item.where}) for item in drawn]
    found.append(Finding(codes.SHEET_OF_ANY_ORDER, where))
    return Verified(
        record, judged, tuple(found), (*altered, *differences, *said, *drawn), printing.details["batch_number"]
    )


def _finding(entry: Entry, item: pure.Difference) -> Finding:
    return Finding(entry, item.where, {"place": item.where, "sheet": item.sheet, "again": item.again})


def _made_by(tool: str, digest: str) -> str:
    return f"compound {tool} with rule data {digest[:12]}"


def _printing(content: bytes, where: str) -> printed.Printed:
    record = from_json(content, where)
    try:
        return printed.from_record(record)
    except InputError as error:
        tool = record.get("tool")
        by = f" (the sheet was made by compound {tool}; this is {__version__})" if tool != __version__ else ""
        raise InputError(where, f"{error}{by}") from None


def _details(printing: printed.Printed, judged: Audit, where: str) -> Details:
    """What stands on the sheet beside the plan. Raises InputError naming the file."""
    try:
        return printing.details_for(judged.plan)
    except InputError as error:
        raise InputError(where, str(error)) from None


def _twin(judged: Audit, details: Details, record: Mapping[str, Any], printing: printed.Printed, where: str) -> Sheet:
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
    return read_sheet(content, where)


# What is said of it.


def _text(verified: Verified) -> str:
    from compound.cli.tables import tabulate

    body: list[tuple[str, str]] = []
    if verified.judged is not None:
        body = [*plan_rows.batch_rows(verified.judged), *plan_rows.accuracy_rows(verified.judged)[1:]]
        body.append(("batch or Rx number", verified.batch_number or "none on the sheet"))
    body.append(("fingerprint", str(verified.record.get("fingerprint"))))
    failed = worst(verified.findings) is Severity.ERROR
    verdict = "the sheet is NOT as this order gives it" if failed else "the sheet is as this order gives it"
    return "ORDER IN THE SHEET\n" + tabulate(body, tablefmt="plain", disable_numparse=True) + f"\n\n{verdict}"


def _print_findings(verified: Verified) -> None:
    """Prints the findings; of many of one kind the first, and how many more there are."""
    shown_of: dict[str, int] = {}
    listed = []
    for finding in verified.findings:
        shown_of[finding.code] = shown_of.get(finding.code, 0) + 1
        if shown_of[finding.code] <= MOST_LISTED:
            listed.append(finding)
    output.print_findings(listed)
    for code, count in shown_of.items():
        if count > MOST_LISTED:
            click.echo(f"and {count - MOST_LISTED} more of [{code}]; --json lists all", err=True)


def _json(verified: Verified) -> str:
    accuracy = None if verified.judged is None else verified.judged.accuracy
    return to_json(
        {
            "schema": SCHEMA,
            "verdict": "differs" if worst(verified.findings) is Severity.ERROR else "agrees",
            "fingerprint": verified.record.get("fingerprint"),
            "request": verified.record.get("request"),
            "batch_number": verified.batch_number,
            "dose_mg": None if accuracy is None else canonical(accuracy.dose_mg),
            "differences": [{"where": d.where, "sheet": d.sheet, "again": d.again} for d in verified.differences],
            "findings": [finding_to_dict(finding) for finding in verified.findings],
        }
    )
