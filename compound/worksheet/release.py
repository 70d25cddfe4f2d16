"""From the filled capsules to their release: weights, yield, label, storage, signatures."""

from __future__ import annotations

from fractions import Fraction

from compound.facts import standards
from compound.facts.labels import label_rule
from compound.facts.qc_rules import Each, Rsd, mass_loss_limit, sheet_rule, weight_limits
from compound.paper.paper import LEADING, Blank, Cell, Column, Span, width, wrap
from compound.plan.plan import Fill
from compound.wording.notation import MICROGRAM
from compound.worksheet.sheet import Sheet
from compound.worksheet.template import Section


def draw_capsules(sheet: Sheet, section: Section) -> None:
    """The weights of capsules, with their limits, and what they do not prove."""
    paper, say = sheet.paper, sheet.say
    fill = next((step for step in sheet.plan.steps if isinstance(step, Fill)), None)
    sheet.heading(section.heading, 110)
    if fill is None:
        return
    count = min(int(standards.limit("capsules_weighed")), fill.count)
    paper.paragraph(say("capsules", "intro", count=sheet.notation.number(count)))
    paper.need(16)
    x = paper.left
    for key in ("net", "gross"):
        paper.tick(x, paper.y)
        paper.text(x + 13, paper.y + 8, say("capsules", key), 8)
        x += 30 + width(say("capsules", key), 8)
    paper.y += 14
    first = max(30.0, width(say("capsules", "weight"), 8, True) + 8)
    cell = (paper.inner - first) / 10
    for start in range(1, count + 1, 10):
        numbers = range(start, min(start + 9, count) + 1)
        columns = [Column("", first, bold=True), *(Column(str(number), cell) for number in numbers)]
        body: list[list[Cell] | Span] = [
            [say("capsules", "weight"), *(Blank(f"{say('capsules', 'weight')} {number}") for number in numbers)]
        ]
        paper.table(columns, body, least=24, pad=2.5)
        paper.y -= 3
    keys = ("mean", "deviation", "rsd", "by")
    sheet.blanks([(say("capsules", key), say("capsules", key)) for key in keys])
    paper.y += 5
    if fill.amount_mg is None:
        _limits_by_volume(sheet)
    else:
        _capsule_limits(sheet, Fraction(fill.amount_mg))
    paper.paragraph(say("capsules", "assay"), 8.5, True, after=0)
    sheet.blanks([(say("capsules", "assay_result"), say("capsules", "assay_result"))])
    paper.y += 4


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
    columns = [
        Column(say("capsules", "limit"), paper.inner * 0.42),
        Column(say("capsules", "for_net"), paper.inner * 0.27, bold=True),
        Column(gross, paper.inner * 0.31, bold=True),
    ]
    paper.table(columns, body)
    if shell is not None:
        label = say("capsules", "shell", shell=sheet.notation.mass(shell))
        sheet.blanks([(label, label)])
        paper.paragraph(say("capsules", "shell_note"), 7.5)
    paper.paragraph(
        say("capsules", "sources", sources="; ".join(sheet.language.text(source) for source in limits.sources)), 6.5
    )


def _limits_by_volume(sheet: Sheet) -> None:
    """The limits of the weights where no fill was planned: of their own mean, and the mass of the batch to hold it to."""
    paper, say = sheet.paper, sheet.say
    rule = sheet_rule(Fraction(0), sheet.template.language, int(standards.limit("capsules_weighed")), by_volume=True)
    body: list[list[Cell] | Span] = []
    for limit in rule.limits:
        if isinstance(limit, Each):
            percent = sheet.notation.percent(limit.classes[0].percent)
            body.append([say("capsules", "each_of_mean", percent=percent), say("capsules", "of_mean")])
        elif isinstance(limit, Rsd):
            percent = sheet.notation.percent(limit.classes[0].percent)
            body.append([say("capsules", "rsd_limit"), say("capsules", "at_most", percent=percent)])
    columns = [
        Column(say("capsules", "limit"), paper.inner * 0.6),
        Column(say("capsules", "for_net"), paper.inner * 0.4, bold=True),
    ]
    paper.table(columns, body)
    label = say("capsules", "by_volume")
    paper.paragraph(label, 8.5, after=0)
    sheet.blanks([("", label)])
    paper.paragraph(say("capsules", "sources", sources=sheet.language.text(rule.evidence)), 6.5)


def draw_yield(sheet: Sheet, section: Section) -> None:
    """What was made and lost, and what became of every leftover mixture."""
    paper, say = sheet.paper, sheet.say
    sheet.heading(section.heading, 130)
    fill = next((step for step in sheet.plan.steps if isinstance(step, Fill)), None)
    if fill is not None:
        count = sheet.notation.number(fill.count)
        blend = next((m.total_mg for m in sheet.audit.mixtures if m.vessel == fill.source), Fraction(0))
        percent = sheet.notation.percent(mass_loss_limit(sheet.template.language))
        left: list[tuple[str, str | None]] = [
            (say("yield", key), None) for key in ("made", "dispensed", "samples", "rejected")
        ]
        left.append((say("yield", "yield", count=count), None))
        right: list[tuple[str, str | None]] = [
            (say("yield", "topped_up"), None) if fill.all else (say("yield", "blend"), sheet.amount(blend)),
            (say("yield", "net"), None),
            (say("yield", "rest"), None),
            (say("yield", "loss", percent=percent), None),
        ]
        sheet.columns(left, right, 128)
    body: list[list[Cell] | Span] = []
    for mixture in sheet.audit.mixtures:
        rest, total = mixture.left_mg, mixture.total_mg
        share = rest / total if total else Fraction(0)
        shown = sheet.amount(rest) if mixture.volume_ml is None else sheet.notation.volume(mixture.volume_ml * share)
        name = sheet.vessel(mixture.vessel)
        blanks = [Blank(f"{name}: {say('yield', key)}") for key in ("found", "fate", "initials")]
        drug = sheet.notation.mass(mixture.drug_mg * share) if mixture.drug_mg else sheet.language.words.no_drug
        body.append([name, shown, drug, *blanks])
    rest_wide = paper.inner - 70 - 50
    columns = [
        Column(say("yield", "vessel"), rest_wide * 0.22),
        Column(say("yield", "expected"), rest_wide * 0.2, "right"),
        Column(say("yield", "drug"), rest_wide * 0.24, "right"),
        Column(say("yield", "found"), 70),
        Column(say("yield", "fate"), rest_wide * 0.34),
        Column(say("yield", "initials"), 50),
    ]
    paper.table(columns, body, least=22)


def draw_label(sheet: Sheet, section: Section) -> None:
    """The text of the label, in safe notation."""
    paper, say, order, details = sheet.paper, sheet.say, sheet.order, sheet.details
    wide, drug = paper.inner * 0.72 - 16, sheet.name(order.dosed)
    dose = say("label", "dose", dose=sheet.notation.dose(Fraction(order.dose.mg)), substance=drug)
    lines = [(dose, 11.0, True)]
    if order.capsules is not None:
        lines.append((say("label", "capsules", count=sheet.notation.number(order.capsules)), 9.0, False))
    known, unknown = _constituents(sheet)
    lines += [(text, 8.0, False) for text in known]
    last, rule = details.beyond_use(), label_rule(sheet.template.language)
    given = {
        "number": details.batch_number,
        "prepared": "" if details.prepared is None else sheet.notation.day(details.prepared),
        "beyond_use": "" if last is None else sheet.notation.day(last[0]),
    }
    blanks = [(text, "") for text in unknown]
    blanks += [(say("label", key), given.get(key, "")) for key in rule.lines if key != "pharmacy" or not sheet.lines]
    ending = [*((line, 8.0, False) for line in sheet.lines), (say("label", "compounded"), 8.0, False)]
    ending.append((say("label", "store"), 8.0, False))
    high = sum(len(wrap(text, wide, size, bold)) * LEADING * size for text, size, bold in [*lines, *ending])
    high += sum(15 + (len(_label_lines(name, value, wide)) - 1) * LEADING * 8.5 for name, value in blanks) + 14
    sheet.heading(section.heading, high + 44)
    pair = "special_nanogram" if Fraction(order.dose.mg) < MICROGRAM else "special"
    paper.paragraph(f"{say('label', 'intro')} {say('label', pair)}")  # for who compares; no patient weighs units
    paper.need(high + 26)
    top, x = paper.y, paper.left + 8
    y = top + 6
    for text, size, bold in lines:
        y = paper.lines_at(x, y, text, wide, size, bold)
    for name, value in blanks:
        if value:
            y = paper.lines_at(x, y + 3, f"{name} {value}", wide, 8.5) + 15 - LEADING * 8.5 - 3
        else:
            *above, last_line = _label_lines(name, "", wide)
            for line in above:
                paper.text(x, y + 11, line, 8.5)
                y += LEADING * 8.5
            paper.text(x, y + 11, last_line, 8.5)
            start = x + width(last_line, 8.5) + 5
            paper.blank(start, y + 12, max(40.0, x + wide - start), name)
            y += 15
    y += 4
    for text, size, bold in ending:
        y = paper.lines_at(x, y, text, wide, size, bold)
    y += 4
    paper.rect(paper.left, top, wide + 16, y - top, 1.2)
    paper.y = y + 2
    paper.paragraph(say("label", "rule", country=rule.country, law=rule.law), 7)
    sheet.blanks([(say("label", "checked"), say("label", "checked"))])
    paper.y += 4


def _label_lines(name: str, value: str, wide: float) -> tuple[str, ...]:
    """The lines of what stands on a label with its name; what is filled in by hand has room beside its name."""
    return wrap(f"{name} {value}", wide, 8.5) if value else wrap(name, wide - 60, 8.5)


def _constituents(sheet: Sheet) -> tuple[list[str], list[str]]:
    """What the label says of all that is in a capsule beside the drug, and what is to be filled in of it."""
    say, order, details = sheet.say, sheet.order, sheet.details
    names = [sheet.name(name) for name in (order.diluent, *(one.name for one in order.excipients)) if name]
    known, unknown = [], []
    if order.shell is not None:
        names.append(say("label", "shell", shell=sheet.name(order.shell)))
    else:
        unknown.append(say("label", "shell_blank"))
    if names:
        known.append(say("label", "others", names="; ".join(names)))
    drug = sheet.name(order.drug or order.dosed)
    if order.lot.tablet is not None:
        if details.tablet_excipients:
            known.append(say("label", "tablets", drug=drug, names=details.tablet_excipients))
        else:
            unknown.append(say("label", "tablets_blank", drug=drug))
    elif order.lot.strength is not None:
        unknown.append(say("label", "stock_blank", drug=drug))
    return known, unknown


def draw_storage(sheet: Sheet, section: Section) -> None:
    """How it looks, what it is kept in, how it is stored, and what becomes of the waste."""
    paper, say = sheet.paper, sheet.say
    sheet.heading(section.heading, 80)
    items: list[tuple[str, str | None]] = [
        (say("storage", key), say("storage", f"{key}_value")) for key in ("container", "store", "disposal")
    ]
    paper.need(sheet.facts_height(paper.inner, 96, items))
    paper.y = sheet.facts(paper.left, paper.inner, 96, items)
    for key in ("description", "reference", "deviations"):
        sheet.blanks([(say("storage", key), say("storage", key))])
    paper.y += 4


def draw_release(sheet: Sheet, section: Section) -> None:
    """The signatures."""
    paper, say, template = sheet.paper, sheet.say, sheet.template
    sheet.heading(section.heading, 90)
    paper.paragraph(say("release", "statement"))
    keys = ("name", "signature", "date")
    body: list[list[Cell] | Span] = [
        [role, *(Blank(f"{role}: {say('release', key)}") for key in keys)] for role in template.sign_off
    ]
    shares = (0.26, 0.26, 0.28, 0.2)
    columns = [
        Column(say("release", key), paper.inner * share, bold=key == "role")
        for key, share in zip(("role", *keys), shares, strict=True)
    ]
    paper.table(columns, body, least=34)
