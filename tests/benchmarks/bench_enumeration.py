"""The search against the same space gone through in C: `python tests/benchmarks/bench_enumeration.py [ORDERS] [SEED]`.

The C source beside this file is compiled with gcc when run; without a compiler it is skipped and said so. Orders are
random, with a capacity, and with a best plan of two triturations; one takes minutes.
Printed are both times in ms, their ratio, and differences.
"""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

from compound.order.options import read_order
from compound.order.order import Order, needed
from compound.plan.plan import BATCH, Plan, Transfer
from compound.planning.powder import plan_by_powder

SOURCE = Path(__file__).with_name("enumerate_two.c")


def asked(order: Order) -> list[str]:
    """The arguments of the C program, in steps of the readability."""
    balance = needed(order.balance, "--balance-sensitivity")
    unit = Fraction(balance.readability.mg)
    blend = needed(order.least_blend, "--overage") / unit
    fill = Fraction(needed(order.fill_weight, "--fill-weight").mg)
    numbers: list[Fraction | int] = [
        order.content_fraction * fill / order.planned_dose, Fraction(balance.sensitivity.mg) / unit,
        ceil(needed(order.least_weighable, "--weighing-error") / unit),
        floor(Fraction(needed(balance.capacity, "--capacity").mg) / unit),
        ceil(Fraction(needed(order.least_mixture, "--least-mixture").mg) / unit),
        Fraction(needed(order.max_dilution, "--max-dilution")), ceil(blend), floor(blend * 11 / 10),
        needed(order.dose_error_limit, "--dose-error").fraction, needed(order.plan_error_limit, "--plan-error").fraction,
    ]  # fmt: skip
    return [str(number) if isinstance(number, int) else f"{float(number):.17g}" for number in numbers]


def told(plan: Plan, unit: Fraction) -> list[int]:
    """a0, t1, a1, t2, …, F in steps of the readability."""
    taken: list[int] = []
    totals: dict[str, int] = {}
    for step in plan.weighings():
        amount = int(Fraction(step.amount_mg or 0) / unit)
        totals[step.vessel] = totals.get(step.vessel, 0) + amount
        if isinstance(step, Transfer) or step.role == "drug":
            taken.append(amount)
    assert BATCH in totals
    return [amount for pair in zip(taken, totals.values(), strict=True) for amount in pair]


def main() -> None:
    """Prints a line an order, then the median of the ratios and the number of differences."""
    count, seed = int(sys.argv[1]) if len(sys.argv) > 1 else 10, int(sys.argv[2]) if len(sys.argv) > 2 else 0
    compiler = shutil.which("gcc")
    if compiler is None:
        print("skipped: no gcc to compile the enumeration with")
        return
    draw, ratios, different = random.Random(seed), list[float](), 0  # noqa: S311
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(folder) / "enumerate_two")
        subprocess.run([compiler, "-O2", "-o", program, str(SOURCE), "-lm"], check=True)
        while len(ratios) < count:
            options = {
                "drug": "naltrexone hydrochloride", "method": "powder", "dose": f"{draw.randint(1, 20)} mcg",
                "balance-sensitivity": draw.choice(["6 mg", "10 mg"]), "capsules": str(draw.randint(10, 60)),
                "capacity": draw.choice(["2 g", "3 g"]),
            }  # fmt: skip
            order = read_order(options)[0]
            start = time.perf_counter()
            plan = plan_by_powder(order, helps=False).plan
            ours = time.perf_counter() - start
            unit = Fraction(needed(order.balance, "--balance-sensitivity").readability.mg)
            found = [] if plan is None else told(plan, unit)
            if len(found) != 6:
                continue
            start = time.perf_counter()
            shown = subprocess.run([program, *asked(order)], check=True, capture_output=True, text=True).stdout.split()
            theirs = time.perf_counter() - start
            same = shown == [str(amount) for amount in found]
            different += not same
            ratios.append(theirs / ours)
            said = "same" if same else f"{shown}, not {found}: {options}"
            print(f"{ours * 1000:8.1f} ms   C {theirs * 1000:10.1f} ms   x {theirs / ours:8.1f}   {said}", flush=True)
    print(f"median ratio {statistics.median(ratios):.1f}, least {min(ratios):.1f}; {different} different")


if __name__ == "__main__":
    main()
