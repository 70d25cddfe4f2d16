"""The option --language, the same on every command that speaks more than English."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from compound.cli.own_place import located
from compound.cli.spoken import speak
from compound.exact.errors import InputError
from compound.wording.language_file import LANGUAGES

VARIABLE = "COMPOUND_LANGUAGE"

_Command = TypeVar("_Command", bound=Callable[..., Any])


def language_option(command: _Command) -> _Command:
    """Gives a command the option --language, whose code it takes as `language` and which `spoken` then gives.

    Without the option COMPOUND_LANGUAGE decides, without that the pharmacy's own file, else it is English. Raises
    InputError when the command is called with a COMPOUND_LANGUAGE that is none of LANGUAGES.
    """
    return click.option(
        "--language",
        type=click.Choice(LANGUAGES),
        callback=_chosen,
        help=f"Language of what is printed: {', '.join(LANGUAGES)}. Default: that of {VARIABLE}, else that of the "
        "pharmacy's file, else en.",
    )(command)


def _chosen(context: click.Context, _parameter: click.Parameter, typed: str | None) -> str | None:
    if context.resilient_parsing:
        return typed
    code = unless_typed(_of_own_file) if typed is None else typed
    speak(context, code)
    return code


def _of_own_file() -> str | None:
    if located(None) is None:
        return None
    from compound.cli.own_file import own_language  # few have one, and to read it takes its time

    return own_language()


def unless_typed(of_file: Callable[[], str | None]) -> str:
    """The language where none is typed: that of COMPOUND_LANGUAGE, else that of the pharmacy's file, else English.

    Raises InputError for a COMPOUND_LANGUAGE that is none of LANGUAGES.
    """
    code = os.environ.get(VARIABLE) or of_file() or "en"
    if code not in LANGUAGES:
        from compound.reading.text import shown

        raise InputError(VARIABLE, f"{shown(code)} is none of {', '.join(LANGUAGES)}")
    return code
