"""The words of the rows on weights and assays of capsules (`compound.showing.qc_rows`).

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class QcWords(Value, kw_only=True):
    """Every sentence and name of these rows and of their record, in one language."""

    weights: str
    assays: str
    # Verdicts, by the value of the verdict: over all rules, and of one of them.
    overall: Mapping[str, str]
    verdicts: Mapping[str, str]
    fill_not_dose: str
    # Facts.
    weighed: str
    net: str
    own_shells: str
    mean_shell: str
    shells_unknown: str
    of_sheet: str
    of_whole: str
    limits_of: Mapping[str, str]  # by the language of the sheet
    assayed: str
    composite: str
    composite_assay: str
    of_label: str
    of_net: str
    of_gross: str
    of_contents: str
    not_defined: str
    theory_is: str
    acceptance: str
    digits: str
    # The plot.
    axis_net: str
    axis_gross: str
    axis_contents: str
    axis_capsules: str
    level_mean: str
    level_theory: str
    level_reference: str
    level_limit: str
    level_mean_limit: str
    # Rules.
    rule_headers: tuple[str, ...]
    quantities: Mapping[str, str]  # by what a limit holds
    window: str
    possibly: str
    at_most: str
    below: str
    between: str
    reason: str
    source: str
    # Single values.
    unit: str
    gross_weight: str
    shell_weight: str
    net_content: str
    content: str
    of_the_label: str
    off_mean: str
    off_theory: str
    outside: str
    # Headings, and the lines to sign on.
    rules: str
    reasons: str
    findings: str
    singles: str
    sources: str
    signatures: tuple[str, ...]
    # Numbers.
    percent: str
    about: str
