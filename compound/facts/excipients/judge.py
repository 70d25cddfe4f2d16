"""Judges excipients and dosage forms by name: allowed, disallowed, review or unknown.

The rules are data (`data/excipients.json`), each row with its source. A name is cut into tokens; runs of tokens are
looked up without spaces and hyphens, so that case, accents, hyphens and word breaks do not count. Any disallowed
component decides, and a name is allowed only when every word of it is understood. What the rules do not know is
`unknown`, never a pass.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from compound.exact.errors import InputError
from compound.exact.value import Value, replace
from compound.findings import codes as catalogue
from compound.findings.finding import Finding
from compound.reading import shipped
from compound.reading.text import refuse_unprintable, shown

ALLOWED, DISALLOWED, REVIEW, UNKNOWN = "allowed", "disallowed", "review", "unknown"
_GRAVITY = (DISALLOWED, REVIEW, UNKNOWN, ALLOWED)

DILUENT, EXCIPIENT, SHELL, DOSAGE_FORM = "diluent", "excipient", "shell", "dosage form"
ROLES = (DILUENT, EXCIPIENT, SHELL, DOSAGE_FORM)

MOST_CHARACTERS = 200
MOST_HOUSE_BYTES = 1_000_000
MOST_HOUSE_NAMES = 5_000
LONGEST_UNSPACED = 10  # letters of a name in a script without spaces
MOST_WORDS = 6  # in a run that is held against the names for a misspelling
SHORT = 7  # in a name of fewer letters, word breaks count
NO_SOURCE = "expert knowledge, no public source"


class Verdict(Value):
    """What the rules say of one name. `matched` is the part of the name that decided, as typed."""

    name: str
    verdict: str
    matched: str
    rule: str
    source: str
    message: str
    evidence: str
    about: str = "excipient"
    cautions: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, str]:
        """The verdict as `check --json` prints it."""
        keys = ("name", "verdict", "matched", "rule", "source", "message", "evidence")
        return {key: getattr(self, key) for key in keys}


class Named(Value):
    """A name from an order, the role it plays there, and the place it stands at (`--excipient 'x'`)."""

    name: str
    role: str
    where: str


class _Rule(NamedTuple):
    code: str
    verdict: str
    about: str
    source: str
    because: str
    evidence: str


class _Relaxed(NamedTuple):
    """The milder rule for a small amount or a named use: the words that name it, the largest percentage."""

    rule: _Rule
    words: str
    percent: Fraction | None


class _Row(NamedTuple):
    subject: str
    rule: _Rule
    sources: str
    note: str = ""
    caution: str = ""
    family: str = ""  # its grades decide
    of_family: str = ""  # it is one grade of that family
    use: str = ""
    grades: frozenset[str] = frozenset()
    relaxed: _Relaxed | None = None
    when_negated: _Rule | None = None
    alone: bool = False  # an abbreviation that counts only where nothing else is said


_ROW_KEYS = ("note", "caution", "family", "of_family", "use", "alone")


class _Family(NamedTuple):
    """A polymer whose grades differ: which words name a good grade, a bad one, one to ask about."""

    grades: Mapping[str, str]
    covered: frozenset[str]
    viscosity_limit: Fraction | None
    weight_limit: int | None
    above: str
    shell: bool
    letters: str


class _Hit(NamedTuple):
    row: _Row
    breaks: tuple[int, ...]  # how many tokens the name may have; empty where word breaks do not count
    identifier: bool


class _Span(NamedTuple):
    """Tokens `start` to `end` (exclusive), which stand for `row`."""

    start: int
    end: int
    row: _Row
    identifier: bool = False


class _Token(NamedTuple):
    text: str  # folded
    start: int  # in the folded text
    end: int
    original: str
    gap: str  # what stands between it and the token before


class _Outcome(NamedTuple):
    rule: _Rule
    row: _Row | None
    matched: str
    said: str


class HouseRules(Value):
    """A pharmacy's own rules, read by `read_house_rules`. They add to the built-in ones and never soften them."""

    index: Mapping[str, _Hit]


class _RuleSet(NamedTuple):
    rules: Mapping[str, _Rule]
    names: Mapping[str, _Hit]  # by squashed name
    longest: int
    cautions: Mapping[str, str]
    families: Mapping[str, _Family]
    words: Mapping[str, frozenset[str]]
    before: Mapping[str, list[tuple[str, ...]]]  # negating phrases by their first word, the longest first
    suffixes: frozenset[str]
    suffix_words: frozenset[str]
    innocent: Mapping[str, frozenset[str]]
    titles: frozenset[str]
    suffix: _Row
    suffix_unclear: _Row
    look_alike: _Row
    fuzzy_short: frozenset[str]


# ---------------------------------------------------------------------------------------------- reading a name

_PUNCTUATION = r",;:/|+&()\[\]{}.'\"_*!#\-"
# Words, numbers with a point, and whatever is no punctuation.
_TOKEN = re.compile(rf"[0-9]+\.[0-9]+|[^\W_]+|[^\w\s{_PUNCTUATION}]")
_LIST_SEPARATOR = re.compile("[,;/+&|]")
_SQUASHED_AWAY = str.maketrans("", "", " ,;:/|+&()[]{}.'\"_*!#-")
_LATIN = re.compile(
    r"LATIN (?:SMALL |CAPITAL )?(?:LETTER|LIGATURE) (?:SMALL CAPITAL )?([A-Z]{1,2})(?: WITH .+)?",
)
_SPECIAL = {"®": " ", "™": " ", "©": " ", "℠": " ", "ß": "ss", "ẞ": "ss", "ı": "i", "ɑ": "a", "ɡ": "g", "ſ": "s",
            "\u0640": "", "№": "no", "\u2212": "-", "、": ",", "·": " ", "•": " ", "・": " ", "‧": " ", "×": " ",
            "°": " ", "´": "'", "`": "'", "ʼ": "'", "。": "."}  # fmt: skip
# Letters that look like Latin ones, as they stand: a capital Н looks like H, a small н does not.
_LOOK_ALIKES = str.maketrans(
    "АВСЕНІЈКМОРЅТХУаеосрхуіјѕһԁԛԝѵӏьзкмтгпвнΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβγεικμνορτυχωηϲϳօսոհցզոԼՕՍ",
    "ABCEHIJKMOPSTXYaeocpxyijshdqwvlbzkmtrnbhABEZHIKMNOPTYXabyeikuvoptuxwncjounhgqnLOU",
)
# Soft hyphen, zero-width characters, word joiner, byte order mark, variation selectors: shown as nothing, they turn nothing.
_INVISIBLE = frozenset("\u00ad\u034f\u180e\u200b\u200c\u200d\u2060\ufeff" + "".join(map(chr, range(0xFE00, 0xFE10))))
_PLAIN_PUNCTUATION = {"Pd": "-", "Pi": "'", "Pf": "'", "Zs": " "}
_FOLDED: dict[str, str] = {}


def _folded_character(character: str) -> str:
    """A character without case, accent or compatibility form; a letter with a stroke becomes the plain letter."""
    if character in _SPECIAL:
        return _SPECIAL[character]
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    category = unicodedata.category(character)
    if category in _PLAIN_PUNCTUATION:
        return _PLAIN_PUNCTUATION[category]
    plain = "".join(c for c in unicodedata.normalize("NFKD", character.casefold()) if unicodedata.category(c) != "Mn")
    plain = unicodedata.normalize("NFC", plain)
    if len(plain) == 1 and not plain.isascii():
        match = _LATIN.fullmatch(unicodedata.name(plain, ""))
        if match:
            return match[1].lower()
    return plain.casefold()


def _folded(text: str) -> tuple[str, list[int] | None]:
    """`text` folded, and for each of its characters the place in `text` it comes from (None: the same place)."""
    if text.isascii():
        return text.lower(), None
    pieces: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        piece = _FOLDED.get(character)
        if piece is None:
            piece = _FOLDED[character] = _folded_character(character)
        pieces.append(piece)
        places.extend([place] * len(piece))
    return "".join(pieces), [*places, len(text)]


def _squashed(text: str) -> str:
    """`text` folded, without spaces, hyphens and other punctuation: what names are compared by."""
    if text.isascii():
        return text.lower().translate(_SQUASHED_AWAY)
    folded = _folded(unicodedata.normalize("NFC", text))[0]
    return "".join(token.replace(".", "") for token in _TOKEN.findall(folded))


def _tokens(text: str, typed: str | None = None) -> list[_Token]:
    """The tokens of `text`; `typed` is what stood at the same places before look-alike letters were replaced."""
    folded, places = _folded(text)
    text = text if typed is None else typed
    tokens: list[_Token] = []
    previous = 0
    for start, end in _cuts(folded):
        original = text[start:end] if places is None else text[places[start] : places[end - 1] + 1]
        token = _Token(folded[start:end], start, end, original, folded[previous:start])
        previous = end
        # S.R. is SR, and C.I. is CI.
        if tokens and token.gap == "." and len(token.text) == 1 and token.text.isalpha():
            before = tokens[-1]
            if before.text.isalpha() and (len(before.text) == 1 or folded[before.end - 2] == "."):
                tokens[-1] = _Token(before.text + token.text, before.start, end, before.original + original, before.gap)
                continue
        tokens.append(token)
    return tokens


def _cuts(folded: str) -> Iterator[tuple[int, int]]:
    """Where the tokens stand. Scripts that write no spaces give a token a character."""
    spaced = folded.isascii()
    for match in _TOKEN.finditer(folded):
        start, end = match.span()
        if spaced:
            yield start, end
            continue
        word = start
        for place in range(start, end):
            if _writes_no_spaces(folded[place]):
                if word < place:
                    yield word, place
                yield place, place + 1
                word = place + 1
        if word < end:
            yield word, end


def _writes_no_spaces(character: str) -> bool:
    return "\u3040" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af"


def _script(character: str) -> str:
    return unicodedata.name(character, "?").partition(" ")[0]


def _mixes_scripts(token: _Token) -> bool:
    if token.original.isascii() or re.fullmatch("[0-9]*[µμ][mgl]", token.original):
        return False
    scripts = {_script(character) for character in token.original if character.isalpha()}
    return len(scripts - {"MODIFIER", "FULLWIDTH"}) > 1


def _spans(index: Mapping[str, _Hit], longest: int, tokens: list[_Token]) -> list[_Span]:
    """Every run of tokens that stands in `index`, less those that lie within a longer one."""
    found: list[_Span] = []
    texts = [token.text.replace(".", "") if "." in token.text else token.text for token in tokens]
    count = len(texts)
    for start in range(count):
        joined = ""
        for end in range(start, count):
            joined += texts[end]
            if len(joined) > longest:
                break
            hit = index.get(joined)
            if hit is not None and (not hit.breaks or end - start + 1 in hit.breaks):
                if hit.row.alone and end - start + 1 != count:
                    continue
                found.append(_Span(start, end + 1, hit.row, hit.identifier))
    if len(found) < 2:
        return found
    whole = [span for span in found if not _crosses_list(tokens, span)]
    kept = []
    for span in found:
        if span not in whole and _explained_elsewhere(span, whole):
            continue
        kept.append(span)
    return [span for span in kept if not any(_within(span, other) and _may_hide(span, other, whole) for other in kept)]


def _crosses_list(tokens: list[_Token], span: _Span) -> bool:
    return any(_LIST_SEPARATOR.search(tokens[i].gap) for i in range(span.start + 1, span.end))


def _explained_elsewhere(span: _Span, whole: list[_Span]) -> bool:
    """Whether each token of a span across a comma belongs to a longer name on its own side.

    "potassium carbonate, calcium phosphate" holds no calcium carbonate.
    """
    return all(any(w.start <= i < w.end and w.end - w.start > 1 for w in whole) for i in range(span.start, span.end))


def _may_hide(span: _Span, other: _Span, whole: list[_Span]) -> bool:
    """Whether a longer name takes the place of one within it: not of a disallowed one, if a comma parts the longer."""
    return other in whole or span not in whole or span.row.rule.verdict != DISALLOWED


def _within(span: _Span, other: _Span) -> bool:
    return other.start <= span.start and span.end <= other.end and (other.end - other.start > span.end - span.start)


# ---------------------------------------------------------------------------------------------- the rules


@cache
def _built_in() -> _RuleSet:
    """The rules that come with the program."""
    import json

    raw: dict[str, Any] = json.loads(shipped.read("excipients.json"))
    sources: dict[str, str] = raw["sources"]
    rules = {rule["code"]: _Rule(**rule)._replace(source=_listed(rule["source"], sources)) for rule in raw["rules"]}
    index: dict[str, _Hit] = {}
    squashes = iter(_all_squashed([name for entry in raw["rows"] for name in entry["names"]]))
    for entry in raw["rows"]:
        row = _row(entry, rules, sources)
        hit = _Hit(row, (), False)
        for name, squashed in zip(entry["names"], squashes, strict=False):
            if len(squashed) < SHORT or row.family:
                identifier = bool(row.family) and _is_identifier(name)
                _enter(index, squashed, _Hit(row, _own_breaks(name, squashed), identifier))
            else:
                index[squashed] = hit
    _enter_release_words(index, raw["release_words"], rules, sources)
    suffixes = raw["suffixes"]
    listed = _listed(suffixes["source"], sources)
    words = {key: frozenset(value) for key, value in raw["words"].items()}
    return _RuleSet(
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
        suffix=_Row("a slow-release suffix", rules["release-suffix"], listed),
        suffix_unclear=_Row("a slow-release suffix, or something else", rules["release-word-unclear"], listed),
        look_alike=_Row("a look-alike of a slow-release suffix", rules["look-alike"], ""),
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


def _row(entry: Mapping[str, Any], rules: Mapping[str, _Rule], sources: Mapping[str, str]) -> _Row:
    row = _Row(
        entry["is"],
        rules[entry["rule"]],
        _listed(entry["source"], sources),
        **{key: entry[key] for key in _ROW_KEYS if key in entry},
    )
    if "grades" in entry:
        row = row._replace(grades=frozenset(map(_squashed, entry["grades"])))
    if "when_negated" in entry:
        row = row._replace(when_negated=rules[entry["when_negated"]])
    if "relaxed" in entry:
        relaxed = entry["relaxed"]
        percent = Fraction(relaxed["percent"]) if "percent" in relaxed else None
        row = row._replace(relaxed=_Relaxed(rules[relaxed["rule"]], relaxed["words"], percent))
    return row


def _all_squashed(names: list[str]) -> list[str]:
    """`_squashed` of every name of the data, in one go. They hold letters, digits and punctuation alone."""
    squashed = _folded(unicodedata.normalize("NFC", "\n".join(name for name in names if not name.isascii())))[0]
    others = iter(squashed.translate(_SQUASHED_AWAY).split("\n"))
    plain = "\n".join(name if name.isascii() else "" for name in names).lower().translate(_SQUASHED_AWAY).split("\n")
    return [squashed or next(others) for squashed in plain]


def _enter(index: dict[str, _Hit], squashed: str, hit: _Hit) -> None:
    """Puts a short name into `index`: L-HPC and LHPC are one, with two ways to break it."""
    other = index.get(squashed)
    index[squashed] = hit if other is None else hit._replace(breaks=other.breaks + hit.breaks)


def _own_breaks(name: str, squashed: str) -> tuple[int, ...]:
    """How many tokens a short name of letters alone has, such as HEC, since its word breaks count; else empty."""
    if len(squashed) >= SHORT or not squashed.isalpha():
        return ()
    if name.isascii():
        return (1 if name.isalpha() else len(_TOKEN.findall(name)),)
    return (len(_tokens(name)),)


def _is_identifier(name: str) -> bool:
    """Whether a name is a CAS number, a UNII or an E number, which does not tell grades apart."""
    return re.fullmatch(r"[0-9]{2,7}-[0-9]{2}-[0-9]|[A-Z0-9]{10}|E[0-9]{3,4}", name) is not None


def _enter_release_words(
    index: dict[str, _Hit], words: Mapping[str, list[str]], rules: Mapping[str, _Rule], sources: Mapping[str, str]
) -> None:
    """Slow, sustained, timed … with release, released …, in both orders."""
    hit = _Hit(_Row("a slow-release form", rules["slow-release-form"], sources["review"]), (), False)
    for nouns, adjectives in (("release_nouns", "release"), ("action_nouns", "action")):
        for noun in words[nouns]:
            for adjective in words[adjectives]:
                index.setdefault(adjective + noun, hit)
    for noun in words["release_nouns"]:
        for adjective in words["after_noun"]:
            index.setdefault(noun + adjective, hit)


def _family(entry: Mapping[str, Any]) -> _Family:
    grades = {_squashed(grade): verdict for verdict in (ALLOWED, REVIEW, DISALLOWED) for grade in entry[verdict]}
    return _Family(
        grades=grades,
        covered=frozenset(_squashed(word) for word in entry["covered"]),
        viscosity_limit=Fraction(entry["viscosity_limit_mpas"]) if "viscosity_limit_mpas" in entry else None,
        weight_limit=int(entry["weight_limit"]) if "weight_limit" in entry else None,
        above=entry.get("above", DISALLOWED),
        shell=entry["shell"],
        letters=entry["letters"],
    )


# ---------------------------------------------------------------------------------------------- judging


def judge(name: str, role: str = EXCIPIENT, house: HouseRules | None = None, where: str = "excipient") -> Verdict:
    """What the rules, and the pharmacy's own if given, say of `name` in its `role` (one of ROLES).

    Soft hyphens and other invisible characters, as copied text holds them, do not hide a name. Raises InputError for an
    empty name, one over 200 characters, one that begins with a dash, control characters and those that turn the
    direction of writing.
    """
    if role not in ROLES:
        raise InputError(where, f"{shown(role)} is no role; roles are {', '.join(ROLES)}")
    text = _readable(name, where)
    hidden = () if text.isascii() else tuple(dict.fromkeys(c for c in text if c in _INVISIBLE))
    if not hidden:
        return _judged(text, name, role, house, where)
    # An invisible character may stand within a word or between two: the stricter reading counts.
    within = _judged("".join(c for c in text if c not in _INVISIBLE), name, role, house, where)
    between = _judged("".join(" " if c in _INVISIBLE else c for c in text), name, role, house, where)
    stricter = min(within, between, key=lambda verdict: _GRAVITY.index(verdict.verdict))
    listed = ", ".join(f"U+{ord(c):04X}" for c in hidden)
    return replace(
        stricter, message=f"{stricter.message}; the name holds invisible characters ({listed}): type it again"
    )


def _judged(text: str, name: str, role: str, house: HouseRules | None, where: str) -> Verdict:
    """The verdict on `text`, which is what can be read of `name`."""
    rules = _built_in()
    tokens = _tokens(text)
    if not tokens:
        raise InputError(where, f"{shown(name)} holds no letter and no digit; write the name of an excipient or form")
    reading = _Reading(rules, tokens, role)
    verdict = reading.verdict(name)
    if not text.isascii():
        verdict = _against_look_alikes(rules, text, tokens, role, name, verdict)
    return _with_house_rules(reading, house, name, verdict) if house is not None else verdict


def _readable(name: str, where: str) -> str:
    """`name` composed, or the reason why it cannot be judged."""
    if not name.strip():
        raise InputError(where, "the name is empty; write the name of an excipient or form")
    if len(name) > MOST_CHARACTERS:
        raise InputError(where, f"a name of {len(name):,} characters is longer than {MOST_CHARACTERS}")
    if not (name.isascii() and name.isprintable()):
        # In its place, so that the position named is that in the name as typed.
        refuse_unprintable("".join("-" if c in _INVISIBLE else c for c in name), where)
    first = name.lstrip()[0]
    if unicodedata.category(first) == "Pd" or first == "\u2212":
        raise InputError(where, f"{shown(name)} begins with a dash; it is neither a name nor an option of this command")
    return unicodedata.normalize("NFC", name)


def _against_look_alikes(
    rules: _RuleSet, text: str, tokens: list[_Token], role: str, name: str, verdict: Verdict
) -> Verdict:
    """The stricter of `verdict` and that of the Latin letters the name looks like."""
    latin = text.translate(_LOOK_ALIKES)
    mixed = any(_mixes_scripts(token) for token in tokens)
    other = verdict if latin == text else _Reading(rules, _tokens(latin, text), role).verdict(name)
    rule = rules.rules["look-alike-letters"]
    for gravity in (DISALLOWED, REVIEW):
        if verdict.verdict == gravity:
            return verdict
        if other.verdict == gravity:
            return replace(other, message=f"{other.message}; the name is written with look-alike letters")
    if mixed or (other.verdict == ALLOWED and verdict.verdict == UNKNOWN):
        return Verdict(name, REVIEW, text, rule.code, NO_SOURCE, f"{shown(text)}: {rule.because}", rule.evidence)
    return verdict


class _Reading:
    """One name as the built-in rules understand it: its tokens, what they stand for, what is left out or left over."""

    def __init__(self, rules: _RuleSet, tokens: list[_Token], role: str) -> None:
        self.rules = rules
        self.role = role
        self.tokens = _split_negations(rules, tokens)
        self.texts = [token.text for token in self.tokens]
        self.spans = _spans(rules.names, rules.longest, self.tokens)
        self.covered = [False] * len(self.tokens)
        self._read_lots()
        for span in self.spans:
            self._cover(span.start, span.end)
        self.stated: dict[str, list[_Span]] = {}  # family -> the grades stated
        self._read_grades()
        self._read_suffixes()
        self.negation = _Negation(rules, self.tokens, self.spans)
        for place in self.negation.used:
            self.covered[place] = True
        self._cover_neutral()

    def _read_lots(self) -> None:
        """Covers lot numbers: what holds a digit and follows the word, as far as no space parts it.

        One that is a code of something disallowed (lot E170) is asked about: it may be no lot number.
        """
        lot = self.rules.words["lot"]
        for place, text in enumerate(self.texts):
            if text not in lot:
                continue
            start = place + 1
            while start < len(self.texts) and self.texts[start] in ("no", "nr", "number") and self._follows(start):
                start += 1
            if start >= len(self.texts) or not self._follows(start):
                continue
            end = start + 1
            while end < len(self.texts) and self.tokens[end].gap in ("", "-", "/", "."):
                end += 1
            if not any(c.isdecimal() for part in self.texts[start:end] for c in part):
                continue
            inside = [span for span in self.spans if start <= span.start and span.end <= end]
            self.spans = [span for span in self.spans if span not in inside]
            self._cover(start, end)
            for span in inside:
                if span.row.rule.verdict == DISALLOWED:
                    about_lime = span.row.rule.code == "calcium-carbonate"
                    code = "calcium-carbonate-unclear" if about_lime else "release-agent-depends"
                    row = _Row(f"a lot number, or {span.row.subject}", self.rules.rules[code], "")
                    self.spans.append(_Span(span.start, span.end, row))

    def _follows(self, place: int) -> bool:
        """Whether nothing but a space, a colon, a full stop or a number sign stands before a token."""
        return not self.tokens[place].gap.strip(" :.#")

    def _cover(self, start: int, end: int) -> None:
        self.covered[start:end] = [True] * (end - start)

    def text(self, start: int, end: int) -> str:
        """Tokens `start` to `end` as typed, with what stands between them."""
        pieces = [self.tokens[start].original]
        for token in self.tokens[start + 1 : end]:
            pieces += [token.gap, token.original]
        text = "".join(pieces)
        return text + ")" * (text.count("(") - text.count(")"))

    def positive(self) -> list[_Span]:
        """The spans that the name does not say are left out."""
        return [span for span in self.spans if not self.negation.negates(span)]

    # Grades of polymers.

    def _read_grades(self) -> None:
        """Covers the grades of what is named, and reads those that decide. K30 is povidone's where that is named."""
        families = {span.row.family for span in self.spans if span.row.family}
        grades = frozenset(grade for span in self.spans for grade in span.row.grades)
        if families:
            self._cover_windows(frozenset(grade for grade in grades if not grade.isdecimal()))
            for name in sorted(families):
                self._read_family(name, self.rules.families[name])
        if grades:
            self._cover_windows(grades)

    def _cover_windows(self, squashes: frozenset[str]) -> None:
        for start, end, _ in self._free_windows(squashes):
            self._cover(start, end)

    def _free_windows(self, squashes: frozenset[str] | Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
        """Runs of up to four tokens not yet explained whose squash is in `squashes`, the longest first."""
        for length in (4, 3, 2, 1):
            for start in range(len(self.tokens) - length + 1):
                if any(self.covered[start : start + length]):
                    continue
                joined = "".join(self.texts[start : start + length]).replace(".", "")
                if joined in squashes:
                    yield start, start + length, joined

    def _read_family(self, name: str, family: _Family) -> None:
        stated = self.stated.setdefault(name, [])
        for start, end, grade in self._free_windows(family.grades):
            self._state(stated, start, end, family.grades[grade], name)
        if family.viscosity_limit is not None:
            for start, end, viscosity in self._viscosities(family.letters):
                verdict = ALLOWED if viscosity < family.viscosity_limit else family.above
                self._state(stated, start, end, verdict, name)
        if family.weight_limit is not None:
            self._read_weights(stated, family.weight_limit, name)
        self._cover_windows(family.covered)

    def _state(self, stated: list[_Span], start: int, end: int, verdict: str, name: str) -> None:
        """Enters a grade. One that would let the polymer pass must stand beside its name, not beside another's."""
        if verdict == ALLOWED and not self._belongs(start, end, name):
            return
        codes = {ALLOWED: "known-excipient", REVIEW: "release-agent-depends", DISALLOWED: "release-agent"}
        subject = {ALLOWED: f"{name} of low viscosity", REVIEW: f"a grade of {name} to ask about",
                   DISALLOWED: f"{name} of high viscosity"}[verdict]  # fmt: skip
        if name == "polyethylene glycol":
            subject = "polyethylene oxide" if verdict == DISALLOWED else "polyethylene glycol"
        row = _Row(subject, self.rules.rules[codes[verdict]], "", of_family=name, use="binder")
        span = _Span(start, end, row)
        stated.append(span)
        self.spans.append(span)
        self._cover(start, end)

    def _belongs(self, start: int, end: int, family: str) -> bool:
        before = max((span for span in self.spans if span.end <= start), key=lambda span: span.end, default=None)
        after = min((span for span in self.spans if span.start >= end), key=lambda span: span.start, default=None)
        if before is not None and family in (before.row.family, before.row.of_family):
            return True
        if after is None or after.row.family != family or _LIST_SEPARATOR.search(self.tokens[after.start].gap):
            return False
        return before is None or after.start == end

    def _viscosities(self, letters: str) -> Iterator[tuple[int, int, Fraction]]:
        """Viscosities in mPa·s among the tokens not yet explained: `5 mPa·s`, `3-15 cP`, `K100M`, `90SH-4000`."""
        folded = self._folded()
        patterns = list(_patterns()[:2])
        if letters:
            patterns.append(_letter_grades(letters))
        for pattern in patterns:
            for match in pattern.finditer(folded):
                place = self._places(match.start(), match.end())
                value = _viscosity(match)
                if place and value > 0 and not any(self.covered[place[0] : place[1]]):
                    yield (*place, value)

    def _folded(self) -> str:
        """The folded text with each token at its own place."""
        end = self.tokens[-1].end
        characters = [" "] * end
        for token in self.tokens:
            characters[token.start - len(token.gap) : token.start] = token.gap
            characters[token.start : token.end] = token.text.ljust(token.end - token.start, ".")
        return "".join(characters)

    def _places(self, start: int, end: int) -> tuple[int, int] | None:
        """The tokens that lie from `start` to `end` of the folded text; None where a token is cut."""
        inside = [i for i, token in enumerate(self.tokens) if token.start < end and start < token.end]
        if not inside or self.tokens[inside[0]].start < start or self.tokens[inside[-1]].end > end:
            return None
        return inside[0], inside[-1] + 1

    def _read_weights(self, stated: list[_Span], limit: int, name: str) -> None:
        """Molecular weights next to polyethylene glycol; `90M` counts thousands of units, as in polyethylene oxide."""
        for match in _patterns()[2].finditer(self._folded()):
            place = self._places(match.start(), match.end())
            if place is None or any(self.covered[place[0] : place[1]]):
                continue
            if place[1] < len(self.texts) and self.texts[place[1]] in self.rules.words["number_before"]:
                continue  # an amount or a mesh
            weight = int(re.sub("[^0-9]", "", match[1]))
            if weight:
                self._state(stated, *place, DISALLOWED if match[2] or weight >= limit else ALLOWED, name)

    # Suffixes such as SR.

    def _read_suffixes(self) -> None:
        rules = self.rules
        context = rules.words["context"]
        for i, token in enumerate(self.tokens):
            if self.covered[i]:
                continue
            glued = re.fullmatch(r"(.*[a-z0-9])([A-Z]{2,3})", token.original)
            if glued and glued[2].lower() in rules.suffixes and _is_context(glued[1].lower(), context):
                self._add(i, rules.suffix)
                continue
            is_word = token.text in rules.suffix_words
            if token.text not in rules.suffixes and not is_word:
                continue
            beside = [self.texts[j] for j in (i - 1, i + 1) if 0 <= j < len(self.texts)]
            near = any(_is_context(text, context) for text in beside) or self.role == DOSAGE_FORM
            innocent = self._innocent(i)
            upper = token.original.isupper() or is_word
            if innocent and not near:
                self._add(i, rules.look_alike)
            elif near and upper and not innocent:
                self._add(i, rules.suffix)
            elif near or upper:
                self._add(i, rules.suffix_unclear)
            elif token.original in rules.titles:
                self._add(i, rules.look_alike)

    def _innocent(self, place: int) -> bool:
        """Whether the word beside a suffix gives it another meaning: SR of the balance, size XL."""
        words = self.rules.innocent.get(self.texts[place], frozenset())
        for step in (-1, 1):
            beside = place + step
            while 0 <= beside < len(self.texts) and self.texts[beside] in ("of", "the", "on"):
                beside += step
            if 0 <= beside < len(self.texts) and self.texts[beside] in words:
                return True
        return False

    def _add(self, place: int, row: _Row) -> None:
        self.spans.append(_Span(place, place + 1, row))
        self.covered[place] = True

    # What is neither a name nor unknown.

    def _cover_neutral(self) -> None:
        words = self.rules.words
        for i, text in enumerate(self.texts):
            if self.covered[i]:
                continue
            before = self.texts[i - 1] if i else ""
            after = self.texts[i + 1] if i + 1 < len(self.texts) else ""
            if text in words["neutral"] or text in words["lot"]:
                known = True
            elif _NUMBER.fullmatch(text):
                known = after in words["number_before"] or before in words["number_after"] or before in words["lot"]
            elif text in words["number_before"]:
                known = _NUMBER.fullmatch(before) is not None
            elif _AMOUNT.fullmatch(text):
                known = text.lstrip("0123456789.") in words["number_before"]
            else:
                known = before == "size" and text in words["sizes"]
                known = known or (before in words["lot"] and any(c.isdecimal() for c in text))
            self.covered[i] = known

    # The verdict.

    def uncovered(self) -> list[int]:
        """The places of the tokens that nothing explains."""
        return [i for i, covered in enumerate(self.covered) if not covered]

    def verdict(self, name: str) -> Verdict:
        """The strictest outcome, with the part of the name that decided."""
        outcomes = list(self._outcomes())
        gravest = min(_GRAVITY.index(outcome.rule.verdict) for outcome in outcomes)
        deciding = [outcome for outcome in outcomes if _GRAVITY.index(outcome.rule.verdict) == gravest]
        first = deciding[0]
        rule = first.rule
        matched = list(dict.fromkeys(outcome.matched for outcome in deciding if outcome.matched))
        if rule.verdict == UNKNOWN:
            matched = list(dict.fromkeys(outcome.matched for outcome in outcomes if outcome.matched and outcome.row))
        message = "; ".join(dict.fromkeys(outcome.said for outcome in deciding))
        cautions = tuple(
            dict.fromkeys(
                f"{outcome.row.subject}: {self.rules.cautions[outcome.row.caution]}"
                for outcome in outcomes
                if outcome.row is not None and outcome.row.caution and outcome.rule.code != "negated"
            )
        )
        if rule.verdict in (ALLOWED, REVIEW) and cautions:
            message += "; caution: " + "; ".join(cautions)
        return Verdict(
            name=name,
            verdict=rule.verdict,
            matched="; ".join(matched),
            rule=rule.code,
            source=_source(rule, first.row),
            message=message,
            evidence=_evidence(rule, first.row),
            about=rule.about,
            cautions=cautions,
        )

    def _outcomes(self) -> Iterator[_Outcome]:
        rules = self.rules.rules
        positive = self.positive()
        yield from self._left_over()
        for span in sorted(self.spans, key=lambda span: span.start):
            if span in positive:
                continue
            rule = span.row.when_negated or rules["negated"]
            yield self._outcome(rule, span)
        names = {span.row.family or span.row.of_family for span in positive if not span.identifier} - {""}
        for span in sorted(positive, key=lambda span: span.start):
            if span.identifier and span.row.family in names:
                continue  # the name beside the identifier says more
            if self.negation.is_unclear(span):
                yield self._outcome(rules["negation-unclear"], span)
            elif span.row.family:
                yield self._family_outcome(span, positive)
            else:
                yield self._outcome(self._rule_of(span), span)
        yield from self._loose_calcium(positive)
        yield from self._shell_outcome()
        yield from self._role_outcome(positive)

    def _outcome(self, rule: _Rule, span: _Span) -> _Outcome:
        matched = self.text(span.start, span.end)
        subject = span.row.subject
        known = rule.code == "negated" or _squashed(matched) == _squashed(subject)
        said = shown(matched) + ("" if known else f" is {subject}") + f": {rule.because}"
        if span.row.note and rule is span.row.rule:
            said += f"; {span.row.note}"
        return _Outcome(rule, span.row, matched, said)

    def _rule_of(self, span: _Span) -> _Rule:
        """The rule of a span, or its milder one where the name states the small amount or the use it asks for."""
        row = span.row
        if row.alone and (self.role == DOSAGE_FORM or not self.tokens[span.start].original.isupper()):
            return self.rules.rules["release-word-unclear"]
        if row.relaxed is None:
            return row.rule
        percentages = self._percentages(span)
        if row.relaxed.percent is not None and percentages:
            return row.relaxed.rule if max(percentages) <= row.relaxed.percent else row.rule
        # The word may be said of another substance, if another is named.
        sole = all(other.row is row or other.row.use == "form" for other in self.spans)
        named = any(text in self.rules.words[row.relaxed.words] for text in self.texts)
        return row.relaxed.rule if named and sole else row.rule

    def _percentages(self, span: _Span) -> list[Fraction]:
        """The percentages that stand right before and right after a name."""
        beside = (self.texts[span.end : span.end + 2], self.texts[max(0, span.start - 2) : span.start])
        return [
            Fraction(pair[0]) for pair in beside if len(pair) == 2 and pair[1] == "%" and _NUMBER.fullmatch(pair[0])
        ]

    def _family_outcome(self, span: _Span, positive: list[_Span]) -> _Outcome:
        """A polymer by its grade: graded, a shell, or to be asked about."""
        family = self.rules.families[span.row.family]
        if self._is_graded(span, positive):
            return self._outcome(self.rules.rules["known-excipient"], span)  # the grades have their own outcomes
        if family.shell and self._is_shell_of(span):
            return self._outcome(self.rules.rules["known-excipient"], span._replace(row=span.row._replace(use="shell")))
        return self._outcome(span.row.rule, span)

    def _is_graded(self, span: _Span, positive: list[_Span]) -> bool:
        """Whether a grade is stated for this mention of a polymer, or for the one it is put in brackets with."""
        family = span.row.family
        same = [span]
        for other in positive:
            one, two = sorted((span, other), key=lambda span: span.start)
            beside = self._all_of(one.end, two.start, family)
            if other.row.family == family and other is not span and beside and "(" in self.tokens[two.start].gap:
                same.append(other)
        return any(self._owner(grade) in same for grade in self.stated[family] if grade in positive)

    def _all_of(self, start: int, end: int, family: str) -> bool:
        """Whether grades of the family are all that stands between two places."""
        return all(
            any(grade.start <= place < grade.end for grade in self.stated[family]) for place in range(start, end)
        )

    def _owner(self, grade: _Span) -> _Span | None:
        """The mention of a polymer that a grade belongs to: the last before it, or else the first after it."""
        mentions = [span for span in self.spans if span.row.family == grade.row.of_family]
        before = [span for span in mentions if span.end <= grade.start]
        after = [span for span in mentions if span.start >= grade.end]
        if before:
            return max(before, key=lambda span: span.end)
        return min(after, key=lambda span: span.start, default=None)

    def _names_shell(self) -> bool:
        return self.role == SHELL or any(text in self.rules.words["shell"] for text in self.texts)

    def _is_shell_of(self, span: _Span) -> bool:
        """Whether `span` is what a shell is made of: "hypromellose capsule", "capsule shell: hypromellose"."""
        if self.role == SHELL:
            return True
        if self.role == DILUENT:
            return False
        words = self.rules.words
        after = span.end
        while after < len(self.texts) and not _LIST_SEPARATOR.search(self.tokens[after].gap):
            if self.texts[after] in words["shell"]:
                following = self.texts[after + 1] if after + 1 < len(self.texts) else ""
                return following not in words["body"]
            if self.texts[after] not in words["neutral"] or self.texts[after] in words["joint"] | words["body"]:
                break
            after += 1
        before = span.start - 1
        while before >= 0 and self.texts[before] in ("made", "of", "from"):
            before -= 1
        said = before < span.start - 1 or any(mark in self.tokens[span.start].gap for mark in ":(")
        if before < 0 or not said or self.texts[before] not in words["shell"]:
            return False
        last = span.end == len(self.tokens) or not self._stands_close(span.end)
        # Not the shell of another material: "gelatin capsules (hypromellose)".
        return last and not any(other.start <= before < other.end and other.row.use == "shell" for other in self.spans)

    def _stands_close(self, place: int) -> bool:
        """Whether no comma or bracket parts a token from the one before."""
        return not re.search(r"[,;/+&|()]", self.tokens[place].gap)

    def _loose_calcium(self, positive: list[_Span]) -> Iterator[_Outcome]:
        """Calcium and carbonate in one name with other words between: "calcium (as carbonate)"."""
        words = self.rules.words
        bound = {i for span in self.spans if span.end - span.start > 1 for i in range(span.start, span.end)}
        bound |= {i for span in self.spans if self.negation.negates(span) for i in range(span.start, span.end)}
        metals = [i for i, text in enumerate(self.texts) if text in words["calcium"] and i not in bound]
        salts = [i for i, text in enumerate(self.texts) if text in words["carbonate"] and i not in bound]
        if metals and salts:
            rule = self.rules.rules["calcium-carbonate"]
            first, last = sorted((metals[0], salts[0]))
            matched = f"{self.tokens[first].original} … {self.tokens[last].original}"
            row = _Row("calcium carbonate", rule, "")
            yield _Outcome(rule, row, matched, f"{shown(matched)} is calcium carbonate: {rule.because}")

    def _shell_outcome(self) -> Iterator[_Outcome]:
        """A shell made white without titanium dioxide may be made white with calcium carbonate."""
        negated = [span for span in self.spans if self.negation.negates(span)]
        without = [span for span in negated if span.row.subject == "titanium dioxide"]
        if not without or any(span.row.rule.code == "calcium-carbonate" for span in negated):
            return
        words = self.rules.words
        white = any(text in words["white"] for text in self.texts)
        clear = any(text in words["clear"] for text in self.texts)
        if white or (self._names_shell() and not clear):
            rule = self.rules.rules["shell-opacifier"]
            start, end = without[0].start, without[0].end
            whole = shown(self.text(0, len(self.tokens)))
            yield _Outcome(rule, None, self.text(start, end), f"{whole}: {rule.because}")

    def _role_outcome(self, positive: list[_Span]) -> Iterator[_Outcome]:
        """Whether what is allowed elsewhere can be a diluent, or is a dosage form at all."""
        if self.uncovered() or not self.spans:
            return
        text = self.text(0, len(self.tokens))
        uses = {span.row.use for span in positive}
        if self.role == DILUENT and "filler" not in uses:
            rule = self.rules.rules["not-a-filler"]
            yield _Outcome(rule, None, text, f"{shown(text)}: {rule.because}")
        if self.role == DOSAGE_FORM and uses.isdisjoint(("form", "shell")):
            rule = self.rules.rules["not-known"]
            yield _Outcome(rule, None, "", f"{shown(text)}: it is no dosage form that the rules know")

    def _left_over(self) -> Iterator[_Outcome]:
        """What nothing explains: near a name the rules know, or not known at all."""
        left = self.uncovered()
        rule = self.rules.rules["not-known"]
        if left:
            hint = ""
            found = [*self._near(left), *self._near_identifiers(left)]
            for start, end, near, hit in _longest_of(found):
                if hit.row.rule.verdict in (DISALLOWED, REVIEW):
                    misspelt = self.rules.rules["misspelt"]
                    text = self.text(start, end)
                    meant = near if near == hit.row.subject else f"{near} ({hit.row.subject})"
                    yield _Outcome(misspelt, hit.row, text, f"{shown(text)}: did you mean {meant}? {misspelt.because}")
                elif not hint:
                    hint = f"; did you mean {near}?"
            text = ", ".join(shown(self.text(i, j)) for i, j in _runs(left))
            yield _Outcome(rule, None, "", f"{text}: {rule.because}{hint}")
        elif not self.spans:
            text = self.text(0, len(self.tokens))
            form = "it is no dosage form that the rules know; say which form the capsules are"
            yield _Outcome(rule, None, "", f"{shown(text)}: {form if self.role == DOSAGE_FORM else rule.because}")

    def _near(self, left: list[int]) -> Iterator[tuple[int, int, str, _Hit]]:
        """Names of the rules that runs of tokens with something unexplained in them are close to, or hold."""
        unexplained = set(left)
        last = len(self.tokens)
        for start in range(last):
            joined = ""
            words = 0
            for end in range(start, last):
                text = self.texts[end]
                # Scripts without spaces have a token a letter; five of them are no five words.
                words += 1 if end == start or not _writes_no_spaces(text[0]) else 0
                if words > MOST_WORDS:
                    break
                joined += text
                longest = LONGEST_UNSPACED if _writes_no_spaces(text[0]) else self.rules.longest
                if len(joined) > longest + 3 or text.isdecimal():
                    break
                if len(joined) < 5 or unexplained.isdisjoint(range(start, end + 1)):
                    continue
                near = _nearest(joined)
                if near is None and start == end and len(joined) > 8:
                    near = _held(joined)
                if near is not None:
                    yield start, end + 1, *near

    def _near_identifiers(self, left: list[int]) -> Iterator[tuple[int, int, str, _Hit]]:
        """Codes that runs of unexplained tokens are close to: O for 0, or a number whose check digit is wrong."""
        for start in left:
            joined = ""
            for end in range(start, min(start + 5, len(self.tokens))):
                if self.covered[end]:
                    break
                joined += self.texts[end]
                near = _nearest_code(joined)
                if near is not None:
                    yield start, end + 1, *near


def _longest_of(found: list[tuple[int, int, str, _Hit]]) -> list[tuple[int, int, str, _Hit]]:
    """The runs that lie in no longer one of the same or a stricter verdict."""
    return [
        one
        for one in found
        if not any(
            other is not one
            and other[0] <= one[0]
            and one[1] <= other[1]
            and _GRAVITY.index(other[3].row.rule.verdict) <= _GRAVITY.index(one[3].row.rule.verdict)
            for other in found
        )
    ]


def _is_context(text: str, context: frozenset[str]) -> bool:
    """Whether a word is a form, a drug or a dose (`capsule`, `naltrexone`, `mg`, `4.5mg`)."""
    return text in context or (_AMOUNT.fullmatch(text) is not None and text.lstrip("0123456789.") in context)


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Places in a row joined to ranges."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place:
            runs[-1] = (runs[-1][0], place + 1)
        else:
            runs.append((place, place + 1))
    return runs


def _source(rule: _Rule, row: _Row | None) -> str:
    parts = [part for part in (rule.source, row.sources if row else "") if part]
    return "; ".join(dict.fromkeys(parts)) or NO_SOURCE


def _evidence(rule: _Rule, row: _Row | None) -> str:
    if row is None or rule.code in ("negated", "look-alike", "not-known"):
        return rule.evidence
    return f"{rule.evidence}; {'what it is: public source' if row.sources else f'what it is: {NO_SOURCE}'}"


# ---------------------------------------------------------------------------------------------- grades in numbers

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_AMOUNT = re.compile(r"[0-9]+(?:\.[0-9]+)?[a-zμ]+")
# 4.000 and 4,000 are read as four thousand, the stricter reading.
_FIGURE = r"[0-9]{1,3}(?:[ ,.'’][0-9]{3})+(?![0-9])|[0-9]+(?:[.,][0-9]+)?"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Viscosities (`5 mPa·s`, `3-15 cP`), Metolose grades (`90SH-4000SR`), molecular weights (`400`, `90M`)."""
    return (
        re.compile(
            rf"(?<![\w.])({_FIGURE})(?:\s*(?:[-\u2010-\u2015]|to|bis)\s*({_FIGURE}))?\s*-?"
            r"(mpa[\W_]*s|pa[\W_]*s|c[\W_]?ps?|centipoises?)(?!\w)"
        ),
        re.compile(r"(?<!\w)[0-9]{2}[\W_]*sh[\W_]*([0-9]{1,6})(sr)?(?!\w)"),
        re.compile(r"(?<![\w.])([0-9]{1,3}(?:[ ,][0-9]{3})+|[0-9]+)(?:[\W_]?(m))?(?![\w.])"),
    )


@cache
def _letter_grades(letters: str) -> re.Pattern[str]:
    """Grades such as K100M: a letter, the viscosity, M for thousands or C for hundreds."""
    return re.compile(
        # E331 is an E number, and no grade.
        rf"(?<!\w)(?!e[\W_]*[0-9]{{3}}(?!\w))[{letters}][\W_]*([0-9]{{1,3}})[\W_]*(m|c)?(?:[\W_]*(?:premium)?[\W_]*lv)?(?!\w)"
    )


def _viscosity(match: re.Match[str]) -> Fraction:
    """The largest viscosity that a match states, in mPa·s; a matrix grade (SR) counts as endless."""
    viscosity, metolose, _ = _patterns()
    if match.re is viscosity:
        figures = [_figure(match[1])] + ([_figure(match[2])] if match[2] else [])
        return max(figures) * (1000 if match[3].startswith("pa") else 1)
    if match.re is metolose:
        return Fraction(10**9) if match[2] else Fraction(match[1])
    return Fraction(match[1]) * {"m": 1000, "c": 100, None: 1}[match[2]]


def _figure(text: str) -> Fraction:
    if re.fullmatch(r"[0-9]{1,3}(?:[ ,.'’][0-9]{3})+", text):
        return Fraction(re.sub("[^0-9]", "", text))
    return Fraction(text.replace(",", "."))


# ---------------------------------------------------------------------------------------------- negation


def _split_negations(rules: _RuleSet, tokens: list[_Token]) -> list[_Token]:
    """`calciumcarbonatfrei` as calciumcarbonat and frei."""
    if not any(token.text.endswith(("frei", "free", "vrij", "fri")) for token in tokens):
        return tokens
    split: list[_Token] = []
    for token in tokens:
        for ending in rules.words["after"]:
            head = token.text.removesuffix(ending)
            if head and head != token.text and head in rules.names and len(token.original) == len(token.text):
                cut = len(head)
                split.append(token._replace(text=head, end=token.start + cut, original=token.original[:cut]))
                split.append(_Token(ending, token.start + cut, token.end, token.original[cut:], ""))
                break
        else:
            split.append(token)
    return split


class _Negation:
    """What a name says is left out: "no X", "free of X", "X-free".

    It is honoured only where it is plain. A negating word that stands beside no name, or two for one name, make it
    doubtful ("not free of X"), and then none in that name is honoured. It reaches one name; "or" and "nor" carry it on.
    """

    def __init__(self, rules: _RuleSet, tokens: list[_Token], spans: list[_Span]) -> None:
        self.rules = rules
        self.tokens = tokens
        self.spans = spans
        self.used: set[int] = set()
        self.negated: set[int] = set()
        self.unclear: set[int] = set()
        texts = [token.text for token in tokens]
        if not self._read(texts):
            self.used, self.negated, self.unclear = set(), set(), set()
        self.used |= self._number_signs(texts)

    def negates(self, span: _Span) -> bool:
        """Whether every token of the span is left out."""
        return bool(self.negated) and all(i in self.negated for i in range(span.start, span.end))

    def is_unclear(self, span: _Span) -> bool:
        """Whether the span stands before a "free" that may belong to something else."""
        return bool(self.unclear) and any(i in self.unclear for i in range(span.start, span.end))

    def _read(self, texts: list[str]) -> bool:
        inside = {i for span in self.spans for i in range(span.start, span.end)}
        signs = self._number_signs(texts)
        said = f" {' '.join(texts)} "
        if any(f" {hedge} " in said for hedge in self.rules.words["hedges"]):
            return False  # hardly free of, almost without: some of it is there
        place = 0
        while place < len(texts):
            if place in inside or place in signs:
                place += 1
                continue
            phrase = self._phrase(texts, place)
            if phrase:
                if not self._before(texts, place, place + phrase):
                    return False
                place += phrase
            elif texts[place] in self.rules.words["after"]:
                if not self._after(texts, place):
                    return False
                place += 1
            else:
                place += 1
        return True

    def _phrase(self, texts: list[str], place: int) -> int:
        """How many tokens the negating phrase at `place` has."""
        for phrase in self.rules.before.get(texts[place], ()):
            length = len(phrase)
            if tuple(texts[place : place + length]) == phrase and all(
                self._joins(i) for i in range(place + 1, place + length)
            ):
                return length
        return 0

    def _joins(self, place: int) -> bool:
        """Whether only a space or a hyphen stands before the token: a comma or a dash parts what is said."""
        gap = self.tokens[place].gap
        return gap == "-" or not gap.strip() or gap + self.tokens[place].text in ("/o", "'t")  # w/o, don't

    def _number_signs(self, texts: list[str]) -> set[int]:
        """Where "no" means number: CAS No. 471-34-1, capsule no 3, UNII no H0G9379FGK."""
        signs = set()
        for i, text in enumerate(texts[:-1]):
            if text != "no" or not any(c.isdecimal() for c in texts[i + 1]):
                continue
            named = i > 0 and texts[i - 1] in self.rules.words["number_words"]
            if named or "." in self.tokens[i + 1].gap or texts[i + 1][0].isdecimal():
                signs.add(i)
        return signs

    def _opens(self, place: int) -> bool:
        return self.tokens[place].gap.strip() == "("

    def _before(self, texts: list[str], start: int, end: int) -> bool:
        """Negates the name that begins at `end`, and those that "or" carries it on to."""
        here = end
        while here < len(texts) and texts[here] in self.rules.words["articles"] and self._longest_from(here) is None:
            here += 1
        reached = self._group_from(here)
        if reached is None or not all(self._joins(i) or self._opens(i) for i in range(end, here + 1)):
            return False
        self.used.update(range(start, here))
        while True:
            if not self._negate(here, reached):
                return False
            if not (reached < len(texts) and texts[reached] in self.rules.words["chain"] and self._joins(reached)):
                return True
            further = self._group_from(reached + 1)
            if further is None or not self._joins(reached + 1):
                return True
            here, reached = reached + 1, further

    def _after(self, texts: list[str], place: int) -> bool:
        """Negates the name that ends at `place`."""
        following = texts[place + 1] if place + 1 < len(texts) else None
        if following in self.rules.words["not_free"]:
            return True  # free of, free flowing: no negation of what stands before; "free of" is a phrase of its own
        start = self._group_to(place)
        if start is None or not (self._joins(place) or self.tokens[place].gap.strip("- ") == ")"):
            return False
        if start - 1 in self._number_signs(texts):
            return False  # "no 471-34-1-free" may be negated twice
        self.used.add(place)
        if following is not None and not _LIST_SEPARATOR.search(self.tokens[place + 1].gap):
            explained = any(span.start <= place + 1 < span.end for span in self.spans)
            explained = explained or following in self.rules.words["neutral"] or self._phrase(texts, place + 1) > 0
            if not explained and "(" not in self.tokens[place + 1].gap:
                self.unclear.update(range(start, place))
                return True
        return self._negate(start, place)

    def _negate(self, start: int, end: int) -> bool:
        if self.negated.intersection(range(start, end)):
            return False
        self.negated.update(range(start, end))
        return True

    def _longest_from(self, start: int) -> int | None:
        ends = [span.end for span in self.spans if span.start == start]
        return max(ends) if ends else None

    def _group_from(self, start: int) -> int | None:
        """The end of the name at `start`, with its grade and its synonym in brackets; a plain word counts as a name."""
        end = self._longest_from(start)
        if end is None:
            return start + 1 if start < len(self.tokens) and self._is_plain(start) else None
        while True:
            further = [span.end for span in self.spans if span.start == end and self._belong(start, span)]
            if not further:
                return end
            end = max(further)

    def _group_to(self, end: int) -> int | None:
        """The start of the name that ends at `end`, with the name whose grade or synonym it is."""
        starts = [span.start for span in self.spans if span.end == end]
        if not starts:
            return end - 1 if end > 0 and self._is_plain(end - 1) else None
        start = min(starts)
        while True:
            last = next(span for span in self.spans if span.start == start)
            earlier = [span.start for span in self.spans if span.end == start and self._belong(span.start, last)]
            if not earlier:
                return start
            start = min(earlier)

    def _is_plain(self, place: int) -> bool:
        """Whether a word that is no name can be left out as one is: dye-free, without granules."""
        words = self.rules.words
        text = self.tokens[place].text
        return (
            text in words["neutral"] and text not in words["joint"] and text not in words["articles"] and text != "of"
        )

    def _belong(self, start: int, span: _Span) -> bool:
        """Whether `span` is a grade of the name at `start`, or its synonym in brackets."""
        first = next(other for other in self.spans if other.start == start)
        gap = self.tokens[span.start].gap
        same = (first.row.family or first.row.of_family or first.row.rule.code) == (
            span.row.family or span.row.of_family or span.row.rule.code
        )
        if not same or _LIST_SEPARATOR.search(gap):
            return False
        return "(" in gap or bool(first.row.family)


# ---------------------------------------------------------------------------------------------- misspellings


class _Near(NamedTuple):
    name: str
    pairs: frozenset[str]  # its pairs of neighbouring letters
    most: int  # slips of the pen it may hold
    gravity: int
    hit: _Hit


@cache
def _near_names() -> tuple[dict[tuple[int, str], list[_Near]], list[tuple[str, _Hit]]]:
    """The names a misspelling may be close to, by length and pairs of letters; the disallowed ones a word may hold.

    A slip changes at most three pairs. So a name with two slips shares one at least of any seven of its pairs with the
    misspelling, and is entered under its seven rarest alone.
    """
    rules = _built_in()
    names = []
    inside = []
    for name, hit in rules.names.items():
        if not name.isalpha() or hit.row.rule.code in ("look-alike", "not-known") or hit.row.alone:
            continue
        if len(name) >= SHORT or name in rules.fuzzy_short:
            names.append(_Near(name, _pairs(name), _most_edits(len(name)), _GRAVITY.index(hit.row.rule.verdict), hit))
        if len(name) >= 8 and hit.row.rule.verdict == DISALLOWED:
            inside.append((name, hit))
    count: dict[str, int] = {}
    for near in names:
        for pair in near.pairs:
            count[pair] = count.get(pair, 0) + 1
    by_pair: dict[tuple[int, str], list[_Near]] = {}
    for near in names:
        for pair in sorted(near.pairs, key=lambda pair: (count[pair], pair))[: 3 * near.most + 1]:
            by_pair.setdefault((len(near.name), pair), []).append(near)
    return by_pair, inside


def _pairs(text: str) -> frozenset[str]:
    return frozenset(map("".join, pairwise(text)))


def _most_edits(length: int) -> int:
    """How many slips of the pen a name of this length may hold and still be recognised."""
    return 1 if length < 10 else 2 if length < 14 else 3


@lru_cache(maxsize=4096)
def _nearest(text: str) -> tuple[str, _Hit] | None:
    """The name that `text` is a likely misspelling of, disallowed ones first, as the data write it."""
    pairs = _pairs(text)
    by_pair = _near_names()[0]
    length = len(text)
    near_lengths = [other for other in range(length - 3, length + 4) if abs(other - length) <= _most_edits(other)]
    likely = {near.name: near for other in near_lengths for pair in pairs for near in by_pair.get((other, pair), ())}
    best: tuple[int, int, str] | None = None
    for near in likely.values():
        most = near.most
        if best is not None:
            if best[0] < near.gravity:
                continue
            if best[0] == near.gravity:
                most = min(most, best[1])
        if len(pairs & near.pairs) < max(len(pairs), len(near.pairs)) - 3 * most:
            continue
        if len(near.name) < SHORT and near.name[0] != text[0]:
            continue
        edits = _edits(near.name, text, most)
        rank = (near.gravity, edits, near.name)
        if edits <= most and (best is None or rank < best):
            best = rank
    return None if best is None else (_spelt().get(best[2], best[2]), likely[best[2]].hit)


_TAKEN_FOR_ANOTHER = str.maketrans("oilzsb", "011258")


@cache
def _codes() -> tuple[dict[str, tuple[str, _Hit]], list[tuple[str, str, _Hit]]]:
    """The codes of what is disallowed, with letters that look like digits as digits; and the long ones, as written."""
    alike: dict[str, tuple[str, _Hit]] = {}
    long = []
    for name, hit in _built_in().names.items():
        if hit.row.rule.verdict == DISALLOWED and name.isascii() and any(c.isdecimal() for c in name):
            spelt = _spelt().get(name, name)
            alike[name.translate(_TAKEN_FOR_ANOTHER)] = (spelt, hit)
            if _is_identifier(spelt) and len(name) > 5:
                long.append((name, spelt, hit))
    return alike, long


@lru_cache(maxsize=4096)
def _nearest_code(text: str) -> tuple[str, _Hit] | None:
    """The code of something disallowed that `text` is a likely slip of, as the data write it."""
    if not (text.isascii() and any(c.isdecimal() or c in "oil" for c in text)) or len(text) < 4:
        return None
    alike, long = _codes()
    found = alike.get(text.translate(_TAKEN_FOR_ANOTHER))
    if found is not None:
        return found
    # A number whose check digit is right belongs to something else.
    if len(text) < 6 or _passes_check(text):
        return None
    near = [
        (spelt, hit) for name, spelt, hit in long if name.isdecimal() == text.isdecimal() and _edits(name, text, 1) < 2
    ]
    return near[0] if near else None


def _passes_check(text: str) -> bool:
    from compound.facts.substances import cas_check_digit, unii_check_character

    if text.isdecimal():
        return cas_check_digit(f"{text[:-3]}-{text[-3:-1]}-{text[-1]}") == text[-1]
    return len(text) == 10 and text.isalnum() and unii_check_character(text.upper()) == text[-1].upper()


@lru_cache(maxsize=4096)
def _held(text: str) -> tuple[str, _Hit] | None:
    """The disallowed name that stands inside the word `text`: calciumcarbonatepowder."""
    for name, hit in _near_names()[1]:
        if name in text:
            return _spelt().get(name, name), hit
    return None


@cache
def _spelt() -> dict[str, str]:
    """How the data write a squashed name."""
    import json

    names = [name for row in json.loads(shipped.read("excipients.json"))["rows"] for name in row["names"]]
    return dict(zip(_all_squashed(names), names, strict=True))


def _edits(one: str, other: str, most: int) -> int:
    """Insertions, deletions, changes and swaps of neighbours that turn `one` into `other`; `most` + 1 where more."""
    start, end, other_end = 0, len(one), len(other)
    while start < end and start < other_end and one[start] == other[start]:
        start += 1
    while start < end and start < other_end and one[end - 1] == other[other_end - 1]:
        end, other_end = end - 1, other_end - 1
    one, other = one[start:end], other[start:other_end]
    far = most + 1
    width = len(other)
    earlier: list[int] = []
    before = list(range(width + 1))
    for i, a in enumerate(one, start=1):
        row = [far] * (width + 1)
        row[0] = least = i
        # Further than `most` off the diagonal, more than `most` letters were inserted or deleted.
        for j in range(max(1, i - most), min(width, i + most) + 1):
            b = other[j - 1]
            cost = before[j - 1]
            if a != b:
                if before[j] < cost:
                    cost = before[j]
                if row[j - 1] < cost:
                    cost = row[j - 1]
                if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2] and earlier[j - 2] < cost:
                    cost = earlier[j - 2]
                cost += 1
            row[j] = cost
            if cost < least:
                least = cost
        if least > most:
            return far
        earlier, before = before, row
    return min(before[width], far)


# ---------------------------------------------------------------------------------------------- a pharmacy's own rules

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
    if len(text) > MOST_HOUSE_BYTES:
        raise InputError(file, f"the rules file is larger than {MOST_HOUSE_BYTES:,} bytes")
    raw = _toml(text, file)
    for key in raw:
        if key != "rule":
            raise InputError(f"{file}: {_key(key)}", "unknown key; rules stand in tables [[rule]]")
    tables = raw.get("rule")
    if not isinstance(tables, list) or not tables:
        raise InputError(f"{file}: rule", "no rules found; write each one as a table [[rule]]")
    built_in = _built_in()
    codes: set[str] = set(built_in.rules)
    index: dict[str, _Hit] = {}
    for number, table in enumerate(tables, start=1):
        where = f"{file}: rule[{number}]"
        rule, names = _house_rule(table, where)
        if rule.code in codes:
            taken = "by a built-in rule" if rule.code in built_in.rules else "twice"
            raise InputError(f"{where}.code", f"{shown(rule.code)} is used {taken}; each code is used once")
        codes.add(rule.code)
        hit_row = _Row("", rule, "")
        for place, name in enumerate(names, start=1):
            _enter_house(index, hit_row, name, f"{where}.names[{place}]")
    return HouseRules(index)


def _toml(text: bytes, file: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(text.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(file, f"the rules file is not UTF-8 text (byte {error.start + 1:,})") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(file, f"the rules file cannot be read as TOML: {_one_line(str(error))}") from None
    except (ValueError, RecursionError):
        raise InputError(file, "the rules file cannot be read as TOML: a value in it is too long or too deep") from None


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:200]


def _is_code(text: str) -> bool:
    """Whether a text is a code: small letters, digits and single hyphens, up to 60."""
    return len(text) <= 60 and re.fullmatch("[a-z0-9]+(?:-[a-z0-9]+)*", text) is not None


def _key(key: str) -> str:
    return key if _is_code(key) else shown(key)


def _house_rule(table: object, where: str) -> tuple[_Rule, list[str]]:
    if not isinstance(table, dict):
        raise InputError(where, "a rule is a table of its own; write [[rule]]")
    for key in table:
        if key not in _KEYS:
            plain = "; names are plain text, never patterns" if key in ("pattern", "patterns", "regex", "match") else ""
            raise InputError(f"{where}.{_key(key)}", f"unknown key; a rule has {', '.join(_KEYS)}{plain}")
    for key in _KEYS:
        if key not in table:
            raise InputError(f"{where}.{key}", "the key is missing")
    texts: dict[str, str] = {}
    for key in ("code", "verdict", "because", "source"):
        value = table[key]
        if not isinstance(value, str):
            raise InputError(f"{where}.{key}", "the value must be text in quotation marks")
        if not value.strip():
            raise InputError(f"{where}.{key}", "the text is empty")
        if len(value) > 500:
            raise InputError(f"{where}.{key}", f"a text of {len(value):,} characters is longer than 500")
        refuse_unprintable(value, f"{where}.{key}")
        texts[key] = value
    if not _is_code(texts["code"]):
        code = shown(texts["code"])
        raise InputError(f"{where}.code", f"{code} is no code; use small letters, digits and hyphens, up to 60")
    if texts["verdict"] not in (DISALLOWED, REVIEW, ALLOWED):
        raise InputError(f"{where}.verdict", f"{shown(texts['verdict'])} is none of disallowed, review, allowed")
    names = table["names"]
    if not isinstance(names, list) or not names:
        raise InputError(f"{where}.names", 'the value must be a list of names, such as ["lactose"]')
    rule = _Rule(
        texts["code"], texts["verdict"], "excipient", texts["source"], texts["because"], "the pharmacy's own rule"
    )
    return rule, names


def _enter_house(index: dict[str, _Hit], row: _Row, name: object, where: str) -> None:
    if not isinstance(name, str):
        raise InputError(where, "a name must be text in quotation marks")
    squashed = _squashed(_readable(name, where))
    if not squashed:
        raise InputError(where, f"{shown(name)} holds no letter and no digit")
    if squashed in index:
        raise InputError(where, f"{shown(name)} is named by {index[squashed].row.rule.code} already")
    if len(index) >= MOST_HOUSE_NAMES:
        raise InputError(where, f"there are more than {MOST_HOUSE_NAMES:,} names in the file")
    index[squashed] = _Hit(row._replace(subject=name), _own_breaks(name, squashed), False)


def _with_house_rules(reading: _Reading, house: HouseRules, name: str, verdict: Verdict) -> Verdict:
    """`verdict`, or the pharmacy's own where it is stricter or knows what is unknown."""
    if verdict.verdict == DISALLOWED or not house.index:
        return verdict
    own = _spans(house.index, max(map(len, house.index)), reading.tokens)
    negation = _Negation(reading.rules, reading.tokens, [*reading.spans, *own])
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


def _own_verdict(reading: _Reading, spans: list[_Span], name: str, verdict: Verdict) -> Verdict:
    """The verdict of the pharmacy's own rules; the cautions stay."""
    rule = spans[0].row.rule
    matched = list(dict.fromkeys(reading.text(span.start, span.end) for span in spans))
    message = "; ".join(f"{shown(text)}: {rule.because}" for text in matched)
    return Verdict(
        name,
        rule.verdict,
        "; ".join(matched),
        rule.code,
        rule.source,
        message,
        rule.evidence,
        verdict.about,
        verdict.cautions,
    )


# ---------------------------------------------------------------------------------------------- findings for a plan


def findings(names: Iterable[Named], house: HouseRules | None = None) -> tuple[Finding, ...]:
    """What must be said of the names in an order.

    Errors for what is disallowed, warnings for what is to be reviewed or unknown, notes for cautions.
    """
    found: list[Finding] = []
    for named in names:
        verdict = judge(named.name, named.role, house, named.where)
        inside = verdict.name in verdict.message
        values = {
            "name": verdict.name,
            "role": named.role,
            "message": verdict.message if inside else f"in {shown(verdict.name)}: {verdict.message}",
            "rule": verdict.rule,
            "source": verdict.source,
            "evidence": verdict.evidence,
        }
        if verdict.verdict == DISALLOWED:
            form = verdict.about == "form"
            entry = catalogue.RELEASE_FORM_DISALLOWED if form else catalogue.EXCIPIENT_DISALLOWED
            found.append(Finding(entry, named.where, values))
        elif verdict.verdict == REVIEW:
            found.append(Finding(catalogue.EXCIPIENT_REVIEW, named.where, values))
        elif verdict.verdict == UNKNOWN:
            found.append(Finding(catalogue.EXCIPIENT_UNKNOWN, named.where, values))
        for caution in verdict.cautions:
            found.append(Finding(catalogue.EXCIPIENT_CAUTION, named.where, {"name": verdict.name, "caution": caution}))
    return tuple(found)
