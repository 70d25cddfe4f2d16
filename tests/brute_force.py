"""The search for plans done again without any cleverness, to hold `compound.planning.powder_search.search` against.

`python tests/brute_force.py CASES [SEED]` compares that many random orders, which takes a tenth of a second each;
tests/test_search.py compares a few of the same kind.
Nothing here is shared with the package but the classes that say what is asked and what was found.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

from compound.exact.value import replace
from compound.planning.powder_search.search import Prefer, Problem, feasible, search

Plan = tuple[tuple[int, ...], tuple[int, ...], int]  # concentrates, totals of the triturations, blend
MOST_BRANCHES = 4_000  # a case with more is left out, and counted


class TooLarge(Exception):
    """A case that would take too long to enumerate."""


class Case(NamedTuple):
    """An order, a ranking, and how many plans are asked for."""

    problem: Problem
    prefer: Prefer
    most: int


def digits(amount: int) -> int:
    """The digits of an amount, zeros at both ends left out."""
    return len(str(amount).strip("0"))


def plans(p: Problem, triturations: int, most_digits: int) -> Iterator[Plan]:
    """Every admissible plan, by the words of the contract (section 4). Raises TooLarge."""
    branches, capacity = 0, p.capacity or 0

    def grow(taken: tuple[int, ...], totals: tuple[int, ...]) -> Iterator[Plan]:
        nonlocal branches
        branches += 1
        if branches > MOST_BRANCHES:
            raise TooLarge
        a = taken[-1]
        if len(totals) == triturations:
            yield from (
                (taken, totals, blend)
                for blend in range(max(p.blend_low, a), p.blend_high + 1)
                if is_batch(p, a, blend) and is_dose(p, taken, totals, blend)
            )
            return
        for total in range(a + p.least, a + capacity + 1):
            if digits(total) > most_digits or not is_mixture(p, a, total):
                continue
            for aliquot in range(p.least, min(capacity, total * 9 // 10) + 1):
                if digits(aliquot) <= most_digits and aliquot % p.multiple == 0:
                    yield from grow((*taken, aliquot), (*totals, total))

    for drug in range(p.least, capacity + 1):
        if drug % p.multiple == 0 and digits(drug) <= most_digits:
            yield from grow((drug,), ())


def is_mixture(p: Problem, concentrate: int, total: int) -> bool:
    """Whether a mixture may be made of a concentrate: its diluent, and how much it dilutes."""
    diluent = total - concentrate
    return p.least <= diluent <= (p.capacity or diluent) and diluent % p.multiple == 0 and total <= p.most_dilution * concentrate


def is_batch(p: Problem, concentrate: int, blend: int) -> bool:
    """The same of the batch, whose diluent keeps its limits however each addition is rounded, by half a multiple at most."""
    if not p.additions:
        return is_mixture(p, concentrate, blend)
    diluent, rounded = blend - concentrate - sum(p.additions) * blend, Fraction(len(p.additions) * p.multiple, 2)
    return (
        p.least <= diluent - rounded and (p.capacity is None or diluent + rounded <= p.capacity)
        and blend % p.multiple == 0 and blend <= p.most_dilution * concentrate
    )  # fmt: skip


def is_dose(p: Problem, taken: tuple[int, ...], totals: tuple[int, ...], blend: int) -> bool:
    """Whether the dose is near the label as weighed, and within the dose error at the worst of both sides."""
    planned = rounding(p, (taken, totals, blend)) + 1
    if abs(planned - 1) > p.rounding:
        return False
    high = low = planned
    for amount in taken:
        high *= 1 + p.sensitivity / amount
        low *= 1 - p.sensitivity / amount
    off = len(p.additions) * p.sensitivity
    if off >= blend:
        return False
    high, low = high * blend / (blend - off), low * blend / (blend + off)
    return high - 1 <= p.dose_error and 1 - low <= p.dose_error


def rounding(p: Problem, plan: Plan) -> Fraction:
    """ρ: the planned dose over that of the label, less 1."""
    taken, totals, blend = plan
    dose = p.dilution / blend
    for amount in taken:
        dose *= amount
    for total in totals:
        dose /= total
    return dose - 1


def key(p: Problem, prefer: Prefer, plan: Plan) -> tuple[object, ...]:
    """The ranking key of the contract behind the number of triturations."""
    taken, totals, blend = plan
    amounts = [taken[0]]
    for total, aliquot in zip(totals, taken[1:], strict=True):
        amounts += [total, aliquot]
    written = sum(map(digits, (*taken, *totals)))
    powder = sum(totals) + blend
    truth = abs(rounding(p, plan))
    first = {Prefer.SIMPLE: (), Prefer.DRUG: (taken[0],), Prefer.POWDER: (powder,)}[prefer]
    return (*first, written, truth, taken[0], powder, (*amounts, blend))


def expected(case: Case) -> list[Plan]:
    """The first plans of the ranking. Raises TooLarge."""
    p, prefer, count = case
    found: list[Plan] = []
    for triturations in range(5):
        if prefer is Prefer.SIMPLE:
            these = plans(p, triturations, 3 if triturations <= 1 else 2)
            found += sorted(these, key=lambda plan: key(p, prefer, plan))
            if len(found) >= count:
                return found[:count]
            continue
        for most in (2, 3) if triturations <= 1 else (2,):
            if these_all := list(plans(p, triturations, most)):
                return sorted(these_all, key=lambda plan: key(p, prefer, plan))[:count]
    return found


def with_additions(seed: int) -> Iterator[Case]:
    """The same with up to three additions to the batch, of so fine a balance that many can be met."""
    draw = random.Random(seed)  # noqa: S311
    for problem, prefer, most in cases(seed):
        additions = tuple(sorted(Fraction(draw.randint(1, 30), 100) for _ in range(draw.randint(1, 3))))
        sensitivity = problem.sensitivity / draw.choice([1, 2, 10])
        yield Case(replace(problem, additions=additions, sensitivity=sensitivity), prefer, most)


def cases(seed: int) -> Iterator[Case]:
    """Random small orders: tight capacities, largest dilutions down to 1.1, ties, and orders that cannot be met."""
    draw = random.Random(seed)  # noqa: S311
    while True:
        multiple = draw.choice([1, 1, 1, 2, 5])
        least = -(-draw.choice([1, 2, 3, 5, 8, 12]) // multiple) * multiple
        capacity = draw.choice([least * draw.randint(1, 4) + draw.randint(0, 5), draw.randint(4, 12), draw.randint(8, 40)])
        capacity = max(least, capacity // multiple * multiple)
        low = draw.randint(8, max(10, 2 * capacity))
        dose_error = draw.choice([Fraction(1, 100), Fraction(1, 20), Fraction(1, 10), Fraction(3, 10), Fraction(1, 2)])
        sensitivity = Fraction(draw.randint(1, 20), draw.choice([1, 2, 3, 10, 50]))
        if draw.random() < 0.7:
            sensitivity = least * dose_error * Fraction(draw.randint(1, 20), draw.choice([20, 40, 60]))
        most = draw.choice([Fraction(2), Fraction(2), Fraction(5, 2), Fraction(3), Fraction(5), Fraction(20), Fraction(11, 10)])
        dilution = Fraction(draw.randint(2, 300), draw.choice([1, 2, 3, 7, 10, 13]))
        if draw.random() < 0.8:
            # That of a chain of random dilutions, so that there often is a plan.
            dilution = Fraction(1)
            for _ in range(draw.randint(1, 5)):
                taken = draw.randint(least, capacity)
                dilution *= Fraction(draw.randint(taken + 1, max(taken + 1, min(int(taken * most), taken + capacity))), taken)
        problem = Problem(
            dilution, sensitivity, multiple, least, capacity, most,
            -(-low // multiple) * multiple, low * 11 // 10 // multiple * multiple, dose_error,
            draw.choice([Fraction(1, 1000), Fraction(1, 100), Fraction(1, 20)]), Fraction(9, 10),
        )  # fmt: skip
        yield Case(problem, draw.choice([Prefer.SIMPLE, Prefer.SIMPLE, Prefer.DRUG, Prefer.POWDER]), draw.choice([1, 1, 3]))


def compare(count: int, asked: Iterator[Case]) -> tuple[dict[int | None, int], list[str]]:
    """Compares cases until so many were compared: how many had a plan of so many triturations, and what differed."""
    seen: dict[int | None, int] = {}
    wrong: list[str] = []
    for case in asked:
        try:
            plans_there_are = expected(case)
        except TooLarge:
            continue
        found = [(chain.taken, chain.totals, chain.blend) for chain in search(*case)]
        if found != plans_there_are:
            wrong.append(f"{case}: {found}, not {plans_there_are}")
        if feasible(case.problem) != bool(plans_there_are):
            wrong.append(f"{case.problem}: feasible is {not plans_there_are}")
        fewest = len(plans_there_are[0][1]) if plans_there_are else None
        seen[fewest] = seen.get(fewest, 0) + 1
        if sum(seen.values()) == count:
            break
    return seen, wrong


def compare_without_capacity(count: int, asked: Iterator[Case]) -> tuple[int, list[str]]:
    """Holds orders without a capacity against the same with one that is just large enough: how many, what differed."""
    compared, wrong = 0, []
    for problem, prefer, most in islice(asked, count):
        found = search(replace(problem, capacity=None), prefer, most)
        if not found:
            if search(problem, prefer, most):
                wrong.append(f"{problem}: a plan with a capacity, and none without")
            continue
        largest = max(max(chain.amounts) for chain in found)
        if largest < 100_000:
            compared += 1
            if found != search(replace(problem, capacity=largest), prefer, most):
                wrong.append(f"{problem}: another plan without a capacity than with one of {largest}")
    return compared, wrong


if __name__ == "__main__":
    cases_to_compare, first_seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    differences: list[str] = []
    for what, some in (("usual", cases), ("with additions", with_additions)):
        by_triturations, found_to_differ = compare(cases_to_compare, some(first_seed))
        without, more = compare_without_capacity(cases_to_compare, some(first_seed))
        print(f"{what}: compared, by triturations: {by_triturations}; without a capacity: {without}")
        differences += [*found_to_differ, *more]
    print("\n".join(differences) or "no difference")
    sys.exit(bool(differences))
