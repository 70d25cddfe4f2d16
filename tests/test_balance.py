"""The balance: what its repeatability allows."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from compound.cli.main import main
from compound.exact.errors import InputError
from compound.exact.quantity import Mass
from compound.facts.balances import largest_error, minimum_weight, root_up
from compound.facts.pharmacy_file import read_balances, read_pharmacy_file
from compound.judging.order_findings import order_findings
from compound.judging.uncertainty import _rest
from compound.order.options import read_order
from compound.order.own_file import OwnSettings, layered

STATED = {"drug": "naltrexone hydrochloride", "dose": "2 mcg", "capsules": "30", "readability": "0.1 mg"}
STEPS = st.builds(lambda digit, power: Decimal(digit).scaleb(power), st.sampled_from([1, 2, 5]), st.integers(-4, 2))


class TestRepeatability:
    """The minimum weight and S follow from s and the readability (contract, section 1)."""

    def test_the_example_of_the_issue_gives_160_mg_and_its_floor_82_mg(self) -> None:
        """2000 × 0.08 mg = 160 mg; 2000 × 0.41 × 0.1 mg = 82 mg; 0.1 + 2·√2·0.08 = 0.3263 mg, up to 0.33 mg."""
        assert minimum_weight(Mass(Decimal("0.1")), Mass(Decimal("0.08"))).mg == 160
        assert minimum_weight(Mass(Decimal("0.1")), Mass(Decimal("0.01"))).mg == 82
        assert largest_error(Decimal("0.1"), Fraction(8, 100) ** 2).mg == Decimal("0.33")

    @given(STEPS, st.fractions(0, 100))
    def test_s_of_the_planner_is_the_least_of_two_digits_that_covers_rounding_and_scatter(
        self, step: Decimal, variance: Fraction
    ) -> None:
        error = Fraction(largest_error(step, variance).mg)
        digits = largest_error(step, variance).mg.normalize().as_tuple()
        below = error - Fraction(Decimal(1).scaleb(int(digits.exponent) - (len(digits.digits) < 2)))

        assert len(digits.digits) <= 2
        assert error >= step
        assert (error - Fraction(step)) ** 2 >= 8 * variance
        assert below < step or (below - Fraction(step)) ** 2 < 8 * variance

    @given(st.fractions(0, 1000), STEPS)
    def test_a_root_rounded_up_is_the_least_multiple_that_reaches_it(self, square: Fraction, unit: Decimal) -> None:
        root = root_up(square, Fraction(unit))

        assert root**2 >= square
        assert root == 0 or (root - Fraction(unit)) ** 2 < square

    def test_an_order_takes_its_minimum_weight_and_s_from_the_repeatability(self) -> None:
        order, _ = read_order({**STATED, "repeatability": "0.08 mg"})

        assert order.least_weighable == 160
        assert order.balance is not None
        assert order.balance.sensitivity.mg == Decimal("0.33")
        assert {one.code for one in order_findings(order, None, None)} >= {"repeatability-used"}

    @pytest.mark.parametrize(
        ("option", "text", "code"),
        [
            ("minimum-weight", "100 mg", "minimum-weight-below-repeatability"),
            ("balance-sensitivity", "0.2 mg", "sensitivity-below-repeatability"),
        ],
    )
    def test_what_is_entered_beside_it_stands_with_a_warning_where_it_loosens(self, option: str, text: str, code: str) -> None:
        order, _ = read_order({**STATED, "repeatability": "0.08 mg", option: text})

        assert code in {one.code for one in order_findings(order, None, None)}

    def test_a_repeatability_without_a_readability_is_refused(self) -> None:
        with pytest.raises(InputError, match="--readability"):
            read_order({name: text for name, text in STATED.items() if name != "readability"} | {"repeatability": "0.08 mg"})


READINGS = ["100.0 mg", "100.1 mg", "100.0 mg", "99.9 mg", "100.0 mg", "100.1 mg", "100.0 mg", "100.0 mg", "99.9 mg", "100.1 mg"]
CHECK = ["balance", "check", "--readability", "0.1 mg"]
OWN = """# ours
[balances.old]  # in the cellar
readability = "1 mg"
sensitivity = "2 mg"
# keep me

[balances.fine]
readability = "1 mg"  # of the # display
capacity = "120 g"
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


class TestCheck:
    """`compound balance check` says what a balance may weigh."""

    def test_ten_readings_give_the_figures_worked_out_by_hand(self) -> None:
        """Deviations of 0.1 mg from 100 mg: sum 0.1, squares 0.05; s² = (0.05 − 0.001) / 9 = 0.049 / 9, s = 0.07379 mg.

        2000 s = 147.57, up to 147.6 mg; twice that 295.2 mg; 0.1 + 2.8284 × 0.0738 = 0.3087, up to 0.31 mg; / 5 % = 6.2.
        """
        shown = json.loads(run(*CHECK, "--json", *READINGS).stdout)

        assert shown["schema"] == "compound.balance/1"
        assert shown["mean_mg"] == "100.01"
        assert shown["s_mg"] == "0.0737864787373"
        assert shown["minimum_weight_mg"] == "147.6"
        assert shown["smallest_net_weight_mg"] == "295.2"
        assert shown["balance_sensitivity_mg"] == "0.31"
        assert shown["least_weighable_mg"] == "6.2"

    def test_a_balance_that_shows_one_reading_throughout_has_the_floor_of_820_steps(self) -> None:
        shown = json.loads(run(*CHECK, "--json", *["100 mg"] * 10).stdout)

        assert shown["minimum_weight_mg"] == "82"
        assert shown["balance_sensitivity_mg"] == "0.1"

    def test_readings_come_from_a_column_of_a_csv_file(self, tmp_path: Path) -> None:
        path = tmp_path / "day.csv"
        path.write_text("no,shown\n" + "".join(f"{i},{text}\n" for i, text in enumerate(READINGS)), encoding="utf-8")

        assert run(*CHECK, "--csv", str(path), "--column", "shown").stdout == run(*CHECK, *READINGS).stdout

    @pytest.mark.parametrize(
        ("more", "code"),
        [(["--nominal", "101 mg"], "balance-off-nominal"), (["--smallest-net-weight", "100 mg"], "balance-not-repeatable")],
    )
    def test_a_balance_that_fails_ends_with_1_and_is_not_saved(self, more: list[str], code: str, tmp_path: Path) -> None:
        path = tmp_path / "own.toml"
        result = run(*CHECK, *READINGS, *more, "--save", "fine", "--pharmacy-file", str(path))

        assert (result.exit_code, path.exists()) == (1, False)
        assert code in result.stderr

    @pytest.mark.parametrize(
        ("readings", "said"), [(READINGS[:9], "9 given"), ([*READINGS[:9], "100.05 mg"], "no multiple")]
    )
    def test_what_is_no_ten_readings_of_the_display_is_refused(self, readings: list[str], said: str) -> None:
        result = CliRunner().invoke(main, [*CHECK, *readings])

        assert isinstance(result.exception, InputError)
        assert said in str(result.exception)


class TestPharmacyFile:
    """The pharmacy's file holds balances; a check changes its own table alone."""

    def test_a_saved_check_changes_the_table_of_its_balance_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "own.toml"
        path.write_text(OWN, encoding="utf-8")
        assert run(*CHECK, *READINGS, "--save", "fine", "--pharmacy-file", str(path)).exit_code == 0
        text = path.read_text(encoding="utf-8")

        assert text.startswith(OWN.partition("[balances.fine]")[0])
        assert 'readability = "0.1 mg"  # of the # display\n' in text
        fine = read_balances(text.encode(), "own.toml")["fine"]
        assert {key: mass.text for key, mass in fine.masses.items()} == {
            "readability": "0.1 mg", "repeatability": "0.0738 mg", "capacity": "120 g"}  # fmt: skip
        assert fine.checked == date.today()

    def test_a_plan_takes_what_the_file_states_and_options_win(self, tmp_path: Path) -> None:
        path = tmp_path / "own.toml"
        path.write_text(f"{OWN}repeatability = \"0.1 mg\"\nchecked = 2020-01-01\ncheck_every_days = 30\n", encoding="utf-8")
        own = read_pharmacy_file(path.read_bytes(), "own.toml")
        found = layered({"readability": "0.1 mg"}, None, OwnSettings(own, "fine", date.today()))

        assert found.options == {"readability": "0.1 mg", "repeatability": "0.1 mg", "capacity": "120 g"}
        assert [(one.key, one.overdue) for one in found.taken] == [
            ("balance", True), ("repeatability_mg", False), ("capacity_mg", False)]  # fmt: skip

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[balance.x]\n", "own.toml: balance"),
            ('[balances.x]\nreadability = "1 mg"\nstep = "1 mg"\n', "own.toml: balances.x.step"),
            ('[balances.x]\nsensitivity = "1 mg"\n', "own.toml: balances.x.readability"),
            ('[balances.x]\nreadability = "1 mg"\nchecked = "today"\n', "own.toml: balances.x.checked"),
        ],
    )
    def test_what_the_file_does_not_know_is_refused_with_its_key(self, text: str, said: str) -> None:
        with pytest.raises(InputError, match=said):
            read_balances(text.encode(), "own.toml")

    def test_an_unknown_name_is_refused_with_those_there_are(self) -> None:
        with pytest.raises(InputError, match="old, fine"):
            OwnSettings(read_pharmacy_file(OWN.encode(), "own.toml"), "coarse", date.today())


class TestUncertainty:
    """Where the repeatability is stated, the scatter of a weighing is normal, and only the rest of S a limit."""

    def test_one_weighing_has_the_scatter_of_a_difference_and_the_rest_as_a_rectangle(self) -> None:
        """S 0.33, s 0.08: scatter variance 2 × 0.0064 = 0.0128; rest 0.33 − 0.22627 = 0.10373, its variance 0.003587."""
        assert _rest(Fraction(33, 100), Fraction(8, 100)) >= Fraction(33, 100) - root_up(8 * Fraction(64, 10_000), Fraction(1, 10**9))
        assert abs(_rest(Fraction(33, 100), Fraction(8, 100)) - Fraction(10373, 100_000)) < Fraction(1, 100_000)

    def test_an_s_below_the_scatter_leaves_no_limit_below_nought(self) -> None:
        assert _rest(Fraction(1, 10), Fraction(1)) == 0
