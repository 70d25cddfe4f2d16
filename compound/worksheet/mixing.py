"""What is done in a vessel beside weighing: mixed, dried, topped up, filled from; and the label that is cut out for it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from compound.facts import standards
from compound.judging.replay import Mixture
from compound.paper.measure import width
from compound.paper.paper import DASHED, Cell, Column, Span, Text, Tick
from compound.plan.plan import DILUENT, DRIED, SOLVENT, Dry, MakeUp, Mix, TopUp, Transfer, Weigh
from compound.showing import plan_rows
from compound.showing.plan_rows import Doubling
from compound.worksheet.sheet import TYPE_SIZE, Sheet

_STRIP = 176.0  # width of a label to cut out
_INDENT = 17.0


def draw_step(sheet: Sheet, number: int, text: str) -> None:
    """A step as a line to tick, with its number."""
    _draw_line(sheet, f"{number}.  {text}")


def _draw_line(sheet: Sheet, text: str) -> None:
    """A line to tick."""
    paper = sheet.paper
    paper.y += 2.5
    paper.tick(paper.left, paper.y - 0.5)
    below = paper.lines_at(paper.left + _INDENT, paper.y, text, paper.inner - _INDENT, TYPE_SIZE)
    paper.y = max(below, paper.y + 11) + 1


def draw_mixing(sheet: Sheet, step: Mix, with_label: bool) -> None:
    """How a vessel is mixed: saturated first, then by doubling; beside it, `with_label`, its label to cut out."""
    paper = sheet.paper
    mixture = next((m for m in sheet.audit.mixtures if m.vessel == step.vessel), None)
    paper.y += 2
    if mixture is None or not with_label:
        _draw_work(sheet, step, mixture)
        return

    left, right = paper.left, paper.right
    with paper.between(left, right - _STRIP - 12):
        work = paper.piece(lambda: _draw_work(sheet, step, mixture))
    with paper.between(right - _STRIP, right):
        strip = paper.piece(lambda: _draw_strip(sheet, mixture))
    sheet.beside([work, strip])


def _draw_work(sheet: Sheet, step: Mix, mixture: Mixture | None) -> None:
    """The lines to tick, the portions, and the blanks for the times."""
    say = sheet.say
    topped_up = sheet.audit.run.held(step.vessel, step.number).topped_to is not None
    concentrate = sheet.audit.run.mixed_from(step.vessel)
    liquid = step.vessel in sheet.audit.run.liquid_vessels or any(
        isinstance(other, MakeUp) or (isinstance(other, Weigh) and other.role == SOLVENT)
        for other in sheet.plan.steps
        if getattr(other, "vessel", None) == step.vessel
    )
    doublings: list[Doubling] = []
    if mixture is None or concentrate is None or liquid or topped_up:
        text = say("step", "mix_liquid")
    else:
        doublings = plan_rows.doubling_rows(sheet.audit, step.vessel, sheet.language)
        several = len({row.what for row in doublings}) > 1
        key = "mix" if len(doublings) < 2 else "mix_one_by_one" if several else "mix_doubling"
        names = ", ".join(dict.fromkeys(_concentrates(sheet, step.vessel)))
        text = say("step", key, concentrate=sheet.reading(concentrate), what=names)
        diluent = next((s.number for s in sheet.plan.steps
                        if isinstance(s, Weigh) and s.vessel == step.vessel and s.role == DILUENT), None)  # fmt: skip
        # A mortar keeps a film of what goes in first: diluent, not drug.
        if diluent is not None and mixture.total_mg > concentrate and not sheet.plan.is_liquid:
            _draw_line(sheet, say("mixing", "saturate", step=str(diluent)))
    draw_step(sheet, step.number, text)
    if len(doublings) > 1:
        _draw_doublings(sheet, doublings)
    keys = ("from_to", "time", "looks", "by")
    sheet.blanks([(say("mixing", key), f"step-{step.number}-{key.replace('_', '-')}") for key in keys])


def _draw_doublings(sheet: Sheet, doublings: list[Doubling]) -> None:
    """The portions as a table: what is added, and what is then there; it closes on the mass of the mixture."""
    paper, say = sheet.paper, sheet.say
    several = len({row.what for row in doublings}) > 1
    unit = sheet.amount(Fraction(0)).removeprefix("0")
    first = max(width(say("mixing", key), TYPE_SIZE, True) for key in ("add", "what", "holds", "done")) + 7
    figures = [(row.added.removesuffix(unit), row.total.removesuffix(unit)) for row in doublings]
    cell = max(26.0, *(width(text, TYPE_SIZE, True) + 6 for pair in figures for text in pair))
    if several:
        cell = max([cell, *(width(word, TYPE_SIZE) + 6 for row in doublings for word in row.what.split())])
    per_row = max(1, int((paper.inner - first) // cell))
    lines = -(-len(doublings) // per_row)
    per_row = -(-len(doublings) // lines)
    for start in range(0, len(doublings), per_row):
        part, whats = figures[start : start + per_row], doublings[start : start + per_row]
        columns = [Column("", first, size=TYPE_SIZE), *(Column("", cell, "right", size=TYPE_SIZE) for _ in part)]
        body: list[list[Cell] | Span] = [
            [say("mixing", "add"), *(Text(added, TYPE_SIZE, True) for added, _ in part)],
            [say("mixing", "what"), *(row.what for row in whats)],
            [say("mixing", "holds"), *(total for _, total in part)],
            [say("mixing", "done"), *(Tick() for _ in part)],
        ]
        if not several:
            del body[1]
        paper.table(columns, body, least=13.5, pad=1.3)
        paper.y -= 4


def _draw_strip(sheet: Sheet, mixture: Mixture) -> None:
    """The label of a vessel: what is in it, that it is not the drug, and when it was made."""
    paper, say = sheet.paper, sheet.say
    paper.y += 3
    top, x, wide = paper.y, paper.left + 6, paper.inner - 12
    paper.y += 5
    name = sheet.vessel(mixture.vessel)
    paper.y = paper.lines_at(x, paper.y, name[:1].upper() + name[1:], wide, 11, True)
    drug = say("strip", "drug", drug=sheet.name(sheet.order.dosed))
    strength = _strength_of(sheet, mixture)
    if mixture.vessel not in sheet.audit.run.without_drug:
        paper.y = paper.lines_at(x, paper.y, drug, wide, TYPE_SIZE)
    paper.y = paper.lines_at(x, paper.y, strength, wide, 10, True) + 1
    not_it = say("strip", "not_the_drug")
    paper.rect(x, paper.y, width(not_it, 10, True) + 8, 14, 1.2)
    paper.text(x + 4, paper.y + 10.5, not_it, 10, True)
    paper.y += 16
    lines = [[(say("strip", "batch"), sheet.details.batch_number or None)],
             [(say("strip", "made"), None if sheet.details.prepared is None else sheet.notation.day(sheet.details.prepared)),
              (say("strip", "use_by"), None)]]  # fmt: skip
    for number, row in enumerate(lines):
        _draw_strip_row(sheet, row, f"label-{mixture.vessel}-{number}")
    paper.y += 5
    edge = paper.right
    for line in ((paper.left, top, edge, top), (edge, top, edge, paper.y), (paper.left, paper.y, edge, paper.y),
                 (paper.left, top, paper.left, paper.y)):  # fmt: skip
        paper.line(*line, 0.8, DASHED)
    paper.y += 2


def _draw_strip_row(sheet: Sheet, row: list[tuple[str, str | None]], field: str) -> None:
    """Names with what stands beside each, or a line to write it on; a row of its own for each where they lack the room."""
    paper = sheet.paper
    left, right = paper.left + 6, paper.right - 6
    taken = sum(width(name if value is None else f"{name} {value}", TYPE_SIZE) + 8 for name, value in row)
    blanks = sum(value is None for _, value in row)
    if len(row) > 1 and right - left - taken < _LEAST_BLANK * blanks:
        for one in row:
            _draw_strip_row(sheet, [one], field)
        return
    if not blanks:
        paper.y = paper.lines_at(left, paper.y + 2, "   ".join(f"{name} {value}" for name, value in row), right - left, TYPE_SIZE) + 1
        return
    paper.y += 12
    each, x = (right - left - taken) / blanks, left
    for number, (name, value) in enumerate(row):
        text = name if value is None else f"{name} {value}"
        paper.text(x, paper.y, text, TYPE_SIZE)
        x += width(text, TYPE_SIZE) + 3
        if value is None:
            paper.blank(x, paper.y + 1.5, each, name, 11, f"{field}-{number}")
            x += each
        x += 5
    paper.y += 2


_LEAST_BLANK = 40.0  # to write a day on


def _strength_of(sheet: Sheet, mixture: Mixture) -> str:
    """The strength of a mixture per g or mL and as 1 in N; of a premix what is in it; of a topped-up batch its drug."""
    if mixture.topped_to is not None:
        count = sheet.notation.number(mixture.topped_to)
        return sheet.say("strip", "in_capsules", mass=sheet.notation.mass(mixture.drug_mg), count=count)
    strength = sheet.strength(mixture) or plan_rows.premix_text(sheet.audit, mixture, sheet.language)
    if mixture.one_in is None:
        return strength
    return f"{strength}, {sheet.say('scheme', 'ratio', ratio=sheet.notation.ratio(mixture.one_in))}"


def draw_topping(sheet: Sheet, step: TopUp) -> None:
    """How a vessel is topped up to the volume of its capsules, and what the cylinder and the balance then show."""
    say, count = sheet.say, sheet.notation.number(step.count)
    values = {"vessel": sheet.vessel(step.vessel), "material": sheet.name(step.material), "count": count}
    draw_step(sheet, step.number, f"{say('step', 'top_up', **values)}. {say('topping', 'text', **values)}")
    for keys in (("cylinder",), ("reached", "mass"), ("again", "by")):
        labels = [say("topping", key, count=count) if key == "cylinder" else say("topping", key) for key in keys]
        sheet.blanks([(label, f"step-{step.number}-{key}") for key, label in zip(keys, labels, strict=True)])


def draw_drying(sheet: Sheet, step: Dry) -> None:
    """How a vessel was dried, and what it lost."""
    say = sheet.say
    before = sheet.plan.steps[: step.number - 1]
    powder = sum((s.amount_mg for s in before if isinstance(s, Weigh) and s.vessel == step.vessel), Decimal(0))
    put_on = [s for s in before if isinstance(s, Transfer) and s.vessel == step.vessel]
    by_volume = sum((s.amount_ml for s in put_on if s.amount_ml is not None), Decimal(0))
    by_mass = sum((s.amount_mg for s in put_on if s.amount_mg is not None), Decimal(0))
    volume = sheet.notation.volume(by_volume) if by_volume else sheet.reading(Fraction(by_mass))
    known = None if sheet.order.diluent is None else standards.most_volatile_percent(sheet.order.diluent)
    loss = sheet.notation.percent(known or standards.limit("drying_loss_percent"))
    text = say("drying", "text", volume=volume, powder=sheet.reading(Fraction(powder)), loss=loss)
    draw_step(sheet, step.number, f"{say('step', 'dry', vessel=sheet.vessel(step.vessel))}. {text}")
    for keys in (("heat", "from_to", "by"), ("first", "second", "loss")):
        sheet.blanks([(say("drying", key), f"step-{step.number}-{key.replace('_', '-')}") for key in keys])


def _concentrates(sheet: Sheet, vessel: str) -> list[str]:
    """What the diluent of a vessel is mixed into; what was dried stands for all that went in before."""
    if any(isinstance(s, Weigh) and s.role == DRIED and s.vessel == vessel for s in sheet.plan.steps):
        return [sheet.say("drying", "powder")]
    run = sheet.audit.run
    first = run.excipients_of(vessel) if vessel in run.without_drug else filter(run.is_concentrate, sheet.plan.steps)
    return [sheet.what(step.number) for step in first if step.vessel == vessel]
