"""What is tested is what is installed, and not the folder the tests stand in."""

from __future__ import annotations

import json
import re
import subprocess
import sysconfig
from importlib.metadata import distribution
from pathlib import Path

import pytest
from helpers import COMMAND, PYTHON

import compound

HERE = Path(__file__).parent
CHECKOUT = HERE.parent
SCRIPT = (str(Path(sysconfig.get_path("scripts"), "compound")),)
INSTALLED = distribution("compound")
EDITABLE = json.loads(INSTALLED.read_text("direct_url.json") or "{}").get("dir_info", {}).get("editable", False)


def output(*command: str, cwd: Path) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=cwd).stdout


def test_the_package_that_is_imported_is_the_one_installed() -> None:
    where = CHECKOUT if EDITABLE else Path(sysconfig.get_path("purelib"))

    assert where / "compound" / "__init__.py" == Path(compound.__file__)


def test_a_process_runs_what_the_tests_import_even_beside_the_checkout(tmp_path: Path) -> None:
    for folder in (tmp_path, CHECKOUT):
        assert f"{compound.__file__}\n" == output(*PYTHON, "-c", "import compound; print(compound.__file__)", cwd=folder)


@pytest.mark.parametrize("command", [SCRIPT, COMMAND], ids=["script", "module"])
def test_both_ways_to_start_it_lead_to_the_program(command: tuple[str, ...], tmp_path: Path) -> None:
    version = f"compound {compound.__version__}\n"

    assert version == output(*command, "--version", cwd=tmp_path) == f"compound {INSTALLED.version}\n"


def test_a_process_is_started_by_the_helpers_alone() -> None:
    """Started in another way it would import the checkout, wherever the tests are started there."""
    others = {path.name for path in HERE.glob("*.py") if path.name not in ("helpers.py", Path(__file__).name)}

    assert set() == {name for name in others if re.search(r"sys\.executable", (HERE / name).read_text("utf-8"))}


def test_the_tests_are_run_away_from_the_checkout() -> None:
    assert CHECKOUT not in (Path.cwd(), *Path.cwd().parents)
