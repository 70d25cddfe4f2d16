"""What the commands of the bench print is German where German is chosen: words, notation, and the same numbers."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import pytest
from bench_plans import contract
from click import Command
from click.testing import CliRunner, Result
from helpers import DRUG
from pypdf import PdfReader, PdfWriter

from compound.cli import aliquot, audit, balance, check, doses, drugs, label, output, qc, templates, verify
from compound.cli import plan as plans
from compound.facts import doses as studied
from compound.facts.qc_rules import assay_rules, weight_rules
from compound.reading import shipped
from compound.wording.language import UNTRANSLATED, language
from compound.wording.language_file import table
from compound.wording.terminal_words import TemplatesWords

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


class TestVerify:
    """`compound verify`: the order in the sheet, findings, last line."""

    @pytest.fixture
    def sheet(self, tmp_path: Path) -> Path:
        path = tmp_path / "sheet.pdf"
        planned(tmp_path / "plan.json", "--pdf", str(path))
        return path

    def test_a_genuine_sheet_is_verified_in_german(self, sheet: Path) -> None:
        shown = agrees(verify.command, sheet)

        assert shown.startswith("ANFORDERUNG IM BLATT\n")
        assert "keine auf dem Blatt" in shown

    def test_an_altered_sheet_is_found_out_in_german(self, sheet: Path) -> None:
        writer = PdfWriter(clone_from=PdfReader(BytesIO(sheet.read_bytes())))
        writer.add_metadata({"/Subject": ""})
        writer.write(sheet)

        shown = said(verify.command, sheet).output
        assert "WEICHT AB: das Blatt ist NICHT" in shown
        assert [] == english_in(re.sub("„.*?“", "", shown))  # what is printed on the sheet, which is English

    def test_several_sheets_are_verified_in_german(self, sheet: Path, tmp_path: Path) -> None:
        other = tmp_path / "other.pdf"
        other.write_bytes(sheet.read_bytes())

        assert f"BLATT {other}\n" in agrees(verify.command, sheet, other)

    def test_a_fingerprint_is_held_against_its_plan_in_german(self, plan: Path) -> None:
        code = json.loads(plan.read_text("utf-8"))["fingerprint"]

        assert "FINGERABDRUCK STIMMT" in agrees(verify.command, "--fingerprint", code.removeprefix("sha256:"), "--plan", plan)


class TestCheck:
    """`compound check`: verdicts and their reasons; sources stand as they are cited."""

    NAMES = ("calcium carbonate", "hypromellose E5", "SuperBlend", "Methocel K100M", "Naltrexon", "Mannitol + 0.5 % Aerosil")

    def test_verdicts_and_reasons_are_german(self) -> None:
        shown = said(check.command, *self.NAMES).output
        own = re.sub(r"\n  Quelle: .*", "", shown.partition("\n\n")[2])
        for typed in self.NAMES:
            own = own.replace(typed, "")

        assert re.match(" *Name +Urteil +erkannt an +Regel *\n", shown)
        assert [] == english_in(own)
        assert ["nicht zugelassen", "zugelassen", "unbekannt", "nicht zugelassen"] == [
            re.split(" {2,}", line)[1] for line in shown.splitlines()[2:6]
        ]

    def test_the_json_has_german_messages_and_the_same_verdicts(self) -> None:
        german, english = (json.loads(said(check.command, *self.NAMES, "--json", language=code).stdout) for code in ("de", "en"))

        assert [] == english_in("\n".join(row["message"] for row in german[1:4]))
        assert [row["verdict"] for row in english] == [row["verdict"] for row in german]


class TestBalance:
    """`compound balance check`: the table of what it may weigh, and findings."""

    READINGS = ("100.0 mg", "100.1 mg", "100.0 mg", "99.9 mg", "100.0 mg", "100.1 mg", "100.0 mg", "100.0 mg", "99.9 mg", "100.0 mg")

    @pytest.mark.parametrize(
        "options", [[], ["--nominal", "100 mg"], ["--nominal", "101 mg"], ["--smallest-net-weight", "50 mg", "--safety-factor", "2.5"]]
    )
    def test_a_balance_is_judged_in_german(self, options: list[str]) -> None:
        check_balance = balance.command.commands["check"]

        assert "Mindesteinwaage, USP <41> und Ph. Eur. 2.1.7" in agrees(check_balance, "--readability", "0.1 mg", *options, *self.READINGS)

    def test_a_saved_balance_is_named_in_german(self, tmp_path: Path) -> None:
        file = tmp_path / "pharmacy.toml"
        shown = said(
            balance.command.commands["check"], "--readability", "0.1 mg", "--save", "fein", "--pharmacy-file", file, *self.READINGS
        )

        assert "gespeichert: Waage fein\n" == shown.stderr


class TestAliquot:
    """`compound aliquot`: answer, steps, what they give, findings."""

    @pytest.mark.parametrize(
        "arguments",
        [
            ["--balance-sensitivity", "6 mg"], ["--repeatability", "0.08 mg", "--readability", "0.1 mg"],
            ["--need", "5 mg", "--balance-sensitivity", "6 mg"],
            ["naltrexone hydrochloride", "--need", "5 mg", "--balance-sensitivity", "6 mg"],
            ["--need", "20 mg", "--minimum-weight", "120 mg", "--into", "30 mL"],
            ["--need", "0.6 mL", "--measure", "cylinder 10 mL"], ["--need", "4.5 mg", "--tablet", "50 mg", "--into", "50 mL"],
            ["--need", "4.5 mg", "--assay", "98.7%", "--assay-basis", "as-is"],
            ["--mix", "50%", "10%", "--to", "17%", "--total", "100 g"],
        ],
    )  # fmt: skip
    def test_a_question_is_answered_in_german(self, arguments: list[str]) -> None:
        agrees(aliquot.command, *arguments)

    def test_the_sheet_is_in_the_language_of_the_terminal(self, tmp_path: Path) -> None:
        shown = said(aliquot.command, "--need", "5 mg", "--balance-sensitivity", "6 mg", "--pdf", tmp_path / "a.pdf")

        assert f"Blatt geschrieben: {tmp_path / 'a.pdf'}\n" in shown.stderr


class TestTemplates:
    """`compound templates`: what a file is for; a template says in its own language what it is."""

    def test_the_list_is_german(self) -> None:
        shown = re.sub(r"^worksheet\S*  .*\n", "", said(templates.command).output, flags=re.MULTILINE)

        assert [] == english_in(re.sub(r"^\S+  ", "", shown, flags=re.MULTILINE))
        assert numbers(said(templates.command, language="en").output) == numbers(said(templates.command).output)

    def test_a_starting_order_is_called_in_english_what_its_file_says(self) -> None:
        told = table("en", TemplatesWords).formulas
        first = {one.name: one.read().decode().partition("\n")[0] for one in shipped.shipped(shipped.FORMULA)}

        assert {name: line.removeprefix("# ").removesuffix(".") for name, line in first.items()} == dict(told)

    def test_a_copy_is_said_in_german(self, tmp_path: Path) -> None:
        path = tmp_path / "eigene.toml"

        assert f"worksheet.de kopiert nach {path}\n" == said(templates.command, "copy", "worksheet.de", path).output


class TestLabel:
    """`compound label`: what is said of the labels; they themselves are in the language of their sheet."""

    def test_what_is_said_of_labels_is_german_and_they_are_as_their_sheet(self, plan: Path, tmp_path: Path) -> None:
        zpl = tmp_path / "labels.zpl"
        shown = said(label.command, plan, "--format", "62x100", "--zpl", zpl).output

        assert [] == english_in(shown.replace("mcg is not mg.", ""))  # the label, which is compared with the prescription
        assert "Verreibung 1: Schrift" in shown
        assert "NOT THE DRUG" in zpl.read_text("ascii")

    def test_labels_of_a_german_sheet_are_spoken_of_in_german_where_no_language_is_chosen(self, plan: Path) -> None:
        options = [str(plan), "--format", "62x100", "--zpl", "-", "--template", "worksheet.de"]

        assert [] == english_in(CliRunner().invoke(label.command, options).stderr)

    def test_a_plan_with_an_error_is_refused_in_german(self, plan: Path, tmp_path: Path) -> None:
        record = json.loads(plan.read_text("utf-8"))
        record["steps"][0]["amount_mg"] = "800"
        plan.write_text(json.dumps(record), "utf-8")
        shown = said(label.command, plan, "--format", "62x100", "--pdf", tmp_path / "labels.pdf").output

        assert shown.startswith("ABGELEHNT: ")
        assert [] == english_in(shown)

    def test_the_formats_are_german_with_the_same_numbers(self) -> None:
        german, english = (said(label.command, "--formats", language=code).output.partition("\n\n")[0] for code in ("de", "en"))

        assert [] == english_in(german)
        assert numbers(english) == numbers(german)


class TestLists:
    """`compound drugs` and `compound doses`: every remark of the data is German; what the review printed stands as printed."""

    def test_the_drugs_are_listed_in_german(self) -> None:
        assert agrees(drugs.command).startswith("Form ")

    def test_no_name_of_a_form_is_broken_within_a_word(self) -> None:
        rows = said(drugs.command, columns="80").output.partition("\n\n")[0].splitlines()[2:]

        assert [] == [row for row in rows if re.match("[a-z]", row)]

    def test_the_doses_are_listed_in_german_with_the_same_numbers(self) -> None:
        german, english = (said(doses.command, language=code).output for code in ("de", "en"))
        own = german.partition("\nAnmerkungen\n")[2].replace("Opioid antagonists for pain management", "")

        assert [] == english_in(own)
        assert UNTRANSLATED not in german
        assert numbers(english) == numbers(german)

    def test_every_remark_on_a_dose_is_german(self) -> None:
        review, german = studied.load_review(), language("de")
        said_of = [text for row in review.records for text in (row.application, row.outcome, row.check.remark, *row.given_with)]
        remarks = [text for text in (*said_of, *(one.text for one in review.cautions)) if text]

        assert 80 < len(set(remarks))
        assert [] == [text for text in remarks if UNTRANSLATED in german.prose(text) or english_in(german.prose(text))]
        assert [] == [text for text in remarks if numbers(text) != numbers(german.prose(text))]

    def test_a_remark_that_a_language_lacks_is_english_with_its_mark(self) -> None:
        assert "[English] a remark that no file has" == language("de").prose("a remark that no file has")
        assert "a remark that no file has" == language("en").prose("a remark that no file has")
