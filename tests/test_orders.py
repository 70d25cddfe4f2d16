"""Many orders from a table: how it is read, what becomes of a row, and that rows do not touch each other."""


from __future__ import annotations

import io
import json
import os
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from compound.cli import many, orders
from compound.cli import plan as cli
from compound.exact.errors import InputError, ProgramFault
from compound.order.options_table import KNOWN_OPTIONS
from compound.order.table import OrderRow, file_name, read_orders
from compound.wording.notation import ENGLISH_NOTATION

HEADER = "drug,dose,balance-sensitivity,capsules,file"
GOOD = "naltrexone hydrochloride,4.5 mg,1 mg,30,"
KNOWN = {"drug": False, "dose": False, "balance-sensitivity": False, "capsules": False, "excipient": True}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.command, list(arguments))


def table(path: Path, *lines: str) -> str:
    file = path / "orders.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(file)


def read(text: str | bytes) -> list[OrderRow]:
    content = text.encode() if isinstance(text, str) else text
    return read_orders(content, KNOWN, (), "o.csv")


def refused(text: str | bytes) -> str:
    with pytest.raises(InputError) as error:
        read(text)
    return str(error.value)


class TestTable:
    """A table of orders is comma-separated text in UTF-8; its first row names the options."""

    def test_a_row_holds_the_texts_of_its_cells(self) -> None:
        (row,) = read("drug,dose,file\nnaltrexone hydrochloride,2 mcg,a\n")
        assert OrderRow(2, {"drug": "naltrexone hydrochloride", "dose": "2 mcg"}, "a.pdf") == row

    def test_a_byte_order_mark_is_no_part_of_the_first_name(self) -> None:
        assert {"drug": "x"} == read(b"\xef\xbb\xbfdrug\nx\n")[0].options

    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    def test_any_line_ending_is_read(self, ending: str) -> None:
        assert ["2 mcg", "3 mcg"] == [row.options["dose"] for row in read(f"dose{ending}2 mcg{ending}3 mcg")]

    def test_rows_are_counted_as_a_spreadsheet_counts_them(self) -> None:
        text = '\ndose\n2 mcg\n\n,\n"3 mcg"\n'.replace(",\n", '""\n')
        assert [3, 6] == [row.number for row in read(text)]

    def test_an_empty_cell_states_nothing(self) -> None:
        assert {"dose": "2 mcg"} == read("drug,dose\n ,2 mcg\n")[0].options

    def test_a_repeatable_option_has_as_many_columns_as_it_needs(self) -> None:
        assert {"excipient": ("talc", "silica")} == read("excipient,excipient,excipient\ntalc,,silica\n")[0].options

    @pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "'x", '=HYPERLINK("a")'])
    def test_a_cell_like_a_formula_is_stored_as_it_is(self, cell: str) -> None:
        quoted = cell.replace('"', '""')
        assert {"drug": cell} == read(f'drug\n"{quoted}"\n')[0].options

    def test_a_column_without_a_name_is_let_through_while_it_is_empty(self) -> None:
        assert [None, "“x” stands in a column without a name"] == [row.fault for row in read("dose,\n2 mcg,\n2 mcg,x\n")]

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("a,b,c", "has 3 cells where the header has 2; a decimal comma splits a cell in two, so write a point"),
            ("a", "has 1 cell where the header has 2"),
        ],
    )
    def test_a_row_of_another_length_is_bad_and_stops_no_other(self, line: str, said: str) -> None:
        faults = [row.fault for row in read(f"drug,dose\nx,y\n{line}\nx,z\n")]
        assert [None, said, None] == faults

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "o.csv: is empty; the first row names the options, such as drug,dose,capsules"),
            ("\n \n,,\n", "o.csv: is empty; the first row names the options, such as drug,dose,capsules"),
            ("drug,dose\n", "o.csv: holds no orders; there is nothing below the row of names"),
            ("drug;dose\n", "o.csv: holds no orders; there is nothing below the row of names"),
            ("drug;x,capsules\nx\n", "o.csv: column 1: “drug;x” is not an option of an order; the nearest is drug"),
            ("\ndrug\tdose\n", "o.csv line 2: separates its columns by tabs; save it with commas, "
             "and with decimal points"),
            ("drug,dose,drug\n", "o.csv line 1: holds the column “drug” twice"),
            ("drug,file,file\n", "o.csv line 1: holds the column “file” twice"),
            ("drug,dosse\n", "o.csv: column 2: “dosse” is not an option of an order; the nearest is dose"),
            ("drug,pdf\n", "o.csv: column 2: “pdf” is not an option of an order; "
             "those are drug, dose, balance-sensitivity, capsules, excipient, file"),
            (b"drug\n\xff\n", "o.csv line 2: is not UTF-8 text; save it as UTF-8"),
            ('drug\n"open\n', "o.csv line 2: is not a CSV file: a quotation mark is not closed"),
        ],
    )  # fmt: skip
    def test_a_table_that_cannot_be_read_is_refused_in_one_sentence(self, text: str | bytes, said: str) -> None:
        assert said == refused(text)

    def test_a_column_that_the_command_line_states_too_is_refused(self) -> None:
        with pytest.raises(InputError, match="--dose: is given on the command line and as a column of o.csv"):
            read_orders(b"drug,dose\nx,y\n", KNOWN, ("dose",), "o.csv")

    @given(st.binary(max_size=60))
    def test_any_bytes_are_read_or_refused(self, content: bytes) -> None:
        try:
            read_orders(b"drug,dose\n" + content, KNOWN, (), "o.csv")
        except InputError as error:
            assert str(error).startswith("o.csv")


class TestFileName:
    """The PDF of a row has the name the row gives, made safe for every file system, or the row's number."""

    @pytest.mark.parametrize(
        ("label", "expected"),
        [
            (None, "row-00007.pdf"),
            ("a", "a.pdf"),
            ("a.pdf", "a.pdf"),
            ("A.PDF", "A.pdf"),
            ("2026/017", "2026-017.pdf"),
            ("../../etc/passwd", "-..-etc-passwd.pdf"),
            ("C:\\x", "C--x.pdf"),
            (".hidden", "hidden.pdf"),
            ("Müller 5 µg", "Müller 5 µg.pdf"),
            ("0.5 mg", "0.5 mg.pdf"),
            ("=1+1", "=1+1.pdf"),
            ("a. ", "a.pdf"),
        ],
    )
    def test_a_label_becomes_a_name(self, label: str | None, expected: str) -> None:
        assert expected == file_name(label, 7)

    @pytest.mark.parametrize("label", ["..", "/", ".pdf", "con", "NUL.txt", "a\nb", "a\0b", "a\u202eb", "x" * 201])
    def test_a_label_that_is_no_name_is_refused(self, label: str) -> None:
        with pytest.raises(InputError, match="^file: "):
            file_name(label, 7)

    @given(st.text(max_size=30))
    def test_a_name_never_leaves_its_folder(self, label: str) -> None:
        try:
            name = file_name(label, 7)
        except InputError:
            return
        assert os.path.basename(name) == name
        assert not name.startswith(".")
        assert name.endswith(".pdf")

    @pytest.mark.parametrize("other", ["a", "A", "a.pdf", " a "])
    def test_two_rows_never_write_one_file(self, other: str) -> None:
        faults = [row.fault for row in read(f"dose,file\n1 mg,a\n2 mg,{other}\n")]
        assert [None, True] == [faults[0], (faults[1] or "").endswith("by row 2 already; give it another name")]

    def test_accents_written_in_two_ways_are_one_name(self) -> None:
        rows = read("dose,file\n1 mg,Mu\u0308ller\n2 mg,M\u00fcller\n")
        assert rows[1].fault is not None

    def test_a_batch_number_names_the_file_where_no_column_does(self) -> None:
        assert "2026-017.pdf" == read("dose,batch-number\n1 mg,2026/017\n")[0].file


class TestRun:
    """One bad row does not stop the others and is listed at the end; then the exit code is 1."""

    def test_good_rows_are_written_and_bad_ones_listed_last(self, tmp_path: Path) -> None:
        path = table(tmp_path, HEADER, GOOD + "a", "naltrexone hydrochloride,.5 mg,1 mg,30,b", GOOD + "c",
                     "naltrexone hydrochloride,50 mg,1 mg,30,d")  # fmt: skip
        result = run("--orders", path, "--pdf-dir", str(tmp_path / "out"))
        assert 1 == result.exit_code, result.exception
        assert ["a.pdf", "c.pdf"] == sorted(os.listdir(tmp_path / "out"))
        *_, third, second, first = result.stderr.splitlines()
        assert f"4 orders: 2 worksheets written to {tmp_path / 'out'}; 2 failed" == third
        assert "failed: row 3: --dose: “.5 mg” has a naked decimal point; write 0.5 mg" == second
        assert first.startswith("failed: row 5: [dose-not-low] 50 mg (50,000 mcg) is not a low dose")
        assert ["written", "failed", "written", "failed"] == [line.split()[-1] for line in result.stdout.splitlines()[1:]]

    def test_a_worksheet_is_the_one_that_the_row_alone_gives(self, tmp_path: Path) -> None:
        path = table(tmp_path, HEADER, GOOD + "a")
        assert 0 == run("--orders", path, "--pdf-dir", str(tmp_path)).exit_code
        alone = run("naltrexone hydrochloride", "--dose", "4.5 mg", "--balance-sensitivity", "1 mg",
                    "--capsules", "30", "--pdf", str(tmp_path / "alone.pdf"))  # fmt: skip
        assert 0 == alone.exit_code
        assert (tmp_path / "alone.pdf").read_bytes() == (tmp_path / "a.pdf").read_bytes()

    def test_a_failed_row_leaves_an_existing_file_as_it_was(self, tmp_path: Path) -> None:
        path = table(tmp_path, HEADER, "naltrexone hydrochloride,50 mg,1 mg,30,a")
        (tmp_path / "a.pdf").write_text("mine")
        assert 1 == run("--orders", path, "--pdf-dir", str(tmp_path)).exit_code
        assert "mine" == (tmp_path / "a.pdf").read_text()

    def test_options_beside_the_file_hold_for_every_row(self, tmp_path: Path) -> None:
        path = table(tmp_path, "drug,dose,capsules", "naltrexone hydrochloride,4.5 mg,30")
        result = run("--orders", path, "--balance-sensitivity", "0.1 mg", "--json")
        assert "0.1" == json.loads(result.stdout)["orders"][0]["plan"]["balance"]["sensitivity_mg"]

    def test_a_formula_lies_under_every_row_which_wins_with_a_note(self, tmp_path: Path) -> None:
        path = table(tmp_path, "capsules", "30", "60")
        result = run("--orders", path, "--formula", "naltrexone-2-mcg", "--json")
        plans = [order["plan"] for order in json.loads(result.stdout)["orders"]]
        assert [30, 60] == [plan["request"]["capsules"] for plan in plans]
        noted = [[f for f in plan["findings"] if f["code"] == "formula-overridden"] for plan in plans]
        assert [0, 1] == [len(found) for found in noted]

    def test_a_row_without_an_admissible_plan_fails_with_what_would_help(self, tmp_path: Path) -> None:
        path = table(tmp_path, HEADER, "naltrexone hydrochloride,2 mcg,50 mg,1,a")
        result = run("--orders", path, "--json")
        (order,) = json.loads(result.stdout)["orders"]
        assert (1, "failed", []) == (result.exit_code, order["outcome"], order["plan"]["steps"])
        assert order["failures"][0].startswith("[no-admissible-plan]")

    def test_json_is_one_object_and_stderr_is_silent(self, tmp_path: Path) -> None:
        path = table(tmp_path, HEADER, GOOD + "a", "x,.5 mg,1 mg,30,b")
        result = run("--orders", path, "--json")
        record = json.loads(result.stdout)
        assert "compound.orders/1" == record["schema"]
        assert [(2, "planned"), (3, "failed")] == [(order["row"], order["outcome"]) for order in record["orders"]]
        assert "" == result.stderr

    def test_how_many_processes_work_changes_nothing(self, tmp_path: Path) -> None:
        lines = [GOOD + str(i) if i % 5 else f"naltrexone hydrochloride,.5 mg,1 mg,30,{i}" for i in range(many.FEW)]
        path = table(tmp_path, HEADER, *lines)
        seen = []
        for jobs in ("1", "2"):
            out = tmp_path / "out"
            result = run("--orders", path, "--pdf-dir", str(out), "--jobs", jobs)
            assert 1 == result.exit_code, result.exception
            seen.append((result.stdout, result.stderr, {p.name: p.read_bytes() for p in out.iterdir()}))
        assert seen[0] == seen[1]

    def test_a_fault_of_the_program_stays_with_its_row(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fails(*_: Any, **__: Any) -> Any:
            raise ZeroDivisionError("division by zero")

        monkeypatch.setattr(orders, "read_order", fails)
        outcome = orders.work(orders.Task({}, None, None, None, None, False, ""), OrderRow(2, {}, "a.pdf"))
        assert ("the program failed (ZeroDivisionError: division by zero)",) == outcome.failures
        assert outcome.faulty

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("naltrexone", "--orders", "o.csv"), "DRUG: is for one order"),
            (("--orders", "o.csv", "--pdf", "x.pdf"), "--pdf: is for one order"),
            (("--orders", "o.csv", "--alternatives", "2"), "--alternatives: is for one order"),
            (("--pdf-dir", "x"), "--pdf-dir: is for many orders"),
            (("--jobs", "2"), "--jobs: is for many orders"),
            (("--orders", "no-such.csv"), "--orders: there is no file no-such.csv"),
        ],
    )
    def test_options_that_do_not_go_together_are_refused(self, arguments: tuple[str, ...], said: str) -> None:
        error = run(*arguments).exception
        assert isinstance(error, InputError)
        assert str(error).startswith(said)

    def test_a_folder_that_cannot_be_made_is_refused_before_any_work(self, tmp_path: Path) -> None:
        path = table(tmp_path, HEADER, GOOD)
        for folder, said in ((path, "is a file"), (str(tmp_path / "no" / "such"), "cannot be made")):
            error = run("--orders", path, "--pdf-dir", folder).exception
            assert isinstance(error, InputError)
            assert said in str(error)


class TestLines:
    """An order is a line: batch number, route, worst case and powder stand in it (issue 13, The screen)."""

    ROWS = ("drug,dose,capsules,batch-number", "naltrexone hydrochloride,2 mcg,30,B-1", "naltrexone hydrochloride,0.5 mcg,60,B-2",
            "naltrexone hydrochloride,.5 mg,60,B-3", "naltrexone hydrochloride,50 mg,60,B-4")  # fmt: skip

    @staticmethod
    def lines(text: str) -> list[list[str]]:
        return [[cell.strip() for cell in re.split(" {2,}", line.strip())] for line in text.splitlines()]

    def test_a_line_says_what_the_json_says(self, tmp_path: Path) -> None:
        path = table(tmp_path, *self.ROWS)
        found = self.lines(run("--orders", path, "--balance-sensitivity", "1 mg").stdout)
        plans = [row["plan"] for row in json.loads(run("--orders", path, "--balance-sensitivity", "1 mg", "--json").stdout)["orders"]]

        assert ["row", "batch", "drug", "dose", "capsules", "route", "worst case", "powder", "outcome"] == found[0]
        for line, plan, route in ((found[1], plans[0], "powder"), (found[2], plans[1], "solution")):
            assert (route, "planned") == (line[5], line[8])
            worst = max(-Fraction(plan["accuracy"]["worst_low_percent"]), Fraction(plan["accuracy"]["worst_high_percent"]))
            assert ENGLISH_NOTATION.short_percent(worst) == line[6]
            assert plan["identity"]["batch_number"] == line[1]
        solids = [Fraction(step["amount_mg"]) for step in plans[0]["steps"] if step["action"] in ("weigh", "transfer")]
        assert ENGLISH_NOTATION.short_mass(sum(solids, Fraction(0))) == found[1][7]

    def test_what_fails_has_its_number_and_no_plan(self, tmp_path: Path) -> None:
        found = self.lines(run("--orders", table(tmp_path, *self.ROWS), "--balance-sensitivity", "1 mg").stdout)

        assert ["4", "B-3", "failed"] == found[3]
        assert ["5", "B-4", "naltrexone hydrochloride", "50 mg (50,000 mcg)", "60", "failed"] == found[4]

    def test_a_pipe_gets_one_line_a_row(self, tmp_path: Path) -> None:
        text = run("--orders", table(tmp_path, *self.ROWS), "--balance-sensitivity", "1 mg").stdout

        assert len(self.ROWS) == len(text.splitlines())

    def test_on_80_columns_it_is_folded_and_fits(self, tmp_path: Path) -> None:
        path = table(tmp_path, *self.ROWS)
        text = CliRunner(env={"COLUMNS": "80"}).invoke(cli.command, ["--orders", path, "--balance-sensitivity", "1 mg"]).stdout

        assert [] == [line for line in text.splitlines() if len(line) > 80]


class TestStreaming:
    """With --json each row is written as it comes: one is held, however many there are."""

    def test_a_row_is_printed_before_the_next_is_worked_on(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = table(tmp_path, HEADER, GOOD + "a", "x,.5 mg,1 mg,30,b", GOOD + "c")
        printed = io.StringIO()
        monkeypatch.setattr("sys.stdout", printed)
        seen: list[int] = []
        work = orders.work

        def watched(task: orders.Task, row: OrderRow) -> orders.Outcome:
            seen.append(printed.getvalue().count('"row": '))
            return work(task, row)

        monkeypatch.setattr(orders, "work", watched)
        task = orders.Task({}, None, None, None, None, True, "")
        with pytest.raises(SystemExit):
            orders.run_orders(path, 1, task, KNOWN_OPTIONS)

        assert [0, 1, 2] == seen
        assert [2, 3, 4] == [order["row"] for order in json.loads(printed.getvalue())["orders"]]

    def test_it_is_one_object_as_json_is_written_elsewhere(self, tmp_path: Path) -> None:
        path = table(tmp_path, HEADER, GOOD + "a", "x,.5 mg,1 mg,30,b")
        text = run("--orders", path, "--json").stdout

        assert json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n" == text

    @pytest.mark.parametrize("fault", [KeyboardInterrupt, ProgramFault])
    def test_a_run_that_ends_early_ends_the_object_and_says_how_far_it_came(
        self, fault: type[BaseException], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        path = table(tmp_path, HEADER, GOOD + "a", GOOD + "b", GOOD + "c")
        work = orders.work

        def ended(task: orders.Task, row: OrderRow) -> orders.Outcome:
            if row.number == 4:
                raise fault("now")
            return work(task, row)

        monkeypatch.setattr(orders, "work", ended)
        with pytest.raises(fault):
            orders.run_orders(path, 1, orders.Task({}, None, None, None, None, True, ""), KNOWN_OPTIONS)
        out, err = capsys.readouterr()
        record = json.loads(out)

        assert {"done": 2, "of": 3} == record["interrupted"]
        assert [2, 3] == [order["row"] for order in record["orders"]]
        assert "ended early: 2 of 3 orders, up to row 3, are printed\n" == err

    def test_a_worksheet_that_cannot_be_written_leaves_stdout_empty(self, tmp_path: Path) -> None:
        path = table(tmp_path, HEADER, GOOD + "a", GOOD + "b")
        (tmp_path / "b.pdf").write_text("mine")
        result = run("--orders", path, "--pdf-dir", str(tmp_path), "--json")

        assert isinstance(result.exception, InputError)
        assert "" == result.stdout

    def test_with_worksheets_the_object_is_the_same(self, tmp_path: Path) -> None:
        path = table(tmp_path, HEADER, GOOD + "a", "x,.5 mg,1 mg,30,b")
        plain = json.loads(run("--orders", path, "--json").stdout)["orders"]
        written = json.loads(run("--orders", path, "--json", "--pdf-dir", str(tmp_path)).stdout)["orders"]

        assert [order["plan"] and order["plan"]["steps"] for order in plain] == [
            order["plan"] and order["plan"]["steps"] for order in written
        ]
        assert ["written", "failed"] == [order["outcome"] for order in written]

    def test_no_more_is_worked_on_than_is_soon_taken(self) -> None:
        class Watched(list[int]):
            taken = 0

            def __getitem__(self, at: Any) -> Any:
                Watched.taken += 1
                return super().__getitem__(at)

        items = Watched(range(100 * many.CHUNK))
        results = many.mapped(abs, items, 2)

        assert 0 == next(results)
        assert Watched.taken <= 2 * many.AHEAD + 1
        assert list(range(1, len(items))) == list(results)


class TestRanges:
    """Rows are named in short."""

    @pytest.mark.parametrize(
        ("numbers", "expected"), [([2], "row 2"), ([2, 3, 4, 9], "rows 2 to 4, 9"), ([2, 4], "rows 2, 4")]
    )
    def test_runs_of_rows_are_joined(self, numbers: list[int], expected: str) -> None:
        assert expected == orders._ranges(numbers)
