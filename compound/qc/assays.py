"""Judges the assays of single capsules, in percent of the label, by the rules that others set."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from compound.exact.errors import InputError
from compound.exact.root import Root
from compound.exact.value import Value
from compound.facts.qc_rules import (
    AcceptanceTest,
    EachInTwoStages,
    EachLabel,
    MeanContent,
    Rule,
    acceptance_numbers,
    assay_rules,
)
from compound.findings import codes as catalogue
from compound.findings.finding import Finding, Said
from compound.qc.batch import refuse_target
from compound.qc.check import (
    JudgedLimit,
    RuleCheck,
    RuleVerdict,
    capsules_named,
    chosen_rules,
    classes_between,
    findings_on_rules,
    not_applied,
    outside_findings,
    overall_verdict,
    quantity_of,
)
from compound.qc.statistics import Statistics, distinguishable, statistics
from compound.qc.two_stages import two_stage_checks
from compound.wording.notation import dose


class Acceptance(Value):
    """The acceptance value of USP <905> and all that leads to it, in percent of the label."""

    statistics: Statistics
    target: Fraction  # T
    reference: Fraction  # M
    constant: Fraction  # k
    value: Root  # |M - mean| + k s
    most_value: Fraction  # L1
    stage: int
    low: Fraction  # (1 - L2 / 100) M
    high: Fraction  # (1 + L2 / 100) M
    outside: tuple[int, ...]  # the units, counted from 1, outside low to high
    hopeless: tuple[int, ...]  # the units that lie outside whatever M becomes at stage 2

    @property
    def verdict(self) -> RuleVerdict:
        """Stage 1 passes or goes on to stage 2, unless a unit already rules that out; stage 2 passes or fails."""
        passed = self.value.at_most(self.most_value)
        if self.stage == 2:
            return RuleVerdict.PASS if passed and not self.outside else RuleVerdict.FAIL
        if passed:
            return RuleVerdict.PASS
        return RuleVerdict.FAIL if self.hopeless else RuleVerdict.NEXT_STAGE


def acceptance(contents: Sequence[Fraction | Decimal], target: Fraction | Decimal | None = None) -> Acceptance:
    """The acceptance value of 10 units (stage 1) or all 30 (stage 2), contents in percent of the label.

    `target` is T, 100 % where None. Raises InputError for another number of units and for a T outside 50 % to 150 %.
    Source: USP <905>.
    """
    set_by = acceptance_numbers()
    units = len(contents)
    if units not in (set_by.first_units, set_by.all_units):
        raise InputError(
            "",
            f"USP <905> judges {set_by.first_units} units, or {set_by.all_units} after 20 more; "
            f"{units} {'was' if units == 1 else 'were'} given, and its constant k holds for these two numbers "
            "alone",
        )
    if any((isinstance(content, Decimal) and not content.is_finite()) or content < 0 for content in contents):
        raise InputError("", "a content is a finite number, zero percent of the label or more")
    refuse_target(target)
    wanted = Fraction(100) if target is None else Fraction(target)
    stage = 1 if units == set_by.first_units else 2
    found = statistics(contents)
    highest = max(wanted, set_by.reference_high)
    reference = min(max(found.mean, set_by.reference_low), highest)
    constant = set_by.constant_first if stage == 1 else set_by.constant_all
    value = Root(abs(reference - found.mean), constant**2 * found.variance)
    less, more = 1 - set_by.single_unit / 100, 1 + set_by.single_unit / 100
    low, high = less * reference, more * reference
    return Acceptance(
        statistics=found,
        target=wanted,
        reference=reference,
        constant=constant,
        value=value,
        most_value=set_by.most_value,
        stage=stage,
        low=low,
        high=high,
        outside=tuple(capsule for capsule, content in enumerate(contents, 1) if not low <= content <= high),
        # M is between reference_low and highest in every sample.
        hopeless=tuple(
            capsule
            for capsule, content in enumerate(contents, 1)
            if not less * set_by.reference_low <= content <= more * highest
        ),
    )


class Assayed(Value):
    """What assays found, in percent of the label, and in mg where it was stated so; `label_mg` is then the label."""

    percent: tuple[Fraction | Decimal, ...]
    mg: tuple[Decimal, ...] | None = None
    label_mg: Decimal | None = None


def contents_of(masses_mg: Sequence[Decimal], label_mg: Decimal, places: Sequence[str] = ()) -> Assayed:
    """Assayed in mg, in percent of the label.

    Raises InputError for one ten times the label or about a thousandth of it: a unit was mistaken. `places` names where
    each was read.
    """
    label = Fraction(label_mg)
    for position, mg in enumerate(masses_mg):
        if mg >= 10 * label or 0 < mg <= label / 500:
            raise InputError(
                places[position] if places else f"unit {position + 1}",
                f"a content of {dose(mg)}, where the label says {dose(label)}: is the unit right, and is the point where "
                "it belongs?",
            )
    return Assayed(tuple(100 * Fraction(mg) / label for mg in masses_mg), tuple(masses_mg), label_mg)


class AssayReport(Value):
    """The judgement on assays, in percent of the label. `acceptance` is None for one composite result."""

    contents: Assayed
    acceptance: Acceptance | None
    checks: tuple[RuleCheck, ...]
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> RuleVerdict:
        """The verdict over all rules."""
        return overall_verdict(self.checks, self.findings)


def judge_composite(contents: Assayed, rules: Sequence[str] = ()) -> AssayReport:
    """Judges the one result of capsules assayed together; only rules on the mean content apply.

    Raises InputError for another number of results than one, and for a rule that is not known.
    """
    if len(contents.percent) != 1:
        raise InputError("--composite", f"{len(contents.percent)} results were given; a composite sample has one")
    content = Fraction(contents.percent[0])
    judged = [
        _mean_content(rule, content, limit.low, limit.high)
        if isinstance(limit, MeanContent)
        else not_applied(rule, quantity_of(limit), catalogue.QC_SINGLE_UNITS_NEEDED)
        for rule in chosen_rules(rules, assay_rules())
        for limit in rule.limits
    ]
    checks = tuple(check for check, _ in judged)
    findings = [finding for _, said in judged for finding in said]
    findings += [Finding(catalogue.QC_COMPOSITE, "assays"), *findings_on_rules(checks, rules)]
    return AssayReport(contents, None, checks, tuple(findings))


def judge_assay(
    contents: Sequence[Fraction | Decimal] | Assayed,
    *,
    target: Decimal | None = None,
    dose_mg: Decimal | None = None,
    rules: Sequence[str] = (),
) -> AssayReport:
    """Judges 10 or 30 contents in percent of the label by the rules chosen, or by the default ones.

    Raises InputError for another number of units and for a rule that is not known.
    """
    chosen = chosen_rules(rules, assay_rules())
    stated = contents if isinstance(contents, Assayed) else Assayed(tuple(contents))
    found = acceptance(stated.percent, target)
    judged = [pair for rule in chosen for pair in _judge_contents_by(rule, stated.percent, found, dose_mg)]
    checks = tuple(check for check, _ in judged)
    findings = [finding for _, said in judged for finding in said]
    if target is None and any(rule.code == "usp-905" for rule in chosen):
        findings.append(Finding(catalogue.QC_TARGET_ASSUMED, "--target", {"target": found.target}))
    decided = [check for check in checks if check.verdict is not RuleVerdict.NOT_APPLIED]
    if decided and all(check.rule.basis == "mean" for check in decided):
        findings.append(Finding(catalogue.QC_MEAN_BASED_CONTENT, "assays", {"rule": decided[0].rule.name}))
    findings += findings_on_rules(checks, rules)
    return AssayReport(stated, found, checks, tuple(findings))


def acceptance_checks(rule: Rule, contents: Sequence[Fraction | Decimal], found: Acceptance) -> list[JudgedLimit]:
    """The acceptance value, and at stage 2 the single units, each with what is to be said."""
    passed = found.value.at_most(found.most_value)
    first = RuleCheck(
        rule,
        "acceptance value",
        "percent",
        RuleVerdict.PASS if passed else found.verdict,
        found.value,
        high=found.most_value,
    )
    said: dict[str, Said] = {
        "rule": rule.name,
        "value": distinguishable(found.value.known, found.most_value),
        "limit": found.most_value,
        "units": found.statistics.units,
        "mean": found.statistics.mean,
        "reference": found.reference,
    }
    findings: list[Finding] = []
    if not passed:
        entry = catalogue.QC_ACCEPTANCE_STAGE_1 if found.stage == 1 else catalogue.QC_ACCEPTANCE_STAGE_2
        findings.append(Finding(entry, "acceptance value", said))
        findings += _rounding_note(rule, found.value, None, found.most_value)
    if found.stage == 1:
        if not passed and found.hopeless:
            findings.append(_hopeless(rule, contents, found))
        return [(first, tuple(findings))]
    judged: list[JudgedLimit] = [(first, tuple(findings))]
    verdict = RuleVerdict.FAIL if found.outside else RuleVerdict.PASS
    second = RuleCheck(
        rule,
        "units outside",
        "count",
        verdict,
        Root(Fraction(len(found.outside))),
        high=Fraction(0),
        window=(found.low, found.high),
        window_unit="percent",
        outside=found.outside,
    )
    judged.append((second, outside_findings(second, catalogue.QC_CONTENTS_OUTSIDE, contents, found.reference)))
    return judged


def _hopeless(rule: Rule, contents: Sequence[Fraction | Decimal], found: Acceptance) -> Finding:
    set_by = acceptance_numbers()
    highest = max(found.target, set_by.reference_high)
    low, high = (1 - set_by.single_unit / 100) * set_by.reference_low, (1 + set_by.single_unit / 100) * highest
    capsule = found.hopeless[0]
    value = Fraction(contents[capsule - 1])
    said: dict[str, Said] = {
        "rule": rule.name,
        "unit": capsule,
        "value": distinguishable(value, low if value < low else high),
        "low": low,
        "high": high,
    }
    return Finding(catalogue.QC_STAGE_2_CANNOT_PASS, capsules_named(found.hopeless), said)


def _rounding_note(rule: Rule, value: Root, low: Fraction | None, high: Fraction) -> list[Finding]:
    """Says so where a result fails exactly, and would pass if it were rounded to the digits of the limit first."""
    step = acceptance_numbers().rounding_step
    half = step / 2  # a half is rounded up, so just below it still comes down to the limit
    if not value.at_most(high):
        limit, rounded_passes = high, value.below(high + half)
    elif low is not None and value.below(low):
        limit, rounded_passes = low, not value.below(low - half)
    else:
        return []
    if not rounded_passes:
        return []
    return [
        Finding(
            catalogue.QC_ROUNDING_WOULD_PASS,
            "rounding",
            {"rule": rule.name, "value": distinguishable(value.known, limit), "limit": limit, "step": step},
        )
    ]


def _judge_contents_by(
    rule: Rule, contents: Sequence[Fraction | Decimal], found: Acceptance, dose_mg: Decimal | None
) -> list[JudgedLimit]:
    """Every limit of one rule held against the contents."""
    judged: list[JudgedLimit] = []
    for limit in rule.limits:
        match limit:
            case AcceptanceTest():
                judged.extend(acceptance_checks(rule, contents, found))
            case MeanContent(low, high):
                judged.append(_mean_content(rule, found.statistics.mean, low, high))
            case EachInTwoStages():
                judged.extend(two_stage_checks(rule, limit, contents, "percent"))
            case EachLabel():
                judged.append(_each_label(rule, limit, contents, dose_mg))
            case _:
                raise InputError("", f"rule {rule.code} sets a limit that assays cannot be held against")
    return judged


def _mean_content(rule: Rule, mean: Fraction, low: Fraction, high: Fraction) -> JudgedLimit:
    verdict = RuleVerdict.PASS if low <= mean <= high else RuleVerdict.FAIL
    check = RuleCheck(rule, "mean", "percent", verdict, Root(mean), low, high)
    if verdict is RuleVerdict.PASS:
        return check, ()
    said: dict[str, Said] = {
        "rule": rule.name,
        "mean": distinguishable(mean, low if mean < low else high),
        "low": low,
        "high": high,
    }
    return check, (Finding(catalogue.QC_MEAN_CONTENT_OFF, "mean", said), *_rounding_note(rule, Root(mean), low, high))


def _each_label(
    rule: Rule, limit: EachLabel, contents: Sequence[Fraction | Decimal], dose_mg: Decimal | None
) -> JudgedLimit:
    if dose_mg is None:
        return not_applied(rule, "units outside", catalogue.QC_DOSE_MISSING)
    classes = classes_between(limit.classes, Fraction(dose_mg), Fraction(dose_mg))
    if classes is None:
        return not_applied(rule, "units outside", catalogue.QC_OUTSIDE_CLASSES, {"mass": Fraction(dose_mg)})
    low, high = 100 - classes[0].percent, 100 + classes[0].percent
    outside = tuple(capsule for capsule, content in enumerate(contents, 1) if not low <= content <= high)
    check = RuleCheck(
        rule,
        "units outside",
        "count",
        RuleVerdict.FAIL if outside else RuleVerdict.PASS,
        Root(Fraction(len(outside))),
        high=Fraction(0),
        window=(low, high),
        window_unit="percent",
        outside=outside,
    )
    return check, outside_findings(check, catalogue.QC_CONTENTS_OUTSIDE, contents, Fraction(100))
