"""Verdicts stand in the last line printed, with the next command to type; nothing follows it, on stderr either."""

from __future__ import annotations

import json
import os
import pty
import re
import shlex
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest
from bench_plans import contract
from click.testing import CliRunner
from helpers import COMMAND, DRUG
from hypothesis import given
from hypothesis import strategies as st

from compound.cli import audit, output, spoken
from compound.cli.shell import command_line
from compound.correcting.weighed import audit_weighed
from compound.making.saved import read_plan
from compound.showing.audit_verdict import audit_verdict, short_beside_limit
from compound.wording.language import language

ORDER = ["plan", DRUG, "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30", "--method", "powder"]
CAPSULES = [f"{mg}mg" for mg in (134, 135, 136, 134, 135, 136, 134, 135, 136, 135)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plan, its worksheet, and a worksheet of another order with the first one's name in it."""
    here = tmp_path_factory.mktemp("bench")
    (here / "plan.json").write_text(run(here, *ORDER, "--json").stdout, "utf-8")
    run(here, *ORDER, "--pdf", "sheet.pdf")
    altered = (here / "sheet.pdf").read_bytes()
    (here / "altered.pdf").write_bytes(altered.replace(b"/Producer", b"/Prodocer"))
    return here


def run(folder: Path, *arguments: str, merged: bool = False) -> subprocess.CompletedProcess[str]:
    """The command; with `merged` stderr comes in between stdout, as on a terminal."""
    return subprocess.run(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT if merged else subprocess.PIPE, text=True,
        encoding="utf-8", stdin=subprocess.DEVNULL, check=False, cwd=folder, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


READ = ["--read", "1=80mg", "--read", "2=4920mg", "--read", "4=100mg", "--read", "5=4900mg", "--read", "7=200mg"]
CASES = {
    "audit as planned": ("audit plan.json", 0, "WITHIN as planned: 2 mcg, on target (limit 5 %).  Next: weigh step 1, 80 mg, then "
                         "compound audit plan.json --read 1=AMOUNT"),
    "audit incomplete": ("audit plan.json --read 1=82mg", 0, "INCOMPLETE: 2 mcg, on target (limit 5 %), if the rest is weighed as asked.  "
                         "Next: weigh step 2, 5,043 mg, then compound audit plan.json --read 1=82mg --read 2=AMOUNT"),
    "audit within": (f"audit plan.json {' '.join(READ)} --read 8=4104mg --confirm 8", 0,
                     "WITHIN: 2.01 mcg, +0.372 % of 2 mcg (limit 5 %).  Next: compound audit plan.json"),
    "audit filled otherwise": (f"audit plan.json {' '.join(READ)} --read 8=4420mg --confirm 8", 1,
                               "OUTSIDE: 1.87 mcg, −6.49 % of 2 mcg (limit 5 %).  Next: fill 144 mg a capsule, then compound"),
    "audit short": (f"audit plan.json {' '.join(READ)} --read 8=3000mg --confirm 8", 1, "OUTSIDE: 2.7 mcg, +35 % of 2 mcg (limit 5 %).  "
                    "Next: add 1,120 mg at step 8, 4,120 mg in all, then compound audit plan.json --read 1=80mg"),
    "audit with a gap": ("audit plan.json --read 4=100mg", 0, "Next: give the reading of step 1, then compound audit plan.json "
                         "--read 4=100mg --read 1=AMOUNT"),
    "audit the wrong jar": ("audit plan.json --read 4=100mg@trituration-9", 1, "OUTSIDE: "),
    "audit many": ("audit plan.json plan.json sheet.pdf", 0, "WITHIN: all 3 plans as written."),
    "qc weights": (f"qc weights plan.json --net {' '.join(CAPSULES)}", 0, "PASS by every rule judged. Weights show the fill, "
                   "not the dose.  Next: compound qc assay plan.json CONTENT..."),
    "qc weights outside": (f"qc weights plan.json --net {' '.join(CAPSULES[1:])} 90mg", 1,
                           "FAIL: do not release the batch. Weights show the fill, not the dose.  Next: compound explain qc-"),
    "qc weights undecided": (f"qc weights plan.json --gross {' '.join(CAPSULES)}", None, "  Next: compound explain qc-"),
    "qc assay": ("qc assay plan.json 98% 99% 100% 101% 102% 98% 99% 100% 101% 102%", 0, "PASS by every rule judged.  Next: "
                 "compound qc assay plan.json CONTENT... --pdf record.pdf"),
    "qc assay, second stage": ("qc assay plan.json 88% 112% 92% 108% 100% 100% 95% 105% 100% 111%", 1,
                               "Next: assay 20 more, then compound qc assay plan.json CONTENT..."),
    "verify": ("verify sheet.pdf", 0, "GENUINE: the sheet is, byte for byte, the one that this order gives.  Next: compare the "
               "order above with the prescription, then compound audit sheet.pdf"),
    "verify an altered sheet": ("verify altered.pdf", None, "Next: "),
    "verify several": ("verify sheet.pdf plan.json", 2, "UNREADABLE: 1 of 2 sheets (plan.json).  Next: compound verify plan.json"),
    "verify two genuine": ("verify sheet.pdf ./sheet.pdf", 0, "GENUINE: all 2 sheets.  Next: compare the order above"),
}  # fmt: skip


class TestLastLine:
    """The last line of stdout is the verdict, and nothing stands behind it."""

    @pytest.mark.parametrize("name", CASES)
    def test_the_verdict_is_the_last_line_of_all(self, name: str, folder: Path) -> None:
        typed, code, verdict = CASES[name]
        apart, together = run(folder, *shlex.split(typed)), run(folder, *shlex.split(typed), merged=True)

        assert verdict in apart.stdout.splitlines()[-1]
        assert apart.stdout.splitlines()[-1] == together.stdout.splitlines()[-1]
        assert apart.returncode == code if code is not None else apart.returncode in (0, 1)

    @pytest.mark.parametrize("name", CASES)
    def test_json_has_no_such_line(self, name: str, folder: Path) -> None:
        found = run(folder, *shlex.split(CASES[name][0]), "--json").stdout

        assert "Next: " not in found

    def test_who_does_what_is_next_comes_from_the_plan_to_the_capsules(self, folder: Path) -> None:
        """Every command of a last line is typed as it stands, its AMOUNT being the one it names."""
        line, seen = run(folder, "audit", "plan.json").stdout.splitlines()[-1], []
        for _ in range(20):
            seen.append(line.partition(":")[0])
            commands = [one.split(", then ")[0] for one in line.split("compound ")[1:]]
            amounts = re.findall(r"weigh step [0-9]+, ([0-9,]+) mg", line)
            for command in commands:
                words = command.replace("AMOUNT", f"{amounts[0].replace(',', '')}mg" if amounts else "")
                words = words.replace("WEIGHT...", " ".join(CAPSULES)).replace("CONTENT...", " ".join(["100%"] * 10))
                words, _, target = words.partition(" > ")
                done = run(folder, *shlex.split(words))
                assert 0 == done.returncode, done.stderr
                if target:
                    (folder / target).write_text(done.stdout, "utf-8")
            if (folder / "record.pdf").exists():
                break
            line = done.stdout.splitlines()[-1]

        assert ["WITHIN as planned", *["INCOMPLETE"] * 5, "WITHIN"] == seen[:7]
        assert (folder / "record.pdf").read_bytes().startswith(b"%PDF-")

    def test_an_error_beside_a_dose_on_its_label_is_refused(self, tmp_path: Path) -> None:
        data = contract()
        data["request"]["diluent"] = data["steps"][1]["material"] = "sodium stearyl moonbeam"
        (tmp_path / "plan.json").write_text(json.dumps(data), "utf-8")
        found = run(tmp_path, "audit", "plan.json")

        last = found.stdout.splitlines()[-1]
        assert (found.returncode == 1) == last.startswith(("REFUSED: ", "OUTSIDE: "))


class TestFigures:
    """Three significant digits, and never a deviation beyond the limit that looks like one within it."""

    @given(st.fractions(-12, 12), st.sampled_from([Fraction(5), Fraction(3), Fraction(1, 2)]))
    def test_a_shown_deviation_lies_on_the_side_of_the_limit_where_it_is(self, percent: Fraction, limit: Fraction) -> None:
        shown = short_beside_limit(percent, limit).replace("−", "-").removesuffix(" %")
        if not shown.startswith("about"):
            assert (abs(Fraction(shown)) > limit) == (abs(percent) > limit)
            assert abs(Fraction(shown) - percent) <= abs(percent) / 200

    @pytest.mark.parametrize(("percent", "shown"), [
        (Fraction(5), "+5 %"), (Fraction("5.0004"), "+5.0004 %"), (Fraction("4.9996"), "+4.9996 %"), (Fraction("-2.7263125"), "−2.73 %"),
        (Fraction(0), "0 %"), (Fraction(1, 3), "+0.333 %"),
    ])  # fmt: skip
    def test_a_deviation_near_the_limit_has_the_digits_it_needs(self, percent: Fraction, shown: str) -> None:
        assert shown == short_beside_limit(percent, Fraction(5))

    @pytest.mark.parametrize("readings", [{}, {1: 31}, {1: 30, 2: 2970, 4: 100, 5: 2900, 7: 200, 8: 4300}, {1: 60}])
    def test_it_is_said_in_german_too(self, readings: dict[int, int]) -> None:
        saved = read_plan(json.dumps(contract()).encode())
        judged = audit_weighed(saved.plan, readings)  # type: ignore[arg-type]
        line = audit_verdict(judged, ("compound", "audit", "plan.json"), language=language("de")).whole(command_line, language("de"))

        assert "Weiter: " in line
        assert not re.search(r"\b(weigh|limit|Next|within|outside|then|target)\b", line)


class TestColour:
    """Bold and coloured on a terminal; plain in a pipe, and where NO_COLOR asks for it."""

    @staticmethod
    def on_a_terminal(folder: Path, **environment: str) -> bytes:
        pid, end = pty.fork()
        if pid == 0:
            os.chdir(folder)
            clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
            os.execve(COMMAND[0], [*COMMAND, "verify", "sheet.pdf"], {**clean, "TERM": "xterm", **environment})  # noqa: S606
        shown = b""
        while True:
            try:
                chunk = os.read(end, 65536)
            except OSError:
                break
            if not chunk:
                break
            shown += chunk
        os.waitpid(pid, 0)
        return shown

    def test_the_verdict_is_painted_on_a_terminal(self, folder: Path) -> None:
        assert b"\x1b[1;32mGENUINE\x1b[0m: the sheet is" in self.on_a_terminal(folder)

    @pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
    def test_it_is_plain_where_that_is_asked_for(self, folder: Path, environment: dict[str, str]) -> None:
        assert b"\x1b" not in self.on_a_terminal(folder, **environment)

    def test_it_is_plain_in_a_pipe(self, folder: Path) -> None:
        assert "\x1b" not in run(folder, "verify", "sheet.pdf").stdout


class TestCommandLine:
    """A command that is printed can be typed: its words come apart in the shell as they were."""

    WORDS = st.lists(st.text(st.characters(exclude_characters="\0\n\r", exclude_categories=["Cs", "Cc"]), max_size=12), max_size=5)

    @given(WORDS)
    def test_a_shell_of_posix_reads_the_words_that_were_meant(self, words: list[str]) -> None:
        meant = [word for word in words if word not in (">", "|")]

        assert meant == shlex.split(command_line(meant, windows=False))

    @given(WORDS)
    def test_windows_reads_the_words_that_were_meant(self, words: list[str]) -> None:
        meant = [word for word in words if word not in (">", "|")]

        assert meant == apart_on_windows(command_line(meant, windows=True))

    def test_a_real_shell_reads_them(self) -> None:
        words = ["2 mcg", "it's", 'a "b"', "$HOME", "`date`", "5%", "a;b", "*", "~", "#x", "", "-n", "--x=1 2", "a\\b", "Füll", "!x"]
        done = subprocess.run(
            ["bash", "-c", f"printf '%s\\n' {command_line(words, windows=False)}"], capture_output=True, text=True, check=True,
        )  # fmt: skip

        assert words == done.stdout.split("\n")[:-1]

    @pytest.mark.parametrize("windows", [True, False])
    def test_plain_words_stay_as_they_are(self, windows: bool) -> None:
        assert "compound audit plan.json --read 1=80mg > record.json" == command_line(
            ["compound", "audit", "plan.json", "--read", "1=80mg", ">", "record.json"], windows=windows
        )


def apart_on_windows(line: str) -> list[str]:
    """A command line taken apart as the C runtime of Windows does (Microsoft, Parsing C command-line arguments)."""
    words: list[str] = []
    word, quoted, begun, at = "", False, False, 0
    while at < len(line):
        character = line[at]
        slashes = len(line[at:]) - len(line[at:].lstrip("\\"))
        if slashes and line[at + slashes : at + slashes + 1] == '"':
            word, begun, at = word + "\\" * (slashes // 2), True, at + slashes
            if slashes % 2:
                word, at = word + '"', at + 1
            continue
        if character == '"':
            quoted, begun = not quoted, True
        elif character == " " and not quoted:
            if begun:
                words.append(word)
            word, begun = "", False
        else:
            word, begun = word + character, True
        at += 1
    return [*words, word] if begun else words




class TestGerman:
    """Where a command speaks German, its last line, its questions and what is said between them are German too."""

    @staticmethod
    def spoken_german(monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(spoken, "spoken_code", lambda: "de")
        monkeypatch.setattr(output, "is_terminal", lambda: True)

    def test_the_questions_at_the_bench_are_german(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.spoken_german(monkeypatch)
        (tmp_path / "plan.json").write_text(json.dumps(contract()), "utf-8")
        found = CliRunner().invoke(audit.command, [str(tmp_path / "plan.json"), "--interactive"], input="31\n?\nb\n\n36\n31\nq\n")

        for said in ("Ablesung in mg", "Schritt 1 abgelesen als 31", "noch zu wiegen", "zurückgenommen",
                     "ein zweites Mal"):  # fmt: skip
            assert said in found.stderr
        assert found.stdout.splitlines()[-1].startswith("UNVOLLSTÄNDIG: ")
        assert "Weiter: Schritt 2 wiegen, 3\u202f069\u00a0mg, dann compound audit" in found.stdout.splitlines()[-1]
