"""Glassware, syringes and solvents: the table entered a second time by hand, and how ware is named."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest

from compound.exact.errors import InputError
from compound.facts import ware
from compound.reading import shipped

# Class A at 20 °C: capacity and tolerance in mL by USP <31> and ASTM, and by ISO 648 and ISO 1042 (domain facts 1.3 and
# their corrections, row 13).
BOTH: dict[str, list[tuple[str, str | None, str]]] = {
    "volumetric flask": [("10", "0.02", "0.025"), ("20", None, "0.04"), ("25", "0.03", "0.04"), ("50", "0.05", "0.06"),
                         ("100", "0.08", "0.10"), ("250", "0.12", "0.15"), ("500", "0.15", "0.25"), ("1000", "0.30", "0.40")],
    "transfer pipette": [("1", "0.006", "0.008"), ("2", "0.006", "0.010"), ("5", "0.01", "0.015"), ("10", "0.02", "0.02"),
                         ("20", "0.03", "0.03"), ("25", "0.03", "0.03"), ("50", "0.05", "0.05"), ("100", "0.08", "0.08")],
}  # fmt: skip
TABLE = {
    "volumetric flask": [("10", "0.025"), ("20", "0.04"), ("25", "0.04"), ("50", "0.06"), ("100", "0.10"), ("250", "0.15"),
                         ("500", "0.25"), ("1000", "0.40")],
    "transfer pipette": [("1", "0.008"), ("2", "0.010"), ("5", "0.015"), ("10", "0.02"), ("20", "0.03"), ("25", "0.03"),
                         ("50", "0.05"), ("100", "0.08")],
    # ISO 8655-2: systematic error and twice the random error, 0.8 % and 0.3 % of the largest volume.
    "micropipette": [("0.1", "0.0014"), ("1", "0.014")],
    "measuring pipette": [("2", "0.010"), ("5", "0.020"), ("10", "0.030")],
    "graduated cylinder": [("5", "0.05"), ("10", "0.10"), ("25", "0.17"), ("50", "0.25"), ("100", "0.50"),
                           ("250", "1.00"), ("500", "2.00")],
}  # fmt: skip
# ISO 7886-1: percent of the capacity and of the volume below half the capacity; percent of the volume from there on.
SYRINGES = [("1", "1.5", "2", "5"), ("2", "1.5", "2", "5"), ("3", "1.5", "2", "5"), ("5", "1.5", "1", "4"),
            ("10", "1.5", "1", "4"), ("20", "1.5", "1", "4")]  # fmt: skip
FLASKS = ("10", "20", "25", "50", "100", "250", "500", "1,000")
PIPETTES = ("1", "2", "5", "10", "20", "25", "50", "100")
UNSOURCED = {"volumetric flask 10 mL USP", "transfer pipette 2 mL USP", "transfer pipette 20 mL",
             "transfer pipette 20 mL USP", "micropipette 0.1 mL", "transfer pipette 1 mL", "transfer pipette 2 mL",
             "transfer pipette 5 mL", *(f"volumetric flask {ml} mL" for ml in FLASKS),
             *(f"volumetric flask {ml} mL ISO" for ml in FLASKS),
             *(f"transfer pipette {ml} mL ISO" for ml in PIPETTES), "syringe 2 mL", "syringe 3 mL",
             "syringe 5 mL",
             "syringe 10 mL", "syringe 20 mL"}  # fmt: skip


class TestTable:
    """The figures of others, each with its source (domain facts 1.3)."""

    @pytest.mark.parametrize("kind", TABLE)
    def test_glassware_has_the_tolerances_entered_by_hand(self, kind: str) -> None:
        assert [(Decimal(ml), Decimal(tolerance)) for ml, tolerance in TABLE[kind]] == [
            (one.capacity_ml, one.tolerance_ml) for one in ware.all_ware() if one.kind == kind and not one.standard
        ]

    @pytest.mark.parametrize("kind", BOTH)
    def test_ware_of_a_named_standard_has_its_tolerance_and_other_ware_the_wider(self, kind: str) -> None:
        found = {one.name: one.tolerance_ml for one in ware.all_ware() if one.kind == kind}
        for ml, ours, iso in BOTH[kind]:
            name = f"{kind} {int(ml):,} mL"
            assert Decimal(iso) == found.pop(f"{name} ISO")
            assert (None if ours is None else Decimal(ours)) == found.pop(f"{name} USP", None)
            assert max(Decimal(one) for one in (ours, iso) if one) == found.pop(name)
        assert {} == found

    @pytest.mark.parametrize("role", [ware.FLASK, ware.PIPETTE])
    def test_what_is_used_where_nothing_is_said_has_no_standard(self, role: str) -> None:
        assert all(not one.standard for one in ware.class_a(role))

    def test_syringes_have_the_rules_entered_by_hand(self) -> None:
        assert [tuple(map(Decimal, row)) for row in SYRINGES] == [
            (one.capacity_ml, one.of_capacity, one.of_volume, one.from_half)
            for one in ware.all_ware()
            if one.kind == "syringe"
        ]

    def test_there_is_no_other_ware(self) -> None:
        assert {*TABLE, "syringe"} == {one.kind for one in ware.all_ware()}

    def test_every_row_names_a_source_and_what_has_none_says_so(self) -> None:
        assert all(one.sources for one in ware.all_ware())
        assert {one.name for one in ware.all_ware() if not one.is_sourced} == UNSOURCED

    def test_the_solvents_have_the_densities_entered_by_hand(self) -> None:
        assert {"water": Decimal("0.9982"), "ethanol": Decimal("0.789")} == {
            name: ware.solvent(name).g_per_ml for name in ware.solvents()
        }


class TestErrors:
    """Glassware errs by its tolerance at any volume, a syringe by ISO 7886-1 (domain facts 1.3 and 9)."""

    @pytest.mark.parametrize(
        ("name", "volume", "error"),
        [
            ("syringe 1 mL", "0.1", "0.017"),  # 1.5 % of 1 mL and 2 % of 0.1 mL: 17 % of what is drawn
            ("syringe 10 mL", "4", "0.19"),  # 1.5 % of 10 mL and 1 % of 4 mL: 4.75 %
            ("syringe 1 mL", "0.4", "0.023"),
            ("syringe 1 mL", "0.5", "0.025"),  # from half the capacity on 5 % of the volume
            ("syringe 10 mL", "5", "0.2"),
            ("measuring pipette 5 mL", "0.5", "0.020"),
            ("graduated cylinder 50 mL", "10", "0.25"),
        ],
    )
    def test_the_error_of_a_volume(self, name: str, volume: str, error: str) -> None:
        found = ware.named(name)

        assert found is not None
        assert Fraction(error) == found.tolerance(Fraction(volume))

    def test_a_cylinder_is_not_used_below_a_fifth_of_its_capacity(self) -> None:
        cylinder = ware.named("graduated cylinder 50 mL")

        assert cylinder is not None
        assert [Fraction(5 * n) for n in range(2, 11)] == list(cylinder.volumes())

    def test_a_flask_and_a_transfer_pipette_hold_one_volume(self) -> None:
        for one in (*ware.class_a(ware.FLASK), *ware.class_a(ware.PIPETTE)):
            assert (Fraction(one.capacity_ml),) == one.volumes()


class TestNames:
    """Ware is named by a size, after a word where it is no flask or transfer pipette; else one sentence (issue)."""

    @pytest.mark.parametrize(
        ("text", "role", "name"),
        [
            ("100 mL", "flask", "volumetric flask 100 mL"),
            ("1000mL", "flask", "volumetric flask 1,000 mL"),
            ("volumetric flask 1,000 mL", "flask", "volumetric flask 1,000 mL"),
            ("cylinder 100 mL", "flask", "graduated cylinder 100 mL"),
            ("1 mL", "pipette", "transfer pipette 1 mL"),
            ("1 mL ISO", "pipette", "transfer pipette 1 mL ISO"),
            ("pipette 1 mL astm", "pipette", "transfer pipette 1 mL USP"),
            ("volumetric flask 1,000 mL ISO", "flask", "volumetric flask 1,000 mL ISO"),
            ("micropipette 1 mL", "pipette", "micropipette 1 mL"),
            ("measuring pipette 5 mL", "pipette", "measuring pipette 5 mL"),
            ("Syringe 1 mL", "pipette", "syringe 1 mL"),
            ("graduated cylinder 50 mL", "pipette", "graduated cylinder 50 mL"),
        ],
    )
    def test_ware_is_read(self, text: str, role: str, name: str) -> None:
        assert name == ware.parse_ware(text, role, "--flask").name

    @pytest.mark.parametrize(
        ("text", "role", "says"),
        [
            ("30 mL", "flask", "30 mL is not a size of a volumetric flask on record; those are 10, 20, 25, 50, 100, 250, 500, "
                               "1,000 mL"),
            ("20 mL USP", "flask", "no volumetric flask of 20 mL is on record by USP; leave it out"),
            ("syringe 1 mL ISO", "pipette", "no syringe of 1 mL is on record by ISO; leave it out"),
            ("ISO", "flask", "is not read as ware"),
            ("syringe 4 mL", "pipette", "4 mL is not a size of a syringe on record; those are 1, 2, 3, 5, 10, 20 mL"),
            ("syringe 1 mL", "flask", "is not read as ware; write a size, such as 100 mL, after one of flask, cylinder"),
            ("beaker 100 mL", "flask", "is not read as ware"),
            ("syringe", "pipette", "has no size; write one, such as syringe 10 mL"),
            ("100", "flask", "has no unit"),
            ("100 mg", "flask", "is a mass; a volume is needed"),
            ("-1 mL", "pipette", "is not read as ware"),
            ("0 mL", "pipette", "is zero"),
            ("1,5 mL", "pipette", "has a comma"),
            ("", "pipette", "has no size"),
        ],
    )  # fmt: skip
    def test_what_is_not_read_is_refused_in_one_sentence(self, text: str, role: str, says: str) -> None:
        with pytest.raises(InputError) as caught:
            ware.parse_ware(text, role, f"--{role}")

        assert caught.value.where == f"--{role}"
        assert says in caught.value.sentence

    def test_the_name_in_a_plan_is_read_back(self) -> None:
        for one in ware.all_ware():
            role = ware.FLASK if "flask" in one.kind else ware.PIPETTE
            assert one == ware.parse_ware(one.name, role, "") == ware.named(one.name)

    def test_every_piece_has_its_name_in_german(self) -> None:
        known = json.loads(shipped.wording("de"))["texts"]

        assert [] == [one.name for one in ware.all_ware() if one.name not in known]

    def test_ware_named_twice_counts_once_in_the_order_of_the_table(self) -> None:
        read = ware.read_ware(["syringe 1 mL", "10 mL", "1 mL", "10 mL"], ware.PIPETTE, "--pipette")

        assert ("transfer pipette 1 mL", "transfer pipette 10 mL", "syringe 1 mL") == read

    def test_an_unknown_solvent_is_refused(self) -> None:
        with pytest.raises(
            InputError, match=r"--solvent: “methanol” is not a solvent on record; those are water, ethanol"
        ):
            ware.solvent("methanol")


@pytest.mark.parametrize(
    ("solvent", "shell", "effect"),
    [
        ("water", "clear gelatin", "softens it and helps it to cross-link"),
        ("ethanol", "Gelatine", "draws water out of it and makes it brittle"),
        ("water", "HPMC", "makes it swell"),
        ("water", "pullulan", None),
    ],
)
def test_what_a_rest_of_solvent_does_to_a_shell(solvent: str, shell: str, effect: str | None) -> None:
    assert effect == ware.solvent(solvent).effect_on(shell)
