"""The labels of a plan as ZPL, the language of label printers: text that such a printer takes as it is.

Every text goes out as one field of letters, digits and hexadecimal escapes (^FH), in UTF-8 (^CI28): whatever a name holds,
no command begins in it. It is set in font 0, which every such printer has.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from fractions import Fraction
from math import ceil

from compound.exact.value import Value
from compound.facts.label_formats import CONTINUOUS, LabelFormat, label_formats
from compound.paper import fonts
from compound.paper.measure import width, wrap
from compound.worksheet.label_layout import Placed, fitted
from compound.worksheet.labels import PrintedLabel, room_of, unfit

# Dots in a mm of the two kinds of printers: 203 dpi are 8 dots in a mm.
DOTS = {203: Fraction(8), 300: Fraction(300 * 10, 254)}
_POINT_MM = Fraction(254, 720)  # mm in a point
_PLAIN = frozenset(string.ascii_letters + string.digits + " .,;:()/%-+")
# The blanks that a line does not break at look like others once it is broken.
_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2212": "-"})
_KEPT = frozenset(map(chr, _BLANKS))
# Font 0 is CG Triumvirate Bold Condensed, a Helvetica: narrower than the regular font of the worksheet but in these letters,
# which are measured as wider ones. Its makers state no widths.
_WIDER = str.maketrans({"J": "R", "_": "o", "§": "o", "?": "o", "¿": "o", "P": "R", "\u202f": "\u00a0", "Þ": "R", "Ÿ": "R"})
_CODE_MODULES, _CODE_QUIET = 37, 4  # of a code that holds a fingerprint at level M, at most; white around it, by the standard
_CODE_SHIFT = 10  # dots by which printers put a code below its place


def has_letter(character: str) -> bool:
    """Whether font 0 has a character: those of Windows code page 1252, which ^CI27 offers of it."""
    try:
        return bool(character.encode("cp1252"))
    except UnicodeEncodeError:
        return False


def zpl_lacking(text: str) -> list[str]:
    """The characters of a text that font 0 lacks."""
    return [one for one in text if not (has_letter(one) or one in _KEPT)]


class PrinterFace:
    """Font 0 of a label printer, measured by letters that are nowhere narrower: all of it is bold."""

    def shown(self, text: str) -> str:
        """A text with the code of each letter that font 0 lacks in its place."""
        return "".join(one if has_letter(one) or one in _KEPT else fonts.stand_in(one) for one in text)

    def width(self, text: str, size: float, _bold: bool) -> float:
        """The most that a text is wide, in dots."""
        return width(text.translate(_WIDER), size)

    def wrap(self, text: str, wide: float, size: float, _bold: bool) -> Sequence[str]:
        """A text in lines no wider than `wide` dots."""
        found, at = [], 0
        for line in wrap(text.translate(_WIDER), wide, size):
            # Each letter stands for one: what was measured is put back. Lines leave out the blank between them.
            at += text[at : at + len(line)].translate(_WIDER) != line
            found.append(text[at : at + len(line)])
            at += len(line)
        return found


class PrinterLabels(Value):
    """Labels laid out in dots for a printer."""

    form: LabelFormat
    dpi: int
    placed: tuple[Placed, ...]


def laid_out_in_dots(labels: Sequence[PrintedLabel], form: LabelFormat, dpi: int, caption: str) -> PrinterLabels:
    """The labels laid out on a format, in dots. Raises InputError for one that does not fit."""
    found = []
    for label in labels:
        placed = _fitted(label, form, dpi, caption)
        if placed is None:
            rolls = [one for one in label_formats() if not one.on_sheet]
            raise unfit(label, form, [one.name for one in rolls if _fitted(label, one, dpi, caption)])
        found.append(placed)
    return PrinterLabels(form, dpi, tuple(found))


def _fitted(label: PrintedLabel, form: LabelFormat, dpi: int, caption: str) -> Placed | None:
    room, unit = room_of(form, DOTS[dpi]), float(_POINT_MM * DOTS[dpi])
    return fitted(label.parts, room, PrinterFace(), caption, unit, whole=lambda size: float(ceil(size)))


def zpl(labels: PrinterLabels, code: str, copies: int = 1) -> str:
    """The labels as ZPL, one format a label; `code` goes into their codes."""
    return "".join(_format(label, labels, code, copies) for label in labels.placed)


def _format(label: Placed, labels: PrinterLabels, code: str, copies: int) -> str:
    wide, high = ceil(float(labels.form.wide * DOTS[labels.dpi])), ceil(label.high)
    tape = ["^MNN"] if labels.form.kind == CONTINUOUS else []
    found = ["^XA", "^CI28", *tape, "^LH0,0", f"^PW{wide}", f"^LL{high}"]
    found += [f"^FO{int(x)},{int(y)}^A0N,{int(size)}^FH^FD{_escaped(text)}^FS" for x, y, size, _, text in label.texts]
    found += [f"^FO{int(x)},{int(y)}^GB{int(long)},2,2^FS" for x, y, long in label.rules]
    found += [f"^FO{int(x)},{int(y)}^GB{int(side)},{int(tall)},3^FS" for x, y, side, tall in label.frames]
    if label.code is not None:
        x, y, side = label.code
        module = int((side - _CODE_SHIFT) // (_CODE_MODULES + 2 * _CODE_QUIET))
        free = (side - module * _CODE_MODULES) / 2
        found.append(f"^FO{int(x + free)},{int(y + free - _CODE_SHIFT / 2)}^BQN,2,{module}^FDMA,{code}^FS")
    return "\n".join([*found, f"^PQ{copies}", "^XZ", ""])


def _escaped(text: str) -> str:
    """A text as the data of a field: what is not plain as the bytes of its UTF-8 in hexadecimal digits."""
    plain = text.translate(_BLANKS)
    return "".join(one if one in _PLAIN else "".join(f"_{byte}" for byte in _bytes(one)) for one in plain)


def _bytes(character: str) -> list[str]:
    digits = character.encode("utf-8").hex().upper()
    return [digits[at : at + 2] for at in range(0, len(digits), 2)]
