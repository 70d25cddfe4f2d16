"""The data files of the package, and the one place outside the command line that opens files."""

from __future__ import annotations

import os.path


def read(name: str) -> bytes:
    """The bytes of the data file `name`, which stands beside this module. Raises OSError where it is missing."""
    with open(os.path.join(os.path.dirname(__file__), name), "rb") as file:
        return file.read()
