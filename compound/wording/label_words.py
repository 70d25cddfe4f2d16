"""The words of the labels of vessels, beside those that the label text of the worksheet has in its template.

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from compound.exact.value import Value


class LabelWords(Value, kw_only=True):
    """The words on the label of a trituration or solution, and of what is said of labels, in one language."""

    title: str
    not_the_drug: str
    as_planned: str
    as_weighed: str
    lot: str
    made: str
    total: str
    left: str
    batch_blank: str
    lot_blank: str
    made_blank: str
    use_by_blank: str
    left_blank: str
    by_blank: str
    plan: str
    # What the command says of the labels that it printed.
    capsules: str
    printed: str
    none_of_stock: str
    compare: str
    not_all_read: str
    outside: str
    warnings: str
    lacking: str


LABEL_WORDS = {
    "en": LabelWords(
        title="Labels: {drug}",
        not_the_drug="NOT THE DRUG",
        as_planned="as planned, not yet weighed",
        as_weighed="as weighed",
        lot="drug lot {lot}",
        made="made {day}",
        total="{total} made",
        left="{left} left of {total}",
        batch_blank="batch",
        lot_blank="lot of drug",
        made_blank="made",
        use_by_blank="use by",
        left_blank="left",
        by_blank="by",
        plan="plan {code}",
        capsules="capsules",
        printed="{label}: text of {text} pt, its strength or dose in {head} pt",
        none_of_stock="the plan makes no trituration and no stock solution; its capsules have a label: --which capsules",
        compare="Compare the label of the capsules with the prescription, letter by letter. {special}",
        not_all_read="the label of the capsules states the dose ordered; not every reading was given, so audit before it is used",
        outside="REFUSED: with these readings the capsules must not be dispensed as they stand; no label is printed",
        warnings="{count} {count:warning|warnings} on this plan: compound audit {file} says which",
        lacking="warning: letters that cannot be printed stand on the label as their codes in brackets: {letters}",
    ),
    "de": LabelWords(
        title="Etiketten: {drug}",
        not_the_drug="NICHT DER WIRKSTOFF",
        as_planned="wie geplant, noch nicht gewogen",
        as_weighed="wie gewogen",
        lot="Wirkstoffcharge {lot}",
        made="hergestellt am {day}",
        total="{total} hergestellt",
        left="Rest {left} von {total}",
        batch_blank="Charge",
        lot_blank="Wirkstoffcharge",
        made_blank="hergestellt am",
        use_by_blank="verwendbar bis",
        left_blank="Rest",
        by_blank="Kürzel",
        plan="Plan {code}",
        capsules="Kapseln",
        printed="{label}: Schrift {text} pt, Konzentration oder Dosis in {head} pt",
        none_of_stock="der Plan hat keine Verreibung und keine Stammlösung; für die Kapseln: --which capsules",
        compare="Das Etikett der Kapseln Buchstabe für Buchstabe mit der Verordnung vergleichen. {special}",
        not_all_read="das Etikett der Kapseln nennt die verordnete Dosis; es fehlen Ablesungen, also vor der Abgabe mit audit prüfen",
        outside="ABGELEHNT: mit diesen Ablesungen dürfen die Kapseln so nicht abgegeben werden; kein Etikett wird gedruckt",
        warnings="{count} {count:Warnung|Warnungen} zu diesem Plan: compound audit {file} nennt sie",
        lacking="Warnung: Zeichen, die nicht gedruckt werden können, stehen auf dem Etikett als ihr Code in Klammern: {letters}",
    ),
}  # fmt: skip
