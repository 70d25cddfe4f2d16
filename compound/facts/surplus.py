"""How much drug beyond the label national rules ask for in a capsule: facts/data/surplus.json."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache

from compound.exact.errors import InputError
from compound.exact.value import Value
from compound.reading import shipped
from compound.reading.text import one_of


class SurplusClass(Value):
    """A class of a rule with its surplus in percent of the label. What bounds it not is None.

    `below_mg` is not in the class, `to_mg` is; `below_share_percent` is a share of the blend that is not in it.
    """

    percent: Decimal
    below_mg: Decimal | None = None
    to_mg: Decimal | None = None
    below_share_percent: Decimal | None = None


class SurplusRule(Value):
    """A national rule: its code, name and country, its classes in the order they are asked, and where it stands."""

    code: str
    name: str
    country: str
    classes: tuple[SurplusClass, ...]
    citation: str

    def percent_for(self, label_mg: Fraction | Decimal, fill_mg: Fraction | Decimal | None) -> Decimal:
        """The surplus in percent for a labelled dose in a fill weight, both in mg.

        Raises InputError where the share of the blend decides and no fill weight is known.
        """
        for one in self.classes:
            if one.below_mg is not None and label_mg >= one.below_mg:
                continue
            if one.to_mg is not None and label_mg > one.to_mg:
                continue
            if one.below_share_percent is not None:
                if fill_mg is None:
                    raise InputError(
                        "--surplus-rule",
                        f"{self.code} goes by the share of the blend at this dose, and no fill weight is known; write the "
                        "percentage with --drug-surplus instead",
                    )
                if 100 * Fraction(label_mg) >= Fraction(one.below_share_percent) * Fraction(fill_mg):
                    continue
            return one.percent
        return Decimal(0)


@cache
def surplus_rules() -> dict[str, SurplusRule]:
    """The rules on record, by their codes."""
    return {
        row["code"]: SurplusRule(
            row["code"], row["name"], row["country"],
            tuple(SurplusClass(**{key: Decimal(text) for key, text in one.items()}) for one in row["classes"]), row["citation"],
        )
        for row in shipped.facts("surplus.json")["rules"]
    }  # fmt: skip


def surplus_rule(code: str, where: str = "--surplus-rule") -> SurplusRule:
    """The rule of a code. Raises InputError naming those on record."""
    rules = surplus_rules()
    return rules[one_of(code, tuple(rules), where)]
