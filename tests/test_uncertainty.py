"""The expanded uncertainty of the batch mean, and the error of the source: by hand, by draws, and by another package."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from bench_plans import fill, mix, plan_of, record, transfer, weigh
from helpers import judged, order, planned
from hypothesis import assume, given
from test_replay import CALM, SOLUTION, hand_written_steps
from uncertainties import ufloat  # type: ignore[import-untyped]

from compound.exact.errors import InputError
from compound.facts import standards
from compound.facts.lot import Lot, read_lot
from compound.judging.accuracy import Measured, measured
from compound.judging.audit import Audit, audit
from compound.judging.replay import Replay, replay
from compound.judging.uncertainty import expanded_uncertainty_percent, slopes_of
from compound.order.request import from_request, to_request
from compound.plan.plan import Dry, Fill, Mix, Step, Transfer, Weigh, plan_from_dict, plan_to_dict
from compound.showing.budget_rows import beside_rows
from compound.showing.plan_json import plan_record
from compound.showing.plan_rows import accuracy_rows
from compound.wording.catalogue import message_of
from compound.wording.language import language

DRAWS = 1_000_000
SHARED = 0.5  # of the variance of a weighing that is the bias of its balance; entered here by hand

# The same by mass: 10 mg in 100 g of water, 1 g of it in 50 g, 10 g of that onto 5 g of powder.
BY_MASS: tuple[Step, ...] = (
    Weigh(1, "drug", "naltrexone hydrochloride", Decimal(10), "solution 1"),
    Weigh(2, "solvent", "water", Decimal(99990), "solution 1"),
    Mix(3, "solution 1"),
    Transfer(4, "solution 1", "solution 2", Decimal(1000)),
    Weigh(5, "solvent", "water", Decimal(49000), "solution 2"),
    Mix(6, "solution 2"),
    Weigh(7, "diluent", "microcrystalline cellulose", Decimal(5000), "batch"),
    Transfer(8, "solution 2", "batch", Decimal(10000)),
    Dry(9, "batch"),
    Weigh(10, "dried", "batch", Decimal(5000), "batch"),
    Weigh(11, "diluent", "microcrystalline cellulose", Decimal(4450), "batch"),
    Mix(12, "batch"),
    Fill(13, "batch", Decimal(135), 30, "capsules"),
    Fill(14, "batch", Decimal(135), 30, "capsules"),
)


Number = Any  # a float, or a number with an uncertainty


def two_stages(x: Mapping[int, Number]) -> Number:
    """The dose of the contract's plan by the contract's words: steps 1, 2, 4, 5, 7 and 8, fill 135 mg."""
    first = x[1] / (x[1] + x[2])
    second = first * x[4] / (x[4] + x[5])
    return second * x[7] / (x[7] + x[8]) * 135


def one_dose(x: Mapping[int, Number]) -> Number:
    """125 mg of drug in 3,000 mg, of which 120 mg are the dose."""
    return x[1] / (x[1] + x[2]) * x[4]


def dissolved(x: Mapping[int, Number]) -> Number:
    """10 mg in 100 mL, 1 mL to 50 mL, 10 mL onto powder; dried and read, made up, 135 mg filled."""
    return x[1] / x[2] * x[4] / x[5] * x[8] / (x[10] + x[11]) * 135


PLANS: dict[str, tuple[dict[str, Any] | None, Callable[[Mapping[int, Number]], Number]]] = {
    "two stages": (None, two_stages),
    "single aliquot": (
        record(
            weigh("drug", "125", "trituration 1"), weigh("diluent", "2875", "trituration 1"), mix("trituration 1"),
            transfer("trituration 1", "120", "batch"), mix("batch"), fill("batch", "120", 1), dose="5", sensitivity="6",
        ),
        one_dose,
    ),
}  # fmt: skip


def case(name: str) -> tuple[Audit, Callable[[Mapping[int, Number]], Number]]:
    data, dose = PLANS[name]
    return (judged() if data is None else audit(plan_of(data))), dose


def by_hand_of_solution(source_error: Fraction = Fraction(0)) -> Decimal | None:
    run = replay(SOLUTION, Fraction(1))
    assert run.dose_mg is not None
    return expanded_uncertainty_percent(run, measured(run, Fraction(1)), run.dose_mg, source_error)


class TestByHand:
    """JCGM 100:2008: rectangular limits, u = a/√3; correlated as 5.2.2 has it; k = 2."""

    def test_one_weighing_of_drug_is_its_limit_times_two_over_root_three(self) -> None:
        # 150 mg in 4,500 mg, S 1 mg: slopes 1/150 − 1/4500 for the drug and −1/4500 for the diluent, of the dose.
        steps = (weigh("drug", "150", "batch"), weigh("diluent", "4350", "batch"), mix("batch"), fill("batch", "135", 30))
        found = audit(plan_of(record(*steps, dose="4.5")))
        drug, diluent = 1 / 150 - 1 / 4500, -1 / 4500
        squares = (1 - SHARED) * (drug**2 + diluent**2) + SHARED * (drug + diluent) ** 2

        assert found.uncertainty_percent is not None
        assert float(found.uncertainty_percent) == pytest.approx(200 * math.sqrt(squares / 3), rel=1e-11)

    @pytest.mark.parametrize("error", ["0", "0.05", "0.1"])
    def test_the_error_of_the_source_adds_as_a_square(self, error: str) -> None:
        bare, found = by_hand_of_solution(), by_hand_of_solution(Fraction(error))

        assert bare is not None
        assert found is not None
        assert float(found) == pytest.approx(math.hypot(float(bare), 200 * float(error) / math.sqrt(3)), rel=1e-10)

    def test_steps_that_give_no_dose_have_none(self) -> None:
        assert audit(plan_of(record(weigh("drug", "150", "batch"), mix("batch"), dose="4.5"))).uncertainty_percent is None

    def test_the_correlation_that_is_taken_is_stated(self) -> None:
        stated = standards.limit("weighing_correlation")

        assert float(stated) == SHARED
        assert "0.5" == plan_record(judged())["accuracy"]["weighing_correlation"]


@CALM
@given(hand_written_steps(several=True))
def test_a_slope_is_that_of_replays_with_the_amount_moved(steps: list[dict[str, Any]]) -> None:
    """The dose is a ratio of two linear functions of each amount: the harmonic mean of two slopes about it is exact."""
    plan = plan_of(record(*steps))
    run = replay(plan.steps, Fraction(1))
    assume(run.dose_mg is not None)
    slopes = slopes_of(run)

    assert [part_slope(run, part) for part in measured(run, Fraction(1))] == [
        slopes[part.number] for part in measured(run, Fraction(1))
    ]


@pytest.mark.parametrize("steps", [SOLUTION, BY_MASS])
def test_a_slope_of_a_solution_is_that_of_replays(steps: tuple[Step, ...]) -> None:
    run = replay(steps, Fraction(1))
    slopes = slopes_of(run)

    assert [part_slope(run, part) for part in measured(run, Fraction(1))] == [
        slopes[part.number] for part in measured(run, Fraction(1))
    ]


def part_slope(run: Replay, part: Measured) -> Fraction:
    move = part.amount / 1024
    doses = [
        replay(run.steps, Fraction(1), {part.number: part.amount + by}, at_bounds=True, emptying=run.emptying).dose_mg
        for by in (move, -move)
    ]
    above, below = doses
    assert run.dose_mg is not None
    assert above is not None
    assert below is not None
    up, down = (above - run.dose_mg) / move, (run.dose_mg - below) / move
    return 2 * up * down / (up + down) if up + down else Fraction(0)


def draws_of(parts: Any, dose: Callable[[Mapping[int, Number]], Number], target: float, source: float = 0) -> float:
    """2 standard deviations of the dose in percent of the label, from random errors within their limits."""
    generator = random.Random(905)  # noqa: S311
    own, common = math.sqrt(1 - SHARED), math.sqrt(SHARED)
    total = square = 0.0
    plain = [(part.number, float(part.amount), float(part.error), part.by_volume) for part in parts]
    draw = generator.random
    for _ in range(DRAWS):
        bias = common * (2 * draw() - 1)
        values = {
            number: amount + error * (2 * draw() - 1 if by_volume else bias + own * (2 * draw() - 1))
            for number, amount, error, by_volume in plain
        }
        content = dose(values) / target * (1 + source * (2 * draw() - 1)) - 1
        total += content
        square += content * content
    return 200 * math.sqrt(square / DRAWS - (total / DRAWS) ** 2)


@pytest.mark.parametrize("name", [*PLANS])
def test_a_million_draws_agree_to_a_fiftieth_of_a_point(name: str) -> None:
    found, dose = case(name)

    assert found.uncertainty_percent is not None
    target = float(found.plan.order.dose.mg)
    assert draws_of(found.measured, dose, target) == pytest.approx(float(found.uncertainty_percent), abs=0.02)


def test_a_million_draws_agree_for_a_solution_of_a_doubtful_source() -> None:
    run = replay(SOLUTION, Fraction(1))
    parts = [part for part in measured(run, Fraction(1, 10)) if part.number != 7]  # the diluent that is dried and read again
    assert run.dose_mg is not None
    found = expanded_uncertainty_percent(run, parts, run.dose_mg, Fraction(5, 100))

    assert found is not None
    assert draws_of(parts, dissolved, float(run.dose_mg), 0.05) == pytest.approx(float(found), abs=0.02)


@pytest.mark.parametrize("name", [*PLANS])
def test_another_package_propagates_the_same(name: str) -> None:
    """`uncertainties` differentiates the dose by itself; what weighings share is one variable of it."""
    found, dose = case(name)
    bias = ufloat(0, math.sqrt(SHARED / 3))
    amounts = {
        part.number: ufloat(float(part.amount), float(part.error) * math.sqrt((1 - SHARED) / 3)) + float(part.error) * bias
        for part in found.measured
    }
    told = dose(amounts)

    assert found.uncertainty_percent is not None
    expanded = 200 * told.std_dev / float(found.plan.order.dose.mg)
    assert expanded == pytest.approx(float(found.uncertainty_percent), rel=1e-9)


class TestSource:
    """Strength, tablet content and assay carry their own error, beside the limit of the weighings (contract, section 1)."""

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            ({}, "0"),
            ({"assay": "98.7%", "assay_basis": "as-is"}, "0"),
            ({"assay": "98.7%", "assay_basis": "as-is", "assay_error": "0.5%"}, "5/987"),
            ({"strength": "10 mg/g"}, "0.05"),
            ({"tablet": "50 mg in 170 mg"}, "0.1"),
            ({"strength": "10 mg/g", "strength_error": "2%"}, "0.02"),
            ({"tablet": "50 mg in 170 mg", "strength_error": "0%"}, "0"),
        ],
    )
    def test_how_far_it_may_be_off(self, options: dict[str, str], error: str) -> None:
        lot = read_lot(**options)

        assert Fraction(error) == lot.source_error

    @pytest.mark.parametrize(
        ("options", "at"),
        [
            ({"strength_error": "5%"}, "--strength-error"),
            ({"assay_error": "5%"}, "--assay-error"),
            ({"assay": "98.7%", "assay_basis": "as-is", "strength_error": "5%"}, "--strength-error"),
            ({"strength": "10 mg/g", "assay_error": "1%"}, "--strength"),
            ({"strength": "10 mg/g", "strength_error": "100%"}, "--strength-error"),
            ({"assay": "98.7%", "assay_basis": "as-is", "assay_error": "98.7%"}, "--assay-error"),
        ],
    )
    def test_an_error_of_nothing_is_refused(self, options: dict[str, str], at: str) -> None:
        with pytest.raises(InputError) as caught:
            read_lot(**options)

        assert at == caught.value.where

    def test_the_defaults_are_those_of_the_contract(self) -> None:
        assert 5 == standards.limit("strength_error_percent")
        assert 10 == standards.limit("tablet_error_percent")

    @pytest.mark.parametrize("options", [{"strength": "10 mg/g"}, {"strength": "10 mg/g", "strength_error": "3%"}])
    def test_the_request_holds_it_and_gives_it_back(self, options: dict[str, str]) -> None:
        ordered = order(**options)
        written = to_request(ordered)

        assert {"strength": "5", "strength_error": "3"}[[*options][-1]] == written["strength_error_percent"]
        assert ordered.lot.source_error == from_request(written, ordered.balance).lot.source_error

    def test_a_plan_saved_without_it_counts_the_default(self) -> None:
        data = plan_to_dict(planned(strength="10 mg/g"))
        del data["request"]["strength_error_percent"]

        assert Fraction(5, 100) == plan_from_dict(data).order.lot.source_error

    def test_it_stands_beside_the_worst_case_and_never_in_it(self) -> None:
        found = {error: judged(strength="10 mg/g", strength_error=error).accuracy for error in ("0%", "5%", "30%")}
        none, five, thirty = found.values()
        assert none is not None
        assert five is not None
        assert thirty is not None

        assert none.worst_low_percent == five.worst_low_percent == thirty.worst_low_percent
        low, high = 1 + (five.worst_low_percent or 0) / 100, 1 + (five.worst_high_percent or 0) / 100
        assert 100 * (Fraction(low) * Fraction(95, 100) - 1) == five.total_low_percent
        assert 100 * (Fraction(high) * Fraction(105, 100) - 1) == five.total_high_percent
        assert (none.worst_low_percent, none.worst_high_percent) == (none.total_low_percent, none.total_high_percent)

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"strength": "10 mg/g"}, False),
            ({"strength": "10 mg/g", "strength_error": "8%"}, True),
            ({"dose": "0.5 mg", "tablet": "50 mg in 170 mg"}, True),
            ({"dose": "0.5 mg", "tablet": "50 mg in 170 mg", "strength_error": "5%"}, False),
        ],
    )
    def test_beyond_the_window_of_finished_products_it_is_a_warning(self, options: dict[str, str], said: bool) -> None:
        found = judged(**options)
        assert found.accuracy is not None
        told = {one.code: one for one in found.findings}

        most = max(-(found.accuracy.total_low_percent or 0), found.accuracy.total_high_percent or 0)
        assert said == (most > 10) == ("total-error-large" in told)
        if said:
            assert "more than 10 %" in message_of(told["total-error-large"])

    @pytest.mark.parametrize("tongue", ["en", "de"])
    def test_it_is_a_line_of_the_budget(self, tongue: str) -> None:
        spoken = language(tongue)
        rows = beside_rows(judged(strength="10 mg/g"), spoken)

        assert [Fraction(5), Fraction(100, 135)] == [row.share for row in rows[-2:]]
        assert "worst case with the error of the source" in dict(accuracy_rows(judged(strength="10 mg/g")))
        assert "worst case with the error of the source" not in dict(accuracy_rows(judged()))

    def test_a_lot_without_papers_is_taken_as_pure_all_the_same(self) -> None:
        assert Lot().taken_as_pure
