"""The words of `compound audit --interactive`: its questions, and what is said between them.

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from compound.exact.value import Value


class BenchWords(Value, kw_only=True):
    """The words of the questions at the bench, in one language."""

    letters: str  # what the letters do, said once
    question: str
    reading: str
    planned: str
    corrected: str
    second: str  # the question for a reading outside its range
    outside_range: str  # what is said before it
    outside_target: str
    at_step: str
    read_back: str
    read_on_target: str
    still_to_read: str
    read_so_far: str
    nothing_read: str
    taken_back: str
    nothing_before: str
    no_reading: str
    taken_up: str
    saved_to: str
    not_saved: str
    none_left: str
    all_read: str
    go_on: str
    error: str
