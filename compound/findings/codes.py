"""The one catalogue of findings: code, severity, sentences, meaning, cause, cure and source.

A code is never reused. `{name:kind}` in a message or remedy stands for a value of the finding; the kinds are those of
`compound.wording.notation.KINDS`. The cure is the remedy. Every entry is raised by a test and printed by
`compound explain CODE`.
"""

from __future__ import annotations

from typing import TypedDict, Unpack

from compound.findings.finding import Entry, Severity

HOUSE_RULE = "house rule of this tool"


class _Texts(TypedDict):
    title: str
    message: str
    remedy: str
    meaning: str
    cause: str
    source: str


def _error(code: str, **texts: Unpack[_Texts]) -> Entry:
    return Entry(code, Severity.ERROR, **texts)


def _judgement(code: str, **texts: Unpack[_Texts]) -> Entry:
    return Entry(code, Severity.ERROR, **texts, judgement=True)


def _warning(code: str, **texts: Unpack[_Texts]) -> Entry:
    return Entry(code, Severity.WARNING, **texts)


def _note(code: str, **texts: Unpack[_Texts]) -> Entry:
    return Entry(code, Severity.NOTE, **texts)


# What was assumed because it was not entered.

FILL_WEIGHT_ASSUMED = _warning(
    "fill-weight-assumed",
    title="The fill weight is assumed",
    message="fill weight {fill:mass} is assumed from size {size} ({volume:volume}) and the density of {diluent} "
    "({density:number} g per mL); if capsules are filled by volume the dose changes in proportion",
    remedy="weigh ten filled capsules of this lot of diluent and plan again with --fill-weight",
    meaning="No fill weight was given, so it was worked out from the volume of the capsule and the density of the diluent.",
    cause="--fill-weight was left out.",
    source="capsule volume and density: data/standards.json; lots differ, so fill data belong to one lot",
)
POTENCY_NOT_ENTERED = _warning(
    "potency-not-entered",
    title="The potency of the lot is assumed to be 100 %",
    message="dose read as {dose:dose} of {substance}; lot taken as 100 %, because no assay was entered",
    remedy="enter the certificate's figures with --assay, --assay-basis and --water",
    meaning="The powder on the shelf is rarely pure: water alone is 8.7 % of naltrexone hydrochloride dihydrate.",
    cause="--assay was left out.",
    source="water by molecular weight; assay limits by monograph (domain facts 3.2 and 3.3)",
)
CAPACITY_NOT_GIVEN = _note(
    "capacity-not-given",
    title="The capacity of the balance was not checked",
    message="not checked whether the heaviest load, {heaviest:mass}, is within the capacity of the balance, "
    "because no capacity was given",
    remedy="enter it with --capacity",
    meaning="A plan may ask for a load that the balance cannot carry.",
    cause="--capacity was left out.",
    source=HOUSE_RULE,
)
BOAT_MASS_UNKNOWN = _note(
    "boat-mass-unknown",
    title="The mass of the weighing boat is not known",
    message="loads are checked against {capacity:mass} without the boat, whose mass is not known; "
    "the heaviest load is {heaviest:mass}",
    remedy="see that the heaviest load and its boat stay within the capacity together",
    meaning="Each amount is weighed in its own tared boat. A tared boat still takes up capacity.",
    cause="The tool is not told what the boat weighs.",
    source=HOUSE_RULE,
)
PARTICLE_SIZE_NOT_GIVEN = _warning(
    "particle-size-not-given",
    title="Capsule-to-capsule uniformity is not shown",
    message="weighing error only; capsule-to-capsule uniformity not shown, because the particle size is not known; for "
    "an RSD of {limit:percent} a dose of {dose:dose} needs a mass-median diameter of at most {needed:number} "
    "micrometres at a spread of {spread:number}",
    remedy="ask for the certificate of the lot, and enter --particle-size and --particle-spread",
    meaning="A small dose is a small number of particles. However well powder is weighed and mixed, the number of "
    "particles differs from capsule to capsule.",
    cause="--particle-size was left out and the dose is below 100 mcg.",
    source="particle statistics after Yalkowsky and Bolton; 100 mcg, the RSD and the spread are house rules",
)
PARTICLE_SIZE_TO_ASK_FOR = _note(
    "particle-size-to-ask-for",
    title="What the certificate of the lot must show",
    message="the particle size is not known; for an RSD of {limit:percent} a dose of {dose:dose} needs a mass-median "
    "diameter of at most {needed:number} micrometres at a spread of {spread:number} (house rules)",
    remedy="ask for the certificate of the lot, and enter --particle-size and --particle-spread",
    meaning="At this dose most milled powders are fine enough, and unmilled or unsieved ones may not be. The number of "
    "particles differs from capsule to capsule, however well the powder is mixed.",
    cause="--particle-size was left out, and the dose is 100 mcg or more.",
    source="particle statistics after Yalkowsky and Bolton; 100 mcg, the RSD and the spread are house rules",
)
TRAILING_ZERO = _note(
    "trailing-zero",
    title="An amount was written with a trailing zero",
    message="{text} was read as {amount:mass}",
    remedy="write {amount:mass}: 1.0 is easily read as 10",
    meaning="A trailing zero after the point turns one into ten when the point is missed.",
    cause="The amount was typed with a zero at its end.",
    source="ISMP list of error-prone dose designations",
)
DRUG_UNKNOWN = _warning(
    "drug-unknown",
    title="Nothing is known about this drug",
    message="nothing is known about {drug}: its form, potency, density and doses were not checked "
    "(names close to it: {close})",
    remedy="check the name; if it is right, check form, salt and dose against a reference",
    meaning="The name is none of the drug forms that the tool has facts on. The plan is exact all the same.",
    cause="The drug is new to the tool, or its name was mistyped.",
    source=HOUSE_RULE,
)

# What stands on the shelf: form and lot.

ASSAY_READ_AS_IS = _note(
    "assay-read-as-is",
    title="How the assay was read: as is",
    message="assay {assay:percent} as is, read as {content:number} mg of {substance} in 1 mg of the powder as it "
    "stands on the shelf; no water is taken off",
    remedy="if the certificate gives the assay on the dried or the anhydrous basis, say so with --assay-basis and "
    "--water",
    meaning="An assay as is counts everything in the powder, its water too. It is of the substance named, with its "
    "water of crystallisation if the name has any.",
    cause="--assay-basis is as-is.",
    source="correction of a lot by assay and water (worked out from the definitions)",
)
ASSAY_READ_WITHOUT_WATER = _note(
    "assay-read-without-water",
    title="How the assay was read: without the water",
    message="assay {assay:percent} on the {basis} basis with {water:percent} of water, read as {content:number} mg "
    "of {substance} in 1 mg of powder; the water is taken off once, and no hydrate factor is applied",
    remedy="if the certificate gives the assay as is, say so with --assay-basis and leave --water out; solvents that "
    "the basis leaves out belong to --water too",
    meaning="An assay on the dried or the anhydrous basis is of the form without its water, and what else the drying "
    "takes off. Correcting for the hydrate as well would take the water off twice: of a dihydrate, 9 to 10 % too "
    "much drug.",
    cause="--assay-basis is dried or anhydrous.",
    source="correction of a lot by assay and water (worked out from the definitions); USP naltrexone hydrochloride: "
    "anhydrous, solvent-free basis; USP naloxone hydrochloride: dried basis",
)
ASSAY_UNUSUAL = _warning(
    "assay-unusual",
    title="The assay is far from 100 %",
    message="assay {assay:percent} is outside {least:percent} to {most:percent}",
    remedy="read the certificate again: lot, basis and unit",
    meaning="A powder of this quality rarely assays so. The figure may be of another basis, another lot or another "
    "form.",
    cause="--assay is below 90 % or above 110 %.",
    source=HOUSE_RULE,
)
ASSAY_OF_THE_ANHYDROUS_FORM = _warning(
    "assay-of-the-anhydrous-form",
    title="The assay may be of the anhydrous form",
    message="assay {assay:percent} as is was read as {substance}, its water of crystallisation included; but pure "
    "{substance} holds {share:percent} of {anhydrous}, and the assay is close to that",
    remedy="see what the certificate counts; if it is {anhydrous}, name that as the drug, and the hydrate is "
    "corrected for by the assay alone",
    meaning="An assay as is that counts the anhydrous form has taken the water of crystallisation off already. With "
    "the hydrate named, it is taken off twice, and the dose comes out too high by about as much.",
    cause="A hydrate is named, and its assay as is lies within two percentage points of what it holds without water.",
    source="molecular weights, computed from the formulas and atomic masses in data/substances.json; the two points "
    "are a house rule",
)
ASSAY_OUTSIDE_MONOGRAPH = _warning(
    "assay-outside-monograph",
    title="The assay is outside the limits of the monograph",
    message="assay {assay:percent} is outside {low:percent} to {high:percent} ({basis} basis), the limits of the "
    "monograph for {substance}",
    remedy="ask the supplier whether the lot was released against the monograph",
    meaning="A lot outside its monograph is not of the quality its name claims.",
    cause="--assay lies outside the limits kept for this form.",
    source="USP naltrexone hydrochloride (older edition; confirm against the current one) and naloxone hydrochloride",
)
ASSAY_LIMITS_NOT_COMPARED = _note(
    "assay-limits-not-compared",
    title="The assay was not compared with the monograph",
    message="the limits for {substance} hold on the {basis} basis, and the assay was entered as is",
    remedy="enter the assay on the basis of the monograph, with its water",
    meaning="Limits on one basis say nothing of an assay on another.",
    cause="--assay-basis is as-is.",
    source="USP naltrexone hydrochloride and naloxone hydrochloride",
)
ASSAY_LIMITS_UNKNOWN = _note(
    "assay-limits-unknown",
    title="No assay limits are known for this form",
    message="no monograph limits of the assay of {substance} were found",
    remedy="compare the certificate with the monograph it names",
    meaning="The tool keeps limits only where a monograph was read.",
    cause="The monograph of this form was not seen.",
    source=HOUSE_RULE,
)
HYDRATE_WITHOUT_WATER = _judgement(
    "hydrate-without-water",
    title="A hydrate without its water",
    message="water {water:percent} was entered, but {substance} holds {held:percent} as water of crystallisation: "
    "form and water cannot both be right",
    remedy="read name and water on the certificate again; if the powder was dried, name the anhydrous form",
    meaning="A hydrate loses its water on drying, so its loss on drying is at least its water of crystallisation. If "
    "the water is wrong, so is the dose, by about as much.",
    cause="--water is more than two percentage points below the water of the hydrate named.",
    source="water of crystallisation by molecular weight; the allowance of two points is a house rule",
)
WATER_ABOVE_FORM = _judgement(
    "water-above-form",
    title="More water than the form can hold",
    message="water {water:percent} was entered, but {substance} holds {held:percent} as water of crystallisation, "
    "and at most {limit:percent} is accepted for it",
    remedy="read form and water on the certificate again; have a powder that took up water assayed again",
    meaning="Either the lot is another hydrate, or it is wet, or the figure is misread.",
    cause="--water is above the limit of the monograph or, where it has none, more than two percentage points above "
    "the water of crystallisation.",
    source="USP naloxone hydrochloride: loss on drying at most 0.5 % (anhydrous) or 11.0 % (hydrous); elsewhere the "
    "allowance is a house rule",
)
WATER_OF_A_HYDRATE = _warning(
    "water-of-a-hydrate",
    title="An anhydrous form with the water of a hydrate",
    message="water {water:percent} is above {limit:percent}, which {substance} may hold; {hydrate} holds "
    "{held:percent}. The water was taken off once, which is right for either form",
    remedy="see which form the certificate names; name that one, and keep the dose in the form meant with --dose-as",
    meaning="The lot seems to be a hydrate, wholly or in part. With an assay on the dried or the anhydrous basis the "
    "content is the same under either name; the stock record is not.",
    cause="--water fits a hydrate of the form named.",
    source="USP naloxone hydrochloride: anhydrous and hydrous under one name; naltrexone hydrochloride takes up "
    "water with the humidity of the room (hydrate studies)",
)
HYDRATE_NOT_SETTLED = _note(
    "hydrate-not-settled",
    title="The powder may be a hydrate",
    message="{substance} is read as anhydrous; if the lot is {hydrate}, the dose comes out {held:percent} lower",
    remedy="see the certificate for form and water, and enter them",
    meaning="The same name is used for the anhydrous form and for its hydrates, which hold less drug per mg.",
    cause="No assay was entered, and hydrates of the form named are known.",
    source="water of crystallisation by molecular weight; USP naloxone hydrochloride covers both forms",
)
FORM_CONVERTED = _note(
    "form-converted",
    title="The dose was converted to the form on the shelf",
    message="the dose is counted in {dose_as}: 1 mg of it is in {factor:number} mg of {stated}",
    remedy="see that the prescription means {dose_as}; if not, change --dose-as",
    meaning="Base, salt and hydrate of one drug differ in mass for the same number of molecules.",
    cause="The dose is expressed in another form than the one the lot is stated in.",
    source="molecular weights, computed from the formulas and atomic masses in data/substances.json",
)
DOSE_NOT_IN_LABEL_FORM = _warning(
    "dose-not-in-label-form",
    title="The dose is not in the form that labels state",
    message="the dose is counted in {dose_as}, but products of {drug} are labelled as {label}: 1 mg of {dose_as} is "
    "as much drug as {factor:number} mg of {label}",
    remedy="ask the prescriber which form is meant; write --dose-as {label} if it is that of the label",
    meaning="Doses in studies and on labels are mostly those of one form. The same figure in another form is another "
    "dose.",
    cause="--dose-as, or the form on the shelf where --dose-as was left out, is not the form of the label.",
    source="product labels: naltrexone and naloxone as hydrochloride, nalmefene as base; methylnaltrexone as bromide "
    "is expert knowledge, no public source",
)
STOCK_STRENGTH = _warning(
    "stock-strength",
    title="A stock trituration is taken at its stated strength",
    message="the stock is read as {strength:strength} of {substance}; a trituration whose strength is not certified "
    "must not be used",
    remedy="see the certificate or the worksheet of the stock: strength, form counted, uniformity and date",
    meaning="Any error of the stock goes into every capsule in full, and no weighing after it can show it.",
    cause="--strength was given.",
    source=HOUSE_RULE,
)
TABLET_EXCIPIENTS = _warning(
    "tablet-excipients",
    title="The excipients of the tablet come along",
    message="crushed tablets are read as {dose:mass} of {substance} in {mass:mass}: {rest:mass} of excipients come "
    "along with each tablet's drug, and none of them was screened",
    remedy="screen each excipient on the leaflet with compound check, use no coated or slow-release tablet, and "
    "weigh the tablets to be crushed",
    meaning="A tablet is mostly excipients, a slow-release polymer or calcium carbonate possibly among them, and its "
    "content may lie anywhere from 90 to 110 % of the label.",
    cause="--tablet was given.",
    source="USP naltrexone hydrochloride tablets: 90.0 to 110.0 % of the label; a recipe by tablet mass made with "
    "pure powder gave a thousandfold overdose (clonidine, 2025)",
)

# What the plan asks of the balance and the bench.

MINIMUM_WEIGHT_BELOW_RULE = _warning(
    "minimum-weight-below-rule",
    title="The minimum weight is below what the weighing error asks for",
    message="minimum weight {minimum:mass} was entered; at {sensitivity:mass} and {error:percent} the least weighable "
    "quantity is {least:mass}",
    remedy="leave --minimum-weight out, or state the rule it comes from",
    meaning="A weighing at the minimum weight may be further off than the weighing error allows.",
    cause="--minimum-weight is smaller than sensitivity / weighing error.",
    source="least weighable quantity = sensitivity requirement / permitted error (pharmaceutical calculation texts)",
)
BELOW_USP_41_FLOOR = _warning(
    "below-usp-41-floor",
    title="A weighing lies under the floor of USP <41>",
    message="weighings under the floor of USP <41>: steps {steps}, the smallest {amount:mass}; the floor is {floor:mass} "
    "({factor:count} times the readability {readability:mass})",
    remedy="use a balance of finer readability where <41> is required, or enter its minimum weight with "
    "--minimum-weight",
    meaning="By USP <41> no balance weighs accurately below 820 times its readability. The chapter governs assays; for "
    "compounding the balance need only suit its purpose, and the sensitivity rule may admit less.",
    cause="The sensitivity rule admits the weighing, the stricter rule does not.",
    source="USP <41>: 2,000 × 0.41 × readability",
)
STEEP_STEP = _note(
    "steep-step",
    title="A step dilutes more than 1 in 10",
    message="{vessel} dilutes 1 in {ratio:ratio}; mix by doubling, {doublings:count} times",
    remedy="follow the doubling table of the worksheet; do not add the diluent at once",
    meaning="A little powder in much diluent does not spread in one go. Each addition about doubles what is there.",
    cause="The total of the mixture is more than ten times the concentrate put into it.",
    source="geometric dilution is standard practice; the limit of 1 in 10 is a house rule",
)
ERROR_LIMIT_JUST_MET = _note(
    "error-limit-just-met",
    title="The dose error limit is met only just",
    message="worst case of the weighings {worst:percent} of at most {limit:percent}: no room is left for a reading off target",
    remedy="plan with a smaller --dose-error, and keep readings on target",
    meaning="The budget holds for readings on target. More than nine tenths of it is used up by the balance alone.",
    cause="The plan with the fewest digits and least drug uses nearly the whole limit.",
    source=HOUSE_RULE,
)

# What cannot be made.

NO_ADMISSIBLE_PLAN = _error(
    "no-admissible-plan",
    title="No plan is admissible",
    message="no plan with up to {most:count} triturations keeps all limits; {helps}",
    remedy="change one of the limits named, and plan again",
    meaning="Every plan breaks at least one limit: least weighable quantity, capacity, maximum dilution or dose error.",
    cause="The balance, the dose and the limits do not fit together.",
    source="exhaustive search; the rule is in compound guide ranking",
)

# What the steps of a plan break.

VESSEL_EMPTY = _error(
    "vessel-empty",
    title="A vessel is used that nothing was put into",
    message="step {step:count} takes from {vessel}, into which nothing was put",
    remedy="correct the name of the vessel, or add the step that fills it",
    meaning="The steps are followed as they stand; nothing can be taken from an empty vessel.",
    cause="A mistyped name, a missing step, or steps in the wrong order.",
    source="replay of the steps",
)
VESSEL_NOT_MIXED = _error(
    "vessel-not-mixed",
    title="A mixture is used before it is mixed",
    message="step {step:count} takes from {vessel} before it is mixed",
    remedy="add a mix step before it",
    meaning="What is taken from an unmixed vessel has no known strength. The dose is worked out as if it were mixed.",
    cause="A mix step is missing, or something was added after it.",
    source="replay of the steps",
)
MORE_THAN_THERE = _error(
    "more-than-there",
    title="More is taken than a vessel holds",
    message="step {step:count} takes {wanted:number} from {vessel}, which holds {there:number} (mg, or mL of a liquid)",
    remedy="make more of the mixture, or take less of it",
    meaning="The step cannot be carried out.",
    cause="An aliquot larger than its mixture.",
    source="replay of the steps",
)
BLEND_TOO_SMALL = _error(
    "blend-too-small",
    title="The blend is too small for its capsules",
    message="step {step:count} fills {wanted:mass} into capsules; {vessel} holds {there:mass}",
    remedy="make more blend, or fill fewer capsules",
    meaning="The last capsules would stay empty, or all would be filled too light.",
    cause="Capsules × fill weight is more than the mass of the blend.",
    source="replay of the steps",
)
VESSEL_USED_BEFORE = _error(
    "vessel-used-before",
    title="Something is put into a mixture that was taken from already",
    message="step {step:count} puts something into {vessel}, from which an earlier step already took",
    remedy="give the new mixture a vessel of its own",
    meaning="The steps run in a circle, or a mixture changes after part of it went on.",
    cause="A vessel named twice.",
    source="replay of the steps",
)
VOLUME_UNKNOWN = _error(
    "volume-unknown",
    title="A volume is taken from a vessel of unknown volume",
    message="step {step:count} takes a volume from {vessel}, which was not made up to one",
    remedy="add the step that makes it up to volume, or take a mass",
    meaning="The share that a volume takes of a vessel is known only if the whole volume is.",
    cause="A make_up step is missing.",
    source="replay of the steps",
)
MASS_UNKNOWN = _error(
    "mass-unknown",
    title="A mass is taken from a vessel of unknown mass",
    message="step {step:count} takes a mass from {vessel}, whose mass is not known",
    remedy="take a volume from a vessel made up to volume, dry it, or make it up by mass",
    meaning="A vessel made up to a volume has no known mass: the density of the liquid is not known.",
    cause="Mass and volume are mixed up, or a dry step is missing.",
    source="replay of the steps",
)
VOLUME_EXCEEDED = _error(
    "volume-exceeded",
    title="A vessel is made up to less than it holds",
    message="step {step:count} makes {vessel} up to {wanted:volume}; it holds {there:volume}",
    remedy="use a larger flask",
    meaning="The step cannot be carried out.",
    cause="The volumes put in are more than the flask.",
    source="replay of the steps",
)
NEVER_FILLED = _error(
    "never-filled",
    title="No capsules are filled",
    message="the steps end without filling capsules, so there is no dose",
    remedy="add the fill step",
    meaning="The dose of a capsule is what the fill step puts into it.",
    cause="The fill step is missing.",
    source="replay of the steps",
)
NO_DRUG_IN_CAPSULES = _error(
    "no-drug-in-capsules",
    title="No drug reaches the capsules",
    message="capsules are filled from {vessel}, which no drug has reached",
    remedy="correct the vessel that is filled from, or the steps that lead to it",
    meaning="The capsules would hold diluent alone.",
    cause="A wrong or missing transfer.",
    source="replay of the steps",
)
NOT_READABLE = _error(
    "not-readable",
    title="An amount is no multiple of the readability",
    message="step {step:count} weighs {amount:mass}; the balance shows steps of {readability:mass}, so {below:mass} or {above:mass}",
    remedy="write an amount that the balance can show",
    meaning="The amount cannot be read off the balance.",
    cause="An amount finer than the display, or the wrong balance.",
    source="contract of the plan",
)
BELOW_LEAST_WEIGHABLE = _error(
    "below-least-weighable",
    title="A weighing is below the least weighable quantity",
    message="step {step:count} weighs {amount:mass}; the least is {least:mass}",
    remedy="weigh more of it, diluted further, or use a finer balance",
    meaning="The error of the balance is too large a part of so small an amount.",
    cause="The amount is less than sensitivity / weighing error, or than the minimum weight.",
    source="least weighable quantity = sensitivity requirement / permitted error (pharmaceutical calculation texts)",
)
ABOVE_CAPACITY = _error(
    "above-capacity",
    title="A load is above the capacity of the balance",
    message="step {step:count} weighs {amount:mass}; the capacity is {capacity:mass}",
    remedy="weigh it on another balance, or plan with more stages",
    meaning="The balance cannot carry the load.",
    cause="The amount is larger than the capacity.",
    source="capacity as entered",
)
ABOVE_MAX_DILUTION = _error(
    "above-max-dilution",
    title="A mixture dilutes more than the limit",
    message="{vessel} dilutes 1 in {ratio:ratio}; at most 1 in {most:ratio} is allowed",
    remedy="put a trituration in between",
    meaning="A little powder does not spread evenly in very much diluent.",
    cause="The total of the mixture is too large for the concentrate put into it.",
    source="--max-dilution; the default of 100 is a house rule",
)
ALIQUOT_TOO_LARGE = _error(
    "aliquot-too-large",
    title="An aliquot takes nearly all of its mixture",
    message="step {step:count} takes {amount:mass} of the {total:mass} in {vessel}; at most {share:percent} may be taken",
    remedy="make more of the mixture",
    meaning="Mortars keep some of a mixture, so that the last of it cannot be taken out.",
    cause="The mixture was planned too small.",
    source=HOUSE_RULE,
)
FILL_NOT_AS_ORDERED = _error(
    "fill-not-as-ordered",
    title="The capsules are filled with another weight than ordered",
    message="capsules are filled with {amount:mass}; the order says {fill:mass}",
    remedy="correct the fill step or the order",
    meaning="The steps and the order speak of different capsules.",
    cause="One of the two was changed without the other.",
    source="request of the plan",
)
COUNT_NOT_AS_ORDERED = _warning(
    "count-not-as-ordered",
    title="Another number of capsules is filled than ordered",
    message="{count:count} capsules are filled; the order says {capsules:count}",
    remedy="correct the fill step or the order",
    meaning="The steps and the order speak of different batches.",
    cause="One of the two was changed without the other.",
    source="request of the plan",
)
DOSE_OFF_LABEL = _error(
    "dose-off-label",
    title="The dose is off the label",
    message="the steps give {dose:dose}; the label says {target:dose}: {deviation:percent} off, at most {limit:percent} is allowed",
    remedy="correct the steps, or plan again",
    meaning="The dose worked out from the printed amounts lies outside the dose error limit.",
    cause="Amounts that do not give the labelled dose.",
    source="replay of the steps; --dose-error",
)
WORST_CASE_ABOVE_LIMIT = _error(
    "worst-case-above-limit",
    title="The worst case of the weighings is beyond the dose error limit",
    message="worst case of the weighings {worst:percent}; the limit is {limit:percent}",
    remedy="weigh larger amounts, or use a finer balance",
    meaning="With every weighing off by the sensitivity of the balance, the dose can leave the limit.",
    cause="Too many weighings close to the least weighable quantity.",
    source="worst case over all weighings together; --dose-error",
)

# What a plan written by hand leaves open.

DRUG_NOT_CHECKED = _note(
    "drug-not-checked",
    title="The drug was not checked",
    message="the request names no drug",
    remedy="add drug to the request",
    meaning="Form, potency and studied doses were not looked at.",
    cause="The request of a hand-written plan lacks the drug.",
    source=HOUSE_RULE,
)
DOSE_ERROR_NOT_CHECKED = _note(
    "dose-error-not-checked",
    title="No dose error limit was given",
    message="the request states no dose_error_percent",
    remedy="add dose_error_percent to the request",
    meaning="The dose was worked out, but not held against a limit.",
    cause="The request of a hand-written plan lacks the limit.",
    source=HOUSE_RULE,
)
MAX_DILUTION_NOT_CHECKED = _note(
    "max-dilution-not-checked",
    title="No maximum dilution was given",
    message="the request states no max_dilution",
    remedy="add max_dilution to the request",
    meaning="The dilutions were not held against a limit.",
    cause="The request of a hand-written plan lacks the limit.",
    source=HOUSE_RULE,
)
FILL_WEIGHT_NOT_CHECKED = _note(
    "fill-weight-not-checked",
    title="The fill weight was not checked",
    message="the request states no fill_weight_mg",
    remedy="add fill_weight_mg to the request",
    meaning="The fill step was taken as it stands.",
    cause="The request of a hand-written plan lacks the fill weight.",
    source=HOUSE_RULE,
)
EXCIPIENTS_NOT_CHECKED = _note(
    "excipients-not-checked",
    title="The excipients were not checked",
    message="the request names no diluent",
    remedy="add diluent and excipients to the request",
    meaning="Nothing is known of what is in the capsules beside the drug.",
    cause="The request of a hand-written plan lacks the diluent.",
    source=HOUSE_RULE,
)
SHELL_NOT_CHECKED = _note(
    "shell-not-checked",
    title="The capsule shell was not checked",
    message="the shell was not named",
    remedy="name it with --shell (such as clear gelatin, or white hypromellose with titanium dioxide)",
    meaning="A white shell free of titanium dioxide may hold calcium carbonate; an acid-resistant one delays release.",
    cause="--shell was left out.",
    source="maker's page on shells free of titanium dioxide (capsuline.com); release: expert knowledge, no public source",
)
LEAST_WEIGHABLE_NOT_CHECKED = _note(
    "least-weighable-not-checked",
    title="No least weighable quantity is known",
    message="the request states neither weighing_error_percent nor minimum_weight_mg",
    remedy="add one of them to the request",
    meaning="The weighings were not held against a least quantity.",
    cause="The request of a hand-written plan lacks the limit.",
    source=HOUSE_RULE,
)
WORST_CASE_NOT_CHECKED = _note(
    "worst-case-not-checked",
    title="The worst case of the weighings was not worked out",
    message="with the errors of the weighings at their worst a step cannot be carried out",
    remedy="weigh amounts well above the error of the balance",
    meaning="A bound of the dose is known only where the steps can be done at the bounds too.",
    cause="An amount no larger than the error of the balance.",
    source="replay of the steps",
)
TOLERANCE_NOT_GIVEN = _note(
    "tolerance-not-given",
    title="The error of a volume was left out",
    message="the worst case leaves out the error of the volumes without a tolerance: {steps}",
    remedy="write tolerance_ml into these steps, as the ware states it",
    meaning="A volume is known to the tolerance of its pipette or flask. Without it the dose may be off by more than "
    "the worst case says.",
    cause="tolerance_ml was left out.",
    source="replay of the steps",
)

# Back from the bench: a saved plan, and the weights really read.

PLAN_ALTERED = _warning(
    "plan-altered",
    title="The saved plan was altered",
    message="the plan was altered after it was saved: its fingerprint begins {stated}, its content gives {found}; "
    "it is audited as a plan written by hand",
    remedy="find out who changed what; the findings hold for the plan as it stands in the file now",
    meaning="A saved plan carries a sum over all it holds. The sum no longer fits.",
    cause="The file was edited, damaged, or written by another program.",
    source="sha256 of the object without its fingerprint",
)
FINGERPRINT_MISSING = _note(
    "fingerprint-missing",
    title="The plan carries no fingerprint",
    message="the plan has no fingerprint, so it is audited as one written by hand",
    remedy="none is needed for a plan written by hand; a saved one should have it",
    meaning="Whether the file was changed after it was written cannot be told.",
    cause="The plan was written by hand, or its fingerprint was taken out.",
    source=HOUSE_RULE,
)
SAVED_DOSE_DIFFERS = _warning(
    "saved-dose-differs",
    title="The file says another dose than its steps give",
    message="the file says {saved:dose} in accuracy.dose_mg; its steps give {dose:dose}",
    remedy="trust the steps; find out where the figure comes from",
    meaning="Results in a file are never read, only compared: the steps decide the dose.",
    cause="The steps or the figure were changed.",
    source="replay of the steps",
)
CONTENT_DIFFERS = _warning(
    "content-differs",
    title="The content of the powder contradicts the lot",
    message="content_fraction is {content:number}; the lot in the request gives {lot:number}. The dose is worked out "
    "with {content:number}",
    remedy="see the certificate of the lot, and write the same into both",
    meaning="The plan says twice how much of the dosed substance is in a mg of powder, and the two do not agree.",
    cause="A plan was written by hand, or its lot or its content was changed.",
    source=HOUSE_RULE,
)
DOSE_ERROR_ASSUMED = _warning(
    "dose-error-assumed",
    title="The dose is held against the usual limit",
    message="the request states no dose_error_percent; the dose is held against {limit:percent}, its worst case is not",
    remedy="add dose_error_percent to the request",
    meaning="A verdict needs a limit. Without one of its own the plan is judged by the default of the plan command.",
    cause="The request of a hand-written plan lacks the limit.",
    source="data/standards.json; house rule",
)
READING_NOT_READABLE = _warning(
    "reading-not-readable",
    title="A reading is no multiple of the readability",
    message="step {step:count} was read as {amount:mass}; the balance shows steps of {readability:mass}",
    remedy="see which balance was used, and whether the figure was copied rightly",
    meaning="The balance of the plan cannot show this figure.",
    cause="Another balance, or a slip of the pen.",
    source="readability of the balance",
)
READING_BELOW_LEAST_WEIGHABLE = _warning(
    "reading-below-least-weighable",
    title="A reading is below the least weighable quantity",
    message="step {step:count} was read as {amount:mass}; the least is {least:mass}",
    remedy="see the worst case of the dose: it counts this weighing with its true error",
    meaning="The error of the balance is a larger part of this reading than the weighing error allows.",
    cause="Less was weighed than planned.",
    source="least weighable quantity = sensitivity requirement / permitted error (pharmaceutical calculation texts)",
)
READING_ABOVE_CAPACITY = _warning(
    "reading-above-capacity",
    title="A reading is above the capacity of the balance",
    message="step {step:count} was read as {amount:mass}; the capacity is {capacity:mass}",
    remedy="see which balance was used; if it was this one, weigh again",
    meaning="A balance past its capacity does not weigh truly.",
    cause="More was weighed than planned, or on another balance.",
    source="capacity as entered",
)
MADE_ABOVE_MAX_DILUTION = _warning(
    "made-above-max-dilution",
    title="A mixture was diluted more than the limit",
    message="{vessel} dilutes 1 in {ratio:ratio}; at most 1 in {most:ratio} is allowed",
    remedy="mix by doubling with care, or make the mixture again",
    meaning="A little powder does not spread evenly in very much diluent.",
    cause="Less concentrate or more diluent was weighed than planned.",
    source="--max-dilution; the default of 100 is a house rule",
)
READING_TAKES_NEARLY_ALL = _warning(
    "reading-takes-nearly-all",
    title="An aliquot took nearly all of its mixture",
    message="step {step:count} took {amount:mass} of the {total:mass} in {vessel}; at most {share:percent} was to be "
    "taken",
    remedy="see that so much really came out of the mortar",
    meaning="Mortars keep some of a mixture, so that the last of it cannot be taken out.",
    cause="More was taken than planned.",
    source=HOUSE_RULE,
)
READING_MISSING = _warning(
    "reading-missing",
    title="A weighing was made but its reading is not given",
    message="step {step:count} comes before step {last:count}, which was read, but has no reading; it is taken as the "
    "{planned:mass} planned",
    remedy="give its reading with --read",
    meaning="What was really weighed there is not known, so the batch stays incomplete.",
    cause="A reading was left out.",
    source=HOUSE_RULE,
)
WEIGHING_CORRECTED = _warning(
    "weighing-corrected",
    title="A weighing still to do is corrected",
    message="step {step:count}: weigh {corrected:mass} of {material}, not the {planned:mass} planned",
    remedy="write the corrected amount on the worksheet, with the reason and a signature",
    meaning="What was read differs from the plan; with this amount the dose comes out on its label again.",
    cause="A reading before this step is off its target.",
    source="planned drug ÷ true strength for an aliquot; drug ÷ planned strength for a mixture still open",
)
FILL_CORRECTED = _warning(
    "fill-corrected",
    title="The fill weight is the one correction left",
    message="all is weighed; with {corrected:mass} in each capsule and not {now:mass} a capsule holds {dose:dose}",
    remedy="see that the capsule holds that much; then fill so, and give the weight with --fill-weight",
    meaning="The blend is a little stronger or weaker than planned. Another fill weight makes up for it.",
    cause="The last diluent, or all before it, was weighed off its target.",
    source="fill weight × label ÷ dose, rounded to the readability",
)
DILUENT_SHORT = _warning(
    "diluent-short",
    title="A diluent was weighed short, and may be made up",
    message="step {step:count} is {rest:mass} short of the {wanted:mass} of {material} wanted; with the rest weighed into "
    "{vessel} a capsule holds {dose:dose}",
    remedy="weigh the rest into the same vessel before it is used, mix again, and read both portions as their sum",
    meaning="What is missing of a diluent can be added as long as nothing was taken out of its vessel.",
    cause="A reading of a diluent below what was wanted.",
    source="replay of the steps",
)
FILL_NOT_CORRECTED = _note(
    "fill-not-corrected",
    title="The fill weight cannot make up for the deviation",
    message="the dose stays {deviation:percent} off: a fill weight that makes up for it needs more blend than there is, "
    "or differs from the planned one by more than {most:percent}",
    remedy="none is needed while the dose is within its limit",
    meaning="The capsules would not all come out of the blend, or a capsule would not hold its fill.",
    cause="The blend was planned with little overage, or the deviation is large.",
    source="replay of the steps; the largest change is a house rule, in data/standards.json",
)
NO_ADMISSIBLE_CORRECTION = _error(
    "no-admissible-correction",
    title="No admissible correction is left",
    message="no weighing still to do brings the dose back within {limit:percent} of the label and keeps its own "
    "limits; start again at step {step:count}; still usable: {usable}",
    remedy="put aside what was made from that step on, and weigh it anew",
    meaning="What is weighed already cannot be made up for.",
    cause="A reading is too far off its target, or nothing is left to weigh.",
    source="the limits of the plan",
)
MADE_OFF_LABEL = _error(
    "made-off-label",
    title="The dose made is off the label",
    message="with the weights read a capsule holds {dose:dose}; the label says {target:dose}: {deviation:percent} off, "
    "at most {limit:percent} is allowed",
    remedy="follow the correction that is named, or start again where it is said",
    meaning="The dose worked out from the readings, and from what is still to weigh, lies outside the limit.",
    cause="Readings off their targets.",
    source="replay of the steps; --dose-error",
)
WORST_CASE_OF_READINGS = _warning(
    "worst-case-of-readings",
    title="The worst case of the readings is beyond the dose error limit",
    message="worst case of the weighings {worst:percent}; the limit is {limit:percent}",
    remedy="a pharmacist decides; an assay of the batch settles it",
    meaning="The readings themselves are known to the sensitivity of the balance only. With all of them off that far, "
    "the dose would leave the limit.",
    cause="Readings off their targets use up the room that the plan left.",
    source="worst case over all weighings together; --dose-error",
)
FILLED_NOT_AS_ORDERED = _warning(
    "filled-not-as-ordered",
    title="The capsules are filled with another weight than ordered",
    message="capsules are filled with {amount:mass}; the order says {fill:mass}",
    remedy="see that the capsule holds it, and write it into the record",
    meaning="The fill weight was changed to bring the dose back to its label.",
    cause="--fill-weight was given.",
    source="request of the plan",
)
# What a formula says, and the order does not.

FORMULA_OVERRIDDEN = _note(
    "formula-overridden",
    title="An option of the formula was replaced",
    message="formula {formula} says {stated} for {option}; {used} was given beside it, and counts",
    remedy="see that the replaced option is the one meant to differ",
    meaning="A formula is a starting order. What is given on the command line, or in a row of orders, wins over it.",
    cause="An option stands in the formula and beside it, with another value.",
    source=HOUSE_RULE,
)

# What a worksheet says, read back.

SHEET_FINGERPRINT_WRONG = _error(
    "sheet-fingerprint-wrong",
    title="The plan in the worksheet was altered",
    message="the plan attached to the worksheet says that its fingerprint is {sheet}; worked out from it, it is {again}",
    remedy="do not use the sheet; plan the order again",
    meaning="The fingerprint is worked out from the whole plan, so a change of any digit shows.",
    cause="The attached plan was changed after it was written, or damaged on its way.",
    source="sha256 of the plan's canonical JSON",
)
SHEET_PLAN_UNREADABLE = _error(
    "sheet-plan-unreadable",
    title="The altered plan in the worksheet cannot be read",
    message="{place}: {sentence}",
    remedy="do not use the sheet; plan the order again",
    meaning="The plan no longer matches its fingerprint, and no longer is a plan. Nothing else could be compared.",
    cause="The attached plan was changed after it was written, or damaged on its way.",
    source="sha256 of the plan's canonical JSON",
)
SHEET_PLAN_DIFFERS = _error(
    "sheet-plan-differs",
    title="The plan in the worksheet is not the plan of its order",
    message="{place}: the sheet says {sheet}; its order, planned and judged again, gives {again}",
    remedy="do not use the sheet; plan the order again",
    meaning="The order in the sheet was planned, replayed and judged anew, and gave something else.",
    cause="The attached plan was changed, or another version of the tool or of its rules made it.",
    source="planning and replay of the order",
)
SHEET_TEXT_DIFFERS = _error(
    "sheet-text-differs",
    title="What is printed is not what the order gives",
    message="{place}: printed is {sheet}; its order, planned and printed again, gives {again}",
    remedy="do not use the sheet; plan the order again and print it",
    meaning="The pages were printed anew from the order in the sheet, and their words were compared one by one.",
    cause="A page was changed, or another version of the tool or another template printed it.",
    source="planning and replay of the order",
)
SHEET_DRAWN_OTHERWISE = _error(
    "sheet-drawn-otherwise",
    title="A page is drawn otherwise, though its words are the same",
    message="{place}: the words are those of the order, but lines, shapes, places, fonts, edges, the code or a script are not",
    remedy="do not use the sheet; plan the order again and print it",
    meaning="The code with the fingerprint, the boxes and the scheme are drawn, not written. They were compared as drawn.",
    cause="Something was drawn over the page, or another version of the drawing library made it.",
    source="planning and replay of the order",
)
LETTERS_NOT_PRINTED = _warning(
    "letters-not-printed",
    title="The worksheet cannot print some letters",
    message="the fonts of the worksheet lack {letters} in {fields}; each stands there as its code in brackets",
    remedy="write these names in Latin, Greek or Cyrillic letters, or write them by hand beside their codes and sign",
    meaning="The embedded fonts have Latin, Greek and Cyrillic letters; a letter that they lack would print as an empty "
    "box, and two names could look alike.",
    cause="A name in Chinese, Japanese, Korean, Arabic or another script, or a symbol.",
    source=HOUSE_RULE,
)
SHEET_OF_OTHER_VERSION = _warning(
    "sheet-of-other-version",
    title="Another version made the worksheet",
    message="the sheet was made by {sheet}; this is {again}: what differs may come from that",
    remedy="verify the sheet with the version that made it, or plan the order again",
    meaning="Another version may word, round or rank otherwise.",
    cause="The tool or its rule data were updated since, or are older here.",
    source=HOUSE_RULE,
)
SHEET_OF_ANY_ORDER = _note(
    "sheet-of-any-order",
    title="A sheet is verified against the order it holds",
    message="the sheet was held against its own order; whether that is the order meant, no program can see",
    remedy="compare drug, dose and capsules above with the prescription",
    meaning="Whoever makes a whole sheet anew from another order makes a valid sheet of that order.",
    cause="Every worksheet that is verified.",
    source=HOUSE_RULE,
)

# What is in no one's power to check here.

UNIFORMITY_NOT_CHECKED = _note(
    "uniformity-not-checked",
    title="Uniformity from capsule to capsule was not checked",
    message="the particle size of the lot was not entered",
    remedy="enter --particle-size and --particle-spread",
    meaning="The worst case of the weighings holds for the batch as a whole, not for each capsule.",
    cause="--particle-size was left out.",
    source="particle statistics after Yalkowsky and Bolton",
)

# Uniformity from capsule to capsule.

_PARTICLE_STATISTICS = "particle statistics after Johnson, Yalkowsky and Bolton, and Rohrs; the limits are house rules"

POWDER_BELOW_1_MCG = _error(
    "powder-below-1-mcg",
    title="The dose is too small for powder",
    message="a dose of {dose:dose} is not made from powder; below {limit:dose} the drug is dissolved and put on the "
    "diluent as a solution (house rule)",
    remedy="plan with --method solution",
    meaning="The number of particles in a capsule is a matter of chance, and no mixing changes that. Below 1 mcg only "
    "very fine powder could do (at a spread of 2, a mass-median diameter under about 6 micrometres), and one crystal "
    "of 100 micrometres is worth most of a dose, or more.",
    cause="A powder plan was asked for at a dose below 1 mcg.",
    source=_PARTICLE_STATISTICS,
)
PARTICLE_RSD_ABOVE_LIMIT = _judgement(
    "particle-rsd-above-limit",
    title="The powder is too coarse for the dose",
    message="even a perfect mix of this powder varies from capsule to capsule by an RSD of {rsd:percent}; the limit is "
    "{limit:percent} (house rule)",
    remedy="use a lot with a mass-median diameter of at most {needed:number} micrometres at a spread of "
    "{spread:number}, or plan with --method solution",
    meaning="The drug comes as particles, and their number differs from capsule to capsule. The RSD is that of a "
    "perfect random mix; real mixing, static and segregation add to it. Weighing and dilution do not change it.",
    cause="The particles are large, or their spread is wide, for a dose of this size.",
    source=_PARTICLE_STATISTICS,
)
PARTICLE_RSD_NEAR_LIMIT = _note(
    "particle-rsd-near-limit",
    title="The particle size uses up much of the uniformity",
    message="even a perfect mix of this powder varies from capsule to capsule by an RSD of {rsd:percent}; "
    "{good:percent} or more leaves little room below the limit of {limit:percent} (house rules)",
    remedy="mix with care, and have the content uniformity of the batch assayed; a finer lot would help",
    meaning="A total RSD of 4 % passes the first stage of USP <905> about 99 times in 100 at a mean on the label. "
    "Mixing and filling have to fit into what the particles leave.",
    cause="The particles are fairly large, or their spread fairly wide, for a dose of this size.",
    source=_PARTICLE_STATISTICS,
)
CONTENT_SKEWED = _note(
    "content-skewed",
    title="Rare large particles skew the content",
    message="about 1 capsule in {ratio:ratio} holds a particle worth more than {share:percent} of the dose; such rare particles "
    "skew the content (skewness about {skewness:number}), and the chance to pass USP <905>, worked out for normal content, is "
    "off by up to some percentage points",
    remedy="use a lot with a narrower spread, or have its coarse end sieved off",
    meaning="Few capsules hold a large particle, and those are too strong; the others are a little weaker. The RSD counts "
    "both. A sample of ten seldom meets one: near the limits the first stage is then passed less often than normal "
    "content would (96 in place of 99 times in 100 at an RSD of 4 % and a spread of 2), and beyond them more often.",
    cause="The spread is wide, or the particles are large for the dose.",
    source="compound Poisson numbers of particles, by simulation; the limit is a house rule",
)
PARTICLE_SIZE_DOUBTFUL = _warning(
    "particle-size-doubtful",
    title="The particle size is finer than mills make it",
    message="a mass-median diameter of {median:number} micrometres was entered; below {doubtful:number} micrometres a "
    "slip of the unit is likelier than so fine a powder (house rule)",
    remedy="read the certificate again: is the diameter given in micrometres?",
    meaning="Jet mills end near 1 micrometre. A diameter in mm that is entered as micrometres makes any powder look "
    "uniform.",
    cause="The diameter is very small.",
    source="expert knowledge, no public source; the limit is a house rule",
)
UNIFORMITY_NOT_SHOWN = _warning(
    "uniformity-not-shown",
    title="Capsule-to-capsule uniformity is not shown",
    message="weighing error only; capsule-to-capsule uniformity not shown at a dose of {dose:dose}, because the true "
    "density of the drug is not known",
    remedy="have the content uniformity of the batch assayed, or plan with --method solution",
    meaning="A small dose is a small number of particles. How many there are cannot be said without the density of the "
    "drug, and the tool does not guess one.",
    cause="The tool has no true density of this drug, and the dose is below 100 mcg.",
    source="particle statistics after Yalkowsky and Bolton; the limit of 100 mcg is a house rule",
)
TRUE_DENSITY_UNKNOWN = _note(
    "true-density-unknown",
    title="Particles were not counted",
    message="the true density of the drug is not known, and is not guessed",
    remedy="none by an option; judge uniformity by assay",
    meaning="The mass of a particle follows from its diameter and the true density of the drug.",
    cause="The tool has no true density of this drug form.",
    source="densities by unit cell (domain facts 3.3); there are none for other forms",
)
ACCEPTANCE_VALUE_NOT_PREDICTED = _note(
    "acceptance-value-not-predicted",
    title="The acceptance value was not predicted",
    message="the dose by the weights, or its worst case, was not worked out or leaves no drug in the capsules; so the "
    "acceptance value and the chance to pass lack their mean",
    remedy="see the findings on the steps and on the weighings",
    meaning="What USP <905> will say follows from the mean content and from its variation. The variation is known here, "
    "and the mean is not.",
    cause="The steps give no dose, or the error of the balance is as large as an amount that is weighed on it.",
    source="USP <905>, uniformity of dosage units",
)
DEPOSIT_NOT_CHECKED = _note(
    "deposit-not-checked",
    title="How evenly the solution dries on the diluent was not checked",
    message="the drug is dissolved, so that no particles of the powder are counted; how evenly it dries on the diluent "
    "and is mixed with the rest was not worked out",
    remedy="have the content uniformity of the batch assayed",
    meaning="From a solution each capsule gets so many molecules that their number does not matter. What is left is how "
    "evenly the diluent takes the solution up, dries and mixes, and for that there is no formula.",
    cause="Every plan by the solution route.",
    source=HOUSE_RULE,
)
FILL_RSD_NOT_CHECKED = _note(
    "fill-rsd-not-checked",
    title="The variation of the fill was not counted",
    message="no RSD of the fill weight was entered, so the filling is left out of the variation from capsule to capsule",
    remedy="weigh the fill of some capsules and enter their RSD with --fill-rsd",
    meaning="The filling adds its own variation to that of the particles.",
    cause="--fill-rsd was left out.",
    source="independent variations add as squares",
)


# Drug that is dissolved: the solution route.

NO_ADMISSIBLE_SOLUTION = _error(
    "no-admissible-solution",
    title="No plan by the solution route is admissible",
    message="no plan with up to {most:count} dilutions keeps all limits; {helps}",
    remedy="change one of the limits named, and plan again",
    meaning="Every plan breaks at least one limit: least weighable quantity, capacity, dose error, solubility, most drug, "
    "or the volume that the diluent takes up.",
    cause="The balance, the ware, the dose and the limits do not fit together.",
    source="exhaustive search; the rule is in compound guide ranking",
)
CHOSEN_BELOW_POWDER = _note(
    "solution-chosen-for-dose",
    title="The solution route was chosen: the dose is too small for powder",
    message="--method auto takes the solution route, because a dose of {dose:dose} is below {limit:dose}, the least that "
    "is made from powder (house rule)",
    remedy="nothing to do; --method powder shows the powder plan, which must not be made",
    meaning="Powder comes first unless a finding refuses it.",
    cause="The dose is below the least for powder.",
    source=HOUSE_RULE,
)
CHOSEN_FOR_PARTICLES = _note(
    "solution-chosen-for-particles",
    title="The solution route was chosen: the powder is too coarse",
    message="--method auto takes the solution route, because the particle RSD of the powder, {rsd:percent}, is above "
    "{limit:percent} (house rule)",
    remedy="nothing to do; --method powder shows the powder plan",
    meaning="Powder comes first unless a finding refuses it. Dissolved drug has no particles.",
    cause="The particle size of the lot is too coarse for the dose.",
    source=HOUSE_RULE,
)
CHOSEN_WITHOUT_POWDER = _note(
    "solution-chosen-without-powder",
    title="The solution route was chosen: no powder plan is admissible",
    message="--method auto takes the solution route, because no powder plan with up to {most:count} triturations keeps "
    "all limits",
    remedy="nothing to do; --method powder says what would help",
    meaning="Powder comes first unless a finding refuses it.",
    cause="The balance, the dose and the limits do not fit together for powder.",
    source=HOUSE_RULE,
)
SOURCE_NOT_SOLUBLE = _error(
    "source-not-soluble",
    title="The source does not dissolve as a whole",
    message="a trituration in stock or a crushed tablet holds excipients that do not dissolve, so that a flask made up "
    "with it holds less solution than its volume, and not the whole drug may be in it",
    remedy="take the pure drug, or plan with --method powder",
    meaning="The solution route counts on a clear solution in a flask that is full to its mark.",
    cause="--strength or --tablet was given.",
    source=HOUSE_RULE,
)
SOLUBILITY_NEEDED = _error(
    "solubility-needed",
    title="The solubility is not known",
    message="no figure for the solubility of {drug} in {solvent} is on record ({says}), so that no solution is planned",
    remedy="enter a figure with its source at hand: --solubility, such as \"20 mg/mL\"",
    meaning="Drug that is not dissolved stays in the flask, and the dose is wrong by as much.",
    cause="--solubility was left out, and there is no figure on record for this drug and solvent.",
    source=HOUSE_RULE,
)
SOLUBILITY_NOT_CHECKED = _note(
    "solubility-not-checked",
    title="The concentration was not checked",
    message="no solubility is known, so the concentrations were not held against it",
    remedy="state drug and solvent, or solubility_mg_per_ml",
    meaning="A plan written by hand need not state what it dissolves in what.",
    cause="The request lacks drug, solvent or solubility.",
    source=HOUSE_RULE,
)
SOLUBILITY_FROM_RECORD = _note(
    "solubility-from-record",
    title="Where the solubility comes from",
    message="solubility of {drug} in {solvent}: {solubility:mass} per mL, from the tool's data (evidence: {evidence})",
    remedy="confirm it, or enter another figure with --solubility",
    meaning="Concentrations are kept below half of this figure.",
    cause="Every solution whose solubility was not entered.",
    source="data/substances.json",
)
SOLUBILITY_ENTERED = _note(
    "solubility-entered",
    title="The solubility was entered",
    message="solubility of {drug} in {solvent}: {solubility:mass} per mL, as entered",
    remedy="keep its source with the record of the batch",
    meaning="Concentrations are kept below half of this figure.",
    cause="--solubility was given.",
    source=HOUSE_RULE,
)
SOLUBILITY_ABOVE_RECORD = _warning(
    "solubility-above-record",
    title="The solubility entered is above the one on record",
    message="solubility of {drug} in {solvent}: {solubility:mass} per mL was entered; on record are {record:mass} per mL",
    remedy="check the figure and its unit",
    meaning="A figure too high lets undissolved drug into the flask.",
    cause="--solubility is larger than the figure of the tool's data.",
    source="data/substances.json",
)
TOO_CONCENTRATED = _error(
    "too-concentrated",
    title="A solution is too concentrated",
    message="{vessel} holds {concentration:mass} per mL; the limit is below {share:percent} of the solubility of "
    "{solubility:mass} per mL (house rule)",
    remedy="dissolve less drug, or in more solvent",
    meaning="Near its solubility drug dissolves slowly, and falls out again when the room gets cooler.",
    cause="Too much drug for the flask.",
    source=HOUSE_RULE,
)
DEPOSIT_TOO_WET = _error(
    "deposit-too-wet",
    title="Too much solution is put on the diluent",
    message="step {step:count} puts {volume:volume} on {powder:mass} of diluent, {per_g:number} mL per g; the limit is "
    "{most:number} mL per g (house rule)",
    remedy="put it on more diluent, or take a smaller aliquot",
    meaning="Powder that runs wet dries unevenly: the drug moves with the solvent and ends up in crusts and on the wall.",
    cause="The last aliquot is too large for the diluent it is put on.",
    source=HOUSE_RULE,
)
DEPOSIT_LIMIT_NOT_CHECKED = _note(
    "deposit-limit-not-checked",
    title="How wet the diluent gets was not checked",
    message="no limit was given for the volume of solution per g of diluent",
    remedy="state deposit_ml_per_g",
    meaning="A plan written by hand need not state it.",
    cause="The request lacks deposit_ml_per_g.",
    source=HOUSE_RULE,
)
SOLVENT_TO_DRIVE_OFF = _warning(
    "solvent-to-drive-off",
    title="The solvent has to be driven off",
    message="step {step:count} puts {volume:volume} of solution on {powder:mass} of diluent; the {days:count} days of dry "
    "capsules apply only when the {solvent} is driven off (water activity below 0.6)",
    remedy="dry to constant mass, record both weighings as the loss on drying, and have the water activity measured once "
    "for this way of drying",
    meaning="Capsules of damp powder are no dry form: they spoil sooner, the shell softens, and the mass that is filled "
    "holds solvent in place of drug.",
    cause="Every plan by the solution route.",
    source="USP <795>, beyond-use dates by water activity, from secondary pages; that it governs dried deposits is inferred",
)
NOT_DRIED = _error(
    "not-dried",
    title="Capsules are filled with powder that was not dried",
    message="{vessel} got solvent at step {step:count} and was not dried before it is filled",
    remedy="add the step that dries it, and weigh the dried vessel",
    meaning="The mass filled would hold solvent in place of drug, and the capsules would not keep.",
    cause="The steps lack a dry after the last liquid.",
    source="arithmetic of the steps",
)
SOLVENT_LEFT = _error(
    "solvent-left",
    title="The dried vessel weighs more than went into it dry",
    message="step {step:count}: {vessel} reads {read:mass} after drying; {held:mass} went into it dry, so that solvent is "
    "still there",
    remedy="dry on until two weighings agree, and enter the last reading",
    meaning="The diluent takes up no mass by drying. What it weighs more, beyond the error of two weighings, is solvent.",
    cause="The vessel was weighed too early, or something else went into it.",
    source="arithmetic of the readings",
)
LOST_IN_DRYING = _warning(
    "lost-in-drying",
    title="The dried vessel lost more than water",
    message="step {step:count}: {vessel} reads {read:mass} after drying; {held:mass} went into it dry, a loss of "
    "{loss:percent}; a diluent loses {most:percent} of its own water at most",
    remedy="look for spilt powder: drug is lost with it, and making up to the planned mass then gives too small a dose",
    meaning="Water that the diluent loses is made up with diluent. Powder that is lost takes drug with it.",
    cause="Powder stuck to the spatula or was spilt, or the diluent was damp.",
    source="USP-NF, microcrystalline cellulose: loss on drying at most 7.0 % (expert knowledge, no public source)",
)
DILUENT_DISSOLVES = _warning(
    "diluent-dissolves",
    title="The diluent dissolves in the solvent",
    message="{diluent} dissolves in {solvent}: the deposit cakes as it dries, and drug is locked into the crust",
    remedy="take microcrystalline cellulose, or grind the dried powder, sieve it, and show the content uniformity by assay",
    meaning="A diluent that the solvent leaves alone takes the solution up in its pores.",
    cause="Diluent and solvent do not suit each other.",
    source="expert knowledge, no public source",
)
DILUENT_SWELLS = _warning(
    "diluent-swells",
    title="The diluent swells in the solvent",
    message="{diluent} swells in {solvent}: the deposit dries slowly and to lumps",
    remedy="take microcrystalline cellulose, or grind and sieve the dried powder",
    meaning="A diluent that the solvent leaves alone takes the solution up in its pores.",
    cause="Diluent and solvent do not suit each other.",
    source="expert knowledge, no public source",
)
DILUENT_IN_SOLVENT_NOT_CHECKED = _note(
    "diluent-in-solvent-not-checked",
    title="Diluent and solvent were not checked",
    message="what {solvent} does to {diluent} is not on record",
    remedy="try it on a small amount: it has to stay a powder",
    meaning="A diluent that dissolves or swells cakes as it dries.",
    cause="The diluent is none of those on record.",
    source=HOUSE_RULE,
)
SOLVENT_HARMS_SHELL = _note(
    "solvent-harms-shell",
    title="What a rest of solvent does to the shell",
    message="a rest of {solvent} in the powder harms a shell of {shell}: {caution}",
    remedy="dry to constant mass before the capsules are filled",
    meaning="The shell suits the solvent only when none of it is left.",
    cause="Every plan by the solution route whose shell is stated.",
    source="expert knowledge, no public source",
)
SHELL_IN_SOLVENT_NOT_CHECKED = _note(
    "shell-in-solvent-not-checked",
    title="Shell and solvent were not checked",
    message="what a rest of {solvent} does to a shell of {shell} is not on record",
    remedy="ask the supplier of the shells; dry to constant mass in any case",
    meaning="The shell suits the solvent only when none of it is left.",
    cause="The shell is none of those on record.",
    source=HOUSE_RULE,
)
TOLERANCE_UNSOURCED = _note(
    "tolerance-unsourced",
    title="The tolerance of a piece of ware rests on no public source",
    message="{ware}: the tolerance of {tolerance:volume} is expert knowledge, no public source was found",
    remedy="see the certificate of the ware, or take a size whose tolerance is published",
    meaning="The worst case counts on this figure.",
    cause="The row of the table has no public source.",
    source="data/ware.json",
)
TOLERANCE_BELOW_RECORD = _warning(
    "tolerance-below-record",
    title="A tolerance is smaller than on record",
    message="step {step:count} counts on {stated:volume} for a {ware}; on record are {record:volume}",
    remedy="correct the tolerance, or keep the certificate of the ware with the record",
    meaning="The worst case is only as good as the tolerances it counts on.",
    cause="The plan states a smaller tolerance than the table.",
    source="data/ware.json",
)

# How the dose stands to the doses studied.

_REVIEW = "the 2009 review of opioid antagonists for pain, row by row in data/doses.json"

DOSE_CLASS = _note(
    "dose-class",
    title="The class of the dose",
    message="class of {dose:dose}: {review_class} by the source review, where ultralow is below {review_limit:mass}; "
    "{daily_class} by Toljan and Vrooman 2018, where ultralow is below {daily_limit:mass} a day",
    remedy="name the definition whenever the word ultralow is used",
    meaning="The word ultralow has two definitions a thousandfold apart. The review counts each dose, the paper of "
    "2018 the dose of a day.",
    cause="Every dose of naltrexone or naloxone is classed by both.",
    source="the 2009 review, lines 132 to 139; Toljan and Vrooman 2018, https://pmc.ncbi.nlm.nih.gov/articles/PMC6313374",
)
REVIEW_FORM_NOT_STATED = _note(
    "review-form-not-stated",
    title="The review does not say base or hydrochloride",
    message="the doses studied are compared with {dose:dose} of {substance} as it stands: the source review never says "
    "whether its doses are of the base or of the hydrochloride",
    remedy="where a tenth matters, look up the form in the paper itself",
    meaning="A dose of base and the same dose of hydrochloride differ by about a tenth in what they hold.",
    cause="No row of the review names the form.",
    source=_REVIEW,
)
DOSE_STUDIED = _note(
    "dose-studied",
    title="The dose is one of those studied",
    message="the source review gives {dose:dose} as an oral dose ({references})",
    remedy="read what it was given for, and with which outcome, with compound doses",
    meaning="The review gives this very dose as an oral immediate-release one. That it was studied does not say that "
    "it works.",
    cause="The dose equals a studied one.",
    source=_REVIEW,
)
DOSE_IN_STUDIED_RANGE = _note(
    "dose-in-studied-range",
    title="The dose lies in a studied range",
    message="{dose:dose} lies in a range that the source review gives for oral doses, {low:dose} to {high:dose} "
    "({references})",
    remedy="read what the range was given for, and with which outcome, with compound doses",
    meaning="The review gives a range of oral immediate-release doses that holds this one, but not the dose itself.",
    cause="The dose lies between the ends of a studied range.",
    source=_REVIEW,
)
DOSE_BETWEEN_STUDIED = _note(
    "dose-between-studied",
    title="The dose lies between those studied",
    message="{dose:dose} is none of the oral doses of the source review; the nearest are {below:dose} "
    "({below_references}) and {above:dose} ({above_references})",
    remedy="see that the dose is the one meant",
    meaning="Nearest is counted by ratio: the next studied oral immediate-release dose down and the next one up.",
    cause="The dose is none of those studied.",
    source=_REVIEW,
)
DOSE_BEYOND_STUDIED = _note(
    "dose-beyond-studied",
    title="The dose lies beyond those studied",
    message="{dose:dose} is beyond the oral doses of the source review; the nearest is {nearest:dose} ({references})",
    remedy="see that the dose is the one meant",
    meaning="The dose is smaller, or larger, than every studied oral immediate-release dose of this drug.",
    cause="The dose is none of those studied.",
    source=_REVIEW,
)
DOSE_STUDIED_OTHERWISE = _note(
    "dose-studied-otherwise",
    title="The review has this figure, but not as one oral dose",
    message="{dose:dose} stands in the source review, but not as one oral immediate-release dose: {reason} ({record})",
    remedy="do not take that row as a precedent for a capsule",
    meaning="The figure is the total of a day, was given by another route, or is contradicted by the paper itself.",
    cause="The dose equals a figure of the review that is never used as a reference.",
    source=_REVIEW,
)
STUDIED_THOUSANDFOLD_APART = _note(
    "studied-thousandfold-apart",
    title="A dose a thousandfold apart was studied too",
    message="{dose:dose} was studied, and a dose {factor:count} times apart, {other:dose}, belongs to the doses "
    "studied as well ({references})",
    remedy="see that mcg or mg on the prescription is the one meant",
    meaning="Low and ultralow doses of this drug are both in use. A slip between mcg and mg turns one into the other.",
    cause="The dose equals a studied one; times or divided by 1,000 it meets another.",
    source=_REVIEW,
)
DOSE_MULTIPLE_OF_STUDIED = _warning(
    "dose-multiple-of-studied",
    title="The dose is 10, 100 or 1,000 times a studied one",
    message="{dose:dose} is {factor:count} times {studied:dose}, studied according to the source review ({references})",
    remedy="see that the unit and the decimal point are those of the prescription",
    meaning="Slips of a power of ten come from a misread unit or point. The dose written is no studied dose; divided "
    "by the factor it is one.",
    cause="mg written for mcg, a point lost, or a dose that is meant so.",
    source=f"{_REVIEW}; the factors are a {HOUSE_RULE}",
)
DOSE_PART_OF_STUDIED = _warning(
    "dose-part-of-studied",
    title="A studied dose is 10, 100 or 1,000 times the dose",
    message="{factor:count} times {dose:dose} is {studied:dose}, studied according to the source review "
    "({references})",
    remedy="see that the unit and the decimal point are those of the prescription",
    meaning="Slips of a power of ten come from a misread unit or point. The dose written is no studied dose; "
    "multiplied by the factor it is one.",
    cause="mcg written for mg, a point put in the wrong place, or a dose that is meant so.",
    source=f"{_REVIEW}; the factors are a {HOUSE_RULE}",
)
DOSE_MULTIPLE_OF_RANGE = _warning(
    "dose-multiple-of-range",
    title="The dose is 10, 100 or 1,000 times a dose in a studied range",
    message="{dose:dose} is {factor:count} times {studied:dose}, which lies in the range {low:dose} to {high:dose}, "
    "studied according to the source review ({references})",
    remedy="see that the unit and the decimal point are those of the prescription",
    meaning="Slips of a power of ten come from a misread unit or point. The dose written is no studied dose; divided "
    "by the factor it lies in a studied range.",
    cause="mg written for mcg, a point lost, or a dose that is meant so.",
    source=f"{_REVIEW}; the factors are a {HOUSE_RULE}",
)
DOSE_PART_OF_RANGE = _warning(
    "dose-part-of-range",
    title="10, 100 or 1,000 times the dose lies in a studied range",
    message="{factor:count} times {dose:dose} is {studied:dose}, which lies in the range {low:dose} to {high:dose}, "
    "studied according to the source review ({references})",
    remedy="see that the unit and the decimal point are those of the prescription",
    meaning="Slips of a power of ten come from a misread unit or point. The dose written is no studied dose; "
    "multiplied by the factor it lies in a studied range.",
    cause="mcg written for mg, a point put in the wrong place, or a dose that is meant so.",
    source=f"{_REVIEW}; the factors are a {HOUSE_RULE}",
)
DOSE_NOT_LOW = _judgement(
    "dose-not-low",
    title="The dose is no low dose",
    message="{dose:dose} is no low dose of {drug} by mouth; low doses stay below {limit:dose}",
    remedy="see that the unit and the decimal point are those of the prescription; a pharmacist who means this dose "
    "accepts it with a reason",
    meaning="This tool is made for low and ultralow doses. From 10 mg of naltrexone, or 1 mg of naloxone by mouth, a "
    "slip of the unit is likelier than the dose.",
    cause="The unit was mistaken, or a full dose is wanted.",
    source=f"{HOUSE_RULE}; the limits stand in data/doses.json with their reasons",
)
ORAL_ROUTE_DOUBTED = _warning(
    "oral-route-doubted",
    title="The oral doses of the review are no sure precedent",
    message="the source review calls {drug} doses oral whose route is doubted ({references}): none of them is a sure "
    "precedent for a dose by mouth",
    remedy="look up route and dose in the papers themselves before a dose by mouth is settled",
    meaning="One paper cited for oral naloxone gave it into a vein, the route of another was not verified, and the "
    "dental studies are remembered as intravenous (the last is expert knowledge, no public source). By mouth about 2 % "
    "of naloxone reaches the blood.",
    cause="Every oral immediate-release row of the drug carries a remark on its route.",
    source="https://www.pubmed.gov/17568402/ for La Vincente et al. 2008; the remarks in data/doses.json",
)
STUDIED_DOSES_UNKNOWN = _note(
    "studied-doses-unknown",
    title="The dose was not compared with studied doses",
    message="no studied doses of {drug} are known here; the source review covers naltrexone and naloxone",
    remedy="check the dose against a reference for this drug",
    meaning="Neither the class of the dose nor a slip by a power of ten could be looked for.",
    cause="The drug is none of those in the source review.",
    source=_REVIEW,
)

# What weights and assays of capsules show, and what they do not.

_USP_905 = "USP <905>; thresholds from a public copy of the chapter (domain facts 6.3)"
_NET_OR_GROSS = "shell tolerances of makers (domain facts 4.1)"
_RULE_TABLE = "the rule named; citation and evidence in the table, from data/qc.json (domain facts 6.3 and 6.4)"

QC_WEIGHT_EXCLUDED = _note(
    "qc-weight-excluded",
    title="Weight does not prove the dose of these capsules",
    message="{dose:dose} of drug in {fill:mass} is {share:number} % of the content; USP <905> lets weight stand for "
    "dose only from {least_drug:mass} and {least_share:number} % of drug in each capsule, so these weights prove the "
    "uniformity of the fill and not the dose",
    remedy="have 10 capsules assayed one by one, and judge them with compound qc assay",
    meaning="A capsule can hold the right mass of powder and the wrong mass of drug. With little drug in it, weight "
    "cannot tell.",
    cause="The capsule holds less drug than the weight variation test asks for.",
    source=_USP_905,
)
QC_WEIGHT_EXCLUDED_BY_DOSE = _note(
    "qc-weight-excluded-by-dose",
    title="Weight does not prove the dose of these capsules",
    message="each capsule holds {dose:dose} of drug; USP <905> lets weight stand for dose only from "
    "{least_drug:mass} and {least_share:number} % of drug in each capsule, so these weights prove the uniformity of "
    "the fill and not the dose",
    remedy="have 10 capsules assayed one by one, and judge them with compound qc assay",
    meaning="A capsule can hold the right mass of powder and the wrong mass of drug. With little drug in it, weight "
    "cannot tell.",
    cause="The capsule holds less drug than the weight variation test asks for.",
    source=_USP_905,
)
QC_DOSE_NOT_GIVEN = _note(
    "qc-dose-not-given",
    title="Whether weight may stand for dose was not checked",
    message="not checked whether USP <905> lets weight stand for dose, because the drug in each capsule was not "
    "entered; weights alone prove the uniformity of the fill and not the dose",
    remedy="enter the drug in each capsule with --dose",
    meaning="USP <905> admits weight only from 25 mg and 25 % of drug in each capsule.",
    cause="--dose was left out.",
    source=_USP_905,
)
QC_FILL_NOT_DOSE = _note(
    "qc-fill-not-dose",
    title="Weight variation by USP <905> was not judged",
    message="weight variation by USP <905> was not judged; the other rules prove the uniformity of the fill and not "
    "the dose",
    remedy="give 10 or 30 net weights, the drug in each capsule with --dose and the mean content with --assay",
    meaning="These capsules hold enough drug for weight to stand for dose, but the test was not made.",
    cause="The rule was not chosen, or lacked a fact; the table says which.",
    source=_USP_905,
)
QC_CONTENT_UNIFORMITY_INSTEAD = _note(
    "qc-content-uniformity-instead",
    title="Ph. Eur. asks for assays of single capsules here",
    message="{dose:dose} in {fill:mass} is below {least_drug:mass} or {least_share:number} % of drug; Ph. Eur. asks "
    "for uniformity of content there, so its test of mass shows the fill alone",
    remedy="have single capsules assayed, and judge them with compound qc assay",
    meaning="With very little drug in a capsule the pharmacopoeia puts assays in the place of weights.",
    cause="The dose is small, or a small part of the fill.",
    source="Ph. Eur., capsules; expert knowledge, no public source",
)
QC_GROSS_CARRIES_SHELL = _warning(
    "qc-gross-carries-shell",
    title="A limit on the gross weight is a wider limit on the fill",
    message="10 % of the gross weight {gross:mass} is {share:number} % of the fill {fill:mass}, because the shell "
    "weighs {shell:mass} and varies too",
    remedy="tare each shell before it is filled, and judge the net contents",
    meaning="A gross weight is fill and shell. A range around the gross weight lets the fill stray further than its "
    "figure says.",
    cause="The capsules were weighed with their shells.",
    source=_NET_OR_GROSS,
)
QC_GROSS_WITHOUT_SHELL = _warning(
    "qc-gross-without-shell",
    title="Gross weights without shells do not show the fill",
    message="the mean gross weight is {gross:mass}; how much of it is fill was not checked, because no shell weight "
    "gives it",
    remedy="enter --shell for each capsule, or --shell-mean and --shell-spread",
    meaning="A gross weight is fill and shell. Without the shell nothing can be said of the fill.",
    cause="Gross weights were given, and no usable shell weights.",
    source=_NET_OR_GROSS,
)
QC_MEAN_BASED = _warning(
    "qc-mean-based",
    title="An error of the whole batch was not looked for",
    message="{rule} compares the capsules with their own mean, so it cannot see an error of the filling that all of "
    "them share; no rule compared them with theory",
    remedy="enter the net content that each capsule should hold with --theory, and judge by usp-compounding too",
    meaning="If every capsule holds half of what it should, all of them are close to their mean.",
    cause="--theory was left out, or no rule that uses it was chosen.",
    source="comparison of the Spanish and the USP weight tests (domain facts 6.4)",
)
QC_MEAN_BASED_CONTENT = _warning(
    "qc-mean-based-content",
    title="A strength that is off was not looked for",
    message="{rule} compares the units with their own mean, so it cannot see a strength that is off in all of them; no "
    "rule compared them with the label",
    remedy="judge by strength or usp-905 too",
    meaning="If every capsule holds half of its dose, all of them are close to their mean.",
    cause="No rule that compares with the label was chosen.",
    source="comparison of the Spanish and the USP weight tests (domain facts 6.4)",
)
QC_UNITS_OUTSIDE = _error(
    "qc-units-outside",
    title="Capsules weigh too much or too little",
    message="{rule}: {outside:count} of {units:count} capsules outside {low:mass} to {high:mass}, where {most:count} "
    "may be; the furthest is unit {unit:count} with {value:mass}",
    remedy="do not release the batch; find the cause in filling or mixing, and make it again",
    meaning="More capsules lie outside the range than the rule tolerates.",
    cause="Uneven filling, a powder that flows badly, or a wrong reading.",
    source=_RULE_TABLE,
)
QC_MEAN_OFF = _error(
    "qc-mean-off",
    title="The mean weight is off",
    message="{rule}: the mean is {mean:mass}; it may lie from {low:mass} to {high:mass} (theory {theory:mass})",
    remedy="do not release the batch; look for an error that all capsules share, as a wrong fill weight or lost "
    "powder",
    meaning="The capsules as a whole hold too much or too little powder.",
    cause="An error of the filling that all capsules share, or a wrong theoretical weight.",
    source=_RULE_TABLE,
)
QC_RSD_TOO_HIGH = _error(
    "qc-rsd-too-high",
    title="The weights scatter too much",
    message="{rule}: the relative standard deviation is {rsd:number} %; it must be below {limit:number} %",
    remedy="do not release the batch; find the cause in filling, and make it again",
    meaning="The relative standard deviation (n - 1) of the weights reaches or passes the limit.",
    cause="Uneven filling.",
    source=_RULE_TABLE,
)
QC_MASS_LOST = _error(
    "qc-mass-lost",
    title="Too much powder was lost",
    message="{rule}: {into:mass} went in and {net:mass} is in the capsules, a loss of {loss:number} %; at most "
    "{limit:number} % may be lost",
    remedy="find where the powder went; lost powder may have taken drug along",
    meaning="The sum of the weighings is more than the net mass of the capsules by more than the limit.",
    cause="Powder left in mortar, machine or boats, a weighing left out, or capsules left out.",
    source=_RULE_TABLE,
)
QC_MASS_GAINED = _error(
    "qc-mass-gained",
    title="The capsules hold more than was weighed in",
    message="{rule}: {into:mass} went in and {net:mass} is in the capsules, which cannot be",
    remedy="check the weighings, the shell weights and the number of capsules",
    meaning="Powder does not become more. A weighing is missing or wrong.",
    cause="A weighing was not entered, or the capsules' net mass is wrong.",
    source=_RULE_TABLE,
)
QC_OPEN_CAPSULES = _error(
    "qc-open-capsules",
    title="Intact capsules do not pass; their contents decide",
    message="{rule}: {outside:count} of {units:count} intact capsules outside the range; not passed until the "
    "contents are weighed",
    remedy="open the capsules, weigh the empty shells, and judge again with --shell",
    meaning="The rule first looks at intact capsules. Where these do not pass, it judges the net contents.",
    cause="The intact capsules scatter, by their fill or by their shells.",
    source=_RULE_TABLE,
)
QC_SHELLS_DECIDE = _error(
    "qc-shells-decide",
    title="The unweighed shells decide",
    message="{rule}: between {certain:count} and {possible:count} capsules are outside, where {most:count} may be; "
    "shells that differ by up to {spread:mass} leave it open",
    remedy="weigh each shell, and judge again with --shell for each capsule",
    meaning="The net contents are known only within the spread of the shells, and that is too wide for a verdict.",
    cause="Only a mean shell weight and its spread were given.",
    source=_NET_OR_GROSS,
)
QC_SHELLS_DECIDE_MEAN = _error(
    "qc-shells-decide-mean",
    title="The unweighed shells decide over the mean",
    message="{rule}: the mean is {mean:mass} by the mean shell and may lie from {low:mass} to {high:mass}; shells "
    "that differ by up to {spread:mass} leave it open",
    remedy="weigh each shell, and judge again with --shell for each capsule",
    meaning="The shells of these capsules may all be heavier, or all lighter, than the mean of their lot.",
    cause="Only a mean shell weight and its spread were given.",
    source=_NET_OR_GROSS,
)
QC_SHELLS_DECIDE_LOSS = _error(
    "qc-shells-decide-loss",
    title="The unweighed shells decide over the mass loss",
    message="{rule}: the loss is {loss:number} % by the mean shell, of 0 % to {limit:number} %; shells that differ "
    "by up to {spread:mass} leave it open",
    remedy="weigh the contents of all capsules together and enter them with --all-net, or weigh each shell",
    meaning="The net mass of the capsules is known only within the spread of the shells.",
    cause="Only a mean shell weight and its spread were given.",
    source=_NET_OR_GROSS,
)
QC_ACCEPTANCE_STAGE_1 = _error(
    "qc-acceptance-stage-1",
    title="The acceptance value does not pass stage 1",
    message="{rule}: the acceptance value of {units:count} units is {value:number} %; at most {limit:number} % passes "
    "stage 1 (mean {mean:number} %, M {reference:number} %)",
    remedy="test 20 more units, and judge all 30 together",
    meaning="The units lie too far from the target, or scatter too much. Stage 2 may still pass the batch.",
    cause="Uneven mixing or filling, or a strength that is off.",
    source=_USP_905,
)
QC_ACCEPTANCE_STAGE_2 = _error(
    "qc-acceptance-stage-2",
    title="The acceptance value does not pass stage 2",
    message="{rule}: the acceptance value of {units:count} units is {value:number} %; at most {limit:number} % passes "
    "(mean {mean:number} %, M {reference:number} %)",
    remedy="do not release the batch; there is no third stage",
    meaning="The units lie too far from the target, or scatter too much.",
    cause="Uneven mixing or filling, or a strength that is off.",
    source=_USP_905,
)
QC_STAGE_2_CANNOT_PASS = _error(
    "qc-stage-2-cannot-pass",
    title="Stage 2 cannot pass any more",
    message="{rule}: unit {unit:count} holds {value:number} % of the label; whatever 20 more units give, none may "
    "lie outside {low:number} % to {high:number} %",
    remedy="do not release the batch; more units cannot mend this one",
    meaning="The range for single units lies between these bounds for every possible mean.",
    cause="A unit with far too much or far too little drug.",
    source=_USP_905,
)
QC_CONTENTS_OUTSIDE = _error(
    "qc-contents-outside",
    title="Capsules hold too much or too little drug",
    message="{rule}: {outside:count} of {units:count} units outside {low:number} % to {high:number} % of the label, "
    "where {most:count} may be; the furthest is unit {unit:count} with {value:number} %",
    remedy="do not release the batch; find the cause in weighing, mixing or filling, and make it again",
    meaning="More units lie outside the range than the rule tolerates.",
    cause="Uneven mixing or filling, or a strength that is off.",
    source=_RULE_TABLE,
)
QC_CONTENT_NEXT_STAGE = _error(
    "qc-content-next-stage",
    title="The first units do not pass; 20 more decide",
    message="{rule}: {outside:count} units outside {low:number} % to {high:number} % of the label; not passed until "
    "20 more units are tested",
    remedy="test 20 more units, and judge all 30 together",
    meaning="Two or three units outside the narrow range, and none outside the wide one, lead to a second stage.",
    cause="Uneven mixing or filling.",
    source=_RULE_TABLE,
)
QC_MEAN_CONTENT_OFF = _error(
    "qc-mean-content-off",
    title="The strength is off",
    message="{rule}: the mean content is {mean:number} % of the label; it must lie from {low:number} % to "
    "{high:number} %",
    remedy="do not release the batch; look for an error in the weighings, the potency of the lot or the fill weight",
    meaning="The capsules as a whole hold too much or too little drug.",
    cause="An error that all capsules share.",
    source=_RULE_TABLE,
)
QC_ROUNDING_WOULD_PASS = _note(
    "qc-rounding-would-pass",
    title="Rounded first, this result would pass",
    message="{rule}: {value:number} % fails against {limit:number} % because it is judged unrounded; rounded to a "
    "step of {step:number} % first, it would pass",
    remedy="say in the record which convention the laboratory follows",
    meaning="USP rounds a result to the digits of its limit before the two are compared. This tool compares exactly.",
    cause="The result lies beyond the limit by less than half of its last digit.",
    source="USP General Notices 7.20; expert knowledge, no public source",
)
QC_TARGET_ASSUMED = _note(
    "qc-target-assumed",
    title="The target of the label is assumed",
    message="T was taken as {target:number} %, because no other target was entered",
    remedy="enter it with --target if the limits of the label do not have 100 % as their average",
    meaning="T is the average of the limits of the label. Above 101.5 % it moves the reference value M.",
    cause="--target was left out.",
    source="USP <905>; T = 100 % unless stated: expert knowledge, no public source",
)
QC_RULE_NOT_APPLIED = _error(
    "qc-rule-not-applied",
    title="A rule that was asked for could not be judged",
    message="{rule} was asked for with --rule and was not judged in full; the table gives the reason",
    remedy="enter what the rule needs, or leave it out",
    meaning="A rule that could not be judged has not passed.",
    cause="A fact that the rule needs was not entered, or the rule does not hold for these capsules.",
    source=HOUSE_RULE,
)
QC_NOTHING_JUDGED = _error(
    "qc-nothing-judged",
    title="No rule on single units could be judged",
    message="no rule on single units could be judged, so nothing passed; the table gives the reason for each",
    remedy="enter what a rule needs, as --theory, or weigh as many units as it takes",
    meaning="Figures without a rule are no verdict.",
    cause="Every rule lacked a fact, or the right number of units.",
    source=HOUSE_RULE,
)

# Why a rule on weights or assays was not applied.

QC_NEEDS_NET = _note(
    "qc-needs-net",
    title="The rule judges net contents",
    message="gross weights were given without shell weights, and the rule judges net contents",
    remedy="enter --shell for each capsule, or --shell-mean and --shell-spread",
    meaning="A gross weight is fill and shell. Without the shell nothing can be said of the fill.",
    cause="No shell weights were given.",
    source=_NET_OR_GROSS,
)
QC_NEEDS_OWN_SHELLS = _note(
    "qc-needs-own-shells",
    title="The rule needs each capsule's own shell",
    message="only gross weights or a mean shell weight are known, and the rule judges how the net contents scatter",
    remedy="weigh each shell, and enter --shell for each capsule",
    meaning="The scatter of gross weights is that of fill and shells together.",
    cause="The shells were not weighed one by one.",
    source=_NET_OR_GROSS,
)
QC_NUMBER_OF_UNITS = _note(
    "qc-number-of-units",
    title="The rule takes another number of units",
    message="the rule takes {needed} units, and {given:count} were weighed",
    remedy="weigh as many units as the rule takes",
    meaning="The numbers of a rule hold for its own number of units.",
    cause="Another number of units was weighed.",
    source=_RULE_TABLE,
)
QC_SAMPLE_UNKNOWN = _note(
    "qc-sample-unknown",
    title="Whether the sample is large enough is not known",
    message="{given:count} capsules pass, but whether they are enough is not known, because the number made was not "
    "entered; {most:count} are always enough",
    remedy="enter the number of capsules made with --capsules",
    meaning="The rule asks for 5 % of the batch or 10 capsules, whichever is fewer.",
    cause="--capsules was left out.",
    source=_RULE_TABLE,
)
QC_SAMPLE_TOO_SMALL = _note(
    "qc-sample-too-small",
    title="The sample is too small",
    message="{given:count} capsules pass, and the rule asks for {needed:count} of this batch",
    remedy="weigh more capsules",
    meaning="The rule asks for 5 % of the batch or 10 capsules, whichever is fewer.",
    cause="Too few capsules were weighed.",
    source=_RULE_TABLE,
)
QC_THEORY_MISSING = _note(
    "qc-theory-missing",
    title="The theoretical weight was not entered",
    message="the rule compares with the theoretical weight, which was not entered",
    remedy="enter the net content that each capsule should hold with --theory",
    meaning="An error of the filling that all capsules share shows only against theory.",
    cause="--theory was left out.",
    source=_RULE_TABLE,
)
QC_DOSE_MISSING = _note(
    "qc-dose-missing",
    title="The drug in each capsule was not entered",
    message="the limit depends on the drug in each capsule, which was not entered",
    remedy="enter it with --dose",
    meaning="The order sets wider limits for smaller amounts.",
    cause="--dose was left out.",
    source=_RULE_TABLE,
)
QC_ASSAY_MISSING = _note(
    "qc-assay-missing",
    title="The mean content was not entered",
    message="the rule turns weights into contents by the mean content of the batch, which was not entered",
    remedy="enter the assay of the batch, in per cent of the label, with --assay",
    meaning="Weight variation needs one assay of the batch.",
    cause="--assay was left out.",
    source=_USP_905,
)
QC_WEIGHED_IN_MISSING = _note(
    "qc-weighed-in-missing",
    title="The sum of the weighings was not entered",
    message="the rule compares with the sum of the weighings, which was not entered",
    remedy="enter it with --weighed-in",
    meaning="The mass loss is the sum of the weighings less the net mass of the capsules.",
    cause="--weighed-in was left out.",
    source=_RULE_TABLE,
)
QC_ALL_NET_MISSING = _note(
    "qc-all-net-missing",
    title="The net mass of all capsules is not known",
    message="the rule needs the net mass of all capsules, and {given:count} capsules were weighed without saying "
    "that these are all of the batch",
    remedy="enter --all-net, or --capsules if every capsule of the batch was weighed",
    meaning="The mass loss is that of the whole batch. A sample does not give it.",
    cause="--all-net was left out, and the net contents of all capsules are not there.",
    source=_RULE_TABLE,
)
QC_OUTSIDE_CLASSES = _note(
    "qc-outside-classes",
    title="The rule has no limit for this mass",
    message="the rule gives no limit for {mass:mass}",
    remedy="judge by a rule that does",
    meaning="The table of the rule ends below this mass.",
    cause="The mass lies outside the classes of the rule.",
    source=_RULE_TABLE,
)
QC_MEAN_ZERO = _note(
    "qc-mean-zero",
    title="There is no mean to divide by",
    message="the mean content is not above zero for certain, so nothing can be a share of it",
    remedy="check the readings; these capsules are empty",
    meaning="A relative standard deviation is a share of the mean.",
    cause="The capsules weigh no more than their shells.",
    source=_RULE_TABLE,
)

# Excipients, shells and dosage forms.

EXCIPIENT_DISALLOWED = _judgement(
    "excipient-disallowed",
    title="An excipient is disallowed",
    message="{message} (rule {rule}; evidence: {evidence}; source: {source})",
    remedy="plan with another excipient, such as microcrystalline cellulose",
    meaning="The name is, or holds, something these capsules must not contain: calcium carbonate, an agent that slows "
    "release, or what the pharmacy's own rules disallow.",
    cause="The name, one of its components or an identifier stands on the list of disallowed excipients.",
    source="the rule named in the message; all rules with their sources stand in data/excipients.json",
)
RELEASE_FORM_DISALLOWED = _judgement(
    "release-form-disallowed",
    title="A slow-release form is disallowed",
    message="{message} (rule {rule}; evidence: {evidence}; source: {source})",
    remedy="plan an immediate-release capsule",
    meaning="The source review asks for no slow-release or timed-release form of these drugs.",
    cause="A word or suffix of slow, delayed or enteric release stands in the name.",
    source="source review of 2009, section on obtaining the drugs; expert opinion, no trial compared the forms",
)
EXCIPIENT_REVIEW = _warning(
    "excipient-review",
    title="An excipient or form needs a closer look",
    message="{message} (rule {rule}; evidence: {evidence}; source: {source})",
    remedy="ask the supplier, and write the name with its grade or composition",
    meaning="The name may stand for something disallowed; what decides is not in the name.",
    cause="A grade, an amount or a composition is not stated, or the name is close to a disallowed one.",
    source="the rule named in the message; all rules with their sources stand in data/excipients.json",
)
EXCIPIENT_UNKNOWN = _warning(
    "excipient-unknown",
    title="The rules do not know an excipient or form",
    message="{message} (rule {rule}; evidence: {evidence})",
    remedy="check what it is made of and whether it slows release; a pharmacy can add what it knows with --rules",
    meaning="Nothing is held against the name, and nothing is known for it. It was not checked.",
    cause="The name, or a word in it, stands in no rule.",
    source=HOUSE_RULE,
)
EXCIPIENT_CAUTION = _note(
    "excipient-caution",
    title="An excipient calls for caution with some patients",
    message="{name}: {caution}",
    remedy="see that it suits the patient",
    meaning="The excipient is allowed, but some patients should not have it, or not much of it.",
    cause="Lactose, sucrose, gelatin, starch, an azo dye, magnesium stearate or bicarbonate is named.",
    source="expert knowledge, no public source, unless data/excipients.json names one",
)


ENTRIES: dict[str, Entry] = {
    entry.code: entry for entry in list(globals().values()) if isinstance(entry, Entry)
}
