"""`compound verify`: reads a worksheet back and recomputes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from compound.cli import files, output
from compound.cli.last_line import print_verdict
from compound.cli.speaking import language_option
from compound.cli.spoken import spoken
from compound.exact.errors import InputError
from compound.exact.quantity import canonical
from compound.findings.finding import Severity
from compound.making.verify import Verified, verify_fingerprint, verify_worksheet
from compound.paper.attached import LARGEST
from compound.reading.json_text import read_object
from compound.showing import plan_rows
from compound.showing.findings_json import finding_to_dict
from compound.showing.fingerprint import to_json
from compound.showing.sheet_verdict import sheets_verdict, verify_verdict
from compound.wording.terminal_words import VerifyWords

if TYPE_CHECKING:
    from compound.facts.excipients.house_rules import HouseRules

FINGERPRINT_DIGITS = 64
SCHEMA = "compound.verify/1"
MOST_LISTED = 20


@click.command("verify", short_help="Read a worksheet back and recompute it.")
@click.argument("worksheets", metavar="WORKSHEET.pdf...", nargs=-1)
@click.option("--rules", metavar="FILE", help="The rules of your own that the sheet was planned with, if it was.")
@click.option("--fingerprint", metavar="CODE", help="Of a printed sheet: the fingerprint from its code; with --plan.")
@click.option("--plan", "plan_file", metavar="PLAN.json", help="The plan that a printed sheet is to be held against.")
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a sheet instead of the order and the verdict.")
def command(
    worksheets: tuple[str, ...], rules: str | None, fingerprint: str | None, plan_file: str | None, language: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Read a worksheet back and recompute it.

    The plan that travels in the PDF is held against its fingerprint. Its order is planned, replayed, judged and printed
    again, and the bytes are compared: a sheet that has the same is genuine. One that another program saved again at best
    agrees: every word of every page and all else in the file is compared. The order is printed, for you to compare with
    the prescription: a sheet made anew from another order is a valid sheet of that order. Leaves with 1 where anything
    differs or was not checked, of several sheets with the worst.
    """
    house = None
    if rules is not None:
        house = files.read_rules(rules)
    if fingerprint is not None or plan_file is not None:
        if fingerprint is None or plan_file is None or worksheets:
            raise click.UsageError("--fingerprint and --plan go together, and without a worksheet.")
        _show(_by_fingerprint(fingerprint, plan_file, house), files.as_said(plan_file), as_json)
    if not worksheets and plan_file is None:
        raise click.UsageError("Missing argument 'WORKSHEET.pdf...'.")
    if len(worksheets) == 1:
        _show(_verified(worksheets[0], house), files.as_said(worksheets[0]), as_json)
    raise SystemExit(_answer_many(worksheets, house, as_json))


def _show(verified: Verified, name: str, as_json: bool) -> None:
    """Prints one answer; leaves with its exit code where it is not 0."""
    click.echo(_json(verified) if as_json else _text(verified))
    if not as_json:
        _print_findings(verified)
        errors = [finding.code for finding in verified.findings if finding.severity is Severity.ERROR]
        first = errors[0] if errors else None
        print_verdict(verify_verdict(verified.verdict, sheet=name, first_error=first, language=spoken()))
    output.leave(verified.findings)
    raise SystemExit(0)


def _verified(path: str, house: HouseRules | None) -> Verified:
    return verify_worksheet(files.read_file(path, "WORKSHEET", LARGEST), files.as_said(path), house)


def _answer_many(paths: Sequence[str], house: HouseRules | None, as_json: bool) -> int:
    """Answers for each of several sheets, and in the last line for all; returns the worst exit code."""
    verdicts: list[tuple[str, str]] = []
    code = 0
    for path in paths:
        if not as_json:
            click.echo(spoken().table(VerifyWords).sheet.format(file=files.as_said(path)))
        try:
            verified = _verified(path, house)
            verdicts.append((files.as_said(path), verified.verdict))
            _show(verified, files.as_said(path), as_json)
        except SystemExit as left:
            code = max(code, left.code if isinstance(left.code, int) else 2)
        except InputError as error:  # it does not keep the others from being answered
            verdicts.append((files.as_said(path), "unreadable"))
            code = 2
            for one in error.each:
                click.echo(f"error: {one}", err=True)
    if not as_json:
        print_verdict(sheets_verdict(verdicts, spoken()))
    return code


def _by_fingerprint(stated: str, path: str, house: HouseRules | None) -> Verified:
    """A plan held against the fingerprint in the code of a printed sheet. Raises InputError for what is none."""
    digits = (stated.split() or [""])[-1].lower()  # a reader of codes gives the words before it too
    if len(digits) != FINGERPRINT_DIGITS or any(digit not in "0123456789abcdef" for digit in digits):
        raise InputError("--fingerprint", f"has to be the {FINGERPRINT_DIGITS} digits 0 to 9 and a to f of the code")
    record = read_object(files.read_file(path, "--plan"), files.as_said(path))
    return verify_fingerprint(digits, record, files.as_said(path), house)


def _text(verified: Verified) -> str:
    from compound.cli.tables import tabulate

    language = spoken()
    words = language.table(VerifyWords)
    body: list[tuple[str, str]] = []
    if verified.judged is not None:
        body = [*plan_rows.batch_rows(verified.judged, language), *plan_rows.accuracy_rows(verified.judged, language)[1:]]
        body.append((words.batch_number, verified.batch_number or words.no_batch_number))
    body.append((words.fingerprint, str(verified.record.get("fingerprint"))))
    table = tabulate(body, tablefmt="plain", disable_numparse=True)
    return f"{words.order}\n{table}"


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
            more = spoken().notation.number(count - MOST_LISTED)
            click.echo(spoken().table(VerifyWords).more.format(count=more, code=code), err=True)


def _json(verified: Verified) -> str:
    accuracy = None if verified.judged is None else verified.judged.accuracy
    return to_json(
        {
            "schema": SCHEMA,
            "verdict": verified.verdict,
            "fingerprint": verified.record.get("fingerprint"),
            "request": verified.record.get("request"),
            "batch_number": verified.batch_number,
            "dose_mg": None if accuracy is None else canonical(accuracy.dose_mg),
            "differences": [{"where": d.where, "sheet": d.sheet, "again": d.again} for d in verified.differences],
            "findings": [finding_to_dict(finding, spoken()) for finding in verified.findings],
        }
    )
