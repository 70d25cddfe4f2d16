"""Totals and concentrates of one level brought together: by rounding, powder, drug and amounts."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from heapq import heapify, heappop, heappush
from itertools import islice
from math import ceil, expm1, floor, log, prod
from typing import NamedTuple

from compound.planning.powder_search.amounts import MARGIN, Sum
from compound.planning.powder_search.bounds import Bounds
from compound.planning.powder_search.problem import Chain, Units, chain_of


class Taken(NamedTuple):
    """A set of concentrates, ascending, with the errors of them all on both sides; `drug` is weighed first, where it is set."""

    drug: Units | None
    others: tuple[int, ...]
    up: float
    down: float


class _Candidate(NamedTuple):
    """Totals and concentrates that bring a blend into its range: the blend that gives the dose is ideal/unit.

    `low` and `high` bound the blend: its range, and what the errors leave of the rounding. `extra` is what the portions of
    the totals add to the errors at least. `weight` is that of the totals;
    the sets of concentrates have one product.
    """

    ideal: int
    unit: int
    low: int
    high: int
    extra: tuple[float, float]
    weight: int
    totals: tuple[int, ...]
    taken: list[Taken]


class Meeting:
    """Totals and concentrates of one level, brought together."""

    def __init__(self, bounds: Bounds, of_powder: int, meetings: list[tuple[list[Sum], dict[Units, list[Taken]]]]) -> None:
        self.bounds, self.p = bounds, bounds.p
        base = bounds.kind.prefer.powder_base
        self.most = (base**of_powder).as_integer_ratio()
        self.most_dilution = self.p.most_dilution.as_integer_ratio()
        self._ordered: dict[int, bool] = {}
        self.above = (base ** (of_powder - 1)).as_integer_ratio() if of_powder else None
        self.candidates = [one for meeting in meetings for one in self._brought_together(*meeting)]

    def _brought_together(self, made: list[Sum], taken: dict[Units, list[Taken]]) -> Iterator[_Candidate]:
        products = sorted(taken)
        sizes = [log(product) for product in products]
        top, bottom = self.p.dilution.as_integer_ratio()
        bounds, low, high = self.bounds, self.bounds.low, self.bounds.high
        for size, weight, amounts in made:
            unit = bottom * prod(amounts)
            added = [bounds.portions(total) for total in amounts]
            extra = sum(one[0] for one in added), sum(one[1] for one in added)
            for at in range(bisect_left(sizes, size + low), bisect_right(sizes, size + high)):
                bounds.work.spend()
                product = products[at]
                ideal, sets = top * product.numerator, taken[product]
                least, most = self._blends(ideal / (unit * product.denominator), sets, extra)
                if least <= most:
                    yield _Candidate(ideal, unit * product.denominator, least, most, extra, weight, amounts, sets)

    def _blends(self, ideal: float, sets: list[Taken], extra: tuple[float, float]) -> tuple[int, int]:
        """The least and the largest blend that the errors of one of the sets at least leave room for."""
        p, limits = self.p, self.bounds.rest
        above = min(float(p.rounding), expm1(limits[0] - extra[0] - min(one.up for one in sets)))
        below = max(-float(p.rounding), expm1(min(one.down for one in sets) + extra[1] - limits[1]))
        low = max(p.blend_low, ceil(ideal / (1 + above) * (1 - MARGIN)))
        high = min(p.blend_high, floor(ideal / (1 + below) * (1 + MARGIN)))
        return -(-low // p.multiple) * p.multiple, high // p.multiple * p.multiple

    def first(self, count: int) -> list[Chain]:
        """The first `count` plans, by rounding, powder, drug and amounts."""
        found: list[Chain] = []
        for group in self._by_rounding():
            by_powder: dict[int, list[tuple[_Candidate, int]]] = defaultdict(list)
            for one, blend in group:
                by_powder[one.weight + blend].append((one, blend))
            for powder in sorted(by_powder):
                equals = [
                    chain
                    for one, blend in by_powder[powder]
                    for taken in one.taken
                    for chain in islice(_Orders(self.bounds, one, taken, blend).chains(), count - len(found))
                ]
                found += sorted(equals, key=lambda chain: chain.amounts)[: count - len(found)]
                if len(found) >= count:
                    return found
        return found

    def _by_rounding(self) -> Iterator[list[tuple[_Candidate, int]]]:
        """Candidates with a blend in its range, in groups of the same size of the rounding, the least first.

        A float orders them, for it is correctly rounded; among equal floats the exact size does.
        """
        step = self.p.multiple
        exact = [
            (one, one.ideal // one.unit) for index, one in enumerate(self.candidates)
            if one.ideal % (one.unit * step) == 0 and self._is_of_the_level(one, one.ideal // one.unit)
            and self._has_order(index)
        ]  # fmt: skip
        if exact:
            yield exact
        waiting: list[tuple[float, int, int, int]] = []
        for index, one in enumerate(self.candidates):
            below = one.ideal // (one.unit * step) * step
            for blend, towards in ((min(below, one.high), -step), (max(below + step, one.low), step)):
                if one.low <= blend <= one.high:
                    waiting.append((abs(one.ideal - blend * one.unit) / (blend * one.unit), index, blend, towards))
        heapify(waiting)
        most = float(self.p.rounding) * (1 + MARGIN)
        while waiting and waiting[0][0] <= most:
            size = waiting[0][0]
            groups: dict[Fraction, list[tuple[_Candidate, int]]] = defaultdict(list)
            while waiting and waiting[0][0] == size:
                _, index, blend, towards = heappop(waiting)
                one = self.candidates[index]
                if not self._has_order(index):
                    continue
                rounding = Fraction(abs(one.ideal - blend * one.unit), blend * one.unit)
                if rounding and self._is_of_the_level(one, blend):
                    groups[rounding].append((one, blend))
                blend += towards
                if one.low <= blend <= one.high:
                    heappush(waiting, (abs(one.ideal - blend * one.unit) / (blend * one.unit), index, blend, towards))
            for rounding in sorted(groups):
                yield groups[rounding]

    def _has_order(self, index: int) -> bool:
        """Whether the amounts of a candidate may be in some order, with the blend that suits each limit best."""
        if index not in self._ordered:
            one = self.candidates[index]
            self._ordered[index] = any(self._can_pair(one, taken) for taken in one.taken)
        return self._ordered[index]

    def _can_pair(self, candidate: _Candidate, taken: Taken) -> bool:
        """Whether every mixture finds a concentrate that it may be made of, and every aliquot a source; each by itself."""
        p, share = self.p, self.p.most_share
        concentrates = sorted((*taken.others, *(() if taken.drug is None else (taken.drug,))))
        aliquots, made = sorted(taken.others), sorted(candidate.totals)
        if any(one * share.denominator > of * share.numerator for one, of in zip(aliquots, made, strict=False)):
            return False
        most, least = self.most_dilution, 0 if p.unweighed else ceil(p.least_diluent)
        smallest, largest = sorted((*made, candidate.low)), sorted((*made, candidate.high))
        return all(
            small * most[1] <= most[0] * concentrate and large >= concentrate + least
            for concentrate, small, large in zip(concentrates, smallest, largest, strict=True)
        )

    def _is_of_the_level(self, one: _Candidate, blend: int) -> bool:
        """Whether the powder has just the points of the level, with a blend in its range."""
        powder = one.weight + blend
        return (
            one.low <= blend <= one.high
            and powder * self.most[1] <= self.most[0] * blend
            and (self.above is None or powder * self.above[1] > self.above[0] * blend)
        )


class _Orders:
    """The orders in which some totals and concentrates make an admissible chain, the smaller amounts first."""

    def __init__(self, bounds: Bounds, candidate: _Candidate, taken: Taken, blend: int) -> None:
        self.bounds, self.p, self.blend = bounds, bounds.p, blend
        self.candidate, self.made, self.taken = candidate, candidate.totals, taken
        self.least = ceil(self.p.least_diluent)
        self.most = self.p.most_dilution.as_integer_ratio()
        rounding = candidate.ideal / (candidate.unit * blend)
        # What the errors may be at this rounding.
        self.up, self.down = bounds.limits[0] - log(rounding) + MARGIN, bounds.limits[1] + log(rounding) + MARGIN
        # Whether errors depend on the order too: on portions, the balance, or what else is weighed into the batch.
        self.uneven = self.p.bulk is not None or self.p.capacity is not None or bool(self.p.additions)

    def chains(self) -> Iterator[Chain]:
        """The chains, by their amounts."""
        up, down = self.candidate.extra
        if not (self.p.unweighed or self.p.additions):
            of_blend = self.bounds.portions(self.blend)
            up, down = up + of_blend[0], down + of_blend[1]
        if self.taken.up + up > self.up or self.taken.down + down > self.down:
            return
        others = sorted(self.taken.others)
        totals = sorted(self.made)
        if self.taken.drug is not None:
            yield from self._behind((self.taken.drug,), (), others, totals, 0.0, 0.0)
            return
        for drug, rest in _each(others):
            yield from self._behind((drug,), (), rest, totals, 0.0, 0.0)

    def _behind(
        self, taken: tuple[Units, ...], totals: tuple[int, ...], rest: list[int], left: list[int], up: float, down: float
    ) -> Iterator[Chain]:
        """The chains that begin with these amounts; `up` and `down` are their errors."""
        p, concentrate = self.p, taken[-1]
        self.bounds.work.spend()
        if not left:
            if self.uneven:
                own_up, own_down = self.bounds.errors(concentrate, self.blend, last=True)
                if up + own_up > self.up or down + own_down > self.down:
                    return
            chain = chain_of(p, taken, totals, self.blend, whole=self.bounds.kind.whole)
            if chain is not None and self.bounds.kind.admits(chain):
                yield chain
            return
        share = p.most_share
        for total, others in _each(left):
            if total < concentrate + self.least or total * self.most[1] > self.most[0] * concentrate:
                continue
            own_up, own_down = self.bounds.errors(concentrate, total, last=False) if self.uneven else (0.0, 0.0)
            if up + own_up > self.up or down + own_down > self.down:
                continue
            for aliquot, remaining in _each(rest):
                if aliquot * share.denominator > total * share.numerator:
                    break
                yield from self._behind(
                    (*taken, aliquot), (*totals, total), remaining, others, up + own_up, down + own_down
                )


def _each(amounts: list[int]) -> Iterator[tuple[int, list[int]]]:
    """Each different amount of some that ascend, with the others."""
    for at, amount in enumerate(amounts):
        if not at or amounts[at - 1] != amount:
            yield amount, amounts[:at] + amounts[at + 1 :]
