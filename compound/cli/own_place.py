"""Where the pharmacy's own file lies, and what says so. It loads next to nothing: every command may ask."""

from __future__ import annotations

import os

import click

from compound.exact.value import Value

FILE_OPTION, FILE_VARIABLE = "--pharmacy-file", "COMPOUND_PHARMACY"
OWN_FOLDER = "folder"  # where it lies unless it is named
NO_FILE = "none"  # in place of a path: no file counts


class Located(Value):
    """Where the pharmacy's file lies, and what says so: the option, the variable of the environment, or the folder."""

    path: str
    origin: str


def default_path() -> str:
    """`pharmacy.toml` in the user's configuration folder."""
    return os.path.join(click.get_app_dir("compound"), "pharmacy.toml")


def named_place(stated: str | None) -> Located | None:
    """Where the file lies, or would lie: as stated, else as COMPOUND_PHARMACY says, else the user's folder.

    None where `none` is stated: then there is none, whatever lies there.
    """
    if stated is not None:
        return None if stated == NO_FILE else Located(stated, FILE_OPTION)
    if said := os.environ.get(FILE_VARIABLE):
        return None if said == NO_FILE else Located(said, FILE_VARIABLE)
    return Located(default_path(), OWN_FOLDER)


def located(stated: str | None) -> Located | None:
    """Where the file lies; None where none counts. One that is named and not there is a fault of whoever reads it."""
    place = named_place(stated)
    return None if place is None or (place.origin == OWN_FOLDER and not os.path.lexists(place.path)) else place
