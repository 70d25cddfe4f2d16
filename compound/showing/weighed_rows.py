"""A plan audited with what was read, as rows of text: the terminal and the record print the same ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from compound.correcting.weighed import BatchVerdict, Counting, Filling, Weighed, Weighing
from compound.findings import codes
from compound.judging.audit import Audit
from compound.judging.replay import Mixture
from compound.plan.plan import DRIED, Transfer, Weigh
from compound.showing import plan_rows, two_doses
from compound.showing.portion_rows import naming_balance, portion_text
from compound.wording.language import ENGLISH, Language
from compound.wording.record_words import WeighedWords
from compound.wording.terminal_words import AuditWords


def verdict_text(weighed: Weighed, language: Language = ENGLISH) -> str:
    """The verdict in words."""
    words = language.table(WeighedWords)
    if weighed.verdict is BatchVerdict.WITHIN and all(w.read is None for w in weighed.weighings):
        return words.as_written
    verdict, order = weighed.verdict.value, weighed.plan.order
    if weighed.verdict is BatchVerdict.WITHIN and order.planned_dose != order.dose.mg:
        verdict = "within_planned"
    return words.verdicts[verdict].format(limit=language.notation.percent(weighed.limit_percent))


def dose_rows(weighed: Weighed, language: Language = ENGLISH) -> list[tuple[str, str]]:
    """BatchVerdict, label, dose and bounds."""
    words, plain, notation = language.table(WeighedWords), language.words, language.notation
    made, order = weighed.made.accuracy, weighed.plan.order
    found = [
        (words.verdict, verdict_text(weighed, language)),
        (plain.labelled_dose, two_doses.dose_of(order, language)),
        *two_doses.planned_dose_rows(order, language),
    ]
    if made is None:
        return [*found, (plain.dose_per_capsule, plan_rows.why_no_dose(weighed.plan, language))]
    pending = bool(weighed.next) and any(w.read is not None for w in weighed.weighings)
    name = words.as_corrected.format(dose=plain.dose_per_capsule) if pending else plain.dose_per_capsule
    found.append((name, notation.dose(made.dose_mg, order.ordered_unit)))
    found.append((words.deviation, notation.signed_percent(made.deviation_percent)))
    if pending and weighed.uncorrected_dose not in (None, made.dose_mg):
        found.append((words.without_corrections, notation.dose(weighed.uncorrected_dose or Fraction(0), order.ordered_unit)))
    worst = plain.not_worked_out
    if made.worst_low_percent is not None and made.worst_high_percent is not None:
        low, high = notation.signed_percent(made.worst_low_percent), notation.signed_percent(made.worst_high_percent)
        worst = plain.worst_case_limit.format(low=low, high=high, limit=notation.percent(weighed.limit_percent))
    found.append((plain.worst_case, worst))
    if weighed.filling is not None:
        found.append((plain.fill_weight, _fill_text(weighed.filling, notation.mass, language)))
    if weighed.counting is not None:
        found.append((plain.capsules, _fill_text(weighed.counting, notation.number, language)))
    return found


def _fill_text(fill: Filling | Counting, said: Callable[[Fraction | int], str], language: Language) -> str:
    """A fill weight, or into how many capsules a batch goes: planned, as it was given, and as would put the dose right."""
    words = language.table(WeighedWords)
    text = words.fill_planned.format(fill=said(fill.planned))
    if fill.given is not None:
        text += words.fill_given.format(fill=said(fill.given))
    if fill.corrected is not None and fill.corrected != (fill.planned if fill.given is None else fill.given):
        text += words.fill_right.format(fill=said(fill.corrected))
    return text


def step_texts(audit: Audit, language: Language = ENGLISH) -> dict[int, str]:
    """What is weighed at each weighing, in words, by the number of the step."""
    words = language.table(WeighedWords)
    found = {}
    for step in audit.plan.weighings():
        vessel = language.text(step.vessel)
        if isinstance(step, Transfer):
            what = language.text(step.source)
        else:
            what = portion_text(audit.plan, step, language.material(step.material), language)
        found[step.number] = naming_balance(step, words.weigh_into.format(what=what, vessel=vessel), language)
        if isinstance(step, Weigh) and step.role == DRIED:
            found[step.number] = words.dried_vessel.format(vessel=vessel)
    return found


def weighing_rows(weighed: Weighed, language: Language = ENGLISH) -> list[tuple[str, ...]]:
    """The weighings: planned, what to weigh by the readings before, read, and how far that is off."""
    texts = step_texts(weighed.made, language)
    for number, jar in weighed.jars.items():
        texts[number] = language.table(WeighedWords).from_jar.format(text=texts[number], jar=jar)
    return [_weighing(weighed, weighing, texts[weighing.number], language) for weighing in weighed.weighings]


def _weighing(weighed: Weighed, weighing: Weighing, text: str, language: Language) -> tuple[str, ...]:
    words, notation = language.table(WeighedWords), language.notation

    def shown(mg: Fraction) -> str:
        if not _shows(weighed, mg, weighing.number):
            return notation.mass(mg)
        return plan_rows.printed_reading(weighed.made, mg, language, weighed.plan.steps[weighing.number - 1])

    def mass(mg: Fraction) -> str:
        return notation.milligrams(mg) if _shows(weighed, mg, weighing.number) else notation.mass(mg)

    wanted = weighing.corrected
    target = words.none_admissible if wanted is None else mass(wanted)
    if wanted is not None and wanted != weighing.planned:
        target = words.corrected.format(amount=target)
    if weighing.read is not None:
        read = shown(weighing.read)
        off = "" if wanted is None else notation.signed_percent(100 * (weighing.read / wanted - 1))
    elif not weighing.to_do:
        target, read, off = "", language.words.not_given, ""
    else:
        read = off = ""
        if any(finding.code == codes.NO_ADMISSIBLE_CORRECTION.code for finding in weighed.findings):
            target = words.stop
    return (str(weighing.number), text, mass(weighing.planned), target, read, off)


def _shows(weighed: Weighed, mg: Fraction, number: int) -> bool:
    """Whether the balance of a weighing can show an amount; one that it cannot is printed in full."""
    return (mg / Fraction(weighed.plan.balance_of(weighed.plan.steps[number - 1]).readability.mg)).denominator == 1


def made_rows(weighed: Weighed, language: Language = ENGLISH) -> list[tuple[str, ...]]:
    """The mixtures as they really are, and what is left of each."""
    words = language.table(WeighedWords)
    return [
        (row.vessel, row.total, row.drug, row.strength, row.one_in, _left(mixture, language),
         words.yes if mixture.vessel in weighed.closed else words.no)
        for row, mixture in zip(plan_rows.mixture_rows(weighed.made, language), weighed.made.mixtures, strict=True)
    ]  # fmt: skip


def _left(mixture: Mixture, language: Language) -> str:
    """What is left of a mixture: of a solution its volume."""
    notation = language.notation
    return notation.mass(mixture.left_mg) if mixture.left_ml is None else notation.volume(mixture.left_ml)


def file_row(weighed: Weighed, name: str, language: Language = ENGLISH) -> str:
    """One line for a file among many: verdict, dose, deviation, worst case, errors and warnings, name."""
    words, notation, made = language.table(AuditWords), language.notation, weighed.made.accuracy
    dose, off, worst = words.no_dose, "", ""
    if made is not None:
        dose, off = notation.dose(made.dose_mg, weighed.plan.order.ordered_unit), notation.signed_percent(made.deviation_percent)
        worst = language.words.not_worked_out if made.worst_percent is None else notation.percent(made.worst_percent)
    counts = [str(sum(1 for f in weighed.findings if f.severity.value == severity)) for severity in ("error", "warning")]
    return _file_line((words.file_verdicts[weighed.verdict.value], dose, off, worst, *counts, name), words)


def file_header(language: Language = ENGLISH) -> str:
    """The head of the lines of many files."""
    words = language.table(AuditWords)
    return _file_line(words.file_headers, words)


# The least widths of the columns before the name of the file; the first two stand to the left.
_FILE_WIDTHS = (10, 32, 16, 16, 6, 8)


def _file_line(cells: Sequence[str], words: AuditWords) -> str:
    """A line of the table of many files, in columns as wide as their heads at least, that of the verdict as its names."""
    heads = (max(words.file_verdicts.values(), key=len), *words.file_headers[1:-1])
    widths = [max(width, len(head)) for width, head in zip(_FILE_WIDTHS, heads, strict=True)]
    aligned = [f"{cell:{'<' if at < 2 else '>'}{width}}" for at, (cell, width) in enumerate(zip(cells, widths, strict=False))]
    return "  ".join((*aligned, cells[-1]))
