"""The sections of the worksheet, each drawn from the audit and the words of the template."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from compound import notation, rows, standards
from compound.audit import allowed_range
from compound.errors import ProgramFault
from compound.finding import Severity
from compound.plan import DILUENT, DRIED, DRUG, SOLVENT, Dry, Fill, MakeUp, Mix, Step, Transfer, Weigh
from compound.quantity import written
from compound.template import Section
from compound.value import Value
from compound.worksheet import code
from compound.worksheet.details import SHELLS, components, limit, weight_limits
from compound.worksheet.numerals import dose_in_words
from compound.worksheet.paper import ASCENT, LEADING, Blank, Cell, Column, Draw, Span, Tick, fitting, width, wrap
from compound.worksheet.scheme import draw_scheme, materials, nodes, path_to_capsules
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
    wide = paper.inner - 24 - _CODE
    top, x = paper.y, paper.left + 10
    paper.y += 8
    drug = sheet.name(order.dosed)
    paper.y = paper.lines_at(x, paper.y, drug, wide, fitting(drug, wide, (17, 15, 13, 11), True), True)
    form = sheet.say("dose", "form")
    if order.drug and order.drug != order.dosed:
        form = f"{form}; {sheet.say('dose', 'as', drug=sheet.name(order.drug))}"
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
    paper.y = max(paper.y + high + 8, top + _CODE + 8)
    fill = "" if order.fill_weight is None else notation.mass(order.fill_weight.mg)
    text = sheet.say(
        "dose", "code", drug=order.drug or "", dose=notation.dose(dose), count=notation.number(order.capsules or 0),
        fill=fill, sensitivity=notation.mass(sheet.plan.balance.sensitivity.mg),
    )  # fmt: skip
    text = f"{text}\n{sheet.fingerprint}"
    paper.path(code.path(text, paper.right - _CODE - 4, top + 4, _CODE), 0, 0.0)
    paper.rect(paper.left, top, paper.inner, paper.y - top, 1.6)
    paper.y += 6
    _accepted(sheet)


_CODE = 104.0  # the side of the QR code, its white included


def _accepted(sheet: Sheet) -> None:
    """The judgements taken on, in full, each with a line for the signature. No template moves or leaves them out."""
    accepted = [finding for finding in sheet.audit.findings if finding.accepted is not None]
    paper = sheet.paper
    for finding in accepted:
        text = sheet.say("dose", "accepted_item", code=finding.code, text=sheet.message(finding))
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
        (say("batch", "drug"), sheet.name(order.drug) if order.drug else unknown),
        (say("batch", "dose"), notation.dose(Fraction(order.dose.mg))),
        (say("batch", "potency"), say("batch", "potency_value", content=content, substance=sheet.name(order.dosed))),
        ("", _potency_source(sheet)),
        (say("batch", "total_drug"), unknown if total is None else notation.mass(total)),
        (say("batch", "diluent"), sheet.name(order.diluent) if order.diluent else unknown),
    ]
    if order.excipients:
        right.append((say("batch", "excipients"), "; ".join(sheet.name(name) for name in order.excipients)))
    sheet.columns(left, right)


def _component(sheet: Sheet, name: str) -> str:
    if name != SHELLS:
        return sheet.name(name)
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
        text = sheet.message(finding)
        if finding.accepted is not None:
            item = say("findings", "accepted", code=finding.code, text=text, reason=finding.accepted)
        else:
            item = say("findings", "item", code=finding.code, text=text, remedy=sheet.remedy(finding))
        body.append([say("findings", finding.severity.value), item])
    for missing in audit.not_checked:
        text = sheet.message(missing)
        item = say("findings", "not_checked_item", code=missing.code, title=sheet.title(missing), text=text)
        body.append([say("findings", "not_checked"), item])
    names = [say("findings", severity.value) for severity in Severity] + [say("findings", "not_checked")]
    first = max(width(name, 7, True) for name in names) + 8
    first = min(first, 120)
    if not body:
        paper.paragraph(say("findings", "none"))
        return
    paper.table([Column("", first, bold=True, size=7), Column("", paper.inner - first, size=7)], body, pad=2)


def _components(sheet: Sheet, section: Section) -> None:
    paper, say, details = sheet.paper, sheet.say, sheet.details
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


# The work.


def _weighing(sheet: Sheet, section: Section) -> None:
    paper, say, plan = sheet.paper, sheet.say, sheet.plan
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
        if isinstance(step, Weigh | Transfer) and step.vessel != vessel:
            vessel = step.vessel
            body.append(Span(say("weighing", "group", vessel=sheet.vessel(vessel))))
        if step.number in weighings:
            body.append(_weighing_row(sheet, step.number, targets[step.number]))
        elif isinstance(step, Transfer | MakeUp):
            body.append(_volume_row(sheet, step))
        else:
            body.append(Span(f"{step.number}.  {_other_step(sheet, step)}", False, tick=True))
    # The table stays in one piece with its heading, so that no weighing is looked for on another page.
    sheet.heading(section.heading, paper.height_of(columns, body, 27) + 45)
    paper.paragraph(say("weighing", "boat"), 8)
    paper.paragraph(say("weighing", "stop"), 8, True, after=5)
    paper.table(columns, body, least=27, whole=True)


def _weighing_row(sheet: Sheet, number: int, target: str) -> list[Cell]:
    say = sheet.say
    bounds = allowed_range(sheet.audit, number)
    allowed = say("weighing", "no_range")
    if bounds is not None:
        high = sheet.reading(bounds[1])
        allowed = say("weighing", "within", low=sheet.digits(bounds[0]), high=high)
    (step,) = (step for step in sheet.plan.weighings() if step.number == number)
    if isinstance(step, Transfer):
        what = say("step", "transfer", source=sheet.vessel(step.source))
    elif step.role == DRIED:
        what = say("step", "dried", vessel=sheet.vessel(step.vessel))
    else:
        what = say("step", "weigh", material=sheet.name(step.material))
    return [f"{number}.", Tick(), what, target, allowed, *_fields(sheet, number)]


def _volume_row(sheet: Sheet, step: Transfer | MakeUp) -> list[Cell]:
    """A volume to be measured: it has no reading to write down, but a tolerance and two people."""
    volume = step.amount_ml if isinstance(step, Transfer) else step.volume_ml
    allowed = "" if step.tolerance_ml is None else f"± {notation.volume(step.tolerance_ml)}"
    target = notation.volume(volume or 0)
    return [f"{step.number}.", Tick(), _other_step(sheet, step), target, allowed, *_fields(sheet, step.number)]


def _fields(sheet: Sheet, number: int) -> list[Cell]:
    keys = ("actual", "deviation", "weigher", "checker")
    return [Blank(f"{number}. {sheet.say('weighing', key)}") for key in keys]


def _other_step(sheet: Sheet, step: Step) -> str:
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
                "material": sheet.name(step.material), "volume": notation.volume(step.volume_ml),
                "vessel": vessel(step.vessel),
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
            raise ProgramFault("a weighing has a row of its own")


def _blocks(sheet: Sheet) -> dict[int, str]:
    """The letter of the mixing block of each step that mixes."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    mixes = [step.number for step in sheet.plan.steps if isinstance(step, Mix)]
    return {
        number: letters[i] if i < len(letters) else f"{letters[i // 26 - 1]}{letters[i % 26]}"
        for i, number in enumerate(mixes)
    }


def _mixing(sheet: Sheet, section: Section) -> None:
    sheet.heading(section.heading, 110)
    for step in sheet.plan.steps:
        if isinstance(step, Mix):
            _mixing_block(sheet, step)


def _mixing_block(sheet: Sheet, step: Mix) -> None:
    paper, say = sheet.paper, sheet.say
    vessel = sheet.vessel(step.vessel)
    title = say("mixing", "block", block=_blocks(sheet)[step.number], vessel=vessel, step=str(step.number))
    mixture = next((m for m in sheet.audit.mixtures if m.vessel == step.vessel), None)
    doublings = rows.doubling_rows(sheet.audit, step.vessel)
    concentrate = rows.mixed_from(sheet.plan, step.vessel)
    liquid = any(
        isinstance(other, MakeUp) or (isinstance(other, Weigh) and other.role == SOLVENT)
        for other in sheet.plan.steps
        if getattr(other, "vessel", None) == step.vessel
    )
    if concentrate is None or mixture is None or liquid:
        text = say("mixing", "liquid")
        doublings = []
    else:
        values = {
            "concentrate": sheet.reading(concentrate), "total": sheet.reading(mixture.total_mg),
            "what": ", ".join(dict.fromkeys(_concentrates(sheet, step.vessel))),
        }  # fmt: skip
        if len(doublings) > 1:
            text = say("mixing", "doubling", **values, vessel=vessel)
        else:
            text = say("mixing", "once", **values)
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
    keys = ("from_to", "time", "looks", "by")
    _line_of_blanks(sheet, [(say("mixing", key), f"{name}{say('mixing', key)}") for key in keys])
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
    """What the diluent of a vessel is mixed into; what was dried stands for all that went in before."""
    if any(isinstance(s, Weigh) and s.role == DRIED and s.vessel == vessel for s in sheet.plan.steps):
        return [sheet.say("step", "dried", vessel=sheet.vessel(vessel))]
    return [
        sheet.what(step.number)
        for step in sheet.plan.weighings()
        if step.vessel == vessel and not (isinstance(step, Weigh) and step.role in (DILUENT, SOLVENT))
    ]


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
        body.append([name, total, notation.mass(mixture.drug_mg), sheet.strength(mixture), ratio, made])
    rest = paper.inner - 76
    keys = (("vessel", 0.2), ("total", 0.18), ("drug", 0.2), ("strength", 0.24), ("ratio", 0.18))
    columns = [Column(say("mixtures", key), rest * share, bold=key == "strength") for key, share in keys]
    paper.table([*columns, Column(say("mixtures", "made"), 76)], body, least=18)


def _budget(sheet: Sheet, section: Section) -> None:
    paper, say, audit, order = sheet.paper, sheet.say, sheet.audit, sheet.order
    sheet.heading(section.heading, 150)
    accuracy = audit.accuracy
    if accuracy is None:
        return
    paper.paragraph(say("budget", "explained"), 7.5)
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
    paper.table(columns, body, least=17, whole=True)
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


# The second person.


class _Check(Value):
    """A line of the second calculation: what to work out, what it must be, and its planned result."""

    text: str
    must: str
    planned: str


def _check(sheet: Sheet, section: Section) -> None:
    paper, say = sheet.paper, sheet.say
    sheet.heading(section.heading, 120)
    vessels = path_to_capsules(sheet)
    lines = None if vessels is None else _check_lines(sheet, vessels)
    if lines is None:
        paper.paragraph(say("check", "impossible"))
        return
    paper.paragraph(say("check", "intro"), 8.5, after=5)
    body: list[list[Cell] | Span] = []
    for number, line in enumerate(lines, start=1):
        name = f"L{number}"
        blank = Blank(f"{name} {say('check', 'result')}")
        body.append([name, line.text, blank, line.must, Tick() if line.must else ""])
    columns = [
        Column(say("check", "line"), 32, bold=True),
        Column(say("check", "do"), paper.inner - 32 - 110 - 112 - 22, size=8.5),
        Column(say("check", "result"), 110),
        Column(say("check", "must"), 112, bold=True),
        Column("", 22),
    ]
    paper.table(columns, body, least=26)
    _line_of_blanks(sheet, [(say("check", "worked"), say("check", "worked"))])
    _fold(sheet, [say("check", "planned", line=f"L{i}", value=line.planned) for i, line in enumerate(lines, start=1)])


def _check_lines(sheet: Sheet, vessels: list[str]) -> list[_Check] | None:
    """The way back from one capsule to the drug, in the readings of the steps, and the sums that must close."""
    say, plan, order = sheet.say, sheet.plan, sheet.order
    fill = next(step for step in plan.steps if isinstance(step, Fill))
    totals = {mixture.vessel: mixture for mixture in sheet.audit.mixtures}
    dose = Fraction(order.dose.mg)
    lines = [
        _Check(say("check", "dose"), "", notation.number(dose)),
        _Check(say("check", "thousand"), say("check", "as_label"), notation.number(dose * 1000)),
    ]

    def add(text: str, planned: Fraction, must: str = "") -> str:
        lines.append(_Check(text, must, notation.number(planned)))
        return f"L{len(lines)}"

    batch = vessels[-1]
    per = totals[batch].total_mg / Fraction(fill.amount_mg)
    readings = _sum(_readings(sheet, batch))
    other = add(say("check", "capsules", readings=readings, fill=notation.mass(fill.amount_mg)), per)
    drug = dose * per
    values = {"vessel": sheet.vessel(batch), "one": "L1", "other": other}
    one = add(say("check", "batch", **values), drug)
    for vessel, following in zip(reversed(vessels[:-1]), reversed(vessels[1:]), strict=True):
        (moved,) = (s for s in plan.steps if isinstance(s, Transfer) and s.source == vessel and s.vessel == following)
        name, mixture = sheet.vessel(vessel), totals[vessel]
        if moved.amount_mg is not None:
            times = mixture.total_mg / Fraction(moved.amount_mg)
            readings = _sum(_readings(sheet, vessel))
            other = add(say("check", "times", source=name, readings=readings, taken=f"R{moved.number}"), times)
        elif moved.amount_ml is not None and mixture.volume_ml is not None:
            times = mixture.volume_ml / Fraction(moved.amount_ml)
            volume, taken = notation.volume(mixture.volume_ml), notation.volume(moved.amount_ml)
            other = add(say("check", "times_volume", source=name, volume=volume, taken=taken), times)
        else:
            return None
        drug *= times
        one = add(say("check", "drug", source=name, one=one, other=other), drug)
    (weighed,) = (s for s in plan.steps if isinstance(s, Weigh) and s.role == DRUG and s.vessel == vessels[0])
    powder = drug / plan.content_fraction
    content = notation.percent(100 * plan.content_fraction)
    one = add(say("check", "powder", line=one, content=content), powder)
    error = Fraction(0) if order.dose_error is None else order.dose_error.fraction
    must = ""
    if error:
        must = say("check", "between", low=notation.number(1 - error), high=notation.number(1 + error))
    ratio = Fraction(weighed.amount_mg) / powder
    add(say("check", "compare", reading=f"R{weighed.number}", line=one), ratio, must)
    if not any(isinstance(step, MakeUp | Dry) for step in plan.steps):
        _add_closing_sums(sheet, vessels, add)
    return lines


def _readings(sheet: Sheet, vessel: str) -> list[int]:
    """The steps whose readings add up to the mass of a vessel; the reading of a dried vessel replaces those before."""
    found: list[int] = []
    for step in sheet.plan.weighings():
        if step.vessel == vessel:
            if isinstance(step, Weigh) and step.role == DRIED:
                found = []
            found.append(step.number)
    return found


def _sum(numbers: list[int]) -> str:
    return " + ".join(f"R{number}" for number in numbers)


def _add_closing_sums(sheet: Sheet, vessels: list[str], add: Callable[..., str]) -> None:
    """All powder that came from the shelf is what is left of each mixture, and the blend."""
    say, plan = sheet.say, sheet.plan
    shelf = [step for step in plan.weighings() if isinstance(step, Weigh)]
    total = sum((Fraction(step.amount_mg) for step in shelf), Fraction(0))
    whole = add(say("check", "shelf", readings=_sum([step.number for step in shelf])), total)
    parts = []
    for vessel in vessels:
        mixture = next(m for m in sheet.audit.mixtures if m.vessel == vessel)
        taken = [step for step in plan.steps if isinstance(step, Transfer) and step.source == vessel]
        readings = " − ".join([_sum(_readings(sheet, vessel)), *(f"R{step.number}" for step in taken)])
        rest = mixture.total_mg - sum((Fraction(step.amount_mg or 0) for step in taken), Fraction(0))
        if taken:
            parts.append(add(say("check", "left", source=sheet.vessel(vessel), readings=readings), rest))
        else:
            parts.append(add(say("check", "blend", readings=readings), rest))
    add(say("check", "sum", lines=" + ".join(parts)), total, say("check", "same", line=whole))


def _fold(sheet: Sheet, planned: list[str]) -> None:
    """The planned results at the foot of the page, upside down below a line to fold along."""
    paper, size = sheet.paper, 7.5
    lines = wrap("      ".join(text.replace(" ", "\u00a0") for text in planned), paper.inner - 12, size)
    hint = wrap(sheet.say("check", "fold"), paper.inner, 7)
    high = len(lines) * LEADING * size + 10 + len(hint) * LEADING * 7 + 6
    paper.need(high + 8)
    y = paper.bottom - high
    paper.lines_at(paper.left, y, sheet.say("check", "fold"), paper.inner, 7)
    y += len(hint) * LEADING * 7 + 4
    paper.line(0, y, paper.width, y, 0.8, dashed=True)
    # Read from the foot of the page upwards, each line from the right margin to the left.
    y = paper.bottom - 2
    for line in lines:
        paper.text(paper.right - 6, y - ASCENT * size, line, size, turned=True)
        y -= LEADING * size
    paper.y = paper.bottom


# In process and release.


def _capsules(sheet: Sheet, section: Section) -> None:
    paper, say = sheet.paper, sheet.say
    fill = next((step for step in sheet.plan.steps if isinstance(step, Fill)), None)
    sheet.heading(section.heading, 110)
    if fill is None:
        return
    count = min(int(limit("capsules_weighed")), fill.count)
    paper.paragraph(say("capsules", "intro", count=notation.number(count)))
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
        paper.table(columns, body, least=20, pad=2.5)
        paper.y -= 3
    keys = ("mean", "deviation", "rsd", "by")
    _line_of_blanks(sheet, [(say("capsules", key), say("capsules", key)) for key in keys])
    paper.y += 5
    _capsule_limits(sheet, Fraction(fill.amount_mg))
    paper.paragraph(say("capsules", "assay"), 8.5, True, after=0)
    _line_of_blanks(sheet, [(say("capsules", "assay_result"), say("capsules", "assay_result"))])
    paper.y += 4


def _capsule_limits(sheet: Sheet, fill: Fraction) -> None:
    """The limits of the weights, worked out for the content alone and for whole capsules."""
    paper, say, order = sheet.paper, sheet.say, sheet.order
    shell = None if order.capsule_size is None else Fraction(standards.capsule_size(order.capsule_size).shell_mg)
    gross = "" if shell is None else say("capsules", "for_gross", shell=notation.mass(shell))
    body: list[list[Cell] | Span] = []
    limits = weight_limits(written(fill))
    for key, percent in (("each", Fraction(limits.each)), ("mean_limit", Fraction(limits.mean))):
        low, high = fill * (1 - percent / 100), fill * (1 + percent / 100)
        row: list[Cell] = [say("capsules", key, percent=notation.percent(percent))]
        row.append(say("capsules", "range", low=notation.mass(low), high=notation.mass(high)))
        if shell is not None:
            row.append(say("capsules", "range", low=notation.mass(shell + low), high=notation.mass(shell + high)))
        else:
            row.append("")
        body.append(row)
    most = notation.percent(limits.rsd)
    body.append([say("capsules", "rsd_limit"), say("capsules", "at_most", percent=most), ""])
    columns = [
        Column(say("capsules", "limit"), paper.inner * 0.42),
        Column(say("capsules", "for_net"), paper.inner * 0.27, bold=True),
        Column(gross, paper.inner * 0.31, bold=True),
    ]
    paper.table(columns, body)
    if shell is not None:
        label = say("capsules", "shell", shell=notation.mass(shell))
        _line_of_blanks(sheet, [(label, label)])
        paper.paragraph(say("capsules", "shell_note"), 7.5)
    paper.paragraph(say("capsules", "sources", sources="; ".join(limits.sources)), 6.5)


def _yield(sheet: Sheet, section: Section) -> None:
    paper, say = sheet.paper, sheet.say
    sheet.heading(section.heading, 130)
    fill = next((step for step in sheet.plan.steps if isinstance(step, Fill)), None)
    if fill is not None:
        count = notation.number(fill.count)
        blend = next((m.total_mg for m in sheet.audit.mixtures if m.vessel == fill.source), Fraction(0))
        percent = notation.percent(weight_limits(fill.amount_mg).loss)
        left: list[tuple[str, str | None]] = [
            (say("yield", key), None) for key in ("made", "dispensed", "samples", "rejected")
        ]
        left.append((say("yield", "yield", count=count), None))
        right: list[tuple[str, str | None]] = [
            (say("yield", "blend"), sheet.reading(blend)),
            (say("yield", "net"), None),
            (say("yield", "rest"), None),
            (say("yield", "loss", percent=percent), None),
        ]
        sheet.columns(left, right)
    body: list[list[Cell] | Span] = []
    for mixture in sheet.audit.mixtures:
        rest, total = mixture.left_mg, mixture.total_mg
        if fill is not None and mixture.vessel == fill.source:
            rest -= Fraction(fill.amount_mg) * fill.count
        share = rest / total if total else Fraction(0)
        shown = sheet.reading(rest) if mixture.volume_ml is None else notation.volume(mixture.volume_ml * share)
        name = sheet.vessel(mixture.vessel)
        blanks = [Blank(f"{name}: {say('yield', key)}") for key in ("found", "fate", "initials")]
        body.append([name, shown, notation.mass(mixture.drug_mg * share), *blanks])
    rest_wide = paper.inner - 70 - 50
    columns = [
        Column(say("yield", "vessel"), rest_wide * 0.22),
        Column(say("yield", "expected"), rest_wide * 0.2, "right"),
        Column(say("yield", "drug"), rest_wide * 0.24, "right"),
        Column(say("yield", "found"), 70),
        Column(say("yield", "fate"), rest_wide * 0.34),
        Column(say("yield", "initials"), 50),
    ]
    paper.table(columns, body, least=18)


def _label(sheet: Sheet, section: Section) -> None:
    paper, say, order, details = sheet.paper, sheet.say, sheet.order, sheet.details
    wide, drug = paper.inner * 0.72 - 16, sheet.name(order.dosed)
    dose = say("label", "dose", dose=notation.dose(Fraction(order.dose.mg)), substance=drug)
    lines = [(dose, 11.0, True), (say("label", "special"), 8.0, True)]
    if order.capsules is not None:
        lines.append((say("label", "capsules", count=notation.number(order.capsules)), 9.0, False))
    last = details.beyond_use()
    blanks: list[tuple[str, str]] = [
        (say("label", "patient"), ""),
        (say("label", "directions"), ""),
        (say("label", "number"), details.batch_number),
        (say("label", "beyond_use"), "" if last is None else last[0].isoformat()),
    ]
    ending = [*((line, 8.0, False) for line in sheet.lines), (say("label", "compounded"), 8.0, False)]
    ending.append((say("label", "store"), 8.0, False))
    high = sum(len(wrap(text, wide, size, bold)) * LEADING * size for text, size, bold in [*lines, *ending])
    high += sum(15 + (len(wrap(f"{name} {value}", wide, 8.5)) - 1) * LEADING * 8.5 for name, value in blanks) + 14
    sheet.heading(section.heading, high + 44)
    paper.paragraph(say("label", "intro"))
    paper.need(high + 26)
    top, x = paper.y, paper.left + 8
    y = top + 6
    for text, size, bold in lines:
        y = paper.lines_at(x, y, text, wide, size, bold)
    for name, value in blanks:
        if value:
            y = paper.lines_at(x, y + 3, f"{name} {value}", wide, 8.5) + 15 - LEADING * 8.5 - 3
        else:
            paper.text(x, y + 11, name, 8.5)
            start = x + width(name, 8.5) + 5
            paper.blank(start, y + 12, max(40.0, x + wide - start), name)
            y += 15
    y += 4
    for text, size, bold in ending:
        y = paper.lines_at(x, y, text, wide, size, bold)
    y += 4
    paper.rect(paper.left, top, wide + 16, y - top, 1.2)
    paper.y = y + 2
    _line_of_blanks(sheet, [(say("label", "checked"), say("label", "checked"))])
    paper.y += 4


def _storage(sheet: Sheet, section: Section) -> None:
    say = sheet.say
    sheet.heading(section.heading, 80)
    left: list[tuple[str, str | None]] = [
        (say("storage", key), say("storage", f"{key}_value")) for key in ("container", "store", "disposal")
    ]
    right: list[tuple[str, str | None]] = [
        (say("storage", key), None) for key in ("description", "reference", "deviations")
    ]
    sheet.columns(left, right)


def _release(sheet: Sheet, section: Section) -> None:
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
    paper.table(columns, body, least=28)


def _scheme(sheet: Sheet, section: Section) -> None:
    vessels = path_to_capsules(sheet)
    if vessels is None:
        return
    sheet.heading(section.heading, 110)
    draw_scheme(sheet, nodes(sheet, vessels))
    sheet.paper.paragraph(sheet.say("scheme", "materials", materials=materials(sheet)), 7)


_DRAWERS: dict[str, Callable[[Sheet, Section], None]] = {
    "dose": _dose, "batch": _batch, "scheme": _scheme, "findings": _findings, "components": _components,
    "weighing": _weighing, "mixing": _mixing, "mixtures": _mixtures, "budget": _budget, "check": _check,
    "capsules": _capsules, "yield": _yield, "label": _label, "storage": _storage, "release": _release,
}  # fmt: skip
