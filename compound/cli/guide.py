"""`compound guide`: the manual, a page at a time. The pages are the Markdown files in `compound/guide`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from compound.cli.speaking import language_option
from compound.exact.errors import InputError
from compound.reading import shipped

if TYPE_CHECKING:
    from compound.wording.explain_words import GuideWords

# The pages in the order of the work, with a line each. A test holds them against the files.
TOPICS = {
    "plan": "A first plan: what is printed, and how to read it.",
    "shelf": "What the plan should know of the lot, the source, the shell and the balance.",
    "excipients": "How diluents, excipients, shells and dosage forms are judged by name.",
    "names": "What may be typed as drug, diluent, excipient, shell and dosage form.",
    "house-rules": "Rules of your own pharmacy, and the limits this tool sets itself.",
    "doses": "The doses studied, and the slips of a unit that they catch.",
    "amounts": "How amounts are written and read.",
    "options": "Every option of compound plan.",
    "ranking": "Which powder plan is printed, and why.",
    "solution": "The solution route: dissolve, dilute, dry.",
    "volume": "Capsules filled by volume: topped up, and all of it filled.",
    "uniformity": "From capsule to capsule: particles, filling, USP <905>.",
    "balance": "A balance: ten readings, and what it may weigh.",
    "pharmacy": "The pharmacy's own file: what need not be typed with every order.",
    "bench": "Readings from the balance: replay, correct, record.",
    "worksheet": "The PDF to weigh from, and where the elements of USP <795> stand.",
    "labels": "Labels of vessels and capsules: rolls, sheets, label printers.",
    "verify": "Read a worksheet back and recompute it.",
    "qc": "Weights and assays of finished capsules.",
    "formulas": "Starting orders in a file.",
    "orders": "Many orders from one table.",
    "templates": "The wording, language and layout of the worksheet.",
    "aliquot": "The everyday question: least weighable quantity, one aliquot, mass of a lot.",
    "findings": "Errors, warnings and notes; accepting a finding; exit codes.",
    "conventions": "Where schools of calculation differ, and what is done here.",
    "commands": "Every command with its options.",
    "sources": "Where the facts come from, and the published problems that are solved.",
    "library": "The same from a Python program.",
    "architecture": "How the program is built.",
    "development": "Tests, long runs, benchmarks.",
}


# The pages that another language has too, in its folder of compound/guide. A test holds them against the files.
TRANSLATED = {"de": ("plan", "shelf", "excipients")}


@click.command("guide")
@click.argument("topic", required=False)
@language_option
def command(topic: str | None, language: str) -> None:
    """Show the manual, a page at a time.

    Without TOPIC it lists the pages. On a terminal a page longer than the screen opens in the pager.
    """
    if topic is None:
        width = max(map(len, TOPICS))
        for name, line in TOPICS.items():
            click.echo(f"{name:<{width}}  {_line(name, line, language)}")
        return
    if topic not in TOPICS:
        raise _unknown(topic, language)
    # The comments are for the tests, which renew the tables and outputs.
    page = _page(topic, language).splitlines(keepends=True)
    _show("".join(line for line in page if not line.startswith("<!-- ")))


def _line(topic: str, english: str, language: str) -> str:
    """The line of a topic. The words of a language are read only where it is not English: the list stays quick."""
    if language == "en":
        return english
    from compound.wording.language import language as language_of

    return language_of(language).topic(topic, english)


def _page(topic: str, language: str) -> str:
    """The page of a topic in a language; the English one, with a sentence that says so, where it has none."""
    if language == "en" or topic in TRANSLATED.get(language, ()):
        return shipped.guide(topic, language)
    return f"{_words(language).english_only}\n\n{shipped.guide(topic)}"


def _words(language: str) -> GuideWords:
    from compound.wording.explain_words import GuideWords
    from compound.wording.language_file import table

    return table(language, GuideWords)


def _unknown(topic: str, language: str) -> InputError:
    from compound.reading.text import nearest_names, shown

    words, close = _words(language), nearest_names(topic, TOPICS, 3)
    hint = words.close.format(names=", ".join(close)) if close else words.topics.format(names=", ".join(TOPICS))
    return InputError("TOPIC", words.no_page.format(topic=shown(topic), hint=hint))


def _show(page: str) -> None:
    """Prints a page; through the pager where a terminal is too short for it."""
    if sys.stdout.isatty():
        import shutil

        if page.count("\n") >= shutil.get_terminal_size().lines:
            click.echo_via_pager(page)
            return
    click.echo(page, nl=False)
