"""How long a plan by the solution route takes, and the whole command, as ratios to a floor measured in the same run.

Run `python tests/benchmarks/bench_solution.py`. The floor in process is a million additions; that of the command is
`python -c pass`. Goals: under 50 ms in process with all ware of class A; the command with --json under 7 floors.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from compound.judging.audit import audit
from compound.order.options import read_order
from compound.planning.solution import plan_by_solution

USUAL = {"drug": "naltrexone hydrochloride", "balance-sensitivity": "1 mg", "method": "solution"}


def median_ms(work: Callable[[], object], rounds: int) -> float:
    """The median time of a call in ms."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return sorted(times)[rounds // 2]


def main() -> None:
    """Prints the times."""
    floor = median_ms(lambda: sum(range(1_000_000)), 21)
    print(f"floor in process: {floor:.1f} ms")
    more: list[dict[str, Any]] = [{}, {"by-mass": "yes"}, {"flask": ("100 mL", "cylinder 250 mL"), "pipette": ("syringe 1 mL",)}]
    for dose in ("20 ng", "50 ng", "0.5 mcg", "2 mcg", "10 mcg"):
        for capsules in ("30", "100", "10000"):
            for options in more if dose == "20 ng" else more[:1]:
                order, _ = read_order(USUAL | {"dose": dose, "capsules": capsules} | options)
                found = plan_by_solution(order, 1).plan
                planned = median_ms(lambda order=order: plan_by_solution(order), 11)  # type: ignore[misc]
                judged = 0.0 if found is None else median_ms(lambda found=found: audit(found), 5)  # type: ignore[misc]
                print(f"{dose:>8} x {capsules:<6} plan {planned:6.1f} ms ({planned / floor:4.1f} floors)  "
                      f"audit {judged:5.1f} ms  {options or ''}")  # fmt: skip
    command = [sys.executable, "-P", "-m", "compound", "plan", USUAL["drug"], "--balance-sensitivity", "1 mg", "--capsules", "30"]
    start = median_ms(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True), 11)
    for dose, method in (("2 mcg", "powder"), ("2 mcg", "auto"), ("20 ng", "auto")):
        run = [*command, "--dose", dose, "--method", method, "--json"]
        took = median_ms(lambda run=run: subprocess.run(run, stdout=subprocess.DEVNULL, check=True), 11)  # type: ignore[misc]
        print(f"plan --dose {dose!r} --method {method} --json: {took:.0f} ms, {took / start:.1f} floors of {start:.0f} ms")


if __name__ == "__main__":
    main()
