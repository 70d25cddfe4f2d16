"""The short screen of `compound plan`: what there is to do, on stdout; what is to be said of it, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

import click

from compound.cli import output
from compound.cli.columns import aligned, table_lines
from compound.cli.shell import command_line
from compound.findings.finding import Finding, NotChecked, Severity
from compound.judging.audit import Audit
from compound.showing import screen_rows
from compound.wording.language import ENGLISH, Language
from compound.wording.notation import phrase

_STYLES = (None, None, output.BOLD_STYLE, None, None)  # of the columns: what is aimed at stands out


def _width(*, err: bool = False) -> int | None:
    """The width to fold to; None where what is written goes to a file or another program."""
    return output.terminal_width() if output.has_width(sys.stderr if err else sys.stdout) else None


def print_plan(judged: Audit, language: Language = ENGLISH) -> None:
    """Prints what is made, the steps, the dose and the powder."""
    for text in screen_rows.head_lines(judged, language):
        click.echo(output.folded(text, output.terminal_width(), following="  "))
    click.echo()
    for line in step_lines(judged, language, _width()):
        output.echo(line)
    if within := screen_rows.within_text(judged, language):
        click.echo(output.folded(within, output.terminal_width(), following="  "))
    click.echo()
    for name, text in screen_rows.fact_rows(judged, language):
        click.echo(output.folded(text, output.terminal_width(), f"{name:<8}", " " * 8))


def step_lines(judged: Audit, language: Language, width: int | None) -> list[output.Line]:
    """The table of steps."""
    head, rows = screen_rows.step_header(judged, language), screen_rows.screen_rows(judged, language)
    targets = aligned([row.target for row in rows], language.notation.point)
    numbers = [row.number for row in rows]
    wide = max(map(len, [head.number, *numbers]))
    body = [
        [f"{number:>{wide}}", row.what, target, row.range, row.into]
        for number, target, row in zip(numbers, targets, rows, strict=True)
    ]
    return table_lines([[f"{head.number:>{wide}}", head.what, head.target, head.range, head.into], *body], width, 1, 3, _STYLES)


def print_said(findings: Sequence[Finding], not_checked: Sequence[NotChecked], language: Language = ENGLISH) -> None:
    """Prints what is to be said of a plan in short: what to settle, what was taken on, what was not checked."""
    words, said = screen_rows.screen_words_of(language), screen_rows.said_of(findings, not_checked, language)
    notation, width = language.notation, output.terminal_width()

    def say(text: str, first: str = "", following: str = "  ") -> None:
        click.echo(output.folded(text, width, first, following, stream=sys.stderr), err=True)

    output.part_streams()
    for text in said.taken_on:
        say(text)
    if said.settle:
        title = words.before_you_weigh.format(count=notation.number(len(said.settle)))
        output.echo([(title, output.WARNING_STYLE)], err=True)
        wide = len(str(len(said.settle))) + 1
        for number, row in enumerate(said.settle, start=1):
            say(f"{row.text}  {row.options}" if row.options else row.text, f"{number:>{wide}} ", " " * (wide + 1))
    if said.not_checked:
        say(words.not_checked.format(names=", ".join(said.not_checked)))
    if said.settle or said.notes:
        _say_more(said, language, say)


def print_refused(findings: Sequence[Finding], not_checked: Sequence[NotChecked], language: Language = ENGLISH) -> None:
    """Prints why a plan is refused: its errors in full. All else is counted, and what was not checked is named."""
    from compound.showing.finding_rows import finding_line

    words, said = screen_rows.screen_words_of(language), screen_rows.said_of(findings, not_checked, language)
    width = output.terminal_width()
    output.part_streams()
    for finding in findings:
        if finding.severity is Severity.ERROR:
            output.print_finding(finding_line(finding, language), finding.severity.value)
    counts = ((words.more_warnings, len(said.settle) + len(said.taken_on)), (words.more_notes, said.notes + said.notes_told))
    more = [phrase(form, {"count": language.notation.number(count)}) for form, count in counts if count]
    texts = [words.not_checked.format(names=", ".join(said.not_checked))] if said.not_checked else []
    texts.append("  ".join([*([words.more.format(what=", ".join(more))] if more else []), words.explain_any]))
    for text in texts:
        click.echo(output.folded(text, width, following="  ", stream=sys.stderr), err=True)


def _say_more(said: screen_rows.SaidInShort, language: Language, say: Callable[[str], None]) -> None:
    """How many notes were not told, and how any finding is explained, with the codes of those that were."""
    words, notation = screen_rows.screen_words_of(language), language.notation
    parts = []
    if said.notes:
        parts.append(words.more.format(what=phrase(words.more_notes, {"count": notation.number(said.notes)})))
    codes = ", ".join(dict.fromkeys(row.code for row in said.settle))
    parts.append(words.explained.format(codes=codes) if codes else words.explain_any)
    say("  ".join(parts))


def print_worksheet(path: str | None, worksheet: bytes | None, language: Language = ENGLISH) -> None:
    """Prints where the worksheet is and what is typed next; `worksheet` is None where it was not written."""
    words, following = screen_rows.screen_words_of(language), ""
    if path is None:
        text = words.worksheet_none
    elif worksheet is None:
        text = words.worksheet_not_written.format(file=path)
    else:
        from compound.paper.earlier import page_count

        pages = page_count(worksheet)
        named = command_line((path,))
        text = phrase(words.worksheet_written, {"file": path, "pages": language.notation.number(pages)})
        following = words.at_the_bench.format(named=named)
    whole = f"{words.worksheet}  {text}"
    beside = len(whole) + len(following) + 2 <= output.terminal_width() or not output.has_width(sys.stderr)
    lines = [f"{whole}  {following}"] if beside else [whole, f"  {following}"]
    click.echo(err=True)
    for line in lines:
        click.echo(line.rstrip(), err=True)
