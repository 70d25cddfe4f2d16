"""The words of the short screen of a plan (`compound.showing.screen_rows`), and of how far the work has come.

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote; those of `short` with
the values of a finding. A short sentence says in a few words what a warning is about; what settles it stands beside it.
"""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class ScreenWords(Value, kw_only=True):
    """Every sentence and name of the short screen, in one language."""

    # What is made.
    not_these: str
    from_shelf: str
    capsules: str
    of_size: str
    each: str
    by_volume: str
    balance: str
    bulk_balance: str
    least: str
    batch: str
    content: str
    # The table: its headers, what is done in a step that is no weighing, and the ranges.
    number: str
    weigh: str
    weigh_or_do: str
    target: str
    target_reads: str
    range: str
    into: str
    dried: str
    in_ware: str
    make_up_to: str
    mix: str
    mix_by_doubling: str
    dry: str
    top_up: str
    fill: str
    fill_all: str
    each_capsule: str
    portions: str
    steps_from_to: str
    between: str
    on_target: str
    follows: str
    follows_beside: str
    what_is_left: str
    dried_range: str
    reading: str
    within: str
    within_first: str
    within_next: str
    # Below it.
    dose: str
    dose_is: str
    at_worst: str
    at_worst_limit: str
    with_source: str
    powder: str
    weighed_in: str
    with_aliquots: str
    left_over: str
    solvent: str
    # Findings.
    before_you_weigh: str
    taken_on: str
    not_checked: str
    more: str
    more_notes: str
    more_warnings: str
    explained: str
    explain_any: str
    # The worksheet.
    worksheet: str
    worksheet_written: str
    at_the_bench: str
    worksheet_not_written: str
    worksheet_none: str
    # How far the work has come.
    so_far: str
    done_of: str
    left_of: str
    planning: str
    # Many orders.
    order_headers: Mapping[str, str]
    routes: Mapping[str, str]
    # Findings and rules in a few words, by code.
    short: Mapping[str, str]
    names: Mapping[str, str]


SCREEN_WORDS = {
    "en": ScreenWords(
        not_these="NOT {first}, NOT {second}",
        from_shelf="from the shelf: {what}",
        capsules="{count} {count:capsule|capsules}",
        of_size="size {size}",
        each="{fill} each",
        by_volume="all of the batch into {count} by volume",
        balance="balance {sensitivity}",
        bulk_balance="bulk balance {sensitivity}",
        least="weigh at least {least}",
        batch="batch {number}",
        content="content of the powder {content}",
        number="no",
        weigh="weigh",
        weigh_or_do="weigh or do",
        target="target",
        target_reads="target reads",
        range="range",
        into="into",
        dried="the dried vessel",
        in_ware="{what}, {ware}",
        make_up_to="to {volume}",
        mix="mix",
        mix_by_doubling="mix by doubling, {count} {count:addition|additions}",
        dry="dry to constant mass",
        top_up="top up with {material} to the volume of {count} {count:capsule|capsules}",
        fill="fill {count} {count:capsule|capsules} from {source}",
        fill_all="fill all of {source} into exactly {count} {count:capsule|capsules}",
        each_capsule="each",
        portions="{what}, portions {first} to {last} of {count}, each",
        steps_from_to="{first}–{last}",
        between="{low} to {high}",
        on_target="on target",
        follows="{factor} × reading {step}",
        follows_beside="{factor} × reading {step} − {beside}",
        what_is_left="{total} − reading {step}",
        dried_range="{readings} {low} to {high}",
        reading="reading {step}",
        within="By a reading, weigh within {parts} of that.",
        within_first="{amount} (step {step})",
        within_next="{amount} ({step})",
        dose="dose",
        dose_is="{dose} by these weights",
        at_worst="at worst {low} to {high}",
        at_worst_limit="at worst {low} to {high} (limit {limit})",
        with_source="with the error of the source {low} to {high}",
        powder="powder",
        weighed_in="{mass} weighed in",
        with_aliquots="{mass} weighed in with aliquots",
        left_over="{mass} of triturations left over",
        solvent="{amount} of solvent",
        before_you_weigh="BEFORE YOU WEIGH ({count})",
        taken_on="taken on: [{code}] {text}",
        not_checked="NOT CHECKED  {names}",
        more="{what} more: --verbose.",
        more_notes="{count} {count:note|notes}",
        more_warnings="{count} {count:warning|warnings}",
        explained="Any of them: compound explain CODE ({codes}).",
        explain_any="Any of them: compound explain CODE.",
        worksheet="worksheet",
        worksheet_written="{file} ({pages} {pages:page|pages}).",
        at_the_bench="At the bench: compound audit {named}",
        worksheet_not_written="not written: {file}",
        worksheet_none="none yet: add --pdf worksheet.pdf to write it",
        so_far="{label}: {seconds} s so far",
        done_of="{label}: {done} of {count}, {seconds} s",
        left_of="{done}; about {left} s left",
        planning="planning",
        order_headers={
            "row": "row", "batch": "batch", "drug": "drug", "dose": "dose", "capsules": "capsules", "route": "route",
            "worst": "worst case", "powder": "powder", "file": "file", "outcome": "outcome",
        },
        routes={"powder": "powder", "solution": "solution"},
        short={
            "potency-not-entered": "lot counted as 100 %",
            "hydrate-not-settled": "if {hydrate}, dose {held:short_percent} low",
            "fill-weight-assumed": "{fill:mass} a capsule is assumed; weigh ten of this lot",
            "capsule-overfull": "{fill:mass} may not go into size {size}",
            "capsule-nearly-empty": "{fill:mass} leaves size {size} nearly empty",
            "particle-size-not-given": "particles not known; at most {needed:short} micrometres needed",
            "particle-size-doubtful": "{median:number} micrometres is finer than mills make it",
            "uniformity-not-shown": "even mixed perfectly, capsules vary by {figure}",
            "true-density-unusual": "a true density of {density:number} g per cm3 is unusual",
            "assay-unusual": "assay {assay:percent} is outside {least:percent} to {most:percent}",
            "assay-of-the-anhydrous-form": "assay {assay:percent} may be that of {anhydrous}",
            "assay-outside-monograph": "assay {assay:percent} is outside the monograph's {low:percent} to {high:percent}",
            "water-of-a-hydrate": "water {water:percent} may be that of the {hydrate}",
            "dose-not-in-label-form": "dose counted in {dose_as}; labels state {label}",
            "stock-strength": "stock taken at {strength:strength}; see its certificate",
            "tablet-excipients": "{rest:mass} of excipients a tablet were not screened",
            "minimum-weight-below-rule": "minimum weight {minimum:mass}; the error limit asks {least:mass}",
            "minimum-weight-below-repeatability": "minimum weight {minimum:mass}; the repeatability asks {least:mass}",
            "sensitivity-below-repeatability": "S {sensitivity:mass}; the repeatability gives {least:mass}",
            "balance-check-overdue": "balance {balance} was last checked on {checked}",
            "weighing-error-loose": "weighing error {error:percent}; usual is {usual:percent}",
            "dose-error-loose": "dose error {error:percent}; at most {most:percent} is usual",
            "total-error-large": "the dose may be {low:short_deviation} to {high:short_deviation} off its label",
            "below-usp-41-floor": "{steps:step|steps} {steps} under the floor of USP <41>, {floor:mass}",
            "mixture-below-least": "{vessel} is {total:mass}; at least {least:mass} is asked for",
            "plan-without-reserve": "no reserve: {worst:short_percent} at worst even on target; {plan_error:percent} is wanted",
            "drug-surplus-beyond-window": "a capsule may hold {most:short_percent} of its label; {high:percent} is allowed",
            "dose-multiple-of-studied": "{studied:dose} was studied; this is {factor:count} times it",
            "dose-part-of-studied": "{studied:dose} was studied, {factor:count} times this dose",
            "dose-multiple-of-range": "{studied:dose} was studied; this is {factor:count} times it",
            "dose-part-of-range": "{studied:dose} was studied, {factor:count} times this dose",
            "oral-route-doubted": "studied doses of {drug} called oral may not have been",
            "solubility-above-record": "solubility {solubility:mass} per mL; on record {record:mass}",
            "solvent-to-drive-off": "step {step:count}: drive the {solvent} off, or the {days:count} days do not apply",
            "diluent-dissolves": "{diluent} dissolves in {solvent}: the deposit cakes",
            "diluent-swells": "{diluent} swells in {solvent}: the deposit lumps",
            "excipient-review": "{name} needs a closer look",
            "letters-not-printed": "the sheet cannot print {letters}; write them by hand",
        },
        names={
            "uniformity-not-checked": "uniformity",
            "true-density-unknown": "true density",
            "fill-rsd-not-checked": "spread of the fill",
            "chance-to-pass-not-checked": "chance to pass",
            "acceptance-value-not-predicted": "acceptance value",
            "deposit-not-checked": "evenness of the deposit",
            "filling-not-checked": "filling by volume",
            "shell-not-checked": "shell",
            "capacity-not-given": "capacity of the balance",
            "capsule-not-checked": "room in the capsule",
            "assay-limits-unknown": "monograph",
            "assay-limits-not-compared": "limits of the monograph",
            "studied-doses-unknown": "studied doses",
            "drug-not-checked": "drug",
            "excipients-not-checked": "excipients",
            "excipient-share-not-stated": "shares of excipients",
            "tolerance-not-given": "tolerances",
            "solubility-not-checked": "solubility",
            "deposit-limit-not-checked": "limit of the deposit",
            "diluent-in-solvent-not-checked": "diluent in the solvent",
            "shell-in-solvent-not-checked": "shell in the solvent",
            "runners-up-not-in-time": "runners-up",
            "other-route-not-in-time": "the other route",
            "boat-mass-unknown": "mass of the boat",
        },
    ),
    "de": ScreenWords(
        not_these="NICHT {first}, NICHT {second}",
        from_shelf="aus dem Bestand: {what}",
        capsules="{count} {count:Kapsel|Kapseln}",
        of_size="Größe {size}",
        each="je {fill}",
        by_volume="der ganze Ansatz nach Volumen in {count}",
        balance="Waage {sensitivity}",
        bulk_balance="Waage für Füllmittel {sensitivity}",
        least="mindestens {least} einwiegen",
        batch="Charge {number}",
        content="Gehalt des Pulvers {content}",
        number="Nr.",
        weigh="einwiegen",
        weigh_or_do="einwiegen oder tun",
        target="Soll",
        target_reads="Soll (Anzeige)",
        range="Bereich",
        into="in",
        dried="das getrocknete Gefäß",
        in_ware="{what}, {ware}",
        make_up_to="auf {volume}",
        mix="mischen",
        mix_by_doubling="schrittweise verdoppelnd mischen, {count} {count:Zugabe|Zugaben}",
        dry="bis zur Massekonstanz trocknen",
        top_up="mit {material} auf das Volumen von {count} {count:Kapsel|Kapseln} auffüllen",
        fill="{count} {count:Kapsel|Kapseln} füllen aus: {source}",
        fill_all="alles aus {source} in genau {count} {count:Kapsel|Kapseln} füllen",
        each_capsule="je Kapsel",
        portions="{what}, Portionen {first} bis {last} von {count}, je",
        steps_from_to="{first}–{last}",
        between="{low} bis {high}",
        on_target="genau",
        follows="{factor} × Ablesung {step}",
        follows_beside="{factor} × Ablesung {step} − {beside}",
        what_is_left="{total} − Ablesung {step}",
        dried_range="{readings} {low} bis {high}",
        reading="Ablesung {step}",
        within="Nach einer Ablesung höchstens so weit daneben einwiegen: {parts}.",
        within_first="{amount} (Schritt {step})",
        within_next="{amount} ({step})",
        dose="Dosis",
        dose_is="{dose} nach diesen Einwaagen",
        at_worst="ungünstigst {low} bis {high}",
        at_worst_limit="ungünstigst {low} bis {high} (Grenze {limit})",
        with_source="mit dem Fehler des Ausgangsstoffs {low} bis {high}",
        powder="Pulver",
        weighed_in="{mass} eingewogen",
        with_aliquots="{mass} mit Teilmengen eingewogen",
        left_over="{mass} Verreibung bleiben übrig",
        solvent="{amount} Lösungsmittel",
        before_you_weigh="VOR DEM WIEGEN ({count})",
        taken_on="verantwortet: [{code}] {text}",
        not_checked="NICHT GEPRÜFT  {names}",
        more="Außerdem {what}: --verbose.",
        more_notes="{count} {count:Hinweis|Hinweise}",
        more_warnings="{count} {count:Warnung|Warnungen}",
        explained="Zu jedem: compound explain CODE ({codes}).",
        explain_any="Zu jedem: compound explain CODE.",
        worksheet="Blatt",
        worksheet_written="{file} ({pages} {pages:Seite|Seiten}).",
        at_the_bench="Am Arbeitsplatz: compound audit {named}",
        worksheet_not_written="nicht geschrieben: {file}",
        worksheet_none="noch keines: mit --pdf worksheet.pdf wird es geschrieben",
        so_far="{label}: bisher {seconds} s",
        done_of="{label}: {done} von {count}, {seconds} s",
        left_of="{done}; noch etwa {left} s",
        planning="Planung",
        order_headers={
            "row": "Zeile", "batch": "Charge", "drug": "Wirkstoff", "dose": "Dosis", "capsules": "Kapseln",
            "route": "Weg", "worst": "ungünstigst", "powder": "Pulver", "file": "Datei", "outcome": "Ergebnis",
        },
        routes={"powder": "Pulver", "solution": "Lösung"},
        short={
            "potency-not-entered": "Charge mit 100\u00a0% gerechnet",
            "hydrate-not-settled": "als {hydrate} fehlen der Dosis {held:short_percent}",
            "fill-weight-assumed": "{fill:mass} je Kapsel angenommen; zehn dieser Charge wiegen",
            "capsule-overfull": "{fill:mass} gehen vielleicht nicht in Größe {size}",
            "capsule-nearly-empty": "{fill:mass} lassen Größe {size} fast leer",
            "particle-size-not-given": "Teilchen unbekannt; nötig höchstens {needed:short} Mikrometer",
            "particle-size-doubtful": "{median:number} Mikrometer sind feiner, als Mühlen mahlen",
            "uniformity-not-shown": "auch vollkommen gemischt schwanken Kapseln um {figure}",
            "true-density-unusual": "eine wahre Dichte von {density:number} g je cm3 ist ungewöhnlich",
            "assay-unusual": "Gehalt {assay:percent} liegt außerhalb {least:percent} bis {most:percent}",
            "assay-of-the-anhydrous-form": "Gehalt {assay:percent} kann der von {anhydrous} sein",
            "assay-outside-monograph": "Gehalt {assay:percent} liegt außerhalb der Monographie: {low:percent} bis {high:percent}",
            "water-of-a-hydrate": "Wasser {water:percent} kann das des {hydrate}s sein",
            "dose-not-in-label-form": "Dosis zählt {dose_as}; Etiketten nennen {label}",
            "stock-strength": "Verreibung mit {strength:strength} gerechnet; Zertifikat ansehen",
            "tablet-excipients": "{rest:mass} Hilfsstoffe je Tablette nicht geprüft",
            "minimum-weight-below-rule": "Mindesteinwaage {minimum:mass}; die Fehlergrenze verlangt {least:mass}",
            "minimum-weight-below-repeatability": "Mindesteinwaage {minimum:mass}; die Wiederholbarkeit verlangt {least:mass}",
            "sensitivity-below-repeatability": "S {sensitivity:mass}; die Wiederholbarkeit ergibt {least:mass}",
            "balance-check-overdue": "Waage {balance} zuletzt geprüft: {checked}",
            "weighing-error-loose": "Wägefehler {error:percent}; üblich sind {usual:percent}",
            "dose-error-loose": "Dosisfehler {error:percent}; üblich sind höchstens {most:percent}",
            "total-error-large": "die Dosis kann {low:short_deviation} bis {high:short_deviation} abweichen",
            "below-usp-41-floor": "{steps:Schritt|Schritte} {steps} unter der Untergrenze von USP <41>, {floor:mass}",
            "mixture-below-least": "{vessel}: {total:mass}; verlangt sind {least:mass}",
            "plan-without-reserve": "keine Reserve: auch genau getroffen {worst:short_percent}; gewünscht {plan_error:percent}",
            "drug-surplus-beyond-window": "eine Kapsel kann {most:short_percent} enthalten; erlaubt sind {high:percent}",
            "dose-multiple-of-studied": "{studied:dose} ist untersucht; dies ist das {factor:count}-Fache",
            "dose-part-of-studied": "{studied:dose} ist untersucht, das {factor:count}-Fache dieser Dosis",
            "dose-multiple-of-range": "{studied:dose} ist untersucht; dies ist das {factor:count}-Fache",
            "dose-part-of-range": "{studied:dose} ist untersucht, das {factor:count}-Fache dieser Dosis",
            "oral-route-doubted": "untersuchte orale Dosen von {drug} waren es vielleicht nicht",
            "solubility-above-record": "Löslichkeit {solubility:mass} je mL; bekannt sind {record:mass}",
            "solvent-to-drive-off": "Schritt {step:count}: Lösungsmittel ({solvent}) austreiben, sonst gelten die {days:count} Tage nicht",
            "diluent-dissolves": "{diluent} löst sich ({solvent}): die Masse backt",
            "diluent-swells": "{diluent} quillt ({solvent}): die Masse klumpt",
            "excipient-review": "{name} ist näher zu prüfen",
            "letters-not-printed": "das Blatt druckt nicht: {letters}; von Hand schreiben",
        },
        names={
            "uniformity-not-checked": "Gleichförmigkeit",
            "true-density-unknown": "wahre Dichte",
            "fill-rsd-not-checked": "Schwankung der Füllung",
            "chance-to-pass-not-checked": "Aussicht zu bestehen",
            "acceptance-value-not-predicted": "Akzeptanzwert",
            "deposit-not-checked": "Gleichmäßigkeit der Auftragung",
            "filling-not-checked": "Füllung nach Volumen",
            "shell-not-checked": "Kapselhülle",
            "capacity-not-given": "Höchstlast der Waage",
            "capsule-not-checked": "Raum in der Kapsel",
            "assay-limits-unknown": "Monographie",
            "assay-limits-not-compared": "Grenzen der Monographie",
            "studied-doses-unknown": "untersuchte Dosen",
            "drug-not-checked": "Wirkstoff",
            "excipients-not-checked": "Hilfsstoffe",
            "excipient-share-not-stated": "Anteile der Hilfsstoffe",
            "tolerance-not-given": "Toleranzen",
            "solubility-not-checked": "Löslichkeit",
            "deposit-limit-not-checked": "Grenze der Auftragung",
            "diluent-in-solvent-not-checked": "Füllmittel im Lösungsmittel",
            "shell-in-solvent-not-checked": "Kapselhülle im Lösungsmittel",
            "runners-up-not-in-time": "Nächstbeste",
            "other-route-not-in-time": "der andere Weg",
            "boat-mass-unknown": "Masse des Schiffchens",
        },
    ),
}
