"""Plans for the tests of the audit, as JSON objects written by hand, and a replay of their own."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from compound.plan.plan import Plan, plan_from_dict

MCC = "microcrystalline cellulose"
DRUG = "naltrexone hydrochloride"


def weigh(role: str, amount: str, vessel: str, material: str | None = None) -> dict[str, Any]:
    name = material or (DRUG if role == "drug" else MCC)
    return {"action": "weigh", "role": role, "material": name, "amount_mg": amount, "vessel": vessel}


def on_bulk(amount: str, vessel: str) -> dict[str, Any]:
    """A diluent weighed on the second balance."""
    return {**weigh("diluent", amount, vessel), "balance": "bulk"}


def transfer(source: str, amount: str, vessel: str) -> dict[str, Any]:
    return {"action": "transfer", "from": source, "amount_mg": amount, "vessel": vessel}


def mix(vessel: str) -> dict[str, Any]:
    return {"action": "mix", "vessel": vessel}


def fill(source: str, amount: str, count: int) -> dict[str, Any]:
    return {"action": "fill", "from": source, "amount_mg": amount, "count": count, "vessel": "capsules"}


def record(
    *steps: dict[str, Any], dose: str = "0.002", sensitivity: str = "1", readability: str = "1", **request: Any
) -> dict[str, Any]:
    """A plan as JSON holds it; `capacity_mg` goes to the balance, a None takes a key out of the request."""
    balance = {"sensitivity_mg": sensitivity, "readability_mg": readability, "capacity_mg": request.pop("capacity_mg", None)}
    content = request.pop("content_fraction", "1")
    stated = {"dose_mg": dose, "weighing_error_percent": "5", "dose_error_percent": "5", "max_dilution": "100"} | request
    return {
        "request": {key: value for key, value in stated.items() if value is not None},
        "balance": balance,
        "content_fraction": content,
        "steps": [{"number": number, **step} for number, step in enumerate(steps, 1)],
    }


def contract(**request: Any) -> dict[str, Any]:
    """The plan of the contract: 2 mcg in 30 capsules, S 1 mg; weighings are steps 1, 2, 4, 5, 7 and 8."""
    return record(
        weigh("drug", "30", "trituration 1"), weigh("diluent", "2970", "trituration 1"), mix("trituration 1"),
        transfer("trituration 1", "100", "trituration 2"), weigh("diluent", "2900", "trituration 2"),
        mix("trituration 2"), transfer("trituration 2", "200", "batch"), weigh("diluent", "4300", "batch"),
        mix("batch"), fill("batch", "135", 30), **request,
    )  # fmt: skip


def one_stage(**request: Any) -> dict[str, Any]:
    """0.25 mg in 30 capsules, S 1 mg: one trituration 1 in 10; weighings are steps 1, 2, 4 and 5."""
    return record(
        weigh("drug", "30", "trituration 1"), weigh("diluent", "270", "trituration 1"), mix("trituration 1"),
        transfer("trituration 1", "80", "batch"), weigh("diluent", "4240", "batch"), mix("batch"),
        fill("batch", "135", 30), **({"dose": "0.25"} | request),
    )  # fmt: skip


def portioned(**request: Any) -> dict[str, Any]:
    """0.25 mg in 1,000 capsules: S 1 mg, capacity 60 g; the diluent of the blend in three portions on a balance of S 100 mg.

    The weighings are steps 1, 2, 4, 5, 6 and 7. Trituration 1 is 1 in 12; 3,200 mg of it hold 800/3 mg of drug, and 144,000 mg
    of blend give of it to each 135 mg: 135 × 800 / 3 / 144,000 = 0.25 mg.
    """
    return record(
        weigh("drug", "300", "trituration 1"), weigh("diluent", "3300", "trituration 1"), mix("trituration 1"),
        transfer("trituration 1", "3200", "batch"), on_bulk("46900", "batch"), on_bulk("46900", "batch"),
        on_bulk("47000", "batch"), mix("batch"), fill("batch", "135", 1000),
        **({"dose": "0.25", "capacity_mg": "60000", "bulk_sensitivity_mg": "100", "bulk_readability_mg": "100",
            "bulk_capacity_mg": "50000"} | request),
    )  # fmt: skip


def plan_of(data: dict[str, Any]) -> Plan:
    return plan_from_dict(data)


def dose_of(data: dict[str, Any], amounts: Mapping[int, Fraction | int]) -> Fraction:
    """mg in one capsule, replayed from the contract's words alone, with other amounts in the place of those planned."""
    content = Fraction(data["content_fraction"])
    masses: dict[str, Fraction] = {}
    drugs: dict[str, Fraction] = {}
    for step in data["steps"]:
        amount = Fraction(amounts.get(step["number"], Fraction(step.get("amount_mg", 0))))
        vessel = step["vessel"]
        masses.setdefault(vessel, Fraction(0))
        drugs.setdefault(vessel, Fraction(0))
        if step["action"] == "weigh":
            masses[vessel] += amount
            drugs[vessel] += amount * content if step["role"] == "drug" else 0
        elif step["action"] == "transfer":
            moved = drugs[step["from"]] * amount / masses[step["from"]]
            masses[step["from"]] -= amount
            drugs[step["from"]] -= moved
            masses[vessel] += amount
            drugs[vessel] += moved
        elif step["action"] == "fill":
            return drugs[step["from"]] * amount / masses[step["from"]]
    raise AssertionError("no fill step")
