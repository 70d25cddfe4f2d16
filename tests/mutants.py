"""Sheets altered in their build, drawn by two renderers: none that is seen differently may be said to agree.

`python tests/mutants.py COUNT [SEED]` tries so many; the test suite tries some dozens.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from compound.exact.errors import InputError
from compound.making import verify

LEAST_SEEN = 8


@cache
def sheet(dose: str = "2 mcg") -> bytes:
    """The fillable sheet of an order."""
    from click.testing import CliRunner

    from compound.cli.plan import command

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.pdf"
        options = ("--dose", dose, "--balance-sensitivity", "1 mg", "--capsules", "30", "--fillable")
        result = CliRunner().invoke(command, ["naltrexone hydrochloride", *options, "--pdf", str(path)])
        assert 0 == result.exit_code, result.output
        return path.read_bytes()


def objects_of(content: bytes) -> dict[int, bytes]:
    """The bytes of each object between `obj` and `endobj`, by the table at the end."""
    at = int(content.split(b"startxref\n")[-1].split()[0])
    places = [int(line.split()[0]) for line in content[at:].split(b"\n") if re.fullmatch(rb"[0-9]{10} 00000 n ?", line)]
    found = {}
    for place in places:
        head = re.compile(rb"([0-9]+) 0 obj\s").match(content, place)
        assert head is not None
        length = re.compile(rb"(?s).{0,3000}?/Length ([0-9]+).{0,400}?stream\n").match(content, head.end())
        ends = content.index(b"endobj", head.end())
        if length is not None and length.end() <= content.index(b"endobj", head.end()):
            ends = content.index(b"endobj", length.end() + int(length[1]))
        found[int(head[1])] = content[head.end() : ends].rstrip(b"\n")
    return found


def unpacked(content: bytes) -> bytes:
    """What is in the stream of an object; nothing where it is not packed by Flate."""
    try:
        return zlib.decompressobj().decompress(content.partition(b"stream\n")[2])
    except zlib.error:
        return b""


def trailer_of(content: bytes) -> bytes:
    """The entries of the trailer."""
    return content.rpartition(b"trailer")[2].partition(b"startxref")[0]


def rebuilt(objects: dict[int, bytes], trailer: bytes) -> bytes:
    """A whole PDF of these objects, with the table that belongs to them."""
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number in sorted(objects):
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + objects[number] + b"\nendobj\n"
    at = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    trailer = re.sub(rb"/Size [0-9]+", b"/Size %d" % (max(objects) + 1), trailer)
    return bytes(out) + b"trailer" + trailer + b"startxref\n%d\n%%%%EOF\n" % at


def updated(content: bytes, objects: dict[int, bytes]) -> bytes:
    """The PDF with a later revision that holds these objects."""
    before = int(content.split(b"startxref\n")[-1].split()[0])
    out = bytearray(content)
    lines = b""
    for number in sorted(objects):
        lines += b"%d 1\n%010d 00000 n \n" % (number, len(out))
        out += b"%d 0 obj\n" % number + objects[number] + b"\nendobj\n"
    at = len(out)
    entries = trailer_of(content).strip()
    entries = entries[:-2] + b"\n/Prev %d\n>>" % before
    return bytes(out) + b"xref\n" + lines + b"trailer\n" + entries + b"\nstartxref\n%d\n%%%%EOF\n" % at


def _having(objects: dict[int, bytes], text: bytes) -> list[int]:
    return [number for number, content in objects.items() if text in content]


def _replaced(objects: dict[int, bytes], chance: random.Random, old: bytes, new: bytes) -> None:
    among = _having(objects, old)
    if among:
        number = chance.choice(among)
        objects[number] = objects[number].replace(old, new, 1)


def _entry(chance: random.Random, objects: dict[int, bytes]) -> None:
    old, new = chance.choice(
        [
            (b"/Type /Page\n", b"/Type /Pag3\n"), (b"/Type /Pages", b"/Type /Page"), (b"/Count 7", b"/Count 1"),
            (b"/Count 7", b"/Count 70"), (b"/Rotate 0", b"/Rotate 180"), (b"/Rotate 0", b"/Rotate 0 /UserUnit 2"),
            (b"/Rotate 0", b"/Rotate 0 /CropBox [0 0 300 300]"), (b"841.89 ]", b"641.89 ]"), (b"841.89 ]", b"841.8904 ]"),
            (b"/Filter [ /FlateDecode ]", b"/Filter [ /DCTDecode ]"), (b"/Filter [ /FlateDecode ]", b"/Filter [ /JPXDecode ]"),
            (b"/Filter [ /FlateDecode ]", b"/Filter [ /Crypt /FlateDecode ]"), (b"/Filter [ /FlateDecode ]", b"/Filter /FlateDecode"),
            (b"/Filter [ /FlateDecode ]", b"/Filter [ /FlateDecode ] /DecodeParms << /Predictor 12 /Columns 5 >>"),
            (b"/Filter [ /FlateDecode ]", b"/Filter [ /FlateDecode ] /F (/etc/hosts)"),
            (b"/Filter [ /FlateDecode ]", b"/Filter [ /FlateDecode ] /Filter [ /ASCII85Decode ]"),
            (b"/Trans <<\n\n>>", b"/Contents 169 0 R"), (b"/Trans <<\n\n>>", b"/Resources << >>"),
            (b"/Subtype /TrueType", b"/Subtype /Type3"),
            (b"/FirstChar 0", b"/FirstChar 1"), (b"/FirstChar 0", b"/FirstChar 0 /Encoding << /Differences [18 /three] >>"),
            (b"/F1+0 ", b"/F2+1 "), (b"/FontFile2", b"/FontFile3"), (b"/F 4 ", b"/F 2 "), (b"/Subtype /Widget", b"/Subtype /Stamp"),
            (b"/Type /Annot", b"/Type /Annot /MK << /BG [0] >>"),
            (b"/Type /Annot", b"/Type /Annot /Ff 4096"), (b"/Type /Annot", b"/Type /Annot /AP << /N 168 0 R >>"),
            (b"/Type /Catalog", b"/Type /Catalog /OCProperties << /OCGs [] /D << /BaseState /OFF >> >>"),
            (b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /URI /URI (http://x) >>"),
            (b"/PageMode /UseNone", b"/PageMode /UseOutlines"),
            (b"/Kids [ 20 0 R", b"/Kids [ 22 0 R"), (b"/Kids [ 20 0 R", b"/Kids [ 22 0 R 20 0 R"),
            (b"/NeedAppearances true", b"/NeedAppearances false"),
        ]
    )  # fmt: skip
    _replaced(objects, chance, old, new)


def _swap(chance: random.Random, objects: dict[int, bytes]) -> None:
    one, two = chance.sample(sorted(objects), 2)
    objects[one], objects[two] = objects[two], objects[one]


def _foreign(chance: random.Random, objects: dict[int, bytes]) -> None:
    """An object of the sheet of another order in place of one of this."""
    other = objects_of(sheet("3 mcg"))
    number = chance.choice(sorted(set(objects) & set(other)))
    objects[number] = other[number]


def _redrawn(chance: random.Random, objects: dict[int, bytes]) -> None:
    """Something drawn over a page, or one byte of what is drawn changed."""
    pages = [int(number) for content in objects.values() for number in re.findall(rb"/Contents ([0-9]+) 0 R", content)]
    among = [number for number in pages if number in objects and b"stream\n" in objects[number]]
    if not among:
        return
    number = chance.choice(among)
    drawn = bytearray(unpacked(objects[number]))
    if not drawn:
        return
    drawn[chance.randrange(len(drawn))] = chance.randrange(32, 127)
    content = zlib.compress(bytes(drawn) + chance.choice([b"", b"\n0 0 300 400 re f"]))
    objects[number] = b"<< /Filter /FlateDecode /Length %d >>\nstream\n" % len(content) + content + b"\nendstream"


_OF_OBJECTS: list[Callable[[random.Random, dict[int, bytes]], None]] = [_entry, _entry, _entry, _swap, _foreign, _redrawn]


def _of_bytes(chance: random.Random, content: bytes) -> bytes:
    kind = chance.randrange(6)
    at = chance.randrange(len(content))
    if kind == 0:
        return content[:at] + bytes((chance.randrange(256),)) + content[at + 1 :]
    if kind == 1:
        return content[:at] + content[at + chance.randrange(1, 40) :]
    if kind == 2:
        return content + sheet("3 mcg")
    if kind == 3:
        return sheet("3 mcg") + content
    if kind == 4:
        return content + b"startxref\n%d\n%%%%EOF\n" % chance.randrange(len(content))
    word = chance.choice([b"0 obj", b"endobj", b"endstream", b"xref", b"trailer", b"/Root", b"/Kids", b"/Contents", b"00000 n"])
    places = [found.start() for found in re.finditer(word, content)]
    at = chance.choice(places) + chance.randrange(len(word))
    return content[:at] + bytes((chance.choice(b"[](<>/% 0x"),)) + content[at + 1 :]


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """So many altered sheets; the first are hardly altered, so that some agree."""
    chance = random.Random(seed)  # noqa: S311  # the same again for the same seed
    whole = sheet()
    for _ in range(count):
        kind = chance.randrange(4)
        if kind == 0:
            yield _of_bytes(chance, whole)
            continue
        objects = objects_of(whole)
        before = dict(objects)
        for _ in range(chance.choice([0, 1, 1, 1, 2])):
            chance.choice(_OF_OBJECTS)(chance, objects)
        if kind == 1:
            yield updated(whole, {n: c for n, c in objects.items() if c != before[n]} or {1: objects[1]})
        else:
            yield rebuilt(objects, trailer_of(whole))


def agrees(content: bytes) -> bool:
    """Whether `compound verify` would leave with 0."""
    try:
        return verify.verify_worksheet(content, "sheet").verdict in ("genuine", "agrees")
    except InputError:
        return False


def has_renderers() -> bool:
    """Whether both renderers are there."""
    try:
        import pypdfium2  # type: ignore[import-untyped]  # noqa: F401
    except ImportError:
        return False
    return shutil.which("pdftoppm") is not None


def seen(content: bytes) -> list[bytes]:
    """What two independent renderers draw of a PDF."""
    import pypdfium2

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.pdf").write_bytes(content)
        subprocess.run(["pdftoppm", "-r", "50", "-gray", "a.pdf", "p"], cwd=folder, capture_output=True, check=False)
        pictures = [path.read_bytes() for path in sorted(Path(folder).glob("p-*"))]
    document = pypdfium2.PdfDocument(content)
    document.init_forms()
    for page in document:
        bitmap = page.render(scale=0.7, grayscale=True)
        pictures.append(bytes(bitmap.buffer))
    document.close()
    return pictures


def same_to_the_eye(one: list[bytes], two: list[bytes]) -> bool:
    """Whether no point of two series of pictures differs by more than a few of its 256 greys."""
    if [len(picture) for picture in one] != [len(picture) for picture in two]:
        return False
    pairs = (pair for pair in zip(one, two, strict=True) if pair[0] != pair[1])
    return all(abs(a - b) <= LEAST_SEEN for mine, other in pairs for a, b in zip(mine, other, strict=True))


def main() -> int:
    """Tries as many as asked for; names the first that deceives."""
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    true, agreed = seen(sheet()), 0
    for number, content in enumerate(mutants(count, seed)):
        if agrees(content):
            agreed += 1
            if content != sheet() and not same_to_the_eye(seen(content), true):
                Path("deceives.pdf").write_bytes(content)
                print(f"mutant {number} of seed {seed} agrees and is seen differently: deceives.pdf")
                return 1
    print(f"{count} mutants, {agreed} agree, all of them seen as the sheet")
    return 0


if __name__ == "__main__":
    sys.exit(main())
