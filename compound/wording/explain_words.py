"""The words of the pages on the terminal that explain: those of `compound explain` and of `compound guide`.

The fields in braces are filled with codes, names and topics.
"""

from __future__ import annotations

from compound.exact.value import Value


class ExplainWords(Value, kw_only=True):
    """The words of `compound explain`, in one language: the headings of an explanation, and what stands for a severity."""

    code: str
    severity: str
    says: str
    means: str
    cause: str
    cure: str
    source: str
    can_be_accepted: str
    cannot_be_accepted: str
    judgement_error: str  # in the list
    no_finding: str
    close: str
    listed: str
    code_or_list: str


class GuideWords(Value, kw_only=True):
    """The words of `compound guide` beside its pages, in one language."""

    english_only: str
    no_page: str
    close: str
    topics: str
