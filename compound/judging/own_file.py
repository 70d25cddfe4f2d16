"""What is to be said of an order that takes values from the pharmacy's own file: which, from where, and of which day."""

from __future__ import annotations

from datetime import date
from typing import Any

from compound.findings import codes
from compound.findings.finding import Clause, Finding, Place, Said
from compound.order.options_table import OPTIONS
from compound.order.order import Order
from compound.order.taken import (
    BALANCE,
    BULK_BALANCE,
    MEAN_FILL,
    OF_A_BALANCE,
    OF_A_BULK_BALANCE,
    OF_THE_BLEND,
    TakenValue,
)

_OPTION_OF = {key.name: option for option in OPTIONS for key in option.request_keys}


def own_file_findings(order: Order) -> list[Finding]:
    """The findings on what was taken from the pharmacy's file, as the plan says it; the file is not read."""
    found: list[Finding] = []
    for one in order.taken:
        if one.key in (BALANCE, BULK_BALANCE):
            found += _of_balance(one, order)
        elif one.key == MEAN_FILL:
            found += _of_fill(one, order)
    keys = {*OF_A_BALANCE.values(), *OF_A_BULK_BALANCE.values(), BALANCE, BULK_BALANCE, MEAN_FILL}
    if rest := [one for one in order.taken if one.key not in keys]:
        clauses = tuple(clause for one in rest for clause in _clauses(one, order))
        found.append(Finding(codes.PHARMACY_FILE_USED, Place.option("--pharmacy-file"), {
            "file": rest[0].file, "taken": clauses}))  # fmt: skip
    return found


def _of_balance(balance: TakenValue, order: Order) -> list[Finding]:
    keys = OF_A_BALANCE if balance.key == BALANCE else OF_A_BULK_BALANCE
    place = Place.option("--balance" if balance.key == BALANCE else "--bulk-sensitivity")
    named: dict[str, Said] = {"balance": balance.name, "file": balance.file}
    taken = tuple(clause for one in order.taken if one.key in keys.values() for clause in _clauses(one, order))
    found = [Finding(codes.BALANCE_FROM_FILE, place, {**named, "taken": taken})]
    if balance.overdue:
        found.append(overdue_finding(balance.name, balance.file, balance.day, balance.every_days, place))
    return found


def overdue_finding(
    balance: str, file: str, checked: date | None, every_days: int | None, place: Place | None = None
) -> Finding:
    """The finding that the check of a balance in the pharmacy's file is overdue."""
    last = Clause("never-checked") if checked is None else Clause("checked-on", {"day": checked.isoformat()})
    return Finding(codes.BALANCE_CHECK_OVERDUE, place or Place.option("--balance"), {
        "balance": balance, "file": file, "last": (last,), "days": every_days or 0})  # fmt: skip


def _of_fill(fill: TakenValue, order: Order) -> list[Finding]:
    if order.fill_weight is None or order.fill_weight_assumed or fill.day is None:
        return []
    place, lot = Place.option("--fill-weight"), order.identity.lot_of(order.diluent or "")
    values: dict[str, Said] = {
        "fill": order.fill_weight.mg, "file": fill.file, "day": fill.day.isoformat(), "size": order.capsule_size or "",
        "diluent": order.diluent or "",
    }  # fmt: skip
    found = [Finding(codes.FILL_WEIGHT_FROM_FILE, place, {
        **values, "lot": (Clause("fill-of-lot", {"lot": fill.lot}) if fill.lot else Clause("fill-lot-not-stated"),)})]  # fmt: skip
    if fill.lot and lot is not None and lot.casefold() != fill.lot.casefold():
        found.append(Finding(codes.FILL_WEIGHT_OF_OTHER_LOT, place, {**values, "found_lot": fill.lot, "lot": lot}))
    return found


def _clauses(one: TakenValue, order: Order) -> tuple[Clause, ...]:
    """What a value is, with the value as the order has it; the sheet's own have none in a plan."""
    option = _OPTION_OF.get(one.key)
    if one.value is not None:
        return (Clause(f"taken-{one.key.partition('_g_per')[0].replace('_', '-')}", {
            "diluent": order.diluent or "", "density": one.value}),)  # fmt: skip
    if option is None:
        return (Clause(f"taken-{one.key.replace('_', '-')}"),)
    value: Any = order
    for name in option.field.split("."):
        value = getattr(value, name, None)
    if value is None:
        return ()
    if one.key in OF_THE_BLEND:
        return (Clause("taken-name", {"option": option.place, "name": str(value)}),)
    return (Clause("taken-mass", {"option": option.place, "mass": value.mg}),)
