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
import house_figures
import pytest
from helpers import PYTHON
from house_figures import arrows_of, circles

import compound
from compound.cli.main import COMMANDS, main
from compound.findings import codes
from compound.wording.catalogue import sentences_of

PACKAGE = Path(compound.__file__).parent

# From the ground up: each room with the rooms that it may import from. A file of a room imports its room's other files
# too, in no circle.
GROUND = ["exact", "reading", "findings"]
ROOMS: dict[str, list[str]] = {
    "exact": [],
    "reading": ["exact"],
    "findings": ["exact"],
    "wording": GROUND,
    "paper": ["exact", "reading"],
    "facts": [*GROUND, "wording"],
    "order": [*GROUND, "wording", "facts"],
    "qc": [*GROUND, "wording", "facts"],
    "plan": [*GROUND, "order"],
    "planning": [*GROUND, "facts", "order", "plan"],
    "judging": [*GROUND, "wording", "facts", "order", "plan"],
    "correcting": [*GROUND, "facts", "plan", "judging"],
    "aliquot": [*GROUND, "facts", "order", "plan", "judging"],
    "showing": [*GROUND, "wording", "facts", "order", "qc", "plan", "planning", "judging", "correcting",
                "aliquot"],
    "worksheet": [*GROUND, "wording", "paper", "facts", "order", "qc", "plan", "judging", "correcting", "aliquot", "showing"],
    "making": [
        *GROUND, "wording", "paper", "facts", "order", "qc", "plan", "planning", "judging", "correcting", "showing",
        "worksheet",
    ],
}  # fmt: skip
ROOMS["cli"] = list(ROOMS)
PLAN = "plan 'naltrexone hydrochloride' --dose '2 mcg' --balance-sensitivity '1 mg' --capsules 30 --method powder"
MODULES = sorted(PACKAGE.rglob("*.py"))
ARROWS = arrows_of(PACKAGE)
# Every command of the command line is the `command` of its file.
SAME_NAMES = {"command"}


def module_of(path: Path) -> str:
    """The name of a file of the package that is tested, which need not be that of the checkout."""
    return house_figures.module_of(path, PACKAGE)


def own_name(path: Path) -> str:
    """The room of a file."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py").replace("__init__", "")


class TestImports:
    """Imports go one way; what planned a dose does not vouch for it (design, The house)."""

    @pytest.mark.parametrize("room", ROOMS)
    def test_a_room_imports_from_the_rooms_below_it(self, room: str) -> None:
        """What a room may import are rooms that stand before it in the table."""
        assert set(ROOMS[room]) <= set(list(ROOMS)[: list(ROOMS).index(room)])

    @pytest.mark.parametrize("path", MODULES, ids=module_of)
    def test_a_module_imports_only_what_its_room_may(self, path: Path) -> None:
        own = own_name(path)
        rooms = {*ROOMS.get(own, ROOMS), own}
        above = {(module_of(path), name) for name in ARROWS[module_of(path)] if name.split(".")[0] not in rooms}

        assert set() == above

    def test_no_modules_import_each_other_in_a_circle(self) -> None:
        assert [] == circles(ARROWS)

    @pytest.mark.parametrize("judge", ["judging", "correcting"])
    def test_the_judges_know_nothing_of_the_planner(self, judge: str) -> None:
        found = {name for path in MODULES if own_name(path) == judge for name in ARROWS[module_of(path)]}

        assert set() == {name for name in found if name.startswith("planning")}

    @pytest.mark.parametrize("search", ["planning.powder_search", "planning.solution_search"])
    def test_a_search_knows_numbers_its_effort_and_itself_alone(self, search: str) -> None:
        """It searches whole units: what an order, a plan or a limit of the house is, it is told in its problem."""
        found = {to for name, targets in ARROWS.items() if f"{name}.".startswith(f"{search}.") for to in targets}

        assert "exact.value" in found
        assert set() == {to for to in found if not f"{to}.".startswith(("exact.", "planning.effort.", f"{search}."))}

    @pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
    def test_libraries_stay_in_their_rooms(self, path: Path) -> None:
        rooms = {
            "click": {"cli"},
            "tabulate": {"cli"},
            "reportlab": {"paper"},
            "pypdf": {"paper"},
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


def public_names(path: Path) -> set[str]:
    """The names that a module defines at its top and that do not begin with an underscore."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {one.id for target in targets for one in ast.walk(target) if isinstance(one, ast.Name)}
    return {name for name in found if not name.startswith("_")}


class TestSizes:
    """A file and a function fit a screen or a few; a name means one thing in the whole package (issue, A house)."""

    @pytest.mark.parametrize("path", MODULES, ids=module_of)
    def test_a_file_of_more_than_500_lines_gives_its_reason_at_its_head(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        head = ast.get_docstring(ast.parse(text)) or ""

        assert len(text.splitlines()) <= 500 or "longer than 500 lines because" in " ".join(head.split()).lower()

    @pytest.mark.parametrize("path", MODULES, ids=module_of)
    def test_no_function_is_longer_than_60_lines(self, path: Path) -> None:
        long = {
            f"{module_of(path)}.{node.name}"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 60
        }

        assert set() == long

    def test_no_public_name_is_defined_in_two_modules(self) -> None:
        where: dict[str, list[str]] = {}
        for path in MODULES:
            for name in public_names(path):
                where.setdefault(name, []).append(module_of(path))

        assert {} == {name: found for name, found in where.items() if len(found) > 1 and name not in SAME_NAMES}


# Numbers become text in two files alone: as a person reads them, and as data. Operators of a PDF are another language.
WRITERS = [PACKAGE / "wording" / "notation.py", PACKAGE / "exact" / "quantity.py"]
# A column, or a code point.
HARMLESS_SPEC = re.compile(r"(?:.?[<>^])?\d*s?|04[xX]")
# In a text that may be a template: what `str.format` takes. The kinds of the catalogue, as in {least:mass}, are none.
SPEC_IN_TEXT = re.compile(r"\{[\w.\[\]]*(?:![rsa])?:((?:.?[<>=^])?[-+ ]?#?\d*[,_]?(?:\.\d+)?[a-zA-Z%]?)\}")


def specs_of_numbers(tree: ast.AST) -> list[str]:
    """What in a module writes numbers by itself, each with its line."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        match node:
            case ast.FormattedValue(format_spec=ast.JoinedStr(values=parts)):
                # A width that is worked out counts as a digit.
                spec = "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in parts)
                found += [(node.lineno, spec)] if not HARMLESS_SPEC.fullmatch(spec) else []
            case ast.Constant(value=str(text)):
                found += [(node.lineno, spec) for spec in SPEC_IN_TEXT.findall(text) if not HARMLESS_SPEC.fullmatch(spec)]
            case ast.Call(func=ast.Name(id="format")):
                found.append((node.lineno, "format()"))
            case ast.BinOp(left=ast.Constant(value=str() | bytes()) | ast.JoinedStr(), op=ast.Mod()):
                found.append((node.lineno, "%"))
    return [f"{line}: {what}" for line, what in found]


class TestNumbers:
    """Numbers are written in one place for people and in one for data."""

    @pytest.mark.parametrize(
        "path", [path for path in MODULES if path not in WRITERS and path.parent.name != "paper"], ids=own_name
    )
    def test_a_module_writes_no_number_by_itself(self, path: Path) -> None:
        assert [] == specs_of_numbers(ast.parse(path.read_text("utf-8")))

    @pytest.mark.parametrize(
        "code",
        [
            "f'{x:,}'", "f'{x:f}'", "f'{x:.2f}'", "f'{x:g}'", "f'{x:e}'", "f'{x:.1%}'", "f'{x:n}'", "f'{x:>10,}'",
            "f'{x:.{places}f}'", "f'{x!s:+}'", "'{:,}'.format(x)", "'{x:.3f}'.format(x=x)", "'{0[a]:g}'.format(x)",
            "format(x, ',')", "'%d' % x", "b'%.2f' % x", "f'{y} %s' % x",
        ],
    )  # fmt: skip
    def test_a_number_written_in_passing_is_found(self, code: str) -> None:
        assert specs_of_numbers(ast.parse(code))

    @pytest.mark.parametrize(
        "code", ["f'{x:<10}'", "f'{x:>{width}}'", "f'{x:04X}'", "f'{x}'", "'{a}'.format(a=x)", "x % 2", "f'{x!r}'"]
    )
    def test_columns_and_code_points_are_let_through(self, code: str) -> None:
        assert [] == specs_of_numbers(ast.parse(code))


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
            ("--version", "json tabulate reportlab decimal tomllib importlib.metadata compound.judging compound.findings"),
            ("--help", "json tabulate reportlab decimal tomllib importlib.metadata compound.judging compound.cli.plan"),
            ("wrong", "json tabulate reportlab decimal tomllib importlib.metadata compound.judging compound.cli.plan"),
            (f"{PLAN} --json", "tabulate reportlab PIL tomllib importlib.metadata email csv textwrap difflib tempfile hashlib "
             "_hashlib compound.showing.plan_rows compound.worksheet compound.qc compound.correcting compound.planning.solution"),
            (PLAN, "reportlab PIL tomllib hashlib compound.worksheet compound.qc compound.correcting"),
            ("plan naltrexone", "tabulate reportlab tomllib compound.showing.plan_rows compound.worksheet"),
            ("check mannitol", "reportlab PIL tomllib compound.planning compound.judging compound.facts.doses compound.facts.substances"),
            ("check --json mannitol", "tabulate dataclasses reportlab tomllib compound.planning compound.judging"),
            ("doses", "reportlab tomllib compound.planning compound.judging compound.facts.excipients compound.facts.substances"),
            ("drugs", "reportlab tomllib compound.planning compound.judging compound.facts.excipients compound.facts.doses"),
            ("explain fill-weight-assumed", "tabulate reportlab tomllib compound.judging compound.planning"),
            ("guide", "json tabulate reportlab decimal tomllib difflib compound.judging compound.findings"),
            ("guide plan", "json tabulate reportlab decimal tomllib difflib compound.judging compound.findings"),
            ("templates", "reportlab tomllib compound.judging compound.planning compound.facts.excipients"),
            ("audit no-such-plan.json", "reportlab tomllib compound.planning compound.worksheet"),
            ("aliquot --need '5 mg' --balance-sensitivity '6 mg'", "reportlab PIL tomllib hashlib compound.planning "
             "compound.worksheet compound.correcting compound.qc"),
            ("qc weights", "tabulate reportlab tomllib compound.planning compound.judging compound.facts.excipients"),
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

    for code, entry in codes.ENTRIES.items():
        page = explanation(entry)
        assert code == entry.code
        said = sentences_of(entry)
        for text in (said.title, said.meaning.split()[0], said.cause.split()[0], said.source.split()[0]):
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
