"""`compound completion`: what may be typed next, in the shells themselves where they are at hand."""

from __future__ import annotations

import os
import pty
import re
import select
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers import COMMAND

from compound.cli.completion import COMPLETED_SHELLS, script
from compound.cli.guide import TOPICS
from compound.cli.main import COMMANDS
from compound.facts import offered_names, substances
from compound.facts.excipients import judge, rules
from compound.findings import codes
from compound.order.options_table import OPTIONS
from compound.reading import shipped

OWN_FILE = '[balances.bench-1]\nreadability = "1 mg"\n\n[balances.analytical]\nreadability = "0.1 mg"\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the command under its name, a file, a folder and the pharmacy's own file."""
    here = tmp_path_factory.mktemp("shell")
    (here / "bin").mkdir()
    command = here / "bin" / "compound"
    command.write_text(f'#!/bin/sh\nexec {shlex.join(COMMAND)} "$@"\n', "utf-8")
    command.chmod(0o755)
    (here / "my plan.json").write_text("{}", "utf-8")
    (here / "pharmacy.toml").write_text(OWN_FILE, "utf-8")
    for name in COMPLETED_SHELLS:
        (here / f"completion.{name}").write_text(script(name), "utf-8")
    return here


def environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COMP_", "_COMPOUND"))}
    return {**kept, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "COMPOUND_PHARMACY": str(folder / "pharmacy.toml"),
            "TERM": "xterm", "HOME": str(folder), "ZDOTDIR": str(folder), "XDG_CONFIG_HOME": str(folder),
            "XDG_DATA_HOME": str(folder), "LC_ALL": "C.UTF-8"}  # fmt: skip


def asked(folder: Path, line: str, shell: str = "bash") -> list[str]:
    """What the command answers to a line that is typed so far, kinds left out; files as `<file>`."""
    words = line.split(" ") if shell == "powershell" else [line]
    number = len(shlex.split(line + ("''" if line.endswith(" ") else ""))) - 1
    told = {
        "bash": {"COMP_WORDS": line, "COMP_CWORD": str(number)},
        "zsh": {"COMP_WORDS": line, "COMP_CWORD": str(number)},
        "fish": {"COMP_WORDS": line, "COMP_CWORD": line.rpartition(" ")[2]},
        "powershell": {"COMP_WORDS": "\n".join(words[:-1]), "COMP_WORD": words[-1]},
    }[shell]
    done = subprocess.run(
        ["compound"], env={**environment(folder), **told, "_COMPOUND_COMPLETE": f"{shell}_complete"}, capture_output=True, text=True,
        encoding="utf-8", check=True, cwd=folder,
    )  # fmt: skip
    assert "" == done.stderr
    if shell == "zsh":
        rows = list(zip(*[iter(done.stdout.strip("\n").splitlines())] * 3, strict=True))
    else:
        rows = [tuple(re.split(r"[,\t]", one, maxsplit=1)) + ("",) for one in done.stdout.splitlines() if one]
    return [row[1].partition("\t")[0] if row[0] == "plain" else f"<{row[0]}>" for row in rows]


BEGUN: list[tuple[str, list[str]]] = [
    ("compound ver", ["verify"]),
    ("compound qc as", ["assay"]),
    ("compound plan naltrexone", [one.name for one in substances.known() if one.drug == "naltrexone"]),
    ("compound plan --diluent mic", ["microcrystalline cellulose"]),
    ("compound plan --shell pull", ["pullulan"]),
    ("compound plan --accept drug-un", ["drug-unknown="]),
    ("compound plan --template worksheet", [*(f"worksheet.{code}" for code in ("de", "es", "fr", "nl", "pt")), "worksheet"]),
    ("compound plan --formula naltrexone-4", ["naltrexone-4.5-mg"]),
    ("compound plan --balance ", ["bench-1", "analytical"]),
    ("compound plan --balance an", ["analytical"]),
    ("compound plan --method so", ["solution"]),
    ("compound plan --solvent ", ["water", "ethanol"]),
    ("compound plan --surplus-rule de", ["de-dac-nrf"]),
    ("compound plan --pdf wo", ["<file>"]),
    ("compound plan --pdf-dir wo", ["<dir>"]),
    ("compound plan --particle-si", ["--particle-size"]),
    ("compound explain fill-weight-as", ["fill-weight-assumed"]),
    ("compound guide be", ["bench"]),
    ("compound templates copy naloxone", ["naloxone-0.4-mg"]),
    ("compound audit my", ["<file>"]),
    ("compound verify my", ["<file>"]),
    ("compound qc weights --rule nl", ["nl-fna"]),
    ("compound check --role shell pu", ["pullulan"]),
    ("compound completion po", ["powershell"]),
    ("compound label --format 62x1", ["62x100"]),
    ("compound label my", ["<file>"]),
    ("compound doses --drug nalo", ["naloxone"]),
    ("compound nosuch x", []),
    ("compound plan --nosuch x --diluent mic", ["microcrystalline cellulose"]),
]


class TestAnswers:
    """What may be typed next, by the protocol of each shell."""

    @pytest.mark.parametrize(("line", "found"), BEGUN)
    def test_what_begins_so(self, folder: Path, line: str, found: list[str]) -> None:
        answers = asked(folder, line)

        assert found == answers if len(found) > 1 or not found else set(found) <= set(answers)

    @pytest.mark.parametrize("shell", ["zsh", "fish", "powershell"])
    @pytest.mark.parametrize("line", [line for line, _ in BEGUN[::4]])
    def test_every_shell_is_answered_alike(self, folder: Path, shell: str, line: str) -> None:
        assert asked(folder, line) == asked(folder, line, shell)

    @pytest.mark.parametrize(("line", "whole"), [
        ("compound ", set(COMMANDS)),
        ("compound plan --", {f"--{option.name}" for option in OPTIONS if option.name != "drug"} | {"--help"}),
        ("compound explain ", set(codes.ENTRIES)),
        ("compound guide ", set(TOPICS)),
        ("compound plan --formula ", {one.name for one in shipped.shipped(shipped.FORMULA)}),
        ("compound plan ", {one.name for one in substances.known()}),
        ("compound plan --diluent ", set(offered_names.diluents())),
    ])  # fmt: skip
    def test_all_there_are(self, folder: Path, line: str, whole: set[str]) -> None:
        assert whole == set(asked(folder, line))

    def test_a_pharmacy_file_that_cannot_be_read_offers_nothing_and_says_nothing(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "broken.toml").write_text("[", "utf-8")

        assert [] == asked(folder, f"compound plan --pharmacy-file {tmp_path}/broken.toml --balance ")
        assert [] == asked(folder, f"compound plan --pharmacy-file {tmp_path}/none.toml --balance ")

    @pytest.mark.parametrize("variable", ["", "bash", "tcsh_complete", "bash_nosuch", "bash_complete"])
    def test_whatever_asks_gets_no_traceback(self, folder: Path, variable: str) -> None:
        done = subprocess.run(["compound"], env={**environment(folder), "_COMPOUND_COMPLETE": variable}, capture_output=True,
                              text=True, check=False)  # fmt: skip

        assert (1, "", "") == (done.returncode, done.stdout, done.stderr)


class TestNames:
    """What is offered may be used."""

    @pytest.mark.parametrize("name", offered_names.diluents())
    def test_a_diluent_that_is_offered_is_allowed_as_one(self, name: str) -> None:
        assert "allowed" == judge.judge(name, rules.ROLE_DILUENT).verdict

    @pytest.mark.parametrize("name", offered_names.excipients())
    def test_an_excipient_that_is_offered_is_allowed(self, name: str) -> None:
        assert "allowed" == judge.judge(name, rules.ROLE_EXCIPIENT).verdict

    @pytest.mark.parametrize("name", offered_names.shells())
    def test_a_shell_that_is_offered_is_allowed_as_one(self, name: str) -> None:
        assert "allowed" == judge.judge(name, rules.ROLE_SHELL).verdict

    def test_no_name_has_a_mark_that_the_protocols_part_values_by(self) -> None:
        names = [*offered_names.excipients(), *offered_names.shells(), *(one.name for one in substances.known())]

        assert [] == [name for name in names if re.search(r"[,\t\n]", name)]


class TestScripts:
    """`compound completion SHELL` prints what the shell runs at its start."""

    @pytest.mark.parametrize("shell", COMPLETED_SHELLS)
    def test_the_script_is_printed(self, folder: Path, shell: str) -> None:
        done = subprocess.run([*COMMAND, "completion", shell], capture_output=True, text=True, check=True)

        assert script(shell) == done.stdout
        assert f"{shell}_complete" in done.stdout

    @pytest.mark.parametrize("shell", COMPLETED_SHELLS)
    def test_a_script_has_no_mark_that_the_guard_before_stdout_would_write_otherwise(self, shell: str) -> None:
        assert script(shell).replace("\n", "").isprintable()

    def test_another_shell_is_refused_with_those_there_are(self) -> None:
        done = subprocess.run([*COMMAND, "completion", "tcsh"], capture_output=True, text=True, check=False)

        assert (2, "") == (done.returncode, done.stdout)
        assert "bash" in done.stderr
        assert "powershell" in done.stderr

    @pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")
    def test_bash_finds_no_fault_in_its_script(self, folder: Path) -> None:
        subprocess.run(["bash", "-n", str(folder / "completion.bash")], check=True)

    def test_every_bracket_of_the_powershell_script_is_closed(self) -> None:
        text = re.sub(r"'[^']*'|\"[^\"]*\"", "", script("powershell"))

        for opening, closing in ("{}", "()", "[]"):
            assert text.count(opening) == text.count(closing)


STARTS = {
    "bash": (["--norc", "--noprofile", "-i"], "PS1='> '; source completion.bash"),
    "zsh": (["-f", "-i"], "PS1='> '; autoload -Uz compinit; compinit -u -D; source completion.zsh"),
    "fish": (["--no-config", "-i"], "function fish_prompt; echo '> '; end; source completion.fish"),
}


def plain(shown: bytes) -> str:
    """What a terminal shows, without the sequences that move and colour it."""
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode("utf-8", "replace"))


class Session:
    """A shell at a terminal of its own, where someone types."""

    def __init__(self, shell: str, folder: Path) -> None:
        arguments, start = STARTS[shell]
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            found = shutil.which(shell) or shell
            os.execve(found, [found, *arguments], environment(folder))  # noqa: S606
        self.read()
        self.typed(f"{start}\n")
        self.read()

    def typed(self, text: str) -> None:
        os.write(self.end, text.encode())

    def read(self, quiet: float = 1.0, until: str = "<end>\r\n") -> str:
        """What the terminal shows, until nothing more comes for a while, or the mark at the end stands there."""
        shown, last = b"", time.monotonic() + 20
        while time.monotonic() < last and until not in plain(shown) and select.select([self.end], [], [], quiet)[0]:
            try:
                shown += os.read(self.end, 65536)
            except OSError:
                break
            for query, reply in ((b"\x1b[c", b"\x1b[?1;2c"), (b"\x1b[6n", b"\x1b[1;1R"), (b"\x1b[0c", b"\x1b[?1;2c")):
                if query in shown[-200:]:
                    os.write(self.end, reply)  # fish asks the terminal what it is
        return shown.decode("utf-8", "replace")

    def completed(self, line: str, ending: str) -> list[str]:
        """The words that the shell takes a line for, once the tabulator has completed it: when `ending` stands there."""
        self.typed(f"{line}\t")
        self.read(5.0, until=ending)
        self.read(0.1)
        self.typed(" end\x01printf '<%s>\\n' \n")  # to the start of the line, and have its words printed
        *words, _ = re.findall(r"<([^<>]*)>\r?\n", plain(self.read().encode("utf-8")))
        self.read(0.2)
        return words

    def close(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.end)


@pytest.fixture(scope="module", params=list(STARTS))
def session(request: pytest.FixtureRequest, folder: Path) -> Iterator[Session]:
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    found = Session(request.param, folder)
    yield found
    found.close()


class TestShells:
    """bash, zsh and fish themselves: what they put on the line is what the command is given."""

    @pytest.mark.parametrize(("line", "words"), [
        ("compound ver", ["compound", "verify"]),
        ("compound plan --diluent micr", ["compound", "plan", "--diluent", "microcrystalline cellulose"]),
        ("compound plan 'naltrexone hydrochloride t", ["compound", "plan", "naltrexone hydrochloride tetrahydrate"]),
        ('compound plan "naltrexone hydrochloride t', ["compound", "plan", "naltrexone hydrochloride tetrahydrate"]),
        ("compound plan naltrexone\\ hydrochloride\\ t", ["compound", "plan", "naltrexone hydrochloride tetrahydrate"]),
        ("compound explain fill-weight-as", ["compound", "explain", "fill-weight-assumed"]),
        ("compound plan --balance ana", ["compound", "plan", "--balance", "analytical"]),
        ("compound plan --accept drug-unk", ["compound", "plan", "--accept", "drug-unknown="]),
        ("compound audit my", ["compound", "audit", "my plan.json"]),
    ])  # fmt: skip
    def test_a_line_is_completed(self, session: Session, line: str, words: list[str]) -> None:
        assert words == session.completed(line, words[-1][-4:])
