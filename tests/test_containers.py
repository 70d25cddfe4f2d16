"""What is named is what the hand takes: a trituration or crushed tablets never stand under the name of the pure drug."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from helpers import DRUG, judged, order, planned
from hypothesis import given
from hypothesis import strategies as st

from compound.exact.errors import InputError
from compound.making.make import plan_batch, write_worksheet
from compound.making.verify import verify_worksheet
from compound.order.source import source_of
from compound.plan.components import component_lots, components
from compound.plan.plan import plan_from_dict, plan_to_dict
from compound.reading import shipped
from compound.showing import budget_rows, plan_json, plan_rows
from compound.showing.approximate import twin_of, with_twins
from compound.wording.language import language
from compound.wording.shelf_names import ShelfName, read_shelf_name
from compound.worksheet.template import read_template

LOT = {"component_lot": (f"{DRUG}=T-12,2027-03",), "prepared": "2026-11-28", "batch_number": "B-17"}
TRITURATION = {"strength": "20 mg/g"}
TABLETS = {"tablet": "50 mg in 170 mg"}
# options, kind, the name of the source, the same in German
CONTAINERS = [
    (TRITURATION, "trituration", f"{DRUG} trituration 20 mg per g", "Naltrexonhydrochlorid-Verreibung 20 mg je g"),
    (
        TRITURATION | LOT, "trituration", f"{DRUG} trituration 20 mg per g, lot T-12",
        "Naltrexonhydrochlorid-Verreibung 20 mg je g, Charge T-12",
    ),
    (
        TABLETS, "tablets", f"crushed tablets, {DRUG} 50 mg in 170 mg",
        "zerkleinerte Tabletten, Naltrexonhydrochlorid 50 mg in 170 mg",
    ),
    (
        TABLETS | LOT, "tablets", f"crushed tablets, {DRUG} 50 mg in 170 mg, lot T-12",
        "zerkleinerte Tabletten, Naltrexonhydrochlorid 50 mg in 170 mg, Charge T-12",
    ),
]  # fmt: skip


def of_containers() -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("options", "kind", "name", "german"), CONTAINERS)


def pages(pdf: bytes) -> str:
    from io import BytesIO

    from pypdf import PdfReader

    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


class TestSource:
    """One function says what is taken, and every writer says it (contract, section 3)."""

    @of_containers()
    def test_the_json_names_the_container_as_source_and_as_material(
        self, options: dict[str, Any], kind: str, name: str, german: str
    ) -> None:
        record = plan_json.plan_record(judged(**options))

        lot = "T-12" if "component_lot" in options else None
        assert {"kind": kind, "name": name, "lot": lot} == record["source"]
        assert [name] == [step["material"] for step in record["steps"] if step.get("role") == "drug"]
        assert "compound.plan/2" == record["schema"]

    def test_the_pure_drug_keeps_its_name(self) -> None:
        record = plan_json.plan_record(judged(**LOT))

        assert {"kind": "powder", "name": DRUG, "lot": "T-12"} == record["source"]
        assert DRUG == record["steps"][0]["material"]

    @of_containers()
    def test_rows_say_what_it_is_and_that_it_is_not_the_drug(
        self, options: dict[str, Any], kind: str, name: str, german: str
    ) -> None:
        found = judged(**options)
        texts = [
            plan_rows.step_rows(found)[0].text, budget_rows.budget_rows(found)[0].text, plan_rows.batch_rows(found)[0][1],
        ]  # fmt: skip

        assert [] == [text for text in texts if f"{name}, NOT the drug" not in text]
        assert f"{german}, NICHT der Wirkstoff" in plan_rows.batch_rows(found, language("de"))[0][1]

    @of_containers()
    def test_the_sheet_names_it_wherever_it_is_weighed_listed_or_drawn_and_is_read_back_the_same(
        self, options: dict[str, Any], kind: str, name: str, german: str
    ) -> None:
        from compound.making.make import PrintSettings

        for template, said in (
            ("worksheet.toml", f"{name}, NOT the drug"), ("worksheet.de.toml", f"{german}, NICHT der Wirkstoff"),
        ):  # fmt: skip
            pdf, _ = write_worksheet(plan_batch(order(**options)), PrintSettings(read_template(shipped.template(template))))
            # Head of page one, drug on the shelf, components, picture, budget, weighing table, mixing.
            assert 7 <= "".join(pages(pdf).split()).count("".join(said.split()))
            assert "genuine" == verify_worksheet(pdf).verdict

    @given(
        st.text("abc xyz,-", min_size=1, max_size=20).map(str.strip).filter(lambda text: text and " trituration " not in text),
        st.decimals(Decimal("0.001"), 1000, places=3), st.none() | st.text("T-12, lo", min_size=1, max_size=9).map(str.strip),
    )  # fmt: skip
    def test_a_name_is_read_back_as_it_was_made(self, substance: str, mg: Decimal, lot: str | None) -> None:
        for kind, mass in (("trituration", None), ("tablets", mg + 1)):
            made = ShelfName(kind, substance, mg, mass, lot or None)

            assert made == read_shelf_name(made.text)

    @pytest.mark.parametrize("name", [DRUG, "lactose", "trituration 1", "a trituration", "crushed tablets", ""])
    def test_other_names_name_no_container(self, name: str) -> None:
        assert None is read_shelf_name(name)

    @pytest.mark.parametrize("called", [DRUG, DRUG.upper(), f"{DRUG} trituration 20 mg per g"])
    def test_the_lot_of_the_source_may_be_given_under_each_of_its_names(self, called: str) -> None:
        made = planned(**TRITURATION, component_lot=(f"{called}=T-12,2027-03",))

        assert f"{DRUG} trituration 20 mg per g, lot T-12" == source_of(made.order).name == components(made)[0]
        assert ["T-12"] == [lot.lot for lot in component_lots(made).values()]


class TestIdentity:
    """Batch number, day and lots live in the plan (contract, section 3)."""

    def test_it_stands_in_the_plan_and_is_read_back(self) -> None:
        made = planned(**TRITURATION, **LOT)
        record = json.loads(json.dumps(plan_to_dict(made)))

        assert {
            "batch_number": "B-17", "prepared": "2026-11-28",
            "lots": [{"component": f"{DRUG} trituration 20 mg per g, lot T-12", "lot": "T-12", "expiry": "2027-03"}],
        } == record["identity"]  # fmt: skip
        read = plan_from_dict(record)
        assert record == plan_to_dict(read)
        assert made.steps == read.steps

    def test_without_any_it_is_null(self) -> None:
        assert {"batch_number": None, "prepared": None, "lots": []} == plan_to_dict(planned())["identity"]

    def test_it_decides_no_amount(self) -> None:
        assert plan_to_dict(planned())["steps"] == plan_to_dict(planned(**LOT))["steps"]

    @pytest.mark.parametrize(
        ("lots", "said"),
        [
            (("mannitol=1,2027-01",), "“mannitol” is not a component of this plan"),
            (("capsules=1,2027-01", "capsules=2,2027-01"), "“capsules” is given twice"),
            ((f"{DRUG}=1,2027-01", f"{DRUG} trituration 20 mg per g=2,2027-01"), "is given twice"),
        ],
    )
    def test_a_lot_that_has_no_place_is_refused_without_a_worksheet_too(self, lots: tuple[str, ...], said: str) -> None:
        with pytest.raises(InputError, match=said):
            plan_batch(order(**TRITURATION, component_lot=lots))

    def test_what_is_given_with_the_worksheet_alone_is_planned_with(self) -> None:
        beside = {name.replace("_", "-"): value for name, value in LOT.items()}
        pdf, batch = write_worksheet(plan_batch(order(**TRITURATION)), None, beside)

        assert batch.order.identity == order(**LOT).identity
        assert "lot T-12, NOT the drug" in pages(pdf)

    def test_what_contradicts_the_order_is_refused(self) -> None:
        with pytest.raises(InputError, match="are others than those for the sheet"):
            write_worksheet(plan_batch(order(**LOT)), None, {"batch-number": "B-18"})


class TestLabels:
    """Every vessel that is made has a name that a label can carry."""

    def test_a_label_names_vessel_drug_strength_ratio_and_batch_and_that_it_is_not_the_drug(self) -> None:
        found = judged(**LOT)
        labels = [plan_rows.vessel_label(found, mixture) for mixture in found.mixtures]

        assert f"trituration 1: {DRUG} 16 mg per g, 1 in 62.5, batch B-17, NOT the drug" == labels[0]
        assert len(labels) == len(set(labels)) == 3

    def test_the_sheet_has_them_to_cut_out(self) -> None:
        pdf, _ = write_worksheet(plan_batch(order(**LOT)))

        assert 3 == pages(pdf).count("NOT THE DRUG batch")


class TestTwins:
    """A number that is no finite decimal has a twin of 12 significant digits (contract, section 3)."""

    def test_the_twin_stands_under_its_key(self) -> None:
        mixtures = plan_json.plan_record(judged(**TRITURATION))["mixtures"]

        assert any("/" in mixture["strength_mg_per_g"] for mixture in mixtures)
        for mixture in mixtures:
            for key in ("one_in", "strength_mg_per_g"):
                assert ("/" in mixture[key]) == (f"{key}_approx" in mixture)

    def test_the_number_of_the_contract(self) -> None:
        assert {"one_in": "200000/3", "one_in_approx": "66666.6666667"} == with_twins({"one_in": "200000/3"})

    def test_texts_that_look_like_numbers_have_none(self) -> None:
        record = {"batch_number": "1/3", "lot": "2/3", "values": {"name": "1/3"}}

        assert record == with_twins(record)

    @given(st.fractions(max_denominator=10**6).filter(bool))
    def test_a_twin_is_within_half_of_its_last_digit(self, value: Any) -> None:
        from fractions import Fraction

        twin = twin_of(value)
        assert "e" not in twin.lower()
        assert abs(Fraction(twin) / value - 1) <= Fraction(1, 10**11)

