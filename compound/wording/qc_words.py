"""The words of the rows on weights and assays of capsules (`compound.showing.qc_rows`), a table for each language.

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class QcWords(Value, kw_only=True):
    """Every sentence and name of these rows and of their record, in one language."""

    weights: str
    assays: str
    # Verdicts, by the value of the verdict: over all rules, and of one of them.
    overall: Mapping[str, str]
    verdicts: Mapping[str, str]
    fill_not_dose: str
    # Facts.
    weighed: str
    net: str
    own_shells: str
    mean_shell: str
    shells_unknown: str
    of_sheet: str
    of_whole: str
    limits_of: Mapping[str, str]  # by the language of the sheet
    assayed: str
    composite: str
    composite_assay: str
    of_label: str
    of_net: str
    of_gross: str
    of_contents: str
    not_defined: str
    theory_is: str
    acceptance: str
    digits: str
    # The plot.
    axis_net: str
    axis_gross: str
    axis_contents: str
    axis_capsules: str
    level_mean: str
    level_theory: str
    level_reference: str
    level_limit: str
    level_mean_limit: str
    # Rules.
    rule_headers: tuple[str, ...]
    quantities: Mapping[str, str]  # by what a limit holds
    window: str
    possibly: str
    at_most: str
    below: str
    between: str
    reason: str
    source: str
    # Single values.
    unit: str
    gross_weight: str
    shell_weight: str
    net_content: str
    content: str
    of_the_label: str
    off_mean: str
    off_theory: str
    outside: str
    # Headings, and the lines to sign on.
    rules: str
    reasons: str
    findings: str
    singles: str
    sources: str
    signatures: tuple[str, ...]
    # Numbers.
    percent: str
    about: str


QC_WORDS = {
    "en": QcWords(
        weights="Weights of capsules",
        assays="Assays of single capsules",
        overall={
            "pass": "PASS by every rule judged.",
            "fail": "FAIL: do not release the batch.",
            "undecided": "NOT PASSED: the findings say what is missing.",
        },
        verdicts={
            "pass": "pass",
            "fail": "fail",
            "next stage": "next stage",
            "undecided": "undecided",
            "not applied": "not applied",
        },
        fill_not_dose="Weights show the fill, not the dose.",
        weighed="{count} capsules, {how}",
        net="weighed net",
        own_shells="weighed gross, less the shell of each",
        mean_shell="weighed gross, less the mean shell of {mean} (shells differ by up to {spread})",
        shells_unknown="weighed gross, shells not known",
        of_whole="By {name}: {dose} in each, all of the batch filled into {count}; limits of the {limits} sheet",
        of_sheet="By {name}: {dose} in {fill}, batch of {count}; limits of the {limits} sheet",
        limits_of={"en": "English", "de": "German"},
        composite="{content} of the label in capsules assayed together",
        composite_assay="Assay of a composite sample",
        of_label="Label {label}",
        assayed="{count} capsules assayed one by one, in percent of the label; stage {stage}",
        of_net="Mean {mean}, standard deviation {deviation} (n - 1), RSD {rsd}, of the net contents",
        of_gross="Mean {mean}, standard deviation {deviation} (n - 1), RSD {rsd}, of the gross weights",
        of_contents="Mean {mean}, standard deviation {deviation} (n - 1), RSD {rsd}",
        not_defined="not defined",
        theory_is="Theory {theory}; the mean is off it by {off}",
        acceptance="Acceptance value {value} = |M - mean| + k × s, with T {target}, M {reference}, k {constant}",
        digits="Roots are worked out to {digits} digits and rounded for show; verdicts are decided exactly.",
        axis_net="net content, mg",
        axis_gross="gross weight, mg",
        axis_contents="content, % of the label",
        axis_capsules="unit, in order (cross: outside; ring: maybe outside)",
        level_mean="mean {value}",
        level_theory="theory {value}",
        level_reference="M {value}",
        level_limit="{value} {rule}",
        level_mean_limit="{value} for the mean",
        rule_headers=("rule", "checked", "found", "limit", "verdict"),
        quantities={
            "units outside": "units outside",
            "intact units outside": "intact units outside",
            "mean": "mean",
            "dose by the mean": "dose by the mean",
            "RSD": "RSD",
            "mass loss": "mass loss",
            "acceptance value": "acceptance value",
        },
        window="{quantity} {low} to {high}",
        possibly="{certain} to {possible}",
        at_most="at most {high}",
        below="below {high}",
        between="{low} to {high}",
        reason="{rule}, {quantity}: {because}",
        source="{rule} ({country}): {citation}. Evidence: {evidence}.",
        unit="unit",
        gross_weight="gross",
        shell_weight="shell",
        net_content="net",
        content="content",
        of_the_label="of the label",
        off_mean="off the mean",
        off_theory="off theory",
        outside="outside",
        rules="Rules",
        reasons="Not applied, and why",
        findings="Findings",
        singles="Single values, in their order",
        sources="Sources",
        signatures=("Batch", "Date", "Judged by", "Checked by"),
        percent="{value} %",
        about="about ",
    ),
    "de": QcWords(
        weights="Massen von Kapseln",
        assays="Gehalte einzelner Kapseln",
        overall={
            "pass": "BESTANDEN nach jeder Regel, nach der beurteilt wurde.",
            "fail": "NICHT BESTANDEN: den Ansatz nicht freigeben.",
            "undecided": "NOCH NICHT BESTANDEN: die Befunde sagen, was fehlt.",
        },
        verdicts={
            "pass": "bestanden",
            "fail": "nicht bestanden",
            "next stage": "nächste Stufe",
            "undecided": "nicht entschieden",
            "not applied": "nicht angewandt",
        },
        fill_not_dose="Massen zeigen die Füllung, nicht die Dosis.",
        weighed="{count} Kapseln, {how}",
        net="netto gewogen",
        own_shells="brutto gewogen, abzüglich der Hülle jeder einzelnen",
        mean_shell="brutto gewogen, abzüglich der mittleren Hülle von {mean} (Hüllen weichen um bis zu {spread} davon ab)",
        shells_unknown="brutto gewogen, Hüllen nicht bekannt",
        of_whole="Nach {name}: {dose} je Kapsel, der ganze Ansatz in {count} gefüllt; Grenzen des {limits} Blattes",
        of_sheet="Nach {name}: {dose} in {fill}, Ansatz von {count}; Grenzen des {limits} Blattes",
        limits_of={"en": "englischen", "de": "deutschen"},
        composite="{content} der Deklaration in gemeinsam bestimmten Kapseln",
        composite_assay="Gehaltsbestimmung einer Sammelprobe",
        of_label="Deklariert {label}",
        assayed="{count} Kapseln einzeln bestimmt, in Prozent der Deklaration; Stufe {stage}",
        of_net="Mittelwert {mean}, Standardabweichung {deviation} (n − 1), relativ {rsd}, der Inhalte",
        of_gross="Mittelwert {mean}, Standardabweichung {deviation} (n − 1), relativ {rsd}, der Bruttomassen",
        of_contents="Mittelwert {mean}, Standardabweichung {deviation} (n − 1), relativ {rsd}",
        not_defined="nicht definiert",
        theory_is="Sollinhalt {theory}; der Mittelwert weicht um {off} davon ab",
        acceptance="Akzeptanzwert {value} = |M − Mittelwert| + k × s, mit T {target}, M {reference}, k {constant}",
        digits="Wurzeln sind auf {digits} Stellen berechnet und zum Druck gerundet; entschieden wird ohne Rundung.",
        axis_net="Inhalt, mg",
        axis_gross="Bruttomasse, mg",
        axis_contents="Gehalt, % der Deklaration",
        axis_capsules="Kapseln in ihrer Reihenfolge (Kreuz: außerhalb; Ring: vielleicht außerhalb)",
        level_mean="Mittelwert {value}",
        level_theory="Sollinhalt {value}",
        level_reference="M {value}",
        level_limit="{value} {rule}",
        level_mean_limit="{value} für den Mittelwert",
        rule_headers=("Regel", "geprüft", "gefunden", "Grenze", "Urteil"),
        quantities={
            "units outside": "Kapseln außerhalb",
            "intact units outside": "ungeöffnete Kapseln außerhalb",
            "mean": "Mittelwert",
            "dose by the mean": "Dosis nach dem Mittelwert",
            "RSD": "relative Standardabweichung",
            "mass loss": "Masseverlust",
            "acceptance value": "Akzeptanzwert",
        },
        window="{quantity}: {low} bis {high}",
        possibly="{certain} bis {possible}",
        at_most="höchstens {high}",
        below="unter {high}",
        between="{low} bis {high}",
        reason="{rule}, {quantity}: {because}",
        source="{rule} ({country}): {citation}. Beleg: {evidence}.",
        unit="Kapsel",
        gross_weight="brutto",
        shell_weight="Hülle",
        net_content="Inhalt",
        content="Gehalt",
        of_the_label="der Deklaration",
        off_mean="vom Mittelwert",
        off_theory="vom Sollinhalt",
        outside="außerhalb",
        rules="Regeln",
        reasons="Nicht angewandt, und warum",
        findings="Befunde",
        singles="Einzelwerte in ihrer Reihenfolge",
        sources="Quellen",
        signatures=("Ansatz", "Datum", "Beurteilt von", "Geprüft von"),
        percent="{value}\u00a0%",
        about="etwa ",
    ),
}
