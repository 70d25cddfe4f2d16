"""The words of the help pages that no option has: headings of groups of options and of the examples."""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class HelpWords(Value, kw_only=True):
    """The words of the help pages in one language."""

    groups: Mapping[str, str]  # by the group of `compound.order.options_table`
    help: str
    example: str
    examples: str
