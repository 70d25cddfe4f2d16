"""The keys of an object or table: each refusal has the path of its key and one of a few sentences."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from compound.exact.errors import InputError
from compound.reading.fields import Fields, in_file
from compound.reading.text import key_shown, kind_of, nearest_names


def said(read: Callable[[], object]) -> str:
    """The sentence with which it is refused, with its path."""
    with pytest.raises(InputError) as refused:
        read()
    return str(refused.value)


class TestFields:
    """A key is missing, unknown, or of another kind than expected; its path is that of the file."""

    def test_what_is_there_is_read_as_what_it_must_be(self) -> None:
        fields = Fields({
            "name": " a  b ", "text": " a ", "amount": "1.5", "share": "-1/3", "count": 3, "flag": False, "texts": ["a"],
            "group": {"x": "1"}, "groups": [{"y": "2"}], "role": "drug",
        })  # fmt: skip

        assert ("a b", " a ", "drug") == (fields.name("name"), fields.text("text"), fields.choice("role", ("drug",)))
        assert (Decimal("1.5"), Fraction(-1, 3)) == (fields.number("amount"), fields.fraction("share"))
        assert (3, False, ("a",)) == (fields.count("count"), fields.flag("flag"), fields.texts("texts"))
        assert ("1", "2") == (fields.group("group").text("x"), fields.groups("groups")[0].text("y"))

    @pytest.mark.parametrize(
        ("value", "kind"),
        [("", "text"), (True, "true or false"), (1, "a bare number"), (1.5, "a bare number"), (Decimal(1), "a bare number"),
         ([], "a list"), ({}, "a group of keys"), (None, "nothing"), (date(2026, 1, 1), "a date or time")],
    )  # fmt: skip
    def test_every_kind_of_value_has_its_words(self, value: object, kind: str) -> None:
        assert kind == kind_of(value)

    @pytest.mark.parametrize(
        ("read", "sentence"),
        [
            (lambda f: f.text("none"), "steps[3].none: is missing"),
            (lambda f: f.text("null"), "steps[3].null: is missing"),
            (lambda f: f.text("one"), "steps[3].one: expected text in quotation marks, found a bare number"),
            (lambda f: f.text("blank"), "steps[3].blank: is empty"),
            (lambda f: f.text("long", longest=3), "steps[3].long: a text of 4 characters is longer than 3"),
            (lambda f: f.text("odd"), "steps[3].odd: invisible character U+0007 at position 2"),
            (lambda f: f.name("list"), "steps[3].list: expected text in quotation marks, found a list"),
            (lambda f: f.number("one"), "steps[3].one: expected a number written as text, found a bare number"),
            (lambda f: f.number("zero"), "steps[3].zero: “0” is not above zero"),
            (lambda f: f.count("zero"), "steps[3].zero: is not a whole number above zero"),
            (lambda f: f.count("flag"), "steps[3].flag: is not a whole number above zero"),
            (lambda f: f.flag("one"), "steps[3].one: is neither true nor false"),
            (lambda f: f.choice("long", ("a", "b")), "steps[3].long: “abcd” is not one of a, b"),
            (lambda f: f.texts("long"), "steps[3].long: expected a list, found text"),
            (lambda f: f.texts("list"), "steps[3].list[1]: expected text in quotation marks, found a bare number"),
            (lambda f: f.texts("list", most=1), "steps[3].list: has 2 entries; 1 are the most"),
            (lambda f: f.group("list"), "steps[3].list: expected a group of keys, found a list"),
            (lambda f: f.groups("list"), "steps[3].list[0]: expected a group of keys, found text"),
            (lambda f: f.refuse_unknown(("wun", "none"), "a step"), "steps[3].one: is not a key of a step; the nearest is none"),
            (lambda f: f.refuse_unknown(("xyz",), "a step"), "steps[3].one: is not a key of a step; those are xyz"),
        ],
    )
    def test_what_is_not_is_refused_with_its_path(self, read: Callable[[Fields], Any], sentence: str) -> None:
        values = {"one": 1, "null": None, "blank": " ", "long": "abcd", "odd": "a\a", "list": ["a", 1], "zero": "0", "flag": True}

        assert sentence == said(lambda: read(Fields(values, "steps[3]")))

    def test_at_the_top_of_a_file_the_path_is_the_key_alone(self) -> None:
        assert "dose: is missing" == said(lambda: Fields({}).text("dose"))
        assert "my.toml: dose: x" == str(in_file(InputError("dose", "x"), "my.toml"))
        assert "my.toml: x" == str(in_file(InputError("", "x"), "my.toml"))

    @pytest.mark.parametrize(
        ("key", "shown"),
        [("dose_mg", "dose_mg"), ("dose-as", "dose-as"), ("a b", "“a b”"), ("\x1b[2J", "“\\u001b[2J”"), ("", "“”"),
         ("x" * 61, f"“{'x' * 60}…”"), ("ä", "“ä”")],
    )  # fmt: skip
    def test_a_key_that_is_not_a_plain_word_stands_in_quotes(self, key: str, shown: str) -> None:
        assert shown == key_shown(key)


class TestNearest:
    """A name that is not known is answered with the nearest that is."""

    @pytest.mark.parametrize(
        ("name", "expected"),
        [("dosse", ("dose",)), ("--dose", ("dose",)), ("Fill Weight", ("fill-weight",)), ("fill_weight", ("fill-weight",)),
         ("zzz", ()), ("", ()), ("x" * 1_000_000, ())],
    )  # fmt: skip
    def test_capitals_dashes_and_blanks_do_not_count(self, name: str, expected: tuple[str, ...]) -> None:
        assert expected == nearest_names(name, ("dose", "fill-weight", "capsules"))

    def test_a_name_is_given_back_as_it_is_known(self) -> None:
        assert ("amount_mg",) == nearest_names("amount-mgs", ("amount_mg", "vessel"))
        assert ("ab", "abc") == nearest_names("ab", ("abc", "ab", "xyz"), 3)
