"""Judges the weights of capsules, in mg, by the rules that others set.

Unweighed shells are taken as anything within their spread: a verdict stands only where it is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from compound.exact.errors import InputError
from compound.exact.quantity import Direction, round_to
from compound.exact.root import Root
from compound.exact.value import Value, replace
from compound.facts.qc_rules import (
    AcceptanceTest,
    DoseByFill,
    Each,
    EachInTwoStages,
    MassLoss,
    Mean,
    Rsd,
    Rule,
    RuleLimit,
    acceptance_numbers,
)
from compound.findings import codes as catalogue
from compound.findings.finding import Finding, NotChecked, Said
from compound.qc.assays import acceptance, acceptance_checks
from compound.qc.batch import BatchFacts, Weights
from compound.qc.check import (
    JudgedLimit,
    RuleCheck,
    RuleVerdict,
    capsules_named,
    classes_between,
    findings_on_rules,
    not_applied,
    outside_findings,
    overall_verdict,
    quantity_of,
    wrong_number_of_units,
)
from compound.qc.sheet import dose_by_fill, rules_for
from compound.qc.statistics import Statistics, distinguishable, statistics
from compound.qc.two_stages import two_stage_checks
from compound.wording.notation import number


class WeightReport(Value):
    """The judgement on weights. The statistics are of the net contents, or of the gross weights if `of` says so."""

    weights: Weights
    batch: BatchFacts
    of: str
    statistics: Statistics
    checks: tuple[RuleCheck, ...]
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> RuleVerdict:
        """The verdict over all rules."""
        return overall_verdict(self.checks, self.findings)


def judge_weights(weights: Weights, batch: BatchFacts, rules: Sequence[str] = ()) -> WeightReport:
    """Judges weights by the rules chosen, or by the default ones.

    Raises InputError for a rule that is not known, and for a weight so far from theory that its unit must be wrong.
    """
    chosen = rules_for(rules, batch.sheet)
    _ask_about_units(weights, batch)
    if batch.capsules is not None and batch.capsules < len(weights.measured_mg):
        raise InputError("--capsules", f"{len(weights.measured_mg)} capsules were weighed, of {batch.capsules} made")
    net = weights.net_mg
    found = statistics(weights.measured_mg if net is None else net)
    judged = [pair for rule in chosen for pair in _judge_weights_by(rule, weights, batch)]
    checks = tuple(check for check, _ in judged)
    findings = [finding for _, said in judged for finding in said]
    findings += _about_weights(weights, batch, checks, net)
    findings += findings_on_rules(checks, rules)
    findings += () if batch.sheet is None else batch.sheet.notes
    report_of = "gross" if net is None else "net"
    return WeightReport(weights, batch, report_of, found, checks, tuple(findings))


def _ask_about_units(weights: Weights, batch: BatchFacts) -> None:
    """Refuses a content ten times the theoretical one, or about a thousandth of it: a unit was mistaken.

    An empty capsule is no such slip. By gross weights it may come out close to nothing, so there only the upper bound
    holds.
    """
    net = weights.net_mg
    if batch.theory_mg is None or net is None:
        return
    theory = Fraction(batch.theory_mg)
    for position, mg in enumerate(net):
        if mg >= 10 * theory or (not weights.gross and 0 < mg <= theory / 500):
            raise InputError(
                weights.place(position),
                f"a net content of {number(mg)} mg, where theory is {number(theory)} mg: "
                "is the unit right, and is the point where it belongs?",
            )


def _judge_weights_by(rule: Rule, weights: Weights, batch: BatchFacts) -> list[JudgedLimit]:
    """Every limit of one rule held against the weights."""
    units = len(weights.measured_mg)
    net = weights.net_mg
    limits = rule.limits
    if rule.measured == "intact":
        if weights.gross and units == rule.units[0]:
            return _judge_intact_first(rule, weights)
        limits = _of_contents(rule)
    values, slack = net, weights.slack_mg
    if rule.measured == "as weighed":
        values, slack = tuple(map(Fraction, weights.measured_mg)), Fraction(0)
    judged: list[JudgedLimit] = []
    for limit in limits:
        match limit:
            case MassLoss():
                judged.append(_mass_loss(rule, limit, weights, batch))
            case AcceptanceTest():
                judged.extend(_weight_variation(rule, weights, batch))
            case _ if values is None:
                judged.append(not_applied(rule, quantity_of(limit), catalogue.QC_NEEDS_NET))
            case _ if rule.units and units not in rule.units:
                judged.append(wrong_number_of_units(rule, quantity_of(limit), units))
            case _:
                judged.extend(_judge_limit(rule, limit, values, slack, batch))
    return [_sample_size(rule, pair, units, batch) for pair in judged]


def _judge_limit(
    rule: Rule, limit: RuleLimit, values: Sequence[Fraction], slack: Fraction, batch: BatchFacts
) -> list[JudgedLimit]:
    """One limit held against net contents, or against what else the rule weighs."""
    theory = None if batch.theory_mg is None else Fraction(batch.theory_mg)
    match limit:
        case Rsd() if theory is not None or len(limit.classes) == 1:
            return [_rsd(rule, limit, values, slack, batch)]
        case EachInTwoStages():
            if slack > 0:
                return [not_applied(rule, quantity_of(limit), catalogue.QC_NEEDS_OWN_SHELLS)]
            return two_stage_checks(rule, limit, values, "mg")
        case _ if rule.basis == "theory" and theory is None:
            return [not_applied(rule, quantity_of(limit), catalogue.QC_THEORY_MISSING)]
        case Each():
            return [_each(rule, limit, values, slack, theory if rule.basis == "theory" else None)]
        case Mean() if theory is not None:
            return [_mean(rule, limit, values, slack, theory)]
        case DoseByFill() if batch.sheet is not None:
            return [dose_by_fill(rule, limit, values, slack, batch.sheet)]
        case _:
            raise InputError("", f"rule {rule.code} sets a limit that weights cannot be held against")


def _of_contents(rule: Rule) -> tuple[RuleLimit, ...]:
    """The limits on net contents of a rule that looks at intact capsules first: those after it, else the same one."""
    return rule.limits[1:] or rule.limits


def _sample_size(rule: Rule, judged: JudgedLimit, units: int, batch: BatchFacts) -> JudgedLimit:
    """A sample too small for the rule cannot pass; what fails in it fails all the same."""
    check, _ = judged
    if rule.sample is None or check.verdict is not RuleVerdict.PASS:
        return judged
    share, most = rule.sample
    if batch.capsules is None:
        if units >= most:
            return judged
        return not_applied(rule, check.quantity, catalogue.QC_SAMPLE_UNKNOWN, {"given": units, "most": most})
    needed = min(int(round_to(batch.capsules * share, 1, Direction.UP)), most)
    if units >= needed:
        return judged
    return not_applied(rule, check.quantity, catalogue.QC_SAMPLE_TOO_SMALL, {"given": units, "needed": needed})


def _judge_intact_first(rule: Rule, weights: Weights) -> list[JudgedLimit]:
    """Intact capsules first; where they do not pass, their contents decide."""
    gross, net = tuple(map(Fraction, weights.measured_mg)), weights.net_mg
    intact = rule.limits[0]
    if not isinstance(intact, Each):
        raise InputError("", f"rule {rule.code} sets a limit that intact capsules cannot be held against")
    check, findings = _each(rule, intact, gross, Fraction(0), None, "intact units outside")
    if check.verdict is not RuleVerdict.FAIL:
        return [(check, findings)]
    go_on = replace(check, verdict=RuleVerdict.NEXT_STAGE)
    if net is None:
        values: dict[str, Said] = {"rule": rule.name, "outside": len(check.outside), "units": len(gross)}
        return [(go_on, (Finding(catalogue.QC_OPEN_CAPSULES, capsules_named(check.outside), values),))]
    contents = [_judge_limit(rule, limit, net, weights.slack_mg, BatchFacts()) for limit in _of_contents(rule)]
    return [(go_on, ()), *(pair for pairs in contents for pair in pairs)]


def _each(
    rule: Rule,
    limit: Each,
    values: Sequence[Fraction],
    slack: Fraction,
    theory: Fraction | None,
    quantity: str = "units outside",
) -> JudgedLimit:
    """Counts the units outside the limit; against the mean of the values where no theory is given.

    With unweighed shells (`slack`) a capsule is certainly outside, or may be, whatever all shells were within
    their spread; the verdict stands only where both counts agree on it.
    """
    centre = statistics(values).mean if theory is None else theory
    around = slack if theory is None else Fraction(0)
    if centre - around <= 0:
        return not_applied(rule, "units outside", catalogue.QC_MEAN_ZERO)
    classes = classes_between(limit.classes, centre - around, centre + around)
    if classes is None:
        return not_applied(rule, "units outside", catalogue.QC_OUTSIDE_CLASSES, {"mass": centre})

    def outside(share: Fraction, sign: int) -> tuple[int, ...]:
        """The units beyond the share with the shells at their best (sign 1) or at their worst (sign -1)."""
        over = sign * _excess(len(values), 1 + share, slack, theory is None)
        under = sign * _excess(len(values), 1 - share, slack, theory is None)
        low, high = (1 - share) * centre, (1 + share) * centre
        return tuple(capsule for capsule, mg in enumerate(values, 1) if mg - high > over or low - mg > under)

    # Where the shells leave the class of the mean open, the narrower range must pass, or the wider one fail.
    shares = [mass_class.percent / 100 for mass_class in classes]
    tight, loose = min(shares), max(shares)
    certain, possible = outside(loose, 1), outside(tight, -1)
    if len(possible) <= limit.most_outside:
        verdict = RuleVerdict.PASS
    else:
        verdict = RuleVerdict.FAIL if len(certain) > limit.most_outside else RuleVerdict.UNDECIDED
    known = set(certain)
    check = RuleCheck(
        rule,
        quantity,
        "count",
        verdict,
        Root(Fraction(len(certain))),
        high=Fraction(limit.most_outside),
        window=((1 - tight) * centre, (1 + tight) * centre),
        outside=certain,
        maybe=tuple(capsule for capsule in possible if capsule not in known),
    )
    if verdict is RuleVerdict.UNDECIDED:
        counts: dict[str, Said] = {"certain": len(certain), "possible": len(possible), "most": limit.most_outside}
        said = {"rule": rule.name, **counts, "spread": slack}
        return check, (Finding(catalogue.QC_SHELLS_DECIDE, capsules_named(check.maybe or certain), said),)
    return check, outside_findings(check, catalogue.QC_UNITS_OUTSIDE, values, centre)


def _excess(units: int, factor: Fraction, slack: Fraction, against_mean: bool) -> Fraction:
    """By how much shells within their spread can move a capsule against its limit, in mg.

    Against theory that is the spread. Against the mean, `capsule - factor * mean`, every shell moves the mean too: the
    capsule's own shell by `1 - factor / units`, each other one by `factor / units`, all at their worst corner.
    """
    if not against_mean:
        return slack
    own, other = abs(1 - factor / units), factor / units
    return slack * (own + (units - 1) * other)


def _mean(rule: Rule, limit: Mean, values: Sequence[Fraction], slack: Fraction, theory: Fraction) -> JudgedLimit:
    """The mean against theory; unweighed shells may all be heavy or all light."""
    mean = statistics(values).mean
    share = limit.percent / 100
    low, high = (1 - share) * theory, (1 + share) * theory
    if low <= mean - slack and mean + slack <= high:
        verdict = RuleVerdict.PASS
    elif mean + slack < low or mean - slack > high:
        verdict = RuleVerdict.FAIL
    else:
        verdict = RuleVerdict.UNDECIDED
    check = RuleCheck(rule, "mean", "mg", verdict, Root(mean), low, high)
    if verdict is RuleVerdict.PASS:
        return check, ()
    said: dict[str, Said] = {
        "rule": rule.name,
        "mean": distinguishable(mean, low if mean < low else high),
        "low": low,
        "high": high,
        "theory": theory,
    }
    if verdict is RuleVerdict.UNDECIDED:
        return check, (Finding(catalogue.QC_SHELLS_DECIDE_MEAN, "mean", {**said, "spread": slack}),)
    return check, (Finding(catalogue.QC_MEAN_OFF, "mean", said),)


def _rsd(rule: Rule, limit: Rsd, values: Sequence[Fraction], slack: Fraction, batch: BatchFacts) -> JudgedLimit:
    """The RSD of net contents against the limit of the class that theory is of, or against the only one."""
    theory = None if batch.theory_mg is None else Fraction(batch.theory_mg)
    if slack > 0:
        return not_applied(rule, "RSD", catalogue.QC_NEEDS_OWN_SHELLS)
    rsd = statistics(values).rsd
    if rsd is None:
        return not_applied(rule, "RSD", catalogue.QC_MEAN_ZERO)
    classes = limit.classes if theory is None else classes_between(limit.classes, theory, theory)
    if classes is None:
        return not_applied(rule, "RSD", catalogue.QC_OUTSIDE_CLASSES, {"mass": theory or Fraction(0)})
    most = classes[0].percent
    passed = rsd.at_most(most) if limit.included else rsd.below(most)
    verdict = RuleVerdict.PASS if passed else RuleVerdict.FAIL
    check = RuleCheck(rule, "RSD", "percent", verdict, rsd, high=most, strict=not limit.included)
    if verdict is RuleVerdict.PASS:
        needed = limit.least_units if batch.capsules is None else min(limit.least_units, batch.capsules)
        if len(values) < needed:
            few: dict[str, Said] = {"given": len(values), "needed": needed}
            return not_applied(rule, "RSD", catalogue.QC_SAMPLE_TOO_SMALL, few)
        return check, ()
    entry = catalogue.QC_RSD_ABOVE if limit.included else catalogue.QC_RSD_TOO_HIGH
    said: dict[str, Said] = {"rule": rule.name, "rsd": distinguishable(rsd.known, most), "limit": most}
    return check, (Finding(entry, "RSD", said),)


def _mass_loss(rule: Rule, limit: MassLoss, weights: Weights, batch: BatchFacts) -> JudgedLimit:
    """What went in less what is in the capsules, in percent of what went in."""
    if batch.weighed_in_mg is None:
        return not_applied(rule, "mass loss", catalogue.QC_WEIGHED_IN_MISSING)
    net, units = weights.net_mg, len(weights.measured_mg)
    if batch.all_net_mg is not None:
        total, slack = Fraction(batch.all_net_mg), Fraction(0)
    elif net is not None and batch.capsules == units:
        total, slack = sum(net, Fraction(0)), units * weights.slack_mg
    else:
        return not_applied(rule, "mass loss", catalogue.QC_ALL_NET_MISSING, {"given": units})
    into = Fraction(batch.weighed_in_mg)
    loss, around = 100 * (into - total) / into, 100 * slack / into
    if around <= loss and loss + around <= limit.percent:
        verdict = RuleVerdict.PASS
    elif loss - around > limit.percent or loss + around < 0:
        verdict = RuleVerdict.FAIL
    else:
        verdict = RuleVerdict.UNDECIDED
    check = RuleCheck(rule, "mass loss", "percent", verdict, Root(loss), Fraction(0), limit.percent)
    said: dict[str, Said] = {
        "rule": rule.name,
        "into": into,
        "net": total,
        "loss": distinguishable(loss, limit.percent),
        "limit": limit.percent,
    }
    if verdict is RuleVerdict.PASS:
        return check, ()
    if verdict is RuleVerdict.UNDECIDED:
        return check, (Finding(catalogue.QC_SHELLS_DECIDE_LOSS, "mass loss", {**said, "spread": weights.slack_mg}),)
    if loss < 0:
        return check, (Finding(catalogue.QC_MASS_GAINED, "mass loss", said),)
    return check, (Finding(catalogue.QC_MASS_LOST, "mass loss", said),)


def _fill_mg(weights: Weights, batch: BatchFacts) -> Fraction | None:
    """The content of one capsule in mg: theory, else the mean of the net contents, else unknown."""
    if batch.theory_mg is not None:
        return Fraction(batch.theory_mg)
    net = weights.net_mg
    return None if net is None else statistics(net).mean


def _excluded(weights: Weights, batch: BatchFacts) -> NotChecked | None:
    """Why USP <905> does not let weight stand for dose in these capsules; None where it does."""
    set_by = acceptance_numbers()
    if batch.dose_mg is None:
        return NotChecked(catalogue.QC_DOSE_NOT_GIVEN, {})
    fill = _fill_mg(weights, batch)
    dose = Fraction(batch.dose_mg)
    if fill is None and dose >= set_by.least_drug_mg:
        return NotChecked(catalogue.QC_NEEDS_NET, {})
    if dose < set_by.least_drug_mg or fill is None or fill <= 0 or 100 * dose < set_by.least_share * fill:
        said: dict[str, Said] = {"dose": dose, "least_drug": set_by.least_drug_mg, "least_share": set_by.least_share}
        if fill is None or fill <= 0:
            return NotChecked(catalogue.QC_WEIGHT_EXCLUDED_BY_DOSE, said)
        share = 100 * dose / fill
        return NotChecked(
            catalogue.QC_WEIGHT_EXCLUDED, {**said, "fill": fill, "share": distinguishable(share, set_by.least_share)}
        )
    return None


def _weight_variation(rule: Rule, weights: Weights, batch: BatchFacts) -> list[JudgedLimit]:
    """USP <905> by weight: each content is estimated as net weight times mean assay over mean net weight."""
    excluded = _excluded(weights, batch)
    if excluded is not None:
        return [not_applied(rule, "acceptance value", excluded.entry, excluded.values)]
    net, units = weights.net_mg, len(weights.measured_mg)
    if net is None or weights.slack_mg > 0:
        return [not_applied(rule, "acceptance value", catalogue.QC_NEEDS_OWN_SHELLS)]
    if units not in rule.units:
        return [wrong_number_of_units(rule, "acceptance value", units)]
    if batch.assay_percent is None:
        return [not_applied(rule, "acceptance value", catalogue.QC_ASSAY_MISSING)]
    mean = statistics(net).mean
    if mean <= 0:
        return [not_applied(rule, "acceptance value", catalogue.QC_MEAN_ZERO)]
    contents = [mg * Fraction(batch.assay_percent) / mean for mg in net]
    return acceptance_checks(rule, contents, acceptance(contents, batch.target_percent))


# What is to be said of the whole.


def _about_weights(
    weights: Weights, batch: BatchFacts, checks: Sequence[RuleCheck], net: tuple[Fraction, ...] | None
) -> list[Finding]:
    """What weights cannot show: the dose, the fill under an unweighed shell, an error of the whole batch."""
    findings: list[Finding] = []
    if weights.gross:
        findings += [_gross_finding(weights, net), *_by_chart(weights)]
    by_acceptance = [
        check
        for check in checks
        if check.quantity == "acceptance value" and check.verdict is not RuleVerdict.NOT_APPLIED
    ]
    if by_acceptance:
        if batch.target_percent is None:
            findings.append(Finding(catalogue.QC_TARGET_ASSUMED, "--target", {"target": Fraction(100)}))
    else:
        excluded = _excluded(weights, batch)
        if excluded is None or excluded.entry is catalogue.QC_NEEDS_NET:
            findings.append(Finding(catalogue.QC_FILL_NOT_DOSE, "weights"))
        else:
            findings.append(Finding(excluded.entry, "weights", excluded.values))
    decided = [check for check in checks if check.verdict is not RuleVerdict.NOT_APPLIED]
    by_mean = [check for check in decided if check.rule.basis == "mean"]
    by_theory = [
        check for check in decided if check.rule.basis == "theory" and check.quantity in ("units outside", "mean")
    ]
    if batch.sheet is not None and batch.sheet.fill_mg is None:
        findings.append(Finding(catalogue.QC_FILLED_BY_VOLUME, "weights"))
    elif by_mean and not by_theory:
        findings.append(Finding(catalogue.QC_MEAN_BASED, "weights", {"rule": by_mean[0].rule.name}))
    findings += _content_uniformity(weights, batch, decided)
    return findings


def _by_chart(weights: Weights) -> list[Finding]:
    """That the shells are those of a chart."""
    mean, spread = weights.shell_mean_mg, weights.shell_spread_mg
    if weights.chart_size is None or mean is None or spread is None:
        return []
    values: dict[str, Said] = {"size": weights.chart_size, "mean": mean, "spread": spread}
    return [Finding(catalogue.QC_SHELL_BY_CHART, "weights", values)]


def _gross_finding(weights: Weights, net: tuple[Fraction, ...] | None) -> Finding:
    gross = statistics(weights.measured_mg).mean
    if net is None:
        return Finding(catalogue.QC_GROSS_WITHOUT_SHELL, "weights", {"gross": gross})
    fill = statistics(net).mean
    if fill <= 0:
        return Finding(catalogue.QC_GROSS_WITHOUT_SHELL, "weights", {"gross": gross})
    return Finding(
        catalogue.QC_GROSS_CARRIES_SHELL,
        "weights",
        {"gross": gross, "shell": gross - fill, "fill": fill, "share": 10 * gross / fill},
    )


def _content_uniformity(weights: Weights, batch: BatchFacts, decided: Sequence[RuleCheck]) -> list[Finding]:
    """Below 2 mg or 2 % of drug Ph. Eur. asks for assays of single units; its mass test then shows the fill alone."""
    fill, set_by = _fill_mg(weights, batch), acceptance_numbers()
    if batch.dose_mg is None or fill is None or not any(check.rule.code == "ph-eur-2.9.5" for check in decided):
        return []
    dose = Fraction(batch.dose_mg)
    if dose >= set_by.content_drug_mg and 100 * dose >= set_by.content_share * fill:
        return []
    return [
        Finding(
            catalogue.QC_CONTENT_UNIFORMITY_INSTEAD,
            "weights",
            {"dose": dose, "fill": fill, "least_drug": set_by.content_drug_mg, "least_share": set_by.content_share},
        )
    ]
