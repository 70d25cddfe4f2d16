"""The fill and the capsule that it goes into: what no size can hold, what may not go in, what leaves it nearly empty."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from click.testing import CliRunner
from helpers import DRUG, judged, order, planned
from hypothesis import given
from hypothesis import strategies as st

from compound.cli.audit import command as audit_command
from compound.cli.plan import command
from compound.exact.errors import InputError
from compound.exact.value import replace
from compound.facts import standards
from compound.findings import codes
from compound.findings.finding import Finding, Severity
from compound.judging.audit import audit
from compound.judging.capsule import capsule_findings, capsule_not_checked
from compound.plan.plan import plan_from_dict, plan_to_dict
from compound.showing.budget_rows import beside_rows
from compound.showing.plan_rows import accuracy_rows
from compound.wording.catalogue import message_of
from compound.wording.language import language

SIZES = standards.capsule_sizes()
ON_RECORD = tuple(one.name for one in standards.densities())
UNKNOWN = "rice flour"


def found(fill: str, **options: Any) -> list[Finding]:
    return capsule_findings(order(fill_weight=fill, **options))


def text(mg: Fraction) -> str:
    """A mass just as long as it has to be, rounded to a hundredth of a mg."""
    return f"{Decimal(round(mg * 100)) / 100:f} mg"


class TestFigures:
    """The figures that others set, entered a second time by hand (design, law 6)."""

    @pytest.mark.parametrize(
        ("name", "value"),
        [("densest_organic_g_per_ml", "1.7"), ("densest_filler_g_per_ml", "3.15"), ("least_fill_share", "0.5")],
    )
    def test_a_limit_is_the_one_entered_here(self, name: str, value: str) -> None:
        assert Decimal(value) == standards.limit(name)
        assert standards._data()["limits"][name]["source"]

    @pytest.mark.parametrize(
        ("diluent", "figures"),
        [
            ("microcrystalline cellulose", ("0.26", "0.45", None)), ("avicel ph-102", ("0.28", "0.28", None)),
            ("avicel ph-105", ("0.20", "0.40", None)), ("avicel ph-112", ("0.28", "0.28", None)),
            ("avicel ph-301", ("0.34", "0.34", None)), ("silicified microcrystalline cellulose", ("0.25", "0.25", None)),
            ("lactose monohydrate", ("0.55", "0.80", None)),
            ("lactose monohydrate 100 mesh", ("0.73", "0.85", None)), ("lactose anhydrous", ("0.67", "0.88", None)),
            ("mannitol", ("0.43", "0.73", None)), ("pregelatinised starch", ("0.50", "0.60", None)),
            ("dicalcium phosphate dihydrate", ("0.87", "0.93", "2.31")),
            ("dicalcium phosphate anhydrous", ("0.78", "0.82", "2.89")),
            ("tricalcium phosphate", ("0.80", "0.95", "3.15")),
            ("mannitol-siliciumdioxid-füllmittel", ("0.475", "0.475", None)),
            ("lactose-siliciumdioxid-füllmittel", ("0.6", "0.6", None)),
        ],
    )  # fmt: skip
    def test_a_density_is_the_one_entered_here(self, diluent: str, figures: tuple[str, str, str | None]) -> None:
        one = standards.density(diluent)

        assert one is not None
        assert tuple(figure and Decimal(figure) for figure in figures) == (
            one.bulk_g_per_ml, one.g_per_ml, one.true_g_per_ml,
        )  # fmt: skip
        assert one.source
        assert one.evidence

    def test_every_density_on_record_is_entered_here(self) -> None:
        assert 16 == len(ON_RECORD)

    @pytest.mark.parametrize("name", ON_RECORD)
    def test_a_powder_is_lightest_as_poured_and_heaviest_without_air(self, name: str) -> None:
        one = standards.density(name)

        assert one is not None
        assert one.bulk_g_per_ml <= one.g_per_ml < (one.true_g_per_ml or standards.limit("densest_organic_g_per_ml"))
        # What has no true density on record is taken as organic; minerals are denser.
        assert ("phosphate" in name) == (one.true_g_per_ml is not None)

    def test_no_filler_on_record_is_denser_than_the_densest(self) -> None:
        true = [one.true_g_per_ml for one in standards.densities() if one.true_g_per_ml is not None]

        assert standards.limit("densest_filler_g_per_ml") == max(true)


class TestRefused:
    """A fill heavier than the capsule can hold is a usage error (contract, section 2)."""

    @pytest.mark.parametrize(
        ("options", "most"),
        [
            ({"capsule_size": "5"}, "221"),  # 0.13 mL of 1.7 g per mL
            ({}, "510"),
            ({"capsule_size": "000"}, "2329"),
            ({"diluent": "tricalcium phosphate"}, "945"),  # 0.30 mL of 3.15 g per mL
            ({"diluent": "dicalcium phosphate dihydrate", "capsule_size": "4"}, "485.1"),
            ({"diluent": UNKNOWN}, "945"),
            ({"excipient": ("talc 1%",)}, "945"),  # what else is in the blend may be a mineral
            ({"tablet": "50 mg in 170 mg"}, "945"),
            ({"strength": "10 mg/g"}, "945"),
        ],
    )
    def test_the_volume_full_of_solid_is_the_most(self, options: dict[str, Any], most: str) -> None:
        assert Decimal(most) == order(fill_weight=f"{most} mg", **options).fill_weight.mg  # type: ignore[union-attr]
        with pytest.raises(InputError, match="does not go into size") as refused:
            order(fill_weight=f"{Decimal(most) + Decimal('0.1')} mg", **options)
        assert "--fill-weight" == refused.value.where

    @pytest.mark.parametrize(
        ("fill", "options", "says"),
        [
            ("2 g", {"capsule_size": "5"}, "2,000 mg does not go into size 5: its 0.13 mL hold no more than 221 mg, even "
             "without any air in the powder; no size takes it, not even 000; write the fill weight that is meant"),
            ("600 mg", {}, "write the fill weight that is meant, or --capsule-size 000, which takes it"),
            ("590 mg", {"diluent": "lactose"}, "or --capsule-size 0E, which takes it"),
            ("1.2 g", {"diluent": UNKNOWN}, "or --capsule-size 000 or a larger one"),
        ],
    )  # fmt: skip
    def test_the_size_that_takes_it_is_named(self, fill: str, options: dict[str, str], says: str) -> None:
        with pytest.raises(InputError) as refused:
            order(fill_weight=fill, **options)
        assert says in refused.value.sentence

    def test_nothing_is_printed_and_the_exit_code_is_2(self) -> None:
        done = CliRunner().invoke(command, [DRUG, "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30",
                                            "--capsule-size", "5", "--fill-weight", "2 g", "--json"])  # fmt: skip

        assert isinstance(done.exception, InputError)
        assert "" == done.stdout

    def test_a_saved_plan_is_refused_too(self, tmp_path: Any) -> None:
        done = CliRunner().invoke(command, [DRUG, "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30",
                                            "--json"])  # fmt: skip
        saved = json.loads(done.stdout)
        saved["request"]["fill_weight_mg"] = "2000"
        (tmp_path / "plan.json").write_text(json.dumps(saved), encoding="utf-8")

        refused = CliRunner().invoke(audit_command, [str(tmp_path / "plan.json")]).exception

        assert isinstance(refused, InputError)
        assert "does not go into size 3" in refused.sentence

    @pytest.mark.parametrize(
        ("mg", "found"),
        [("2000", ["capsule-cannot-hold"]), ("510.1", ["capsule-cannot-hold"]), ("510", ["capsule-overfull"]),
         ("135", []), ("13.5", ["capsule-nearly-empty"])],
    )  # fmt: skip
    def test_a_fill_that_the_steps_alone_state_is_held_against_the_size_too(self, mg: str, found: list[str]) -> None:
        record = plan_to_dict(planned())
        record["request"] |= {"fill_weight_mg": None, "fill_weight_assumed": False}
        record["steps"][-1]["amount_mg"] = mg
        told = [one for one in audit(plan_from_dict(record)).findings if one.code.startswith("capsule-")]

        assert found == [one.code for one in told]
        assert {"step 10"} >= {one.where for one in told}
        assert all("{" not in message_of(one) for one in told)

    def test_a_dose_above_the_fill_is_refused_as_ever(self) -> None:
        with pytest.raises(InputError, match="more than a capsule holds"):
            order(dose="200 mg", fill_weight="135 mg")


class TestWarned:
    """What lies between the tapped and the true density may not go in; less than half of the poured powder rattles."""

    @pytest.mark.parametrize(
        ("fill", "options", "code", "says"),
        [
            ("135 mg", {}, None, ""),
            ("136 mg", {}, "capsule-overfull", "136 mg may not go into size 3: its 0.3 mL hold about 135 mg of "
             "microcrystalline cellulose (tapped density 0.45 g per mL); size 2 takes it"),
            ("500 mg", {}, "capsule-overfull", "size 000 takes it"),
            ("84 mg", {"diluent": "Avicel PH-102"}, None, ""),
            ("85 mg", {"diluent": "Avicel PH-102"}, "capsule-overfull", "(bulk density 0.28 g per mL); size 2 takes it"),
            ("620 mg", {"capsule_size": "000"}, "capsule-overfull", "no size takes it, not even 000"),
            ("39 mg", {}, None, ""),
            ("38.9 mg", {}, "capsule-nearly-empty", "38.9 mg leaves size 3 nearly empty: less than 50 % of the 78 mg of "
             "microcrystalline cellulose that its 0.3 mL hold as poured (bulk density 0.26 g per mL); size 5 takes it"),
            ("13.5 mg", {}, "capsule-nearly-empty", "every size is too large for it, even 5"),
            ("285 mg", {"diluent": UNKNOWN}, None, ""),
            ("286 mg", {"diluent": UNKNOWN}, "capsule-overfull", "of rice flour (density not on record; taken as the "
             "heaviest filler known, 0.95 g per mL); it needs size 2 or a larger one"),
            ("29 mg", {"diluent": UNKNOWN}, "capsule-nearly-empty", "taken as the lightest filler known, 0.2 g per mL"),
        ],
    )  # fmt: skip
    def test_the_edge_of_each_warning(self, fill: str, options: dict[str, str], code: str | None, says: str) -> None:
        told = found(fill, **options)

        assert ([] if code is None else [code]) == [finding.code for finding in told]
        assert says in " ".join(map(message_of, told))

    def test_the_fill_that_is_assumed_is_never_warned_of(self) -> None:
        for size in SIZES:
            for diluent in ON_RECORD:
                assert [] == capsule_findings(order(capsule_size=size, diluent=diluent, dose="20 mcg"))

    @given(
        st.sampled_from(SIZES), st.sampled_from([*ON_RECORD, UNKNOWN]), st.fractions(0, 1),
        st.sampled_from([Fraction(10), Fraction(1, 10)]),
    )  # fmt: skip
    def test_no_tenfold_slip_is_silent(self, size: str, diluent: str, share: Fraction, slip: Fraction) -> None:
        """A fill that raises nothing raises a warning, or is refused, ten times over and at a tenth."""
        room = standards.capsule_room(size, diluent)
        fill = room.least_mg + share * (room.holds_mg - room.least_mg)
        options = {"capsule_size": size, "diluent": diluent, "dose": "1 mcg"}
        right = Fraction(str(Decimal(round(fill * 100)) / 100))
        if not room.least_mg <= right <= room.holds_mg:
            return

        assert [] == found(text(right), **options)
        try:
            slipped = found(text(right * slip), **options)
        except InputError as refused:
            assert (Fraction(10), "--fill-weight") == (slip, refused.where)
        else:
            assert ["capsule-overfull" if slip > 1 else "capsule-nearly-empty"] == [one.code for one in slipped]

    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize("diluent", ON_RECORD)
    def test_the_size_named_holds_it_and_no_smaller_one_does(self, size: str, diluent: str) -> None:
        holds = standards.capsule_room(size, diluent).holds_mg
        at = SIZES.index(size)

        assert size == standards.smallest_size(Decimal(text(holds).removesuffix(" mg")) - Decimal("0.01"), diluent)
        larger = SIZES[at - 1] if at else None
        assert larger == standards.smallest_size(Decimal(text(holds).removesuffix(" mg")) + Decimal("0.01"), diluent)

    @pytest.mark.parametrize("fill", ["140 mg", "20 mg", "620 mg", "3 mg"])
    @pytest.mark.parametrize("diluent", ["mannitol", UNKNOWN, "microcrystalline cellulose"])
    def test_it_is_said_in_german_too(self, fill: str, diluent: str) -> None:
        for finding in found(fill, diluent=diluent, capsule_size="00" if fill == "620 mg" else "3"):
            said = language("de").message(finding)
            assert "Größe" in said
            assert "[English]" not in said
            assert "{" not in said


class TestNotChecked:
    """What lacked its facts says so (design, law 5)."""

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            ({}, None),
            ({"diluent": UNKNOWN, "fill_weight": "135 mg"}, "no density of the diluent is on record"),
        ],
    )
    def test_a_diluent_without_a_density(self, options: dict[str, str], says: str | None) -> None:
        told = capsule_not_checked(order(**options))

        assert (says is None) == (told == [])
        for item in told:
            assert codes.CAPSULE_NOT_CHECKED is item.entry
            assert str(says) in message_of(item)

    @pytest.mark.parametrize(("left_out", "says"), [("capsule_size", "no capsule size"), ("diluent", "no diluent")])
    def test_a_request_without_size_or_diluent(self, left_out: str, says: str) -> None:
        (item,) = capsule_not_checked(replace(order(), **{left_out: None}))

        assert says in message_of(item)
        assert [] == capsule_findings(replace(order(), **{left_out: None}))

    def test_without_a_fill_weight_another_note_says_so(self) -> None:
        assert [] == capsule_not_checked(replace(order(), fill_weight=None))

    def test_a_bare_hand_written_plan_says_that_its_fill_was_not_held_against_a_size(self) -> None:
        record = plan_to_dict(planned())
        record["request"] = {"dose_mg": "0.002"}

        assert {"fill-weight-not-checked", "capsule-not-checked"} <= {
            item.code for item in audit(plan_from_dict(record)).not_checked
        }


class TestFillingIsAWeighing:
    """A fill weight below the least weighable quantity, or that no display shows, is a judgement error (contract, 3)."""

    def test_the_case_of_the_issue_is_refused_with_the_error_of_one_capsule(self) -> None:
        # 5 mg at S 10 mg: 600 mg and 800 mg of 3,000 mg and 4,320 mg; 135 mg is below 200 mg and no multiple of 10 mg.
        judged = audit(planned(dose="5 mg", balance_sensitivity="10 mg"))
        said = {finding.code: finding for finding in judged.findings}
        accuracy = judged.accuracy

        assert {"fill-below-least-weighable", "fill-not-readable"} <= {code for code, one in said.items() if one.severity is Severity.ERROR}
        assert "about 7.4074 %" in message_of(said["fill-below-least-weighable"])
        assert accuracy is not None
        assert 100 * (Fraction(610, 600) * Fraction(810, 800) - 1) == accuracy.worst_high_percent  # 2.9375 %
        assert (
            100 * (Fraction(610, 600) * Fraction(810, 800) * Fraction(145, 135) - 1) == accuracy.capsule_high_percent
        )  # 10.5625 %
        assert (
            100 * (Fraction(590, 600) * Fraction(790, 800) * Fraction(125, 135) - 1) == accuracy.capsule_low_percent
        )

    @pytest.mark.parametrize(
        ("fill", "sensitivity", "readability", "found"),
        [
            ("135 mg", "1 mg", "1 mg", set()),
            ("135 mg", "6 mg", "1 mg", set()),
            ("120 mg", "6 mg", "2 mg", set()),
            ("135 mg", "6 mg", "2 mg", {"fill-not-readable"}),
            ("135 mg", "7 mg", "5 mg", {"fill-below-least-weighable"}),
            ("119 mg", "6 mg", "1 mg", {"fill-below-least-weighable"}),
            ("119.5 mg", "6 mg", "1 mg", {"fill-below-least-weighable", "fill-not-readable"}),
        ],
    )
    def test_it_is_said_of_every_fill_that_cannot_be_weighed(
        self, fill: str, sensitivity: str, readability: str, found: set[str]
    ) -> None:
        data = plan_to_dict(planned())
        numbers = {"balance_sensitivity_mg": sensitivity.removesuffix(" mg"), "fill_weight_mg": fill.removesuffix(" mg")}
        numbers["readability_mg"] = readability.removesuffix(" mg")
        data["request"] |= numbers
        data["balance"] = {
            "sensitivity_mg": numbers["balance_sensitivity_mg"], "readability_mg": numbers["readability_mg"],
        }  # fmt: skip
        data["steps"][-1]["amount_mg"] = numbers["fill_weight_mg"]
        said = {finding.code for finding in audit(plan_from_dict(data)).findings}

        assert found == said & {"fill-below-least-weighable", "fill-not-readable"}

    def test_a_pharmacist_can_take_it_on(self) -> None:
        reasons = {"accept": ('fill-below-least-weighable=ten together', 'fill-not-readable=ten together')}
        found = audit(planned(dose="5 mg", balance_sensitivity="10 mg", **reasons))

        assert [] == [finding.code for finding in found.findings if finding.severity is Severity.ERROR]

    @pytest.mark.parametrize("tongue", ["en", "de"])
    def test_one_capsule_is_a_line_of_the_budget(self, tongue: str) -> None:
        spoken = language(tongue)
        rows = beside_rows(judged(), spoken)

        assert spoken.words.filling_one == rows[-1].text
        assert Fraction(100, 135) == rows[-1].share
        assert "one capsule, with the error of filling it" in dict(accuracy_rows(judged()))
