"""The search for the best plan: held against enumeration, and against plans worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from brute_force import cases, compare, compare_without_capacity, with_additions
from helpers import planned

from compound.plan.plan import Plan, Transfer
from compound.planning.powder_search.search import Prefer, Problem, feasible, search


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


class TestEnumeration:
    """The plan printed is the first of the ranking, and none is printed only where there is none (contract, section 4)."""

    @pytest.mark.parametrize("seed", range(2))
    def test_no_enumerated_plan_ranks_higher(self, seed: int) -> None:
        compared, differences = compare(120, cases(seed))

        assert [] == differences
        assert {None, 0, 1, 2} <= set(compared)

    def test_no_enumerated_plan_with_other_excipients_ranks_higher(self) -> None:
        compared, differences = compare(120, with_additions(2))

        assert [] == differences
        assert {None, 0, 1} <= set(compared)

    def test_a_dose_just_a_thousandth_low_is_not_overlooked(self) -> None:
        # 3 in 10, 3 of it in 10, 6 of it in 20: 37 × 3/10 × 3/10 × 6/20 = 0.999, so ρ is -0.1 %, which is allowed.
        problem = Problem(
            Fraction(37), Fraction(9, 50), 1, 3, 14, Fraction(4), 20, 22, Fraction(3, 10), Fraction(1, 1000), Fraction(9, 10)
        )

        best, *_ = search(problem, Prefer.POWDER, 6)

        assert ((3, 3, 6), (10, 10), 20, Fraction(-1, 1000)) == (best.taken, best.totals, best.blend, best.rounding)


class TestLeastDrug:
    """`--prefer drug` prints the plan with the least drug among those of the fewest triturations."""

    def test_one_trituration_worked_out_by_hand(self) -> None:
        """
        0.25 mg × 30 with S 1 mg: 135 / 0.25 = 540 = (t / a0) × (F / a1). 20 mg of drug may be 1/20 = 5 % off, which is
        all there is; so it is 21 mg, and 1.05 / (1 + 1/21) leaves the aliquot 0.227 %: 440 mg at least. The total is
        at most 2,100 mg. Of one digit: 2,000 mg gives F = 540 × 21 × a1 / 2,000 = 5.67 × a1, which lies between
        4,253 and 4,677 mg for 800 mg alone: 4,536 mg exactly. 1,000 mg would take 400 mg, which is too light, and any
        smaller total still less.
        """
        assert ([21, 800], [2000], 4536) == weighed(planned(dose="0.25 mg", prefer="drug"))


class TestLeastPowder:
    """`--prefer powder` prints the plan with the least powder, t1 + … + F, among those of the fewest triturations."""

    def test_one_trituration_worked_out_by_hand(self) -> None:
        """
        0.5 mg × 100 with S 0.1 mg, content 1: 135 / 0.5 = 270 parts of blend hold one of drug. Without a trituration the
        drug would weigh 14,175 / 270 = 52.5 mg, one part in 270, which is above the largest dilution of 100. So
        there is one, and 270 = (t / a0) × (F / a1). The blend weighs 14,175 mg at least, so a1 weighs 141.75 mg at
        least, of two digits 150 mg; an aliquot is at most nine tenths of its mixture, so t is at least 166.7 mg, of two
        digits 170 mg. That takes a0 = 170 × F / (270 × 150), for 14,175 mg 59.5 mg; 60 mg go with a blend of 14,294 mg,
        14,464 mg of powder in all. With 180 mg a0 is 63 mg for 14,175 mg, 14,355 mg in all; with 190 mg it is more.
        """
        assert ([63, 150], [180], 14175) == weighed(
            planned(dose="0.5 mg", balance_sensitivity="0.1 mg", capsules="100", prefer="powder")
        )


class TestFeasible:
    """Whether there is a plan at all is told without looking for the best one."""

    def test_a_batch_of_twice_the_capacity_needs_an_aliquot_as_heavy_as_the_capacity(self) -> None:
        # 14,175 mg of blend from a balance of 7.1 g: an aliquot of at least 7,075 mg, of two digits 7,100 mg.
        order = Problem(
            Fraction(2_700_000), Fraction(1), 1, 20, 710_000, Fraction(100), 1_417_500, 1_559_250, Fraction(1, 20),
            Fraction(1, 1000), Fraction(9, 10),
        )  # fmt: skip
        lighter = Problem(
            Fraction(2_700_000), Fraction(1), 1, 20, 700_000, Fraction(100), 1_417_500, 1_559_250, Fraction(1, 20),
            Fraction(1, 1000), Fraction(9, 10),
        )  # fmt: skip

        assert (True, False) == (feasible(order), feasible(lighter))


class TestWithoutCapacity:
    """A capacity that is not given bounds nothing (contract, section 4)."""

    @pytest.mark.parametrize("seed", range(2))
    def test_the_best_plan_is_that_of_any_capacity_it_fits(self, seed: int) -> None:
        compared, differences = compare_without_capacity(100, cases(seed))

        assert [] == differences
        assert compared > 20

    def test_nor_where_other_excipients_are_weighed_into_the_batch(self) -> None:
        compared, differences = compare_without_capacity(100, with_additions(2))

        assert [] == differences
        assert compared > 20
