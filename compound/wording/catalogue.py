"""What findings say in English: title, message, cure, meaning, cause and source of every code, from languages/en.json."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from compound.exact.value import Value
from compound.findings.finding import Clause, Entry, Finding, NotChecked, Said
from compound.wording import notation
from compound.wording.language_file import file_of
from compound.wording.notation import Notation


class Sentences(Value):
    """The sentences of a finding in one language; meaning, cause and source are those that `compound explain` prints.

    Where a language has none of these they are empty.
    Message and remedy are templates: `{least:mass}` stands for the value `least`, printed as a mass.
    """

    title: str
    message: str
    remedy: str
    meaning: str = ""
    cause: str = ""
    source: str = ""


def parts() -> Mapping[str, str]:
    """The English words of the clauses that values are made of, by code."""
    found: Mapping[str, str] = file_of("en")["parts"]
    return found


def joined(
    values: Mapping[str, Said],
    words: Mapping[str, str],
    written: Notation,
    named: Callable[[str, str], str] = lambda name, value: value,
) -> dict[str, Said]:
    """Values with every list of clauses put into the words of one language.

    `named` puts the text of a value within a clause, under its name, into that language.
    """

    def clause(part: Clause) -> str:
        told = {name: named(name, value) if isinstance(value, str) else value for name, value in part.values.items()}
        return written.filled(words[part.code], joined(told, words, written, named))

    return {
        name: ("; " if name in SENTENCES else ", ").join(map(clause, value)) if isinstance(value, tuple) else value
        for name, value in values.items()
    }


# Lists of clauses that are each a sentence, and are parted as such.
SENTENCES = ("message", "says", "evidence")


def clauses_said(clauses: tuple[Clause, ...]) -> str:
    """Clauses that are each a sentence, in English."""
    return str(joined({"says": clauses}, parts(), notation.ENGLISH_NOTATION)["says"])


@cache
def sentences_of(entry: Entry) -> Sentences:
    """What an entry of the catalogue says. Raises KeyError for a code without sentences."""
    return Sentences(**file_of("en")["findings"][entry.code])


def message_of(said: Finding | NotChecked) -> str:
    """What a finding says, or why something was not checked, with its values in place."""
    return _said(sentences_of(said.entry).message, said)


def remedy_of(said: Finding | NotChecked) -> str:
    """The cure of a finding, with its values in place."""
    return _said(sentences_of(said.entry).remedy, said)


def _said(template: str, said: Finding | NotChecked) -> str:
    return notation.filled(template, joined(said.values, parts(), notation.ENGLISH_NOTATION))
