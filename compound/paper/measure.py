"""Text measured and wrapped: how wide it is, and into which lines it goes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from compound.paper import fonts

# How far a text reaches above and below its baseline, as a share of its size.
ASCENT, DESCENT = 0.8, 0.24
LEADING = 1.2


@lru_cache(maxsize=4000)
def width(text: str, size: float, bold: bool = False) -> float:
    """The width of a text in points."""
    return sum(map(fonts.widths(fonts.BOLD if bold else fonts.REGULAR).__getitem__, text)) * size / 1000


_UNIT = re.compile(r"(?:mg|mcg|mL|g|%|nanograms?)(?![A-Za-z])")


def words_with_units(text: str) -> list[str]:
    """The words of a text; a number and its unit are one, and so is "per g", so that no line ends between them."""
    found: list[str] = []
    for word in text.split(" "):
        if found and (found[-1][-1:].isdecimal() or found[-1] == "per") and _UNIT.match(word):
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found


@lru_cache(maxsize=2000)
def wrap(text: str, wide: float, size: float, bold: bool = False) -> tuple[str, ...]:
    """A text in lines no wider than `wide`, broken at blanks, and inside a word only where it has a line to itself.

    There behind a hyphen, if it has one in time.
    """
    table = fonts.widths(fonts.BOLD if bold else fonts.REGULAR)
    most, blank = wide * 1000 / size, table[" "]
    if sum(map(table.__getitem__, text)) <= most:
        return (text,)
    lines: list[str] = []
    line: list[str] = []
    used = 0.0
    for word in words_with_units(text):
        own = sum(map(table.__getitem__, word))
        if line and used + blank + own <= most:
            line.append(word)
            used += blank + own
            continue
        if line:
            lines.append(" ".join(line))
        while own > most and len(word) > 1:
            count, own = 1, table[word[0]]
            while count < len(word) and own + table[word[count]] <= most:
                own += table[word[count]]
                count += 1
            count = word.rfind("-", 1, count) + 1 or count
            lines.append(word[:count])
            word = word[count:]
            own = sum(map(table.__getitem__, word))
        line, used = [word], own
    lines.append(" ".join(line))
    return tuple(lines)


def fitting(text: str, wide: float, sizes: Sequence[float], bold: bool = False) -> float:
    """The first of `sizes` at which a text fits on one line of `wide`, or the last."""
    return next((size for size in sizes if width(text, size, bold) <= wide), sizes[-1])
