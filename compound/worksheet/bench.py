"""The work at the bench: a block for each vessel, its weighings with the readings that go with them, its mixing, its label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial

from compound.judging.audit import allowed_range
from compound.judging.ranges import ReadingRow
from compound.paper.measure import width
from compound.paper.paper import Blank, Cell, Column, Draw, Piece, Span, Text, Tick
from compound.plan.plan import DRIED, DRUG, Dry, Fill, MakeUp, Mix, Step, TopUp, Transfer, Weigh
from compound.showing import plan_rows
from compound.showing.portion_rows import crushing_texts, naming_balance, portion_text
from compound.worksheet import mixing
from compound.worksheet.sheet import TYPE_SIZE, Sheet
from compound.worksheet.template import Section

_TARGETS = (14.0, 12.0, 10.0)  # sizes of the amounts to weigh, the first that fits
_NAMES = (9.5, 9.0)  # sizes of what is weighed, the first in which no word is broken
_ROWS = 23.0, 32.0  # heights of a weighing, on a short sheet and on a long one
_TO_EITHER_SIDE = 5, 10  # readings printed on either side of a target
_NUMBER, _TICK, _RANGE, _ACTUAL, _INITIALS = 28.0, 18.0, 88.0, 74.0, 46.0  # widths
_IN_TWO_UNITS = 30.0  # height of a weighing whose target stands in mg and in g
_BAR = 15.0  # height of the title of a block
_GAP = 7.0  # between two blocks


class _Widths:
    """The columns of the weighings, the same in every block."""

    def __init__(self, sheet: Sheet) -> None:
        plan = sheet.plan
        self.targets = {step.number: sheet.reading(Fraction(step.amount_mg or 0), step.number) for step in plan.weighings()}
        self.size = next((s for s in _TARGETS if all(width(t, s, True) <= 84 for t in self.targets.values())), _TARGETS[-1])
        self.target = max([70, *(width(text, self.size, True) + 8 for text in self.targets.values())])
        self.name = sheet.paper.inner - _NUMBER - _TICK - self.target - _RANGE - _ACTUAL - 2 * _INITIALS


def draw_bench(sheet: Sheet, section: Section) -> None:
    """A block for each vessel, none of them broken over a page where a page holds it."""
    paper, say = sheet.paper, sheet.say
    widths = _Widths(sheet)
    runs = _runs(sheet.plan.steps)
    blocks: list[Callable[[], None]] = [partial(_draw_block, sheet, run, widths) for run in runs]
    following = any(len(row.readings(1)) > 1 for row in sheet.audit.ranges.rows)
    doubling = any(len(plan_rows.doubling_rows(sheet.audit, m.vessel)) > 1 for m in sheet.audit.mixtures)
    keys = ["boat", "stop", *(["onwards"] if following else []), *(["portions"] if doubling else [])]

    def head() -> None:
        sheet.heading(section.heading, 0)
        paper.paragraph(" ".join(say("weighing", key) for key in keys), TYPE_SIZE, after=2)
        _crushing(sheet)

    pieces = [paper.piece(block) for block in blocks]
    _place(sheet, paper.piece(head), pieces, blocks)


def _place(sheet: Sheet, head: Piece, pieces: Sequence[Piece], blocks: Sequence[Callable[[], None]]) -> None:
    """Puts the blocks onto as few pages as hold them, and spreads them evenly over these."""
    paper = sheet.paper
    apart = sheet.details.roomy and len(paper.pages) == 1
    if paper.y > paper.top and (apart or paper.y + head.high + pieces[0].high + _GAP > paper.bottom):
        paper.new_page()
    elif paper.y > paper.top:
        paper.y += _GAP
    sheet.pages_of["bench"] = len(paper.pages)
    paper.put(head)
    whole = paper.bottom - paper.top
    begins = paper.spread([piece.high + _GAP for piece in pieces], paper.bottom - paper.y + _GAP)
    for number, (piece, block) in enumerate(zip(pieces, blocks, strict=True)):
        if number in begins and paper.y > paper.top:
            paper.new_page()
        if piece.high > whole:
            block()  # no page holds it, so it flows
        else:
            paper.need(piece.high)
            paper.put(piece)
        paper.y += _GAP
    paper.y -= _GAP


def _runs(steps: Sequence[Step]) -> list[list[Step]]:
    """The steps in runs of one vessel each; what is filled belongs to the vessel that it comes from."""
    runs: list[list[Step]] = []
    vessel = None
    for step in steps:
        at = step.source if isinstance(step, Fill) else step.vessel
        if at != vessel:
            runs.append([])
            vessel = at
        runs[-1].append(step)
    return runs


def _crushing(sheet: Sheet) -> None:
    """How many tablets are crushed, what is left of them, and a line for the mean that the plan counts on."""
    paper, words, tablet = sheet.paper, sheet.language.words, sheet.order.lot.tablet
    crushing = crushing_texts(sheet.plan, sheet.language)
    if tablet is None or not crushing:
        return
    for text in crushing:
        paper.paragraph(text, TYPE_SIZE, True, after=1)
    paper.paragraph(words.tablet_mean.format(mass=sheet.notation.mass(tablet.mass.mg)), TYPE_SIZE, after=0)
    sheet.blanks([(words.mean_of_ten, "tablet-mean")])


def _draw_block(sheet: Sheet, run: Sequence[Step], widths: _Widths) -> None:
    """The block of a vessel: runs of weighings as tables, what is done between them as lines to tick."""
    vessel = run[0].source if isinstance(run[0], Fill) else run[0].vessel
    _bar(sheet, vessel, widths, any(isinstance(step, Weigh | Transfer | MakeUp) for step in run))
    last_mix = max((step.number for step in run if isinstance(step, Mix)), default=0)
    waiting: list[Step] = []
    rows = {row.diluent: row for row in sheet.audit.ranges.rows}

    def weighed() -> None:
        if not waiting:
            return
        _draw_weighings(sheet, waiting, widths)
        for row in [rows[step.number] for step in waiting if step.number in rows]:
            _draw_readings(sheet, row)
        waiting.clear()

    for step in run:
        if isinstance(step, Weigh | Transfer | MakeUp):
            waiting.append(step)
            continue
        weighed()
        match step:
            case Mix():
                mixing.draw_mixing(sheet, step, step.number == last_mix)
            case Dry():
                mixing.draw_drying(sheet, step)
            case TopUp():
                mixing.draw_topping(sheet, step)
            case Fill():
                mixing.draw_step(sheet, step.number, _filling(sheet, step))
    weighed()


def _bar(sheet: Sheet, vessel: str, widths: _Widths, weighs: bool) -> None:
    """The title of a block, with the headings of the weighings below it."""
    paper, say = sheet.paper, sheet.say
    top = paper.y
    name = sheet.vessel(vessel)
    paper.rect(paper.left, top, paper.inner, _BAR, 0.8, 0.82)
    base = top + _BAR / 2 + 0.36 * TYPE_SIZE
    paper.text(paper.left + 4, base + 0.5, name[:1].upper() + name[1:], 11, True)
    if weighs:
        x = paper.left + _NUMBER + _TICK + widths.name + widths.target
        heads: list[tuple[str, float]] = [("target", x), ("range", x + _RANGE)]
        if width(name, 11, True) > _NUMBER + _TICK + widths.name + widths.target - width(say("weighing", "target"), TYPE_SIZE, True) - 16:
            heads = heads[1:]
        for key, end in heads:
            paper.text(end - 3, base, say("weighing", key), TYPE_SIZE, True, "right")
        x += _RANGE
        for key, wide in (("actual", _ACTUAL), ("weigher", _INITIALS), ("checker", _INITIALS)):
            paper.text(x + 3, base, say("weighing", key), TYPE_SIZE, True)
            x += wide
    paper.y += _BAR


def _draw_weighings(sheet: Sheet, steps: Sequence[Step], widths: _Widths) -> None:
    """The weighings of a vessel in the order of the work, the amount in large type."""
    columns = [
        Column("", _NUMBER, "right", True, 12), Column("", _TICK), Column("", widths.name, size=9.5),
        Column("", widths.target, "right", True, widths.size), Column("", _RANGE, "right", size=TYPE_SIZE),
        Column("", _ACTUAL), Column("", _INITIALS), Column("", _INITIALS),
    ]  # fmt: skip
    body: list[list[Cell] | Span] = [
        _volume_row(sheet, step)
        if isinstance(step, Transfer | MakeUp) and step.number not in widths.targets
        else _weighing_row(sheet, step.number, widths)
        for step in steps
    ]
    least = max(sheet.row(*_ROWS), _IN_TWO_UNITS if sheet.details.in_grams else 0)
    sheet.paper.table(columns, body, least=least)
    sheet.paper.y -= 4


def _weighing_row(sheet: Sheet, number: int, widths: _Widths) -> list[Cell]:
    """A weighing. What carries drug is in bold: the name that must not be mistaken."""
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
    parts = what.replace("-", "- ").split()  # a word is broken behind its hyphens
    size = next((s for s in _NAMES if all(width(part, s, drug) <= widths.name - 6 for part in parts)), _NAMES[-1])
    cell: Cell = widths.targets[number]
    if sheet.details.in_grams:
        grams = sheet.notation.reading_in_grams(Fraction(step.amount_mg or 0), sheet.readability(number))
        cell = Draw(partial(_draw_target, sheet, widths.targets[number], grams, widths.size))
    if (rest := sheet.audit.run.made_up_after_drying().get(number)) is not None:
        # The planned amount must not be weighed as it stands: the reading of the dried vessel decides.
        cell = Text(say("weighing", "rest", total=sheet.reading(Fraction(rest[1])), step=str(rest[0])), 10, True)
        if bounds is not None:
            planned = Fraction(step.amount_mg or 0)
            allowed = _within(sheet, min(planned - bounds[0], bounds[1] - planned), number)
    return [f"{number}.", Tick(), Text(what, size, drug), cell, allowed, *_fields(sheet, number)]


def _draw_target(
    sheet: Sheet, target: str, grams: str, size: float, x: float, y: float, wide: float, high: float
) -> None:  # fmt: skip
    """A target in the two units of a balance, one above the other."""
    middle = y + high / 2
    sheet.paper.text(x + wide - 3, middle + 1.5, target, size, True, "right")
    sheet.paper.text(x + wide - 3, middle + 11.5, grams, TYPE_SIZE, True, "right")


def _within(sheet: Sheet, spread: Fraction, number: int) -> str:
    """How far a reading of a step may be off the amount that belongs to the reading before it."""
    return f"± {sheet.reading(spread, number)}" if spread else sheet.say("weighing", "on_target")


def _volume_row(sheet: Sheet, step: Transfer | MakeUp) -> list[Cell]:
    """A volume to be measured, with its tolerance."""
    say, notation = sheet.say, sheet.notation
    if isinstance(step, MakeUp):
        key, target = "make_up", notation.volume(step.volume_ml)
        values = {"material": sheet.name(step.material), "volume": target}
    else:
        key, target = "pipette", notation.volume(step.amount_ml or 0)
        values = {"amount": target, "source": sheet.vessel(step.source)}
    text = say("step", f"{key}_ware", **values, ware=sheet.name(step.ware)) if step.ware else say("step", key, **values)
    allowed = "" if step.tolerance_ml is None else f"± {notation.volume(step.tolerance_ml)}"
    return [f"{step.number}.", Tick(), Text(text, TYPE_SIZE), target, allowed, *_fields(sheet, step.number)]


def _fields(sheet: Sheet, number: int) -> list[Cell]:
    keys = {"actual": "reading", "weigher": "weigher", "checker": "checker"}
    return [Blank(f"{number}. {sheet.say('weighing', key)}", f"step-{number}-{name}") for key, name in keys.items()]


def _draw_readings(sheet: Sheet, row: ReadingRow) -> None:
    """The readings of a concentrate around its target, and below each the diluent that belongs to it."""
    paper, say = sheet.paper, sheet.say
    readings = row.readings(_TO_EITHER_SIDE[sheet.details.roomy])
    if len(readings) > 1:
        names = [say("weighing", "reads", step=str(row.concentrate)),
                 say("weighing", "then", step=str(row.diluent), range=_within(sheet, row.spread, row.diluent))]  # fmt: skip
        label = max(width(name, TYPE_SIZE, True) for name in names) + 8
        cells = [(sheet.digits(reading), sheet.digits(row.diluent_for(reading), row.diluent)) for reading in readings]
        cell = max(width(text, TYPE_SIZE, True) for pair in cells for text in pair) + 5
        per_row = max(1, int((paper.inner - label) // cell))
        lines = -(-len(cells) // per_row)
        per_row = -(-len(cells) // lines)
        cell = min((paper.inner - label) / per_row, cell + 12)
        for first in range(0, len(cells), per_row):
            part = cells[first : first + per_row]
            columns = [Column("", label, bold=True, size=TYPE_SIZE), *(Column("", cell, "right", size=TYPE_SIZE) for _ in part)]
            body: list[list[Cell] | Span] = []
            for at, name in enumerate(names):
                # The column of the target stands out: it is the plan itself.
                whole = enumerate(readings[first : first + per_row])
                body.append([name, *(Text(part[i][at], TYPE_SIZE, reading == row.target) for i, reading in whole)])
            paper.table(columns, body, pad=1.5)
            paper.y -= 5
    if readings and (readings[0] > row.low or readings[-1] < row.high):
        _draw_any_other(sheet, row)


def _draw_any_other(sheet: Sheet, row: ReadingRow) -> None:
    """How the diluent is worked out for a reading that has no column."""
    amounts = {"step": str(row.concentrate), "total": sheet.total(row.total, row.vessel), "target": sheet.reading(row.target)}
    text = sheet.say("weighing", "any_other", **amounts)
    if row.beside:
        text = sheet.say("weighing", "any_other_less", **amounts, beside=sheet.total(row.beside, row.vessel))
    sheet.paper.y += 1.5
    sheet.paper.paragraph(text, TYPE_SIZE, after=1)


def _filling(sheet: Sheet, step: Fill) -> str:
    """What is filled, from which vessel, and how much into each capsule."""
    count, source = sheet.notation.number(step.count), sheet.vessel(step.source)
    if step.amount_mg is None:
        return sheet.say("step", "fill_all", count=count, source=source)
    return sheet.say("step", "fill", count=count, source=source, fill=sheet.notation.mass(step.amount_mg))
