"""`compound audit SHEET.pdf`: the plan that is attached to a worksheet, with the readings filled into its fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from helpers import order
from pypdf import PdfReader, PdfWriter

from compound.cli.audit import command
from compound.exact.errors import InputError
from compound.making.make import Batch, PrintSettings, plan_batch, write_worksheet
from compound.paper.filled import read_filled
from compound.reading import shipped
from compound.worksheet.template import read_template

ROOM = {"drug": "naltrexone hydrochloride", "dose": "0.25 mg", "balance_sensitivity": "0.1 mg"}


@pytest.fixture(scope="module")
def batch() -> Batch:
    return plan_batch(order(**ROOM))


@pytest.fixture(scope="module", params=["worksheet.toml", "worksheet.de.toml"])
def sheet(batch: Batch, request: pytest.FixtureRequest) -> bytes:
    template = read_template(shipped.template(request.param))
    return write_worksheet(batch, PrintSettings(template, fillable=True))[0]


def weighings(batch: Batch) -> dict[int, str]:
    """What is planned at each weighing, as a person fills it in."""
    assert batch.audit is not None
    return {step.number: f"{step.amount_mg} mg" for step in batch.audit.plan.weighings()}


def filled(sheet: bytes, values: Mapping[str, str]) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(sheet)))
    for page in writer.pages:
        writer.update_page_form_field_values(page, dict(values), auto_regenerate=False)
    made = BytesIO()
    writer.write(made)
    return made.getvalue()


def audited(tmp_path: Path, content: bytes, *arguments: str) -> Result:
    (tmp_path / "sheet.pdf").write_bytes(content)
    return CliRunner().invoke(command, [str(tmp_path / "sheet.pdf"), *arguments])


def told(result: Result) -> dict[str, Any]:
    assert result.stdout, result.exception
    found: dict[str, Any] = json.loads(result.stdout)
    return found


class TestFilled:
    def test_an_empty_sheet_is_the_plan_as_written(self, sheet: bytes, tmp_path: Path) -> None:
        found = told(audited(tmp_path, sheet, "--json"))

        assert ("within", []) == (found["verdict"], found["readings"])

    def test_a_filled_sheet_is_the_batch_as_made(self, sheet: bytes, batch: Batch, tmp_path: Path) -> None:
        values = {f"step-{number}-reading": text for number, text in weighings(batch).items()}
        found = told(audited(tmp_path, filled(sheet, values | {"step-1-weigher": "AB"}), "--json"))

        assert "within" == found["verdict"]
        assert list(weighings(batch)) == [row["number"] for row in found["readings"]]

    def test_an_option_takes_up_where_the_fields_end(self, sheet: bytes, batch: Batch, tmp_path: Path) -> None:
        first, second, *_ = weighings(batch)
        content = filled(sheet, {f"step-{first}-reading": weighings(batch)[first]})
        found = told(audited(tmp_path, content, "--read", f"{second}={weighings(batch)[second]}", "--json"))
        twice = audited(tmp_path, content, "--read", f"{first}={weighings(batch)[first]}")

        assert [first, second] == [row["number"] for row in found["readings"]]
        assert "is read twice" in str(twice.exception)

    @pytest.mark.parametrize("text", ["eighty", "80", "-3 mg", "80 mg?"])
    def test_a_field_that_holds_no_amount_is_told_with_its_name(self, sheet: bytes, tmp_path: Path, text: str) -> None:
        found = audited(tmp_path, filled(sheet, {"step-1-reading": text}))

        assert isinstance(found.exception, InputError)
        assert "field step-1-reading" in str(found.exception)
        assert "" == found.stdout

    def test_a_field_outside_its_range_is_told_with_its_name(self, sheet: bytes, batch: Batch, tmp_path: Path) -> None:
        wrong = {"step-1-reading": f"{2 * float(weighings(batch)[1].split()[0]):g} mg"}

        assert "field step-1-reading" in str(audited(tmp_path, filled(sheet, wrong)).exception)
        assert 0 == audited(tmp_path, filled(sheet, wrong), "--confirm", "1").exit_code

    def test_the_record_is_not_written_over_the_sheet(self, sheet: bytes, tmp_path: Path) -> None:
        found = audited(tmp_path, sheet, "--pdf", str(tmp_path / "." / "sheet.pdf"))

        assert "name another file" in str(found.exception)
        assert sheet == (tmp_path / "sheet.pdf").read_bytes()

    def test_names_of_fields_do_not_shift(self, batch: Batch) -> None:
        """They are the same in both languages and whatever else is asked for on the sheet."""
        names = []
        for name in ("worksheet.toml", "worksheet.de.toml"):
            content, _ = write_worksheet(batch, PrintSettings(read_template(shipped.template(name)), fillable=True))
            fields = PdfReader(BytesIO(content)).get_fields() or {}
            names.append({name for name in fields if name.startswith("step-")})

        assert names[0] == names[1]
        assert {f"step-{n}-{what}" for n in weighings(batch) for what in ("reading", "weigher", "checker")} <= names[0]

    @pytest.mark.parametrize(("content", "said"), [
        (b"%PDF-1.7\n", "cut short"), (b"%PDF-1.7\nnothing\n%%EOF\n", "carries no plan"),
    ])  # fmt: skip
    def test_what_is_no_worksheet_is_refused(self, content: bytes, said: str, tmp_path: Path) -> None:
        assert said in str(audited(tmp_path, content).exception)

    def test_a_pdf_without_a_plan_is_refused(self) -> None:
        writer, made = PdfWriter(), BytesIO()
        writer.add_blank_page(100, 100)
        writer.write(made)
        with pytest.raises(InputError, match="carries no plan"):
            read_filled(made.getvalue(), "x.pdf", ("plan.json", "sheet.json"))
