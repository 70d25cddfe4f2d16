"""The rules for weights and assays of capsules that others set: facts/data/qc.json."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

from compound.exact.errors import ProgramFault
from compound.exact.value import Value
from compound.reading import shipped
from compound.reading.amounts import from_canonical


class MassClass(Value):
    """A class of mass, from `low_mg` (included) to `high_mg` (not included), and the limit that holds in it."""

    low_mg: Fraction
    high_mg: Fraction | None
    percent: Fraction

    def holds(self, mg: Fraction) -> bool:
        """Whether a mass is of this class."""
        return self.low_mg <= mg and (self.high_mg is None or mg < self.high_mg)


class Each(Value):
    """At most `most_outside` capsules lie further from the basis than their class allows."""

    most_outside: int
    classes: tuple[MassClass, ...]


class Mean(Value):
    """The mean lies within `percent` of the theoretical weight."""

    percent: Fraction


class Rsd(Value):
    """The relative standard deviation stays below the percentage of its class, or at most at it where `included`.

    Fewer than `least_units` capsules cannot pass it.
    """

    classes: tuple[MassClass, ...]
    included: bool = False
    least_units: int = 2


class MassLoss(Value):
    """Sum of the weighings minus net mass of all capsules is at most `percent` of that sum."""

    percent: Fraction


class AcceptanceTest(Value):
    """The acceptance value of USP <905>; its numbers are those of `acceptance_numbers()`."""


class MeanContent(Value):
    """The mean content lies from `low` to `high` percent of the label."""

    low: Fraction
    high: Fraction


class DoseByFill(Value):
    """The mean fill, times what the batch holds of drug, gives the label within `percent`."""

    percent: Fraction


class EachInTwoStages(Value):
    """Capsules further than `percent` from their mean are counted, in two stages; none may be further than `wide_percent`."""

    first_units: int
    all_units: int
    percent: Fraction
    wide_percent: Fraction
    most_first: int
    most_go_on: int
    most_all: int


class EachLabel(Value):
    """Each capsule lies within the percentage of the label that the class of the dose allows."""

    classes: tuple[MassClass, ...]


RuleLimit = Each | Mean | Rsd | DoseByFill | MassLoss | AcceptanceTest | MeanContent | EachInTwoStages | EachLabel


class Rule(Value):
    """A rule that others set. `default` rules are tried where none is chosen.

    `measured` says which weights it judges (`net`, `intact`, `as weighed`), `basis` what it compares them with
    (`mean`, `theory`, `assay`), `units` how many it takes (any number where it is empty). `sample` is the share of
    the batch and the number of capsules, whichever is fewer, that must be weighed.
    """

    code: str
    name: str
    country: str
    default: bool
    measured: str
    basis: str
    units: tuple[int, ...]
    sample: tuple[Fraction, int] | None
    limits: tuple[RuleLimit, ...]
    citation: str
    sources: tuple[str, ...]
    evidence: str


class AcceptanceNumbers(Value):
    """The numbers of the acceptance value, and the content below which Ph. Eur. asks for assays instead of weights."""

    first_units: int
    all_units: int
    constant_first: Fraction
    constant_all: Fraction
    reference_low: Fraction
    reference_high: Fraction
    most_value: Fraction
    single_unit: Fraction
    least_drug_mg: Fraction
    least_share: Fraction
    rounding_step: Fraction
    content_drug_mg: Fraction
    content_share: Fraction


@cache
def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = shipped.facts("qc.json")
    return tables


@cache
def acceptance_numbers() -> AcceptanceNumbers:
    """The numbers of USP <905> and of Ph. Eur., from facts/data/qc.json."""
    row, content = _tables()["acceptance"], _tables()["content_uniformity"]
    return AcceptanceNumbers(
        first_units=row["first_units"],
        all_units=row["all_units"],
        constant_first=_figure(row, "constant_first"),
        constant_all=_figure(row, "constant_all"),
        reference_low=_figure(row, "reference_low_percent"),
        reference_high=_figure(row, "reference_high_percent"),
        most_value=_figure(row, "most_value_percent"),
        single_unit=_figure(row, "single_unit_percent"),
        least_drug_mg=_figure(row, "least_drug_mg"),
        least_share=_figure(row, "least_share_percent"),
        rounding_step=_figure(row, "rounding_step_percent"),
        content_drug_mg=_figure(content, "least_drug_mg"),
        content_share=_figure(content, "least_share_percent"),
    )


@cache
def weight_rules() -> Mapping[str, Rule]:
    """The rules for weights, by code."""
    return {row["code"]: _rule(row) for row in _tables()["weights"]}


@cache
def assay_rules() -> Mapping[str, Rule]:
    """The rules for assays, by code."""
    return {row["code"]: _rule(row) for row in _tables()["assays"]}


def _rule(row: dict[str, Any]) -> Rule:
    sample = (_figure(row, "sample_percent") / 100, row["sample_most"]) if "sample_percent" in row else None
    return Rule(
        code=row["code"],
        name=row["name"],
        country=row["country"],
        default=row["default"],
        measured=row.get("measured", "assay"),
        basis=row.get("basis", "label"),
        units=tuple(row.get("units", ())),
        sample=sample,
        limits=tuple(_LIMITS[check["kind"]](check) for check in row["checks"]),
        citation=row["citation"],
        sources=tuple(row["sources"]),
        evidence=row["evidence"],
    )


def _figure(row: dict[str, Any], key: str) -> Fraction:
    return from_canonical(row[key], key)


def _classes(row: dict[str, Any]) -> tuple[MassClass, ...]:
    return tuple(
        MassClass(
            _figure(mass_class, "from_mg"),
            None if mass_class["below_mg"] is None else _figure(mass_class, "below_mg"),
            _figure(mass_class, "percent"),
        )
        for mass_class in row["classes"]
    )


_LIMITS: dict[str, Callable[[dict[str, Any]], RuleLimit]] = {
    "each": lambda row: Each(row["most_outside"], _classes(row)),
    "mean": lambda row: Mean(_figure(row, "percent")),
    "rsd": lambda row: Rsd(_classes(row), row.get("included", False), row.get("least_units", 2)),
    "mass-loss": lambda row: MassLoss(_figure(row, "percent")),
    "acceptance": lambda row: AcceptanceTest(),
    "mean-content": lambda row: MeanContent(_figure(row, "low_percent"), _figure(row, "high_percent")),
    "each-in-two-stages": lambda row: EachInTwoStages(
        row["first_units"],
        row["all_units"],
        _figure(row, "percent"),
        _figure(row, "wide_percent"),
        row["most_outside_first"],
        row["most_outside_go_on"],
        row["most_outside_all"],
    ),
    "each-label": lambda row: EachLabel(_classes(row)),
}


class WeightLimits(Value):
    """What the weights of capsules keep, in percent: each one and the mean of the planned fill, the RSD, the loss.

    The RSD stays below its limit, or at most at it where `rsd_included`.
    """

    each: Fraction
    mean: Fraction
    rsd: Fraction
    rsd_included: bool
    loss: Fraction
    sources: tuple[str, ...]


SHEET_RULE = "worksheet"  # the code of the rule made of the limits that a worksheet prints
_BY_VOLUME = "de-dac-nrf"  # whose RSD holds capsules that are filled by volume
OF_THE_SHEET = "usp-compounding"  # whose limits on single capsules every sheet prints
# Whose limits stand on the sheet of a language: each capsule, mean, RSD, loss. Of the countries of the others no limits of
# a mean, RSD or loss are on record: theirs are the Dutch and German ones, and the sheet names them.
_USUAL = (OF_THE_SHEET, "nl-fna", "nl-fna", "de-dac-nrf")
_ON_THE_SHEET = dict.fromkeys(("en", "fr", "es", "pt", "nl"), _USUAL) | {
    "de": (OF_THE_SHEET, "filler-maker", "de-dac-nrf", "de-dac-nrf"),
}


def weight_limits(fill_mg: Fraction | Decimal, language: str = "en") -> WeightLimits:
    """The limits of the weights that the sheet of a language prints for a fill, out of the rules of `compound qc`."""
    each, mean, rsd, loss = (weight_rules()[code] for code in _ON_THE_SHEET[language])
    scatter = _limit(rsd, Rsd)
    return WeightLimits(
        each=_percent(_limit(each, Each).classes, fill_mg), mean=_limit(mean, Mean).percent,
        rsd=_percent(scatter.classes, fill_mg), rsd_included=scatter.included, loss=_limit(loss, MassLoss).percent,
        sources=tuple(dict.fromkeys(rule.citation for rule in (each, mean, rsd, loss))),
    )  # fmt: skip


def mass_loss_limit(language: str) -> Fraction:
    """The most of a batch that may be lost on the way into its capsules, in percent, by the sheet of a language."""
    return _limit(weight_rules()[_ON_THE_SHEET[language][3]], MassLoss).percent


def sheet_rule(dose_error_percent: Fraction | Decimal, language: str, least_units: int, *, by_volume: bool = False) -> Rule:
    """The limits that the worksheet of a language prints, as one rule; the dose by the mean fill is among them.

    `least_units` is how many capsules the sheet asks to weigh; all where there are fewer. `by_volume` is for a batch that
    is filled whole: no fill was planned, so single capsules are held to their mean, and the RSD to that of DAC/NRF.
    """
    each, mean, rsd, _ = (weight_rules()[code] for code in _ON_THE_SHEET[language])
    limits: tuple[RuleLimit, ...] = (_limit(each, Each), _limit(mean, Mean), _limit(rsd, Rsd), DoseByFill(Fraction(dose_error_percent)))
    citations = tuple(dict.fromkeys(rule.citation for rule in (each, mean, rsd)))
    if by_volume:
        scatter = weight_rules()[_BY_VOLUME]
        limits, citations = (_limit(each, Each), _limit(scatter, Rsd)), (each.citation, scatter.citation)
    return Rule(
        code=SHEET_RULE, name="worksheet", country="this batch", default=True, measured="net",
        basis="mean" if by_volume else "theory", units=(), sample=(Fraction(1), least_units), limits=limits,
        citation="the limits that the worksheet of this batch prints", sources=(), evidence="; ".join(citations),
    )  # fmt: skip


LIMIT = TypeVar("LIMIT", Each, Mean, Rsd, MassLoss)


def _limit(rule: Rule, kind: type[LIMIT]) -> LIMIT:
    """The first limit of a kind that a rule sets."""
    return next(limit for limit in rule.limits if isinstance(limit, kind))


def _percent(classes: tuple[MassClass, ...], fill_mg: Fraction | Decimal) -> Fraction:
    """The percentage of the class that a fill is of."""
    for mass_class in classes:
        if mass_class.holds(Fraction(fill_mg)):
            return mass_class.percent
    raise ProgramFault(f"no class of weights holds {fill_mg} mg")
