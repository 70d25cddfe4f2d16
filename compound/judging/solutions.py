"""The findings on drug that is dissolved: solubility, solvent, ware, deposit, drying.

It knows the steps and the replay, and nothing of how a plan was found. A plan by the powder method has none of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from compound.facts import standards
from compound.facts import ware as table
from compound.findings import codes
from compound.findings.finding import Finding, NotChecked, Place, Said
from compound.judging.replay import Replay
from compound.order.order import Order
from compound.plan.plan import DILUENT, DRIED, EXCIPIENT, SOLVENT, Dry, Fill, MakeUp, Plan, Step, Transfer, Weigh


def refusals(order: Order) -> tuple[Finding, ...]:
    """Why an order cannot be made by the solution route, whatever the amounts."""
    found = []
    lot = order.lot
    if lot.strength is not None or lot.tablet is not None:
        option = "--strength" if lot.strength is not None else "--tablet"
        found.append(Finding(codes.SOURCE_NOT_SOLUBLE, Place.option(option)))
    if order.solubility_mg_per_ml is None:
        found.append(Finding(codes.SOLUBILITY_NEEDED, Place.option("--solubility"), {
            "drug": order.drug or "the drug", "solvent": order.solvent or "the solvent", "says": _says(order),
        }))  # fmt: skip
    return tuple(found)


def _says(order: Order) -> str:
    """What is on record on the solubility, in words."""
    rows = () if order.substance is None else order.substance.solubility
    return next((row.says for row in rows if row.solvent == order.solvent), "nothing on record")


def findings(plan: Plan, run: Replay) -> list[Finding]:
    """Everything that can be said of the solutions, the deposit and the drying of a plan whose replay is `run`."""
    if not plan.is_liquid:
        return []
    shares, deposits = _shares(plan, run), deposited(plan, run)
    return [
        *(_solubility(plan) if shares else []),
        *_concentrations(plan, shares),
        *_deposit_findings(plan, deposits),
        *_drying_findings(plan, run),
        *_material_findings(plan, bool(deposits)),
        *_ware_findings(plan),
    ]


def not_checked(plan: Plan, run: Replay) -> list[NotChecked]:
    """The rules on solutions that lacked their facts."""
    if not plan.is_liquid:
        return []
    found = []
    order = plan.order
    if order.solubility_mg_per_ml is None and _shares(plan, run):
        found.append(NotChecked(codes.SOLUBILITY_NOT_CHECKED))
    if order.deposit is None and deposited(plan, run):
        found.append(NotChecked(codes.DEPOSIT_LIMIT_NOT_CHECKED))
    if (solvent := _solvent(plan)) is not None:
        if order.diluent is not None and _effect_on_diluent(solvent, order.diluent) is None:
            values: dict[str, Said] = {"diluent": order.diluent, "solvent": solvent.name}
            found.append(NotChecked(codes.DILUENT_IN_SOLVENT_NOT_CHECKED, values))
        if order.shell is not None and solvent.effect_on(order.shell) is None:
            values = {"shell": order.shell, "solvent": solvent.name}
            found.append(NotChecked(codes.SHELL_IN_SOLVENT_NOT_CHECKED, values))
    return found


def _solvent(plan: Plan) -> table.Solvent | None:
    """The one solvent of a plan, if it is on record."""
    names = {
        step.material
        for step in plan.steps
        if isinstance(step, MakeUp) or (isinstance(step, Weigh) and step.role == SOLVENT)
    }
    return table.solvent(*names) if len(names) == 1 and names <= set(table.solvents()) else None


# Concentration.


def _shares(plan: Plan, run: Replay) -> list[tuple[str, Fraction]]:
    """The solutions, each with mg of what stands on the shelf per mL of it; by mass, per mL of the solvent in it."""
    found = []
    solvent = _solvent(plan)
    for mixture in run.mixtures:
        solids = mixture.drug_mg / plan.content_fraction
        volume = mixture.volume_ml
        if volume is None and mixture.is_liquid and solvent is not None:
            volume = (mixture.total_mg - solids) / 1000 / Fraction(solvent.g_per_ml)
        if volume and solids:
            found.append((mixture.vessel, solids / volume))
    return found


def _solubility(plan: Plan) -> list[Finding]:
    order = plan.order
    solubility, record = order.solubility_mg_per_ml, order.solubility_on_record
    if solubility is None or order.drug is None or order.solvent is None:
        return []
    values: dict[str, Said] = {"drug": order.drug, "solvent": order.solvent, "solubility": solubility}
    if order.solubility is None:
        rows = () if order.substance is None else order.substance.solubility
        evidence = next((row.evidence.evidence for row in rows if row.solvent == order.solvent), "")
        code = codes.SOLUBILITY_BY_TERM if record is None else codes.SOLUBILITY_FROM_RECORD
        said: dict[str, Said] = {"term": _says(order)} if record is None else {}
        found = [Finding(code, Place.option("--solubility"), {**values, **said, "evidence": evidence})]
    else:
        found = [Finding(codes.SOLUBILITY_ENTERED, Place.option("--solubility"), values)]
        if record is not None and solubility > record:
            found.append(Finding(codes.SOLUBILITY_ABOVE_RECORD, Place.option("--solubility"), {**values, "record": record}))
    return found


def _concentrations(plan: Plan, shares: Sequence[tuple[str, Fraction]]) -> list[Finding]:
    solubility = plan.order.solubility_mg_per_ml
    if solubility is None:
        return []
    share = standards.limit("solubility_share")
    return [
        Finding(codes.TOO_CONCENTRATED, Place.vessel(vessel), {
            "vessel": vessel, "concentration": concentration, "share": 100 * share, "solubility": solubility,
        })
        for vessel, concentration in shares
        if concentration >= Fraction(share) * solubility
    ]  # fmt: skip


# Deposit and drying.


Deposit = tuple[Transfer, Fraction, Fraction]


def deposited(plan: Plan, run: Replay) -> list[Deposit]:
    """The transfers of a liquid onto powder: the step, its volume in mL, and the dry powder there before in mg."""
    found = []
    solvent = _solvent(plan)
    for step in run.steps:
        if not isinstance(step, Transfer) or not run.held(step.source, step.number).is_liquid:
            continue
        before = run.held(step.vessel, step.number)
        if before.is_liquid:
            continue
        powder = before.mass_mg
        volume = Fraction(step.amount_ml or 0)
        if step.amount_ml is None and solvent is not None:
            volume = Fraction(step.amount_mg or 0) / 1000 / Fraction(solvent.g_per_ml)
        if powder:
            found.append((step, volume, powder))
    return found


def _deposit_findings(plan: Plan, deposits: Sequence[Deposit]) -> list[Finding]:
    found = []
    days = int(standards.limit("beyond_use_days"))
    for step, volume, powder in deposits:
        values: dict[str, Said] = {
            "step": step.number, "volume": volume, "powder": powder, "per_g": volume * 1000 / powder,
            "solvent": plan.order.solvent or "solvent", "days": days,
        }  # fmt: skip
        if plan.order.deposit is not None and volume * 1000 > Fraction(plan.order.deposit) * powder:
            values_of_limit = {**values, "most": plan.order.deposit}
            found.append(Finding(codes.DEPOSIT_TOO_WET, Place.step(step.number), values_of_limit))
        found.append(Finding(codes.SOLVENT_TO_DRIVE_OFF, Place.step(step.number), values))
    return found


def _drying_findings(plan: Plan, run: Replay) -> list[Finding]:
    """What was put into capsules wet, and what a dried vessel weighs against what went into it."""
    found = []
    for step in run.steps:
        values: dict[str, Said]
        match step:
            case Fill() if (brought := run.held(step.source, step.number).liquid_since) is not None:
                values = {"vessel": step.source, "step": brought}
                found.append(Finding(codes.NOT_DRIED, Place.step(step.number), values))
            case Weigh(role=role) if role == DRIED:
                found += _reading_findings(plan, run, step)
            case _:
                pass
    return found


def _reading_findings(plan: Plan, run: Replay, step: Weigh) -> list[Finding]:
    """What a dried vessel reads, against the diluent and the drug in it.

    The diluent was dried to constant mass before anything was put on it. So what is missing is powder with drug in it,
    and is counted as lost (`kept_in_drying`); beyond what the diluent may hold of water it is an error.
    """
    sensitivity = Fraction(plan.balance.sensitivity.mg)
    held, read = run.held(step.vessel, step.number).mass_mg, Fraction(step.amount_mg)
    values: dict[str, Said] = {"step": step.number, "vessel": step.vessel, "read": read, "held": held}
    if read > held + 2 * sensitivity:
        return [Finding(codes.SOLVENT_LEFT, Place.step(step.number), values)]
    if step.number not in run.kept:
        return []
    share = volatile_share(plan)
    values |= {"loss": 100 * (1 - read / held), "most": 100 * share}
    entry = codes.LOST_IN_DRYING if held - read > sensitivity + share * held else codes.LOSS_COUNTED_AS_DRUG
    return [Finding(entry, Place.step(step.number), values)]


def volatile_share(plan: Plan) -> Fraction:
    """The most of a diluent that may leave it in drying, by the record of the one ordered; 0 where there is none."""
    most = None if plan.order.diluent is None else standards.most_volatile_percent(plan.order.diluent)
    return Fraction(0) if most is None else Fraction(most) / 100


def is_dried_first(run: Replay, step: Step) -> bool:
    """Whether a step weighs powder that a solution is then put on and dried: it is dried to constant mass before."""
    if not isinstance(step, Weigh) or step.role not in (DILUENT, EXCIPIENT) or run.held(step.vessel, step.number).is_liquid:
        return False
    deposits = (
        later.number
        for later in run.steps[step.number :]
        if isinstance(later, Transfer) and later.vessel == step.vessel and run.held(later.source, later.number).is_liquid
    )
    first = next(deposits, None)
    return first is not None and any(isinstance(one, Dry) and one.vessel == step.vessel for one in run.steps[first:])


def kept_in_drying(run: Replay, sensitivity_mg: Fraction) -> dict[int, Fraction]:
    """The share of its drug that a vessel still holds when it is read dry, by step number, where some was lost.

    What is missing by more than the error of one weighing is powder, of which each mg carries drug like any other.
    """
    found: dict[int, Fraction] = {}
    for step in run.steps:
        if isinstance(step, Weigh) and step.role == DRIED:
            read = Fraction(step.amount_mg)
            held = run.held(step.vessel, step.number)
            if held.drug_mg and held.solids_mg - read > sensitivity_mg:
                found[step.number] = read / held.solids_mg
    return found


# Materials and ware.


def _effect_on_diluent(solvent: table.Solvent, diluent: str) -> str | None:
    """What a solvent does to a diluent: dissolves, swells or leaves it, or None where nothing is on record."""
    density = standards.density(diluent)
    name = " ".join(diluent.lower().split()) if density is None else density.name
    for effect, names in (("dissolves", solvent.dissolves), ("swells", solvent.swells), ("leaves", solvent.leaves)):
        if name in names:
            return effect
    return None


def _material_findings(plan: Plan, deposits: bool) -> list[Finding]:
    order, solvent = plan.order, _solvent(plan)
    if solvent is None:
        return []
    found = []
    values: dict[str, Said] = {"solvent": solvent.name}
    if order.diluent is not None and deposits:
        effect = _effect_on_diluent(solvent, order.diluent)
        if effect in ("dissolves", "swells"):
            entry = codes.DILUENT_DISSOLVES if effect == "dissolves" else codes.DILUENT_SWELLS
            found.append(Finding(entry, Place.option("--diluent"), {**values, "diluent": order.diluent}))
    if order.shell is not None and (harm := solvent.effect_on(order.shell)) is not None:
        found.append(
            Finding(codes.SOLVENT_HARMS_SHELL, Place.option("--shell"), {**values, "shell": order.shell, "caution": harm})
        )
    return found


def _ware_findings(plan: Plan) -> list[Finding]:
    found = []
    said: set[str] = set()
    for step in plan.steps:
        if not isinstance(step, MakeUp | Transfer) or step.ware is None:
            continue
        ware = table.named(step.ware)
        if ware is None:
            continue
        if not ware.is_sourced and ware.name not in said:
            said.add(ware.name)
            tolerance = _volume(step), step.tolerance_ml
            found.append(Finding(codes.TOLERANCE_UNSOURCED, Place.step(step.number), {
                "ware": ware.name, "tolerance": tolerance[1] or ware.tolerance(tolerance[0]),
            }))  # fmt: skip
        if step.tolerance_ml is not None and step.tolerance_ml < (least := ware.tolerance(_volume(step))):
            values: dict[str, Said] = {
                "step": step.number, "ware": ware.name, "stated": step.tolerance_ml, "record": least,
            }  # fmt: skip
            found.append(Finding(codes.TOLERANCE_BELOW_RECORD, Place.step(step.number), values))
    return found


def _volume(step: Step) -> Fraction:
    """The volume of a step in mL."""
    if isinstance(step, MakeUp):
        return Fraction(step.volume_ml)
    return Fraction(step.amount_ml or 0) if isinstance(step, Transfer) else Fraction(0)
