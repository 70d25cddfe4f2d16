"""Page one: what is made, of what, with what, the picture of the scheme, and what is to be said against it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from compound.exact.quantity import Direction, round_to
from compound.facts.standards import limit
from compound.facts.ware import CLASS_A_FLASK, CLASS_A_PIPETTE
from compound.findings import codes
from compound.order.order import Balance
from compound.order.source import source_of
from compound.paper import qr_code
from compound.paper.measure import ASCENT, LEADING, fitting, width, wrap
from compound.paper.paper import Blank, Cell, Column
from compound.plan.components import SHELLS, components
from compound.plan.plan import DRIED, Fill, MakeUp, TopUp, Transfer, Weigh
from compound.showing import plan_rows, two_doses
from compound.wording.numerals import dose_in_words
from compound.worksheet.scheme import draw_scheme, materials, nodes, path_to_capsules, rows_of
from compound.worksheet.sheet import TYPE_SIZE, Sheet
from compound.worksheet.template import Section


def draw_dose(sheet: Sheet, section: Section) -> None:
    """Drug and strength, in large type, with what they are not."""
    paper = sheet.paper
    sheet.heading(section.heading)
    with paper.between(paper.left, paper.left + sheet.inner * _DOSE_SHARE if sheet.leads_with_batch else paper.right):
        _dose_box(sheet)
    if sheet.leads_with_batch:
        sheet.after_dose = paper.y
        paper.y = sheet.dose_top
        return
    _under_dose(sheet)


def _under_dose(sheet: Sheet) -> None:
    """What no template moves from below the dose: judgements accepted, and a total error beyond its limit."""
    _accepted(sheet)
    for finding in sheet.audit.findings:
        if finding.entry in IN_FULL and finding.accepted is None:
            text = f"{sheet.message(finding)}."
            sheet.paper.framed(text[0].upper() + text[1:], TYPE_SIZE)


_DOSE_SHARE = 0.62
IN_FULL = (codes.TOTAL_ERROR_LARGE,)
_CODE = 45.36  # 16 mm: the side of the code, without the white around it
_CODE_COLUMN = 62.0


def _dose_box(sheet: Sheet) -> None:
    paper, order = sheet.paper, sheet.order
    dose = Fraction(order.dose.mg)
    wide = paper.inner - 24 - _CODE_COLUMN
    top, x = paper.y, paper.left + 10
    sheet.dose_top = top
    paper.y += 7
    drug = sheet.name(order.dosed)
    paper.y = paper.lines_at(x, paper.y, drug, wide, fitting(drug, wide, (16, 14, 12, 11), True), True)
    form = sheet.say("dose", "form")
    source = source_of(order)
    if order.drug and source.name != order.dosed:
        form = f"{form}; {sheet.say('dose', 'as', drug=sheet.material(source.name))}"
    paper.y = paper.lines_at(x, paper.y, form, wide, TYPE_SIZE) + 2
    text = two_doses.labelled_dose(order, sheet.notation)
    paper.y = paper.lines_at(x, paper.y, text, wide, fitting(text, wide, (26, 22, 18, 14), True), True)
    words = sheet.say("dose", "each", words=dose_in_words(dose, sheet.template.language))
    paper.y = paper.lines_at(x, paper.y, words, wide, 10) + 4
    for name, planned in two_doses.planned_dose_rows(order, sheet.language):
        paper.y = paper.lines_at(x, paper.y, f"{name}: {planned}", wide, 10, True) + 4
    others = [sheet.say("dose", "not", dose=other) for other in two_doses.not_these(dose, sheet.notation)]
    lines = [" · ".join(others)]
    if width(lines[0], 12, True) > wide - 12:  # torn apart, one of them would stand there without its NOT
        lines = [line for other in others for line in wrap(other, wide - 12, 12, True)]
    high = len(lines) * LEADING * 12 + 5
    paper.rect(x, paper.y, min(wide, max(width(each, 12, True) for each in lines) + 12), high, 1.4)
    for number, line in enumerate(lines):
        paper.lines_at(x + 6, paper.y + 3 + number * LEADING * 12, line, wide - 12, 12, True)
    below = paper.y + high + 7
    paper.y = max(below, _draw_code(sheet, top))
    paper.rect(paper.left, top, paper.inner, paper.y - top, 1.6)
    paper.y += 6


def _draw_code(sheet: Sheet, top: float) -> float:
    """The code in the corner of the box of the dose, its caption below it. Gives the y below both."""
    paper, order = sheet.paper, sheet.order
    fill = "" if order.fill_weight is None else sheet.notation.mass(order.fill_weight.mg)
    if order.by_volume and order.filled is not None:
        fill = sheet.say("batch", "fill_volume", count=sheet.notation.number(order.filled))
    text = sheet.say(
        "dose", "code", drug=order.dosed if order.drug else "", dose=two_doses.labelled_dose(order, sheet.notation),
        count=sheet.notation.number(order.capsules or 0), fill=fill,
        sensitivity=sheet.notation.mass(sheet.plan.balance.sensitivity.mg),
    )  # fmt: skip
    # Readers of codes guess how a text is written down; plain blanks leave them nothing to guess.
    text = f"{text}\n{sheet.fingerprint}".replace("\u00a0", " ").replace("\u202f", " ")
    unit, drawn = qr_code.operators(text, _CODE)
    modules = round(_CODE / unit) - 2 * qr_code.QUIET
    unit = _CODE / modules
    middle = paper.right - 6 - _CODE_COLUMN / 2
    around = unit * (modules + 2 * qr_code.QUIET)
    paper.page.codes.append(((middle - around / 2, top + 6 - unit, unit), drawn))
    y = top + 6 - unit + around
    for line in wrap(sheet.say("dose", "caption"), _CODE_COLUMN, TYPE_SIZE):
        paper.text(middle, y + ASCENT * TYPE_SIZE, line, TYPE_SIZE, align="center")
        y += LEADING * TYPE_SIZE
    return y + 4


def _accepted(sheet: Sheet) -> None:
    """The judgements accepted, in full, each with a line for the signature. No template moves or leaves them out."""
    accepted = [finding for finding in sheet.audit.findings if finding.accepted is not None]
    paper = sheet.paper
    for finding in accepted:
        text = sheet.say("dose", "accepted_item", code=finding.code, text=sheet.message(finding))
        reason = sheet.say("dose", "reason", reason=finding.accepted or "")
        lines = len(wrap(text, paper.inner - 16, TYPE_SIZE)) + len(wrap(reason, paper.inner - 16, TYPE_SIZE, True))
        high = (lines + 1) * LEADING * TYPE_SIZE + 36
        paper.need(high)
        top = paper.y
        paper.y = paper.lines_at(paper.left + 8, top + 5, sheet.say("dose", "accepted"), paper.inner - 16, TYPE_SIZE, True)
        paper.y = paper.lines_at(paper.left + 8, paper.y, text, paper.inner - 16, TYPE_SIZE)
        paper.y = paper.lines_at(paper.left + 8, paper.y, reason, paper.inner - 16, TYPE_SIZE, True)
        label = sheet.say("dose", "signature")
        paper.y += 17
        paper.text(paper.left + 8, paper.y, label, TYPE_SIZE)
        start = paper.left + 14 + width(label, TYPE_SIZE)
        paper.blank(start, paper.y + 1, paper.right - 10 - start, f"{label} ({finding.code})", name=f"accepted-{finding.code}")
        paper.y += 7
        paper.rect(paper.left, top, paper.inner, paper.y - top, 1.4)
        paper.y += 6


def draw_batch(sheet: Sheet, section: Section) -> None:
    """Who and when beside the dose, and what the batch is made of."""
    paper, say = sheet.paper, sheet.say
    details = sheet.details
    beyond: str | None = None
    if (last := details.beyond_use()) is not None:
        day, component = last
        beyond = sheet.notation.day(day)
        if component:
            beyond = say("batch", "beyond_use_expiry", date=beyond, component=_owner(sheet, component))
    who = [
        (say("batch", "number"), details.batch_number or None),
        (say("batch", "prescriber"), None),
        (say("batch", "patient"), None),
        (say("batch", "prepared"), None if details.prepared is None else sheet.notation.day(details.prepared)),
        (say("batch", "beyond_use"), beyond),
    ]
    if sheet.leads_with_batch:
        with paper.between(paper.left + sheet.inner * _DOSE_SHARE + 14, paper.right):
            sheet.heading(section.heading, 0)
            sheet.facts(78, who)
        paper.y = max(paper.y + 4, sheet.after_dose)
        _under_dose(sheet)
        sheet.columns(*_made_of(sheet), 94, 0.42)
    else:
        sheet.heading(section.heading, 120)
        left, right = _made_of(sheet)
        sheet.columns([*who, *left], right, 88)
    rule = say("batch", "beyond_use_rule", days=sheet.notation.number(limit("beyond_use_days")))
    paper.paragraph(rule, TYPE_SIZE, after=0)


_Facts = list[tuple[str, str | None]]


def _made_of(sheet: Sheet) -> tuple[_Facts, _Facts]:
    """Capsules, fill and blend; what is taken from the shelf and what it holds."""
    order, say = sheet.order, sheet.say
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
    content = sheet.notation.percent(100 * sheet.plan.content_fraction)
    left: _Facts = [
        (say("batch", "capsules"), count or unknown),
        (say("batch", "fill"), fill or unknown),
        (say("batch", "blend"), _blend(sheet) or unknown),
        (say("batch", "total_drug"), unknown if total is None else sheet.notation.mass(total)),
    ]
    right: _Facts = [
        (say("batch", "drug"), sheet.material(source_of(order).name) if order.drug else unknown),
        (say("batch", "potency"), say("batch", "potency_value", content=content, substance=sheet.name(order.dosed))),
        ("", _potency_source(sheet)),
        (say("batch", "diluent"), sheet.name(order.diluent) if order.diluent else unknown),
    ]
    if order.excipients:
        right.append((say("batch", "excipients"), "; ".join(plan_rows.excipient_texts(sheet.audit, sheet.language))))
    return left, right


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
        max([least, *(width(text, TYPE_SIZE) + 8 for text in written[i])]) for i, least in ((1, 70.0), (4, 80.0))
    )
    rest = paper.inner - needed - expiry
    columns = [
        Column(say("components", "component"), rest * 0.42, size=TYPE_SIZE),
        Column(say("components", "needed"), needed, "right", size=TYPE_SIZE),
        Column(say("components", "vendor"), rest * 0.29, size=TYPE_SIZE),
        Column(say("components", "lot"), rest * 0.29, size=TYPE_SIZE),
        Column(say("components", "expiry"), expiry, size=TYPE_SIZE),
    ]
    least = sheet.row(17, 22)
    sheet.heading(section.heading, paper.height_of(columns, body[:1], least))
    paper.table(columns, body, least=least, pad=2.5)
    paper.paragraph("; ".join(_equipment(sheet)) + ".", TYPE_SIZE, after=1)
    liquid = any(isinstance(step, Transfer | MakeUp) and step.ware for step in sheet.plan.steps)
    for keys in (("balance_id", "calibration", "machine") if liquid else ("balance_id", "machine"), ("room", "protection", "clean")):
        sheet.blanks([(say("components", key), f"equipment-{key}") for key in keys])
    paper.y += 1


def _equipment(sheet: Sheet) -> list[str]:
    """Balances, vessels to mix in, and the ware of a solution with its class."""
    say = sheet.say
    lines = [_balance(sheet, "balance", sheet.plan.balance)]
    if sheet.order.bulk is not None:
        lines.append(_balance(sheet, "bulk_balance", sheet.order.bulk))
    liquids = sheet.audit.run.liquid_vessels
    powders = [sheet.vessel(m.vessel) for m in sheet.audit.mixtures if m.vessel not in liquids]
    lines.append(say("components", "dishes" if sheet.plan.is_liquid else "mortars", vessels=", ".join(powders)))
    ware = [
        _ware(sheet, step.ware, step.tolerance_ml)
        for step in sheet.plan.steps
        if isinstance(step, Transfer | MakeUp) and step.ware is not None
    ]
    if ware:
        counts = {name: ware.count(name) for name in ware}
        names = [name + (f" ({sheet.notation.number(count)})" if count > 1 else "") for name, count in counts.items()]
        lines.append(say("components", "ware", ware=", ".join(names)))
    return lines


def _ware(sheet: Sheet, name: str, tolerance_ml: Decimal | None) -> str:
    """A flask or a pipette with its class, where it is one of class A, and its largest error."""
    text = sheet.name(name)
    if name.startswith((CLASS_A_FLASK, CLASS_A_PIPETTE)):
        text = sheet.say("components", "class_a", ware=text)
    return text if tolerance_ml is None else f"{text} ± {sheet.notation.volume(tolerance_ml)}"


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
    sheet.paper.paragraph(sheet.say("scheme", "materials", materials=materials(sheet)), TYPE_SIZE)
