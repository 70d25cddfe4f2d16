"""The search for the best powder plan, in whole units of the balance.

A plan of k triturations is a chain of weighed amounts: drug a0, then for each trituration its total t and the aliquot a
taken from it, the last aliquot into the blend of total F. One unit is the power of ten of a mg that the readability
lies in; every amount is a whole number of units. The rule of admission and the three rankings stand in `compound guide ranking`.

Two ways lead to the best plan, and both are exhaustive. Where the limits leave much room, the products of dilutions
are listed from the fewest digits upward (`stage`), in the order of their rounding error, and the chains behind the
nearest are walked from the least drug upward (`walk`). Where the limits leave little room, few chains are left to walk
at all, and branch and bound over whole chains is quicker (`tree`). Which room there is shows only on the way: a way
that takes too many branches is left for the other one. Most orders never come to the second, which is loaded only then.

Floats bound what a half-built chain can still become, with a margin on the safe side, so that whole branches need not
be walked. Nothing is admitted or ranked by one: both are done in whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TypeVar

from compound.exact.value import replace
from compound.planning.powder_search import walk
from compound.planning.powder_search.problem import (
    MOST_TRITURATIONS,
    Chain,
    Effort,
    Prefer,
    Problem,
    TooMany,
    first_difference,
    rank,
)
from compound.planning.powder_search.stage import Stage

__all__ = [
    "MOST_TRITURATIONS", "Chain", "Prefer", "Problem", "feasible", "first_difference", "search",
]  # fmt: skip

# Branches after which one way is left for the other, and how many times as many it may take when its turn comes again.
# They decide how long a search takes, never what it finds.
FIRST_EFFORT = 10_000
MORE_EFFORT = 4
LESS_EFFORT = 8  # the part of it that branch and bound may take without a capacity

Ranked = TypeVar("Ranked")


def search(problem: Problem, prefer: Prefer, count: int) -> list[Chain]:
    """The first `count` plans of a ranking, in its order; fewer when there are fewer.

    `SIMPLE` ranks all plans of up to four triturations. `DRUG` and `POWDER` rank the plans of one set: that of the
    fewest triturations, and then of at most two digits, that holds any plan at all. Amounts of three digits (with up
    to one trituration) are looked at only if there is no plan with two, and more triturations only if there is no plan
    with fewer.
    """
    problem = _tightened(problem)
    found: list[Chain] = []
    if prefer is Prefer.SIMPLE:
        for triturations in range(MOST_TRITURATIONS + 1):
            stage = Stage(problem, triturations, most_digits(triturations))
            if stage.is_promising():
                found += _least_digits(stage, prefer, count - len(found))
            if len(found) >= count:
                break
        return found
    ranking = _least_drug if prefer is Prefer.DRUG else _least_powder
    for triturations in range(MOST_TRITURATIONS + 1):
        for most in (2, 3) if triturations <= 1 else (2,):
            stage = Stage(problem, triturations, most)
            if _any_plan([stage]):
                return ranking(stage, count)
    return []


def feasible(problem: Problem) -> bool:
    """Whether any plan of up to four triturations is admissible."""
    problem = _tightened(problem)
    return _any_plan(Stage(problem, k, most_digits(k)) for k in range(MOST_TRITURATIONS + 1))


def most_digits(triturations: int) -> int:
    """The digits an amount may have with so many triturations."""
    return 3 if triturations <= 1 else 2


def _tightened(problem: Problem) -> Problem:
    """The same problem, with the bound of the blend that follows from the capacity: an aliquot and a diluent."""
    if problem.capacity is None or problem.blend_high <= problem.most_blend(problem.capacity):
        return problem
    return replace(problem, blend_high=problem.most_blend(problem.capacity))


def _by_turns(ways: Iterable[Callable[[Effort], Ranked]]) -> Ranked:
    """What the first way finds that comes to an end; they take turns, each time with more effort."""
    ways, effort = tuple(ways), FIRST_EFFORT
    while True:
        for way in ways:
            try:
                return way(Effort(effort))
            except TooMany:
                continue
        effort *= MORE_EFFORT


class _Question:
    """Whether a stage has a plan. The two ways take turns; a level that is known to have none is not asked again."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.levels = stage, list(stage.levels)

    def answer(self, effort: int) -> bool:
        """The answer. Raises TooMany where so much effort does not tell."""
        stage = self.stage
        if stage.p.capacity is not None:
            # Most orders are decided among the fewest digits; where they are not, little room may be left.
            with suppress(TooMany):
                if self._by_levels(Effort(effort), 1):
                    return True
            from compound.planning.powder_search import tree

            with suppress(TooMany):
                return tree.any_chain(stage.p, stage.k, stage.most, Effort(effort))
        return self._by_levels(Effort(effort))

    def _by_levels(self, effort: Effort, most: int | None = None) -> bool:
        """Level by level, so many at most."""
        for digits in self.levels[:most]:
            if walk.has_plan_of(self.stage, digits, effort):
                return True
            self.levels.remove(digits)
        return False


def _any_plan(stages: Iterable[Stage]) -> bool:
    """Whether any of the stages has a plan; they take turns, each time with more effort."""
    questions, effort = [_Question(stage) for stage in stages if stage.is_promising()], FIRST_EFFORT
    while questions:
        for question in list(questions):
            try:
                if question.answer(effort):
                    return True
            except TooMany:
                continue
            questions.remove(question)
        effort *= MORE_EFFORT
    return False


def _least_digits(stage: Stage, prefer: Prefer, count: int) -> list[Chain]:
    """The first chains of a stage by digits, rounding, drug, powder, amounts: by `SIMPLE`, or by `DRUG` behind one."""

    def by_levels(effort: Effort) -> list[Chain]:
        return _by_levels(stage, count, effort)

    def by_tree(effort: Effort) -> list[Chain]:
        from compound.planning.powder_search import tree

        if stage.p.capacity is None:
            # Then there seldom is so little room that whole chains are few.
            effort.left //= LESS_EFFORT
        return tree.least_digits(stage.p, stage.k, stage.most, prefer, count, effort, stage.drug)

    if stage.p.capacity is None and stage.drug is None:
        return by_levels(Effort())
    return _by_turns([by_levels, by_tree])


def _by_levels(stage: Stage, count: int, effort: Effort) -> list[Chain]:
    found: list[Chain] = []
    for digits in stage.levels:
        found += walk.level(stage, digits, count - len(found), effort)
        if len(found) >= count:
            break
    return found


def _least_drug(stage: Stage, count: int) -> list[Chain]:
    """By drug, digits, rounding, powder, amounts, among the plans of one stage that has a plan."""
    from compound.planning.powder_search import tree

    found: list[Chain] = []
    p = stage.p
    most = p.capacity if stage.k else (p.blend_high if p.capacity is None else min(p.capacity, p.blend_high))
    least = max(p.least, tree.least_drug(p, stage.k))
    for drug in stage.amounts.upward(least, most, stage.most):
        behind = Stage(p, stage.k, stage.most, drug)
        if behind.is_promising():
            found += _least_digits(behind, Prefer.DRUG, count - len(found))
        if len(found) >= count:
            break
    return found


def _least_powder(stage: Stage, count: int) -> list[Chain]:
    """By powder, digits, rounding, drug, amounts, among the plans of one stage that has a plan."""
    from compound.planning.powder_search import tree

    known = _least_digits(stage, Prefer.SIMPLE, count)
    if len(known) < count:
        # There are fewer plans than asked for: those known are all.
        return sorted(known, key=lambda chain: rank(Prefer.POWDER, chain))
    return tree.least_powder(stage.p, stage.k, stage.most, known)
