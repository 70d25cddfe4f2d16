"""The words of an aliquot without a batch: of its rows (`compound.showing.aliquot_rows`) and of its page on paper.

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class AliquotWords(Value, kw_only=True):
    """Every sentence and name of these rows and of their page, in one language."""

    titles: Mapping[str, str]  # by the question
    # What was asked.
    needed: str
    need_of: str
    drug: str
    content: str
    least: str
    least_by_rule: str
    least_stated: str
    least_by_usp: str
    least_read: str
    floor: str
    floor_is: str
    largest_error: str
    error_by_spread: str
    balance: str
    balance_is: str
    strengths: str
    strengths_are: str
    ware: str
    tablets: str
    # The answer.
    answer: str
    weigh_alone: str
    weigh_lot: str
    measure_alone: str
    diluted: str
    dissolved: str
    poured: str
    tablets_in: str
    parts: str
    parts_and_masses: str
    nothing: str
    whole: str
    of_what: str
    grams: str
    per_ml: str
    of_tablet: str
    # Steps.
    weigh: str
    unnamed: str
    count_in: str
    measure: str
    measure_with: str
    make_up: str
    make_up_in: str
    take: str
    take_with: str
    take_weighed: str
    mix: str
    mix_by_doubling: str
    step_headers: tuple[str, ...]
    # What it gives.
    gives: str
    gives_share: str
    rounding: str
    each: str
    each_is: str
    each_limit: str
    together: str
    together_measured: str
    together_is: str
    together_limit: str
    source: str
    not_worked_out: str
    keeps: str
    keeps_is: str
    keeps_stronger: str
    finer: str
    finer_is: str
    doses: str
    doses_are: str
    other_headers: tuple[str, ...]
    other_is: str
    # Headings, and the lines to sign on.
    asked: str
    steps: str
    accuracy: str
    others: str
    findings: str
    not_checked: str
    sheet_headers: tuple[str, ...]
    mixing: str
    mixing_headers: tuple[str, ...]
    only_arithmetic: str
    signatures: tuple[str, ...]


ALIQUOT_WORDS = {
    "en": AliquotWords(
        titles={
            "least": "Least weighable quantity", "powder": "Aliquot of a powder", "solution": "Aliquot of a solution",
            "liquid": "Aliquot of a liquid", "lot": "Mass of this lot", "mix": "Mixture of two strengths",
            "tablet": "Tablet in a liquid",
        },
        needed="needed",
        need_of="{need} of {drug}",
        drug="taken from the shelf",
        content="content of what is taken",
        least="least weighable quantity",
        least_by_rule="{least} (largest error {sensitivity} / weighing error {error})",
        least_stated="{least} (minimum weight as entered)",
        least_by_usp="{least} by USP <41> (2,000 times the larger of {spread} and 0.41 times {readability})",
        least_read="{least}; on this balance {read}",
        floor="floor of USP <41>",
        floor_is="{floor} ({factor} times the readability {readability})",
        largest_error="largest error of a weighing",
        error_by_spread="{sensitivity} (readability and 2.83 times {spread}, rounded up)",
        balance="balance",
        balance_is="largest error {sensitivity}, readability {readability}",
        strengths="strengths",
        strengths_are="{higher} and {lower}, to give {wanted}",
        ware="ware",
        tablets="tablets",
        answer="answer",
        weigh_alone="Weigh {drug} of {what}: no aliquot is needed.",
        weigh_lot="Weigh {drug} of this lot{tablets}{named}.",
        measure_alone="Measure {drug} of {what}: no aliquot is needed.",
        diluted="Weigh {drug} of {what} and {diluent} of diluent ({total} in all), take {take} (1 in {ratio}).",
        dissolved="Weigh {drug} of {what}, make it up to {total}, take {take} ({strength}).",
        poured="Measure {drug} of {what}, make it up with {diluent} to {total}, take {take}.",
        tablets_in="Put {count} {count:tablet|tablets} of {content} in, make up to {total}, take {take} ({strength}).",
        parts="Mix {high} of {higher} with {low} of {lower}.",
        parts_and_masses="Mix {high} of {higher}, {high_mass}, with {low} of {lower}, {low_mass}.",
        nothing="Nothing can be measured.",
        whole="{count} {count:part|parts}",
        of_what=": {what}",
        grams="{grams} g",
        per_ml="{mass} per mL",
        of_tablet=", {count} of a tablet",
        weigh="weigh {what}",
        unnamed="the drug",
        count_in="put in {count} {count:tablet|tablets} of {content}, {what}; do not weigh",
        measure="measure {what}",
        measure_with="measure {what} with {ware}",
        make_up="make up with {what} to",
        make_up_in="make up with {what} in {ware} to",
        take="take of the {source}",
        take_with="take of the {source} with {ware}",
        take_weighed="weigh of the {source}",
        mix="mix",
        mix_by_doubling="mix by doubling, {count} {count:addition|additions}",
        step_headers=("step", "what", "amount", "into"),
        gives="the aliquot holds",
        gives_share="the mixture is",
        rounding="rounding",
        each="each measurement alone (the textbook's limit)",
        each_is="{percent} at step {step}",
        each_limit="{each} (limit {limit})",
        together="worst case of the weighings, all together",
        together_measured="worst case of all measurements together",
        together_is="{low} to {high}",
        together_limit="{low} to {high} (limit {limit})",
        source="with the error of the source",
        not_worked_out="not worked out",
        keeps="what would keep it within {limit}",
        keeps_is="weigh {drug} of drug and {diluent} of diluent, take {take}: {low} to {high}",
        keeps_stronger="weigh {drug} of drug, make up to the same volume, take {take}: {low} to {high}",
        finer="or the same on a finer balance",
        finer_is="largest error {sensitivity}",
        doses="enough for",
        doses_are="{count} {count:aliquot|aliquots}",
        other_headers=("multiple", "drug", "diluent", "total", "take"),
        other_is="{multiple} times",
        asked="Asked",
        steps="Steps",
        accuracy="What it gives",
        others="Other multiples",
        findings="Findings",
        not_checked="Not checked",
        sheet_headers=("step", "what", "amount", "into", "read", "by", "checked"),
        mixing="Mixing by doubling",
        mixing_headers=("addition", "add", "then in the mortar", "done"),
        only_arithmetic="Worked out by replay of these steps. A person must compare need, drug and unit with the prescription.",
        signatures=("weighed or measured, day", "checked, day"),
    ),
    "de": AliquotWords(
        titles={
            "least": "Kleinste zulässige Einwaage", "powder": "Aliquot eines Pulvers", "solution": "Aliquot einer Lösung",
            "liquid": "Aliquot einer Flüssigkeit", "lot": "Masse dieser Charge", "mix": "Mischung zweier Stärken",
            "tablet": "Tablette in einer Flüssigkeit",
        },
        needed="gebraucht",
        need_of="{need} {drug}",
        drug="aus dem Regal",
        content="Gehalt dessen, was genommen wird",
        least="kleinste zulässige Einwaage",
        least_by_rule="{least} (größter Fehler {sensitivity} / Wägefehler {error})",
        least_stated="{least} (Mindesteinwaage wie eingegeben)",
        least_by_usp="{least} nach USP <41> (2\u202f000-mal das Größere von {spread} und dem 0,41-Fachen von {readability})",
        least_read="{least}; auf dieser Waage {read}",
        floor="Untergrenze von USP <41>",
        floor_is="{floor} ({factor}-mal die Ablesbarkeit {readability})",
        largest_error="größter Fehler einer Wägung",
        error_by_spread="{sensitivity} (Ablesbarkeit und das 2,83-Fache von {spread}, aufgerundet)",
        balance="Waage",
        balance_is="größter Fehler {sensitivity}, Ablesbarkeit {readability}",
        strengths="Stärken",
        strengths_are="{higher} und {lower}, für {wanted}",
        ware="Messgeräte",
        tablets="Tabletten",
        answer="Antwort",
        weigh_alone="{drug} wägen ({what}): kein Aliquot ist nötig.",
        weigh_lot="{drug} dieser Charge wägen{tablets}{named}.",
        measure_alone="{drug} messen ({what}): kein Aliquot ist nötig.",
        diluted="{drug} ({what}) und {diluent} Füllmittel wägen (zusammen {total}), {take} nehmen (1 Teil in insgesamt {ratio} "
        "Teilen).",
        dissolved="{drug} wägen ({what}), auf {total} auffüllen, {take} nehmen ({strength}).",
        poured="{drug} messen ({what}), mit {diluent} auf {total} auffüllen, {take} nehmen.",
        tablets_in="{count} {count:Tablette|Tabletten} zu {content} hineingeben, auf {total} auffüllen, {take} nehmen ({strength}).",
        parts="{high} von {higher} mit {low} von {lower} mischen.",
        parts_and_masses="{high} von {higher}, {high_mass}, mit {low} von {lower}, {low_mass}, mischen.",
        nothing="Nichts ist messbar.",
        whole="{count} {count:Teil|Teile}",
        of_what=": {what}",
        grams="{grams}\u00a0g",
        per_ml="{mass} je mL",
        of_tablet=", {count} einer Tablette",
        weigh="{what} wägen",
        unnamed="Wirkstoff",
        count_in="{count} {count:Tablette|Tabletten} zu {content} hineingeben, {what}; nicht wägen",
        measure="{what} messen",
        measure_with="{what} messen mit {ware}",
        make_up="auffüllen mit {what} auf",
        make_up_in="auffüllen mit {what} in {ware} auf",
        take="entnehmen: {source}",
        take_with="entnehmen: {source}, mit {ware}",
        take_weighed="wägen: {source}",
        mix="mischen",
        mix_by_doubling="durch Verdoppeln mischen, {count} {count:Zugabe|Zugaben}",
        step_headers=("Schritt", "was", "Menge", "in"),
        gives="das Aliquot enthält",
        gives_share="die Mischung ist",
        rounding="Rundung",
        each="jede Messung für sich (die Grenze des Lehrbuchs)",
        each_is="{percent} in Schritt {step}",
        each_limit="{each} (Grenze {limit})",
        together="ungünstigster Fall der Wägungen, alle zusammen",
        together_measured="ungünstigster Fall aller Messungen zusammen",
        together_is="{low} bis {high}",
        together_limit="{low} bis {high} (Grenze {limit})",
        source="mit dem Fehler der Quelle",
        not_worked_out="nicht berechnet",
        keeps="was {limit} einhielte",
        keeps_is="{drug} Wirkstoff und {diluent} Füllmittel wägen, {take} nehmen: {low} bis {high}",
        keeps_stronger="{drug} Wirkstoff wägen, auf dasselbe Volumen auffüllen, {take} nehmen: {low} bis {high}",
        finer="oder dasselbe auf einer feineren Waage",
        finer_is="größter Fehler {sensitivity}",
        doses="reicht für",
        doses_are="{count} {count:Aliquot|Aliquote}",
        other_headers=("Vielfaches", "Wirkstoff", "Füllmittel", "zusammen", "nehmen"),
        other_is="{multiple}-mal",
        asked="Frage",
        steps="Schritte",
        accuracy="Was es ergibt",
        others="Andere Vielfache",
        findings="Befunde",
        not_checked="Nicht geprüft",
        sheet_headers=("Schritt", "was", "Menge", "in", "abgelesen", "von", "geprüft"),
        mixing="Mischen durch Verdoppeln",
        mixing_headers=("Zugabe", "zugeben", "dann in der Reibschale", "getan"),
        only_arithmetic="Berechnet durch Nachvollziehen dieser Schritte. Bedarf, Wirkstoff und Einheit muss ein Mensch mit der "
        "Verordnung vergleichen.",
        signatures=("gewogen oder gemessen, Tag", "geprüft, Tag"),
    ),
}  # fmt: skip
