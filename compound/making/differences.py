"""A worksheet read back: what it says against what the order in it gives when it is planned and judged again.

Three things are compared: the fingerprint with the record that travels in the sheet, that record with the record of
the same order planned again, and the text of the pages with the text of the sheet printed again. The texts are compared
word by word, so that an altered digit shows wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from string import Formatter
from typing import Any

from compound.exact.errors import InputError
from compound.exact.quantity import written
from compound.exact.value import Value
from compound.findings import codes
from compound.findings.finding import Finding, Said
from compound.reading.amounts import from_canonical
from compound.showing.fingerprint import fingerprint
from compound.wording.catalogue import sentences_of

# Words shown before and after those that differ, and the most places that are listed of one page.
ATTACHED_PLAN = "plan.json"
AROUND = 3
MOST_SHOWN = 160
MOST_TIMES = 3


class Difference(Value):
    """One place where the sheet says something else: the place, what the sheet says, what is worked out again."""

    where: str
    sheet: str
    again: str


def stated_fingerprint(record: Mapping[str, Any]) -> str:
    """The fingerprint that a record carries. Raises InputError where it carries none."""
    stated = record.get("fingerprint")
    if not isinstance(stated, str):
        raise InputError("fingerprint", "is missing in the attached plan")
    return stated


def fingerprint_differences(record: Mapping[str, Any]) -> list[Difference]:
    """The fingerprint that the record carries against the one worked out from it."""
    stated, again = stated_fingerprint(record), fingerprint(record)
    return [] if stated == again else [Difference(f"{ATTACHED_PLAN}: fingerprint", stated, again)]


def record_differences(record: Mapping[str, Any], again: Mapping[str, Any]) -> list[Difference]:
    """Every key of the attached record that planning and judging again gives otherwise, the fingerprint aside."""
    plain = [{key: value for key, value in one.items() if key != "fingerprint"} for one in (record, again)]
    return list(_differences(ATTACHED_PLAN, *plain))


# Notes on how an order was typed. The order itself does not hold them, so they are taken over from the record.
_ON_READING = {entry.code: entry for entry in (codes.TRAILING_ZERO, codes.FORMULA_OVERRIDDEN)}


def reading_notes(record: Mapping[str, Any]) -> tuple[Finding, ...]:
    """The notes on how the order was typed, from the values of the findings of a record.

    A note whose values are not those of its entry is left out, and so shows as a difference.
    """
    stated = record.get("findings")
    notes = []
    for item in stated if isinstance(stated, list) else []:
        entry = _ON_READING.get(str(item.get("code"))) if isinstance(item, dict) else None
        values = None if entry is None else _values(sentences_of(entry).message, item.get("values"))
        if entry is not None and values is not None:
            notes.append(Finding(entry, str(item.get("where")), values))
    return tuple(notes)


def _values(template: str, stated: object) -> dict[str, Said] | None:
    """The values that a template needs, as numbers where it prints numbers; None where they are not there."""
    kinds = {name: kind for _, name, kind, _ in Formatter().parse(template) if name is not None}
    if not isinstance(stated, dict) or not all(isinstance(stated.get(name), str) for name in kinds):
        return None
    try:
        return {name: written(from_canonical(stated[name], name)) if kind else stated[name] for name, kind in kinds.items()}
    except (InputError, ArithmeticError):
        return None


def _differences(where: str, sheet: object, again: object) -> Iterator[Difference]:
    if isinstance(sheet, dict) and isinstance(again, dict):
        for key in [*sheet, *(key for key in again if key not in sheet)]:
            place = f"{where}: {key}" if where == ATTACHED_PLAN else f"{where}.{key}"
            if key not in sheet or key not in again:
                yield Difference(place, _text(sheet.get(key, _ABSENT)), _text(again.get(key, _ABSENT)))
            else:
                yield from _differences(place, sheet[key], again[key])
    elif isinstance(sheet, list) and isinstance(again, list):
        for i in range(max(len(sheet), len(again))):
            place = f"{where}[{i}]"
            if i >= len(sheet) or i >= len(again):
                yield Difference(place, _text(sheet[i] if i < len(sheet) else _ABSENT),
                                 _text(again[i] if i < len(again) else _ABSENT))  # fmt: skip
            else:
                yield from _differences(place, sheet[i], again[i])
    elif sheet != again or type(sheet) is not type(again):
        yield Difference(where, _text(sheet), _text(again))


_ABSENT = object()


def _text(value: object) -> str:
    if value is _ABSENT:
        return "nothing"
    if isinstance(value, dict) and "code" in value:
        return f"[{value['code']}] {value.get('message', value.get('because', ''))}"
    text = value if isinstance(value, str) else "null" if value is None else str(value)
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"


def word_differences(where: str, sheet: Sequence[str], again: Sequence[str]) -> list[Difference]:
    """Every place where the words of a page differ from those of the page printed again."""
    if sheet == again:
        return []
    from difflib import SequenceMatcher

    if len(sheet) > MOST_TIMES * len(again) + 100:
        # To find what belongs to what among so many words could take for ever.
        return [Difference(where, f"{len(sheet)} words", f"{len(again)} words")]
    found = []
    for kind, low, high, other_low, other_high in SequenceMatcher(None, sheet, again, autojunk=False).get_opcodes():
        if kind != "equal":
            found.append(Difference(where, _shown(sheet, low, high), _shown(again, other_low, other_high)))
    return found


def _shown(words: Sequence[str], low: int, high: int) -> str:
    """The words from `low` to `high`, marked, with a few around them."""
    before, after = words[max(0, low - AROUND) : low], words[high : high + AROUND]
    middle = " ".join(words[low:high])
    middle = middle if len(middle) <= MOST_SHOWN else middle[:MOST_SHOWN] + "…"
    return " ".join(["…", *before, f"[{middle}]", *after, "…"])
