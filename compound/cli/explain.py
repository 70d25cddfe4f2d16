"""`compound explain`: what a finding means, its cause, its cure, its source."""

from __future__ import annotations

import click

from compound.cli import output
from compound.cli.speaking import language_option
from compound.exact.errors import InputError
from compound.findings import codes
from compound.findings.finding import Entry, Severity
from compound.reading.text import nearest_names, shown
from compound.wording import notation
from compound.wording.explain_words import ExplainWords
from compound.wording.language import ENGLISH, Language
from compound.wording.language import language as language_of
from compound.wording.record_words import PageWords


@click.command("explain")
@click.argument("code", required=False)
@click.option("--list", "as_list", is_flag=True, help="List all findings with their severity, the gravest first.")
@language_option
def command(code: str | None, as_list: bool, language: str) -> None:
    """Explain a finding: what it means, its cause, its cure, its source.

    Without CODE it lists all findings by code; with --list the gravest come first.
    """
    spoken = language_of(language)
    words = spoken.table(ExplainWords)
    if as_list:
        if code is not None:
            raise click.UsageError(words.code_or_list, click.get_current_context())
        click.echo(listing(spoken))
        return
    if code is None:
        named = spoken.table(PageWords).severities
        entries = sorted(codes.ENTRIES.values(), key=lambda entry: entry.code)
        rows = [(entry.code, named[entry.severity.value], spoken.sentences(entry).title) for entry in entries]
        click.echo(_columns(rows))
        return
    found = codes.ENTRIES.get(code)
    if found is None:
        close = nearest_names(code, codes.ENTRIES, 3)
        hint = words.close.format(names=", ".join(close)) if close else words.listed
        raise InputError("CODE", words.no_finding.format(code=shown(code), hint=hint))
    click.echo(explanation(found, spoken))


def listing(spoken: Language = ENGLISH) -> str:
    """All findings, a line each: code, severity, title; the gravest first, then by code.

    An error that a pharmacist can accept with a reason is listed as a judgement error.
    """
    order, named = list(Severity), spoken.table(PageWords).severities
    judgement = spoken.table(ExplainWords).judgement_error
    entries = sorted(codes.ENTRIES.values(), key=lambda entry: (order.index(entry.severity), entry.code))
    kinds = [judgement if entry.judgement else named[entry.severity.value] for entry in entries]
    titles = [spoken.sentences(entry).title for entry in entries]
    return _columns([(entry.code, kind, title) for entry, kind, title in zip(entries, kinds, titles, strict=True)])


def _columns(rows: list[tuple[str, str, str]]) -> str:
    code, kind = (max(len(row[column]) for row in rows) for column in (0, 1))
    return "\n".join(f"{row[0]:<{code}}  {row[1]:<{kind}}  {row[2]}" for row in rows)


def explanation(entry: Entry, spoken: Language = ENGLISH) -> str:
    """The entry in full, as a page of text."""
    words, said = spoken.table(ExplainWords), spoken.sentences(entry)
    severity = spoken.table(PageWords).severities[entry.severity.value]
    if entry.severity is Severity.ERROR:
        severity = (words.can_be_accepted if entry.judgement else words.cannot_be_accepted).format(severity=severity)
    parts = [(words.code, entry.code), (words.severity, severity), (words.says, _blanks(said.message, spoken)),
             (words.means, said.meaning), (words.cause, said.cause), (words.cure, _blanks(said.remedy, spoken)),
             (words.source, said.source)]  # fmt: skip
    wide = 2 + max(len(name) for name, _ in parts)
    lines = [said.title, ""]
    for name, text in parts:
        lines.append(output.folded(text, output.terminal_width(96), f"{name:<{wide}}", " " * wide))
    return "\n".join(lines)


def _blanks(template: str, spoken: Language) -> str:
    """A template with its values shown as names: `{least:mass}` reads [least], `{steps:step|steps}` steps."""
    import re

    def blank(match: re.Match[str]) -> str:
        kind = match[2] or ""
        return notation.one_or_many(False, kind) if "|" in kind else f"[{spoken.blank(match[1])}]"

    return re.sub(r"\{(\w+)(?::([^{}]*))?\}", blank, template)
