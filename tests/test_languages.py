"""Every language is one file, and the file is whole: the words of all tables and all sentences, with the same values."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

import compound
from compound import wording
from compound.exact.errors import InputError, ProgramFault
from compound.exact.value import Value, replace
from compound.findings.codes import ENTRIES
from compound.reading import shipped
from compound.wording import language_file
from compound.wording.catalogue import Sentences, sentences_of
from compound.wording.language import UNTRANSLATED, Language, language
from compound.wording.language_file import LANGUAGES
from compound.wording.notation import Notation

FILES = {code: json.loads(shipped.wording(code)) for code in LANGUAGES}
OTHERS = [code for code in LANGUAGES if code != "en"]
EXPLAINED = [code for code in OTHERS if "meaning" in FILES[code]["findings"]["capacity-not-given"]]
MODULES = [importlib.import_module(f"compound.wording.{found.name}") for found in pkgutil.iter_modules(wording.__path__)]
# Every kind of table that the room defines.
TABLES = [kind for module in MODULES for name, kind in vars(module).items()
          if name.endswith("Words") and kind.__module__ == module.__name__]  # fmt: skip
# What a language states only where it has such a form.
OF_SOME = {"first_day", "one_below"}


def texts_of(value: Any, place: str = "") -> dict[str, str]:
    """Every text within lists and objects, by its place."""
    if isinstance(value, str):
        return {place: value}
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    return {where: text for key, part in parts for where, text in texts_of(part, f"{place}.{key}").items()}


def values_in(sentence: str) -> set[tuple[str, str]]:
    """The placeholders of a sentence with their kinds; the forms of words that go with a count are each language's own."""
    found = ((name, kind or "") for _, name, kind, _ in Formatter().parse(sentence) if name is not None)
    return {(name, kind) for name, kind in found if "|" not in kind}


def values_by_place(texts: dict[str, str]) -> dict[str, set[tuple[str, str]]]:
    return {place: values_in(text) for place, text in texts.items()}


def test_every_file_of_a_language_is_on_the_list() -> None:
    folder = Path(compound.__file__).parent / "wording" / "languages"

    assert {f"{code}.json" for code in LANGUAGES} == {path.name for path in folder.iterdir()}


def test_a_code_that_is_no_language_is_refused() -> None:
    with pytest.raises(InputError, match="'xx' is none of en, de"):
        language("xx")


@pytest.mark.parametrize("code", LANGUAGES)
class TestTables:
    """Each table of words holds every word of its kind, and no other."""

    @pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
    def test_a_table_has_the_fields_of_its_kind(self, code: str, kind: type[Value]) -> None:
        assert [*kind._fields] == [*FILES[code]["words"][kind.__name__]]

    def test_there_is_no_other_table(self, code: str) -> None:
        assert sorted(kind.__name__ for kind in TABLES) == sorted(FILES[code]["words"])

    def test_its_notation_names_the_source_of_its_rules(self, code: str) -> None:
        assert 40 < len(FILES[code]["notation"]["source"])

    def test_no_word_is_empty(self, code: str) -> None:
        assert [] == [place for place, text in texts_of(FILES[code]["words"]).items() if not text.strip()]


@pytest.mark.parametrize("code", OTHERS)
class TestWhole:
    """A language that is not whole does not pass."""

    def test_notation_has_the_keys_of_the_english_one(self, code: str) -> None:
        assert set(FILES["en"]["notation"]) == set(FILES[code]["notation"]) - OF_SOME
        assert 12 == len(set(FILES[code]["notation"]["months"]))

    def test_words_hold_the_same_values(self, code: str) -> None:
        english, other = (values_by_place(texts_of(FILES[one]["words"])) for one in ("en", code))

        assert english == other

    def test_findings_hold_the_same_values(self, code: str) -> None:
        english = {f".{finding}.{part}": said[part] for finding, said in FILES["en"]["findings"].items()
                   for part in ("title", "message", "remedy")}  # fmt: skip
        explained = re.compile(r"\.(meaning|cause|source)$")
        other = {place: text for place, text in texts_of(FILES[code]["findings"]).items() if not explained.search(place)}

        assert values_by_place(english) == values_by_place(other)

    def test_parts_hold_the_same_values(self, code: str) -> None:
        assert values_by_place(texts_of(FILES["en"]["parts"])) == values_by_place(texts_of(FILES[code]["parts"]))

    @pytest.mark.parametrize("section", ["vessels", "names", "texts", "phrases", "openings", "endings"])
    def test_names_and_phrases_are_those_that_every_language_has(self, code: str, section: str) -> None:
        assert set(FILES["de"][section]) == set(FILES[code][section])

    def test_no_text_holds_a_symbol_for_a_microgram_or_a_number_of_the_english_notation(self, code: str) -> None:
        said = texts_of({name: part for name, part in FILES[code].items() if name not in ("about", "notation")})
        wrong = re.compile(r"[µμ]g|\bmcg\b|\b[0-9]+ ng\b|(?<![0-9.])[0-9]+\.[0-9]+(?![0-9.])")
        cited = (".phrases.", ".texts.")  # numbers of chapters, monographs and versions

        assert {} == {place: text for place, text in said.items()
                      if wrong.search(text) and not (place.startswith(cited) or place.endswith(".source"))}  # fmt: skip


class TestExplained:
    """What a finding means, its cause and its source, in a language that has them and in one that has not."""

    ENTRY = ENTRIES["capacity-not-given"]

    def test_english_has_them_without_a_mark(self) -> None:
        assert sentences_of(self.ENTRY) == language("en").sentences(self.ENTRY)

    @pytest.mark.parametrize("code", EXPLAINED)
    def test_a_language_that_has_them_has_its_own(self, code: str) -> None:
        assert Sentences(**FILES[code]["findings"][self.ENTRY.code]) == language(code).sentences(self.ENTRY)

    @pytest.mark.parametrize("lacking", ["meaning", "cause", "source"])
    def test_what_a_language_lacks_is_english_with_its_mark(self, lacking: str) -> None:
        own = Sentences(**FILES["de"]["findings"][self.ENTRY.code] | {lacking: ""})
        said = Language(Notation("de"), {self.ENTRY.code: own}).sentences(self.ENTRY)

        assert replace(own, **{lacking: UNTRANSLATED + getattr(sentences_of(self.ENTRY), lacking)}) == said

    def test_a_finding_that_a_language_lacks_is_english_in_every_part(self) -> None:
        english = sentences_of(self.ENTRY)
        marked = {part: UNTRANSLATED + getattr(english, part) for part in Sentences._fields}

        assert Sentences(**marked) == Language(Notation("de")).sentences(self.ENTRY)

    def test_a_line_of_the_guide_that_a_language_lacks_is_english_with_its_mark(self) -> None:
        assert "[English] A first plan." == Language(Notation("de")).topic("plan", "A first plan.")


def test_a_table_that_lacks_a_word_is_a_fault_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lacking(Value, kw_only=True):
        word: str

    with pytest.raises(ProgramFault, match=r"en\.json: Lacking lacks 'word'"):
        language_file.table("en", Lacking)
