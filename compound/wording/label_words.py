"""The words of the labels of vessels, beside those that the label text of the worksheet has in its template.

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from compound.exact.value import Value


class LabelWords(Value, kw_only=True):
    """The words on the label of a trituration or solution, and of what is said of labels, in one language."""

    title: str
    not_the_drug: str
    as_planned: str
    as_weighed: str
    lot: str
    made: str
    total: str
    left: str
    batch_blank: str
    lot_blank: str
    made_blank: str
    use_by_blank: str
    left_blank: str
    by_blank: str
    plan: str
    # What the command says of the labels that it printed.
    capsules: str
    printed: str
    none_of_stock: str
    compare: str
    not_all_read: str
    outside: str
    warnings: str
    lacking: str
