"""The JSON object of a plan: what `--json` prints, what travels with the worksheet, what `audit` and `verify` read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from fractions import Fraction
from importlib import import_module
from typing import TYPE_CHECKING, Any

from compound.exact.errors import InputError, ProgramFault
from compound.exact.quantity import canonical
from compound.facts import standards
from compound.findings.finding import Finding, NotChecked
from compound.judging.audit import Accuracy, Audit
from compound.judging.capsule import aliquots, density_evidence
from compound.judging.replay import Mixture
from compound.order.particle_size import ParticleSize
from compound.plan.plan import balance_to_dict, plan_to_dict, step_to_dict
from compound.reading.text import shown
from compound.wording import notation

if TYPE_CHECKING:  # the audit of a plan loads no planner
    from compound.correcting.weighed import Bench, Weighing
    from compound.judging.pass_chance import Prediction
    from compound.planning.planned import Alternative, Relaxation, Routed


def to_json(record: Mapping[str, Any]) -> str:
    """A record as it is printed: in the order of its keys, indented, all characters as they are."""
    return json.dumps(record, ensure_ascii=False, indent=2)


def fingerprint(record: Mapping[str, Any]) -> str:
    """sha256 of the record without its fingerprint: keys sorted, no spaces, UTF-8."""
    rest = {key: value for key, value in record.items() if key != "fingerprint"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass"))


def sha256(content: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal digits."""
    # hashlib loads OpenSSL, which takes 2 ms and 4 MiB of every plan; CPython's own code gives the same digits.
    for module in ("_sha2", "_sha256", "hashlib"):  # from 3.12; 3.11; another Python
        try:
            return str(import_module(module).sha256(content).hexdigest())
        except (ImportError, AttributeError):
            continue
    raise ProgramFault("this Python has no SHA-256")


def plan_record(
    audit: Audit, alternatives: Sequence[Alternative] = (), other_route: Alternative | None = None
) -> dict[str, Any]:
    """The record of an audited plan."""
    return _stamped(
        {
            **plan_to_dict(audit.plan),
            "route": "solution" if audit.plan.is_liquid else "powder",
            "triturations": sum(1 for mixture in audit.mixtures if mixture.vessel.startswith("trituration ")),
            "dilutions": sum(1 for mixture in audit.mixtures if mixture.vessel.startswith("solution ")),
            "mixtures": [mixture_to_dict(mixture) for mixture in audit.mixtures],
            "accuracy": None if audit.accuracy is None else accuracy_to_dict(audit.accuracy),
            "uniformity": uniformity_to_dict(audit),
            "findings": [finding_to_dict(finding) for finding in audit.findings],
            "not_checked": [not_checked_to_dict(item) for item in audit.not_checked],
            "alternatives": [
                {"steps": [step_to_dict(step) for step in other.plan.steps], "lost_on": other.lost_on}
                for other in alternatives
            ],
            "other_route": None if other_route is None else {
                "steps": [step_to_dict(step) for step in other_route.plan.steps], "lost_on": other_route.lost_on,
            },
        }
    )


def _stamped(record: dict[str, Any]) -> dict[str, Any]:
    ordered = {"schema": record["schema"], "fingerprint": fingerprint(record)}
    return ordered | {key: value for key, value in record.items() if key not in ordered}


def impossible_record(
    request: Mapping[str, Any], balance: Mapping[str, Any], content_fraction: Fraction,
    findings: Sequence[Finding], not_checked: Sequence[NotChecked], planned: Routed | None,
) -> dict[str, Any]:  # fmt: skip
    """The record of an order for which no plan is admissible, or (without `planned`) none was looked for."""
    return _stamped(
        {
            "schema": "compound.plan/1",
            "request": dict(request),
            "balance": dict(balance),
            "content_fraction": canonical(content_fraction),
            "steps": [],
            "route": None,
            "triturations": None,
            "dilutions": None,
            "mixtures": [],
            "accuracy": None,
            "uniformity": None,
            "findings": [finding_to_dict(finding) for finding in findings],
            "not_checked": [not_checked_to_dict(item) for item in not_checked],
            "alternatives": [],
            "other_route": None,
            "would_help": [
                {"option": item.option, "value": canonical(item.value), "method": method}
                for method, items in (() if planned is None else _limits(planned))
                for item in items
            ],
        }
    )


def _limits(planned: Routed) -> tuple[tuple[str, tuple[Relaxation, ...]], ...]:
    """The limits that would help, by the route that they would help."""
    return ("powder", planned.relaxations), ("solution", planned.by_solution or ())


def bench_record(bench: Bench, name: str) -> dict[str, Any]:
    """The record of a plan audited with what was read; `name` is that of its file. Amounts in mg."""
    accuracy, filling = bench.made.accuracy, bench.filling
    return {
        "schema": "compound.audit/1",
        "file": name,
        "verdict": bench.verdict.value,
        "balance": balance_to_dict(bench.plan.balance, bench.plan.order.least_weighable),
        "target_mg": canonical(bench.plan.order.dose.mg),
        "limit_percent": canonical(bench.limit),
        "dose_mg": None if accuracy is None else canonical(accuracy.dose_mg),
        "deviation_percent": None if accuracy is None else canonical(accuracy.rounding_percent),
        "worst_low_percent": None if accuracy is None else _maybe(accuracy.worst_low_percent),
        "worst_high_percent": None if accuracy is None else _maybe(accuracy.worst_high_percent),
        "uncorrected_dose_mg": _maybe(bench.uncorrected_dose),
        "uniformity": uniformity_to_dict(bench.made),
        "mixtures": [mixture_to_dict(mixture) | {"made": mixture.vessel in bench.closed}
                     for mixture in bench.made.mixtures],
        "readings": [
            {"number": w.number, "planned_mg": canonical(w.planned), "corrected_mg": _maybe(w.corrected),
             "read_mg": canonical(w.read), "off_percent": _off(w)}
            for w in bench.weighings
            if w.read is not None
        ],
        "next": [
            {"number": w.number, "planned_mg": canonical(w.planned), "corrected_mg": _maybe(w.corrected)}
            for w in bench.next
        ],
        "fill": None if filling is None else {
            "number": filling.number,
            "planned_mg": canonical(filling.planned),
            "given_mg": _maybe(filling.given),
            "corrected_mg": _maybe(filling.corrected),
        },
        "findings": [finding_to_dict(finding) for finding in bench.findings],
        "not_checked": [not_checked_to_dict(item) for item in bench.not_checked],
    }  # fmt: skip


def _off(weighing: Weighing) -> str | None:
    """How far a reading is off what was to be weighed, in percent of that."""
    if weighing.read is None or not weighing.corrected:
        return None
    return canonical(100 * (weighing.read / weighing.corrected - 1))


def mixture_to_dict(mixture: Mixture) -> dict[str, Any]:
    """A mixture with its strength, per g or per mL; of a solution made up to a volume the mass is not known."""
    volume, left = mixture.volume_ml, mixture.left_ml
    record: dict[str, Any] = {
        "vessel": mixture.vessel,
        "total_mg": canonical(mixture.total_mg) if volume is None else None,
        "drug_mg": canonical(mixture.drug_mg),
        "left_mg": canonical(mixture.left_mg) if volume is None else None,
        "strength_mg_per_g": _maybe(mixture.strength_mg_per_g),
        "one_in": _maybe(mixture.one_in),
    }
    if volume is not None:
        record["volume_ml"] = canonical(volume)
        record["left_ml"] = _maybe(left)
        record["strength_mg_per_ml"] = _maybe(mixture.strength_mg_per_ml)
    return record


def accuracy_to_dict(accuracy: Accuracy) -> dict[str, Any]:
    """The accuracy with its deviations in percent of the label."""
    return {
        "target_mg": canonical(accuracy.target_mg),
        "dose_mg": canonical(accuracy.dose_mg),
        "rounding_percent": canonical(accuracy.rounding_percent),
        "worst_low_percent": _maybe(accuracy.worst_low_percent),
        "worst_high_percent": _maybe(accuracy.worst_high_percent),
        "root_sum_square_percent": canonical(accuracy.root_sum_square_percent),
    }


def uniformity_to_dict(audit: Audit) -> dict[str, Any]:
    """The uniformity from capsule to capsule; what could not be worked out is null, and `not_checked` says why.

    The chances to pass are rounded down to 0.01 %, which is what their integration is good for; all else that is
    irrational has 12 significant digits.
    """
    told = audit.uniformity
    size, particles = told.size, told.particles
    largest = [
        {"rsd_percent": canonical(one.rsd_percent), "spread": canonical(one.spread), "median_um": canonical(one.median_um)}
        for one in told.admissible
    ]
    return {
        "dissolved": told.dissolved,
        "true_density_g_per_cm3": None if told.density is None else canonical(told.density),
        "true_density_evidence": density_evidence(audit.plan.order) if told.density is not None else None,
        "largest": largest or None,
        "assumed": None if told.assumed is None else {
            "median_um": canonical(told.assumed.size.median_um),
            "spread": canonical(told.assumed.size.spread),
            "rsd_percent": canonical(told.assumed.rsd_percent),
        },
        "particles": None if particles is None or size is None else {
            "median_um": canonical(particles.median_um),
            "spread": canonical(size.spread) if isinstance(size, ParticleSize) else None,
            "d99_um": canonical(particles.d99_um),
            "median_mass_mg": canonical(particles.median_mass_mg),
            "d99_mass_mg": canonical(particles.d99_mass_mg),
            "median_share_percent": canonical(particles.median_share_percent),
            "d99_share_percent": canonical(particles.d99_share_percent),
            "per_capsule": canonical(particles.count_by_number),
            "per_capsule_of_median": canonical(particles.count_of_median),
            "per_capsule_effective": canonical(particles.count_effective),
            "skewness": canonical(particles.skewness),
            "large_share_percent": canonical(100 * standards.limit("large_particle_share")),
            "large_chance_percent": canonical(particles.large_chance_percent),
            "aliquots": [
                {"number": aliquot.step, "drug_mg": canonical(aliquot.drug_mg), "rsd_percent": canonical(rsd)}
                for aliquot, rsd in zip(aliquots(audit.plan), particles.aliquot_bias_percent, strict=True)
            ],
        },
        "budget": {
            "weighing_low_percent": _maybe(told.weighing_low_percent),
            "weighing_high_percent": _maybe(told.weighing_high_percent),
            "aliquots_rsd_percent": None if particles is None else canonical(particles.bias_percent),
            "particle_rsd_percent": None if particles is None else canonical(particles.rsd_percent),
            "fill_rsd_percent": None if told.fill_rsd_percent is None else canonical(told.fill_rsd_percent),
            "combined_rsd_percent": None if told.combined_rsd_percent is None else canonical(told.combined_rsd_percent),
        },
        "usp_905": {
            "planned": None if told.expected is None else _prediction_to_dict(told.expected),
            "worst_case": None if told.worst is None else _prediction_to_dict(told.worst),
        },
    }  # fmt: skip


def _prediction_to_dict(told: Prediction) -> dict[str, Any]:
    return {
        "mean_percent": canonical(told.mean_percent),
        "rsd_percent": canonical(told.rsd_percent),
        "batch_rsd_percent": canonical(told.batch_rsd_percent),
        "acceptance_value": canonical(told.acceptance_value),
        "stage_1_percent": canonical(told.stage_1_percent),
        "either_stage_percent": canonical(told.either_stage_percent),
    }


def finding_to_dict(finding: Finding) -> dict[str, Any]:
    """A finding with its sentences in English."""
    record: dict[str, Any] = {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": notation.filled(finding.entry.message, finding.values),
        "where": finding.where,
        "source": finding.entry.source,
        "remedy": notation.filled(finding.entry.remedy, finding.values),
    }
    if finding.accepted is not None:
        record["accepted"] = finding.accepted
    return record


def not_checked_to_dict(item: NotChecked) -> dict[str, Any]:
    """A rule that was not checked, and because of what."""
    return {"code": item.code, "because": notation.filled(item.entry.message, item.values)}


def _maybe(value: Fraction | None) -> str | None:
    return None if value is None else canonical(value)


def from_json(content: bytes | str, where: str) -> dict[str, Any]:
    """Reads a record strictly: one object, no key twice, no bare number but whole ones, no NaN. Raises InputError."""

    def refuse(text: str) -> Any:
        raise InputError(where, f"holds the bare number {shown(text)}; numbers that are not counts are written as text")

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in pairs:
            if key in found:
                raise InputError(where, f"has the key {shown(key)} twice in one object")
            found[key] = value
        return found

    def whole(text: str) -> int:
        return int(text) if len(text) <= 9 else refuse(text)

    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        data = json.loads(text, object_pairs_hook=once, parse_float=refuse, parse_constant=refuse, parse_int=whole)
    except UnicodeDecodeError as error:
        raise InputError(where, f"is not UTF-8 text (byte {error.start + 1:,})") from None
    except json.JSONDecodeError as error:
        raise InputError(where, f"is no JSON: line {error.lineno}, column {error.colno}") from None
    except RecursionError:
        raise InputError(where, "is nested too deeply") from None
    if not isinstance(data, dict):
        raise InputError(where, "is no JSON object")
    return data
