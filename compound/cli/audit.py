"""`compound audit`: what dose a plan really gives, with the weights read, and what to weigh next."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from functools import partial

import click

from compound.cli import interrupts, output, progress
from compound.cli.audit_tables import weighed_text
from compound.cli.bench_readings import BenchReadings
from compound.cli.files import as_said, read_file, refuse_unwritable, write_atomically
from compound.correcting.readings import read_amount
from compound.correcting.weighed import BatchVerdict, Weighed
from compound.exact.errors import Faults, InputError
from compound.exact.quantity import canonical
from compound.exact.value import Value
from compound.findings.finding import Severity, worst
from compound.making.saved import SavedPlan, audit_plan, read_plan
from compound.plan.plan import Plan
from compound.wording.language_file import LANGUAGES

MOST_SHEET_BYTES = 20_000_000


@click.command("audit", short_help="Replay a plan, with the weights read if there are any; say what dose it gives.")
@click.argument("files", nargs=-1, required=True, metavar="PLAN...")
@click.option("--read", "reads", multiple=True, metavar="STEP=AMOUNT[@LOT]",
              help="The weight really read at a step, such as 4=97mg, and what stands on the jar that was taken, such as "
                   "1=80mg@A12. May be repeated.")
@click.option("--readings", metavar="FILE.csv",
              help="Read the weights from a CSV file with the columns step,amount, or step,gross,tare,residue; a column "
                   "lot says what stands on the jar that was taken.")
@click.option("--fill-weight", metavar="AMOUNT", help="The net weight that the capsules are really filled with.")
@click.option("--filled", type=click.IntRange(1, 10_000), metavar="N",
              help="The number of capsules that came out of a batch that is filled whole (--filling volume).")
@click.option("--confirm", multiple=True, type=click.IntRange(1), metavar="STEP",
              help="The reading of this step is right, though outside its range. May be repeated.")
@click.option("--interactive", is_flag=True, help="Ask for each reading in turn and show the state after each.")
@click.option("--pdf", metavar="FILE", help="Also write the completed record to FILE, for a failed batch too.")
@click.option("--force", is_flag=True, help="Overwrite a PDF with fields filled in, or a file of another kind.")
@click.option("--language", type=click.Choice(LANGUAGES), help="The language of the record. [default: en]")
@click.option("--json", "as_json", is_flag=True,
              help="Print one JSON object instead of the tables; for several plans one object a line.")  # fmt: skip
def command(  # noqa: PLR0913, PLR0917  # one argument an option
    files: tuple[str, ...], reads: tuple[str, ...], readings: str | None, fill_weight: str | None,
    filled: int | None,
    confirm: tuple[int, ...], interactive: bool, pdf: str | None, force: bool, language: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Replay a plan, with the weights read if there are any; say what dose it gives.

    PLAN is a file of JSON, from `compound plan --json` or written by hand (templates/plan-by-hand.json is an example),
    or the worksheet itself: the plan is attached to it, and readings filled into its fields are taken. The steps alone
    decide the dose. With readings the weighings still to do are corrected so that the dose comes out on its label
    again. What was weighed in two portions is read as their sum. Several plans are judged as written, one line each.
    """
    if len(files) > 1:
        for option, given in (("--read", reads), ("--readings", readings), ("--fill-weight", fill_weight), ("--filled", filled),
                              ("--confirm", confirm), ("--interactive", interactive), ("--pdf", pdf), ("--force", force),
                              ("--language", language)):  # fmt: skip
            if given:
                raise click.UsageError(f"{option} goes with one plan, not with {len(files)}.")
        _judge_many(files, as_json)
        return
    if interactive and not output.is_terminal():
        raise click.UsageError("--interactive needs a terminal; give the readings with --read or --readings.")
    if pdf is not None:
        refuse_unwritable(pdf, "--pdf", force=force)
    elif language is not None:
        raise InputError("--language", "needs --pdf FILE; it is the language of the record")
    name = as_said(files[0])
    saved, bench = load_bench(files[0], frozenset(confirm))
    _take(bench, reads, readings, interactive)
    fill = _read_fill(saved.plan, fill_weight)
    if interactive:
        audit_plan(saved, bench.read, fill_weight=fill, jars=bench.jars)
        try:
            with interrupts.raised():
                _ask(saved, bench, fill)
        except (click.Abort, KeyboardInterrupt):
            click.echo("", err=True)
            _say_how_to_go_on(bench, name, fill, filled)
            raise
    judged = audit_plan(saved, bench.read, fill_weight=fill, jars=bench.jars, filled=filled)
    sheet = None
    if pdf is not None:
        from compound.wording.language import language as language_of
        from compound.worksheet.batch_record import batch_record

        sheet = batch_record(judged, name, language_of(language or "en"))
    text = _as_json(judged, name, 2) if as_json else weighed_text(judged)
    if sheet is not None and pdf is not None:
        write_atomically(pdf, sheet, "--pdf")
    click.echo(text)
    if not as_json:
        output.print_findings(judged.findings, judged.not_checked)
        if pdf is not None:
            click.echo(f"record written: {pdf}", err=True)
    if interactive:
        _say_how_to_go_on(bench, name, fill, filled)
    raise SystemExit(_exit_code(judged))


def _take(bench: BenchReadings, reads: Sequence[str], readings: str | None, interactive: bool) -> None:
    """Takes the readings of options and table, and asks back those outside their ranges."""
    bench.take_options(reads)
    if readings is not None:
        bench.take_table(readings)
    unread = [number for number in sorted(bench.confirmed) if number not in bench.read]
    if unread and not interactive:
        raise InputError("--confirm", f"step {unread[0]} has no reading to confirm")
    bench.ask_all_back()


def _say_how_to_go_on(bench: BenchReadings, name: str, fill: Decimal | None, filled: int | None) -> None:
    """Prints the command that takes the readings up again, so that none of them has to be typed twice."""
    import shlex

    typed = {number: mg for number, mg in bench.read.items() if number not in bench.from_fields}
    if not bench.read:
        return
    taken = {number: f"@{jar}" for number, jar in bench.jars.items()}
    given = [f"{number}={canonical(mg)}mg{taken.get(number, '')}" for number, mg in sorted(typed.items())]
    words = [f"--read {shlex.quote(text) if '@' in text else text}" for text in given]
    words += [f"--confirm {number}" for number in bench.to_confirm()]
    words += [] if filled is None else [f"--filled {filled}"]
    words += [] if fill is None else [f"--fill-weight {canonical(fill)}mg"]
    click.echo(f"to go on from here: compound audit {shlex.quote(name)} {' '.join(words)}", err=True)


def _exit_code(judged: Weighed) -> int:
    failed = judged.verdict is BatchVerdict.OUTSIDE or worst(judged.findings) is Severity.ERROR
    return output.MUST_NOT_BE_MADE if failed else 0


def _as_json(judged: Weighed, name: str, indent: int | None) -> str:
    from compound.showing import weighed_json

    separators = (",", ":") if indent is None else None
    return json.dumps(weighed_json.bench_record(judged, name), ensure_ascii=False, indent=indent, separators=separators)


# Reading plans.


def load(path: str) -> SavedPlan:
    """The plan in a file, and what is to be said of the file. Raises InputError with the file's name in front."""
    return load_bench(path)[0]


def load_bench(path: str, confirmed: frozenset[int] = frozenset()) -> tuple[SavedPlan, BenchReadings]:
    """The plan in a file, of JSON or of a worksheet, and the readings that stand in the fields of a worksheet.

    Raises InputError with the file's name in front, and with that of a field that holds no amount.
    """
    name = as_said(path)
    content = read_file(path, None, MOST_SHEET_BYTES)
    if not content.startswith(b"%PDF-"):
        saved = read_plan(content, name)
        return saved, BenchReadings(saved.plan, confirmed)
    from compound.making.differences import ATTACHED_PLAN
    from compound.paper.filled import read_filled
    from compound.worksheet import printed

    sheet = read_filled(content, name, (ATTACHED_PLAN, printed.NAME))
    saved = read_plan(sheet.plan, f"{name}: {ATTACHED_PLAN}")
    bench = BenchReadings(saved.plan, confirmed)
    bench.take_fields(sheet.readings, name, decimal_comma=sheet.language == "de")
    return saved, bench


def _read_fill(plan: Plan, text: str | None) -> Decimal | None:
    from compound.plan.plan import Fill

    if text is None:
        return None
    fills = [step for step in plan.steps if isinstance(step, Fill)]
    if not fills:
        raise InputError("--fill-weight", "the plan fills no capsules")
    planned = fills[-1].amount_mg
    if planned is None:
        raise InputError("--fill-weight", "this batch is filled whole; give the number of capsules that came out with --filled")
    mg = read_amount(text, "--fill-weight", plan, planned)
    if not planned / 2 <= mg <= planned * 2:
        raise InputError(
            "--fill-weight", f"{canonical(mg)} mg is not within a factor of two of the {canonical(planned)} mg planned"
        )
    return mg


def _ask(saved: SavedPlan, bench: BenchReadings, fill: Decimal | None) -> None:
    """Asks for the readings that are missing, in the order of the steps, until one is left empty."""
    from compound.showing import weighed_rows
    from compound.wording import notation

    written = audit_plan(saved)
    known = {finding.code for finding in written.findings}
    texts = weighed_rows.step_texts(written.made)
    for step in saved.plan.weighings():
        if step.number in bench.read:
            continue
        now = next(w for w in audit_plan(saved, bench.read, fill_weight=fill).weighings if w.number == step.number)
        target = f"{notation.mass(now.planned)} planned"
        if now.corrected is not None and now.corrected != now.planned:
            target += f", corrected to {notation.mass(now.corrected)}"
        while True:
            answer = click.prompt(f"step {step.number}, {texts[step.number]}, {target}; reading (Enter to stop)",
                                  default="", show_default=False, err=True).strip(" ")  # fmt: skip
            if not answer:
                return
            try:
                bench.take_answer(step.number, answer)
                break
            except InputError as error:
                click.echo(f"error: {error}", err=True)
        state = audit_plan(saved, bench.read, fill_weight=fill, jars=bench.jars)
        for fact, text in weighed_rows.dose_rows(state):
            click.echo(f"  {fact}: {text}", err=True)
        output.print_findings([f for f in state.findings if f.code not in known and f.severity is not Severity.NOTE])


# Many plans.

class Judged(Value):
    """A plan judged as written: its line, its errors as lines, its exit code; or why it cannot be read."""

    line: str = ""
    errors: tuple[str, ...] = ()
    code: int = 0
    faults: tuple[tuple[str, str], ...] = ()


def _judge_file(as_json: bool, path: str) -> Judged:
    from compound.showing import finding_rows, weighed_rows

    name = as_said(path)
    try:
        saved, bench = load_bench(path)
        bench.ask_all_back()
        judged = audit_plan(saved, bench.read)
    except InputError as error:  # it does not travel between processes as it is
        return Judged(faults=tuple((one.where, one.sentence) for one in error.each))
    line = _as_json(judged, name, None) if as_json else weighed_rows.file_row(judged, name)
    errors = tuple(
        f"{name}: {finding_rows.finding_line(finding)}"
        for finding in judged.findings
        if finding.severity is Severity.ERROR
    )
    return Judged(line, () if as_json else errors, _exit_code(judged))


def _judge_many(paths: Sequence[str], as_json: bool) -> None:
    """Judges plans as written, one line each in their order. Nothing is printed if one of them cannot be read."""
    import shutil
    import tempfile

    from compound.cli import many
    from compound.showing import weighed_rows

    code = 0
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as results,
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as errors,
    ):
        if not as_json:
            results.write(weighed_rows.FILE_HEADER + "\n")
        for judged in progress.counted(many.mapped(partial(_judge_file, as_json), paths), len(paths), "auditing"):
            faults = Faults()
            for fault in judged.faults:
                faults.keep(InputError(*fault))
            faults.raise_any()
            results.write(judged.line + "\n")
            errors.writelines(text + "\n" for text in judged.errors)
            code = max(code, judged.code)
        for spooled, stream in ((results, sys.stdout), (errors, sys.stderr)):
            spooled.seek(0)
            shutil.copyfileobj(spooled, stream)
            stream.flush()
    raise SystemExit(code)
