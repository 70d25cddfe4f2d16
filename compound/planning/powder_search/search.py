"""The search for the best powder plan: one for the three preferences, exhaustive within the digits of the contract.

A plan of k triturations is a chain of weighed amounts: drug a0, then for each trituration its total t and the aliquot a
taken from it, the last aliquot into the blend of total F. The rule of admission and the ranking stand in `problem`.

Plans are looked for level by level: the fewest triturations, with a reserve before without, whole tablets before others,
then points upward. A level is a sum of digits with the most powder that its points leave (and, where drug counts, the most
drug). Within a level **the order of the amounts is left open at first**: dose, digits, powder and, on one balance, the
error depend on which amounts are taken and which totals are made, and not on their order. So the sets of totals and the
sets of amounts are listed, each cut by what the others can be at best, and those whose quotient brings the blend into its
range are brought together. They are tried in the order of their rounding; an order of the amounts that the balance and
the mortars allow is looked for last, the smaller amounts first.

Floats bound what a set can still become, with a margin on the safe side. Nothing is admitted or ranked by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor, inf, log, log1p, prod
from typing import NamedTuple

from compound.exact.value import replace
from compound.planning.effort import Effort, TooMuch
from compound.planning.powder_search.amounts import MARGIN, AmountRow, Sum, amounts_between, concentrates, totals
from compound.planning.powder_search.bounds import Bounds, PlanKind
from compound.planning.powder_search.meeting import Meeting, Taken
from compound.planning.powder_search.pairs import DrugWeighing, Pairs
from compound.planning.powder_search.problem import (
    MOST_TRITURATIONS,
    TENTH_MORE,
    Chain,
    Prefer,
    Problem,
    Units,
    drug_points,
    least_power,
    rank,
)
from compound.planning.powder_search.reach import Reach

MOST_POWDER = 2**16  # times the blend: without a capacity nothing else ends a search in vain
STEPS_BEFORE_ASKING = 3_000  # of work on a kind, before it is asked whether it has any plan; it decides no result
STEPS_OF_A_LEVEL = 10  # that are counted for what is worked out of a level before its sets
STEPS_OF_A_DRUG = 2_000  # of work on the question whether any plan begins with a drug weighing; they decide no result


class FoundChains(NamedTuple):
    """The first plans of the ranking; `cut` says that the work was spent before all that were asked for were found."""

    chains: list[Chain]
    cut: bool = False


def search(
    problem: Problem, prefer: Prefer, count: int, *, work: int | None = None, runners_up: int | None = None
) -> FoundChains:
    """The first `count` plans of the ranking, in its order, fewer when there are fewer.

    `work` and `runners_up` are how many steps the best plan and all others may take, None for as many as it takes.
    """
    found: list[Chain] = []
    reaches: Reaches = {}
    effort = Effort(work)
    try:
        for triturations in range(MOST_TRITURATIONS + 1):
            for kind in _kinds(problem, triturations, prefer):
                for chain in _Levels(kind, effort, reaches).ranked(count - len(found)):
                    if not found:
                        effort.allow(runners_up)
                    found.append(chain)
                if len(found) >= count:
                    return FoundChains(found)
    except TooMuch:
        return FoundChains(found, cut=True)
    return FoundChains(found)


def feasible(problem: Problem, steps: int | None = None) -> bool | None:
    """Whether any plan of up to four triturations is admissible; None where so many steps of work do not tell."""
    problem, work = replace(problem, plan_error=problem.dose_error), Effort(steps)
    reaches: Reaches = {}
    try:
        return any(
            _Levels(kind, work, reaches).has_any()
            for triturations in range(MOST_TRITURATIONS + 1)
            for kind in _kinds(problem, triturations, Prefer.SIMPLE)
        )
    except TooMuch:
        return None


def most_digits(triturations: int) -> int:
    """The digits an amount may have with so many triturations."""
    return 3 if triturations <= 1 else 2


def _kinds(problem: Problem, triturations: int, prefer: Prefer) -> Iterator[PlanKind]:
    for reserved in (True, False) if problem.plan_error < problem.dose_error else (True,):
        for whole in (False,) if problem.tablet is None else (True, False):
            yield PlanKind(problem, triturations, prefer, reserved, whole)


Sums = list[Sum]
Reaches = dict[bool, Reach]
Sets = tuple[Sums, dict[Units, list[Taken]]]  # of totals, and of concentrates by their product


class _Levels:
    """The plans of a kind, level by level of points."""

    def __init__(self, kind: PlanKind, work: Effort, reaches: Reaches) -> None:
        self.reaches = reaches  # with the reserve and without
        self.kind, self.p, self.k = kind, kind.problem, kind.triturations
        self.bounds = Bounds(kind, work)
        self.base = float(kind.prefer.powder_base)
        self.most = most_digits(self.k)
        self._rows: dict[tuple[float, float, float], AmountRow] = {}
        self._takable: dict[tuple[int, int], bool] = {}
        self._made: dict[tuple[int, int], Sums] = {}
        self.reach: Reach | None = None  # once the levels have taken long
        self._has_plan: dict[Units, bool] = {}
        self._begin: dict[tuple[int, float], list[DrugWeighing]] = {}  # the drug weighings by their points and the heaviest

    def ranked(self, count: int) -> Iterator[Chain]:
        """The first `count` plans."""
        if not self.bounds.is_promising():
            return
        weighed = 2 * self.k + (not self.kind.whole)
        digits = range(weighed, self.most * weighed + 1)
        drugs, doublings = self._drug_points(), self._doublings()
        if not drugs or not doublings:
            return
        is_asked, begun = self.k == 0 or (self.k == 1 and self.kind.prefer is Prefer.SIMPLE), self.bounds.work.spent
        for points in range(digits[0] + doublings[0] + drugs[0], digits[-1] + doublings[-1] + drugs[-1] + 1):
            level: list[Chain] = []
            for sum_of_digits in digits:
                for of_drug in drugs:
                    of_powder = points - sum_of_digits - of_drug
                    if of_powder < doublings[0]:
                        break
                    if not is_asked and self.bounds.work.spent - begun > STEPS_BEFORE_ASKING:
                        is_asked = True
                        if not self.has_any():
                            return
                    if of_powder <= doublings[-1]:
                        level += self._slice(sum_of_digits, of_powder, of_drug, count)
            best = sorted(level, key=lambda chain: rank(self.p, self.kind.prefer, chain))[:count]
            yield from best
            count -= len(best)
            if not count:
                return

    def has_any(self) -> bool:
        """Whether any plan is within the limit, with the reserve or without. False is a proof for this kind, True for one."""
        if not self.bounds.is_promising():
            return False
        if self.k <= 1:  # amounts of three digits: there the levels of the simple preference are quicker
            simple = replace(self.kind, prefer=Prefer.SIMPLE)
            return any(True for _ in _Levels(simple, self.bounds.work, self.reaches).ranked(1))
        drugs = None
        if self.kind.whole:
            drugs = [one.amount for one in self._tablets(max(self.bounds.least, self.bounds.least_drug), self._heaviest)]
        if self.kind.reserved not in self.reaches:
            heaviest_total = self._heaviest if self.p.capacity is None else self.p.most_mixture(self.p.capacity)
            self.reaches[self.kind.reserved] = Reach(self.kind, self.most, self._heaviest, heaviest_total)
        self.reach = self.reaches[self.kind.reserved]
        return self.reach.first(self.bounds, drugs) is not None

    # What bounds a kind before any amount is chosen.

    @property
    def _heaviest(self) -> int:
        """No amount that is taken is heavier."""
        return self.p.blend_high * MOST_POWDER if self.p.capacity is None else self.p.capacity

    def _doublings(self) -> range:
        """The points of powder that a plan may have; more than the last one have none."""
        p, k = self.p, self.k
        if not k:
            return range(1)
        most = Fraction(MOST_POWDER)
        if p.capacity is not None:
            most = Fraction(k * p.most_mixture(p.capacity), p.blend_low) + 1
        last = least_power(most, self.kind.prefer.powder_base)
        needed = max(k * log(self.bounds.least_total), self.bounds.least_size() - self.bounds.high)
        first = 0
        while first <= last and k * log(max(self._most_of_totals(first) / k, 0.1)) < needed:
            first += 1
        return range(first, last + 1)

    def _most_of_totals(self, of_powder: int) -> float:
        """The most that all triturations may weigh, with so many points of powder."""
        return (self.base**of_powder - 1) * self.p.blend_high * (1 + MARGIN)

    def _least_of_totals(self, of_powder: int) -> float:
        """The least that all triturations weigh: more than one point less has room for, with the smallest blend."""
        return (self.base ** (of_powder - 1) - 1) * self.p.blend_low * (1 - MARGIN) if of_powder else -1.0

    def _drug_points(self) -> range:
        """The points of drug that a plan may have, where drug counts."""
        p = self.p
        if self.kind.prefer is not Prefer.DRUG:
            return range(1)
        first = drug_points(p, Fraction(max(self.bounds.least, self.bounds.least_drug)) * Fraction(999_999, 1_000_000))
        return range(first, drug_points(p, self._heaviest) + 1)

    # A level.

    def _slice(self, digits: int, of_powder: int, of_drug: int, count: int) -> list[Chain]:
        """The first `count` plans of just so many digits, points of powder and points of drug."""
        p, k = self.p, self.k
        self.bounds.work.spend(STEPS_OF_A_LEVEL)
        most = self._most_of_totals(of_powder)
        heaviest = float(most if k else p.blend_high)
        if p.capacity is not None:
            heaviest = min(heaviest, p.capacity)
        row = self._row(self.bounds.least, heaviest, self.bounds.sensitivity)
        if self.bounds.least_size() > (k + 1) * row.largest + MARGIN:
            return []
        drugs = self._drugs(digits - 2 * k, of_drug, heaviest)
        if drugs is not None and not drugs:
            return []
        # Where little is left to choose, the sets are soon listed together.
        by_pairs = k > 1 and self.bounds.is_tight
        found = self._pairs(row, of_powder, digits, drugs) if by_pairs else self._sets(row, of_powder, digits, drugs)
        return Meeting(self.bounds, of_powder, found).first(count) if found else []

    def _pairs(self, row: AmountRow, of_powder: int, digits: int, drugs: list[DrugWeighing] | None) -> list[Sets]:
        """The sets of totals and concentrates, chosen together."""
        powder = self._least_of_totals(of_powder), self._most_of_totals(of_powder)
        found: dict[tuple[int, ...], dict[Units, list[Taken]]] = defaultdict(lambda: defaultdict(list))
        for made, drug, others in Pairs(self.bounds, row, self._row_of_totals(of_powder), powder, digits).all(drugs):
            amounts = others if drug is None else (drug, *others)
            off = [self.bounds.sensitivity / float(one) for one in amounts]
            errors = sum(map(log1p, off)), -sum(log1p(-one) for one in off)
            found[made][prod(amounts)].append(Taken(drug, others, *errors))
        return [([(sum(map(log, made)), sum(made), made)], taken) for made, taken in found.items()]

    def _sets(self, row: AmountRow, of_powder: int, digits: int, drugs: list[DrugWeighing] | None) -> list[Sets]:
        """The sets of totals, and those of concentrates that any of them may be made of."""
        k, found = self.k, list[Sets]()
        least = k + 1 if drugs is None else k + min(drug.digits for drug in drugs)
        for of_totals in range(k, min(k * self.most, digits - least) + 1):
            if drugs is None and not self._may_be_taken(row, digits - of_totals):
                continue
            made = self._totals(of_powder, of_totals, (k + 1) * row.largest - self.bounds.low)
            if drugs is not None and k:  # one total is that of the drug
                diluted = max(self.p.most_mixture(drug.amount) for drug in drugs)
                made = [one for one in made if one[2][-1] <= diluted]
            # Where little is left to choose, each set of totals has its own few concentrates.
            for some in [[one] for one in made] if self.bounds.is_tight else [made] if made else []:
                taken = self._taken(row, digits - of_totals, drugs, some)
                if taken:
                    found.append((some, taken))
        return found

    def _row(self, low: float, high: float, sensitivity: float) -> AmountRow:
        key = (low, high, sensitivity)
        if key not in self._rows:
            self._rows[key] = AmountRow(low, high, self.most, self.p.multiple, sensitivity)
        return self._rows[key]

    def _may_be_taken(self, row: AmountRow, digits: int) -> bool:
        """Whether the errors leave room for any concentrates with so many digits in all, whatever the totals."""
        key = (id(row), digits)
        if key not in self._takable:
            boxes = [(0.0, inf)] * (self.k + 1)
            window = (self.bounds.least_size(), (self.k + 1) * row.largest + MARGIN)
            self._takable[key] = any(True for _ in concentrates(row, boxes, digits, self.bounds.sensitivity, self.bounds.budgets, window))
        return self._takable[key]

    def _totals(self, of_powder: int, digits: int, most_size: float) -> Sums:
        """The sets of totals with so many digits in all that have so many points of powder with some blend."""
        key = (of_powder, digits)
        if key not in self._made:
            bounds, row = self.bounds, self._row_of_totals(of_powder)
            window = bounds.least_size() - bounds.high, most_size + MARGIN
            budget = bounds.budgets[0] - log1p(bounds.sensitivity * bounds.least_dilution / self.p.blend_high)
            above = self._least_of_totals(of_powder)
            self._made[key] = []
            for one in totals(row, self.k, digits, self._most_of_totals(of_powder), window, budget):
                bounds.work.spend()
                if one[1] >= above:
                    self._made[key].append(one)
        return self._made[key]

    def _row_of_totals(self, of_powder: int) -> AmountRow:
        """Its errors are those of the heaviest concentrates that the totals may be made of."""
        least = self.bounds.least_total
        most = self._most_of_totals(of_powder) - (self.k - 1) * least
        return self._row(least, most, self.bounds.sensitivity * self.bounds.least_dilution)

    def _drugs(self, digits: int, of_drug: int, heaviest: float) -> list[DrugWeighing] | None:
        """The drug weighings, where they are set before the other amounts; None where they are not."""
        p = self.p
        if not self.kind.whole and self.kind.prefer is not Prefer.DRUG:
            return None
        low, high = max(self.bounds.least, self.bounds.least_drug), heaviest
        if self.kind.prefer is Prefer.DRUG:
            step, least = float(TENTH_MORE), float(p.least_weighable)
            low = max(low, least * step ** (of_drug - 1) * (1 - MARGIN) if of_drug else 0.0)
            high = min(high, least * step**of_drug * (1 + MARGIN))
        if (of_drug, high) not in self._begin:
            every = self._tablets(low, high) if self.kind.whole else [
                DrugWeighing(one, own) for own in range(1, self.most + 1) for one in amounts_between(low, high, own, p.multiple)
            ]  # fmt: skip
            if self.kind.prefer is Prefer.DRUG:
                every = [one for one in every if drug_points(p, one.amount) == of_drug]
            self._begin[of_drug, high] = every
        found = [one for one in self._begin[of_drug, high] if one.digits <= digits]
        return found if self.reach is None else [one for one in found if self._may_begin(self.reach, one.amount)]

    def _may_begin(self, reach: Reach, drug: Units) -> bool:
        """Whether any plan may begin with that drug weighing; where that is not soon told, it may."""
        if drug not in self._has_plan:
            try:
                self._has_plan[drug] = reach.first(self.bounds, [drug], Effort(STEPS_OF_A_DRUG)) is not None
            except TooMuch:
                self._has_plan[drug] = True
        return self._has_plan[drug]

    def _tablets(self, low: float, high: float) -> list[DrugWeighing]:
        """The drug weighings that are whole tablets. Their count has no digits to be read off."""
        tablet = self.p.tablet or Fraction(1)
        return [DrugWeighing(tablet * count, 0) for count in range(max(1, ceil(low / tablet)), floor(high / tablet) + 1)]

    def _taken(self, row: AmountRow, digits: int, drugs: list[DrugWeighing] | None, made: Sums) -> dict[Units, list[Taken]]:
        """The sets of concentrates with so many digits in all that these totals may be made of, by their product."""
        low, high = min(made)[0] + self.bounds.low, max(made)[0] + self.bounds.high
        boxes, budgets = self._boxes(made), self._budgets_for(made)
        if min(budgets) <= 0:
            return {}
        found: dict[Units, list[Taken]] = defaultdict(list)
        if drugs is None:
            for taken, up, down in concentrates(row, boxes, digits, self.bounds.sensitivity, budgets, (low, high)):
                self.bounds.work.spend()
                found[prod(taken)].append(Taken(None, taken, up, down))
            return found
        # Without the drug, each place holds what stood there or one place higher; an aliquot leaves a part of its source.
        share = float(self.p.most_share) * (1 + MARGIN)
        sources = sorted(map(max, zip(*(amounts for _, _, amounts in made), strict=True)))
        others = [
            (light, min(heavy, share * source))
            for (light, _), (_, heavy), source in zip(boxes[:-1], boxes[1:], sources, strict=True)
        ]
        for drug in drugs:
            off, own = self.bounds.sensitivity / float(drug.amount), log(drug.amount)
            if off >= 1 or not self._may_be_diluted(drug, made):
                continue
            up, down = log1p(off), -log1p(-off)
            left = budgets[0] - up, budgets[1] - down
            if min(left) < 0:
                continue
            window = low - own, high - own
            for taken, more_up, more_down in concentrates(row, others, digits - drug.digits, self.bounds.sensitivity, left, window):
                self.bounds.work.spend()
                found[drug.amount * prod(taken)].append(Taken(drug.amount, taken, up + more_up, down + more_down))
        return found

    def _budgets_for(self, made: Sums) -> tuple[float, float]:
        """What the errors of the concentrates may be beside the portions of the lightest of these totals."""
        lightest = [min(place) for place in zip(*(amounts for _, _, amounts in made), strict=True)]
        added = [self.bounds.portions(total) for total in lightest]
        up, down = self.bounds.budgets
        return up - sum(one[0] for one in added), down - sum(one[1] for one in added)

    def _may_be_diluted(self, drug: DrugWeighing, made: Sums) -> bool:
        """Whether one of the totals, or the blend where there is none, may be made of that drug."""
        low, high = self.bounds.least_dilution * (1 - MARGIN) * float(drug.amount), self.p.most_mixture(drug.amount)
        return not self.k or any(low <= total <= high for _, _, amounts in made for total in amounts)

    def _boxes(self, made: Sums) -> list[tuple[float, float]]:
        """The least and the largest concentrate of each place, the lightest first, for some of the totals.

        Where every mixture may be made of a concentrate, the lightest may be made of the lightest, and so on.
        """
        places = list(zip(*(amounts for _, _, amounts in made), strict=True))
        light = sorted((*map(min, places), self.p.blend_low))
        heavy = sorted((*map(max, places), self.p.blend_high))
        most, share = float(self.p.most_dilution) * (1 + MARGIN), float(self.p.most_share) * (1 + MARGIN)
        # All but one are aliquots, and leave a part of their sources.
        sources = [share * source for source in sorted(map(max, places))]
        found = [
            (low / most, min(high / self.bounds.least_dilution * (1 + MARGIN), source))
            for low, high, source in zip(light, heavy, (*sources, inf), strict=True)
        ]
        # One of them is the last, and the lightest is no heavier.
        return [(found[0][0], min(found[0][1], self.bounds.most_last * (1 + MARGIN))), *found[1:]]
