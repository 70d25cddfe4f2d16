"""The files of the package: data, fonts and templates. The one place outside the command line that opens files."""

from __future__ import annotations

import os.path

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_FACTS = os.path.join(_PACKAGE, "facts", "data")


def read(name: str) -> bytes:
    """The bytes of the facts in the file `name`, such as `ware.json`. Raises OSError where it is missing."""
    return _bytes(os.path.join(_FACTS, name))


def names() -> tuple[str, ...]:
    """The names of the files of facts, sorted."""
    return tuple(sorted(name for name in os.listdir(_FACTS) if name.endswith(".json")))


def sentences(language: str) -> bytes:
    """The bytes of the sentences in a language, such as `de`. Raises OSError where there are none."""
    return _bytes(os.path.join(_PACKAGE, "wording", "sentences", f"{language}.json"))


def font(name: str) -> bytes:
    """The bytes of a font of the worksheet. Raises OSError where it is missing."""
    return _bytes(os.path.join(_PACKAGE, "paper", "typefaces", name))


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
