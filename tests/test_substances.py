"""The drug forms, their names, and what a lot of them holds."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from substances_rules import read_strictly

from compound.cli.drugs import command
from compound.exact.errors import AmbiguousAmount, InputError
from compound.exact.quantity import Direction, Mass, Percent, round_to
from compound.facts import substance as substance_
from compound.facts import substances
from compound.facts.drug_names import find_substance, read_dose_as, read_drug_name, resolve
from compound.facts.lot import (
    Lot,
    Strength,
    Tablet,
    content,
    content_fraction,
    parse_strength,
    parse_tablet,
    potency,
    read_lot,
)
from compound.facts.substance import Basis, Substance
from compound.findings import codes as catalogue
from compound.findings.finding import Finding, Severity
from compound.judging.shelf import shelf_findings, shelf_not_checked
from compound.reading import shipped
from compound.reading.amounts import from_canonical
from compound.wording import notation
from compound.wording.catalogue import message_of, remedy_of, sentences_of


def form(name: str) -> Substance:
    """The form of this name, which the test knows to exist."""
    found = find_substance(name)
    assert found is not None, name
    return found


def rounded(value: Fraction, places: int) -> str:
    """The value with `places` decimals, half to even."""
    return notation.fixed(value, places)


def codes(shelf: str | None, lot: Lot, dose_as: str | None = None) -> list[str]:
    """The codes of the findings on this lot."""
    return [finding.code for finding in found(shelf, lot, dose_as)]


def found(shelf: str | None, lot: Lot, dose_as: str | None = None) -> tuple[Finding, ...]:
    """The findings on this lot, whose sentences must all be sayable."""
    raised = shelf_findings(form(shelf) if shelf else None, form(dose_as) if dose_as else None, lot, "ketotifen")
    for finding in raised:
        said(finding)
    return raised


def said(finding: Finding) -> str:
    """The sentence of a finding; its remedy must be sayable too."""
    assert remedy_of(finding)
    return message_of(finding)


NTX, NTX_HCL = "naltrexone base", "naltrexone hydrochloride"
NTX_2, NTX_4 = "naltrexone hydrochloride dihydrate", "naltrexone hydrochloride tetrahydrate"
NLX, NLX_HCL, NLX_2 = "naloxone base", "naloxone hydrochloride", "naloxone hydrochloride dihydrate"
MNTX = "methylnaltrexone bromide"
NAL, NAL_HCL, NAL_2 = "nalmefene base", "nalmefene hydrochloride", "nalmefene hydrochloride dihydrate"

FORMS = [
    # name, formula, waters, molecular weight, CAS, UNII, share of crystal water in percent
    (NTX, "C20H23NO4", 0, "341.41", "16590-41-3", "5S6W795CQM", "0.000"),
    (NTX_HCL, "C20H23NO4·HCl", 0, "377.86", "16676-29-2", "Z6375YW9SF", "0.000"),
    (NTX_2, "C20H23NO4·HCl·2H2O", 2, "413.90", None, None, "8.705"),
    (NTX_4, "C20H23NO4·HCl·4H2O", 4, "449.92", None, None, "16.016"),
    (NLX, "C19H21NO4", 0, "327.38", "465-65-6", "36B82AMQ7N", "0.000"),
    (NLX_HCL, "C19H21NO4·HCl", 0, "363.84", "357-08-4", "F850569PQR", "0.000"),
    (NLX_2, "C19H21NO4·HCl·2H2O", 2, "399.87", "51481-60-8", "5Q187997EE", "9.010"),
    (MNTX, "C21H26BrNO4", 0, "436.35", "73232-52-7", "RFO6IL3D3M", "0.000"),
    (NAL, "C21H25NO3", 0, "339.44", "55096-26-9", "TOV02TDP9I", "0.000"),
    (NAL_HCL, "C21H25NO3·HCl", 0, "375.89", "58895-64-0", None, "0.000"),
    (NAL_2, "C21H25NO3·HCl·2H2O", 2, "411.92", "1228646-70-5", None, "8.747"),
]

FACTORS = [
    # to get 1 mg of …, weigh so many mg of the pure …
    (NTX, NTX_HCL, "1.10679"),
    (NTX, NTX_2, "1.21232"),
    (NTX, NTX_4, "1.31786"),
    (NTX_HCL, NTX_2, "1.09535"),
    (NTX_HCL, NTX_4, "1.19070"),
    (NTX_HCL, NTX, "0.90352"),
    (NLX, NLX_HCL, "1.11136"),
    (NLX, NLX_2, "1.22142"),
    (NLX_HCL, NLX_2, "1.09903"),
    (NLX_HCL, NLX, "0.89980"),
    (NAL, NAL_HCL, "1.10741"),
]

# Mass and abundance of each isotope, from the NIST table that carries the IUPAC isotopic compositions.
ISOTOPES = {
    "H": [("1.00782503223", "0.999885"), ("2.01410177812", "0.000115")],
    "C": [("12", "0.9893"), ("13.00335483507", "0.0107")],
    "N": [("14.00307400443", "0.99636"), ("15.00010889888", "0.00364")],
    "O": [("15.99491461957", "0.99757"), ("16.9991317565", "0.00038"), ("17.99915961286", "0.00205")],
    "Cl": [("34.968852682", "0.7576"), ("36.965902602", "0.2424")],
    "Br": [("78.9183376", "0.5069"), ("80.9162897", "0.4931")],
}
# CIAAW, abridged standard atomic weights 2024.
MASSES = {"H": "1.0080", "C": "12.011", "N": "14.007", "O": "15.999", "Cl": "35.45", "Br": "79.904"}


def raw() -> Any:
    return json.loads(shipped.read("substances.json"))


class TestIdentity:
    """A molecular weight is the sum of the atomic masses over the formula, with salt and water of crystallisation."""

    def test_atomic_masses_entered_twice(self) -> None:
        """The atomic masses are those entered here by hand."""
        assert {row["element"]: row["mass"] for row in raw()["atomic_masses"]} == MASSES

    @pytest.mark.parametrize("element", MASSES)
    def test_atomic_masses_are_near_the_means_of_isotopes(self, element: str) -> None:
        """An abridged weight is one for any normal material: within 100 parts in a million of the mean of the isotopes."""
        mean = sum(Fraction(mass) * Fraction(abundance) for mass, abundance in ISOTOPES[element])

        assert abs(Fraction(MASSES[element]) / Fraction(mean) - 1) < Fraction(100, 1_000_000)

    @pytest.mark.parametrize(("name", "formula", "waters", "weight", "cas", "unii", "water"), FORMS)
    def test_forms_entered_twice(
        self, name: str, formula: str, waters: int, weight: str, cas: str | None, unii: str | None, water: str
    ) -> None:
        """Formula, waters, CAS number, UNII, molecular weight and crystal water are those entered here by hand."""
        substance = form(name)

        assert (name, formula, waters, cas, unii) == (
            substance.name, substance.formula, substance.waters, substance.cas, substance.unii
        )  # fmt: skip
        assert weight == rounded(substance.molecular_weight, 2)
        assert water == rounded(substance.crystal_water * 100, 3)

    def test_no_form_is_left_out(self) -> None:
        """The forms known are those entered here, in this order."""
        assert [row[0] for row in FORMS] == [substance.name for substance in substances.known()]

    def test_a_weight_is_exact(self) -> None:
        """The weight of naltrexone is the sum that the hand gives, to the last digit."""
        # 20 × 12.011 + 23 × 1.008 + 14.007 + 4 × 15.999
        # = 240.22     + 23.184     + 14.007 + 63.996     = 341.407
        assert Fraction("341.407") == form(NTX).molecular_weight

    def test_hydrates_hold_their_waters(self) -> None:
        """A hydrate weighs its anhydrous form and n times 18.015 (2 × 1.008 + 15.999)."""
        for substance in substances.known():
            dry = substances.anhydrous(substance)

            assert dry.molecular_weight == substance.anhydrous_weight
            assert substance.waters * Fraction("18.015") == substance.molecular_weight - dry.molecular_weight

    def test_means_of_isotopes_hardly_differ(self) -> None:
        """The means of the isotope masses give the same molecular weights within 20 parts in a million."""
        masses = {
            element: sum((Fraction(mass) * Fraction(share) for mass, share in isotopes), Fraction(0))
            for element, isotopes in ISOTOPES.items()
        }
        for substance in substances.known():
            ratio = substance_.molecular_weight(substance.formula, masses) / substance.molecular_weight

            assert abs(ratio - 1) < Fraction(20, 1_000_000)

    @pytest.mark.parametrize(
        "formula", ["", "H2O·", "·H2O", "h2o", "H02", "H2O.HCl", "2·H2O", "C20H23NO4 HCl", "H2O\n"]
    )
    def test_what_is_no_formula_is_refused(self, formula: str) -> None:
        """A formula that is none has no composition."""
        with pytest.raises(InputError, match="is not a formula"):
            substance_.composition(formula)

    def test_an_element_without_mass_is_refused(self) -> None:
        """A formula with an element whose mass is not kept has no weight."""
        with pytest.raises(InputError, match="no atomic mass is known for Na"):
            substance_.molecular_weight("C2H3NaO2", {"C": Fraction(12), "H": Fraction(1), "O": Fraction(16)})

    def test_a_formula_of_several_parts(self) -> None:
        """The number before a part counts all of it, and one atom needs no number."""
        assert substance_.composition("Na2SO4·10H2O") == {"Na": 2, "S": 1, "O": 14, "H": 20}

    @pytest.mark.parametrize(
        ("name", "density", "cell"), [(NTX_HCL, "1.382", "1815.58"), (NLX_HCL, "1.188", "2035.06")]
    )
    def test_density_is_that_of_the_unit_cell(self, name: str, density: str, cell: str) -> None:
        """The true density is the mass of four molecules over the volume of the unit cell (Avogadro's number)."""
        substance = form(name)
        # g/mol ÷ (6.02214076e23 per mol) per (Å³ × 1e-24 cm³/Å³): the powers of ten leave 0.602214076
        computed = 4 * substance.molecular_weight / (Fraction(cell) * Fraction("0.602214076"))

        assert substance.density is not None
        assert Fraction(density) == substance.density.g_per_cm3
        assert density == rounded(computed, 3)
        assert [name for name, *_ in FORMS if form(name).density] == [NTX_HCL, NLX_HCL]

    def test_monograph_limits_entered_twice(self) -> None:
        """Assay and water limits are those of the monographs read, and no form has others."""
        limits = {
            s.name: (int(s.assay.low_percent), int(s.assay.high_percent), s.assay.basis.value)
            for s in substances.known() if s.assay
        }  # fmt: skip
        waters = {s.name: s.water.high_percent for s in substances.known() if s.water}

        assert limits == {NTX_HCL: (98, 102, "anhydrous"), NLX_HCL: (98, 102, "dried"), NLX_2: (98, 102, "dried")}
        assert {NLX_HCL: Fraction(1, 2), NLX_2: 11} == waters

    def test_solubilities_entered_twice(self) -> None:
        """The solubilities with a figure are those entered here, in mg per mL, and a weak one says so."""
        figures = {(s.name, entry.solvent): entry.mg_per_ml
                   for s in substances.known() for entry in s.solubility if entry.mg_per_ml}  # fmt: skip
        weak = {s.name for s in substances.known() for entry in s.solubility if "weak" in entry.evidence.evidence}

        assert {(NTX_HCL, "water"): 100, (NLX, "water"): Fraction("1.4"), (NLX_2, "water"): 73,
                (NAL_HCL, "water"): 130} == figures  # fmt: skip
        assert {NLX, NLX_2} == weak

    @pytest.mark.parametrize(
        ("drug", "label"),
        [("naltrexone", NTX_HCL), ("naloxone", NLX_HCL), ("methylnaltrexone", MNTX), ("nalmefene", NAL)],
    )
    def test_label_forms_entered_twice(self, drug: str, label: str) -> None:
        """Naltrexone and naloxone are labelled as hydrochloride, nalmefene as base, methylnaltrexone as bromide."""
        assert label == substances.label_form(drug).name

    def test_what_has_no_public_source_says_so(self) -> None:
        """A row that rests on expert knowledge alone says so in its evidence, and no row is without a source."""
        rows = [row for row in walked(raw()) if "evidence" in row]

        assert len(rows) > 30
        for row in rows:
            assert row["sources"], row
            assert ("expert" in row["sources"]) == ("no public source" in row["evidence"]), row

    def test_every_source_is_used(self) -> None:
        """No source stands in the file that no row names."""
        rows = walked(raw())
        used = {key for row in rows for key in row.get("sources", []) if isinstance(row.get("sources"), list)}
        used |= {row["source"] for row in rows if "source" in row}

        assert set(raw()["sources"]) == used


def walked(value: Any) -> list[dict[str, Any]]:
    """All objects within a JSON value."""
    if isinstance(value, dict):
        return [value, *itertools.chain.from_iterable(map(walked, value.values()))]
    return list(itertools.chain.from_iterable(map(walked, value))) if isinstance(value, list) else []


class TestConversion:
    """Forms of one drug hold one molecule of drug each, so masses are to each other as molecular weights."""

    @pytest.mark.parametrize(("dose_as", "shelf", "factor"), FACTORS)
    def test_factors_entered_twice(self, dose_as: str, shelf: str, factor: str) -> None:
        """1 mg of the one form asks for so many mg of the other, to the digits of the published table."""
        assert factor == rounded(1 / content_fraction(form(shelf), form(dose_as), Lot()), 5)

    def test_golden_factor(self) -> None:
        """1 mg of naltrexone base is in 1.106787 mg of its hydrochloride."""
        # 377.865 / 341.407 = 1.10678746…
        assert Fraction("377.865") / Fraction("341.407") == 1 / content_fraction(form(NTX_HCL), form(NTX), Lot())
        assert rounded(1 / content_fraction(form(NTX_HCL), form(NTX), Lot()), 6) == "1.106787"

    def test_nalmefene_label(self) -> None:
        """The label of nalmefene rounds its factor to 1.108; the factor is 1.1074."""
        assert rounded(1 / content_fraction(form(NAL_HCL), form(NAL), Lot()), 4) == "1.1074"

    @given(st.sampled_from(FORMS), st.sampled_from(FORMS))
    def test_there_and_back_is_one(self, one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
        """Converting there and back gives the same mass within a drug; from drug to drug it is refused."""
        first, second = form(one[0]), form(other[0])
        if first.drug == second.drug:
            assert content_fraction(first, second, Lot()) * content_fraction(second, first, Lot()) == 1
        else:
            with pytest.raises(InputError, match=f"--dose-as: {second.name} is not a form of {first.drug}"):
                content_fraction(first, second, Lot())


def lot(assay: str | None = None, basis: str | None = None, water: str | None = None) -> Lot:
    return read_lot(assay=assay, assay_basis=basis, water=water)


class TestContentFraction:
    """weigh = dose × (weight of the form stated / weight of the form on the label) ÷ (assay × (1 − water)).

    On the dried or anhydrous basis the form stated is the anhydrous one; as is, it is the substance named, and no water
    is taken off. Hydrate factor and water term never come together.
    """

    def test_nothing_entered_is_one(self) -> None:
        """A lot without papers is taken as 100 %."""
        assert [Fraction(1)] * len(FORMS) == [content_fraction(form(row[0]), None, Lot()) for row in FORMS]

    @pytest.mark.parametrize("shelf", [NTX_HCL, NTX_2, NLX, MNTX])
    def test_as_is_in_the_substance_named(self, shelf: str) -> None:
        """98.7 % as is gives 0.987 exactly, whichever substance is named."""
        assert Fraction("0.987") == content_fraction(form(shelf), None, lot("98.7%", "as-is"))
        assert Fraction("0.987") == content_fraction(form(shelf), form(shelf), lot("98.7%", "as-is"))

    def test_as_is_applies_the_hydrate_factor(self) -> None:
        """99 % as is of the dihydrate holds 0.99 times what the pure dihydrate holds of the hydrochloride."""
        # 0.99 × 377.865 / 413.895
        expected = Fraction("0.99") * Fraction("377.865") / Fraction("413.895")

        assert expected == content_fraction(form(NTX_2), form(NTX_HCL), lot("99%", "as-is"))

    @pytest.mark.parametrize("basis", ["dried", "anhydrous"])
    def test_dried_applies_the_water_and_no_hydrate_factor(self, basis: str) -> None:
        """99.5 % dried with 8.7 % of water is 0.908435 mg of hydrochloride, whether the hydrate is named or not."""
        # 0.995 × (1 − 0.087) = 0.908435
        for shelf in (NTX_2, NTX_HCL, NTX_4):
            assert Fraction("0.908435") == content_fraction(form(shelf), form(NTX_HCL), lot("99.5%", basis, "8.7%"))

    def test_dried_with_the_dose_in_a_hydrate(self) -> None:
        """On the dried basis a dose in mg of dihydrate counts the weight of the dihydrate over that of the dry form."""
        expected = Fraction("0.995") * Fraction("0.913") * Fraction("413.895") / Fraction("377.865")

        assert expected == content_fraction(form(NTX_2), None, lot("99.5%", "dried", "8.7%"))
        assert expected == content_fraction(form(NTX_2), form(NTX_2), lot("99.5%", "dried", "8.7%"))

    @pytest.mark.parametrize("row", FORMS)
    def test_both_ways_agree_on_a_pure_hydrate(self, row: tuple[Any, ...]) -> None:
        """A pure hydrate gives the same content by hydrate factor as by its own water on the dried basis.

        Were both applied, the content would come out lower by the water once more.
        """
        shelf = form(row[0])
        dose_as = substances.label_form(shelf.drug)
        # The share of crystal water has no finite decimal, so it is rounded to what can be written.
        share = shelf.crystal_water * 100
        written = Decimal(round_to(share, Fraction(1, 10**12), Direction.NEAREST).numerator) / Decimal(
            round_to(share, Fraction(1, 10**12), Direction.NEAREST).denominator
        )
        dried = Lot(Percent(Decimal(100)), Basis.DRIED, Percent(written))

        difference = content_fraction(shelf, dose_as, Lot()) - content_fraction(shelf, dose_as, dried)
        assert abs(difference) < Fraction(1, 10**12)

    @given(
        st.sampled_from(FORMS),
        st.decimals("0.1", "150", places=2),
        st.none() | st.decimals("0", "99.99", places=2),
        st.sampled_from(["dried", "anhydrous"]),
    )
    def test_content_is_assay_times_dry_share_times_weights(
        self, row: tuple[Any, ...], assay: Decimal, water: Decimal | None, basis: str
    ) -> None:
        """For every form, dose form and lot the content is the formula, exactly."""
        shelf = form(row[0])
        papers = (
            Lot(Percent(assay), Basis.AS_IS) if water is None else Lot(Percent(assay), Basis(basis), Percent(water))
        )
        stated = shelf if water is None else substances.anhydrous(shelf)
        for dose_as in substances.forms_of(shelf.drug):
            share = Fraction(assay) / 100 * (1 - Fraction(water or 0) / 100)
            expected = share * dose_as.molecular_weight / stated.molecular_weight

            assert expected == content_fraction(shelf, dose_as, papers)

    def test_a_stock_trituration(self) -> None:
        """A stock of 10 mg/g holds a hundredth of the substance named; the form factor applies to it."""
        stock = read_lot(strength="10 mg/g")

        assert Fraction(1, 100) == content_fraction(form(NTX_HCL), None, stock)
        assert Fraction("3.41407") / Fraction("377.865") == content_fraction(form(NTX_HCL), form(NTX), stock)
        assert Fraction("3.77865") / Fraction("413.895") == content_fraction(form(NTX_2), form(NTX_HCL), stock)

    def test_a_crushed_tablet(self) -> None:
        """A tablet of 50 mg in 170 mg holds 5/17 mg per mg."""
        assert Fraction(5, 17) == content_fraction(form(NTX_HCL), None, read_lot(tablet="50 mg in 170 mg"))

    def test_an_unknown_drug(self) -> None:
        """Of an unknown drug the lot is counted the same way, and a dose in another form is refused."""
        assert Fraction(1) == content_fraction(None, None, Lot())
        assert Fraction("0.987") == content_fraction(None, None, lot("98.7%", "as-is"))
        assert Fraction("0.908435") == content_fraction(None, None, lot("99.5%", "dried", "8.7%"))
        assert Fraction(1, 100) == content_fraction(None, None, read_lot(strength="10 mg/g"))
        with pytest.raises(InputError, match="--dose-as: nothing is known about the drug"):
            content_fraction(None, form(NTX), Lot())


class TestLot:
    """--assay without --assay-basis, dried or anhydrous without --water, and as-is with --water are refused."""

    ASSAYS = (None, Percent(Decimal("98.7")))
    BASES = (None, *Basis)
    WATERS = (None, Percent(Decimal("8.7")))
    STRENGTHS = (None, Strength(Decimal(10)))
    TABLETS = (None, Tablet(Mass(Decimal(50)), Mass(Decimal(170))))

    def test_the_lattice(self) -> None:
        """Of all combinations exactly six are lots: nothing, the three bases, a strength, a tablet."""
        accepted, places = [], set()
        for parts in itertools.product(self.ASSAYS, self.BASES, self.WATERS, self.STRENGTHS, self.TABLETS):
            try:
                accepted.append(Lot(*parts))
            except InputError as error:
                places.add(error.where)
        assay, water = self.ASSAYS[1], self.WATERS[1]

        assert accepted == [
            Lot(),
            Lot(tablet=self.TABLETS[1]),
            Lot(strength=self.STRENGTHS[1]),
            Lot(assay, Basis.AS_IS),
            Lot(assay, Basis.DRIED, water),
            Lot(assay, Basis.ANHYDROUS, water),
        ]
        assert places == {"--assay", "--assay-basis", "--water", "--strength", "--tablet"}

    @pytest.mark.parametrize(
        ("texts", "where", "says"),
        [
            ({"assay": "98.7%"}, "--assay", "an assay needs its basis"),
            ({"assay": "98.7%", "assay_basis": "dried"}, "--assay-basis", "leaves the water out"),
            ({"assay": "98.7%", "assay_basis": "anhydrous"}, "--assay-basis", "leaves the water out"),
            ({"assay": "98.7%", "assay_basis": "as-is", "water": "1%"}, "--water", "counts the water in already"),
            ({"assay": "98.7%", "assay_basis": "as-is", "water": "0%"}, "--water", "counts the water in already"),
            ({"assay": "98.7%", "water": "1%"}, "--assay", "an assay needs its basis"),
            ({"water": "1%"}, "--water", "water alone"),
            ({"water": "1%", "assay_basis": "dried"}, "--water", "water alone"),
            ({"assay_basis": "as-is"}, "--assay-basis", "a basis without an assay"),
            ({"assay": "0%", "assay_basis": "as-is"}, "--assay", "0 % or less"),
            ({"assay": "150.01%", "assay_basis": "as-is"}, "--assay", "above 150 %"),
            ({"assay": "98%", "assay_basis": "dried", "water": "100%"}, "--water", "below 100 %"),
            ({"assay": "98%", "assay_basis": "dried", "water": "101%"}, "--water", "below 100 %"),
            ({"assay": "98.7", "assay_basis": "as-is"}, "--assay", "has no unit"),
            ({"assay": "0.987", "assay_basis": "as-is"}, "--assay", "has no unit"),
            ({"assay": "-98%", "assay_basis": "as-is"}, "--assay", "has a sign"),
            ({"assay": "98,7%", "assay_basis": "as-is"}, "--assay", "has a comma"),
            ({"assay": "98%", "assay_basis": "wet"}, "--assay-basis", "is not a basis"),
            ({"assay": "98%", "assay_basis": "As-Is"}, "--assay-basis", "is not a basis"),
            ({"strength": "10 mg/g", "tablet": "50 mg in 170 mg"}, "--tablet", "not both"),
            ({"strength": "10 mg/g", "assay": "98%", "assay_basis": "as-is"}, "--strength", "is its potency"),
            ({"tablet": "50 mg in 170 mg", "water": "3%"}, "--tablet", "is its potency"),
        ],
    )
    def test_refusals(self, texts: dict[str, str], where: str, says: str) -> None:
        """Each contradiction is refused at the option that has to change, in a sentence."""
        with pytest.raises(InputError) as caught:
            read_lot(**texts)

        assert where == caught.value.where
        assert says in caught.value.sentence

    @pytest.mark.parametrize("assay", ["0.1%", "150%", "150 %"])
    def test_bounds_are_inclusive(self, assay: str) -> None:
        """An assay just above zero and one of 150 % are read."""
        assert lot(assay, "as-is").assay is not None

    def test_percentages_below_zero_are_refused(self) -> None:
        """A negative assay or water is refused however it came in."""
        with pytest.raises(InputError, match="0 % or less"):
            Lot(Percent(Decimal(-1)), Basis.AS_IS)
        with pytest.raises(InputError, match="at least 0 %"):
            Lot(Percent(Decimal(99)), Basis.DRIED, Percent(Decimal(-1)))

    def test_taken_as_pure(self) -> None:
        """Only the empty lot is taken as pure."""
        assert Lot().taken_as_pure
        assert not lot("100%", "as-is").taken_as_pure
        assert not read_lot(strength="10 mg/g").taken_as_pure


class TestSources:
    """A source that is not pure powder states its strength as a mass per g, or as a dose in a tablet."""

    @pytest.mark.parametrize(
        ("text", "mg_per_g"),
        [
            ("10 mg/g", "10"),
            ("10mg/g", "10"),
            (" 10 mg / g ", "10"),
            ("10 mg per g", "10"),
            ("10 MG/G", "10"),
            ("500 mcg/g", "0.5"),
            ("1 g/g", "1000"),
            ("1000 mg/g", "1000"),
            ("0.030 g/g", "30"),
        ],
    )
    def test_strengths_read(self, text: str, mg_per_g: str) -> None:
        """A strength is a mass, a slash or the word per, and g."""
        assert Decimal(mg_per_g) == parse_strength(text, "--strength").mg_per_g

    @pytest.mark.parametrize(
        "text",
        ["", "10", "10 mg", "1", "1:100", "1/100", "1+99", "10 mg/mL", "10 mg/1 g", "10 mg/100 mg", "10 mcg/mg",
         "10/g", "/g",
         "0 mg/g", "-1 mg/g", "1e1 mg/g", "10 Mg/g", "1001 mg/g", "1.1 g/g", "10 mg/g/g", "10 mg/gram", "10 mg/g\n",
         "１０ mg/g", ".5 mg/g", "10 mg//g", "1,5 mg/g", "x" * 10_000, "10" + " " * 10_000 + "mg/g"],
    )  # fmt: skip
    def test_strengths_refused(self, text: str) -> None:
        """What is not a mass in 1 g, or more than 1 g in it, is refused at the option."""
        with pytest.raises(InputError) as caught:
            parse_strength(text, "--strength")

        assert caught.value.where == "--strength"
        assert len(caught.value.sentence) < 300

    def test_ambiguous_strength(self) -> None:
        """The readings of an ambiguous strength are strengths."""
        with pytest.raises(AmbiguousAmount) as caught:
            parse_strength("1,5 mg/g", "--strength")

        assert caught.value.readings == ("1.5 mg/g", "15 mg/g")

    @pytest.mark.parametrize(
        ("text", "dose", "mass"),
        [("50 mg in 170 mg", "50", "170"), ("50mg in 0.17 g", "50", "170"), ("50 mg in 50 mg", "50", "50")],
    )
    def test_tablets_read(self, text: str, dose: str, mass: str) -> None:
        """A tablet is a mass, the word in, and a mass."""
        tablet = parse_tablet(text, "--tablet")

        assert (Decimal(dose), Decimal(mass)) == (tablet.dose.mg, tablet.mass.mg)

    @pytest.mark.parametrize(
        "text",
        ["", "50 mg", "50 mg/170 mg", "50 mg in", "in 170 mg", "170 mg in 50 mg", "50 in 170 mg", "50 mg in 170",
         " in ",
         "50 mg in 170 mg in 1 g", "50 mg in 1 mL", "0 mg in 170 mg", "50 mg in 0 mg", "x" * 10_000],
    )  # fmt: skip
    def test_tablets_refused(self, text: str) -> None:
        """What is not a dose in a tablet at least as heavy is refused at the option."""
        with pytest.raises(InputError) as caught:
            parse_tablet(text, "--tablet")

        assert caught.value.where == "--tablet"
        assert len(caught.value.sentence) < 300

    def test_ambiguous_tablet(self) -> None:
        """The readings of an ambiguous tablet are tablets."""
        with pytest.raises(AmbiguousAmount) as caught:
            parse_tablet("50 mg in 1.250 g", "--tablet")
        assert caught.value.readings == ("50 mg in 1.25 g", "50 mg in 1250 g")

        with pytest.raises(AmbiguousAmount) as caught:
            parse_tablet("1,5 mg in 170 mg", "--tablet")
        assert caught.value.readings == ("1.5 mg in 170 mg", "15 mg in 170 mg")

    @pytest.mark.parametrize("mg", ["0", "-1", "1000.001"])
    def test_impossible_strengths_have_no_value(self, mg: str) -> None:
        """A strength of zero, below zero or above 1,000 mg in 1 g does not come into being."""
        with pytest.raises(InputError) as caught:
            Strength(Decimal(mg))
        assert caught.value.where == "--strength"

    @pytest.mark.parametrize("mg", ["0", "-1", "170.001"])
    def test_impossible_tablets_have_no_value(self, mg: str) -> None:
        """A tablet dose of zero, below zero or above the tablet does not come into being."""
        with pytest.raises(InputError) as caught:
            Tablet(Mass(Decimal(mg)), Mass(Decimal(170)))
        assert caught.value.where == "--tablet"


class TestNames:
    """A name is found whole or not at all: nothing is guessed, and a drug without its form is asked about."""

    @pytest.mark.parametrize(
        ("typed", "name"),
        [
            ("naltrexone hydrochloride", NTX_HCL),
            ("Naltrexone HCl", NTX_HCL),
            ("NALTREXONE HCL", NTX_HCL),
            ("  naltrexone   hydrochloride ", NTX_HCL),
            ("naltrexone-HCl", NTX_HCL),
            ("naltrexone hydrochloride, anhydrous", NTX_HCL),
            ("anhydrous naltrexone hydrochloride", NTX_HCL),
            ("naltrexone base", NTX),
            ("naltrexone (free base)", NTX),
            ("naltrexone HCl·2H2O", NTX_2),
            ("naltrexone HCl.2H2O", NTX_2),
            ("naltrexone HCl · 2 H2O", NTX_2),
            ("naltrexone HCl ∙ 2H₂O", NTX_2),
            ("naltrexone HCl * 2H2O", NTX_2),
            ("naltrexone hydrochloride (dihydrate)", NTX_2),
            ("naltrexone hydrochloride tetrahydrate", NTX_4),
            ("naltrexone HCl·4H2O", NTX_4),
            ("naloxone HCl dihydrate", NLX_2),
            ("naloxone hydrochloride", NLX_HCL),
            ("methylnaltrexone bromide", MNTX),
            ("N-methylnaltrexone bromide", MNTX),
            ("nalmefene base", NAL),
            ("nalmefene HCl", NAL_HCL),
            ("16676-29-2", NTX_HCL),
            ("CAS 16676-29-2", NTX_HCL),
            ("cas: 357-08-4", NLX_HCL),
            ("Z6375YW9SF", NTX_HCL),
            ("z6375yw9sf", NTX_HCL),
            ("UNII 5Q187997EE", NLX_2),
        ],
    )
    def test_spellings(self, typed: str, name: str) -> None:
        """Case, spaces, HCl, the dot of a hydrate, a CAS number and a UNII are read."""
        assert form(name) is find_substance(typed)
        assert form(name) is resolve(typed, "DRUG")

    @pytest.mark.parametrize("row", FORMS)
    def test_every_form_has_its_names(self, row: tuple[Any, ...]) -> None:
        """Each form is found by its name, its CAS number and its UNII."""
        for name in (row[0], row[4], row[5]):
            if name is not None:
                assert row[0] == form(name).name

    @pytest.mark.parametrize(
        "typed",
        ["", " ", "aspirin", "naltrexne hydrochloride", "naltrexone hydrochorid", "naltrexone HCI",
         "naltrexone pamoate",
         "naltrexone hydrochloride monohydrate", "naloxone hydrochloride tetrahydrate", "naltrexone bromide",
         "naltrexone base dihydrate", "methylnaltrexone hydrochloride", "naltrexone naloxone hydrochloride",
         "hydrochloride",
         "naltrexone hydrochloride hydrochloride", "naltrexone hydrochloride base", "naltrexone HCl/PVP", "base",
         "n\u0430ltrexone hydrochloride", "naltrexone\u200b hydrochloride", "LDN", "naltrexone hydrochloride 1%",
         "7440-44-0", "naltrexone", "x" * 10_000],
    )  # fmt: skip
    def test_what_is_not_found(self, typed: str) -> None:
        """A misspelling, a salt not known, a look-alike letter, a mixture and a drug alone are no form."""
        assert find_substance(typed) is None

    @given(st.sampled_from([row[0] for row in FORMS]), st.integers(0, 60), st.sampled_from("abcdeinorxyz "))
    def test_no_slip_of_a_letter_names_another_form(self, name: str, place: int, letter: str) -> None:
        """A name with one letter dropped, added or changed is the same form (a space) or none, never another."""
        place %= len(name)
        for typed in (
            name[:place] + name[place + 1 :],
            name[:place] + letter + name[place:],
            name[:place] + letter + name[place + 1 :],
        ):  # fmt: skip
            assert find_substance(typed) in (None, form(name))

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ("naltrexone", f"naltrexone names no form; write {NTX_HCL}, {NTX}, {NTX_2} or {NTX_4}"),
            ("Naloxone", f"Naloxone names no form; write {NLX_HCL}, {NLX} or {NLX_2}"),
            ("nalmefene", f"nalmefene names no form; write {NAL}, {NAL_HCL} or {NAL_2}"),
            ("methylnaltrexone", f"methylnaltrexone names no form; write {MNTX}"),
            ("naltrexone dihydrate", "naltrexone dihydrate names no form; write"),
            ("LDN", f"LDN names no form; write {NTX_HCL}, {NTX}, {NTX_2} or {NTX_4}"),
            ("anhydrous naloxone", "anhydrous naloxone names no form; write"),
        ],
    )
    def test_a_drug_without_its_form_is_asked_about(self, typed: str, says: str) -> None:
        """A drug alone is refused with the forms to choose from, that of the label first."""
        with pytest.raises(InputError) as caught:
            resolve(typed, "DRUG")

        assert caught.value.where == "DRUG"
        assert caught.value.sentence.startswith(says)

    @pytest.mark.parametrize("typed", ["ketotifen", "34580-14-8", "UNII 9G2MP84A8W", "ABCDEFGHI1"])
    def test_an_unknown_drug_is_none(self, typed: str) -> None:
        """A drug that is not known resolves to None: the caller says so."""
        assert resolve(typed, "DRUG") is None

    @pytest.mark.parametrize(
        ("typed", "says"),
        [
            ("", "no drug is named"),
            ("  ", "no drug is named"),
            ("x" * 201, "a name of 201 characters is longer than 200"),
            ("x" * 10_000, "a name of 10000 characters is longer than 200"),
            ("naltrexone\u200b hydrochloride", "invisible character U+200B at position 11"),
            ("naltrexone\thydrochloride", "invisible character U+0009 at position 11"),
            ("16676-29-3", "is not a CAS number: its last digit would have to be 2"),
            ("UNII Z6375YW9SG", "is not a UNII: its last character would have to be F"),
        ],
    )
    def test_names_refused(self, typed: str, says: str) -> None:
        """No name, an endless one, an invisible character and a wrong check digit are refused."""
        with pytest.raises(InputError, match=re.escape(says)):
            resolve(typed, "DRUG")

    @pytest.mark.parametrize(
        ("typed", "shelf", "name"),
        [
            ("base", NTX_HCL, NTX),
            ("free base", NLX_2, NLX),
            ("HCl", NTX_2, NTX_HCL),
            ("hydrochloride", NAL, NAL_HCL),
            ("hydrochloride dihydrate", NTX_HCL, NTX_2),
            ("bromide", MNTX, MNTX),
            ("naltrexone base", NTX_HCL, NTX),
            ("465-65-6", NLX_HCL, NLX),
        ],
    )
    def test_the_form_of_a_dose(self, typed: str, shelf: str, name: str) -> None:
        """--dose-as takes a full name, or the form alone of the drug on the shelf."""
        assert form(name) is read_dose_as(typed, form(shelf))

    @pytest.mark.parametrize(
        ("typed", "shelf", "says"),
        [
            (
                "naloxone base",
                NTX_HCL,
                "is not a known form of naltrexone; write naltrexone hydrochloride, naltrexone base",
            ),
            ("bromide", NTX_HCL, "is not a known form of naltrexone"),
            ("pamoate", NTX_HCL, "is not a known form of naltrexone"),
            ("dihydrate", NTX_HCL, "is not a known form of naltrexone"),
            ("naltrexone", NTX_HCL, "names no form"),
            ("", NTX_HCL, "no drug is named"),
            ("base", None, "nothing is known about the drug"),
        ],
    )
    def test_forms_of_a_dose_refused(self, typed: str, shelf: str | None, says: str) -> None:
        """A form of another drug, an unknown form, and any form of an unknown drug are refused at --dose-as."""
        with pytest.raises(InputError) as caught:
            read_dose_as(typed, form(shelf) if shelf else None)

        assert caught.value.where == "--dose-as"
        assert says in caught.value.sentence

    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("naltrexne hydrochloride", "naltrexone"),
            ("naltrexone hydrochlorde", "hydrochloride"),
            ("nalaxone hcl", "naloxone"),
            ("n\u0430ltrexone hydrochloride", "naltrexone"),
            ("metylnaltrexone bromide", "methylnaltrexone"),
        ],
    )
    def test_a_misspelling_is_asked_about(self, typed: str, meant: str) -> None:
        """A close misspelling is answered with the word it is close to, and is not a form."""
        with pytest.raises(InputError, match=f"is {meant} meant"):
            resolve(typed, "DRUG")
        assert find_substance(typed) is None

    @pytest.mark.parametrize("typed", ["aspirin", "ketotifen", "oxycodone hydrochloride", NTX_HCL, "16676-29-2"])
    def test_what_is_known_or_unlike_is_not_asked_about(self, typed: str) -> None:
        """A name that is known, or close to none, is what it is."""
        assert read_drug_name(typed).near == ""


class TestCheckDigits:
    """CAS: the digits before the last, weighted 1, 2, 3 … from the right, modulo 10.

    UNII: the sum of the first nine characters, read in base 36, modulo 36.
    """

    def test_by_hand(self) -> None:
        """The check digits of naloxone and of naltrexone hydrochloride are those worked out by hand."""
        # 465-65-6: 5×1 + 6×2 + 5×3 + 6×4 + 4×5 = 76, so 6
        assert substance_.cas_check_digit("465-65-0") == "6"
        # Z6375YW9SF: 35+6+3+7+5+34+32+9+28 = 159, 159 mod 36 = 15, so F
        assert substance_.unii_check_character("Z6375YW9S0") == "F"

    @given(
        st.sampled_from([row[5] for row in FORMS if row[5]]),
        st.integers(0, 9),
        st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    )
    def test_any_one_wrong_character_of_a_unii_shows(self, unii: str, place: int, character: str) -> None:
        """A UNII with one character changed never checks."""
        typed = unii[:place] + character + unii[place + 1 :]

        assert (typed == unii) == (substance_.unii_check_character(typed) == typed[-1])


class TestReadings:
    """How a lot was read is said in plain words."""

    def test_as_is(self) -> None:
        """An assay as is names the substance and what 1 mg of powder holds of it."""
        (finding,) = found(NTX_HCL, lot("98.7%", "as-is"))

        assert "assay-read-as-is" == finding.code
        assert said(finding) == (
            "assay 98.7 % as is, read as 0.987 mg of naltrexone hydrochloride in 1 mg of the powder as it stands on "
            "the shelf; no water is taken off"
        )
        assert finding.severity is Severity.NOTE

    def test_dried(self) -> None:
        """An assay on the dried basis names the anhydrous form, though a hydrate is on the shelf."""
        (finding, *_) = found(NTX_2, lot("99.5%", "dried", "8.7%"), NTX_HCL)

        assert said(finding) == (
            "assay 99.5 % on the dried basis with 8.7 % of water, read as 0.908435 mg of naltrexone hydrochloride in "
            "1 mg of powder; the water is taken off once, and no hydrate factor is applied"
        )

    def test_an_unknown_drug_is_called_as_ordered(self) -> None:
        """The reading of an unknown drug uses the name ordered."""
        (finding,) = found(None, lot("98.7%", "as-is"))

        assert "0.987 mg of ketotifen" in said(finding)

    def test_stock(self) -> None:
        """A stock is read at its strength, with a warning that it must be certified."""
        (finding,) = found(NTX_HCL, read_lot(strength="10 mg/g"))

        assert said(finding) == (
            "the stock is read as 10 mg per g of naltrexone hydrochloride; a trituration whose strength is not "
            "certified must not be used"
        )
        assert (finding.entry, finding.severity) == (catalogue.STOCK_STRENGTH, Severity.WARNING)

    def test_tablet(self) -> None:
        """Crushed tablets bring their excipients along, as a warning with the mass."""
        (finding,) = found(NTX_HCL, read_lot(tablet="50 mg in 170 mg"))

        assert said(finding).startswith(
            "crushed tablets are read as 50 mg of naltrexone hydrochloride in 170 mg: 120 mg of ex"
        )
        assert (finding.entry, finding.severity) == (catalogue.TABLET_EXCIPIENTS, Severity.WARNING)

    def test_nothing_entered(self) -> None:
        """What is assumed of a lot without papers can be said with dose and substance."""
        message = notation.filled(
            sentences_of(catalogue.POTENCY_NOT_ENTERED).message, {"dose": Decimal("0.002"), "substance": form(NTX_HCL).name}
        )

        assert message.startswith("dose read as 2 mcg (0.002 mg) of naltrexone hydrochloride; lot taken as 100 %")


class TestContradictions:
    """Form and figures that cannot both be right, or are far from usual, are findings."""

    @pytest.mark.parametrize(
        ("shelf", "water", "code"),
        [
            # A dihydrate of naltrexone holds 8.705 %; two points below it is 6.705 %, two above 10.705 %.
            (NTX_2, "0%", "hydrate-without-water"),
            (NTX_2, "6.7%", "hydrate-without-water"),
            (NTX_2, "6.71%", None),
            (NTX_2, "8.7%", None),
            (NTX_2, "10.7%", None),
            (NTX_2, "10.71%", "water-above-form"),
            (NTX_2, "16%", "water-above-form"),
            # The tetrahydrate holds 16.016 %.
            (NTX_4, "8.7%", "hydrate-without-water"),
            (NTX_4, "16%", None),
            (NTX_4, "18.1%", "water-above-form"),
            # The monograph lets naloxone hydrochloride lose 0.5 %, its dihydrate 11.0 %.
            (NLX_2, "0%", "hydrate-without-water"),
            (NLX_2, "11%", None),
            (NLX_2, "11.01%", "water-above-form"),
            (NLX_HCL, "0.5%", None),
            (NLX_HCL, "0.51%", "water-of-a-hydrate"),
            (NLX_HCL, "9%", "water-of-a-hydrate"),
            (NLX_HCL, "11%", "water-of-a-hydrate"),
            (NLX_HCL, "11.01%", "water-above-form"),
            # No limit for naltrexone hydrochloride: two points, then what its hydrates hold, up to 18.016 %.
            (NTX_HCL, "0%", None),
            (NTX_HCL, "2%", None),
            (NTX_HCL, "2.01%", "water-of-a-hydrate"),
            (NTX_HCL, "8.7%", "water-of-a-hydrate"),
            (NTX_HCL, "18.01%", "water-of-a-hydrate"),
            (NTX_HCL, "18.02%", "water-above-form"),
            # No hydrate is known of a base or of the bromide.
            (NTX, "2%", None),
            (NTX, "2.01%", "water-above-form"),
            (MNTX, "5%", "water-above-form"),
            (NAL_HCL, "9%", "water-of-a-hydrate"),
        ],
    )
    @pytest.mark.parametrize("basis", ["dried", "anhydrous"])
    def test_water_against_form(self, shelf: str, water: str, code: str | None, basis: str) -> None:
        """Water is compared with the water of crystallisation and the monograph's limit, bounds inclusive."""
        raised = codes(shelf, lot("99%", basis, water))
        about_water = [each for each in raised if "water" in each and each != "assay-read-without-water"]

        assert ([code] if code else []) == about_water

    def test_contradictions_of_form_and_water_are_judgements(self) -> None:
        """A hydrate without its water, and more water than the form holds, must not be made unless taken on."""
        for entry in (catalogue.HYDRATE_WITHOUT_WATER, catalogue.WATER_ABOVE_FORM):
            assert entry.severity is Severity.ERROR
            assert entry.judgement

    def test_a_hydrate_without_water_in_words(self) -> None:
        """The sentence holds both figures."""
        finding = next(f for f in found(NTX_2, lot("99%", "dried", "0%")) if f.entry is catalogue.HYDRATE_WITHOUT_WATER)

        assert said(finding) == (
            "water 0 % was entered, but naltrexone hydrochloride dihydrate holds about 8.7051 % as water of "
            "crystallisation: form and water cannot both be right"
        )

    def test_the_nearest_hydrate_is_named(self) -> None:
        """An anhydrous form with much water names the hydrate whose water is nearest."""
        for water, hydrate in (("8%", NTX_2), ("12.3%", NTX_2), ("12.4%", NTX_4), ("16%", NTX_4)):
            finding = found(NTX_HCL, lot("99%", "dried", water))[-1]

            assert (catalogue.WATER_OF_A_HYDRATE, hydrate) == (finding.entry, finding.values["hydrate"])

    @pytest.mark.parametrize(
        ("assay", "unusual"), [("89.99%", True), ("90%", False), ("100%", False), ("110%", False), ("110.01%", True)]
    )
    def test_unusual_assay(self, assay: str, unusual: bool) -> None:
        """An assay below 90 % or above 110 % is a finding, whatever is known of the drug."""
        for shelf in (NTX_HCL, NTX, None):
            assert unusual == ("assay-unusual" in codes(shelf, lot(assay, "as-is")))
            assert unusual == ("assay-unusual" in codes(shelf, lot(assay, "dried", "0%")))

    @pytest.mark.parametrize(
        ("assay", "outside"), [("97.99%", True), ("98%", False), ("102%", False), ("102.01%", True)]
    )
    def test_monograph_limits(self, assay: str, outside: bool) -> None:
        """An assay without its water outside 98.0 to 102.0 % is a warning where limits are known; as is, never."""
        for shelf, water in ((NTX_HCL, "1%"), (NLX_HCL, "0.1%"), (NLX_2, "9%")):
            assert outside == ("assay-outside-monograph" in codes(shelf, lot(assay, "dried", water)))
            assert "assay-outside-monograph" not in codes(shelf, lot(assay, "as-is"))
        assert "assay-outside-monograph" not in codes(NAL_HCL, lot(assay, "dried", "1%"))

    @pytest.mark.parametrize(
        ("assay", "raised"),
        [("89.29%", False), ("89.3%", True), ("91.3%", True), ("93.29%", True), ("93.3%", False), ("99%", False)],
    )
    def test_an_assay_as_is_of_the_anhydrous_form(self, assay: str, raised: bool) -> None:
        """A hydrate with an assay as is near what it holds without water (91.295 %) may have been corrected already."""
        assert raised == ("assay-of-the-anhydrous-form" in codes(NTX_2, lot(assay, "as-is")))
        assert "assay-of-the-anhydrous-form" not in codes(NTX_HCL, lot(assay, "as-is"))
        assert "assay-of-the-anhydrous-form" not in codes(NTX_2, lot(assay, "dried", "8.7%"))

    def test_a_conversion_is_said(self) -> None:
        """The factor between the form of the dose and the form stated is a note; where they agree there is none."""
        finding = next(f for f in found(NTX_2, Lot(), NTX_HCL) if f.entry is catalogue.FORM_CONVERTED)

        assert said(finding) == (
            "the dose is counted in naltrexone hydrochloride: 1 mg of it is as much drug as about 1.0954 mg of naltrexone "
            "hydrochloride dihydrate"
        )
        assert "form-converted" not in codes(NTX_2, lot("99%", "dried", "8.7%"), NTX_HCL)
        assert "form-converted" not in codes(NTX_HCL, Lot())
        assert "form-converted" in codes(NTX_2, lot("99%", "dried", "8.7%"), NTX_2)

    @pytest.mark.parametrize(
        ("shelf", "dose_as", "raised"),
        [
            (NTX_HCL, None, False),
            (NTX_HCL, NTX, True),
            (NTX_2, None, True),
            (NTX_2, NTX_HCL, False),
            (NLX, None, True),
            (NAL, None, False),
            (NAL_HCL, None, True),
            (NAL_HCL, NAL, False),
            (MNTX, None, False),
        ],
    )
    def test_a_dose_in_another_form_than_the_label(self, shelf: str, dose_as: str | None, raised: bool) -> None:
        """A dose that is not in the form labels state is a warning."""
        assert raised == ("dose-not-in-label-form" in codes(shelf, Lot(), dose_as))

    def test_a_dose_in_base_in_words(self) -> None:
        """The warning holds both forms and the factor."""
        finding = next(f for f in found(NTX_HCL, Lot(), NTX) if f.entry is catalogue.DOSE_NOT_IN_LABEL_FORM)

        assert said(finding).endswith(
            "1 mg of naltrexone base is as much drug as about 1.1068 mg of naltrexone hydrochloride"
        )

    @pytest.mark.parametrize(
        ("shelf", "papers", "raised"),
        [
            (NTX_HCL, Lot(), True),
            (NLX_HCL, Lot(), True),
            (NAL_HCL, Lot(), True),
            (NTX, Lot(), False),
            (NTX_2, Lot(), False),
            (MNTX, Lot(), False),
            (NTX_HCL, lot("99%", "as-is"), False),
            (NTX_HCL, read_lot(strength="10 mg/g"), False),
        ],
    )
    def test_a_hydrate_may_hide_under_the_name(self, shelf: str, papers: Lot, raised: bool) -> None:
        """A hydrochloride without papers may be a hydrate, which is said."""
        assert raised == ("hydrate-not-settled" in codes(shelf, papers))

    def test_nothing_to_say(self) -> None:
        """A form without hydrates, in the form of its label, with nothing entered, has no finding of its own."""
        assert codes(MNTX, Lot()) == []
        assert codes(None, Lot()) == []

    def test_findings_go_with_values_not_with_text(self) -> None:
        """No figure stands in a finding as text: every value that holds a digit is a number, or a name."""
        names = {row[0] for row in FORMS}
        for papers in (lot("89%", "dried", "12%"), lot("91%", "as-is"), read_lot(strength="10 mg/g"), Lot()):
            for shelf, dose_as in itertools.product((NTX_HCL, NTX_2), (None, NTX)):
                for finding in found(shelf, papers, dose_as):
                    texts = {value for value in finding.values.values() if isinstance(value, str)}

                    assert texts <= names | {"dried", "anhydrous", "naltrexone"}


class TestNotChecked:
    """Silence means checked and passed, so a limit that could not be compared is said."""

    @pytest.mark.parametrize(
        ("shelf", "papers", "code"),
        [
            (NTX_HCL, lot("99%", "as-is"), "assay-limits-not-compared"),
            (NLX_2, lot("99%", "as-is"), "assay-limits-not-compared"),
            (NTX_HCL, lot("99%", "dried", "0%"), None),
            (NTX, lot("99%", "as-is"), "assay-limits-unknown"),
            (NTX_2, lot("99%", "dried", "8.7%"), "assay-limits-unknown"),
            (NTX_HCL, Lot(), None),
            (NTX_HCL, read_lot(strength="10 mg/g"), None),
            (None, lot("99%", "as-is"), None),
        ],
    )
    def test_what_was_not_checked(self, shelf: str | None, papers: Lot, code: str | None) -> None:
        """An assay as is, and a form without a monograph read, leave the limits unchecked."""
        reasons = shelf_not_checked(form(shelf) if shelf else None, papers)

        assert ([code] if code else []) == [reason.code for reason in reasons]
        for reason in reasons:
            assert message_of(reason)


def changed(change: Callable[[Any], object]) -> bytes:
    """The data file after a change."""
    rows = raw()
    change(rows)
    return json.dumps(rows).encode()


def put(*path: Any) -> Callable[[Any], None]:
    """A change that puts the last of `path` where the rest leads."""

    def change(rows: Any) -> None:
        for key in path[:-2]:
            rows = rows[key]
        rows[path[-2]] = path[-1]

    return change


class TestDataFile:
    """The data file breaks none of its rules; the program relies on it and reads the file as it is."""

    def test_the_file_breaks_no_rule(self) -> None:
        """Every check digit, sum of waters, word, limit, number and source of the file is in order."""
        read_strictly(shipped.read("substances.json"))

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            (put("forms", 1, "cas", "16676-29-3"), "forms[1].cas: “16676-29-3” is not a CAS number"),
            (put("forms", 1, "cas", "16676292"), "forms[1].cas"),
            (put("forms", 1, "unii", "Z6375YW9SG"), "forms[1].unii: “Z6375YW9SG” is not a UNII"),
            (put("forms", 1, "unii", "z6375yw9sf"), "forms[1].unii"),
            (put("forms", 1, "unii", 1), "forms[1].unii: expected a text"),
            (put("forms", 1, "cas", "16590-41-3"), "forms[1]: 16590-41-3 stands there already"),
            (put("forms", 1, "formula", "C20H23NO4.HCl"), "forms[1].formula"),
            (put("forms", 1, "formula", "C20H23NO4·NaCl"), "forms[1].formula: no atomic mass is known for Na"),
            (put("forms", 1, "form", "hydrobromide"), "forms[1].form"),
            (put("forms", 1, "form", "base"), "forms[1]: "),
            (put("forms", 2, "waters", 4), "forms[2].waters"),
            (put("forms", 2, "waters", "2"), "forms[2].waters: expected a whole number"),
            (put("forms", 2, "waters", True), "forms[2].waters: expected a whole number"),
            (put("forms", 2, "form", "hydrochloride tetrahydrate"), "forms[2].waters"),
            (put("forms", 2, "formula", "C20H23NO4·HCl·H2O"), "forms[2].waters"),
            (put("forms", 2, "formula", "C20H23NO4·HCl"), "forms[2].waters"),
            (
                put("forms", 1, "density", "g_per_cm3", 1.382),
                "forms[1].density.g_per_cm3: expected a number written as text",
            ),
            (put("forms", 1, "density", "g_per_cm3", "0"), "expected a number above zero"),
            (put("forms", 1, "density", "1.382"), "forms[1].density: expected an object"),
            (put("forms", 1, "density", "evidence", ""), "forms[1].density.evidence: expected a text"),
            (put("forms", 1, "density", "sources", []), "forms[1].density.sources: no source is named"),
            (put("forms", 1, "density", "sources", ["hearsay"]), "“hearsay” is not known"),
            (put("forms", 1, "assay", "low_percent", "102"), "forms[1].assay: the low limit is not below the high one"),
            (put("forms", 1, "assay", "basis", "wet"), "forms[1].assay.basis: “wet” is not a basis"),
            (put("forms", 1, "solubility", {}), "forms[1].solubility: expected a list"),
            (put("forms", 1, "dencity", None), "forms[1]: missing or unknown: dencity"),
            (put("forms", 1, "drug", "aspirin"), "forms[1].drug: “aspirin” is not known"),
            (put("atomic_masses", 0, "mass", "1,008"), "atomic_masses[0].mass"),
            (put("atomic_masses", 0, "element", "C"), "atomic_masses[1]: C stands there already"),
            (put("drugs", 0, "labelled_as", "pamoate"), "naltrexone lacks the form it is labelled as"),
            (put("drugs", 1, "words", ["naltrexone"]), "stands there already"),
            (put("words", "base", ["hcl"]), "stands there already"),
            (put("sources", "dm", {"title": "label"}), "sources.dm: missing or unknown: url"),
            (lambda rows: rows["forms"].pop(1), "lacks its anhydrous form"),
            (lambda rows: rows.pop("forms"), "the file: missing or unknown: forms"),
        ],
    )
    def test_broken_files(self, change: Callable[[Any], object], says: str) -> None:
        """Each broken rule is found, and named with its place."""
        with pytest.raises(InputError) as caught:
            read_strictly(changed(change))

        assert says in str(caught.value)

    @pytest.mark.parametrize("text", [b"", b"[]", b"{", b"\xff", b'{"forms": [], "forms": []}', b"null"])
    def test_what_is_no_data_file(self, text: bytes) -> None:
        """What is no JSON, has a key twice, or is no object is found too."""
        with pytest.raises(ValueError, match=r"."):
            read_strictly(text)

    def test_the_file_is_read_once(self) -> None:
        """The forms are the same objects at every call."""
        assert substances.known()[0] is substances.known()[0]
        assert form(NTX_HCL) is find_substance("z6375yw9sf")


class TestDrugsCommand:
    """`compound drugs` lists the forms; its JSON is exact."""

    def test_table(self) -> None:
        """The table has a line for each form, with its figures as entered by hand."""
        result = CliRunner().invoke(command, [])
        lines = result.output.splitlines()

        assert result.exit_code == 0
        for name, _, _, weight, cas, unii, _ in FORMS:
            line = next(line for line in lines if line.startswith(f"{name}  "))
            assert f" {weight} " in line
            assert (cas or "not found") in line
            assert (unii or "not found") in line
        dihydrate = next(line for line in lines if line.startswith(NTX_2))
        assert dihydrate.split()[3:] == ["413.90", "8.71", "%", "not", "found", "not", "found", "1.09535", "no"]

    def test_table_says_what_rests_on_no_public_source(self) -> None:
        """Evidence is printed with every note, weak and missing sources included."""
        output = CliRunner().invoke(command, []).output

        assert output.count("no public source") >= 8
        assert "weak: confirm before use" in output
        assert "no CAS number and no UNII were found" in output

    def test_json(self) -> None:
        """The JSON list holds every form, and its numbers are texts that give the exact values back."""
        result = CliRunner().invoke(command, ["--json"])
        rows = json.loads(result.output)

        assert [row[0] for row in FORMS] == [row["name"] for row in rows]
        for row in rows:
            substance = form(row["name"])
            assert substance.molecular_weight == from_canonical(row["molecular_weight_g_per_mol"], "")
            assert substance.crystal_water * 100 == from_canonical(row["water_of_crystallisation_percent"], "")
            assert (substance.cas, substance.unii, substance.waters) == (row["cas"], row["unii"], row["waters"])
            assert row["identity"]["sources"]
        assert [value for row in rows for value in leaves(row) if isinstance(value, float)] == []

    def test_json_factors(self) -> None:
        """The factor to the hydrochloride is exact, and null for a drug without one."""
        rows = {row["name"]: row for row in json.loads(CliRunner().invoke(command, ["--json"]).output)}

        assert rows[NTX_HCL]["equals_1_mg_of_hydrochloride_mg"] == "1"
        assert from_canonical(rows[NTX_2]["equals_1_mg_of_hydrochloride_mg"], "") == Fraction("413.895") / Fraction(
            "377.865"
        )
        assert rows[MNTX]["equals_1_mg_of_hydrochloride_mg"] is None
        assert (rows[NAL_HCL]["labelled_as"], rows[NTX]["labelled_as"]) == (NAL, NTX_HCL)
        assert rows[NLX_2]["water_limit"]["high_percent"] == "11"
        assert rows[NTX_HCL]["assay_limits"]["basis"] == "anhydrous"
        assert rows[NTX_HCL]["true_density"]["g_per_cm3"] == "1.382"
        assert rows[NAL_HCL]["solubility"][0]["solubility_mg_per_ml"] == "130"

    def test_every_option_has_help(self) -> None:
        """The command and each of its options say what they do."""
        assert command.help
        assert all(getattr(parameter, "help", None) for parameter in command.params)


def leaves(value: Any) -> list[Any]:
    """All values within a JSON value that hold no others."""
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    return [leaf for each in value for leaf in leaves(each)] if isinstance(value, list) else [value]


CASES = json.loads((Path(__file__).parent / "cases" / "potency.json").read_bytes())["cases"]


class TestPublishedProblems:
    """Problems printed by newsletters, forums, pharmacy journals and examiners come out at the printed digits."""

    @pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
    def test_figures(self, case: dict[str, Any]) -> None:
        """Content, factor and masses are the printed ones; where the source truncates or is off, the case says so."""
        share = potency(
            Fraction(case.get("assay_percent", "100")) / 100, Fraction(case.get("water_percent", "0")) / 100
        )
        held = content(Fraction(case.get("labelled", "1")), Fraction(case.get("stated", "1")), share)
        for figure in case["figures"]:
            amount = Fraction(figure.get("amount", "1"))
            factor = Fraction(figure.get("printed", 1 / held))
            exact = {"content": held, "factor": factor, "held": amount * held, "weighed": amount * factor}[figure["of"]]
            published = Fraction(figure["published"])
            unit = Fraction(1, 10 ** len(figure["published"].partition(".")[2]))

            if figure["digits"] == "off":
                assert Fraction(figure["exact"]) == exact
                assert round_to(exact, unit, Direction.NEAREST) != published
                assert abs(published / exact - 1) < Fraction(1, 100_000)
            else:
                direction = {"rounded": Direction.NEAREST, "truncated": Direction.DOWN}[figure["digits"]]
                assert published == round_to(exact, unit, direction)

    def test_none_is_negative(self) -> None:
        """None of the problems is one whose printed answer is wrong, and tolerances are marked as such."""
        assert {"positive", "tolerance"} == {case["use_as"] for case in CASES}
        assert len(CASES) == 14
        for case in CASES:
            odd = any(figure["digits"] != "rounded" for figure in case["figures"])
            assert not odd or case["use_as"] == "tolerance"
