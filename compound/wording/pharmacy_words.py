"""The words of `compound pharmacy`: what is in force of the pharmacy's own file, and where it is from."""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class PharmacyWords(Value, kw_only=True):
    """The words of the tables in one language. `settings` and `defaults` are by the keys of the settings."""

    file: str
    no_file: str
    file_off: str
    named_by: Mapping[str, str]
    default: str
    settings: Mapping[str, str]
    defaults: Mapping[str, str]
    setting_headers: tuple[str, ...]
    balances: str
    balance_headers: tuple[str, ...]
    fillers: str
    fill_headers: tuple[str, ...]
    density_headers: tuple[str, ...]
    rules: str
    rule_headers: tuple[str, ...]
    not_stated: str
    never: str
    days: str
    overdue: str
    ledger_kept: str
    written: str
    under_orders: str
    taken_from: str
    taken: Mapping[str, str]
    checked_on: str
    not_checked_ever: str
    densities: str
