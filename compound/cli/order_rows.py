"""The JSON of many orders, written a row at a time: however many there are, one is held.

What is written is one JSON object whenever it ends; where it ends early, its last key says so. Worksheets that cannot be
written leave stdout empty (exit code 2), so with them rows wait in a temporary file until all are done.
"""

from __future__ import annotations

import json
import sys
import tempfile
from typing import IO, Any

from compound.cli import interrupts

ORDERS_SCHEMA = "compound.orders/1"
_BLOCK = 1 << 20  # characters handed on at a time


def row_text(entry: dict[str, Any]) -> str:
    """A row as it stands in the object."""
    # A line break in a text of JSON is an escape: those that are there are between its values.
    return json.dumps(entry, ensure_ascii=False, indent=2).replace("\n", "\n    ")


def _waiting_room() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8", errors="surrogatepass", newline="")


class JsonRows:
    """The object on stdout. With `wait` nothing is printed before `end`."""

    def __init__(self, *, wait: bool) -> None:
        self._waiting = _waiting_room() if wait else None
        self._count = 0

    def add(self, text: str) -> None:
        """Writes a row, as `row_text` gives it; an interrupt waits until it is whole."""
        before = f'{{\n  "schema": "{ORDERS_SCHEMA}",\n  "orders": [' if self._count == 0 else ","
        with interrupts.held():
            self._write(f"{before}\n    {text}")
            self._count += 1

    def end(self, of: int) -> None:
        """Ends the object; `of` is how many rows there were to do. What waited is printed."""
        if self._count == 0:
            return
        early = "" if self._count == of else f',\n  "interrupted": {{"done": {self._count}, "of": {of}}}'
        with interrupts.held():
            self._write(f"\n  ]{early}\n}}\n")
            if self._waiting is None:
                return
            self._waiting.seek(0)
            while block := self._waiting.read(_BLOCK):
                sys.stdout.write(block)
            sys.stdout.flush()

    def close(self) -> None:
        """Lets go of what waited."""
        if self._waiting is not None:
            self._waiting.close()

    def _write(self, text: str) -> None:
        if self._waiting is not None:
            self._waiting.write(text)
            return
        sys.stdout.write(text)
        sys.stdout.flush()
