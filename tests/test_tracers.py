"""Belgium asks for a coloured marker in every trituration (FAMHP): the sheets in its languages have a line for it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from helpers import judged

from compound.cli.files import open_template
from compound.facts.tracers import tracer_rule
from compound.wording.language_file import LANGUAGES
from compound.worksheet.details import Details
from compound.worksheet.render import lay_out

SAID = {"fr": ("riboflavine dans trituration 2", "oxyde de fer rouge dans trituration 1"),
        "nl": ("riboflavine in trituratie 2", "rood ijzeroxide in trituratie 1")}  # fmt: skip


def page_one(code: str, **options: str) -> str:
    template = open_template(None if code == "en" else f"worksheet.{code}")
    paper = lay_out(judged(**options), template, Details(), "f" * 64, "A4")
    return " ".join(box.text for box in paper.boxes if box.page == 0)


class TestRule:
    """Riboflavin below 1 % of drug, red iron oxide from 1 %."""

    @pytest.mark.parametrize(("percent", "dye"), [("0.999", "riboflavin"), ("1", "red iron oxide"), ("1.6", "red iron oxide")])
    def test_the_dye_goes_by_the_strength(self, percent: str, dye: str) -> None:
        rule = tracer_rule("fr")

        assert rule is not None
        assert dye == rule.dye(Fraction(percent))

    def test_only_sheets_of_the_country_name_it(self) -> None:
        assert {"fr", "nl"} == {code for code in LANGUAGES if tracer_rule(code) is not None}


class TestSheet:
    """The first trituration of 2 mcg holds 1.6 % of drug, the second 0.032 %."""

    @pytest.mark.parametrize("code", SAID)
    def test_each_trituration_has_its_dye(self, code: str) -> None:
        page = page_one(code)

        assert [] == [said for said in SAID[code] if said not in page]

    @pytest.mark.parametrize("code", SAID)
    def test_a_plan_without_triturations_has_none(self, code: str) -> None:
        page = page_one(code, dose="4.5 mg")

        assert [] == [said for said in ("riboflavin", "oxyde de fer", "ijzeroxide") if said in page]

    def test_no_other_sheet_has_one(self) -> None:
        for code in set(LANGUAGES) - set(SAID):
            assert "ribofla" not in page_one(code)
