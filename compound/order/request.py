"""An order as the `request` of a plan in JSON, to and from."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import Mass, Percent, canonical
from compound.facts import standards, ware
from compound.facts.lot import Lot, Strength, Tablet, parse_basis
from compound.facts.substances import read_dose_as, resolve
from compound.order.options import read_solvent
from compound.order.order import METHODS, PREFERENCES, Balance, Order
from compound.order.particle_size import (
    ParticleSize,
    SieveData,
    read_fill_rsd,
    sieve_from_list,
    sieve_to_list,
)
from compound.reading.amounts import positive
from compound.reading.text import one_of, read_name

_MASSES = {
    "dose_mg": "dose",
    "minimum_weight_mg": "minimum_weight",
    "fill_weight_mg": "fill_weight",
    "most_drug_mg": "most_drug",
}
_PERCENTS = {
    "weighing_error_percent": "weighing_error_limit",
    "dose_error_percent": "dose_error_limit",
    "overage_percent": "overage",
}
_NUMBERS = {
    "max_dilution": "max_dilution",
    "solubility_mg_per_ml": "solubility",
    "deposit_ml_per_g": "deposit",
}
_WARE = {"flask": ("flasks", ware.FLASK), "pipette": ("pipettes", ware.PIPETTE)}
_BALANCE = {"balance_sensitivity_mg": "sensitivity", "readability_mg": "readability", "capacity_mg": "capacity"}
_FLAGS = ("fill_weight_assumed", "readability_assumed", "by_mass")
_TEXTS = ("drug", "capsule_size", "diluent", "shell", "dosage_form", "method", "prefer", "solvent")


def to_request(order: Order) -> dict[str, Any]:
    """The order as the `request` of a plan: every option that decides the plan, what was not stated as null."""
    lot = order.lot
    size = order.particle_size if isinstance(order.particle_size, ParticleSize) else None
    request: dict[str, Any] = {name: getattr(order, name) for name in _TEXTS}
    request |= {key: _number(getattr(order, name), "mg") for key, name in _MASSES.items()}
    request |= {key: _number(getattr(order, name), "percent") for key, name in _PERCENTS.items()}
    request |= {
        "dose_as": None if order.dose_as is None else order.dose_as.name,
        "capsules": order.capsules,
        **{
            key: None if (value := getattr(order, name)) is None else canonical(value) for key, name in _NUMBERS.items()
        },
        **{name: getattr(order, name) for name in _FLAGS},
        **{key: list(getattr(order, name)) for key, (name, _) in _WARE.items()},
        **{key: _number(getattr(order.balance, name, None), "mg") for key, name in _BALANCE.items()},
        "excipient": list(order.excipients),
        "assay_percent": _number(lot.assay, "percent"),
        "assay_basis": None if lot.basis is None else lot.basis.value,
        "water_percent": _number(lot.water, "percent"),
        "strength_mg_per_g": _number(lot.strength, "mg_per_g"),
        "tablet_dose_mg": None if lot.tablet is None else canonical(lot.tablet.dose.mg),
        "tablet_mass_mg": None if lot.tablet is None else canonical(lot.tablet.mass.mg),
        "particle_size_um": None if size is None else canonical(size.median_um),
        "particle_spread": None if size is None else canonical(size.spread),
        "sieve": sieve_to_list(order.particle_size) if isinstance(order.particle_size, SieveData) else None,
        "fill_rsd_percent": _number(order.fill_rsd, "percent"),
        "accept": dict(order.accept),
    }
    return request


def _number(holder: object, attribute: str) -> str | None:
    return None if holder is None else canonical(getattr(holder, attribute))


def from_request(request: Mapping[str, Any], balance: Balance | None) -> Order:
    """Reads a `request`. All but the dose may be missing. Raises InputError naming the key."""
    known = {*_TEXTS, *_MASSES, *_PERCENTS, *_NUMBERS, *_WARE, *_BALANCE, "dose_as", "capsules", *_FLAGS, "excipient",
             "assay_percent", "assay_basis", "water_percent", "strength_mg_per_g", "tablet_dose_mg", "tablet_mass_mg",
             "particle_size_um", "particle_spread", "sieve", "fill_rsd_percent", "accept"}  # fmt: skip
    for key in request:
        if key not in known:
            raise InputError(key, "is no key of a request")
    values: dict[str, Any] = {}
    for key in _TEXTS:
        if (text := request.get(key)) is not None:
            values[key] = read_name(_text(text, key), key)
    for key, name in _MASSES.items():
        if request.get(key) is not None:
            values[name] = Mass(positive(request[key], key))
    for key, name in _PERCENTS.items():
        if request.get(key) is not None:
            values[name] = Percent(positive(request[key], key, zero=True))
    if "dose" not in values:
        raise InputError("dose_mg", "is missing; a plan is judged against its labelled dose")
    if "capsule_size" in values:
        standards.capsule_size(values["capsule_size"], "capsule_size")
    one_of(values.get("method", "auto"), METHODS, "method")
    one_of(values.get("prefer", "simple"), PREFERENCES, "prefer")
    if (drug := values.get("drug")) is not None:
        values["substance"] = resolve(drug, "drug")
    if request.get("dose_as") is not None:
        values["dose_as"] = read_dose_as(_text(request["dose_as"], "dose_as"), values.get("substance"), "dose_as")
    for key, name in _NUMBERS.items():
        if request.get(key) is not None:
            values[name] = positive(request[key], key)
    for key, (name, role) in _WARE.items():
        owned = request.get(key) or []
        if not isinstance(owned, list):
            raise InputError(key, "is no list of names")
        values[name] = ware.read_ware([_text(text, f"{key}[{i}]") for i, text in enumerate(owned)], role, key)
    for key, name in _BALANCE.items():
        if request.get(key) is not None:
            _refuse_other_balance(positive(request[key], key), getattr(balance, name, None), key)
    if "solvent" in values:
        values["solvent"] = read_solvent(values["solvent"], "solvent")
    capsules = request.get("capsules")
    if capsules is not None:
        if not isinstance(capsules, int) or isinstance(capsules, bool):
            raise InputError("capsules", "is not a whole number")
        values["capsules"] = capsules
    for key in _FLAGS:
        values[key] = request.get(key, False)
        if not isinstance(values[key], bool):
            raise InputError(key, "is neither true nor false")
    excipients = request.get("excipient") or []
    if not isinstance(excipients, list):
        raise InputError("excipient", "is no list of names")
    accept = request.get("accept") or {}
    if not isinstance(accept, dict):
        raise InputError("accept", "is no object of codes and reasons")
    return Order(
        **values,
        balance=balance,
        excipients=tuple(
            read_name(_text(name, f"excipient[{i}]"), f"excipient[{i}]") for i, name in enumerate(excipients)
        ),
        lot=_lot_of(request),
        particle_size=_particle_size_of(request),
        fill_rsd=_fill_rsd_of(request),
        accept={code: read_name(_text(reason, f"accept.{code}"), f"accept.{code}") for code, reason in accept.items()},
    )


def _refuse_other_balance(stated: Decimal, mass: Mass | None, key: str) -> None:
    """The balance stands in a plan of its own; the request must not say another."""
    if mass is None or mass.mg != stated:
        said = "none" if mass is None else f"{canonical(mass.mg)} mg"
        raise InputError(key, f"is {canonical(stated)}, but the balance of the plan says {said}; which holds?")


def _lot_of(request: Mapping[str, Any]) -> Lot:
    def percent(key: str) -> Percent | None:
        return None if request.get(key) is None else Percent(positive(request[key], key, zero=True))

    def mass(key: str) -> Mass | None:
        return None if request.get(key) is None else Mass(positive(request[key], key))

    basis, strength = request.get("assay_basis"), request.get("strength_mg_per_g")
    dose, whole = mass("tablet_dose_mg"), mass("tablet_mass_mg")
    if (dose is None) != (whole is None):
        raise InputError("tablet_dose_mg", "a tablet has a dose and a mass; one of them is missing")
    return Lot(
        assay=percent("assay_percent"),
        basis=None if basis is None else parse_basis(_text(basis, "assay_basis"), "assay_basis"),
        water=percent("water_percent"),
        strength=None if strength is None else Strength(positive(strength, "strength_mg_per_g")),
        tablet=None if dose is None or whole is None else Tablet(dose, whole),
    )


def _particle_size_of(request: Mapping[str, Any]) -> ParticleSize | SieveData | None:
    size, spread = request.get("particle_size_um"), request.get("particle_spread")
    sieve = request.get("sieve")
    if sieve is not None:
        if size is not None or spread is not None:
            raise InputError("sieve", "states the size of the particles, and so does particle_size_um")
        return sieve_from_list(sieve, "sieve")
    if size is None and spread is None:
        return None
    for key, value in (("particle_size_um", size), ("particle_spread", spread)):
        if value is None:
            raise InputError(key, "is missing; a particle size is a median and a spread")
    median_um, deviation = positive(size, "particle_size_um"), positive(spread, "particle_spread")
    try:
        return ParticleSize(median_um, deviation)
    except InputError as error:
        key = "particle_spread" if error.where == "spread" else "particle_size_um"
        raise InputError(key, error.sentence) from None


def _fill_rsd_of(request: Mapping[str, Any]) -> Percent | None:
    if request.get("fill_rsd_percent") is None:
        return None
    return read_fill_rsd(Percent(positive(request["fill_rsd_percent"], "fill_rsd_percent")), "fill_rsd_percent")


def _text(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise InputError(where, "is not a text")
    return value
