"""`compound templates`: the files that ship to be copied and changed."""

from __future__ import annotations

import os

import click

from compound.cli import files
from compound.cli.speaking import language_option
from compound.cli.spoken import spoken
from compound.exact.errors import InputError
from compound.reading import shipped
from compound.reading.shipped import Resource
from compound.reading.text import shown
from compound.wording.terminal_words import TemplatesWords

_KINDS = (shipped.WORKSHEET, shipped.FORMULA, shipped.PLAN)


@click.command("templates", short_help="List and copy worksheet templates and formulas.")
@click.argument("words", nargs=-1, metavar="[copy NAME [TO]]")
@click.option("--copy", "name", metavar="NAME", help="Copy the shipped file of this name.")
@click.option("--to", "target", metavar="FILE", help="Where to: a file or a folder. Default: its own name, here.")
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def command(  # one argument an option
    words: tuple[str, ...], name: str | None, target: str | None, force: bool, language: str | None, as_json: bool
) -> None:
    """List and copy worksheet templates and formulas.

    Without more it lists what ships: worksheet templates, formulas (worked starting orders with their calculation by
    hand) and a plan written by hand. `compound templates copy NAME [TO]` copies one, to be changed; so does
    --copy NAME --to FILE. A file that is there is not overwritten without --force.
    """
    if words:
        if words[0] != "copy" or not 2 <= len(words) <= 3:
            raise click.UsageError("Write: compound templates copy NAME [TO].", click.get_current_context())
        if name is not None or (target is not None and len(words) == 3):
            raise click.UsageError("Name and place are given twice.", click.get_current_context())
        name, target = words[1], words[2] if len(words) == 3 else target
    if name is None:
        if target is not None or force:
            raise click.UsageError("Say what to copy: --copy NAME.", click.get_current_context())
        click.echo(_json() if as_json else _table())
        return
    _copy(name, target, force)


def _copy(name: str, target: str | None, force: bool) -> None:
    found = shipped.find(name)
    if found is None:
        names = ", ".join(resource.name for resource in shipped.shipped())
        raise InputError("NAME", f"{shown(name)} is not a shipped file; those are {names}")
    path = found.file_name if target is None else target
    if os.path.isdir(path):
        path = os.path.join(path, found.file_name)
    files.refuse_unwritable(path, "--to", any_kind=True)
    if os.path.lexists(path) and not force:
        raise InputError("--to", f"{path} is there already; write --force to overwrite it")
    files.write_atomically(path, found.read(), "--to")
    click.echo(spoken().table(TemplatesWords).copied.format(name=found.name, path=path))


def _says(resource: Resource) -> str:
    """What a file is: an order in the language spoken, a template as the first line of its comment says."""
    words = spoken().table(TemplatesWords)
    if resource.kind == shipped.PLAN:
        return words.by_hand
    if resource.name in words.formulas:
        return words.formulas[resource.name]
    first = resource.read().decode(errors="replace").partition("\n")[0]
    return first.lstrip("#").strip().rstrip(".") if first.startswith("#") else ""


def _table() -> str:
    from compound.cli.tables import tabulate

    words, parts = spoken().table(TemplatesWords), []
    for kind in _KINDS:
        body = [[resource.name, _says(resource)] for resource in shipped.shipped(kind)]
        if body:
            parts.append(f"{words.kinds[kind]}\n" + tabulate(body, tablefmt="plain", disable_numparse=True))
    parts.append(words.copy)
    return "\n\n".join(parts)


def _json() -> str:
    import json

    listed = [
        {"name": resource.name, "kind": resource.kind, "file": resource.file_name, "says": _says(resource)}
        for resource in shipped.shipped()
    ]
    return json.dumps(listed, ensure_ascii=False, indent=2)
