"""The template of the worksheet: its words, the order of its sections, its boxes to sign. It holds no limit, no logic.

A template is TOML. The one shipped, templates/worksheet.toml, says what each key is; one of a user's own has the same
keys, or some of them: what it leaves out is that of the shipped template in its language. What is unknown or misspelt is
refused with its key, so that no sentence of the sheet is lost in silence.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, cached_property
from typing import Any

from compound.exact.errors import InputError
from compound.exact.value import Value, replace
from compound.reading import shipped
from compound.reading.fields import Fields, in_file
from compound.reading.text import shown
from compound.reading.toml_text import read_toml
from compound.showing.fingerprint import sha256
from compound.wording.language_file import LANGUAGES
from compound.wording.notation import phrase

PAGE_SIZES = ("A4", "Letter")
SECTIONS = (
    "dose", "batch", "components", "scheme", "settle", "bench", "capsules", "check", "label", "yield", "release", "budget",
    "mixtures", "uniformity", "findings", "record",
)  # fmt: skip
# Those for the file alone: they are left out where no annex is asked for.
ANNEX = ("budget", "mixtures", "uniformity", "findings", "record")
# Without these a sheet would not say what is made, what is weighed, and what is to be said against it.
NEEDED = ("dose", "settle", "bench", "findings")
# Sections of the sheet before this one, and where what they held stands now.
_MOVED = {"weighing": "bench", "mixing": "bench", "storage": "record"}
_MOVE = (
    "Copy the shipped template anew (compound templates copy) and put your own sentences into it; keys left out come from it"
)
# Keys of the sheet before this one that no sentence of this one has.
_GONE = {
    "components": ("equipment",), "step": ("mix_block",), "weighing": ("number", "what", "deviation", "group"),
    "mixing": ("block", "doubling", "one_by_one", "once", "liquid", "addition"), "topping": ("block",), "drying": ("block",),
    "mixtures": ("made",),
    "check": ("thousand", "capsules", "drug", "compare", "shelf", "left", "blend", "weighed_in", "sum", "same"),
    "capsules": ("shell_note", "sources"),
}  # fmt: skip
LONGEST_TEXT = 400
LONGEST_LINE = 120  # of title, headings, roles and the head of the pharmacy
MOST_LINES = 3
MOST_SIGN_OFFS = 6

# For each sentence its placeholders, all of which it holds.
WORDS: dict[str, dict[str, str]] = {
    "page": {
        "page": "page pages", "batch": "", "tool": "version", "rules": "hash version", "fingerprint": "fingerprint",
    },
    "vessel": {
        "trituration": "number", "solution": "number", "premix": "number", "batch": "", "capsules": "",
    },
    "dose": {
        "each": "words", "as": "drug", "not": "dose", "form": "", "accepted": "", "accepted_item": "code text",
        "reason": "reason", "signature": "", "code": "count dose drug fill sensitivity", "caption": "",
    },
    "batch": {
        "number": "", "prescriber": "", "patient": "", "prepared": "", "beyond_use": "", "beyond_use_rule": "days",
        "beyond_use_expiry": "component date", "drug": "", "capsules": "", "capsules_size": "count size",
        "fill": "", "fill_assumed": "fill", "fill_volume": "count", "blend": "", "blend_volume": "mass", "diluent": "",
        "excipients": "", "potency": "",
        "potency_value": "content substance", "source_none": "", "source_assay": "assay basis",
        "source_water": "assay basis water", "source_strength": "strength", "source_tablet": "dose mass",
        "basis_as_is": "", "basis_dried": "", "basis_anhydrous": "", "total_drug": "", "not_stated": "",
    },
    "components": {
        "component": "", "needed": "", "vendor": "", "lot": "", "expiry": "", "empty_capsules": "size",
        "balance": "capacity readability sensitivity", "bulk_balance": "capacity readability sensitivity",
        "capacity_unknown": "", "balance_id": "",
        "mortars": "vessels", "dishes": "vessels", "ware": "ware",
        "class_a": "ware", "calibration": "", "machine": "", "room": "", "protection": "", "clean": "",
    },
    "scheme": {
        "drug": "", "capsules": "count", "each": "dose", "ratio": "ratio", "add": "amount", "make_up": "volume",
        "dried": "", "materials": "materials",
    },
    "settle": {
        "none": "", "other": "title", "tracer": "country dye vessels",
        "potency-not-entered": "", "fill-weight-assumed": "fill", "particle-size-not-given": "needed spread", "uniformity-not-shown": "",
        "below-usp-41-floor": "floor", "hydrate-not-settled": "held hydrate", "capacity-not-given": "heaviest",
        "studied-thousandfold-apart": "dose other", "capsule-overfull": "fill", "capsule-nearly-empty": "fill",
        "stock-strength": "strength", "tablet-excipients": "dose mass", "dose-not-in-label-form": "dose_as label",
        "plan-without-reserve": "", "weighing-error-loose": "error", "dose-error-loose": "error",
        "minimum-weight-below-rule": "least minimum", "balance-check-overdue": "balance", "solvent-to-drive-off": "solvent",
        "assay-unusual": "assay", "assay-outside-monograph": "assay", "water-of-a-hydrate": "hydrate water",
        "drug-surplus-beyond-window": "surplus", "dose-multiple-of-studied": "dose factor studied",
        "dose-part-of-studied": "dose factor studied", "dose-multiple-of-range": "dose factor studied",
        "dose-part-of-range": "dose factor studied",
    },
    "findings": {
        "error": "", "warning": "", "note": "", "item": "code text", "accepted": "code reason text",
        "not_checked": "", "not_checked_item": "code text title", "short": "code title", "none": "",
    },
    "step": {
        "weigh": "material", "dried": "vessel", "transfer": "source", "pipette": "amount source",
        "pipette_ware": "amount source ware", "make_up": "material volume",
        "make_up_ware": "material volume ware", "mix": "concentrate what",
        "mix_doubling": "concentrate what", "mix_one_by_one": "concentrate what", "mix_liquid": "",
        "dry": "vessel", "top_up": "count material vessel", "fill": "count fill source", "fill_all": "count source",
    },
    "weighing": {
        "target": "", "range": "", "actual": "", "weigher": "", "checker": "", "within": "high low", "no_range": "",
        "rest": "step total", "boat": "", "stop": "", "portions": "",
        "on_target": "", "onwards": "", "reads": "step", "then": "range step", "any_other": "step target total",
        "any_other_less": "beside step target total",
    },
    "mixing": {
        "saturate": "step", "add": "", "what": "", "holds": "", "done": "", "time": "",
        "from_to": "", "looks": "", "by": "",
    },
    "strip": {
        "drug": "drug", "not_the_drug": "", "in_capsules": "count mass", "batch": "", "made": "", "use_by": "",
    },
    "topping": {
        "text": "count material vessel", "cylinder": "count", "reached": "", "mass": "", "again": "", "by": "",
    },
    "drying": {
        "text": "loss powder volume", "heat": "", "from_to": "", "first": "", "second": "", "loss": "", "by": "", "powder": "",
    },
    "mixtures": {
        "vessel": "", "total": "", "drug": "", "strength": "", "ratio": "", "ratio_value": "ratio", "per_ml": "strength",
    },
    "budget": {
        "number": "", "what": "", "amount": "", "error": "", "share": "", "worst": "", "limit": "limit",
        "labelled": "", "given": "", "rounding": "", "range": "", "range_value": "high low",
        "range_limit": "high limit low", "range_unknown": "", "root": "", "explained": "",
    },
    "uniformity": {
        "explained": "", "not_checked": "", "sources": "",
    },
    "check": {
        "intro": "", "line": "", "do": "", "result": "", "must": "", "dose": "", "as_label": "",
        "whole": "one vessel", "batch": "fill one readings vessel",
        "times": "one readings source taken", "times_volume": "one source taken volume", "powder": "content line reading",
        "content": "lines substance",
        "assay": "basis", "no_assay": "", "dry": "", "form": "dosed stated", "strength": "", "tablet": "",
        "as_content": "content", "between": "high low", "impossible": "", "fold": "", "planned": "line value", "worked": "",
    },
    "capsules": {
        "intro": "count", "net": "", "gross": "", "weight": "", "mean": "", "deviation": "", "rsd": "", "by": "",
        "limit": "country", "for_net": "", "for_gross": "shell", "each": "percent", "mean_limit": "percent",
        "each_of_mean": "percent", "of_mean": "", "by_volume": "", "rsd_limit": "", "range": "high low",
        "at_most": "percent", "below": "percent", "shell": "shell", "assay": "", "assay_result": "",
    },
    "yield": {
        "made": "", "dispensed": "", "samples": "", "rejected": "", "yield": "count",
        "blend": "", "topped_up": "", "net": "", "rest": "", "loss": "percent", "vessel": "", "expected": "", "drug": "",
        "found": "", "fate": "", "initials": "",
    },
    "label": {
        "intro": "", "patient": "", "dose": "dose substance", "others": "names", "capsules": "count", "directions": "",
        "special": "", "special_nanogram": "", "number": "", "prepared": "", "beyond_use": "", "compounded": "", "store": "",
        "checked": "", "shell": "shell", "shell_blank": "", "tablets": "drug names", "tablets_blank": "drug",
        "stock_blank": "drug", "prescriber": "", "cautions": "", "pharmacy": "", "rule": "country law",
    },
    "record": {
        "asks": "", "stands": "", "name": "", "date": "", "number": "", "people": "", "lots": "", "amounts": "", "total": "",
        "beyond_use": "", "calculations": "", "quality": "", "description": "", "reference": "", "deviations": "",
        "container_value": "", "storage_value": "",
    },
    "release": {
        "statement": "", "role": "", "name": "", "signature": "", "date": "",
    },
}  # fmt: skip

_GROUP = "a template"  # in the refusal of a key that it does not have
# A count may choose between two forms of a word: {count:capsule|capsules}.
_PLACEHOLDER = re.compile(r"\{([a-z_]+)(?::[^{}|]*\|[^{}|]*)?\}")


class Section(Value):
    """A section of the sheet: which one, its heading, and whether it begins a page."""

    name: str
    heading: str
    new_page: bool


class Template(Value):
    """The words of a sheet.

    `logo` is the path of a PNG file as the template gives it, or nothing; `picture` are the bytes of that file.
    """

    language: str
    title: str
    page_size: str
    lines: tuple[str, ...]
    logo: str
    sections: tuple[Section, ...]
    sign_off: tuple[str, ...]
    words: Mapping[str, Mapping[str, str]]
    picture: bytes = b""

    def say(self, section: str, key: str, **values: str) -> str:
        """A sentence with its values in place. The values are taken as they are, braces included."""
        text = self.words[section][key]
        # Every brace of a sentence is one of a known name: it was read so.
        return phrase(text, values) if values else text

    @cached_property
    def own_keys(self) -> Mapping[str, Any]:
        """What it says otherwise than the shipped one in its language: its other keys need not travel in every sheet."""
        base = shipped_table(self.language)
        found: dict[str, Any] = {"language": self.language}
        for key, value in template_to_table(self).items():
            if key == "words":
                tables = {
                    name: {one: text for one, text in table.items() if base["words"][name].get(one) != text}
                    for name, table in value.items()
                }
                if own := {name: table for name, table in tables.items() if table}:
                    found["words"] = own
            elif value != base[key]:
                found[key] = value
        return found

    @cached_property
    def digest(self) -> str:
        """The sha256 over all its keys."""
        table = json.dumps(template_to_table(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return sha256(table.encode("utf-8"))

    def texts(self) -> list[tuple[str, str]]:
        """Every text of the template with its key."""
        found = [("title", self.title)]
        found += [(f"pharmacy.lines[{i}]", text) for i, text in enumerate(self.lines)]
        found += [(f"sections[{i}].heading", section.heading) for i, section in enumerate(self.sections)]
        found += [(f"sign_off[{i}].role", text) for i, text in enumerate(self.sign_off)]
        found += [(f"words.{name}.{key}", text) for name, table in self.words.items() for key, text in table.items()]
        return found


def read_template(
    content: bytes, where: str = "template", load: Callable[[str], bytes] | None = None
) -> Template:
    """Reads a template; `where` names it, `load` gives the bytes of the logo by its path.

    Raises InputError with the key at fault.
    """
    data = _parsed(content) if content in _shipped_contents() else read_toml(content, where)
    try:
        read = template_from_table(data)
        if not read.logo:
            return read
        if load is None:
            raise InputError("pharmacy.logo", "is not a file that can be looked for here")
        return replace(read, picture=load(read.logo))
    except InputError as error:
        raise in_file(error, where) from None


def template_to_table(template: Template) -> dict[str, Any]:
    """The table of a template, which `template_from_table` reads."""
    return {
        "language": template.language,
        "title": template.title,
        "page_size": template.page_size,
        "pharmacy": {"lines": list(template.lines), "logo": template.logo},
        "sections": [{"name": s.name, "heading": s.heading, "new_page": s.new_page} for s in template.sections],
        "sign_off": [{"role": role} for role in template.sign_off],
        "words": template.words,
    }


def template_from_table(data: object) -> Template:
    """Reads the table of a template; what it leaves out is that of the shipped one in its language.

    Raises InputError with the key that is at fault.
    """
    table = Fields(data)
    table = Fields(_completed(table.values, table.choice("language", LANGUAGES)))
    table.refuse_unknown(("language", "title", "page_size", "pharmacy", "sections", "sign_off", "words"), _GROUP)
    pharmacy = table.group("pharmacy")
    pharmacy.refuse_unknown(("lines", "logo"), _GROUP)
    read = Template(
        language=table.choice("language", LANGUAGES),
        title=table.text("title", longest=LONGEST_LINE),
        page_size=table.choice("page_size", PAGE_SIZES, any_case=True),
        lines=pharmacy.texts("lines", most=MOST_LINES, longest=LONGEST_LINE),
        logo=pharmacy.text("logo", longest=LONGEST_TEXT, empty=True),
        sections=_sections(table),
        sign_off=_sign_off(table),
        words=_words(table.group("words")),
    )
    _refuse_amounts(read)
    return read


def _completed(given: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The table of a template with the keys that it leaves out. What is there stays as it is, right or wrong."""
    words = given.get("words")
    whole = all(key in given for key in ("title", "page_size", "pharmacy", "sections", "sign_off", "words"))
    if whole and isinstance(words, dict) and all(
        name in words and isinstance(words[name], dict) and words[name].keys() >= keys.keys() for name, keys in WORDS.items()
    ):
        return dict(given)
    base = shipped_table(language)
    found = {**base, **given}
    if isinstance(given.get("pharmacy"), dict):
        found["pharmacy"] = {**base["pharmacy"], **given["pharmacy"]}
    if isinstance(words, dict):
        own = {name: {**base["words"].get(name, {}), **table} if isinstance(table, dict) else table
               for name, table in words.items()}  # fmt: skip
        found["words"] = {**base["words"], **own}
    return found


@cache
def _shipped_contents() -> tuple[bytes, ...]:
    return tuple(one.read() for one in shipped.shipped(shipped.WORKSHEET))


@cache
def _parsed(content: bytes) -> dict[str, Any]:
    """The table of a shipped template, read once."""
    return dict(read_toml(content, "template"))


def shipped_table(language: str) -> Mapping[str, Any]:
    """The table of the shipped template of a language. Raises InputError where none ships for it."""
    for content in _shipped_contents():
        if f'\nlanguage = "{language}"'.encode() in content:
            return _parsed(content)
    raise InputError("language", f"no template ships for {shown(language)}")


# A sentence with a value in it says no number of its own: "1" before {words} would print another dose.
_UNITS = "ng|µg|μg|mcg|mg|g|kg|ml|l|%|nanograms?|micrograms?|milligrams?|grams?|nanogramm|mikrogramm|milligramm|gramm"
_NUMBER_WORDS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|twenty|thirty|forty|fifty|sixty|seventy|"
    "eighty|ninety|dozen|hundred|thousand|million|half|quarter|third|double|twice|thrice|tenfold|"
    "null|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|[a-zäöüß]*zehn|[a-zäöüß]+zig|dreißig|dutzend|"
    "[a-zäöüß]*hundert|[a-zäöüß]*tausend|million(?:en)?|halb[a-z]*|hälfte|viertel|drittel|doppelt[a-z]*|[a-zäöüß]+fach[a-z]*"
)
_NUMBER_WORD = re.compile(rf"(?<!\w)(?:{_NUMBER_WORDS})(?!\w)", re.IGNORECASE)
_UNIT = re.compile(rf"\s*(?:{_UNITS})(?!\w)", re.IGNORECASE)
_ROMAN = re.compile(r"(?<!\w)(?=[IVXLCDM]{2})[IVXLCDM]+(?!\w)")


def _numbers(text: str) -> list[tuple[str, int]]:
    """The digits and number words of a text, with where each ends. Digits of any script count."""
    plain = unicodedata.normalize("NFKC", text)
    found = [(letter, i + 1) for i, letter in enumerate(plain) if letter.isnumeric()]
    found += [(word[0], word.end()) for word in (*_NUMBER_WORD.finditer(plain), *_ROMAN.finditer(plain))]
    return found


def _refuse_amounts(template: Template) -> None:
    """Refuses a sentence that says a number beside a value, or an amount anywhere, unless a shipped template says it so.

    Raises InputError with its key.
    """
    for key, text in template.texts():
        beside = _PLACEHOLDER.search(text) is not None and key.startswith("words.")
        plain = unicodedata.normalize("NFKC", _PLACEHOLDER.sub("\0", text) if key.startswith("words.") else text)
        for number, end in _numbers(plain):
            if (beside or _UNIT.match(plain, end)) and not _is_shipped(key, text):
                why = "beside a value, which a reader could take for part of it" if beside else "with a unit, as an amount"
                raise InputError(key, f"says {shown(number)} {why}; the words of a template hold no numbers of their own")


@cache
def _shipped_files() -> tuple[str, ...]:
    return tuple(content.decode("utf-8") for content in _shipped_contents())


def _is_shipped(key: str, text: str) -> bool:
    """Whether a shipped template says so under that key. Its line is looked for: to read the whole takes its time."""
    line = f'\n{key.rpartition(".")[2]} = "{text}"\n'
    return any(line in file for file in _shipped_files())


def _sections(table: Fields) -> tuple[Section, ...]:
    sections: list[Section] = []
    for row in table.groups("sections", len(SECTIONS)):
        row.refuse_unknown(("name", "heading", "new_page"), _GROUP)
        if isinstance(before := row.value("name"), str) and before in _MOVED:
            raise InputError(
                row.place("name"),
                f"{shown(before)} is a section of the sheet before this one: what it held stands in “{_MOVED[before]}” now. {_MOVE}",
            )
        name = row.choice("name", SECTIONS)
        if any(section.name == name for section in sections):
            raise InputError(row.place("name"), f"the section {name} stands there twice")
        heading = row.text("heading", longest=LONGEST_LINE, empty=True)
        sections.append(Section(name, heading, row.flag("new_page")))
    for name in NEEDED:
        if not any(section.name == name for section in sections):
            raise InputError("sections", f"the section {name} is missing, and no worksheet goes without it")
    return tuple(sections)


def _sign_off(table: Fields) -> tuple[str, ...]:
    roles = []
    for row in table.groups("sign_off", MOST_SIGN_OFFS):
        row.refuse_unknown(("role",), _GROUP)
        roles.append(row.text("role", longest=LONGEST_LINE))
    if not roles:
        raise InputError("sign_off", "names nobody who signs")
    return tuple(roles)


def _words(tables: Fields) -> dict[str, dict[str, str]]:
    for name in _MOVED:
        if name in tables.values and name not in WORDS:
            raise InputError(
                tables.place(name),
                f"holds sentences of the sheet before this one; those stand in {tables.place(_MOVED[name])} now. {_MOVE}",
            )
    tables.refuse_unknown(WORDS, _GROUP)
    words: dict[str, dict[str, str]] = {}
    for name, keys in WORDS.items():
        table = tables.group(name)
        for key in _GONE.get(name, ()):
            if key in table.values:
                raise InputError(table.place(key), f"is a sentence of the sheet before this one, and stands on none now. {_MOVE}")
        table.refuse_unknown(keys, _GROUP)
        words[name] = {key: _sentence(table, key, needed) for key, needed in keys.items()}
    return words


def _sentence(table: Fields, key: str, needed: str) -> str:
    text, place = table.text(key, longest=LONGEST_TEXT), table.place(key)
    if "{" in _PLACEHOLDER.sub("", text) or "}" in _PLACEHOLDER.sub("", text):
        raise InputError(place, "has a brace that belongs to no {name}")
    wanted = needed.split()
    found = _PLACEHOLDER.findall(text)
    for name in found:
        if name not in wanted:
            among = ", ".join(f"{{{other}}}" for other in wanted) or "none"
            raise InputError(place, f"{{{name}}} is not a value of this sentence; its values are: {among}")
    for name in wanted:
        if name not in found:
            raise InputError(place, f"lacks {{{name}}}; no value may be left out")
    return text
