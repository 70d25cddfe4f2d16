"""The house: imports go one way, commands load lazily, what is documented is there."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import click
import pytest
from helpers import PYTHON

import compound
from compound import catalogue
from compound.cli.main import COMMANDS, main

PACKAGE = Path(compound.__file__).parent

# From the ground up: a module imports from its own floor or from those below it.
FLOORS = [
    ["errors", "value", "data", "digits"],
    ["quantity"],
    ["finding"],
    ["catalogue", "notation", "words"],
    ["standards", "substances"],
    ["doses", "excipients", "particles", "acceptance", "qc", "ware"],
    ["uniformity"],
    ["order"],
    ["plan"],
    ["replay", "search", "relaxation"],
    ["planner", "capsule", "liquid", "audit", "solution"],
    ["choice", "record", "rows", "bench", "template", "formula", "translation", "resources", "jsonfile", "csvfile", "bench_rows",
     "uniformity_words", "uniformity_rows", "route_rows"],
    ["worksheet", "audit_sheet", "qc_plot", "verify"],
    ["cli", "__main__", ""],
]
PLAN = "plan 'naltrexone hydrochloride' --dose '2 mcg' --balance-sensitivity '1 mg' --capsules 30 --method powder"
FLOOR = {name: height for height, names in enumerate(FLOORS) for name in names}
MODULES = sorted(PACKAGE.rglob("*.py"))


def imports_of(path: Path) -> set[str]:
    """The modules of the package that a file imports, by their first name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "compound":
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("compound.")}
    return {name for name in found if not name.startswith("__")}


def own_name(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py").replace("__init__", "")


class TestImports:
    """Imports go one way; what planned a dose does not vouch for it (design, The house)."""

    @pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
    def test_a_module_imports_from_its_floor_or_below(self, path: Path) -> None:
        own = own_name(path)
        above = {name for name in imports_of(path) if FLOOR[name] > FLOOR[own]}

        assert set() == above

    @pytest.mark.parametrize("judge", ["replay", "audit"])
    def test_the_judges_know_nothing_of_the_planner(self, judge: str) -> None:
        assert set() == imports_of(PACKAGE / f"{judge}.py") & {"planner", "search", "solution"}

    @pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
    def test_libraries_stay_in_their_rooms(self, path: Path) -> None:
        rooms = {
            "click": {"cli"},
            "tabulate": {"cli"},
            "reportlab": {"worksheet", "audit_sheet", "qc_plot"},
            "pypdf": {"verify", "cli"},
        }
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                library = name.split(".")[0]
                assert own_name(path) in rooms.get(library, {own_name(path)}), f"{library} in {path.name}"

    def test_every_library_that_is_imported_is_a_dependency(self) -> None:
        """What an environment without the test extra lacks, no command may need."""
        text = (Path(__file__).parent.parent / "pyproject.toml").read_text(encoding="utf-8")
        declared = {re.split(r"[<>=!~ ]", one)[0] for one in tomllib.loads(text)["project"]["dependencies"]}
        imported = set()
        for path in MODULES:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
                imported |= {name.split(".")[0] for name in names}

        assert declared == imported - set(sys.stdlib_module_names) - {"compound"}

    def test_no_safety_check_is_an_assert(self) -> None:
        found = [
            f"{path.name}:{node.lineno}"
            for path in MODULES
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Assert)
        ]

        assert [] == found


class TestCommands:
    """Commands load lazily, and every one of them has help (issue, Speed)."""

    @pytest.mark.parametrize("name", COMMANDS)
    def test_the_table_of_short_helps_is_true(self, name: str) -> None:
        command = import_module(f"compound.cli.{name}").command

        assert COMMANDS[name] == command.get_short_help_str(limit=200)

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_option_has_help(self, name: str) -> None:
        command = import_module(f"compound.cli.{name}").command
        commands = list(command.commands.values()) if isinstance(command, click.Group) else [command]
        for one in commands:
            assert one.help
            for parameter in one.params:
                if isinstance(parameter, click.Option):
                    assert parameter.help, f"{name} {parameter.name}"

    # What a command must not load. Planning stays away from what only judges, drawing from what only prints.
    @pytest.mark.parametrize(
        ("arguments", "forbidden"),
        [
            ("--version", "json tabulate reportlab decimal tomllib importlib.metadata compound.audit compound.catalogue"),
            ("--help", "json tabulate reportlab decimal tomllib importlib.metadata compound.audit compound.cli.plan"),
            ("wrong", "json tabulate reportlab decimal tomllib importlib.metadata compound.audit compound.cli.plan"),
            (f"{PLAN} --json", "tabulate reportlab PIL tomllib importlib.metadata email csv textwrap difflib tempfile hashlib "
             "_hashlib compound.rows compound.worksheet compound.qc compound.bench compound.solution"),
            (PLAN, "reportlab PIL tomllib hashlib compound.worksheet compound.qc compound.bench"),
            ("plan naltrexone", "tabulate reportlab tomllib compound.rows compound.worksheet"),
            ("check mannitol", "reportlab PIL tomllib compound.planner compound.audit compound.doses compound.substances"),
            ("check --json mannitol", "tabulate dataclasses reportlab tomllib compound.planner compound.audit"),
            ("doses", "reportlab tomllib compound.planner compound.audit compound.excipients compound.substances"),
            ("drugs", "reportlab tomllib compound.planner compound.audit compound.excipients compound.doses"),
            ("explain fill-weight-assumed", "json tabulate reportlab tomllib compound.audit compound.planner"),
            ("templates", "reportlab tomllib compound.audit compound.planner compound.excipients"),
            ("audit no-such-plan.json", "reportlab tomllib compound.planner compound.search compound.worksheet"),
            ("qc weights", "tabulate reportlab tomllib compound.planner compound.audit compound.excipients"),
        ],
    )  # fmt: skip
    def test_a_command_loads_only_what_it_needs(self, arguments: str, forbidden: str) -> None:
        code = (
            "import sys, atexit\n"
            "atexit.register(lambda: sys.stderr.write('\\nLOADED ' + ' '.join(sys.modules)))\n"
            "from compound.cli.main import run\n"
            f"run({shlex.split(arguments)!r})\n"
        )
        done = subprocess.run(
            [*PYTHON, "-c", code], capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )

        loaded = set(done.stderr.rpartition("LOADED ")[2].split())
        assert "compound.cli.main" in loaded
        assert set() == loaded & set(forbidden.split())


def test_the_version_is_a_literal() -> None:
    assert compound.__version__ == ast.literal_eval(
        next(
            node.value for node in ast.parse((PACKAGE / "__init__.py").read_text()).body if isinstance(node, ast.Assign)
        )
    )


def test_every_finding_has_a_page_that_explain_prints() -> None:
    from compound.cli.explain import explanation

    for code, entry in catalogue.ENTRIES.items():
        page = explanation(entry)
        assert code == entry.code
        for text in (entry.title, entry.meaning.split()[0], entry.cause.split()[0], entry.source.split()[0]):
            assert text in page


def test_the_group_lists_every_command() -> None:
    assert set(COMMANDS) == set(main.list_commands(click.Context(main)))
    assert json.dumps(sorted(COMMANDS))


def test_tables_load_without_the_metadata_of_packages() -> None:
    code = (
        "import sys; from compound.cli.tables import tabulate\n"
        "assert 'importlib.metadata' not in sys.modules\n"
        "import importlib.metadata; importlib.metadata.version('click')\n"
        "print(tabulate([['1.50']], tablefmt='plain', disable_numparse=True))"
    )
    done = subprocess.run([*PYTHON, "-c", code], capture_output=True, text=True, check=True)

    assert "1.50\n" == done.stdout
