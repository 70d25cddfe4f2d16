"""The words that only the terminal prints of each command of the bench: headings, heads of columns, names of verdicts.

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class AuditWords(Value, kw_only=True):
    """The words of the tables of `compound audit` that no record has, in one language."""

    dose: str
    weighings: str
    mixtures: str
    uniformity: str
    per: str  # before the unit that an amount is counted by: a narrow cell is broken there
    # Of a file among many.
    file_headers: tuple[str, ...]
    file_verdicts: Mapping[str, str]  # by the value of the verdict
    no_dose: str
    record_written: str


class VerifyWords(Value, kw_only=True):
    """The words of `compound verify` beside its last line, in one language."""

    order: str
    batch_number: str
    no_batch_number: str
    fingerprint: str
    sheet: str
    more: str


class CheckWords(Value, kw_only=True):
    """The words of `compound check`, in one language."""

    headers: tuple[str, ...]
    verdicts: Mapping[str, str]  # by the verdict of the rules
    said: str
    source: str
    evidence: str


class BalanceWords(Value, kw_only=True):
    """The words of `compound balance check`, in one language."""

    readings: str
    mean: str
    deviation: str
    minimum_weight: str
    smallest_net_weight: str
    sensitivity: str
    least: str
    against: str
    not_checked: str
    fails: str
    passes: str
    saved: str


class TemplatesWords(Value, kw_only=True):
    """The words of `compound templates`, in one language."""

    kinds: Mapping[str, str]  # by the kind of the file
    formulas: Mapping[str, str]  # what a starting order is, by its name
    by_hand: str
    copy: str
    copied: str


class DrugsWords(Value, kw_only=True):
    """The words of `compound drugs`, in one language."""

    headers: tuple[str, ...]
    legend: str
    not_found: str
    yes: str
    no: str
    drug: str
    of_form: str
    identity: str
    assay: str
    density: str
    solubility: str
    with_evidence: str


class DosesWords(Value, kw_only=True):
    """The words of `compound doses`, in one language."""

    count: str
    headers: tuple[str, ...]
    either: str
    used_with: str
    outcome: str
    check: str
    reference: str
    no_reference: str
    because: str
    paper: str
    no_dose: str
    of_basis: str
    last_or: str
    between: str
    below: str
    up_to: str
    remark: str
    source_review: str
    remarks: str
    classes: str
    cautions: str
    class_is: str
    band_below: str
    band_to: str
    band_to_below: str
    source: str
    routes: Mapping[str, str]
    bases: Mapping[str, str]
    statuses: Mapping[str, str]
    bands: Mapping[str, str]
