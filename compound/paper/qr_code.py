"""A QR code as one path: what a reader of codes needs, without the thousands of shapes of reportlab's own widget."""

from __future__ import annotations

from functools import cache
from types import ModuleType
from typing import Any

from compound.exact.errors import ProgramFault

QUIET = 4  # modules of white around the code, by the standard
# Any mask can be read. Scoring all eight to choose the evenest costs more than all the rest.
_MASK = 2


@cache
def _encoder() -> ModuleType:
    """reportlab's encoder, loaded alone: the package around it imports every kind of bar code and all of platypus."""
    import os.path
    from importlib.util import module_from_spec, spec_from_file_location

    import reportlab

    path = os.path.join(os.path.dirname(reportlab.__file__), "graphics", "barcode", "qrencoder.py")
    spec = spec_from_file_location("compound.worksheet.render._qrencoder", path)
    if spec is None or spec.loader is None:
        raise ProgramFault("the encoder of QR codes is missing in reportlab")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _ground(version: int) -> tuple[list[list[bool]], list[tuple[int, int, bool]]]:
    """A code of a version without its data: the modules, and the places of the data with the mask of each."""
    encoder = _encoder()
    code: Any = encoder.QRCode(version, encoder.QRErrorCorrectLevel.M)
    code.dataCache = []
    code.makeImpl(False, _MASK)
    mask = encoder.QRUtil.getMask(_MASK)
    places = [(row, column, bool(mask(row, column))) for column, row in code.dataPosIterator()]
    return [[bool(module) for module in row] for row in code.modules], places


def matrix(text: str) -> list[list[bool]]:
    """The modules of the code that holds `text` in UTF-8, row by row, without the white around it."""
    encoder = _encoder()
    code: Any = encoder.QRCode(None, encoder.QRErrorCorrectLevel.M)
    content = text.encode("utf-8")
    code.addData(encoder.QR8bitByte(content))
    version = code.calculate_version()
    ground, places = _ground(version)
    modules = [row.copy() for row in ground]
    bits = "".join([f"{byte:08b}" for byte in _codewords(content, version)]).ljust(len(places), "0")
    for (row, column, masked), bit in zip(places, bits, strict=True):
        modules[row][column] = (bit == "1") is not masked
    return modules


def _codewords(content: bytes, version: int) -> list[int]:
    """The bytes of a code: the content in blocks, and the bytes that correct the errors of each block, interleaved."""
    encoder = _encoder()
    blocks = encoder.QRRSBlock.getRSBlocks(version, encoder.QRErrorCorrectLevel.M)
    room = sum(block.dataCount for block in blocks)
    # Mode "bytes", how many, the bytes themselves, an end mark, and filling.
    length = 8 if version < 10 else 16
    bits = f"0100{len(content):0{length}b}" + "".join([f"{byte:08b}" for byte in content])
    if len(bits) > 8 * room:
        raise ProgramFault("the text of the QR code is longer than a code holds")
    bits = bits[: 8 * room] + "0" * min(4, 8 * room - len(bits))
    bits += "0" * (-len(bits) % 8)
    data = [int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)]
    data += [(0xEC, 0x11)[i % 2] for i in range(room - len(data))]
    parts, corrections, start = [], [], 0
    for block in blocks:
        part = data[start : start + block.dataCount]
        start += block.dataCount
        parts.append(part)
        corrections.append(_correction(part, block.totalCount - block.dataCount))
    return [
        part[i]
        for group in (parts, corrections)
        for i in range(max(map(len, group)))
        for part in group
        if i < len(part)
    ]


def _correction(data: list[int], count: int) -> bytes:
    """The remainder of the data by the generator of degree `count`: the bytes that correct errors."""
    rest, keep = 0, (1 << 8 * count) - 1
    for byte in data:
        factor = byte ^ (rest >> 8 * (count - 1))
        rest = (rest << 8 & keep) ^ _multiple(count, factor)
    return rest.to_bytes(count, "big")


@cache
def _generator(count: int) -> tuple[int, ...]:
    """The logarithms of the terms of the generator of degree `count`, its first term left out."""
    encoder = _encoder()
    generator = encoder.QRUtil.getErrorCorrectPolynomial(count)
    return tuple(encoder.QRMath.glog(generator.get(i)) for i in range(1, count + 1))


@cache
def _multiple(count: int, factor: int) -> int:
    """The generator of degree `count`, but for its first term, times `factor`, as one whole number of bytes."""
    if not factor:
        return 0
    math = _encoder().QRMath
    log = math.glog(factor)
    return int.from_bytes(bytes([math.gexp(term + log) for term in _generator(count)]), "big")


def operators(text: str, side: float) -> tuple[float, str]:
    """The code as the operators of one path, and the side of a module in a square of `side` points.

    The path has a box for each run of dark modules, in whole modules from the upper left corner of the white around.
    """
    modules = matrix(text)
    boxes = []
    for i, row in enumerate(modules):
        start = None
        for j, dark in enumerate([*row, False]):
            if dark and start is None:
                start = j
            elif not dark and start is not None:
                # A hair taller than a module, so that no light shows between two rows.
                boxes.append(f"{start + QUIET} {i + QUIET} {j - start} 1.02 re")
                start = None
    return side / (len(modules) + 2 * QUIET), " ".join(boxes)
