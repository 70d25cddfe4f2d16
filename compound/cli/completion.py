"""`compound completion`: scripts that complete commands in bash, zsh, fish and PowerShell, and the answers to them.

A script asks by running the command with a variable set; what may be typed next is in `completing`. zsh takes the script
of click. The others have scripts of their own: bash inserts names with blanks unquoted by the one of click, that for fish
completes nothing in click 8.4.0, and PowerShell is not in every click that this program runs with.
"""

from __future__ import annotations

import os
import sys
from typing import ClassVar

import click
from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
)

from compound.cli.shell import COMPLETE_VARIABLE

PROGRAM_NAME = "compound"

_BASH = r"""%(complete_func)s() {
    local IFS=$'\n' completion kind value response
    response=$(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD %(complete_var)s=bash_complete $1 2>/dev/null)
    COMPREPLY=()
    for completion in $response; do
        kind=${completion%%%%,*}
        value=${completion#*,}
        if [[ $kind == dir ]]; then
            compopt -o dirnames
        elif [[ $kind == file ]]; then
            compopt -o default
        elif [[ $kind == plain ]]; then
            if [[ $value == *= ]]; then compopt -o nospace; fi
            # What follows a quotation mark stays as it is; any other word is quoted where it has to be.
            if [[ ${COMP_WORDS[COMP_CWORD]} == [\"\']* ]]; then
                COMPREPLY+=("$value")
            else
                COMPREPLY+=("$(printf '%%q' "$value")")
            fi
        fi
    done
    return 0
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""

_FISH = r"""function %(complete_func)s
    set -l answers (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp | string collect) \
        COMP_CWORD=(commandline -t | string collect) %(prog_name)s 2>/dev/null)
    for answer in $answers
        set -l parts (string split -m 2 \t -- $answer)
        switch $parts[1]
            case dir
                __fish_complete_directories $parts[2]
            case file
                __fish_complete_path $parts[2]
            case plain
                if test -n "$parts[3]"
                    printf '%%s\t%%s\n' $parts[2] $parts[3]
                else
                    echo $parts[2]
                end
        end
    end
end

complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""

_POWERSHELL = r"""Register-ArgumentCompleter -Native -CommandName %(prog_name)s -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | ForEach-Object {
        if ($_ -is [System.Management.Automation.Language.StringConstantExpressionAst]) { $_.Value } else { $_.Extent.Text }
    })
    $before = $env:%(complete_var)s, $env:COMP_WORDS, $env:COMP_WORD
    $encoding = [Console]::OutputEncoding
    $env:%(complete_var)s = 'powershell_complete'
    $env:COMP_WORDS = $words -join "`n"
    $env:COMP_WORD = $wordToComplete
    try {
        [Console]::OutputEncoding = [System.Text.Encoding]::UTF8
        $answers = @(& %(prog_name)s 2>$null)
    } finally {
        [Console]::OutputEncoding = $encoding
        $env:%(complete_var)s, $env:COMP_WORDS, $env:COMP_WORD = $before
    }
    foreach ($answer in $answers) {
        $kind, $value, $help = $answer -split "`t", 3
        if ($kind -ne 'plain') { continue }  # files and folders: PowerShell completes them itself
        $typed = $value
        if ($value -match '[^A-Za-z0-9_./:=+-]') { $typed = "'" + ($value -replace "'", "''") + "'" }
        if (-not $help) { $help = $value }
        [System.Management.Automation.CompletionResult]::new($typed, $value, 'ParameterValue', $help)
    }
}
"""


class QuotingBashComplete(BashComplete):
    """bash, with what it inserts quoted where it has to be."""

    source_template: ClassVar[str] = _BASH


class OwnFishComplete(FishComplete):
    """fish, with kind, value and help of an answer on one line."""

    source_template: ClassVar[str] = _FISH

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Kind, value and help on a line, parted by tabs."""
        return by_tabs(item)


class OwnPowerShellComplete(ShellComplete):
    """PowerShell 5.1 and later: the words before the cursor come one a line, and a value leaves with its help."""

    name: ClassVar[str] = "powershell"
    source_template: ClassVar[str] = _POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is typed, and that one without its opening quotation mark."""
        words = os.environ.get("COMP_WORDS", "").split("\n")
        return words[1:], os.environ.get("COMP_WORD", "").lstrip("'\"")

    def format_completion(self, item: CompletionItem[str]) -> str:
        """Kind, value and help on a line, parted by tabs."""
        return by_tabs(item)


def by_tabs(item: CompletionItem[str]) -> str:
    """Kind, value and help of an answer, parted by tabs."""
    return "\t".join((item.type, item.value, " ".join((item.help or "").split())))


COMPLETED_SHELLS: dict[str, type[ShellComplete]] = {
    "bash": QuotingBashComplete, "zsh": ZshComplete, "fish": OwnFishComplete, "powershell": OwnPowerShellComplete,
}  # fmt: skip


@click.command("completion")
@click.argument("shell", type=click.Choice(list(COMPLETED_SHELLS), case_sensitive=False))
def command(shell: str) -> None:
    """Print the script that completes commands in a shell.

    It completes commands, options, drugs, diluents, codes of findings, templates, formulas, topics of the guide, balances
    and files. `compound guide commands` says where the script goes.
    """
    click.echo(script(shell), nl=False)


def script(shell: str) -> str:
    """The script for one of COMPLETED_SHELLS, to be run by it at its start."""
    asking = COMPLETED_SHELLS[shell](click.Group(PROGRAM_NAME), {}, PROGRAM_NAME, COMPLETE_VARIABLE)
    # Not by its method: that of bash starts one to see its version, and the shell need not be on this machine.
    return asking.source_template % asking.source_vars()


def answer_shell(asked: str, main: click.Command) -> int:
    """Answers a script that asks what may be typed next of `main`, on stdout; the exit code.

    What cannot be answered has no answer.
    """
    shell, _, what = asked.partition("_")
    if shell not in COMPLETED_SHELLS or what not in ("source", "complete"):
        return 1
    try:
        asking = COMPLETED_SHELLS[shell](main, {}, PROGRAM_NAME, COMPLETE_VARIABLE)
        text = script(shell) if what == "source" else asking.complete() + "\n"
        sys.stdout.buffer.write(text.encode())  # bytes: in a text Windows would end lines so that bash does not read them
        sys.stdout.flush()
    except Exception:  # whoever types must not read of it
        return 1
    return 0
