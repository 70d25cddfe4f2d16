"""`compound plan` by the solution route: tables, JSON, worksheet and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from helpers import COMMAND
from pypdf import PdfReader

from compound.cli.main import main

ORDER = {"dose": "20 ng", "balance-sensitivity": "1 mg", "capsules": "30"}


def plan(*more: str, drug: str = "naltrexone hydrochloride", **options: Any) -> Result:
    texts = {**ORDER, **{name.replace("_", "-"): text for name, text in options.items()}}
    arguments = [word for name, text in texts.items() for word in (f"--{name}", text)]
    return CliRunner(env={"COLUMNS": "100"}).invoke(main, ["plan", drug, *arguments, *more])


def record(*more: str, **options: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(plan("--json", *more, **options).stdout)
    return found


class TestTables:
    """With --verbose or --why: the solution, both routes side by side, and the reason for the choice (issue, Choosing)."""

    def test_the_steps_name_volumes_and_ware(self) -> None:
        text = " ".join(plan("--verbose").stdout.split())

        assert "make up with water in 250 mL solution 1 volumetric flask 250 mL to" in text
        assert "pipette solution 1 with 1 mL solution 2 transfer pipette 1 mL" in text
        assert "4,645 mg less the reading of step 10" in text

    def test_both_routes_stand_side_by_side(self) -> None:
        text = plan("--why", dose="2 mcg", particle_size="20 um", particle_spread="2", fill_rsd="3%").stdout
        routes = {line[:20].strip(): line[20:].split("  ") for line in text.partition("BOTH ROUTES\n")[2].splitlines()}

        def cells(name: str) -> list[str]:
            return [cell.strip() for cell in routes[name] if cell.strip()]

        assert "2" == cells("dilutions")[-1]
        assert "69 mg" == cells("drug weighed")[-1]
        assert "4,659 mg" == cells("powder used")[-1]
        assert ["200 mL"] == cells("solvent used")
        assert "about 2.7012 %" == cells("worst case")[-1]
        assert ["about 15.8586 %", "no particles: dissolved"] == cells("particle RSD")
        assert "because the particle RSD of the powder, about 15.8586 %, is above 4 %" in " ".join(text.split())

    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            ({"dose": "2 mcg"}, "--method auto takes powder, because no finding refuses it"),
            ({"dose": "20 ng"}, "because a dose of 20 nanograms (0.02 mcg) is below 1 mcg (0.001 mg)"),
            ({"dose": "2 mcg", "method": "solution"}, "--method solution was given"),
            ({"dose": "2 mcg", "method": "powder"}, "--method powder was given"),
            ({"dose": "2 mcg", "max_dilution": "5"}, "because no powder plan with up to 4 triturations keeps all limits"),
        ],
        ids=str,
    )
    def test_the_reason_for_the_choice(self, options: dict[str, str], reason: str) -> None:
        assert reason in " ".join(plan("--why", **options).stdout.split())

    def test_the_ranking_of_the_route_is_named(self) -> None:
        text = " ".join(plan("--why").stdout.split())

        assert "doublings of solvent and drug), fewest different pieces of ware, smallest worst case, least drug" in text
        assert "the runner-up weighs 86 mg in 500 mL, 1 mL in 250 mL, 1 mL in 4,645 mg" in text


class TestJson:
    """One object, as the contract has it (contract, section 3)."""

    def test_the_plan_of_the_route_leaves_with_0_and_names_it(self) -> None:
        done = plan("--json")

        assert (0, "solution") == (done.exit_code, json.loads(done.stdout)["route"])
        assert "powder" == record(dose="2 mcg")["route"]

    def test_where_neither_route_has_a_plan_both_say_what_would_help(self) -> None:
        done = plan("--json", dose="2 mcg", dose_error="0.5%", max_dilution="5")
        codes = {finding["code"] for finding in json.loads(done.stdout)["findings"]}

        assert (1, True) == (done.exit_code, {"no-admissible-plan", "no-admissible-solution"} <= codes)

    def test_the_other_route_stands_beside_the_alternatives(self) -> None:
        found = record("--alternatives", "2")

        assert ["volumes", "points"] == [item["lost_on"] for item in found["alternatives"]]
        assert ("route", "transfer") == (found["other_route"]["lost_on"], found["other_route"]["steps"][3]["action"])
        assert "amount_mg" in found["other_route"]["steps"][3]
        assert record()["other_route"] is None

    def test_powder_below_1_mcg_keeps_its_plan_and_leaves_with_1(self) -> None:
        done = plan("--json", method="powder")
        found = json.loads(done.stdout)

        assert (1, 3) == (done.exit_code, found["triturations"])
        assert "powder-below-1-mcg" in {finding["code"] for finding in found["findings"]}

    def test_no_plan_says_what_would_help(self) -> None:
        done = plan("--json", dose_error="1%", method="solution")
        found = json.loads(done.stdout)

        assert (1, [], None) == (done.exit_code, found["steps"], found["accuracy"])
        assert {"option": "--by-mass", "value": "1", "method": "solution", "nearest": True} in found["would_help"]
        assert "no-admissible-solution" in {finding["code"] for finding in found["findings"]}

    def test_a_drug_without_a_figure_needs_its_solubility(self) -> None:
        needed = plan("--json", drug="naltrexone base", dose_as="base", method="solution")
        given = plan("--json", drug="naltrexone base", dose_as="base", method="solution", solubility="30 mg/mL")

        assert "solubility-needed" in {finding["code"] for finding in json.loads(needed.stdout)["findings"]}
        assert (1, 0) == (needed.exit_code, given.exit_code)

    @pytest.mark.parametrize(
        ("option", "text", "says"),
        [
            ("flask", "30 mL", "--flask: 30 mL is not a size of a volumetric flask on record"),
            ("pipette", "dropper", "--pipette: “dropper” is not read as ware"),
            ("solvent", "methanol", "--solvent: “methanol” is not a solvent on record"),
            ("solubility", "much", "--solubility: “much” is not an amount for 1 mL"),
            ("deposit", "5 mL/g", "--deposit: “5 mL/g” makes a paste"),
        ],
    )
    def test_bad_input_is_one_sentence_and_leaves_with_2(self, option: str, text: str, says: str) -> None:
        import subprocess

        words = [word for name, value in {**ORDER, option: text}.items() for word in (f"--{name}", value)]
        done = subprocess.run(
            [*COMMAND, "plan", "naltrexone hydrochloride", *words],
            capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip

        assert (2, "") == (done.returncode, done.stdout)
        assert says in done.stderr
        assert 1 == done.stderr.count("\n")


class TestWorksheet:
    """The sheet of a solution: flasks in the picture, the loss on drying, and read back without a difference (issue)."""

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({}, ["9. Dry batch to constant mass", "first weighing", "4,645 mg less the reading of no. 10",
                  "± 0.008 mL", "to 250 mL", "volumetric flask 250 mL", "volumetric flask 500 mL", "solvent-to-drive-off"]),
            ({"template": "worksheet.de"}, ["Ansatz bis zur Massekonstanz trocknen", "erste Wägung", "Messkolben", "Vollpipette"]),
            ({"by_mass": "", "dose": "50 ng"}, ["49,000 mg", "Dry batch to constant mass"]),
        ],
        ids=["English", "German", "by mass"],
    )  # fmt: skip
    def test_it_prints_and_verifies(self, options: dict[str, str], words: list[str], tmp_path: Path) -> None:
        path = tmp_path / "sheet.pdf"
        flags = ["--by-mass"] if "by_mass" in options else []
        done = plan("--pdf", str(path), *flags, **{name: text for name, text in options.items() if name != "by_mass"})
        text = " ".join(" ".join(page.extract_text().split()) for page in PdfReader(path).pages)

        assert 0 == done.exit_code
        for word in words:
            assert word in text.replace("\u00a0", " ").replace("\u202f", " ")
        verified = CliRunner().invoke(main, ["verify", str(path), "--json"])
        assert (0, []) == (verified.exit_code, json.loads(verified.stdout)["differences"])

    def test_it_is_audited_with_readings(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.json"
        path.write_text(plan("--json", dose="2 mcg", method="solution").stdout, encoding="utf-8")
        reads = ["--read", "1=69mg", "--read", "7=4000mg", "--read", "10=3999mg"]
        done = CliRunner().invoke(main, ["audit", str(path), *reads, "--json"])

        found = json.loads(done.stdout)
        assert [{"number": 11, "planned_mg": "659", "corrected_mg": "660"}] == found["next"]
        assert (0, "incomplete") == (done.exit_code, found["verdict"])

    def test_a_flask_has_no_reading(self, tmp_path: Path) -> None:
        path = tmp_path / "plan.json"
        path.write_text(plan("--json", dose="2 mcg", method="solution").stdout, encoding="utf-8")
        done = CliRunner().invoke(main, ["audit", str(path), "--read", "2=1000mg"])

        assert "step 2 is not a weighing; weighings are steps 1, 7, 10, 11" in str(done.exception)


def test_many_orders_may_go_by_solution(tmp_path: Path) -> None:
    table = tmp_path / "orders.csv"
    table.write_text(
        "drug,dose,capsules,by-mass,pipette\nnaltrexone hydrochloride,20 ng,30,,\n"
        "naltrexone hydrochloride,50 ng,30,yes,\nnaltrexone hydrochloride,2 mcg,30,,1 mL\n",
        encoding="utf-8",
    )
    arguments = ["plan", "--orders", str(table), "--balance-sensitivity", "1 mg", "--json"]
    found = json.loads(CliRunner().invoke(main, arguments).stdout)["orders"]

    assert [2, 3, 0] == [row["plan"]["dilutions"] for row in found]
    assert not any(step.get("role") == "solvent" for step in found[0]["plan"]["steps"])
    assert any(step.get("role") == "solvent" for step in found[1]["plan"]["steps"])


def test_a_formula_may_go_by_mass_and_the_command_line_wins(tmp_path: Path) -> None:
    formula = tmp_path / "by-mass.toml"
    formula.write_text('by-mass = "no"\nflask = ["1000 mL"]\n', encoding="utf-8")
    found = record("--formula", str(formula), "--by-mass", dose="50 ng", most_drug="2 g")

    assert (True, ["volumetric flask 1,000 mL"]) == (found["request"]["by_mass"], found["request"]["flask"])
    assert "formula-overridden" in {finding["code"] for finding in found["findings"]}
