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


HELP_WORDS = {
    "en": HelpWords(
        groups={
            "order": "The order",
            "lot": "The lot of the drug",
            "balance": "The balance",
            "limits": "Limits",
            "blend": "The blend and the capsule",
            "solution": "Solution",
            "paper": "Paper and screen",
            "many": "Many orders",
        },
        help="Help",
        example="Example",
        examples="Examples",
    ),
    "de": HelpWords(
        groups={
            "order": "Die Anforderung",
            "lot": "Die Charge des Wirkstoffs",
            "balance": "Die Waage",
            "limits": "Grenzen",
            "blend": "Mischung und Kapsel",
            "solution": "Lösung",
            "paper": "Papier und Bildschirm",
            "many": "Viele Anforderungen",
        },
        help="Hilfe",
        example="Beispiel",
        examples="Beispiele",
    ),
}
