"""Input that a careful tool refuses: one sentence that names its place, exit code 2, an empty stdout, nothing written.

The rows of the first table are those of a study of bad input, by their numbers there, as far as `plan` meets them; where
the study and the contract differ (2 MG, `2 mg` with a capital unit) the contract decides.
"""

from __future__ import annotations

import ast
import os
import re
import shlex
import signal
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest
from helpers import COMMAND, DRUG, OLD_SHEET, PYTHON

import compound
from compound.cli.main import _exit_code
from compound.exact.errors import InputError
from compound.reading import shipped
from compound.reading.toml_text import read_toml

USUAL = {"dose": "2 mcg", "balance-sensitivity": "1 mg", "capsules": "30", "method": "powder"}


def arguments(drug: str = DRUG, **options: str) -> list[str]:
    """The usual arguments of `plan` with some options put in."""
    given = USUAL | {name.replace("_", "-"): value for name, value in options.items()}
    return ["plan", drug, *(part for name, value in given.items() for part in (f"--{name}", value))]


def refusal(argv: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """The sentences, a line each, with which the command leaves with 2 and an empty stdout."""
    code = _exit_code(argv)
    out, err = capsys.readouterr()

    assert (2, "") == (code, out), argv
    lines = err.splitlines()
    assert lines[-1].startswith("error: ")
    assert "Traceback" not in err
    assert all(line.isprintable() for line in lines)
    return "\n".join(line for line in lines if line.startswith("error: "))


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compound.cli.output.is_terminal", lambda: False)


# Row of the study, what is typed as a dose, what the sentence says.
AMOUNTS = [
    (1, "", "no amount given"), (1, "   ", "no amount given"),
    (2, "NaN mg", "does not begin with a number"), (2, "nan123", "does not begin with a number"),
    (3, "sNaN mg", "does not begin with a number"),
    (4, "Infinity", "does not begin with a number"), (4, "inf mg", "does not begin with a number"),
    (4, "-Infinity mg", "unknown unit"),
    (5, "0", "has no unit"), (5, "0.0 mg", "is zero"), (5, "0 mg", "is zero"),
    (6, "-0 mg", "has a sign"), (6, "-0.0 mg", "has a sign"),
    (7, "-5 mg", "has a sign"),
    (8, "\u22125 mg", "has a sign"), (8, "\u20135 mg", "has a sign"),
    (9, "+5 mg", "has a sign"),
    (10, "1e3 mg", "write the number out"), (10, "1E-3 mg", "write the number out"),
    (11, "1e999999999 mg", "write the number out"), (11, "1e-999999999 mg", "write the number out"),
    (12, "9" * 5000 + " mg", "longer than 60"), (12, "9" * 1_000_000, "longer than 60"),
    (13, "0." + "1" * 60 + " mg", "longer than 60"), (13, "0." + "1" * 20 + " mg", "more digits than are read"),
    (14, ".5 mg", "write 0.5 mg"),
    (15, "5.", "has no unit"), (15, "5. mg", "write 5 mg"),
    (17, "007 mg", "write 7 mg"), (17, "00.5 mg", "write 0.5 mg"),
    (18, "1,5 mg", "may mean 1.5 mg or 15 mg"), (18, "0,5 mg", "write 0.5 mg if"),
    (19, "1,000 mg", "may mean 1 mg or 1000 mg"), (19, "1,000,000 mg", "write 1000000 mg if"),
    (20, "1.000,5 mg", "not a plain number"), (20, "1'000 mg", "group separator"), (20, "1 000 mg", "group separator"),
    (20, "1\u00a0000 mg", "group separator"), (20, "1\u202f000 mg", "group separator"),
    (20, "1\u2009000 mg", "group separator"),
    (21, "1.000 mg", "may mean 1 mg or 1000 mg"), (21, "12.500 mg", "may mean 12.5 mg or 12500 mg"),
    (22, "1_000 mg", "group separator"),
    (23, "0x10 mg", "unknown unit"), (23, "0b1 mg", "unknown unit"), (23, "1L", "unknown unit"), (23, "1f mg", "unknown unit"),
    (24, "\uff11\uff12 mg", "digits are 0 to 9"),
    (25, "\u0663 mg", "digits are 0 to 9"), (25, "\u06f3 mg", "digits are 0 to 9"), (25, "\u0967\u0968 mg", "digits are 0 to 9"),
    (26, "\u0663\u066b\u0665 mg", "digits are 0 to 9"), (26, "\u0663\u060c\u0665 mg", "digits are 0 to 9"),
    (27, "\u00bd mg", "digits are 0 to 9"), (27, "1\u00bd mg", "position 2"), (27, "1 1/2 mg", "not a plain number"),
    (28, "10\u00b2 mg", "position 3"), (28, "10^2 mg", "not a plain number"), (28, "5*2 mg", "not a plain number"),
    (28, "2+3 mg", "not a plain number"),
    (29, "O.5 mg", "letter O at position 1"), (29, "l0 mg", "letter l at position 1"), (29, "1O mg", "letter O at position 2"),
    (30, "\u2167 mg", "digits are 0 to 9"), (30, "\u4e94 mg", "digits are 0 to 9"), (30, "\u2460 mg", "digits are 0 to 9"),
    (31, "5\n", "U+000A at position 2"), (31, "\t5 mg", "U+0009 at position 1"),
    (32, "5\x00 mg", "U+0000 at position 2"), (32, "5\u200b mg", "U+200B at position 2"),
    (32, "\ufeff5 mg", "U+FEFF at position 1"), (32, "5\u202e mg", "U+202E at position 2"),
    (33, "--5 mg", "has a sign"), (33, "5- mg", "not a plain number"), (33, "5..0 mg", "not a plain number"),
    (33, "1.2.3 mg", "not a plain number"), (33, "5-10 mg", "not one exact value"), (33, "~5 mg", "not one exact value"),
    (33, "<5 mg", "not one exact value"), (33, "\u22645 mg", "not one exact value"), (33, "5\u00b10.1 mg", "not one exact value"),
    (34, "1/0 mg", "not a plain number"), (34, "0/5 mg", "not a plain number"), (34, "1/3/5 mg", "not a plain number"),
    (38, "5", "has no unit"),
    (41, "5 m\u00b5g", "unknown unit"), (41, "5 \u0271g", "U+0271 at position 3"), (41, "5 \u043c\u0433", "U+043C at position 3"),
    (41, "5 \u00b5\u0261", "U+0261 belongs to no unit"),
    (42, "5 Mg", "Mg is a megagram"), (42, "5 mG", "write mg"),
    (43, "5 gr", "a grain (64.8 mg) or a gram"), (43, "5 grain", "write the amount in mg"), (43, "5 Gm", "or a gram"),
    (43, "5 gm", "or a gram"),
    (45, "5 mg.", "without a full stop"), (45, "5 mgs", "write mg"),
    (46, "5 \u338e", "write mg, in two letters"), (46, "5\u338d", "write mcg, in three letters"),
    (47, "5 IU", "units of activity"), (47, "5 U", "units of activity"), (47, "5 units", "units of activity"),
    (47, "5 mEq", "write a mass in mg"), (47, "5 mmol", "write a mass in mg"),
    (48, "5 mL", "is a volume; a mass is needed"), (48, "5 mg/mL", "a mass alone is needed"),
    (49, "1%", "a percentage is not a mass"), (49, "1% w/w", "a percentage is not a mass"), (49, "1:100", "has no unit"),
    (49, "1 in 100", "unknown unit"), (49, "1+99", "has no unit"),
    (50, "5 mg 3 g", "write one amount"), (50, "5 mg x 3", "write one amount"),
]  # fmt: skip


class TestAmounts:
    """A dose is plain digits with at most one point and a unit; all else is refused, with what to write instead."""

    @pytest.mark.parametrize(("row", "dose", "says"), AMOUNTS, ids=[f"{row} {dose[:12]!a}" for row, dose, _ in AMOUNTS])
    def test_a_dose_outside_the_grammar(
        self, row: int, dose: str, says: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sentence = refusal(arguments(dose=dose), capsys)

        assert "--dose" in sentence
        assert says in sentence

    # The rows of the study that are read: 16, 39, 40, 44, and those the contract reads (capitals).
    @pytest.mark.parametrize(
        "dose", ["2 mcg", "2mcg", " 2 mcg ", "2 ug", "2 \u00b5g", "2 \u03bcg", "2 micrograms", "2 MCG", "0.002 mg", "2000 ng",
                 "2.0 mcg"],
    )  # fmt: skip
    def test_a_dose_within_it_is_the_same_dose(self, dose: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert 0 == _exit_code([*arguments(dose=dose), "--json"])
        out = capsys.readouterr().out

        assert '"dose_mg": "0.002"' in out
        assert (dose == "2.0 mcg") == ('"trailing-zero"' in out)


class TestOptions:
    """The sentence names the option."""

    @pytest.mark.parametrize(
        ("option", "text", "says"),
        [
            ("dose", "136 mg", "more than a capsule holds"),
            ("capsules", "0", "is zero"), ("capsules", "1.5", "not a whole number"), ("capsules", "10001", "10,000"),
            ("capsules", "-3", "has a sign"), ("capsules", "1000000000", "more digits"), ("capsules", "30 tablets", "number alone"),
            ("capsules", "1,000", "may mean 1 or 1000"), ("capsules", "030", "write 30"), ("capsules", "", "no amount"),
            ("balance-sensitivity", "0 mg", "is zero"), ("balance-sensitivity", "1", "has no unit"),
            ("balance-sensitivity", "1.000 mg", "1 mg or 1000 mg"),
            ("readability", "0 mg", "is zero"), ("readability", "2 mg", "above the sensitivity of 1 mg"),
            ("readability", "0.3 mg", "1, 2 or 5 times"), ("readability", "0.25 mg", "1, 2 or 5 times"),
            ("capacity", "0.5 mg", "above the capacity of 0.5 mg"), ("capacity", "10 mL", "is a volume"),
            ("weighing-error", "0%", "more than 0 %"), ("weighing-error", "100%", "less than 100 %"),
            ("weighing-error", "5", "5 %"), ("weighing-error", "0.05", "5 %"), ("weighing-error", "-5%", "has a sign"),
            ("dose-error", "0%", "more than 0 %"), ("dose-error", "100%", "less than 100 %"), ("dose-error", "1,5%", "1.5 %"),
            ("overage", "100%", "less than 100 %"), ("overage", "-5%", "has a sign"), ("overage", "5", "5 %"),
            ("max-dilution", "1", "more than 1"), ("max-dilution", "0.5", "more than 1"), ("max-dilution", "0", "is zero"),
            ("max-dilution", "1:100", "ratios are not read here"),
            ("fill-weight", "0 mg", "is zero"), ("capsule-size", "9", "sizes are"), ("capsule-size", "", "sizes are"),
            ("diluent", "", "no name"), ("diluent", "xylitol", "no density"), ("diluent", "a\nb", "U+000A at position 2"),
            ("diluent", "\u202eabc", "U+202E at position 1"), ("diluent", "a\u2066", "U+2066"), ("diluent", "a\ud800", "U+D800"),
            ("diluent", "x" * 10_000, "10,000 characters"), ("excipient", "", "no name"), ("excipient", "a\x1bb", "U+001B"),
            ("shell", "", "no name"), ("dosage-form", "", "no name"), ("dosage-form", "injection", "capsules only"),
            ("assay", "98.7%", "--assay-basis"), ("assay", "0%", "holds no drug"), ("water", "3%", "--assay"),
            ("strength", "1:100", "10 mg/g"), ("tablet", "50 mg", "50 mg in 170 mg"), ("dose-as", "salt", "not a known form"),
            ("prefer", "magic", "simple"), ("alternatives", "-1", "range"), ("accept", "dose-not-low", "lacks its reason"),
            ("accept", "dose-not-low=", "lacks its reason"), ("accept", "no-such-code=why", "accepts nothing"),
            ("pdf", "", "no file is named"), ("pdf", "-", "is not a file"), ("pdf", "a\x00b", "is not the name of a file"),
            ("pdf", "/nowhere/sheet.pdf", "there is no folder"), ("pdf", "x" * 300, "too long"),
            ("template", "", "neither a file nor"), ("template", "/nowhere.toml", "neither a file nor"),
            ("formula", "", "neither a file nor"), ("rules", "/nowhere.toml", "there is no file /nowhere.toml"),
        ],
    )  # fmt: skip
    def test_a_value_that_makes_no_sense(
        self, option: str, text: str, says: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sentence = refusal(arguments(**{option: text}), capsys)

        assert f"--{option}" in sentence or (option, text) == ("capacity", "0.5 mg") or option == "diluent"
        assert says in sentence

    @pytest.mark.parametrize(
        "drug", ["", "  ", "a\nb", "a\x00", "x" * 10_000, "\u202enaltrexone", "naltrexone", "NALOXONE"]
    )
    def test_a_drug_that_cannot_be_read_or_has_no_form(self, drug: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert "DRUG" in refusal(arguments(drug), capsys)

    def test_another_route_is_refused_of_an_unknown_drug_too(self, capsys: pytest.CaptureFixture[str]) -> None:
        argv = arguments("ketotifen", **{"dosage-form": "intravenous injection"})

        assert "given into a vein; this tool plans oral" in refusal(argv, capsys)

    @pytest.mark.parametrize("option", ["dose", "capsules", "diluent", "pdf"])
    def test_an_option_given_twice_is_a_slip(self, option: str, capsys: pytest.CaptureFixture[str]) -> None:
        argv = [*arguments(**{option: "2 mcg"}), f"--{option}", "3 mcg"]

        assert f"--{option} is given twice" in refusal(argv, capsys)

    def test_an_option_given_twice_to_a_command_of_a_command_is_one_too(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        argv = ["qc", "assay", "--column", "a", "--column", "b"]

        assert "given twice" in refusal(argv, capsys)

    def test_an_option_that_may_be_repeated_may_be(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert 0 == _exit_code([*arguments(excipient="riboflavin 1%"), "--excipient", "talc 2%", "--json"])


class TestFiles:
    """A file is written whole or not at all, and an old one is not harmed."""

    def run(self, *argv: str, **more: object) -> subprocess.CompletedProcess[str]:
        command = [*COMMAND, *argv]
        return subprocess.run(command, capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload,no-any-return]

    @pytest.mark.parametrize("path", ["/dev/full", "/dev/null", "/proc/sheet.pdf"])
    def test_what_is_no_ordinary_file_is_refused(self, path: str, capsys: pytest.CaptureFixture[str]) -> None:
        assert "--pdf" in refusal(arguments(pdf=path), capsys)

    def test_a_folder_is_refused(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        assert "is a folder" in refusal(arguments(pdf=str(tmp_path)), capsys)
        assert [] == os.listdir(tmp_path)

    def test_a_link_is_followed_and_stays_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "real.pdf").write_bytes(OLD_SHEET)
        (tmp_path / "link.pdf").symlink_to("real.pdf")

        assert 0 == _exit_code([*arguments(pdf=str(tmp_path / "link.pdf")), "--json"])
        assert (tmp_path / "link.pdf").is_symlink()
        assert (tmp_path / "real.pdf").read_bytes().startswith(b"%PDF")

    def test_a_link_to_nowhere_makes_its_file(self, tmp_path: Path) -> None:
        (tmp_path / "link.pdf").symlink_to("new.pdf")

        assert 0 == _exit_code([*arguments(pdf=str(tmp_path / "link.pdf")), "--json"])
        assert {"link.pdf", "new.pdf"} == set(os.listdir(tmp_path))

    def test_a_link_to_a_folder_that_is_gone_is_refused(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "link.pdf").symlink_to("gone/new.pdf")

        assert "there is no folder" in refusal(arguments(pdf=str(tmp_path / "link.pdf")), capsys)

    def test_a_file_keeps_its_mode(self, tmp_path: Path) -> None:
        sheet = tmp_path / "sheet.pdf"
        sheet.write_bytes(OLD_SHEET)
        sheet.chmod(0o600)

        assert 0 == _exit_code([*arguments(pdf=str(sheet)), "--json"])
        assert 0o600 == sheet.stat().st_mode & 0o777

    def test_a_failure_while_writing_leaves_the_old_file_and_no_other(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        sheet = tmp_path / "sheet.pdf"
        sheet.write_bytes(OLD_SHEET)

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("os.fsync", full)

        assert "No space left" in refusal(arguments(pdf=str(sheet)), capsys)
        assert (OLD_SHEET, ["sheet.pdf"]) == (sheet.read_bytes(), os.listdir(tmp_path))

    def test_bytes_that_are_no_text_are_refused(self) -> None:
        done = self.run("plan", os.fsdecode(b"naltrexone \xff"), *arguments()[2:])

        assert (2, "") == (done.returncode, done.stdout)
        assert "U+DCFF" in done.stderr

    @pytest.mark.parametrize("command", ["audit", "verify"])
    def test_a_name_of_a_file_that_no_system_can_hold_is_refused(
        self, command: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        refusal([command, "plan\ud800"], capsys)

    @pytest.mark.parametrize("flags", [["-O"], ["-OO"]])
    def test_without_asserts_the_program_checks_the_same(self, flags: list[str]) -> None:
        """Docstrings and asserts are gone; every refusal is still there."""
        plain = [*COMMAND]
        stripped = [*PYTHON, *flags, "-m", "compound"]
        for argv in (arguments(), arguments(dose="2"), [*arguments(excipient="chalk 5%"), "--json"]):
            one, other = (
                subprocess.run([*command, *argv], capture_output=True, text=True, check=False)
                for command in (plain, stripped)
            )
            assert (one.returncode, one.stdout, one.stderr) == (other.returncode, other.stdout, other.stderr)


class TestStreams:
    """A stream that is closed is an output that cannot be written; a closed stdin is nobody to ask."""

    @pytest.mark.parametrize(
        ("closed", "code", "says"),
        [("<&-", 0, ""), (">&-", 2, "stdout is closed"), ("2>&-", 2, ""), ("<&- >&- 2>&-", 2, "")],
    )
    def test_a_closed_stream(self, closed: str, code: int, says: str) -> None:
        line = f"{shlex.join([*COMMAND, *arguments(), '--json'])} {closed}"
        done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=False)

        assert code == done.returncode
        assert says in done.stderr
        assert "Traceback" not in done.stderr

    @pytest.mark.parametrize("columns", ["1", "20", "0", "wide", "-5", "100000"])
    def test_no_width_of_the_terminal_is_too_narrow(self, columns: str) -> None:
        done = subprocess.run(
            [*COMMAND, *arguments(), "--alternatives", "1"],
            capture_output=True, text=True, env={**os.environ, "COLUMNS": columns}, check=False,
        )  # fmt: skip

        assert 0 == done.returncode
        assert "4,120 mg" in done.stdout

    def test_an_interrupted_search_leaves_with_130_and_no_file(self, tmp_path: Path) -> None:
        argv = [*arguments(), "--pdf", str(tmp_path / "sheet.pdf")]
        code = (
            "import signal, time; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "import compound.making.route as choice\n"
            "choice.plan_by_powder = lambda *_, **__: (print(flush=True), time.sleep(60))\n"
            f"from compound.cli.main import run; run({argv!r})"
        )
        process = subprocess.Popen(
            [*PYTHON, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()  # the search has begun
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)

        assert (130, "", "interrupted\n") == (process.returncode, out, err)
        assert [] == os.listdir(tmp_path)


class Reader(NamedTuple):
    """A way a user's file comes in: the kind of file, one that is good, and the command that reads it."""

    kind: str
    good: str
    argv: list[str]


USUAL_ROW = "drug,dose,capsules,diluent\nnaltrexone hydrochloride,2 mcg,30,lactose\n"
# FILE is the file that is read, PLAN a plan that was saved.
READERS = {
    "orders": Reader("csv", USUAL_ROW, ["plan", "--orders", "FILE", "--balance-sensitivity", "1 mg", "--json"]),
    "readings": Reader("csv", "step,amount\n1,80 mg\n", ["audit", "PLAN", "--readings", "FILE", "--json"]),
    "sieve": Reader("csv", "diameter_um,percent\n8,100\n", [*arguments(), "--sieve", "FILE", "--json"]),
    "weights": Reader("csv", "no,net\n" + "1,135 mg\n" * 20, ["qc", "weights", "--net", "--csv", "FILE", "--column", "net"]),
    "rules": Reader(
        "toml",
        '[[rule]]\ncode = "own-x"\nverdict = "review"\nnames = ["zorb"]\nbecause = "of it"\nsource = "SOP 12"\n',
        ["check", "zorb", "--rules", "FILE"],
    ),
    "template": Reader(
        "toml", shipped.template("worksheet.toml").decode(), [*arguments(), "--template", "FILE", "--json"]
    ),
    "formula": Reader("toml", f'drug = "{DRUG}"\ndose = "2 mcg"\ncapsules = "30"\n', [
        "plan", "--formula", "FILE", "--balance-sensitivity", "1 mg", "--json"
    ]),
    "plan": Reader("json", "", ["audit", "FILE", "--json"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def saved_plan() -> str:
    """The usual plan as `plan --json` writes it."""
    done = subprocess.run([*COMMAND, *arguments(), "--json"], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("name", READERS)
class TestBytes:
    """Bad bytes get the same answer in every reader of users' files: the same words, with the file and the place."""

    @pytest.fixture(autouse=True)
    def _plan(self, tmp_path: Path, saved_plan: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        Path("plan.json").write_text(saved_plan, "utf-8")
        self.plan = saved_plan

    def good(self, name: str) -> str:
        return READERS[name].good or self.plan

    def argv(self, name: str, content: bytes) -> list[str]:
        """The command that reads the content from a file called `given`."""
        Path("given").write_bytes(content)
        return ["given" if word == "FILE" else "plan.json" if word == "PLAN" else word for word in READERS[name].argv]

    def printed(self, name: str, content: bytes, capsys: pytest.CaptureFixture[str]) -> str:
        """What the command prints where the content is read."""
        code = _exit_code(self.argv(name, content))
        out, err = capsys.readouterr()

        assert code in (0, 1), err
        assert out
        return out

    def refused(self, name: str, content: bytes, capsys: pytest.CaptureFixture[str]) -> tuple[str, str]:
        """Place and sentence with which the content is refused, from the name of the file on."""
        _, _, said = refusal(self.argv(name, content), capsys).partition("given")
        place, _, sentence = said.partition(": ")
        return place, sentence

    @pytest.mark.parametrize(
        ("mark", "line_end"),
        [(b"\xef\xbb\xbf", "\n"), (b"", "\r\n"), (b"", "\r"), (b"\xef\xbb\xbf", "\r\n")],
        ids=["mark", "CRLF", "CR", "mark and CRLF"],
    )
    def test_a_byte_order_mark_and_any_line_end_change_nothing(
        self, name: str, mark: bytes, line_end: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        text = self.good(name)
        plain = self.printed(name, text.encode(), capsys)

        assert plain == self.printed(name, mark + text.replace("\n", line_end).encode(), capsys)

    @pytest.mark.parametrize("coding", ["utf-16", "utf-32"])
    def test_wide_text_is_refused_at_its_first_line(
        self, name: str, coding: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        said = self.refused(name, self.good(name).encode(coding), capsys)

        assert (" line 1", "is not UTF-8 text; save it as UTF-8") == said

    @pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be"])
    def test_wide_text_without_its_mark_is_refused_at_its_first_line(
        self, name: str, coding: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        said = self.refused(name, self.good(name).encode(coding), capsys)

        assert (" line 1", "holds a null character; save it as UTF-8 text") == said

    @pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
    def test_latin_letters_of_one_byte_are_refused_with_their_line(
        self, name: str, line_end: bytes, capsys: pytest.CaptureFixture[str]
    ) -> None:
        content = self.good(name).encode().rstrip().replace(b"\n", line_end) + b"\xe9"
        line = 1 + content.count(line_end)

        assert (f" line {line}", "is not UTF-8 text; save it as UTF-8") == self.refused(name, content, capsys)

    def test_a_null_character_is_refused_with_its_line(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        content = self.good(name).encode().rstrip() + b"\0"
        line = 1 + content.count(b"\n")

        assert (f" line {line}", "holds a null character; save it as UTF-8 text") == self.refused(name, content, capsys)

    @pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \r\n\t\n"], ids=["no bytes", "a mark", "blanks"])
    def test_a_file_without_text_is_empty(
        self, name: str, content: bytes, capsys: pytest.CaptureFixture[str]
    ) -> None:
        place, sentence = self.refused(name, content, capsys)

        assert ("", "is empty") == (place, sentence.partition(";")[0])

    def test_a_file_that_is_too_large_is_refused(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        argv = self.argv(name, b"")
        with Path("given").open("wb") as file:
            file.truncate(100_000_000)

        assert re.search(r"given:? is larger than [0-9,]+ bytes$", refusal(argv, capsys))

    def test_what_is_another_kind_of_file_is_said(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        kind = READERS[name].kind
        place, sentence = self.refused(name, {"csv": b'a,b\n1,"2', "toml": b"x\ny", "json": b"{\ny"}[kind], capsys)

        assert place.startswith(" line 2" if kind != "toml" else " line 1 column 2")
        assert sentence.startswith(f"is not a {kind.upper()} file: ")

    def test_a_number_of_thousands_of_digits_is_refused_at_once(
        self, name: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        digits = "1" * 190_000
        lines = {"csv": f"a,b\n{digits},2\n", "toml": f"a = 1\nb = [\n{digits}]", "json": f'{{"a": [1, {digits}]}}'}
        place, sentence = self.refused(name, lines[READERS[name].kind].encode(), capsys)

        if READERS[name].kind == "csv":
            assert (" line 2", "is not a CSV file: a cell is longer than 131,072 characters") == (place, sentence)
        else:
            assert {"toml": " line 3", "json": ""}[READERS[name].kind] == place
            assert sentence.endswith(f"“{'1' * 60}…” has more than 9 digits")

    @pytest.mark.parametrize(
        "texts",
        [
            {"toml": "a = " + "[" * 100_000, "json": "[" * 100_000},
            {"toml": "a = " + "[" * 17 + "]" * 17, "json": '{"a":' * 17 + "1" + "}" * 17},
            {"toml": "a = " + "{a = " * 400 + "1" + "}" * 400, "json": '{"a": [' * 9 + "]}" * 9},
            {"toml": ".".join("a" * 50_000) + " = 1", "json": "[" * 500 + "]" * 500},
            {"toml": "[" + ".".join("a" * 50_000) + "]", "json": "[" * 5_000 + "]" * 5_000},
            {"toml": '"a" . ' * 50_000 + "a = 1", "json": "[" * 50_000 + "]" * 50_000},
        ],
        ids=["open", "just too deep", "tables", "dots", "dots in a header", "dots and quotes"],
    )
    def test_what_is_nested_too_deeply_is_refused_at_once(
        self, name: str, texts: dict[str, str], capsys: pytest.CaptureFixture[str]
    ) -> None:
        if (text := texts.get(READERS[name].kind)) is not None:
            assert ("", "is nested more than 16 levels deep") == self.refused(name, text.encode(), capsys)

    def test_what_stands_there_twice_is_named(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        texts = {"csv": "dose,dose\n1,1\n", "toml": 'a = "1"\ndose = "1"\ndose = "2"\n', "json": '{"dose": "1", "dose": "2"}'}
        place, sentence = self.refused(name, texts[READERS[name].kind].encode(), capsys)

        what = "column" if READERS[name].kind == "csv" else "key"
        assert ({"csv": " line 1", "toml": " line 3", "json": ""}[READERS[name].kind], f"holds the {what} “dose” twice") == (
            place, sentence,
        )  # fmt: skip

    def test_semicolons_part_columns_as_commas_do(self, name: str, capsys: pytest.CaptureFixture[str]) -> None:
        if READERS[name].kind == "csv":
            good = self.good(name)

            assert self.printed(name, good.encode(), capsys) == (
                self.printed(name, good.replace(",", ";").encode(), capsys)
            )

    @pytest.mark.parametrize(("mark", "said"), [("\t", "tabs"), ("|", "bars")])
    def test_columns_parted_by_another_mark_are_told_what_to_do(
        self, name: str, mark: str, said: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        if READERS[name].kind == "csv":
            content = self.good(name).replace(",", mark).encode()

            assert (" line 1", f"separates its columns by {said}; save it with commas, and with decimal points") == (
                self.refused(name, content, capsys)
            )


@pytest.mark.parametrize("text", ["1.5", "-1e400", "nan", "+inf", "1e9999999999999999999"])
def test_numbers_in_toml_are_decimals_or_refused(text: str) -> None:
    """No float ever stands for what a user wrote."""
    try:
        found = read_toml(f"a = {text}".encode(), "x")["a"]
    except InputError as error:
        assert "has more than 9 digits" in error.sentence
    else:
        assert isinstance(found, Decimal)


def test_only_the_reading_room_takes_files_apart() -> None:
    """What a byte order mark or a key given twice means is decided in one place for each kind of file."""
    package = Path(compound.__file__).parent
    found = []
    for path in sorted(package.rglob("*.py")):
        if path.parent.name == "reading":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.Attribute):
                names = [f"json.{node.attr}"] if isinstance(node.value, ast.Name) and node.value.id == "json" else []
            found += [f"{path.name}: {name}" for name in names if name in ("csv", "tomllib", "json.load", "json.loads")]

    assert [] == found
