"""Flasks, pipettes, cylinders and syringes with their largest errors, and the solvents: facts/data/ware.json.

A volumetric flask and a transfer pipette hold one volume, within what USP and ASTM, or ISO, admit of class A: ware whose
standard is not named has the wider of the two. Measuring pipettes, graduated cylinders, micropipettes and
syringes are read at tenths of their capacity. The error of glassware is that of its class, at any volume; that of a syringe follows
ISO 7886-1 and depends on the volume drawn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

from compound.exact.errors import InputError
from compound.exact.value import Value, replace
from compound.reading import shipped
from compound.reading.amounts import parse_volume
from compound.reading.text import shown
from compound.wording import notation

FLASK, PIPETTE = "flask", "pipette"
USP, ISO = "USP", "ISO"  # the standards that ware may be named with; USP <31> refers to those of ASTM
EXPERT = "expert knowledge, no public source"
_STANDARDS = {"usp": USP, "astm": USP, "iso": ISO}
CLASS_A_FLASK, CLASS_A_PIPETTE = "volumetric flask", "transfer pipette"


class Ware(Value):
    """One size of one kind of ware: capacity in mL, where its error comes from, and what kind of evidence that is.

    `tolerance_ml` is the error of glassware at any volume. A syringe has None there, and instead its error in percent of
    the capacity and of the volume below half of the capacity, and in percent of the volume from there on.
    """

    kind: str
    capacity_ml: Decimal
    tolerance_ml: Decimal | None
    of_capacity: Decimal | None
    of_volume: Decimal | None
    from_half: Decimal | None
    least_share: Decimal
    tenths: bool
    evidence: str
    sources: tuple[str, ...]
    standard: str = ""  # ISO or USP where it is named

    @property
    def name(self) -> str:
        """The name as it stands in a plan: `transfer pipette 1 mL`, `transfer pipette 1 mL ISO`; commas from 1,000."""
        return f"{self.kind} {notation.volume(self.capacity_ml)} {self.standard}".rstrip()

    @property
    def is_sourced(self) -> bool:
        """Whether the whole error rests on a public source."""
        return "no public source" not in self.evidence

    def volumes(self) -> tuple[Fraction, ...]:
        """The volumes in mL that the ware measures, the smallest first."""
        capacity = Fraction(self.capacity_ml)
        if not self.tenths:
            return (capacity,)
        tenths = range(1, 11)
        return tuple(capacity * n / 10 for n in tenths if Fraction(n, 10) >= Fraction(self.least_share))

    def tolerance(self, volume_ml: Fraction) -> Fraction:
        """The largest error of a volume, both in mL."""
        if self.tolerance_ml is not None:
            return Fraction(self.tolerance_ml)
        capacity = Fraction(self.capacity_ml)
        if 2 * volume_ml >= capacity:
            return volume_ml * Fraction(self.from_half or 0) / 100
        return (capacity * Fraction(self.of_capacity or 0) + volume_ml * Fraction(self.of_volume or 0)) / 100


class Solvent(Value):
    """A solvent: its density in g per mL, what it does to diluents, and what is left of it does to shells."""

    name: str
    g_per_ml: Decimal
    dissolves: tuple[str, ...]
    swells: tuple[str, ...]
    leaves: tuple[str, ...]
    shells: tuple[tuple[tuple[str, ...], str], ...]
    evidence: str

    def effect_on(self, shell: str) -> str | None:
        """What a rest of it does to a shell of that name, or None where nothing is on record."""
        words = set(re.findall("[a-z]+", shell.lower()))
        return next((effect for names, effect in self.shells if words & set(names)), None)


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = shipped.facts("ware.json")
    return found


def solvents() -> tuple[str, ...]:
    """The names of the solvents on record."""
    return tuple(row["name"] for row in _data()["solvents"])


def solvent(name: str, where: str = "--solvent") -> Solvent:
    """A solvent by its name. Raises InputError naming those on record."""
    asked = " ".join(name.lower().split())
    for row in _data()["solvents"]:
        if row["name"] == asked:
            return Solvent(
                asked, Decimal(row["g_per_ml"]), tuple(row["dissolves"]), tuple(row["swells"]), tuple(row["leaves"]),
                tuple((tuple(shell["words"]), shell["effect"]) for shell in row["shells"]), row["evidence"],
            )  # fmt: skip
    raise InputError(where, f"{shown(name)} is not a solvent on record; those are {', '.join(solvents())}")


@cache
def all_ware() -> tuple[Ware, ...]:
    """All ware on record, kind by kind, the smallest first."""
    kinds = {kind["kind"]: kind for kind in _data()["kinds"]}
    return tuple(
        one for kind, rows in _data()["ware"].items() for row in rows for one in _by_standard(kinds[kind], row)
    )


def _by_standard(kind: dict[str, Any], row: dict[str, Any]) -> tuple[Ware, ...]:
    """A size of ware without a standard named, and under each standard that has it where there are two."""
    ours = None if row.get("tolerance_ml", "") is None else _ware(kind, row)
    if "iso_ml" not in row:
        return () if ours is None else (ours,)
    iso = _ware(kind, {
        "ml": row["ml"], "tolerance_ml": row["iso_ml"], "evidence": EXPERT, "sources": [kind["iso"], "expert"],
        "standard": ISO,
    })  # fmt: skip
    wider = iso if ours is None or Fraction(iso.tolerance_ml or 0) > Fraction(ours.tolerance_ml or 0) else ours
    named = () if ours is None else (replace(ours, standard=USP),)
    return (replace(wider, standard=""), *named, iso)


def _ware(kind: dict[str, Any], row: dict[str, Any]) -> Ware:
    def number(key: str) -> Decimal | None:
        return Decimal(row[key]) if key in row else None

    titles = tuple(_data()["sources"][key]["title"] for key in row["sources"])
    notes = (row["note"],) if "note" in row else ()
    return Ware(
        kind["kind"], Decimal(row["ml"]), number("tolerance_ml"), number("of_capacity_percent"),
        number("of_volume_percent"), number("from_half_percent"), Decimal(kind["least_share"]),
        kind["marks"] == "tenths", row["evidence"], (*titles, *notes), row.get("standard", ""),
    )  # fmt: skip


def roles(ware: Ware) -> tuple[str, ...]:
    """What a piece of ware is used for: `flask`, to make up in, `pipette`, to transfer with, or both."""
    return next(tuple(kind["for"]) for kind in _data()["kinds"] if kind["kind"] == ware.kind)


def class_a(role: str) -> tuple[Ware, ...]:
    """The ware that is used where nothing is said: volumetric flasks, or transfer pipettes."""
    kind = CLASS_A_FLASK if role == FLASK else CLASS_A_PIPETTE
    return tuple(ware for ware in all_ware() if ware.kind == kind and not ware.standard)


def named(name: str) -> Ware | None:
    """The ware of a name as it stands in a plan, or None."""
    return next((ware for ware in all_ware() if ware.name == name), None)


def parse_ware(text: str, role: str, where: str) -> Ware:
    """Reads ware that makes up (role `flask`) or transfers (`pipette`): `100 mL`, `1 mL ISO`, `syringe 1 mL`.

    Without a word it is a volumetric flask, or a transfer pipette; without a standard it has the wider tolerance. Raises
    InputError naming the kinds, or the sizes.
    """
    stripped = text.strip(" ")
    before, _, last = stripped.rpartition(" ")
    standard = _STANDARDS.get(last.lower(), "")
    match = re.fullmatch(r"([^0-9]*?) *([0-9.,].*)", before.rstrip(" ") if standard else stripped, re.DOTALL)
    word, size = (match[1], match[2]) if match else (stripped, "")
    kinds = [kind for kind in _data()["kinds"] if role in kind["for"]]
    asked = " ".join(word.lower().split()) or role
    kind = next((one for one in kinds if asked in one["words"]), None)
    if kind is None:
        words = ", ".join(one["words"][0] for one in kinds)
        raise InputError(
            where, f"{shown(text)} is not read as ware; write a size, such as 100 mL, after one of {words}"
        )
    if not size:
        raise InputError(where, f"{shown(text)} has no size; write one, such as {kind['words'][0]} 10 mL")
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+ ?mL", size):
        size = size.replace(",", "")  # as the names are printed
    volume = parse_volume(size, where).ml
    sizes = [ware for ware in all_ware() if ware.kind == kind["kind"]]
    for ware in sizes:
        if ware.capacity_ml == volume and ware.standard == standard:
            return ware
    if standard and any(ware.capacity_ml == volume for ware in sizes):
        raise InputError(where, f"no {kind['kind']} of {notation.volume(volume)} is on record by {standard}; leave it out")
    known = ", ".join(dict.fromkeys(notation.number(ware.capacity_ml) for ware in sizes))
    raise InputError(where, f"{notation.volume(volume)} is not a size of a {kind['kind']} on record; those are {known} mL")


def read_ware(texts: Sequence[str], role: str, where: str) -> tuple[str, ...]:
    """The names of the ware owned, each once, in the order of the table. Raises InputError."""
    if not texts:
        return ()
    owned = {parse_ware(text, role, where) for text in texts}
    return tuple(ware.name for ware in all_ware() if ware in owned)
