"""The true density of a drug's particles: as entered, as on record, or the range in which it lies.

Nothing is guessed: where the density is not known, every figure of the particles is worked out at both ends of the range.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from compound.exact.real import Number
from compound.exact.value import Value
from compound.facts import standards
from compound.findings import codes
from compound.findings.finding import Finding, Place
from compound.order.order import Order


class TrueDensity(Value):
    """The ends, in g per cm3, between which the true density of a drug lies; one figure where it is known."""

    low: Number
    high: Number

    @property
    def is_known(self) -> bool:
        """Whether it is one figure."""
        return self.low == self.high

    @property
    def ends(self) -> tuple[Number, ...]:
        """The low end and the high end, or the one figure."""
        return (self.low,) if self.is_known else (self.low, self.high)


def unknown_density() -> TrueDensity:
    """The range taken where the true density of a drug is not known."""
    return TrueDensity(_limit("low"), _limit("high"))


def density_of(order: Order) -> TrueDensity:
    """The true density of the drug's particles: as entered, else as on record, else the range."""
    if order.true_density is not None:
        return TrueDensity(order.true_density, order.true_density)
    recorded = density_on_record(order)
    return unknown_density() if recorded is None else TrueDensity(recorded, recorded)


def density_on_record(order: Order) -> Fraction | None:
    """The true density on record of the form on the shelf in g per cm3, or None."""
    density = None if order.substance is None else order.substance.density
    return None if density is None else density.g_per_cm3


def density_evidence(order: Order) -> str | None:
    """How the true density on record is known, or None where one was entered or none is on record."""
    density = None if order.substance is None else order.substance.density
    return None if density is None or order.true_density is not None else density.evidence.evidence


def density_findings(order: Order) -> list[Finding]:
    """The warning that a density was entered that few drugs have."""
    entered, low, high = order.true_density, _limit("low"), _limit("high")
    if entered is None or low <= entered <= high:
        return []
    values = {"density": entered, "low": low, "high": high}
    return [Finding(codes.TRUE_DENSITY_UNUSUAL, Place.option("--true-density"), values)]


def _limit(end: str) -> Decimal:
    return standards.limit(f"true_density_{end}_g_per_cm3")
