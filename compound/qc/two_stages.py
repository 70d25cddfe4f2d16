"""Units counted around their own mean, in two stages: Ph. Eur. 2.9.6 for contents, USP <2091> for weights."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from compound.exact.root import Root
from compound.exact.value import replace
from compound.facts.qc_rules import EachInTwoStages, Rule
from compound.findings import codes as catalogue
from compound.findings.finding import Finding
from compound.qc.check import JudgedLimit, RuleCheck, RuleVerdict, capsules_named, not_applied, outside_findings
from compound.qc.statistics import statistics

# What is said of values in each unit: that too many lie outside, and that more units decide.
_SAID = {
    "percent": (catalogue.QC_CONTENTS_OUTSIDE, catalogue.QC_CONTENT_NEXT_STAGE),
    "mg": (catalogue.QC_UNITS_OUTSIDE, catalogue.QC_WEIGHT_NEXT_STAGE),
}


def two_stage_checks(
    rule: Rule, limit: EachInTwoStages, values: Sequence[Fraction | Decimal], unit: str
) -> list[JudgedLimit]:
    """Few units outside the narrow range of the mean, none outside the wide one; a few more lead to the second stage."""
    mean = statistics(values).mean
    if mean <= 0:
        return [not_applied(rule, "units outside", catalogue.QC_MEAN_ZERO)]
    first = len(values) == limit.first_units
    most = limit.most_first if first else limit.most_all
    wide = _counted(rule, values, mean, limit.wide_percent, unit, 0)
    narrow = _counted(rule, values, mean, limit.percent, unit, most)
    outside_entry, next_entry = _SAID[unit]
    said = outside_findings(narrow, outside_entry, values, mean)
    if first and most < len(narrow.outside) <= limit.most_go_on and not wide.outside:
        narrow, (low, high) = replace(narrow, verdict=RuleVerdict.NEXT_STAGE), narrow.window or (mean, mean)
        said = (
            Finding(next_entry, capsules_named(narrow.outside), {
                "rule": rule.name, "outside": len(narrow.outside), "low": low, "high": high,
                "more": limit.all_units - limit.first_units, "all": limit.all_units,
            }),
        )  # fmt: skip
    return [(narrow, said), (wide, outside_findings(wide, outside_entry, values, mean))]


def _counted(
    rule: Rule, values: Sequence[Fraction | Decimal], mean: Fraction, percent: Fraction, unit: str, most: int
) -> RuleCheck:
    """The units further than a percentage from the mean, of which at most so many may be."""
    low, high = (1 - percent / 100) * mean, (1 + percent / 100) * mean
    outside = tuple(capsule for capsule, value in enumerate(values, 1) if not low <= value <= high)
    return RuleCheck(
        rule,
        "units outside",
        "count",
        RuleVerdict.PASS if len(outside) <= most else RuleVerdict.FAIL,
        Root(Fraction(len(outside))),
        high=Fraction(most),
        window=(low, high),
        window_unit=unit,
        outside=outside,
    )
