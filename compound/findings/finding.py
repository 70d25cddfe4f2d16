"""What is found of an order, a plan or a batch, as data.

A finding names an entry of the one catalogue (`compound.findings.codes`) and carries the values its sentences need. The
sentences themselves are made where numbers become words (`compound.wording.notation`), in any language.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction

from compound.exact.errors import InputError
from compound.exact.value import Value, field, replace


class Clause(Value):
    """A clause in what a finding says: its code, under which each language has its words, and its values."""

    code: str
    values: Mapping[str, Said] = field(default_factory=dict)


Said = str | int | Decimal | Fraction | tuple[Clause, ...]  # numbers, codes, names and lists of clauses; never sentences


class Severity(Enum):
    """How much a finding weighs. An error means: must not be made."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Entry(Value):
    """One entry of the catalogue: a code, how much it weighs, and whether it is a judgement.

    `judgement` marks an error that a pharmacist can accept with a reason.
    """

    code: str
    severity: Severity
    judgement: bool = False


class About(Enum):
    """What kind of thing a finding is about."""

    OPTION = "what was asked for: an option, or a place in a file that states one"
    STEPS = "steps of a plan, by their numbers; without a number all of them"
    VESSEL = "a vessel of a plan, by its name"
    ACCURACY = "the dose that the steps give, and its bounds"


class Place(Value):
    """What a finding is about. As text it is what stands beside the finding in JSON: `--dose`, `step 3`, `batch`."""

    about: About
    name: str = ""
    numbers: tuple[int, ...] = ()

    @classmethod
    def option(cls, name: str) -> Place:
        """An option as it is typed (`--dose`, `DRUG`), or a key of a file."""
        return cls(About.OPTION, name)

    @classmethod
    def step(cls, *numbers: int) -> Place:
        """Steps of a plan by their numbers; none of them: the steps as a whole."""
        return cls(About.STEPS, "", numbers)

    @classmethod
    def vessel(cls, name: str) -> Place:
        """A vessel of a plan."""
        return cls(About.VESSEL, name)

    @classmethod
    def accuracy(cls, name: str = "") -> Place:
        """The dose and its bounds, or one of the figures by its key."""
        return cls(About.ACCURACY, name)

    @property
    def is_about_the_plan(self) -> bool:
        """Whether it is a place in a plan, not in the order that the plan serves."""
        return self.about is not About.OPTION

    def __str__(self) -> str:
        if self.about is About.STEPS:
            return ", ".join(f"step {number}" for number in self.numbers) or "steps"
        if self.about is About.ACCURACY:
            return f"accuracy.{self.name}" if self.name else "accuracy"
        return self.name


class Finding(Value):
    """One thing said of one place, with the values that prove it. `accepted` is the reason of who took it on."""

    entry: Entry
    place: Place
    values: Mapping[str, Said] = field(default_factory=dict)
    accepted: str | None = None

    def __init__(
        self, entry: Entry, place: Place | str, values: Mapping[str, Said] | None = None, accepted: str | None = None
    ) -> None:
        """A place given as text is an option or a key."""
        super().__init__(entry, place if isinstance(place, Place) else Place.option(place), values or {}, accepted)

    @property
    def where(self) -> str:
        """The place as text."""
        return str(self.place)

    @property
    def code(self) -> str:
        """The code of the finding, never reused."""
        return self.entry.code

    @property
    def severity(self) -> Severity:
        """The severity as it counts now: an accepted error is a warning."""
        return Severity.WARNING if self.accepted is not None else self.entry.severity


class NotChecked(Value):
    """A rule that lacked its facts: which one, and the entry whose message says because of what."""

    entry: Entry
    values: Mapping[str, Said] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code of the rule that was not checked."""
        return self.entry.code


def accept(findings: tuple[Finding, ...], reasons: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings with those accepted by `reasons` (code to reason) turned into accepted warnings.

    Raises InputError for a code that is not a judgement, or that accepts nothing.
    """
    raised = {finding.code: finding for finding in findings}
    for code, reason in reasons.items():
        if code not in raised:
            raise InputError("--accept", f"{code} accepts nothing: this order raises no such finding")
        entry = raised[code].entry
        if not (entry.judgement and entry.severity is Severity.ERROR):
            raise InputError("--accept", f"{code} cannot be accepted: it is not a judgement finding of error level")
        if not reason.strip():
            raise InputError("--accept", f"{code} needs a reason")
    return tuple(
        replace(finding, accepted=reasons[finding.code]) if finding.code in reasons else finding for finding in findings
    )


def worst(findings: tuple[Finding, ...]) -> Severity | None:
    """The gravest severity among the findings, or None where there are none."""
    for severity in Severity:
        if any(finding.severity is severity for finding in findings):
            return severity
    return None
