"""How other notations mark decimals and thousands, read only where something beside the text settles it.

A file whose columns are separated by semicolons, or a German worksheet, settles that a comma is a decimal one. The
program's own notation groups thousands: `2,970 mg`, and `2\u202f970 mg` in German. What is not settled is never guessed.
"""

from __future__ import annotations

import re

from compound.exact.errors import AmbiguousAmount, InputError
from compound.reading.text import shown

_DECIMAL_COMMA = r"(?<=[0-9]),(?=[0-9])"
# What a thousand is written with where the comma is a decimal one: 1.125 may be one, or a thousand. Three digits that
# end in 0 are asked about everywhere.
_THOUSANDS = r"(?<![0-9.,])([1-9][0-9]{0,2})\.([0-9]{2}[1-9])(?![0-9.,])"
_GROUPED = (
    r"(?P<number>[1-9][0-9]{0,2}(?:(?:,[0-9]{3})+(?:\.[0-9]+)?|(?:\u202f[0-9]{3})+(?:,[0-9]+)?))(?P<unit> ?[^0-9.,\u202f]*)"
)


def with_decimal_points(text: str, where: str) -> str:
    """An amount in which a comma is a decimal one, its commas made points: `1,5 mg` becomes `1.5 mg`.

    Raises InputError for a value with a comma and a point, or with two commas in one number, and AmbiguousAmount for
    `1.125 mg`, which is a thousand where commas are decimal.
    """
    if not re.search(_DECIMAL_COMMA, text):
        doubtful = re.search(_THOUSANDS, text)
        if doubtful is None:
            return text
        before, after = text[: doubtful.start()].lstrip(" "), text[doubtful.end() :].rstrip(" ")
        readings = tuple(f"{before}{doubtful[1]}{mark}{doubtful[2]}{after}" for mark in (",", ""))
        raise AmbiguousAmount(
            where,
            f"{shown(text)} stands where a comma is the decimal sign, so it may mean {' or '.join(readings)}; "
            "write the one meant",
            readings,
        )
    if re.search(r"[0-9]\.[0-9]", text) or re.search(r"[0-9],[0-9]+,[0-9]", text):
        raise InputError(
            where,
            f"{shown(text)} has {'a comma and a point' if '.' in text else 'more than one comma'}, so it has more than "
            "one reading; write digits with at most one decimal comma",
        )
    return re.sub(_DECIMAL_COMMA, ".", text)


def with_point_in_share(text: str, where: str) -> str:
    """A name with a share behind it, the decimal comma of the share made a point: a comma in a name stays one."""
    share = re.search(r"[0-9][0-9.,]* ?%$", text.rstrip(" "))
    return text if share is None else text[: share.start()] + with_decimal_points(share[0], where)


def without_groups(text: str) -> str | None:
    """An amount whose thousands are grouped as the program prints them, written plain; None for any other text.

    `2,970.5 mg` becomes `2970.5 mg`, and so does the German one. Whether that is what is meant is for the caller to
    settle: `2,970` may be a decimal comma too.
    """
    match = re.fullmatch(_GROUPED, text.strip(" "))
    if match is None:
        return None
    number = match["number"]
    plain = number.replace("\u202f", "").replace(",", ".") if "\u202f" in number else number.replace(",", "")
    return plain + match["unit"]
