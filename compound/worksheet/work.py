"""The work at the bench: the table of the weighings, and how each mixture is mixed."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from compound.exact.errors import ProgramFault
from compound.facts import standards
from compound.judging.audit import allowed_range
from compound.judging.ranges import ReadingRow
from compound.judging.replay import Mixture
from compound.paper.paper import LEADING, Blank, Cell, Column, Span, Text, Tick, width, wrap
from compound.plan.plan import DRIED, DRUG, SOLVENT, Dry, Fill, MakeUp, Mix, Step, TopUp, Transfer, Weigh
from compound.showing import plan_rows
from compound.showing.portion_rows import crushing_texts, naming_balance, portion_text
from compound.worksheet.sheet import Sheet
from compound.worksheet.template import Section

_TARGETS = (14.0, 12.0, 10.0)  # sizes of the amounts to weigh, the first that fits
_NAMES = (9.5, 8.5, 8.0, 7.0)  # sizes of what is weighed, the first in which no word is broken
_ROW = 31.0
_LONG_NAME = 60
_TO_EITHER_SIDE = 10  # readings printed on either side of a target


def draw_weighing(sheet: Sheet, section: Section) -> None:
    """The table to weigh from: in the order of the work, the amount in large type, whole on one page where it fits."""
    paper, say, plan = sheet.paper, sheet.say, sheet.plan
    targets = {step.number: sheet.reading(Fraction(step.amount_mg or 0), step.number) for step in plan.weighings()}
    size = next((s for s in _TARGETS if all(width(text, s, True) <= 88 for text in targets.values())), _TARGETS[-1])
    wide = max([64, *(width(text, size, True) + 8 for text in targets.values())])
    names = paper.inner - 28 - 21 - wide - 84 - 64 - 54 - 2 * 38
    columns = [
        Column(say("weighing", "number"), 28, "right", True, 13),
        Column("", 21),
        Column(say("weighing", "what"), names, size=9.5),
        Column(say("weighing", "target"), wide, "right", True, size),
        Column(say("weighing", "range"), 84, "right", size=8.5),
        Column(say("weighing", "actual"), 64),
        Column(say("weighing", "deviation"), 54),
        Column(say("weighing", "weigher"), 38),
        Column(say("weighing", "checker"), 38),
    ]
    body: list[list[Cell] | Span] = []
    vessel = ""
    for step in plan.steps:
        if isinstance(step, Weigh | Transfer) and step.vessel != vessel:
            vessel = step.vessel
            body.append(Span(say("weighing", "group", vessel=sheet.vessel(vessel)), size=10.5, grey=0.82))
        if step.number in targets:
            body.append(_weighing_row(sheet, step.number, targets[step.number], names - 8))
        elif isinstance(step, Transfer | MakeUp):
            body.append(_volume_row(sheet, step))
        else:
            body.append(Span(f"{step.number}.  {_other_step(sheet, step)}", False, tick=True, size=9))
    # The table stays in one piece with its heading, so that no weighing is looked for on another page.
    sheet.heading(section.heading, paper.height_of(columns, body, _ROW) + 60)
    _crushing(sheet)
    paper.paragraph(say("weighing", "boat"), 8.5)
    paper.paragraph(say("weighing", "stop"), 8.5, True, after=5)
    paper.table(columns, body, least=_ROW, whole=True)
    _following_rows(sheet)


def _crushing(sheet: Sheet) -> None:
    """How many tablets are crushed, what is left of them, and a line for the mean that the plan counts on."""
    paper, words, tablet = sheet.paper, sheet.language.words, sheet.order.lot.tablet
    crushing = crushing_texts(sheet.plan, sheet.language)
    if tablet is None or not crushing:
        return
    for text in crushing:
        paper.paragraph(text, 9.5, True, after=1)
    paper.paragraph(words.tablet_mean.format(mass=sheet.notation.mass(tablet.mass.mg)), 8.5, after=1)
    sheet.blanks([(words.mean_of_ten, words.mean_of_ten)])
    paper.y += 5


def _weighing_row(sheet: Sheet, number: int, target: str, wide: float) -> list[Cell]:
    """A weighing. What carries drug is in bold: the name that must not be mistaken. Its column is so wide."""
    say = sheet.say
    bounds = allowed_range(sheet.audit, number)
    allowed = say("weighing", "no_range")
    if bounds is not None:
        high = sheet.reading(bounds[1], number)
        allowed = say("weighing", "within", low=sheet.digits(bounds[0], number), high=high)
        if bounds[0] == bounds[1]:
            allowed = say("weighing", "on_target")
    (step,) = (step for step in sheet.plan.weighings() if step.number == number)
    if isinstance(step, Transfer):
        what, drug = say("step", "transfer", source=sheet.vessel(step.source)), sheet.audit.run.brings_drug(step)
    elif step.role == DRIED:
        what, drug = say("step", "dried", vessel=sheet.vessel(step.vessel)), True
    else:
        name = plan_rows.material_text(sheet.audit, step, sheet.language)
        material = portion_text(sheet.plan, step, name, sheet.language, total=True)
        what = naming_balance(step, say("step", "weigh", material=material), sheet.language)
        drug = step.role == DRUG
    sizes = _NAMES if len(what) <= _LONG_NAME else _NAMES[2:]
    parts = what.replace("-", "- ").split()  # a word is broken behind its hyphens
    size = next((s for s in sizes if all(width(part, s, drug) <= wide for part in parts)), sizes[-1])
    cell: Cell = target
    if (rest := sheet.audit.run.made_up_after_drying().get(number)) is not None:
        # The planned amount must not be weighed as it stands: the reading of the dried vessel decides.
        cell = Text(say("weighing", "rest", total=sheet.reading(Fraction(rest[1])), step=str(rest[0])), 10, True)
        if bounds is not None:
            planned = Fraction(step.amount_mg or 0)
            allowed = _within(sheet, min(planned - bounds[0], bounds[1] - planned), number)
    return [f"{number}.", Tick(), Text(what, size, drug), cell, allowed, *_fields(sheet, number)]


def _within(sheet: Sheet, spread: Fraction, number: int) -> str:
    """How far a reading of a step may be off the amount that belongs to the reading before it."""
    return f"± {sheet.reading(spread, number)}" if spread else sheet.say("weighing", "on_target")


def _following_rows(sheet: Sheet) -> None:
    """For each vessel the readings of its concentrate, and below each the diluent that belongs to it."""
    paper, say, ranges = sheet.paper, sheet.say, sheet.audit.ranges
    rows = [(row, row.readings(_TO_EITHER_SIDE)) for row in ranges.rows]
    rows = [(row, readings) for row, readings in rows if len(readings) > 1]
    if not rows:
        return
    paper.need(70)
    paper.paragraph(say("weighing", "onwards"), 8.5, after=4)
    for row, readings in rows:
        names = [say("weighing", "reads", step=str(row.concentrate)),
                 say("weighing", "then", step=str(row.diluent), range=_within(sheet, row.spread, row.diluent))]  # fmt: skip
        label = max(width(name, 8, True) for name in names) + 8
        cells = [(sheet.digits(reading), sheet.digits(row.diluent_for(reading), row.diluent)) for reading in readings]
        cell = max(width(text, 9, True) for pair in cells for text in pair) + 7
        per_row = max(1, int((paper.inner - label) // cell))
        lines = -(-len(cells) // per_row)
        per_row = -(-len(cells) // lines)
        paper.need(lines * 40)
        for first in range(0, len(cells), per_row):
            part = cells[first : first + per_row]
            columns = [Column("", label, bold=True, size=8), *(Column("", cell, "right", size=9) for _ in part)]
            body: list[list[Cell] | Span] = []
            for at, name in enumerate(names):
                # The column of the target stands out: it is the plan itself.
                whole = enumerate(readings[first : first + per_row])
                body.append([name, *(Text(part[i][at], 9, reading == row.target) for i, reading in whole)])
            paper.table(columns, body, pad=2.5)
            paper.y -= 3
        if readings[0] > row.low or readings[-1] < row.high:
            _any_other(sheet, row)
    paper.y += 5


def _any_other(sheet: Sheet, row: ReadingRow) -> None:
    """How the diluent is worked out for a reading that has no column."""
    amounts = {"step": str(row.concentrate), "total": sheet.total(row.total, row.vessel), "target": sheet.reading(row.target)}
    text = sheet.say("weighing", "any_other", **amounts)
    if row.beside:
        text = sheet.say("weighing", "any_other_less", **amounts, beside=sheet.total(row.beside, row.vessel))
    sheet.paper.paragraph(text, 8, after=4)


def _volume_row(sheet: Sheet, step: Transfer | MakeUp) -> list[Cell]:
    """A volume to be measured: it has no reading to write down, but a tolerance and two people."""
    volume = step.amount_ml if isinstance(step, Transfer) else step.volume_ml
    allowed = "" if step.tolerance_ml is None else f"± {sheet.notation.volume(step.tolerance_ml)}"
    target = sheet.notation.volume(volume or 0)
    return [f"{step.number}.", Tick(), _other_step(sheet, step), target, allowed, *_fields(sheet, step.number)]


def _fields(sheet: Sheet, number: int) -> list[Cell]:
    keys = {"actual": "reading", "deviation": "deviation", "weigher": "weigher", "checker": "checker"}
    return [Blank(f"{number}. {sheet.say('weighing', key)}", f"step-{number}-{name}") for key, name in keys.items()]


def _other_step(sheet: Sheet, step: Step) -> str:
    say, vessel = sheet.say, sheet.vessel
    match step:
        case Transfer():
            values = {
                "amount": sheet.notation.volume(step.amount_ml or 0), "source": vessel(step.source),
                "vessel": vessel(step.vessel),
            }  # fmt: skip
            if step.ware:
                return say("step", "pipette_ware", **values, ware=sheet.name(step.ware))
            return say("step", "pipette", **values)
        case MakeUp():
            values = {
                "material": sheet.name(step.material), "volume": sheet.notation.volume(step.volume_ml),
                "vessel": vessel(step.vessel),
            }  # fmt: skip
            if step.ware:
                return say("step", "make_up_ware", **values, ware=sheet.name(step.ware))
            return say("step", "make_up", **values)
        case Mix():
            return say("step", "mix_block", vessel=vessel(step.vessel), block=_blocks(sheet)[step.number])
        case Dry():
            return say("step", "dry", vessel=vessel(step.vessel))
        case TopUp():
            count = sheet.notation.number(step.count)
            return say("step", "top_up", vessel=vessel(step.vessel), material=sheet.name(step.material), count=count)
        case Fill(amount_mg=None):
            return say("step", "fill_all", count=sheet.notation.number(step.count), source=vessel(step.source))
        case Fill(amount_mg=each):
            count, fill = sheet.notation.number(step.count), sheet.notation.mass(each or 0)
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


def draw_mixing(sheet: Sheet, section: Section) -> None:
    """A block for each mixture: what is added when, and a line for its times."""
    blocks = [step for step in sheet.plan.steps if isinstance(step, Mix | Dry | TopUp)]
    for i, step in enumerate(blocks):
        heading = section.heading if i == 0 else ""
        if isinstance(step, Mix):
            _mixing_block(sheet, step, heading)
        elif isinstance(step, TopUp):
            _topping_block(sheet, step, heading)
        else:
            _drying_block(sheet, step, heading)


def _topping_block(sheet: Sheet, step: TopUp, heading: str) -> None:
    """How a vessel is topped up to the volume of its capsules, and what the cylinder and the balance then show."""
    paper, say, count = sheet.paper, sheet.say, sheet.notation.number(step.count)
    vessel = sheet.vessel(step.vessel)
    text = say("topping", "text", vessel=vessel, material=sheet.name(step.material), count=count)
    keep = 16 + len(wrap(text, paper.inner, 8.5)) * LEADING * 8.5 + 76
    sheet.heading(heading, keep)
    paper.need(keep)
    paper.paragraph(say("topping", "block", vessel=vessel, step=str(step.number)), 10, True, after=1)
    paper.paragraph(text, 8.5, after=4)
    rows: tuple[tuple[str, ...], ...] = (("cylinder",), ("reached", "mass"), ("again", "by"))
    for keys in rows:
        labels = [say("topping", key, count=count) if key == "cylinder" else say("topping", key) for key in keys]
        sheet.blanks([(label, f"{step.number} {label}") for label in labels])
    paper.y += 8


def _drying_block(sheet: Sheet, step: Dry, heading: str) -> None:
    """How a vessel was dried, and what it lost."""
    paper, say = sheet.paper, sheet.say
    before = sheet.plan.steps[: step.number - 1]
    powder = sum((s.amount_mg for s in before if isinstance(s, Weigh) and s.vessel == step.vessel), Decimal(0))
    put_on = [s for s in before if isinstance(s, Transfer) and s.vessel == step.vessel]
    by_volume = sum((s.amount_ml for s in put_on if s.amount_ml is not None), Decimal(0))
    by_mass = sum((s.amount_mg for s in put_on if s.amount_mg is not None), Decimal(0))
    volume = sheet.notation.volume(by_volume) if by_volume else sheet.reading(Fraction(by_mass))
    known = None if sheet.order.diluent is None else standards.most_volatile_percent(sheet.order.diluent)
    loss = sheet.notation.percent(known or standards.limit("drying_loss_percent"))
    text = say("drying", "text", volume=volume, powder=sheet.reading(Fraction(powder)), loss=loss)
    keep = 16 + len(wrap(text, paper.inner, 8.5)) * LEADING * 8.5 + 50
    sheet.heading(heading, keep)
    paper.need(keep)
    paper.paragraph(say("drying", "block", vessel=sheet.vessel(step.vessel), step=str(step.number)), 10, True, after=1)
    paper.paragraph(text, 8.5, after=4)
    for keys in (("heat", "from_to", "by"), ("first", "second", "loss")):
        sheet.blanks([(say("drying", key), f"{step.number} {say('drying', key)}") for key in keys])
    paper.y += 8


def _mixing_block(sheet: Sheet, step: Mix, heading: str) -> None:
    paper, say = sheet.paper, sheet.say
    vessel = sheet.vessel(step.vessel)
    title = say("mixing", "block", block=_blocks(sheet)[step.number], vessel=vessel, step=str(step.number))
    mixture = next((m for m in sheet.audit.mixtures if m.vessel == step.vessel), None)
    topped_up = sheet.audit.run.held(step.vessel, step.number).topped_to is not None
    doublings = [] if topped_up else plan_rows.doubling_rows(sheet.audit, step.vessel, sheet.language)
    concentrate = sheet.audit.run.mixed_from(step.vessel)
    several = len({row.what for row in doublings}) > 1
    liquid = any(
        isinstance(other, MakeUp) or (isinstance(other, Weigh) and other.role == SOLVENT)
        for other in sheet.plan.steps
        if getattr(other, "vessel", None) == step.vessel
    )
    if concentrate is None or mixture is None or liquid or topped_up:
        text = say("mixing", "liquid")
        doublings = []
    else:
        values = {
            "concentrate": sheet.reading(concentrate), "total": sheet.total(mixture.total_mg, step.vessel),
            "what": ", ".join(dict.fromkeys(_concentrates(sheet, step.vessel))),
        }  # fmt: skip
        text = say("mixing", "once", **values)
        if len(doublings) > 1:
            text = say("mixing", "one_by_one" if several else "doubling", **values, vessel=vessel)
        if mixture.total_mg > concentrate:  # a mortar keeps a film of what goes in first: diluent, not drug
            text = f"{say('mixing', 'saturate', vessel=vessel)} {text}"
    first = max(width(say("mixing", key), 8, True) for key in ("addition", "add", "what", "holds", "done")) + 8
    cell = max([50.0, *(width(row.total, 9, True) + 8 for row in doublings)])
    if several:
        cell = max([cell, *(width(word, 7) + 8 for row in doublings for word in row.what.split())])
    per_row = max(1, int((paper.inner - first) // cell))
    parts = [doublings[i : i + per_row] for i in range(0, len(doublings), per_row)] if len(doublings) > 1 else []
    label = "" if mixture is None else _label(sheet, mixture)
    lines = len(wrap(text, paper.inner, 8.5)) + (len(wrap(label, paper.inner, 8.5, True)) if label else 0)
    keep = 18 + lines * LEADING * 8.5 + len(parts) * (100 if several else 76) + 34
    sheet.heading(heading, keep)
    paper.need(keep)
    paper.paragraph(title, 10, True, after=1)
    if label:
        paper.paragraph(label, 8.5, True, after=2)
    paper.paragraph(text, 8.5, after=4)
    for part in parts:
        columns = [Column(say("mixing", "addition"), first, bold=True, size=8)]
        columns += [Column(str(row.number), cell, "right", True, 9) for row in part]
        body: list[list[Cell] | Span] = [
            [say("mixing", "add"), *(row.added for row in part)],
            [say("mixing", "what"), *(Text(row.what, 7) for row in part)],
            [say("mixing", "holds"), *(Text(row.total, 9) for row in part)],
            [say("mixing", "done"), *(Tick() for _ in part)],
        ]
        if not several:
            del body[1]
        paper.table(columns, body, least=18, pad=2.5)
        paper.y -= 4
    name = f"{_blocks(sheet)[step.number]} "
    keys = ("from_to", "time", "looks", "by")
    sheet.blanks([(say("mixing", key), f"{name}{say('mixing', key)}") for key in keys])
    paper.y += 8


def _label(sheet: Sheet, mixture: Mixture) -> str:
    """What is to be written on the vessel of a mixture."""
    label = plan_rows.vessel_label(sheet.audit, mixture, sheet.language)
    return sheet.language.words.on_the_vessel.format(label=label)


def _concentrates(sheet: Sheet, vessel: str) -> list[str]:
    """What the diluent of a vessel is mixed into; what was dried stands for all that went in before."""
    if any(isinstance(s, Weigh) and s.role == DRIED and s.vessel == vessel for s in sheet.plan.steps):
        return [sheet.say("drying", "powder")]
    run = sheet.audit.run
    first = run.excipients_of(vessel) if vessel in run.without_drug else filter(run.is_concentrate, sheet.plan.steps)
    return [sheet.what(step.number) for step in first if step.vessel == vessel]
