"""Holds the search for plans against an enumeration of all plans: `python tests/brute_force.py COUNT [SEED]`.

COUNT small random orders of each aspect (portions, second balance, whole tablets, surplus, minimum weight, no capacity,
plain) go both ways: as options through the program, and as numbers through tests/enumeration.py. Compared are whether
there is a plan, the first plans of the ranking in full with the criterion on which each lost, and how each diluent is
weighed. An order takes some hundredths of a second, so tens of thousands take an hour. Differences are printed with
the order as a command line, smallest first; the exit code is 1 if there is one. tests/test_enumeration.py compares a few.
"""

from __future__ import annotations

import random
import shlex
import sys
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from enumeration import Asked, Enumeration, Found, Scale, TooLarge, first_criterion

from compound.exact.errors import InputError
from compound.exact.quantity import canonical
from compound.order.options import read_order
from compound.plan.plan import BATCH, Plan, Transfer, Weigh
from compound.planning.powder import plan_by_powder, powder_works

ASPECTS = ("plain", "portions", "bulk", "tablets", "surplus", "minimum", "free")
MOST_BRANCHES = 4_000  # an order with more is left out, and counted
MOST_POWDER = 8  # times the blend: so far is gone through where there is no capacity
RUNNERS_UP = 3

# A plan as both sides tell it: drug and aliquots, totals, blend, and each diluent's portions with its balance; in mg.
Told = tuple[tuple[Fraction, ...], tuple[Fraction, ...], Fraction, tuple[tuple[tuple[Fraction, ...], bool], ...]]


class Case(NamedTuple):
    """An order as numbers and as options, and how many runners-up are asked for."""

    asked: Asked
    options: dict[str, str]
    alternatives: int

    @property
    def command(self) -> str:
        """The order as one would type it."""
        drug, *others = self.options.items()
        said = [f"--{name} {shlex.quote(value)}" for name, value in others]
        return " ".join(["compound plan", shlex.quote(drug[1]), *said, f"--alternatives {self.alternatives}"])


class Difference(NamedTuple):
    """What differed, how many plans the order has, and the words to print."""

    plans: int
    text: str


class Outcome(NamedTuple):
    """How many orders had a plan of so many triturations (None: no plan), how many were left out, what differed."""

    compared: Counter[int | None]
    left_out: int
    differences: list[Difference]


def small_orders(seed: int, aspect: str) -> Iterator[Case]:
    """Random orders with so coarse a balance, or so tight limits, that all their plans can be gone through."""
    draw = random.Random(f"{seed} {aspect}")  # noqa: S311
    while True:
        try:
            yield _small_order(draw, aspect)
        except InputError:
            continue  # no order: a dose above what the capsule holds, say


def _small_order(draw: random.Random, aspect: str) -> Case:
    tens = draw.choice([Fraction(1), Fraction(1), Fraction(10), Fraction(1, 10)])
    readability = draw.choice([1, 1, 1, 2, 5]) * tens
    sensitivity = readability * draw.choice([Fraction(1), Fraction(1), Fraction(3, 2), Fraction(2)])
    weighing_error = Fraction(draw.choice([5, 10, 20, 25, 40]), 100)
    least, minimum = sensitivity / weighing_error, None
    if aspect == "minimum":
        minimum = least = max(sensitivity, _up(least * Fraction(draw.randint(5, 30), 10), tens))
    heaviest = _up(least * Fraction(draw.randint(11, 45), 10), tens)
    capacity = None if aspect == "free" else heaviest
    most_dilution = draw.choice([Fraction(3, 2), Fraction(2), Fraction(5, 2), Fraction(3), Fraction(5), Fraction(12)])
    least_mixture = _up(least * Fraction(draw.randint(5, 40), 10), tens)
    bulk = _second_balance(draw, readability, weighing_error) if aspect == "bulk" or draw.random() < 0.1 else None
    tablet, content, source = None, Fraction(1), {}
    if aspect == "tablets":
        # A multiple of the readability: of others the contract leaves open how the diluent is rounded.
        tablet = _up(least * Fraction(draw.randint(2, 20), 10), readability)
        content = Fraction(draw.randint(1, 9), draw.choice([10, 20]))
        source = {"tablet": f"{_mg(content * tablet)} in {_mg(tablet)}"}
    elif draw.random() < 0.3:
        content = Fraction(draw.randint(900, 1050), 1000)
        source = {"assay": _percent(content), "assay-basis": "as-is"}
    surplus = Fraction(draw.randint(1, 40), 200) if aspect == "surplus" or draw.random() < 0.1 else Fraction(0)
    amounts = _chain(draw, least, heaviest, least_mixture, most_dilution, tens)
    dilution = Fraction(1)
    for concentrate, total in zip(amounts[::2], amounts[1::2], strict=True):
        dilution *= total / concentrate
    capsules = draw.randint(1, 12)
    fill = max(tens / 10, _written(amounts[-1] / capsules / Fraction(draw.randint(1051, 1154), 1000), draw.choice([2, 3, 4])))
    dose = _written(content * fill / dilution / (1 + surplus), draw.choice([3, 6, 8]))
    worst = 1.0
    for concentrate in amounts[::2]:
        worst *= 1 + sensitivity / concentrate
    dose_error = Fraction(min(95, max(1, round((worst - 1) * draw.choice([80, 105, 130, 200])))), 100)
    plan_error = dose_error * Fraction(draw.choice([5, 7, 9, 10]), 10)
    asked = Asked(
        dose, Scale(sensitivity, readability, capacity, least), capsules, fill, bulk, Fraction(1, 20), dose_error, plan_error,
        least_mixture, most_dilution, content, surplus, tablet, draw.choice(["simple", "simple", "drug", "powder"]),
    )  # fmt: skip
    options = {
        "drug": "naltrexone hydrochloride", "dose": _mg(dose), "balance-sensitivity": _mg(sensitivity),
        "readability": _mg(readability), "capsules": str(capsules), "fill-weight": _mg(fill), "capsule-size": "000",
        "weighing-error": _percent(weighing_error), "dose-error": _percent(dose_error), "plan-error": _percent(plan_error),
        "least-mixture": _mg(least_mixture), "max-dilution": canonical(most_dilution), "drug-surplus": _percent(surplus),
        "prefer": asked.prefer, "method": "powder",
    } | source  # fmt: skip
    if capacity is not None:
        options["capacity"] = _mg(capacity)
    if minimum is not None:
        options["minimum-weight"] = _mg(minimum)
    if bulk is not None:
        options |= {"bulk-sensitivity": _mg(bulk.sensitivity), "bulk-readability": _mg(bulk.readability)}
        if bulk.capacity is not None:
            options["bulk-capacity"] = _mg(bulk.capacity)
    case = Case(asked, options, draw.choice([0, 0, RUNNERS_UP]))
    read_order(case.options)
    return case


def _up(value: Fraction, step: Fraction) -> Fraction:
    return -(-value // step) * step


def _written(value: Fraction, digits: int) -> Fraction:
    """The value with so many digits, as an order can state it."""
    power = Fraction(1)
    while value * power < Fraction(10) ** (digits - 1):
        power *= 10
    return Fraction(round(value * power), 1) / power


def _mg(value: Fraction) -> str:
    return f"{canonical(value)} mg"


def _percent(value: Fraction) -> str:
    return f"{canonical(value * 100)}%"


def _second_balance(draw: random.Random, readability: Fraction, weighing_error: Fraction) -> Scale:
    step = readability * draw.choice([Fraction(1), Fraction(2), Fraction(10)] if readability.numerator in (1, 10) else [Fraction(10)])
    off = step * draw.choice([Fraction(1), Fraction(3, 2)])
    load = draw.choice([None, _up(off / weighing_error * Fraction(draw.randint(10, 50), 10), step)])
    return Scale(off, step, load, off / weighing_error)


def _chain(
    draw: random.Random, least: Fraction, heaviest: Fraction, mixture: Fraction, dilution: Fraction, step: Fraction
) -> list[Fraction]:
    """a0, t1, a1, …, F of a plan such as may be found, so that there often is one."""
    amounts: list[Fraction] = []
    triturations, source = draw.choice([0, 1, 1, 2, 2, 3]), heaviest * 2
    for vessel in range(triturations + 1):
        concentrate = _between(draw, least, min(heaviest, source * 9 / 10), step)
        lightest = concentrate + least if vessel == triturations else max(concentrate + least, mixture)
        source = max(concentrate + step, _between(draw, lightest, concentrate * dilution, step))
        amounts += [concentrate, source]
    return amounts


def _between(draw: random.Random, low: Fraction, high: Fraction, step: Fraction) -> Fraction:
    """A multiple of the step, if there is one between, with at most two digits as often as not."""
    value = draw.randint(-int(-low // step), max(-int(-low // step), int(high // step)))
    if value > 99 and draw.random() < 0.8:
        value = round(value, 2 - len(str(value)))
    return value * step


def told_by_enumeration(space: Enumeration, found: Found) -> Told:
    """A plan that was enumerated, in mg."""
    vessels = zip(found.taken, (*found.totals, found.blend), strict=True)
    weighed = [space.portions(total - taken) for taken, total in vessels]
    return (
        tuple(one * space.unit for one in found.taken), tuple(one * space.unit for one in found.totals),
        found.blend * space.unit,
        tuple((tuple(one * space.unit for one in how.amounts), how.bulk) for how in weighed if how is not None),
    )  # fmt: skip


def told_by_plan(plan: Plan) -> Told:
    """A plan of the program, as its steps say it."""
    taken: list[Fraction] = []
    totals: dict[str, Fraction] = {}
    portions: dict[str, list[Weigh]] = {}
    for step in plan.weighings():
        amount = Fraction(step.amount_mg or Decimal(0))
        totals[step.vessel] = totals.get(step.vessel, Fraction(0)) + amount
        if isinstance(step, Transfer) or step.role == "drug":
            taken.append(amount)
        else:
            portions.setdefault(step.vessel, []).append(step)
    blend = totals.pop(BATCH)
    weighed = tuple(
        (tuple(Fraction(one.amount_mg or Decimal(0)) for one in portions.get(vessel, [])),
         any(one.balance is not None for one in portions.get(vessel, [])))
        for vessel in (*totals, BATCH)
    )  # fmt: skip
    return tuple(taken), tuple(totals.values()), blend, weighed


def difference(case: Case) -> tuple[int | None, Difference | None]:
    """The triturations of the best plan, and what differs, if anything does. Raises TooLarge."""
    bound = MOST_POWDER if case.asked.first.capacity is None else None
    space = Enumeration(case.asked, most_powder=bound, most_branches=MOST_BRANCHES)
    every = space.ranking(case.alternatives + 1)
    expected = [(told_by_enumeration(space, one), first_criterion(every[0], one) if i else "") for i, one in enumerate(every)]
    order = read_order(case.options)[0]
    planned = plan_by_powder(order, case.alternatives, helps=False)
    found = [] if planned.plan is None else [(told_by_plan(planned.plan), "")]
    found += [(told_by_plan(one.plan), one.lost_on) for one in planned.alternatives]
    fewest = len(every[0].totals) if every else None
    if bound is not None:
        # Plans with more powder were not gone through: those are left out of what is compared.
        light = [one for one in found if sum(one[0][1]) + one[0][2] <= bound * one[0][2]]
        expected, first = expected[: len(light)], found[:1]
        found = light
        if light[:1] != first:  # what the others lost on is then told of another plan
            expected, found = [(one, "") for one, _ in expected], [(one, "") for one, _ in light]
        if every and planned.plan is None:
            return fewest, Difference(len(every), f"{case.command}\n    no plan, not {_plain(told_by_enumeration(space, every[0]))}")
    if powder_works(order) != (planned.plan is not None):
        return fewest, Difference(len(every), f"{case.command}\n    feasible is {powder_works(order)}")
    if found == expected:
        return fewest, None
    lines = [f"{case.command}"]
    lines += [f"    found    {_plain(one)} {why}" for one, why in found] or ["    found    nothing"]
    lines += [f"    expected {_plain(one)} {why}" for one, why in expected] or ["    expected nothing"]
    if every:
        lines.append(f"    key of the first: {', '.join(str(part) for part in every[0].key)}")
    return fewest, Difference(len(every), "\n".join(lines))


def _plain(told: Told) -> str:
    taken, totals, blend, weighed = told
    diluents = [" + ".join(map(str, amounts)) + (" on the second" if bulk else "") for amounts, bulk in weighed]
    return f"a {', '.join(map(str, taken))} | t {', '.join(map(str, totals))} | F {blend} | diluents {'; '.join(diluents)}"


def compare(count: int, cases: Iterator[Case]) -> Outcome:
    """Compares orders until so many were."""
    compared: Counter[int | None] = Counter()
    left_out, differences = 0, []
    while compared.total() < count:
        try:
            fewest, differs = difference(next(cases))
        except TooLarge:
            left_out += 1
            continue
        compared[fewest] += 1
        if differs is not None:
            differences.append(differs)
    return Outcome(compared, left_out, sorted(differences, key=lambda one: len(one.text)))


def main() -> int:
    """Prints how many orders were compared, and each difference."""
    count, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0
    differing = False
    for aspect in sys.argv[3:] or ASPECTS:
        outcome = compare(count, small_orders(seed, aspect))
        by_triturations = ", ".join(f"{'none' if n is None else n}: {c}" for n, c in sorted(outcome.compared.items(), key=str))
        print(
            f"{aspect}: {outcome.compared.total()} compared (by triturations {by_triturations}), {outcome.left_out} too large, "
            f"{len(outcome.differences)} different",
            flush=True,
        )
        for one in outcome.differences[:5]:
            print(f"  {one.text}")
        differing |= bool(outcome.differences)
    print("differences" if differing else "no difference")
    return int(differing)


if __name__ == "__main__":
    sys.exit(main())
