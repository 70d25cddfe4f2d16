"""What stands in a plan: its vessels."""

from __future__ import annotations

import pytest
from helpers import planned

from compound.plan.plan import BATCH, CAPSULES, Vessel, vessel_of


class TestVessel:
    """A vessel has a kind, and a number where there may be several of that kind; in a step it is a text."""

    @pytest.mark.parametrize(
        ("vessel", "text"),
        [
            (Vessel(Vessel.TRITURATION, 1), "trituration 1"),
            (Vessel(Vessel.SOLUTION, 12), "solution 12"),
            (Vessel(BATCH), "batch"),
            (Vessel(CAPSULES), "capsules"),
        ],
    )
    def test_the_text_of_a_vessel_is_read_back(self, vessel: Vessel, text: str) -> None:
        assert text == vessel.text
        assert vessel == vessel_of(text)

    @pytest.mark.parametrize(
        "text", ["", "mortar", "trituration", "trituration ", "trituration 0", "trituration 01", "trituration ١",
                 "trituration A", "solution 1 ", "Batch", "batch 1", "capsules 2"],
    )  # fmt: skip
    def test_any_other_name_is_none_that_the_tool_gives(self, text: str) -> None:
        assert vessel_of(text) is None

    @pytest.mark.parametrize(
        ("options", "kinds"),
        [({}, ["trituration", "batch", "capsules"]), ({"dose": "4.5 mg"}, ["batch", "capsules"])],
    )
    def test_every_vessel_of_a_plan_that_the_tool_makes_has_a_kind(self, options: dict[str, str], kinds: list[str]) -> None:
        vessels = [vessel_of(text) for text in dict.fromkeys(step.vessel for step in planned(**options).steps)]

        assert kinds == list(dict.fromkeys(vessel.kind for vessel in vessels if vessel is not None))
        assert None not in vessels
