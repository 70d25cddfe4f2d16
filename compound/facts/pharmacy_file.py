"""The pharmacy's own file, in TOML: what a pharmacy would type with every order. The one place that reads it.

Its text is changed by `own_balances` alone. What it states is read strictly: an unknown key is refused, a number is
never a float, a day is a day of TOML. Nothing of it is judged here: a diluent of the file is screened as any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from compound.exact.errors import Faults, InputError
from compound.exact.quantity import EXACT, Mass
from compound.exact.value import Value, field
from compound.facts import standards
from compound.facts.excipients.house_rules import HouseRules, rules_of_tables
from compound.reading.amounts import parse_mass
from compound.reading.fields import Fields, in_file
from compound.reading.marks import with_decimal_points
from compound.reading.phrases import bare_size, parse_readability, parse_sensitivity
from compound.reading.text import nearest_hint, read_name, shown
from compound.reading.toml_text import read_toml
from compound.wording.language_file import LANGUAGES
from compound.wording.notation import BALANCE_UNITS, DATES_IN_WORDS, ISO_DATES

BALANCE_MASSES: dict[str, Callable[[str, str], Mass]] = {
    "readability": parse_readability, "repeatability": parse_mass, "sensitivity": parse_sensitivity, "capacity": parse_mass,
    "minimum_weight": parse_mass,
}  # fmt: skip
MOST_HEAD_LINES, LONGEST_HEAD_LINE = 3, 120  # as in a template
LONGEST_PATH = 400
LONGEST_LOT = 60
_DENSEST = 5  # g per cm3; no filler comes near it
_PAGE_SIZES = ("A4", "Letter")
_NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")
# A line of a table: its key, and the comment behind its value, which is a text or holds no #.
_LINE = re.compile(r"""\s*([A-Za-z_]+)\s*=\s*(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^#"']*?)(\s*\#.*)?$""")
SETTINGS: dict[str, tuple[str, ...]] = {
    "sheet": ("head", "logo", "template", "language", "page_size", "date_format", "balance_unit"),
    "defaults": ("balance", "bulk_balance", "diluent", "shell", "capsule_size"),
}
_TOP = (*SETTINGS, "balances", "fillers", "rules", "rule", "ledger")
_BALANCE = (*BALANCE_MASSES, "checked", "check_every_days")
_FILLER = ("bulk_density", "true_density", "fills")
_FILL = ("mean", "date", "lot")


class OwnBalance(Value):
    """A balance of the file: its masses by their keys, its last check, and how often it is due in days."""

    name: str
    masses: Mapping[str, Mass]
    checked: date | None = None
    check_every_days: int | None = None

    def overdue_on(self, day: date) -> bool | None:
        """Whether its check is older on a day than the file allows, or was never made; None where no interval is stated."""
        if self.check_every_days is None:
            return None
        return self.checked is None or (day - self.checked).days > self.check_every_days


class OwnFill(Value):
    """The last mean net fill of a capsule size with a filler, the day on which it was found, the lot if it is stated."""

    mean: Mass
    found: date
    lot: str | None = None


class OwnFiller(Value):
    """A filler of the file: its fills by capsule size, its bulk and its true density in g per cm3."""

    name: str
    fills: Mapping[str, OwnFill] = field(default_factory=dict)
    bulk: Decimal | None = None
    true: Decimal | None = None


class OwnSheet(Value):
    """What a sheet is printed with; None or empty where the file does not say. Paths are as they stand in the file."""

    head: tuple[str, ...] = ()
    logo: str | None = None
    template: str | None = None
    language: str | None = None
    page_size: str | None = None
    date_format: str | None = None
    balance_unit: str | None = None


class PharmacyFile(Value):
    """What a pharmacy's file states. `name` is that of the file; `defaults` are texts by their keys.

    `rules_file` is the path of its house rules where they stand in a file of their own, `rules` are those in this one.
    """

    name: str
    sheet: OwnSheet = field(default_factory=OwnSheet)
    defaults: Mapping[str, str] = field(default_factory=dict)
    balances: Mapping[str, OwnBalance] = field(default_factory=dict)
    fillers: Mapping[str, OwnFiller] = field(default_factory=dict)
    rules_file: str | None = None
    rules: HouseRules | None = None
    ledger: str | None = None

    def filler(self, diluent: str) -> OwnFiller | None:
        """The filler of that name, or None. Another grade is another filler: its powder packs otherwise."""
        wanted = _folded(diluent)
        return next((one for name, one in self.fillers.items() if _folded(name) == wanted), None)

    def days(self) -> tuple[tuple[str, date], ...]:
        """Every day of the file with its key."""
        checks = [(f"balances.{one.name}.checked", one.checked) for one in self.balances.values() if one.checked is not None]
        fills = [
            (f"fillers.{shown(filler.name)}.fills.{size}.date", fill.found)
            for filler in self.fillers.values() for size, fill in filler.fills.items()
        ]  # fmt: skip
        return (*checks, *fills)


def _folded(name: str) -> str:
    """A filler's name as it is compared: by what the rules on excipients call it, where they know it without a grade."""
    from compound.facts.excipients.rules import subject_of

    plain = " ".join(name.casefold().split())
    return subject_of(plain).casefold() or plain


def read_pharmacy_file(content: bytes, name: str) -> PharmacyFile:
    """What the bytes of a pharmacy's file state; `name` is that of the file.

    Raises InputError with the file and the key that is at fault.
    """
    values = read_toml(content, name)
    try:
        return _read(Fields(values), name)
    except InputError as error:
        raise in_file(error, name) from None


def read_balances(content: bytes, name: str) -> dict[str, OwnBalance]:
    """The balances of the file by their names. Raises InputError with the file and the key that is at fault."""
    return dict(read_pharmacy_file(content, name).balances)


def _read(top: Fields, name: str) -> PharmacyFile:
    for key in top.values:
        if key not in _TOP:
            group = next((group for group, keys in SETTINGS.items() if key in keys), None)
            raise InputError(top.place(key), f"is not a key of a pharmacy's file; {_hint(key, group)}")
    sheet = _sheet(_group(top, "sheet"))
    comma = sheet.language == "de"
    balances, fillers = _group(top, "balances"), _group(top, "fillers")
    read = PharmacyFile(
        name, sheet, _defaults(_group(top, "defaults")),
        {key: _balance(key, balances.group(key), comma) for key in balances.values},
        {key: _filler(key, fillers.group(key), comma) for key in fillers.values},
        top.text("rules", longest=LONGEST_PATH) if top.states("rules") else None,
        rules_of_tables(Fields({"rule": top.value("rule")})) if top.states("rule") else None,
        top.text("ledger", longest=LONGEST_PATH) if top.states("ledger") else None,
    )  # fmt: skip
    _refuse_contradictions(read)
    return read


def _hint(key: str, group: str | None) -> str:
    return nearest_hint(key, _TOP) if group is None else f"write it under [{group}]"


def _group(top: Fields, key: str) -> Fields:
    return top.group(key) if top.states(key) else Fields({}, key)


def _refuse_contradictions(read: PharmacyFile) -> None:
    """Refuses what contradicts itself: rules in two places, a filler twice, a default balance that is none or both."""
    if read.rules_file is not None and read.rules is not None:
        raise InputError("rules", "names a file of house rules, and [[rule]] states some here; leave one out")
    names: dict[str, str] = {}
    for name in read.fillers:
        other = names.setdefault(_folded(name), name)
        if other != name:
            raise InputError(f"fillers.{shown(name)}", f"is the filler {shown(other)} by another name; write it once")
    for key in ("balance", "bulk_balance"):
        if (balance := read.defaults.get(key)) is None:
            continue
        place = f"defaults.{key}"
        if balance not in read.balances:
            hint = nearest_hint(balance, read.balances) if read.balances else "there are none"
            raise InputError(place, f"{shown(balance)} is not among [balances]; {hint}")
        if not {"sensitivity", "repeatability"} & set(read.balances[balance].masses):
            raise InputError(place, f"balance {balance} states neither sensitivity nor repeatability; write one of them")
    if read.defaults.get("balance") is not None and read.defaults.get("balance") == read.defaults.get("bulk_balance"):
        raise InputError("defaults.bulk_balance", "is the default balance too; a second balance is another one")


def _sheet(fields: Fields) -> OwnSheet:
    fields.refuse_unknown(SETTINGS["sheet"], "[sheet]")

    def text(key: str) -> str | None:
        return fields.text(key, longest=LONGEST_PATH) if fields.states(key) else None

    def choice(key: str, choices: tuple[str, ...], *, any_case: bool = False) -> str | None:
        return fields.choice(key, choices, any_case=any_case) if fields.states(key) else None

    return OwnSheet(
        fields.texts("head", most=MOST_HEAD_LINES, longest=LONGEST_HEAD_LINE) if fields.states("head") else (),
        text("logo"), text("template"), choice("language", LANGUAGES), choice("page_size", _PAGE_SIZES, any_case=True),
        choice("date_format", (ISO_DATES, DATES_IN_WORDS)), choice("balance_unit", BALANCE_UNITS),
    )  # fmt: skip


def _defaults(fields: Fields) -> dict[str, str]:
    from compound.facts.materials import read_material

    fields.refuse_unknown(SETTINGS["defaults"], "[defaults]")
    read: dict[str, str] = {}
    for key in fields.values:
        text, place = fields.text(key), fields.place(key)
        if key in ("diluent", "shell"):
            text = read_material(text, key, place)
        elif key == "capsule_size":
            text = standards.capsule_size(bare_size(text), place).size
        read[key] = text
    return read


def _balance(name: str, fields: Fields, comma: bool) -> OwnBalance:
    refuse_balance_name(name, fields.where)
    fields.refuse_unknown(_BALANCE, "a balance")
    faults = Faults()
    masses: dict[str, Mass] = {}
    for key, parse in BALANCE_MASSES.items():
        with faults:
            if fields.states(key):
                masses[key] = parse(_amount(fields, key, comma), fields.place(key))
    faults.raise_any()
    fields.value("readability")
    _refuse_no_balance(masses, fields)
    checked = _day(fields, "checked") if fields.states("checked") else None
    days = fields.count("check_every_days") if fields.states("check_every_days") else None
    return OwnBalance(name, masses, checked, days)


def _refuse_no_balance(masses: Mapping[str, Mass], fields: Fields) -> None:
    """Refuses figures that no balance has."""
    step, error, capacity = (masses.get(key) for key in ("readability", "sensitivity", "capacity"))
    if step is not None and step.mg.normalize().as_tuple().digits not in ((1,), (2,), (5,)):
        raise InputError(fields.place("readability"), f"{step.text} is not 1, 2 or 5 times a power of ten of a mg")
    if step is not None and error is not None and step.mg > error.mg:
        said = f"{step.text} is above the sensitivity of {error.text}; the error of a weighing is never smaller than the step"
        raise InputError(fields.place("readability"), said)
    for key in ("sensitivity", "minimum_weight"):
        mass = masses.get(key)
        if capacity is not None and mass is not None and mass.mg > capacity.mg:
            raise InputError(fields.place(key), f"{mass.text} is above the capacity of {capacity.text}")


def _amount(fields: Fields, key: str, comma: bool) -> str:
    """The text of an amount, a decimal comma made a point where the file says that its language has one."""
    text = fields.text(key)
    return with_decimal_points(text, fields.place(key)) if comma else text


def _day(fields: Fields, key: str) -> date:
    day = fields.value(key)
    if type(day) is not date:
        raise InputError(fields.place(key), "is no day; write it as 2026-02-01, without quotation marks")
    return day


def _filler(name: str, fields: Fields, comma: bool) -> OwnFiller:
    from compound.facts.materials import read_material

    read_material(name, "diluent", fields.where)
    fields.refuse_unknown(_FILLER, "a filler")
    bulk, true = (
        _density(_amount(fields, key, comma), fields.place(key)) if fields.states(key) else None
        for key in ("bulk_density", "true_density")
    )
    if bulk is not None and true is not None and bulk > true:
        raise InputError(fields.place("bulk_density"), "is above the true density; a powder as poured has air in it")
    if true is not None and bulk is None and standards.density(name) is None:
        raise InputError(fields.place("bulk_density"), f"is missing; no density of {shown(name)} is on record")
    sizes = _group(fields, "fills")
    fills = {size: _fill(name, size, sizes.group(size), comma) for size in sizes.values}
    return OwnFiller(" ".join(name.split()), fills, bulk, true)


def _fill(filler: str, size: str, fields: Fields, comma: bool) -> OwnFill:
    standards.capsule_size(size, fields.where)
    fields.refuse_unknown(_FILL, "a mean fill")
    mean = parse_mass(_amount(fields, "mean", comma), fields.place("mean"))
    standards.refuse_overfull(mean.mg, size, filler, mixed=True, where=fields.place("mean"))
    lot = read_name(fields.text("lot"), fields.place("lot"), LONGEST_LOT) if fields.states("lot") else None
    return OwnFill(mean, _day(fields, "date"), lot)


def _density(text: str, where: str) -> Decimal:
    """A density written as a mass in 1 cm3 or 1 mL (`0.32 g/cm3`, `0.32 g per mL`), in g per cm3. Raises InputError."""
    for joint in ("/", " per "):
        amount, found, unit = text.strip(" ").rpartition(joint)
        if found and unit.strip(" ") in ("cm3", "cm\u00b3", "mL"):
            grams = EXACT.divide(parse_mass(amount, where).mg, Decimal(1000))
            if Fraction(grams) > _DENSEST:
                raise InputError(where, f"{shown(text)} is denser than any filler; write the density that is meant")
            return grams
    raise InputError(where, f"{shown(text)} is not a density; write one such as 0.32 g/cm3")


def refuse_balance_name(name: str, where: str) -> None:
    """Refuses a name that is no bare key of TOML. Raises InputError."""
    if not _NAME.fullmatch(name):
        raise InputError(where, f"{shown(name)} is no name of a balance; write letters, digits, - and _, 40 at most")


def with_balance(content: bytes, file: str, name: str, stated: Mapping[str, str]) -> bytes:
    """The file with the keys `stated` in the table of that balance, each value as TOML writes it.

    Nothing else of the file changes: its comments, and other keys of the table, stay. Raises InputError where the file
    cannot be read, or where the balance stands in it otherwise than as a table of its own.
    """
    before = read_balances(content, file) if content.strip() else {}
    lines = content.decode("utf-8-sig").splitlines()
    header = re.compile(rf"\s*\[\s*balances\s*\.\s*{re.escape(name)}\s*\]\s*(#.*)?")
    start = next((i for i, line in enumerate(lines) if header.fullmatch(line)), None)
    if start is None and name in before:
        raise InputError(file, f"states the balance {name} otherwise than under [balances.{name}]; write it so")
    if start is None:
        lines += ["", f"[balances.{name}]"] if lines else [f"[balances.{name}]"]
        start = len(lines) - 1
    end = next((i for i in range(start + 1, len(lines)) if lines[i].lstrip().startswith("[")), len(lines))
    table, left = lines[start + 1 : end], dict(stated)
    for i, line in enumerate(table):
        found = _LINE.match(line)
        if found and found[1] in left:
            table[i] = f"{found[1]} = {left.pop(found[1])}{found[2] or ''}"
    last = max((i for i, line in enumerate(table, 1) if line.strip() and not line.lstrip().startswith("#")), default=0)
    table[last:last] = [f"{key} = {value}" for key, value in left.items()]
    changed = ("\n".join([*lines[: start + 1], *table, *lines[end:]]) + "\n").encode()
    after = read_balances(changed, file)
    if {key: one for key, one in after.items() if key != name} != {key: one for key, one in before.items() if key != name}:
        raise InputError(file, f"could not be changed at [balances.{name}] alone; write each table under a line of its own")
    return changed
