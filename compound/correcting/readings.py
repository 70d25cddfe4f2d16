"""Weights read at the bench, as text and as amounts: read strictly, and held against what the plan has there."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from compound.exact.errors import AmbiguousAmount, InputError
from compound.exact.quantity import canonical, is_multiple
from compound.plan.plan import Fill, Plan, Step, Transfer, Weigh
from compound.reading.amounts import parse_mass
from compound.reading.marks import with_decimal_points, without_groups

FAR_OFF = 5  # this many times the plan, or this part of it: asks whether the unit is right


def plan_amount(plan: Plan, number: int) -> Decimal:
    """The planned amount of a weighing in mg."""
    return next(step.amount_mg for step in plan.weighings() if step.number == number and step.amount_mg is not None)


def refuse_no_weighing(plan: Plan, number: int, where: str) -> Weigh | Transfer:
    """The weighing of that number. Raises InputError for a step that the plan lacks or that is no weighing."""
    if not 1 <= number <= len(plan.steps):
        raise InputError(where, f"the plan has no step {number}; its steps are 1 to {len(plan.steps)}")
    for step in plan.weighings():
        if step.number == number:
            return step
    filling = _of_filling(plan.steps[number - 1])
    numbers = ", ".join(str(step.number) for step in plan.weighings())
    raise InputError(where, f"step {number} is not a weighing; weighings are steps {numbers}{filling}")


def _of_filling(step: Step) -> str:
    """How what is read of the capsules is given, for a step that fills them."""
    if not isinstance(step, Fill):
        return ""
    if step.all:
        return "; the number of capsules that came out is given with --filled"
    return "; the weight of the capsules is given with --fill-weight"


def read_amount(
    text: str, where: str, plan: Plan, planned: Decimal, *, decimal_comma: bool = False, step: Weigh | Transfer | None = None
) -> Decimal:
    """A reading in mg. `97.000 mg` is 97 mg where the balance shows such steps and about that is planned.

    So is `2,970 mg`, as the program prints thousands, where that and no other meaning fits the plan. `decimal_comma`
    says that a comma is a decimal one where the reading stands; `step` is the weighing, whose balance shows it. Raises
    InputError, or AmbiguousAmount where the text has two readings.
    """
    try:
        return parse_mass(with_decimal_points(text, where) if decimal_comma else text, where).mg
    except InputError as error:
        grouped = None if decimal_comma else without_groups(text)
        readings = error.readings if isinstance(error, AmbiguousAmount) else ()
        if grouped is not None:
            readings = (grouped, *(one for one in readings if one != grouped))
        elif not decimal_comma:
            # A comma that groups no thousands is a decimal one, which no plan settles; nor does a point group any.
            readings = () if "," in text else readings[:1]
        fitting = [mg for mg in (_meant(one, where) for one in readings) if _fits(mg, plan, planned, step)]
        if len(fitting) == 1 and (grouped is None or fitting[0] == _meant(grouped, where)):
            return fitting[0]
        raise


def _meant(reading: str, where: str) -> Decimal:
    """The mass of one of the readings of an amount, in mg."""
    return parse_mass(with_decimal_points(reading, where) if "," in reading else reading, where).mg


def _readability(plan: Plan, step: Weigh | Transfer | None) -> Decimal:
    return (plan.balance if step is None else plan.balance_of(step)).readability.mg


def _fits(mg: Decimal, plan: Plan, planned: Decimal, step: Weigh | Transfer | None) -> bool:
    """Whether the balance shows such a step, and it lies within a factor of two of the plan."""
    return is_multiple(mg, _readability(plan, step)) and planned / 2 <= mg <= planned * 2


def read_net(
    cells: Mapping[str, str], where: str, plan: Plan, planned: Decimal, *, decimal_comma: bool = False,
    step: Weigh | Transfer | None = None,
) -> Decimal:  # fmt: skip
    """What came out of a boat in mg: gross less tare, less the residue weighed back. Raises InputError."""
    doubtful: AmbiguousAmount | None = None
    parts = {}
    for column in ("gross", "tare", "residue"):
        if column not in cells:
            continue
        place = f"{where}, column {column}"
        text = cells[column]
        try:
            plain = with_decimal_points(text, place) if decimal_comma else text
            parts[column] = _mass_or_zero(plain, place, zero=column != "gross")
        except AmbiguousAmount as error:
            if "," in text and not decimal_comma:
                raise
            doubtful = error
            parts[column] = _meant(error.readings[0], place)
    net = parts["gross"] - parts["tare"] - parts.get("residue", Decimal(0))
    if net <= 0:
        raise InputError(where, f"gross less tare and residue is {canonical(net)} mg, which is not above zero")
    shown_step = _readability(plan, step)
    fits = planned / 2 <= net <= planned * 2 and all(is_multiple(part, shown_step) for part in parts.values())
    if doubtful is not None and not fits:
        raise doubtful
    return net


def _mass_or_zero(text: str, where: str, *, zero: bool) -> Decimal:
    number = text.partition(" ")[0].rstrip("gmcunL")
    if zero and number.strip("0.") == "" and number.startswith("0"):
        # An empty boat reads 0.0 mg: a tenth of it would be read, so nothing is in doubt but the unit.
        parse_mass(f"1{text[len(number):]}", where)
        return Decimal(0)
    return parse_mass(text, where).mg


def far_off(planned: Decimal, read: Decimal) -> tuple[Decimal, Decimal] | None:
    """What a reading far off the plan may have meant: that amount, and by how many times it differs from it.

    None for a reading less than five times the plan and more than a fifth of it.
    """
    if planned < FAR_OFF * read and read < FAR_OFF * planned:
        return None
    large = read > planned
    factor = Decimal(10)
    ratio = Fraction(read) / Fraction(planned) if large else Fraction(planned) / Fraction(read)
    for power in (100, 1000, 10**4, 10**5, 10**6, 10**9):
        if max(ratio / power, power / ratio) < max(ratio / Fraction(factor), Fraction(factor) / ratio):
            factor = Decimal(power)
    return (read / factor if large else read * factor), factor


def refuse_far_off(plan: Plan, number: int, mg: Decimal, where: str, confirmed: bool = False) -> None:
    """Raises AmbiguousAmount, naming both readings, for one that is about ten, a thousand … times the plan."""
    refuse_no_weighing(plan, number, where)
    planned = plan_amount(plan, number)
    meant = far_off(planned, mg)
    if meant is None or confirmed:
        return
    likely, factor = f"{canonical(meant[0])} mg", canonical(meant[1])
    much = f"{factor} times" if mg > planned else f"1/{factor} of"
    raise AmbiguousAmount(
        where,
        f"{canonical(mg)} mg was read at step {number} where {canonical(planned)} mg is planned: is the unit right? "
        f"{canonical(mg)} mg is {much} {likely}; write the one meant, or confirm the reading with --confirm {number}",
        (likely, f"{canonical(mg)} mg"),
    )
