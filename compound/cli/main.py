"""The command `compound`: its sub-commands, loaded only when called, and the one way out."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

import click

from compound import __version__
from compound.cli import interrupts, streams
from compound.cli.help_pages import with_examples
from compound.cli.shell import COMPLETE_VARIABLE
from compound.exact.errors import InputError, ProgramFault

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

MOST_SAID = 20  # faults of one input
REPORT_TO = "the issue tracker of the project"

# One line each, so that --help loads no command. A test holds them against the commands' own help.
COMMANDS = {
    "plan": "Plan a batch of capsules; print the plan, write the worksheet.",
    "aliquot": "Answer an everyday question: least weighable quantity, one aliquot, mass of a lot.",
    "audit": "Replay a plan, with the weights read if there are any; say what dose it gives.",
    "label": "Print labels of vessels and capsules, as a PDF or for a label printer.",
    "verify": "Read a worksheet back and recompute it.",
    "templates": "List and copy worksheet templates and formulas.",
    "balance": "Check a balance; say what it may weigh.",
    "pharmacy": "Show the pharmacy's own file and what is in force; write one.",
    "check": "Judge excipients, shells and dosage forms by name.",
    "doses": "List the doses studied in the source review, with their cautions.",
    "drugs": "List the drug forms known.",
    "qc": "Judge capsule weights and assay results.",
    "explain": "Explain a finding: what it means, its cause, its cure, its source.",
    "guide": "Show the manual, a page at a time.",
    "completion": "Print the script that completes commands in a shell.",
}


class LazyGroup(click.Group):
    """A group that imports a command when it is called, and prints its list of commands without importing any."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"compound.cli.{cmd_name}").command
        if not isinstance(command, click.Command):
            raise ProgramFault(f"compound.cli.{cmd_name} has no command")
        if ctx.resilient_parsing:  # a shell asks what may be typed next
            _prepare(command, cmd_name)
        return with_examples(command, cmd_name)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem[str]]:
        """The names of the commands that begin so, with what they do, from the table; or the options."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [CompletionItem(name, help=line) for name, line in COMMANDS.items() if name.startswith(incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the list from the table of short helps."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Finds the command; an unknown one is answered without loading any."""
        if ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"There is no command {args[0]!r}. Commands are {', '.join(COMMANDS)}.")
        name, command, rest = super().resolve_command(ctx, args)
        if command is not None:
            _refuse_repeated(command, ctx, name, rest)
        return name, command, rest


def _prepare(command: click.Command, name: str) -> None:
    """Has the parameters of a command, or of the commands of a group, complete what they hold."""
    from compound.cli.completing import prepare

    prepare(command, name)
    if isinstance(command, click.Group):
        for inner, one in command.commands.items():
            prepare(one, f"{name} {inner}")


def _refuse_repeated(command: click.Command, parent: click.Context, name: str | None, arguments: list[str]) -> None:
    """Refuses an option that is given twice: click would take the last, and one of two doses is a slip."""
    if isinstance(command, click.Group):
        inner = command.get_command(parent, arguments[0]) if arguments else None
        if inner is not None:
            _refuse_repeated(inner, parent, arguments[0], arguments[1:])
        return
    context = click.Context(command, parent, info_name=name, **command.context_settings)
    try:
        _, _, order = command.make_parser(context).parse_args(list(arguments))
    except click.UsageError:
        return  # click's own reading of the command line says it
    seen = set()
    for parameter in order:
        # An option of several values says itself what it takes.
        repeats = parameter.multiple or parameter.nargs > 1 if isinstance(parameter, click.Option) else True
        if isinstance(parameter, click.Option) and not (repeats or parameter.is_flag or parameter.count):
            if parameter.name in seen:
                raise click.UsageError(f"{parameter.opts[0]} is given twice; give it once.", context)
            seen.add(parameter.name)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="compound %(version)s")
def main() -> None:
    """Plan, print and audit ultralow-dose opioid antagonist capsules in exact arithmetic.

    Exit codes: 0 done; 1 must not be made; 2 wrong usage or unreadable input; 70 a fault of the program;
    130 interrupted.
    """


def run(arguments: list[str] | None = None) -> NoReturn:
    """Runs the command and leaves with its exit code. No traceback ever reaches a user."""
    interrupts.watch()
    if (asked := os.environ.get(COMPLETE_VARIABLE)) is not None:
        from compound.cli.completion import answer_shell

        sys.exit(answer_shell(asked, main))
    # The process is short: it seldom looks for garbage, and not once more before it leaves. Both save a floor.
    gc.set_threshold(100_000, 50, 50)
    if sys.stderr is None:
        sys.exit(2)  # findings would be lost, and nobody can be told
    if sys.stdout is None:
        sys.exit(_fail("stdout is closed, so no result can be written"))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    given = sys.argv[1:] if arguments is None else list(arguments)
    streams.guard(as_json="--json" in given)
    code = _exit_code(given or ["--help"])  # nothing was asked for, and nothing is wrong
    gc.freeze()
    sys.exit(code)


def _exit_code(arguments: list[str]) -> int:
    try:
        # click's own main would turn a closed pipe and its own errors into exit codes that are not ours.
        with main.make_context("compound", list(arguments)) as context:
            main.invoke(context)
        sys.stdout.flush()
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 2
    except click.exceptions.Exit as left:
        return left.exit_code
    except InputError as error:
        said = [streams.one_line(str(one)) for one in error.each]
        more = [f"and {len(said) - MOST_SAID} faults more"] if len(said) > MOST_SAID else []
        return max(map(_fail, _undecoded(arguments) + said[:MOST_SAID] + more))
    except click.UsageError as error:
        if error.ctx is not None:
            click.echo(error.ctx.get_usage(), err=True)
        return _fail(error.format_message())
    except click.ClickException as error:
        return _fail(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return interrupts.INTERRUPTED
    except BrokenPipeError:
        _close_stdout()
        return _fail("stdout was closed before all was written")
    except OSError as error:
        _close_stdout()
        return _fail(f"cannot be written or read: {error.strerror or error}")
    except UnicodeEncodeError as error:
        return _fail(f"the character U+{ord(error.object[error.start]):04X} cannot be written; leave it out")
    except RecursionError:
        return _fail("the input is nested too deeply")
    except Exception as error:
        sentence = " ".join(str(error).split()) or "no further words"
        click.echo(
            f"error: the program failed ({type(error).__name__}: {sentence}). Nothing it printed may be used. "
            f"Please report it, with the command you typed, at {REPORT_TO}.",
            err=True,
        )
        return 70
    return 0


def _undecoded(arguments: Sequence[str]) -> list[str]:
    """Says of each argument that the locale could not decode that this is the cause; not of the rest, nor on success.

    Python hands on such bytes as characters that cannot be seen, and a file may well be named so.
    """
    said = []
    for number, argument in enumerate(arguments, start=1):
        strange = [ord(one) - 0xDC00 for one in argument if "\udc80" <= one <= "\udcff"]
        if not strange:
            continue
        encoding = sys.getfilesystemencoding().upper()
        try:
            os.fsencode(argument).decode("utf-8")
        except UnicodeError:
            said.append(f"argument {number} is not text in {encoding}: byte 0x{bytes(strange[:1]).hex().upper()}")
        else:
            said.append(
                f"the locale, with its encoding {encoding}, cannot decode argument {number}; set PYTHONUTF8=1, or LC_ALL to a "
                "locale with UTF-8"
            )
    return said


def _fail(sentence: str) -> int:
    click.echo(f"error: {sentence}", err=True)
    return 2


def _close_stdout() -> None:
    """Keeps the interpreter from writing to a stream that is gone when it shuts down."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return


if __name__ == "__main__":
    run()
