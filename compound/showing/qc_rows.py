"""The judgement on weights or assays as rows of text and a plot: the terminal and the record on paper show the same.

Every number becomes text here once.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from compound import __version__
from compound.exact.quantity import canonical
from compound.exact.root import ROOT_DIGITS
from compound.exact.value import Value
from compound.findings.finding import Finding
from compound.qc.assays import AssayReport
from compound.qc.batch import Weights
from compound.qc.check import RuleCheck, RuleVerdict
from compound.qc.statistics import deviations, distinguishable
from compound.qc.weights import WeightReport
from compound.wording import notation


class PlotLevel(Value):
    """A horizontal line of the plot: `kind` is `mean`, `target` or `limit`."""

    value: Fraction
    label: str
    kind: str


class DotPlot(Value):
    """Single values in their order, with the lines they are held against.

    `outside` and `maybe` hold capsules, counted from 1: those outside a limit, and those that an unweighed shell may have
    put there.
    """

    axis: str
    values: tuple[Fraction, ...]
    levels: tuple[PlotLevel, ...]
    outside: frozenset[int]
    maybe: frozenset[int]


class QcRecord(Value):
    """All that the sheet says, as text, and the plot."""

    title: str
    verdict: str
    facts: tuple[str, ...]
    plot: DotPlot
    rules: tuple[tuple[str, ...], ...]  # the first row is the header
    reasons: tuple[str, ...]  # why rules were not applied
    remarks: tuple[str, ...]
    sources: tuple[str, ...]
    singles: tuple[tuple[str, ...], ...]  # the first row is the header
    maker: str


def weights_record(report: WeightReport) -> QcRecord:
    """What was weighed and how it was judged."""
    weights, found, net = report.weights, report.statistics, report.weights.net_mg
    theory = report.batch.theory_mg
    rsd = "not defined" if found.rsd is None else _percentage(found.rsd.known)
    deviation = notation.mass(found.standard_deviation.known)
    facts = [
        f"{found.units:,} capsules, {_weighed(weights)}",
        f"Mean {notation.mass(found.mean)}, standard deviation {deviation} (n - 1), RSD {rsd}, of the "
        f"{'net contents' if report.of == 'net' else 'gross weights'}",
        _DIGITS,
    ]
    values = tuple(map(Fraction, weights.measured_mg)) if net is None else net
    levels = [PlotLevel(found.mean, f"mean {_short(found.mean)}", "mean")]
    if theory is not None and net is not None:
        off = _signed(deviations([found.mean], theory)[0])
        facts.insert(2, f"Theory {notation.mass(theory)}; the mean is off it by {off}")
        levels.append(PlotLevel(Fraction(theory), f"theory {_short(theory)}", "target"))
    plotted = [check for check in report.checks if check.window is not None and check.window_unit == "mg"
               and (report.of == "gross" or not _of_gross(check, weights))]  # fmt: skip
    verdict = _VERDICTS[report.verdict]
    if not any(check.quantity == "acceptance value" and check.value is not None for check in report.checks):
        verdict += " Weights show the fill, not the dose."
    return QcRecord(
        title="Weights of capsules",
        verdict=verdict,
        facts=tuple(facts),
        plot=DotPlot("gross weight, mg" if net is None else "net content, mg", values,
                     tuple(levels + _limit_levels(plotted)), _capsules_outside(plotted), _capsules_open(plotted)),
        rules=_rule_rows(report.checks),
        reasons=_reasons(report.checks),
        remarks=tuple(map(remark, report.findings)),
        sources=_sources(report.checks),
        singles=_single_weights(report, values),
        maker=f"compound {__version__}",
    )  # fmt: skip


def assay_record(report: AssayReport) -> QcRecord:
    """What was assayed and how it was judged."""
    found = report.acceptance
    rsd = found.statistics.rsd
    facts = (
        f"{found.statistics.units} capsules assayed one by one, in per cent of the label; stage {found.stage}",
        f"Mean {_percentage(found.statistics.mean)}, standard deviation "
        f"{_percentage(found.statistics.standard_deviation.known)} (n - 1), "
        f"RSD {'not defined' if rsd is None else _percentage(rsd.known)}",
        f"Acceptance value {_figure(found.value.known, 'percent', found.most_value)} = |M - mean| + k × s, with "
        f"T {_percentage(found.target)}, M {_percentage(found.reference)}, k {notation.number(found.constant)}",
        _DIGITS,
    )
    values = tuple(map(Fraction, report.contents_percent))
    levels = [PlotLevel(found.statistics.mean, f"mean {_short(found.statistics.mean)}", "mean"),
              PlotLevel(found.reference, f"M {_short(found.reference)}", "target")]  # fmt: skip
    plotted = [check for check in report.checks if check.window is not None]
    for check in report.checks:
        if check.quantity == "mean":
            bounds = [bound for bound in (check.low, check.high) if bound is not None]
            levels += [PlotLevel(bound, f"{_short(bound)} for the mean", "limit") for bound in bounds]
    singles = [("unit", "content", "off the mean", "outside")]
    mean = found.statistics.mean
    off = [_signed(percent) for percent in deviations(values, mean)] if mean > 0 else ["-"] * len(values)
    for capsule, (value, deviation) in enumerate(zip(values, off, strict=True), 1):
        singles.append((str(capsule), _percentage(value), deviation, _outside_of(capsule, report.checks)))
    return QcRecord(
        title="Assays of single capsules",
        verdict=_VERDICTS[report.verdict],
        facts=facts,
        plot=DotPlot(
            "content, % of the label",
            values,
            tuple(levels + _limit_levels(plotted)),
            _capsules_outside(plotted),
            frozenset(),
        ),
        rules=_rule_rows(report.checks),
        reasons=_reasons(report.checks),
        remarks=tuple(map(remark, report.findings)),
        sources=_sources(report.checks),
        singles=tuple(singles),
        maker=f"compound {__version__}",
    )


def remark(finding: Finding) -> str:
    """A finding as one line of text."""
    message = notation.filled(finding.entry.message, finding.values)
    remedy = notation.filled(finding.entry.remedy, finding.values)
    return f"{finding.severity.value} {finding.code} ({finding.where}): {message}. Remedy: {remedy}."


def _figure(value: Fraction | Decimal, unit: str, *limits: Fraction | None) -> str:
    """A number with its unit, with as many digits as tell it from the limits it stands beside."""
    for limit in limits:
        if limit is not None:
            value = distinguishable(value, limit)
    return {"mg": notation.mass, "percent": _percentage, "count": notation.number}[unit](value)


def _percentage(value: Fraction | Decimal | int) -> str:
    return f"{notation.number(value)} %"


def _signed(percent: Fraction) -> str:
    text = notation.fixed(percent, 2)
    return ("+" if percent > 0 else "") + text + " %"


_VERDICTS = {
    RuleVerdict.PASS: "PASS by every rule judged.",
    RuleVerdict.FAIL: "FAIL: do not release the batch.",
    RuleVerdict.UNDECIDED: "NOT PASSED: the findings say what is missing.",
}


def _rule_rows(checks: Sequence[RuleCheck]) -> tuple[tuple[str, ...], ...]:
    rows = [("rule", "checked", "found", "limit", "verdict")]
    for check in checks:
        checked, found, limit = check.quantity, "-", "-"
        if check.window is not None:
            low, high = (_figure(bound, check.window_unit) for bound in check.window)
            checked = f"{checked} {low} to {high}"
        if check.value is not None:
            found = _figure(check.value.known, check.unit, check.low, check.high)
        if check.maybe:
            found += f" to {len(check.outside) + len(check.maybe)}"
        if check.high is not None:
            high = _figure(check.high, check.unit)
            limit = f"{'below' if check.strict else 'at most'} {high}"
            if check.low is not None:
                limit = f"{_figure(check.low, check.unit)} to {high}"
        rows.append((check.rule.code, checked, found, limit, check.verdict.value))
    return tuple(rows)


def _reasons(checks: Sequence[RuleCheck]) -> tuple[str, ...]:
    return tuple(
        f"{check.rule.code}, {check.quantity}: {notation.filled(check.reason.entry.message, check.reason.values)}"
        for check in checks
        if check.reason is not None
    )


def _sources(checks: Sequence[RuleCheck]) -> tuple[str, ...]:
    rules = {check.rule.code: check.rule for check in checks}
    return tuple(
        " ".join((f"{rule.code} ({rule.country}): {rule.citation}. Evidence: {rule.evidence}.", *rule.sources))
        for rule in rules.values()
    )


_DIGITS = f"Roots are worked out to {ROOT_DIGITS} digits and rounded for show; verdicts are decided exactly."


def _of_gross(check: RuleCheck, weights: Weights) -> bool:
    """Whether a check counted gross weights."""
    return weights.gross and (check.quantity.startswith("intact") or check.rule.measured == "as weighed")


def _weighed(weights: Weights) -> str:
    if not weights.gross:
        return "weighed net"
    if weights.shells_mg is not None:
        return "weighed gross, less the shell of each"
    if weights.shell_mean_mg is not None and weights.shell_spread_mg is not None:
        return (f"weighed gross, less the mean shell of {notation.mass(weights.shell_mean_mg)} "
                f"(shells differ by up to {notation.mass(weights.shell_spread_mg)})")  # fmt: skip
    return "weighed gross, shells not known"


def _short(value: Fraction | Decimal) -> str:
    return notation.number(value).removeprefix("about ")


def _limit_levels(checks: Sequence[RuleCheck]) -> list[PlotLevel]:
    levels = {(bound, check.rule.code): None for check in checks for bound in check.window or ()}
    return [PlotLevel(bound, f"{_short(bound)} {code}", "limit") for bound, code in levels]


def _capsules_outside(checks: Sequence[RuleCheck]) -> frozenset[int]:
    return frozenset(capsule for check in checks for capsule in check.outside)


def _capsules_open(checks: Sequence[RuleCheck]) -> frozenset[int]:
    return frozenset(capsule for check in checks for capsule in check.maybe)


def _outside_of(capsule: int, checks: Sequence[RuleCheck]) -> str:
    """The rules that count a capsule as outside, or may."""
    certain = [check.rule.code for check in checks if capsule in check.outside]
    maybe = [f"{check.rule.code}?" for check in checks if capsule in check.maybe]
    return ", ".join(dict.fromkeys(certain + maybe))


def _readings(values: Sequence[Fraction | Decimal]) -> list[str]:
    """A column of readings, all with the digits of the finest, as the balance showed them."""
    places = max(len(canonical(value).partition(".")[2]) for value in values)
    return [notation.reading(value, Fraction(1, 10**places)) for value in values]


def _single_weights(report: WeightReport, values: Sequence[Fraction]) -> tuple[tuple[str, ...], ...]:
    weights, theory, net = report.weights, report.batch.theory_mg, report.weights.net_mg
    mean = report.statistics.mean
    header, columns = ["unit"], [[str(capsule) for capsule in range(1, len(values) + 1)]]
    if weights.gross:
        header.append("gross")
        columns.append(_readings(weights.measured_mg))
    if weights.shells_mg is not None:
        header.append("shell")
        columns.append(_readings(weights.shells_mg))
    if net is not None:
        header.append("net")
        columns.append(_readings(net))
    if mean > 0:
        header.append("off the mean")
        columns.append([_signed(percent) for percent in deviations(values, mean)])
    if theory is not None and net is not None:
        header.append("off theory")
        columns.append([_signed(percent) for percent in deviations(net, theory)])
    header.append("outside")
    columns.append([_outside_of(capsule, report.checks) for capsule in range(1, len(values) + 1)])
    return (tuple(header), *zip(*columns, strict=True))
