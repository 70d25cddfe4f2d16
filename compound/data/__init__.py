"""The facts that others set: one JSON file a subject, each row with its source."""

from __future__ import annotations

import os


def read(name: str) -> bytes:
    """The bytes of the data file `name`, which stands beside this module."""
    with open(os.path.join(os.path.dirname(__file__), name), "rb") as file:
        return file.read()
