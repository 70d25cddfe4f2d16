"""What bounds the plans of a kind before any amount is chosen, in floats with a margin on the safe side."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import ceil, expm1, inf, log, log1p

from compound.exact.value import Value
from compound.planning.effort import Effort
from compound.planning.powder_search.amounts import MARGIN
from compound.planning.powder_search.problem import Chain, Prefer, Problem, Units

STEPS = 32  # in which the last concentrate is bounded
# From the least to the largest dilution of a mixture: up to that totals and concentrates are chosen together. It decides no
# result. Where drug counts the drug is chosen first, and ties its total down.
TIGHT, TIGHT_BY_DRUG = 12, 30


class PlanKind(Value):
    """What is searched at once: plans of so many triturations, with the reserve or (all others) without, of whole tablets
    or of amounts like any other.
    """

    problem: Problem
    triturations: int
    prefer: Prefer
    reserved: bool
    whole: bool

    @property
    def limit(self) -> Fraction:
        """The largest worst case."""
        return self.problem.plan_error if self.reserved else self.problem.dose_error

    def admits(self, chain: Chain) -> bool:
        """Whether an admissible chain is of this kind. Whole tablets are, however their mass came about."""
        tablet = self.problem.tablet
        if tablet is not None and not self.whole and (chain.drug / tablet).denominator == 1:
            return False
        return (chain.error <= self.problem.plan_error) == self.reserved


class Bounds:
    """What every admissible plan of a kind keeps. Errors are logarithms of factors on the high and the low side."""

    def __init__(self, kind: PlanKind, work: Effort) -> None:
        self.work = work
        self.kind, self.p, self.k = kind, kind.problem, kind.triturations
        p, k = self.p, self.k
        self.sensitivity = float(p.sensitivity)
        self.least_total = max(p.least_mixture, p.least + ceil(p.least_diluent))
        self._portions: dict[int, tuple[float, float]] = {}
        self._least_size: float | None = None
        self.limits = self._limits()
        of_blend = self._portions_of_blend()
        # What is left of that for concentrates and triturations.
        self.rest = self.limits[0] - of_blend[0], self.limits[1] - of_blend[1]
        # With the rounding that leaves most.
        self.budgets = self.rest[0] - log1p(-float(p.rounding)), self.rest[1] + log1p(float(p.rounding))
        rounding = log1p(float(p.rounding)) - 2 * log1p(-float(p.rounding))  # above both sides
        size = log(float(p.dilution))
        # What the product of the concentrates is by that of the totals, in logarithms.
        self.low = log(p.blend_low) - size - rounding - MARGIN if p.blend_low <= p.blend_high else inf
        self.high = log(p.blend_high) - size + rounding + MARGIN if p.blend_low <= p.blend_high else -inf
        # What the blend holds of the powder on the shelf at least. Mortars keep a part of every trituration.
        self.drug_of_blend = p.blend_low / float(p.dilution) * (1 - float(p.rounding)) * (1 - MARGIN)
        self.least_drug = self.drug_of_blend / float(p.most_share) ** k
        self.least = self._least_concentrate()
        # Where each mixture is at most R times its concentrate, each is at least D / R^k times it too.
        largest = float(p.most_dilution)
        self.least_dilution = max(1.0, float(p.dilution) * (1 - 2 * float(p.rounding)) / largest**k * (1 - MARGIN))
        self.is_tight = largest / self.least_dilution < (TIGHT_BY_DRUG if kind.prefer is Prefer.DRUG else TIGHT)
        self._errors: dict[tuple[Units, int, bool], tuple[float, float]] = {}

    def errors(self, concentrate: Units, mixture: int, *, last: bool) -> tuple[float, float]:
        """The errors of a mixture, with a margin on the safe side; infinite where it cannot be weighed."""
        key = (concentrate, mixture, last)
        p, c, s = self.p, float(concentrate), self.sensitivity
        if p.bulk is None and not (last and (p.additions or p.unweighed)):
            # On one balance only the number of portions counts, and no fraction is needed to tell it.
            diluent = mixture - c
            off = 0.0 if p.capacity is None or diluent <= p.capacity else (ceil(diluent / p.capacity - MARGIN) - 1) * s
            if c <= s or mixture <= off:
                return inf, inf
            part = mixture / c
            return log((c + s) / (mixture - off) * part) - MARGIN, -log((c - s) / (mixture + off) * part) - MARGIN
        if key not in self._errors:
            found = self.p.stage_errors(concentrate, mixture, last=last)
            up, down = (inf, inf) if found is None or found[1] <= 0 else (log(found[0]), -log(found[1]))
            self._errors[key] = up - MARGIN, down - MARGIN
        return self._errors[key]

    def _limits(self) -> tuple[float, float]:
        """What the errors of all concentrates may be on both sides where the dose is exact, and what a second balance saves.

        A diluent whose balance errs less than the first makes up for a part of the concentrate's error.
        """
        p, limit = self.p, float(self.kind.limit)
        up, down = log1p(limit), -log1p(-limit)
        if p.bulk is not None and p.bulk.sensitivity < p.sensitivity:
            saved = float(p.sensitivity - p.bulk.sensitivity)
            for mixture in (*(self.least_total,) * self.k, p.blend_low):
                share = saved / mixture
                up, down = up + log1p(share), down - log1p(-share) if share < 1 else inf
        return up + MARGIN, down + MARGIN

    def _portions_of_blend(self) -> tuple[float, float]:
        """What the portions of the blend's diluent add at least: as many as the least blend needs, in the largest one."""
        p = self.p
        return (0.0, 0.0) if p.unweighed or p.additions else self._portions_from(p.blend_low, p.blend_high)

    def _portions_from(self, lightest: int, heaviest: int) -> tuple[float, float]:
        """What the portions of a mixture between two add at least.

        A mixture holds at most one load of concentrate. Diluents of a second balance are left out of account.
        """
        p = self.p
        if p.capacity is None or p.bulk is not None or lightest <= 2 * p.capacity:
            return 0.0, 0.0
        count = -(-(lightest - p.capacity) // p.capacity)
        share = (count - 1) * self.sensitivity / heaviest
        return (-log1p(-share) - MARGIN, log1p(share) - MARGIN) if share < 1 else (inf, inf)

    def _least_concentrate(self) -> float:
        """No concentrate is lighter: the least weighable quantity, what the least mixture may be made of, the drug of the
        blend, and all that the limit leaves if no other one errs.
        """
        up, down = self.budgets
        if up <= 0 or down <= 0:
            return inf
        p, s = self.p, self.sensitivity
        made_of = min(self.least_total if self.k else inf, p.blend_low) / float(p.most_dilution)
        return max(float(p.least), self.drug_of_blend, made_of, s / expm1(up), s / -expm1(-down)) * (1 - MARGIN)

    def portions(self, mixture: int) -> tuple[float, float]:
        """What the portions of a mixture's diluent add to the errors at least; all but one of them beside the concentrate's."""
        if mixture not in self._portions:
            self._portions[mixture] = self._portions_from(mixture, mixture)
        return self._portions[mixture]

    def is_promising(self) -> bool:
        """Whether the limits leave room before digits are looked at. False is a proof, True is not."""
        p = self.p
        if self.low > self.high or self.least == inf or self.least > self.most_last * (1 + MARGIN):
            return False
        # Each mixture is at most so many times its concentrate.
        largest = (self.k + 1) * log(float(p.most_dilution))
        return log(float(p.dilution)) <= largest + log1p(float(p.rounding)) - log1p(-float(p.rounding)) + MARGIN

    @property
    def most_last(self) -> float:
        """The largest concentrate of the blend, which leaves diluent to weigh."""
        p = self.p
        most = p.blend_high - (0.0 if p.unweighed else float(p.least_diluent))
        return most if p.capacity is None else min(most, p.capacity)

    def least_size(self) -> float:
        """The logarithm of the least product of concentrates that the errors leave room for.

        The last one is bounded by the blend; in each of some steps of it, the others have what its heavier end leaves, and
        their product is least when they are alike.
        """
        if self._least_size is None:
            low, high = self.least, self.most_last
            steps = [low * (high / low) ** (i / STEPS) for i in range(STEPS + 1)] if 0 < low <= high else []
            found = (self._size_from(light, heavy) for light, heavy in pairwise(steps))
            self._least_size = min(found, default=inf) - MARGIN
        return self._least_size

    def _size_from(self, light: float, heavy: float) -> float:
        s, most = self.sensitivity, heavy * (1 + MARGIN)
        up, down = self.budgets[0] - log1p(s / most), self.budgets[1] + (log1p(-s / most) if s < most else -inf)
        if not self.k:
            return log(light) if min(up, down) >= 0 else inf
        if min(up, down) <= 0:
            return inf
        each = max(self.least, s / expm1(up / self.k), s / -expm1(-down / self.k))
        return log(light) + self.k * log(each)
