"""Where the tests run: away from the checkout and from a pharmacy's file, at the width of a pipe; in CI with every check."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
HERE = Path(__file__).parent

sys.path.append(str(HERE))  # --import-mode=importlib leaves tests/helpers.py and its like out
os.environ.pop("COLUMNS", None)
os.environ.pop("COMPOUND_LANGUAGE", None)
os.environ["COMPOUND_PHARMACY"] = "none"  # what the pharmacy of a developer has in its file decides no test
os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(HERE.parent / ".hypothesis"))

# A test of a property fails by what the program does, never by how long a loaded machine takes for one example, nor by
# chance: the examples are the same in every run. HYPOTHESIS_PROFILE=random draws others.
settings.register_profile("fixed", deadline=None, derandomize=True)
settings.register_profile("random", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))

# Set where whatever a check needs can be installed: there a check that was skipped was not made.
NO_SKIPS = os.environ.get("COMPOUND_NO_SKIPS", "") not in ("", "0")


@pytest.fixture(scope="session", autouse=True)
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Leaves the checkout: nothing may be found only because the tests are started beside it."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("elsewhere"))
    yield
    os.chdir(before)


def refused(report: Report) -> Report:
    """The report, failed if it tells of a skip where nothing may be skipped."""
    if NO_SKIPS and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"COMPOUND_NO_SKIPS is set, and this was skipped. {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fails a test that was skipped."""
    return refused((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fails a file that was skipped."""
    return refused((yield))
