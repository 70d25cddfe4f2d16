"""`compound plan --orders FILE.csv`: many orders at once, each planned, judged and written as if it were the only one.

The rows share nothing but the options given beside the file, so they can be worked on in several processes; what is
written and said does not depend on how many.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import closing, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from compound.cli import files, interrupts, many, output, progress
from compound.cli.order_rows import JsonRows, row_text
from compound.cli.own_file import layered_options
from compound.cli.spoken import spoken
from compound.exact.errors import Faults, InputError, ProgramFault
from compound.exact.value import Value, field, replace
from compound.facts.excipients.house_rules import HouseRules
from compound.findings.finding import Finding, Severity
from compound.making.make import Batch, PrintSettings, plan_batch, write_worksheet
from compound.order.formula import Options
from compound.order.options import read_order, with_commas
from compound.order.order import Order
from compound.order.source import source_of
from compound.order.table import MOST_TABLE_BYTES, OrderRow, read_orders
from compound.showing import finding_rows
from compound.showing.two_doses import labelled_dose
from compound.wording.language import ENGLISH, Language, language
from compound.wording.notation import phrase
from compound.wording.orders_words import OrdersWords
from compound.wording.record_words import PageWords

if TYPE_CHECKING:
    from compound.order.own_file import OwnSettings


class Task(Value):
    """What is the same for every row: the options given beside the file, the formula, rules of the house, how to print.

    `table_folder` is where the table lies: the files that its rows name are looked for there.
    """

    given: Options
    formula: tuple[str, Options] | None
    house: HouseRules | None
    folder: str | None
    how: PrintSettings | None
    as_json: bool
    table_folder: str
    decimal_commas: bool = False  # its worksheet is in a language whose decimal mark is a comma
    force: bool = False
    inputs: frozenset[files.FileId] = frozenset()  # files that are read, and so never written
    own: OwnSettings | None = None  # the pharmacy's own file, under all options
    language: str = "en"  # that the run speaks, by its code: other processes speak it too


class Outcome(Value):
    """What became of a row. `failures` are sentences; the row is made if there are none. `text` is its JSON, if asked for.

    `cells` are those of its line in the table, by the names of the columns.
    """

    number: int
    file: str | None = None
    cells: Mapping[str, str] = field(default_factory=dict)
    record: dict[str, Any] | None = None
    warnings: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()
    faulty: bool = False
    written: bool = False
    unwritable: bool = False
    text: str = ""


def run_orders(path: str, jobs: int | None, task: Task, known: Mapping[str, bool]) -> None:
    """Plans every row of a table; prints what became of each, the failed ones last. Exit 1 where a row failed.

    `known` are the options of an order, and whether each may be repeated.
    """
    table = read_orders(files.read_file(path, "--orders", MOST_TABLE_BYTES), known, task.given, files.as_said(os.path.basename(path)))
    if task.folder is not None:
        _make_folder(task.folder)
        files.sweep_leftovers(task.folder)
        task = replace(task, inputs=_inputs(table, task.table_folder))
    rows = JsonRows(wait=task.folder is not None) if task.as_json else None
    with nullcontext() if rows is None else closing(rows):
        outcomes = _all(task, table, jobs, rows)
        failed = [outcome for outcome in outcomes if outcome.failures]
        unwritable = [outcome for outcome in outcomes if outcome.unwritable]
        if not unwritable:  # an output that cannot be written leaves stdout empty
            if rows is None:
                for line in _table(outcomes, with_files=task.folder is not None):
                    output.echo(line)
            else:
                rows.end(len(table))
    if not task.as_json or unwritable:
        if task.own is not None:
            from compound.wording.pharmacy_words import PharmacyWords

            click.echo(spoken().table(PharmacyWords).under_orders.format(file=task.own.file.name), err=True)
        _say(outcomes, failed, task.folder)
    if any(outcome.faulty for outcome in outcomes):
        raise ProgramFault("some rows met a fault of the program; the other rows are as listed")
    if unwritable:
        count, said = ENGLISH.notation.number(len(unwritable)), _ranges([outcome.number for outcome in unwritable])
        raise InputError("--pdf-dir", f"{count} of the worksheets cannot be written: {said}")
    if failed:
        raise SystemExit(output.MUST_NOT_BE_MADE)


def _all(task: Task, table: Sequence[OrderRow], jobs: int | None, rows: JsonRows | None) -> list[Outcome]:
    """What became of all rows, the JSON of each written as soon as it and those before it are done."""
    outcomes: list[Outcome] = []
    try:
        with interrupts.raised():
            done = many.mapped(partial(_worked, task), table, jobs)
            for outcome in progress.counted(done, len(table), progress.PLANNING, printed=rows is not None):
                outcomes.append(replace(outcome, text=""))
                if rows is not None:
                    rows.add(outcome.text)
    except (KeyboardInterrupt, ProgramFault):
        _say_what_stands(outcomes, len(table), task, rows)
        raise
    return outcomes


def _say_what_stands(outcomes: Sequence[Outcome], of: int, task: Task, rows: JsonRows | None) -> None:
    """Of a run that ends early: how far it came. What is printed is ended as JSON, which says so too."""
    if rows is not None and task.folder is None:
        rows.end(of)
    if not outcomes or (rows is None and task.folder is None):
        return
    words, number = spoken().table(OrdersWords), spoken().notation.number
    there = words.printed if task.folder is None else words.written.format(folder=task.folder)
    done, last = number(len(outcomes)), outcomes[-1].number
    values: dict[str, str | int] = {"done": done, "count": number(of), "row": last, "there": there}
    click.echo(phrase(words.ended_early, values), err=True)


def _inputs(table: Sequence[OrderRow], folder: str) -> frozenset[files.FileId]:
    """The files that the run reads: those read so far, and those that the rows name."""
    named = {str(row.options["sieve"]) for row in table if "sieve" in row.options}
    found = {files.file_id(os.path.join(folder, name)) for name in named}
    return files.inputs_read() | frozenset(one for one in found if one is not None)


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


def _worked(task: Task, row: OrderRow) -> Outcome:
    """A row worked on, and its JSON written where the work is: what travels between processes, and waits, is text."""
    outcome = work(task, row)
    if not task.as_json:
        return outcome
    entry = {
        "row": outcome.number, "outcome": _became(outcome), "file": outcome.file, "failures": list(outcome.failures),
        "plan": outcome.record,
    }  # fmt: skip
    return replace(outcome, text=row_text(entry), record=None)


def work(task: Task, row: OrderRow) -> Outcome:
    """Plans, judges and writes one row. Whatever goes wrong stays with the row."""
    if row.fault is not None:
        return Outcome(row.number, failures=(row.fault, *_further_faults(task, row)))
    try:
        return _work(task, row)
    except InputError as error:
        return Outcome(row.number, row.file, {"batch": _batch_number(row)}, failures=tuple(map(str, error.each)))
    except Exception as error:  # the other rows must not go down with it
        sentence = " ".join(str(error).split()) or "no further words"
        said = f"the program failed ({type(error).__name__}: {sentence})"
        return Outcome(row.number, row.file, failures=(said,), faulty=True)


def _batch_number(row: OrderRow) -> str:
    """The batch number that a row states, by which its line is found where it is planned no further."""
    return str(row.options.get("batch-number", ""))


def _further_faults(task: Task, row: OrderRow) -> tuple[str, ...]:
    """What else is wrong with a row whose file cannot be named; nothing where its cells cannot be told apart."""
    if not row.options:
        return ()
    try:
        _read(task, row)
    except InputError as error:
        return tuple(map(str, error.each))
    return ()


def _read(task: Task, row: OrderRow) -> tuple[Order, tuple[Finding, ...], Options]:
    """The order of a row with its notes, and the options that it was read from. Raises InputError."""
    faults = Faults()
    own: Options = row.options
    with faults:
        own = files.with_files(row.options, task.table_folder)
    options, notes, taken = layered_options({**task.given, **own}, task.formula, task.own)
    if faults:  # the file that it names cannot be read; what else there is can
        options = {name: text for name, text in options.items() if name != "sieve"}
    commas = {*(row.options if row.decimal_comma else ()), *(with_commas(options) if task.decimal_commas else ())}
    with faults:
        order, read = read_order(options, decimal_commas=commas, taken=taken)
    faults.raise_any()
    rules = None if task.own is None else task.own.rules
    return order if rules is None else replace(order, house_rules=rules), (*read, *notes), options


def _work(task: Task, row: OrderRow) -> Outcome:
    order, notes, options = _read(task, row)
    batch = plan_batch(order, notes=notes, house_rules=task.house, language=task.language)
    written = False
    if task.folder is not None and task.how is not None and row.file is not None and not batch.must_not_be_made:
        path = os.path.join(task.folder, row.file)
        try:
            files.refuse_unwritable(path, "--pdf-dir", force=task.force, inputs=task.inputs)
            content, batch = write_worksheet(batch, task.how, options)
            files.write_atomically(path, content, "--pdf-dir", inputs=task.inputs, sweep=False)
        except InputError as error:
            if error.where != "--pdf-dir":
                raise
            return Outcome(row.number, row.file, failures=(str(error),), unwritable=True)
        written = True
    findings = batch.findings
    return Outcome(
        row.number,
        row.file if task.folder is not None else None,
        {} if task.as_json else _cells(batch, language(task.language)),
        batch.record() if task.as_json else None,
        tuple(dict.fromkeys(f.code for f in findings if f.severity is Severity.WARNING)),
        tuple(f"[{f.code}] {finding_rows.finding_text(f, language(task.language))}" for f in findings if f.severity is Severity.ERROR),
        written=written,
    )


# What is said of them.


def _cells(batch: Batch, said_in: Language) -> dict[str, str]:
    """What the table says of an order: what is made, and of a plan that may be made its route, worst case and powder."""
    from compound.showing import screen_rows

    order, judged, words, notation = batch.order, batch.audit, screen_rows.screen_words_of(said_in), said_in.notation
    found = {
        "batch": order.identity.batch_number or "", "drug": said_in.text(source_of(order).name) if order.drug else "",
        "dose": labelled_dose(order, notation), "capsules": notation.number(order.capsules or 0),
    }  # fmt: skip
    if judged is None or batch.must_not_be_made:
        return found
    worst = None if judged.accuracy is None else judged.accuracy.worst_percent
    return {
        **found, "route": words.routes[batch.routed.method],
        "worst": "" if worst is None else notation.short_percent(worst),
        "powder": notation.short_mass(screen_rows.powder_used(judged)),
    }  # fmt: skip


def _table(outcomes: Sequence[Outcome], *, with_files: bool) -> list[output.Line]:
    """A line a row; columns in which nothing stands are left out, and that of files which are named by batch numbers."""
    from compound.cli.columns import narrow_lines
    from compound.showing.screen_rows import screen_words_of

    headers, became = screen_words_of(spoken()).order_headers, spoken().table(OrdersWords).became
    with_files = with_files and any(o.file != f"{o.cells.get('batch')}.pdf" for o in outcomes)
    body = [
        {**o.cells, "row": str(o.number), "file": o.file or "" if with_files else "", "outcome": became[_became(o)]}
        for o in outcomes
    ]
    columns = {name: [row.get(name, "") for row in body] for name in headers}
    for name in ("row", "capsules"):
        columns[name] = [f"{text:>{max(map(len, (headers[name], *columns[name])))}}" for text in columns[name]]
    shown = [name for name in headers if any(text.strip() for text in columns[name])]
    rows = [[headers[name] for name in shown], *zip(*(columns[name] for name in shown), strict=True)]
    width = output.terminal_width() if output.has_width() else None
    return narrow_lines(rows, width, [shown.index(name) for name in ("drug", "dose", "powder", "worst", "file") if name in shown])


def _became(outcome: Outcome) -> str:
    if outcome.failures:
        return "failed"
    return "written" if outcome.written else "planned"


def _say(outcomes: Sequence[Outcome], failed: Sequence[Outcome], folder: str | None) -> None:
    """The warnings by code, how many were made, and every failed row with its sentences."""
    warned: dict[str, list[int]] = {}
    for outcome in outcomes:
        for code in outcome.warnings:
            warned.setdefault(code, []).append(outcome.number)
    words, number = spoken().table(OrdersWords), spoken().notation.number
    severity = spoken().table(PageWords).severities["warning"]
    for code, numbers in warned.items():
        output.print_finding(words.warned.format(severity=severity, code=code, rows=_ranges(numbers)), "warning")
    good = len(outcomes) - len(failed)
    done = words.planned if folder is None else words.worksheets.format(folder=folder)
    values = {"count": number(len(outcomes)), "good": number(good), "done": done, "failed": number(len(failed))}
    click.echo(phrase(words.done, values), err=True)
    for outcome in failed:
        for sentence in outcome.failures:
            output.print_finding(words.failed.format(row=outcome.number, sentence=sentence), "failed")


def _ranges(numbers: Sequence[int]) -> str:
    """OrderRow numbers in short: `rows 2 to 5, 9`."""
    words = spoken().table(OrdersWords)
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    texts = [str(low) if low == high else words.run.format(low=low, high=high) for low, high in runs]
    return phrase(words.rows, {"count": len(numbers), "numbers": ", ".join(texts)})
