"""What stands on the shelf: the drug forms, and what a lot holds.

A molecular weight is computed exactly from formula and atomic masses, and so is every factor between two forms. Nothing
here is rounded. The facts stand in `data/substances.json`, each with its source.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any

from compound.exact.errors import AmbiguousAmount, InputError, ProgramFault
from compound.exact.quantity import Mass, Percent
from compound.exact.value import Value
from compound.findings import codes
from compound.findings.finding import Finding, NotChecked
from compound.reading import shipped
from compound.reading.amounts import from_canonical, parse_mass, parse_percent
from compound.reading.text import refuse_unprintable, shown

# House rule: water that a form may hold beyond its water of crystallisation where no monograph limits it, two parts in
# a hundred of the powder. The monograph of naloxone hydrochloride leaves its dihydrate as much (11.0 % against 9.0 %).
WATER_ALLOWANCE = Fraction(2, 100)
# Outside these a certificate is more likely misread than right.
LEAST_USUAL_ASSAY, MOST_USUAL_ASSAY = Fraction(90, 100), Fraction(110, 100)
MOST_ASSAY = Fraction(150, 100)
LONGEST_NAME = 200

_FILE = "substances.json"
_HYDRATES = {"anhydrous": 0, "dihydrate": 2, "tetrahydrate": 4}
_WATER = "H2O"
# What parts the words of a name (the dot of a hydrate is written in many ways), and the small digits of a formula.
_SEPARATORS = str.maketrans(
    dict.fromkeys("·∙•⋅‧.,*()-\u2010\u2011\u2012\u2013_", " ")
    | {chr(0x2080 + digit): str(digit) for digit in range(10)}
)
_CAS = re.compile(r"(?:CAS[ :]*)?(?P<id>[0-9]{2,7}-[0-9]{2}-[0-9])", re.IGNORECASE | re.ASCII)
_UNII = re.compile(r"(?P<says>UNII[ :]*)?(?P<id>[0-9A-Z]{10})", re.IGNORECASE | re.ASCII)


# What is known of a drug form.


class Source(Value):
    """Where a fact was found. `url` is None where there is no public page."""

    title: str
    url: str | None


class Evidence(Value):
    """What kind of evidence a fact has, and its sources."""

    evidence: str
    sources: tuple[Source, ...]


class Note(Value):
    """A remark that handling or ordering should heed."""

    note: str
    evidence: Evidence


class Density(Value):
    """The true density of the solid in g per cubic centimetre, which is g per mL."""

    g_per_cm3: Fraction
    evidence: Evidence


class AssayLimits(Value):
    """The monograph's limits of the assay in percent, and the basis they hold on."""

    low_percent: Fraction
    high_percent: Fraction
    basis: Basis
    says: str
    evidence: Evidence


class WaterLimit(Value):
    """The most water, or loss on drying, that the monograph admits, in percent."""

    high_percent: Fraction
    says: str
    evidence: Evidence


class Solubility(Value):
    """The solubility in one solvent in mg per mL, or in words alone where no figure was found."""

    solvent: str
    mg_per_ml: Fraction | None
    says: str
    evidence: Evidence


class Substance(Value):
    """One form of one drug: base, salt or hydrate.

    `molecular_weight` and `anhydrous_weight` (the same without water of crystallisation) are in g per mol. `cas` and
    `unii` are None where none was found.
    """

    drug: str
    form: str
    formula: str
    waters: int
    molecular_weight: Fraction
    anhydrous_weight: Fraction
    cas: str | None
    unii: str | None
    identity: Evidence
    density: Density | None
    assay: AssayLimits | None
    water: WaterLimit | None
    solubility: tuple[Solubility, ...]
    notes: tuple[Note, ...]

    @property
    def name(self) -> str:
        """The name in full, which is never that of the drug alone: `naltrexone hydrochloride`."""
        return f"{self.drug} {self.form}"

    @property
    def crystal_water(self) -> Fraction:
        """The share of the mass that is water of crystallisation: 0.087 for naltrexone hydrochloride dihydrate."""
        return 1 - self.anhydrous_weight / self.molecular_weight

    @property
    def most_water(self) -> Fraction:
        """The share of water above which the form is in doubt: the monograph's limit, else crystal water plus 2 %."""
        return self.crystal_water + WATER_ALLOWANCE if self.water is None else self.water.high_percent / 100


class Drug(Value):
    """What holds for all forms of a drug. `labelled_as` is the form in which products state their strength."""

    name: str
    labelled_as: str
    label: str
    label_sources: tuple[Source, ...]
    handling: tuple[Note, ...]


# What a lot holds.


class Basis(Enum):
    """What an assay counts as its 100 %."""

    AS_IS = "as-is"
    DRIED = "dried"
    ANHYDROUS = "anhydrous"

    @property
    def leaves_water_out(self) -> bool:
        """Whether the assay speaks of the powder without its water."""
        return self is not Basis.AS_IS


class Strength(Value):
    """The strength of a stock trituration: mg of the substance named in 1 g of it. `text` is what was typed."""

    mg_per_g: Decimal
    text: str = ""

    def __post_init__(self) -> None:
        """Refuses what cannot be a strength."""
        Mass(self.mg_per_g)
        if self.mg_per_g <= 0:
            raise InputError("--strength", "a strength of zero holds no drug")
        if self.mg_per_g > 1000:
            raise InputError("--strength", "more than 1000 mg in 1 g is impossible")


class Tablet(Value):
    """A tablet to be crushed: the labelled `dose` of the substance named, and what the whole tablet weighs."""

    dose: Mass
    mass: Mass

    def __post_init__(self) -> None:
        """Refuses what cannot be a tablet."""
        if self.dose.mg <= 0:
            raise InputError("--tablet", "a tablet dose of zero holds no drug")
        if self.dose.mg > self.mass.mg:
            raise InputError("--tablet", "the dose is larger than the tablet; write it as 50 mg in 170 mg")


class Lot(Value):
    """The lot on the shelf as its papers describe it; empty, it is taken as 100 % of the substance named.

    Either powder with `assay`, its `basis`, and `water` (water, or loss on drying) where the basis leaves it out; or a
    stock trituration with its `strength`; or a `tablet`. Raises InputError for any other combination.
    """

    assay: Percent | None = None
    basis: Basis | None = None
    water: Percent | None = None
    strength: Strength | None = None
    tablet: Tablet | None = None

    def __post_init__(self) -> None:
        """Refuses what contradicts itself or has more than one reading, naming the option."""
        if self.strength is not None and self.tablet is not None:
            raise InputError("--tablet", "one source at a time: give --strength or --tablet, not both")
        for option, source in (("--strength", self.strength), ("--tablet", self.tablet)):
            if source is not None and (self.assay, self.basis, self.water) != (None, None, None):
                raise InputError(
                    option,
                    "the strength of a source that is not pure powder is its potency; "
                    "put the content found into it, and leave --assay, --assay-basis and --water out",
                )
        if self.assay is None:
            if self.water is not None:
                raise InputError("--water", "water alone says nothing of the drug; give --assay and --assay-basis too")
            if self.basis is not None:
                raise InputError("--assay-basis", "a basis without an assay; give --assay too")
            return
        if self.assay.fraction <= 0:
            raise InputError("--assay", "an assay of 0 % or less holds no drug")
        if self.assay.fraction > MOST_ASSAY:
            raise InputError("--assay", "an assay above 150 % is not believed; see whether the certificate was misread")
        if self.basis is None:
            raise InputError("--assay", "an assay needs its basis: add --assay-basis as-is, dried or anhydrous")
        if self.basis.leaves_water_out and self.water is None:
            raise InputError(
                "--assay-basis",
                f"an assay on the {self.basis.value} basis leaves the water out; "
                "give it with --water (the water, or the loss on drying)",
            )
        if self.water is None:
            return
        if not self.basis.leaves_water_out:
            raise InputError("--water", "an assay as is counts the water in already; leave --water out")
        if not 0 <= self.water.fraction < 1:
            raise InputError("--water", "water is at least 0 % and below 100 %")

    @property
    def taken_as_pure(self) -> bool:
        """Whether nothing was entered, so that the lot is taken as 100 %."""
        return self == Lot()

    @property
    def share(self) -> Fraction:
        """mg, per mg on the shelf, of that substance of which the papers of the lot speak."""
        if self.strength is not None:
            return Fraction(self.strength.mg_per_g) / 1000
        if self.tablet is not None:
            return Fraction(self.tablet.dose.mg) / Fraction(self.tablet.mass.mg)
        if self.assay is None:
            return Fraction(1)
        return potency(self.assay.fraction, Fraction(0) if self.water is None else self.water.fraction)

    @property
    def leaves_water_out(self) -> bool:
        """Whether the papers speak of the powder without its water: then no hydrate factor applies."""
        return self.basis is not None and self.basis.leaves_water_out


def read_lot(
    *,
    assay: str | None = None,
    assay_basis: str | None = None,
    water: str | None = None,
    strength: str | None = None,
    tablet: str | None = None,
) -> Lot:
    """The lot from what was typed at the options of these names. Raises InputError."""
    return Lot(
        assay=None if assay is None else parse_percent(assay, "--assay"),
        basis=None if assay_basis is None else parse_basis(assay_basis, "--assay-basis"),
        water=None if water is None else parse_percent(water, "--water"),
        strength=None if strength is None else parse_strength(strength, "--strength"),
        tablet=None if tablet is None else parse_tablet(tablet, "--tablet"),
    )


def parse_basis(text: str, where: str) -> Basis:
    """Reads `as-is`, `dried` or `anhydrous`. Raises InputError."""
    for basis in Basis:
        if text.strip(" ") == basis.value:
            return basis
    raise InputError(where, f"{shown(text)} is no basis; write as-is, dried or anhydrous")


def parse_strength(text: str, where: str) -> Strength:
    """Reads a strength as a mass per g (`10 mg/g`, `10 mg per g`). Raises InputError, or AmbiguousAmount."""
    match = re.fullmatch(r"([^/]*?)(?: ?/ ?| per )[gG]", text.strip(" ")) if len(text) <= LONGEST_NAME else None
    if match is None:
        raise InputError(where, f"{shown(text)} is not read as a strength; write the mass in 1 g, such as 10 mg/g")
    mass = _part(match[1], where, "", "/g")
    try:
        return Strength(mass.mg, text.strip(" "))
    except InputError as error:
        raise InputError(where, f"{shown(text)}: {error.sentence}") from None


def parse_tablet(text: str, where: str) -> Tablet:
    """Reads a tablet as its dose and its mass (`50 mg in 170 mg`). Raises InputError, or AmbiguousAmount."""
    dose, word, mass = text.strip(" ").partition(" in ")
    if not word:
        raise InputError(where, f"{shown(text)} is not read as a tablet; write dose and mass, such as 50 mg in 170 mg")
    try:
        return Tablet(_part(dose, where, "", f" in {mass}"), _part(mass, where, f"{dose} in ", ""))
    except AmbiguousAmount:
        raise
    except InputError as error:
        raise InputError(where, error.sentence) from None


def _part(text: str, where: str, before: str, after: str) -> Mass:
    """A mass that is part of a longer text. Its readings, where it has several, are given for the text as a whole."""
    try:
        return parse_mass(text, where)
    except AmbiguousAmount as error:
        readings = tuple(f"{before}{reading}{after}" for reading in error.readings)
        raise AmbiguousAmount(where, error.sentence, readings) from None


# Arithmetic, for any substance.


def potency(assay: Fraction, water: Fraction = Fraction(0)) -> Fraction:
    """mg of the substance assayed per mg of powder; `water` is the share that the basis of the assay leaves out."""
    return assay * (1 - water)


def content(labelled: Fraction, stated: Fraction, share: Fraction = Fraction(1)) -> Fraction:
    """mg of the form on the label per mg of powder that holds `share` of the form stated.

    `labelled` and `stated` are the molecular weights of the two forms, which hold one molecule of drug each.
    """
    return share * labelled / stated


def composition(formula: str) -> dict[str, int]:
    """The atoms of a formula, salt and water of crystallisation included (`C20H23NO4·HCl·2H2O`).

    Raises InputError for what is no formula.
    """
    atoms: dict[str, int] = {}
    for part in formula.split("·"):
        match = re.fullmatch(r"([1-9][0-9]?)?((?:[A-Z][a-z]?(?:[1-9][0-9]{0,2})?)+)", part)
        if match is None:
            raise InputError("", f"{shown(formula)} is no formula such as C20H23NO4·HCl·2H2O")
        for element, count in re.findall(r"([A-Z][a-z]?)([0-9]*)", match[2]):
            atoms[element] = atoms.get(element, 0) + int(match[1] or 1) * int(count or 1)
    return atoms


def molecular_weight(formula: str, atomic_masses: Mapping[str, Fraction]) -> Fraction:
    """The molecular weight in g per mol, exact in the atomic masses. Raises InputError for an element without one."""
    total = Fraction(0)
    for element, count in composition(formula).items():
        if element not in atomic_masses:
            raise InputError("", f"no atomic mass is known for {element} in {shown(formula)}")
        total += count * atomic_masses[element]
    return total


def cas_check_digit(cas: str) -> str:
    """The last digit that a CAS number must have: its other digits, weighted 1, 2, 3 … from the right, modulo 10."""
    digits = cas.replace("-", "")[:-1]
    return str(sum(weight * int(digit) for weight, digit in enumerate(reversed(digits), start=1)) % 10)


def unii_check_character(unii: str) -> str:
    """The last character that a UNII must have: the sum of the first nine, read in base 36, modulo 36."""
    return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[sum(int(character, 36) for character in unii[:9]) % 36]


# The lot in the terms of the dose.


def content_fraction(shelf: Substance | None, dose_as: Substance | None, lot: Lot) -> Fraction:
    """mg of the substance the dose is expressed in per mg of what stands on the shelf, exactly.

    `shelf` is None for a drug that is not known; `dose_as` is None where the dose is in the substance on the shelf.

    An assay as is, the strength of a stock and the dose of a tablet speak of the substance named, crystal water
    included, so the hydrate factor applies. An assay on the dried or the anhydrous basis speaks of the form without its
    water, so the water term applies and no hydrate factor. Never both: that would correct for the water twice.

    Raises InputError where one drug would be converted into another.
    """
    if shelf is None:
        if dose_as is not None:
            raise InputError("--dose-as", _NOT_CONVERTIBLE)
        return lot.share
    labelled = shelf if dose_as is None else dose_as
    if labelled.drug != shelf.drug:
        raise InputError("--dose-as", f"{labelled.name} is no form of {shelf.drug}: drugs are not converted")
    stated = shelf.anhydrous_weight if lot.leaves_water_out else shelf.molecular_weight
    return content(labelled.molecular_weight, stated, lot.share)


_NOT_CONVERTIBLE = (
    "nothing is known about the drug, so a dose in another form cannot be converted; "
    "leave it out and give the dose in the substance on the shelf"
)


def findings(
    shelf: Substance | None, dose_as: Substance | None, lot: Lot, named: str = "the drug"
) -> tuple[Finding, ...]:
    """What can be said of the form and the lot: how they were read, and what contradicts what.

    `named` is the name as ordered; it stands in the sentences where the drug is not known. That nothing was entered
    (`Lot.taken_as_pure`) is not among them: it needs the dose to be said.
    """
    name = named if shelf is None else shelf.name
    found = [*_reading(shelf, lot, name), *_assay_findings(shelf, lot, name)]
    if shelf is not None:
        found += _water_findings(shelf, lot)
        found += _form_findings(shelf, shelf if dose_as is None else dose_as, lot)
    return tuple(found)


def not_checked(shelf: Substance | None, lot: Lot) -> tuple[NotChecked, ...]:
    """The rules on the lot that lacked their facts. An unknown drug, and a lot without an assay, have findings."""
    if shelf is None or lot.assay is None or lot.basis is None:
        return ()
    if shelf.assay is None:
        return (NotChecked(codes.ASSAY_LIMITS_UNKNOWN, {"substance": shelf.name}),)
    if not lot.leaves_water_out:
        values = {"substance": shelf.name, "basis": shelf.assay.basis.value}
        return (NotChecked(codes.ASSAY_LIMITS_NOT_COMPARED, values),)
    return ()


def _reading(shelf: Substance | None, lot: Lot, name: str) -> list[Finding]:
    """How the papers of the lot were read, in plain words."""
    if lot.strength is not None:
        return [Finding(codes.STOCK_STRENGTH, "--strength",
                        {"strength": lot.strength.mg_per_g, "substance": name})]  # fmt: skip
    if lot.tablet is not None:
        dose, mass = lot.tablet.dose.mg, lot.tablet.mass.mg
        rest = Fraction(mass) - Fraction(dose)
        return [Finding(codes.TABLET_EXCIPIENTS, "--tablet",
                        {"dose": dose, "mass": mass, "rest": rest, "substance": name})]  # fmt: skip
    if lot.assay is None or lot.basis is None:
        return []
    if lot.water is None:
        return [Finding(codes.ASSAY_READ_AS_IS, "--assay",
                        {"assay": lot.assay.percent, "content": lot.share, "substance": name})]  # fmt: skip
    return [Finding(codes.ASSAY_READ_WITHOUT_WATER, "--assay",
                    {"assay": lot.assay.percent, "basis": lot.basis.value, "water": lot.water.percent,
                     "content": lot.share, "substance": name if shelf is None else anhydrous(shelf).name})]  # fmt: skip


def _assay_findings(shelf: Substance | None, lot: Lot, name: str) -> list[Finding]:
    if lot.assay is None:
        return []
    found: list[Finding] = []
    if not LEAST_USUAL_ASSAY <= lot.assay.fraction <= MOST_USUAL_ASSAY:
        found.append(Finding(codes.ASSAY_UNUSUAL, "--assay",
                             {"assay": lot.assay.percent, "least": LEAST_USUAL_ASSAY * 100,
                              "most": MOST_USUAL_ASSAY * 100}))  # fmt: skip
    # Limits hold on a basis without the water; of an assay as is they say nothing (`not_checked`).
    limits = shelf.assay if shelf is not None and lot.leaves_water_out else None
    if limits is not None and not limits.low_percent <= lot.assay.fraction * 100 <= limits.high_percent:
        found.append(Finding(codes.ASSAY_OUTSIDE_MONOGRAPH, "--assay",
                             {"assay": lot.assay.percent, "substance": name, "low": limits.low_percent,
                              "high": limits.high_percent, "basis": limits.basis.value}))  # fmt: skip
    return found


def _water_findings(shelf: Substance, lot: Lot) -> list[Finding]:
    """Where the water and the form named cannot both be right."""
    if lot.water is None:
        return []
    water, held = lot.water.fraction, shelf.crystal_water
    if water < held - WATER_ALLOWANCE:
        return [Finding(codes.HYDRATE_WITHOUT_WATER, "--water",
                        {"water": lot.water.percent, "substance": shelf.name, "held": held * 100})]  # fmt: skip
    if water <= shelf.most_water:
        return []
    hydrates = hydrates_of(shelf) if shelf.waters == 0 else ()
    if not any(water <= hydrate.most_water for hydrate in hydrates):
        return [Finding(codes.WATER_ABOVE_FORM, "--water",
                        {"water": lot.water.percent, "substance": shelf.name, "held": held * 100,
                         "limit": shelf.most_water * 100})]  # fmt: skip
    nearest = min(hydrates, key=lambda hydrate: abs(hydrate.crystal_water - water))
    return [Finding(codes.WATER_OF_A_HYDRATE, "--water",
                    {"water": lot.water.percent, "substance": shelf.name, "limit": shelf.most_water * 100,
                     "hydrate": nearest.name, "held": nearest.crystal_water * 100})]  # fmt: skip


def _form_findings(shelf: Substance, dose_as: Substance, lot: Lot) -> list[Finding]:
    """Which form was counted, and which forms differ by enough to matter."""
    found: list[Finding] = []
    stated = anhydrous(shelf) if lot.leaves_water_out else shelf
    if stated != dose_as:
        factor = content(stated.molecular_weight, dose_as.molecular_weight)
        found.append(Finding(codes.FORM_CONVERTED, "--dose-as",
                             {"dose_as": dose_as.name, "stated": stated.name, "factor": factor}))  # fmt: skip
    label = label_form(dose_as.drug)
    if label != dose_as:
        factor = content(label.molecular_weight, dose_as.molecular_weight)
        found.append(Finding(codes.DOSE_NOT_IN_LABEL_FORM, "--dose-as",
                             {"dose_as": dose_as.name, "drug": dose_as.drug, "label": label.name,
                              "factor": factor}))  # fmt: skip
    # An assay as is of about this figure is what a pure hydrate gives when its water is not counted.
    of_the_dry = 1 - shelf.crystal_water
    as_is = lot.assay.fraction if lot.assay is not None and lot.basis is Basis.AS_IS else None
    if shelf.waters and as_is is not None and abs(as_is - of_the_dry) <= WATER_ALLOWANCE:
        found.append(Finding(codes.ASSAY_OF_THE_ANHYDROUS_FORM, "--assay",
                             {"assay": as_is * 100, "substance": shelf.name, "share": of_the_dry * 100,
                              "anhydrous": anhydrous(shelf).name}))  # fmt: skip
    hydrates = hydrates_of(shelf) if shelf.waters == 0 else ()
    if lot.taken_as_pure and hydrates:
        found.append(Finding(codes.HYDRATE_NOT_SETTLED, "drug",
                             {"substance": shelf.name, "hydrate": hydrates[0].name,
                              "held": hydrates[0].crystal_water * 100}))  # fmt: skip
    return found


# The forms known, and their names.


def known() -> tuple[Substance, ...]:
    """All drug forms, in the order of the data file."""
    return _book().forms


def forms_of(drug: str) -> tuple[Substance, ...]:
    """The forms of a drug, the one that labels state first."""
    labelled = drug_of(drug).labelled_as
    forms = [form for form in known() if form.drug == drug]
    return tuple(sorted(forms, key=lambda form: form.form != labelled))


def drug_of(drug: str) -> Drug:
    """What holds for all forms of a drug. Raises KeyError where it is not known."""
    return _book().drugs[drug]


def label_form(drug: str) -> Substance:
    """The form in which products of the drug state their strength."""
    return forms_of(drug)[0]


def hydrates_of(substance: Substance) -> tuple[Substance, ...]:
    """The known hydrates of the same base or salt, the one with least water first."""
    salt = _salt(substance.form)
    alike = [form for form in known() if form.drug == substance.drug and form.waters and _salt(form.form) == salt]
    return tuple(sorted(alike, key=lambda form: form.waters))


def anhydrous(substance: Substance) -> Substance:
    """The same base or salt without water of crystallisation."""
    return next(form for form in known() if form.drug == substance.drug and form.form == _salt(substance.form))


def _salt(form: str) -> str:
    return form.partition(" ")[0]


def find(name: str) -> Substance | None:
    """The drug form of this name, or None: what names no form, or is not known, is never guessed.

    Case, spaces and the separators of a hydrate are free, HCl stands for hydrochloride, and a CAS number or a UNII is a
    name too. A drug alone (`naltrexone`) names no form.
    """
    named = name.strip(" ")
    if len(named) > LONGEST_NAME:
        return None
    book = _book()
    match = _CAS.fullmatch(named) or _UNII.fullmatch(named)
    if match is not None and (form := book.identifiers.get(match["id"].upper())):
        return form
    words = _read_name(named)
    return None if words is None else book.named.get(words)


def resolve(name: str, where: str) -> Substance | None:
    """The drug form of this name, or None where the drug is not known.

    Raises InputError for a known drug without its form (it names the forms to choose from), and for a CAS number or a
    UNII whose check digit is wrong.
    """
    named = _readable(name, where)
    if (form := find(named)) is not None:
        return form
    if (match := _CAS.fullmatch(named)) and match["id"][-1] != (digit := cas_check_digit(match["id"])):
        raise InputError(where, f"{shown(named)} is no CAS number: its last digit would have to be {digit}")
    # Without the word UNII before it, ten letters are a name: naltrexone has ten.
    if (match := _UNII.fullmatch(named)) and match["says"]:
        character = unii_check_character(match["id"])
        if match["id"][-1].upper() != character:
            raise InputError(where, f"{shown(named)} is no UNII: its last character would have to be {character}")
    words = _read_name(named)
    if words is not None and words[0] and not words[1]:
        raise InputError(where, f"{named} names no form; write {_choice(words[0])}")
    return None


def read_dose_as(name: str, shelf: Substance | None, where: str = "--dose-as") -> Substance:
    """The form the dose is expressed in: a full name, or the form alone (`base`) of the drug on the shelf.

    Raises InputError for any other, and where the drug on the shelf is not known.
    """
    if shelf is None:
        raise InputError(where, _NOT_CONVERTIBLE)
    named = _readable(name, where)
    words = _read_name(named)
    of_shelf = words is not None and not words[0]
    form = find(f"{shelf.drug} {named}") if of_shelf else resolve(named, where)
    if form is None or form.drug != shelf.drug:
        raise InputError(where, f"{shown(named)} is no known form of {shelf.drug}; write {_choice(shelf.drug)}")
    return form


def suggest(name: str) -> tuple[str, ...]:
    """The known names close to one that is not known, the closest first, or none. To be shown, never used."""
    from difflib import SequenceMatcher  # only ever needed for a name that is not known

    if len(name) > LONGEST_NAME or find(name) is not None:
        return ()
    book = _book()
    words = _words(name)
    typed = " ".join(" ".join(book.phrases.get((word,), ("", word))[1:]) for word in words)

    def likeness(one: str, other: str) -> float:
        return SequenceMatcher(None, one, other, autojunk=False).ratio()

    scored = []
    for form in known():
        whole = likeness(typed, form.name)
        if max(whole, *(likeness(word, form.drug) for word in words), 0) >= 0.8:
            scored.append((-whole, form.name))
    return tuple(name for _, name in sorted(scored)[:4])


def _readable(name: str, where: str) -> str:
    named = name.strip(" ")
    if not named:
        raise InputError(where, "no drug is named; write one such as naltrexone hydrochloride")
    if len(named) > LONGEST_NAME:
        raise InputError(where, f"a name of {len(named)} characters is longer than {LONGEST_NAME}")
    refuse_unprintable(named, where)
    return named


def _choice(drug: str) -> str:
    names = [form.name for form in forms_of(drug)]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _words(name: str) -> tuple[str, ...]:
    """The words of a name, whatever parts them."""
    return tuple(name.lower().translate(_SEPARATORS).split())


def _read_name(name: str) -> tuple[str, str, int] | None:
    """Drug, salt and waters that a name names, "" where it names none; None where one of its words is not known."""
    phrases = _book().phrases
    words, read = _words(name), {"drug": "", "salt": "", "hydrate": ""}
    while words:
        length = 2 if words[:2] in phrases and len(words) > 1 else 1
        kind, word = phrases.get(words[:length], ("", ""))
        if not kind or read[kind]:
            return None
        read[kind], words = word, words[length:]
    return read["drug"], read["salt"], _HYDRATES[read["hydrate"] or "anhydrous"]


# Reading the data file.


class Book(Value):
    """The data file as read. `named` holds the forms by drug, salt and waters; `phrases` the words of their names."""

    forms: tuple[Substance, ...]
    drugs: Mapping[str, Drug]
    atomic_masses: Mapping[str, Fraction]
    identifiers: Mapping[str, Substance]
    named: Mapping[tuple[str, str, int], Substance]
    phrases: Mapping[tuple[str, ...], tuple[str, str]]


@cache
def _book() -> Book:
    return load(shipped.read(_FILE))


def load(content_of_file: bytes) -> Book:
    """The drug forms in the text of a data file. Raises ProgramFault where the file breaks a rule, naming the place."""
    import json  # only this function needs it

    try:
        return _book_of(json.loads(content_of_file, object_pairs_hook=_no_twice))
    except InputError as error:
        raise ProgramFault(f"{_FILE}: {error}") from error
    except ValueError as error:
        raise ProgramFault(f"{_FILE} is no JSON text: {error}") from error


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) != len(pairs):
        raise InputError("", f"a key stands twice among {', '.join(key for key, _ in pairs)}")
    return row


def _book_of(content_of_file: object) -> Book:
    keys = ("about", "sources", "atomic_masses", "words", "drugs", "forms")
    top = _row(content_of_file, keys, "the file")
    sources = {key: _source(row, f"sources.{key}") for key, row in _table(top["sources"], "sources").items()}

    masses: dict[str, Fraction] = {}
    for place, value in _rows(top["atomic_masses"], "atomic_masses"):
        row = _row(value, ("element", "mass", "source"), place)
        _one_of(row["source"], sources, f"{place}.source")
        _new(masses, _text(row["element"], f"{place}.element"), _number(row["mass"], f"{place}.mass"), place)

    phrases: dict[tuple[str, ...], tuple[str, str]] = {}
    for word, spellings in _table(top["words"], "words").items():
        kind = "hydrate" if word in _HYDRATES else "salt"
        _learn(phrases, spellings, (kind, word), f"words.{word}")
    drugs: dict[str, Drug] = {}
    for place, value in _rows(top["drugs"], "drugs"):
        row = _row(value, ("drug", "words", "labelled_as", "label", "sources", "handling"), place)
        drug = _text(row["drug"], f"{place}.drug")
        _learn(phrases, row["words"], ("drug", drug), f"{place}.words")
        _new(drugs, drug, Drug(drug, _text(row["labelled_as"], f"{place}.labelled_as"),
                               _text(row["label"], f"{place}.label"),
                               _sources(row["sources"], sources, f"{place}.sources"),
                               _notes(row["handling"], sources, f"{place}.handling")), place)  # fmt: skip

    identifiers: dict[str, Substance] = {}
    named: dict[tuple[str, str, int], Substance] = {}
    for place, value in _rows(top["forms"], "forms"):
        form = _form(value, sources, masses, drugs, place)
        salt, _, hydrate = form.form.partition(" ")
        if phrases.get((salt,)) != ("salt", salt) or (hydrate and phrases.get((hydrate,)) != ("hydrate", hydrate)):
            raise InputError(f"{place}.form", f"{shown(form.form)} has a word that `words` does not hold")
        if _HYDRATES[hydrate or "anhydrous"] != form.waters:
            raise InputError(f"{place}.waters", f"{shown(form.form)} does not hold {form.waters} waters")
        _new(named, (form.drug, salt, form.waters), form, place)
        for identifier in (form.cas, form.unii):
            if identifier is not None:
                _new(identifiers, identifier, form, place)
    forms = tuple(named.values())
    for form in forms:
        if (form.drug, form.form.partition(" ")[0], 0) not in named:
            raise InputError("forms", f"{form.name} lacks its anhydrous form")
    for drug, about in drugs.items():
        if not any((form.drug, form.form) == (drug, about.labelled_as) for form in forms):
            raise InputError("drugs", f"{drug} lacks the form it is labelled as, {shown(about.labelled_as)}")
    return Book(forms, drugs, masses, identifiers, named, phrases)


def _form(
    value: object, sources: Mapping[str, Source], masses: Mapping[str, Fraction], drugs: Collection[str], place: str
) -> Substance:
    row = _row(value, ("drug", "form", "formula", "waters", "cas", "unii", "identity", "density", "assay", "water",
                       "solubility", "notes"), place)  # fmt: skip
    formula, waters = _text(row["formula"], f"{place}.formula"), row["waters"]
    if type(waters) is not int or waters < 0:
        raise InputError(f"{place}.waters", "expected a whole number")
    *dry, last = formula.split("·")
    if last.endswith(_WATER):
        written, formula_of_dry = last.removesuffix(_WATER) or "1", "·".join(dry)
    else:
        written, formula_of_dry = "0", formula
    if written != str(waters):
        raise InputError(f"{place}.waters", f"{shown(formula)} does not hold {waters} waters")
    try:
        weight, dry_weight = molecular_weight(formula, masses), molecular_weight(formula_of_dry, masses)
    except InputError as error:
        raise error.at(f"{place}.formula") from None
    return Substance(
        drug=_one_of(row["drug"], drugs, f"{place}.drug"),
        form=_text(row["form"], f"{place}.form"),
        formula=formula,
        waters=waters,
        molecular_weight=weight,
        anhydrous_weight=dry_weight,
        cas=_cas(row["cas"], f"{place}.cas"),
        unii=_unii(row["unii"], f"{place}.unii"),
        identity=_evidence(_row(row["identity"], (), f"{place}.identity", evidence=True), sources, f"{place}.identity"),
        density=_density(row["density"], sources, f"{place}.density"),
        assay=_assay_limits(row["assay"], sources, f"{place}.assay"),
        water=_water_limit(row["water"], sources, f"{place}.water"),
        solubility=tuple(_solubility(it, sources, at) for at, it in _rows(row["solubility"], f"{place}.solubility")),
        notes=_notes(row["notes"], sources, f"{place}.notes"),
    )


def _cas(value: object, place: str) -> str | None:
    if value is None:
        return None
    cas = _text(value, place)
    if re.fullmatch(r"[1-9][0-9]{1,6}-[0-9]{2}-[0-9]", cas) is None or cas[-1] != cas_check_digit(cas):
        raise InputError(place, f"{shown(cas)} is no CAS number: form or check digit is wrong")
    return cas


def _unii(value: object, place: str) -> str | None:
    if value is None:
        return None
    unii = _text(value, place)
    if re.fullmatch(r"[0-9A-Z]{10}", unii) is None or unii[-1] != unii_check_character(unii):
        raise InputError(place, f"{shown(unii)} is no UNII: form or check character is wrong")
    return unii


def _density(value: object, sources: Mapping[str, Source], place: str) -> Density | None:
    if value is None:
        return None
    row = _row(value, ("g_per_cm3",), place, evidence=True)
    return Density(_number(row["g_per_cm3"], f"{place}.g_per_cm3"), _evidence(row, sources, place))


def _assay_limits(value: object, sources: Mapping[str, Source], place: str) -> AssayLimits | None:
    if value is None:
        return None
    row = _row(value, ("low_percent", "high_percent", "basis", "says"), place, evidence=True)
    low = _number(row["low_percent"], f"{place}.low_percent")
    high = _number(row["high_percent"], f"{place}.high_percent")
    if low >= high:
        raise InputError(place, "the low limit is not below the high one")
    basis = parse_basis(_text(row["basis"], f"{place}.basis"), f"{place}.basis")
    return AssayLimits(low, high, basis, _text(row["says"], f"{place}.says"), _evidence(row, sources, place))


def _water_limit(value: object, sources: Mapping[str, Source], place: str) -> WaterLimit | None:
    if value is None:
        return None
    row = _row(value, ("high_percent", "says"), place, evidence=True)
    return WaterLimit(_number(row["high_percent"], f"{place}.high_percent"), _text(row["says"], f"{place}.says"),
                      _evidence(row, sources, place))  # fmt: skip


def _solubility(value: object, sources: Mapping[str, Source], place: str) -> Solubility:
    row = _row(value, ("solvent", "mg_per_ml", "says"), place, evidence=True)
    figure = None if row["mg_per_ml"] is None else _number(row["mg_per_ml"], f"{place}.mg_per_ml")
    return Solubility(_text(row["solvent"], f"{place}.solvent"), figure, _text(row["says"], f"{place}.says"),
                      _evidence(row, sources, place))  # fmt: skip


def _notes(value: object, sources: Mapping[str, Source], place: str) -> tuple[Note, ...]:
    notes = []
    for at, entry in _rows(value, place):
        row = _row(entry, ("note",), at, evidence=True)
        notes.append(Note(_text(row["note"], f"{at}.note"), _evidence(row, sources, at)))
    return tuple(notes)


def _evidence(row: Mapping[str, Any], sources: Mapping[str, Source], place: str) -> Evidence:
    return Evidence(_text(row["evidence"], f"{place}.evidence"), _sources(row["sources"], sources, f"{place}.sources"))


def _source(value: object, place: str) -> Source:
    row = _row(value, ("title", "url"), place)
    url = None if row["url"] is None else _text(row["url"], f"{place}.url")
    return Source(_text(row["title"], f"{place}.title"), url)


def _sources(value: object, sources: Mapping[str, Source], place: str) -> tuple[Source, ...]:
    found = tuple(sources[_one_of(key, sources, at)] for at, key in _rows(value, place))
    if not found:
        raise InputError(place, "no source is named")
    return found


def _learn(
    phrases: dict[tuple[str, ...], tuple[str, str]], spellings: object, meaning: tuple[str, str], place: str
) -> None:
    for at, value in _rows(spellings, place):
        _new(phrases, _words(_text(value, at)), meaning, at)


def _new(known_ones: dict[Any, Any], key: Any, value: Any, place: str) -> None:
    if key in known_ones:
        raise InputError(place, f"{key} stands there already")
    known_ones[key] = value


def _row(value: object, keys: tuple[str, ...], place: str, *, evidence: bool = False) -> dict[str, Any]:
    """An object with these keys and no others; `evidence` adds those of a row that names its evidence."""
    row = _table(value, place)
    wanted = {*keys, "evidence", "sources"} if evidence else {*keys}
    if row.keys() != wanted:
        odd = ", ".join(sorted(row.keys() ^ wanted))
        raise InputError(place, f"missing or unknown: {odd}")
    return row


def _table(value: object, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(place, "expected an object")
    return value


def _rows(value: object, place: str) -> list[tuple[str, object]]:
    """The entries of a list, each with its place."""
    if not isinstance(value, list):
        raise InputError(place, "expected a list")
    return [(f"{place}[{index}]", entry) for index, entry in enumerate(value)]


def _text(value: object, place: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(place, "expected a text")
    return value


def _number(value: object, place: str) -> Fraction:
    number = from_canonical(value, place)
    if number <= 0:
        raise InputError(place, "expected a number above zero")
    return number


def _one_of(value: object, known_ones: Collection[str], place: str) -> str:
    text = _text(value, place)
    if text not in known_ones:
        raise InputError(place, f"{shown(text)} is not known")
    return text
