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
    """A capsule: its volume in mL, the mass of its gelatin shell in mg, and where the figures come from."""

    size: str
    volume_ml: Decimal
    shell_mg: Decimal
    source: str


class FillerDensity(Value):
    """The density of a diluent in g per mL: tapped, lower end; bulk where no tapped figure is known."""

    name: str
    g_per_ml: Decimal
    tapped: bool
    source: str
    evidence: str


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
            return CapsuleSize(size, Decimal(row["volume_ml"]), Decimal(row["shell_mg"]), row["source"])
    raise InputError(where, f"{shown(size)} is not a capsule size; sizes are {', '.join(capsule_sizes())}")


def density(diluent: str) -> FillerDensity | None:
    """The density of a diluent, or None where none is on record."""
    name = " ".join(diluent.lower().split())
    for row in _data()["densities"]:
        if name == row["name"] or name in row["aliases"]:
            tapped = row["tapped"] is not None
            return FillerDensity(row["name"], Decimal(row["tapped"] or row["bulk"]), tapped, row["source"], row["evidence"])
    return None


def default_fill_weight(size: str, diluent: str) -> Mass | None:
    """The fill weight assumed when none is given: volume × density, rounded down to 5 mg.

    None where the density of the diluent is not on record.
    """
    found = density(diluent)
    if found is None:
        return None
    mg = Fraction(capsule_size(size).volume_ml) * Fraction(found.g_per_ml) * 1000
    return Mass(written(round_to(mg, 5, Direction.DOWN)))
