"""How much work a search may do. No clock decides: what a search finds is the same on every machine."""

from __future__ import annotations

from math import inf


class TooMuch(Exception):
    """A search took more steps than it was allowed; what it did not reach is not known."""


class Effort:
    """The steps that a search takes, and how many it may take; None: as many as it needs."""

    __slots__ = ("most", "spent")

    def __init__(self, most: int | None = None) -> None:
        self.allow(most)

    def allow(self, most: int | None) -> None:
        """Counts anew, up to so many."""
        self.most = inf if most is None else most
        self.spent = 0

    def spend(self, steps: int = 1) -> None:
        """Counts steps. Raises TooMuch when they were too many."""
        self.spent += steps
        if self.spent > self.most:
            raise TooMuch
