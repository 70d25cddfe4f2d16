"""`compound label SHEET|PLAN`: labels of the vessels and of the capsules, as a PDF and as ZPL."""

from __future__ import annotations

import os
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from compound.cli import output
from compound.cli.bench_readings import BenchReadings
from compound.cli.files import as_said, open_template, read_file, refuse_unwritable, write_atomically
from compound.cli.speaking import language_option
from compound.cli.spoken import speak, spoken, spoken_code
from compound.correcting.weighed import BatchVerdict, Weighed
from compound.exact.errors import InputError
from compound.exact.value import Value
from compound.findings.finding import Severity
from compound.making.saved import SavedPlan, audit_plan, read_plan
from compound.wording.label_words import LabelWords
from compound.wording.notation import has_decimal_comma

if TYPE_CHECKING:
    from compound.facts.label_formats import LabelFormat
    from compound.wording.language import Language
    from compound.worksheet.details import Details
    from compound.worksheet.labels import PrintedLabel
    from compound.worksheet.template import Template

_STOCK, _CAPSULES, _ALL = "stock", "capsules", "all"
_MOST_COPIES = 100
_MOST_SHEET_BYTES = 20_000_000


class _Options(Value):
    """The options of the command."""

    form: str | None
    which: str
    start: int
    copies: int
    pdf: str | None
    zpl_file: str | None
    dpi: str
    template: str | None
    pharmacy: tuple[str, ...]
    tablet_excipients: str | None
    reads: tuple[str, ...]
    readings: str | None
    confirm: tuple[int, ...]
    force: bool


class _Source(Value):
    """What the labels are made from: the plan and its fingerprint, the readings, and how its worksheet was printed."""

    name: str
    saved: SavedPlan
    fingerprint: str
    bench: BenchReadings
    template: Template
    details: Details


class _Texts(Value):
    """The labels to print, the texts on them, and what is to be said to who compares them."""

    labels: tuple[PrintedLabel, ...]
    texts: tuple[str, ...]
    special: str | None


@click.command("label", short_help="Print labels of vessels and capsules, as a PDF or for a label printer.")
@click.argument("file", required=False, metavar="SHEET|PLAN")
@click.option("--format", "form", metavar="NAME", help="The labels to print on, such as 62x100; --formats lists them.")
@click.option("--formats", is_flag=True, help="List the formats of labels, with the source of their dimensions.")
@click.option("--which", type=click.Choice((_STOCK, _CAPSULES, _ALL)), default=_ALL, show_default=True,
              help="Labels of the triturations and solutions, of the capsules, or all.")
@click.option("--start", type=click.IntRange(1), default=1, metavar="N",
              help="The first free label of a sheet that was used in part, counted row by row. Default 1.")
@click.option("--copies", type=click.IntRange(1, _MOST_COPIES), default=1, metavar="N", help="How many of each label. Default 1.")
@click.option("--pdf", metavar="FILE", help="Write the labels as a PDF: a label a page for a roll, or sheets of labels.")
@click.option("--zpl", "zpl_file", metavar="FILE", help="Write the labels as ZPL for a label printer; - is standard output.")
@click.option("--dpi", type=click.Choice(("203", "300")), default="203", show_default=True, help="Dots per inch of the label printer.")
@click.option("--template", metavar="NAME|FILE",
              help="Words and language of the labels, as for plan. Default: those of the worksheet; of a plan, English.")
@click.option("--pharmacy", multiple=True, metavar="LINE",
              help="A line of the pharmacy's head on the label of the capsules. May be repeated.")
@click.option("--tablet-excipients", metavar="NAMES", help="The excipients of the tablets, for the label of the capsules.")
@click.option("--read", "reads", multiple=True, metavar="STEP=AMOUNT[@LOT]", help="The weight really read at a step, as for audit.")
@click.option("--readings", metavar="FILE.csv", help="Read the weights from a CSV file, as for audit.")
@click.option("--confirm", multiple=True, type=click.IntRange(1), metavar="STEP",
              help="The reading of this step is right, though outside its range. May be repeated.")
@click.option("--force", is_flag=True, help="Overwrite a PDF with fields filled in, or a file of another kind.")  # fmt: skip
@language_option
def command(file: str | None, formats: bool, language: str | None, **given: Any) -> None:
    """Print labels of vessels and capsules, as a PDF or for a label printer.

    SHEET is a worksheet, its fields filled in or not; PLAN is the JSON of a plan. The plan is judged as `compound audit`
    does before a label is drawn: one with an error prints none. Each trituration or solution gets a label with its
    strength, and a frame that says that it is not the drug; the capsules get the label that the worksheet shows.
    """
    options = _Options(**given)
    if formats:
        if file is not None:
            raise click.UsageError("--formats lists the formats; leave the file out.")
        click.echo(_formats())
        return
    if file is None:
        raise click.UsageError("Missing: SHEET|PLAN.", click.get_current_context())
    form = _checked(options)
    source = _read(file, options)
    _speak_as_the_sheet(source)
    weighed = audit_plan(source.saved, source.bench.read, jars=source.bench.jars)
    _leave_if_refused(weighed, source, options.zpl_file == "-")
    _print(weighed, source, form, options)


def _speak_as_the_sheet(source: _Source) -> None:
    """Lets the command speak the language of the labels, where no other one was chosen."""
    context = click.get_current_context()
    if spoken_code() == "en" and context.get_parameter_source("language") is not ParameterSource.COMMANDLINE:
        speak(context, source.template.language)


def _checked(options: _Options) -> LabelFormat:
    """The format. Raises InputError and UsageError for options that do not go together, before anything is read."""
    from compound.facts.label_formats import label_format

    if options.form is None:
        raise click.UsageError("Missing: --format NAME; --formats lists them.", click.get_current_context())
    form = label_format(options.form)
    if options.pdf is None and options.zpl_file is None:
        raise click.UsageError("Name what to write: --pdf FILE, --zpl FILE or both.", click.get_current_context())
    if options.zpl_file is not None and form.on_sheet:
        raise InputError("--zpl", f"a label printer prints on rolls; {form.name} is a sheet of labels")
    if options.start > 1 and not form.on_sheet:
        raise InputError("--start", f"is for sheets of labels; {form.name} is a roll")
    if options.start > form.per_page:
        raise InputError("--start", f"{form.name} has {form.per_page} labels on a sheet")
    if options.pdf is not None:
        refuse_unwritable(options.pdf, "--pdf", force=options.force)
    if options.zpl_file not in (None, "-"):
        refuse_unwritable(str(options.zpl_file), "--zpl", force=options.force)
        if options.pdf is not None and os.path.realpath(options.pdf) == os.path.realpath(str(options.zpl_file)):
            raise InputError("--zpl", f"{as_said(options.pdf)} is the file for the PDF; name another one")
    return form


def _read(path: str, options: _Options) -> _Source:
    """The plan with what stands in the fields of its worksheet. Raises InputError with the file's name in front."""
    from compound.reading.json_text import read_object
    from compound.showing.fingerprint import fingerprint
    from compound.worksheet.details import read_details

    name = as_said(path)
    content = read_file(path, None, _MOST_SHEET_BYTES)
    pharmacy, excipients = options.pharmacy, options.tablet_excipients
    template = None if options.template is None else open_template(options.template)
    if content.startswith(b"%PDF-"):
        from compound.making.differences import ATTACHED_PLAN
        from compound.paper.filled import read_filled
        from compound.paper.read_back import read_sheet
        from compound.worksheet import printed

        names = (ATTACHED_PLAN, printed.NAME)
        sheet, where = read_filled(content, name, names), f"{name}: {ATTACHED_PLAN}"
        saved, plan = read_plan(sheet.plan, where), read_object(sheet.plan, where)
        bench = BenchReadings(saved.plan, frozenset(options.confirm))
        bench.take_fields(sheet.readings, name, decimal_comma=has_decimal_comma(sheet.language))
        record = f"{name}: {printed.NAME}"
        try:
            printing = printed.read_print_record(read_object(read_sheet(content, name, names).files[printed.NAME], record))
        except InputError as error:
            raise InputError(record, str(error).removeprefix(f"{record}: ")) from None
        pharmacy = pharmacy or tuple(printing.details["pharmacy"])
        excipients = excipients or printing.details["tablet_excipients"]
        template = template or printing.template
    else:
        saved, plan = read_plan(content, name), read_object(content, name)
        bench = BenchReadings(saved.plan, frozenset(options.confirm))
    bench.take_options(options.reads)
    if options.readings is not None:
        bench.take_table(options.readings)
    if unread := sorted(bench.confirmed - bench.read.keys()):
        raise InputError("--confirm", f"step {unread[0]} has no reading to confirm")
    bench.ask_all_back()
    details = read_details(saved.plan, pharmacy=pharmacy, tablet_excipients=excipients)
    return _Source(name, saved, fingerprint(plan), bench, template or open_template(None), details)


def _leave_if_refused(weighed: Weighed, source: _Source, to_stdout: bool) -> None:
    """Says what is wrong and leaves with exit code 1 where the plan, or what was made of it, has an error.

    With `to_stdout` the labels would go from stdout to a printer: nothing else may.
    """
    words, findings = spoken().table(LabelWords), weighed.findings
    refused = output.refusal(findings)
    if refused is None and weighed.verdict is BatchVerdict.OUTSIDE:
        refused = words.outside
    if refused is not None:
        click.echo(refused, err=to_stdout)
        output.print_findings([one for one in findings if one.severity is Severity.ERROR])
        click.echo(refused, err=to_stdout)
        raise SystemExit(output.MUST_NOT_BE_MADE)
    if count := sum(1 for one in findings if one.severity is Severity.WARNING):
        from compound.wording.notation import phrase

        click.echo(phrase(words.warnings, {"count": count, "file": source.name}), err=True)


def _print(weighed: Weighed, source: _Source, form: LabelFormat, options: _Options) -> None:
    """Lays the labels out, writes them, and says what was printed."""
    from compound.worksheet import label_zpl, labels

    found = _texts(weighed, source, options.which)
    words, code = spoken().table(LabelWords), source.fingerprint
    caption = _words(source).plan.format(code=code[: labels.CODE_DIGITS])
    placed = None if options.pdf is None else labels.laid_out(found.labels, form, caption)
    dots = None
    if options.zpl_file is not None:
        dots = label_zpl.laid_out_in_dots(found.labels, form, int(options.dpi), caption)
    _say_letters(found.texts, words, on_paper=placed is not None, by_printer=dots is not None)
    if placed is not None and options.pdf is not None:
        repeated = [label for label in placed for _ in range(options.copies)]
        pages = labels.papers(repeated, form, code, options.start)
        title = _words(source).title.format(drug=_language(source).text(weighed.plan.order.dosed))
        write_atomically(options.pdf, labels.labels_pdf(pages, source.template.language, title, code), "--pdf")
    if dots is not None and options.zpl_file is not None:
        text = label_zpl.zpl(dots, code, options.copies)
        if options.zpl_file == "-":
            click.echo(text, nl=False)
        else:
            write_atomically(options.zpl_file, text.encode("ascii"), "--zpl")
    notation, to_stdout = spoken().notation, options.zpl_file == "-"
    for label, done in zip(found.labels, placed or (dots.placed if dots else ()), strict=True):
        head, text = (notation.number(Fraction(str(size))) for size in done.sizes)
        click.echo(words.printed.format(label=label.name, head=head, text=text), err=to_stdout)
    if found.special is not None:
        click.echo(words.compare.format(special=found.special), err=to_stdout)
        if weighed.verdict is BatchVerdict.INCOMPLETE or not source.bench.read:
            click.echo(words.not_all_read, err=True)


def _texts(weighed: Weighed, source: _Source, which: str) -> _Texts:
    """The labels that were asked for. Raises InputError where the plan has none of them, or names no drug."""
    from compound.worksheet.label_layout import capsule_parts, stock_parts
    from compound.worksheet.label_text import capsule_label, label_texts, stock_labels
    from compound.worksheet.labels import PrintedLabel

    order, words, special = weighed.plan.order, spoken().table(LabelWords), None
    if not order.drug:
        raise InputError(source.saved.name, "the plan names no drug, and a label without it says nothing")
    found: list[PrintedLabel] = []
    texts: list[str] = []
    for stock in stock_labels(weighed, _language(source)) if which != _CAPSULES else ():
        found.append(PrintedLabel(spoken().text(stock.vessel), tuple(stock_parts(stock))))
        texts += label_texts(stock)
    if which != _STOCK:
        capsules = capsule_label(weighed.made, source.template, source.details)
        found.append(PrintedLabel(words.capsules, tuple(capsule_parts(capsules))))
        texts += label_texts(capsules)
        special = capsules.special
    if not found:
        raise InputError("--which", words.none_of_stock)
    return _Texts(tuple(found), tuple(texts), special)


def _language(source: _Source) -> Language:
    from compound.wording.language import language

    return language(source.template.language)


def _words(source: _Source) -> LabelWords:
    return _language(source).table(LabelWords)


def _say_letters(texts: Sequence[str], words: LabelWords, *, on_paper: bool, by_printer: bool) -> None:
    """Warns of letters that the fonts lack: each is printed as its code in brackets."""
    from compound.paper import fonts
    from compound.worksheet.label_zpl import zpl_lacking

    lacking = [one for text in texts for one in (fonts.lacking(text) if on_paper else [])]
    lacking += [one for text in texts for one in (zpl_lacking(text) if by_printer else [])]
    if lacking:
        named = ", ".join(dict.fromkeys(fonts.stand_in(one)[1:-1] for one in lacking))
        click.echo(words.lacking.format(letters=named), err=True)


def _formats() -> str:
    """The formats by name, and where their dimensions come from."""
    from compound.facts.label_formats import label_formats

    formats = label_formats()
    longest = max(len(one.name) for one in formats)
    lines = [f"{one.name:<{longest}}  {spoken().phrase(one.says)}" for one in formats]
    sources = [output.folded(source, output.terminal_width(), following="  ") for source in dict.fromkeys(one.source for one in formats)]
    return "\n".join([*lines, "", *sources])
