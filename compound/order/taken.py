"""What of an order was taken from the pharmacy's own file: the `taken_from` of a plan in JSON, to and from.

It travels in the plan, so that an audit says where a figure is from and reads no file of the pharmacy again.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from compound.exact.errors import InputError
from compound.exact.quantity import canonical
from compound.exact.value import Value
from compound.facts import standards
from compound.order.identity import read_day
from compound.reading.fields import Fields
from compound.reading.text import nearest_hint, read_name

if TYPE_CHECKING:
    from compound.facts.excipients.house_rules import HouseRules

BALANCE, BULK_BALANCE = "balance", "bulk_balance"  # the keys that name a balance as a whole
# The keys of `request` that may be from the file, by the option that each belongs to.
OF_A_BALANCE = {
    "readability": "readability_mg", "repeatability": "repeatability_mg", "balance-sensitivity": "balance_sensitivity_mg",
    "capacity": "capacity_mg", "minimum-weight": "minimum_weight_mg",
}  # fmt: skip
OF_A_BULK_BALANCE = {
    "bulk-readability": "bulk_readability_mg", "bulk-sensitivity": "bulk_sensitivity_mg", "bulk-capacity": "bulk_capacity_mg",
}  # fmt: skip
MEAN_FILL = "fill_weight_mg"
BULK_DENSITY, TRUE_DENSITY = "bulk_density_g_per_ml", "true_density_g_per_ml"  # of the diluent; in no request
RULES = "rules"
OF_THE_BLEND = ("diluent", "shell", "capsule_size")
SHEET_KEYS = ("head", "logo", "template", "language", "page_size", "date_format", "balance_unit")
_KEYS = (
    BALANCE, BULK_BALANCE, *OF_A_BALANCE.values(), *OF_A_BULK_BALANCE.values(), MEAN_FILL, BULK_DENSITY, TRUE_DENSITY,
    *OF_THE_BLEND, RULES, *SHEET_KEYS,
)  # fmt: skip
_MOST = 200
_LONGEST = 400


class TakenValue(Value):
    """One value that the pharmacy's file gave: its key in `request`, or what it is of the balance or the sheet.

    `file` is the name of the file, `at` the place in it. A balance has its `name` and, in `day`, its last check, which is
    due every so many days; `overdue` is as it was when the order was planned. A fill weight has the day on which it was
    found, and its lot; a density its `value`, in g per mL.
    """

    key: str
    file: str
    at: str
    name: str = ""
    day: date | None = None
    every_days: int | None = None
    overdue: bool = False
    lot: str = ""
    value: Decimal | None = None


def filler_of(diluent: str | None, taken: tuple[TakenValue, ...]) -> standards.Filler | None:
    """A diluent as its density is looked for: by its name, or with the densities that the pharmacy's file states.

    What the file does not state is that on record. A tapped density on record stays, unless the powder is heavier as poured.
    """
    own = {one.key: one.value for one in taken if one.key in (BULK_DENSITY, TRUE_DENSITY)}
    if diluent is None or not own:
        return diluent
    known = standards.density(diluent)
    bulk = own.get(BULK_DENSITY) or (None if known is None else known.bulk_g_per_ml)
    if bulk is None:
        return diluent
    tapped = known is not None and known.tapped and known.g_per_ml >= bulk
    # A filler of which nothing is on record may be a mineral: its particles may be as dense as any.
    true = own.get(TRUE_DENSITY) or (standards.limit("densest_filler_g_per_ml") if known is None else known.true_g_per_ml)
    file = next(one.file for one in taken if one.key in own)
    return standards.FillerDensity(
        diluent, known.g_per_ml if tapped and known is not None else bulk, tapped, bulk, true, file, file
    )


def taken_to_list(taken: tuple[TakenValue, ...]) -> list[dict[str, Any]]:
    """What was taken, as it stands in JSON."""
    return [_to_dict(one) for one in taken]


def _to_dict(one: TakenValue) -> dict[str, Any]:
    written: dict[str, Any] = {"key": one.key, "from": one.file, "at": one.at}
    if one.key in (BALANCE, BULK_BALANCE):
        checked = None if one.day is None else one.day.isoformat()
        return written | {
            "name": one.name, "checked": checked, "check_every_days": one.every_days, "overdue": one.overdue,
        }  # fmt: skip
    if one.value is not None:
        written["value"] = canonical(one.value)
    if one.day is not None:
        written["date"] = one.day.isoformat()
    return written | ({"lot": one.lot} if one.lot else {})


def taken_from_list(fields: Fields, key: str) -> tuple[TakenValue, ...]:
    """Reads the list under a key. Raises InputError naming the place in it."""
    found: dict[str, TakenValue] = {}
    for item in fields.groups(key, _MOST):
        one = _from_fields(item)
        if one.key in found:
            raise InputError(item.place("key"), f"{one.key} stands there twice")
        found[one.key] = one
    return tuple(found.values())


def _from_fields(item: Fields) -> TakenValue:
    key = item.text("key")
    if key not in _KEYS:
        raise InputError(item.place("key"), f"is nothing that a pharmacy's file gives; {nearest_hint(key, _KEYS)}")
    is_balance = key in (BALANCE, BULK_BALANCE)
    is_density = key in (BULK_DENSITY, TRUE_DENSITY)
    more = ("name", "checked", "check_every_days", "overdue") if is_balance else ("value",) if is_density else ("date", "lot")
    item.refuse_unknown(("key", "from", "at", *more), "what was taken from a pharmacy's file")
    file, at = item.text("from", longest=_LONGEST), item.text("at", longest=_LONGEST)
    if is_density:
        return TakenValue(key, file, at, value=item.number("value"))
    day_key = "checked" if is_balance else "date"
    day = read_day(item.text(day_key), item.place(day_key)) if item.states(day_key) else None
    if not is_balance:
        lot = read_name(item.text("lot"), item.place("lot")) if item.states("lot") else ""
        return TakenValue(key, file, at, day=day, lot=lot)
    every = item.count("check_every_days") if item.states("check_every_days") else None
    return TakenValue(key, file, at, item.name("name"), day, every, item.flag("overdue"))


def house_rules_to_list(rules: HouseRules) -> list[dict[str, Any]]:
    """House rules as they stand in JSON: the tables of the file."""
    from compound.facts.excipients.house_rules import tables_of_rules

    return tables_of_rules(rules)


def house_rules_from_list(fields: Fields, key: str) -> HouseRules:
    """Reads the house rules under a key. Raises InputError naming the place in it."""
    from compound.facts.excipients.house_rules import rules_of_tables

    try:
        return rules_of_tables(Fields({"rule": fields.value(key)}))
    except InputError as error:
        raise error.moved(lambda where: fields.place(key) + where.removeprefix("rule")) from None
