"""The judgement on weights or assays as JSON: exact, and of irrational numbers 12 significant digits."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from compound.exact.quantity import canonical
from compound.exact.root import WRITTEN_DIGITS
from compound.qc.assays import AssayReport
from compound.qc.check import RuleCheck
from compound.qc.statistics import Statistics, deviations
from compound.qc.weights import WeightReport
from compound.showing.findings_json import finding_to_dict, not_checked_to_dict
from compound.wording.language import ENGLISH, Language


def weights_json(report: WeightReport, language: Language = ENGLISH) -> dict[str, Any]:
    """The judgement on weights: schema `compound.qc.weights/1`."""
    weights, batch = report.weights, report.batch
    return {
        "schema": "compound.qc.weights/1",
        "weighed": "gross" if weights.gross else "net",
        "units": len(weights.measured_mg),
        "gross_mg": _texts(weights.measured_mg) if weights.gross else None,
        "shells_mg": _texts(weights.shells_mg),
        "shell_mean_mg": _text(weights.shell_mean_mg),
        "shell_spread_mg": _text(weights.shell_spread_mg),
        "net_mg": _texts(weights.net_mg),
        "batch": {
            "file": None if batch.sheet is None else batch.sheet.name,
            "theory_mg": _text(batch.theory_mg),
            "dose_mg": _text(batch.dose_mg),
            "assay_percent": _text(batch.assay_percent),
            "target_percent": _text(batch.target_percent),
            "capsules": batch.capsules,
            "weighed_in_mg": _text(batch.weighed_in_mg),
            "all_net_mg": _text(batch.all_net_mg),
        },
        "statistics": {"of": report.of, **_statistics_json(report.statistics, "mg")},
        "off_mean_percent": _off(weights.net_mg or weights.measured_mg, report.statistics.mean),
        "off_theory_percent": _off(weights.net_mg, batch.theory_mg),
        **_judgement_json(report, language),
    }


def assay_json(report: AssayReport, language: Language = ENGLISH) -> dict[str, Any]:
    """The judgement on assays: schema `compound.qc.assay/1`. Of one composite result, what single units give is null."""
    found, contents = report.acceptance, report.contents
    return {
        "schema": "compound.qc.assay/1",
        "assayed": "composite" if found is None else "single",
        "units": len(contents.percent),
        "stage": None if found is None else found.stage,
        "contents_mg": _texts(contents.mg),
        "label_mg": _text(contents.label_mg),
        "contents_percent": _texts(contents.percent),
        "statistics": None if found is None else _statistics_json(found.statistics, "percent"),
        "off_mean_percent": None if found is None else _off(contents.percent, found.statistics.mean),
        "target_percent": None if found is None else canonical(found.target),
        "reference_percent": None if found is None else canonical(found.reference),
        "constant": None if found is None else canonical(found.constant),
        "acceptance_value_percent": None if found is None else found.value.text(),
        "most_acceptance_value_percent": None if found is None else canonical(found.most_value),
        "single_unit_low_percent": None if found is None else canonical(found.low),
        "single_unit_high_percent": None if found is None else canonical(found.high),
        **_judgement_json(report, language),
    }


def _texts(values: Sequence[Fraction | Decimal] | None) -> list[str] | None:
    return None if values is None else [canonical(value) for value in values]


def _text(value: Fraction | Decimal | None) -> str | None:
    return None if value is None else canonical(value)


def _statistics_json(found: Statistics, unit: str) -> dict[str, Any]:
    return {
        f"mean_{unit}": canonical(found.mean),
        f"standard_deviation_{unit}": found.standard_deviation.text(),
        "rsd_percent": None if found.rsd is None else found.rsd.text(),
        "irrational_digits": WRITTEN_DIGITS,
    }


def _off(values: Sequence[Fraction | Decimal] | None, reference: Fraction | Decimal | None) -> list[str] | None:
    """The deviation of each value from the reference, in percent of it; None where one of the two is not known."""
    if values is None or reference is None or reference <= 0:
        return None
    return _texts(deviations(values, reference))


def _check_json(check: RuleCheck, language: Language) -> dict[str, Any]:
    def written(value: Fraction | None) -> str | int | None:
        if value is None:
            return None
        return int(value) if check.unit == "count" else canonical(value)

    value = None if check.value is None else check.value.text()
    row: dict[str, Any] = {
        "rule": check.rule.code,
        "name": check.rule.name,
        "country": check.rule.country,
        "quantity": check.quantity,
        "verdict": check.verdict.value,
        f"value_{check.unit}": int(value) if value is not None and check.unit == "count" else value,
        f"low_{check.unit}": written(check.low),
        f"high_{check.unit}": written(check.high),
        "limit_included": not check.strict,
    }
    if check.window is not None:
        row[f"window_low_{check.window_unit}"] = canonical(check.window[0])
        row[f"window_high_{check.window_unit}"] = canonical(check.window[1])
        row["units_outside"] = list(check.outside)
        row["units_open"] = list(check.maybe)
    row |= {"citation": check.rule.citation, "sources": list(check.rule.sources), "evidence": check.rule.evidence}
    row["because"] = None if check.reason is None else language.message(check.reason)
    return row


def _judgement_json(report: WeightReport | AssayReport, language: Language) -> dict[str, Any]:
    return {
        "rules": [_check_json(check, language) for check in report.checks],
        "verdict": report.verdict.value,
        "findings": [finding_to_dict(finding, language) for finding in report.findings],
        "not_checked": [
            {**not_checked_to_dict(check.reason, language), "rule": check.rule.code, "quantity": check.quantity}
            for check in report.checks
            if check.reason is not None
        ],
    }
