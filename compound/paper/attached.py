"""The files in a worksheet as this tool writes it, found in its bytes without reading the rest."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

from compound.exact.errors import InputError

LARGEST = 20_000_000  # bytes of a PDF
MOST_ATTACHED = 4_000_000  # bytes of a file in a worksheet


def find_attached(content: bytes, names: Sequence[str]) -> dict[str, bytes] | None:
    """The files in a worksheet as this tool writes it, found without reading the rest; None where they are not found.

    What is found proves nothing: it must give the same bytes when it is printed again.
    """
    found = {}
    for name in names:
        file = re.search(rb"/EF <<\n/F ([0-9]{1,6}) 0 R\n>> /F \(" + re.escape(name.encode()) + rb"\) ", content)
        if file is None:
            return None
        head = re.search(rb"\n" + file[1] + rb" 0 obj\n<<\n/Filter \[ /FlateDecode \] /Length ([0-9]{1,7}) ", content)
        begins = -1 if head is None else content.find(b"stream\n", head.end(), head.end() + 200)
        if head is None or begins < 0:
            return None
        try:
            found[name] = inflated(content[begins + 7 : begins + 7 + int(head[1])], MOST_ATTACHED)
        except InputError:
            return None
    return found


def inflated(content: bytes, most: int) -> bytes:
    """What was packed by Flate, at most `most` bytes and one more. Raises InputError where it is damaged."""
    unpacking = zlib.decompressobj()
    try:
        found = unpacking.decompress(content, most + 1)
    except zlib.error:
        raise InputError("", "has a damaged stream") from None
    if len(found) <= most and (not unpacking.eof or unpacking.unused_data.strip()):
        raise InputError("", "has a stream that is cut short, or holds more than it shows")
    return found
