"""`compound doses`: the doses studied in the source review, as printed and as checked, with their cautions."""

from __future__ import annotations

import re
import shutil
from typing import Any

import click

from compound.cli import output
from compound.cli.speaking import language_option
from compound.cli.spoken import spoken
from compound.exact.quantity import canonical
from compound.facts import doses
from compound.wording.language import Language
from compound.wording.terminal_words import DosesWords

_WIDE = 120
_NARROW = 80
_COLUMNS = {_NARROW: (8, 13, 15, 18, 18), _WIDE: (8, 15, 22, 32, 35)}
_READ = 3  # the column of the figures in safe notation: no amount in it is broken
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
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the table.")
def command(drug: str | None, route: str | None, dose_class: str | None, language: str | None, as_json: bool) -> None:
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
    click.echo(_text(records, width, spoken()))


def _text(records: tuple[doses.StudiedDose, ...], width: int, language: Language) -> str:
    studied, words, prose = doses.load_review(), language.table(DosesWords), language.prose
    count = words.count.format(title=prose(studied.title), count=len(records), whole=len(studied.records))
    parts = [output.folded(count, width)]
    if records:
        parts.append(_table(records, width, language))
        said = [(record.id, _remark(record, language)) for record in records]
        remarks = [output.folded(f"{row}  {text}", width, following=" " * 10) for row, text in said if text]
        if remarks:
            parts.append("\n".join([words.remarks, *remarks]))
    classes = [
        words.class_is.format(
            name=prose(rule.name), counts=prose(rule.counts), bands="; ".join(_band(band, language) for band in rule.bands)
        )
        for rule in studied.definitions
    ]
    parts.append("\n".join([words.classes, *(output.folded(text, width) for text in classes)]))
    cautions = [output.folded(f"{c.id}  {prose(c.text)}", width, following=" " * 6) for c in studied.cautions]
    parts.append("\n".join([words.cautions, *cautions]))
    parts.append(output.folded(words.source.format(source=prose(studied.source), form=prose(studied.form)), width))
    return "\n\n".join(parts)


def _table(records: tuple[doses.StudiedDose, ...], width: int, language: Language) -> str:
    from compound.cli.tables import tabulate

    words, prose = language.table(DosesWords), language.prose
    rows = []
    for record in records:
        used = [prose(record.application), *(words.used_with.format(name=prose(name)) for name in record.given_with)]
        if record.outcome:
            used.append(words.outcome.format(outcome=prose(record.outcome)))
        if record.references:
            used.append(f"[{'; '.join(language.longer.get(one, one) for one in record.references)}]")
        status = words.check.format(status=words.statuses[record.check.status])
        use = words.reference if record.reference else words.no_reference
        read = [*_numbered([_read(figure, language) for figure in record.figures]), status, use]
        drugs, routes = map(language.text, record.drugs), (words.routes[route] for route in record.routes)
        cells = [
            [record.id],
            [words.either.join(drugs), words.either.join(routes)],
            _numbered([figure.printed for figure in record.figures]),
            read,
            used,
        ]
        rows.append([_BEFORE_UNIT.sub(_NO_BREAK, "\n".join(lines)) for lines in cells])
    widths = list(_COLUMNS[width])
    widths[_READ] = max(widths[_READ], *(len(word) for row in rows for word in re.split("[ \n]", row[_READ])))
    table = tabulate(
        rows,
        headers=words.headers,
        tablefmt="simple",
        maxcolwidths=widths,
        maxheadercolwidths=widths,
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


def _read(figure: doses.Figure, language: Language) -> str:
    """The figure in safe notation; where the primary paper differs, its figure too."""
    text = _amount(figure.amount, language)
    if figure.because:
        text += f" ({language.phrase(figure.because)})"
    if figure.checked is not None:
        text = language.table(DosesWords).paper.format(amount=text, checked=_amount(figure.checked, language))
    return text


def _amount(amount: doses.Amount, language: Language) -> str:
    words = language.table(DosesWords)
    if not amount.numbers:
        return words.no_dose
    texts = [language.notation.dose(number) for number in amount.numbers]
    if amount.values:
        text = words.last_or.format(others=", ".join(texts[:-1]), last=texts[-1]) if texts[1:] else texts[0]
    elif amount.low is not None:
        text = words.between.format(low=texts[0], high=texts[1])
    else:
        text = (words.below if amount.below else words.up_to).format(high=texts[0])
    return words.of_basis.format(amount=text, basis=words.bases[amount.basis])


def _remark(record: doses.StudiedDose, language: Language) -> str:
    """What speaks against the row or has to be known of it, with its source; nothing for a plain reference."""
    check, words = record.check, language.table(DosesWords)
    parts = []
    if check.remark:
        proof = check.url or language.prose(check.evidence) or words.source_review
        parts.append(words.remark.format(status=words.statuses[check.status], remark=language.prose(check.remark), proof=proof))
    if not record.reference:
        parts.append(words.because.format(because=language.phrase(record.because)))
    return " ".join(parts)


def _band(band: doses.DoseBand, language: Language) -> str:
    words, mass = language.table(DosesWords), language.notation.mass
    name = words.bands[band.name]
    if not band.low:
        return words.band_below.format(name=name, high=mass(band.high))
    text = words.band_to if band.inclusive else words.band_to_below
    return text.format(name=name, low=mass(band.low), high=mass(band.high))


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
