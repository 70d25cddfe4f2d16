"""How a sheet was printed: tool, rules, page, details and template. It travels in the sheet, beside the plan.

The plan alone does not decide a worksheet: the head of a pharmacy or a template of the house stands on it too. With
both in it, a machine can print the sheet again and compare every word.
"""

from __future__ import annotations

import json
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from typing import Any

from compound import __version__
from compound.exact.errors import InputError
from compound.exact.value import Value, replace
from compound.plan.plan import Plan
from compound.reading.fields import Fields
from compound.reading.text import shown
from compound.showing.fingerprint import sha256
from compound.wording.notation import BALANCE_UNITS, DATES_IN_WORDS, ISO_DATES
from compound.worksheet.details import PAGES, Details, read_details
from compound.worksheet.template import PAGE_SIZES, Template, shipped_table, template_from_table, template_to_table

NAME, PRINT_SCHEMA = "sheet.json", "compound.sheet/3"
# The first held batch number, dates and lots, which now stand in the plan; the second was printed in other sections.
_EARLIER = ("compound.sheet/1", "compound.sheet/2")
_KEYS = ("schema", "tool", "rules_version", "rules_sha256", "page_size", "details", "template", "template_sha256", "logo")


class PrintRecord(Value):
    """What a sheet says of its printing. `tool` and `rules` are versions; `digest` is the sha256 of the rule data."""

    tool: str
    rules: str
    digest: str
    page_size: str
    template: Template
    details: Mapping[str, Any]

    def details_for(self, plan: Plan) -> Details:
        """The details, read for the plan of the sheet. Raises InputError."""
        return read_details(
            plan, pharmacy=self.details["pharmacy"], fillable=self.details["fillable"],
            tablet_excipients=self.details["tablet_excipients"], annex=self.details["annex"], pages=self.details["pages"],
            balance_unit=self.details["balance_unit"], date_format=self.details["date_format"],
        )  # fmt: skip

    def own_parts(self) -> list[tuple[str, str]]:
        """What on the sheet is not shipped with the tool, by its name, with its sha256: template, head, logo."""
        own = [("template", _words_of(self.template))] if not _is_shipped(self.template) else []
        head = self.details["pharmacy"] or list(self.template.lines)
        parts = [(name, sha256(text.encode())) for name, text in [*own, *([("head", _json(head))] if head else [])]]
        return [*parts, *([("logo", sha256(self.template.picture))] if self.template.picture else [])]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _words_of(template: Template) -> str:
    """The words of a template and the order of its sections, as JSON; its head, logo and page are apart."""
    table = template_to_table(template)
    return _json({key: table[key] for key in table if key not in ("pharmacy", "page_size")})


def _is_shipped(template: Template) -> bool:
    """Whether a template has the words of the shipped one in its language."""
    table = shipped_table(template.language)
    return _json({key: table[key] for key in table if key not in ("pharmacy", "page_size")}) == _words_of(template)


def write_print_record(template: Template, details: Details, page_size: str, rules: tuple[str, str]) -> str:
    """The record of a printing as JSON."""
    record = {
        "schema": PRINT_SCHEMA,
        "tool": __version__,
        "rules_version": rules[0],
        "rules_sha256": rules[1],
        "page_size": page_size,
        "details": {
            "pharmacy": list(details.pharmacy),
            "fillable": details.fillable,
            "tablet_excipients": details.tablet_excipients,
            "annex": details.annex,
            "pages": details.pages,
            "balance_unit": details.balance_unit,
            **({"date_format": details.date_format} if details.date_format else {}),
        },
        "template": template.own_keys,
        "template_sha256": template.digest,
        "logo": b2a_base64(template.picture, newline=False).decode("ascii"),
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def read_print_record(record: object) -> PrintRecord:
    """Reads the record of a printing. Raises InputError naming the key."""
    fields = Fields(record)
    if (schema := fields.values.get("schema")) in _EARLIER:
        raise InputError("schema", f"{shown(str(schema))} is that of an earlier release; verify the sheet with that one")
    if fields.values.get("schema") != PRINT_SCHEMA:
        raise InputError("schema", f"{shown(str(fields.values.get('schema')))} is not {PRINT_SCHEMA}")
    fields.refuse_unknown(_KEYS, "a printing")
    details = _details(fields.group("details"))
    page_size = fields.choice("page_size", PAGE_SIZES)
    try:
        template = template_from_table(fields.value("template"))
    except InputError as error:
        raise error.at("template") from None
    if fields.text("template_sha256") != template.digest:
        raise InputError("template", "is not the one that the sheet was printed by: its keys, or those of the shipped one, changed")
    logo = fields.text("logo", empty=True)
    try:
        picture = a2b_base64(logo, strict_mode=True)
    except ValueError:
        raise InputError("logo", "is not a picture") from None
    tool, rules, digest = (fields.text(key) for key in ("tool", "rules_version", "rules_sha256"))
    return PrintRecord(tool, rules, digest, page_size, replace(template, picture=picture), details)


def _details(fields: Fields) -> dict[str, Any]:
    known = ("pharmacy", "fillable", "tablet_excipients", "annex", "pages", "balance_unit", "date_format")
    fields.refuse_unknown(known, "the details")
    stated = fields.states("date_format")
    return {
        "pharmacy": fields.texts("pharmacy"),
        "fillable": fields.flag("fillable"),
        "tablet_excipients": fields.text("tablet_excipients", empty=True),
        "annex": fields.flag("annex"),
        "pages": fields.choice("pages", PAGES),
        "balance_unit": fields.choice("balance_unit", BALANCE_UNITS),
        "date_format": fields.choice("date_format", (ISO_DATES, DATES_IN_WORDS)) if stated else "",
    }
