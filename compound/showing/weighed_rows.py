"""A plan audited with what was read, as rows of text: the terminal and the sheet print the same ones."""

from __future__ import annotations

from fractions import Fraction

from compound.correcting.weighed import Bench, Verdict, Weighing
from compound.findings import codes
from compound.judging.replay import Mixture
from compound.showing import plan_rows
from compound.wording import notation

_VERDICTS = {
    Verdict.WITHIN: "within: the dose is within {limit} of the label",
    Verdict.OUTSIDE: "outside: must not be dispensed as it stands",
    Verdict.INCOMPLETE: "incomplete: go on with the amounts below",
}
_WRITTEN = "within: the plan as written keeps its rules"
HEADERS = ("step", "what", "planned", "to weigh", "read", "off")
MIXTURE_HEADERS = ("vessel", "total", "drug", "strength", "ratio", "left", "made")


def verdict_text(bench: Bench) -> str:
    """The verdict in words."""
    if bench.verdict is Verdict.WITHIN and all(w.read is None for w in bench.weighings):
        return _WRITTEN
    return _VERDICTS[bench.verdict].format(limit=notation.percent(bench.limit))


def dose_rows(bench: Bench) -> list[tuple[str, str]]:
    """Verdict, label, dose and bounds."""
    made, order = bench.made.accuracy, bench.plan.order
    found = [("verdict", verdict_text(bench)), ("labelled dose", notation.dose(Fraction(order.dose.mg)))]
    if order.drug:
        found[1] = (found[1][0], f"{found[1][1]} of {order.dosed}")
    if made is None:
        return [*found, ("dose per capsule", "none: the steps cannot be carried out")]
    pending = bool(bench.next) and any(w.read is not None for w in bench.weighings)
    found.append(("dose per capsule" + (", as corrected" if pending else ""), notation.dose(made.dose_mg)))
    found.append(("deviation", plan_rows.signed_percent(made.deviation_percent)))
    if pending and bench.uncorrected_dose not in (None, made.dose_mg):
        found.append(("dose without corrections", notation.dose(bench.uncorrected_dose or Fraction(0))))
    if made.worst_low_percent is None or made.worst_high_percent is None:
        found.append(("worst case of the weighings", "not worked out"))
    else:
        low, high = plan_rows.signed_percent(made.worst_low_percent), plan_rows.signed_percent(made.worst_high_percent)
        found.append(("worst case of the weighings", f"{low} to {high} (limit {notation.percent(bench.limit)})"))
    if (filling := bench.filling) is not None:
        text = f"{notation.mass(filling.planned)} planned"
        if filling.given is not None:
            text += f", {notation.mass(filling.given)} filled"
        if filling.corrected not in (None, filling.planned if filling.given is None else filling.given):
            text += f", {notation.mass(filling.corrected or 0)} would put the dose right"
        found.append(("fill weight", text))
    return found


def weighing_rows(bench: Bench) -> list[tuple[str, ...]]:
    """The weighings: planned, what to weigh by the readings before, read, and how far that is off."""
    texts = {row.number: row.text for row in plan_rows.step_texts(bench.made)}
    return [_weighing(bench, weighing, texts[weighing.number]) for weighing in bench.weighings]


def _weighing(bench: Bench, weighing: Weighing, text: str) -> tuple[str, ...]:
    def mass(mg: Fraction) -> str:
        return plan_rows.reading(bench.made, mg) if _shows(bench, mg) else notation.mass(mg)

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
        if any(finding.code == codes.NO_ADMISSIBLE_CORRECTION.code for finding in bench.findings):
            target = "stop: start again"
    return (str(weighing.number), text, mass(weighing.planned), target, read, off)


def _shows(bench: Bench, mg: Fraction) -> bool:
    """Whether the balance of the plan can show an amount; one that it cannot is printed in full."""
    return (mg / Fraction(bench.plan.balance.readability.mg)).denominator == 1


def mixture_rows(bench: Bench) -> list[tuple[str, ...]]:
    """The mixtures as they really are, and what is left of each."""
    return [
        (row.vessel, row.total, row.drug, row.strength, row.one_in, _left(mixture),
         "yes" if mixture.vessel in bench.closed else "no")
        for row, mixture in zip(plan_rows.mixture_rows(bench.made), bench.made.mixtures, strict=True)
    ]  # fmt: skip


def _left(mixture: Mixture) -> str:
    """What is left of a mixture: of a solution its volume."""
    return notation.mass(mixture.left_mg) if mixture.left_ml is None else notation.volume(mixture.left_ml)


def file_row(bench: Bench, name: str) -> str:
    """One line for a file among many: verdict, dose, deviation, worst case, errors and warnings, name."""
    made = bench.made.accuracy
    dose, off, worst = "no dose", "", ""
    if made is not None:
        dose, off = notation.dose(made.dose_mg), plan_rows.signed_percent(made.deviation_percent)
        worst = "not worked out" if made.worst_percent is None else notation.percent(made.worst_percent)
    counts = [sum(1 for f in bench.findings if f.severity.value == severity) for severity in ("error", "warning")]
    return f"{bench.verdict.value:<10}  {dose:<32}  {off:>16}  {worst:>16}  {counts[0]:>6}  {counts[1]:>8}  {name}"


FILE_HEADER = (
    f"{'verdict':<10}  {'dose':<32}  {'deviation':>16}  {'worst case':>16}  {'errors':>6}  {'warnings':>8}  file"
)
