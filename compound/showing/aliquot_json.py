"""The JSON object of an answer: schema compound.aliquot/1."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from compound.aliquot.answer import Answer, Proof
from compound.aliquot.asked import Ask
from compound.aliquot.question import Question
from compound.aliquot.working import Worked, alligation_parts
from compound.exact.quantity import canonical
from compound.order.request import to_request
from compound.plan.plan import balance_to_dict, step_to_dict
from compound.showing.approximate import with_twins
from compound.showing.findings_json import finding_to_dict, not_checked_to_dict
from compound.showing.fingerprint import fingerprint
from compound.showing.plan_json import mixture_to_dict
from compound.wording.language import ENGLISH, Language

ALIQUOT_SCHEMA = "compound.aliquot/1"


_KEYS_OF_ORDER = (
    "assay_percent", "assay_basis", "water_percent", "strength_mg_per_g", "tablet_dose_mg", "tablet_mass_mg",
    "strength_error_percent", "max_dilution", "solubility_mg_per_ml", "accept",
)  # fmt: skip


def aliquot_record(answer: Answer, language: Language = ENGLISH) -> dict[str, Any]:
    """The record of an answer. Masses are in mg, volumes in mL; of a liquid drug the need and the dose are volumes too."""
    question, found, proof = answer.question, answer.worked, answer.proof
    record = with_twins({
        "schema": ALIQUOT_SCHEMA,
        "question": question.kind,
        "request": _request(question),
        "balance": None if question.balance is None else balance_to_dict(question.balance, question.least),
        "least_weighable_mg": _number(question.least),
        "usp_41_mg": _number(question.least_by_usp),
        "usp_41_floor_mg": _number(question.floor_by_usp),
        "content_fraction": "1" if found is None else canonical(found.content),
        "answer": None if found is None or not found.steps else _worked(question, found),
        "parts": None if question.strengths is None else [canonical(one) for one in alligation_parts(question)],
        "aliquots": answer.doses,
        "steps": [] if found is None else [step_to_dict(step) for step in found.steps],
        "mixtures": [] if proof is None else [mixture_to_dict(mixture) for mixture in proof.mixtures],
        "accuracy": None if proof is None else _accuracy(question, proof),
        "others": [_worked(question, other) for other in answer.others],
        "keeps_within": None if answer.keeps is None else {
            **_worked(question, answer.keeps[0]), "accuracy": _accuracy(question, answer.keeps[1]),
        },
        "finer_balance_mg": _number(answer.finer),
        "findings": [finding_to_dict(finding, language) for finding in answer.findings],
        "not_checked": [not_checked_to_dict(item, language) for item in answer.not_checked],
    })  # fmt: skip
    stamp = {"schema": ALIQUOT_SCHEMA, "fingerprint": fingerprint(record)}
    return {**stamp, **{key: value for key, value in record.items() if key not in stamp}}


def _number(value: Fraction | None) -> str | None:
    return None if value is None else canonical(value)


def _request(question: Question) -> dict[str, Any]:
    """What decided the answer, defaults included."""
    order, strengths = question.order, question.strengths
    return {
        "drug": question.drug,
        "need_mg": None if order is None else canonical(order.dose.mg),
        "need_ml": None if question.need_ml is None else canonical(question.need_ml.ml),
        "dose_as": None if order is None or order.dose_as is None else order.dose_as.name,
        "weighing_error_percent": canonical(question.weighing_error.percent),
        "dose_error_percent": canonical(question.dose_error.percent),
        "minimum_weight_mg": None if question.minimum_weight is None else canonical(question.minimum_weight.mg),
        "repeatability_mg": None if question.repeatability is None else canonical(question.repeatability.mg),
        "multiple": question.multiple,
        "weigh_mg": None if question.weigh is None else canonical(question.weigh.mg),
        "take_mg": None if question.take is None else canonical(question.take.mg),
        "take_ml": None if question.take_ml is None else canonical(question.take_ml.ml),
        "into_ml": None if question.into is None else canonical(question.into.ml),
        "measure": [one.name for one in question.wares],
        "diluent": question.diluent,
        "solvent": question.solvent,
        **_of_order(question),
        "higher_mg_per_g": None if strengths is None else canonical(1000 * strengths.higher),
        "lower_mg_per_g": None if strengths is None else canonical(1000 * strengths.lower),
        "to_mg_per_g": None if strengths is None else canonical(1000 * strengths.wanted),
        "total_mg": None if strengths is None or strengths.total is None else canonical(strengths.total.mg),
    }  # fmt: skip


def _of_order(question: Question) -> dict[str, Any]:
    """What decided the answer of lot and limits, under the keys of a plan's request. A whole tablet has no mass."""
    asked: Mapping[str, Any] = {} if question.order is None else to_request(question.order)
    found = {key: asked.get(key) for key in _KEYS_OF_ORDER}
    return found | ({"tablet_mass_mg": None} if question.kind == Ask.TABLET else {})


def _worked(question: Question, found: Worked) -> dict[str, Any]:
    """The amounts of an answer, under the unit that each is in."""
    drug = "drug_ml" if question.kind == Ask.LIQUID else "drug_mg"
    whole = "ml" if question.kind in (Ask.LIQUID, Ask.SOLUTION, Ask.TABLET) else "mg"
    made: Mapping[str, Fraction | None] = {
        drug: found.drug, f"diluent_{whole}": found.diluent, f"total_{whole}": found.total, f"take_{whole}": found.take,
    }  # fmt: skip
    multiple = {} if question.kind == Ask.MIX else {"multiple": canonical(found.multiple)}
    return {**multiple, **{key: _number(value) for key, value in made.items()}}


def _accuracy(question: Question, proof: Proof) -> dict[str, Any]:
    """What the replay gives; of two strengths mixed, as mg of drug per g."""
    unit, factor = ("mg_per_g", 1000) if question.kind == Ask.MIX else ("ml" if question.kind == Ask.LIQUID else "mg", 1)
    return {
        f"target_{unit}": canonical(factor * proof.wanted),
        f"dose_{unit}": canonical(factor * proof.given),
        "rounding_percent": canonical(proof.deviation_percent),
        "each": [
            {
                "step": one.number, f"amount_{'ml' if one.by_volume else 'mg'}": canonical(one.amount),
                "error_percent": _number(one.percent),
            }
            for one in proof.each
        ],
        "worst_low_percent": _number(proof.low_percent),
        "worst_high_percent": _number(proof.high_percent),
        "total_low_percent": _number(proof.total_low_percent),
        "total_high_percent": _number(proof.total_high_percent),
    }  # fmt: skip
