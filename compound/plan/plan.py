"""What will be done: a plan is a little program of six verbs.

weigh adds a material to a vessel; transfer moves a share of a mixed vessel; mix makes a vessel uniform; make up fills a
vessel with a liquid to a volume; dry takes the solvent out; fill divides a vessel into capsules. Every reader (audit,
table, JSON, worksheet) reads the steps, and none rewrites them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import Mass, Percent, canonical, written
from compound.exact.value import Value, replace
from compound.order.order import Balance, Order
from compound.order.request import from_request, to_request
from compound.reading.amounts import from_canonical, positive
from compound.reading.text import read_name, shown

PLAN_SCHEMA = "compound.plan/1"
DRUG, DILUENT, DRIED, SOLVENT = "drug", "diluent", "dried", "solvent"
MATERIAL_ROLES = (DRUG, DILUENT, DRIED, SOLVENT)
MOST_STEPS = 1000
BATCH, CAPSULES = "batch", "capsules"  # the vessels of which there is one
MOST_DILUTIONS = 4  # of a plan by the solution route that the tool makes itself


class Vessel(Value):
    """A vessel as the tool names it: a kind, and a number from 1 where there may be several of that kind.

    In a step and in JSON it stands as its text: `trituration 1`, `batch`.
    """

    TRITURATION, SOLUTION = "trituration", "solution"  # the kinds that are numbered

    kind: str
    number: int | None = None

    @property
    def text(self) -> str:
        """How steps name it."""
        return self.kind if self.number is None else f"{self.kind} {self.number}"


def vessel_of(text: str) -> Vessel | None:
    """The vessel of that name; None for a name that the tool does not give, as in a plan written by hand."""
    if text in (BATCH, CAPSULES):
        return Vessel(text)
    kind, _, number = text.partition(" ")
    # Another way to write a number would be another vessel.
    if kind not in (Vessel.TRITURATION, Vessel.SOLUTION) or re.fullmatch("[1-9][0-9]{0,3}", number) is None:
        return None
    return Vessel(kind, int(number))


class Weigh(Value):
    """Weigh `amount_mg` of `material` into `vessel`. With the role "dried" the reading is that of the vessel itself."""

    number: int
    role: str
    material: str
    amount_mg: Decimal
    vessel: str


class Mix(Value):
    """Make the contents of `vessel` uniform."""

    number: int
    vessel: str


class Transfer(Value):
    """Move `amount` of a mixed vessel into another: by mass, or by volume with the tolerance of the ware."""

    number: int
    source: str
    vessel: str
    amount_mg: Decimal | None = None
    amount_ml: Decimal | None = None
    tolerance_ml: Decimal | None = None
    ware: str | None = None


class MakeUp(Value):
    """Fill `vessel` with `material` to `volume_ml`, known to `tolerance_ml`."""

    number: int
    material: str
    volume_ml: Decimal
    vessel: str
    tolerance_ml: Decimal | None = None
    ware: str | None = None


class Dry(Value):
    """Take the solvent out of `vessel`."""

    number: int
    vessel: str


class Fill(Value):
    """Divide `source` into `count` capsules of `amount_mg` each."""

    number: int
    source: str
    amount_mg: Decimal
    count: int
    vessel: str


Step = Weigh | Mix | Transfer | MakeUp | Dry | Fill
VERBS: dict[type, str] = {
    Weigh: "weigh", Mix: "mix", Transfer: "transfer", MakeUp: "make_up", Dry: "dry", Fill: "fill",
}  # fmt: skip


class Plan(Value):
    """The steps, with the order they serve, the balance they are weighed on and the content of the powder."""

    order: Order
    balance: Balance
    content_fraction: Fraction
    steps: tuple[Step, ...]

    @property
    def is_liquid(self) -> bool:
        """Whether anything in it is dissolved, dried or measured by volume."""
        return any(
            isinstance(step, MakeUp | Dry)
            or (isinstance(step, Transfer) and step.amount_ml is not None)
            or (isinstance(step, Weigh) and step.role in (SOLVENT, DRIED))
            for step in self.steps
        )

    def weighings(self) -> tuple[Weigh | Transfer, ...]:
        """The steps that are read on the balance."""
        return tuple(
            s for s in self.steps if isinstance(s, Weigh) or (isinstance(s, Transfer) and s.amount_mg is not None)
        )


_FIELDS: dict[str, dict[str, str]] = {
    # JSON key -> field, by verb, in the order of writing
    "weigh": {"role": "role", "material": "material", "amount_mg": "amount_mg", "vessel": "vessel"},
    "mix": {"vessel": "vessel"},
    "transfer": {"from": "source", "amount_mg": "amount_mg", "amount_ml": "amount_ml", "tolerance_ml": "tolerance_ml",
                 "ware": "ware", "vessel": "vessel"},
    "make_up": {"material": "material", "volume_ml": "volume_ml", "tolerance_ml": "tolerance_ml", "ware": "ware",
                "vessel": "vessel"},
    "dry": {"vessel": "vessel"},
    "fill": {"from": "source", "amount_mg": "amount_mg", "count": "count", "vessel": "vessel"},
}  # fmt: skip
_OPTIONAL = {"amount_ml", "tolerance_ml", "ware"}
_CLASSES: dict[str, type] = {verb: kind for kind, verb in VERBS.items()}


def step_to_dict(step: Step) -> dict[str, Any]:
    """A step as it stands in JSON; what does not apply is left out."""
    verb = VERBS[type(step)]
    written: dict[str, Any] = {"number": step.number, "action": verb}
    for key, name in _FIELDS[verb].items():
        value = getattr(step, name)
        if value is not None:
            written[key] = canonical(value) if isinstance(value, Decimal) else value
    return written


def step_from_dict(data: object, where: str) -> Step:
    """Reads a step. Raises InputError naming the key."""
    if not isinstance(data, dict):
        raise InputError(where, "is not a step")
    verb = data.get("action")
    if verb is None:
        raise InputError(f"{where}.action", "is missing")
    if not isinstance(verb, str) or verb not in _FIELDS:
        raise InputError(f"{where}.action", f"{shown(str(verb))} is none of {', '.join(_FIELDS)}")
    fields = _FIELDS[verb]
    for key in data:
        if key not in fields and key not in ("number", "action"):
            raise InputError(f"{where}.{key}", f"is not a key of a step that says {verb}")
    values: dict[str, Any] = {"number": _count(data.get("number"), f"{where}.number")}
    for key, name in fields.items():
        place = f"{where}.{key}"
        value = data.get(key)
        if value is None:
            if key in _OPTIONAL or (verb == "transfer" and key == "amount_mg"):
                continue
            raise InputError(place, "is missing")
        if key.endswith(("_mg", "_ml")):
            values[name] = positive(value, place)
        elif key == "count":
            values[name] = _count(value, place)
        elif not isinstance(value, str):
            raise InputError(place, "is not a text")
        else:
            values[name] = read_name(value, place)
    if verb == "weigh" and values["role"] not in MATERIAL_ROLES:
        raise InputError(f"{where}.role", f"{shown(values['role'])} is none of {', '.join(MATERIAL_ROLES)}")
    if verb == "transfer" and ("amount_mg" in values) == ("amount_ml" in values):
        raise InputError(where, "a transfer has an amount_mg or an amount_ml, one of them")
    step: Step = _CLASSES[verb](**values)
    return step


def _count(value: object, where: str) -> int:
    if value is None:
        raise InputError(where, "is missing")
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 1_000_000:
        raise InputError(where, "is not a whole number above zero")
    return value


def balance_to_dict(plan_balance: Balance, least_weighable: Fraction | None) -> dict[str, Any]:
    """The balance as it stands in JSON."""
    capacity = plan_balance.capacity
    return {
        "sensitivity_mg": canonical(plan_balance.sensitivity.mg),
        "readability_mg": canonical(plan_balance.readability.mg),
        "capacity_mg": None if capacity is None else canonical(capacity.mg),
        "least_weighable_mg": None if least_weighable is None else canonical(least_weighable),
    }


def plan_to_dict(plan: Plan) -> dict[str, Any]:
    """The plan itself in JSON: what `plan_from_dict` needs to rebuild it."""
    return {
        "schema": PLAN_SCHEMA,
        "request": to_request(plan.order),
        "balance": balance_to_dict(plan.balance, plan.order.least_weighable),
        "content_fraction": canonical(plan.content_fraction),
        "steps": [step_to_dict(step) for step in plan.steps],
    }


def plan_from_dict(data: object) -> Plan:
    """Reads a plan, saved or written by hand. Keys that hold results are not read: the steps decide.

    Raises InputError naming the key.
    """
    if not isinstance(data, dict):
        raise InputError("", "is not a plan: a plan is one JSON object")
    if data.get("schema", PLAN_SCHEMA) != PLAN_SCHEMA:
        raise InputError("schema", f"{shown(str(data['schema']))} is not {PLAN_SCHEMA}")
    for key in ("request", "balance"):
        if not isinstance(data.get(key), Mapping):
            raise InputError(key, "is missing, or is not an object")
    balance = _balance(data["balance"])
    try:
        order = from_request(data["request"], balance)
    except InputError as error:
        raise error.at("request") from None
    order = _with_least_weighable(order, balance, data["balance"])
    if data.get("content_fraction") is None:
        raise InputError("content_fraction", 'is missing; write "1" where the powder is all of the dosed substance')
    content = from_canonical(data["content_fraction"], "content_fraction")
    if not 0 < content <= 2:
        raise InputError("content_fraction", f"{canonical(content)} is not above 0 and at most 2")
    steps = data.get("steps")
    if not isinstance(steps, list):
        raise InputError("steps", "are missing")
    if not steps:
        raise InputError("steps", "there are none, so nothing can be made or judged")
    if len(steps) > MOST_STEPS:
        raise InputError("steps", f"{len(steps):,} steps are more than {MOST_STEPS:,}")
    read = tuple(step_from_dict(step, f"steps[{i}]") for i, step in enumerate(steps))
    for i, step in enumerate(read, start=1):
        if step.number != i:
            raise InputError(
                f"steps[{i - 1}].number", f"is {step.number}; steps are numbered from 1 without a gap, so this is {i}"
            )
    return Plan(order, balance, content, read)


def _with_least_weighable(order: Order, balance: Balance, data: Mapping[str, Any]) -> Order:
    """The order with the least weighable quantity that the balance states, where the request states no rule for it.

    Raises InputError where the two contradict each other: the smaller one would be the wrong one to follow.
    """
    if data.get("least_weighable_mg") is None:
        return order
    where = "balance.least_weighable_mg"
    stated = from_canonical(data["least_weighable_mg"], where)
    if stated <= 0:
        raise InputError(where, f"{canonical(stated)} is not above zero")
    if order.least_weighable is None:
        error = 100 * Fraction(balance.sensitivity.mg) / stated
        try:
            return replace(order, weighing_error_limit=Percent(written(error)))
        except (ArithmeticError, InputError):
            return replace(order, minimum_weight=Mass(positive(data["least_weighable_mg"], where)))
    if stated != order.least_weighable:
        raise InputError(
            where, f"is {canonical(stated)}, but the request gives {canonical(order.least_weighable)} mg; which holds?"
        )
    return order


def refuse_unplayable(steps: Sequence[Step]) -> None:
    """Refuses steps that no bench can follow: a vessel used that was never filled, and a circle of transfers.

    Raises InputError naming the step.
    """
    filled: set[str] = set()
    came_from: dict[str, set[str]] = {}
    for i, step in enumerate(steps):
        used = step.source if isinstance(step, Transfer | Fill) else step.vessel
        if not isinstance(step, Weigh | MakeUp) and used not in filled:
            raise InputError(f"steps[{i}]", f"uses {shown(used)}, into which nothing was put before")
        if isinstance(step, Transfer):
            sources = {step.source} | came_from.get(step.source, set())
            if step.vessel in sources:
                raise InputError(f"steps[{i}]", f"closes a circle: {shown(step.vessel)} went into {shown(step.source)}")
            came_from.setdefault(step.vessel, set()).update(sources)
        filled.add(step.vessel)


def _balance(data: Mapping[str, Any]) -> Balance:
    for key in data:
        if key not in ("sensitivity_mg", "readability_mg", "capacity_mg", "least_weighable_mg"):
            raise InputError(f"balance.{key}", "is not a key of a balance")

    def mass(key: str) -> Mass:
        return Mass(positive(data.get(key), f"balance.{key}"))

    capacity = None if data.get("capacity_mg") is None else mass("capacity_mg")
    try:
        return Balance(mass("sensitivity_mg"), mass("readability_mg"), capacity)
    except InputError as error:
        if error.where.startswith("--"):
            raise InputError("balance", error.sentence) from None
        raise
