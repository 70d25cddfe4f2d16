"""The logo of a pharmacy: which pictures are printed, and what is said of the others."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from io import BytesIO
from pathlib import Path
from random import Random
from struct import pack

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from compound.cli.plan import command
from compound.exact.errors import InputError
from compound.making.verify import verify_worksheet
from compound.paper.logo import read_picture
from compound.reading import shipped

ORDER = ["naltrexone hydrochloride", "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30"]
KINDS = {"L": 1, "RGB": 3, "LA": 1, "RGBA": 3}


def chunk(name: bytes, content: bytes) -> bytes:
    return pack(">I", len(content)) + name + content + pack(">I", zlib.crc32(name + content))


def png(kind: int, bits: int, width: int, height: int, rows: bytes, *more: bytes, interlaced: int = 0) -> bytes:
    """A PNG of rows that carry their filters."""
    header = chunk(b"IHDR", pack(">IIBBBBB", width, height, bits, kind, 0, 0, interlaced))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def made(tmp_path: Path, logo: bytes, *more: str) -> tuple[int, str, bytes]:
    """Exit code, stderr and worksheet with a logo beside the template."""
    (tmp_path / "logo.png").write_bytes(logo)
    text = shipped.template("worksheet.toml").decode().replace('logo = ""', 'logo = "logo.png"')
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    sheet = tmp_path / "sheet.pdf"
    result = CliRunner().invoke(command, [*ORDER, "--template", str(tmp_path / "own.toml"), "--pdf", str(sheet), *more])
    error = "" if result.exception is None else str(result.exception)
    return result.exit_code, result.stderr + error, sheet.read_bytes() if sheet.exists() else b""


class TestLogo:
    """A logo stands at the head of every page (issue, Form)."""

    @pytest.mark.parametrize("mode", ["L", "RGB", "LA", "RGBA"])
    def test_a_picture_of_a_usual_kind_is_printed_dot_by_dot(self, mode: str, tmp_path: Path) -> None:
        image = pytest.importorskip("PIL.Image")
        picture = image.effect_noise((40, 12), 90).convert("RGBA")
        picture.putalpha(image.linear_gradient("L").resize((40, 12)))
        picture = picture.convert(mode)
        buffer = BytesIO()
        picture.save(buffer, "PNG")
        code, _, sheet = made(tmp_path, buffer.getvalue())

        assert 0 == code
        for page in PdfReader(BytesIO(sheet)).pages:
            (printed,) = page.images
            assert printed.image is not None
            assert picture.convert("RGBA").tobytes() == printed.image.convert("RGBA").tobytes()

    @pytest.mark.skipif(shutil.which("pdfimages") is None, reason="pdfimages is not installed: small samples not checked")
    @pytest.mark.parametrize("mode", ["P", "1"])
    def test_a_picture_of_less_than_a_byte_a_dot_is_printed_dot_by_dot(self, mode: str, tmp_path: Path) -> None:
        image = pytest.importorskip("PIL.Image")
        noise = image.effect_noise((43, 12), 90)
        picture = noise.quantize(16) if mode == "P" else noise.convert("1")
        picture.save(tmp_path / "in.png")
        made(tmp_path, (tmp_path / "in.png").read_bytes())
        subprocess.run(["pdfimages", "-png", "-l", "1", tmp_path / "sheet.pdf", tmp_path / "out"], check=True)

        assert picture.convert("RGB").tobytes() == image.open(tmp_path / "out-000.png").convert("RGB").tobytes()

    @given(st.sampled_from(sorted(KINDS)), st.integers(0, 4), st.randoms(use_true_random=False))
    @settings(max_examples=40)
    def test_every_filter_is_undone_where_colours_and_transparency_are_taken_apart(
        self, mode: str, filtering: int, random: Random
    ) -> None:
        image = pytest.importorskip("PIL.Image")
        samples, width, height = len(mode), 5, 4
        kind = {"L": 0, "RGB": 2, "LA": 4, "RGBA": 6}[mode]
        numbers = [random.randrange(256) for _ in range(width * height * samples)]
        line = width * samples
        rows = b"".join(bytes([filtering, *numbers[i : i + line]]) for i in range(0, len(numbers), line))
        content = png(kind, 8, width, height, rows)
        found = read_picture(content)
        expected = image.open(BytesIO(content))

        if mode in ("LA", "RGBA"):
            assert expected.getchannel("A").tobytes() == zlib.decompress(found.mask)
            plain = zlib.decompress(found.rows)
            inner = width * found.samples + 1
            colours = b"".join(plain[i + 1 : i + inner] for i in range(0, len(plain), inner))
            assert expected.convert(mode[:-1]).tobytes() == colours
        else:
            assert rows == zlib.decompress(found.rows)

    def test_a_sheet_with_a_logo_is_verified_without_the_file(self, tmp_path: Path) -> None:
        _, _, sheet = made(tmp_path, png(2, 8, 2, 1, b"\0" + bytes(6)))
        (tmp_path / "logo.png").unlink()

        assert ["sheet-of-own-words", "sheet-of-any-order"] == [finding.code for finding in verify_worksheet(sheet, "sheet.pdf").findings]

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"GIF89a", "the picture is not a PNG"),
            (b"\x89PNG\r\n\x1a\n", "the picture is a damaged PNG"),
            (png(2, 8, 2, 1, bytes(7))[:-30], "the picture is a damaged PNG"),
            (png(2, 8, 2, 1, bytes(7)).replace(b"IDAT", b"IDAU"), "the picture is a damaged PNG"),
            (png(2, 8, 2, 2, bytes(7)), "the picture is a damaged PNG"),  # a row is missing
            (png(6, 8, 1, 1, b"\7" + bytes(4)), "the picture is a damaged PNG"),  # a filter that does not exist
            (png(3, 8, 1, 1, bytes(2)), "the picture is a damaged PNG"),  # no palette
            (png(2, 8, 1000, 501, b""), "the picture has 501,000 pixels; at most 500,000 are printed"),
            (png(2, 8, 2**31, 2**31, b""), "the picture has 4,611,686,018,427,387,904 pixels; at most 500,000"),
            (png(2, 16, 1, 1, bytes(7)), "the picture has 16 bits a sample; save it with 8"),
            (png(2, 8, 1, 1, bytes(4), interlaced=1), "the picture is interlaced; save it without"),
            (png(2, 8, 1, 1, bytes(4), chunk(b"tRNS", bytes(6))), "the picture has a transparent colour; save it without"),
        ],
    )
    def test_another_picture_is_refused_with_the_key_of_the_template(
        self, content: bytes, said: str, tmp_path: Path
    ) -> None:
        _, error, sheet = made(tmp_path, content)

        assert b"" == sheet
        assert re.search(r"pharmacy\.logo: " + re.escape(said), error)

    def test_a_logo_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        text = shipped.template("worksheet.toml").decode().replace('logo = ""', 'logo = "missing.png"')
        (tmp_path / "own.toml").write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=r"pharmacy\.logo: there is no file .*missing\.png"):
            CliRunner().invoke(
                command,
                [*ORDER, "--template", str(tmp_path / "own.toml"), "--pdf", str(tmp_path / "sheet.pdf")],
                catch_exceptions=False,
            )
