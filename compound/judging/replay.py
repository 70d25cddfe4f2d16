"""What is truly in every vessel: the interpreter of the six verbs.

It knows nothing of how a plan was found. Everything is an exact fraction. What cannot be done is a fault: the replay
says at which step, and gives no dose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Context, Decimal
from enum import Enum
from fractions import Fraction
from typing import TypeGuard

from compound.exact.value import Value, field
from compound.plan.plan import DRIED, DRUG, SOLVENT, Dry, Fill, MakeUp, Mix, Step, Transfer, Weigh

ZERO, ONE = Fraction(0), Fraction(1)


class Fault(Enum):
    """Why a step cannot be done, or gives no uniform dose."""

    EMPTY_SOURCE = "a vessel is used that nothing was put into"
    NOT_MIXED = "a vessel is used before it is mixed"
    MORE_THAN_THERE = "more is taken than the vessel holds"
    BLEND_TOO_SMALL = "the capsules need more than the blend"
    INTO_USED_VESSEL = "something is put into a vessel that was taken from already"
    NO_VOLUME = "a volume is taken from a vessel that was not made up to one"
    NO_MASS = "a mass is taken from a vessel whose mass is not known"
    VOLUME_EXCEEDED = "a vessel is made up to less than it holds"
    NEVER_FILLED = "no capsules are filled"
    NO_DRUG = "no drug reaches the capsules"


# Faults that leave a dose: of what is taken as if it were mixed, or of the capsules that the blend does fill.
_DOSE_IS_KNOWN = (Fault.NOT_MIXED, Fault.INTO_USED_VESSEL, Fault.BLEND_TOO_SMALL)


class Faulty(Value):
    """A fault, the step at which it shows (0: the whole plan), the vessel, and the amounts that prove it in mg or mL."""

    fault: Fault
    step: int
    vessel: str
    wanted: Fraction = ZERO
    there: Fraction = ZERO


class Mixture(Value):
    """A vessel as it was when it was last made uniform: total and drug in mg, what is left of it in mg.

    `volume_ml` is its volume if it was made up to one; its total mass then is that of the solids alone.
    """

    vessel: str
    total_mg: Fraction
    drug_mg: Fraction
    left_mg: Fraction
    volume_ml: Fraction | None = None

    @property
    def left_ml(self) -> Fraction | None:
        """mL that are left of a vessel made up to a volume, else None. What is dissolved is left in the same share."""
        if self.volume_ml is None or not self.total_mg:
            return None
        return self.volume_ml * self.left_mg / self.total_mg

    @property
    def strength_mg_per_g(self) -> Fraction | None:
        """mg of drug per g, or None for an empty vessel or one measured by volume."""
        return self.drug_mg * 1000 / self.total_mg if self.total_mg and self.volume_ml is None else None

    @property
    def strength_mg_per_ml(self) -> Fraction | None:
        """mg of drug per mL, or None for a vessel not made up to a volume."""
        return None if self.volume_ml is None else self.drug_mg / self.volume_ml

    @property
    def one_in(self) -> Fraction | None:
        """Total parts that hold one part of drug, or None where there is no drug."""
        return self.total_mg / self.drug_mg if self.drug_mg and self.volume_ml is None else None


class Replay(Value):
    """What a run of the steps gives. `dose_mg` is None where a fault leaves no dose.

    `held` is what each vessel holds at the end: all of it and its drug, in mg.
    """

    dose_mg: Fraction | None
    mixtures: tuple[Mixture, ...]
    faults: tuple[Faulty, ...]
    filled_from: str | None = None
    held: Mapping[str, tuple[Fraction, Fraction]] = field(default_factory=dict)


class _Vessel:
    """What a vessel holds: solids and solvent in mg, drug in mg, and its volume if it was made up."""

    __slots__ = ("drug", "mixed", "solids", "solvent", "tapped", "volume")

    def __init__(self) -> None:
        self.solids = self.solvent = self.drug = ZERO
        self.volume: Fraction | None = None
        self.mixed = False
        self.tapped = False

    @property
    def mass(self) -> Fraction:
        return self.solids + self.solvent if self.solvent else self.solids


def replay(
    steps: Sequence[Step],
    content_fraction: Fraction,
    amounts: Mapping[int, Fraction] | None = None,
    *,
    at_bounds: bool = False,
) -> Replay:
    """Runs the steps. `amounts` puts other amounts (mg or mL) in the place of those planned, by step number.

    `content_fraction` is mg of the substance that is dosed per mg of powder on the shelf. `at_bounds` is for amounts
    moved by their errors: a transfer that the errors make larger than its mixture is then no fault, and neither is a
    drug that they make nothing.
    """
    amounts = amounts or {}
    vessels: dict[str, _Vessel] = {}
    made: dict[str, tuple[Fraction, Fraction, Fraction | None]] = {}
    faults: list[Faulty] = []
    dose: Fraction | None = None
    filled_from: str | None = None

    def source_of(step: Transfer | Fill) -> _Vessel | None:
        found = vessels.get(step.source)
        if found is None or (found.mass == 0 and found.volume is None):
            faults.append(Faulty(Fault.EMPTY_SOURCE, step.number, step.source))
            return None
        if not found.mixed:
            faults.append(Faulty(Fault.NOT_MIXED, step.number, step.source))
        found.tapped = True
        return found

    def target_of(step: Weigh | Transfer | MakeUp) -> _Vessel:
        vessel = vessels.setdefault(step.vessel, _Vessel())
        if vessel.tapped:
            faults.append(Faulty(Fault.INTO_USED_VESSEL, step.number, step.vessel))
        vessel.mixed = False
        return vessel

    for step in steps:
        match step:
            case Weigh():
                amount = amounts[step.number] if step.number in amounts else Fraction(step.amount_mg)
                vessel = target_of(step)
                if step.role == DRIED:
                    vessel.solids = amount
                elif step.role == SOLVENT:
                    vessel.solvent += amount
                else:
                    vessel.solids += amount
                if step.role == DRUG:
                    vessel.drug += amount * content_fraction
            case Mix():
                vessel = vessels.setdefault(step.vessel, _Vessel())
                vessel.mixed = True
                made[step.vessel] = (vessel.mass, vessel.drug, vessel.volume)
            case Transfer():
                source = source_of(step)
                target = target_of(step)
                if source is None:
                    continue
                share = _share(step, source, amounts, faults, at_bounds)
                if share is None:
                    continue
                # A mixture that the errors of measuring use up keeps its strength for the transfers after it.
                left = ONE if at_bounds and share >= 1 else 1 - share
                target.solids, target.drug = target.solids + source.solids * share, target.drug + source.drug * share
                source.solids, source.drug = source.solids * left, source.drug * left
                if source.solvent:
                    target.solvent += source.solvent * share
                    source.solvent *= left
                if source.volume is not None:
                    target.volume = (target.volume or ZERO) + source.volume * share
                    source.volume *= left
            case MakeUp():
                volume = amounts.get(step.number, Fraction(step.volume_ml))
                vessel = target_of(step)
                if vessel.volume is not None and vessel.volume > volume and not at_bounds:
                    faults.append(Faulty(Fault.VOLUME_EXCEEDED, step.number, step.vessel, volume, vessel.volume))
                vessel.volume = volume
            case Dry():
                vessel = vessels.setdefault(step.vessel, _Vessel())
                vessel.volume, vessel.solvent, vessel.mixed = None, ZERO, False
            case Fill():
                source = source_of(step)
                filled_from = step.source
                if source is None:
                    continue
                wanted = Fraction(step.amount_mg) * step.count
                if source.volume is not None or source.mass == 0:
                    faults.append(Faulty(Fault.NO_MASS, step.number, step.source))
                    continue
                if wanted > source.mass:
                    faults.append(Faulty(Fault.BLEND_TOO_SMALL, step.number, step.source, wanted, source.mass))
                dose = source.drug * Fraction(step.amount_mg) / source.mass
                rest = 1 - min(Fraction(1), wanted / source.mass)
                source.solids, source.solvent, source.drug = source.solids * rest, source.solvent * rest, source.drug * rest
    if filled_from is None:
        faults.append(Faulty(Fault.NEVER_FILLED, 0, ""))
    elif dose == 0:
        faults.append(Faulty(Fault.NO_DRUG, 0, filled_from))
    known = (*_DOSE_IS_KNOWN, Fault.NO_DRUG) if at_bounds else _DOSE_IS_KNOWN
    impossible = [faulty for faulty in faults if faulty.fault not in known]
    mixtures = tuple(
        Mixture(name, total, drug, vessels[name].mass, volume) for name, (total, drug, volume) in made.items()
    )
    held = {name: (vessel.mass, vessel.drug) for name, vessel in vessels.items()}
    return Replay(None if impossible else dose, mixtures, tuple(faults), filled_from, held)


def _share(
    step: Transfer, source: _Vessel, amounts: Mapping[int, Fraction], faults: list[Faulty], at_bounds: bool
) -> Fraction | None:
    """The share of the source that a transfer moves, or None where it cannot be told."""
    if step.amount_ml is not None:
        amount, there = amounts.get(step.number, Fraction(step.amount_ml)), source.volume
        missing = Fault.NO_VOLUME
    else:
        amount = amounts[step.number] if step.number in amounts else Fraction(step.amount_mg or 0)
        there = None if source.volume is not None else source.mass
        missing = Fault.NO_MASS
    if not there:
        faults.append(Faulty(missing, step.number, step.source))
        return None
    if amount > there and not at_bounds:
        faults.append(Faulty(Fault.MORE_THAN_THERE, step.number, step.source, amount, there))
        return None
    return amount / there


# The worst case.


class Measured(Value):
    """A step whose amount is measured: planned or read amount, and the largest error of measuring it."""

    number: int
    amount: Fraction
    error: Fraction
    concentrate: bool


def measured(
    steps: Sequence[Step], sensitivity_mg: Fraction, amounts: Mapping[int, Fraction] | None = None
) -> tuple[Measured, ...]:
    """The steps that are measured, with their largest errors: S for a weighing, the tolerance for a volume."""
    amounts = amounts or {}
    found = []
    for step in steps:
        match step:
            case Weigh():
                planned, error = Fraction(step.amount_mg), sensitivity_mg
            case Transfer(amount_mg=Decimal() as mg):
                planned, error = Fraction(mg), sensitivity_mg
            case Transfer(amount_ml=Decimal() as ml):
                planned, error = Fraction(ml), Fraction(step.tolerance_ml or 0)
            case MakeUp():
                planned, error = Fraction(step.volume_ml), Fraction(step.tolerance_ml or 0)
            case _:
                continue
        concentrate = not isinstance(step, Weigh) or step.role == DRUG
        found.append(Measured(step.number, amounts.get(step.number, planned), error, concentrate))
    return tuple(found)


def worst_case(
    steps: Sequence[Step],
    content_fraction: Fraction,
    sensitivity_mg: Fraction,
    amounts: Mapping[int, Fraction] | None = None,
) -> tuple[Fraction, Fraction] | None:
    """The least and the greatest dose in mg that the errors of measuring can give, all at their worst together.

    Each measured amount stands at that end of its error which lowers, or raises, the dose: drug and aliquots against
    the diluents of their vessels, each volume by its tolerance. None where a dose cannot be told, there or at the ends.
    """
    base = replay(steps, content_fraction, amounts).dose_mg
    if base is None:
        return None
    parts = measured(steps, sensitivity_mg, amounts)
    # No error makes an amount negative: at the least nothing is there.
    ends = {part.number: (max(ZERO, part.amount - part.error), part.amount + part.error) for part in parts}
    raises = {step.number for step in steps if _brings_drug(step)}
    highs = {number: end[number in raises] for number, end in ends.items()}
    lows = {number: end[number not in raises] for number, end in ends.items()}

    def dose(corner: Mapping[int, Fraction]) -> Fraction | None:
        return replay(steps, content_fraction, corner, at_bounds=True).dose_mg

    least, greatest = dose(lows), dose(highs)
    if least is None or greatest is None:
        return None
    vessels = [step.vessel for step in steps if _brings_drug(step)]
    if len(vessels) > len(set(vessels)):  # where drug comes in two ways, the weaker one may dilute the other
        least, greatest = _extreme(dose, ends, lows, -1, least), _extreme(dose, ends, highs, 1, greatest)
    return least, greatest


def _brings_drug(step: Step) -> TypeGuard[Weigh | Transfer]:
    return isinstance(step, Transfer) or (isinstance(step, Weigh) and step.role == DRUG)


def _extreme(
    dose: Callable[[Mapping[int, Fraction]], Fraction | None],
    ends: Mapping[int, tuple[Fraction, Fraction]],
    corner: Mapping[int, Fraction],
    sign: int,
    best: Fraction,
) -> Fraction:
    """The least (sign -1) or greatest dose that is found from a corner by moving one amount at a time to its other end.

    The dose is a ratio of two linear functions of each amount, so its extremes lie at the ends. `best` is the dose at
    the corner.
    """
    at, moved = dict(corner), True
    while moved:
        moved = False
        for number, (low, high) in ends.items():
            other = {**at, number: high if at[number] == low else low}
            found = dose(other)
            if found is not None and sign * found > sign * best:
                best, at, moved = found, other, True
    return best


def root_sum_square(parts: Sequence[Measured]) -> Decimal:
    """The root of the sum of the squares of the relative errors of concentrates and volumes, to 12 digits."""
    total = sum(((part.error / part.amount) ** 2 for part in parts if part.concentrate and part.amount), ZERO)
    exact = Context(prec=60)
    root = exact.sqrt(exact.divide(Decimal(total.numerator), Decimal(total.denominator)))
    return Context(prec=12).plus(root)
