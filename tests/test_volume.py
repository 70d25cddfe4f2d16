"""Filling by volume: a batch is topped up to the volume of its capsules, and all of it is filled (contract, section 4)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bench_plans import MCC, contract, fill, mix, plan_of, record, transfer, weigh
from helpers import COMMAND, order
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from compound.correcting.corrections import with_amount
from compound.correcting.weighed import BatchVerdict, Weighed, audit_weighed
from compound.exact.errors import InputError
from compound.exact.value import replace
from compound.facts import standards
from compound.findings import codes
from compound.judging.audit import Audit, audit
from compound.judging.replay import Fault, replay
from compound.judging.uncertainty import slopes_of
from compound.making.differences import ATTACHED_PLAN
from compound.making.make import plan_batch, write_worksheet
from compound.making.route import choose_route
from compound.making.saved import read_plan
from compound.order.request import from_request, to_request
from compound.paper.read_back import read_sheet
from compound.plan.plan import CAPSULES, Fill, Mix, Plan, TopUp, Transfer, Weigh, plan_from_dict, plan_to_dict
from compound.planning.powder import powder_relaxations, powder_works
from compound.planning.volume import bulk_of, part_of_diluent
from compound.showing.plan_json import plan_record
from compound.showing.plan_rows import drug_in_all, mixture_rows, step_rows, vessel_label, weighed
from compound.wording.language import ENGLISH, language
from compound.worksheet.printed import NAME

CALM = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
STATED = {"capsule_size": "3", "diluent": MCC, "filling": "volume", "drug": "naltrexone hydrochloride"}


def top_up(count: int, vessel: str = "batch", material: str = MCC) -> dict[str, Any]:
    return {"action": "top_up", "material": material, "count": count, "vessel": vessel}


def fill_all(count: int, source: str = "batch") -> dict[str, Any]:
    return {"action": "fill", "from": source, "all": True, "count": count, "vessel": CAPSULES}


def by_hand(*ending: dict[str, Any], aliquot: str = "200", part: str = "1200", **request: Any) -> dict[str, Any]:
    """2 mcg in 32 capsules, S 1 mg; weighings are steps 1, 2, 4, 5, 7 and 8.

    80 mg in 5,000 mg are 16 mg per g; 100 mg of that in 5,000 mg are 0.32 mg per g; 200 mg of that hold 64 mcg.
    """
    ends = ending or (top_up(32), mix("batch"), fill_all(32))
    return record(
        weigh("drug", "80", "trituration 1"), weigh("diluent", "4920", "trituration 1"), mix("trituration 1"),
        transfer("trituration 1", "100", "trituration 2"), weigh("diluent", "4900", "trituration 2"),
        mix("trituration 2"), transfer("trituration 2", aliquot, "batch"), weigh("diluent", part, "batch"),
        mix("batch"), *ends, **(STATED | request),
    )  # fmt: skip


def judged(data: dict[str, Any]) -> Audit:
    return audit(plan_of(data))


def said(found: Audit | Weighed) -> set[str]:
    return {finding.code for finding in found.findings}


def read(data: dict[str, Any], readings: Mapping[int, str], filled: int | None = None) -> Weighed:
    return audit_weighed(plan_of(data), {number: Decimal(mg) for number, mg in readings.items()}, filled=filled)


@cache
def planned(**options: Any) -> Plan:
    found = choose_route(order(filling="volume", **options)).plan
    assert found is not None
    return found


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False)


class TestReplay:
    """`top_up` brings a vessel to the volume of the capsules, `fill` all of it into them: dose = drug / count."""

    def test_the_dose_is_the_drug_in_the_batch_by_the_number_of_capsules(self) -> None:
        found = judged(by_hand())

        assert found.accuracy is not None
        assert found.accuracy.dose_mg == Fraction(2, 1000)

    def test_the_worst_case_is_that_of_the_concentrates_alone(self) -> None:
        """(81/80)(101/100)(201/200) − 1 = 2.773813 %, and 1 − (79/80)(99/100)(199/200) = 2.726313 %."""
        found = judged(by_hand()).accuracy

        assert found is not None
        assert found.worst_high_percent == 100 * (Fraction(81, 80) * Fraction(101, 100) * Fraction(201, 200) - 1)
        assert found.worst_low_percent == 100 * (Fraction(79, 80) * Fraction(99, 100) * Fraction(199, 200) - 1)

    @CALM
    @given(st.integers(20, 3000))
    def test_no_part_of_the_diluent_moves_the_dose_or_its_bounds(self, part: int) -> None:
        assert judged(by_hand(part=str(part))).accuracy == judged(by_hand()).accuracy

    def test_one_capsule_at_its_worst_is_not_known(self) -> None:
        made = plan_record(judged(by_hand()))

        assert made["accuracy"]["capsule_low_percent"] is None
        assert made["accuracy"]["capsule_high_percent"] is None
        assert "filling-not-checked" in {one["code"] for one in made["not_checked"]}

    def test_a_batch_that_is_topped_up_has_no_mass_and_no_strength(self) -> None:
        batch = plan_record(judged(by_hand()))["mixtures"][-1]

        assert {batch[key] for key in ("total_mg", "left_mg", "strength_mg_per_g", "one_in")} == {None}
        assert (batch["drug_mg"], batch["weighed_mg"], batch["topped_up_to_capsules"]) == ("0.064", "1400", 32)

    def test_an_aliquot_of_so_much_more_gives_so_much_more(self) -> None:
        slopes = slopes_of(replay(plan_of(by_hand()).steps, Fraction(1)))

        assert slopes[7] == Fraction(2, 1000) / 200
        assert slopes[8] == 0

    def test_a_batch_that_is_not_topped_up_may_be_filled_whole_too(self) -> None:
        assert judged(by_hand(fill_all(32))).run.dose_mg == Fraction(2, 1000)

    @pytest.mark.parametrize(
        ("fault", "code", "ending"),
        [
            (Fault.TOPPED_UP_BEFORE, "topped-up-before", [top_up(32), weigh("diluent", "100", "batch"), mix("batch"), fill_all(32)]),
            (Fault.TOPPED_UP_BEFORE, "topped-up-before", [top_up(32), top_up(32), mix("batch"), fill_all(32)]),
            (Fault.OTHER_COUNT, "topped-up-for-others", [top_up(32), mix("batch"), fill_all(30)]),
            (Fault.NO_MASS, "mass-unknown", [top_up(32), mix("batch"), fill("batch", "80", 32)]),
            (Fault.NO_MASS, "mass-unknown", [top_up(32), mix("batch"), transfer("batch", "80", "rest"), fill_all(32)]),
            (Fault.NOT_MIXED, "vessel-not-mixed", [top_up(32), fill_all(32)]),
        ],
    )
    def test_what_cannot_be_done_is_an_error(self, fault: Fault, code: str, ending: list[dict[str, Any]]) -> None:
        found = judged(by_hand(*ending))

        assert fault in {one.fault for one in found.run.faults}
        assert code in said(found)

    def test_what_is_weighed_in_must_go_into_the_capsules(self) -> None:
        """32 capsules of size 3 hold no 5 g of it."""
        room = standards.capsule_room("3", MCC)
        most = int(32 * room.holds_mg) - 200

        assert "batch-overfull" not in said(judged(by_hand(part=str(most))))
        assert "batch-overfull" in said(judged(by_hand(part=str(most + 1))))

    def test_a_diluent_without_a_density_is_not_checked(self) -> None:
        found = judged(by_hand(diluent="rice starch of the house", part="9000"))

        assert "batch-overfull" not in said(found)
        assert codes.CAPSULE_NOT_CHECKED in {one.entry for one in found.not_checked}

    def test_drug_that_tops_up_contradicts_its_role(self) -> None:
        ending = (top_up(32, material="naltrexone hydrochloride"), mix("batch"), fill_all(32))

        assert "material-contradicts-role" in said(judged(by_hand(*ending)))

    def test_the_last_dilution_counts_what_the_capsules_are_expected_to_hold(self) -> None:
        """20 mg in the bulk of 32 capsules of size 3, about 2.5 g, are more than 1 in 100; in 1,220 mg they are not."""
        assert "above-max-dilution" in said(judged(by_hand(aliquot="20")))


def by_the_contract(data: dict[str, Any]) -> Fraction:
    """mg in one capsule by the words of the contract, for powders: shares of a vessel move, all of the batch is divided."""
    mass: dict[str, Fraction] = {}
    drug: dict[str, Fraction] = {}
    for step in data["steps"]:
        vessel, amount = step["vessel"], Fraction(step.get("amount_mg", 0))
        if step["action"] == "weigh":
            mass[vessel] = mass.get(vessel, Fraction(0)) + amount
            drug[vessel] = drug.get(vessel, Fraction(0)) + (amount * Fraction(data["content_fraction"]) if step["role"] == "drug" else 0)
        if step["action"] == "transfer":
            moved = drug[step["from"]] * amount / mass[step["from"]]
            drug[vessel] = drug.get(vessel, Fraction(0)) + moved
            mass[vessel] = mass.get(vessel, Fraction(0)) + amount
    assert data["steps"][-1]["all"] is True
    return drug["batch"] / int(data["steps"][-1]["count"])


class TestJson:
    """A step says what it does, and no more than that."""

    def test_the_steps_come_back_as_they_were(self) -> None:
        plan = plan_of(by_hand())
        back = plan_from_dict(json.loads(json.dumps(plan_to_dict(plan))))

        assert back.steps == plan.steps
        assert plan_to_dict(back)["steps"][9:] == [
            {"number": 10, "action": "top_up", "material": MCC, "count": 32, "vessel": "batch"},
            {"number": 11, "action": "mix", "vessel": "batch"},
            {"number": 12, "action": "fill", "from": "batch", "all": True, "count": 32, "vessel": "capsules"},
        ]

    @pytest.mark.parametrize("change", [{"amount_mg": "80"}, {"all": False}, {"all": "yes"}, {"all": None}])
    def test_a_fill_says_an_amount_or_all(self, change: dict[str, Any]) -> None:
        with pytest.raises(InputError):
            plan_of(by_hand(top_up(32), mix("batch"), fill_all(32) | change))

    def test_a_fill_of_an_amount_says_nothing_of_all(self) -> None:
        assert "all" not in plan_to_dict(plan_of(contract()))["steps"][-1]


class TestOrder:
    """No fill weight is needed or asked for; what belongs to the other way of filling is refused."""

    @pytest.mark.parametrize(
        ("option", "options"),
        [
            ("--fill-weight", {"fill_weight": "135 mg"}),
            ("--overage", {"overage": "5 %"}),
            ("--excipient", {"excipient": ("magnesium stearate 1%",)}),
            ("--filling", {"method": "solution"}),
            ("--filling", {"diluent": "rice flour"}),
            ("--extra-capsules", {"capsules": "10000", "extra_capsules": "1"}),
        ],
    )
    def test_what_has_no_use_by_volume_is_refused(self, option: str, options: dict[str, Any]) -> None:
        with pytest.raises(InputError) as caught:
            order(filling="volume", **options)

        assert [one.where for one in caught.value.each] == [option]

    def test_all_of_it_is_refused_at_once(self) -> None:
        with pytest.raises(InputError) as caught:
            order(filling="volume", fill_weight="135 mg", overage="5 %", method="solution")

        assert [one.where for one in caught.value.each] == ["--fill-weight", "--overage", "--filling"]

    def test_extra_capsules_are_refused_by_weight(self) -> None:
        with pytest.raises(InputError, match="goes with --filling volume"):
            order(extra_capsules="2")

    def test_an_order_has_neither_fill_weight_nor_overage(self) -> None:
        told = order(filling="volume")

        assert (told.fill_weight, told.overage, told.extra_capsules, told.filled) == (None, None, 0, told.capsules)

    def test_the_request_gives_it_back(self) -> None:
        told = order(filling="volume", extra_capsules="2")
        back = from_request(json.loads(json.dumps(to_request(told))), told.balance)

        assert (back.filling, back.filled) == ("volume", (told.capsules or 0) + 2)
        assert to_request(back) == to_request(told)

    def test_a_dose_that_no_capsule_holds_is_refused(self) -> None:
        with pytest.raises(InputError, match="than a capsule holds"):
            order(filling="volume", dose="900 mg")


LATTICE = [
    {"dose": dose, "capsules": capsules, "balance_sensitivity": sensitivity, "extra_capsules": extra}
    for dose in ("2 mcg", "50 mcg", "0.25 mg", "4.5 mg")
    for capsules in ("30", "97", "200")
    for sensitivity in ("0.1 mg", "1 mg")
    for extra in ("0", "3")
]


class TestPlanner:
    """Triturations as by powder; the last aliquot with part of the diluent, topped up, mixed again, all of it filled."""

    @pytest.mark.parametrize("options", LATTICE, ids=lambda one: " ".join(one.values()))
    def test_a_plan_keeps_every_limit(self, options: dict[str, Any]) -> None:
        told = order(filling="volume", **options)
        plan = choose_route(told).plan
        assert plan is not None
        found = audit(plan)

        assert [] == [one for one in found.findings if one.severity.value == "error"]
        assert found.accuracy is not None
        assert abs(found.accuracy.deviation_percent) <= Fraction(1, 10)
        assert found.accuracy.dose_mg == by_the_contract(plan_to_dict(plan))

    @pytest.mark.parametrize("options", LATTICE, ids=lambda one: " ".join(one.values()))
    def test_no_trituration_is_made_where_none_is_needed(self, options: dict[str, Any]) -> None:
        """Every amount of three digits is tried that the capsules may take of the pure drug."""
        told, plan = order(filling="volume", **options), planned(**options)
        bulk, wanted = bulk_of(told), told.planned_dose * (told.filled or 0)
        step = Fraction(plan.balance.readability.mg)
        error, least = Fraction(plan.balance.sensitivity.mg), told.least_weighable or 0
        direct = [
            mg
            for steps in range(int(wanted * Fraction("0.99") / step), int(wanted * Fraction("1.01") / step) + 2)
            if (mg := steps * step) >= least
            and len(str(int(mg * 1000)).strip("0")) <= 3
            and abs(mg / wanted - 1) <= Fraction(1, 1000)
            and abs(mg + error - wanted) <= wanted / 20
            and abs(mg - error - wanted) <= wanted / 20
            and mg <= bulk - least
            and bulk <= 100 * mg
        ]  # fmt: skip

        assert (not any(isinstance(one, Transfer) for one in plan.steps)) == bool(direct)

    @pytest.mark.parametrize("options", LATTICE[:6], ids=lambda one: " ".join(one.values()))
    def test_it_ends_in_topping_up_and_filling_all(self, options: dict[str, Any]) -> None:
        told = order(filling="volume", **options)
        plan, count = planned(**options), told.filled or 0
        *_, part, first, topping, again, filled = plan.steps
        first_number = len(plan.steps) - 4

        assert isinstance(part, Weigh)
        assert (first, topping, again, filled) == (
            Mix(first_number + 1, "batch"), TopUp(first_number + 2, MCC, count, "batch"), Mix(first_number + 3, "batch"),
            Fill(first_number + 4, "batch", None, count, "capsules"),
        )  # fmt: skip
        concentrate = plan.steps[-6]
        assert isinstance(concentrate, Weigh | Transfer)
        held = Fraction(part.amount_mg) + Fraction(concentrate.amount_mg or 0)
        assert held <= bulk_of(told)

    def test_half_of_what_the_capsules_hold_is_weighed_in(self) -> None:
        """30 capsules of 0.30 mL, 0.26 g per mL: 2,340 mg, half of it to two digits 1,100 mg."""
        told = order(filling="volume", capsules="30")

        assert bulk_of(told) == 2340
        assert part_of_diluent(told, Fraction(200)) == (Decimal(1100), None)

    def test_less_is_weighed_in_where_the_concentrate_is_large(self) -> None:
        """Beside 2,000 of 2,340 mg half of the rest, 170 mg."""
        assert part_of_diluent(order(filling="volume", capsules="30"), Fraction(2000)) == (Decimal(170), None)

    def test_the_part_is_within_the_capacity_and_in_one_portion(self) -> None:
        told = order(filling="volume", capsules="300", capacity="2 g")

        assert part_of_diluent(told, Fraction(200)) == (Decimal(2000), None)

    def test_the_part_goes_on_the_second_balance_where_it_is_not_too_little_for_it(self) -> None:
        """Half of 15,600 mg are 7,800 mg; a balance of S 10 g weighs 200 g and more."""
        coarse, crude = (order(filling="volume", capsules="200", bulk_sensitivity=text) for text in ("10 mg", "10 g"))

        assert part_of_diluent(coarse, Fraction(200)) == (Decimal(7800), "bulk")
        assert part_of_diluent(crude, Fraction(200)) == (Decimal(7800), None)

    def test_a_drug_surplus_stands_on_top_of_every_capsule(self) -> None:
        plan = planned(dose="4.5 mg", drug_surplus="10 %")
        run = replay(plan.steps, plan.content_fraction)

        assert run.dose_mg is not None
        assert abs(run.dose_mg / Fraction("4.95") - 1) <= Fraction(1, 1000)

    def test_it_goes_by_powder_alone(self) -> None:
        assert choose_route(order(filling="volume", dose="0.1 mcg")).method == "powder"

    def test_the_table_says_what_is_done(self) -> None:
        found = audit(planned(capsules="30", extra_capsules="2"))
        texts = [row.text for row in step_rows(found)]

        assert "top up with microcrystalline cellulose to the volume of 32 capsules" in texts
        assert texts[-1] == "fill all of batch into exactly 32 capsules"
        assert mixture_rows(found)[-1].total == "not weighed: the volume of 32 capsules"
        assert "im Volumen von 32 Kapseln" in vessel_label(found, found.mixtures[-1], language("de"))
        assert vessel_label(found, found.mixtures[-1], ENGLISH).endswith("in the volume of 32 capsules, NOT the drug")


    def test_where_nothing_is_admissible_more_capsules_are_named(self) -> None:
        """With S 100 mg the least is 2 g, and 30 capsules hold 2,340 mg; the first number that works is named."""
        told = order(filling="volume", dose="2 mcg", capsules="30", balance_sensitivity="100 mg")
        found = {one.option: one.value for one in powder_relaxations(told)}
        count = int(found["--capsules"] or 0)

        assert choose_route(replace(told, capsules=count)).plan is not None
        assert [] == [one for one in range(31, count) if powder_works(replace(told, capsules=one))]

    def test_a_plan_in_short_says_into_how_many_capsules_the_aliquot_goes(self) -> None:
        assert weighed(plan_of(by_hand())) == "80 in 5,000 mg, 100 in 5,000 mg, 200 in 32 capsules"


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan of none to two triturations that ends in a batch filled whole."""
    step, count = Fraction(draw(st.sampled_from(["1", "0.1", "0.5"]))), draw(st.integers(0, 2))
    least = 20
    steps: list[dict[str, Any]] = []
    source, dose = 0, Fraction(1)

    def text(units: int) -> str:
        return str(Decimal(units) * Decimal(str(float(step))))

    for at in range(count + 1):
        vessel = f"trituration {at + 1}" if at < count else "batch"
        lead = draw(st.integers(2 * least, min(40 * least, source * 9 // 10) if at else 40 * least))
        rest = draw(st.integers(3 * lead, 30 * lead))
        first = weigh("drug", text(lead), vessel) if at == 0 else transfer(f"trituration {at}", text(lead), vessel)
        steps += [first, weigh("diluent", text(rest), vessel), mix(vessel)]
        dose *= Fraction(lead, 1) if at == count else Fraction(lead, lead + rest)
        source = lead + rest
    capsules = draw(st.integers(1, 200))
    label = dose * step / capsules
    written = f"{Decimal(round(label * 10**12)) / Decimal(10**12):f}"
    assume(Decimal(written) > 0)
    ending = (top_up(capsules), mix("batch"), fill_all(capsules))
    data = record(*steps, *ending, dose=written, sensitivity=text(1), readability=text(1), max_dilution="1000")
    return plan_of(data)


class TestRanges:
    """The aliquot is the dose: its range is its own, and readings inside the ranges never break the limit."""

    @CALM
    @given(plans(), st.data())
    def test_the_worst_case_of_readings_in_their_ranges_is_within_the_dose_error(self, plan: Plan, data: st.DataObject) -> None:
        found, step = audit(plan), Fraction(plan.balance.readability.mg)
        assume(found.accuracy is not None and (found.accuracy.worst_percent or 9) <= 5)
        readings: dict[int, Fraction] = {}
        for weighing in plan.weighings():
            bounds = found.ranges.around(weighing.number, readings)
            assert bounds is not None
            inside = bounds[0] + step * data.draw(st.integers(0, int((bounds[1] - bounds[0]) / step)))
            readings[weighing.number] = data.draw(st.sampled_from([*bounds, inside]))
        made = audit(replace(plan, steps=tuple(with_amount(one, readings, None) for one in plan.steps)))

        assert not made.run.faults
        assert made.accuracy is not None
        assert (made.accuracy.worst_percent or 9) <= 5

    def test_an_aliquot_has_a_range_and_no_diluent_that_follows_it(self) -> None:
        ranges = judged(by_hand()).ranges

        assert [row.vessel for row in ranges.rows] == ["trituration 1", "trituration 2"]
        low, high = ranges.planned[7] or (Fraction(0), Fraction(0))
        assert low < 200 < high

    def test_the_diluent_beside_it_lies_within_the_weighing_error(self) -> None:
        assert judged(by_hand()).ranges.planned[8] == (Fraction(1140), Fraction(1260))


ALL = {1: "80", 2: "4920", 4: "100", 5: "4900", 7: "200", 8: "1200"}


class TestBench:
    """The aliquot alone is corrected; when all is weighed the number of capsules is the correction left."""

    def test_an_aliquot_makes_up_for_a_trituration_that_is_weaker(self) -> None:
        """4,900 mg were to be weighed and 5,155 mg were: 0.32 × 5,000 / 5,255; 200 mg become 210.2 mg."""
        found = read(by_hand(), {1: "80", 2: "4920", 4: "100", 5: "5155"})

        assert {one.number: one.corrected for one in found.next} == {7: 210, 8: 1200}

    def test_the_diluent_of_the_batch_is_not_corrected(self) -> None:
        found = read(by_hand(), {**ALL, 7: "203"} | {})
        open_batch = read(by_hand(), {number: mg for number, mg in ALL.items() if number < 7} | {7: "203"})

        assert {one.number: one.corrected for one in open_batch.next} == {8: 1200}
        assert found.deviation_percent == Fraction(3, 2)

    def test_another_number_of_capsules_shares_the_drug_as_the_label_says(self) -> None:
        """206 mg hold 65.92 mcg: 33 capsules of 1.9976 mcg."""
        found = read(by_hand(), {**ALL, 7: "206"})

        assert found.counting is not None
        assert found.counting.corrected == 33
        assert "count-corrected" in said(found)
        assert "fill-corrected" not in said(found)

    def test_filled_so_it_is_within(self) -> None:
        found = read(by_hand(), {**ALL, 7: "206"}, filled=33)

        assert found.verdict is BatchVerdict.WITHIN
        assert found.made.run.dose_mg == Fraction("0.06592") / 33
        assert {"other-count-filled"} == said(found) & {"other-count-filled", "count-corrected", "count-not-as-ordered"}

    @pytest.mark.parametrize(("filled", "verdict"), [(32, "within"), (31, "within"), (30, "outside"), (34, "outside")])
    def test_capsules_that_came_out_share_all_the_drug(self, filled: int, verdict: str) -> None:
        """64 mcg in 31 capsules are 3.2 % too much in each, in 30 6.7 %, in 34 5.9 % too little."""
        found = read(by_hand(), ALL, filled=filled)

        assert found.verdict.value == verdict
        assert found.made.run.dose_mg == Fraction("0.064") / filled

    def test_the_worst_case_of_what_came_out_is_a_warning(self) -> None:
        found = read(by_hand(), {}, filled=31)

        assert found.verdict is BatchVerdict.WITHIN
        assert "worst-case-of-readings" in said(found)

    def test_the_drug_in_all_capsules_is_that_of_the_batch_however_many_came_out(self) -> None:
        assert drug_in_all(read(by_hand(), ALL, filled=31).made) == Fraction("0.064")

    def test_nothing_is_filled_before_all_is_weighed(self) -> None:
        with pytest.raises(InputError, match="step 7, 8"):
            read(by_hand(), {1: "80", 2: "4920", 4: "100", 5: "4900"}, filled=31)

    def test_a_batch_filled_by_weight_has_no_such_number(self) -> None:
        with pytest.raises(InputError, match="filled whole"):
            audit_weighed(plan_of(contract()), {}, filled=29)


class TestCommands:
    """Plan, sheet, audit and control of the weights, from one end to the other."""

    ORDER = ("naltrexone hydrochloride", "--dose", "2 mcg", "--balance-sensitivity", "0.1 mg", "--capsules", "30",
             "--filling", "volume", "--extra-capsules", "2")  # fmt: skip

    @pytest.fixture
    def plan(self, tmp_path: Path) -> Path:
        path = tmp_path / "plan.json"
        path.write_text(run("plan", *self.ORDER, "--json").stdout, encoding="utf-8")
        return path

    def test_no_fill_weight_is_asked_for(self) -> None:
        found = run("plan", *self.ORDER, "--verbose")

        assert found.returncode == 0
        assert "by volume: all of the batch into 32 capsules" in found.stdout
        assert "fill-weight-assumed" not in found.stderr
        assert "BOTH ROUTES" not in found.stdout

    def test_a_diluent_that_must_not_be_used_is_told_before_its_density(self) -> None:
        """Nobody looks for a density of what is disallowed."""
        found = run("plan", *self.ORDER, "--diluent", "methylcellulose")

        assert found.returncode == 1
        assert "--diluent" not in found.stdout

    def test_the_number_that_came_out_is_given_to_the_audit(self, plan: Path) -> None:
        found = json.loads(run("audit", plan, "--filled", 31, "--json").stdout)

        assert (found["counted"]["planned"], found["counted"]["given"], found["fill"]) == (32, 31, None)
        assert Fraction(found["deviation_percent"]) > 3
        assert run("audit", plan, "--fill-weight", "80 mg").returncode == 2
        assert "32 planned, 31 filled" in run("audit", plan, "--filled", 31).stdout

    @pytest.mark.parametrize("template", ["worksheet", "worksheet.de"])
    def test_the_sheet_is_the_one_that_its_order_gives(self, tmp_path: Path, template: str) -> None:
        sheet = tmp_path / "sheet.pdf"

        assert run("plan", *self.ORDER, "--template", template, "--pdf", sheet).returncode == 0
        assert run("verify", sheet).returncode == 0

    def test_the_plan_travels_with_its_sheet(self) -> None:
        pdf, _ = write_worksheet(plan_batch(order(filling="volume")))
        saved = read_plan(read_sheet(pdf, "sheet", (ATTACHED_PLAN, NAME)).files[ATTACHED_PLAN], "plan")

        assert saved.plan.is_topped_up

    def test_even_capsules_pass_by_their_own_mean(self, plan: Path) -> None:
        """No fill was planned: single capsules within 10 % of their mean, RSD at most 5 %."""
        even = ["80 mg", "81 mg"] * 5

        assert "qc-filled-by-volume" in run("qc", "weights", plan, *even, "--net").stderr
        assert run("qc", "weights", plan, *even, "--net", "--rule", "worksheet").returncode == 0
        assert run("qc", "weights", plan, *(["80 mg"] * 9), "99 mg", "--net", "--rule", "worksheet").returncode == 1

    def test_the_mass_of_the_batch_gives_the_theory(self, plan: Path) -> None:
        """2,560 mg in 32 capsules are 80 mg in each: a mean of 70 mg has lost an eighth of the drug."""
        weighed = ("--net", "--weighed-in", "2560 mg", "--all-net", "2550 mg")

        assert run("qc", "weights", plan, *(["80 mg"] * 10), *weighed).returncode == 0
        assert run("qc", "weights", plan, *(["70 mg"] * 10), *weighed).returncode == 1

    def test_the_record_of_an_audit_says_how_many_came_out(self, plan: Path, tmp_path: Path) -> None:
        path = tmp_path / "record.json"
        path.write_text(run("audit", plan, "--filled", 31, "--json").stdout, encoding="utf-8")
        found = run("qc", "weights", path, *(["80 mg"] * 10), "--net", "--rule", "worksheet")

        assert "all of the batch filled into 31" in found.stdout
