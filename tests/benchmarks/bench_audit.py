"""How long an audit takes: one plan in process, and a folder of saved plans through the command.

Run `python tests/benchmarks/bench_audit.py [plans]`. Goals: under 5 ms a plan in process; 10,000 plans under 60 s on two
cores, with the memory of the processes flat.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench_plans import contract

from compound.cli.audit import load
from compound.correcting.weighed import audit_weighed
from compound.judging.audit import audit
from compound.plan.plan import plan_from_dict
from compound.showing import fingerprint, plan_json


def best(work: object, rounds: int = 200) -> float:
    """The median time of a call in ms."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()  # type: ignore[operator]
        times.append(1000 * (time.perf_counter() - start))
    return sorted(times)[rounds // 2]


def main(plans: int) -> None:
    """Prints the times."""
    data = contract(drug="naltrexone hydrochloride", capsules=30, diluent="microcrystalline cellulose",
                    fill_weight_mg="135")  # fmt: skip
    saved = fingerprint.to_json(plan_json.plan_record(audit(plan_from_dict(data))))
    with tempfile.TemporaryDirectory() as folder:
        for number in range(plans):
            Path(folder, f"{number:05}.json").write_text(saved, "utf-8")
        first = str(Path(folder, "00000.json"))
        plan = load(first).plan
        read = {1: Decimal(31), 2: Decimal(2970)}
        print(f"read a plan            {best(lambda: load(first)):8.2f} ms")
        print(f"audit it as written    {best(lambda: audit_weighed(plan, {})):8.2f} ms")
        print(f"audit it with readings {best(lambda: audit_weighed(plan, read)):8.2f} ms")
        files = sorted(str(path) for path in Path(folder).iterdir())
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-P", "-m", "compound", "audit", *files, "--json"], capture_output=True)
        spent = time.perf_counter() - start
        verdicts = {json.loads(line)["verdict"] for line in done.stdout.splitlines()}
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        print(f"{plans:,} plans by the command {spent:8.1f} s, exit {done.returncode}, {verdicts}, at most {most} MB a process")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
