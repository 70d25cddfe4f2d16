"""Excipients beside the diluent: from their shares in an order to their weighings, on every page and in the dose."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

import pytest
from helpers import DRUG, contract_replay, judged, order, planned
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from compound.correcting.weighed import Weighed, audit_weighed
from compound.exact.errors import InputError
from compound.exact.quantity import Percent
from compound.findings.finding import Severity
from compound.judging.audit import Audit, audit
from compound.judging.shares import shares
from compound.making.make import PrintSettings, plan_batch, write_worksheet
from compound.making.verify import verify_worksheet
from compound.order.excipient import Excipient, read_excipient
from compound.order.request import from_request, to_request
from compound.plan.plan import Plan, Transfer, Weigh, plan_from_dict, plan_to_dict
from compound.planning.powder import plan_by_powder, powder_works
from compound.reading import shipped
from compound.showing import plan_rows
from compound.showing.plan_json import plan_record
from compound.wording.notation import ENGLISH_NOTATION
from compound.worksheet.template import read_template

TWO = {"excipient": ("colloidal silica 0.5%", "magnesium stearate 0.2 %"), "fill_weight": "135 mg"}
IN_GELATIN = TWO | {"shell": "clear gelatin"}


def amounts(plan: Plan) -> list[tuple[str, str, str]]:
    """What is weighed into the vessels, drug and aliquots included: what, mg, where."""
    return [
        (step.material if isinstance(step, Weigh) else step.source, f"{step.amount_mg:f}", step.vessel)
        for step in plan.weighings()
    ]


def codes(found: Audit | Weighed) -> set[str]:
    return {finding.code for finding in found.findings}


class TestReading:
    """An excipient is a name with its share of the blend, everywhere an order is stated."""

    @pytest.mark.parametrize(
        ("text", "name", "percent"),
        [
            ("colloidal silica 0.5%", "colloidal silica", "0.5"), ("talc 12 %", "talc", "12"),
            ("polysorbate 80 0.1%", "polysorbate 80", "0.1"), ("  talc   2%  ", "talc", "2"),
        ],
    )  # fmt: skip
    def test_the_last_percentage_is_the_share(self, text: str, name: str, percent: str) -> None:
        assert Excipient(name, Percent(Decimal(percent))) == read_excipient(text, "--excipient")

    @pytest.mark.parametrize(
        ("texts", "said"),
        [
            (("colloidal silica",), 'write "colloidal silica 0.5%"'), (("talc 0%",), "more than 0 %"),
            (("talc 100%",), "less than 100 %"), (("5%",), "names no excipient"), (("talc 60%", "mannitol 40%"), "add up to 100 %"),
            (("talc 1%", "Talc 2%"), "is another excipient too"), (("microcrystalline cellulose 5%",), "is the diluent too"),
            (("talc .5%",), "0.5"), (("talc 0,5%",), "comma"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_weighed_out_is_refused(self, texts: tuple[str, ...], said: str) -> None:
        with pytest.raises(InputError) as caught:
            order(excipient=texts)

        assert "--excipient" == caught.value.where
        assert said in str(caught.value)

    def test_a_request_gives_back_what_it_was_made_of(self) -> None:
        asked = order(**TWO)
        request = to_request(asked)

        assert [
            {"name": "colloidal silica", "share_percent": "0.5"}, {"name": "magnesium stearate", "share_percent": "0.2"},
        ] == request["excipient"]  # fmt: skip
        assert asked.excipients == from_request(request, asked.balance).excipients

    def test_a_plan_of_others_may_name_an_excipient_alone_and_is_told_what_was_not_checked(self) -> None:
        record = plan_to_dict(planned())
        record["request"]["excipient"] = ["colloidal silica", "calcium carbonate"]
        found = audit(plan_from_dict(record))

        assert "excipient-disallowed" in codes(found)
        assert {"names": "colloidal silica; calcium carbonate"} in [
            item.values for item in found.not_checked if item.code == "excipient-share-not-stated"
        ]

    def test_a_library_order_without_a_share_is_not_planned(self) -> None:
        record = plan_to_dict(planned())
        record["request"]["excipient"] = ["colloidal silica"]

        with pytest.raises(InputError, match="lacks its share"):
            plan_by_powder(plan_from_dict(record).order)


class TestPlan:
    """Each excipient is its share of the blend; what is too little to weigh goes through a premix."""

    def test_the_steps_are_those_worked_out_by_hand(self) -> None:
        # The least blend is 30 × 135 × 1.05 = 4,252.5 mg. 0.5 % of it are 21 mg, 0.2 % are 9 mg and below the least of
        # 20 mg: 1 in 5 makes 43 mg of them. 0.5 % of the blend of 4,320 mg are 21.6 mg, so 22 mg; 0.2 % × 5 are 43.2 mg,
        # so 43 mg. 4,320 − 200 − 43 − 22 = 4,055 mg are left for the diluent.
        assert [
            ("magnesium stearate", "200", "premix 1"), ("microcrystalline cellulose", "800", "premix 1"),
            ("trituration 2", "200", "batch"), ("premix 1", "43", "batch"), ("colloidal silica", "22", "batch"),
            ("microcrystalline cellulose", "4055", "batch"),
        ] == amounts(planned(**TWO))[4:]  # fmt: skip

    def test_its_worst_case_is_the_one_worked_out_by_hand(self) -> None:
        # 80 mg in 5,000, 100 in 5,000, 200 in 4,320. An excipient and an aliquot of a premix are off by 1 mg each beside
        # the diluent, whose error and that of the concentrate leave the blend at 4,320 mg: 4,318 or 4,322 mg.
        accuracy = judged(**TWO).accuracy
        assert accuracy is not None
        high = Fraction(81, 80) * Fraction(101, 100) * Fraction(201, 200) * Fraction(4320, 4318)
        low = Fraction(79, 80) * Fraction(99, 100) * Fraction(199, 200) * Fraction(4320, 4322)

        assert (100 * (low - 1), 100 * (high - 1)) == (accuracy.worst_low_percent, accuracy.worst_high_percent)

    def test_the_shares_made_are_told_with_what_rounding_moves_them(self) -> None:
        made = judged(**TWO)

        # A fifth of 43 mg; 8.6 / 4,320. Of 21.6 and of 8.64 mg that is 50/27 % more, and 25/54 % less.
        stearate = {"name": "magnesium stearate", "share_percent": "0.2", "made_mg": "8.6", "made_percent": "43/216",
                    "made_percent_approx": "0.199074074074"}  # fmt: skip
        assert stearate == plan_record(made)["excipients"][1]
        assert "excipients" not in plan_record(judged())
        assert [("colloidal silica", Fraction(22), Fraction(50, 27)), ("magnesium stearate", Fraction(43, 5), Fraction(-25, 54))] == [
            (share.name, share.mass_mg, share.off_percent) for share in shares(made.plan.order, made.run)
        ]
        assert [
            "colloidal silica 0.5 % (22 mg in the blend, about +1.8519 % off that share)",
            "magnesium stearate 0.2 % (8.6 mg in the blend, about −0.463 % off that share)",
        ] == [text.replace("\u00a0", " ") for text in plan_rows.excipient_texts(made)]

    @settings(max_examples=40, derandomize=True)
    @given(
        st.sampled_from(["2 mcg", "10 mcg", "0.25 mg", "0.5 mg", "4.5 mg"]),
        st.sampled_from(["0.1 mg", "1 mg"]),
        st.sampled_from(["30", "100"]),
        st.sampled_from([{}, {"capacity": "50 g"}, {"readability": "0.05 mg"}]),
        st.lists(st.integers(1, 400), max_size=3),
    )
    def test_every_plan_with_excipients_closes_and_is_as_accurate_as_the_contract_says(
        self, dose: str, sensitivity: str, capsules: str, more: dict[str, str], tenths: list[int]
    ) -> None:
        texts = tuple(f"{name} {tenth / 10}%" for name, tenth in zip(("talc", "mannitol", "starch"), tenths, strict=False))
        if sum(tenths) >= 1000:
            return
        asked = order(dose=dose, balance_sensitivity=sensitivity, capsules=capsules, excipient=texts, **more)
        found = plan_by_powder(asked, helps=False).plan
        assert powder_works(asked) is (found is not None)
        if found is None:
            return
        made, record = audit(found), plan_record(audit(found))
        assert [] == [finding.code for finding in made.findings if finding.severity is Severity.ERROR and finding.place.is_about_the_plan]
        for mixture in made.mixtures:
            printed = [Fraction(step.amount_mg or 0) for step in found.weighings() if step.vessel == mixture.vessel]
            assert sum(printed) == mixture.total_mg
            rows = plan_rows.doubling_rows(made, mixture.vessel)
            assert not rows or rows[-1].total == ENGLISH_NOTATION.milligrams(mixture.total_mg)
        made_shares = shares(asked, made.run)
        assert len(texts) == len(made_shares)
        assert all(abs(share.off_percent) <= 5 for share in made_shares)
        label = Fraction(asked.dose.mg)
        for corner, key in ((1, "worst_high_percent"), (-1, "worst_low_percent")):
            assert Fraction(record["accuracy"][key]) == 100 * (contract_replay(record, corner) / label - 1)

    @pytest.mark.parametrize("by_mass", [None, "yes"])
    def test_the_solution_route_weighs_them_before_the_last_diluent(self, by_mass: str | None) -> None:
        batch = plan_batch(order(method="solution", by_mass=by_mass, capsules="100", **TWO))
        assert batch.audit is not None
        steps = [step for step in batch.audit.plan.weighings() if step.vessel == "batch"]
        blend = sum((Fraction(step.amount_mg or 0) for step in steps[-4:]), Fraction(0))

        assert ["dried", "excipient", "excipient", "diluent"] == [getattr(step, "role", "aliquot") for step in steps[-4:]]
        assert blend == batch.audit.mixtures[-1].total_mg
        # Whatever the dried powder reads, with its diluent it is what the excipients leave of the blend.
        others = sum((Fraction(step.amount_mg or 0) for step in steps[-3:-1]), Fraction(0))
        assert {steps[-1].number: (steps[-4].number, blend - others)} == batch.audit.run.made_up_after_drying()
        (said,) = (row.text for row in plan_rows.step_rows(batch.audit) if row.number == steps[-1].number)
        total = plan_rows.printed_reading(batch.audit, blend - others)
        assert f"{total} less the reading of step {steps[-4].number}" in said
        assert not batch.must_not_be_made

    def test_what_no_premix_brings_onto_the_balance_is_refused_with_what_would_help(self) -> None:
        batch = plan_batch(order(excipient=("colloidal silica 0.004%",)))
        helps = {item.option: item.value for item in batch.routed.relaxations}

        assert ["excipient-not-weighable", "no-admissible-plan"] == [finding.code for finding in batch.findings][:2]
        assert plan_by_powder(order(excipient=("colloidal silica 0.004%",), capsules=str(helps["--capsules"]))).plan is not None

    @pytest.mark.parametrize(("share", "capacity", "works"), [("60%", "8 g", False), ("60%", "9 g", True), ("40%", "5 g", False)])
    def test_no_excipient_is_heavier_than_the_capacity(self, share: str, capacity: str, works: bool) -> None:
        # The least blend is 14,175 mg: 60 % of it are 8,505 mg, 40 % are 5,670 mg.
        asked = order(dose="4.5 mg", capsules="100", fill_weight="135 mg", capacity=capacity, excipient=(f"talc {share}",))

        assert works is powder_works(asked)

    @pytest.mark.parametrize("text", ["calcium carbonate 5%", "Methocel K100M 10%", "chalk 1%"])
    def test_what_the_rules_disallow_still_stops(self, text: str) -> None:
        assert Severity.ERROR in {finding.severity for finding in judged(excipient=(text,)).findings}


class TestAudit:
    """The blend is held against the shares ordered; readings are corrected as for any diluent."""

    def test_a_plan_that_leaves_an_excipient_out_is_an_error(self) -> None:
        record = plan_to_dict(planned(excipient=("talc 5%",)))
        record["request"]["excipient"][0]["share_percent"] = "6"

        assert "excipient-not-as-ordered" in codes(audit(plan_from_dict(record)))

    def test_the_diluent_takes_up_what_an_excipient_was_off(self) -> None:
        plan = planned(**TWO)
        silica, diluent = plan.weighings()[-2:]
        weighed = audit_weighed(plan, {silica.number: Decimal(21)})

        assert (diluent.number, Fraction(4056)) == (weighed.weighings[-1].number, weighed.weighings[-1].corrected)
        assert "excipient-made-otherwise" not in codes(weighed)

    def test_a_reading_far_off_its_share_is_a_warning_of_its_own(self) -> None:
        plan = planned(**TWO)
        silica = plan.weighings()[-2]
        weighed = audit_weighed(plan, {silica.number: Decimal(28)})

        assert "excipient-made-otherwise" in codes(weighed)
        assert "excipient-not-as-ordered" not in codes(weighed)

    def test_an_aliquot_of_a_premix_is_no_aliquot_of_drug(self) -> None:
        made = judged(**TWO)
        premixed = next(step for step in made.plan.steps if isinstance(step, Transfer) and step.source == "premix 1")

        assert premixed.number not in [part.number for part in made.measured if part.concentrate]
        assert {"premix 1"} == made.run.without_drug
        premix = next(mixture for mixture in made.mixtures if mixture.vessel == "premix 1")
        assert DRUG not in plan_rows.vessel_label(made, premix)
        assert 200 == made.run.concentrate_of("batch")


def text_of(pdf: bytes) -> str:
    """All words of a worksheet, blanks folded."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


class TestWorksheet:
    """All constituents stand in the components, the weighings, the mixing and on the label."""

    def test_the_sheet_says_what_goes_in_and_verifies(self) -> None:
        pdf, _ = write_worksheet(plan_batch(order(**IN_GELATIN)))
        text = text_of(pdf)

        for said in (
            "Premix 1", "colloidal silica 22 mg", "magnesium stearate 200 mg", "premix 1 957 mg no drug",
            "Other ingredients: microcrystalline cellulose; colloidal silica; magnesium stearate; capsule shell: clear gelatin.",
            "Prescriber",
        ):  # fmt: skip
            assert said in text
        assert () == verify_worksheet(pdf).differences

    @pytest.mark.parametrize(
        ("options", "beside", "said"),
        [
            ({}, {}, "Capsule shell"),
            ({"tablet": "50 mg in 170 mg"}, {}, "And the excipients of naltrexone hydrochloride tablets"),
            ({"tablet": "50 mg in 170 mg"}, {"tablet-excipients": "lactose; crospovidone"},
             "And the excipients of naltrexone hydrochloride tablets: lactose; crospovidone."),
            ({"strength": "10 mg/g"}, {}, "And what the trituration of naltrexone hydrochloride is made with"),
        ],
    )  # fmt: skip
    def test_the_label_names_what_is_known_and_leaves_room_for_the_rest(
        self, options: dict[str, str], beside: dict[str, str], said: str
    ) -> None:
        pdf, _ = write_worksheet(plan_batch(order(dose="0.25 mg", **options)), beside=beside)

        assert said in text_of(pdf)
        assert () == verify_worksheet(pdf).differences

    @pytest.mark.parametrize(
        ("name", "there", "not_there"),
        [
            ("worksheet.toml", ["Prescriber", "Pharmacy, address", r"FD&C Act 503\(b\)\(2\)"], ["Cautions"]),
            ("worksheet.de.toml", ["Apotheke mit Anschrift", "Vorsicht und Aufbewahrung", "§ 14 ApBetrO"], ["Verordnet von"]),
        ],
    )
    def test_the_lines_to_fill_in_are_those_of_the_country(self, name: str, there: list[str], not_there: list[str]) -> None:
        how = PrintSettings(read_template(shipped.template(name)))
        pdf, _ = write_worksheet(plan_batch(order()), how)
        text = text_of(pdf)

        assert [True] * len(there) == [re.search(one, text) is not None for one in there]
        assert [] == [one for one in not_there if one in text]

    def test_a_pharmacy_that_is_named_needs_no_blank(self) -> None:
        pdf, _ = write_worksheet(plan_batch(order()), beside={"pharmacy": ("Corner Pharmacy, 1 High Street",)})

        assert "Pharmacy, address" not in text_of(pdf)

    def test_a_doubling_adds_the_excipients_before_the_diluent(self) -> None:
        rows = plan_rows.doubling_rows(judged(**TWO), "batch")
        found: list[tuple[str, Any]] = [(row.what, row.total.replace("\u00a0", " ")) for row in rows]

        assert [("premix 1", "243 mg"), ("colloidal silica", "265 mg"), ("microcrystalline cellulose", "530 mg")] == found[:3]
        assert ("microcrystalline cellulose", "4,320 mg") == found[-1]
