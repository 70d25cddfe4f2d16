"""Ten readings of a check weight: what the balance may weigh, and whether it passes today."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from compound.exact.errors import AmbiguousAmount, InputError
from compound.exact.quantity import Direction, Mass, canonical, is_multiple, round_to, written
from compound.exact.value import Value
from compound.facts.balances import LEAST_READINGS, OF_A_STEP, TIMES, largest_error, root_up
from compound.findings import codes
from compound.findings.finding import Finding
from compound.qc.statistics import Statistics, statistics
from compound.reading.amounts import parse_mass

ACCURACY = Fraction(1, 1000)  # USP <41>: the mean within 0.10 % of the check weight


class BalanceCheck(Value):
    """The check, all in mg: `statistics` of the readings, minimum weight and S as they are used, and what failed."""

    readability: Decimal
    statistics: Statistics
    minimum_weight: Fraction  # USP <41> and Ph. Eur. 2.1.7, rounded up to a step of the display
    smallest_net_weight: Fraction  # USP <1251>: with the safety factor
    safety_factor: Decimal
    sensitivity: Mass
    least_weighable: Fraction  # S / weighing error
    nominal: Decimal | None
    tolerance: Fraction | None
    findings: tuple[Finding, ...]

    @property
    def repeatability(self) -> Decimal:
        """s as a planner is told it, never too small: rounded up to what gives the same minimum weight."""
        return written(_told(self.statistics.variance, Fraction(self.readability)))


def _told(variance: Fraction, step: Fraction) -> Fraction:
    """s rounded up to a 2000th of a step of the display, so that 2000 times it is a multiple of the step."""
    return root_up(variance, step / TIMES)


def read_reading(text: str, readability: Decimal, where: str) -> Decimal:
    """A reading of the balance in mg; `100.000 mg` is 100 mg where the display shows that many decimals.

    Raises InputError for what the display cannot show, AmbiguousAmount for a text with two readings.
    """
    try:
        mg = parse_mass(text, where).mg
    except AmbiguousAmount as error:
        if "," in text:
            raise
        mg = parse_mass(error.readings[0], where).mg
    if not is_multiple(mg, readability):
        raise InputError(where, f"{text} is no multiple of the readability of {canonical(readability)} mg; is it typed right?")
    return mg


def check_balance(
    readings: Sequence[Decimal], readability: Decimal, *, weighing_error: Fraction, safety_factor: Decimal,
    nominal: Decimal | None = None, tolerance: Decimal | None = None, smallest: Decimal | None = None,
) -> BalanceCheck:  # fmt: skip
    """Judges the readings of one check weight, all in mg. Raises InputError for fewer than ten of them.

    `smallest` is the smallest net weight that is weighed on the balance. Decided on squares, with no root worked out.
    """
    if len(readings) < LEAST_READINGS:
        raise InputError("READINGS", f"{len(readings)} given; USP <41> and Ph. Eur. 2.1.7 ask for {LEAST_READINGS} or more")
    found = statistics(readings)
    step = Fraction(readability)
    told = _told(found.variance, step)
    least = max(TIMES * told, round_to(TIMES * OF_A_STEP * step, step, Direction.UP))
    error = largest_error(readability, told**2)
    findings = []
    allowed = None
    if nominal is not None:
        allowed = Fraction(nominal) * ACCURACY if tolerance is None else Fraction(tolerance)
        if abs(found.mean - Fraction(nominal)) > allowed:
            findings.append(Finding(codes.BALANCE_OFF_NOMINAL, "--nominal", {
                "mean": found.mean, "nominal": nominal, "tolerance": allowed}))  # fmt: skip
    if smallest is not None and smallest < least:
        findings.append(Finding(codes.BALANCE_NOT_REPEATABLE, "--smallest-net-weight", {"smallest": smallest, "least": least}))
    return BalanceCheck(
        readability, found, least, least * Fraction(safety_factor), safety_factor, error,
        Fraction(error.mg) / weighing_error, nominal, allowed, tuple(findings),
    )  # fmt: skip
