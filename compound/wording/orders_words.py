"""What `compound plan --orders` says of many orders on a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class OrdersWords(Value, kw_only=True):
    """Every sentence on many orders, in one language."""

    became: Mapping[str, str]  # by what became of a row
    warned: str
    failed: str
    done: str
    worksheets: str
    planned: str
    rows: str
    run: str
    ended_early: str
    printed: str
    written: str
