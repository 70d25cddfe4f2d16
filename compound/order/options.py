"""An order read from the options of `compound plan`, a formula or a row of a table, defaults filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import Mass
from compound.facts import standards, ware
from compound.facts.lot import read_lot
from compound.facts.other_routes import refuse_other_routes
from compound.facts.substances import read_dose_as, resolve
from compound.findings import codes
from compound.findings.finding import Finding
from compound.order.order import (
    DEFAULT_SOLVENT,
    METHODS,
    PREFERENCES,
    Balance,
    Order,
    Stated,
    default_readability,
    needed,
    refuse_count,
)
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

DEFAULT_DILUENT = "microcrystalline cellulose"
MOST_DEPOSIT = Decimal(1)  # mL per g: more runs off any powder


def read_capsules(text: str, where: str) -> int:
    """A number of capsules. Raises InputError for what is no whole number, or more than can be planned."""
    capsules = parse_count(text, where)
    refuse_count(capsules, where)
    return capsules


def read_order(options: Mapping[str, Any]) -> tuple[Order, tuple[Finding, ...]]:
    """The order that the options of `compound plan` state, defaults filled in, with notes on how they were read.

    Keys are the long names without dashes (`balance-sensitivity`); values are texts, tuples of texts where an option
    may be repeated, a file already read where an option names one, or absent. Raises InputError with the option's name.
    """
    notes: list[Finding] = []

    def given(name: str, parse: Callable[[str, str], Stated]) -> Stated | None:
        text = options.get(name)
        if text is None:
            return None
        value = parse(text, f"--{name}")
        if isinstance(value, Mass) and has_trailing_zero(value.text):
            notes.append(Finding(codes.TRAILING_ZERO, f"--{name}", {"text": value.text, "amount": value.mg}))
        return value

    def or_default(name: str, default: str, parse: Callable[[str, str], Stated]) -> Stated:
        value = given(name, parse)
        return parse(default, f"--{name}") if value is None else value

    drug = read_name(needed(options.get("drug"), "DRUG"), "DRUG")
    substance = resolve(drug, "DRUG")
    dosage_form = read_name(options.get("dosage-form", "capsule"), "--dosage-form")
    refuse_other_routes(dosage_form, "--dosage-form")
    dose = needed(given("dose", parse_mass), "--dose")
    sensitivity = needed(given("balance-sensitivity", parse_mass), "--balance-sensitivity")
    readability = given("readability", parse_mass)
    balance = Balance(sensitivity, readability or default_readability(sensitivity), given("capacity", parse_mass))
    size = standards.capsule_size(options.get("capsule-size", "3")).size
    diluent = read_name(options.get("diluent", DEFAULT_DILUENT), "--diluent")
    fill = given("fill-weight", parse_mass)
    assumed = standards.default_fill_weight(size, diluent) if fill is None else None
    if fill is None and assumed is None:
        raise InputError(
            "--fill-weight",
            f"no density of {shown(diluent)} is on record, so no fill weight can be assumed; "
            "weigh ten filled capsules and enter the mean net weight",
        )
    lot = read_lot(
        assay=options.get("assay"), assay_basis=options.get("assay-basis"), water=options.get("water"),
        strength=options.get("strength"), tablet=options.get("tablet"),
    )  # fmt: skip
    dose_as = options.get("dose-as")
    order = Order(
        dose=dose,
        drug=substance.name if substance is not None else drug,
        substance=substance,
        dose_as=None if dose_as is None else read_dose_as(dose_as, substance),
        lot=lot,
        balance=balance,
        readability_assumed=readability is None,
        capsules=needed(given("capsules", read_capsules), "--capsules"),
        weighing_error_limit=or_default("weighing-error", f"{standards.limit('weighing_error_percent')}%", parse_percent),
        minimum_weight=given("minimum-weight", parse_mass),
        dose_error_limit=or_default("dose-error", f"{standards.limit('dose_error_percent')}%", parse_percent),
        max_dilution=or_default("max-dilution", str(standards.limit("max_dilution")), parse_number),
        overage=or_default("overage", f"{standards.limit('overage_percent')}%", parse_percent),
        fill_weight=fill or assumed,
        fill_weight_assumed=fill is None,
        capsule_size=size,
        diluent=diluent,
        excipients=tuple(read_name(text, "--excipient") for text in options.get("excipient", ())),
        shell=None if options.get("shell") is None else read_name(options["shell"], "--shell"),
        dosage_form=dosage_form,
        method=one_of(options.get("method", "auto"), METHODS, "--method"),
        prefer=one_of(options.get("prefer", "simple"), PREFERENCES, "--prefer"),
        solvent=read_solvent(options.get("solvent") or DEFAULT_SOLVENT, "--solvent"),
        flasks=ware.read_ware(options.get("flask", ()), ware.FLASK, "--flask"),
        pipettes=ware.read_ware(options.get("pipette", ()), ware.PIPETTE, "--pipette"),
        by_mass=read_flag(options.get("by-mass"), "--by-mass"),
        solubility=given("solubility", parse_solubility),
        most_drug=or_default("most-drug", f"{standards.limit('most_drug_mg')} mg", parse_mass),
        deposit=or_default("deposit", f"{standards.limit('deposit_ml_per_g')} mL/g", parse_deposit),
        particle_size=read_particle_size(options),
        fill_rsd=given("fill-rsd", lambda text, where: read_fill_rsd(parse_percent(text, where), where)),
        accept=read_reasons(options.get("accept", ())),
    )
    return order, tuple(notes)


def read_particle_size(options: Mapping[str, Any]) -> ParticleSize | SieveData | None:
    """The size of the particles: a median and its spread, or `sieve`, a SieveFile already read.

    Raises InputError where both are stated.
    """
    size = parse_size(options.get("particle-size"), options.get("particle-spread"))
    sieve = options.get("sieve")
    if sieve is None:
        return size
    if size is not None:
        raise InputError("--sieve", "states the size of the particles, and so does --particle-size; leave one out")
    if not isinstance(sieve, SieveFile):
        raise InputError("--sieve", f"{shown(str(sieve))} was not read")
    return sieve.data


def read_flag(text: str | None, where: str) -> bool:
    """A flag: `yes` or `no`; not given it is off. Raises InputError."""
    return text is not None and one_of(text.strip(), ("yes", "no"), where) == "yes"


def read_solvent(text: str, where: str) -> str:
    """The name of a solvent on record. Raises InputError naming those."""
    return text if text == DEFAULT_SOLVENT else ware.solvent(text, where).name


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
    raise InputError(where, f"{shown(text)} is no amount for 1 {unit}; write one such as {example}")


def read_reasons(texts: tuple[str, ...]) -> dict[str, str]:
    """The judgements taken on, `CODE=reason` each. Raises InputError for a missing reason and for one given twice."""
    reasons: dict[str, str] = {}
    for text in texts:
        code, equals, reason = text.partition("=")
        reason = reason.strip().strip('"').strip()
        if not equals or not reason:
            raise InputError("--accept", f'{shown(text)} lacks its reason; write CODE="reason"')
        if code.strip() in reasons:
            raise InputError("--accept", f"{code.strip()} is accepted twice")
        reasons[code.strip()] = read_name(reason, "--accept")
    return reasons
