"""The README is true: its tables and outputs are those of the program, and its own commands work."""

from __future__ import annotations

import re
from importlib import import_module

from readme import README, renewed
from test_house import ROOMS

TEXT = README.read_text(encoding="utf-8")


def test_tables_and_outputs_are_those_of_the_program() -> None:
    """If this fails after a change that was meant: `python tests/readme.py` writes them anew."""
    assert renewed(TEXT) == TEXT


def test_the_two_commands_set_up_and_do_the_job() -> None:
    commands = re.findall(r"^    (python3 -m venv .*)$", TEXT, re.MULTILINE)

    assert 2 == len(commands)
    assert "--pdf worksheet.pdf" in commands[0]
    assert commands[1].endswith("pytest --quiet")


def test_every_room_stands_in_the_architecture_with_its_purpose() -> None:
    for room in ROOMS:
        assert f"| `{room}` | {import_module(f'compound.{room}').__doc__} |" in TEXT


def test_the_elements_of_usp_795_stand_under_headings_that_the_sheet_has() -> None:
    from compound.reading import shipped
    from compound.worksheet.template import read_template

    headings = {section.heading for section in read_template(shipped.template("worksheet.toml")).sections}
    table = TEXT.partition("<!-- usp 795 -->\n")[2].partition("\n\n")[0].splitlines()[2:]
    places = {place.strip() for row in table for place in row.split("|")[3].split(";")}
    elsewhere = {
        "the box at the head of page one", "the foot of every page", "the fingerprint at the foot of every page",
        "the attached plan",
    }  # fmt: skip

    assert 23 == len(table)
    assert set() == places - headings - elsewhere
    assert {"Weighing", "Label", "Signatures", "Components and equipment"} <= places
