"""The guard before stdout and stderr: nothing passes it that moves a cursor, turns text round, or cannot be written.

Control characters, marks of direction and all else that is seen as nothing leave as `\\u202e`, whatever file, argument or
library they came from. A character that the code page of the stream lacks leaves as what a reader takes for it: the
minus sign as a hyphen, `≤` as `<=`. In JSON both leave as its own escapes, which mean the same character.
"""

from __future__ import annotations

import io
import sys
import unicodedata
from typing import TextIO, cast

# What stands for a character that a code page lacks. A raised digit is never written as a plain one: 10² is not 102.
_READABLE = {
    "\u2212": "-", "…": "...", "≤": "<=", "≥": ">=", "≠": "<>", "≈": "about ", "±": "+/-", "×": "x", "·": "*", "÷": "/",
    "µ": "u", "√": "sqrt ", "∞": "infinity", "∑": "sum ", "∏": "product ", "→": "->", "←": "<-", "°": "deg ", "‰": " per mille",
    "•": "*", "†": "+", "€": "EUR", "©": "(c)", "®": "(R)", "™": "(TM)", "§": "section ", "¶": "paragraph ", "′": "'", "″": '"',
    "„": '"', "‚": "'", "‹": "'", "›": "'", "‘": "'", "’": "'", "⁄": "/", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ä": "ae", "ö": "oe",
    "ü": "ue", "ß": "ss", "Æ": "Ae", "æ": "ae", "Ø": "O", "ø": "o", "Œ": "Oe", "œ": "oe", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d",
    "∙": "*", "⋅": "*", "‧": "-", "⁻": "^-", "ς": "sigma",
    "λ": "lambda", "Λ": "lambda", "℠": "(SM)", "㎍": "mcg", "´": "'", "☐": "[ ]", "¿": "", "¡": "", "✓": "yes", "✗": "no",
}  # fmt: skip
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def escaped(character: str) -> str:
    """A character as messages show one that cannot be seen: `\\u202e`."""
    return f"\\u{ord(character):04x}"


def one_line(text: str) -> str:
    """A text without its line breaks: what came out of a file or an argument begins no line of its own."""
    return text if "\n" not in text else " ".join(text.split("\n"))


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


def readable(character: str) -> str:
    """What stands in plain ASCII for a character that a code page lacks; a question mark for what has no likeness."""
    if character in _READABLE:
        return _READABLE[character]
    kind, plain = unicodedata.category(character), unicodedata.normalize("NFKD", character)
    if kind in ("Zs", "Pd"):
        return " " if kind == "Zs" else "-"
    if kind in ("Pi", "Pf"):
        return '"'
    if kind == "No" and "⁄" in plain:
        return f" {plain.replace('⁄', '/')}"  # 1½ is not 11/2
    if "<super>" in unicodedata.decomposition(character):
        return f"^{plain}" if plain.isascii() else "?"
    name = unicodedata.name(character, "")
    if name.startswith("GREEK ") and " LETTER " in name:
        word = name.split(" LETTER ")[1].split(" ")[0].lower()
        return "u" if word == "mu" and "SMALL" in name else word
    ascii_part = "".join(one for one in plain if one.isascii())
    others = [one for one in plain if not one.isascii() and not unicodedata.combining(one)]
    return "?" if others or not ascii_part else ascii_part


class Guard(io.TextIOBase):
    """A stream for text before another one. `as_json` says that what is written to it is JSON."""

    # It has no `buffer`: click would write past the guard, in UTF-8, to a stream whose encoding is ASCII.

    def __init__(self, stream: TextIO, *, as_json: bool = False) -> None:
        super().__init__()
        self.stream = stream
        self.as_json = as_json
        self._table: dict[int, str] = {}
        self._known = {*map(chr, range(0x20, 0x7F)), "\n"}

    def write(self, text: str) -> int:
        """Writes a text, each character as the guard lets it pass. Raises OSError where the stream cannot be written."""
        if not isinstance(text, str):
            raise TypeError("text is needed")
        for character in set(text) - self._known:
            passed = self._passed(character)
            if passed != character:
                self._table[ord(character)] = passed
            self._known.add(character)
        self.stream.write(text.translate(self._table) if self._table else text)
        return len(text)

    def _passed(self, character: str) -> str:
        if unicodedata.category(character) in _UNSEEN:
            return _json_escape(character) if self.as_json else escaped(character)
        try:
            character.encode(self.stream.encoding or "ascii")
        except UnicodeEncodeError:
            return _json_escape(character) if self.as_json else readable(character)
        return character

    def flush(self) -> None:
        """Hands on what is waiting."""
        if not self.stream.closed:
            self.stream.flush()

    def isatty(self) -> bool:
        """Whether the stream is a terminal."""
        return self.stream.isatty()

    def fileno(self) -> int:
        """The number of the stream in the system."""
        return self.stream.fileno()

    def writable(self) -> bool:
        """It is there to be written to."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """The code page of the stream."""
        return self.stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        """What the stream does with a character that it cannot encode; the guard leaves it none."""
        return self.stream.errors


def guard(*, as_json: bool) -> None:
    """Puts the guard before stdout and stderr of this process. With `as_json` the results on stdout are JSON."""
    sys.stdout = cast(TextIO, Guard(unguarded(sys.stdout), as_json=as_json))
    sys.stderr = cast(TextIO, Guard(unguarded(sys.stderr)))


def unguarded(stream: TextIO) -> TextIO:
    """The stream behind the guard: for what moves the cursor of a terminal on purpose."""
    return cast(Guard, stream).stream if isinstance(stream, Guard) else stream
