"""The JSON object of a plan: what `--json` prints, what travels with the worksheet, what `audit` and `verify` read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from compound.exact.quantity import canonical
from compound.exact.real import Number
from compound.facts import standards
from compound.findings.finding import Finding, NotChecked
from compound.judging.accuracy import Accuracy
from compound.judging.audit import Audit
from compound.judging.densities import density_evidence
from compound.judging.particles import Particles
from compound.judging.replay import Mixture
from compound.judging.shares import shares
from compound.judging.uniformity import AtDensity, aliquots
from compound.order.particle_size import ParticleSize, SieveData
from compound.plan.plan import PLAN_SCHEMA, Vessel, plan_to_dict, step_to_dict, vessel_of
from compound.showing.approximate import with_twins
from compound.showing.findings_json import finding_to_dict, not_checked_to_dict
from compound.showing.fingerprint import fingerprint
from compound.wording.language import ENGLISH, Language

if TYPE_CHECKING:  # the audit of a plan loads no planner
    from compound.judging.pass_chance import Prediction
    from compound.planning.planned import Alternative, Relaxation, Routed


def plan_record(
    audit: Audit, alternatives: Sequence[Alternative] = (), other_route: Alternative | None = None,
    not_in_time: Sequence[NotChecked] = (), language: Language = ENGLISH,
) -> dict[str, Any]:  # fmt: skip
    """The record of an audited plan, with what is only shown beside it, and what of that was `not_in_time`.

    Its sentences are in a language, which it names where that is not English.
    """
    vessels = [vessel_of(mixture.vessel) for mixture in audit.mixtures]
    kinds = [vessel.kind for vessel in vessels if vessel is not None]
    return _stamped(
        {
            **plan_to_dict(audit.plan),
            **_language(language),
            "route": "solution" if audit.plan.is_liquid else "powder",
            "triturations": kinds.count(Vessel.TRITURATION),
            "dilutions": kinds.count(Vessel.SOLUTION),
            "mixtures": [mixture_to_dict(mixture) for mixture in audit.mixtures],
            **_excipients(audit),
            "accuracy": None if audit.accuracy is None else accuracy_to_dict(audit, audit.accuracy),
            "uniformity": uniformity_to_dict(audit),
            "findings": [finding_to_dict(finding, language) for finding in audit.findings],
            "not_checked": [not_checked_to_dict(item, language) for item in (*audit.not_checked, *not_in_time)],
            "alternatives": [
                {"steps": [step_to_dict(step) for step in other.plan.steps], "lost_on": other.lost_on}
                for other in alternatives
            ],
            "other_route": None if other_route is None else {
                "steps": [step_to_dict(step) for step in other_route.plan.steps], "lost_on": other_route.lost_on,
            },
        }
    )


def _language(language: Language) -> dict[str, Any]:
    """The language of the sentences; nothing for English."""
    return {} if language.code == ENGLISH.code else {"language": language.code}


def _excipients(audit: Audit) -> dict[str, Any]:
    """What the blend holds of each other excipient; nothing where none states its share."""
    made = [
        {
            "name": share.name,
            "share_percent": canonical(100 * share.ordered),
            "made_mg": canonical(share.mass_mg),
            "made_percent": canonical(share.made_percent),
        }
        for share in shares(audit.plan.order, audit.run)
    ]
    return {"excipients": made} if made else {}


def _stamped(plain: dict[str, Any]) -> dict[str, Any]:
    record = with_twins(plain)
    ordered = {"schema": record["schema"], "fingerprint": fingerprint(record)}
    return ordered | {key: value for key, value in record.items() if key not in ordered}


def impossible_record(
    ordered: Mapping[str, Any], content_fraction: Fraction,
    findings: Sequence[Finding], not_checked: Sequence[NotChecked], planned: Routed | None, language: Language = ENGLISH,
) -> dict[str, Any]:  # fmt: skip
    """The record of an order for which no plan is admissible, or (without `planned`) none was looked for.

    `ordered` are request, balance, identity and source.
    """
    return _stamped(
        {
            "schema": PLAN_SCHEMA,
            **ordered,
            **_language(language),
            "content_fraction": canonical(content_fraction),
            "steps": [],
            "route": None,
            "triturations": None,
            "dilutions": None,
            "mixtures": [],
            "accuracy": None,
            "uniformity": None,
            "findings": [finding_to_dict(finding, language) for finding in findings],
            "not_checked": [not_checked_to_dict(item, language) for item in not_checked],
            "alternatives": [],
            "other_route": None,
            "would_help": [
                {
                    "option": item.option, "value": maybe(item.value), "method": method, "nearest": item.nearest,
                    **({} if item.batches is None else {"batches": item.batches}),
                }
                for method, items in (() if planned is None else _limits(planned))
                for item in items
            ],
        }
    )


def _limits(planned: Routed) -> tuple[tuple[str, tuple[Relaxation, ...]], ...]:
    """The limits that would help, by the route that they would help."""
    return ("powder", planned.relaxations), ("solution", planned.by_solution or ())


def mixture_to_dict(mixture: Mixture) -> dict[str, Any]:
    """A mixture with its strength, per g or per mL; of what is made or topped up to a volume the mass is not known."""
    volume, left = mixture.volume_ml, mixture.left_ml
    record: dict[str, Any] = {
        "vessel": mixture.vessel,
        "total_mg": canonical(mixture.total_mg) if mixture.has_mass else None,
        "drug_mg": canonical(mixture.drug_mg),
        "left_mg": canonical(mixture.left_mg) if mixture.has_mass else None,
        "strength_mg_per_g": maybe(mixture.strength_mg_per_g),
        "one_in": maybe(mixture.one_in),
    }
    if mixture.topped_to is not None:
        record["weighed_mg"] = canonical(mixture.total_mg)
        record["topped_up_to_capsules"] = mixture.topped_to
    if volume is not None:
        record["volume_ml"] = canonical(volume)
        record["left_ml"] = maybe(left)
        record["strength_mg_per_ml"] = maybe(mixture.strength_mg_per_ml)
    return record


def accuracy_to_dict(audit: Audit, accuracy: Accuracy) -> dict[str, Any]:
    """The accuracy with its deviations in percent of the planned dose, which is the target."""
    uncertainty = audit.uncertainty_percent
    return {
        "target_mg": canonical(accuracy.target_mg),
        "dose_mg": canonical(accuracy.dose_mg),
        "rounding_percent": canonical(accuracy.deviation_percent),
        "worst_low_percent": maybe(accuracy.worst_low_percent),
        "worst_high_percent": maybe(accuracy.worst_high_percent),
        "root_sum_square_percent": canonical(accuracy.root_sum_square_percent),
        "uncertainty_percent": None if uncertainty is None else canonical(uncertainty),
        "weighing_correlation": canonical(standards.limit("weighing_correlation")),
        "total_low_percent": maybe(accuracy.total_low_percent),
        "total_high_percent": maybe(accuracy.total_high_percent),
        "capsule_low_percent": maybe(accuracy.capsule_low_percent),
        "capsule_high_percent": maybe(accuracy.capsule_high_percent),
    }


# What follows from the true density, where no single one is known.
_OPEN: dict[str, Any] = {
    "largest": None, "assumed": None, "particles": None,
    "budget": {"aliquots_rsd_percent": None, "particle_rsd_percent": None, "combined_rsd_percent": None},
    "usp_905": {"planned": None, "worst_case": None},
}  # fmt: skip


def uniformity_to_dict(audit: Audit) -> dict[str, Any]:
    """The uniformity from capsule to capsule; what could not be worked out is null, and `not_checked` says why.

    What follows from the true density stands under its own keys where the density is known. Where it is a range these
    are null, and the same keys stand in `at_low_density` and `at_high_density`. The chances to pass are rounded down to
    0.01 %, which is what their integration is good for; all else that is irrational has 12 significant digits.
    """
    told = audit.uniformity
    density, order, only = told.density, audit.plan.order, told.only
    ends = (None, None) if told.dissolved or density.is_known else density.ends
    at_low, at_high = (None, None) if len(told.ends) == 1 else (_at_density(end, audit) for end in told.ends)
    flat = _OPEN if only is None else _at_density(only, audit)
    budget = flat["budget"]
    return {
        "dissolved": told.dissolved,
        "true_density_g_per_cm3": canonical(density.low) if density.is_known else None,
        "true_density_low_g_per_cm3": maybe(ends[0]),
        "true_density_high_g_per_cm3": maybe(ends[1]),
        "true_density_evidence": "as entered" if order.true_density is not None else density_evidence(order),
        **{name: flat[name] for name in ("largest", "assumed", "particles")},
        "budget": {
            "weighing_low_percent": maybe(told.weighing_low_percent),
            "weighing_high_percent": maybe(told.weighing_high_percent),
            "aliquots_rsd_percent": budget["aliquots_rsd_percent"],
            "particle_rsd_percent": budget["particle_rsd_percent"],
            "fill_rsd_percent": maybe(told.fill_rsd_percent),
            "combined_rsd_percent": budget["combined_rsd_percent"],
        },
        "usp_905": flat["usp_905"],
        "at_low_density": at_low,
        "at_high_density": at_high,
    }


def _at_density(end: AtDensity, audit: Audit) -> dict[str, Any]:
    """What follows from one true density."""
    size, particles, dissolved = audit.uniformity.size, end.particles, audit.uniformity.dissolved
    largest = [
        {"rsd_percent": canonical(one.rsd_percent), "spread": canonical(one.spread), "median_um": canonical(one.median_um)}
        for one in end.admissible
    ]
    return {
        **({} if dissolved else {"true_density_g_per_cm3": canonical(end.density)}),
        "largest": largest or None,
        "assumed": None if end.assumed is None else {
            "median_um": canonical(end.assumed.size.median_um),
            "spread": canonical(end.assumed.size.spread),
            "rsd_percent": canonical(end.assumed.rsd_percent),
        },
        "particles": None if particles is None or size is None else _particles_to_dict(particles, size, audit),
        "budget": {
            "aliquots_rsd_percent": None if particles is None else canonical(particles.bias_percent),
            "particle_rsd_percent": None if particles is None else canonical(particles.rsd_percent),
            "combined_rsd_percent": maybe(end.combined_rsd_percent),
        },
        "usp_905": {
            "planned": None if end.expected is None else _prediction_to_dict(end.expected),
            "worst_case": None if end.worst is None else _prediction_to_dict(end.worst),
        },
    }  # fmt: skip


def _particles_to_dict(particles: Particles, size: ParticleSize | SieveData, audit: Audit) -> dict[str, Any]:
    """The particle statistics of one capsule, and the aliquots on the way to it."""
    return {
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
            for aliquot, rsd in zip(aliquots(audit.run), particles.aliquot_bias_percent, strict=True)
        ],
    }


def _prediction_to_dict(told: Prediction) -> dict[str, Any]:
    return {
        "mean_percent": canonical(told.mean_percent),
        "rsd_percent": canonical(told.rsd_percent),
        "batch_rsd_percent": canonical(told.batch_rsd_percent),
        "acceptance_value": canonical(told.acceptance_value),
        "stage_1_percent": canonical(told.stage_1_percent),
        "either_stage_percent": canonical(told.either_stage_percent),
    }


def maybe(value: Number | None) -> str | None:
    """A number as `canonical` writes it, and null for one that is not known."""
    return None if value is None else canonical(value)


