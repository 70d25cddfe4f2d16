"""Whole commands against the floor of the same environment: `python tests/benchmarks/bench_command.py [pairs]`.

The floor is `python -c pass`, run in turn with the command (A B A B …); printed is the median of the ratios pair by
pair, and the peak memory. Run it with the interpreter of an environment in which the package is installed.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

ORDER = ["plan", "naltrexone hydrochloride", "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30"]
COMMANDS: list[tuple[str, list[str], str]] = [
    ("--version", ["--version"], "5 floors"),
    ("--help", ["--help"], "5 floors"),
    ("a wrong command", ["wrong"], "5 floors"),
    ("plan --json", [*ORDER, "--json"], "7 floors, 20 MiB"),
    ("plan", ORDER, "10 floors"),
    ("plan --pdf", [*ORDER, "--pdf", "{pdf}"], "12 floors, 32 MiB"),
    ("check", ["check", "mannitol"], "-"),
]


def timed(arguments: list[str]) -> tuple[float, float]:
    """Seconds and peak MiB of a whole process."""
    start = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        os.execv(arguments[0], arguments)  # noqa: S606
    _, _, usage = os.wait4(pid, 0)
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main() -> None:
    """Prints a line a command."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    floor = [sys.executable, "-c", "pass"]
    command = str(Path(sys.executable).parent / "compound")
    with tempfile.TemporaryDirectory() as folder:
        for name, arguments, goal in COMMANDS:
            whole = [command, *(argument.format(pdf=f"{folder}/sheet.pdf") for argument in arguments)]
            ratios, peaks = [], []
            for _ in range(3):
                timed(floor), timed(whole)
            for _ in range(pairs):
                base, _peak = timed(floor)
                taken, peak = timed(whole)
                ratios.append(taken / base)
                peaks.append(peak)
            print(f"{name:<16} {statistics.median(ratios):5.1f} floors {max(peaks):5.1f} MiB   (goal {goal})")
    over = []
    for _ in range(pairs):  # the three in turn: a machine that is busy is so for all of them
        base, of_json, of_screen = (timed(whole)[0] for whole in (floor, [command, *ORDER, "--json"], [command, *ORDER]))
        over.append((of_screen - of_json) / base)
    print(f"{'plan over --json':<16} {statistics.median(over):5.2f} floors             (goal 1.5 floors)")


if __name__ == "__main__":
    main()
