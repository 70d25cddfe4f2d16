"""The languages of what is printed: every finding has its German sentences, with the same values in them."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from string import Formatter

import pytest
from helpers import judged

from compound.facts.excipients.rules import ROLE_DOSAGE_FORM
from compound.findings import codes as catalogue
from compound.findings.finding import Clause, Finding
from compound.judging.excipients import Named, excipient_findings
from compound.reading import shipped
from compound.showing import finding_rows
from compound.wording.catalogue import parts, sentences_of
from compound.wording.language import UNTRANSLATED, language
from compound.wording.notation import GERMAN_NOTATION as NOTATION

CONTENT = json.loads(shipped.sentences("de"))
GERMAN = language("de")


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
        codes = re.findall(r'^  "([a-z0-9-]+)": \{$', shipped.sentences("de").decode(), re.MULTILINE)

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


def test_every_phrase_of_the_rules_on_excipients_is_translated() -> None:
    data = json.loads(shipped.read("excipients.json"))
    phrases = {rule[key] for rule in data["rules"] for key in ("because", "evidence")} | set(data["cautions"].values())
    phrases |= {row["note"] for row in data["rows"] if "note" in row}

    assert [] == [phrase for phrase in sorted(phrases) if UNTRANSLATED in GERMAN.phrase(phrase)]
