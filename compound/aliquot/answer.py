"""The answer to a question, judged: its steps are replayed, and what they give is what is printed.

What worked the steps out does not vouch for them: need, dilution, share and worst case are all read off the replay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from compound.aliquot.asked import Ask
from compound.aliquot.question import Question
from compound.aliquot.working import ALIQUOT, MIXTURE, SOLUTION_VESSEL, Worked, others, stronger, worked
from compound.exact.errors import ProgramFault
from compound.exact.quantity import Direction, Mass, is_multiple, round_to, written
from compound.exact.value import Value, replace
from compound.facts import standards
from compound.facts.excipients import rules
from compound.findings import codes
from compound.findings.finding import Clause, Finding, NotChecked, Place, Said, Severity, accept
from compound.judging.excipients import Named, excipient_findings
from compound.judging.order_findings import loose_weighing_findings
from compound.judging.replay import Fault, Mixture, Replay, replay
from compound.judging.shelf import shelf_findings, shelf_not_checked
from compound.judging.step_findings import fault_findings, limit_findings
from compound.order.order import needed
from compound.plan.plan import DRUG, MakeUp, Plan, Step, Transfer, Weigh

MOST_DECADES = 3  # a finer balance is looked for down to a thousandth of the one stated


class MeasuredStep(Value):
    """A step that is measured: its amount and largest error in mg or mL (None where it is not known), and their ratio."""

    number: int
    amount: Fraction
    error: Fraction | None
    by_volume: bool

    @property
    def percent(self) -> Fraction | None:
        """The error in percent of the amount."""
        return None if self.error is None else 100 * self.error / self.amount


class Proof(Value):
    """What the replay gives: the drug in the aliquot (mg, or mL of a liquid drug), against what was wanted.

    Of a mixture of two strengths both are mg of drug per mg. Deviations are in percent; the worst case is that of all
    measurements together, with each at the end of its error, and None where no error is known or the steps cannot be done
    there. `total_…` has the error of the source on top, or is that alone.
    """

    wanted: Fraction
    given: Fraction
    each: tuple[MeasuredStep, ...]
    low_percent: Fraction | None
    high_percent: Fraction | None
    total_low_percent: Fraction | None
    total_high_percent: Fraction | None
    mixtures: tuple[Mixture, ...]
    run: Replay

    @property
    def deviation_percent(self) -> Fraction:
        """How far what is given is off what was wanted, in percent of it."""
        return 100 * (self.given / self.wanted - 1)

    @property
    def worst_percent(self) -> Fraction | None:
        """The larger of the two deviations at the worst, without its sign."""
        return None if self.low_percent is None or self.high_percent is None else max(-self.low_percent, self.high_percent)


class Answer(Value):
    """A question with its answer. `worked` is None where nothing is to be done, or nothing can be.

    `keeps` is an answer that keeps all measurements together within the limit, with its proof; `finer` the largest error of
    a balance, in mg, that would with the same amounts. `doses` is how many whole aliquots a solution gives.
    """

    question: Question
    worked: Worked | None
    proof: Proof | None
    others: tuple[Worked, ...]
    keeps: tuple[Worked, Proof] | None
    finer: Fraction | None
    doses: int | None
    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...]


def answer(question: Question) -> Answer:
    """Answers a question. Raises InputError where it contradicts itself, and for a judgement accepted that none raised."""
    found = worked(question)
    proof = None if found is None or not found.steps else prove(question, found)
    keeps, finer = None, None
    if found is not None and proof is not None and _is_above_limit(question, proof):
        keeps, finer = _keeping(question, found), _finer(question, found)
    findings = [*_question_findings(question), *_answer_findings(question, found, proof, keeps, finer)]
    doses = None
    if found is not None and question.kind in (Ask.SOLUTION, Ask.TABLET) and found.take and found.total is not None:
        doses = int(round_to(found.total / found.take, 1, Direction.DOWN))
    return Answer(
        question, found, proof, () if found is None else others(question, found), keeps, finer, doses,
        accept(tuple(findings), question.accept), _not_checked(question, found, proof),
    )  # fmt: skip


def _is_above_limit(question: Question, proof: Proof) -> bool:
    """Whether all measurements together may be further off than the limit. A mixture of two strengths has none."""
    worst = proof.worst_percent
    return worst is not None and worst > question.dose_error.percent and question.kind != Ask.MIX


# The replay.


def prove(question: Question, found: Worked, sensitivity: Fraction | None = None) -> Proof:
    """What the steps give, and at the worst. `sensitivity` takes the place of the balance's own, in mg."""
    if sensitivity is None and question.balance is not None:
        sensitivity = Fraction(question.balance.sensitivity.mg)
    run = replay(found.steps, found.content, contents=dict(found.contents))
    given = _given(question, run)
    if given is None or given <= 0:
        raise ProgramFault("the steps that were worked out give nothing")
    each = tuple(_measured(question, found.steps, sensitivity))
    wanted = _wanted(question)
    low, high = _bounds(question, found, each) if any(one.error is not None for one in each) else (None, None)
    source = Fraction(0) if question.order is None else question.order.lot.source_error

    def off(dose: Fraction | None, factor: Fraction = Fraction(1)) -> Fraction | None:
        return None if dose is None else 100 * (dose * factor / wanted - 1)

    total_low, total_high = (low, high) if low is not None or not source else (given, given)
    return Proof(
        wanted, given, each, off(low), off(high), off(total_low, 1 - source), off(total_high, 1 + source), run.mixtures, run
    )  # fmt: skip


def _wanted(question: Question) -> Fraction:
    if question.strengths is not None:
        return question.strengths.wanted
    if question.need_ml is not None:
        return Fraction(question.need_ml.ml)
    return Fraction(needed(question.order, "--need").dose.mg)


def _given(question: Question, run: Replay) -> Fraction | None:
    """What the replay leaves in the aliquot, or per mg in a mixture of two strengths; None where the steps cannot be done."""
    if any(one.fault is not Fault.NEVER_FILLED for one in run.faults):
        return None
    if question.kind == Ask.MIX:
        held = run.held(MIXTURE)
        return held.drug_mg / held.mass_mg if held.mass_mg else None
    return run.held(ALIQUOT).drug_mg


def _measured(question: Question, steps: Sequence[Step], sensitivity: Fraction | None) -> list[MeasuredStep]:
    """The steps that are measured. Whole tablets are counted: their error is that of their content, the source's own."""
    found = []
    for step in steps:
        if isinstance(step, Weigh) and question.kind == Ask.TABLET:
            continue
        if isinstance(step, Weigh) or (isinstance(step, Transfer) and step.amount_mg is not None):
            found.append(MeasuredStep(step.number, Fraction(step.amount_mg or 0), sensitivity, False))
        elif isinstance(step, Transfer | MakeUp):
            amount = step.volume_ml if isinstance(step, MakeUp) else step.amount_ml
            error = None if step.tolerance_ml is None else Fraction(step.tolerance_ml)
            found.append(MeasuredStep(step.number, Fraction(amount or 0), error, True))
    return found


def _bounds(question: Question, found: Worked, each: Sequence[MeasuredStep]) -> tuple[Fraction | None, Fraction | None]:
    """The least and the greatest that the aliquot may hold, with every measurement at the end of its error.

    Drug and aliquot stand at one end, and what dilutes them at the other. Ends that no bench can follow give None.
    """
    raising = _raising(question, found)

    def at(sign: int) -> Fraction | None:
        amounts: dict[int, Fraction] = {}
        for one in each:
            error = (one.error or Fraction(0)) * (sign if one.number in raising else -sign)
            if (amount := one.amount + error) <= 0:
                return None
            amounts[one.number] = amount
        return _given(question, replay(found.steps, found.content, amounts, contents=dict(found.contents)))

    return at(-1), at(1)


def _raising(question: Question, found: Worked) -> set[int]:
    """The steps whose amounts raise what the aliquot holds: drug and aliquot; in a mixture the higher strength."""
    if question.kind == Ask.MIX:
        return {1}
    contents: Mapping[int, Fraction] = dict(found.contents)
    return {
        step.number
        for step in found.steps
        if isinstance(step, Transfer) or step.number in contents or (isinstance(step, Weigh) and step.role == DRUG)
    }


# What would keep it within the limit.


def _keeping(question: Question, found: Worked) -> tuple[Worked, Proof] | None:
    """Larger amounts that keep all measurements together within the limit: the roundest next to the least that do."""
    balance, order = question.balance, question.order
    if question.kind == Ask.SOLUTION and not question.weigh:
        return _stronger(question, found)
    if question.kind != Ask.POWDER or balance is None or order is None or found.direct:
        return None
    step = Fraction(balance.readability.mg)
    for amount in _two_digits_from(2 * Fraction(balance.sensitivity.mg) / question.dose_error.fraction):
        if amount > 10 * max(found.drug, found.take or found.drug) + 10 * step:
            return None
        if not is_multiple(amount, step) or amount < (question.least or 0):
            continue
        asked = replace(question, minimum_weight=Mass(written(amount)), multiple=None, weigh=None, take=Mass(written(amount)))
        larger = worked(asked)
        if larger is None or larger.direct or larger.total is None:
            continue
        if order.max_dilution is not None and larger.total / larger.drug > order.max_dilution:
            return None
        if balance.capacity is not None and max(larger.total - larger.drug, larger.drug) > balance.capacity.mg:
            return None
        proof = prove(question, larger)
        if proof.worst_percent is not None and proof.worst_percent <= question.dose_error.percent:
            return larger, proof
    return None


def _stronger(question: Question, found: Worked) -> tuple[Worked, Proof] | None:
    """More drug in the same volume, as far as it dissolves: the smallest multiple that keeps the limit."""
    for larger in stronger(question, found):
        if any(one.severity is Severity.ERROR for one in _dissolved_findings(question, larger)):
            return None
        proof = prove(question, larger)
        if proof.worst_percent is not None and proof.worst_percent <= question.dose_error.percent:
            return larger, proof
    return None


def _two_digits_from(least: Fraction) -> list[Fraction]:
    """The amounts of at most two digits from the least on, over two decades."""
    unit = Fraction(1)
    while least < 10 * unit:
        unit /= 10
    while least >= 100 * unit:
        unit *= 10
    first = round_to(least / unit, 1, Direction.UP)
    return [digits * unit for digits in range(int(first), 100)] + [digits * unit * 10 for digits in range(10, 100)]


def _finer(question: Question, found: Worked) -> Fraction | None:
    """The largest error of a balance, of two digits and in mg, that keeps the same amounts within the limit."""
    if question.balance is None:
        return None
    own = Fraction(question.balance.sensitivity.mg)
    unit = Fraction(1)
    while own < 10 * unit:
        unit /= 10
    while own >= 100 * unit:
        unit *= 10
    for _ in range(MOST_DECADES):
        for digits in range(99, 9, -1):
            if digits * unit < own:
                worst = prove(question, found, digits * unit).worst_percent
                if worst is not None and worst <= question.dose_error.percent:
                    return digits * unit
        unit /= 10
    return None


# Findings.


def _question_findings(question: Question) -> list[Finding]:
    found: list[Finding] = []
    order = question.order
    if question.drug is not None and (order is None or order.substance is None):
        found.append(Finding(codes.DRUG_UNKNOWN, "DRUG", {"drug": question.drug}))
    if order is not None:
        if question.kind != Ask.TABLET:
            found += shelf_findings(order.substance, order.dose_as, order.lot, order.drug or "drug")
            if order.lot.taken_as_pure and order.drug is not None:
                values: dict[str, Said] = {"dose": Fraction(order.dose.mg), "substance": order.dosed}
                found.append(Finding(codes.POTENCY_NOT_ENTERED, "--assay", values))
        stated = order if question.weighing_error_stated else replace(order, weighing_error_limit=question.weighing_error)
        found += loose_weighing_findings(stated)
    if question.kind == Ask.POWDER or question.diluent_stated:
        found += excipient_findings([Named(question.diluent, rules.ROLE_DILUENT, "--diluent")])
    return found


def _answer_findings(
    question: Question, found: Worked | None, proof: Proof | None, keeps: tuple[Worked, Proof] | None, finer: Fraction | None
) -> list[Finding]:
    if question.kind == Ask.LEAST:
        return []
    if found is None:
        return [Finding(codes.ALIQUOT_NOT_MEASURABLE, "--need", {})]
    if proof is None:
        return []
    run = proof.run
    said = fault_findings(replace(run, faults=tuple(one for one in run.faults if one.fault is not Fault.NEVER_FILLED)))
    said += _limits(question, found, run)
    said += _unread_volumes(question, found)
    said += _dissolved_findings(question, found)
    if question.kind == Ask.POWDER and not found.direct and found.total is not None:
        least = standards.limit("least_mixture_mg")
        if found.total < least:
            said.append(Finding(codes.ALIQUOT_MIXTURE_SMALL, Place.vessel(MIXTURE), {"total": found.total, "least": least}))
    return said + _dose_findings(question, proof, keeps, finer)


def _limits(question: Question, found: Worked, run: Replay) -> list[Finding]:
    """The steps against the limits of the balance and of dilution, as those of a plan are judged."""
    balance, order = question.balance, question.order
    if question.kind == Ask.TABLET:
        return []
    if balance is not None and order is not None:
        said = limit_findings(Plan(order, balance, found.content, found.steps), run, None)
        # A readability that nobody stated says nothing of the balance's own floor.
        return [one for one in said if question.readability_stated or one.entry is not codes.BELOW_USP_41_FLOOR]
    said = []
    for step in found.steps:
        amount = step.amount_mg if isinstance(step, Weigh | Transfer) else None
        if amount is None:
            continue
        values: dict[str, Said] = {"step": step.number, "amount": amount}
        if question.least is not None and amount < question.least:
            said.append(Finding(codes.BELOW_LEAST_WEIGHABLE, Place.step(step.number), {**values, "least": question.least}))
        if balance is not None and balance.capacity is not None and amount > balance.capacity.mg:
            said.append(Finding(codes.ABOVE_CAPACITY, Place.step(step.number), {**values, "capacity": balance.capacity.mg}))
    return said


def _unread_volumes(question: Question, found: Worked) -> list[Finding]:
    """The aliquots that none of the ware named measures."""
    if not question.wares:
        return []
    return [
        Finding(codes.ALIQUOT_WARE_LACKS_MARK, Place.step(step.number), {"step": step.number, "volume": step.amount_ml})
        for step in found.steps
        if isinstance(step, Transfer) and step.amount_ml is not None and step.ware is None
    ]


def _dissolved_findings(question: Question, found: Worked) -> list[Finding]:
    """The solution against the solubility: beyond it nothing is dissolved, near it only slowly."""
    order = question.order
    solubility = None if order is None else order.solubility_mg_per_ml
    if question.kind not in (Ask.SOLUTION, Ask.TABLET) or solubility is None or found.total is None:
        return []
    strength, share = found.drug / found.total, Fraction(standards.limit("solubility_share"))
    values: dict[str, Said] = {"strength": strength, "solubility": solubility, "least": found.drug / solubility}
    if strength > solubility:
        return [Finding(codes.ALIQUOT_NOT_DISSOLVED, Place.vessel(SOLUTION_VESSEL), values)]
    if strength >= share * solubility:
        return [Finding(codes.ALIQUOT_NEAR_SOLUBILITY, Place.vessel(SOLUTION_VESSEL), values)]
    return []


def _dose_findings(
    question: Question, proof: Proof, keeps: tuple[Worked, Proof] | None, finer: Fraction | None
) -> list[Finding]:
    limit, off = question.dose_error.percent, proof.deviation_percent
    if abs(off) > limit:
        return [Finding(codes.ALIQUOT_OFF, Place.accuracy(), {"deviation": off, "limit": limit})]
    said = []
    if abs(off) > standards.limit("rounding_percent"):
        said.append(Finding(codes.ALIQUOT_ROUNDED, Place.accuracy(), {"deviation": off}))
    if _is_above_limit(question, proof):
        said.append(
            Finding(codes.ALIQUOT_ABOVE_LIMIT, Place.accuracy(), {
                "low": proof.low_percent or Fraction(0), "high": proof.high_percent or Fraction(0), "limit": limit,
                "says": _helps(keeps, finer),
            })
        )  # fmt: skip
    return said


def _helps(keeps: tuple[Worked, Proof] | None, finer: Fraction | None) -> tuple[Clause, ...]:
    found = []
    if keeps is not None and keeps[0].take is not None:
        larger, proof = keeps
        values: dict[str, Said] = {
            "drug": larger.drug, "take": keeps[0].take,
            "low": proof.low_percent or Fraction(0), "high": proof.high_percent or Fraction(0),
        }  # fmt: skip
        if larger.diluent is None:
            found.append(Clause("aliquot-stronger", values))
        else:
            found.append(Clause("aliquot-larger", {**values, "diluent": larger.diluent}))
    if finer is not None:
        found.append(Clause("aliquot-finer", {"sensitivity": finer}))
    if len(found) > 1:
        return (Clause("aliquot-either", {"says": tuple(found)}),)
    return tuple(found) or (Clause("aliquot-neither", {}),)


def _not_checked(question: Question, found: Worked | None, proof: Proof | None) -> tuple[NotChecked, ...]:
    said: list[NotChecked] = []
    order = question.order
    if order is not None:
        said += shelf_not_checked(order.substance, order.lot)
    if proof is None or found is None:
        return tuple(said)
    if any(not one.by_volume and one.error is None for one in proof.each) and question.kind != Ask.TABLET:
        said.append(NotChecked(codes.ALIQUOT_ERROR_NOT_CHECKED))
    if bare := [one.number for one in proof.each if one.by_volume and one.error is None]:
        said.append(NotChecked(codes.ALIQUOT_TOLERANCE_NOT_GIVEN, {"steps": ", ".join(map(str, bare))}))
    if question.kind in (Ask.POWDER, Ask.MIX) and not found.direct:
        said.append(NotChecked(codes.ALIQUOT_MIXING_NOT_CHECKED))
    if question.kind in (Ask.SOLUTION, Ask.LIQUID, Ask.TABLET) and not found.direct:
        said.append(NotChecked(codes.ALIQUOT_KEEPING_NOT_CHECKED))
    if question.kind in (Ask.SOLUTION, Ask.TABLET) and (order is None or order.solubility_mg_per_ml is None):
        said.append(NotChecked(codes.ALIQUOT_SOLUBILITY_NOT_CHECKED))
    balance = question.balance
    if balance is not None and balance.capacity is None:
        heaviest = max((Decimal(0), *(step.amount_mg for step in found.steps if isinstance(step, Weigh))))
        said.append(NotChecked(codes.CAPACITY_NOT_GIVEN, {"heaviest": heaviest}))
    return tuple(said)
