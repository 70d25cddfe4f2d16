"""The exhaustive search for solution plans: over all ware and all amounts of drug and blend, in whole units of the balance.

It knows no order and no limit of the house: both are told in its problem.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from compound.exact.quantity import Direction, round_to
from compound.exact.value import Value

WHOLE = Fraction(1)


class Measure(Value):
    """A volume that a piece of ware measures, and its largest error, in mL; by mass, grams and none."""

    piece: str
    volume: Fraction
    error: Fraction


class SolutionProblem(Value):
    """An order as the search sees it. Masses are in whole units of the readability; volumes in mL, by mass in g.

    `drug_per_blend` is the ratio of drug on the shelf to blend that gives the labelled dose.
    """

    unit_mg: Fraction
    drug_per_blend: Fraction
    sensitivity: Fraction
    least: int
    capacity: int | None
    blend_low: int
    blend_high: int
    dose_error: Fraction
    rounding: Fraction
    most_share: Fraction
    most_drug: int
    most_mg_per_ml: Fraction  # not reached: the concentration stays below it
    deposit_ml_per_g: Fraction
    most_drying_loss: Fraction  # of the dried vessel, as a share
    doubling_from: Fraction  # the carrier is one in so many of the blend at least, or it would be mixed by doubling
    by_mass: bool
    g_per_ml: Fraction
    flasks: tuple[tuple[Measure, ...], ...]  # piece by piece
    pipettes: tuple[tuple[Measure, ...], ...]
    additions: tuple[Fraction, ...] = ()  # the other excipients: what of the blend is weighed, rounded to a unit

    @property
    def half_steps(self) -> Fraction:
        """How far rounding moves the additions together, in units, at most."""
        return Fraction(len(self.additions), 2)

    @property
    def diluted(self) -> Fraction:
        """The part of the blend that is not added."""
        return 1 - sum(self.additions, Fraction(0))

    @property
    def error_of_blend(self) -> Fraction:
        """How far the blend is off in units at most: the dried powder, the additions and the diluent after it."""
        return (2 + len(self.additions)) * self.sensitivity

    def added(self, blend: int) -> int:
        """What is added to a blend, in units."""
        return sum(int(round_to(share * blend, 1, Direction.NEAREST)) for share in self.additions)


class Dilution(Value):
    """What a solution is made up to, and the aliquot that goes on from it."""

    total: Measure
    aliquot: Measure

    @property
    def ratio(self) -> Fraction:
        """The share of the drug that goes on, as 1 in so many: total by aliquot."""
        return self.total.volume / self.aliquot.volume


class Candidate(Value):
    """The best amounts for one sequence of ware: drug and blend in units, and the worst deviation as a fraction."""

    dilutions: tuple[Dilution, ...]
    drug: int
    blend: int
    error: Fraction
    pieces: int

    @property
    def solvent(self) -> Fraction:
        """All that is made up, in mL or g."""
        return sum((dilution.total.volume for dilution in self.dilutions), Fraction(0))

    @property
    def key(self) -> tuple[object, ...]:
        """The ranking. No two plans found have the same."""
        volumes = [(d.total.volume, d.aliquot.volume, d.total.piece, d.aliquot.piece) for d in self.dilutions]
        return (len(self.dilutions), self.pieces, self.error, self.drug, self.solvent, volumes, self.blend)


CRITERIA = ("dilutions", "ware", "error", "drug", "solvent", "volumes", "blend")


def first_solution_difference(best: Candidate, other: Candidate) -> str:
    """The criterion of the ranking on which a plan lost to the best."""
    pairs = zip(CRITERIA, best.key, other.key, strict=True)
    return next((name for name, one, two in pairs if one != two), CRITERIA[-1])


def search_solutions(problem: SolutionProblem, count: int = 1, *, most: int) -> list[Candidate]:
    """The first `count` plans of the ranking, one for each sequence of ware; fewer where there are no more.

    `most` is the largest number of dilutions.
    """
    found: list[Candidate] = []
    space = _Space(problem)
    for dilutions in range(space.fewest(most), most + 1):
        for pieces in range(1, 2 * dilutions + 1):
            level = [
                best
                for sequence in space.sequences(dilutions, pieces)
                if (best := _best(problem, sequence, pieces)) is not None
            ]
            found += sorted(level, key=lambda one: one.key)[: count - len(found)]
            if len(found) >= count:
                return found
    return found


def solution_is_feasible(problem: SolutionProblem, *, most: int) -> bool:
    """Whether any plan of at most so many dilutions is admissible."""
    return _Space(problem).fewest(most) <= most


class _Space:
    """All single dilutions that the ware allows, and the sequences of them that bounds do not rule out."""

    def __init__(self, problem: SolutionProblem) -> None:
        self.problem = problem
        self.low, self.high = _drug_over_ratio(problem)
        largest = max((one.volume for piece in problem.flasks for one in piece), default=Fraction(0))
        self.most_drug = min(_soluble(problem, largest), Fraction(problem.most_drug))
        if problem.capacity is not None:
            self.most_drug = min(self.most_drug, Fraction(problem.capacity))
        self.options = [_Option(problem, *pair) for pair in self._pairs()]
        self.lasts = [option for option in self.options if _deposit_fits(problem, option.aliquot)]
        self.possible = problem.least <= self.most_drug and self.most_drug > problem.sensitivity and bool(self.lasts)

    def _pairs(self) -> Iterator[tuple[Measure, Measure]]:
        """What is made up, with each aliquot of at most nine tenths of it."""
        problem = self.problem
        for total in (one for piece in problem.flasks for one in piece):
            for aliquot in (one for piece in problem.pipettes for one in piece):
                if aliquot.volume <= problem.most_share * total.volume and (
                    not problem.by_mass or (_shows(problem, total.volume) and _weighs(problem, aliquot.volume))
                ):
                    yield total, aliquot

    def fewest(self, most: int) -> int:
        """The fewest dilutions of an admissible plan; more than `most` where none has so few."""
        for count in range(1, most + 1):
            if any(_best(self.problem, sequence, 0) is not None for sequence in self.sequences(count)):
                return count
        return most + 1

    def sequences(self, count: int, pieces: int | None = None) -> Iterator[tuple[Dilution, ...]]:
        """The sequences of `count` dilutions that use just `pieces` different pieces.

        Without `pieces` one of all those that differ in nothing that decides whether an amount is admissible: the same
        dilutions in another order are gone through once.

        The bounds on a part of a sequence: with the most or the least that is still to come, the drug to weigh stays
        between its limits, and the errors of volume leave room for that of the drug.
        """
        if not self.possible:
            return
        problem = self.problem
        still = [self._ahead(left) for left in range(count + 1)]
        room_up = (1 + problem.dose_error) / (1 + problem.sensitivity / self.most_drug)
        room_down = (1 - problem.dose_error) / (1 - problem.sensitivity / self.most_drug)
        seen: set[tuple[object, ...]] = set()

        def extend(
            chosen: tuple[_Option, ...], ratio: Fraction, up: Fraction, down: Fraction, most: Fraction,
            used: frozenset[str],
        ) -> Iterator[tuple[Dilution, ...]]:  # fmt: skip
            left = count - len(chosen)
            if pieces is not None and not len(used) <= pieces <= len(used) + 2 * left:
                return
            least_ratio, most_ratio, least_up, most_down = still[left]
            if self.high * ratio * most_ratio < problem.least or self.low * ratio * least_ratio > most:
                return
            # Where the bounds on the blend cross, no blend lies between them.
            if up * least_up * room_down > down * most_down * room_up:
                return
            if pieces is None and chosen:
                state = (left, ratio, up, down, chosen[0].total.volume, chosen[-1].aliquot.volume)
                if state in seen:
                    return
                seen.add(state)
            if not left:
                yield tuple(option.dilution for option in chosen)
                return
            for option in self.lasts if left == 1 else self.options:
                if chosen and not _goes_into(problem, chosen[-1].aliquot, option.total):
                    continue
                yield from extend(
                    (*chosen, option), ratio * option.ratio, up * option.up, down * option.down,
                    most if chosen else min(most, option.soluble), used | option.pieces,
                )  # fmt: skip

        yield from extend((), WHOLE, WHOLE, WHOLE, self.most_drug, frozenset())

    def _ahead(self, left: int) -> tuple[Fraction, Fraction, Fraction, Fraction]:
        """The least and the most ratio, and the least errors up and down, of `left` dilutions more, the last included."""
        if not left:
            return WHOLE, WHOLE, WHOLE, WHOLE
        options, lasts, before = self.options, self.lasts, left - 1
        return (
            min(one.ratio for one in options) ** before * min(one.ratio for one in lasts),
            max(one.ratio for one in options) ** before * max(one.ratio for one in lasts),
            min(one.up for one in options) ** before * min(one.up for one in lasts),
            max(one.down for one in options) ** before * max(one.down for one in lasts),
        )


class _Option:
    """One dilution: how far it dilutes, by what factor its errors raise and lower the dose, what dissolves in it."""

    __slots__ = ("aliquot", "dilution", "down", "pieces", "ratio", "soluble", "total", "up")

    def __init__(self, problem: SolutionProblem, total: Measure, aliquot: Measure) -> None:
        self.total, self.aliquot, self.dilution = total, aliquot, Dilution(total, aliquot)
        self.pieces = frozenset((total.piece, aliquot.piece))
        self.ratio = total.volume / aliquot.volume
        self.up, self.down = _errors(problem, self.dilution)
        self.soluble = _soluble(problem, total.volume)


def _errors(problem: SolutionProblem, dilution: Dilution) -> tuple[Fraction, Fraction]:
    """By what factor the errors of a dilution raise and lower the dose at most."""
    total, aliquot = dilution.total, dilution.aliquot
    error = problem.sensitivity * problem.unit_mg / 1000 if problem.by_mass else aliquot.error
    return (
        (aliquot.volume + error) / aliquot.volume * total.volume / (total.volume - total.error),
        (aliquot.volume - error) / aliquot.volume * total.volume / (total.volume + total.error),
    )


def _shows(problem: SolutionProblem, grams: Fraction) -> bool:
    """Whether that many grams are a multiple of the readability."""
    return (grams * 1000 / problem.unit_mg).denominator == 1


def _weighs(problem: SolutionProblem, grams: Fraction) -> bool:
    """Whether that many grams can be weighed at once."""
    units = grams * 1000 / problem.unit_mg
    return units.denominator == 1 and problem.least <= units and (problem.capacity is None or units <= problem.capacity)


def _goes_into(problem: SolutionProblem, aliquot: Measure, total: Measure) -> bool:
    """Whether an aliquot leaves room to make up: by mass, for an amount of solvent that can be weighed."""
    if not problem.by_mass:
        return aliquot.volume < total.volume
    return _weighs(problem, total.volume - aliquot.volume)


def _deposit_fits(problem: SolutionProblem, aliquot: Measure) -> bool:
    """Whether some blend has room for the diluent that takes an aliquot up, and for a rest to weigh."""
    floor, ceiling = _blend_limits(problem, aliquot.volume, Fraction(0))
    return floor <= ceiling


def _drug_over_ratio(problem: SolutionProblem) -> tuple[Fraction, Fraction]:
    """The least and the most drug in a blend, in units: the drug weighed over how far it is diluted."""
    ratio = problem.drug_per_blend
    return (problem.blend_low * ratio * (1 - problem.rounding), problem.blend_high * ratio * (1 + problem.rounding))


def _soluble(problem: SolutionProblem, total: Fraction) -> Fraction:
    """The drug that a solution just does not hold any more, in units: half the solubility, or as the limit says."""
    if not problem.by_mass:
        return problem.most_mg_per_ml * total / problem.unit_mg
    # a mg in (1,000 t − a) mg of solvent, which fill (1,000 t − a) / 1,000 density mL: a = c·(1,000 t − a)/(1,000 density).
    strength = problem.most_mg_per_ml / (1000 * problem.g_per_ml)
    return strength * 1000 * total / (1 + strength) / problem.unit_mg


def _best(problem: SolutionProblem, sequence: tuple[Dilution, ...], pieces: int) -> Candidate | None:
    """The best amounts of drug and blend for a sequence, or None where none are admissible.

    With g = blend per drug on the label, P the product of all errors of volume and S the sensitivity, a plan of drug a
    and blend F is high by g·(a + S)·P⁺ / (F − nS) − 1 and low by 1 − g·(a − S)·P⁻ / (F + nS) at most: the blend is the
    dried powder, the other excipients and the diluent after it, n weighings that are each off by S. The first falls
    with F, the second rises.
    """
    ratio, plus, minus = WHOLE, WHOLE, WHOLE
    for one in sequence:
        up, down = _errors(problem, one)
        ratio, plus, minus = ratio * one.ratio, plus * up, minus * down
    per_drug = 1 / (ratio * problem.drug_per_blend)
    low, high = _drug_over_ratio(problem)
    least, most = _drug_limits(problem, sequence[0].total.volume)
    drug, last = min(_floor(high * ratio), most), max(_ceil(low * ratio), least)
    best: tuple[Fraction, int, int] | None = None
    sensitivity, off = problem.sensitivity, problem.error_of_blend
    worst = problem.dose_error
    while drug >= last:
        # No F at all gives less than `worst`, once the drug is below this; then less drug does not either.
        too_high = per_drug * (drug + sensitivity) * plus / (1 + worst) + off
        too_low = per_drug * (drug - sensitivity) * minus / (1 - worst) - off
        if too_high > too_low:
            break
        ideal = per_drug * drug
        floor, ceiling = _blend_limits(problem, sequence[-1].aliquot.volume, drug / ratio)
        floor = max(floor, _ceil(too_high), _ceil(ideal / (1 + problem.rounding)))
        ceiling = min(ceiling, _floor(too_low), _floor(ideal / (1 - problem.rounding)))
        if floor <= ceiling and floor > off:
            above, below = per_drug * (drug + sensitivity) * plus, per_drug * (drug - sensitivity) * minus
            error, blend = _best_blend(above, below, off, floor, ceiling)
            if best is None or (error, drug, blend) < best:
                best, worst = (error, drug, blend), error
        drug -= 1
    if best is None:
        return None
    return Candidate(sequence, best[1], best[2], best[0], pieces)


def _best_blend(above: Fraction, below: Fraction, off: Fraction, floor: int, ceiling: int) -> tuple[Fraction, int]:
    """The blend between two bounds with the smallest worst deviation, and that deviation; the smaller blend of equals."""

    def high(blend: int) -> Fraction:
        return above / (blend - off) - 1

    def low(blend: int) -> Fraction:
        return 1 - below / (blend + off)

    first, last = floor, ceiling
    while first < last:  # the least blend at which low is not below high
        middle = (first + last) // 2
        if high(middle) <= low(middle):
            last = middle
        else:
            first = middle + 1
    candidates = [blend for blend in (first - 1, first) if floor <= blend <= ceiling]
    return min((max(high(blend), low(blend)), blend) for blend in candidates)


def _drug_limits(problem: SolutionProblem, total: Fraction) -> tuple[int, int]:
    """The least and the most drug to weigh into the first solution, in units."""
    soluble = _soluble(problem, total)
    most = min(_ceil(soluble) - 1, problem.most_drug)  # the concentration stays below its limit
    least = problem.least
    if problem.capacity is not None:
        most = min(most, problem.capacity)
    if problem.by_mass:
        whole = _floor(total * 1000 / problem.unit_mg)
        most = min(most, whole - problem.least)
        least = least if problem.capacity is None else max(least, whole - problem.capacity)
    return least, most


def _blend_limits(problem: SolutionProblem, aliquot: Fraction, deposited: Fraction) -> tuple[int, int]:
    """The least and the most blend, in units: what the capsules need, and a carrier that takes up the last aliquot.

    However the additions are rounded, the diluents keep their limits.
    """
    solids = round(deposited)
    floor = _least_carrier(problem, aliquot) + solids + problem.least
    floor = max(problem.blend_low, _ceil((floor + problem.half_steps) / problem.diluted))
    if problem.capacity is None:
        return floor, problem.blend_high
    if _least_carrier(problem, aliquot) + solids > problem.capacity:
        return floor, floor - 1
    return floor, min(problem.blend_high, _floor((2 * problem.capacity - problem.half_steps) / problem.diluted))


def _least_carrier(problem: SolutionProblem, aliquot: Fraction) -> int:
    """The least diluent that the last aliquot may be put on, in units."""
    volume = aliquot / problem.g_per_ml if problem.by_mass else aliquot
    return max(problem.least, _ceil(volume / problem.deposit_ml_per_g * 1000 / problem.unit_mg))


def carrier(problem: SolutionProblem, found: Candidate) -> tuple[int, int]:
    """The diluent that the last aliquot is put on, and what the dried vessel is expected to read, in units.

    The least that takes up the aliquot and is a tenth of the blend at least; of one or two digits where such an amount
    leaves enough to weigh after it.
    """
    ratio = WHOLE
    for dilution in found.dilutions:
        ratio *= dilution.ratio
    solids = round(found.drug / ratio)
    diluted = found.blend - problem.added(found.blend)
    most = diluted - solids - problem.least
    least = _least_carrier(problem, found.dilutions[-1].aliquot.volume)
    if problem.capacity is not None:
        most = min(most, problem.capacity - solids)
        least = max(least, diluted - solids - problem.capacity)
        # Room on the balance for the diluent that makes up what the carrier loses in drying, where there is some.
        least = max(least, min(most, _ceil((diluted - solids - problem.capacity) / (1 - problem.most_drying_loss))))
    tenth = _ceil(found.blend / problem.doubling_from)
    least = max(least, min(tenth, most))
    mg = round_to(least * problem.unit_mg, 1, Direction.UP)
    step = Fraction(10) ** max(0, len(str(mg)) - 2)
    rounded = round_to(least * problem.unit_mg, step, Direction.UP) / problem.unit_mg
    amount = int(rounded) if rounded.denominator == 1 and rounded <= most else least
    return amount, amount + solids


def _floor(value: Fraction) -> int:
    return value.numerator // value.denominator


def _ceil(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)
