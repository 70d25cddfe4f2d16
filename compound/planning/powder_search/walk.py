"""The chains behind the endings: which of the products of dilutions that come nearest to the dose can be weighed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import ceil, exp, expm1, floor, inf, log1p

from compound.planning.powder_search.problem import FLOAT_MARGIN, Chain, Effort, digits_of, is_admissible, keeps_limits
from compound.planning.powder_search.stage import Ending, Pair, Stage, quotient, reduced


def level(stage: Stage, digits: int, count: int, effort: Effort) -> list[Chain]:
    """The first `count` plans of a stage with this sum of digits, by rounding, drug, powder and amounts.

    Raises TooMany.
    """
    return _first_chains(stage, list(stage.endings(digits, effort)), digits, count, effort)


def has_plan_of(stage: Stage, digits: int, effort: Effort) -> bool:
    """Whether any plan of a stage has this sum of digits. Raises TooMany."""
    if stage.p.capacity is None and stage.drug is None:
        # Made ten times as heavy as often as needed, the weighings before the last aliquot keep every limit.
        return any(True for _ in stage.endings(digits, effort))
    return any(_first_chains(stage, [ending], digits, 1, effort) for ending in stage.endings(digits, effort))


def _first_chains(stage: Stage, endings: list[Ending], digits: int, count: int, effort: Effort) -> list[Chain]:
    found: list[Chain] = []
    for group in _groups(endings, stage.p.multiple):
        chains = _Walk(stage, digits, group, effort).first(count - len(found))
        found += chains
        if len(found) >= count:
            break
        if not chains:
            # Not the rounding but the chain itself may be what fails; then no other blend helps it.
            for ending, _ in group:
                ending.narrow(*_Reach(stage, digits, ending, effort).doses(), stage.p.multiple)
    return found


def _groups(endings: list[Ending], step: int) -> Iterator[list[tuple[Ending, int]]]:
    """The endings, each with one of its blends, in groups of the same size of the rounding error, the least first.

    A float orders them, for it is correctly rounded; among equal floats the exact size does.
    """
    waiting: list[tuple[float, int, int, int]] = []
    for index, ending in enumerate(endings):
        below = ending.ideal // ending.unit // step * step
        for blend, towards in ((min(below, ending.high), -step), (max(below + step, ending.low), step)):
            if ending.low <= blend <= ending.high:
                waiting.append((ending.size_of_rounding(blend), index, blend, towards))
    heapify(waiting)
    while waiting:
        size = waiting[0][0]
        groups: dict[Fraction, list[tuple[Ending, int]]] = defaultdict(list)
        while waiting and waiting[0][0] == size:
            _, index, blend, towards = heappop(waiting)
            ending = endings[index]
            groups[abs(ending.rounding(blend))].append((ending, blend))
            blend = max(blend + step, ending.low) if towards > 0 else min(blend - step, ending.high)
            if ending.low <= blend <= ending.high:
                heappush(waiting, (ending.size_of_rounding(blend), index, blend, towards))
        for exact in sorted(groups):
            group = [(ending, blend) for ending, blend in groups[exact] if ending.low <= blend <= ending.high]
            if group:
                yield group


class _Walk:
    """Walks the chains that lead to a group of endings, from the least drug upward."""

    def __init__(self, stage: Stage, digits: int, group: list[tuple[Ending, int]], effort: Effort) -> None:
        self.effort = effort
        self.stage, self.p, self.k, self.digits = stage, stage.p, stage.k, digits
        self.endings: dict[Pair, list[tuple[Ending, int]]] = defaultdict(list)
        for ending, blend in group:
            self.endings[ending.product].append((ending, blend))
        self.limit = max(stage.errors.limit(float(ending.rounding(blend))) for ending, blend in group)
        self.least_blend = min(blend for _, blend in group)
        self.most_last = max(ending.aliquot for ending, _ in group)
        self.last_error = stage.error(self.most_last)
        self.product_low = min(top / bottom for top, bottom in self.endings)
        # Each aliquot is a share of a dilution of the concentrate before it, so that the last aliquot bounds them all.
        share = float(self.p.most_share)
        origin = min(ending.aliquot * ending.product[1] / ending.product[0] for ending, _ in group) * (1 - FLOAT_MARGIN)
        self.least_concentrates = [origin / share ** (self.k - made) for made in range(self.k + 1)]
        self._rests: dict[tuple[int, Pair, int], float] = {}
        self._lasts: dict[tuple[Pair, int], list[Pair]] = {}
        self.count = 0
        self.found: list[tuple[int, int, tuple[int, ...], Chain]] = []

    def first(self, count: int) -> list[Chain]:
        """The first `count` chains by drug, powder and amounts."""
        self.count = count
        for drug in self._drugs():
            if self.found and len(self.found) >= count and drug > self.found[count - 1][0]:
                break
            self._dilute((drug,), (), (1, 1), self.digits - digits_of(drug), self.stage.error(drug), 0)
        return [chain for *_, chain in self.found]

    def _drugs(self) -> Iterable[int]:
        """The drug weighings to try: what the last aliquot leaves of the error limit bounds them from below."""
        stage, p = self.stage, self.p
        if stage.drug is not None:
            return [stage.drug]
        room = self.limit - (self.last_error + stage.least_sums[self.k - 1] if self.k else 0.0)
        if room <= 0:
            return []
        low = max(p.least, floor(stage.sensitivity / expm1(room)), floor(self.least_concentrates[0]))
        return stage.amounts.upward(low, p.capacity if self.k else self.most_last, self.digits - 2 * self.k)

    def _dilute(
        self, taken: tuple[int, ...], totals: tuple[int, ...], product: Pair, digits: int, error: float, powder: int
    ) -> None:  # fmt: skip
        """Dilutes the concentrate taken last, with so many digits left to use."""
        self.effort.spend(5)
        made = len(totals)
        if made == self.k:
            self._end(taken, totals, product, digits, powder)
            return
        for total in self._totals(taken[-1], product, made, digits):
            self.effort.spend(2)
            left = digits - digits_of(total)
            if not self._is_dilution(total, taken[-1], made):
                continue
            reached = reduced(product[0] * total, product[1] * taken[-1])
            if error + self._least_rest(made + 1, reached, left) > self.limit:
                continue
            if self._is_too_much(taken[0], powder + total, reached, made + 1, error):
                continue
            self._take(taken, (*totals, total), reached, left, error, powder + total)

    def _totals(self, concentrate: int, product: Pair, made: int, digits: int) -> Iterable[int]:
        """The totals to which a concentrate may be diluted. The last one follows from the products to be reached."""
        low, high = concentrate + self.p.least, self.stage.most_total(concentrate)
        if made + 1 < self.k:
            if made >= self.k - self.stage.free:
                least, largest = self.stage.sizes(1)
                low, high = max(low, floor(concentrate * exp(least))), min(high, ceil(concentrate * exp(largest)))
            return self.stage.amounts.between(low, high, digits - 2 * (self.k - made - 1) - 1)
        totals = set()
        for top, bottom in self._last_dilutions(product, digits + digits_of(concentrate)):
            total, rest = divmod(concentrate * top, bottom)
            if not rest and low <= total <= high and digits_of(total) <= self.stage.most:
                totals.add(total)
        return sorted(totals)

    def _is_dilution(self, total: int, concentrate: int, made: int) -> bool:
        """Whether a dilution is among those that belong to a plan."""
        if made < self.k - self.stage.free or made + 1 == self.k:
            return True
        return reduced(total, concentrate) in self.stage.table(1, digits_of(total) + digits_of(concentrate))

    def _last_dilutions(self, product: Pair, digits: int) -> list[Pair]:
        """The dilutions that lead from a product to an ending, with so many digits in all."""
        key = (product, digits)
        if key not in self._lasts:
            parts = ((quotient(target, product), endings) for target, endings in self.endings.items())
            self._lasts[key] = [
                part
                for part, endings in parts
                if self.stage.free == 0
                or any(part in self.stage.table(1, digits - digits_of(ending.aliquot)) for ending, _ in endings)
            ]
        return self._lasts[key]

    def _take(
        self, taken: tuple[int, ...], totals: tuple[int, ...], product: Pair, digits: int, error: float, powder: int
    ) -> None:  # fmt: skip
        """Takes every aliquot of the last trituration that the limits leave room for."""
        made = len(totals)
        most = self.stage.most_aliquot(totals[-1])
        if made == self.k:
            aliquots: Iterable[int] = {ending.aliquot for ending, _ in self.endings[product]}
            aliquots = [aliquot for aliquot in aliquots if aliquot <= most and digits_of(aliquot) == digits]
        else:
            room = self.limit - error - self.last_error - self.stage.least_sums[max(0, self.k - made - 1)]
            if room <= 0:
                return
            needed = floor(self.least_concentrates[made] * product[0] / product[1])
            low = max(self.p.least, floor(self.stage.sensitivity / expm1(room)), needed)
            if self.p.capacity is not None:
                most = min(most, self.p.capacity)
            aliquots = self.stage.amounts.between(low, most, digits - 2 * (self.k - made))
        for aliquot in aliquots:
            spent = error + self.stage.error(aliquot)
            self._dilute((*taken, aliquot), totals, product, digits - digits_of(aliquot), spent, powder)

    def _least_rest(self, made: int, product: Pair, digits: int) -> float:
        """A lower bound of the error of what must follow a product; infinite if no ending can be reached from it."""
        key = (made, product, digits)
        if key not in self._rests:
            self._rests[key] = self._find_least_rest(self.k - made, product, digits)
        return self._rests[key]

    def _find_least_rest(self, dilutions: int, product: Pair, digits: int) -> float:
        least = inf
        self.effort.spend(len(self.endings))
        for target, endings in self.endings.items():
            part = quotient(target, product)
            if part[0] < part[1] or (part[0] == part[1]) != (dilutions == 0):
                continue
            for ending, _ in endings:
                way = self._least_way(dilutions, part, digits - digits_of(ending.aliquot))
                least = min(least, way + self.stage.error(ending.aliquot))
        return least

    def _least_way(self, dilutions: int, part: Pair, digits: int) -> float:
        """A lower bound of the error of dilutions with a given product; infinite if there are none."""
        stage = self.stage
        if dilutions <= 2:
            way = stage.table(dilutions, digits).get(part)
            return inf if way is None else way.error
        for own in range(2, digits - 3):
            others = stage.table(2, digits - own)
            self.effort.spend(1 + (len(stage.products(1, own)) if others else 0))
            if others and any(quotient(part, (way.top, way.bottom)) in others for way in stage.products(1, own)):
                return stage.least_sums[dilutions]
        return inf

    def _is_too_much(self, drug: int, powder: int, product: Pair, made: int, error: float) -> bool:
        """Whether no chain from here can still be among the best.

        The totals to come have a product of at least the dilution to come times their concentrates. The product of
        these is least when they share the error that is left equally, for log(e^u - 1) is concave in u; and of a
        given product the sum of the totals is least when all are equal.
        """
        if len(self.found) < self.count:
            return False
        best_drug, best_powder = self.found[self.count - 1][:2]
        if drug < best_drug:
            return False
        left, totals = self.k - made, 0.0
        if left:
            room = self.limit - error - self.last_error
            if room <= 0:
                return True
            least = max(float(self.p.least), self.stage.sensitivity / expm1(room / left))
            totals = left * least * (self.product_low * product[1] / product[0]) ** (1 / left)
        return powder + totals * (1 - FLOAT_MARGIN) + self.least_blend > best_powder

    def _end(
        self, taken: tuple[int, ...], totals: tuple[int, ...], product: Pair, digits: int, powder: int
    ) -> None:  # fmt: skip
        for ending, blend in self.endings[product] if not digits else ():
            if ending.aliquot == taken[-1]:
                chain = Chain(taken, totals, blend, ending.rounding(blend), self.digits)
                if is_admissible(self.p, chain):
                    self.found.append((taken[0], powder + blend, chain.amounts, chain))
        self.found.sort()
        del self.found[self.count :]


class _Reach(_Walk):
    """Walks the chains to one ending with whatever blend, to see how small their errors can be."""

    def __init__(self, stage: Stage, digits: int, ending: Ending, effort: Effort) -> None:
        super().__init__(stage, digits, [(ending, ending.low)], effort)
        self.limit = stage.limit
        self.least_high = self.least_low = inf

    def doses(self) -> tuple[float, float]:
        """The least and the largest dose, as parts of the label, that the chains leave room for."""
        self.first(0)
        return exp(self.stage.errors.low + self.least_low - FLOAT_MARGIN), exp(self.stage.errors.high - self.least_high + FLOAT_MARGIN)

    def _is_too_much(self, drug: int, powder: int, product: Pair, made: int, error: float) -> bool:
        return False

    def _end(
        self, taken: tuple[int, ...], totals: tuple[int, ...], product: Pair, digits: int, powder: int
    ) -> None:  # fmt: skip
        if digits or taken[-1] != self.most_last:
            return
        chain = Chain(taken, totals, self.least_blend, Fraction(0), self.digits)
        if not keeps_limits(self.p, chain):
            return
        self.least_high = min(self.least_high, sum(self.stage.error(amount) for amount in taken))
        if min(taken) > self.p.sensitivity:
            self.least_low = min(self.least_low, -sum(log1p(-self.stage.sensitivity / amount) for amount in taken))
