"""The powder search in process over realistic orders: `python tests/benchmarks/bench_search.py [ORDERS] [SEED]`.

Orders run from 20 ng to 5 mg (log-uniform), S from 0.01 to 10 mg, 10 to 1,000 capsules of 100 to 400 mg, without a
capacity or with one of 50, 120 or 220 g, with an assay or without, in all three preferences. Printed are the median, the
95th percentile and the largest time in ms, by preference and triturations, and the orders that took longest.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections import defaultdict
from fractions import Fraction

from compound.exact.errors import InputError
from compound.exact.quantity import canonical
from compound.order.options import read_order
from compound.plan.plan import Mix
from compound.planning.powder import plan_by_powder

CONTRACT = [
    {"dose": "2 mcg", "balance-sensitivity": "1 mg", "capsules": "30"},
    {"dose": "0.25 mg", "balance-sensitivity": "1 mg", "capsules": "30"},
    {"dose": "4.5 mg", "balance-sensitivity": "1 mg", "capsules": "30"},
    {"dose": "2 mcg", "balance-sensitivity": "0.1 mg", "capsules": "30", "minimum-weight": "82 mg"},
    {"dose": "0.5 mg", "balance-sensitivity": "0.1 mg", "capsules": "100"},
    {"dose": "2 mcg", "balance-sensitivity": "1 mg", "capsules": "30", "assay": "98.7%", "assay-basis": "as-is"},
]
SLOWEST = 5


def realistic_order(draw: random.Random) -> dict[str, str]:
    """An order that a pharmacy may place."""
    nanograms = Fraction(f"{20 * 250_000 ** draw.random():.2g}")
    options = {
        "dose": f"{canonical(nanograms / 1_000_000)} mg",
        "balance-sensitivity": draw.choice(["0.01 mg", "0.05 mg", "0.1 mg", "0.5 mg", "1 mg", "2 mg", "6 mg", "10 mg"]),
        "capsules": str(draw.randint(10, 1000)), "fill-weight": f"{draw.randint(20, 80) * 5} mg", "capsule-size": "00",
    }  # fmt: skip
    if capacity := draw.choice([None, "50 g", "120 g", "220 g"]):
        options["capacity"] = capacity
    if draw.random() < 0.5:
        options |= {"assay": f"{canonical(Fraction(draw.randint(9500, 10050), 100))}%", "assay-basis": "as-is"}
    return options


def main() -> None:
    """Prints a line for each preference and number of triturations."""
    orders, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 200, int(sys.argv[2]) if len(sys.argv) > 2 else 0
    draw, times, all_times = random.Random(seed), defaultdict(list), []  # noqa: S311
    asked = [("contract", one) for one in CONTRACT * 3] + [("", realistic_order(draw)) for _ in range(orders)]
    for kind, options in asked:
        for prefer in ("simple", "drug", "powder"):
            try:
                order, _ = read_order({"drug": "naltrexone hydrochloride", "method": "powder", "prefer": prefer} | options)
            except InputError:
                continue
            start = time.perf_counter()
            found = plan_by_powder(order, helps=False).plan
            taken = (time.perf_counter() - start) * 1000
            name = "none" if found is None else str(sum(isinstance(step, Mix) for step in found.steps) - 1)
            times[prefer, kind or name].append(taken)
            all_times.append((taken, " ".join(f"--{key} '{value}'" for key, value in options.items()) + f" --prefer {prefer}"))
    for (prefer, name), values in sorted(times.items()):
        values.sort()
        shown = statistics.median(values), values[int(len(values) * 0.95)], values[-1]
        print(f"{prefer:<7} {name:<9} {len(values):4}   " + "   ".join(f"{value:9.1f} ms" for value in shown))
    for taken, text in sorted(all_times, reverse=True)[:SLOWEST]:
        print(f"{taken:9.1f} ms  {text}")


if __name__ == "__main__":
    main()
