"""Whether any plan of a kind is admissible, told without its ranking: a chain that is followed from the drug to the blend.

What a concentrate can still come to is worked out from the blend back: the largest dilution behind it, for each part of
the error that may be left. A concentrate is followed only where the dilution that is still asked for lies between that and
the least one. So nearly every chain that is begun comes to an end, and where there is none it is soon known.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from fractions import Fraction
from math import ceil, exp, floor, inf, log, log1p, prod

from compound.exact.value import replace
from compound.planning.effort import Effort
from compound.planning.powder_search.amounts import MARGIN, AmountRow
from compound.planning.powder_search.bounds import Bounds, PlanKind
from compound.planning.powder_search.problem import MOST_TRITURATIONS, Chain, Units, chain_of

CELLS = 128  # in which the error is counted; a weighing's is rounded down to whole cells, so that the bound stays one


class Reach:
    """The chains within a limit, followed from the drug to the blend; one for any number of triturations above 1.

    `most_digits` bounds all amounts, `heaviest` what is taken and `most_total` what is made, in units.
    """

    def __init__(self, kind: PlanKind, most_digits: int, heaviest: int, most_total: int) -> None:
        # Of all numbers of triturations the largest bounds the amounts least.
        bounds = Bounds(replace(kind, triturations=MOST_TRITURATIONS), Effort())
        self.p, p, self.sensitivity = kind.problem, kind.problem, bounds.sensitivity
        self.share = p.most_share.as_integer_ratio()
        # How far the dilution may be off from the one asked for, as a logarithm.
        self.rounding = 2 * log1p(float(p.rounding)) - log1p(-float(p.rounding)) + MARGIN
        # Of both sides together, for the rounding takes from one what it gives to the other.
        self.cell = sum(bounds.rest) / CELLS
        row = AmountRow(bounds.least, heaviest, most_digits, p.multiple, bounds.sensitivity)
        self.pool = row.up_to[most_digits]
        self.amounts = [one[0] for one in self.pool]
        row = AmountRow(bounds.least_total, most_total, most_digits, p.multiple, bounds.sensitivity)
        self.totals = [one[0] for one in row.up_to[most_digits]]
        self.work = bounds.work
        # By the number of mixtures behind a concentrate: behind each, and behind it or any lighter one, by the cells left.
        self.behind: list[list[list[float]]] = []
        self.behind_up_to: list[list[list[float]]] = []

    def first(self, bounds: Bounds, drugs: list[Units] | None = None, work: Effort | None = None) -> Chain | None:
        """An admissible chain, of one of these drug weighings where they are given; None where there is none.

        Raises TooMuch when the work, if none is given that of the bounds, is used up.
        """
        self.work = bounds.work if work is None else work
        if self.cell <= 0:
            return None
        while len(self.behind) <= bounds.k:
            self._go_back()
        asked, (up, down) = log(float(self.p.dilution)), bounds.limits
        if drugs is None:
            room = [(one[CELLS], amount) for one, amount in zip(self.behind[bounds.k], self.amounts, strict=True)]
            drugs = [amount for reached, amount in sorted(room, reverse=True) if reached >= asked - self.rounding]
        for drug in drugs:
            found = self._from(bounds, (drug,), (), asked, up, down)
            if found is not None:
                return found
        return None

    # The bound.

    def _cells(self, up: float, down: float) -> int:
        """An error of both sides in cells, rounded down."""
        return min(CELLS + 1, int(max(0.0, up + down - MARGIN) / self.cell)) if up + down < inf else CELLS + 1

    def _go_back(self) -> None:
        """Works out the largest logarithm of the dilution behind a concentrate with one mixture more."""
        p, found = self.p, list[list[float]]()
        for amount, own, up, down, _ in self.pool:
            best = [-inf] * (CELLS + 1)
            if not self.behind:
                blend = min(p.blend_high, p.most_mixture(amount))
                cells = self._cells(up, down)
                if blend >= max(p.blend_low, amount) and cells <= CELLS:
                    best[cells:] = [log(blend) - own] * (CELLS + 1 - cells)
            else:
                for total, more_up, more_down in self._totals_of(amount):
                    cells = self._cells(up + more_up, down + more_down)
                    aliquots = self._aliquots_of(total)
                    if aliquots and cells <= CELLS:
                        gained = log(total) - own
                        behind = self.behind_up_to[-1][aliquots]
                        reached = [-inf] * cells + [gained + one for one in behind[: CELLS + 1 - cells]]
                        best = list(map(max, best, reached))
            found.append(best)
        running = [[-inf] * (CELLS + 1)]
        for one in found:
            running.append(list(map(max, running[-1], one)))
        self.behind.append(found)
        self.behind_up_to.append(running)

    def _totals_of(self, amount: int) -> list[tuple[int, float, float]]:
        """The largest totals of a concentrate, each with what the portions of its diluent add to the error at least.

        A larger total dilutes more and leaves more to take from. On one balance with a capacity it needs more portions too,
        so the largest of each doubling of their number is looked at.
        """
        p, most, found = self.p, self.p.most_mixture(amount), []
        least, errors = 0, (0.0, 0.0)  # a diluent of more than so many loads, and what they add
        while True:
            loads = max(1, 2 * least)
            end = most if p.capacity is None or p.bulk is not None else min(most, amount + loads * p.capacity)
            at = bisect_right(self.totals, end)
            if at and self.totals[at - 1] > amount:
                found.append((self.totals[at - 1], *errors))
            if end == most or p.capacity is None:
                return found
            least = loads
            share = least * self.sensitivity / (amount + (least + 1) * p.capacity)
            if share >= 1:
                return found
            errors = -log1p(-share), log1p(share)

    def _aliquots_of(self, total: int) -> int:
        """How many of the amounts, from the lightest, may be taken from a total."""
        return bisect_right(self.amounts, total * self.share[0] // self.share[1])

    # The chains.

    def _from(
        self, bounds: Bounds, taken: tuple[Units, ...], totals: tuple[int, ...], asked: float, up: float, down: float
    ) -> Chain | None:
        """A chain that begins with these amounts: `asked` is what is left of the dilution, `up` and `down` of the errors."""
        p, concentrate = self.p, taken[-1]
        self.work.spend()
        if len(totals) == bounds.k:
            return self._ended(bounds, taken, totals, up, down)
        own = log(concentrate)
        most = floor(p.most_dilution * concentrate)
        least = max(bounds.least_total, ceil(concentrate + p.least_diluent))
        below = bounds.k - len(totals) - 1  # triturations behind the next
        behind, up_to = self.behind[below], self.behind_up_to[below]
        # Every mixture behind is at least as much more than what is taken from it.
        lightest = log(p.blend_low) - below * log(self.share[0] / self.share[1])
        for at in range(bisect_right(self.totals, most) - 1, bisect_left(self.totals, least) - 1, -1):
            total = self.totals[at]
            self.work.spend()
            more_up, more_down = bounds.errors(concentrate, total, last=False)
            left_up, left_down = up - more_up, down - more_down
            if min(left_up + self.rounding, left_down + self.rounding, left_up + left_down + MARGIN) < 0:
                continue
            cells = min(CELLS, int((left_up + left_down + MARGIN) / self.cell))
            left = asked - log(total) + own
            end = self._aliquots_of(total)
            if up_to[end][cells] < left - self.rounding:
                if p.capacity is None and p.bulk is None:
                    break  # a lighter one errs as much, dilutes less and leaves less to take from
                continue
            start = bisect_left(self.amounts, exp(lightest - left - self.rounding))
            room = [(behind[i][cells], self.amounts[i]) for i in range(start, end)]
            for reached, aliquot in sorted(room, reverse=True):  # the more is left over, the sooner there is a plan
                if reached < left - self.rounding:
                    break
                found = self._from(bounds, (*taken, aliquot), (*totals, total), left, left_up, left_down)
                if found is not None:
                    return found
        return None

    def _ended(
        self, bounds: Bounds, taken: tuple[Units, ...], totals: tuple[int, ...], up: float, down: float
    ) -> Chain | None:
        """The chain with a blend that keeps the errors, the nearest to the dose first."""
        p, step = self.p, self.p.multiple
        ideal = p.dilution * prod(map(Fraction, taken)) / prod(totals)
        most, least = log1p(float(p.rounding)), log1p(-float(p.rounding))
        if p.bulk is None:  # else another balance may err less than the concentrate by itself
            off = bounds.sensitivity / float(taken[-1])
            if off >= 1:
                return None
            most, least = min(most, up - log1p(off)), max(least, -log1p(-off) - down)
        low = max(p.blend_low, ceil(float(ideal) * exp(-most) * (1 - MARGIN)))
        high = min(p.blend_high, floor(float(ideal) * exp(-least) * (1 + MARGIN)), p.most_mixture(taken[-1]))
        for blend in _outward(round(ideal / step) * step, -(-low // step) * step, high // step * step, step):
            self.work.spend()
            more_up, more_down = bounds.errors(taken[-1], blend, last=True)
            rounding = log(ideal / blend)
            if more_up + rounding > up + MARGIN or more_down - rounding > down + MARGIN:
                continue
            chain = chain_of(p, taken, totals, blend, whole=bounds.kind.whole)
            if chain is not None and chain.error <= bounds.kind.limit:
                return chain
        return None


def _outward(middle: int, low: int, high: int, step: int) -> Iterator[int]:
    """The numbers from `low` to `high` in steps, those near the middle first."""
    below, above = min(middle, high), max(middle + step, low)
    while below >= low or above <= high:
        if below >= low:
            yield below
        if above <= high:
            yield above
        below, above = below - step, above + step
