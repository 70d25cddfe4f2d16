"""`compound guide`: the manual, a page at a time. The pages are the Markdown files in `compound/guide`."""

from __future__ import annotations

import sys

import click

from compound.exact.errors import InputError
from compound.reading import shipped

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
    "balance": "A balance: ten readings, what it may weigh, the pharmacy's file.",
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


@click.command("guide")
@click.argument("topic", required=False)
def command(topic: str | None) -> None:
    """Show the manual, a page at a time.

    Without TOPIC it lists the pages. On a terminal a page longer than the screen opens in the pager.
    """
    if topic is None:
        width = max(map(len, TOPICS))
        for name, line in TOPICS.items():
            click.echo(f"{name:<{width}}  {line}")
        return
    if topic not in TOPICS:
        raise _unknown(topic)
    page = shipped.guide(topic)
    # The comments are for the tests, which renew the tables and outputs.
    _show("".join(line for line in page.splitlines(keepends=True) if not line.startswith("<!-- ")))


def _unknown(topic: str) -> InputError:
    from compound.reading.text import nearest_names, shown

    close = nearest_names(topic, TOPICS, 3)
    hint = f"close to it: {', '.join(close)}" if close else f"topics are {', '.join(TOPICS)}"
    return InputError("TOPIC", f"there is no page {shown(topic)}; {hint}")


def _show(page: str) -> None:
    """Prints a page; through the pager where a terminal is too short for it."""
    if sys.stdout.isatty():
        import shutil

        if page.count("\n") >= shutil.get_terminal_size().lines:
            click.echo_via_pager(page)
            return
    click.echo(page, nl=False)
