"""From the filled capsules to their release: weights, yield, label, storage, signatures."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise

from compound.facts import standards
from compound.facts.labels import label_rule
from compound.facts.qc_rules import Each, Rsd, Rule, mass_loss_limit, sheet_rule, weight_limits
from compound.paper.measure import ASCENT, LEADING, width, wrap
from compound.paper.paper import Blank, Cell, Column, Span
from compound.plan.plan import Fill
from compound.worksheet.label_text import CapsuleLabel, capsule_label
from compound.worksheet.sheet import TYPE_SIZE, Sheet
from compound.worksheet.template import Section


def draw_capsules(sheet: Sheet, section: Section) -> None:
    """The weights of capsules, with their limits, and what they do not prove."""
    paper, say = sheet.paper, sheet.say
    fill = next((step for step in sheet.plan.steps if isinstance(step, Fill)), None)
    if fill is None:
        return
    count = capsules_to_weigh(fill.count)
    sheet.heading(section.heading, 110)
    paper.paragraph(say("capsules", "intro", count=sheet.notation.number(count)), TYPE_SIZE, after=2)
    _draw_boxes(sheet, count)
    _draw_results(sheet)
    if fill.amount_mg is None:
        _limits_by_volume(sheet)
    else:
        _capsule_limits(sheet, Fraction(fill.amount_mg))
    assay = f"{say('capsules', 'assay')} {say('capsules', 'assay_result')} "
    paper.y += sheet.line - 4
    sheet.with_blanks(assay + "_" * 14, "capsules-assay")
    paper.y += 6


def _draw_boxes(sheet: Sheet, count: int) -> None:
    """A box for each weight, its number in the corner."""
    paper, high = sheet.paper, sheet.row(22, 30)
    wide = paper.inner / _BOXES
    for number in range(1, count + 1):
        x = paper.left + (number - 1) % _BOXES * wide
        paper.rect(x, paper.y, wide, high, 0.5)
        paper.text(x + 2.5, paper.y + 1.5 + ASCENT * TYPE_SIZE, sheet.notation.number(number), TYPE_SIZE)
        label = f"{sheet.say('capsules', 'weight')} {number}"
        paper.page.fields.append((label, x + 14, paper.y + 1, wide - 15, high - 2, f"capsule-{number}"))
        if number % _BOXES == 0 or number == count:
            paper.y += high
    paper.y += 1


_BOXES = 10  # in a row


def _draw_results(sheet: Sheet) -> None:
    """How the capsules were weighed, and what came of it."""
    paper, say = sheet.paper, sheet.say
    x, base = paper.left, paper.y + sheet.line
    for key in ("net", "gross"):
        paper.tick(x, base - 9)
        paper.text(x + 14, base, say("capsules", key), TYPE_SIZE)
        x += 24 + width(say("capsules", key), TYPE_SIZE)
    with paper.between(x, paper.right):
        sheet.blanks([(say("capsules", key), f"capsules-{key}") for key in ("mean", "deviation", "rsd", "by")])


def capsules_to_weigh(count: int) -> int:
    """How many capsules of a batch the sheet asks to weigh: ten, twenty of a large batch, and never more than there are."""
    few, many = (int(standards.limit(name)) for name in ("capsules_weighed_few", "capsules_weighed"))
    return min(many if count >= standards.limit("large_batch") else few, count)


def _capsule_limits(sheet: Sheet, fill: Fraction) -> None:
    """The limits of the weights, worked out for the content alone and for whole capsules."""
    paper, say, order = sheet.paper, sheet.say, sheet.order
    shell = None if order.capsule_size is None else Fraction(standards.capsule_size(order.capsule_size).shell_mg)
    gross = "" if shell is None else say("capsules", "for_gross", shell=sheet.notation.mass(shell))
    body: list[list[Cell] | Span] = []
    limits = weight_limits(fill, sheet.template.language)
    for key, percent in (("each", limits.each), ("mean_limit", limits.mean)):
        low, high = fill * (1 - percent / 100), fill * (1 + percent / 100)
        row: list[Cell] = [say("capsules", key, percent=sheet.notation.percent(percent))]
        row.append(say("capsules", "range", low=sheet.notation.mass(low), high=sheet.notation.mass(high)))
        if shell is not None:
            row.append(
                say("capsules", "range", low=sheet.notation.mass(shell + low), high=sheet.notation.mass(shell + high))
            )
        else:
            row.append("")
        body.append(row)
    most = sheet.notation.percent(limits.rsd)
    bound = "at_most" if limits.rsd_included else "below"
    body.append([say("capsules", "rsd_limit"), say("capsules", bound, percent=most), ""])
    country = label_rule(sheet.template.language).country
    columns = [
        Column(say("capsules", "limit", country=country), paper.inner * 0.46, size=TYPE_SIZE),
        Column(say("capsules", "for_net"), paper.inner * 0.25, bold=True, size=TYPE_SIZE),
        Column(gross, paper.inner * 0.29, bold=True, size=TYPE_SIZE),
    ]
    paper.table(columns, body, pad=1.5)
    paper.y -= 5
    if shell is not None:
        paper.y += sheet.line - 3
        sheet.with_blanks(say("capsules", "shell", shell=sheet.notation.mass(shell)), "shell-mean")
        paper.y += 4


def weight_sources(sheet: Sheet) -> tuple[str, ...]:
    """Whose limits of the weights the sheet prints."""
    fill = next((step for step in sheet.plan.steps if isinstance(step, Fill)), None)
    if fill is None:
        return ()
    if fill.amount_mg is None:
        return (_rule_by_volume(sheet).evidence,)
    return weight_limits(Fraction(fill.amount_mg), sheet.template.language).sources


def _rule_by_volume(sheet: Sheet) -> Rule:
    many = int(standards.limit("capsules_weighed"))
    return sheet_rule(Fraction(0), sheet.template.language, many, by_volume=True)


def _limits_by_volume(sheet: Sheet) -> None:
    """The limits of the weights where no fill was planned: of their own mean, and the mass of the batch to hold it to."""
    paper, say = sheet.paper, sheet.say
    body: list[list[Cell] | Span] = []
    for limit in _rule_by_volume(sheet).limits:
        if isinstance(limit, Each):
            percent = sheet.notation.percent(limit.classes[0].percent)
            body.append([say("capsules", "each_of_mean", percent=percent), say("capsules", "of_mean")])
        elif isinstance(limit, Rsd):
            percent = sheet.notation.percent(limit.classes[0].percent)
            body.append([say("capsules", "rsd_limit"), say("capsules", "at_most", percent=percent)])
    country = label_rule(sheet.template.language).country
    columns = [
        Column(say("capsules", "limit", country=country), paper.inner * 0.6, size=TYPE_SIZE),
        Column(say("capsules", "for_net"), paper.inner * 0.4, bold=True, size=TYPE_SIZE),
    ]
    paper.table(columns, body, pad=1.5)
    paper.y -= 5
    sheet.blanks([(say("capsules", "by_volume"), "capsules-by-volume")])


def draw_yield(sheet: Sheet, section: Section) -> None:
    """What was made and lost, and what became of every leftover mixture."""
    if not _counts_beside_label(sheet):
        sheet.paper.together(partial(_draw_counts, sheet, section.heading))
    _draw_leftovers(sheet)


def _draw_counts(sheet: Sheet, heading: str) -> None:
    """Capsules and masses of the yield, each with its blank."""
    say, paper = sheet.say, sheet.paper
    fill = next((step for step in sheet.plan.steps if isinstance(step, Fill)), None)
    if fill is None:
        return
    blend = next((m.total_mg for m in sheet.audit.mixtures if m.vessel == fill.source), Fraction(0))
    percent = sheet.notation.percent(mass_loss_limit(sheet.template.language))
    rows: list[tuple[str, str | None]] = [
        (say("yield", "yield", count=sheet.notation.number(fill.count)), None),
        (say("yield", "topped_up"), None) if fill.all else (say("yield", "blend"), sheet.amount(blend)),
        (say("yield", "net"), None),
        (say("yield", "rest"), None),
        (say("yield", "loss", percent=percent), None),
    ]
    sheet.heading(heading, 0)
    counts = [(say("yield", key), f"yield-{key}") for key in ("made", "dispensed", "samples", "rejected")]
    if paper.inner < sheet.inner:
        for pair in (counts[:2], counts[2:]):
            sheet.blanks(pair)
            paper.y -= 3
        paper.y += 2
        values = max([_LEAST_BLANK, *(width(value, TYPE_SIZE, True) + 2 for _, value in rows if value)])
        sheet.facts(paper.inner - values, rows)
    else:
        sheet.blanks(counts)
        sheet.columns(rows[:2], rows[2:], 150)


_LEAST_BLANK = 60.0  # to write a count or a mass on


def _draw_leftovers(sheet: Sheet) -> None:
    """What is left of each mixture, and what becomes of it."""
    paper, say = sheet.paper, sheet.say
    body: list[list[Cell] | Span] = []
    for mixture in sheet.audit.mixtures:
        rest, total = mixture.left_mg, mixture.total_mg
        share = rest / total if total else Fraction(0)
        shown = sheet.amount(rest) if mixture.volume_ml is None else sheet.notation.volume(mixture.volume_ml * share)
        name = sheet.vessel(mixture.vessel)
        blanks = [Blank(f"{name}: {say('yield', key)}", f"left-{mixture.vessel}-{key}") for key in ("found", "fate", "initials")]
        drug = sheet.notation.mass(mixture.drug_mg * share) if mixture.drug_mg else sheet.language.words.no_drug
        body.append([name, shown, drug, *blanks])
    rest_wide = paper.inner - 70 - 50
    columns = [
        Column(say("yield", "vessel"), rest_wide * 0.22, size=TYPE_SIZE),
        Column(say("yield", "expected"), rest_wide * 0.2, "right", size=TYPE_SIZE),
        Column(say("yield", "drug"), rest_wide * 0.24, "right", size=TYPE_SIZE),
        Column(say("yield", "found"), 70),
        Column(say("yield", "fate"), rest_wide * 0.34),
        Column(say("yield", "initials"), 50),
    ]
    paper.table(columns, body, least=sheet.row(16.5, 24), pad=2)
    paper.y -= 4


def draw_label(sheet: Sheet, section: Section) -> None:
    """The text of the label, in safe notation; beside it the counts of the yield where those follow."""
    paper, say = sheet.paper, sheet.say
    text = capsule_label(sheet.audit, sheet.template, sheet.details)
    intro = f"{say('label', 'intro')} {text.special}"  # for who compares; no patient weighs units

    def label() -> None:
        sheet.heading(section.heading, 0, (say("label", "checked"), "label-checked"))
        paper.paragraph(intro, TYPE_SIZE, after=2)
        _draw_label_box(sheet, text)

    if not _counts_beside_label(sheet):
        paper.together(label)
        return
    counts = next(one.heading for one in sheet.template.sections if one.name == "yield")
    middle = paper.left + paper.inner * _LABEL_SHARE

    def both() -> None:
        with paper.between(paper.left, middle):
            left = paper.piece(label)
        with paper.between(middle + 14, paper.right):
            right = paper.piece(partial(_draw_counts, sheet, counts))
        sheet.beside([left, right])

    paper.together(both, sheet.above_heading)


def _counts_beside_label(sheet: Sheet) -> bool:
    """Whether the counts of the yield stand beside the label: where its section follows that of the label."""
    names = [one.name for one in sheet.template.sections]
    return ("label", "yield") in pairwise(names)


_LABEL_SHARE = 0.6


def _draw_label_box(sheet: Sheet, label: CapsuleLabel) -> None:
    """The label itself, in its frame."""
    paper, wide = sheet.paper, sheet.paper.inner - 14
    top, x = paper.y, paper.left + 7
    y = paper.lines_at(x, top + 5, label.dose, wide, 11, True)
    known = [*([f"{label.count}."] if label.count else []), *label.constituents]
    for text in [" ".join(known)] if known else []:
        y = paper.lines_at(x, y, text, wide, TYPE_SIZE)
    blanks = [(line.name, line.value, f"label-{line.key}") for line in label.lines]
    waiting: list[tuple[str, str, str]] = []
    if stated := "   ".join(f"{name} {value}".replace(" ", "\u00a0") for name, value, _ in blanks if value):
        y = paper.lines_at(x, y + 1, stated, wide, TYPE_SIZE)
    for name, value, field in blanks:
        if value:
            continue
        short = field in _HALF
        if short and not waiting:
            waiting.append((name, value, field))
            continue
        row = [*waiting, (name, value, field)] if short else [(name, value, field)]
        for one in [waiting] if waiting and not short else []:
            y = _label_blanks(sheet, one, x, y, wide)
        waiting.clear()
        y = _label_blanks(sheet, row, x, y, wide)
    if waiting:
        y = _label_blanks(sheet, waiting, x, y, wide)
    y += 2
    *head, compounded, store = label.ending
    for text in (" · ".join(head), f"{compounded} {store}"):
        y = paper.lines_at(x, y, text, wide, TYPE_SIZE) if text else y
    y += 4
    paper.rect(paper.left, top, paper.inner, y - top, 1.2)
    paper.y = y + 1


# Blanks of the label that share a line with another.
_HALF = tuple(
    f"label-{name}" for name in ("constituent-1", "number", "prepared", "beyond-use", "patient", "prescriber", "directions")
)


def _label_blanks(sheet: Sheet, row: Sequence[tuple[str, str, str]], x: float, y: float, wide: float) -> float:
    """A row of names on the label, each with a line to write on. Gives the y below it."""
    paper, each = sheet.paper, wide / len(row)
    if len(row) > 1 and any(width(name, TYPE_SIZE) > each - 50 for name, _, _ in row):
        for one in row:
            y = _label_blanks(sheet, [one], x, y, wide)
        return y
    for number, (name, _, field) in enumerate(row):
        *above, last = wrap(name, each - 60 if len(row) == 1 else each, TYPE_SIZE)
        for line in above:
            paper.text(x, y + 10, line, TYPE_SIZE)
            y += LEADING * TYPE_SIZE
        left = x + number * each
        paper.text(left, y + 11, last, TYPE_SIZE)
        start = left + width(last, TYPE_SIZE) + 4
        paper.blank(start, y + 12.5, left + each - (6 if number + 1 < len(row) else 0) - start, name, 12, field)
    return y + sheet.line - 1.5


def draw_release(sheet: Sheet, section: Section) -> None:
    """The signatures."""
    paper, say, template = sheet.paper, sheet.say, sheet.template
    keys = ("name", "signature", "date")
    body: list[list[Cell] | Span] = [
        [role, *(Blank(f"{role}: {say('release', key)}", f"sign-{number}-{key}") for key in keys)]
        for number, role in enumerate(template.sign_off, 1)
    ]
    shares = (0.26, 0.26, 0.28, 0.2)
    columns = [
        Column(say("release", key), paper.inner * share, bold=key == "role", size=TYPE_SIZE)
        for key, share in zip(("role", *keys), shares, strict=True)
    ]

    def draw() -> None:
        sheet.heading(section.heading, 0)
        paper.paragraph(say("release", "statement"), TYPE_SIZE, after=2)
        paper.table(columns, body, least=sheet.row(20, 34), pad=2)
        paper.y -= 4

    paper.together(draw)
