"""The picture of the scheme: from the drug through the mixtures to the capsules, to be understood without reading.

Each vessel is drawn as what it is, a jar, a mortar or a flask, and the drug in it as dots that grow fewer with every
step. The arrows carry the masses.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from compound import notation
from compound.plan import DILUENT, DRIED, DRUG, SOLVENT, Dry, Fill, MakeUp, Transfer, Weigh
from compound.value import Value
from compound.worksheet.paper import ASCENT, LEADING, Paper, width, wrap
from compound.worksheet.sheet import Sheet

_ICON = 36.0
_TEXT = 7.0


class Node(Value):
    """A vessel of the picture: its kind, what comes in from above, its lines, and what goes on from it."""

    kind: str
    above: str
    lines: tuple[str, ...]
    passed: str = ""


def path_to_capsules(sheet: Sheet) -> list[str] | None:
    """The vessels on the one path from the drug to the capsules, or None where there is no single one."""
    steps = sheet.plan.steps
    filled = [step for step in steps if isinstance(step, Fill)]
    if len(filled) != 1:
        return None
    vessels = [filled[0].source]
    while True:
        sources = [step.source for step in steps if isinstance(step, Transfer) and step.vessel == vessels[0]]
        drugs = [s for s in steps if isinstance(s, Weigh) and s.role == DRUG and s.vessel == vessels[0]]
        if len(sources) + len(drugs) != 1:
            return None
        if drugs:
            return vessels
        if sources[0] in vessels:
            return None
        vessels.insert(0, sources[0])


def nodes(sheet: Sheet, vessels: list[str]) -> list[Node]:
    """The picture as a row of nodes: the drug, the vessels, the capsules."""
    say, plan = sheet.say, sheet.plan
    first = next(s for s in plan.steps if isinstance(s, Weigh) and s.role == DRUG and s.vessel == vessels[0])
    content = notation.percent(100 * plan.content_fraction)
    found = [Node("drug", "", (say("scheme", "drug"), content), sheet.reading(Fraction(first.amount_mg)))]
    for i, vessel in enumerate(vessels):
        found.append(_vessel(sheet, vessel, vessels[i + 1] if i + 1 < len(vessels) else None))
    fill = next(step for step in plan.steps if isinstance(step, Fill))
    accuracy = sheet.audit.accuracy
    dose = Fraction(plan.order.dose.mg) if accuracy is None else accuracy.dose_mg
    count = say("scheme", "capsules", count=notation.number(fill.count))
    found.append(Node("capsules", "", (count, say("scheme", "each", dose=notation.mass(dose)))))
    return found


def _vessel(sheet: Sheet, vessel: str, following: str | None) -> Node:
    say = sheet.say
    added = Fraction(0)
    above, kind, dried = [], "mortar", False
    for step in sheet.plan.steps:
        if getattr(step, "vessel", None) != vessel:
            continue
        match step:
            case Weigh(role=role) if role in (DILUENT, SOLVENT):
                added += Fraction(step.amount_mg)
                kind = "flask" if role == SOLVENT else kind
            case MakeUp():
                above.append(say("scheme", "make_up", volume=notation.volume(step.volume_ml)))
                kind = "flask"
            case Dry():
                dried = True
            case _:
                pass
    if added:
        above.insert(0, say("scheme", "add", amount=sheet.reading(added)))
    if dried:
        above.append(say("scheme", "dried"))
    mixture = next((m for m in sheet.audit.mixtures if m.vessel == vessel), None)
    lines = [sheet.vessel(vessel)]
    if mixture is not None:
        volume = mixture.volume_ml
        lines.append(sheet.reading(mixture.total_mg) if volume is None else notation.volume(volume))
        lines.append(sheet.strength(mixture))
        if mixture.one_in is not None:
            lines.append(say("scheme", "ratio", ratio=notation.ratio(mixture.one_in)))
    return Node(kind, " ".join(above), tuple(line for line in lines if line), _passed(sheet, vessel, following))


def _passed(sheet: Sheet, vessel: str, following: str | None) -> str:
    for step in sheet.plan.steps:
        if isinstance(step, Fill) and following is None and step.source == vessel:
            return notation.mass(step.amount_mg)
        if isinstance(step, Transfer) and step.source == vessel and step.vessel == following:
            mg, ml = step.amount_mg, step.amount_ml
            return sheet.reading(Fraction(mg)) if mg is not None else notation.volume(ml or 0)
    return ""


def materials(sheet: Sheet) -> str:
    """What is added on the way, named once each."""
    named = [
        step.material
        for step in sheet.plan.steps
        if isinstance(step, MakeUp) or (isinstance(step, Weigh) and step.role not in (DRUG, DRIED))
    ]
    return ", ".join(dict.fromkeys(sheet.name(name) for name in named))


def draw_scheme(sheet: Sheet, row: list[Node]) -> None:
    """Draws the picture at the cursor, in as many rows as the amounts on the arrows need."""
    paper = sheet.paper
    widest = max(width(node.passed, 8, True) for node in row)
    above = max(width(part, _TEXT) for node in row for part in node.above.split(" ") or [""])
    pitch = max(_ICON + widest + 14, above + 8, 62.0)
    per_row = max(2, min(len(row), int(paper.inner // pitch)))
    pitch = min(paper.inner / per_row, 118.0)
    for start in range(0, len(row), per_row):
        part = row[start : start + per_row]
        above_lines = max(len(wrap(node.above, pitch - 8, _TEXT)) if node.above else 0 for node in part)
        top_high = above_lines * LEADING * _TEXT + (10 if above_lines else 2)
        below = max(sum(len(wrap(line, pitch - 8, _TEXT, i == 0)) for i, line in enumerate(n.lines)) for n in part)
        high = top_high + _ICON + 4 + below * LEADING * _TEXT
        paper.need(high)
        for i, node in enumerate(part):
            _node(paper, node, paper.left + i * pitch, pitch, top_high, start + i, start + i + 1 < len(row))
        paper.y += high + 6


def _node(paper: Paper, node: Node, x: float, pitch: float, top_high: float, index: int, goes_on: bool) -> None:
    middle, y = x + _ICON / 2 + 8, paper.y + top_high
    if node.above:
        lines = wrap(node.above, pitch - 8, _TEXT)
        at = y - 10 - len(lines) * LEADING * _TEXT
        for line in lines:
            # Kept from sticking out on the left of the page.
            start = max(x, middle - width(line, _TEXT) / 2)
            paper.text(start, at + ASCENT * _TEXT, line, _TEXT)
            at += LEADING * _TEXT
        paper.line(middle, y - 8, middle, y + 1, 0.9)
        _arrow_head(paper, middle, y + 2, 0, 1)
    dots = [0, 60, 24, 11, 6, 4, 3][min(index, 6)]
    {"drug": _jar, "mortar": _mortar, "flask": _flask, "capsules": _capsules}[node.kind](paper, middle, y, dots)
    if goes_on:
        begin, end = middle + _ICON / 2 + 3, x + pitch + 5
        paper.line(begin, y + 21, end - 3, y + 21, 1.4)
        _arrow_head(paper, end, y + 21, 1, 0)
        paper.text((begin + end) / 2 - 1, y + 17, node.passed, 8, True, "center")
    at = y + _ICON + 4
    for i, text in enumerate(node.lines):
        for line in wrap(text, pitch - 8, _TEXT, i == 0):
            paper.text(x + 4, at + ASCENT * _TEXT, line, _TEXT, i == 0)
            at += LEADING * _TEXT


def _arrow_head(paper: Paper, x: float, y: float, dx: int, dy: int) -> None:
    paper.path(
        [("M", x, y), ("L", x - 6 * dx - 3 * dy, y - 6 * dy - 3 * dx),
         ("L", x - 6 * dx + 3 * dy, y - 6 * dy + 3 * dx), ("Z",)], 0, 0.0,
    )  # fmt: skip


def _dots(paper: Paper, count: int, left: float, top: float, wide: float, high: float) -> None:
    """Dots spread evenly over an area, the same ones every time."""
    steps: list[tuple[Any, ...]] = []
    for i in range(1, count + 1):
        x, y = left + (i * 0.7549 % 1) * wide, top + (i * 0.5698 % 1) * high
        steps.append(("R", x - 0.75, y - 0.75, 1.5, 1.5))
    if steps:
        paper.path(steps, 0, 0.0)


def _jar(paper: Paper, x: float, y: float, dots: int) -> None:
    paper.path([("R", x - 12, y + 8, 24, 27)], 1, 1.0)
    paper.path([("R", x - 10, y + 15, 20, 18)], 0, 0.0)
    paper.path([("R", x - 13, y + 2, 26, 6)], 1, 0.75)


def _mortar(paper: Paper, x: float, y: float, dots: int) -> None:
    paper.line(x + 3, y + 12, x + 15, y + 1, 3)
    paper.path(
        [("M", x - 18, y + 11), ("L", x + 18, y + 11), ("C", x + 18, y + 26, x + 12, y + 32, x + 7, y + 32),
         ("L", x + 9, y + 35), ("L", x - 9, y + 35), ("L", x - 7, y + 32),
         ("C", x - 12, y + 32, x - 18, y + 26, x - 18, y + 11), ("Z",)], 1, 1.0,
    )  # fmt: skip
    _dots(paper, dots, x - 12, y + 14.5, 24, 14)


def _flask(paper: Paper, x: float, y: float, dots: int) -> None:
    paper.path(
        [("M", x - 3, y + 1), ("L", x + 3, y + 1), ("L", x + 3, y + 13),
         ("C", x + 14, y + 16, x + 16, y + 30, x + 8, y + 35), ("L", x - 8, y + 35),
         ("C", x - 16, y + 30, x - 14, y + 16, x - 3, y + 13), ("Z",)], 1, 1.0,
    )  # fmt: skip
    paper.line(x - 3, y + 7, x + 3, y + 7, 0.8)
    _dots(paper, dots, x - 8.5, y + 19, 17, 13)


def _capsules(paper: Paper, x: float, y: float, dots: int) -> None:
    for top in (y + 3, y + 14, y + 25):
        for side, grey in ((-1, 0.7), (1, 1.0)):
            edge, bend = x + side * 12, x + side * 17.5
            paper.path(
                [("M", x, top), ("L", edge, top), ("C", bend, top, bend, top + 9, edge, top + 9), ("L", x, top + 9),
                 ("Z",)], 0.9, grey,
            )  # fmt: skip
