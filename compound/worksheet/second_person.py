"""The page of the second person: another calculation, from one capsule back to the drug."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from compound.exact.value import Value
from compound.facts.substances import anhydrous
from compound.paper.paper import ASCENT, DASHED, LEADING, Blank, Cell, Column, Span, Tick, wrap
from compound.plan.plan import DRIED, DRUG, Dry, Fill, MakeUp, Transfer, Weigh
from compound.worksheet.scheme import path_to_capsules
from compound.worksheet.sheet import Sheet
from compound.worksheet.template import Section

_ROWS = (26.0, 23.0, 20.0, 18.0)  # heights of a line, the first at which all stand on one page with the fold
_PLANNED, _HINT = 7.5, 7.0  # sizes of the planned results and of the hint above them


class _Check(Value):
    """A line of the second calculation: what to work out, what it must be, and its planned result."""

    text: str
    must: str
    planned: str


def draw_check(sheet: Sheet, section: Section) -> None:
    """The way back, with blanks for the results; what is planned is folded away at the foot."""
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
        Column(say("check", "line"), 32, bold=True, size=10),
        Column(say("check", "do"), paper.inner - 32 - 120 - 96 - 22, size=9.5),
        Column(say("check", "result"), 120),
        Column(say("check", "must"), 96, bold=True, size=9.5),
        Column("", 22),
    ]
    planned = [say("check", "planned", line=f"L{i}", value=line.planned) for i, line in enumerate(lines, start=1)]
    folded = _folded(sheet, planned)
    room = paper.bottom - paper.y - folded.high - 28
    least = next((high for high in _ROWS if paper.height_of(columns, body, high) <= room), _ROWS[0])
    paper.table(columns, body, least=least)
    sheet.blanks([(say("check", "worked"), say("check", "worked"))])
    _fold(sheet, folded)


def _check_lines(sheet: Sheet, vessels: list[str]) -> list[_Check] | None:
    """The way back from one capsule to the drug, in the readings of the steps, and the sums that must close."""
    say, plan, order = sheet.say, sheet.plan, sheet.order
    fill = next(step for step in plan.steps if isinstance(step, Fill))
    totals = {mixture.vessel: mixture for mixture in sheet.audit.mixtures}
    dose = Fraction(order.dose.mg)
    lines = [
        _Check(say("check", "dose"), "", sheet.notation.number(dose)),
        _Check(say("check", "thousand"), say("check", "as_label"), sheet.notation.number(dose * 1000)),
    ]

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
        per = Fraction(fill.count)
        other = add(say("check", "whole"), per)
    else:
        per = totals[batch].total_mg / Fraction(fill.amount_mg)
        readings = _sum(_readings(sheet, batch))
        other = add(say("check", "capsules", readings=readings, fill=sheet.notation.mass(fill.amount_mg)), per)
    drug = taken_in * per
    values = {"vessel": sheet.vessel(batch), "one": one, "other": other}
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
            volume, taken = sheet.notation.volume(mixture.volume_ml), sheet.notation.volume(moved.amount_ml)
            other = add(say("check", "times_volume", source=name, volume=volume, taken=taken), times)
        else:
            return None
        drug *= times
        one = add(say("check", "drug", source=name, one=one, other=other), drug)
    (weighed,) = (s for s in plan.steps if isinstance(s, Weigh) and s.role == DRUG and s.vessel == vessels[0])
    powder = drug / plan.content_fraction
    by_certificate = _add_content(sheet, add)
    content = by_certificate or sheet.notation.percent(100 * plan.content_fraction)
    one = add(say("check", "powder", line=one, content=content), powder)
    error = Fraction(0) if order.dose_error_limit is None else order.dose_error_limit.fraction
    must = ""
    if error:
        must = say("check", "between", low=sheet.notation.number(1 - error), high=sheet.notation.number(1 + error))
    ratio = Fraction(weighed.amount_mg) / powder
    add(say("check", "compare", reading=f"R{weighed.number}", line=one), ratio, must)
    if not any(isinstance(step, MakeUp | Dry) for step in plan.steps):
        _add_closing_sums(sheet, vessels, add)
    return lines


def _add_content(sheet: Sheet, add: Callable[..., str]) -> str | None:
    """The content of what is weighed, worked out from the papers of the lot alone; the line that holds it.

    None where a plan states another content than its lot gives: nothing on paper leads to it then.
    """
    say, factors = sheet.say, _content_factors(sheet)
    content = Fraction(1)
    for _, factor in factors:
        content *= factor
    if content != sheet.plan.content_fraction:
        return None
    lines = [add(text, factor) for text, factor in factors]
    product = say("check", "content", substance=sheet.name(sheet.order.dosed), lines=" × ".join(lines))
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


def _add_closing_sums(sheet: Sheet, vessels: list[str], add: Callable[..., str]) -> None:
    """All powder that came from the shelf is what is left of each mixture, and the blend."""
    say, plan = sheet.say, sheet.plan
    shelf = [step for step in plan.weighings() if isinstance(step, Weigh)]
    total = sum((Fraction(step.amount_mg) for step in shelf), Fraction(0))
    whole = add(say("check", "shelf", readings=_sum([step.number for step in shelf])), total)
    parts = []
    beside = [m.vessel for m in sheet.audit.mixtures if m.vessel in sheet.audit.run.without_drug]
    for vessel in (*vessels[:-1], *beside, vessels[-1]):
        mixture = next(m for m in sheet.audit.mixtures if m.vessel == vessel)
        taken = [step for step in plan.steps if isinstance(step, Transfer) and step.source == vessel]
        readings = " − ".join([_sum(_readings(sheet, vessel)), *(f"R{step.number}" for step in taken)])
        rest = mixture.total_mg - sum((Fraction(step.amount_mg or 0) for step in taken), Fraction(0))
        if taken:
            parts.append(add(say("check", "left", source=sheet.vessel(vessel), readings=readings), rest))
        elif mixture.topped_to is not None:
            parts.append(add(say("check", "weighed_in", vessel=sheet.vessel(vessel), readings=readings), rest))
        else:
            parts.append(add(say("check", "blend", readings=readings), rest))
    add(say("check", "sum", lines=" + ".join(parts)), total, say("check", "same", line=whole))


class _Folded(Value):
    """What is folded away: the hint above the fold, the planned results below it, and the height of both."""

    hint: tuple[str, ...]
    lines: tuple[str, ...]
    high: float


def _folded(sheet: Sheet, planned: list[str]) -> _Folded:
    paper = sheet.paper
    lines = wrap("      ".join(text.replace(" ", "\u00a0") for text in planned), paper.inner - 12, _PLANNED)
    hint = wrap(sheet.say("check", "fold"), paper.inner, _HINT)
    high = len(lines) * LEADING * _PLANNED + 10 + len(hint) * LEADING * _HINT + 6
    return _Folded(hint, lines, high)


def _fold(sheet: Sheet, folded: _Folded) -> None:
    """The planned results at the foot of the page, upside down below a line to fold along."""
    paper = sheet.paper
    paper.need(folded.high + 8)
    y = paper.bottom - folded.high
    for line in folded.hint:
        paper.text(paper.left, y + ASCENT * _HINT, line, _HINT)
        y += LEADING * _HINT
    y += 4
    paper.line(0, y, paper.width, y, 0.8, DASHED)
    # Read from the foot of the page upwards, each line from the right margin to the left.
    y = paper.bottom - 2
    for line in folded.lines:
        paper.text(paper.right - 6, y - ASCENT * _PLANNED, line, _PLANNED, turned=True)
        y -= LEADING * _PLANNED
    paper.y = paper.bottom
