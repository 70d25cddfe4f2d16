"""`compound drugs`: the drug forms known."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import click

from compound.cli import output
from compound.cli.speaking import language_option
from compound.cli.spoken import spoken
from compound.exact.quantity import canonical
from compound.facts import lot, substances
from compound.facts.substance import Evidence, Substance
from compound.wording.language import Language
from compound.wording.terminal_words import DrugsWords

WIDE_TABLE = 97  # columns of the table with each form on one line


@click.command("drugs", short_help="List the drug forms known.")
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list instead; every number in it is exact.")
def command(language: str | None, as_json: bool) -> None:
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

    width, words = output.terminal_width(), spoken().table(DrugsWords)
    table = [_table_row(form, spoken()) for form in substances.known()]
    click.echo(tabulate(table, words.headers, tablefmt="simple", disable_numparse=True,
                        colalign=("left", "right", "right", "left", "left", "right", "left"),
                        maxcolwidths=[_narrowest(table) if width < WIDE_TABLE and output.has_width() else None, *[None] * 6]))  # fmt: skip
    click.echo()
    click.echo(output.folded(words.legend, width))
    drugs = dict.fromkeys(form.drug for form in substances.known())
    for drug in drugs:
        click.echo()
        for line in _notes(drug, spoken()):
            text = line.lstrip()
            indent = line[: len(line) - len(text)]
            click.echo(output.folded(text, width, indent, f"{indent}  "))


def _narrowest(rows: list[list[str]]) -> int:
    """The columns that the names of the forms need at least: that no word of them is broken."""
    return max(20, *(len(part) for name, *_ in rows for part in re.findall("[^ -]+-?", name)))


def _table_row(form: Substance, language: Language) -> list[str]:
    factor, words, notation = _factor(form), language.table(DrugsWords), language.notation
    return [
        language.text(form.name),
        notation.fixed(form.molecular_weight, 2),
        _percent(form, language) if form.waters else "–",
        form.cas or words.not_found,
        form.unii or words.not_found,
        "–" if factor is None else notation.fixed(factor, 5),
        words.yes if form == substances.label_form(form.drug) else words.no,
    ]


def _factor(form: Substance) -> Fraction | None:
    """mg of the form that hold as much drug as 1 mg of the drug's hydrochloride, if it has one."""
    for other in substances.forms_of(form.drug):
        if other.form == "hydrochloride":
            return lot.content(form.molecular_weight, other.molecular_weight)
    return None


def _percent(form: Substance, language: Language) -> str:
    """The water of crystallisation."""
    return f"{language.notation.fixed(form.crystal_water * 100, 2)} %"


def _notes(drug: str, language: Language) -> list[str]:
    """What is to be said of a drug and its forms, a line each."""
    about, words, prose = substances.drug_of(drug), language.table(DrugsWords), language.prose

    def proved(text: str, evidence: Evidence) -> str:
        return words.with_evidence.format(text=text, evidence=language.phrase(evidence.evidence))

    lines = [words.drug.format(drug=language.text(drug), label=prose(about.label))]
    lines += [f"  {proved(prose(note.note), note.evidence)}" for note in about.handling]
    for form in substances.known():
        if form.drug != drug:
            continue
        said = [words.identity.format(evidence=language.phrase(form.identity.evidence))]
        said += [proved(words.assay.format(says=prose(form.assay.says)), form.assay.evidence)] if form.assay else []
        said += [proved(prose(form.water.says), form.water.evidence)] if form.water else []
        if form.density:
            figure = language.notation.number(form.density.g_per_cm3)
            said.append(proved(words.density.format(density=figure), form.density.evidence))
        for entry in form.solubility:
            in_solvent = words.solubility.format(solvent=prose(entry.solvent), says=prose(entry.says))
            said.append(proved(in_solvent, entry.evidence))
        said += [proved(prose(note.note), note.evidence) for note in form.notes]
        lines += [f"  {words.of_form.format(form=prose(form.form), line=line)}" for line in said]
    return lines


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
