"""What is asked for: the order of a batch, as typed on the command line or as it stands in a saved plan.

`None` in an order means "not stated". `read_order` fills in the defaults of the command; an order read from the
`request` of a plan that someone wrote by hand may lack all but the dose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeVar

from compound.exact.errors import InputError
from compound.exact.quantity import Direction, Mass, Percent, canonical, round_to
from compound.exact.value import Value, field
from compound.facts import standards, ware
from compound.facts.doses import refuse_other_routes
from compound.facts.substances import (
    Lot,
    Strength,
    Substance,
    Tablet,
    content_fraction,
    parse_basis,
    read_dose_as,
    read_lot,
    resolve,
)
from compound.findings import codes
from compound.findings.finding import Finding
from compound.order.particle_size import (
    ParticleSize,
    SieveData,
    SieveFile,
    parse_size,
    read_fill_rsd,
    sieve_from_list,
    sieve_to_list,
)
from compound.reading.amounts import (
    has_trailing_zero,
    parse_count,
    parse_mass,
    parse_number,
    parse_percent,
    parse_volume,
    positive,
)
from compound.reading.text import one_of, read_name, shown

METHODS = ("auto", "powder", "solution")
PREFERENCES = ("simple", "drug", "powder")
DEFAULT_DILUENT = "microcrystalline cellulose"
DEFAULT_SOLVENT = "water"
MOST_DEPOSIT = Decimal(1)  # mL per g: more runs off any powder

T = TypeVar("T")


class Balance(Value):
    """The balance: its largest error of one weighing, the step of its display, its largest load if that is known."""

    sensitivity: Mass
    readability: Mass
    capacity: Mass | None = None

    def __post_init__(self) -> None:
        """Refuses a display coarser than the error, a step no balance has, and a capacity below the error."""
        if self.readability.mg > self.sensitivity.mg:
            raise InputError(
                "--readability",
                f"{_mg(self.readability)} is above the sensitivity of {_mg(self.sensitivity)}; "
                "the error of a weighing is never smaller than the step of the display",
            )
        if self.readability.mg.normalize().as_tuple().digits not in ((1,), (2,), (5,)):
            raise InputError("--readability", f"{_mg(self.readability)} is not 1, 2 or 5 times a power of ten of a mg")
        if self.capacity is not None and self.sensitivity.mg > self.capacity.mg:
            raise InputError(
                "--balance-sensitivity",
                f"{_mg(self.sensitivity)} is above the capacity of {_mg(self.capacity)}",
            )


def _mg(mass: Mass) -> str:
    return mass.text or f"{canonical(mass.mg)} mg"


class Order(Value, kw_only=True):
    """An order. Every field but the dose may be None, for "not stated"; `planner.plan` says which it needs.

    `dose` is the labelled dose of a capsule in the substance it is expressed in. `drug` is the name of what stands on
    the shelf, `substance` what is known of it, `powder` the size of its particles. `fill_rsd` is the RSD of the net
    weights of filled capsules.
    """

    dose: Mass
    drug: str | None = None
    substance: Substance | None = None
    dose_as: Substance | None = None
    lot: Lot = field(default_factory=Lot)
    balance: Balance | None = None
    readability_assumed: bool = False
    capsules: int | None = None
    weighing_error: Percent | None = None
    minimum_weight: Mass | None = None
    dose_error: Percent | None = None
    max_dilution: Decimal | None = None
    overage: Percent | None = None
    fill_weight: Mass | None = None
    fill_weight_assumed: bool = False
    capsule_size: str | None = None
    diluent: str | None = None
    excipients: tuple[str, ...] = ()
    shell: str | None = None
    dosage_form: str | None = None
    method: str | None = None
    prefer: str | None = None
    solvent: str | None = None
    flasks: tuple[str, ...] = ()  # none named: all of class A
    pipettes: tuple[str, ...] = ()
    by_mass: bool = False
    solubility: Decimal | None = None  # entered, in mg per mL
    deposit: Decimal | None = None  # in mL per g
    most_drug: Mass | None = None
    powder: ParticleSize | SieveData | None = None
    fill_rsd: Percent | None = None
    accept: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuses limits that make no sense and a dose that no capsule holds."""
        for option, percent in (("--weighing-error", self.weighing_error), ("--dose-error", self.dose_error)):
            if percent is not None and not 0 < percent.percent < 100:
                raise InputError(
                    option, f"{canonical(percent.percent)} % makes no sense; write more than 0 % and less than 100 %"
                )
        if self.overage is not None and self.overage.percent >= 100:
            raise InputError("--overage", f"{canonical(self.overage.percent)} % makes no sense; write less than 100 %")
        if self.max_dilution is not None and self.max_dilution <= 1:
            raise InputError("--max-dilution", f"{canonical(self.max_dilution)} makes no sense; write more than 1")
        if self.capsules is not None:
            _refuse_count(self.capsules, "--capsules")
        if self.fill_weight is not None:
            content = Fraction(self.fill_weight.mg) * self.content_fraction
            if self.dose.mg > content:
                raise InputError(
                    "--dose",
                    f"{_mg(self.dose)} is more than a capsule holds: {canonical(self.fill_weight.mg)} mg of pure powder "
                    f"on the shelf holds {_short(content)} mg",
                )

    @property
    def content_fraction(self) -> Fraction:
        """mg of the substance the dose is expressed in per mg of what stands on the shelf."""
        return content_fraction(self.substance, self.dose_as, self.lot)

    @property
    def solubility_mg_per_ml(self) -> Fraction | None:
        """The solubility of what stands on the shelf in the solvent: as entered, else as on record, else None."""
        return Fraction(self.solubility) if self.solubility is not None else self.solubility_on_record

    @property
    def solubility_on_record(self) -> Fraction | None:
        """The solubility that is on record, in mg per mL, or None."""
        rows = () if self.substance is None else self.substance.solubility
        return next((row.mg_per_ml for row in rows if row.solvent == self.solvent), None)

    @property
    def dosed(self) -> str:
        """The name of the substance the dose is expressed in."""
        if self.dose_as is not None:
            return self.dose_as.name
        return self.substance.name if self.substance is not None else (self.drug or "the drug")

    @property
    def rule_least_weighable(self) -> Fraction | None:
        """Sensitivity / weighing error in mg, or None where one of them is not stated."""
        if self.balance is None or self.weighing_error is None:
            return None
        return Fraction(self.balance.sensitivity.mg) / self.weighing_error.fraction

    @property
    def least_weighable(self) -> Fraction | None:
        """The least weighable quantity in mg: the minimum weight if one is stated, else by the rule."""
        return Fraction(self.minimum_weight.mg) if self.minimum_weight is not None else self.rule_least_weighable

    @property
    def least_blend(self) -> Fraction | None:
        """The least blend that fills the capsules, overage included, in mg."""
        if self.capsules is None or self.fill_weight is None or self.overage is None:
            return None
        return self.capsules * Fraction(self.fill_weight.mg) * (1 + self.overage.fraction)


def _refuse_count(capsules: int, where: str) -> None:
    most = int(standards.limit("most_capsules"))
    if not 1 <= capsules <= most:
        raise InputError(where, f"{capsules} is not between 1 and {most:,}")


def read_capsules(text: str, where: str) -> int:
    """A number of capsules. Raises InputError for what is no whole number, or more than can be planned."""
    capsules = parse_count(text, where)
    _refuse_count(capsules, where)
    return capsules


def _short(value: Fraction) -> str:
    exact = canonical(value)
    return exact if len(exact) <= 12 else canonical(round_to(value, Fraction(1, 1000), Direction.DOWN))


def default_readability(sensitivity: Mass) -> Mass:
    """The largest power of ten of a mg that is not above the sensitivity."""
    return Mass(Decimal(1).scaleb(sensitivity.mg.adjusted()))


def read_order(options: Mapping[str, Any]) -> tuple[Order, tuple[Finding, ...]]:
    """The order that the options of `compound plan` state, defaults filled in, with notes on how they were read.

    Keys are the long names without dashes (`balance-sensitivity`); values are texts, tuples of texts where an option
    may be repeated, a file already read where an option names one, or absent. Raises InputError with the option's name.
    """
    notes: list[Finding] = []

    def given(name: str, parse: Callable[[str, str], T]) -> T | None:
        text = options.get(name)
        if text is None:
            return None
        value = parse(text, f"--{name}")
        if isinstance(value, Mass) and has_trailing_zero(value.text):
            notes.append(Finding(codes.TRAILING_ZERO, f"--{name}", {"text": value.text, "amount": value.mg}))
        return value

    def or_default(name: str, default: str, parse: Callable[[str, str], T]) -> T:
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
        weighing_error=or_default("weighing-error", f"{standards.limit('weighing_error_percent')}%", parse_percent),
        minimum_weight=given("minimum-weight", parse_mass),
        dose_error=or_default("dose-error", f"{standards.limit('dose_error_percent')}%", parse_percent),
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
        powder=read_powder(options),
        fill_rsd=given("fill-rsd", lambda text, where: read_fill_rsd(parse_percent(text, where), where)),
        accept=read_reasons(options.get("accept", ())),
    )
    return order, tuple(notes)


def read_powder(options: Mapping[str, Any]) -> ParticleSize | SieveData | None:
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


def needed(value: T | None, option: str) -> T:
    """The value, or an InputError saying that the option is needed."""
    if value is None:
        raise InputError(option, "is needed to plan a batch")
    return value


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


# The `request` of a plan in JSON.

_MASSES = {
    "dose_mg": "dose",
    "minimum_weight_mg": "minimum_weight",
    "fill_weight_mg": "fill_weight",
    "most_drug_mg": "most_drug",
}
_PERCENTS = {
    "weighing_error_percent": "weighing_error",
    "dose_error_percent": "dose_error",
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
    size = order.powder if isinstance(order.powder, ParticleSize) else None
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
        "sieve": sieve_to_list(order.powder) if isinstance(order.powder, SieveData) else None,
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
        powder=_powder_of(request),
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


def _powder_of(request: Mapping[str, Any]) -> ParticleSize | SieveData | None:
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


