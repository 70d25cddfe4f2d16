"""Errors for input that cannot be read. Everything that can be read is judged by findings instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType


class InputError(ValueError):
    """Input that cannot be read: one sentence, and the place it stands at (`--dose`, `steps[3].amount_mg`)."""

    def __init__(self, where: str, sentence: str) -> None:
        super().__init__(f"{where}: {sentence}" if where else sentence)
        self.where = where
        self.sentence = sentence

    @property
    def each(self) -> tuple[InputError, ...]:
        """The errors that it tells of, each with its place: itself alone, or the several of an InputErrors."""
        return (self,)

    def at(self, place: str) -> InputError:
        """The same error, one level further out: `steps[3]` put before `amount_mg`."""
        return self.moved(lambda where: f"{place}.{where}" if where and not where.startswith("[") else place + where)

    def moved(self, place: Callable[[str], str]) -> InputError:
        """The same error, its place called otherwise: what stood at `where` now stands at `place(where)`."""
        return InputError(place(self.where), self.sentence)


class AmbiguousAmount(InputError):
    """An amount that has to be asked about: it has more than one reading, or one that is not written as amounts are.

    `readings` holds each one, written so that it has only one.
    """

    def __init__(self, where: str, sentence: str, readings: tuple[str, ...]) -> None:
        super().__init__(where, sentence)
        self.readings = readings

    def within(self, before: str, after: str) -> AmbiguousAmount:
        """The same question about a longer text, of which the amount is a part: its readings are for the whole."""
        return AmbiguousAmount(self.where, self.sentence, tuple(f"{before}{one}{after}" for one in self.readings))


class InputErrors(InputError):
    """Several errors of one input, told at once: as text one line each. `where` is "", for each has its own."""

    def __init__(self, errors: Sequence[InputError]) -> None:
        super().__init__("", "\n".join(map(str, errors)))
        self._errors = tuple(errors)

    @property
    def each(self) -> tuple[InputError, ...]:
        """The errors, in the order in which they were met."""
        return self._errors

    def moved(self, place: Callable[[str], str]) -> InputError:
        """The same errors, the place of each called otherwise."""
        return InputErrors([error.moved(place) for error in self._errors])


class Faults:
    """What is wrong with an input, collected so that it is told at once, not one fault a run.

    A block under `with faults:` that raises an InputError is left, and the error is kept; `raise_any` raises what was
    kept. Every other error goes on.
    """

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        self._kept: dict[str, InputError] = {}  # by their text: one fault that two checks meet is said once

    def __enter__(self) -> None:
        """Begins to watch."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> bool:
        if not isinstance(error, InputError):
            return False
        self.keep(error)
        return True

    def __bool__(self) -> bool:
        """Whether a fault was met."""
        return bool(self._kept)

    def keep(self, error: InputError) -> None:
        """Keeps an error as one that was met."""
        for one in error.each:
            self._kept.setdefault(str(one), one)

    def raise_any(self) -> None:
        """Raises the one fault that was met, or all of them in one InputErrors; nothing where there is none."""
        if len(self._kept) > 1:
            raise InputErrors(tuple(self._kept.values()))
        for error in self._kept.values():
            raise error


class ProgramFault(Exception):
    """The program contradicts itself, as when the replay of a plan does not give the planned dose."""
