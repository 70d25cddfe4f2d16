"""The languages of what is printed: notation, words, and the sentences of the findings.

Each language is one file, languages/en.json and its like, with the same values in its sentences. Where the
translation of a value is missing the English words are printed with the mark `[English]`, so that they are never taken
for granted; their numbers stay in the notation of the sheet, for `1,000 mg` is 1 mg to a German reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from compound.exact.errors import InputError
from compound.exact.value import Value, field
from compound.findings.finding import Clause, Entry, Finding, NotChecked
from compound.wording import notation
from compound.wording.catalogue import Sentences, joined, parts, sentences_of
from compound.wording.language_file import LANGUAGES, Table, file_of, table
from compound.wording.notation import Notation
from compound.wording.shelf_names import ShelfName, read_shelf_name
from compound.wording.words import Words

UNTRANSLATED = "[English] "


# Values that are phrases of the tool itself: those must be translated. Others are names, citations or what a user wrote,
# and are printed as they are where no translation of them is known.
PHRASES = ("because", "caution", "evidence", "reason", "sentence")
# Within a clause: what a user wrote, which no language touches.
VERBATIM = ("matched", "own")


_RULE = re.compile(r" \([^()]*\{rule\}[^()]*\)$")


class Language(Value):
    """A language: its notation, its tables of words, and its sentences for the findings.

    `findings` holds the sentences by code, `texts` the names and fixed words that stand in values, keyed by the English
    ones in lower case, `phrases` those that the data state a reason or an evidence in, `openings` those at the start of a
    name, and `endings` those at the end of an item of a list; `blanks` the names of the values in a sentence that is shown
    without them, `topics` the lines of the guide's list, and `longer` the remarks that the lists of drugs and doses print. English has
    none of them.
    """

    notation: Notation
    findings: Mapping[str, Sentences] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    openings: Mapping[str, str] = field(default_factory=dict)
    endings: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, str] = field(default_factory=dict)
    blanks: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    longer: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code of the language, such as "de"."""
        return self.notation.language

    def table(self, kind: type[Table]) -> Table:
        """The words of one kind, such as those of the rows of a plan."""
        return table(self.code, kind)

    @property
    def words(self) -> Words:
        """The words of the rows that a sheet or a record prints."""
        return table(self.code, Words)

    def sentences(self, entry: Entry) -> Sentences:
        """All that the catalogue says of a finding; what the language has not is English, with the mark of it."""
        english, own = sentences_of(entry), self.findings.get(entry.code)
        if self.code == "en":
            return english
        return Sentences(**{
            part: getattr(own, part, "") or UNTRANSLATED + getattr(english, part) for part in Sentences._fields
        })  # fmt: skip

    def blank(self, value: str) -> str:
        """The name of a value, where a sentence is shown without it; as it stands in the sentence where it has no other."""
        return self.blanks.get(value, value)

    def topic(self, topic: str, english: str) -> str:
        """The line of a page of the guide; the English one with its mark where the language has none."""
        return english if self.code == "en" else self.topics.get(topic) or UNTRANSLATED + english

    def title(self, entry: Entry) -> str:
        """The title of a finding."""
        sentences = self.findings.get(entry.code)
        return self._marked(entry, (sentences or sentences_of(entry)).title)

    def message(self, said: Finding | NotChecked) -> str:
        """What a finding says, or why something was not checked, with its values in place."""
        sentences = self.findings.get(said.entry.code)
        return self._said(said, (sentences or sentences_of(said.entry)).message)

    def remedy(self, said: Finding | NotChecked) -> str:
        """The cure of a finding, with its values in place."""
        sentences = self.findings.get(said.entry.code)
        return self._said(said, (sentences or sentences_of(said.entry)).remedy)

    def message_without_rule(self, said: Finding) -> str:
        """What a finding says, but for the clause at its end that names the rule with its evidence and source."""
        sentences = self.findings.get(said.entry.code)
        return self._said(said, _RULE.sub("", (sentences or sentences_of(said.entry)).message))

    def sentence(self, said: Finding | NotChecked, template: str) -> str:
        """A sentence on a finding that is none of its own, with the finding's values in place."""
        return self._said(said, template)

    def clauses(self, clauses: tuple[Clause, ...]) -> str:
        """Clauses that are each a sentence, in one line of text."""
        named = self._own if self.code == "en" else self._named
        return str(joined({"says": clauses}, parts() if self.code == "en" else self.parts, self.notation, named)["says"])

    @staticmethod
    def _own(_name: str, english: str) -> str:
        return english

    def _said(self, said: Finding | NotChecked, template: str) -> str:
        if self.code == "en":
            return self.notation.filled(template, joined(said.values, parts(), self.notation))
        values = joined(said.values, self.parts, self.notation, self._named)
        values |= {name: self._named(name, value) for name, value in said.values.items() if isinstance(value, str)}
        return self._marked(said.entry, self.notation.filled(template, values))

    def _named(self, name: str, english: str) -> str:
        """The text of a value under its name."""
        if name in VERBATIM:
            return english
        return self.phrase(english) if name in PHRASES else self.text(english)

    def text(self, english: str) -> str:
        """A name or a fixed word: that of a substance, a vessel, a class. What is not known stays as it is."""
        if (container := read_shelf_name(english)) is not None:
            return self._container(container)
        if not self.texts:
            return english
        if (known := self.texts.get(english.casefold())) is not None:
            return known
        name, _, number = english.rpartition(" ")
        if number.isdecimal() and number.isascii() and (known := self.texts.get(name)) is not None:
            return f"{known} {number}"
        for opening, translated in self.openings.items():
            if english.startswith(opening):
                return translated + self.text(english.removeprefix(opening))
        return "; ".join(self._item(item) for item in english.split("; "))

    def material(self, english: str) -> str:
        """The name of what is weighed; that of a container which is not the pure drug says that it is not."""
        name = self.text(english)
        return name if read_shelf_name(english) is None else self.words.not_the_drug.format(name=name)

    def _container(self, container: ShelfName) -> str:
        words, drug, mg = self.words, self.text(container.substance), self.notation.number(container.mg)
        if container.mass_mg is None:
            name = words.trituration_of.format(drug=drug, strength=mg)
        else:
            name = words.tablets_of.format(drug=drug, dose=mg, mass=self.notation.number(container.mass_mg))
        return name if container.lot is None else words.of_lot.format(name=name, lot=container.lot)

    def _item(self, english: str) -> str:
        if (known := self.texts.get(english.casefold())) is not None:
            return known
        for ending, translated in self.endings.items():
            if english.endswith(ending):
                return english.removesuffix(ending) + translated
        return english

    def phrase(self, english: str) -> str:
        """A phrase of the tool itself, or several parted by semicolons; marked where it is not known."""
        if not self.texts:
            return english
        found = self._known(english)
        if found is None:
            parts = [self._known(part) for part in english.split("; ")]
            return UNTRANSLATED + english if None in parts else "; ".join(map(str, parts))
        return found

    def prose(self, english: str) -> str:
        """A remark of the lists of drugs and doses; the English one with its mark where the language has none."""
        return english if self.code == "en" or not english else self.longer.get(english) or self.phrase(english)

    def _known(self, english: str) -> str | None:
        return self.phrases.get(english, self.texts.get(english.casefold()))

    def _marked(self, entry: Entry, sentence: str) -> str:
        missing = self.code != "en" and entry.code not in self.findings
        return UNTRANSLATED + sentence if missing else sentence


ENGLISH = Language(notation.ENGLISH_NOTATION)


@cache
def language(code: str) -> Language:
    """The language of a code. Raises InputError for a code that is none of LANGUAGES."""
    if code not in LANGUAGES:
        raise InputError("language", f"{code!r} is none of {', '.join(LANGUAGES)}")
    if code == "en":
        return ENGLISH
    known = file_of(code)
    findings = {finding: Sentences(**sentences) for finding, sentences in known["findings"].items()}
    texts = {english.casefold(): text for part in ("vessels", "names", "texts") for english, text in known[part].items()}
    return Language(
        Notation(code), findings, texts, known["phrases"], known["openings"], known["endings"], known["parts"],
        blanks=known.get("blanks", {}), topics=known.get("topics", {}),
        longer=known.get("prose", {}),
    )  # fmt: skip
