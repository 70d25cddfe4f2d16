"""The words of an aliquot without a batch: of its rows (`compound.showing.aliquot_rows`) and of its page on paper.

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class AliquotWords(Value, kw_only=True):
    """Every sentence and name of these rows and of their page, in one language."""

    titles: Mapping[str, str]  # by the question
    # What was asked.
    needed: str
    need_of: str
    drug: str
    content: str
    least: str
    least_by_rule: str
    least_stated: str
    least_by_usp: str
    least_read: str
    floor: str
    floor_is: str
    largest_error: str
    error_by_spread: str
    balance: str
    balance_is: str
    strengths: str
    strengths_are: str
    ware: str
    tablets: str
    # The answer.
    answer: str
    weigh_alone: str
    weigh_lot: str
    measure_alone: str
    diluted: str
    dissolved: str
    poured: str
    tablets_in: str
    parts: str
    parts_and_masses: str
    nothing: str
    whole: str
    of_what: str
    grams: str
    per_ml: str
    of_tablet: str
    # Steps.
    weigh: str
    unnamed: str
    of_strength: str
    of_parts: str
    count_in: str
    measure: str
    measure_with: str
    make_up: str
    make_up_in: str
    take: str
    take_with: str
    take_weighed: str
    mix: str
    mix_by_doubling: str
    step_headers: tuple[str, ...]
    # What it gives.
    gives: str
    gives_share: str
    rounding: str
    each: str
    each_is: str
    each_limit: str
    together: str
    together_measured: str
    together_is: str
    together_limit: str
    source: str
    not_worked_out: str
    keeps: str
    keeps_is: str
    keeps_stronger: str
    finer: str
    finer_is: str
    doses: str
    doses_are: str
    other_headers: tuple[str, ...]
    other_is: str
    # Headings, and the lines to sign on.
    asked: str
    steps: str
    accuracy: str
    others: str
    findings: str
    not_checked: str
    sheet_headers: tuple[str, ...]
    mixing: str
    mixing_headers: tuple[str, ...]
    only_arithmetic: str
    signatures: tuple[str, ...]
    sheet_written: str
    sheet_not_written: str
