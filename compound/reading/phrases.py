"""Amounts with the words and signs that stand around them on prescriptions, balances and boxes of capsules.

`30 capsules`, `#30`, `size 0`, `\u00b10.2 mg`, `d=0.1 mg`: each is read only where that kind of amount is asked for.
"""

from __future__ import annotations

import re

from compound.exact.errors import InputError
from compound.exact.quantity import Mass
from compound.reading.amounts import parse_count, parse_mass
from compound.reading.text import shown

# Patterns are made when a phrase is met: most amounts are plain, and one pattern costs more than all of them.
_CAPSULES = (
    "capsule capsules caps caps. cap. kapsel kapseln hartkapsel hartkapseln kps kps. c\u00e1psula c\u00e1psulas capsula "
    "capsulas g\u00e9lule g\u00e9lules kapslar kapsler kapslen kaps. kaps kapsu\u0142ka kapsu\u0142ki kapsu\u0142ek"
)
_COUNTED = r"(?P<sign># ?)?(?P<number>[^A-Za-z#\s]+)(?P<word> ?[^\W\d_]+\.?)?"
_SIZE = (
    r"size|sizes|gr\u00f6\u00dfe|gr\u00f6sse|groesse|gr\.|taille|tama\u00f1o|tamanho|formato|misura|maat|grootte|storlek|"
    r"st\u00f8rrelse|rozmiar"
)
_SIZED = (
    rf"(?:(?:(?:capsule |kapsel)?(?:{_SIZE}) ?)?(?:# ?|(?:no|nr|n)\.? ?|n[\u00ba\u00b0] ?)?)(?P<size>[0-9]{{1,3}})"
)
_PLUS_MINUS = r"(?:\u00b1|\+ ?/ ?[-\u2212]|\+[-\u2212]) ?"
# What the letters on a balance and its papers stand for, so that none is taken for another.
_SYMBOLS = {
    "d": "d is the readability, the step of the display; on an electronic balance the largest error of one weighing is "
    "more than one step; give d with --readability",
    "e": "e is the verification interval of the balance, neither its readability nor the error of one weighing",
    "S": "S is the sensitivity, the largest error of one weighing; give it with --balance-sensitivity",
    "s": "s is a standard deviation, not the largest error of one weighing",
}


def parse_capsules(text: str, where: str) -> int:
    """Reads how many capsules: `30`, `#30`, `30 capsules`, `30 Kapseln`. Raises InputError, or AmbiguousAmount."""
    if text.isdigit() or len(text) > 60:
        return parse_count(text, where)
    match = re.fullmatch(_COUNTED, text.strip(" "))
    if match is not None and (match["word"] is None or match["word"].strip(" ").casefold() in _CAPSULES.split()):
        return parse_count(match["number"], where)
    return parse_count(text, where)


def bare_size(text: str) -> str:
    """The number of a capsule size out of `size 0`, `#0`, `Gr\u00f6\u00dfe 0`; any other text as it is."""
    if text.isdigit() or len(text) > 60:
        return text
    match = re.fullmatch(_SIZED, text.strip(" "), re.IGNORECASE)
    return text if match is None else match["size"]


def parse_sensitivity(text: str, where: str) -> Mass:
    """Reads the largest error of one weighing: `1 mg`, `\u00b10.2 mg`, `S = 1 mg`. Raises as `parse_mass` does.

    What states the readability (`d=0.1 mg`) is refused.
    """
    stated = _of_symbol(text, "S", where)
    if stated.lstrip(" ")[:1] in ("\u00b1", "+"):
        stated = stated.strip(" ")
        sign = re.match(_PLUS_MINUS, stated)
        stated = stated if sign is None else stated[sign.end() :]
    return parse_mass(stated, where)


def parse_readability(text: str, where: str) -> Mass:
    """Reads the step of a display: `0.1 mg`, `d=0.1 mg`. Raises as `parse_mass` does; other symbols are refused."""
    return parse_mass(_of_symbol(text, "d", where), where)


def _of_symbol(text: str, symbol: str, where: str) -> str:
    """The amount after a symbol and its equals sign, or the text as it is where it has none."""
    stated, equals, amount = text.partition("=")
    stated = stated.strip(" ")
    if not equals or len(stated) != 1 or not stated.isalpha():
        return text
    if stated != symbol:
        raise InputError(where, f"{shown(text)} states {stated}: {_SYMBOLS.get(stated, 'that is not read here')}")
    return amount
