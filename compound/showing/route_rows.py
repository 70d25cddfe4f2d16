"""Powder and solution side by side, as rows of text: what an order takes by either route, and why it takes the one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from compound.findings import codes
from compound.findings.finding import Finding, Severity
from compound.judging.audit import Audit
from compound.order.order import Order
from compound.plan.plan import DILUENT, DRUG, EXCIPIENT, SOLVENT, MakeUp, Weigh
from compound.planning.planned import POWDER, Routed
from compound.showing import uniformity_rows
from compound.wording import notation
from compound.wording.catalogue import message_of, sentences_of
from compound.wording.language import ENGLISH
from compound.wording.uniformity_words import UniformityWords

HEADERS = ("", "powder", "solution")
# Said beside a powder plan, where the solution route was wanted and cannot be gone.
_OF_THE_OTHER = (codes.SOLUBILITY_NEEDED, codes.SOURCE_NOT_SOLUBLE, codes.NO_ADMISSIBLE_SOLUTION)
_CHOSEN = (codes.CHOSEN_BELOW_POWDER, codes.CHOSEN_FOR_PARTICLES, codes.CHOSEN_WITHOUT_POWDER)


def route_rows(
    powder: Audit | None, solution: Audit | None, refused: Sequence[Finding], *, cut: bool = False
) -> list[tuple[str, str, str]]:
    """Name, powder, solution; a route without a plan says so.

    `refused` is why there is no solution to plan, `cut` that the route without a plan was not worked out in time.
    """
    names = ("dilutions", "drug weighed", "powder used", "solvent used", "worst case", "particle RSD",
             ENGLISH.table(UniformityWords).either_stage, "refused because")  # fmt: skip
    none = ["not worked out in time" if cut else "no plan", *[""] * (len(names) - 2)]
    nothing = "" if cut else "no admissible plan"
    why = "; ".join(sentences_of(finding.entry).title.lower() for finding in refused) or nothing
    columns = [
        _column(powder) if powder is not None else [*none, nothing],
        _column(solution) if solution is not None else [*none, why],
    ]
    return [(name, *texts) for name, *texts in zip(names, *columns, strict=True) if any(texts)]


def _column(audit: Audit) -> list[str]:
    plan, accuracy = audit.plan, audit.accuracy
    drug = sum((Fraction(s.amount_mg) for s in plan.steps if isinstance(s, Weigh) and s.role == DRUG), Fraction(0))
    diluent = sum(
        (Fraction(s.amount_mg) for s in plan.steps if isinstance(s, Weigh) and s.role in (DILUENT, EXCIPIENT)), Fraction(0)
    )
    volume = sum((Fraction(s.volume_ml) for s in plan.steps if isinstance(s, MakeUp)), Fraction(0))
    solvent = sum(
        (Fraction(s.amount_mg) for s in plan.steps if isinstance(s, Weigh) and s.role == SOLVENT), Fraction(0)
    )
    worst = None if accuracy is None else accuracy.worst_percent
    told = audit.uniformity
    rsd = uniformity_rows.particle_rsd_text(told) or "not known"
    if told.dissolved:
        rsd = "no particles: dissolved"
    errors = [
        sentences_of(f.entry).title.lower() for f in audit.findings if f.severity is Severity.ERROR and f.entry not in _OF_THE_OTHER
    ]
    return [
        notation.number(len([one for one in audit.mixtures if one.vessel not in audit.run.without_drug]) - 1),
        notation.mass(drug),
        notation.mass(diluent),
        notation.volume(volume) if volume else notation.mass(solvent) if solvent else "",
        "not worked out" if worst is None else notation.percent(worst),
        rsd,
        dict(uniformity_rows.uniformity_rows(audit))[ENGLISH.table(UniformityWords).either_stage],
        "; ".join(errors),
    ]


def reason(order: Order, routed: Routed, findings: Sequence[Finding]) -> str:
    """Why the plan goes the route it goes, as a sentence."""
    for finding in findings:
        if finding.entry in _CHOSEN:
            return message_of(finding)
    if order.method == routed.method:
        return f"--method {routed.method} was given"
    if routed.notes or routed.by_solution is not None:
        return "--method auto would take the solution route, for which there is no plan"
    taken = "powder" if routed.method == POWDER else "the solution route"
    return f"--method auto takes {taken}, because no finding refuses it"
