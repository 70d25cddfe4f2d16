"""The judged plan as rows of text: the one place where a plan becomes words.

The table of the terminal and the worksheet both print these rows, so that one number has one text. Rows of the sheet
are made in any language that `compound.wording.language` has, and without one in English; steps, error budget, dose and
the reasons of a plan are rows of the terminal alone, which is English. It is longer than 500 lines because every row of a
plan is made here.
"""

from __future__ import annotations

from fractions import Fraction

from compound.exact.quantity import Direction, round_to
from compound.exact.value import Value
from compound.facts import standards
from compound.judging.accuracy import Accuracy
from compound.judging.audit import Audit, allowed_range
from compound.judging.replay import Mixture, replay
from compound.judging.shares import shares
from compound.judging.step_findings import doubled, total_of
from compound.order.order import Balance, Order
from compound.order.source import source_of
from compound.plan.plan import DILUENT, DRIED, DRUG, Dry, Fill, MakeUp, Mix, Plan, Step, TopUp, Transfer, Weigh
from compound.showing import points_rows
from compound.showing.own_file_rows import own_file_rows
from compound.showing.portion_rows import crushing_texts, naming_balance, portion_text
from compound.showing.two_doses import dose_of, planned_dose_rows
from compound.wording.language import ENGLISH, Language
from compound.wording.notation import phrase
from compound.wording.words import PlanWords


class StepRow(Value):
    """A step in words: its number, what is done, how much, what the vessel then holds, the readings allowed."""

    number: int
    text: str
    amount: str
    vessel: str
    allowed: str
    is_weighing: bool


class MixtureRow(Value):
    """A mixture: total, drug, strength per g and as 1 in N."""

    vessel: str
    total: str
    drug: str
    strength: str
    one_in: str


class Doubling(Value):
    """One addition while mixing by doubling: the mass added and the running total, as printed, and what is added."""

    number: int
    added: str
    total: str
    what: str = ""


def printed_reading(audit: Audit, mg: Fraction, language: Language = ENGLISH, step: Step | None = None) -> str:
    """What the balance shows, that of a weighing where one is named, in its digits."""
    balance = audit.plan.balance if step is None else audit.plan.balance_of(step)
    return language.notation.reading(mg, balance.readability.mg)


def printed_target(audit: Audit, mg: Fraction, language: Language = ENGLISH, step: Step | None = None) -> str:
    """An amount to weigh, `reads 5.0 mg` where the balance adds zeros to it."""
    balance = audit.plan.balance if step is None else audit.plan.balance_of(step)
    return language.notation.target(mg, balance.readability.mg)


def step_rows(audit: Audit, language: Language = ENGLISH) -> list[StepRow]:
    """The steps in order."""
    return [_step_row(audit, step, language) for step in audit.plan.steps]


def _step_row(audit: Audit, step: Step, language: Language = ENGLISH) -> StepRow:
    words, notation = language.table(PlanWords), language.notation
    vessel = language.text(step.vessel)

    def row(text: str, amount: str = "") -> StepRow:
        return StepRow(step.number, text, amount, vessel, "", False)

    match step:
        case Weigh(role=role):
            name = portion_text(audit.plan, step, material_text(audit, step, language), language)
            what = words.weigh_dried if role == DRIED else words.weigh.format(what=name)
            if (rest := audit.run.made_up_after_drying().get(step.number)) is not None:
                total = notation.milligrams(Fraction(rest[1]))
                what = words.weigh_rest.format(what=language.material(step.material), total=total, step=rest[0])
            return _weighing(audit, step, naming_balance(step, what, language), language)
        case Transfer() if step.amount_mg is not None:
            return _weighing(audit, step, words.weigh.format(what=language.text(step.source)), language)
        case Transfer():
            text = words.pipette_with if step.ware else words.pipette
            ware = language.text(step.ware or "")
            return row(text.format(source=language.text(step.source), ware=ware), notation.volume(step.amount_ml or 0))
        case MakeUp():
            text = words.make_up_in if step.ware else words.make_up
            ware = language.text(step.ware or "")
            return row(text.format(material=language.text(step.material), ware=ware), notation.volume(step.volume_ml))
        case Mix():
            return row(_mixing(audit, step, language))
        case TopUp():
            text = phrase(words.top_up, {"count": notation.number(step.count), "material": language.material(step.material)})
            return row(text)
        case Dry():
            return row(words.dry)
        case Fill(amount_mg=each):
            text = phrase(words.fill_all if each is None else words.fill, {
                "count": notation.number(step.count), "source": language.text(step.source),
            })  # fmt: skip
            return row(text, "" if each is None else notation.mass(each))


def material_text(audit: Audit, step: Weigh, language: Language = ENGLISH) -> str:
    """What a step weighs; a diluent that a solution is put on is dried to constant mass before."""
    name = language.material(step.material)
    if not audit.plan.is_liquid:
        return name
    from compound.judging.solutions import is_dried_first

    return language.words.dried_first.format(what=name) if is_dried_first(audit.run, step) else name


def _weighing(audit: Audit, step: Weigh | Transfer, text: str, language: Language = ENGLISH) -> StepRow:
    notation = language.notation
    bounds, readability = allowed_range(audit, step.number), audit.plan.balance_of(step).readability.mg
    words = language.table(PlanWords)
    allowed = words.nothing_allowed
    if bounds is not None:
        low = notation.reading_digits(bounds[0], readability)
        allowed = words.allowed.format(low=low, high=printed_reading(audit, bounds[1], language, step))
        if bounds[0] == bounds[1]:
            allowed = words.on_target
    amount = printed_target(audit, Fraction(step.amount_mg or 0), language, step)
    return StepRow(step.number, text, amount, language.text(step.vessel), allowed, True)


def _mixing(audit: Audit, step: Mix, language: Language = ENGLISH) -> str:
    """How a vessel is mixed: by doubling, but not again where it was only topped up."""
    topped_up = audit.run.held(step.vessel, step.number).topped_to is not None
    count = 0 if topped_up else len(doubling_rows(audit, step.vessel))
    words = language.table(PlanWords)
    return phrase(words.mix_by_doubling, {"count": count}) if count > 1 else words.mix


def doubling_rows(audit: Audit, vessel: str, language: Language = ENGLISH) -> list[Doubling]:
    """The additions to a vessel, each about what is there already; the last closes on its mass exactly.

    Excipients go in before the diluent, in the order in which they are weighed.
    """
    if vessel in audit.run.liquid_vessels:
        return []
    concentrate = audit.run.mixed_from(vessel)
    mixture = next((m for m in audit.mixtures if m.vessel == vessel), None)
    if concentrate is None or mixture is None or mixture.total_mg <= concentrate:
        return []
    step = Fraction(audit.plan.balance.readability.mg)
    rows: list[Doubling] = []
    there = concentrate
    for what, mass in _additions(audit, vessel, mixture.total_mg - concentrate):
        for added in doubled(there, there + mass, step):
            there += added
            put, held = language.notation.milligrams(added), language.notation.milligrams(there)
            rows.append(Doubling(len(rows) + 1, put, held, language.text(what)))
    return rows


def vessel_label(audit: Audit, mixture: Mixture, language: Language = ENGLISH) -> str:
    """What the label of a vessel that is made says: its name, the drug and how much of it is there, the batch.

    `trituration 1: naltrexone hydrochloride 16 mg per g, 1 in 62.5, batch B-17, NOT the drug`. It is read when the
    vessel stands beside the jar of the drug.
    """
    return language.words.not_the_drug.format(name=vessel_contents(audit, mixture, language))


def vessel_contents(audit: Audit, mixture: Mixture, language: Language = ENGLISH) -> str:
    """The label of a vessel without its last words: where it is printed, a frame says in capitals that it is not the drug."""
    words, row, order = language.words, _mixture_row(audit, mixture, language), audit.plan.order
    if mixture.vessel in audit.run.without_drug:
        label = f"{row.vessel}: {row.strength}, {row.total}"
    elif mixture.topped_to is not None:
        label = phrase(words.topped_label, {
            "vessel": row.vessel, "drug": language.text(order.dosed), "mass": row.drug,
            "count": language.notation.number(mixture.topped_to),
        })  # fmt: skip
    else:
        label = words.vessel_label.format(
            vessel=row.vessel, drug=language.text(order.dosed), strength=row.strength, ratio=row.one_in or row.total
        )
    if order.identity.batch_number is not None:
        label = words.of_batch.format(label=label, batch=order.identity.batch_number)
    return label


def _additions(audit: Audit, vessel: str, mass: Fraction) -> list[tuple[str, Fraction]]:
    """What is added to the concentrate of a vessel, name and mass in mg: each excipient, then the diluent."""
    steps = () if vessel in audit.run.without_drug else audit.run.excipients_of(vessel)
    found = [(s.source if isinstance(s, Transfer) else s.material, Fraction(s.amount_mg or 0)) for s in steps]
    rest = mass - sum((mg for _, mg in found), Fraction(0))
    weighed = [s.material for s in audit.plan.steps if isinstance(s, Weigh) and s.role == DILUENT and s.vessel == vessel]
    diluent = [(weighed[-1] if weighed else "", rest)] if rest > 0 else []
    return [one for one in (*found, *diluent) if one[1] > 0]


def mixture_rows(audit: Audit, language: Language = ENGLISH) -> list[MixtureRow]:
    """The mixtures in the order they are made."""
    return [_mixture_row(audit, mixture, language) for mixture in audit.mixtures]


def _mixture_row(audit: Audit, mixture: Mixture, language: Language) -> MixtureRow:
    words, notation = language.words, language.notation
    strength, one_in, per_ml = mixture.strength_mg_per_g, mixture.one_in, mixture.strength_mg_per_ml
    text = notation.strength(strength) if strength else premix_text(audit, mixture, language)
    if per_ml is not None:
        text = words.per_ml.format(mass=notation.mass(per_ml))
    volume = mixture.volume_ml
    total = notation.milligrams(mixture.total_mg) if volume is None else notation.volume(volume)
    if mixture.topped_to is not None:
        total = phrase(words.topped_up, {"count": notation.number(mixture.topped_to)})
    return MixtureRow(
        language.text(mixture.vessel),
        total,
        notation.mass(mixture.drug_mg) if mixture.drug_mg else words.no_drug,
        text,
        "" if one_in is None else words.one_in.format(ratio=notation.ratio(one_in)),
    )


def premix_text(audit: Audit, mixture: Mixture, language: Language = ENGLISH) -> str:
    """What a mixture without drug holds of an excipient, as a share; nothing for any other."""
    if mixture.vessel not in audit.run.without_drug or not mixture.total_mg:
        return ""
    weighed = [step for step in audit.run.excipients_of(mixture.vessel) if isinstance(step, Weigh)]
    return "; ".join(
        f"{language.text(step.material)} {language.notation.percent(100 * Fraction(step.amount_mg) / mixture.total_mg)}"
        for step in weighed
    )


def accuracy_rows(audit: Audit, language: Language = ENGLISH) -> list[tuple[str, str]]:
    """The dose and its bounds, name and text."""
    words, notation = language.words, language.notation
    accuracy = audit.accuracy
    if accuracy is None:
        return [(words.dose_per_capsule, why_no_dose(audit.plan, language))]
    order = audit.plan.order
    return [
        (words.labelled_dose, dose_of(order, language)),
        *planned_dose_rows(order, language),
        (language.table(PlanWords).dose_by_weights, notation.dose(accuracy.dose_mg, order.ordered_unit)),
        (language.table(PlanWords).rounding, notation.signed_percent(accuracy.deviation_percent)),
        (words.worst_case, _worst_case(accuracy, order, language)),
        (words.one_capsule, range_text((accuracy.capsule_low_percent, accuracy.capsule_high_percent), language)),
        *_source_rows(audit, accuracy, language),
        (words.uncertainty, uncertainty_text(audit, language)),
        (language.table(PlanWords).root_sum_square, notation.percent(accuracy.root_sum_square_percent)),
    ]


def why_no_dose(plan: Plan, language: Language = ENGLISH) -> str:
    """Why there is no dose per capsule: no step fills capsules, or the steps cannot be carried out."""
    fills = any(isinstance(step, Fill) for step in plan.steps)
    return language.words.no_dose if fills else language.words.no_capsules


def _source_rows(audit: Audit, accuracy: Accuracy, language: Language = ENGLISH) -> list[tuple[str, str]]:
    """The worst case with the error of the source on top; nothing where that is not known."""
    if not audit.plan.order.lot.source_error:
        return []
    return [(language.words.with_source, range_text((accuracy.total_low_percent, accuracy.total_high_percent), language))]


def uncertainty_text(audit: Audit, language: Language = ENGLISH) -> str:
    """The expanded uncertainty of the batch mean, with its coverage factor and the correlation that was taken."""
    words, notation, found = language.words, language.notation, audit.uncertainty_percent
    if found is None:
        return words.not_worked_out
    correlation = notation.number(standards.limit("weighing_correlation"))
    return words.uncertainty_value.format(value=notation.percent(found), correlation=correlation)


def range_text(bounds: tuple[Fraction | None, Fraction | None], language: Language = ENGLISH) -> str:
    """A range of deviations in percent, from the low end to the high one."""
    low, high = bounds
    if low is None or high is None:
        return language.words.not_worked_out
    percent = language.notation.signed_percent
    return language.words.worst_case_range.format(low=percent(low), high=percent(high))


def _worst_case(accuracy: Accuracy, order: Order, language: Language = ENGLISH) -> str:
    words, notation = language.words, language.notation
    if accuracy.worst_low_percent is None or accuracy.worst_high_percent is None:
        return words.not_worked_out
    low = notation.signed_percent(accuracy.worst_low_percent)
    high = notation.signed_percent(accuracy.worst_high_percent)
    if order.dose_error_limit is None:
        return words.worst_case_range.format(low=low, high=high)
    limit = notation.percent(order.dose_error_limit.percent)
    return words.worst_case_limit.format(low=low, high=high, limit=limit)


def batch_rows(audit: Audit, language: Language = ENGLISH) -> list[tuple[str, str]]:
    """What is made: drug, dose, capsules, fill, balance, potency."""
    words, notation = language.words, language.notation
    plan, order = audit.plan, audit.plan.order
    rows = [
        (words.drug, language.material(source_of(order).name) if order.drug else words.not_stated),
        (words.labelled_dose, dose_of(order, language)),
        *planned_dose_rows(order, language),
    ]
    if order.capsules is not None:
        count = notation.number(order.capsules)
        size = words.capsules_of_size.format(count=count, size=order.capsule_size)
        rows.append((words.capsules, size if order.capsule_size else count))
    if order.fill_weight is not None:
        fill = notation.mass(order.fill_weight.mg)
        rows.append((words.fill_weight, words.assumed.format(value=fill) if order.fill_weight_assumed else fill))
    rows += _volume_rows(order, language)
    if order.diluent is not None:
        rows.append((words.diluent, language.text(order.diluent)))
    if order.excipients:
        rows.append((words.other_excipients, "; ".join(excipient_texts(audit, language))))
    content = notation.percent(100 * plan.content_fraction)
    assumed = order.lot.taken_as_pure and plan.content_fraction == order.content_fraction
    rows.append((words.content, words.assumed.format(value=content) if assumed else content))
    rows += [(words.to_crush, text) for text in crushing_texts(plan, language)]
    rows.append((words.balance, _balance_text(plan.balance, language)))
    if order.bulk is not None:
        rows.append((words.bulk_balance, _balance_text(order.bulk, language)))
    if (least := order.least_weighable) is not None:
        rows.append((words.least_weighable, notation.mass(least)))
    if (total := drug_in_all(audit)) is not None:
        rows.append((words.drug_in_all, notation.mass(total)))
    return rows + own_file_rows(order, language)


def _balance_text(balance: Balance, language: Language) -> str:
    words, notation = language.words, language.notation
    return words.balance_is.format(
        sensitivity=notation.mass(balance.sensitivity.mg),
        readability=notation.mass(balance.readability.mg),
        capacity=words.not_given if balance.capacity is None else notation.mass(balance.capacity.mg),
    )


def drug_in_all(audit: Audit) -> Fraction | None:
    """The drug in all capsules in mg; None where the steps give no dose, or nobody says how many capsules there are."""
    filled = audit.run.last_fill()
    count = audit.plan.order.capsules if filled is None or not filled.all else filled.count
    return None if audit.accuracy is None or count is None else audit.accuracy.dose_mg * count


def _volume_rows(order: Order, language: Language) -> list[tuple[str, str]]:
    """How many capsules take all of the batch, and about how much that is; nothing for capsules filled by weight."""
    if not order.by_volume or order.filled is None:
        return []
    words, notation = language.words, language.notation
    found = [(words.filling, phrase(words.by_volume, {"count": notation.number(order.filled)}))]
    density = None if order.filler is None else standards.density(order.filler)
    if order.expected_bulk is not None and density is not None:
        # About: it stands for no weighing, so it is rounded to 10 mg.
        mass = notation.mass(round_to(order.expected_bulk, 10, Direction.NEAREST))
        text = words.expected_bulk_is.format(mass=mass, density=notation.number(density.bulk_g_per_ml))
        found.append((words.expected_bulk, text))
    return found


def excipient_texts(audit: Audit, language: Language = ENGLISH) -> list[str]:
    """The other excipients: each with its share, what of it is in the blend, and how far rounding moves the share."""
    words, notation = language.words, language.notation
    made = {share.name: share for share in shares(audit.plan.order, audit.run)}
    found = []
    for excipient in audit.plan.order.excipients:
        text = language.text(excipient.name)
        if (share := made.get(excipient.name)) is not None:
            values = {"name": text, "share": notation.percent(100 * share.ordered), "mass": notation.mass(share.mass_mg)}
            text = words.excipient_share.format(**values)
            if share.off_percent:
                off = notation.signed_percent(share.off_percent)
                text = words.excipient_off.format(**values, off=off)
        found.append(text)
    return found


# Why this plan and not a neighbour.


def why_rows(audit: Audit, neighbour: Plan | None, lost_on: str, language: Language = ENGLISH) -> list[str]:
    """Why this plan was chosen: the ranking, what fewer triturations run into, the limits that bind, the runner-up."""
    words = language.table(PlanWords)
    ranking = "solution" if audit.plan.is_liquid else audit.plan.order.prefer or "simple"
    said = [words.ranking.format(ranking=words.rankings[ranking])]
    points = points_rows.points_of(audit)
    if points is not None:
        said.append(points_rows.points_text(points, language))
    fewer = "" if audit.plan.is_liquid else _fewer_triturations(audit, language)
    if fewer:
        said.append(fewer)
    binding = binding_limits(audit, language)
    said.append(words.limits_bind.format(limits="; ".join(binding)) if binding else words.no_limit_binds)
    if neighbour is not None:
        amounts = weighed(neighbour, language)
        said.append(words.runner_up.format(weighed=amounts, criterion=words.criteria[lost_on]))
    return said


def _fewer_triturations(audit: Audit, language: Language = ENGLISH) -> str:
    words, notation = language.table(PlanWords), language.notation
    order = audit.plan.order
    triturations = len([mixture for mixture in audit.mixtures if mixture.vessel not in audit.run.without_drug]) - 1
    each = None if order.fill_weight is None else Fraction(order.fill_weight.mg)
    if order.by_volume and order.filled is not None and order.expected_bulk is not None:
        each = order.expected_bulk / order.filled
    if triturations == 0 or each is None or order.max_dilution is None:
        return ""
    needed = audit.plan.content_fraction * each / order.planned_dose
    reach = Fraction(order.max_dilution) ** triturations
    fewer = phrase(words.triturations, {"count": triturations - 1})
    if needed > reach:
        return words.too_little_dilution.format(
            with_triturations=fewer, reach=notation.ratio(reach), needed=notation.ratio(needed)
        )
    return words.limits_clash.format(with_triturations=fewer)


def binding_limits(audit: Audit, language: Language = ENGLISH) -> list[str]:
    """The limits that the plan meets so closely that one step of the balance more would break them."""
    words, notation = language.table(PlanWords), language.notation
    plan, order, accuracy = audit.plan, audit.plan.order, audit.accuracy
    step = Fraction(plan.balance.readability.mg)
    found = []
    for weighing in plan.weighings():
        amount, balance, least = Fraction(weighing.amount_mg or 0), plan.balance_of(weighing), plan.least_of(weighing)
        own = Fraction(balance.readability.mg)
        if least is not None and amount - own < least:
            found.append(words.weighs_least.format(step=weighing.number))
        if balance.capacity is not None and amount + own > balance.capacity.mg:
            found.append(words.loads_to_capacity.format(step=weighing.number))
    for mixture in () if plan.is_liquid else audit.mixtures:
        concentrate = audit.run.concentrate_of(mixture.vessel)
        if (
            concentrate
            and order.max_dilution is not None
            and total_of(plan, mixture) + step > concentrate * Fraction(order.max_dilution)
        ):
            most, vessel = notation.number(order.max_dilution), language.text(mixture.vessel)
            found.append(words.dilutes_most.format(vessel=vessel, most=most))
    if plan.is_liquid:
        found += _binding_of_solution(audit, language)
    if accuracy is not None and accuracy.worst_percent is not None and order.dose_error_limit is not None:
        used = accuracy.worst_percent / Fraction(order.dose_error_limit.percent)
        if used > Fraction(9, 10):
            found.append(words.uses_error_limit.format(share=notation.percent((100 * used).__round__(1))))
    return found


def _binding_of_solution(audit: Audit, language: Language = ENGLISH) -> list[str]:
    """The limits that bind in the solution route alone: what the diluent takes up, and the drug that is dissolved."""
    from compound.judging.solutions import deposited

    words = language.table(PlanWords)
    plan, order = audit.plan, audit.plan.order
    step = Fraction(plan.balance.readability.mg)
    found = []
    for put_on, volume, powder in deposited(plan, audit.run):
        if order.deposit is not None and volume * 1000 > (powder - step) * Fraction(order.deposit):
            found.append(words.wets_most.format(step=put_on.number))
    most = None if order.most_drug is None else Fraction(order.most_drug.mg)
    for drug in plan.weighings():
        if isinstance(drug, Weigh) and drug.role == DRUG and most is not None and Fraction(drug.amount_mg) + step > most:
            found.append(words.dissolves_most.format(step=drug.number))
    return found


def weighed(plan: Plan, language: Language = ENGLISH) -> str:
    """The amounts of a plan in short: drug, then total and aliquot of each trituration or solution, and the blend."""
    notation = language.notation
    if plan.is_liquid:
        return _measured_off(plan, language)
    run = replay(plan.steps, plan.content_fraction)
    parts: dict[str, Fraction] = {}
    concentrates = {}
    for step in plan.weighings():
        amount = Fraction(step.amount_mg or 0)
        parts[step.vessel] = parts.get(step.vessel, Fraction(0)) + amount
        if run.is_concentrate(step):
            concentrates[step.vessel] = amount
    totals = {vessel: notation.mass(total) for vessel, total in parts.items()}
    for mixture in run.mixtures:
        if mixture.topped_to is not None:
            totals[mixture.vessel] = phrase(language.table(PlanWords).of_capsules, {"count": notation.number(mixture.topped_to)})
    return language.table(PlanWords).between_amounts.join(
        language.table(PlanWords).weighed.format(amount=notation.number(concentrates[vessel]), total=total)
        for vessel, total in totals.items()
        if vessel in concentrates
    )


def _measured_off(plan: Plan, language: Language = ENGLISH) -> str:
    """The same for a plan by the solution route: `69 mg in 1,000 mL, 1 mL in 4,658 mg`."""
    words, notation, run = language.table(PlanWords), language.notation, replay(plan.steps, plan.content_fraction)
    into: dict[str, str] = {}
    totals: dict[str, str] = {}
    masses: dict[str, Fraction] = {}
    for step in plan.steps:
        match step:
            case Weigh(role=role) if role == DRUG:
                into[step.vessel] = notation.mass(step.amount_mg)
            case Transfer() if step.amount_ml is not None:
                into[step.vessel] = notation.volume(step.amount_ml)
            case Transfer() if run.is_concentrate(step):
                into[step.vessel] = notation.mass(step.amount_mg or 0)
            case MakeUp():
                totals[step.vessel] = notation.volume(step.volume_ml)
            case _:
                pass
        if isinstance(step, Weigh) or (isinstance(step, Transfer) and step.amount_mg is not None):
            before = Fraction(0) if isinstance(step, Weigh) and step.role == DRIED else masses.get(step.vessel, Fraction(0))
            masses[step.vessel] = before + Fraction(step.amount_mg or 0)
    return words.between_amounts.join(
        words.weighed.format(amount=amount, total=totals.get(vessel) or notation.mass(masses.get(vessel, Fraction(0))))
        for vessel, amount in into.items()
    )


def alternative_row(audit: Audit, lost_on: str, language: Language = ENGLISH) -> tuple[str, str, str]:
    """A runner-up: why it lost, what it weighs, its worst case."""
    notation = language.notation
    accuracy, percent = audit.accuracy, notation.percent
    worst = "" if accuracy is None or accuracy.worst_percent is None else percent(accuracy.worst_percent)
    criterion = language.table(PlanWords).criteria[lost_on]
    if lost_on == "points" and (points := points_rows.points_of(audit)) is not None:
        criterion = language.table(PlanWords).points_beside.format(criterion=criterion, points=points.total)
    return (criterion, weighed(audit.plan, language), worst)
