"""A drug form: its formula, water, limits, density and names, each with its source; and arithmetic on formulas.

A molecular weight is computed exactly from formula and atomic masses, and so is every factor between two forms. Nothing
here is rounded. The facts stand in `facts/data/substances.json`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from fractions import Fraction

from compound.exact.errors import InputError
from compound.exact.value import Value
from compound.reading.text import shown

# House rule: water that a form may hold beyond its water of crystallisation where no monograph limits it, two parts in
# a hundred of the powder. The monograph of naloxone hydrochloride leaves its dihydrate as much (11.0 % against 9.0 %).
WATER_ALLOWANCE = Fraction(2, 100)
HYDRATES = {"anhydrous": 0, "dihydrate": 2, "tetrahydrate": 4}


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


class Basis(Enum):
    """What an assay counts as its 100 %."""

    AS_IS = "as-is"
    DRIED = "dried"
    ANHYDROUS = "anhydrous"

    @property
    def leaves_water_out(self) -> bool:
        """Whether the assay speaks of the powder without its water."""
        return self is not Basis.AS_IS


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


# Ph. Eur. 1.4 and USP general notices: parts of solvent that dissolve one part, here as mg per mL that dissolve at least.
LEAST_BY_TERM = {
    "very soluble": Fraction(1000), "freely soluble": Fraction(100), "soluble": Fraction(33), "sparingly soluble": Fraction(10),
    "slightly soluble": Fraction(1), "very slightly soluble": Fraction(1, 10),
}  # fmt: skip


class Solubility(Value):
    """The solubility in one solvent in mg per mL, or in words alone where no figure was found."""

    solvent: str
    mg_per_ml: Fraction | None
    says: str
    evidence: Evidence

    @property
    def least_mg_per_ml(self) -> Fraction | None:
        """The figure; without one the least that the term of the pharmacopoeias means; None where neither is there."""
        return LEAST_BY_TERM.get(self.says) if self.mg_per_ml is None else self.mg_per_ml


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


def composition(formula: str) -> dict[str, int]:
    """The atoms of a formula, salt and water of crystallisation included (`C20H23NO4·HCl·2H2O`).

    Raises InputError for what is no formula.
    """
    atoms: dict[str, int] = {}
    for part in formula.split("·"):
        match = re.fullmatch(r"([1-9][0-9]?)?((?:[A-Z][a-z]?(?:[1-9][0-9]{0,2})?)+)", part)
        if match is None:
            raise InputError("", f"{shown(formula)} is not a formula such as C20H23NO4·HCl·2H2O")
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
