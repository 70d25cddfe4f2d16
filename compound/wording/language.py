"""The languages of what is printed: notation, words, and the sentences of the findings.

Sentences stand in sentences/en.json and sentences/de.json, with the same values in them. Where a
translation is missing the English sentence is printed with the mark `[English]`, so that it is never taken for granted;
its numbers stay in the notation of the sheet, for `1,000 mg` is 1 mg to a German reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from compound.exact.errors import InputError
from compound.exact.value import Value, field
from compound.findings.finding import Entry, Finding, NotChecked
from compound.wording import notation, words
from compound.wording.catalogue import Sentences, joined, parts, sentences_of
from compound.wording.notation import LANGUAGES, Notation
from compound.wording.shelf_names import ShelfName, read_shelf_name
from compound.wording.words import Words

UNTRANSLATED = "[English] "


# Values that are sentences of the tool itself. Others are names, citations or what a user wrote, and are printed as they
# are where no translation of them is known.
PROSE = ("message", "caution", "evidence", "reason", "sentence")

# Between the phrases of such a sentence: names, and the few words that join them.
_NAME = "[^:;?“”]{1,80}"
_QUOTED = "“[^”]*”"
_JOINTS = (
    (re.compile(r"(|; |: |, |in |; in |; caution: in )"), "{0}"),
    (re.compile(f" is ({_NAME}): "), " ist {1}: "),
    (re.compile(rf"(; |: )did you mean ({_NAME})\? ?"), "{1}gemeint {2}? "),
    (re.compile(f"(|; )({_NAME}): "), "{1}{2}: "),
    (re.compile(f"; caution: ({_NAME}): "), "; Vorsicht: {1}: "),
)


class Language(Value):
    """A language: its notation, the words of the rows, and its sentences for the findings.

    `findings` holds the sentences by code, `texts` the names and fixed words that stand in values, keyed by the English
    ones in lower case, `phrases` those that sentences in values are made of, and `endings` those at the end of an item
    of a list. `rules` are the codes of the rules on excipients that come with the tool. English has none of them.
    """

    notation: Notation
    words: Words
    findings: Mapping[str, Sentences] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    phrases: Mapping[str, str] = field(default_factory=dict)
    endings: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """The code of the language, "en" or "de"."""
        return self.notation.language

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

    def _said(self, said: Finding | NotChecked, template: str) -> str:
        values = joined(said.values, self.parts or parts(), self.notation)
        if self.code == "en":
            return self.notation.filled(template, values)
        # What a pharmacy wrote into its own rules on excipients is printed as it stands.
        own = said.values.get("rule", "") not in (*self.rules, "")
        for name, value in values.items():
            if isinstance(value, str) and isinstance(said.values[name], str):
                values[name] = self.prose(value) if name in PROSE and not own else self.text(value)
        return self._marked(said.entry, self.notation.filled(template, values))

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

    def prose(self, english: str) -> str:
        """A sentence that the tool made of known phrases, names and quoted text; marked where a part is not known."""
        if not self.texts:
            return english
        if (known := self.texts.get(english.casefold())) is not None:
            return known
        # The longest phrase first: one may begin like another.
        phrases = sorted(self.phrases, key=len, reverse=True)
        parts = re.split(f"({'|'.join([_QUOTED, *map(re.escape, phrases)])})", english)
        found = []
        for position, part in enumerate(parts):
            said = self.phrases.get(part, f"„{part[1:-1]}“") if position % 2 else self._joint(part)
            if said is None:
                return UNTRANSLATED + english
            found.append(said)
        return "".join(found).strip()

    def _joint(self, english: str) -> str | None:
        for pattern, translated in _JOINTS:
            if match := pattern.fullmatch(english):
                return translated.format(english, *map(self.text, match.groups()))
        return None

    def _marked(self, entry: Entry, sentence: str) -> str:
        missing = self.code != "en" and entry.code not in self.findings
        return UNTRANSLATED + sentence if missing else sentence


ENGLISH = Language(notation.ENGLISH_NOTATION, words.ENGLISH_WORDS)


def language(code: str) -> Language:
    """The language of a code. Raises InputError for a code that is none of LANGUAGES."""
    if code == "en":
        return ENGLISH
    if code == "de":
        return _german()
    raise InputError("language", f"{code!r} is none of {', '.join(LANGUAGES)}")


@cache
def _german() -> Language:
    from compound.reading import shipped
    from compound.reading.json_text import read_shipped

    content = read_shipped(shipped.sentences("de"), "de.json")
    findings = {code: Sentences(**sentences) for code, sentences in content["findings"].items()}
    known = content["vessels"] | content["names"] | content["texts"]
    texts = {english.casefold(): german for english, german in known.items()}
    return Language(
        notation.GERMAN_NOTATION,
        words.GERMAN_WORDS,
        findings,
        texts,
        content["phrases"],
        content["endings"],
        tuple(content["excipient_rules"]),
        content["parts"],
    )
