"""A lot: its assay and water, or the strength of a trituration or tablet; and how much of the dose's form it holds."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from compound.exact.errors import AmbiguousAmount, Faults, InputError
from compound.exact.quantity import Mass, Percent, written
from compound.exact.value import Value
from compound.facts import standards
from compound.facts.substance import Basis, Substance
from compound.reading.amounts import parse_mass, parse_number, parse_percent
from compound.reading.text import LONGEST_NAME, shown

MOST_ASSAY = Fraction(150, 100)
NOT_CONVERTIBLE = (
    "nothing is known about the drug, so a dose in another form cannot be converted; "
    "leave it out and give the dose in the substance on the shelf"
)


class Strength(Value):
    """The strength of a stock trituration: mg of the substance named in 1 g of it. `text` is what was typed.

    It is a Fraction where no finite decimal is as much: 1 in 3.
    """

    mg_per_g: Decimal | Fraction
    text: str = ""

    def __post_init__(self) -> None:
        """Refuses what cannot be a strength."""
        if not isinstance(self.mg_per_g, Fraction):
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
    stock trituration with its `strength`; or a `tablet`. `assay_error` is the ± of the certificate in the per cent of
    the assay itself, `strength_error` how far strength or tablet may be off, in per cent of it; None: not stated.
    Raises InputError for any other combination.
    """

    assay: Percent | None = None
    basis: Basis | None = None
    water: Percent | None = None
    strength: Strength | None = None
    tablet: Tablet | None = None
    strength_error: Percent | None = None
    assay_error: Percent | None = None

    def __post_init__(self) -> None:
        """Refuses what contradicts itself or has more than one reading, naming the option."""
        if self.strength is not None or self.tablet is not None:
            self._refuse_two_sources()
            self._refuse_errors()
            return
        faults = Faults()
        with faults:
            self._refuse_assay()
        with faults:
            self._refuse_basis()
        with faults:
            self._refuse_errors()
        with faults:
            if self.water is not None and not 0 <= self.water.fraction < 1:
                raise InputError("--water", "water is at least 0 % and below 100 %")
        faults.raise_any()

    def _refuse_two_sources(self) -> None:
        if self.strength is not None and self.tablet is not None:
            raise InputError("--tablet", "one source at a time: give --strength or --tablet, not both")
        if (self.assay, self.basis, self.water, self.assay_error) != (None, None, None, None):
            raise InputError(
                "--strength" if self.tablet is None else "--tablet",
                "the strength of a source that is not pure powder is its potency; "
                "put the content found into it, and leave --assay, --assay-basis and --water out",
            )

    def _refuse_assay(self) -> None:
        if self.assay is None:
            return
        if self.assay.fraction <= 0:
            raise InputError("--assay", "an assay of 0 % or less holds no drug")
        if self.assay.fraction > MOST_ASSAY:
            raise InputError("--assay", "an assay above 150 % is not believed; see whether the certificate was misread")

    def _refuse_errors(self) -> None:
        if self.strength_error is not None:
            if self.strength is None and self.tablet is None:
                raise InputError("--strength-error", "says how far --strength or --tablet may be off; give one of them, or --assay-error")
            if not 0 <= self.strength_error.fraction < 1:
                raise InputError("--strength-error", "a strength is off by less than 100 %")
        if self.assay_error is not None:
            if self.assay is None:
                raise InputError("--assay-error", "is the ± behind an assay; give --assay too")
            if not 0 <= self.assay_error.fraction < self.assay.fraction:
                raise InputError("--assay-error", "is as large as the assay; write the ± of the certificate, such as 0.5%")

    def _refuse_basis(self) -> None:
        if self.assay is None:
            if self.water is not None:
                raise InputError("--water", "water alone says nothing of the drug; give --assay and --assay-basis too")
            if self.basis is not None:
                raise InputError("--assay-basis", "a basis without an assay; give --assay too")
            return
        if self.basis is None:
            raise InputError("--assay", "an assay needs its basis: add --assay-basis as-is, dried or anhydrous")
        if self.basis.leaves_water_out and self.water is None:
            raise InputError(
                "--assay-basis",
                f"an assay on the {self.basis.value} basis leaves the water out; "
                "give it with --water (the water, or the loss on drying)",
            )
        if self.water is not None and not self.basis.leaves_water_out:
            raise InputError("--water", "an assay as is counts the water in already; leave --water out")

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
    def source_error(self) -> Fraction:
        """How far the content of the source may be off, as a share of it; 0 where nothing is known of an assay's error."""
        if self.strength_error is not None:
            return self.strength_error.fraction
        if self.strength is not None or self.tablet is not None:
            return Fraction(usual_strength_error(tablet=self.tablet is not None)) / 100
        if self.assay is None or self.assay_error is None:
            return Fraction(0)
        return self.assay_error.fraction / self.assay.fraction

    @property
    def leaves_water_out(self) -> bool:
        """Whether the papers speak of the powder without its water: then no hydrate factor applies."""
        return self.basis is not None and self.basis.leaves_water_out


def usual_strength_error(*, tablet: bool) -> Decimal:
    """How far the strength of a stock, or the content of a tablet, is taken to be off where nothing is stated, in %."""
    return standards.limit("tablet_error_percent" if tablet else "strength_error_percent")


def read_lot(
    *,
    assay: str | None = None,
    assay_basis: str | None = None,
    water: str | None = None,
    strength: str | None = None,
    tablet: str | None = None,
    strength_error: str | None = None,
    assay_error: str | None = None,
) -> Lot:
    """The lot from what was typed at the options of these names. Raises InputError, of several faults together."""
    faults = Faults()
    lot: dict[str, Any] = {}
    with faults:
        if assay is not None:
            lot["assay"], lot["basis"] = parse_assay(assay, "--assay")
    with faults:
        if assay_basis is not None:
            basis = parse_basis(assay_basis, "--assay-basis")
            if lot.get("basis") not in (None, basis):
                raise InputError(
                    "--assay-basis", f"is {basis.value}, but --assay says {shown(assay or '')}; which of them holds?"
                )
            lot["basis"] = basis
    for name, text, parse in (
        ("water", water, parse_percent), ("strength", strength, parse_strength), ("tablet", tablet, parse_tablet),
        ("strength-error", strength_error, parse_percent), ("assay-error", assay_error, parse_percent),
    ):  # fmt: skip
        with faults:
            if text is not None:
                lot[name.replace("-", "_")] = parse(text, f"--{name}")
    faults.raise_any()
    if strength_error is None and ("strength" in lot or "tablet" in lot):
        lot["strength_error"] = Percent(usual_strength_error(tablet="tablet" in lot))
    return Lot(**lot)


def parse_basis(text: str, where: str) -> Basis:
    """Reads `as-is`, `dried` or `anhydrous`. Raises InputError."""
    for basis in Basis:
        if text.strip(" ") == basis.value:
            return basis
    raise InputError(where, f"{shown(text)} is not a basis; write as-is, dried or anhydrous")


# How certificates name the basis of an assay, apart from words that add nothing to it.
_BASES = {
    Basis.AS_IS: "as is, as received, as such, tel quel, wie besehen",
    Basis.DRIED: "dried, dry, getrocknet, getrocknete, s\u00e9ch\u00e9e, desecada, essiccata, gedroogde",
    Basis.ANHYDROUS: "anhydrous, water free, wasserfrei, wasserfreie, anhydre, anhidra, anidra, watervrije",
}
_EMPTY_WORDS = (
    "on an the a basis base substance substanz stof sustancia sostanza subst\u00e2ncia calculated calc referred to with "
    "reference bezogen berechnet auf die der par rapport la sur over op de"
)


def parse_assay(text: str, where: str) -> tuple[Percent, Basis | None]:
    """Reads an assay, and its basis where that is stated with it: `99.3 %`, `99.3 % (anhydrous basis)`.

    Raises InputError, as for a percentage.
    """
    match = re.fullmatch(r"([^%]*%) ?(?:\(([^()]*)\)|([^\W\d_][^()]*))", text.strip(" ")) if len(text) <= LONGEST_NAME else None
    if match is None:
        return parse_percent(text, where), None
    said = match[2] if match[2] is not None else match[3]
    words = [word for word in re.findall(r"\w+", said.casefold()) if word not in _EMPTY_WORDS.split()]
    basis = next((one for one, names in _BASES.items() if " ".join(words) in names.split(", ")), None)
    if basis is None:
        raise InputError(where, f"{shown(said)} in {shown(text)} is not a basis; write as-is, dried or anhydrous")
    try:
        return parse_percent(match[1], where), basis
    except AmbiguousAmount as error:
        raise error.within("", text.strip(" ")[match.end(1) :]) from None


_RATIO = r"(?P<one>[0-9.,]+) ?(?P<mark>[:/+]|zu|to|auf) ?(?P<other>[0-9.,]+)"


def parse_strength(text: str, where: str) -> Strength:
    """Reads a strength, exactly: `10 mg/g`, `10 mg per g`, `0.1%`, `1 in 1000`, `30 mg in 3000 mg`.

    Raises InputError, also for a bare ratio such as 1:1000, or AmbiguousAmount.
    """
    stripped = text.strip(" ")
    if len(text) > LONGEST_NAME:
        raise InputError(where, f"{shown(text)} is not read as a strength; {_WRITE_A_STRENGTH}")
    try:
        return Strength(_mg_per_g(stripped, where), stripped)
    except AmbiguousAmount:
        raise
    except InputError as error:
        said = error.sentence if shown(stripped) in error.sentence else f"{shown(text)}: {error.sentence}"
        raise InputError(where, said) from None


_WRITE_A_STRENGTH = "write the mass in 1 g, such as 10 mg/g, or 0.1 %, 1 in 1000 or 30 mg in 3000 mg"


def _mg_per_g(text: str, where: str) -> Decimal | Fraction:
    if (match := re.fullmatch(r"([^/]*?)(?: ?/ ?| per )[gG]", text)) is not None:
        return _part(match[1], where, "", "/g").mg
    if text.endswith("%"):
        return _decimal_if_finite(Fraction(parse_percent(text, where).percent) * 10)
    if (ratio := re.fullmatch(_RATIO, text, re.IGNORECASE)) is not None:
        one, other = ratio["one"], ratio["other"]
        total = "1 in 1000, or 1 in 1001" if ratio["mark"] == "+" else f"{one} in {other}, or {one} and {other} parts"
        raise InputError(
            where, f"{shown(text)} is a bare ratio, which may mean {total}; write it out: 1 in 1000, or 10 mg/g"
        )
    part, word, whole = text.partition(" in ")
    if not word:
        raise InputError(where, f"{shown(text)} is not read as a strength; {_WRITE_A_STRENGTH}")
    bare = not re.search(r"[^\W\d_]", part + whole)
    drug, total_mass = (
        (_number(part, where, "", f" in {whole}"), _number(whole, where, f"{part} in ", ""))
        if bare
        else (_part(part, where, "", f" in {whole}").mg, _part(whole, where, f"{part} in ", "").mg)
    )
    if drug > total_mass:
        raise InputError(where, f"{shown(text)} is more drug than there is of the whole")
    return _decimal_if_finite(Fraction(drug) / Fraction(total_mass) * 1000)


def _decimal_if_finite(value: Fraction) -> Decimal | Fraction:
    try:
        return written(value)
    except ArithmeticError:
        return value


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
        raise error.within(before, after) from None


def _number(text: str, where: str, before: str, after: str) -> Decimal:
    """A bare number that is part of a longer text, as `_part` has a mass."""
    try:
        return parse_number(text, where)
    except AmbiguousAmount as error:
        raise error.within(before, after) from None


def potency(assay: Fraction, water: Fraction = Fraction(0)) -> Fraction:
    """mg of the substance assayed per mg of powder; `water` is the share that the basis of the assay leaves out."""
    return assay * (1 - water)


def content(labelled: Fraction, stated: Fraction, share: Fraction = Fraction(1)) -> Fraction:
    """mg of the form on the label per mg of powder that holds `share` of the form stated.

    `labelled` and `stated` are the molecular weights of the two forms, which hold one molecule of drug each.
    """
    return share * labelled / stated


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
            raise InputError("--dose-as", NOT_CONVERTIBLE)
        return lot.share
    labelled = shelf if dose_as is None else dose_as
    if labelled.drug != shelf.drug:
        raise InputError("--dose-as", f"{labelled.name} is not a form of {shelf.drug}: drugs are not converted")
    stated = shelf.anhydrous_weight if lot.leaves_water_out else shelf.molecular_weight
    return content(labelled.molecular_weight, stated, lot.share)
