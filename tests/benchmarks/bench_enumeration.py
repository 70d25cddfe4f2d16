"""The search against the same space gone through in C: `python tests/benchmarks/bench_enumeration.py [ORDERS] [SEED] [SECONDS] [FAMILY]`.

The C source beside this file is compiled with gcc when run; without a compiler it is skipped and said so. It goes through
all plans of two triturations, and what it takes grows with the fifth power of the amounts: minutes or hours for an
`ordinary` order. So the FAMILY is by default `small`: random orders with a small weighing error, a low largest dilution
and a capacity not far above the least amount, which leave few amounts of up to two digits. All have a best plan of two
triturations; that there is none of fewer the search finds out for itself. SECONDS is what the C program may take for an
order (10); where it took them, its time counts as that, and the ratio is a lower bound.

Printed are both times of each order in ms and their ratio, then the medians and the number of differences. The best plans
differ where the ranking compares them as different, or where that of the C program is not admissible; an order that it
did not end tells nothing of that.
"""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from compound.order.options import read_order
from compound.planning.powder import powder_problem
from compound.planning.powder_search.problem import Chain, Prefer, Problem, chain_of, rank
from compound.planning.powder_search.search import search

SOURCE = Path(__file__).with_name("enumerate_two.c")


def random_problem(draw: random.Random, family: str) -> Problem:
    """A random order in whole units: an ordinary one, or one of few amounts."""
    options = {
        "drug": "naltrexone hydrochloride", "method": "powder", "balance-sensitivity": "10 mg",
        "capsules": str(draw.randint(10, 60)), "capacity": draw.choice(["2 g", "3 g"]),
    }  # fmt: skip
    if family == "ordinary":
        options["dose"] = f"{draw.randint(1, 20)} mcg"
    else:
        options["dose"] = f"{draw.randint(5, 60)} mcg"
        options |= {"weighing-error": draw.choice(["1.25 %", "1.5 %"]), "max-dilution": draw.choice(["30", "40"])}
    return powder_problem(read_order(options)[0])[0]


def asked(problem: Problem) -> list[str]:
    """The arguments of the C program, which knows no other readability than one unit."""
    assert problem.multiple == 1
    assert problem.capacity is not None
    amounts = problem.least, problem.capacity, problem.least_mixture
    real = f"{float(problem.dilution):.17g}", f"{float(problem.sensitivity):.17g}"
    errors = f"{float(problem.dose_error):.17g}", f"{float(problem.plan_error):.17g}"
    most = f"{float(problem.most_dilution):.17g}"
    return [*real, *map(str, amounts), most, str(problem.blend_low), str(problem.blend_high), *errors]


def chain_told(problem: Problem, line: str) -> Chain | None:
    """The plan that the C program printed; None where it found none, or one that is not admissible."""
    if line.strip() == "none":
        return None
    drug, first, aliquot, second, last, blend = map(int, line.split())
    return chain_of(problem, (drug, aliquot, last), (first, second), blend)


def timed(program: str, problem: Problem, seconds: float) -> tuple[str | None, float]:
    """What the C program printed, None where it did not end in that time, and the time it took in ms."""
    start = time.perf_counter()
    try:
        line = subprocess.run(
            [program, *asked(problem)], check=True, capture_output=True, text=True, timeout=seconds
        ).stdout
    except subprocess.TimeoutExpired:
        return None, seconds * 1000
    return line, (time.perf_counter() - start) * 1000


def main() -> None:
    """Prints a line an order, then the medians and the number of differences."""
    given = sys.argv[1:]
    family = given.pop() if given and given[-1] in ("small", "ordinary") else "small"
    count, seed, seconds = (int(text) for text in (*given, *("12", "0", "10")[len(given) :]))
    compiler = shutil.which("gcc")
    if compiler is None:
        print("skipped: no gcc to compile the enumeration with")
        return
    draw, both, different, not_ended = random.Random(seed), list[tuple[float, float]](), 0, 0  # noqa: S311
    with tempfile.TemporaryDirectory() as folder:
        program = str(Path(folder) / "enumerate_two")
        subprocess.run([compiler, "-O2", "-o", program, str(SOURCE), "-lm"], check=True)
        while len(both) < count:
            problem = random_problem(draw, family)
            start = time.perf_counter()
            found = search(problem, Prefer.SIMPLE, 1).chains
            ours = (time.perf_counter() - start) * 1000
            if not found or found[0].triturations != 2:
                continue
            line, theirs = timed(program, problem, seconds)
            both.append((ours, theirs))
            other = chain_told(problem, line or "none")
            if line is None:
                not_ended, said = not_ended + 1, "not ended"
            elif other is not None and rank(problem, Prefer.SIMPLE, other) == rank(problem, Prefer.SIMPLE, found[0]):
                said = "same"
            else:
                different, said = different + 1, f"DIFFERENT: C {line.strip()}, not {found[0].amounts}: {problem}"
            least = ">=" if line is None else "  "
            print(f"{ours:8.1f} ms   C {theirs:9.1f} ms {least} x {theirs / ours:8.1f}   {said}", flush=True)
    median, median_c = (statistics.median(times) for times in zip(*both, strict=True))
    ratios = [c / own for own, c in both]
    print(f"{count} orders, {different} different; C did not end {not_ended} of them within {seconds} s")
    at_least = " at least" if not_ended else ""
    print(f"median {median:.1f} ms, C {median_c:.1f} ms, x {median_c / median:.1f}{at_least}")
    print(f"ratio order by order: median {statistics.median(ratios):.1f}, least {min(ratios):.1f}{at_least}")


if __name__ == "__main__":
    main()
