"""The language that the running command speaks, for all that it prints: see `compound.cli.speaking`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from compound.wording.language import Language

_KEY = f"{__name__}.code"


def speak(context: click.Context, code: str) -> None:
    """Lets the command of a context speak a language, by its code."""
    context.meta[_KEY] = code


def spoken_code() -> str:
    """The code of the language that the running command speaks; that of English where none runs or none was chosen."""
    context = click.get_current_context(silent=True)
    return "en" if context is None else str(context.meta.get(_KEY, "en"))


def spoken() -> Language:
    """The language that the running command speaks."""
    from compound.wording.language import language

    return language(spoken_code())
