"""`compound audit`: files, readings, streams and exit codes."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bench_plans import contract, fill, mix, one_stage, record, transfer, weigh
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compound.cli import audit as cli
from compound.cli import audit_tables, bench_readings, output
from compound.exact.errors import InputError
from compound.making.saved import audit_plan
from compound.plan.plan import plan_from_dict
from compound.reading import csv_text, json_text
from compound.showing import fingerprint, plan_json

ALL = ["1=30mg", "2=2970mg", "4=100mg", "5=2900mg", "7=200mg", "8=4300mg"]
CASE = Path(__file__).parents[1] / "templates" / "plan-by-hand.json"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    return saved(tmp_path / "plan.json", contract())


def saved(path: Path, data: dict[str, Any]) -> Path:
    path.write_text(json.dumps(data), "utf-8")
    return path


def run(*arguments: object, stdin: str = "") -> Result:
    return CliRunner().invoke(cli.command, [str(argument) for argument in arguments], input=stdin)


def reads(*texts: str) -> list[str]:
    return [part for text in texts for part in ("--read", text)]


def audited(*arguments: object) -> dict[str, Any]:
    found = run(*arguments, "--json")
    assert found.stdout, found.exception
    data: dict[str, Any] = json.loads(found.stdout)
    return data


def refusal(*arguments: object) -> str:
    """The sentence of a refusal, which prints nothing to stdout."""
    found = run(*arguments)
    assert isinstance(found.exception, InputError), found.output
    assert found.stdout == ""
    return str(found.exception)


JUNK = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 10**10), st.text(max_size=5), st.just([]), st.just({"a": [1]}),
    st.sampled_from(["0", "-1", "1/3", "1e5", "NaN", "9" * 250, "0.000000000000001", "drug", "dried", "solvent", "mix",
                     "fill", "dry", "make_up", "transfer", "batch", "trituration 1"]),
)  # fmt: skip


def places_in(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place in a JSON value, as what holds it and its key there."""
    for key in list(value if isinstance(value, dict) else range(len(value))):
        yield value, key
        if isinstance(value[key], dict | list):
            yield from places_in(value[key])


class TestJson:
    """One object, numbers as text, as contract section 3 lists them."""

    def test_a_plan_as_written(self, plan: Path) -> None:
        found = audited(plan)

        assert found["schema"] == "compound.audit/1"
        assert (found["dose_mg"], found["deviation_percent"], found["verdict"]) == ("0.002", "0", "within")
        assert (found["worst_low_percent"], found["worst_high_percent"]) == ("-4.7785", "4.8885")
        assert found["next"][0] == {"number": 1, "planned_mg": "30", "corrected_mg": "30"}
        assert [row["left_mg"] for row in found["mixtures"]] == ["2900", "2800", "450"]

    def test_readings_correct_what_is_next(self, plan: Path) -> None:
        found = audited(plan, *reads("4=97mg"))

        assert found["verdict"] == "incomplete"
        assert found["next"] == [
            {"number": 5, "planned_mg": "2900", "corrected_mg": "2813"},
            {"number": 7, "planned_mg": "200", "corrected_mg": "200"},
            {"number": 8, "planned_mg": "4300", "corrected_mg": "4300"},
        ]
        assert found["uncorrected_dose_mg"] == "97/49950"
        assert [row["made"] for row in found["mixtures"]] == [True, False, False]

    def test_each_reading_is_held_against_what_was_to_be_weighed(self, plan: Path) -> None:
        found = audited(plan, *reads("1=31mg", "2=2970mg", "4=97mg"), "--confirm", 2)

        assert found["readings"][1:] == [
            {"number": 2, "planned_mg": "2970", "corrected_mg": "3069", "read_mg": "2970", "off_percent": "-100/31",
             "off_percent_approx": "-3.22580645161", "lot": None},
            {"number": 4, "planned_mg": "100", "corrected_mg": "97", "read_mg": "97", "off_percent": "0", "lot": None},
        ]

    def test_the_balance_and_its_least_weighable_quantity_are_given(self, plan: Path) -> None:
        assert audited(plan)["balance"] == {
            "sensitivity_mg": "1", "readability_mg": "1", "capacity_mg": None, "least_weighable_mg": "20",
        }  # fmt: skip

    def test_what_was_not_checked_is_said(self, tmp_path: Path) -> None:
        path = saved(tmp_path / "plan.json", contract(dose_error_percent=None))
        codes = {row["code"] for row in audited(path)["not_checked"]}

        assert {"drug-not-checked", "dose-error-not-checked", "fill-weight-not-checked"} <= codes

    def test_the_template_written_by_hand_is_within(self) -> None:
        found = audited(CASE)

        assert (found["verdict"], found["dose_mg"]) == ("within", "0.25")
        assert "fingerprint-missing" in {row["code"] for row in found["findings"]}


class TestExitCodes:
    """0 within and incomplete; 1 outside, or an error-level finding."""

    @pytest.mark.parametrize(
        ("texts", "code"),
        [((), 0), (("4=97mg",), 0), (ALL, 0), ((*ALL[:5], "8=4537mg"), 1), ((*ALL[:4], "7=150mg"), 1)],
    )
    def test_exit_code(self, plan: Path, texts: tuple[str, ...], code: int) -> None:
        confirmed = ["--confirm", texts[-1][0]] if code else []

        assert run(plan, *reads(*texts), *confirmed).exit_code == code

    def test_findings_go_to_stderr(self, plan: Path) -> None:
        found = run(plan, *reads("4=97mg"))

        assert "weighing-corrected" in found.stderr
        assert "weighing-corrected" not in found.stdout
        assert "2,813 mg\n" in found.stdout
        assert "(corrected)" in found.stdout

    @pytest.mark.parametrize("columns", [80, 120])
    def test_lines_keep_to_the_width_of_the_terminal(
        self, plan: Path, columns: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", str(columns))
        data = contract()
        data["steps"][0]["material"] = "naltrexone hydrochloride of a maker with a name that does not end so soon"
        for path in (plan, saved(plan.with_name("long.json"), data)):
            found = run(path, *reads("1=31mg", "2=2970mg"), "--confirm", 2)

            *lines, verdict = found.stdout.splitlines()
            assert max(map(len, lines)) <= columns
            assert "--read 4=AMOUNT" in verdict  # a command to type is not broken over lines


class TestFingerprint:
    """A saved plan carries the sha256 of all it holds; an altered one is audited as one written by hand."""

    def stamped(self, tmp_path: Path, **change: Any) -> Path:
        data = {"schema": "compound.plan/1", **contract()}
        data = {**data, "accuracy": {"dose_mg": "0.002"}}
        return saved(tmp_path / "saved.json", {**data, "fingerprint": fingerprint.fingerprint(data)} | change)

    def codes(self, path: Path) -> set[str]:
        return {row["code"] for row in audited(path)["findings"]}

    def test_an_unaltered_plan_is_not_mentioned(self, tmp_path: Path) -> None:
        assert not {"plan-altered", "fingerprint-missing"} & self.codes(self.stamped(tmp_path))

    def test_an_altered_plan_is_noticed_and_audited(self, tmp_path: Path) -> None:
        path = self.stamped(tmp_path, content_fraction="0.99")

        assert "plan-altered" in self.codes(path)
        assert audited(path)["dose_mg"] == "0.00198"

    def test_a_figure_that_the_steps_do_not_give_is_noticed(self, tmp_path: Path) -> None:
        assert "saved-dose-differs" in self.codes(self.stamped(tmp_path, accuracy={"dose_mg": "0.0025"}))


class TestBadFiles:
    """What cannot be read is refused in one sentence with the file and the place."""

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ('{"schema": "compound.plan/1"', "plan.json line 1 column 29: is not a JSON file: "),
            ("", "plan.json: is empty"),
            ("[" * 5000, "nested more than 16 levels"),
            ('{"a":' * 40 + "1" + "}" * 40, "nested more than 16 levels"),
            ('{"a": [' * 8 + "[1]" + "]}" * 8, "nested more than 16 levels"),
            ('{"a": ' * 16 + "1" + "}" * 16, "request: is missing"),
            ('{"a": "' + '[\\"{' * 20 + '"}', "request: is missing"),
            ("[1]", "is not one JSON object"),
            ('"text"', "is not one JSON object"),
            ('{"steps": [], "steps": []}', "holds the key “steps” twice"),
            ('{"balance": {"a": [0.5]}}', "plan.json: balance.a[0]: “0.5” is a bare number"),
            ('{"balance": {"a": 1e400}}', "is a bare number"),
            ('{"a": NaN}', "“NaN” is not a number"),
            ('{"a": -Infinity}', "is not a number"),
            ('{"a": 12345678901}', "more than 9 digits"),
            ('\ufeff{"a": "1"}', "request: is missing"),
            ('{"a": "' + "x" * 2_000_001 + '"}', "larger than 2,000,000 bytes"),
            ("{}", "request: is missing"),
        ],
    )
    def test_no_json_object_of_ours(self, tmp_path: Path, text: str, said: str) -> None:
        path = tmp_path / "plan.json"
        path.write_text(text, "utf-8")

        assert said in refusal(path)

    @pytest.mark.parametrize(
        ("place", "value", "said"),
        [
            (("schema",), "compound.plan/3", "schema: “compound.plan/3” is not compound.plan/2"),
            (("steps", 3, "amount_mg"), "-100", "steps[3].amount_mg: “-100” is not above zero"),
            (("steps", 3, "amount_mg"), "0", "is not above zero"),
            (("steps", 3, "amount_mg"), "1e2", "is not a plain decimal"),
            (("steps", 3, "amount_mg"), "100 mg", "is not a plain decimal"),
            (("steps", 3, "amount_mg"), 100, "steps[3].amount_mg: expected a number written as text"),
            (("steps", 3, "amount_mg"), "1/3", "is not a plain decimal"),
            (("steps", 3, "amount_kg"), "1", "steps[3].amount_kg: is not a key of a step that says transfer; the nearest is amount_m"),
            (("steps", 3, "\x1b[2J"), "1", "steps[3].“\\u001b[2J”: is not a key of a step that says transfer; those are number"),
            (("steps", 3), [], "steps[3]: expected a group of keys, found a list"),
            (("steps",), {}, "steps: expected a list, found a group of keys"),
            (("balance",), "1 mg", "balance: expected a group of keys, found text"),
            (("balance", "sensitivity_mg"), None, "balance.sensitivity_mg: is missing"),
            (("request", "excipient"), "talc", "request.excipient: expected a list, found text"),
            (("request", "accept"), ["x"], "request.accept: expected a group of keys, found a list"),
            (("request", "drug"), True, "request.drug: expected text in quotation marks, found true or false"),
            (("steps", 3, "action"), "sift", "steps[3].action: “sift” is not one of weigh, mix, "),
            (("steps", 3, "action"), {"a": []}, "steps[3].action: expected text in quotation marks, found a group of keys"),
            (("steps", 3, "action"), None, "steps[3].action: is missing"),
            (("steps", 3, "number"), 3, "steps[3].number: is 3; steps are numbered from 1 without a gap"),
            (("steps", 3, "number"), 5, "steps[3].number: is 5"),
            (("steps", 3, "number"), True, "is not a whole number"),
            (("steps", 3, "number"), None, "steps[3].number: is missing"),
            (("steps", 0, "role"), "potion", "steps[0].role"),
            (("steps", 3, "from"), "trituration 9", "steps[3]: uses “trituration 9”, into which nothing was put"),
            (("steps", 3, "vessel"), "trituration 1", "steps[3]: closes a circle"),
            (("steps",), [], "steps: there are none"),
            (("content_fraction",), "2.5", "content_fraction"),
            (("content_fraction",), "0", "content_fraction"),
            (("content_fraction",), None, "content_fraction: is missing"),
            (("request", "shell"), "-1", "request.shell: “-1” begins with a dash"),
            (("request", "accept"), {"dose-off-label": "no reason"}, "request.accept: "),
            (("request", "doze_mg"), "1", "request.doze_mg: is not a key of a request"),
            (("request", "dose_mg"), None, "dose_mg: is missing"),
            (("balance", "sensitivity_mg"), "0", "balance.sensitivity_mg"),
            (("balance", "readability_mg"), "3", "balance"),
        ],
    )
    def test_no_plan_of_ours(self, tmp_path: Path, place: tuple[str | int, ...], value: object, said: str) -> None:
        data: Any = contract()
        at = data
        for key in place[:-1]:
            at = at[key]
        at[place[-1]] = value

        sentence = refusal(saved(tmp_path / "plan.json", data))
        assert said in sentence
        assert "plan.json: " in sentence

    @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.tuples(st.integers(0, 400), JUNK), min_size=1, max_size=3), st.booleans())
    def test_whatever_stands_in_a_plan_is_judged_or_refused_in_one_sentence(
        self, tmp_path: Path, changes: list[tuple[int, Any]], drop: bool
    ) -> None:
        data: Any = contract(drug="naltrexone hydrochloride", diluent="microcrystalline cellulose", capsules=30)
        for at, junk in changes:
            places = list(places_in(data))
            holder, key = places[at % len(places)]
            if drop:
                del holder[key]
            else:
                holder[key] = copy.deepcopy(junk)
        path = saved(tmp_path / "plan.json", data)
        try:
            audit_tables.weighed_text(audit_plan(cli.load(str(path))))
        except InputError as error:
            assert str(error).startswith(str(path))
            assert "\n" not in str(error)

    def test_a_missing_file_and_a_folder(self, tmp_path: Path) -> None:
        assert "there is no such file" in refusal(tmp_path / "none.json")
        assert "is not an ordinary file" in refusal(tmp_path)

    def test_the_name_of_a_file_moves_no_cursor(self) -> None:
        assert refusal("\x1b[31mplan.json").startswith("\\u001b[31mplan.json: ")

    def test_bytes_that_are_no_text(self) -> None:
        with pytest.raises(InputError, match="x line 2: is not UTF-8 text"):
            json_text.read_object(b'{\n"a": "\xff"}', "x")

    def test_nothing_is_written_when_input_is_refused(self, tmp_path: Path, plan: Path) -> None:
        sheet = tmp_path / "record.pdf"
        refusal(plan, *reads("4=97"), "--pdf", sheet)

        assert not sheet.exists()


class TestReadings:
    """--read and --readings: every weighing once, with its unit, near its plan."""

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("4=97", "has no unit"),
            ("4:97mg", "is not a reading"),
            ("four=97mg", "is not a step number"),
            ("0=97mg", "is not a step number"),
            ("3=97mg", "step 3 is not a weighing"),
            ("10=135mg", "--fill-weight"),
            ("11=97mg", "the plan has no step 11"),
            ("4=-97mg", "has a sign"),
            ("4=97 kg", "unknown unit"),
            ("4=97 mL", "is a volume"),
            ("4=1000mg", "1000 mg is 10 times 100 mg"),
            ("4=100g", "1000 times 100 mg"),
            ("4=10mg", "10 mg is 1/10 of 100 mg"),
            ("4=100mcg", "0.1 mg is 1/1000 of 100 mg"),
            ("5=2.900 mg", "may mean 2.9 mg or 2900 mg"),
            ("5=2,9 mg", "has a comma"),
            ("4=0 mg", "is zero"),
        ],
    )
    def test_a_reading_is_refused(self, plan: Path, text: str, said: str) -> None:
        assert said in refusal(plan, "--read", text)

    def test_a_step_is_read_once(self, plan: Path) -> None:
        assert "step 4 is read twice" in refusal(plan, *reads("4=97mg", "4=98mg"))

    def test_a_confirmed_reading_is_taken(self, plan: Path) -> None:
        found = audited(plan, *reads("1=30mg", "2=2970mg", "4=1000mg"), "--confirm", 4)

        assert found["readings"][2]["read_mg"] == "1000"
        assert "has no reading to confirm" in refusal(plan, "--confirm", 4)

    def test_a_csv_of_amounts(self, tmp_path: Path, plan: Path) -> None:
        path = tmp_path / "readings.csv"
        path.write_text("step,amount\n2, 2970 mg\n1,31 mg\n\n", "utf-8")

        assert [row["read_mg"] for row in audited(plan, "--readings", path, "--confirm", 2)["readings"]] == ["31", "2970"]

    def test_a_csv_of_boats(self, tmp_path: Path, plan: Path) -> None:
        path = tmp_path / "readings.csv"
        path.write_text("step,gross,tare,residue\n1,1531.000 mg,1500.000 mg,1 mg\n", "utf-8")

        assert audited(plan, "--readings", path)["readings"][0]["read_mg"] == "30"

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("step\tamount\n1\t30 mg\n", "separates its columns by tabs"),
            ("step,amount\n1,30,5 mg\n", "line 2: has 3 cells where the header has 2; a decimal comma"),
            ('step,amount\n1,"30,5 mg"\n', "has a comma"),
            ("step\n1\n", "line 1: has the columns “step”; needed are step amount, or step gross tare residue"),
            ("step,weight\n1,30 mg\n", "needed are step amount"),
            ("step,step\n1,1\n", "holds the column “step” twice"),
            ("step,amount\n", "is a header without rows"),
            ("", "is empty"),
            ("step,amount\n\n1,30 mg\n", "line 2: is empty"),
            ("step,amount\n1,\n", "line 2, column amount: is empty"),
            ("step,amount\n1,=30\n", "looks like a formula"),
            ("step,amount\n3,30 mg\n", "line 2: step 3 is not a weighing"),
            ("step,amount\n1,30 mg\n1,30 mg\n", "line 3: step 1 is read twice"),
            ("step,amount\n1,300 mg\n", "line 2, column amount: 300 mg was read at step 1 where 30 mg is planned"),
            ("step,gross,tare\n1,600 mg,300 mg\n", "300 mg was read at step 1 where 30 mg is planned"),
            ("step,gross,tare\n1,300 mg,600 mg\n", "is not above zero"),
            ('step,amount\n1,"30 mg\n', "is not a CSV file: a quotation mark is not closed"),
            ("step,amount\n1,30\0 mg\n", "null character"),
        ],
    )
    def test_a_csv_is_refused(self, tmp_path: Path, plan: Path, text: str, said: str) -> None:
        path = tmp_path / "readings.csv"
        path.write_text(text, "utf-8")

        assert said in refusal(plan, "--readings", path)

    def test_a_csv_is_text_and_not_huge(self) -> None:
        with pytest.raises(InputError, match="not UTF-8"):
            csv_text.read_rows(b"step,amount\n1,\xff", "x", bench_readings.COLUMNS)
        with pytest.raises(InputError, match="larger than"):
            csv_text.read_rows(b"x" * 1_000_001, "x", bench_readings.COLUMNS)

    def test_the_fill_weight_puts_the_dose_right(self, plan: Path) -> None:
        off = audited(plan, *reads(*ALL[:5], "8=4600mg"), "--confirm", 8)
        filled = audited(plan, *reads(*ALL[:5], "8=4600mg"), "--confirm", 8, "--fill-weight", "144.000 mg")

        assert (off["verdict"], off["fill"]["corrected_mg"]) == ("outside", "144")
        assert (filled["verdict"], filled["deviation_percent"]) == ("within", "0")

    def test_a_fill_weight_far_off_is_refused(self, plan: Path) -> None:
        assert "not within a factor of two" in refusal(plan, "--fill-weight", "1350 mg")


# The plan with a reserve: 80 in 5,000, 100 in 5,000, 200 in 4,320 mg. Its ranges are 76 to 84, 95 to 105, 190 to 210 mg.
RESERVED = record(
    weigh("drug", "80", "trituration 1"), weigh("diluent", "4920", "trituration 1"), mix("trituration 1"),
    transfer("trituration 1", "100", "trituration 2"), weigh("diluent", "4900", "trituration 2"), mix("trituration 2"),
    transfer("trituration 2", "200", "batch"), weigh("diluent", "4120", "batch"), mix("batch"), fill("batch", "135", 30),
)  # fmt: skip


class TestOutsideTheRange:
    """A reading outside its range is typed a second time on a terminal, and refused without one unless confirmed."""

    @pytest.fixture
    def wide(self, tmp_path: Path) -> Path:
        return saved(tmp_path / "wide.json", RESERVED)

    @pytest.mark.parametrize(("texts", "said"), [
        (("1=80mg", "2=4920mg", "4=112mg"), "--read 4: step 4 was read as 112 mg; the sheet has 95 to 105 mg for it"),
        (("1=120mg",), "step 1 was read as 120 mg; the sheet has 76 to 84 mg for it"),
        (("1=84mg", "2=4920mg"), "step 2 was read as 4920 mg; the sheet has 5135 to 5197 mg for it"),
    ])  # fmt: skip
    def test_without_a_terminal_it_is_refused_unless_confirmed(self, wide: Path, texts: tuple[str, ...], said: str) -> None:
        step = texts[-1][0]
        message = refusal(wide, *reads(*texts))

        assert said in message
        assert f"--confirm {step}" in message
        codes = [row["code"] for row in audited(wide, *reads(*texts), "--confirm", step)["findings"]]
        assert 1 == codes.count("reading-outside-range")

    @pytest.mark.parametrize("texts", [("4=95mg",), ("4=105mg",), ("1=76mg", "2=4674mg"), ("1=76mg", "2=4643mg")])
    def test_inside_it_is_taken_as_it_is(self, wide: Path, texts: tuple[str, ...]) -> None:
        assert "reading-outside-range" not in {row["code"] for row in audited(wide, *reads(*texts))["findings"]}

    def test_a_table_names_its_row(self, wide: Path, tmp_path: Path) -> None:
        (tmp_path / "read.csv").write_text("step,amount\n1,80 mg\n2,4920 mg\n4,112 mg\n", "utf-8")

        assert "line 4" in refusal(wide, "--readings", tmp_path / "read.csv")

    @pytest.mark.parametrize(("typed", "read"), [
        ("112 mg\n", "112"), ("102 mg\n", "102"), ("113 mg\n113 mg\n", "113"), ("no\n112 mg\n", "112"),
    ])  # fmt: skip
    def test_on_a_terminal_it_is_typed_a_second_time(
        self, wide: Path, typed: str, read: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The same reading twice stands; another one takes its place and is asked about in its turn."""
        monkeypatch.setattr(output, "is_terminal", lambda: True)
        found = run(wide, *reads("4=112mg"), "--json", stdin=typed)

        assert read == json.loads(found.stdout)["readings"][0]["read_mg"]

    def test_what_is_said_to_go_on_confirms_what_was_typed_twice(self, wide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(output, "is_terminal", lambda: True)
        found = run(wide, "--interactive", stdin="88 mg\n88 mg\nq\n")

        assert "--read 1=88mg --confirm 1 --interactive" in found.stdout


class TestInteractive:
    """On a terminal each reading is asked for in turn, and the state shown after it."""

    @pytest.fixture
    def terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(output, "is_terminal", lambda: True)

    @pytest.mark.usefixtures("terminal")
    def test_readings_are_asked_for_until_q(self, plan: Path) -> None:
        found = run(plan, "--interactive", stdin="31 mg\n3069 mg\nq\n")

        assert found.exit_code == 0
        assert "step 2, weigh microcrystalline cellulose into trituration 1, 2,970 mg planned, corrected to 3,069 mg" \
            in found.stderr  # fmt: skip
        assert "2 mcg, on target (limit 5 %), if the rest is weighed as asked" in found.stderr
        assert "--read 1=31mg --read 2=3069mg --interactive" in found.stdout.splitlines()[-1]

    @pytest.mark.usefixtures("terminal")
    def test_a_bare_number_is_in_mg_and_shown_back_with_its_unit(self, plan: Path) -> None:
        found = run(plan, "--interactive", stdin="31\nq\n")

        assert "reading in mg" in found.stderr
        assert "step 1 read as 31 mg, +3.33 % of 30 mg" in found.stderr

    @pytest.mark.usefixtures("terminal")
    @pytest.mark.parametrize(("typed", "said"), [
        ("30 g", "is the unit right"), ("0.03", "is the unit right"), ("31,0", "31 mg or 310 mg"), ("-30", "has a sign"),
        ("1e3", "exponent"), ("030", "leading zero"), (".5", "naked"), ("30 mL", "mL"),
    ])  # fmt: skip
    def test_what_is_typed_is_read_as_strictly_as_any_amount(self, plan: Path, typed: str, said: str) -> None:
        found = run(plan, "--interactive", stdin=f"{typed}\nneither\nq\n")

        assert said in found.stderr
        assert "step 1 read as" not in found.stderr

    @pytest.mark.usefixtures("terminal")
    def test_an_answer_may_name_the_jar_and_is_given_back_with_it(self, plan: Path) -> None:
        found = run(plan, "--interactive", stdin="31 mg@lot 7\nq\n")

        assert "--read '1=31mg@lot 7'" in found.stdout.splitlines()[-1]
        assert "jar-not-checked" in found.stderr

    @pytest.mark.usefixtures("terminal")
    def test_a_bad_answer_is_asked_for_again(self, plan: Path) -> None:
        found = run(plan, "--interactive", stdin="some\n31 mg\nq\n")

        assert "error: step 1: " in found.stderr
        assert found.stdout.splitlines()[-1].startswith("INCOMPLETE: ")

    @pytest.mark.usefixtures("terminal")
    def test_enter_alone_asks_again(self, plan: Path) -> None:
        found = run(plan, "--interactive", stdin="\n\n31\nq\n")

        assert found.stderr.count("Enter alone is no reading") == 2
        assert "step 1 read as 31 mg" in found.stderr

    @pytest.mark.usefixtures("terminal")
    def test_b_takes_the_reading_before_back(self, plan: Path) -> None:
        found = run(plan, "--interactive", stdin="b\n31\n3069\nb\nb\n30\nq\n")

        assert "there is no reading before this one" in found.stderr
        assert "step 2 is taken back, which was read as 3,069 mg" in found.stderr
        assert "step 1 is taken back, which was read as 31 mg" in found.stderr
        assert "--read 1=30mg --interactive" in found.stdout.splitlines()[-1]

    @pytest.mark.usefixtures("terminal")
    def test_the_question_for_a_second_reading_knows_b_and_q_too(self, plan: Path) -> None:
        back, ended = (run(plan, "--interactive", stdin=f"36\n{letter}\n{rest}") for letter, rest in (("b", "30\nq\n"), ("q", "")))

        assert "--read 1=30mg --interactive" in back.stdout.splitlines()[-1]
        assert ended.stdout.splitlines()[-1].startswith("WITHIN as planned: ")

    @pytest.mark.usefixtures("terminal")
    def test_a_question_mark_shows_the_state(self, plan: Path) -> None:
        found = run(plan, "--interactive", stdin="?\n31\n?\nq\n")

        assert "nothing is read yet" in found.stderr
        assert "step 1: 31 mg" in found.stderr
        assert "still to weigh: 2 (3,069 mg), 4 (100 mg), 5 (2,900 mg), 7 (200 mg), 8 (4,300 mg)" in found.stderr

    @pytest.mark.usefixtures("terminal")
    def test_a_reading_far_off_asks_for_the_unit(self, plan: Path) -> None:
        found = run(plan, "--read", "1=300mg", "--json", stdin="30 mg\n")

        assert json.loads(found.stdout)["readings"][0]["read_mg"] == "30"
        assert "is the unit right" in found.stderr

    @pytest.mark.usefixtures("terminal")
    def test_what_was_mistyped_is_taken_back(self, plan: Path) -> None:
        found = run(plan, "--interactive", "--json", stdin="300 mg\nneither\n31 mg\nq\n")

        assert json.loads(found.stdout)["readings"][0]["read_mg"] == "31"

    @pytest.mark.usefixtures("terminal")
    def test_readings_survive_an_interruption(self, plan: Path) -> None:
        found = run(plan, "--interactive", "--fill-weight", "140 mg", stdin="300 mg\n300 mg\n")

        assert isinstance(found.exception, SystemExit)
        assert f"compound audit {plan} --read 1=300mg --confirm 1 --fill-weight 140mg --interactive" in found.stderr

    def test_it_needs_a_terminal(self, plan: Path) -> None:
        found = run(plan, "--interactive")

        assert found.exit_code == 2
        assert "needs a terminal" in found.stderr


class TestManyPlans:
    """Several plans: one line each, in their order; nothing at all if one of them cannot be read."""

    def test_json_lines(self, tmp_path: Path) -> None:
        paths = [saved(tmp_path / f"{n}.json", contract() if n % 2 else one_stage()) for n in range(60)]
        found = run(*paths, "--json")
        rows = [json.loads(line) for line in found.stdout.splitlines()]

        assert found.exit_code == 0
        assert [row["file"] for row in rows] == [str(path) for path in paths]
        assert {row["dose_mg"] for row in rows} == {"0.002", "0.25"}

    def test_a_table_with_a_row_a_file(self, tmp_path: Path) -> None:
        good, bad = saved(tmp_path / "good.json", contract()), saved(tmp_path / "bad.json", contract(dose="0.003"))
        found = run(good, bad)

        assert found.exit_code == 1
        assert [line.split()[0] for line in found.stdout.splitlines()] == ["verdict", "within", "outside", "OUTSIDE:"]
        assert found.stdout.endswith(f"OUTSIDE: 1 of 2 plans ({bad}).  Next: compound audit {bad}\n")
        assert "bad.json: error: [dose-off-label]" in found.stderr

    def test_one_unreadable_plan_leaves_stdout_empty(self, tmp_path: Path) -> None:
        paths = [saved(tmp_path / f"{n}.json", contract()) for n in range(40)]
        paths[33].write_text("{", "utf-8")

        assert "33.json line 1" in refusal(*paths)

    def test_readings_go_with_one_plan(self, plan: Path) -> None:
        found = run(plan, plan, "--read", "4=97mg")

        assert found.exit_code == 2
        assert "goes with one plan" in found.stderr


class TestRecord:
    """The completed record: planned, read, corrected, true strengths, verdict, signatures."""

    def text(self, tmp_path: Path, plan: Path, *texts: str) -> str:
        from pypdf import PdfReader

        sheet = tmp_path / "record.pdf"
        confirmed = ["--confirm", texts[-1][0]] if texts else []
        run(plan, *reads(*texts), *confirmed, "--pdf", sheet)
        return "\n".join(page.extract_text() for page in PdfReader(sheet).pages)

    def test_every_number_of_the_table_stands_on_the_sheet(self, tmp_path: Path, plan: Path) -> None:
        from compound.correcting.weighed import audit_weighed
        from compound.showing import weighed_rows

        text = " ".join(self.text(tmp_path, plan, "1=31mg", "2=2970mg").split())
        found = audit_weighed(plan_from_dict(contract()), {1: Decimal(31), 2: Decimal(2970)})
        for row in weighed_rows.weighing_rows(found):
            for cell in row[2:]:
                assert cell in text

        assert "Verdict: incomplete" in text
        assert "Checked by, date" in text

    def test_a_failed_batch_has_its_record_too(self, tmp_path: Path, plan: Path) -> None:
        assert "Verdict: outside" in self.text(tmp_path, plan, *ALL[:4], "7=150mg")

    def test_the_same_audit_gives_the_same_bytes(self, tmp_path: Path, plan: Path) -> None:
        one, other = tmp_path / "one.pdf", tmp_path / "other.pdf"
        for sheet in (one, other):
            run(plan, "--pdf", sheet)

        assert one.read_bytes() == other.read_bytes()

    def test_the_name_of_the_file_stands_on_it(self, tmp_path: Path) -> None:
        assert "ł.json" in self.text(tmp_path, saved(tmp_path / "ł.json", contract()))

    @pytest.mark.parametrize("name", ["ναλτρεξόνη", "налтрексон", "naltrexon ≤ 2 µm ≥ 1"])
    def test_every_letter_that_the_worksheet_prints_is_printed(self, tmp_path: Path, name: str) -> None:
        data = contract()
        data["steps"][0]["material"] = name

        assert name in self.text(tmp_path, saved(tmp_path / "plan.json", data))

    def test_a_letter_that_the_fonts_lack_stands_there_as_its_code_and_the_record_says_so(self, tmp_path: Path) -> None:
        data = contract()
        data["steps"][0]["material"] = "纳曲酮"
        text = self.text(tmp_path, saved(tmp_path / "plan.json", data))

        assert "[U+7EB3][U+66F2][U+916E]" in text
        assert "[letters-not-printed]" in text

    def test_the_record_is_printed_in_german(self, tmp_path: Path, plan: Path) -> None:
        from pypdf import PdfReader

        sheet = tmp_path / "record.pdf"
        run(plan, *reads("1=31mg", "2=2970mg"), "--confirm", 2, "--pdf", sheet, "--language", "de")
        text = " ".join(" ".join(page.extract_text() for page in PdfReader(sheet).pages).split())

        for said in ("Urteil: unvollständig", "Mikrogramm", "mikrokristalline Cellulose einwiegen, in: Verreibung 1",
                     "Gewogen von, Datum", "Seite 1 von 2", "nicht geprüft"):  # fmt: skip
            assert said in text
        text = re.sub(r"\[[a-z0-9-]+\]|--[a-z-]+|/\S+", "", text)
        assert not re.search(r"\b(weigh|batch|read|about|checked|warning|page|dose|cellulose into|mcg)\b", text)
        assert "[English]" not in text

    def test_a_language_without_a_record_is_that_of_the_terminal(self, plan: Path) -> None:
        assert run(plan, "--language", "de").stdout.startswith("DOSIS\n")


def test_the_command_is_listed_with_its_own_short_help() -> None:
    from compound.cli.main import COMMANDS

    assert COMMANDS["audit"] == cli.command.get_short_help_str(limit=200)


def test_a_plan_saved_by_the_plan_command_is_unaltered_and_within(tmp_path: Path) -> None:
    from compound.judging.audit import audit

    path = tmp_path / "plan.json"
    path.write_text(fingerprint.to_json(plan_json.plan_record(audit(plan_from_dict(contract())))), "utf-8")
    found = audited(path)

    assert found["verdict"] == "within"
    assert not {"plan-altered", "fingerprint-missing"} & {row["code"] for row in found["findings"]}
