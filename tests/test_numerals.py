"""A dose in words, in every language: the second way to read it, beside its figures."""

from __future__ import annotations

from fractions import Fraction

import pytest

from compound.wording.language_file import LANGUAGES
from compound.wording.numerals import dose_in_words

# By hand, from grammars: Duden; Le Bon Usage (the spelling before 1990); Ortografía of the Real Academia (2010);
# Acordo Ortográfico with the European forms; Woordenlijst Nederlandse Taal.
IN_WORDS = {
    "en": {
        "0.002": "two micrograms", "0.001": "one microgram", "4.5": "four point five milligrams",
        "1.75": "one point seven five milligrams", "0.125": "one hundred twenty-five micrograms",
        "0.0000205": "twenty point five nanograms", "1": "one milligram", "150": "one hundred fifty milligrams",
        "1234": "one thousand two hundred thirty-four milligrams", "0.0025": "two point five micrograms",
        "0.0000005": "zero point five nanograms",
    },
    "de": {
        "0.002": "zwei Mikrogramm", "0.001": "ein Mikrogramm", "4.5": "vier Komma fünf Milligramm",
        "1.75": "eins Komma sieben fünf Milligramm", "0.125": "einhundertfünfundzwanzig Mikrogramm",
        "0.00002": "zwanzig Nanogramm", "0.000001": "ein Nanogramm", "21": "einundzwanzig Milligramm",
        "101": "einhunderteins Milligramm", "101000": "einhunderteintausend Milligramm",
        "1234": "eintausendzweihundertvierunddreißig Milligramm", "0.0000005": "null Komma fünf Nanogramm",
    },
    "fr": {
        "0.002": "deux microgrammes", "0.001": "un microgramme", "4.5": "quatre virgule cinq milligrammes",
        "1.75": "un virgule sept cinq milligramme", "0.021": "vingt et un microgrammes",
        "0.071": "soixante et onze microgrammes", "0.08": "quatre-vingts microgrammes",
        "0.081": "quatre-vingt-un microgrammes", "0.091": "quatre-vingt-onze microgrammes",
        "0.000099": "quatre-vingt-dix-neuf nanogrammes", "100": "cent milligrammes", "0.2": "deux cents microgrammes",
        "0.201": "deux cent un microgrammes", "1000": "mille milligrammes", "80000": "quatre-vingt mille milligrammes",
        "200000": "deux cent mille milligrammes", "1234": "mille deux cent trente-quatre milligrammes",
        "0.0000005": "zéro virgule cinq nanogramme",
    },
    "es": {
        "0.002": "dos microgramos", "0.001": "un microgramo", "4.5": "cuatro coma cinco miligramos",
        "1.75": "uno coma siete cinco miligramos", "0.021": "veintiún microgramos", "0.022": "veintidós microgramos",
        "0.031": "treinta y un microgramos", "0.1": "cien microgramos", "0.101": "ciento un microgramos",
        "0.55": "quinientos cincuenta microgramos", "21000": "veintiún mil miligramos",
        "31021": "treinta y un mil veintiún miligramos", "1234": "mil doscientos treinta y cuatro miligramos",
        "21.5": "veintiuno coma cinco miligramos", "0.000016": "dieciséis nanogramos", "1000": "mil miligramos",
    },
    "pt": {
        "0.002": "dois microgramas", "0.001": "um micrograma", "4.5": "quatro vírgula cinco miligramas",
        "1.75": "um vírgula sete cinco miligrama", "0.021": "vinte e um microgramas", "0.1": "cem microgramas",
        "0.125": "cento e vinte e cinco microgramas", "0.5": "quinhentos microgramas", "1100": "mil e cem miligramas",
        "1234": "mil duzentos e trinta e quatro miligramas", "2001": "dois mil e um miligramas",
        "0.000016": "dezasseis nanogramas", "0.019": "dezanove microgramas",
    },
    "nl": {
        "0.002": "twee microgram", "0.001": "één microgram", "4.5": "vier komma vijf milligram",
        "1.75": "één komma zeven vijf milligram", "0.021": "eenentwintig microgram", "0.022": "tweeëntwintig microgram",
        "0.033": "drieëndertig microgram", "0.1": "honderd microgram", "0.101": "honderdéén microgram",
        "0.125": "honderdvijfentwintig microgram", "1234": "duizendtweehonderdvierendertig milligram",
        "0.00002": "twintig nanogram", "0.0000005": "nul komma vijf nanogram",
    },
}  # fmt: skip


def test_every_language_has_its_numbers_in_words() -> None:
    assert set(LANGUAGES) == set(IN_WORDS)


@pytest.mark.parametrize(
    ("code", "mg", "words"), [(code, mg, words) for code, said in IN_WORDS.items() for mg, words in said.items()]
)
def test_a_dose_in_words(code: str, mg: str, words: str) -> None:
    assert words == dose_in_words(Fraction(mg), code)


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_two_doses_have_the_same_words(code: str) -> None:
    """All whole doses below 2,000 mg, and those of one digit after the point from 1 mg to 100 mg."""
    doses = [*map(Fraction, range(1, 2000)), *(Fraction(tenths, 10) for tenths in range(10, 1000) if tenths % 10)]

    assert len(doses) == len({dose_in_words(dose, code) for dose in doses})


@pytest.mark.parametrize("mg", ["1/3", "1000000"])
def test_a_dose_that_has_no_words_is_refused(mg: str) -> None:
    with pytest.raises(ArithmeticError):
        dose_in_words(Fraction(mg), "en")
