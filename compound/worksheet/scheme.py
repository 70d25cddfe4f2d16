"""The picture of the scheme: from the drug through the mixtures to the capsules, to be understood without reading.

Each vessel is drawn as what it is, a jar, a mortar or a flask, and the drug in it as dots that grow fewer with every
step. The arrows carry the masses.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from compound.exact.value import Value
from compound.paper.measure import ASCENT, LEADING, width, wrap
from compound.paper.paper import Paper
from compound.plan.plan import DILUENT, DRIED, DRUG, EXCIPIENT, SOLVENT, Dry, Fill, MakeUp, TopUp, Transfer, Weigh
from compound.wording.shelf_names import read_shelf_name
from compound.worksheet.sheet import Sheet

_WIDEST = 140.0


class SchemeNode(Value):
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
        brought = [step for step in steps if sheet.audit.run.brings_drug(step) and isinstance(step, Transfer)]
        sources = [step.source for step in brought if step.vessel == vessels[0]]
        drugs = [s for s in steps if isinstance(s, Weigh) and s.role == DRUG and s.vessel == vessels[0]]
        if len(sources) + len(drugs) != 1:
            return None
        if drugs:
            return vessels
        if sources[0] in vessels:
            return None
        vessels.insert(0, sources[0])


def nodes(sheet: Sheet, vessels: list[str]) -> list[SchemeNode]:
    """The picture as a row of nodes: the drug, the vessels, the capsules."""
    say, plan = sheet.say, sheet.plan
    first = next(s for s in plan.steps if isinstance(s, Weigh) and s.role == DRUG and s.vessel == vessels[0])
    content = sheet.notation.percent(100 * plan.content_fraction)
    pure = read_shelf_name(first.material) is None
    shelf = (say("scheme", "drug"), content) if pure else (sheet.material(first.material),)
    found = [SchemeNode("drug", "", shelf, sheet.amount(Fraction(first.amount_mg)))]
    for i, vessel in enumerate(vessels):
        found.append(_vessel(sheet, vessel, vessels[i + 1] if i + 1 < len(vessels) else None))
    fill = next(step for step in plan.steps if isinstance(step, Fill))
    accuracy = sheet.audit.accuracy
    dose = plan.order.planned_dose if accuracy is None else accuracy.dose_mg
    count = say("scheme", "capsules", count=sheet.notation.number(fill.count))
    found.append(SchemeNode("capsules", "", (count, say("scheme", "each", dose=sheet.notation.mass(dose)))))
    return found


def _vessel(sheet: Sheet, vessel: str, following: str | None) -> SchemeNode:
    say = sheet.say
    added = Fraction(0)
    above, kind, dried = [], "mortar", False
    for step in sheet.plan.steps:
        if getattr(step, "vessel", None) != vessel:
            continue
        match step:
            case Weigh(role=role) if role in (DILUENT, EXCIPIENT, SOLVENT):
                added += Fraction(step.amount_mg)
                kind = "flask" if role == SOLVENT else kind
            case Transfer() if not sheet.audit.run.brings_drug(step):
                added += Fraction(step.amount_mg or 0)
            case MakeUp():
                above.append(say("scheme", "make_up", volume=sheet.notation.volume(step.volume_ml)))
                kind = "flask"
            case Dry():
                dried = True
            case _:
                pass
    if added:
        above.insert(0, say("scheme", "add", amount=sheet.amount(added)))
    if dried:
        above.append(say("scheme", "dried"))
    mixture = next((m for m in sheet.audit.mixtures if m.vessel == vessel), None)
    lines = [sheet.vessel(vessel)]
    if mixture is not None:
        volume = mixture.volume_ml
        if mixture.topped_to is not None:
            lines.append(say("scheme", "capsules", count=sheet.notation.number(mixture.topped_to)))
        else:
            lines.append(sheet.amount(mixture.total_mg) if volume is None else sheet.notation.volume(volume))
        lines.append(sheet.strength(mixture))
        if mixture.one_in is not None:
            lines.append(say("scheme", "ratio", ratio=sheet.notation.ratio(mixture.one_in)))
    return SchemeNode(kind, " ".join(above), tuple(line for line in lines if line), _passed(sheet, vessel, following))


def _passed(sheet: Sheet, vessel: str, following: str | None) -> str:
    for step in sheet.plan.steps:
        if isinstance(step, Fill) and following is None and step.source == vessel:
            return "" if step.amount_mg is None else sheet.notation.mass(step.amount_mg)
        if isinstance(step, Transfer) and step.source == vessel and step.vessel == following:
            mg, ml = step.amount_mg, step.amount_ml
            return sheet.amount(Fraction(mg)) if mg is not None else sheet.notation.volume(ml or 0)
    return ""


def materials(sheet: Sheet) -> str:
    """What is added on the way, named once each."""
    named = [
        step.material
        for step in sheet.plan.steps
        if isinstance(step, MakeUp | TopUp) or (isinstance(step, Weigh) and step.role not in (DRUG, DRIED))
    ]
    return ", ".join(dict.fromkeys(sheet.name(name) for name in named))


class _Size(Value):
    """A size of the picture: the side of a vessel, the size of the amounts on the arrows, and of what stands below.

    `gap` is what an arrow needs beside its amount, `last` the room of the last vessel.
    """

    icon: float
    mass: float
    text: float
    gap: float
    last: float


class _Row(Value):
    """A row of the picture: its vessels, how far apart they stand, and its height above and below their tops."""

    size: _Size
    nodes: list[SchemeNode]
    pitch: float
    above: float
    high: float


def rows_of(sheet: Sheet, row: list[SchemeNode]) -> list[_Row]:
    """The picture in one row from margin to margin, as large as it fits; in two or more where it does not."""
    paper = sheet.paper
    for size in _SIZES:
        least = size.icon + max(width(node.passed, size.mass, True) for node in row) + size.gap
        least = max(least, max(width(part, size.text) for node in row for part in node.above.split(" ")) + 8)
        # The last vessel has no arrow beside it, and needs no room for one.
        pitch = min((paper.inner - size.last) / (len(row) - 1), _WIDEST)
        if pitch >= least:
            return [_row(paper, size, row, pitch)]
    per_row = max(2, int(paper.inner // least))
    pitch = min(paper.inner / per_row, _WIDEST)
    return [_row(paper, size, row[start : start + per_row], pitch) for start in range(0, len(row), per_row)]


def _row(paper: Paper, size: _Size, part: list[SchemeNode], pitch: float) -> _Row:
    above_lines = max(len(wrap(node.above, pitch - 8, size.text)) if node.above else 0 for node in part)
    top_high = above_lines * LEADING * size.text + (12 if above_lines else 2)
    below = max(
        sum(len(wrap(line, _room(paper, pitch, j), size.text, i == 0)) for i, line in enumerate(node.lines))
        for j, node in enumerate(part)
    )
    return _Row(size, part, pitch, top_high, top_high + size.icon + 5 + below * LEADING * size.text + 6)


def _room(paper: Paper, pitch: float, position: int) -> float:
    """How wide a text below the vessel at a position may be."""
    return min(pitch - 6, paper.inner - position * pitch)


def draw_scheme(sheet: Sheet, drawn: list[_Row]) -> None:
    """Draws the picture at the cursor."""
    paper, index = sheet.paper, 0
    count = sum(len(row.nodes) for row in drawn)
    for row in drawn:
        paper.need(row.high)
        for i, node in enumerate(row.nodes):
            x, y = paper.left + i * row.pitch, paper.y + row.above
            _node(paper, row.size, node, x, y, _room(paper, row.pitch, i), index)
            index += 1
            if index < count:
                icon = row.size.icon
                _arrow(paper, x + icon + 5, x + row.pitch + 1, y + icon * 0.6, node.passed, row.size.mass)
        paper.y += row.high


def _node(paper: Paper, size: _Size, node: SchemeNode, x: float, y: float, room: float, index: int) -> None:
    """Draws a vessel, its upper left corner at (x, y), with what is said of it; `index` steps from the drug."""
    middle = x + size.icon / 2
    if node.above:
        lines = wrap(node.above, room - 2, size.text)
        at = y - 12 - len(lines) * LEADING * size.text
        for line in lines:
            # Kept from sticking out on the left of the page.
            start = max(x, middle - width(line, size.text) / 2)
            paper.text(start, at + ASCENT * size.text, line, size.text)
            at += LEADING * size.text
        paper.line(middle, y - 10, middle, y - 3, 1.1)
        _arrow_head(paper, middle, y + 2, 0, 1)
    dots = [0, 60, 24, 11, 6, 4, 3][min(index, 6)]
    _ICONS[node.kind](_Pen(paper, middle, y, size.icon / 36), dots)
    at = y + size.icon + 5
    for i, text in enumerate(node.lines):
        for line in wrap(text, room, size.text, i == 0):
            paper.text(x, at + ASCENT * size.text, line, size.text, i == 0)
            at += LEADING * size.text


def _arrow(paper: Paper, begin: float, end: float, y: float, text: str, size: float) -> None:
    paper.line(begin, y, end - 4, y, 1.8)
    _arrow_head(paper, end, y, 1, 0)
    paper.text((begin + end) / 2 - 3, y - 5, text, size, True, "center")


def _arrow_head(paper: Paper, x: float, y: float, dx: int, dy: int) -> None:
    paper.path(
        [("M", x, y), ("L", x - 7 * dx - 3.5 * dy, y - 7 * dy - 3.5 * dx),
         ("L", x - 7 * dx + 3.5 * dy, y - 7 * dy + 3.5 * dx), ("Z",)], 0, 0.0,
    )  # fmt: skip


# The vessels, each drawn in a box 36 wide and 36 high, its x from the middle.


class _Pen:
    """Draws in the units of a vessel, whose middle at the top is at (x, y)."""

    def __init__(self, paper: Paper, x: float, y: float, scale: float) -> None:
        self._paper, self._x, self._y, self._scale = paper, x, y, scale

    def path(self, steps: list[tuple[Any, ...]], line: float, grey: float) -> None:
        """Draws a path."""
        scale = self._scale
        drawn = []
        for kind, *numbers in steps:
            sides = [number * scale for number in numbers]
            places = sides[:2] if kind == "R" else sides
            moved = [value + (self._y if i % 2 else self._x) for i, value in enumerate(places)]
            drawn.append((kind, *moved, *sides[len(places) :]))
        self._paper.path(drawn, line, grey)

    def line(self, x0: float, y0: float, x1: float, y1: float, wide: float) -> None:
        """Draws a line."""
        scale, x, y = self._scale, self._x, self._y
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


_SIZES = (_Size(40, 10, 9, 18, 86), _Size(34, 9, 9, 13, 80))
_ICONS = {"drug": _jar, "mortar": _mortar, "flask": _flask, "capsules": _capsules}
