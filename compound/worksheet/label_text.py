"""What stands on a label: of a vessel that is made, and of the capsules. The one place that builds these texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from compound.correcting.weighed import Weighed
from compound.exact.value import Value
from compound.facts.labels import label_rule
from compound.judging.audit import Audit
from compound.judging.replay import Mixture
from compound.order.source import source_of
from compound.plan.components import component_lots
from compound.plan.plan import Transfer
from compound.showing import plan_rows
from compound.showing.two_doses import labelled_dose
from compound.wording.label_words import LabelWords
from compound.wording.language import Language, language
from compound.wording.notation import MICROGRAM
from compound.wording.numerals import dose_in_words
from compound.worksheet.details import Details
from compound.worksheet.template import Template

_NO_BREAK = "\u00a0"


class LabelLine(Value):
    """A line of a label: which it is, its name, and what stands beside it, "" where it is written in by hand; and if so,
    whether it is a name or a sentence, and no day or number.
    """

    key: str
    name: str
    value: str = ""
    long: bool = False


class CapsuleLabel(Value):
    """The text of the label of the capsules.

    `special` says which units are not each other: to who compares the label, never to the patient, so it is not on it.
    """

    dose: str
    in_words: str
    count: str
    constituents: tuple[str, ...]
    lines: tuple[LabelLine, ...]
    ending: tuple[str, ...]
    special: str


class StockLabel(Value):
    """The text of the label of a trituration, premix or solution: what it is, that it is not the drug, facts, blanks."""

    vessel: str
    contents: str
    not_the_drug: str
    facts: tuple[str, ...]
    blanks: tuple[str, ...]


def capsule_label(audit: Audit, template: Template, details: Details) -> CapsuleLabel:
    """The text of the label of the capsules, in the words of a template and in safe notation."""
    order, spoken = audit.plan.order, language(template.language)
    notation, dose = spoken.notation, Fraction(audit.plan.order.dose.mg)

    def say(key: str, **values: str) -> str:
        return template.say("label", key, **values)

    constituents, unknown = _constituents(audit, template, details)
    last, rule = details.beyond_use(), label_rule(template.language)
    given = {
        "number": details.batch_number,
        "prepared": "" if details.prepared is None else notation.day(details.prepared),
        "beyond_use": "" if last is None else notation.day(last[0]),
    }
    head = tuple(details.pharmacy or template.lines)
    lines = [LabelLine(f"constituent-{number}", text, long=True) for number, text in enumerate(unknown, 1)]
    lines += [
        LabelLine(key.replace("_", "-"), say(key), given.get(key, ""), key not in given)
        for key in rule.lines if key != "pharmacy" or not head
    ]  # fmt: skip
    return CapsuleLabel(
        dose=say("dose", dose=labelled_dose(audit.plan.order, notation), substance=spoken.text(order.dosed)),
        in_words=template.say("dose", "each", words=dose_in_words(dose, template.language)),
        count="" if order.capsules is None else say("capsules", count=notation.number(order.capsules)),
        constituents=tuple(constituents),
        lines=tuple(lines),
        ending=(*head, say("compounded"), say("store")),
        special=say("special_nanogram" if dose < MICROGRAM else "special"),
    )


def _constituents(audit: Audit, template: Template, details: Details) -> tuple[list[str], list[str]]:
    """What the label says of all that is in a capsule beside the drug, and what is to be filled in of it."""
    order, spoken = audit.plan.order, language(template.language)
    names = [spoken.text(name) for name in (order.diluent, *(one.name for one in order.excipients)) if name]
    known, unknown = [], []
    if order.shell is not None:
        names.append(template.say("label", "shell", shell=spoken.text(order.shell)))
    else:
        unknown.append(template.say("label", "shell_blank"))
    if names:
        known.append(template.say("label", "others", names="; ".join(names)))
    drug = spoken.text(order.drug or order.dosed)
    if order.lot.tablet is not None:
        if details.tablet_excipients:
            known.append(template.say("label", "tablets", drug=drug, names=details.tablet_excipients))
        else:
            unknown.append(template.say("label", "tablets_blank", drug=drug))
    elif order.lot.strength is not None:
        unknown.append(template.say("label", "stock_blank", drug=drug))
    return known, unknown


def stock_labels(weighed: Weighed, spoken: Language) -> list[StockLabel]:
    """The labels of all that is made on the way to the capsules: triturations, premixes, solutions, not the batch itself.

    A strength is that of what is in the vessel. It is said to be weighed where every weighing that goes into the vessel
    was read; else to be planned, for a vessel of a strength that nobody has weighed must not pass for one that was.
    """
    audit = weighed.made
    return [_stock_label(weighed, mixture, spoken) for mixture in audit.mixtures if mixture.vessel != audit.run.filled_from]


def _stock_label(weighed: Weighed, mixture: Mixture, spoken: Language) -> StockLabel:
    words, identity = spoken.table(LabelWords), weighed.plan.order.identity
    made = mixture.vessel in weighed.closed
    with_drug = mixture.vessel not in weighed.made.run.without_drug
    facts, blanks = [words.as_weighed if made else words.as_planned], []
    total, left = _amounts(mixture, spoken)
    if made and _all_taken(weighed, mixture.vessel):
        facts.append(words.left.format(left=left, total=total))
    else:
        facts.append(words.total.format(total=total))
        blanks.append(words.left_blank)
    if identity.batch_number is None:  # else it stands in the contents
        blanks.insert(0, words.batch_blank)
    lot = _lot_of_drug(weighed)
    if with_drug and lot:
        facts.append(words.lot.format(lot=lot))
    elif with_drug:
        blanks.append(words.lot_blank)
    if identity.prepared is None:
        blanks.append(words.made_blank)
    else:
        facts.append(words.made.format(day=spoken.notation.day(identity.prepared)))
    blanks += [words.use_by_blank, words.by_blank]
    contents = _held_together(weighed.made, mixture, spoken)
    return StockLabel(mixture.vessel, contents, words.not_the_drug, tuple(facts), tuple(blanks))


def _held_together(audit: Audit, mixture: Mixture, spoken: Language) -> str:
    """What a vessel holds, with blanks in its strength and beside its numbers at which no line ends."""
    contents = plan_rows.vessel_contents(audit, mixture, spoken)
    row = plan_rows.mixture_rows(audit, spoken)[audit.mixtures.index(mixture)]
    if mixture.drug_mg:
        contents = contents.replace(row.strength, row.strength.replace(" ", _NO_BREAK))
    if row.one_in:
        contents = contents.replace(row.one_in, re.sub(r"(?<=[0-9]) | (?=[0-9])", _NO_BREAK, row.one_in))
    return contents


def _amounts(mixture: Mixture, spoken: Language) -> tuple[str, str]:
    """What a vessel holds in all, and what is left of it: of a solution its volume."""
    if mixture.volume_ml is not None and mixture.left_ml is not None:
        return spoken.notation.volume(mixture.volume_ml), spoken.notation.volume(mixture.left_ml)
    return spoken.notation.milligrams(mixture.total_mg), spoken.notation.milligrams(mixture.left_mg)


def _all_taken(weighed: Weighed, vessel: str) -> bool:
    """Whether all that is to be taken out of a vessel was: then what is left of it is known."""
    taken = [step for step in weighed.plan.steps if isinstance(step, Transfer) and step.source == vessel]
    return bool(taken) and all(step.vessel in weighed.closed for step in taken)


def _lot_of_drug(weighed: Weighed) -> str | None:
    source = source_of(weighed.plan.order)
    found = component_lots(weighed.plan)
    return source.lot or next((found[name].lot for name in source.names if name in found), None)


def label_texts(label: CapsuleLabel | StockLabel) -> Sequence[str]:
    """Every text that is to be printed on a label."""
    if isinstance(label, StockLabel):
        return (label.contents, label.not_the_drug, *label.facts, *label.blanks)
    beside = [text for line in label.lines for text in (line.name, line.value)]
    return (label.dose, label.in_words, label.count, *label.constituents, *beside, *label.ending)
