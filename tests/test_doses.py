"""The doses studied: the data, the class of a dose, the nearest doses, the tripwire, other routes, `compound doses`."""


from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from compound.cli.doses import command
from compound.exact.errors import InputError
from compound.exact.quantity import Mass
from compound.exact.value import replace
from compound.facts import dosage_forms, doses, substances
from compound.findings import codes as catalogue
from compound.findings.finding import Finding, Severity, accept
from compound.judging import studied_doses
from compound.reading import shipped
from compound.reading.amounts import from_canonical, parse_mass
from compound.wording.catalogue import message_of, remedy_of

CASES = json.loads((Path(__file__).parent / "cases" / "doses.json").read_bytes())
UNSAFE = re.compile(
    r"µ|μ|\bug\b|\bng\b|(?<![0-9])\.[0-9]|\.[0-9]*0(?![0-9])|[0-9](?:mg|mcg)|[{}]|(?<![.0-9])[0-9]{4}(?= m)"
)
BY_ID = {record.id: record for record in doses.load_review().records}


def found(drug: str, dose: str | Fraction, severity: Severity | None = None) -> list[Finding]:
    mg = parse_mass(dose, "--dose") if isinstance(dose, str) else dose
    return [f for f in studied_doses.dose_findings(drug, mg) if severity is None or f.severity is severity]


def codes(drug: str, dose: str | Fraction, severity: Severity | None = None) -> list[str]:
    return [finding.code for finding in found(drug, dose, severity)]


def said(finding: Finding) -> str:
    return message_of(finding)


class TestData:
    """All 32 doses of the review are listed, as printed and as checked; the key figures stand here a second time."""

    @pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
    def test_a_row_is_what_the_review_prints(self, case: list[Any]) -> None:
        record = BY_ID[case[0]]
        entered = [
            record.id,
            "; ".join(record.drugs),
            "; ".join(record.routes),
            [[str(Decimal(n.numerator) / n.denominator) for n in figure.amount.numbers] for figure in record.figures],
            " ".join(record.classes),
            record.use,
            "; ".join(record.references),
        ]
        figures = [[f"{Decimal(text):f}" for text in numbers] for numbers in entered[3]]
        assert case == [*entered[:3], figures, *entered[4:]]

    def test_there_are_32_rows_17_of_them_from_the_table_and_12_cautions(self) -> None:
        records = doses.load_review().records
        assert [case[0] for case in CASES] == [record.id for record in records]
        assert (17, 15, 12) == (
            sum(record.id.startswith("t2-") for record in records),
            sum(record.id.startswith("tx-") for record in records),
            len(doses.load_review().cautions),
        )

    def test_every_number_read_stands_in_the_figure_as_printed(self) -> None:
        for record in doses.load_review().records:
            for figure in record.figures:
                printed = {Fraction(text) for text in re.findall(r"[0-9]*\.?[0-9]+", figure.printed)}
                assert set(figure.amount.numbers) <= printed, record.id

    def test_a_figure_printed_per_day_is_read_per_day(self) -> None:
        for record in doses.load_review().records:
            for figure in record.figures:
                daily = any(word in figure.printed for word in ("mg/day", "mg/d ", "per day"))
                assert (figure.amount.basis == "per day") == daily, record.id

    def test_a_row_against_which_something_speaks_is_no_reference(self) -> None:
        against = {"t2-nx-02", "t2-nx-03", "t2-nx-04", "t2-nx-06", "tx-05", "tx-06"}
        assert against == {
            record.id
            for record in doses.load_review().records
            if record.check.status not in ("not checked", "confirmed", "confirmed with a remark")
        }
        assert not any(BY_ID[name].reference for name in against)

    def test_no_naloxone_row_is_a_reference(self) -> None:
        assert [] == [record.id for record in doses.load_review().records if record.reference and "naloxone" in record.drugs]

    def test_every_row_says_why_it_may_or_may_not_be_compared_and_where_it_stands(self) -> None:
        for record in doses.load_review().records:
            assert record.because, record.id
            assert all(0 < first <= last for first, last in record.lines), record.id

    def test_a_check_against_the_primary_paper_has_an_address_or_is_marked_unsourced(self) -> None:
        for record in doses.load_review().records:
            if record.check.status != "not checked":
                assert record.check.url.startswith("http") or record.check.evidence == (
                    "expert knowledge, no public source"
                ), record.id

    def test_a_paper_that_contradicts_its_row_is_not_cited_in_a_comparison(self) -> None:
        cited = {reference.cited for drug in doses.DRUGS for reference in doses.references(drug)}
        assert not any("La Vincente" in text or "Sartain" in text for text in cited)

    def test_every_mass_in_our_own_words_is_in_safe_notation(self) -> None:
        for record in doses.load_review().records:
            for text in (record.application, record.outcome, record.frequency, record.check.remark, record.because,
                         *record.given_with, *(figure.because for figure in record.figures)):  # fmt: skip
                assert UNSAFE.search(text) is None, text
        for caution in doses.load_review().cautions:
            assert UNSAFE.search(caution.text) is None, caution.text

    def test_off_label_and_education_are_said_once(self) -> None:
        text = shipped.read("doses.json").decode()
        assert (1, 1) == (text.count("off-label"), text.count("education"))


class TestSartain:
    """The review prints 0.38 mg/kg/h; the paper gives 0.38 mcg per kg and hour. The row is never a reference."""

    def test_as_printed_it_is_absurd_and_trips_the_guard(self) -> None:
        printed = BY_ID["t2-nx-06"].figures[1].amount.values[0] * 70 * 24
        assert Fraction("638.4") == printed
        assert ["dose-not-low"] == codes("naloxone", printed, Severity.ERROR)

    def test_as_checked_it_is_a_thousandth(self) -> None:
        checked = BY_ID["t2-nx-06"].figures[1].checked
        assert checked is not None
        assert Fraction("0.6384") == checked.values[0] * 70 * 24
        assert [] == codes("naloxone", Fraction("0.6384"), Severity.ERROR)

    def test_its_bolus_was_the_drug_of_a_whole_syringe(self) -> None:
        # 0.8 mg of naloxone in 60 mg of morphine: 0.8 / 60 = 1/75 mg for each mg of morphine.
        checked = BY_ID["t2-nx-06"].figures[0].checked
        assert checked is not None
        assert Fraction("0.8") / 60 == checked.values[0]

    def test_none_of_its_figures_is_compared(self) -> None:
        assert "never" == BY_ID["t2-nx-06"].use
        for drug in doses.DRUGS:
            assert not any(BY_ID["t2-nx-06"] in reference.records for reference in doses.references(drug))

    def test_a_dose_equal_to_its_figure_is_told_so(self) -> None:
        notes = [said(f) for f in found("naloxone", "0.8 mg") if f.code == "dose-studied-otherwise"]
        assert len(notes) == 1
        assert "thousandfold off" in notes[0]
        assert "Sartain et al. 2003" in notes[0]


# What a dose is compared with, entered by hand: values in mg, and one range a drug.
VALUES = {
    "naltrexone": ["0.001", "0.002", "0.01", "0.1", "0.125", "0.25", "0.5", "1", "1.75", "4.5", "5"],
    "naloxone": ["0.08", "0.4", "1"],
}
RANGES = {"naltrexone": ("1.75", "4.5"), "naloxone": ("0.08", "0.4")}
LIMITS = {"naltrexone": "10", "naloxone": "1"}


class TestReferences:
    """Oral immediate-release rows alone are compared; naloxone rows only with the route warning (domain facts 8)."""

    @pytest.mark.parametrize("drug", doses.DRUGS)
    def test_values_and_range_are_those_of_the_domain_facts(self, drug: str) -> None:
        known = doses.references(drug)
        assert [Fraction(text) for text in VALUES[drug]] == [ref.low for ref in known if ref.single]
        assert [tuple(map(Fraction, RANGES[drug]))] == [(ref.low, ref.high) for ref in known if not ref.single]

    @pytest.mark.parametrize("drug", doses.DRUGS)
    def test_the_docstring_of_the_module_states_them(self, drug: str) -> None:
        low, high = RANGES[drug]
        line = next(line for line in (doses.__doc__ or "").splitlines() if line.strip().startswith(f"{drug} "))
        assert f"values {', '.join(VALUES[drug])}; range {low} to {high}" in line

    def test_every_naloxone_figure_is_doubted_and_no_naltrexone_figure(self) -> None:
        assert {True} == {reference.doubted for reference in doses.references("naloxone")}
        assert {False} == {reference.doubted for reference in doses.references("naltrexone")}

    def test_reported_use_is_marked_as_no_study(self) -> None:
        cited = {ref.low: ref.cited for ref in doses.references("naltrexone") if ref.single}
        assert "LDNinfo.org 2009, reported use" == cited[Fraction(5)]
        assert "Smith et al. 2007; SNAPL 2008; LDNinfo.org 2009, reported use" == cited[Fraction("4.5")]


WARNINGS = {"dose-multiple-of-studied", "dose-part-of-studied", "dose-multiple-of-range", "dose-part-of-range"}
TRIPWIRE = [
    # drug, dose, the warnings of the tripwire with their factor; in words why
    ("naltrexone", "2 mg", ["dose-multiple-of-studied 1000"]),  # in the range itself, yet 1,000 × 2 mcg
    ("naltrexone", "2 mcg", []),  # a studied value
    ("naltrexone", "20 mcg", ["dose-part-of-range 100", "dose-multiple-of-studied 10"]),  # 2 mg / 100; 10 × 2 mcg
    ("naltrexone", "0.2 mg", ["dose-multiple-of-studied 100", "dose-part-of-range 10"]),  # a total of a day is no value
    ("naltrexone", "4 mcg", ["dose-part-of-range 1000"]),  # 4 mg; a total of a day is no value
    ("naltrexone", "1.75 mg", []),  # an end of the range is a value
    ("naltrexone", "4.5 mg", []),
    ("naltrexone", "3 mg", []),  # in the range; 3 mcg is not studied
    ("naltrexone", "3 mcg", ["dose-part-of-range 1000"]),
    ("naltrexone", "0.125 mg", []),
    ("naltrexone", "125 mg", ["dose-multiple-of-studied 1000"]),
    ("naltrexone", "1.25 mg", ["dose-multiple-of-studied 10"]),  # 1 mg to 5 mg is reported use and counts by its ends
    ("naltrexone", "125 ng", ["dose-part-of-studied 1000"]),
    ("naltrexone", "20 nanogram", ["dose-part-of-studied 100"]),
    ("naltrexone", "9.999 mg", []),
    ("naltrexone", "10 mg", [f"dose-multiple-of-studied {factor}" for factor in (1000, 100, 10)]),
    ("naltrexone", "1 mg", []),  # 1,000 × 1 mcg, but a value itself: a note
    ("naltrexone", "5 mcg", ["dose-part-of-studied 1000", "dose-part-of-studied 100"]),
    ("naltrexone", "2 g", ["dose-multiple-of-range 1000"]),
    ("naltrexone", "1.6 mg", []),
    ("naloxone", "0.4 mg", []),
    ("naloxone", "0.1 mg", []),  # in the range, so 10 × 0.1 mg = 1 mg does not count
    ("naloxone", "0.999 mg", ["dose-multiple-of-range 10"]),
    ("naloxone", "1 mg", []),
    ("naloxone", "50 nanogram", []),  # an intrathecal dose; 50 mcg and 5 mcg are not studied
    ("naloxone", "0.4 mcg", ["dose-part-of-studied 1000"]),
    ("naloxone", "100 nanogram", ["dose-part-of-range 1000"]),
]  # fmt: skip


class TestTripwire:
    """The rule of the tripwire.

    A dose equal to a studied oral value gets a note at most; any other dose that, times or divided by 1,000, equals a
    studied value or falls in a studied range is a warning, even when it lies in a studied range itself; a dose in no
    studied range that does so with 10 or 100 is a warning too.
    """

    @pytest.mark.parametrize(("drug", "dose", "expected"), TRIPWIRE)
    def test_the_table(self, drug: str, dose: str, expected: list[str]) -> None:
        warned = [f"{f.code} {f.values['factor']}" for f in found(drug, dose, Severity.WARNING) if f.code in WARNINGS]
        assert expected == warned

    @given(
        drug=st.sampled_from(doses.DRUGS),
        near=st.one_of(
            st.sampled_from(sorted({*VALUES["naltrexone"], *VALUES["naloxone"], "2", "3", "0.2", "0.02", "0.004"})),
            st.decimals("0.001", "9.999", places=3).map(str),
        ),
        power=st.integers(-4, 4),
        nudge=st.sampled_from(["0", "0", "0", "0.000000001", "-0.000000001"]),
    )
    def test_it_is_the_rule_stated_by_brute_force(self, drug: str, near: str, power: int, nudge: str) -> None:
        mg = Fraction(near) * Fraction(10) ** power + Fraction(nudge)
        low, high = map(Fraction, RANGES[drug])
        values = {Fraction(text) for text in VALUES[drug]}

        def is_studied(other: Fraction) -> bool:
            return other in values or low <= other <= high

        warned = set()
        if mg not in values:
            for times in (Fraction(1000), Fraction(1, 1000)):
                if is_studied(mg * times):
                    warned.add(times)
            if not low <= mg <= high:
                for times in (Fraction(10), Fraction(1, 10), Fraction(100), Fraction(1, 100)):
                    if is_studied(mg * times):
                        warned.add(times)

        raised = [f for f in found(drug, mg, Severity.WARNING) if f.code in WARNINGS]
        factors: list[Fraction] = []
        for finding in raised:
            factor = finding.values["factor"]
            assert isinstance(factor, int)
            factors.append(Fraction(1) / factor if "multiple" in finding.code else Fraction(1) * factor)
            assert mg * factors[-1] == finding.values["studied"]
        assert warned == set(factors)
        assert len(factors) == len(set(factors))
        if mg in values:
            assert {"oral-route-doubted"} >= set(codes(drug, mg, Severity.WARNING))
        assert (mg >= Fraction(LIMITS[drug])) == ("dose-not-low" in codes(drug, mg, Severity.ERROR))

    def test_the_message_names_both_doses_in_two_units(self) -> None:
        (warning,) = found("naltrexone", "2 mg", Severity.WARNING)
        assert (
            "2 mg (2,000 mcg) is 1,000 times 2 mcg (0.002 mg), studied according to the source review "
            "(Cruciani et al. 2003)"
        ) == said(warning)

    def test_the_message_names_the_range_that_is_met(self) -> None:
        (warning,) = found("naltrexone", "3 mcg", Severity.WARNING)
        assert (
            "1,000 times 3 mcg (0.003 mg) is 3 mg (3,000 mcg), which lies in the range 1.75 mg (1,750 mcg) to "
            "4.5 mg (4,500 mcg), studied according to the source review (LDNinfo.org 2009, reported use)"
        ) == said(warning)

    def test_a_studied_value_a_thousandfold_from_another_gets_a_note(self) -> None:
        assert "studied-thousandfold-apart" in codes("naltrexone", "2 mcg", Severity.NOTE)
        assert "studied-thousandfold-apart" in codes("naltrexone", "1 mg", Severity.NOTE)
        assert "studied-thousandfold-apart" not in codes("naltrexone", "0.1 mg")

    @pytest.mark.parametrize("value", VALUES["naltrexone"])
    def test_a_studied_naltrexone_value_gets_notes_alone(self, value: str) -> None:
        assert {Severity.NOTE} == {finding.severity for finding in found("naltrexone", Fraction(value))}
        assert "dose-studied" in codes("naltrexone", Fraction(value))

    def test_a_mass_and_a_fraction_are_judged_alike(self) -> None:
        assert studied_doses.dose_findings("naltrexone", Mass(Decimal("2"))) == studied_doses.dose_findings("naltrexone", Fraction(2))


class TestLimits:
    """From a limit by mouth upward, one for each drug on record, it is a judgement finding of error level."""

    def test_every_drug_on_record_has_its_limit_with_a_source(self) -> None:
        rows = doses.review_data()["limits"]

        assert {form.drug for form in substances.known()} == {row["drug"] for row in rows}
        assert all(row["source"].startswith("house rule of this tool: ") for row in rows)
        assert {"nalmefene": Fraction(18, 5), "methylnaltrexone": Fraction(450, 5)}.items() <= {
            row["drug"]: Fraction(row["error_from_mg"]) for row in rows
        }.items()

    @pytest.mark.parametrize(
        ("drug", "dose", "errors"),
        [
            ("naltrexone", "9.999 mg", []),
            ("naltrexone", "10 mg", ["dose-not-low"]),
            ("naltrexone", "50 mg", ["dose-not-low"]),
            ("naloxone", "0.999 mg", []),
            ("naloxone", "1 mg", ["dose-not-low"]),
            ("naloxone", "10 mg", ["dose-not-low"]),
            ("nalmefene", "3.599 mg", []),
            ("nalmefene", "3.6 mg", ["dose-not-low"]),
            ("nalmefene", "100 mg", ["dose-not-low"]),
            ("methylnaltrexone", "89.9 mg", []),
            ("methylnaltrexone", "90 mg", ["dose-not-low"]),
            ("ketotifen", "1 g", []),
        ],
    )
    def test_the_limit_itself_is_an_error(self, drug: str, dose: str, errors: list[str]) -> None:
        assert errors == codes(drug, dose, Severity.ERROR)

    def test_a_pharmacist_can_take_it_on_with_a_reason(self) -> None:
        accepted = accept(studied_doses.dose_findings("naloxone", Fraction(2)), {"dose-not-low": "as prescribed"})
        assert Severity.WARNING is next(f for f in accepted if f.code == "dose-not-low").severity


class TestNaloxone:
    """By domain facts 8, oral naloxone rows are shown only together with the route warning."""

    @pytest.mark.parametrize("dose", ["0.4 mg", "0.3 mg", "50 nanogram", "1 mg", "7 mg"])
    def test_every_dose_carries_the_route_warning(self, dose: str) -> None:
        assert "oral-route-doubted" in codes("naloxone", dose, Severity.WARNING)

    def test_naltrexone_does_not(self) -> None:
        assert "oral-route-doubted" not in codes("naltrexone", "0.4 mg")

    def test_an_intrathecal_dose_is_no_precedent_and_is_said_once(self) -> None:
        notes = [said(f) for f in found("naloxone", "20 nanogram") if f.code == "dose-studied-otherwise"]
        assert [
            "20 nanograms (0.02 mcg) stands in the source review, but not as one oral immediate-release dose: given "
            "into the spinal fluid, not by mouth (Hamann et al. 2008)"
        ] == notes

    @pytest.mark.parametrize("dose", ["10 mg", "20 mg", "40 mg"])
    def test_an_extended_release_dose_is_no_precedent(self, dose: str) -> None:
        notes = [said(f) for f in found("naloxone", dose) if f.code == "dose-studied-otherwise"]
        assert any("extended-release" in note for note in notes)


class TestClasses:
    """Ultralow is below 1 mg for the review, below 1 mcg a day for Toljan and Vrooman 2018; low is 1 to 5 mg."""

    @pytest.mark.parametrize(
        ("mg", "review", "daily"),
        [
            ("0.00002", "ultralow", "ultralow"),
            ("0.000999", "ultralow", "ultralow"),
            ("0.001", "ultralow", "very low"),
            ("0.5", "ultralow", "very low"),
            ("0.999", "ultralow", "very low"),
            ("1", "low", "low"),
            ("5", "low", "low"),
            ("5.001", "not-named", "not-named"),
            ("49.999", "not-named", "not-named"),
            ("50", "addiction-therapy", "not-named"),
            ("100", "addiction-therapy", "not-named"),
            ("100.1", "not-named", "not-named"),
        ],
    )
    def test_the_edges(self, mg: str, review: str, daily: str) -> None:
        assert [("the source review", review), ("Toljan and Vrooman 2018", daily)] == [
            (classed.definition.name, classed.name) for classed in doses.classify(Fraction(mg))
        ]

    def test_the_note_names_both_definitions_and_their_thresholds(self) -> None:
        note = next(f for f in found("naltrexone", "2 mcg") if f.code == "dose-class")
        assert (
            "class of 2 mcg (0.002 mg): ultralow by the source review, where ultralow is below 1 mg; very low by "
            "Toljan and Vrooman 2018, where ultralow is below 1 mcg a day"
        ) == said(note)


class TestNearest:
    """Nearest is counted by ratio, exactly."""

    @pytest.mark.parametrize(
        ("drug", "mg", "expected"),
        [
            ("naltrexone", "0.002", [("0.002", "1")]),
            ("naltrexone", "0.02", [("0.01", "2"), ("0.1", "5")]),
            ("naltrexone", "0.2", [("0.25", "1.25"), ("0.125", "1.6")]),
            ("naltrexone", "0.00002", [("0.001", "50")]),
            ("naltrexone", "9", [("5", "1.8")]),
            ("naltrexone", "2", [("1.75", "1")]),  # the range that begins there
            ("naltrexone", "4.5", [("4.5", "1")]),
            ("naloxone", "0.5", [("0.4", "1.25"), ("1", "2")]),
            ("nalmefene", "1", []),
        ],
    )
    def test_the_next_down_and_the_next_up(self, drug: str, mg: str, expected: list[tuple[str, str]]) -> None:
        assert [(Fraction(low), Fraction(ratio)) for low, ratio in expected] == [
            (near.reference.low, near.ratio) for near in doses.nearest_studied(drug, Fraction(mg))
        ]

    @given(drug=st.sampled_from(doses.DRUGS), mg=st.fractions("0.00001", "20"))
    def test_no_studied_value_is_nearer(self, drug: str, mg: Fraction) -> None:
        near = doses.nearest_studied(drug, mg)
        ratios = [max(mg / Fraction(text), Fraction(text) / mg) for text in VALUES[drug]]
        low, high = map(Fraction, RANGES[drug])
        assert (Fraction(1) if low <= mg <= high else min(ratios)) == near[0].ratio


class TestNotChecked:
    """A rule that lacks its facts says so."""

    @pytest.mark.parametrize("drug", ["methylnaltrexone", "nalmefene", "naltrexon", "", "naltrexone hydrochloride"])
    def test_a_drug_without_studied_doses_is_not_checked_because_none_are_known(self, drug: str) -> None:
        (unchecked,) = studied_doses.dose_not_checked(drug)
        assert "studied-doses-unknown" == unchecked.code
        assert "no studied doses" in message_of(unchecked)
        assert () == studied_doses.dose_findings(drug, Fraction(1))

    @pytest.mark.parametrize("drug", ["naltrexone", "Naloxone", " NALTREXONE "])
    def test_a_drug_of_the_review_is_checked_however_it_is_capitalised(self, drug: str) -> None:
        assert () == studied_doses.dose_not_checked(drug)
        assert studied_doses.dose_findings(drug, Fraction(1)) != ()

    def test_the_form_the_review_leaves_open_is_said_once(self) -> None:
        said_so = [f for f in studied_doses.dose_findings("naltrexone", Fraction(1), substance="naltrexone hydrochloride")
                   if f.code == "review-form-not-stated"]  # fmt: skip
        assert 1 == len(said_so)
        assert "of naltrexone hydrochloride" in said(said_so[0])

    @pytest.mark.parametrize("mg", [Fraction(0), Fraction(-1)])
    def test_a_dose_that_is_not_above_zero_is_refused(self, mg: Fraction) -> None:
        with pytest.raises(InputError, match="--dose: a dose is above zero"):
            studied_doses.dose_findings("naltrexone", mg)

    def test_a_float_is_refused(self) -> None:
        with pytest.raises(TypeError):
            studied_doses.dose_findings("naltrexone", 0.1)  # type: ignore[arg-type]


REFUSED = """
intravenous|IV|i.v.|iv bolus|Intra-venous|intra venous|ＩＶ|I. V.|INTRAVENÖS|intraveineuse|endovenosa|IV infusion|iv.
(iv)|Kurzinfusion|bolus|capsule/IV|IV0.4|naloxone 0.4mg iv|capsule, IV|oral or IV|not oral, intravenous|not only IV
no longer intravenous|внутривенно|静脉注射|静脈内|静注
intramuscular|IM|i.m.|intramuskulär|intramuscolare|внутримышечно|筋注
subcutaneous|SC|s.c.|SubQ|sub-cut|sous-cutanée|sottocutanea|implant|подкожно|皮下注射
intrathecal|intra-thecal|IT|i.t.|spinal|intraspinal|epidural|intratecal
injection|for injection|injectable|Injektionslösung|inyectable|iniezione|ampoule|pre-filled pen|syringe|parenteral
intranasal|nasal spray|Nasenspray|i.n.|鼻喷雾
sublingual|SL|s.l.|sub-lingual tablet|buccal|lozenge|troche|舌下
transdermal patch|topical cream|ointment
suppository|rectal|Zäpfchen|p.r.|vaginal
eye drops|ophthalmic solution
inhaler|nebulised
intraosseous|intra-articular
nasogastric tube|feeding tube
"""
PASSED = """
capsule|capsules|Capsule|hard gelatin capsule, size 3|oral capsule|immediate-release capsule|by mouth|per os
capsule, take it at night|capsule in a bottle|Kapsel|cápsula oral|gélule|胶囊|капсула|ivory capsule|capsule SR
capsule, not for injection|capsule (not for IV use)|non-injectable capsule|noninjectable capsule|never intravenous
living|divided|rectangular blister|dispatched capsule|diagnosed|appointment|motion|subtropical|limit|sit|item|active
important|simple|sclera|slim
"""


def forms(text: str) -> list[str]:
    return text.strip().replace("\n", "|").split("|")


class TestOtherRoutes:
    """A dose that is not oral immediate release is refused with the reason: this tool plans oral capsules."""

    @pytest.mark.parametrize("form", forms(REFUSED))
    def test_a_form_of_another_route_is_refused(self, form: str) -> None:
        with pytest.raises(InputError) as raised:
            dosage_forms.refuse_other_forms(form, "--dosage-form")
        assert "--dosage-form" == raised.value.where
        assert "this tool plans oral immediate-release capsules only" in raised.value.sentence

    @pytest.mark.parametrize("form", forms(PASSED))
    def test_a_form_by_mouth_passes(self, form: str) -> None:
        dosage_forms.refuse_other_forms(form, "--dosage-form")

    def test_the_sentence_names_the_form_and_the_route(self) -> None:
        with pytest.raises(InputError, match="“IV bolus” is a form given into a vein; this tool plans oral"):
            dosage_forms.refuse_other_forms("IV bolus", "--dosage-form")

    def test_findings_refuse_it_too(self) -> None:
        with pytest.raises(InputError, match="into the spine"):
            studied_doses.dose_findings("naloxone", Fraction("0.00005"), "intrathecal")

    @pytest.mark.parametrize("form", ["", "  ", "x" * 201, "not iv " * 2000, "capsule\n", "i\u200bv"])
    def test_an_unreadable_form_is_one_sentence_with_its_place(self, form: str) -> None:
        with pytest.raises(InputError) as raised:
            dosage_forms.refuse_other_forms(form, "--dosage-form")
        assert len(str(raised.value)) < 250
        assert str(raised.value).startswith("--dosage-form: ")

    def test_every_route_of_the_review_but_by_mouth_is_recognised(self) -> None:
        for route in ("intravenous", "intramuscular", "intrathecal"):
            assert route in doses.ROUTES
            with pytest.raises(InputError):
                dosage_forms.refuse_other_forms(route, "w")


BASES = ("per dose", "per day", "per procedure", "per kg and hour", "per 1 mg of morphine", "not stated")
USES = ("reference", "doubted", "never")
FREE = ("not checked", "confirmed", "confirmed with a remark")
STATUSES = (*FREE, "route doubted", "contrary evidence", "partly contradicted", "contradicted")


def slips_of_amount(amount: doses.Amount) -> list[str]:
    """The places where an amount is none: an unknown basis, no dose above zero, ends that are not in order."""
    wrong = {
        "basis": amount.basis not in BASES,
        "below": amount.below and (amount.low is not None or amount.high is None),
        "values": any(value <= 0 for value in amount.numbers),
        "range": amount.low is not None and (amount.high is None or amount.low >= amount.high),
    }
    return [place for place in wrong if wrong[place]]


def slips_of_figure(figure: doses.Figure) -> list[str]:
    """The places where a figure is compared though it is no dose, or no range."""
    wrong = [
        figure.compare not in ("", "values", "range"),
        bool(figure.compare) and not figure.amount.is_dose,
        figure.compare == "range" and figure.amount.low is None,
    ]
    amounts = [figure.amount] if figure.checked is None else [figure.amount, figure.checked]
    return ["compare"] * any(wrong) + [place for amount in amounts for place in slips_of_amount(amount)]


def slips_of_row(row: doses.StudiedDose) -> list[str]:
    """The places where a row has an unknown word, lacks one, or is compared though something bars it."""
    compared = any(figure.compare for figure in row.figures)
    wrong = {
        f"{row.id}.drugs": not set(row.drugs) <= set(doses.DRUGS),
        f"{row.id}.routes": not set(row.routes) <= set(doses.ROUTES),
        f"{row.id}.use": row.use not in USES or compared != (row.use != "never")
        or (compared and row.routes != ("oral",)) or (row.use == "reference" and row.check.status not in FREE),
        f"{row.id}.status": row.check.status not in STATUSES,
        row.id: not (row.drugs and row.routes and row.figures and row.lines and row.because),
    }  # fmt: skip
    return [place for place in wrong if wrong[place]] + [s for figure in row.figures for s in slips_of_figure(figure)]


class TestDataFile:
    """The rows of the data file contradict neither themselves nor each other; the program relies on it."""

    def test_no_row_has_a_slip(self) -> None:
        assert [] == [place for row in doses.load_review().records for place in slips_of_row(row)]

    def test_every_number_is_a_text_in_its_shortest_form_but_those_printed(self) -> None:
        """What `Fraction` would read and the file may not hold: an exponent, a sign, a bare number, an underline."""
        data = json.loads(shipped.read("doses.json"))
        figures = [figure for row in data["records"] for figure in row["figures"]]
        figures += [figure["checked"] for figure in figures if "checked" in figure]
        numbers = [number for figure in figures for key in ("values", "range") for number in figure.get(key, ())]
        numbers += [figure[key] for figure in figures for key in ("up_to", "below") if key in figure]
        numbers += [limit["error_from_mg"] for limit in data["limits"]]
        bands = [band for definition in data["classes"] for band in definition["bands"]]
        numbers += [band[key] for band in bands for key in ("from_mg", "to_mg", "below_mg") if key in band]
        assert len(numbers) > 50
        for number in numbers:
            assert Fraction(number) == from_canonical(number, "doses.json")

    @pytest.mark.parametrize(
        ("amount", "place"),
        [
            ({"basis": "per week"}, "basis"),
            ({"basis": "per dose", "values": (Fraction(0),)}, "values"),
            ({"basis": "per dose", "low": Fraction(2), "high": Fraction(1)}, "range"),
            ({"basis": "per dose", "low": Fraction(2)}, "range"),
            ({"basis": "per dose", "below": True}, "below"),
        ],
    )
    def test_a_slip_in_an_amount_is_found(self, amount: dict[str, Any], place: str) -> None:
        assert [place] == slips_of_amount(doses.Amount(**amount))

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            ({"use": "perhaps"}, "t2-nt-01.use"),
            ({"use": "never"}, "t2-nt-01.use"),
            ({"routes": ("intravenous",)}, "t2-nt-01.use"),
            ({"routes": ("by post",)}, "t2-nt-01.routes"),
            ({"drugs": ("morphine",)}, "t2-nt-01.drugs"),
            ({"because": ""}, "t2-nt-01"),
            ({"check": BY_ID["t2-nx-06"].check}, "t2-nt-01.use"),
        ],
    )
    def test_a_slip_in_a_row_is_found(self, change: dict[str, Any], place: str) -> None:
        assert place in slips_of_row(replace(BY_ID["t2-nt-01"], **change))

    def test_a_slip_in_a_figure_or_a_check_is_found(self) -> None:
        rate = doses.Amount("per kg and hour", (Fraction(1),))
        dose = doses.Amount("per dose", (Fraction(1),))
        for amount, compare in ((rate, "values"), (dose, "range"), (dose, "maybe")):
            assert ["compare"] == slips_of_figure(doses.Figure("1 mg", amount, None, compare, ""))
        row = replace(BY_ID["t2-nt-01"], check=doses.FigureCheck("fine", "", "", ""))
        assert "t2-nt-01.status" in slips_of_row(row)


class TestFilters:
    """Rows are asked for by words of the review alone."""

    @pytest.mark.parametrize(
        ("filters", "place"), [(("morphine",), "--drug"), ((None, "IV"), "--route"), ((None, None, "tiny"), "--class")]
    )
    def test_a_filter_that_is_no_choice_names_the_choices(self, filters: tuple[str | None, ...], place: str) -> None:
        with pytest.raises(InputError, match="is none of") as raised:
            doses.entries(*filters)
        assert place == raised.value.where


class TestCatalogue:
    """Each code of this part is raised by a test, and every sentence can be made."""

    CODES = frozenset({
        "dose-class", "review-form-not-stated", "dose-studied", "dose-in-studied-range", "dose-between-studied",
        "dose-beyond-studied", "dose-studied-otherwise", "studied-thousandfold-apart", "dose-multiple-of-studied",
        "dose-part-of-studied", "dose-multiple-of-range", "dose-part-of-range", "dose-not-low", "oral-route-doubted",
    })  # fmt: skip

    def test_every_code_is_raised_and_said_in_safe_notation(self) -> None:
        raised = set()
        for drug in doses.DRUGS:
            for mg in ("0.00002", "0.00005", "0.0004", "0.002", "0.003", "0.02", "0.2", "0.3", "0.4", "1", "1.25", "2",
                       "4.5", "7", "9.999", "10", "75", "125", "2000"):  # fmt: skip
                for finding in studied_doses.dose_findings(drug, Fraction(mg)):
                    raised.add(finding.code)
                    assert UNSAFE.search(said(finding)) is None, said(finding)
                    assert remedy_of(finding)
                    assert "--dose" == finding.where
        assert self.CODES == raised

    def test_every_code_stands_in_the_catalogue(self) -> None:
        assert self.CODES | {"studied-doses-unknown"} <= set(catalogue.ENTRIES)


def run(*arguments: str, columns: int = 80) -> str:
    result = CliRunner(env={"COLUMNS": str(columns)}).invoke(command, list(arguments), catch_exceptions=False)
    assert 0 == result.exit_code
    return str(result.stdout)


class TestCommand:
    """`compound doses` lists the doses studied in the source review, with their cautions."""

    @pytest.mark.parametrize("columns", [20, 80, 120, 200])
    def test_no_line_is_wider_than_the_layout_but_a_web_address(self, columns: int) -> None:
        width = 120 if columns >= 120 else 80
        wide = [line for line in run(columns=columns).splitlines() if len(line) > width]
        assert all("[https://" in line for line in wide)

    @pytest.mark.parametrize("columns", [80, 120])
    def test_no_number_is_parted_from_its_unit(self, columns: int) -> None:
        lines = run(columns=columns).splitlines()
        cells = [cell for line in lines for cell in re.split(r" {2,}", line)]
        parted = [cell for cell in cells if re.match(r"(mg|mcg|nanograms?)\b", cell)]
        assert [] == parted

    @pytest.mark.parametrize("columns", [80, 120])
    def test_all_rows_and_all_cautions_are_listed(self, columns: int) -> None:
        text = run(columns=columns)
        for name in [case[0] for case in CASES] + [caution.id for caution in doses.load_review().cautions]:
            assert re.search(rf"^{name} ", text, re.MULTILINE), name

    def test_a_row_in_full(self) -> None:
        text = run("--drug", "naltrexone", "--class", "ultralow", columns=120)
        assert """
t2-nt-04  naltrexone     0.002 mg/day           2 mcg (0.002 mg) per day          painful diabetic neuropathy
          oral                                  check: not checked                with methadone
                                                reference: yes                    outcome: better relief on 16 % less
                                                                                  methadone
                                                                                  [Cruciani et al. 2003]
""" in text

    def test_rows_that_need_no_remark_have_none(self) -> None:
        assert "Remarks" not in run("--drug", "naltrexone", "--class", "low")
        assert "Remarks" in run("--drug", "naloxone", "--class", "low")

    def test_the_contradicted_unit_stands_beside_the_paper_s(self) -> None:
        text = " ".join(run("--drug", "naloxone", columns=120).split())
        assert "The unit is a thousandfold off" in text
        assert "638.4 mg in 24 hours; as checked, 0.6384 mg" in text

    def test_off_label_is_said_once(self) -> None:
        text = run()
        assert (1, 1) == (text.count("off-label"), text.count("for education"))

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (["--drug", "naloxone", "--route", "intrathecal"], ["t2-nx-08", "tx-07"]),
            (["--route", "oral-extended-release"], ["t2-nx-09"]),
            (["--class", "addiction-therapy"], ["tx-01"]),
            (["--class", "not-classed"], ["t2-nx-05", "t2-nx-06", "tx-06"]),
            (["--route", "oral", "--class", "low"],
             ["t2-nx-03", "t2-nt-01", "t2-nt-03", "t2-nt-06", "tx-09", "tx-13", "tx-14"]),
            (["--drug", "naltrexone", "--route", "intravenous"], []),
        ],
    )
    def test_the_filters(self, arguments: list[str], expected: list[str]) -> None:
        printed = json.loads(run(*arguments, "--json"))
        assert expected == [entry["id"] for entry in printed["entries"]]
        assert f"{len(expected)} of 32 rows" in run(*arguments)

    @pytest.mark.parametrize("option", ["--drug", "--route", "--class"])
    def test_an_unknown_filter_is_a_usage_error_that_names_the_choices(self, option: str) -> None:
        result = CliRunner().invoke(command, [option, "unknown"])
        assert (2, "") == (result.exit_code, result.stdout)
        known = {"--drug": doses.DRUGS, "--route": doses.ROUTES, "--class": doses.CLASSES}[option]
        assert all(choice in result.stderr for choice in known)

    def test_every_option_has_its_help(self) -> None:
        assert command.help
        assert all(getattr(parameter, "help", None) for parameter in command.params)

    def test_json_holds_every_row_with_numbers_as_text(self) -> None:
        printed = json.loads(run("--json"), parse_float=lambda text: pytest.fail(f"{text} is a bare number"))
        assert "compound.doses/1" == printed["schema"]
        assert (32, 12, 2) == (len(printed["entries"]), len(printed["cautions"]), len(printed["classes"]))
        entry = next(entry for entry in printed["entries"] if entry["id"] == "t2-nx-06")
        assert {"basis": "per kg and hour", "values_mg_per_kg_per_hour": ["0.38"]} == entry["doses"][1]["as_read"]
        assert {"basis": "per kg and hour", "values_mg_per_kg_per_hour": ["0.00038"]} == entry["doses"][1]["as_checked"]
        bolus = {"basis": "per 1 mg of morphine", "values_mg_per_mg_morphine": ["1/75"]}
        assert bolus == entry["doses"][0]["as_checked"]
        assert (False, "never") == (entry["reference"], entry["use"])
        assert {"basis": "per dose", "from_mg": "1.75", "to_mg": "4.5"} == next(
            entry for entry in printed["entries"] if entry["id"] == "tx-13"
        )["doses"][0]["as_read"]
        assert {"basis": "per dose", "below_mg": "1"} == printed["entries"][-1]["doses"][0]["as_read"]
        assert 15 == sum(entry["reference"] for entry in printed["entries"])  # 8 of Table 2 and tx-08 to tx-14
