"""What is truly in every vessel, by hand calculation."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from bench_plans import fill, mix, plan_of, record, transfer, weigh
from helpers import contract_replay, judged, planned
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from compound.correcting.weighed import BatchVerdict, audit_weighed
from compound.judging.accuracy import measured, root_sum_square, worst_case
from compound.judging.audit import audit
from compound.judging.replay import Fault, replay
from compound.plan.plan import Dry, Fill, MakeUp, Mix, Step, Transfer, Weigh
from compound.showing.plan_json import plan_record

ONE = Fraction(1)
CALM = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def bounds_of(steps: Sequence[Step], sensitivity: Fraction) -> tuple[Fraction, Fraction] | None:
    run = replay(steps, ONE)
    return worst_case(run, measured(run, sensitivity))


def d(text: str | int) -> Decimal:
    return Decimal(text)


# 0.25 g of drug in 25 g, 0.75 g of that in 100 g (Erickson 2008): 10 mg per g, then 7.5 mg in 100 g, 75 mcg per g.
# The article prints 7.5 mcg per g. 33 g of it in 117.45 g, 355 mg a capsule: 3905/522 mcg.
ERICKSON: tuple[Step, ...] = (
    Weigh(1, "drug", "liothyronine", d(250), "first"),
    Weigh(2, "diluent", "filler", d(24750), "first"),
    Mix(3, "first"),
    Transfer(4, "first", "second", d(750)),
    Weigh(5, "diluent", "filler", d(99250), "second"),
    Mix(6, "second"),
    Transfer(7, "second", "batch", d(33000)),
    Weigh(8, "diluent", "filler", d(84450), "batch"),
    Mix(9, "batch"),
    Fill(10, "batch", d(355), 330, "capsules"),
)


class TestPowder:
    """weigh adds, transfer moves a share of a mixed vessel, mix makes it uniform, fill divides (contract, Replay)."""

    def test_a_published_dilution_comes_out_ten_times_as_strong_as_printed(self) -> None:
        run = replay(ERICKSON, ONE)

        assert [Fraction(10), Fraction(75, 1000)] == [m.strength_mg_per_g for m in run.mixtures[:2]]
        assert Fraction(3905, 522) / 1000 == run.dose_mg

    def test_each_mixture_keeps_what_it_was_and_says_what_is_left(self) -> None:
        first, second, batch = replay(ERICKSON, ONE).mixtures

        assert [25000, 250, 24250] == [first.total_mg, first.drug_mg, first.left_mg]
        assert [100000, Fraction(75, 10), 67000] == [second.total_mg, second.drug_mg, second.left_mg]
        assert Fraction(25000, 250) == first.one_in
        assert Fraction(117450) == batch.total_mg

    def test_the_content_of_the_powder_scales_the_dose(self) -> None:
        dose = replay(ERICKSON, ONE).dose_mg

        assert dose is not None
        assert dose * Fraction(987, 1000) == replay(ERICKSON, Fraction(987, 1000)).dose_mg

    def test_the_plan_of_the_contract_gives_its_dose_by_other_code(self) -> None:
        saved = plan_record(judged())

        assert Fraction(2, 1000) == contract_replay(saved) == Fraction(saved["accuracy"]["dose_mg"])

    def test_amounts_read_take_the_place_of_those_planned(self) -> None:
        # 88 mg instead of 80 mg of drug with the diluent as planned: 88/5008 is 1.7572 % instead of 1.6 %.
        steps = planned().steps

        assert (
            Fraction(88, 5008) / Fraction(80, 5000) * Fraction(2, 1000) == replay(steps, ONE, {1: Fraction(88)}).dose_mg
        )


# 10 mg made up to 100 mL, 1 mL of that to 50 mL, 10 mL of that onto 5 g: 0.02 mg of drug in the batch.
# Dried, the vessel reads 5,000 mg; 4,450 mg more make 9,450 mg; 135 mg of it hold 0.02 × 135 / 9,450 mg.
SOLUTION: tuple[Step, ...] = (
    Weigh(1, "drug", "naltrexone hydrochloride", d(10), "solution 1"),
    MakeUp(2, "water", d(100), "solution 1", d("0.08")),
    Mix(3, "solution 1"),
    Transfer(4, "solution 1", "solution 2", amount_ml=d(1), tolerance_ml=d("0.006")),
    MakeUp(5, "water", d(50), "solution 2", d("0.05")),
    Mix(6, "solution 2"),
    Weigh(7, "diluent", "microcrystalline cellulose", d(5000), "batch"),
    Transfer(8, "solution 2", "batch", amount_ml=d(10), tolerance_ml=d("0.02")),
    Dry(9, "batch"),
    Weigh(10, "dried", "batch", d(5000), "batch"),
    Weigh(11, "diluent", "microcrystalline cellulose", d(4450), "batch"),
    Mix(12, "batch"),
    Fill(13, "batch", d(135), 60, "capsules"),
)


class TestSolution:
    """make_up fills to a volume, a volume transfer moves its share, dry takes the solvent out (contract, Replay)."""

    def test_the_dose_is_the_one_worked_out_by_hand(self) -> None:
        assert Fraction(2, 100) * 135 / 9450 == replay(SOLUTION, ONE).dose_mg

    def test_solutions_have_a_strength_per_volume_only(self) -> None:
        first, second, batch = replay(SOLUTION, ONE).mixtures

        assert (Fraction(1, 10), None, None) == (first.strength_mg_per_ml, first.strength_mg_per_g, first.one_in)
        assert Fraction(1, 500) == second.strength_mg_per_ml
        assert (Fraction(9450), None) == (batch.total_mg, batch.volume_ml)

    def test_what_is_left_of_a_solution_is_a_volume(self) -> None:
        first, second, batch = replay(SOLUTION, ONE).mixtures

        assert [99, 40, None] == [first.left_ml, second.left_ml, batch.left_ml]

    def test_the_worst_case_takes_volumes_at_their_tolerance(self) -> None:
        bounds = bounds_of(SOLUTION, Fraction(1))

        # High: drug +1, flasks small, pipettes large; the weighings of the batch low.
        high = Fraction(11) / Fraction("99.92") * Fraction("1.006") / Fraction("49.95") * Fraction("10.02")
        assert bounds is not None
        assert high * 135 / (4999 + 4449) == bounds[1]

    def test_the_root_sum_square_counts_concentrates_and_volumes(self) -> None:
        parts = [("1", 10), ("0.08", 100), ("0.006", 1), ("0.05", 50), ("0.02", 10)]
        total = sum((float(Fraction(error) / amount) ** 2 for error, amount in parts), 0.0)

        assert abs(float(root_sum_square(measured(replay(SOLUTION, ONE), Fraction(1)))) - total**0.5) < 1e-12


class TestHistory:
    """What each vessel held after every step is kept, and whoever asks about the steps asks the replay."""

    def test_a_vessel_is_told_before_any_step_and_at_the_end(self) -> None:
        run = replay(ERICKSON, ONE)

        assert [0, 250, 25000] == [run.held("first", number).mass_mg for number in (1, 2, 3)]
        assert (False, True) == (run.held("first", 3).mixed, run.held("first", 4).mixed)
        assert [25000, 24250] == [run.held("first", 4).mass_mg, run.held("first").mass_mg]
        assert (False, True) == (run.held("first", 4).tapped, run.held("first").tapped)

    def test_a_solvent_dissolves_what_a_vessel_holds_and_drying_takes_it_out(self) -> None:
        run = replay(SOLUTION, ONE)

        assert (True, False) == (run.held("solution 1", 2).powder, run.held("solution 1", 3).powder)
        assert {"solution 1", "solution 2"} == run.liquid_vessels
        assert (8, None) == (run.held("batch", 9).liquid_since, run.held("batch", 10).liquid_since)
        assert (9, 10) == (run.held("batch", 11).dried_at, run.held("batch", 11).read_dry_at)

    def test_a_dried_vessel_is_made_up_to_a_mass(self) -> None:
        run = replay(SOLUTION, ONE)

        assert {11: (10, Fraction(9450))} == run.made_up_after_drying()
        assert (Fraction(5000), None) == (run.was_read_dry("batch"), run.was_read_dry("solution 1"))

    def test_a_diluent_is_mixed_into_drug_or_aliquot_or_dried_powder(self) -> None:
        assert [250, 750, 33000] == [replay(ERICKSON, ONE).mixed_from(v) for v in ("first", "second", "batch")]
        assert Fraction(5000) == replay(SOLUTION, ONE).mixed_from("batch")

    def test_what_a_vessel_holds_came_by_its_steps_and_those_of_its_sources(self) -> None:
        run = replay(ERICKSON, ONE)

        assert {1, 2, 3} == run.brought_by("first") == run.brought_by("second", 5) - {4}
        assert set(range(1, 10)) == run.brought_by("batch")


class TestFaults:
    """What cannot be done is named with its step; nothing is guessed."""

    @pytest.mark.parametrize(
        ("steps", "fault", "step"),
        [
            ((Transfer(1, "nowhere", "batch", d(5)), Fill(2, "batch", d(1), 1, "capsules")), Fault.EMPTY_SOURCE, 1),
            (ERICKSON[:2] + (Transfer(3, "first", "batch", d(750)), *ERICKSON[7:]), Fault.NOT_MIXED, 3),
            ((*ERICKSON[:3], Transfer(4, "first", "second", d(25001)), *ERICKSON[4:]), Fault.MORE_THAN_THERE, 4),
            ((*ERICKSON[:9], Fill(10, "batch", d(355), 331, "capsules")), Fault.BLEND_TOO_SMALL, 10),
            ((*ERICKSON[:4], Weigh(5, "diluent", "filler", d(5), "first"), *ERICKSON[5:]), Fault.INTO_USED_VESSEL, 5),
            ((*ERICKSON[:6], Transfer(7, "second", "first", d(10)), *ERICKSON[7:]), Fault.INTO_USED_VESSEL, 7),
            ((*ERICKSON[:3], Transfer(4, "first", "second", amount_ml=d(1)), *ERICKSON[4:]), Fault.NO_VOLUME, 4),
            ((*SOLUTION[:3], Transfer(4, "solution 1", "solution 2", d(5)), *SOLUTION[4:]), Fault.NO_MASS, 4),
            ((*SOLUTION[:4], MakeUp(5, "water", d("0.5"), "solution 2"), *SOLUTION[5:]), Fault.VOLUME_EXCEEDED, 5),
            (ERICKSON[:9], Fault.NEVER_FILLED, 0),
            ((*ERICKSON[:6], *ERICKSON[7:]), Fault.NO_DRUG, 0),
        ],
    )
    def test_a_fault_is_named_with_its_step(self, steps: tuple[Step, ...], fault: Fault, step: int) -> None:
        assert (fault, step) in [(found.fault, found.step) for found in replay(steps, ONE).faults]

    def test_an_impossible_step_leaves_no_dose(self) -> None:
        assert replay((*ERICKSON[:3], Transfer(4, "first", "second", d(25001)), *ERICKSON[4:]), ONE).dose_mg is None

    @given(st.permutations(range(len(ERICKSON))))
    def test_steps_in_any_order_are_replayed_or_named_as_faulty(self, order: list[int]) -> None:
        run = replay([ERICKSON[i] for i in order], ONE)

        assert run.faults or run.dose_mg == replay(ERICKSON, ONE).dose_mg


@given(st.lists(st.integers(50, 5000), min_size=2, max_size=6), st.integers(1, 5))
def test_heavier_weighings_never_widen_the_worst_case(parts: list[int], factor: int) -> None:
    """Scaling every mixture but the batch up keeps the dose and can only narrow its bounds."""

    def steps(scale: int) -> list[Step]:
        made: list[Step] = []
        for i, part in enumerate(parts):
            number, last = len(made) + 1, i == len(parts) - 1
            size = 1 if last else scale
            vessel = "batch" if last else f"mixture {i}"
            if i == 0:
                made.append(Weigh(number, "drug", "drug", d(part * size), vessel))
            else:
                made.append(Transfer(number, f"mixture {i - 1}", vessel, d(part * size)))
            made += [Weigh(number + 1, "diluent", "filler", d(6000 * size), vessel), Mix(number + 2, vessel)]
        return [*made, Fill(len(made) + 1, "batch", d(100), 1, "capsules")]

    narrow, wide = bounds_of(steps(factor), Fraction(1)), bounds_of(steps(1), Fraction(1))

    assert narrow is not None
    assert wide is not None
    assert replay(steps(factor), ONE).dose_mg == replay(steps(1), ONE).dose_mg
    assert wide[0] <= narrow[0] <= narrow[1] <= wide[1]


# Every vessel may hold several diluents and several aliquots; drug and aliquots stand in any order among them.


@st.composite
def hand_written_steps(draw: st.DrawFn, several: bool) -> list[dict[str, Any]]:
    """Steps as JSON: up to two triturations and a batch; with `several`, drug reaches a vessel in more than one way."""
    amounts = st.integers(6, 3000).map(str)
    steps: list[dict[str, Any]] = []
    vessels = [f"trituration {n}" for n in range(1, draw(st.integers(1, 3)))] + ["batch"]
    for at, vessel in enumerate(vessels):
        source = vessels[at - 1]
        parts = [weigh("drug", draw(amounts), vessel) if at == 0 else transfer(source, draw(st.integers(6, 90).map(str)), vessel)]
        if several and at and draw(st.booleans()):
            parts.append(weigh("drug", draw(st.integers(6, 60).map(str)), vessel))
        if several and at == 2 and draw(st.booleans()):
            parts.append(transfer(vessels[0], draw(st.integers(6, 90).map(str)), vessel))
        parts += [weigh("diluent", draw(amounts), vessel) for _ in range(draw(st.integers(1, 2)))]
        steps += [*draw(st.permutations(parts)), mix(vessel)]
    return [*steps, fill("batch", "1", 1)]


@CALM
@given(hand_written_steps(several=False), st.sampled_from(["0.5", "1", "5"]))
def test_the_worst_case_is_the_one_of_the_contract(steps: list[dict[str, Any]], sensitivity: str) -> None:
    """Concentrates read S high, or low, and the diluents of their vessels the other way (contract, Replay)."""
    data = record(*steps, sensitivity=sensitivity, readability="0.5")
    plan = plan_of(data)
    run = replay(plan.steps, ONE)
    assume(run.dose_mg is not None)

    assert bounds_of(plan.steps, Fraction(sensitivity)) == (contract_replay(data, -1), contract_replay(data, 1))


@CALM
@given(hand_written_steps(several=True))
def test_no_corner_of_the_errors_lies_beyond_the_worst_case(steps: list[dict[str, Any]]) -> None:
    """All corners are tried here: where drug reaches a vessel in two ways, an aliquot may dilute it."""
    plan = plan_of(record(*steps, sensitivity="5"))
    run = replay(plan.steps, ONE)
    assume(run.dose_mg is not None)
    parts = measured(run, Fraction(5))
    doses = [
        replay(plan.steps, ONE, {p.number: p.amount + sign * p.error for p, sign in zip(parts, signs, strict=True)},
               at_bounds=True).dose_mg
        for signs in itertools.product((-1, 1), repeat=len(parts))
    ]  # fmt: skip
    found = [dose for dose in doses if dose is not None]

    assert (min(found), max(found)) == bounds_of(plan.steps, Fraction(5))


# A single aliquot that is the dose: 125 mg of drug in 3,000 mg, of which 120 mg hold 5 mg; S 6 mg is 4.8 % of the drug
# and 5 % of the aliquot. By hand: 1.048 × 1.05 − 1 = 10.04 %, and 0.952 × 0.95 − 1 = −9.56 %.
def single_aliquot(*after: dict[str, Any]) -> dict[str, Any]:
    return record(
        weigh("drug", "125", "trituration 1"), weigh("diluent", "2875", "trituration 1"), mix("trituration 1"),
        *after, dose="5", sensitivity="6",
    )  # fmt: skip


ALIQUOT = (Fraction("-9.56"), Fraction("10.04"))


class TestSingleAliquot:
    """Where a step empties its vessel into a dose, the error of that weighing counts (contract, Replay)."""

    @pytest.mark.parametrize("vessel", ["batch", "capsules", "boat"])
    def test_its_weighing_is_in_the_worst_case(self, vessel: str) -> None:
        found = audit(plan_of(single_aliquot(transfer("trituration 1", "120", vessel), mix(vessel), fill(vessel, "120", 1))))

        assert found.accuracy is not None
        assert ALIQUOT == (found.accuracy.worst_low_percent, found.accuracy.worst_high_percent)
        assert ALIQUOT == (found.accuracy.capsule_low_percent, found.accuracy.capsule_high_percent)
        assert "worst-case-above-limit" in {finding.code for finding in found.findings}

    def test_a_dose_weighed_out_of_the_mixture_is_one_capsule_with_its_filling(self) -> None:
        found = audit(plan_of(single_aliquot(fill("trituration 1", "120", 1)))).accuracy

        assert found is not None
        assert ALIQUOT == (found.capsule_low_percent, found.capsule_high_percent)

    def test_drug_weighed_straight_into_the_dose_counts(self) -> None:
        # 120 mg of drug, all of it into one capsule, S 6 mg: 5 % either way, and no mixture that would even it out.
        steps = (weigh("drug", "120", "boat"), mix("boat"), fill("boat", "120", 1))
        found = audit(plan_of(record(*steps, dose="120", sensitivity="6"))).accuracy

        assert found is not None
        assert (Fraction(-5), Fraction(5)) == (found.worst_low_percent, found.worst_high_percent)

    @pytest.mark.parametrize("there", ["60", "114", "119"])
    def test_a_capsule_takes_at_most_what_is_there(self, there: str) -> None:
        data = single_aliquot(transfer("trituration 1", there, "batch"), mix("batch"), fill("batch", "120", 1))
        run = replay(plan_of(data).steps, ONE)

        assert Fraction(there) / 24 == run.dose_mg
        assert Fault.BLEND_TOO_SMALL in {faulty.fault for faulty in run.faults}
        assert BatchVerdict.OUTSIDE is audit_weighed(plan_of(data), {}).verdict

    def test_a_short_aliquot_that_was_read_is_never_within(self) -> None:
        plan = plan_of(single_aliquot(transfer("trituration 1", "120", "batch"), mix("batch"), fill("batch", "120", 1)))
        read = {1: d(125), 2: d(2875), 4: d(118)}

        assert BatchVerdict.OUTSIDE is audit_weighed(plan, read).verdict

    def test_the_worst_case_of_a_batch_counts_no_filling(self) -> None:
        found = judged().accuracy

        assert found is not None
        assert found.worst_low_percent is not None
        assert found.worst_high_percent is not None
        # 2 mcg, S 1 mg, fill 135 mg: the corner of the batch times 134/135 and 136/135.
        assert 100 * ((1 + found.worst_low_percent / 100) * Fraction(134, 135) - 1) == found.capsule_low_percent
        assert 100 * ((1 + found.worst_high_percent / 100) * Fraction(136, 135) - 1) == found.capsule_high_percent
