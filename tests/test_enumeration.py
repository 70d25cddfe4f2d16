"""The search for the best plan, held against an enumeration from the words of the contract (section 4) alone."""

from __future__ import annotations

from fractions import Fraction
from math import prod

import pytest
from brute_force import ASPECTS, compare, small_orders
from enumeration import Asked, Enumeration, Scale

from compound.order.options import read_order
from compound.planning.powder import plan_by_powder


def asked(dose: str, sensitivity: str, capsules: int, least: int | None = None, content: Fraction = Fraction(1)) -> Asked:
    """An order of 135 mg a capsule with all else by default."""
    s, readability = Fraction(sensitivity), Fraction(1)
    while readability > s:
        readability /= 10
    scale = Scale(s, readability, None, 20 * s if least is None else Fraction(least))
    return Asked(Fraction(dose), scale, capsules, Fraction(135), content=content)


def rounding_of(order: Asked, taken: list[int], totals: list[int], blend: int) -> Fraction:
    """How far a plan is from the label, by the words of the contract."""
    return abs(order.content * order.fill * Fraction(prod(taken), prod(totals) * blend) / order.dose - 1)


def points(taken: list[int], totals: list[int], blend: int) -> int:
    """The points of a plan of whole mg."""
    digits = sum(len(str(amount).strip("0")) for amount in (*taken, *totals))
    return digits + next(n for n in range(99) if sum(totals) + blend <= 2**n * blend)


TABLE = [
    (asked("0.002", "1", 30), [80, 100, 200], [5000, 5000], 4320),
    (asked("0.25", "1", 30), [80, 100], [1000], 4320),
    (asked("4.5", "1", 30), [150], [], 4500),
    (asked("0.002", "0.1", 30, least=82), [100, 100, 100], [3000, 5000], 4500),
    (asked("0.5", "0.1", 100), [60, 900], [1000], 14580),
    (asked("0.002", "1", 30, content=Fraction(987, 1000)), [90, 90, 200], [4000, 6000], 4497),
]


class TestTheEnumeration:
    """The enumeration gives what the contract prints, and what is worked out by hand."""

    @pytest.mark.parametrize(("order", "taken", "totals", "blend"), TABLE)
    def test_it_finds_the_reference_amounts_first(
        self, order: Asked, taken: list[int], totals: list[int], blend: int
    ) -> None:
        # With the reserve for a limit only plans that keep it are gone through, and they rank first. None has fewer
        # triturations or points; of those with as many, only plans as near the label can rank higher.
        within, rounding = order._replace(dose_error=order.plan_error), rounding_of(order, taken, totals, blend)
        most = points(taken, totals, blend)

        assert not any(list(Enumeration(order, most_points=20).plans(fewer)) for fewer in range(len(totals)))
        assert not list(Enumeration(within, most_points=most - 1).plans(len(totals)))
        space = Enumeration(within, most_points=most, rounding=rounding)
        best = min(space.plans(len(totals)))
        amounts = [[one * space.unit for one in best.taken], [one * space.unit for one in best.totals], best.blend * space.unit]
        assert [taken, totals, blend] == amounts

    def test_the_corner_on_one_balance_is_that_of_the_formula(self) -> None:
        """80 in 5,000, 100 of it in 5,000, 200 of it in 4,320, S 1 mg: (81/80)(101/100)(201/200) - 1 = 2.7738125 %."""
        best = min(Enumeration(TABLE[0][0]._replace(dose_error=Fraction(3, 100)), most_points=7, rounding=Fraction(0)).plans(2))

        assert (80, 100, 200) == best.taken
        assert (Fraction("0.027738125"), Fraction("-0.027263125")) == (best.high - 1, best.low - 1)

    def test_each_portion_adds_its_error_to_the_corner(self) -> None:
        """
        4.5 mg × 30 from a balance of 2,000 mg: 150 mg of drug in 4,500 mg, of which 4,350 mg are diluent: three portions
        of 1,450 mg. At worst 151 mg are in 151 + 4,350 - 3 = 4,498 mg, of 150 in 4,500 mg.
        """
        order = TABLE[2][0]
        space = Enumeration(order._replace(first=order.first._replace(capacity=Fraction(2000))))
        best = space.ranking(1)[0]

        assert ((150,), 4500) == (best.taken, best.blend)
        how = space.portions(4350)
        assert how is not None
        assert (1450, 1450, 1450) == how.amounts
        assert Fraction(151, 4498) / Fraction(150, 4500) == best.high

    def test_a_diluent_too_light_for_the_second_balance_is_weighed_on_the_first(self) -> None:
        order = TABLE[2][0]._replace(bulk=Scale(Fraction(10), Fraction(10), Fraction(1000), Fraction(200)))
        space = Enumeration(order, most_points=20)
        weighed = {diluent: space.portions(diluent) for diluent in (190, 200, 201, 2500)}

        assert [((190,), False), ((200,), True), ((201,), False), ((840, 840, 820), True)] == [
            (how.amounts, how.bulk) for how in weighed.values() if how is not None
        ]


class TestTheSearch:
    """The plans printed are the first of the ranking, and none is printed only where there is none."""

    def test_whole_tablets_leave_their_digits_to_the_other_amounts(self) -> None:
        """
        Six tablets of 40 mg in 400 mg, 200 of it in 400, 260 of that in 480: 5 digits and 11 points of powder (1,280 / 480 is
        up to 1.1 to the 11). Four tablets, 160 in 320, 240 in 400, 260 in 480, have 7 digits and 10 points.
        """
        order, _ = read_order(
            {
                "drug": "naltrexone hydrochloride", "dose": "2.26525 mg", "balance-sensitivity": "40 mg",
                "readability": "20 mg", "capacity": "290 mg", "capsules": "12", "fill-weight": "34.85 mg", "capsule-size": "000",
                "weighing-error": "25%", "dose-error": "95%", "plan-error": "47.5%", "least-mixture": "80 mg",
                "max-dilution": "2", "tablet": "16 mg in 40 mg", "prefer": "powder", "method": "powder",
            }
        )  # fmt: skip
        found = plan_by_powder(order, helps=False).plan

        assert found is not None
        assert [240, 160, 200, 200, 260, 220] == [step.amount_mg for step in found.weighings()]

    @pytest.mark.parametrize("aspect", ASPECTS)
    def test_no_enumerated_plan_ranks_higher(self, aspect: str) -> None:
        outcome = compare(12, small_orders(1, aspect))

        assert [] == [difference.text for difference in outcome.differences]
        assert {None, 1} <= set(outcome.compared)
