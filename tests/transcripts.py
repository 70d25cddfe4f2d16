"""Transcripts of whole commands: what they print, write and leave with, one text file a case under tests/cases/commands.

A line that begins with `$ ` is a command; `> FILE` at its end keeps its stdout in a file instead. What follows is what it
did: its exit code, stdout, stderr, and of every PDF it wrote the text of each page and the sha256. The commands of a
file run one after another in a folder of their own, beside the files of `inputs`. `python tests/transcripts.py` writes
what follows the commands anew; tests/test_commands.py compares it.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from helpers import PYTHON

FOLDER = Path(__file__).parent / "cases" / "commands"
TEMPLATES = Path(__file__).parent.parent / "templates"
ENVIRONMENT = {"COLUMNS": "80", "PYTHONIOENCODING": "utf-8", "LC_ALL": "C.UTF-8", "PATH": os.environ.get("PATH", "")}
# Where the tests are told to find the package, the commands find it too, and not another that is installed.
ENVIRONMENT |= {name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ}


def _lines(name: str, text: str) -> list[str]:
    return [] if not text else [f"[{name}]", *(f"  {line}".rstrip() for line in text.splitlines())]


def _pages(path: Path) -> list[str]:
    from pypdf import PdfReader

    found = [f"[{path.name} sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}]"]
    for number, page in enumerate(PdfReader(path).pages, start=1):
        found += _lines(f"{path.name} page {number}", page.extract_text())
    return found


def run(command: str, folder: Path) -> list[str]:
    """What a command does in a folder, as lines."""
    line, _, target = command.partition(" > ")
    words = shlex.split(line)
    before = {path: path.read_bytes() for path in folder.rglob("*.pdf")}
    done = subprocess.run(
        [*PYTHON, "-m", *words], cwd=folder, capture_output=True, text=True, encoding="utf-8",
        stdin=subprocess.DEVNULL, env=ENVIRONMENT, check=False,
    )  # fmt: skip
    stdout = done.stdout
    if target:
        (folder / target).write_text(stdout, encoding="utf-8")
        stdout = ""
    written = [path for path in sorted(folder.rglob("*.pdf")) if before.get(path) != path.read_bytes()]
    pages = [line for path in written for line in _pages(path)]
    said = [*_lines("stdout", stdout), *_lines("stderr", done.stderr)]
    return [f"[exit {done.returncode}]", *(line.replace(str(folder), "FOLDER") for line in said), *pages]


def renewed(text: str) -> str:
    """A transcript with all that its commands do made anew."""
    lines: list[str] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        shutil.copytree(FOLDER / "inputs", folder, dirs_exist_ok=True)
        shutil.copytree(TEMPLATES, folder / "templates")
        for line in text.splitlines():
            if line.startswith("# "):
                lines.append(line)
            elif line.startswith("$ "):
                lines += [line, *run(line.removeprefix("$ "), folder), ""]
    return "\n".join(lines).rstrip() + "\n"


def cases() -> list[Path]:
    """The transcripts, by name."""
    return sorted(FOLDER.glob("*.txt"))


def without_pdfs(text: str) -> str:
    """A transcript without the pages and hashes of PDFs, which another version of the libraries writes and reads otherwise."""
    kept, within = [], False
    for line in text.splitlines():
        if line and not line.startswith("  "):
            within = ".pdf page " in line
        if not within:
            kept.append(line.partition(" sha256 ")[0])
    return "\n".join(kept)


def libraries() -> str:
    """What the bytes of a worksheet depend on beside the program."""
    import zlib
    from importlib.metadata import version

    python = ".".join(str(part) for part in sys.version_info[:2])
    read_by = f"reportlab {version('reportlab')}, pypdf {version('pypdf')}"
    return f"{read_by}, zlib {zlib.ZLIB_RUNTIME_VERSION}, Python {python}"


if __name__ == "__main__":
    for path in [Path(one) for one in sys.argv[1:]] or cases():
        path.write_text(renewed(path.read_text(encoding="utf-8")), encoding="utf-8")
    (FOLDER / "libraries").write_text(libraries() + "\n", encoding="utf-8")
