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


ENTRIES: dict[str, Entry] = {
    entry.code: entry for entry in list(globals().values()) if isinstance(entry, Entry)
}
