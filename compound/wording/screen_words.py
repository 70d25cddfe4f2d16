"""The words of the short screen of a plan (`compound.showing.screen_rows`), and of how far the work has come.

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote; those of `short` with
the values of a finding. A short sentence says in a few words what a warning is about; what settles it stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class ScreenWords(Value, kw_only=True):
    """Every sentence and name of the short screen, in one language."""

    # What is made.
    not_these: str
    from_shelf: str
    capsules: str
    of_size: str
    each: str
    by_volume: str
    balance: str
    bulk_balance: str
    least: str
    batch: str
    content: str
    # The table: its headers, what is done in a step that is no weighing, and the ranges.
    number: str
    weigh: str
    weigh_or_do: str
    target: str
    target_reads: str
    range: str
    into: str
    dried: str
    in_ware: str
    make_up_to: str
    mix: str
    mix_by_doubling: str
    dry: str
    top_up: str
    fill: str
    fill_all: str
    each_capsule: str
    portions: str
    steps_from_to: str
    between: str
    on_target: str
    follows: str
    follows_beside: str
    what_is_left: str
    dried_range: str
    reading: str
    within: str
    within_first: str
    within_next: str
    exactly: str
    # A refusal.
    refused: str
    refused_more: str
    # Below it.
    dose: str
    dose_is: str
    at_worst: str
    at_worst_limit: str
    with_source: str
    powder: str
    weighed_in: str
    with_aliquots: str
    left_over: str
    solvent: str
    # Findings.
    before_you_weigh: str
    taken_on: str
    not_checked: str
    more: str
    more_notes: str
    more_warnings: str
    explained: str
    explain_any: str
    # The worksheet.
    worksheet: str
    worksheet_written: str
    at_the_bench: str
    worksheet_not_written: str
    worksheet_none: str
    # How far the work has come.
    so_far: str
    done_of: str
    left_of: str
    planning: str
    # Many orders.
    order_headers: Mapping[str, str]
    routes: Mapping[str, str]
    # Findings and rules in a few words, by code.
    short: Mapping[str, str]
    names: Mapping[str, str]
