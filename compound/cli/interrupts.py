"""Ctrl-C: the command leaves with 130 and one word, whatever it was doing, the imports of its start included.

Python raises KeyboardInterrupt wherever it happens to be, also in its own import machinery, where no `try` of ours is
around it and a traceback is printed. So an interrupt ends the process at once, unless there is something to put in order
first: then the work stands in `raised` (a KeyboardInterrupt is raised in it) or in `held` (the interrupt waits).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

INTERRUPTED = 130


class _State:
    """What an interrupt does now. The numbers count how many blocks of a kind stand around the work."""

    raising = 0
    holding = 0
    waits = False


def watch() -> None:
    """Takes over Ctrl-C for this process. Without it, as in a program that uses the library, nothing here acts."""
    # A process that was started to ignore interrupts (nohup, a job in the background) goes on ignoring them.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupted)


def leave_interrupted() -> NoReturn:
    """Leaves at once with 130. What was not yet printed is not printed; no code of Python runs any more."""
    try:
        os.write(2, b"\ninterrupted\n" if os.isatty(2) else b"interrupted\n")
    finally:
        os._exit(INTERRUPTED)


def _interrupted(*_: object) -> None:
    if _State.holding:
        _State.waits = True
    elif _State.raising:
        _State.raising = 0  # a second one, while the first is being answered, ends the process
        raise KeyboardInterrupt
    else:
        leave_interrupted()


@contextmanager
def raised() -> Iterator[None]:
    """Work that has something to put in order when it is interrupted: a KeyboardInterrupt is raised in it."""
    _State.raising += 1
    try:
        yield
    finally:
        _State.raising = max(0, _State.raising - 1)


@contextmanager
def held() -> Iterator[None]:
    """Short work that must not be left half done, such as putting a file in its place: an interrupt waits for its end."""
    _State.holding += 1
    try:
        yield
    finally:
        _State.holding -= 1
        if _State.waits and not _State.holding:
            _State.waits = False
            _interrupted()
