"""Writes the tables and outputs of README.md and of the guide anew: `python tests/readme.py`. test_docs compares them.

What is renewed in a page, all of it made by the program in this checkout:
- `<!-- commands -->` before a table: the commands;
- `<!-- options of NAME -->` before a table: the options of a command, such as `qc weights`;
- a block of `console` with one command: its output to stdout at 80 columns, or with `2>&1 >/dev/null` behind it that to
  stderr. `<!-- only STEPS, DOSE -->` before the
  block keeps those sections of the output.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from importlib import import_module
from pathlib import Path

import click
from helpers import PYTHON

from compound.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
GUIDE = ROOT / "compound" / "guide"
FINDINGS = " 2>&1 >/dev/null"  # what a shell is told to show stderr alone
PAGES = [README, *sorted(GUIDE.rglob("*.md"))]


def command_rows() -> list[str]:
    """The table of commands."""
    rows = [f"| `compound {name}` | {text} |" for name, text in COMMANDS.items()]
    return ["| command | does |", "| --- | --- |", *rows]


def options_of(name: str) -> list[click.Option]:
    """The options of a command, such as `plan` or `qc weights`."""
    first, _, second = name.partition(" ")
    command = import_module(f"compound.cli.{first}").command
    if second:
        command = command.commands[second]
    return [parameter for parameter in command.params if isinstance(parameter, click.Option)]


def option_rows(name: str) -> list[str]:
    """The table of the options of a command, with the defaults that its help does not name in words."""
    rows = []
    for option in options_of(name):
        default = f" Default {option.default}." if option.show_default else ""
        rows.append(f"| `{option.opts[0]}` | {option.help}{default} |")
    return ["| option | means |", "| --- | --- |", *rows]


def output_of(command: str) -> str:
    """What a command of a page prints to stdout, in a terminal of 80 columns; its findings where it ends in FINDINGS."""
    words = shlex.split(command.removesuffix(FINDINGS))
    done = subprocess.run(
        [*PYTHON, "-m", *words], capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL,
        env={"COLUMNS": "80", "PATH": "", "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8",
             "COMPOUND_PHARMACY": "none"}, check=False, cwd=ROOT,
    )  # fmt: skip
    return done.stderr if command.endswith(FINDINGS) else done.stdout


def sections_of(output: str, only: str) -> str:
    """The sections of an output whose headings begin with the names in `only`, in that order."""
    sections = output.rstrip("\n").split("\n\n")
    kept = [next(one for one in sections if one.startswith(name)) for name in only.split(", ")]
    return "\n\n".join(kept) + "\n"


def run_examples(text: str) -> str:
    """A page with what its Python examples print below each of them; they run one after another in one namespace."""
    import contextlib
    import io

    names: dict[str, object] = {}

    def output(match: re.Match[str]) -> str:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(match[1], names)  # noqa: S102
        return f"```python\n{match[1]}```\n\n```text\n{printed.getvalue()}```"

    return re.sub(r"```python\n(.*?)```(?:\n\n```text\n.*?```)?", output, text, flags=re.DOTALL)


def renewed(text: str) -> str:
    """A page with its tables and outputs made anew."""

    def table(match: re.Match[str]) -> str:
        rows = option_rows(match[2]) if match[2] else command_rows()
        return f"<!-- {match[1]} -->\n" + "\n".join(rows) + "\n"

    def output(match: re.Match[str]) -> str:
        printed = output_of(match[3])
        if match[2]:
            printed = sections_of(printed, match[2])
        return f"{match[1] or ''}```console\n$ {match[3]}\n{printed}```"

    text = run_examples(text)
    text = re.sub(r"<!-- (commands|options of ([a-z ]+)) -->\n(?:\|.*\n)*", table, text)
    return re.sub(r"(<!-- only (.*) -->\n)?```console\n\$ (.*)\n(?:(?!```).*\n)*```", output, text)


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(renewed(page.read_text(encoding="utf-8")), encoding="utf-8")
