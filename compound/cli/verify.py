"""`compound verify`: reads a worksheet back and recomputes it."""

from __future__ import annotations

import click

from compound.cli import files, output
from compound.exact.quantity import canonical
from compound.making.verify import Verified, verify_worksheet
from compound.paper.read_back import LARGEST
from compound.showing import plan_rows
from compound.showing.findings_json import finding_to_dict
from compound.showing.fingerprint import to_json

SCHEMA = "compound.verify/1"
MOST_LISTED = 20


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
        from compound.cli.files import read_rules

        house = read_rules(rules)
    verified = verify_worksheet(files.read_file(worksheet, "WORKSHEET", LARGEST), worksheet, house)
    click.echo(_json(verified) if as_json else _text(verified))
    if not as_json:
        _print_findings(verified)
    output.leave(verified.findings)


_VERDICTS = {
    "genuine": "genuine: the sheet is, byte for byte, the one that this order gives",
    "agrees": "agrees: the sheet was saved again by another program; what it shows is as this order gives it",
    "differs": "the sheet is NOT as this order gives it",
    "not checked": "NOT CHECKED: another version made the sheet",
}


def _text(verified: Verified) -> str:
    from compound.cli.tables import tabulate

    body: list[tuple[str, str]] = []
    if verified.judged is not None:
        body = [*plan_rows.batch_rows(verified.judged), *plan_rows.accuracy_rows(verified.judged)[1:]]
        body.append(("batch or Rx number", verified.batch_number or "none on the sheet"))
    body.append(("fingerprint", str(verified.record.get("fingerprint"))))
    table = tabulate(body, tablefmt="plain", disable_numparse=True)
    return f"ORDER IN THE SHEET\n{table}\n\n{_VERDICTS[verified.verdict]}"


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
            "verdict": verified.verdict,
            "fingerprint": verified.record.get("fingerprint"),
            "request": verified.record.get("request"),
            "batch_number": verified.batch_number,
            "dose_mg": None if accuracy is None else canonical(accuracy.dose_mg),
            "differences": [{"where": d.where, "sheet": d.sheet, "again": d.again} for d in verified.differences],
            "findings": [finding_to_dict(finding) for finding in verified.findings],
        }
    )
