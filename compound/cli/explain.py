"""`compound explain`: what a finding means, its cause, its cure, its source."""

from __future__ import annotations

import click

from compound.cli import output
from compound.exact.errors import InputError
from compound.findings import codes
from compound.findings.finding import Entry, Severity
from compound.reading.text import nearest_names, shown
from compound.wording.catalogue import sentences_of


@click.command("explain")
@click.argument("code", required=False)
@click.option("--list", "as_list", is_flag=True, help="List all findings with their severity, the gravest first.")
def command(code: str | None, as_list: bool) -> None:
    """Explain a finding: what it means, its cause, its cure, its source.

    Without CODE it lists all findings by code; with --list the gravest come first.
    """
    if as_list:
        if code is not None:
            raise click.UsageError("Give a CODE or --list, not both.", click.get_current_context())
        click.echo(listing())
        return
    if code is None:
        width = max(map(len, codes.ENTRIES))
        for entry in sorted(codes.ENTRIES.values(), key=lambda entry: entry.code):
            click.echo(f"{entry.code:<{width}}  {entry.severity.value:<7}  {sentences_of(entry).title}")
        return
    found = codes.ENTRIES.get(code)
    if found is None:
        close = nearest_names(code, codes.ENTRIES, 3)
        raise InputError(
            "CODE",
            f"{shown(code)} is not a finding; "
            + (f"close to it: {', '.join(close)}" if close else "`compound explain` lists all"),
        )
    click.echo(explanation(found))


def listing() -> str:
    """All findings, a line each: code, severity, title; the gravest first, then by code.

    An error that a pharmacist can accept with a reason is listed as a judgement error.
    """
    order = list(Severity)
    entries = sorted(codes.ENTRIES.values(), key=lambda entry: (order.index(entry.severity), entry.code))
    kinds = ["judgement error" if entry.judgement else entry.severity.value for entry in entries]
    code, kind = max(map(len, codes.ENTRIES)), max(map(len, kinds))
    return "\n".join(
        f"{entry.code:<{code}}  {name:<{kind}}  {sentences_of(entry).title}" for entry, name in zip(entries, kinds, strict=True)
    )


def explanation(entry: Entry) -> str:
    """The entry in full, as a page of text."""
    severity = entry.severity.value
    if entry.severity is Severity.ERROR:
        severity += ", a judgement: it can be accepted with --accept" if entry.judgement else ", cannot be accepted"
    said = sentences_of(entry)
    parts = [("code", entry.code), ("severity", severity), ("says", _blanks(said.message)), ("means", said.meaning),
             ("cause", said.cause), ("cure", _blanks(said.remedy)), ("source", said.source)]  # fmt: skip
    lines = [said.title, ""]
    for name, text in parts:
        lines.append(output.folded(text, output.terminal_width(96), f"{name:<10}", " " * 10))
    return "\n".join(lines)


def _blanks(template: str) -> str:
    """A template with its values shown as names: `{least:mass}` reads [least]."""
    import re

    return re.sub(r"\{(\w+)(:\w+)?\}", lambda match: f"[{match[1]}]", template)
