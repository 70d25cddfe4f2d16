"""Dosage forms other than capsules that are swallowed: refused by their words, in several languages."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

from compound.exact.errors import InputError
from compound.exact.value import Value
from compound.facts.doses import review_data
from compound.facts.name_words import name_words
from compound.reading.text import refuse_unprintable, shown

_MOST_CHARACTERS = 200


class OtherRoute(Value):
    """A route other than by mouth, and the pattern that finds its words."""

    route: str
    pattern: str


@cache
def _other_routes() -> tuple[OtherRoute, ...]:
    """The words of other routes, put together only when a dosage form has been named."""
    return tuple(OtherRoute(row["route"], _pattern(row)) for row in review_data()["other_routes"]["rows"])


def refuse_other_forms(dosage_form: str, where: str) -> None:
    """Refuses a dosage form that is no capsule, or is given by another route than the mouth, by its words.

    A word directly after "not", "not for", "no", "never" or "non" is let pass. Whether what is left is a form of
    immediate release is not judged here. Raises InputError naming the word or the route, and for a text that is blank,
    names nothing, or is longer than 200 characters.
    """
    if dosage_form == "capsule":
        return
    if not dosage_form.strip():
        raise InputError(where, "no dosage form given; write one such as capsule")
    if len(dosage_form) > _MOST_CHARACTERS:
        raise InputError(where, f"a dosage form of {len(dosage_form)} characters is longer than {_MOST_CHARACTERS}")
    refuse_unprintable(dosage_form, where)
    text = _unaccented(dosage_form)
    for other in _other_routes():
        for match in re.finditer(other.pattern, text):
            if _NEGATED.search(text[: match.start()]) is None:
                raise InputError(
                    where,
                    f"{shown(dosage_form)} is a form given {other.route}; {_ONLY_CAPSULES}, and a dose for one route is no "
                    "guide to another",
                )
    word = _other_form(text.lower())
    if word:
        raise InputError(where, f"{shown(dosage_form)}: {shown(word)} means another form; {_ONLY_CAPSULES}")


_ONLY_CAPSULES = "this tool plans oral immediate-release capsules only"


def _other_form(text: str) -> str:
    """The word in unaccented small letters that means a form other than a hard capsule; "" for none."""
    words = name_words()
    found = list(re.finditer(r"[^\W_]+", text))
    if " ".join(match[0] for match in found) in words.no_name:
        return text
    stems, names = words.other_form_stems, words.other_forms
    if not any(match[0].startswith(words.capsule_stems) for match in found):
        stems += words.form_stems_unless_capsule
    for match in found:
        other = match[0] in names or match[0].startswith(stems) or any(stem in match[0] for stem in stems if stem > "\u2e80")
        if other and _NEGATED.search(text[: match.start()]) is None:
            return match[0]
    return ""


# A route named only to be ruled out. Nothing else may stand between the "not" and the route: "not oral, intravenous".
_NEGATED = re.compile(
    r"(?<![^\W_])(?:(?:not|no|never|non)[\s-]+(?:for[\s-]+|by[\s-]+|an?[\s-]+)?|non)$", re.IGNORECASE
)


def _unaccented(text: str) -> str:
    """The text with its letters taken apart (full width, ligatures) and the accents left out; capitals stay."""
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _pattern(row: dict[str, Any]) -> str:
    """One pattern for the stems and abbreviations of a route, to be searched in unaccented text."""
    start, end = r"(?<![^\W\d_])", r"(?![^\W\d_])"  # no letter before, no letter after
    choices = []
    for stem in row["stems"]:
        words = r"[\s-]*".join(re.escape(part) for part in _unaccented(stem.lstrip("*")).split("~"))
        anywhere = stem.startswith("*") or stem >= "\u2e80"  # Han and Kana are written without spaces
        choices.append(f"(?i:{words})" if anywhere else f"{start}(?i:{words})")
    for letters in row.get("abbreviations", ()):
        choices.append(f"{start}(?i:{letters}|{_stopped(letters)}){end}")
    for letters in row.get("capitals", ()):
        choices.append(f"{start}(?:{letters.upper()}|(?i:{_stopped(letters)})){end}")
    for letters in row.get("stops", ()):
        choices.append(f"{start}(?i:{_stopped(letters)}){end}")
    return "|".join(choices)


def _stopped(letters: str) -> str:
    return r"\.\s?".join(letters) + r"\.?"
