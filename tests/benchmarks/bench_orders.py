"""How long many orders take: 1,000 rows of a table, planned and printed, in one process and in two.

    python tests/benchmarks/bench_orders.py [ROWS]

Two processes on two cores are at least 1.8 times one. The rows are the shipped formulas with other numbers of capsules,
so that no two orders are the same. Exit 1 where the limit is missed on a machine of two cores or more.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from compound.order.formula import formula_options
from compound.reading import shipped, toml_text

LEAST_GAIN = 1.8
COLUMNS = ("drug", "dose", "balance-sensitivity", "capsules")


def table(rows: int) -> str:
    """A table of orders, every one another."""
    known = dict.fromkeys(COLUMNS, False)
    formulas = [
        formula_options(toml_text.read_toml(formula.read(), formula.name), known, formula.name)
        for formula in shipped.shipped(shipped.FORMULA)
    ]
    lines = [",".join((*COLUMNS, "file"))]
    for number in range(rows):
        formula = formulas[number % len(formulas)] | {"capsules": str(30 + number // len(formulas))}
        lines.append(",".join([*(str(formula[column]) for column in COLUMNS), f"order-{number:05}"]))
    return "\n".join(lines) + "\n"


def seconds(orders: Path, folder: Path, jobs: int) -> float:
    """The time of the whole command."""
    command = [sys.executable, "-P", "-m", "compound", "plan", "--orders", str(orders), "--pdf-dir", str(folder)]
    start = time.perf_counter()
    subprocess.run([*command, "--jobs", str(jobs)], check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> int:
    """Prints the times and the gain."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as name:
        orders = Path(name) / "orders.csv"
        orders.write_text(table(rows), encoding="utf-8")
        taken = {}
        for jobs in (1, 2):
            folder = Path(name) / f"jobs-{jobs}"
            taken[jobs] = seconds(orders, folder, jobs)
            written = len(list(folder.iterdir()))
            print(f"{jobs} process{'es' if jobs > 1 else ''}: {taken[jobs]:.2f} s, {written / taken[jobs]:.0f} a second")
            if written != rows:
                print(f"{written} of {rows} worksheets were written")
                return 1
        pairs = ((p.read_bytes(), (Path(name) / "jobs-2" / p.name).read_bytes()) for p in folder.parent.glob("jobs-1/*"))
        same = all(one == two for one, two in pairs)
    gain = taken[1] / taken[2]
    print(f"gain of two processes: {gain:.2f} (at least {LEAST_GAIN}); same bytes: {'yes' if same else 'NO'}")
    slow = gain < LEAST_GAIN and (os.cpu_count() or 1) > 1
    return 1 if slow or not same else 0


if __name__ == "__main__":
    sys.exit(main())
