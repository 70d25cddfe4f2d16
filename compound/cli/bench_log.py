"""The log of readings: a CSV file to which each reading is added as it is typed, and from which they are taken up again.

Nothing in it is ever erased: a reading typed anew is a row of its own, one taken back a row without an amount, and the
last row of a step counts. Every row names the plan by its fingerprint, so the readings of one batch never become those of
another.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from decimal import Decimal

from compound.cli import interrupts
from compound.cli.files import as_said, file_id, read_file, refuse_unwritable, release
from compound.exact.errors import InputError
from compound.exact.quantity import canonical
from compound.exact.value import Value
from compound.reading import csv_text

LOG_COLUMNS = ("step", "amount", "lot", "confirmed", "time", "plan")
MAY_BE_EMPTY = ("amount", "lot", "confirmed")
CONFIRMED = "yes"
_OPTION = "--log"


class LoggedReading(Value):
    """The last row of a step: its place, its amount as text, None where it was taken back, and what stands on the jar."""

    place: str
    amount: str | None
    jar: str | None
    confirmed: bool


def logged(content: bytes, name: str, plan_fingerprint: str) -> dict[str, LoggedReading]:
    """The last row of each step by its number as text. `name` is that of the file in messages.

    Raises InputError, one sentence: for a file whose end was cut off, that is no log, or that belongs to another plan.
    """
    text = content.removeprefix(b"\xef\xbb\xbf")
    if not text:
        return {}
    lines = text.split(b"\n")
    if lines[-1]:
        raise InputError(
            f"{name} line {len(lines)}",
            "is damaged: its end is missing; delete this line, and read the step again that it was for",
        )
    if len(lines) > 2 and not lines[-2].strip():
        raise InputError(f"{name} line {len(lines) - 1}", "is empty; delete this line")
    if len(lines) == 2 and lines[0].strip().decode("utf-8", "replace") == ",".join(LOG_COLUMNS):
        return {}  # nothing was read yet
    _, rows, _ = csv_text.read_rows(content, name, (LOG_COLUMNS,), MAY_BE_EMPTY)
    found: dict[str, LoggedReading] = {}
    for place, cells in rows:
        if cells["plan"] != plan_fingerprint:
            raise InputError(place, "belongs to another plan: its fingerprint is not that of the plan that is audited")
        if cells.get("confirmed", CONFIRMED) != CONFIRMED:
            raise InputError(f"{place}, column confirmed", f"is damaged: it is neither empty nor {CONFIRMED}")
        found[cells["step"]] = LoggedReading(place, cells.get("amount"), cells.get("lot"), "confirmed" in cells)
    return found


class BenchLog:
    """A log that is written: a row is on the disk before the next question is asked."""

    def __init__(self, path: str, plan_fingerprint: str) -> None:
        """Opens it, and reads what it holds. Raises InputError where it cannot be written or taken up."""
        refuse_unwritable(path, _OPTION, any_kind=True)
        self.path, self._plan = path, plan_fingerprint
        self.rows: Mapping[str, LoggedReading] = {}
        self._size = 0
        if os.path.exists(path):
            content = read_file(path, _OPTION, csv_text.MOST_CSV_BYTES)
            release(path)
            self.rows = logged(content, as_said(path), plan_fingerprint)
            self._size = len(content)

    def add(self, number: int, mg: Decimal | None, jar: str | None = None, *, confirmed: bool = False) -> None:
        """Adds the reading of a step, None for one that is taken back. Raises InputError where it cannot be written."""
        from datetime import datetime

        amount = "" if mg is None else f"{canonical(mg)} mg"
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        cells = (number, amount, jar or "", CONFIRMED if confirmed else "", now, self._plan)
        header = "" if self._size else csv_text.csv_line(LOG_COLUMNS)
        self._append(header + csv_text.csv_line(cells))

    def _append(self, text: str) -> None:
        """Adds lines and has them written through to the disk. An interrupt waits until they are."""
        content, is_new = text.encode("utf-8"), file_id(self.path) is None
        with interrupts.held():
            try:
                handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
                try:
                    if os.fstat(handle).st_size != self._size:  # of a new file zero
                        raise InputError(_OPTION, f"{as_said(self.path)} was changed by another program meanwhile")
                    written = os.write(handle, content)
                    if written != len(content):
                        os.ftruncate(handle, self._size)  # no half line stays
                        raise InputError(_OPTION, f"{as_said(self.path)} cannot be written: the disk is full")
                    os.fsync(handle)
                finally:
                    os.close(handle)
                if is_new:
                    _sync_folder(os.path.dirname(os.path.realpath(self.path)))
            except OSError as error:
                raise InputError(_OPTION, f"{as_said(self.path)} cannot be written: {error.strerror}") from None
        self._size += len(content)


def _sync_folder(folder: str) -> None:
    """Has the name of a new file written through to the disk, where the system can."""
    if os.name != "posix":
        return  # elsewhere a folder cannot be opened, and its entries are not held back
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
