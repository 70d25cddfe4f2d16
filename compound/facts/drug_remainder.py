"""What is left over in the name of a drug: an amount, another source, an excipient, a second substance, a misspelling."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compound.facts import actives
from compound.facts.drug_walk import CAS, UNII, LeftOver, NameWalk, unit_of, where_found
from compound.facts.drug_words import nearest_word
from compound.facts.excipients.judge import FoundName, names_in
from compound.facts.excipients.tokens import NUMBER_TOKEN
from compound.facts.name_words import name_words, other_source
from compound.facts.substances_file import load_book

_RATIO = r"[0-9][0-9,. ]*(?::|/|\bin\b|\bto\b|\bauf\b)[ ]*[0-9][0-9,.]*|\b[dc][0-9]{1,2}\b"


class Remainder:
    """What a walk over a name left unexplained."""

    def __init__(self, walk: NameWalk) -> None:
        self.walk = walk

    def near(self) -> str:
        """The drug on record, or the word of its form, that something unexplained nearly is; "" for none."""
        for start, end in _runs(self.walk.covered):
            for first in range(start, end):
                for last in range(first + 1, min(first + 3, end) + 1):
                    found = nearest_word("".join(self.walk.texts[first:last]))
                    if found and not any(map(_is_another, self.walk.texts[first:last])):
                        return found[1]
        return ""

    def left_over(self) -> Iterator[LeftOver]:
        """What each unexplained part of the name is."""
        yield from self.walk.twice
        yield from self._other_numbers()
        if self.walk.is_other_isomer():
            yield LeftOver("(+)", "is the other mirror image")
        places = [i for i, covered in enumerate(self.walk.covered) if not covered]
        if not places:
            return
        explained = dict(self._explained(places))
        for place in places:
            if place in explained:
                if explained[place].text:
                    yield explained[place]
            elif self.walk.read["drug"] and not (self.walk.texts[place] in name_words().connectives and explained):
                salt = actives.is_salt(self.walk.texts[place])
                kind = "is a salt of which no form is on record" if salt else "could not be placed"
                yield LeftOver(self.walk.typed(place, place + 1), kind)

    def _other_numbers(self) -> Iterator[LeftOver]:
        """Numbers that are on record, and of no drug form."""
        if None not in self.walk.numbers:
            return
        for match in (*where_found(CAS, self.walk.text), *where_found(UNII, self.walk.text)):
            for found in names_in(match[0]):
                yield LeftOver(match[0], _is(found))

    def _explained(self, places: Sequence[int]) -> Iterator[tuple[int, LeftOver]]:
        """What unexplained tokens are, by their places. A run is told once, at its first token."""
        units = name_words().units
        done: set[int] = set()
        folded = self._folded()
        for match in where_found(_RATIO, folded):
            inside = [i for i in places if self.walk.tokens[i].start >= match.start() and self.walk.tokens[i].end <= match.end()]
            for i in inside:
                text = self.walk.rest[match.start() : match.end()] if i == inside[0] else ""
                yield i, LeftOver(text, "is a ratio", '--strength "10 mg/g"')
            done.update(inside)
        for i in places:
            if i in done:
                continue
            text, after = self.walk.texts[i], self.walk.texts[i + 1] if i + 1 < len(self.walk.texts) else ""
            if NUMBER_TOKEN.fullmatch(text) and (after == "%" or after in units):
                yield i, LeftOver(self.walk.typed(i, i + 2), "is a percentage" if after == "%" else "is an amount")
                yield i + 1, LeftOver("", "")
                done |= {i, i + 1}
            elif unit_of(text) in units:
                yield i, LeftOver(self.walk.tokens[i].original, "is an amount")
                done.add(i)
            elif text == "%" or (NUMBER_TOKEN.fullmatch(text) and self.walk.read["drug"]):
                yield i, LeftOver(self.walk.tokens[i].original, "is a percentage" if text == "%" else "is a number")
                done.add(i)
            elif (source := other_source(text)) is not None:
                yield i, LeftOver(self.walk.tokens[i].original, f"means {source.kind}", source.write)
                done.add(i)
        yield from self._substances([i for i in places if i not in done])

    def _substances(self, places: Sequence[int]) -> Iterator[tuple[int, LeftOver]]:
        """Brands, excipients, release words and other active substances among the tokens."""
        done: set[int] = set()
        for found in names_in(self.walk.rest):
            inside = [i for i in places if self.walk.tokens[i].start >= found.start and self.walk.tokens[i].end <= found.end]
            for i in inside:
                text = self.walk.typed(inside[0], inside[-1] + 1) if i == inside[0] else ""
                yield i, LeftOver(text, _is(found))
            done.update(inside)
        first = self.walk.read["drug"]
        for start in places:
            for end in range(min(start + actives.MOST_WORDS_OF_ACTIVE, len(self.walk.texts)), start, -1):
                if start in done or any(i in done or i not in places for i in range(start, end)):
                    continue
                brand = actives.find_brand("".join(self.walk.texts[start:end]))
                active = brand or actives.find_active(self.walk.texts[start:end])
                if active is None:
                    continue
                done.update(range(start, end))
                if brand is not None:
                    yield start, LeftOver(self.walk.typed(start, end), f"is a brand of {active.name}")
                elif first or self.walk.twice:
                    yield start, LeftOver(self.walk.typed(start, end), "is a second active substance")
                elif not first:
                    first = active.name
                    yield start, LeftOver("", "")
                yield from ((i, LeftOver("", "")) for i in range(start + 1, end))

    def _folded(self) -> str:
        """The folded text, each token at its own place."""
        characters = list(" " * (self.walk.tokens[-1].end if self.walk.tokens else 0))
        for token in self.walk.tokens:
            characters[token.start - len(token.gap) : token.start] = token.gap
            characters[token.start : token.end] = token.text.ljust(token.end - token.start)
        return "".join(characters)


def _is_another(word: str) -> bool:
    """Whether a folded word names an active substance other than the drugs on record."""
    active = actives.find_active([word])
    return active is not None and active.name not in load_book().drugs


def _is(found: FoundName) -> str:
    return "is an excipient" if found.names_itself else f"is {found.subject}"


def _runs(covered: Sequence[bool]) -> list[tuple[int, int]]:
    """Where the tokens stand in a row that nothing explains."""
    runs: list[tuple[int, int]] = []
    for place, done in enumerate(covered):
        if done:
            continue
        if runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs
