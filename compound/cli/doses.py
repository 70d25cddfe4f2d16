"""`compound doses`: the doses studied in the source review, as printed and as checked, with their cautions."""

from __future__ import annotations

import re
import shutil
from typing import Any

import click

from compound.cli import output
from compound.exact.quantity import canonical
from compound.facts import doses
from compound.wording import notation

_WIDE = 120
_NARROW = 80
_COLUMNS = {_NARROW: (8, 13, 15, 18, 18), _WIDE: (8, 15, 22, 32, 35)}
_UNITS = {
    "per day": "mg_per_day",
    "per kg and hour": "mg_per_kg_per_hour",
    "per 1 mg of morphine": "mg_per_mg_morphine",
}
_NO_BREAK = "\u00a0"  # holds number and unit on one line while the table is laid out; printed as a space
_BEFORE_UNIT = re.compile(r"(?<=[0-9]) (?=mg|mcg|nanogram|%)")


@click.command("doses")
@click.option("--drug", type=click.Choice(doses.DRUGS), help="Only the doses of this drug.")
@click.option("--route", type=click.Choice(doses.ROUTES), help="Only doses by this route, as the review prints it.")
@click.option("--class", "dose_class", type=click.Choice(doses.CLASSES),
              help="Only rows with a dose of this class, by the review's definition: ultralow below 1 mg, low from "
              "1 mg to 5 mg, addiction-therapy from 50 mg to 100 mg; not-classed are rates and rows without a dose.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
def command(drug: str | None, route: str | None, dose_class: str | None, as_json: bool) -> None:
    """List the doses studied in the source review, with their cautions.

    Each figure stands as the review prints it, and as read and checked against the primary paper. A row is a
    reference for a dose only if it is an oral immediate-release dose that nothing speaks against.
    """
    records = doses.entries(drug, route, dose_class)
    if as_json:
        import json

        click.echo(json.dumps(_object(records), indent=1))
        return
    width = _WIDE if shutil.get_terminal_size((_NARROW, 24)).columns >= _WIDE else _NARROW
    click.echo(_text(records, width))


def _text(records: tuple[doses.StudiedDose, ...], width: int) -> str:
    studied = doses.load_review()
    parts = [output.folded(f"{studied.title}: {len(records)} of {len(studied.records)} rows.", width)]
    if records:
        parts.append(_table(records, width))
        remarks = [output.folded(f"{record.id}  {_remark(record)}", width, following=" " * 10) for record in records if _remark(record)]
        if remarks:
            parts.append("\n".join(["Remarks", *remarks]))
    classes = [f"{rule.name}, by {rule.counts}: {'; '.join(map(_band, rule.bands))}" for rule in studied.definitions]
    parts.append("\n".join(["Classes", *(output.folded(text, width) for text in classes)]))
    parts.append("\n".join(["Cautions", *(output.folded(f"{c.id}  {c.text}", width, following=" " * 6) for c in studied.cautions)]))
    parts.append(output.folded(f"Source: {studied.source}; {studied.form}.", width))
    return "\n\n".join(parts)


def _table(records: tuple[doses.StudiedDose, ...], width: int) -> str:
    from compound.cli.tables import tabulate

    rows = []
    for record in records:
        used = [record.application, *(f"with {name}" for name in record.given_with)]
        if record.outcome:
            used.append(f"outcome: {record.outcome}")
        if record.references:
            used.append(f"[{'; '.join(record.references)}]")
        read = [*_numbered([_read(figure) for figure in record.figures]), f"check: {record.check.status}", _use(record)]
        cells = [
            [record.id],
            [" or ".join(record.drugs), _words(" or ".join(record.routes))],
            _numbered([figure.printed for figure in record.figures]),
            read,
            used,
        ]
        rows.append([_BEFORE_UNIT.sub(_NO_BREAK, "\n".join(lines)) for lines in cells])
    table = tabulate(
        rows,
        headers=["Row", "Drug, route", "As printed", "As read, as checked", "For, with, outcome, source"],
        tablefmt="simple",
        maxcolwidths=list(_COLUMNS[width]),
        maxheadercolwidths=list(_COLUMNS[width]),
        disable_numparse=True,
    )
    lines = []
    for line in table.splitlines():
        if line.startswith(("t2-", "tx-")):  # a blank line between rows of several lines
            lines.append("")
        lines.append(line.replace(_NO_BREAK, " ").rstrip())
    return "\n".join(lines)


def _numbered(texts: list[str]) -> list[str]:
    return [f"({count}) {text}" for count, text in enumerate(texts, start=1)] if texts[1:] else texts


def _read(figure: doses.Figure) -> str:
    """The figure in safe notation; where the primary paper differs, its figure too."""
    text = _amount(figure.amount)
    if figure.because:
        text += f" ({figure.because})"
    if figure.checked is not None:
        text += f"; the paper: {_amount(figure.checked)}"
    return text


def _amount(amount: doses.Amount) -> str:
    if not amount.numbers:
        return "no dose printed"
    texts = [notation.dose(number) for number in amount.numbers]
    if amount.values:
        text = " or ".join([", ".join(texts[:-1]), texts[-1]] if texts[1:] else texts)
    elif amount.low is not None:
        text = f"{texts[0]} to {texts[1]}"
    else:
        text = ("below " if amount.below else "up to ") + texts[0]
    return f"{text} {amount.basis}"


def _use(record: doses.StudiedDose) -> str:
    return f"reference: {'yes' if record.reference else 'no'}"


def _remark(record: doses.StudiedDose) -> str:
    """What speaks against the row or has to be known of it, with its source; nothing for a plain reference."""
    check = record.check
    parts = []
    if check.remark:
        proof = check.url or check.evidence or "the source review"
        parts.append(f"{check.status}: {check.remark} [{proof}]")
    if not record.reference:
        parts.append(f"No reference: {record.because}.")
    return " ".join(parts)


def _band(band: doses.DoseBand) -> str:
    name = _words(band.name)
    if not band.low:
        return f"{name} below {notation.mass(band.high)}"
    return f"{name} from {notation.mass(band.low)} to {'' if band.inclusive else 'below '}{notation.mass(band.high)}"


def _words(name: str) -> str:
    return name.replace("-", " ")


def _object(records: tuple[doses.StudiedDose, ...]) -> dict[str, Any]:
    studied = doses.load_review()
    return {
        "schema": "compound.doses/1",
        "title": studied.title,
        "source": studied.source,
        "form": studied.form,
        "entries": [_entry(record) for record in records],
        "classes": [
            {
                "definition": definition.name,
                "counts": definition.counts,
                "source": definition.source,
                "classes": [
                    {"name": band.name, "from_mg": canonical(band.low),
                     ("to_mg" if band.inclusive else "below_mg"): canonical(band.high)}
                    for band in definition.bands
                ],
            }
            for definition in studied.definitions
        ],
        "cautions": [
            {"id": c.id, "text": c.text, "lines": [list(span) for span in c.lines], "references": list(c.references)}
            for c in studied.cautions
        ],
    }  # fmt: skip


def _entry(record: doses.StudiedDose) -> dict[str, Any]:
    return {
        "id": record.id,
        "drugs": list(record.drugs),
        "routes": list(record.routes),
        "doses": [_figure(figure) for figure in record.figures],
        "frequency": record.frequency or None,
        "with": list(record.given_with),
        "for": record.application,
        "outcome": record.outcome or None,
        "direction": record.direction,
        "design": record.design or None,
        "study": record.study,
        "references": list(record.references),
        "lines": [list(span) for span in record.lines],
        "check": {
            "status": record.check.status,
            "remark": record.check.remark or None,
            "url": record.check.url or None,
            "evidence": record.check.evidence or None,
        },
        "reference": record.reference,
        "use": record.use,
        "because": record.because,
    }


def _figure(figure: doses.Figure) -> dict[str, Any]:
    return {
        "as_printed": figure.printed,
        "as_read": _numbers(figure.amount),
        "as_checked": None if figure.checked is None else _numbers(figure.checked),
        "classes": list(figure.amount.classes),
        "compared": figure.compare or None,
        "because": figure.because or None,
    }


def _numbers(amount: doses.Amount) -> dict[str, Any]:
    """The numbers under keys that end in their unit: `values_mg`, `from_mg_per_day`."""
    unit = _UNITS.get(amount.basis, "mg")
    found: dict[str, Any] = {"basis": amount.basis}
    if amount.values:
        found[f"values_{unit}"] = [canonical(value) for value in amount.values]
    if amount.low is not None:
        found[f"from_{unit}"] = canonical(amount.low)
    if amount.high is not None:
        kind = "below" if amount.below else "to" if amount.low is not None else "up_to"
        found[f"{kind}_{unit}"] = canonical(amount.high)
    return found
