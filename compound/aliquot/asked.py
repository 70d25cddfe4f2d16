"""The options of `compound aliquot`, each once: its help, and the questions that read it."""

from __future__ import annotations

from compound.exact.value import Value


class Ask:
    """The questions. (An Enum of these would take 0.4 ms of every start.)"""

    LEAST, POWDER, SOLUTION, LIQUID, LOT, MIX, TABLET = "least", "powder", "solution", "liquid", "lot", "mix", "tablet"



# What each question is called in a sentence.
CALLED = {
    Ask.LEAST: "the least weighable quantity", Ask.POWDER: "an aliquot of powder", Ask.SOLUTION: "an aliquot of a solution",
    Ask.LIQUID: "an aliquot of a liquid", Ask.LOT: "the mass of this lot", Ask.MIX: "a mixture of two strengths",
    Ask.TABLET: "a tablet in a liquid",
}  # fmt: skip
_WEIGHED = (Ask.POWDER, Ask.SOLUTION)
_MEASURED = (Ask.SOLUTION, Ask.LIQUID, Ask.TABLET)
_ALIQUOTS = (Ask.POWDER, Ask.SOLUTION, Ask.LIQUID, Ask.TABLET)
_OF_BALANCE = (Ask.LEAST, Ask.POWDER, Ask.SOLUTION, Ask.MIX)
_OF_LOT = (Ask.POWDER, Ask.SOLUTION, Ask.LOT)


class AskedOption(Value):
    """An option: its name without dashes, its help, the questions that read it, and how its value is shown in the help."""

    name: str
    help: str
    questions: tuple[str, ...]
    metavar: str = "TEXT"
    repeated: bool = False

    @property
    def place(self) -> str:
        """How messages name it."""
        return f"--{self.name}"


ASKED = (
    AskedOption("need", "What is needed: a mass of drug (\"5 mg\"), or a volume of a liquid drug (\"0.6 mL\").",
                (*_ALIQUOTS, Ask.LOT)),
    AskedOption("balance-sensitivity", "Largest error of one weighing, such as \"6 mg\".", _OF_BALANCE),
    AskedOption("repeatability",
                "Standard deviation of ten weighings. Then the minimum weight is 2,000 times the larger of it and 0.41 times "
                "the readability (USP <41>), and the largest error, if not given, the readability and 2.83 times the standard "
                "deviation, rounded up to two digits.", _OF_BALANCE),
    AskedOption("readability", "Step of the display. Default: the largest power of ten of a mg not above the largest error.",
                _OF_BALANCE),
    AskedOption("capacity", "Largest single load. Not given: not checked.", (*_WEIGHED, Ask.MIX)),
    AskedOption("weighing-error", "Largest relative error of one weighing. Default 5 %.", _OF_BALANCE),
    AskedOption("minimum-weight", "Replaces the least weighable quantity: a national or house rule.", _OF_BALANCE),
    AskedOption("dose-error", "What all measurements together may be off; beyond it a warning says what would keep within it. "
                "Default 5 %.", _ALIQUOTS),
    AskedOption("max-dilution", "Most that one mixture of powder dilutes. Default 100.", (Ask.POWDER,)),
    AskedOption("multiple", "How many times the need is weighed or measured; with --tablet, how many tablets. Default: the "
                "smallest whole multiple that can be.", _ALIQUOTS, "N"),
    AskedOption("weigh", "Mass to weigh of what stands on the shelf, in place of a multiple of the need.", _WEIGHED),
    AskedOption("take", "The aliquot: a mass of powder, or a volume. Default: the least that can be weighed or measured.",
                (Ask.POWDER, Ask.SOLUTION, Ask.LIQUID)),
    AskedOption("into", "Volume that drug or tablet is made up to, such as \"30 mL\".", _MEASURED),
    AskedOption("measure", "Ware that volumes are measured with, such as \"cylinder 10 mL\", \"flask 50 mL\", \"syringe 5 mL\"; "
                "may be repeated. Not given: marks of 0.01 mL are taken, and their error is not counted.", _MEASURED,
                repeated=True),
    AskedOption("diluent", "Default microcrystalline cellulose.", (Ask.POWDER, Ask.MIX)),
    AskedOption("solvent", "What is made up with: water or ethanol. Default water.", _MEASURED),
    AskedOption("solubility", "Solubility of the drug in it, such as \"50 mg/mL\". Not given: that on record, else not checked.",
                (Ask.SOLUTION, Ask.TABLET)),
    AskedOption("assay", "Assay of the lot, such as 98.7%.", _OF_LOT),
    AskedOption("assay-basis", "What the assay refers to: as-is, dried or anhydrous.", _OF_LOT),
    AskedOption("water", "Water or loss on drying of the lot, such as 8.5%.", _OF_LOT),
    AskedOption("strength", "The source is a trituration in stock of this strength, such as \"10 mg/g\", 0.1% or \"1 in 1000\".",
                _OF_LOT),
    AskedOption("tablet", "The source is tablets: crushed, \"50 mg in 170 mg\"; whole in a liquid with --into, \"50 mg\".",
                (*_OF_LOT, Ask.TABLET)),
    AskedOption("strength-error", "How far the strength or the content of a tablet may be off. Default 5 % for --strength, 10 % "
                "for --tablet.", (*_OF_LOT, Ask.TABLET)),
    AskedOption("dose-as", "The form that the need is expressed in (base, hydrochloride), where it is another than DRUG.", _OF_LOT),
    AskedOption("mix", "Two strengths to mix, such as \"50%\" \"10%\"; pure stands for the pure drug, diluent for none of it.",
                (Ask.MIX,), "STRENGTH"),
    AskedOption("to", "The strength wanted of the mixture, between the two.", (Ask.MIX,)),
    AskedOption("total", "How much of the mixture is wanted. Not given: only the parts are.", (Ask.MIX,)),
    AskedOption("accept", "Accept a judgement finding: CODE=\"reason\". May be repeated.",
                tuple(CALLED), "CODE=REASON", repeated=True),
)  # fmt: skip
ASKED_BY_NAME = {option.name: option for option in ASKED}
