"""The ranges of the sheet: readings inside them never break the limit (contract, section 5)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from bench_plans import contract, fill, mix, plan_of, record, transfer, weigh
from helpers import order
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from compound.correcting.corrections import with_amount
from compound.exact.quantity import Direction, round_to
from compound.exact.value import replace
from compound.judging.audit import Audit, audit
from compound.judging.ranges import Ranges, largest_share
from compound.making.route import choose_route
from compound.plan.plan import Fill, Plan

CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
LIMIT = Fraction(5)


def read(plan: Plan, readings: Mapping[int, Fraction]) -> Audit:
    """The plan as it was weighed, audited."""
    return audit(replace(plan, steps=tuple(with_amount(step, readings, None) for step in plan.steps)))


def worst(plan: Plan, readings: Mapping[int, Fraction]) -> Fraction:
    """The worst case of a plan with these readings, in percent."""
    accuracy = read(plan, readings).accuracy
    assert accuracy is not None
    assert accuracy.worst_percent is not None
    return accuracy.worst_percent


@cache
def planned(**options: Any) -> Plan:
    """The plan of an order, by the route that it takes."""
    found = choose_route(order(**options)).plan
    assert found is not None
    return found


@st.composite
def powder_plans(draw: st.DrawFn, most: int = 4) -> Plan:
    """A plan of one to four triturations, with or without other excipients, weighed or from a premix; any content."""
    step = draw(st.sampled_from([Fraction(1), Fraction(1, 10), Fraction(1, 2), Fraction(2)]))
    sensitivity = step * draw(st.sampled_from([1, 2, 5]))
    content = draw(st.sampled_from([Fraction(1), Fraction(987, 1000), Fraction(1, 100), Fraction(5, 17), Fraction(1, 3)]))

    def text(steps: int) -> str:
        return str(Decimal(steps) * Decimal(step.numerator) / Decimal(step.denominator))

    least = int(20 * sensitivity / step)
    steps: list[dict[str, Any]] = []
    count = draw(st.integers(1, most))
    dose, source = content, 0
    for at in range(count + 1):
        vessel = f"trituration {at + 1}" if at < count else "batch"
        highest = min(60 * least, source * 9 // 10) if at else 60 * least
        assume(highest >= least)
        lead = draw(st.integers(least, highest))
        total = lead + draw(st.integers(least, 40 * lead))
        beside = []
        if draw(st.booleans()) and at == count:
            share = draw(st.integers(1, max(1, total // 10)))
            beside.append(weigh("excipient", text(share), vessel, "magnesium stearate"))
            total += share
        if draw(st.booleans()) and at == count:
            share = draw(st.integers(least, 2 * least))
            steps += [weigh("excipient", text(least), "premix 1", "silicon dioxide"),
                      weigh("diluent", text(9 * least), "premix 1"), mix("premix 1")]  # fmt: skip
            beside.append(transfer("premix 1", text(share), vessel))
            total += share
        rest = total - lead - sum(int(Fraction(one["amount_mg"]) / step) for one in beside)
        first = weigh("drug", text(lead), vessel) if at == 0 else transfer(f"trituration {at}", text(lead), vessel)
        steps += [first, *beside, weigh("diluent", text(rest), vessel), mix(vessel)]
        dose *= Fraction(lead, total)
        source = total
    fraction = draw(st.integers(100, 500))
    count_of_capsules = max(1, draw(st.integers(80, 99)) * total // (100 * fraction))
    steps.append(fill("batch", text(fraction), count_of_capsules))
    dose *= fraction * step
    stated = dose * draw(st.sampled_from([Fraction(1), Fraction(1001, 1000)]))
    label = f"{Decimal(round(stated * 10**12)) / Decimal(10**12):f}"
    assume(Decimal(label) > 0)
    data = record(
        *steps, dose=label, sensitivity=str(Decimal(sensitivity.numerator) / Decimal(sensitivity.denominator)),
        readability=str(Decimal(step.numerator) / Decimal(step.denominator)), content_fraction=str(content),
        max_dilution="1000",
    )  # fmt: skip
    return plan_of(data)


def drawn(draw: st.DataObject, plan: Plan, ranges: Ranges) -> dict[int, Fraction]:
    """Readings inside their ranges, mostly at the ends, each around what belongs to the readings before it."""
    step = Fraction(plan.balance.readability.mg)
    readings: dict[int, Fraction] = {}
    for weighing in plan.weighings():
        bounds = ranges.around(weighing.number, readings)
        assert bounds is not None
        low, high = bounds
        inside = low + step * draw.draw(st.integers(0, int((high - low) / step)))
        readings[weighing.number] = draw.draw(st.sampled_from([low, high, inside]))
    return readings


class TestInside:
    """Readings inside their ranges never break the limit."""

    @CALM
    @given(powder_plans(), st.data())
    def test_the_worst_case_of_readings_in_their_ranges_is_within_the_dose_error(self, plan: Plan, data: st.DataObject) -> None:
        found = audit(plan)
        accuracy = found.accuracy
        assume(accuracy is not None and accuracy.worst_percent is not None and accuracy.worst_percent <= LIMIT)
        assume(not found.run.faults)
        readings = drawn(data, plan, found.ranges)
        made = read(plan, readings)

        assert not made.run.faults
        assert worst(plan, readings) <= LIMIT

    @CALM
    @given(powder_plans(), st.booleans())
    def test_all_ends_at_once_are_within_the_dose_error(self, plan: Plan, high: bool) -> None:
        """The corner that decides: every concentrate at its lower end, all diluents at one end."""
        found = audit(plan)
        accuracy = found.accuracy
        assume(accuracy is not None and accuracy.worst_percent is not None and accuracy.worst_percent <= LIMIT)
        readings: dict[int, Fraction] = {}
        for weighing in plan.weighings():
            bounds = found.ranges.around(weighing.number, readings)
            assert bounds is not None
            readings[weighing.number] = bounds[1 if high and not found.run.brings_drug(weighing) else 0]

        assert worst(plan, readings) <= LIMIT

    @CALM
    @given(st.lists(st.integers(20, 400), min_size=4, max_size=4), st.sampled_from(["0", "40"]), st.data())
    def test_it_holds_where_no_diluent_follows(self, amounts: list[int], beside: str, data: st.DataObject) -> None:
        """Drug and an aliquot of drug in one vessel, a diluent weighed first, an aliquot that is the dose."""
        drug, other, diluent, aliquot = amounts
        steps = [weigh("diluent", str(20 * diluent), "trituration 1"), weigh("drug", str(drug), "trituration 1"),
                 mix("trituration 1"), transfer("trituration 1", str(aliquot), "batch"), weigh("drug", str(other), "batch")]  # fmt: skip
        steps += [weigh("diluent", str(10 * diluent), "batch")] * (beside != "0") + [mix("batch")]
        total = aliquot + other + 10 * diluent * (beside != "0")
        amount = Fraction(drug * aliquot, drug + 20 * diluent) + other
        dose = Decimal(round(amount / total * 10**9)) / 10**8
        plan = plan_of(record(*steps, fill("batch", "10", total // 11), dose=f"{dose:f}", max_dilution="1000"))
        found = audit(plan)
        accuracy = found.accuracy
        assume(accuracy is not None and accuracy.worst_percent is not None and accuracy.worst_percent <= LIMIT)
        assume(not found.run.faults)
        readings = drawn(data, plan, found.ranges)

        assert not read(plan, readings).run.faults
        assert worst(plan, readings) <= LIMIT

    @pytest.mark.parametrize("options", [
        {}, {"balance_sensitivity": "0.1 mg"}, {"method": "solution"}, {"method": "solution", "dose": "50 ng", "by_mass": "yes"},
        {"excipient": ("silicon dioxide 0.05 %", "magnesium stearate 5 %")}, {"dose": "4.5 mg"}, {"dose": "0.25 mg"},
        {"strength": "10 mg/g", "dose_as": "naltrexone hydrochloride"},
        {"tablet": "50 mg in 170 mg", "dose_as": "naltrexone hydrochloride", "dose": "1.5 mg"},
    ], ids=str)  # fmt: skip
    @settings(max_examples=15, deadline=None)
    @given(data=st.data())
    def test_that_holds_for_plans_of_every_kind(self, options: dict[str, Any], data: st.DataObject) -> None:
        plan = planned(**options)
        found = audit(plan)
        readings = drawn(data, plan, found.ranges)

        assert all(low <= found.ranges.amounts[n] <= high for n, (low, high) in bounded(found).items())
        assert worst(plan, readings) <= LIMIT


def bounded(found: Audit) -> dict[int, tuple[Fraction, Fraction]]:
    return {number: bounds for number, bounds in found.ranges.planned.items() if bounds is not None}


class TestWidth:
    """The ranges are as wide as the limit lets them be."""

    def test_a_plan_with_a_reserve_leaves_room_for_every_weighing(self) -> None:
        """2.77 % of the 5 % are used: the concentrates have their weighing error, the diluents a share of each total."""
        found = audit(reserved())
        spreads = {row.vessel: row.spread for row in found.ranges.rows}

        assert [76, 84, 95, 105] == [*bounded(found)[1], *bounded(found)[4]]
        assert spreads["trituration 1"] == spreads["trituration 2"]
        assert abs(spreads["trituration 1"] * Fraction(4320, 5000) - spreads["batch"]) < 1

    @CALM
    @given(powder_plans(most=2))
    def test_one_step_more_of_every_diluent_breaks_the_limit(self, plan: Plan) -> None:
        """Where every diluent is given the next step of the balance at least, some reading breaks the limit, or none is left."""
        found = audit(plan)
        ranges = found.ranges
        rows = [row for row in ranges.rows if row.vessel not in found.run.without_drug]
        assume(rows and all(row.spread > 0 for row in rows))
        wider = {row.diluent: row.spread + row.step for row in rows}
        worst_of_any = Fraction(0)
        for sign in (-1, 1):
            readings: dict[int, Fraction] = {}
            for step in plan.weighings():
                bounds = ranges.around(step.number, readings)
                assert bounds is not None
                readings[step.number] = bounds[0 if sign < 0 or found.run.brings_drug(step) else 1]
                for row in rows:
                    if row.diluent == step.number:
                        readings[step.number] = row.diluent_for(readings[row.concentrate]) + sign * wider[step.number]
            worst_of_any = max(worst_of_any, worst(plan, readings))
        batch = next(row for row in rows if row.vessel == found.run.filled_from)
        needed = sum(Fraction(s.amount_mg or 0) * s.count for s in plan.steps if isinstance(s, Fill))
        beside = [step.number for step in plan.weighings() if step.vessel == batch.vessel and not found.run.brings_drug(step)]
        left = batch.total - sum(ranges.amounts[n] - low for n, (low, _) in bounded(found).items() if n in beside) - batch.step * 4
        nearly = LIMIT - 100 * max(row.step * (2 + len(plan.weighings())) / row.total for row in rows)

        assert worst_of_any > nearly or left < needed

    def test_a_share_is_the_largest_that_holds(self) -> None:
        """Against trying every step of every amount."""
        amounts, step = [Fraction(3000), Fraction(4320), Fraction(700)], Fraction(1)

        def holds(share: Fraction) -> bool:
            return sum(int(share * amount) * weight for amount, weight in zip(amounts, (1, 3, 40), strict=True)) <= 1000

        tried = sorted({Fraction(n) / amount for amount in amounts for n in range(int(amount / 20) + 1)})

        assert max(share for share in tried if holds(share)) == largest_share(holds, amounts, step, Fraction(1, 20))

    @pytest.mark.parametrize("lead", [80, 93, 107])
    def test_every_reading_is_tried_for_the_worst(self, lead: int) -> None:
        """One trituration, each reading of both concentrates with its diluents at both ends: the widest that holds."""
        plan = plan_of(record(
            weigh("drug", str(lead), "trituration 1"), weigh("diluent", str(1000 - lead), "trituration 1"), mix("trituration 1"),
            transfer("trituration 1", "150", "batch"), weigh("diluent", "4317", "batch"), mix("batch"),
            fill("batch", "135", 30), dose=str(Decimal(lead) * 150 * 135 / 1000 / 4467)[:12],
        ))  # fmt: skip
        ranges = audit(plan).ranges
        spans = [ranges.planned[number] or (Fraction(0), Fraction(0)) for number in (1, 4)]
        readings = [[low + n for n in range(int(high - low) + 1)] for low, high in spans]
        found = [
            worst(plan, {1: drug, 2: rows[0].diluent_for(drug) + sign * rows[0].spread,
                         4: aliquot, 5: rows[1].diluent_for(aliquot) + sign * rows[1].spread})
            for rows in [ranges.rows]
            for drug, aliquot in itertools.product(*readings)
            for sign in (-1, 1)
        ]  # fmt: skip

        assert LIMIT * 99 / 100 < max(found) <= LIMIT


def reserved(blend: str = "4320") -> Plan:
    """A plan with a reserve: 80 in 5,000, 100 in 5,000, 200 in the blend; its worst case is 2.8 %."""
    dose = Decimal(80) * 100 * 200 * 135 / 25_000_000 / Decimal(blend)
    return plan_of(record(
        weigh("drug", "80", "trituration 1"), weigh("diluent", "4920", "trituration 1"), mix("trituration 1"),
        transfer("trituration 1", "100", "trituration 2"), weigh("diluent", "4900", "trituration 2"), mix("trituration 2"),
        transfer("trituration 2", "200", "batch"), weigh("diluent", str(int(blend) - 200), "batch"), mix("batch"),
        fill("batch", "135", 30), dose=f"{round(dose, 9):f}",
    ))  # fmt: skip


class TestRows:
    """Whatever the concentrate reads, its diluent is r × (t/a − 1), rounded to the readability."""

    @CALM
    @given(powder_plans())
    def test_the_diluent_keeps_the_ratio(self, plan: Plan) -> None:
        found = audit(plan)
        amounts, step = found.ranges.amounts, Fraction(plan.balance.readability.mg)
        for row in found.ranges.rows:
            total = sum(amounts[s.number] for s in plan.weighings() if s.vessel == row.vessel)
            target = amounts[row.concentrate]
            for reading in row.readings(10):
                exact = reading * (total / target - 1) - (total - target - amounts[row.diluent])

                assert round_to(exact, step, Direction.NEAREST) == row.diluent_for(reading)
                assert row.low <= reading <= row.high

    def test_the_ranges_of_a_concentrate_keep_its_limits(self) -> None:
        """80 mg within 5 %; 50 mg not below the least weighable quantity; 900 of 1,000 mg not above nine tenths."""

        def ends(drug: str, total: str, aliquot: str, batch: str, dose: str, error: str = "5") -> list[object]:
            plan = plan_of(record(
                weigh("drug", drug, "trituration 1"), weigh("diluent", str(int(total) - int(drug)), "trituration 1"),
                mix("trituration 1"), transfer("trituration 1", aliquot, "batch"),
                weigh("diluent", str(int(batch) - int(aliquot)), "batch"), mix("batch"), fill("batch", "1", 100),
                dose=dose, readability="0.1", weighing_error_percent=error,
            ))  # fmt: skip
            return [audit(plan).ranges.planned[number] for number in (1, 4)]

        assert [(76, 84), (95, 105)] == ends("80", "1000", "100", "1000", "0.008")
        assert [(50, 51), (98, 102)] == ends("50", "1000", "100", "1000", "0.005", error="2")
        assert [(76, 84), (855, 900)] == ends("80", "1000", "900", "2000", "0.036")

    def test_in_the_batch_no_reading_leaves_too_little_blend(self) -> None:
        """4,050 mg are needed of 4,100: at the lower end of its range the aliquot still gives them, one step less does not."""
        (row,) = [row for row in audit(reserved("4100")).ranges.rows if row.vessel == "batch"]

        def least(reading: Fraction) -> Fraction:
            return reading + row.diluent_for(reading) - row.spread

        assert row.spread > 0
        assert least(row.low - row.step) < 4050 <= least(row.low)

    def test_without_stated_limits_there_is_no_range(self) -> None:
        found = audit(plan_of(contract(dose_error_percent=None)))

        assert {None} == set(found.ranges.planned.values())

    def test_a_plan_beyond_its_limit_has_none(self) -> None:
        assert {None} == set(audit(plan_of(contract(dose_error_percent="4"))).ranges.planned.values())

    def test_the_deposit_of_a_solution_moves_the_range_of_the_dried_vessel(self) -> None:
        ranges = audit(planned(method="solution", flask=("1000 mL",), pipette=("1 mL",))).ranges

        assert (Fraction(4049), Fraction(4052)) == ranges.around(7, {4: Fraction(4050)})
        assert Fraction(648) == ranges.belongs(8, {7: Fraction(4010)})
