"""Many orders or plans at once: worked on in several processes, given back in their order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from compound.cli import interrupts
from compound.exact.errors import ProgramFault

if TYPE_CHECKING:
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")

CHUNK = 8  # what a process is handed at a time
FEW = 24  # fewer do not pay for starting processes
AHEAD = 4  # of these, how many a process has waiting: results that nobody has taken yet fill no memory


def mapped(work: Callable[[Item], Result], items: Sequence[Item], jobs: int | None = None) -> Iterator[Result]:
    """What `work` gives for each item, in their order; by `jobs` processes, or one for each processor.

    `work` and what goes in and out of it travel between processes. Raises ProgramFault where a process dies.
    """
    jobs = jobs or os.cpu_count() or 1
    if jobs == 1 or len(items) < FEW:
        yield from map(work, items)
        return
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    workers = min(jobs, -(-len(items) // CHUNK))
    # Fresh processes: a forked one would inherit threads and half-used state.
    with interrupts.raised(), ProcessPoolExecutor(workers, get_context("spawn"), _leave_interrupts) as pool:
        try:
            waiting: deque[Future[list[Result]]] = deque()
            for start in range(0, len(items), CHUNK):
                waiting.append(pool.submit(_each, work, items[start : start + CHUNK]))
                if len(waiting) > AHEAD * workers:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        except BrokenProcessPool:
            raise ProgramFault("a process ended before its work was done; try again with fewer at a time") from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _each(work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    return list(map(work, items))


def _leave_interrupts() -> None:
    """The user's interrupt is for the first process, which then ends the others."""
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_leave_with_the_first, daemon=True).start()


def _leave_with_the_first() -> None:
    """Ends this process when the first one is gone: it would wait for work for good."""
    from multiprocessing import parent_process

    if (first := parent_process()) is not None:
        first.join()
        os._exit(1)
