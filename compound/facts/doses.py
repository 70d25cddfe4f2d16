"""The doses studied, and what is unlike them.

The 32 rows are those of the 2009 review of opioid antagonists for pain, each as printed and as checked against the
primary paper (`facts/data/doses.json`, which names line and source). All masses are in mg.

What a dose is compared with
    A row is used in one of three ways. `reference`: an oral immediate-release dose. `doubted`: printed as oral, but the
    route is doubted; it is compared by the same rule, and every dose of that drug carries the route warning. `never`:
    another route, extended release, a full dose, no dose, or a figure that the primary paper contradicts.
    A **studied value** is each single figure of one dose in a row that is compared. The total of a day given in several
    doses is none: 0.2 mg a day was two doses of 0.1 mg.
    A **studied range** is a printed range with its ends, 1.75 mg to 4.5 mg for naltrexone. Its ends are studied values
    too. Two other printed ranges count with their ends alone: 0.125 to 0.250 mg, since the same group later gave these
    two doses, and 1 mg to 5 mg, since it tells which prescriptions are filled.

    naltrexone  values 0.001, 0.002, 0.01, 0.1, 0.125, 0.25, 0.5, 1, 1.75, 4.5, 5; range 1.75 to 4.5
    naloxone    values 0.08, 0.4, 1; range 0.08 to 0.4; the route of all is doubted

The rule of the tripwire
    1. A dose equal to a studied value gets a note at most.
    2. Any other dose that, times or divided by 1,000, equals a studied value or lies in a studied range gets a warning,
       even when it lies in a studied range itself (2 mg does).
    3. A dose that is in no studied range, and no studied value, gets a warning too if 10 or 100 does so.
    4. From 10 mg of naltrexone or 1 mg of naloxone upward it is an error, whatever the other rules say.

Nalmefene and methylnaltrexone are on record as drugs, and no dose of them was studied in the review: rule 4 alone holds
for them, from a fifth of the full daily dose of the label upward (which 10 mg is of naltrexone's 50 mg).

The dose compared is the number as ordered, in the form it is expressed in: the review never says base or hydrochloride.
"""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import Mass
from compound.exact.value import Value
from compound.reading import shipped
from compound.reading.text import shown

DRUGS = ("naltrexone", "naloxone")
ROUTES = ("oral", "oral-extended-release", "intravenous", "intramuscular", "intrathecal", "not-stated")
CLASSES = ("ultralow", "low", "addiction-therapy", "not-named", "not-classed")

NOT_NAMED = "not-named"
NOT_CLASSED = "not-classed"

_THOUSANDFOLD = 1000
_FACTORS = (_THOUSANDFOLD, 100, 10)


class Amount(Value):
    """What one figure says: single values, a range with its ends, or a bound; in mg on the basis stated.

    `values` holds each single value. `low` and `high` are the ends of a range, `high` alone a bound: `below` if the
    bound itself is left out. All are None where no number is printed.
    """

    basis: str
    values: tuple[Fraction, ...] = ()
    low: Fraction | None = None
    high: Fraction | None = None
    below: bool = False

    @property
    def numbers(self) -> tuple[Fraction, ...]:
        """Every number of the amount, ends and bounds included, in the order printed."""
        ends = tuple(end for end in (self.low, self.high) if end is not None)
        return self.values + ends

    @property
    def is_dose(self) -> bool:
        """Whether its numbers are doses, not a bound left out, a rate by body weight or a share of another drug."""
        return bool(self.numbers) and not self.below and self.basis in ("per dose", "per day", "per procedure")

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of its numbers by the review's definition; a bound left out has the class just below it."""
        review = load_review().definitions[0]
        if self.below:
            return tuple(band.name for band in review.bands if band.low < self.numbers[0] <= band.high)
        if not self.is_dose:
            return (NOT_CLASSED,)
        return tuple(dict.fromkeys(_band(review, number) for number in self.numbers))


class Figure(Value):
    """One printed figure. `checked` is what the primary paper gives where that differs.

    `compare` says what a dose is compared with: "values" (each number), "range" (the range and its ends) or ""
    (nothing, `because` of what).
    """

    printed: str
    amount: Amount
    checked: Amount | None
    compare: str
    because: str


class FigureCheck(Value):
    """What the primary paper says of a row. `evidence` is given where there is no public source."""

    status: str
    remark: str
    url: str
    evidence: str


class StudiedDose(Value):
    """One row of the review. `use` says whether a dose may be compared with it, and `because` why or why not.

    `study` is False for usual doses, recommendations and statements. `cited` are those of the references that a
    comparison names: a paper that contradicts the row is not among them. `lines` are first and last lines there.
    """

    id: str
    drugs: tuple[str, ...]
    routes: tuple[str, ...]
    figures: tuple[Figure, ...]
    frequency: str
    given_with: tuple[str, ...]
    application: str
    outcome: str
    direction: str
    design: str
    study: bool
    references: tuple[str, ...]
    cited: tuple[str, ...]
    lines: tuple[tuple[int, int], ...]
    check: FigureCheck
    use: str
    because: str

    @property
    def reference(self) -> bool:
        """Whether the row may stand as a reference for an oral immediate-release dose."""
        return self.use == "reference"

    @property
    def classes(self) -> tuple[str, ...]:
        """The classes of its figures by the review's definition."""
        return tuple(dict.fromkeys(name for figure in self.figures for name in figure.amount.classes))


class Caution(Value):
    """One caution of the review, in other words, with the lines it stands on."""

    id: str
    text: str
    lines: tuple[tuple[int, int], ...]
    references: tuple[str, ...]


class DoseBand(Value):
    """One class of doses: from `low` (left out: from zero) to `high`, which belongs to it if `inclusive`."""

    name: str
    low: Fraction
    high: Fraction
    inclusive: bool

    def holds(self, mg: Fraction) -> bool:
        """Whether a dose of `mg` belongs to the class."""
        return self.low <= mg and (mg <= self.high if self.inclusive else mg < self.high)


class Definition(Value):
    """Who defines the classes, what is counted (each dose, or the dose of a day), and the classes."""

    name: str
    counts: str
    source: str
    bands: tuple[DoseBand, ...]

    @property
    def ultralow_mg(self) -> Fraction:
        """The mg below which this definition says ultralow."""
        return next(band.high for band in self.bands if band.name == "ultralow")


class Classified(Value):
    """The class of a dose by one definition. `name` is "not-named" where the definition names none."""

    definition: Definition
    name: str


class DoseRefusal(Value):
    """The mg from which on, itself included, a dose of the drug is not a low dose."""

    drug: str
    mg: Fraction


class StudiedDoses(Value):
    """All that the data file holds."""

    title: str
    source: str
    form: str
    records: tuple[StudiedDose, ...]
    cautions: tuple[Caution, ...]
    definitions: tuple[Definition, ...]
    limits: tuple[DoseRefusal, ...]


class Reference(Value):
    """A studied value (`low` and `high` are equal) or range in mg, and the rows that give it."""

    low: Fraction
    high: Fraction
    records: tuple[StudiedDose, ...]

    @property
    def single(self) -> bool:
        """Whether this is a studied value, not a range."""
        return self.low == self.high

    @property
    def doubted(self) -> bool:
        """Whether the route of every row that gives it is doubted."""
        return not any(record.reference for record in self.records)

    @property
    def cited(self) -> str:
        """The papers, each once; reported use that was no study is marked."""
        return cited(self.records)

    def holds(self, mg: Fraction) -> bool:
        """Whether a dose of `mg` equals the value or lies in the range, its ends included."""
        return self.low <= mg <= self.high


class Nearest(Value):
    """A studied dose next to a dose, and the ratio of the larger to the smaller (1: the same, or within the range)."""

    reference: Reference
    ratio: Fraction


class Slip(Value):
    """A dose that is `factor` times (`above`) or one `factor`-th of `studied_mg`, which `reference` holds."""

    factor: int
    above: bool
    studied_mg: Fraction
    reference: Reference


@cache
def load_review() -> StudiedDoses:
    """The doses studied, read once and as they stand: that the data do not contradict themselves is shown by tests."""
    data = review_data()
    return StudiedDoses(
        title=data["title"],
        source=data["source"],
        form=data["form"],
        records=tuple(_record(row) for row in data["records"]),
        cautions=tuple(
            Caution(row["id"], row["text"], _lines(row), tuple(row.get("references", ()))) for row in data["cautions"]
        ),
        definitions=tuple(
            Definition(row["definition"], row["counts"], row["source"], tuple(_band_of(band) for band in row["bands"]))
            for row in data["classes"]
        ),
        limits=tuple(DoseRefusal(row["drug"], Fraction(row["error_from_mg"])) for row in data["limits"]),
    )


def review_data() -> Any:
    """The source review as the data file holds it."""
    return shipped.facts("doses.json")


def entries(drug: str | None = None, route: str | None = None, dose_class: str | None = None) -> tuple[StudiedDose, ...]:
    """The rows of the review for a drug, a route as the review prints it, and a class by the review's definition.

    Raises InputError, naming the choices, for a word that is none of DRUGS, ROUTES, CLASSES.
    """
    for place, word, known in (("--drug", drug, DRUGS), ("--route", route, ROUTES), ("--class", dose_class, CLASSES)):
        if word is not None and word not in known:
            raise InputError(place, f"{shown(word)} is none of {', '.join(known)}")
    return tuple(
        record
        for record in load_review().records
        if (drug is None or drug in record.drugs)
        and (route is None or route in record.routes)
        and (dose_class is None or dose_class in record.classes)
    )


def classify(dose: Mass | Fraction) -> tuple[Classified, ...]:
    """The class of a dose by each definition: the review's, then that of Toljan and Vrooman 2018 (dose of a day)."""
    mg = mg_of(dose, "dose")
    return tuple(Classified(definition, _band(definition, mg)) for definition in load_review().definitions)


@cache
def references(drug: str) -> tuple[Reference, ...]:
    """The studied oral immediate-release values and ranges of a drug, smallest first; none for a drug not studied."""
    found: dict[tuple[Fraction, Fraction], dict[str, StudiedDose]] = {}
    for record in load_review().records:
        if base_of(drug) not in record.drugs:
            continue
        for figure in record.figures:
            amount = figure.amount
            spans = [(number, number) for number in amount.numbers] if figure.compare else []
            if figure.compare == "range" and amount.low is not None and amount.high is not None:
                spans.append((amount.low, amount.high))
            for span in spans:
                found.setdefault(span, {})[record.id] = record
    return tuple(Reference(low, high, tuple(found[low, high].values())) for low, high in sorted(found))


def nearest_studied(drug: str, dose: Mass | Fraction) -> tuple[Nearest, ...]:
    """The studied oral immediate-release doses next to `dose`, by ratio, nearest first; none for a drug not studied.

    A studied value that equals the dose, or else a range that holds it, stands alone; otherwise the next value down and
    the next value up, as far as there are any.
    """
    mg = mg_of(dose, "dose")
    known = references(drug)
    holding = [reference for reference in known if reference.holds(mg)]
    if holding:
        return (Nearest(min(holding, key=lambda reference: reference.high - reference.low), Fraction(1)),)
    values = [reference for reference in known if reference.single]
    below = [Nearest(value, mg / value.low) for value in values if value.low < mg]
    above = [Nearest(value, value.low / mg) for value in values if value.low > mg]
    return tuple(sorted([*below[-1:], *above[:1]], key=lambda near: near.ratio))


def slips(drug: str, dose: Mass | Fraction) -> tuple[Slip, ...]:
    """What the dose meets when a power of ten slips: rules 2 and 3 of this module, the gravest factor first.

    For a dose that equals a studied value only the factor 1,000 is looked at; what it meets there is worth a note.
    """
    mg = mg_of(dose, "dose")
    known = references(drug)
    settled = any(reference.holds(mg) for reference in known)
    found = []
    for factor in _FACTORS:
        if settled and factor != _THOUSANDFOLD:
            continue
        for above, other in ((True, mg / factor), (False, mg * factor)):
            holding = [reference for reference in known if reference.holds(other)]
            if holding:
                narrowest = min(holding, key=lambda reference: reference.high - reference.low)
                found.append(Slip(factor, above, other, narrowest))
    return tuple(found)


def cited(records: tuple[StudiedDose, ...]) -> str:
    """The papers that some rows of the review cite, the studies first."""
    studied = dict.fromkeys(paper for record in records if record.study for paper in record.cited)
    reported = dict.fromkeys(paper for record in records if not record.study for paper in record.cited)
    return "; ".join([*studied, *(f"{paper}, reported use" for paper in reported if paper not in studied)])


def class_name(name: str) -> str:
    """The class of a dose as a person reads it."""
    return "none named" if name == NOT_NAMED else name.replace("-", " ")


def _band(definition: Definition, mg: Fraction) -> str:
    return next((band.name for band in definition.bands if band.holds(mg)), NOT_NAMED)


def base_of(drug: str) -> str:
    """The drug of the review that a name stands for."""
    return drug.strip().casefold()


def mg_of(dose: Mass | Fraction, where: str) -> Fraction:
    """A dose in mg. Raises InputError for one that is no written mass and no fraction above zero."""
    mg = Fraction(dose.mg) if isinstance(dose, Mass) else dose
    if not isinstance(mg, Fraction):
        raise TypeError(f"{dose!r} is neither a Mass nor a Fraction of mg")
    if mg <= 0:
        raise InputError(where, "a dose is above zero")
    return mg


def _record(row: dict[str, Any]) -> StudiedDose:
    check = row["check"]
    return StudiedDose(
        id=row["id"],
        drugs=tuple(row["drugs"]),
        routes=tuple(row["routes"]),
        figures=tuple(
            Figure(
                printed=figure["printed"],
                amount=_amount(figure),
                checked=_amount(figure["checked"]) if "checked" in figure else None,
                compare=figure.get("compare", ""),
                because=figure.get("because", ""),
            )
            for figure in row["figures"]
        ),
        frequency=row["frequency"],
        given_with=tuple(row["with"]),
        application=row["for"],
        outcome=row["outcome"],
        direction=row["direction"],
        design=row["design"],
        study=row.get("study", True),
        references=tuple(row["references"]),
        cited=tuple(row.get("cited", row["references"])),
        lines=_lines(row),
        check=FigureCheck(check["status"], check.get("remark", ""), check.get("url", ""), check.get("evidence", "")),
        use=row["use"],
        because=row["because"],
    )


def _amount(figure: dict[str, Any]) -> Amount:
    low, high = map(Fraction, figure["range"]) if "range" in figure else (None, None)
    for bound in ("up_to", "below"):
        if bound in figure:
            high = Fraction(figure[bound])
    return Amount(figure["basis"], tuple(map(Fraction, figure.get("values", ()))), low, high, "below" in figure)


def _lines(row: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    return tuple((first, last) for first, last in row["lines"])


def _band_of(row: dict[str, str]) -> DoseBand:
    high = row.get("to_mg") or row["below_mg"]
    return DoseBand(row["name"], Fraction(row.get("from_mg", 0)), Fraction(high), "to_mg" in row)
