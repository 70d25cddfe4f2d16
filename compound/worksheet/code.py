"""A QR code as one path: what a reader of codes needs, without the thousands of shapes of reportlab's own widget."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

from compound.errors import ProgramFault

_QUIET = 4  # modules of white around the code, by the standard
# Any mask can be read. Scoring all eight to choose the evenest costs more than all the rest.
_MASK = 2


@cache
def _encoder() -> ModuleType:
    """reportlab's encoder, loaded alone: the package around it imports every kind of bar code and all of platypus."""
    import os.path
    from importlib.util import module_from_spec, spec_from_file_location

    import reportlab

    path = os.path.join(os.path.dirname(reportlab.__file__), "graphics", "barcode", "qrencoder.py")
    spec = spec_from_file_location("compound.worksheet._qrencoder", path)
    if spec is None or spec.loader is None:
        raise ProgramFault("the encoder of QR codes is missing in reportlab")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def matrix(text: str) -> list[list[bool]]:
    """The modules of the code that holds `text` in UTF-8, row by row, without the white around it."""
    encoder = _encoder()
    code: Any = encoder.QRCode(None, encoder.QRErrorCorrectLevel.M)
    code.addData(encoder.QR8bitByte(text))
    code.version = code.calculate_version()
    code.makeImpl(False, _MASK)
    return [[bool(module) for module in row] for row in code.modules]


def path(text: str, x: float, y: float, side: float) -> list[tuple[Any, ...]]:
    """The code as one path of boxes, one for each run of dark modules, in a square with its upper left corner there."""
    modules = matrix(text)
    unit = side / (len(modules) + 2 * _QUIET)
    steps: list[tuple[Any, ...]] = []
    for i, row in enumerate(modules):
        start = None
        for j, dark in enumerate([*row, False]):
            if dark and start is None:
                start = j
            elif not dark and start is not None:
                left, top = x + (start + _QUIET) * unit, y + (i + _QUIET) * unit
                # A hair taller than a module, so that no light shows between two rows.
                steps.append(("R", left, top, (j - start) * unit, unit * 1.02))
                start = None
    return steps
