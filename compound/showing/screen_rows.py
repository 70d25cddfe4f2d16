"""A judged plan as the short screen: what a hand does in its order, the dose, and what to settle before weighing.

It says less than `plan_rows` and nothing else: amounts to weigh stand in the digits of the balance, all other numbers in
three digits. A diluent that follows a reading says how, as the rows of the sheet have it (`compound.judging.ranges`).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from compound.exact.quantity import Direction, canonical, round_to
from compound.exact.value import Value, replace
from compound.findings import codes
from compound.findings.finding import Finding, NotChecked, Severity
from compound.judging.audit import Audit
from compound.judging.ranges import ReadingRow
from compound.order.source import source_of
from compound.plan.plan import (
    BATCH,
    DILUENT,
    DRIED,
    SOLVENT,
    Dry,
    Fill,
    MakeUp,
    Mix,
    Step,
    TopUp,
    Transfer,
    Vessel,
    Weigh,
    vessel_of,
)
from compound.showing import two_doses
from compound.showing.finding_rows import finding_text
from compound.showing.own_file_rows import own_file_rows
from compound.showing.plan_rows import doubling_rows, material_text, printed_reading, printed_target
from compound.showing.portion_rows import crushing_texts, naming_balance, portion_text
from compound.wording.language import ENGLISH, Language
from compound.wording.notation import phrase
from compound.wording.screen_words import ScreenWords


class ScreenRow(Value):
    """A step, or several portions that are weighed alike: its number, what is done, how much, within what, where to."""

    number: str
    what: str
    target: str
    range: str
    into: str


class SettleRow(Value):
    """A warning in few words, the options that settle it, and its code."""

    text: str
    options: str
    code: str


class SaidInShort(Value):
    """What is said of a plan beside its steps: what to settle before weighing, what a pharmacist took on, in full, what was
    not checked, by name, how many notes were not told, and how many were told with a warning.
    """

    settle: tuple[SettleRow, ...]
    taken_on: tuple[str, ...]
    not_checked: tuple[str, ...]
    notes: int
    notes_told: int


def screen_words_of(language: Language = ENGLISH) -> ScreenWords:
    """The words of the short screen in a language."""
    return language.table(ScreenWords)


# What is made.


def head_lines(audit: Audit, language: Language = ENGLISH) -> list[str]:
    """Drug, dose and what it is not; then capsules, fill and balance, and what else is to be known of this batch."""
    words, notation, order = screen_words_of(language), language.notation, audit.plan.order
    first, second = two_doses.not_these(Fraction(order.dose.mg), notation)
    parts = [language.text(order.dosed), two_doses.labelled_dose(order, notation), words.not_these.format(first=first, second=second)]
    found = ["  ".join(part for part in parts if part), _batch_line(audit, language)]
    source = source_of(order)
    if order.drug and source.name != order.dosed:
        found.append(words.from_shelf.format(what=language.material(source.name)))
    found += crushing_texts(audit.plan, language)
    found += [f"{name}: {text}" for name, text in two_doses.planned_dose_rows(order, language)]
    if not order.lot.taken_as_pure and audit.plan.content_fraction != 1:
        found.append(words.content.format(content=notation.short_percent(100 * audit.plan.content_fraction)))
    found += [f"{name}: {text}" for name, text in own_file_rows(order, language)]
    if order.identity.batch_number is not None:
        found.append(words.batch.format(number=order.identity.batch_number))
    return found


def _batch_line(audit: Audit, language: Language) -> str:
    words, notation, order, plan = screen_words_of(language), language.notation, audit.plan.order, audit.plan
    capsules = [phrase(words.capsules, {"count": notation.number(order.capsules or 0)})]
    if order.capsule_size:
        capsules.append(words.of_size.format(size=order.capsule_size))
    if order.by_volume and order.filled is not None:
        capsules.append(phrase(words.by_volume, {"count": notation.number(order.filled)}))
    elif order.fill_weight is not None:
        each = words.each.format(fill=notation.mass(order.fill_weight.mg))
        capsules.append(language.words.assumed.format(value=each) if order.fill_weight_assumed else each)
    weighing = [words.balance.format(sensitivity=notation.mass(plan.balance.sensitivity.mg))]
    if order.bulk is not None:
        weighing.append(words.bulk_balance.format(sensitivity=notation.mass(order.bulk.sensitivity.mg)))
    if order.least_weighable is not None:
        weighing.append(words.least.format(least=notation.mass(_least_read(audit))))
    return "; ".join(", ".join(part) for part in (capsules, weighing))


def _least_read(audit: Audit) -> Fraction:
    """The least weighable quantity, rounded up to what the balance reads."""
    least, balance = audit.plan.order.least_weighable, audit.plan.balance
    return round_to(least or Fraction(0), balance.readability.mg, Direction.UP)


# The steps.


def step_header(audit: Audit, language: Language = ENGLISH) -> ScreenRow:
    """The head of the table of steps."""
    words = screen_words_of(language)
    what = words.weigh_or_do if audit.plan.is_liquid else words.weigh
    # A balance that shows tenths shows zeros at the end of an amount: its head says that these are readings.
    shown = [printed_target(audit, Fraction(s.amount_mg or 0), language, s) for s in audit.plan.weighings()]
    plain = [_reading(audit, s, language) for s in audit.plan.weighings()]
    return ScreenRow(words.number, what, words.target if shown == plain else words.target_reads, words.range, words.into)


def screen_rows(audit: Audit, language: Language = ENGLISH) -> list[ScreenRow]:
    """The steps in their order; portions of a diluent that are weighed alike are one row."""
    found: list[ScreenRow] = []
    alike: list[Step] = []
    for step in audit.plan.steps:
        if alike and not _goes_on(audit, alike[-1], step):
            found.append(_rows_of(audit, alike, language))
            alike = []
        alike.append(step)
    return [*found, _rows_of(audit, alike, language)] if alike else found


def _goes_on(audit: Audit, before: Step, step: Step) -> bool:
    """Whether a step weighs the next portion of the same diluent, the same amount within the same range."""
    if not isinstance(before, Weigh) or not isinstance(step, Weigh) or before.role != DILUENT or step.role != DILUENT:
        return False
    portions, rows = audit.plan.portions(step), {row.diluent for row in audit.ranges.rows}
    return (
        before in portions and before.amount_mg == step.amount_mg and before.balance == step.balance
        and not rows & {before.number, step.number}
        and audit.ranges.planned[before.number] == audit.ranges.planned[step.number]
    )  # fmt: skip


def _rows_of(audit: Audit, steps: Sequence[Step], language: Language) -> ScreenRow:
    words, first, last = screen_words_of(language), steps[0], steps[-1]
    if len(steps) == 1 or not isinstance(first, Weigh):
        return _row(audit, first, language)
    portions = audit.plan.portions(first)
    what = words.portions.format(
        what=material_text(audit, first, language), first=portions.index(first) + 1, last=portions.index(first) + len(steps),
        count=len(portions),
    )  # fmt: skip
    number = words.steps_from_to.format(first=first.number, last=last.number)
    return ScreenRow(
        number, naming_balance(first, what, language), _reading(audit, first, language),
        range_of(audit, first, language), language.text(first.vessel),
    )  # fmt: skip


def _reading(audit: Audit, step: Step, language: Language) -> str:
    """What the balance shows when a weighing is on target."""
    return printed_reading(audit, Fraction(getattr(step, "amount_mg", None) or 0), language, step)


def _row(audit: Audit, step: Step, language: Language) -> ScreenRow:
    words, notation = screen_words_of(language), language.notation

    def row(what: str, target: str = "", within: str = "") -> ScreenRow:
        return ScreenRow(str(step.number), what, target, within, language.text(step.vessel))

    def weighing(what: str) -> ScreenRow:
        return row(what, _reading(audit, step, language), range_of(audit, step, language))

    match step:
        case Weigh(role=role):
            name = portion_text(audit.plan, step, material_text(audit, step, language), language)
            what = words.dried if role == DRIED else naming_balance(step, name, language)
            return weighing(what)
        case Transfer() if step.amount_mg is not None:
            return weighing(language.text(step.source))
        case Transfer():
            volume = notation.volume(step.amount_ml or 0)
            return row(_with_ware(step.source, step.ware, volume, language), volume)
        case MakeUp():
            volume = notation.volume(step.volume_ml)
            what = _with_ware(step.material, step.ware, volume, language)
            return row(what, words.make_up_to.format(volume=volume))
        case Mix():
            return row(_mixing(audit, step, language))
        case TopUp():
            count = notation.number(step.count)
            return row(phrase(words.top_up, {"count": count, "material": language.text(step.material)}))
        case Dry():
            return row(words.dry)
        case Fill(amount_mg=each):
            values: dict[str, str | int] = {"count": notation.number(step.count), "source": language.text(step.source)}
            if each is None:
                return row(phrase(words.fill_all, values))
            return row(phrase(words.fill, values), notation.mass(each), words.each_capsule)


def _with_ware(name: str, ware: str | None, volume: str, language: Language) -> str:
    """What is measured by volume, and in what; a size that is the volume itself is not said twice."""
    if not ware:
        return language.text(name)
    return screen_words_of(language).in_ware.format(what=language.text(name), ware=language.text(ware).removesuffix(volume).rstrip())


def _mixing(audit: Audit, step: Mix, language: Language) -> str:
    words = screen_words_of(language)
    topped_up = audit.run.held(step.vessel, step.number).topped_to is not None
    count = 0 if topped_up else len(doubling_rows(audit, step.vessel, language))
    return phrase(words.mix_by_doubling, {"count": count}) if count > 1 else words.mix


# Ranges.


class Follows(Value):
    """How a diluent is worked out from a reading: `factor` times it, less `beside`, and by how much it may be off that.

    Whichever of the two nearest multiples of the readability is taken for the product, and whatever within `spread_mg` of
    it is weighed, lies within the range of the sheet for every reading within the range of its concentrate.
    """

    factor: Fraction
    beside_mg: Fraction
    spread_mg: Fraction
    reading: int


LONGEST_FACTOR = 6  # significant digits of a factor that is printed as it is


def follows(row: ReadingRow) -> Follows | None:
    """How the diluent of a row follows the reading of its concentrate, with a factor that can be typed; None where that
    would not keep the promise of the sheet.

    The sheet's own diluent is the nearest multiple of the readability to the product. A product of a whole number of steps
    is that; any other lies between two of them, one of which it is. A factor that is cut off moves the product by less than
    half a step over the whole range, so that it still lies within a step of the sheet's.
    """
    step, exact = row.diluent_step, row.factor
    text = canonical(exact)
    if "/" not in text and len(text.replace(".", "").strip("0")) <= LONGEST_FACTOR:
        whole = (exact * row.step / step).denominator == 1 and (row.beside / step).denominator == 1
        factor, off = exact, Fraction(0) if whole else step
    else:
        factor, places = exact, 0
        while True:
            factor = round_to(exact, Fraction(1, 10**places), Direction.NEAREST)
            if row.high * abs(factor - exact) < step / 2:
                break
            places += 1
        off = step
    if row.spread < off:
        return None
    return Follows(factor, row.beside, row.spread - off, row.concentrate)


def range_of(audit: Audit, step: Step, language: Language = ENGLISH) -> str:
    """What a weighing may read, or how it follows from what another one read."""
    words, notation, ranges = screen_words_of(language), language.notation, audit.ranges
    bounds = ranges.planned[step.number]
    if bounds is None:
        return ""
    row = next((row for row in ranges.rows if row.diluent == step.number), None)
    if row is not None and (found := follows(row)) is not None:
        about = "" if found.factor == row.factor else notation.about
        values = {"factor": about + notation.number(found.factor), "step": found.reading}
        if not found.beside_mg:
            return words.follows.format(**values)
        return words.follows_beside.format(**values, beside=notation.milligrams(found.beside_mg))
    if step.number in ranges.made_up:
        read_at, total = ranges.made_up[step.number]
        return words.what_is_left.format(total=notation.milligrams(total), step=read_at)
    if step.number in ranges.before_drying:
        return _dried_range(audit, step, bounds, language)
    if bounds[0] == bounds[1]:
        return words.on_target
    low = notation.reading_digits(bounds[0], audit.plan.balance_of(step).readability.mg)
    return words.between.format(low=low, high=printed_reading(audit, bounds[1], language, step))


def _dried_range(audit: Audit, step: Step, bounds: tuple[Fraction, Fraction], language: Language) -> str:
    """How far a dried vessel may read from what was read going in."""
    words, notation, ranges = screen_words_of(language), language.notation, audit.ranges
    amount = ranges.amounts[step.number]
    readings = " + ".join(words.reading.format(step=number) for number in ranges.before_drying[step.number])
    low, high = (notation.signed_milligrams(bound - amount) for bound in bounds)
    return words.dried_range.format(readings=readings, low=low.removesuffix("mg").rstrip(), high=high)


def within_text(audit: Audit, language: Language = ENGLISH) -> str:
    """How far each diluent that follows a reading may be off what the reading gives; nothing where none follows."""
    words, notation, ranges = screen_words_of(language), language.notation, audit.ranges
    found: list[tuple[int, Fraction]] = []
    for row in ranges.rows:
        if (rule := follows(row)) is not None:
            found.append((row.diluent, rule.spread_mg))
    for number in ranges.made_up:
        if (bounds := ranges.planned[number]) is not None:
            amount = ranges.amounts[number]
            found.append((number, min(bounds[1] - amount, amount - bounds[0])))
    parts = [
        (words.within_first if i == 0 else words.within_next).format(amount=notation.milligrams(mg), step=number)
        for i, (number, mg) in enumerate((number, mg) for number, mg in sorted(found) if mg)
    ]
    exactly = [str(number) for number, mg in sorted(found) if not mg]
    texts = [words.within.format(parts=", ".join(parts))] if parts else []
    if exactly:
        texts.append(phrase(words.exactly, {"count": len(exactly), "steps": ", ".join(exactly)}))
    return " ".join(texts)


# The dose and the powder.


def fact_rows(audit: Audit, language: Language = ENGLISH) -> list[tuple[str, str]]:
    """The dose that the weights give with its worst case, and how much powder that takes."""
    words, accuracy = screen_words_of(language), audit.accuracy
    found = [] if accuracy is None else [(words.dose, _dose_text(audit, language))]
    return [*found, (words.powder, _powder_text(audit, language))]


def _dose_text(audit: Audit, language: Language) -> str:
    words, notation, accuracy, order = screen_words_of(language), language.notation, audit.accuracy, audit.plan.order
    if accuracy is None:
        return ""
    said = [words.dose_is.format(dose=notation.short_dose(accuracy.dose_mg, order.ordered_unit))]
    if accuracy.worst_low_percent is not None and accuracy.worst_high_percent is not None:
        low, high = notation.short_span(accuracy.worst_low_percent, accuracy.worst_high_percent)
        if order.dose_error_limit is None:
            said.append(words.at_worst.format(low=low, high=high))
        else:
            limit = notation.percent(order.dose_error_limit.percent)
            said.append(words.at_worst_limit.format(low=low, high=high, limit=limit))
    if order.lot.source_error and accuracy.total_low_percent is not None and accuracy.total_high_percent is not None:
        low, high = notation.short_span(accuracy.total_low_percent, accuracy.total_high_percent)
        said.append(words.with_source.format(low=low, high=high))
    return "; ".join(said)


def powder_used(audit: Audit) -> Fraction:
    """All powder that is weighed into vessels in mg, what is taken out of one into another included."""
    return sum((Fraction(s.amount_mg or 0) for s in audit.plan.weighings() if not _is_no_powder(audit, s)), Fraction(0))


def _is_no_powder(audit: Audit, step: Weigh | Transfer) -> bool:
    """Whether a weighing reads what is there already, or brings a liquid."""
    return (isinstance(step, Weigh) and step.role in (DRIED, SOLVENT)) or (
        isinstance(step, Transfer) and step.source in audit.run.liquid_vessels
    )


def _powder_text(audit: Audit, language: Language) -> str:
    words, notation = screen_words_of(language), language.notation
    aliquots = any(isinstance(s, Transfer) and not _is_no_powder(audit, s) for s in audit.plan.weighings())
    form = words.with_aliquots if aliquots else words.weighed_in
    said = [form.format(mass=notation.short_mass(powder_used(audit)))]
    left = sum((mixture.left_mg for mixture in audit.mixtures if _is_trituration(mixture.vessel)), Fraction(0))
    if left:
        said.append(words.left_over.format(mass=notation.short_mass(left)))
    volume = sum((Fraction(s.volume_ml) for s in audit.plan.steps if isinstance(s, MakeUp)), Fraction(0))
    mass = sum((Fraction(s.amount_mg) for s in audit.plan.steps if isinstance(s, Weigh) and s.role == SOLVENT), Fraction(0))
    for amount, text in ((volume, notation.volume(volume)), (mass, notation.short_mass(mass))):
        if amount:
            said.append(words.solvent.format(amount=text))
    return "; ".join(said)


def _is_trituration(name: str) -> bool:
    vessel = vessel_of(name)
    return name != BATCH and vessel is not None and vessel.kind == Vessel.TRITURATION


# Findings.


# What settles a warning: options, or a command.
SETTLED_BY = {
    codes.POTENCY_NOT_ENTERED: "--assay, --water",
    codes.FILL_WEIGHT_ASSUMED: "--fill-weight",
    codes.CAPSULE_OVERFULL: "--fill-weight, --capsule-size",
    codes.CAPSULE_NEARLY_EMPTY: "--fill-weight, --capsule-size",
    codes.PARTICLE_SIZE_NOT_GIVEN: "--particle-size",
    codes.PARTICLE_SIZE_DOUBTFUL: "--particle-size",
    codes.UNIFORMITY_NOT_SHOWN: "--true-density",
    codes.TRUE_DENSITY_UNUSUAL: "--true-density",
    codes.ASSAY_UNUSUAL: "--assay",
    codes.ASSAY_OF_THE_ANHYDROUS_FORM: "DRUG",
    codes.ASSAY_OUTSIDE_MONOGRAPH: "--assay",
    codes.WATER_OF_A_HYDRATE: "DRUG, --dose-as",
    codes.DOSE_NOT_IN_LABEL_FORM: "--dose-as",
    codes.STOCK_STRENGTH: "--strength",
    codes.TABLET_EXCIPIENTS: "compound check",
    codes.MINIMUM_WEIGHT_BELOW_RULE: "--minimum-weight",
    codes.MINIMUM_WEIGHT_BELOW_REPEATABILITY: "--minimum-weight",
    codes.SENSITIVITY_BELOW_REPEATABILITY: "--balance-sensitivity",
    codes.FILL_WEIGHT_OF_OTHER_LOT: "--fill-weight",
    codes.BALANCE_CHECK_OVERDUE: "compound balance",
    codes.WEIGHING_ERROR_LOOSE: "--weighing-error",
    codes.DOSE_ERROR_LOOSE: "--dose-error",
    codes.TOTAL_ERROR_LARGE: "--strength-error",
    codes.BELOW_USP_41_FLOOR: "--minimum-weight",
    codes.MIXTURE_BELOW_LEAST: "--least-mixture",
    codes.PLAN_WITHOUT_RESERVE: "--capsules, --plan-error",
    codes.DRUG_SURPLUS_BEYOND_WINDOW: "--drug-surplus",
    codes.DOSE_MULTIPLE_OF_STUDIED: "--dose",
    codes.DOSE_PART_OF_STUDIED: "--dose",
    codes.DOSE_MULTIPLE_OF_RANGE: "--dose",
    codes.DOSE_PART_OF_RANGE: "--dose",
    codes.ORAL_ROUTE_DOUBTED: "compound doses",
    codes.SOLUBILITY_ABOVE_RECORD: "--solubility",
    codes.DILUENT_DISSOLVES: "--diluent",
    codes.DILUENT_SWELLS: "--diluent",
}
# A note that is told with a warning, since the same figure settles both.
_TOLD_WITH = {codes.POTENCY_NOT_ENTERED: codes.HYDRATE_NOT_SETTLED}


def said_of(findings: Sequence[Finding], not_checked: Sequence[NotChecked], language: Language = ENGLISH) -> SaidInShort:
    """What to settle before weighing, what was taken on, what was not checked, and how many notes there are beside."""
    warnings = [f for f in findings if f.severity is Severity.WARNING and f.accepted is None]
    taken_on = [f for f in findings if f.accepted is not None]
    told = {_TOLD_WITH[f.entry] for f in warnings if f.entry in _TOLD_WITH}
    missing = {item.code: not_checked_name(item, language) for item in not_checked}
    notes = [
        f for f in findings if f.severity is Severity.NOTE and f.entry not in told and f.code not in missing
    ]  # fmt: skip
    words = screen_words_of(language)
    return SaidInShort(
        tuple(_settle(finding, findings, language) for finding in warnings),
        tuple(words.taken_on.format(code=f.code, text=finding_text(f, language)) for f in taken_on),
        tuple(dict.fromkeys(missing.values())), len(notes), len([f for f in findings if f.entry in told]),
    )  # fmt: skip


def _settle(finding: Finding, findings: Sequence[Finding], language: Language) -> SettleRow:
    parts = [short_text(finding, language)]
    if (other := _TOLD_WITH.get(finding.entry)) is not None:
        parts += [short_text(one, language) for one in findings if one.entry == other]
    return SettleRow("; ".join(parts), SETTLED_BY.get(finding.entry, ""), finding.code)


def short_text(finding: Finding, language: Language = ENGLISH) -> str:
    """A finding in a few words; its title where there are none."""
    template = screen_words_of(language).short.get(finding.code)
    if template is None:
        return language.title(finding.entry)
    if finding.entry in (codes.HYDRATE_NOT_SETTLED, codes.WATER_OF_A_HYDRATE):  # of its name only what sets it apart
        whole, base = (language.text(str(finding.values[name])) for name in ("hydrate", "substance"))
        apart = whole.removeprefix(base).strip(" -") or whole
        finding = replace(finding, values={**finding.values, "hydrate": apart})
    if isinstance(steps := finding.values.get("steps"), str):
        finding = replace(finding, values={**finding.values, "steps": _in_runs(steps)})
    return language.sentence(finding, template)


_FEW_STEPS = 6


def _in_runs(steps: str) -> str:
    """Many numbers of steps, those that follow each other as the ends of their run: `1–20, 22`."""
    numbers = steps.split(", ")
    if len(numbers) <= _FEW_STEPS or not all(number.isdecimal() for number in numbers):
        return steps
    runs: list[list[str]] = []
    for number in numbers:
        if runs and int(runs[-1][-1]) + 1 == int(number):
            runs[-1].append(number)
        else:
            runs.append([number])
    if len(runs) == 1:  # a text without a comma would be said to be one step
        runs = [runs[0][:1], runs[0][1:]]
    return ", ".join("–".join(dict.fromkeys((run[0], run[-1]))) for run in runs)


def not_checked_name(item: NotChecked, language: Language = ENGLISH) -> str:
    """What was not checked, by its name."""
    return screen_words_of(language).names.get(item.code) or language.title(item.entry)
