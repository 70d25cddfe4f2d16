"""The solution route: the plan printed is the first of its ranking, and carries out what it says."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product
from typing import Any

import pytest
from helpers import order as usual

from compound.exact.errors import InputError
from compound.exact.value import replace
from compound.findings.finding import Severity
from compound.judging.audit import Audit, audit
from compound.judging.solutions import refusals
from compound.making.route import choose_route, not_in_time, with_other_route
from compound.order.order import Order
from compound.order.request import from_request, to_request
from compound.plan.plan import MakeUp, Plan, Transfer, Weigh
from compound.planning.planned import Routed
from compound.planning.solution import plan_by_solution, plan_of, solution_problem, solution_relaxations
from compound.planning.solution_search.amounts import Dilution, Measure, SolutionProblem
from compound.planning.solution_search.search import search_solutions, solution_is_feasible


def order(**options: Any) -> Order:
    return usual(**{"method": "solution"} | options)


def planned(**options: Any) -> Plan:
    found = plan_by_solution(order(**options)).plan
    assert found is not None
    return found


def judged(**options: Any) -> Audit:
    return audit(planned(**options))


# Another search, which goes through everything.


def carriers(problem: SolutionProblem, aliquot: Fraction, blend: int, solids: int) -> bool:
    """Whether some amount of diluent takes the last aliquot up and leaves a weighable rest, tried one by one."""
    millilitres = aliquot / problem.g_per_ml if problem.by_mass else aliquot
    for put_on in range(blend, 0, -1):
        dried, rest = put_on + solids, blend - put_on - solids
        amounts = (put_on, dried, rest)
        if (
            put_on * problem.unit_mg / 1000 * problem.deposit_ml_per_g >= millilitres
            and put_on >= problem.least
            and rest >= problem.least
            and (problem.capacity is None or max(amounts) <= problem.capacity)
        ):
            return True
    return False


def weighable(problem: SolutionProblem, milligrams: Fraction) -> bool:
    units = milligrams / problem.unit_mg
    return units.denominator == 1 and units >= problem.least and (problem.capacity is None or units <= problem.capacity)


def doublings(amount: Fraction | int, of: Fraction) -> int:
    """The least n with amount <= 2^n x of, counted up."""
    n = 0
    while amount > 2**n * of:
        n += 1
    return n


def brute_force(problem: SolutionProblem, most: int = 2) -> list[tuple[Any, ...]]:
    """All admissible plans as (ranking, sequence, drug, blend): every sequence, drug and blend, in plain words."""
    found = []
    dilutions = [
        Dilution(total, aliquot)
        for total in (one for piece in problem.flasks for one in piece)
        for aliquot in (one for piece in problem.pipettes for one in piece)
    ]
    sensitivity = problem.sensitivity * problem.unit_mg
    for count in range(1, most + 1):
        for sequence in product(dilutions, repeat=count):
            if any(one.aliquot.volume > problem.most_share * one.total.volume for one in sequence):
                continue
            if any(a.aliquot.volume >= b.total.volume for a, b in pairwise(sequence)):
                continue
            if problem.by_mass:
                masses = [one.aliquot.volume * 1000 for one in sequence]
                masses += [(b.total.volume - a.aliquot.volume) * 1000 for a, b in pairwise(sequence)]
                if not all(weighable(problem, mass) for mass in masses):
                    continue
            shares = [Fraction(1), Fraction(1), Fraction(1)]  # of the drug in the blend: planned, highest, lowest
            for one in sequence:
                for i, sign in enumerate((0, 1, -1)):
                    slip = sensitivity / 1000 if problem.by_mass else one.aliquot.error
                    shares[i] *= (one.aliquot.volume + sign * slip) / (one.total.volume - sign * one.total.error)
            pieces = {m.piece for one in sequence for m in (one.total, one.aliquot)}
            solvent_used = sum((one.total.volume for one in sequence), Fraction(0))
            volumes = [(o.total.volume, o.aliquot.volume, o.total.piece, o.aliquot.piece) for o in sequence]
            for drug in range(problem.least, problem.most_drug + 1):
                milligrams = drug * problem.unit_mg
                volume = sequence[0].total.volume
                if problem.capacity is not None and drug > problem.capacity:
                    break
                if problem.by_mass:
                    solvent = volume * 1000 - milligrams
                    if not weighable(problem, solvent):
                        continue
                    volume = solvent / 1000 / problem.g_per_ml
                if milligrams / volume >= problem.most_mg_per_ml:
                    continue
                there = milligrams * shares[0]
                solids = round(there / problem.unit_mg)
                for blend in range(problem.blend_low, problem.blend_high + 1):
                    powder = blend * problem.unit_mg
                    label = problem.drug_per_blend * powder
                    if abs(there - label) > problem.rounding * label or powder <= 2 * sensitivity:
                        continue
                    high = (milligrams + sensitivity) * shares[1] / (powder - 2 * sensitivity) / problem.drug_per_blend
                    low = (milligrams - sensitivity) * shares[2] / (powder + 2 * sensitivity) / problem.drug_per_blend
                    error = max(high - 1, 1 - low)
                    if error > problem.dose_error or not carriers(problem, sequence[-1].aliquot.volume, blend, solids):
                        continue
                    millilitres = solvent_used / problem.g_per_ml if problem.by_mass else solvent_used
                    points = problem.other_work + 2 * count  # each is made up, and an aliquot of it transferred
                    points += doublings(millilitres, problem.usual_solvent) + doublings(drug, problem.usual_drug)
                    beyond = error > problem.plan_error
                    key = (beyond, points, len(pieces), error, drug, solvent_used, volumes, blend)
                    found.append((key, sequence, drug, blend))
    return sorted(found, key=lambda one: one[0])


def some_problem(seed: int) -> SolutionProblem:
    """A small problem whose order, ware and limits are drawn at random."""
    draw = random.Random(seed)  # noqa: S311
    by_mass = draw.random() < 0.25
    unit = Fraction(draw.choice([1, 1, 2, 5]))
    low = draw.randint(40, 90)
    dose_error = Fraction(draw.randint(3, 25), 100)

    def measure(name: str, volume: Fraction) -> Measure:
        return Measure(name, volume, Fraction(0) if by_mass else volume * draw.randint(1, 30) / 1000)

    def pieces(kind: str, volumes: list[int]) -> tuple[tuple[Measure, ...], ...]:
        found = []
        for volume in sorted(draw.sample(volumes, draw.randint(1, 3))):
            marks = [Fraction(volume)]
            if draw.random() < 0.2:
                marks = [Fraction(volume, 2), Fraction(volume)]
            name = f"{kind} {volume}" if draw.random() < 0.8 else f"cylinder {volume}"
            found.append(tuple(measure(name, mark) for mark in marks))
        return tuple(found)

    return SolutionProblem(
        unit_mg=unit,
        drug_per_blend=Fraction(draw.randint(1, 60), draw.choice([100, 1000, 3000, 7000])),
        sensitivity=Fraction(draw.choice([0, 1, 1, 2]), draw.choice([1, 3, 10])),
        least=draw.randint(1, 12),
        capacity=draw.choice([None, None, draw.randint(40, 120)]),
        blend_low=low,
        blend_high=low + draw.randint(0, 9),
        dose_error=dose_error,
        plan_error=dose_error * draw.choice([Fraction(1), Fraction(1), Fraction(1, 2), Fraction(4, 5)]),
        rounding=Fraction(draw.choice([1, 5, 10, 20]), 1000),
        most_share=Fraction(9, 10),
        most_drug=draw.randint(15, 60),
        usual_drug=Fraction(draw.randint(1, 60), draw.choice([1, 3])),
        usual_solvent=Fraction(draw.choice([1, 5, 20, 100])),
        most_mg_per_ml=Fraction(draw.randint(1, 40), 2),
        deposit_ml_per_g=Fraction(draw.choice([25, 50, 200]), draw.choice([1, 100]) if by_mass else 1),
        most_drying_loss=Fraction(7, 100),
        doubling_from=Fraction(10),
        by_mass=by_mass,
        g_per_ml=Fraction(draw.choice([789, 998]), 1000) if by_mass else Fraction(1),
        flasks=pieces("flask", [2, 5, 10, 20, 30]),
        pipettes=pieces("pipette", [1, 2, 3, 5, 10]),
    )


class TestExhaustive:
    """No plan ranks higher, because none does: against a search that goes through everything (issue, Best plan)."""

    @pytest.mark.parametrize("block", range(6))
    def test_the_plan_is_the_first_of_all_admissible_ones(self, block: int) -> None:
        admissible = 0
        for seed in range(100 * block, 100 * block + 100):
            problem = some_problem(seed)
            everything = brute_force(problem)
            found = search_solutions(problem, most=2).plans
            admissible += bool(everything)

            expected = [(one[1], one[2], one[3], one[0][:4]) for one in everything[:1]]
            assert expected == [(one.dilutions, one.drug, one.blend, one.key[:4]) for one in found], seed
        assert 15 <= admissible <= 95

    @pytest.mark.parametrize("block", range(2))
    def test_the_runners_up_are_the_best_of_every_other_sequence_in_order(self, block: int) -> None:
        for seed in range(5000 + 50 * block, 5050 + 50 * block):
            problem = some_problem(seed)
            best: dict[Any, tuple[Any, ...]] = {}
            for one in brute_force(problem):
                best.setdefault(one[1], one)
            found = search_solutions(problem, 5, most=2).plans

            expected = [(one[1], one[2], one[3]) for one in list(best.values())[: len(found)]]
            assert expected == [(one.dilutions, one.drug, one.blend) for one in found], seed
            assert len(found) == 5 or len(found) == len(best)

    def test_three_dilutions_are_gone_through_as_well(self) -> None:
        """Little ware and weak doses, so that two dilutions often do not reach."""
        deep = 0
        for seed in range(9000, 9120):
            drawn = some_problem(seed)
            problem = replace(
                drawn, flasks=drawn.flasks[:2], pipettes=drawn.pipettes[:2], drug_per_blend=drawn.drug_per_blend / 40,
                dose_error=Fraction(30, 100),
            )  # fmt: skip
            everything = brute_force(problem, 3)
            found = search_solutions(problem, most=3).plans
            deep += bool(found) and len(found[0].dilutions) == 3

            assert [one[1:] for one in everything[:1]] == [(one.dilutions, one.drug, one.blend) for one in found], seed
        assert deep >= 5

    def test_whether_any_is_admissible_is_told_alike(self) -> None:
        for seed in range(7000, 7100):
            problem = some_problem(seed)
            assert bool(search_solutions(problem, most=2).plans) == solution_is_feasible(problem, most=2)


def amounts(found: Plan) -> dict[str, list[str]]:
    """What a plan says to do, step by step, in short."""
    said: dict[str, list[str]] = {"drug": [], "made up": [], "pipetted": [], "diluent": [], "dried": []}
    for step in found.steps:
        match step:
            case Weigh(role=role):
                said[role].append(str(step.amount_mg))
            case MakeUp():
                said["made up"].append(str(step.volume_ml))
            case Transfer():
                said["pipetted"].append(str(step.amount_ml))
            case _:
                pass
    return said


class TestGoldenOrders:
    """Plans that a pharmacist would carry out (contract, section 4); S 1 mg, fill 135 mg, content 1, water, all of class A.

    The least blend is 30 × 135 × 1.05 = 4,252.5 mg, the largest 4,677.75 mg; for 100 capsules 14,175 and 15,592.5 mg.
    A millilitre needs 4,000 mg of diluent (0.25 mL per g): 30 capsules bear one millilitre, 100 capsules two. Every plan
    has four weighings (drug, diluent, dried vessel, diluent) and, for each dilution, a making up and a transfer.

    20 nanogram × 30: 0.6 mcg are in the capsules, 20 times that is 0.012 mg. 86 mg are 7,167 times as much, 13
    doublings; 250 mL and 500 mL are 7.5 times 100 mL, three: 4 + 4 + 13 + 3 = 24 points. Two flasks of 250 mL and 43 mg
    would have 23, but an error of 1 in 43 leaves no reserve: with two pipettes of 1 mL at 0.8 % it comes to 4.1 %.
    86/(250 × 500) mg = 0.688 mcg; F = 0.688 × 6.75 = 4,644 mg gives the label, 4,645 mg 19.9957 nanogram.
    50 nanogram × 30: 108/250² = 1.728 mcg; × 135 / 4,667 = 49.985 nanogram. 108/0.03 = 3,600, 12 doublings, and three.
    2 mcg × 30: 69 × (10/100) × (1/100) = 0.069 mg; 200 mL and 57.5 times 1.2 mg are one doubling and six: 15 points.
    86 mg in 50 mL, 2 mL of that in 50 mL have as many (no doubling and seven), but a larger worst case.
    10 mcg × 100: 2 mL of 57 mg in 100 mL hold 1.14 mg, so that the dried vessel reads 8,001 mg; 57 mg are 2.85 times 20
    times the 1 mg in the capsules: 4 + 2 + 2 = 8 points.
    """

    @pytest.mark.parametrize(
        ("dose", "capsules", "points", "drug", "made_up", "pipetted", "diluent", "dried"),
        [
            ("20 ng", "30", 24, "86", ["250", "500"], ["1", "1"], ["4000", "645"], "4000"),
            ("20 ng", "100", 22, "72", ["250", "500"], ["2", "2"], ["8000", "7555"], "8000"),
            ("50 ng", "30", 23, "108", ["250", "250"], ["1", "1"], ["4000", "667"], "4000"),
            ("2 mcg", "30", 15, "69", ["100", "100"], ["10", "1"], ["4000", "659"], "4000"),
            ("2 mcg", "100", 12, "57", ["250"], ["1"], ["4000", "11392"], "4000"),
            ("10 mcg", "30", 12, "86", ["250"], ["1"], ["4000", "645"], "4000"),
            ("10 mcg", "100", 8, "57", ["100"], ["2"], ["8000", "7391"], "8001"),
        ],
    )
    def test_the_plan(
        self, dose: str, capsules: str, points: int, drug: str, made_up: list[str], pipetted: list[str], diluent: list[str],
        dried: str,
    ) -> None:  # fmt: skip
        found = amounts(planned(dose=dose, capsules=capsules))

        (first,) = search_solutions(solution_problem(order(dose=dose, capsules=capsules)), most=4).plans
        assert (points, True) == (first.points, first.reserve)
        assert {"drug": [drug], "made up": made_up, "pipetted": pipetted, "diluent": diluent, "dried": [dried]} == found

    def test_the_steps_go_from_the_drug_to_the_capsules(self) -> None:
        verbs = [type(step).__name__ for step in planned(dose="20 ng").steps]

        assert (
            ["Weigh", "MakeUp", "Mix", "Transfer", "MakeUp", "Mix", "Weigh", "Transfer", "Dry", "Weigh", "Weigh", "Mix",
             "Fill"] == verbs
        )  # fmt: skip

    def test_the_bounds_are_those_of_the_hand_calculation(self) -> None:
        accuracy = judged(dose="20 ng").accuracy
        exact = Fraction(86, 250 * 500) * Fraction("6750000")  # 0.688 mcg at 20 nanogram in 135 mg

        assert accuracy is not None
        up = Fraction("1.008") ** 2 * 250 / Fraction("249.85") * 500 / Fraction("499.75")
        down = Fraction("0.992") ** 2 * 250 / Fraction("250.15") * 500 / Fraction("500.25")
        high = Fraction(87, 86) * up * exact / 4643 - 1
        low = 1 - Fraction(85, 86) * down * exact / 4647
        assert (100 * high, -100 * low) == (accuracy.worst_high_percent, accuracy.worst_low_percent)
        assert exact / 4645 * Fraction("0.00002") == accuracy.dose_mg

    @pytest.mark.parametrize("capsules", ["30", "100"])
    @pytest.mark.parametrize("dose", ["20 ng", "50 ng", "0.5 mcg", "2 mcg", "10 mcg"])
    def test_every_dose_of_the_issue_has_a_plan_without_errors(self, dose: str, capsules: str) -> None:
        found = judged(dose=dose, capsules=capsules)
        accuracy = found.accuracy

        assert accuracy is not None
        assert accuracy.worst_percent is not None
        assert accuracy.worst_percent <= 5
        assert abs(accuracy.deviation_percent) <= Fraction(1, 10)
        assert [] == [finding.code for finding in found.findings if finding.severity is Severity.ERROR]

    @pytest.mark.parametrize(
        "options",
        [
            {"dose": "20 ng"}, {"dose": "50 ng", "by_mass": "yes"}, {"dose": "0.5 mcg", "capsules": "100"},
            {"flask": ("cylinder 100 mL", "50 mL"), "pipette": ("syringe 1 mL", "measuring pipette 2 mL")},
            {"assay": "98.7%", "assay_basis": "as-is"}, {"balance_sensitivity": "6 mg", "dose": "50 ng"},
            {"balance_sensitivity": "0.1 mg", "capacity": "60 g"}, {"by_mass": "yes", "capacity": "600 g"},
            {"solvent": "ethanol", "solubility": "5 mg/mL"},
        ],
        ids=str,
    )  # fmt: skip
    def test_the_search_and_the_replay_agree(self, options: dict[str, Any]) -> None:
        """The worst case that the search ranks by is the one of the replay, which knows nothing of the search."""
        asked = order(**options)
        problem = solution_problem(asked)
        (best,) = search_solutions(problem, most=4).plans
        accuracy = audit(plan_of(asked, problem, best)).accuracy

        assert accuracy is not None
        assert 100 * best.error == accuracy.worst_percent

    def test_the_content_of_the_lot_is_taken_up_by_the_blend(self) -> None:
        """With 98.7 % there are 64 to 70 mg of drug to weigh: 70 × 0.987 / 1000 = 0.06909 mg, F = 4,663.6 mg.

        Of 4,664 and 4,665 mg, both within 0.1 % of the label, the latter has the smaller worst case.
        """
        found = planned(assay="98.7%", assay_basis="as-is")

        assert (["70"], ["4000", "665"]) == (amounts(found)["drug"], amounts(found)["diluent"])


class TestLimits:
    """What makes a plan admissible, one limit at a time (issue, Admissible)."""

    def test_ware_is_narrowed_to_what_the_pharmacy_owns(self) -> None:
        found = amounts(planned(flask=("100 mL", "50 mL"), pipette=("1 mL",)))

        assert (["50", "50"], ["1", "1"]) == (found["made up"], found["pipetted"])

    def test_a_syringe_errs_by_its_own_rule(self) -> None:
        """A 1 mL syringe errs by 5 % of the volume from half its capacity on: 0.045 mL at 0.9 mL."""
        found = planned(pipette=("syringe 1 mL",), dose_error="8%")
        (transfer,) = [step for step in found.steps if isinstance(step, Transfer)]

        assert ("syringe 1 mL", Decimal("0.9"), Decimal("0.045")) == (transfer.ware, transfer.amount_ml, transfer.tolerance_ml)

    def test_a_cylinder_makes_up_and_transfers_from_a_fifth_of_its_capacity_on(self) -> None:
        problem = solution_problem(order(flask=("cylinder 100 mL",), pipette=("cylinder 5 mL",)))

        assert {Fraction(10 * n) for n in range(2, 11)} == {one.volume for one in problem.flasks[0]}
        assert {Fraction(n, 2) for n in range(2, 11)} == {one.volume for one in problem.pipettes[0]}

    def test_a_solution_stays_below_half_the_solubility(self) -> None:
        """At 2 mg/mL 100 mL hold less than 100 mg: 0.069 mg in 1 mL stays the plan, 1 mg per mL does not."""
        found = planned(flask=("100 mL",), pipette=("1 mL", "2 mL"), capsules="100", solubility="2 mg/mL", dose="10 mcg")
        (drug,) = amounts(found)["drug"]

        assert Decimal(drug) < 100
        assert plan_by_solution(order(dose="10 mcg", flask=("100 mL",), pipette=("1 mL",), solubility="0.2 mg/mL")).plan is None

    def test_the_diluent_takes_up_a_quarter_of_its_mass_at_most(self) -> None:
        found = planned(capsules="100", dose="10 mcg", pipette=("2 mL",))

        assert ["8000", "7391"] == amounts(found)["diluent"]
        assert plan_by_solution(order(pipette=("2 mL",), dose="10 mcg")).plan is None
        assert amounts(planned(pipette=("2 mL",), dose="10 mcg", deposit="0.5 mL/g"))["diluent"][0] == "4000"

    def test_no_more_drug_is_dissolved_than_the_house_lets_go(self) -> None:
        assert amounts(planned(dose="50 ng"))["drug"] == ["108"]
        assert amounts(planned(dose="50 ng", most_drug="100 mg"))["drug"] == ["100"]

    def test_what_is_not_on_record_is_refused_until_a_figure_is_entered(self) -> None:
        base = {"drug": "naltrexone base", "dose_as": "base"}
        assert ["solubility-needed"] == [finding.code for finding in refusals(order(**base, solvent="ethanol"))]
        assert [] == [*refusals(order(**base, solvent="ethanol", solubility="5 mg/mL"))]
        assert ["solubility-needed"] == [f.code for f in refusals(order(**base))]

    @pytest.mark.parametrize(
        ("options", "least"),
        [
            ({"drug": "naloxone hydrochloride"}, 33), ({"solvent": "ethanol"}, 1), ({}, 100),
            ({"drug": "naloxone hydrochloride", "solubility": "40 mg/mL"}, 40),
        ],
        ids=str,
    )  # fmt: skip
    def test_a_term_of_the_pharmacopoeias_gives_the_least_that_it_means(self, options: dict[str, Any], least: int) -> None:
        assert least == order(**options).solubility_mg_per_ml

    def test_a_source_that_does_not_dissolve_as_a_whole_is_refused(self) -> None:
        assert ["source-not-soluble"] == [f.code for f in refusals(order(strength="10 mg/g"))]
        assert ["source-not-soluble"] == [f.code for f in refusals(order(tablet="50 mg in 170 mg"))]

    def test_by_mass_everything_is_weighed(self) -> None:
        """43 mg in 20 g, 1 g of that in 25 g, 1 g of that in 50 g, 1 g of that: 1.72 mcg in 4,644 mg, 50 nanogram in 135 mg.

        A third dilution costs two points, and three doublings of solvent less than 250 g twice.
        """
        found = planned(dose="50 ng", by_mass="yes")

        assert ["43", "19957", "1000", "24000", "1000", "49000", "4100", "1000", "4100", "544"] == [
            str(step.amount_mg) for step in found.weighings()
        ]
        assert not any(isinstance(step, MakeUp) for step in found.steps)

    @pytest.mark.parametrize(
        ("options", "helps"),
        [
            ({"dose": "20 ng", "dose_error": "1%"},
             ["--balance-sensitivity", "--by-mass", "--capsules", "--dose-error"]),
            ({"dose": "20 ng", "flask": ("100 mL",), "pipette": ("10 mL",)}, ["--pipette", "--capsules"]),
            ({"dose": "20 ng", "capacity": "2 g"}, ["--capacity"]),
            ({"capsules": "10"}, ["--pipette micropipette", "--capsules", "--deposit"]),
            ({"capsules": "10", "dose_error": "9%"}, ["--pipette measuring pipette", "--capsules", "--deposit"]),
            ({"dose": "4.5 mg"}, []),
        ],
        ids=str,
    )  # fmt: skip
    def test_what_would_help_where_nothing_is_admissible(self, options: dict[str, Any], helps: list[str]) -> None:
        asked = order(**options)
        found = solution_relaxations(asked)

        assert plan_by_solution(asked).plan is None
        assert helps == [item.option for item in found]

    def test_what_would_help_does_help(self) -> None:
        asked = {"dose": "20 ng", "dose_error": "1%"}
        values = {item.option: str(item.value) for item in solution_relaxations(order(**asked))}

        assert plan_by_solution(order(**asked, balance_sensitivity=f"{values['--balance-sensitivity']} mg")).plan is not None
        assert plan_by_solution(order(**asked, capsules=values["--capsules"])).plan is not None
        assert plan_by_solution(order(**asked, capsules=str(int(values["--capsules"]) - 1))).plan is None
        assert plan_by_solution(order(**asked, by_mass="yes")).plan is not None
        micropipette = {item.option: item.value for item in solution_relaxations(order(capsules="10"))}["--pipette micropipette"]
        assert plan_by_solution(order(capsules="10", pipette=(f"micropipette {micropipette} mL",))).plan is not None
        assert plan_by_solution(order(dose="20 ng", dose_error=f"{values['--dose-error']}%")).plan is not None


    def test_without_a_capacity_no_load_above_200_g_is_planned(self) -> None:
        """2,900 capsules are 412 to 453 g of blend: dried powder and the diluent after it hold 400 g at most."""
        big = plan_by_solution(order(capsules="2800")).plan

        assert big is not None
        assert max(step.amount_mg or 0 for step in big.weighings()) <= 200_000
        assert plan_by_solution(order(capsules="2900")).plan is None
        assert plan_by_solution(order(capsules="2900", capacity="230 g")).plan is not None

    def test_a_plan_without_a_reserve_is_made_only_where_none_has_one_and_says_so(self) -> None:
        with_reserve = plan_by_solution(order(dose="20 ng"))
        without = plan_by_solution(order(dose="20 ng", plan_error="1%"))

        assert with_reserve.plan is not None
        assert without.plan is not None
        assert "plan-without-reserve" not in {finding.code for finding in audit(with_reserve.plan).findings}
        judged_so = audit(without.plan)
        (said,) = [finding for finding in judged_so.findings if finding.code == "plan-without-reserve"]
        assert judged_so.accuracy is not None
        assert {"plan_error": Fraction(1), "worst": judged_so.accuracy.worst_percent} == dict(said.values)

    def test_what_is_too_large_for_one_blend_is_proposed_in_equal_batches(self) -> None:
        """10,000 capsules are 1,418 g; four batches of 2,500 hold 354 g each, three of 3,334 473 g."""
        found = {item.option: (item.value, item.batches) for item in solution_relaxations(order(capsules="10000"))}

        assert (Decimal(2500), 4) == found["--capsules"]
        assert plan_by_solution(order(capsules="2500")).plan is not None
        assert plan_by_solution(order(capsules="3334")).plan is None


class TestOnlyShown:
    """What is only shown has a certain amount of work, and what that does not reach is said (contract, section 4)."""

    def test_the_best_plan_does_not_depend_on_the_work_for_the_others(self) -> None:
        problem = solution_problem(order(dose="20 ng"))
        all_of_it = search_solutions(problem, 5, most=4)
        cut = search_solutions(problem, 5, most=4, runners_up=10)

        assert (5, False) == (len(all_of_it.plans), all_of_it.cut)
        assert (all_of_it.plans[:1], True) == (cut.plans, cut.cut)

    def test_a_cut_search_gives_the_first_of_the_ranking_alone(self) -> None:
        problem = solution_problem(order(dose="20 ng"))
        all_of_it = search_solutions(problem, 30, most=4).plans

        for work in range(0, 4000, 250):
            some = search_solutions(problem, 30, most=4, runners_up=work).plans
            assert all_of_it[: len(some)] == some

    def test_without_work_nothing_is_found_and_said_to_be_cut(self) -> None:
        found = search_solutions(solution_problem(order(dose="20 ng")), most=4, work=0)

        assert ((), True) == (found.plans, found.cut)

    def test_what_was_not_worked_out_in_time_is_not_checked(self) -> None:
        late = not_in_time(Routed(None, cut=True, other_cut=True), 3)

        assert ["runners-up-not-in-time", "other-route-not-in-time"] == [item.code for item in late]
        assert () == not_in_time(choose_route(order(), 3), 3)


class TestOptions:
    """What is typed is read by one grammar, and refused in one sentence with its place (issue, Bad input)."""

    @pytest.mark.parametrize(
        ("option", "text", "says"),
        [
            ("flask", ("30 mL",), "--flask: 30 mL is not a size of a volumetric flask on record"),
            ("pipette", ("syringe 7 mL",), "--pipette: 7 mL is not a size of a syringe on record"),
            ("solvent", "acetone", "--solvent: “acetone” is not a solvent on record; those are water, ethanol"),
            ("solubility", "100 mg", "--solubility: “100 mg” is not an amount for 1 mL; write one such as 100 mg/mL"),
            ("solubility", "0 mg/mL", "--solubility: “0 mg” is zero"),
            ("solubility", "100 mg/g", "--solubility: “100 mg/g” is not an amount for 1 mL"),
            ("deposit", "0.25 mL", "--deposit: “0.25 mL” is not an amount for 1 g; write one such as 0.25 mL/g"),
            ("deposit", "2 mL/g", "--deposit: “2 mL/g” makes a paste, no damp powder; write at most 1 mL/g"),
            ("deposit", "-1 mL/g", "--deposit: “-1 mL” has a sign"),
            ("most_drug", "1 mL", "--most-drug: “1 mL” is a volume"),
            ("by_mass", "maybe", "--by-mass: “maybe” is not one of yes, no"),
        ],
    )
    def test_bad_input_is_refused(self, option: str, text: Any, says: str) -> None:
        with pytest.raises(InputError) as caught:
            order(**{option: text})

        assert says in str(caught.value)

    def test_a_plan_is_read_back_with_its_options(self) -> None:
        asked = order(flask=("100 mL", "cylinder 50 mL"), pipette=("syringe 1 mL", "2 mL"), by_mass="yes",
                      solvent="ethanol", solubility="5 mg per mL", deposit="0.2 mL/g", most_drug="500 mg")  # fmt: skip

        again = from_request(to_request(asked), asked.balance)
        assert asked == again
        assert ("transfer pipette 2 mL", "syringe 1 mL") == again.pipettes
        assert (Decimal(5), Decimal("0.2"), True) == (again.solubility, again.deposit, again.by_mass)


class TestChoice:
    """Powder unless a finding refuses it, then solution (issue, Choosing)."""

    @pytest.mark.parametrize(
        ("options", "method", "reason"),
        [
            ({"dose": "2 mcg"}, "powder", []),
            ({"dose": "0.9 mcg"}, "solution", ["solution-chosen-for-dose"]),
            ({"dose": "1 mcg"}, "powder", []),
            ({"dose": "2 mcg", "particle_size": "20 um", "particle_spread": "2"}, "solution",
             ["solution-chosen-for-particles"]),
            ({"dose": "2 mcg", "particle_size": "20 um", "particle_spread": "2",
              "accept": ("particle-rsd-above-limit=sieved to 10 um",)}, "powder", []),
            ({"max_dilution": "5"}, "solution", ["solution-chosen-without-powder"]),
            ({"dose": "20 ng", "method": "powder"}, "powder", []),
            ({"dose": "4.5 mg", "method": "solution"}, "solution", []),
            ({"dose": "20 ng", "drug": "naltrexone base", "dose_as": "base"}, "powder", ["solubility-needed"]),
            ({"dose": "20 ng", "drug": "naloxone hydrochloride"}, "solution", ["solution-chosen-for-dose"]),
        ],
        ids=str,
    )  # fmt: skip
    def test_the_route(self, options: dict[str, Any], method: str, reason: list[str]) -> None:
        found = choose_route(order(**({"method": "auto"} | options)))

        assert (method, reason) == (found.method, [note.code for note in found.notes])

    def test_the_other_route_stands_beside_the_alternatives(self) -> None:
        asked = order(method="auto")
        found = with_other_route(asked, choose_route(asked, 2))

        assert (2, "powder") == (len(found.alternatives), found.method)
        assert found.other is not None
        assert ("route", planned().steps) == (found.other.lost_on, found.other.plan.steps)

    def test_powder_is_among_what_would_help(self) -> None:
        found = choose_route(order(dose="4.5 mg"))

        assert found.by_solution is not None
        assert ["--method powder"] == [item.option for item in found.by_solution]

    def test_a_powder_plan_that_is_refused_is_kept_where_there_is_no_solution(self) -> None:
        found = choose_route(order(method="auto", dose="20 ng", strength="10 mg/g"))

        assert "powder" == found.method
        assert found.plan is not None
        assert ["source-not-soluble"] == [note.code for note in found.notes]
