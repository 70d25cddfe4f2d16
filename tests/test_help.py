"""Help: options in groups, examples that work, and help itself where nothing is asked for."""

from __future__ import annotations

import os
import shlex
import subprocess
from importlib import import_module
from pathlib import Path

import click
import pytest
from helpers import COMMAND

from compound.cli.help_pages import EXAMPLES
from compound.cli.main import COMMANDS, main
from compound.order.options_table import GROUPS, OPTIONS, Group, Part
from compound.wording.help_words import HelpWords
from compound.wording.language_file import LANGUAGES, table


def run(*arguments: str, cwd: Path | None = None, columns: int = 80) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False, cwd=cwd,
        env={**os.environ, "COLUMNS": str(columns), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip


def all_commands() -> list[str]:
    """The commands by name, those of a group in place of the group."""
    found = []
    for name in COMMANDS:
        command = import_module(f"compound.cli.{name}").command
        found += [f"{name} {one}" for one in command.commands] if isinstance(command, click.Group) else [name]
    return found


class TestGroups:
    """Every option of `plan` stands in exactly one group, and the help shows it there."""

    def test_every_option_is_in_exactly_one_group(self) -> None:
        assert sorted(option.name for option in OPTIONS) == sorted(name for names in GROUPS.values() for name in names)

    def test_every_group_is_one_of_the_help_and_has_a_heading_in_every_language(self) -> None:
        groups = {value for name, value in vars(Group).items() if name.isupper()}

        assert groups == set(GROUPS)
        assert dict.fromkeys(LANGUAGES, groups) == {code: set(table(code, HelpWords).groups) for code in LANGUAGES}

    def test_an_option_knows_its_group(self) -> None:
        assert {name: group for group, names in GROUPS.items() for name in names} == {one.name: one.group for one in OPTIONS}

    def test_the_help_shows_each_option_under_the_heading_of_its_group(self) -> None:
        text = run("plan", "--help").stdout
        place, found = "", {}
        for line in text.splitlines():
            if line and not line.startswith(" ") and line.endswith(":"):
                place = line.removesuffix(":")
            elif line.startswith("  --"):
                found[line.split()[0].removeprefix("--")] = place

        assert found == {one.name: table("en", HelpWords).groups[one.group] for one in OPTIONS if one.name != "drug"}

    def test_what_is_asked_for_first_stands_first(self) -> None:
        assert ("drug", "dose", "capsules") == GROUPS[Group.ORDER][:3]

    def test_no_option_shows_text_for_an_amount(self) -> None:
        assert set() == {one.name for one in OPTIONS if one.part == Part.ORDER and one.placeholder == "TEXT"}


class TestHelp:
    """It fits 80 columns, and ends with examples that work."""

    @pytest.mark.parametrize("name", ["", "plan", "audit", "verify", "check", "qc", "qc weights", "qc assay", "explain", "guide"])
    def test_it_fits_80_columns(self, name: str) -> None:
        assert [] == [line for line in run(*name.split(), "--help").stdout.splitlines() if len(line) > 80]

    @pytest.mark.parametrize("name", all_commands())
    def test_every_command_ends_with_an_example_and_plan_with_three(self, name: str) -> None:
        examples = EXAMPLES[name]

        assert (3 if name == "plan" else 1) == len(examples)
        assert [f"  {one}" for one in examples] == run(*name.split(), "--help").stdout.rstrip("\n").splitlines()[-len(examples) :]

    def test_every_example_is_of_a_command(self) -> None:
        assert set(EXAMPLES) == set(all_commands())

    def test_the_examples_work(self, tmp_path: Path) -> None:
        """Each is typed as it stands, beside the files it names; what is asked for on a terminal is added."""
        (tmp_path / "orders.csv").write_text(
            'drug,dose,balance-sensitivity,capsules,file\nnaltrexone hydrochloride,"2 mcg","1 mg",30,a.pdf\n', "utf-8"
        )
        (tmp_path / "weights.csv").write_text("mg\n" + "135 mg\n" * 20, "utf-8")
        (tmp_path / "contents.csv").write_text("percent\n" + "100 %\n" * 10, "utf-8")
        (tmp_path / "ten.csv").write_text("mg\n" + "100.0 mg\n100.1 mg\n" * 5, "utf-8")
        for name, examples in EXAMPLES.items():
            for example in examples:
                words = shlex.split(example)[1:]
                words += ["--balance-sensitivity", "1 mg"] if example == EXAMPLES["plan"][0] else []
                words = [word for word in words if word not in ("--interactive", "--log", "readings.csv")]  # not without a terminal
                done = run(*words, cwd=tmp_path)

                assert 0 == done.returncode, f"{name}: {done.stderr}"


class TestNothingAsked:
    """`compound` alone prints its help, and nothing is wrong."""

    def test_the_command_alone_prints_help(self) -> None:
        alone = run()

        assert (0, "") == (alone.returncode, alone.stderr)
        assert run("--help").stdout == alone.stdout
        begins = {line.split()[0] for line in alone.stdout.splitlines() if line.strip()}
        assert set(main.list_commands(click.Context(main))) <= begins

    @pytest.mark.parametrize("name", ["plan", "audit", "qc"])
    def test_a_command_alone_is_wrong_usage(self, name: str) -> None:
        alone = run(name)

        assert (2, "") == (alone.returncode, alone.stdout)
