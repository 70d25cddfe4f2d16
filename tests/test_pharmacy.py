"""The pharmacy's own file: what a plan takes of it, what it says of that, and what is refused."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from test_picture import png

from compound.cli.main import main
from compound.exact.errors import InputError
from compound.facts.pharmacy_file import BALANCE_MASSES, SETTINGS, read_pharmacy_file
from compound.judging.audit import audit
from compound.order.formula import Options
from compound.order.own_file import OwnSettings, layered
from compound.order.taken import OF_A_BALANCE, OF_A_BULK_BALANCE
from compound.plan.plan import plan_from_dict
from compound.reading import shipped
from compound.showing.plan_rows import batch_rows
from compound.wording.language import language as language_of

DRUG = "naltrexone hydrochloride"
PLAN = ["plan", DRUG, "--dose", "2 mcg", "--capsules", "30", "--method", "powder"]
TODAY = date.today()
LOGO = png(0, 8, 1, 1, b"\0\x80")  # one grey dot
OWN = f"""
ledger = "ledger.db"
[sheet]
head = ["Corner Pharmacy", "1 High Street"]
page_size = "Letter"
[defaults]
balance = "fine"
shell = "gelatin"
capsule_size = "1"
[balances.fine]
readability = "0.1 mg"
sensitivity = "0.5 mg"
capacity = "120 g"
checked = {TODAY.isoformat()}
check_every_days = 30
[balances.old]
readability = "1 mg"
sensitivity = "2 mg"
[fillers."microcrystalline cellulose".fills.1]
mean = "210 mg"
date = 2026-11-02
lot = "A12"
[fillers."microcrystalline cellulose".fills.0]
mean = "290 mg"
date = 2026-10-05
"""


@pytest.fixture
def own(tmp_path: Path) -> str:
    """The path of a pharmacy's file."""
    path = tmp_path / "pharmacy.toml"
    path.write_text(OWN, encoding="utf-8")
    return str(path)


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, list(arguments), env=environment)


def planned(*arguments: str, exit_code: int = 0) -> dict[str, Any]:
    """The JSON of a plan."""
    done = run(*PLAN, "--json", *arguments)
    assert done.exit_code == exit_code, done.output
    record: dict[str, Any] = json.loads(done.stdout)
    return record


def codes_of(record: dict[str, Any]) -> list[str]:
    return [one["code"] for one in record["findings"]]


def taken_of(record: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["key"]: one for one in record.get("taken_from", ())}


def refusal(*arguments: str, **environment: str) -> str:
    """The one sentence of a command that leaves with 2 and an empty stdout."""
    from compound.exact.errors import InputError as Refused

    done = run(*arguments, **environment)
    assert done.stdout == ""
    assert isinstance(done.exception, Refused), done.output
    return str(done.exception)


class TestTaken:
    """What no option and no formula says is from the file, and the plan names it."""

    def test_every_value_that_is_taken_is_named_with_the_file_and_the_place_in_it(self, own: str) -> None:
        record = planned("--pharmacy-file", own)

        assert {one["from"] for one in record["taken_from"]} == {"pharmacy.toml"}
        assert {one["key"]: one["at"] for one in record["taken_from"]} == {
            "balance": "balances.fine", "readability_mg": "balances.fine.readability",
            "balance_sensitivity_mg": "balances.fine.sensitivity", "capacity_mg": "balances.fine.capacity",
            "shell": "defaults.shell", "capsule_size": "defaults.capsule_size",
            "fill_weight_mg": "fillers.“microcrystalline cellulose”.fills.1.mean", "head": "sheet.head",
            "page_size": "sheet.page_size",
        }  # fmt: skip
        assert record["request"]["fill_weight_mg"] == "210"
        assert record["request"]["capsule_size"] == "1"
        assert record["balance"]["sensitivity_mg"] == "0.5"

    def test_the_request_has_the_keys_that_it_has_without_a_file(self, own: str) -> None:
        without = planned("--balance-sensitivity", "0.5 mg", "--pharmacy-file", "none")

        assert planned("--pharmacy-file", own)["request"].keys() == without["request"].keys()
        assert "taken_from" not in without

    def test_the_same_order_typed_and_taken_has_the_same_steps_and_another_fingerprint(self, own: str) -> None:
        typed = planned(
            "--balance-sensitivity", "0.5 mg", "--readability", "0.1 mg", "--capacity", "120 g", "--shell", "gelatin",
            "--capsule-size", "1", "--fill-weight", "210 mg", "--pharmacy-file", "none",
        )  # fmt: skip
        taken = planned("--pharmacy-file", own)

        assert (taken["steps"], taken["request"]) == (typed["steps"], typed["request"])
        assert taken["fingerprint"] != typed["fingerprint"]

    def test_the_variable_of_the_environment_names_the_file_and_the_option_wins(self, own: str, tmp_path: Path) -> None:
        other = tmp_path / "other.toml"
        other.write_text('[defaults]\nshell = "hypromellose"\n', encoding="utf-8")
        arguments = [*PLAN, "--json", "--balance-sensitivity", "1 mg"]
        by_variable = json.loads(run(*arguments, COMPOUND_PHARMACY=own).stdout)
        by_option = json.loads(run(*arguments, "--pharmacy-file", str(other), COMPOUND_PHARMACY=own).stdout)

        assert by_variable["request"]["shell"] == "gelatin"
        assert (by_option["request"]["shell"], by_option["taken_from"][0]["from"]) == ("hypromellose", "other.toml")

    def test_the_file_is_found_in_the_configuration_folder(self, tmp_path: Path) -> None:
        folder = tmp_path / "compound"
        folder.mkdir()
        (folder / "pharmacy.toml").write_text(OWN, encoding="utf-8")
        done = run(*PLAN, "--json", XDG_CONFIG_HOME=str(tmp_path), COMPOUND_PHARMACY="")

        assert json.loads(done.stdout)["request"]["shell"] == "gelatin"

    @pytest.mark.parametrize("how", ["option", "variable"])
    def test_none_in_the_place_of_a_path_means_no_file(self, how: str, tmp_path: Path) -> None:
        (tmp_path / "compound").mkdir()
        (tmp_path / "compound" / "pharmacy.toml").write_text(OWN, encoding="utf-8")
        arguments = [*PLAN, "--balance-sensitivity", "1 mg"]
        with_none = ["--pharmacy-file", "none"] if how == "option" else []
        done = run(*arguments, *with_none, XDG_CONFIG_HOME=str(tmp_path), COMPOUND_PHARMACY="none" if how == "variable" else "")

        assert done.stdout == run(*arguments, XDG_CONFIG_HOME=str(tmp_path / "empty"), COMPOUND_PHARMACY="").stdout


class TestLayers:
    """Options win over a formula, a formula over the file, the file over the defaults."""

    @given(st.lists(st.sampled_from(["option", "formula", "file"]), unique=True))
    def test_the_highest_layer_that_states_a_value_decides(self, layers: list[str]) -> None:
        texts = {"option": "gelatin", "formula": "pullulan", "file": "hypromellose"}
        file = read_pharmacy_file(f'[defaults]\nshell = "{texts["file"]}"\n'.encode() if "file" in layers else b"[defaults]\n", "own.toml")
        formula: Options = {"shell": texts["formula"]} if "formula" in layers else {}
        options: Options = {"shell": texts["option"]} if "option" in layers else {}
        found = layered(options, ("f", formula), OwnSettings(file, None, TODAY))
        highest = next((one for one in ("option", "formula", "file") if one in layers), None)

        assert found.options.get("shell") == (None if highest is None else texts[highest])
        assert [one.key for one in found.taken] == (["shell"] if highest == "file" else [])

    def test_a_named_balance_is_an_option_and_wins_over_a_formula(self) -> None:
        file = read_pharmacy_file(OWN.encode(), "own.toml")
        options: Options = {"balance-sensitivity": "9 mg"}
        formula = ("f", options)

        assert layered({}, formula, OwnSettings(file, "old", TODAY)).options["balance-sensitivity"] == "2 mg"
        assert layered({}, formula, OwnSettings(file, None, TODAY)).options["balance-sensitivity"] == "9 mg"

    @pytest.mark.parametrize("option", ["balance-sensitivity", "repeatability"])
    def test_a_balance_that_is_described_by_hand_takes_nothing_of_the_default_one(self, option: str) -> None:
        file = read_pharmacy_file(OWN.encode(), "own.toml")
        found = layered({option: "1 mg"}, None, OwnSettings(file, None, TODAY))

        assert not found.options.keys() & ({*OF_A_BALANCE} - {option})
        assert not {one.key for one in found.taken} & {"balance", *OF_A_BALANCE.values()}

    def test_beside_a_named_balance_an_option_wins(self, own: str) -> None:
        record = planned("--pharmacy-file", own, "--balance", "fine", "--balance-sensitivity", "1 mg")

        assert record["request"]["balance_sensitivity_mg"] == "1"
        assert "balance_sensitivity_mg" not in taken_of(record)
        assert taken_of(record)["readability_mg"]["at"] == "balances.fine.readability"

    def test_a_second_balance_is_taken_as_a_whole_or_not_at_all(self) -> None:
        text = OWN.replace('balance = "fine"', 'balance = "fine"\nbulk_balance = "old"')
        settings = OwnSettings(read_pharmacy_file(text.encode(), "own.toml"), None, TODAY)

        assert layered({}, None, settings).options["bulk-sensitivity"] == "2 mg"
        by_hand = layered({"bulk-sensitivity": "5 mg"}, None, settings)
        assert "bulk-readability" not in by_hand.options
        assert not {one.key for one in by_hand.taken} & {"bulk_balance", *OF_A_BULK_BALANCE.values()}

    def test_a_balance_is_not_its_own_second_balance(self) -> None:
        text = OWN.replace('balance = "fine"', 'balance = "fine"\nbulk_balance = "old"')
        found = layered({}, None, OwnSettings(read_pharmacy_file(text.encode(), "own.toml"), "old", TODAY))

        assert not found.options.keys() & {*OF_A_BULK_BALANCE}

    def test_a_second_balance_with_a_repeatability_has_the_error_that_follows_from_it(self) -> None:
        """10 mg + 2.8284 × 1 mg = 12.83 mg, up to 13 mg."""
        text = '[defaults]\nbulk_balance = "b"\n[balances.b]\nreadability = "10 mg"\nrepeatability = "1 mg"\n'
        found = layered({}, None, OwnSettings(read_pharmacy_file(text.encode(), "own.toml"), None, TODAY))

        assert found.options["bulk-sensitivity"] == "13 mg"


class TestFill:
    """A mean fill counts for its own filler and its own capsule size alone."""

    def test_a_mean_fill_takes_the_warning_away_and_says_its_day_and_its_lot(self, own: str) -> None:
        record = planned("--pharmacy-file", own)
        note = next(one for one in record["findings"] if one["code"] == "fill-weight-from-file")

        assert "fill-weight-assumed" not in codes_of(record)
        assert record["request"]["fill_weight_assumed"] is False
        assert "210 mg is the mean fill of 2026-11-02 in pharmacy.toml, of size 1" in note["message"]
        assert "lot A12" in note["message"]
        assert taken_of(record)["fill_weight_mg"]["date"] == "2026-11-02"

    def test_the_size_of_an_option_takes_its_own_mean_fill(self, own: str) -> None:
        assert planned("--pharmacy-file", own, "--capsule-size", "size 0")["request"]["fill_weight_mg"] == "290"

    @pytest.mark.parametrize("more", [("--capsule-size", "3"), ("--diluent", "mannitol")])
    def test_the_mean_of_another_size_or_filler_is_not_used(self, own: str, more: tuple[str, ...]) -> None:
        record = planned("--pharmacy-file", own, *more)

        assert "fill_weight_mg" not in taken_of(record)
        assert "fill-weight-assumed" in codes_of(record)

    @pytest.mark.parametrize(
        ("typed", "found"),
        [("MCC", True), ("Microcrystalline  Cellulose NF", True), ("microcrystalline cellulose PH-102", False), ("lactose", False)],
    )
    def test_a_filler_is_found_by_its_names_and_never_in_another_grade(self, typed: str, found: bool) -> None:
        assert (read_pharmacy_file(OWN.encode(), "own.toml").filler(typed) is not None) == found

    def test_a_fill_weight_that_is_entered_wins(self, own: str) -> None:
        record = planned("--pharmacy-file", own, "--fill-weight", "200 mg")

        assert record["request"]["fill_weight_mg"] == "200"
        assert "fill-weight-from-file" not in codes_of(record)

    def test_capsules_filled_by_volume_take_no_mean_fill(self, own: str) -> None:
        record = planned("--pharmacy-file", own, "--filling", "volume")

        assert (record["request"]["fill_weight_mg"], "fill_weight_mg" in taken_of(record)) == (None, False)

    @pytest.mark.parametrize(("lot", "warned"), [("B7", True), ("a12", False)])
    def test_another_lot_than_that_of_the_mean_is_a_warning(self, own: str, lot: str, warned: bool) -> None:
        lots = ("--component-lot", f"microcrystalline cellulose={lot},2031-03")

        assert ("fill-weight-of-other-lot" in codes_of(planned("--pharmacy-file", own, *lots))) == warned


class TestDensities:
    """A density of the file counts for its filler in the place of the one on record, or where none is."""

    @staticmethod
    def of(tmp_path: Path, name: str, figures: str) -> str:
        path = tmp_path / "own.toml"
        path.write_text(f'[balances.b]\nreadability = "1 mg"\nsensitivity = "1 mg"\n[fillers."{name}"]\n{figures}\n'
                        '[defaults]\nbalance = "b"\n', encoding="utf-8")  # fmt: skip
        return str(path)

    def test_a_filler_without_a_density_on_record_has_the_fill_weight_that_follows(self, tmp_path: Path) -> None:
        """Size 3 holds 0.30 mL; 0.30 × 0.52 g = 156 mg, down to 155 mg."""
        own = self.of(tmp_path, "isomalt", 'bulk_density = "0.52 g/cm3"')
        assert "--fill-weight" in refusal(*PLAN, "--balance-sensitivity", "1 mg", "--diluent", "isomalt")
        record = planned("--pharmacy-file", own, "--diluent", "isomalt")

        assert record["request"]["fill_weight_mg"] == "155"
        assert taken_of(record)["bulk_density_g_per_ml"]["value"] == "0.52"
        assert {"fill-weight-assumed", "pharmacy-file-used"} <= set(codes_of(record))

    def test_a_bulk_density_counts_for_capsules_filled_by_volume(self, tmp_path: Path) -> None:
        """30 × 0.30 mL × 0.2 g per mL = 1800 mg, of which half is weighed in."""
        own = self.of(tmp_path, "microcrystalline cellulose", 'bulk_density = "0.2 g/cm3"')
        shown = run(*PLAN, "--pharmacy-file", own, "--filling", "volume", "--verbose").stdout

        assert "1,800 mg" in shown
        assert "1,800 mg" not in run(*PLAN, "--balance-sensitivity", "1 mg", "--filling", "volume", "--verbose").stdout

    def test_a_tapped_density_on_record_still_decides_what_is_assumed(self, tmp_path: Path) -> None:
        own = self.of(tmp_path, "microcrystalline cellulose", 'bulk_density = "0.2 g/cm3"')

        assert planned("--pharmacy-file", own)["request"]["fill_weight_mg"] == "135"

    def test_a_true_density_says_what_no_capsule_holds(self, tmp_path: Path) -> None:
        """0.30 mL × 2.9 g per mL = 870 mg."""
        fill = ("--diluent", "mannitol", "--fill-weight", "700 mg")
        own = self.of(tmp_path, "mannitol", 'bulk_density = "1 g/mL"\ntrue_density = "2.9 g/mL"')

        assert "does not go into size 3" in refusal(*PLAN, "--balance-sensitivity", "1 mg", *fill)
        assert "capsule-overfull" in codes_of(planned("--pharmacy-file", own, *fill))

    def test_the_densities_travel_in_the_sheet(self, tmp_path: Path) -> None:
        own, sheet = self.of(tmp_path, "isomalt", 'bulk_density = "0.52 g/cm3"'), tmp_path / "sheet.pdf"
        assert run(*PLAN, "--pharmacy-file", own, "--diluent", "isomalt", "--pdf", str(sheet)).exit_code == 0
        Path(own).unlink()

        assert json.loads(run("verify", "--json", str(sheet)).stdout)["verdict"] == "genuine"

    def test_a_true_density_alone_says_nothing_of_a_filler_that_is_not_on_record(self) -> None:
        with pytest.raises(InputError, match=r"fillers\.isomalt\.bulk_density: is missing"):
            read_pharmacy_file(b'[fillers.isomalt]\ntrue_density = "1.5 g/cm3"\n', "own.toml")


class TestCheckOfTheBalance:
    """A balance whose check is overdue is a warning, as it was on the day of the work."""

    @staticmethod
    def with_check(tmp_path: Path, checked: date | None) -> str:
        line = f"checked = {TODAY.isoformat()}\n"
        path = tmp_path / "pharmacy.toml"
        path.write_text(OWN.replace(line, "" if checked is None else f"checked = {checked.isoformat()}\n"), encoding="utf-8")
        return str(path)

    @pytest.mark.parametrize(("days", "overdue"), [(0, False), (30, False), (31, True)])
    def test_a_check_counts_for_its_days(self, tmp_path: Path, days: int, overdue: bool) -> None:
        record = planned("--pharmacy-file", self.with_check(tmp_path, TODAY - timedelta(days)))

        assert ("balance-check-overdue" in codes_of(record)) == overdue
        assert taken_of(record)["balance"]["overdue"] is overdue

    def test_a_balance_that_was_never_checked_is_overdue(self, tmp_path: Path) -> None:
        record = planned("--pharmacy-file", self.with_check(tmp_path, None))
        warning = next(one for one in record["findings"] if one["code"] == "balance-check-overdue")

        assert "no check of it is written down" in warning["message"]

    def test_the_day_of_preparation_counts_where_it_is_stated(self, tmp_path: Path) -> None:
        own = self.with_check(tmp_path, TODAY)
        late = planned("--pharmacy-file", own, "--prepared", (TODAY + timedelta(40)).isoformat())

        assert "balance-check-overdue" in codes_of(late)
        assert "balance-check-overdue" not in codes_of(planned("--pharmacy-file", own))

    def test_a_check_that_is_still_to_come_is_refused(self, tmp_path: Path) -> None:
        own = self.with_check(tmp_path, TODAY + timedelta(1))

        assert "pharmacy.toml: balances.fine.checked" in refusal(*PLAN, "--pharmacy-file", own)


class TestMark:
    """The figures of a plan have a mark that says what is from the file."""

    @pytest.mark.parametrize(
        ("language", "head", "said"),
        [
            ("en", "from pharmacy.toml", "balance fine (checked 2026-11-03), capsule shell, capsule size, fill weight of 2026-11-02, "
             "head of the sheet, page size"),
            ("de", "aus pharmacy.toml", "Waage fine (geprüft 3. November 2026), Kapselhülle, Kapselgröße, "
             "Füllmasse vom 2. November 2026, Kopf des Protokolls, Seitenformat"),
        ],
    )  # fmt: skip
    def test_a_row_names_the_file_and_what_was_taken(self, own: str, language: str, head: str, said: str) -> None:
        record = planned("--pharmacy-file", own)
        record["taken_from"][0]["checked"] = "2026-11-03"
        rows = dict(batch_rows(audit(plan_from_dict(record)), language_of(language)))

        assert said == rows[head].replace("\u00a0", " ")

    def test_the_short_screen_has_it_under_the_figures_and_few_words_for_the_warnings(self, own: str) -> None:
        Path(own).write_text(OWN.replace(TODAY.isoformat(), "2020-01-01"), encoding="utf-8")
        done = run(*PLAN, "--pharmacy-file", own, "--component-lot", "microcrystalline cellulose=B7,2031-03", COLUMNS="120")

        assert "from pharmacy.toml: balance fine (checked 2020-01-01)" in done.stdout
        assert "check of balance fine overdue" in done.stderr
        assert "210 mg a capsule was found with lot A12; weigh ten of lot B7" in done.stderr

    def test_without_a_file_there_is_no_row(self) -> None:
        record = planned("--balance-sensitivity", "1 mg")

        assert not [head for head, _ in batch_rows(audit(plan_from_dict(record))) if "toml" in head]


class TestLater:
    """A saved plan and a sheet hold all that was taken: the file is not read again."""

    def test_an_audit_says_what_the_plan_took_though_the_file_is_gone(self, own: str, tmp_path: Path) -> None:
        saved = tmp_path / "plan.json"
        saved.write_text(run(*PLAN, "--json", "--pharmacy-file", own).stdout, encoding="utf-8")
        Path(own).unlink()
        audited = json.loads(run("audit", "--json", str(saved), COMPOUND_PHARMACY="/no/such/file.toml").stdout)

        assert {"balance-from-file", "fill-weight-from-file", "pharmacy-file-used"} <= {one["code"] for one in audited["findings"]}
        assert "plan-altered" not in {one["code"] for one in audited["findings"]}

    def test_a_sheet_with_head_logo_and_language_of_the_file_is_genuine_without_it(self, own: str, tmp_path: Path) -> None:
        (tmp_path / "logo.png").write_bytes(LOGO)
        text = OWN.replace("[sheet]\n", '[sheet]\nlogo = "logo.png"\nlanguage = "de"\n')
        Path(own).write_text(text, encoding="utf-8")
        sheet = tmp_path / "sheet.pdf"
        assert run(*PLAN, "--pharmacy-file", own, "--pdf", str(sheet)).exit_code == 0
        for name in ("pharmacy.toml", "logo.png"):
            (tmp_path / name).unlink()
        verified = json.loads(run("verify", "--json", str(sheet), COMPOUND_PHARMACY="/no/such/file.toml").stdout)

        assert (verified["verdict"], verified["differences"]) == ("genuine", [])
        parts = {one["values"]["part"] for one in verified["findings"] if one["code"] == "sheet-of-own-words"}
        assert parts == {"head", "logo"}

    def test_an_overdue_check_stays_overdue_in_the_sheet(self, own: str, tmp_path: Path) -> None:
        Path(own).write_text(OWN.replace(TODAY.isoformat(), "2020-01-01"), encoding="utf-8")
        sheet = tmp_path / "sheet.pdf"
        run(*PLAN, "--pharmacy-file", own, "--pdf", str(sheet))

        assert json.loads(run("verify", "--json", str(sheet)).stdout)["verdict"] == "genuine"

    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"key": "dose_mg"}, "taken_from[0].key"),
            ({"key": "capacity_mg"}, "taken_from[0].name"),
            ({"overdue": "no"}, "taken_from[0].overdue"),
            ({"checked": "today"}, "taken_from[0].checked"),
            ({"value": "1"}, "taken_from[0].value"),
        ],
    )
    def test_what_no_file_gives_is_refused_in_a_plan(self, own: str, tmp_path: Path, changed: dict[str, str], said: str) -> None:
        record = planned("--pharmacy-file", own)
        record["taken_from"][0] |= changed
        saved = tmp_path / "plan.json"
        saved.write_text(json.dumps(record), encoding="utf-8")

        assert said in refusal("audit", str(saved))


class TestSheet:
    """What a sheet is printed with: options win over the file, and a template that is typed brings its own."""

    @staticmethod
    def printed(tmp_path: Path, *arguments: str) -> dict[str, Any]:
        """How a sheet was printed, as it says itself."""
        from compound.paper.read_back import read_sheet

        sheet = tmp_path / "sheet.pdf"
        done = run(*PLAN, "--pdf", str(sheet), *arguments)
        assert done.exit_code == 0, done.output
        record: dict[str, Any] = json.loads(read_sheet(sheet.read_bytes(), "sheet", ("plan.json", "sheet.json")).files["sheet.json"])
        return record

    def test_head_page_and_language_are_those_of_the_file(self, own: str, tmp_path: Path) -> None:
        Path(own).write_text(OWN.replace("[sheet]\n", '[sheet]\nlanguage = "de"\n'), encoding="utf-8")
        sheet = self.printed(tmp_path, "--pharmacy-file", own)

        assert sheet["details"]["pharmacy"] == ["Corner Pharmacy", "1 High Street"]
        assert (sheet["page_size"], sheet["template"]["language"]) == ("Letter", "de")

    def test_options_win(self, own: str, tmp_path: Path) -> None:
        Path(own).write_text(OWN.replace("[sheet]\n", '[sheet]\nlanguage = "de"\n'), encoding="utf-8")
        sheet = self.printed(
            tmp_path, "--pharmacy-file", own, "--template", "worksheet", "--page-size", "A4", "--pharmacy", "Another"
        )

        assert sheet["details"]["pharmacy"] == ["Another"]
        assert (sheet["page_size"], sheet["template"]["language"]) == ("A4", "en")

    def test_a_template_that_is_typed_brings_its_own_head(self, own: str, tmp_path: Path) -> None:
        template = shipped.template("worksheet.toml").decode("utf-8").replace("lines = []", 'lines = ["Own head"]')
        (tmp_path / "own-sheet.toml").write_text(template, encoding="utf-8")
        sheet = self.printed(tmp_path, "--pharmacy-file", own, "--template", str(tmp_path / "own-sheet.toml"))

        assert (sheet["details"]["pharmacy"], sheet["template"]["pharmacy"]["lines"]) == ([], ["Own head"])

    def test_a_template_and_a_logo_lie_beside_the_file(self, own: str, tmp_path: Path) -> None:
        (tmp_path / "logo.png").write_bytes(LOGO)
        (tmp_path / "ours.toml").write_bytes(shipped.template("worksheet.de.toml"))
        Path(own).write_text(OWN.replace("[sheet]\n", '[sheet]\nlogo = "logo.png"\ntemplate = "ours.toml"\n'), encoding="utf-8")
        sheet = self.printed(tmp_path, "--pharmacy-file", own)

        assert sheet["template"]["language"] == "de"
        assert sheet["logo"]

    @pytest.mark.parametrize(
        ("language", "dates", "said"),
        [
            ("en", None, "2031-03-02"), ("en", "words", "2 March 2031"), ("en", "iso", "2031-03-02"),
            ("de", None, "2. März 2031"), ("de", "words", "2. März 2031"), ("de", "iso", "2031-03-02"),
        ],
    )  # fmt: skip
    def test_days_are_written_as_the_file_says(
        self, own: str, tmp_path: Path, language: str, dates: str | None, said: str
    ) -> None:
        line = "" if dates is None else f'date_format = "{dates}"\n'
        Path(own).write_text(OWN.replace("[sheet]\n", f'[sheet]\nlanguage = "{language}"\n{line}'), encoding="utf-8")
        self.printed(tmp_path, "--pharmacy-file", own, "--prepared", "2031-03-02")
        sheet = tmp_path / "sheet.pdf"
        words = " ".join(" ".join(page.extract_text() for page in PdfReader(sheet).pages).split())

        assert said in words.replace("\u00a0", " ")
        assert json.loads(run("verify", "--json", str(sheet)).stdout)["verdict"] == "genuine"

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ('logo = "gone.png"', "pharmacy.toml: sheet.logo"),
            ('template = "gone.toml"', "pharmacy.toml: sheet.template"),
            ('template = "worksheet"\nlanguage = "de"', "pharmacy.toml: sheet.language"),
        ],
    )
    def test_what_cannot_be_read_is_named_with_file_and_key(self, own: str, line: str, said: str) -> None:
        Path(own).write_text(OWN.replace("[sheet]\n", f"[sheet]\n{line}\n"), encoding="utf-8")

        assert said in refusal(*PLAN, "--pharmacy-file", own)
        assert said in refusal("pharmacy", "--pharmacy-file", own)


class TestRefusals:
    """A bad key or value is one sentence with file and key, exit code 2, nothing on stdout."""

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("language = \"de\"\n", "own.toml: language: is not a key of a pharmacy's file; write it under [sheet]"),
            ("[sheets]\n", "own.toml: sheets: is not a key of a pharmacy's file; the nearest is sheet"),
            ('[sheet]\nheads = ["a"]\n', "own.toml: sheet.heads: is not a key of [sheet]; the nearest is head"),
            ('[sheet]\nhead = "a"\n', "own.toml: sheet.head: expected a list"),
            ('[sheet]\nhead = ["a", "b", "c", "d"]\n', "own.toml: sheet.head: has 4 entries"),
            ('[sheet]\nlanguage = "xx"\n', "own.toml: sheet.language"),
            ('[sheet]\npage_size = "A5"\n', "own.toml: sheet.page_size"),
            ('[sheet]\ndate_format = "DD/MM/YY"\n', "own.toml: sheet.date_format"),
            ('[sheet]\nbalance_unit = "kg"\n', "own.toml: sheet.balance_unit"),
            ('[defaults]\nbalance = "x"\n', "own.toml: defaults.balance: “x” is not among [balances]"),
            ('[defaults]\ndiluent = "water"\n', "own.toml: defaults.diluent"),
            ('[defaults]\ndiluent = "naltrexone hydrochloride"\n', "own.toml: defaults.diluent"),
            ('[defaults]\ncapsule_size = "9"\n', "own.toml: defaults.capsule_size"),
            ("[defaults]\ncapsule_size = 3\n", "own.toml: defaults.capsule_size: expected text in quotation marks"),
            ('[balances.x]\nreadability = "1 mg"\nsensitivity = "0.5 mg"\n', "own.toml: balances.x.readability: 1 mg is above"),
            ('[balances.x]\nreadability = "3 mg"\n', "own.toml: balances.x.readability: 3 mg is not 1, 2 or 5"),
            ('[balances.x]\nreadability = "1 mg"\ncapacity = 120\n', "own.toml: balances.x.capacity"),
            ('[balances.x]\nreadability = 0.1\n', "own.toml: balances.x.readability"),
            ('[balances.x]\nreadability = "1 mg"\ncapacity = "1.000 g"\n', "own.toml: balances.x.capacity"),
            ('[balances.x]\nreadability = "1 mg"\nchecked = 2026-02-01T10:00:00\n', "own.toml: balances.x.checked"),
            ('[balances.x]\nreadability = "1 mg"\ncheck_every_days = 0\n', "own.toml: balances.x.check_every_days"),
            ('[fillers.water]\n', "own.toml: fillers.water"),
            ('[fillers.mannitol]\nbulk_density = "0.5"\n', "own.toml: fillers.mannitol.bulk_density"),
            ('[fillers.mannitol]\nbulk_density = "50 g/cm3"\n', "own.toml: fillers.mannitol.bulk_density"),
            ('[fillers.mannitol]\nbulk_density = "2 g/mL"\ntrue_density = "1.5 g/cm3"\n', "own.toml: fillers.mannitol.bulk_density"),
            ('[fillers.mannitol.fills.9]\nmean = "1 mg"\ndate = 2026-01-01\n', "own.toml: fillers.mannitol.fills"),
            ('[fillers.mannitol.fills.3]\nmean = "135 mg"\n', "own.toml: fillers.mannitol.fills.“3”.date: is missing"),
            ('[fillers.mannitol.fills.3]\nmean = "9 g"\ndate = 2026-01-01\n', "own.toml: fillers.mannitol.fills.“3”.mean"),
            ('[fillers.MCC]\n[fillers."microcrystalline cellulose"]\n', "own.toml: fillers.“microcrystalline cellulose”"),
            ('[[rule]]\ncode = "x"\n', "own.toml: rule[1].verdict"),
            ('rules = "a.toml"\n[[rule]]\ncode = "own-x"\nverdict = "review"\nnames = ["x"]\nbecause = "b"\nsource = "s"\n',
             "own.toml: rules"),
        ],
    )  # fmt: skip
    def test_a_key_or_value_at_fault_is_named(self, text: str, said: str, tmp_path: Path) -> None:
        path = tmp_path / "own.toml"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(InputError, match=re.escape(said)) as error:
            read_pharmacy_file(text.encode(), "own.toml")

        assert "\n" not in str(error.value)
        assert said in refusal(*PLAN, "--balance-sensitivity", "1 mg", "--pharmacy-file", str(path))

    @pytest.mark.parametrize("literal", [
        "1", "1.5", "nan", "true", '""', '" "', '"x"', '"1"', '"1 mg"', '"-1 mg"', '"\\u202e"', "[]", "[1]", '["x"]', "{}",
        '{ x = "1" }', "2026-01-01", "2026-01-01T00:00:00Z", "12:00:00", f'"{"9" * 1000}"', '"/"', '"\\u0000"', '"1e9 mg"',
    ])  # fmt: skip
    @pytest.mark.parametrize("key", [
        "ledger", "rules", "rule", "sheet", "defaults", "balances", "fillers", *(f"sheet.{key}" for key in SETTINGS["sheet"]),
        *(f"defaults.{key}" for key in SETTINGS["defaults"]), "balances.x",
        *(f"balances.x.{key}" for key in (*BALANCE_MASSES, "checked", "check_every_days")), "fillers.mannitol",
        *(f"fillers.mannitol.{key}" for key in ("bulk_density", "true_density", "fills", "fills.3", "fills.3.mean", "fills.3.date",
                                                "fills.3.lot")),
    ])  # fmt: skip
    def test_whatever_stands_under_a_key_is_read_or_refused_in_one_sentence_with_the_file(self, key: str, literal: str) -> None:
        try:
            read_pharmacy_file(f"{key} = {literal}\n".encode(), "own.toml")
        except InputError as error:
            assert str(error).startswith("own.toml: ")
            assert error.each[0].where.removeprefix("own.toml: ").split(".")[0].split("[")[0] in key
            assert "\n" not in str(error)

    def test_the_default_balance_is_no_second_balance(self) -> None:
        text = OWN.replace('balance = "fine"', 'balance = "fine"\nbulk_balance = "fine"')
        with pytest.raises(InputError, match=r"defaults\.bulk_balance"):
            read_pharmacy_file(text.encode(), "own.toml")

    @pytest.mark.parametrize("how", ["option", "variable"])
    def test_a_file_that_is_named_and_not_there_is_refused(self, how: str, tmp_path: Path) -> None:
        path = str(tmp_path / "gone.toml")
        arguments = ["--pharmacy-file", path] if how == "option" else []
        said = refusal(*PLAN, *arguments, COMPOUND_PHARMACY=path if how == "variable" else "")

        assert ("--pharmacy-file" if how == "option" else "COMPOUND_PHARMACY") in said
        assert "gone.toml" in said

    def test_a_balance_that_is_named_without_a_file_is_refused(self, tmp_path: Path) -> None:
        said = refusal(*PLAN, "--balance", "fine", XDG_CONFIG_HOME=str(tmp_path), COMPOUND_PHARMACY="")

        assert said.startswith("--balance")
        assert "compound pharmacy init" in said

    def test_in_a_german_file_a_comma_is_the_decimal_one(self) -> None:
        text = '[sheet]\nlanguage = "de"\n[balances.fein]\nreadability = "0,1 mg"\nsensitivity = "0,3 mg"\n'

        assert str(read_pharmacy_file(text.encode(), "own.toml").balances["fein"].masses["sensitivity"].mg) == "0.3"
        with pytest.raises(InputError, match=r"balances\.fein\.readability"):
            read_pharmacy_file(text.replace('"de"', '"en"').encode(), "own.toml")


class TestHouseRules:
    """House rules of the file count as those of --rules do, which take their place."""

    RULE = '[[rule]]\ncode = "own-mcc"\nverdict = "review"\nnames = ["{name}"]\nbecause = "ours"\nsource = "SOP 1"\n'

    def test_a_rule_in_the_file_counts(self, own: str) -> None:
        Path(own).write_text(OWN + self.RULE.format(name="microcrystalline cellulose"), encoding="utf-8")

        assert "excipient-review" in codes_of(planned("--pharmacy-file", own))

    def test_a_file_of_rules_lies_beside_it_and_the_option_takes_its_place(self, own: str, tmp_path: Path) -> None:
        (tmp_path / "rules.toml").write_text(self.RULE.format(name="microcrystalline cellulose"), encoding="utf-8")
        (tmp_path / "other.toml").write_text(self.RULE.format(name="talc"), encoding="utf-8")
        Path(own).write_text(f'rules = "rules.toml"\n{OWN}', encoding="utf-8")

        assert "excipient-review" in codes_of(planned("--pharmacy-file", own))
        assert "excipient-review" not in codes_of(planned("--pharmacy-file", own, "--rules", str(tmp_path / "other.toml")))

    def test_the_rules_travel_in_the_plan_and_in_the_sheet(self, own: str, tmp_path: Path) -> None:
        Path(own).write_text(OWN + self.RULE.format(name="microcrystalline cellulose"), encoding="utf-8")
        saved, sheet = tmp_path / "plan.json", tmp_path / "sheet.pdf"
        done = run(*PLAN, "--json", "--pharmacy-file", own, "--pdf", str(sheet))
        saved.write_text(done.stdout, encoding="utf-8")
        Path(own).unlink()
        record = json.loads(done.stdout)

        assert record["house_rules"][0]["names"] == ["microcrystalline cellulose"]
        assert taken_of(record)["rules"] == {"key": "rules", "from": "pharmacy.toml", "at": "rule"}
        assert "excipient-review" in {one["code"] for one in json.loads(run("audit", "--json", str(saved)).stdout)["findings"]}
        assert json.loads(run("verify", "--json", str(sheet)).stdout)["verdict"] == "genuine"

    def test_rules_in_a_plan_that_are_none_are_refused_with_their_place(self, own: str, tmp_path: Path) -> None:
        record = planned("--pharmacy-file", own) | {"house_rules": [{"code": "own-x"}]}
        saved = tmp_path / "plan.json"
        saved.write_text(json.dumps(record), encoding="utf-8")

        assert "plan.json: house_rules[1].verdict" in refusal("audit", str(saved))

    def test_check_judges_by_the_rules_of_the_file(self, own: str, tmp_path: Path) -> None:
        Path(own).write_text(OWN + self.RULE.format(name="mannitol"), encoding="utf-8")
        (tmp_path / "rules.toml").write_text(self.RULE.format(name="talc"), encoding="utf-8")

        def verdict(*more: str) -> Any:
            return json.loads(run("check", "--json", "mannitol", "--pharmacy-file", own, *more).stdout)[0]["verdict"]

        assert ["review", "allowed"] == [verdict(), verdict("--rules", str(tmp_path / "rules.toml"))]

    def test_a_default_diluent_is_screened_as_every_other(self, own: str) -> None:
        Path(own).write_text(OWN.replace("[defaults]\n", '[defaults]\ndiluent = "calcium carbonate"\n'), encoding="utf-8")

        assert "excipient-disallowed" in codes_of(planned("--pharmacy-file", own, exit_code=1))


class TestOrders:
    """A table of orders takes from the file row by row."""

    def test_every_row_takes_what_it_does_not_state(self, own: str, tmp_path: Path) -> None:
        table = tmp_path / "orders.csv"
        table.write_text(
            "drug,dose,capsules,capsule-size,balance-sensitivity\n"
            f"{DRUG},2 mcg,30,,\n{DRUG},2 mcg,30,0,\n{DRUG},2 mcg,30,3,1 mg\n", encoding="utf-8",
        )  # fmt: skip
        done = run("plan", "--orders", str(table), "--json", "--pharmacy-file", own, "--method", "powder", "--jobs", "1")
        plans = [row["plan"] for row in json.loads(done.stdout)["orders"]]

        assert [plan["request"]["fill_weight_mg"] for plan in plans] == ["210", "290", "135"]
        assert [plan["balance"]["sensitivity_mg"] for plan in plans] == ["0.5", "0.5", "1"]
        assert ["fill_weight_mg" in taken_of(plan) for plan in plans] == [True, True, False]

    def test_the_screen_says_that_a_file_is_in_force_and_which_rows_have_an_overdue_balance(self, own: str, tmp_path: Path) -> None:
        Path(own).write_text(OWN.replace(TODAY.isoformat(), "2020-01-01"), encoding="utf-8")
        table = tmp_path / "orders.csv"
        table.write_text(f"drug,dose,capsules,balance-sensitivity\n{DRUG},2 mcg,30,\n{DRUG},2 mcg,30,1 mg\n", encoding="utf-8")
        said = run("plan", "--orders", str(table), "--pharmacy-file", own, "--method", "powder", "--jobs", "1").stderr

        assert "what no row states is from pharmacy.toml" in said
        assert "[balance-check-overdue] in row 2" in said


class TestCommand:
    """`compound pharmacy` shows what is in force; init writes a file to begin with."""

    def test_every_setting_is_shown_with_its_value_and_where_it_is_from(self, own: str) -> None:
        shown = json.loads(run("pharmacy", "--json", "--pharmacy-file", own).stdout)
        settings = {one["key"]: (one["value"], one["from"]) for one in shown["settings"]}

        assert shown["schema"] == "compound.pharmacy/1"
        assert (shown["file"], shown["named_by"]) == (own, "--pharmacy-file")
        assert settings["defaults.balance"] == ("fine", "pharmacy.toml")
        assert settings["defaults.diluent"] == (None, "default")
        assert settings["ledger"] == ("ledger.db", "pharmacy.toml")
        assert settings.keys() >= {f"{group}.{key}" for group, keys in SETTINGS.items() for key in keys}
        assert [one["least_weighable_mg"] for one in shown["balances"]] == ["10", "40"]

    def test_the_tables_say_so_in_words_and_an_overdue_check_is_a_warning(self, own: str) -> None:
        Path(own).write_text(OWN.replace(TODAY.isoformat(), "2020-01-01"), encoding="utf-8")
        done = run("pharmacy", "--pharmacy-file", own)

        assert done.exit_code == 0
        assert re.search(r"^capsule size +1 +pharmacy\.toml$", done.stdout, re.MULTILINE)
        assert re.search(r"^diluent +microcrystalline cellulose +default$", done.stdout, re.MULTILINE)
        assert "kept for a later release" in done.stdout
        assert "2020-01-01, OVERDUE" in done.stdout
        assert "balance-check-overdue" in done.stderr

    @pytest.mark.parametrize(
        ("environment", "said"),
        [("", "is not there; `compound pharmacy init` writes one"), ("none", "COMPOUND_PHARMACY says none")],
    )
    def test_without_a_file_the_defaults_are_shown(self, environment: str, said: str, tmp_path: Path) -> None:
        done = run("pharmacy", XDG_CONFIG_HOME=str(tmp_path), COMPOUND_PHARMACY=environment)

        assert done.exit_code == 0
        assert said in done.stdout.splitlines()[0]
        assert "pharmacy.toml" not in done.stdout.partition("\n")[2]

    def test_the_language_of_the_file_is_that_of_the_screen_where_nothing_says_another(self, own: str) -> None:
        Path(own).write_text(OWN.replace("[sheet]\n", '[sheet]\nlanguage = "de"\n'), encoding="utf-8")
        german, english = "Kapselgröße", "capsule size"

        assert german in run("pharmacy", COMPOUND_PHARMACY=own).stdout
        assert english in run("pharmacy", COMPOUND_PHARMACY=own, COMPOUND_LANGUAGE="en").stdout
        assert english in run("pharmacy", "--language", "en", COMPOUND_PHARMACY=own, COMPOUND_LANGUAGE="de").stdout
        assert run("explain", "dose-not-low", "--language", "de").stdout == run("explain", "dose-not-low", COMPOUND_PHARMACY=own).stdout

    def test_a_bad_file_does_not_keep_anybody_from_the_manual(self, own: str) -> None:
        Path(own).write_text("[sheet]\nlanguage = 1\n", encoding="utf-8")

        assert run("guide", "pharmacy", COMPOUND_PHARMACY=own).stdout == run("guide", "pharmacy").stdout

    @pytest.mark.parametrize("language", shipped.OWN_FILES)
    def test_init_writes_a_file_that_reads_with_and_without_its_comments(self, language: str, tmp_path: Path) -> None:
        path = tmp_path / "pharmacy.toml"
        assert run("pharmacy", "init", str(path), "--language", language).exit_code == 0
        text = path.read_text(encoding="utf-8")
        told = re.sub(r"^# (?=\[|[a-z_]+ = )", "", text, flags=re.MULTILINE).replace("rules = ", "# rules = ", 1)
        read = read_pharmacy_file(told.encode(), "pharmacy.toml")

        assert run("pharmacy", "--pharmacy-file", str(path)).exit_code == 0
        assert {key for key in SETTINGS["sheet"] if getattr(read.sheet, key)} == set(SETTINGS["sheet"])
        assert read.defaults.keys() == set(SETTINGS["defaults"])
        assert (len(read.balances), len(read.fillers)) == (2, 1)
        assert read.rules is not None

    def test_init_makes_the_folder_that_the_file_is_looked_for_in(self, tmp_path: Path) -> None:
        done = run("pharmacy", "init", XDG_CONFIG_HOME=str(tmp_path / "config"), COMPOUND_PHARMACY="")

        assert done.exit_code == 0
        assert (tmp_path / "config" / "compound" / "pharmacy.toml").is_file()

    def test_a_check_of_a_balance_is_saved_where_the_file_is_looked_for(self, tmp_path: Path) -> None:
        check = ("balance", "check", "--readability", "0.1 mg", *["100.0 mg", "100.1 mg"] * 5, "--save", "fine")
        done = run(*check, XDG_CONFIG_HOME=str(tmp_path), COMPOUND_PHARMACY="")
        shown = json.loads(run("pharmacy", "--json", XDG_CONFIG_HOME=str(tmp_path), COMPOUND_PHARMACY="").stdout)

        assert done.exit_code == 0
        assert [(one["name"], one["checked"]) for one in shown["balances"]] == [("fine", TODAY.isoformat())]
        assert "COMPOUND_PHARMACY: says none" in refusal(*check, COMPOUND_PHARMACY="none")

    def test_init_never_writes_over_a_file_without_force(self, own: str) -> None:
        assert "--force" in refusal("pharmacy", "init", own)
        assert Path(own).read_text(encoding="utf-8") == OWN
        assert run("pharmacy", "init", own, "--force").exit_code == 0
        assert Path(own).read_text(encoding="utf-8") != OWN
