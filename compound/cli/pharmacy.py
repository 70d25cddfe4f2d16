"""`compound pharmacy`: what is in force of the pharmacy's own file, and the file to begin with."""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING

import click

from compound.cli import files, output, own_file
from compound.cli.own_place import FILE_OPTION, FILE_VARIABLE, named_place
from compound.cli.speaking import unless_typed
from compound.exact.errors import InputError
from compound.reading import shipped
from compound.reading.shipped import OWN_FILES
from compound.wording.language_file import LANGUAGES

if TYPE_CHECKING:
    from compound.cli.own_file import OwnFile
    from compound.showing.pharmacy_rows import InForce
    from compound.wording.language import Language


@click.command("pharmacy", short_help="Show the pharmacy's own file and what is in force; write one.")
@click.argument("words", nargs=-1, metavar="[init [FILE]]")
@click.option("--pharmacy-file", "stated", metavar="FILE", help="The pharmacy's file. Default: COMPOUND_PHARMACY, else "
              "pharmacy.toml in the user's configuration folder; none: no file.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of what is printed, and of the file that init "
              "writes. Default: that of COMPOUND_LANGUAGE, else that of the file, else en.")
@click.option("--force", is_flag=True, help="With init: overwrite a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the tables.")
def command(words: tuple[str, ...], stated: str | None, language: str | None, force: bool, as_json: bool) -> None:
    """Show the pharmacy's own file and what is in force; write one.

    Without more it shows every setting, what is in force, and whether it is from the file or the default; the balances
    with what may be weighed on them and their checks; fillers and house rules. Options of compound plan win over all of it.

    `compound pharmacy init [FILE]` writes a file to begin with, all of it comments: to FILE, else to where the file is
    looked for. A file that is there is not overwritten without --force.
    """
    if words:
        if words[0] != "init" or len(words) > 2:
            raise click.UsageError("Write: compound pharmacy init [FILE].", click.get_current_context())
        if len(words) == 2 and stated is not None:
            raise click.UsageError("The file is given twice.", click.get_current_context())
        _init(words[1] if len(words) == 2 else stated, language or unless_typed(lambda: None), force)
        return
    if force:
        raise click.UsageError("--force goes with init.", click.get_current_context())
    _show(stated, language, as_json)


def _init(stated: str | None, language: str, force: bool) -> None:
    place = own_file.place_to_write(stated)
    path = os.path.join(place.path, "pharmacy.toml") if os.path.isdir(place.path) else place.path
    files.refuse_unwritable(path, FILE_OPTION if stated is None else "FILE", any_kind=True)
    if os.path.lexists(path) and not force:
        raise InputError("FILE", f"{files.as_said(path)} is there already; write --force to overwrite it")
    files.write_atomically(path, shipped.template(OWN_FILES.get(language, OWN_FILES["en"])), "FILE")
    from compound.wording.pharmacy_words import PharmacyWords

    click.echo(_language(language, None).table(PharmacyWords).written.format(path=files.as_said(path)))


def _show(stated: str | None, language: str | None, as_json: bool) -> None:
    from compound.findings.finding import Finding
    from compound.judging.own_file import overdue_finding
    from compound.order.own_file import OwnSettings
    from compound.showing.pharmacy_rows import InForce

    own, today = own_file.read_own_file(stated), date.today()
    found = InForce(None, None, today)
    overdue: list[Finding] = []
    if own is not None:
        OwnSettings(own.file, None, today)  # refuses a day that is still to come
        if (template := own.template()) is not None or own.file.sheet.logo is not None:
            own.with_logo(template or files.open_template(None))
        found = InForce(own.file, own.house_rules(), today)
        overdue = [
            overdue_finding(one.name, own.file.name, one.checked, one.check_every_days)
            for one in own.file.balances.values() if one.overdue_on(today)
        ]  # fmt: skip
    click.echo(_json(stated, found) if as_json else _tables(stated, own, found, _language(language, own)))
    if not as_json:
        output.print_findings(overdue)


def _language(stated: str | None, own: OwnFile | None) -> Language:
    from compound.wording.language import language

    return language(stated or unless_typed(lambda: None if own is None else own.file.sheet.language))


def _json(stated: str | None, found: InForce) -> str:
    from compound.showing.fingerprint import to_json
    from compound.showing.pharmacy_rows import pharmacy_record

    place = named_place(stated)
    named_by = _said_none(stated) if place is None else place.origin
    return to_json(pharmacy_record(found, None if place is None else files.as_said(place.path), named_by))


def _said_none(stated: str | None) -> str:
    """What says that no file counts."""
    return FILE_OPTION if stated is not None else FILE_VARIABLE


def _tables(stated: str | None, own: OwnFile | None, found: InForce, language: Language) -> str:
    from compound.cli.tables import tabulate
    from compound.showing import pharmacy_rows as rows
    from compound.wording.pharmacy_words import PharmacyWords

    words, place = language.table(PharmacyWords), named_place(stated)
    if place is None:
        first = words.file_off.format(named_by=words.named_by[_said_none(stated)])
    else:
        line = words.no_file if own is None else words.file
        first = line.format(path=files.as_said(place.path), named_by=words.named_by[place.origin])
    width = output.terminal_width()
    body = rows.setting_rows(found, language)
    beside = max(len(row[0]) for row in body) + max(len(row[2]) for row in body) + 4
    parts = [first, tabulate(body, words.setting_headers, tablefmt="simple", disable_numparse=True,
                             maxcolwidths=[None, max(20, width - beside), None])]  # fmt: skip
    tables = (
        (words.balances, words.balance_headers, rows.balance_rows(found, language)),
        (words.fillers, words.fill_headers, rows.fill_rows(found, language)),
        (words.fillers, words.density_headers, rows.density_rows(found, language)),
        (words.rules, words.rule_headers, rows.rule_rows(found)),
    )
    for heading, headers, table in tables:
        if table:
            widths: list[int | None] = [24 if output.has_width() else None] * len(headers)
            if headers == words.balance_headers:
                widths[:] = [*[None] * 6, 16 if output.has_width() else None, None]
            text = tabulate(table, headers, tablefmt="simple", disable_numparse=True, maxcolwidths=widths)
            parts.append(f"{heading}\n{text}")
    return "\n\n".join(parts)
