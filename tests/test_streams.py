"""What leaves for a terminal: no character that moves its cursor or turns text round, none that its code page lacks."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest
from helpers import COMMAND, DRUG
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import compound
from compound.cli import streams
from compound.cli.main import _exit_code

UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
PLAN = ["plan", DRUG, "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30", "--method", "powder"]

# Escapes of a terminal, other controls, line ends of all kinds, marks of direction, what is seen as nothing.
HOSTILE = st.sampled_from([
    "\x1b[2J", "\x1b]0;x\x07", "\x9b2J", "\x00", "\x07", "\x08", "\r", "\n", "\x0b", "\x0c", "\x85", "\u2028", "\u2029",
    "\u202a", "\u202e", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c", "\u200b", "\ufeff", "\u00ad", "\u2060", "\U000e0041",
    "\x7f", "\t", "\ue000",
])  # fmt: skip


def hostile(text: str) -> list[str]:
    """The characters of a text that must not reach a terminal."""
    return [character for character in text if unicodedata.category(character) in UNSEEN and character != "\n"]


@contextmanager
def terminal(code_page: str = "utf-8", *, as_json: bool = False) -> Iterator[io.BytesIO]:
    """A terminal of a code page: what reaches it."""
    reached = io.BytesIO()
    behind = io.TextIOWrapper(reached, encoding=code_page, errors="strict", newline="\n", write_through=True)
    with pytest.MonkeyPatch.context() as patch:
        guard = cast("io.TextIOWrapper", streams.Guard(behind, as_json=as_json))
        patch.setattr("sys.stdout", guard)
        patch.setattr("sys.stderr", guard if not as_json else io.StringIO())
        yield reached
        behind.flush()


class TestGuard:
    """One place lets text out."""

    @given(st.text(), st.sampled_from(["utf-8", "ascii", "cp1252", "cp437", "latin-1"]))
    def test_any_text_leaves_readable_in_any_code_page(self, text: str, code_page: str) -> None:
        with terminal(code_page) as reached:
            assert len(text) == sys.stdout.write(text)
            said = reached.getvalue().decode(code_page)

        assert [] == hostile(said)
        assert text.count("\n") == said.count("\n")

    @given(st.text(), st.sampled_from(["utf-8", "ascii", "cp1252"]))
    def test_json_means_the_same_in_any_code_page(self, text: str, code_page: str) -> None:
        with terminal(code_page, as_json=True) as reached:
            sys.stdout.write(json.dumps(text, ensure_ascii=False))
            said = reached.getvalue().decode(code_page)

        assert [] == hostile(said)
        assert text == json.loads(said)

    @pytest.mark.parametrize(
        ("text", "in_ascii"),
        [
            ("\u22120.9888 %", "-0.9888 %"), ("“2,970 mg”", '"2,970 mg"'), ("≤ 5 µg", "<= 5 ug"), ("2\u202f970 mg", "2 970 mg"),
            ("± 5 %", "+/- 5 %"), ("10²", "10^2"), ("1½", "1 1/2"), ("20 °C", "20 deg C"), ("Größe", "Groesse"), ("café", "cafe"),
            ("σ", "sigma"), ("√2", "sqrt 2"), ("3 – 5…", "3 - 5..."), ("налтрексон", "??????????"), ("5 × 2", "5 x 2"),
        ],
    )  # fmt: skip
    def test_what_a_code_page_lacks_is_written_as_it_is_read(self, text: str, in_ascii: str) -> None:
        with terminal("ascii") as reached:
            sys.stdout.write(text)
            assert in_ascii == reached.getvalue().decode("ascii")

    def test_every_sign_of_the_shipped_sentences_has_a_likeness(self) -> None:
        """Letters of other scripts aside, nothing that the program says itself becomes a question mark."""
        folder = Path(compound.__file__).parent
        paths = [*folder.glob("wording/languages/*.json"), *folder.glob("guide/**/*.md")]
        signs = {sign for path in paths for sign in path.read_text("utf-8") if not sign.isascii()}

        assert set() == {sign for sign in signs if "?" in streams.readable(sign)}

    @given(st.characters(min_codepoint=0x80, exclude_categories=["Cs"]))
    def test_no_digit_is_made_of_what_is_no_plain_digit(self, sign: str) -> None:
        """10² must not become 102: a digit that comes of another sign follows a mark or a blank, or is a digit there too."""
        said = streams.readable(sign)

        assert said.isascii()
        if said[:1].isdigit():
            assert unicodedata.digit(sign, None) is not None or unicodedata.numeric(sign, None) is not None

    def test_it_stands_before_both_streams_of_the_command(self) -> None:
        done = subprocess.run(
            [*COMMAND, "audit", "plan\x1b[2J\u202e.json"], capture_output=True, text=True, encoding="utf-8", check=False
        )

        assert (2, "", []) == (done.returncode, done.stdout, hostile(done.stderr))
        assert "\\u001b" in done.stderr
        assert "\\u202e" in done.stderr

    @pytest.mark.parametrize("code_page", ["ascii", "cp1252", "cp437", "cp850"])
    def test_a_plan_in_a_code_page_holds_no_escape(self, code_page: str) -> None:
        environment = {**os.environ, "PYTHONIOENCODING": code_page}
        plain = subprocess.run([*COMMAND, *PLAN], capture_output=True, env={**os.environ, "PYTHONIOENCODING": "utf-8"}, check=True)
        done = subprocess.run([*COMMAND, *PLAN], capture_output=True, env=environment, check=False)
        said = (done.stdout + done.stderr).decode(code_page)

        assert 0 == done.returncode
        assert "\u2212" in plain.stdout.decode("utf-8")
        assert "\\u" not in said
        assert "?" not in said
        assert plain.stdout.decode("utf-8").count("\u2212") <= said.count("-")
        assert not [sign for sign in said if ord(sign) > 0x7F and code_page == "ascii"]


COLUMNS = "drug,dose,capsules,diluent,batch-number\n"
CSV = {"orders": COLUMNS + f"{DRUG},2 mcg,30,lactose,B1\n", "readings": "step,amount,lot\n1,80 mg,A1\n"}
TOML = {
    "rules": '[[rule]]\ncode = "own-x"\nverdict = "review"\nnames = ["zorb"]\nbecause = "of it"\nsource = "SOP 12"\n',
    "formula": f'drug = "{DRUG}"\ndose = "2 mcg"\ncapsules = "30"\nbatch-number = "B1"\n',
    "template": '[pharmacy]\nlines = ["one"]\n',
}
ARGV = {
    "orders": ["plan", "--orders", "FILE", "--balance-sensitivity", "1 mg"],
    "readings": ["audit", "plan.json", "--readings", "FILE"],
    "rules": ["check", "zorb", "--rules", "FILE"],
    "formula": ["plan", "--formula", "FILE", "--balance-sensitivity", "1 mg"],
    "template": [*PLAN, "--template", "FILE"],
    "plan": ["audit", "FILE"],
    "plans": ["audit", "FILE", "plan.json"],
    "values": ["qc", "weights", "--net", "--csv", "FILE", "--column", "net"],
    "sheet": ["verify", "FILE"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plan and its sheet."""
    made = tmp_path_factory.mktemp("hostile")
    done = subprocess.run([*COMMAND, *PLAN, "--json", "--pdf", "sheet.pdf"], cwd=made, capture_output=True, check=True)
    (made / "plan.json").write_bytes(done.stdout)
    return made


def spoiled(kind: str, folder: Path, at: float, piece: str) -> bytes:
    """A file of a kind with a hostile piece at some place, written as its notation has it where it must be."""
    if kind == "sheet":
        content = (folder / "sheet.pdf").read_bytes()
        place = int(at * len(content))
        return content[:place] + piece.encode() + content[place:]
    if kind in ("plan", "plans"):
        text = (folder / "plan.json").read_text("utf-8")
        piece = json.dumps(piece)[1:-1]
    elif kind in TOML:
        text, piece = TOML[kind], "".join(f"\\U{ord(one):08x}" for one in piece)
    else:
        text = CSV.get(kind, "no,net\n" + "1,135 mg\n" * 20)
    place = int(at * len(text))
    return (text[:place] + piece + "HERE" + text[place:]).encode()


class TestFiles:
    """Whatever stands in a file or in its name, its reader refuses it or shows it as text of one line."""

    @pytest.mark.parametrize("kind", ARGV)
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.floats(0, 0.9999), HOSTILE)
    def test_nothing_in_a_file_reaches_a_terminal_raw(
        self, kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch, at: float, piece: str
    ) -> None:
        monkeypatch.chdir(folder)
        Path("given").write_bytes(spoiled(kind, folder, at, piece))
        with terminal() as reached:
            _exit_code(["given" if word == "FILE" else word for word in ARGV[kind]])
            said = reached.getvalue().decode("utf-8")

        assert said
        assert [] == hostile(said)
        assert [] == [line for line in said.splitlines() if line.startswith("HERE")]

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.sampled_from(sorted(ARGV)), HOSTILE.filter(lambda piece: "\0" not in piece), st.booleans())
    def test_no_name_of_a_file_reaches_a_terminal_raw(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str, piece: str, exists: bool
    ) -> None:
        monkeypatch.chdir(folder)
        name = f"a{piece}HERE"
        if exists:
            Path(name).write_bytes(spoiled(kind, folder, 0.5, "x"))
        with terminal() as reached:
            _exit_code([name if word == "FILE" else word for word in ARGV[kind]])
            said = reached.getvalue().decode("utf-8")
        if exists:
            Path(name).unlink()

        assert [] == hostile(said)
        assert [] == [line for line in said.splitlines() if line.startswith("HERE")]
