"""The catalogue of findings: codes, sentences and pages that hold together."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from compound import catalogue
from compound.cli.explain import command
from compound.finding import Entry, Severity
from compound.notation import KINDS

ENTRIES = sorted(catalogue.ENTRIES.values(), key=lambda entry: entry.code)
NAMES = {entry.code: name for name, entry in vars(catalogue).items() if isinstance(entry, Entry)}


def of_codes() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: str(entry.code))


@cache
def texts() -> list[str]:
    """What stands in the other tests and their data."""
    here = Path(__file__)
    files = [path for path in here.parent.rglob("*") if path.suffix in (".py", ".toml", ".json") and path != here]
    return [path.read_text(encoding="utf-8") for path in files]


@of_codes()
def test_a_test_names_the_finding(entry: Entry) -> None:
    """Each code is raised by a test, which names it by its code or by its name in the catalogue."""
    named = re.compile(rf"(?<![\w-]){re.escape(entry.code)}(?![\w-])|\b{NAMES[entry.code]}\b")

    assert any(map(named.search, texts()))


@of_codes()
def test_the_entry_is_whole(entry: Entry) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.code)
    for text in (entry.title, entry.message, entry.remedy, entry.meaning, entry.cause, entry.source):
        assert text.strip() == text != ""
    for template in (entry.message, entry.remedy):
        assert set(re.findall(r"\{\w+:(\w+)\}", template)) <= set(KINDS)
        assert "\n" not in template


@of_codes()
def test_no_sentence_holds_an_unsafe_unit(entry: Entry) -> None:
    """mcg and not µg, nanogram in words, no trailing zero on a dose, a leading zero (design, Safe notation)."""
    for text in (entry.title, entry.message, entry.remedy, entry.meaning, entry.cause):
        assert re.search(r"µg|μg|\bug\b|\bng\b|(?<![\d.])\.\d|\d\.0 ?(mg|mcg|g)\b|\d(mg|mcg)\b", text) is None


@of_codes()
def test_explain_prints_all_of_it_and_whether_it_can_be_taken_on(entry: Entry) -> None:
    result = CliRunner().invoke(command, [entry.code])
    page = " ".join(result.output.split())

    assert 0 == result.exit_code
    assert " ".join(entry.meaning.split()) in page
    assert " ".join(entry.source.split()) in page
    assert ("cannot be accepted" in page) == (entry.severity is Severity.ERROR and not entry.judgement)
    assert ("can be taken on with --accept" in page) == entry.judgement


def test_only_errors_are_judgements() -> None:
    assert [] == [entry.code for entry in ENTRIES if entry.judgement and entry.severity is not Severity.ERROR]


def test_explain_without_a_code_lists_them_all() -> None:
    lines = CliRunner().invoke(command, []).output.splitlines()

    assert [entry.code for entry in ENTRIES] == [line.split()[0] for line in lines]


@pytest.mark.parametrize(
    ("typed", "near"), [("fill-weight-asumed", "fill-weight-assumed"), ("dose-not-lo", "dose-not-low")]
)
def test_a_code_with_a_slip_is_answered_with_the_nearest(typed: str, near: str) -> None:
    result = CliRunner().invoke(command, [typed])

    assert result.exit_code != 0
    assert near in str(result.exception)
