"""One capsule beside another: the options, the request, the aliquots, the gates in a plan, the record."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from helpers import DRUG, judged, order, planned
from pypdf import PdfReader

from compound.cli.audit import command as audit_command
from compound.cli.files import with_files
from compound.cli.plan import command
from compound.cli.verify import command as verify_command
from compound.exact.errors import AmbiguousAmount, InputError
from compound.exact.quantity import Percent
from compound.facts import standards
from compound.findings import codes as catalogue
from compound.findings.finding import Severity
from compound.judging.audit import audit
from compound.judging.replay import Replay, replay
from compound.judging.uniformity import Aliquot, aliquots, is_dissolved, particle_content, powder_refusals
from compound.order.particle_size import ParticleSize, SieveClass, SieveData, SieveFile
from compound.order.request import from_request, to_request
from compound.plan.plan import Plan, plan_from_dict
from compound.showing.plan_json import plan_record
from compound.showing.uniformity_rows import uniformity_rows
from compound.wording.catalogue import sentences_of
from compound.wording.language import language

USUAL = [DRUG, "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30"]
CLASSES = "lower_um,upper_um,percent\n0,2,40\n2,5,50\n5,10,10\n"


def sieve(*rows: tuple[str, str, str]) -> SieveData:
    return SieveData(tuple(SieveClass(*map(Decimal, row)) for row in rows))


LOT = sieve(("0", "2", "40"), ("2", "5", "50"), ("5", "10", "10"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


def record(*arguments: str) -> dict[str, Any]:
    result = run(*USUAL, *arguments, "--json")
    assert result.exit_code in (0, 1), (result.output, result.exception)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def refused(*arguments: str) -> InputError:
    error = run(*USUAL, *arguments).exception
    assert isinstance(error, InputError)
    return error


class TestLimits:
    """The gates are house rules, stand with the other limits and say so (issue, section 1); entered here by hand."""

    @pytest.mark.parametrize(
        ("name", "value"),
        [("particles_matter_below_mg", "0.1"), ("powder_from_mg", "0.001"), ("particle_rsd_most_percent", "4"),
         ("particle_rsd_note_percent", "2"), ("certificate_spread", "2"), ("large_particle_share", "0.25"),
         ("assumed_median_um", "50"), ("doubtful_below_um", "0.5"), ("true_density_low_g_per_cm3", "1.1"),
         ("true_density_high_g_per_cm3", "1.6"), ("least_true_density_g_per_cm3", "0.8"),
         ("most_true_density_g_per_cm3", "3")],
    )  # fmt: skip
    def test_a_gate_is_the_one_entered_here_and_a_house_rule(self, name: str, value: str) -> None:
        assert Decimal(value) == standards.limit(name)
        assert standards._data()["limits"][name]["source"].startswith("house rule")

    @pytest.mark.parametrize(
        "entry",
        [catalogue.POWDER_BELOW_1_MCG, catalogue.PARTICLE_RSD_ABOVE_LIMIT, catalogue.PARTICLE_RSD_NEAR_LIMIT,
         catalogue.PARTICLE_SIZE_NOT_GIVEN, catalogue.UNIFORMITY_NOT_SHOWN],
    )  # fmt: skip
    def test_a_gate_says_that_it_is_a_house_rule(self, entry: Any) -> None:
        assert "house rule" in sentences_of(entry).source


class TestOptions:
    """Size and spread, or size classes, and the RSD of the fill, by the strict grammar of all amounts."""

    @pytest.mark.parametrize("text", ["10 micrometres", "10 um", "10um", "10 \u00b5m", "10 \u03bcm"])
    def test_a_size_is_read_with_its_unit(self, text: str) -> None:
        told = order(particle_size=text, particle_spread="2")

        assert ParticleSize(Decimal(10), Decimal(2)) == told.particle_size

    def test_without_a_word_nothing_is_assumed(self) -> None:
        assert (None, None) == (order().particle_size, order().fill_rsd)

    def test_the_fill_rsd_carries_its_sign(self) -> None:
        assert Percent(Decimal("2.5")) == order(fill_rsd="2.5 %").fill_rsd

    @pytest.mark.parametrize(
        ("options", "where", "says"),
        [
            ({"particle_size": "0 um", "particle_spread": "2"}, "--particle-size", "is zero"),
            ({"particle_size": "-8 um", "particle_spread": "2"}, "--particle-size", "has a sign"),
            ({"particle_size": "2.1 mm", "particle_spread": "2"}, "--particle-size", "write the diameter in um"),
            ({"particle_size": "2001 um", "particle_spread": "2"}, "--particle-size", "more than 2,000 micrometres"),
            ({"particle_size": "8", "particle_spread": "2"}, "--particle-size", "has no unit"),
            ({"particle_size": "8 um"}, "--particle-spread", "enter the geometric standard deviation"),
            ({"particle_spread": "2"}, "--particle-size", "a spread alone says nothing"),
            ({"particle_size": "8 um", "particle_spread": "0.99"}, "--particle-spread", "between 1 and 10"),
            ({"particle_size": "8 um", "particle_spread": "10.1"}, "--particle-spread", "between 1 and 10"),
            ({"fill_rsd": "3"}, "--fill-rsd", "has no unit"),
            ({"fill_rsd": "0%"}, "--fill-rsd", "above 0 % and up to 50 %"),
            ({"fill_rsd": "50.1%"}, "--fill-rsd", "above 0 % and up to 50 %"),
            ({"particle_size": "8 um", "particle_spread": "2", "sieve": SieveFile("lot.csv", LOT)}, "--sieve",
             "leave one out"),
            ({"sieve": "lot.csv"}, "--sieve", "was not read"),
        ],
    )  # fmt: skip
    def test_everything_else_is_refused_with_its_place(self, options: dict[str, Any], where: str, says: str) -> None:
        with pytest.raises(InputError, match=says) as caught:
            order(**options)
        assert where == caught.value.where

    def test_a_size_with_two_readings_names_both(self) -> None:
        with pytest.raises(AmbiguousAmount, match="1.5 um or 15 um"):
            order(particle_size="1,5 um", particle_spread="2")


class TestSieveFile:
    """`--sieve` reads a CSV file; what is wrong with it is one sentence with file and line, exit 2."""

    def test_a_file_of_size_classes_is_read(self, tmp_path: Path) -> None:
        (tmp_path / "lot.csv").write_text(CLASSES)
        found = record("--sieve", str(tmp_path / "lot.csv"))

        assert found["request"]["sieve"] == [
            {"lower_um": "0", "upper_um": "2", "percent": "40"}, {"lower_um": "2", "upper_um": "5", "percent": "50"},
            {"lower_um": "5", "upper_um": "10", "percent": "10"},
        ]  # fmt: skip
        # Σ f·d³ = 0.4 · 8 + 0.5 · 125 + 0.1 · 1000 = 165.7; π/6 · 1.382e-9 · 165.7 / 0.002 mg: root 0.77429 %
        assert found["uniformity"]["budget"]["particle_rsd_percent"].startswith("0.774")
        assert (None, None) == (found["uniformity"]["particles"]["spread"], found["request"]["particle_size_um"])

    @pytest.mark.parametrize(
        ("content", "where", "says"),
        [
            (b"lower_um,upper_um,percent\n0,20,50\n20,50,49.9\n", "lot.csv", "sum to 99.9 %, not to 100 %"),
            (b"lower_um,upper_um,percent\n0,20,50\n19,50,50\n", "lot.csv line 3", "overlap"),
            (b"diameter_um,percent\n0,100\n", "lot.csv line 2", "is zero"),
            (b"diameter_um,percent\n2500,100\n", "lot.csv line 2", "more than 2,000 micrometres"),
            (b"diameter_um,percent\n10,100,\n", "lot.csv line 2", "has 3 cells where the header has 2"),
            (b"", "lot.csv", "is empty"),
            (b"\xef\xbb\xbfdiameter_um,percent\n10,99\n", "lot.csv", "sum to 99 %, not to 100 %"),
            (b"diameter_um,percent\n\xff,100\n", "lot.csv line 2", "not UTF-8"),
            (b'diameter_um,percent\n"10,100\n', "lot.csv line 2", "is not a CSV file: a quotation mark is not closed"),
            (b"diameter_um,percent\n" + b" " * 1_000_001, "lot.csv", "larger than"),
        ],
    )  # fmt: skip
    def test_a_bad_file_is_refused_with_its_place(self, tmp_path: Path, content: bytes, where: str, says: str) -> None:
        (tmp_path / "lot.csv").write_bytes(content)
        error = refused("--sieve", str(tmp_path / "lot.csv"))

        assert says in error.sentence
        assert where == error.where or error.where == "--sieve"

    @pytest.mark.parametrize("path", ["/nowhere/lot.csv", "/tmp", ""])  # noqa: S108
    def test_a_file_that_is_none_is_refused(self, path: str) -> None:
        assert "--sieve" == refused("--sieve", path).where

    def test_a_formula_names_a_file_beside_it(self, tmp_path: Path) -> None:
        (tmp_path / "lot.csv").write_text(CLASSES)
        formula = tmp_path / "mine.toml"
        formula.write_text('drug="naltrexone hydrochloride"\ndose="2 mcg"\nbalance-sensitivity="1 mg"\ncapsules="30"\n'
                           'sieve="lot.csv"\nfill-rsd="3%"\n')  # fmt: skip
        typed = record("--sieve", str(tmp_path / "lot.csv"), "--fill-rsd", "3%")

        assert typed == json.loads(run("--formula", str(formula), "--json").stdout)

    def test_what_is_wrong_with_the_file_of_a_formula_is_said_with_the_formula(self, tmp_path: Path) -> None:
        (tmp_path / "mine.toml").write_text('sieve="gone.csv"')
        error = run("--formula", str(tmp_path / "mine.toml")).exception

        assert isinstance(error, InputError)
        assert error.where == "mine.toml: sieve"

    def test_other_classes_given_beside_a_formula_win_with_a_note(self, tmp_path: Path) -> None:
        for name, content in (("lot.csv", CLASSES), ("other.csv", "diameter_um,percent\n4,100\n")):
            (tmp_path / name).write_text(content)
        (tmp_path / "mine.toml").write_text('sieve="lot.csv"')
        found = record("--formula", str(tmp_path / "mine.toml"), "--sieve", str(tmp_path / "other.csv"))

        assert [{"diameter_um": "4", "percent": "100"}] == found["request"]["sieve"]
        assert ["formula mine.toml says lot.csv for sieve; other.csv was given beside it, and counts"] == [
            finding["message"] for finding in found["findings"] if finding["code"] == "formula-overridden"
        ]

    def test_a_row_of_orders_names_a_file_beside_the_table(self, tmp_path: Path) -> None:
        (tmp_path / "lot.csv").write_text(CLASSES)
        (tmp_path / "orders.csv").write_text(
            "drug,dose,balance-sensitivity,capsules,particle-size,particle-spread,sieve,fill-rsd\n"
            f"{DRUG},2 mcg,1 mg,30,,,lot.csv,3%\n{DRUG},2 mcg,1 mg,30,6 um,2,,\n{DRUG},2 mcg,1 mg,30,,,gone.csv,\n"
        )
        result = run("--orders", str(tmp_path / "orders.csv"), "--json")
        rows = json.loads(result.stdout)["orders"]

        assert record("--sieve", str(tmp_path / "lot.csv"), "--fill-rsd", "3%") == rows[0]["plan"]
        assert ("6", "2") == (rows[1]["plan"]["request"]["particle_size_um"], rows[1]["plan"]["request"]["particle_spread"])
        assert ["planned", "planned", "failed"] == [row["outcome"] for row in rows]
        assert "there is no file" in rows[2]["failures"][0]

    def test_options_without_a_file_are_left_alone(self) -> None:
        assert {"dose": "2 mcg"} == with_files({"dose": "2 mcg"})


class TestRequest:
    """The request holds the powder itself, so that the plan can be made again (contract, section 3)."""

    @pytest.mark.parametrize(
        "options",
        [
            {},
            {"particle_size": "7.5 um", "particle_spread": "1.8", "fill_rsd": "2.5%"},
            {"sieve": SieveFile("lot.csv", LOT)},
            {"sieve": SieveFile("lot.csv", sieve(("4", "4", "60"), ("9", "9", "40"))), "fill_rsd": "1%"},
        ],
    )
    def test_a_request_read_back_is_the_order(self, options: dict[str, Any]) -> None:
        made = order(**options)
        back = from_request(json.loads(json.dumps(to_request(made))), made.balance)

        assert (made.particle_size, made.fill_rsd) == (back.particle_size, back.fill_rsd)
        assert to_request(made) == to_request(back)

    @pytest.mark.parametrize(
        ("changes", "where", "says"),
        [
            ({"particle_size_um": "8"}, "particle_spread", "is missing"),
            ({"particle_spread": "2"}, "particle_size_um", "is missing"),
            ({"particle_size_um": 8, "particle_spread": "2"}, "particle_size_um", "a bare number"),
            ({"particle_size_um": "0", "particle_spread": "2"}, "particle_size_um", "is not above zero"),
            ({"particle_size_um": "2001", "particle_spread": "2"}, "particle_size_um", "more than 2,000"),
            ({"particle_size_um": "20/3", "particle_spread": "2"}, "particle_size_um", "not a plain decimal"),
            ({"particle_size_um": "8", "particle_spread": "11"}, "particle_spread", "between 1 and 10"),
            ({"particle_size_um": "8", "particle_spread": "2", "sieve": []}, "sieve", "and so does particle_size_um"),
            ({"sieve": {}}, "sieve", "expected a list, found a group of keys"),
            ({"sieve": []}, "sieve", "0 size classes"),
            ({"sieve": ["8"]}, "sieve[0]", "expected a group of keys, found text"),
            ({"sieve": [{"diameter_um": "8"}]}, "sieve[0].percent", "is missing"),
            ({"sieve": [{"diameter_um": "8", "percent": "99"}]}, "sieve", "sum to 99 %"),
            ({"sieve": [{"diameter_um": "8", "percent": "100", "um": "8"}]}, "sieve[0].um", "is not a key"),
            ({"sieve": [{"diameter_um": "0", "percent": "100"}]}, "sieve[0].diameter_um", "above 0 micrometres"),
            ({"sieve": [{"lower_um": "5", "upper_um": "5", "percent": "100"}]}, "sieve[0]", "no width"),
            ({"sieve": [{"lower_um": "9", "upper_um": "5", "percent": "100"}]}, "sieve[0].lower_um", "above its end"),
            ({"sieve": [{"lower_um": "0", "upper_um": "5", "percent": "50"},
                        {"lower_um": "4", "upper_um": "9", "percent": "50"}]}, "sieve[1]", "overlap"),
            ({"sieve": [{"diameter_um": "8", "percent": "1/3"}]}, "sieve[0].percent", "not a plain decimal"),
            ({"sieve": [{"diameter_um": str(i), "percent": "0"} for i in range(1, 1002)]}, "sieve", "1,001 size classes"),
            ({"fill_rsd_percent": "60"}, "fill_rsd_percent", "up to 50 %"),
            ({"fill_rsd_percent": "0"}, "fill_rsd_percent", "is not above zero"),
        ],
    )  # fmt: skip
    def test_a_bad_request_is_refused_with_its_key(self, changes: dict[str, Any], where: str, says: str) -> None:
        with pytest.raises(InputError, match=says) as caught:
            from_request({"dose_mg": "0.002", **changes}, None)
        assert where == caught.value.where


SOLUTION: list[dict[str, Any]] = [
    {"number": 1, "action": "weigh", "role": "drug", "material": DRUG, "amount_mg": "50", "vessel": "solution 1"},
    {"number": 2, "action": "make_up", "material": "water", "volume_ml": "100", "tolerance_ml": "0.08",
     "vessel": "solution 1"},
    {"number": 3, "action": "mix", "vessel": "solution 1"},
    {"number": 4, "action": "transfer", "from": "solution 1", "amount_ml": "1", "tolerance_ml": "0.006",
     "vessel": "batch"},
    {"number": 5, "action": "weigh", "role": "diluent", "material": "mannitol", "amount_mg": "1000", "vessel": "batch"},
    {"number": 6, "action": "dry", "vessel": "batch"},
    {"number": 7, "action": "weigh", "role": "diluent", "material": "mannitol", "amount_mg": "1000", "vessel": "batch"},
    {"number": 8, "action": "mix", "vessel": "batch"},
    {"number": 9, "action": "fill", "from": "batch", "amount_mg": "100", "count": 18, "vessel": "capsules"},
]  # fmt: skip


def by_hand(steps: list[dict[str, Any]], **request: Any) -> dict[str, Any]:
    return {
        "request": {"drug": DRUG, "dose_mg": "0.025", **request},
        "balance": {"sensitivity_mg": "1", "readability_mg": "1"}, "content_fraction": "1", "steps": steps,
    }  # fmt: skip


def run_of(plan: Plan) -> Replay:
    return replay(plan.steps, plan.content_fraction)


class TestWay:
    """What the steps say of the powder: which aliquots are samples of particles, and whether any reach the capsules."""

    def test_the_drug_in_an_aliquot_is_what_the_steps_move(self) -> None:
        # 80 in 5000 mg, 100 of it in 5000 mg, 200 of it: 1.6 mg and 0.064 mg of drug.
        assert (Aliquot(4, Fraction(8, 5)), Aliquot(7, Fraction(8, 125))) == aliquots(run_of(planned()))

    def test_a_batch_without_trituration_has_no_aliquot(self) -> None:
        assert () == aliquots(run_of(planned(dose="4.5 mg")))

    def test_the_content_of_the_lot_counts(self) -> None:
        told = planned(assay="98.7%", assay_basis="as-is")
        drugs = [aliquot.drug_mg for aliquot in aliquots(run_of(told))]
        mixtures = [m.drug_mg / m.total_mg for m in audit(told).mixtures]
        taken = [Fraction(step.amount_mg or 0) for step in told.weighings() if type(step).__name__ == "Transfer"]

        assert [share * mg for share, mg in zip(mixtures, taken, strict=False)] == drugs

    def test_out_of_a_solution_come_no_particles(self) -> None:
        told = plan_from_dict(by_hand(SOLUTION, particle_size_um="50", particle_spread="2", fill_rsd_percent="3"))
        found = audit(told)

        assert is_dissolved(run_of(told))
        assert () == aliquots(run_of(told))
        assert "deposit-not-checked" in [item.code for item in found.not_checked]
        assert set() == {"particle-rsd-above-limit", "powder-below-1-mcg"} & {f.code for f in found.findings}
        assert (None, Decimal(3)) == (found.uniformity.particles, found.uniformity.combined_rsd_percent)

    def test_powder_put_to_what_was_dried_is_powder(self) -> None:
        more = {"number": 7, "action": "weigh", "role": "drug", "material": DRUG, "amount_mg": "20", "vessel": "batch"}
        told = plan_from_dict(by_hand([*SOLUTION[:6], more, *SOLUTION[7:]]))

        assert not is_dissolved(run_of(told))

    def test_a_powder_plan_is_not_dissolved(self) -> None:
        assert not is_dissolved(run_of(planned()))

    def test_an_aliquot_of_powder_that_is_dissolved_later_is_still_a_sample(self) -> None:
        first: list[dict[str, Any]] = [
            {"number": 1, "action": "weigh", "role": "drug", "material": DRUG, "amount_mg": "50", "vessel": "t"},
            {"number": 2, "action": "weigh", "role": "diluent", "material": "mannitol", "amount_mg": "950", "vessel": "t"},
            {"number": 3, "action": "mix", "vessel": "t"},
            {"number": 4, "action": "transfer", "from": "t", "amount_mg": "100", "vessel": "solution 1"},
        ]  # fmt: skip
        rest = [{**step, "number": step["number"] + 3} for step in SOLUTION[1:]]
        told = plan_from_dict(by_hand([*first, *rest]))

        assert (Aliquot(4, Fraction(5)),) == aliquots(run_of(told))
        assert is_dissolved(run_of(told))

    @pytest.mark.parametrize(
        ("options", "content"),
        [
            ({}, "1"),
            ({"assay": "98.7%", "assay_basis": "as-is"}, "0.987"),
            # Of a stock 1 in 100 the drug's own particles are pure: a hundredth of the content would ask for 4.6 times
            # the diameter.
            ({"strength": "10 mg/g"}, "1"),
            ({"tablet": "50 mg in 170 mg"}, "1"),
        ],
    )
    def test_the_particles_of_the_drug_count_and_not_the_powder_around_them(
        self, options: dict[str, str], content: str
    ) -> None:
        made = order(**options)

        assert Fraction(content) == particle_content(made)

    def test_a_stock_asks_for_the_size_that_its_drug_asks_for(self) -> None:
        def needed(**options: str) -> object:
            (finding,) = [f for f in judged(**options).findings if f.code == "particle-size-not-given"]
            return finding.values["needed"]

        assert Decimal("7.98") == needed() == needed(strength="10 mg/g")


class TestGatesOfAPlan:
    """Every plan is judged: the table, the JSON and the audit of a saved plan say the same."""

    def test_no_size_below_100_mcg_warns_with_the_size_that_a_certificate_must_show(self) -> None:
        found = record()
        (said,) = [f for f in found["findings"] if f["code"] == "particle-size-not-given"]

        assert "warning" == said["severity"]
        assert said["message"].startswith("weighing error only; capsule-to-capsule uniformity not shown")
        assert "at most 7.98 micrometres at a spread of 2" in said["message"]
        assert {"uniformity-not-checked", "fill-rsd-not-checked"} <= {item["code"] for item in found["not_checked"]}
        told = found["uniformity"]
        assert (None, None, None) == (told["particles"], told["usp_905"]["planned"], told["usp_905"]["worst_case"])
        assert {"median_um": "50", "spread": "2", "rsd_percent": "62.6865039941"} == told["assumed"]

    def test_no_size_from_100_mcg_is_a_note(self) -> None:
        (said,) = [f for f in judged(dose="0.1 mg").findings if f.where == "--particle-size"]

        assert ("particle-size-to-ask-for", Severity.NOTE) == (said.code, said.severity)

    def test_a_coarse_powder_is_an_error_that_can_be_taken_on(self) -> None:
        size = ["--particle-size", "10 um", "--particle-spread", "2", "--method", "powder"]
        result = run(*USUAL, *size, "--json")
        found = json.loads(result.stdout)
        assert 1 == result.exit_code
        assert found["steps"]
        assert "error" == {f["code"]: f["severity"] for f in found["findings"]}["particle-rsd-above-limit"]

        result = run(*USUAL, *size, "--accept", "particle-rsd-above-limit=assayed capsule by capsule", "--json")
        found = json.loads(result.stdout)
        assert 0 == result.exit_code
        assert "warning" == {f["code"]: f["severity"] for f in found["findings"]}["particle-rsd-above-limit"]

    def test_below_1_mcg_powder_is_an_error_and_the_json_holds_the_plan(self) -> None:
        result = run(DRUG, "--dose", "500 nanograms", *USUAL[3:], "--method", "powder", "--json")
        found = json.loads(result.stdout)

        assert 1 == result.exit_code
        assert found["steps"]
        assert "error" == {f["code"]: f["severity"] for f in found["findings"]}["powder-below-1-mcg"]

    def test_nobody_can_take_powder_below_1_mcg_on(self) -> None:
        error = run(
            DRUG, "--dose", "500 nanograms", *USUAL[3:], "--method", "powder", "--accept", "powder-below-1-mcg=so be it"
        ).exception

        assert isinstance(error, InputError)
        assert "cannot be accepted" in error.sentence

    @pytest.mark.parametrize(
        ("options", "codes"),
        [
            ({}, []),
            ({"particle_size": "6 um", "particle_spread": "2"}, []),
            ({"particle_size": "10 um", "particle_spread": "2"}, ["particle-rsd-above-limit"]),
            ({"particle_size": "10 um", "particle_spread": "2", "accept": ("particle-rsd-above-limit=so be it",)}, []),
            ({"dose": "0.5 mcg"}, ["powder-below-1-mcg"]),
            ({"dose": "0.5 mcg", "method": "solution"}, ["powder-below-1-mcg"]),
            ({"dose": "0.5 mcg", "particle_size": "10 um", "particle_spread": "2",
              "accept": ("particle-rsd-above-limit=so be it", "excipient-disallowed=not so")}, ["powder-below-1-mcg"]),
        ],
    )  # fmt: skip
    def test_what_refuses_powder_is_told_before_a_plan_is_looked_for(
        self, options: dict[str, Any], codes: list[str]
    ) -> None:
        found = powder_refusals(order(**options))

        assert codes == [finding.code for finding in found]
        assert all(finding.severity is Severity.ERROR for finding in found)

    def test_an_unknown_density_is_said_and_not_guessed(self) -> None:
        found = record("--particle-size", "6 um", "--particle-spread", "2")
        other = json.loads(
            run("naltrexone base", *USUAL[1:], "--dose-as", "base", "--particle-size", "6 um", "--particle-spread", "2", "--json").stdout
        )

        assert "1.382" == found["uniformity"]["true_density_g_per_cm3"]
        assert "true-density-unknown" in {item["code"] for item in other["not_checked"]}
        told = other["uniformity"]
        assert (None, None, None) == tuple(told[key] for key in ("true_density_g_per_cm3", "largest", "particles"))
        assert ("1.1", "1.6") == (told["true_density_low_g_per_cm3"], told["true_density_high_g_per_cm3"])
        assert ("1.1", "1.6") == tuple(
            told[f"at_{end}_density"]["true_density_g_per_cm3"] for end in ("low", "high")
        )
        assert (None, None) == tuple(found["uniformity"][f"at_{end}_density"] for end in ("low", "high"))

    @pytest.mark.parametrize("end", ["low", "high"])
    def test_an_end_of_the_range_says_what_that_density_says_when_it_is_entered(self, end: str) -> None:
        options = ("--particle-size", "6 um", "--particle-spread", "2", "--fill-rsd", "3%", "--json")
        told = json.loads(run("naltrexone base", *USUAL[1:], "--dose-as", "base", *options).stdout)["uniformity"]
        density = told[f"true_density_{end}_g_per_cm3"]
        entered = json.loads(run("naltrexone base", *USUAL[1:], "--dose-as", "base", *options, "--true-density", f"{density} g/cm3").stdout)
        at = told[f"at_{end}_density"]

        assert "as entered" == entered["uniformity"]["true_density_evidence"]
        assert density == entered["request"]["true_density_g_per_cm3"]
        for key in ("true_density_g_per_cm3", "largest", "particles", "usp_905"):
            assert at[key] == entered["uniformity"][key]
        assert at["budget"] == {key: entered["uniformity"]["budget"][key] for key in at["budget"]}
        assert at["budget"]["particle_rsd_percent"] is not None
        assert told["budget"]["particle_rsd_percent"] is None


class TestTrueDensity:
    """`--true-density` replaces the density on record and the range (contract, section 6)."""

    @pytest.mark.parametrize(
        "text",
        ["1.38 g/cm3", "1.38g/cm3", "1.38 g / cm3", "1.38 g/cm\u00b3", "1.38 g per cm3", "1.38 g/mL", "1380 mg/mL",
         "1.380 g/cm3"],
    )  # fmt: skip
    def test_a_density_is_read_with_its_unit(self, text: str) -> None:
        assert Decimal("1.38") == order(true_density=text).true_density

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("1.38", "not an amount for 1 cm3"), ("1.38 g", "not an amount for 1 cm3"), ("1380 kg/m3", "not an amount"),
            ("13.8 g/cm3", "between 0.8 and 3 g per cm3"), ("0.138 g/cm3", "between 0.8 and 3 g per cm3"),
            ("0.45 g/mL", "between 0.8 and 3 g per cm3"), ("1,38 g/cm3", "comma"), ("1,380 g/cm3", "comma"),
            ("-1.38 g/cm3", "sign"), ("0 g/cm3", "zero"), ("1.1-1.6 g/cm3", "not one exact value"),
        ],
    )  # fmt: skip
    def test_what_is_no_density_is_refused(self, text: str, says: str) -> None:
        with pytest.raises(InputError, match=says) as refused:
            order(true_density=text)
        assert "--true-density" == refused.value.where

    def test_no_density_of_the_range_passes_with_a_point_that_slipped(self) -> None:
        for tenths in range(11, 17):
            for slipped in (Decimal(tenths), Decimal(tenths) / 100):
                with pytest.raises(InputError, match="between"):
                    order(true_density=f"{slipped:f} g/cm3")

    def test_a_request_is_held_to_the_same(self) -> None:
        request = to_request(order(true_density="1.4 g/cm3"))

        assert Decimal("1.4") == from_request(request, order().balance).true_density
        with pytest.raises(InputError, match="true_density_g_per_cm3"):
            from_request({**request, "true_density_g_per_cm3": "14"}, order().balance)

    @pytest.mark.parametrize(("text", "warned"), [("1.1 g/cm3", False), ("1.6 g/cm3", False), ("1.09 g/cm3", True), ("1.61 g/cm3", True)])
    def test_an_unusual_one_is_warned_of(self, text: str, warned: bool) -> None:
        assert warned == ("true-density-unusual" in {one.code for one in judged(true_density=text).findings})

    def test_it_replaces_record_and_range_and_says_so(self) -> None:
        usual = judged(true_density="1.3 g/cm3", **SIX_UM)
        base = judged(drug="naltrexone base", dose_as="base", true_density="1.3 g/cm3", **SIX_UM)

        assert "1.3 g per cm3; as entered, in place of the 1.382 on record" == (
            dict(uniformity_rows(usual))["true density of the drug"]
        )
        assert "1.3 g per cm3; as entered" == dict(uniformity_rows(base))["true density of the drug"]
        assert "true-density-unknown" not in {item.code for item in base.not_checked}
        assert dict(uniformity_rows(usual))["particles, RSD"] == dict(uniformity_rows(base))["particles, RSD"]

    @pytest.mark.parametrize("drug", ["naltrexone hydrochloride", "naltrexone hydrochloride dihydrate", "nalmefene base",
                                      "naloxone base", "methylnaltrexone bromide"])  # fmt: skip
    def test_a_powder_too_coarse_at_every_density_is_refused_whatever_is_known_of_it(self, drug: str) -> None:
        found = judged(drug=drug, particle_size="60 um", particle_spread="2", dose_as=drug)

        assert "particle-rsd-above-limit" in {one.code for one in found.findings if one.severity is Severity.ERROR}


class TestRecord:
    """The JSON: numbers as text, what is irrational to 12 digits, each key ending in its unit."""

    def test_the_golden_case_of_2_mcg(self) -> None:
        """2 mcg, d50 6 um, spread 2, 1.382 g/cm3, fill 3 %; 80 in 5000, 100 in 5000, 200 in 4320 mg.

        ln² 2 = 0.4804530; exp(4.5 · ln² 2) = 8.688915
        one d50 particle: π/6 · 1.382e-9 mg · 216 = 1.563005e-7 mg, 0.00781503 % of 0.002 mg; 12,795.86 would be a dose
        d99 = 6 · 2^2.326348 = 30.0920 um: · 5.015341³ = 1.971796e-5 mg, 0.985898 %
        particles: 12,795.86 · 8.688915 = 111,181; equal ones of that RSD: 12,795.86 / 8.688915 = 1,472.68
        RSD: 1 / √1,472.68 = 2.60583 %; with the fill √(6.79034 + 9) = 3.97371 %
        aliquots: 1.6 mg and 0.064 mg of drug: 2.60583 · √(0.002 / 1.6) = 0.0921300 %, · √(0.002 / 0.064) = 0.460650 %;
          together √(0.00848793 + 0.212198) = 0.469773 %
        weighing: 1.0125 · 1.01 · 1.005 = 1.027738125 and 0.9875 · 0.99 · 0.995 = 0.972736875
        largest d50: 6 · (4 / 2.60583)^(2/3) = 7.98412 um, · (2 / 2.60583)^(2/3) = 5.02968 um
        skewness 0.0260583 · exp(9 · ln² 2) = 0.0260583 · 75.4972 = 1.96729
        a quarter of the dose is 0.0005 mg, a sphere of 88.40 um; by number about 6 · exp(−3 · 0.4804530) = 1.41969 um;
          ln(88.40 / 1.41969) / ln 2 = 5.9604: 1.2568e-9 of 111,181 particles, 0.000139731 of them in a capsule
        """
        told = record("--particle-size", "6 um", "--particle-spread", "2", "--fill-rsd", "3%")["uniformity"]
        particles, budget = told["particles"], told["budget"]

        expected = {
            "median_mass_mg": 1.563005e-7, "median_share_percent": 0.00781503, "d99_um": 30.0920,
            "d99_mass_mg": 1.971796e-5, "d99_share_percent": 0.985898, "per_capsule": 111_181, "per_capsule_of_median": 12_795.86,
            "per_capsule_effective": 1_472.68, "skewness": 1.96729, "large_chance_percent": 0.0139721,
        }  # fmt: skip
        for key, value in expected.items():
            assert value == pytest.approx(float(particles[key]), rel=1e-5), key
        assert [0.0921300, 0.460650] == [
            pytest.approx(float(aliquot["rsd_percent"]), rel=3e-6) for aliquot in particles["aliquots"]
        ]
        for key, value in (("particle_rsd_percent", 2.60583), ("combined_rsd_percent", 3.97371),
                           ("aliquots_rsd_percent", 0.469773)):  # fmt: skip
            assert value == pytest.approx(float(budget[key]), rel=3e-6), key
        assert ("-2.7263125", "2.7738125", "3") == tuple(
            budget[key] for key in ("weighing_low_percent", "weighing_high_percent", "fill_rsd_percent")
        )
        assert [7.98412, 5.02968] == [pytest.approx(float(one["median_um"]), rel=2e-6) for one in told["largest"]]

    def test_the_prediction_is_at_the_planned_mean_and_at_the_worse_end(self) -> None:
        told = record("--particle-size", "6 um", "--particle-spread", "2", "--fill-rsd", "3%")["uniformity"]["usp_905"]

        # 2.4 · 0.972659 · 3.97371 = 9.2762; and what the mean of ten is off 98.5 to 101.5 on average: s 1.342.
        assert 9.4538 == pytest.approx(float(told["planned"]["acceptance_value"]), abs=5e-5)
        assert ("100", "98.9") == (told["planned"]["mean_percent"], told["planned"]["stage_1_percent"])
        # The high end: 102.7738 is 1.2738 above M; √(6.79034 · 100 / 102.7738 + 9) = 3.95058 % of it is 4.06016.
        assert "102.7738125" == told["worst_case"]["mean_percent"]
        assert 3.95058 == pytest.approx(float(told["worst_case"]["rsd_percent"]), rel=2e-6)

    def test_every_number_is_a_plain_decimal_or_a_fraction(self) -> None:
        told = record("--particle-size", "0.7 um", "--particle-spread", "1.3", "--fill-rsd", "3%")["uniformity"]

        def numbers(value: Any) -> list[str]:
            if isinstance(value, dict):
                return [text for part in value.values() for text in numbers(part)]
            if isinstance(value, list):
                return [text for part in value for text in numbers(part)]
            return [value] if isinstance(value, str) else []

        assert 30 < len(numbers(told))
        for text in numbers({**told, "true_density_evidence": None}):
            assert Fraction(text) is not None
            assert not set("eE+ ") & set(text)

    def test_no_plan_has_no_uniformity(self) -> None:
        result = run(*USUAL, "--max-dilution", "5", "--method", "powder", "--json")

        assert None is json.loads(result.stdout)["uniformity"]

    def test_the_same_order_has_the_same_fingerprint(self) -> None:
        options = ("--particle-size", "6 um", "--particle-spread", "2")
        assert record(*options)["fingerprint"] == record(*options)["fingerprint"]
        assert record(*options)["fingerprint"] != record(*options, "--fill-rsd", "3%")["fingerprint"]


class TestAudit:
    """`compound audit PLAN.json` shows the same where the request holds the facts."""

    def test_a_saved_plan_is_judged_as_it_was_planned(self, tmp_path: Path) -> None:
        (tmp_path / "lot.csv").write_text(CLASSES)
        for options in (["--particle-size", "6 um", "--particle-spread", "2", "--fill-rsd", "3%"],
                        ["--sieve", str(tmp_path / "lot.csv")], []):  # fmt: skip
            saved = record(*options)
            (tmp_path / "plan.json").write_text(json.dumps(saved), encoding="utf-8")
            result = CliRunner().invoke(audit_command, [str(tmp_path / "plan.json"), "--json"])

            assert saved["uniformity"] == json.loads(result.stdout)["uniformity"]

    def test_a_reading_moves_the_mean_that_is_predicted(self, tmp_path: Path) -> None:
        saved = record("--particle-size", "6 um", "--particle-spread", "2", "--fill-rsd", "3%")
        (tmp_path / "plan.json").write_text(json.dumps(saved), encoding="utf-8")
        weights = {1: 80, 2: 4920, 4: 102, 5: 4898, 7: 200, 8: 4120}
        reads = [f"--read={step}={mg}mg" for step, mg in weights.items()]
        told = json.loads(CliRunner().invoke(audit_command, [str(tmp_path / "plan.json"), *reads, "--confirm=5", "--json"]).stdout)

        # 102 in place of 100 mg in the same total: 102 % of the label.
        assert "102" == told["uniformity"]["usp_905"]["planned"]["mean_percent"]
        assert told["uniformity"]["particles"]["aliquots"][0] == {
            "number": 4, "drug_mg": "1.632",
            "rsd_percent": told["uniformity"]["particles"]["aliquots"][0]["rsd_percent"],
        }  # fmt: skip

    def test_a_hand_written_plan_without_the_facts_says_so(self) -> None:
        bare = by_hand(planned_steps())
        del bare["request"]["drug"]
        found = audit(plan_from_dict(bare))

        assert {"uniformity-not-checked", "true-density-unknown", "fill-rsd-not-checked"} <= {
            item.code for item in found.not_checked
        }
        assert None is found.uniformity.particles

    def test_steps_that_give_no_dose_predict_nothing_and_say_so(self) -> None:
        data = by_hand(planned_steps()[:-1], particle_size_um="6", particle_spread="2", fill_rsd_percent="3")
        found = audit(plan_from_dict(data))

        assert "acceptance-value-not-predicted" in {item.code for item in found.not_checked}
        assert None is found.uniformity.expected
        assert None is not found.uniformity.particles
        assert json.dumps(plan_record(found))

    def test_an_error_larger_than_the_amount_predicts_no_worst_case(self) -> None:
        # The drug weighs 80 mg, and may be off by as much: at -100 % a capsule holds no drug, and the acceptance value of
        # such a batch has no mean to stand on.
        data = by_hand(planned_steps(), particle_size_um="6", particle_spread="2", fill_rsd_percent="3")
        data["balance"] = {"sensitivity_mg": "80", "readability_mg": "1"}
        found = audit(plan_from_dict(data))

        assert -100 == found.uniformity.weighing_low_percent
        assert (False, True) == (found.uniformity.expected is None, found.uniformity.worst is None)
        assert "acceptance-value-not-predicted" in {item.code for item in found.not_checked}


def planned_steps() -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = plan_record(judged())["steps"]
    return steps


def folded(text: str) -> str:
    return " ".join(text.split())


SIX_UM = {"particle_size": "6 um", "particle_spread": "2", "fill_rsd": "3%"}


class TestRows:
    """The table of the terminal, the audit and the worksheet print the same rows (design, law 8)."""

    def test_the_rows_of_the_golden_case(self) -> None:
        assert [
            ("particle size",
             "mass-median diameter 6 micrometres, spread 2; 99 % of the mass below about 30.09 micrometres"),
            ("true density of the drug",
             "1.382 g per cm3; computed from the unit cell, 1815.58 cubic angstroms, 4 molecules"),
            ("one median particle", "about 0.1563 nanograms, about 0.0078 % of the dose"),
            ("one d99 particle (99 % is finer)", "about 19.72 nanograms, about 0.9859 % of the dose"),
            ("particles in a capsule", "about 111,200 with the finest dust; they vary like about 1,473 equal ones"),
            ("particle above 25 % of the dose", "in about 0.014 % of the capsules, 1 in about 7,157"),
            ("RSD of a perfect random mix", "about 2.6058 % (limit 4 %, house rule)"),
            ("largest median diameter",
             "at a spread of 2: 7.98 micrometres for an RSD of 4 %; 5.02 micrometres for an RSD of 2 %"),
            ("sampling RSD, whole batch", "step 4 about 0.0921 %; step 7 about 0.4606 %; together about 0.4698 %"),
            ("weighing, whole batch", "about −2.7263 % to about +2.7738 % at worst"),
            ("particles, RSD", "about 2.6058 %"),
            ("filling, RSD", "3 %"),
            ("RSD per capsule, together", "about 3.9737 %"),
            ("USP <905> acceptance value",
             "about 9.5 expected; about 10.9 at the worse end of the weighings (limit 15)"),
            ("chance to pass stage 1", "about 98.9 %; about 94.05 % at the worse end of the weighings"),
            ("chance to pass stage 1 or 2", "above 99.9 %; above 99.9 % at the worse end of the weighings"),
            ("how these chances are meant",
             "for a perfect mix, and content taken as normally distributed; skewness here about 1.97"),
        ] == uniformity_rows(judged(**SIX_UM))  # fmt: skip

    def test_where_no_size_is_stated_nothing_passes(self) -> None:
        found = dict(uniformity_rows(judged()))

        assert "not stated, so not checked" == found["particle size"]
        assert "about 62.6865 % if the median were 50 micrometres at a spread of 2 (assumed, not known)" == (
            found["RSD of a perfect random mix"]
        )
        for name in ("particles, RSD", "filling, RSD", "RSD per capsule, together", "USP <905> acceptance value",
                     "chance to pass stage 1", "chance to pass stage 1 or 2"):  # fmt: skip
            assert "not checked" == found[name]

    def test_a_fill_that_is_not_known_is_named_as_left_out(self) -> None:
        found = dict(uniformity_rows(judged(**SIX_UM | {"fill_rsd": None})))

        assert ("not checked", "about 2.6058 %, without the filling") == (
            found["filling, RSD"], found["RSD per capsule, together"]
        )  # fmt: skip

    def test_size_classes_are_named_with_how_they_are_taken(self) -> None:
        found = dict(uniformity_rows(judged(sieve=SieveFile("lot.csv", LOT))))

        assert (
            "3 size classes, each taken at its upper edge; mass-median diameter 5 micrometres, 99 % of the mass up to "
            "10 micrometres"
        ) == found["particle size"]
        assert "in no capsule" == found["particle above 25 % of the dose"]

    def test_no_positive_chance_prints_as_nothing_and_none_as_certain(self) -> None:
        fine = dict(uniformity_rows(judged(dose="4.5 mg", particle_size="5 um", particle_spread="1.2", fill_rsd="1%")))
        coarse = dict(uniformity_rows(judged(particle_size="200 um", particle_spread="2", fill_rsd="1%")))

        assert "in less than one of a billion capsules" == fine["particle above 25 % of the dose"]
        assert fine["chance to pass stage 1"].startswith("above 99.9 %")
        assert coarse["chance to pass stage 1 or 2"].startswith("below 0.01 %")
        assert "none: no aliquot of powder is drawn" == fine["sampling RSD, whole batch"]

    def test_out_of_a_solution_the_rows_speak_of_the_filling_alone(self) -> None:
        found = dict(uniformity_rows(audit(plan_from_dict(by_hand(SOLUTION, fill_rsd_percent="3")))))

        assert "none: the drug is dissolved" == found["particle size"]
        assert "3 %, the filling alone" == found["RSD per capsule, together"]
        assert "particles, RSD" not in found

    def test_an_unknown_density_says_both_ends(self) -> None:
        """The golden case at 1.1 and 1.6 in place of 1.382 g/cm3: 2.60583 % times the roots of the ratios, and so on."""
        assert [
            ("particle size",
             "mass-median diameter 6 micrometres, spread 2; 99 % of the mass below about 30.09 micrometres"),
            ("true density of the drug",
             "not known; taken as 1.1 to 1.6 g per cm3, and what follows is given for both ends"),
            ("one median particle", "0.124 nanograms to 0.181 nanograms, 0.00622 to 0.00905 % of the dose"),
            ("one d99 particle (99 % is finer)", "15.6 nanograms to 22.9 nanograms, 0.784 to 1.15 % of the dose"),
            ("particles in a capsule", "96,000 to 140,000 with the finest dust; they vary like 1,270 to 1,860 equal ones"),
            ("particle above 25 % of the dose", "in 0.00891 to 0.0186 % of the capsules, 1 in 5,390 to 11,300"),
            ("RSD of a perfect random mix", "2.32 to 2.81 % (limit 4 %, house rule)"),
            ("largest median diameter",
             "at a spread of 2: 7.6 to 8.61 micrometres for an RSD of 4 %; 4.79 to 5.42 micrometres for an RSD of 2 %"),
            ("sampling RSD, whole batch",
             "step 4 0.0821 to 0.0992 %; step 7 0.41 to 0.496 %; together 0.419 to 0.506 %"),
            ("weighing, whole batch", "about −2.7263 % to about +2.7738 % at worst"),
            ("particles, RSD", "2.32 to 2.81 %"),
            ("filling, RSD", "3 %"),
            ("RSD per capsule, together", "3.79 to 4.11 %"),
            ("USP <905> acceptance value", "9.0 to 9.8 expected; 10.4 to 11.2 at the worse end of the weighings (limit 15)"),
            ("chance to pass stage 1", "98.2 % to 99.49 %; 91.95 % to 96.3 % at the worse end of the weighings"),
            ("chance to pass stage 1 or 2", "above 99.9 %; 99.98 % to above 99.9 % at the worse end of the weighings"),
            ("how these chances are meant",
             "for a perfect mix, and content taken as normally distributed; skewness here 1.76 to 2.12"),
        ] == uniformity_rows(judged(drug="naltrexone base", dose_as="base", **SIX_UM))  # fmt: skip

    def test_german_rows_say_both_ends_in_german(self) -> None:
        found = dict(uniformity_rows(judged(drug="naltrexone base", dose_as="base", **SIX_UM), language("de")))

        assert "2,32 bis 2,81\u00a0%" == found["Teilchen, relative Standardabweichung"]
        assert "nicht bekannt; angenommen 1,1 bis 1,6 g je cm3, und was folgt, gilt für beide Enden" == (
            found["wahre Dichte des Wirkstoffs"]
        )

    def test_no_size_and_no_density_show_what_is_at_stake_at_both_ends(self) -> None:
        found = dict(uniformity_rows(judged(drug="naltrexone base", dose_as="base")))

        assert "55.9 to 67.5 % if the median were 50 micrometres at a spread of 2 (assumed, not known)" == (
            found["RSD of a perfect random mix"]
        )
        assert found["largest median diameter"].startswith("at a spread of 2: 7.6 to 8.61 micrometres for an RSD of 4 %")

    def test_a_doubtful_density_says_so_in_both_languages(self) -> None:
        found = judged(drug="naloxone hydrochloride", **SIX_UM)

        assert "low beside naltrexone's 1.382, so confirm before use" in dict(uniformity_rows(found))["true density of the drug"]
        german = dict(uniformity_rows(found, language("de")))["wahre Dichte des Wirkstoffs"]
        assert german.endswith("niedrig neben den 1,382 von Naltrexon, daher vor dem Gebrauch zu bestätigen")

    def test_german_rows_are_the_same_in_german(self) -> None:
        german = uniformity_rows(judged(**SIX_UM), language("de"))

        assert len(uniformity_rows(judged(**SIX_UM))) == len(german)
        assert ("Füllung, relative Standardabweichung", "3\u00a0%") in german
        assert "bei einer Streuung von 2: 7,98 Mikrometer" in dict(german)["größter Mediandurchmesser"]

    def test_terminal_audit_and_worksheet_print_the_rows(self, tmp_path: Path) -> None:
        rows = uniformity_rows(judged(**SIX_UM))
        options = ["--particle-size", "6 um", "--particle-spread", "2", "--fill-rsd", "3%"]
        sheet, saved = tmp_path / "sheet.pdf", tmp_path / "plan.json"
        saved.write_text(json.dumps(record(*options)), encoding="utf-8")
        terminal = run(*USUAL, *options, "--pdf", str(sheet), "--verbose").stdout
        done = CliRunner().invoke(audit_command, [str(saved), "--pdf", str(tmp_path / "done.pdf")])
        printed = folded(" ".join(page.extract_text() for page in PdfReader(sheet).pages))
        made = folded(" ".join(page.extract_text() for page in PdfReader(tmp_path / "done.pdf").pages))

        plain = "".join(terminal.partition("UNIFORMITY")[2].partition("WHY")[0].split())
        for name, text in rows:
            assert folded(f"{name} {text}") in folded(done.stdout)
            assert folded(text) in printed
            assert folded(text.replace("−", "-")) in made.replace("−", "-")
            # In the terminal a name stands beside the first line of its text.
            assert "".join(f"{name}{text}".split())[:60] in plain

    @pytest.mark.parametrize("columns", ["80", "120"])
    def test_no_line_of_the_table_begins_with_a_percent_sign(self, columns: str) -> None:
        result = CliRunner().invoke(
            command, [*USUAL, "--particle-size", "6 um", "--particle-spread", "2", "--verbose"], env={"COLUMNS": columns}
        )
        table = result.stdout.partition("UNIFORMITY")[2].partition("WHY")[0]

        assert table
        assert [] == [line for line in table.splitlines() if line.strip().startswith("%")]
        assert "\u00a0" not in table


class TestWorksheet:
    """Page one says that uniformity is not shown; the section prints the rows, and `verify` makes them again."""

    def test_page_one_warns_where_the_size_is_not_stated(self, tmp_path: Path) -> None:
        sheet = tmp_path / "sheet.pdf"
        run(*USUAL, "--pdf", str(sheet))
        page = folded(PdfReader(sheet).pages[0].extract_text())

        assert (
            "Weighing error only; capsule-to-capsule uniformity not shown: particle size micrometres, spread ; needed is at most "
            "7.98 micrometres at a spread of 2."
        ) in page

    def test_page_one_warns_where_some_densities_are_beyond_the_limit(self, tmp_path: Path) -> None:
        sheet = tmp_path / "sheet.pdf"
        options = ("--dose-as", "base", "--particle-size", "8 um", "--particle-spread", "2", "--pdf", str(sheet))
        result = run("naltrexone base", *USUAL[1:], *options)

        assert 0 == result.exit_code
        assert "Weighing error only; capsule-to-capsule uniformity not shown" in folded(
            PdfReader(sheet).pages[0].extract_text()
        )

    def test_page_one_warns_of_limits_that_were_loosened(self, tmp_path: Path) -> None:
        sheet = tmp_path / "sheet.pdf"
        result = run(*USUAL, "--dose-error", "12%", "--weighing-error", "6%", "--pdf", str(sheet))
        page = folded(PdfReader(sheet).pages[0].extract_text())

        assert 0 == result.exit_code
        assert "A weighing may be 6 % off, more than is usual; approved by" in page
        assert "The dose may be 12 % off through the weighings, more than is usual; approved by" in page

    def test_page_one_is_silent_where_uniformity_is_shown(self, tmp_path: Path) -> None:
        sheet = tmp_path / "sheet.pdf"
        run(*USUAL, "--particle-size", "4 um", "--particle-spread", "2", "--pdf", str(sheet))

        assert "Weighing error only" not in folded(PdfReader(sheet).pages[0].extract_text())

    @pytest.mark.parametrize("template", ["worksheet", "worksheet.de"])
    def test_a_sheet_with_size_classes_is_verified(self, tmp_path: Path, template: str) -> None:
        (tmp_path / "lot.csv").write_text(CLASSES)
        sheet = tmp_path / "sheet.pdf"
        done = run(
            *USUAL, "--sieve", str(tmp_path / "lot.csv"), "--fill-rsd", "2.5%", "--template", template, "--pdf", str(sheet)
        )
        assert 0 == done.exit_code, done.output
        (tmp_path / "lot.csv").unlink()
        result = CliRunner().invoke(verify_command, [str(sheet), "--json"])

        assert ("genuine", 0) == (json.loads(result.stdout)["verdict"], result.exit_code)


@pytest.mark.parametrize("dose", ["1 mcg", "20 mcg", "0.1 mg", "4.5 mg"])
@pytest.mark.parametrize("fill_rsd", [None, "3%"])
@pytest.mark.parametrize("size", ["0.02 um", "3 um", "40 um", "2000 um"])
@pytest.mark.parametrize("spread", ["1", "1.4", "10"])
@pytest.mark.parametrize("drug", ["naltrexone hydrochloride", "naltrexone base"])
def test_every_powder_has_rows_and_a_record(dose: str, fill_rsd: str | None, size: str, spread: str, drug: str) -> None:
    found = judged(drug=drug, dose_as=drug, dose=dose, fill_rsd=fill_rsd, particle_size=size, particle_spread=spread)
    for words in ("en", "de"):
        text = " | ".join(f"{name}: {value}" for name, value in uniformity_rows(found, language(words)))
        assert not re.search(r"about about|etwa etwa|\b0[ \u00a0](%|n|mg)|[{}]|E[-+]|None|inf|nan\b", text), text
    told = plan_record(found)["uniformity"]
    ends = [told] if drug == DRUG else [told["at_low_density"], told["at_high_density"]]
    predictions = [one for end in ends for one in end["usp_905"].values()]
    assert (fill_rsd is None) == all(one is None for one in predictions) == any(one is None for one in predictions)
    for prediction in filter(None, predictions):
        assert 0 <= Fraction(prediction["stage_1_percent"]) <= Fraction(prediction["either_stage_percent"]) < 100
