"""Page one: what is made, of what, with what, the picture of the scheme, and what is to be said against it."""

from __future__ import annotations

from fractions import Fraction

from compound.exact.quantity import Direction, round_to
from compound.facts.standards import limit
from compound.findings.finding import Severity
from compound.order.order import Balance
from compound.order.source import source_of
from compound.paper import qr_code
from compound.paper.paper import LEADING, Blank, Cell, Column, Span, fitting, width, wrap
from compound.plan.components import SHELLS, components
from compound.plan.plan import DRIED, Fill, MakeUp, TopUp, Transfer, Weigh
from compound.showing import finding_rows, plan_rows, two_doses
from compound.wording.numerals import dose_in_words
from compound.worksheet.scheme import draw_scheme, materials, nodes, path_to_capsules, rows_of
from compound.worksheet.sheet import Sheet
from compound.worksheet.template import Section
from compound.worksheet.uniformity import draw_warnings


def draw_dose(sheet: Sheet, section: Section) -> None:
    """Drug and strength, in large type, with what they are not."""
    paper, order = sheet.paper, sheet.order
    sheet.heading(section.heading)
    dose = Fraction(order.dose.mg)
    wide = paper.inner - 24 - _CODE
    top, x = paper.y, paper.left + 10
    paper.y += 8
    drug = sheet.name(order.dosed)
    paper.y = paper.lines_at(x, paper.y, drug, wide, fitting(drug, wide, (17, 15, 13, 11), True), True)
    form = sheet.say("dose", "form")
    source = source_of(order)
    if order.drug and source.name != order.dosed:
        form = f"{form}; {sheet.say('dose', 'as', drug=sheet.material(source.name))}"
    paper.y = paper.lines_at(x, paper.y, form, wide, 9) + 3
    text = sheet.notation.dose(dose)
    paper.y = paper.lines_at(x, paper.y, text, wide, fitting(text, wide, (26, 22, 18, 14), True), True) + 1
    words = sheet.say("dose", "each", words=dose_in_words(dose, sheet.template.language))
    paper.y = paper.lines_at(x, paper.y, words, wide, 11) + 5
    for name, planned in two_doses.planned_dose_rows(order, sheet.language):
        paper.y = paper.lines_at(x, paper.y, f"{name}: {planned}", wide, 11, True) + 5
    line = " · ".join(sheet.say("dose", "not", dose=other) for other in two_doses.not_these(dose, sheet.notation))
    lines = wrap(line, wide - 12, 12, True)
    high = len(lines) * LEADING * 12 + 6
    paper.rect(x, paper.y, min(wide, max(width(each, 12, True) for each in lines) + 12), high, 1.4)
    paper.lines_at(x + 6, paper.y + 4, line, wide - 12, 12, True)
    paper.y = max(paper.y + high + 8, top + _CODE + 8)
    fill = "" if order.fill_weight is None else sheet.notation.mass(order.fill_weight.mg)
    if order.by_volume and order.filled is not None:
        fill = sheet.say("batch", "fill_volume", count=sheet.notation.number(order.filled))
    text = sheet.say(
        "dose", "code", drug=order.dosed if order.drug else "", dose=sheet.notation.dose(dose),
        count=sheet.notation.number(order.capsules or 0), fill=fill,
        sensitivity=sheet.notation.mass(sheet.plan.balance.sensitivity.mg),
    )  # fmt: skip
    # Readers of codes guess how a text is written down; plain blanks leave them nothing to guess.
    text = f"{text}\n{sheet.fingerprint}".replace("\u00a0", " ").replace("\u202f", " ")
    unit, drawn = qr_code.operators(text, _CODE)
    paper.page.codes.append(((paper.right - _CODE - 4, top + 4, unit), drawn))
    paper.rect(paper.left, top, paper.inner, paper.y - top, 1.6)
    paper.y += 6
    _accepted(sheet)
    draw_warnings(sheet)


_CODE = 104.0  # the side of the QR code, its white included


def _accepted(sheet: Sheet) -> None:
    """The judgements accepted, in full, each with a line for the signature. No template moves or leaves them out."""
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


def draw_batch(sheet: Sheet, section: Section) -> None:
    """The batch: numbers, dates, capsules, potency and its source."""
    order, details, plan = sheet.order, sheet.details, sheet.plan
    say = sheet.say
    sheet.heading(section.heading, 120)
    last = details.beyond_use()
    beyond: str | None = None
    if last is not None:
        day, component = last
        beyond = sheet.notation.day(day)
        if component:
            beyond = say("batch", "beyond_use_expiry", date=beyond, component=_owner(sheet, component))
    rule = say("batch", "beyond_use_rule", days=sheet.notation.number(limit("beyond_use_days")))
    count = None if order.capsules is None else sheet.notation.number(order.capsules)
    if count is not None and order.capsule_size:
        count = say("batch", "capsules_size", count=count, size=order.capsule_size)
    fill = None if order.fill_weight is None else sheet.notation.mass(order.fill_weight.mg)
    if fill is not None and order.fill_weight_assumed:
        fill = say("batch", "fill_assumed", fill=fill)
    if order.by_volume and order.filled is not None:
        fill = say("batch", "fill_volume", count=sheet.notation.number(order.filled))
    unknown = say("batch", "not_stated")
    total = plan_rows.drug_in_all(sheet.audit)
    content = sheet.notation.percent(100 * plan.content_fraction)
    left = [
        (say("batch", "number"), details.batch_number or None),
        (say("batch", "prepared"), None if details.prepared is None else sheet.notation.day(details.prepared)),
        (say("batch", "beyond_use"), beyond),
        ("", rule),
        (say("batch", "fill"), fill or unknown),
        (say("batch", "blend"), _blend(sheet) or unknown),
    ]
    right = [
        (say("batch", "drug"), sheet.material(source_of(order).name) if order.drug else unknown),
        (say("batch", "potency"), say("batch", "potency_value", content=content, substance=sheet.name(order.dosed))),
        ("", _potency_source(sheet)),
        (say("batch", "total_drug"), unknown if total is None else sheet.notation.mass(total)),
        (say("batch", "diluent"), sheet.name(order.diluent) if order.diluent else unknown),
        (say("batch", "capsules"), count or unknown),
    ]
    if order.excipients:
        right.append((say("batch", "excipients"), "; ".join(plan_rows.excipient_texts(sheet.audit, sheet.language))))
    sheet.columns(left, right)


def _owner(sheet: Sheet, component: str) -> str:
    """Whose expiry it is; nobody weighs by this line, so it need not say what a container is not."""
    return sheet.component(component) if component == SHELLS else sheet.name(component)


def _blend(sheet: Sheet) -> str | None:
    """The mass of the blend; of one that is topped up what is expected of it, by the bulk density."""
    blend = next((m for m in sheet.audit.mixtures if m.vessel == _filled_from(sheet)), None)
    if blend is None or blend.topped_to is None:
        return None if blend is None else sheet.amount(blend.total_mg)
    expected = sheet.order.expected_bulk
    if expected is None:
        return None
    return sheet.say("batch", "blend_volume", mass=sheet.notation.mass(round_to(expected, 10, Direction.NEAREST)))


def _filled_from(sheet: Sheet) -> str:
    return next((step.source for step in sheet.plan.steps if isinstance(step, Fill)), "")


def _potency_source(sheet: Sheet) -> str:
    lot, say = sheet.order.lot, sheet.say
    if lot.strength is not None:
        return say("batch", "source_strength", strength=sheet.notation.strength(lot.strength.mg_per_g))
    if lot.tablet is not None:
        dose, mass = sheet.notation.mass(lot.tablet.dose.mg), sheet.notation.mass(lot.tablet.mass.mg)
        return say("batch", "source_tablet", dose=dose, mass=mass)
    if lot.assay is None or lot.basis is None:
        return say("batch", "source_none")
    basis = say("batch", f"basis_{lot.basis.value.replace('-', '_')}")
    assay = sheet.notation.percent(lot.assay.percent)
    if lot.water is None:
        return say("batch", "source_assay", assay=assay, basis=basis)
    return say("batch", "source_water", assay=assay, basis=basis, water=sheet.notation.percent(lot.water.percent))


def draw_findings(sheet: Sheet, section: Section) -> None:
    """All that is to be said against the plan, the gravest first, and what was not checked."""
    paper, audit, say = sheet.paper, sheet.audit, sheet.say
    sheet.heading(section.heading, 36)
    body: list[list[Cell] | Span] = []
    for finding in finding_rows.sorted_findings(audit.findings):
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
    first = min(max(width(name, 7.5, True) for name in names) + 8, 120)
    if not body:
        paper.paragraph(say("findings", "none"))
        return
    paper.table([Column("", first, bold=True, size=7.5), Column("", paper.inner - first, size=7.5)], body, pad=2)


def draw_components(sheet: Sheet, section: Section) -> None:
    """What goes in, how much of it, and from which lot; the equipment."""
    paper, say, details = sheet.paper, sheet.say, sheet.details
    body: list[list[Cell]] = []
    for name in components(sheet.plan):
        lot = details.lots.get(name)
        shown = sheet.component(name)
        body.append(
            [
                shown,
                _needed(sheet, name),
                Blank(f"{say('components', 'vendor')}: {shown}"),
                lot.lot if lot else Blank(f"{say('components', 'lot')}: {shown}"),
                sheet.notation.day(lot.expiry) if lot else Blank(f"{say('components', 'expiry')}: {shown}"),
            ]
        )
    written = [[cell for cell in column if isinstance(cell, str)] for column in zip(*body, strict=True)]
    needed, expiry = (
        max([least, *(width(text, 8.5) + 8 for text in written[i])]) for i, least in ((1, 66.0), (4, 80.0))
    )
    rest = paper.inner - needed - expiry
    columns = [
        Column(say("components", "component"), rest * 0.4, size=8.5),
        Column(say("components", "needed"), needed, "right", size=8.5),
        Column(say("components", "vendor"), rest * 0.3, size=8.5),
        Column(say("components", "lot"), rest * 0.3, size=8.5),
        Column(say("components", "expiry"), expiry, size=8.5),
    ]
    sheet.heading(section.heading, max(80.0, paper.height_of(columns, body[:1], 19)))
    paper.table(columns, body, least=19)
    lines = [_balance(sheet, "balance", sheet.plan.balance)]
    if sheet.order.bulk is not None:
        lines.append(_balance(sheet, "bulk_balance", sheet.order.bulk))
    liquids = sheet.audit.run.liquid_vessels
    powders = [sheet.vessel(m.vessel) for m in sheet.audit.mixtures if m.vessel not in liquids]
    lines.append(say("components", "mortars", vessels=", ".join(powders)))
    ware = [step.ware for step in sheet.plan.steps if isinstance(step, Transfer | MakeUp) and step.ware is not None]
    if ware:
        counts = {name: ware.count(name) for name in ware}
        names = [sheet.name(name) + (f" ({count})" if count > 1 else "") for name, count in counts.items()]
        lines.append(say("components", "ware", ware=", ".join(names)))
    paper.paragraph(say("components", "equipment"), 8.5, True, after=1)
    for line in lines:
        paper.paragraph(line, 8.5, after=1)
    for keys in (("balance_id", "machine"), ("room", "protection", "clean")):
        sheet.blanks([(say("components", key), say("components", key)) for key in keys])
    paper.y += 2


def _balance(sheet: Sheet, key: str, balance: Balance) -> str:
    """What a balance is, by the key of its sentence."""
    mass, capacity = sheet.notation.mass, sheet.say("components", "capacity_unknown")
    return sheet.say(
        "components", key, sensitivity=mass(balance.sensitivity.mg), readability=mass(balance.readability.mg),
        capacity=capacity if balance.capacity is None else mass(balance.capacity.mg),
    )  # fmt: skip


def _needed(sheet: Sheet, name: str) -> str:
    """How much of a component the batch takes; nothing for one that no step measures."""
    if name == SHELLS:
        return "" if sheet.order.filled is None else sheet.notation.number(sheet.order.filled)
    steps = [step for step in sheet.plan.steps if isinstance(step, Weigh | MakeUp) and step.material == name]
    weighed = [step.amount_mg for step in steps if isinstance(step, Weigh) and step.role != DRIED]
    if weighed:
        return sheet.amount(sum(map(Fraction, weighed), Fraction(0)) + _to_top_up(sheet, name))
    volumes = [step.volume_ml for step in steps if isinstance(step, MakeUp)]
    return sheet.notation.volume(sum(map(Fraction, volumes), Fraction(0))) if volumes else ""


def _to_top_up(sheet: Sheet, name: str) -> Fraction:
    """What is expected to be needed of a material to top the batch up in mg, rounded up to 10 mg; 0 where none is."""
    step = next((one for one in sheet.plan.steps if isinstance(one, TopUp) and one.material == name), None)
    expected = sheet.order.expected_bulk
    if step is None or expected is None:
        return Fraction(0)
    there = sheet.audit.run.held(step.vessel, step.number).mass_mg
    return Fraction(round_to(max(Fraction(0), expected - there), 10, Direction.UP))


def draw_scheme_section(sheet: Sheet, section: Section) -> None:
    """The picture of the scheme, and what is added on the way."""
    vessels = path_to_capsules(sheet)
    if vessels is None:
        return
    picture = rows_of(sheet, nodes(sheet, vessels))
    sheet.heading(section.heading, sum(row.high for row in picture) + 14)
    draw_scheme(sheet, picture)
    sheet.paper.paragraph(sheet.say("scheme", "materials", materials=materials(sheet)), 8)
