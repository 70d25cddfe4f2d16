"""The labels to print on, rolls and sheets, with the source of their dimensions: facts/data/label_formats.json."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from typing import Any

from compound.exact.errors import InputError
from compound.exact.value import Value
from compound.reading import shipped
from compound.reading.text import nearest_names, shown

CONTINUOUS, DIE_CUT, ON_SHEET = "continuous", "die-cut", "sheet"
_MM_OF = {"mm": Fraction(1), "in": Fraction(254, 10)}


class LabelFormat(Value):
    """A label to print on; all lengths in mm.

    `high` is its height, or of a continuous tape the most that is cut off for one label. `side` and `end` are left free
    at its sides and at its top and bottom. `page` is that of a sheet of labels, "" for a roll; of a sheet `left` and
    `top` are the place of the first label, `across` and `down` the way from one to the next.
    """

    name: str
    kind: str
    says: str
    source: str
    wide: Fraction
    high: Fraction
    side: Fraction
    end: Fraction
    page: str = ""
    columns: int = 1
    rows: int = 1
    left: Fraction = Fraction(0)
    top: Fraction = Fraction(0)
    across: Fraction = Fraction(0)
    down: Fraction = Fraction(0)

    @property
    def on_sheet(self) -> bool:
        """Whether several labels stand on one page."""
        return self.kind == ON_SHEET

    @property
    def per_page(self) -> int:
        """How many labels a page holds."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[Fraction, Fraction]:
        """The upper left corner of a label on its page, in mm: `place` 0 is the first, and they are counted row by row."""
        row, column = divmod(place, self.columns)
        return self.left + column * self.across, self.top + row * self.down


@cache
def label_formats() -> tuple[LabelFormat, ...]:
    """The formats known: rolls first, then sheets."""
    data = shipped.facts("label_formats.json")
    return tuple(_format(row, data["sources"]) for row in data["formats"])


def label_format(name: str, where: str = "--format") -> LabelFormat:
    """The format of a name, in any case. Raises InputError naming those that are known."""
    found = next((one for one in label_formats() if one.name.casefold() == name.strip().casefold()), None)
    if found is None:
        names = [one.name for one in label_formats()]
        close = nearest_names(name, names, 2)
        hint = f"close to it: {', '.join(close)}; all are" if close else "formats are"
        raise InputError(where, f"{shown(name)} is not a format of labels; {hint} {', '.join(names)}")
    return found


def _format(row: dict[str, Any], sources: dict[str, Any]) -> LabelFormat:
    mm = _MM_OF[row["unit"]]

    def length(key: str) -> Fraction:
        return Fraction(row.get(key, "0")) * mm

    return LabelFormat(
        row["name"], row["kind"], row["says"], _source(sources[row["source"]]), length("width"),
        length("longest" if row["kind"] == CONTINUOUS else "height"), length("side"), length("end"),
        row.get("page", ""), row.get("columns", 1), row.get("rows", 1),
        length("left"), length("top"), length("across"), length("down"),
    )  # fmt: skip


def _source(source: dict[str, str]) -> str:
    return f"{source['title']} ({source['url']}); {source['evidence']}"
