"""What people have in hand, and what is read of it: one table a reader, and no text that is read has two meanings."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from helpers import DRUG, USUAL, order
from hypothesis import given
from hypothesis import strategies as st

from compound.cli import plan as cli
from compound.cli.main import _exit_code
from compound.correcting.readings import read_amount, read_net
from compound.exact.errors import AmbiguousAmount, Faults, InputError, InputErrors
from compound.exact.quantity import Mass, Percent
from compound.facts.lot import parse_assay, parse_strength, read_lot
from compound.facts.substance import Basis
from compound.facts.substances import forms_of, known, label_form
from compound.order.excipient import Excipient
from compound.order.formula import formula_options
from compound.order.options import read_order
from compound.order.options_table import KNOWN_OPTIONS, OF_THE_ORDER, Kind
from compound.order.request import from_request, to_request
from compound.plan.plan import Plan
from compound.planning.powder import plan_by_powder
from compound.reading import shipped
from compound.reading.amounts import parse_diameter, parse_mass, parse_volume
from compound.reading.csv_text import read_cells, read_table
from compound.reading.marks import with_decimal_points, with_point_in_share, without_groups
from compound.reading.phrases import bare_size, parse_capsules, parse_readability, parse_sensitivity
from compound.reading.text import read_reason, visible_letters
from compound.worksheet.template import read_template

HANGUL_FILLER, BLANK_BRAILLE = "\u3164", "\u2800"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.command, list(arguments))


def faults_of(error: BaseException | None) -> list[str]:
    """What an input was refused for, place and sentence, a text each."""
    assert isinstance(error, InputError)
    return [str(one) for one in error.each]


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compound.cli.output.is_terminal", lambda: False)


class TestUnits:
    """A unit is a symbol as it stands or a word of a pharmacopoeia's language; each has one meaning."""

    @pytest.mark.parametrize(
        ("text", "mg"),
        [
            ("0.5 milligrams", "0.5"), ("0.5 Milligrams", "0.5"), ("0.5 MILLIGRAMS", "0.5"), ("0.5 Milligramm", "0.5"),
            ("0.5 milligrammes", "0.5"), ("0.5 miligramos", "0.5"), ("0.5 milligrammi", "0.5"), ("0.5 miligramas", "0.5"),
            ("0.5 milligram", "0.5"), ("0.5 miligram", "0.5"), ("2 Mikrogramm", "0.002"), ("2 mikrogram", "0.002"),
            ("2 microgrammes", "0.002"), ("2 microgramos", "0.002"), ("2 microgrammi", "0.002"), ("2 microgramas", "0.002"),
            ("2 microgram", "0.002"), ("20 nanograms", "0.00002"), ("20 Nanogramm", "0.00002"), ("20 nanogramos", "0.00002"),
            ("2 MCG", "0.002"), ("2 grams", "2000"), ("2 Gramm", "2000"), ("2 gramos", "2000"), ("2Gramm", "2000"),
        ],
    )  # fmt: skip
    def test_words_of_masses(self, text: str, mg: str) -> None:
        assert Decimal(mg) == parse_mass(text, "--dose").mg

    @pytest.mark.parametrize("text", ["10 millilitres", "10 Milliliter", "10 mililitros", "10 millilitri", "10 ML"])
    def test_words_of_volumes(self, text: str) -> None:
        assert Decimal(10) == parse_volume(text, "--v").ml

    @pytest.mark.parametrize("text", ["8 Mikrometer", "8 micrometros", "8 microm\u00e8tres", "8 microns", "8 \u00b5m"])
    def test_words_of_diameters(self, text: str) -> None:
        assert Decimal(8) == parse_diameter(text, "--particle-size")

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("2 Mg", "megagram"), ("2 mG", "write mg"), ("2 Mcg", "write mcg"), ("2 mCG", "units are"),
            ("2 milliGrams", "units are"), ("2 gr", "grain (64.8 mg) or a gram"), ("2 gran", "units are"), ("2 grano", "units are"),
            ("2 milligrams daily", "units are"), ("2 millimeter", "units are"), ("2 kilogram", "units are"),
            ("2 millilitres", "is a volume"), ("2 \u043c\u0433", "stands in no unit"), ("2 mgs", "write mg"),
            ("2 milligrams.", "without a full stop"), ("0,5 milligrams", "write 0.5 milligrams if"),
        ],
    )  # fmt: skip
    def test_what_is_no_unit_is_refused(self, text: str, why: str) -> None:
        with pytest.raises(InputError) as refused:
            parse_mass(text, "--dose")
        assert why in refused.value.sentence

    @given(st.from_regex(r"\A[A-Za-z\u00b5\u03bc]{1,12}\Z"))
    def test_a_word_is_of_one_kind_at_most(self, unit: str) -> None:
        read = []
        for parse in (parse_mass, parse_volume, parse_diameter):
            try:
                read.append(parse(f"2 {unit}", "x"))
            except InputError:
                continue
        assert len(read) <= 1

    @given(st.sampled_from(["milli", "mili", "micro", "mikro", "nano"]), st.sampled_from(["gram", "gramme", "gramm", "gramo", "grama"]),
           st.booleans())  # fmt: skip
    def test_a_word_counts_as_its_prefix_says(self, prefix: str, stem: str, capital: bool) -> None:
        factor = {"milli": "1", "mili": "1", "micro": "0.001", "mikro": "0.001", "nano": "0.000001"}[prefix]
        word = (prefix + stem).capitalize() if capital else prefix + stem

        assert Decimal(factor) == parse_mass(f"1 {word}", "x").mg


class TestCounts:
    """How many capsules: a whole number, bare or with the word."""

    @pytest.mark.parametrize(
        "text",
        ["30", "#30", "# 30", "30 capsules", "30 Capsules", "30 CAPSULES", "30 caps", "30 caps.", "30 Kapseln", "30Kapseln",
         "30 Hartkapseln", "30 g\u00e9lules", "30 c\u00e1psulas", "30 capsule", "#30 capsules", " 30 "],
    )  # fmt: skip
    def test_are_read(self, text: str) -> None:
        assert 30 == parse_capsules(text, "--capsules")

    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("30 tablets", "number alone"), ("30 mg", "number alone"), ("30 capsules daily", "number alone"),
            ("1,000 capsules", "may mean 1 or 1000"), ("1.000 capsules", "may mean 1 or 1000"), ("30.0 capsules", "not a whole number"),
            ("030 capsules", "leading zeros"), ("-30 capsules", "has a sign"), ("0 capsules", "is zero"), ("##30", "not a plain number"),
            ("\uff13\uff10 capsules", "digits are 0 to 9"), ("capsules", "stands in no unit"), ("3O capsules", "letter O"),
            ("30 capsules\u200b", "invisible character"), ("3 x 10", "something after the number"), ("thirty", "stands in no unit"),
        ],
    )  # fmt: skip
    def test_or_refused(self, text: str, why: str) -> None:
        with pytest.raises(InputError) as refused:
            parse_capsules(text, "--capsules")
        assert why in refused.value.sentence or "does not begin with a number" in refused.value.sentence

    @given(st.text(max_size=12))
    def test_what_is_read_holds_one_number_and_that_is_it(self, text: str) -> None:
        try:
            count = parse_capsules(text, "x")
        except InputError:
            return
        assert [str(count)] == re.findall(r"[0-9]+", text)


class TestSizes:
    """The size of a capsule: its number, bare or with the word or the sign."""

    @pytest.mark.parametrize(
        ("text", "size"),
        [("0", "0"), ("size 0", "0"), ("Size 00", "00"), ("SIZE 000", "000"), ("#0", "0"), ("# 4", "4"), ("size #1", "1"),
         ("Gr\u00f6\u00dfe 0", "0"), ("gr\u00f6sse 0", "0"), ("Gr. 0", "0"), ("Nr. 2", "2"), ("No. 2", "2"), ("taille 3", "3"),
         ("tama\u00f1o 3", "3"), ("capsule size 1", "1")],
    )  # fmt: skip
    def test_are_read(self, text: str, size: str) -> None:
        assert size == bare_size(text)
        assert size == order(capsule_size=text).capsule_size

    @pytest.mark.parametrize("text", ["size 9", "size", "#", "0el", "size 0 1", "size 0.5", "0 mg", "size zero", "-1", "6"])
    def test_or_refused(self, text: str) -> None:
        with pytest.raises(InputError, match="is not a capsule size"):
            order(capsule_size=text)


class TestBalance:
    """The largest error of a weighing and the step of the display, each with its own symbol and with no other."""

    @pytest.mark.parametrize("text", ["0.2 mg", "\u00b10.2 mg", "\u00b1 0.2 mg", "+/-0.2 mg", "+/- 0.2 mg", "S=0.2 mg", "S = \u00b10.2 mg"])
    def test_a_sensitivity_is_read(self, text: str) -> None:
        assert Mass(Decimal("0.2")) == parse_sensitivity(text, "--balance-sensitivity")

    @pytest.mark.parametrize("text", ["0.1 mg", "d=0.1 mg", "d = 0.1 mg", "d=0.1mg"])
    def test_a_readability_is_read(self, text: str) -> None:
        assert Mass(Decimal("0.1")) == parse_readability(text, "--readability")

    @pytest.mark.parametrize(
        ("text", "why"),
        [("d=0.1 mg", "d is the readability"), ("e=1 mg", "verification interval"), ("s=0.1 mg", "standard deviation"),
         ("x=1 mg", "not read here"), ("+1 mg", "has a sign"), ("-1 mg", "has a sign"), ("\u00b1\u00b11 mg", "not one exact value"),
         ("1\u00b10.2 mg", "not one exact value"), ("\u00b1", "no amount given"), ("D=0.1 mg", "not read here")],
    )  # fmt: skip
    def test_or_refused_for_a_sensitivity(self, text: str, why: str) -> None:
        with pytest.raises(InputError, match=re.escape(why)):
            parse_sensitivity(text, "--balance-sensitivity")

    @pytest.mark.parametrize(
        ("text", "why"),
        [("S=1 mg", "S is the sensitivity"), ("e=1 mg", "verification interval"), ("\u00b10.1 mg", "not one exact value")],
    )
    def test_or_refused_for_a_readability(self, text: str, why: str) -> None:
        with pytest.raises(InputError, match=re.escape(why)):
            parse_readability(text, "--readability")

    @pytest.mark.parametrize("option", ["dose", "fill_weight", "capacity", "minimum_weight"])
    @pytest.mark.parametrize("text", ["\u00b10.2 mg", "d=0.2 mg", "S=0.2 mg"])
    def test_no_other_mass_has_a_symbol(self, option: str, text: str) -> None:
        with pytest.raises(InputError):
            order(**{option: text})


class TestAssay:
    """An assay may carry its basis, which must not contradict the one stated."""

    @pytest.mark.parametrize(
        ("text", "basis"),
        [("99.3 %", None), ("99.3%", None), ("99.3 % (anhydrous basis)", Basis.ANHYDROUS), ("99.3% (anhydrous)", Basis.ANHYDROUS),
         ("99.3 % on the anhydrous basis", Basis.ANHYDROUS), ("99.3 % (dried basis)", Basis.DRIED), ("99.3 % dried", Basis.DRIED),
         ("99.3 % (dried substance)", Basis.DRIED), ("99.3 % (as is)", Basis.AS_IS), ("99.3 % (as-is)", Basis.AS_IS),
         ("99.3 % (auf die wasserfreie Substanz bezogen)", Basis.ANHYDROUS), ("99.3 % (getrocknete Substanz)", Basis.DRIED)],
    )  # fmt: skip
    def test_is_read(self, text: str, basis: Basis | None) -> None:
        percent, found = parse_assay(text, "--assay")

        assert (Decimal("99.3"), basis) == (percent.percent, found)

    @pytest.mark.parametrize(
        ("text", "why"),
        [("99.3", "has no unit"), ("99.3 % (wet)", "is not a basis"), ("99.3 % (not dried)", "is not a basis"),
         ("99.3 % (dried, anhydrous)", "is not a basis"), ("99.3 % (0.5 % water)", "is not a basis"),
         ("99,3 % (dried)", "has a comma"), ("99.3 % w/v", "is not a basis"),
         ("98 % (dried) (as is)", "has something after its percent sign")],
    )  # fmt: skip
    def test_or_refused(self, text: str, why: str) -> None:
        with pytest.raises(InputError, match=re.escape(why)):
            parse_assay(text, "--assay")

    def test_the_readings_of_a_comma_keep_the_basis(self) -> None:
        with pytest.raises(AmbiguousAmount) as asked:
            parse_assay("99,3 % (dried)", "--assay")
        assert ("99.3 % (dried)", "993 % (dried)") == asked.value.readings

    def test_one_basis_is_enough_and_two_must_agree(self) -> None:
        alone = read_lot(assay="99.3 % (anhydrous basis)", water="1 %")

        assert alone == read_lot(assay="99.3 %", assay_basis="anhydrous", water="1 %")
        assert alone == read_lot(assay="99.3 % (anhydrous basis)", assay_basis="anhydrous", water="1 %")
        with pytest.raises(InputError, match="--assay-basis: is dried, but --assay says"):
            read_lot(assay="99.3 % (anhydrous basis)", assay_basis="dried", water="1 %")


class TestStrength:
    """The strength of a trituration is read exactly in each way it stands on a jar, but never as a bare ratio."""

    @pytest.mark.parametrize(
        ("text", "mg_per_g"),
        [("0.1%", "1"), ("0.1 %", "1"), ("100 %", "1000"), ("1 in 1000", "1"), ("1 in 3", "1000/3"), ("2.5 in 1000", "2.5"),
         ("30 mg in 3000 mg", "10"), ("30 mg in 3 g", "10"), ("1 mg in 3 mg", "1000/3"), ("10 mg/g", "10"), ("1 in 1", "1000")],
    )  # fmt: skip
    def test_is_read_exactly(self, text: str, mg_per_g: str) -> None:
        assert Fraction(mg_per_g) == Fraction(parse_strength(text, "--strength").mg_per_g)

    @pytest.mark.parametrize(
        ("text", "why"),
        [("1:1000", "bare ratio"), ("1/1000", "bare ratio"), ("1+999", "1 in 1000, or 1 in 1001"), ("1 zu 1000", "bare ratio"),
         ("1 to 1000", "bare ratio"), ("1 in 1,000", "may mean 1 or 1000"), ("1 in 1.000", "may mean 1 or 1000"),
         ("1000 in 1", "more drug than"), ("1 mg in 1000", "has no unit"), ("1 in 1000 mg", "has no unit"), ("0 %", "holds no drug"),
         ("101 %", "is impossible"), ("0.1", "is not read as a strength"), ("10 mg/mL", "is not read as a strength"),
         ("1 mg in 1 mL", "is a volume"), ("0,1%", "write 0.1 % if"), ("1 in 0", "is zero")],
    )  # fmt: skip
    def test_or_refused(self, text: str, why: str) -> None:
        with pytest.raises(InputError) as refused:
            parse_strength(text, "--strength")
        assert why in refused.value.sentence

    @given(st.integers(1, 10**6), st.integers(1, 10**6))
    def test_1_in_n_is_one_part_of_n_exactly_and_travels_in_json(self, part: int, whole: int) -> None:
        if part > whole:
            part, whole = whole, part
        told = order(dose="1 ng", strength=f"{part} in {whole}")
        back = from_request(json.loads(json.dumps(to_request(told))), told.balance)

        assert Fraction(part, whole) == told.content_fraction == back.content_fraction

    def test_a_plan_from_1_in_3_is_exact(self) -> None:
        result = run(DRUG, "--dose", "1 mg", "--balance-sensitivity", "1 mg", "--capsules", "30", "--strength", "1 in 3", "--json")
        record = json.loads(result.stdout)

        assert ("1/3", "1000/3") == (record["content_fraction"], record["request"]["strength_mg_per_g"])


class TestDecimalCommas:
    """A comma is a decimal one where something beside the text settles it, and is never guessed."""

    @pytest.mark.parametrize(
        ("text", "plain"),
        [("1,5 mg", "1.5 mg"), ("0,5 mg", "0.5 mg"), ("12,500 mg", "12.500 mg"), ("30", "30"), ("0.125 mg", "0.125 mg"),
         ("1.5 mg", "1.5 mg"), ("10,5 mg in 170,2 mg", "10.5 mg in 170.2 mg"), ("0,1 %", "0.1 %")],
    )  # fmt: skip
    def test_is_made_a_point(self, text: str, plain: str) -> None:
        assert plain == with_decimal_points(text, "x")

    @pytest.mark.parametrize("text", ["1.000,5 mg", "1,000.5 mg", "1,5,5 mg", "10.5 mg in 170,2 mg"])
    def test_two_marks_are_refused(self, text: str) -> None:
        with pytest.raises(InputError, match="more than one reading"):
            with_decimal_points(text, "x")

    def test_a_point_before_three_digits_may_be_a_thousand_there(self) -> None:
        with pytest.raises(AmbiguousAmount) as asked:
            with_decimal_points("1.125 mg", "x")
        assert ("1,125 mg", "1125 mg") == asked.value.readings
        assert ["1.125 mg", "1125 mg"] == [with_decimal_points(text, "x") for text in asked.value.readings]

    @pytest.mark.parametrize(
        ("text", "plain"),
        [("silica 0,5 %", "silica 0.5 %"), ("silica 0,5%", "silica 0.5%"), ("zorb 1,2 0,5 %", "zorb 1,2 0.5 %"),
         ("zorb 1,2", "zorb 1,2"), ("talc", "talc"), ("cellulose, powdered 1 %", "cellulose, powdered 1 %")],
    )  # fmt: skip
    def test_only_the_share_of_a_name_is_an_amount(self, text: str, plain: str) -> None:
        assert plain == with_point_in_share(text, "x")

    @given(st.text("0123456789,. mgcin", max_size=20))
    def test_what_is_read_has_the_value_that_its_commas_say(self, text: str) -> None:
        try:
            mass = parse_mass(with_decimal_points(text, "x"), "x")
        except InputError:
            return
        number = re.match(r" *([0-9.,]+)", text)
        assert number is not None
        assert not ("," in number[1] and "." in number[1])
        assert mass == parse_mass(f"{number[1].replace(',', '.')} {text.strip()[len(number[1].strip()):].strip()}", "x")

    def test_semicolons_part_the_columns_where_the_header_has_them_alone(self) -> None:
        assert read_cells(b"a;b\n1,5;2\n", "x").decimal_comma
        assert [(1, ["a", "b"]), (2, ["1,5", "2"])] == read_cells(b"a;b\n1,5;2\n", "x").rows
        assert not read_cells(b'a,"b;c"\n1,2\n', "x").decimal_comma
        assert not read_cells(b"a,b;c\n1,2\n", "x").decimal_comma
        assert ["a;b", "c"] == read_table(b'"a;b";c\n1;2\n', "x").header

    def test_a_table_of_orders_as_german_excel_writes_it(self, tmp_path: Path) -> None:
        german, plain = tmp_path / "german.csv", tmp_path / "plain.csv"
        german.write_bytes(
            b"\xef\xbb\xbfdrug;dose;balance-sensitivity;capsules;fill-weight;excipient;overage\r\n"
            b"naltrexone hydrochloride;0,25 mg;0,5 mg;30;128,5 mg;talc 1,5 %;2,5 %\r\n"
        )
        plain.write_text("drug,dose,balance-sensitivity,capsules,fill-weight,excipient,overage\n"
                         "naltrexone hydrochloride,0.25 mg,0.5 mg,30,128.5 mg,talc 1.5 %,2.5 %\n")  # fmt: skip
        one, other = (run("--orders", str(path), "--json") for path in (german, plain))

        assert 0 == one.exit_code
        assert one.stdout == other.stdout

    def test_a_comma_in_a_name_stays_one(self, tmp_path: Path) -> None:
        path = tmp_path / "o.csv"
        path.write_text("drug;dose;balance-sensitivity;capsules;diluent;fill-weight;accept\n"
                        'naltrexone hydrochloride;0,25 mg;1 mg;30;"zorb 1,2";128,5 mg;excipient-unknown=why not\n')  # fmt: skip
        record = json.loads(run("--orders", str(path), "--json").stdout)
        (row,) = record["orders"]

        assert "1.2" not in json.dumps(row["failures"])

    def test_all_that_is_wrong_with_a_cell_with_commas_is_said_with_the_rest(self, tmp_path: Path) -> None:
        path = tmp_path / "o.csv"
        path.write_text("drug;dose;balance-sensitivity;capsules\nnaltrexone hydrochloride;1.000,5 mg;1,125.5 mg;1.125\n")
        (row,) = json.loads(run("--orders", str(path), "--json").stdout)["orders"]

        assert ["--dose", "--balance-sensitivity", "--capsules"] == [said.partition(":")[0] for said in row["failures"]]

    def test_a_german_worksheet_settles_it(self) -> None:
        argv = [DRUG, "--dose", "0,25 mg", "--balance-sensitivity", "1 mg", "--capsules", "30", "--json"]
        refused, read = run(*argv), run(*argv, "--template", "worksheet.de")

        assert ["--dose: \u201c0,25 mg\u201d has a comma; write 0.25 mg if that is meant"] == faults_of(refused.exception)
        assert (0, "0.25") == (read.exit_code, json.loads(read.stdout)["request"]["dose_mg"])
        assert 1 == len(faults_of(run(*argv, "--template", "worksheet").exception))

    def test_a_german_worksheet_settles_it_in_formulas_and_tables_too(self, tmp_path: Path) -> None:
        formula, table = tmp_path / "f.toml", tmp_path / "o.csv"
        formula.write_text(f'drug = "{DRUG}"\ndose = "0,25 mg"\nbalance-sensitivity = "1 mg"\ncapsules = "30"\n')
        table.write_text(f'drug,dose,balance-sensitivity,capsules\n{DRUG},"0,25 mg",1 mg,30\n')
        german = ("--template", "worksheet.de", "--json")

        alone = json.loads(run("--formula", str(formula), *german).stdout)
        (row,) = json.loads(run("--orders", str(table), *german).stdout)["orders"]
        (bare,) = json.loads(run("--orders", str(table), "--json").stdout)["orders"]
        assert "0.25" == alone["request"]["dose_mg"] == row["plan"]["request"]["dose_mg"]
        assert ["--dose: \u201c0,25 mg\u201d has a comma; write 0.25 mg if that is meant"] == bare["failures"]

    def test_the_options_beside_a_german_table_are_written_as_ever(self, tmp_path: Path) -> None:
        table = tmp_path / "o.csv"
        table.write_text(f"drug;dose;capsules\n{DRUG};0,25 mg;30\n")
        (good,) = json.loads(run("--orders", str(table), "--balance-sensitivity", "1 mg", "--json").stdout)["orders"]
        (bad,) = json.loads(run("--orders", str(table), "--balance-sensitivity", "0,5 mg", "--json").stdout)["orders"]

        assert [] == good["failures"]
        assert ["--balance-sensitivity"] == [said.partition(":")[0] for said in bad["failures"]]

    def test_a_german_worksheet_changes_no_amount_that_has_a_point(self) -> None:
        result = run(DRUG, "--dose", "1.125 mg", "--balance-sensitivity", "1 mg", "--capsules", "30", "--json",
                     "--template", "worksheet.de")  # fmt: skip

        assert "1.125" == json.loads(result.stdout)["request"]["dose_mg"]

    def test_a_german_worksheet_settles_no_thousand(self) -> None:
        result = run(DRUG, "--dose", "1,000 mg", "--balance-sensitivity", "1 mg", "--capsules", "30", "--template", "worksheet.de")

        assert ["--dose: \u201c1.000 mg\u201d may mean 1 mg or 1000 mg; write the one meant"] == faults_of(result.exception)


def plan() -> Plan:
    """A plan whose balance shows steps of 1 mg."""
    found = plan_by_powder(order()).plan
    assert found is not None
    return found


class TestReadings:
    """A reading may stand as the program prints it, where the plan and the balance leave it one meaning."""

    @pytest.mark.parametrize(
        ("text", "planned", "mg"),
        [("2,970 mg", 2970, "2970"), ("2,970 mg", 3100, "2970"), ("2\u202f970 mg", 2970, "2970"), ("2,970.0 mg", 2970, "2970"),
         ("2\u202f970,0 mg", 2970, "2970"), ("97.000 mg", 97, "97"), ("12,345 mg", 12000, "12345")],
    )  # fmt: skip
    def test_is_read(self, text: str, planned: int, mg: str) -> None:
        assert Decimal(mg) == read_amount(text, "--read 1", plan(), Decimal(planned))

    @pytest.mark.parametrize(
        ("text", "planned"),
        [("2,970 mg", 3), ("2,970 mg", 30), ("2,970 mg", 29_700), ("2,970.5 mg", 2970), ("97,0 mg", 97), ("97,000 mg", 97),
         ("2.970 mg", 2970), ("0,970 mg", 970), ("2,97 mg", 297), ("2,970,5 mg", 2970)],
    )  # fmt: skip
    def test_or_refused(self, text: str, planned: int) -> None:
        with pytest.raises(InputError):
            read_amount(text, "--read 1", plan(), Decimal(planned))

    @pytest.mark.parametrize(
        ("text", "planned", "mg"),
        [("97,0 mg", 97, "97"), ("97,000 mg", 97, "97"), ("2,970 mg", 2970, "2970"), ("2.971 mg", 2970, "2971"), ("97 mg", 97, "97")],
    )
    def test_is_read_in_a_file_with_decimal_commas(self, text: str, planned: int, mg: str) -> None:
        assert Decimal(mg) == read_amount(text, "line 2", plan(), Decimal(planned), decimal_comma=True)

    @pytest.mark.parametrize(
        ("gross", "tare", "net"), [("531,0 mg", "500,0 mg", 31), ("531,000 mg", "500,000 mg", 31), ("97 mg", "0,0 mg", 97)]
    )
    def test_a_boat_is_read_in_a_file_with_decimal_commas(self, gross: str, tare: str, net: int) -> None:
        assert net == read_net({"gross": gross, "tare": tare}, "line 2", plan(), Decimal(net), decimal_comma=True)

    @given(st.integers(1, 10**6), st.integers(1, 10**6))
    def test_a_group_is_read_only_near_the_plan(self, mg: int, planned: int) -> None:
        text = f"{mg:,} mg"
        try:
            read = read_amount(text, "x", PLAN, Decimal(planned))
        except InputError:
            assert "," in text
            assert not planned <= 2 * mg <= 4 * planned
            return
        assert mg == read
        assert "," not in text or planned <= 2 * mg <= 4 * planned

    @given(st.integers(1000, 10**9))
    def test_every_group_that_is_printed_is_known(self, number: int) -> None:
        assert f"{number} mg" == without_groups(f"{number:,} mg") == without_groups(f"{number:,} mg".replace(",", "\u202f"))

    # The sizes of ware are names on record, which are printed so and read so.
    @pytest.mark.parametrize(
        "option", [one for one in OF_THE_ORDER if one.kind in Kind.AMOUNTS - {Kind.FLASK, Kind.PIPETTE}],
        ids=lambda one: str(one.name),
    )  # fmt: skip
    def test_no_order_is_read_with_groups(self, option: Any) -> None:
        texts = {Kind.PERCENT: "1,000 %", Kind.FILL_RSD: "1,000 %", Kind.NUMBER: "1,000", Kind.COUNT: "1,000",
                 Kind.DIAMETER: "1,000 um", Kind.SOLUBILITY: "1,000 mg/mL", Kind.STRENGTH: "1 in 1,000",
                 Kind.DEPOSIT: "1,000 mL/g", Kind.TABLET: "50 mg in 1,000 mg"}  # fmt: skip
        with pytest.raises(InputError) as refused:
            read_order({**USUAL, "assay": "98 %", "assay-basis": "dried", "water": "1 %", "particle-size": "8 um",
                        "particle-spread": "2", option.name: texts.get(option.kind, "1,000 mg")})  # fmt: skip
        assert option.place == refused.value.where


PLAN = plan()


FAULTY: dict[str, Any] = {
    "drug": "", "dose": "2", "balance-sensitivity": "d=1 mg", "capsules": "0", "readability": "0.3 mg", "weighing-error": "0%",
    "dose-error": "100%", "overage": "100%", "max-dilution": "1", "fill-weight": "0 mg", "capsule-size": "9",
    "excipient": ("",), "shell": " ", "assay": "0", "strength": "1:100", "tablet": "50 mg", "method": "magic",
    "prefer": "magic", "flask": ("1 L",), "solvent": "brandy", "deposit": "2 mL/g", "accept": ("a=b", "c"), "fill-rsd": "0%",
}  # fmt: skip


class TestQuestions:
    """A question about a part of an amount is answered with the whole."""

    @pytest.mark.parametrize("option", [one for one in OF_THE_ORDER if one.kind in Kind.AMOUNTS], ids=lambda one: str(one.name))
    def test_every_reading_that_is_offered_is_read(self, option: Any) -> None:
        texts = {Kind.PERCENT: "1,5 %", Kind.FILL_RSD: "1,5 %", Kind.NUMBER: "2,5", Kind.COUNT: "1,5", Kind.DIAMETER: "8,5 um",
                 Kind.SOLUBILITY: "1,5 mg/mL", Kind.STRENGTH: "1,5 mg/g", Kind.DEPOSIT: "0,2 mL/g",
                 Kind.TRUE_DENSITY: "1,38 g/cm3", Kind.TABLET: "50,5 mg in 600 mg",
                 Kind.FLASK: "1,5 mL", Kind.PIPETTE: "1,5 mL"}  # fmt: skip
        text = texts.get(option.kind, "1,5 mg")
        beside = {"assay": "98 %", "assay-basis": "dried", "water": "1 %", "particle-size": "8 um", "particle-spread": "2"}
        given: dict[str, Any] = {**USUAL, **(beside if option.name in beside else {})}
        with pytest.raises(AmbiguousAmount) as asked:
            read_order({**given, option.name: (text,) if option.repeated else text})

        assert asked.value.readings
        for reading in asked.value.readings:
            try:
                read_order({**given, option.name: (reading,) if option.repeated else reading})
            except InputError as error:  # read, and judged
                assert not re.search("not (?:read|an amount)|unit|comma|plain number", str(error)), reading


class TestFaults:
    """All faults of an order are told at once, each with its place."""

    def test_one_fault_is_raised_as_it_is_and_several_together(self) -> None:
        faults = Faults()
        faults.raise_any()
        with faults:
            raise InputError("a", "x")
        with pytest.raises(InputError) as one:
            faults.raise_any()
        faults.keep(InputErrors((InputError("b", "y"), InputError("a", "x"))))
        with pytest.raises(InputErrors) as several:
            faults.raise_any()

        assert ("a", "x") == (one.value.where, one.value.sentence)
        assert ["a: x", "b: y"] == [str(error) for error in several.value.each]
        assert "a: x\nb: y" == str(several.value)

    def test_other_errors_go_on(self) -> None:
        faults = Faults()
        with pytest.raises(ZeroDivisionError), faults:
            raise ZeroDivisionError
        assert not faults

    def test_the_library_tells_all(self) -> None:
        with pytest.raises(InputErrors) as refused:
            read_order({**FAULTY, "dosse": "2 mcg"})
        places = [one.where for one in refused.value.each]

        expected = {"DRUG" if name == "drug" else f"--{name}" for name in FAULTY} | {"dosse"}
        assert expected == set(places)
        assert 2 == places.count("--accept")

    def test_the_command_tells_all_a_line_each(self, capsys: pytest.CaptureFixture[str]) -> None:
        argv = ["plan", DRUG, "--dose", "2", "--balance-sensitivity", "1", "--capsules", "0", "--method", "magic", "--pdf",
                "/nowhere/x.pdf", "--template", "/nowhere.toml", "--rules", "/nowhere.toml", "--sieve", "/nowhere.csv"]  # fmt: skip
        for more in ([], ["--json"]):
            assert 2 == _exit_code([*argv, *more])
            out, err = capsys.readouterr()

            assert "" == out
            assert ["--sieve", "--rules", "--pdf", "--template", "--dose", "--balance-sensitivity", "--capsules", "--method"] == [
                line.removeprefix("error: ").partition(":")[0] for line in err.splitlines()
            ]

    def test_what_is_missing_is_told_with_the_rest(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert 2 == _exit_code(["plan", DRUG, "--dose", "2"])
        err = capsys.readouterr().err

        for place in ("--dose", "--balance-sensitivity", "--capsules"):
            assert f"error: {place}: " in err

    @pytest.mark.parametrize(
        ("options", "places"),
        [
            ({"dose": "200 mg"}, ["--dose"]),
            ({"dose": "200 mg", "capsules": "0"}, ["--capsules", "--dose"]),
            ({"dose": "200 mg", "fill-weight": "0 mg"}, ["--fill-weight"]),
            ({"dose": "200 mg", "diluent": "sand"}, ["--fill-weight"]),
            ({"dose": "200 mg", "strength": "1:2"}, ["--strength"]),
            ({"readability": "2 mg", "capacity": "0.5 mg"}, ["--readability", "--balance-sensitivity"]),
            ({"readability": "2 mg", "balance-sensitivity": "1"}, ["--balance-sensitivity"]),
            ({"drug": "naltrexone hydrochloride dihydrate", "dose": "200 mg"}, ["--dose-as"]),
        ],
    )
    def test_what_depends_on_others_is_judged_where_those_were_read(self, options: dict[str, str], places: list[str]) -> None:
        with pytest.raises(InputError) as refused:
            read_order({**USUAL, **options})
        assert places == [one.where for one in refused.value.each]

    def test_a_row_of_a_table_tells_all(self, tmp_path: Path) -> None:
        path = tmp_path / "o.csv"
        path.write_text("drug,dose,balance-sensitivity,capsules,file\nx,2,1,0,..\n")
        result = run("--orders", str(path))

        assert ["file", "--dose", "--balance-sensitivity", "--capsules"] == [
            line.split(": ")[2] for line in result.stderr.splitlines() if line.startswith("failed: row 2: ")
        ]

    def test_the_header_of_a_table_tells_all(self, tmp_path: Path) -> None:
        path = tmp_path / "o.csv"
        path.write_text("drug,dosse,capsuls\nx,2,1\n")

        assert ["column 2", "column 3"] == [said.split(": ")[1] for said in faults_of(run("--orders", str(path)).exception)]

    def test_a_formula_tells_all(self) -> None:
        with pytest.raises(InputErrors) as refused:
            formula_options({"dosse": "2 mcg", "dose": 2, "capsules": ""}, KNOWN_OPTIONS, "f.toml")

        assert ["f.toml", "f.toml: dose", "f.toml: capsules"] == [one.where for one in refused.value.each]

    def test_the_library_refuses_a_key_that_is_none(self) -> None:
        with pytest.raises(InputError, match="^balance_sensitivity: is not an option of an order; the nearest is balance-sensitivity$"):
            read_order({**USUAL, "balance_sensitivity": "1 mg"})

    @pytest.mark.parametrize(("value", "said"), [(30, "found a bare number"), (["30"], "found a list"), (True, "true or false")])
    def test_the_library_refuses_what_is_no_text(self, value: object, said: str) -> None:
        with pytest.raises(InputError, match=f"^--capsules: .*{said}"):
            read_order({**USUAL, "capsules": value})

    def test_one_text_will_do_for_an_option_that_may_be_repeated(self) -> None:
        assert (Excipient("talc", Percent(Decimal(1))),) == read_order({**USUAL, "excipient": "talc 1%"})[0].excipients


class TestPageSize:
    """The size of the page is read in any case."""

    @pytest.mark.parametrize(("text", "size"), [("letter", "Letter"), ("LETTER", "Letter"), ("a4", "A4"), ("A4", "A4")])
    def test_is_read(self, text: str, size: str, monkeypatch: pytest.MonkeyPatch) -> None:
        seen: list[Any] = []
        monkeypatch.setattr(cli, "_plan_one", lambda run, *_: seen.append(run.page_size))

        assert 0 == run(DRUG, "--page-size", text).exit_code
        assert [size] == seen

    @pytest.mark.parametrize(("text", "size"), [("a4", "A4"), ("LETTER", "Letter"), ("Letter", "Letter")])
    def test_is_read_in_a_template(self, text: str, size: str) -> None:
        shipped_one = shipped.template("worksheet.toml")

        assert b'page_size = "A4"' in shipped_one
        assert size == read_template(shipped_one.replace(b'page_size = "A4"', f'page_size = "{text}"'.encode())).page_size

    def test_or_refused(self) -> None:
        assert 2 == run(DRUG, "--page-size", "A5").exit_code


UNLABELLED = [form for form in known() if form != label_form(form.drug)]


class TestDoseAs:
    """Where the form on the shelf is not the one that labels state, the form that the dose counts is asked for."""

    @pytest.mark.parametrize("form", UNLABELLED, ids=lambda form: str(form.name))
    def test_it_is_needed_and_every_form_is_named(self, form: Any) -> None:
        with pytest.raises(AmbiguousAmount) as asked:
            order(drug=form.name)

        assert "--dose-as" == asked.value.where
        assert {f"{form.drug} {reading}" for reading in asked.value.readings} == {one.name for one in forms_of(form.drug)}
        assert label_form(form.drug).name in asked.value.sentence

    @pytest.mark.parametrize("form", UNLABELLED, ids=lambda form: str(form.name))
    def test_any_form_answers_it(self, form: Any) -> None:
        for one in forms_of(form.drug):
            told = order(drug=form.name, dose_as=one.form)
            assert one == told.dose_as
            assert one.molecular_weight / form.molecular_weight == told.content_fraction

    @pytest.mark.parametrize("form", [form for form in known() if form not in UNLABELLED], ids=lambda form: str(form.name))
    def test_the_form_of_labels_needs_none(self, form: Any) -> None:
        assert order(drug=form.name).dose_as is None

    def test_a_drug_that_is_not_known_needs_none(self) -> None:
        assert order(drug="ketotifen fumarate").dose_as is None

    @pytest.mark.parametrize(
        ("drug", "says"),
        [
            # 377.864/413.895 = 0.91295, 377.864/341.407 = 1.10679, 363.840/399.870 = 0.90989, 339.434/375.891 = 0.90301.
            ("naltrexone hydrochloride dihydrate", "is 8.7 % less than meant"),
            ("naltrexone base", "is 10.7 % more than meant"),
            ("naloxone hydrochloride dihydrate", "is 9 % less than meant"),
            ("nalmefene hydrochloride", "is 9.7 % less than meant"),
        ],
    )
    def test_the_difference_is_said_in_per_cent(self, drug: str, says: str) -> None:
        result = run(drug, "--dose", "4.5 mg", "--balance-sensitivity", "1 mg", "--capsules", "30")

        (said,) = faults_of(result.exception)
        assert says in said
        assert "" == result.stdout

    def test_a_row_and_a_formula_are_asked_too(self, tmp_path: Path) -> None:
        path, formula = tmp_path / "o.csv", tmp_path / "f.toml"
        path.write_text("drug,dose,balance-sensitivity,capsules,dose-as\nnaltrexone base,2 mg,1 mg,30,\n"
                        "naltrexone base,2 mg,1 mg,30,base\n")  # fmt: skip
        formula.write_text('drug = "naltrexone base"\ndose = "2 mg"\nbalance-sensitivity = "1 mg"\ncapsules = "30"\n')

        first, second = json.loads(run("--orders", str(path), "--json").stdout)["orders"]
        assert [["--dose-as"], []] == [[said.partition(":")[0] for said in row["failures"]] for row in (first, second)]
        assert 1 == len(faults_of(run("--formula", str(formula)).exception))
        assert 0 == run("--formula", str(formula), "--dose-as", "base").exit_code

    def test_a_saved_plan_is_read_as_it_stands(self) -> None:
        request = to_request(order(drug="naltrexone base", dose_as="base")) | {"dose_as": None}

        assert 1 == from_request(request, order().balance).content_fraction


class TestReasons:
    """A judgement is taken on with a reason of at least three letters or digits that can be seen."""

    GOOD = ("why", "SOP 12", "\u533b\u5e08\u8ba4", "\u0434\u0430, \u0442\u0430\u043a", "a.b.c", "no 1", "\ud55c\uad6d\uc5b4")
    BAD = ("", " ", "ok", "...", "--- !!!", "a b", HANGUL_FILLER * 5, BLANK_BRAILLE * 5, "\u115f\u1160\uffa0",
           f"a{HANGUL_FILLER}b", "\u00a0" * 5, "\U0001f44d\U0001f44d\U0001f44d", "\u0301\u0301\u0301")  # fmt: skip

    @pytest.mark.parametrize("reason", GOOD)
    def test_a_reason_is_read(self, reason: str) -> None:
        assert reason == read_reason(reason, "--accept")
        assert {"drug-unknown": reason} == order(accept=(f"drug-unknown={reason}",)).accept

    @pytest.mark.parametrize("reason", ["a\u200bb\u200bc", "\u2060\u2060\u2060"])
    def test_what_cannot_be_seen_is_refused_before_it_is_counted(self, reason: str) -> None:
        with pytest.raises(InputError, match="invisible character"):
            read_reason(reason, "--accept")

    @pytest.mark.parametrize("reason", BAD)
    def test_or_refused_wherever_one_stands(self, reason: str, tmp_path: Path) -> None:
        texts = (f"excipient-disallowed={reason}",)
        with pytest.raises(InputError, match="^--accept: "):
            order(excipient=("calcium carbonate 1%",), accept=texts)
        request = to_request(order()) | {"accept": {"excipient-disallowed": reason}}
        with pytest.raises(InputError, match="^accept.excipient-disallowed: "):
            from_request(request, order().balance)
        options = {**USUAL, **formula_options({"accept": [*texts]}, KNOWN_OPTIONS, "f.toml")}
        with pytest.raises(InputError, match="^--accept: "):
            read_order(options)
        path = tmp_path / "o.csv"
        path.write_text(f'accept\n"{texts[0]}"\n', encoding="utf-8")
        given = [word for name, value in USUAL.items() if name != "drug" for word in (f"--{name}", value)]
        (row,) = json.loads(run("--orders", str(path), *given, "--json").stdout)["orders"]
        assert any(said.startswith("--accept: ") for said in row["failures"])

    @given(st.text(max_size=20))
    def test_what_is_read_has_three_letters_or_digits(self, reason: str) -> None:
        try:
            read = read_reason(reason, "x")
        except InputError:
            return
        assert visible_letters(read) >= 3
        assert sum(one.isalpha() or one.isnumeric() for one in read) >= 3


@given(st.sampled_from([parse_mass, parse_sensitivity, parse_readability]),
       st.text("0123456789.,±+-/=dSeg mcuµngkilorasM", max_size=16))  # fmt: skip
def test_a_mass_that_is_read_is_the_number_as_it_stands_times_its_unit(parse: Any, text: str) -> None:
    """Whatever the words around it: there is one number in the text, and its value is not changed."""
    try:
        mass = parse(text, "x")
    except InputError:
        return
    (number,) = re.findall(r"[0-9][0-9.,]*", text)
    assert "," not in number
    assert Fraction(mass.mg) / Fraction(number) in {Fraction(1000), Fraction(1), Fraction(1, 1000), Fraction(1, 10**6)}
