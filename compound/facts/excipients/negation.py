"""Negations: what a name says to be free of, and what it takes back."""

from __future__ import annotations

from compound.facts.excipients.rules import (
    RuleSet,
)
from compound.facts.excipients.spans import MatchedSpan
from compound.facts.excipients.tokens import (
    LIST_SEPARATOR,
    Token,
)


def split_negations(rules: RuleSet, tokens: list[Token]) -> list[Token]:
    """`calciumcarbonatfrei` as calciumcarbonat and frei."""
    if not any(token.text.endswith(("frei", "free", "vrij", "fri")) for token in tokens):
        return tokens
    split: list[Token] = []
    for token in tokens:
        for ending in rules.words["after"]:
            head = token.text.removesuffix(ending)
            if head and head != token.text and head in rules.names and len(token.original) == len(token.text):
                cut = len(head)
                split.append(token._replace(text=head, end=token.start + cut, original=token.original[:cut]))
                split.append(Token(ending, token.start + cut, token.end, token.original[cut:], ""))
                break
        else:
            split.append(token)
    return split


class Negation:
    """What a name says is left out: "no X", "free of X", "X-free".

    It is honoured only where it is plain. A negating word that stands beside no name, or two for one name, make it
    doubtful ("not free of X"), and then none in that name is honoured. It reaches one name; "or" and "nor" carry it on.
    """

    def __init__(self, rules: RuleSet, tokens: list[Token], spans: list[MatchedSpan]) -> None:
        self.rules = rules
        self.tokens = tokens
        self.spans = spans
        self.used: set[int] = set()
        self.negated: set[int] = set()
        self.unclear: set[int] = set()
        texts = [token.text for token in tokens]
        if not self._read(texts):
            self.used, self.negated, self.unclear = set(), set(), set()
        self.used |= self._number_signs(texts)

    def negates(self, span: MatchedSpan) -> bool:
        """Whether every token of the span is left out."""
        return bool(self.negated) and all(i in self.negated for i in range(span.start, span.end))

    def is_unclear(self, span: MatchedSpan) -> bool:
        """Whether the span stands before a "free" that may belong to something else."""
        return bool(self.unclear) and any(i in self.unclear for i in range(span.start, span.end))

    def _read(self, texts: list[str]) -> bool:
        inside = {i for span in self.spans for i in range(span.start, span.end)}
        signs = self._number_signs(texts)
        said = f" {' '.join(texts)} "
        if any(f" {hedge} " in said for hedge in self.rules.words["hedges"]):
            return False  # hardly free of, almost without: some of it is there
        place = 0
        while place < len(texts):
            if place in inside or place in signs:
                place += 1
                continue
            phrase = self._phrase(texts, place)
            if phrase:
                if not self._before(texts, place, place + phrase):
                    return False
                place += phrase
            elif texts[place] in self.rules.words["after"]:
                if not self._after(texts, place):
                    return False
                place += 1
            else:
                place += 1
        return True

    def _phrase(self, texts: list[str], place: int) -> int:
        """How many tokens the negating phrase at `place` has."""
        for phrase in self.rules.before.get(texts[place], ()):
            length = len(phrase)
            if tuple(texts[place : place + length]) == phrase and all(
                self._joins(i) for i in range(place + 1, place + length)
            ):
                return length
        return 0

    def _joins(self, place: int) -> bool:
        """Whether only a space or a hyphen stands before the token: a comma or a dash parts what is said."""
        gap = self.tokens[place].gap
        return gap == "-" or not gap.strip() or gap + self.tokens[place].text in ("/o", "'t")  # w/o, don't

    def _number_signs(self, texts: list[str]) -> set[int]:
        """Where "no" means number: CAS No. 471-34-1, capsule no 3, UNII no H0G9379FGK."""
        signs = set()
        for i, text in enumerate(texts[:-1]):
            if text != "no" or not any(c.isdecimal() for c in texts[i + 1]):
                continue
            named = i > 0 and texts[i - 1] in self.rules.words["number_words"]
            if named or "." in self.tokens[i + 1].gap or texts[i + 1][0].isdecimal():
                signs.add(i)
        return signs

    def _opens(self, place: int) -> bool:
        return self.tokens[place].gap.strip() == "("

    def _before(self, texts: list[str], start: int, end: int) -> bool:
        """Negates the name that begins at `end`, and those that "or" carries it on to."""
        here = end
        while here < len(texts) and texts[here] in self.rules.words["articles"] and self._longest_from(here) is None:
            here += 1
        reached = self._group_from(here)
        if reached is None or not all(self._joins(i) or self._opens(i) for i in range(end, here + 1)):
            return False
        self.used.update(range(start, here))
        while True:
            if not self._negate(here, reached):
                return False
            if not (reached < len(texts) and texts[reached] in self.rules.words["chain"] and self._joins(reached)):
                return True
            further = self._group_from(reached + 1)
            if further is None or not self._joins(reached + 1):
                return True
            here, reached = reached + 1, further

    def _after(self, texts: list[str], place: int) -> bool:
        """Negates the name that ends at `place`."""
        following = texts[place + 1] if place + 1 < len(texts) else None
        if following in self.rules.words["not_free"]:
            return True  # free of, free flowing: no negation of what stands before; "free of" is a phrase of its own
        start = self._group_to(place)
        if start is None or not (self._joins(place) or self.tokens[place].gap.strip("- ") == ")"):
            return False
        if start - 1 in self._number_signs(texts):
            return False  # "no 471-34-1-free" may be negated twice
        self.used.add(place)
        if following is not None and not LIST_SEPARATOR.search(self.tokens[place + 1].gap):
            explained = any(span.start <= place + 1 < span.end for span in self.spans)
            explained = explained or following in self.rules.words["neutral"] or self._phrase(texts, place + 1) > 0
            if not explained and "(" not in self.tokens[place + 1].gap:
                self.unclear.update(range(start, place))
                return True
        return self._negate(start, place)

    def _negate(self, start: int, end: int) -> bool:
        if self.negated.intersection(range(start, end)):
            return False
        self.negated.update(range(start, end))
        return True

    def _longest_from(self, start: int) -> int | None:
        ends = [span.end for span in self.spans if span.start == start]
        return max(ends) if ends else None

    def _group_from(self, start: int) -> int | None:
        """The end of the name at `start`, with its grade and its synonym in brackets; a plain word counts as a name."""
        end = self._longest_from(start)
        if end is None:
            return start + 1 if start < len(self.tokens) and self._is_plain(start) else None
        while True:
            further = [span.end for span in self.spans if span.start == end and self._belong(start, span)]
            if not further:
                return end
            end = max(further)

    def _group_to(self, end: int) -> int | None:
        """The start of the name that ends at `end`, with the name whose grade or synonym it is."""
        starts = [span.start for span in self.spans if span.end == end]
        if not starts:
            return end - 1 if end > 0 and self._is_plain(end - 1) else None
        start = min(starts)
        while True:
            last = next(span for span in self.spans if span.start == start)
            earlier = [span.start for span in self.spans if span.end == start and self._belong(span.start, last)]
            if not earlier:
                return start
            start = min(earlier)

    def _is_plain(self, place: int) -> bool:
        """Whether a word that is no name can be left out as one is: dye-free, without granules."""
        words = self.rules.words
        text = self.tokens[place].text
        return (
            text in words["neutral"] and text not in words["joint"] and text not in words["articles"] and text != "of"
        )

    def _belong(self, start: int, span: MatchedSpan) -> bool:
        """Whether `span` is a grade of the name at `start`, or its synonym in brackets."""
        first = next(other for other in self.spans if other.start == start)
        gap = self.tokens[span.start].gap
        same = (first.row.family or first.row.of_family or first.row.rule.code) == (
            span.row.family or span.row.of_family or span.row.rule.code
        )
        if not same or LIST_SEPARATOR.search(gap):
            return False
        return "(" in gap or bool(first.row.family)
