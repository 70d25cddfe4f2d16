"""An order read from options: those of `compound plan`, of a formula or of a row of a table, defaults filled in.

Which options there are stands in `options_table`. Here stands how the text of each kind is read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from compound.exact.errors import AmbiguousAmount, Faults, InputError
from compound.exact.quantity import EXACT, Direction, Mass, Percent, canonical, round_to
from compound.exact.value import Value
from compound.facts import standards, surplus, ware
from compound.facts.drug_names import read_dose_as, resolve
from compound.facts.lot import Lot, content, content_fraction, read_lot
from compound.facts.substance import Substance
from compound.facts.substances import forms_of, label_form
from compound.findings import codes
from compound.findings.finding import Finding
from compound.order.excipient import Excipient, read_excipient
from compound.order.identity import read_identity
from compound.order.options_table import BY_NAME, KNOWN_OPTIONS, OF_THE_ORDER, Kind, Option
from compound.order.order import (
    BY_VOLUME,
    Balance,
    Order,
    bulk_balance,
    default_readability,
    needed,
    refuse_count,
    refuse_dose_above_content,
    refuse_out_of_bounds,
)
from compound.order.particle_size import (
    ParticleSize,
    SieveData,
    SieveFile,
    parse_size,
    read_fill_rsd,
    read_true_density,
)
from compound.order.taken import TakenValue, filler_of
from compound.reading.amounts import (
    has_trailing_zero,
    parse_mass,
    parse_number,
    parse_percent,
    parse_volume,
)
from compound.reading.marks import with_decimal_points, with_point_in_share
from compound.reading.phrases import bare_size, parse_capsules, parse_readability, parse_sensitivity
from compound.reading.text import as_text, key_shown, nearest_hint, one_of, read_name, read_reason, shown

MOST_DEPOSIT = Decimal(1)  # mL per g: more runs off any powder


def read_order(
    options: Mapping[str, Any], *, decimal_commas: Collection[str] = (), fill_needed: bool = True,
    taken: tuple[TakenValue, ...] = (),
) -> tuple[Order, tuple[Finding, ...]]:
    """The order that options state, defaults filled in, with notes on how they were read.

    Keys are the long names without dashes (`balance-sensitivity`); values are texts, tuples of texts where an option
    may be repeated, a file already read where an option names one, or absent. `decimal_commas` are the options whose
    commas are known to be decimal ones. Without `fill_needed` an order may come out without a fill weight, where none is
    stated and none can be assumed. `taken` says which options are from the pharmacy's own file. Raises InputError with
    the option's name, of several faults all together.
    """
    faults = Faults()
    for name in options:
        with faults:
            if name not in KNOWN_OPTIONS:
                raise InputError(key_shown(name), f"is not an option of an order; {nearest_hint(name, KNOWN_OPTIONS)}")
    texts = _plain_texts(options, decimal_commas, faults)
    notes: list[Finding] = []
    read: dict[str, Any] = {"taken": taken}
    for option in OF_THE_ORDER:
        if _whole(option) not in _READ_AS_ONE and not texts.is_faulty(option):
            with faults:
                if option.name == "balance-sensitivity" and "repeatability" in texts.of and option.name not in texts.of:
                    continue  # it follows from the repeatability
                read[option.field] = _stated(option, texts.of.get(option.name), notes)
                refuse_out_of_bounds(option.field, read[option.field])
    for whole, read_as_one in _READ_AS_ONE.items():
        if not any(texts.is_faulty(option) for option in OF_THE_ORDER if _whole(option) == whole):
            with faults:
                read[whole] = read_as_one(texts.of)
    with faults:
        read["identity"] = read_identity(options)
    _read_together(read, faults, fill_needed=fill_needed)
    faults.raise_any()
    return Order(**read), tuple(notes)


class _Texts(Value):
    """The texts of the options, and the names of those whose text is none that can be read."""

    of: dict[str, Any]
    faulty: frozenset[str]

    def is_faulty(self, option: Option) -> bool:
        return option.name in self.faulty


def _plain_texts(options: Mapping[str, Any], decimal_commas: Collection[str], faults: Faults) -> _Texts:
    """The texts of the options of an order, their decimal commas made points."""
    texts: dict[str, Any] = {}
    faulty: set[str] = set()
    for option in OF_THE_ORDER:
        value = options.get(option.name)
        if value is None:
            continue
        faulty.add(option.name)
        with faults:
            if option.repeated:
                value = (value,) if isinstance(value, str) else tuple(as_text(one, option.place) for one in value)
            elif option.kind != Kind.SIEVE:
                as_text(value, option.place)
            if option.name in decimal_commas and option.kind in Kind.AMOUNTS | Kind.SHARES:
                plain_text = with_decimal_points if option.kind in Kind.AMOUNTS else with_point_in_share
                plain = [plain_text(one, option.place) for one in (value if option.repeated else (value,))]
                value = tuple(plain) if option.repeated else plain[0]
            texts[option.name] = value
            faulty.remove(option.name)
    return _Texts(texts, frozenset(faulty))


def _read_together(read: dict[str, Any], faults: Faults, *, fill_needed: bool) -> None:
    """Makes the fields of an order of what was read, each as far as its parts were; the rest joins the faults."""
    substance: Substance | None = None
    if "drug" in read:
        drug, substance = read["drug"]
        read |= {"drug": drug if substance is None else substance.name, "substance": substance}
        named = read.pop("dose_as", None)
        with faults:
            read["dose_as"] = dosed_form(named, substance)
    sensitivity, readability = read.pop("balance.sensitivity", None), read.pop("balance.readability", None)
    capacity = read.pop("balance.capacity", None)
    read["readability_assumed"] = readability is None
    if read.get("repeatability") is not None:
        with faults:
            sensitivity = _by_repeatability(read, readability, sensitivity)
    if sensitivity is not None:
        with faults:
            read["balance"] = Balance(sensitivity, readability or default_readability(sensitivity), capacity)
    with faults:
        read["bulk"] = bulk_balance(*(read.pop(f"bulk.{name}", None) for name in ("sensitivity", "readability", "capacity")))
    _plan_error(read)
    if read.get("filling") == BY_VOLUME:
        with faults:
            if fill_needed and "diluent" in read and standards.density(_filler(read)) is None:
                raise InputError(
                    "--filling", f"no bulk density of {shown(read['diluent'])} is on record, so what the capsules hold of it is "
                    "not known; write --filling weight, or a diluent on record",
                )  # fmt: skip
    elif read.get("overage", True) is None:
        read["overage"] = Percent(standards.limit("overage_percent"))
    if "fill_weight" in read and read.get("filling") != BY_VOLUME:
        stated = read.pop("fill_weight")
        if stated is not None:
            read["fill_weight"] = stated
        elif "capsule_size" in read and "diluent" in read:
            with faults:
                read["fill_weight"] = _assumed_fill_weight(read["capsule_size"], _filler(read), must=fill_needed)
        read["fill_weight_assumed"] = stated is None and read.get("fill_weight") is not None
    with faults:
        _surplus(read)
    if read.get("fill_weight") is not None and all(name in read for name in ("dose", "fill_weight", "substance", "dose_as", "lot")):
        with faults:
            content = content_fraction(substance, read["dose_as"], read["lot"])
            refuse_dose_above_content(read["dose"], read["fill_weight"], content, read.get("drug_surplus"))


def _by_repeatability(read: dict[str, Any], readability: Mass | None, sensitivity: Mass | None) -> Mass:
    """The largest error of a weighing, and in `read` the minimum weight: as stated, else as the repeatability gives them."""
    from compound.facts import balances  # few orders state it

    if readability is None:
        raise InputError(BY_NAME["repeatability"].place, "needs the step of the display too; write --readability")
    stated = read["repeatability"].mg
    if read.get("minimum_weight") is None:
        read["minimum_weight"] = balances.minimum_weight(readability, read["repeatability"])
    return sensitivity or balances.largest_error(readability.mg, Fraction(stated) ** 2)


def _plan_error(read: dict[str, Any]) -> None:
    """The plan error that no one stated: that of the standards, or the dose error where that is smaller."""
    usual, dose_error = Percent(standards.limit("plan_error_percent")), read.get("dose_error_limit")
    if read.get("plan_error_limit", usual) is None:
        read["plan_error_limit"] = usual if dose_error is None or usual.percent <= dose_error.percent else dose_error


def _surplus(read: dict[str, Any]) -> None:
    """The drug surplus: as stated, else by the rule that is named, else none. Raises InputError where both are given."""
    stated, code = read.get("drug_surplus"), read.get("surplus_rule")
    if code is None:
        if "drug_surplus" in read:
            read["drug_surplus"] = stated or Percent(Decimal(0))
        return
    if stated is not None:
        raise InputError("--surplus-rule", "gives the drug surplus, and so does --drug-surplus; leave one out")
    if "dose" in read and "drug_surplus" in read:
        fill = read.get("fill_weight")
        rule = surplus.surplus_rule(code)
        read["drug_surplus"] = Percent(rule.percent_for(read["dose"].mg, None if fill is None else fill.mg))


def dosed_form(named: str | None, shelf: Substance | None) -> Substance | None:
    """The form the dose is expressed in; None for the one on the shelf, where labels state that one.

    Raises AmbiguousAmount where they state another: a dose in mg then has as many meanings as there are forms. Raises
    InputError for a form that is none of the drug.
    """
    place = BY_NAME["dose-as"].place
    if named is not None:
        return read_dose_as(named, shelf, place)
    if shelf is None or (labelled := label_form(shelf.drug)) == shelf:
        return None
    forms = [form.name.removeprefix(f"{form.drug} ") for form in forms_of(shelf.drug)]
    percent = (content(labelled.molecular_weight, shelf.molecular_weight) - 1) * 100
    rounded = canonical(round_to(abs(percent), Fraction(1, 10), Direction.NEAREST))
    raise AmbiguousAmount(
        place,
        f"is needed, for labels state {labelled.name}, and {shelf.name} stands on the shelf: a dose meant as the one and "
        f"weighed as the other is {rounded} % {'less' if percent < 0 else 'more'} than meant; write the form that the "
        f"dose counts: {', '.join(forms[:-1])} or {forms[-1]}",
        tuple(forms),
    )


def with_commas(options: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the options in whose texts a comma stands, for `decimal_commas` where that is a decimal one."""
    texts = {name: (text,) if isinstance(text, str) else text for name, text in options.items()}
    return tuple(
        name for name, several in texts.items() if isinstance(several, tuple) and any("," in str(one) for one in several)
    )


def _whole(option: Option) -> str:
    """The field of an order that an option states a part of, or all of."""
    return option.field.partition(".")[0]


_HANGING = frozenset(("plan-error", "drug-surplus", "overage"))  # their defaults hang on other options


def _stated(option: Option, text: Any, notes: list[Finding]) -> Any:
    """The value of an option: as it is stated, else its default, else None. What is to be said of it joins the notes."""
    if text is None and option.name in _HANGING:
        return None
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


def _filler(read: Mapping[str, Any]) -> standards.Filler:
    """The diluent that was read, or its density where the pharmacy's own file states it."""
    return filler_of(read["diluent"], read["taken"]) or ""


def _assumed_fill_weight(size: str, diluent: standards.Filler, *, must: bool) -> Mass | None:
    assumed = standards.default_fill_weight(size, diluent)
    if assumed is None and must:
        raise InputError(
            BY_NAME["fill-weight"].place,
            f"no density of {shown(str(diluent))} is on record, so no fill weight can be assumed; "
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
    if form != option.default:
        from compound.facts.dosage_forms import refuse_other_forms  # the usual form is known without their words

        refuse_other_forms(form, option.place)
    return form


def _read_material(text: str, option: Option) -> str:
    """The name of a material; its option is named as its role. Raises InputError for what names none."""
    if text == option.default:
        return read_name(text, option.place)
    from compound.facts.materials import read_material  # the usual one is known without being judged twice

    return read_material(text, option.name, option.place)


def _read_excipients(texts: Sequence[str], option: Option) -> tuple[Excipient, ...]:
    """Excipients with their shares. Raises InputError for a name without one, and for what names no excipient."""
    found = tuple(read_excipient(text, option.place) for text in texts)
    if found:
        from compound.facts.materials import read_material
    for excipient in found:
        read_material(excipient.name, option.name, option.place)
    return found


def _read_capsules(text: str, option: Option) -> int:
    if option.name == "extra-capsules" and text.strip(" ") == "0":
        return 0
    capsules = parse_capsules(text, option.place)
    refuse_count(capsules, option.place)
    return capsules


def _read_reasons(texts: Sequence[str], option: Option) -> dict[str, str]:
    """The judgements accepted, `CODE=reason` each. Raises InputError for a missing reason and for one given twice."""
    reasons: dict[str, str] = {}
    faults = Faults()
    for text in texts:
        code, equals, reason = text.partition("=")
        code, reason = code.strip(), reason.strip().strip('"').strip()
        with faults:
            if not equals or not reason:
                raise InputError(option.place, f'{shown(text)} lacks its reason; write CODE="reason"')
            if code in reasons:
                raise InputError(option.place, f"{code} is accepted twice")
            reasons[code] = read_reason(reason, option.place)
    faults.raise_any()
    return reasons


def read_solvent(text: str, where: str) -> str:
    """The name of a solvent on record. Raises InputError naming those."""
    # The usual one is known without the table of ware.
    return text if text == BY_NAME["solvent"].default else ware.solvent(text, where).name


def parse_solubility(text: str, where: str) -> Decimal:
    """Reads a solubility as a mass in 1 mL (`100 mg/mL`, `50 mg per mL`), in mg per mL. Raises InputError."""
    amount = _per(text, "mL", where, "100 mg/mL")
    try:
        return parse_mass(amount, where).mg
    except AmbiguousAmount as error:
        raise error.within("", "/mL") from None


def parse_deposit(text: str, where: str) -> Decimal:
    """Reads what goes on the diluent as a volume for 1 g (`0.25 mL/g`), in mL per g. Raises InputError."""
    amount = _per(text, "g", where, "0.25 mL/g")
    try:
        volume = parse_volume(amount, where).ml
    except AmbiguousAmount as error:
        raise error.within("", "/g") from None
    if volume > MOST_DEPOSIT:
        raise InputError(where, f"{shown(text)} makes a paste, no damp powder; write at most {MOST_DEPOSIT} mL/g")
    return volume


def parse_true_density(text: str, where: str) -> Decimal:
    """Reads a true density (`1.38 g/cm3`, `1.38 g per mL`), in g per cm3. Raises InputError."""
    amount = _per(text, "cm3", where, "1.38 g/cm3", ("cm\u00b3", "mL"))
    try:
        grams = EXACT.divide(parse_mass(amount, where).mg, Decimal(1000))
    except AmbiguousAmount as error:
        if "," in amount:
            raise error.within("", "/cm3") from None
        # 1.380 g: the other reading, 1380 g, is the density of nothing.
        grams = EXACT.divide(parse_mass(error.readings[0], where).mg, Decimal(1000))
    return read_true_density(grams, where)


def _per(text: str, unit: str, where: str, example: str, spellings: Sequence[str] = ()) -> str:
    """The amount for one of a unit: `100 mg` of `100 mg/mL`."""
    for joint in ("/", " per "):
        amount, found, last = text.strip(" ").rpartition(joint)
        if found and last.strip(" ") in (unit, *spellings):
            return amount
    raise InputError(where, f"{shown(text)} is not an amount for 1 {unit}; write one such as {example}")


_READERS: dict[str, Callable[[Any, Option], Any]] = {
    Kind.DRUG: _read_drug,
    Kind.FORM: lambda text, option: text,  # read once it is known what it is a form of
    Kind.DOSAGE_FORM: _read_dosage_form,
    Kind.MASS: lambda text, option: parse_mass(text, option.place),
    Kind.SENSITIVITY: lambda text, option: parse_sensitivity(text, option.place),
    Kind.READABILITY: lambda text, option: parse_readability(text, option.place),
    Kind.PERCENT: lambda text, option: parse_percent(text, option.place),
    Kind.FILL_RSD: lambda text, option: read_fill_rsd(parse_percent(text, option.place), option.place),
    Kind.NUMBER: lambda text, option: parse_number(text, option.place),
    Kind.COUNT: _read_capsules,
    Kind.SOLUBILITY: lambda text, option: parse_solubility(text, option.place),
    Kind.DEPOSIT: lambda text, option: parse_deposit(text, option.place),
    Kind.MATERIAL: _read_material,
    Kind.EXCIPIENT: _read_excipients,
    Kind.TRUE_DENSITY: lambda text, option: parse_true_density(text, option.place),
    Kind.CHOICE: lambda text, option: one_of(text, option.choices, option.place),
    Kind.CAPSULE_SIZE: lambda text, option: standards.capsule_size(bare_size(text), option.place).size,
    Kind.SOLVENT: lambda text, option: read_solvent(text, option.place),
    Kind.SURPLUS_RULE: lambda text, option: surplus.surplus_rule(text, option.place).code,
    Kind.FLASK: lambda texts, option: ware.read_ware(texts, ware.FLASK, option.place),
    Kind.PIPETTE: lambda texts, option: ware.read_ware(texts, ware.PIPETTE, option.place),
    Kind.FLAG: lambda text, option: one_of(text.strip(), ("yes", "no"), option.place) == "yes",
    Kind.REASONS: _read_reasons,
}
_FROM_STANDARDS: dict[str, Callable[[Decimal], Any]] = {
    Kind.MASS: Mass, Kind.PERCENT: Percent, Kind.NUMBER: Decimal, Kind.DEPOSIT: Decimal,
}  # fmt: skip
