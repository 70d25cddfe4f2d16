"""An order read from options: those of `compound plan`, of a formula or of a row of a table, defaults filled in.

Which options there are stands in `options_table`. Here stands how the text of each kind is read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import Mass, Percent
from compound.facts import standards, ware
from compound.facts.lot import Lot, read_lot
from compound.facts.other_routes import refuse_other_routes
from compound.facts.substance import Substance
from compound.facts.substances import read_dose_as, resolve
from compound.findings import codes
from compound.findings.finding import Finding
from compound.order.excipient import read_excipient
from compound.order.options_table import BY_NAME, OF_THE_ORDER, Kind, Option
from compound.order.order import Balance, Order, default_readability, needed, refuse_count
from compound.order.particle_size import ParticleSize, SieveData, SieveFile, parse_size, read_fill_rsd
from compound.reading.amounts import (
    has_trailing_zero,
    parse_count,
    parse_mass,
    parse_number,
    parse_percent,
    parse_volume,
)
from compound.reading.text import one_of, read_name, shown

MOST_DEPOSIT = Decimal(1)  # mL per g: more runs off any powder


def read_order(options: Mapping[str, Any]) -> tuple[Order, tuple[Finding, ...]]:
    """The order that options state, defaults filled in, with notes on how they were read.

    Keys are the long names without dashes (`balance-sensitivity`); values are texts, tuples of texts where an option
    may be repeated, a file already read where an option names one, or absent. Raises InputError with the option's name.
    """
    notes: list[Finding] = []
    read = {
        option.field: _stated(option, options.get(option.name), notes)
        for option in OF_THE_ORDER
        if _whole(option) not in _READ_AS_ONE
    }
    drug, substance = read.pop("drug")
    sensitivity, readability = read.pop("balance.sensitivity"), read.pop("balance.readability")
    balance = Balance(sensitivity, readability or default_readability(sensitivity), read.pop("balance.capacity"))
    fill_weight = read.pop("fill_weight")
    dose_as = read.pop("dose_as")
    order = Order(
        **read,
        **{whole: read_as_one(options) for whole, read_as_one in _READ_AS_ONE.items()},
        drug=substance.name if substance is not None else drug,
        substance=substance,
        dose_as=None if dose_as is None else read_dose_as(dose_as, substance),
        balance=balance,
        readability_assumed=readability is None,
        fill_weight=fill_weight or _assumed_fill_weight(read["capsule_size"], read["diluent"]),
        fill_weight_assumed=fill_weight is None,
    )
    return order, tuple(notes)


def _whole(option: Option) -> str:
    """The field of an order that an option states a part of, or all of."""
    return option.field.partition(".")[0]


def _stated(option: Option, text: Any, notes: list[Finding]) -> Any:
    """The value of an option: as it is stated, else its default, else None. What is to be said of it joins the notes."""
    if text is None and option.limit is not None:
        return _FROM_STANDARDS[option.kind](standards.limit(option.limit))
    if text is None:
        text = () if option.repeated else option.default
    if text is None:
        return needed(None, option.place) if option.required else None
    value = read_option(option, text)
    if isinstance(value, Mass) and has_trailing_zero(value.text):
        notes.append(Finding(codes.TRAILING_ZERO, option.place, {"text": value.text, "amount": value.mg}))
    return value


def read_option(option: Option, text: Any) -> Any:
    """What the text of an option states; of one that may be repeated, its texts. Raises InputError with its name."""
    return _READERS[option.kind](text, option)


def _assumed_fill_weight(size: str, diluent: str) -> Mass:
    assumed = standards.default_fill_weight(size, diluent)
    if assumed is None:
        raise InputError(
            BY_NAME["fill-weight"].place,
            f"no density of {shown(diluent)} is on record, so no fill weight can be assumed; "
            "weigh ten filled capsules and enter the mean net weight",
        )
    return assumed


# What is read from several options together.


def _lot(options: Mapping[str, Any]) -> Lot:
    return read_lot(
        **{option.name.replace("-", "_"): options.get(option.name) for option in OF_THE_ORDER if _whole(option) == "lot"}
    )


def _particle_size(options: Mapping[str, Any]) -> ParticleSize | SieveData | None:
    """A median and its spread, or `sieve`, a SieveFile already read. Raises InputError where both are stated."""
    size = parse_size(options.get("particle-size"), options.get("particle-spread"))
    sieve = options.get("sieve")
    if sieve is None:
        return size
    if size is not None:
        raise InputError("--sieve", "states the size of the particles, and so does --particle-size; leave one out")
    if not isinstance(sieve, SieveFile):
        raise InputError("--sieve", f"{shown(str(sieve))} was not read")
    return sieve.data


_READ_AS_ONE: dict[str, Callable[[Mapping[str, Any]], Any]] = {"lot": _lot, "particle_size": _particle_size}


# What a text of each kind states.


def _read_drug(text: str, option: Option) -> tuple[str, Substance | None]:
    drug = read_name(text, option.place)
    return drug, resolve(drug, option.place)


def _read_dosage_form(text: str, option: Option) -> str:
    form = read_name(text, option.place)
    refuse_other_routes(form, option.place)
    return form


def _read_text(text: Any, option: Option) -> str | tuple[str, ...]:
    if option.repeated:
        return tuple(read_name(one, option.place) for one in text)
    return read_name(text, option.place)


def _read_capsules(text: str, option: Option) -> int:
    capsules = parse_count(text, option.place)
    refuse_count(capsules, option.place)
    return capsules


def _read_reasons(texts: Sequence[str], option: Option) -> dict[str, str]:
    """The judgements accepted, `CODE=reason` each. Raises InputError for a missing reason and for one given twice."""
    reasons: dict[str, str] = {}
    for text in texts:
        code, equals, reason = text.partition("=")
        reason = reason.strip().strip('"').strip()
        if not equals or not reason:
            raise InputError(option.place, f'{shown(text)} lacks its reason; write CODE="reason"')
        if code.strip() in reasons:
            raise InputError(option.place, f"{code.strip()} is accepted twice")
        reasons[code.strip()] = read_name(reason, option.place)
    return reasons


def read_solvent(text: str, where: str) -> str:
    """The name of a solvent on record. Raises InputError naming those."""
    # The usual one is known without the table of ware.
    return text if text == BY_NAME["solvent"].default else ware.solvent(text, where).name


def parse_solubility(text: str, where: str) -> Decimal:
    """Reads a solubility as a mass in 1 mL (`100 mg/mL`, `50 mg per mL`), in mg per mL. Raises InputError."""
    amount = _per(text, "mL", where, "100 mg/mL")
    return parse_mass(amount, where).mg


def parse_deposit(text: str, where: str) -> Decimal:
    """Reads what goes on the diluent as a volume for 1 g (`0.25 mL/g`), in mL per g. Raises InputError."""
    amount = _per(text, "g", where, "0.25 mL/g")
    volume = parse_volume(amount, where).ml
    if volume > MOST_DEPOSIT:
        raise InputError(where, f"{shown(text)} makes a paste, no damp powder; write at most {MOST_DEPOSIT} mL/g")
    return volume


def _per(text: str, unit: str, where: str, example: str) -> str:
    """The amount for one of a unit: `100 mg` of `100 mg/mL`."""
    for joint in ("/", " per "):
        amount, found, last = text.strip(" ").rpartition(joint)
        if found and last.strip(" ") == unit:
            return amount
    raise InputError(where, f"{shown(text)} is not an amount for 1 {unit}; write one such as {example}")


_READERS: dict[str, Callable[[Any, Option], Any]] = {
    Kind.DRUG: _read_drug,
    Kind.FORM: lambda text, option: text,  # read once it is known what it is a form of
    Kind.DOSAGE_FORM: _read_dosage_form,
    Kind.MASS: lambda text, option: parse_mass(text, option.place),
    Kind.PERCENT: lambda text, option: parse_percent(text, option.place),
    Kind.FILL_RSD: lambda text, option: read_fill_rsd(parse_percent(text, option.place), option.place),
    Kind.NUMBER: lambda text, option: parse_number(text, option.place),
    Kind.COUNT: _read_capsules,
    Kind.SOLUBILITY: lambda text, option: parse_solubility(text, option.place),
    Kind.DEPOSIT: lambda text, option: parse_deposit(text, option.place),
    Kind.TEXT: _read_text,
    Kind.EXCIPIENT: lambda texts, option: tuple(read_excipient(text, option.place) for text in texts),
    Kind.CHOICE: lambda text, option: one_of(text, option.choices, option.place),
    Kind.CAPSULE_SIZE: lambda text, option: standards.capsule_size(text, option.place).size,
    Kind.SOLVENT: lambda text, option: read_solvent(text, option.place),
    Kind.FLASK: lambda texts, option: ware.read_ware(texts, ware.FLASK, option.place),
    Kind.PIPETTE: lambda texts, option: ware.read_ware(texts, ware.PIPETTE, option.place),
    Kind.FLAG: lambda text, option: one_of(text.strip(), ("yes", "no"), option.place) == "yes",
    Kind.REASONS: _read_reasons,
}
_FROM_STANDARDS: dict[str, Callable[[Decimal], Any]] = {
    Kind.MASS: Mass, Kind.PERCENT: Percent, Kind.NUMBER: Decimal, Kind.DEPOSIT: Decimal,
}  # fmt: skip
