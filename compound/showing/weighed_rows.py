"""A plan audited with what was read, as rows of text: the terminal and the sheet print the same ones."""

from __future__ import annotations

from fractions import Fraction

from compound.correcting.weighed import BatchVerdict, Weighed, Weighing
from compound.findings import codes
from compound.judging.replay import Mixture
from compound.showing import plan_rows
from compound.wording import notation

_VERDICTS = {
    BatchVerdict.WITHIN: "within: the dose is within {limit} of the label",
    BatchVerdict.OUTSIDE: "outside: must not be dispensed as it stands",
    BatchVerdict.INCOMPLETE: "incomplete: go on with the amounts below",
}
_WRITTEN = "within: the plan as written keeps its rules"
WEIGHING_HEADERS = ("step", "what", "planned", "to weigh", "read", "off")
MIXTURE_HEADERS = ("vessel", "total", "drug", "strength", "ratio", "left", "made")


def verdict_text(weighed: Weighed) -> str:
    """The verdict in words."""
    if weighed.verdict is BatchVerdict.WITHIN and all(w.read is None for w in weighed.weighings):
        return _WRITTEN
    return _VERDICTS[weighed.verdict].format(limit=notation.percent(weighed.limit_percent))


def dose_rows(weighed: Weighed) -> list[tuple[str, str]]:
    """Verdict, label, dose and bounds."""
    made, order = weighed.made.accuracy, weighed.plan.order
    found = [("verdict", verdict_text(weighed)), ("labelled dose", notation.dose(Fraction(order.dose.mg)))]
    if order.drug:
        found[1] = (found[1][0], f"{found[1][1]} of {order.dosed}")
    if made is None:
        return [*found, ("dose per capsule", "none: the steps cannot be carried out")]
    pending = bool(weighed.next) and any(w.read is not None for w in weighed.weighings)
    found.append(("dose per capsule" + (", as corrected" if pending else ""), notation.dose(made.dose_mg)))
    found.append(("deviation", plan_rows.signed_percent(made.deviation_percent)))
    if pending and weighed.uncorrected_dose not in (None, made.dose_mg):
        found.append(("dose without corrections", notation.dose(weighed.uncorrected_dose or Fraction(0))))
    if made.worst_low_percent is None or made.worst_high_percent is None:
        found.append(("worst case of the weighings", "not worked out"))
    else:
        low, high = plan_rows.signed_percent(made.worst_low_percent), plan_rows.signed_percent(made.worst_high_percent)
        found.append(("worst case of the weighings", f"{low} to {high} (limit {notation.percent(weighed.limit_percent)})"))
    if (filling := weighed.filling) is not None:
        text = f"{notation.mass(filling.planned)} planned"
        if filling.given is not None:
            text += f", {notation.mass(filling.given)} filled"
        if filling.corrected not in (None, filling.planned if filling.given is None else filling.given):
            text += f", {notation.mass(filling.corrected or 0)} would put the dose right"
        found.append(("fill weight", text))
    return found


def weighing_rows(weighed: Weighed) -> list[tuple[str, ...]]:
    """The weighings: planned, what to weigh by the readings before, read, and how far that is off."""
    texts = {row.number: row.text for row in plan_rows.step_texts(weighed.made)}
    return [_weighing(weighed, weighing, texts[weighing.number]) for weighing in weighed.weighings]


def _weighing(weighed: Weighed, weighing: Weighing, text: str) -> tuple[str, ...]:
    def mass(mg: Fraction) -> str:
        return plan_rows.reading(weighed.made, mg) if _shows(weighed, mg) else notation.mass(mg)

    wanted = weighing.corrected
    target = "none is admissible" if wanted is None else mass(wanted)
    if wanted is not None and wanted != weighing.planned:
        target += " (corrected)"
    if weighing.read is not None:
        read = mass(weighing.read)
        off = "" if wanted is None else plan_rows.signed_percent(100 * (weighing.read / wanted - 1))
    elif not weighing.to_do:
        target, read, off = "", "not given", ""
    else:
        read = off = ""
        if any(finding.code == codes.NO_ADMISSIBLE_CORRECTION.code for finding in weighed.findings):
            target = "stop: start again"
    return (str(weighing.number), text, mass(weighing.planned), target, read, off)


def _shows(weighed: Weighed, mg: Fraction) -> bool:
    """Whether the balance of the plan can show an amount; one that it cannot is printed in full."""
    return (mg / Fraction(weighed.plan.balance.readability.mg)).denominator == 1


def made_rows(weighed: Weighed) -> list[tuple[str, ...]]:
    """The mixtures as they really are, and what is left of each."""
    return [
        (row.vessel, row.total, row.drug, row.strength, row.one_in, _left(mixture),
         "yes" if mixture.vessel in weighed.closed else "no")
        for row, mixture in zip(plan_rows.mixture_rows(weighed.made), weighed.made.mixtures, strict=True)
    ]  # fmt: skip


def _left(mixture: Mixture) -> str:
    """What is left of a mixture: of a solution its volume."""
    return notation.mass(mixture.left_mg) if mixture.left_ml is None else notation.volume(mixture.left_ml)


def file_row(weighed: Weighed, name: str) -> str:
    """One line for a file among many: verdict, dose, deviation, worst case, errors and warnings, name."""
    made = weighed.made.accuracy
    dose, off, worst = "no dose", "", ""
    if made is not None:
        dose, off = notation.dose(made.dose_mg), plan_rows.signed_percent(made.deviation_percent)
        worst = "not worked out" if made.worst_percent is None else notation.percent(made.worst_percent)
    counts = [sum(1 for f in weighed.findings if f.severity.value == severity) for severity in ("error", "warning")]
    return f"{weighed.verdict.value:<10}  {dose:<32}  {off:>16}  {worst:>16}  {counts[0]:>6}  {counts[1]:>8}  {name}"


FILE_HEADER = (
    f"{'verdict':<10}  {'dose':<32}  {'deviation':>16}  {'worst case':>16}  {'errors':>6}  {'warnings':>8}  file"
)
