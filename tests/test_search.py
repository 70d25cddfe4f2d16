"""The search for the best plan: held against plans worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from helpers import planned

from compound.plan.plan import Plan, Transfer, Weigh
from compound.planning.powder_search.problem import Scale


def weighed(found: Plan) -> tuple[list[int], list[int], int]:
    """Drug and aliquots, totals of the triturations, total of the blend."""
    taken: list[int] = []
    totals: dict[str, int] = {}
    for step in found.weighings():
        totals[step.vessel] = totals.get(step.vessel, 0) + int(step.amount_mg or 0)
        if isinstance(step, Transfer) or step.role == "drug":
            taken.append(int(step.amount_mg or 0))
    *triturations, blend = totals.values()
    return taken, triturations, blend


class TestRankings:
    """The plan is the first of the ranking (contract, section 4)."""

    @pytest.mark.parametrize(
        ("options", "plan"),
        [
            ({}, ([80, 100, 200], [5000, 5000], 4320)),
            ({"dose": "0.25 mg"}, ([80, 100], [1000], 4320)),
            ({"dose": "4.5 mg"}, ([150], [], 4500)),
            ({"balance_sensitivity": "0.1 mg", "minimum_weight": "82 mg"}, ([100, 100, 100], [3000, 5000], 4500)),
            ({"dose": "0.5 mg", "balance_sensitivity": "0.1 mg", "capsules": "100"}, ([60, 900], [1000], 14580)),
            ({"assay": "98.7%", "assay_basis": "as-is"}, ([90, 90, 200], [4000, 6000], 4497)),
        ],
    )
    def test_the_plan_is_the_one_of_the_contracts_table(
        self, options: dict[str, str], plan: tuple[list[int], list[int], int]
    ) -> None:
        assert plan == weighed(planned(**options))

    def test_less_drug_is_bought_with_points(self) -> None:
        # 142 mg × 135 / 4.5 is 4,260 mg, which has no rounding; lighter drug than 141.75 mg fills too few capsules.
        assert ([142], [], 4260) == weighed(planned(dose="4.5 mg", prefer="drug"))


class TestPortions:
    """A diluent beyond the capacity is weighed in the fewest equal portions (contract, section 4)."""

    def test_the_last_portion_takes_what_is_left(self) -> None:
        scale = Scale(Fraction(1), Fraction(1), Fraction(20), Fraction(100))

        assert (Fraction(84), Fraction(84), Fraction(82)) == scale.portions(Fraction(250))

    def test_the_portions_of_a_vessel_are_its_diluent(self) -> None:
        found = planned(capacity="3 g")
        parts = [step.amount_mg for step in found.weighings() if isinstance(step, Weigh) and step.vessel == "batch"]

        assert len(parts) > 1
        assert max(parts) <= 3000
        assert weighed(found)[2] == sum(parts) + weighed(found)[0][-1]
