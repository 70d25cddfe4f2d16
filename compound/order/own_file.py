"""The pharmacy's own file under an order: options win over a formula, a formula over the file, the file over defaults.

What is taken is said of every value (`taken`). Nothing is mixed that does not belong together: a balance that is
described by hand is not that of the file, and a mean fill counts for its own filler and capsule size alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from compound.exact.errors import InputError
from compound.exact.quantity import Mass, canonical
from compound.exact.value import Value
from compound.facts.balances import largest_error
from compound.facts.excipients.house_rules import HouseRules
from compound.facts.pharmacy_file import OwnBalance, PharmacyFile
from compound.findings.finding import Finding
from compound.order.formula import Options, OptionText, merged
from compound.order.identity import read_day
from compound.order.options_table import BY_NAME
from compound.order.order import BY_VOLUME
from compound.order.taken import (
    BALANCE,
    BULK_BALANCE,
    BULK_DENSITY,
    MEAN_FILL,
    OF_A_BALANCE,
    OF_A_BULK_BALANCE,
    OF_THE_BLEND,
    TRUE_DENSITY,
    TakenValue,
)
from compound.reading.text import shown

# The key in the file of what each option of a balance states.
_OF_THE_FILE = {"balance-sensitivity": "sensitivity"}
# Whoever states one of these describes a balance by hand: then it is not the default one.
_DESCRIBES = ("balance-sensitivity", "repeatability")


class OwnSettings(Value):
    """The pharmacy's file as a run uses it, with the balance that it names, the day of the run, what the sheets of the
    run take of it, and its house rules where no option gives others.
    """

    file: PharmacyFile
    balance: str | None
    today: date
    sheet: tuple[TakenValue, ...] = ()
    head: tuple[str, ...] = ()
    rules: HouseRules | None = None

    def __post_init__(self) -> None:
        """Refuses a balance that is not in the file, and a day in it that is still to come."""
        for key, day in self.file.days():
            if day > self.today:
                raise InputError(f"{self.file.name}: {key}", f"{day.isoformat()} is still to come; write the day it was done")
        if self.balance is not None and self.balance not in self.file.balances:
            there = ", ".join(self.file.balances) or "none"
            raise InputError(
                "--balance", f"there is no balance {shown(self.balance)} in {self.file.name}; those there are: {there}"
            )


class Layered(Value):
    """The options of an order with what lies under them, what a formula said otherwise, and what the file gave."""

    options: Options
    notes: tuple[Finding, ...] = ()
    taken: tuple[TakenValue, ...] = ()


def layered(
    given: Mapping[str, OptionText], formula: tuple[str, Options] | None, own: OwnSettings | None
) -> Layered:
    """The options given, over those of a formula (its name first), over those of the pharmacy's file."""
    options, taken, notes = dict(given), list[TakenValue](), tuple[Finding, ...]()
    if own is not None and own.balance is not None:
        _take_balance(own, own.balance, "", options, taken)
    if formula is not None:
        options, notes = merged(formula[1], options, formula[0])
    if own is not None:
        _take_defaults(own, options, taken)
    return Layered(options, notes, tuple(taken))


def _take_defaults(own: OwnSettings, options: Options, taken: list[TakenValue]) -> None:
    """Puts what the file states into the options, where nothing above it does."""
    file, defaults = own.file, own.file.defaults
    if own.balance is None and BALANCE in defaults and not any(name in options for name in _DESCRIBES):
        _take_balance(own, defaults[BALANCE], "", options, taken)
    in_use = own.balance or defaults.get(BALANCE)
    bulk = defaults.get(BULK_BALANCE)
    if bulk is not None and bulk != in_use and not any(name in options for name in OF_A_BULK_BALANCE):
        _take_balance(own, bulk, "bulk-", options, taken)
    for key in OF_THE_BLEND:
        name = key.replace("_", "-")
        if key in defaults and name not in options:
            options[name] = defaults[key]
            taken.append(TakenValue(key, file.name, f"defaults.{key}"))
    _take_filler(own, options, taken)
    if own.head and "pharmacy" not in options:
        options["pharmacy"] = own.head
        taken.append(TakenValue("head", file.name, "sheet.head"))
    taken += own.sheet


def _take_balance(own: OwnSettings, name: str, prefix: str, options: Options, taken: list[TakenValue]) -> None:
    """Puts what a balance states into the options where they do not say it, and says so of each."""
    balance, keys = own.file.balances[name], OF_A_BULK_BALANCE if prefix else OF_A_BALANCE
    texts = _texts(balance) if not prefix else _with_error(_texts(balance), balance)
    found = []
    for option, key in keys.items():
        plain = option.removeprefix(prefix)
        in_file = _OF_THE_FILE.get(plain, plain.replace("-", "_"))
        if in_file in texts and option not in options:
            options[option] = texts[in_file]
            found.append(TakenValue(key, own.file.name, f"balances.{name}.{in_file}"))
    if not found:
        return
    overdue = bool(balance.overdue_on(_day_of_work(own, options)))
    whole = BULK_BALANCE if prefix else BALANCE
    taken.append(TakenValue(whole, own.file.name, f"balances.{name}", name, balance.checked, balance.check_every_days, overdue))
    taken += found


def _texts(balance: OwnBalance) -> dict[str, str]:
    return {key: mass.text or f"{canonical(mass.mg)} mg" for key, mass in balance.masses.items()}


def _with_error(texts: dict[str, str], balance: OwnBalance) -> dict[str, str]:
    """The texts of a second balance, whose largest error follows from its repeatability where it is not stated."""
    step, scatter = balance.masses.get("readability"), balance.masses.get("repeatability")
    if "sensitivity" in texts or step is None or scatter is None:
        return texts
    error: Mass = largest_error(step.mg, Fraction(scatter.mg) ** 2)
    return {**texts, "sensitivity": f"{canonical(error.mg)} mg"}


def _day_of_work(own: OwnSettings, options: Options) -> date:
    """The day on which the balance is used: that of preparation where it is stated, else today."""
    prepared = options.get("prepared")
    try:
        return read_day(prepared, "") if isinstance(prepared, str) else own.today
    except InputError:
        return own.today  # the order says what is wrong with it


def _take_filler(own: OwnSettings, options: Options, taken: list[TakenValue]) -> None:
    """Takes the densities of the diluent of the order, and its mean fill: that of another capsule size says nothing."""
    diluent, size = (options.get(name, BY_NAME[name].default) for name in ("diluent", "capsule-size"))
    if not isinstance(diluent, str) or not isinstance(size, str):
        return
    filler = own.file.filler(diluent)
    if filler is None:
        return
    for key, density in ((BULK_DENSITY, filler.bulk), (TRUE_DENSITY, filler.true)):
        if density is not None:
            place = f"fillers.{shown(filler.name)}.{key.removesuffix('_g_per_ml')}"
            taken.append(TakenValue(key, own.file.name, place, value=density))
    if "fill-weight" in options or options.get("filling") == BY_VOLUME:
        return
    from compound.reading.phrases import bare_size

    bare = bare_size(size)
    fill = filler.fills.get(bare)
    if fill is None:
        return
    options["fill-weight"] = fill.mean.text or f"{canonical(fill.mean.mg)} mg"
    place = f"fillers.{shown(filler.name)}.fills.{bare}.mean"
    taken.append(TakenValue(MEAN_FILL, own.file.name, place, day=fill.found, lot=fill.lot or ""))
