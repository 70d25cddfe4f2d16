"""Writes the tables and the outputs of README.md anew: `python tests/readme.py`. tests/test_docs.py compares them."""

from __future__ import annotations

import re
import shlex
import subprocess
from importlib import import_module
from pathlib import Path

import click
from helpers import PYTHON

from compound.catalogue import ENTRIES
from compound.cli.main import COMMANDS
from compound.finding import Severity

README = Path(__file__).parent.parent / "README.md"


def command_rows() -> list[str]:
    """The table of commands."""
    rows = [f"| `compound {name}` | {text} |" for name, text in COMMANDS.items()]
    return ["| command | does |", "| --- | --- |", *rows]


def option_rows() -> list[str]:
    """The table of the options of `compound plan`."""
    command = import_module("compound.cli.plan").command
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    return ["| option | means |", "| --- | --- |", *(f"| `{one.opts[0]}` | {one.help} |" for one in options)]


def finding_rows() -> list[str]:
    """The findings, the gravest first, by code."""
    order = list(Severity)
    entries = sorted(ENTRIES.values(), key=lambda entry: (order.index(entry.severity), entry.code))
    kinds = [(entry, "judgement error" if entry.judgement else entry.severity.value) for entry in entries]
    rows = [f"| `{entry.code}` | {kind} | {entry.title} |" for entry, kind in kinds]
    return ["| code | severity | says |", "| --- | --- | --- |", *rows]


def output_of(command: str) -> str:
    """What a command of the README prints to stdout, in a terminal of 80 columns."""
    words = shlex.split(command)
    done = subprocess.run(
        [*PYTHON, "-m", *words], capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL,
        cwd=README.parent,
        env={"COLUMNS": "80", "PATH": "", "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8"}, check=False,
    )  # fmt: skip
    return done.stdout


def renewed(text: str) -> str:
    """The README with its tables and outputs made anew."""
    tables = {"commands": command_rows(), "options": option_rows(), "findings": finding_rows()}

    def table(match: re.Match[str]) -> str:
        return f"<!-- {match[1]} -->\n" + "\n".join(tables[match[1]]) + "\n"

    def output(match: re.Match[str]) -> str:
        return f"```console\n$ {match[1]}\n{output_of(match[1])}```"

    text = re.sub(r"<!-- (commands|options|findings) -->\n(?:\|.*\n)*", table, text)
    return re.sub(r"```console\n\$ (.*)\n(?:(?!```).*\n)*```", output, text)


if __name__ == "__main__":
    README.write_text(renewed(README.read_text(encoding="utf-8")), encoding="utf-8")
