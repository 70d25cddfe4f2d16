"""The planning of an order in process: `python tests/benchmarks/bench_planner.py [orders] [seed]`.

Printed are the median, the 95th percentile and the largest time, in ms and in floors (`python -c pass`, measured in the
same run), of the cases of the contract and of random orders, by triturations; "none" takes in the limits to relax.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections import defaultdict

from compound.exact.errors import InputError
from compound.order.options import read_order
from compound.plan.plan import Mix
from compound.planning.powder import plan_by_powder

USUAL = {"drug": "naltrexone hydrochloride", "method": "powder"}
CONTRACT = [
    {"dose": "2 mcg", "balance-sensitivity": "1 mg", "capsules": "30"},
    {"dose": "0.25 mg", "balance-sensitivity": "1 mg", "capsules": "30"},
    {"dose": "4.5 mg", "balance-sensitivity": "1 mg", "capsules": "30"},
    {"dose": "2 mcg", "balance-sensitivity": "6 mg", "capsules": "100"},
    {"dose": "0.5 mg", "balance-sensitivity": "0.1 mg", "capsules": "100"},
    {"dose": "2 mcg", "balance-sensitivity": "1 mg", "capsules": "30", "assay": "98.7%", "assay-basis": "as-is"},
]
GOALS = {"contract": 20, "0": 200, "1": 200, "2": 200, "3": 1000, "4": 5000, "none": 5000}  # ms


def random_order(draw: random.Random) -> dict[str, str]:
    """An order as a pharmacy might place it, and now and then one that nobody would."""
    unit, high = draw.choice([("ng", 999), ("mcg", 999), ("mcg", 20), ("mg", 5)])
    options = {
        "dose": f"{draw.randint(1, high)} {unit}",
        "balance-sensitivity": draw.choice(["0.01 mg", "0.03 mg", "0.1 mg", "0.5 mg", "1 mg", "2 mg", "6 mg", "10 mg"]),
        "capsules": str(draw.choice([1, 7, 10, 30, 60, 90, 100, 250, 1000])),
    }
    for name, share, choices in (
        ("capacity", 0.4, ["1 g", "2 g", "5 g", "15.5 g", "50 g", "120 g", "210 g"]),
        ("max-dilution", 0.4, ["1.5", "2", "3", "5", "10", "20", "50", "1000"]),
        ("dose-error", 0.3, ["0.5%", "1%", "2%", "3%", "10%"]),
        ("weighing-error", 0.2, ["1%", "2%", "10%"]),
        ("fill-weight", 0.2, ["87 mg", "100 mg", "225 mg", "342.5 mg"]),
        ("prefer", 0.1, ["drug"]),
    ):
        if draw.random() < share:
            options[name] = draw.choice(choices)
    return options


def main() -> None:
    """Prints a line for each number of triturations."""
    orders, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 200, int(sys.argv[2]) if len(sys.argv) > 2 else 0
    draw, times = random.Random(seed), defaultdict(list)  # noqa: S311
    floors = []
    for _ in range(15):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        floors.append(time.perf_counter() - start)
    floor = statistics.median(floors)
    for options in [*CONTRACT * 5, *(random_order(draw) for _ in range(orders))]:
        try:
            order, _ = read_order(USUAL | options)
        except InputError:
            continue
        start = time.perf_counter()
        found = plan_by_powder(order).plan
        taken = time.perf_counter() - start
        name = "none" if found is None else str(sum(isinstance(step, Mix) for step in found.steps) - 1)
        times["contract" if options in CONTRACT else name].append(taken)
    print(f"floor {floor * 1000:.1f} ms")
    for name in sorted(times):
        values = sorted(times[name])
        shown = [statistics.median(values), values[int(len(values) * 0.95)], values[-1]]
        text = "   ".join(f"{value * 1000:8.1f} ms {value / floor:6.1f} floors" for value in shown)
        print(f"{name:<9} {len(values):4}   {text}   (goal {GOALS[name]} ms)")


if __name__ == "__main__":
    main()
