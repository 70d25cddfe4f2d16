"""Sheets forged in their build: none of them agrees, none hangs the program, and each is refused with its reason."""

from __future__ import annotations

import re
import subprocess
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import mutants
import pytest
from click.testing import CliRunner
from helpers import PYTHON
from mutants import objects_of, rebuilt, sheet, trailer_of, unpacked, updated

from compound.cli import verify as cli
from compound.exact.errors import InputError
from compound.making import verify


def answer(content: bytes) -> str:
    """The verdict on a sheet, or why it is refused."""
    try:
        verified = verify.verify_worksheet(content, "sheet.pdf")
    except InputError as error:
        return str(error)
    return verified.verdict


def with_entry(old: bytes, new: bytes) -> bytes:
    """The sheet with one entry altered, and its table in order."""
    objects = objects_of(sheet())
    number = next(number for number, content in objects.items() if old in content)
    objects[number] = objects[number].replace(old, new, 1)
    return rebuilt(objects, trailer_of(sheet()))


def with_stream(number: int, content: bytes, entries: bytes = b"/Filter /FlateDecode") -> bytes:
    """The sheet with another stream in the place of an object."""
    objects = objects_of(sheet())
    objects[number] = b"<< %s /Length %d >>\nstream\n" % (entries, len(content)) + content + b"\nendstream"
    return rebuilt(objects, trailer_of(sheet()))


def contents_of_first_page(content: bytes = b"") -> int:
    """The number of the object that draws the first page, of the sheet where no other is given."""
    found = re.search(rb"/Contents ([0-9]+) 0 R", content or sheet())
    assert found is not None
    return int(found[1])


class TestBuild:
    """Whatever a viewer could show otherwise is named or refused."""

    def test_the_sheet_as_it_was_written_is_genuine(self) -> None:
        assert "genuine" == answer(sheet())

    def test_the_same_objects_in_another_file_agree(self) -> None:
        assert "agrees" == answer(rebuilt(objects_of(sheet()), trailer_of(sheet())))

    def test_a_later_revision_that_changes_nothing_agrees(self) -> None:
        assert "agrees" == answer(updated(sheet(), {1: objects_of(sheet())[1]}))

    def test_a_later_revision_that_shows_another_sheet_differs(self) -> None:
        other = sheet("200 mcg")
        drawn = objects_of(other)[contents_of_first_page(other)]
        assert "differs" == answer(updated(sheet(), {contents_of_first_page(): drawn}))

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            (b"/Count 4", b"/Count 1", "states 1 pages where there are 4"),
            (b"/Trans <<\n\n>>", b"/Contents 1 0 R", "has the key /Contents twice"),
            (b"/Trans <<\n\n>>", b"/Con#74ents 1 0 R", "has the key /Contents twice"),
            (b"/Type /Page\n", b"/Type /Pag3\n", "its type is /Pag3"),
            (b"/Type /Pages", b"/Type /Pages /Rotate 90", "has /Rotate on a group of pages"),
            (b"/Type /Pages", b"/Type /Page", "its type is /Page"),
            (b"/Kids [ 32 0 R", b"/Kids [ 32 0 R 32 0 R", "stands twice"),
        ],
    )
    def test_an_altered_entry_is_refused_with_its_reason(self, old: bytes, new: bytes, said: str) -> None:
        assert said in answer(with_entry(old, new))

    @pytest.mark.parametrize(
        ("old", "new"),
        [
            (b"/Type /Catalog", b"/Type /Catalog /Outlines << >>"),
            (b"/Type /Catalog", b"/Type /Catalog /Collection << >>"),
            (b"/Type /Catalog", b"/Type /Catalog /OpenAction [ 20 0 R /Fit ]"),
            (b"/Type /Catalog", b"/Type /Catalog /OCProperties << >>"),
            (b"/Type /Annot", b"/Type /Annot /AA << >>"),
            (b"/Rotate 0", b"/Rotate 90"),
            (b"/Rotate 0", b"/Rotate 0 /UserUnit 2"),
            (b"/FirstChar 0", b"/FirstChar 1"),
            (b"/Kids [ 32 0 R 73 0 R", b"/Kids [ 73 0 R 32 0 R"),
            (b"/Type /Annot", b"/Type /Annot /V (20 mg) /AP << /N %d 0 R >>" % 168),
        ],
    )
    def test_an_entry_beside_ours_differs(self, old: bytes, new: bytes) -> None:
        assert "differs" == answer(with_entry(old, new))

    @pytest.mark.parametrize("name", [b"DCTDecode", b"JPXDecode", b"LZWDecode", b"Crypt"])
    def test_another_filter_is_refused(self, name: bytes) -> None:
        packed = zlib.compress(b"q Q")
        assert f"packed by /{name.decode()}" in answer(with_stream(contents_of_first_page(), packed, b"/Filter /" + name))

    def test_a_stream_in_another_file_is_refused(self) -> None:
        entries = b"/Filter /FlateDecode /F (other.bin)"
        assert "agrees" != answer(with_stream(contents_of_first_page(), zlib.compress(b"q Q"), entries))

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (sheet().replace(b"\n24 0 obj", b"\n24 0 [bj"), "is no object of a PDF"),
            (sheet("3 mcg") + sheet(), "is no object of a PDF"),
            (sheet() + sheet("3 mcg"), "is no object of a PDF"),
            (b"\n" + sheet(), "something stands before its header"),
            (sheet() + b"startxref\n0\n%%EOF\n", "table of objects"),
            (sheet() + b"% more", "after its end"),
            (sheet().replace(b"0000000000 65535 f", b"0000000000 65535 x"), "damaged table"),
            (sheet().replace(b"endstream", b"endstreem", 1), "not as long as it says"),
        ],
        ids=["byte", "before", "behind", "header", "startxref", "comment", "table", "stream"],
    )
    def test_what_viewers_would_mend_is_refused(self, content: bytes, said: str) -> None:
        assert said in answer(content)

    def test_another_tool_in_the_attachment_does_not_hide_another_drawing(self) -> None:
        objects = objects_of(sheet())
        for number, content in objects.items():
            if b"/Type /EmbeddedFile" in content:
                plain = unpacked(content).replace(b'"tool":"0.1.0"', b'"tool":"0.0.9"')
                again = zlib.compress(plain)
                head = b"<< /Type /EmbeddedFile /Subtype /x /Filter /FlateDecode /Length %d >>\nstream\n" % len(again)
                objects[number] = head + again + b"\nendstream"
        number = contents_of_first_page()
        packed = zlib.compress(unpacked(objects[number]) + b"\n0 0 9 9 re f")
        objects[number] = b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed) + packed + b"\nendstream"
        content = rebuilt(objects, trailer_of(sheet()))
        found = [finding.code for finding in verify.verify_worksheet(content, "sheet.pdf").findings]
        assert "differs" == answer(content)
        assert {"sheet-of-other-version", "sheet-drawn-otherwise"} <= set(found)


class TestOtherPrograms:
    """A program that fills in fields and saves is no forger; its sheet agrees, and says how much was filled in."""

    def test_a_sheet_filled_and_saved_by_qpdf_agrees(self) -> None:
        import pikepdf

        with pikepdf.open(BytesIO(sheet())) as document:
            notes: Any = document.pages[0].Annots
            for note in notes:
                note.V = pikepdf.String("29.9 mg")
            out = BytesIO()
            document.save(out)
        verified = verify.verify_worksheet(out.getvalue(), "sheet.pdf")
        (filled,) = [finding for finding in verified.findings if finding.code == "sheet-fields-not-judged"]
        assert ("agrees", len(notes)) == (verified.verdict, filled.values["filled"])

    def test_a_sheet_saved_by_pdfium_agrees(self) -> None:
        import pypdfium2  # type: ignore[import-untyped]

        out = BytesIO()
        document = pypdfium2.PdfDocument(sheet())
        document.save(out)
        document.close()
        assert "agrees" == answer(out.getvalue())

    def test_places_written_with_24_bits_agree(self) -> None:
        """MuPDF writes them so."""
        assert "agrees" == answer(with_entry(b" 768.89 559.28 781.89 ]", b" 768.890015 559.280029 781.890015 ]"))

    @pytest.mark.parametrize(
        ("value", "drawn", "verdict"),
        [
            (b"29.9 mg", b"/Tx BMC q BT 0 g 2 3.6 Td /Helv 8 Tf (29.9 mg) Tj ET Q EMC", "agrees"),
            (b"29.9 mg", b"/Tx BMC q BT 0 g 2 3.6 Td /Helv 8 Tf (92.9 mg) Tj ET Q EMC", "differs"),
            (b"29.9 mg", b"q BT 1 g /Helv 8 Tf (29.9 mg) Tj ET Q", "differs"),
            (b"29.9 mg", b"q BT /Helv 8 Tf (29.9 mg) Tj ET Q 0 0 9 9 re f", "differs"),
        ],
    )
    def test_a_field_shows_what_it_holds(self, value: bytes, drawn: bytes, verdict: str) -> None:
        objects = objects_of(sheet())
        font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
        form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /Helv %s >> >> /Length %d >>"
        last = max(objects) + 1
        objects[last] = form % (font, len(drawn)) + b"\nstream\n" + drawn + b"\nendstream"
        number = next(number for number, content in objects.items() if b"/Subtype /Widget" in content)
        objects[number] = objects[number][:-2] + b"/V (%s) /AP << /N %d 0 R >> >>" % (value, last)
        assert verdict == answer(rebuilt(objects, trailer_of(sheet())))


def loop(kind: str) -> bytes:
    """A small file that leads a reader in circles, or unpacks beyond all measure."""
    objects, trailer = objects_of(sheet()), trailer_of(sheet())
    number = contents_of_first_page()
    if kind == "loop":
        objects[number] = b"%d 0 R" % number
    elif kind == "kids":
        root = next(n for n, content in objects.items() if b"/Type /Pages" in content)
        objects[root] = b"<< /Type /Pages /Count 9 /Kids [ %d 0 R ] >>" % root
    elif kind == "bomb":
        packed = zlib.compress(bytes(100_000_000), 9)
        return with_stream(number, packed)
    elif kind == "attached":
        packed = zlib.compress(b" " * 200_000_000, 9)
        file = next(n for n, content in objects.items() if b"/EmbeddedFile" in content)
        return with_stream(file, packed, b"/Type /EmbeddedFile /Filter /FlateDecode")
    elif kind == "nested":
        objects[number] = b"[" * 100_000
    elif kind == "graph":
        base = max(objects) + 1
        for i in range(2_000):
            objects[base + i] = b"<< /A %d 0 R /B %d 0 R >>" % (base + i + 1, base + i + 1)
        objects[base + 2_000] = b"<< >>"
        objects[1] = b"<< /F1+0 %d 0 R >>" % base
    elif kind == "items":
        objects[number] = b"[" + b"0 " * 4_000_000 + b"]"
    elif kind == "text":
        objects[number] = b"(" + b"\\a" * 4_000_000 + b")"
    elif kind == "comments":
        objects[number] = b"% " * 4_000_000
    elif kind == "table":
        return sheet() + b"xref\n0 9999999\n" + b"trailer\n<< >>\nstartxref\n%d\n%%%%EOF\n" % len(sheet())
    elif kind == "revisions":
        content = sheet()
        for _ in range(50):
            content = updated(content, {1: objects[1]})
        return content
    return rebuilt(objects, trailer)


KINDS = ("loop", "kids", "bomb", "attached", "nested", "graph", "items", "text", "comments", "table", "revisions")


class TestBounds:
    """Any file is answered within 5 s and 300 MB."""

    @pytest.mark.parametrize("kind", KINDS)
    def test_a_file_made_to_hang_is_answered(self, kind: str, tmp_path: Path) -> None:
        path = tmp_path / "sheet.pdf"
        path.write_bytes(loop(kind))
        program = (
            "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (700_000_000,) * 2); "
            "from compound.cli.main import run; run(['verify', sys.argv[1]])"
        )
        # Asked of a process that is small itself: what a process begins with counts as its own.
        asking = (
            "import resource, subprocess, sys; "
            f"left = subprocess.run([*{PYTHON!r}, '-c', {program!r}, sys.argv[1]], capture_output=True, timeout=20).returncode; "
            "print(left, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
        )
        done = subprocess.run([*PYTHON, "-c", asking, str(path)], capture_output=True, timeout=30, check=True)
        left, most = map(int, done.stdout.split())
        assert left in (1, 2)
        assert most < 300_000


class TestCommand:
    """Several sheets in one call, and a printed copy by its code."""

    def test_of_several_sheets_the_worst_decides(self, tmp_path: Path) -> None:
        one, two, three = (tmp_path / name for name in ("a.pdf", "b.pdf", "c.pdf"))
        one.write_bytes(sheet())
        two.write_bytes(with_entry(b"/Rotate 0", b"/Rotate 90"))
        three.write_bytes(b"no PDF")
        both = [CliRunner().invoke(cli.command, [*map(str, paths)]) for paths in ((one, one), (two, one), (three, two, one))]
        assert [0, 1, 2] == [result.exit_code for result in both]
        assert [2, 1, 1] == [result.stdout.count("\nGENUINE: the sheet") for result in both]

    @pytest.mark.parametrize(("changed", "exit_code"), [(False, 0), (True, 1)])
    def test_a_printed_sheet_is_held_against_its_plan_by_its_code(
        self, changed: bool, exit_code: int, tmp_path: Path
    ) -> None:
        from compound.paper.read_back import read_sheet

        plan = read_sheet(sheet(), "sheet.pdf", verify.FILES).files["plan.json"]
        (path := tmp_path / "plan.json").write_bytes(plan)
        stated = verify.verify_worksheet(sheet(), "sheet.pdf").record["fingerprint"]
        stated = f"{'0' * 8}{stated[8:]}" if changed else stated
        result = CliRunner().invoke(cli.command, ["--fingerprint", stated, "--plan", str(path)])
        assert exit_code == result.exit_code

    def test_a_scanned_copy_is_sent_to_its_original_or_its_code(self) -> None:
        objects = {1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Kids [] /Count 0 >>"}
        said = answer(rebuilt(objects, b"<< /Size 3 /Root 1 0 R >>\n"))
        assert "carries no plan" in said
        assert "compound verify --fingerprint CODE --plan PLAN.json" in said

    def test_a_template_that_is_not_shipped_is_named_by_its_hash(self, tmp_path: Path) -> None:
        from compound.cli import plan as plan_command
        from compound.reading import shipped

        text = shipped.find("worksheet").read().decode().replace('"Bench"', '"Work"')  # type: ignore[union-attr]
        (tmp_path / "own.toml").write_text(text, encoding="utf-8")
        order = ["naltrexone hydrochloride", "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30"]
        beside = ["--template", str(tmp_path / "own.toml"), "--pharmacy", "Löwen", "--pdf", str(tmp_path / "s.pdf")]
        assert 0 == CliRunner().invoke(plan_command.command, [*order, *beside]).exit_code
        found = verify.verify_worksheet((tmp_path / "s.pdf").read_bytes(), "s.pdf").findings
        own = [(f.values["part"], len(str(f.values["digest"]))) for f in found if f.code == "sheet-of-own-words"]
        assert [("template", 64), ("head", 64)] == own


@pytest.mark.skipif(not mutants.has_renderers(), reason="pdftoppm or pypdfium2 is not installed: nothing was drawn")
class TestSeen:
    """What agrees is seen as the sheet by two independent renderers."""

    def test_the_renderers_see_an_altered_page(self) -> None:
        other = with_stream(contents_of_first_page(), zlib.compress(b"0 0 300 400 re f"))
        assert not mutants.same_to_the_eye(mutants.seen(sheet()), mutants.seen(other))

    def test_no_altered_sheet_that_is_seen_differently_agrees(self, monkeypatch: pytest.MonkeyPatch) -> None:
        plain, known = verify._again, {}  # every mutant holds one of two plans

        def again(files: Any, *rest: Any) -> Any:
            key = tuple(files.values())
            if key not in known:
                known[key] = plain(files, *rest)
            return known[key]

        monkeypatch.setattr(verify, "_again", again)
        true = mutants.seen(sheet())
        agreed = [content for content in mutants.mutants(60, 7) if mutants.agrees(content)]
        assert agreed
        deceiving = [content for content in agreed[:5] if not mutants.same_to_the_eye(mutants.seen(content), true)]
        assert [] == deceiving
