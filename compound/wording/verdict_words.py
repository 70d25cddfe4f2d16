"""The words of the last line of a judgement: its verdict, and what to do or to type next.

The fields in braces are filled with names, with commands, and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class VerdictWords(Value, kw_only=True):
    """The words of `compound.showing.verdict_line` and of those who use it, in one language."""

    line: str  # verdict, what it says, what is next
    without_next: str
    # Of a plan with the weights read.
    within: str
    within_as_planned: str
    incomplete: str
    outside: str
    refused: str
    dose: str
    no_dose: str
    dose_on_target: str
    when_weighed: str
    refused_for: str
    # What is next for it.
    weigh: str
    make_up: str
    reading_of: str
    fill: str
    fill_into: str
    start_again: str
    then: str
    # Of many plans.
    all_within: str
    some_outside: str
    # Of weights and contents of capsules.
    more_capsules: str
    keep_record: str
    # Of a worksheet read back, by the verdict.
    verified: Mapping[str, str]
    verified_says: Mapping[str, str]
    compare_order: str
    compare_sheet: str
    do_not_weigh: str
    some_differ: str
    all_genuine: str
    # What stands for an amount, a count or more of them in a command to type.
    an_amount: str
    a_count: str
    weights: str
    contents: str
