"""From an order to a plan: the solution route.

A weighed amount of drug is made up to volume in a flask; an aliquot of it is made up again, as often as need be; the
last aliquot is put on a part of the diluent and dried; the dried powder is made up to the mass of the batch. The search
goes through all ware and all amounts, so that no plan ranks higher because none does. With --by-mass each size stands
for as many grams as it has millilitres, and everything is weighed.

The ranking: fewest dilutions, fewest different pieces of ware, smallest worst-case error, least drug, least solvent,
smaller volumes in the order of the work, the smaller blend. For one sequence of ware only its best amounts are a plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from compound.exact.quantity import Direction, Mass, round_to, written
from compound.exact.value import Value, replace
from compound.facts import standards
from compound.facts import ware as table
from compound.order.options import MOST_DEPOSIT
from compound.order.order import Order, needed
from compound.plan.plan import (
    BATCH,
    CAPSULES,
    DILUENT,
    DRIED,
    DRUG,
    MOST_DILUTIONS,
    SOLVENT,
    Dry,
    Fill,
    MakeUp,
    Mix,
    Plan,
    Step,
    Transfer,
    Vessel,
    Weigh,
)
from compound.planning.planned import Alternative, Planned, Relaxation
from compound.planning.relaxation import (
    finer_sensitivity,
    higher_capacity,
    larger_dose_error,
    larger_weighing_error,
    nearest,
    two_digits,
)

ONE = Fraction(1)


class Measure(Value):
    """A volume that a piece of ware measures, and its largest error, in mL; by mass, grams and none."""

    piece: str
    volume: Fraction
    error: Fraction


class Problem(Value):
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
    by_mass: bool
    g_per_ml: Fraction
    flasks: tuple[tuple[Measure, ...], ...]  # piece by piece
    pipettes: tuple[tuple[Measure, ...], ...]


class Dilution(Value):
    """What a solution is made up to, and the aliquot that goes on from it."""

    total: Measure
    aliquot: Measure

    @property
    def ratio(self) -> Fraction:
        """The share of the drug that goes on, as 1 in so many: total by aliquot."""
        return self.total.volume / self.aliquot.volume


class Found(Value):
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


def plan(order: Order, alternatives: int = 0) -> Planned:
    """The best solution plan for an order, `Planned(None)` where none is admissible.

    Raises InputError where the order does not state what a plan needs. The order has a solubility.
    """
    problem = problem_of(order)
    found = search(problem, alternatives + 1)
    if not found:
        return Planned(None)
    best, *others = found
    return Planned(
        plan_of(order, problem, best),
        tuple(Alternative(plan_of(order, problem, other), first_difference(best, other)) for other in others),
    )


def first_difference(best: Found, other: Found) -> str:
    """The criterion of the ranking on which a plan lost to the best."""
    pairs = zip(CRITERIA, best.key, other.key, strict=True)
    return next((name for name, one, two in pairs if one != two), CRITERIA[-1])


def problem_of(order: Order) -> Problem:
    """The order as a problem for the search."""
    balance = needed(order.balance, "--balance-sensitivity")
    unit = Fraction(balance.readability.mg)
    needed(order.capsules, "--capsules")
    fill = Fraction(needed(order.fill_weight, "--fill-weight").mg)
    low = needed(order.least_blend, "--overage")
    high = low * Fraction(standards.limit("blend_excess"))

    def units(mg: Fraction, direction: Direction) -> int:
        return int(round_to(mg, unit, direction) / unit)

    return Problem(
        unit_mg=unit,
        drug_per_blend=Fraction(order.dose.mg) / (order.content_fraction * fill),
        sensitivity=Fraction(balance.sensitivity.mg) / unit,
        least=units(needed(order.least_weighable, "--weighing-error"), Direction.UP),
        capacity=None if balance.capacity is None else units(Fraction(balance.capacity.mg), Direction.DOWN),
        blend_low=units(low, Direction.UP),
        blend_high=units(high, Direction.DOWN),
        dose_error=needed(order.dose_error_limit, "--dose-error").fraction,
        rounding=Fraction(standards.limit("rounding_percent")) / 100,
        most_share=Fraction(standards.limit("aliquot_share")),
        most_drug=units(Fraction(needed(order.most_drug, "--most-drug").mg), Direction.DOWN),
        most_mg_per_ml=needed(order.solubility_mg_per_ml, "--solubility")
        * Fraction(standards.limit("solubility_share")),
        deposit_ml_per_g=Fraction(needed(order.deposit, "--deposit")),
        by_mass=order.by_mass,
        g_per_ml=Fraction(table.solvent(needed(order.solvent, "--solvent")).g_per_ml),
        flasks=_measures(order.flasks, table.FLASK, order.by_mass),
        pipettes=_measures(order.pipettes, table.PIPETTE, order.by_mass),
    )


def _measures(owned: Sequence[str], role: str, by_mass: bool) -> tuple[tuple[Measure, ...], ...]:
    """What the ware owned measures, piece by piece; all of class A where none is named."""
    pieces = [ware for ware in table.all_ware() if ware.name in owned] or table.class_a(role)
    found = []
    for ware in pieces:
        errors = {volume: Fraction(0) if by_mass else ware.tolerance(volume) for volume in ware.volumes()}
        # What errs by its whole volume measures nothing.
        found.append(tuple(Measure(ware.name, volume, error) for volume, error in errors.items() if error < volume))
    return tuple(found)


# The search.


def search(problem: Problem, count: int = 1, most: int = MOST_DILUTIONS) -> list[Found]:
    """The first `count` plans of the ranking, one for each sequence of ware; fewer where there are no more."""
    found: list[Found] = []
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


def feasible(problem: Problem, most: int = MOST_DILUTIONS) -> bool:
    """Whether any plan of at most so many dilutions is admissible."""
    return _Space(problem).fewest(most) <= most


class _Space:
    """All single dilutions that the ware allows, and the sequences of them that bounds do not rule out."""

    def __init__(self, problem: Problem) -> None:
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

        yield from extend((), ONE, ONE, ONE, self.most_drug, frozenset())

    def _ahead(self, left: int) -> tuple[Fraction, Fraction, Fraction, Fraction]:
        """The least and the most ratio, and the least errors up and down, of `left` dilutions more, the last included."""
        if not left:
            return ONE, ONE, ONE, ONE
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

    def __init__(self, problem: Problem, total: Measure, aliquot: Measure) -> None:
        self.total, self.aliquot, self.dilution = total, aliquot, Dilution(total, aliquot)
        self.pieces = frozenset((total.piece, aliquot.piece))
        self.ratio = total.volume / aliquot.volume
        self.up, self.down = _errors(problem, self.dilution)
        self.soluble = _soluble(problem, total.volume)


def _errors(problem: Problem, dilution: Dilution) -> tuple[Fraction, Fraction]:
    """By what factor the errors of a dilution raise and lower the dose at most."""
    total, aliquot = dilution.total, dilution.aliquot
    error = problem.sensitivity * problem.unit_mg / 1000 if problem.by_mass else aliquot.error
    return (
        (aliquot.volume + error) / aliquot.volume * total.volume / (total.volume - total.error),
        (aliquot.volume - error) / aliquot.volume * total.volume / (total.volume + total.error),
    )


def _shows(problem: Problem, grams: Fraction) -> bool:
    """Whether that many grams are a multiple of the readability."""
    return (grams * 1000 / problem.unit_mg).denominator == 1


def _weighs(problem: Problem, grams: Fraction) -> bool:
    """Whether that many grams can be weighed at once."""
    units = grams * 1000 / problem.unit_mg
    return units.denominator == 1 and problem.least <= units and (problem.capacity is None or units <= problem.capacity)


def _goes_into(problem: Problem, aliquot: Measure, total: Measure) -> bool:
    """Whether an aliquot leaves room to make up: by mass, for an amount of solvent that can be weighed."""
    if not problem.by_mass:
        return aliquot.volume < total.volume
    return _weighs(problem, total.volume - aliquot.volume)


def _deposit_fits(problem: Problem, aliquot: Measure) -> bool:
    """Whether some blend has room for the diluent that takes an aliquot up, and for a rest to weigh."""
    floor, ceiling = _blend_limits(problem, aliquot.volume, Fraction(0))
    return floor <= ceiling


def _drug_over_ratio(problem: Problem) -> tuple[Fraction, Fraction]:
    """The least and the most drug in a blend, in units: the drug weighed over how far it is diluted."""
    ratio = problem.drug_per_blend
    return (problem.blend_low * ratio * (1 - problem.rounding), problem.blend_high * ratio * (1 + problem.rounding))


def _soluble(problem: Problem, total: Fraction) -> Fraction:
    """The drug that a solution just does not hold any more, in units: half the solubility, or as the limit says."""
    if not problem.by_mass:
        return problem.most_mg_per_ml * total / problem.unit_mg
    # a mg in (1,000 t − a) mg of solvent, which fill (1,000 t − a) / 1,000 density mL: a = c·(1,000 t − a)/(1,000 density).
    strength = problem.most_mg_per_ml / (1000 * problem.g_per_ml)
    return strength * 1000 * total / (1 + strength) / problem.unit_mg


def _best(problem: Problem, sequence: tuple[Dilution, ...], pieces: int) -> Found | None:
    """The best amounts of drug and blend for a sequence, or None where none are admissible.

    With g = blend per drug on the label, P the product of all errors of volume and S the sensitivity, a plan of drug a
    and blend F is high by g·(a + S)·P⁺ / (F − 2S) − 1 and low by 1 − g·(a − S)·P⁻ / (F + 2S) at most: the blend is the
    dried powder and the diluent after it, each off by S. The first falls with F, the second rises.
    """
    ratio, plus, minus = ONE, ONE, ONE
    for one in sequence:
        up, down = _errors(problem, one)
        ratio, plus, minus = ratio * one.ratio, plus * up, minus * down
    per_drug = 1 / (ratio * problem.drug_per_blend)
    low, high = _drug_over_ratio(problem)
    least, most = _drug_limits(problem, sequence[0].total.volume)
    drug, last = min(_floor(high * ratio), most), max(_ceil(low * ratio), least)
    best: tuple[Fraction, int, int] | None = None
    sensitivity = problem.sensitivity
    worst = problem.dose_error
    while drug >= last:
        # No F at all gives less than `worst`, once the drug is below this; then less drug does not either.
        too_high = per_drug * (drug + sensitivity) * plus / (1 + worst) + 2 * sensitivity
        too_low = per_drug * (drug - sensitivity) * minus / (1 - worst) - 2 * sensitivity
        if too_high > too_low:
            break
        ideal = per_drug * drug
        floor, ceiling = _blend_limits(problem, sequence[-1].aliquot.volume, drug / ratio)
        floor = max(floor, _ceil(too_high), _ceil(ideal / (1 + problem.rounding)))
        ceiling = min(ceiling, _floor(too_low), _floor(ideal / (1 - problem.rounding)))
        if floor <= ceiling and floor > 2 * sensitivity:
            above, below = per_drug * (drug + sensitivity) * plus, per_drug * (drug - sensitivity) * minus
            error, blend = _best_blend(above, below, 2 * sensitivity, floor, ceiling)
            if best is None or (error, drug, blend) < best:
                best, worst = (error, drug, blend), error
        drug -= 1
    if best is None:
        return None
    return Found(sequence, best[1], best[2], best[0], pieces)


def _best_blend(above: Fraction, below: Fraction, twice: Fraction, floor: int, ceiling: int) -> tuple[Fraction, int]:
    """The blend between two bounds with the smallest worst deviation, and that deviation; the smaller blend of equals."""

    def high(blend: int) -> Fraction:
        return above / (blend - twice) - 1

    def low(blend: int) -> Fraction:
        return 1 - below / (blend + twice)

    first, last = floor, ceiling
    while first < last:  # the least blend at which low is not below high
        middle = (first + last) // 2
        if high(middle) <= low(middle):
            last = middle
        else:
            first = middle + 1
    candidates = [blend for blend in (first - 1, first) if floor <= blend <= ceiling]
    return min((max(high(blend), low(blend)), blend) for blend in candidates)


def _drug_limits(problem: Problem, total: Fraction) -> tuple[int, int]:
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


def _blend_limits(problem: Problem, aliquot: Fraction, deposited: Fraction) -> tuple[int, int]:
    """The least and the most blend, in units: what the capsules need, and a carrier that takes up the last aliquot."""
    solids = round(deposited)
    floor = max(problem.blend_low, _least_carrier(problem, aliquot) + solids + problem.least)
    if problem.capacity is None:
        return floor, problem.blend_high
    if _least_carrier(problem, aliquot) + solids > problem.capacity:
        return floor, floor - 1
    return floor, min(problem.blend_high, 2 * problem.capacity)


def _least_carrier(problem: Problem, aliquot: Fraction) -> int:
    """The least diluent that the last aliquot may be put on, in units."""
    volume = aliquot / problem.g_per_ml if problem.by_mass else aliquot
    return max(problem.least, _ceil(volume / problem.deposit_ml_per_g * 1000 / problem.unit_mg))


def carrier(problem: Problem, found: Found) -> tuple[int, int]:
    """The diluent that the last aliquot is put on, and what the dried vessel is expected to read, in units.

    The least that takes up the aliquot and is a tenth of the blend at least; of one or two digits where such an amount
    leaves enough to weigh after it.
    """
    ratio = ONE
    for dilution in found.dilutions:
        ratio *= dilution.ratio
    solids = round(found.drug / ratio)
    most = found.blend - solids - problem.least
    least = _least_carrier(problem, found.dilutions[-1].aliquot.volume)
    if problem.capacity is not None:
        most = min(most, problem.capacity - solids)
        least = max(least, found.blend - solids - problem.capacity)
        # Room on the balance for the diluent that makes up what the carrier loses in drying, where there is some.
        kept = 1 - Fraction(standards.limit("drying_loss_percent")) / 100
        least = max(least, min(most, _ceil((found.blend - solids - problem.capacity) / kept)))
    tenth = _ceil(Fraction(found.blend) / Fraction(standards.limit("doubling_from")))
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


# The steps.


def plan_of(order: Order, problem: Problem, found: Found) -> Plan:
    """The steps of a plan that was found."""
    balance = needed(order.balance, "--balance-sensitivity")
    drug, diluent = order.drug or "drug", needed(order.diluent, "--diluent")
    solvent = needed(order.solvent, "--solvent")
    steps: list[Step] = []

    def amount(units: int) -> Decimal:
        return written(units * problem.unit_mg)

    def add(kind: Callable[..., Step], *values: object, **named: object) -> None:
        steps.append(kind(len(steps) + 1, *values, **named))

    for number, one in enumerate(found.dilutions, start=1):
        vessel = Vessel(Vessel.SOLUTION, number).text
        into = found.dilutions[number - 2].aliquot if number > 1 else None
        taken = found.drug * problem.unit_mg if into is None else into.volume * 1000
        if into is None:
            add(Weigh, DRUG, drug, amount(found.drug), vessel)
        else:
            _transfer(add, problem, Vessel(Vessel.SOLUTION, number - 1).text, vessel, into)
        if problem.by_mass:
            add(Weigh, SOLVENT, solvent, written(one.total.volume * 1000 - taken), vessel)
        else:
            add(MakeUp, solvent, written(one.total.volume), vessel, written(one.total.error), one.total.piece)
        add(Mix, vessel)
    put_on, dried = carrier(problem, found)
    add(Weigh, DILUENT, diluent, amount(put_on), BATCH)
    _transfer(add, problem, Vessel(Vessel.SOLUTION, len(found.dilutions)).text, BATCH, found.dilutions[-1].aliquot)
    add(Dry, BATCH)
    add(Weigh, DRIED, BATCH, amount(dried), BATCH)
    add(Weigh, DILUENT, diluent, amount(found.blend - dried), BATCH)
    add(Mix, BATCH)
    add(Fill, BATCH, needed(order.fill_weight, "--fill-weight").mg, needed(order.capsules, "--capsules"), CAPSULES)
    return Plan(order, balance, order.content_fraction, tuple(steps))


def _transfer(add: Callable[..., None], problem: Problem, source: str, vessel: str, aliquot: Measure) -> None:
    if problem.by_mass:
        add(Transfer, source, vessel, amount_mg=written(aliquot.volume * 1000))
    else:
        add(
            Transfer, source, vessel, amount_ml=written(aliquot.volume), tolerance_ml=written(aliquot.error),
            ware=aliquot.piece,
        )  # fmt: skip


# What would help where nothing is admissible.


def relaxations(order: Order) -> tuple[Relaxation, ...]:
    """Every single change that would help if it alone were made, with the nearest value that does.

    In the order of `_LOOKS`: loosening an error limit is never the first proposal. Values have two digits; of ware they
    are the size in mL, and its kind stands with the option where it is no volumetric flask or transfer pipette.
    """
    found = []
    for option, look in _LOOKS.items():
        value = look(order)
        if value is not None:
            found.append(value if isinstance(value, Relaxation) else Relaxation(option, value))
    return tuple(found)


def _works(order: Order) -> bool:
    return feasible(problem_of(order))


def _another(order: Order, role: str) -> Relaxation | None:
    """The first ware of the table that would help beside what is owned, or alone where nothing is named.

    Volumetric flasks and transfer pipettes come first, the smallest first.
    """
    option = f"--{role}"
    owned = order.flasks if role == table.FLASK else order.pipettes
    first = table.class_a(role)
    others = tuple(ware for ware in table.all_ware() if ware not in first and role in table.roles(ware))
    for ware in (*(first if owned else ()), *others):
        named = (*owned, ware.name)
        changed = replace(order, flasks=named) if role == table.FLASK else replace(order, pipettes=named)
        if ware.name not in owned and _works(changed):
            return Relaxation(option if ware in first else f"{option} {ware.kind}", ware.capacity_ml)
    return None


def _by_mass(order: Order) -> Decimal | None:
    """One, where weighing the solutions would help."""
    return Decimal(1) if not order.by_mass and _works(replace(order, by_mass=True)) else None


def _more_drug(order: Order) -> Decimal | None:
    stated = needed(order.most_drug, "--most-drug").mg
    return nearest(two_digits(stated, stated.scaleb(3)), lambda mg: replace(order, most_drug=Mass(mg)), _works)


def _wetter(order: Order) -> Decimal | None:
    stated = needed(order.deposit, "--deposit")
    return nearest(two_digits(stated, MOST_DEPOSIT), lambda ml: replace(order, deposit=ml), _works)


def _more_capsules(order: Order) -> Decimal | None:
    """A larger number of capsules that works, and the next smaller one does not."""
    most = int(standards.limit("most_capsules"))
    low = high = needed(order.capsules, "--capsules")
    while low < most and not _works(replace(order, capsules=high)):
        low, high = high, min(most, 2 * high)
    while high - low > 1:
        middle = (low + high) // 2
        if _works(replace(order, capsules=middle)):
            high = middle
        else:
            low = middle
    return Decimal(high) if low < most else None


_LOOKS: dict[str, Callable[[Order], Decimal | Relaxation | None]] = {
    "--balance-sensitivity": lambda order: finer_sensitivity(order, _works, decades=3),
    "--capacity": lambda order: higher_capacity(order, _works, decades=4),
    "--flask": lambda order: _another(order, table.FLASK),
    "--pipette": lambda order: _another(order, table.PIPETTE),
    "--by-mass": _by_mass,
    "--most-drug": _more_drug,
    "--capsules": _more_capsules,
    "--deposit": _wetter,
    "--weighing-error": lambda order: larger_weighing_error(order, _works),
    "--dose-error": lambda order: larger_dose_error(order, _works),
}
