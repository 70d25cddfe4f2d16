"""TOML of users and of the package, read strictly."""

from __future__ import annotations

import re
from typing import Any

from compound.exact.errors import InputError

LARGEST_TEXT = 1_000_000


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
