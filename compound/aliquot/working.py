"""From a question to the steps that answer it: the smallest whole multiple that balance and ware can measure.

It knows numbers and verbs, and does not judge: what the steps give is worked out by the replay (`compound.aliquot.answer`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from compound.aliquot.asked import Ask
from compound.aliquot.question import Question
from compound.exact.errors import InputError
from compound.exact.quantity import Direction, canonical, is_multiple, round_to, written
from compound.exact.value import Value, replace
from compound.facts import standards, ware
from compound.facts.ware import Ware
from compound.order.order import Order, needed
from compound.order.source import source_of
from compound.plan.plan import DILUENT, DRUG, MakeUp, Mix, Step, Transfer, Weigh

ALIQUOT, MIXTURE, SOLUTION_VESSEL = "aliquot", "mixture", "solution"
UNNAMED = "drug"  # what stands in a step where no drug was named, as in a plan
MARK = Fraction(1, 100)  # mL: where no ware is named, volumes are multiples of it
MOST_ROUND_DIGITS = 4  # of drug and total together: other multiples are listed while they have no more
MOST_OTHERS = 6
LOT_DIGITS = 5  # significant digits of the mass of a lot where no balance is stated
EXACT_WITHIN = 2  # a multiple that can be read off exactly is looked for up to this many times the smallest


class Worked(Value, kw_only=True):
    """Steps that answer a question, with what they were worked out from, in mg or mL (a liquid drug: mL of it).

    `multiple` says how often the need is in what is weighed or measured of the drug. `contents` is drug per mg, or per mL,
    of what a step brings, where that is not the content of the shelf; `content` is that of the shelf. `direct` says that
    no aliquot is taken.
    """

    steps: tuple[Step, ...]
    content: Fraction = Fraction(1)
    contents: tuple[tuple[int, Fraction], ...] = ()
    multiple: Fraction = Fraction(1)
    drug: Fraction = Fraction(0)
    diluent: Fraction | None = None
    total: Fraction | None = None
    take: Fraction | None = None
    direct: bool = False


def worked(question: Question) -> Worked | None:
    """The first answer to a question; None where none can be measured. Raises InputError for what contradicts itself."""
    match question.kind:
        case Ask.POWDER:
            return _powder(question)
        case Ask.SOLUTION:
            return _solution(question)
        case Ask.LIQUID:
            return next(_liquids(question), None)
        case Ask.TABLET:
            return _tablet(question)
        case Ask.LOT:
            return _lot(question)
        case Ask.MIX:
            return _mix(question)
    return None


def others(question: Question, first: Worked) -> tuple[Worked, ...]:
    """Other whole multiples, while they stay round: drug and total have at most four digits together; the first six."""
    if question.kind != Ask.POWDER or first.direct or first.total is None or first.multiple.denominator != 1:
        return ()
    found: list[Worked] = []
    need = Fraction(needed(question.order, "--need").dose.mg) / first.content
    for drug in _round_masses(first.drug):
        multiple = drug / need
        if len(found) == MOST_OTHERS:
            break
        if multiple.denominator != 1:
            continue
        other = _by_multiple(replace(question, multiple=int(multiple), weigh=None), int(multiple))
        if other is not None and other.multiple == multiple and _is_round(other):
            found.append(other)
    return tuple(found)


def _is_round(found: Worked) -> bool:
    return _digits(found.drug) + _digits(found.total or found.drug) <= MOST_ROUND_DIGITS


def _round_masses(above: Fraction) -> Iterator[Fraction]:
    """The masses of at most three digits above one, up to ten times it, the smallest first."""
    unit = Fraction(1)
    while above < unit:
        unit /= 10
    while above >= 10 * unit:
        unit *= 10
    for decade, first in ((unit / 100, int(above * 100 / unit)), (unit / 10, 100)):
        yield from (
            digits * decade for digits in range(first, 1000) if above < digits * decade <= 10 * above
        )  # fmt: skip


def _digits(value: Fraction) -> int:
    """The digits of an amount, zeros at both ends left out."""
    return len(canonical(value).replace(".", "").strip("0"))


# Powder.


def _powder(question: Question) -> Worked | None:
    order, least, step = _weighed_of(question)
    shelf = Fraction(order.dose.mg) / order.content_fraction
    forced = question.multiple is not None or question.weigh is not None or question.take is not None
    if not forced and least is not None and shelf >= least:
        near = round_to(shelf, step, Direction.NEAREST)
        return _weighed_alone(order, near if near >= least else near + step)
    if question.weigh is not None:
        return _diluted(question, Fraction(question.weigh.mg))
    if question.multiple is not None:
        return _by_multiple(question, question.multiple)
    smallest = max(2, smallest_multiple(shelf, needed(least, "--balance-sensitivity"), step))
    for multiple in range(smallest, EXACT_WITHIN * smallest + 1):
        found = _by_multiple(question, multiple)
        if found is not None and _gives_the_need(question, found):
            return found
    return _by_multiple(question, smallest)


def _gives_the_need(question: Question, found: Worked) -> bool:
    """Whether an aliquot holds the need, as closely as a planned dose its label."""
    total, take = needed(found.total, "total"), needed(found.take, "take")
    return _is_close(found.drug * found.content * take / total, Fraction(needed(question.order, "--need").dose.mg))


def _weighed_of(question: Question) -> tuple[Order, Fraction | None, Fraction]:
    """The order, the least weighable quantity, and the step that masses are multiples of."""
    step = Fraction(1, 10**6) if question.readability is None else Fraction(question.readability.mg)
    return needed(question.order, "--need"), question.least, step


def _is_close(amount: Fraction, wanted: Fraction) -> bool:
    """Whether an amount is as close to the one wanted as a planned dose is to its label."""
    return 100 * abs(amount / wanted - 1) <= Fraction(standards.limit("rounding_percent"))


def smallest_multiple(shelf: Fraction, least: Fraction, step: Fraction) -> int:
    """The smallest whole number of times `shelf` that is not below `least`, all in mg.

    It is one that the display shows exactly, where there is one up to twice the smallest; else the smallest.
    """
    smallest = max(1, -(-least // shelf))
    period = (shelf / step).denominator  # every such multiple is shown exactly
    exact = -(-smallest // period) * period
    return int(exact if exact <= EXACT_WITHIN * smallest else smallest)


def _by_multiple(question: Question, multiple: int) -> Worked | None:
    order, least, step = _weighed_of(question)
    drug = round_to(multiple * Fraction(order.dose.mg) / order.content_fraction, step, Direction.NEAREST)
    if least is not None and drug < least <= multiple * Fraction(order.dose.mg) / order.content_fraction:
        drug += step  # rounded to below what can be weighed
    return _diluted(question, drug) if drug else None


def _diluted(question: Question, drug: Fraction) -> Worked:
    """Drug of that mass, in mg, diluted so that the aliquot holds the need."""
    order, least, step = _weighed_of(question)
    ratio = drug * order.content_fraction / Fraction(order.dose.mg)  # of the total to the aliquot
    if ratio < 1:
        raise InputError(
            "--multiple" if question.weigh is None else "--weigh",
            f"{canonical(drug)} mg of it hold less than the need of {canonical(order.dose.mg)} mg; weigh more",
        )
    if question.take is not None:
        take = Fraction(question.take.mg)
    else:
        lowest = max(least or step, ((least or step) + drug) / ratio)  # the diluent is weighed too
        take = _closest_take(round_to(lowest, step, Direction.UP), ratio, step)
    total = round_to(ratio * take, step, Direction.NEAREST)
    if total <= drug:
        raise InputError(
            "--take" if question.take is not None else "--need",
            f"asks for a mixture of {canonical(total)} mg, and the drug alone weighs {canonical(drug)} mg; take more of it",
        )
    steps = (
        Weigh(1, DRUG, source_of(order).name, written(drug), MIXTURE),
        Weigh(2, DILUENT, question.diluent, written(total - drug), MIXTURE),
        Mix(3, MIXTURE),
        Transfer(4, MIXTURE, ALIQUOT, amount_mg=written(take)),
    )
    return Worked(steps=steps, content=order.content_fraction, multiple=ratio, drug=drug, diluent=total - drug, total=total, take=take)


def _closest_take(lowest: Fraction, ratio: Fraction, step: Fraction) -> Fraction:
    """The least aliquot from the lowest on whose total, rounded to the step, gives the need; up to twice the lowest."""
    exact = (ratio * step).denominator  # so many steps on, at the latest, the total is a multiple of the step itself
    for more in range(min(exact, int(lowest / step)) + 1):
        take = lowest + more * step
        if _is_close(round_to(ratio * take, step, Direction.NEAREST), ratio * take):
            return take
    return lowest


def _weighed_alone(order: Order, amount: Fraction) -> Worked:
    step = Weigh(1, DRUG, source_of(order).name, written(amount), ALIQUOT)
    multiple = amount * order.content_fraction / Fraction(order.dose.mg)
    return Worked(steps=(step,), content=order.content_fraction, multiple=multiple, drug=amount, direct=True)


def _lot(question: Question) -> Worked:
    """The mass of this lot that holds the need: to the readability where one is stated, else to five digits."""
    order = needed(question.order, "--need")
    exact = Fraction(order.dose.mg) / order.content_fraction
    if (exact_decimal := canonical(exact)) and "/" not in exact_decimal:
        return _weighed_alone(order, exact)
    unit, low = Fraction(1), Fraction(10) ** (LOT_DIGITS - 1)
    while exact / unit < low:
        unit /= 10
    while exact / unit >= 10 * low:
        unit *= 10
    return _weighed_alone(order, round_to(exact, unit, Direction.NEAREST))


# Volumes.


def _read_by(wares: Iterable[Ware], role: str, volume: Fraction) -> Ware | None:
    """Of the ware named that measures a volume in a role the most exact; None where none does."""
    able = [one for one in wares if role in ware.roles(one) and volume in one.volumes()]
    return min(able, key=lambda one: one.tolerance(volume), default=None)


def _can_take(question: Question, volume: Fraction) -> bool:
    if any(ware.PIPETTE in ware.roles(one) for one in question.wares):
        return _read_by(question.wares, ware.PIPETTE, volume) is not None
    return is_multiple(volume, MARK)


def _make_up(question: Question, number: int, material: str, volume: Fraction, vessel: str, role: str = ware.FLASK) -> MakeUp:
    found = _read_by(question.wares, role, volume)
    tolerance = None if found is None else written(found.tolerance(volume))
    return MakeUp(number, material, written(volume), vessel, tolerance, None if found is None else found.name)


def _taken(question: Question, number: int, vessel: str, volume: Fraction) -> Transfer:
    found = _read_by(question.wares, ware.PIPETTE, volume)
    tolerance = None if found is None else written(found.tolerance(volume))
    return Transfer(
        number, vessel, ALIQUOT, amount_ml=written(volume), tolerance_ml=tolerance, ware=None if found is None else found.name
    )


def _solution(question: Question) -> Worked | None:
    order, least, step = _weighed_of(question)
    shelf = Fraction(order.dose.mg) / order.content_fraction
    into = Fraction(needed(question.into, "--into").ml)
    if question.weigh is not None:
        return _dissolved(question, Fraction(question.weigh.mg), into)
    if question.take_ml is not None:
        take = Fraction(question.take_ml.ml)
        drug = round_to(shelf * into / take, step, Direction.NEAREST)
        if not drug:
            raise InputError("--take", "asks for less drug than the balance shows; take less of the solution, or make up to more")
        return _dissolved(question, drug, into, take)
    if question.multiple is not None:
        drug, take = round_to(shelf * question.multiple, step, Direction.NEAREST), into / question.multiple
        if not _can_take(question, take):
            take = _nearest_volume(question, take, into)
        if not drug or not take:
            raise InputError("--multiple", "leaves less to weigh or to take than can be measured; write another")
        return _dissolved(question, drug, into, take)
    smallest = max(1, -(-needed(least, "--balance-sensitivity") // shelf))
    nearest: tuple[Fraction, int, Fraction] | None = None
    for multiple in _multiples(question, smallest, into):
        drug = round_to(shelf * multiple, step, Direction.NEAREST)
        if drug < (least or 0):
            drug += step
        if _is_close(drug, shelf * multiple):
            return _dissolved(question, drug, into, into / multiple)
        found = (abs(drug / (shelf * multiple) - 1), multiple, drug)
        nearest = found if nearest is None else min(nearest, found)
    return None if nearest is None else _dissolved(question, nearest[2], into, into / nearest[1])


def stronger(question: Question, found: Worked) -> Iterator[Worked]:
    """The same volume with more drug in it, of which less is taken: the smallest larger multiple first."""
    into = Fraction(needed(question.into, "--into").ml)
    for multiple in _multiples(question, int(found.multiple) + 1, into):
        larger = _solution(replace(question, multiple=multiple, weigh=None, take_ml=None))
        if larger is not None:
            yield larger


def _multiples(question: Question, smallest: int, into: Fraction) -> Iterator[int]:
    """The whole multiples, from the smallest on, whose share of the whole volume can be measured."""
    pipettes = [one for one in question.wares if ware.PIPETTE in ware.roles(one)]
    if pipettes:
        shares = {volume for one in pipettes for volume in one.volumes() if volume <= into}
        yield from sorted(int(into / one) for one in shares if (into / one).denominator == 1 and into / one >= smallest)
        return
    marks = into / MARK
    if marks.denominator == 1:
        yield from (multiple for multiple in range(smallest, int(marks) + 1) if int(marks) % multiple == 0)


def _dissolved(question: Question, drug: Fraction, into: Fraction, take: Fraction | None = None) -> Worked:
    """Drug of that mass in mg made up to a volume in mL; the volume that holds the need is read at the next mark."""
    order = needed(question.order, "--need")
    strength = drug * order.content_fraction / into
    if take is None:
        take = Fraction(order.dose.mg) / strength
        if "/" in canonical(take):
            take = round_to(take, MARK, Direction.NEAREST)
    if not take:
        raise InputError("--weigh", "makes so strong a solution that less than 0.01 mL of it holds the need; weigh less of it")
    if take > into:
        raise InputError("--need", f"asks for {canonical(take)} mL of {canonical(into)} mL; weigh more drug, or make up to less")
    steps = (
        Weigh(1, DRUG, source_of(order).name, written(drug), SOLUTION_VESSEL),
        _make_up(question, 2, question.solvent, into, SOLUTION_VESSEL),
        Mix(3, SOLUTION_VESSEL),
        _taken(question, 4, SOLUTION_VESSEL, take),
    )
    multiple = drug * order.content_fraction / Fraction(order.dose.mg)
    return Worked(steps=steps, content=order.content_fraction, multiple=multiple, drug=drug, total=into, take=take)


def _tablet(question: Question) -> Worked | None:
    """Whole tablets in a liquid: as many as hold the need, whose volume is read at the next mark."""
    order, content = needed(question.order, "--need"), Fraction(needed(question.tablet, "--tablet").mg)
    into, need = Fraction(needed(question.into, "--into").ml), Fraction(order.dose.mg)
    tablets = Fraction(question.multiple or -(-need // content))
    take = into * need / (tablets * content)
    if take > into:
        raise InputError("--multiple", f"{tablets} x {canonical(content)} mg hold less than the need of {canonical(need)} mg")
    if not _can_take(question, take):
        take = _nearest_volume(question, take, into)
    if not take:
        return None
    name = f"{tablets} {'tablet' if tablets == 1 else 'tablets'} of {canonical(content)} mg, {order.drug or UNNAMED}"
    steps = (
        Weigh(1, DRUG, name, written(tablets * content), SOLUTION_VESSEL),
        _make_up(question, 2, question.solvent, into, SOLUTION_VESSEL),
        Mix(3, SOLUTION_VESSEL),
        _taken(question, 4, SOLUTION_VESSEL, take),
    )
    return Worked(steps=steps, multiple=tablets, drug=tablets * content, total=into, take=take)


def _nearest_volume(question: Question, wanted: Fraction, most: Fraction) -> Fraction:
    """The volume next to the one wanted that the ware measures, at most `most`; 0 where there is none."""
    volumes = {
        volume for one in question.wares if ware.PIPETTE in ware.roles(one) for volume in one.volumes() if volume <= most
    }  # fmt: skip
    if volumes:
        return min(volumes, key=lambda volume: (abs(volume - wanted), volume))
    return round_to(wanted, MARK, Direction.NEAREST)


def _liquids(question: Question) -> Iterator[Worked]:
    """Dilutions of a liquid drug, the smallest multiple and then the smallest total first."""
    need = Fraction(needed(question.need_ml, "--need").ml)
    pipettes = [one for one in question.wares if ware.PIPETTE in ware.roles(one)]
    if not pipettes:
        if question.wares:
            raise InputError("--measure", "names nothing that takes a volume out; name a pipette, a syringe or a cylinder too")
        times, taken = needed(question.multiple, "--multiple"), Fraction(needed(question.take_ml, "--take").ml)
        yield _poured(question, times * need, times * taken, taken)
        return
    volumes = sorted({volume for one in pipettes for volume in one.volumes()})
    if question.multiple is None and question.into is None and question.take_ml is None and need in volumes:
        yield _poured_alone(question, need)
        return
    for drug in volumes:
        multiple = drug / need
        if multiple.denominator != 1 or multiple < 2 or question.multiple not in (None, multiple):
            continue
        for total in _totals(question, drug, volumes):
            take = total / multiple
            if take in volumes and (question.take_ml is None or question.take_ml.ml == take):
                yield _poured(question, drug, total, take)


def _totals(question: Question, drug: Fraction, volumes: list[Fraction]) -> list[Fraction]:
    """The totals that the ware makes up, above the drug by at least the least that is measured; the smallest first."""
    if question.into is not None:
        return [Fraction(question.into.ml)]
    flasks = {volume for one in question.wares if ware.FLASK in ware.roles(one) for volume in one.volumes()}
    if not flasks:
        raise InputError("--measure", "names nothing that is made up in; name a flask or a cylinder too, or the volume with --into")
    return sorted(total for total in flasks if total - drug >= volumes[0])


def _poured(question: Question, drug: Fraction, total: Fraction, take: Fraction) -> Worked:
    need = Fraction(needed(question.need_ml, "--need").ml)
    if total <= drug:
        raise InputError("--take", f"asks for {canonical(total)} mL in all, and the drug alone is {canonical(drug)} mL; take more")
    steps = (
        _make_up(question, 1, question.drug or UNNAMED, drug, MIXTURE, ware.PIPETTE),
        _make_up(question, 2, question.solvent, total, MIXTURE),
        Mix(3, MIXTURE),
        _taken(question, 4, MIXTURE, take),
    )
    return Worked(
        steps=steps, contents=((1, Fraction(1)),), multiple=drug / need, drug=drug, diluent=total - drug, total=total, take=take
    )


def _poured_alone(question: Question, volume: Fraction) -> Worked:
    step = _make_up(question, 1, question.drug or UNNAMED, volume, ALIQUOT, ware.PIPETTE)
    return Worked(steps=(step,), contents=((1, Fraction(1)),), drug=volume, direct=True)


# Alligation.


def alligation_parts(question: Question) -> tuple[Fraction, Fraction]:
    """The parts of the higher and of the lower strength, whole numbers without a common divisor."""
    strengths = needed(question.strengths, "--mix")
    ratio = (strengths.wanted - strengths.lower) / (strengths.higher - strengths.wanted)
    return Fraction(ratio.numerator), Fraction(ratio.denominator)


def _mix(question: Question) -> Worked | None:
    strengths = needed(question.strengths, "--mix")
    if strengths.total is None:
        return Worked(steps=())
    total, (high, low) = Fraction(strengths.total.mg), alligation_parts(question)
    drug = total * high / (high + low)
    if question.readability is not None:
        drug = round_to(drug, question.readability.mg, Direction.NEAREST)
    elif "/" in canonical(drug):
        raise InputError(
            "--readability",
            f"is needed: {canonical(high)} in {canonical(high + low)} parts of {canonical(total)} mg is no mass that can be "
            "written down; give the step of your balance",
        )
    if not 0 < drug < total:
        raise InputError("--total", "is too little: one of the two would be less than the step of the balance")
    higher, lower = (_named_strength(question, share) for share in (strengths.higher, strengths.lower))
    steps = (
        Weigh(1, DRUG, higher, written(drug), MIXTURE),
        Weigh(2, DRUG if strengths.lower else DILUENT, lower, written(total - drug), MIXTURE),
        Mix(3, MIXTURE),
    )
    return Worked(
        steps=steps, contents=((1, strengths.higher), (2, strengths.lower)), drug=drug, diluent=total - drug, total=total
    )


def _named_strength(question: Question, share: Fraction) -> str:
    """What a strength is called in the steps; the pure drug alone is called by its name."""
    name = question.drug or UNNAMED
    if share == 1:
        return name
    if not share:
        return question.diluent if question.diluent_stated else "diluent"
    per_g = canonical(1000 * share)
    return f"{name} {per_g} mg per g, NOT the pure drug" if "/" not in per_g else f"{name} {canonical(1 / share)} parts in all"
