"""Worksheets in one process against a sheet of platypus: `python tests/benchmarks/bench_worksheet.py [rounds]`.

The measure beside it is a plain sheet of two pages as one would write it with reportlab's platypus: a head, three
tables, a drawing, six paragraphs, a QrCodeWidget, two embedded faces. Both are made in turn (A B A B …). Printed are
sheets a second by CPU time, the median of the ratios pair by pair, and the size of a file. Then the whole command: what
`--pdf` costs beyond the same plan without it, in floors (the CPU time of `python -c pass`) and in MB of memory at its
height. Goals: 80 sheets a second; four pages at most 40 kB; 12 floors and 32 MB.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from compound.judging.audit import audit
from compound.order.options import read_order
from compound.paper import fonts
from compound.planning.powder import plan_by_powder
from compound.reading import shipped
from compound.showing import fingerprint, plan_json
from compound.worksheet.details import read_details
from compound.worksheet.render import render
from compound.worksheet.template import read_template

ORDER = {"drug": "naltrexone hydrochloride", "dose": "2 mcg", "balance-sensitivity": "1 mg", "capsules": "30"}


def worksheet() -> Callable[[], bytes]:
    """Draws the worksheet of the order above; planning and judging are not counted."""
    order, notes = read_order(ORDER)
    found = plan_by_powder(order, 0).plan
    if found is None:
        raise SystemExit("the order of the benchmark has no plan")
    judged = audit(found, notes)
    template, written = read_template(shipped.template("worksheet.toml")), plan_json.plan_record(judged)
    details, text = read_details(found), fingerprint.to_json(written)
    return lambda: render(judged, template, details, written["fingerprint"], text)


def plain() -> bytes:
    """A sheet of two pages by platypus, with the widget for the QR code."""
    from reportlab.graphics.barcode.qr import QrCodeWidget
    from reportlab.graphics.shapes import Drawing, Rect, String
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

    fonts.faces()
    style = ParagraphStyle("plain", fontName=fonts.REGULAR, fontSize=9, leading=11)
    grid = [("GRID", (0, 0), (-1, -1), 0.5, "black"), ("FONT", (0, 0), (-1, -1), fonts.REGULAR, 9)]

    def table(rows: int, columns: int) -> Table:
        cells = [[f"row {row} of {column}" for column in range(columns)] for row in range(rows)]
        return Table(cells, style=[*grid, ("FONT", (0, 0), (-1, 0), fonts.BOLD, 9)])

    boxes = Drawing(400, 60)
    for i in range(3):
        boxes.add(Rect(i * 130, 10, 100, 40, fillColor=None))
        boxes.add(String(i * 130 + 10, 25, f"vessel {i}", fontName=fonts.REGULAR, fontSize=8))
    code = Drawing(90, 90)
    code.add(QrCodeWidget("naltrexone hydrochloride 2 mcg 30 capsules " + "0123456789abcdef" * 2, barWidth=90, barHeight=90))
    text = "Weigh each amount in its own tared boat and write down what the balance shows before going on. " * 2
    story = [Paragraph("Compounding worksheet", style), table(3, 4), Spacer(1, 6), boxes, code]
    story += [Paragraph(text, style) for _ in range(3)]
    story += [PageBreak(), table(12, 7), Spacer(1, 6), table(8, 5), *(Paragraph(text, style) for _ in range(3))]
    buffer = BytesIO()
    SimpleDocTemplate(buffer, pagesize=A4, invariant=1).build(story)
    return buffer.getvalue()


def cpu(make: Callable[[], bytes]) -> float:
    """Seconds of CPU that one sheet takes."""
    start = time.process_time()
    make()
    return time.process_time() - start


def main() -> None:
    """Prints the two measures and their ratio."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    sheet = worksheet()
    pages = sheet()
    for make in (sheet, plain, sheet, plain):
        make()
    pairs = [(cpu(sheet), cpu(plain)) for _ in range(rounds)]
    own, other = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(second / first for first, second in pairs)
    print(f"worksheet       {own * 1000:6.1f} ms  {1 / own:5.1f} a second  {len(pages):,} bytes")
    print(f"platypus sheet  {other * 1000:6.1f} ms  {1 / other:5.1f} a second")
    print(f"the worksheet is {ratio:.2f} times as fast   (goals: 80 a second, 40,000 bytes)")
    _command(rounds)


def _command(rounds: int) -> None:
    """Prints what a worksheet costs the command beyond planning: the medians of some runs, taken in turn."""
    plan = ["-m", "compound", "plan", ORDER["drug"], *(part for name in ("dose", "balance-sensitivity", "capsules")
                                                       for part in (f"--{name}", ORDER[name]))]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        commands = (["-c", "pass"], plan, [*plan, "--pdf", str(Path(folder) / "sheet.pdf")])
        runs = [[_run(command) for command in commands] for _ in range(rounds + 1)][1:]
    floor, without, sheet = (statistics.median(run[i][0] for run in runs) for i in range(3))
    memory = statistics.median(run[2][1] - run[1][1] for run in runs)
    print(f"the command     {(sheet - without) / floor:6.1f} floors, {memory:.1f} MB beyond planning (goals: 12, 32)")


# A small process measures: the memory at its height of a process counts that of who started it.
_MEASURE = """
import resource, subprocess, sys
subprocess.run([sys.executable, *sys.argv[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1000)
"""


def _run(command: list[str]) -> tuple[float, float]:
    """CPU seconds and the most memory in MB that a run of Python takes."""
    done = subprocess.run([sys.executable, "-c", _MEASURE, *command], capture_output=True, text=True, check=True)
    seconds, memory = map(float, done.stdout.split())
    return seconds, memory


if __name__ == "__main__":
    main()
