"""The text in the bytes of a file, the same for every kind: UTF-8 of a bounded size, lines that end in one way.

Pure: it takes the bytes of a file and the name to show. Opening the file is for the command line.
"""

from __future__ import annotations

import re

from compound.exact.errors import InputError
from compound.exact.quantity import grouped

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
DEEPEST = 16  # levels of brackets, and names of a key that are joined by dots
MOST_DIGITS = 9  # of a number that is not written as text

_LINE_END = re.compile(rb"\r\n?|\n")


def text_of(content: bytes, name: str, most: int, needed: str = "") -> str:
    """The text of a file, without a byte order mark, its lines ended by line feeds.

    `most` are the bytes it may have; `needed` says what to write into an empty one. Raises InputError for a file that
    is larger, is not UTF-8, holds a null character, or has no text in it.
    """
    if len(content) > most:
        raise InputError(name, f"is larger than {grouped(most)} bytes")
    content = content.removeprefix(BYTE_ORDER_MARK)
    null = content.find(b"\0")
    try:
        text = (content if null < 0 else content[:null]).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(_line_of(content, error.start, name), "is not UTF-8 text; save it as UTF-8") from None
    if null >= 0:
        raise InputError(_line_of(content, null, name), "holds a null character; save it as UTF-8 text")
    if not text.strip():
        raise InputError(name, f"is empty; {needed}" if needed else "is empty")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def text_lines(content: bytes, name: str, most: int) -> list[tuple[str, str]]:
    """The lines of a file that has one value a line, each with its place. Raises InputError for an empty line."""
    lines = text_of(content, name, most).removesuffix("\n").split("\n")
    found = [(f"{name} line {number}", line) for number, line in enumerate(lines, start=1)]
    for where, line in found:
        if not line.strip(" "):
            raise InputError(where, "is empty; write one value a line")
    return found


def nested_too_deeply(name: str) -> InputError:
    """The refusal of a file whose brackets or keys stand too deep in one another."""
    return InputError(name, f"is nested more than {DEEPEST} levels deep")


def _line_of(content: bytes, position: int, name: str) -> str:
    return f"{name} line {len(_LINE_END.findall(content, 0, position)) + 1}"
