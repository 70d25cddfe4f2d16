"""The everyday question without a batch (issue, section 4): answers, their proof by replay, and what is refused."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from helpers import COMMAND, DRUG
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from compound.aliquot.answer import Answer, answer
from compound.aliquot.asked import ASKED, Ask
from compound.aliquot.question import read_question
from compound.cli.aliquot import command
from compound.exact.errors import InputError
from compound.exact.quantity import canonical, is_multiple
from compound.facts import standards
from compound.facts.balances import largest_error
from compound.judging.accuracy import measured, worst_case
from compound.judging.replay import replay
from compound.plan.plan import DILUENT, Fill, MakeUp, Mix, Transfer, Weigh
from compound.plan.plan import DRUG as DRUG_ROLE
from compound.showing.aliquot_rows import mixing_rows
from compound.wording.language import UNTRANSLATED, language
from compound.worksheet.aliquot_page import aliquot_pdf

BALANCE = {"balance-sensitivity": "6 mg"}


def asked(**options: Any) -> Answer:
    """The answer to options written with underscores."""
    return answer(read_question({name.replace("_", "-"): value for name, value in options.items()}))


def codes_of(found: Answer) -> set[str]:
    return {one.code for one in found.findings} | {one.code for one in found.not_checked}


def amounts(found: Answer) -> list[str]:
    """Drug, diluent, total and aliquot, in mg or mL; what there is none of is left out."""
    assert found.worked is not None
    made = (found.worked.drug, found.worked.diluent, found.worked.total, found.worked.take)
    return [canonical(one) for one in made if one is not None]


def page_texts(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(content)).pages]


def run(line: str) -> Result:
    return CliRunner().invoke(command, shlex.split(line))


class TestAnswers:
    """The issue's own questions, with the numbers that must come out."""

    def test_the_least_weighable_quantity_is_printed_and_nothing_else(self) -> None:
        """6 mg / 4 % = 150 mg."""
        done = run("--balance-sensitivity '6 mg' --weighing-error 4%")

        assert "least weighable quantity  150 mg (largest error 6 mg / weighing error 4 %)\n" == done.output

    def test_an_aliquot_of_powder(self) -> None:
        """By hand: 120 / 5 = 24; 24 x 5 = 120 mg in 24 x 120 = 2,880 mg; 1.05² - 1 = 10.25 %, 1 - 0.95² = 9.75 %."""
        found = asked(need="5 mg", **BALANCE)
        assert found.worked is not None
        assert found.proof is not None

        assert ["120", "2760", "2880", "120"] == amounts(found)
        assert 24 == found.worked.multiple
        assert [5, 5, 5] == [found.proof.given, found.proof.each[0].percent, found.proof.each[-1].percent]
        assert (Fraction("-9.75"), Fraction("10.25")) == (found.proof.low_percent, found.proof.high_percent)
        assert "aliquot-worst-case-above-limit" in codes_of(found)

    def test_what_would_keep_it_within_the_limit_does(self) -> None:
        found = asked(need="5 mg", **BALANCE)
        assert found.keeps is not None
        larger, proof = found.keeps
        again = asked(need="5 mg", multiple=canonical(larger.multiple), take=f"{canonical(larger.take or 0)} mg", **BALANCE)
        finer = asked(need="5 mg", multiple="24", take="120 mg", minimum_weight="120 mg",
                      balance_sensitivity=f"{canonical(found.finer or 0)} mg")  # fmt: skip

        assert [250, 12250, 250] == [larger.drug, larger.diluent, larger.take]
        assert 5 >= (proof.high_percent or 99)
        assert again.proof == proof
        for one in (again, finer):
            assert "aliquot-worst-case-above-limit" not in codes_of(one)

    def test_what_would_keep_a_solution_within_the_limit_does(self) -> None:
        """6 / 120 = 5 %, and the tolerance of the pipette on top; of 10 times the need 6 / 200 = 3 %."""
        how = {"need": "20 mg", "into": "30 mL", "measure": ("measuring pipette 5 mL",), **BALANCE}
        found = answer(read_question(how))
        assert found.keeps is not None
        again = answer(read_question({**how, "multiple": canonical(found.keeps[0].multiple)}))

        assert ["120", "30", "5"] == amounts(found)
        assert ["200", "30", "3"] == amounts(again)
        assert again.proof == found.keeps[1]
        assert "aliquot-worst-case-above-limit" in codes_of(found) - codes_of(again)

    def test_another_multiple(self) -> None:
        assert ["125", "2875", "3000", "120"] == amounts(asked(need="5 mg", multiple="25", **BALANCE))

    def test_other_multiples_are_listed_while_they_stay_round(self) -> None:
        others = asked(need="5 mg", **BALANCE).others

        assert [25, 30, 40, 50, 60, 70] == [int(one.multiple) for one in others]

    def test_an_aliquot_of_a_solution(self) -> None:
        found = asked(need="20 mg", minimum_weight="120 mg", into="30 mL")

        assert ["120", "30", "5"] == amounts(found)
        assert 6 == found.doses
        assert "aliquot-error-not-checked" in codes_of(found)
        assert "aliquot-tolerance-not-given" in codes_of(found)
        assert "aliquot-keeping-not-checked" in codes_of(found)

    def test_an_aliquot_of_a_liquid(self) -> None:
        assert ["3", "7", "10", "2"] == amounts(asked(need="0.6 mL", measure=("cylinder 10 mL",)))

    def test_the_minimum_weight_by_usp_41(self) -> None:
        """2,000 x 0.08 mg = 160 mg, for 0.41 x 0.1 mg is less; 820 x 0.1 mg = 82 mg; 0.1 + 2.83 x 0.08 = 0.326 mg."""
        question = read_question({"repeatability": "0.08 mg", "readability": "0.1 mg"})
        assert question.balance is not None

        assert 160 == question.least
        assert 82 == question.floor_by_usp
        assert Decimal("0.33") == question.balance.sensitivity.mg
        assert run("--repeatability '0.08 mg' --readability '0.1 mg'").output.startswith("least weighable quantity     160 mg")

    def test_a_spread_below_its_floor_counts_as_the_floor(self) -> None:
        assert 82 == read_question({"repeatability": "0.01 mg", "readability": "0.1 mg"}).least

    def test_the_mass_of_this_lot(self) -> None:
        """4.5 / 0.987 = 4.55927… mg."""
        found = asked(need="4.5 mg", assay="98.7%", assay_basis="as-is")

        assert ["4.5593"] == amounts(found)
        assert "Weigh 4.5593 mg of this lot." in run("--need '4.5 mg' --assay 98.7% --assay-basis as-is").output

    @pytest.mark.parametrize("form", ["--mix 50% 10%", "--mix 50% --mix 10%", "--mix=50% --mix=10%", "--mix 10% --mix 50%"])
    def test_alligation(self, form: str) -> None:
        """17 - 10 = 7 parts of 50 %, 50 - 17 = 33 parts of 10 %: 17.5 g and 82.5 g of 100 g."""
        done = run(f"{form} --to 17% --total '100 g'")

        assert done.output.startswith("Mix 7 parts of 50 %, 17.5 g, with 33 parts of 10 %, 82.5 g.")

    @pytest.mark.parametrize(
        ("strengths", "to", "parts"),
        [(("pure", "10%"), "25%", "Mix 1 part of 100 % with 5 parts of 10 %."),
         (("50%", "diluent"), "10 mg/g", "Mix 1 part of 50 % with 49 parts of 0 %."),
         (("1 in 3", "0%"), "1 in 6", "Mix 1 part of about 33.3333 % with 1 part of 0 %.")],
    )  # fmt: skip
    def test_alligation_with_the_pure_drug_and_with_diluent(self, strengths: tuple[str, str], to: str, parts: str) -> None:
        """(25 - 10) : (100 - 25) = 1 : 5; (1 - 0) : (50 - 1) = 1 : 49; (1/6) : (1/3 - 1/6) = 1 : 1."""
        assert parts in run(f"--mix '{strengths[0]}' '{strengths[1]}' --to '{to}'").output

    def test_a_tablet_in_a_liquid(self) -> None:
        found = asked(tablet="50 mg", into="50 mL", need="4.5 mg")
        assert found.proof is not None

        assert ["50", "50", "4.5"] == amounts(found)
        assert 11 == found.doses
        assert [-10, 10] == [found.proof.total_low_percent, found.proof.total_high_percent]
        assert "Put 1 tablet of 50 mg in, make up to 50 mL, take 4.5 mL (1 mg per mL)." in run(
            "--tablet '50 mg' --into '50 mL' --need '4.5 mg'"
        ).output

    def test_as_many_tablets_as_hold_the_need(self) -> None:
        assert ["100", "50", "30"] == amounts(asked(tablet="50 mg", into="50 mL", need="60 mg"))

    def test_a_source_that_is_not_the_pure_drug_says_so_in_the_answer(self) -> None:
        done = run(f"'{DRUG}' --need '0.5 mg' --strength '10 mg/g' --balance-sensitivity '1 mg'")

        assert "Weigh 50 mg of naltrexone hydrochloride trituration 10 mg per g, NOT the drug" in " ".join(done.output.split())

    def test_a_lot_whose_mass_the_balance_rounds_is_dissolved_and_the_rounding_said(self) -> None:
        """250 / 0.987 = 253.29 mg; the balance shows 253 mg, 0.1 % less."""
        found = asked(need="25 mg", balance_sensitivity="1 mg", assay="98.7%", assay_basis="as-is", into="50 mL",
                      measure=("flask 50 mL", "pipette 5 mL"))  # fmt: skip

        assert ["253", "50", "5"] == amounts(found)
        assert "aliquot-rounded" in codes_of(found)

    def test_what_can_be_weighed_needs_no_aliquot(self) -> None:
        found = asked(need="100 mg", balance_sensitivity="4 mg")
        assert found.worked is not None
        assert found.proof is not None

        assert found.worked.direct
        assert [-4, 4] == [found.proof.low_percent, found.proof.high_percent]


# The published problems (tests/cases/museum.json): by their ids, the question as it is printed, and the printed answer.
PUBLISHED: list[tuple[str, dict[str, Any], list[str]]] = [
    ("solid-01", {"need": "2 mg", "take": "125 mg", **BALANCE}, ["120", "7380", "7500", "125"]),
    ("solid-02", {"need": "20 mg", **BALANCE}, ["120", "600", "720", "120"]),
    ("solid-03a", {"need": "50 mg", "take": "200 mg", **BALANCE}, ["150", "450", "600", "200"]),
    ("solid-03b", {"need": "50 mg", **BALANCE}, ["150", "210", "360", "120"]),
    ("solid-05", {"need": "12 mg", **BALANCE}, ["120", "1080", "1200", "120"]),
    ("solid-09", {"need": "15 mg", "minimum-weight": "120 mg"}, ["120", "840", "960", "120"]),
    ("solid-10b", {"need": "5 mg", "balance-sensitivity": "4 mg"}, ["80", "1200", "1280", "80"]),
    ("solid-15", {"need": "40 mg", "minimum-weight": "120 mg"}, ["120", "240", "360", "120"]),
    ("liquid-03", {"need": "60 mg", "minimum-weight": "110 mg", "multiple": "5", "into": "50 mL"}, ["300", "50", "10"]),
    ("liquid-04 in 10 mL", {"need": "20 mg", "minimum-weight": "200 mg", "into": "10 mL", "solubility": "250 mg/mL"},
     ["200", "10", "1"]),
    ("liquid-04 in 0.8 mL", {"need": "20 mg", "minimum-weight": "200 mg", "into": "0.8 mL", "solubility": "250 mg/mL"},
     ["200", "0.8", "0.08"]),
    ("liquid-05 in 80 mL", {"need": "20 mg", "minimum-weight": "200 mg", "into": "80 mL", "solubility": "2.5 mg/mL"},
     ["200", "80", "8"]),
    ("liquid-05 in 200 mL", {"need": "20 mg", "minimum-weight": "200 mg", "into": "200 mL", "solubility": "2.5 mg/mL"},
     ["200", "200", "20"]),
    ("liquid-08", {"need": "15 mg", "balance-sensitivity": "4 mg", "weigh": "80 mg", "into": "120 mL"}, ["80", "120", "22.5"]),
    ("liquid-09", {"need": "0.5 mL", "multiple": "10", "take": "5 mL"}, ["5", "45", "50", "5"]),
    ("liquid-12", {"need": "4.5 mg", "tablet": "50 mg", "into": "50 mL"}, ["50", "50", "4.5"]),
    ("tri-04", {"need": "1.5 mg", "strength": "1 in 100"}, ["150"]),
    ("tri-17", {"need": "0.3 mg", "strength": "0.1%"}, ["300"]),
    ("tri-18", {"need": "37.5 mg", "tablet": "50 mg in 140 mg"}, ["105"]),
]  # fmt: skip
# The same for the least weighable quantity.
LEAST = [
    ("lwq-02", "10 mg", "5%", "200"), ("lwq-05", "1 mg", "1%", "100"), ("lwq-06", "4.5 mg", "3.6%", "125"),
    ("lwq-07", "7.5 mg", "7.2%", "625/6"), ("lwq-09", "0.003 g", "5%", "60"), ("lwq-11", "1 mg", "5%", "20"),
]  # fmt: skip


class TestPublished:
    """Problems that could only be entered step by step, or bent, are asked as they are printed."""

    @pytest.mark.parametrize(("name", "options", "printed"), PUBLISHED, ids=[one[0] for one in PUBLISHED])
    def test_the_printed_answer_comes_out(self, name: str, options: dict[str, Any], printed: list[str]) -> None:
        found = answer(read_question(options))

        assert printed == amounts(found)
        assert found.proof is not None
        assert 0 == found.proof.deviation_percent

    @pytest.mark.parametrize(
        ("name", "to", "total", "drug", "diluent"),
        [("tri-06", "1 in 100", "5 g", "50", "4950"), ("tri-07", "1 in 1000", "250 g", "250", "249750")],
        ids=["tri-06", "tri-07"],
    )
    def test_a_trituration_of_a_strength(self, name: str, to: str, total: str, drug: str, diluent: str) -> None:
        """1 in N counts N total parts."""
        assert [drug, diluent] == amounts(asked(mix=("pure", "diluent"), to=to, total=total))[:2]

    @pytest.mark.parametrize(("name", "sensitivity", "error", "printed"), LEAST, ids=[one[0] for one in LEAST])
    def test_the_least_weighable_quantity(self, name: str, sensitivity: str, error: str, printed: str) -> None:
        assert printed == canonical(read_question({"balance-sensitivity": sensitivity, "weighing-error": error}).least or 0)

    def test_a_quantity_rounded_down_is_named_as_what_the_balance_shows_above_it(self) -> None:
        """lwq-07 prints 104 mg for 625/6 mg; at 104 mg the error is above the limit."""
        assert "on this balance 105 mg" in " ".join(run("--balance-sensitivity '7.5 mg' --weighing-error 7.2%").output.split())

    @pytest.mark.parametrize(("spread", "printed"), [("0.015", 30), ("0.1", 200), ("0.5", 1000)])
    def test_usp_41_by_its_standard_deviations(self, spread: str, printed: int) -> None:
        """minw-05: 2,000 standard deviations."""
        assert printed == read_question({"repeatability": f"{spread} mg", "readability": "0.01 mg"}).least

    @pytest.mark.parametrize(
        ("error", "amount", "percent"), [("4 mg", "100 mg", "4"), ("6 mg", "120 mg", "5"), ("1 g", "8 g", "12.5")]
    )
    def test_the_error_of_one_weighing_is_of_the_amount_wanted(self, error: str, amount: str, percent: str) -> None:
        """pe-02, pe-04, pe-10."""
        found = asked(need=amount, balance_sensitivity=error, weighing_error="12.5%")
        assert found.proof is not None

        assert Fraction(percent) == found.proof.each[0].percent

    def test_the_misprint_of_solid_12_is_contradicted(self) -> None:
        """Printed: 60 mg in 480 mg, and 60 mg of it hold 6 mg. 64 mg in 480 mg hold 8 mg in 60 mg."""
        assert ["64", "416", "480", "60"] == amounts(asked(need="8 mg", balance_sensitivity="3 mg"))

    def test_the_misprint_of_solid_13_is_contradicted(self) -> None:
        """Printed: an aliquot of 75 mg, a third of the diluent. 120 mg of the 360 mg hold 45 mg."""
        found = asked(need="45 mg", minimum_weight="120 mg")

        assert ["135", "225", "360", "120"] == amounts(found)


needs = st.decimals("0.5", "200", places=1)
sensitivities = st.sampled_from(["0.1", "0.5", "1", "2", "6"])


class TestProperties:
    """Whatever is asked, what is printed is what the steps give."""

    @given(needs, sensitivities, st.sampled_from(["1%", "4%", "5%"]))
    @settings(max_examples=150, deadline=None)
    def test_an_aliquot_is_weighable_in_all_its_parts_and_holds_the_need(
        self, need: Decimal, sensitivity: str, error: str
    ) -> None:
        found = asked(need=f"{canonical(need)} mg", balance_sensitivity=f"{sensitivity} mg", weighing_error=error)
        question, worked, proof = found.question, found.worked, found.proof
        assert worked is not None
        assert proof is not None
        assert question.least is not None
        assert question.readability is not None
        weighed = [Fraction(step.amount_mg or 0) for step in worked.steps if isinstance(step, Weigh | Transfer)]

        assert all(one >= question.least and is_multiple(one, question.readability.mg) for one in weighed)
        assert abs(proof.deviation_percent) <= Fraction("0.1") or "aliquot-rounded" in codes_of(found)
        if not worked.direct:
            assert sum(weighed[:2]) == worked.total
            assert proof.given == weighed[0] * weighed[2] / sum(weighed[:2])

    @given(needs, sensitivities)
    @settings(max_examples=100, deadline=None)
    def test_the_worst_case_is_that_of_a_plan_that_fills_the_aliquot_into_one_capsule(
        self, need: Decimal, sensitivity: str
    ) -> None:
        """The bounds are worked out a second time, by the judge of plans."""
        found = asked(need=f"{canonical(need)} mg", balance_sensitivity=f"{sensitivity} mg")
        assert found.worked is not None
        assert found.proof is not None
        if found.worked.direct:
            return  # there is no aliquot
        steps = found.worked.steps
        fill = Fill(len(steps) + 2, "aliquot", Decimal(canonical(found.worked.take or 0)), 1, "capsules")
        judged = replay((*steps, Mix(len(steps) + 1, "aliquot"), fill), Fraction(1))
        bounds = worst_case(judged, measured(judged, Fraction(sensitivity)))

        assert judged.dose_mg == found.proof.given
        assert bounds is not None
        assert [found.proof.low_percent, found.proof.high_percent] == [100 * (one / found.proof.wanted - 1) for one in bounds]

    @given(needs, sensitivities)
    @settings(max_examples=100, deadline=None)
    def test_no_smaller_whole_multiple_can_be_weighed_as_it_is(self, need: Decimal, sensitivity: str) -> None:
        """Tried one by one: below the one printed a multiple is too little, or no amount that the display shows."""
        found = asked(need=f"{canonical(need)} mg", balance_sensitivity=f"{sensitivity} mg")
        assert found.worked is not None
        if found.worked.direct or found.worked.multiple.denominator > 1:
            return  # nothing is multiplied, or not by a whole number
        least, step = found.question.least, found.question.readability
        assert least is not None
        assert step is not None

        for multiple in range(2, int(found.worked.multiple)):
            drug = multiple * Fraction(need)
            assert drug < least or not is_multiple(drug, step.mg)

    @given(st.sampled_from(["0.2", "0.3", "0.4", "0.6", "0.7", "0.8", "1.5"]), st.sampled_from([5, 10, 25]))
    def test_of_all_dilutions_of_a_liquid_the_one_of_the_smallest_multiple_and_total_is_printed(
        self, need: str, size: int
    ) -> None:
        """All drugs, totals and aliquots that a cylinder reads are tried."""
        marks = [Fraction(size, 10) * n for n in range(2, 11)]
        wanted = Fraction(need)
        able = [
            (drug / wanted, total)
            for drug in marks for total in marks for take in marks
            if (drug / wanted).denominator == 1 and drug > wanted and total - drug >= marks[0] and take * drug == wanted * total
        ]  # fmt: skip
        found = asked(need=f"{need} mL", measure=(f"cylinder {size} mL",)).worked

        if wanted in marks:
            assert found is not None
            assert found.direct
        else:
            assert (min(able) if able else None) == (None if found is None else (found.multiple, found.total))

    @given(needs, sensitivities)
    @settings(max_examples=100, deadline=None)
    def test_what_is_proposed_keeps_the_limit(self, need: Decimal, sensitivity: str) -> None:
        found = asked(need=f"{canonical(need)} mg", balance_sensitivity=f"{sensitivity} mg")
        assume(found.keeps is not None)
        assert found.keeps is not None
        assert found.proof is not None

        assert (found.proof.worst_percent or 0) > 5
        assert (found.keeps[1].worst_percent or 99) <= 5

    @given(st.decimals("0.001", "2", places=3), st.sampled_from(["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]))
    def test_the_largest_error_by_a_spread_is_the_next_two_digits(self, spread: Decimal, step: str) -> None:
        assume(spread > 0)
        found = largest_error(Decimal(step), Fraction(spread) ** 2)
        unit = Decimal(1).scaleb(found.mg.adjusted() - 1)
        below = Fraction(found.mg - unit) - Fraction(step)

        assert (Fraction(found.mg) - Fraction(step)) ** 2 >= 8 * Fraction(spread) ** 2
        assert below < 0 or below**2 < 8 * Fraction(spread) ** 2
        assert 2 >= len(found.mg.normalize().as_tuple().digits)

    @given(st.integers(1, 99), st.integers(0, 98), st.integers(1, 98))
    def test_a_mixture_has_the_strength_wanted(self, higher: int, lower: int, wanted: int) -> None:
        assume(lower < wanted < higher)
        found = asked(mix=(f"{higher}%", f"{lower}%"), to=f"{wanted}%", total=f"{higher - lower} g")
        assert found.proof is not None

        assert Fraction(wanted, 100) == found.proof.given

    @given(st.sampled_from(["0.2", "0.3", "0.4", "0.5", "0.6", "0.8", "1.5"]), st.sampled_from([10, 25, 50]))
    def test_every_volume_of_a_liquid_is_one_that_the_ware_measures(self, need: str, size: int) -> None:
        found = asked(need=f"{need} mL", measure=(f"cylinder {size} mL",))
        if found.worked is None:
            assert "aliquot-not-measurable" in codes_of(found)
            return
        marks = {Fraction(size, 10) * n for n in range(2, 11)}
        assert found.proof is not None

        assert Fraction(need) == found.proof.given
        assert {found.worked.drug, found.worked.total, found.worked.take} <= marks


SOME = {
    "need": ["5 mg", "0.3 mg", "4.5 mg", "2 mcg", "100 mg", "0.6 mL", "1.25 mL", "0.000000001 mg", "999999999 mg"],
    "balance-sensitivity": ["6 mg", "0.1 mg", "10 g"], "repeatability": ["0.08 mg"], "readability": ["0.1 mg", "5 mg"],
    "weighing-error": ["0.01%", "50%"], "minimum-weight": ["120 mg", "20 mg"], "dose-error": ["1%", "0.001%"],
    "multiple": ["1", "25", "999999999"], "weigh": ["120 mg", "0.001 mg"], "take": ["125 mg", "5 mL", "0.3 mg"],
    "into": ["30 mL", "0.001 mL", "9999 mL", "7 mL"], "measure": [("cylinder 10 mL",), ("flask 50 mL", "pipette 5 mL")],
    "strength": ["10 mg/g", "1 in 3"], "tablet": ["50 mg", "50 mg in 170 mg"], "capacity": ["50 g"],
    "mix": [("50%", "3%"), ("pure", "diluent")], "to": ["17%", "1 in 30"], "total": ["100 g", "1 mg"],
}  # fmt: skip


@given(st.lists(st.sampled_from(sorted(SOME)), min_size=1, max_size=5, unique=True), st.randoms(use_true_random=False))
@settings(max_examples=400, deadline=None)
def test_every_question_is_answered_or_refused_by_name(names: list[str], pick: Any) -> None:
    """No mixture of options makes the program fail; an error names an option, and an answer is proven."""
    options = {name: pick.choice(SOME[name]) for name in {*names, pick.choice(["need", *names])}}
    try:
        found = answer(read_question(options))
    except InputError as error:
        assert all(one.where.startswith("--") for one in error.each)
    else:
        assert (found.proof is None) == (found.worked is None or not found.worked.steps)


class TestReplay:
    """A liquid drug is counted by the volume that is poured in."""

    def test_a_liquid_drug_is_counted_per_ml_of_what_is_poured_on_top(self) -> None:
        steps = (MakeUp(1, "drug", Decimal(3), "A"), MakeUp(2, "water", Decimal(10), "A"), Mix(3, "A"),
                 Transfer(4, "A", "B", amount_ml=Decimal(2)))  # fmt: skip
        found = replay(steps, Fraction(1), contents={1: Fraction(1, 2)})

        assert Fraction(3, 10) == found.held("B").drug_mg

    def test_the_diluent_stands_at_the_other_end_of_its_error(self) -> None:
        """(120 + 6) mg in the same total of 2,880 mg: both errors of the mixture cancel."""
        found = asked(need="5 mg", **BALANCE)
        assert found.worked is not None
        corner = {1: Fraction(126), 2: Fraction(2754), 4: Fraction(126)}

        assert Fraction("5.5125") == replay(found.worked.steps, Fraction(1), corner).held("aliquot").drug_mg


class TestFindings:
    """What is assumed, doubtful or must not be made."""

    @pytest.mark.parametrize(
        ("options", "code"),
        [
            ({"need": "0.7 mL", "measure": ("cylinder 10 mL", "flask 10 mL"), "multiple": "9"}, "aliquot-not-measurable"),
            ({"need": "20 mg", "minimum-weight": "120 mg", "into": "30 mL", "weigh": "130 mg", "measure": ("pipette 5 mL",)},
             "aliquot-ware-lacks-mark"),
            ({"need": "20 mg", **BALANCE}, "aliquot-mixture-small"),
            ({"need": "20 mg", "minimum-weight": "120 mg", "into": "30 mL", "solubility": "3 mg/mL"}, "aliquot-not-dissolved"),
            ({"need": "20 mg", "minimum-weight": "120 mg", "into": "30 mL", "solubility": "5 mg/mL"}, "aliquot-near-solubility"),
            ({"need": "4.5 mg", "tablet": "50 mg", "into": "50 mL", "measure": ("pipette 5 mL",)}, "aliquot-off"),
            ({"need": "4.8 mg", "tablet": "50 mg", "into": "50 mL", "measure": ("pipette 5 mL",)}, "aliquot-rounded"),
            ({"need": "4.5 mg", "tablet": "50 mg", "into": "50 mL"}, "aliquot-solubility-not-checked"),
            ({"need": "5 mg", **BALANCE}, "aliquot-mixing-not-checked"),
            ({"need": "5 mg", "multiple": "10", **BALANCE}, "below-least-weighable"),
            ({"need": "5 mg", "multiple": "10", "minimum-weight": "120 mg"}, "below-least-weighable"),
            ({"need": "1 mg", **BALANCE}, "above-max-dilution"),
            ({"need": "5 mg", "capacity": "2 g", **BALANCE}, "above-capacity"),
            ({"need": "5 mg", "take": "120.5 mg", **BALANCE}, "not-readable"),
            ({"need": "5 mg", "weighing-error": "10%", **BALANCE}, "weighing-error-loose"),
            ({"need": "5 mg", "minimum-weight": "100 mg", **BALANCE}, "minimum-weight-below-rule"),
            ({"need": "5 mg", "diluent": "calcium carbonate", **BALANCE}, "excipient-disallowed"),
            ({"need": "5 mg", "readability": "1 mg", **BALANCE}, "below-usp-41-floor"),
            ({"need": "5 mg", "drug": "acetaminophen", **BALANCE}, "drug-unknown"),
            ({"need": "5 mg", "drug": DRUG, **BALANCE}, "potency-not-entered"),
        ],
    )  # fmt: skip
    def test_the_finding_is_raised(self, options: dict[str, Any], code: str) -> None:
        assert code in codes_of(answer(read_question(options)))

    def test_a_readability_that_nobody_stated_says_nothing_of_the_floor(self) -> None:
        assert "below-usp-41-floor" not in codes_of(asked(need="5 mg", **BALANCE))

    def test_what_must_not_be_made_prints_no_amounts_and_exits_1(self, tmp_path: Path) -> None:
        done = run(f"--need '1 mg' --balance-sensitivity '6 mg' --pdf {tmp_path / 'sheet.pdf'}")

        assert 1 == done.exit_code
        assert "" == done.stdout
        assert [] == list(tmp_path.iterdir())

    def test_an_unknown_drug_can_be_taken_on_with_a_reason(self) -> None:
        line = "acetaminophen --need '20 mg' --balance-sensitivity '6 mg'"

        assert 1 == run(line).exit_code
        assert 0 == run(f"{line} --accept 'drug-unknown=form and potency read on the jar'").exit_code


class TestRefused:
    """Bad input exits with 2, an empty stdout, and a sentence that names the option."""

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("", "--need: is missing"),
            ("--need '5 mg'", "--need: alone says too little"),
            ("--need '5'", "--need"),
            ("--need '5 mg' --multiple 5 --into '30 mL'".replace("--multiple 5 ", ""), "--balance-sensitivity: is missing"),
            ("--need '0.6 mL'", "--measure: is missing"),
            ("--need '0.6 mL' --measure 'flask 10 mL'", "--measure: names nothing that takes a volume out"),
            ("--need '0.5 mL' --measure 'pipette 1 mL'", "--measure: names nothing that is made up in"),
            ("--need '0.6 mL' --measure 'bucket 10 mL'", "--measure"),
            ("--need '5 mg' --balance-sensitivity '6 mg' --solvent water", "--solvent: is not read here"),
            ("--balance-sensitivity '6 mg' --multiple 3", "--multiple: is not read here"),
            (f"'{DRUG}' --balance-sensitivity '6 mg'", "DRUG: is not read here"),
            ("naltrexone --need '5 mg' --balance-sensitivity '6 mg'", "DRUG: naltrexone names no form"),
            (f"'{DRUG} 50 mg' --need '5 mg' --balance-sensitivity '6 mg'", "DRUG"),
            (f"'{DRUG}' --need '5 mL' --measure 'cylinder 10 mL'", "DRUG: naltrexone hydrochloride is weighed"),
            ("--need '5 mg' --balance-sensitivity '6 mg' --diluent naltrexone", "--diluent"),
            ("--need '5 mg' --balance-sensitivity '6 mg' --weighing-error 0%", "--weighing-error: 0 % makes no sense"),
            ("--need '5 mg' --balance-sensitivity '6 mg' --multiple 2.5", "--multiple"),
            ("--need '5 mg' --balance-sensitivity '6 mg' --multiple 24 --weigh '120 mg'", "--weigh: and --multiple"),
            ("--need '5 mg' --balance-sensitivity '6 mg' --multiple 24 --take '4 mg'", "--take: asks for a mixture"),
            ("--need '5 mg' --minimum-weight '120 mg' --capacity '50 g'", "--capacity"),
            ("--need '5 mg' --repeatability '0.1 mg'", "--readability: is needed"),
            ("--need '5 mg' --assay 98.7%", "--assay: an assay needs its basis"),
            ("--need '5 mg' --tablet '50 mg'", "--tablet"),
            ("--need '60 mg' --tablet '50 mg' --into '50 mL' --multiple 1", "--multiple: 1 x 50 mg hold less"),
            ("--need '20 mg' --minimum-weight '120 mg' --into '30 L'", "--into"),
            ("--need '20 mg' --minimum-weight '120 mg' --into '30000 mL'", "--into: 30000 mL is more than"),
            ("--mix 50% 10% --total '100 g'", "--to: is missing"),
            ("--to 17%", "--mix: is missing"),
            ("--mix 50% 10% --to 60%", "--to: \u201c60%\u201d does not lie between"),
            ("--mix 50% 50% --to 50%", "--mix: the two strengths are the same"),
            ("--mix 50% --to 17%", "--mix: takes two strengths"),
            ("--mix 50% --mix 20% --mix 10% --to 17%", "--mix: takes two strengths"),
            ("--mix 50% 10% --to 17.3% --total '1 g' --balance-sensitivity '2 g'", "--total: is too little"),
            ("--mix 10% 3% --to 5% --total '10 g'", "--readability: is needed"),
            ("--need '5 mg' --balance-sensitivity '6 mg' --weigh '4 mg'", "--weigh: 4 mg of it hold less"),
            ("--mix 1:10 diluent --to 7%", "--mix"),
            ("--need '1.000 mg' --balance-sensitivity '6 mg'", "--need"),
        ],
    )  # fmt: skip
    def test_the_question_is_refused(self, line: str, said: str) -> None:
        done = subprocess.run(
            [*COMMAND, "aliquot", *shlex.split(line)], capture_output=True, text=True, encoding="utf-8",
            stdin=subprocess.DEVNULL, check=False, env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip

        assert 2 == done.returncode
        assert "" == done.stdout
        assert said in done.stderr

    def test_several_faults_are_told_at_once(self) -> None:
        with pytest.raises(InputError) as met:
            read_question({"need": "5", "balance-sensitivity": "6", "into": "3"})

        assert ["--balance-sensitivity", "--into", "--need"] == sorted(one.where for one in met.value.each)


class TestRecord:
    """The JSON holds what the tables say, and can be replayed by anyone."""

    @pytest.mark.parametrize(
        "line",
        [
            "--balance-sensitivity '6 mg'", "--need '5 mg' --balance-sensitivity '6 mg'",
            "--need '20 mg' --minimum-weight '120 mg' --into '30 mL'", "--need '0.6 mL' --measure 'cylinder 10 mL'",
            "--need '4.5 mg' --assay 98.7% --assay-basis as-is", "--mix 50% 10% --to 17% --total '100 g'",
            "--need '4.5 mg' --tablet '50 mg' --into '50 mL'",
        ],
    )  # fmt: skip
    def test_every_number_is_a_text_and_the_schema_is_named(self, line: str) -> None:
        record = json.loads(run(f"{line} --json").output, parse_float=lambda text: pytest.fail(text))

        assert "compound.aliquot/1" == record["schema"]
        assert {option.name for option in ASKED}
        assert 64 == len(record["fingerprint"])

    def test_its_steps_give_its_dose_by_plain_fractions(self) -> None:
        record = json.loads(run("--need '5 mg' --balance-sensitivity '6 mg' --json").output)
        drug, diluent, _, take = record["steps"]
        total = Fraction(drug["amount_mg"]) + Fraction(diluent["amount_mg"])

        assert Fraction(record["accuracy"]["dose_mg"]) == Fraction(take["amount_mg"]) * Fraction(drug["amount_mg"]) / total
        assert ("-9.75", "10.25") == (record["accuracy"]["worst_low_percent"], record["accuracy"]["worst_high_percent"])
        assert [DRUG_ROLE, DILUENT] == [drug["role"], diluent["role"]]


class TestPage:
    """The sheet is one page, in both languages, and holds the amounts of the steps."""

    @pytest.mark.parametrize("code", ["en", "de"])
    @pytest.mark.parametrize(
        "options",
        [
            {"need": "5 mg", "drug": DRUG, **BALANCE}, {"need": "20 mg", "minimum-weight": "120 mg", "into": "30 mL"},
            {"need": "0.6 mL", "measure": ("cylinder 10 mL",)}, {"need": "4.5 mg", "assay": "98.7%", "assay-basis": "as-is"},
            {"mix": ("50%", "10%"), "to": "17%", "total": "100 g"}, {"need": "4.5 mg", "tablet": "50 mg", "into": "50 mL"},
            BALANCE,
        ],
    )  # fmt: skip
    def test_it_is_one_page_and_says_the_answer(self, options: dict[str, Any], code: str) -> None:
        content = aliquot_pdf(answer(read_question(options)), language(code))
        (page,) = page_texts(content)

        assert UNTRANSLATED.strip() not in page
        assert content == aliquot_pdf(answer(read_question(options)), language(code))

    @pytest.mark.parametrize("need", ["5 mg", "12 mg", "20 mg"])
    def test_the_additions_of_its_mixing_close_on_the_total(self, need: str) -> None:
        found = asked(need=need, **BALANCE)
        assert found.worked is not None
        assert found.worked.total is not None
        rows = mixing_rows(found)
        added = [Fraction(text.removesuffix(" mg").replace(",", "")) for _, text, _ in rows]

        assert found.worked.total == found.worked.drug + sum(added)
        assert all(one <= found.worked.drug + sum(added[:at]) for at, one in enumerate(added))

    def test_its_amounts_are_those_of_the_steps(self, tmp_path: Path) -> None:
        path = tmp_path / "sheet.pdf"
        done = run(f"--need '5 mg' --balance-sensitivity '6 mg' --pdf {path}")
        (page,) = page_texts(path.read_bytes())

        assert 0 == done.exit_code
        for amount in ("120 mg", "2,760 mg", "10.25 %"):
            assert amount in page


def test_every_option_is_read_by_a_question() -> None:
    kinds = {Ask.LEAST, Ask.POWDER, Ask.SOLUTION, Ask.LIQUID, Ask.LOT, Ask.MIX, Ask.TABLET}

    assert kinds == {kind for option in ASKED for kind in option.questions}
    assert standards.limit("weighing_error_percent") == read_question(BALANCE).weighing_error.percent
