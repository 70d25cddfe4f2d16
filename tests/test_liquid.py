"""What is said of solutions, deposits and drying: each finding raised, from the steps alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import test_solution
from test_solution import order

from compound.correcting.weighed import BatchVerdict, audit_weighed
from compound.facts import standards
from compound.judging.audit import Audit, allowed_range, audit
from compound.plan.plan import Plan, plan_from_dict, plan_to_dict
from compound.showing.plan_json import plan_record
from compound.showing.plan_rows import binding_limits, doubling_rows, step_rows, weighed

# With this ware 2 mcg × 30 are one dilution: 69 mg in 1,000 mL, 1 mL of it on 4,000 mg, made up to 4,658 mg.
LITRE: dict[str, Any] = {"flask": ("1000 mL",), "pipette": ("1 mL",)}
# 430 mg in 500 g, 1 g of it in 500 g, 1 g of that on 4,100 mg, made up to 4,644 mg.
BY_MASS: dict[str, Any] = {"by_mass": "yes", "dose": "50 ng", "flask": ("500 mL",), "pipette": ("1 mL",), "capacity": "600 g"}

Change = Callable[[dict[str, Any]], None]


def planned(**options: Any) -> Plan:
    named = options.keys() & {"flask", "pipette", "dose", "by_mass"}
    return test_solution.planned(**(options if named else LITRE | options))


def judged(**options: Any) -> Audit:
    return audit(planned(**options))


def changed(*changes: Change, **options: Any) -> Plan:
    """A plan by the solution route with its record changed, as by hand."""
    record = json.loads(json.dumps(plan_to_dict(planned(**options))))
    for change in changes:
        change(record)
    for number, step in enumerate(record["steps"], start=1):
        step["number"] = number
    return plan_from_dict(record)


def in_step(number: int, **values: Any) -> Change:
    def change(record: dict[str, Any]) -> None:
        record["steps"][number - 1].update(values)

    return change


def in_request(**values: Any) -> Change:
    return lambda record: record["request"].update(values)


def without(number: int) -> Change:
    def change(record: dict[str, Any]) -> None:
        del record["steps"][number - 1]

    return change


def found_in(plan: Plan) -> dict[str, str]:
    """Codes and severities of what an audit says, what was not checked among them."""
    said = audit(plan)
    return {f.code: f.severity.value for f in said.findings} | {n.code: "not checked" for n in said.not_checked}


# The steps of 2 mcg × 30: 1 weigh drug, 2 make up, 3 mix, 4 weigh diluent, 5 pipette, 6 dry, 7 dried, 8 weigh diluent.
class TestFindings:
    """Each rule on solutions raises its finding, and is silent where it is kept (issue, Admissible)."""

    @pytest.mark.parametrize(
        ("changes", "options", "code", "severity"),
        [
            ([], {}, "solvent-to-drive-off", "warning"),
            ([], {}, "solubility-from-record", "note"),
            ([], {"drug": "naloxone hydrochloride"}, "solubility-by-term", "note"),
            ([], {"drug": "naloxone hydrochloride", "solubility": "40 mg/mL"}, "solubility-entered", "note"),
            ([], {}, "deposit-not-checked", "not checked"),
            ([], {"solubility": "50 mg/mL"}, "solubility-entered", "note"),
            ([], {"solubility": "500 mg/mL"}, "solubility-above-record", "warning"),
            ([], {"shell": "clear gelatin"}, "solvent-harms-shell", "note"),
            ([], {"shell": "pullulan"}, "shell-in-solvent-not-checked", "not checked"),
            ([], {"diluent": "mannitol"}, "diluent-dissolves", "warning"),
            ([], {"diluent": "pregelatinised starch"}, "diluent-swells", "warning"),
            ([], {"diluent": "corn starch", "fill_weight": "135 mg"}, "diluent-in-solvent-not-checked", "not checked"),
            ([], {"pipette": ("2 mL",), "capsules": "100"}, "tolerance-unsourced", "note"),
            ([in_step(2, volume_ml="1.3", ware="tube")], {}, "too-concentrated", "error"),
            ([in_step(4, amount_mg="3999")], {}, "deposit-too-wet", "error"),
            ([without(6), in_request(method="solution")], {}, "not-dried", "error"),
            ([in_step(7, amount_mg="4003")], {}, "solvent-left", "error"),
            ([in_step(7, amount_mg="3700")], {}, "lost-in-drying", "error"),
            ([in_step(7, amount_mg="3990")], {}, "loss-counted-as-drug", "warning"),
            ([in_step(7, amount_mg="3970")], {"diluent": "mannitol", "fill_weight": "135 mg"}, "lost-in-drying", "error"),
            ([in_step(5, tolerance_ml="0.001")], {}, "tolerance-below-record", "warning"),
            ([in_step(5, tolerance_ml=None)], {}, "tolerance-not-given", "not checked"),
            ([in_request(drug=None)], {}, "solubility-not-checked", "not checked"),
            ([in_request(deposit_ml_per_g=None)], {}, "deposit-limit-not-checked", "not checked"),
        ],
        ids=lambda value: value if isinstance(value, str) else None,
    )
    def test_it_is_raised(self, changes: list[Change], options: dict[str, Any], code: str, severity: str) -> None:
        found = found_in(changed(*changes, **options))

        assert severity == found.get(code)

    @pytest.mark.parametrize(
        ("changes", "options", "code"),
        [
            ([], {}, "too-concentrated"),
            ([in_step(2, volume_ml="1.4", ware="tube")], {}, "too-concentrated"),  # 69 / 1.4 is below 50 mg per mL
            ([], {}, "deposit-too-wet"),  # 1 mL on 4,000 mg is 0.25 mL per g
            ([in_step(7, amount_mg="4002")], {}, "solvent-left"),  # two weighings off by 1 mg each
            ([in_step(7, amount_mg="3720")], {}, "lost-in-drying"),  # 7 % and the sensitivity
            ([in_step(7, amount_mg="3999.1")], {}, "loss-counted-as-drug"),  # within the sensitivity
            ([], {"capsules": "100", "pipette": ("1 mL USP",), "flask": ("1000 mL USP",)}, "tolerance-unsourced"),
            ([], {}, "tolerance-below-record"),
            ([], {}, "above-max-dilution"),
            ([], {"by_mass": "yes", "dose": "50 ng"}, "above-max-dilution"),
            ([], {}, "particle-size-not-given"),
            ([], {"dose": "20 ng"}, "powder-below-1-mcg"),
            ([], {"diluent": "microcrystalline cellulose"}, "diluent-dissolves"),
        ],
    )
    def test_it_is_not_raised_within_the_limit(self, changes: list[Change], options: dict[str, Any], code: str) -> None:
        assert code not in found_in(changed(*changes, **options))

    def test_by_mass_the_concentration_counts_the_volume_of_the_solvent(self) -> None:
        """430 mg in 499,570 mg of water, which fill 499.57 / 0.9982 mL: 0.8592 mg per mL, above half of 1.7 mg/mL."""


        assert "too-concentrated" in found_in(changed(in_request(solubility_mg_per_ml="1.7"), **BY_MASS))
        assert "too-concentrated" not in found_in(changed(in_request(solubility_mg_per_ml="1.72"), **BY_MASS))

    def test_a_solution_spread_on_its_diluent_is_no_powder_that_is_diluted(self) -> None:
        """400 mg of solution on 5.2 g of 51.9 g are 1 in 130; the dried powder, which holds the drug, is 1 in 10."""
        options = {
            "drug": "nalmefene hydrochloride", "dose_as": "hydrochloride", "dose": "0.5 mcg",
            "balance_sensitivity": "0.1 mg", "capsules": "333", "pipette": ("syringe 1 mL", "2 mL"), "by_mass": "yes",
            "solubility": "20 mg/mL",
        }  # fmt: skip

        assert "above-max-dilution" not in found_in(planned(**options))
        assert "steep-step" not in found_in(planned(**options))

    def test_a_dried_powder_is_diluted_in_a_steep_step_where_there_is_much_more_diluent(self) -> None:
        assert "note" == found_in(changed(in_step(8, amount_mg="40000"))).get("steep-step")

    def test_a_powder_plan_says_nothing_of_solutions(self) -> None:
        from helpers import judged as powder

        codes = {finding.code for finding in powder().findings} | {item.code for item in powder().not_checked}

        assert not {code for code in codes if code.startswith(("solubility", "solvent", "deposit", "tolerance", "diluent-"))}


class TestBench:
    """A flask has no reading; the diluent after the drying is the planned total less the reading (issue)."""

    @pytest.mark.parametrize(("read", "rest"), [(4000, 658), (3850, 808), (4002, 656)])
    def test_the_diluent_makes_the_dried_vessel_up_to_the_planned_total(self, read: int, rest: int) -> None:
        """4,658 mg less the reading; what is missing of the dried powder is drug lost, for the diluent was dried before."""
        found = audit_weighed(planned(), {1: Decimal(69), 4: Decimal(4000), 7: Decimal(read)})

        (weighing,) = found.next
        assert (8, Fraction(rest)) == (weighing.number, weighing.corrected)
        assert BatchVerdict.INCOMPLETE is found.verdict
        assert found.made.accuracy is not None
        kept = Fraction(read) / Fraction("4000.069") if read < 4000 else 1  # 0.069 mg of drug is in the powder
        assert kept * Fraction(2) * Fraction("4657.5") / 4658 / 1000 == found.made.accuracy.dose_mg

    @pytest.mark.parametrize("read", ["3720", "3800", "3900"])
    def test_powder_lost_in_drying_is_drug_lost_and_never_within(self, read: str) -> None:
        """280 mg of 4,000 mg of drug-bearing powder are 7 % of the dose, whatever is put in its place (the issue's case)."""
        readings = {1: Decimal(69), 4: Decimal(4000), 7: Decimal(read), 8: 4658 - Decimal(read)}
        found = audit_weighed(planned(), readings)
        lost = 100 * (1 - Fraction(read) / Fraction("4000.069"))

        assert found.deviation_percent is not None
        assert abs(found.deviation_percent + lost) < Fraction(2, 100)
        assert (BatchVerdict.OUTSIDE if lost > 5 else BatchVerdict.WITHIN) is found.verdict
        assert {"lost-in-drying", "loss-counted-as-drug"} & {one.code for one in found.findings}

    @pytest.mark.parametrize(("read", "verdict"), [(3980, BatchVerdict.WITHIN), (3979, BatchVerdict.OUTSIDE)])
    def test_mannitol_may_lose_half_a_percent(self, read: int, verdict: BatchVerdict) -> None:
        """0.5 % of 4,000.069 mg and the sensitivity are 21.0003 mg: 3,979 mg are 21.069 mg below, 3,980 mg are 20.069 mg."""
        plan = planned(diluent="mannitol", fill_weight="135 mg")
        found = audit_weighed(plan, {1: Decimal(69), 4: Decimal(4000), 7: Decimal(read), 8: Decimal(4658 - read)})

        assert verdict is found.verdict

    def test_drug_weighed_otherwise_is_taken_up_by_the_last_diluent(self) -> None:
        """70 mg in place of 69: the batch grows from 4,657.5 to 70 × 67.5 = 4,725 mg; 4,726 keep the planned strength."""
        found = audit_weighed(planned(), {1: Decimal(70)})

        assert {4: 4000, 7: 4000, 8: 726} == {w.number: w.corrected for w in found.next}

    def test_a_vessel_that_is_not_dry_is_no_dose(self) -> None:
        found = audit_weighed(planned(), {1: Decimal(69), 4: Decimal(4000), 7: Decimal(4100)})

        assert "solvent-left" in {finding.code for finding in found.findings if finding.severity.value == "error"}

    def test_only_weighings_are_read(self) -> None:
        assert [1, 4, 7, 8] == [step.number for step in planned().weighings()]
        assert [1, 2, 4, 5, 7, 8, 10, 11] == [s.number for s in planned(**BY_MASS).weighings()]


@pytest.mark.parametrize(
    ("diluent", "most"),
    [
        ("microcrystalline cellulose", "7"), ("Avicel PH-105", "7"), ("mannitol", "0.5"), ("lactose monohydrate", "5.5"),
        ("lactose", "5.5"), ("dicalcium phosphate anhydrous", None), ("rice flour", None),
    ],
)  # fmt: skip
def test_the_most_that_a_diluent_may_lose_is_on_record(diluent: str, most: str | None) -> None:
    """The figures that others set, entered a second time by hand (design, law 6)."""
    assert (None if most is None else Decimal(most)) == standards.most_volatile_percent(diluent)


class TestRows:
    """The table and the sheet say how a solution is made (issue, Everything handles it)."""

    def test_the_diluent_is_dried_before_the_solution_is_put_on_it(self) -> None:
        said = {row.number: row.text for row in step_rows(judged())}

        assert "weigh microcrystalline cellulose, dried to constant mass before" == said[4]
        assert [4] == [number for number, text in said.items() if "dried to constant mass before" in text]

    def test_the_last_diluent_is_weighed_to_a_total(self) -> None:
        (row,) = [row for row in step_rows(judged()) if row.number == 8]

        assert "weigh microcrystalline cellulose: 4,658 mg less the reading of step 7" == row.text
        assert "658 mg" == row.amount

    def test_the_stop_line_of_the_dried_vessel_ends_where_solvent_begins(self) -> None:
        """At most one error of the balance less (what is missing is drug lost), and at most two more."""
        assert (Fraction(3999), Fraction(4002)) == allowed_range(judged(), 7)

    def test_a_plan_in_short_names_volumes(self) -> None:
        assert "69 mg in 1,000 mL, 1 mL in 4,658 mg" == weighed(planned())
        assert "430 mg in 500,000 mg, 1,000 mg in 500,000 mg, 1,000 mg in 4,644 mg" == weighed(
            planned(**BY_MASS)
        )

    def test_the_limits_that_bind_are_named(self) -> None:
        """1 mL on 4,000 mg is 0.25 mL per g; 87 mg of drug would be one step of the balance above 86 mg."""
        wet = "puts as much solution on the diluent as it may take up"

        assert [f"step 5 {wet}"] == binding_limits(judged())
        assert [f"step 8 {wet}", "step 1 dissolves as much drug as is let go into a batch"] == binding_limits(
            judged(dose="20 ng", most_drug="86 mg")
        )

    def test_a_solution_is_not_mixed_by_doubling(self) -> None:
        found = judged(dose="50 ng", by_mass="yes")

        assert [] == doubling_rows(found, "solution 1")

    def test_the_record_holds_volumes_and_tolerances(self) -> None:
        record = plan_record(judged())
        make_up, transfer = record["steps"][1], record["steps"][4]

        assert (0, 1) == (record["triturations"], record["dilutions"])
        assert {"number": 2, "action": "make_up", "material": "water", "volume_ml": "1000", "tolerance_ml": "0.4",
                "ware": "volumetric flask 1,000 mL", "vessel": "solution 1"} == make_up  # fmt: skip
        assert {"number": 5, "action": "transfer", "from": "solution 1", "amount_ml": "1", "tolerance_ml": "0.008",
                "ware": "transfer pipette 1 mL", "vessel": "batch"} == transfer  # fmt: skip
        solution, batch = record["mixtures"]
        assert ("1000", "999", "0.069") == tuple(solution[key] for key in ("volume_ml", "left_ml", "strength_mg_per_ml"))
        assert (None, None, "4658") == (solution["total_mg"], solution["left_mg"], batch["total_mg"])

    def test_the_request_holds_what_decided_the_plan(self) -> None:
        request = plan_record(audit(planned(flask=("1000 mL",), pipette=("1 mL",))))["request"]

        assert ("water", ["volumetric flask 1,000 mL"], ["transfer pipette 1 mL"], False, None, "0.25", "1000") == tuple(
            request[key]
            for key in (
                "solvent", "flask", "pipette", "by_mass", "solubility_mg_per_ml", "deposit_ml_per_g", "most_drug_mg",
            )
        )  # fmt: skip

    def test_whoever_replays_the_steps_gets_the_dose(self) -> None:
        """By other code, from the contract's words: make up, transfer by volume, dry, fill."""
        record = plan_record(judged(dose="10 mcg", capsules="100", flask=("1000 mL",), plan_error="1%"))
        drug: dict[str, Fraction] = {}
        volume: dict[str, Fraction] = {}
        mass: dict[str, Fraction] = {}
        dose = None
        for step in record["steps"]:
            to, source = step["vessel"], step.get("from", "")
            match step["action"], step.get("role"):
                case "weigh", "drug":
                    drug[to] = Fraction(step["amount_mg"])
                case "weigh", "dried":
                    mass[to] = Fraction(step["amount_mg"])
                case "weigh", "diluent":
                    mass[to] = mass.get(to, Fraction(0)) + Fraction(step["amount_mg"])
                case "make_up", _:
                    volume[to] = Fraction(step["volume_ml"])
                case "transfer", _:
                    share = Fraction(step["amount_ml"]) / volume[source]
                    drug[to] = drug[source] * share
                case "fill", _:
                    dose = drug[source] * Fraction(step["amount_mg"]) / mass[source]

        assert Fraction("0.01") == dose == Fraction(record["accuracy"]["dose_mg"])


def test_the_options_of_the_route_have_their_defaults() -> None:
    asked = order()

    assert ("water", (), (), False, None) == (asked.solvent, asked.flasks, asked.pipettes, asked.by_mass, asked.solubility)
    assert (Decimal("0.25"), Decimal(1000)) == (asked.deposit, asked.most_drug.mg if asked.most_drug else None)
