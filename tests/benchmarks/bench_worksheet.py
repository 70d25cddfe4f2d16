"""Worksheets in one process against a sheet of platypus: `python tests/benchmarks/bench_worksheet.py [rounds]`.

The measure beside it is a plain sheet of two pages as one would write it with reportlab's platypus: a head, three
tables, a drawing, six paragraphs, a QrCodeWidget, two embedded faces. Both are made in turn (A B A B …). Printed are
sheets a second by CPU time, the median of the ratios pair by pair, and the size of a file. Goals: 60 sheets a second,
or 2.5 times the plain sheet; 60 KB.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from io import BytesIO

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
    print(f"the worksheet is {ratio:.2f} times as fast   (goal: 60 a second, or 2.5 times)")


if __name__ == "__main__":
    main()
