"""`import compound` offers the path of the command line to a program, typed, documented and light."""

from __future__ import annotations

import inspect
import subprocess
from pathlib import Path

import pytest
from helpers import COMMAND, PYTHON

import compound

ORDER = {"drug": "naltrexone hydrochloride", "dose": "2 mcg", "balance-sensitivity": "1 mg", "capsules": "30"}


def test_importing_the_package_loads_nothing_more() -> None:
    code = "import sys; before = set(sys.modules); import compound; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([*PYTHON, "-c", code], capture_output=True, text=True, check=True)

    assert ["compound"] == [name for name in done.stdout.split() if name.startswith("compound")]


@pytest.mark.parametrize("name", compound.__all__)
def test_every_name_is_there_and_documented(name: str) -> None:
    assert inspect.getdoc(getattr(compound, name))
    assert name in dir(compound)


def test_no_name_is_that_of_a_room() -> None:
    package = Path(compound.__file__).parent
    rooms = {path.name for path in package.iterdir() if path.is_dir()}

    assert set() == rooms & set(compound.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'plan_nothing'"):
        compound.plan_nothing  # noqa: B018


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(compound.__file__).parent / "py.typed").is_file()


def test_a_batch_that_must_not_be_made_gets_no_worksheet() -> None:
    order, notes = compound.read_order({**ORDER, "diluent": "calcium carbonate", "fill-weight": "150 mg"})
    batch = compound.plan_batch(order, notes=notes)

    assert batch.must_not_be_made
    with pytest.raises(compound.InputError, match="must not be made"):
        compound.write_worksheet(batch)


def test_a_batch_without_an_admissible_plan_says_what_would_help() -> None:
    order, notes = compound.read_order({**ORDER, "capsules": "3", "balance-sensitivity": "50 mg", "method": "powder"})
    batch = compound.plan_batch(order, notes=notes)

    assert batch.audit is None
    assert "no-admissible-plan" in [finding.code for finding in batch.findings]
    assert [] == batch.record()["steps"]


def test_a_program_and_the_command_make_the_same_sheet(tmp_path: Path) -> None:
    order, notes = compound.read_order(ORDER)
    pdf, _ = compound.write_worksheet(compound.plan_batch(order, notes=notes))
    options = [word for name, value in ORDER.items() if name != "drug" for word in (f"--{name}", value)]
    command = [*COMMAND, "plan", ORDER["drug"], *options, "--pdf", str(tmp_path / "sheet.pdf")]
    subprocess.run(command, capture_output=True, check=True)

    assert (tmp_path / "sheet.pdf").read_bytes() == pdf
