"""How far the work has come, on a terminal's stderr, where it takes more than two seconds.

What is said is measured: the seconds that have gone by, how many are done, and at that rate about how many seconds are
left. Nobody knows how long one search takes, so nothing is said of its end. The line is taken away when the work is done.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from compound.cli.streams import unguarded

if TYPE_CHECKING:
    from compound.wording.screen_words import ScreenWords

Done = TypeVar("Done")

SILENT_SECONDS = 2.0  # seconds in which nothing is said
EACH = 1.0  # seconds between two lines


@contextmanager
def telling(text: Callable[[int], str]) -> Iterator[None]:
    """Around work: on a terminal's stderr `text` of the seconds gone by, once they are more than two, and each second."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield
        return
    import threading

    raw, start, done = unguarded(sys.stderr), monotonic(), threading.Event()

    def tell() -> None:
        length = 0
        try:
            while not done.wait(SILENT_SECONDS if not length else EACH):
                line = text(int(monotonic() - start))
                raw.write("\r" + line.ljust(length))
                raw.flush()
                length = max(length, len(line))
            if length:
                raw.write("\r" + " " * length + "\r")
                raw.flush()
        except (OSError, ValueError):
            return  # a terminal that is gone is told nothing

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


@contextmanager
def planning() -> Iterator[None]:
    """Around the planning of one order."""
    with telling(lambda seconds: _words().so_far.format(label=_words().planning, seconds=seconds)):
        yield


def counted(results: Iterable[Done], count: int, label: str, *, printed: bool = False) -> Iterator[Done]:
    """The results as they come, with how many of `count` are done, and how long the rest takes at that rate.

    Where they are `printed` on the terminal as they come, they show it themselves.
    """
    if printed and sys.stdout.isatty():
        yield from results
        return
    done = 0
    start = monotonic()

    def text(seconds: int) -> str:
        from compound.wording.notation import number

        said = _words().done_of.format(label=label, done=number(done), count=number(count), seconds=number(seconds))
        if not done:
            return said
        left = round((monotonic() - start) / done * (count - done))
        return _words().left_of.format(done=said, left=number(left))

    with telling(text):
        for result in results:
            done += 1
            yield result


def _words() -> ScreenWords:
    from compound.wording.language_file import table
    from compound.wording.screen_words import ScreenWords

    return table("en", ScreenWords)
