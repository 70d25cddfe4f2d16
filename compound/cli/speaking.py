"""The option --language, the same on every command that speaks more than English."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from compound.exact.errors import InputError
from compound.wording.language_file import LANGUAGES

VARIABLE = "COMPOUND_LANGUAGE"

_Command = TypeVar("_Command", bound=Callable[..., Any])


def language_option(command: _Command) -> _Command:
    """Gives a command the option --language, whose code it takes as `language`.

    Without the option COMPOUND_LANGUAGE decides, and without that it is English. Raises InputError when the command is
    called with a COMPOUND_LANGUAGE that is none of LANGUAGES.
    """
    return click.option(
        "--language",
        type=click.Choice(LANGUAGES),
        callback=_chosen,
        help=f"Language of what is printed: {', '.join(LANGUAGES)}. Default: that of {VARIABLE}, else en.",
    )(command)


def _chosen(context: click.Context, _parameter: click.Parameter, typed: str | None) -> str | None:
    if typed is not None or context.resilient_parsing:
        return typed
    code = os.environ.get(VARIABLE) or "en"
    if code not in LANGUAGES:
        from compound.reading.text import shown

        raise InputError(VARIABLE, f"{shown(code)} is none of {', '.join(LANGUAGES)}")
    return code
