"""Weights held against what the worksheet of their batch prints: its limits, and the dose by the mean fill."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from compound.exact.root import Root
from compound.facts.qc_rules import OF_THE_SHEET, SHEET_RULE, DoseByFill, Rule, sheet_rule, weight_rules
from compound.findings import codes as catalogue
from compound.findings.finding import Clause, Finding, Said
from compound.qc.batch import SheetFacts
from compound.qc.check import JudgedLimit, RuleCheck, RuleVerdict, chosen_rules, not_applied
from compound.qc.statistics import distinguishable, statistics

LEAST_WEIGHED = 10  # fewer capsules of a batch cannot pass: the rules that a sheet cites take 10 or more


def rules_for(codes: Sequence[str], sheet: SheetFacts | None) -> tuple[Rule, ...]:
    """The rules named, or the default ones; of a batch with a sheet its limits come first, whatever is named.

    They hold single capsules to what USP compounding does, so where none is named that one is not judged twice. Raises
    InputError for a rule that is not known.
    """
    if sheet is None:
        return chosen_rules(codes, weight_rules())
    printed = sheet_rule(
        sheet.dose_error_percent, sheet.language, LEAST_WEIGHED, by_volume=sheet.fill_mg is None
    )  # fmt: skip
    others = [code for code in codes if code != SHEET_RULE]
    if codes and not others:
        return (printed,)
    known = {code: rule for code, rule in weight_rules().items() if others or code != OF_THE_SHEET}
    return (printed, *chosen_rules(others, known))


def dose_by_fill(
    rule: Rule, limit: DoseByFill, values: Sequence[Fraction], slack: Fraction, sheet: SheetFacts
) -> JudgedLimit:
    """The dose that the mean fill gives, by what the steps put into the batch; unweighed shells leave it open."""
    if sheet.drug_share is None:
        return not_applied(rule, "dose by the mean", catalogue.QC_NO_DOSE_OF_BATCH)
    dose, around, label = sheet.drug_share * statistics(values).mean, sheet.drug_share * slack, Fraction(sheet.label_mg)
    planned = label if sheet.planned_mg is None else Fraction(sheet.planned_mg)
    low, high = (1 - limit.percent / 100) * planned, (1 + limit.percent / 100) * planned
    if low <= dose - around and dose + around <= high:
        verdict = RuleVerdict.PASS
    else:
        verdict = RuleVerdict.FAIL if dose + around < low or dose - around > high else RuleVerdict.UNDECIDED
    check = RuleCheck(rule, "dose by the mean", "mg", verdict, Root(dose), low, high)
    if verdict is RuleVerdict.PASS:
        return check, ()
    said: dict[str, Said] = {
        "rule": rule.name,
        "dose": distinguishable(dose, low if dose < low else high),
        "aim": (Clause("the-label" if planned == label else "the-planned-dose", {"label": label, "planned": planned}),),
        "deviation": 100 * (dose / planned - 1),
        "limit": limit.percent,
    }
    if verdict is RuleVerdict.UNDECIDED:
        return check, (Finding(catalogue.QC_SHELLS_DECIDE_DOSE, "mean", {**said, "spread": slack}),)
    return check, (Finding(catalogue.QC_DOSE_OFF, "mean", said),)


