"""The README is true: its tables and outputs are those of the program, and its own commands work."""

from __future__ import annotations

import re

from readme import README, renewed

TEXT = README.read_text(encoding="utf-8")


def test_tables_and_outputs_are_those_of_the_program() -> None:
    """If this fails after a change that was meant: `python tests/readme.py` writes them anew."""
    assert renewed(TEXT) == TEXT


def test_the_two_commands_set_up_and_do_the_job() -> None:
    commands = re.findall(r"^    (python3 -m venv .*)$", TEXT, re.MULTILINE)

    assert 2 == len(commands)
    assert "--pdf worksheet.pdf" in commands[0]
    assert commands[1].endswith("pytest --quiet")


def test_every_module_stands_in_the_architecture() -> None:
    section = TEXT.partition("## Architecture")[2].partition("## Findings")[0]
    named = set(re.findall(r"`([a-z_]+)`", section))
    package = README.parent / "compound"
    modules = {path.name.removesuffix(".py") for path in package.iterdir() if not path.name.startswith("_")}

    assert modules - named - {"data", "fonts"} == set()
