"""What was weighed, and what is known of the batch: refused at birth where it contradicts itself."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from compound.exact.errors import InputError
from compound.exact.quantity import Direction, canonical, grouped, round_to, written
from compound.exact.value import Value, replace
from compound.findings.finding import Finding
from compound.qc.statistics import MOST_UNITS, refuse_number_of_units
from compound.wording.notation import number


class Weights(Value):
    """The weights of capsules in mg, in their order.

    Either net contents, or gross weights (`gross`), these alone, with each capsule's own empty shell, or with the
    mean of the lot's shells and the most by which one shell differs from it. `places` names where each weight was
    read, `chart_size` the capsule size whose chart gives the mean shell, where one does.
    """

    measured_mg: tuple[Decimal, ...]
    gross: bool
    shells_mg: tuple[Decimal, ...] | None = None
    shell_mean_mg: Decimal | None = None
    shell_spread_mg: Decimal | None = None
    places: tuple[str, ...] = ()
    chart_size: str | None = None

    def __post_init__(self) -> None:
        """Refuses weights and shells that contradict each other, each at its place."""
        refuse_number_of_units(len(self.measured_mg))
        if self.places and len(self.places) != len(self.measured_mg):
            raise InputError("", f"{len(self.places)} places for {len(self.measured_mg)} weights")
        if not self.gross and (self.shells_mg is not None or self.shell_mean_mg is not None):
            raise InputError("shell weights", "net weights hold no shell; give the gross weights, or no shell")
        if self.shells_mg is not None and self.shell_mean_mg is not None:
            raise InputError(
                "shell weights", "give each capsule's own shell, or the mean shell and its spread, not both"
            )
        if (self.shell_mean_mg is None) != (self.shell_spread_mg is None):
            raise InputError(
                "shell weights",
                "a mean shell weight and the spread of the shells go together; makers state both, as 48 ± 3 mg",
            )
        if self.shells_mg is not None and len(self.shells_mg) != len(self.measured_mg):
            raise InputError(
                "shell weights",
                f"{len(self.shells_mg)} shells for {len(self.measured_mg)} capsules; "
                "each capsule needs its own, in the same order",
            )
        spread, mean = self.shell_spread_mg, self.shell_mean_mg
        if (
            mean is not None
            and spread is not None
            and not (mean.is_finite() and spread.is_finite() and mean > spread >= 0)
        ):
            raise InputError(
                "shell weights",
                f"the spread of the shells, {_written(spread)} mg, is not less than their mean, {_written(mean)} mg",
            )
        for position, mg in enumerate(self.measured_mg):
            shell = self.shell_of(position)
            if not mg.is_finite() or mg < 0 or not shell.is_finite() or shell < 0:
                raise InputError(self.place(position), "a weight is a finite number of mg, zero or more")
            if Fraction(mg) < Fraction(shell) - self.slack_mg:
                raise InputError(
                    self.place(position),
                    f"the gross weight {number(mg)} mg is less than its shell, "
                    f"{number(Fraction(shell) - self.slack_mg)} mg or more",
                )

    def shell_of(self, position: int) -> Decimal:
        """What is taken off the weight at `position` as the shell, in mg; 0 where no shell is known."""
        if self.shells_mg is not None:
            return self.shells_mg[position]
        return Decimal(0) if self.shell_mean_mg is None else self.shell_mean_mg

    def place(self, position: int) -> str:
        """Where the weight at `position` was read."""
        return self.places[position] if self.places else f"unit {position + 1}"

    @property
    def net_mg(self) -> tuple[Fraction, ...] | None:
        """The net contents in mg, by the mean shell if only that is known; None for gross weights without shells."""
        if self.gross and self.shells_mg is None and self.shell_mean_mg is None:
            return None
        return tuple(Fraction(mg) - Fraction(self.shell_of(at)) for at, mg in enumerate(self.measured_mg))

    @property
    def slack_mg(self) -> Fraction:
        """By how much a net content may be off because its shell was not weighed; 0 for net and own shells."""
        return Fraction(self.shell_spread_mg or 0)


class SheetFacts(Value):
    """What a plan, its worksheet or the record of its audit says of the batch; it replaces what is typed otherwise.

    `fill_mg` is the net content to fill, None for a batch that was topped up and filled whole, whose mass no step knows;
    `dose_mg` then is the drug in a capsule by the steps. `label_mg` is the labelled dose, `planned_mg` the dose with a drug
    surplus where one is planned (content is judged by the label, what was weighed in by the planned dose), `drug_share`
    the mg of drug in a mg of the blend
    by the steps and the readings there are (None where the steps give no dose), `dose_error_percent` the most that the
    dose may be off, `language` that of the sheet whose limits hold, `notes` what
    is to be said of the file or of the batch in it.
    """

    name: str
    label_mg: Decimal
    fill_mg: Decimal | None
    drug_share: Fraction | None
    dose_error_percent: Fraction
    capsules: int
    capsule_size: str | None = None
    shell: str | None = None
    language: str = "en"
    notes: tuple[Finding, ...] = ()
    planned_mg: Decimal | None = None
    dose_mg: Fraction | None = None

    def with_mass(self, mg: Decimal) -> SheetFacts:
        """The same for a batch that was weighed after it was topped up, in mg: each capsule should hold its part of it.

        To a thousandth of a mg, which no balance of a pharmacy shows.
        """
        fill = round_to(Fraction(mg) / self.capsules, Fraction(1, 1000), Direction.NEAREST)
        share = None if self.dose_mg is None else self.dose_mg * self.capsules / Fraction(mg)
        return replace(self, fill_mg=written(fill), drug_share=share)


class BatchFacts(Value):
    """What is known of the batch apart from the weights. None is: not entered, and what needs it is not applied.

    `theory_mg` is the net content that one capsule should hold, `dose_mg` the drug in it, `assay_percent` the mean
    content found in percent of the label, `target_percent` the T of USP <905>, `capsules` how many were made,
    `weighed_in_mg` the sum of the weighings and `all_net_mg` the net mass of all capsules. `sheet` is what a plan says.
    """

    theory_mg: Decimal | None = None
    dose_mg: Decimal | None = None
    assay_percent: Decimal | None = None
    target_percent: Decimal | None = None
    capsules: int | None = None
    weighed_in_mg: Decimal | None = None
    all_net_mg: Decimal | None = None
    sheet: SheetFacts | None = None

    def __post_init__(self) -> None:
        """Refuses amounts that cannot be, under the name of their option."""
        for option, mg in (
            ("--theory", self.theory_mg),
            ("--dose", self.dose_mg),
            ("--assay", self.assay_percent),
            ("--weighed-in", self.weighed_in_mg),
            ("--all-net", self.all_net_mg),
        ):
            if mg is not None and not (mg.is_finite() and mg > 0):
                raise InputError(option, "an amount above zero is needed")
        if self.theory_mg is not None and self.dose_mg is not None and self.dose_mg > self.theory_mg:
            raise InputError(
                "--dose", f"{canonical(self.dose_mg)} mg of drug do not fit into {canonical(self.theory_mg)} mg"
            )
        if self.capsules is not None and not 1 <= self.capsules <= MOST_UNITS:
            raise InputError("--capsules", f"{self.capsules} is not from 1 to {grouped(MOST_UNITS)}")
        refuse_target(self.target_percent)


def refuse_target(percent: Fraction | Decimal | None) -> None:
    """Refuses a T of USP <905>, in percent of the label, that no monograph has.

    T is an average of monograph limits. A T of 1,000 % would carry M along and pass a tenfold dose.
    """
    if percent is None:
        return
    if (isinstance(percent, Decimal) and not percent.is_finite()) or not 50 <= percent <= 150:
        said = _written(percent) if isinstance(percent, Decimal) else number(percent)
        raise InputError(
            "--target", f"{said} % is not a target; T is the average of the limits of the label, from 50 % to 150 %"
        )


def _written(value: Decimal) -> str:
    """The text of a figure that was given, "Infinity" and "NaN" among them."""
    return canonical(value) if value.is_finite() else str(value)
