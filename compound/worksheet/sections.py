"""The sections of the worksheet, each drawn from the audit and the words of the template."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from compound import notation, rows
from compound.audit import allowed_range
from compound.finding import Severity
from compound.numerals import dose_in_words
from compound.plan import DILUENT, DRIED, Dry, Fill, MakeUp, Mix, Transfer, Weigh
from compound.replay import Mixture
from compound.template import Section
from compound.worksheet.details import SHELLS, components, limit
from compound.worksheet.paper import ASCENT, LEADING, Blank, Cell, Column, Draw, Span, Tick, fitting, width, wrap
from compound.worksheet.sheet import Sheet


def draw_sections(sheet: Sheet) -> None:
    """Draws the sections in the order of the template; accepted judgements always follow the dose on page one."""
    sections = list(sheet.template.sections)
    dose = next(section for section in sections if section.name == "dose")
    for section in (dose, *(section for section in sections if section is not dose)):
        if section.new_page and sheet.paper.y > sheet.paper.top:
            sheet.paper.new_page()
        _DRAWERS[section.name](sheet, section)


# Page one.


def not_these(dose_mg: Fraction) -> tuple[str, str]:
    """Two doses that a slip makes of a dose: the same digits in the other unit, and ten times as much.

    The other unit is the larger one for nanograms and micrograms; a dose of 1 mg or more is slipped to mcg.
    """
    other = dose_mg / 1000 if dose_mg >= 1 else dose_mg * 1000
    return notation.mass(other), notation.mass(dose_mg * 10)


def _dose(sheet: Sheet, section: Section) -> None:
    paper, order = sheet.paper, sheet.order
    sheet.heading(section.heading)
    dose = Fraction(order.dose.mg)
    wide = paper.inner - 20 - _CODE
    top, x = paper.y, paper.left + 10
    paper.y += 8
    size = fitting(order.dosed, wide, (17, 15, 13, 11), True)
    paper.y = paper.lines_at(x, paper.y, order.dosed, wide, size, True)
    form = sheet.say("dose", "form")
    if order.drug and order.drug != order.dosed:
        form = f"{form}; {sheet.say('dose', 'as', drug=order.drug)}"
    paper.y = paper.lines_at(x, paper.y, form, wide, 9) + 3
    text = notation.dose(dose)
    paper.y = paper.lines_at(x, paper.y, text, wide, fitting(text, wide, (26, 22, 18, 14), True), True) + 1
    words = sheet.say("dose", "each", words=dose_in_words(dose, sheet.template.language))
    paper.y = paper.lines_at(x, paper.y, words, wide, 11) + 5
    line = " · ".join(sheet.say("dose", "not", dose=other) for other in not_these(dose))
    lines = wrap(line, wide - 12, 12, True)
    high = len(lines) * LEADING * 12 + 6
    paper.rect(x, paper.y, min(wide, max(width(each, 12, True) for each in lines) + 12), high, 1.4)
    paper.lines_at(x + 6, paper.y + 4, line, wide - 12, 12, True)
    paper.y = max(paper.y + high + 8, top + _CODE + 22)
    paper.rect(paper.left, top, paper.inner, paper.y - top, 1.6)
    paper.y += 6
    _accepted(sheet)


_CODE = 84.0


def _accepted(sheet: Sheet) -> None:
    """The judgements taken on, in full, each with a line for the signature. No template moves or leaves them out."""
    accepted = [finding for finding in sheet.audit.findings if finding.accepted is not None]
    paper = sheet.paper
    for finding in accepted:
        text = sheet.say("dose", "accepted_item", code=finding.code, text=_message(finding))
        reason = sheet.say("dose", "reason", reason=finding.accepted or "")
        lines = len(wrap(text, paper.inner - 16, 9)) + len(wrap(reason, paper.inner - 16, 9, True))
        high = (lines + 1) * LEADING * 9 + 40
        paper.need(high)
        top = paper.y
        paper.y = paper.lines_at(paper.left + 8, top + 6, sheet.say("dose", "accepted"), paper.inner - 16, 9, True)
        paper.y = paper.lines_at(paper.left + 8, paper.y, text, paper.inner - 16, 9)
        paper.y = paper.lines_at(paper.left + 8, paper.y, reason, paper.inner - 16, 9, True)
        label = sheet.say("dose", "signature")
        paper.y += 18
        paper.text(paper.left + 8, paper.y, label, 8)
        start = paper.left + 14 + width(label, 8)
        paper.blank(start, paper.y + 1, paper.right - 10 - start, f"{label} ({finding.code})")
        paper.y += 8
        paper.rect(paper.left, top, paper.inner, paper.y - top, 1.4)
        paper.y += 6


def _message(finding: object) -> str:
    entry, values = finding.entry, finding.values  # type: ignore[attr-defined]
    return notation.filled(entry.message, values)


def _batch(sheet: Sheet, section: Section) -> None:
    order, details, plan = sheet.order, sheet.details, sheet.plan
    say = sheet.say
    sheet.heading(section.heading, 120)
    last = details.beyond_use()
    beyond: str | None = None
    if last is not None:
        day, component = last
        beyond = day.isoformat()
        if component:
            beyond = say("batch", "beyond_use_expiry", date=beyond, component=_component(sheet, component))
    rule = say("batch", "beyond_use_rule", days=notation.number(limit("beyond_use_days")))
    count = None if order.capsules is None else notation.number(order.capsules)
    if count is not None and order.capsule_size:
        count = say("batch", "capsules_size", count=count, size=order.capsule_size)
    fill = None if order.fill_weight is None else notation.mass(order.fill_weight.mg)
    if fill is not None and order.fill_weight_assumed:
        fill = say("batch", "fill_assumed", fill=fill)
    unknown = say("batch", "not_stated")
    blend = next((m.total_mg for m in sheet.audit.mixtures if m.vessel == _filled_from(sheet)), None)
    accuracy = sheet.audit.accuracy
    total = None if accuracy is None or order.capsules is None else accuracy.dose_mg * order.capsules
    content = notation.percent(100 * plan.content_fraction)
    left = [
        (say("batch", "number"), details.batch_number or None),
        (say("batch", "prepared"), None if details.prepared is None else details.prepared.isoformat()),
        (say("batch", "beyond_use"), beyond),
        ("", rule),
        (say("batch", "capsules"), count or unknown),
        (say("batch", "fill"), fill or unknown),
        (say("batch", "blend"), unknown if blend is None else sheet.reading(blend)),
    ]
    right = [
        (say("batch", "drug"), order.drug or unknown),
        (say("batch", "dose"), notation.dose(Fraction(order.dose.mg))),
        (say("batch", "potency"), say("batch", "potency_value", content=content, substance=order.dosed)),
        ("", _potency_source(sheet)),
        (say("batch", "total_drug"), unknown if total is None else notation.mass(total)),
        (say("batch", "diluent"), order.diluent or unknown),
    ]
    if order.excipients:
        right.append((say("batch", "excipients"), "; ".join(order.excipients)))
    sheet.columns(left, right)


def _component(sheet: Sheet, name: str) -> str:
    if name != SHELLS:
        return name
    return sheet.say("components", "empty_capsules", size=sheet.order.capsule_size or "")


def _filled_from(sheet: Sheet) -> str:
    return next((step.source for step in sheet.plan.steps if isinstance(step, Fill)), "")


def _potency_source(sheet: Sheet) -> str:
    lot, say = sheet.order.lot, sheet.say
    if lot.strength is not None:
        return say("batch", "source_strength", strength=notation.strength(lot.strength.mg_per_g))
    if lot.tablet is not None:
        dose, mass = notation.mass(lot.tablet.dose.mg), notation.mass(lot.tablet.mass.mg)
        return say("batch", "source_tablet", dose=dose, mass=mass)
    if lot.assay is None or lot.basis is None:
        return say("batch", "source_none")
    basis = say("batch", f"basis_{lot.basis.value.replace('-', '_')}")
    assay = notation.percent(lot.assay.percent)
    if lot.water is None:
        return say("batch", "source_assay", assay=assay, basis=basis)
    return say("batch", "source_water", assay=assay, basis=basis, water=notation.percent(lot.water.percent))


def _findings(sheet: Sheet, section: Section) -> None:
    paper, audit, say = sheet.paper, sheet.audit, sheet.say
    sheet.heading(section.heading)
    body: list[list[Cell] | Span] = []
    for finding in rows.sorted_findings(audit.findings):
        text = _message(finding)
        if finding.accepted is not None:
            item = say("findings", "accepted", code=finding.code, text=text, reason=finding.accepted)
        else:
            remedy = notation.filled(finding.entry.remedy, finding.values)
            item = say("findings", "item", code=finding.code, text=text, remedy=remedy)
        body.append([say("findings", finding.severity.value), item])
    for missing in audit.not_checked:
        text = notation.filled(missing.entry.message, missing.values)
        item = say("findings", "not_checked_item", code=missing.code, title=missing.entry.title, text=text)
        body.append([say("findings", "not_checked"), item])
    names = [say("findings", severity.value) for severity in Severity] + [say("findings", "not_checked")]
    first = max(width(name, 7, True) for name in names) + 8
    first = min(first, 120)
    if not body:
        paper.paragraph(say("findings", "none"))
        return
    paper.table([Column("", first, bold=True, size=7), Column("", paper.inner - first, size=7)], body, pad=2)


def _components(sheet: Sheet, section: Section) -> None:
    paper, say, details, order = sheet.paper, sheet.say, sheet.details, sheet.order
    sheet.heading(section.heading, 80)
    body: list[list[Cell] | Span] = []
    for name in components(sheet.plan):
        lot = details.lots.get(name)
        shown = _component(sheet, name)
        body.append(
            [
                shown,
                Blank(f"{say('components', 'vendor')}: {shown}"),
                lot.lot if lot else Blank(f"{say('components', 'lot')}: {shown}"),
                lot.written if lot else Blank(f"{say('components', 'expiry')}: {shown}"),
            ]
        )
    rest = paper.inner - 80
    columns = [
        Column(say("components", "component"), rest * 0.4),
        Column(say("components", "vendor"), rest * 0.3),
        Column(say("components", "lot"), rest * 0.3),
        Column(say("components", "expiry"), 80),
    ]
    paper.table(columns, body, least=17)
    balance = sheet.plan.balance
    capacity = say("components", "capacity_unknown") if balance.capacity is None else notation.mass(balance.capacity.mg)
    sensitivity, readability = notation.mass(balance.sensitivity.mg), notation.mass(balance.readability.mg)
    lines = [say("components", "balance", sensitivity=sensitivity, readability=readability, capacity=capacity)]
    powders = [sheet.vessel(m.vessel) for m in sheet.audit.mixtures if m.volume_ml is None]
    lines.append(say("components", "mortars", vessels=", ".join(powders)))
    ware = dict.fromkeys(
        step.ware for step in sheet.plan.steps if isinstance(step, Transfer | MakeUp) and step.ware is not None
    )
    if ware:
        lines.append(say("components", "ware", ware=", ".join(ware)))
    left = [(say("components", "equipment"), "; ".join(lines)), (say("components", "balance_id"), None)]
    right = [(say("components", key), None) for key in ("machine", "room", "protection", "clean")]
    sheet.columns(left, right)
    del order


# The work.


def _weighing(sheet: Sheet, section: Section) -> None:
    paper, say, plan = sheet.paper, sheet.say, sheet.plan
    sheet.heading(section.heading, 120)
    paper.paragraph(say("weighing", "boat"), 8)
    paper.paragraph(say("weighing", "stop"), 8, True, after=5)
    weighings = {step.number for step in plan.weighings()}
    targets = {step.number: sheet.reading(Fraction(step.amount_mg or 0)) for step in plan.weighings()}
    wide = max([60, *(width(text, 10, True) + 8 for text in targets.values())])
    columns = [
        Column(say("weighing", "number"), 26, "right", True, 10),
        Column("", 20),
        Column(say("weighing", "what"), paper.inner - 26 - 20 - wide - 78 - 66 - 52 - 2 * 42),
        Column(say("weighing", "target"), wide, "right", True, 10),
        Column(say("weighing", "range"), 78, "right", size=8),
        Column(say("weighing", "actual"), 66),
        Column(say("weighing", "deviation"), 52),
        Column(say("weighing", "weigher"), 42),
        Column(say("weighing", "checker"), 42),
    ]
    body: list[list[Cell] | Span] = []
    vessel = ""
    for step in plan.steps:
        if step.number in weighings and step.vessel != vessel:
            vessel = step.vessel
            body.append(Span(say("weighing", "group", vessel=sheet.vessel(vessel))))
        if step.number in weighings:
            body.append(_weighing_row(sheet, step.number, targets[step.number]))
        else:
            body.append(Span(f"{step.number}.  {_other_step(sheet, step)}", False, tick=True))
    paper.table(columns, body, least=27)


def _weighing_row(sheet: Sheet, number: int, target: str) -> list[Cell]:
    say = sheet.say
    bounds = allowed_range(sheet.audit, number)
    allowed = say("weighing", "no_range")
    if bounds is not None:
        low, high = (sheet.reading(bound) for bound in bounds)
        allowed = say("weighing", "within", low=low.removesuffix(" mg"), high=high)
    (step,) = (step for step in sheet.plan.weighings() if step.number == number)
    if isinstance(step, Transfer):
        what = say("step", "transfer", source=sheet.vessel(step.source))
    elif step.role == DRIED:
        what = say("step", "dried", vessel=sheet.vessel(step.vessel))
    else:
        what = say("step", "weigh", material=step.material)
    fields = [Blank(f"{number}. {say('weighing', key)}") for key in ("actual", "deviation", "weigher", "checker")]
    return [f"{number}.", Tick(), what, target, allowed, *fields]


def _other_step(sheet: Sheet, step: object) -> str:
    say, vessel = sheet.say, sheet.vessel
    match step:
        case Transfer():
            values = {
                "amount": notation.volume(step.amount_ml or 0), "source": vessel(step.source),
                "vessel": vessel(step.vessel),
            }  # fmt: skip
            if step.ware:
                return say("step", "pipette_ware", **values, ware=step.ware)
            return say("step", "pipette", **values)
        case MakeUp():
            values = {
                "material": step.material, "volume": notation.volume(step.volume_ml), "vessel": vessel(step.vessel),
            }  # fmt: skip
            if step.ware:
                return say("step", "make_up_ware", **values, ware=step.ware)
            return say("step", "make_up", **values)
        case Mix():
            return say("step", "mix_block", vessel=vessel(step.vessel), block=_blocks(sheet)[step.number])
        case Dry():
            return say("step", "dry", vessel=vessel(step.vessel))
        case Fill():
            count, fill = notation.number(step.count), notation.mass(step.amount_mg)
            return say("step", "fill", count=count, source=vessel(step.source), fill=fill)
        case _:
            raise AssertionError("a weighing has a row of its own")


def _blocks(sheet: Sheet) -> dict[int, str]:
    """The letter of the mixing block of each step that mixes."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    mixes = [step.number for step in sheet.plan.steps if isinstance(step, Mix)]
    return {
        number: letters[i] if i < len(letters) else f"{letters[i // 26 - 1]}{letters[i % 26]}"
        for i, number in enumerate(mixes)
    }


def _mixing(sheet: Sheet, section: Section) -> None:
    paper, say = sheet.paper, sheet.say
    sheet.heading(section.heading, 110)
    for step in sheet.plan.steps:
        if isinstance(step, Mix):
            _mixing_block(sheet, step)
    paper.y += 2


def _mixing_block(sheet: Sheet, step: Mix) -> None:
    paper, say = sheet.paper, sheet.say
    vessel = sheet.vessel(step.vessel)
    title = say("mixing", "block", block=_blocks(sheet)[step.number], vessel=vessel, step=str(step.number))
    mixture = next((m for m in sheet.audit.mixtures if m.vessel == step.vessel), None)
    doublings = rows.doubling_rows(sheet.audit, step.vessel)
    concentrate = rows.concentrate_of(sheet.plan, step.vessel)
    if concentrate is None or mixture is None or mixture.volume_ml is not None:
        text = say("mixing", "liquid")
        doublings = []
    else:
        values = {
            "concentrate": sheet.reading(concentrate), "total": sheet.reading(mixture.total_mg),
            "what": ", ".join(dict.fromkeys(_concentrates(sheet, step.vessel))),
        }  # fmt: skip
        text = say("mixing", "doubling", **values, vessel=vessel) if len(doublings) > 1 else say("mixing", "once", **values)
    label = max(width(say("mixing", key), 7, True) for key in ("addition", "add", "holds", "done")) + 8
    cell = max([46.0, *(width(row.total, 8, True) + 7 for row in doublings)])
    per_row = max(1, int((paper.inner - label) // cell))
    parts = [doublings[i : i + per_row] for i in range(0, len(doublings), per_row)] if len(doublings) > 1 else []
    lines = len(wrap(text, paper.inner - 12, 8))
    paper.need(16 + lines * LEADING * 8 + len(parts) * 66 + 34)
    paper.paragraph(title, 9, True, after=1)
    paper.paragraph(text, 8, after=4)
    for part in parts:
        columns = [Column(say("mixing", "addition"), label, bold=True, size=7)]
        columns += [Column(str(row.number), cell, "right", True) for row in part]
        body: list[list[Cell] | Span] = [
            [say("mixing", "add"), *(row.added for row in part)],
            [say("mixing", "holds"), *(row.total for row in part)],
            [say("mixing", "done"), *(Tick() for _ in part)],
        ]
        paper.table(columns, body, least=15, pad=2.5)
    name = f"{_blocks(sheet)[step.number]} "
    _line_of_blanks(sheet, [(say("mixing", key), f"{name}{say('mixing', key)}") for key in ("from_to", "time", "looks", "by")])
    paper.y += 8


def _line_of_blanks(sheet: Sheet, items: list[tuple[str, str]]) -> None:
    """Names with lines to write on, side by side."""
    paper = sheet.paper
    used = sum(width(name, 8) + 4 for name, _ in items) + 10 * (len(items) - 1)
    each = (paper.inner - used) / len(items)
    if each < 40:
        for name, label in items:
            paper.need(18)
            paper.y += 15
            paper.text(paper.left, paper.y, name, 8)
            start = paper.left + width(name, 8) + 4
            if start < paper.right - 60:
                paper.blank(start, paper.y + 1, paper.right - start, label)
        paper.y += 4
        return
    paper.need(18)
    paper.y += 14
    x = paper.left
    for name, label in items:
        paper.text(x, paper.y, name, 8)
        x += width(name, 8) + 4
        paper.blank(x, paper.y + 1, each, label)
        x += each + 10
    paper.y += 4


def _concentrates(sheet: Sheet, vessel: str) -> list[str]:
    return [
        sheet.what(step.number)
        for step in sheet.plan.weighings()
        if step.vessel == vessel and not (isinstance(step, Weigh) and step.role in (DILUENT, DRIED))
    ]


def strength_of(mixture: Mixture, say: Callable[..., str]) -> str:
    """The strength of a mixture, per g or per mL; nothing where it has none."""
    if mixture.strength_mg_per_ml is not None:
        return say("mixtures", "per_ml", strength=notation.mass(mixture.strength_mg_per_ml))
    return "" if mixture.strength_mg_per_g is None else notation.strength(mixture.strength_mg_per_g)


def _mixtures(sheet: Sheet, section: Section) -> None:
    paper, say = sheet.paper, sheet.say
    sheet.heading(section.heading)
    body: list[list[Cell] | Span] = []
    for mixture in sheet.audit.mixtures:
        one_in = mixture.one_in
        name = sheet.vessel(mixture.vessel)
        total = sheet.reading(mixture.total_mg) if mixture.volume_ml is None else notation.volume(mixture.volume_ml)
        ratio = "" if one_in is None else say("mixtures", "ratio_value", ratio=notation.ratio(one_in))
        made = Blank(f"{name}: {say('mixtures', 'made')}")
        body.append([name, total, notation.mass(mixture.drug_mg), strength_of(mixture, say), ratio, made])
    rest = paper.inner - 76
    keys = (("vessel", 0.2), ("total", 0.18), ("drug", 0.2), ("strength", 0.24), ("ratio", 0.18))
    columns = [Column(say("mixtures", key), rest * share, bold=key == "strength") for key, share in keys]
    paper.table([*columns, Column(say("mixtures", "made"), 76)], body, least=18)


def _budget(sheet: Sheet, section: Section) -> None:
    paper, say, audit, order = sheet.paper, sheet.say, sheet.audit, sheet.order
    sheet.heading(section.heading, 90)
    accuracy = audit.accuracy
    if accuracy is None:
        return
    limit_percent = None if order.dose_error is None else Fraction(order.dose_error.percent)
    parts = [part for part in audit.measured if part.concentrate]
    shares = [100 * part.error / part.amount for part in parts]
    worst = accuracy.worst_percent
    scale = float(max([sum(shares, Fraction(0)), worst or Fraction(0), limit_percent or Fraction(0)])) * 1.08
    bars = paper.inner - 26 - 110 - 70 - 62 - 74

    def bar(start: Fraction, end: Fraction, grey: float) -> Draw:
        def drawer(x: float, y: float, wide: float, high: float) -> None:
            per = (wide - 4) / scale
            if end > start:
                paper.rect(x + 2 + float(start) * per, y + 4, float(end - start) * per, high - 8, 0.6, grey)
            if limit_percent is not None:
                at = x + 2 + float(limit_percent) * per
                paper.line(at, y, at, y + high, 1.2, dashed=True)

        return Draw(drawer)

    body: list[list[Cell] | Span] = []
    so_far = Fraction(0)
    for part, share in zip(parts, shares, strict=True):
        weighed = any(step.number == part.number for step in sheet.plan.weighings())
        amount = sheet.reading(part.amount) if weighed else notation.volume(part.amount)
        error = notation.mass(part.error) if weighed else notation.volume(part.error)
        body.append(
            [f"{part.number}.", sheet.what(part.number), amount, error, notation.percent(share),
             bar(so_far, so_far + share, 0.55)]
        )  # fmt: skip
        so_far += share
    if worst is not None:
        total = notation.percent(worst)
        body.append(["", say("budget", "worst"), "", "", total, bar(Fraction(0), worst, 0.25)])
    label = "" if limit_percent is None else say("budget", "limit", limit=notation.percent(limit_percent))
    columns = [
        Column(say("budget", "number"), 26, "right"),
        Column(say("budget", "what"), 110),
        Column(say("budget", "amount"), 70, "right"),
        Column(say("budget", "error"), 62, "right"),
        Column(say("budget", "share"), 74, "right", True),
        Column(label, bars, "right"),
    ]
    paper.table(columns, body, least=17)
    range_text = say("budget", "range_unknown")
    if accuracy.worst_low_percent is not None and accuracy.worst_high_percent is not None:
        low, high = (rows.signed_percent(p) for p in (accuracy.worst_low_percent, accuracy.worst_high_percent))
        range_text = say("budget", "range_value", low=low, high=high)
        if limit_percent is not None:
            range_text = say("budget", "range_limit", low=low, high=high, limit=notation.percent(limit_percent))
    sheet.columns(
        [
            (say("budget", "labelled"), notation.dose(accuracy.target_mg)),
            (say("budget", "given"), notation.dose(accuracy.dose_mg)),
            (say("budget", "rounding"), rows.signed_percent(accuracy.rounding_percent)),
        ],
        [
            (say("budget", "range"), range_text),
            (say("budget", "root"), notation.percent(accuracy.root_sum_square_percent)),
        ],
    )
    paper.paragraph(say("budget", "explained"), 7.5)


def _later(sheet: Sheet, section: Section) -> None:
    return


_DRAWERS: dict[str, Callable[[Sheet, Section], None]] = {
    "dose": _dose, "batch": _batch, "scheme": _later, "findings": _findings, "components": _components,
    "weighing": _weighing, "mixing": _mixing, "mixtures": _mixtures, "budget": _budget, "check": _later,
    "capsules": _later, "yield": _later, "label": _later, "storage": _later, "release": _later,
}  # fmt: skip

_ = ASCENT
