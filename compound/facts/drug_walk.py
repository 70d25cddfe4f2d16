"""One walk over the name of a drug: drug, salt and hydrate in it, and what adds nothing; the rest stays unexplained."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from compound.exact.value import Value
from compound.facts.excipients.tokens import cut_into_tokens
from compound.facts.substance import HYDRATES, Substance
from compound.facts.substances_file import load_book

# Compiled where a name holds a digit, which few do: at every start it would take 1 ms.
CAS = r"(?ai)(?<![0-9-])(?:CAS[ :#]*)?(?P<id>[0-9]{2,7}-[0-9]{2}-[0-9])(?![0-9-])"
UNII = r"(?ai)(?<!\w)(?:UNII[ :#]*(?P<said>[0-9A-Z]{10})|(?P<bare>[0-9A-Z]{10}))(?!\w)"
_AMOUNT = r"[0-9]+(?:\.[0-9]+)?[^\W\d_]+"
_DOTS = str.maketrans("·∙•⋅‧*", "      ")  # of a hydrate, which is written in many ways


class LeftOver(Value):
    """A part of a name that names no drug form: what it is, and what is to be written in its place, if anything is."""

    text: str
    kind: str
    write: str = ""


class DrugName(Value):
    """What the words of a name name: drug, salt and waters, "" and 0 where none; and what is left over."""

    drug: str
    salt: str
    waters: int
    numbers: tuple[Substance | None, ...]  # the forms of the CAS numbers and UNIIs in it
    left_over: tuple[LeftOver, ...]
    near: str = ""  # the drug on record, or the word of its form, that a word of it nearly is

    @property
    def form(self) -> Substance | None:
        """The form on record that it names; None for none, and where its numbers name another."""
        named = load_book().named.get((self.drug, self.salt, self.waters)) if self.drug else None
        found = {form for form in (named, *self.numbers) if form is not None}
        if None in self.numbers or len(found) != 1 or (named is None and (self.drug or self.salt or self.waters)):
            return None
        return found.pop()


class NameWalk:
    """One walk over a name: which of its tokens were explained, and as what."""

    def __init__(self, name: str) -> None:
        self.text = unicodedata.normalize("NFC", name).translate(_DOTS)
        self.numbers: list[Substance | None] = []
        self.rest = self._without_numbers()
        self.tokens = cut_into_tokens(self.rest)
        self.texts = [token.text for token in self.tokens]
        self.covered = [False] * len(self.tokens)
        self.read: dict[str, str] = {"drug": "", "salt": "", "hydrate": ""}
        self.twice: list[LeftOver] = []

    def _without_numbers(self) -> str:
        """The name with blanks in the place of its CAS numbers and UNIIs, which are read."""
        identifiers = load_book().identifiers
        text = self.text
        for pattern in (CAS, UNII):
            for match in where_found(pattern, self.text):
                groups = match.groupdict()
                number = (groups.get("id") or groups.get("said") or groups.get("bare") or "").upper()
                if groups.get("bare") and number not in identifiers:
                    continue  # ten letters
                self.numbers.append(identifiers.get(number))
                text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
        return text

    def form_alone(self) -> Substance | None:
        """The form that the name names, if every word of it is explained; what is left over is not looked into."""
        self.read_forms()
        if not (self.read["drug"] or self.numbers):
            return None  # most names are of other things
        self.pass_over_trade_words()
        whole = all(self.covered) and not self.twice and not self.is_other_isomer()
        return self.named().form if whole else None

    def named(self, left_over: tuple[LeftOver, ...] = (), near: str = "") -> DrugName:
        """What the name names, with what is left over in it."""
        waters = HYDRATES[self.read["hydrate"] or "anhydrous"]
        return DrugName(self.read["drug"], self.read["salt"], waters, tuple(self.numbers), left_over, near)

    def run(self) -> bool:
        """Reads the whole name. Says whether every word of it is explained."""
        self.read_forms()
        self.pass_over_trade_words()
        return all(self.covered) and not self.twice and not self.is_other_isomer()

    def read_forms(self) -> None:
        """Reads drug, salt and hydrate, in one word or several."""
        phrases = load_book().phrases
        place = 0
        while place < len(self.tokens):
            length = next(
                (n for n in (4, 3, 2, 1) if tuple(self.texts[place : place + n]) in phrases and place + n <= len(self.texts)), 0
            )
            parts = [phrases[tuple(self.texts[place : place + length])]] if length else _parts_of(self.texts[place])
            for kind, word in parts:
                self._enter(kind, word, place, length or 1)
            if parts:
                self.covered[place : place + (length or 1)] = [True] * (length or 1)
            place += length or 1

    def _enter(self, kind: str, word: str, place: int, length: int) -> None:
        if self.read[kind]:
            what = "stands twice" if self.read[kind] == word else f"is a second {kind}"
            self.twice.append(LeftOver(self.typed(place, place + length), what))
            return
        self.read[kind] = word

    def pass_over_trade_words(self) -> None:
        """Passes over trade descriptions, lot numbers, and the words that join a salt to its drug."""
        if all(self.covered):
            return
        from compound.facts.name_words import name_words

        words = name_words()
        for place, text in enumerate(self.texts):
            for length in (3, 2, 1):
                run = tuple(self.texts[place : place + length])
                if run in words.trade and not any(self.covered[place : place + length]):
                    self.covered[place : place + length] = [True] * len(run)
            if not self.covered[place] and text in words.joints and self._joins(place):
                self.covered[place] = True
            if not self.covered[place] and text in words.lots:
                self._read_lot(place, words.units)

    def _joins(self, place: int) -> bool:
        """Whether words that were read stand on both sides."""
        return 0 < place < len(self.texts) - 1 and self.covered[place - 1] and self.covered[place + 1]

    def _read_lot(self, place: int, units: frozenset[str]) -> None:
        """Passes over a lot number: what follows the word, as far as no space parts it, and holds a digit."""
        start = place + 1
        while start < len(self.texts) and self.texts[start] in ("no", "nr", "number"):
            start += 1
        end = start
        while end < len(self.texts) and (end == start or self.tokens[end].gap in ("-", "/", ".", "")):
            end += 1
        number = self.texts[start:end]
        after = self.texts[end] if end < len(self.texts) else ""
        is_amount = after in units or after == "%" or any(unit_of(text) in units for text in number)
        if any(c.isdecimal() for text in number for c in text) and not is_amount:
            self.covered[place:end] = [True] * (end - place)

    def typed(self, start: int, end: int) -> str:
        """Tokens `start` to `end` as typed, with what stands between them."""
        pieces = [self.tokens[start].original]
        for token in self.tokens[start + 1 : end]:
            pieces += [token.gap, token.original]
        return "".join(pieces)

    def is_other_isomer(self) -> bool:
        """Whether the name states the mirror image that turns light to the right."""
        return "+" in self.rest and re.search(r"\(\s*\+\s*\)|^\s*\+", self.rest) is not None


def _parts_of(word: str) -> list[tuple[str, str]]:
    from compound.facts.drug_words import parts_of  # for a word that is not on record as it stands

    return parts_of(word)


def where_found(pattern: str, text: str) -> Iterator[re.Match[str]]:
    """Where a pattern that needs a digit is found."""
    return re.finditer(pattern, text) if any(character.isdecimal() for character in text) else iter(())


def unit_of(text: str) -> str:
    """The unit of a token that writes number and unit in one (50mg); "" for any other."""
    return text.lstrip("0123456789.") if text[:1].isdecimal() and re.fullmatch(_AMOUNT, text) else ""
