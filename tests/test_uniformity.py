"""Particle statistics, the chance to pass USP <905>, and the gates."""

from __future__ import annotations

import importlib.util
import itertools
import json
import math
import random
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compound.exact.errors import AmbiguousAmount, InputError
from compound.exact.quantity import Percent
from compound.findings import codes as catalogue
from compound.findings.finding import Finding, NotChecked, Severity
from compound.judging import pass_chance, uniformity
from compound.judging.densities import TrueDensity, unknown_density
from compound.judging.particles import (
    describe,
    for_a_certificate,
    largest_median_um,
    particle_mass_mg,
    particle_rsd_percent,
)
from compound.judging.pass_chance import chance_to_pass, expected_acceptance_value, predict
from compound.judging.uniformity import CapsuleFacts, Uniformity, gates, not_gated, not_predicted
from compound.order.particle_size import ParticleSize, SieveClass, SieveData, parse_sieve, parse_size
from compound.reading.amounts import parse_diameter
from compound.wording.catalogue import joined, message_of, parts, sentences_of
from compound.wording.notation import ENGLISH_NOTATION, filled

HERE = Path(__file__).resolve().parent
DENSITY = Decimal("1.38")  # g/cm3, that of the table in domain facts 2.4
MCG = Fraction(1, 1000)


def powder(median_um: str | int, spread: str | int = 2) -> ParticleSize:
    return ParticleSize(Decimal(median_um), Decimal(spread))


def sieve(*rows: tuple[str | int, str | int, str | int]) -> SieveData:
    return SieveData(tuple(SieveClass(Decimal(low), Decimal(high), Decimal(share)) for low, high, share in rows))


class Told(Uniformity):
    """A batch judged, with what the gates say of it and what they lacked."""

    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]


def judge(dose_mg: Any, density: Decimal | Fraction | None, *given: Any, **named: Any) -> Told:
    known = unknown_density() if density is None else TrueDensity(density, density)
    facts = CapsuleFacts(dose_mg, known, *given, **named)
    found = uniformity.judge_uniformity(facts)
    not_checked = (*not_gated(facts), *not_predicted(facts))
    return Told(**vars(found), findings=tuple(gates(facts)), not_checked=not_checked)


def simulation(name: str = "simulate_905") -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, HERE / "benchmarks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TestSizeText:
    """A diameter is plain digits with at most one point, and its unit: micrometres."""

    @pytest.mark.parametrize(
        "text",
        ["8 um", "8um", " 8 um ", "8 \u00b5m", "8\u00b5m", "8 \u03bcm", "8 micrometre", "8 micrometres", "8 micrometer",
         "8 micrometers", "8 micron", "8 microns"],
    )  # fmt: skip
    def test_every_spelling_of_the_unit_reads_alike(self, text: str) -> None:
        assert parse_diameter(text, "--particle-size") == Decimal(8)

    def test_a_decimal_keeps_its_digits(self) -> None:
        assert parse_diameter("0.75 um", "--particle-size") == Decimal("0.75")

    @pytest.mark.parametrize(
        ("text", "part"),
        [
            ("8", "has no unit"),
            ("8 mm", "write the diameter in um"),
            ("8 nm", "write the diameter in um"),
            ("8 m", "write the diameter in um"),
            ("8 mcg", "write the diameter in um"),
            ("8 UM", "write the diameter in um"),
            ("8e3 um", "has an exponent"),
            ("8e3", "has an exponent"),
            (".5 um", "write 0.5 um"),
            ("5. um", "write 5 um"),
            ("007 um", "write 7 um"),
            ("-8 um", "has a sign"),
            ("\u22128 um", "has a sign"),
            ("0 um", "is zero"),
            ("0.00 um", "is zero"),
            ("１０ um", "digits are 0 to 9"),
            ("8 um\u200b", "invisible character U+200B"),
            ("", "no amount given"),
            ("um", "does not begin with a number"),
        ],
    )
    def test_everything_else_is_refused_with_its_place(self, text: str, part: str) -> None:
        with pytest.raises(InputError) as caught:
            parse_diameter(text, "--particle-size")
        assert caught.value.where == "--particle-size"
        assert part in caught.value.sentence

    @pytest.mark.parametrize(
        ("text", "readings"), [("1,5 um", ("1.5 um", "15 um")), ("1.500 um", ("1.5 um", "1500 um"))]
    )
    def test_a_text_with_two_readings_names_both(self, text: str, readings: tuple[str, str]) -> None:
        with pytest.raises(AmbiguousAmount) as caught:
            parse_diameter(text, "--particle-size")
        assert caught.value.readings == readings

    def test_size_and_spread_are_read_together(self) -> None:
        assert parse_size("8 um", "2.5") == powder(8, "2.5")
        assert parse_size(None, None) is None

    @pytest.mark.parametrize(
        ("diameter", "spread", "where", "part"),
        [
            ("8 um", None, "--particle-spread", "a diameter alone"),
            (None, "2", "--particle-size", "a spread alone"),
            ("2000.1 um", "2", "--particle-size", "2,000.1 micrometres is more than 2,000 micrometres"),
            ("8 um", "0.99", "--particle-spread", "between 1 and 10, not at 0.99"),
            ("8 um", "10.01", "--particle-spread", "between 1 and 10, not at 10.01"),
            ("8 um", "0", "--particle-spread", "is zero"),
            ("8 um", "2 um", "--particle-spread", "write the number alone"),
        ],
    )
    def test_one_alone_or_out_of_range_is_refused(
        self, diameter: str | None, spread: str | None, where: str, part: str
    ) -> None:
        with pytest.raises(InputError) as caught:
            parse_size(diameter, spread)
        assert caught.value.where == where
        assert part in caught.value.sentence


class TestSizeAtBirth:
    @pytest.mark.parametrize(("median", "spread"), [("2000", "1"), ("2000", "10"), ("0.000000000000001", "1")])
    def test_the_ends_of_the_range_are_in_it(self, median: str, spread: str) -> None:
        assert ParticleSize(Decimal(median), Decimal(spread)).spread == Decimal(spread)

    @pytest.mark.parametrize("median", ["0", "-1", "2000.000001", "NaN", "Infinity"])
    def test_a_diameter_out_of_range_is_refused(self, median: str) -> None:
        with pytest.raises(InputError) as caught:
            ParticleSize(Decimal(median), Decimal(2))
        assert caught.value.where == "median_um"

    @pytest.mark.parametrize("spread", ["0", "0.999999", "10.000001", "-2", "NaN", "Infinity"])
    def test_a_spread_out_of_range_is_refused(self, spread: str) -> None:
        with pytest.raises(InputError) as caught:
            ParticleSize(Decimal(8), Decimal(spread))
        assert caught.value.where == "spread"

    def test_a_float_is_refused(self) -> None:
        with pytest.raises(InputError):
            ParticleSize(8.0, Decimal(2))  # type: ignore[arg-type]


class TestSieve:
    """Mass fractions of size classes; they sum to exactly 100 %, and no two classes overlap."""

    def read(self, text: str) -> SieveData:
        return parse_sieve(enumerate((line.split(",") for line in text.splitlines()), start=1), "lot.csv")

    def test_ranges_are_read(self) -> None:
        read = self.read("lower_um,upper_um,percent\n0,20,33.4\n20,50,33.3\n50,100,33.3\n")
        assert read == sieve((0, 20, "33.4"), (20, 50, "33.3"), (50, 100, "33.3"))

    def test_single_diameters_units_and_signs_are_read(self) -> None:
        read = self.read("percent,diameter\n\n 40 % ,10 um\n60%,20 \u00b5m\n,\n")
        assert read == sieve((10, 10, 40), (20, 20, 60))

    def test_rows_may_stand_in_any_order_and_leave_gaps(self) -> None:
        read = self.read("lower_um,upper_um,mass_percent\n50,100,10\n0,20,90\n30,50,0\n")
        assert len(read.classes) == 3

    @pytest.mark.parametrize(
        ("text", "where", "part"),
        [
            ("", "lot.csv", "is empty"),
            ("lower_um,upper_um,percent\n", "lot.csv", "0 size classes"),
            ("size,share\n1,2\n", "lot.csv line 1", "“size,share”"),
            ("diameter,percent,percent\n1,2,3\n", "lot.csv line 1", "holds the column “percent” twice"),
            ("diameter_um,percent\n10\n", "lot.csv line 2", "has 1 cell where the header has 2"),
            ("diameter,percent\n10,100\n", "lot.csv line 2", "has no unit"),
            ("diameter_um,percent\n10 mm,100\n", "lot.csv line 2", "write the diameter in um"),
            ("diameter_um,percent\n,100\n", "lot.csv line 2", "no amount given"),
            ("diameter_um,percent\n10,\n", "lot.csv line 2", "does not begin with a number"),
            ("diameter_um,percent\n0,100\n", "lot.csv line 2", "is zero"),
            ("diameter_um,percent\n-5,100\n", "lot.csv line 2", "has a sign"),
            ("diameter_um,percent\n.5,100\n", "lot.csv line 2", "write 0.5 um"),
            ("diameter_um,percent\n2001,100\n", "lot.csv line 2", "2,001 micrometres is more than 2,000"),
            ("diameter_um,percent\n10,-100\n", "lot.csv line 2", "has a sign"),
            ("diameter_um,percent\n10,101\n", "lot.csv line 2", "between 0 % and 100 %, not at 101 %"),
            ("diameter_um,percent\n10,50\n20,49.9\n", "lot.csv", "sum to 99.9 %, not to 100 %"),
            ("diameter_um,percent\n10,50\n20,50.000000000000001\n", "lot.csv", "sum to 100.000000000000001 %"),
            ("diameter_um,percent\n10,50\n20,25\n10.0,25\n", "lot.csv line 4",
             "10 micrometres stands twice, first at lot.csv line 2"),
            ("lower_um,upper_um,percent\n0,20,50\n19.9,50,50\n", "lot.csv line 3",
             "the classes 0 to 20 micrometres and 19.9 to 50 micrometres overlap; the other of them stands "
             "at lot.csv line 2"),
            ("lower_um,upper_um,percent\n20,30,50\n0,100,50\n", "lot.csv line 3", "overlap"),
            ("lower_um,upper_um,percent\n0,20,50\n0,20,50\n", "lot.csv line 3", "overlap"),
            ("lower_um,upper_um,percent\n20,20,100\n", "lot.csv line 2", "has no width"),
            ("lower_um,upper_um,percent\n30,20,100\n", "lot.csv line 2", "above its end at 20 micrometres"),
        ],
    )  # fmt: skip
    def test_everything_else_is_refused_with_file_and_line(self, text: str, where: str, part: str) -> None:
        with pytest.raises(InputError) as caught:
            self.read(text)
        assert caught.value.where == where
        assert part in caught.value.sentence

    def test_more_than_a_thousand_classes_are_refused_where_they_begin(self) -> None:
        endless = ((line, [str(line), "0"]) for line in itertools.count(2))
        rows = itertools.chain([(1, ["diameter_um", "percent"])], endless)
        with pytest.raises(InputError) as caught:
            parse_sieve(rows, "lot.csv")
        assert caught.value.where == "lot.csv line 1002"

    def test_classes_made_in_code_are_refused_alike(self) -> None:
        with pytest.raises(InputError) as caught:
            sieve((0, 20, 50), (10, 50, 50))
        assert caught.value.where == "classes[1]"
        with pytest.raises(InputError, match="use one of the two"):
            sieve((0, 20, 50), (30, 30, 50))
        with pytest.raises(InputError, match="0 size classes"):
            SieveData(())
        with pytest.raises(InputError, match="zero or more"):
            SieveClass(Decimal(-1), Decimal(5), Decimal(100))
        with pytest.raises(InputError, match="between 0 % and 100 %"):
            SieveClass(Decimal(1), Decimal(5), Decimal("NaN"))

    @given(st.lists(st.integers(0, 400), min_size=2, max_size=12, unique=True), st.data())
    def test_classes_side_by_side_never_overlap_and_widened_ones_do(
        self, edges: list[int], data: st.DataObject
    ) -> None:
        edges.sort()
        shares = [Decimal(100)] + [Decimal(0)] * (len(edges) - 2)
        rows = [SieveClass(Decimal(low), Decimal(high), share)
                for (low, high), share in zip(itertools.pairwise(edges), shares, strict=True)]  # fmt: skip
        assert SieveData(tuple(data.draw(st.permutations(rows)))).classes
        if len(rows) > 1:
            rows[0] = SieveClass(rows[0].lower_um, rows[0].upper_um + Decimal("0.001"), rows[0].percent)
            with pytest.raises(InputError, match="overlap"):
                SieveData(tuple(rows))


# Domain facts 2.4: RSD in percent by dose (mcg) and mass-median diameter (um), density 1.38, spread 2.
# Entered by hand, but for two cells printed there as 15.9: 5.6026 · 2^1.5 = 15.846.
# The last two columns are the largest diameters for an RSD of 4 % and 2 %.
RSD_TABLE = """
0.02   19.8  56.0  158   -     -      1.7   1.1
0.05   12.5  35.4  100   -     -      2.3   1.5
1      2.80  7.92  22.4  88.6  -      6.3   4.0
2      1.98  5.60  15.8  62.6  -      8.0   5.0
10     0.89  2.51  7.09  28.0  79.2   13.7  8.6
100    0.28  0.79  2.24  8.86  25.1   29.4  18.5
125    0.25  0.71  2.00  7.92  22.4   31.7  20.0
250    0.18  0.50  1.42  5.60  15.8   39.9  25.2
500    0.13  0.35  1.00  3.96  11.2   50.3  31.7
1000   0.09  0.25  0.71  2.80  7.92   63.4  39.9
4500   0.04  0.12  0.33  1.32  3.74   104.7 65.9
"""
ROWS = [line.split() for line in RSD_TABLE.split("\n") if line]


def as_printed(value: Decimal, printed: str) -> str:
    places = len(printed.partition(".")[2])
    return f"{value:.{places}f}"


class TestParticleStatistics:
    """RSD² = (π/6)·ρ·d50³·exp(4.5·ln²σg) / D, and for size classes (π·ρ/6D)·Σ f·d³ (domain facts 2.4)."""

    @pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0]))
    def test_the_table_of_rsd_by_dose_and_diameter_comes_out(self, row: list[str]) -> None:
        dose, *printed, for_4, for_2 = row
        drug_mg = Fraction(dose) * MCG
        for diameter, expected in zip((5, 10, 20, 50, 100), printed, strict=True):
            if expected != "-":
                assert as_printed(particle_rsd_percent(drug_mg, DENSITY, powder(diameter)), expected) == expected
        assert as_printed(largest_median_um(drug_mg, DENSITY, Decimal(2), 4), for_4) == for_4
        assert as_printed(largest_median_um(drug_mg, DENSITY, Decimal(2), 2), for_2) == for_2

    @pytest.mark.parametrize(
        ("spread", "factor"), [("1", "1.00"), ("1.5", "2.10"), ("2", "8.69"), ("2.5", "43.7"), ("3", "228")]
    )
    def test_the_spread_widens_the_variance_by_its_factor(self, spread: str, factor: str) -> None:
        plain = particle_rsd_percent(MCG, DENSITY, powder(10, 1))
        wide = particle_rsd_percent(MCG, DENSITY, powder(10, spread))
        assert as_printed((wide / plain) ** 2, factor) == factor

    def test_a_sphere_has_its_mass(self) -> None:
        # π/6 · 1.38 g/cm3 · (10 um)³ = 0.5235987756 · 1.38 · 1000 · 1e-9 mg = 0.722566 nanogram
        assert as_printed(particle_mass_mg(10, DENSITY) * 10**6, "0.722566") == "0.722566"
        assert as_printed(particle_mass_mg(100, DENSITY) * 10**6, "723") == "723"

    def test_twelve_digits_are_given_and_all_of_them_are_right(self) -> None:
        # 1.38 · π / 6 = 0.722566310325652445…
        assert particle_mass_mg(10, DENSITY) == Decimal("7.22566310326E-7")

    def test_equal_spheres_vary_as_one_over_the_root_of_their_number(self) -> None:
        # Density 1.3: 2 mcg hold 2,938 spheres of 10 um (RSD 1.8 %) or 23.5 of 50 um (20.6 %).
        fine, coarse = (describe(2 * MCG, Decimal("1.3"), powder(size, 1)) for size in (10, 50))
        assert round(fine.count_of_median) == 2938
        assert as_printed(fine.rsd_percent, "1.8") == "1.8"
        assert as_printed(coarse.count_of_median, "23.5") == "23.5"
        assert as_printed(coarse.rsd_percent, "20.6") == "20.6"
        assert fine.count_of_median == fine.count_by_number == fine.count_effective

    def test_one_crystal_of_100_um_is_most_of_a_dose_of_1_mcg(self) -> None:
        assert as_printed(describe(MCG, DENSITY, powder(100)).median_share_percent, "72") == "72"
        assert as_printed(describe(MCG / 20, DENSITY, powder(100)).median_share_percent / 100, "14") == "14"

    def test_three_counts_differ_by_the_spread(self) -> None:
        # 2 mcg of 10 um, density 1.38: 2e-3 / 7.22566e-7 = 2,767.9 of the median size; times and over 8.69.
        told = describe(2 * MCG, DENSITY, powder(10))
        factor = math.exp(4.5 * math.log(2) ** 2)
        assert float(told.count_of_median) == pytest.approx(2767.913, rel=1e-6)
        assert float(told.count_by_number) == pytest.approx(2767.913 * factor, rel=1e-6)
        assert float(told.count_effective) == pytest.approx(2767.913 / factor, rel=1e-6)
        assert float(told.count_effective) == pytest.approx((100 / float(told.rsd_percent)) ** 2, rel=1e-10)

    def test_the_d99_particle_is_above_99_percent_of_the_mass(self) -> None:
        # 10 · 2^2.32634787… = 50.1534…
        told = describe(2 * MCG, DENSITY, powder(10))
        assert float(told.d99_um) == pytest.approx(10 * 2**2.3263478740408408, rel=1e-11)
        assert float(told.d99_mass_mg) == pytest.approx(float(particle_mass_mg(told.d99_um, DENSITY)), rel=1e-10)
        assert float(told.d99_share_percent) == pytest.approx(100 * float(told.d99_mass_mg) / 0.002, rel=1e-10)

    def test_classes_add_their_cubes(self) -> None:
        # Johnson: Σ f·d³ = 0.9 · 10³ + 0.1 · 50³ = 900 + 12,500 = 13,400; π · 1.38 / 6 · 13,400e-9 mg = 9.68239e-6 mg;
        # over a dose of 0.1 mg 9.68239e-5, root 0.983991 %.
        told = describe(Fraction(1, 10), DENSITY, sieve((0, 10, 90), (20, 50, 10)))
        assert as_printed(told.rsd_percent, "0.983991") == "0.983991"
        assert (told.median_um, told.d99_um) == (Decimal(10), Decimal(50))
        # Number: 0.09 mg of 10 um (7.22566e-7 mg each) and 0.01 mg of 50 um (9.03208e-5 mg each): 124,556 + 110.7.
        assert as_printed(told.count_by_number, "124667") == "124667"

    @given(
        st.integers(1, 20_000_000),
        st.decimals("0.01", 2000, places=2),
        st.decimals(1, 10, places=2),
        st.integers(2, 50),
    )
    def test_rsd_falls_with_the_root_of_the_dose_and_grows_with_the_diameter_to_1_5(
        self, dose_ng: int, median: Decimal, spread: Decimal, times: int
    ) -> None:
        dose = Fraction(dose_ng, 10**6)
        base = particle_rsd_percent(dose, DENSITY, ParticleSize(median, spread))
        more = particle_rsd_percent(dose * times**2, DENSITY, ParticleSize(median, spread))
        assert float(base / more) == pytest.approx(times, rel=1e-10)
        finer = particle_rsd_percent(dose, DENSITY, ParticleSize(median / 4, spread))
        assert float(base / finer) == pytest.approx(8, rel=1e-10)

    @given(
        st.integers(1, 20_000_000),
        st.decimals("0.5", 5, places=2),
        st.decimals(1, 10, places=2),
        st.decimals("0.1", 20, places=1),
        st.fractions("1/2", "3/2", max_denominator=99),
    )
    def test_the_largest_diameter_has_just_the_rsd_of_the_limit(
        self, dose_ng: int, density: Decimal, spread: Decimal, limit: Decimal, content: Fraction
    ) -> None:
        dose = Fraction(dose_ng, 10**6)
        largest = largest_median_um(dose, density, spread, limit, content)
        if largest <= 2000:
            rsd = particle_rsd_percent(dose, density, ParticleSize(largest, spread), content)
            assert float(rsd) == pytest.approx(float(limit), rel=1e-10)

    @given(st.integers(1, 1000), st.integers(1, 20_000))
    def test_one_class_is_a_powder_without_spread(self, diameter: int, dose_ng: int) -> None:
        dose = Fraction(dose_ng, 10**6)
        single = describe(dose, DENSITY, sieve((diameter, diameter, 100)))
        equal = describe(dose, DENSITY, powder(diameter, 1))
        assert single.rsd_percent == equal.rsd_percent
        assert single.count_by_number == equal.count_by_number
        assert single.large_expected == equal.large_expected

    def test_fine_classes_of_a_log_normal_powder_tend_to_its_statistics(self) -> None:
        """Classes 2 % wide, by mass from the normal distribution; their upper edges make them at most 2 % coarser."""
        edges = [10 * 1.02**step for step in range(-300, 261)]

        def below(edge: float) -> float:
            return math.erfc(-math.log(edge / 10) / math.log(2) / math.sqrt(2)) / 2

        shares = [round(100 * (below(high) - below(low)), 9) for low, high in itertools.pairwise(edges)]
        shares[300] += 100 - math.fsum(shares)
        rows = [[f"{low:.9f}", f"{high:.9f}", f"{share:.9f}"]
                for (low, high), share in zip(itertools.pairwise(edges), shares, strict=True)]  # fmt: skip
        short = Decimal(100) - sum((Decimal(row[2]) for row in rows), Decimal(0))
        rows[300][2] = str(Decimal(rows[300][2]) + short)
        data = SieveData(tuple(SieveClass(*map(Decimal, row)) for row in rows))
        classes, smooth = describe(MCG / 10, DENSITY, data), describe(MCG / 10, DENSITY, powder(10))
        assert 1 <= classes.rsd_percent / smooth.rsd_percent < Decimal("1.03")
        assert Decimal("0.93") < classes.count_by_number / smooth.count_by_number <= 1
        assert 1 <= classes.large_expected / smooth.large_expected < Decimal("1.05")

    def test_content_counts_the_particles_by_what_stands_on_the_shelf(self) -> None:
        """Of a lot with half its mass in drug, a dose holds the particles of twice the mass."""
        half = describe(MCG, DENSITY, powder(10), (Fraction(1),), Fraction(1, 2))
        whole = describe(2 * MCG, DENSITY, powder(10), (Fraction(2),))
        assert half == whole

    def test_each_aliquot_biases_the_batch_by_the_particles_in_it(self) -> None:
        # CV² = m·exp(4.5 ln² σg) / drug in the aliquot: 1 mg in an aliquot has the RSD of a dose of 1 mg, 0.25 %;
        # 0.01 mg that of 10 mcg, 2.51 %. Together √(0.2506² + 2.5056²) = 2.518 %.
        told = describe(2 * MCG, DENSITY, powder(10), (Fraction(1), Fraction(1, 100)))
        assert [as_printed(bias, "0.00") for bias in told.aliquot_bias_percent] == ["0.25", "2.51"]
        assert as_printed(told.bias_percent, "0.000") == "2.518"

    def test_no_aliquot_adds_no_bias(self) -> None:
        told = describe(2 * MCG, DENSITY, powder(10))
        assert told.aliquot_bias_percent == ()
        assert told.bias_percent == 0

    def test_random_draws_of_particles_vary_as_computed(self) -> None:
        """Two classes, 4,000 capsules, Poisson numbers of particles: the RSD found is within 5 % of that computed."""
        draw = random.Random(905)  # noqa: S311  a simulation, repeatable

        def poisson(mean: float) -> int:
            count, product, end = 0, draw.random(), math.exp(-mean)
            while product > end:
                count, product = count + 1, product * draw.random()
            return count

        small, large = float(particle_mass_mg(10, DENSITY)), float(particle_mass_mg(20, DENSITY))
        dose = 100 * small
        contents = [poisson(0.6 * dose / small) * small + poisson(0.4 * dose / large) * large for _ in range(4000)]
        mean = math.fsum(contents) / 4000
        rsd = 100 * math.sqrt(math.fsum((one - mean) ** 2 for one in contents) / 3999) / mean
        told = particle_rsd_percent(Fraction(dose), DENSITY, sieve((10, 10, 60), (20, 20, 40)))
        assert rsd == pytest.approx(float(told), rel=0.05)

    def test_random_draws_of_two_aliquots_bias_the_batch_as_computed(self) -> None:
        """400 equal particles; a fifth of the mixture is drawn, and a quarter of the next, 6,000 times over.

        80 and 20 particles on average. With the share left behind, CV² = 0.8 / 80 + 0.75 / 20 = 0.0475; as stated,
        without it, 1/80 + 1/20 = 0.0625, which is on the safe side.
        """
        draw = random.Random(905).random  # noqa: S311  a simulation, repeatable
        found = []
        for _ in range(6000):
            first = sum(draw() < 0.2 for _ in range(400))
            found.append(sum(draw() < 0.25 for _ in range(first)) / 20)
        mean = math.fsum(found) / len(found)
        variance = math.fsum((one - mean) ** 2 for one in found) / (len(found) - 1)
        one = Fraction(particle_mass_mg(10, DENSITY))
        told = describe(one * 5, DENSITY, powder(10, 1), (80 * one, 20 * one))
        assert variance == pytest.approx(0.0475, rel=0.05)
        assert (float(told.bias_percent) / 100) ** 2 == pytest.approx(0.0625, rel=1e-9)

    @pytest.mark.parametrize("bad", [Fraction(0), Fraction(-1), 0.002])
    def test_a_mass_that_is_not_exact_and_above_zero_is_refused(self, bad: Any) -> None:
        for call in (
            lambda: particle_rsd_percent(bad, DENSITY, powder(10)),
            lambda: largest_median_um(bad, DENSITY, Decimal(2), 4),
            lambda: describe(bad, DENSITY, powder(10)),
            lambda: describe(MCG, DENSITY, powder(10), (MCG, bad)),
            lambda: describe(MCG, bad, powder(10)),
            lambda: describe(MCG, DENSITY, powder(10), (), bad),
            lambda: judge(bad, DENSITY, None, (), 0, 0, None),
        ):
            with pytest.raises(InputError):
                call()

    def test_a_density_in_another_unit_is_refused(self) -> None:
        with pytest.raises(InputError, match="up to 23 g/cm3"):
            describe(MCG, Decimal(1382), powder(10))


class TestLargeParticles:
    """A capsule with a particle worth more than a quarter of the dose is off by more than USP <905> admits."""

    @pytest.mark.parametrize(
        ("dose", "median", "spread"),
        [("0.02", 10, 2), ("0.05", 5, 3), ("1", 10, 2), ("2", 50, 2), ("2", 8, "2.5"), ("10", 20, 4),
         ("0.5", 300, "1.2")],
    )  # fmt: skip
    def test_the_closed_form_is_the_integral_over_the_log_normal(
        self, dose: str, median: int, spread: int | str
    ) -> None:
        """Held against a plain sum over ln d of (share of the mass) · D / m(d), from the diameter of a quarter dose."""
        drug_mg, log_spread = Fraction(dose) * MCG, math.log(float(spread))
        per_cube = math.pi / 6 * 1.38e-9
        start = math.log(float(drug_mg) / 4 / per_cube) / 3
        steps, width = 20_000, 20 * log_spread / 20_000
        total = 0.0
        for step in range(steps):
            log_d = start + (step + 0.5) * width
            z = (log_d - math.log(median)) / log_spread
            share = math.exp(-z * z / 2) / math.sqrt(2 * math.pi) / log_spread * width
            total += share * float(drug_mg) / (per_cube * math.exp(3 * log_d))
        told = describe(drug_mg, DENSITY, powder(median, spread))
        assert float(told.large_expected) == pytest.approx(total, rel=2e-5)
        assert float(told.large_chance_percent) == pytest.approx(100 * (1 - math.exp(-total)), rel=2e-5)

    def test_the_smallest_chance_is_a_bound_and_never_nothing(self) -> None:
        told = describe(Fraction(1), DENSITY, powder(5, "1.05"))
        assert 0 < told.large_expected < Decimal("1e-2000")
        assert told.large_chance_percent == Decimal("1e-15")
        assert describe(Fraction(1), DENSITY, powder(5, 1)).large_chance_percent == 0

    def test_the_skewness_of_equal_particles_is_one_over_the_root_of_their_number(self) -> None:
        assert float(describe(MCG, DENSITY, powder(20, 1)).skewness) == pytest.approx(
            float(particle_rsd_percent(MCG, DENSITY, powder(20, 1))) / 100, rel=1e-11
        )

    def test_the_skewness_grows_with_the_ninth_power_of_the_spread(self) -> None:
        # RSD · exp(9 ln² 2) = 0.0400… · 75.53: rare large particles make it.
        told = describe(2 * MCG, DENSITY, powder("7.98"))
        assert float(told.skewness) == pytest.approx(
            float(told.rsd_percent) / 100 * math.exp(9 * math.log(2) ** 2), rel=1e-10
        )

    def test_the_skewness_of_classes_is_that_of_their_draws(self) -> None:
        # Σ f·m² / (Σ f·m)^1.5 / √D with m = 1 and 8 units, f = 0.6 and 0.4, D = 100: 26.2 / 3.8^1.5 / 10 = 0.35369
        unit = Fraction(particle_mass_mg(10, DENSITY))
        told = describe(100 * unit, DENSITY, sieve((10, 10, 60), (20, 20, 40)))
        assert as_printed(told.skewness, "0.35369") == "0.35369"

    def test_equal_particles_are_large_all_or_none(self) -> None:
        quarter_ng = Fraction(particle_mass_mg(100, DENSITY)) * 4
        assert describe(quarter_ng * Fraction(101, 100), DENSITY, powder(100, 1)).large_chance_percent == 0
        told = describe(quarter_ng * Fraction(99, 100), DENSITY, powder(100, 1))
        assert as_printed(told.large_expected, "3.96") == "3.96"
        assert as_printed(told.large_chance_percent, "98.09") == "98.09"

    def test_only_the_large_classes_count(self) -> None:
        # Dose 1 mcg: a particle of 100 um holds 0.723 mcg, one of 50 um 0.090 mcg.
        # 5 % of 1 mcg is 0.05 / 0.723 = 0.0692 particles of 100 um.
        told = describe(MCG, DENSITY, sieve((0, 50, 95), (50, 100, 5)))
        assert as_printed(told.large_expected, "0.0692") == "0.0692"
        assert as_printed(told.large_chance_percent, "6.69") == "6.69"


class TestAcceptanceValue:
    """AV = |M − X̄| + 2.4 s for ten units, M being X̄ held between 98.5 and 101.5 (USP <905>, T at most 101.5)."""

    def test_without_an_offset_only_s_is_left(self) -> None:
        # E s = 0.9726593 σ for ten units; at RSD 1 X̄ leaves 98.5 to 101.5 in 1 of a million samples.
        assert float(expected_acceptance_value(100, 1)) == pytest.approx(2.4 * 0.9726593, abs=1e-6)

    def test_the_mean_of_s_has_its_digits(self) -> None:
        # E s / σ of ten units = √(2/9) · Γ(5) / Γ(4.5) = 0.972659274121…; at RSD 0.1 X̄ stays within 98.5 to 101.5.
        assert expected_acceptance_value(100, Decimal("0.1")) == Decimal("0.233438225789")

    def test_an_offset_adds_its_distance_from_m(self) -> None:
        small = Decimal("0.001")
        for mean in (92, 108):
            # 0.001 % of 92 is 0.00092, and so on.
            told = float(expected_acceptance_value(mean, small))
            assert told == pytest.approx(6.5 + 2.4 * 0.9726593 * mean / 100_000, abs=1e-9)

    @pytest.mark.parametrize(("mean", "sigma", "batch"), [(100, 5, 0), (98.5, 3, 0), (95, 4, 1), (103, 2, 2)])
    def test_it_is_the_mean_of_simulated_values(self, mean: float, sigma: float, batch: float) -> None:
        draw = random.Random(905).gauss  # noqa: S311  a simulation, repeatable
        value = simulation().acceptance_value
        values = []
        for _ in range(4000):
            centre = draw(mean, batch)
            values.append(value([draw(centre, sigma) for _ in range(10)], 2.4)[0])
        average = math.fsum(values) / 4000
        error = math.sqrt(math.fsum((one - average) ** 2 for one in values) / 3999 / 4000)
        rsd, batch_rsd = (Fraction(one) / Fraction(mean) * 100 for one in (sigma, batch))
        assert abs(float(expected_acceptance_value(Fraction(mean), rsd, batch_rsd)) - average) < 4 * error


class TestChanceToPass:
    """Stage 1: AV of 10 at most 15.0. Else 20 more: AV of 30 at most 15.0, and no unit outside 0.75 M to 1.25 M."""

    @pytest.mark.parametrize(("mean", "rsd"), [("100", "3.97"), ("98.5", "3.88"), ("97", "3.56"), ("95", "3.10")])
    def test_99_percent_pass_stage_1_at_the_rsd_of_the_domain_facts(self, mean: str, rsd: str) -> None:
        """Domain facts 2.4, themselves simulated: the exact RSDs are 3.968, 3.873, 3.570 and 3.106 %."""
        assert predict(Decimal(mean), Decimal(rsd)).stage_1_percent == pytest.approx(Decimal(99), abs=Decimal("0.05"))

    @pytest.mark.parametrize(("mean", "rsd"), [(100, 3.9677), (98.5, 3.8727), (97, 3.5699), (95, 3.1055)])
    def test_99_percent_pass_stage_1_at_the_exact_rsd(self, mean: float, rsd: float) -> None:
        assert chance_to_pass(mean, mean * rsd / 100)[0] == pytest.approx(0.99, abs=3e-6)

    @pytest.mark.parametrize(
        ("mean", "rsd", "printed", "within"),
        [(100, 5, "99.98", "0.01"), (100, 6, "97.2", "0.05"), (100, 7, "74", "0.5"), (92, 3, "99.9", "0.1"),
         (92, 4, "88", "0.6")],
    )  # fmt: skip
    def test_either_stage_passes_as_in_the_domain_facts(self, mean: int, rsd: int, printed: str, within: str) -> None:
        assert abs(predict(mean, rsd).either_stage_percent - Decimal(printed)) <= Decimal(within)

    def test_60_000_simulated_batches_agree_to_half_a_percentage_point(self) -> None:
        """Every cell of the stored simulation, means 92 to 108 and RSD 1 to 10 %; and no trend beyond chance."""
        stored = json.loads((HERE / "cases" / "uniformity_simulated.json").read_text(encoding="utf-8"))
        batches = stored["batches"]
        assert (stored["seed"], batches, len(stored["cells"])) == (905, 60_000, 170)
        squares = []
        for cell in stored["cells"]:
            mean, rsd = float(cell["mean"]), float(cell["rsd"])
            for chance, passed in zip(
                chance_to_pass(mean, mean * rsd / 100), (cell["stage_1"], cell["either"]), strict=True
            ):
                assert abs(chance - passed / batches) < 0.005, cell
                if 0.001 < chance < 0.999:
                    squares.append((chance - passed / batches) ** 2 / (chance * (1 - chance) / batches))
        assert 0.7 < math.fsum(squares) / len(squares) < 1.3

    def test_particle_by_particle_the_chance_is_right_where_no_large_ones_are_said_to_skew_it(self) -> None:
        """60,000 batches each of log-normal powders; where large particles are not rare enough, that is a finding."""
        stored = json.loads((HERE / "cases" / "uniformity_skewed.json").read_text(encoding="utf-8"))
        quiet: list[float] = []
        said: list[float] = []
        for cell in stored["cells"]:
            spread, rsd = Decimal(cell["spread"]), Decimal(cell["rsd"])
            told = judge(2 * MCG, DENSITY, ParticleSize(largest_median_um(2 * MCG, DENSITY, spread, rsd), spread),
                         (), 0, 0, None)  # fmt: skip
            off = [100 * chance - 100 * cell[name] / stored["batches"]
                   for chance, name in zip(chance_to_pass(100, float(rsd)), ("stage_1", "either"), strict=True)]  # fmt: skip
            skewed = "content-skewed" in [finding.code for finding in told.findings]
            (said if skewed else quiet).append(max(map(abs, off)))
        assert len(quiet) >= 3
        assert max(quiet) < 0.5
        assert 2 < max(said) < 10

    def test_a_cell_of_the_particles_is_what_its_script_draws(self) -> None:
        stored = json.loads((HERE / "cases" / "uniformity_skewed.json").read_text(encoding="utf-8"))
        (cell,) = (cell for cell in stored["cells"] if (cell["spread"], cell["rsd"]) == ("2", "4"))
        batches = 1500
        drawn = simulation("simulate_skewed").simulate(2, 4, batches, "again")
        for count, name in zip(drawn, ("stage_1", "either"), strict=True):
            chance = cell[name] / stored["batches"]
            assert abs(count / batches - chance) < 4.5 * math.sqrt(chance * (1 - chance) / batches)

    def test_the_stored_simulation_is_what_its_script_draws(self) -> None:
        """One cell is drawn again; two batches may differ, should a platform round a logarithm differently."""
        stored = json.loads((HERE / "cases" / "uniformity_simulated.json").read_text(encoding="utf-8"))
        (cell,) = (cell for cell in stored["cells"] if (cell["mean"], cell["rsd"]) == ("92", "4"))
        drawn = simulation().simulate(92, 4, stored["batches"], f"{stored['seed']} 92 4")
        assert max(abs(drawn[0] - cell["stage_1"]), abs(drawn[1] - cell["either"])) <= 2

    @pytest.mark.parametrize(
        ("mean", "rsd", "batch"),
        [(100, 4, 0), (100, 6, 0), (100, 7.5, 0), (94, 4, 0), (106.5, 4, 0), (100, 5, 2), (96, 3, 2.5), (103, 6, 1)],
    )
    def test_a_fresh_simulation_agrees_within_four_standard_errors(self, mean: float, rsd: float, batch: float) -> None:
        batches = 4000
        passed = simulation().simulate(mean, rsd, batches, f"live {mean} {rsd} {batch}", batch)
        chances = chance_to_pass(mean, mean * rsd / 100, mean * batch / 100)
        for chance, count in zip(chances, passed, strict=True):
            assert abs(chance - count / batches) < 4 * math.sqrt(chance * (1 - chance) / batches) + 0.0005

    @pytest.mark.parametrize("batch", [0, 0.3, 1, 3])
    def test_more_nodes_change_nothing_beyond_one_hundredth_of_a_point(self, batch: float) -> None:
        for mean in (85, 92.3, 95, 97.7, 98.5, 99.9, 103, 106.2):
            for sigma in (0.4, 1.5, 2.5, 3.3, 4.1, 5.2, 6.6, 8, 12):
                coarse, fine = chance_to_pass(mean, sigma, batch), chance_to_pass(mean, sigma, batch, 2)
                assert abs(coarse[0] - fine[0]) < 1e-5, (mean, sigma)
                assert abs(coarse[1] - fine[1]) < 1e-4, (mean, sigma)

    @pytest.mark.parametrize(("mean", "sigma"), [(100, 6), (100, 7), (100, 8), (97, 7)])
    def test_units_outside_take_off_what_the_full_integral_says(
        self, mean: float, sigma: float, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The whole effect of the rule on single units is below 0.0004, and right within 0.00003."""
        with_rule = chance_to_pass(mean, sigma, 0, 2)[1]
        monkeypatch.setattr(pass_chance, "_OUTSIDE_FACTOR", 0.0)
        effect = chance_to_pass(mean, sigma, 0, 2)[1] - with_rule
        assert 0 < effect < 0.0004
        assert effect == pytest.approx(units_outside(mean, sigma), abs=3e-5)

    def test_the_chi_square_functions_meet_their_quantiles(self) -> None:
        # 95 % points of the tables: 16.9190 (9 degrees), 30.1435 (19 degrees).
        assert pass_chance._chi9(16.918977604620448) == pytest.approx(0.95, abs=1e-12)
        assert pass_chance._chi19(30.14352720564616) == pytest.approx(0.95, abs=1e-12)
        assert (pass_chance._chi9(0), pass_chance._chi9(-1), pass_chance._chi19(1000)) == (0, 0, 1)

    def test_the_coordinates_of_a_random_point_on_a_sphere_are_spread_evenly(self) -> None:
        # Density (35/32)·(1 − t²)³, by 100,000 strips.
        for level in (-1.5, -1, -0.4, 0, 0.3, 0.9, 1, 2):
            start = max(level, -1)
            width = max(0.0, 1 - start) / 100_000
            strips = math.fsum((1 - (start + (n + 0.5) * width) ** 2) ** 3 for n in range(100_000) if width)
            assert pass_chance._sphere9(level) == pytest.approx(35 / 32 * width * strips, abs=1e-9)

    def test_gauss_legendre_integrates_polynomials_exactly(self) -> None:
        for count in (2, 3, 7, 12, 40):
            for power in range(0, 2 * count, 2):
                total = math.fsum(weight * x**power for x, weight in pass_chance._gauss_legendre(count))
                assert total == pytest.approx(2 / (power + 1), abs=1e-12)

    @given(st.floats(80, 120), st.floats(0.01, 30), st.floats(0, 5))
    @settings(max_examples=60)
    def test_chances_are_ordered_and_fall_with_the_rsd(self, mean: float, sigma: float, batch: float) -> None:
        stage_1, either = chance_to_pass(mean, sigma, batch)
        assert -1e-5 <= stage_1 <= either + 1e-5
        assert either <= 1 + 1e-5
        if abs(mean - 100) <= 8 and batch == 0:
            assert chance_to_pass(mean, sigma * 1.05)[1] <= either + 1e-4

    @pytest.mark.parametrize(
        ("mean", "sigma", "batch", "expected"),
        [
            (100, 1e-100, 0, 1),  # no variation
            (100, 1e-300, 0, 1),
            (100, 1e10, 0, 0),  # no uniformity
            (50, 1, 0, 0),
            (150, 1, 0, 0),
            (100, 0.001, 50, 0.258571),  # the batch decides: P(83.5 < batch mean < 116.5), z = 0.33
            # At 83.5, X̄ exceeds 83.5 by 2.4 s or more: t of 9 degrees above 2.4·√10 = 7.589, in 1.68 of 100,000.
            (83.5, 1e-6, 0, 0.0000168),
        ],
    )
    def test_extremes_come_out(self, mean: float, sigma: float, batch: float, expected: float) -> None:
        assert chance_to_pass(mean, sigma, batch)[1] == pytest.approx(expected, abs=2e-5)

    def test_a_prediction_never_claims_certainty(self) -> None:
        told = predict(100, Decimal("0.1"))
        assert (told.stage_1_percent, told.either_stage_percent) == (Decimal("99.99"), Decimal("99.99"))
        told = predict(100, 500)
        assert (told.stage_1_percent, told.either_stage_percent) == (Decimal(0), Decimal(0))

    def test_a_prediction_is_rounded_down(self) -> None:
        chance = chance_to_pass(100, 6)[1]  # 0.97180…
        assert predict(100, 6).either_stage_percent == Decimal(math.floor(chance * 10_000)) / 100

    @pytest.mark.parametrize(("mean", "rsd", "batch"), [(0, 1, 0), (-1, 1, 0), (100, 0, 0), (100, -1, 0), (100, 1, -1)])
    def test_nothing_is_predicted_of_what_cannot_be(self, mean: int, rsd: int, batch: int) -> None:
        with pytest.raises(InputError):
            predict(mean, rsd, batch)


def units_outside(mean: float, sigma: float) -> float:
    """The expected number of units outside 0.75 M to 1.25 M in batches that fail stage 1 and keep AV(30) ≤ 15.

    Plain sums over the mean of 30, the difference of the means, and both sums of squares. Of the 10 and of the 20, one
    unit's deviation from their mean is √(n−1)/√n · √(sum of squares) times a coordinate of a random point on a sphere.
    """

    def outside(level: float, power: int) -> float:
        """The chance that a coordinate with density ~ (1 − t²)^power lies above a level, by 40 strips."""
        if level >= 1:
            return 0.0
        width = (1 - level) / 40
        area = math.sqrt(math.pi) * math.gamma(power + 1) / math.gamma(power + 1.5)
        return width / area * math.fsum((1 - (level + (n + 0.5) * width) ** 2) ** power for n in range(40))

    def grid(low: float, high: float, count: int) -> list[tuple[float, float]]:
        width = (high - low) / count
        return [(low + (n + 0.5) * width, width) for n in range(count)]

    def gap(x: float) -> float:
        return max(98.5 - x, x - 101.5, 0)

    normal, chi9, chi19 = math.sqrt(2 * math.pi), 2**4.5 * math.gamma(4.5), 2**9.5 * math.gamma(9.5)
    total = 0.0
    for z, z_width in grid(-4.5, 4.5, 18):
        pooled = mean + z * sigma / math.sqrt(30)
        most = 29 * ((15 - gap(pooled)) / 2 / sigma) ** 2
        m = min(max(pooled, 98.5), 101.5)
        for y, y_width in grid(-4.5, 4.5, 18):
            first, second = pooled + y * sigma / math.sqrt(15), pooled - y * sigma / math.sqrt(15) / 2
            least = 9 * (max(0, 15 - gap(first)) / 2.4 / sigma) ** 2
            weight = z_width * y_width * math.exp(-(z * z + y * y) / 2) / normal**2
            for u, u_width in grid(least, max(least, min(45, most - y * y)), 14):
                if not u_width:
                    continue
                by_u = weight * u_width * u**3.5 * math.exp(-u / 2) / chi9
                among_10 = sum(10 * outside(distance / sigma / math.sqrt(0.9 * u), 3)
                               for distance in (1.25 * m - first, first - 0.75 * m))  # fmt: skip
                for v, v_width in grid(0, most - y * y - u, 14):
                    among_20 = sum(20 * outside(distance / sigma / math.sqrt(0.95 * v), 8)
                                   for distance in (1.25 * m - second, second - 0.75 * m))  # fmt: skip
                    total += by_u * v_width * v**8.5 * math.exp(-v / 2) / chi19 * (among_10 + among_20)
    return total


def judged(
    dose_mg: Fraction, size: ParticleSize | SieveData | None, density: Decimal | Fraction | None = DENSITY
) -> Told:
    return judge(dose_mg, density, size, (Fraction(1),), Fraction("-4.7785"), Fraction("4.8885"), Percent(Decimal(3)))


def codes(told: Told) -> list[str]:
    """The findings but for the one on skewed content, which most of these powders have."""
    return [finding.code for finding in told.findings if finding.entry is not catalogue.CONTENT_SKEWED]


def message(finding: Finding) -> str:
    return message_of(finding)


class TestGates:
    """House rules: below 1 mcg no powder; below 100 mcg the size is needed; a particle RSD above 4 % is an error."""

    def test_an_unknown_size_below_100_mcg_states_what_the_certificate_must_show(self) -> None:
        told = judged(2 * MCG, None)
        assert codes(told) == ["particle-size-not-given"]
        assert told.findings[0].severity is Severity.WARNING
        assert message(told.findings[0]) == (
            "weighing error only; capsule-to-capsule uniformity not shown, because the particle size is not known; for "
            "an RSD of 4 % a dose of 2 mcg (0.002 mg) needs a mass-median diameter of at most 7.98 micrometres at a "
            "spread of 2"
        )
        assert "pass" not in message(told.findings[0])
        assert [one.code for one in told.not_checked] == ["uniformity-not-checked", "chance-to-pass-not-checked"]
        assert (told.particles, told.combined_rsd_percent, told.expected, told.worst) == (None, None, None, None)

    @pytest.mark.parametrize("dose_mcg", ["1", "2", "10", "50", "99.9"])
    def test_a_lot_of_the_size_asked_for_is_within_the_limit_and_a_coarser_one_is_not(self, dose_mcg: str) -> None:
        dose = Fraction(dose_mcg) * MCG
        needed = judged(dose, None).findings[0].values["needed"]
        assert isinstance(needed, Decimal)
        assert codes(judged(dose, ParticleSize(needed, Decimal(2)))) == ["particle-rsd-near-limit"]
        coarser = needed + Decimal(1).scaleb(needed.adjusted() - 2)
        assert codes(judged(dose, ParticleSize(coarser, Decimal(2)))) == ["particle-rsd-above-limit"]

    def test_an_unknown_size_from_100_mcg_is_a_note_of_what_the_certificate_must_show(self) -> None:
        # Domain facts 2.4: 29.4 um at 100 mcg, 104.7 um at 4.5 mg.
        for dose, needed in ((Fraction(1, 10), "29.4"), (Fraction(9, 2), "104")):
            told = judged(dose, None)
            assert codes(told) == ["particle-size-to-ask-for"]
            assert told.findings[0].severity is Severity.NOTE
            assert f"needs a mass-median diameter of at most {needed} micrometres" in message(told.findings[0])
            assert [one.code for one in told.not_checked] == ["uniformity-not-checked", "chance-to-pass-not-checked"]
        assert codes(judged(Fraction(1, 10) - Fraction(1, 10**12), None)) == ["particle-size-not-given"]

    def test_an_rsd_above_4_percent_is_a_judgement_error(self) -> None:
        told = judged(2 * MCG, powder(10))
        assert codes(told) == ["particle-rsd-above-limit"]
        assert told.findings[0].severity is Severity.ERROR
        assert told.findings[0].entry.judgement
        assert told.findings[0].where == "--particle-size"
        assert message(told.findings[0]).startswith(
            "even a perfect mix of this powder varies from capsule to capsule by an RSD of about 5.602"
        )
        assert told.particles is not None

    def test_an_rsd_from_2_to_4_percent_is_a_note_and_below_nothing(self) -> None:
        told = judged(2 * MCG, powder(6))
        assert codes(told) == ["particle-rsd-near-limit"]
        assert told.findings[0].severity is Severity.NOTE
        assert "2 % or more leaves little room below the limit of 4 %" in message(told.findings[0])
        assert codes(judged(2 * MCG, powder(4))) == []

    @pytest.mark.parametrize("limit", [2, 4])
    def test_the_limits_are_decided_at_the_twelfth_digit(self, limit: int) -> None:
        largest = largest_median_um(2 * MCG, DENSITY, Decimal(2), limit)
        last = Decimal(1).scaleb(largest.adjusted() - 11)
        below, above = (codes(judged(2 * MCG, powder(str(size)))) for size in (largest - last, largest + last))
        if limit == 4:
            assert (below, above) == (["particle-rsd-near-limit"], ["particle-rsd-above-limit"])
        else:
            assert (below, above) == ([], ["particle-rsd-near-limit"])

    def test_a_size_is_judged_at_every_dose(self) -> None:
        assert codes(judged(Fraction(1), powder(100))) == ["particle-rsd-above-limit"]

    def test_sieve_data_are_judged_by_their_upper_edges(self) -> None:
        told = judged(Fraction(1, 10), sieve((0, 20, 50), (20, 50, 50)))
        assert told.particles is not None
        # √(π/6 · 1.38e-9 · (0.5 · 20³ + 0.5 · 50³) / 0.1) = √(7.22566e-10 · 66,500 / 0.1) = 2.192 %
        assert as_printed(told.particles.rsd_percent, "2.192") == "2.192"
        assert codes(told) == ["particle-rsd-near-limit"]
        told = judged(2 * MCG, sieve((0, 20, 50), (20, 50, 50)))
        assert codes(told) == ["particle-rsd-above-limit"]
        assert told.findings[0].where == "--sieve"

    @pytest.mark.parametrize("size", [None, powder(1), powder(20)])
    def test_below_1_mcg_powder_is_an_error_that_nobody_can_take_on(self, size: ParticleSize | None) -> None:
        told = judged(Fraction(999, 1000) * MCG, size)
        assert codes(told)[0] == "powder-below-1-mcg"
        assert told.findings[0].severity is Severity.ERROR
        assert not told.findings[0].entry.judgement
        assert message(told.findings[0]) == (
            "a dose of 999 nanograms (0.999 mcg) is not made from powder; below 1 mcg (0.001 mg) the drug is dissolved "
            "and put on the diluent as a solution (house rule)"
        )
        assert "powder-below-1-mcg" not in codes(judged(MCG, size))

    def test_rare_large_particles_are_said_to_skew_the_content(self) -> None:
        told = judged(2 * MCG, powder(6))
        (said,) = [finding for finding in told.findings if finding.code == "content-skewed"]
        assert said.severity is Severity.NOTE
        assert message(said).startswith(
            "about 1 capsule in 7,180 holds a particle worth more than 25 % of the dose; such rare particles skew the "
            "content (skewness about 1.97)"
        )
        for size in (powder(11, "1.5"), powder(20, 1), sieve((0, 2, 40), (2, 5, 60))):
            found = judged(2 * MCG, size)
            assert found.particles is not None
            assert found.particles.large_chance_percent < Decimal("0.0001")
            assert "content-skewed" not in [finding.code for finding in found.findings]

    # 2 mcg at a spread of 2: the RSD is 4 % at 8.61 um for 1.1 g/cm3, and at 7.60 um for 1.6 g/cm3; 2 % at 4.79 um.
    @pytest.mark.parametrize(
        ("median", "found"),
        [("4.7", []), ("4.8", ["particle-rsd-near-limit"]), ("7.6", ["particle-rsd-near-limit"]),
         ("7.61", ["uniformity-not-shown"]), ("8.61", ["uniformity-not-shown"]), ("8.62", ["particle-rsd-above-limit"]),
         ("60", ["particle-rsd-above-limit"])],
    )  # fmt: skip
    def test_an_unknown_density_refuses_where_all_of_its_range_does_and_warns_where_a_part_does(
        self, median: str, found: list[str]
    ) -> None:
        told = judged(2 * MCG, powder(median), None)
        assert codes(told) == found
        assert [one.code for one in told.not_checked] == ["true-density-unknown"]
        assert (told.particles, told.expected) == (None, None)
        assert [Decimal("1.1"), Decimal("1.6")] == [end.density for end in told.ends]

    def test_a_range_of_densities_says_both_ends_of_the_rsd(self) -> None:
        # At 1.38 g/cm3 60 um come to 82.31 %: times the roots of 1.1 / 1.38 and 1.6 / 1.38.
        (found,) = (one for one in judged(2 * MCG, powder(60), None).findings if one.code == "particle-rsd-above-limit")
        assert "an RSD of 73.5 to 88.7 %, for a true density of 1.1 to 1.6 g per cm3; the limit is 4 %" in message(found)
        assert (Decimal("73.5"), Decimal("88.7")) == (found.values["rsd_low"], found.values["rsd_high"])
        assert "rsd" not in found.values

    def test_the_size_to_ask_for_is_within_the_limit_at_every_density(self) -> None:
        told = judged(2 * MCG, None, None)
        assert codes(told) == ["particle-size-not-given"]
        assert Decimal("7.6") == told.findings[0].values["needed"]
        assert [one.code for one in told.not_checked] == [
            "uniformity-not-checked", "true-density-unknown", "chance-to-pass-not-checked",
        ]  # fmt: skip

    @settings(max_examples=60)
    @given(
        st.sampled_from(["0.0011", "0.002", "0.05", "1", "4.5"]), st.sampled_from(["0.6", "3", "8", "25", "90", "400"]),
        st.sampled_from(["1", "1.4", "2", "3"]), st.fractions("1.1", "1.6", max_denominator=1000),
    )  # fmt: skip
    def test_every_figure_of_a_density_inside_lies_between_the_ends_and_the_high_end_is_the_worse(
        self, dose: str, median: str, spread: str, density: Fraction
    ) -> None:
        low, high = judged(Fraction(dose), powder(median, spread), None).ends
        (inside,) = judged(Fraction(dose), powder(median, spread), density).ends
        assert low.particles is not None
        assert inside.particles is not None
        assert high.particles is not None
        for name in ("median_mass_mg", "d99_mass_mg", "median_share_percent", "d99_share_percent", "rsd_percent",
                     "bias_percent", "skewness"):  # fmt: skip
            assert getattr(low.particles, name) <= getattr(inside.particles, name) <= getattr(high.particles, name), name
        for name in ("count_of_median", "count_by_number", "count_effective"):
            assert getattr(high.particles, name) <= getattr(inside.particles, name) <= getattr(low.particles, name), name
        for one, other, another in zip(high.admissible, inside.admissible, low.admissible, strict=True):
            assert one.median_um <= other.median_um <= another.median_um
        for name in ("expected", "worst"):
            values = [getattr(end, name).acceptance_value for end in (low, inside, high)]
            assert values == sorted(values)
        # A denser particle is sooner large, and rarer: it may be either end, and what lies inside is above the lower one.
        chances = [end.particles.large_chance_percent for end in (low, high) if end.particles is not None]
        assert min(chances) <= inside.particles.large_chance_percent

    def test_a_powder_finer_than_mills_make_it_is_doubted(self) -> None:
        assert codes(judged(2 * MCG, powder("0.499"))) == ["particle-size-doubtful"]
        assert codes(judged(2 * MCG, powder("0.5"))) == []
        assert codes(judged(2 * MCG, powder("0.008"), None)) == ["particle-size-doubtful"]
        assert codes(judged(2 * MCG, sieve((0, "0.4", 60), ("0.4", 2, 40)))) == ["particle-size-doubtful"]

    def test_every_sentence_of_every_finding_can_be_filled(self) -> None:
        raised: set[str] = set()
        for dose, size, density in itertools.product(
            (Fraction(1, 2000), 2 * MCG, Fraction(1)), (None, powder("0.1"), powder(6), powder(8), powder(20)), (None, DENSITY)
        ):
            told = judge(dose, density, size, (), 0, 0, None)
            said = [(one.entry, one.values) for one in told.findings]
            said += [(one.entry, one.values) for one in told.not_checked]
            for entry, values in said:
                raised.add(entry.code)
                for sentence in (sentences_of(entry).message, sentences_of(entry).remedy):
                    assert "{" not in filled(sentence, joined(values, parts(), ENGLISH_NOTATION))
        assert raised == {
            "powder-below-1-mcg", "particle-rsd-above-limit", "particle-rsd-near-limit", "particle-size-doubtful",
            "uniformity-not-shown", "true-density-unknown", "fill-rsd-not-checked", "particle-size-not-given",
            "uniformity-not-checked", "content-skewed", "particle-size-to-ask-for", "chance-to-pass-not-checked",
        }  # fmt: skip
        assert raised <= catalogue.ENTRIES.keys()


class TestBudget:
    """Weighing moves the whole batch, particles and filling the capsule; what moves the capsule adds as squares."""

    def test_particle_and_fill_rsd_add_as_squares(self) -> None:
        # 2 mcg, d50 10 um, spread 2, density 1.38: 5.6024 %; with a fill of 3 %: √(31.387 + 9) = 6.355 %.
        told = judged(2 * MCG, powder(10))
        assert told.particles is not None
        assert told.combined_rsd_percent is not None
        assert as_printed(told.combined_rsd_percent, "6.355") == "6.355"
        assert told.fill_rsd_percent == 3
        assert told.not_checked == ()
        assert (told.weighing_low_percent, told.weighing_high_percent) == (Fraction("-4.7785"), Fraction("4.8885"))

    def test_a_fill_not_given_is_left_out_and_said(self) -> None:
        told = judge(2 * MCG, DENSITY, powder(10), (), 0, 0, None)
        assert told.particles is not None
        assert told.combined_rsd_percent == told.particles.rsd_percent
        assert told.fill_rsd_percent is None
        assert [one.code for one in told.not_checked] == ["fill-rsd-not-checked", "chance-to-pass-not-checked"]
        assert (told.expected, told.worst) == (None, None)

    def test_the_chance_is_told_at_the_planned_mean_and_at_the_worse_end_of_the_weighings(self) -> None:
        """A batch with 96 % of the drug holds 96 % of the particles: its particle RSD is larger by √(100/96)."""
        fill = Percent(Decimal(3))
        told = judge(2 * MCG, DENSITY, powder(6), (Fraction(1, 100),), -4, 3, fill, mean_percent=Fraction("100.05"))
        for found, mean in ((told.expected, "100.05"), (told.worst, "96")):
            real = describe(2 * MCG * Fraction(mean) / 100, DENSITY, powder(6), (Fraction(mean) / 10_000,))
            combined = math.sqrt(float(real.rsd_percent) ** 2 + 9)
            assert found is not None
            assert found.mean_percent == Decimal(mean)
            assert float(found.rsd_percent) == pytest.approx(combined, rel=1e-10)
            assert float(found.batch_rsd_percent) == pytest.approx(float(real.bias_percent), rel=1e-10)
            assert found == predict(Fraction(mean), found.rsd_percent, found.batch_rsd_percent)
        higher = judge(2 * MCG, DENSITY, powder(6), (), -3, 4, fill)
        assert higher.worst is not None
        assert higher.worst.mean_percent == 104

    @pytest.mark.parametrize(
        ("low", "high", "fill"), [(-101, 5, "3"), (5, 4, "3"), (0, 0, "0"), (0, 0, "50.1")]
    )
    def test_what_no_batch_can_have_is_refused(self, low: int, high: int, fill: str) -> None:
        with pytest.raises(InputError):
            judge(2 * MCG, DENSITY, powder(6), (), low, high, Percent(Decimal(fill)))

    @pytest.mark.parametrize(
        ("mean", "low", "high"), [(None, None, None), (0, -100, 5), (100, None, None), (100, -100, 300)]
    )
    def test_without_a_mean_nothing_is_predicted_and_that_is_said(
        self, mean: int | None, low: int | None, high: int | None
    ) -> None:
        told = judge(2 * MCG, DENSITY, powder(6), (), low, high, Percent(Decimal(3)), mean_percent=mean)
        assert (mean == 100, False) == (told.expected is not None, told.worst is not None)
        assert ["acceptance-value-not-predicted"] == [one.code for one in told.not_checked]
        assert told.combined_rsd_percent is not None

    def test_out_of_a_solution_no_particles_are_counted(self) -> None:
        told = judge(MCG / 50, None, powder(50), (), -4, 4, Percent(Decimal(3)), dissolved=True)
        lacking = ["deposit-not-checked", "chance-to-pass-not-checked"]
        assert ([], lacking) == (codes(told), [one.code for one in told.not_checked])
        assert (None, Decimal(3)) == (told.particles, told.combined_rsd_percent)
        told = judge(MCG / 50, None, None, (), -4, 4, None, dissolved=True)
        lacking.insert(1, "fill-rsd-not-checked")
        assert lacking == [one.code for one in told.not_checked]
        assert (None, None, None) == (told.combined_rsd_percent, told.expected, told.worst)

    @pytest.mark.parametrize("dissolved", [False, True])
    @pytest.mark.parametrize("size", [None, powder(6)])
    @pytest.mark.parametrize("fill", [None, Percent(Decimal(3))])
    def test_a_chance_is_told_only_where_every_part_of_it_is_known(
        self, dissolved: bool, size: ParticleSize | None, fill: Percent | None
    ) -> None:
        """The deposit of a solution is never known to be even; a chance without it would promise too much."""
        told = judge(2 * MCG, DENSITY, size, (), -4, 4, fill, dissolved=dissolved)
        known = not dissolved and size is not None and fill is not None
        assert known == (told.expected is not None) == (told.worst is not None) == told.is_told
        assert known == ("chance-to-pass-not-checked" not in {one.code for one in told.not_checked})

    def test_where_no_size_is_stated_one_is_assumed_to_show_what_is_at_stake(self) -> None:
        # Domain facts 2.4: 2 mcg at 50 um and a spread of 2 has an RSD of 62.6 %.
        told = judge(2 * MCG, DENSITY, None, (), 0, 0, None)
        assert told.assumed is not None
        assert (powder(50), "62.6") == (told.assumed.size, as_printed(told.assumed.rsd_percent, "62.6"))
        largest = [(one.rsd_percent, for_a_certificate(one.median_um)) for one in told.admissible]
        assert [(Fraction(4), Decimal("7.98")), (Fraction(2), Decimal("5.03"))] == largest
        assert told.combined_rsd_percent is None

    def test_hopeless_powders_come_out_without_fault(self) -> None:
        told = judged(Fraction(1, 10**5), powder(2000, 10))
        assert told.expected is not None
        assert told.expected.either_stage_percent == 0
        assert told.particles is not None
        assert told.particles.large_chance_percent > 0
        assert codes(told) == ["powder-below-1-mcg", "particle-rsd-above-limit"]

    def test_a_result_is_the_same_each_time(self) -> None:
        assert judged(2 * MCG, powder(7)) == judged(2 * MCG, powder(7))
