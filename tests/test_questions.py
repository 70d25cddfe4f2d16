"""The questions of `compound plan` on a terminal: what is asked, what an answer has to pass, and the command said at the end."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shlex
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import click
import pytest
from helpers import COMMAND, DRUG

from compound.cli.plan import command
from compound.cli.questions import same_command
from compound.cli.shell import command_line

REQUIRED = f"{DRUG}\n2 mcg\n1 mg\n30\n"
COMPLETE = [DRUG, "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30"]


def session(folder: Path, answers: str, *arguments: str) -> tuple[int, str]:
    """Exit code and screen of `plan --method powder` at a terminal of its own, where each answer waits for its question."""
    pid, end = pty.fork()
    if pid == 0:  # the child, which minds Ctrl-C even where the tests are run in the background
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.chdir(folder)
        os.execve(COMMAND[0], [*COMMAND, "plan", "--method", "powder", *arguments], {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"})  # noqa: S606
    shown, waiting, seen = "", answers.splitlines(keepends=True), 0
    last = time.monotonic() + 60
    while time.monotonic() < last:
        if select.select([end], [], [], 0.03)[0]:
            try:
                chunk = os.read(end, 65536)
            except OSError:
                break
            if not chunk:
                break
            shown += chunk.decode("utf-8", "replace")
        elif waiting and shown[seen:].endswith(": "):
            seen = len(shown)
            os.write(end, waiting.pop(0).encode())
    else:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise AssertionError(f"the command waits for more answers: {shown[-500:]}")
    _, status = os.waitpid(pid, 0)
    assert [] == waiting, f"answers left over: {waiting}; {shown[-500:]}"
    return os.waitstatus_to_exitcode(status), shown.replace("\r\n", "\n")


def said_command(shown: str) -> list[str]:
    """The words of the command that is said at the end of the questions."""
    found = re.search(r"^the same without questions: (.*)$", shown, re.MULTILINE)
    assert found is not None, shown
    return shlex.split(found[1])


def record_in(shown: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shown[shown.index("\n{") :])
    return found


class TestWhatIsAsked:
    """What is required and missing first; then what would be assumed or left blank, and Enter leaves it so."""

    def test_enter_leaves_what_is_not_known_to_be_marked(self, tmp_path: Path) -> None:
        code, shown = session(tmp_path, REQUIRED + "\n" * 5)

        assert 0 == code
        assert 3 == shown.count("(Enter: not known, it will be marked)")
        assert "potency-not-entered" in shown
        assert "fill-weight-assumed" in shown

    @pytest.mark.parametrize(("answers", "expected"), [
        ("\n98.7 %\nas-is\n\n\n\n", {"assay_percent": "98.7", "assay_basis": "as-is"}),
        ("\n99.3 % (anhydrous basis)\n0.5 %\n\n\n\n", {"assay_percent": "99.3", "assay_basis": "anhydrous", "water_percent": "0.5"}),
        ("\n99.3 %\ndried\n0.5 %\n\n\n\n", {"assay_percent": "99.3", "assay_basis": "dried", "water_percent": "0.5"}),
        ("\n99.3 %\ndried\n\n\n\n\n\n", {"assay_percent": None}),
        ("\n\n142 mg\n\n\n", {"fill_weight_mg": "142", "fill_weight_assumed": False}),
        ("mannitol\n\n\n\n\n", {"diluent": "mannitol"}),
        ("corn starch\n\n\n\n\n128 mg\n", {"diluent": "corn starch", "fill_weight_mg": "128"}),
    ])  # fmt: skip
    def test_what_is_answered_is_in_the_order_and_in_the_command(
        self, answers: str, expected: dict[str, Any], tmp_path: Path
    ) -> None:
        """The command that is said, typed without a terminal, plans the same."""
        _, shown = session(tmp_path, REQUIRED + answers, "--json")
        found = record_in(shown)

        assert expected == {name: found["request"][name] for name in expected}
        words = said_command(shown)
        again = subprocess.run([*COMMAND, *words[1:]], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        assert found == json.loads(again.stdout)

    def test_lot_and_worksheet_are_asked_for(self, tmp_path: Path) -> None:
        code, shown = session(tmp_path, REQUIRED + "\n\n\nA12\n2099-05\nsheet.pdf\n", "--json")

        assert 0 == code
        assert [{"component": DRUG, "lot": "A12", "expiry": "2099-05"}] == record_in(shown)["identity"]["lots"]
        assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF-")
        assert ["--component-lot", f"{DRUG}=A12,2099-05"] == said_command(shown)[-5:-3]
        assert ["--pdf", "sheet.pdf", "--json"] == said_command(shown)[-3:]

    def test_with_everything_given_nothing_is_asked(self, tmp_path: Path) -> None:
        code, shown = session(tmp_path, "", *COMPLETE)

        assert 0 == code
        assert "Enter" not in shown
        assert "the same without questions" not in shown

    def test_a_formula_that_states_all_leaves_nothing_to_ask(self, tmp_path: Path) -> None:
        assert "Enter" not in session(tmp_path, "", "--formula", "naltrexone-2-mcg")[1]

    @pytest.mark.parametrize(("given", "asked"), [
        (["--assay", "99 %", "--assay-basis", "as-is"], {"Diluent", "Mean net", "Lot of", "Worksheet"}),
        (["--tablet", "50 mg in 170 mg"], {"Diluent", "Mean net", "Lot of", "Worksheet"}),
        (["--fill-weight", "140 mg", "--diluent", "mannitol"], {"Assay of", "Lot of", "Worksheet"}),
        (["--filling", "volume"], {"Diluent", "Assay of", "Lot of", "Worksheet"}),
        (["--component-lot", f"{DRUG}=A,2099-01", "--pdf", "a.pdf"], {"Diluent", "Assay of", "Mean net"}),
    ])  # fmt: skip
    def test_what_was_given_is_not_asked_for(self, given: list[str], asked: set[str], tmp_path: Path) -> None:
        shown = session(tmp_path, "30\n" + "\n" * len(asked), *COMPLETE[:-2], *given)[1]

        every = ("Diluent", "Assay of", "Mean net", "Lot of", "Worksheet")
        assert asked == {one for one in every if re.search(rf"^{one} ?.*: $|^{one}.*: \n", shown, re.MULTILINE)}

    def test_leaving_at_a_question_writes_nothing(self, tmp_path: Path) -> None:
        code, _ = session(tmp_path, REQUIRED + "\x03")

        assert 130 == code
        assert [] == list(tmp_path.iterdir())


class TestGate:
    """An answer passes what the whole order passes; what does not is said at once, and asked for again."""

    @pytest.mark.parametrize(("typed", "said"), [
        ("naltrexone", "names no form"),
        ("naltrexne hydrochloride", "is naltrexone meant"),
        ("naltrexone hydrochloride 50 mg", "50 mg"),
        ("aspirin", "aspirin"),
    ])  # fmt: skip
    def test_a_drug_is_asked_for_again(self, typed: str, said: str, tmp_path: Path) -> None:
        code, shown = session(tmp_path, f"{typed}\n{REQUIRED}" + "\n" * 5)

        assert 0 == code
        assert said in shown.split("Labelled dose")[0]
        assert 2 == shown.count("Drug, with its form")

    @pytest.mark.parametrize("typed", ["calcium carbonate", "moonbeam powder", "naltrexone hydrochloride", "water", "none"])
    def test_a_diluent_that_must_not_be_used_is_said_at_once(self, typed: str, tmp_path: Path) -> None:
        code, shown = session(tmp_path, f"{REQUIRED}{typed}\nmannitol\n\n\n\n\n")

        assert 0 == code
        assert 2 == shown.count("Diluent (Enter")
        assert "error:" in shown.split("Assay of")[0]
        assert "mannitol" == said_command(shown)[said_command(shown).index("--diluent") + 1]

    @pytest.mark.parametrize(("option", "name"), [("--diluent", "calcium carbonate"), ("--excipient", "calcium carbonate 1%"),
                                                  ("--shell", "moonbeam")])  # fmt: skip
    def test_a_name_that_was_given_is_refused_before_the_first_question(self, option: str, name: str, tmp_path: Path) -> None:
        code, shown = session(tmp_path, "", option, name)

        assert 1 == code
        assert shown.startswith("REFUSED: ")
        assert "REFUSED: " in "".join(shown.rstrip().splitlines()[-2:])
        assert "Drug, with its form" not in shown

    def test_a_judgement_that_was_taken_on_is_not_asked_about(self, tmp_path: Path) -> None:
        code, shown = session(tmp_path, REQUIRED + "\n" * 5, "--shell", "moonbeam", "--accept", "excipient-unknown=own test")

        assert (0, False) == (code, "REFUSED" in shown)

    @pytest.mark.parametrize(("answers", "said"), [
        ("\n98.7\n98.7 %\nas-is\n\n\n\n", "has no unit"),
        ("\n0 %\nas-is\n\n\n\n\n", "assay"),
        ("\n\n142\n142 mg\n\n\n", "has no unit"),
        ("\n\n1 mcg\n142 mg\n\n\n", "more than a capsule holds"),
        ("\n\n\nA12\n27-05\nA12\n2099-05\n\n", "is not an expiry"),
        ("\n\n\n\n/no/such/folder/a.pdf\nb.pdf\n", "there is no folder"),
    ])  # fmt: skip
    def test_an_answer_that_cannot_be_read_is_asked_for_again(self, answers: str, said: str, tmp_path: Path) -> None:
        code, shown = session(tmp_path, REQUIRED + answers)

        assert 0 == code
        assert re.search(rf"error: .*{said}", shown), shown

    def test_which_reading_is_meant_is_asked_of_these_answers_too(self, tmp_path: Path) -> None:
        _, shown = session(tmp_path, REQUIRED + "\n98,7 %\nas-is\n98.7 %\n\n\n\n", "--json")

        assert "98.7" == record_in(shown)["request"]["assay_percent"]
        assert "98.7 %" in said_command(shown)


class TestSameCommand:
    """The command that is said holds what was given and what was answered."""

    @pytest.mark.parametrize("given", [
        [DRUG, "--dose", "2 mcg", "--excipient", "colloidal silica 0.5%", "--excipient", "magnesium stearate 0.5%"],
        ["--accept", 'a="it\'s so"', "--by-mass", "--fillable", "--alternatives", "3", "--json", "--pharmacy", "A & B"],
        [],
    ])  # fmt: skip
    @pytest.mark.parametrize("windows", [True, False])
    def test_it_is_read_as_what_was_given_and_answered(self, given: list[str], windows: bool) -> None:
        answers = {"capsules": "30", "dose": "3 mcg", "component-lot": (f"{DRUG}=A 1,2099-01",)}
        context = click.Context(command, info_name="plan")
        command.parse_args(context, list(given))
        line = command_line(same_command(context, answers), windows=windows)

        again = click.Context(command, info_name="plan")
        if not windows:
            command.parse_args(again, shlex.split(line)[2:])
            changed = {name.replace("-", "_"): value for name, value in answers.items()}
            assert {**context.params, **changed} == again.params
        assert line.startswith("compound plan")
        assert "'" not in line.replace("it's", "") or not windows
