"""README and guide are true: their tables and outputs are those of the program, and their own commands work."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest
from helpers import COMMAND
from readme import GUIDE, PAGES, README, ROOT, options_of, renewed
from test_house import ROOMS

from compound.cli import guide
from compound.cli.main import COMMANDS

TEXT = README.read_text(encoding="utf-8")


def page(topic: str) -> str:
    return (GUIDE / f"{topic}.md").read_text(encoding="utf-8")


def run(*arguments: str, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, encoding="utf-8",
        stdin=subprocess.DEVNULL, check=False, cwd=cwd,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
    )  # fmt: skip


def name_of(path: Path) -> str:
    """`README`, `plan`, and `de-plan` for a page in German."""
    return path.stem if path.parent in (ROOT, GUIDE) else f"{path.parent.name}-{path.stem}"


def of_pages() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", PAGES, ids=name_of)


class TestPages:
    """What README.md and the pages of the guide show is what the program does."""

    @of_pages()
    def test_tables_and_outputs_are_those_of_the_program(self, path: Path) -> None:
        """If this fails after a change that was meant: `python tests/readme.py` writes them anew."""
        text = path.read_text(encoding="utf-8")

        assert renewed(text) == text

    @of_pages()
    def test_the_commands_of_a_page_work_one_after_the_other(self, path: Path, tmp_path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        for name, content in re.findall(r"^<!-- file (.*) -->\n```.*\n((?:(?!```).*\n)*)```$", text, re.MULTILINE):
            (tmp_path / name).write_text(content, encoding="utf-8")
        for line in re.findall(r"^    compound (.*)$", text, re.MULTILINE):
            words, _, target = line.partition(" > ")
            done = run(*shlex.split(words), cwd=tmp_path)
            if target:
                (tmp_path / target).write_text(done.stdout, encoding="utf-8")

            assert 0 == done.returncode, f"{line}\n{done.stderr}"

    @of_pages()
    def test_the_pages_named_are_there(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")

        assert set() == set(re.findall(r"`compound\s+guide\s+([a-z-]+)`", text)) - set(guide.TOPICS)
        assert set() == set(re.findall(r"`compound\s+([a-z]+)", text)) - set(COMMANDS)

    @of_pages()
    def test_the_words_keep_to_safe_notation(self, path: Path) -> None:
        prose = re.sub(r"```.*?```|`[^`]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        prose = re.sub(r"^(?: {4}|\|).*$", "", prose, flags=re.MULTILINE)

        assert [] == re.findall(r"[µμ]g|(?<![\d.,])\.\d|\d\.\d*0 ?(?:mcg|g)\b|\d(?:mg|mcg|g|mL|%)", prose)

    @pytest.mark.parametrize("path", [one for one in PAGES if one != README], ids=name_of)
    def test_the_prose_of_the_guide_fits_a_terminal(self, path: Path) -> None:
        prose = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)

        assert [] == [line for line in prose.splitlines() if len(line) > 80 and not line.startswith(("|", "    "))]


class TestReadme:
    """The README is short, and its first commands set up and do the job."""

    def test_the_readme_is_at_most_200_lines(self) -> None:
        assert 200 >= len(TEXT.splitlines())

    def test_its_one_example_prints_at_most_40_lines(self) -> None:
        examples = re.findall(r"^```console\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)

        assert 1 == len(examples)
        assert 40 >= len(examples[0].splitlines()) - 1

    def test_the_two_commands_set_up_and_do_the_job(self) -> None:
        commands = re.findall(r"^    (python3 -m venv .*)$", TEXT, re.MULTILINE)

        assert 2 == len(commands)
        assert "--pdf worksheet.pdf" in commands[0]
        assert commands[1].endswith("pytest --quiet")

    def test_windows_plans_the_same_order(self) -> None:
        windows = re.findall(r"^    py -m venv .*compound (plan .*)$", TEXT, re.MULTILINE)
        others = re.findall(r"^    python3 -m venv .*compound (plan .*)$", TEXT, re.MULTILINE)

        assert 1 == len(windows)
        assert others == windows


class TestGuide:
    """`compound guide` shows every page, and a pager only to someone who sits at a terminal."""

    def test_the_guide_lists_every_topic(self) -> None:
        listed = dict(re.split(" {2,}", line) for line in run("guide").stdout.splitlines())

        assert guide.TOPICS == listed
        assert {path.stem for path in GUIDE.glob("*.md")} == set(listed)

    @pytest.mark.parametrize("topic", guide.TOPICS)
    def test_a_topic_prints_its_page_without_the_comments_for_the_tests(self, topic: str) -> None:
        assert re.sub(r"^<!-- .*\n", "", page(topic), flags=re.MULTILINE) == run("guide", topic).stdout

    def test_every_command_stands_in_the_guide_with_all_its_options(self) -> None:
        text = page("commands")
        for name in COMMANDS:
            command = import_module(f"compound.cli.{name}").command
            for one in command.commands if isinstance(command, click.Group) else [""]:
                full = f"{name} {one}".strip()
                if name != "plan":
                    section = text.partition(f"\n## compound {full}")[2].partition("\n## ")[0]
                    assert section
                    assert [f"`{option.opts[0]}`" for option in options_of(full)] == re.findall("`--[a-z-]+`", "\n".join(
                        line[: line.find("|", 1)] for line in section.splitlines() if line.startswith("|")
                    ))  # fmt: skip
            assert f"| `compound {name}` |" in text

    def test_every_option_of_plan_stands_in_the_guide(self) -> None:
        assert [option.opts[0] for option in options_of("plan")] == re.findall(
            r"^\| `(--[a-z-]+)` \|", page("options"), re.MULTILINE
        )

    @pytest.mark.parametrize(
        ("typed", "near"), [("rankng", "close to it: ranking"), ("xyzzy", "topics are plan, shelf")]
    )
    def test_an_unknown_topic_exits_2_with_the_nearest_and_an_empty_stdout(self, typed: str, near: str) -> None:
        done = run("guide", typed)

        assert 2 == done.returncode
        assert "" == done.stdout
        assert near in done.stderr

    def test_a_path_is_not_a_topic(self) -> None:
        assert 2 == run("guide", "../data/doses").returncode

    def test_piping_never_starts_a_pager(self, tmp_path: Path) -> None:
        done = run("guide", "plan", PAGER=f"touch {tmp_path / 'paged'}", LINES="5")

        assert 0 == done.returncode
        assert [] == list(tmp_path.iterdir())

    @pytest.mark.parametrize(("lines", "paged"), [(5, True), (500, False)])
    def test_on_a_terminal_only_a_page_longer_than_it_is_paged(
        self, lines: int, paged: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        shown: list[str] = []
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
        monkeypatch.setattr(click, "echo_via_pager", shown.append)
        monkeypatch.setenv("LINES", str(lines))
        monkeypatch.setenv("COLUMNS", "80")
        guide.command.main(["plan"], standalone_mode=False)

        assert paged == bool(shown)
        assert paged != capsys.readouterr().out.startswith("# A first plan")


def test_every_room_stands_in_the_architecture_with_its_purpose() -> None:
    for room in ROOMS:
        assert f"| `{room}` | {import_module(f'compound.{room}').__doc__} |" in page("architecture")


def test_the_elements_of_usp_795_stand_under_headings_that_the_sheet_has() -> None:
    from compound.reading import shipped
    from compound.worksheet.template import read_template

    headings = {section.heading for section in read_template(shipped.template("worksheet.toml")).sections}
    table = page("worksheet").partition("<!-- usp 795 -->\n")[2].partition("\n\n")[0].splitlines()[2:]
    places = {place.strip() for row in table for place in row.split("|")[3].split(";")}
    elsewhere = {
        "the box at the head of page one", "the foot of every page", "the fingerprint at the foot of every page",
        "the attached plan",
    }  # fmt: skip

    assert 23 == len(table)
    assert set() == places - headings - elsewhere
    assert {"Bench", "Label", "Signatures", "Components and equipment"} <= places
