"""The last line of an audit: verdict, dose, and what to weigh, to fill or to type next.

Figures are shown to three significant digits, but never so that a dose beyond its limit looks like one within it.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from compound.correcting.weighed import BatchVerdict, Weighed
from compound.exact.quantity import canonical
from compound.findings import codes
from compound.findings.finding import Finding, Severity
from compound.showing.verdict_line import BAD, GOOD, OPEN, PROGRAM, Command, VerdictLine, explain_command, few_names
from compound.wording import notation
from compound.wording.language import ENGLISH, Language
from compound.wording.verdict_words import VerdictWords

SHOWN_DIGITS = 3
RECORD_FILE = "record.json"  # the name proposed for the record of an audit


def short_beside_limit(percent: Fraction, limit: Fraction, language: Language = ENGLISH) -> str:
    """A deviation in percent with its sign, to three significant digits; to more where it would else meet the limit."""
    digits = SHOWN_DIGITS
    while True:
        near = Fraction(notation.significant(percent, digits))
        if (abs(near) > limit) == (abs(percent) > limit) and (near == percent or abs(near) != limit):
            return language.notation.signed_percent(near)
        digits += 1


def _dose_says(judged: Weighed, language: Language) -> str:
    """Dose, deviation, label and limit."""
    words, accuracy, spoken = language.table(VerdictWords), judged.made.accuracy, language.notation
    if accuracy is None:
        return words.no_dose
    says = (words.dose if accuracy.deviation_percent else words.dose_on_target).format(
        dose=_first_unit(Fraction(notation.significant(accuracy.dose_mg, SHOWN_DIGITS)), judged, language),
        deviation=short_beside_limit(accuracy.deviation_percent, judged.limit_percent, language),
        target=_first_unit(judged.plan.order.planned_dose, judged, language),
        limit=spoken.percent(judged.limit_percent),
    )
    pending = bool(judged.next) and any(w.read is not None for w in judged.weighings)
    return words.when_weighed.format(dose=says) if pending else says


def _first_unit(mg: Fraction | Decimal, judged: Weighed, language: Language) -> str:
    """A dose in the unit that stands first where it is written in two."""
    return language.notation.dose(mg, judged.plan.order.ordered_unit).partition(" (")[0]


def audit_verdict(
    judged: Weighed, audit: Command, asking: Command | None = None, language: Language = ENGLISH
) -> VerdictLine:
    """The last line on a plan with the weights read.

    `audit` is the command that takes up all that was read so far, `asking` the one that also asks for what is missing.
    """
    words = language.table(VerdictWords)
    says = _dose_says(judged, language)
    errors = [finding for finding in judged.findings if finding.severity is Severity.ERROR]
    if judged.verdict is BatchVerdict.OUTSIDE:
        return VerdictLine(BAD, words.outside, says, _after_outside(judged, errors, audit, asking, language))
    if errors:
        first = errors[0]
        refused = words.refused_for.format(title=language.title(first.entry), code=first.code, dose=says)
        return VerdictLine(BAD, words.refused, refused, (explain_command(first),))
    if judged.verdict is BatchVerdict.INCOMPLETE:
        return VerdictLine(OPEN, words.incomplete, says, _to_go_on(judged, audit, asking, language))
    if any(weighing.read is not None for weighing in judged.weighings):
        return VerdictLine(GOOD, words.within, says, _after_within(judged, audit, language))
    return VerdictLine(GOOD, words.within_as_planned, says, _to_go_on(judged, audit, asking, language))


def _to_go_on(judged: Weighed, audit: Command, asking: Command | None, language: Language) -> tuple[str | Command, ...]:
    """The next weighing and its amount, or the first reading that is missing."""
    words = language.table(VerdictWords)
    for weighing in judged.weighings:
        if weighing.read is None:
            step, amount = weighing.number, weighing.corrected
            if weighing.to_do and amount is not None:
                first = words.weigh.format(step=step, amount=language.notation.mass(amount))
            else:
                first = words.reading_of.format(step=step)
            return first, asking or (*audit, "--read", f"{step}={words.an_amount}")
    return ()


def _after_within(judged: Weighed, audit: Command, language: Language) -> tuple[str | Command, ...]:
    """The filling, where it is still to do otherwise than planned or has to be told; then the weights of the capsules."""
    words = language.table(VerdictWords)
    counting, filling = judged.counting, judged.filling
    if counting is not None and counting.given is None:
        count = counting.planned if counting.corrected is None else counting.corrected
        return notation.phrase(words.fill_into, {"count": language.notation.count(count)}), (*audit, "--filled", words.a_count)
    first: tuple[str, ...] = ()
    if filling is not None and filling.given is None and filling.corrected not in (None, filling.planned):
        first = (words.fill.format(amount=language.notation.mass(filling.corrected or 0)),)
    judge = (PROGRAM, "qc", "weights", RECORD_FILE, "--net", words.weights)
    return (*first, (*audit, "--json", ">", RECORD_FILE), judge)


def _after_outside(
    judged: Weighed, errors: Sequence[Finding], audit: Command, asking: Command | None, language: Language
) -> tuple[str | Command, ...]:
    """What puts it right, if anything does: the rest of a diluent, another fill; else where to begin again."""
    words, spoken = language.table(VerdictWords), language.notation
    found = {finding.code: finding for finding in reversed(errors)}
    read_all = bool(judged.weighings) and all(weighing.read is not None for weighing in judged.weighings)
    if (short := found.get(codes.DILUENT_SHORT.code)) is not None:
        step, rest, whole = (short.values[name] for name in ("step", "rest", "wanted"))
        if isinstance(rest, Fraction) and isinstance(whole, Fraction):
            made_up = words.make_up.format(step=step, amount=spoken.mass(rest), sum=spoken.mass(whole))
            if "--readings" in audit:  # where the reading stands it is put right
                return made_up, asking or audit
            return made_up, (*_without_reading(audit, str(step)), "--read", f"{step}={canonical(whole)}mg")
    counting, filling = judged.counting, judged.filling
    dose_alone = {finding.code for finding in errors} <= _MENDED_BY_FILLING
    if read_all and dose_alone and counting is not None and counting.given is None and counting.corrected is not None:
        count = counting.corrected
        return notation.phrase(words.fill_into, {"count": spoken.count(count)}), (*audit, "--filled", str(count))
    if read_all and dose_alone and filling is not None and filling.given is None and filling.corrected is not None:
        mg = filling.corrected
        return words.fill.format(amount=spoken.mass(mg)), (*audit, "--fill-weight", f"{canonical(mg)}mg")
    if (stuck := found.get(codes.NO_ADMISSIBLE_CORRECTION.code)) is not None:
        return words.start_again.format(step=stuck.values["step"]), explain_command(stuck)
    return (explain_command(errors[0]),) if errors else ()


# Errors on the dose alone, which another fill weight or number of capsules puts right.
_MENDED_BY_FILLING = frozenset((codes.MADE_OFF_LABEL.code, codes.DOSE_OFF_LABEL.code))


def _without_reading(audit: Command, step: str) -> Command:
    """The command without the reading of a step, which is given anew."""
    words: list[str] = []
    for word in audit:
        if words and words[-1] in ("--read", "--confirm") and word.partition("=")[0] == step:
            words.pop()
        else:
            words.append(word)
    return tuple(words)


def many_verdict(judged: Sequence[tuple[str, int]], language: Language = ENGLISH) -> VerdictLine:
    """The last line on several plans; `judged` are their files with the exit code of each."""
    words, count = language.table(VerdictWords), language.notation.count(len(judged))
    bad = [name for name, code in judged if code]
    if not bad:
        return VerdictLine(GOOD, words.within, notation.phrase(words.all_within, {"count": count}))
    named = {"bad": language.notation.count(len(bad)), "count": count, "names": few_names(bad)}
    says = notation.phrase(words.some_outside, named)
    return VerdictLine(BAD, words.outside, says, ((PROGRAM, "audit", bad[0]),))
