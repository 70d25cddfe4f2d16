"""What people type, and what it means."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compound.exact.errors import AmbiguousAmount, InputError
from compound.exact.quantity import Direction, Mass, Percent, Volume, canonical, grouped, is_multiple, round_to, written
from compound.reading.amounts import (
    from_canonical,
    has_trailing_zero,
    parse_count,
    parse_mass,
    parse_number,
    parse_percent,
    parse_volume,
)


class TestMass:
    """An amount is plain digits with at most one point, a unit, and nothing else (contract, Amounts)."""

    @pytest.mark.parametrize(
        ("text", "mg"),
        [
            ("2 mcg", "0.002"), ("2mcg", "0.002"), ("2 MCG", "0.002"), ("2 ug", "0.002"), ("2 \u00b5g", "0.002"),
            ("2 \u03bcg", "0.002"), ("2 microgram", "0.002"), ("2 micrograms", "0.002"), ("20 ng", "0.00002"),
            ("20 nanograms", "0.00002"), ("1 nanogram", "0.000001"), ("0.5mg", "0.5"), ("0.030 g", "30"),
            ("4.5 MG", "4.5"), ("1.125 mg", "1.125"), (" 2 mg ", "2"), ("0.500 mg", "0.5"), ("1.0 mg", "1"),
        ],
    )  # fmt: skip
    def test_reads_an_amount_exactly(self, text: str, mg: str) -> None:
        assert Decimal(mg) == parse_mass(text, "--dose").mg

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "no amount given"),
            ("   ", "no amount given"),
            ("2", "has no unit"),
            ("mg", "does not begin with a number"),
            (".5 mg", "write 0.5 mg"),
            ("5. mg", "write 5 mg"),
            ("007 mg", "write 7 mg"),
            ("00.5 mg", "write 0.5 mg"),
            ("-2 mcg", "has a sign"),
            ("+2 mcg", "has a sign"),
            ("\u22122 mcg", "has a sign"),
            ("0 mcg", "is zero"),
            ("0.0 mcg", "is zero"),
            ("1e-3 mg", "exponent"),
            ("1E3 mg", "exponent"),
            ("NaN mg", "does not begin with a number"),
            ("inf mg", "does not begin with a number"),
            ("1_000 mg", "group separator"),
            ("1'000 mg", "group separator"),
            ("1 000 mg", "group separator"),
            ("１２ mg", "fullwidth digit one"),
            ("٣ mg", "arabic-indic digit three"),
            ("½ mg", "vulgar fraction one half"),
            ("10² mg", "superscript two"),
            ("2 Mg", "megagram"),
            ("2 mG", "write mg"),
            ("2 mgs", "write mg"),
            ("2 мг", "U+043C at position 3"),
            ("5 gr", "grain in mg"),
            ("5 IU", "units of activity"),
            ("5 mL", "is a volume"),
            ("1,000,000 mcg", "write 1000000 mcg if that is meant"),
            ("0,5 mg", "write 0.5 mg if that is meant"),
            ("O.5 mg", "letter O at position 1"),
            ("l0 mg", "letter l at position 1"),
            ("1O mg", "letter O at position 2"),
            ("2 \u00b5\u0261", "U+0261 belongs to no unit"),
            ("2 \u0271g", "U+0271 at position 3"),
            ("2\u338d", "write mcg, in three letters"),
            ("2 mcg/capsule", "a mass alone is needed"),
            ("2  mg", "more than one space"),
            ("2 miligrms", "units are g, mg, mcg, ng"),
            ("2 MCG.", "without a full stop"),
            ("5-10 mg", "not one exact value"),
            ("5\u00b10.1 mg", "not one exact value"),
            ("~5 mg", "not one exact value"),
            ("5 kg", "write the amount in g"),
            ("5 mg 3 g", "unknown unit"),
            ("5%", "unknown unit"),
            ("5\n", "U+000A"),
            ("5\u200b mg", "U+200B at position 2"),
            ("5\u202e mg", "U+202E at position 2"),
            ("1.2.3 mg", "not a plain number"),
            ("2+3 mg", "not a plain number"),
            ("1/2 mg", "not a plain number"),
            ("9" * 300 + " mg", "longer than 60"),
            ("9999999999 mg", "more digits than are read"),
            ("0." + "1" * 16 + " mg", "more digits than are read"),
        ],
    )
    def test_refuses_and_says_what_to_write(self, text: str, says: str) -> None:
        with pytest.raises(InputError) as caught:
            parse_mass(text, "--dose")

        assert "--dose" == caught.value.where
        assert says in caught.value.sentence

    @pytest.mark.parametrize(
        ("text", "readings"),
        [
            ("1,5 mcg", ("1.5 mcg", "15 mcg")),
            ("1,000 mcg", ("1 mcg", "1000 mcg")),
            ("1.000 mg", ("1 mg", "1000 mg")),
            ("12.500 mg", ("12.5 mg", "12500 mg")),
        ],
    )
    def test_asks_where_there_are_two_readings(self, text: str, readings: tuple[str, ...]) -> None:
        with pytest.raises(AmbiguousAmount) as caught:
            parse_mass(text, "--dose")

        assert readings == caught.value.readings
        assert all(reading in str(caught.value) for reading in readings)

    @pytest.mark.parametrize("text", ["1" * 1_000_000, "1e999999999 mg", "1." + "0" * 1_000_000])
    def test_refuses_a_monster_before_any_number_is_made(self, text: str) -> None:
        with pytest.raises(InputError):
            parse_mass(text, "--dose")

    def test_keeps_what_was_typed_but_compares_by_mass(self) -> None:
        assert Mass(Decimal(1), "1 mg") == Mass(Decimal(1), "0.001 g")

    @pytest.mark.parametrize("bad", [Decimal("NaN"), Decimal("Infinity"), 0.1, None])
    def test_a_mass_is_a_finite_decimal(self, bad: object) -> None:
        with pytest.raises(InputError):
            Mass(bad)  # type: ignore[arg-type]

    @given(st.text(max_size=80))
    def test_any_text_is_read_or_refused_with_a_sentence(self, text: str) -> None:
        try:
            mass = parse_mass(text, "--dose")
        except InputError as error:
            assert error.sentence
            assert "\n" not in error.sentence
        else:
            assert mass.mg > 0

    @given(st.decimals("0.000001", "999999", places=6), st.sampled_from(["g", "mg", "mcg", "ng"]))
    def test_the_canonical_text_of_an_amount_is_read_back(self, number: Decimal, unit: str) -> None:
        factor = {"g": Fraction(1000), "mg": Fraction(1), "mcg": Fraction(1, 1000), "ng": Fraction(1, 1_000_000)}[unit]

        assert Fraction(number) * factor == Fraction(parse_mass(f"{canonical(number)} {unit}", "--dose").mg)


class TestOtherQuantities:
    """Percentages carry their sign; counts are whole; volumes are in mL (contract, Amounts)."""

    def test_reads_percentages_with_their_sign(self) -> None:
        assert [Percent(Decimal(5)), Percent(Decimal("98.7"))] == [
            parse_percent(text, "--x") for text in ("5%", "98.7 %")
        ]

    @pytest.mark.parametrize("text", ["5", "0.05", "-5%", "5%%", "5 percent", "1,5 %", "%"])
    def test_refuses_other_percentages(self, text: str) -> None:
        with pytest.raises(InputError):
            parse_percent(text, "--x")

    def test_reads_counts(self) -> None:
        assert 30 == parse_count("30", "--capsules")

    @pytest.mark.parametrize("text", ["0", "1.5", "-3", "30 mg", "1,000", "1e3", "30.0", "1.000", "٣", ""])
    def test_refuses_other_counts(self, text: str) -> None:
        with pytest.raises(InputError):
            parse_count(text, "--capsules")

    def test_reads_numbers_and_volumes(self) -> None:
        assert (Decimal("12.5"), Volume(Decimal(10))) == (parse_number("12.5", "--n"), parse_volume("10 mL", "--v"))

    @pytest.mark.parametrize("text", ["10", "10 ml", "10 mg", "0 mL"])
    def test_refuses_other_volumes(self, text: str) -> None:
        with pytest.raises(InputError):
            parse_volume(text, "--v")

    @pytest.mark.parametrize(("text", "zero"), [("1.0 mg", True), ("1.50", True), ("1.5", False), ("10", False)])
    def test_sees_a_trailing_zero(self, text: str, zero: bool) -> None:
        assert zero == has_trailing_zero(text)


class TestRounding:
    """`round_to` is the only way from an inferred number to a written one, and its direction is spelled."""

    @pytest.mark.parametrize(
        ("value", "direction", "result"),
        [
            ("7.3", Direction.DOWN, 7), ("7.3", Direction.UP, 8), ("7.3", Direction.NEAREST, 7),
            ("7.5", Direction.NEAREST, 8), ("8.5", Direction.NEAREST, 8), ("-7.3", Direction.DOWN, -8),
            ("-7.3", Direction.UP, -7), ("7", Direction.UP, 7), ("7", Direction.DOWN, 7),
        ],
    )  # fmt: skip
    def test_goes_where_it_is_told(self, value: str, direction: Direction, result: int) -> None:
        assert result == round_to(Fraction(value), 1, direction)

    @given(st.fractions(-1000, 1000), st.fractions(min_value="1/1000", max_value=50))
    def test_encloses_the_value(self, value: Fraction, step: Fraction) -> None:
        low, high = round_to(value, step, Direction.DOWN), round_to(value, step, Direction.UP)

        assert low <= value <= high
        assert high - low in (0, step)
        assert is_multiple(low, step)


class TestCanonical:
    """Numbers in JSON are plain decimals without superfluous zeros, or a fraction where none is finite (section 3)."""

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (Fraction(1, 500), "0.002"), (Fraction(5, 3), "5/3"), (Fraction(3000), "3000"), (Decimal("1.500"), "1.5"),
            (Decimal("1E+3"), "1000"), (Decimal("1E-7"), "0.0000001"), (0, "0"), (Fraction(-1, 4), "-0.25"),
            (Fraction(-7, 3), "-7/3"),
        ],
    )  # fmt: skip
    def test_writes(self, value: Fraction | Decimal | int, text: str) -> None:
        assert text == canonical(value)

    @given(st.fractions())
    def test_is_read_back(self, value: Fraction) -> None:
        assert value == from_canonical(canonical(value), "x")

    @pytest.mark.parametrize(
        "bad",
        [1, 0.5, True, None, [], "1e3", "1_0", " 1", "1 ", "01", "1/0", "1/3/5", "NaN", "", "1.", ".5", "٣", "1" * 300],
    )
    def test_refuses_any_other_text(self, bad: object) -> None:
        with pytest.raises(InputError):
            from_canonical(bad, "steps[0].amount_mg")

    def test_only_finite_decimals_are_written(self) -> None:
        assert Decimal("0.125") == written(Fraction(1, 8))
        with pytest.raises(ArithmeticError):
            written(Fraction(1, 3))


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-1_000, "-1,000")]
)
def test_a_count_in_a_message_is_grouped_by_commas(count: int, text: str) -> None:
    assert text == grouped(count)
