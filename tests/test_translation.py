"""The languages of what is printed: every finding has its German sentences, with the same values in them."""

from __future__ import annotations

import ast
import json
import re
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest
from helpers import judged

from compound.facts import excipients
from compound.facts.excipients.rules import ROLE_DOSAGE_FORM, ROLE_EXCIPIENT
from compound.facts.ware import solvent, solvents
from compound.findings import codes as catalogue
from compound.findings.finding import Clause, Finding
from compound.judging.excipients import Named, excipient_findings
from compound.reading import shipped
from compound.showing import finding_rows
from compound.wording.catalogue import parts, sentences_of
from compound.wording.language import UNTRANSLATED, language

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

        assert {"title", "message", "remedy"} == set(german)
        assert values(sentences_of(entry).message) == values(german["message"])
        assert values(sentences_of(entry).remedy) == values(german["remedy"])

    def test_no_code_is_translated_that_is_not_in_the_catalogue(self) -> None:
        assert set() == set(CONTENT["findings"]) - set(catalogue.ENTRIES)

    def test_no_code_stands_there_twice(self) -> None:
        codes = re.findall(r'^  "([a-z0-9-]+)": \{$', shipped.wording("de").decode(), re.MULTILINE)

        assert sorted(codes) == sorted(set(codes))

    @pytest.mark.parametrize("code", catalogue.ENTRIES)
    def test_german_sentences_hold_no_unit_and_no_number_of_the_english_notation(self, code: str) -> None:
        text = " ".join(CONTENT["findings"][code].values())

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
