"""Findings on a dose: held against the doses studied, and against what a slip of a unit makes of them."""

from __future__ import annotations

from fractions import Fraction

from compound.exact.quantity import Mass
from compound.facts.doses import (
    base_of,
    cited,
    class_name,
    classify,
    load_review,
    mg_of,
    nearest_studied,
    references,
    slips,
)
from compound.findings import codes
from compound.findings.finding import Finding, NotChecked, Said


def dose_findings(
    drug: str, dose: Mass | Fraction, dosage_form: str = "capsule", *, substance: str = "", where: str = "--dose",
    planned: Fraction | None = None,
) -> tuple[Finding, ...]:  # fmt: skip
    """All that the doses studied say of one dose of a drug, named by its base (naltrexone), whatever the form.

    `substance` is the form that the dose is expressed in, for the message. `planned` is the dose in mg with a drug surplus,
    where one is planned: the limits of low and ultralow doses are held against it. Raises InputError for a dosage form of
    another route, and for a dose that is not above zero. Of a drug without studied doses nothing is said but that a
    dose is not low, where a limit is on record; `dose_not_checked` says that it was compared with none.
    """
    if dosage_form != "capsule":
        from compound.facts.dosage_forms import refuse_other_forms  # the usual form is known without their words

        refuse_other_forms(dosage_form, "--dosage-form")
    mg = mg_of(dose, where)
    most = mg if planned is None else max(mg, planned)
    said = [*_not_low(drug, most, where)]
    known = references(drug)
    if not known:
        return tuple(said)
    if all(reference.doubted for reference in known):
        rows = tuple(dict.fromkeys(record for reference in known for record in reference.records))
        papers = dict.fromkeys(paper for record in rows for paper in record.references)
        values: dict[str, Said] = {"drug": base_of(drug), "references": "; ".join(papers)}
        said.append(Finding(codes.ORAL_ROUTE_DOUBTED, where, values))
    said += _slipped(drug, mg, where)
    said.append(_placed(drug, mg, where))
    said += _otherwise(drug, mg, where)
    by_dose, by_day = classify(most)
    said.append(
        Finding(
            codes.DOSE_CLASS,
            where,
            {
                "dose": most,
                "review_class": class_name(by_dose.name),
                "review_limit": by_dose.definition.ultralow_mg,
                "daily_class": class_name(by_day.name),
                "daily_limit": by_day.definition.ultralow_mg,
            },
        )
    )
    said.append(Finding(codes.REVIEW_FORM_NOT_STATED, where, {"dose": mg, "substance": substance or base_of(drug)}))
    return tuple(said)


def dose_not_checked(drug: str) -> tuple[NotChecked, ...]:
    """What could not be compared, because no studied doses of the drug are known; empty for DRUGS."""
    if references(drug):
        return ()
    return (NotChecked(codes.STUDIED_DOSES_UNKNOWN, {"drug": drug.strip() or "the drug"}),)


def _not_low(drug: str, mg: Fraction, where: str) -> list[Finding]:
    return [
        Finding(codes.DOSE_NOT_LOW, where, {"dose": mg, "drug": limit.drug, "limit": limit.mg})
        for limit in load_review().limits
        if limit.drug == base_of(drug) and mg >= limit.mg
    ]


def _slipped(drug: str, mg: Fraction, where: str) -> list[Finding]:
    """The tripwire: warnings, or notes where the dose equals a studied value."""
    equal = any(reference.single and reference.low == mg for reference in references(drug))
    said = []
    for slip in slips(drug, mg):
        met = slip.reference
        values: dict[str, Said] = {"dose": mg, "factor": slip.factor, "references": met.cited}
        if equal:
            said.append(Finding(codes.STUDIED_THOUSANDFOLD_APART, where, values | {"other": slip.studied_mg}))
            continue
        values |= {"studied": slip.studied_mg}
        if met.single:
            entry = codes.DOSE_MULTIPLE_OF_STUDIED if slip.above else codes.DOSE_PART_OF_STUDIED
        else:
            entry = codes.DOSE_MULTIPLE_OF_RANGE if slip.above else codes.DOSE_PART_OF_RANGE
            values |= {"low": met.low, "high": met.high}
        said.append(Finding(entry, where, values))
    return said


def _placed(drug: str, mg: Fraction, where: str) -> Finding:
    """Where the dose stands among the doses studied."""
    near = nearest_studied(drug, mg)
    first = near[0].reference
    if len(near) == 2:
        below, above = sorted((place.reference for place in near), key=lambda reference: reference.low)
        return Finding(
            codes.DOSE_BETWEEN_STUDIED,
            where,
            {"dose": mg, "below": below.low, "below_references": below.cited,
             "above": above.low, "above_references": above.cited},
        )  # fmt: skip
    if not first.holds(mg):
        return Finding(
            codes.DOSE_BEYOND_STUDIED, where, {"dose": mg, "nearest": first.low, "references": first.cited}
        )
    if first.single:
        return Finding(codes.DOSE_STUDIED, where, {"dose": mg, "references": first.cited})
    return Finding(
        codes.DOSE_IN_STUDIED_RANGE,
        where,
        {"dose": mg, "low": first.low, "high": first.high, "references": first.cited},
    )


def _otherwise(drug: str, mg: Fraction, where: str) -> list[Finding]:
    """The rows that print the very number, but not as one oral immediate-release dose."""
    if any(reference.single and reference.low == mg for reference in references(drug)):
        return []
    said = dict.fromkeys(
        (figure.because or record.because, cited((record,)) or record.application)
        for record in load_review().records
        if base_of(drug) in record.drugs
        for figure in record.figures
        if not figure.compare and figure.amount.is_dose and mg in figure.amount.numbers
    )
    return [
        Finding(codes.DOSE_STUDIED_OTHERWISE, where, {"dose": mg, "reason": reason, "record": papers})
        for reason, papers in said
    ]
