"""The pages laid out, drawn into a document.

The operators of a page are written out here: a sheet has thousands of them, and reportlab's own calls cost several times
as much. Places are written to a tenth of a point, which is finer than a printer draws.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from compound.paper import document, fonts
from compound.paper.paper import Page, Paper


def draw(paper: Paper, canvas: Any, fillable: bool, usual: str = "") -> None:
    """Draws the pages onto a canvas, each thing once and in a fixed order: areas, lines, texts, fields.

    `usual` are characters that the fonts in the file have in any case.
    """
    names: set[str] = set()
    pen, form = fonts.Pen(canvas, usual), document.Form(canvas)
    for name, picture in paper.pictures.items():
        document.embed_picture(canvas, name, picture)
    for page in paper.pages:
        for name, x, y, wide, high in page.images:
            place = f"q {wide:.2f} 0 0 {high:.2f} {x:.2f} {paper.height - y - high:.2f} cm"
            canvas.addLiteral(place)
            canvas.doForm(name)
            canvas.addLiteral("Q")
        canvas.addLiteral("\n".join([*_areas(page, paper.height), *_lines(page, paper.height)]))
        canvas.addLiteral(_texts(page, paper.height, pen))
        for label, x, y, wide, high, name in page.fields if fillable else []:
            top, size = paper.height - y, min(9.0, high - 4)
            form.field(_field_name(name or label, names), label, (x, top - high, x + wide, top), size)
        canvas.showPage()
    form.close()


def _field_name(said: str, names: set[str]) -> str:
    """The name of a field: what it is said to be, in small letters and hyphens; the second of a name is numbered.

    It holds no point, which would nest the fields, and does not change when another field comes before it.
    """
    plain = "".join(char if char.isascii() and char.isalnum() else "-" for char in said.casefold())
    name = only = "-".join(filter(None, plain.split("-"))) or "blank"
    number = 1
    while name in names:
        number += 1
        name = f"{only}-{number}"
    names.add(name)
    return name


def _areas(page: Page, height: float) -> list[str]:
    found = []
    for x, y, wide, high, line, grey in page.rects:
        found.append(
            f"{_style(line, grey)} {x:.1f} {height - y - high:.1f} {wide:.1f} {high:.1f} re {_paint(line, grey)}"
        )
    for steps, line, grey in page.paths:
        drawn = " ".join([_OPERATORS[step[0]](height, *step[1:]) for step in steps])
        found.append(f"{_style(line, grey)} {drawn} {_paint(line, grey)}")
    for (x, y, unit), drawn in page.codes:
        # Drawn in whole modules, from the upper left corner down.
        found.append(f"q 0 g {unit:.4f} 0 0 {-unit:.4f} {x:.2f} {height - y:.2f} cm {drawn} f Q")
    return found


def _style(line: float, grey: float | None) -> str:
    return (f"{line:.2f} w" if line else "") + ("" if grey is None else f" {grey:.2f} g")


def _paint(line: float, grey: float | None) -> str:
    return ("B" if line else "f") if grey is not None else "S"


_OPERATORS: dict[str, Callable[..., str]] = {
    "M": lambda height, x, y: f"{x:.1f} {height - y:.1f} m",
    "L": lambda height, x, y: f"{x:.1f} {height - y:.1f} l",
    "C": lambda height, x1, y1, x2, y2, x3, y3: (
        f"{x1:.1f} {height - y1:.1f} {x2:.1f} {height - y2:.1f} {x3:.1f} {height - y3:.1f} c"
    ),
    "R": lambda height, x, y, wide, high: f"{x:.1f} {height - y - high:.1f} {wide:.1f} {high:.1f} re",
    "Z": lambda _height: "h",
}


def _lines(page: Page, height: float) -> list[str]:
    by_kind: dict[tuple[float, str], list[str]] = {}
    for x0, y0, x1, y1, thick, dash in page.lines:
        by_kind.setdefault((thick, dash), []).append(f"{x0:.1f} {height - y0:.1f} m {x1:.1f} {height - y1:.1f} l")
    return [
        f"{thick:.2f} w {f'[{dash}] 0 d ' if dash else ''}{' '.join(drawn)} S{' [] 0 d' if dash else ''}"
        for (thick, dash), drawn in by_kind.items()
    ]


def _texts(page: Page, height: float, pen: fonts.Pen) -> str:
    found = ["0 g BT"]
    current = ("", 0.0)
    at: tuple[int, int] | None = (0, 0)  # the place of the line before, in tenths of a point; None after one upside down
    for name, size, x, y, text, turned in page.texts:
        there = round(x * 10), round((height - y) * 10)
        if turned or at is None:
            found.append(f"{'-1 0 0 -1' if turned else '1 0 0 1'} {there[0] / 10:g} {there[1] / 10:g} Tm")
        else:
            found.append(f"{(there[0] - at[0]) / 10:g} {(there[1] - at[1]) / 10:g} Td")
        at = None if turned else there
        for font, code in pen.runs(name, text):
            if (font, size) != current:
                found.append(f"{font} {size:g} Tf")
                current = (font, size)
            found.append(f"({code}) Tj")
    found.append("ET")
    return "\n".join(found)
