"""Judges the weights and the assays of capsules by the rules that others set.

Weights are in mg, assays in per cent of the label. A verdict is decided exactly: means and variances are fractions,
and a standard deviation is compared with its limit through its square. Roots are worked out to 50 digits for show
only. The limits, each with citation and evidence, stand in `data/qc.json`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, FloatOperation, InvalidOperation
from enum import Enum
from fractions import Fraction
from functools import cache
from math import isqrt, lcm
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import Direction, canonical, round_to
from compound.exact.value import Value, replace
from compound.findings import codes as catalogue
from compound.findings.finding import Entry, Finding, NotChecked, Said, Severity
from compound.reading import shipped
from compound.reading.amounts import from_canonical
from compound.wording.notation import number

ROOT_DIGITS = 50  # a root is worked out to this many digits
WRITTEN_DIGITS = 12  # and an irrational number is written with this many
MOST_UNITS = 10_000

_HIGH = Context(prec=ROOT_DIGITS, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, FloatOperation])


class Verdict(Enum):
    """What a rule says. Only `PASS` lets a batch go on."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    NEXT_STAGE = "next stage"  # not passed yet: the rule goes on with more units, or with the contents
    UNDECIDED = "undecided"  # the weights given leave it open
    SHOWN = "no limit"  # a figure that the rule asks for without limiting it
    NOT_APPLIED = "not applied"


class Root(Value):
    """The number `plain + sqrt(square)`, held and compared exactly."""

    plain: Fraction
    square: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        """Refuses the root of a negative number."""
        if self.square < 0:
            raise InputError("", f"{canonical(self.square)} has no square root")

    def at_most(self, limit: Fraction) -> bool:
        """Whether the number is the limit or less: the root is compared through its square."""
        room = limit - self.plain
        return room >= 0 and self.square <= room * room

    def below(self, limit: Fraction) -> bool:
        """Whether the number is less than the limit."""
        room = limit - self.plain
        return room > 0 and self.square < room * room

    @property
    def exact(self) -> Fraction | None:
        """The number where it is rational, else None."""
        over, under = isqrt(self.square.numerator), isqrt(self.square.denominator)
        if over * over != self.square.numerator or under * under != self.square.denominator:
            return None
        return self.plain + Fraction(over, under)

    def decimal(self, digits: int = ROOT_DIGITS) -> Decimal:
        """The number to `digits` significant digits, 50 at most; a half goes to the even digit."""
        if not 1 <= digits <= ROOT_DIGITS:
            raise InputError("", f"{digits} digits were asked for; roots are worked out to 1 to {ROOT_DIGITS} digits")
        # Ten digits more than are kept, so that the sum of two rounded terms is right to the last digit kept.
        wide = Context(prec=ROOT_DIGITS + 10, traps=[InvalidOperation, DivisionByZero, FloatOperation])
        total = wide.add(_divided(self.plain, wide), wide.sqrt(_divided(self.square, wide)))
        return Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(total)

    @property
    def known(self) -> Fraction | Decimal:
        """The exact number where it is rational, else its first 50 digits."""
        exact = self.exact
        return self.decimal() if exact is None else exact

    def text(self) -> str:
        """The number as JSON writes it: exact where it is rational, else 12 significant digits."""
        exact = self.exact
        return canonical(self.decimal(WRITTEN_DIGITS) if exact is None else exact)


def _divided(value: Fraction, context: Context) -> Decimal:
    return context.divide(Decimal(value.numerator), Decimal(value.denominator))


def beside(value: Fraction | Decimal, limit: Fraction | Decimal | int) -> Fraction | Decimal:
    """`value`, for a sentence that names `limit` too: with more digits where five could not tell the two apart."""
    if value == limit or number(value).removeprefix("about ") != number(limit).removeprefix("about "):
        return value
    for digits in range(6, 15):
        told = Context(prec=digits, rounding=ROUND_HALF_EVEN).plus(_divided(Fraction(value), _HIGH))
        if Fraction(told) != limit:
            return told
    return value


# The rules, as data/qc.json holds them.


class Band(Value):
    """A class of mass, from `low_mg` (included) to `high_mg` (not included), and the limit that holds in it."""

    low_mg: Fraction
    high_mg: Fraction | None
    percent: Fraction

    def holds(self, mg: Fraction) -> bool:
        """Whether a mass is of this class."""
        return self.low_mg <= mg and (self.high_mg is None or mg < self.high_mg)


class Each(Value):
    """At most `most_outside` units lie further from the basis than their band allows."""

    most_outside: int
    bands: tuple[Band, ...]


class Mean(Value):
    """The mean lies within `percent` of the theoretical weight."""

    percent: Fraction


class Rsd(Value):
    """The relative standard deviation stays below the percentage of its band."""

    bands: tuple[Band, ...]


class RsdShown(Value):
    """The relative standard deviation is a test value without a limit."""


class MassLoss(Value):
    """Sum of the weighings minus net mass of all capsules is at most `percent` of that sum."""

    percent: Fraction


class AcceptanceTest(Value):
    """The acceptance value of USP <905>; its numbers are those of `limits()`."""


class MeanContent(Value):
    """The mean content lies from `low` to `high` per cent of the label."""

    low: Fraction
    high: Fraction


class EachContent(Value):
    """Units outside `percent` of the mean are counted, in two stages; none may lie outside `wide_percent`."""

    first_units: int
    percent: Fraction
    wide_percent: Fraction
    most_first: int
    most_go_on: int
    most_all: int


class EachLabel(Value):
    """Each unit lies within the percentage of the label that the band of the dose allows."""

    bands: tuple[Band, ...]


Limit = Each | Mean | Rsd | RsdShown | MassLoss | AcceptanceTest | MeanContent | EachContent | EachLabel


class Rule(Value):
    """A rule that others set. `default` rules are tried where none is chosen.

    `measured` says which weights it judges (`net`, `intact`, `as weighed`), `basis` what it compares them with
    (`mean`, `theory`, `assay`), `units` how many it takes (any number where it is empty). `sample` is the share of
    the batch and the number of capsules, whichever is fewer, that must be weighed.
    """

    code: str
    name: str
    country: str
    default: bool
    measured: str
    basis: str
    units: tuple[int, ...]
    sample: tuple[Fraction, int] | None
    limits: tuple[Limit, ...]
    citation: str
    sources: tuple[str, ...]
    evidence: str


class Limits(Value):
    """The numbers of the acceptance value, and the content below which Ph. Eur. asks for assays instead of weights."""

    first_units: int
    all_units: int
    constant_first: Fraction
    constant_all: Fraction
    reference_low: Fraction
    reference_high: Fraction
    most_value: Fraction
    single_unit: Fraction
    least_drug_mg: Fraction
    least_share: Fraction
    rounding_step: Fraction
    content_drug_mg: Fraction
    content_share: Fraction


@cache
def _tables() -> dict[str, Any]:
    import json

    tables: dict[str, Any] = json.loads(shipped.read("qc.json"))
    return tables


@cache
def limits() -> Limits:
    """The numbers of USP <905> and of Ph. Eur., from data/qc.json."""
    row, content = _tables()["acceptance"], _tables()["content_uniformity"]
    return Limits(
        first_units=row["first_units"],
        all_units=row["all_units"],
        constant_first=_figure(row, "constant_first"),
        constant_all=_figure(row, "constant_all"),
        reference_low=_figure(row, "reference_low_percent"),
        reference_high=_figure(row, "reference_high_percent"),
        most_value=_figure(row, "most_value_percent"),
        single_unit=_figure(row, "single_unit_percent"),
        least_drug_mg=_figure(row, "least_drug_mg"),
        least_share=_figure(row, "least_share_percent"),
        rounding_step=_figure(row, "rounding_step_percent"),
        content_drug_mg=_figure(content, "least_drug_mg"),
        content_share=_figure(content, "least_share_percent"),
    )


@cache
def weight_rules() -> Mapping[str, Rule]:
    """The rules for weights, by code."""
    return {row["code"]: _rule(row) for row in _tables()["weights"]}


@cache
def assay_rules() -> Mapping[str, Rule]:
    """The rules for assays, by code."""
    return {row["code"]: _rule(row) for row in _tables()["assays"]}


def _rule(row: dict[str, Any]) -> Rule:
    sample = (_figure(row, "sample_percent") / 100, row["sample_most"]) if "sample_percent" in row else None
    return Rule(
        code=row["code"],
        name=row["name"],
        country=row["country"],
        default=row["default"],
        measured=row.get("measured", "assay"),
        basis=row.get("basis", "label"),
        units=tuple(row.get("units", ())),
        sample=sample,
        limits=tuple(_LIMITS[check["kind"]](check) for check in row["checks"]),
        citation=row["citation"],
        sources=tuple(row["sources"]),
        evidence=row["evidence"],
    )


def _figure(row: dict[str, Any], key: str) -> Fraction:
    return from_canonical(row[key], key)


def _bands(row: dict[str, Any]) -> tuple[Band, ...]:
    return tuple(
        Band(
            _figure(band, "from_mg"),
            None if band["below_mg"] is None else _figure(band, "below_mg"),
            _figure(band, "percent"),
        )
        for band in row["classes"]
    )


_LIMITS: dict[str, Callable[[dict[str, Any]], Limit]] = {
    "each": lambda row: Each(row["most_outside"], _bands(row)),
    "mean": lambda row: Mean(_figure(row, "percent")),
    "rsd": lambda row: Rsd(_bands(row)),
    "rsd-shown": lambda row: RsdShown(),
    "mass-loss": lambda row: MassLoss(_figure(row, "percent")),
    "acceptance": lambda row: AcceptanceTest(),
    "mean-content": lambda row: MeanContent(_figure(row, "low_percent"), _figure(row, "high_percent")),
    "each-content": lambda row: EachContent(
        row["first_units"],
        _figure(row, "percent"),
        _figure(row, "wide_percent"),
        row["most_outside_first"],
        row["most_outside_go_on"],
        row["most_outside_all"],
    ),
    "each-label": lambda row: EachLabel(_bands(row)),
}


# What was measured, and what is known of the batch.


class Weights(Value):
    """The weights of capsules in mg, in their order.

    Either net contents, or gross weights (`gross`), these alone, with each capsule's own empty shell, or with the
    mean of the lot's shells and the most by which one shell differs from it. `places` names where each weight was
    read.
    """

    measured_mg: tuple[Decimal, ...]
    gross: bool
    shells_mg: tuple[Decimal, ...] | None = None
    shell_mean_mg: Decimal | None = None
    shell_spread_mg: Decimal | None = None
    places: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuses weights and shells that contradict each other, each at its place."""
        _count_units(len(self.measured_mg))
        if self.places and len(self.places) != len(self.measured_mg):
            raise InputError("", f"{len(self.places)} places for {len(self.measured_mg)} weights")
        if not self.gross and (self.shells_mg is not None or self.shell_mean_mg is not None):
            raise InputError("shell weights", "net weights hold no shell; give the gross weights, or no shell")
        if self.shells_mg is not None and self.shell_mean_mg is not None:
            raise InputError(
                "shell weights", "give each capsule's own shell, or the mean shell and its spread, not both"
            )
        if (self.shell_mean_mg is None) != (self.shell_spread_mg is None):
            raise InputError(
                "shell weights",
                "a mean shell weight and the spread of the shells go together; makers state both, as 48 ± 3 mg",
            )
        if self.shells_mg is not None and len(self.shells_mg) != len(self.measured_mg):
            raise InputError(
                "shell weights",
                f"{len(self.shells_mg)} shells for {len(self.measured_mg)} capsules; "
                "each capsule needs its own, in the same order",
            )
        spread, mean = self.shell_spread_mg, self.shell_mean_mg
        if (
            mean is not None
            and spread is not None
            and not (mean.is_finite() and spread.is_finite() and mean > spread >= 0)
        ):
            raise InputError(
                "shell weights", f"the spread of the shells, {spread:f} mg, is not less than their mean, {mean:f} mg"
            )
        for position, mg in enumerate(self.measured_mg):
            shell = self.shell_of(position)
            if not mg.is_finite() or mg < 0 or not shell.is_finite() or shell < 0:
                raise InputError(self.place(position), "a weight is a finite number of mg, zero or more")
            if Fraction(mg) < Fraction(shell) - self.slack_mg:
                raise InputError(
                    self.place(position),
                    f"the gross weight {number(mg)} mg is less than its shell, "
                    f"{number(Fraction(shell) - self.slack_mg)} mg or more",
                )

    def shell_of(self, position: int) -> Decimal:
        """What is taken off the weight at `position` as the shell, in mg; 0 where no shell is known."""
        if self.shells_mg is not None:
            return self.shells_mg[position]
        return Decimal(0) if self.shell_mean_mg is None else self.shell_mean_mg

    def place(self, position: int) -> str:
        """Where the weight at `position` was read."""
        return self.places[position] if self.places else f"unit {position + 1}"

    @property
    def net_mg(self) -> tuple[Fraction, ...] | None:
        """The net contents in mg, by the mean shell if only that is known; None for gross weights without shells."""
        if self.gross and self.shells_mg is None and self.shell_mean_mg is None:
            return None
        return tuple(Fraction(mg) - Fraction(self.shell_of(at)) for at, mg in enumerate(self.measured_mg))

    @property
    def slack_mg(self) -> Fraction:
        """By how much a net content may be off because its shell was not weighed; 0 for net and own shells."""
        return Fraction(self.shell_spread_mg or 0)


class Batch(Value):
    """What is known of the batch apart from the weights. None is: not entered, and what needs it is not applied.

    `theory_mg` is the net content that one capsule should hold, `dose_mg` the drug in it, `assay_percent` the mean
    content found in per cent of the label, `target_percent` the T of USP <905>, `capsules` how many were made,
    `weighed_in_mg` the sum of the weighings and `all_net_mg` the net mass of all capsules.
    """

    theory_mg: Decimal | None = None
    dose_mg: Decimal | None = None
    assay_percent: Decimal | None = None
    target_percent: Decimal | None = None
    capsules: int | None = None
    weighed_in_mg: Decimal | None = None
    all_net_mg: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuses amounts that cannot be, under the name of their option."""
        for option, mg in (
            ("--theory", self.theory_mg),
            ("--dose", self.dose_mg),
            ("--assay", self.assay_percent),
            ("--weighed-in", self.weighed_in_mg),
            ("--all-net", self.all_net_mg),
        ):
            if mg is not None and not (mg.is_finite() and mg > 0):
                raise InputError(option, "an amount above zero is needed")
        if self.theory_mg is not None and self.dose_mg is not None and self.dose_mg > self.theory_mg:
            raise InputError(
                "--dose", f"{canonical(self.dose_mg)} mg of drug do not fit into {canonical(self.theory_mg)} mg"
            )
        if self.capsules is not None and not 1 <= self.capsules <= MOST_UNITS:
            raise InputError("--capsules", f"{self.capsules} is not from 1 to {MOST_UNITS:,}")
        _check_target(self.target_percent)


def _check_target(percent: Fraction | Decimal | None) -> None:
    # T is an average of monograph limits. A T of 1,000 % would carry M along and pass a tenfold dose.
    if percent is None:
        return
    if (isinstance(percent, Decimal) and not percent.is_finite()) or not 50 <= percent <= 150:
        said = f"{percent:f}" if isinstance(percent, Decimal) else number(percent)
        raise InputError(
            "--target", f"{said} % is no target; T is the average of the limits of the label, from 50 % to 150 %"
        )


def _count_units(units: int) -> None:
    if units < 2:
        raise InputError("", f"{units} unit{'' if units == 1 else 's'} given; a standard deviation needs two or more")
    if units > MOST_UNITS:
        raise InputError("", f"{units:,} units given; at most {MOST_UNITS:,} are judged at once")


# What comes out.


class Statistics(Value):
    """Mean and sample variance (n - 1), exact, in the unit of the values and its square."""

    units: int
    mean: Fraction
    variance: Fraction

    @property
    def standard_deviation(self) -> Root:
        """The sample standard deviation, in the unit of the values."""
        return Root(Fraction(0), self.variance)

    @property
    def rsd(self) -> Root | None:
        """The relative standard deviation in per cent of the mean; None where the mean is not above zero."""
        return None if self.mean <= 0 else Root(Fraction(0), self.variance * 10_000 / self.mean**2)


def statistics(values: Sequence[Fraction | Decimal]) -> Statistics:
    """Mean and sample variance of two or more values, exact."""
    _count_units(len(values))
    fractions = [Fraction(value) for value in values]
    # Over one common denominator the sums are sums of integers.
    common = lcm(*(value.denominator for value in fractions))
    counts = [value.numerator * (common // value.denominator) for value in fractions]
    units, total, squares = len(counts), sum(counts), sum(count * count for count in counts)
    variance = Fraction(units * squares - total * total, units * (units - 1) * common * common)
    return Statistics(units, Fraction(total, units * common), variance)


def deviations(values: Sequence[Fraction | Decimal], reference: Fraction | Decimal) -> tuple[Fraction, ...]:
    """The deviation of each value from the reference, in per cent of it; the reference is above zero."""
    if reference <= 0:
        raise InputError("", "a deviation in per cent needs a reference above zero")
    return tuple(100 * (Fraction(value) / Fraction(reference) - 1) for value in values)


class Acceptance(Value):
    """The acceptance value of USP <905> and all that leads to it, in per cent of the label."""

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
    def verdict(self) -> Verdict:
        """Stage 1 passes or goes on to stage 2, unless a unit already rules that out; stage 2 passes or fails."""
        passed = self.value.at_most(self.most_value)
        if self.stage == 2:
            return Verdict.PASS if passed and not self.outside else Verdict.FAIL
        if passed:
            return Verdict.PASS
        return Verdict.FAIL if self.hopeless else Verdict.NEXT_STAGE


def acceptance(contents: Sequence[Fraction | Decimal], target: Fraction | Decimal | None = None) -> Acceptance:
    """The acceptance value of 10 units (stage 1) or all 30 (stage 2), contents in per cent of the label.

    `target` is T, 100 % where None. Raises InputError for another number of units and for a T outside 50 % to 150 %.
    Source: USP <905>.
    """
    set_by = limits()
    units = len(contents)
    if units not in (set_by.first_units, set_by.all_units):
        raise InputError(
            "",
            f"USP <905> judges {set_by.first_units} units, or {set_by.all_units} after 20 more; "
            f"{units} {'was' if units == 1 else 'were'} given, and its constant k holds for these two numbers "
            "alone",
        )
    if any((isinstance(content, Decimal) and not content.is_finite()) or content < 0 for content in contents):
        raise InputError("", "a content is a finite number, zero per cent of the label or more")
    _check_target(target)
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
        outside=tuple(unit for unit, content in enumerate(contents, 1) if not low <= content <= high),
        # M is between reference_low and highest in every sample.
        hopeless=tuple(
            unit
            for unit, content in enumerate(contents, 1)
            if not less * set_by.reference_low <= content <= more * highest
        ),
    )


class Check(Value):
    """One limit of one rule, held against the batch.

    `unit` is that of `value`, `low` and `high` (`mg`, `percent`, `count`); both limits are included unless `strict`.
    Where units are counted, `window` is the range they should lie in, in `window_unit`, and `outside` lists those
    that do not, counted from 1; `maybe` adds those that an unweighed shell may have put there. `reason` says why
    nothing was decided.
    """

    rule: Rule
    quantity: str
    unit: str
    verdict: Verdict
    value: Root | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    strict: bool = False
    window: tuple[Fraction, Fraction] | None = None
    window_unit: str = "mg"
    outside: tuple[int, ...] = ()
    maybe: tuple[int, ...] = ()
    reason: NotChecked | None = None


class WeightReport(Value):
    """The judgement on weights. The statistics are of the net contents, or of the gross weights if `of` says so."""

    weights: Weights
    batch: Batch
    of: str
    statistics: Statistics
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict over all rules."""
        return _overall(self.checks, self.findings)


class AssayReport(Value):
    """The judgement on assays, in per cent of the label."""

    contents_percent: tuple[Decimal, ...]
    acceptance: Acceptance
    checks: tuple[Check, ...]
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict over all rules."""
        return _overall(self.checks, self.findings)


def _overall(checks: Sequence[Check], findings: Sequence[Finding]) -> Verdict:
    if any(check.verdict is Verdict.FAIL for check in checks):
        return Verdict.FAIL
    held_back = any(finding.severity is Severity.ERROR for finding in findings)
    return Verdict.UNDECIDED if held_back else Verdict.PASS


_Judged = tuple[Check, tuple[Finding, ...]]


def judge_weights(weights: Weights, batch: Batch, rules: Sequence[str] = ()) -> WeightReport:
    """Judges weights by the rules chosen, or by the default ones.

    Raises InputError for a rule that is not known, and for a weight so far from theory that its unit must be wrong.
    """
    chosen = _chosen(rules, weight_rules())
    _ask_about_units(weights, batch)
    if batch.capsules is not None and batch.capsules < len(weights.measured_mg):
        raise InputError("--capsules", f"{len(weights.measured_mg)} capsules were weighed, of {batch.capsules} made")
    net = weights.net_mg
    found = statistics(weights.measured_mg if net is None else net)
    judged = [pair for rule in chosen for pair in _judge_weights_by(rule, weights, batch)]
    checks = tuple(check for check, _ in judged)
    findings = [finding for _, said in judged for finding in said]
    findings += _about_weights(weights, batch, checks, net)
    findings += _about_rules(checks, rules)
    report_of = "gross" if net is None else "net"
    return WeightReport(weights, batch, report_of, found, checks, tuple(findings))


def judge_assay(
    contents: Sequence[Decimal],
    *,
    target: Decimal | None = None,
    dose_mg: Decimal | None = None,
    rules: Sequence[str] = (),
) -> AssayReport:
    """Judges 10 or 30 contents in per cent of the label by the rules chosen, or by the default ones.

    Raises InputError for another number of units and for a rule that is not known.
    """
    chosen = _chosen(rules, assay_rules())
    found = acceptance(contents, target)
    judged = [pair for rule in chosen for pair in _judge_contents_by(rule, contents, found, dose_mg)]
    checks = tuple(check for check, _ in judged)
    findings = [finding for _, said in judged for finding in said]
    if target is None and any(rule.code == "usp-905" for rule in chosen):
        findings.append(Finding(catalogue.QC_TARGET_ASSUMED, "--target", {"target": found.target}))
    decided = [check for check in checks if check.verdict is not Verdict.NOT_APPLIED]
    if decided and all(check.rule.basis == "mean" for check in decided):
        findings.append(Finding(catalogue.QC_MEAN_BASED_CONTENT, "assays", {"rule": decided[0].rule.name}))
    findings += _about_rules(checks, rules)
    return AssayReport(tuple(contents), found, checks, tuple(findings))


def _chosen(codes: Sequence[str], known: Mapping[str, Rule]) -> tuple[Rule, ...]:
    for code in codes:
        if code not in known:
            raise InputError("--rule", f"{code} is not known; known are {', '.join(known)}")
    if not codes:
        return tuple(rule for rule in known.values() if rule.default)
    return tuple(known[code] for code in dict.fromkeys(codes))


def _ask_about_units(weights: Weights, batch: Batch) -> None:
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


# Weights, rule by rule.


def _judge_weights_by(rule: Rule, weights: Weights, batch: Batch) -> list[_Judged]:
    """Every limit of one rule held against the weights."""
    units = len(weights.measured_mg)
    net = weights.net_mg
    if rule.measured == "intact" and weights.gross:
        return _judge_intact_first(rule, weights)
    values, slack = net, weights.slack_mg
    if rule.measured == "as weighed":
        values, slack = tuple(map(Fraction, weights.measured_mg)), Fraction(0)
    judged: list[_Judged] = []
    for limit in rule.limits:
        match limit:
            case MassLoss():
                judged.append(_mass_loss(rule, limit, weights, batch))
            case AcceptanceTest():
                judged.extend(_weight_variation(rule, weights, batch))
            case _ if values is None:
                judged.append(_not_applied(rule, _quantity(limit), catalogue.QC_NEEDS_NET))
            case _ if rule.units and units not in rule.units:
                judged.append(_wrong_number(rule, _quantity(limit), units))
            case RsdShown():
                judged.append(_rsd(rule, None, values, slack, None))
            case _ if rule.basis == "theory" and batch.theory_mg is None:
                judged.append(_not_applied(rule, _quantity(limit), catalogue.QC_THEORY_MISSING))
            case Each() if rule.basis == "theory" and batch.theory_mg is not None:
                judged.append(_each(rule, limit, values, slack, Fraction(batch.theory_mg)))
            case Each():
                judged.append(_each(rule, limit, values, slack, None))
            case Mean() if batch.theory_mg is not None:
                judged.append(_mean(rule, limit, values, slack, Fraction(batch.theory_mg)))
            case Rsd() if batch.theory_mg is not None:
                judged.append(_rsd(rule, limit, values, slack, Fraction(batch.theory_mg)))
            case _:
                raise InputError("", f"rule {rule.code} sets a limit that weights cannot be held against")
    return [_sample_size(rule, pair, units, batch) for pair in judged]


def _quantity(limit: Limit) -> str:
    match limit:
        case Each() | EachContent() | EachLabel():
            return "units outside"
        case Mean() | MeanContent():
            return "mean"
        case Rsd() | RsdShown():
            return "RSD"
        case MassLoss():
            return "mass loss"
        case AcceptanceTest():
            return "acceptance value"


_UNITS = {
    "units outside": "count",
    "mean": "mg",
    "RSD": "percent",
    "mass loss": "percent",
    "acceptance value": "percent",
}


def _not_applied(rule: Rule, quantity: str, entry: Entry, values: Mapping[str, Said] | None = None) -> _Judged:
    return Check(rule, quantity, _UNITS[quantity], Verdict.NOT_APPLIED, reason=NotChecked(entry, values or {})), ()


def _wrong_number(rule: Rule, quantity: str, units: int) -> _Judged:
    needed = " or ".join(str(count) for count in rule.units)
    return _not_applied(rule, quantity, catalogue.QC_NUMBER_OF_UNITS, {"needed": needed, "given": units})


def _sample_size(rule: Rule, judged: _Judged, units: int, batch: Batch) -> _Judged:
    """A sample too small for the rule cannot pass; what fails in it fails all the same."""
    check, _ = judged
    if rule.sample is None or check.verdict is not Verdict.PASS:
        return judged
    share, most = rule.sample
    if batch.capsules is None:
        if units >= most:
            return judged
        return _not_applied(rule, check.quantity, catalogue.QC_SAMPLE_UNKNOWN, {"given": units, "most": most})
    needed = min(int(round_to(batch.capsules * share, 1, Direction.UP)), most)
    if units >= needed:
        return judged
    return _not_applied(rule, check.quantity, catalogue.QC_SAMPLE_TOO_SMALL, {"given": units, "needed": needed})


def _judge_intact_first(rule: Rule, weights: Weights) -> list[_Judged]:
    """Intact capsules first; where they do not pass, their contents decide."""
    units = len(weights.measured_mg)
    if rule.units and units not in rule.units:
        return [_wrong_number(rule, "units outside", units)]
    gross, net = tuple(map(Fraction, weights.measured_mg)), weights.net_mg
    judged: list[_Judged] = []
    for limit in rule.limits:
        if not isinstance(limit, Each):
            raise InputError("", f"rule {rule.code} sets a limit that intact capsules cannot be held against")
        check, findings = _each(rule, limit, gross, Fraction(0), None, "intact units outside")
        if check.verdict is not Verdict.FAIL:
            judged.append((check, findings))
            continue
        go_on = replace(check, verdict=Verdict.NEXT_STAGE)
        if net is None:
            open_them = Finding(
                catalogue.QC_OPEN_CAPSULES,
                _units_named(check.outside),
                {"rule": rule.name, "outside": len(check.outside), "units": units},
            )
            judged.append((go_on, (open_them,)))
        else:
            judged.append((go_on, ()))
            judged.append(_each(rule, limit, net, weights.slack_mg, None))
    return judged


def _units_named(units: Sequence[int]) -> str:
    named = ", ".join(str(unit) for unit in units[:20])
    more = f" and {len(units) - 20} more" if len(units) > 20 else ""
    return ("unit " if len(units) == 1 else "units ") + named + more


def _band_range(bands: Sequence[Band], low: Fraction, high: Fraction) -> list[Band] | None:
    """The bands that a mass between `low` and `high` may be of; None where it may be of none."""
    if not any(band.holds(low) for band in bands) or not any(band.holds(high) for band in bands):
        return None
    return [band for band in bands if band.low_mg <= high and (band.high_mg is None or low < band.high_mg)]


def _each(
    rule: Rule,
    limit: Each,
    values: Sequence[Fraction],
    slack: Fraction,
    theory: Fraction | None,
    quantity: str = "units outside",
) -> _Judged:
    """Counts the units outside the limit; against the mean of the values where no theory is given.

    With unweighed shells (`slack`) a unit is certainly outside, or may be, whatever the shells of all units were within
    their spread; the verdict stands only where both counts agree on it.
    """
    centre = statistics(values).mean if theory is None else theory
    around = slack if theory is None else Fraction(0)
    if centre - around <= 0:
        return _not_applied(rule, "units outside", catalogue.QC_MEAN_ZERO)
    bands = _band_range(limit.bands, centre - around, centre + around)
    if bands is None:
        return _not_applied(rule, "units outside", catalogue.QC_OUTSIDE_CLASSES, {"mass": centre})

    def outside(share: Fraction, sign: int) -> tuple[int, ...]:
        """The units beyond the share with the shells at their best (sign 1) or at their worst (sign -1)."""
        over = sign * _excess(len(values), 1 + share, slack, theory is None)
        under = sign * _excess(len(values), 1 - share, slack, theory is None)
        low, high = (1 - share) * centre, (1 + share) * centre
        return tuple(unit for unit, mg in enumerate(values, 1) if mg - high > over or low - mg > under)

    # Where the shells leave the class of the mean open, the narrower range must pass, or the wider one fail.
    tight, loose = min(band.percent for band in bands) / 100, max(band.percent for band in bands) / 100
    certain, possible = outside(loose, 1), outside(tight, -1)
    if len(possible) <= limit.most_outside:
        verdict = Verdict.PASS
    else:
        verdict = Verdict.FAIL if len(certain) > limit.most_outside else Verdict.UNDECIDED
    known = set(certain)
    check = Check(
        rule,
        quantity,
        "count",
        verdict,
        Root(Fraction(len(certain))),
        high=Fraction(limit.most_outside),
        window=((1 - tight) * centre, (1 + tight) * centre),
        outside=certain,
        maybe=tuple(unit for unit in possible if unit not in known),
    )
    if verdict is Verdict.UNDECIDED:
        counts: dict[str, Said] = {"certain": len(certain), "possible": len(possible), "most": limit.most_outside}
        said = {"rule": rule.name, **counts, "spread": slack}
        return check, (Finding(catalogue.QC_SHELLS_DECIDE, _units_named(check.maybe or certain), said),)
    return check, _outside_findings(check, catalogue.QC_UNITS_OUTSIDE, values, centre)


def _outside_findings(
    check: Check, entry: Entry, values: Sequence[Fraction | Decimal], centre: Fraction
) -> tuple[Finding, ...]:
    """What is to be said where too many units lie outside: how many, and the one furthest from the centre."""
    if check.verdict is not Verdict.FAIL or check.window is None or check.high is None:
        return ()
    low, high = check.window
    furthest = max(check.outside, key=lambda unit: abs(Fraction(values[unit - 1]) - centre))
    value = Fraction(values[furthest - 1])
    said: dict[str, Said] = {
        "rule": check.rule.name,
        "outside": len(check.outside),
        "units": len(values),
        "most": int(check.high),
        "low": low,
        "high": high,
        "unit": furthest,
        "value": beside(value, low if value < low else high),
    }
    return (Finding(entry, _units_named(check.outside), said),)


def _excess(units: int, factor: Fraction, slack: Fraction, against_mean: bool) -> Fraction:
    """By how much shells within their spread can move a unit against its limit, in mg.

    Against theory that is the spread. Against the mean, `unit - factor * mean`, every shell moves the mean too: the
    unit's own shell by `1 - factor / units`, each other one by `factor / units`, all at their worst corner.
    """
    if not against_mean:
        return slack
    own, other = abs(1 - factor / units), factor / units
    return slack * (own + (units - 1) * other)


def _mean(rule: Rule, limit: Mean, values: Sequence[Fraction], slack: Fraction, theory: Fraction) -> _Judged:
    """The mean against theory; unweighed shells may all be heavy or all light."""
    mean = statistics(values).mean
    share = limit.percent / 100
    low, high = (1 - share) * theory, (1 + share) * theory
    if low <= mean - slack and mean + slack <= high:
        verdict = Verdict.PASS
    elif mean + slack < low or mean - slack > high:
        verdict = Verdict.FAIL
    else:
        verdict = Verdict.UNDECIDED
    check = Check(rule, "mean", "mg", verdict, Root(mean), low, high)
    if verdict is Verdict.PASS:
        return check, ()
    said: dict[str, Said] = {
        "rule": rule.name,
        "mean": beside(mean, low if mean < low else high),
        "low": low,
        "high": high,
        "theory": theory,
    }
    if verdict is Verdict.UNDECIDED:
        return check, (Finding(catalogue.QC_SHELLS_DECIDE_MEAN, "mean", {**said, "spread": slack}),)
    return check, (Finding(catalogue.QC_MEAN_OFF, "mean", said),)


def _rsd(
    rule: Rule, limit: Rsd | None, values: Sequence[Fraction], slack: Fraction, theory: Fraction | None
) -> _Judged:
    """The RSD of net contents, below its limit or shown without one."""
    if slack > 0:
        return _not_applied(rule, "RSD", catalogue.QC_NEEDS_OWN_SHELLS)
    rsd = statistics(values).rsd
    if rsd is None:
        return _not_applied(rule, "RSD", catalogue.QC_MEAN_ZERO)
    if limit is None or theory is None:
        return Check(rule, "RSD", "percent", Verdict.SHOWN, rsd), ()
    bands = _band_range(limit.bands, theory, theory)
    if bands is None:
        return _not_applied(rule, "RSD", catalogue.QC_OUTSIDE_CLASSES, {"mass": theory})
    most = bands[0].percent
    verdict = Verdict.PASS if rsd.below(most) else Verdict.FAIL
    check = Check(rule, "RSD", "percent", verdict, rsd, high=most, strict=True)
    if verdict is Verdict.PASS:
        return check, ()
    return check, (
        Finding(catalogue.QC_RSD_TOO_HIGH, "RSD", {"rule": rule.name, "rsd": beside(rsd.known, most), "limit": most}),
    )


def _mass_loss(rule: Rule, limit: MassLoss, weights: Weights, batch: Batch) -> _Judged:
    """What went in less what is in the capsules, in per cent of what went in."""
    if batch.weighed_in_mg is None:
        return _not_applied(rule, "mass loss", catalogue.QC_WEIGHED_IN_MISSING)
    net, units = weights.net_mg, len(weights.measured_mg)
    if batch.all_net_mg is not None:
        total, slack = Fraction(batch.all_net_mg), Fraction(0)
    elif net is not None and batch.capsules == units:
        total, slack = sum(net, Fraction(0)), units * weights.slack_mg
    else:
        return _not_applied(rule, "mass loss", catalogue.QC_ALL_NET_MISSING, {"given": units})
    into = Fraction(batch.weighed_in_mg)
    loss, around = 100 * (into - total) / into, 100 * slack / into
    if around <= loss and loss + around <= limit.percent:
        verdict = Verdict.PASS
    elif loss - around > limit.percent or loss + around < 0:
        verdict = Verdict.FAIL
    else:
        verdict = Verdict.UNDECIDED
    check = Check(rule, "mass loss", "percent", verdict, Root(loss), Fraction(0), limit.percent)
    said: dict[str, Said] = {
        "rule": rule.name,
        "into": into,
        "net": total,
        "loss": beside(loss, limit.percent),
        "limit": limit.percent,
    }
    if verdict is Verdict.PASS:
        return check, ()
    if verdict is Verdict.UNDECIDED:
        return check, (Finding(catalogue.QC_SHELLS_DECIDE_LOSS, "mass loss", {**said, "spread": weights.slack_mg}),)
    if loss < 0:
        return check, (Finding(catalogue.QC_MASS_GAINED, "mass loss", said),)
    return check, (Finding(catalogue.QC_MASS_LOST, "mass loss", said),)


def _fill_mg(weights: Weights, batch: Batch) -> Fraction | None:
    """The content of one capsule in mg: theory, else the mean of the net contents, else unknown."""
    if batch.theory_mg is not None:
        return Fraction(batch.theory_mg)
    net = weights.net_mg
    return None if net is None else statistics(net).mean


def _excluded(weights: Weights, batch: Batch) -> NotChecked | None:
    """Why USP <905> does not let weight stand for dose in these capsules; None where it does."""
    set_by = limits()
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
            catalogue.QC_WEIGHT_EXCLUDED, {**said, "fill": fill, "share": beside(share, set_by.least_share)}
        )
    return None


def _weight_variation(rule: Rule, weights: Weights, batch: Batch) -> list[_Judged]:
    """USP <905> by weight: each content is estimated as net weight times mean assay over mean net weight."""
    excluded = _excluded(weights, batch)
    if excluded is not None:
        return [_not_applied(rule, "acceptance value", excluded.entry, excluded.values)]
    net, units = weights.net_mg, len(weights.measured_mg)
    if net is None or weights.slack_mg > 0:
        return [_not_applied(rule, "acceptance value", catalogue.QC_NEEDS_OWN_SHELLS)]
    if units not in rule.units:
        return [_wrong_number(rule, "acceptance value", units)]
    if batch.assay_percent is None:
        return [_not_applied(rule, "acceptance value", catalogue.QC_ASSAY_MISSING)]
    mean = statistics(net).mean
    if mean <= 0:
        return [_not_applied(rule, "acceptance value", catalogue.QC_MEAN_ZERO)]
    contents = [mg * Fraction(batch.assay_percent) / mean for mg in net]
    return _acceptance_checks(rule, contents, acceptance(contents, batch.target_percent))


# Contents, rule by rule.


def _acceptance_checks(rule: Rule, contents: Sequence[Fraction | Decimal], found: Acceptance) -> list[_Judged]:
    """The acceptance value, and at stage 2 the single units, each with what is to be said."""
    passed = found.value.at_most(found.most_value)
    first = Check(
        rule,
        "acceptance value",
        "percent",
        Verdict.PASS if passed else found.verdict,
        found.value,
        high=found.most_value,
    )
    said: dict[str, Said] = {
        "rule": rule.name,
        "value": beside(found.value.known, found.most_value),
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
    judged: list[_Judged] = [(first, tuple(findings))]
    verdict = Verdict.FAIL if found.outside else Verdict.PASS
    second = Check(
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
    judged.append((second, _outside_findings(second, catalogue.QC_CONTENTS_OUTSIDE, contents, found.reference)))
    return judged


def _hopeless(rule: Rule, contents: Sequence[Fraction | Decimal], found: Acceptance) -> Finding:
    set_by = limits()
    highest = max(found.target, set_by.reference_high)
    low, high = (1 - set_by.single_unit / 100) * set_by.reference_low, (1 + set_by.single_unit / 100) * highest
    unit = found.hopeless[0]
    value = Fraction(contents[unit - 1])
    said: dict[str, Said] = {
        "rule": rule.name,
        "unit": unit,
        "value": beside(value, low if value < low else high),
        "low": low,
        "high": high,
    }
    return Finding(catalogue.QC_STAGE_2_CANNOT_PASS, _units_named(found.hopeless), said)


def _rounding_note(rule: Rule, value: Root, low: Fraction | None, high: Fraction) -> list[Finding]:
    """Says so where a result fails exactly, and would pass if it were rounded to the digits of the limit first."""
    step = limits().rounding_step
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
            {"rule": rule.name, "value": beside(value.known, limit), "limit": limit, "step": step},
        )
    ]


def _judge_contents_by(
    rule: Rule, contents: Sequence[Decimal], found: Acceptance, dose_mg: Decimal | None
) -> list[_Judged]:
    """Every limit of one rule held against the contents."""
    judged: list[_Judged] = []
    for limit in rule.limits:
        match limit:
            case AcceptanceTest():
                judged.extend(_acceptance_checks(rule, contents, found))
            case MeanContent(low, high):
                judged.append(_mean_content(rule, found.statistics.mean, low, high))
            case EachContent():
                judged.extend(_each_content(rule, limit, contents, found.statistics.mean))
            case EachLabel():
                judged.append(_each_label(rule, limit, contents, dose_mg))
            case _:
                raise InputError("", f"rule {rule.code} sets a limit that assays cannot be held against")
    return judged


def _mean_content(rule: Rule, mean: Fraction, low: Fraction, high: Fraction) -> _Judged:
    verdict = Verdict.PASS if low <= mean <= high else Verdict.FAIL
    check = Check(rule, "mean", "percent", verdict, Root(mean), low, high)
    if verdict is Verdict.PASS:
        return check, ()
    said: dict[str, Said] = {
        "rule": rule.name,
        "mean": beside(mean, low if mean < low else high),
        "low": low,
        "high": high,
    }
    return check, (Finding(catalogue.QC_MEAN_CONTENT_OFF, "mean", said), *_rounding_note(rule, Root(mean), low, high))


def _each_content(rule: Rule, limit: EachContent, contents: Sequence[Decimal], mean: Fraction) -> list[_Judged]:
    """Test B of Ph. Eur. 2.9.6: few units outside the narrow range of the mean, none outside the wide one."""

    def outside(percent: Fraction) -> tuple[tuple[Fraction, Fraction], tuple[int, ...]]:
        low, high = (1 - percent / 100) * mean, (1 + percent / 100) * mean
        return (low, high), tuple(unit for unit, content in enumerate(contents, 1) if not low <= content <= high)

    if mean <= 0:
        return [_not_applied(rule, "units outside", catalogue.QC_MEAN_ZERO)]
    first = len(contents) == limit.first_units
    wide_window, wide = outside(limit.wide_percent)
    narrow_window, narrow = outside(limit.percent)
    most = limit.most_first if first else limit.most_all
    if len(narrow) <= most:
        verdict = Verdict.PASS
    elif first and len(narrow) <= limit.most_go_on and not wide:
        verdict = Verdict.NEXT_STAGE
    else:
        verdict = Verdict.FAIL
    one = Check(
        rule,
        "units outside",
        "count",
        verdict,
        Root(Fraction(len(narrow))),
        high=Fraction(most),
        window=narrow_window,
        window_unit="percent",
        outside=narrow,
    )
    two = Check(
        rule,
        "units outside",
        "count",
        Verdict.FAIL if wide else Verdict.PASS,
        Root(Fraction(len(wide))),
        high=Fraction(0),
        window=wide_window,
        window_unit="percent",
        outside=wide,
    )
    said = _outside_findings(one, catalogue.QC_CONTENTS_OUTSIDE, contents, mean)
    if verdict is Verdict.NEXT_STAGE:
        said = (
            Finding(
                catalogue.QC_CONTENT_NEXT_STAGE,
                _units_named(narrow),
                {"rule": rule.name, "outside": len(narrow), "low": narrow_window[0], "high": narrow_window[1]},
            ),
        )
    return [(one, said), (two, _outside_findings(two, catalogue.QC_CONTENTS_OUTSIDE, contents, mean))]


def _each_label(rule: Rule, limit: EachLabel, contents: Sequence[Decimal], dose_mg: Decimal | None) -> _Judged:
    if dose_mg is None:
        return _not_applied(rule, "units outside", catalogue.QC_DOSE_MISSING)
    bands = _band_range(limit.bands, Fraction(dose_mg), Fraction(dose_mg))
    if bands is None:
        return _not_applied(rule, "units outside", catalogue.QC_OUTSIDE_CLASSES, {"mass": Fraction(dose_mg)})
    low, high = 100 - bands[0].percent, 100 + bands[0].percent
    outside = tuple(unit for unit, content in enumerate(contents, 1) if not low <= content <= high)
    check = Check(
        rule,
        "units outside",
        "count",
        Verdict.FAIL if outside else Verdict.PASS,
        Root(Fraction(len(outside))),
        high=Fraction(0),
        window=(low, high),
        window_unit="percent",
        outside=outside,
    )
    return check, _outside_findings(check, catalogue.QC_CONTENTS_OUTSIDE, contents, Fraction(100))


# What is to be said of the whole.


def _about_weights(
    weights: Weights, batch: Batch, checks: Sequence[Check], net: tuple[Fraction, ...] | None
) -> list[Finding]:
    """What weights cannot show: the dose, the fill under an unweighed shell, an error of the whole batch."""
    findings: list[Finding] = []
    if weights.gross:
        findings.append(_gross_finding(weights, net))
    by_acceptance = [
        check for check in checks if check.quantity == "acceptance value" and check.verdict is not Verdict.NOT_APPLIED
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
    decided = [check for check in checks if check.verdict not in (Verdict.NOT_APPLIED, Verdict.SHOWN)]
    by_mean = [check for check in decided if check.rule.basis == "mean"]
    by_theory = [
        check for check in decided if check.rule.basis == "theory" and check.quantity in ("units outside", "mean")
    ]
    if by_mean and not by_theory:
        findings.append(Finding(catalogue.QC_MEAN_BASED, "weights", {"rule": by_mean[0].rule.name}))
    findings += _content_uniformity(weights, batch, decided)
    return findings


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


def _content_uniformity(weights: Weights, batch: Batch, decided: Sequence[Check]) -> list[Finding]:
    """Below 2 mg or 2 % of drug Ph. Eur. asks for assays of single units; its mass test then shows the fill alone."""
    fill, set_by = _fill_mg(weights, batch), limits()
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


def _about_rules(checks: Sequence[Check], asked: Sequence[str]) -> list[Finding]:
    """A rule asked for and not judged is an error, and so is a batch whose single units no rule judged."""
    open_verdicts = (Verdict.NOT_APPLIED, Verdict.SHOWN)
    findings = []
    for code in dict.fromkeys(asked):
        missed = [check for check in checks if check.rule.code == code and check.verdict is Verdict.NOT_APPLIED]
        if missed:
            findings.append(Finding(catalogue.QC_RULE_NOT_APPLIED, "--rule", {"rule": missed[0].rule.name}))
    # Where no rule was asked for, the mass loss of the batch alone says too little to pass its capsules.
    judging = [check for check in checks if asked or check.quantity != "mass loss"]
    if not findings and all(check.verdict in open_verdicts for check in judging):
        findings.append(Finding(catalogue.QC_NOTHING_JUDGED, "rules"))
    return findings
