"""The languages of what is printed: notation, words, and the sentences of the findings.

English sentences stand in the catalogue, German ones in data/findings.de.json, with the same values in them. Where a
translation is missing the English sentence is printed with the mark `[English]`, so that it is never taken for granted;
its numbers stay in the notation of the sheet, for `1,000 mg` is 1 mg to a German reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from compound import notation, words
from compound.errors import InputError
from compound.finding import Entry, Finding, NotChecked
from compound.notation import LANGUAGES, Notation
from compound.words import Words

UNTRANSLATED = "[English] "


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of a finding in a language other than English: those of an entry of the catalogue."""

    title: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its notation, the words of the rows, and its sentences for the findings.

    `findings` holds the sentences by code, `texts` the names and fixed words that stand in values, keyed by the English
    ones in lower case, and `endings` those at the end of an item of a list. English has none of them.
    """

    notation: Notation
    words: Words
    findings: Mapping[str, Sentences] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    endings: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code of the language, "en" or "de"."""
        return self.notation.language

    def title(self, entry: Entry) -> str:
        """The title of a finding."""
        sentences = self._sentences(entry)
        return self._marked(entry, entry.title if sentences is None else sentences.title)

    def message(self, said: Finding | NotChecked) -> str:
        """What a finding says, or why something was not checked, with its values in place."""
        sentences = self._sentences(said.entry)
        template = said.entry.message if sentences is None else sentences.message
        return self._marked(said.entry, self.notation.filled(template, said.values, self.text))

    def remedy(self, said: Finding | NotChecked) -> str:
        """The cure of a finding, with its values in place."""
        sentences = self._sentences(said.entry)
        template = said.entry.remedy if sentences is None else sentences.remedy
        return self._marked(said.entry, self.notation.filled(template, said.values, self.text))

    def text(self, english: str) -> str:
        """A name or a fixed word: that of a substance, a vessel, a class. What is not known stays as it is."""
        if not self.texts:
            return english
        if (known := self.texts.get(english.casefold())) is not None:
            return known
        name, _, number = english.rpartition(" ")
        if number.isdecimal() and number.isascii() and (known := self.texts.get(name)) is not None:
            return f"{known} {number}"
        return "; ".join(self._item(item) for item in english.split("; "))

    def _item(self, english: str) -> str:
        if (known := self.texts.get(english.casefold())) is not None:
            return known
        for ending, translated in self.endings.items():
            if english.endswith(ending):
                return english.removesuffix(ending) + translated
        return english

    def _sentences(self, entry: Entry) -> Sentences | None:
        return self.findings.get(entry.code)

    def _marked(self, entry: Entry, sentence: str) -> str:
        missing = self.code != "en" and entry.code not in self.findings
        return UNTRANSLATED + sentence if missing else sentence


ENGLISH = Language(notation.ENGLISH, words.ENGLISH)


def language(code: str) -> Language:
    """The language of a code. Raises InputError for a code that is none of LANGUAGES."""
    if code == "en":
        return ENGLISH
    if code == "de":
        return _german()
    raise InputError("language", f"{code!r} is none of {', '.join(LANGUAGES)}")


@cache
def _german() -> Language:
    import json

    from compound import data

    content = json.loads(data.read("findings.de.json"))
    findings = {code: Sentences(**sentences) for code, sentences in content["findings"].items()}
    known = content["vessels"] | content["names"] | content["texts"]
    texts = {english.casefold(): german for english, german in known.items()}
    return Language(notation.GERMAN, words.GERMAN, findings, texts, content["endings"])
