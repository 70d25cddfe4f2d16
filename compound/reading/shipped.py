"""The files of the package: facts, sentences, fonts, and the templates and formulas that ship for users to copy.

The one place outside the command line that opens files. Templates are found in the package first, where a wheel puts
them, then beside it, where a checkout and an editable installation have them.
"""

from __future__ import annotations

import os
from typing import Any

from compound.exact.errors import ProgramFault
from compound.exact.value import Value

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_FACTS = os.path.join(_PACKAGE, "facts", "data")

FORMULA, PLAN, WORKSHEET = "formula", "plan", "worksheet"

# The pharmacy's own file to begin with, by its language: no template to be listed with the others.
OWN_FILES = {"en": "pharmacy/pharmacy.toml", "de": "pharmacy/pharmacy.de.toml"}

# Folder within templates/, ending of the file, kind.
_SHELVES = (("", ".toml", WORKSHEET), ("formulas", ".toml", FORMULA), ("", ".json", PLAN))


def read(name: str) -> bytes:
    """The bytes of the facts in the file `name`, such as `ware.json`. Raises OSError where it is missing."""
    return _bytes(os.path.join(_FACTS, name))


def facts(name: str) -> Any:
    """What the file `name` of the facts holds. Raises ProgramFault where it is not whole, OSError where it is missing."""
    from compound.reading.json_text import read_shipped

    return read_shipped(read(name), name)


def names() -> tuple[str, ...]:
    """The names of the files of facts, sorted."""
    return tuple(sorted(name for name in os.listdir(_FACTS) if name.endswith(".json")))


def wording(code: str) -> bytes:
    """The bytes of the file of a language, such as `de`. Raises OSError where there is none."""
    return _bytes(os.path.join(_PACKAGE, "wording", "languages", f"{code}.json"))


def guide(topic: str, language: str = "en") -> str:
    """The text of a page of the manual, such as `plan`, in a language. Raises OSError where it is missing."""
    folder = os.path.join(_PACKAGE, "guide") if language == "en" else os.path.join(_PACKAGE, "guide", language)
    return _bytes(os.path.join(folder, f"{topic}.md")).decode("utf-8")


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


class Resource(Value):
    """A shipped file: what it is, the name it is called by, and its path in the folder of the shipped files."""

    kind: str
    name: str
    path: str

    @property
    def file_name(self) -> str:
        """The name of the file, without its folder."""
        return os.path.basename(self.path)

    def read(self) -> bytes:
        """The bytes of the file. Raises OSError where it cannot be read."""
        return template(self.path)


def folder() -> str:
    """The folder of the shipped files. Raises ProgramFault where the installation lacks it."""
    found = templates_folder()
    # Beside an installed package lie the packages of others: only a folder with our formulas is ours.
    if not os.path.isdir(os.path.join(found, "formulas")):
        raise ProgramFault("the shipped templates are missing; install the program again")
    return found


def shipped(kind: str | None = None) -> tuple[Resource, ...]:
    """The shipped files, of one kind or all, by kind and name."""
    top = folder()
    found = []
    for shelf, ending, its_kind in _SHELVES:
        if kind in (None, its_kind):
            names = sorted(name for name in os.listdir(os.path.join(top, shelf)) if name.endswith(ending))
            found += [Resource(its_kind, name.removesuffix(ending), os.path.join(shelf, name)) for name in names]
    return tuple(found)


def find(name: str, kind: str | None = None) -> Resource | None:
    """The shipped file of that name, with or without the ending of the file; None where there is none."""
    for resource in shipped(kind):
        if name in (resource.name, resource.file_name):
            return resource
    return None


