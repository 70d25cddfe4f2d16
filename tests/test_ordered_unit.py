"""The unit that a dose was ordered in stands first, so that screen, sheet and label compare with the prescription."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from click.testing import CliRunner
from helpers import DRUG, judged
from hypothesis import given
from hypothesis import strategies as st

from compound.cli.plan import command
from compound.exact.errors import InputError
from compound.order.request import from_request, to_request
from compound.plan.plan import plan_from_dict
from compound.reading.units import unit_of_mass
from compound.showing.two_doses import labelled_dose
from compound.wording.notation import ENGLISH_NOTATION

ORDERED = [
    ("0.25 mg", "0.25 mg (250 mcg)"), ("250 mcg", "250 mcg (0.25 mg)"), ("4.5 mg", "4.5 mg (4,500 mcg)"),
    ("4500 mcg", "4,500 mcg (4.5 mg)"), ("0.002 mg", "0.002 mg (2 mcg)"), ("2000 ng", "2,000 nanograms (2 mcg)"),
    ("50 nanograms", "50 nanograms (0.05 mcg)"), ("0.05 mcg", "0.05 mcg (50 nanograms)"),
    ("0.00005 mg", "0.00005 mg (50 nanograms)"), ("0.0045 g", "4.5 mg (4,500 mcg)"),
]  # fmt: skip


@pytest.mark.parametrize(("typed", "printed"), ORDERED)
def test_the_unit_of_the_order_stands_first(typed: str, printed: str) -> None:
    assert printed == labelled_dose(judged(dose=typed).plan.order)


@pytest.mark.parametrize(("typed", "printed"), ORDERED)
def test_a_plan_that_is_read_back_says_the_same(typed: str, printed: str) -> None:
    order = judged(dose=typed).plan.order
    again = from_request(to_request(order), order.balance)

    assert printed == labelled_dose(again)
    assert to_request(order) == to_request(again)


@pytest.mark.parametrize(("typed", "unit"), [("2 mcg", None), ("0.25 mg", "mg"), ("4.5 mg", None), ("50 ng", None), ("500 ng", None)])
def test_the_request_states_it_only_where_it_is_not_that_of_the_size(typed: str, unit: str | None) -> None:
    assert unit == to_request(judged(dose=typed).plan.order).get("dose_unit")


def test_a_unit_that_is_none_is_refused() -> None:
    done = CliRunner().invoke(command, [DRUG, "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30", "--json"])
    record = json.loads(done.stdout)
    record["request"]["dose_unit"] = "kg"

    with pytest.raises(InputError, match="dose_unit"):
        plan_from_dict(record)


@given(st.integers(1, 10**9), st.sampled_from(["mg", "mcg", "ng"]))
def test_both_units_are_the_same_dose(count: int, unit: str) -> None:
    """In whatever unit a dose stands first, its two amounts are one mass."""
    mg = Fraction(count, 10**6)
    factors = {"mg": Fraction(1), "mcg": Fraction(1, 1000), "nanogram": Fraction(1, 10**6), "nanograms": Fraction(1, 10**6)}
    written = ENGLISH_NOTATION.dose(mg, unit).removesuffix(")").split(" (")

    assert 2 == len(written)
    for amount in written:
        number, _, name = amount.rpartition(" ")
        assert mg == Fraction(number.replace(",", "")) * factors[name]
    assert {"mg": "mg", "mcg": "mcg", "ng": "nanogram"}[unit] == written[0].rpartition(" ")[2].removesuffix("s")


@pytest.mark.parametrize(("text", "unit"), [("0.25mg", "mg"), ("2 MCG", "mcg"), ("2 Mikrogramm", "mcg"), ("1 g", ""), ("", ""), ("2", "")])
def test_the_unit_of_what_was_typed(text: str, unit: str) -> None:
    assert unit == unit_of_mass(text)
