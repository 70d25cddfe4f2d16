"""What a weighing says beside its material: which portion it is, on which balance, and how many tablets are crushed for it."""

from __future__ import annotations

from fractions import Fraction

from compound.plan.plan import BULK, DRUG, Plan, Step, Weigh
from compound.wording.language import ENGLISH, Language
from compound.wording.notation import phrase


def portion_text(plan: Plan, step: Weigh, text: str, language: Language = ENGLISH, *, total: bool = False) -> str:
    """The name of what a step weighs, and which portion of it; with `total` what the portions come to up to there."""
    words, portions = language.words, plan.portions(step)
    if len(portions) > 1:
        until = sum((Fraction(one.amount_mg) for one in portions if one.number <= step.number), Fraction(0))
        values = {"what": text, "number": portions.index(step) + 1, "count": len(portions)}
        form = words.portion_of if total else words.portion
        text = form.format(**values, total=language.notation.milligrams(until))
    return text


def naming_balance(step: Step, text: str, language: Language = ENGLISH) -> str:
    """What is done in a step, with the balance where it is the second one."""
    return language.words.on_bulk.format(what=text) if isinstance(step, Weigh) and step.balance == BULK else text


def crushing_texts(plan: Plan, language: Language = ENGLISH) -> list[str]:
    """How many tablets are crushed for what is weighed of them, and what is left; nothing without tablets."""
    tablet, found = plan.order.lot.tablet, []
    if tablet is None:
        return []
    mass, words = Fraction(tablet.mass.mg), language.words
    for step in plan.steps:
        if not isinstance(step, Weigh) or step.role != DRUG:
            continue
        amount = Fraction(step.amount_mg)
        count = -(-amount // mass)
        values: dict[str, str | int] = {
            "count": language.notation.number(count), "step": step.number,
            "left": language.notation.mass(count * mass - amount),
        }  # fmt: skip
        found.append(phrase(words.crush_all if count * mass == amount else words.crush_part, values))
    return found
