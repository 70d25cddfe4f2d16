"""`compound aliquot`: the everyday questions without a batch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from compound.aliquot.answer import Answer, answer
from compound.aliquot.asked import ASKED, Ask, AskedOption
from compound.aliquot.question import Question, read_question
from compound.cli import files, output
from compound.cli.speaking import language_option
from compound.cli.spoken import spoken
from compound.exact.errors import AmbiguousAmount, InputError
from compound.findings.finding import Severity, worst
from compound.wording.aliquot_words import AliquotWords

_STRENGTHS = "--mix"


class _WithStrengths(click.Command):
    """A command whose two strengths may follow one --mix, or one each of two."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Reads `--mix A --mix B` as `--mix A B`."""
        return super().parse_args(ctx, _joined(args))


def _joined(arguments: list[str]) -> list[str]:
    """The arguments with the strengths of several --mix behind the first one."""
    strengths: list[str] = []
    rest: list[str] = []
    at = 0
    words = [part for word in arguments for part in ([_STRENGTHS, word[6:]] if word.startswith(f"{_STRENGTHS}=") else [word])]
    while at < len(words):
        if words[at] != _STRENGTHS:
            rest.append(words[at])
            at += 1
            continue
        at += 1
        wanted = 2 if _STRENGTHS not in words[at:] and not strengths else 1
        while wanted and at < len(words) and not words[at].startswith("--"):
            strengths.append(words[at])
            at, wanted = at + 1, wanted - 1
        if wanted and len(strengths) < 2 and _STRENGTHS not in words[at:]:
            raise InputError(_STRENGTHS, 'takes two strengths, such as --mix "50%" "10%"')
    if len(strengths) > 2:
        raise InputError(_STRENGTHS, "takes two strengths; of three or more there are many ways to one, so mix two at a time")
    return [*rest, _STRENGTHS, *strengths] if strengths else rest


def _with_asked(function: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(ASKED):
        function = _click_asked(option)(function)
    return click.argument("drug", required=False)(function)


def _click_asked(option: AskedOption) -> Callable[[Callable[..., None]], Callable[..., None]]:
    more: dict[str, Any] = {"nargs": 2} if option.place == _STRENGTHS else {"multiple": option.repeated}
    return click.option(option.place, option.name.replace("-", "_"), help=option.help, metavar=option.metavar, **more)


@click.command("aliquot", cls=_WithStrengths)
@_with_asked
@click.option("--pdf", metavar="FILE", help="Also write a one-page sheet to FILE.")
@click.option("--force", is_flag=True, help="Overwrite a PDF with fields filled in, or a file of another kind.")
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the tables.")
def command(pdf: str | None, force: bool, language: str | None, as_json: bool, **given: Any) -> None:
    """Answer an everyday question: least weighable quantity, one aliquot, mass of a lot.

    \b
    What is asked follows from what is given:
      --balance-sensitivity "6 mg"                       the least that may be weighed
      --repeatability "0.08 mg" --readability "0.1 mg"   the same by USP <41>
      --need "5 mg" --balance-sensitivity "6 mg"         an aliquot of a powder
      --need "20 mg" --minimum-weight "120 mg" --into "30 mL"   of a solution
      --need "0.6 mL" --measure "cylinder 10 mL"         of a liquid drug
      --need "4.5 mg" --tablet "50 mg" --into "50 mL"    of a tablet in a liquid
      --need "4.5 mg" --assay 98.7% --assay-basis as-is  the mass of this lot
      --mix "50%" "10%" --to "17%" --total "100 g"       a mixture of two strengths

    The smallest whole multiple that can be weighed and measured is printed. Its steps are replayed; the textbook's limit of
    each weighing and the worst case of all of them together stand side by side. DRUG is what stands on the shelf, with its
    form; it may be left out.
    """
    if pdf is not None:
        files.refuse_unwritable(pdf, "--pdf", force=force)
    found = answer(_read(given))
    refused = worst(found.findings) is Severity.ERROR
    text = _text(found, as_json, refused)
    if pdf is not None and not refused:
        from compound.worksheet.aliquot_page import aliquot_pdf

        files.write_atomically(pdf, aliquot_pdf(found, spoken()), "--pdf")
    if text:
        click.echo(text)
    if not as_json:
        output.print_findings(found.findings, found.not_checked)
        if pdf is not None:
            words = spoken().table(AliquotWords)
            click.echo((words.sheet_not_written if refused else words.sheet_written).format(file=pdf), err=True)
    output.leave(found.findings)


def _read(given: dict[str, Any]) -> Question:
    """The question. On a terminal an amount with two readings is asked about."""
    options = {name.replace("_", "-"): value for name, value in given.items() if value not in (None, ())}
    while True:
        try:
            return read_question(options)
        except InputError as error:
            met, name = error.each[0], error.each[0].where.removeprefix("--")
            asks = isinstance(met, AmbiguousAmount) and isinstance(options.get(name, ""), str) and name in {o.name for o in ASKED}
            if len(error.each) > 1 or not asks or not isinstance(met, AmbiguousAmount) or not output.is_terminal():
                raise
            options[name] = output.ask_which(met)


def _text(found: Answer, as_json: bool, refused: bool) -> str:
    """What goes to stdout: the JSON object or the tables; of what must not be made nothing."""
    if as_json:
        from compound.showing.aliquot_json import aliquot_record
        from compound.showing.fingerprint import to_json

        return to_json(aliquot_record(found, spoken()))
    return "" if refused else _tables(found)


def _tables(found: Answer) -> str:
    from compound.cli.tables import tabulate
    from compound.showing import aliquot_rows as rows

    language, width = spoken(), output.terminal_width()
    words = rows.words_in(language)

    def facts(body: list[tuple[str, str]]) -> str:
        names = max(len(name) for name, _ in body)
        return tabulate(body, tablefmt="plain", disable_numparse=True, maxcolwidths=[None, max(30, width - names - 2)])

    if found.question.kind == Ask.LEAST:
        return facts(rows.least_rows(found.question, language))
    asked = rows.asked_rows(found, language)
    parts = [output.folded(rows.answer_text(found, language), width)]
    if asked:
        parts.append(f"{words.asked.upper()}\n{facts(asked)}")
    if steps := rows.aliquot_step_rows(found, language):
        table = tabulate(steps, words.step_headers, tablefmt="simple", disable_numparse=True,
                         maxcolwidths=[None, 40 if width < 110 else 64, None, None])  # fmt: skip
        parts.append(f"{words.steps.upper()}\n{table}")
    if given := rows.given_rows(found, language):
        parts.append(f"{words.accuracy.upper()}\n{facts(given)}")
    if others := rows.other_rows(found, language):
        parts.append(f"{words.others.upper()}\n{tabulate(others, words.other_headers, tablefmt='simple', disable_numparse=True)}")
    return "\n\n".join(parts)
