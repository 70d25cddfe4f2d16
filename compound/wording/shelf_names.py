"""What a container on the shelf is called where it is not the pure drug, and such a name read back.

One grammar, for the `material` of a step and `source.name` in JSON, which every reader takes for the thing itself:
`naltrexone hydrochloride trituration 1 mg per g, lot T-12` and
`crushed tablets, naltrexone hydrochloride 50 mg in 170 mg`. What is printed is made from it, in any language.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

from compound.exact.quantity import canonical
from compound.exact.value import Value, replace

PURE_POWDER, STOCK_TRITURATION, CRUSHED_TABLETS = "powder", "trituration", "tablets"  # what stands on the shelf
_LOT = r"(?:, lot (?P<lot>\S.*))?"
_MG = r"[0-9]{1,9}(?:\.[0-9]{1,15})?"
_STRENGTH = rf"{_MG}|[0-9]{{1,15}}/[0-9]{{1,15}}"  # what is no finite decimal is written as a fraction
# Compiled where a name may be one of them, which is seldom: at every start it would take 0.5 ms.
_TRITURATION = rf"(?P<substance>\S.*?) trituration (?P<mg>{_STRENGTH}) mg per g{_LOT}"
_TABLETS = rf"crushed tablets, (?P<substance>\S.*?) (?P<mg>{_MG}) mg in (?P<mass>{_MG}) mg{_LOT}"


class ShelfName(Value):
    """A container that holds a drug and is not the drug: `mg` of the substance in 1 g, or in a tablet of `mass_mg`."""

    kind: str
    substance: str
    mg: Decimal | Fraction
    mass_mg: Decimal | None = None
    lot: str | None = None

    @property
    def text(self) -> str:
        """The name."""
        mg, lot = canonical(self.mg), "" if self.lot is None else f", lot {self.lot}"
        if self.mass_mg is None:
            return f"{self.substance} trituration {mg} mg per g{lot}"
        return f"crushed tablets, {self.substance} {mg} mg in {canonical(self.mass_mg)} mg{lot}"

    @property
    def without_lot(self) -> ShelfName:
        """The same container of any lot."""
        return replace(self, lot=None)


def read_shelf_name(text: str) -> ShelfName | None:
    """The container that a name names; None for any other name."""
    if not (text.startswith("crushed tablets, ") or " trituration " in text):  # most names are none of them
        return None
    if (found := re.fullmatch(_TRITURATION, text)) is not None:
        return ShelfName(STOCK_TRITURATION, found["substance"], _number(found["mg"]), None, found["lot"])
    if (found := re.fullmatch(_TABLETS, text)) is not None:
        return ShelfName(CRUSHED_TABLETS, found["substance"], Decimal(found["mg"]), Decimal(found["mass"]), found["lot"])
    return None


def _number(text: str) -> Decimal | Fraction:
    return Fraction(text) if "/" in text else Decimal(text)
