"""The one catalogue of findings: code, severity, sentences, meaning, cause, cure and source.

A code is never reused. `{name:kind}` in a message or remedy stands for a value of the finding, printed by
`compound.notation`; the kinds are those of `compound.notation.KINDS`. The cure is the remedy. Every entry is raised by a test
and printed by `compound explain CODE`.
"""

from __future__ import annotations

from compound.finding import Entry, Severity

HOUSE_RULE = "house rule of this tool"


def _error(code: str, **texts: str) -> Entry:
    return Entry(code, Severity.ERROR, **texts)


def _judgement(code: str, **texts: str) -> Entry:
    return Entry(code, Severity.ERROR, **texts, judgement=True)


def _warning(code: str, **texts: str) -> Entry:
    return Entry(code, Severity.WARNING, **texts)


def _note(code: str, **texts: str) -> Entry:
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
    message="weighing error only; capsule-to-capsule uniformity not shown, because the particle size is not known",
    remedy="ask for the particle size of the lot, and see that a dose of {dose:dose} holds enough particles",
    meaning="A small dose is a small number of particles. However well powder is weighed and mixed, the number of "
    "particles differs from capsule to capsule.",
    cause="--particle-size was left out and the dose is below 100 mcg.",
    source="particle statistics after Yalkowsky and Bolton; the limit of 100 mcg is a house rule",
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
    message="nothing is known about {drug}: its form, potency, density and doses were not checked",
    remedy="check the name; if it is right, check form, salt and dose against a reference",
    meaning="The name is none of the drug forms that the tool has facts on. The plan is exact all the same.",
    cause="The drug is new to the tool, or its name was mistyped.",
    source=HOUSE_RULE,
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
    message="step {step:count} weighs {amount:mass}; USP <41> accepts nothing below {floor:mass} "
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
    source="exhaustive search; the rule is in the README",
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
