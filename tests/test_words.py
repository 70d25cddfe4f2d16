"""Words that go with their numbers: one and many, signs, the pair of units on a label, why there is no dose."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from helpers import judged
from hypothesis import given
from hypothesis import strategies as st

from compound.cli.files import open_template
from compound.correcting.weighed import audit_weighed
from compound.findings import codes
from compound.findings.finding import Clause, Finding, Said
from compound.judging.audit import Audit, audit
from compound.paper.paper import Paper
from compound.plan.plan import plan_from_dict
from compound.reading import shipped
from compound.showing import budget_rows, plan_rows, weighed_rows
from compound.wording import notation
from compound.wording.catalogue import message_of
from compound.wording.language import language
from compound.wording.language_file import LANGUAGES
from compound.wording.notation import MINUS, phrase
from compound.wording.qc_words import QcWords
from compound.wording.words import PlanWords
from compound.worksheet.details import Details
from compound.worksheet.render import lay_out
from compound.worksheet.template import Template

GERMAN_NOTATION = language("de").notation
ONE_AND_MANY = {
    "en": ("capsule", "capsules"), "de": ("Kapsel", "Kapseln"), "fr": ("gélule", "gélules"), "es": ("cápsula", "cápsulas"),
    "pt": ("cápsula", "cápsulas"), "nl": ("capsule", "capsules"),
}  # fmt: skip
NANOGRAM_NOT_MICROGRAM = {
    "en": "A nanogram is not a microgram.", "de": "Nanogramm ist nicht Mikrogramm.", "fr": "Nanogramme n’est pas microgramme.",
    "es": "Un nanogramo no es un microgramo.", "pt": "Nanograma não é micrograma.", "nl": "Een nanogram is geen microgram.",
}  # fmt: skip
MICROGRAM_NOT_MILLIGRAM = {
    "en": "mcg is not mg.", "de": "Mikrogramm ist nicht Milligramm.", "fr": "Microgramme n’est pas milligramme.",
    "es": "Un microgramo no es un miligramo.", "pt": "Micrograma não é miligrama.", "nl": "Een microgram is geen milligram.",
}  # fmt: skip
# Counts that are never one where their sentence is said, and why.
NEVER_ONE = {
    "most": "the most dilutions that are searched, and a limit that no word follows but `dilutions`",
    "units": "weights and contents that are judged are two or more", "given": "as many as were judged",
    "more": "the units of a second stage", "days": "of beyond use",
    "outside": "of two or more capsules", "step": "a number, not a count", "unit": "a number, not a count",
    "factor": "of a slip or of a rule, ten or more", "ratio": "of a dilution",
}  # fmt: skip


def template(code: str) -> Template:
    return open_template(None if code == "en" else f"worksheet.{code}")


def laid_out(found: Audit, language: str) -> Paper:
    return lay_out(found, template(language), Details(), "f" * 64, "A4")


def sentences(code: str) -> dict[str, str]:
    """Every sentence of the findings in a language, by its place."""
    findings = json.loads(shipped.wording(code))["findings"]
    return {f"{name}.{key}": text for name, table in findings.items() for key, text in table.items()}


def texts_of(value: object, name: str = "") -> dict[str, str]:
    if isinstance(value, str):
        return {name: value}
    parts: Mapping[Any, Any] = value if isinstance(value, Mapping) else getattr(value, "__dict__", {})
    return {place: text for key, part in parts.items() for place, text in texts_of(part, f"{name}.{key}").items()}


class TestOneAndMany:
    """A word goes with the count before it, in every language and in every kind of text."""

    @pytest.mark.parametrize(("count", "said"), [("1", "fill 1 capsule from batch, each"), ("30", "fill 30 capsules from batch, each")])
    def test_a_word_of_the_tables_goes_with_its_count(self, count: str, said: str) -> None:
        assert said == phrase(language("en").table(PlanWords).fill, {"count": count, "source": "batch"})

    def test_values_with_braces_are_taken_as_they_are(self) -> None:
        assert "{x} 1 capsule" == phrase("{name} {count} {count:capsule|capsules}", {"name": "{x}", "count": 1})

    @pytest.mark.parametrize(
        ("steps", "said"),
        [("4", "step 4, the smallest"), ("4, 7", "steps 4, 7, the smallest"), ("11", "step 11, the smallest")],
    )
    def test_a_list_of_steps_is_one_or_many(self, steps: str, said: str) -> None:
        values: dict[str, Said] = {"steps": steps, "amount": 20, "floor": 82, "factor": 820, "readability": Decimal("0.1")}

        assert said in message_of(Finding(codes.BELOW_USP_41_FLOOR, "steps", values))
        german = language("de").message(Finding(codes.BELOW_USP_41_FLOOR, "steps", values))
        assert ("Schritte" in german) == ("," in steps)

    @given(st.integers(0, 10_000))
    def test_one_thing_alone_takes_the_first_form(self, count: int) -> None:
        expected = "Kapsel" if count == 1 else "Kapseln"

        assert f"{GERMAN_NOTATION.count(count)} {expected}" == GERMAN_NOTATION.filled(
            "{count:count} {count:Kapsel|Kapseln}", {"count": count}
        )

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_no_sentence_puts_many_after_a_count_that_may_be_one(self, code: str) -> None:
        """`{count:count} capsules` without its forms is right only where the count is never one."""
        many = r"\{([a-z]+):count\} (?:[a-zäöü]+s|[A-ZÄÖÜ][a-zäöüß]+(?:en|er|ungen))\b"
        found = {(place, name) for place, text in sentences(code).items() for name in re.findall(many, text)}

        assert set() == {place for place, name in found if name not in NEVER_ONE}

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_no_table_of_words_does(self, code: str) -> None:
        table = json.loads(shipped.wording(code))["words"]
        many = r"\{count\} (?:(?:size )?[a-z]+s|[A-ZÄÖÜ][a-zäöüß]+(?:en|ungen))\b"

        judged_are_several = (".QcWords.weighed", ".QcWords.assayed")

        assert set(judged_are_several) >= {place for place, text in texts_of(table).items() if re.search(many, text)}

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_a_sheet_of_one_capsule_speaks_of_one(self, code: str) -> None:
        found = judged(dose="4.5 mg", capsules="1")
        text = " ".join(box.text for box in laid_out(found, language=code).boxes)

        one, many = ONE_AND_MANY[code]
        assert [] == re.findall(rf"(?<![0-9,.\u202f])1[ \u00a0]{many}\b", text)
        assert re.search(rf"(?<![0-9,.\u202f])1[ \u00a0]{one}\b", text)

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_weights_and_assays_are_named_with_their_counts(self, code: str) -> None:
        assert "{count}" in language(code).table(QcWords).weighed


class TestSigns:
    """A negative number carries a true minus sign, in whatever form it is written."""

    @given(st.fractions(-1000, 1000, max_denominator=1000), st.sampled_from(LANGUAGES))
    def test_no_number_carries_a_hyphen(self, value: Fraction, code: str) -> None:
        written = language(code).notation
        said = [written.number(value), written.percent(value), written.signed_percent(value), written.mass(value),
                written.fixed(value, 2), written.reading(value, Decimal("0.1"))]  # fmt: skip

        assert [] == [text for text in said if "-" in text]
        assert (MINUS in written.number(value)) == (value < 0)

    @pytest.mark.parametrize(
        ("deviation", "said"),
        [(Fraction("-9.6294"), f"{MINUS}9.6294 % off"), (Fraction("9.5"), "+9.5 % off"),
         (Fraction(-100, 7), f"about {MINUS}14.2857 % off")],
    )  # fmt: skip
    def test_a_deviation_is_said_with_its_sign(self, deviation: Fraction, said: str) -> None:
        aim = (Clause("label-says", {"target": Fraction(1, 500)}),)
        values: dict[str, Said] = {"dose": Fraction(1, 500), "aim": aim, "deviation": deviation, "limit": 5}

        assert said in message_of(Finding(codes.DOSE_OFF_LABEL, "--dose", values))
        german = language("de").message(Finding(codes.DOSE_OFF_LABEL, "--dose", values))
        assert (MINUS in german, "-" in german) == (deviation < 0, False)


class TestLabel:
    """Which units are not each other is said to who compares the label, never to the patient."""

    @pytest.mark.parametrize(
        ("dose", "pair"),
        [
            ("20 nanograms", NANOGRAM_NOT_MICROGRAM), ("999 nanograms", NANOGRAM_NOT_MICROGRAM),
            ("1 mcg", MICROGRAM_NOT_MILLIGRAM), ("2 mcg", MICROGRAM_NOT_MILLIGRAM), ("4.5 mg", MICROGRAM_NOT_MILLIGRAM),
        ],
    )
    def test_the_pair_is_that_of_the_dose(self, dose: str, pair: dict[str, str]) -> None:
        for code, said in pair.items():
            sheet = laid_out(judged(dose=dose), language=code)
            texts = [box.text for box in sheet.boxes]
            spoken = " ".join(texts)

            assert said in spoken
            assert 1 == sum(spoken.count(one[code]) for one in (NANOGRAM_NOT_MICROGRAM, MICROGRAM_NOT_MILLIGRAM))
            # It ends the line for who compares; a line of the label would begin with it.
            assert [] == [text for text in texts if text.startswith(said)]

    def test_both_pairs_stand_in_every_shipped_template(self) -> None:
        for code in LANGUAGES:
            assert {"special", "special_nanogram"} <= set(template(code).words["label"])


def liquid(*more: dict[str, Any]) -> dict[str, Any]:
    """An aliquot of a solution: 10 mg in 100 mL, of which 1 mL is taken."""
    steps = [
        {"action": "weigh", "role": "drug", "material": "naltrexone hydrochloride", "amount_mg": "100", "vessel": "solution 1"},
        {"action": "make_up", "material": "water", "volume_ml": "100", "vessel": "solution 1"},
        {"action": "mix", "vessel": "solution 1"},
        {"action": "transfer", "from": "solution 1", "amount_ml": "1", "vessel": "dose"},
        *more,
    ]
    return {
        "request": {"dose_mg": "1"}, "balance": {"sensitivity_mg": "1", "readability_mg": "1"}, "content_fraction": "1",
        "steps": [{"number": number, **step} for number, step in enumerate(steps, 1)],
    }  # fmt: skip


class TestNoDose:
    """A plan without capsules is told apart from one whose steps cannot be carried out."""

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ((), {"en": "none: no step fills capsules", "de": "keine: kein Schritt füllt Kapseln",
                  "fr": "aucune\u00a0: aucune étape ne remplit de gélules"}),
            (({"action": "fill", "from": "dose", "amount_mg": "100", "count": 1, "vessel": "capsules"},),
             {"en": "none: the steps cannot be carried out", "de": "keine: die Schritte sind nicht ausführbar",
              "fr": "aucune\u00a0: les étapes ne peuvent pas être exécutées"}),
        ],
    )  # fmt: skip
    def test_why_there_is_none(self, more: tuple[dict[str, Any], ...], said: dict[str, str]) -> None:
        plan = plan_from_dict(liquid(*more))
        assert said["en"] in dict(plan_rows.accuracy_rows(audit(plan))).values()
        for code, expected in said.items():
            assert expected in dict(weighed_rows.dose_rows(audit_weighed(plan, {}), language(code))).values()


class TestForms:
    """A dose in one form is as much drug as another mass of the form on the shelf, whichever of the two is heavier."""

    @pytest.mark.parametrize("factor", [Fraction("0.90989"), Fraction("1.107")])
    def test_a_mass_is_never_said_to_be_in_a_smaller_one(self, factor: Fraction) -> None:
        values: dict[str, Said] = {"dose_as": "naltrexone hydrochloride dihydrate", "stated": "naltrexone", "factor": factor}
        found = Finding(codes.FORM_CONVERTED, "--dose-as", values)

        assert f"1 mg of it is as much drug as {notation.number(factor)} mg of naltrexone" in message_of(found)
        assert "steckt in" not in language("de").message(found)


class TestReadings:
    """Zeros that a balance adds stand only where it says that they are a reading."""

    @given(st.integers(1, 10**7), st.sampled_from(["0.001", "0.01", "0.02", "0.1", "0.5", "1", "5"]))
    def test_a_target_with_zeros_at_its_end_says_that_it_is_read(self, count: int, readability: str) -> None:
        mg = count * Fraction(readability)
        for code, reads, point in (("en", "reads ", "."), ("de", "Anzeige\u00a0", ",")):
            written = language(code).notation
            shown, said = (write(mg, Decimal(readability)) for write in (written.reading, written.target))

            assert said in (shown, written.milligrams(mg), reads + shown)
            zeros = re.search(rf"{re.escape(point)}[0-9]*0[ \u00a0]mg$", shown)
            assert said.startswith(reads) == bool(zeros)
            assert said.endswith(shown) if zeros else said == written.milligrams(mg)

    def test_no_amount_but_a_target_carries_the_zeros_of_the_balance(self) -> None:
        found = judged(dose="0.5 mg", balance_sensitivity="0.1 mg", capsules="100")
        zeros = re.compile(r"\.[0-9]*0 mg")

        assert ["reads 60.0 mg", "reads 940.0 mg"] == [row.amount for row in plan_rows.step_rows(found)][:2]
        assert [] == [row.total for row in plan_rows.mixture_rows(found) if zeros.search(row.total)]
        assert [] == [row.amount for row in budget_rows.budget_rows(found) if zeros.search(row.amount)]
        for mixture in found.mixtures:
            assert [] == [row for row in plan_rows.doubling_rows(found, mixture.vessel) if zeros.search(row.total)]
