"""How a sheet was printed: tool, rules, page, details and template. It travels in the sheet, beside the plan.

The plan alone does not decide a worksheet: a batch number or a template of the house stands on it too. With both in it,
a machine can print the sheet again and compare every word.
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
from compound.reading.text import shown
from compound.worksheet.details import Details, read_details
from compound.worksheet.template import PAGE_SIZES, Template, template_from_table, template_to_table

NAME, PRINT_SCHEMA = "sheet.json", "compound.sheet/1"
_KEYS = ("schema", "tool", "rules_version", "rules_sha256", "page_size", "details", "template", "logo")


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
            plan, batch_number=self.details["batch_number"] or None, prepared=self.details["prepared"],
            pharmacy=self.details["pharmacy"], component_lots=self.details["component_lots"],
            fillable=self.details["fillable"],
        )  # fmt: skip


def write_print_record(template: Template, details: Details, page_size: str, rules: tuple[str, str]) -> str:
    """The record of a printing as JSON."""
    record = {
        "schema": PRINT_SCHEMA,
        "tool": __version__,
        "rules_version": rules[0],
        "rules_sha256": rules[1],
        "page_size": page_size,
        "details": {
            "batch_number": details.batch_number,
            "prepared": None if details.prepared is None else details.prepared.isoformat(),
            "pharmacy": list(details.pharmacy),
            "component_lots": [f"{name}={lot.lot},{lot.written}" for name, lot in details.lots.items()],
            "fillable": details.fillable,
        },
        "template": template_to_table(template),
        "logo": b2a_base64(template.picture, newline=False).decode("ascii"),
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def read_print_record(record: Mapping[str, Any]) -> PrintRecord:
    """Reads the record of a printing. Raises InputError naming the key."""
    if record.get("schema") != PRINT_SCHEMA:
        raise InputError("schema", f"{shown(str(record.get('schema')))} is not {PRINT_SCHEMA}")
    for key in (*record, *_KEYS):
        if key not in _KEYS:
            raise InputError(key, "is not a key of a printing")
        if key not in record:
            raise InputError(key, "is missing")
    details = _details(record["details"])
    page_size = _text(record, "page_size")
    if page_size not in PAGE_SIZES:
        raise InputError("page_size", f"{shown(page_size)} is not one of {', '.join(PAGE_SIZES)}")
    try:
        template = template_from_table(record["template"])
    except InputError as error:
        raise error.at("template") from None
    try:
        template = replace(template, picture=a2b_base64(_text(record, "logo"), strict_mode=True))
    except ValueError:
        raise InputError("logo", "is not a picture") from None
    tool, rules, digest = (_text(record, key) for key in ("tool", "rules_version", "rules_sha256"))
    return PrintRecord(tool, rules, digest, page_size, template, details)


def _details(value: object) -> dict[str, Any]:
    kinds: dict[str, Any] = {"batch_number": str, "prepared": str, "pharmacy": list, "component_lots": list,
                             "fillable": bool}  # fmt: skip
    if not isinstance(value, dict) or set(value) != set(kinds):
        raise InputError("details", f"is not an object with the keys {', '.join(kinds)}")
    for key, kind in kinds.items():
        item = value[key]
        right = isinstance(item, kind) or (key == "prepared" and item is None)
        if not right or (kind is list and not all(isinstance(part, str) for part in item)):
            raise InputError(f"details.{key}", "is of the wrong kind")
    return value


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record[key]
    if not isinstance(value, str):
        raise InputError(key, "is not text")
    return value
