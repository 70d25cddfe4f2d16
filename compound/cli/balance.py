"""`compound balance`: what a balance may weigh, by ten readings of one check weight."""

from __future__ import annotations

import os
from datetime import date
from decimal import Decimal
from fractions import Fraction

import click

from compound.cli import files, output
from compound.cli.speaking import language_option
from compound.cli.spoken import spoken
from compound.exact.errors import InputError
from compound.exact.quantity import canonical
from compound.qc.balance import BalanceCheck, check_balance, read_reading
from compound.reading.amounts import parse_mass, parse_number, parse_percent
from compound.reading.phrases import parse_readability
from compound.wording.language import Language
from compound.wording.terminal_words import BalanceWords


@click.group("balance", short_help="Check a balance; say what it may weigh.")
def command() -> None:
    """Check a balance; say what it may weigh."""


@command.command("check", short_help="Judge ten readings of one check weight.")
@click.argument("readings", nargs=-1, metavar="[READINGS...]")
@click.option("--readability", required=True, help="Step of the display, such as 0.1 mg.")
@click.option("--csv", "csv_file", metavar="FILE", help="Read the readings from a CSV file with a header.")
@click.option("--column", metavar="NAME", help="The column of the CSV file that holds the readings.")
@click.option("--nominal", help="Mass of the check weight, as certified. Not given: the mean is not judged.")
@click.option("--tolerance", help="How far the mean may be from --nominal. Default: 0.10 % of it (USP <41>).")
@click.option("--smallest-net-weight", "smallest", help="The least that is weighed on it. Not given: not judged.")
@click.option("--safety-factor", default="2", help="Times the minimum weight, for USP <1251>. Default 2.")
@click.option("--weighing-error", default="5 %", help="For the least weighable quantity, S / error. Default 5 %.")
@click.option("--save", "name", metavar="NAME", help="Save the balance under this name in the pharmacy's file.")
@click.option("--pharmacy-file", "file", metavar="FILE", help="The pharmacy's file. Default: COMPOUND_PHARMACY, else "
              "pharmacy.toml in the user's configuration folder.")
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
def check(**given: str | None) -> None:
    """Judge ten or more READINGS of one check weight ("100.02 mg").

    Prints mean, s, the minimum weight under USP <41> (official since 1 February 2026) and Ph. Eur. 2.1.7, the smallest
    net weight under USP <1251> with a safety factor, S for the planner, and the least weighable quantity at S. Exit code
    1 where the balance fails today; a balance that fails is not saved.
    """
    readability = parse_readability(given["readability"] or "", "--readability").mg
    texts = _texts(given["readings"] or (), given["csv_file"], given["column"])
    error = parse_percent(given["weighing_error"] or "", "--weighing-error").fraction
    if not 0 < error < 1:
        raise InputError("--weighing-error", "makes no sense; write more than 0 % and less than 100 %")
    factor = parse_number(given["safety_factor"] or "", "--safety-factor")
    if factor < 1:
        raise InputError("--safety-factor", f"{canonical(factor)} makes no sense; write 1 or more")
    if given["tolerance"] is not None and given["nominal"] is None:
        raise InputError("--tolerance", "is held against the check weight; write --nominal too")
    judged = check_balance(
        [read_reading(text, readability, where) for where, text in texts], readability,
        weighing_error=error, safety_factor=factor, nominal=_mass(given, "nominal"),
        tolerance=_mass(given, "tolerance"), smallest=_mass(given, "smallest"),
    )  # fmt: skip
    if given["name"] is not None and not judged.findings:
        _save(judged, given["name"], given["file"])
    click.echo(_as_json(judged) if given["as_json"] else _as_table(judged, spoken()))
    if not given["as_json"]:
        output.print_findings(judged.findings)
    output.leave(judged.findings)


def _mass(given: dict[str, str | None], name: str) -> Decimal | None:
    text = given[name]
    option = "--smallest-net-weight" if name == "smallest" else f"--{name}"
    return None if text is None else parse_mass(text, option).mg


def _texts(readings: object, csv_file: str | None, column: str | None) -> list[tuple[str, str]]:
    """The readings as texts, each with its place."""
    typed = [(f"READINGS {i}", str(text)) for i, text in enumerate(readings if isinstance(readings, tuple) else (), 1)]
    if csv_file is None:
        if column is not None:
            raise InputError("--column", "is that of a CSV file; write --csv FILE too")
        return typed
    if typed or column is None:
        raise InputError("--csv" if typed else "--column", "takes the place of typed readings" if typed else "is needed with --csv")
    from compound.reading import csv_text
    from compound.reading.marks import with_decimal_points

    name = files.as_said(os.path.basename(csv_file))
    table = csv_text.read_table(files.read_file(csv_file, "--csv", csv_text.MOST_CSV_BYTES), name)
    if column not in table.header:
        raise InputError("--column", f"{files.as_said(column)} is no column of {name}; those are {', '.join(table.header)}")
    place = table.header.index(column)
    cells = [(where, csv_text.cell_text(row[place], where)) for where, row in table.rows]
    return [(where, with_decimal_points(text, where) if table.decimal_comma else text) for where, text in cells]


def _save(judged: BalanceCheck, name: str, file: str | None) -> None:
    from compound.cli.own_file import place_to_write
    from compound.facts.pharmacy_file import refuse_balance_name, with_balance

    refuse_balance_name(name, "--save")
    path = place_to_write(file).path
    content = files.read_file(path, "--pharmacy-file") if os.path.exists(path) else b""
    # From readability and repeatability follow the others; where no scatter was seen they are written themselves.
    mg = {"readability": Fraction(judged.readability), "repeatability": Fraction(judged.repeatability)}
    if not judged.repeatability:
        mg = {**mg, "sensitivity": Fraction(judged.sensitivity.mg), "minimum_weight": judged.minimum_weight}
    stated = {key: f'"{canonical(value)} mg"' for key, value in mg.items() if value}
    stated["checked"] = date.today().isoformat()
    changed = with_balance(content, files.as_said(os.path.basename(path)), name, stated)
    files.release(path)
    files.write_atomically(path, changed, "--pharmacy-file")
    click.echo(spoken().table(BalanceWords).saved.format(name=name), err=True)


def _as_json(judged: BalanceCheck) -> str:
    import json

    from compound.showing.findings_json import finding_to_dict

    found = judged.statistics
    return json.dumps({
        "schema": "compound.balance/1", "readability_mg": canonical(judged.readability), "readings": found.units,
        "mean_mg": canonical(found.mean), "s_mg": found.standard_deviation.text(),
        "repeatability_mg": canonical(judged.repeatability),
        "minimum_weight_mg": canonical(judged.minimum_weight), "safety_factor": canonical(judged.safety_factor),
        "smallest_net_weight_mg": canonical(judged.smallest_net_weight),
        "balance_sensitivity_mg": canonical(judged.sensitivity.mg),
        "least_weighable_mg": canonical(judged.least_weighable),
        "nominal_mg": None if judged.nominal is None else canonical(judged.nominal),
        "tolerance_mg": None if judged.tolerance is None else canonical(judged.tolerance),
        "findings": [finding_to_dict(one, spoken()) for one in judged.findings],
    }, ensure_ascii=False, indent=1)  # fmt: skip


def _as_table(judged: BalanceCheck, language: Language) -> str:
    from compound.cli.tables import tabulate

    found, words, mass = judged.statistics, language.table(BalanceWords), language.notation.mass
    factor = canonical(judged.safety_factor).replace(".", language.notation.point)
    rows = [
        (words.readings, str(found.units)),
        (words.mean, mass(found.mean)),
        (words.deviation, mass(judged.statistics.standard_deviation.decimal(5))),
        (words.minimum_weight, mass(judged.minimum_weight)),
        (words.smallest_net_weight.format(factor=factor), mass(judged.smallest_net_weight)),
        (words.sensitivity, mass(judged.sensitivity.mg)),
        (words.least, mass(judged.least_weighable)),
        (words.against, _verdict(judged, words)),
    ]
    return tabulate(rows, disable_numparse=True, tablefmt="plain")


def _verdict(judged: BalanceCheck, words: BalanceWords) -> str:
    if judged.nominal is None:
        return words.not_checked
    return words.fails if any(one.code == "balance-off-nominal" for one in judged.findings) else words.passes
