"""What findings say in English: title, message, cure, meaning, cause and source of every code, from sentences/en.json."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from compound.exact.value import Value
from compound.findings.finding import Entry, Finding, NotChecked
from compound.reading import shipped
from compound.wording import notation


class Sentences(Value):
    """The sentences of a finding in one language; only the English ones hold meaning, cause and source.

    Message and remedy are templates: `{least:mass}` stands for the value `least`, printed as a mass.
    """

    title: str
    message: str
    remedy: str
    meaning: str = ""
    cause: str = ""
    source: str = ""


@cache
def _all() -> Mapping[str, Mapping[str, str]]:
    from compound.reading.json_text import read_shipped

    found: Mapping[str, Mapping[str, str]] = read_shipped(shipped.sentences("en"), "en.json")["findings"]
    return found


@cache
def sentences_of(entry: Entry) -> Sentences:
    """What an entry of the catalogue says. Raises KeyError for a code without sentences."""
    return Sentences(**_all()[entry.code])


def message_of(said: Finding | NotChecked) -> str:
    """What a finding says, or why something was not checked, with its values in place."""
    return notation.filled(sentences_of(said.entry).message, said.values)


def remedy_of(said: Finding | NotChecked) -> str:
    """The cure of a finding, with its values in place."""
    return notation.filled(sentences_of(said.entry).remedy, said.values)
