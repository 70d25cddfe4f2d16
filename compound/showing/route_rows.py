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
from compound.wording.language import ENGLISH, Language
from compound.wording.plan_table_words import PlanTableWords
from compound.wording.uniformity_words import UniformityWords

# Said beside a powder plan, where the solution route was wanted and cannot be gone.
_OF_THE_OTHER = (codes.SOLUBILITY_NEEDED, codes.SOURCE_NOT_SOLUBLE, codes.NO_ADMISSIBLE_SOLUTION)
_CHOSEN = (codes.CHOSEN_BELOW_POWDER, codes.CHOSEN_FOR_PARTICLES, codes.CHOSEN_WITHOUT_POWDER)


def route_rows(
    powder: Audit | None, solution: Audit | None, refused: Sequence[Finding], *, cut: bool = False, language: Language = ENGLISH
) -> list[tuple[str, str, str]]:
    """Name, powder, solution; a route without a plan says so.

    `refused` is why there is no solution to plan, `cut` that the route without a plan was not worked out in time.
    """
    words = language.table(PlanTableWords)
    names = (words.dilutions, words.drug_weighed, words.powder_used, words.solvent_used, words.worst_case, words.particle_rsd,
             language.table(UniformityWords).either_stage, words.refused_because)  # fmt: skip
    none = [words.not_in_time if cut else words.no_plan, *[""] * (len(names) - 2)]
    nothing = "" if cut else words.no_admissible_plan
    why = _titles(refused, language) or nothing
    columns = [
        _column(powder, language) if powder is not None else [*none, nothing],
        _column(solution, language) if solution is not None else [*none, why],
    ]
    return [(name, *texts) for name, *texts in zip(names, *columns, strict=True) if any(texts)]


def _titles(findings: Sequence[Finding], language: Language) -> str:
    """The titles of findings within a sentence. In German nouns keep their capitals."""
    titles = [language.title(finding.entry) for finding in findings]
    return "; ".join(titles if language.code == "de" else [title.lower() for title in titles])


def _column(audit: Audit, language: Language) -> list[str]:
    words, notation = language.table(PlanTableWords), language.notation
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
    rsd = uniformity_rows.particle_rsd_text(told, language) or words.not_known
    if told.dissolved:
        rsd = words.no_particles
    errors = [f for f in audit.findings if f.severity is Severity.ERROR and f.entry not in _OF_THE_OTHER]
    return [
        notation.number(len([one for one in audit.mixtures if one.vessel not in audit.run.without_drug]) - 1),
        notation.mass(drug),
        notation.mass(diluent),
        notation.volume(volume) if volume else notation.mass(solvent) if solvent else "",
        language.words.not_worked_out if worst is None else notation.percent(worst),
        rsd,
        dict(uniformity_rows.uniformity_rows(audit, language))[language.table(UniformityWords).either_stage],
        _titles(errors, language),
    ]


def reason(order: Order, routed: Routed, findings: Sequence[Finding], language: Language = ENGLISH) -> str:
    """Why the plan goes the route it goes, as a sentence."""
    words = language.table(PlanTableWords)
    for finding in findings:
        if finding.entry in _CHOSEN:
            return language.message(finding)
    if order.method == routed.method:
        return words.method_given.format(method=routed.method)
    if routed.notes or routed.by_solution is not None:
        return words.no_solution
    return words.takes_powder if routed.method == POWDER else words.takes_solution
