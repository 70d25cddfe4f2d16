"""`compound qc`: judges capsule weights and assay results by the rules that others set."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

import click

from compound.cli import files, output
from compound.cli.last_line import print_verdict
from compound.cli.speaking import language_option
from compound.cli.spoken import spoken
from compound.exact.errors import AmbiguousAmount, InputError
from compound.exact.quantity import Direction, grouped, round_to, written
from compound.exact.value import Value, replace
from compound.facts.qc_rules import SHEET_RULE, Rule, assay_rules, weight_rules
from compound.qc.assays import Assayed, AssayReport, contents_of, judge_assay, judge_composite
from compound.qc.batch import BatchFacts, SheetFacts, Weights
from compound.qc.weights import WeightReport, judge_weights
from compound.reading import csv_text
from compound.reading.amounts import parse_mass, parse_percent
from compound.reading.file_text import text_lines
from compound.reading.phrases import parse_capsules
from compound.reading.text import refuse_unprintable, shown
from compound.showing.qc_json import assay_json, weights_json
from compound.showing.qc_rows import QcRecord, assay_record, weights_record
from compound.showing.qc_verdict import qc_verdict
from compound.wording.language import Language
from compound.wording.qc_words import QcWords
from compound.wording.record_words import PageWords

MOST_BYTES_OF_VALUES = 1_000_000  # of a file or standard input: 10,000 capsules need a fifth of it
PARSED = TypeVar("PARSED")
_Texts = list[tuple[str, str]]  # values as written, each with its place

# Which option serves which rules alone: where none of them is judged it would be ignored in silence.
_WEIGHTS_SERVES = {
    "--assay": ("usp-905",),
    "--target": ("usp-905",),
    "--weighed-in": ("de-dac-nrf",),
    "--all-net": ("de-dac-nrf",),
    "--capsules": ("usp-compounding", "de-dac-nrf"),
}
_ASSAY_SERVES = {"--target": ("usp-905",), "--dose": ("ua-ingredient",)}
_OF_THE_SHEET = ("theory", "dose", "capsules")  # options that a plan answers
LEAST_SHELLS = 10  # of a lot, weighed empty
_MASSES = ("mg", "mcg", "ng")  # units of contents that are stated as masses


class _Amounts(click.Command):
    """A command whose arguments are amounts: `-5 mg` is a refused amount, not an option that nobody knows."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuses what looks like a negative number before click takes it for an option."""
        for argument in args:
            if re.match(r"-[0-9.,]", argument):
                raise InputError("", f"{shown(argument)} has a sign; amounts are written without one")
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the rules that --rule takes, from the data."""
        rules = weight_rules() if self.name == "weights" else assay_rules()
        with formatter.section("Rules (* judged where none is named)"):
            formatter.write_dl([(f"{rule.code}{' *' if rule.default else ''}", rule.name) for rule in rules.values()])


def _shared(decorated: Callable[..., None]) -> Callable[..., None]:
    """The options of both commands that say where values come from and where the judgement goes."""
    for option in reversed((
        click.option("--csv", "csv_file", metavar="FILE",
                     help="Read the values from a CSV file in UTF-8, with commas and a header; - is standard input."),
        click.option("--column", metavar="NAME", help="The column of the CSV file that holds the values."),
        click.option("--rule", "rules", multiple=True, metavar="CODE",
                     help="Judge only by the rules named so; repeatable. Without it, by those marked *."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead."),
        click.option("--pdf", "pdf_file", metavar="FILE",
                     help="Also write the record with its dot plot to this file, for a failed batch too."),
        click.option("--force", is_flag=True, help="Overwrite a PDF with fields filled in, or a file of another kind."),
        language_option,
    )):  # fmt: skip
        decorated = option(decorated)
    return decorated


@click.group("qc", short_help="Judge capsule weights and assay results.")
def command() -> None:
    """Judge the weights or the assays of a batch of capsules.

    Verdicts are decided exactly; printed numbers are rounded for show. Exit code 0: passed. 1: failed, not decided, or
    nothing could be judged. 2: input that cannot be read.
    """


@command.command("weights", cls=_Amounts, short_help="Judge capsule weights.")
@click.argument("amounts", nargs=-1, metavar="[SHEET.pdf | PLAN.json | RECORD.json] [AMOUNT... | -]")
@click.option("--net", is_flag=True, help="The weights are net contents.")
@click.option("--gross", is_flag=True, help="The weights include the shell.")
@click.option("--unit", type=click.Choice(["g", "mg", "mcg"]), help="The unit of weights written as bare numbers.")
@click.option("--shell", "shells", multiple=True, metavar="AMOUNT",
              help="The empty shell of one capsule. Repeat it for each, in the order of the capsules.")  # fmt: skip
@click.option("--shell-column", metavar="NAME", help="The column of the CSV file that holds the empty shells.")
@click.option("--empty-shell", "empty_shells", multiple=True, metavar="AMOUNT",
              help="An empty shell of the lot; repeat it for ten. Their mean is taken off, and the widest of them counts.")
@click.option("--shell-mean", metavar="AMOUNT", help="The mean shell weight of the lot; needs --shell-spread.")
@click.option("--shell-spread", metavar="AMOUNT",
              help="The most by which one shell differs from the mean: the ± that makers state.")  # fmt: skip
@click.option("--theory", metavar="AMOUNT", help="The net content that each capsule should hold.")
@click.option("--dose", metavar="AMOUNT", help="The drug in each capsule. Decides whether weight may stand for dose.")
@click.option("--assay", metavar="PERCENT", help="The mean content found, in percent of the label.")
@click.option("--target", metavar="PERCENT", help="T of USP <905>: average of the limits of the label. [default: 100%]")
@click.option("--capsules", metavar="COUNT", help="How many capsules the batch holds.")
@click.option("--weighed-in", metavar="AMOUNT", help="The sum of all weighings of the batch, for the mass loss.")
@click.option("--all-net", metavar="AMOUNT", help="The net mass of all capsules of the batch, for the mass loss.")
@_shared
def _weights_command(**options: Any) -> None:
    """Judge the weights of capsules, one AMOUNT each (`187.3 mg`), in their order.

    A worksheet, its plan or the record of its audit, named first, gives theory, dose, count, shell and the limits that
    the sheet prints. Without one they are options. - reads one weight a line from standard input. Say whether the
    weights are net or gross. Weights show how evenly the powder was filled; below 25 mg or 25 % of drug in a capsule
    they do not show the dose.
    """
    sheet = _take_sheet(options)
    weights, batch = _read_weights(options, sheet)
    known = weight_rules() if sheet is None else {SHEET_RULE: None, **weight_rules()}
    rules = _read_rules(options, known, _WEIGHTS_SERVES)
    report = judge_weights(weights, batch, rules)
    _finish(report, options, lambda: weights_json(report, spoken()), lambda language: weights_record(report, language))


@command.command("assay", cls=_Amounts, short_help="Judge assays of single capsules.")
@click.argument("amounts", nargs=-1, metavar="[SHEET.pdf | PLAN.json | RECORD.json] [CONTENT... | -]")
@click.option("--unit", type=click.Choice(["percent", "%", *_MASSES]),
              help="The contents are written as bare numbers, in percent of the label or as masses of drug.")
@click.option("--composite", is_flag=True, help="One result, of capsules that were assayed together.")
@click.option("--target", metavar="PERCENT", help="T of USP <905>: average of the limits of the label. [default: 100%]")
@click.option("--dose", metavar="AMOUNT",
              help="The drug in each capsule by its label: for contents written as masses, and for rules whose limit "
                   "depends on it.")
@_shared
def _assay_command(**options: Any) -> None:
    """Judge the contents of 10 single capsules, or of 30 after a second stage.

    Each is in percent of the label (`98.7%`), or a mass of drug (`1.97 mcg`) beside --dose or a plan. A worksheet, its
    plan or the record of its audit, named first, gives the dose. - reads one content a line from standard input. The
    acceptance value of USP <905> and the mean are judged; of one result of a --composite sample the mean alone.
    """
    sheet = _take_sheet(options)
    target = _percent(options["target"], "--target")
    dose = _mass(options["dose"], "--dose") if sheet is None else sheet.label_mg
    contents = _read_contents(options, dose)
    serves = {name: codes for name, codes in _ASSAY_SERVES.items() if name != "--dose" or contents.mg is None}
    rules = _read_rules(options, assay_rules(), serves)
    if options["composite"]:
        if target is not None:
            raise InputError("--target", "is read by --rule usp-905 alone, which a composite result is not judged by")
        report = judge_composite(contents, rules)
    else:
        report = judge_assay(contents, target=target, dose_mg=dose, rules=rules)
    if sheet is not None:
        report = replace(report, findings=(*report.findings, *sheet.notes))
    _finish(report, options, lambda: assay_json(report, spoken()), lambda language: assay_record(report, language))


# Reading.


def _take_sheet(options: dict[str, Any]) -> SheetFacts | None:
    """The batch of the worksheet, plan or record that is named first, which leaves the amounts; None where none is.

    It is a file by its ending, which no amount has. What a plan says is not typed beside it.
    """
    amounts: tuple[str, ...] = options["amounts"]
    options["sheet"] = None
    named = [amount for amount in amounts if amount.lower().endswith((".pdf", ".json"))]
    if not named:
        return None
    if len(named) > 1 or amounts[0] != named[0]:
        raise InputError(files.as_said(named[-1]), "is a file; one sheet, plan or record is named, before all amounts")
    for option in _OF_THE_SHEET:
        if options.get(option) is not None:
            raise InputError(f"--{option}", f"comes from {files.as_said(named[0])}; leave it out")
    if options["pdf_file"] is not None and os.path.realpath(options["pdf_file"]) == os.path.realpath(named[0]):
        raise InputError("--pdf", f"{files.as_said(named[0])} is what is judged; name another file")
    from compound.making.batch_facts import LARGEST_FILE, read_batch_facts

    options["amounts"], options["sheet"] = amounts[1:], named[0]
    return read_batch_facts(files.read_file(named[0], None, LARGEST_FILE), files.as_said(named[0]))


def _given(text: str | None, where: str, parse: Callable[[str, str], PARSED]) -> PARSED | None:
    return None if text is None else parse(text, where)


def _mass(text: str | None, where: str) -> Decimal | None:
    read = _given(text, where, parse_mass)
    return None if read is None else read.mg


def _percent(text: str | None, where: str) -> Decimal | None:
    read = _given(text, where, parse_percent)
    return None if read is None else read.percent


def _read_rules(
    options: dict[str, Any], known: Mapping[str, Rule | None], serves: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """The rules named; refuses an option that none of the rules to be judged reads."""
    named: tuple[str, ...] = options["rules"]
    for code in named:
        if code not in known:
            raise InputError("--rule", f"{shown(code)} is not known; known are {', '.join(known)}")
    judged = named or tuple(rule.code for rule in known.values() if rule is not None and rule.default)
    for option, codes in serves.items():
        if options[option[2:].replace("-", "_")] is not None and not set(codes) & set(judged):
            raise InputError(option, f"is read by --rule {' or '.join(codes)} alone, which is not judged here")
    return named


def _read_weights(options: dict[str, Any], sheet: SheetFacts | None) -> tuple[Weights, BatchFacts]:
    if options["net"] == options["gross"]:
        raise InputError("--net or --gross", "say which of the two: net contents, or weights that include the shell")
    unit, gross = options["unit"], options["gross"]
    weighed_in = _mass(options["weighed_in"], "--weighed-in")
    if sheet is not None and sheet.fill_mg is None and weighed_in is not None:
        sheet = sheet.with_mass(weighed_in)
    batch = BatchFacts(
        theory_mg=_mass(options["theory"], "--theory") if sheet is None else sheet.fill_mg,
        dose_mg=_mass(options["dose"], "--dose") if sheet is None else sheet.label_mg,
        assay_percent=_percent(options["assay"], "--assay"),
        target_percent=_percent(options["target"], "--target"),
        capsules=_given(options["capsules"], "--capsules", parse_capsules) if sheet is None else sheet.capsules,
        weighed_in_mg=weighed_in,
        all_net_mg=_mass(options["all_net"], "--all-net"),
        sheet=sheet,
    )
    texts, shells, mean = _read_shells(options, unit)
    if sheet is not None and gross and shells is None and mean is None:
        mean = _chart_shell(sheet)
    measured = []
    for position, (where, text) in enumerate(texts):
        expected = None if batch.theory_mg is None else Fraction(batch.theory_mg)
        if expected is not None and gross:
            lot = None if mean is None else mean.mg
            shell = shells[position] if shells is not None and position < len(shells) else lot
            expected = None if shell is None else expected + Fraction(shell)
        measured.append(_weight(text, unit, where, expected))
    lot_mg, spread, size = (None, None, None) if mean is None else (mean.mg, mean.spread_mg, mean.chart_size)
    places = tuple(where for where, _ in texts)
    return Weights(tuple(measured), gross, shells, lot_mg, spread, places, size), batch


class _MeanShell(Value):
    """The mean shell of a lot in mg, and the most by which one shell differs from it."""

    mg: Decimal | None
    spread_mg: Decimal | None
    chart_size: str | None = None


def _read_shells(
    options: dict[str, Any], unit: str | None
) -> tuple[_Texts, tuple[Decimal, ...] | None, _MeanShell | None]:
    """The weights as written, and the shells in the one way that they are given: each capsule's own, or a mean."""
    texts, column = _read_texts(options, options["shell_column"])
    ways = {
        "--shell-column": options["shell_column"] is not None, "--shell": bool(options["shells"]),
        "--empty-shell": bool(options["empty_shells"]),
        "--shell-mean": options["shell_mean"] is not None or options["shell_spread"] is not None,
    }  # fmt: skip
    given = [way for way, is_given in ways.items() if is_given]
    if len(given) > 1:
        raise InputError(given[1], f"the shells come from {given[0]} already; give one of the two")
    if ways["--empty-shell"]:
        return texts, None, _mean_of(options["empty_shells"], unit)
    if ways["--shell-mean"]:
        mean, spread = _mass(options["shell_mean"], "--shell-mean"), _mass(options["shell_spread"], "--shell-spread")
        return texts, None, _MeanShell(mean, spread)
    own = [(f"--shell {number}", text) for number, text in enumerate(options["shells"], 1)] or column
    return texts, tuple(_weight(text, unit, where, None) for where, text in own) if own else None, None


def _mean_of(texts: Sequence[str], unit: str | None) -> _MeanShell:
    """The mean of empty shells, to a hundredth of a mg, and how far the furthest of them lies from it."""
    if len(texts) < LEAST_SHELLS:
        raise InputError("--empty-shell", f"{len(texts)} given; weigh {LEAST_SHELLS} empty shells of the lot or more")
    shells = [_weight(text, unit, f"--empty-shell {number}", None) for number, text in enumerate(texts, 1)]
    mean = round_to(sum(map(Fraction, shells), Fraction(0)) / len(shells), Fraction(1, 100), Direction.NEAREST)
    return _MeanShell(written(mean), written(max(abs(Fraction(shell) - mean) for shell in shells)))


def _chart_shell(sheet: SheetFacts) -> _MeanShell | None:
    """The gelatin shell of the chart; None for a batch without a size, and for shells that the chart does not hold."""
    from compound.facts import standards

    if sheet.capsule_size is None or (sheet.shell is not None and "gelatin" not in sheet.shell.casefold()):
        return None
    size = standards.capsule_size(sheet.capsule_size)
    return _MeanShell(size.shell_mg, size.shell_spread_mg, size.size)


def _weight(text: str, unit: str | None, where: str, expected: Fraction | None) -> Decimal:
    """A reading in mg. `12.500 mg` is taken as 12.5 mg where theory expects about that, else it is asked about."""
    full = _with_unit(text, unit, where)
    try:
        return parse_mass(full, where).mg
    except AmbiguousAmount as error:
        if "," in text:
            raise
        likely = parse_mass(error.readings[0], where).mg
        if expected is not None and expected / 2 <= likely <= 2 * expected:
            return likely
        raise InputError(error.where, error.sentence + ", or say with --theory what is expected") from error


_OWN_UNIT = re.compile(r"[0-9][0-9.,]* ?([A-Za-z\u00b5\u03bc%]+)")
_EXPONENT = re.compile(r"[0-9][0-9.]*[eE][-+]?[0-9]+")


def _with_unit(text: str, unit: str | None, where: str) -> str:
    """The amount with its one unit: its own, or that of --unit, never a unit taken for granted."""
    stripped = text.strip(" ")
    if unit is None or not stripped:
        return text
    if _OWN_UNIT.fullmatch(stripped) and not _EXPONENT.fullmatch(stripped):
        raise InputError(where, f"{shown(text)} has a unit of its own; write bare numbers, or leave --unit out")
    return f"{stripped} {unit}"


def _read_contents(options: dict[str, Any], dose: Decimal | None) -> Assayed:
    """The contents, all in percent of the label or all as masses of drug."""
    texts, _ = _read_texts(options, None)
    unit = "%" if options["unit"] == "percent" else options["unit"]
    full = [(where, _with_unit(text, unit, where)) for where, text in texts]
    masses = [text.strip(" ").endswith(_MASS_ENDINGS) for _, text in full]
    if not any(masses):
        return Assayed(tuple(parse_percent(text, where).percent for where, text in full))
    if not all(masses):
        where, text = full[masses.index(not masses[0])]
        raise InputError(where, f"{shown(text)} is written otherwise than the first; give all as masses, or all in percent")
    if dose is None:
        raise InputError("--dose", "is needed: contents written as masses are held against the drug in each capsule")
    return contents_of([parse_mass(text, where).mg for where, text in full], dose, [where for where, _ in full])


# How a mass of drug may end; what else it ends with is refused as a percentage is.
_MASS_ENDINGS = ("g", "G", "gram", "grams")


def _read_texts(options: dict[str, Any], second: str | None) -> tuple[_Texts, _Texts]:
    """The values as written, each with its place, from the one source that was given; and those of a second column."""
    amounts, csv_file, column = options["amounts"], options["csv_file"], options["column"]
    if csv_file is not None and amounts:
        raise InputError("--csv", "values were given as arguments too; give them in one way")
    if csv_file is not None:
        if column is None:
            raise InputError("--column", f"name the column of {_file_name(csv_file)} that holds the values")
        if second is not None and second == column:
            raise InputError("--shell-column", "names the same column as --column")
        columns = _csv_columns(csv_file, [column] if second is None else [column, second])
        return columns[0], columns[1] if second is not None else []
    if column is not None or second is not None:
        raise InputError("--column" if column is not None else "--shell-column", "needs --csv FILE")
    if not amounts:
        raise InputError("", "no values given; write them as arguments, or - for standard input, or use --csv")
    if "-" in amounts:
        if len(amounts) > 1:
            raise InputError("-", "stands for standard input and goes with no other value")
        return _lines(), []
    return [(f"value {number}", text) for number, text in enumerate(amounts, 1)], []


def _lines() -> _Texts:
    """One value a line of standard input."""
    return text_lines(_bytes_of("-"), "standard input", MOST_BYTES_OF_VALUES)


def _file_name(path: str) -> str:
    """The name of a file, fit for one line of a message."""
    return "standard input" if path == "-" else shown(os.path.basename(path) or path)[1:-1]


def _bytes_of(path: str) -> bytes:
    name = _file_name(path)
    if path != "-":
        try:
            return files.read_file(path, None, MOST_BYTES_OF_VALUES)
        except InputError as error:
            raise InputError(name, error.sentence) from error
    if sys.stdin is None:
        raise InputError(name, "is closed")
    try:
        content = sys.stdin.buffer.read(MOST_BYTES_OF_VALUES + 1)
    except OSError as error:
        raise InputError(name, f"cannot be read: {error.strerror or error}") from error
    if len(content) > MOST_BYTES_OF_VALUES:
        raise InputError(name, f"is larger than {grouped(MOST_BYTES_OF_VALUES)} bytes")
    return content


def _csv_columns(path: str, wanted: Sequence[str]) -> list[_Texts]:
    """The cells of the columns wanted, each with its place. Refuses every file with more than one reading."""
    table = csv_text.read_table(_bytes_of(path), _file_name(path))
    places = [_position_of(column, table.header, table.where) for column in wanted]
    columns: list[_Texts] = [[] for _ in wanted]
    for place, row in table.rows:
        for texts, column, at in zip(columns, wanted, places, strict=True):
            cell = f"{place}, column {shown(column)}"
            texts.append((cell, table.amount(row[at], cell)))
    return columns


def _position_of(column: str, header: Sequence[str], where: str) -> int:
    """The one place of a column in the header."""
    refuse_unprintable(column, "--column")
    if column.strip(" ") not in header or not column.strip(" "):
        raise InputError(where, f"has no column {shown(column)}; it has {', '.join(map(shown, header))}")
    return header.index(column.strip(" "))


# Writing.


def _finish(
    report: WeightReport | AssayReport,
    options: dict[str, Any],
    as_json: Callable[[], dict[str, Any]],
    as_record: Callable[[Language], QcRecord],
) -> None:
    """Writes the record first, so that a file that cannot be written leaves standard output empty."""
    if options["pdf_file"] is not None:
        from compound.worksheet.qc_record import record_pdf

        files.refuse_unwritable(options["pdf_file"], "--pdf", force=options["force"])
        files.write_atomically(options["pdf_file"], record_pdf(as_record(spoken()), spoken()), "--pdf")
    if options["as_json"]:
        import json

        click.echo(json.dumps(as_json(), ensure_ascii=False, indent=2))
    else:
        record = as_record(spoken())
        _print(record)
        output.print_findings(report.findings)
        _print_not_applied(report, record)
        of = "weights" if isinstance(report, WeightReport) else "assay"
        sheet, pdf = options["sheet"], options["pdf_file"]
        print_verdict(qc_verdict(of, record.verdict, report, sheet=sheet, pdf=pdf, language=spoken()))
    output.leave(report.findings)


def _print(record: QcRecord) -> None:
    from compound.cli.tables import tabulate

    def table(rows: Sequence[Sequence[str]], numeric: bool) -> str:
        align = ["right" if numeric and at < len(rows[0]) - 1 else "left" for at in range(len(rows[0]))]
        return tabulate(rows[1:], rows[0], tablefmt="simple", disable_numparse=True, colalign=align)

    width = output.terminal_width()
    click.echo(record.title)
    for fact in record.facts:
        click.echo(output.folded(fact, width, following="  "))
    click.echo()
    click.echo(table(record.singles, numeric=True))
    click.echo()
    click.echo(table(record.rules, numeric=False))
    if record.sources:
        click.echo(f"\n{spoken().table(QcWords).sources}:")
        for line in record.sources:
            click.echo(output.folded(line, width, "  ", "    "))


def _print_not_applied(report: WeightReport | AssayReport, record: QcRecord) -> None:
    """Says on stderr what was not checked, in the form of every command; two limits of a rule that lack the same once."""
    reasons = [check.reason.code for check in report.checks if check.reason is not None]
    words = spoken().table(PageWords)
    lines = [
        f"{words.not_checked}: {words.finding.format(code=code, text=f'{text}.')}"
        for code, text in zip(reasons, record.reasons, strict=True)
    ]
    for line in dict.fromkeys(lines):
        click.echo(output.folded(line, output.terminal_width(), following="  ", stream=sys.stderr), err=True)
