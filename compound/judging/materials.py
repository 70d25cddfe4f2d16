"""The materials of the steps: how much drug each carries, and what is to be said of their names.

A plan may be written by hand, and a name in a step is what the hand takes. So the drug is counted wherever it goes in,
and each material is held against its role and against the request.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from compound.exact.errors import InputError
from compound.exact.quantity import Mass, canonical
from compound.exact.value import Value
from compound.facts.drug_names import find_substance
from compound.facts.excipients.house_rules import HouseRules
from compound.facts.excipients.judge import judge
from compound.facts.excipients.rules import (
    ACTIVE,
    DISALLOWED,
    LIQUID,
    REVIEW,
    ROLE_DILUENT,
    ROLE_EXCIPIENT,
    UNKNOWN,
    subject_of,
)
from compound.facts.excipients.verdict import ExcipientVerdict
from compound.facts.lot import Lot, Strength, Tablet, content_fraction
from compound.facts.substance import Substance
from compound.facts.ware import solvents
from compound.findings import codes
from compound.findings.finding import Clause, Entry, Finding, Place, Said
from compound.order.source import source_of
from compound.plan.plan import DILUENT, DRIED, DRUG, EXCIPIENT, SCHEMA_1, SOLVENT, MakeUp, Plan, TopUp, Weigh
from compound.wording.shelf_names import ShelfName, read_shelf_name

_CONTENT_FACTOR = 2  # no lot of what is named holds this many times as much, or as little (a house rule)


class MaterialKind:
    """What a name names. (An Enum of these would take 0.4 ms of every start.)"""

    DRUG = "a drug form on record, or a container of one"
    OTHER_ACTIVE = "another active substance, or a liquid that is no solvent on record"
    EXCIPIENT = "an excipient or a solvent on record"
    UNKNOWN = "nothing on record"


class Material(Value):
    """What a name names. `verdict` is that of the rules on excipients; None for a drug form and for a solvent."""

    kind: str
    substance: Substance | None = None
    container: ShelfName | None = None
    verdict: ExcipientVerdict | None = None


def resolve_material(name: str, role: str, house: HouseRules | None = None) -> Material:
    """What a material of a step names, in its role there. The one place where such names become things."""
    substance, container = _drug_named(name)
    if substance is not None or container is not None:
        return Material(MaterialKind.DRUG, substance, container)
    if name.casefold() in solvents():
        return Material(MaterialKind.EXCIPIENT)
    try:
        verdict = judge(name, ROLE_DILUENT if role == DILUENT else ROLE_EXCIPIENT, house, "material")
    except InputError:  # what is no name at all to the rules is on record nowhere
        return Material(MaterialKind.UNKNOWN)
    if verdict.kind in (ACTIVE, LIQUID):
        return Material(MaterialKind.OTHER_ACTIVE, verdict=verdict)
    return Material(MaterialKind.UNKNOWN if verdict.verdict == UNKNOWN else MaterialKind.EXCIPIENT, verdict=verdict)


@lru_cache(maxsize=1024)
def _drug_named(name: str) -> tuple[Substance | None, ShelfName | None]:
    """The drug form that a name names, and the container that holds it where it is not pure."""
    container = read_shelf_name(name)
    return find_substance(name if container is None else container.substance), container


# How much drug a material carries.


def contents(plan: Plan) -> dict[int, Fraction]:
    """mg of the dosed substance per mg of material, by step, of weighings whose name says other than their role.

    Whatever the role says, a form on record counts by its name:

    - what the source of the plan is called carries the plan's content fraction, in any role;
    - another form of the drug, and a trituration or tablets of it that are not the source, carry what their own name
      says, converted into the substance that the dose is expressed in. So the pure drug in a plan whose source is a
      trituration is counted as pure;
    - another drug on record carries none of it.

    Any other name counts by its role: in that of the drug as the source, else as none. Such a plan is never within: each
    of these names is an error too (`material_findings`). A plan of version 1 names its source by the drug alone, so
    there the name of the drug in the role of the drug is the source. A volume of liquid carries no drug of its own.
    """
    found: dict[int, Fraction] = {}
    own = folded_name(_own_name(plan))
    for step in plan.steps:
        if not isinstance(step, Weigh) or step.role == DRIED:
            continue
        content = _content(plan, step, own)
        if content is not None and content != (plan.content_fraction if step.role == DRUG else 0):
            found[step.number] = content
    return found


def _own_name(plan: Plan) -> str:
    """What the source is called in a plan: by its request, and where that names no drug by the first weighing of it."""
    if plan.order.drug is not None:
        return _source_name(plan)
    return next((step.material for step in plan.steps if isinstance(step, Weigh) and step.role == DRUG), "")


def _source_name(plan: Plan) -> str:
    """What the steps of a plan call its source: in one of version 1 the drug, whatever holds it."""
    return plan.order.drug or "drug" if plan.schema == SCHEMA_1 else source_of(plan.order).name


def _content(plan: Plan, step: Weigh, own: str) -> Fraction | None:
    """What a weighing carries by the name of its material; None where the name does not tell."""
    if folded_name(step.material) == own or _is_source(plan, step.material):
        return plan.content_fraction
    substance, container = _drug_named(step.material)
    drug = _drug_of(plan)
    if substance is None or drug is None:
        return None
    if substance.drug != drug.drug:
        return Fraction(0)
    return content_fraction(substance, plan.order.dose_as or drug, _lot_of(container))


def _lot_of(container: ShelfName | None) -> Lot:
    if container is None:
        return Lot()
    if container.mass_mg is None:
        return Lot(strength=Strength(container.mg))
    return Lot(tablet=Tablet(Mass(Decimal(canonical(container.mg))), Mass(container.mass_mg)))


def _drug_of(plan: Plan) -> Substance | None:
    """The drug form of a plan: of its request, else of its first weighing of the drug."""
    return plan.order.substance if plan.order.drug is not None else _drug_named(_own_name(plan))[0]


def folded_name(name: str) -> str:
    """A name without what does not count in comparing it: capitals, and how it is spaced."""
    return " ".join(name.casefold().split())


def _is_source(plan: Plan, name: str) -> bool:
    """Whether a name is that of the source that the request states, its lot left out or the one stated."""
    order, wanted = plan.order, source_of(plan.order)
    if folded_name(name) == folded_name(_source_name(plan)):
        return True
    substance, container = _drug_named(name)
    same = substance == order.substance if substance is not None else False
    if plan.schema == SCHEMA_1 or wanted.container is None:
        return same and container is None
    if container is None or container.lot not in (None, wanted.lot):
        return False
    alike = same or folded_name(container.substance) == folded_name(wanted.drug)
    held = wanted.container
    return alike and (container.mg, container.mass_mg) == (held.mg, held.mass_mg)


# What is to be said of a material.


def material_findings(plan: Plan, house: HouseRules | None = None) -> list[Finding]:
    """What is to be said of the materials of the steps, one finding for all steps with the same material and role.

    What the order names is screened with the order, and not said twice.
    """
    used: dict[tuple[str, str], list[int]] = {}
    for step in plan.steps:
        if isinstance(step, MakeUp):
            used.setdefault((step.material, SOLVENT), []).append(step.number)
        elif isinstance(step, TopUp):
            used.setdefault((step.material, DILUENT), []).append(step.number)
        elif isinstance(step, Weigh) and step.role != DRIED:
            used.setdefault((step.material, step.role), []).append(step.number)
    found: list[Finding] = []
    for (name, role), numbers in used.items():
        rules = house or plan.order.house_rules
        told = _of_drug(plan, name, rules) if role == DRUG else _of_rest(plan, name, role, rules)
        if told is not None:
            entry, values = told
            steps = ", ".join(map(str, numbers))
            place = Place.option(f"--{role}") if _ordered_so(plan, name, role) else Place.step(*numbers)
            found.append(Finding(entry, place, {"steps": steps, "material": name, **values}))
    return found


_Told = tuple[Entry, Mapping[str, Said]] | None


def _of_drug(plan: Plan, name: str, house: HouseRules | None) -> _Told:
    """What is to be said of a material in the role of the drug."""
    if plan.order.drug is not None and _is_source(plan, name):
        return _of_content(plan, plan.order.content_fraction)
    material = resolve_material(name, DRUG, house)
    if material.kind == MaterialKind.EXCIPIENT or _is_vessel(plan, name):
        return codes.MATERIAL_CONTRADICTS_ROLE, {"role": DRUG}
    if plan.order.drug is not None:
        return codes.MATERIAL_NOT_AS_ORDERED, {"ordered": _source_name(plan)}
    if material.container is not None:
        return codes.MATERIAL_NOT_AS_ORDERED, {"ordered": "the pure powder"}
    first = _own_name(plan)
    if folded_name(name) != folded_name(first) and (material.substance is None or material.substance != _drug_of(plan)):
        return codes.MATERIAL_NOT_AS_ORDERED, {"ordered": first}
    if material.substance is not None:
        return _of_content(plan, content_fraction(material.substance, plan.order.dose_as, Lot()))
    return (codes.MATERIAL_NOT_CHECKED, {}) if material.kind == MaterialKind.UNKNOWN else None


def _of_content(plan: Plan, named: Fraction) -> _Told:
    """Whether the content that the plan counts on can be that of what is named; by less it is a warning of the order.

    A content of 0.001 for the pure drug is a trituration that is called by the drug's name, whatever the steps say.
    """
    stated = plan.content_fraction
    if max(stated / named, named / stated) <= _CONTENT_FACTOR:
        return None
    return codes.CONTENT_CONTRADICTS_NAME, {"content": stated, "named": named}


def _of_rest(plan: Plan, name: str, role: str, house: HouseRules | None) -> _Told:
    """What is to be said of a material in any other role."""
    if any(_drug_named(name)) or folded_name(name) == folded_name(_own_name(plan)) or _is_vessel(plan, name):
        return codes.MATERIAL_CONTRADICTS_ROLE, {"role": role}
    if _ordered_so(plan, name, role):
        return None
    material = resolve_material(name, role, house)
    if material.kind == MaterialKind.OTHER_ACTIVE:
        return codes.MATERIAL_CONTRADICTS_ROLE, {"role": role}
    verdict = material.verdict
    if verdict is not None and verdict.verdict == DISALLOWED:
        return codes.MATERIAL_DISALLOWED, _said(verdict)
    if ordered := _ordered(plan, role):
        return codes.MATERIAL_NOT_AS_ORDERED, {"ordered": "; ".join(ordered)}
    if role == SOLVENT and material.verdict is not None and material.kind == MaterialKind.EXCIPIENT:
        return codes.MATERIAL_CONTRADICTS_ROLE, {"role": role}
    if verdict is not None and verdict.verdict == REVIEW:
        return codes.EXCIPIENT_REVIEW, {"name": name, "role": role, "rule": verdict.rule, **_said(verdict)}
    return (codes.MATERIAL_NOT_CHECKED, {}) if material.kind == MaterialKind.UNKNOWN else None


def _is_vessel(plan: Plan, name: str) -> bool:
    """Whether a material is called like a vessel of the plan: what is in that carries drug, and is moved by a transfer."""
    vessels = {folded_name(vessel) for step in plan.steps for vessel in (step.vessel, getattr(step, "source", ""))}
    return folded_name(name) in vessels


def _said(verdict: ExcipientVerdict) -> dict[str, Said]:
    evidence = tuple(Clause("phrase", {"because": phrase}) for phrase in verdict.evidence)
    return {"message": verdict.says, "rule": verdict.rule, "source": verdict.source, "evidence": evidence}


def _ordered(plan: Plan, role: str) -> tuple[str, ...]:
    """What the request states for a role; empty where it states nothing, and for the drug."""
    if role == EXCIPIENT:
        return tuple(excipient.name for excipient in plan.order.excipients)
    one = {DILUENT: plan.order.diluent, SOLVENT: plan.order.solvent}.get(role)
    return () if one is None else (one,)


def _ordered_so(plan: Plan, name: str, role: str) -> bool:
    """Whether a material is what the request states for its role, under that name or another of the same thing."""
    ordered = _ordered(plan, role)
    if folded_name(name) in map(folded_name, ordered):
        return True
    subject = subject_of(name) if ordered and role != SOLVENT else ""
    return subject != "" and subject in map(subject_of, ordered)
