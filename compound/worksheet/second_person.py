"""The page of the second person: another calculation, from one capsule back to the drug."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial

from compound.exact.value import Value
from compound.facts.substances import anhydrous
from compound.paper.measure import ASCENT, LEADING, width, wrap
from compound.paper.paper import DASHED, Blank, Cell, Column, Span, Tick
from compound.plan.plan import DRIED, DRUG, Fill, Transfer, Weigh
from compound.worksheet.scheme import path_to_capsules
from compound.worksheet.sheet import TYPE_SIZE, Sheet
from compound.worksheet.template import Section

_ROWS = 16.5, 26.0  # heights of a line, on a short sheet and on a long one
_FOLD = 6.0  # above the fold


class _Check(Value):
    """A line of the second calculation: what to work out, what it must be, and its planned result."""

    text: str
    must: str
    planned: str


def draw_check(sheet: Sheet, section: Section) -> None:
    """The way back, a line for each vessel, with blanks for the results; what is planned is folded away at the foot."""
    paper, say = sheet.paper, sheet.say
    vessels = path_to_capsules(sheet)
    lines = None if vessels is None else _check_lines(sheet, vessels)
    if lines is None:
        sheet.heading(section.heading, 40)
        paper.paragraph(say("check", "impossible"), TYPE_SIZE)
        return
    must = max([40.0, *(width(part, TYPE_SIZE, True) + 6 for line in lines for part in (line.must, say("check", "must")))])
    must = min(must, 110)
    columns = [
        Column(say("check", "line"), 30, bold=True, size=TYPE_SIZE),
        Column(say("check", "do"), paper.inner - 30 - 84 - must - 20, size=TYPE_SIZE),
        Column(say("check", "result"), 84),
        Column(say("check", "must"), must, bold=True, size=TYPE_SIZE),
        Column("", 20),
    ]
    body: list[list[Cell] | Span] = [
        [f"L{number}", line.text, Blank(f"L{number} {say('check', 'result')}", f"check-{number}"), line.must,
         Tick() if line.must else ""]
        for number, line in enumerate(lines, start=1)
    ]  # fmt: skip
    planned = [say("check", "planned", line=f"L{i}", value=line.planned) for i, line in enumerate(lines, start=1)]

    def draw() -> None:
        sheet.heading(section.heading, 0, (say("check", "worked"), "check-worked"))
        paper.paragraph(say("check", "intro"), TYPE_SIZE, after=2)
        paper.table(columns, body, least=sheet.row(*_ROWS), pad=1.5)
        paper.y -= 5

    paper.together(draw)
    folded = _folded(sheet, planned)
    sheet.folded = [(folded.high, partial(_fold, sheet, folded))]


def _check_lines(sheet: Sheet, vessels: list[str]) -> list[_Check] | None:
    """The way back from one capsule to the drug, in the readings of the steps."""
    say, plan, order = sheet.say, sheet.plan, sheet.order
    fill = next(step for step in plan.steps if isinstance(step, Fill))
    totals = {mixture.vessel: mixture for mixture in sheet.audit.mixtures}
    dose = Fraction(order.dose.mg)
    lines = [_Check(say("check", "dose"), say("check", "as_label"), sheet.notation.number(dose))]

    def add(text: str, planned: Fraction, must: str = "") -> str:
        lines.append(_Check(text, must, sheet.notation.number(planned)))
        return f"L{len(lines)}"

    one, taken_in = "L1", order.planned_dose
    if taken_in != dose:  # what goes in is the planned dose; the label stays what it is
        words, factor = sheet.language.words, taken_in / dose
        surplus, worked = sheet.notation.percent(100 * (factor - 1)), f"L1 × {sheet.notation.number(factor)}"
        one = add(f"{words.planned_dose}: {words.with_surplus.format(dose=worked, surplus=surplus)}", taken_in)
    batch = vessels[-1]
    if fill.amount_mg is None:
        drug = taken_in * fill.count
        one = add(say("check", "whole", vessel=sheet.vessel(batch), one=one), drug)
    else:
        drug = taken_in * totals[batch].total_mg / Fraction(fill.amount_mg)
        values = {"readings": _sum(_readings(sheet, batch)), "fill": sheet.notation.mass(fill.amount_mg)}
        one = add(say("check", "batch", vessel=sheet.vessel(batch), one=one, **values), drug)
    for vessel, following in zip(reversed(vessels[:-1]), reversed(vessels[1:]), strict=True):
        (moved,) = (s for s in plan.steps if isinstance(s, Transfer) and s.source == vessel and s.vessel == following)
        name, mixture = sheet.vessel(vessel), totals[vessel]
        if moved.amount_mg is not None:
            drug *= mixture.total_mg / Fraction(moved.amount_mg)
            readings = _sum(_readings(sheet, vessel))
            one = add(say("check", "times", source=name, one=one, readings=readings, taken=f"R{moved.number}"), drug)
        elif moved.amount_ml is not None and mixture.volume_ml is not None:
            drug *= mixture.volume_ml / Fraction(moved.amount_ml)
            volume, taken = sheet.notation.volume(mixture.volume_ml), sheet.notation.volume(moved.amount_ml)
            one = add(say("check", "times_volume", source=name, one=one, volume=volume, taken=taken), drug)
        else:
            return None
    (weighed,) = (s for s in plan.steps if isinstance(s, Weigh) and s.role == DRUG and s.vessel == vessels[0])
    content = _add_content(sheet, add) or sheet.notation.percent(100 * plan.content_fraction)
    error = Fraction(0) if order.dose_error_limit is None else order.dose_error_limit.fraction
    must = ""
    if error:
        must = say("check", "between", low=sheet.notation.number(1 - error), high=sheet.notation.number(1 + error))
    ratio = Fraction(weighed.amount_mg) * plan.content_fraction / drug
    add(say("check", "powder", reading=f"R{weighed.number}", content=content, line=one), ratio, must)
    return lines


def _add_content(sheet: Sheet, add: Callable[..., str]) -> str | None:
    """The content of what is weighed, worked out in one line from the papers of the lot alone; the name of that line.

    None where a plan states another content than its lot gives: nothing on paper leads to it then.
    """
    say, factors = sheet.say, _content_factors(sheet)
    content = Fraction(1)
    for _, factor in factors:
        content *= factor
    if content != sheet.plan.content_fraction:
        return None
    product = say("check", "content", substance=sheet.name(sheet.order.dosed), lines=" × ".join(text for text, _ in factors))
    return add(product, content, say("check", "as_content", content=sheet.notation.percent(100 * content)))


def _content_factors(sheet: Sheet) -> list[tuple[str, Fraction]]:
    """What the papers of a lot say: assay and water, strength or tablet, and the form; each with what was planned."""
    say, order = sheet.say, sheet.order
    lot, substance, dose_as = order.lot, order.substance, order.dose_as
    if lot.strength is not None:
        factors = [(say("check", "strength"), Fraction(lot.strength.mg_per_g) / 1000)]
    elif lot.tablet is not None:
        factors = [(say("check", "tablet"), Fraction(lot.tablet.dose.mg) / Fraction(lot.tablet.mass.mg))]
    elif lot.assay is None or lot.basis is None:
        factors = [(say("check", "no_assay"), Fraction(1))]
    else:
        basis = say("batch", f"basis_{lot.basis.value.replace('-', '_')}")
        factors = [(say("check", "assay", basis=basis), lot.assay.fraction)]
    if lot.water is not None:
        factors.append((say("check", "dry"), 1 - lot.water.fraction))
    stated = None if substance is None else anhydrous(substance) if lot.leaves_water_out else substance
    dosed = dose_as or substance
    if stated is not None and dosed is not None and stated != dosed:
        form = say("check", "form", dosed=sheet.name(dosed.name), stated=sheet.name(stated.name))
        factors.append((form, Fraction(dosed.molecular_weight) / Fraction(stated.molecular_weight)))
    return factors


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


class _Folded(Value):
    """What is folded away: the hint above the fold, the planned results below it, and the height of both."""

    hint: tuple[str, ...]
    lines: tuple[str, ...]
    high: float


def _folded(sheet: Sheet, planned: list[str]) -> _Folded:
    paper = sheet.paper
    lines = wrap("   ".join(text.replace(" ", "\u00a0") for text in planned), paper.inner - 12, TYPE_SIZE)
    hint = wrap(sheet.say("check", "fold"), paper.inner, TYPE_SIZE)
    return _Folded(hint, lines, (len(lines) + len(hint)) * LEADING * TYPE_SIZE + _FOLD)


def _fold(sheet: Sheet, folded: _Folded) -> None:
    """The planned results at the foot of the page, upside down below a line to fold along."""
    paper = sheet.paper
    y = paper.bottom - folded.high
    for line in folded.hint:
        paper.text(paper.left, y + ASCENT * TYPE_SIZE, line, TYPE_SIZE)
        y += LEADING * TYPE_SIZE
    y += 3
    paper.line(0, y, paper.width, y, 0.8, DASHED)
    # Read from the foot of the page upwards, each line from the right margin to the left.
    y = paper.bottom - 1
    for line in folded.lines:
        paper.text(paper.right - 6, y - ASCENT * TYPE_SIZE, line, TYPE_SIZE, turned=True)
        y -= LEADING * TYPE_SIZE
    paper.y = paper.bottom
