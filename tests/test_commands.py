"""Whole commands do what their transcripts say, to the letter; with the libraries they were made with, PDFs to the byte."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from json_keys import KEYS, keys
from transcripts import FOLDER, cases, libraries, renewed, without_pdfs

SAME_LIBRARIES = (FOLDER / "libraries").read_text(encoding="utf-8").strip() == libraries()


@pytest.mark.parametrize("path", cases(), ids=lambda path: path.stem)
def test_a_command_does_what_its_transcript_says(path: Path) -> None:
    """If this fails after a change that was meant: `python tests/transcripts.py` writes it anew; read the difference."""
    said = path.read_text(encoding="utf-8")
    done = renewed(said)

    if SAME_LIBRARIES:
        assert said == done
    assert without_pdfs(said) == without_pdfs(done)


def test_the_keys_of_every_json_are_as_written_down() -> None:
    """A key that goes, comes or changes its type is a change of the schema: `python tests/json_keys.py`."""
    assert KEYS.read_text(encoding="utf-8") == keys()


@pytest.mark.parametrize("path", cases(), ids=lambda path: path.stem)
def test_findings_are_printed_in_one_form_the_gravest_first(path: Path) -> None:
    """`severity: [code] message. Cure: …`, in every command."""
    order = ["error", "warning", "note"]
    for printed in re.findall(r"^\[stderr\]\n((?:  .*\n?)*)", path.read_text(encoding="utf-8"), re.MULTILINE):
        lines = re.findall(r"^  (error|warning|note)(?:: \[([a-z0-9-]+)\] | [a-z0-9-]+ \()", printed, re.MULTILINE)
        text = " ".join(printed.split())
        summed_up = len(re.findall(r"\] in rows? [0-9]", text))  # many orders: what concerns several rows is said once

        assert [order.index(kind) for kind, _ in lines] == sorted(order.index(kind) for kind, _ in lines)
        assert [] == [kind for kind, code in lines if not code]
        assert "Remedy:" not in text
        failed = len(re.findall(r"failed: row [0-9]+: \[", text))  # what a row fails by, said of the row
        taken_on = len(re.findall(r"^  taken on: \[", printed, re.MULTILINE))  # on the short screen, in full
        assert text.count(" Cure: ") == len(lines) - summed_up + failed + taken_on
