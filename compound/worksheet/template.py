"""The template of the worksheet: its words, the order of its sections, its boxes to sign. It holds no limit, no logic.

A template is TOML. The one shipped, templates/worksheet.toml, says what each key is; one of a user's own has the same
keys. What is missing, unknown or misspelt is refused with its key, so that no sentence of the sheet is lost in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from compound.exact.errors import InputError
from compound.exact.value import Value, replace
from compound.reading import shipped
from compound.reading.fields import Fields, in_file
from compound.reading.text import shown
from compound.reading.toml_text import read_toml
from compound.wording.language_file import LANGUAGES
from compound.wording.notation import phrase

PAGE_SIZES = ("A4", "Letter")
SECTIONS = (
    "dose", "batch", "components", "scheme", "findings", "budget", "weighing", "mixing", "mixtures", "uniformity",
    "check", "capsules", "yield", "label", "storage", "release",
)  # fmt: skip
# Without these a sheet would not say what is made, what is weighed, and what is to be said against it.
NEEDED = ("dose", "findings", "weighing")
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
        "reason": "reason", "signature": "", "code": "count dose drug fill sensitivity",
    },
    "batch": {
        "number": "", "prepared": "", "beyond_use": "", "beyond_use_rule": "days",
        "beyond_use_expiry": "component date", "drug": "", "capsules": "", "capsules_size": "count size",
        "fill": "", "fill_assumed": "fill", "fill_volume": "count", "blend": "", "blend_volume": "mass", "diluent": "",
        "excipients": "", "potency": "",
        "potency_value": "content substance", "source_none": "", "source_assay": "assay basis",
        "source_water": "assay basis water", "source_strength": "strength", "source_tablet": "dose mass",
        "basis_as_is": "", "basis_dried": "", "basis_anhydrous": "", "total_drug": "", "not_stated": "",
    },
    "components": {
        "component": "", "needed": "", "vendor": "", "lot": "", "expiry": "", "empty_capsules": "size", "equipment": "",
        "balance": "capacity readability sensitivity", "bulk_balance": "capacity readability sensitivity",
        "capacity_unknown": "", "balance_id": "",
        "mortars": "vessels", "ware": "ware", "machine": "", "room": "", "protection": "", "clean": "",
    },
    "scheme": {
        "drug": "", "capsules": "count", "each": "dose", "ratio": "ratio", "add": "amount", "make_up": "volume",
        "dried": "", "materials": "materials",
    },
    "findings": {
        "error": "", "warning": "", "note": "", "item": "code remedy text", "accepted": "code reason text",
        "not_checked": "", "not_checked_item": "code text title", "none": "",
    },
    "step": {
        "weigh": "material", "dried": "vessel", "transfer": "source", "pipette": "amount source vessel",
        "pipette_ware": "amount source vessel ware", "make_up": "material vessel volume",
        "make_up_ware": "material vessel volume ware", "mix_block": "block vessel", "dry": "vessel",
        "top_up": "count material vessel", "fill": "count fill source", "fill_all": "count source",
    },
    "weighing": {
        "number": "", "what": "", "target": "", "range": "", "actual": "", "deviation": "", "weigher": "",
        "checker": "", "within": "high low", "no_range": "", "rest": "step total", "group": "vessel", "boat": "", "stop": "",
        "on_target": "", "onwards": "", "reads": "step", "then": "range step", "any_other": "step target total",
        "any_other_less": "beside step target total",
    },
    "mixing": {
        "block": "block step vessel", "doubling": "concentrate total vessel what",
        "one_by_one": "concentrate total vessel what", "once": "concentrate total what",
        "saturate": "vessel", "liquid": "", "addition": "", "add": "", "what": "", "holds": "", "done": "", "time": "",
        "from_to": "", "looks": "", "by": "",
    },
    "topping": {
        "block": "step vessel", "text": "count material vessel", "cylinder": "count", "reached": "", "mass": "", "again": "",
        "by": "",
    },
    "drying": {
        "block": "step vessel", "text": "loss powder volume", "heat": "", "from_to": "", "first": "", "second": "",
        "loss": "", "by": "", "powder": "",
    },
    "mixtures": {
        "vessel": "", "total": "", "drug": "", "strength": "", "ratio": "", "ratio_value": "ratio",
        "per_ml": "strength", "made": "",
    },
    "budget": {
        "number": "", "what": "", "amount": "", "error": "", "share": "", "worst": "", "limit": "limit",
        "labelled": "", "given": "", "rounding": "", "range": "", "range_value": "high low",
        "range_limit": "high limit low", "range_unknown": "", "root": "", "explained": "",
    },
    "uniformity": {
        "explained": "",
    },
    "check": {
        "intro": "", "line": "", "do": "", "result": "", "must": "", "dose": "", "thousand": "", "as_label": "",
        "capsules": "fill readings", "whole": "", "batch": "one other vessel", "times": "readings source taken",
        "times_volume": "source taken volume", "drug": "one other source", "powder": "content line",
        "assay": "basis", "no_assay": "", "dry": "", "form": "dosed stated", "strength": "", "tablet": "",
        "content": "lines substance", "as_content": "content",
        "compare": "line reading", "between": "high low", "shelf": "readings", "left": "readings source",
        "blend": "readings", "weighed_in": "readings vessel",
        "sum": "lines", "same": "line", "impossible": "", "fold": "", "planned": "line value",
        "worked": "",
    },
    "capsules": {
        "intro": "count", "net": "", "gross": "", "weight": "", "mean": "", "deviation": "", "rsd": "", "by": "",
        "limit": "", "for_net": "", "for_gross": "shell", "each": "percent", "mean_limit": "percent",
        "each_of_mean": "percent", "of_mean": "", "by_volume": "", "rsd_limit": "", "range": "high low",
        "at_most": "percent", "below": "percent", "shell": "shell", "shell_note": "",
        "sources": "sources", "assay": "", "assay_result": "",
    },
    "yield": {
        "made": "", "dispensed": "", "samples": "", "rejected": "", "yield": "count",
        "blend": "", "topped_up": "", "net": "", "rest": "", "loss": "percent", "vessel": "", "expected": "", "drug": "", "found": "",
        "fate": "", "initials": "",
    },
    "label": {
        "intro": "", "patient": "", "dose": "dose substance", "others": "names", "capsules": "count", "directions": "",
        "special": "", "special_nanogram": "", "number": "", "prepared": "", "beyond_use": "", "compounded": "", "store": "", "checked": "",
        "shell": "shell", "shell_blank": "", "tablets": "drug names", "tablets_blank": "drug", "stock_blank": "drug",
        "prescriber": "", "cautions": "", "pharmacy": "", "rule": "country law",
    },
    "storage": {
        "description": "", "container": "", "container_value": "", "store": "", "store_value": "", "disposal": "",
        "disposal_value": "", "reference": "", "deviations": "",
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
    data = read_toml(content, where)
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
    """Reads the table of a template. Raises InputError with the key that is at fault."""
    table = Fields(data)
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
    return tuple(one.read().decode("utf-8") for one in shipped.shipped(shipped.WORKSHEET))


def _is_shipped(key: str, text: str) -> bool:
    """Whether a shipped template says so under that key. Its line is looked for: to read the whole takes its time."""
    line = f'\n{key.rpartition(".")[2]} = "{text}"\n'
    return any(line in file for file in _shipped_files())


def _sections(table: Fields) -> tuple[Section, ...]:
    sections: list[Section] = []
    for row in table.groups("sections", len(SECTIONS)):
        row.refuse_unknown(("name", "heading", "new_page"), _GROUP)
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
    tables.refuse_unknown(WORDS, _GROUP)
    words: dict[str, dict[str, str]] = {}
    for name, keys in WORDS.items():
        table = tables.group(name)
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
