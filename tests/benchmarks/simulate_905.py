"""Simulates USP <905> on batches of normally distributed content, and writes tests/cases/uniformity_simulated.json.

    python tests/benchmarks/simulate_905.py

Takes about five minutes. For each mean (92 to 108 % of the label) and RSD (1 to 10 %) it draws 60,000 batches of 10
units, and of 20 more where the first stage fails, and counts those that pass. It shares no line with
`compound.judging.uniformity`: the chances that are worked out there by integration are held against these counts in
tests/test_uniformity.py. Each cell has its own generator, seeded by the text "905 MEAN RSD", so that one cell can be
drawn again alone.

USP <905>: the acceptance value is |M − X̄| + k·s, with k = 2.4 for 10 units and 2.0 for 30; M is X̄ held between 98.5
and 101.5. Stage 1 passes at 15.0 or less. Else 20 more units are taken; stage 2 passes if the value of all 30 is 15.0
or less and no unit lies outside 0.75 M to 1.25 M.
"""

from __future__ import annotations

import math
import random
from pathlib import Path

SEED = 905
BATCHES = 60_000
MEANS = range(92, 109)
RSDS = range(1, 11)
TARGET = Path(__file__).resolve().parent.parent / "cases" / "uniformity_simulated.json"


def acceptance_value(units: list[float], k: float) -> tuple[float, float]:
    """The acceptance value of the units, and M."""
    count = len(units)
    mean = sum(units) / count
    s = math.sqrt(sum((unit - mean) ** 2 for unit in units) / (count - 1))
    m = min(max(mean, 98.5), 101.5)
    return abs(m - mean) + k * s, m


def simulate(mean: float, rsd: float, batches: int, seed: str, batch_rsd: float = 0.0) -> tuple[int, int]:
    """Of so many batches: how many pass stage 1, and how many stage 1 or stage 2."""
    draw = random.Random(seed).gauss  # noqa: S311  a simulation, repeatable
    sigma = mean * rsd / 100
    at_once, in_all = 0, 0
    for _ in range(batches):
        centre = draw(mean, mean * batch_rsd / 100) if batch_rsd else mean
        units = [draw(centre, sigma) for _ in range(10)]
        value, _m = acceptance_value(units, 2.4)
        if value <= 15.0:
            at_once += 1
            in_all += 1
            continue
        units += [draw(centre, sigma) for _ in range(20)]
        value, m = acceptance_value(units, 2.0)
        if value <= 15.0 and all(0.75 * m <= unit <= 1.25 * m for unit in units):
            in_all += 1
    return at_once, in_all


def write(target: Path, script: str, cells: list[str]) -> None:
    """Writes the cells drawn to a file of cases, one cell a line."""
    target.write_text(
        f'{{"source": "simulated by: python tests/benchmarks/{script}",\n'
        f'"seed": {SEED}, "batches": {BATCHES},\n'
        '"cells": [\n' + ",\n".join(cells) + "\n]}\n",
        encoding="utf-8",
    )


def main() -> None:
    """Draws every cell and writes the file, one cell a line."""
    cells = []
    for mean in MEANS:
        for rsd in RSDS:
            at_once, in_all = simulate(mean, rsd, BATCHES, f"{SEED} {mean} {rsd}")
            cells.append(f'{{"mean": "{mean}", "rsd": "{rsd}", "stage_1": {at_once}, "either": {in_all}}}')
    write(TARGET, "simulate_905.py", cells)


if __name__ == "__main__":
    main()
