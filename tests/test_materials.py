"""The drug counts wherever it goes in, every material is held against its role and the request, and so is every jar."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from helpers import DRUG, judged, order, planned
from hypothesis import given
from hypothesis import strategies as st

from compound.cli.audit import command
from compound.correcting.weighed import BatchVerdict, Weighed
from compound.exact.value import replace
from compound.facts.substances import known
from compound.findings.finding import Severity
from compound.judging.audit import audit
from compound.judging.materials import contents, material_findings, resolve_material
from compound.making.make import plan_batch
from compound.making.saved import audit_plan, read_plan
from compound.plan.plan import Weigh, plan_from_dict
from compound.showing import weighed_json

BY_HAND = json.loads((Path(__file__).parents[1] / "templates" / "plan-by-hand.json").read_bytes())
VERSION_1 = (Path(__file__).parent / "cases" / "plan-version-1.json").read_bytes()
DRUG_STEP, DILUENT_STEPS = 0, (1, 4)


def changed(
    materials: dict[int, str] | None = None, roles: dict[int, str] | None = None, content: str = "1", **request: str | dict[str, str] | None
) -> dict[str, Any]:
    """The plan written by hand, with other materials and roles by their place, and other keys of its request."""
    data: dict[str, Any] = json.loads(json.dumps(BY_HAND))
    for place, name in (materials or {}).items():
        data["steps"][place]["material"] = name
    for place, role in (roles or {}).items():
        data["steps"][place]["role"] = role
    data["request"] = {key: value for key, value in (data["request"] | request).items() if value is not None}
    data["content_fraction"] = content
    return data


def weighed(data: dict[str, Any], **more: Any) -> Weighed:
    return audit_plan(read_plan(json.dumps(data).encode()), **more)


def errors(found: Weighed) -> set[str]:
    return {finding.code for finding in found.findings if finding.severity is Severity.ERROR}


def diluents(name: str) -> dict[int, str]:
    return dict.fromkeys(DILUENT_STEPS, name)


class TestMaterials:
    """A material is screened, and held against its role and the request (contract, sections 3 and 6)."""

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            # Today's holes: all of these were within, exit 0.
            (changed(diluents("calcium carbonate")), "material-disallowed"),
            (changed({0: "naloxone hydrochloride"}), "material-not-as-ordered"),
            (changed({0: "naltrexone base"}), "material-not-as-ordered"),
            (changed({1: DRUG}), "material-contradicts-role"),
            (changed(diluents(DRUG), diluent=DRUG), "material-contradicts-role"),
            (changed(diluents("naloxone hydrochloride"), diluent="naloxone hydrochloride"), "material-contradicts-role"),
            (changed({1: "NALTREXONE HCl"}, drug=None, diluent=None), "material-contradicts-role"),
            (changed({1: "16676-29-2"}), "material-contradicts-role"),
            (changed({0: "foo", 1: "Foo"}, drug=None, diluent=None), "material-contradicts-role"),
            (changed({1: f"{DRUG} trituration 1 mg per g"}), "material-contradicts-role"),
            (changed({1: f"crushed tablets, {DRUG} 50 mg in 170 mg"}), "material-contradicts-role"),
            (changed({0: "lactose"}), "material-contradicts-role"),
            (changed({0: "lactose"}, drug=None), "material-contradicts-role"),
            (changed({0: "calcium carbonate"}), "material-contradicts-role"),
            (changed({0: "foo"}), "material-not-as-ordered"),
            (changed({0: "bar"}, drug="foo"), "material-not-as-ordered"),
            (changed(diluents("mannitol")), "material-not-as-ordered"),
            (changed(diluents("SuperBlend")), "material-not-as-ordered"),
            (changed({4: "Methocel K100M"}, diluent=None), "material-disallowed"),
            (changed({1: "lactose"}, {1: "solvent"}), "material-contradicts-role"),
            (changed({4: "Trituration 1"}, diluent=None), "material-contradicts-role"),
            (changed({0: "batch"}, drug=None), "material-contradicts-role"),
            # The content of a trituration for the pure drug, and the other way round.
            (changed(content="0.001", dose_mg="0.00025"), "content-contradicts-name"),
            (changed(content="0.001", dose_mg="0.00025", drug=None), "content-contradicts-name"),
            (changed({0: "foo"}, content="0.001", dose_mg="0.00025", drug="foo"), "content-contradicts-name"),
            (
                changed({0: f"{DRUG} trituration 100 mg per g"}, strength_mg_per_g="100"), "content-contradicts-name",
            ),
            # A request without a drug: the first weighing of the drug says which it is.
            (changed({1: "naloxone hydrochloride"}, {1: "drug"}, drug=None), "material-not-as-ordered"),
            (changed({1: "naltrexone base"}, {1: "drug"}, drug=None), "material-not-as-ordered"),
            (changed({0: "foo", 1: "bar"}, {1: "drug"}, drug=None), "material-not-as-ordered"),
            (changed({0: "foo", 1: DRUG}, {1: "drug"}, drug=None), "material-not-as-ordered"),
            (changed({1: "water"}, {1: "solvent"}, solvent="ethanol"), "material-not-as-ordered"),
            # The name of the pure drug where a trituration is meant, and the other way round.
            (changed(strength_mg_per_g="100", content="0.1"), "material-not-as-ordered"),
            (changed(tablet_dose_mg="50", tablet_mass_mg="170", content="5/17"), "material-not-as-ordered"),
            (changed({0: f"{DRUG} trituration 100 mg per g"}), "material-not-as-ordered"),
            (changed({0: f"{DRUG} trituration 100 mg per g"}, drug=None), "material-not-as-ordered"),
            (
                changed({0: f"{DRUG} trituration 10 mg per g"}, strength_mg_per_g="100", content="0.1"),
                "material-not-as-ordered",
            ),
            (
                changed({0: "naloxone hydrochloride trituration 100 mg per g"}, strength_mg_per_g="100", content="0.1"),
                "material-not-as-ordered",
            ),
        ],
    )
    def test_what_is_not_as_it_should_be_is_an_error_and_never_within(self, data: dict[str, Any], code: str) -> None:
        found = weighed(data)
        numbers = {step.number: Decimal(step.amount_mg or 0) for step in found.plan.weighings()}

        assert code in errors(found)
        assert BatchVerdict.OUTSIDE is found.verdict
        assert BatchVerdict.OUTSIDE is weighed(data, readings=numbers).verdict

    @pytest.mark.parametrize(
        "data",
        [
            changed(),
            changed({0: "Naltrexone  HCl"}),
            changed({0: "16676-29-2"}),
            changed(diluents("Microcrystalline Cellulose")),
            changed({0: DRUG, **diluents("lactose")}, drug=None, diluent=None),
            changed(content="0.999"),
            changed(
                {0: f"{DRUG} trituration 100 mg per g"}, strength_mg_per_g="100", content="0.1", dose_mg="0.025"
            ),
            changed(
                {0: f"crushed tablets, {DRUG} 50 mg in 200 mg"}, tablet_dose_mg="50", tablet_mass_mg="200",
                content="0.25", dose_mg="0.0625",
            ),
        ],
    )  # fmt: skip
    def test_what_is_as_it_should_be_is_within(self, data: dict[str, Any]) -> None:
        found = weighed(data)

        assert set() == errors(found)
        assert set() == {finding.code for finding in found.findings} & {"material-not-checked"}
        assert BatchVerdict.WITHIN is found.verdict

    @pytest.mark.parametrize("data", [changed(diluents("SuperBlend"), diluent=None), changed({0: "foo"}, drug=None)])
    def test_what_is_not_on_record_is_said_to_be_not_checked(self, data: dict[str, Any]) -> None:
        found = weighed(data)

        assert {Severity.WARNING} == {f.severity for f in found.findings if f.code == "material-not-checked"}
        assert BatchVerdict.WITHIN is found.verdict

    @pytest.mark.parametrize("name", ["...", "-", "x" * 400])
    def test_what_is_no_name_to_the_rules_is_not_checked_either(self, name: str) -> None:
        found = weighed(changed(diluents(name), diluent=None))

        assert "material-not-checked" in {finding.code for finding in found.findings}

    def test_steps_with_the_same_material_are_one_finding(self) -> None:
        found = [f for f in weighed(changed(diluents("SuperBlend"), diluent=None)).findings if "material" in f.code]

        assert ["step 2, step 5"] == [str(finding.place) for finding in found]

    def test_a_plan_of_the_tool_has_none(self) -> None:
        for options in ({}, {"strength": "20 mg/g"}, {"tablet": "50 mg in 170 mg"}, {"dose_as": "base"}):
            assert [] == material_findings(planned(**options))
            assert {} == contents(planned(**options))

    def test_a_drug_that_is_not_on_record_is_what_the_request_says(self) -> None:
        """The name is unknown, which is said once, of the request; the steps do what it says."""
        assert {"drug-unknown"} == errors(weighed(changed({0: "foo"}, drug="Foo")))

        taken_on = weighed(changed({0: "foo"}, drug="Foo", accept={"drug-unknown": "monograph read"}))
        assert BatchVerdict.WITHIN is taken_on.verdict

    def test_an_order_of_the_drug_as_diluent_is_refused_and_is_no_fault_of_the_program(self) -> None:
        batch = plan_batch(replace(order(), diluent=DRUG))

        assert batch.must_not_be_made
        assert {"active-as-excipient", "material-contradicts-role"} <= {finding.code for finding in batch.findings}

    @pytest.mark.parametrize("name", ["water", "ethanol", "microcrystalline cellulose"])
    def test_a_solvent_and_a_filler_are_no_drug(self, name: str) -> None:
        assert None is resolve_material(name, "diluent").substance


class TestDrugWhereverItGoesIn:
    """What is drug by its name carries drug, whatever its role says (contract, section 3, Replay)."""

    @given(st.sampled_from([form.name for form in known() if form.drug == "naltrexone"]), st.sampled_from(DILUENT_STEPS))
    def test_a_form_of_the_drug_in_the_role_of_the_diluent_counts(self, name: str, place: int) -> None:
        plan = plan_from_dict(changed({place: name}, dose_as="base", content="0.9"))
        found = contents(plan)

        assert {place + 1} == set(found)
        assert 0 < found[place + 1] <= 1
        plain = audit(plan_from_dict(changed(dose_as="base", content="0.9"))).accuracy
        counted = audit(plan).accuracy
        assert plain is not None
        assert counted is not None
        assert counted.dose_mg > plain.dose_mg

    def test_the_dose_is_that_of_all_drug_that_went_in(self) -> None:
        found = audit(plan_from_dict(changed({1: DRUG}))).accuracy

        # 300 mg of pure drug, of which 80 mg go into 4,320 mg of blend.
        assert found is not None
        assert Fraction(80, 4320) * 135 == found.dose_mg

    def test_drug_that_is_weighed_in_twice_raises_the_dose_at_its_upper_error(self) -> None:
        found = audit(plan_from_dict(changed({1: DRUG}))).accuracy

        # All of the trituration is drug: only the aliquot and the last diluent still move the dose.
        assert found is not None
        low, high = (Fraction(80 + e, 80 + e + 4240 - e) * 135 / found.target_mg * 100 - 100 for e in (-1, 1))
        assert (low, high) == (found.worst_low_percent, found.worst_high_percent)

    def test_the_pure_drug_in_the_place_of_a_trituration_counts_as_pure(self) -> None:
        plan = plan_from_dict(changed(strength_mg_per_g="1", content="0.001", dose_mg="0.1"))

        assert {1: Fraction(1)} == contents(plan)

    def test_a_trituration_in_the_place_of_the_pure_drug_counts_by_its_own_strength(self) -> None:
        plan = plan_from_dict(changed({0: f"{DRUG} trituration 1 mg per g"}))

        assert {1: Fraction(1, 1000)} == contents(plan)

    def test_another_drug_in_the_role_of_the_drug_carries_none(self) -> None:
        assert {1: 0} == contents(plan_from_dict(changed({0: "naloxone hydrochloride"})))

    def test_what_is_no_name_on_record_counts_by_its_role(self) -> None:
        assert {} == contents(plan_from_dict(changed({0: "foo", 1: "bar"}, drug=None)))

    def test_a_reading_of_a_dried_vessel_carries_none(self) -> None:
        plan = planned()
        steps = tuple(
            replace(step, role="dried", material=DRUG) if isinstance(step, Weigh) and step.number == 2 else step
            for step in plan.steps
        )

        assert {} == contents(replace(plan, steps=steps))


NAMES = [
    *(form.name for form in known()), f"{DRUG} trituration 10 mg per g", "crushed tablets, naloxone base 5 mg in 100 mg",
    "lactose", "mannitol", "calcium carbonate", "Methocel K100M", "foo", "water", "trituration 1", "microcrystalline cellulose",
]  # fmt: skip


@given(
    st.tuples(*[st.sampled_from(NAMES)] * 3), st.tuples(*[st.sampled_from(["drug", "diluent", "solvent"])] * 3),
    st.sampled_from([None, DRUG, "naloxone base"]), st.sampled_from([None, "lactose", "microcrystalline cellulose"]),
    st.sampled_from(["compound.plan/1", "compound.plan/2"]),
)  # fmt: skip
def test_where_drug_counts_otherwise_than_by_its_role_there_is_an_error(
    names: tuple[str, ...], roles: tuple[str, ...], drug: str | None, diluent: str | None, schema: str
) -> None:
    places = (DRUG_STEP, *DILUENT_STEPS)
    data = changed(
        dict(zip(places, names, strict=True)), dict(zip(places, roles, strict=True)), drug=drug, diluent=diluent
    ) | {"schema": schema}
    plan = plan_from_dict(data)
    said = material_findings(plan)
    wrong = {number for f in said if f.severity is Severity.ERROR for number in map(int, str(f.values["steps"]).split(", "))}

    assert set(contents(plan)) <= wrong
    if wrong:
        assert BatchVerdict.OUTSIDE is weighed(data).verdict


class TestVersion1:
    """Plans of schema version 1 are read and audited as they stand, with a note (contract, section 3)."""

    def test_the_drug_alone_stands_for_the_trituration(self) -> None:
        found = audit_plan(read_plan(VERSION_1))

        assert BatchVerdict.WITHIN is found.verdict
        assert set() == errors(found)
        (note,) = (f for f in found.findings if f.code == "plan-of-version-1")
        assert Severity.NOTE is note.severity
        assert {"source": f"{DRUG} trituration 20 mg per g"} == dict(note.values)
        assert "plan-altered" not in {f.code for f in found.findings}

    def test_the_same_plan_as_version_2_is_a_thousandfold_slip_waiting(self) -> None:
        data = json.loads(VERSION_1) | {"schema": "compound.plan/2"}

        assert "material-not-as-ordered" in errors(weighed(data))

    @pytest.mark.parametrize("place", [1, 4])
    def test_other_roles_are_held_to_their_names_all_the_same(self, place: int) -> None:
        data = json.loads(VERSION_1)
        data["steps"][place]["material"] = DRUG

        assert "material-contradicts-role" in errors(weighed(data))


LOTS = {
    "component_lot": (f"{DRUG}=A12,2027-03", "microcrystalline cellulose=C 3,2027-03"),
    "batch_number": "B-17", "prepared": "2026-11-28",
}  # fmt: skip


def run(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, [str(path), *arguments])


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    from compound.showing.plan_json import plan_record

    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan_record(judged(**LOTS))), "utf-8")
    return path


class TestJars:
    """A reading may name the jar that was taken: one that is not the one planned is an error."""

    @pytest.mark.parametrize(
        ("step", "jar", "right"),
        [
            (1, "A12", True), (1, "a12", True), (1, "A13", False), (2, "C 3", True), (2, "A12", False),
            (4, "trituration 1", True), (4, "B-17 trituration 1", True), (4, "B-16 trituration 1", False),
            (4, "trituration 2", False), (7, "B-17 Trituration 2", True), (7, "A12", False),
        ],
    )  # fmt: skip
    def test_a_jar(self, step: int, jar: str, right: bool) -> None:
        plan = planned(**LOTS)
        amount = next(s.amount_mg for s in plan.weighings() if s.number == step)
        found = audit_plan(plan, {step: amount or Decimal(0)}, jars={step: jar})

        assert right == ("jar-not-as-planned" not in errors(found))
        assert right == (found.verdict is not BatchVerdict.OUTSIDE)
        (reading,) = weighed_json.bench_record(found, "plan")["readings"]
        assert jar == reading["lot"]

    def test_a_jar_of_which_the_plan_says_nothing_is_not_checked(self) -> None:
        found = audit_plan(planned(), {1: Decimal(30)}, jars={1: "A12"})

        assert "jar-not-checked" in {item.code for item in found.not_checked}

    def test_the_command_line_takes_it_with_an_at_sign(self, saved: Path) -> None:
        result = run(saved, "--read", "1=80mg@A13")

        assert 1 == result.exit_code
        assert "[jar-not-as-planned]" in result.stderr
        assert "taken: A13" in " ".join(result.stdout.split())

    def test_a_table_of_readings_has_a_column_for_it_that_may_be_empty(self, saved: Path, tmp_path: Path) -> None:
        table = tmp_path / "readings.csv"
        table.write_text("step,amount,lot\n1,80 mg,A12\n2,4920 mg,\n4,100 mg,trituration 9\n", "utf-8")
        result = run(saved, "--readings", str(table), "--json")

        assert 1 == result.exit_code
        record = json.loads(result.stdout)
        assert ["A12", None, "trituration 9"] == [reading["lot"] for reading in record["readings"]]
        assert ["step 4"] == [f["where"] for f in record["findings"] if f["code"] == "jar-not-as-planned"]

    @pytest.mark.parametrize("text", ["1=30mg@", "1=@A12", "1=30mg@\u202e"])
    def test_what_is_no_reading_with_a_jar_is_refused(self, saved: Path, text: str) -> None:
        assert 2 == run(saved, "--read", text).exit_code or run(saved, "--read", text).exception is not None

    def test_a_lot_of_what_is_no_component_is_refused_with_its_place(self) -> None:
        data = changed() | {"identity": {"lots": [{"component": "mannitol", "lot": "7", "expiry": "2027-01"}]}}

        with pytest.raises(ValueError, match="identity.lots: “mannitol” is not a component"):
            read_plan(json.dumps(data).encode())


def test_capsules_that_get_less_are_outside_with_readings_too() -> None:
    data = changed()
    data["steps"][6]["count"] = 33
    numbers = {step.number: Decimal(step.amount_mg or 0) for step in plan_from_dict(data).weighings()}

    assert BatchVerdict.OUTSIDE is weighed(data).verdict
    assert BatchVerdict.OUTSIDE is weighed(data, readings=numbers).verdict


@pytest.mark.parametrize(("amount", "verdict"), [("135", BatchVerdict.WITHIN), ("70", BatchVerdict.OUTSIDE)])
@pytest.mark.parametrize("limit", ["5", None])
def test_every_fill_is_held_against_the_label_not_the_last_alone(
    amount: str, verdict: BatchVerdict, limit: str | None
) -> None:
    data = changed(fill_weight_mg=None, dose_error_percent=limit)
    last = data["steps"].pop()
    data["steps"] += [
        last | {"amount_mg": amount, "count": 15}, last | {"number": 8, "count": 15, "vessel": "other capsules"},
    ]  # fmt: skip
    numbers = {step.number: Decimal(step.amount_mg or 0) for step in plan_from_dict(data).weighings()}

    assert verdict is weighed(data).verdict
    assert verdict is weighed(data, readings=numbers).verdict
