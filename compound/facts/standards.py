"""The numbers that others set, or that this house set, each with its source: facts/data/standards.json."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import Direction, Mass, round_to, written
from compound.exact.value import Value
from compound.reading import shipped
from compound.reading.text import shown


class CapsuleSize(Value):
    """A capsule: its volume in mL, the mass of its gelatin shell in mg and its tolerance, and where the figures come from."""

    size: str
    volume_ml: Decimal
    shell_mg: Decimal
    shell_spread_mg: Decimal
    source: str


class FillerDensity(Value):
    """The density of a diluent in g per mL: tapped, lower end; bulk where no tapped figure is known.

    `bulk_g_per_ml` is that of the powder as poured, `true_g_per_ml` that of its particles without any air between them,
    None where none is on record: such diluents are organic.
    """

    name: str
    g_per_ml: Decimal
    tapped: bool
    bulk_g_per_ml: Decimal
    true_g_per_ml: Decimal | None
    source: str
    evidence: str


class CapsuleRoom(Value):
    """What a capsule holds of a diluent: as poured, and as machine or hand fill it, in g per mL.

    `density` is None where none of the diluent is on record. Then the lightest filler on record is poured, and the
    heaviest is filled.
    """

    volume_ml: Decimal
    density: FillerDensity | None
    poured_g_per_ml: Decimal
    filled_g_per_ml: Decimal

    @property
    def poured_mg(self) -> Fraction:
        """What it holds as poured."""
        return _mg_of(self.volume_ml, self.poured_g_per_ml)

    @property
    def holds_mg(self) -> Fraction:
        """What machine or hand fill into it."""
        return _mg_of(self.volume_ml, self.filled_g_per_ml)

    @property
    def least_mg(self) -> Fraction:
        """With less it is nearly empty."""
        return Fraction(limit("least_fill_share")) * self.poured_mg


@cache
def _data() -> dict[str, Any]:
    data: dict[str, Any] = shipped.facts("standards.json")
    return data


def limit(name: str) -> Decimal:
    """A limit by its name in the data file."""
    return Decimal(_data()["limits"][name]["value"])


def capsule_sizes() -> tuple[str, ...]:
    """The sizes known, the largest first."""
    return tuple(row["size"] for row in _data()["capsules"])


def capsule_size(size: str, where: str = "--capsule-size") -> CapsuleSize:
    """The capsule of a size. Raises InputError naming the sizes known."""
    for row in _data()["capsules"]:
        if row["size"] == size:
            volume, shell, spread = (Decimal(row[key]) for key in ("volume_ml", "shell_mg", "shell_spread_mg"))
            return CapsuleSize(size, volume, shell, spread, row["source"])
    raise InputError(where, f"{shown(size)} is not a capsule size; sizes are {', '.join(capsule_sizes())}")


Filler = str | FillerDensity  # a diluent by its name, or its density where another than the one on record counts


def density(diluent: Filler) -> FillerDensity | None:
    """The density of a diluent, or None where none is on record.

    It is found under the names of the rules on excipients too, and beside the letters of a pharmacopoeia: `MCC NF`.
    """
    if isinstance(diluent, FillerDensity):
        return diluent
    name = " ".join(diluent.lower().split())
    from compound.facts.excipients.rules import subject_of

    return _density_of(name) or _density_of(subject_of(name))


def _density_of(name: str) -> FillerDensity | None:
    return next((_density(row) for row in _data()["densities"] if name == row["name"] or name in row["aliases"]), None)


def densities() -> tuple[FillerDensity, ...]:
    """The densities of all diluents on record."""
    return tuple(_density(row) for row in _data()["densities"])


def _density(row: dict[str, Any]) -> FillerDensity:
    tapped, true = row["tapped"], row["true"]
    return FillerDensity(
        row["name"], Decimal(tapped or row["bulk"]), tapped is not None, Decimal(row["bulk"]),
        None if true is None else Decimal(true), row["source"], row["evidence"],
    )  # fmt: skip


def default_fill_weight(size: str, diluent: Filler) -> Mass | None:
    """The fill weight assumed when none is given: volume × density, rounded down to 5 mg.

    None where the density of the diluent is not on record.
    """
    found = density(diluent)
    if found is None:
        return None
    mg = Fraction(capsule_size(size).volume_ml) * Fraction(found.g_per_ml) * 1000
    return Mass(written(round_to(mg, 5, Direction.DOWN)))


def capsule_room(size: str, diluent: Filler) -> CapsuleRoom:
    """What a size holds of a diluent. Raises InputError for a size that is none."""
    volume, found = capsule_size(size).volume_ml, density(diluent)
    if found is not None:
        return CapsuleRoom(volume, found, found.bulk_g_per_ml, found.g_per_ml)
    known = densities()
    return CapsuleRoom(volume, None, min(one.bulk_g_per_ml for one in known), max(one.g_per_ml for one in known))


def most_solid_mg(size: str, diluent: Filler | None, *, mixed: bool) -> Fraction:
    """More than this, in mg, no capsule of a size holds: its volume full of particles without any air between them.

    The densest of the particles decides. Those of an organic drug are none denser than an organic filler. What else is
    in a blend (`mixed`: other excipients, or a source that is no pure drug) may be as dense as any filler.
    """
    found = None if diluent is None else density(diluent)
    organic, filler = limit("densest_organic_g_per_ml"), limit("densest_filler_g_per_ml")
    solid = filler if mixed or found is None else max(organic, found.true_g_per_ml or organic)
    return _mg_of(capsule_size(size).volume_ml, solid)


def smallest_size(mg: Decimal, diluent: Filler) -> str | None:
    """The smallest size that holds a fill of a diluent as machine or hand fill it, or None where none does."""
    return next((size for size in reversed(capsule_sizes()) if mg <= capsule_room(size, diluent).holds_mg), None)


def _mg_of(volume_ml: Decimal, g_per_ml: Decimal) -> Fraction:
    return Fraction(volume_ml) * Fraction(g_per_ml) * 1000


def refuse_overfull(
    mg: Decimal, size: str, diluent: Filler | None, *, mixed: bool, where: str = "--fill-weight"
) -> None:
    """Refuses a fill that a size cannot hold whatever is done to it (`most_solid_mg`). Raises InputError."""
    most = most_solid_mg(size, diluent, mixed=mixed)
    if mg <= most:
        return
    from compound.wording.notation import mass, volume  # only ever needed for a fill that is refused

    takes = smallest_size(mg, diluent or "")
    if takes is None:
        cure = f"no size takes it, not even {capsule_sizes()[0]}; write the fill weight that is meant"
    elif density(diluent or "") is None:
        cure = f"write the fill weight that is meant, or --capsule-size {takes} or a larger one"
    else:
        cure = f"write the fill weight that is meant, or --capsule-size {takes}, which takes it"
    raise InputError(
        where,
        f"{mass(mg)} does not go into size {size}: its {volume(capsule_size(size).volume_ml)} hold no more than "
        f"{mass(most)}, even without any air in the powder; {cure}",
    )


@cache
def most_volatile_percent(diluent: str) -> Decimal | None:
    """The most that a diluent may lose in drying without losing powder, in percent of it; None where nothing is on record."""
    name = " ".join(diluent.casefold().split())
    known = density(name)
    name = name if known is None else known.name
    return next((Decimal(row["most_percent"]) for row in _data()["volatile"] if name in row["diluents"]), None)
