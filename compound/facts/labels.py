"""What the label of a compounded medicine must carry, by country, with its source: facts/data/labels.json."""

from __future__ import annotations

from functools import cache

from compound.exact.value import Value
from compound.reading import shipped


class LabelRule(Value):
    """The demands of a country: the lines to fill in on a label, in their order, the law by its short name, the source.

    What every label of this tool carries anyway (dose, constituents, count, use) is not among the lines.
    """

    country: str
    law: str
    source: str
    lines: tuple[str, ...]


@cache
def label_rule(language: str) -> LabelRule:
    """The demands of the country that the worksheets of a language are made for: `en` United States, `de` Germany, and so on."""
    row = next(row for row in shipped.facts("labels.json")["labels"] if row["language"] == language)
    return LabelRule(row["country"], row["law"], row["source"], tuple(row["lines"]))
