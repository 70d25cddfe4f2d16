"""What is searched for and what is admissible, in whole units of the balance; the amounts there are to choose from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from math import ceil, exp, floor, inf, log, log1p, prod
from typing import Any

from compound.exact.value import Value

MOST_TRITURATIONS = 4
FLOAT_MARGIN = 1e-10  # of a logarithm; the floats here are right to some 10^-14
ALMOST_ONE = 1 - 1e-15


class TooMany(Exception):
    """A search took more branches than it was allowed; nothing is known."""


class Effort:
    """How many branches a search may take. None: as many as it needs."""

    __slots__ = ("left",)

    def __init__(self, branches: int | None = None) -> None:
        self.left = inf if branches is None else branches

    def spend(self, branches: int = 1) -> None:
        """Counts branches. Raises TooMany when none is left."""
        self.left -= branches
        if self.left < 0:
            raise TooMany


class Prefer(Enum):
    """What the best plan has least of: weighings and digits, drug, or powder."""

    SIMPLE = "simple"
    DRUG = "drug"
    POWDER = "powder"


class Problem(Value):
    """An order as the search sees it. Amounts are whole units, shares are exact.

    `dilution` is content fraction × fill weight / dose: how many parts of blend one part of powder must become.
    `multiple` is the readability (1, 2 or 5 units), `least` the least weighable quantity rounded up to it, `capacity`
    rounded down to it. `blend_low` and `blend_high` bound the blend, both included. `additions` are what is weighed into
    the batch beside concentrate and diluent, each as a share of the blend, rounded to the multiple.
    """

    dilution: Fraction
    sensitivity: Fraction
    multiple: int
    least: int
    capacity: int | None
    most_dilution: Fraction
    blend_low: int
    blend_high: int
    dose_error: Fraction
    rounding: Fraction
    most_share: Fraction  # of a mixture that an aliquot may take
    additions: tuple[Fraction, ...] = ()

    def __post_init__(self) -> None:
        if not (0 < self.dose_error < 1 and 0 <= self.rounding < 1 and 0 < self.most_share < 1):
            raise ValueError("the dose error, the rounding and the share are between 0 and 1")
        if self.dilution <= 0 or self.sensitivity <= 0 or self.least <= 0 or self.most_dilution <= 1:
            raise ValueError("dilution, sensitivity and least amount are above 0, the largest dilution above 1")
        if self.multiple not in (1, 2, 5):
            raise ValueError("the readability is 1, 2 or 5 units")
        if sum(self.additions) >= 1:
            raise ValueError("the additions leave nothing for concentrate and diluent")

    # The diluent of the batch is what concentrate and additions leave of the blend. However each addition is rounded,
    # by half a multiple at most, the diluent keeps its limits: that makes them bounds on the blend.

    def least_blend(self, concentrate: int) -> int:
        """The least blend that leaves diluent enough to weigh, beside that concentrate."""
        least = concentrate + self.least
        if not self.additions:
            return least
        return ceil((least + Fraction(len(self.additions) * self.multiple, 2)) / (1 - sum(self.additions)))

    @property
    def most_concentrate(self) -> int:
        """The largest concentrate that leaves diluent enough to weigh in the largest blend."""
        return floor(self.blend_high * (1 - sum(self.additions))) - self.least

    def most_blend(self, concentrate: int) -> int:
        """The largest blend that a concentrate may be diluted to, with a diluent within the capacity."""
        diluted = concentrate * self.most_dilution.numerator // self.most_dilution.denominator
        if self.capacity is None:
            return diluted
        most = concentrate + self.capacity
        if self.additions:
            most = floor((most - Fraction(len(self.additions) * self.multiple, 2)) / (1 - sum(self.additions)))
        return max(concentrate, min(diluted, most))

    @property
    def error_of_additions(self) -> Fraction:
        """How far the blend is off at most through the weighings of the additions."""
        return len(self.additions) * self.sensitivity

    def has_dose(self, concentrate: int, blend: int) -> bool:
        """Whether that concentrate and the additions leave a dose within its limits, in this blend or a smaller one."""
        off, share = self.error_of_additions, self.sensitivity / concentrate
        if not off or share >= 1:
            return not off
        low = max((blend + off) * (1 - self.dose_error) / (1 - share), blend * (1 - self.rounding))
        return low <= min((blend - off) * (1 + self.dose_error) / (1 + share), blend * (1 + self.rounding))

    def blends_beside(self, concentrate: int, ideal: Fraction, *, reached: bool) -> tuple[int, int]:
        """The least and the largest blend within the dose error, with the weighings of that concentrate and the additions.

        All additions off in one direction make the blend less, or more. `ideal` is the blend that gives the dose;
        `reached` says whether the limit may be, which it may not where other weighings add to the error.
        """
        off, share = self.error_of_additions, self.sensitivity / concentrate
        low = ideal * (1 + share) / (1 + self.dose_error) + off
        high = ideal * (1 - share) / (1 - self.dose_error) - off
        return (ceil(low), floor(high)) if reached else (floor(low) + 1, ceil(high) - 1)


class Chain(Value):
    """A plan in whole units: drug and aliquots `taken`, trituration `totals`, the `blend`; `rounding` is ρ."""

    taken: tuple[int, ...]
    totals: tuple[int, ...]
    blend: int
    rounding: Fraction
    digits: int

    @property
    def triturations(self) -> int:
        """How many triturations the plan has."""
        return len(self.totals)

    @property
    def drug(self) -> int:
        """The drug weighed, in units."""
        return self.taken[0]

    @property
    def powder(self) -> int:
        """All powder that goes into mixtures, in units."""
        return sum(self.totals) + self.blend

    @property
    def amounts(self) -> tuple[int, ...]:
        """a0, t1, a1, t2, …, F: the order in which the last criterion compares."""
        interleaved = [self.taken[0]]
        for total, aliquot in zip(self.totals, self.taken[1:], strict=True):
            interleaved += [total, aliquot]
        return (*interleaved, self.blend)


# The criteria by name, and the order in which each ranking asks for them.
_CRITERIA: dict[str, Callable[[Chain], Any]] = {
    "triturations": lambda chain: chain.triturations,
    "digits": lambda chain: chain.digits,
    "rounding": lambda chain: abs(chain.rounding),
    "drug": lambda chain: chain.drug,
    "powder": lambda chain: chain.powder,
    "amounts": lambda chain: chain.amounts,
}
_ORDER = {
    Prefer.SIMPLE: ("triturations", "digits", "rounding", "drug", "powder", "amounts"),
    Prefer.DRUG: ("triturations", "drug", "digits", "rounding", "powder", "amounts"),
    Prefer.POWDER: ("triturations", "powder", "digits", "rounding", "drug", "amounts"),
}


def rank(prefer: Prefer, chain: Chain) -> tuple[Any, ...]:
    """What a ranking compares, in its order: of two chains the smaller ranks higher."""
    return tuple(_CRITERIA[name](chain) for name in _ORDER[prefer])


def first_difference(prefer: Prefer, best: Chain, other: Chain) -> str:
    """The criterion on which `other` lost: triturations, digits, rounding, drug, powder or amounts."""
    for name in _ORDER[prefer]:
        if _CRITERIA[name](best) != _CRITERIA[name](other):
            return name
    raise ValueError("the two plans are the same")


# What is admissible, in whole numbers.


@lru_cache(maxsize=100_000)
def digits_of(amount: int) -> int:
    """The digits of an amount, zeros at both ends left out."""
    return len(str(amount).rstrip("0"))


def is_admissible(problem: Problem, chain: Chain) -> bool:
    """Whether a chain keeps every limit but that on digits. Exact."""
    return (
        keeps_limits(problem, chain)
        and abs(chain.rounding) <= problem.rounding
        and _keeps_dose_error(problem, chain)
    )


def keeps_limits(p: Problem, chain: Chain) -> bool:
    """Every limit but those on the dose."""
    mixtures = (*chain.totals, chain.blend)
    for concentrate, mixture in zip(chain.taken, mixtures, strict=True):
        if concentrate < p.least or concentrate % p.multiple or mixture % p.multiple:
            return False
        if p.capacity is not None and concentrate > p.capacity:
            return False
        if mixture > p.most_dilution * concentrate:
            return False
    for concentrate, total in zip(chain.taken, chain.totals, strict=False):
        diluent = total - concentrate
        if diluent < p.least or (p.capacity is not None and diluent > p.capacity):
            return False
    if not p.least_blend(chain.taken[-1]) <= chain.blend <= p.most_blend(chain.taken[-1]):
        return False
    if any(aliquot > p.most_share * total for total, aliquot in zip(chain.totals, chain.taken[1:], strict=True)):
        return False
    return p.blend_low <= chain.blend <= p.blend_high


def _keeps_dose_error(p: Problem, chain: Chain) -> bool:
    """The worst case of the weighings on both sides, decided in whole numbers."""
    part, whole = p.sensitivity.numerator, p.sensitivity.denominator
    high = low = chain.rounding.numerator + chain.rounding.denominator
    base = chain.rounding.denominator
    for amount in chain.taken:
        scaled = amount * whole
        high *= scaled + part
        low *= scaled - part
        base *= scaled
    if p.additions:
        # The blend is less, or more, by what the additions are off.
        scaled, off = chain.blend * whole, len(p.additions) * part
        if scaled <= off:
            return False
        high, low, base = high * scaled * (scaled + off), low * scaled * (scaled - off), base * (scaled**2 - off**2)
    error, unit = p.dose_error.numerator, p.dose_error.denominator
    return high * unit <= base * (unit + error) and low * unit >= base * (unit - error)


def chain_of(problem: Problem, taken: tuple[int, ...], totals: tuple[int, ...], blend: int) -> Chain:
    """The chain of these amounts, with the rounding of its dose and its digits."""
    ideal = problem.dilution * prod(taken) / prod(totals)
    return Chain(taken, totals, blend, ideal / blend - 1, sum(map(digits_of, (*taken, *totals))))


class Blends:
    """The blends with which a chain is admissible whose other amounts are. Exact, in whole numbers alone."""

    def __init__(self, problem: Problem) -> None:
        p = self.p = problem
        self.dilution = p.dilution.as_integer_ratio()
        self.part, self.whole = p.sensitivity.as_integer_ratio()
        self.off = len(p.additions) * self.part
        self.least_dose, self.most_dose = (1 - p.rounding).as_integer_ratio(), (1 + p.rounding).as_integer_ratio()
        self.low_dose, self.high_dose = (1 - p.dose_error).as_integer_ratio(), (1 + p.dose_error).as_integer_ratio()

    def of(self, taken: tuple[int, ...], totals: tuple[int, ...]) -> range:
        """These blends, the least first. They follow one another, for each limit bounds them on one side."""
        p, last = self.p, taken[-1]
        ideal, unit = self.dilution[0] * prod(taken), self.dilution[1] * prod(totals)
        low = max(p.blend_low, p.least_blend(last), -(-ideal * self.most_dose[1] // (unit * self.most_dose[0])))
        high = min(p.blend_high, p.most_blend(last), ideal * self.least_dose[1] // (unit * self.least_dose[0]))
        if low <= high:
            above = below = base = 1
            for amount in taken:
                scaled = amount * self.whole
                above *= scaled + self.part
                below *= scaled - self.part
                base *= scaled
            unit *= base
            for_high, for_low = unit * self.high_dose[0], unit * self.low_dose[0]
            # The additions make the blend less, or more, by what they are off; that shifts both bounds.
            least = ideal * above * self.high_dose[1] * self.whole + self.off * for_high
            largest = ideal * below * self.low_dose[1] * self.whole - self.off * for_low
            low = max(low, -(-least // (for_high * self.whole)))
            high = min(high, largest // (for_low * self.whole))
        return range(-(-low // p.multiple) * p.multiple, high + 1, p.multiple)


class Amounts:
    """The amounts of up to `most` digits that are multiples of `multiple`."""

    def __init__(self, most: int, multiple: int) -> None:
        self.most, self.multiple = most, multiple

    def between(self, low: float | Fraction, high: float | Fraction, most: int | None = None) -> list[int]:
        """The amounts from `low` to `high`, both included, ascending; those of up to `most` digits if given."""
        first, last = max(1, ceil(low)), floor(high)
        coarseness = 10 ** (self.most if most is None else min(self.most, most))
        found: list[int] = []
        decade = 10 ** (len(str(first)) - 1)
        while decade <= last:
            step = max(1, decade * 10 // coarseness)
            start = -(-max(first, decade) // step) * step
            found += range(start, min(last, decade * 10 - 1) + 1, step)
            decade *= 10
        if self.multiple > 1:
            found = [amount for amount in found if amount % self.multiple == 0]
        return found

    def of_digits(self, low: float | Fraction, high: float | Fraction, digits: int) -> list[int]:
        """The amounts from `low` to `high` that have just so many digits."""
        if not 1 <= digits <= self.most:
            return []
        return [amount for amount in self.between(low, high, digits) if digits_of(amount) == digits]

    def upward(self, low: int, high: int | None, most: int) -> Iterator[int]:
        """The amounts of up to `most` digits from `low` upward, without end unless `high` is given."""
        top = 10 * max(low, 10)
        while high is None or low <= high:
            bound = top if high is None else min(top, high)
            yield from self.between(low, bound, most)
            low, top = bound + 1, top * 10


# What a half-built chain can still become, in logarithms.


class Errors:
    """The error that n weighings may add, by the rounding that goes with them."""

    def __init__(self, problem: Problem, weighings: int) -> None:
        self.n = weighings
        # What the additions to the batch use of the limit: the least where the blend is largest.
        used = float(problem.error_of_additions / max(1, problem.blend_high))
        self.high = log1p(float(problem.dose_error)) + (log1p(-used) if used < 1 else -inf)
        self.low = log1p(-float(problem.dose_error)) + log1p(used)

    def limit(self, rounding: float) -> float:
        """The largest error with this rounding.

        On the low side the weighings must keep -Σ log(1 - S/a) within a limit; of a given Σ log(1 + S/a) that is
        least when all n are equal, so that no n weighings of a larger error than theirs can keep it.
        """
        return min(self._high_side(rounding), self._low_side(rounding))

    def largest(self, rounding: float) -> float:
        """The largest error with any rounding from -`rounding` to `rounding`.

        A dose below the label leaves more room on the high side and less on the low side.
        """
        below, above = -rounding, rounding
        if self._high_side(below) <= self._low_side(below):
            return self._high_side(below)
        for _ in range(40):
            middle = (below + above) / 2
            if self._high_side(middle) > self._low_side(middle):
                below = middle
            else:
                above = middle
        return min(self._high_side(below), self._low_side(above))

    def _high_side(self, rounding: float) -> float:
        return self.high - log1p(rounding) + FLOAT_MARGIN

    def _low_side(self, rounding: float) -> float:
        each = 2 - exp((self.low - log1p(rounding)) / self.n)
        return self.n * log(each) + FLOAT_MARGIN if each > 0 else -inf

    def doses(self, error: float) -> tuple[float, float]:
        """The least and the largest dose, as parts of the label, that weighings of this error leave room for."""
        each = 2 - exp((error - FLOAT_MARGIN) / self.n)
        return (exp(self.low - self.n * log(each)) if each > 0 else inf), exp(self.high - error + FLOAT_MARGIN)


def multiple_from(amount: float | Fraction, multiple: int) -> int:
    """The least multiple that is not below an amount."""
    return -(-ceil(amount) // multiple) * multiple
