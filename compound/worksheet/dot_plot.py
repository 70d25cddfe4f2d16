"""The dot plot of single values: where each lies beside the mean and the limits, told by shapes and not by colour."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from compound.exact.value import Value
from compound.paper.paper import DASHED, DOTTED, Paper
from compound.showing.qc_rows import DotPlot, PlotLevel
from compound.wording.notation import Notation

_HIGH = 204.0
_LABEL = 7.0
_LEFT, _RIGHT = 42.0, 142.0  # room for the numbers on the left, and for the labels of the levels on the right
_SPACING = 8.0  # between two labels
_DASHES = {"mean": "", "target": DOTTED, "limit": DASHED}


class _Frame(Value):
    """The box of the plot in points, and the values at its foot and at its top."""

    left: float
    right: float
    top: float
    bottom: float
    low: Fraction
    high: Fraction

    def up(self, value: Fraction) -> float:
        """The y of a value."""
        return self.bottom - float((value - self.low) / (self.high - self.low)) * (self.bottom - self.top)


def draw_plot(paper: Paper, plot: DotPlot, capsules: str, notation: Notation) -> None:
    """Draws the plot at the cursor; `capsules` says what the numbers below it are, and what the shapes mean.

    A capsule outside is a cross, one that may be outside a ring, and one inside a dot.
    """
    paper.need(_HIGH)
    shown = [*plot.values, *(level.value for level in plot.levels)]
    low, high = min(shown), max(shown)
    pad = (high - low) / 12 or max(abs(high) / 10, Fraction(1))
    frame = _Frame(
        paper.left + _LEFT, paper.right - _RIGHT, paper.y + 13, paper.y + _HIGH - 26, low - pad, high + pad
    )  # fmt: skip
    paper.text(paper.left, paper.y + _LABEL, plot.axis, _LABEL)
    paper.rect(frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top, 0.6)
    for tick, text in _ticks(frame.low, frame.high, notation):
        paper.line(frame.left - 3, frame.up(tick), frame.left, frame.up(tick), 0.6)
        paper.text(frame.left - 5, frame.up(tick) + 2.5, text, _LABEL, align="right")
    paper.text((frame.left + frame.right) / 2, frame.bottom + 20, capsules, _LABEL, align="center")
    _draw_levels(paper, plot.levels, frame)
    _draw_values(paper, plot, frame)
    paper.y += _HIGH + 4


def _draw_values(paper: Paper, plot: DotPlot, frame: _Frame) -> None:
    count = len(plot.values)
    step = (frame.right - frame.left) / count
    radius, every = max(0.6, min(2.2, step / 3)), max(1, -(-count // 20))
    for number, value in enumerate(plot.values, 1):
        x, y = frame.left + (number - 0.5) * step, frame.up(value)
        if number % every == 0 or number == 1:
            paper.text(x, frame.bottom + 9, str(number), _LABEL, align="center")
        if number in plot.outside:
            paper.line(x - 3, y - 3, x + 3, y + 3, 1.1)
            paper.line(x - 3, y + 3, x + 3, y - 3, 1.1)
        elif number in plot.maybe:
            paper.path(_circle(x, y, 3), 1.1)
        else:
            paper.path(_circle(x, y, radius), 0, 0.0)


def _circle(x: float, y: float, radius: float) -> list[tuple[Any, ...]]:
    bend = 0.5523 * radius  # of the curves that come nearest to quarters of a circle
    return [
        ("M", x + radius, y),
        ("C", x + radius, y + bend, x + bend, y + radius, x, y + radius),
        ("C", x - bend, y + radius, x - radius, y + bend, x - radius, y),
        ("C", x - radius, y - bend, x - bend, y - radius, x, y - radius),
        ("C", x + bend, y - radius, x + radius, y - bend, x + radius, y),
        ("Z",),
    ]


def _draw_levels(paper: Paper, levels: Sequence[PlotLevel], frame: _Frame) -> None:
    """The lines, and their labels beside them, pushed apart where they would overlap."""
    order = sorted(levels, key=lambda level: (level.value, level.label))
    # Measured from the foot of the plot upwards.
    places: list[float] = []
    for level in order:
        places.append(max(frame.bottom - frame.up(level.value), places[-1] + _SPACING if places else 0.0))
    top = frame.bottom - frame.top
    if places and places[-1] > top:
        # The topmost labels were pushed out of the box: all are pressed down, keeping their distance.
        places[-1] = top
        for at in range(len(places) - 2, -1, -1):
            places[at] = min(places[at], places[at + 1] - _SPACING)
    for level, place in zip(order, places, strict=True):
        y, beside = frame.up(level.value), frame.bottom - place
        paper.line(frame.left, y, frame.right, y, 0.8, _DASHES[level.kind])
        paper.line(frame.right, y, frame.right + 8, beside, 0.3)
        paper.text(frame.right + 10, beside + 2.5, level.label, _LABEL)


def _ticks(low: Fraction, high: Fraction, notation: Notation) -> list[tuple[Fraction, str]]:
    """Up to ten round numbers within the range, each with its text."""
    step = Fraction(1)
    while (high - low) / step > 10:
        step *= 10
    while (high - low) / step <= 1:
        step /= 10
    for divisor in (5, 2):
        if (high - low) / (step / divisor) <= 10:
            step /= divisor
            break
    first = -(-low // step)
    return [(count * step, notation.number(count * step)) for count in range(int(first), int(high // step) + 1)]
