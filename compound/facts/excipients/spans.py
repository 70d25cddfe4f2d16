"""Runs of tokens that are on record, and which of two that overlap counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from compound.facts.excipients.rules import (
    DISALLOWED,
    GRAVITY,
    ExcipientRow,
    Hit,
)
from compound.facts.excipients.tokens import (
    LIST_SEPARATOR,
    Token,
)


class MatchedSpan(NamedTuple):
    """Tokens `start` to `end` (exclusive), which stand for `row`."""

    start: int
    end: int
    row: ExcipientRow
    identifier: bool = False


def spans_in(index: Mapping[str, Hit], longest: int, tokens: list[Token]) -> list[MatchedSpan]:
    """Every run of tokens that stands in `index`, less those that lie within a longer one."""
    found: list[MatchedSpan] = []
    texts = [token.text.replace(".", "") if "." in token.text else token.text for token in tokens]
    count = len(texts)
    for start in range(count):
        joined = ""
        for end in range(start, count):
            joined += texts[end]
            if len(joined) > longest:
                break
            hit = index.get(joined)
            if hit is not None and (not hit.breaks or end - start + 1 in hit.breaks):
                if hit.row.alone and end - start + 1 != count:
                    continue
                found.append(MatchedSpan(start, end + 1, hit.row, hit.identifier))
    if len(found) < 2:
        return found
    whole = [span for span in found if not _crosses_list(tokens, span)]
    kept = []
    for span in found:
        if span not in whole and _explained_elsewhere(span, whole):
            continue
        kept.append(span)
    return [span for span in kept if not any(_within(span, other) and _may_hide(span, other, whole) for other in kept)]


def _crosses_list(tokens: list[Token], span: MatchedSpan) -> bool:
    return any(LIST_SEPARATOR.search(tokens[i].gap) for i in range(span.start + 1, span.end))


def _explained_elsewhere(span: MatchedSpan, whole: list[MatchedSpan]) -> bool:
    """Whether each token of a span across a comma belongs to a longer name on its own side.

    "potassium carbonate, calcium phosphate" holds no calcium carbonate.
    """
    return all(any(w.start <= i < w.end and w.end - w.start > 1 for w in whole) for i in range(span.start, span.end))


def _may_hide(span: MatchedSpan, other: MatchedSpan, whole: list[MatchedSpan]) -> bool:
    """Whether a longer name takes the place of one within it: not of a disallowed one, if a comma parts the longer."""
    return other in whole or span not in whole or span.row.rule.verdict != DISALLOWED


def _within(span: MatchedSpan, other: MatchedSpan) -> bool:
    return other.start <= span.start and span.end <= other.end and (other.end - other.start > span.end - span.start)


def longest_of(found: list[tuple[int, int, str, Hit]]) -> list[tuple[int, int, str, Hit]]:
    """The runs that lie in no longer one of the same or a stricter verdict."""
    return [
        one
        for one in found
        if not any(
            other is not one
            and other[0] <= one[0]
            and one[1] <= other[1]
            and GRAVITY.index(other[3].row.rule.verdict) <= GRAVITY.index(one[3].row.rule.verdict)
            for other in found
        )
    ]


def runs_of(places: list[int]) -> list[tuple[int, int]]:
    """Places in a row joined to ranges."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs
