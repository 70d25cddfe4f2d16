"""What is truly in every vessel: the interpreter of the seven verbs, and the history it leaves.

It knows nothing of how a plan was found. Everything is an exact fraction. What cannot be done is a fault: the replay
says at which step, and gives no dose. What each vessel held after every step is kept, so that whoever asks about the
steps asks the replay and none goes through them anew. It is longer than 500 lines because the verbs share the vessels.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeGuard

from compound.exact.value import Value, field
from compound.plan.plan import (
    DILUENT,
    DRIED,
    DRUG,
    EXCIPIENT,
    SOLVENT,
    Dry,
    Fill,
    MakeUp,
    Mix,
    Step,
    TopUp,
    Transfer,
    Weigh,
)

ZERO, ONE = Fraction(0), Fraction(1)


class Fault(Enum):
    """Why a step cannot be done, or gives no uniform dose."""

    EMPTY_SOURCE = "a vessel is used that nothing was put into"
    NOT_MIXED = "a vessel is used before it is mixed"
    MORE_THAN_THERE = "more is taken than the vessel holds"
    BLEND_TOO_SMALL = "the capsules need more than the blend"
    INTO_USED_VESSEL = "something is put into a vessel that was taken from already"
    NO_VOLUME = "a volume is taken from a vessel that was not made up to one"
    NO_MASS = "a mass is taken from a vessel whose mass is not known"
    VOLUME_EXCEEDED = "a vessel is made up to less than it holds"
    TOPPED_UP_BEFORE = "something is put into a vessel that was topped up to the volume of its capsules"
    OTHER_COUNT = "all of a vessel is filled into another number of capsules than it was topped up to"
    NEVER_FILLED = "no capsules are filled"
    NO_DRUG = "no drug reaches the capsules"


# Faults that leave a dose: of what is taken as if it were mixed, or of the capsules that the blend does fill.
_DOSE_IS_KNOWN = (
    Fault.NOT_MIXED, Fault.INTO_USED_VESSEL, Fault.BLEND_TOO_SMALL, Fault.TOPPED_UP_BEFORE, Fault.OTHER_COUNT,
)  # fmt: skip


class Faulty(Value):
    """A fault, the step at which it shows (0: the whole plan), the vessel, and the amounts that prove it in mg or mL."""

    fault: Fault
    step: int
    vessel: str
    wanted: Fraction = ZERO
    there: Fraction = ZERO


class Contents(Value):
    """What a vessel holds from one step on until the next that touches it: masses in mg, its volume if it was made up.

    `step` is the number of that step in the plan, 0 for a vessel that nothing was put into. `powder` says whether
    drug is in it as particles of the powder: a solvent dissolves what a vessel holds. `liquid_since` is the step that
    brought a liquid last, None where none is in it. `dried_at` is the step that last took the solvent out, and
    `read_dry_at` the weighing of the dried vessel, None once anything was put in or mixed after it. `topped_to` is the
    number of capsules whose volume it was topped up to, None where it was not: the masses then lack what topped it up.
    """

    step: int
    solids_mg: Fraction = ZERO
    solvent_mg: Fraction = ZERO
    drug_mg: Fraction = ZERO
    volume_ml: Fraction | None = None
    mixed: bool = False
    tapped: bool = False
    powder: bool = False
    liquid_since: int | None = None
    dried_at: int | None = None
    read_dry_at: int | None = None
    topped_to: int | None = None

    @property
    def mass_mg(self) -> Fraction:
        """All of it in mg; of a vessel made up to a volume that of the solids and the solvent weighed alone."""
        return self.solids_mg + self.solvent_mg

    @property
    def is_liquid(self) -> bool:
        """Whether a liquid is in it."""
        return self.liquid_since is not None


_Fields = tuple[Any, ...]  # those of `Contents`, in their order: made into one only where it is asked for


class Mixture(Value):
    """A vessel as it was when it was last made uniform: total and drug in mg, what is left of it in mg.

    `volume_ml` is its volume if it was made up to one; its total mass then is that of the solids alone. `is_liquid`
    says whether there was a liquid in it. `topped_to` is the number of capsules whose volume it was topped up to; its
    masses then are those of what was weighed alone.
    """

    vessel: str
    total_mg: Fraction
    drug_mg: Fraction
    left_mg: Fraction
    volume_ml: Fraction | None = None
    is_liquid: bool = False
    topped_to: int | None = None

    @property
    def left_ml(self) -> Fraction | None:
        """mL that are left of a vessel made up to a volume, else None. What is dissolved is left in the same share."""
        if self.volume_ml is None or not self.total_mg:
            return None
        return self.volume_ml * self.left_mg / self.total_mg

    @property
    def strength_mg_per_g(self) -> Fraction | None:
        """mg of drug per g, or None for an empty vessel or one measured by volume."""
        return self.drug_mg * 1000 / self.total_mg if self.total_mg and self.has_mass else None

    @property
    def strength_mg_per_ml(self) -> Fraction | None:
        """mg of drug per mL, or None for a vessel not made up to a volume."""
        return None if self.volume_ml is None else self.drug_mg / self.volume_ml

    @property
    def one_in(self) -> Fraction | None:
        """Total parts that hold one part of drug, or None where there is no drug."""
        return self.total_mg / self.drug_mg if self.drug_mg and self.has_mass else None

    @property
    def has_mass(self) -> bool:
        """Whether its mass is known: it was neither made up nor topped up to a volume."""
        return self.volume_ml is None and self.topped_to is None


class Replay(Value):
    """What a run of the steps gives. `dose_mg` is None where a fault leaves no dose.

    `history` has what each vessel held, one entry for each step that touched it. A run at the bounds of the errors
    keeps none. `emptying` are the fills that put all that a vessel holds into one dose: nothing is weighed again there.
    `kept` is the share of the drug that a dried vessel still held when it was read, where some was lost, by step number.
    """

    steps: tuple[Step, ...]
    content_fraction: Fraction
    dose_mg: Fraction | None
    mixtures: tuple[Mixture, ...]
    faults: tuple[Faulty, ...]
    filled_from: str | None = None
    history: Mapping[str, Sequence[_Fields]] = field(default_factory=dict)
    contents: Mapping[int, Fraction] = field(default_factory=dict)
    doses: tuple[Fraction, ...] = ()  # of each fill, in their order
    emptying: frozenset[int] = frozenset()
    kept: Mapping[int, Fraction] = field(default_factory=dict)

    def content_of(self, step: Step) -> Fraction:
        """mg of drug per mg of what a step weighs; 0 for what is none."""
        return content_of(step, self.content_fraction, self.contents) if isinstance(step, Weigh) else ZERO

    def held(self, vessel: str, before: int | None = None) -> Contents:
        """What a vessel holds before a step, by its number, or at the end."""
        for entry in reversed(self.history.get(vessel, ())):
            if before is None or entry[0] < before:
                return Contents(*entry)
        return Contents(0)

    def stages(self, vessel: str) -> tuple[Contents, ...]:
        """What a vessel held after each step that touched it, in their order."""
        return tuple(Contents(*entry) for entry in self.history.get(vessel, ()))

    @property
    def liquid_vessels(self) -> frozenset[str]:
        """The vessels that hold a liquid when they are last mixed."""
        return frozenset(mixture.vessel for mixture in self.mixtures if mixture.is_liquid)

    def brought_by(self, vessel: str, before: int | None = None) -> frozenset[int]:
        """The steps that what a vessel holds came in by, those of the vessels it was taken out of included.

        Asked of the vessel as it is before a step, by its number, or at the end.
        """
        found, vessels = set(), {vessel}
        for step in reversed(self.steps if before is None else self.steps[: before - 1]):
            if not isinstance(step, Fill) and step.vessel in vessels:
                found.add(step.number)
                if isinstance(step, Transfer):
                    vessels.add(step.source)
        return frozenset(found)

    def was_read_dry(self, vessel: str) -> Fraction | None:
        """What a vessel weighed when it was last read dry, in mg, or None where it never was."""
        readings = [stage.solids_mg for stage in self.stages(vessel) if stage.read_dry_at == stage.step]
        return readings[-1] if readings else None

    @cached_property
    def without_drug(self) -> frozenset[str]:
        """The vessels that never hold drug, such as a premix of an excipient."""
        return frozenset(name for name, stages in self.history.items() if not any(Contents(*one).drug_mg for one in stages))

    def brings_drug(self, step: Step) -> TypeGuard[Weigh | Transfer]:
        """Whether a step brings drug, by mass or by volume: drug weighed, or an aliquot of what holds some."""
        if isinstance(step, Transfer):
            return step.source not in self.without_drug
        return isinstance(step, Weigh) and self.content_of(step) > 0

    def is_concentrate(self, step: Step) -> TypeGuard[Weigh | Transfer]:
        """Whether a step brings drug by mass, or is meant to. Dilution counts from these."""
        if isinstance(step, Transfer):
            return self.brings_drug(step) and step.amount_mg is not None
        return isinstance(step, Weigh) and step.role == DRUG

    def concentrate_of(self, vessel: str) -> Fraction | None:
        """The mass of drug and aliquots that went into a vessel in mg, or None where none did by mass."""
        masses = (
            Fraction(step.amount_mg or 0) for step in self.steps if self.is_concentrate(step) and step.vessel == vessel
        )
        return sum(masses, ZERO) or None

    def mixed_from(self, vessel: str) -> Fraction | None:
        """The mass in mg that all else in a vessel is mixed into: the concentrate, or the dried powder with it.

        In a vessel without drug it is the excipient, which is what its diluent dilutes.
        """
        if vessel in self.without_drug:
            return sum((Fraction(step.amount_mg) for step in self.excipients_of(vessel) if isinstance(step, Weigh)), ZERO) or None
        dried = self.was_read_dry(vessel)
        return self.concentrate_of(vessel) if dried is None else dried

    def excipients_of(self, vessel: str) -> tuple[Weigh | Transfer, ...]:
        """The steps that bring excipients into a vessel: weighed themselves, or as aliquots of what holds no drug.

        Of a dried vessel those that come after its reading, which counts what was there before.
        """
        dry = max((stage.step for stage in self.stages(vessel) if stage.read_dry_at == stage.step), default=0)
        return tuple(
            step
            for step in self.steps[dry:]
            if step.vessel == vessel
            and (
                (isinstance(step, Weigh) and step.role == EXCIPIENT)
                or (isinstance(step, Transfer) and step.amount_mg is not None and step.source in self.without_drug)
            )
        )

    def last_fill(self) -> Fill | None:
        """The fill that the dose is of, or None where no capsules are filled."""
        return next((step for step in reversed(self.steps) if isinstance(step, Fill)), None)

    def is_weighed_dose(self, step: Fill) -> bool:
        """Whether a fill weighs a single dose out of a vessel that one aliquot alone was put into.

        The aliquot is then the dose, and what is left of it is no blend. What empties its vessel is not weighed again.
        """
        if step.all or step.count != 1 or step.number in self.emptying:
            return False
        put_in = [one for one in self.steps if isinstance(one, Weigh | Transfer | MakeUp) and one.vessel == step.source]
        return len(put_in) == 1 and isinstance(put_in[0], Transfer)

    def made_up_after_drying(self) -> dict[int, tuple[int, Fraction]]:
        """The diluents that make a dried vessel up to a mass: by step, that of the reading, and that mass in mg.

        What is planned for them holds for the planned reading alone; the mass holds for any. It is that of dried powder
        and diluent: other excipients that come between the two are weighed in amounts of their own.
        """
        found = {}
        for step in self.steps:
            if isinstance(step, Weigh) and step.role == DILUENT:
                read_at = self.held(step.vessel, step.number).read_dry_at
                if read_at is not None:
                    reading = self.held(step.vessel, read_at + 1)
                    found[step.number] = (read_at, reading.solids_mg + Fraction(step.amount_mg))
        return found


def content_of(step: Weigh, content_fraction: Fraction, contents: Mapping[int, Fraction]) -> Fraction:
    """mg of drug per mg of what is weighed: as it is named, where `contents` says so, else by its role."""
    if step.number in contents:
        return contents[step.number]
    return content_fraction if step.role == DRUG else ZERO


def replay(
    steps: Sequence[Step],
    content_fraction: Fraction,
    amounts: Mapping[int, Fraction] | None = None,
    *,
    contents: Mapping[int, Fraction] | None = None,
    at_bounds: bool = False,
    emptying: frozenset[int] = frozenset(),
    kept: Mapping[int, Fraction] | None = None,
) -> Replay:
    """Runs the steps. `amounts` puts other amounts (mg or mL) in the place of those planned, by step number.

    `content_fraction` is mg of the substance that is dosed per mg of what stands on the shelf, which the steps in the
    role of the drug weigh. `contents` says so of the steps whose material is drug by its name and not by its role, or
    other drug than the source (`compound.judging.materials.contents`), by step number; of a liquid that is drug itself, which
    is made up to a volume, per mL. `at_bounds` is for amounts
    moved by their errors: a transfer that the errors make larger than its mixture is then no fault, and neither is a
    drug that they make nothing; and no history is kept. `emptying` are the fills that then take all that is there,
    whatever it has become: those that do so with the amounts planned. `kept` is what was left of the drug of a vessel
    when it was read dry, by step number, where powder was lost (`compound.judging.solutions.kept_in_drying`).
    """
    vessels = Vessels(content_fraction, contents, at_bounds=at_bounds, emptying=emptying, kept=kept)
    amounts = amounts or {}
    for step in steps:
        vessels.do(step, amounts.get(step.number))
    return vessels.result(tuple(steps))


class _Vessel:
    """A vessel while the steps are done: as `Contents` has it."""

    __slots__ = ("dried_at", "drug", "liquid_since", "mixed", "powder", "read_dry_at", "solids", "solvent", "tapped", "topped",
                 "volume")  # fmt: skip

    def __init__(self) -> None:
        self.solids = self.solvent = self.drug = ZERO
        self.volume: Fraction | None = None
        self.mixed = self.tapped = self.powder = False
        self.liquid_since: int | None = None
        self.dried_at: int | None = None
        self.read_dry_at: int | None = None
        self.topped: int | None = None

    @property
    def mass(self) -> Fraction:
        return self.solids + self.solvent if self.solvent else self.solids

    def fields(self, step: int) -> _Fields:
        return (
            step, self.solids, self.solvent, self.drug, self.volume, self.mixed, self.tapped, self.powder,
            self.liquid_since, self.dried_at, self.read_dry_at, self.topped,
        )  # fmt: skip


class Vessels:
    """The vessels while the steps are done, one after the other."""

    def __init__(
        self, content_fraction: Fraction, contents: Mapping[int, Fraction] | None = None, *, at_bounds: bool = False,
        emptying: frozenset[int] = frozenset(), kept: Mapping[int, Fraction] | None = None,
    ) -> None:  # fmt: skip
        self.content_fraction, self.contents, self.at_bounds = content_fraction, contents or {}, at_bounds
        self.emptying, self.kept = set(emptying), kept or {}
        self._now: dict[str, _Vessel] = {}
        self.faults: list[Faulty] = []
        self.dose: Fraction | None = None
        self.doses: list[Fraction] = []
        self.filled_from: str | None = None
        self._mixed: dict[str, tuple[Fraction, Fraction, Fraction | None, bool, int | None]] = {}
        self._history: dict[str, list[_Fields]] = {}

    def do(self, step: Step, amount: Fraction | None = None) -> None:
        """Does a step, with another amount (mg or mL) than the planned one where one is given."""
        _VERBS[type(step)](self, step, amount)
        if not self.at_bounds:
            if not isinstance(step, Fill):
                self._keep(step.vessel, step.number)
            if isinstance(step, Transfer | Fill) and step.source in self._now:
                self._keep(step.source, step.number)

    def held(self, vessel: str) -> tuple[Fraction, Fraction]:
        """What a vessel holds now: all of it and its drug, in mg."""
        found = self._now.get(vessel)
        return (ZERO, ZERO) if found is None else (found.mass, found.drug)

    def mixed_mg(self, vessel: str) -> Fraction:
        """What a vessel held in mg when it was last made uniform."""
        return self._mixed[vessel][0] if vessel in self._mixed else ZERO

    def result(self, steps: tuple[Step, ...]) -> Replay:
        """What the steps, which must be those that were done, have given."""
        if self.filled_from is None:
            self.faults.append(Faulty(Fault.NEVER_FILLED, 0, ""))
        elif self.dose == 0:
            self.faults.append(Faulty(Fault.NO_DRUG, 0, self.filled_from))
        known = (*_DOSE_IS_KNOWN, Fault.NO_DRUG) if self.at_bounds else _DOSE_IS_KNOWN
        impossible = any(faulty.fault not in known for faulty in self.faults)
        mixtures = tuple(
            Mixture(name, total, drug, self._now[name].mass, volume, liquid, topped)
            for name, (total, drug, volume, liquid, topped) in self._mixed.items()
        )
        return Replay(
            steps, self.content_fraction, None if impossible else self.dose, mixtures, tuple(self.faults),
            self.filled_from, self._history, self.contents, tuple(self.doses), frozenset(self.emptying), self.kept,
        )  # fmt: skip

    def _keep(self, vessel: str, step: int) -> None:
        self._history.setdefault(vessel, []).append(self._now[vessel].fields(step))

    def _fault(self, fault: Fault, step: int, vessel: str, wanted: Fraction = ZERO, there: Fraction = ZERO) -> None:
        self.faults.append(Faulty(fault, step, vessel, wanted, there))

    def _source(self, step: Transfer | Fill) -> _Vessel | None:
        found = self._now.get(step.source)
        if found is None or (found.mass == 0 and found.volume is None):
            self._fault(Fault.EMPTY_SOURCE, step.number, step.source)
            return None
        if not found.mixed:
            self._fault(Fault.NOT_MIXED, step.number, step.source)
        found.tapped = True
        return found

    def _target(self, step: Weigh | Transfer | MakeUp | TopUp) -> _Vessel:
        vessel = self._now.setdefault(step.vessel, _Vessel())
        if vessel.tapped:
            self._fault(Fault.INTO_USED_VESSEL, step.number, step.vessel)
        if vessel.topped is not None:
            self._fault(Fault.TOPPED_UP_BEFORE, step.number, step.vessel)
        vessel.mixed = False
        return vessel

    # The seven verbs.

    def _weigh(self, step: Weigh, amount: Fraction | None) -> None:
        mg = Fraction(step.amount_mg) if amount is None else amount
        vessel = self._target(step)
        if step.role != EXCIPIENT:  # those come before the diluent that makes a dried vessel up
            vessel.read_dry_at = None
        if step.role == DRIED:
            vessel.solids, vessel.read_dry_at = mg, step.number
            vessel.drug *= self.kept.get(step.number, ONE)
        elif step.role == SOLVENT:
            vessel.solvent += mg
            vessel.liquid_since, vessel.powder = step.number, False
        else:
            vessel.solids += mg
        if step.role == DRUG or step.number in self.contents:
            vessel.drug += mg * content_of(step, self.content_fraction, self.contents)
            vessel.powder = vessel.liquid_since is None

    def _mix(self, step: Mix, amount: Fraction | None) -> None:
        vessel = self._now.setdefault(step.vessel, _Vessel())
        vessel.mixed, vessel.read_dry_at = True, None
        liquid = vessel.liquid_since is not None
        self._mixed[step.vessel] = (vessel.mass, vessel.drug, vessel.volume, liquid, vessel.topped)

    def _transfer(self, step: Transfer, amount: Fraction | None) -> None:
        source = self._source(step)
        target = self._target(step)
        if source is None or source.drug or source.liquid_since is not None:
            target.read_dry_at = None
        # Liquid or powder is told by what it comes from, even where it cannot be told how much of it comes.
        if (moved := self._now.get(step.source)) is not None:
            target.liquid_since = target.liquid_since if moved.liquid_since is None else step.number
            target.powder = (target.powder or moved.powder) and target.liquid_since is None
        share = None if source is None else self._share(step, source, amount)
        if source is None or share is None:
            return
        # A mixture that the errors of measuring use up keeps its strength for the transfers after it.
        left = ONE if self.at_bounds and share >= 1 else 1 - share
        target.solids, target.drug = target.solids + source.solids * share, target.drug + source.drug * share
        source.solids, source.drug = source.solids * left, source.drug * left
        if source.solvent:
            target.solvent += source.solvent * share
            source.solvent *= left
        if source.volume is not None:
            target.volume = (target.volume or ZERO) + source.volume * share
            source.volume *= left

    def _share(self, step: Transfer, source: _Vessel, amount: Fraction | None) -> Fraction | None:
        """The share of the source that a transfer moves, or None where it cannot be told."""
        if step.amount_ml is not None:
            wanted, there, missing = Fraction(step.amount_ml), source.volume, Fault.NO_VOLUME
        else:
            wanted, missing = Fraction(step.amount_mg or 0), Fault.NO_MASS
            there = None if source.volume is not None or source.topped is not None else source.mass
        wanted = wanted if amount is None else amount
        if not there:
            self._fault(missing, step.number, step.source)
            return None
        if wanted > there and not self.at_bounds:
            self._fault(Fault.MORE_THAN_THERE, step.number, step.source, wanted, there)
            return None
        return wanted / there

    def _make_up(self, step: MakeUp, amount: Fraction | None) -> None:
        volume = Fraction(step.volume_ml) if amount is None else amount
        vessel = self._target(step)
        if vessel.volume is not None and vessel.volume > volume and not self.at_bounds:
            self._fault(Fault.VOLUME_EXCEEDED, step.number, step.vessel, volume, vessel.volume)
        if step.number in self.contents:  # a liquid drug: what is poured in on top of what was there
            vessel.drug += self.contents[step.number] * (volume - (vessel.volume or ZERO))
        vessel.volume = volume
        vessel.liquid_since, vessel.powder = step.number, False

    def _dry(self, step: Dry, amount: Fraction | None) -> None:
        vessel = self._now.setdefault(step.vessel, _Vessel())
        vessel.volume, vessel.solvent, vessel.mixed = None, ZERO, False
        vessel.liquid_since, vessel.dried_at = None, step.number

    def _top_up(self, step: TopUp, amount: Fraction | None) -> None:
        vessel = self._target(step)
        vessel.topped, vessel.read_dry_at = step.count, None

    def _fill(self, step: Fill, amount: Fraction | None) -> None:
        source = self._source(step)
        self.filled_from = step.source
        if source is None:
            return
        if step.amount_mg is None:
            self._fill_all(step, source)
            return
        if source.volume is not None or source.topped is not None or source.mass == 0:
            self._fault(Fault.NO_MASS, step.number, step.source)
            return
        each = Fraction(step.amount_mg) if amount is None else amount
        wanted = each * step.count
        if step.number in self.emptying:
            each = wanted = source.mass
        elif wanted > source.mass:
            self._fault(Fault.BLEND_TOO_SMALL, step.number, step.source, wanted, source.mass)
        elif step.count == 1 and wanted == source.mass:
            self.emptying.add(step.number)
        self.dose = source.drug * min(each, source.mass) / source.mass  # no capsule holds more than there is
        self.doses.append(self.dose)
        rest = 1 - min(ONE, wanted / source.mass)
        source.solids, source.solvent, source.drug = source.solids * rest, source.solvent * rest, source.drug * rest

    def _fill_all(self, step: Fill, source: _Vessel) -> None:
        """All that is there in equal parts, whatever its mass: the drug in it alone decides the dose."""
        if source.volume is not None:
            self._fault(Fault.NO_MASS, step.number, step.source)
            return
        if source.topped is not None and source.topped != step.count:
            self._fault(Fault.OTHER_COUNT, step.number, step.source, Fraction(step.count), Fraction(source.topped))
        self.emptying.add(step.number)
        self.dose = source.drug / step.count
        self.doses.append(self.dose)
        source.solids = source.solvent = source.drug = ZERO


_VERBS: dict[type[Step], Callable[[Vessels, Any, Fraction | None], None]] = {
    Weigh: Vessels._weigh, Mix: Vessels._mix, Transfer: Vessels._transfer, MakeUp: Vessels._make_up, Dry: Vessels._dry,
    TopUp: Vessels._top_up, Fill: Vessels._fill,
}  # fmt: skip
