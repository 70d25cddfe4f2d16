"""`compound templates`: the files that ship to be copied and changed."""

from __future__ import annotations

import os

import click

from compound.cli import files
from compound.exact.errors import InputError
from compound.reading import shipped
from compound.reading.shipped import Resource
from compound.reading.text import shown

_KINDS = {
    shipped.WORKSHEET: "worksheet template: compound plan --template FILE",
    shipped.FORMULA: "starting order: compound plan --formula FILE",
    shipped.PLAN: "plan written by hand: compound audit FILE",
}


@click.command("templates", short_help="List and copy worksheet templates and formulas.")
@click.argument("words", nargs=-1, metavar="[copy NAME [TO]]")
@click.option("--copy", "name", metavar="NAME", help="Copy the shipped file of this name.")
@click.option("--to", "target", metavar="FILE", help="Where to: a file or a folder. Default: its own name, here.")
@click.option("--force", is_flag=True, help="Overwrite a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
def command(words: tuple[str, ...], name: str | None, target: str | None, force: bool, as_json: bool) -> None:
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
    click.echo(f"copied {found.name} to {path}")


def _says(resource: Resource) -> str:
    """What a file says of itself: the first line of its comment; a plan says what it is."""
    if resource.kind == shipped.PLAN:
        return "the least that an audit needs, to be changed"
    first = resource.read().decode(errors="replace").partition("\n")[0]
    return first.lstrip("#").strip().rstrip(".") if first.startswith("#") else ""


def _table() -> str:
    from compound.cli.tables import tabulate

    parts = []
    for kind, use in _KINDS.items():
        body = [[resource.name, _says(resource)] for resource in shipped.shipped(kind)]
        if body:
            parts.append(f"{use}\n" + tabulate(body, tablefmt="plain", disable_numparse=True))
    parts.append("compound templates copy NAME [TO] copies one, to be changed.")
    return "\n\n".join(parts)


def _json() -> str:
    import json

    listed = [
        {"name": resource.name, "kind": resource.kind, "file": resource.file_name, "says": _says(resource)}
        for resource in shipped.shipped()
    ]
    return json.dumps(listed, ensure_ascii=False, indent=2)
