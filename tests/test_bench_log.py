"""`compound audit --interactive --log`: each reading is on the disk before the next is asked for, and taken up again."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import time
from io import BytesIO
from pathlib import Path

import pytest
from bench_plans import contract, one_stage
from click.testing import CliRunner, Result
from helpers import COMMAND, order
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compound.cli import audit as cli
from compound.cli import bench_log, output
from compound.exact.errors import InputError
from compound.making.make import PrintSettings, plan_batch, write_worksheet
from compound.reading import shipped
from compound.showing.fingerprint import to_json
from compound.worksheet.template import read_template

HEADER = "step,amount,lot,confirmed,time,plan"
# Readings on target: 30, 2,970, 100, 2,900, 200, 4,300 mg.
TARGETS = {1: "30", 2: "2970", 4: "100", 5: "2900", 7: "200", 8: "4300"}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(contract()), "utf-8")
    return path


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "is_terminal", lambda: True)


def run(*arguments: object, typed: str = "") -> Result:
    return CliRunner().invoke(cli.command, [str(argument) for argument in arguments], input=typed)


def asked(plan: Path, log: Path, typed: str, *more: object) -> Result:
    return run(plan, "--interactive", "--log", log, *more, typed=typed)


def rows(log: Path) -> list[list[str]]:
    return [line.split(",") for line in log.read_text("utf-8").splitlines()]


def refused(plan: Path, log: Path) -> str:
    found = asked(plan, log, "q\n")
    assert isinstance(found.exception, InputError)
    assert found.stdout == ""
    return str(found.exception)


class TestSaving:
    """Each line is saved as it is typed: appended, and on the disk before the next question."""

    def test_a_new_log_has_a_row_for_each_reading(self, plan: Path, tmp_path: Path) -> None:
        log = tmp_path / "log.csv"
        asked(plan, log, "30\n2970\nq\n")

        header, *readings = rows(log)
        assert HEADER == ",".join(header)
        assert [["1", "30 mg"], ["2", "2970 mg"]] == [row[:2] for row in readings]
        assert 1 == len({row[5] for row in readings})
        assert 64 == len(readings[0][5])

    def test_every_line_is_synchronised_before_the_next_question(
        self, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log, sizes, real = tmp_path / "log.csv", [], os.fsync

        def watched(handle: int) -> None:
            sizes.append(os.fstat(handle).st_size)
            real(handle)

        monkeypatch.setattr(os, "fsync", watched)
        asked(plan, log, "30\n2970\nq\n")

        ends = [len(text) for text in _prefixes(log.read_text("utf-8"))][1:]  # the header goes with the first reading
        assert ends == [size for size in sizes if size in ends]

    def test_q_leaves_what_was_typed(self, plan: Path, tmp_path: Path) -> None:
        log = tmp_path / "log.csv"
        found = asked(plan, log, "30\nq\n")

        assert 0 == found.exit_code
        assert found.stdout.splitlines()[-1].endswith(f"then compound audit {plan} --interactive --log {log}")
        assert 2 == len(rows(log))

    @pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
    def test_an_end_by_force_leaves_what_was_typed(self, plan: Path, tmp_path: Path, sign: signal.Signals) -> None:
        log = tmp_path / "log.csv"
        pid, end = pty.fork()
        if pid == 0:  # the child, which minds Ctrl-C even where the tests are run in the background
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execv(COMMAND[0], [*COMMAND, "audit", str(plan), "--interactive", "--log", str(log)])  # noqa: S606
        _until(end, b"step 1, ")
        os.write(end, b"30\n")
        _until(end, b"step 2, ")
        if sign == signal.SIGINT:
            os.write(end, b"\x03")
            shown = _until(end, None)
        else:
            os.kill(pid, sign)
            shown = b""
        _, status = os.waitpid(pid, 0)

        assert [["1", "30 mg"]] == [row[:2] for row in rows(log)[1:]]
        if sign == signal.SIGINT:
            assert 130 == os.waitstatus_to_exitcode(status)
            assert f"--interactive --log {log}".encode() in shown.replace(b"\r\n", b"\n")

    def test_what_is_taken_back_is_a_row_without_an_amount(self, plan: Path, tmp_path: Path) -> None:
        log = tmp_path / "log.csv"
        asked(plan, log, "30\nb\n31\nq\n")

        assert [["1", "30 mg"], ["1", ""], ["1", "31 mg"]] == [row[:2] for row in rows(log)[1:]]

    def test_readings_given_by_option_are_saved_too(self, plan: Path, tmp_path: Path) -> None:
        log = tmp_path / "log.csv"
        asked(plan, log, "q\n", "--read", "1=30mg@A12")

        assert ["1", "30 mg", "A12", ""] == rows(log)[1][:4]

    @pytest.mark.parametrize("path", ["plan.json", ".", "no/where.csv"])
    def test_a_place_that_cannot_be_written_is_refused_before_any_question(self, plan: Path, tmp_path: Path, path: str) -> None:
        before = plan.read_bytes()

        assert refused(plan, tmp_path / path).startswith("--log: ")
        assert before == plan.read_bytes()

    def test_a_log_that_another_program_writes_meanwhile_is_left(
        self, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log, real = tmp_path / "log.csv", bench_log.BenchLog.add

        def disturbed(self: bench_log.BenchLog, *arguments: object, **named: object) -> None:
            with log.open("a", encoding="utf-8") as other:
                other.write("4,100 mg,,,x,y\n")
            real(self, *arguments, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(bench_log.BenchLog, "add", disturbed)
        found = asked(plan, log, "30\nq\n")

        assert "was changed by another program" in str(found.exception)

    @pytest.mark.parametrize("more", [["--read", "1=30"], ["--read", "99=30mg"], ["--fill-weight", "1 g"]])
    def test_bad_input_leaves_no_file(self, plan: Path, tmp_path: Path, more: list[str]) -> None:
        assert isinstance(asked(plan, tmp_path / "log.csv", "q\n", *more).exception, InputError)
        assert not (tmp_path / "log.csv").exists()

    def test_it_goes_with_the_questions(self, plan: Path, tmp_path: Path) -> None:
        found = run(plan, "--log", tmp_path / "log.csv")

        assert 2 == found.exit_code
        assert "--log goes with --interactive" in found.stderr


class TestTakingUp:
    """A log that is there is taken up by itself, or refused with one sentence."""

    def test_the_next_question_is_the_first_that_has_no_reading(self, plan: Path, tmp_path: Path) -> None:
        log = tmp_path / "log.csv"
        asked(plan, log, "30\n2970\nq\n")
        found = asked(plan, log, "100\nq\n")

        assert f"{log}: 2 readings taken up" in found.stderr
        assert "step 4, weigh trituration 1" in found.stderr
        assert "step 2, weigh" not in found.stderr
        assert 4 == len(rows(log))

    def test_with_all_readings_the_last_can_still_be_taken_back(self, plan: Path, tmp_path: Path) -> None:
        log = tmp_path / "log.csv"
        asked(plan, log, "".join(f"{mg}\n" for mg in TARGETS.values()) + "q\n")
        off = asked(plan, log, "\n?\n4300\nb\n3000\n3000\nq\n")
        found = asked(plan, log, "b\n4300\nq\n")

        assert "every weighing has its reading" in found.stderr
        assert "no weighing is left to read" in off.stderr
        assert off.stdout.splitlines()[-1].endswith(f"add 1,300 mg at step 8, 4,300 mg in all, then compound audit {plan} "
                                                    f"--interactive --log {log}")  # fmt: skip
        assert found.stdout.splitlines()[-1].startswith("WITHIN: 2 mcg, on target (limit 5 %).  Next: compound audit ")

    def test_a_reading_typed_twice_is_not_asked_for_again(self, plan: Path, tmp_path: Path) -> None:
        log = tmp_path / "log.csv"
        asked(plan, log, "36\n36\nq\n")
        found = asked(plan, log, "q\n")

        assert "yes" == rows(log)[1][3]
        assert "a second time" not in found.stderr
        assert "--read" not in found.stdout.splitlines()[-1]

    def test_the_same_file_is_read_by_readings(self, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        log = tmp_path / "log.csv"
        asked(plan, log, "36\n36\nb\n31 mg@A12\n3069\nq\n")
        monkeypatch.setattr(output, "is_terminal", lambda: False)
        found = json.loads(run(plan, "--readings", log, "--json").stdout)

        assert {1: "31", 2: "3069"} == {row["number"]: row["read_mg"] for row in found["readings"]}
        assert "A12" == found["readings"][0]["lot"]

    def test_a_log_of_another_plan_is_refused(self, plan: Path, tmp_path: Path) -> None:
        log, other = tmp_path / "log.csv", tmp_path / "other.json"
        other.write_text(json.dumps(one_stage()), "utf-8")
        asked(plan, log, "30\nq\n")

        assert "log.csv line 2: belongs to another plan" in refused(other, log)
        assert "belongs to another plan" in str(run(other, "--readings", log).exception)

    def test_a_plan_that_was_changed_is_another_plan(self, plan: Path, tmp_path: Path) -> None:
        log = tmp_path / "log.csv"
        asked(plan, log, "30\nq\n")
        plan.write_text(json.dumps(contract(dose="0.0021")), "utf-8")

        assert "belongs to another plan" in refused(plan, log)

    @pytest.mark.parametrize(("damage", "said"), [
        (lambda text: text[:-1], "line 3 is damaged: its end is missing"),
        (lambda text: text[:-40], "line 3 is damaged"),
        (lambda text: text.replace("30 mg", "30"), "has no unit"),
        (lambda text: text.replace("\n2,", "\n3,"), "is not a weighing"),
        (lambda text: text.replace("\n2,", "\n22,"), "the plan has no step 22"),
        (lambda text: text.replace("\n2,", "\ntwo,"), "is not a step number"),
        (lambda text: text.replace("step,", "Step,"), "has the columns"),
        (lambda text: text.replace(",,,", ",,maybe,"), "column confirmed"),
        (lambda text: text.replace("30 mg", "30 mg\0"), "null character"),
        (lambda text: text + "\n", "is empty"),
        (lambda text: "weight\n30\n", "has the columns"),
    ])  # fmt: skip
    def test_a_damaged_log_is_refused_with_one_sentence(self, plan: Path, tmp_path: Path, damage: object, said: str) -> None:
        log = tmp_path / "log.csv"
        asked(plan, log, "30\n2970\nq\n")
        log.write_text(damage(log.read_text("utf-8")), "utf-8")  # type: ignore[operator]
        before = log.read_bytes()

        message = refused(plan, log)
        assert said.replace(" is damaged", ": is damaged") in message
        assert "log.csv" in message
        assert before == log.read_bytes()

    def test_every_beginning_of_a_log_is_refused_or_holds_what_was_read_by_then(self, plan: Path, tmp_path: Path) -> None:
        log = tmp_path / "log.csv"
        asked(plan, log, "30\nb\n31\n3069\nq\n")
        text = log.read_bytes()
        whole = [len(part) for part in _prefixes(text.decode())]
        for end in range(len(text)):
            try:
                found = bench_log.logged(text[:end], "log.csv", rows(log)[1][5])
            except InputError:
                assert end not in whole
                continue
            assert end in (0, *whole)
            expected = {2: {"1": "30 mg"}, 3: {"1": None}, 4: {"1": "31 mg"}, 5: {"1": "31 mg", "2": "3069 mg"}}
            lines = text[:end].count(b"\n")
            assert expected.get(lines, {}) == {step: row.amount for step, row in found.items()}

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.sampled_from(["read", "b", "?", "", "again"]), max_size=14))
    def test_whatever_is_typed_the_log_holds_what_the_audit_has(self, plan: Path, tmp_path: Path, keys: list[str]) -> None:
        """A session in one go, and one that is left and taken up at every key, come to the same readings."""
        log, other = tmp_path / "one.csv", tmp_path / "other.csv"
        for path in (log, other):
            path.unlink(missing_ok=True)
        typed, position, steps = [], 0, list(TARGETS)
        for key in keys:
            if key in ("read", "again") and position < len(steps):
                typed.append(TARGETS[steps[position]])
                position += 1
            elif key == "b" and position:
                typed.append("b")
                position -= 1
            elif key in ("?", ""):
                typed.append(key)
        at_once = json.loads(asked(plan, log, "".join(f"{one}\n" for one in [*typed, "q"]), "--json").stdout)
        asked(plan, other, "q\n")
        for one in typed:
            asked(plan, other, f"{one}\nq\n")
        by_parts = json.loads(asked(plan, other, "q\n", "--json").stdout)

        assert {step: TARGETS[step] for step in steps[:position]} == {row["number"]: row["read_mg"] for row in at_once["readings"]}
        assert at_once["readings"] == by_parts["readings"]


@pytest.fixture(scope="module")
def sheet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from pypdf import PdfReader, PdfWriter

    made, template = plan_batch(order(method="powder")), read_template(shipped.template("worksheet.toml"))
    content, _ = write_worksheet(made, PrintSettings(template, fillable=True))
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    for page in writer.pages:
        writer.update_page_form_field_values(page, {"step-1-reading": "82 mg"}, auto_regenerate=False)
    path = tmp_path_factory.mktemp("sheet") / "sheet.pdf"
    writer.write(path)
    return path


class TestBesideASheet:
    """A log beside a worksheet whose fields were filled in knows better than they do."""

    def test_what_stands_in_the_fields_is_not_asked_for_and_not_logged(self, sheet: Path, tmp_path: Path) -> None:
        found = asked(sheet, tmp_path / "log.csv", "5043\nq\n")

        assert "step 1, weigh" not in found.stderr
        assert [["2", "5043 mg"]] == [row[:2] for row in rows(tmp_path / "log.csv")[1:]]

    @pytest.mark.parametrize(("typed", "read"), [("b\n84\nq\n", {1: "84"}), ("b\nq\n", {})])
    def test_what_was_typed_over_a_field_stays_so(self, sheet: Path, tmp_path: Path, typed: str, read: dict[int, str]) -> None:
        log = tmp_path / "log.csv"
        asked(sheet, log, typed)
        again = json.loads(asked(sheet, log, "q\n", "--json").stdout)

        assert read == {row["number"]: row["read_mg"] for row in again["readings"]}

    def test_the_log_of_a_sheet_goes_with_the_plan_in_it(self, sheet: Path, tmp_path: Path) -> None:
        log, other = tmp_path / "log.csv", tmp_path / "plan.json"
        asked(sheet, log, "5043\nq\n")
        other.write_text(to_json(plan_batch(order(method="powder")).record()), "utf-8")

        assert "step 2, weigh" not in asked(other, log, "80\nq\n").stderr


def _prefixes(text: str) -> list[str]:
    """The beginnings of a text that end with a line."""
    return [text[: at + 1] for at, character in enumerate(text) if character == "\n"]


def _until(end: int, awaited: bytes | None) -> bytes:
    """What a terminal shows until a text stands there, or until it closes."""
    shown, last = b"", time.monotonic() + 60
    while awaited is None or awaited not in shown or not shown.rstrip(b" ").endswith(b":"):
        if time.monotonic() > last or not select.select([end], [], [], 60)[0]:
            raise AssertionError(f"the command waits: {shown!r}")
        try:
            chunk = os.read(end, 65536)
        except OSError:
            return shown
        if not chunk:
            return shown
        shown += chunk
    return shown
