"""Prints what the excipient rules cost, beside a floor measured in the same run. Asserts nothing.

Run: python tests/benchmarks/bench_excipients.py
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

ROUNDS = 15

LOAD = """
import time, json, re, dataclasses, fractions, unicodedata
import compound.findings.codes, compound.exact.quantity
begin = time.perf_counter()
from compound import excipients
imported = time.perf_counter()
excipients.judge("microcrystalline cellulose")
print(imported - begin, time.perf_counter() - imported)
"""


def milliseconds(run: Callable[[], object]) -> float:
    """The median of some rounds, after one that does not count."""
    run()
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1000


def process(code: str) -> str:
    return subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True).stdout


def names() -> list[str]:
    """10,000 different names: known, disallowed, negated, graded, unknown and misspelt ones."""
    kinds = [
        "mannitol {}",
        "microcrystalline cellulose lot {}",
        "calcium carbonate {}",
        "hypromellose {} mPa·s",
        "Avicel PH-102 {} mg",
        "no calcium carbonate, mannitol {} %",
        "lactose monohydrate {} mesh",
        "SuperBlend {}",
        "calcum carbonat {}",
        "zorbinol {} acetate",
    ]
    return [kind.format(number) for number in range(1, 1_001) for kind in kinds]


def main() -> None:
    """Print the figures."""
    floor = milliseconds(lambda: process("pass"))
    print(f"floor: one `python -c pass`                 {floor:9.1f} ms")
    loads = [[float(part) * 1000 for part in process(LOAD).split()] for _ in range(ROUNDS)]
    imported, first = (statistics.median(column) for column in zip(*loads, strict=True))
    print(f"import of compound.facts.excipients.judge               {imported:9.1f} ms  {imported / floor:6.2f} floors")
    print(f"loading the rules and judging the first     {first:9.1f} ms  {first / floor:6.2f} floors")

    from compound.facts.excipients import judge
    from compound.reading import shipped

    text = shipped.read("excipients.json")
    parse = milliseconds(lambda: json.loads(text))
    print(f"floor: json.loads of {len(text):,} bytes          {parse:9.2f} ms")
    many = names()
    split = milliseconds(lambda: [name.lower().split() for name in many])
    begin = time.perf_counter()
    for name in many:
        judge.judge(name)
    judged = (time.perf_counter() - begin) * 1000
    print(f"floor: lower and split of {len(many):,} names      {split:9.1f} ms")
    print(f"judging {len(many):,} different names              {judged:9.1f} ms  {judged / floor:6.1f} start-up floors")
    worst = milliseconds(lambda: judge.judge("free carbonat " * 14))
    print(f"judging one name of 196 awkward characters  {worst:9.2f} ms")


if __name__ == "__main__":
    main()
