"""`compound plan --orders FILE.csv`: many orders at once, each planned, judged and written as if it were the only one.

The rows share nothing but the options given beside the file, so they can be worked on in several processes; what is
written and said does not depend on how many.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import click

from compound.cli import files, many, output
from compound.exact.errors import InputError, ProgramFault
from compound.exact.value import Value, field
from compound.facts.excipients.judge import HouseRules
from compound.findings.finding import Finding, Severity, worst
from compound.making import make
from compound.order.formula import Options, merged, unknown
from compound.order.options import read_order
from compound.reading.text import shown
from compound.showing import plan_rows
from compound.wording import notation

LARGEST_TABLE = 32_000_000
LONGEST_FILE_NAME = 200
SCHEMA = "compound.orders/1"
FILE, BATCH = "file", "batch-number"

# Characters that some file system gives a meaning to.
_UNSAFE = re.compile(r'[\\/:*?"<>|]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)


class Row(Value):
    """A row of the table: its number as a spreadsheet counts, its options, its PDF, or why it cannot be read."""

    number: int
    options: Options = field(default_factory=dict)
    file: str | None = None
    fault: str | None = None


class Task(Value):
    """What is the same for every row: the options given beside the file, the formula, rules of the house, how to print.

    `table_folder` is where the table lies: the files that its rows name are looked for there.
    """

    given: Options
    formula: tuple[str, Options] | None
    house: HouseRules | None
    folder: str | None
    how: make.PrintSettings | None
    as_json: bool
    table_folder: str


class Outcome(Value):
    """What became of a row. `failures` are sentences; the row is made if there are none."""

    number: int
    file: str | None = None
    cells: tuple[str, str, str] = ("", "", "")
    record: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    faulty: bool = False
    written: bool = False


def run(path: str, jobs: int | None, task: Task, known: Mapping[str, bool]) -> None:
    """Plans every row of a table; prints what became of each, the failed ones last. Exit 1 where a row failed.

    `known` are the options of an order, and whether each may be repeated.
    """
    table = read_rows(files.read_file(path, "--orders", LARGEST_TABLE), known, task.given, os.path.basename(path))
    if task.folder is not None:
        _make_folder(task.folder)
    outcomes = list(many.with_progress(many.mapped(partial(work, task), table, jobs), len(table), "planning"))
    click.echo(_json(outcomes) if task.as_json else _table(outcomes))
    failed = [outcome for outcome in outcomes if outcome.failures]
    if not task.as_json:
        _say(outcomes, failed, task.folder)
    if any(outcome.faulty for outcome in outcomes):
        raise ProgramFault("some rows met a fault of the program; the other rows are as listed")
    if failed:
        raise SystemExit(output.MUST_NOT_BE_MADE)


# The table of orders.


def read_rows(content: bytes, known: Mapping[str, bool], given: Iterable[str], where: str) -> list[Row]:
    """The rows of a table of orders. Raises InputError for a table that cannot be read as a whole.

    `known` are the options of an order and whether each may be repeated (then its column may be), `given` those that
    stand on the command line already. A cell without text states nothing; an empty row is no order.
    """
    import csv
    import io

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(where, f"is not UTF-8 text (byte {error.start + 1:,}); save it as CSV in UTF-8") from None
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    found: list[Row] = []
    columns: list[str] | None = None
    names: dict[str, int] = {}
    number = 0
    try:
        for number, cells in enumerate(lines, start=1):
            if not any(cell.strip() for cell in cells):
                continue
            if columns is None:
                columns = _columns(cells, known, given, where)
            else:
                found.append(_row(number, cells, columns, known, names))
    except csv.Error as error:
        raise InputError(f"{where}: row {number + 1}", f"is no CSV: {error}") from None
    if columns is None:
        raise InputError(where, "is empty; the first row names the options, such as drug,dose,capsules")
    if not found:
        raise InputError(where, "holds no orders; there is nothing below the row of names")
    return found


def _columns(cells: Sequence[str], known: Mapping[str, bool], given: Iterable[str], where: str) -> list[str]:
    """The names of the columns, checked. A column without a name is let through; only its cells must be empty."""
    columns = [cell.strip() for cell in cells]
    if len(columns) == 1 and (mark := next((c for c in ";\t|" if c in columns[0]), None)):
        name = {";": "semicolons", "\t": "tabs", "|": "bars"}[mark]
        raise InputError(where, f"has columns separated by {name}; save it with commas, decimal points in the cells")
    for position, name in enumerate(columns, start=1):
        place = f"{where}: column {position}"
        if name and name not in known and name not in (FILE, BATCH):
            raise InputError(place, unknown(name, {**known, FILE: False}, "option of an order"))
        if name and name in columns[: position - 1] and not known.get(name):
            raise InputError(place, f"{name} stands in column {columns.index(name) + 1} already")
    for name in given:
        if name in columns:
            raise InputError(f"--{name}", f"is given on the command line and as a column of {where}; leave one out")
    return columns


def _row(
    number: int, cells: Sequence[str], columns: Sequence[str], known: Mapping[str, bool], names: dict[str, int]
) -> Row:
    if len(cells) != len(columns):
        return Row(number, fault=f"has {len(cells)} cells; the row of names has {len(columns)}")
    options: dict[str, Any] = {}
    label = None
    for name, cell in zip(columns, cells, strict=True):
        if not cell.strip():
            continue
        if not name:
            return Row(number, fault=f"{shown(cell)} stands in a column without a name")
        if name in known:
            options[name] = (*options.get(name, ()), cell) if known[name] else cell
        if name == FILE or (name == BATCH and FILE not in columns):
            label = cell
    try:
        file = file_name(label, number)
    except InputError as error:
        return Row(number, fault=str(error))
    # Some file systems take names that differ in case, or in how an accent is written, for the same.
    same = unicodedata.normalize("NFC", file).casefold()
    if same in names:
        return Row(number, fault=f"{FILE}: {file} is written by row {names[same]} already; give it another name")
    names[same] = number
    return Row(number, options, file)


def file_name(label: str | None, number: int) -> str:
    """The name of the PDF of a row: its label made safe, or the row's number where it has none. Raises InputError.

    Characters that separate folders or that file systems reserve become hyphens; nothing else is changed.
    """
    if label is None:
        return f"row-{number:05}.pdf"
    text = label.strip()
    text = text[:-4] if text.lower().endswith(".pdf") else text
    for position, character in enumerate(text, start=1):
        if unicodedata.category(character)[0] == "C":
            raise InputError(FILE, f"invisible character U+{ord(character):04X} at position {position}")
    text = _UNSAFE.sub("-", text).strip(" .")
    if not text.strip("-"):
        raise InputError(FILE, f"{shown(label)} is not the name of a file")
    if _RESERVED.fullmatch(text):
        raise InputError(FILE, f"{shown(label)} is a name that some systems reserve; choose another")
    if len(text.encode()) > LONGEST_FILE_NAME:
        raise InputError(FILE, f"a name of {len(text.encode())} bytes is longer than {LONGEST_FILE_NAME}")
    return f"{text}.pdf"


def _make_folder(folder: str) -> None:
    try:
        os.mkdir(folder)
    except FileExistsError:
        if not os.path.isdir(folder):
            raise InputError("--pdf-dir", f"{folder} is a file; name a folder") from None
    except (OSError, ValueError) as error:
        raise InputError("--pdf-dir", f"{folder} cannot be made: {getattr(error, 'strerror', None) or error}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise InputError("--pdf-dir", f"{folder} cannot be written to")


# The work on a row.


def work(task: Task, row: Row) -> Outcome:
    """Plans, judges and writes one row. Whatever goes wrong stays with the row."""
    if row.fault is not None:
        return Outcome(row.number, failures=(row.fault,))
    try:
        return _work(task, row)
    except InputError as error:
        return Outcome(row.number, row.file, failures=(str(error),))
    except Exception as error:  # the other rows must not go down with it
        sentence = " ".join(str(error).split()) or "no further words"
        said = f"the program failed ({type(error).__name__}: {sentence})"
        return Outcome(row.number, row.file, failures=(said,), faulty=True)


def _work(task: Task, row: Row) -> Outcome:
    options: Options = {**task.given, **files.with_files(row.options, task.table_folder)}
    notes: tuple[Finding, ...] = ()
    if task.formula is not None:
        options, notes = merged(task.formula[1], options, task.formula[0])
    order, read = read_order(options)
    notes = (*read, *notes)
    planned, judged = make.make(order, notes, task.house)
    findings = make.why_none(order, notes, planned, task.house) if judged is None else judged.findings
    failed = worst(findings) is Severity.ERROR
    written = False
    if task.folder is not None and task.how is not None and row.file is not None and judged is not None and not failed:
        path = os.path.join(task.folder, row.file)
        files.refuse_unwritable(path, "--pdf-dir")
        content, judged = make.sheet_of(judged, options, task.how)
        files.write_atomically(path, content, "--pdf-dir")
        findings, written = judged.findings, True
    record = None
    if task.as_json:
        record = make.record_of(order, notes, planned, judged, task.house)
    return Outcome(
        row.number,
        row.file if task.folder is not None else None,
        (order.drug or "", notation.dose(order.dose.mg), notation.number(order.capsules or 0)),
        record,
        tuple(dict.fromkeys(f.code for f in findings if f.severity is Severity.WARNING)),
        tuple(f"[{f.code}] {plan_rows.finding_text(f)}" for f in findings if f.severity is Severity.ERROR),
        written=written,
    )


# What is said of them.


def _table(outcomes: Sequence[Outcome]) -> str:
    from compound.cli.tables import tabulate

    body = [[str(o.number), *o.cells, o.file or "", _became(o)] for o in outcomes]
    headers = ["row", "drug", "labelled dose", "capsules", "file", "outcome"]
    return tabulate(body, headers, tablefmt="simple", disable_numparse=True)


def _became(outcome: Outcome) -> str:
    if outcome.failures:
        return "failed"
    return "written" if outcome.written else "planned"


def _json(outcomes: Sequence[Outcome]) -> str:
    import json

    return json.dumps(
        {
            "schema": SCHEMA,
            "orders": [
                {"row": o.number, "outcome": _became(o), "file": o.file, "failures": list(o.failures), "plan": o.record}
                for o in outcomes
            ],
        },
        ensure_ascii=False, indent=2,
    )  # fmt: skip


def _say(outcomes: Sequence[Outcome], failed: Sequence[Outcome], folder: str | None) -> None:
    """The warnings by code, how many were made, and every failed row with its sentences."""
    warned: dict[str, list[int]] = {}
    for outcome in outcomes:
        for code in outcome.warnings:
            warned.setdefault(code, []).append(outcome.number)
    for code, numbers in warned.items():
        click.echo(f"warning: [{code}] in {_ranges(numbers)}; in full on the worksheet, or by planning alone", err=True)
    good = len(outcomes) - len(failed)
    done = f"worksheets written to {folder}" if folder is not None else "planned, no worksheet asked for"
    click.echo(f"{notation.number(len(outcomes))} orders: {notation.number(good)} {done}; "
               f"{notation.number(len(failed))} failed", err=True)  # fmt: skip
    for outcome in failed:
        for sentence in outcome.failures:
            click.echo(f"failed: row {outcome.number}: {sentence}", err=True)


def _ranges(numbers: Sequence[int]) -> str:
    """Row numbers in short: `rows 2 to 5, 9`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    texts = [str(low) if low == high else f"{low} to {high}" for low, high in runs]
    return ("row " if len(numbers) == 1 else "rows ") + ", ".join(texts)
