"""One limit of one rule held against a batch: what it comes to, why it was not applied, what is to be said of it.

A verdict is decided exactly: means and variances are fractions, and a standard deviation is compared with its limit
through its square.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from compound.exact.errors import InputError
from compound.exact.root import Root
from compound.exact.value import Value
from compound.facts.qc_rules import (
    AcceptanceTest,
    DoseByFill,
    Each,
    EachInTwoStages,
    EachLabel,
    MassClass,
    MassLoss,
    Mean,
    MeanContent,
    Rsd,
    Rule,
    RuleLimit,
)
from compound.findings import codes as catalogue
from compound.findings.finding import Entry, Finding, NotChecked, Said, Severity
from compound.qc.statistics import distinguishable


class RuleVerdict(Enum):
    """What a rule says, or all rules together. Only `PASS` lets a batch go on."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    NEXT_STAGE = "next stage"  # not passed yet: the rule goes on with more units, or with the contents
    UNDECIDED = "undecided"  # the weights given leave it open
    NOT_APPLIED = "not applied"


class RuleCheck(Value):
    """One limit of one rule, held against the batch.

    `unit` is that of `value`, `low` and `high` (`mg`, `percent`, `count`); both limits are included unless `strict`.
    Where units are counted, `window` is the range they should lie in, in `window_unit`, and `outside` lists those
    that do not, counted from 1; `maybe` adds those that an unweighed shell may have put there. `reason` says why
    nothing was decided.
    """

    rule: Rule
    quantity: str
    unit: str
    verdict: RuleVerdict
    value: Root | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    strict: bool = False
    window: tuple[Fraction, Fraction] | None = None
    window_unit: str = "mg"
    outside: tuple[int, ...] = ()
    maybe: tuple[int, ...] = ()
    reason: NotChecked | None = None


def overall_verdict(checks: Sequence[RuleCheck], findings: Sequence[Finding]) -> RuleVerdict:
    """The verdict over all rules: a failure decides, and an error holds a pass back."""
    if any(check.verdict is RuleVerdict.FAIL for check in checks):
        return RuleVerdict.FAIL
    held_back = any(finding.severity is Severity.ERROR for finding in findings)
    return RuleVerdict.UNDECIDED if held_back else RuleVerdict.PASS


# A limit held against the batch, and what is to be said of it.
JudgedLimit = tuple[RuleCheck, tuple[Finding, ...]]


def chosen_rules(codes: Sequence[str], known: Mapping[str, Rule]) -> tuple[Rule, ...]:
    """The rules of these codes, or the default ones where there are none. Raises InputError for an unknown code."""
    for code in codes:
        if code not in known:
            raise InputError("--rule", f"{code} is not known; known are {', '.join(known)}")
    if not codes:
        return tuple(rule for rule in known.values() if rule.default)
    return tuple(known[code] for code in dict.fromkeys(codes))


def quantity_of(limit: RuleLimit) -> str:
    """What a limit holds, in the words of the tables."""
    match limit:
        case Each() | EachInTwoStages() | EachLabel():
            return "units outside"
        case DoseByFill():
            return "dose by the mean"
        case Mean() | MeanContent():
            return "mean"
        case Rsd():
            return "RSD"
        case MassLoss():
            return "mass loss"
        case AcceptanceTest():
            return "acceptance value"


_UNITS = {
    "units outside": "count",
    "mean": "mg",
    "dose by the mean": "mg",
    "RSD": "percent",
    "mass loss": "percent",
    "acceptance value": "percent",
}


def not_applied(rule: Rule, quantity: str, entry: Entry, values: Mapping[str, Said] | None = None) -> JudgedLimit:
    """A limit that nothing was held against, and the reason."""
    return RuleCheck(
        rule, quantity, _UNITS[quantity], RuleVerdict.NOT_APPLIED, reason=NotChecked(entry, values or {})
    ), ()


def wrong_number_of_units(rule: Rule, quantity: str, units: int) -> JudgedLimit:
    """A limit of a rule that takes another number of capsules."""
    needed = " or ".join(str(count) for count in rule.units)
    return not_applied(rule, quantity, catalogue.QC_NUMBER_OF_UNITS, {"needed": needed, "given": units})


def capsules_named(capsules: Sequence[int]) -> str:
    """Where a finding stands: the capsules, counted from 1, the first twenty by number."""
    named = ", ".join(str(capsule) for capsule in capsules[:20])
    more = f" and {len(capsules) - 20} more" if len(capsules) > 20 else ""
    return ("unit " if len(capsules) == 1 else "units ") + named + more


def classes_between(classes: Sequence[MassClass], low: Fraction, high: Fraction) -> list[MassClass] | None:
    """The classes that a mass between `low` and `high` may be of; None where it may be of none."""
    if not any(one.holds(low) for one in classes) or not any(one.holds(high) for one in classes):
        return None
    return [one for one in classes if one.low_mg <= high and (one.high_mg is None or low < one.high_mg)]


def outside_findings(
    check: RuleCheck, entry: Entry, values: Sequence[Fraction | Decimal], centre: Fraction
) -> tuple[Finding, ...]:
    """What is to be said where too many capsules lie outside: how many, and the one furthest from the centre."""
    if check.verdict is not RuleVerdict.FAIL or check.window is None or check.high is None:
        return ()
    low, high = check.window
    furthest = max(check.outside, key=lambda capsule: abs(Fraction(values[capsule - 1]) - centre))
    value = Fraction(values[furthest - 1])
    said: dict[str, Said] = {
        "rule": check.rule.name,
        "outside": len(check.outside),
        "units": len(values),
        "most": int(check.high),
        "low": low,
        "high": high,
        "unit": furthest,
        "value": distinguishable(value, low if value < low else high),
    }
    return (Finding(entry, capsules_named(check.outside), said),)


def findings_on_rules(checks: Sequence[RuleCheck], asked: Sequence[str]) -> list[Finding]:
    """A rule asked for and not judged is an error, and so is a batch whose single units no rule judged."""
    findings = []
    for code in dict.fromkeys(asked):
        missed = [check for check in checks if check.rule.code == code and check.verdict is RuleVerdict.NOT_APPLIED]
        if missed:
            findings.append(Finding(catalogue.QC_RULE_NOT_APPLIED, "--rule", {"rule": missed[0].rule.name}))
    # Where no rule was asked for, the mass loss of the batch and the scatter alone say too little to pass its capsules.
    judging = [check for check in checks if asked or check.quantity not in ("mass loss", "RSD")]
    if not findings and all(check.verdict is RuleVerdict.NOT_APPLIED for check in judging):
        findings.append(Finding(catalogue.QC_NOTHING_JUDGED, "rules"))
    return findings
