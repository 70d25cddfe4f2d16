"""Published problems, recomputed: the tool gives the printed figures, and disagrees with the misprints.

The figures stand in cases/museum.json as printed, with their sources. `of` says what of the tool's answer a figure is.
A figure that was typed into the steps counts only where the dose hangs on it.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from compound.correcting.weighed import BatchVerdict, audit_weighed
from compound.exact.quantity import Direction, canonical, round_to
from compound.judging.audit import audit
from compound.plan.plan import Plan, Transfer, Weigh, plan_from_dict

GUIDE = Path(__file__).parent.parent / "compound" / "guide"
MUSEUM = json.loads((Path(__file__).parent / "cases" / "museum.json").read_text("utf-8"))
PROBLEMS = {problem["id"]: problem for problem in MUSEUM["problems"]}
CASES = [(problem["id"], case) for problem in MUSEUM["problems"] for case in problem["cases"]]
FACTORS = {"mg": Fraction(1), "g": Fraction(1000), "mcg": Fraction(1, 1000), "mL": Fraction(1), "%": Fraction(1)}
KINDS = {
    "solid_aliquot": 10, "trituration_to_capsules": 10, "salt_conversion": 8, "capsule_fill": 6, "liquid_aliquot": 6,
    "lwq": 6, "percent_error": 6, "potency_correction": 6, "uniformity_of_mass": 5, "min_weight": 3, "other": 3,
    "serial_dilution": 2, "usp905_av": 1,
}  # fmt: skip


def step(words: list[Any]) -> dict[str, Any]:
    """A step in short: verb first, then its words."""
    match words:
        case ["weigh", role, amount, vessel, *material]:
            name = material[0] if material else {"drug": "drug", "diluent": "diluent"}[role]
            return {"action": "weigh", "role": role, "material": name, "amount_mg": amount, "vessel": vessel}
        case ["mix", vessel]:
            return {"action": "mix", "vessel": vessel}
        case ["transfer", source, amount, vessel]:
            return {"action": "transfer", "from": source, "amount_mg": amount, "vessel": vessel}
        case ["pipette", source, amount, vessel]:
            return {"action": "transfer", "from": source, "amount_ml": amount, "vessel": vessel}
        case ["make_up", vessel, volume]:
            return {"action": "make_up", "material": "water", "volume_ml": volume, "vessel": vessel}
        case ["fill", source, amount, count]:
            return {"action": "fill", "from": source, "amount_mg": amount, "count": count, "vessel": "units"}
    raise AssertionError(words)


def plan_of(case: dict[str, Any]) -> Plan:
    sensitivity = case.get("sensitivity_mg", "0.1")
    readability = case.get("readability_mg", "0.01" if Fraction(sensitivity) < 1 else "1")
    return plan_from_dict(
        {
            "request": {
                "dose_mg": case["dose_mg"],
                "weighing_error_percent": case.get("weighing_error_percent", "5"),
                "max_dilution": case.get("max_dilution", "100"),
            },
            "balance": {"sensitivity_mg": sensitivity, "readability_mg": readability},
            "content_fraction": case.get("content_fraction", "1"),
            "steps": [{"number": number, **step(words)} for number, words in enumerate(case["steps"], 1)],
        }
    )


def figure_of(case: dict[str, Any], of: str) -> Fraction:
    """What the tool gives for a figure, exactly: in mg, mL or percent."""
    plan = plan_of(case)
    found = audit(plan)
    mixtures = {mixture.vessel: mixture for mixture in found.mixtures}
    what, *names = of.split()
    match what:
        case "dose":
            assert found.accuracy is not None
            return found.accuracy.dose_mg
        case "least":
            assert plan.order.least_weighable is not None
            return plan.order.least_weighable
        case "total":
            return mixtures[names[0]].total_mg
        case "drug":
            return mixtures[names[0]].drug_mg
        case "ratio":
            return mixtures[names[0]].one_in or Fraction(0)
        case "parts":
            return (mixtures[names[0]].one_in or Fraction(0)) - 1
        case "percent":
            return (mixtures[names[0]].strength_mg_per_g or Fraction(0)) / 10
        case "times":
            one, other = (mixtures[name].strength_mg_per_ml or Fraction(0) for name in names)
            return one / other
        case "diluent":
            return sum(
                (Fraction(s.amount_mg) for s in plan.steps if isinstance(s, Weigh) and s.role == "diluent"), Fraction(0)
            )
        case "amount":
            chosen = case["steps"][int(names[0]) - 1]
            return Fraction(str(chosen[2]))
        case "multiple":  # how often the drug weighed holds what is wanted of it
            weighed = Fraction(plan.weighings()[int(names[0]) - 1].amount_mg or 0)
            return weighed * plan.content_fraction / Fraction(plan.order.dose.mg)
        case "ballast":  # what is weighed with the drug and is none
            return Fraction(plan.weighings()[int(names[0]) - 1].amount_mg or 0) * (1 - plan.content_fraction)
        case "beside":
            return mixtures[names[0]].total_mg - mixtures[names[0]].drug_mg
        case "volume":
            return mixtures[names[0]].volume_ml or Fraction(0)
        case "doses":  # whole aliquots that the mixture gives
            aliquot = plan.steps[int(names[0]) - 1]
            assert isinstance(aliquot, Transfer)
            volume = mixtures[aliquot.source].volume_ml or Fraction(0)
            return round_to(volume / Fraction(aliquot.amount_ml or 1), 1, Direction.DOWN)
        case "each":
            count: int = case["steps"][-1][3]
            return Fraction(plan.weighings()[int(names[0]) - 1].amount_mg or 0) / count
        case "error":
            part = found.measured[int(names[0]) - 1]
            return 100 * part.error / part.amount
        case "off":
            (weighing,) = audit_weighed(plan, {1: Decimal(case["reading"])}).weighings
            assert weighing.read is not None
            return 100 * abs(weighing.read / weighing.planned - 1)
        case "usp41":
            (finding,) = [f for f in found.findings if f.code == "below-usp-41-floor"]
            floor, readability = finding.values["floor"], finding.values["readability"]
            assert not isinstance(floor, (str, tuple))
            assert not isinstance(readability, (str, tuple))
            return Fraction(floor) / Fraction(readability)
    raise AssertionError(of)


def at_digits(value: Fraction, printed: str) -> Fraction:
    """A value rounded to the digits of a printed figure."""
    places = len(printed.partition(".")[2])
    return round_to(value, Fraction(1, 10**places), Direction.NEAREST)


# What is worked out by the tool. All else is a number that was typed into the steps, or a quotient of such: that it
# comes back proves nothing, so it counts only where the dose hangs on it (`hangs_on`).
WORKED_OUT = {
    "dose", "least", "total", "drug", "ratio", "parts", "percent", "times", "beside", "volume", "doses", "error", "off", "usp41",
}  # fmt: skip


def by_fractions(case: dict[str, Any]) -> Fraction:
    """The dose of steps in mg by plain fractions: nothing of the tool has a part in it.

    That of a filled unit, or what went into the last vessel where none is filled.
    """
    mass: dict[str, Fraction] = {}
    drug: dict[str, Fraction] = {}
    volume: dict[str, Fraction] = {}
    for verb, *rest in case["steps"]:
        match verb, rest:
            case "weigh", [role, mg, vessel, *_]:
                held = Fraction(mg) * Fraction(case.get("content_fraction", "1")) if role == "drug" else Fraction(0)
                mass[vessel] = mass.get(vessel, Fraction(0)) + Fraction(mg)
                drug[vessel] = drug.get(vessel, Fraction(0)) + held
            case "make_up", [vessel, ml]:
                volume[vessel] = Fraction(ml)
            case ("transfer" | "pipette"), [source, amount, vessel]:
                share = Fraction(amount) / (mass if verb == "transfer" else volume)[source]
                mass[vessel] = mass.get(vessel, Fraction(0)) + share * mass.get(source, Fraction(0))
                drug[vessel] = drug.get(vessel, Fraction(0)) + share * drug[source]
            case "fill", [source, mg, _]:
                return drug[source] * Fraction(mg) / mass[source]
    return drug[case["steps"][-1][1]]


def by_the_tool(case: dict[str, Any]) -> Fraction:
    """The same dose by the replay of the tool."""
    last = case["steps"][-1]
    return figure_of(case, "dose" if last[0] == "fill" else f"drug {last[1]}")


def moved(case: dict[str, Any], figure: dict[str, str]) -> dict[str, Any]:
    """The case with a typed figure moved by one unit of its last printed digit."""
    what, *names = figure["of"].split()
    unit = Fraction(1, 10 ** len(figure["printed"].partition(".")[2])) * FACTORS[figure["unit"]]
    content = Fraction(case.get("content_fraction", "1"))
    match what:
        case "amount":
            number = int(names[0])
        case "each":
            number, unit = int(names[0]), unit * case["steps"][-1][3]
        case "multiple":
            number, unit = int(names[0]), unit * Fraction(case["dose_mg"]) / content
        case "ballast":
            number, unit = int(names[0]), unit / (1 - content)
        case "diluent":
            number = next(i for i, words in enumerate(case["steps"], 1) if words[:2] == ["weigh", "diluent"])
        case _:
            raise AssertionError(figure)
    steps = [list(words) for words in case["steps"]]
    chosen = [steps[number - 1]]
    if chosen[0][0] == "transfer" and steps[-1][:2] == ["fill", chosen[0][3]] and steps[-1][3] == 1:
        chosen.append(steps[-1])  # an aliquot that is the dose is weighed once, and stands in two steps
    for words in chosen:
        words[2] = canonical(Fraction(words[2]) + unit)
    return {**case, "steps": steps}


def hangs_on(case: dict[str, Any], figure: dict[str, str]) -> bool:
    """Whether the dose comes out exactly, and a typed figure that is off by one unit of its last digit moves it."""
    if by_fractions(case) != Fraction(case["dose_mg"]):
        return False
    changed = moved(case, figure)
    if any("/" in str(words[2]) for words in changed["steps"] if len(words) > 2):
        return False  # no finite decimal, so nobody can type it
    return by_fractions(changed) != by_fractions(case)


def is_typed(figure: dict[str, str]) -> bool:
    return figure["of"].split()[0] not in WORKED_OUT


def id_of(name: str, figure: dict[str, str]) -> str:
    return f"{name} {figure['quantity']}"


ALL = [(name, case, figure) for name, case in CASES for figure in case["figures"] if "correct" not in figure]
COUNTED = [(name, case, figure) for name, case, figure in ALL if not is_typed(figure) or hangs_on(case, figure)]
FIGURES = [pytest.param(case, figure, id=id_of(name, figure)) for name, case, figure in COUNTED if not is_typed(figure)]
TYPED = [pytest.param(case, figure, id=id_of(name, figure)) for name, case, figure in COUNTED if is_typed(figure)]
MISPRINTS = [
    pytest.param(PROBLEMS[name], case, figure, id=f"{name} {figure['quantity']}")
    for name, case in CASES
    for figure in case["figures"]
    if "correct" in figure
]


@pytest.mark.parametrize(("case", "figure"), FIGURES)
def test_the_printed_figure_is_reproduced(case: dict[str, Any], figure: dict[str, str]) -> None:
    exact = figure_of(case, figure["of"]) / FACTORS[figure["unit"]]

    assert at_digits(exact, figure["printed"]) == Fraction(figure["printed"])


@pytest.mark.parametrize(("case", "figure"), TYPED)
def test_a_typed_figure_that_is_off_by_its_last_digit_moves_the_dose(
    case: dict[str, Any], figure: dict[str, str]
) -> None:
    """The tool's dose is the one asked for, and moves as plain fractions say; with a replay that answers nothing it fails."""
    changed = moved(case, figure)
    exact = figure_of(case, figure["of"]) / FACTORS[figure["unit"]]

    assert at_digits(exact, figure["printed"]) == Fraction(figure["printed"])
    assert by_the_tool(case) == Fraction(case["dose_mg"])
    assert by_the_tool(changed) == by_fractions(changed) != by_fractions(case)


@pytest.mark.parametrize(("name", "case"), [pytest.param(name, case, id=name) for name, case in CASES])
def test_the_replay_gives_what_plain_fractions_give(name: str, case: dict[str, Any]) -> None:
    assert by_fractions(case) == by_the_tool(case)


LEAST = [pytest.param(case, id=name) for name, case, figure in COUNTED if figure["of"] == "least"]


@pytest.mark.parametrize("case", LEAST)
def test_the_least_weighable_quantity_moves_with_the_sensitivity(case: dict[str, Any]) -> None:
    sensitivity = case.get("sensitivity_mg", "0.1")
    more = Fraction(sensitivity) + Fraction(1, 10 ** len(sensitivity.partition(".")[2]))
    error = Fraction(case.get("weighing_error_percent", "5")) / 100

    assert more / error == figure_of({**case, "sensitivity_mg": canonical(more), "readability_mg": "0.00001"}, "least")


def test_the_guide_claims_as_many_figures_as_count() -> None:
    claimed = re.search(r"(\d+) of the (\d+) printed\s+figures", (GUIDE / "sources.md").read_text("utf-8"))
    assert claimed is not None
    everything = sum(len(case["figures"]) for _, case in CASES)

    assert (str(len(COUNTED) + len(MISPRINTS)), str(everything)) == claimed.groups()


@pytest.mark.parametrize(("problem", "case", "figure"), MISPRINTS)
def test_the_misprint_is_contradicted(problem: dict[str, Any], case: dict[str, Any], figure: dict[str, Any]) -> None:
    """The tool gives the corrected value: of the same steps, or of those that the correction asks for."""
    asked = problem["corrected"] if figure.get("in_corrected") else case
    exact = figure_of(asked, figure["of"]) / FACTORS[figure["unit"]]

    assert at_digits(exact, figure["printed"]) != Fraction(figure["printed"])
    assert at_digits(exact, figure["correct"]) == Fraction(figure["correct"])


WITH_DOSE = [pytest.param(name, case, id=name) for name, case in CASES if case["steps"][-1][0] == "fill"]


@pytest.mark.parametrize(("name", "case"), WITH_DOSE)
def test_the_steps_give_the_dose_that_was_asked_for(name: str, case: dict[str, Any]) -> None:
    """Exactly: no published aliquot needs a rounding. The two misprinted ones are outside, by what they are off."""
    found = audit_weighed(plan_of(case), {})
    off = PROBLEMS[name].get("off_percent")

    assert found.deviation_percent == Fraction(off or 0)
    if off is not None:
        assert found.verdict is BatchVerdict.OUTSIDE


@pytest.mark.parametrize("name", [name for name, problem in PROBLEMS.items() if "corrected" in problem])
def test_the_corrected_steps_give_the_dose(name: str) -> None:
    assert audit_weighed(plan_of(PROBLEMS[name]["corrected"]), {}).deviation_percent == 0


@pytest.mark.parametrize(
    ("case", "vessel", "mg"),
    [pytest.param(c, v, mg, id=f"{name} {v}") for name, c in CASES for v, mg in c.get("drug_in", {}).items()],
)
def test_a_liquid_aliquot_holds_the_drug(case: dict[str, Any], vessel: str, mg: str) -> None:
    assert figure_of(case, f"drug {vessel}") == Fraction(mg)


@pytest.mark.parametrize(
    ("case", "vessel", "parts"),
    [pytest.param(c, v, parts, id=f"{name} {v}") for name, c in CASES for v, parts in c.get("one_in", {}).items()],
)
def test_one_in_n_counts_all_parts_dye_included(case: dict[str, Any], vessel: str, parts: str) -> None:
    assert figure_of(case, f"ratio {vessel}") == Fraction(parts)


@pytest.mark.parametrize(
    "name", ["solid-01", "solid-02", "solid-03a", "solid-03b", "solid-05", "solid-10b", "solid-15"]
)
def test_published_aliquots_keep_the_least_weighable_quantity(name: str) -> None:
    codes = {f.code for f in audit(plan_of(PROBLEMS[name]["cases"][0])).findings}

    assert "below-least-weighable" not in codes


def test_a_least_weighable_quantity_rounded_down_is_no_longer_one() -> None:
    """104 mg is printed for 625/6 mg at 7.5 mg and 7.2 %; the tool refuses to weigh it."""
    steps = [["weigh", "drug", "104", "A"], ["mix", "A"], ["fill", "A", "104", 1]]
    case = {**PROBLEMS["lwq-07"]["cases"][0], "steps": steps}

    assert "below-least-weighable" in {f.code for f in audit(plan_of(case)).findings}


@pytest.mark.parametrize("problem", [pytest.param(problem, id=name) for name, problem in PROBLEMS.items()])
def test_every_printed_figure_is_reproduced_or_its_absence_explained(problem: dict[str, Any]) -> None:
    tested = {figure["quantity"].removesuffix(" mg") for case in problem["cases"] for figure in case["figures"]}
    tested |= {figure["quantity"] for case in problem["cases"] for figure in case["figures"]}

    assert set(problem["published"]) <= tested or problem["not_here"]


def test_every_published_problem_is_shown_or_its_absence_explained() -> None:
    shown, absent = set(PROBLEMS), set(MUSEUM["not_expressible"])

    assert not shown & absent
    assert len(shown | absent) == sum(KINDS.values()) == 72
    assert all(problem["source_url"].startswith("http") for problem in PROBLEMS.values())
    assert {name for name, problem in PROBLEMS.items() if problem["use_as"] == "negative"} == {
        "solid-12", "solid-13", "ser-02", "pe-06", "tri-10",
    }  # fmt: skip
