"""The files of the package: data, fonts, pages of the manual and templates. The one place outside the command line that opens files."""

from __future__ import annotations

import os.path

_HERE = os.path.dirname(os.path.abspath(__file__))
_PACKAGE = os.path.dirname(_HERE)


def read(name: str) -> bytes:
    """The bytes of the data file `name`, which stands beside this module. Raises OSError where it is missing."""
    return _bytes(os.path.join(_HERE, name))


def names() -> tuple[str, ...]:
    """The names of the data files, sorted."""
    return tuple(sorted(name for name in os.listdir(_HERE) if name.endswith(".json")))


def font(name: str) -> bytes:
    """The bytes of a font of the worksheet. Raises OSError where it is missing."""
    return _bytes(os.path.join(_PACKAGE, "fonts", name))


def guide(name: str) -> bytes:
    """The bytes of a page of the manual, such as `plan.md`. Raises OSError where it is missing."""
    return _bytes(os.path.join(_PACKAGE, "guide", name))


def templates_folder() -> str:
    """The folder of the templates that are shipped: in the package, or beside it in a checkout."""
    inside = os.path.join(_PACKAGE, "templates")
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(_PACKAGE), "templates")


def template(name: str) -> bytes:
    """The bytes of a shipped template, such as `worksheet.toml`. Raises OSError where it is missing."""
    return _bytes(os.path.join(templates_folder(), name))


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
