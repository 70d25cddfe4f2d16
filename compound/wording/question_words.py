"""The words of the questions of `compound plan`, beside those that the table of options has for what is required.

The fields in braces are filled with names.
"""

from __future__ import annotations

from compound.exact.value import Value


class QuestionWords(Value, kw_only=True):
    """The words of the questions on an order, in one language."""

    optional: str
    diluent: str
    assay: str
    basis: str
    water: str
    without_water: str
    fill_weight: str
    lot: str
    expiry: str
    worksheet: str
    same: str
    error: str
