"""Help pages: the options of `plan` in groups, and examples at the end of every command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from compound.wording.help_words import HelpWords

# Of every command by its name; a test types each of them. They fit 80 columns, so that a line is a command.
EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "plan": (
        'compound plan "naltrexone hydrochloride" --dose "2 mcg" --capsules 30',
        "compound plan --formula naltrexone-2-mcg --pdf worksheet.pdf --fillable",
        "compound plan --orders orders.csv --pdf-dir worksheets",
    ),
    "aliquot": ('compound aliquot --need "5 mg" --balance-sensitivity "6 mg"',),
    "audit": ("compound audit worksheet.pdf --interactive --log readings.csv",),
    "label": ("compound label worksheet.pdf --format 62x100 --pdf labels.pdf",),
    "verify": ("compound verify worksheet.pdf",),
    "templates": ("compound templates copy worksheet.de",),
    "balance check": ('compound balance check --readability "0.1 mg" --csv ten.csv --column mg',),
    "pharmacy": ("compound pharmacy",),
    "check": ('compound check "lactose monohydrate" "hypromellose E5"',),
    "doses": ("compound doses --drug naltrexone",),
    "drugs": ("compound drugs",),
    "qc weights": ("compound qc weights worksheet.pdf --net --csv weights.csv --column mg",),
    "qc assay": ("compound qc assay worksheet.pdf --csv contents.csv --column percent",),
    "explain": ("compound explain fill-weight-assumed",),
    "guide": ("compound guide bench",),
    "completion": ("compound completion bash",),
}


def with_examples(command: click.Command, name: str) -> click.Command:
    """The command, its examples at the end of its help; those of a group's commands stand with them."""
    if isinstance(command, click.Group):
        for inner, one in command.commands.items():
            with_examples(one, f"{name} {inner}")
        return command
    if name in EXAMPLES:
        # By its method, and when it is called: the words of a language are read for a help page alone.
        setattr(command, "format_epilog", partial(_format_examples, command.format_epilog, EXAMPLES[name]))  # noqa: B010
    return command


def _format_examples(
    before: Callable[[click.Context, click.HelpFormatter], None], examples: Sequence[str], context: click.Context,
    formatter: click.HelpFormatter,
) -> None:  # fmt: skip
    """Writes what a command has at its end, then its examples, each on its line."""
    before(context, formatter)
    words = _words()
    with formatter.section(words.example if len(examples) == 1 else words.examples):
        for example in examples:
            formatter.write(f"{'':>{formatter.current_indent}}{example}\n")


def _words() -> HelpWords:
    from compound.cli.spoken import spoken
    from compound.wording.help_words import HelpWords

    return spoken().table(HelpWords)


class GroupedHelp(click.Command):
    """A command whose help shows its options in groups, as the table of options has them."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes a section for each group, and one for the help itself."""
        from compound.order.options_table import GROUPS

        words = _words()
        records = {
            parameter.opts[0].removeprefix("--"): record
            for parameter in self.get_params(ctx)
            if isinstance(parameter, click.Option) and (record := parameter.get_help_record(ctx)) is not None
        }
        for group, names in GROUPS.items():
            rows = [records.pop(name) for name in names if name in records]
            with formatter.section(words.groups[group]):
                formatter.write_dl(rows)
        with formatter.section(words.help):
            formatter.write_dl(list(records.values()))
