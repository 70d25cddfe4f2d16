"""What compound audit prints on a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compound.cli import output
from compound.correcting.weighed import Weighed
from compound.wording.language import ENGLISH, Language
from compound.wording.record_words import WeighedWords
from compound.wording.terminal_words import AuditWords

NO_BREAK = "\u00a0"
WIDE = 110  # columns of a terminal that hold the tables on one line a row
WIDEST_RATIO = 18  # columns of a ratio where the table is to be narrow


def weighed_text(judged: Weighed, language: Language = ENGLISH) -> str:
    """The verdict, the weighings, the mixtures and the uniformity from capsule to capsule, as wide as the terminal."""
    from compound.cli.tables import tabulate
    from compound.showing import weighed_rows
    from compound.showing.uniformity_rows import uniformity_rows

    width = output.terminal_width(160)

    def table(headers: Sequence[str], body: Sequence[Sequence[str]], widths: list[int | None]) -> str:
        body = [[_folded(cell, width < WIDE, language) for cell in row] for row in body]
        text = tabulate(body, headers, tablefmt="simple", disable_numparse=True, maxcolwidths=widths)
        return text.replace(NO_BREAK, " ")

    def facts(body: Sequence[tuple[str, str]], names: int) -> str:
        widths = [names - 2 if width < WIDE and output.has_width() else None, max(40, min(width, 120) - names)]
        body = [(name, text.replace(" %", f"{NO_BREAK}%")) for name, text in body]
        return tabulate(body, tablefmt="plain", disable_numparse=True, maxcolwidths=widths).replace(NO_BREAK, " ")

    headings, titles = language.table(WeighedWords), language.table(AuditWords)
    rows = weighed_rows.weighing_rows(judged, language)
    # tabulate keeps two blanks between columns, and makes each two wider than its header at least.
    padded = [tuple(f"{header}  " for header in headings.headers), *rows]
    figures = sum(max(map(len, column)) + 2 for at, column in enumerate(zip(*padded, strict=True)) if at != 1)
    words = 26 if width < WIDE else width - figures
    weighings = table(headings.headers, rows, [None, words, *[None] * 4])
    ratio = WIDEST_RATIO if width < WIDE else None
    mixtures = table(headings.mixture_headers, weighed_rows.made_rows(judged, language), [16, *[None] * 3, ratio, None, None])
    return "\n\n".join((
        f"{titles.dose}\n{facts(weighed_rows.dose_rows(judged, language), 33)}",
        f"{titles.weighings}\n{weighings}",
        f"{titles.mixtures}\n{mixtures}",
        f"{titles.uniformity}\n{facts(uniformity_rows(judged.made, language), 36)}",
    ))  # fmt: skip


def _folded(cell: str, narrow: bool, language: Language) -> str:
    """A cell, in lines where it is to be narrow: each number with its unit, or the word before it, on one of them."""
    if not narrow:
        return re.sub("([a-z]) ([0-9])", rf"\1{NO_BREAK}\2", cell)
    about, per = language.notation.about, language.table(AuditWords).per
    corrected = language.table(WeighedWords).corrected.format(amount="")
    cell = re.sub("([a-z]) ([0-9])", rf"\1{NO_BREAK}\2", cell.replace(about, f"{about.rstrip()}\n"))
    return re.sub(rf" ({per}[ {NO_BREAK}])", r"\n\1", cell.replace(corrected, f"\n{corrected.lstrip()}"))
