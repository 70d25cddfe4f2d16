"""What is typed as the drug becomes a form on record, or stops: every word of a name is explained, or it does not pass.

A name is walked once. Drug, salt and hydrate are found in the languages of the data file, in one word or several; trade
descriptions that add nothing are passed over. Whatever is left over names something else: an amount, another source, a
brand, an excipient, a release word, a second substance. A likely misspelling is shown, and never used.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from compound.exact.errors import InputError
from compound.exact.value import Value
from compound.facts import actives
from compound.facts.drug_words import nearest_word, parts_of
from compound.facts.excipients.tokens import NUMBER_TOKEN, cut_into_tokens
from compound.facts.lot import NOT_CONVERTIBLE
from compound.facts.name_words import name_words, other_source
from compound.facts.substance import HYDRATES, Substance, cas_check_digit, unii_check_character
from compound.facts.substances import forms_of
from compound.facts.substances_file import load_book
from compound.reading.text import LONGEST_NAME, refuse_unprintable, shown

if TYPE_CHECKING:  # the rules on excipients are loaded only for what is left over in a name
    from compound.facts.excipients.judge import FoundName

# Compiled where a name holds a digit, which few do: at every start it would take 1 ms.
_CAS = r"(?ai)(?<![0-9-])(?:CAS[ :#]*)?(?P<id>[0-9]{2,7}-[0-9]{2}-[0-9])(?![0-9-])"
_UNII = r"(?ai)(?<!\w)(?:UNII[ :#]*(?P<said>[0-9A-Z]{10})|(?P<bare>[0-9A-Z]{10}))(?!\w)"
_AMOUNT = r"[0-9]+(?:\.[0-9]+)?[^\W\d_]+"
_RATIO = r"[0-9][0-9,. ]*(?::|/|\bin\b|\bto\b|\bauf\b)[ ]*[0-9][0-9,.]*|\b[dc][0-9]{1,2}\b"
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


def find_substance(name: str) -> Substance | None:
    """The drug form of this name, or None: what names no form, holds more, or is not known, is never guessed.

    Case, spaces and the separators of a hydrate are free, HCl stands for hydrochloride, and a CAS number or a UNII is a
    name too. A drug alone (`naltrexone`) names no form.
    """
    if len(name) > LONGEST_NAME:
        return None
    return _Walk(name).form_alone()


def resolve(name: str, where: str) -> Substance | None:
    """The drug form of this name, or None for a drug that is truly other than those on record.

    Raises InputError for a known drug without its form (it names the forms to choose from), for a likely misspelling,
    for a name that holds more than drug and form, and for a CAS number or a UNII whose check digit is wrong.
    """
    named = _readable(name, where)
    _refuse_wrong_numbers(named, where)
    read = read_drug_name(named)
    if read.near:
        raise InputError(where, f"{shown(named)} is not on record; is {read.near} meant? Type the name again")
    if read.left_over:
        raise InputError(where, _more_than_a_drug(named, read))
    if read.form is not None:
        return read.form
    if read.numbers and (read.drug or len(set(read.numbers)) > 1):
        raise InputError(where, f"{shown(named)} names one form and gives the number of another; which of them is meant?")
    if read.drug and not read.salt:
        raise InputError(where, f"{named} names no form; write {_choice(read.drug)}")
    if read.drug:
        raise InputError(where, f"{shown(named)} is no form of {read.drug} on record; write {_choice(read.drug)}")
    if (read.salt or read.waters) and not _unplaced(named):
        raise InputError(where, f"{shown(named)} names no drug; write one such as naltrexone hydrochloride")
    return None


def read_dose_as(name: str, shelf: Substance | None, where: str = "--dose-as") -> Substance:
    """The form the dose is expressed in: a full name, or the form alone (`base`) of the drug on the shelf.

    Raises InputError for any other, and where the drug on the shelf is not known.
    """
    if shelf is None:
        raise InputError(where, NOT_CONVERTIBLE)
    named = _readable(name, where)
    read = read_drug_name(named)
    of_shelf = not (read.drug or read.numbers or read.left_over)
    form = find_substance(f"{shelf.drug} {named}") if of_shelf else resolve(named, where)
    if form is None or form.drug != shelf.drug:
        raise InputError(where, f"{shown(named)} is not a known form of {shelf.drug}; write {_choice(shelf.drug)}")
    return form


def _readable(name: str, where: str) -> str:
    named = name.strip(" ")
    if not named:
        raise InputError(where, "no drug is named; write one such as naltrexone hydrochloride")
    if len(named) > LONGEST_NAME:
        raise InputError(where, f"a name of {len(named)} characters is longer than {LONGEST_NAME}")
    refuse_unprintable(named, where)
    if not (any(character.isalpha() for character in named) or re.search(_CAS, named)):
        raise InputError(where, f"{shown(named)} holds no letter; write a drug with its form, such as naltrexone hydrochloride")
    return named


def _refuse_wrong_numbers(named: str, where: str) -> None:
    for match in _found(_CAS, named):
        if match["id"][-1] != (digit := cas_check_digit(match["id"])):
            raise InputError(where, f"{shown(match['id'])} is not a CAS number: its last digit would have to be {digit}")
    for match in _found(_UNII, named):
        # Without the word UNII before it, ten letters are a name: naltrexone has ten.
        unii = (match["said"] or "").upper()
        if unii and unii[-1] != (character := unii_check_character(unii)):
            raise InputError(where, f"{shown(unii)} is not a UNII: its last character would have to be {character}")


def _choice(drug: str) -> str:
    names = [form.name for form in forms_of(drug)]
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _more_than_a_drug(named: str, read: DrugName) -> str:
    parts = "; ".join(f"{shown(part.text)} {part.kind}" for part in read.left_over)
    writes = list(dict.fromkeys(part.write for part in read.left_over if part.write))
    forms = _choice(read.drug) if read.drug else "such as naltrexone hydrochloride"
    if read.form is not None:
        forms = read.form.name
    joined = f", and {' or '.join(writes)}" if writes else ""
    return f"{shown(named)} says more than a drug and its form: {parts}. Write the drug alone, {forms}{joined}"


# The walk over a name.


class _Walk:
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
        for pattern in (_CAS, _UNII):
            for match in _found(pattern, self.text):
                groups = match.groupdict()
                number = (groups.get("id") or groups.get("said") or groups.get("bare") or "").upper()
                if groups.get("bare") and number not in identifiers:
                    continue  # ten letters
                self.numbers.append(identifiers.get(number))
                text = text[: match.start()] + " " * (match.end() - match.start()) + text[match.end() :]
        return text

    def form_alone(self) -> Substance | None:
        """The form that the name names, if every word of it is explained; what is left over is not looked into."""
        self._read_forms()
        if not (self.read["drug"] or self.numbers):
            return None  # most names are of other things
        self._pass_over_trade_words()
        if not all(self.covered) or self.twice or self._is_other_isomer():
            return None
        return self._named().form

    def _named(self, left_over: tuple[LeftOver, ...] = (), near: str = "") -> DrugName:
        waters = HYDRATES[self.read["hydrate"] or "anhydrous"]
        return DrugName(self.read["drug"], self.read["salt"], waters, tuple(self.numbers), left_over, near)

    def run(self) -> DrugName:
        """The name as it was read."""
        self._read_forms()
        self._pass_over_trade_words()
        near = self._near()
        return self._named(() if near else tuple(self._left_over()), near)

    def _read_forms(self) -> None:
        phrases = load_book().phrases
        place = 0
        while place < len(self.tokens):
            length = next(
                (n for n in (4, 3, 2, 1) if tuple(self.texts[place : place + n]) in phrases and place + n <= len(self.texts)), 0
            )
            parts = [phrases[tuple(self.texts[place : place + length])]] if length else parts_of(self.texts[place])
            for kind, word in parts:
                self._enter(kind, word, place, length or 1)
            if parts:
                self.covered[place : place + (length or 1)] = [True] * (length or 1)
            place += length or 1

    def _enter(self, kind: str, word: str, place: int, length: int) -> None:
        if self.read[kind]:
            what = "stands twice" if self.read[kind] == word else f"is a second {kind}"
            self.twice.append(LeftOver(self._typed(place, place + length), what))
            return
        self.read[kind] = word

    def _pass_over_trade_words(self) -> None:
        words = name_words() if not all(self.covered) else None
        if words is None:
            return
        for place, text in enumerate(self.texts):
            for length in (3, 2, 1):
                run = tuple(self.texts[place : place + length])
                if run in words.trade and not any(self.covered[place : place + length]):
                    self.covered[place : place + length] = [True] * len(run)
            if not self.covered[place] and text in words.joints and self._joins(place):
                self.covered[place] = True
            if not self.covered[place] and text in words.lots:
                self._read_lot(place)

    def _joins(self, place: int) -> bool:
        """Whether words that were read stand on both sides."""
        return 0 < place < len(self.texts) - 1 and self.covered[place - 1] and self.covered[place + 1]

    def _read_lot(self, place: int) -> None:
        """Passes over a lot number: what follows the word, as far as no space parts it, and holds a digit."""
        start = place + 1
        while start < len(self.texts) and self.texts[start] in ("no", "nr", "number"):
            start += 1
        end = start
        while end < len(self.texts) and (end == start or self.tokens[end].gap in ("-", "/", ".", "")):
            end += 1
        number = self.texts[start:end]
        after = self.texts[end] if end < len(self.texts) else ""
        units = name_words().units
        is_amount = after in units or after == "%" or any(_unit_of(text) in units for text in number)
        if any(c.isdecimal() for text in number for c in text) and not is_amount:
            self.covered[place:end] = [True] * (end - place)

    def _typed(self, start: int, end: int) -> str:
        """Tokens `start` to `end` as typed, with what stands between them."""
        first, last = self.tokens[start], self.tokens[end - 1]
        pieces = [first.original]
        for token in self.tokens[start + 1 : end]:
            pieces += [token.gap, token.original]
        return "".join(pieces) if last else ""

    def _is_other_isomer(self) -> bool:
        return "+" in self.rest and re.search(r"\(\s*\+\s*\)|^\s*\+", self.rest) is not None

    # What is left over.

    def _near(self) -> str:
        """The drug on record, or the word of its form, that something unexplained nearly is; "" for none."""
        for start, end in _runs(self.covered):
            for first in range(start, end):
                for last in range(first + 1, min(first + 3, end) + 1):
                    found = nearest_word("".join(self.texts[first:last]))
                    if found and not any(map(_is_another, self.texts[first:last])):
                        return found[1]
        return ""

    def _left_over(self) -> Iterator[LeftOver]:
        yield from self.twice
        yield from self._other_numbers()
        if self._is_other_isomer():
            yield LeftOver("(+)", "is the other mirror image")
        places = [i for i, covered in enumerate(self.covered) if not covered]
        if not places:
            return
        explained = dict(self._explained(places))
        for place in places:
            if place in explained:
                if explained[place].text:
                    yield explained[place]
            elif self.read["drug"] and not (self.texts[place] in name_words().connectives and explained):
                salt = actives.is_salt(self.texts[place])
                kind = "is a salt of which no form is on record" if salt else "could not be placed"
                yield LeftOver(self._typed(place, place + 1), kind)

    def _other_numbers(self) -> Iterator[LeftOver]:
        """Numbers that are on record, and of no drug form."""
        if None not in self.numbers:
            return
        from compound.facts.excipients.judge import names_in

        for match in (*_found(_CAS, self.text), *_found(_UNII, self.text)):
            for found in names_in(match[0]):
                yield LeftOver(match[0], _is(found))

    def _explained(self, places: Sequence[int]) -> Iterator[tuple[int, LeftOver]]:
        """What unexplained tokens are, by their places. A run is told once, at its first token."""
        units = name_words().units
        done: set[int] = set()
        folded = self._folded()
        for match in _found(_RATIO, folded):
            inside = [i for i in places if self.tokens[i].start >= match.start() and self.tokens[i].end <= match.end()]
            for i in inside:
                yield i, LeftOver(self.rest[match.start() : match.end()] if i == inside[0] else "", "is a ratio", '--strength "10 mg/g"')
            done.update(inside)
        for i in places:
            if i in done:
                continue
            text, after = self.texts[i], self.texts[i + 1] if i + 1 < len(self.texts) else ""
            if NUMBER_TOKEN.fullmatch(text) and (after == "%" or after in units):
                yield i, LeftOver(self._typed(i, i + 2), "is a percentage" if after == "%" else "is an amount")
                yield i + 1, LeftOver("", "")
                done |= {i, i + 1}
            elif _unit_of(text) in units:
                yield i, LeftOver(self.tokens[i].original, "is an amount")
                done.add(i)
            elif text == "%" or (NUMBER_TOKEN.fullmatch(text) and self.read["drug"]):
                yield i, LeftOver(self.tokens[i].original, "is a percentage" if text == "%" else "is a number")
                done.add(i)
            elif (source := other_source(text)) is not None:
                yield i, LeftOver(self.tokens[i].original, f"means {source.kind}", source.write)
                done.add(i)
        yield from self._substances([i for i in places if i not in done])

    def _substances(self, places: Sequence[int]) -> Iterator[tuple[int, LeftOver]]:
        """Brands, excipients, release words and other active substances among the tokens."""
        from compound.facts.excipients.judge import names_in  # only for what is left over

        done: set[int] = set()
        for found in names_in(self.rest):
            inside = [i for i in places if self.tokens[i].start >= found.start and self.tokens[i].end <= found.end]
            for i in inside:
                text = self._typed(inside[0], inside[-1] + 1) if i == inside[0] else ""
                yield i, LeftOver(text, _is(found))
            done.update(inside)
        first = self.read["drug"]
        for start in places:
            for end in range(min(start + actives.MOST_WORDS_OF_ACTIVE, len(self.texts)), start, -1):
                if start in done or any(i in done or i not in places for i in range(start, end)):
                    continue
                brand = actives.find_brand("".join(self.texts[start:end]))
                active = brand or actives.find_active(self.texts[start:end])
                if active is None:
                    continue
                done.update(range(start, end))
                if brand is not None:
                    yield start, LeftOver(self._typed(start, end), f"is a brand of {active.name}")
                elif first or self.twice:
                    yield start, LeftOver(self._typed(start, end), "is a second active substance")
                elif not first:
                    first = active.name
                    yield start, LeftOver("", "")
                yield from ((i, LeftOver("", "")) for i in range(start + 1, end))

    def _folded(self) -> str:
        """The folded text, each token at its own place."""
        characters = list(" " * (self.tokens[-1].end if self.tokens else 0))
        for token in self.tokens:
            characters[token.start - len(token.gap) : token.start] = token.gap
            characters[token.start : token.end] = token.text.ljust(token.end - token.start)
        return "".join(characters)


def _found(pattern: str, text: str) -> Iterator[re.Match[str]]:
    """Where a pattern that needs a digit is found."""
    return re.finditer(pattern, text) if any(character.isdecimal() for character in text) else iter(())


def _is_another(word: str) -> bool:
    """Whether a folded word names an active substance other than the drugs on record."""
    active = actives.find_active([word])
    return active is not None and active.name not in load_book().drugs


def _is(found: FoundName) -> str:
    return "is an excipient" if found.names_itself else f"is {found.subject}"


def read_drug_name(name: str) -> DrugName:
    """What a name names, and what is left over in it."""
    return _Walk(name).run()


def _unplaced(named: str) -> bool:
    """Whether a name holds a word that is neither a salt nor a trade description."""
    walk = _Walk(named)
    walk.run()
    return not all(walk.covered)


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


def _unit_of(text: str) -> str:
    """The unit of a token that writes number and unit in one (50mg); "" for any other."""
    return text.lstrip("0123456789.") if text[:1].isdecimal() and re.fullmatch(_AMOUNT, text) else ""
