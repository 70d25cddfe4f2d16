"""Findings on what stands on the shelf: the lot, its water, and the form the dose is expressed in."""

from __future__ import annotations

from fractions import Fraction

from compound.facts.lot import Lot, content
from compound.facts.substance import WATER_ALLOWANCE, Basis, Substance
from compound.facts.substances import anhydrous, hydrates_of, label_form
from compound.findings import codes
from compound.findings.finding import Finding, NotChecked

# Outside these a certificate is more likely misread than right.
LEAST_USUAL_ASSAY, MOST_USUAL_ASSAY = Fraction(90, 100), Fraction(110, 100)


def shelf_findings(
    shelf: Substance | None, dose_as: Substance | None, lot: Lot, named: str = "the drug"
) -> tuple[Finding, ...]:
    """The findings on the form and the lot: how they were read, and what contradicts what.

    `named` is the name as ordered; it stands in the sentences where the drug is not known. That nothing was entered
    (`Lot.taken_as_pure`) is not among them: it needs the dose to be said.
    """
    name = named if shelf is None else shelf.name
    found = [*_reading(shelf, lot, name), *_assay_findings(shelf, lot, name)]
    if shelf is not None:
        found += _water_findings(shelf, lot)
        found += _form_findings(shelf, shelf if dose_as is None else dose_as, lot)
    return tuple(found)


def shelf_not_checked(shelf: Substance | None, lot: Lot) -> tuple[NotChecked, ...]:
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
    # Limits hold on a basis without the water; of an assay as is they say nothing (`shelf_not_checked`).
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
