"""Grades in numbers: viscosities and letters of cellulose ethers, as they stand in names."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

# 4.000 and 4,000 are read as four thousand, the stricter reading.
_FIGURE = r"[0-9]{1,3}(?:[ ,.'’][0-9]{3})+(?![0-9])|[0-9]+(?:[.,][0-9]+)?"


@cache
def grade_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Viscosities (`5 mPa·s`, `3-15 cP`), Metolose grades (`90SH-4000SR`), molecular weights (`400`, `90M`)."""
    return (
        re.compile(
            rf"(?<![\w.])({_FIGURE})(?:\s*(?:[-\u2010-\u2015]|to|bis)\s*({_FIGURE}))?\s*-?"
            r"(mpa[\W_]*s|pa[\W_]*s|c[\W_]?ps?|centipoises?)(?!\w)"
        ),
        re.compile(r"(?<!\w)[0-9]{2}[\W_]*sh[\W_]*([0-9]{1,6})(sr)?(?!\w)"),
        re.compile(r"(?<![\w.])([0-9]{1,3}(?:[ ,][0-9]{3})+|[0-9]+)(?:[\W_]?(m))?(?![\w.])"),
    )


@cache
def letter_grades(letters: str) -> re.Pattern[str]:
    """Grades such as K100M: a letter, the viscosity, M for thousands or C for hundreds, LV for low viscosity.

    P, DC and CR may be written in one word with them (K100MCR).
    """
    return re.compile(
        # E331 is an E number, and no grade.
        rf"(?<!\w)(?!e[\W_]*[0-9]{{3}}(?!\w))[{letters}][\W_]*([0-9]{{1,3}})[\W_]*(m|c)?"
        r"(?:[\W_]*(?:premium)?[\W_]*(lv))?(?:p|dc|cr)*(?!\w)"
    )


def is_whole_grade(match: re.Match[str], whole: frozenset[str]) -> bool:
    """Whether a grade says all that tells it from another: E4M and E5 LV do, E4 may have lost its M.

    `whole` are the grades, squashed, that are sold as they stand, without M, C or LV. A viscosity with its unit is whole.
    """
    viscosity, metolose, _ = grade_patterns()
    if match.re is viscosity:
        return True
    text = re.sub(r"[\W_]", "", match[0])
    if match.re is metolose:
        return match[2] is not None or text in whole
    return match[2] is not None or match[3] is not None or text in whole


def viscosity_of(match: re.Match[str]) -> Fraction:
    """The largest viscosity that a match states, in mPa·s; a matrix grade (SR) counts as endless."""
    viscosity, metolose, _ = grade_patterns()
    if match.re is viscosity:
        figures = [_figure(match[1])] + ([_figure(match[2])] if match[2] else [])
        return max(figures) * (1000 if match[3].startswith("pa") else 1)
    if match.re is metolose:
        return Fraction(10**9) if match[2] else Fraction(match[1])
    return Fraction(match[1]) * {"m": 1000, "c": 100, None: 1}[match[2]]


def _figure(text: str) -> Fraction:
    if re.fullmatch(r"[0-9]{1,3}(?:[ ,.'’][0-9]{3})+", text):
        return Fraction(re.sub("[^0-9]", "", text))
    return Fraction(text.replace(",", "."))
