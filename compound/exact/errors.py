"""Errors for input that cannot be read. Everything that can be read is judged by findings instead."""

from __future__ import annotations


class InputError(ValueError):
    """Input that cannot be read: one sentence, and the place it stands at (`--dose`, `steps[3].amount_mg`)."""

    def __init__(self, where: str, sentence: str) -> None:
        super().__init__(f"{where}: {sentence}" if where else sentence)
        self.where = where
        self.sentence = sentence

    def at(self, place: str) -> InputError:
        """The same error, one level further out: `steps[3]` put before `amount_mg`."""
        joined = f"{place}.{self.where}" if self.where and not self.where.startswith("[") else place + self.where
        return InputError(joined, self.sentence)


class AmbiguousAmount(InputError):
    """An amount with more than one reading. `readings` holds each one, written so that it has only one."""

    def __init__(self, where: str, sentence: str, readings: tuple[str, ...]) -> None:
        super().__init__(where, sentence)
        self.readings = readings


class ProgramFault(Exception):
    """The program contradicts itself, as when the replay of a plan does not give the planned dose."""
