"""What the commands of the bench print is German where German is chosen: words, notation, and the same numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bench_plans import contract
from click import Command
from click.testing import CliRunner, Result
from helpers import DRUG

from compound.cli import audit, output, qc
from compound.cli import plan as plans
from compound.facts.qc_rules import assay_rules, weight_rules
from compound.wording.language import UNTRANSLATED

ALL = ["1=80mg", "2=4920mg", "4=100mg", "5=4900mg", "7=200mg", "8=4120mg"]

# Words that no German sentence has.
ENGLISH = re.compile(
    r"\b(the|of|and|or|not|with|without|from|by|for|to|at|on|it|its|is|are|be|were|has|have|this|that|than|about|per|yes|no|"
    r"dose|weight|weigh|weighing|weighings|reading|readings|capsules?|drug|source|rule|limit|verdict|within|outside|incomplete|"
    r"review|label|lot|balance|diluent|strength|step|steps|worst|error|warnings?|note|vessel|left|made|planned|mcg|nanograms?)\b",
    re.IGNORECASE,
)
# What is the same in every language: options, commands to type, codes of findings, names of files and of studies.
SAME = re.compile(r"--[a-z-]+(=\S+)?|compound [a-z]+[^\n]*|\[[a-z0-9-]+\]|https?://\S+|/\S+|\S+\.(json|pdf|csv)|LDNinfo\.org 2009")


def said(command: Command, *arguments: object, language: str = "de", stdin: str = "", columns: str = "") -> Result:
    """What a command prints in a language; it ends with no fault of its own."""
    options = [*map(str, arguments), "--language", language]
    result = CliRunner().invoke(command, options, input=stdin, env={"COLUMNS": columns})
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def names() -> list[str]:
    """The codes of the rules, and the titles of what they cite, as their publishers gave them; the longest first."""
    rules = [*weight_rules().values(), *assay_rules().values()]
    cited = {source.removesuffix(" (not seen in the original)") for rule in rules for source in rule.sources}
    return sorted(cited | {rule.code for rule in rules}, key=len, reverse=True)


def english_in(text: str) -> list[str]:
    """The English words of a text but for names of rules and sources, and the marks of what has no translation."""
    text = SAME.sub(" ", text.replace(UNTRANSLATED.strip(), "not translated"))
    for name in names():
        text = text.replace(name, " ")
    return [found[0] for found in ENGLISH.finditer(text)]


def numbers(text: str) -> list[str]:
    """The numbers of a text, whatever the marks between their digits."""
    return sorted(re.sub(r"[.,\u202f]", "", one) for one in re.findall(r"[0-9]+(?:[.,\u202f][0-9]+)*", text))


def english_numbers_in(text: str) -> list[str]:
    """Figures that stand before a unit with a decimal point, or with commas between their groups."""
    return re.findall(r"[0-9]+\.[0-9]+[ \u00a0](?:mg|g|mL|%|Mikrogramm|Nanogramm)|[0-9],[0-9]{3},[0-9]{3}", SAME.sub(" ", text))


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan as `compound plan --json` saves it."""
    return planned(tmp_path / "plan.json")


def planned(path: Path, *options: str) -> Path:
    order = [DRUG, "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30"]
    made = CliRunner().invoke(plans.command, [*order, "--json", *options])
    assert made.stdout, made.exception
    path.write_text(made.stdout, "utf-8")
    return path


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A plan written by hand: the steps alone."""
    path = tmp_path / "plain.json"
    path.write_text(json.dumps(contract()), "utf-8")
    return path


def agrees(command: Command, *arguments: object) -> str:
    """What a command prints in German, which holds no English word, and on stdout the numbers of the English run."""
    german, english = said(command, *arguments), said(command, *arguments, language="en")

    assert english.exit_code == german.exit_code
    assert [] == english_in(german.output)
    assert [] == english_numbers_in(german.output)
    assert numbers(english.stdout) == numbers(german.stdout)
    return german.output


class TestAudit:
    """`compound audit`: tables, findings, last line, and its questions."""

    @pytest.mark.parametrize(
        "reads", [[], ["1=81mg"], ALL, [*ALL[:-1], "8=3000mg"], [*ALL[:3], "5=4000mg"]]
    )  # fmt: skip
    def test_a_plan_is_audited_in_german(self, plan: Path, reads: list[str]) -> None:
        options = [part for read in reads for part in ("--read", read)]
        confirmed = [part for read in reads if read not in ALL for part in ("--confirm", read[0])]
        shown = agrees(audit.command, plan, *options, *confirmed)

        assert shown.startswith("DOSIS\n")
        assert all(f"\n{heading}" in shown for heading in ("WÄGUNGEN\n", "MISCHUNGEN\n", "GLEICHFÖRMIGKEIT"))

    def test_a_solution_is_audited_in_german(self, tmp_path: Path) -> None:
        path = planned(tmp_path / "solution.json", "--method", "solution", "--diluent", "lactose monohydrate")

        agrees(audit.command, path)

    def test_tables_in_german_keep_each_number_with_its_unit(self, plan: Path) -> None:
        shown = said(audit.command, plan, "--read", "1=81mg", columns="80").stdout.rpartition("\n\n")[0]

        assert [] == [line for line in shown.splitlines() if re.match(r" *(mg|g|Mikrogramm|%)\b", line)]

    def test_several_plans_are_a_table_in_german(self, plan: Path, plain: Path) -> None:
        head, *rows, last = agrees(audit.command, plan, plain).splitlines()

        assert ["Urteil", "Dosis", "Abweichung", "ungünstigster Fall", "Fehler", "Warnungen", "Datei"] == re.split(" {2,}", head)
        assert [head.index("Datei")] * 2 == [line.index(str(path)) for line, path in zip(rows, (plan, plain), strict=True)]
        assert last == "EINGEHALTEN: alle 2 Pläne wie geschrieben."

    def test_the_record_is_in_the_language_of_the_terminal(self, plan: Path, tmp_path: Path) -> None:
        record = tmp_path / "record.pdf"
        shown = said(audit.command, plan, "--pdf", record)

        assert f"Protokoll geschrieben: {record}\n" in shown.stderr
        assert record.read_bytes().startswith(b"%PDF-")

    @pytest.mark.parametrize("typed", ["80\n4920\n100\nq\n", "81\n?\nb\n\n80\nq\n", "85\n85\n?\nq\n", "b\nq\n"])
    def test_the_questions_are_german(self, plan: Path, typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(output, "is_terminal", lambda: True)
        shown = said(audit.command, plan, "--interactive", stdin=typed)

        assert [] == english_in(shown.output)
        assert [] == english_numbers_in(shown.output)
        assert "Schritt 1, Naltrexonhydrochlorid einwiegen" in shown.stderr

    def test_a_log_is_taken_up_in_german(self, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(output, "is_terminal", lambda: True)
        log = tmp_path / "log.csv"
        said(audit.command, plan, "--interactive", "--log", log, stdin="80\nq\n")
        shown = said(audit.command, plan, "--interactive", "--log", log, stdin="q\n")

        assert [] == english_in(shown.output)
        assert "log.csv: 1 Ablesung übernommen" in shown.stderr


TEN = ("134 mg", "136.2 mg", "135 mg", "134 mg", "133 mg", "135 mg", "135.5 mg", "136 mg", "137 mg", "134.1 mg")
CONTENTS = ("98.7%", "101%", "92.1%", "100%", "95.3%", "97%", "95%", "104%", "95.3%", "97%")


class TestQc:
    """`compound qc weights` and `compound qc assay`: facts, tables, sources, findings, last line."""

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--net", *TEN), ("--net", *TEN, *TEN), ("--net", *TEN[1:], "100 mg"), ("--net", *TEN[:3]),
            ("--net", "--theory", "135 mg", "--dose", "2 mcg", "--weighed-in", "4.2 g", "--all-net", "4 g", *TEN),
            ("--gross", "--shell-mean", "48 mg", "--shell-spread", "3 mg", *TEN), ("--gross", *TEN),
            ("--net", "--theory", "135 mg", "--dose", "50 mg", "--assay", "99%", *TEN),
        ],
    )  # fmt: skip
    def test_weights_are_judged_in_german(self, arguments: tuple[str, ...]) -> None:
        assert agrees(qc.command.commands["weights"], *arguments).startswith("Massen von Kapseln\n")

    @pytest.mark.parametrize(
        "arguments",
        [
            CONTENTS, (*CONTENTS[1:], "70%"), (*CONTENTS[1:], "120%"), CONTENTS * 3, ("--composite", "97.5%"),
            ("--dose", "2 mcg", *["1.97 mcg"] * 10), ("--rule", "strength", *CONTENTS), CONTENTS[:9] + ("130%",),
        ],
    )  # fmt: skip
    def test_assays_are_judged_in_german(self, arguments: tuple[str, ...]) -> None:
        assert agrees(qc.command.commands["assay"], *arguments).startswith("Gehalt")

    def test_the_batch_of_a_plan_is_judged_in_german(self, plan: Path) -> None:
        assert "2\u00a0Mikrogramm" in agrees(qc.command.commands["weights"], plan, "--net", *TEN)
