"""The judgement on weights or assays as rows of text and a plot: the terminal and the record on paper show the same.

Every number becomes text here once, in any language that `compound.wording.language` has.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from compound.exact.quantity import canonical
from compound.exact.root import ROOT_DIGITS
from compound.exact.value import Value
from compound.findings.finding import Finding
from compound.qc.assays import Acceptance, AssayReport
from compound.qc.batch import SheetFacts, Weights
from compound.qc.check import RuleCheck
from compound.qc.statistics import Statistics, deviations, distinguishable
from compound.qc.weights import WeightReport
from compound.wording.language import ENGLISH, Language
from compound.wording.qc_words import QcWords

Rows = tuple[tuple[str, ...], ...]  # the first row is the header


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
    """All that is shown of a judgement, as text in one language, with the plot and the findings."""

    title: str
    verdict: str
    facts: tuple[str, ...]
    plot: DotPlot
    rules: Rows
    reasons: tuple[str, ...]  # why rules were not applied
    findings: tuple[Finding, ...]
    sources: tuple[str, ...]
    singles: Rows


def weights_record(report: WeightReport, language: Language = ENGLISH) -> QcRecord:
    """What was weighed and how it was judged."""
    return _Writer(language).weights(report)


def assay_record(report: AssayReport, language: Language = ENGLISH) -> QcRecord:
    """What was assayed and how it was judged."""
    return _Writer(language).assay(report)


class _Writer:
    """Writes a judgement in one language."""

    def __init__(self, language: Language) -> None:
        self._language, self._notation, self._words = language, language.notation, language.table(QcWords)

    def weights(self, report: WeightReport) -> QcRecord:
        weights, found, net = report.weights, report.statistics, report.weights.net_mg
        words, mass, theory = self._words, self._notation.mass, report.batch.theory_mg
        facts = [
            words.weighed.format(count=self._notation.count(found.units), how=self._weighed(weights)),
            (words.of_net if report.of == "net" else words.of_gross).format(
                mean=mass(found.mean), deviation=mass(found.standard_deviation.known), rsd=self._rsd(found)
            ),
        ]
        if report.batch.sheet is not None:
            facts.append(self._of_sheet(report.batch.sheet))
        levels = [PlotLevel(found.mean, words.level_mean.format(value=self._short(found.mean)), "mean")]
        if theory is not None and net is not None:
            off = self._signed(deviations([found.mean], theory)[0])
            facts.append(words.theory_is.format(theory=mass(theory), off=off))
            label = words.level_theory.format(value=self._short(theory))
            levels.append(PlotLevel(Fraction(theory), label, "target"))
        plotted = [
            check for check in report.checks if check.window is not None and check.window_unit == "mg"
            and (report.of == "gross" or not _of_gross(check, weights))
        ]  # fmt: skip
        verdict = words.overall[report.verdict.value]
        if not any(check.quantity == "acceptance value" and check.value is not None for check in report.checks):
            verdict += f" {words.fill_not_dose}"
        values = tuple(map(Fraction, weights.measured_mg)) if net is None else net
        axis = words.axis_gross if net is None else words.axis_net
        return QcRecord(
            title=words.weights,
            verdict=verdict,
            facts=(*facts, words.digits.format(digits=ROOT_DIGITS)),
            plot=self._plot(axis, values, levels, plotted),
            rules=self._rules(report.checks),
            reasons=self._reasons(report.checks),
            findings=report.findings,
            sources=self._sources(report.checks),
            singles=self._single_weights(report, values),
        )

    def assay(self, report: AssayReport) -> QcRecord:
        words, found = self._words, report.acceptance
        values = tuple(Fraction(value) for value in report.contents.percent)
        facts, levels = self._of_single_units(found) if found is not None else ([], [])
        if found is None:
            facts = [words.composite.format(content=self._percent(values[0]))]
        if report.contents.label_mg is not None:
            facts.append(words.of_label.format(label=self._notation.dose(report.contents.label_mg)))
        for check in report.checks:
            if check.quantity == "mean":
                bounds = [bound for bound in (check.low, check.high) if bound is not None]
                labels = [words.level_mean_limit.format(value=self._short(bound)) for bound in bounds]
                levels += [PlotLevel(bound, label, "limit") for bound, label in zip(bounds, labels, strict=True)]
        plotted = [check for check in report.checks if check.window is not None]
        return QcRecord(
            title=words.assays if found is not None else words.composite_assay,
            verdict=words.overall[report.verdict.value],
            facts=tuple(facts),
            plot=self._plot(words.axis_contents, values, levels, plotted),
            rules=self._rules(report.checks),
            reasons=self._reasons(report.checks),
            findings=report.findings,
            sources=self._sources(report.checks),
            singles=self._single_contents(report, values),
        )

    def _of_single_units(self, found: Acceptance) -> tuple[list[str], list[PlotLevel]]:
        """What is said of contents of single units, and the lines of the plot that come of them."""
        words, percent = self._words, self._percent
        statistics, deviation = found.statistics, found.statistics.standard_deviation.known
        facts = [
            words.assayed.format(count=self._notation.count(statistics.units), stage=found.stage),
            words.of_contents.format(
                mean=percent(statistics.mean), deviation=percent(deviation), rsd=self._rsd(statistics)
            ),
            words.acceptance.format(
                value=self._figure(found.value.known, "percent", found.most_value), target=percent(found.target),
                reference=percent(found.reference), constant=self._notation.number(found.constant),
            ),
            words.digits.format(digits=ROOT_DIGITS),
        ]  # fmt: skip
        return facts, [
            PlotLevel(statistics.mean, words.level_mean.format(value=self._short(statistics.mean)), "mean"),
            PlotLevel(found.reference, words.level_reference.format(value=self._short(found.reference)), "target"),
        ]

    # Numbers.

    def _figure(self, value: Fraction | Decimal, unit: str, *limits: Fraction | None) -> str:
        """A number with its unit, with as many digits as tell it from the limits it stands beside."""
        for limit in limits:
            if limit is not None:
                value = distinguishable(value, limit)
        return {"mg": self._notation.mass, "percent": self._percent, "count": self._notation.number}[unit](value)

    def _percent(self, value: Fraction | Decimal | int) -> str:
        return self._words.percent.format(value=self._notation.number(value))

    def _signed(self, percent: Fraction) -> str:
        return ("+" if percent > 0 else "") + self._words.percent.format(value=self._notation.fixed(percent, 2))

    def _short(self, value: Fraction | Decimal) -> str:
        """A number for a label of the plot, where there is no room for "about"."""
        return self._notation.number(value).removeprefix(self._words.about)

    def _rsd(self, found: Statistics) -> str:
        return self._words.not_defined if found.rsd is None else self._percent(found.rsd.known)

    def _readings(self, values: Sequence[Fraction | Decimal]) -> list[str]:
        """A column of readings, all with the digits of the finest, as the balance showed them."""
        places = max(len(canonical(value).partition(".")[2]) for value in values)
        return [self._notation.reading(value, Fraction(1, 10**places)) for value in values]

    # Parts.

    def _weighed(self, weights: Weights) -> str:
        words, mass = self._words, self._notation.mass
        if not weights.gross:
            return words.net
        if weights.shells_mg is not None:
            return words.own_shells
        if weights.shell_mean_mg is not None and weights.shell_spread_mg is not None:
            return words.mean_shell.format(mean=mass(weights.shell_mean_mg), spread=mass(weights.shell_spread_mg))
        return words.shells_unknown

    def _of_sheet(self, sheet: SheetFacts) -> str:
        """What was taken from a plan: dose, fill, count and whose limits hold."""
        text = self._words.of_whole if sheet.fill_mg is None else self._words.of_sheet
        return text.format(
            name=sheet.name, dose=self._notation.dose(sheet.label_mg), fill=self._notation.mass(sheet.fill_mg or 0),
            count=self._notation.count(sheet.capsules), limits=self._words.limits_of[sheet.language],
        )  # fmt: skip

    def _plot(
        self, axis: str, values: tuple[Fraction, ...], levels: Sequence[PlotLevel], plotted: Sequence[RuleCheck]
    ) -> DotPlot:
        limits = {(bound, check.rule.code): None for check in plotted for bound in check.window or ()}
        lines = [
            PlotLevel(bound, self._words.level_limit.format(value=self._short(bound), rule=code), "limit")
            for bound, code in limits
        ]
        return DotPlot(
            axis, values, (*levels, *lines),
            outside=frozenset(capsule for check in plotted for capsule in check.outside),
            maybe=frozenset(capsule for check in plotted for capsule in check.maybe),
        )  # fmt: skip

    def _rules(self, checks: Sequence[RuleCheck]) -> Rows:
        words = self._words
        rows = [words.rule_headers]
        for check in checks:
            checked, found, limit = words.quantities[check.quantity], "-", "-"
            if check.window is not None:
                low, high = (self._figure(bound, check.window_unit) for bound in check.window)
                checked = words.window.format(quantity=checked, low=low, high=high)
            if check.value is not None:
                found = self._figure(check.value.known, check.unit, check.low, check.high)
            if check.maybe:
                found = words.possibly.format(certain=found, possible=len(check.outside) + len(check.maybe))
            if check.high is not None:
                high = self._figure(check.high, check.unit)
                limit = (words.below if check.strict else words.at_most).format(high=high)
                if check.low is not None:
                    limit = words.between.format(low=self._figure(check.low, check.unit), high=high)
            rows.append((check.rule.code, checked, found, limit, words.verdicts[check.verdict.value]))
        return tuple(rows)

    def _reasons(self, checks: Sequence[RuleCheck]) -> tuple[str, ...]:
        words = self._words
        return tuple(
            words.reason.format(
                rule=check.rule.code, quantity=words.quantities[check.quantity],
                because=self._language.message(check.reason),
            )
            for check in checks
            if check.reason is not None
        )  # fmt: skip

    def _sources(self, checks: Sequence[RuleCheck]) -> tuple[str, ...]:
        text, rules = self._language.text, {check.rule.code: check.rule for check in checks}
        return tuple(
            " ".join((
                self._words.source.format(
                    rule=rule.code, country=text(rule.country), citation=text(rule.citation),
                    evidence=self._language.phrase(rule.evidence),
                ),
                *map(text, rule.sources),
            ))
            for rule in rules.values()
        )  # fmt: skip

    def _single_weights(self, report: WeightReport, values: Sequence[Fraction]) -> Rows:
        weights, theory, net = report.weights, report.batch.theory_mg, report.weights.net_mg
        words, mean = self._words, report.statistics.mean
        columns = [(words.unit, [str(capsule) for capsule in range(1, len(values) + 1)])]
        if weights.gross:
            columns.append((words.gross_weight, self._readings(weights.measured_mg)))
        if weights.shells_mg is not None:
            columns.append((words.shell_weight, self._readings(weights.shells_mg)))
        if net is not None:
            columns.append((words.net_content, self._readings(net)))
        if mean > 0:
            columns.append((words.off_mean, [self._signed(percent) for percent in deviations(values, mean)]))
        if theory is not None and net is not None:
            columns.append((words.off_theory, [self._signed(percent) for percent in deviations(net, theory)]))
        columns.append((words.outside, _outside(report.checks, len(values))))
        return _rows(columns)

    def _single_contents(self, report: AssayReport, values: Sequence[Fraction]) -> Rows:
        words, found = self._words, report.acceptance
        columns = [(words.unit, [str(capsule) for capsule in range(1, len(values) + 1)])]
        if report.contents.mg is not None:
            columns.append((words.content, [self._notation.mass(mg) for mg in report.contents.mg]))
            columns.append((words.of_the_label, [self._percent(value) for value in values]))
        else:
            columns.append((words.content, [self._percent(value) for value in values]))
        if found is not None:
            mean = found.statistics.mean
            off = [self._signed(percent) for percent in deviations(values, mean)] if mean > 0 else ["-"] * len(values)
            columns.append((words.off_mean, off))
        columns.append((words.outside, _outside(report.checks, len(values))))
        return _rows(columns)


def _of_gross(check: RuleCheck, weights: Weights) -> bool:
    """Whether a check counted gross weights."""
    return weights.gross and (check.quantity.startswith("intact") or check.rule.measured == "as weighed")


def _outside(checks: Sequence[RuleCheck], count: int) -> list[str]:
    """For each capsule the rules that count it as outside, or may."""
    found: list[dict[str, None]] = [{} for _ in range(count)]
    for check in checks:
        for capsule in check.outside:
            found[capsule - 1][check.rule.code] = None
    for check in checks:
        for capsule in check.maybe:
            found[capsule - 1][f"{check.rule.code}?"] = None
    return [", ".join(rules) for rules in found]


def _rows(columns: Sequence[tuple[str, Sequence[str]]]) -> Rows:
    """A table out of its columns, each a header and its cells."""
    return (tuple(header for header, _ in columns), *zip(*(cells for _, cells in columns), strict=True))
