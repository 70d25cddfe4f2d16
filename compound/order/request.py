"""An order as the `request` of a plan in JSON, to and from.

Which keys there are stands in `options_table`. Here stands how a value of each kind is written and read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import Mass, Percent, canonical, written
from compound.facts import standards, surplus, ware
from compound.facts.drug_names import read_dose_as, resolve
from compound.facts.lot import Lot, Strength, Tablet, parse_basis
from compound.order.excipient import Excipient, excipient_from_json, excipient_to_json
from compound.order.options import read_solvent
from compound.order.options_table import OF_THE_ORDER, Kind, Option, RequestKey
from compound.order.order import Balance, Order, bulk_balance
from compound.order.particle_size import (
    ParticleSize,
    SieveData,
    read_fill_rsd,
    read_true_density,
    sieve_from_list,
    sieve_to_list,
)
from compound.order.taken import TakenValue
from compound.reading.amounts import from_canonical, positive
from compound.reading.fields import Fields, list_items
from compound.reading.text import as_text, one_of, read_name, read_reason
from compound.reading.units import MASSES

# The order in which the keys have always been written. One that is not named here stands at the end.
_FIRST = (
    "drug", "capsule_size", "diluent", "shell", "dosage_form", "method", "prefer", "solvent", "dose_mg",
    "minimum_weight_mg", "fill_weight_mg", "most_drug_mg", "weighing_error_percent", "dose_error_percent",
    "overage_percent", "dose_as", "capsules", "max_dilution", "solubility_mg_per_ml", "deposit_ml_per_g",
    "fill_weight_assumed", "readability_assumed", "by_mass", "flask", "pipette", "balance_sensitivity_mg",
    "readability_mg", "capacity_mg", "excipient",
)  # fmt: skip


def _keys() -> tuple[tuple[RequestKey, Option], ...]:
    places = {name: place for place, name in enumerate(_FIRST)}
    found = [(key, option) for option in OF_THE_ORDER for key in option.request_keys]
    return tuple(sorted(found, key=lambda one: places.get(one[0].name, len(places))))


KEYS = _keys()  # with the option of each, in the order of writing


def to_request(order: Order) -> dict[str, Any]:
    """The order as the `request` of a plan: every option that decides the plan, what was not stated as null."""
    request: dict[str, Any] = {}
    for key, _ in KEYS:
        value: Any = order
        for name in key.field.split("."):
            value = getattr(value, name, None)  # None has no fields, and a powder has a size or size classes
        request[key.name] = None if value is None else _WRITERS[key.kind](value)
    if order.ordered_unit not in ("", _usual_unit(order.dose)):
        request[_UNIT] = order.ordered_unit
    return request


_UNIT = "dose_unit"


def _usual_unit(dose: Mass) -> str:
    """The unit in which a dose stands first by its size."""
    return "ng" if dose.mg < Decimal("0.001") else "mcg" if dose.mg < 1 else "mg"


def _as_ordered(dose: Mass, request: Mapping[str, Any]) -> Mass:
    """The dose in the unit that the request says it was ordered in. Raises InputError for one that is none."""
    if request.get(_UNIT) is None:
        return dose
    unit = one_of(Fields(request).text(_UNIT), ("mg", "mcg", "ng"), _UNIT)
    return Mass(dose.mg, f"{canonical(Fraction(dose.mg) / Fraction(MASSES[unit]))} {unit}")


def from_request(request: Mapping[str, Any], balance: Balance | None, taken: tuple[TakenValue, ...] = ()) -> Order:
    """Reads a `request`. All but the dose may be missing. `taken` says what of it is from the pharmacy's own file.

    Raises InputError naming the key.
    """
    known = [*(key.name for key, _ in KEYS), _UNIT]
    Fields(request).refuse_unknown(known, "a request")
    values = {
        key.field: _READERS[key.kind](request[key.name], key.name, option)
        for key, option in KEYS
        if request.get(key.name) is not None or (key.kind == Kind.FLAG and key.name in request)
    }
    if "dose" not in values:
        raise InputError("dose_mg", "is missing; a plan is judged against its labelled dose")
    values["dose"] = _as_ordered(values["dose"], request)
    substance = resolve(values["drug"], "drug") if "drug" in values else None
    if "dose_as" in values:
        values["dose_as"] = read_dose_as(values["dose_as"], substance, "dose_as")
    _surplus(values)
    _refuse_other_balance(_parts(values, "balance"), balance)
    bulk = _bulk(_parts(values, "bulk"))
    lot, particle_size = _lot(_parts(values, "lot")), _particle_size(_parts(values, "particle_size"))
    return Order(
        **values, substance=substance, balance=balance, bulk=bulk, lot=lot, particle_size=particle_size, taken=taken
    )


def _surplus(values: dict[str, Any]) -> None:
    """The surplus of a rule that is named; one that is stated beside it must be the same."""
    if "surplus_rule" not in values:
        return
    fill, stated = values.get("fill_weight"), values.get("drug_surplus")
    try:
        rule = surplus.surplus_rule(values["surplus_rule"])
        percent = rule.percent_for(values["dose"].mg, None if fill is None else fill.mg)
    except InputError as error:
        raise InputError("surplus_rule", error.sentence) from None
    if stated is not None and stated.percent != percent:
        said = f"asks for {canonical(percent)} %, but drug_surplus_percent says {canonical(stated.percent)}; which holds?"
        raise InputError("surplus_rule", said)
    values["drug_surplus"] = Percent(percent)


def _parts(values: dict[str, Any], whole: str) -> dict[str, Any]:
    """What is stated of a field of an order, taken out of the values; "" for the field as a whole."""
    fields = [field for field in values if field.partition(".")[0] == whole]
    return {field.partition(".")[2]: values.pop(field) for field in fields}


def _refuse_other_balance(stated: Mapping[str, Mass], balance: Balance | None) -> None:
    """The balance stands in a plan of its own; the request must not say another."""
    for name, mass in stated.items():
        held = getattr(balance, name, None)
        if held is None or held.mg != mass.mg:
            said = "none" if held is None else f"{canonical(held.mg)} mg"
            key = next(key.name for key, _ in KEYS if key.field == f"balance.{name}")
            raise InputError(key, f"is {canonical(mass.mg)}, but the balance of the plan says {said}; which holds?")


def _bulk(stated: Mapping[str, Mass]) -> Balance | None:
    """The second balance, its options named by their keys where one is missing or none can be so."""
    try:
        return bulk_balance(*(stated.get(name) for name in ("sensitivity", "readability", "capacity")))
    except InputError as error:
        raise error.moved(lambda where: f"{where.removeprefix('--').replace('-', '_')}_mg") from None


def _lot(stated: Mapping[str, Any]) -> Lot:
    dose, mass = stated.get("tablet.dose"), stated.get("tablet.mass")
    if (dose is None) != (mass is None):
        raise InputError("tablet_dose_mg", "a tablet has a dose and a mass; one of them is missing")
    rest = {name: value for name, value in stated.items() if not name.startswith("tablet.")}
    return Lot(**rest, tablet=None if dose is None or mass is None else Tablet(dose, mass))


def _particle_size(stated: Mapping[str, Any]) -> ParticleSize | SieveData | None:
    if "" in stated:
        if len(stated) > 1:
            raise InputError("sieve", "states the size of the particles, and so does particle_size_um")
        return sieve_from_list(stated[""], "sieve")
    if not stated:
        return None
    for key, name in (("particle_size_um", "median_um"), ("particle_spread", "spread")):
        if name not in stated:
            raise InputError(key, "is missing; a particle size is a median and a spread")
    try:
        return ParticleSize(stated["median_um"], stated["spread"])
    except InputError as error:
        key = "particle_spread" if error.where == "spread" else "particle_size_um"
        raise InputError(key, error.sentence) from None


# How a value of each kind is written.

_WRITERS: dict[str, Callable[[Any], Any]] = {
    Kind.DRUG: str,
    Kind.FORM: lambda substance: substance.name,
    Kind.DOSAGE_FORM: str,
    Kind.MASS: lambda mass: canonical(mass.mg),
    Kind.SENSITIVITY: lambda mass: canonical(mass.mg),
    Kind.READABILITY: lambda mass: canonical(mass.mg),
    Kind.PERCENT: lambda percent: canonical(percent.percent),
    Kind.FILL_RSD: lambda percent: canonical(percent.percent),
    Kind.NUMBER: canonical,
    Kind.COUNT: int,
    Kind.DIAMETER: canonical,
    Kind.TRUE_DENSITY: canonical,
    Kind.SOLUBILITY: canonical,
    Kind.STRENGTH: lambda strength: canonical(strength.mg_per_g),
    Kind.DEPOSIT: canonical,
    Kind.MATERIAL: str,
    Kind.EXCIPIENT: lambda excipients: [excipient_to_json(one) for one in excipients],
    Kind.CHOICE: str,
    Kind.CAPSULE_SIZE: str,
    Kind.BASIS: lambda basis: basis.value,
    Kind.SOLVENT: str,
    Kind.SURPLUS_RULE: str,
    Kind.FLASK: list,
    Kind.PIPETTE: list,
    Kind.FLAG: bool,
    Kind.REASONS: dict,
    Kind.SIEVE: lambda size: sieve_to_list(size) if isinstance(size, SieveData) else None,
}


# How a value of each kind is read: the value, its key, and the option that it belongs to.


def _name(value: object, where: str) -> str:
    return read_name(as_text(value, where), where)


def _texts(value: object, where: str) -> list[str]:
    return [as_text(text, place) for text, place in list_items(value, where)]


def _read_text(value: object, where: str, option: Option) -> str | tuple[str, ...]:
    if option.repeated:
        return tuple(read_name(text, f"{where}[{i}]") for i, text in enumerate(_texts(value, where)))
    return _name(value, where)


def _read_excipients(value: object, where: str, _: Option) -> tuple[Excipient, ...]:
    return tuple(excipient_from_json(one, place) for one, place in list_items(value, where))


def _read_capsule_size(value: object, where: str, _: Option) -> str:
    return standards.capsule_size(_name(value, where), where).size


def _read_count(value: object, where: str, _: Option) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InputError(where, "is not a whole number")
    return value


def _read_flag(value: object, where: str, _: Option) -> bool:
    if not isinstance(value, bool):
        raise InputError(where, "is neither true nor false")
    return value


def _read_reasons(value: object, where: str, _: Option) -> dict[str, str]:
    reasons = Fields(value, where)
    return {code: read_reason(as_text(reasons.value(code), reasons.place(code)), reasons.place(code)) for code in reasons.values}


def _read_mass(value: object, where: str, _: Option) -> Mass:
    return Mass(positive(value, where))


def _read_strength(value: object, where: str, _: Option) -> Strength:
    """A strength, which is a fraction where no finite decimal is as much: 1 in 3."""
    number = from_canonical(value, where)
    try:
        return Strength(written(number))
    except ArithmeticError:
        return Strength(number)


def _read_percent(value: object, where: str, _: Option) -> Percent:
    return Percent(positive(value, where, zero=True))


def _read_fill_rsd(value: object, where: str, _: Option) -> Percent:
    return read_fill_rsd(Percent(positive(value, where)), where)


def _read_number(value: object, where: str, _: Option) -> Decimal:
    return positive(value, where)


_READERS: dict[str, Callable[[Any, str, Option], Any]] = {
    Kind.DRUG: _read_text,
    Kind.FORM: lambda value, where, _: as_text(value, where),
    Kind.DOSAGE_FORM: _read_text,
    Kind.MASS: _read_mass,
    Kind.SENSITIVITY: _read_mass,
    Kind.READABILITY: _read_mass,
    Kind.PERCENT: _read_percent,
    Kind.FILL_RSD: _read_fill_rsd,
    Kind.NUMBER: _read_number,
    Kind.COUNT: _read_count,
    Kind.DIAMETER: _read_number,
    Kind.TRUE_DENSITY: lambda value, where, _: read_true_density(positive(value, where), where),
    Kind.SOLUBILITY: _read_number,
    Kind.STRENGTH: _read_strength,
    Kind.DEPOSIT: _read_number,
    Kind.MATERIAL: _read_text,  # judged by the audit, which says of a plan what is wrong with it
    Kind.EXCIPIENT: _read_excipients,
    Kind.CHOICE: lambda value, where, option: one_of(_name(value, where), option.choices, where),
    Kind.CAPSULE_SIZE: _read_capsule_size,
    Kind.BASIS: lambda value, where, _: parse_basis(as_text(value, where), where),
    Kind.SOLVENT: lambda value, where, _: read_solvent(_name(value, where), where),
    Kind.SURPLUS_RULE: lambda value, where, _: surplus.surplus_rule(_name(value, where), where).code,
    Kind.FLASK: lambda value, where, _: ware.read_ware(_texts(value, where), ware.FLASK, where),
    Kind.PIPETTE: lambda value, where, _: ware.read_ware(_texts(value, where), ware.PIPETTE, where),
    Kind.FLAG: _read_flag,
    Kind.REASONS: _read_reasons,
    Kind.SIEVE: lambda value, where, _: value,  # read once it is known to stand alone
}
