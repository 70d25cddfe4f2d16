"""The search against the same question put to CP-SAT: `python tests/benchmarks/bench_cpsat.py [ORDERS] [SEED] [SECONDS] [WORKERS]`.

CP-SAT comes with ortools, which the project does not depend on: `pip install ortools` by hand. Without it the benchmark is
skipped and said so. SECONDS is what CP-SAT may take for an order (60), WORKERS the threads it may use for the points (1, as
the search has); it lists plans with one.

The model is that of two triturations, exact in whole numbers: amounts of one or two digits, any blend; largest dilution,
aliquot share, least mixture, capacity; the rounding of the dose and the error limits as inequalities of products. It is
easier than the question in three ways, all to the good of CP-SAT. No diluent may need portions, and the orders are those
whose best plan needs none; the number of triturations is given, where the search also rules out fewer; and the error
limit is that of plans with the reserve, and all orders have such a plan.

It is asked twice. First it minimises the points, the first that the ranking compares here, and leaves the rest open, which
is easier again. Then it lists every plan of these points, and the best by the ranking is taken: what the search answers.
The second time is that of both. Building the model is not timed.

A difference is an optimum that is not admissible or has other points than the best plan of the search, or a best plan
that the ranking compares as different; or, where time ran out, a plan with fewer points or a bound above them. Then the
time of CP-SAT counts as what it was allowed, and the ratio is a lower bound.
"""

from __future__ import annotations

import importlib
import random
import statistics
import sys
import time
from math import ceil, lcm
from typing import Any

from compound.exact.value import Value
from compound.order.options import read_order
from compound.planning.powder import powder_problem
from compound.planning.powder_search.problem import Chain, Prefer, Problem, chain_of, digits_of, rank
from compound.planning.powder_search.search import search


def random_problem(draw: random.Random) -> Problem:
    """A random order that may have two triturations without portions, in whole units."""
    options = {
        "drug": "naltrexone hydrochloride", "method": "powder", "dose": f"{draw.randint(1, 20)} mcg",
        "balance-sensitivity": "10 mg", "capsules": str(draw.randint(10, 60)),
        "capacity": draw.choice(["50 g", "100 g"]),
    }  # fmt: skip
    return powder_problem(read_order(options)[0])[0]


def suits(problem: Problem, best: Chain) -> bool:
    """Whether the model holds the best plan: of two triturations, within the reserve, without portions."""
    mixtures = (*best.totals, best.blend)
    diluents = [mixture - taken for taken, mixture in zip(best.taken, mixtures, strict=True)]
    assert problem.capacity is not None
    return best.triturations == 2 and best.error <= problem.plan_error and max(diluents) <= problem.capacity


class Model:
    """The order as a model of CP-SAT."""

    def __init__(self, cp_model: Any, problem: Problem) -> None:
        assert problem.multiple == 1
        assert problem.capacity is not None
        assert problem.sensitivity.denominator == 1
        self.cp, self.p, self.model = cp_model, problem, cp_model.CpModel()
        self.costs: list[Any] = []
        p, capacity = problem, problem.capacity
        self.heaviest = min(2 * capacity, p.most_mixture(capacity))
        least_total = max(p.least_mixture, 2 * p.least)
        last = min(capacity, p.blend_high - p.least)
        self.taken = [self._amount(p.least, most) for most in (capacity, capacity, last)]
        self.totals = [self._amount(least_total, self.heaviest) for _ in range(2)]
        self.blend = self.model.new_int_var(p.blend_low, p.blend_high, "blend")
        self._stages(capacity)
        self._dose()
        self._powder()
        self.model.minimize(sum(self.costs))

    def _amount(self, low: int, high: int) -> Any:
        """An amount of one or two digits, its digits among the costs."""
        values = [value for value in range(low, high + 1) if digits_of(value) <= 2]
        amount = self.model.new_int_var_from_domain(self.cp.Domain.from_values(values), "")
        short = self.model.new_bool_var("")
        of_one = self.cp.Domain.from_values([value for value in values if digits_of(value) == 1])
        self.model.add_linear_expression_in_domain(amount, of_one).only_enforce_if(short)
        self.costs.append(2 - short)
        return amount

    def _stages(self, capacity: int) -> None:
        """What holds from weighing to weighing."""
        dilution, share = self.p.most_dilution, self.p.most_share
        for taken, mixture in zip(self.taken, (*self.totals, self.blend), strict=True):
            self.model.add(mixture * dilution.denominator <= taken * dilution.numerator)
            self.model.add_linear_constraint(mixture - taken, self.p.least, capacity)
        for total, taken in zip(self.totals, self.taken[1:], strict=True):
            self.model.add(taken * share.denominator <= total * share.numerator)

    def _product(self, factors: list[Any], most_of_two: int, most: int) -> Any:
        """The product of three."""
        two, three = self.model.new_int_var(0, most_of_two, ""), self.model.new_int_var(0, most, "")
        self.model.add_multiplication_equality(two, factors[:2])
        self.model.add_multiplication_equality(three, [two, factors[2]])
        return three

    def _dose(self) -> None:
        """The rounding, and the error with every weighing off in the same direction, as products in whole numbers."""
        p, off = self.p, int(self.p.sensitivity)
        most_made = self.heaviest**2 * p.blend_high
        made = self._product([*self.totals, self.blend], self.heaviest**2, most_made)
        for shift, low, high in (
            (0, 1 - p.rounding, 1 + p.rounding), (off, None, 1 + p.plan_error), (-off, 1 - p.plan_error, None),
        ):  # fmt: skip
            most = ceil(most_made * (1 + p.plan_error) / p.dilution)
            taken = self._product([one + shift for one in self.taken], ((p.capacity or 0) + off) ** 2, most)
            for limit, sign in ((low, 1), (high, -1)):
                if limit is not None:
                    # dilution × taken against limit × made, without fractions
                    scale = lcm(p.dilution.denominator, limit.denominator)
                    self.model.add(sign * int(p.dilution * scale) * taken >= sign * int(limit * scale) * made)

    def _powder(self) -> None:
        """A point for each doubling of the powder."""
        powder, doublings = sum(self.totals) + self.blend, list[Any]()
        for count in range((2 * self.heaviest // self.p.blend_low + 1).bit_length() + 1):
            chosen = self.model.new_bool_var("")
            self.model.add(powder <= 2**count * self.blend).only_enforce_if(chosen)
            doublings.append(chosen)
            self.costs.append(count * chosen)
        self.model.add_exactly_one(doublings)

    def solve(self, seconds: float, workers: int) -> tuple[str, float, Chain | None]:
        """What it said, the lowest points it leaves possible, and the plan with the fewest where it is admissible."""
        solver = self.cp.CpSolver()
        solver.parameters.max_time_in_seconds = seconds
        solver.parameters.num_workers = workers
        said = str(solver.status_name(solver.solve(self.model)))
        chain = self.chain(solver) if said in ("OPTIMAL", "FEASIBLE") else None
        return said, solver.best_objective_bound, chain

    def chain(self, values: Any) -> Chain | None:
        """The plan of these values, None where it is not admissible."""
        taken, totals = tuple(map(values.value, self.taken)), tuple(map(values.value, self.totals))
        return chain_of(self.p, taken, totals, values.value(self.blend))

    def all_of(self, points: int, seconds: float) -> list[Chain | None] | None:
        """All plans of so many points, which are the fewest; None where the time does not do."""
        self.model.clear_objective()
        self.model.add(sum(self.costs) == points)
        found, chain = list[Chain | None](), self.chain

        class Listing(self.cp.CpSolverSolutionCallback):  # type: ignore[misc, name-defined]
            def on_solution_callback(self) -> None:
                found.append(chain(self))

        solver = self.cp.CpSolver()
        solver.parameters.max_time_in_seconds = max(0.0, seconds)
        solver.parameters.num_workers = 1
        solver.parameters.enumerate_all_solutions = True
        return found if solver.status_name(solver.solve(self.model, Listing())) == "OPTIMAL" else None


class Answer(Value):
    """What CP-SAT said of an order: times in ms, to the points and to the best plan; `same` as the search."""

    points_ms: float
    best_ms: float
    has_points: bool
    has_best: bool
    same: bool
    said: str


def answered(cp_model: Any, problem: Problem, best: Chain, seconds: int, workers: int) -> Answer:
    """The same order put to CP-SAT."""
    points, limit = best.points(problem, Prefer.SIMPLE), seconds * 1000.0
    model = Model(cp_model, problem)
    start = time.perf_counter()
    said, bound, chain = model.solve(seconds, workers)
    points_ms = (time.perf_counter() - start) * 1000
    reached = None if chain is None else chain.points(problem, Prefer.SIMPLE)
    said = f"{said}, {reached} points, at least {bound:.0f}"
    if not said.startswith("OPTIMAL"):
        same = not said.startswith(("INFEASIBLE", "MODEL_INVALID")) and bound <= points
        return Answer(limit, limit, False, False, same and (reached is None or reached >= points), said)
    if reached != points:
        return Answer(points_ms, points_ms, True, False, False, said)
    plans = model.all_of(points, seconds - points_ms / 1000)
    best_ms = (time.perf_counter() - start) * 1000
    if plans is None:
        return Answer(points_ms, limit, True, False, True, f"{said}, not all plans")
    ranks = [rank(problem, Prefer.SIMPLE, plan) for plan in plans if plan is not None]
    same = len(ranks) == len(plans) and min(ranks, default=None) == rank(problem, Prefer.SIMPLE, best)
    return Answer(points_ms, best_ms, True, True, same, f"{said}, {len(plans)} plans")


def compared(what: str, ours: list[float], theirs: list[float], not_ended: int) -> str:
    """A line of medians and ratios."""
    ratios = [other / own for own, other in zip(ours, theirs, strict=True)]
    own, other = statistics.median(ours), statistics.median(theirs)
    least = f"; {not_ended} not ended, so at least" if not_ended else ""
    return (
        f"{what}: median {own:.1f} ms, CP-SAT {other:.1f} ms, x {other / own:.1f}; "
        f"order by order median x {statistics.median(ratios):.1f}, least x {min(ratios):.1f}{least}"
    )


def main() -> None:
    """Prints a line an order, then the medians and the number of differences."""
    given = sys.argv[1:]
    count, seed, seconds, workers = (int(text) for text in (*given, *("10", "0", "60", "1")[len(given) :]))
    try:
        cp_model = importlib.import_module("ortools.sat.python.cp_model")
    except ModuleNotFoundError:
        print("skipped: no ortools; pip install ortools")
        return
    draw, times, answers = random.Random(seed), list[float](), list[Answer]()  # noqa: S311
    while len(answers) < count:
        problem = random_problem(draw)
        start = time.perf_counter()
        found = search(problem, Prefer.SIMPLE, 1).chains
        ours = (time.perf_counter() - start) * 1000
        if not found or not suits(problem, found[0]):
            continue
        one = answered(cp_model, problem, found[0], seconds, workers)
        times.append(ours)
        answers.append(one)
        shown = "same" if one.same else f"DIFFERENT: {found[0].amounts}, {problem}"
        ratios = f"x {one.points_ms / ours:7.1f}, best plan {one.best_ms:9.1f} ms x {one.best_ms / ours:8.1f}"
        print(f"{ours:7.1f} ms   CP-SAT points {one.points_ms:8.1f} ms {ratios}   {one.said}; {shown}", flush=True)
    different = sum(not one.same for one in answers)
    print(f"{count} orders, {different} different; {seconds} s for an order, {workers} workers")
    print(compared("points alone", times, [one.points_ms for one in answers], sum(not one.has_points for one in answers)))
    print(compared("best plan", times, [one.best_ms for one in answers], sum(not one.has_best for one in answers)))


if __name__ == "__main__":
    main()
