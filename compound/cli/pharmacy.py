"""Where the pharmacy's own file lies, and what a plan takes from it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date

import click

from compound.cli.files import as_said, read_file
from compound.exact.errors import InputError
from compound.facts.pharmacy_file import read_balances
from compound.findings import codes
from compound.findings.finding import Finding, Said

_OPTIONS = {
    "readability": "readability", "repeatability": "repeatability", "balance-sensitivity": "sensitivity",
    "capacity": "capacity", "minimum-weight": "minimum_weight",
}  # fmt: skip


def pharmacy_path(stated: str | None) -> str:
    """The path stated, else that in COMPOUND_PHARMACY, else `pharmacy.toml` in the user's configuration folder."""
    return stated or os.environ.get("COMPOUND_PHARMACY") or os.path.join(click.get_app_dir("compound"), "pharmacy.toml")


def balance_options(
    name: str, stated_file: str | None, given: Mapping[str, object]
) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """What the balance of that name adds to the options `given`, which win, and what is to be said of it.

    Raises InputError for a file that cannot be read, and for a name that is not in it.
    """
    path = pharmacy_path(stated_file)
    file = as_said(os.path.basename(path))
    balances = read_balances(read_file(path, "--pharmacy-file"), file)
    if name not in balances:
        there = ", ".join(balances) or "none"
        raise InputError("--balance", f"there is no balance {as_said(name)} in {file}; those there are: {there}")
    own = balances[name]
    added = {
        option: own.masses[key].text for option, key in _OPTIONS.items() if key in own.masses and option not in given
    }
    said: dict[str, Said] = {"balance": name, "file": file}
    taken = ", ".join(f"--{option} {text}" for option, text in added.items()) or "–"
    found = [Finding(codes.BALANCE_FROM_FILE, "--balance", {**said, "taken": taken})]
    if own.overdue_on(date.today()) and own.checked is not None:
        found.append(Finding(codes.BALANCE_CHECK_OVERDUE, "--balance", {
            **said, "checked": own.checked.isoformat(), "days": own.check_every_days or 0}))  # fmt: skip
    return added, tuple(found)
