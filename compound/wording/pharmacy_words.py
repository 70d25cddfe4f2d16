"""The words of `compound pharmacy`: what is in force of the pharmacy's own file, and where it is from."""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class PharmacyWords(Value):
    """The words of the tables in one language. `settings` are the names of the settings by their keys."""

    file: str
    no_file: str
    file_off: str
    named_by: Mapping[str, str]
    default: str
    settings: Mapping[str, str]
    defaults: Mapping[str, str]
    setting_headers: tuple[str, ...]
    balances: str
    balance_headers: tuple[str, ...]
    fillers: str
    fill_headers: tuple[str, ...]
    density_headers: tuple[str, ...]
    rules: str
    rule_headers: tuple[str, ...]
    not_stated: str
    never: str
    days: str
    overdue: str
    ledger_kept: str
    written: str


ENGLISH_PHARMACY_WORDS = PharmacyWords(
    file="pharmacy's file: {path} ({named_by})",
    no_file="no pharmacy's file: {path} is not there; `compound pharmacy init` writes one",
    file_off="no pharmacy's file: {named_by} says none",
    named_by={"--pharmacy-file": "--pharmacy-file", "COMPOUND_PHARMACY": "COMPOUND_PHARMACY",
              "folder": "the user's configuration folder"},
    default="default",
    settings={
        "sheet.head": "head of the sheet", "sheet.logo": "logo", "sheet.template": "template", "sheet.language": "language",
        "sheet.page_size": "page size", "sheet.date_format": "dates", "sheet.balance_unit": "unit of the balance",
        "sheet.country": "country", "defaults.balance": "balance", "defaults.bulk_balance": "second balance",
        "defaults.diluent": "diluent", "defaults.shell": "capsule shell", "defaults.capsule_size": "capsule size",
        "rules": "house rules", "ledger": "ledger",
    },
    defaults={
        "sheet.head": "none", "sheet.logo": "none", "sheet.template": "worksheet", "sheet.language": "that of the template",
        "sheet.page_size": "that of the template", "sheet.date_format": "as the language has it", "sheet.balance_unit": "mg",
        "sheet.country": "that of the template", "defaults.balance": "none: entered with each order",
        "defaults.bulk_balance": "none", "defaults.diluent": "microcrystalline cellulose", "defaults.shell": "none: not checked",
        "defaults.capsule_size": "3", "rules": "none: the built-in rules alone", "ledger": "none",
    },
    setting_headers=("setting", "in force", "from"),
    balances="BALANCES (least: what may be weighed at an error of 5 %, or by the minimum weight)",
    balance_headers=("name", "step", "s", "S", "least", "capacity", "last check", "due every"),
    fillers="FILLERS",
    fill_headers=("filler", "capsule size", "mean fill", "found on", "lot"),
    density_headers=("filler", "bulk, g per mL", "true, g per mL"),
    rules="HOUSE RULES",
    rule_headers=("name", "verdict", "rule", "because"),
    not_stated="–",
    never="never",
    days="{days} days",
    overdue="{day}, OVERDUE",
    ledger_kept="{ledger} (kept for a later release; nothing reads it yet)",
    written="written: {path}",
)  # fmt: skip

GERMAN_PHARMACY_WORDS = PharmacyWords(
    file="Datei der Apotheke: {path} ({named_by})",
    no_file="keine Datei der Apotheke: {path} gibt es nicht; `compound pharmacy init` schreibt eine",
    file_off="keine Datei der Apotheke: {named_by} sagt none",
    named_by={"--pharmacy-file": "--pharmacy-file", "COMPOUND_PHARMACY": "COMPOUND_PHARMACY",
              "folder": "Konfigurationsordner des Benutzers"},
    default="Vorgabe",
    settings={
        "sheet.head": "Kopf des Protokolls", "sheet.logo": "Logo", "sheet.template": "Vorlage", "sheet.language": "Sprache",
        "sheet.page_size": "Seitenformat", "sheet.date_format": "Schreibweise der Daten",
        "sheet.balance_unit": "Einheit der Waage", "sheet.country": "Land", "defaults.balance": "Waage",
        "defaults.bulk_balance": "zweite Waage", "defaults.diluent": "Füllmittel", "defaults.shell": "Kapselhülle",
        "defaults.capsule_size": "Kapselgröße", "rules": "Hausregeln", "ledger": "Chargenbuch",
    },
    defaults={
        "sheet.head": "keiner", "sheet.logo": "keines", "sheet.template": "worksheet", "sheet.language": "die der Vorlage",
        "sheet.page_size": "das der Vorlage", "sheet.date_format": "wie in der Sprache üblich", "sheet.balance_unit": "mg",
        "sheet.country": "das der Vorlage", "defaults.balance": "keine: mit jedem Auftrag einzugeben",
        "defaults.bulk_balance": "keine", "defaults.diluent": "mikrokristalline Cellulose",
        "defaults.shell": "keine: nicht geprüft", "defaults.capsule_size": "3", "rules": "keine: nur die eingebauten",
        "ledger": "keines",
    },
    setting_headers=("Einstellung", "gilt", "aus"),
    balances="WAAGEN (mindestens: was bei 5\u00a0% Fehler oder nach der Mindesteinwaage gewogen werden darf)",
    balance_headers=("Name", "Schritt", "s", "S", "mindestens", "Höchstlast", "geprüft", "fällig alle"),
    fillers="FÜLLMITTEL",
    fill_headers=("Füllmittel", "Kapselgröße", "mittlere Füllung", "bestimmt am", "Charge"),
    density_headers=("Füllmittel", "Schüttdichte, g je mL", "wahre Dichte, g je mL"),
    rules="HAUSREGELN",
    rule_headers=("Name", "Urteil", "Regel", "weil"),
    not_stated="–",
    never="nie",
    days="{days} Tage",
    overdue="{day}, ÜBERFÄLLIG",
    ledger_kept="{ledger} (für eine spätere Fassung aufgehoben; noch liest es nichts)",
    written="geschrieben: {path}",
)  # fmt: skip


def pharmacy_words(language: str) -> PharmacyWords:
    """The words in a language, English where there are none of it."""
    return GERMAN_PHARMACY_WORDS if language == "de" else ENGLISH_PHARMACY_WORDS
