"""`compound check`: says of each excipient or form whether it is allowed, disallowed, to be reviewed or unknown."""

from __future__ import annotations

import click

from compound.cli import output
from compound.cli.files import read_rules
from compound.cli.own_file import read_own_file
from compound.cli.speaking import language_option
from compound.cli.spoken import spoken
from compound.facts.excipients import judge, rules
from compound.facts.excipients.verdict import ExcipientVerdict
from compound.wording.language import Language
from compound.wording.terminal_words import CheckWords

_HELP = """Say of each EXCIPIENT, shell or dosage form: allowed, disallowed, review or unknown.

Names are judged with their grade and composition, such as "hypromellose E5" or "mannitol + 0.5 % silica". Case,
accents, spaces and hyphens do not count. A disallowed component decides, whatever stands beside it, and a name with a
word that the rules do not know is unknown, never allowed. Quote names of more than one word.

Every verdict comes with its rule, its source and how good the evidence is. For calcium carbonate that is: the source
review asks for it; no absorption study was found.

\b
A pharmacy's own rules (--rules FILE) are TOML, one table a rule, all five
keys needed:
  [[rule]]
  code = "own-lactose"
  verdict = "disallowed"        (or "review", or "allowed")
  names = ["lactose", "milk sugar"]
  because = "this pharmacy makes no capsules with lactose"
  source = "SOP 12"

They can make a verdict stricter, and allow what is unknown. What the built-in rules disallow or ask about stays so.

An active substance (the drug itself, an opioid, a hormone …) is no excipient: it is disallowed.

Exit code 1 if any name is disallowed, else 0; 2 for a name or file that cannot be read.
"""


@click.command(
    "check",
    help=_HELP,
    short_help="Judge excipients, shells and dosage forms by name.",
    # A name that begins with a dash gets our own sentence.
    context_settings={"ignore_unknown_options": True},
)
@click.argument("names", metavar="EXCIPIENT...", nargs=-1, required=True)
@click.option(
    "--role",
    type=click.Choice(rules.ROLES),
    default=rules.ROLE_EXCIPIENT,
    show_default=True,
    help="What the name is used as. Hypromellose of unstated grade passes only as a shell. A diluent must be a filler.",
)
@click.option("--rules", "file", metavar="FILE", help="A pharmacy's own rules, in TOML; they only ever add.")
@click.option("--pharmacy-file", "own", metavar="FILE", help="The pharmacy's own file, whose house rules count without "
              "--rules. Default: COMPOUND_PHARMACY, else pharmacy.toml in the user's configuration folder; none: no file.")
@click.option(
    "--accept",
    metavar='CODE="reason"',
    multiple=True,
    expose_value=False,
    help="Has no effect here: a verdict stays what it is. A plan can be accepted with a reason.",
)
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list instead of the table.")
def command(
    names: tuple[str, ...], role: str, file: str | None, own: str | None, language: str | None, as_json: bool
) -> None:
    """Judge the names, print the verdicts, and leave with 1 if any is disallowed."""
    stated = read_own_file(own)
    house = read_rules(file) if file is not None else None if stated is None else stated.house_rules()
    verdicts = [judge.judge(name, role, house, f"EXCIPIENT {place}") for place, name in enumerate(names, start=1)]
    click.echo(_as_json(verdicts, spoken()) if as_json else _as_table(verdicts, spoken()))
    if any(verdict.verdict == rules.DISALLOWED for verdict in verdicts):
        raise SystemExit(1)


def _as_json(verdicts: list[ExcipientVerdict], language: Language) -> str:
    import json

    return json.dumps([_json_row(verdict, language) for verdict in verdicts], ensure_ascii=False, indent=2)


def _json_row(verdict: ExcipientVerdict, language: Language) -> dict[str, str]:
    return {
        "name": verdict.name, "verdict": verdict.verdict, "matched": verdict.matched, "rule": verdict.rule,
        "source": verdict.source, "message": language.clauses(verdict.says), "evidence": "; ".join(verdict.evidence),
    }  # fmt: skip


def _as_table(verdicts: list[ExcipientVerdict], language: Language) -> str:
    from compound.cli.tables import tabulate

    width, words = output.terminal_width(), language.table(CheckWords)
    # What the columns of verdict and rule leave to name and match.
    share = max(10, (width - 36) // 2) if output.has_width() else None
    table = tabulate(
        [[verdict.name, words.verdicts[verdict.verdict], verdict.matched, verdict.rule] for verdict in verdicts],
        headers=words.headers,
        disable_numparse=True,
        maxcolwidths=[share, None, share, None],
    )
    paragraphs = []
    for verdict in verdicts:
        said = [
            language.clauses(verdict.says), words.source.format(source=language.text(verdict.source)),
            words.evidence.format(evidence="; ".join(map(language.phrase, verdict.evidence))),
        ]  # fmt: skip
        title = words.said.format(name=verdict.name, verdict=words.verdicts[verdict.verdict])
        lines = [title, *(output.folded(text, width, "  ", "    ") for text in said)]
        paragraphs.append("\n".join(lines))
    return "\n\n".join([table, *paragraphs])
