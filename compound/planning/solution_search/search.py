"""The exhaustive search for solution plans: over all ware and all amounts of drug and blend, in whole units of the balance.

It knows no order and no limit of the house: both are told in its problem. It goes through the plans by their points: a
level is a number of dilutions with so many doublings of solvent and of drug, in which only few sequences of ware can lie.
Floats tell what cannot be admissible, with a margin on the safe side; what is, and what comes first, is told exactly.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from fractions import Fraction

from compound.exact.value import Value, replace
from compound.planning.effort import Effort, TooMuch
from compound.planning.solution_search.amounts import (
    Dilution,
    Measure,
    SolutionProblem,
    best_amounts,
    ceil_of,
    deposit_fits,
    drug_of_blend,
    errors_of,
    floor_of,
    goes_into,
    shows,
    soluble,
    weighs,
)

_WORK_OF_AMOUNTS = 60  # trying out the amounts of a sequence takes about as long as so many dilutions
_MARGIN = 1e-9  # by which a float may be off before it rules anything out


class Candidate(Value):
    """The best amounts for one sequence of ware: drug and blend in units, and the worst deviation as a fraction."""

    dilutions: tuple[Dilution, ...]
    drug: int
    blend: int
    error: Fraction
    pieces: int
    points: int
    reserve: bool  # the worst case is within the plan error

    @property
    def solvent(self) -> Fraction:
        """All that is made up, in mL or g."""
        return sum((dilution.total.volume for dilution in self.dilutions), Fraction(0))

    @property
    def key(self) -> tuple[object, ...]:
        """The ranking. No two plans found have the same."""
        volumes = [(d.total.volume, d.aliquot.volume, d.total.piece, d.aliquot.piece) for d in self.dilutions]
        return (
            not self.reserve, self.points, self.pieces, self.error, self.drug, self.solvent, volumes, self.blend,
        )  # fmt: skip


CRITERIA = ("reserve", "points", "ware", "error", "drug", "solvent", "volumes", "blend")


def first_solution_difference(best: Candidate, other: Candidate) -> str:
    """The criterion of the ranking on which a plan lost to the best."""
    pairs = zip(CRITERIA, best.key, other.key, strict=True)
    return next((name for name, one, two in pairs if one != two), CRITERIA[-1])


def doublings_of(amount: Fraction, of: Fraction) -> int:
    """The least whole n >= 0 with amount <= 2^n x of."""
    return max(0, (ceil_of(amount / of) - 1).bit_length())


class FoundSolutions(Value):
    """The first plans of the ranking; `cut` says that the work was spent before all that were asked for were found."""

    plans: tuple[Candidate, ...]
    cut: bool = False


def search_solutions(
    problem: SolutionProblem, count: int = 1, *, most: int, work: int | None = None, runners_up: int | None = None
) -> FoundSolutions:
    """The first `count` plans of the ranking, one for each sequence of ware; fewer where there are no more.

    `most` is the largest number of dilutions, `work` and `runners_up` how much work the best plan and all others may
    take, None for as much as it takes.
    """
    found: list[Candidate] = []
    effort = Effort(work)
    try:
        for limit in sorted({min(problem.plan_error, problem.dose_error), problem.dose_error}):
            space = _Space(replace(problem, dose_error=limit), effort)
            if space.fewest(most) > most:
                continue
            for points in space.points(most):
                if not found:
                    found += space.best_of(points, most, 1, set())
                    if found:
                        effort.allow(runners_up)
                if found and len(found) < count:
                    found += space.best_of(points, most, count - len(found), {one.dilutions for one in found})
                if len(found) >= count:
                    return FoundSolutions(tuple(found))
    except TooMuch:
        return FoundSolutions(tuple(found), cut=True)
    return FoundSolutions(tuple(found))


def solution_is_feasible(problem: SolutionProblem, *, most: int) -> bool:
    """Whether any plan of at most so many dilutions is admissible."""
    return _Space(problem, Effort()).fewest(most) <= most


class _Window(Value):
    """What a sequence of ware is sought for: the least and the most drug in units, and solvent in mL, above and up to."""

    least_drug: int
    most_drug: int
    above_solvent: Fraction | None = None
    most_solvent: Fraction | None = None


class _Space:
    """All single dilutions that the ware allows, and the sequences of them that bounds do not rule out."""

    def __init__(self, problem: SolutionProblem, work: Effort) -> None:
        self.problem, self.work = problem, work
        self.low, self.high = drug_of_blend(problem, problem.blend_low, problem.blend_high)
        largest = max((one.volume for piece in problem.flasks for one in piece), default=Fraction(0))
        most_drug = min(soluble(problem, largest), Fraction(problem.most_drug))
        if problem.capacity is not None:
            most_drug = min(most_drug, Fraction(problem.capacity))
        self.most_drug = floor_of(most_drug)
        numbers: dict[object, int] = {}
        self.options = sorted((_Option(problem, *pair, numbers) for pair in self._pairs()), key=lambda one: one.ratio)
        self.lasts = [option for option in self.options if deposit_fits(problem, option.dilution.aliquot)]
        self.possible = problem.least <= self.most_drug and self.most_drug > problem.sensitivity and bool(self.lasts)
        self.room: dict[tuple[int, int], bool] = {}
        self.amounts: dict[tuple[object, ...], tuple[Fraction, int, int] | None] = {}

    def _pairs(self) -> Iterator[tuple[Measure, Measure]]:
        """What is made up, with each aliquot of at most nine tenths of it."""
        problem = self.problem
        for total in (one for piece in problem.flasks for one in piece):
            for aliquot in (one for piece in problem.pipettes for one in piece):
                if aliquot.volume <= problem.most_share * total.volume and (
                    not problem.by_mass or (shows(problem, total.volume) and weighs(problem, aliquot.volume))
                ):
                    yield total, aliquot

    def fewest(self, most: int) -> int:
        """The fewest dilutions of an admissible plan; more than `most` where none has so few."""
        if self.possible:
            window = _Window(self.problem.least, self.most_drug)
            for count in range(1, most + 1):
                if any(
                    best_amounts(
                        self.problem, tuple(option.dilution for option in sequence), window.least_drug, window.most_drug,
                        any_will_do=True,
                    ) is not None
                    for sequence in self.sequences(count, window, once=True)
                ):
                    return count
        return most + 1

    def points(self, most: int) -> range:
        """All points that a plan may have beside those that every plan has."""
        problem = self.problem
        if not self.possible:
            return range(0)
        largest = most * max(one.solvent for one in self.options)
        solvent, drug = doublings_of(largest, problem.usual_solvent), doublings_of(Fraction(self.most_drug), problem.usual_drug)
        return range(2, 2 * most + solvent + drug + 1)

    def best_of(
        self, points: int, most: int, count: int, taken: set[tuple[Dilution, ...]]
    ) -> list[Candidate]:  # fmt: skip
        """The first `count` plans of just so many points, in order, but for sequences of ware that are taken."""
        problem = self.problem
        found: list[Candidate] = []
        sought: list[tuple[int, float, tuple[_Option, ...], _Window]] = []
        for window, dilutions in self._windows(points, most):
            sought += [
                (len(frozenset().union(*(one.pieces for one in sequence))), self._least_error(sequence, window), sequence, window)
                for sequence in self.sequences(dilutions, window)
            ]
        sought.sort(key=lambda one: one[:2])
        for pieces, bound, sequence, window in sought:
            if len(found) >= count and (pieces, bound - _MARGIN) > (found[count - 1].pieces, float(found[count - 1].error)):
                break
            dilutions_of = tuple(option.dilution for option in sequence)
            if dilutions_of not in taken and (amounts := self.admits(sequence, window)) is not None:
                error, drug, blend = amounts
                reserve = error <= problem.plan_error
                found.append(Candidate(dilutions_of, drug, blend, error, pieces, points + problem.other_work, reserve))
                found.sort(key=lambda one: one.key)
        return found[:count]

    def _windows(self, points: int, most: int) -> Iterator[tuple[_Window, int]]:
        """Where the plans of just so many points lie: amounts of drug and solvent, with the number of dilutions."""
        problem = self.problem
        for dilutions in range(1, min(most, points // 2) + 1):
            for solvent in range(points - 2 * dilutions + 1):
                drug = points - 2 * dilutions - solvent
                least = max(problem.least, 0 if not drug else floor_of(2 ** (drug - 1) * problem.usual_drug) + 1)
                up_to = min(self.most_drug, floor_of(2**drug * problem.usual_drug))
                if least <= up_to:
                    cap = 2**solvent * problem.usual_solvent
                    yield _Window(least, up_to, cap / 2 if solvent else None, cap), dilutions

    def _least_error(self, sequence: tuple[_Option, ...], window: _Window) -> float:
        """What the worst case of a sequence is at least, whatever the drug and the blend."""
        drug = min(float(window.most_drug), float(self.high) * math.prod(one.ratio_ for one in sequence) * (1 + _MARGIN))
        off = float(self.problem.sensitivity)
        if drug <= off:
            return math.inf
        return math.tanh((sum(one.error_ for one in sequence) + math.log((drug + off) / (drug - off))) / 2)

    def admits(self, sequence: tuple[_Option, ...], window: _Window) -> tuple[Fraction, int, int] | None:
        """The best worst case with its drug and blend for a sequence, or None; worked out once for all of the same sort."""
        kinds = tuple(sorted(one.kind for one in sequence))
        asked = (kinds, sequence[0].total_ml, sequence[-1].aliquot_ml, window.least_drug, window.most_drug)
        if asked not in self.amounts:
            self.work.spend(_WORK_OF_AMOUNTS)
            self.amounts[asked] = best_amounts(
                self.problem, tuple(option.dilution for option in sequence), window.least_drug, window.most_drug
            )
        return self.amounts[asked]

    def goes_into(self, before: _Option, after: _Option) -> bool:
        """Whether the aliquot of one dilution leaves room in the next; worked out once for each pair of volumes."""
        pair = (before.aliquot_ml, after.total_ml)
        if pair not in self.room:
            self.room[pair] = goes_into(self.problem, before.dilution.aliquot, after.dilution.total)
        return self.room[pair]

    def sequences(self, count: int, window: _Window, *, once: bool = False) -> Iterator[tuple[_Option, ...]]:
        """The sequences of `count` dilutions in a window.

        With `once` one of all those that differ in nothing that decides whether an amount is admissible: the same
        dilutions in another order are gone through once.

        The bounds on a part of a sequence: with the most or the least that is still to come, the drug to weigh stays
        between its limits, and the errors of volume leave room for that of the drug.
        """
        problem, most = self.problem, window.most_drug
        if most <= problem.sensitivity:
            return
        ahead = [self._ahead(left) for left in range(count)]
        # Where the bounds on the blend cross, no blend lies between them.
        off, limit = float(problem.sensitivity), float(problem.dose_error)
        room = math.log((1 + limit) / (1 - limit)) - math.log((most + off) / (most - off)) + _MARGIN
        least_ratio = float(window.least_drug / self.high) * (1 - _MARGIN)
        most_ratio = float(most / self.low) * (1 + _MARGIN)
        solvent = math.inf if window.most_solvent is None else float(window.most_solvent) * (1 + _MARGIN)
        ratios = ([one.ratio_ for one in self.lasts], [one.ratio_ for one in self.options])
        seen: set[tuple[object, ...]] = set()

        def extend(chosen: tuple[_Option, ...], ratio: float, error: float, used: float) -> Iterator[tuple[_Option, ...]]:
            left = count - len(chosen) - 1
            low, high, least_error, least_solvent = ahead[left]
            pool, among = (self.options, ratios[1]) if left else (self.lasts, ratios[0])
            first = bisect_left(among, least_ratio / (ratio * high))
            for option in pool[first : bisect_right(among, most_ratio / (ratio * low))]:
                self.work.spend(1)
                if error + option.error_ + least_error > room or used + option.solvent_ + least_solvent > solvent:
                    continue
                if chosen and not self.goes_into(chosen[-1], option):
                    continue
                longer = (*chosen, option)
                if once:
                    kinds = tuple(sorted(one.kind for one in longer))
                    state = (kinds, longer[0].total_ml, option.aliquot_ml)
                    if state in seen:
                        continue
                    seen.add(state)
                if left:
                    yield from extend(longer, ratio * option.ratio_, error + option.error_, used + option.solvent_)
                elif _solvent_fits(longer, window):
                    yield longer

        yield from extend((), 1.0, 0.0, 0.0)

    def _ahead(self, left: int) -> tuple[float, float, float, float]:
        """The least and most ratio, least error and least solvent of `left` dilutions more, the last included."""
        if not left:
            return 1.0, 1.0, 0.0, 0.0
        options, lasts, before = self.options, self.lasts, left - 1
        return (
            options[0].ratio_ ** before * lasts[0].ratio_,
            options[-1].ratio_ ** before * lasts[-1].ratio_,
            min(one.error_ for one in options) * before + min(one.error_ for one in lasts),
            min(one.solvent_ for one in options) * before + min(one.solvent_ for one in lasts),
        )


def _solvent_fits(sequence: tuple[_Option, ...], window: _Window) -> bool:
    if window.most_solvent is None:
        return True
    solvent = sum((one.solvent for one in sequence), Fraction(0))
    return solvent <= window.most_solvent and (window.above_solvent is None or solvent > window.above_solvent)


class _Option:
    """One dilution: how far it dilutes, the mL of solvent, how far its errors spread the dose; `_` for the same in floats.

    Volumes have numbers, alike ones the same; so have what is alike in ratio and errors, which is of one kind.
    """

    def __init__(self, problem: SolutionProblem, total: Measure, aliquot: Measure, numbers: dict[object, int]) -> None:
        self.dilution = Dilution(total, aliquot)
        self.pieces = frozenset((total.piece, aliquot.piece))
        self.ratio = total.volume / aliquot.volume
        self.solvent = total.volume / problem.g_per_ml if problem.by_mass else total.volume
        up, down = errors_of(problem, self.dilution)
        self.kind = numbers.setdefault((self.ratio, up, down), len(numbers))
        self.total_ml, self.aliquot_ml = (
            numbers.setdefault(volume, len(numbers)) for volume in (total.volume, aliquot.volume)
        )
        self.ratio_, self.solvent_ = float(self.ratio), float(self.solvent)
        self.error_ = math.log(up / down) if down > 0 else math.inf
