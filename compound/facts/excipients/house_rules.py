"""A pharmacy's own rules, which can only tighten those built in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import grouped
from compound.exact.value import Value
from compound.facts.excipients.negation import Negation
from compound.facts.excipients.reading import Reading
from compound.facts.excipients.rules import (
    ACTIVE,
    ALLOWED,
    DISALLOWED,
    LIQUID,
    REVIEW,
    ROLE_EXCIPIENT,
    UNKNOWN,
    ExcipientRow,
    ExcipientRule,
    Hit,
    built_in_rules,
    own_breaks,
)
from compound.facts.excipients.spans import MatchedSpan, spans_in
from compound.facts.excipients.tokens import (
    cut_into_tokens,
    readable_name,
    squash,
)
from compound.facts.excipients.verdict import ExcipientVerdict
from compound.findings.finding import Clause
from compound.reading.fields import Fields, in_file
from compound.reading.text import as_text, shown, visible
from compound.reading.toml_text import read_toml

MOST_HOUSE_NAMES = 5_000
LONGEST_HOUSE_TEXT = 500


class HouseRules(Value):
    """A pharmacy's own rules, read by `read_house_rules`. They add to the built-in ones and never soften them."""

    index: Mapping[str, Hit]


_KEYS = ("code", "verdict", "names", "because", "source")


def read_house_rules(text: bytes, file: str) -> HouseRules:
    """Reads a pharmacy's own rules from TOML.

    Each rule is a table:

        [[rule]]
        code = "own-lactose"          # letters, digits and hyphens, used once
        verdict = "disallowed"        # or "review", or "allowed"
        names = ["lactose", "milk sugar"]
        because = "this pharmacy makes no capsules with lactose"
        source = "SOP 12"

    All keys are needed, and there are no others. Case, accents, spaces and hyphens of a name do not count. The rules
    add to the built-in ones: they can make a name stricter, and can allow one that is unknown; what the built-in rules
    disallow or ask about stays so. Raises InputError with file and key.
    """
    fields = Fields(read_toml(text, file))
    try:
        return rules_of_tables(fields)
    except InputError as error:
        raise in_file(error, file) from None


def rules_of_tables(fields: Fields) -> HouseRules:
    """The rules in the tables under the key `rule`, as `read_house_rules` has them. Raises InputError with the key."""
    return HouseRules(_index(fields))


def tables_of_rules(rules: HouseRules) -> list[dict[str, Any]]:
    """The tables of house rules, which `rules_of_tables` reads."""
    tables: dict[str, dict[str, Any]] = {}
    for hit in rules.index.values():
        rule = hit.row.rule
        table = tables.setdefault(rule.code, {
            "code": rule.code, "verdict": rule.verdict, "names": [], "because": rule.because, "source": rule.source})  # fmt: skip
        table["names"].append(hit.row.subject)
    return list(tables.values())


def _index(fields: Fields) -> dict[str, Hit]:
    """The names that the rules of a file judge. Raises InputError with the key."""
    fields.refuse_unknown(("rule",), "the file", "rules stand in tables [[rule]]")
    tables = fields.values.get("rule")
    if not isinstance(tables, list) or not tables:
        raise InputError("rule", "no rules found; write each one as a table [[rule]]")
    built_in = built_in_rules()
    codes: set[str] = set(built_in.rules)
    index: dict[str, Hit] = {}
    for number, table in enumerate(tables, start=1):
        row = Fields(table, f"rule[{number}]")
        rule = _house_rule(row)
        if rule.code in codes:
            taken = "by a built-in rule" if rule.code in built_in.rules else "twice"
            raise InputError(row.place("code"), f"{shown(rule.code)} is used {taken}; each code is used once")
        codes.add(rule.code)
        names = [name for name, _ in row.items("names")]
        if not names:
            raise InputError(row.place("names"), 'is empty; write a list of names, such as ["lactose"]')
        for place, name in enumerate(names, start=1):
            where = f"{row.place('names')}[{place}]"
            _enter_house(index, ExcipientRow("", rule, ""), as_text(name, where), where)
    return index


def _is_code(text: str) -> bool:
    """Whether a text is a code: small letters, digits and single hyphens, up to 60."""
    return len(text) <= 60 and re.fullmatch("[a-z0-9]+(?:-[a-z0-9]+)*", text) is not None


def _house_rule(row: Fields) -> ExcipientRule:
    patterns = not {"pattern", "patterns", "regex", "match"}.isdisjoint(row.values)
    row.refuse_unknown(_KEYS, "a rule", "names are plain text, never patterns" if patterns else "")
    code = row.text("code", longest=LONGEST_HOUSE_TEXT)
    if not _is_code(code):
        said = f"{shown(code)} is not a code; use small letters, digits and hyphens, up to 60"
        raise InputError(row.place("code"), said)
    verdict = row.choice("verdict", (DISALLOWED, REVIEW, ALLOWED))
    because, source = (row.text(key, longest=LONGEST_HOUSE_TEXT) for key in ("because", "source"))
    return ExcipientRule(code, verdict, "excipient", source, because, "the pharmacy's own rule")


def _enter_house(index: dict[str, Hit], row: ExcipientRow, name: str, where: str) -> None:
    squashed = squash(readable_name(name, where))
    if not squashed:
        raise InputError(where, f"{shown(name)} holds no letter and no digit")
    kind = Reading(built_in_rules(), cut_into_tokens(name), ROLE_EXCIPIENT).verdict(name).kind
    if row.rule.verdict == ALLOWED and kind in (ACTIVE, LIQUID):
        raise InputError(where, f"{shown(name)} is or holds an active substance or a liquid, which no rule can allow as an excipient")
    if squashed in index:
        raise InputError(where, f"{shown(name)} is named by {index[squashed].row.rule.code} already")
    if len(index) >= MOST_HOUSE_NAMES:
        raise InputError(where, f"there are more than {grouped(MOST_HOUSE_NAMES)} names in the file")
    index[squashed] = Hit(row._replace(subject=name), own_breaks(name, squashed), False)


def with_house_rules(reading: Reading, house: HouseRules, name: str, verdict: ExcipientVerdict) -> ExcipientVerdict:
    """`verdict`, or the pharmacy's own where it is stricter or knows what is unknown."""
    if verdict.verdict == DISALLOWED or not house.index:
        return verdict
    own = spans_in(house.index, max(map(len, house.index)), reading.tokens)
    negation = Negation(reading.rules, reading.tokens, [*reading.spans, *own])
    own = [span for span in own if not negation.negates(span)]
    for gravity in (DISALLOWED, REVIEW):
        if verdict.verdict == gravity:
            return verdict
        deciding = [span for span in own if span.row.rule.verdict == gravity]
        if deciding:
            return _own_verdict(reading, deciding, name, verdict)
    if verdict.verdict == UNKNOWN and own:
        doubtful = set(reading.uncovered())
        for span in reading.positive():
            if span.row.rule.verdict == UNKNOWN:
                doubtful.update(range(span.start, span.end))
        doubtful = doubtful or set(range(len(reading.tokens)))
        if doubtful.issubset(place for span in own for place in range(span.start, span.end)):
            return _own_verdict(reading, own, name, verdict)
    return verdict


def _own_verdict(reading: Reading, spans: list[MatchedSpan], name: str, verdict: ExcipientVerdict) -> ExcipientVerdict:
    """The verdict of the pharmacy's own rules; the cautions stay."""
    rule = spans[0].row.rule
    matched = list(dict.fromkeys(reading.text(span.start, span.end) for span in spans))
    says = tuple(Clause("excipient-own", {"matched": visible(text), "own": rule.because}) for text in matched)
    return ExcipientVerdict(
        name,
        rule.verdict,
        "; ".join(matched),
        rule.code,
        rule.source,
        says,
        (rule.evidence,),
        verdict.about,
        verdict.cautions,
    )
