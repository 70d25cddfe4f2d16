"""What several tests share: orders as texts, and a replay written again from the contract alone."""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import Any

from compound.judging.audit import Audit, audit
from compound.order.options import read_order
from compound.order.order import Order
from compound.plan.plan import Plan
from compound.planning.powder import plan_by_powder

DRUG = "naltrexone hydrochloride"
USUAL = {"drug": DRUG, "dose": "2 mcg", "balance-sensitivity": "1 mg", "capsules": "30", "method": "powder"}

# How a test starts a process. -P keeps the folder it is started in off the path: what runs is what is installed.
PYTHON = (sys.executable, "-P")
COMMAND = (*PYTHON, "-m", "compound")

# What a PDF of this program, with no field filled in, has that lets it be replaced.
OLD_SHEET = b"%PDF-1.7 /Creator (compound 0.1.0)"


def order(**options: Any) -> Order:
    """The usual order with some options (underscores for dashes) put in, or taken out by None."""
    texts = USUAL | {name.replace("_", "-"): value for name, value in options.items()}
    return read_order({name: value for name, value in texts.items() if value is not None})[0]


def planned(**options: Any) -> Plan:
    """The plan of `order(**options)`, which there must be."""
    found = plan_by_powder(order(**options)).plan
    assert found is not None
    return found


def judged(**options: Any) -> Audit:
    """The audit of `planned(**options)`."""
    return audit(planned(**options))


def contract_replay(record: dict[str, Any], corner: int = 0) -> Fraction:
    """mg in one capsule by the contract's words: weigh adds, transfer moves a share, fill divides.

    With a corner, concentrates read high (+1) or low (-1) by S, and diluents and all else without drug the other way.
    """
    sensitivity, content = Fraction(record["balance"]["sensitivity_mg"]), Fraction(record["content_fraction"])
    masses: dict[str, Fraction] = {}
    drugs: dict[str, Fraction] = {}
    for step in record["steps"]:
        amount, vessel = Fraction(step.get("amount_mg", 0)), step["vessel"]
        masses.setdefault(vessel, Fraction(0))
        drugs.setdefault(vessel, Fraction(0))
        match step["action"]:
            case "weigh":
                is_drug = step["role"] == "drug"
                amount += corner * sensitivity if is_drug else -corner * sensitivity
                masses[vessel] += amount
                drugs[vessel] += amount * content if is_drug else 0
            case "transfer":
                amount += corner * sensitivity if drugs[step["from"]] else -corner * sensitivity
                drug = drugs[step["from"]] * amount / masses[step["from"]]
                masses[step["from"]] -= amount
                drugs[step["from"]] -= drug
                masses[vessel] += amount
                drugs[vessel] += drug
            case "fill":
                return drugs[step["from"]] * amount / masses[step["from"]]
    raise AssertionError("no fill step")
