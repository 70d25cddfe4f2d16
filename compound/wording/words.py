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
    planned_dose: str
    with_surplus: str
    with_surplus_by: str
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
    filling: str
    by_volume: str
    topped_up: str
    topped_label: str
    expected_bulk: str
    expected_bulk_is: str
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
    bulk_balance: str
    drug_in_all: str
    # What a weighing says beside its material.
    portion: str
    portion_of: str
    on_bulk: str
    to_crush: str
    crush_all: str
    crush_part: str
    tablet_mean: str
    mean_of_ten: str
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
    planned_dose="planned dose",
    with_surplus="{dose}, {surplus} drug surplus beyond the label",
    with_surplus_by="{dose}, {surplus} drug surplus beyond the label by {rule}",
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
    filling="filling",
    by_volume="by volume: all of the batch into {count} {count:capsule|capsules}",
    topped_label="{vessel}: {drug}, {mass} in the volume of {count} {count:capsule|capsules}",
    topped_up="not weighed: the volume of {count} {count:capsule|capsules}",
    expected_bulk="powder expected in the capsules",
    expected_bulk_is="about {mass}, by a bulk density of {density} g per mL",
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
    bulk_balance="balance for diluents",
    portion="{what}, portion {number} of {count}",
    portion_of="{what}, portion {number} of {count} ({total} in all)",
    on_bulk="{what}, on the bulk balance",
    to_crush="tablets",
    crush_all="Crush {count} {count:tablet|tablets} and weigh all of the powder.",
    crush_part="Crush {count} {count:tablet|tablets} and weigh the amount of step {step}; {left} of the powder is left over.",
    tablet_mean="Weigh ten tablets first. The plan counts on {mass} each; with another mean the strength is another: plan again "
    "with it.",
    mean_of_ten="mean of ten tablets (mg)",
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
    planned_dose="geplante Dosis",
    with_surplus="{dose}, {surplus} Wirkstoffzuschlag auf die deklarierte Dosis",
    with_surplus_by="{dose}, {surplus} Wirkstoffzuschlag auf die deklarierte Dosis nach {rule}",
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
    filling="Füllung",
    by_volume="nach Volumen: der ganze Ansatz in {count} {count:Kapsel|Kapseln}",
    topped_label="{vessel}: {drug}, {mass} im Volumen von {count} {count:Kapsel|Kapseln}",
    topped_up="nicht gewogen: Volumen von {count} {count:Kapsel|Kapseln}",
    expected_bulk="in den Kapseln erwartetes Pulver",
    expected_bulk_is="etwa {mass}, bei einer Schüttdichte von {density} g je mL",
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
    bulk_balance="Waage für Füllmittel",
    portion="{what}, Portion {number} von {count}",
    portion_of="{what}, Portion {number} von {count} (zusammen {total})",
    on_bulk="{what}, auf der Waage für Füllmittel",
    to_crush="Tabletten",
    crush_all="{count} {count:Tablette|Tabletten} zerkleinern und das ganze Pulver einwiegen.",
    crush_part="{count} {count:Tablette|Tabletten} zerkleinern und die Menge von Schritt {step} einwiegen; "
    "{left} des Pulvers bleiben übrig.",
    tablet_mean="Zuvor zehn Tabletten wiegen. Der Plan rechnet mit je {mass}; bei einem anderen Mittel ist der Gehalt ein "
    "anderer: damit neu planen.",
    mean_of_ten="Mittel aus zehn Tabletten (mg)",
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
    top_up: str
    fill: str
    fill_all: str
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
    points: str
    points_digits: str
    points_doubled: str
    points_tenth_more: str
    points_drug: str
    points_beside: str
    weighed: str
    of_capsules: str
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
    top_up="top up with {material} to the volume of {count} {count:capsule|capsules}",
    fill_all="fill all of {source} into exactly {count} {count:capsule|capsules}",
    fill="fill {count} {count:capsule|capsules} from {source}, each",
    allowed="{low} to {high}",
    nothing_allowed="none",
    on_target="on target",
    dose_by_weights="dose by the weights printed",
    rounding="rounding",
    root_sum_square="root sum square of the limits",
    ranking="the ranking: {ranking}. The search is exhaustive: no plan ranks higher because none does",
    rankings={
        "simple": "fewest triturations, worst case within the plan error, a whole number of tablets, fewest points (a digit to "
        "weigh is worth a doubling of the powder), smallest rounding error, least powder, least drug, smaller amounts",
        "drug": "fewest triturations, worst case within the plan error, a whole number of tablets, fewest points (a digit to "
        "weigh is worth a doubling of the powder, or a tenth more drug), smallest rounding error, least powder, least drug, "
        "smaller amounts",
        "powder": "fewest triturations, worst case within the plan error, a whole number of tablets, fewest points (a digit to "
        "weigh is worth a tenth more powder), smallest rounding error, least powder, least drug, smaller amounts",
        "solution": "worst case within the plan error, fewest points (a weighing, making up or transfer each, and "
        "doublings of solvent and drug), fewest different pieces of ware, smallest worst case, least drug, least solvent, "
        "smaller volumes, the smaller blend",
    },
    criteria={
        "triturations": "it has more triturations",
        "reserve": "its worst case is beyond the plan error",
        "tablets": "it needs a part of a tablet",
        "points": "it has more points",
        "rounding": "its dose is further from the one planned",
        "drug": "it needs more drug",
        "powder": "it needs more powder",
        "amounts": "all else equal, it has the larger amount where the two first differ",
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
    points="{total} points: {parts}",
    points_digits="{count} {count:digit|digits} to weigh",
    points_doubled="{count} for {powder} of powder in all to a blend of {blend} (one a doubling)",
    points_tenth_more="{count} for {powder} of powder in all to a blend of {blend} (one each tenth more)",
    points_drug="{count} for {drug} of drug (one each tenth above the least weighable quantity)",
    points_beside="{criterion}: {points}",
    weighed="{amount} in {total}",
    of_capsules="{count} {count:capsule|capsules}",
    between_amounts=", ",
)
