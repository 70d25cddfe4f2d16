"""The dyes that show how a trituration spreads, where a country's authority asks for one: facts/data/tracers.json."""

from __future__ import annotations

from fractions import Fraction

from compound.exact.value import Value
from compound.reading import shipped


class TracerRule(Value):
    """Which dye a trituration takes: `below` under `limit_percent` of drug, else `above`; whose rule it is, and its source."""

    country: str
    limit_percent: Fraction
    below: str
    above: str
    source: str

    def dye(self, drug_percent: Fraction) -> str:
        """The dye of a trituration that holds so much drug, in percent of its mass."""
        return self.below if drug_percent < self.limit_percent else self.above


def tracer_rule(language: str) -> TracerRule | None:
    """The rule of the country that the worksheets of a language are made for; None where there is none."""
    for row in shipped.facts("tracers.json")["tracers"]:
        if language in row["languages"]:
            return TracerRule(row["country"], Fraction(row["limit_percent"]), row["below"], row["from"], row["source"])
    return None
