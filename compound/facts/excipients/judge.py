"""Judges excipients and dosage forms by name: allowed, disallowed, review or unknown.

The rules are data (`facts/data/excipients.json`), each row with its source. A name is cut into tokens; runs of tokens are
looked up without spaces and hyphens, so that case, accents, hyphens and word breaks do not count. Any disallowed
component decides, and a name is allowed only when every word of it is understood. What the rules do not know is
`unknown`, never a pass.
"""

from __future__ import annotations

from compound.exact.errors import InputError
from compound.exact.value import Value, replace
from compound.facts.excipients.house_rules import HouseRules, with_house_rules
from compound.facts.excipients.reading import Reading
from compound.facts.excipients.rules import (
    ACTIVE,
    ALLOWED,
    DISALLOWED,
    GRAVITY,
    LIQUID,
    NO_SOURCE,
    REVIEW,
    ROLE_EXCIPIENT,
    ROLES,
    UNKNOWN,
    RuleSet,
    built_in_rules,
)
from compound.facts.excipients.tokens import (
    INVISIBLE,
    LOOK_ALIKES,
    Token,
    cut_into_tokens,
    mixes_scripts,
    readable_name,
    squash,
)
from compound.facts.excipients.verdict import ExcipientVerdict, on_a_part
from compound.findings.finding import Clause
from compound.reading.text import shown, visible


def judge(name: str, role: str = ROLE_EXCIPIENT, house: HouseRules | None = None, where: str = "excipient") -> ExcipientVerdict:
    """What the rules, and the pharmacy's own if given, say of `name` in its `role` (one of ROLES).

    Soft hyphens and other invisible characters, as copied text holds them, do not hide a name. Raises InputError for an
    empty name, one over 200 characters, one that begins with a dash, control characters and those that turn the
    direction of writing.
    """
    if role not in ROLES:
        raise InputError(where, f"{shown(role)} is not a role; roles are {', '.join(ROLES)}")
    text = readable_name(name, where)
    hidden = () if text.isascii() else tuple(dict.fromkeys(c for c in text if c in INVISIBLE))
    if not hidden:
        return _judged(text, name, role, house, where)
    # An invisible character may stand within a word or between two: the stricter reading counts.
    within = _judged("".join(c for c in text if c not in INVISIBLE), name, role, house, where)
    between = _judged("".join(" " if c in INVISIBLE else c for c in text), name, role, house, where)
    stricter = min(within, between, key=lambda verdict: GRAVITY.index(verdict.verdict))
    listed = ", ".join(f"U+{ord(c):04X}" for c in hidden)
    return replace(stricter, says=(*stricter.says, Clause("name-holds-invisible", {"characters": listed})))


def _judged(text: str, name: str, role: str, house: HouseRules | None, where: str) -> ExcipientVerdict:
    """The verdict on `text`, which is what can be read of `name`."""
    rules = built_in_rules()
    tokens = cut_into_tokens(text)
    if not tokens:
        raise InputError(where, f"{shown(name)} holds no letter and no digit; write the name of an excipient or form")
    reading = Reading(rules, tokens, role)
    verdict = reading.verdict(name)
    if not text.isascii():
        verdict = _against_look_alikes(rules, text, tokens, role, name, verdict)
    return with_house_rules(reading, house, name, verdict) if house is not None else verdict


def _against_look_alikes(
    rules: RuleSet, text: str, tokens: list[Token], role: str, name: str, verdict: ExcipientVerdict
) -> ExcipientVerdict:
    """The stricter of `verdict` and that of the Latin letters the name looks like."""
    latin = text.translate(LOOK_ALIKES)
    mixed = any(mixes_scripts(token) for token in tokens)
    other = verdict if latin == text else Reading(rules, cut_into_tokens(latin, text), role).verdict(name)
    rule = rules.rules["look-alike-letters"]
    for gravity in (DISALLOWED, REVIEW):
        if verdict.verdict == gravity:
            return verdict
        if other.verdict == gravity:
            return replace(other, says=(*other.says, Clause("name-in-look-alikes")))
    if mixed or (other.verdict == ALLOWED and verdict.verdict == UNKNOWN):
        return ExcipientVerdict(
            name, REVIEW, text, rule.code, NO_SOURCE, on_a_part(visible(text), rule), (rule.evidence,)
        )
    return verdict


class FoundName(Value):
    """An excipient or a release word in a name: where it stands in the folded text, what it is, and whether it is so called."""

    start: int
    end: int
    subject: str
    names_itself: bool


def names_in(text: str) -> tuple[FoundName, ...]:
    """The excipients and release words that the rules find in a text, whatever they say of them.

    Active substances, liquids and forms are none of them.
    """
    tokens = cut_into_tokens(text)
    if not tokens:
        return ()
    reading = Reading(built_in_rules(), tokens, ROLE_EXCIPIENT)
    found = []
    for span in reading.spans:
        if span.row.use in (ACTIVE, LIQUID, "form") or span.row.rule.code in ("look-alike", "not-known"):
            continue
        first, last = reading.tokens[span.start], reading.tokens[span.end - 1]
        itself = squash(reading.text(span.start, span.end)) == squash(span.row.subject)
        found.append(FoundName(first.start, last.end, span.row.subject, itself))
    return tuple(found)
