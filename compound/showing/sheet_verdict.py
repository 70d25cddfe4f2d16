"""The last line on worksheets that were read back: their verdict, and what is next."""

from __future__ import annotations

from collections.abc import Sequence

from compound.showing.verdict_line import BAD, GOOD, OPEN, PROGRAM, Command, VerdictLine, few_names
from compound.wording import notation
from compound.wording.language import ENGLISH, Language
from compound.wording.verdict_words import VerdictWords


def verify_verdict(
    verdict: str, *, sheet: str, first_error: str | None, language: Language = ENGLISH
) -> VerdictLine:
    """The last line on a worksheet; `verdict` is that of `making.verify`, `first_error` the code of its gravest finding."""
    words = language.table(VerdictWords)
    following: tuple[str | Command, ...]
    if verdict in ("differs", "not checked"):
        tone = BAD if verdict == "differs" else OPEN
        following = (words.do_not_weigh, (PROGRAM, "explain", first_error)) if first_error else (words.do_not_weigh,)
    elif verdict == "fingerprint agrees":
        tone, following = OPEN, (words.compare_sheet,)
    else:
        tone, following = GOOD, (words.compare_order, (PROGRAM, "audit", sheet))
    return VerdictLine(tone, words.verified[verdict], words.verified_says[verdict], following)


def sheets_verdict(verdicts: Sequence[tuple[str, str]], language: Language = ENGLISH) -> VerdictLine:
    """The last line on several worksheets: each file with its verdict. The worst is named."""
    words, count = language.table(VerdictWords), language.notation.count(len(verdicts))
    for verdict in ("unreadable", "differs", "not checked", "agrees"):
        names = [name for name, one in verdicts if one == verdict]
        if names:
            named = {"bad": language.notation.count(len(names)), "count": count, "names": few_names(names)}
            says = notation.phrase(words.some_differ, named)
            tone = {"agrees": GOOD, "not checked": OPEN}.get(verdict, BAD)
            following = ((PROGRAM, "verify", names[0]),) if tone is not GOOD else (words.compare_order,)
            return VerdictLine(tone, words.verified[verdict], says, following)
    return VerdictLine(GOOD, words.verified["genuine"], notation.phrase(words.all_genuine, {"count": count}), (words.compare_order,))
