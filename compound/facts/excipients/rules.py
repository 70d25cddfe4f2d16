"""The rules on excipients as data: what is on record, under which names, and what is said of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from compound.facts.excipients.tokens import SHORT, SQUASHED_AWAY, TOKEN_PATTERN, cut_into_tokens, fold_text, squash
from compound.reading import shipped

ALLOWED, DISALLOWED, REVIEW, UNKNOWN = "allowed", "disallowed", "review", "unknown"
GRAVITY = (DISALLOWED, REVIEW, UNKNOWN, ALLOWED)
ROLE_DILUENT, ROLE_EXCIPIENT, ROLE_SHELL, ROLE_DOSAGE_FORM = "diluent", "excipient", "shell", "dosage form"
ROLES = (ROLE_DILUENT, ROLE_EXCIPIENT, ROLE_SHELL, ROLE_DOSAGE_FORM)
ACTIVE, LIQUID = "active substance", "liquid"  # uses of what is on record and no excipient
NO_SOURCE = "expert knowledge, no public source"


class ExcipientRule(NamedTuple):
    """A rule: its verdict, what it is about, its source and how good the evidence is."""

    code: str
    verdict: str
    about: str
    source: str
    because: str
    evidence: str


class _Relaxed(NamedTuple):
    """The milder rule for a small amount or a named use: the words that name it, the largest percentage."""

    rule: ExcipientRule
    words: str
    percent: Fraction | None


class ExcipientRow(NamedTuple):
    """What is on record of an excipient or form, under all its names."""

    subject: str
    rule: ExcipientRule
    sources: str
    note: str = ""
    caution: str = ""
    family: str = ""  # its grades decide
    of_family: str = ""  # it is one grade of that family
    use: str = ""
    grades: frozenset[str] = frozenset()
    relaxed: _Relaxed | None = None
    when_negated: ExcipientRule | None = None
    alone: bool = False  # an abbreviation that counts only where nothing else is said


_ROW_KEYS = ("note", "caution", "family", "of_family", "use", "alone")


class Family(NamedTuple):
    """A polymer whose grades differ: which words name a good grade, a bad one, one to ask about."""

    grades: Mapping[str, str]
    covered: frozenset[str]
    viscosity_limit: Fraction | None
    weight_limit: int | None
    above: str
    shell: bool
    letters: str
    whole: frozenset[str] = frozenset()  # grades sold without the letters that state viscosity
    weight_least: int = 0  # a smaller molecular weight is no grade that is sold: a letter may be lost


class Hit(NamedTuple):
    """A name on record, and the row it stands for."""

    row: ExcipientRow
    breaks: tuple[int, ...]  # how many tokens the name may have; empty where word breaks do not count
    identifier: bool


class RuleSet(NamedTuple):
    """All that is built in: rules, names, families, words."""

    rules: Mapping[str, ExcipientRule]
    names: Mapping[str, Hit]  # by squashed name
    longest: int
    cautions: Mapping[str, str]
    families: Mapping[str, Family]
    words: Mapping[str, frozenset[str]]
    before: Mapping[str, list[tuple[str, ...]]]  # negating phrases by their first word, the longest first
    suffixes: frozenset[str]
    suffix_words: frozenset[str]
    innocent: Mapping[str, frozenset[str]]
    titles: frozenset[str]
    suffix: ExcipientRow
    suffix_unclear: ExcipientRow
    look_alike: ExcipientRow
    fuzzy_short: frozenset[str]


@cache
def built_in_rules() -> RuleSet:
    """The rules that come with the program."""
    raw: dict[str, Any] = shipped.facts("excipients.json")
    # The page on which a primary text was read (`seen`) is for those who keep the file, and for no user.
    sources = {key: row if isinstance(row, str) else row["title"] for key, row in raw["sources"].items()}
    rules = {rule["code"]: ExcipientRule(**rule)._replace(source=_listed(rule["source"], sources)) for rule in raw["rules"]}
    index: dict[str, Hit] = {}
    squashes = iter(all_squashed([name for entry in raw["rows"] for name in entry["names"]]))
    for entry in raw["rows"]:
        row = _row(entry, rules, sources)
        hit = Hit(row, (), False)
        for name, squashed in zip(entry["names"], squashes, strict=False):
            if len(squashed) < SHORT or row.family:
                identifier = bool(row.family) and is_identifier(name)
                _enter(index, squashed, Hit(row, own_breaks(name, squashed), identifier))
            else:
                index[squashed] = hit
    _enter_release_words(index, raw["release_words"], rules, sources)
    suffixes = raw["suffixes"]
    listed = _listed(suffixes["source"], sources)
    words = {key: frozenset(value) for key, value in raw["words"].items()}
    words["neutral"] |= words["neutral_languages"]
    return RuleSet(
        rules=rules,
        names=index,
        longest=max(map(len, index)),
        cautions=raw["cautions"],
        families={name: _family(entry) for name, entry in raw["families"].items()},
        words=words,
        before=_by_first_word(raw["words"]["before"]),
        suffixes=frozenset(suffix.lower() for suffix in suffixes["upper"]),
        suffix_words=frozenset(word.lower() for word in suffixes["words"]),
        innocent={key: frozenset(value) for key, value in suffixes["innocent_next_to"].items()},
        titles=frozenset(title for entry in raw["rows"] for title in entry.get("titles", ())),
        suffix=ExcipientRow("a slow-release suffix", rules["release-suffix"], listed),
        suffix_unclear=ExcipientRow("a slow-release suffix, or something else", rules["release-word-unclear"], listed),
        look_alike=ExcipientRow("a look-alike of a slow-release suffix", rules["look-alike"], ""),
        fuzzy_short=words["fuzzy_short"],
    )


def _by_first_word(phrases: list[str]) -> dict[str, list[tuple[str, ...]]]:
    by_first: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted((tuple(phrase.split()) for phrase in phrases), key=len, reverse=True):
        by_first.setdefault(phrase[0], []).append(phrase)
    return by_first


def _listed(keys: str | list[str], sources: Mapping[str, str]) -> str:
    if isinstance(keys, str):
        return sources[keys] if keys else ""
    return "; ".join([sources[key] for key in keys])


def _row(entry: Mapping[str, Any], rules: Mapping[str, ExcipientRule], sources: Mapping[str, str]) -> ExcipientRow:
    row = ExcipientRow(
        entry["is"],
        rules[entry["rule"]],
        _listed(entry["source"], sources),
        **{key: entry[key] for key in _ROW_KEYS if key in entry},
    )
    if "grades" in entry:
        row = row._replace(grades=frozenset(map(squash, entry["grades"])))
    if "when_negated" in entry:
        row = row._replace(when_negated=rules[entry["when_negated"]])
    if "relaxed" in entry:
        relaxed = entry["relaxed"]
        percent = Fraction(relaxed["percent"]) if "percent" in relaxed else None
        row = row._replace(relaxed=_Relaxed(rules[relaxed["rule"]], relaxed["words"], percent))
    return row


def all_squashed(names: list[str]) -> list[str]:
    """`squash` of every name of the data, in one go. They hold letters, digits and punctuation alone."""
    squashed = fold_text(unicodedata.normalize("NFC", "\n".join(name for name in names if not name.isascii())))
    others = iter(squashed.translate(SQUASHED_AWAY).split("\n"))
    plain = "\n".join(name if name.isascii() else "" for name in names).lower().translate(SQUASHED_AWAY).split("\n")
    return [squashed or next(others) for squashed in plain]


def _enter(index: dict[str, Hit], squashed: str, hit: Hit) -> None:
    """Puts a short name into `index`: L-HPC and LHPC are one, with two ways to break it."""
    other = index.get(squashed)
    index[squashed] = hit if other is None else hit._replace(breaks=other.breaks + hit.breaks)


def own_breaks(name: str, squashed: str) -> tuple[int, ...]:
    """How many tokens a short name of letters alone has, such as HEC, since its word breaks count; else empty."""
    if len(squashed) >= SHORT or not squashed.isalpha():
        return ()
    if name.isascii():
        return (1 if name.isalpha() else len(TOKEN_PATTERN.findall(name)),)
    return (len(cut_into_tokens(name)),)


def is_identifier(name: str) -> bool:
    """Whether a name is a CAS number, a UNII or an E number, which does not tell grades apart."""
    return re.fullmatch(r"[0-9]{2,7}-[0-9]{2}-[0-9]|[A-Z0-9]{10}|E[0-9]{3,4}", name) is not None


def _enter_release_words(
    index: dict[str, Hit], words: Mapping[str, list[str]], rules: Mapping[str, ExcipientRule], sources: Mapping[str, str]
) -> None:
    """Slow, sustained, timed … with release, released …, in both orders."""
    hit = Hit(ExcipientRow("a slow-release form", rules["slow-release-form"], sources["review"]), (), False)
    for nouns, adjectives in (("release_nouns", "release"), ("action_nouns", "action")):
        for noun in words[nouns]:
            for adjective in words[adjectives]:
                index.setdefault(adjective + noun, hit)
    for noun in words["release_nouns"]:
        for adjective in words["after_noun"]:
            index.setdefault(noun + adjective, hit)


def _family(entry: Mapping[str, Any]) -> Family:
    grades = {squash(grade): verdict for verdict in (ALLOWED, REVIEW, DISALLOWED) for grade in entry[verdict]}
    return Family(
        grades=grades,
        covered=frozenset(squash(word) for word in entry["covered"]),
        viscosity_limit=Fraction(entry["viscosity_limit_mpas"]) if "viscosity_limit_mpas" in entry else None,
        weight_limit=int(entry["weight_limit"]) if "weight_limit" in entry else None,
        above=entry.get("above", DISALLOWED),
        shell=entry["shell"],
        letters=entry["letters"],
        whole=frozenset(map(squash, entry.get("whole", ()))),
        weight_least=int(entry.get("weight_least", 0)),
    )


_PHARMACOPOEIAS = ("usp", "nf", "bp", "ep", "ph", "eur", "jp", "dab")


def subject_of(name: str) -> str:
    """What the rules call the one thing that a name names, beside the letters of a pharmacopoeia; "" where it names none."""
    words = [token.text for token in cut_into_tokens(name) if token.text not in _PHARMACOPOEIAS]
    hit = built_in_rules().names.get("".join(words))
    return "" if hit is None else hit.row.subject
