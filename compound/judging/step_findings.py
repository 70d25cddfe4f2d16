"""The findings on the steps of a plan: what cannot be done, and the limits of balance, dilution, fill and dose."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from compound.exact.quantity import Direction, is_multiple, round_to
from compound.facts import standards
from compound.findings import codes
from compound.findings.finding import Finding, Place, Said
from compound.judging.accuracy import Accuracy, aim_clause, farthest_dose, off_percent
from compound.judging.replay import Fault, Faulty, Mixture, Replay
from compound.plan.plan import DRIED, DRUG, Fill, Plan, TopUp, Transfer, Weigh

_FAULTS = {
    Fault.EMPTY_SOURCE: codes.VESSEL_EMPTY,
    Fault.NOT_MIXED: codes.VESSEL_NOT_MIXED,
    Fault.MORE_THAN_THERE: codes.MORE_THAN_THERE,
    Fault.BLEND_TOO_SMALL: codes.BLEND_TOO_SMALL,
    Fault.INTO_USED_VESSEL: codes.VESSEL_USED_BEFORE,
    Fault.NO_VOLUME: codes.VOLUME_UNKNOWN,
    Fault.NO_MASS: codes.MASS_UNKNOWN,
    Fault.VOLUME_EXCEEDED: codes.VOLUME_EXCEEDED,
    Fault.TOPPED_UP_BEFORE: codes.TOPPED_UP_BEFORE,
    Fault.OTHER_COUNT: codes.TOPPED_UP_FOR_OTHERS,
    Fault.NEVER_FILLED: codes.NEVER_FILLED,
    Fault.NO_DRUG: codes.NO_DRUG_IN_CAPSULES,
}


def fault_findings(run: Replay) -> list[Finding]:
    """What cannot be done of the steps, or gives no uniform dose."""
    return [_fault_finding(faulty) for faulty in run.faults]


def _fault_finding(faulty: Faulty) -> Finding:
    return Finding(
        _FAULTS[faulty.fault],
        Place.step(*filter(None, [faulty.step])),
        {"step": faulty.step, "vessel": faulty.vessel, "wanted": faulty.wanted, "there": faulty.there},
    )


def limit_findings(plan: Plan, run: Replay, accuracy: Accuracy | None) -> list[Finding]:
    """What the steps say against the limits of the balance and of the order."""
    found: list[Finding] = []
    for step in plan.weighings():
        found += _weighing_findings(plan, step)
    found += _below_usp_41_floor(plan)
    found += _mixture_findings(plan, run)
    found += _dilution_findings(plan, run)
    found += _fill_findings(plan)
    found += _filling_findings(plan, run)
    found += _topping_up_findings(plan, run)
    if accuracy is not None:
        found += _dose_findings(plan, run, accuracy)
        found += _total_findings(plan, accuracy)
    return found


def _weighing_findings(plan: Plan, step: Weigh | Transfer) -> list[Finding]:
    balance, amount, place = plan.balance_of(step), step.amount_mg or Decimal(0), Place.step(step.number)
    values: dict[str, Said] = {"step": step.number, "amount": amount}
    found = readability_findings(plan, step) if plan.whole_tablets(step) is None else []
    least = plan.least_of(step)
    if least is not None and amount < least:
        found.append(Finding(codes.BELOW_LEAST_WEIGHABLE, place, {**values, "least": least}))
    if balance.capacity is not None and amount > balance.capacity.mg:
        found.append(Finding(codes.ABOVE_CAPACITY, place, {**values, "capacity": balance.capacity.mg}))
    return found


def readability_findings(plan: Plan, step: Weigh | Transfer) -> list[Finding]:
    """That the balance of a weighing cannot show its amount."""
    amount, readability = step.amount_mg or Decimal(0), plan.balance_of(step).readability.mg
    if is_multiple(amount, readability):
        return []
    return [
        Finding(codes.NOT_READABLE, Place.step(step.number), {
            "step": step.number, "amount": amount, "readability": readability,
            "below": round_to(amount, readability, Direction.DOWN), "above": round_to(amount, readability, Direction.UP),
        })
    ]  # fmt: skip


def _below_usp_41_floor(plan: Plan) -> list[Finding]:
    """One finding a balance for all weighings that the sensitivity rule admits and the floor of USP <41> does not."""
    factor, found = standards.limit("usp_41_factor"), []
    for balance in filter(None, (plan.balance, plan.order.bulk)):
        readability = balance.readability.mg
        below = [
            step for step in plan.weighings()
            if plan.balance_of(step) is balance and (plan.least_of(step) or 0) <= (step.amount_mg or 0) < factor * readability
        ]  # fmt: skip
        if below:
            found.append(
                Finding(codes.BELOW_USP_41_FLOOR, Place.step(*(step.number for step in below)), {
                    "steps": ", ".join(str(step.number) for step in below),
                    "amount": min(step.amount_mg or Decimal(0) for step in below),
                    "floor": factor * readability, "factor": factor, "readability": readability,
                })
            )  # fmt: skip
    return found


def _mixture_findings(plan: Plan, run: Replay) -> list[Finding]:
    """The triturations that are lighter than the least mixture; of a blend or a solution none is asked."""
    least = plan.order.least_mixture
    if least is None:
        return []
    return [
        Finding(codes.MIXTURE_BELOW_LEAST, Place.vessel(mixture.vessel), {
            "vessel": mixture.vessel, "total": mixture.total_mg, "least": least.mg,
        })
        for mixture in run.mixtures
        if mixture.total_mg < least.mg and mixture.vessel != run.filled_from
        and mixture.vessel not in run.without_drug and not mixture.is_liquid and mixture.volume_ml is None
    ]  # fmt: skip


def doublings(ratio: Fraction) -> int:
    """How often the powder about doubles on the way to `ratio` times its mass: the least n with 2ⁿ ≥ ratio."""
    count = 0
    while 2**count < ratio:
        count += 1
    return count


def doubled(there: Fraction, close: Fraction, step: Fraction) -> list[Fraction]:
    """What is added to powder of one mass to come to another, all in mg: each time about as much as is there already.

    Additions are multiples of the step of the display, and the last one, which may be the odd one, closes on the mass.
    """
    added: list[Fraction] = []
    count = doublings(close / there)
    for number in range(1, count + 1):
        added.append(close - there if number == count else (there / step).__floor__() * step)
        there += added[-1]
    return added


def _dilution_findings(plan: Plan, run: Replay) -> list[Finding]:
    """The dilution of each mixture against the limits, and each aliquot against the mixture it comes from."""
    found: list[Finding] = []
    totals = {mixture.vessel: total_of(plan, mixture) for mixture in run.mixtures if mixture.volume_ml is None}
    liquid = run.liquid_vessels  # a solution is uniform however far it dilutes
    for step in plan.weighings():
        if isinstance(step, Weigh) and step.role not in (DRUG, DRIED):
            continue
        if isinstance(step, Transfer) and step.source in run.without_drug:
            # What holds no drug may be as little of a mixture as one likes; the rest of it must come out of its vessel.
            found += _share_findings(step, totals[step.source]) if step.source in totals else []
            continue
        # A solution is spread on its diluent: what is diluted then is the dried powder, which holds the drug evenly.
        spread = isinstance(step, Transfer) and step.source in liquid
        if step.vessel in totals and step.vessel not in liquid and not spread:
            found += _ratio_findings(plan, step, totals[step.vessel])
        if isinstance(step, Transfer) and step.source in totals:
            found += _share_findings(step, totals[step.source])
    return found


def total_of(plan: Plan, mixture: Mixture) -> Fraction:
    """The mass of a mixture in mg; of one that is topped up what the capsules hold by the bulk density, where that is known."""
    filler = plan.order.filler
    if mixture.topped_to is None or plan.order.capsule_size is None or filler is None:
        return mixture.total_mg
    room = standards.capsule_room(plan.order.capsule_size, filler)
    return mixture.total_mg if room.density is None else max(mixture.total_mg, mixture.topped_to * room.poured_mg)


def _topping_up_findings(plan: Plan, run: Replay) -> list[Finding]:
    """What is weighed in before a vessel is topped up goes into its capsules, as machine or hand fill them."""
    size, diluent, found = plan.order.capsule_size, plan.order.diluent, []
    filler = plan.order.filler
    if size is None or diluent is None or filler is None:
        return []
    room = standards.capsule_room(size, filler)
    for step in plan.steps:
        if not isinstance(step, TopUp) or room.density is None:
            continue
        mass, holds = run.held(step.vessel, step.number).mass_mg, step.count * room.holds_mg
        if mass > holds:
            found.append(
                Finding(codes.BATCH_OVERFULL, Place.step(step.number), {
                    "vessel": step.vessel, "mass": mass, "count": step.count, "size": size, "holds": holds, "diluent": diluent,
                })
            )  # fmt: skip
    return found


def _ratio_findings(plan: Plan, step: Weigh | Transfer, total: Fraction) -> list[Finding]:
    """How far a mixture of that mass dilutes what a step puts into it."""
    found = []
    if not step.amount_mg:
        return []
    ratio = total / Fraction(step.amount_mg)
    values: dict[str, Said] = {"vessel": step.vessel, "ratio": ratio}
    most = plan.order.max_dilution
    if most is not None and ratio > most and not (isinstance(step, Weigh) and step.role == DRIED):
        found.append(Finding(codes.ABOVE_MAX_DILUTION, Place.step(step.number), {**values, "most": most}))
    if ratio > standards.limit("doubling_from"):
        found.append(Finding(codes.STEEP_STEP, Place.vessel(step.vessel), {**values, "doublings": doublings(ratio)}))
    return found


def _share_findings(step: Transfer, source: Fraction) -> list[Finding]:
    """How much of a mixture of that mass an aliquot takes."""
    share, amount = standards.limit("aliquot_share"), Fraction(step.amount_mg or 0)
    if not source * Fraction(share) < amount <= source:
        return []
    return [
        Finding(codes.ALIQUOT_TOO_LARGE, Place.step(step.number), {
            "step": step.number, "amount": amount, "vessel": step.source, "total": source, "share": 100 * share,
        })
    ]  # fmt: skip


def _fill_findings(plan: Plan) -> list[Finding]:
    found = []
    order = plan.order
    for step in plan.steps:
        if not isinstance(step, Fill):
            continue
        if order.fill_weight is not None and step.amount_mg not in (None, order.fill_weight.mg):
            values: dict[str, Said] = {"amount": step.amount_mg or 0, "fill": order.fill_weight.mg}
            found.append(Finding(codes.FILL_NOT_AS_ORDERED, Place.step(step.number), values))
        if order.filled is not None and step.count != order.filled:
            counts = {"count": step.count, "capsules": order.filled}
            found.append(Finding(codes.COUNT_NOT_AS_ORDERED, Place.step(step.number), counts))
    return found


def _filling_findings(plan: Plan, run: Replay) -> list[Finding]:
    """A fill weight as a weighing: it can be read on the display, and is not below the least weighable quantity.

    What empties its vessel into one dose is not weighed again. Of the fill that was ordered the finding is about the order.
    """
    found = []
    order, readability = plan.order, plan.balance.readability.mg
    for step in plan.steps:
        if not isinstance(step, Fill) or step.amount_mg is None or step.number in run.emptying:
            continue
        fill = step.amount_mg
        ordered = order.fill_weight is not None and fill == order.fill_weight.mg
        place = Place.option("--fill-weight") if ordered else Place.step(step.number)
        least = order.least_weighable
        if least is not None and fill < least:
            share = 100 * Fraction(plan.balance.sensitivity.mg) / Fraction(fill)
            found.append(Finding(codes.FILL_BELOW_LEAST_WEIGHABLE, place, {"fill": fill, "least": least, "share": share}))
        if not is_multiple(fill, readability):
            found.append(
                Finding(codes.FILL_NOT_READABLE, place, {
                    "fill": fill, "readability": readability,
                    "below": round_to(fill, readability, Direction.DOWN),
                    "above": round_to(fill, readability, Direction.UP),
                })
            )  # fmt: skip
    return found


def _dose_findings(plan: Plan, run: Replay, accuracy: Accuracy) -> list[Finding]:
    found: list[Finding] = []
    order = plan.order
    if order.dose_error_limit is None:
        return found
    limit = Fraction(order.dose_error_limit.percent)
    dose = farthest_dose(run, accuracy.target_mg) or accuracy.dose_mg
    if abs(deviation := off_percent(dose, accuracy.target_mg)) > limit:
        found.append(
            Finding(codes.DOSE_OFF_LABEL, Place.accuracy("dose_mg"), {
                "dose": dose, "target": accuracy.target_mg, "deviation": deviation, "limit": limit, "aim": aim_clause(order),
            })
        )  # fmt: skip
        return found
    worst = accuracy.worst_percent
    if worst is not None and worst > limit:
        found.append(Finding(codes.WORST_CASE_ABOVE_LIMIT, Place.accuracy(), {"worst": worst, "limit": limit}))
    elif worst is not None and worst > limit * Fraction(standards.limit("limit_just_met")):
        found.append(Finding(codes.ERROR_LIMIT_JUST_MET, Place.accuracy(), {"worst": worst, "limit": limit}))
    reserve = order.plan_error_limit
    if worst is not None and reserve is not None and reserve.percent < worst <= limit:
        values = {"plan_error": Fraction(reserve.percent), "worst": worst}
        found.append(Finding(codes.PLAN_WITHOUT_RESERVE, Place.accuracy(), values))
    return found


def _total_findings(plan: Plan, accuracy: Accuracy) -> list[Finding]:
    """The weighings with the source's own error on top: beyond the window of finished products it is said."""
    most, label = standards.limit("label_window_percent"), Fraction(plan.order.dose.mg)
    if accuracy.total_low_percent is None or accuracy.total_high_percent is None:
        return []
    # The window is that of the label; the deviations are from the planned dose.
    low, high = (
        (100 + off) * accuracy.target_mg / label - 100 for off in (accuracy.total_low_percent, accuracy.total_high_percent)
    )
    if max(-low, high) <= most:
        return []
    return [
        Finding(codes.TOTAL_ERROR_LARGE, Place.accuracy("total_high_percent"), {
            "source": 100 * plan.order.lot.source_error, "low": low, "high": high, "most": most,
        })
    ]  # fmt: skip
