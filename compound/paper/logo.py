"""The logo of a pharmacy: a PNG taken into the PDF as it is, without a library for pictures.

The data of a PNG are those of an image in a PDF, deflated and filtered alike. Only its transparency must be taken apart
from its colours.
"""

from __future__ import annotations

import zlib
from struct import unpack

from compound.exact.errors import InputError
from compound.exact.quantity import grouped
from compound.exact.value import Value

MOST_PICTURE_BYTES = 200_000
MOST_PIXELS = 500_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Samples of a pixel by its kind: grey, RGB, palette, grey with transparency, RGB with transparency.
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


class Picture(Value):
    """An image: size in pixels, samples of a pixel (1 or 3), bits of a sample, deflated rows with PNG's filters.

    `palette` holds the colours where samples name them; `mask` is the deflated transparency, one byte a pixel.
    """

    width: int
    height: int
    samples: int
    bits: int
    rows: bytes
    palette: bytes = b""
    mask: bytes = b""


def read_picture(content: bytes) -> Picture:
    """Reads a PNG. Raises InputError for what is none, and for the rare kinds that a PDF cannot take over."""
    if not content.startswith(_SIGNATURE):
        raise _refused("is not a PNG")
    if len(content) > MOST_PICTURE_BYTES:
        raise _refused(f"is larger than {grouped(MOST_PICTURE_BYTES)} bytes; save it smaller")
    chunks = _chunks(content)
    header = chunks.get(b"IHDR", b"")
    if len(header) != 13 or not chunks.get(b"IDAT"):
        raise _refused("is a damaged PNG")
    width, height, bits, kind, _, _, interlaced = unpack(">IIBBBBB", header)
    if not 0 < width * height <= MOST_PIXELS:
        raise _refused(f"has {grouped(width * height)} pixels; at most {grouped(MOST_PIXELS)} are printed")
    if kind not in _SAMPLES or bits > 8 or (bits < 8 and kind not in (0, 3)):
        raise _refused("has 16 bits a sample; save it with 8")
    if interlaced:
        raise _refused("is interlaced; save it without")
    if b"tRNS" in chunks:
        raise _refused("has a transparent colour; save it without transparency, or as RGB with an alpha channel")
    data = chunks[b"IDAT"]
    samples = _SAMPLES[kind]
    line = 1 + (width * bits * samples + 7) // 8
    rows = _inflated(data, line * height)
    if kind in (4, 6):
        colours, mask = _apart(rows, width, height, samples)
        return Picture(width, height, samples - 1, 8, colours, b"", mask)
    palette = chunks.get(b"PLTE", b"") if kind == 3 else b""
    if kind == 3 and (not palette or len(palette) % 3):
        raise _refused("is a damaged PNG")
    return Picture(width, height, samples, bits, data, palette)


def _refused(sentence: str) -> InputError:
    return InputError("pharmacy.logo", f"the picture {sentence}")


def _chunks(content: bytes) -> dict[bytes, bytes]:
    """The parts of a PNG by their names, those of one name put together."""
    found: dict[bytes, bytes] = {}
    at = len(_SIGNATURE)
    while at + 12 <= len(content):
        (length,) = unpack(">I", content[at : at + 4])
        name, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        end = content[at + 8 + length : at + 12 + length]
        if len(end) != 4 or zlib.crc32(name + data) != unpack(">I", end)[0]:
            raise _refused("is a damaged PNG")
        found[name] = found.get(name, b"") + data
        if name == b"IEND":
            return found
        at += 12 + length
    raise _refused("is a damaged PNG")


def _inflated(data: bytes, length: int) -> bytes:
    """The rows of an image, of which there must be just so many bytes."""
    try:
        reader = zlib.decompressobj()
        rows = reader.decompress(data, length + 1)
    except zlib.error:
        raise _refused("is a damaged PNG") from None
    if len(rows) != length:
        raise _refused("is a damaged PNG")
    return rows


def _apart(rows: bytes, width: int, height: int, samples: int) -> tuple[bytes, bytes]:
    """Colours and transparency of an image, each deflated; the colours as rows without a filter."""
    line = width * samples
    before = bytes(line)
    colours, mask = bytearray(), bytearray()
    for number in range(height):
        at = number * (line + 1)
        before = _unfiltered(rows[at], rows[at + 1 : at + 1 + line], before, samples)
        mask += before[samples - 1 :: samples]
        plain = bytearray(width * (samples - 1))
        for i in range(samples - 1):
            plain[i :: samples - 1] = before[i::samples]
        colours += b"\0" + plain
    return zlib.compress(bytes(colours)), zlib.compress(bytes(mask))


def _unfiltered(kind: int, row: bytes, above: bytes, step: int) -> bytes:
    """A row as it was before its filter (PNG specification, section 9)."""
    if kind == 0:
        return row
    if kind == 2:
        return bytes([(a + b) & 255 for a, b in zip(row, above, strict=True)])
    if kind not in (1, 3, 4):
        raise _refused("is a damaged PNG")
    found = bytearray(row)
    for i, value in enumerate(row):
        left = found[i - step] if i >= step else 0
        if kind == 1:
            found[i] = (value + left) & 255
        elif kind == 3:
            found[i] = (value + (left + above[i]) // 2) & 255
        else:
            corner = above[i - step] if i >= step else 0
            guess = left + above[i] - corner
            near = min((abs(guess - left), 0, left), (abs(guess - above[i]), 1, above[i]), (abs(guess - corner), 2, corner))
            found[i] = (value + near[2]) & 255
    return bytes(found)
