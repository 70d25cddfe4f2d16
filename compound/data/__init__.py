"""The facts that others set, as JSON files. The one module besides the command line that opens files."""

from __future__ import annotations

import os


def read(name: str) -> bytes:
    """The bytes of the data file `name`, which stands beside this module."""
    with open(os.path.join(os.path.dirname(__file__), name), "rb") as file:
        return file.read()
