"""The options of an order, each once: an option is added by adding its row.

From this table come the options of `compound plan` with their help, the keys of a formula, the columns of a table of
orders, what is asked for on a terminal, how an order is read (`options`), its `request` in JSON (`request`) and the table
of options in the guide. How an option of a kind is read and written stands with its readers, and a row names the kind.
"""

from __future__ import annotations

from compound.exact.value import Value


class Kind:
    """What an option holds. (An Enum of these would take 0.4 ms of every start.)"""

    DRUG = "drug"
    FORM = "form of the drug"
    DOSAGE_FORM = "dosage form"
    MASS = "mass"
    SENSITIVITY = "largest error of a weighing"
    READABILITY = "step of a display"
    PERCENT = "percent"
    FILL_RSD = "percent of the fill"
    NUMBER = "number"
    COUNT = "count"
    DIAMETER = "diameter"
    TRUE_DENSITY = "mass in 1 cm3 of particles"
    SOLUBILITY = "mass in 1 mL"
    STRENGTH = "mass in 1 g"
    DEPOSIT = "volume on 1 g"
    TABLET = "mass in mass"
    MATERIAL = "material"
    TEXT = "text"
    EXCIPIENT = "name and share"
    CHOICE = "choice"
    CAPSULE_SIZE = "capsule size"
    BASIS = "basis"
    SOLVENT = "solvent"
    SURPLUS_RULE = "surplus rule"
    FLASK = "flask"
    PIPETTE = "pipette"
    FLAG = "flag"
    REASONS = "reasons"
    SIEVE = "size classes"
    FILE = "file"

    # Those that hold numbers: where a comma is known to be a decimal one, it is so in these.
    AMOUNTS = frozenset((
        MASS, SENSITIVITY, READABILITY, PERCENT, FILL_RSD, NUMBER, COUNT, DIAMETER, SOLUBILITY, STRENGTH, DEPOSIT, TABLET,
        FLASK, PIPETTE, TRUE_DENSITY,
    ))  # fmt: skip
    SHARES = frozenset((EXCIPIENT, MATERIAL))  # a name, which may have a share behind it


class Part:
    """What an option is a part of. Those of the order and of the worksheet may stand in a formula or a table too."""

    ORDER = "order"
    WORKSHEET = "worksheet"
    RUN = "run"


class Group:
    """What an option is about: the groups of the help, in its order. Their headings stand in the wording room."""

    ORDER = "order"
    LOT = "lot"
    BALANCE = "balance"
    LIMITS = "limits"
    BLEND = "blend"
    SOLUTION = "solution"
    PAPER = "paper"
    MANY = "many"


class RequestKey(Value):
    """A key of `request`, its unit as its ending, and the field of the order that it holds; a point enters a field."""

    name: str
    field: str
    kind: str


class Option(Value):
    """An option, under its long name without dashes; `drug` is the argument.

    `field` is the field of an Order that it states, and `key` the key of `request` that holds it; `more` are further
    keys. `default` is said in the help; with `limit` it is the limit of that name in the standards. `between` are the
    least and the most of a count.
    """

    name: str
    kind: str
    help: str
    field: str = ""
    key: str = ""
    more: tuple[RequestKey, ...] = ()
    part: str = Part.ORDER
    repeated: bool = False
    required: bool = False
    default: str | None = None
    limit: str | None = None
    choices: tuple[str, ...] = ()
    between: tuple[int, int] | None = None
    prompt: str | None = None
    metavar: str | None = None

    @property
    def place(self) -> str:
        """How messages name it."""
        return place_of(self.name)

    @property
    def group(self) -> str:
        """The group of the help that it stands in. Raises KeyError for an option that was given none."""
        return _GROUP_OF[self.name]

    @property
    def placeholder(self) -> str | None:
        """What stands for its value in the help; None where the choices do."""
        return self.metavar or _PLACEHOLDERS.get(self.kind)

    @property
    def request_keys(self) -> tuple[RequestKey, ...]:
        """The keys of `request` that hold it."""
        return ((RequestKey(self.key, self.field, self.kind),) if self.key else ()) + self.more


def place_of(name: str) -> str:
    """How messages name an option."""
    return "DRUG" if name == "drug" else f"--{name}"


_PLACEHOLDERS = {
    Kind.MASS: "AMOUNT", Kind.SENSITIVITY: "AMOUNT", Kind.READABILITY: "AMOUNT", Kind.PERCENT: "PERCENT", Kind.FILL_RSD: "PERCENT",
    Kind.NUMBER: "NUMBER", Kind.COUNT: "COUNT", Kind.DIAMETER: "DIAMETER", Kind.TRUE_DENSITY: "DENSITY",
    Kind.SOLUBILITY: "AMOUNT/mL", Kind.STRENGTH: "STRENGTH", Kind.DEPOSIT: "VOLUME/g", Kind.TABLET: '"AMOUNT in AMOUNT"',
    Kind.MATERIAL: "NAME", Kind.FORM: "FORM", Kind.DOSAGE_FORM: "FORM", Kind.CAPSULE_SIZE: "SIZE", Kind.BASIS: "BASIS",
    Kind.SOLVENT: "NAME", Kind.FLASK: "VOLUME", Kind.PIPETTE: "VOLUME", Kind.TEXT: "TEXT",
}  # fmt: skip

# In the order of the guide; the help shows them by `GROUPS`.
OPTIONS = (
    Option("drug", Kind.DRUG, "", "drug", "drug", required=True,
           prompt="Drug, with its form (such as naltrexone hydrochloride)"),
    Option("dose", Kind.MASS, "Labelled dose of one capsule, with unit: 2 mcg, 0.5 mg, 20 nanograms. Required.",
           "dose", "dose_mg", required=True, prompt="Labelled dose of a capsule (such as 2 mcg)"),
    Option("balance-sensitivity", Kind.SENSITIVITY,
           "S, the largest error of one weighing (the sensitivity requirement). Required, unless --repeatability gives it.",
           "balance.sensitivity", "balance_sensitivity_mg", required=True,
           prompt="Sensitivity of the balance (such as 1 mg)"),
    Option("capsules", Kind.COUNT, "Capsules to dispense, 1 to 10,000. Required.", "capsules", "capsules",
           required=True, prompt="Capsules to dispense (such as 30)"),
    Option("repeatability", Kind.MASS,
           "s of ten weighings of one check weight. The minimum weight is then 2000 × the larger of s and 0.41 × readability "
           "(USP <41>, Ph. Eur. 2.1.7), and S, if not given, readability + 2·√2·s rounded up to two digits.",
           "repeatability", "repeatability_mg"),
    Option("readability", Kind.READABILITY,
           "Step of the display; every weighed amount is a multiple of it. Default: the largest power of ten of a mg "
           "not above S.", "balance.readability", "readability_mg",
           more=(RequestKey("readability_assumed", "readability_assumed", Kind.FLAG),)),
    Option("capacity", Kind.MASS, "Largest single load of the balance. Not given: not checked.",
           "balance.capacity", "capacity_mg"),
    Option("bulk-sensitivity", Kind.SENSITIVITY,
           "S of a second balance, for diluents: a diluent that is a multiple of its readability and at least S / weighing "
           "error is weighed there, any other on the first.", "bulk.sensitivity", "bulk_sensitivity_mg"),
    Option("bulk-readability", Kind.READABILITY,
           "Step of the display of the second balance. Default: the largest power of ten of a mg not above its S.",
           "bulk.readability", "bulk_readability_mg"),
    Option("bulk-capacity", Kind.MASS, "Largest single load of the second balance. Not given: not checked.",
           "bulk.capacity", "bulk_capacity_mg"),
    Option("weighing-error", Kind.PERCENT,
           "Largest relative error of one weighing; S / error is the least weighable quantity. Default 5 %.",
           "weighing_error_limit", "weighing_error_percent", default="5 %", limit="weighing_error_percent"),
    Option("minimum-weight", Kind.MASS,
           "Replaces the least weighable quantity (a national or house rule, USP <41>).",
           "minimum_weight", "minimum_weight_mg"),
    Option("dose-error", Kind.PERCENT,
           "Largest worst-case deviation of the dose from the label through the weighings. Default 5 %.",
           "dose_error_limit", "dose_error_percent", default="5 %", limit="dose_error_percent"),
    Option("plan-error", Kind.PERCENT,
           "What a plan should need of the dose error with readings on target; the rest is the reserve for readings off "
           "target. A smaller dose error is taken in its place. Default 3 %.",
           "plan_error_limit", "plan_error_percent", default="3 %", limit="plan_error_percent"),
    Option("least-mixture", Kind.MASS,
           "No trituration is lighter: a mortar neither mixes less nor gives it back. Default 1 g.",
           "least_mixture", "least_mixture_mg", default="1 g", limit="least_mixture_mg"),
    Option("max-dilution", Kind.NUMBER,
           "No mixture is more than this many times the mass of the concentrate put into it. Default 100.",
           "max_dilution", "max_dilution", default="100", limit="max_dilution"),
    Option("overage", Kind.PERCENT, "Extra blend, not extra strength; with --filling weight. Default 5 %.", "overage", "overage_percent",
           default="5 %", limit="overage_percent"),
    Option("drug-surplus", Kind.PERCENT,
           "Extra drug in every capsule beyond the label, at most 20 %; the label stays. Default 0 %.",
           "drug_surplus", "drug_surplus_percent", default="0 %"),
    Option("surplus-rule", Kind.SURPLUS_RULE,
           "The drug surplus by a national rule instead, as the labelled dose asks for: de-dac-nrf, be-famhp.",
           "surplus_rule", "surplus_rule", metavar="NAME"),
    Option("filling", Kind.CHOICE,
           "How capsules are filled: weight, or volume. By volume the last mixture is topped up with diluent to the volume "
           "of the capsules in the machine's cylinder, and all of it is filled; no fill weight is asked for. Default weight.",
           "filling", "filling", default="weight", choices=("weight", "volume")),
    Option("extra-capsules", Kind.COUNT,
           "With --filling volume: capsules filled beyond those to dispense. Default 0.",
           "extra_capsules", "extra_capsules", default="0"),
    Option("fill-weight", Kind.MASS,
           "Net powder in one capsule, filled by weight. Default: by size and diluent, with a warning.",
           "fill_weight", "fill_weight_mg", more=(RequestKey("fill_weight_assumed", "fill_weight_assumed", Kind.FLAG),),
           prompt="Mean net weight of a filled capsule (such as 135 mg)"),
    Option("capsule-size", Kind.CAPSULE_SIZE, "000 to 5. Default 3.", "capsule_size", "capsule_size", default="3"),
    Option("diluent", Kind.MATERIAL, "Default microcrystalline cellulose.", "diluent", "diluent",
           default="microcrystalline cellulose"),
    Option("excipient", Kind.EXCIPIENT,
           "Another excipient with its share of the blend, such as \"colloidal silica 0.5%\"; may be repeated. It is "
           "screened, weighed into the batch, and stands on the label.", "excipients", "excipient", repeated=True,
           metavar='"NAME P%"'),
    Option("shell", Kind.MATERIAL, "Material of the capsule shell, such as clear gelatin. Not given: not checked.",
           "shell", "shell"),
    Option("rules", Kind.FILE,
           "TOML file with a pharmacy's own rules on excipients; it can only tighten the built-in ones.",
           part=Part.RUN, metavar="FILE"),
    Option("dosage-form", Kind.DOSAGE_FORM, "Default capsule. Slow-release forms and other routes are refused.",
           "dosage_form", "dosage_form", default="capsule"),
    Option("dose-as", Kind.FORM,
           "The form the dose is expressed in (base, hydrochloride). Required where labels state another form than DRUG; "
           "else the default is DRUG.",
           "dose_as", "dose_as"),
    Option("assay", Kind.PERCENT,
           "Assay of the lot, such as 98.7%, or with its basis: \"99.3 % (anhydrous basis)\". Not given: 100 %, with a "
           "warning.",
           "lot.assay", "assay_percent"),
    Option("assay-error", Kind.PERCENT,
           "The \u00b1 of the certificate behind the assay, in the same per cent: 0.5% for 98.7 % \u00b1 0.5 %. Not given: not "
           "counted.",
           "lot.assay_error", "assay_error_percent"),
    Option("assay-basis", Kind.BASIS, "What the assay refers to: as-is, dried or anhydrous.",
           "lot.basis", "assay_basis"),
    Option("water", Kind.PERCENT, "Water or loss on drying of the lot, such as 8.5%.", "lot.water", "water_percent"),
    Option("strength", Kind.STRENGTH,
           'The source is a trituration in stock of this strength, such as "10 mg/g", 0.1%, "1 in 1000" or "30 mg in '
           '3000 mg".',
           "lot.strength", "strength_mg_per_g"),
    Option("tablet", Kind.TABLET, 'The source is crushed tablets, such as "50 mg in 170 mg".', "lot.tablet",
           more=(RequestKey("tablet_dose_mg", "lot.tablet.dose", Kind.MASS),
                 RequestKey("tablet_mass_mg", "lot.tablet.mass", Kind.MASS))),
    Option("strength-error", Kind.PERCENT,
           "How far the strength of --strength, or the content of --tablet, may be off. A line of its own beside the worst "
           "case of the weighings. Default 5 % for --strength, 10 % for --tablet.",
           "lot.strength_error", "strength_error_percent"),
    Option("particle-size", Kind.DIAMETER,
           "Mass-median diameter of the drug's particles, from the certificate of the lot, such as \"8 um\". Not given: "
           "not checked, with a warning below 100 mcg.", "particle_size.median_um", "particle_size_um"),
    Option("particle-spread", Kind.NUMBER,
           "Geometric standard deviation of the particle size, 1 to 10. Goes with --particle-size.",
           "particle_size.spread", "particle_spread"),
    Option("sieve", Kind.SIEVE,
           "Size classes of the drug's particles, in place of the two above: a CSV file with the columns "
           "lower_um,upper_um,percent or diameter_um,percent. The shares of the mass add up to 100 %.",
           "particle_size", "sieve", metavar="FILE.csv"),
    Option("true-density", Kind.TRUE_DENSITY,
           "True density of the drug's particles, such as \"1.38 g/cm3\", from the certificate or a paper. Replaces the one "
           "on record, and the range of 1.1 to 1.6 g/cm3 that is taken where there is none.",
           "true_density", "true_density_g_per_cm3"),
    Option("fill-rsd", Kind.FILL_RSD,
           "Relative standard deviation of the net weights of filled capsules, such as 3%. Not given: not checked.",
           "fill_rsd", "fill_rsd_percent"),
    Option("method", Kind.CHOICE,
           "powder, solution or auto: powder unless a finding refuses it, then solution. Default auto.",
           "method", "method", default="auto", choices=("auto", "powder", "solution")),
    Option("flask", Kind.FLASK,
           "Solution: a flask that the pharmacy owns, such as \"100 mL\" (class A), or \"cylinder 100 mL\"; may be "
           "repeated. Each size stands for as many as are needed. Default: all of class A.",
           "flasks", "flask", repeated=True),
    Option("pipette", Kind.PIPETTE,
           "Solution: a transfer pipette that the pharmacy owns, such as \"1 mL\" (class A), or \"measuring pipette "
           "5 mL\", \"syringe 1 mL\", \"cylinder 50 mL\"; may be repeated. Default: all transfer pipettes of class A.",
           "pipettes", "pipette", repeated=True),
    Option("by-mass", Kind.FLAG,
           "Solution: weigh solvent and aliquots; each size of --flask and --pipette stands for as many grams.",
           "by_mass", "by_mass", default="no"),
    Option("solvent", Kind.SOLVENT, "Solution: water or ethanol. Default water.", "solvent", "solvent",
           default="water"),
    Option("solubility", Kind.SOLUBILITY,
           "Solution: solubility of the drug in the solvent, such as \"100 mg/mL\". Needed where neither a figure nor a term "
           "of the pharmacopoeias (soluble: at least 33 mg/mL) is on record. Solutions stay below half of it.",
           "solubility", "solubility_mg_per_ml"),
    Option("deposit", Kind.DEPOSIT, "Solution: most solution put on the diluent, per g of it. Default 0.25 mL/g.",
           "deposit", "deposit_ml_per_g", default="0.25 mL/g", limit="deposit_ml_per_g"),
    Option("most-drug", Kind.MASS, "Solution: most drug dissolved for one batch. Default 1 g.",
           "most_drug", "most_drug_mg", default="1 g", limit="most_drug_mg"),
    Option("prefer", Kind.CHOICE,
           "What a digit to weigh is worth among powder plans: simple (a doubling of the powder), powder (a tenth more "
           "powder), drug (also a tenth more drug). Default simple.",
           "prefer", "prefer", default="simple", choices=("simple", "drug", "powder")),
    Option("alternatives", Kind.COUNT,
           "Also print K runner-up plans, each with the criterion on which it lost, and the best plan of the other "
           "route. Default 0.", part=Part.RUN, default="0", between=(0, 20), metavar="K"),
    Option("accept", Kind.REASONS, 'Accept a judgement finding: CODE="reason". May be repeated.', "accept", "accept",
           repeated=True, metavar="CODE=REASON"),
    Option("page-size", Kind.CHOICE, "Page of the worksheet. Default: that of the template, A4.",
           part=Part.RUN, choices=("A4", "Letter")),
    Option("pages", Kind.CHOICE, "short: as few pages as hold the worksheet; long: with room for handwriting. Default short.",
           part=Part.RUN, default="short", choices=("short", "long")),
    Option("annex", Kind.CHOICE,
           "no leaves out the annex for the file: error budget, mixtures, uniformity, findings, record. Default yes.",
           part=Part.RUN, default="yes", choices=("yes", "no")),
    Option("template", Kind.FILE,
           "Template of the worksheet: a TOML file, or a shipped one by its name: worksheet (English, the default), "
           "worksheet.de.", part=Part.RUN, metavar="FILE"),
    Option("prepared", Kind.TEXT,
           "Day of preparation, YYYY-MM-DD. Not given: the dates of the worksheet are blanks.",
           part=Part.WORKSHEET, metavar="DATE"),
    Option("batch-number", Kind.TEXT, "Batch or prescription number, on every page of the worksheet.",
           part=Part.WORKSHEET),
    Option("pharmacy", Kind.TEXT, "A line at the head of the worksheet; may be repeated, three at most.",
           part=Part.WORKSHEET, repeated=True),
    Option("component-lot", Kind.TEXT, "Lot and expiry (YYYY-MM-DD or YYYY-MM) of a component; may be repeated.",
           part=Part.WORKSHEET, repeated=True, metavar="NAME=LOT,EXPIRY"),
    Option("tablet-excipients", Kind.TEXT,
           "With --tablet: the other constituents of the tablets, from their leaflet, for the label. Not given: a blank.",
           part=Part.WORKSHEET),
    Option("fillable", Kind.FLAG, "Make the blanks of the worksheet fields to fill in on a screen.", part=Part.RUN),
    Option("pdf", Kind.FILE, "Also write the worksheet to FILE.", part=Part.RUN, metavar="FILE"),
    Option("balance", Kind.TEXT,
           "A balance of the pharmacy's file, by its name: its readability, repeatability or S, capacity and minimum weight. "
           "Options given beside it win. Default: that of the file, unless --balance-sensitivity or --repeatability "
           "describes another.", part=Part.RUN, metavar="NAME"),
    Option("pharmacy-file", Kind.FILE,
           "The pharmacy's own file: what it states lies under options and formula. Default: COMPOUND_PHARMACY, else "
           "pharmacy.toml in the user's configuration folder; none: no file.",
           part=Part.RUN, metavar="FILE"),
    Option("formula", Kind.FILE,
           "Start from the options in a TOML file, or in a shipped formula (`compound templates` lists them). Options "
           "given beside it win, and the plan says so.", part=Part.RUN, metavar="FILE"),
    Option("orders", Kind.FILE,
           "Plan every row of a CSV file. Its header names the options, and `file` the PDF of the row. One bad row does "
           "not stop the others.", part=Part.RUN, metavar="FILE.csv"),
    Option("pdf-dir", Kind.FILE, "With --orders: write the worksheet of every row into DIR.",
           part=Part.RUN, metavar="DIR"),
    Option("force", Kind.FLAG,
           "Overwrite a worksheet whose fields were filled in, or a file that is no PDF of this program. What the command "
           "reads itself is never overwritten.", part=Part.RUN),
    Option("jobs", Kind.COUNT, "With --orders: processes to work in. Default: one for each processor.",
           part=Part.RUN, between=(1, 61), metavar="N"),
    Option("why", Kind.FLAG, "Print only why this plan was chosen, and both routes beside each other.", part=Part.RUN),
    Option("verbose", Kind.FLAG,
           "Print everything: mixtures, error budget, uniformity, reasons, both routes, every finding in full; and the plan "
           "with its amounts even where it is refused.", part=Part.RUN),
    Option("json", Kind.FLAG, "Print one JSON object instead of the tables.", part=Part.RUN),
)  # fmt: skip

# Every option once, in the order in which its group shows it; those of the run stand with what they are about.
GROUPS = {
    Group.ORDER: ("drug", "dose", "capsules", "dose-as", "dosage-form", "method", "prefer", "alternatives", "formula", "accept"),
    Group.LOT: (
        "assay", "assay-error", "assay-basis", "water", "strength", "tablet", "strength-error", "particle-size",
        "particle-spread", "sieve", "true-density",
    ),
    Group.BALANCE: (
        "balance-sensitivity", "repeatability", "readability", "capacity", "balance", "pharmacy-file", "bulk-sensitivity",
        "bulk-readability", "bulk-capacity",
    ),
    Group.LIMITS: ("weighing-error", "minimum-weight", "dose-error", "plan-error", "least-mixture", "max-dilution"),
    Group.BLEND: (
        "diluent", "excipient", "capsule-size", "fill-weight", "fill-rsd", "filling", "extra-capsules", "overage",
        "drug-surplus", "surplus-rule", "shell", "rules",
    ),
    Group.SOLUTION: ("solvent", "solubility", "flask", "pipette", "by-mass", "deposit", "most-drug"),
    Group.PAPER: (
        "pdf", "force", "template", "page-size", "annex", "pages", "fillable", "prepared", "batch-number", "pharmacy", "component-lot",
        "tablet-excipients", "why", "verbose", "json",
    ),
    Group.MANY: ("orders", "pdf-dir", "jobs"),
}  # fmt: skip
_GROUP_OF = {name: group for group, names in GROUPS.items() for name in names}

BY_NAME = {option.name: option for option in OPTIONS}
OF_THE_ORDER = tuple(option for option in OPTIONS if option.part == Part.ORDER)
# What a formula and a row of a table may state, and whether it may be stated more than once.
KNOWN_OPTIONS = {option.name: option.repeated for option in OPTIONS if option.part != Part.RUN}
