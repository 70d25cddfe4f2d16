"""The picture of the scheme: from the drug through the mixtures to the capsules, to be understood without reading.

Each vessel is drawn as what it is, a jar, a mortar or a flask, and the drug in it as dots that grow fewer with every
step. The arrows carry the masses.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from compound.plan import DILUENT, DRIED, DRUG, SOLVENT, Dry, Fill, MakeUp, Transfer, Weigh
from compound.value import Value
from compound.worksheet.paper import ASCENT, LEADING, Paper, width, wrap
from compound.worksheet.sheet import Sheet

_ICON = 43.0  # the side of a vessel
_TEXT, _MASS = 8.0, 10.0  # sizes of what stands beside a vessel, and of the amounts on the arrows
_LAST, _WIDEST = 84.0, 140.0


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
    content = sheet.notation.percent(100 * plan.content_fraction)
    found = [Node("drug", "", (say("scheme", "drug"), content), sheet.reading(Fraction(first.amount_mg)))]
    for i, vessel in enumerate(vessels):
        found.append(_vessel(sheet, vessel, vessels[i + 1] if i + 1 < len(vessels) else None))
    fill = next(step for step in plan.steps if isinstance(step, Fill))
    accuracy = sheet.audit.accuracy
    dose = Fraction(plan.order.dose.mg) if accuracy is None else accuracy.dose_mg
    count = say("scheme", "capsules", count=sheet.notation.number(fill.count))
    found.append(Node("capsules", "", (count, say("scheme", "each", dose=sheet.notation.mass(dose)))))
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
                above.append(say("scheme", "make_up", volume=sheet.notation.volume(step.volume_ml)))
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
        lines.append(sheet.reading(mixture.total_mg) if volume is None else sheet.notation.volume(volume))
        lines.append(sheet.strength(mixture))
        if mixture.one_in is not None:
            lines.append(say("scheme", "ratio", ratio=sheet.notation.ratio(mixture.one_in)))
    return Node(kind, " ".join(above), tuple(line for line in lines if line), _passed(sheet, vessel, following))


def _passed(sheet: Sheet, vessel: str, following: str | None) -> str:
    for step in sheet.plan.steps:
        if isinstance(step, Fill) and following is None and step.source == vessel:
            return sheet.notation.mass(step.amount_mg)
        if isinstance(step, Transfer) and step.source == vessel and step.vessel == following:
            mg, ml = step.amount_mg, step.amount_ml
            return sheet.reading(Fraction(mg)) if mg is not None else sheet.notation.volume(ml or 0)
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
    """Draws the picture at the cursor, from margin to margin, in as many rows as the amounts on the arrows need."""
    paper = sheet.paper
    widest = max(width(node.passed, _MASS, True) for node in row)
    above = max(width(part, _TEXT) for node in row for part in node.above.split(" ") or [""])
    least = max(_ICON + widest + 20, above + 8, 74.0)
    per_row = len(row)
    # The last vessel has no arrow beside it, and needs no room for one.
    pitch = min((paper.inner - _LAST) / (per_row - 1), _WIDEST)
    if pitch < least:
        per_row = max(2, int(paper.inner // least))
        pitch = min(paper.inner / per_row, _WIDEST)
    for start in range(0, len(row), per_row):
        part = row[start : start + per_row]
        above_lines = max(len(wrap(node.above, pitch - 8, _TEXT)) if node.above else 0 for node in part)
        top_high = above_lines * LEADING * _TEXT + (12 if above_lines else 2)
        rooms = [min(pitch - 6, paper.right - paper.left - i * pitch) for i in range(len(part))]
        below = max(
            sum(len(wrap(line, room, _TEXT, i == 0)) for i, line in enumerate(node.lines))
            for node, room in zip(part, rooms, strict=True)
        )
        high = top_high + _ICON + 5 + below * LEADING * _TEXT
        paper.need(high)
        for i, (node, room) in enumerate(zip(part, rooms, strict=True)):
            x = paper.left + i * pitch
            _node(paper, node, x, room, top_high, start + i)
            if start + i + 1 < len(row):
                _arrow(paper, x + _ICON + 5, x + pitch + 1, paper.y + top_high + 26, node.passed)
        paper.y += high + 6


def _node(paper: Paper, node: Node, x: float, room: float, top_high: float, index: int) -> None:
    """Draws a vessel at x with what is said of it, in `room` points; `index` steps from the drug."""
    middle, y = x + _ICON / 2, paper.y + top_high
    if node.above:
        lines = wrap(node.above, room - 2, _TEXT)
        at = y - 12 - len(lines) * LEADING * _TEXT
        for line in lines:
            # Kept from sticking out on the left of the page.
            start = max(x, middle - width(line, _TEXT) / 2)
            paper.text(start, at + ASCENT * _TEXT, line, _TEXT)
            at += LEADING * _TEXT
        paper.line(middle, y - 10, middle, y - 3, 1.1)
        _arrow_head(paper, middle, y + 2, 0, 1)
    dots = [0, 60, 24, 11, 6, 4, 3][min(index, 6)]
    _ICONS[node.kind](_Pen(paper, middle, y), dots)
    at = y + _ICON + 5
    for i, text in enumerate(node.lines):
        for line in wrap(text, room, _TEXT, i == 0):
            paper.text(x, at + ASCENT * _TEXT, line, _TEXT, i == 0)
            at += LEADING * _TEXT


def _arrow(paper: Paper, begin: float, end: float, y: float, text: str) -> None:
    paper.line(begin, y, end - 4, y, 1.8)
    _arrow_head(paper, end, y, 1, 0)
    paper.text((begin + end) / 2 - 3, y - 5, text, _MASS, True, "center")


def _arrow_head(paper: Paper, x: float, y: float, dx: int, dy: int) -> None:
    paper.path(
        [("M", x, y), ("L", x - 7 * dx - 3.5 * dy, y - 7 * dy - 3.5 * dx),
         ("L", x - 7 * dx + 3.5 * dy, y - 7 * dy + 3.5 * dx), ("Z",)], 0, 0.0,
    )  # fmt: skip


# The vessels, each drawn in a box 36 wide and 36 high, its x from the middle.


class _Pen:
    """Draws in the units of a vessel, whose middle at the top is at (x, y)."""

    def __init__(self, paper: Paper, x: float, y: float) -> None:
        self._paper, self._x, self._y = paper, x, y

    def path(self, steps: list[tuple[Any, ...]], line: float, grey: float) -> None:
        """Draws a path."""
        scale = _ICON / 36
        drawn = []
        for kind, *numbers in steps:
            sides = [number * scale for number in numbers]
            places = sides[:2] if kind == "R" else sides
            moved = [value + (self._y if i % 2 else self._x) for i, value in enumerate(places)]
            drawn.append((kind, *moved, *sides[len(places) :]))
        self._paper.path(drawn, line, grey)

    def line(self, x0: float, y0: float, x1: float, y1: float, wide: float) -> None:
        """Draws a line."""
        scale, x, y = _ICON / 36, self._x, self._y
        self._paper.line(x + x0 * scale, y + y0 * scale, x + x1 * scale, y + y1 * scale, wide)

    def dots(self, count: int, left: float, top: float, wide: float, high: float) -> None:
        """Draws dots spread evenly over an area, the same ones every time."""
        steps: list[tuple[Any, ...]] = []
        for i in range(1, count + 1):
            x, y = left + (i * 0.7549 % 1) * wide, top + (i * 0.5698 % 1) * high
            steps.append(("R", x - 0.75, y - 0.75, 1.5, 1.5))
        if steps:
            self.path(steps, 0, 0.0)


def _jar(pen: _Pen, dots: int) -> None:
    pen.path([("R", -12, 8, 24, 27)], 1, 1.0)
    pen.path([("R", -10, 15, 20, 18)], 0, 0.0)
    pen.path([("R", -13, 2, 26, 6)], 1, 0.75)


def _mortar(pen: _Pen, dots: int) -> None:
    pen.line(3, 12, 15, 1, 3.5)
    pen.path(
        [("M", -18, 11), ("L", 18, 11), ("C", 18, 26, 12, 32, 7, 32), ("L", 9, 35), ("L", -9, 35), ("L", -7, 32),
         ("C", -12, 32, -18, 26, -18, 11), ("Z",)], 1, 1.0,
    )  # fmt: skip
    pen.dots(dots, -12, 14.5, 24, 14)


def _flask(pen: _Pen, dots: int) -> None:
    pen.path(
        [("M", -3, 1), ("L", 3, 1), ("L", 3, 13), ("C", 14, 16, 16, 30, 8, 35), ("L", -8, 35),
         ("C", -16, 30, -14, 16, -3, 13), ("Z",)], 1, 1.0,
    )  # fmt: skip
    pen.line(-3, 7, 3, 7, 0.8)
    pen.dots(dots, -8.5, 19, 17, 13)


def _capsules(pen: _Pen, dots: int) -> None:
    for top in (3, 14, 25):
        for side, grey in ((-1, 0.7), (1, 1.0)):
            edge, bend = side * 12, side * 17.5
            pen.path(
                [("M", 0, top), ("L", edge, top), ("C", bend, top, bend, top + 9, edge, top + 9), ("L", 0, top + 9),
                 ("Z",)], 0.9, grey,
            )  # fmt: skip


_ICONS = {"drug": _jar, "mortar": _mortar, "flask": _flask, "capsules": _capsules}
