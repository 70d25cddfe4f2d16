"""The answer to a question as rows of text, the same for terminal and page, in any language."""

from __future__ import annotations

import re
from fractions import Fraction

from compound.aliquot.answer import Answer, MeasuredStep, Proof
from compound.aliquot.asked import Ask
from compound.aliquot.question import Question
from compound.aliquot.working import UNNAMED, Worked, alligation_parts
from compound.exact.quantity import Direction, is_multiple, round_to
from compound.facts import standards
from compound.judging.step_findings import doubled
from compound.order.order import needed
from compound.plan.plan import DILUENT, MakeUp, Step, Transfer, Weigh
from compound.wording.aliquot_words import AliquotWords
from compound.wording.language import ENGLISH, Language
from compound.wording.notation import phrase

Fact = tuple[str, str]


def words_in(language: Language) -> AliquotWords:
    """The words of these rows in a language."""
    return language.table(AliquotWords)


def mass_to_weigh(question: Question, mg: Fraction, language: Language = ENGLISH) -> str:
    """An amount to weigh, with the digits of the balance where one is stated."""
    if question.balance is None:
        return language.notation.milligrams(mg)
    return language.notation.target(mg, question.balance.readability.mg)


def asked_rows(answer: Answer, language: Language = ENGLISH) -> list[Fact]:
    """What was asked, and what follows of it before anything is weighed."""
    question, words, notation = answer.question, words_in(language), language.notation
    rows: list[Fact] = []
    if question.order is not None:
        need = notation.dose(question.order.dose.mg)
        named = need if question.drug is None else words.need_of.format(need=need, drug=language.text(question.order.dosed))
        rows.append((words.needed, named))
        if question.kind != Ask.TABLET and question.order.content_fraction != 1:
            rows.append((words.content, notation.percent(100 * question.order.content_fraction)))
    if question.need_ml is not None:
        need = notation.volume(question.need_ml.ml)
        rows.append((words.needed, need if question.drug is None else words.need_of.format(need=need, drug=question.drug)))
    if question.strengths is not None:
        rows.append((words.strengths, words.strengths_are.format(
            higher=_strength(question.strengths.higher, language), lower=_strength(question.strengths.lower, language),
            wanted=_strength(question.strengths.wanted, language),
        )))  # fmt: skip
    if question.balance is not None and question.kind != Ask.LEAST:
        rows.append((words.balance, words.balance_is.format(
            sensitivity=notation.mass(question.balance.sensitivity.mg),
            readability=notation.mass(question.balance.readability.mg),
        )))  # fmt: skip
    if question.kind not in (Ask.MIX, Ask.LEAST) and question.least is not None:
        rows += least_rows(question, language)
    if question.wares:
        rows.append((words.ware, "; ".join(language.text(one.name) for one in question.wares)))
    return rows


def least_rows(question: Question, language: Language = ENGLISH) -> list[Fact]:
    """The least weighable quantity and where it comes from; the floor and the largest error where a spread is stated."""
    words, notation, least = words_in(language), language.notation, needed(question.least, "--balance-sensitivity")
    balance, spread = question.balance, question.repeatability
    if question.minimum_weight is not None:
        text = words.least_stated.format(least=notation.mass(least))
    elif spread is not None and question.readability is not None:
        text = words.least_by_usp.format(
            least=notation.mass(least), spread=notation.mass(spread.mg), readability=notation.mass(_step(question))
        )
    else:
        sensitivity = needed(balance, "--balance-sensitivity").sensitivity.mg
        text = words.least_by_rule.format(
            least=notation.mass(least), sensitivity=notation.mass(sensitivity),
            error=notation.percent(question.weighing_error.percent),
        )  # fmt: skip
    if question.readability is not None and not is_multiple(least, question.readability.mg):
        read = round_to(least, question.readability.mg, Direction.UP)
        text = words.least_read.format(least=text, read=notation.reading(read, question.readability.mg))
    rows = [(words.least, text)]
    if spread is not None and question.floor_by_usp is not None:
        rows.append((words.floor, words.floor_is.format(
            floor=notation.mass(question.floor_by_usp), factor=notation.number(standards.limit("usp_41_factor")),
            readability=notation.mass(_step(question)),
        )))  # fmt: skip
    if question.sensitivity_assumed and spread is not None and balance is not None:
        rows.append((words.largest_error, words.error_by_spread.format(
            sensitivity=notation.mass(balance.sensitivity.mg), spread=notation.mass(spread.mg)
        )))  # fmt: skip
    return rows


def _step(question: Question) -> Fraction:
    return Fraction(needed(question.readability, "--readability").mg)


def _strength(share: Fraction, language: Language) -> str:
    return language.notation.percent(100 * share)


def _named(material: str, language: Language) -> str:
    """What is taken, by its name; that of a container which is not the pure drug says that it is not."""
    words, point = words_in(language), language.notation.point
    if material == UNNAMED:
        return words.unnamed
    if (found := re.fullmatch("(.+) ([0-9.]+) mg per g, NOT the pure drug", material)) is not None:  # of two that are mixed
        return words.of_strength.format(name=language.text(found[1]), mg=found[2].replace(".", point))
    if (found := re.fullmatch("(.+) ([0-9./]+) parts in all", material)) is not None:
        return words.of_parts.format(name=language.text(found[1]), parts=found[2].replace(".", point))
    return language.material(material)


def answer_text(answer: Answer, language: Language = ENGLISH) -> str:
    """The answer in one sentence."""
    question, found, words, notation = answer.question, answer.worked, words_in(language), language.notation
    if question.kind == Ask.LEAST:
        return "; ".join(f"{name} {text}" for name, text in least_rows(question, language))
    if question.kind == Ask.MIX:
        return _mix_text(question, found, language)
    if found is None:
        return words.nothing
    take, what = found.take or Fraction(0), _named(getattr(found.steps[0], "material", UNNAMED), language)
    if question.kind == Ask.LIQUID:
        drug = notation.volume(found.drug)
        if found.direct:
            return words.measure_alone.format(drug=drug, what=what)
        return words.poured.format(
            drug=drug, what=what, diluent=notation.volume(found.diluent or 0), total=notation.volume(found.total or 0),
            take=notation.volume(take),
        )  # fmt: skip
    drug = mass_to_weigh(question, found.drug, language)
    if question.kind == Ask.LOT:
        tablet = needed(question.order, "--need").lot.tablet
        name = "" if question.drug is None else words.of_what.format(what=what)
        count = "" if tablet is None else words.of_tablet.format(count=notation.number(found.drug / Fraction(tablet.mass.mg)))
        return words.weigh_lot.format(drug=drug, tablets=count, named=name)
    if found.direct:
        return words.weigh_alone.format(drug=drug, what=what)
    total = found.total or Fraction(0)
    if question.kind == Ask.POWDER:
        return words.diluted.format(
            drug=drug, what=what, diluent=mass_to_weigh(question, found.diluent or Fraction(0), language),
            total=notation.milligrams(total), take=mass_to_weigh(question, take, language),
            ratio=notation.ratio(total / found.drug),
        )  # fmt: skip
    strength = words.per_ml.format(mass=notation.mass(found.drug * found.content / total))
    if question.kind == Ask.TABLET:
        content = notation.milligrams(found.drug / found.multiple)
        return phrase(words.tablets_in, {
            "count": notation.number(found.multiple), "content": content, "total": notation.volume(total),
            "take": notation.volume(take), "strength": strength,
        })  # fmt: skip
    return words.dissolved.format(drug=drug, what=what, total=notation.volume(total), take=notation.volume(take), strength=strength)


def _mix_text(question: Question, found: Worked | None, language: Language) -> str:
    strengths, words = needed(question.strengths, "--mix"), words_in(language)
    high, low = (phrase(words.whole, {"count": language.notation.number(one)}) for one in alligation_parts(question))
    named = {"higher": _strength(strengths.higher, language), "lower": _strength(strengths.lower, language)}
    if found is None or not found.steps:
        return words.parts.format(high=high, low=low, **named)
    masses = {
        key: words.grams.format(grams=language.notation.number(mg / 1000)) if mg >= 1000 else mass_to_weigh(question, mg, language)
        for key, mg in (("high_mass", found.drug), ("low_mass", found.diluent or Fraction(0)))
    }
    return words.parts_and_masses.format(high=high, low=low, **named, **masses)


def aliquot_step_rows(answer: Answer, language: Language = ENGLISH) -> list[tuple[str, str, str, str]]:
    """The steps in their order: number, what is done, how much, into what."""
    found = answer.worked
    return [] if found is None else [_step_row(answer, found, step, language) for step in found.steps]


def _step_row(answer: Answer, found: Worked, step: Step, language: Language) -> tuple[str, str, str, str]:
    words, notation, question = words_in(language), language.notation, answer.question
    vessel, amount = language.text(step.vessel), ""

    match step:
        case Weigh():
            if question.kind == Ask.TABLET:
                count, content = notation.number(found.multiple), notation.milligrams(found.drug / found.multiple)
                text = phrase(words.count_in, {"count": count, "content": content, "what": _named(question.drug or UNNAMED, language)})
            else:
                text = words.weigh.format(what=_named(step.material, language))
                amount = mass_to_weigh(question, Fraction(step.amount_mg), language)
        case MakeUp():
            what, ware = _named(step.material, language), language.text(step.ware or "")
            if step.number == 1:
                text = words.measure_with.format(what=what, ware=ware) if ware else words.measure.format(what=what)
            else:
                text = words.make_up_in.format(what=what, ware=ware) if ware else words.make_up.format(what=what)
            amount = notation.volume(step.volume_ml)
        case Transfer() if step.amount_mg is not None:
            text = words.take_weighed.format(source=language.text(step.source))
            amount = mass_to_weigh(question, Fraction(step.amount_mg), language)
        case Transfer():
            source, ware = language.text(step.source), language.text(step.ware or "")
            text = words.take_with.format(source=source, ware=ware) if ware else words.take.format(source=source)
            amount = notation.volume(step.amount_ml or 0)
        case _:
            count = str(len(mixing_rows(answer)))
            text = phrase(words.mix_by_doubling, {"count": count}) if count not in ("0", "1") else words.mix
    return str(step.number), text, amount, vessel


def mixing_rows(answer: Answer, language: Language = ENGLISH) -> list[tuple[str, str, str]]:
    """The additions of a mixture of powders, each about what is there already: number, mass added, and what is then there.

    Of two strengths the one that weighs less comes first.
    """
    question, found = answer.question, answer.worked
    if found is None or question.kind not in (Ask.POWDER, Ask.MIX) or found.total is None or found.diluent is None:
        return []
    there = found.drug if question.kind == Ask.POWDER else min(found.drug, found.diluent)
    step = Fraction(1) if question.readability is None else Fraction(question.readability.mg)
    rows: list[tuple[str, str, str]] = []
    for added in doubled(there, found.total, step):
        there += added
        rows.append((str(len(rows) + 1), language.notation.milligrams(added), language.notation.milligrams(there)))
    return rows


def given_rows(answer: Answer, language: Language = ENGLISH, *, helps: bool = True) -> list[Fact]:
    """What the steps give by the replay: the need, what each measurement may be off, and all of them together.

    With `helps` also what would keep them within the limit.
    """
    proof, question, words, notation = answer.proof, answer.question, words_in(language), language.notation
    if proof is None:
        return []
    if question.kind == Ask.MIX:
        rows = [(words.gives_share, _strength(proof.given, language))]
    else:
        text = notation.volume(proof.given) if question.kind == Ask.LIQUID else notation.dose(proof.given)
        rows = [(words.gives, text)]
    rows.append((words.rounding, notation.signed_percent(proof.deviation_percent)))
    known = [one for one in proof.each if one.error is not None and _counts(answer, one)]
    if known:
        each = "; ".join(
            words.each_is.format(percent=notation.percent(one.percent or Fraction(0)), step=one.number) for one in known
        )
        if question.balance is not None and all(not one.by_volume for one in known):
            each = words.each_limit.format(each=each, limit=notation.percent(question.weighing_error.percent))
        rows.append((words.each, each))
    by_volume = any(one.by_volume for one in proof.each)
    rows.append((words.together_measured if by_volume else words.together, _together(answer, language)))
    if proof.total_low_percent != proof.low_percent and proof.total_low_percent is not None:
        rows.append((words.source, words.together_is.format(
            low=notation.signed_percent(proof.total_low_percent), high=notation.signed_percent(proof.total_high_percent or 0)
        )))  # fmt: skip
    if helps and answer.keeps is not None:
        name = words.keeps.format(limit=notation.percent(question.dose_error.percent))
        rows.append((name, _keeps_text(question, *answer.keeps, language)))
    if helps and answer.finer is not None:
        rows.append((words.finer, words.finer_is.format(sensitivity=notation.mass(answer.finer))))
    if answer.doses is not None:
        rows.append((words.doses, phrase(words.doses_are, {"count": notation.number(answer.doses)})))
    return rows


def _keeps_text(question: Question, larger: Worked, proof: Proof, language: Language) -> str:
    """What would keep all measurements within the limit, with the worst case that it then has."""
    words, notation = words_in(language), language.notation
    bounds = {"low": notation.signed_percent(proof.low_percent or 0), "high": notation.signed_percent(proof.high_percent or 0)}
    drug, take = mass_to_weigh(question, larger.drug, language), larger.take or Fraction(0)
    if larger.diluent is None:
        return words.keeps_stronger.format(drug=drug, take=notation.volume(take), **bounds)
    diluent = mass_to_weigh(question, larger.diluent, language)
    return words.keeps_is.format(drug=drug, diluent=diluent, take=mass_to_weigh(question, take, language), **bounds)


def _counts(answer: Answer, one: MeasuredStep) -> bool:
    """Whether a measurement is one of the textbook's: of drug, of the aliquot, or of a volume; not of the diluent."""
    step = next(step for step in needed(answer.worked, "steps").steps if step.number == one.number)
    return answer.question.kind == Ask.MIX or not (isinstance(step, Weigh) and step.role == DILUENT)


def _together(answer: Answer, language: Language) -> str:
    proof, words, notation = needed(answer.proof, "steps"), words_in(language), language.notation
    if proof.low_percent is None or proof.high_percent is None:
        return words.not_worked_out
    low, high = notation.signed_percent(proof.low_percent), notation.signed_percent(proof.high_percent)
    if answer.question.kind == Ask.MIX:
        return words.together_is.format(low=low, high=high)
    return words.together_limit.format(low=low, high=high, limit=notation.percent(answer.question.dose_error.percent))


def other_rows(answer: Answer, language: Language = ENGLISH) -> list[tuple[str, str, str, str, str]]:
    """Other multiples: how often the need is weighed, drug, diluent, total and aliquot."""
    question, words = answer.question, words_in(language)
    return [
        (
            words.other_is.format(multiple=language.notation.number(one.multiple)), mass_to_weigh(question, one.drug, language),
            mass_to_weigh(question, one.diluent or Fraction(0), language), language.notation.milligrams(one.total or 0),
            mass_to_weigh(question, one.take or Fraction(0), language),
        )
        for one in answer.others
    ]  # fmt: skip
