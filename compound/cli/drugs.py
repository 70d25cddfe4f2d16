"""`compound drugs`: the drug forms known."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import click

from compound.cli import output
from compound.exact.quantity import canonical
from compound.facts import lot, substances
from compound.facts.substance import Evidence, Substance
from compound.wording import notation

WIDE_TABLE = 97  # columns of the table with each form on one line
_LEGEND = (
    "MW: g per mol. Water: of crystallisation. Factor: mg of the pure form that equal 1 mg of the hydrochloride. "
    "Label: whether products of the drug state their strength in this form. Rounded; --json is exact."
)


@click.command("drugs", short_help="List the drug forms known.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list instead; every number in it is exact.")
def command(as_json: bool) -> None:
    """List the drug forms known: base, salt and hydrate of each drug.

    Molecular weights are computed from the formula. The factor is the mass of the pure form that holds as much drug as
    1 mg of the hydrochloride. The label column says in which form products of the drug state their strength. Any name,
    CAS number or UNII of the list can stand for DRUG in `compound plan`.
    """
    if as_json:
        import json

        rows = [_json_row(form) for form in substances.known()]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    from compound.cli.tables import tabulate

    width = output.terminal_width()
    headers = ["form", "MW", "water", "CAS", "UNII", "factor", "label"]
    table = [_table_row(form) for form in substances.known()]
    click.echo(tabulate(table, headers, tablefmt="simple", disable_numparse=True,
                        colalign=("left", "right", "right", "left", "left", "right", "left"),
                        maxcolwidths=[20 if width < WIDE_TABLE and output.has_width() else None, *[None] * 6]))  # fmt: skip
    click.echo()
    click.echo(output.folded(_LEGEND, width))
    drugs = dict.fromkeys(form.drug for form in substances.known())
    for drug in drugs:
        click.echo()
        for line in _notes(drug):
            text = line.lstrip()
            indent = line[: len(line) - len(text)]
            click.echo(output.folded(text, width, indent, f"{indent}  "))


def _table_row(form: Substance) -> list[str]:
    factor = _factor(form)
    return [
        form.name,
        notation.fixed(form.molecular_weight, 2),
        f"{notation.fixed(form.crystal_water * 100, 2)} %" if form.waters else "–",
        form.cas or "not found",
        form.unii or "not found",
        "–" if factor is None else notation.fixed(factor, 5),
        "yes" if form == substances.label_form(form.drug) else "no",
    ]


def _factor(form: Substance) -> Fraction | None:
    """mg of the form that hold as much drug as 1 mg of the drug's hydrochloride, if it has one."""
    for other in substances.forms_of(form.drug):
        if other.form == "hydrochloride":
            return lot.content(form.molecular_weight, other.molecular_weight)
    return None


def _notes(drug: str) -> list[str]:
    """What is to be said of a drug and its forms, a line each."""
    about = substances.drug_of(drug)
    lines = [f"{drug}: {about.label}"]
    lines += [f"  {note.note}{_because(note.evidence)}" for note in about.handling]
    for form in substances.known():
        if form.drug != drug:
            continue
        said = [f"CAS and UNII: {form.identity.evidence}"]
        said += [f"assay: {form.assay.says}{_because(form.assay.evidence)}"] if form.assay else []
        said += [f"{form.water.says}{_because(form.water.evidence)}"] if form.water else []
        if form.density:
            figure = notation.number(form.density.g_per_cm3)
            said.append(f"true density: {figure} g per cubic centimetre{_because(form.density.evidence)}")
        said += [f"in {entry.solvent}: {entry.says}{_because(entry.evidence)}" for entry in form.solubility]
        said += [f"{note.note}{_because(note.evidence)}" for note in form.notes]
        lines += [f"  {form.form}: {line}" for line in said]
    return lines


def _because(evidence: Evidence) -> str:
    return f" ({evidence.evidence})"


def _json_row(form: Substance) -> dict[str, Any]:
    label, factor, about = substances.label_form(form.drug), _factor(form), substances.drug_of(form.drug)
    return {
        "name": form.name,
        "drug": form.drug,
        "form": form.form,
        "formula": form.formula,
        "molecular_weight_g_per_mol": canonical(form.molecular_weight),
        "waters": form.waters,
        "water_of_crystallisation_percent": canonical(form.crystal_water * 100),
        "cas": form.cas,
        "unii": form.unii,
        "identity": _json_evidence(form.identity),
        "equals_1_mg_of_hydrochloride_mg": None if factor is None else canonical(factor),
        "labelled_as": label.name,
        "label": about.label,
        "label_sources": [{"title": source.title, "url": source.url} for source in about.label_sources],
        "true_density": None if form.density is None else {
            "g_per_cm3": canonical(form.density.g_per_cm3), **_json_evidence(form.density.evidence)
        },
        "assay_limits": None if form.assay is None else {
            "low_percent": canonical(form.assay.low_percent),
            "high_percent": canonical(form.assay.high_percent),
            "basis": form.assay.basis.value,
            "says": form.assay.says,
            **_json_evidence(form.assay.evidence),
        },
        "water_limit": None if form.water is None else {
            "high_percent": canonical(form.water.high_percent),
            "says": form.water.says,
            **_json_evidence(form.water.evidence),
        },
        "solubility": [
            {
                "solvent": entry.solvent,
                "solubility_mg_per_ml": None if entry.mg_per_ml is None else canonical(entry.mg_per_ml),
                "says": entry.says,
                **_json_evidence(entry.evidence),
            }
            for entry in form.solubility
        ],
        "notes": [{"note": note.note, **_json_evidence(note.evidence)} for note in (*form.notes, *about.handling)],
    }  # fmt: skip


def _json_evidence(evidence: Evidence) -> dict[str, Any]:
    sources = [{"title": source.title, "url": source.url} for source in evidence.sources]
    return {"evidence": evidence.evidence, "sources": sources}
