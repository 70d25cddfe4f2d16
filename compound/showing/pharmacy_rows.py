"""What is in force of the pharmacy's own file, as rows and as JSON: each setting with its value and where it is from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from compound.exact.quantity import Mass, canonical
from compound.exact.value import Value
from compound.facts.balances import largest_error, minimum_weight
from compound.facts.excipients.house_rules import HouseRules
from compound.facts.pharmacy_file import SETTINGS, OwnBalance, PharmacyFile
from compound.facts.standards import limit
from compound.reading.shipped import WORKSHEET
from compound.wording.language import Language
from compound.wording.notation import Notation
from compound.wording.pharmacy_words import PharmacyWords

PHARMACY_SCHEMA = "compound.pharmacy/1"
_SETTINGS = (*(f"{group}.{key}" for group, keys in SETTINGS.items() for key in keys), "rules", "ledger")


class InForce(Value):
    """What is in force: the file (None where there is none), its house rules, the day that its checks are held against."""

    file: PharmacyFile | None
    rules: HouseRules | None
    today: date

    def stated(self, key: str) -> str | None:
        """The text of a setting as the file has it, None where it has none."""
        file = self.file
        if file is None:
            return None
        group, _, name = key.partition(".")
        if group == "defaults":
            return file.defaults.get(name)
        if key == "rules":
            return file.rules_file or (None if file.rules is None else f"[[rule]] ({len(_codes(file.rules))})")
        if key == "sheet.template" and file.sheet.template is None and file.sheet.language not in (None, "en"):
            return f"{WORKSHEET}.{file.sheet.language}"  # it follows from the language
        value = file.ledger if key == "ledger" else getattr(file.sheet, name)
        return (", ".join(value) or None) if isinstance(value, tuple) else value


def _codes(rules: HouseRules) -> dict[str, list[str]]:
    """The names that each house rule judges, by its code."""
    found: dict[str, list[str]] = {}
    for hit in rules.index.values():
        found.setdefault(hit.row.rule.code, []).append(hit.row.subject)
    return found


def setting_rows(found: InForce, language: Language) -> list[tuple[str, str, str]]:
    """Every setting: its name, what is in force, and whether the file says so or it is the default."""
    words = language.table(PharmacyWords)
    rows = []
    for key in _SETTINGS:
        stated, where = found.stated(key), words.default if found.file is None else found.file.name
        if stated is None:
            rows.append((words.settings[key], words.defaults[key], words.default))
        else:
            said = words.ledger_kept.format(ledger=stated) if key == "ledger" else stated
            said = language.text(said) if key in ("defaults.diluent", "defaults.shell") else said
            rows.append((words.settings[key], said, where))
    return rows


def balance_rows(found: InForce, language: Language) -> list[tuple[str, ...]]:
    """The balances with what follows from their figures, and their checks."""
    balances = () if found.file is None else found.file.balances.values()
    return [_balance_row(one, found, language) for one in balances]


def _balance_row(one: OwnBalance, found: InForce, language: Language) -> tuple[str, ...]:
    words, notation = language.table(PharmacyWords), language.notation
    figures = _figures(one)
    masses = (figures[key] for key in ("readability", "repeatability", "sensitivity", "least", "capacity"))
    return (one.name, *(_mass(mg, words, notation) for mg in masses), *_check(one, found.today, words, notation))


def _mass(mg: Fraction | None, words: PharmacyWords, notation: Notation) -> str:
    return words.not_stated if mg is None else notation.mass(mg)


def _check(one: OwnBalance, today: date, words: PharmacyWords, notation: Notation) -> tuple[str, str]:
    day = words.never if one.checked is None else notation.day(one.checked)
    every = words.not_stated if one.check_every_days is None else words.days.format(days=notation.count(one.check_every_days))
    return words.overdue.format(day=day) if one.overdue_on(today) else day, every


def _figures(one: OwnBalance) -> Mapping[str, Fraction | None]:
    """The masses of a balance in mg as a plan takes them: what is not stated follows from the repeatability."""
    found: dict[str, Fraction | None] = {
        key: _of(one.masses.get(key)) for key in ("readability", "repeatability", "sensitivity", "capacity")
    }
    step, scatter, least = one.masses["readability"], one.masses.get("repeatability"), one.masses.get("minimum_weight")
    if scatter is not None:
        found["sensitivity"] = found["sensitivity"] or _of(largest_error(step.mg, Fraction(scatter.mg) ** 2))
        least = least or minimum_weight(step, scatter)
    error = found["sensitivity"]
    by_rule = None if error is None else 100 * error / Fraction(limit("weighing_error_percent"))
    return {**found, "least": by_rule if least is None else _of(least)}


def _of(mass: Mass | None) -> Fraction | None:
    return None if mass is None else Fraction(mass.mg)


def fill_rows(found: InForce, language: Language) -> list[tuple[str, ...]]:
    """The mean fills of the fillers by capsule size."""
    words, notation = language.table(PharmacyWords), language.notation
    return [
        (filler.name, size, notation.mass(fill.mean.mg), notation.day(fill.found), fill.lot or words.not_stated)
        for filler in (() if found.file is None else found.file.fillers.values())
        for size, fill in filler.fills.items()
    ]


def density_rows(found: InForce, language: Language) -> list[tuple[str, ...]]:
    """The densities of the fillers, where the file states any."""
    words, notation = language.table(PharmacyWords), language.notation
    return [
        (filler.name, *(words.not_stated if one is None else notation.number(one) for one in (filler.bulk, filler.true)))
        for filler in (() if found.file is None else found.file.fillers.values())
        if filler.bulk is not None or filler.true is not None
    ]


def rule_rows(found: InForce) -> list[tuple[str, ...]]:
    """The house rules, a row a name."""
    hits = () if found.rules is None else found.rules.index.values()
    return [(hit.row.subject, hit.row.rule.verdict, hit.row.rule.code, hit.row.rule.because) for hit in hits]


def pharmacy_record(found: InForce, path: str | None, named_by: str) -> dict[str, Any]:
    """What is in force, as one JSON object; a setting that the file does not state is null and from the default."""
    file = found.file
    return {
        "schema": PHARMACY_SCHEMA,
        "file": path,
        "named_by": named_by,
        "there": file is not None,
        "settings": [
            {"key": key, "value": (stated := found.stated(key)), "from": "default" if stated is None or file is None else file.name}
            for key in _SETTINGS
        ],
        "balances": [_balance_record(one, found.today) for one in (() if file is None else file.balances.values())],
        "fillers": [
            {
                "name": filler.name,
                "bulk_g_per_ml": None if filler.bulk is None else canonical(filler.bulk),
                "true_g_per_ml": None if filler.true is None else canonical(filler.true),
                "fills": [
                    {"capsule_size": size, "mean_mg": canonical(fill.mean.mg), "date": fill.found.isoformat(), "lot": fill.lot}
                    for size, fill in filler.fills.items()
                ],
            }
            for filler in (() if file is None else file.fillers.values())
        ],
        "rules": [
            {"code": code, "names": names} for code, names in ({} if found.rules is None else _codes(found.rules)).items()
        ],
    }


def _balance_record(one: OwnBalance, today: date) -> dict[str, Any]:
    figures = _figures(one)
    return {
        "name": one.name,
        **{f"{key}_mg": None if mg is None else canonical(mg) for key, mg in figures.items() if key != "least"},
        "least_weighable_mg": None if figures["least"] is None else canonical(figures["least"]),
        "checked": None if one.checked is None else one.checked.isoformat(),
        "check_every_days": one.check_every_days,
        "overdue": one.overdue_on(today),
    }
