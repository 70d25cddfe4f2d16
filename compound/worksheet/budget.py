"""The mixtures, and the error budget as a picture beside its table."""

from __future__ import annotations

from fractions import Fraction

from compound.judging.accuracy import Accuracy
from compound.paper.measure import width
from compound.paper.paper import DASHED, Cell, Column, Draw, Span
from compound.showing import budget_rows, plan_rows, two_doses
from compound.worksheet.sheet import TYPE_SIZE, Sheet
from compound.worksheet.template import Section

_LEAST_RATIO = 80.0  # width of the column of the ratios, where it gives way to the others


def draw_mixtures(sheet: Sheet, section: Section) -> None:
    """What each mixture is made of and how strong it is."""
    paper, say = sheet.paper, sheet.say
    body: list[list[str]] = []
    for mixture in sheet.audit.mixtures:
        one_in = mixture.one_in
        name = sheet.vessel(mixture.vessel)
        volume = mixture.volume_ml
        total = sheet.amount(mixture.total_mg) if volume is None else sheet.notation.volume(volume)
        if mixture.topped_to is not None:
            total = say("scheme", "capsules", count=sheet.notation.number(mixture.topped_to))
        ratio = "" if one_in is None else say("mixtures", "ratio_value", ratio=sheet.notation.ratio(one_in))
        drug = sheet.notation.mass(mixture.drug_mg) if mixture.drug_mg else sheet.language.words.no_drug
        strength = sheet.strength(mixture) or plan_rows.premix_text(sheet.audit, mixture, sheet.language)
        body.append([name, total, drug, strength, ratio])
    keys = ("vessel", "total", "drug", "strength", "ratio")
    heads = [say("mixtures", key) for key in keys]
    # As wide as what stands in each, so that no amount is torn from its unit; what is left is shared.
    texts = zip(heads, *body, strict=True)
    needed = [max(width(text, TYPE_SIZE, True) for text in column) + 6 for column in texts]
    if (over := sum(needed) - paper.inner) > 0:
        needed[-1] = max(needed[-1] - over, _LEAST_RATIO)
    spare = (paper.inner - sum(needed)) / len(keys)
    columns = [
        Column(head, wide + spare, bold=key == "strength", size=TYPE_SIZE)
        for key, head, wide in zip(keys, heads, needed, strict=True)
    ]

    def draw() -> None:
        sheet.heading(section.heading, 0)
        paper.table(columns, body, pad=1.5)
        paper.y -= 4

    paper.together(draw)


def draw_budget(sheet: Sheet, section: Section) -> None:
    """A bar for each weighing, end to end, against the limit; below it the figures."""
    say, accuracy = sheet.say, sheet.audit.accuracy
    sheet.heading(section.heading, 150)
    if accuracy is None:
        return
    sheet.paper.paragraph(say("budget", "explained"), TYPE_SIZE, after=2)
    _draw_errors(sheet, accuracy)
    percent = sheet.notation.signed_percent
    words = sheet.language.words
    capsule = (accuracy.capsule_low_percent, accuracy.capsule_high_percent)
    rows = [
        (say("budget", "labelled"), two_doses.labelled_dose(sheet.order, sheet.notation)),
        *two_doses.planned_dose_rows(sheet.order, sheet.language),
        (say("budget", "given"), sheet.notation.dose(accuracy.dose_mg, sheet.order.ordered_unit)),
        (say("budget", "rounding"), percent(accuracy.deviation_percent)),
        (say("budget", "root"), sheet.notation.percent(accuracy.root_sum_square_percent)),
        (say("budget", "range"), _worst_range(sheet, accuracy)),
        (words.one_capsule, plan_rows.range_text(capsule, sheet.language)),
        (words.uncertainty, plan_rows.uncertainty_text(sheet.audit, sheet.language)),
    ]
    if sheet.order.lot.source_error:
        total = accuracy.total_low_percent, accuracy.total_high_percent
        rows.insert(-2, (words.with_source, plan_rows.range_text(total, sheet.language)))
    sheet.run_in(rows)


def _draw_errors(sheet: Sheet, accuracy: Accuracy) -> None:
    """The table of what is weighed or measured and carries drug, with the largest error of each as a bar."""
    paper, say, notation, limit = sheet.paper, sheet.say, sheet.notation, _limit_percent(sheet)
    parts = [part for part in sheet.audit.measured if part.concentrate]
    shares = [100 * part.error / part.amount for part in parts]
    worst = accuracy.worst_percent
    scale = float(max([sum(shares, Fraction(0)), worst or Fraction(0), limit or Fraction(0)])) * 1.08

    def bar(start: Fraction, end: Fraction, grey: float) -> Draw:
        def drawer(x: float, y: float, wide: float, high: float) -> None:
            per = (wide - 4) / scale
            if end > start:
                paper.rect(x + 2 + float(start) * per, y + high / 2 - 4, float(end - start) * per, 8, 0.6, grey)
            if limit is not None:
                at = x + 2 + float(limit) * per
                paper.line(at, y, at, y + high, 1.2, DASHED)

        return Draw(drawer)

    body: list[list[Cell] | Span] = []
    so_far = Fraction(0)
    for part, share in zip(parts, shares, strict=True):
        amount = notation.volume(part.amount) if part.by_volume else sheet.amount(part.amount)
        error = notation.volume(part.error) if part.by_volume else notation.mass(part.error)
        bars = bar(so_far, so_far + share, 0.55)
        body.append([f"{part.number}.", sheet.what(part.number), amount, error, notation.percent(share), bars])
        so_far += share
    if worst is not None:
        body.append(["", say("budget", "worst"), "", "", notation.percent(worst), bar(Fraction(0), worst, 0.25)])
    for row in budget_rows.beside_rows(sheet.audit, sheet.language):
        body.append([f"{row.number}.", row.text, row.amount, row.error, row.percent, ""])
    columns = [
        Column(say("budget", "number"), 26, "right", size=TYPE_SIZE),
        Column(say("budget", "what"), 204, size=TYPE_SIZE),
        Column(say("budget", "amount"), 60, "right", size=TYPE_SIZE),
        Column(say("budget", "error"), 72, "right", size=TYPE_SIZE),
        Column(say("budget", "share"), 78, "right", True, TYPE_SIZE),
    ]
    label = "" if limit is None else say("budget", "limit", limit=notation.percent(limit))
    rest = paper.inner - sum(column.width for column in columns)
    paper.table([*columns, Column(label, rest, "right")], body, least=13, pad=1.5, whole=True)
    paper.y -= 3


def _limit_percent(sheet: Sheet) -> Fraction | None:
    limit = sheet.order.dose_error_limit
    return None if limit is None else Fraction(limit.percent)


def _worst_range(sheet: Sheet, accuracy: Accuracy) -> str:
    """How far the dose may be off the label, beside the limit if there is one."""
    say, limit = sheet.say, _limit_percent(sheet)
    if accuracy.worst_low_percent is None or accuracy.worst_high_percent is None:
        return say("budget", "range_unknown")
    bounds = (accuracy.worst_low_percent, accuracy.worst_high_percent)
    low, high = (sheet.notation.signed_percent(bound) for bound in bounds)
    if limit is None:
        return say("budget", "range_value", low=low, high=high)
    return say("budget", "range_limit", low=low, high=high, limit=sheet.notation.percent(limit))
