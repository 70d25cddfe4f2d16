"""A diluent in portions, a second balance and whole tablets: what plans with them are judged by (contract, sections 1, 3, 4)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from bench_plans import DRUG, MCC, fill, mix, on_bulk, plan_of, portioned, record, transfer, weigh
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from compound.correcting.corrections import with_amount
from compound.correcting.weighed import Weighed, audit_weighed
from compound.exact.errors import InputError
from compound.exact.value import replace
from compound.judging.audit import Audit, audit
from compound.plan.plan import Plan, Weigh, plan_from_dict, plan_to_dict
from compound.reading import shipped
from compound.showing.plan_json import plan_record
from compound.showing.plan_rows import batch_rows, step_rows
from compound.showing.portion_rows import crushing_texts
from compound.worksheet.details import read_details
from compound.worksheet.render import lay_out
from compound.worksheet.template import read_template

CALM = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
LIMIT = Fraction(5)
TABLETS = "crushed tablets, naltrexone hydrochloride 50 mg in 170.5 mg"


def tablets(**request: Any) -> dict[str, Any]:
    """0.25 mg in 30 capsules of one tablet of 50 mg in 170.5 mg, crushed whole: 170.5 mg to 2,500 mg, 54 mg to 4,320 mg."""
    return record(
        weigh("drug", "170.5", "trituration 1", TABLETS), weigh("diluent", "2329.5", "trituration 1"), mix("trituration 1"),
        transfer("trituration 1", "400", "batch"), weigh("diluent", "3920", "batch"), mix("batch"), fill("batch", "135", 30),
        **({"dose": "0.25", "tablet_dose_mg": "50", "tablet_mass_mg": "170.5", "content_fraction": "100/341",
            "drug": "naltrexone hydrochloride", "dose_as": "naltrexone hydrochloride"} | request),
    )  # fmt: skip


def codes_of(found: Audit | Weighed) -> set[str]:
    return {finding.code for finding in found.findings}


def read(plan: Plan, readings: dict[int, Fraction]) -> Audit:
    """The plan as it was weighed, audited."""
    return audit(replace(plan, steps=tuple(with_amount(step, readings, None) for step in plan.steps)))


def worst_of(found: Audit) -> Fraction | None:
    return None if found.accuracy is None else found.accuracy.worst_percent


def step_of(plan: Plan, number: int) -> Fraction:
    """The readability of the balance of a weighing in mg."""
    return Fraction(plan.balance_of(plan.steps[number - 1]).readability.mg)


@st.composite
def portioned_plans(draw: st.DrawFn) -> Plan:
    """One or two triturations and a blend, their diluents on either balance, whole or in portions of any size."""
    pairs = [("1", "10"), ("1", "100"), ("0.1", "0.5"), ("2", "5"), ("0.2", "0.5"), ("0.5", "20"), ("1", "2")]
    step, bulk_step = map(Fraction, draw(st.sampled_from(pairs)))
    sensitivity, bulk_sensitivity = step * draw(st.sampled_from([1, 2])), bulk_step * draw(st.sampled_from([1, 3]))

    def text(mg: Fraction) -> str:
        return f"{Decimal(mg.numerator) / Decimal(mg.denominator):f}"

    least = 20 * sensitivity
    tablet = draw(st.sampled_from([None, Fraction(341, 2) * step, Fraction(1001, 10) * step]))
    named = () if tablet is None else (f"crushed tablets, {DRUG} {text(50 * step)} mg in {text(tablet)} mg",)
    content = Fraction(1) if tablet is None else 50 * step / tablet
    steps: list[dict[str, Any]] = []
    count, dose, source = draw(st.integers(1, 2)), content, Fraction(0)
    total = Fraction(0)
    for at in range(count + 1):
        vessel = f"trituration {at + 1}" if at < count else "batch"
        highest = min(40 * least, source * Fraction(9, 10)) if at else 40 * least
        assume(highest >= least)
        lead = least + step * draw(st.integers(0, int((highest - least) / step)))
        number, own = draw(st.integers(1, 3)), draw(st.sampled_from([step, bulk_step]))
        sizes = [max(least, 20 * bulk_sensitivity) + own * draw(st.integers(0, 4000)) for _ in range(number)]
        sizes = [-(-size // own) * own for size in sizes]
        if at == 0 and tablet is not None:  # as many tablets as give about that, weighed as they are
            lead = -(-lead // tablet) * tablet
        total = lead + sum(sizes)
        first = weigh("drug", text(lead), vessel, *named) if at == 0 else transfer(f"trituration {at}", text(lead), vessel)
        rest = [on_bulk(text(s), vessel) if own != step else weigh("diluent", text(s), vessel) for s in sizes]
        steps += [first, *rest, mix(vessel)]
        dose *= lead / total
        source = total
    fraction = 100 * step
    capsules = int(total * draw(st.integers(80, 99)) / 100 / fraction)
    assume(1 <= capsules <= 10000)
    steps.append(fill("batch", text(fraction), capsules))
    stated = f"{Decimal(round(dose * fraction * 10**12)) / Decimal(10**12):f}"
    assume(Decimal(stated) > 0)
    return plan_of(
        record(
            *steps, dose=stated, sensitivity=text(sensitivity), readability=text(step), max_dilution="100000",
            bulk_sensitivity_mg=text(bulk_sensitivity), bulk_readability_mg=text(bulk_step), content_fraction=str(content),
            **({} if tablet is None else {"drug": DRUG, "dose_as": DRUG, "tablet_dose_mg": text(50 * step),
                                          "tablet_mass_mg": text(tablet)}),
        )
    )  # fmt: skip


class TestErrors:
    """Each weighing has the error of the balance that it is read on."""

    def test_the_worst_case_of_three_portions_is_that_of_the_hand_calculation(self) -> None:
        """High: (301/(301 + 3,299)) × (3,201/(3,201 + 140,800 − 300)) × 135 mg, each portion 100 mg short."""
        high = Fraction(301, 3600) * Fraction(3201, 3201 + 140500) * 135
        low = Fraction(299, 3600) * Fraction(3199, 3199 + 141100) * 135
        accuracy = audit(plan_of(portioned())).accuracy
        assert accuracy is not None

        assert (high / Fraction(1, 4) - 1) * 100 == accuracy.worst_high_percent
        assert (low / Fraction(1, 4) - 1) * 100 == accuracy.worst_low_percent

    def test_portions_on_the_first_balance_have_its_error_each(self) -> None:
        data = portioned()
        for step in data["steps"]:
            step.pop("balance", None)
        accuracy = audit(plan_of(data)).accuracy
        assert accuracy is not None

        assert 100 * (Fraction(301, 3600) * Fraction(3201, 3201 + 140797) * 540 - 1) == accuracy.worst_high_percent

    def test_the_second_balance_shares_no_bias_with_the_first(self) -> None:
        """Two weighings of one balance add up in part, those of two balances do not; here the diluents count for nearly nothing."""
        one, two = portioned(), portioned()
        for step in one["steps"]:
            step.pop("balance", None)
        one["balance"]["sensitivity_mg"] = two["balance"]["sensitivity_mg"] = "100"
        one["balance"]["readability_mg"] = two["balance"]["readability_mg"] = "100"
        for data in (one, two):
            data["steps"][0]["amount_mg"], data["steps"][1]["amount_mg"] = "3000", "33000"

        first, second = audit(plan_of(one)).uncertainty_percent, audit(plan_of(two)).uncertainty_percent
        assert first is not None
        assert second is not None
        assert first != second


class TestFindings:
    """The limits of a weighing are those of its balance; whole tablets are weighed as they are."""

    def test_the_plan_in_portions_keeps_all_limits(self) -> None:
        found = audit(plan_of(portioned()))

        assert [] == [finding.code for finding in found.findings if finding.severity.value == "error"]

    @pytest.mark.parametrize(
        ("portions", "code"),
        [
            (("46900", "46900", "47050"), "not-readable"),
            (("1900", "48900", "50000"), "below-least-weighable"),
            (("45000", "45000", "50800"), "above-capacity"),
        ],
    )
    def test_a_weighing_is_held_to_the_limits_of_its_own_balance(self, portions: tuple[str, ...], code: str) -> None:
        data = portioned()
        for at, amount in zip((4, 5, 6), portions, strict=True):
            data["steps"][at]["amount_mg"] = amount

        assert {code} <= codes_of(audit(plan_of(data)))

    def test_a_whole_number_of_tablets_need_not_be_readable(self) -> None:
        data = tablets()
        assert "not-readable" in codes_of(audit(plan_of(data)))  # the diluent beside it must be
        data["steps"][1]["amount_mg"] = "2330"

        assert "not-readable" not in codes_of(audit(plan_of(data)))

    def test_a_reading_of_whole_tablets_must_be_one_that_the_balance_shows(self) -> None:
        found = audit_weighed(plan_of(tablets()), {1: Decimal("170.5")})

        assert "reading-not-readable" in codes_of(found)
        assert "reading-not-readable" not in codes_of(audit_weighed(plan_of(tablets()), {1: Decimal(171)}))

    def test_a_part_of_a_tablet_must_be_readable(self) -> None:
        data = tablets()
        data["steps"][0]["amount_mg"], data["steps"][1]["amount_mg"] = "170.4", "2330"

        assert "not-readable" in codes_of(audit(plan_of(data)))

    def test_a_trituration_lighter_than_the_least_mixture_is_a_warning(self) -> None:
        found = audit(plan_of(portioned(least_mixture_mg="3601")))
        (finding,) = (f for f in found.findings if f.code == "mixture-below-least")

        assert ("warning", "trituration 1") == (finding.severity.value, finding.values["vessel"])
        assert "mixture-below-least" not in codes_of(audit(plan_of(portioned(least_mixture_mg="3600"))))

    def test_a_plan_that_states_no_second_balance_cannot_weigh_on_it(self) -> None:
        data = portioned(bulk_sensitivity_mg=None, bulk_readability_mg=None, bulk_capacity_mg=None)
        with pytest.raises(InputError, match=r"steps\[4\]\.balance"):
            plan_of(data)

    def test_a_concentrate_is_not_weighed_on_the_second_balance(self) -> None:
        data = portioned()
        data["steps"][0]["balance"] = "bulk"
        with pytest.raises(InputError, match="for diluents alone"):
            plan_of(data)

    def test_the_json_states_the_second_balance_beside_the_first(self) -> None:
        stated = plan_record(audit(plan_of(portioned())))["balance"]["bulk"]

        assert {"sensitivity_mg": "100", "readability_mg": "100", "capacity_mg": "50000", "least_weighable_mg": "2000"} == stated

    def test_without_a_second_balance_nothing_is_said_of_one(self) -> None:
        assert "bulk" not in plan_record(audit(plan_of(tablets())))["balance"]

    def test_a_saved_plan_is_read_back_as_it_was(self) -> None:
        plan = plan_of(portioned())

        assert plan_from_dict(plan_to_dict(plan)) == plan

    def test_two_second_balances_that_differ_are_refused(self) -> None:
        data = plan_to_dict(plan_of(portioned()))
        data["balance"]["bulk"]["sensitivity_mg"] = "200"
        with pytest.raises(InputError, match="another second balance"):
            plan_from_dict(data)


class TestRanges:
    """Readings inside their ranges never break the limit, whatever balance and however many portions."""

    @CALM
    @given(portioned_plans(), st.data())
    def test_the_worst_case_of_readings_in_their_ranges_is_within_the_dose_error(self, plan: Plan, data: st.DataObject) -> None:
        found = audit(plan)
        worst = worst_of(found)
        assume(worst is not None and worst <= LIMIT and not found.run.faults)
        readings: dict[int, Fraction] = {}
        for weighing in plan.weighings():
            bounds = found.ranges.around(weighing.number, readings)
            assert bounds is not None
            (low, high), step = bounds, step_of(plan, weighing.number)
            inside = low + step * data.draw(st.integers(0, int((high - low) / step)))
            readings[weighing.number] = data.draw(st.sampled_from([low, high, inside]))
        made = read(plan, readings)
        after = worst_of(made)

        assert not made.run.faults
        assert after is not None
        assert after <= LIMIT

    @CALM
    @given(portioned_plans())
    def test_every_end_of_a_range_is_a_reading_of_its_balance(self, plan: Plan) -> None:
        found = audit(plan)
        worst = worst_of(found)
        assume(worst is not None and worst <= LIMIT and not found.run.faults)
        for number, bounds in found.ranges.planned.items():
            assert bounds is not None
            if plan.whole_tablets(plan.steps[number - 1]) is None:
                assert all((end / step_of(plan, number)).denominator == 1 for end in bounds)

    def test_the_last_portion_follows_the_reading(self) -> None:
        """3,150 for 3,200 mg: 3,150 × 44 = 138,600 mg of diluent, of which two portions are 93,800 mg."""
        found = audit(plan_of(portioned()))
        row = next(row for row in found.ranges.rows if row.vessel == "batch")

        assert (4, 7) == (row.concentrate, row.diluent)
        assert row.diluent_for(Fraction(3150)) == 44800

    def test_a_diluent_that_follows_whole_tablets_is_a_reading(self) -> None:
        data = tablets()
        data["steps"][1]["amount_mg"] = "2330"
        found = audit(plan_of(data))
        row = next(row for row in found.ranges.rows if row.vessel == "trituration 1")
        reading = row.readings(5)[0]

        assert reading.denominator == 1
        assert row.diluent_for(reading) == round(reading * Fraction(23300, 1705))


class TestCorrections:
    """The last portion corrects."""

    def test_the_last_portion_takes_up_what_the_concentrate_reads_otherwise(self) -> None:
        found = audit_weighed(plan_of(portioned()), {1: Decimal(300), 2: Decimal(3300), 4: Decimal(3150)})

        assert {5: 46900, 6: 46900, 7: 44800} == {w.number: w.corrected for w in found.weighings if w.number > 4}

    def test_the_last_portion_takes_up_what_the_others_read_otherwise(self) -> None:
        readings = {1: 300, 2: 3300, 4: 3200, 5: 47200, 6: 47000}
        found = audit_weighed(plan_of(portioned()), {number: Decimal(mg) for number, mg in readings.items()})
        (last,) = found.next

        assert last.number == 7
        assert last.corrected == 46600

    def test_an_earlier_portion_takes_what_the_last_one_cannot(self) -> None:
        """3,400 × 44 = 149,600 mg in three portions of at most 50,000 mg each: the last is full, then the first."""
        found = audit_weighed(plan_of(portioned()), {1: Decimal(300), 2: Decimal(3300), 4: Decimal(3400)})

        assert {5: 50000, 6: 49600, 7: 50000} == {w.number: w.corrected for w in found.weighings if w.number > 4}

    @CALM
    @given(portioned_plans(), st.data())
    def test_a_corrected_amount_is_a_reading_of_its_balance(self, plan: Plan, data: st.DataObject) -> None:
        first, *_ = plan.weighings()
        planned = Fraction(first.amount_mg or 0)
        read_mg = planned + step_of(plan, 1) * data.draw(st.integers(-5, 5))
        found = audit_weighed(plan, {1: Decimal(read_mg.numerator) / Decimal(read_mg.denominator)})
        for weighing in found.next:
            if weighing.corrected is not None and weighing.corrected != weighing.planned:
                assert (weighing.corrected / step_of(plan, weighing.number)).denominator == 1

    def test_the_steps_of_a_corrected_plan_keep_their_balance(self) -> None:
        found = audit_weighed(plan_of(portioned()), {1: Decimal(301)})
        made = [step for step in found.made.plan.steps if isinstance(step, Weigh) and step.vessel == "batch"]

        assert ["bulk"] * 3 == [step.balance for step in made]
        assert {MCC} == {step.material for step in made}


def printed(plan: Plan, name: str = "worksheet.toml") -> str:
    """All text of the worksheet of a plan, in the order of its pages."""
    paper = lay_out(audit(plan), read_template(shipped.template(name)), read_details(plan), "0" * 64)
    return " ".join(text for page in paper.pages for *_, text, _ in page.texts)


class TestPrinted:
    """Table and sheet say portion, balance and tablets, and that the mortar is saturated."""

    def test_the_table_names_portion_and_balance(self) -> None:
        rows = step_rows(audit(plan_of(portioned())))

        assert "weigh microcrystalline cellulose, portion 2 of 3, on the bulk balance" == rows[5].text
        assert "46,900 mg" == rows[5].amount

    @pytest.mark.parametrize(
        ("amount", "said"),
        [
            ("852.5", "Crush 5 tablets and weigh all of the powder."),
            ("170.5", "Crush 1 tablet and weigh all of the powder."),
            ("171", "Crush 2 tablets and weigh the amount of step 1; 170 mg of the powder is left over."),
        ],
    )
    def test_the_tablets_to_crush_are_counted_with_what_is_left(self, amount: str, said: str) -> None:
        data = tablets()
        data["steps"][0]["amount_mg"] = amount

        assert [said] == crushing_texts(plan_of(data))

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("worksheet.toml", ("portion 2 of 3", "93,800 mg in", "on the bulk balance", "bulk balance, for diluents", "Saturate the")),
            ("worksheet.de.toml", ("Portion 2 von 3", "Waage für Füllmittel", "Reibschale mit etwas von Nr.")),
        ],
    )  # fmt: skip
    def test_the_sheet_names_portions_with_their_sum_the_balance_and_the_mortar(self, name: str, said: tuple[str, ...]) -> None:
        text = printed(plan_of(portioned(capsules=1000, fill_weight_mg="135", diluent=MCC)), name)

        assert [] == [one for one in said if one not in text]

    def test_the_sheet_has_a_line_for_the_mean_of_ten_tablets(self) -> None:
        text = printed(plan_of(tablets(capsules=30, fill_weight_mg="135", diluent=MCC)))

        assert "Crush 1 tablet and weigh all of the powder." in text
        assert "mean of ten tablets (mg)" in text

    def test_the_batch_names_the_second_balance(self) -> None:
        rows = dict(batch_rows(audit(plan_of(portioned()))))

        assert "sensitivity 100 mg, readability 100 mg, capacity 50,000 mg" == rows["balance for diluents"]

    def test_a_capacity_that_is_not_given_is_that_of_the_balance_named(self) -> None:
        found = audit(plan_of(portioned(bulk_capacity_mg=None)))
        (finding,) = (f for f in found.findings if f.code == "capacity-not-given")

        assert "--bulk-capacity" == finding.values["option"]
        assert finding.values["heaviest"] == 47000
