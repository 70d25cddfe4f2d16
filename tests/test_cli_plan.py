"""The command as a user meets it: streams, exit codes, files, prompts."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import select
import signal
import subprocess
import time
from fractions import Fraction
from pathlib import Path

import pytest
from helpers import COMMAND, DRUG, OLD_SHEET, PYTHON, contract_replay

from compound.showing.fingerprint import sha256

NOT_KNOWN = "\n" * 5  # to diluent, assay, fill weight, lot and worksheet
USUAL = ["plan", DRUG, "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30"]


def run(
    *arguments: str, cwd: Path | None = None, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, without a terminal."""
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, encoding="utf-8",
        stdin=subprocess.DEVNULL, cwd=cwd, env={**os.environ, **(env or {})}, timeout=120, check=False,
    )  # fmt: skip


def replaced(**options: str) -> list[str]:
    """The usual arguments with some options put in."""
    arguments = list(USUAL)
    for name, value in options.items():
        option = f"--{name.replace('_', '-')}"
        if option in arguments:
            arguments[arguments.index(option) + 1] = value
        else:
            arguments += [option, value]
    return arguments


class TestStreams:
    """Results go to stdout, findings to stderr; with --json both are in the one object (contract, section 2)."""

    def test_the_tables_go_to_stdout_and_the_findings_to_stderr(self) -> None:
        done = run(*USUAL)

        assert 0 == done.returncode
        assert "4,120 mg" in done.stdout
        assert "fill-weight-assumed" in done.stderr
        assert "fill-weight-assumed" not in done.stdout

    def test_json_holds_the_findings_too(self) -> None:
        done = run(*USUAL, "--json")

        record = json.loads(done.stdout)
        assert (0, "") == (done.returncode, done.stderr)
        assert "fill-weight-assumed" in [finding["code"] for finding in record["findings"]]

    def test_the_json_of_the_contract(self) -> None:
        record = json.loads(run(*USUAL, "--json").stdout)

        assert "compound.plan/2" == record["schema"]
        assert {"drug": DRUG, "dose_mg": "0.002", "capsules": 30, "diluent": "microcrystalline cellulose"}.items() <= (
            record["request"].items()
        )
        assert record["balance"] == {
            "sensitivity_mg": "1", "readability_mg": "1", "capacity_mg": None, "least_weighable_mg": "20",
        }  # fmt: skip
        assert ("1", 2, []) == (record["content_fraction"], record["triturations"], record["alternatives"])
        assert ("-2.7263125", "2.7738125", "0", "0.002") == tuple(
            record["accuracy"][key]
            for key in ("worst_low_percent", "worst_high_percent", "rounding_percent", "dose_mg")
        )
        assert ["trituration 1", "trituration 2", "batch"] == [mixture["vessel"] for mixture in record["mixtures"]]
        assert {"total_mg": "5000", "drug_mg": "80", "strength_mg_per_g": "16", "one_in": "62.5"}.items() <= (
            record["mixtures"][0].items()
        )

    def test_the_fingerprint_is_the_sha256_of_the_rest(self) -> None:
        record = json.loads(run(*USUAL, "--json").stdout)

        stated = record.pop("fingerprint")
        text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert hashlib.sha256(text.encode()).hexdigest() == stated

    def test_a_closed_pipe_is_an_output_that_cannot_be_written(self) -> None:
        process = subprocess.Popen(
            [*COMMAND, *USUAL], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        errors = process.stderr.read()
        process.stderr.close()

        assert 2 == process.wait(timeout=60)
        assert ["error: stdout was closed before all was written"] == errors.splitlines()[-1:]

    def test_a_full_disk_at_stdout_is_one_sentence(self) -> None:
        with open("/dev/full", "w") as full:
            done = subprocess.run(
                [*COMMAND, *USUAL], stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )

        assert 2 == done.returncode
        assert "cannot be written" in done.stderr
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize("locale", ["C", "de_DE.UTF-8", "tr_TR.UTF-8"])
    def test_the_locale_changes_nothing(self, locale: str) -> None:
        env = {"LC_ALL": locale, "LANG": locale, "PYTHONIOENCODING": "utf-8"}

        assert run(*USUAL, "--json").stdout == run(*USUAL, "--json", env=env).stdout

    def test_an_ascii_terminal_gets_the_text_escaped(self) -> None:
        done = run(*USUAL, env={"PYTHONIOENCODING": "ascii"})

        assert 0 == done.returncode


class TestExitCodes:
    """0 done, 1 must not be made, 2 wrong usage or unreadable input, with nothing on stdout (contract, section 2)."""

    @pytest.mark.parametrize(
        ("arguments", "says"),
        [
            (replaced(dose="2"), "--dose"),
            (replaced(dose="1,5 mcg"), "1.5 mcg or 15 mcg"),
            (replaced(dose="1.000 mg"), "1 mg or 1000 mg"),
            (replaced(dose="200 mg"), "more than a capsule holds"),
            (replaced(capsules="10001"), "--capsules"),
            (replaced(readability="2 mg"), "--readability"),
            (replaced(method="magic"), "--method"),
            (replaced(pdf="/nowhere/at/all.pdf"), "--pdf"),
            (replaced(pdf="/tmp"), "is a folder"),  # noqa: S108
            (replaced(alternatives="-1"), "--alternatives"),
            (["plan", "naltrexone", *USUAL[2:]], "naltrexone hydrochloride"),
            (["plan", DRUG, "--dose", "2 mcg"], "--balance-sensitivity, --capsules"),
            (["plan"], "DRUG, --dose"),
            ([*USUAL, "--colour", "blue"], "--colour"),
            ([*USUAL, "two"], "unexpected extra argument"),
            (["plann"], "There is no command"),
            ([*USUAL, "--accept", "no-such-code=because"], "accepts nothing"),
            ([*USUAL, "--accept", "fill-weight-assumed=because"], "cannot be accepted"),
            (["explain", "no-such-code"], "is not a finding"),
        ],
    )
    def test_2_with_one_sentence_and_an_empty_stdout(self, arguments: list[str], says: str) -> None:
        done = run(*arguments)

        assert (2, "") == (done.returncode, done.stdout)
        assert says in done.stderr
        assert "Traceback" not in done.stderr

    def test_1_where_nothing_is_admissible(self) -> None:
        done = run(*replaced(dose_error="0.02%"), "--json")

        record = json.loads(done.stdout)
        assert (1, [], None) == (done.returncode, record["steps"], record["accuracy"])
        assert "no-admissible-plan" in [finding["code"] for finding in record["findings"]]

    def test_1_for_a_disallowed_excipient_with_the_plan_still_in_the_json(self, tmp_path: Path) -> None:
        sheet = tmp_path / "sheet.pdf"
        sheet.write_bytes(OLD_SHEET)

        done = run(*USUAL, "--excipient", "calcium carbonate 5%", "--json", "--pdf", str(sheet))

        assert 1 == done.returncode
        assert json.loads(done.stdout)["steps"]
        assert OLD_SHEET == sheet.read_bytes()

    @pytest.mark.parametrize("diluent", ["calcium carbonate", "RetaLac", "shellac"])
    def test_1_for_a_disallowed_diluent_before_its_fill_weight_is_asked_for(self, diluent: str) -> None:
        said, record = run(*replaced(diluent=diluent)), run(*replaced(diluent=diluent), "--json")

        assert (1, 1) == (said.returncode, record.returncode)
        assert {"REFUSED"} == {line.split(":")[0] for line in said.stdout.splitlines()}
        assert "excipient-disallowed" in said.stderr
        assert [] == json.loads(record.stdout)["steps"]
        assert json.loads(record.stdout)["request"]["fill_weight_mg"] is None

    def test_2_for_a_diluent_taken_on_without_its_fill_weight(self) -> None:
        done = run(*replaced(diluent="shellac"), "--accept", "excipient-disallowed=prescribed so")

        assert (2, "") == (done.returncode, done.stdout)
        assert "--fill-weight" in done.stderr

    def test_0_for_an_accepted_judgement_which_stays_a_warning(self, tmp_path: Path) -> None:
        sheet = tmp_path / "sheet.pdf"
        code = "excipient-disallowed"

        done = run(
            *USUAL, "--excipient", "calcium carbonate 5%", "--accept", f"{code}=patient asks for it", "--json",
            "--pdf", str(sheet),
        )  # fmt: skip

        (finding,) = [found for found in json.loads(done.stdout)["findings"] if found["code"] == code]
        assert 0 == done.returncode
        assert ("warning", "patient asks for it") == (finding["severity"], finding["accepted"])
        assert sheet.read_bytes().startswith(b"%PDF")

    def test_interrupted_is_130(self) -> None:
        code = "import compound.cli.main as m; m.main.invoke = lambda c: (_ for _ in ()).throw(KeyboardInterrupt()); m.run(['check', 'x'])"

        assert 130 == subprocess.run([*PYTHON, "-c", code], capture_output=True, check=False).returncode

    def test_a_fault_of_the_program_is_70_and_one_sentence(self) -> None:
        code = "import compound.cli.main as m; m.main.invoke = lambda c: 1 / 0; m.run(['check', 'x'])"
        done = subprocess.run([*PYTHON, "-c", code], capture_output=True, text=True, check=False)

        assert 70 == done.returncode
        assert "Please report it" in done.stderr
        assert 1 == len(done.stderr.splitlines())


class TestRefusals:
    """What must not be made says so first and last, and gives nothing to weigh (contract, section 2)."""

    REFUSED = (
        {"diluent": "calcium carbonate", "fill_weight": "135 mg"}, {"diluent": "calcium carbonate"},
        {"balance_sensitivity": "50 mg", "capsules": "3"}, {"dosage_form": "slow-release capsule"},
    )  # fmt: skip

    @pytest.mark.parametrize("order", REFUSED)
    def test_its_first_and_last_line_is_the_reason(self, order: dict[str, str]) -> None:
        done = run(*replaced(**order))
        lines = done.stdout.splitlines()

        assert 1 == done.returncode
        assert lines[0].startswith("REFUSED: ")
        assert [lines[0], lines[0]] == lines

    def test_its_amounts_are_in_the_json_and_where_they_are_asked_for(self) -> None:
        arguments = replaced(diluent="calcium carbonate", fill_weight="135 mg")
        said, record = run(*arguments, "--verbose").stdout, json.loads(run(*arguments, "--json").stdout)

        assert said.splitlines()[0] == said.splitlines()[-1]
        assert "STEPS" in said
        assert record["steps"]

    def test_what_was_taken_on_by_a_pharmacist_is_no_refusal(self) -> None:
        done = run(*replaced(diluent="shellac", fill_weight="135 mg"), "--accept", "excipient-disallowed=prescribed so")

        assert "REFUSED" not in done.stdout
        assert "4,120 mg" in done.stdout
        assert "Accepted: prescribed so." in done.stderr


class TestWorksheetFile:
    """The worksheet is written whole or not at all; the same order gives the same bytes (issue, Output)."""

    def test_the_same_order_gives_the_same_bytes_anywhere(self, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        found = set()
        for i, (seed, zone, where) in enumerate([("0", "UTC", "."), ("7", "Asia/Tokyo", "elsewhere")]):
            env = {"PYTHONHASHSEED": seed, "TZ": zone, "RL_invariant": "0", "RL_pageCompression": "0"}
            done = run(*USUAL, "--pdf", f"{tmp_path}/{i}.pdf", cwd=tmp_path / where, env=env)
            assert 0 == done.returncode, done.stderr
            found.add((tmp_path / f"{i}.pdf").read_bytes())

        assert 1 == len(found)

    def test_nothing_but_the_worksheet_is_left_behind(self, tmp_path: Path) -> None:
        run(*USUAL, "--pdf", str(tmp_path / "sheet.pdf"))

        assert ["sheet.pdf"] == os.listdir(tmp_path)

    def test_bad_input_writes_nothing(self, tmp_path: Path) -> None:
        run(*replaced(dose="2"), "--pdf", str(tmp_path / "sheet.pdf"))

        assert [] == os.listdir(tmp_path)


class TestPrompts:
    """A required option that is missing is prompted for on a terminal (contract, section 1)."""

    @staticmethod
    def session(answers: str, *arguments: str) -> tuple[int, bytes]:
        """Exit code and screen of the command with a terminal of its own, where someone types `answers`."""
        pid, terminal = pty.fork()
        if pid == 0:  # the child, which minds Ctrl-C even where the tests are run in the background
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execv(COMMAND[0], [*COMMAND, "plan", *arguments])  # noqa: S606
        shown, typed = b"", False
        while True:
            try:
                if not select.select([terminal], [], [], 60)[0]:
                    os.kill(pid, signal.SIGKILL)
                    raise AssertionError(f"the command waits for more answers: {shown!r}")
                chunk = os.read(terminal, 65536)
            except OSError:
                break
            if not chunk:
                break
            shown += chunk
            if not typed and b": " in shown:
                time.sleep(0.2)  # the reading of the line begins just after its prompt
                os.write(terminal, answers.encode())
                typed = True
        _, status = os.waitpid(pid, 0)
        return os.waitstatus_to_exitcode(status), shown

    def test_a_terminal_is_asked_and_chooses_between_readings(self) -> None:
        code, shown = self.session("naltrexone hydrochloride\n1.000 mg\n1 mg\n30\n1 mg\n" + NOT_KNOWN, "--method", "powder")

        assert 0 == code
        assert b"which is meant" in shown
        assert b"1 mg (1,000 mcg)" in shown

    def test_an_answer_that_cannot_be_read_is_asked_for_again(self) -> None:
        answers = "naltrexone\nnaltrexone hydrochloride\n2\n2 mcg\n0 mg\n1 mg\n1.5\n99999\n30\n" + NOT_KNOWN
        code, shown = self.session(answers, "--method", "powder")

        assert 0 == code
        for said in (b"names no form", b"has no unit", b"is zero", b"not a whole number", b"not between 1 and 10,000"):
            assert said in shown
        assert b"2 mcg (0.002 mg)" in shown

    def test_a_fill_weight_that_cannot_be_assumed_is_asked_for(self) -> None:
        code, shown = self.session("128\n128 mg\n", *replaced(diluent="corn starch")[1:], "--method", "powder")

        assert 0 == code
        assert b"no density" in shown
        assert b"has no unit" in shown
        assert b"128 mg" in shown

    def test_the_form_that_the_dose_counts_is_asked_for(self) -> None:
        dihydrate = "naltrexone hydrochloride dihydrate"
        code, shown = self.session("salt\nhydrochloride\n", dihydrate, *replaced(dose="4.5 mg")[2:])

        assert 0 == code
        assert b"8.7 % less than meant" in shown
        assert b"--dose-as, which is meant" in shown
        assert b"naltrexone hydrochloride  4.5 mg (4,500 mcg)  NOT 4.5 mcg, NOT 45 mg\r\n" in shown

    def test_a_decimal_comma_is_asked_about(self) -> None:
        code, shown = self.session("0.5 mg\n", *replaced(dose="0,5 mg")[1:])

        assert 0 == code
        assert b"write 0.5 mg if that is meant" in shown
        assert b"0.5 mg (500 mcg)" in shown

    def test_nothing_is_asked_where_an_answer_does_not_mend_all(self) -> None:
        code, shown = self.session("", DRUG, "--dose", "1,5 mg", "--overage", "100%")

        assert 2 == code
        for place in (b"--dose: ", b"--overage: ", b"--balance-sensitivity: ", b"--capsules: "):
            assert place in shown
        assert b"which is meant" not in shown

    def test_leaving_at_a_question_is_interrupted(self) -> None:
        assert 130 == self.session("\x03")[0]


def test_alternatives_are_the_runners_up_in_order_with_what_they_lost_on() -> None:
    record = json.loads(run(*USUAL, "--alternatives", "3", "--json").stdout)

    assert 3 == len(record["alternatives"])
    for other in record["alternatives"]:
        assert other["lost_on"] in ("triturations", "reserve", "points", "rounding", "powder", "drug", "amounts")
        dose = contract_replay({**record, "steps": other["steps"]})
        assert abs(dose / Fraction(2, 1000) - 1) <= Fraction(1, 1000)


@pytest.mark.parametrize("content", [b"", b"a", "Füllgewicht µ".encode(), bytes(range(256)) * 1000])
def test_the_digits_of_a_fingerprint_are_those_of_the_usual_library(content: bytes) -> None:
    assert hashlib.sha256(content).hexdigest() == sha256(content)
