"""What will be done: a plan is a little program of seven verbs.

weigh adds a material to a vessel; transfer moves a share of a mixed vessel; mix makes a vessel uniform; make up fills a
vessel with a liquid to a volume; dry takes the solvent out; top up brings a powder to the volume of the capsules; fill
divides a vessel into capsules. Every reader (audit, table, JSON, worksheet) reads the steps, and none rewrites them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import Mass, Percent, canonical, written
from compound.exact.value import Value, replace
from compound.order.identity import identity_from_dict
from compound.order.order import Balance, Order, bulk_balance
from compound.order.request import from_request, to_request
from compound.order.source import named_to_dict
from compound.order.taken import house_rules_from_list, taken_from_list
from compound.reading.fields import Fields
from compound.reading.text import shown

PLAN_SCHEMA = "compound.plan/2"
SCHEMA_1 = "compound.plan/1"  # saved before a step named what is taken: a trituration stands there as its drug
DRUG, DILUENT, EXCIPIENT, DRIED, SOLVENT = "drug", "diluent", "excipient", "dried", "solvent"
MATERIAL_ROLES = (DRUG, DILUENT, EXCIPIENT, DRIED, SOLVENT)
MOST_STEPS = 1000
LONGEST_MATERIAL = 400  # the name of a container holds that of its drug
BATCH, CAPSULES = "batch", "capsules"  # the vessels of which there is one
BULK = "bulk"  # what a weighing on the second balance says
MOST_DILUTIONS = 4  # of a plan by the solution route that the tool makes itself


class Vessel(Value):
    """A vessel as the tool names it: a kind, and a number from 1 where there may be several of that kind.

    In a step and in JSON it stands as its text: `trituration 1`, `batch`.
    """

    # The kinds that are numbered. A premix holds an excipient and diluent, and no drug.
    TRITURATION, SOLUTION, PREMIX = "trituration", "solution", "premix"

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
    if kind not in (Vessel.TRITURATION, Vessel.SOLUTION, Vessel.PREMIX) or re.fullmatch("[1-9][0-9]{0,3}", number) is None:
        return None
    return Vessel(kind, int(number))


class Weigh(Value):
    """Weigh `amount_mg` of `material` into `vessel`. With the role "dried" the reading is that of the vessel itself.

    `balance` is BULK where it is weighed on the second balance, that for diluents, else None.
    """

    number: int
    role: str
    material: str
    amount_mg: Decimal
    vessel: str
    balance: str | None = None


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


class TopUp(Value):
    """Bring the powder in `vessel` with `material` to the volume of `count` capsules. Its mass is not known after that."""

    number: int
    material: str
    count: int
    vessel: str


class Fill(Value):
    """Divide `source` into `count` capsules of `amount_mg` each; with no amount all of it, whatever its mass."""

    number: int
    source: str
    amount_mg: Decimal | None
    count: int
    vessel: str

    @property
    def all(self) -> bool:
        """Whether all that the source holds goes into the capsules."""
        return self.amount_mg is None


Step = Weigh | Mix | Transfer | MakeUp | Dry | TopUp | Fill
VERBS: dict[type, str] = {
    Weigh: "weigh", Mix: "mix", Transfer: "transfer", MakeUp: "make_up", Dry: "dry", TopUp: "top_up", Fill: "fill",
}  # fmt: skip


class Plan(Value):
    """The steps, with the order they serve, the balance they are weighed on and the content of the powder.

    `schema` is that of the file it was read from: in one of version 1 a drug's weighing names the drug alone, whatever
    stands on the shelf.
    """

    order: Order
    balance: Balance
    content_fraction: Fraction
    steps: tuple[Step, ...]
    schema: str = PLAN_SCHEMA

    @property
    def is_liquid(self) -> bool:
        """Whether anything in it is dissolved, dried or measured by volume."""
        return any(
            isinstance(step, MakeUp | Dry)
            or (isinstance(step, Transfer) and step.amount_ml is not None)
            or (isinstance(step, Weigh) and step.role in (SOLVENT, DRIED))
            for step in self.steps
        )

    @property
    def is_topped_up(self) -> bool:
        """Whether a powder is brought to the volume of the capsules, so that they are filled by volume."""
        return any(isinstance(step, TopUp) for step in self.steps)

    def weighings(self) -> tuple[Weigh | Transfer, ...]:
        """The steps that are read on the balance."""
        return tuple(
            s for s in self.steps if isinstance(s, Weigh) or (isinstance(s, Transfer) and s.amount_mg is not None)
        )

    def balance_of(self, step: Step) -> Balance:
        """The balance that a step is read on: the second one where the step says so and the order has one."""
        second = isinstance(step, Weigh) and step.balance == BULK and self.order.bulk is not None
        return self.order.bulk if second and self.order.bulk is not None else self.balance

    def least_of(self, step: Step) -> Fraction | None:
        """The least in mg that is weighed on the balance of a step; None where no rule is stated."""
        return self.order.least_weighable if self.balance_of(step) is self.balance else self.order.bulk_least

    @property
    def sensitivities(self) -> tuple[Fraction, Fraction | None]:
        """The largest errors in mg of one weighing, on the balance and on the second one; None without that."""
        bulk = self.order.bulk
        return Fraction(self.balance.sensitivity.mg), None if bulk is None else Fraction(bulk.sensitivity.mg)

    def whole_tablets(self, step: Step) -> int | None:
        """How many whole tablets a step weighs; None for any other weighing.

        All that is crushed of them is weighed, whatever it is, so the planned amount need not be one that is read.
        """
        tablet = self.order.lot.tablet
        if tablet is None or not isinstance(step, Weigh) or step.role != DRUG or step.amount_mg <= 0:
            return None
        count = Fraction(step.amount_mg) / Fraction(tablet.mass.mg)
        return int(count) if count.denominator == 1 else None

    def portions(self, step: Step) -> tuple[Weigh, ...]:
        """The weighings that a diluent comes in, into the vessel of a step that weighs it, in their order.

        Of one that is weighed at once that step alone. None of another weighing. What goes in before a vessel was dried
        is no portion of what comes after.
        """
        if not isinstance(step, Weigh) or step.role != DILUENT:
            return ()
        dried = [s.number for s in self.steps if isinstance(s, Dry) and s.vessel == step.vessel]

        def stage(number: int) -> int:
            return sum(1 for one in dried if one < number)

        return tuple(
            s for s in self.steps
            if isinstance(s, Weigh) and (s.role, s.vessel) == (DILUENT, step.vessel)
            and s.material.casefold() == step.material.casefold() and stage(s.number) == stage(step.number)
        )  # fmt: skip


_FIELDS: dict[str, dict[str, str]] = {
    # JSON key -> field, by verb, in the order of writing
    "weigh": {"role": "role", "material": "material", "amount_mg": "amount_mg", "vessel": "vessel",
              "balance": "balance"},
    "mix": {"vessel": "vessel"},
    "transfer": {"from": "source", "amount_mg": "amount_mg", "amount_ml": "amount_ml", "tolerance_ml": "tolerance_ml",
                 "ware": "ware", "vessel": "vessel"},
    "make_up": {"material": "material", "volume_ml": "volume_ml", "tolerance_ml": "tolerance_ml", "ware": "ware",
                "vessel": "vessel"},
    "dry": {"vessel": "vessel"},
    "top_up": {"material": "material", "count": "count", "vessel": "vessel"},
    "fill": {"from": "source", "amount_mg": "amount_mg", "all": "all", "count": "count", "vessel": "vessel"},
}  # fmt: skip
_OPTIONAL = {"amount_ml", "tolerance_ml", "ware", "balance"}
_CLASSES: dict[str, type] = {verb: kind for kind, verb in VERBS.items()}


def step_to_dict(step: Step) -> dict[str, Any]:
    """A step as it stands in JSON; what does not apply is left out."""
    verb = VERBS[type(step)]
    written: dict[str, Any] = {"number": step.number, "action": verb}
    for key, name in _FIELDS[verb].items():
        value = getattr(step, name)
        if value is not None and value is not False:
            written[key] = canonical(value) if isinstance(value, Decimal) else value
    return written


def step_from_dict(data: object, where: str) -> Step:
    """Reads a step. Raises InputError naming the key."""
    step = Fields(data, where)
    verb = step.choice("action", tuple(_FIELDS))
    names = _FIELDS[verb]
    step.refuse_unknown(("number", "action", *names), f"a step that says {verb}")
    values: dict[str, Any] = {"number": step.count("number")}
    for key, name in names.items():
        if key == "all":
            continue
        if step.states(key) or not (key in _OPTIONAL or (verb in ("transfer", "fill") and key == "amount_mg")):
            values[name] = _value_of(step, key)
    if verb == "fill":
        _read_all(step, values, where)
    if verb == "transfer" and ("amount_mg" in values) == ("amount_ml" in values):
        raise InputError(where, "a transfer has an amount_mg or an amount_ml, one of them")
    made: Step = _CLASSES[verb](**values)
    return made


def _read_all(step: Fields, values: dict[str, Any], where: str) -> None:
    """That a fill takes all there is, which it says in place of an amount. Raises InputError where it says both or none."""
    if step.values.get("all", True) is not True:
        raise InputError(step.place("all"), "is true, or not there: a fill of an amount says amount_mg alone")
    if ("amount_mg" in values) == ("all" in step.values):
        raise InputError(where, 'a fill has an amount_mg or "all": true, one of them')
    values.setdefault("amount_mg", None)


def _value_of(step: Fields, key: str) -> Decimal | int | str:
    if key.endswith(("_mg", "_ml")):
        return step.number(key)
    if key == "count":
        return step.count(key)
    if key == "material":
        return step.name(key, LONGEST_MATERIAL)
    if key == "balance":
        return step.choice(key, (BULK,))
    return step.choice(key, MATERIAL_ROLES) if key == "role" else step.name(key)


def balance_to_dict(
    plan_balance: Balance, least_weighable: Fraction | None, bulk: Balance | None = None, bulk_least: Fraction | None = None
) -> dict[str, Any]:
    """The balance as it stands in JSON, with the second one under `bulk` where there is one."""
    second = {} if bulk is None else {"bulk": _balance_to_dict(bulk, bulk_least)}
    return {**_balance_to_dict(plan_balance, least_weighable), **second}


def _balance_to_dict(plan_balance: Balance, least_weighable: Fraction | None) -> dict[str, Any]:
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
        "balance": balance_to_dict(plan.balance, plan.order.least_weighable, plan.order.bulk, plan.order.bulk_least),
        **named_to_dict(plan.order),
        "content_fraction": canonical(plan.content_fraction),
        "steps": [step_to_dict(step) for step in plan.steps],
    }


def plan_from_dict(data: object) -> Plan:
    """Reads a plan, saved or written by hand. Keys that hold results are not read: the steps decide.

    Raises InputError naming the key.
    """
    fields = Fields(data)
    schema = fields.values.get("schema", PLAN_SCHEMA)
    if schema not in (PLAN_SCHEMA, SCHEMA_1):
        raise InputError("schema", f"{shown(str(schema))} is not {PLAN_SCHEMA}")
    request, stated = fields.group("request"), fields.group("balance")
    balance = _balance(stated)
    taken = taken_from_list(fields, "taken_from") if fields.states("taken_from") else ()
    try:
        order = from_request(request.values, balance, taken)
    except InputError as error:
        raise error.at("request") from None
    order = _with_bulk(_with_least_weighable(order, balance, stated), stated)
    if fields.states("identity"):
        order = replace(order, identity=identity_from_dict(fields.group("identity")))
    if fields.states("house_rules"):
        order = replace(order, house_rules=house_rules_from_list(fields, "house_rules"))
    if not fields.states("content_fraction"):
        raise InputError("content_fraction", 'is missing; write "1" where the powder is all of the dosed substance')
    content = fields.fraction("content_fraction")
    if not 0 < content <= 2:
        raise InputError("content_fraction", f"{canonical(content)} is not above 0 and at most 2")
    steps = tuple(fields.items("steps", MOST_STEPS))
    if not steps:
        raise InputError("steps", "there are none, so nothing can be made or judged")
    read = tuple(step_from_dict(step, place) for step, place in steps)
    for i, step in enumerate(read, start=1):
        if step.number != i:
            raise InputError(
                f"steps[{i - 1}].number", f"is {step.number}; steps are numbered from 1 without a gap, so this is {i}"
            )
        _refuse_second(order, step, f"steps[{i - 1}].balance")
    return Plan(order, balance, content, read, str(schema))


def _with_bulk(order: Order, data: Fields) -> Order:
    """The order with the second balance that the plan states beside the first, where the request states none.

    Raises InputError where the two are not the same.
    """
    if not data.states("bulk"):
        return order
    stated = data.group("bulk")
    capacity = Mass(stated.number("capacity_mg")) if stated.states("capacity_mg") else None
    try:
        bulk = bulk_balance(Mass(stated.number("sensitivity_mg")), Mass(stated.number("readability_mg")), capacity)
    except InputError as error:
        raise error.moved(lambda where: where if where.startswith("balance") else data.place("bulk")) from None
    if order.bulk is None:
        return replace(order, bulk=bulk)
    if bulk != order.bulk:
        raise InputError(data.place("bulk"), "is another second balance than that of the request; which holds?")
    return order


def _refuse_second(order: Order, step: Step, where: str) -> None:
    """Raises InputError for a step on a second balance that is not stated, or for what is no diluent."""
    if not isinstance(step, Weigh) or step.balance != BULK:
        return
    if order.bulk is None:
        raise InputError(where, "is the second one, of which the request states nothing; write its bulk_sensitivity_mg")
    if step.role != DILUENT:
        raise InputError(where, f"is the second one, which is for diluents alone; this step weighs a {step.role}")


def _with_least_weighable(order: Order, balance: Balance, data: Fields) -> Order:
    """The order with the least weighable quantity that the balance states, where the request states no rule for it.

    Raises InputError where the two contradict each other: the smaller one would be the wrong one to follow.
    """
    key = "least_weighable_mg"
    if not data.states(key):
        return order
    where, stated = data.place(key), data.fraction(key)
    if stated <= 0:
        raise InputError(where, f"{canonical(stated)} is not above zero")
    if order.least_weighable is None:
        error = 100 * Fraction(balance.sensitivity.mg) / stated
        try:
            return replace(order, weighing_error_limit=Percent(written(error)))
        except (ArithmeticError, InputError):
            return replace(order, minimum_weight=Mass(data.number(key)))
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


def _balance(data: Fields) -> Balance:
    known = ("sensitivity_mg", "readability_mg", "capacity_mg", "least_weighable_mg", "least_weighable_mg_approx", "bulk")
    data.refuse_unknown(known, "a balance")
    capacity = Mass(data.number("capacity_mg")) if data.states("capacity_mg") else None
    try:
        return Balance(Mass(data.number("sensitivity_mg")), Mass(data.number("readability_mg")), capacity)
    except InputError as error:
        raise error.moved(lambda where: "balance" if where.startswith("--") else where) from None
