"""What is asked for: the order of a batch.

`None` in an order means "not stated". Options that are read get the defaults of the command (`options`); the `request`
of a plan that someone wrote by hand may lack all but the dose (`request`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeVar

from compound.exact.errors import Faults, InputError
from compound.exact.quantity import Direction, Mass, Percent, canonical, grouped, round_to, written
from compound.exact.value import Value, field
from compound.facts import standards
from compound.facts.lot import Lot, content_fraction
from compound.facts.substance import Substance
from compound.order.excipient import Excipient, refuse_too_many
from compound.order.identity import Identity
from compound.order.particle_size import ParticleSize, SieveData
from compound.order.taken import TakenValue, filler_of
from compound.reading.units import unit_of_mass

if TYPE_CHECKING:  # most orders have no house rules
    from compound.facts.excipients.house_rules import HouseRules

Stated = TypeVar("Stated")


class Balance(Value):
    """The balance: its largest error of one weighing, the step of its display, its largest load if that is known."""

    sensitivity: Mass
    readability: Mass
    capacity: Mass | None = None

    def __post_init__(self) -> None:
        """Refuses a display coarser than the error, a step no balance has, and a capacity below the error."""
        faults = Faults()
        for refuse in (self._refuse_coarse, lambda: _refuse_step(self.readability), self._refuse_small):
            with faults:
                refuse()
        faults.raise_any()

    def _refuse_coarse(self) -> None:
        if self.readability.mg > self.sensitivity.mg:
            raise InputError(
                "--readability",
                f"{_mg(self.readability)} is above the sensitivity of {_mg(self.sensitivity)}; "
                "the error of a weighing is never smaller than the step of the display",
            )

    def _refuse_small(self) -> None:
        if self.capacity is not None and self.sensitivity.mg > self.capacity.mg:
            raise InputError(
                "--balance-sensitivity",
                f"{_mg(self.sensitivity)} is above the capacity of {_mg(self.capacity)}",
            )


def _mg(mass: Mass) -> str:
    return mass.text or f"{canonical(mass.mg)} mg"


BY_WEIGHT, BY_VOLUME = "weight", "volume"  # how capsules are filled


class Order(Value, kw_only=True):
    """An order. Every field but the dose may be None, for "not stated"; `planning` says which it needs.

    `dose` is the labelled dose of a capsule in the substance it is expressed in; a capsule is planned with `drug_surplus`
    on top of it, by the national rule of the code `surplus_rule` where one is named. `repeatability` is s of ten weighings
    on the balance, `bulk` a second balance, for diluents alone. `plan_error_limit` is what a plan should need of the dose
    error with readings on target, `least_mixture` the least mass of a trituration. `drug` is the name of what stands on
    the shelf, `substance` what is known of it. `true_density` is that of the drug's particles in g per cm3, as entered.
    `filling` is BY_WEIGHT or BY_VOLUME; by volume `extra_capsules` are filled beyond those to dispense, and there is no
    fill weight and no overage.
    `fill_rsd` is the RSD of the net weights of filled capsules. `identity` decides nothing of the plan but the names of
    what is taken; `taken` says which values are from the pharmacy's own file, and `house_rules` are those that stand there.
    """

    dose: Mass
    drug: str | None = None
    substance: Substance | None = None
    dose_as: Substance | None = None
    lot: Lot = field(default_factory=Lot)
    balance: Balance | None = None
    bulk: Balance | None = None
    readability_assumed: bool = False
    repeatability: Mass | None = None
    capsules: int | None = None
    weighing_error_limit: Percent | None = None
    minimum_weight: Mass | None = None
    dose_error_limit: Percent | None = None
    plan_error_limit: Percent | None = None
    least_mixture: Mass | None = None
    max_dilution: Decimal | None = None
    overage: Percent | None = None
    drug_surplus: Percent | None = None
    surplus_rule: str | None = None
    filling: str | None = None
    extra_capsules: int | None = None
    fill_weight: Mass | None = None
    fill_weight_assumed: bool = False
    capsule_size: str | None = None
    diluent: str | None = None
    excipients: tuple[Excipient, ...] = ()
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
    particle_size: ParticleSize | SieveData | None = None
    true_density: Decimal | None = None
    fill_rsd: Percent | None = None
    accept: Mapping[str, str] = field(default_factory=dict)
    identity: Identity = field(default_factory=Identity)
    taken: tuple[TakenValue, ...] = ()
    house_rules: HouseRules | None = None

    def __post_init__(self) -> None:
        """Refuses limits that make no sense, a dose that its capsule does not hold, and a fill that its size does not."""
        faults = Faults()
        for name in _BOUNDS:
            if "." not in name:
                with faults:
                    refuse_out_of_bounds(name, getattr(self, name))
        with faults:
            _refuse_reserve(self.plan_error_limit, self.dose_error_limit)
        with faults:
            if self.excipients:
                refuse_too_many(self.excipients, self.diluent)
        with faults:
            _refuse_mixed_filling(self)
        with faults:
            if self.by_volume and self.capsule_size is not None:
                most = standards.most_solid_mg(self.capsule_size, self.filler, mixed=self.mixed)
                refuse_dose_above_content(self.dose, Mass(written(round_to(most, 1, Direction.DOWN))), self.content_fraction)
            if self.fill_weight is not None:
                refuse_dose_above_content(self.dose, self.fill_weight, self.content_fraction, self.drug_surplus)
                if self.capsule_size is not None:
                    standards.refuse_overfull(self.fill_weight.mg, self.capsule_size, self.filler, mixed=self.mixed)
        faults.raise_any()

    @property
    def content_fraction(self) -> Fraction:
        """mg of the substance the dose is expressed in per mg of what stands on the shelf."""
        return content_fraction(self.substance, self.dose_as, self.lot)

    @property
    def filler(self) -> standards.Filler | None:
        """The diluent as its density is looked for: by its name, or as the pharmacy's own file states it."""
        return filler_of(self.diluent, self.taken)

    @property
    def mixed(self) -> bool:
        """Whether more goes into the blend than the pure drug and its diluent."""
        return bool(self.excipients) or self.lot.strength is not None or self.lot.tablet is not None

    @property
    def solubility_mg_per_ml(self) -> Fraction | None:
        """The solubility of what stands on the shelf in the solvent: as entered, else as on record, else None.

        On record is a figure, or a term of the pharmacopoeias, of which the least that it means is taken.
        """
        if self.solubility is not None:
            return Fraction(self.solubility)
        rows = () if self.substance is None else self.substance.solubility
        return next((row.least_mg_per_ml for row in rows if row.solvent == self.solvent), None)

    @property
    def solubility_on_record(self) -> Fraction | None:
        """The figure that is on record for the solubility, in mg per mL, or None."""
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
        if self.balance is None or self.weighing_error_limit is None:
            return None
        return Fraction(self.balance.sensitivity.mg) / self.weighing_error_limit.fraction

    @property
    def least_weighable(self) -> Fraction | None:
        """The least weighable quantity in mg: the minimum weight if one is stated, else by the rule."""
        return Fraction(self.minimum_weight.mg) if self.minimum_weight is not None else self.rule_least_weighable

    @property
    def bulk_least(self) -> Fraction | None:
        """The least that is weighed on the second balance in mg, its sensitivity / weighing error; None without one."""
        if self.bulk is None or self.weighing_error_limit is None:
            return None
        return Fraction(self.bulk.sensitivity.mg) / self.weighing_error_limit.fraction

    @property
    def planned_dose(self) -> Fraction:
        """The dose in mg that a capsule is planned with: the label and the drug surplus on top of it."""
        surplus = Fraction(0) if self.drug_surplus is None else self.drug_surplus.fraction
        return Fraction(self.dose.mg) * (1 + surplus)

    @property
    def ordered_unit(self) -> str:
        """The unit that the dose was ordered in, "mg", "mcg" or "ng"; nothing where nobody typed one of them."""
        return unit_of_mass(self.dose.text)

    @property
    def by_volume(self) -> bool:
        """Whether the capsules are filled by volume: the batch is topped up to theirs, and all of it goes into them."""
        return self.filling == BY_VOLUME

    @property
    def filled(self) -> int | None:
        """How many capsules are filled: those to dispense and the extra ones."""
        return None if self.capsules is None else self.capsules + (self.extra_capsules or 0)

    @property
    def expected_bulk(self) -> Fraction | None:
        """What the capsules filled by volume hold in mg, by the bulk density of the diluent; None where that is not known."""
        filler = self.filler
        if self.filled is None or self.capsule_size is None or filler is None:
            return None
        room = standards.capsule_room(self.capsule_size, filler)
        return None if room.density is None else self.filled * room.poured_mg

    @property
    def least_blend(self) -> Fraction | None:
        """The least blend that fills the capsules, overage included, in mg."""
        if self.capsules is None or self.fill_weight is None or self.overage is None:
            return None
        return self.capsules * Fraction(self.fill_weight.mg) * (1 + self.overage.fraction)


def refuse_out_of_bounds(name: str, value: Any) -> None:
    """Refuses a value that the field of that name in an order cannot have, whatever else is ordered. Raises InputError."""
    if value is not None and name in _BOUNDS:
        _BOUNDS[name](value)


def refuse_dose_above_content(
    dose: Mass, fill_weight: Mass, content_fraction: Fraction, surplus: Percent | None = None
) -> None:
    """Refuses a dose that, with its surplus, a capsule full of what is on the shelf does not hold. Raises InputError."""
    content = Fraction(fill_weight.mg) * content_fraction
    share = Fraction(0) if surplus is None else surplus.fraction
    if Fraction(dose.mg) * (1 + share) > content:
        more = f" with a surplus of {canonical(surplus.percent)} %" if surplus is not None and share else ""
        raise InputError(
            "--dose",
            f"{_mg(dose)}{more} is more than a capsule holds: {canonical(fill_weight.mg)} mg of pure powder "
            f"on the shelf holds {_short(content)} mg",
        )


def _refuse_limit(option: str) -> Callable[[Percent], None]:
    def refuse(percent: Percent) -> None:
        if not 0 < percent.percent < 100:
            raise InputError(
                option, f"{canonical(percent.percent)} % makes no sense; write more than 0 % and less than 100 %"
            )

    return refuse


def _refuse_overage(overage: Percent) -> None:
    if overage.percent >= 100:
        raise InputError("--overage", f"{canonical(overage.percent)} % makes no sense; write less than 100 %")


def _refuse_surplus(surplus: Percent) -> None:
    most = standards.limit("most_drug_surplus_percent")
    if surplus.percent > most:
        raise InputError(
            "--drug-surplus", f"{canonical(surplus.percent)} % is more than the {canonical(most)} % that are planned at most"
        )


def _refuse_reserve(plan_error: Percent | None, dose_error: Percent | None) -> None:
    if plan_error is not None and dose_error is not None and plan_error.percent > dose_error.percent:
        raise InputError(
            "--plan-error",
            f"{canonical(plan_error.percent)} % is above the dose error of {canonical(dose_error.percent)} %; it is the part "
            "of it that a plan should need",
        )


def _refuse_mixed_filling(order: Order) -> None:
    """Refuses what belongs to the other way of filling: nothing of it would be done."""
    if not order.by_volume:
        if order.extra_capsules:
            raise InputError("--extra-capsules", "goes with --filling volume; by weight --overage makes more blend")
        return
    useless = "has no use with --filling volume"
    refused = (
        (order.fill_weight, "--fill-weight", f"{useless}: the batch is topped up to the volume of the capsules"),
        (order.overage, "--overage", f"{useless}: all of the batch is filled; write --extra-capsules"),
        (order.excipients or None, "--excipient", f"is a share of the blend, and {useless}: no step weighs that"),
        (order.method if order.method == "solution" else None, "--filling",
         "volume goes by the powder method alone; write --filling weight for the solution route"),
    )  # fmt: skip
    faults = Faults()
    for stated, option, why in refused:
        with faults:
            if stated is not None:
                raise InputError(option, why)
    with faults:
        if order.filled is not None:
            refuse_count(order.filled, "--extra-capsules")
    faults.raise_any()


def _refuse_dilution(most: Decimal) -> None:
    if most <= 1:
        raise InputError("--max-dilution", f"{canonical(most)} makes no sense; write more than 1")


def _refuse_step(readability: Mass) -> None:
    if readability.mg.normalize().as_tuple().digits not in ((1,), (2,), (5,)):
        raise InputError("--readability", f"{_mg(readability)} is not 1, 2 or 5 times a power of ten of a mg")


def refuse_count(capsules: int, where: str) -> None:
    """Refuses a number of capsules that is not planned. Raises InputError."""
    most = int(standards.limit("most_capsules"))
    if not 1 <= capsules <= most:
        raise InputError(where, f"{capsules} is not between 1 and {grouped(most)}")


def _refuse_extra(extra: int) -> None:
    most = int(standards.limit("most_capsules"))
    if not 0 <= extra < most:
        raise InputError("--extra-capsules", f"{extra} is not between 0 and {grouped(most - 1)}")


# What each field cannot be, whatever else is ordered; a point enters a field.
_BOUNDS: dict[str, Callable[[Any], None]] = {
    "weighing_error_limit": _refuse_limit("--weighing-error"),
    "dose_error_limit": _refuse_limit("--dose-error"),
    "plan_error_limit": _refuse_limit("--plan-error"),
    "overage": _refuse_overage,
    "drug_surplus": _refuse_surplus,
    "max_dilution": _refuse_dilution,
    "extra_capsules": lambda extra: _refuse_extra(extra),
    "capsules": lambda capsules: refuse_count(capsules, "--capsules"),
    "balance.readability": _refuse_step,
    "bulk.readability": lambda readability: _on_bulk(lambda: _refuse_step(readability)),
}


def _short(value: Fraction) -> str:
    exact = canonical(value)
    return exact if len(exact) <= 12 else canonical(round_to(value, Fraction(1, 1000), Direction.DOWN))


def bulk_balance(sensitivity: Mass | None, readability: Mass | None, capacity: Mass | None) -> Balance | None:
    """The second balance of what is stated of it, None where nothing is. Raises InputError for one that none can be."""
    if sensitivity is None:
        for option, stated in (("--bulk-readability", readability), ("--bulk-capacity", capacity)):
            if stated is not None:
                raise InputError(option, "is that of a second balance, whose largest error is missing; write --bulk-sensitivity")
        return None
    return _on_bulk(lambda: Balance(sensitivity, readability or default_readability(sensitivity), capacity))


def _on_bulk(made: Callable[[], Stated]) -> Stated:
    """What is made, an error of it told of the options of the second balance."""
    try:
        return made()
    except InputError as error:
        raise error.moved(lambda where: f"--bulk-{where.removeprefix('--').removeprefix('balance-')}") from None


def default_readability(sensitivity: Mass) -> Mass:
    """The largest power of ten of a mg that is not above the sensitivity."""
    return Mass(Decimal(1).scaleb(sensitivity.mg.adjusted()))


def needed(value: Stated | None, option: str) -> Stated:
    """The value, or an InputError saying that the option is needed."""
    if value is None:
        raise InputError(option, "is needed to plan a batch")
    return value
