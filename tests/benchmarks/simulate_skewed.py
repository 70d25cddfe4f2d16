"""Capsules filled with a log-normal powder in the test of USP <905>, particle by particle: tests/cases/uniformity_skewed.json.

    python tests/benchmarks/simulate_skewed.py

The chance to pass is worked out for normally distributed content. Rare large particles skew it, so here the number of
particles of each size is drawn for each capsule. The classes are a tenth of ln σg wide; of those with more than 400
particles in a capsule, whose numbers are as good as normal, the sum is drawn at once.
"""

from __future__ import annotations

import bisect
import math
import random
import sys
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from simulate_905 import BATCHES, SEED, acceptance_value, write

TARGET = Path(__file__).resolve().parent.parent / "cases" / "uniformity_skewed.json"
CELLS = [("1.3", "4"), ("1.3", "6"), ("1.5", "3.4"), ("1.5", "4.5"), ("1.7", "4.5"), ("2", "1"), ("2", "2.6"), ("2", "4")]


class Powder:
    """A log-normal powder that has this RSD in a dose; particles in percent of the dose, which is 100."""

    def __init__(self, spread: float, rsd: float) -> None:
        log_spread = math.log(spread)
        median = rsd * rsd / 100 / math.exp(4.5 * log_spread**2)  # RSD² = median · exp(4.5 ln² σg) / dose
        classes = []
        for tenth in range(-60, 90):
            low, high = tenth / 10, (tenth + 1) / 10
            share = (math.erf(high / math.sqrt(2)) - math.erf(low / math.sqrt(2))) / 2
            mass = median * math.exp(3 * log_spread * (low + high) / 2)
            classes.append((100 * share / mass, mass))
        fine = [(count, mass) for count, mass in classes if count > 400]
        self.some = [(count, mass) for count, mass in classes if 3 < count <= 400]
        few = [(count, mass) for count, mass in classes if 0 < count <= 3]
        self.mean = math.fsum(count * mass for count, mass in fine)
        self.sigma = math.sqrt(math.fsum(count * mass * mass for count, mass in fine))
        self.few = [mass for _, mass in few]
        self.up_to = list(accumulate(count for count, _ in few))

    def capsule(self, draw: random.Random) -> float:
        """The content of one capsule."""
        content = draw.gauss(self.mean, self.sigma)
        for count, mass in self.some:
            content += mass * poisson(count, draw)
        if self.up_to:
            for _ in range(poisson(self.up_to[-1], draw)):
                content += self.few[bisect.bisect_left(self.up_to, draw.random() * self.up_to[-1])]
        return content


def poisson(mean: float, draw: random.Random) -> int:
    """A Poisson number; from 50 on the rounded normal one, whose skewness of 0.14 is lost in the sum of all classes."""
    if mean > 50:
        return max(0, round(draw.gauss(mean, math.sqrt(mean))))
    count, product, end = 0, draw.random(), math.exp(-mean)
    while product > end:
        count, product = count + 1, product * draw.random()
    return count


def simulate(spread: float, rsd: float, batches: int, seed: str) -> tuple[int, int]:
    """Of so many batches: how many pass stage 1, and how many stage 1 or stage 2."""
    draw, powder = random.Random(seed), Powder(spread, rsd)  # noqa: S311  a simulation, repeatable
    at_once, in_all = 0, 0
    for _ in range(batches):
        units = [powder.capsule(draw) for _ in range(10)]
        value, _m = acceptance_value(units, 2.4)
        if value <= 15.0:
            at_once += 1
            in_all += 1
            continue
        units += [powder.capsule(draw) for _ in range(20)]
        value, m = acceptance_value(units, 2.0)
        if value <= 15.0 and all(0.75 * m <= unit <= 1.25 * m for unit in units):
            in_all += 1
    return at_once, in_all


def main() -> None:
    """Draws every cell and writes the file, one cell a line."""
    cells = []
    for spread, rsd in CELLS:
        at_once, in_all = simulate(float(spread), float(rsd), BATCHES, f"{SEED} {spread} {rsd}")
        cells.append(f'{{"spread": "{spread}", "rsd": "{rsd}", "stage_1": {at_once}, "either": {in_all}}}')
    write(TARGET, "simulate_skewed.py", cells)


if __name__ == "__main__":
    main()
