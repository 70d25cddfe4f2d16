"""The words of the record of a batch: of the rows of a plan as it was weighed, and of the pages they are printed on.

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class WeighedWords(Value, kw_only=True):
    """The words of `compound.showing.weighed_rows` that no row of the plan has, in one language."""

    verdict: str
    verdicts: Mapping[str, str]  # by the value of the verdict
    as_written: str
    as_corrected: str
    deviation: str
    without_corrections: str
    fill_planned: str
    fill_given: str
    fill_right: str
    weigh_into: str
    from_jar: str
    dried_vessel: str
    none_admissible: str
    corrected: str
    stop: str
    yes: str
    no: str
    headers: tuple[str, ...]
    mixture_headers: tuple[str, ...]


class RecordWords(Value, kw_only=True):
    """The words on the pages of the record of a batch, in one language."""

    title: str
    plan: str
    verdict: str
    batch: str
    dose: str
    weighings: str
    mixtures: str
    uniformity: str
    findings: str
    signatures: tuple[str, ...]


class PageWords(Value, kw_only=True):
    """The words that every record on paper has, in one language."""

    page: str
    severities: Mapping[str, str]
    not_checked: str
    finding: str


WEIGHED_WORDS = {
    "en": WeighedWords(
        verdict="verdict",
        verdicts={
            "within": "within: the dose is within {limit} of the label",
            "within_planned": "within: the dose is within {limit} of the planned dose",
            "outside": "outside: must not be dispensed as it stands",
            "incomplete": "incomplete: go on with the amounts below",
        },
        as_written="within: the plan as written keeps its rules",
        as_corrected="{dose}, as corrected",
        deviation="deviation",
        without_corrections="dose without corrections",
        fill_planned="{fill} planned",
        fill_given=", {fill} filled",
        fill_right=", {fill} would put the dose right",
        weigh_into="weigh {what} into {vessel}",
        from_jar="{text}; taken: {jar}",
        dried_vessel="weigh the dried vessel, {vessel}",
        none_admissible="none is admissible",
        corrected="{amount} (corrected)",
        stop="stop: start again",
        yes="yes",
        no="no",
        headers=("step", "what", "planned", "to weigh", "read", "off"),
        mixture_headers=("vessel", "total", "drug", "strength", "ratio", "left", "made"),
    ),
    "de": WeighedWords(
        verdict="Urteil",
        verdicts={
            "within": "eingehalten: die Dosis weicht höchstens {limit} von der deklarierten ab",
            "within_planned": "eingehalten: die Dosis weicht höchstens {limit} von der geplanten ab",
            "outside": "nicht eingehalten: darf so nicht abgegeben werden",
            "incomplete": "unvollständig: mit den Mengen unten weiterarbeiten",
        },
        as_written="eingehalten: der Plan hält seine Regeln, wie er geschrieben ist",
        as_corrected="{dose}, nach Korrektur",
        deviation="Abweichung",
        without_corrections="Dosis ohne Korrekturen",
        fill_planned="{fill} geplant",
        fill_given="; {fill} gefüllt",
        fill_right="; {fill} brächten die Dosis auf die deklarierte",
        weigh_into="{what} einwiegen, in: {vessel}",
        from_jar="{text}; genommen: {jar}",
        dried_vessel="getrocknetes Gefäß wiegen: {vessel}",
        none_admissible="keine ist zulässig",
        corrected="{amount} (korrigiert)",
        stop="halt: neu beginnen",
        yes="ja",
        no="nein",
        headers=("Nr.", "Was", "geplant", "einzuwiegen", "abgelesen", "Abweichung"),
        mixture_headers=("Mischung", "Gesamtmasse", "Wirkstoff", "Konzentration", "Verhältnis", "Rest", "fertig"),
    ),
}

RECORD_WORDS = {
    "en": RecordWords(
        title="Record of a batch: planned, read, corrected",
        plan="plan: {name}",
        verdict="Verdict: {verdict}",
        batch="Batch",
        dose="Dose",
        weighings="Weighings (to weigh: by the readings of the steps before; off: of that)",
        mixtures="Mixtures as they really are (made: all of it was weighed)",
        uniformity="Uniformity from capsule to capsule",
        findings="Errors and warnings (notes are left out), and what was not checked",
        signatures=("Batch", "Weighed by, date", "Checked by, date", "Released by, date"),
    ),
    "de": RecordWords(
        title="Protokoll eines Ansatzes: geplant, abgelesen, korrigiert",
        plan="Plan: {name}",
        verdict="Urteil: {verdict}",
        batch="Ansatz",
        dose="Dosis",
        weighings="Wägungen (einzuwiegen: nach den Ablesungen der Schritte davor; Abweichung: davon)",
        mixtures="Mischungen, wie sie wirklich sind (fertig: alles davon ist gewogen)",
        uniformity="Gleichförmigkeit von Kapsel zu Kapsel",
        findings="Fehler und Warnungen (ohne Hinweise), und was nicht geprüft wurde",
        signatures=("Ansatz", "Gewogen von, Datum", "Geprüft von, Datum", "Freigegeben von, Datum"),
    ),
}

PAGE_WORDS = {
    "en": PageWords(
        page="page {page} of {pages}",
        severities={"error": "error", "warning": "warning", "note": "note"},
        not_checked="not checked",
        finding="[{code}] {text}",
    ),
    "de": PageWords(
        page="Seite {page} von {pages}",
        severities={"error": "Fehler", "warning": "Warnung", "note": "Hinweis"},
        not_checked="nicht geprüft",
        finding="[{code}] {text}",
    ),
}
