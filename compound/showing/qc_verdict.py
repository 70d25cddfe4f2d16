"""The last line on the capsules of a batch: their verdict, and what is next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from compound.facts.qc_rules import acceptance_numbers
from compound.findings import codes
from compound.findings.finding import Finding, Severity
from compound.qc.check import RuleVerdict
from compound.showing.verdict_line import BAD, GOOD, OPEN, PROGRAM, Command, VerdictLine, explain_command
from compound.wording.language import ENGLISH, Language
from compound.wording.verdict_words import VerdictWords

if TYPE_CHECKING:
    from compound.qc.assays import AssayReport
    from compound.qc.weights import WeightReport

RECORD_PDF = "record.pdf"  # the name proposed for the record of assays


def qc_verdict(
    kind: str, sentence: str, report: WeightReport | AssayReport, *, sheet: str | None, pdf: str | None,
    language: Language = ENGLISH,
) -> VerdictLine:  # fmt: skip
    """The last line on capsules: the `sentence` that says the verdict, and what is next.

    `kind` is the command that judged, weights or assay; `sheet` the file it was given, `pdf` the record it wrote.
    """
    words = language.table(VerdictWords)
    tone = {RuleVerdict.PASS: GOOD, RuleVerdict.FAIL: BAD}.get(report.verdict, OPEN)
    verdict, blank, says = sentence.partition(" " if tone is GOOD else ":")
    assay: Command = (PROGRAM, "qc", "assay", *(() if sheet is None else (sheet,)), words.contents)
    following: tuple[str | Command, ...] = ()
    errors = [finding for finding in report.findings if finding.severity is Severity.ERROR]
    more = _second_stage(errors) if tone is OPEN and kind == "assay" else None
    if tone is GOOD and kind == "weights":
        following = (assay,)
    elif tone is GOOD:
        record = (*assay, "--pdf", RECORD_PDF)
        following = (record,) if pdf is None else (words.keep_record.format(file=pdf),)
    elif more is not None:
        following = (words.more_capsules.format(count=language.notation.count(more)), assay)
    elif errors:
        following = (explain_command(errors[0]),)
    return VerdictLine(tone, verdict, says, following, joint=blank, end="")


def _second_stage(errors: Sequence[Finding]) -> int | None:
    """How many capsules more are to be assayed, where nothing but that is missing."""
    more = {codes.QC_ACCEPTANCE_STAGE_1.code, codes.QC_CONTENT_NEXT_STAGE.code}
    if not errors or not {finding.code for finding in errors} <= more:
        return None
    numbers = acceptance_numbers()
    return numbers.all_units - numbers.first_units
