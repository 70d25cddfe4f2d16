"""The short screen of `compound plan`: short, whole, true to the plan, and plain where nobody looks at it."""

from __future__ import annotations

import io
import itertools
import json
import os
import pty
import re
import string
import subprocess
import sys
import time
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from helpers import COMMAND, DRUG, judged
from hypothesis import given
from hypothesis import strategies as st

from compound.cli import columns, output, progress
from compound.cli.plan import command as plan_command
from compound.exact.quantity import Direction, round_to
from compound.findings import codes
from compound.findings.finding import Severity
from compound.judging.ranges import ReadingRow
from compound.showing import screen_rows
from compound.showing.screen_rows import follows
from compound.wording.catalogue import sentences_of
from compound.wording.language import language
from compound.wording.language_file import LANGUAGES, table
from compound.wording.notation import ENGLISH_NOTATION, Notation
from compound.wording.screen_words import ScreenWords

SCREEN_WORDS = {code: table(code, ScreenWords) for code in LANGUAGES}
USUAL = {"dose": "2 mcg", "balance-sensitivity": "1 mg", "capsules": "30"}
# One order of every kind.
KINDS: dict[str, dict[str, str]] = {
    "two triturations": {},
    "one trituration": {"dose": "0.25 mg"},
    "no trituration": {"dose": "4.5 mg"},
    "four triturations": {"max-dilution": "12"},
    "a solution": {"dose": "0.5 mcg"},
    "a solution by mass": {"dose": "20 nanograms", "by-mass": ""},
    "ethanol": {"dose": "2 mcg", "method": "solution", "solvent": "ethanol", "solubility": "50 mg/mL"},
    "by volume": {"dose": "0.25 mg", "filling": "volume", "extra-capsules": "2"},
    "whole tablets": {"tablet": "50 mg in 170 mg"},
    "a stock trituration": {"strength": "10 mg/g"},
    "portions": {"capsules": "2000", "capacity": "20 g"},
    "portions on a second balance": {"capsules": "2000", "capacity": "20 g", "bulk-sensitivity": "50 mg", "bulk-capacity": "40 g"},
    "an excipient in portions": {"capsules": "2000", "capacity": "20 g", "excipient": "silica 0.5%"},
    "a premix": {"excipient": "colloidal silicon dioxide 0.1%"},
    "many capsules": {"capsules": "10000"},
    "a balance with tenths": {"balance-sensitivity": "0.1 mg", "minimum-weight": "82 mg"},
    "a lot": {"assay": "98.7%", "assay-basis": "as-is", "batch-number": "B-17"},
    "a surplus": {"drug-surplus": "5%"},
    "another filler": {"diluent": "lactose monohydrate"},
    "a tight limit": {"dose": "4.5 mg", "dose-error": "0.7%"},
    "a coarse balance": {"balance-sensitivity": "6 mg", "capsules": "100"},
}
ENVIRONMENT = {**os.environ, "PYTHONIOENCODING": "utf-8"}
ENVIRONMENT.pop("NO_COLOR", None)


def arguments(kind: str, *more: str) -> list[str]:
    options = {**USUAL, **KINDS[kind]}
    return ["plan", DRUG, *(word for name, text in options.items() for word in ((f"--{name}", text) if text else (f"--{name}",))), *more]


@cache
def run(kind: str, *more: str, columns: str | None = "80") -> subprocess.CompletedProcess[str]:
    env = ENVIRONMENT if columns is None else {**ENVIRONMENT, "COLUMNS": columns}
    return subprocess.run(
        [*COMMAND, *arguments(kind, *more)], capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL,
        env=env, check=False,
    )  # fmt: skip


def on_a_terminal(kind: str, *more: str, **environment: str) -> str:
    """What someone sees who types the command in a terminal of 80 columns."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ.update({"TERM": "xterm", "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", "NO_COLOR": "", **environment})
        os.execv(COMMAND[0], [*COMMAND, *arguments(kind, *more)])  # noqa: S606
    shown = b""
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError:
            break
        if not chunk:
            break
        shown += chunk
    os.waitpid(pid, 0)
    return shown.decode("utf-8").replace("\r\n", "\n")


class TestLength:
    """A screen holds the first command, findings and worksheet included (issue, section 1)."""

    @pytest.mark.parametrize(("kind", "most"), [("two triturations", 35), ("one trituration", 35), ("no trituration", 25)])
    def test_a_plan_fits_its_screen(self, kind: str, most: int, tmp_path: Path) -> None:
        for more in ([], ["--pdf", str(tmp_path / "worksheet.pdf")]):
            shown = on_a_terminal(kind, *more)

            assert len(shown.splitlines()) <= most

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("width", ["80", "120"])
    def test_no_line_is_wider_than_the_terminal(self, kind: str, width: str) -> None:
        done = run(kind, columns=width)

        assert 0 == done.returncode, done.stderr
        assert [] == [line for line in (done.stdout + done.stderr).splitlines() if len(line) > int(width)]

    @pytest.mark.parametrize("code", LANGUAGES)
    @pytest.mark.parametrize("drug", [DRUG, "naloxone hydrochloride dihydrate"])
    def test_no_line_is_wider_in_any_language(self, code: str, drug: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Long words fold after their hyphens, and what fits goes before what has few lines."""
        monkeypatch.setenv("COLUMNS", "80")
        for dose, sensitivity, capsules in itertools.product(("999 mcg", "10 mcg", "0.25 mg"), ("0.01 mg", "0.5 mg"), ("1", "100")):
            options = ["--dose", dose, "--balance-sensitivity", sensitivity, "--capsules", capsules, "--dose-as", "hydrochloride"]
            done = CliRunner().invoke(plan_command, [drug, *options, "--language", code])

            assert 0 == done.exit_code, done.output
            assert [] == [line for line in (done.stdout + done.stderr).splitlines() if len(line) > 80]

    def test_every_kind_is_shorter_than_all_there_is(self) -> None:
        for kind in ("two triturations", "a solution", "portions"):
            short, whole = (run(kind, *more) for more in ([], ["--verbose"]))
            assert 3 * len((short.stdout + short.stderr).splitlines()) < 2 * len((whole.stdout + whole.stderr).splitlines())


def table_of(text: str) -> list[str]:
    """The lines of the table of steps, its head left out."""
    return text.split("\n\n")[1].splitlines()[1:]


def rows_of(text: str) -> list[tuple[range, str]]:
    """The steps of a screen that nothing folds, each with the numbers it stands for."""
    found = []
    for line in table_of(text):
        if (match := re.match(r" *(\d+)(?:–(\d+))?  ", line)) is not None:
            first = int(match[1])
            found.append((range(first, int(match[2] or first) + 1), line[match.end() :]))
    return found


def printed_amount(step: dict[str, str]) -> str | None:
    """How an amount of the JSON is printed, by the contract's notation alone."""
    for key, unit in (("amount_mg", "mg"), ("amount_ml", "mL"), ("volume_ml", "mL")):
        if key in step:
            whole, point, decimals = step[key].partition(".")
            return f"{int(whole):,}{point}{decimals} {unit}"
    return None


class TestSteps:
    """All that a hand does stands on the screen, in the amounts of the plan (design, One number everywhere)."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_step_stands_in_its_place_with_the_amount_of_the_json(self, kind: str) -> None:
        text, record = run(kind, columns=None).stdout, json.loads(run(kind, "--json").stdout)
        steps = {step["number"]: step for step in record["steps"]}
        rows = rows_of(text)

        assert list(steps) == [number for numbers, _ in rows for number in numbers]
        for numbers, line in rows:
            for number in numbers:
                amount = printed_amount(steps[number])
                plain = re.sub(r"\.(\d*?)0+(?= mg)", lambda m: m[1] and f".{m[1]}", re.sub(" +", " ", line))
                assert amount is None or amount in plain
                assert steps[number]["vessel"] in line

    @pytest.mark.parametrize("kind", KINDS)
    def test_materials_have_the_names_of_the_json(self, kind: str) -> None:
        text, record = run(kind, columns=None).stdout, json.loads(run(kind, "--json").stdout)
        steps = {step["number"]: step for step in record["steps"]}

        for numbers, line in rows_of(text):
            step = steps[numbers[0]]
            if step.get("role") != "dried" and "material" in step and step["action"] != "top_up":
                assert line.startswith(step["material"])
            if step.get("role") == "drug" and step["material"] != DRUG:
                assert f"{step['material']}, NOT the drug" in line

    @pytest.mark.parametrize("kind", ["two triturations", "a balance with tenths", "many capsules", "portions"])
    def test_amounts_stand_below_each_other_by_their_digits(self, kind: str) -> None:
        lines = [line for line in table_of(run(kind, columns="120").stdout)[:-1] if re.search(r"\d +mg", line)]
        units = {re.search(r"\d +mg", line).end() for line in lines}  # type: ignore[union-attr]

        assert 1 == len(units)

    @pytest.mark.parametrize(
        ("texts", "expected"),
        [
            (["80 mg", "4,920 mg"], ["   80 mg", "4,920 mg"]),
            (["0.5 mg", "135 mg", "12.25 mg"], ["  0.5  mg", "135    mg", " 12.25 mg"]),
            (["", "2 mL", "to 100 mL"], ["", "     2 mL", "to 100 mL"]),
        ],
    )
    def test_points_and_ends_of_numbers_are_aligned(self, texts: list[str], expected: list[str]) -> None:
        assert expected == columns.aligned(texts)

    def test_a_german_point_is_a_comma(self) -> None:
        assert [" 0,5 mg", "12   mg"] == columns.aligned(["0,5 mg", "12 mg"], ",")

    def test_it_says_in_two_units_what_the_dose_is_and_what_it_is_not(self) -> None:
        assert f"{DRUG}  2 mcg (0.002 mg)  NOT 2 mg, NOT 20 mcg" == run("two triturations").stdout.splitlines()[0]

    def test_the_shape_of_the_issue(self) -> None:
        lines = run("two triturations").stdout.splitlines()

        assert "30 capsules, size 3, 135 mg each (assumed); balance 1 mg, weigh at least 20 mg" == lines[1]
        assert " 2  microcrystalline cellulose    4,920 mg  61.5 × reading 1  trituration 1" == lines[5]
        assert "dose    2 mcg by these weights; at worst about −2.73 % to +2.77 % (limit 5 %)" == lines[-2]


STEPS = st.sampled_from([Fraction(1), Fraction(1, 2), Fraction(1, 10), Fraction(1, 5), Fraction(10)])


class TestFollows:
    """A factor that is typed into a calculator keeps the promise of the sheet, however its product is rounded."""

    @given(
        STEPS, STEPS, st.integers(20, 900), st.integers(1, 99), st.integers(0, 40), st.integers(0, 400), st.integers(0, 12),
    )  # fmt: skip
    def test_what_is_weighed_by_it_lies_in_the_range_of_the_sheet(
        self, step: Fraction, diluent_step: Fraction, target: int, times: int, reach: int, beside: int, spread: int
    ) -> None:
        aim, beside_mg = target * step, beside * diluent_step
        total = round_to(aim * (times + 1), diluent_step, Direction.NEAREST) + 7 * diluent_step + beside_mg
        low, high = max(step, aim - reach * step), aim + reach * step
        row = ReadingRow("v", 1, 2, aim, total, beside_mg, step, diluent_step, low, high, spread * diluent_step)

        rule = follows(row)

        if rule is None:
            assert row.spread < diluent_step
            return
        for reading in row.readings(reach):
            product = reading * rule.factor - rule.beside_mg
            for direction in (Direction.DOWN, Direction.UP):
                weighed = round_to(product, diluent_step, direction)
                assert abs(weighed - row.diluent_for(reading)) + rule.spread_mg <= row.spread

    @pytest.mark.parametrize("kind", [kind for kind in KINDS if "solution" not in kind and kind != "ethanol"])
    def test_the_factors_of_every_kind_do(self, kind: str) -> None:
        options = {name: text for name, text in {**USUAL, **KINDS[kind]}.items() if name != "batch-number"}
        audit = judged(**{name.replace("-", "_"): text for name, text in options.items()})

        assert audit.ranges.rows
        for row in audit.ranges.rows:
            rule = follows(row)
            assert rule is not None or row.spread < row.diluent_step
            for reading in row.readings(200) if rule is not None else ():
                product = reading * rule.factor - rule.beside_mg  # type: ignore[union-attr]
                for direction in (Direction.DOWN, Direction.UP):
                    off = abs(round_to(product, row.diluent_step, direction) - row.diluent_for(reading))
                    assert off + rule.spread_mg <= row.spread  # type: ignore[union-attr]

    def test_a_dried_vessel_and_what_makes_it_up_follow_what_was_read(self) -> None:
        text = run("a solution").stdout

        assert "reading 7 −1 to +2 mg" in text
        assert "4,645 mg − reading 10" in text
        assert "By a reading, weigh within 49 mg (step 11) of that." in text


class TestFindings:
    """What is to be settled is said in a line each; nothing is left out without a word (issue, section 1)."""

    def test_warnings_are_numbered_with_what_settles_them(self) -> None:
        lines = run("two triturations").stderr.splitlines()

        assert "BEFORE YOU WEIGH (4)" == lines[0]
        assert " 1 lot counted as 100 %; if dihydrate, dose about 8.71 % low  --assay, --water" == lines[1]
        assert [" 2", " 3", " 4"] == [line[:2] for line in lines[2:5]]

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_finding_is_told_or_counted(self, kind: str) -> None:
        text, record = " ".join(run(kind).stderr.split()), json.loads(run(kind, "--json").stdout)
        warnings = [f["code"] for f in record["findings"] if f["severity"] == "warning"]
        missing = {item["code"] for item in record["not_checked"]}
        told = {"hydrate-not-settled"} if "potency-not-entered" in warnings else set()
        notes = [f for f in record["findings"] if f["severity"] == "note" and f["code"] not in missing | told]

        assert f"BEFORE YOU WEIGH ({len(warnings)})" in text
        assert all(code in text for code in warnings)
        assert f"{len(notes)} note{'s' if len(notes) != 1 else ''} more: --verbose." in text
        for code in missing:
            assert SCREEN_WORDS["en"].names[code] in text

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_warning_has_its_few_words(self, kind: str) -> None:
        record = json.loads(run(kind, "--json").stdout)

        assert set() == {f["code"] for f in record["findings"] if f["severity"] == "warning"} - SCREEN_WORDS["en"].short.keys()

    def test_a_judgement_taken_on_stands_in_full(self) -> None:
        done = run("another filler", "--excipient", "calcium carbonate 5%", "--accept", "excipient-disallowed=patient asks for it",
                   columns=None)  # fmt: skip

        (line,) = [line for line in done.stderr.splitlines() if line.startswith("taken on: [excipient-disallowed]")]
        assert "Accepted: patient asks for it." in line

    def test_a_refusal_tells_its_errors_in_full_and_counts_the_rest(self) -> None:
        done = run("two triturations", "--dosage-form", "slow-release capsule", columns=None)

        assert 1 == done.returncode
        assert done.stderr.startswith("error: [release-form-disallowed] ")
        assert "4 warnings, 8 notes more: --verbose." in done.stderr
        assert not re.search(r"\d mg", done.stdout)

    def test_the_last_line_is_the_worksheet_and_the_next_command(self, tmp_path: Path) -> None:
        sheet = tmp_path / "worksheet.pdf"
        done = run("two triturations", "--pdf", str(sheet), columns=None)

        from pypdf import PdfReader

        pages = len(PdfReader(sheet).pages)
        assert f"worksheet  {sheet} ({pages} pages).  At the bench: compound audit {sheet}" == done.stderr.splitlines()[-1]


class TestMore:
    """--verbose prints all there is, --why the reasons and both routes alone."""

    def test_verbose_has_every_section_and_every_finding_in_full(self) -> None:
        done = run("two triturations", "--verbose", columns=None)
        sections = [line for line in done.stdout.splitlines() if line.isupper() or line.startswith(("UNIFORMITY", "ERROR BUDGET"))]

        assert [
            "BATCH", "STEPS", "MIXTURES", "DOSE", "ERROR BUDGET (worst case of the weighings)",
            "UNIFORMITY (from capsule to capsule)", "WHY THIS PLAN", "BOTH ROUTES",
        ] == sections  # fmt: skip
        assert "warning: [fill-weight-assumed] fill weight 135 mg is assumed" in done.stderr
        assert "about −2.7263 %" in done.stdout

    def test_why_has_the_reasons_and_both_routes_alone(self) -> None:
        done = run("two triturations", "--why", columns=None)

        assert done.stdout.startswith("WHY THIS PLAN\n")
        assert "\nBOTH ROUTES\n" in done.stdout
        assert "" == done.stderr

    def test_why_of_a_refusal_gives_nothing_to_weigh(self) -> None:
        done = run("two triturations", "--why", "--dosage-form", "slow-release capsule", columns=None)

        assert ["REFUSED", "REFUSED"] == [line.split(":")[0] for line in done.stdout.splitlines()]

    def test_alternatives_stand_below_the_short_screen(self) -> None:
        done = run("two triturations", "--alternatives", "2", columns=None)

        assert done.stdout.startswith(DRUG)
        assert "\n\nALTERNATIVES\n" in done.stdout


class TestColour:
    """Colour and bold on a terminal alone."""

    def test_what_is_aimed_at_stands_out_on_a_terminal(self) -> None:
        shown = on_a_terminal("two triturations")

        assert "\x1b[1m4,920 mg\x1b[0m" in shown
        assert "\x1b[1;33mBEFORE YOU WEIGH (4)\x1b[0m" in shown

    def test_a_refusal_does(self) -> None:
        shown = on_a_terminal("two triturations", "--dosage-form", "slow-release capsule")

        assert 2 == shown.count("\x1b[1;31mREFUSED:\x1b[0m")
        assert "\x1b[1;31merror:\x1b[0m" in shown

    @pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
    def test_nothing_does_where_no_colour_is_wanted(self, environment: dict[str, str]) -> None:
        assert "\x1b" not in on_a_terminal("two triturations", **environment)

    @pytest.mark.parametrize("more", [[], ["--verbose"], ["--dosage-form", "slow-release capsule"]])
    def test_nothing_does_in_a_pipe(self, more: list[str]) -> None:
        done = run("two triturations", *more)

        assert "\x1b" not in done.stdout + done.stderr

    def test_a_pipe_gets_what_a_terminal_shows(self) -> None:
        shown = re.sub(r"\x1b\[[0-9;]*m", "", on_a_terminal("two triturations"))
        done = run("two triturations")

        assert (done.stdout + "\n" + done.stderr) == shown

    def test_a_code_in_a_name_is_no_colour(self) -> None:
        shown = on_a_terminal("two triturations", "--batch-number", "B\x1b[31m")

        assert "\x1b[31m" not in shown


class Terminal(io.StringIO):
    """A terminal that keeps what is written to it."""

    def isatty(self) -> bool:
        return True


class TestProgress:
    """What takes more than two seconds says how long it has taken; a share of the whole is never made up."""

    @staticmethod
    def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
        """Sits there, and has no patience."""
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        monkeypatch.setattr(progress, "SILENT_SECONDS", 0.05)
        monkeypatch.setattr(progress, "EACH", 0.05)
        return terminal

    def test_a_plan_says_the_seconds_and_is_silent_when_it_is_done(self, monkeypatch: pytest.MonkeyPatch) -> None:
        terminal = self.terminal(monkeypatch)
        with progress.planning():
            time.sleep(0.3)
        told = terminal.getvalue()

        assert "\rplanning: 0 s so far" in told
        assert told.endswith("\r" + " " * len("planning: 0 s so far") + "\r")
        assert "%" not in told

    def test_many_say_how_many_are_done_and_what_is_left_at_that_rate(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def slow() -> Iterator[int]:
            for number in range(3):
                time.sleep(0.3)
                yield number

        terminal = self.terminal(monkeypatch)
        assert [0, 1, 2] == list(progress.counted(slow(), 3, "planning"))
        assert re.search(r"planning: 0 of 3, 0 s", terminal.getvalue())
        assert re.search(r"planning: 2 of 3, 0 s; about 0 s left", terminal.getvalue())

    def test_what_is_quick_says_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        terminal = self.terminal(monkeypatch)
        monkeypatch.setattr(progress, "SILENT_SECONDS", 5.0)
        with progress.planning():
            pass

        assert "" == terminal.getvalue()

    def test_a_pipe_is_told_nothing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pipe = io.StringIO()
        monkeypatch.setattr(sys, "stderr", pipe)
        monkeypatch.setattr(progress, "SILENT_SECONDS", 0.0)
        with progress.planning():
            time.sleep(0.05)

        assert "" == pipe.getvalue()

    def test_two_seconds_pass_before_the_first_word(self) -> None:
        assert 2.0 == progress.SILENT_SECONDS


def names_in(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


class TestWords:
    """The few words of a warning are of its values, in every language."""

    @pytest.mark.parametrize("code", SCREEN_WORDS)
    def test_every_code_is_one_of_the_catalogue(self, code: str) -> None:
        words = SCREEN_WORDS[code]

        assert set() == (words.short.keys() | words.names.keys()) - codes.ENTRIES.keys()
        assert {code for code in words.short if codes.ENTRIES[code].severity is not Severity.WARNING} == {"hydrate-not-settled"}

    @pytest.mark.parametrize("code", SCREEN_WORDS)
    def test_they_use_the_values_of_the_sentences(self, code: str) -> None:
        for finding, template in SCREEN_WORDS[code].short.items():
            said = sentences_of(codes.ENTRIES[finding])
            known = names_in(said.message + said.remedy) | ({"name"} if finding == "excipient-review" else set())
            assert set() == names_in(template) - known, finding

    def test_what_settles_a_warning_is_there(self) -> None:
        from compound.cli.main import COMMANDS
        from compound.order.options_table import BY_NAME

        for settled in screen_rows.SETTLED_BY.values():
            for one in settled.split(", "):
                name = one.removeprefix("--").removeprefix("compound ")
                assert one == "DRUG" or name in (BY_NAME if one.startswith("--") else COMMANDS)

    def test_the_screen_is_there_in_german(self) -> None:
        german, audit = language("de"), judged()
        said = screen_rows.said_of(audit.findings, audit.not_checked, german)

        assert "Naltrexonhydrochlorid  2\u00a0Mikrogramm (0,002\u00a0mg)  NICHT 2\u00a0mg, NICHT 20\u00a0Mikrogramm" == (
            screen_rows.head_lines(audit, german)[0]
        )
        assert "61,5 × Ablesung 1" == screen_rows.screen_rows(audit, german)[1].range
        assert "Charge mit 100\u00a0% gerechnet; als Dihydrat fehlen der Dosis etwa 8,71\u00a0%" == said.settle[0].text


class TestNotation:
    """Three digits where nothing is weighed, and "about" where that is not all of a number."""

    @pytest.mark.parametrize(
        ("value", "text"),
        [("2", "2"), ("2.7263125", "about 2.73"), ("0.5", "0.5"), ("1234", "about 1,230"), ("0.00123456", "about 0.00123"), ("0", "0")],
    )
    def test_a_number_in_short(self, value: str, text: str) -> None:
        assert text == ENGLISH_NOTATION.short(Fraction(value))

    def test_a_range_says_about_once(self) -> None:
        assert ("about −2.73 %", "+2.77 %") == ENGLISH_NOTATION.short_span(Fraction("-2.7263125"), Fraction("2.7738125"))
        assert ("−2 %", "+2.5 %") == ENGLISH_NOTATION.short_span(-2, Fraction("2.5"))

    @pytest.mark.parametrize(
        ("mg", "text"), [("14320", "about 14.3 g"), ("9700", "9.7 g"), ("999.6", "about 1 g"), ("80", "80 mg"), ("0.0016", "1.6 mcg")]
    )
    def test_a_mass_in_short(self, mg: str, text: str) -> None:
        assert text == ENGLISH_NOTATION.short_mass(Fraction(mg))

    def test_a_dose_keeps_its_first_unit(self) -> None:
        assert "250 mcg" == ENGLISH_NOTATION.short_dose(Fraction(1, 4))
        assert "about 500 nanograms" == ENGLISH_NOTATION.short_dose(Fraction("0.00049989"))
        assert "etwa 500\u00a0Nanogramm" == Notation("de").short_dose(Fraction("0.00049989"))


class TestFolding:
    """Lines end between words, and a number keeps its unit."""

    def test_a_number_keeps_its_unit(self) -> None:
        assert ["weighs", "4,920 mg"] == output.lines_of("weighs 4,920 mg", 12)

    def test_what_follows_is_indented(self) -> None:
        assert ["a bc", "  de"] == output.lines_of("a bc de", 5, "", "  ")

    def test_two_blanks_are_kept_within_a_line(self) -> None:
        assert ["a  b", "c"] == output.lines_of("a  b  c", 4)
