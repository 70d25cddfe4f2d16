"""Sources that a pharmacist respects: primary texts by name; where a page was merely read on is for those who keep the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner

from compound.cli import check, doses, drugs, explain, qc
from compound.findings import codes
from compound.reading import shipped
from compound.wording.catalogue import sentences_of

# Blogs, homework sites, scanned and stored copies, shops and forums: what was read there is named by its primary text.
WEAK = re.compile(
    r"socratic|scribd|issuhub|drugfuture|theneoplanets|vdocuments|docslib|datapdf|coek\.info|newdruginfo|pharmacopeia\.cn"
    r"|trungtamthuoc|uteka|gafacom|goodscents|pioneerherbal|iacmcolor|paperzz|yumpu|chineway|bsce\.co|capsulcn|capsuline"
    r"|ggrowagri|healthcentral|riverprofessional|kompremos|scite\.ai|fetonfillers|glutenfreeworks|qxmd|myhealthbox"
    r"|rxreasoner|fda\.report|smtl|normservis|studylib|thecompounder|daywel|glowm|pharmainform|blogspot|smolecule|unibo\.it"
    r"|digicollections"
)
FILES = [name for name in shipped.names() if name.endswith(".json")]


def walked(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every value in a file with its place; what stands under `seen` is no user's."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "seen":
                yield from walked(inner, f"{place}.{key}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from walked(inner, f"{place}[{at}]")
    yield place, value


def groups(value: Any) -> Iterator[dict[str, Any]]:
    """Every group of keys in a file."""
    return (inner for _, inner in walked(value) if isinstance(inner, dict))


@pytest.mark.parametrize("name", FILES)
class TestFacts:
    """A row's source is a text that can be looked up in a library."""

    def test_no_source_that_a_user_sees_is_a_weak_page(self, name: str) -> None:
        texts = [(place, text) for place, text in walked(json.loads(shipped.read(name))) if isinstance(text, str)]

        assert [] == [(place, text) for place, text in texts if WEAK.search(text.lower()) and not text.isalnum()]

    def test_every_source_that_a_row_names_is_in_the_file(self, name: str) -> None:
        data = json.loads(shipped.read(name))
        known = data.get("sources")
        if not isinstance(known, dict):
            return
        named = {key for row in groups(data) for field in ("source", "sources") for key in listed(row.get(field))}

        assert set() == {key for key in named if key not in known and re.fullmatch("[a-z0-9]+", key)}

    def test_a_page_that_was_read_stands_beside_the_title_of_a_text(self, name: str) -> None:
        for row in groups(json.loads(shipped.read(name))):
            if "seen" in row:
                assert row.get("title") or row.get("citation") or row.get("url")
                pages = [row["seen"]] if isinstance(row["seen"], str) else row["seen"]
                assert all(re.match("https?://", page) for page in pages)


def listed(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value] if value else []
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


@pytest.mark.parametrize("entry", codes.ENTRIES.values(), ids=lambda entry: str(entry.code))
def test_no_finding_names_a_weak_page(entry: Any) -> None:
    assert not WEAK.search(str(sentences_of(entry).source).lower())


@pytest.mark.parametrize(
    ("command", "argv"),
    [
        (drugs.command, []), (drugs.command, ["--json"]), (doses.command, []), (doses.command, ["--json"]),
        (check.command, ["calcium carbonate", "RetaLac", "psyllium", "hypromellose", "naltrexone SR", "attapulgite"]),
        (qc.command, ["weights", "--net", *["100 mg"] * 20, "--theory", "100 mg"]),
        (qc.command, ["assay", *["100%"] * 10, "--json"]), (explain.command, ["below-usp-41-floor"]),
    ],
)  # fmt: skip
def test_no_command_shows_one(command: Any, argv: list[str]) -> None:
    said = CliRunner().invoke(command, argv).output

    assert said
    assert not WEAK.search(said.lower())


def test_a_weighing_rule_names_the_editions_in_force() -> None:
    """USP <41> and <1251> as official from 1 February 2026, and Ph. Eur. 2.1.7 (domain corrections, row 11)."""
    for said in (sentences_of(codes.BELOW_USP_41_FLOOR).source, shipped.facts("standards.json")["limits"]["usp_41_factor"]["source"]):
        assert all(text in said for text in ("USP <41>", "<1251>", "1 February 2026", "Ph. Eur. 2.1.7"))
