"""The languages of what is printed: every finding has its German sentences, with the same values in them."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest
from click.testing import CliRunner
from helpers import COMMAND, judged

from compound.cli import explain, guide
from compound.facts import excipients
from compound.facts.excipients.rules import ROLE_DOSAGE_FORM, ROLE_EXCIPIENT
from compound.facts.ware import solvent, solvents
from compound.findings import codes as catalogue
from compound.findings.finding import Clause, Finding
from compound.judging.excipients import Named, excipient_findings
from compound.reading import shipped
from compound.showing import finding_rows
from compound.wording.catalogue import Sentences, parts, sentences_of
from compound.wording.language import UNTRANSLATED, language
from compound.wording.language_file import LANGUAGES

FOLDER = Path(shipped.__file__).parent.parent / "guide"
CONTENT = json.loads(shipped.wording("de"))
GERMAN = language("de")
NOTATION = GERMAN.notation


def values(sentence: str) -> list[tuple[str, str]]:
    """The placeholders of a sentence with their kinds; the forms of words that go with a count are each language's own."""
    found = ((name, kind or "") for _, name, kind, _ in Formatter().parse(sentence) if name is not None)
    return sorted({(name, kind) for name, kind in found if "|" not in kind})


class TestFindings:
    """The German sentences of the findings (issue, Form)."""

    @pytest.mark.parametrize("code", catalogue.ENTRIES)
    def test_every_finding_is_translated_with_the_same_values(self, code: str) -> None:
        entry, german = catalogue.ENTRIES[code], CONTENT["findings"][code]

        assert [*Sentences._fields] == [*german]
        assert values(sentences_of(entry).message) == values(german["message"])
        assert values(sentences_of(entry).remedy) == values(german["remedy"])

    def test_no_code_is_translated_that_is_not_in_the_catalogue(self) -> None:
        assert set() == set(CONTENT["findings"]) - set(catalogue.ENTRIES)

    def test_no_code_stands_there_twice(self) -> None:
        codes = re.findall(r'^  "([a-z0-9-]+)": \{$', shipped.wording("de").decode(), re.MULTILINE)

        assert sorted(codes) == sorted(set(codes))

    @pytest.mark.parametrize("code", catalogue.ENTRIES)
    def test_german_sentences_hold_no_unit_and_no_number_of_the_english_notation(self, code: str) -> None:
        said = CONTENT["findings"][code]
        text = " ".join(said[part] for part in said if part != "source")  # sources have numbers of chapters

        assert not re.search(r"\bmcg\b|\bnanograms?\b|[0-9]\.[0-9]|[0-9],[0-9]{3}\b", text)

    @pytest.mark.parametrize(
        "options",
        [
            {}, {"dose": "0.25 mg"}, {"dose": "50 nanograms"}, {"capacity": "20 g", "dose": "4.5 mg"},
            {"excipient": ("lactose 5%",)}, {"particle_size": "10 um", "particle_spread": "2"},
            {"assay": "98.7%", "assay_basis": "as-is"}, {"shell": "clear gelatin"}, {"minimum_weight": "10 mg"},
        ],
    )  # fmt: skip
    def test_no_finding_of_an_order_is_printed_in_english(self, options: dict[str, str]) -> None:
        found = judged(**options)
        texts = [finding_rows.finding_text(finding, GERMAN) for finding in found.findings]
        texts += [finding_rows.not_checked_text(item, GERMAN) for item in found.not_checked]

        assert [] == [text for text in texts if UNTRANSLATED in text or re.search(r"\b(the|of|is|mcg)\b", text)]


# Words that no German sentence has; those of paths, options, codes and keys of JSON are left out before.
ENGLISH = re.compile(
    r"\b(the|of|and|or|not|with|without|from|by|for|to|at|on|it|its|is|are|be|were|has|have|this|that|than|"
    r"dose|dosage|weight|weighing|weighings|reading|readings|capsules?|drug|source|rule|house|tool|value|limit|domain|facts|"
    r"expert|knowledge|public|review|label|lot|balance|diluent|strength|step|plan error|replay)\b"
)
CODE = re.compile(r"facts/data/\S+|--[a-z-]+(=\S+)?|compound [a-z]+( [a-z-]+)?|[a-z]+_[a-z_]+|https?://\S+|\{\w+(:\w+)?\}")
# What a hand types where the file of a plan or an option asks for it, and the English name of a chapter.
TYPED = ("as-is", "dried oder anhydrous", "make_up", "dry", "USP General Notices", "compound.plan/1", "sha256")


def numbers(text: str) -> list[str]:
    """The numbers of a text, whatever the marks between their digits."""
    return sorted(re.sub(r"[.,\u202f]", "", one) for one in re.findall(r"[0-9]+(?:[.,\u202f][0-9]+)*", text))


def prose_of(page: str) -> str:
    """A page of the guide without its commands, outputs, code and quotations."""
    prose = re.sub(r"```.*?```|`[^`]*`|\"[^\"]*\"|„[^“]*“", "", page, flags=re.DOTALL)
    return re.sub(r"^    .*$", "", prose, flags=re.MULTILINE)


def german_only(text: str) -> str:
    """A text without what is the same in every language."""
    for typed in TYPED:
        text = text.replace(typed, "")
    return CODE.sub("", text)


class TestExplanations:
    """Meaning, cause and source of every finding, which `compound explain` prints, in German (issue, Languages whole)."""

    @pytest.mark.parametrize("code", catalogue.ENTRIES)
    @pytest.mark.parametrize("part", ["meaning", "cause", "source"])
    def test_an_explanation_is_there_with_the_numbers_and_options_of_the_english_one(self, code: str, part: str) -> None:
        english, german = getattr(sentences_of(catalogue.ENTRIES[code]), part), CONTENT["findings"][code][part]

        assert german.strip() == german != ""
        assert numbers(english.replace("one of a", "")) == numbers(german)
        assert sorted(re.findall(r"--[a-z-]+", english)) == sorted(re.findall(r"--[a-z-]+", german))
        assert english.endswith(".") == german.endswith(".")

    @pytest.mark.parametrize("code", catalogue.ENTRIES)
    def test_an_explanation_holds_no_english_word_and_a_no_break_space_before_each_unit(self, code: str) -> None:
        text = " ".join(CONTENT["findings"][code][part] for part in ("meaning", "cause", "source"))

        assert [] == ENGLISH.findall(german_only(text))
        assert [] == re.findall(r"[0-9] (?:%|mg|g|mL|mm|Mikro\w+)(?!\w)|[0-9] [0-9]{3}\b", text)

    @pytest.mark.parametrize("code", catalogue.ENTRIES)
    def test_every_value_of_a_finding_has_a_german_name(self, code: str) -> None:
        said = CONTENT["findings"][code]
        names = {name for part in ("message", "remedy") for name, _ in values(said[part])}

        assert set() == names - set(CONTENT["blanks"])

    @pytest.mark.parametrize("code", catalogue.ENTRIES)
    def test_explain_says_all_of_it_in_german(self, code: str) -> None:
        result = CliRunner().invoke(explain.command, [code, "--language", "de"])
        page = " ".join(result.output.split())

        assert 0 == result.exit_code
        assert [] == [mark for mark in (UNTRANSLATED, "{", "means ", "cannot be") if mark in page]
        for part in ("title", "meaning", "cause", "source"):
            assert " ".join(CONTENT["findings"][code][part].split()) in page
        kind = catalogue.ENTRIES[code]
        assert ("kann mit --accept verantwortet werden" in page) == kind.judgement

    def test_the_list_of_explain_has_the_german_titles_in_the_same_order(self) -> None:
        german, english = (CliRunner().invoke(explain.command, ["--list", "--language", code]).output.splitlines()
                           for code in ("de", "en"))  # fmt: skip
        rows = [re.split(" {2,}", line) for line in german]

        assert [line.split()[0] for line in english] == [code for code, _, _ in rows]
        assert {"Fehler", "Fehler (Ermessen)", "Warnung", "Hinweis"} == {kind for _, kind, _ in rows}
        assert [CONTENT["findings"][code]["title"] for code, _, _ in rows] == [title for _, _, title in rows]

    def test_a_code_with_a_slip_is_answered_in_german(self) -> None:
        result = CliRunner().invoke(explain.command, ["dose-not-lo", "--language", "de"])

        assert "CODE: “dose-not-lo” ist kein Befund; ähnlich ist: dose-not-low" in str(result.exception)


class TestGuide:
    """The manual in German: its list, its first chapters, and a sentence over those that it has in English alone."""

    def test_every_topic_has_a_german_line(self) -> None:
        lines = [re.split(" {2,}", line) for line in CliRunner().invoke(guide.command, ["--language", "de"]).output.splitlines()]

        assert [*guide.TOPICS] == [*CONTENT["topics"]] == [topic for topic, _ in lines]
        assert [*CONTENT["topics"].values()] == [line for _, line in lines]
        assert [] == [line for _, line in lines if ENGLISH.search(german_only(line))]

    def test_the_first_three_chapters_are_german(self) -> None:
        assert [*guide.TOPICS][:3] == [*guide.TRANSLATED["de"]]
        assert {f"{topic}.md" for topic in guide.TRANSLATED["de"]} == {path.name for path in (FOLDER / "de").iterdir()}

    @pytest.mark.parametrize("topic", guide.TRANSLATED["de"])
    def test_a_german_chapter_has_the_commands_tables_and_headings_of_the_english_one(self, topic: str) -> None:
        english, german = shipped.guide(topic), shipped.guide(topic, "de")

        for pattern in (r"^\$ .*", r"^    .*", r"^#+ ", r"^\|.*?\|", r"^- "):
            found = [len(re.findall(pattern, text, re.MULTILINE)) for text in (english, german)]
            assert found[0] == found[1], pattern
        for commands in (r"^(?:\$ |    )(compound .*)$", r"`compound\s+guide\s+([a-z-]+)`", r"(?<!-)--[a-z-]+"):
            assert set() == set(re.findall(commands, english, re.M)) - set(re.findall(commands, german, re.M))
        assert numbers(prose_of(english)) == numbers(prose_of(german))

    @pytest.mark.parametrize("topic", guide.TRANSLATED["de"])
    def test_the_prose_of_a_german_chapter_is_german(self, topic: str) -> None:
        prose = prose_of(shipped.guide(topic, "de"))

        assert [] == ENGLISH.findall(german_only(re.sub(r"\*\*[a-z]+\*\*", "", prose)))  # verdicts as they are printed
        assert [] == re.findall(r"\bmcg\b|[0-9]\.[0-9]|[0-9],[0-9]{3}\b|[0-9] (?:%|mg|g|mL)(?!\w)", prose)

    def test_another_chapter_is_english_and_says_so(self) -> None:
        output = CliRunner().invoke(guide.command, ["names", "--language", "de"]).output

        assert "Dieses Kapitel gibt es nur auf Englisch.\n\n" + shipped.guide("names") == output

    def test_a_topic_with_a_slip_is_answered_in_german(self) -> None:
        result = CliRunner().invoke(guide.command, ["nmes", "--language", "de"])

        assert "TOPIC: eine Seite “nmes” gibt es nicht; ähnlich ist: names" in str(result.exception)


class TestChoice:
    """Which language is spoken: the option, else COMPOUND_LANGUAGE, else English."""

    @pytest.mark.parametrize(
        ("options", "environment", "first"),
        [
            ([], {}, "A first plan"), ([], {"COMPOUND_LANGUAGE": ""}, "A first plan"),
            ([], {"COMPOUND_LANGUAGE": "de"}, "Ein erster Plan"), (["--language", "de"], {}, "Ein erster Plan"),
            (["--language", "en"], {"COMPOUND_LANGUAGE": "de"}, "A first plan"),
            (["--language", "de"], {"COMPOUND_LANGUAGE": "xx"}, "Ein erster Plan"),
        ],
    )  # fmt: skip
    def test_the_option_wins_over_the_environment(self, options: list[str], environment: dict[str, str], first: str) -> None:
        environment = {"COMPOUND_LANGUAGE": "", **environment}
        result = CliRunner().invoke(guide.command, ["plan", *options], env=environment)

        assert result.output.startswith(f"# {first}\n")

    @pytest.mark.parametrize("command", [["guide"], ["explain", "--list"]])
    @pytest.mark.parametrize("code", ["xx", "DE", "de_DE.UTF-8"])
    def test_an_environment_that_names_no_language_exits_2_with_a_sentence(self, command: list[str], code: str) -> None:
        done = subprocess.run(
            [*COMMAND, *command], capture_output=True, text=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL,
            env={**os.environ, "PYTHONIOENCODING": "utf-8", "COMPOUND_LANGUAGE": code},
        )  # fmt: skip

        assert (2, "") == (done.returncode, done.stdout)
        assert f"error: COMPOUND_LANGUAGE: “{code}” is none of {', '.join(LANGUAGES)}\n" == done.stderr


class TestDays:
    """A day is written so that nobody reads it as another."""

    @pytest.mark.parametrize(
        ("language_code", "written"), [("en", "2027-03-04"), ("de", "4. März 2027")]
    )
    def test_a_day(self, language_code: str, written: str) -> None:
        from datetime import date

        assert written == language(language_code).notation.day(date(2027, 3, 4))

    def test_every_month_has_its_name(self) -> None:
        from datetime import date

        assert 12 == len({NOTATION.day(date(2027, month, 1)) for month in range(1, 13)})


def test_every_clause_of_a_value_has_its_words_in_both_languages_with_the_same_values() -> None:
    german = CONTENT["parts"]

    assert set(parts()) == set(german)
    for code, words in parts().items():
        assert values(words) == values(german[code])


def test_what_would_help_is_printed_in_german_too() -> None:
    helps = (Clause("any-one-helps", {"limits": (Clause("limit-mass", {"option": "--capacity", "value": Decimal(120000)}),)}),)
    finding = Finding(catalogue.NO_ADMISSIBLE_PLAN, "plan", {"most": 4, "helps": helps})

    assert language("de").message(finding).endswith("; jede davon würde allein helfen: --capacity 120\u202f000\u00a0mg")


@pytest.mark.parametrize("form", ["lactose", "SuperBlend"])
def test_a_dosage_form_that_is_not_known_is_said_in_german(form: str) -> None:
    first, *others = excipient_findings([Named(form, ROLE_DOSAGE_FORM, "--dosage-form")])

    assert [] == [finding for finding in (first, *others) if UNTRANSLATED in GERMAN.message(finding)]
    assert "den Regeln ist nichts bekannt" in GERMAN.message(first)


def said_in(file: str, *keys: str) -> list[str]:
    """The texts that stand under `keys` anywhere in a file of the data."""
    found: set[str] = set()

    def search(value: object) -> None:
        if isinstance(value, dict):
            found.update(value[key] for key in keys if isinstance(value.get(key), str))
            value = list(value.values())
        for inner in value if isinstance(value, list) else []:
            search(inner)

    search(json.loads(shipped.read(file)))
    return sorted(found)


def test_every_phrase_of_the_rules_on_excipients_is_translated() -> None:
    cautions = json.loads(shipped.read("excipients.json"))["cautions"].values()
    phrases = [*said_in("excipients.json", "because", "evidence", "note"), *cautions]

    assert 50 < len(phrases)
    assert [] == [phrase for phrase in phrases if UNTRANSLATED in GERMAN.phrase(phrase)]


@pytest.mark.parametrize(
    ("file", "key"),
    [
        ("active_substances.json", "class"), ("doses.json", "because"), ("qc.json", "evidence"),
        ("standards.json", "evidence"), ("substances.json", "evidence"), ("ware.json", "evidence"),
    ],
)  # fmt: skip
def test_every_phrase_of_the_data_is_translated(file: str, key: str) -> None:
    phrases = said_in(file, key)

    assert phrases
    assert [] == [phrase for phrase in phrases if UNTRANSLATED in GERMAN.phrase(phrase)]


def test_what_a_solvent_does_to_a_shell_is_translated() -> None:
    effects = [effect for name in solvents() for _, effect in solvent(name).shells]

    assert effects
    assert [] == [effect for effect in effects if UNTRANSLATED in GERMAN.phrase(effect)]


def entered_by_code() -> list[str]:
    """The subjects of rows that stand in the code of the rules and not in their data."""
    trees = [ast.parse(path.read_text("utf-8")) for path in Path(excipients.__file__).parent.glob("*.py")]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    rows = [call.args[0] for call in calls if getattr(call.func, "id", "") == "ExcipientRow" and call.args]
    return [str(row.value) for row in rows if isinstance(row, ast.Constant) and row.value]


def graded() -> list[str]:
    """What a grade of a family can be called: see `_state` in compound/facts/excipients/reading.py."""
    families = [name for name in json.loads(shipped.read("excipients.json"))["families"] if name != "polyethylene glycol"]
    patterns = ("{} of low viscosity", "{} of high viscosity", "a grade of {} to ask about")
    return [pattern.format(name) for name in families for pattern in patterns]


def test_every_subject_of_the_rules_on_excipients_is_translated() -> None:
    known = {english.casefold() for part in ("vessels", "names", "texts") for english in CONTENT[part]}
    subjects = [*said_in("excipients.json", "is"), *graded(), *entered_by_code()]

    assert 200 < len(subjects)
    assert "a slow-release suffix" in subjects
    assert [] == [subject for subject in subjects if subject.casefold() not in known]


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("a lot number, or calcium carbonate", "eine Chargennummer oder Calciumcarbonat"),
        ("nearly naltrexone", "beinahe Naltrexon"),
        ("nearly oxycodone", "beinahe oxycodone"),  # international nonproprietary names stay as they are
    ],
)
def test_a_subject_that_opens_with_words_of_its_own_is_said_in_german(english: str, german: str) -> None:
    assert german == GERMAN.text(english)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("dolomite", "Dolomit"), ("chalk", "„chalk“ ist eine natürliche Quelle von Calciumcarbonat"),
        ("CaCO3", "„CaCO3“ ist Calciumcarbonat"), ("Methocel K4M", "Hypromellose hoher Viskosität"),
        ("oxycodone", "Opioid"), ("naltrexome", "ist beinahe Naltrexon"), ("SuperBlend SR", "„SR“ ist ein Retard-Zusatz am Namen"),
    ],
)  # fmt: skip
def test_what_is_said_of_a_name_is_german(name: str, said: str) -> None:
    messages = [GERMAN.message(finding) for finding in excipient_findings([Named(name, ROLE_EXCIPIENT, "--excipient")])]

    assert [] == [message for message in messages if UNTRANSLATED in message]
    assert said in " ".join(messages)
