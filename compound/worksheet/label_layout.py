"""A label laid out: its text at the largest size at which all of it stands on the label, never cut, never below the least.

Lengths are in units of whoever prints: points on paper, dots of a label printer. `unit` says how many make a point.
Coordinates go from the upper left corner of the label; a text is placed by the top of its line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple, Protocol

from compound.exact.value import Value
from compound.worksheet.label_text import CapsuleLabel, StockLabel

# The size of what must be read right (a strength, a dose) and of all else, in points, and whether lines and what is written
# in by hand stand closer; the largest first. The last is the least: 9 pt and 6 pt.
LETTER_SIZES = (
    (14.0, 9.0, False), (13.0, 8.5, False), (12.0, 8.0, False), (11.0, 7.5, False), (10.5, 7.0, False), (10.0, 6.5, False),
    (9.5, 6.0, False), (9.0, 6.0, False), (9.0, 6.0, True),
)  # fmt: skip
# From one line to the next, in sizes, and how much of the room to write in and between parts is left; and where they stand
# closer. Letters reach 1.04 up and down.
_USUAL, _CLOSER = (1.15, 1.0), (1.06, 0.75)
CODE_SIDE = 52.0  # points, the white around the code included: three dots a module at 203 dpi
_PAD, _GAP = 2.0, 2.0  # points: within a frame; between two parts
_SHORT, _LONG = 40.0, 110.0  # points: the least length of a line to write a day or a number on, or a name
_WRITING, _LEAST_WRITING = 12.0, 9.5  # points: the height of a row to write on, and the least that it is squeezed to
_LEAST_BESIDE = 60.0  # points: beside a frame there is text where that much is left


class LabelPart(Value):
    """A part of a label: a text, large or not, framed or not; or what is written in by hand, each with its name, and
    whether its line is long. `beside` is what stands beside a frame, or below it where there is no room.
    """

    text: str = ""
    large: bool = False
    framed: bool = False
    beside: str = ""
    blanks: tuple[tuple[str, bool], ...] = ()


class PlacedText(NamedTuple):
    """A line of text by its upper left corner and the size of its letters."""

    x: float
    y: float
    size: float
    bold: bool
    text: str


class Placed(Value):
    """A label laid out. `rules` are lines to write on (x, y, width), `frames` boxes (x, y, width, height).

    `code` is the upper left corner and the side of a code, None where there is no room for one. `sizes` are those in
    points: of what is large, and of all else. `high` is the height of all.
    """

    texts: tuple[PlacedText, ...]
    rules: tuple[tuple[float, float, float], ...]
    frames: tuple[tuple[float, float, float, float], ...]
    code: tuple[float, float, float] | None
    sizes: tuple[float, float]
    high: float


class Room(Value):
    """The label, its whole width and height, and what is left free at its sides and at its top and bottom.

    `cut` says that it is cut off behind the text, at `shortest` or more.
    """

    wide: float
    high: float
    side: float
    end: float
    cut: bool = False
    shortest: float = 0.0


class Face(Protocol):
    """How texts are shown, measured and broken into lines."""

    def shown(self, text: str) -> str:
        """A text with what stands in it for a letter that cannot be printed."""

    def width(self, text: str, size: float, bold: bool) -> float:
        """The width of a text."""

    def wrap(self, text: str, wide: float, size: float, bold: bool) -> Sequence[str]:
        """A text in lines no wider than `wide`, nothing lost."""


def stock_parts(label: StockLabel) -> list[LabelPart]:
    """The parts of the label of a vessel."""
    facts = " · ".join(label.facts)
    return [LabelPart(label.contents, large=True), LabelPart(label.not_the_drug, framed=True, beside=facts),
            LabelPart(blanks=tuple((name, False) for name in label.blanks))]  # fmt: skip


def capsule_parts(label: CapsuleLabel) -> list[LabelPart]:
    """The parts of the label of the capsules."""
    parts = [LabelPart(label.dose, large=True)]
    parts += [LabelPart(text) for text in (label.in_words, label.count, *label.constituents) if text]
    for by_hand, lines in groupby(label.lines, lambda line: not line.value):
        if by_hand:
            parts.append(LabelPart(blanks=tuple((line.name, line.long) for line in lines)))
        else:
            parts += [LabelPart(f"{line.name} {line.value}") for line in lines]
    return [*parts, *(LabelPart(text) for text in label.ending)]


def fitted(
    parts: Sequence[LabelPart], room: Room, face: Face, caption: str, unit: float = 1.0, whole: Callable[[float], float] = float
) -> Placed | None:
    """The label laid out at the largest size at which all of it fits; None where it does not fit at the least.

    A code is put in the corner where there is room for it at that size, with `caption` as the last line: text is never
    made smaller for it. `whole` rounds a size of letters up to what can be printed.
    """
    for head, text, closer in LETTER_SIZES:
        leading, share = _CLOSER if closer else _USUAL
        scale = _Scale(whole(head * unit), whole(text * unit), leading, share, unit, (head, text))
        bare = _Layout(parts, room, face, scale, 0.0).placed()
        if bare is None:
            continue
        return _with_code([*parts, LabelPart(caption)], room, face, scale, bare) or bare
    return None


class _Scale(Value):
    """The sizes of letters, in units: of what is large, and of all else; `points` are the same in points.

    `leading` is the way from one line to the next in sizes, `share` how much of the usual room is left between parts.
    """

    head: float
    text: float
    leading: float
    share: float
    unit: float
    points: tuple[float, float]


def _with_code(parts: Sequence[LabelPart], room: Room, face: Face, scale: _Scale, bare: Placed) -> Placed | None:
    """The label with its code: on a tape as short as it can be. None where there is no room for a code."""
    side = CODE_SIDE * scale.unit
    if side > (room.wide - 2 * room.side) / 2:
        return None
    highs = [room.high]
    if room.cut:
        least, step = max(bare.high, side + 2 * room.end), 2 * scale.unit
        highs = [least + i * step for i in range(int((room.high - least) / step) + 1)]
    for high in highs:
        exact = Room(room.wide, high, room.side, room.end)
        placed = _Layout(parts, exact, face, scale, side).placed()
        if placed is not None:
            return placed
    return None


def _shown(part: LabelPart, face: Face) -> LabelPart:
    blanks = tuple((face.shown(name), is_long) for name, is_long in part.blanks)
    return LabelPart(face.shown(part.text), part.large, part.framed, face.shown(part.beside), blanks)


class _Layout:
    """A label while it is laid out, from top to bottom; beside a code in the lower right corner lines are shorter."""

    def __init__(self, parts: Sequence[LabelPart], room: Room, face: Face, scale: _Scale, code: float) -> None:
        self.room, self.face, self.scale, self.unit, self.code = room, face, scale, scale.unit, code
        self.left, self.right = room.side, room.wide - room.side
        self.bottom = room.high - room.end
        self.code_top, self.code_left = self.bottom - code, self.right - code
        self.y = room.end
        self.texts: list[PlacedText] = []
        self.rules: list[tuple[float, float, float]] = []
        self.frames: list[tuple[float, float, float, float]] = []
        for before, part in pairwise([LabelPart(), *(_shown(part, face) for part in parts)]):
            if part.framed or before.framed or before.large or (before.blanks and not part.blanks):
                self.y += _GAP * scale.share * self.unit
            if part.blanks:
                self._blanks(part.blanks)
            elif part.framed:
                self._framed(part)
            elif part.text:
                self._text(part.text, scale.head if part.large else scale.text, part.large)

    def placed(self) -> Placed | None:
        """What was laid out; None where it does not fit."""
        if self.y > self.bottom:
            return None
        high = max(self.y + self.room.end, self.room.shortest) if self.room.cut else self.room.high
        corner = (self.code_left, self.code_top, self.code) if self.code else None
        return Placed(tuple(self.texts), tuple(self.rules), tuple(self.frames), corner, self.scale.points, high)

    def _wide(self, high: float) -> float:
        """The width for the next thing of that height."""
        beside = bool(self.code) and self.y + high > self.code_top
        return (self.code_left - _GAP * self.unit if beside else self.right) - self.left

    def _lines(self, text: str, size: float, bold: bool, pad: float = 0.0) -> tuple[Sequence[str], float]:
        """A text in lines, beside a code in shorter ones, and the width that it has; `pad` is left free around it."""
        wide = self._wide(0)
        while True:
            lines = self.face.wrap(text, wide - 4 * pad, size, bold)
            narrower = self._wide(len(lines) * self.scale.leading * size + 2 * pad)
            if narrower >= wide:
                return lines, wide
            wide = narrower

    def _text(self, text: str, size: float, bold: bool) -> None:
        for line in self._lines(text, size, bold)[0]:
            self.texts.append(PlacedText(self.left, self.y, size, bold, line))
            self.y += self.scale.leading * size

    def _framed(self, part: LabelPart) -> None:
        """A text in a frame, in large letters, and beside it, if there is room, a text in small ones."""
        pad, top, size = _PAD * self.scale.share * self.unit, self.y, self.scale.head
        lines, wide = self._lines(part.text, size, True, pad)
        self.y += pad
        for line in lines:
            self.texts.append(PlacedText(self.left + 2 * pad, self.y, size, True, line))
            self.y += self.scale.leading * size
        self.y += pad
        framed = min(wide, max(self.face.width(line, size, True) for line in lines) + 4 * pad)
        self.frames.append((self.left, top, framed, self.y - top))
        if not part.beside:
            return
        left = self.left + framed + 2 * pad
        rest, size = self.left + wide - left, self.scale.text
        beside = self.face.wrap(part.beside, rest, size, False) if rest >= _LEAST_BESIDE * self.unit else ()
        below = top + len(beside) * self.scale.leading * size
        if not beside or (self.code and below > self.code_top):
            self.y += _GAP * self.scale.share * self.unit
            self._text(part.beside, size, False)
            return
        for number, line in enumerate(beside):
            self.texts.append(PlacedText(left, top + number * self.scale.leading * size, size, False, line))
        self.y = max(self.y, below)

    def _blanks(self, blanks: Sequence[tuple[str, bool]]) -> None:
        """Names with lines to write on beside them, as many on a row as have room there."""
        size, gap, rest = self.scale.text, 2 * _GAP * self.unit, list(blanks)
        high = max(max(_WRITING * self.scale.share, _LEAST_WRITING) * self.unit, self.scale.leading * size)
        while rest:
            wide, row = self._wide(high), [rest.pop(0)]
            used = self._least(row[0])
            while rest and used + gap + self._least(rest[0]) <= wide:
                row.append(rest.pop(0))
                used += gap + self._least(row[-1])
            if used > wide:
                self._long_blank(row[0][0], high)
                continue
            spare, x = (wide - used) / len(row), self.left
            for name, _long in row:
                least, named = self._least((name, _long)), self.face.width(name, size, False)
                self.texts.append(PlacedText(x, self.y + high - self.scale.leading * size, size, False, name))
                self.rules.append((x + named + gap, self.y + high - self.unit, least + spare - named - gap))
                x += least + spare + gap
            self.y += high

    def _least(self, blank: tuple[str, bool]) -> float:
        """The least width of a name with its line."""
        name, is_long = blank
        line = (_LONG if is_long else _SHORT) * self.scale.share * self.unit
        return self.face.width(name, self.scale.text, False) + 2 * _GAP * self.unit + line

    def _long_blank(self, name: str, high: float) -> None:
        """A name too long to stand beside its line: in lines of its own, and below them a whole line to write on."""
        self._text(name, self.scale.text, False)
        self.rules.append((self.left, self.y + high - self.unit, self._wide(high)))
        self.y += high
