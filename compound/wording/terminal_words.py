"""The words that only the terminal prints of each command of the bench: headings, heads of columns, names of verdicts.

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class AuditWords(Value, kw_only=True):
    """The words of the tables of `compound audit` that no record has, in one language."""

    dose: str
    weighings: str
    mixtures: str
    uniformity: str
    per: str  # before the unit that an amount is counted by: a narrow cell is broken there
    # Of a file among many.
    file_headers: tuple[str, ...]
    file_verdicts: Mapping[str, str]  # by the value of the verdict
    no_dose: str
    record_written: str
