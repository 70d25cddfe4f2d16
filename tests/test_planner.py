"""From an order to the plan that is printed, and to what would help where there is none."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from helpers import DRUG, contract_replay, order, planned
from hypothesis import given, settings
from hypothesis import strategies as st

from compound.exact.errors import InputError
from compound.judging.audit import audit
from compound.plan.plan import Fill, Mix, Plan, Transfer, Weigh
from compound.planning.planned import Relaxation
from compound.planning.powder import STEPS_OF_A_QUESTION, plan_by_powder, powder_problem
from compound.planning.powder_search.search import feasible
from compound.showing.plan_json import plan_record

CASES = json.loads((Path(__file__).parent / "cases" / "plans.json").read_text())["cases"]


def weighed(found: Plan) -> tuple[list[Fraction], list[Fraction], Fraction]:
    """Drug and aliquots, totals of the triturations, total of the blend."""
    taken: list[Fraction] = []
    totals: dict[str, Fraction] = {}
    for step in found.weighings():
        amount = Fraction(step.amount_mg or 0)
        totals[step.vessel] = totals.get(step.vessel, Fraction(0)) + amount
        if isinstance(step, Transfer) or step.role == "drug":
            taken.append(amount)
    *triturations, blend = totals.values()
    return taken, triturations, blend


class TestGoldenOrders:
    """The plan printed is the first of the contract's ranking (section 4).

    Hand calculation of the first: 80 mg in 5,000 mg is 16 mg per g; 100 mg of that is 1.6 mg in 5,000 mg, 0.32 mg per g;
    200 mg of that is 0.064 mg in 4,320 mg; 135 mg of that is 0.064 / 32 mg = 2 mcg. The least blend is
    30 × 135 × 1.05 = 4,252.5 mg. Worst case: (81/80)(101/100)(201/200) − 1 = 2.7738125 %, and
    1 − (79/80)(99/100)(199/200) = 2.7263125 %: within the 3 % that leave a reserve.
    Second: 80 in 1,000 is 80 mg per g; 100 mg holds 8 mg; 8 × 135 / 4,320 = 0.25 mg.
    Third: 150 × 135 / 4,500 = 4.5 mg.
    Fourth: 100 in 3,000; 100 of it is 10/3 mg in 5,000; 100 of it is 1/15 mg; 135 / 15 / 4,500 = 2 mcg.
    Fifth: 600 in 30,000; 600 of it is 12 mg in 40,000; 700 of it is 0.21 mg; 0.21 × 135 / 14,175 = 2 mcg.
    Sixth: 60 in 1,000; 900 of it (nine tenths) is 54 mg; 54 × 135 / 14,580 = 0.5 mg.
    Seventh: 90 × 0.987 = 88.83 mg in 4,000; 90 of it is 1.998675 mg in 6,000; 200 of it is 0.0666225 mg;
    0.0666225 × 135 / 4,497 = 2 mcg × (1 + 1/239,840).
    The bounds in the file are those products of (1 ± S/a), times 1 + 1/239,840 in the last, from the weights alone.
    """

    @pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['dose']} S {case['sensitivity']}")
    def test_the_plan_is_the_one_of_the_contract(self, case: dict[str, Any]) -> None:
        found = planned(
            dose=case["dose"], balance_sensitivity=case["sensitivity"], capsules=str(case["capsules"]), **case["extra"]
        )

        assert (case["taken"], case["totals"], case["blend"]) == weighed(found)

    @pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['dose']} S {case['sensitivity']}")
    def test_its_worst_case_is_the_one_worked_out_by_hand(self, case: dict[str, Any]) -> None:
        record = plan_record(
            audit(planned(dose=case["dose"], balance_sensitivity=case["sensitivity"], capsules=str(case["capsules"]),
                          **case["extra"]))
        )  # fmt: skip

        for key in ("low", "high"):
            assert Fraction(case[key]) == Fraction(record["accuracy"][f"worst_{key}_percent"])

    def test_the_steps_of_the_first_are_those_printed_in_the_contract(self) -> None:
        diluent = "microcrystalline cellulose"

        assert (
            Weigh(1, "drug", DRUG, Decimal(80), "trituration 1"),
            Weigh(2, "diluent", diluent, Decimal(4920), "trituration 1"),
            Mix(3, "trituration 1"),
            Transfer(4, "trituration 1", "trituration 2", Decimal(100)),
            Weigh(5, "diluent", diluent, Decimal(4900), "trituration 2"),
            Mix(6, "trituration 2"),
            Transfer(7, "trituration 2", "batch", Decimal(200)),
            Weigh(8, "diluent", diluent, Decimal(4120), "batch"),
            Mix(9, "batch"),
            Fill(10, "batch", Decimal(135), 30, "capsules"),
        ) == planned().steps


DOSES = st.sampled_from(["20 ng", "0.5 mcg", "1.7 mcg", "2 mcg", "10 mcg", "125 mcg", "0.5 mg", "1.75 mg", "4.5 mg"])
ORDERS = st.fixed_dictionaries(
    {
        "dose": DOSES,
        "balance_sensitivity": st.sampled_from(["0.01 mg", "0.1 mg", "0.5 mg", "1 mg", "1.5 mg", "6 mg"]),
        "capsules": st.sampled_from(["1", "7", "30", "100", "1000", "10000"]),
    },
    optional={
        "max_dilution": st.sampled_from(["10", "20", "100"]),
        "capacity": st.sampled_from(["5 g", "50 g", "210 g"]),
        "dose_error": st.sampled_from(["1%", "5%", "10%"]),
        "fill_weight": st.sampled_from(["100 mg", "225 mg", "342.5 mg"]),
        "assay": st.just("98.7%"),
    },
)
# The least drug for a single capsule on a coarse balance can take minutes to prove.
LEAST = st.fixed_dictionaries(
    {
        "dose": DOSES,
        "balance_sensitivity": st.sampled_from(["0.1 mg", "1 mg", "6 mg"]),
        "capsules": st.sampled_from(["30", "100", "1000"]),
        "prefer": st.sampled_from(["drug", "powder"]),
    }
)


class TestEveryPlan:
    """What holds for all plans, whatever the order."""

    # The same examples at every run: a few odd orders take seconds, and the length of the suite must not hang on luck.
    @settings(max_examples=60, derandomize=True)
    @given(st.one_of(ORDERS, LEAST))
    def test_a_plan_keeps_every_limit_by_the_contracts_own_words(self, options: dict[str, str]) -> None:
        basis = {"assay_basis": "as-is"} if "assay" in options else {}
        asked = order(**options, **basis)
        if not feasible(powder_problem(asked)[0]):
            return  # what would help then is looked for elsewhere, and takes its time
        found = plan_by_powder(asked).plan
        assert found is not None
        taken, totals, blend = weighed(found)
        assert asked.balance is not None
        assert asked.weighing_error_limit is not None
        assert asked.dose_error_limit is not None
        assert asked.least_mixture is not None
        assert asked.plan_error_limit is not None
        least = Fraction(asked.balance.sensitivity.mg) / asked.weighing_error_limit.fraction
        readability = Fraction(asked.balance.readability.mg)
        mixtures = [*totals, blend]
        for weight in (*taken, *(total - part for total, part in zip(mixtures, taken, strict=True))):
            assert weight >= least
            assert weight % readability == 0
        for step in found.weighings():  # a diluent beyond the capacity comes in portions, each a step
            assert Fraction(step.amount_mg or 0) >= least
            assert Fraction(step.amount_mg or 0) % readability == 0
            assert asked.balance.capacity is None or (step.amount_mg or 0) <= asked.balance.capacity.mg
        assert all(total >= asked.least_mixture.mg for total in totals)
        for total, part in zip(mixtures, taken, strict=True):
            assert total <= Fraction(asked.max_dilution or 0) * part
        for total, aliquot in zip(totals, taken[1:], strict=True):
            assert aliquot * 10 <= total * 9
        least_blend = asked.least_blend
        assert least_blend is not None
        assert least_blend <= blend <= least_blend * Fraction(11, 10)
        record = plan_record(audit(found))
        assert Fraction(record["accuracy"]["dose_mg"]) == contract_replay(record)
        label = Fraction(asked.dose.mg)
        assert abs(contract_replay(record) / label - 1) <= Fraction(1, 1000)
        reserved: list[bool] = []
        for corner, key in ((1, "worst_high_percent"), (-1, "worst_low_percent")):
            worst = 100 * (contract_replay(record, corner) / label - 1)
            assert Fraction(record["accuracy"][key]) == worst
            assert abs(worst) <= asked.dose_error_limit.percent
            reserved.append(abs(worst) <= asked.plan_error_limit.percent)
        assert all(reserved) != ("plan-without-reserve" in {finding["code"] for finding in record["findings"]})

    @settings(max_examples=15, derandomize=True)
    @given(ORDERS)
    def test_the_same_order_gives_the_same_plan(self, options: dict[str, str]) -> None:
        basis = {"assay_basis": "as-is"} if "assay" in options else {}

        asked = order(**options, **basis)
        if feasible(powder_problem(asked)[0]):
            assert plan_by_powder(asked) == plan_by_powder(order(**options, **basis))


class TestNothingAdmissible:
    """Where nothing is admissible, every single limit that would help is named with the nearest value (section 4)."""

    def test_a_value_proposed_works_and_its_neighbour_does_not(self) -> None:
        # 30 capsules of 135 mg make a blend of 4,677 mg at most. With a dose error of 0.02 % the last aliquot alone
        # would have to weigh S / 0.0002 = 5,000 mg.
        asked: dict[str, str] = {"dose_error": "0.02%"}

        told = [item for item in plan_by_powder(order(**asked)).relaxations if item.value is not None]
        found = {item.option: item.value for item in told}

        assert {"--balance-sensitivity", "--capsules", "--dose-error"} <= set(found)
        for item in told:
            option, value = item.option, item.value
            name = option.removeprefix("--").replace("-", "_")
            unit = {"balance_sensitivity": " mg", "dose_error": "%", "weighing_error": "%"}.get(name, "")
            # The best plan within so narrow a limit takes minutes to find; that there is one does not.
            assert feasible(powder_problem(order(**asked | {name: f"{value:f}{unit}"}))[0])
        [capsules] = [item for item in told if item.option == "--capsules"]
        one_less = powder_problem(order(dose_error="0.02%", capsules=str(int(capsules.value or 0) - 1)))[0]
        fewer = feasible(one_less, STEPS_OF_A_QUESTION)
        assert fewer is (False if capsules.nearest else None)

    def test_an_error_limit_is_never_the_first_proposal(self) -> None:
        options = [item.option for item in plan_by_powder(order(dose_error="0.02%")).relaxations]

        assert "--balance-sensitivity" == options[0]
        assert "--dose-error" == options[-1]

    def test_a_tight_capacity_is_named_where_it_alone_stands_in_the_way(self) -> None:
        found = plan_by_powder(order(capacity="50 mg"))

        assert found.plan is None
        assert "--capacity" in [item.option for item in found.relaxations]

    def test_it_says_so_where_no_single_limit_helps(self) -> None:
        found = plan_by_powder(order(dose_error="0.001%", capacity="50 mg", readability="1 mg", max_dilution="2"))

        assert (None, ()) == (found.plan, found.relaxations)

    def test_the_sensitivity_proposed_is_never_finer_than_a_stated_readability(self) -> None:
        values = [
            item.value
            for item in plan_by_powder(order(dose_error="0.02%", readability="1 mg")).relaxations
            if item.option == "--balance-sensitivity"
        ]

        assert [] == values


class TestRefusals:
    """An order that cannot be meant is refused with the option's name."""

    @pytest.mark.parametrize(
        ("options", "where"),
        [
            ({"dose": "200 mg"}, "--dose"),
            ({"drug": "naltrexone"}, "DRUG"),
            ({"drug": "naloxone"}, "DRUG"),
            ({"drug": "x" * 201}, "DRUG"),
            ({"drug": "a\x00b"}, "DRUG"),
            ({"drug": "  "}, "DRUG"),
            ({"readability": "2 mg"}, "--readability"),
            ({"readability": "0.3 mg"}, "--readability"),
            ({"capacity": "0.5 mg"}, "--balance-sensitivity"),
            ({"weighing_error": "0%"}, "--weighing-error"),
            ({"weighing_error": "100%"}, "--weighing-error"),
            ({"dose_error": "0 %"}, "--dose-error"),
            ({"dose_error": "100 %"}, "--dose-error"),
            ({"overage": "100 %"}, "--overage"),
            ({"max_dilution": "1"}, "--max-dilution"),
            ({"capsules": "0"}, "--capsules"),
            ({"capsules": "1.5"}, "--capsules"),
            ({"capsules": "10001"}, "--capsules"),
            ({"capsule_size": "9"}, "--capsule-size"),
            ({"diluent": "stardust"}, "--fill-weight"),
            ({"assay": "98.7%"}, "--assay"),
            ({"assay": "98.7%", "assay_basis": "dried"}, "--assay-basis"),
            ({"assay": "98.7%", "assay_basis": "as-is", "water": "1%"}, "--water"),
            ({"assay": "0%", "assay_basis": "as-is"}, "--assay"),
            ({"assay": "151%", "assay_basis": "as-is"}, "--assay"),
            ({"method": "magic"}, "--method"),
            ({"accept": ("some-code",)}, "--accept"),
        ],
    )
    def test_refuses_naming_the_option(self, options: dict[str, Any], where: str) -> None:
        with pytest.raises(InputError) as caught:
            order(**options)

        assert where == caught.value.where

    def test_an_unknown_drug_is_accepted_by_name(self) -> None:
        found = audit(planned(drug="dextrocuriosine"))

        assert "drug-unknown" in [finding.code for finding in found.findings]


def test_relaxations_are_plain_values() -> None:
    assert Relaxation("--capsules", Decimal(31)) == Relaxation("--capsules", Decimal(31))
