"""The words of the record of a batch: of the rows of a plan as it was weighed, and of the pages they are printed on.

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class WeighedWords(Value, kw_only=True):
    """The words of `compound.showing.weighed_rows` that no row of the plan has, in one language."""

    verdict: str
    verdicts: Mapping[str, str]  # by the value of the verdict
    as_written: str
    as_corrected: str
    deviation: str
    without_corrections: str
    fill_planned: str
    fill_given: str
    fill_right: str
    weigh_into: str
    from_jar: str
    dried_vessel: str
    none_admissible: str
    corrected: str
    stop: str
    yes: str
    no: str
    headers: tuple[str, ...]
    mixture_headers: tuple[str, ...]


class RecordWords(Value, kw_only=True):
    """The words on the pages of the record of a batch, in one language."""

    title: str
    plan: str
    verdict: str
    batch: str
    dose: str
    weighings: str
    mixtures: str
    uniformity: str
    findings: str
    signatures: tuple[str, ...]


class PageWords(Value, kw_only=True):
    """The words that every record on paper has, in one language."""

    page: str
    severities: Mapping[str, str]
    not_checked: str
    finding: str
