"""Amounts with the words and signs that stand around them on prescriptions, balances and boxes of capsules.

`30 capsules`, `#30`, `size 0`, `\u00b10.2 mg`, `d=0.1 mg`: each is read only where that kind of amount is asked for.
"""

from __future__ import annotations

import re

from compound.exact.errors import InputError
from compound.exact.quantity import Mass
from compound.reading.amounts import parse_count, parse_mass
from compound.reading.text import shown

_CAPSULE_WORDS = (
    "capsule capsules caps caps. cap. kapsel kapseln hartkapsel hartkapseln kps kps. c\u00e1psula c\u00e1psulas capsula "
    "capsulas g\u00e9lule g\u00e9lules kapslar kapsler kapslen kaps. kaps kapsu\u0142ka kapsu\u0142ki kapsu\u0142ek"
)
_CAPSULES = frozenset(_CAPSULE_WORDS.split())
_COUNTED = re.compile(r"(?P<sign># ?)?(?P<number>[^A-Za-z#\s]+)(?P<word> ?[^\W\d_]+\.?)?")
_SIZES = (
    "size", "sizes", "gr\u00f6\u00dfe", "gr\u00f6sse", "groesse", "gr.", "taille", "tama\u00f1o", "tamanho", "formato",
    "misura", "maat", "grootte", "storlek", "st\u00f8rrelse", "rozmiar",
)  # fmt: skip
_SIZED = re.compile(
    rf"(?:(?:(?:capsule |kapsel)?(?:{'|'.join(map(re.escape, _SIZES))}) ?)?(?:# ?|(?:no|nr|n)\.? ?|n[\u00ba\u00b0] ?)?)"
    r"(?P<size>[0-9]{1,3})",
    re.IGNORECASE,
)
_PLUS_MINUS = re.compile(r"(?:\u00b1|\+ ?/ ?[-\u2212]|\+[-\u2212]) ?")
_EQUATION = re.compile(r"(?P<symbol>[A-Za-z]) ?= ?(?P<amount>.*)", re.DOTALL)
# What the letters on a balance and its papers stand for, so that none is taken for another.
_SYMBOLS = {
    "d": "d is the readability, the step of the display; on an electronic balance the largest error of one weighing is "
    "more than one step. Give d with --readability",
    "e": "e is the verification interval of the balance, neither its readability nor the error of one weighing",
    "S": "S is the sensitivity, the largest error of one weighing. Give it with --balance-sensitivity",
    "s": "s is a standard deviation, not the largest error of one weighing",
}


def parse_capsules(text: str, where: str) -> int:
    """Reads how many capsules: `30`, `#30`, `30 capsules`, `30 Kapseln`. Raises InputError, or AmbiguousAmount."""
    match = _COUNTED.fullmatch(text.strip(" ")) if len(text) <= 60 else None
    if match is not None and (match["word"] is None or match["word"].strip(" ").casefold() in _CAPSULES):
        return parse_count(match["number"], where)
    return parse_count(text, where)


def bare_size(text: str) -> str:
    """The number of a capsule size out of `size 0`, `#0`, `Gr\u00f6\u00dfe 0`; any other text as it is."""
    match = _SIZED.fullmatch(text.strip(" ")) if len(text) <= 60 else None
    return text if match is None else match["size"]


def parse_sensitivity(text: str, where: str) -> Mass:
    """Reads the largest error of one weighing: `1 mg`, `\u00b10.2 mg`, `S = 1 mg`. Raises as `parse_mass` does.

    What states the readability (`d=0.1 mg`) is refused.
    """
    stated = _of_symbol(text, "S", where)
    return parse_mass(_PLUS_MINUS.sub("", stated, count=1) if _PLUS_MINUS.match(stated) else stated, where)


def parse_readability(text: str, where: str) -> Mass:
    """Reads the step of a display: `0.1 mg`, `d=0.1 mg`. Raises as `parse_mass` does; other symbols are refused."""
    return parse_mass(_of_symbol(text, "d", where), where)


def _of_symbol(text: str, symbol: str, where: str) -> str:
    """The amount after a symbol and its equals sign, or the text as it is where it has none."""
    match = _EQUATION.fullmatch(text.strip(" "))
    if match is None:
        return text
    if match["symbol"] != symbol:
        meaning = _SYMBOLS.get(match["symbol"], "that is not read here")
        raise InputError(where, f"{shown(text)} states {match['symbol']}: {meaning}")
    return match["amount"]
