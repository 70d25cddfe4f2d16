"""What compound audit prints on a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence

from compound.cli import output
from compound.correcting.weighed import Weighed
from compound.wording.language import ENGLISH
from compound.wording.record_words import WeighedWords

NO_BREAK = "\u00a0"
WIDE = 110  # columns of a terminal that hold the tables on one line a row


def weighed_text(judged: Weighed) -> str:
    """The verdict, the weighings, the mixtures and the uniformity from capsule to capsule, as wide as the terminal."""
    from compound.cli.tables import tabulate
    from compound.showing import weighed_rows
    from compound.showing.uniformity_rows import uniformity_rows

    width = output.terminal_width(160)

    def table(headers: Sequence[str], body: Sequence[Sequence[str]], widths: list[int | None]) -> str:
        body = [[_folded(cell, width < WIDE) for cell in row] for row in body]
        text = tabulate(body, headers, tablefmt="simple", disable_numparse=True, maxcolwidths=widths)
        return text.replace(NO_BREAK, " ")

    def facts(body: Sequence[tuple[str, str]], names: int) -> str:
        widths = [None, max(40, min(width, 120) - names)]
        body = [(name, text.replace(" %", f"{NO_BREAK}%")) for name, text in body]
        return tabulate(body, tablefmt="plain", disable_numparse=True, maxcolwidths=widths).replace(NO_BREAK, " ")

    headings = ENGLISH.table(WeighedWords)
    rows = weighed_rows.weighing_rows(judged)
    # tabulate keeps two blanks between columns, and makes each two wider than its header at least.
    padded = [tuple(f"{header}  " for header in headings.headers), *rows]
    figures = sum(max(map(len, column)) + 2 for at, column in enumerate(zip(*padded, strict=True)) if at != 1)
    words = 26 if width < WIDE else width - figures
    weighings = table(headings.headers, rows, [None, words, *[None] * 4])
    mixtures = table(headings.mixture_headers, weighed_rows.made_rows(judged), [16, *[None] * 6])
    return "\n\n".join((
        f"DOSE\n{facts(weighed_rows.dose_rows(judged), 33)}",
        f"WEIGHINGS\n{weighings}",
        f"MIXTURES\n{mixtures}",
        f"UNIFORMITY (from capsule to capsule)\n{facts(uniformity_rows(judged.made), 36)}",
    ))  # fmt: skip


def _folded(cell: str, narrow: bool) -> str:
    """A cell, in lines where it is to be narrow: each number with its unit, or the word before it, on one of them."""
    if not narrow:
        return re.sub("([a-z]) ([0-9])", rf"\1{NO_BREAK}\2", cell)
    cell = re.sub("([a-z]) ([0-9])", rf"\1{NO_BREAK}\2", cell.replace("about ", "about\n"))
    for before, after in ((" (corrected)", "\n(corrected)"), (" per ", "\nper ")):
        cell = cell.replace(before, after)
    return cell
