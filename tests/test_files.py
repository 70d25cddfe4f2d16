"""Files of users: what is read is bounded and ordinary, what is written replaces nothing that somebody needs."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import time
from io import BytesIO
from pathlib import Path

import pytest
from helpers import COMMAND, DRUG, OLD_SHEET, PYTHON
from pypdf import PdfReader, PdfWriter

from compound.reading import shipped

PLAN = ["plan", DRUG, "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30", "--method", "powder"]
RULES = '[[rule]]\ncode = "own-x"\nverdict = "review"\nnames = ["zorb"]\nbecause = "of it"\nsource = "SOP 12"\n'


def run(folder: Path, *argv: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *argv], cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip


def refused(folder: Path, *argv: str) -> str:
    """The sentence of a refusal: exit 2, nothing on stdout, every file as it was."""
    def small() -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.stat().st_size < 10**7}

    before = small()
    done = run(folder, *argv)

    assert (2, "") == (done.returncode, done.stdout), done.stderr
    assert before == small()
    return done.stderr.splitlines()[-1]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plan, a sheet, one with fields, and one with fields filled in by two kinds of programs."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "plan.json").write_text(run(folder, *PLAN, "--json", "--pdf", "sheet.pdf").stdout, "utf-8")
    run(folder, *PLAN, "--pdf", "fields.pdf", "--fillable")
    name = next(iter(PdfReader(folder / "fields.pdf").get_fields() or {}))
    for file, writer in (
        ("anew.pdf", PdfWriter(clone_from=folder / "fields.pdf")),
        ("added.pdf", PdfWriter(folder / "fields.pdf", incremental=True)),
    ):
        for page in writer.pages:
            writer.update_page_form_field_values(page, {name: "81 mg"}, auto_regenerate=False)
        written = BytesIO()
        writer.write(written)
        (folder / file).write_bytes(written.getvalue())
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of it, to be spoiled."""
    for path in made.iterdir():
        shutil.copy(path, tmp_path)
    (tmp_path / "rules.toml").write_text(RULES, "utf-8")
    (tmp_path / "readings.csv").write_text("step,amount\n1,80 mg\n", "utf-8")
    (tmp_path / "weights.csv").write_text("no,net\n" + "1,135 mg\n" * 20, "utf-8")
    (tmp_path / "orders.csv").write_text(f"drug,dose,capsules,file\n{DRUG},2 mcg,30,a\n{DRUG},2 mcg,60,b\n", "utf-8")
    return tmp_path


WRITERS = {
    "plan": [*PLAN, "--pdf"],
    "audit": ["audit", "plan.json", "--pdf"],
    "qc": ["qc", "weights", "--net", "--csv", "weights.csv", "--column", "net", "--pdf"],
}


@pytest.mark.parametrize("writer", WRITERS)
class TestReplacing:
    """What lies where a PDF goes is replaced only where nobody can need it."""

    @pytest.mark.parametrize("name", ["sheet.pdf", "fields.pdf"])
    def test_a_sheet_with_no_field_filled_in_is_replaced(self, writer: str, name: str, folder: Path) -> None:
        before = (folder / name).read_bytes()

        assert run(folder, *WRITERS[writer], name).returncode in (0, 1)
        assert name == "sheet.pdf" or before != (folder / name).read_bytes()

    def test_an_empty_file_is_replaced(self, writer: str, folder: Path) -> None:
        (folder / "empty.pdf").write_bytes(b"")

        assert run(folder, *WRITERS[writer], "empty.pdf").returncode in (0, 1)
        assert (folder / "empty.pdf").read_bytes().startswith(b"%PDF")

    @pytest.mark.parametrize("name", ["anew.pdf", "added.pdf"])
    def test_a_sheet_with_a_field_filled_in_is_not(self, writer: str, name: str, folder: Path) -> None:
        assert f"{name} is a sheet with fields filled in" in refused(folder, *WRITERS[writer], name)

    @pytest.mark.parametrize("content", [b"notes", b"%PDF-1.7 of another program", b"\x00" * 100])
    def test_what_is_no_pdf_of_this_program_is_not(self, writer: str, content: bytes, folder: Path) -> None:
        (folder / "other").write_bytes(content)

        assert "other is there already and no PDF of this program" in refused(folder, *WRITERS[writer], "other")

    @pytest.mark.parametrize("name", ["anew.pdf", "readings.csv"])
    def test_force_replaces_both(self, writer: str, name: str, folder: Path) -> None:
        assert run(folder, *WRITERS[writer], name, "--force").returncode in (0, 1)
        assert b"/Creator (compound " in (folder / name).read_bytes()


class TestInputs:
    """No command overwrites what it reads, not even by force, and by whatever name it is called."""

    @pytest.mark.parametrize(
        "argv",
        [
            ["audit", "plan.json", "--pdf", "plan.json"], ["audit", "plan.json", "--pdf", "./plan.json"],
            ["audit", "plan.json", "--readings", "readings.csv", "--pdf", "readings.csv"],
            [*PLAN, "--rules", "rules.toml", "--pdf", "rules.toml"], ["audit", "link.json", "--pdf", "plan.json"],
            ["audit", "plan.json", "--pdf", "link.json"], ["audit", "hard.json", "--pdf", "plan.json"],
            [*PLAN, "--template", "own.toml", "--pdf", "own.toml"], ["plan", "--formula", "formula.toml", "--pdf", "formula.toml"],
            ["qc", "weights", "--net", "--csv", "weights.csv", "--column", "net", "--pdf", "weights.csv"],
            ["plan", "--orders", "orders.csv", "--balance-sensitivity", "1 mg", "--rules", "a.pdf", "--pdf-dir", "."],
        ],
        ids=lambda argv: " ".join(argv[-1:] + argv[:2]),
    )  # fmt: skip
    def test_a_file_that_is_read_is_never_written(self, argv: list[str], folder: Path) -> None:
        (folder / "link.json").symlink_to("plan.json")
        os.link(folder / "plan.json", folder / "hard.json")
        shutil.copy(shipped.folder() + "/worksheet.toml", folder / "own.toml")
        (folder / "a.pdf").write_text(RULES, "utf-8")
        (folder / "formula.toml").write_text(
            f'drug = "{DRUG}"\ndose = "2 mcg"\ncapsules = "30"\nbalance-sensitivity = "1 mg"\n', "utf-8"
        )
        kept = {path: path.read_bytes() for path in folder.iterdir()}
        done = run(folder, *argv, "--force")

        assert (2, "") == (done.returncode, done.stdout)
        assert "is read by this command too" in done.stderr
        assert kept == {path: path.read_bytes() for path in folder.iterdir() if path in kept}


READERS = {
    "rules": ["check", "zorb", "--rules", "FILE"],
    "plan": ["audit", "FILE"],
    "plans": ["audit", "plan.json", "FILE"],
    "readings": ["audit", "plan.json", "--readings", "FILE"],
    "template": [*PLAN, "--template", "FILE"],
    "formula": ["plan", "--formula", "FILE"],
    "orders": ["plan", "--orders", "FILE"],
    "sieve": [*PLAN, "--sieve", "FILE"],
    "values": ["qc", "weights", "--net", "--csv", "FILE", "--column", "net"],
    "assays": ["qc", "assay", "--csv", "FILE", "--column", "net"],
    "sheet": ["verify", "FILE"],
    "sheet's rules": ["verify", "sheet.pdf", "--rules", "FILE"],
    "logo": [*PLAN, "--template", "logo.toml"],
}


@pytest.mark.parametrize("reader", READERS)
class TestReading:
    """What is no ordinary file of a bounded size is refused at once, whichever file it stands for."""

    def refused(self, reader: str, folder: Path, file: str) -> str:
        template = shipped.template("worksheet.toml").decode()
        assert 'logo = ""' in template
        (folder / "logo.toml").write_text(template.replace('logo = ""', f'logo = "{file}"'), "utf-8")
        begun = time.monotonic()
        sentence = refused(folder, *(file if word == "FILE" else word for word in READERS[reader]))

        assert time.monotonic() - begun < 5
        return sentence

    def test_a_pipe_is_refused(self, reader: str, folder: Path) -> None:
        os.mkfifo(folder / "pipe")

        assert "is not an ordinary file" in self.refused(reader, folder, "pipe")

    @pytest.mark.parametrize("device", ["/dev/zero", "/dev/full", "/dev/tty", "/dev/stdin", "/proc"])
    def test_a_device_or_a_folder_is_refused(self, reader: str, device: str, folder: Path) -> None:
        assert "is not an ordinary file" in self.refused(reader, folder, device)

    def test_a_link_to_a_pipe_is_refused(self, reader: str, folder: Path) -> None:
        os.mkfifo(folder / "pipe")
        (folder / "link").symlink_to("pipe")

        assert "is not an ordinary file" in self.refused(reader, folder, "link")

    def test_a_file_that_is_larger_than_any_of_its_kind_is_refused(self, reader: str, folder: Path) -> None:
        with (folder / "large").open("wb") as file:
            file.truncate(5_000_000_000)

        assert "is larger than" in self.refused(reader, folder, "large")


# Each would take minutes or gigabytes, were it not refused before a reader of its notation sees it.
ENDLESS = {
    "toml": [".".join("a" * 90_000) + " = 1", "[" + ".".join("a" * 90_000) + "]", "a = " + "9" * 190_000, "a = " + "[" * 300_000,
             "a = 0x" + "f" * 190_000, "a = 1e" + "9" * 190_000, "a = " + "{a = " * 90_000, "a = 1979-05-27T07:32:00." + "9" * 190_000,
             "a" * 900_000 + " = 1", "[[a]]\n" * 150_000, "\n".join(f"a{n} = 1" for n in range(80_000)),
             "\n".join("[" + ".".join(f"k{n}{m}" for m in range(16)) + "]" for n in range(9_000))],
    "json": ["[" * 900_000, '{"a":' * 150_000, '{"a": ' + "9" * 190_000 + "}", '{"a": 1e' + "9" * 190_000 + "}",
             '{"a": [' + "1," * 400_000 + "1]}", '{"a": "' + "\\u0041" * 150_000 + '"}', '{"a": "' + "\\" * 900_000],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "at"), [(kind, at) for kind, texts in ENDLESS.items() for at in range(len(texts))], ids=lambda one: str(one)
)
def test_a_file_that_would_keep_its_reader_busy_is_refused_at_once(kind: str, at: int, folder: Path) -> None:
    """Within 5 s and 300 MB, whichever command reads it."""
    (folder / "given").write_text(ENDLESS[kind][at], "utf-8")
    readers = ("rules", "template", "formula", "sheet's rules") if kind == "toml" else ("plan",)
    for reader in readers:
        argv = ["given" if word == "FILE" else word for word in READERS[reader]]
        begun = time.monotonic()
        done = subprocess.run(
            [*COMMAND, *argv], cwd=folder, capture_output=True, text=True, check=False, timeout=60,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (600_000_000, 600_000_000)),
        )  # fmt: skip

        assert (2, "") == (done.returncode, done.stdout), (reader, done.stderr[-500:])
        assert time.monotonic() - begun < 5, reader


class TestLeftovers:
    """A run that was killed while it wrote leaves a file; the next run in that folder takes it away."""

    def test_what_a_killed_run_left_is_swept(self, folder: Path) -> None:
        code = (
            "import os, signal; from compound.cli import files\n"
            "os.fsync = lambda handle: os.kill(os.getpid(), signal.SIGKILL)\n"
            "files.write_atomically('a.pdf', b'%PDF-1.7 half', '--pdf')"
        )
        killed = subprocess.run([*PYTHON, "-c", code], cwd=folder, check=False)
        left = [name for name in os.listdir(folder) if name.startswith(".compound-")]
        (folder / ".compound-abcdefgh").write_bytes(b"%PDF-1.7 half")  # as earlier versions called it
        run(folder, *PLAN, "--pdf", "a.pdf")

        assert (-signal.SIGKILL, 1) == (killed.returncode, len(left))
        assert [] == [name for name in os.listdir(folder) if name.startswith(".compound-")]

    def test_what_is_being_written_and_what_is_the_users_stays(self, folder: Path) -> None:
        from compound.cli.files import _machine

        kept = [f".compound-{_machine()}-{os.getpid()}-abcdefgh", ".compound-elsewhere-1-abcdefgh", ".compound-settings",
                ".compound-mysettin", ".compound-"]  # fmt: skip
        for name in kept:
            (folder / name).write_bytes(b"of the user")
        run(folder, *PLAN, "--pdf", "a.pdf")

        assert sorted(kept) == sorted(name for name in os.listdir(folder) if name.startswith(".compound-"))

    def test_what_is_older_than_any_writing_goes_whoever_began_it(self, folder: Path) -> None:
        old = folder / ".compound-elsewhere-1-abcdefgh"
        old.write_bytes(b"%PDF")
        os.utime(old, (1, 1))
        run(folder, *PLAN, "--pdf", "a.pdf")

        assert not old.exists()

    def test_many_orders_sweep_their_folder(self, folder: Path) -> None:
        (folder / "out").mkdir()
        (folder / "out" / ".compound-abcdefgh").write_bytes(b"")
        run(folder, "plan", "--orders", "orders.csv", "--balance-sensitivity", "1 mg", "--pdf-dir", "out")

        assert ["a.pdf", "b.pdf"] == sorted(os.listdir(folder / "out"))


class TestDisk:
    """An output that cannot be written is exit 2, with nothing on stdout and no half of a file."""

    ORDERS = ("plan", "--orders", "orders.csv", "--balance-sensitivity", "1 mg", "--pdf-dir", "out")

    def limited(self, folder: Path, *argv: str) -> subprocess.CompletedProcess[str]:
        """A run on a disk that takes 1,000 bytes of any file."""
        return subprocess.run(
            [*COMMAND, *argv], cwd=folder, capture_output=True, text=True, check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000)),
        )  # fmt: skip

    @pytest.mark.parametrize("more", [(), ("--json",), ("--jobs", "2")])
    def test_many_orders_on_a_full_disk(self, more: tuple[str, ...], folder: Path) -> None:
        done = self.limited(folder, *self.ORDERS, *more)

        assert (2, "") == (done.returncode, done.stdout)
        assert "failed: row 2: --pdf-dir: out/a.pdf cannot be written: File too large" in done.stderr
        assert done.stderr.splitlines()[-1] == "error: --pdf-dir: 2 of the worksheets cannot be written: rows 2 to 3"
        assert [] == os.listdir(folder / "out")

    @pytest.mark.parametrize("writer", WRITERS)
    def test_one_file_on_a_full_disk(self, writer: str, folder: Path) -> None:
        (folder / "old.pdf").write_bytes(OLD_SHEET)
        done = self.limited(folder, *WRITERS[writer], "old.pdf")

        assert (2, "") == (done.returncode, done.stdout)
        assert "cannot be written: File too large" in done.stderr
        assert OLD_SHEET == (folder / "old.pdf").read_bytes()

    def test_one_sheet_that_must_not_be_replaced_is_said_and_the_others_are_written(self, folder: Path) -> None:
        (folder / "out").mkdir()
        shutil.copy(folder / "anew.pdf", folder / "out" / "a.pdf")
        before = (folder / "out" / "a.pdf").read_bytes()
        done = run(folder, *self.ORDERS)

        assert (2, "") == (done.returncode, done.stdout)
        assert "failed: row 2: --pdf-dir: out/a.pdf is a sheet with fields filled in" in done.stderr
        assert before == (folder / "out" / "a.pdf").read_bytes()
        assert (folder / "out" / "b.pdf").exists()
        assert 0 == run(folder, *self.ORDERS, "--force").returncode

    @pytest.mark.parametrize("argv", [PLAN, [*PLAN, "--json"], ["drugs"], ["guide", "plan"]])
    def test_a_full_disk_behind_stdout(self, argv: list[str], folder: Path) -> None:
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run([*COMMAND, *argv], stdout=full, stderr=subprocess.PIPE, text=True, check=False)

        assert 2 == done.returncode
        assert "No space left" in done.stderr
        assert "Traceback" not in done.stderr


class TestEnvironment:
    """What a sheet holds is decided by its order alone; what an argument says, by its bytes."""

    @pytest.mark.parametrize("name", ["SOURCE_DATE_EPOCH", "TZ", "LANG", "PYTHONHASHSEED"])
    def test_no_variable_changes_a_byte(self, name: str, folder: Path) -> None:
        value = {"SOURCE_DATE_EPOCH": "1700000000", "TZ": "Asia/Tokyo", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "7"}[name]
        for writer, argv in WRITERS.items():
            for file, environment in (("x.pdf", {}), ("y.pdf", {name: value})):
                run(folder, *argv, f"{writer}-{file}", **environment)

            assert (folder / f"{writer}-x.pdf").read_bytes() == (folder / f"{writer}-y.pdf").read_bytes()

    @pytest.mark.parametrize("argv", [["check", "Stärke"], ["plan", "naltrexón hydrochloride"], ["audit", "plän.json"]])
    def test_a_locale_that_cannot_decode_an_argument_is_named(self, argv: list[str], folder: Path) -> None:
        done = run(folder, *argv, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")

        assert (2, "") == (done.returncode, done.stdout)
        assert "cannot decode argument 2" in done.stderr
        assert "PYTHONUTF8=1" in done.stderr
        assert 2 != run(folder, *argv[:1], "Stärke", PYTHONUTF8="1").returncode or argv[0] != "check"

    def test_bytes_that_are_no_text_anywhere_are_named(self, folder: Path) -> None:
        done = subprocess.run(
            [*COMMAND, "check", b"talc \xff"], capture_output=True, env={**os.environ, "PYTHONUTF8": "1"}, check=False
        )

        assert (2, b"") == (done.returncode, done.stdout)
        assert b"argument 2 is not text in UTF-8: byte 0xFF" in done.stderr

    def test_a_name_of_a_file_may_be_any_bytes(self, folder: Path) -> None:
        os.rename(os.fsencode(folder / "plan.json"), os.fsencode(folder) + b"/pl\xe4n.json")
        done = subprocess.run([*COMMAND, "audit", b"pl\xe4n.json", "--json"], cwd=folder, capture_output=True, check=False)

        assert 0 == done.returncode
        assert json.loads(done.stdout)["schema"] == "compound.audit/1"
