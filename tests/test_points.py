"""The points of a plan as its reasons count them, from the steps alone, and the guide's example worked by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compound.judging.audit import Audit
from compound.judging.audit import audit as judge
from compound.order.options import read_order
from compound.plan.plan import DILUENT, DRUG, Fill, Mix, Plan, Transfer, Weigh
from compound.reading import shipped
from compound.showing.points_rows import points_of, points_text, steps_up, weighed_digits
from compound.wording.language import ENGLISH
from compound.wording.words import PlanWords

BASIS: dict[str, Any] = {"drug": "naltrexone hydrochloride", "dose": "2 mcg", "balance-sensitivity": "1 mg", "capsules": "30"}
MCC = "microcrystalline cellulose"


def plan(taken: list[str], totals: list[str], **more: str) -> Audit:
    """The audit of a powder plan with these drug and aliquots, and these totals, the blend the last of them, in mg."""
    order, _ = read_order({**BASIS, **{name.replace("_", "-"): text for name, text in more.items()}})
    vessels = [*(f"trituration {i}" for i in range(1, len(totals))), "batch"]
    steps: list[Any] = []
    for i, (vessel, amount, total) in enumerate(zip(vessels, taken, totals, strict=True)):
        mg, number = Decimal(amount), len(steps) + 1
        steps += [
            Weigh(number, DRUG, "naltrexone hydrochloride", mg, vessel) if i == 0
            else Transfer(number, vessels[i - 1], vessel, mg),
            Weigh(number + 1, DILUENT, MCC, Decimal(total) - mg, vessel),
            Mix(number + 2, vessel),
        ]  # fmt: skip
    steps.append(Fill(len(steps) + 1, "batch", Decimal(135), 30, "capsules"))
    assert order.balance is not None
    return judge(Plan(order, order.balance, order.content_fraction, tuple(steps)))


# By hand, 2 mcg × 30 at S = 1 mg: five amounts of one digit; W = 5,000 + 5,000 + 4,320 = 14,320 mg, which is above
# 2 × 4,320 and not above 4 × 4,320; above 1.1^12 × 4,320 = 13,558 mg and not above 1.1^13 × 4,320 = 14,914 mg;
# 80 mg of drug is above 1.1^14 × 20 = 75.9 mg and not above 1.1^15 × 20 = 83.5 mg.
@pytest.mark.parametrize(("prefer", "counts", "total"), [("simple", (5, 2, 0), 7), ("powder", (5, 13, 0), 18), ("drug", (5, 2, 15), 22)])
def test_the_plan_of_the_contract_has_the_points_counted_by_hand(prefer: str, counts: tuple[int, ...], total: int) -> None:
    points = points_of(plan(["80", "100", "200"], ["5000", "5000", "4320"], prefer=prefer))

    assert points is not None
    assert counts == (points.digits, points.powder_steps, points.drug_steps)
    assert total == points.total


def test_they_are_said_with_what_they_come_from() -> None:
    points = points_of(plan(["80", "100", "200"], ["5000", "5000", "4320"], prefer="drug"))

    assert points is not None
    assert (
        "22 points: 5 digits to weigh, 2 for 14,320 mg of powder in all to a blend of 4,320 mg (one a doubling), 15 for "
        "80 mg of drug (one each tenth above the least weighable quantity)"
    ) == points_text(points)


def test_whole_tablets_have_no_digits_and_parts_of_one_have() -> None:
    tablet = {"tablet": "50 mg in 170 mg", "dose": "4.5 mg"}
    whole, part = plan(["510"], ["4500"], **tablet), plan(["511"], ["4500"], **tablet)

    assert [0, 3] == [points.digits for points in map(points_of, (whole, part)) if points is not None]


@pytest.mark.parametrize(("mg", "digits"), [("0.5", 1), ("20", 1), ("1980", 3), ("100", 1), ("0.05", 1), ("100.5", 4)])
def test_zeros_at_both_ends_of_an_amount_are_no_digits(mg: str, digits: int) -> None:
    assert digits == weighed_digits(Fraction(mg))


@given(st.fractions(1, 10**6), st.fractions(1, 10**4), st.sampled_from([Fraction(2), Fraction(11, 10)]))
def test_the_steps_up_are_the_least_that_reach(value: Fraction, start: Fraction, ratio: Fraction) -> None:
    count = steps_up(value, start, ratio)

    assert value <= start * ratio**count
    assert count == 0 or value > start * ratio ** (count - 1)


def test_every_criterion_of_the_ranking_has_its_words() -> None:
    criteria = ENGLISH.table(PlanWords).criteria

    assert {"triturations", "reserve", "tablets", "points", "rounding", "powder", "drug", "amounts"} <= set(criteria)


def test_the_guide_works_the_same_example_by_hand() -> None:
    text = " ".join(shipped.guide("ranking").split())

    for said in ("14,320 mg", "7 points", "18 points", "22 points"):
        assert said in text
