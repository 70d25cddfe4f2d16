"""`compound audit`: what dose a plan really gives, with the weights read, and what to weigh next."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial

import click

from compound.cli import interrupts, output, progress
from compound.cli.audit_tables import weighed_text
from compound.cli.bench_log import BenchLog
from compound.cli.bench_readings import BenchReadings
from compound.cli.files import as_said, read_file, refuse_unwritable, write_atomically
from compound.cli.last_line import print_verdict
from compound.cli.shell import command_line
from compound.cli.speaking import language_option
from compound.cli.spoken import spoken, spoken_code
from compound.correcting.readings import read_amount
from compound.correcting.weighed import BatchVerdict, Weighed
from compound.exact.errors import Faults, InputError
from compound.exact.quantity import canonical
from compound.exact.value import Value
from compound.findings.finding import Severity, worst
from compound.making.saved import SavedPlan, audit_plan, read_plan
from compound.plan.plan import Plan
from compound.showing.audit_verdict import audit_verdict, many_verdict
from compound.showing.verdict_line import BAD
from compound.wording.bench_words import BenchWords
from compound.wording.language import Language
from compound.wording.notation import has_decimal_comma
from compound.wording.terminal_words import AuditWords

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
@click.option("--interactive", is_flag=True,
              help="Ask for each reading in turn, in mg, and show the state after each: b takes one back, ? shows all, q ends.")
@click.option("--log", "log_file", metavar="FILE.csv",
              help="With --interactive: save each reading to FILE as it is typed, and take up those that are there already.")
@click.option("--pdf", metavar="FILE", help="Also write the completed record to FILE, for a failed batch too.")
@click.option("--force", is_flag=True, help="Overwrite a PDF with fields filled in, or a file of another kind.")
@language_option
@click.option("--json", "as_json", is_flag=True,
              help="Print one JSON object instead of the tables; for several plans one object a line.")  # fmt: skip
def command(  # noqa: PLR0913, PLR0917  # one argument an option
    files: tuple[str, ...], reads: tuple[str, ...], readings: str | None, fill_weight: str | None,
    filled: int | None, confirm: tuple[int, ...], interactive: bool, log_file: str | None, pdf: str | None, force: bool,
    language: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Replay a plan, with the weights read if there are any; say what dose it gives.

    PLAN is a file of JSON, from `compound plan --json` or written by hand (templates/plan-by-hand.json is an example),
    or the worksheet itself: the plan is attached to it, and readings filled into its fields are taken. The steps alone
    decide the dose. With readings the weighings still to do are corrected so that the dose comes out on its label
    again. What was weighed in two portions is read as their sum. Several plans are judged as written, one line each.
    """
    if len(files) > 1:
        _refuse_for_many(len(files), {
            "--read": reads, "--readings": readings, "--fill-weight": fill_weight, "--filled": filled, "--confirm": confirm,
            "--interactive": interactive, "--log": log_file, "--pdf": pdf, "--force": force,
        })  # fmt: skip
        _judge_many(files, as_json)
        return
    if interactive and not output.is_terminal():
        raise click.UsageError("--interactive needs a terminal; give the readings with --read or --readings.")
    if log_file is not None and not interactive:
        raise click.UsageError("--log goes with --interactive; --readings reads such a file without asking.")
    if pdf is not None:
        refuse_unwritable(pdf, "--pdf", force=force)
    name = as_said(files[0])
    saved, bench = load_bench(files[0], frozenset(confirm))
    log = None if log_file is None else BenchLog(log_file, bench.plan_fingerprint)
    if log is not None:
        bench.take_log(log.rows)
    _take(bench, reads, readings, interactive)
    fill = _read_fill(saved.plan, fill_weight)
    taken = _Taken(name, bench, readings, log_file, fill, filled)
    if interactive:
        _ask(saved, bench, fill, log, taken)
    judged = audit_plan(saved, bench.read, fill_weight=fill, jars=bench.jars, filled=filled)
    sheet = None
    if pdf is not None:
        from compound.worksheet.batch_record import batch_record

        sheet = batch_record(judged, name, spoken())
    if sheet is not None and pdf is not None:
        write_atomically(pdf, sheet, "--pdf")
    if as_json:
        click.echo(_as_json(judged, name, 2, spoken()))
        if interactive and log is None:
            taken.say_how_to_go_on()
    else:
        click.echo(weighed_text(judged, spoken()))
        output.print_findings(judged.findings, judged.not_checked)
        if pdf is not None:
            click.echo(spoken().table(AuditWords).record_written.format(file=pdf), err=True)
        _print_verdict(judged, taken, interactive)
    raise SystemExit(_exit_code(judged))


def _refuse_for_many(count: int, options: Mapping[str, object]) -> None:
    for option, given in options.items():
        if given:
            raise click.UsageError(f"{option} goes with one plan, not with {count}.")


def _print_verdict(judged: Weighed, taken: _Taken, interactive: bool) -> None:
    """The last line. Where it does not name the command that takes the readings up again, that stands before it."""
    line = audit_verdict(judged, taken.command(), taken.asking() if interactive else None, spoken())
    if interactive and taken.log is None and line.tone == BAD:
        taken.say_how_to_go_on()
    print_verdict(line)


class _Taken(Value):
    """What an audit was given beside the plan `name`, for the command that takes it up again."""

    name: str
    bench: BenchReadings
    readings: str | None
    log: str | None
    fill: Decimal | None
    filled: int | None

    def command(self) -> tuple[str, ...]:
        """The command that takes up all readings, those typed included, and asks for none."""
        bench = self.bench
        from_file = bench.from_table if self.log is None else frozenset(bench.read)
        words = ["--readings", self.log or self.readings or ""] if self.log is not None or from_file else []
        for number, mg in bench.read.items():
            if number not in bench.from_fields | from_file:
                jar = f"@{bench.jars[number]}" if number in bench.jars else ""
                words += ["--read", f"{number}={canonical(mg)}mg{jar}"]
        if self.log is None:  # a log says itself what was typed twice
            words += [word for number in bench.to_confirm() for word in ("--confirm", str(number))]
        return self._with_fill(words)

    def asking(self) -> tuple[str, ...]:
        """The command that takes up all readings and asks for those that are missing."""
        if self.log is None:
            return (*self.command(), "--interactive")
        return self._with_fill(["--interactive", "--log", self.log])

    def _with_fill(self, words: Sequence[str]) -> tuple[str, ...]:
        filled = () if self.filled is None else ("--filled", str(self.filled))
        fill = () if self.fill is None else ("--fill-weight", f"{canonical(self.fill)}mg")
        return ("compound", "audit", self.name, *words, *filled, *fill)

    def say_how_to_go_on(self) -> None:
        """Says on stderr how the readings are taken up again, so that none of them has to be typed twice."""
        if self.bench.read:
            click.echo(spoken().table(BenchWords).go_on.format(command=command_line(self.asking())), err=True)


def _ask(saved: SavedPlan, bench: BenchReadings, fill: Decimal | None, log: BenchLog | None, taken: _Taken) -> None:
    """Asks for the readings that are missing. What was typed is kept, or said, however it ends."""
    from compound.cli.at_the_bench import BenchQuestions

    audit_plan(saved, bench.read, fill_weight=fill, jars=bench.jars)
    questions = BenchQuestions(saved, bench, fill, log)
    try:
        with interrupts.raised():
            questions.save_taken()
            questions.ask()
    except (click.Abort, KeyboardInterrupt):
        click.echo("", err=True)
        taken.say_how_to_go_on()
        raise


def _take(bench: BenchReadings, reads: Sequence[str], readings: str | None, interactive: bool) -> None:
    """Takes the readings of options and table, and asks back those outside their ranges."""
    bench.take_options(reads)
    if readings is not None:
        bench.take_table(readings)
    unread = [number for number in sorted(bench.confirmed) if number not in bench.read]
    if unread and not interactive:
        raise InputError("--confirm", f"step {unread[0]} has no reading to confirm")
    bench.ask_all_back()


def _exit_code(judged: Weighed) -> int:
    failed = judged.verdict is BatchVerdict.OUTSIDE or worst(judged.findings) is Severity.ERROR
    return output.MUST_NOT_BE_MADE if failed else 0


def _as_json(judged: Weighed, name: str, indent: int | None, language: Language) -> str:
    from compound.showing import weighed_json

    separators, record = (",", ":") if indent is None else None, weighed_json.bench_record(judged, name, language)
    return json.dumps(record, ensure_ascii=False, indent=indent, separators=separators)


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
        return saved, BenchReadings(saved.plan, confirmed, content)
    from compound.making.differences import ATTACHED_PLAN
    from compound.paper.filled import read_filled
    from compound.worksheet import printed

    sheet = read_filled(content, name, (ATTACHED_PLAN, printed.NAME))
    saved = read_plan(sheet.plan, f"{name}: {ATTACHED_PLAN}")
    bench = BenchReadings(saved.plan, confirmed, sheet.plan)
    bench.take_fields(sheet.readings, name, decimal_comma=has_decimal_comma(sheet.language))
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


# Many plans.

class Judged(Value):
    """A plan judged as written: its line, its errors as lines, its exit code; or why it cannot be read."""

    line: str = ""
    errors: tuple[str, ...] = ()
    code: int = 0
    faults: tuple[tuple[str, str], ...] = ()


def _judge_file(as_json: bool, code: str, path: str) -> Judged:
    """Judges a file in the language of `code`: in a process of its own no command runs that would speak one."""
    from compound.showing import finding_rows, weighed_rows
    from compound.wording.language import language

    name = as_said(path)
    try:
        saved, bench = load_bench(path)
        bench.ask_all_back()
        judged = audit_plan(saved, bench.read)
    except InputError as error:  # it does not travel between processes as it is
        return Judged(faults=tuple((one.where, one.sentence) for one in error.each))
    line = _as_json(judged, name, None, language(code)) if as_json else weighed_rows.file_row(judged, name, language(code))
    errors = tuple(
        f"{name}: {finding_rows.finding_line(finding, language(code))}"
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

    exit_codes: list[tuple[str, int]] = []
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as results,
        tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as errors,
    ):
        if not as_json:
            results.write(weighed_rows.file_header(spoken()) + "\n")
        work = partial(_judge_file, as_json, spoken_code())
        judgements = progress.counted(many.mapped(work, paths), len(paths), progress.AUDITING)
        for path, judged in zip(paths, judgements, strict=True):
            faults = Faults()
            for fault in judged.faults:
                faults.keep(InputError(*fault))
            faults.raise_any()
            results.write(judged.line + "\n")
            errors.writelines(text + "\n" for text in judged.errors)
            exit_codes.append((as_said(path), judged.code))
        for spooled, stream in ((results, sys.stdout), (errors, sys.stderr)):
            spooled.seek(0)
            shutil.copyfileobj(spooled, stream)
            stream.flush()
    if not as_json:
        print_verdict(many_verdict(exit_codes, spoken()), apart=False)
    raise SystemExit(max(code for _, code in exit_codes))
