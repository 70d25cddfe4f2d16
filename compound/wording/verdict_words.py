"""The words of the last line of a judgement: its verdict, and what to do or to type next.

The fields in braces are filled with names, with commands, and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class VerdictWords(Value, kw_only=True):
    """The words of `compound.showing.verdict_line` and of those who use it, in one language."""

    line: str  # verdict, what it says, what is next
    without_next: str
    # Of a plan with the weights read.
    within: str
    within_as_planned: str
    incomplete: str
    outside: str
    refused: str
    dose: str
    no_dose: str
    dose_on_target: str
    when_weighed: str
    refused_for: str
    # What is next for it.
    weigh: str
    make_up: str
    reading_of: str
    fill: str
    fill_into: str
    start_again: str
    then: str
    # Of many plans.
    all_within: str
    some_outside: str
    # Of weights and contents of capsules.
    more_capsules: str
    keep_record: str
    # Of a worksheet read back, by the verdict.
    verified: Mapping[str, str]
    verified_says: Mapping[str, str]
    compare_order: str
    compare_sheet: str
    do_not_weigh: str
    some_differ: str
    all_genuine: str
    # What stands for an amount, a count or more of them in a command to type.
    an_amount: str
    a_count: str
    weights: str
    contents: str


VERDICT_WORDS = {
    "en": VerdictWords(
        line="{verdict}{joint}{says}{end}  Next: {next}",
        without_next="{verdict}{joint}{says}{end}",
        within="WITHIN",
        within_as_planned="WITHIN as planned",
        incomplete="INCOMPLETE",
        outside="OUTSIDE",
        refused="REFUSED",
        dose="{dose}, {deviation} of {target} (limit {limit})",
        no_dose="the steps give no dose",
        dose_on_target="{dose}, on target (limit {limit})",
        when_weighed="{dose}, with the amounts above",
        refused_for="{title} [{code}]; by the weights alone {dose}",
        weigh="weigh step {step}, {amount}",
        make_up="add {amount} at step {step}",
        reading_of="give the reading of step {step}",
        fill="fill {amount} a capsule",
        fill_into="fill it into {count} capsules",
        start_again="do not dispense; begin again at step {step}",
        then="{first}, then {command}",
        all_within="{count:the plan|all {count} plans} as written",
        some_outside="{bad} of {count} plans ({names})",
        more_capsules="assay {count} more",
        keep_record="the record {file} goes to the file of the batch",
        verified={
            "genuine": "GENUINE",
            "agrees": "AGREES",
            "differs": "DIFFERS",
            "not checked": "NOT CHECKED",
            "fingerprint agrees": "FINGERPRINT AGREES",
            "unreadable": "UNREADABLE",
        },
        verified_says={
            "genuine": "the sheet is, byte for byte, the one that this order gives",
            "agrees": "the sheet was saved again by another program; what it shows is as this order gives it",
            "differs": "the sheet is NOT as this order gives it",
            "not checked": "another version made the sheet",
            "fingerprint agrees": "the plan is the one of this fingerprint; the sheet itself was not seen, and nothing on it "
            "was checked",
        },
        compare_order="compare the order above with the prescription",
        compare_sheet="compare every figure of the sheet with this plan",
        do_not_weigh="do not weigh from it",
        some_differ="{bad} of {count} sheets ({names})",
        all_genuine="all {count} sheets",
        an_amount="AMOUNT",
        a_count="COUNT",
        weights="WEIGHT...",
        contents="CONTENT...",
    ),
    "de": VerdictWords(
        line="{verdict}{joint}{says}{end}  Weiter: {next}",
        without_next="{verdict}{joint}{says}{end}",
        within="EINGEHALTEN",
        within_as_planned="EINGEHALTEN wie geplant",
        incomplete="UNVOLLSTÄNDIG",
        outside="NICHT EINGEHALTEN",
        refused="ABGELEHNT",
        dose="{dose}, {deviation} von {target} (Grenze {limit})",
        no_dose="die Schritte ergeben keine Dosis",
        dose_on_target="{dose}, wie geplant (Grenze {limit})",
        when_weighed="{dose}, mit den Mengen oben",
        refused_for="{title} [{code}]; allein nach den Massen {dose}",
        weigh="Schritt {step} wiegen, {amount}",
        make_up="bei Schritt {step} {amount} zugeben",
        reading_of="die Ablesung von Schritt {step} angeben",
        fill="je Kapsel {amount} füllen",
        fill_into="in {count} Kapseln füllen",
        start_again="nicht abgeben; bei Schritt {step} neu beginnen",
        then="{first}, dann {command}",
        all_within="{count:der Plan|alle {count} Pläne} wie geschrieben",
        some_outside="{bad} von {count} Plänen ({names})",
        more_capsules="{count} weitere bestimmen",
        keep_record="das Protokoll {file} kommt zu den Unterlagen des Ansatzes",
        verified={
            "genuine": "ECHT",
            "agrees": "STIMMT ÜBEREIN",
            "differs": "WEICHT AB",
            "not checked": "NICHT GEPRÜFT",
            "fingerprint agrees": "FINGERABDRUCK STIMMT",
            "unreadable": "NICHT LESBAR",
        },
        verified_says={
            "genuine": "das Blatt ist Byte für Byte das, das diese Anforderung ergibt",
            "agrees": "ein anderes Programm hat das Blatt neu gespeichert; was es zeigt, ist, was diese Anforderung ergibt",
            "differs": "das Blatt ist NICHT, was diese Anforderung ergibt",
            "not checked": "eine andere Version hat das Blatt gemacht",
            "fingerprint agrees": "der Plan ist der dieses Fingerabdrucks; das Blatt selbst lag nicht vor, und nichts darauf "
            "wurde geprüft",
        },
        compare_order="die Anforderung oben mit der Verordnung vergleichen",
        compare_sheet="jede Zahl des Blattes mit diesem Plan vergleichen",
        do_not_weigh="nicht danach wiegen",
        some_differ="{bad} von {count} Blättern ({names})",
        all_genuine="alle {count} Blätter",
        an_amount="MENGE",
        a_count="ANZAHL",
        weights="MASSE...",
        contents="GEHALT...",
    ),
}
