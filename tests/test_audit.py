"""What the audit finds."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from helpers import contract_replay, judged, order, planned

from compound.correcting.weighed import audit_weighed
from compound.exact.errors import InputError
from compound.exact.value import replace
from compound.facts import standards
from compound.findings import codes as catalogue
from compound.findings.finding import Finding, Place, Severity, worst
from compound.judging.audit import audit
from compound.judging.order_findings import order_findings, order_not_checked
from compound.judging.replay import Vessels
from compound.judging.step_findings import doublings
from compound.order.options import read_order
from compound.order.options_table import KNOWN_OPTIONS
from compound.order.order import Order
from compound.order.request import from_request
from compound.plan.plan import Plan, Step, plan_from_dict, plan_to_dict
from compound.showing.plan_json import plan_record
from compound.showing.plan_rows import doubling_rows, step_rows, why_rows
from compound.showing.uniformity_rows import uniformity_rows
from compound.wording import notation
from compound.wording.catalogue import message_of

Change = Callable[[dict[str, Any]], None]


def hand_written(*changes: Change) -> Plan:
    """The usual plan as JSON, changed by hand and read again."""
    record = plan_to_dict(planned())
    for change in changes:
        change(record)
    return plan_from_dict(record)


def set_step(number: int, **keys: Any) -> Change:
    return lambda record: record["steps"][number - 1].update(keys)


def set_request(**keys: Any) -> Change:
    return lambda record: record["request"].update(keys)


def drop_step(number: int) -> Change:
    def change(record: dict[str, Any]) -> None:
        del record["steps"][number - 1]
        for i, step in enumerate(record["steps"], start=1):
            step["number"] = i

    return change


def codes(plan: Plan) -> set[str]:
    return {finding.code for finding in audit(plan).findings}


class TestFindings:
    """Each finding is raised by what it names, and by nothing in a clean plan (design, law 4)."""

    @pytest.mark.parametrize(
        ("code", "changes"),
        [
            ("vessel-empty", [set_step(7, **{"from": "trituration 9"})]),
            ("vessel-not-mixed", [drop_step(3)]),
            ("more-than-there", [set_step(4, amount_mg="5001")]),
            ("blend-too-small", [set_step(10, amount_mg="151")]),
            ("vessel-used-before", [set_step(8, vessel="trituration 2")]),
            ("never-filled", [drop_step(10)]),
            ("no-drug-in-capsules", [drop_step(7)]),
            ("not-readable", [set_step(1, amount_mg="80.5")]),
            ("below-least-weighable", [set_step(1, amount_mg="19")]),
            ("above-max-dilution", [set_step(2, amount_mg="7921")]),
            ("aliquot-too-large", [set_step(4, amount_mg="4501")]),
            ("fill-not-as-ordered", [set_step(10, amount_mg="134")]),
            ("count-not-as-ordered", [set_step(10, count=29)]),
            ("dose-off-label", [set_step(1, amount_mg="88")]),
            ("worst-case-above-limit", [set_step(7, amount_mg="30"), set_step(8, amount_mg="2220"),
                                        set_step(10, amount_mg="60"), set_request(fill_weight_mg="60", dose_mg="0.000256")]),
            ("volume-unknown", [set_step(4, amount_ml="1", amount_mg=None)]),
            ("error-limit-just-met", [set_request(dose_error_percent="2.8", plan_error_percent="2.8")]),
            ("steep-step", []),
            ("below-usp-41-floor", []),
            ("capacity-not-given", []),
            ("potency-not-entered", []),
            ("fill-weight-assumed", []),
            ("particle-size-not-given", []),
        ],
    )  # fmt: skip
    def test_a_finding_is_raised_by_what_it_names(self, code: str, changes: list[Change]) -> None:
        assert code in codes(hand_written(*changes))

    def test_a_load_above_the_capacity_is_an_error(self) -> None:
        found = audit(hand_written(lambda record: record["balance"].update(capacity_mg="4000")))

        assert "above-capacity" in {finding.code for finding in found.findings}
        assert Severity.ERROR is worst(found.findings)

    @pytest.mark.parametrize(
        ("code", "options"),
        [
            ("boat-mass-unknown", {"capacity": "210 g"}),
            ("minimum-weight-below-rule", {"minimum_weight": "10 mg"}),
            ("drug-unknown", {"drug": "ketotifen"}),
            ("excipient-unknown", {"excipient": ("stardust 3%",)}),
            ("excipient-caution", {"diluent": "lactose monohydrate"}),
        ],
    )
    def test_an_order_raises_it(self, code: str, options: dict[str, Any]) -> None:
        assert code in {finding.code for finding in judged(**options).findings}

    @pytest.mark.parametrize(
        ("code", "options"),
        [
            ("excipient-disallowed", {"excipient": ("chalk 3%",)}),
            ("excipient-disallowed", {"diluent": "calcium carbonate", "fill_weight": "135 mg"}),
            ("release-form-disallowed", {"dosage_form": "slow release capsule"}),
        ],
    )
    def test_what_must_not_be_used_is_an_error(self, code: str, options: dict[str, Any]) -> None:
        found = judged(**options)

        assert code in {finding.code for finding in found.findings if finding.severity is Severity.ERROR}

    def test_a_trailing_zero_is_noted_where_it_was_typed(self) -> None:
        _, notes = read_order(
            {"drug": "naltrexone hydrochloride", "dose": "1.0 mg", "balance-sensitivity": "1 mg", "capsules": "30"}
        )

        assert [("trailing-zero", "--dose")] == [(note.code, note.where) for note in notes]

    def test_another_route_is_refused(self) -> None:
        with pytest.raises(InputError, match=r"intravenous"):
            judged(dosage_form="intravenous solution")

    def test_a_plan_without_errors_says_so_by_having_none(self) -> None:
        assert Severity.ERROR is not worst(judged(capacity="210 g", fill_weight="135 mg").findings)


class TestNotChecked:
    """A rule that lacked its facts says so, with the reason (design, law 5)."""

    def test_a_bare_hand_written_plan_says_everything_that_was_not_checked(self) -> None:
        def bare(record: dict[str, Any]) -> None:
            record["request"] = {"dose_mg": "0.002"}
            record["balance"] = {"sensitivity_mg": "1", "readability_mg": "1"}

        found = {item.code for item in audit(hand_written(bare)).not_checked}

        assert {
            "drug-not-checked", "dose-error-not-checked", "max-dilution-not-checked", "fill-weight-not-checked",
            "excipients-not-checked", "shell-not-checked", "least-weighable-not-checked", "capacity-not-given",
        } <= found  # fmt: skip

    def test_a_worst_case_that_cannot_be_told_is_not_checked(self) -> None:
        # 1 mg weighed to 1 mg may be nothing at all, and nothing cannot be passed on.
        plan = hand_written(set_step(1, amount_mg="1"), drop_step(2), set_step(3, amount_mg="1"))

        found = audit(plan)

        assert found.accuracy is not None
        assert found.accuracy.worst_percent is None
        assert "worst-case-not-checked" in {item.code for item in found.not_checked}

    def test_an_aliquot_of_all_there_is_has_its_worst_case(self) -> None:
        """The bound takes the reading with its error, as the contract says, though no mixture gives more than it has."""
        plan = hand_written(set_step(4, amount_mg="5000"), set_step(5, amount_mg="145000"))

        found = audit(plan)

        assert found.accuracy is not None
        record = plan_record(found)
        for key, corner in (("worst_high_percent", 1), ("worst_low_percent", -1)):
            expected = 100 * (contract_replay(record, corner) / found.accuracy.target_mg - 1)
            assert expected == Fraction(record["accuracy"][key])

    def test_a_volume_without_its_tolerance_is_named(self) -> None:
        def by_volume(record: dict[str, Any]) -> None:
            steps: list[dict[str, Any]] = [
                {"action": "weigh", "role": "drug", "material": "drug", "amount_mg": "100", "vessel": "solution 1"},
                {"action": "make_up", "material": "water", "volume_ml": "100", "vessel": "solution 1"},
                {"action": "mix", "vessel": "solution 1"},
                {"action": "weigh", "role": "diluent", "material": "filler", "amount_mg": "5000", "vessel": "batch"},
                {"action": "transfer", "from": "solution 1", "amount_ml": "1", "tolerance_ml": "0.006", "vessel": "batch"},
                {"action": "dry", "vessel": "batch"},
                {"action": "mix", "vessel": "batch"},
                {"action": "fill", "from": "batch", "amount_mg": "10", "count": 30, "vessel": "capsules"},
            ]
            record["steps"] = [{"number": number, **step} for number, step in enumerate(steps, 1)]

        (item,) = [i for i in audit(hand_written(by_volume)).not_checked if i.code == "tolerance-not-given"]

        assert {"steps": "step 2"} == item.values

    def test_a_content_that_contradicts_the_lot_is_said_and_decides(self) -> None:
        plan = hand_written(lambda record: record.update(content_fraction="0.987"))
        found = audit(plan)

        assert found.accuracy is not None
        assert Fraction("0.001974") == found.accuracy.dose_mg
        assert "content-differs" in codes(plan)
        assert "potency-not-entered" not in codes(plan)


class TestReplays:
    """A plan is replayed once and at the two corners of its errors; whoever asks about its steps asks that replay."""

    @staticmethod
    def runs(monkeypatch: pytest.MonkeyPatch, plan: Plan, work: Callable[[], object]) -> Fraction:
        """How often all steps of a plan are done in some work."""
        done: list[Step] = []
        do = Vessels.do

        def counted(self: Vessels, step: Step, amount: Fraction | None = None) -> None:
            done.append(step)
            do(self, step, amount)

        monkeypatch.setattr(Vessels, "do", counted)
        work()
        return Fraction(len(done), len(plan.steps))

    def test_a_powder_plan_is_judged_and_written_out_on_three(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plan = planned(particle_size="8 um", particle_spread="2", fill_rsd="3 %")

        def work() -> None:
            found = audit(plan)
            plan_record(found)
            assert all(step_rows(found))
            assert uniformity_rows(found)
            assert why_rows(found, None, "")

        assert 3 == self.runs(monkeypatch, plan, work)

    def test_a_saved_plan_is_audited_as_written_on_three(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plan = planned()

        assert 3 == self.runs(monkeypatch, plan, lambda: audit_weighed(plan, {}))

    def test_readings_are_judged_on_eight(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """As planned and made, with two corners each, as proposed, and uncorrected; what step 2 was to be takes 2 steps, twice."""
        plan = planned()
        read = {1: Decimal(81), 2: Decimal(4920)}

        assert 8 + Fraction(4, len(plan.steps)) == self.runs(monkeypatch, plan, lambda: audit_weighed(plan, read))


class TestPlaces:
    """A finding says what it is about as a value; as text it is what stands in the JSON."""

    @pytest.mark.parametrize(
        ("place", "text", "about_the_plan"),
        [
            (Place.option("--dose"), "--dose", False), (Place.option("content_fraction"), "content_fraction", False),
            (Place.step(3), "step 3", True), (Place.step(1, 4), "step 1, step 4", True), (Place.step(), "steps", True),
            (Place.vessel("trituration 1"), "trituration 1", True), (Place.accuracy(), "accuracy", True),
            (Place.accuracy("dose_mg"), "accuracy.dose_mg", True),
        ],
    )  # fmt: skip
    def test_a_place_reads_as_it_stands_in_the_json(self, place: Place, text: str, about_the_plan: bool) -> None:
        assert (text, about_the_plan) == (str(place), place.is_about_the_plan)

    def test_a_place_given_as_text_is_an_option(self) -> None:
        assert Place.option("DRUG") == Finding(catalogue.DRUG_UNKNOWN, "DRUG").place


class TestDoubling:
    """Each addition is about what is there; the last closes on the mixture exactly (issue, Output)."""

    @pytest.mark.parametrize(("ratio", "count"), [(1, 0), (2, 1), (3, 2), (10, 4), (100, 7), (Fraction(45, 2), 5)])
    def test_the_number_of_doublings_is_the_least_that_reaches(self, ratio: Fraction, count: int) -> None:
        assert count == doublings(Fraction(ratio))

    @pytest.mark.parametrize("options", [{}, {"dose": "0.5 mg", "balance_sensitivity": "0.1 mg"}, {"dose": "20 ng"}])
    def test_the_running_totals_close_on_the_mixture(self, options: dict[str, str]) -> None:
        found = judged(**options)

        for mixture in found.mixtures:
            rows = doubling_rows(found, mixture.vessel)
            assert f"{notation.number(mixture.total_mg)} mg" == rows[-1].total
            added = sum(Fraction(row.added.removesuffix(" mg").replace(",", "")) for row in rows)
            concentrate = mixture.total_mg - added
            assert concentrate > 0


class TestRoundTrip:
    """A plan is read back from its JSON as it was (issue, Tests)."""

    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"assay": "98.7%", "assay_basis": "as-is", "capacity": "210 g", "excipient": ("mannitol 12.5 %",), "shell": "clear gelatin"},
            {"assay": "98.7%", "assay_basis": "anhydrous", "water": "8.5%", "dose_as": "base", "readability": "0.5 mg"},
            {"drug": "some other drug", "minimum_weight": "30 mg", "prefer": "drug"},
            {"strength": "10 mg/g", "dose": "1 mcg"},
            {"tablet": "50 mg in 170 mg", "dose": "0.5 mg"},
        ],
    )  # fmt: skip
    def test_plan_and_order_come_back(self, options: dict[str, Any]) -> None:
        plan = planned(**options)

        read = plan_from_dict(plan_to_dict(plan))

        assert plan_to_dict(plan) == plan_to_dict(read)
        assert plan.steps == read.steps
        assert plan.content_fraction == read.content_fraction == read.order.content_fraction
        assert plan_record(audit(plan))["accuracy"] == plan_record(audit(read))["accuracy"]

    def test_a_request_holds_every_option_that_decides_a_plan(self) -> None:
        """Under its long name, with its unit as ending (contract, section 3)."""
        beside = {"batch-number", "component-lot", "pharmacy", "prepared", "tablet", "tablet-excipients", "strength"}
        request = plan_to_dict(planned())["request"]

        endings = ("", "_mg", "_percent", "_um", "_mg_per_g", "_mg_per_ml", "_ml_per_g", "_g_per_cm3")
        missing = [
            option
            for option in KNOWN_OPTIONS
            if option not in beside and not {option.replace("-", "_") + ending for ending in endings} & set(request)
        ]

        assert [] == missing
        assert ("1", "1", None) == tuple(
            request[key] for key in ("balance_sensitivity_mg", "readability_mg", "capacity_mg")
        )

    @pytest.mark.parametrize("key", ["balance_sensitivity_mg", "readability_mg", "capacity_mg"])
    def test_a_request_that_says_another_balance_is_refused(self, key: str) -> None:
        data = plan_to_dict(planned())
        data["request"][key] = "2"

        with pytest.raises(InputError) as caught:
            plan_from_dict(data)

        assert f"request.{key}" == caught.value.where

    def test_a_request_needs_its_dose_alone(self) -> None:
        read: Order = from_request({"dose_mg": "0.002"}, None)

        assert (Decimal("0.002"), None, None) == (read.dose.mg, read.drug, read.capsules)


def test_steps_are_printed_in_balance_digits() -> None:
    found = judged(dose="0.5 mg", balance_sensitivity="0.1 mg", capsules="100")

    assert ["reads 60.0 mg", "reads 940.0 mg"] == [row.amount for row in step_rows(found)][:2]


OF_DOSES = {
    "dose-class", "dose-not-low", "review-form-not-stated", "oral-route-doubted", "studied-thousandfold-apart",
    *(f"dose-{what}" for what in ("studied", "in-studied-range", "between-studied", "beyond-studied", "studied-otherwise",
                                  "multiple-of-studied", "part-of-studied", "multiple-of-range", "part-of-range")),
}  # fmt: skip


class TestOtherDrug:
    """Of a drug that is not on record nothing is said of doses that belong to another one (contract, section 6)."""

    @pytest.mark.parametrize("dose", ["2 mcg", "0.1 mg", "2 mg", "5 mg", "50 mg"])
    @pytest.mark.parametrize(
        "name",
        ["oxycodone hydrochloride", "methadone hydrochloride", "clonidine hydrochloride", "loxapine hydrochloride",
         "nalbuphine hydrochloride", "lofexidine hydrochloride", "nalorphine hydrochloride", "ketotifen"],
    )  # fmt: skip
    def test_another_drug_is_compared_with_nothing(self, name: str, dose: str) -> None:
        other = order(drug="naloxone hydrochloride", dose=dose)
        unknown = replace(other, drug=name, substance=None)  # whatever is said of the name when it is read
        found = order_findings(unknown, None)

        assert set() == {finding.code for finding in found} & OF_DOSES
        assert OF_DOSES & {finding.code for finding in order_findings(other, None)}
        assert "studied-doses-unknown" in {item.code for item in order_not_checked(unknown, None, None)}
        for drug in ("naltrexone", "naloxone", "nalmefene"):
            assert drug not in " ".join(message_of(one) for one in found if one.entry is not catalogue.DRUG_UNKNOWN)


def test_a_mass_taken_from_a_solution_is_an_error() -> None:
    """Trituration 1 is made up with water to a volume; what weighs 100 mg of it then is not known."""

    def make_up(record: dict[str, Any]) -> None:
        step = {"action": "make_up", "material": "water", "volume_ml": "10", "vessel": "trituration 1"}
        record["steps"].insert(2, step)
        for number, step in enumerate(record["steps"], start=1):
            step["number"] = number

    assert "mass-unknown" in codes(hand_written(make_up))


class TestLooseLimits:
    """A limit that lets weighings or the dose be further off than anyone expects is a warning (contract, section 1)."""

    def test_the_window_is_that_of_finished_products(self) -> None:
        assert 10 == standards.limit("label_window_percent")

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({}, set()),
            ({"weighing_error": "5%", "dose_error": "10%"}, set()),
            ({"weighing_error": "3%", "dose_error": "4.9%"}, set()),
            ({"weighing_error": "5.1%"}, {"weighing-error-loose"}),
            ({"dose_error": "10.5%"}, {"dose-error-loose"}),
            ({"weighing_error": "10%", "dose_error": "20%"}, {"weighing-error-loose", "dose-error-loose"}),
        ],
    )
    def test_a_loosened_limit_is_said(self, options: dict[str, Any], said: set[str]) -> None:
        found = judged(**options)

        assert said == {one.code for one in found.findings} & {"weighing-error-loose", "dose-error-loose"}
        assert all(one.severity is Severity.WARNING for one in found.findings if one.code in said)
