"""`compound audit`: what dose a plan really gives, with the weights read, and what to weigh next."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import partial

import click

from compound.cli import interrupts, output
from compound.cli.audit_tables import weighed_text
from compound.cli.files import as_said, read_file, refuse_unwritable, write_atomically
from compound.correcting.readings import far_off, plan_amount, read_amount, read_net, refuse_far_off, refuse_no_weighing
from compound.correcting.weighed import BatchVerdict, Weighed
from compound.exact.errors import AmbiguousAmount, Faults, InputError
from compound.exact.quantity import canonical
from compound.exact.value import Value
from compound.findings.finding import Severity, worst
from compound.making.saved import SavedPlan, audit_plan, read_plan
from compound.order.identity import LONGEST_NUMBER, short_name
from compound.plan.plan import Plan, Transfer, Weigh
from compound.reading import json_text
from compound.reading.amounts import parse_mass
from compound.reading.text import shown
from compound.wording.notation import LANGUAGES

_WEIGHED = (("step", "amount"), ("step", "gross", "tare", "residue"), ("step", "gross", "tare"))
COLUMNS = (*_WEIGHED, *((*columns, "lot") for columns in _WEIGHED))


@click.command("audit", short_help="Replay a plan, with the weights read if there are any; say what dose it gives.")
@click.argument("files", nargs=-1, required=True, metavar="PLAN.json...")
@click.option("--read", "reads", multiple=True, metavar="STEP=AMOUNT[@LOT]",
              help="The weight really read at a step, such as 4=97mg, and what stands on the jar that was taken, such as "
                   "1=80mg@A12. May be repeated.")
@click.option("--readings", metavar="FILE.csv",
              help="Read the weights from a CSV file with the columns step,amount, or step,gross,tare,residue; a column "
                   "lot says what stands on the jar that was taken.")
@click.option("--fill-weight", metavar="AMOUNT", help="The net weight that the capsules are really filled with.")
@click.option("--confirm", multiple=True, type=click.IntRange(1), metavar="STEP",
              help="The reading of this step is right, though far from the plan. May be repeated.")
@click.option("--interactive", is_flag=True, help="Ask for each reading in turn and show the state after each.")
@click.option("--pdf", metavar="FILE", help="Also write the completed record to FILE, for a failed batch too.")
@click.option("--force", is_flag=True, help="Overwrite a PDF with fields filled in, or a file of another kind.")
@click.option("--language", type=click.Choice(LANGUAGES), help="The language of the record. [default: en]")
@click.option("--json", "as_json", is_flag=True,
              help="Print one JSON object instead of the tables; for several plans one object a line.")  # fmt: skip
def command(  # noqa: PLR0913, PLR0917  # one argument an option
    files: tuple[str, ...], reads: tuple[str, ...], readings: str | None, fill_weight: str | None,
    confirm: tuple[int, ...], interactive: bool, pdf: str | None, force: bool, language: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Replay a plan, with the weights read if there are any; say what dose it gives.

    PLAN.json comes from `compound plan --json` or is written by hand (templates/plan-by-hand.json is an example). The
    steps alone decide the dose. With readings the weighings still to do are corrected so that the dose comes out on its
    label again. What was weighed in two portions is read as their sum. Several plans are judged as written, one line
    each.
    """
    if len(files) > 1:
        for option, given in (("--read", reads), ("--readings", readings), ("--fill-weight", fill_weight),
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
    saved = load(files[0])
    plan = saved.plan
    read, jars = _read_all(plan, reads, readings, frozenset(confirm))
    unread = [number for number in confirm if number not in read]
    if unread and not interactive:
        raise InputError("--confirm", f"step {unread[0]} has no reading to confirm")
    fill = _read_fill(plan, fill_weight)
    if interactive:
        audit_plan(saved, read, fill_weight=fill, jars=jars)
        try:
            with interrupts.raised():
                read = _ask(saved, read, fill, jars)
        except (click.Abort, KeyboardInterrupt):
            click.echo("", err=True)
            _say_how_to_go_on(plan, name, read, fill, jars)
            raise
    judged = audit_plan(saved, read, fill_weight=fill, jars=jars)
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
        _say_how_to_go_on(plan, name, read, fill, jars)
    raise SystemExit(_exit_code(judged))


def _say_how_to_go_on(
    plan: Plan, name: str, read: dict[int, Decimal], fill: Decimal | None, jars: Mapping[int, str]
) -> None:
    """Prints the command that takes the readings up again, so that none of them has to be typed twice."""
    import shlex

    if not read:
        return
    taken = {number: f"@{jar}" for number, jar in jars.items()}
    given = [f"{number}={canonical(mg)}mg{taken.get(number, '')}" for number, mg in sorted(read.items())]
    words = [f"--read {shlex.quote(text) if '@' in text else text}" for text in given]
    words += [f"--confirm {number}" for number, mg in sorted(read.items()) if far_off(plan_amount(plan, number), mg)]
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
    return read_plan(read_file(path, None, json_text.MOST_JSON_BYTES), as_said(path))


# Reading readings.


def _read_all(
    plan: Plan, reads: Sequence[str], readings: str | None, confirmed: frozenset[int]
) -> tuple[dict[int, Decimal], dict[int, str]]:
    """The readings by step, in the order of the steps, and the jars that were taken. Raises InputError for one twice."""
    found: dict[int, Decimal] = {}
    jars: dict[int, str] = {}
    for text in reads:
        step_text, equals, amount = text.partition("=")
        if not equals:
            raise InputError("--read", f"{shown(text)} is not a reading; write STEP=AMOUNT, such as 4=97mg")
        number = _step_number(step_text.strip(" "), "--read")
        where = f"--read {number}"
        _once(found, number, where)
        step = refuse_no_weighing(plan, number, where)
        found[number] = _amount(_without_jar(amount, number, where, jars), where, plan, step, number in confirmed)
    if readings is not None:
        from compound.reading import csv_text

        name = as_said(readings)
        content = read_file(readings, "--readings", csv_text.MOST_CSV_BYTES)
        header, rows, comma = csv_text.read_rows(content, name, COLUMNS, ("lot",))
        for place, cells in rows:
            number = _step_number(cells["step"], f"{place}, column step")
            _once(found, number, place)
            step = refuse_no_weighing(plan, number, place)
            if "lot" in cells:
                jars[number] = short_name(cells["lot"], LONGEST_NUMBER, f"{place}, column lot")
            if "amount" in header:
                mg = _amount(cells["amount"], f"{place}, column amount", plan, step, number in confirmed, comma)
            else:
                mg = read_net(cells, place, plan, plan_amount(plan, number), decimal_comma=comma)
                mg = _refuse_far_off(plan, number, mg, place, number in confirmed)
            found[number] = mg
    return dict(sorted(found.items())), jars


def _without_jar(text: str, number: int, where: str, jars: dict[int, str]) -> str:
    """The amount of a reading; what stands on the jar, after an @, joins the jars."""
    amount, at, jar = text.partition("@")
    if at:
        jars[number] = short_name(jar, LONGEST_NUMBER, where)
    return amount.rstrip(" ")


def _step_number(text: str, where: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text):
        raise InputError(where, f"{shown(text)} is not a step number")
    return int(text)


def _once(found: dict[int, Decimal], number: int, where: str) -> None:
    if number in found:
        raise InputError(where, f"step {number} is read twice; what was weighed in portions is read as their sum")


def _amount(
    text: str, where: str, plan: Plan, step: Weigh | Transfer, confirmed: bool, decimal_comma: bool = False
) -> Decimal:
    """A reading; on a terminal one with two meanings is asked about."""
    try:
        mg = read_amount(text, where, plan, plan_amount(plan, step.number), decimal_comma=decimal_comma)
    except AmbiguousAmount as error:
        if not output.is_terminal():
            raise
        mg = _chosen(error, where)
    return _refuse_far_off(plan, step.number, mg, where, confirmed)


def _refuse_far_off(plan: Plan, number: int, mg: Decimal, where: str, confirmed: bool) -> Decimal:
    try:
        refuse_far_off(plan, number, mg, where, confirmed)
    except AmbiguousAmount as error:
        if not output.is_terminal():
            raise
        return _chosen(error, where)
    return mg


def _chosen(error: AmbiguousAmount, where: str) -> Decimal:
    answer = output.ask_which(error, neither=True)
    if answer == output.NEITHER:
        raise InputError(where, "neither was meant; give the reading again")
    return parse_mass(answer, where).mg


def _read_fill(plan: Plan, text: str | None) -> Decimal | None:
    from compound.plan.plan import Fill

    if text is None:
        return None
    fills = [step for step in plan.steps if isinstance(step, Fill)]
    if not fills:
        raise InputError("--fill-weight", "the plan fills no capsules")
    planned = fills[-1].amount_mg
    mg = read_amount(text, "--fill-weight", plan, planned)
    if not planned / 2 <= mg <= planned * 2:
        raise InputError(
            "--fill-weight", f"{canonical(mg)} mg is not within a factor of two of the {canonical(planned)} mg planned"
        )
    return mg


def _ask(
    saved: SavedPlan, read: dict[int, Decimal], fill: Decimal | None, jars: dict[int, str]
) -> dict[int, Decimal]:
    """Asks for the readings that are missing, in the order of the steps, until one is left empty; fills `read` and `jars`."""
    from compound.showing import weighed_rows
    from compound.wording import notation

    written = audit_plan(saved)
    known = {finding.code for finding in written.findings}
    texts = weighed_rows.step_texts(written.made)
    for step in saved.plan.weighings():
        if step.number in read:
            continue
        now = next(w for w in audit_plan(saved, read, fill_weight=fill).weighings if w.number == step.number)
        target = f"{notation.mass(now.planned)} planned"
        if now.corrected is not None and now.corrected != now.planned:
            target += f", corrected to {notation.mass(now.corrected)}"
        while True:
            answer = click.prompt(f"step {step.number}, {texts[step.number]}, {target}; reading (Enter to stop)",
                                  default="", show_default=False, err=True).strip(" ")  # fmt: skip
            if not answer:
                return dict(sorted(read.items()))
            try:
                where = f"step {step.number}"
                answer = _without_jar(answer, step.number, where, jars)
                read[step.number] = _amount(answer, where, saved.plan, step, False)
                break
            except InputError as error:
                jars.pop(step.number, None)
                click.echo(f"error: {error}", err=True)
        state = audit_plan(saved, read, fill_weight=fill, jars=jars)
        for fact, text in weighed_rows.dose_rows(state):
            click.echo(f"  {fact}: {text}", err=True)
        output.print_findings([f for f in state.findings if f.code not in known and f.severity is not Severity.NOTE])
    return dict(sorted(read.items()))


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
        judged = audit_plan(load(path))
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
        for judged in many.with_progress(many.mapped(partial(_judge_file, as_json), paths), len(paths), "auditing"):
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
