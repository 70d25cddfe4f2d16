"""The words of the rows of text (`compound.showing.plan_rows`), a table for each language; and those of the
tables of the command line, which are English alone.

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class Words(Value, kw_only=True):
    """The sentences and names of the rows that a sheet or a record prints, in one language."""

    # Mixtures.
    per_ml: str
    no_drug: str
    one_in: str
    # What stands on the shelf where it is not the pure drug, and what a vessel that is made is labelled with.
    trituration_of: str
    tablets_of: str
    of_lot: str
    not_the_drug: str
    vessel_label: str
    of_batch: str
    on_the_vessel: str
    # Dose and bounds.
    dose_per_capsule: str
    no_dose: str
    no_capsules: str
    labelled_dose: str
    dose_of: str
    worst_case: str
    worst_case_range: str
    worst_case_limit: str
    not_worked_out: str
    dried_first: str
    one_capsule: str
    filling_one: str
    with_source: str
    source_error: str
    uncertainty: str
    uncertainty_value: str
    # Batch.
    drug: str
    not_stated: str
    capsules: str
    capsules_of_size: str
    fill_weight: str
    assumed: str
    diluent: str
    other_excipients: str
    excipient_share: str
    excipient_off: str
    content: str
    balance: str
    balance_is: str
    not_given: str
    least_weighable: str
    drug_in_all: str
    # Findings.
    finding: str
    accepted_finding: str
    not_checked: str


ENGLISH_WORDS = Words(
    per_ml="{mass} per mL",
    no_drug="no drug",
    one_in="1 in {ratio}",
    trituration_of="{drug} trituration {strength} mg per g",
    tablets_of="crushed tablets, {drug} {dose} mg in {mass} mg",
    of_lot="{name}, lot {lot}",
    not_the_drug="{name}, NOT the drug",
    vessel_label="{vessel}: {drug} {strength}, {ratio}",
    of_batch="{label}, batch {batch}",
    on_the_vessel="on the vessel: {label}",
    dose_per_capsule="dose per capsule",
    no_dose="none: the steps cannot be carried out",
    no_capsules="none: no step fills capsules",
    labelled_dose="labelled dose",
    dose_of="{dose} of {substance}",
    worst_case="worst case of the weighings",
    worst_case_limit="{low} to {high} (limit {limit})",
    not_worked_out="not worked out",
    worst_case_range="{low} to {high}",
    dried_first="{what}, dried to constant mass before",
    one_capsule="one capsule, with the error of filling it",
    filling_one="fill one capsule (not in the worst case of the batch)",
    with_source="worst case with the error of the source",
    source_error="error of the source, {source} (not in the worst case of the weighings)",
    uncertainty="expanded uncertainty of the batch mean",
    uncertainty_value="{value} (k = 2; weighings on one balance correlated by {correlation})",
    drug="taken from the shelf",
    not_stated="not stated",
    capsules="capsules",
    capsules_of_size="{count}, size {size}",
    fill_weight="fill weight",
    assumed="{value} (assumed)",
    diluent="diluent",
    other_excipients="other excipients",
    excipient_share="{name} {share} ({mass} in the blend)",
    excipient_off="{name} {share} ({mass} in the blend, {off} off that share)",
    content="content of the powder",
    balance="balance",
    balance_is="sensitivity {sensitivity}, readability {readability}, capacity {capacity}",
    not_given="not given",
    least_weighable="least weighable quantity",
    drug_in_all="drug in all capsules",
    finding="{text}. Cure: {remedy}.",
    accepted_finding="{text}. Accepted: {reason}. Cure: {remedy}.",
    not_checked="{title}: {text}.",
)

# "1 zu 100" may mean 100 parts or 101; only "1 Teil in insgesamt 100 Teilen" has one reading.
GERMAN_WORDS = Words(
    per_ml="{mass} je mL",
    no_drug="kein Wirkstoff",
    one_in="1 Teil in insgesamt {ratio} Teilen",
    trituration_of="{drug}-Verreibung {strength} mg je g",
    tablets_of="zerkleinerte Tabletten, {drug} {dose} mg in {mass} mg",
    of_lot="{name}, Charge {lot}",
    not_the_drug="{name}, NICHT der Wirkstoff",
    vessel_label="{vessel}: {drug} {strength}, {ratio}",
    of_batch="{label}, Charge {batch}",
    on_the_vessel="auf das Gefäß: {label}",
    dose_per_capsule="Dosis je Kapsel",
    no_dose="keine: die Schritte sind nicht ausführbar",
    no_capsules="keine: kein Schritt füllt Kapseln",
    labelled_dose="deklarierte Dosis",
    dose_of="{dose} {substance}",
    worst_case="ungünstigster Fall der Wägungen",
    worst_case_limit="{low} bis {high} (Grenze {limit})",
    not_worked_out="nicht berechnet",
    worst_case_range="{low} bis {high}",
    dried_first="{what}, zuvor bis zur Massekonstanz getrocknet",
    one_capsule="eine Kapsel, mit dem Fehler ihrer Füllung",
    filling_one="eine Kapsel füllen (nicht im ungünstigsten Fall des Ansatzes)",
    with_source="ungünstigster Fall mit dem Fehler des Ausgangsstoffs",
    source_error="Fehler des Ausgangsstoffs, {source} (nicht im ungünstigsten Fall der Wägungen)",
    uncertainty="erweiterte Unsicherheit des Mittelwerts",
    uncertainty_value="{value} (k = 2; Wägungen auf einer Waage mit {correlation} korreliert)",
    drug="entnommen aus dem Bestand",
    not_stated="nicht angegeben",
    capsules="Kapseln",
    capsules_of_size="{count}, Größe {size}",
    fill_weight="Füllmasse",
    assumed="{value} (angenommen)",
    diluent="Füllmittel",
    other_excipients="weitere Hilfsstoffe",
    excipient_share="{name} {share} ({mass} in der Mischung)",
    excipient_off="{name} {share} ({mass} in der Mischung, {off} neben diesem Anteil)",
    content="Gehalt des Pulvers",
    balance="Waage",
    balance_is="Empfindlichkeit {sensitivity}, Ablesbarkeit {readability}, Höchstlast {capacity}",
    not_given="nicht angegeben",
    least_weighable="kleinste zulässige Einwaage",
    drug_in_all="Wirkstoff in allen Kapseln",
    finding="{text}. Abhilfe: {remedy}.",
    accepted_finding="{text}. Von der Apotheke verantwortet: {reason}. Abhilfe: {remedy}.",
    not_checked="{title}: {text}.",
)


class PlanWords(Value, kw_only=True):
    """What the tables of the command line say of a plan: they are English alone."""

    # Steps.
    weigh: str
    weigh_dried: str
    weigh_rest: str
    pipette: str
    pipette_with: str
    make_up: str
    make_up_in: str
    mix: str
    mix_by_doubling: str
    dry: str
    fill: str
    allowed: str
    nothing_allowed: str
    on_target: str
    # Dose and bounds.
    dose_by_weights: str
    rounding: str
    root_sum_square: str
    # Why this plan.
    ranking: str
    rankings: Mapping[str, str]
    criteria: Mapping[str, str]
    limits_bind: str
    no_limit_binds: str
    runner_up: str
    triturations: str
    too_little_dilution: str
    limits_clash: str
    weighs_least: str
    loads_to_capacity: str
    dilutes_most: str
    wets_most: str
    dissolves_most: str
    uses_error_limit: str
    weighed: str
    between_amounts: str


PLAN_WORDS = PlanWords(
    weigh="weigh {what}",
    weigh_dried="weigh the dried vessel",
    weigh_rest="weigh {what}: {total} less the reading of step {step}",
    pipette="pipette {source}",
    pipette_with="pipette {source} with {ware}",
    make_up="make up with {material} to",
    make_up_in="make up with {material} in {ware} to",
    mix="mix",
    mix_by_doubling="mix by doubling, {count} {count:addition|additions}",
    dry="dry to constant mass",
    fill="fill {count} {count:capsule|capsules} from {source}, each",
    allowed="{low} to {high}",
    nothing_allowed="none",
    on_target="on target",
    dose_by_weights="dose by the weights printed",
    rounding="rounding",
    root_sum_square="root sum square of the limits",
    ranking="the ranking: {ranking}. The search is exhaustive: no plan ranks higher because none does",
    rankings={
        "simple": "fewest triturations, fewest digits to weigh, smallest rounding error, least drug, least powder, "
        "smaller amounts",
        "drug": "fewest triturations, least drug, fewest digits to weigh, smallest rounding error, least powder, "
        "smaller amounts",
        "powder": "fewest triturations, least powder, fewest digits to weigh, smallest rounding error, least drug, "
        "smaller amounts",
        "solution": "fewest dilutions, fewest different pieces of ware, smallest worst case, least drug, least solvent, "
        "smaller volumes, the smaller blend",
    },
    criteria={
        "triturations": "it has more triturations",
        "digits": "its amounts have more digits",
        "rounding": "its dose is further from the label",
        "drug": "it needs more drug",
        "powder": "it needs more powder",
        "amounts": "all else equal, it has the larger amount where the two first differ",
        "dilutions": "it has more dilutions",
        "ware": "it uses more different pieces of ware",
        "error": "its worst case is larger",
        "solvent": "it needs more solvent",
        "volumes": "all else equal, it has the larger volume where the two first differ",
        "blend": "all else equal, its blend is larger",
        "route": "it goes the other route: powder comes first, unless a finding refuses it or --method names a route",
    },
    limits_bind="limits that bind: {limits}",
    no_limit_binds="no limit binds",
    runner_up="the runner-up weighs {weighed}; it lost because {criterion}",
    triturations="with {count} {count:trituration|triturations}",
    too_little_dilution="{with_triturations} the drug could be diluted 1 in {reach} at most; 1 in {needed} is needed",
    limits_clash="{with_triturations} no plan keeps the least weighable quantity, the capacity and the dose error "
    "limit together",
    weighs_least="step {step} weighs the least weighable quantity",
    loads_to_capacity="step {step} loads the balance to its capacity",
    dilutes_most="{vessel} dilutes by the maximum of {most}",
    wets_most="step {step} puts as much solution on the diluent as it may take up",
    dissolves_most="step {step} dissolves as much drug as is let go into a batch",
    uses_error_limit="the worst case uses {share} of the dose error limit",
    weighed="{amount} in {total}",
    between_amounts=", ",
)
