"""The files that ship for users to read, copy and change: worksheet templates, formulas, a plan written by hand.

They are found here and nowhere else: in the package first, where a wheel puts them, then beside it, where a checkout
and an editable installation have them.
"""

from __future__ import annotations

import os
import re
from typing import Any

from compound.exact.errors import InputError, ProgramFault
from compound.exact.value import Value
from compound.reading import shipped as data

FORMULA, PLAN, WORKSHEET = "formula", "plan", "worksheet"
LARGEST_TEXT = 1_000_000

# Folder within templates/, ending of the file, kind.
_SHELVES = (("", ".toml", WORKSHEET), ("formulas", ".toml", FORMULA), ("", ".json", PLAN))


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
        return data.template(self.path)


def folder() -> str:
    """The folder of the shipped files. Raises ProgramFault where the installation lacks it."""
    found = data.templates_folder()
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


def read_toml(content: bytes, where: str) -> dict[str, Any]:
    """The table in a TOML file. `where` names the file. Raises InputError with line and column."""
    import tomllib

    if len(content) > LARGEST_TEXT:
        raise InputError(where, f"{len(content):,} bytes are more than {LARGEST_TEXT:,}; this is no file for this tool")
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(where, f"is not UTF-8 text (byte {error.start + 1:,}); save it as UTF-8") from None
    except ValueError as error:  # a TOMLDecodeError, or an integer of thousands of digits
        place = re.search(r"\(at (.*)\)$", str(error))
        twice = " (a key stands there twice)" if "overwrite" in str(error) else ""
        raise InputError(where, f"is not valid TOML at {place[1] if place else 'some place'}{twice}") from None
    except RecursionError:
        raise InputError(where, "is nested too deeply") from None

