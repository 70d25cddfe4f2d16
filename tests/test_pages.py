"""The pages of the worksheet, measured from the places of their own texts: how many, how full, nothing torn, nothing small."""

from __future__ import annotations

import json
import re
from functools import cache
from io import BytesIO
from typing import Any

import pytest
from click.testing import CliRunner
from helpers import order
from pypdf import PdfReader

from compound.cli.main import main
from compound.exact.errors import InputError
from compound.findings.finding import Severity
from compound.judging.audit import Audit
from compound.making.make import Batch, PrintSettings, plan_batch, write_worksheet
from compound.making.verify import verify_worksheet
from compound.paper.filled import read_filled
from compound.paper.paper import Box, Paper
from compound.plan.plan import Fill
from compound.reading import shipped
from compound.showing import plan_json
from compound.wording.language import language
from compound.worksheet.details import Details, read_details
from compound.worksheet.render import lay_out
from compound.worksheet.template import ANNEX, Template, read_template, template_to_table

KINDS: dict[str, dict[str, Any]] = {
    "no trituration": {"dose": "4.5 mg"},
    "one trituration": {"dose": "0.25 mg"},
    "two triturations": {},
    "three triturations": {"max_dilution": "30"},
    "four triturations": {"max_dilution": "15"},
    "solution": {"dose": "20 nanograms", "method": "solution"},
    "by volume": {"dose": "0.5 mg", "filling": "volume", "capsules": "60"},
    "tablets": {"dose": "0.5 mg", "tablet": "50 mg in 170 mg", "balance_sensitivity": "0.1 mg", "capsules": "100"},
    "excipients": {"excipient": ("colloidal silica 0.5%", "talc 2 %", "magnesium stearate 0.2%")},
    "portions": {"capsules": "1000", "capacity": "50 g"},
}
SIZES, LANGUAGES = ("A4", "Letter"), ("en", "de")
FOOT = 26.0  # height of what is smaller, at the foot of a page


@cache
def batch(kind: str) -> Batch:
    return plan_batch(order(**KINDS[kind]))


def judged(kind: str) -> Audit:
    found = batch(kind).audit
    assert found is not None
    return found


@cache
def template(code: str) -> Template:
    return read_template(shipped.template("worksheet.toml" if code == "en" else "worksheet.de.toml"))


@cache
def laid_out(kind: str, code: str = "en", size: str = "A4", pages: str = "short", annex: bool = True) -> Paper:
    return lay_out(judged(kind), template(code), Details(pages=pages, annex=annex), "f" * 64, size)


def on_page(paper: Paper, number: int) -> list[Box]:
    """The texts of a page between its head and its foot, from the top down."""
    boxes = [box for box in paper.boxes if box.page == number and paper.top - 1 < box.top and box.bottom < paper.bottom + 2]
    return sorted(boxes, key=lambda box: box.bottom)


def words_on(paper: Paper, number: int) -> str:
    return " ".join(box.text for box in paper.boxes if box.page == number)


ALL = [(kind, code, size, pages, annex)
       for kind in KINDS for code in LANGUAGES for size in SIZES for pages in ("short", "long") for annex in (True, False)]  # fmt: skip
ALL += [(kind, code, size, "short", True) for kind in KINDS for code in ("fr", "es", "pt", "nl") for size in SIZES]


@pytest.mark.parametrize(("kind", "code", "size", "pages", "annex"), ALL)
class TestEveryPage:
    """Whatever is made, in every language and on either page."""

    def test_nothing_runs_into_the_foot_or_off_the_page(
        self, kind: str, code: str, size: str, pages: str, annex: bool
    ) -> None:
        paper = laid_out(kind, code, size, pages, annex)

        for box in paper.boxes:
            in_the_frame = box.bottom < paper.top or box.top > paper.bottom + 2
            assert in_the_frame or box.bottom < paper.bottom + 2, box
            assert 35.9 <= box.left, box
            assert box.right <= paper.width - 35.9, box

    def test_nothing_is_smaller_than_nine_points_but_the_foot(
        self, kind: str, code: str, size: str, pages: str, annex: bool
    ) -> None:
        paper = laid_out(kind, code, size, pages, annex)
        small = [
            text for page in paper.pages for _, points, _, y, text, _ in page.texts
            if points < 9 and y < paper.height - 24 - FOOT
        ]  # fmt: skip

        assert [] == small

    def test_no_head_of_a_section_or_a_block_stands_alone_at_the_foot(
        self, kind: str, code: str, size: str, pages: str, annex: bool
    ) -> None:
        paper = laid_out(kind, code, size, pages, annex)
        heads = {section.heading for section in template(code).sections}
        heads |= {name[:1].upper() + name[1:] for name in vessels(kind, code)}
        for number in range(len(paper.pages)):
            last = on_page(paper, number)[-1]
            same_line = [box.text for box in on_page(paper, number) if box.bottom > last.bottom - 6]

            assert set() == heads & set(same_line)

    def test_no_page_is_less_than_a_third_full_but_the_last(
        self, kind: str, code: str, size: str, pages: str, annex: bool
    ) -> None:
        paper = laid_out(kind, code, size, pages, annex)
        for number in range(len(paper.pages) - 1):
            # What is folded away stands at the foot of any page.
            rows = [box for box in on_page(paper, number) if box.bottom < paper.bottom - 40]
            assert rows[-1].bottom - paper.top > (paper.bottom - paper.top) / 3, number + 1

    def test_the_block_of_a_vessel_stands_on_one_page(self, kind: str, code: str, size: str, pages: str, annex: bool) -> None:
        """From its first step to the label that is cut out for it."""
        paper, plan = laid_out(kind, code, size, pages, annex), judged(kind).plan
        places: dict[str, set[int]] = {}
        for step in plan.steps:
            numbers = {
                box.page for box in paper.boxes
                if re.match(rf"{step.number}\.(?:$|  )", box.text) and box.left < paper.left + 50
                and box.page < first_of_annex(paper, code, annex)
            }  # fmt: skip
            vessel = step.source if isinstance(step, Fill) else step.vessel
            places.setdefault(vessel, set()).update(numbers)

        assert {1} == {len(pages) for pages in places.values()}


def vessels(kind: str, code: str) -> list[str]:
    names = {mixture.vessel for mixture in judged(kind).mixtures}
    return [language(code).text(name) for name in names]


def first_of_annex(paper: Paper, code: str, annex: bool) -> int:
    headings = {section.heading for section in template(code).sections if section.name in ANNEX}
    return min((box.page for box in paper.boxes if box.text in headings), default=len(paper.pages)) if annex else len(paper.pages)


class TestCounts:
    """Four pages for two triturations, two and an annex without any (issue, The sheet)."""

    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize(("kind", "count"), [("no trituration", 3), ("one trituration", 4), ("two triturations", 4)])
    def test_an_english_sheet_of_powder(self, kind: str, count: int, size: str) -> None:
        assert count == len(laid_out(kind, "en", size).pages)
        assert count - 1 == len(laid_out(kind, "en", size, "short", False).pages)

    @pytest.mark.parametrize(("kind", "count"), [("no trituration", 3), ("one trituration", 4), ("two triturations", 4)])
    def test_a_german_sheet_of_powder(self, kind: str, count: int) -> None:
        assert count == len(laid_out(kind, "de").pages)

    @pytest.mark.parametrize(("code", "size"), [("en", "A4"), ("en", "Letter"), ("de", "A4")])
    def test_dates_lots_and_the_head_of_a_pharmacy_take_no_page_more(self, code: str, size: str) -> None:
        lots = ("naltrexone hydrochloride=N-5,2027-03", "microcrystalline cellulose=M7,2028-01", "capsules=C3,2029-05")
        found = plan_batch(order(batch_number="2026/117", prepared="2026-11-29", component_lot=lots)).audit
        assert found is not None
        pharmacy = ("Corner Pharmacy, 1 High Street, Springfield", "Tel. 555 0100")
        paper = lay_out(found, template(code), read_details(found.plan, pharmacy=pharmacy), "f" * 64, size)

        assert 4 == len(paper.pages)
        assert all(all(line in words_on(paper, number) for line in pharmacy) for number in range(4))

    @pytest.mark.parametrize(("kind", "code"), [("three triturations", "en"), ("solution", "en"), ("solution", "de")])
    def test_a_page_more_where_the_bench_needs_it(self, kind: str, code: str) -> None:
        assert 5 == len(laid_out(kind, code).pages)

    @pytest.mark.parametrize("kind", ["by volume", "tablets"])
    @pytest.mark.parametrize("size", SIZES)
    def test_four_by_volume_and_of_tablets(self, kind: str, size: str) -> None:
        assert 4 == len(laid_out(kind, "en", size).pages)

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("code", LANGUAGES)
    def test_a_long_sheet_keeps_more_room_for_handwriting(self, kind: str, code: str) -> None:
        short, long = (laid_out(kind, code, "A4", pages, False) for pages in ("short", "long"))
        heights = [
            {name: high for page in paper.pages for _, _, _, _, high, name in page.fields if name} for paper in (short, long)
        ]

        assert len(short.pages) <= len(long.pages)
        assert all(heights[0][name] <= heights[1][name] for name in heights[0])
        assert heights[0]["sign-1-name"] + 6 < heights[1]["sign-1-name"]


class TestOrder:
    """The work goes from page to page, and the bench knows no command line."""

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_the_sections_follow_the_work(self, code: str) -> None:
        paper = laid_out("two triturations", code)
        headings = {section.name: section.heading for section in template(code).sections}
        pages = {name: next(box.page for box in paper.boxes if box.text == text) for name, text in headings.items() if text}

        assert {0} == {pages[name] for name in ("batch", "components", "scheme", "settle")}
        assert 1 == pages["bench"]
        assert {2} == {pages[name] for name in ("capsules", "check", "label", "yield", "release")}
        assert {3} == {pages[name] for name in ANNEX}

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("code", LANGUAGES)
    def test_no_flag_of_the_command_line_stands_before_the_annex(self, kind: str, code: str) -> None:
        paper = laid_out(kind, code)
        before = [box.text for box in paper.boxes if box.page < first_of_annex(paper, code, True)]

        assert [] == [text for text in before if re.search(r"--[a-z]", text)]

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("code", LANGUAGES)
    def test_every_warning_is_to_be_settled_on_page_one(self, kind: str, code: str) -> None:
        found, paper = judged(kind), laid_out(kind, code)
        fields = {name for page in paper.pages[:1] for *_, name in page.fields}
        warnings = {
            finding.code for finding in found.findings
            if finding.severity is Severity.WARNING and finding.code != "total-error-large"
        }  # fmt: skip

        assert warnings
        assert {f"settle-{one}-1" for one in warnings} <= fields

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_two_warnings_of_one_code_are_two_lines_that_say_of_what(self, code: str) -> None:
        found = plan_batch(order(dose="0.25 mg", excipient=("hypromellose 1%", "methylcellulose 2 %"))).audit
        assert found is not None
        reviewed = [finding for finding in found.findings if finding.code == "excipient-review"]
        paper = lay_out(found, template(code), Details(), "f" * 64)
        text = " ".join(" ".join(words_on(paper, number) for number in (0, 1)).split())

        assert 2 == len(reviewed)
        for finding in reviewed:
            assert " ".join(language(code).message(finding)[1:].split()) in text

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_a_total_error_beyond_its_limit_stands_in_full_on_page_one(self, code: str) -> None:
        found = judged("tablets")
        (finding,) = (finding for finding in found.findings if finding.code == "total-error-large")
        said = " ".join(language(code).message(finding).split())

        assert said[1:] in " ".join(words_on(laid_out("tablets", code), 0).split())

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_a_sheet_of_a_solution_speaks_of_no_mortar(self, code: str) -> None:
        paper = laid_out("solution", code)
        text = " ".join(words_on(paper, number) for number in range(len(paper.pages)))

        assert not re.search(r"[Mm]ortar|Reibschale|[Pp]estle|Pistill", text)
        assert ("class A" if code == "en" else "Klasse A") in text
        assert "± 0.008 mL" in text.replace(",", ".").replace("\u00a0", " ")

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_the_mortar_is_saturated_first_in_every_powder(self, code: str) -> None:
        paper = laid_out("two triturations", code)
        said = {"en": "Saturate the mortar first: rub a little of no. {} over its wall.",
                "de": "Erst die Reibschale mit etwas von Nr. {} absättigen."}[code]  # fmt: skip

        assert [said.format(number) in words_on(paper, 1) for number in (2, 5, 8)] == [True] * 3

    @pytest.mark.parametrize(("capsules", "boxes"), [(7, 7), (10, 10), (30, 10), (49, 10), (50, 20), (1000, 20)])
    def test_ten_capsules_are_weighed_and_twenty_of_a_large_batch(self, capsules: int, boxes: int) -> None:
        found = plan_batch(order(dose="4.5 mg", capsules=str(capsules))).audit
        assert found is not None
        paper = lay_out(found, template("en"), Details(), "f" * 64)
        names = [name for page in paper.pages for *_, name in page.fields if re.fullmatch("capsule-[0-9]+", name)]

        assert [f"capsule-{number}" for number in range(1, boxes + 1)] == names


class TestNumbers:
    """What stands on the sheet is what stands in the JSON."""

    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("code", LANGUAGES)
    def test_every_amount_of_the_record_stands_on_the_bench(self, kind: str, code: str) -> None:
        found, paper = judged(kind), laid_out(kind, code)
        record, notation = plan_json.plan_record(found), language(code).notation
        text = " ".join(words_on(paper, number) for number in range(len(paper.pages)))
        steps = {step.number: step for step in found.plan.steps}
        made_up = found.run.made_up_after_drying()
        wanted = []
        for step in record["steps"]:
            number = step["number"]
            if step["action"] in ("weigh", "transfer") and "amount_mg" in step and number not in made_up:
                readability = found.plan.balance_of(steps[number]).readability.mg
                wanted.append(notation.reading(getattr(steps[number], "amount_mg"), readability))  # noqa: B009
            elif "volume_ml" in step or "amount_ml" in step:
                wanted.append(notation.volume(getattr(steps[number], "volume_ml", None) or getattr(steps[number], "amount_ml")))  # noqa: B009
        for mixture in found.mixtures:
            wanted += [notation.ratio(mixture.one_in)] if mixture.one_in is not None else []

        assert len(record["mixtures"]) == len(found.mixtures)
        assert [] == [one for one in wanted if one not in text]

    def test_targets_stand_in_g_where_the_balance_shows_g(self) -> None:
        fine = plan_batch(order(dose="0.25 mg", balance_sensitivity="0.1 mg")).audit
        assert fine is not None
        both, only = (
            " ".join(box.text for box in lay_out(fine, template("en"), Details(balance_unit=unit), "f" * 64).boxes)
            for unit in ("g", "mg")
        )
        first = fine.plan.weighings()[0]
        mg = language("en").notation.reading(first.amount_mg or 0, fine.plan.balance.readability.mg)

        assert f"{mg} {float(first.amount_mg or 0) / 1000:.4f} g" in both
        assert " g " not in only.partition("Bench")[2].partition("Fill 30")[0].replace("per g", "")

    @pytest.mark.parametrize(
        ("mg", "readability", "said"), [("80", "0.1", "0.0800 g"), ("4920", "1", "4.920 g"), ("12.5", "0.01", "0.01250 g")]
    )
    def test_a_reading_in_g_has_the_digits_of_its_balance(self, mg: str, readability: str, said: str) -> None:
        from decimal import Decimal

        written = language("en").notation.reading_in_grams(Decimal(mg), Decimal(readability))

        assert said == written


class TestSettings:
    """How a sheet is laid out travels in it, so that it is printed again just so."""

    @pytest.mark.parametrize(
        "how",
        [
            {"annex": False}, {"pages": "long"}, {"balance_unit": "g"}, {"page_size": "Letter", "pages": "long", "annex": False},
            {"fillable": True, "balance_unit": "g"},
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("code", LANGUAGES)
    def test_a_sheet_printed_in_any_way_is_genuine(self, how: dict[str, Any], code: str) -> None:
        content, _ = write_worksheet(batch("two triturations"), PrintSettings(template(code), **how))

        assert "genuine" == verify_worksheet(content).verdict

    @pytest.mark.parametrize("how", [{"annex": False}, {"pages": "long"}, {"balance_unit": "g"}])
    def test_readings_are_taken_from_it_whatever_its_pages(self, how: dict[str, Any]) -> None:
        content, _ = write_worksheet(batch("two triturations"), PrintSettings(template("en"), fillable=True, **how))
        fields = PdfReader(BytesIO(content)).get_fields() or {}

        assert {f"step-{number}-reading" for number in (1, 2, 4, 5, 7, 8)} <= set(fields)
        assert {} == read_filled(content, "sheet.pdf", ("plan.json", "sheet.json")).readings

    def test_what_is_none_of_them_is_refused(self) -> None:
        unknown: list[dict[str, Any]] = [{"pages": "longer"}, {"balance_unit": "kg"}]
        for how in unknown:
            with pytest.raises(InputError, match="is not one of"):
                write_worksheet(batch("two triturations"), PrintSettings(template("en"), **how))

    @pytest.mark.parametrize(
        ("options", "pages"), [([], 4), (["--annex", "no"], 3), (["--annex", "YES"], 4), (["--pages", "long", "--annex", "no"], 5)]
    )
    def test_the_options_of_the_command(self, options: list[str], pages: int, tmp_path: Any) -> None:
        path = tmp_path / "sheet.pdf"
        done = CliRunner().invoke(main, [
            "plan", "naltrexone hydrochloride", "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30",
            "--method", "powder", "--pdf", str(path), *options,
        ])  # fmt: skip

        assert 0 == done.exit_code, done.output
        assert pages == len(PdfReader(path).pages)

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_a_sheet_is_at_most_forty_kilobytes(self, code: str) -> None:
        content, _ = write_worksheet(batch("two triturations"), PrintSettings(template(code)))

        assert len(content) <= 40_000


class TestOldTemplates:
    """A template of the sheet before this one says what has changed, and how to move it (issue)."""

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            (("sections", [{"name": "dose", "heading": "", "new_page": False},
                           {"name": "weighing", "heading": "Weighing", "new_page": True}]),
             "sections[1].name: “weighing” is a section of the sheet before this one: what it held stands in “bench” now"),
            (("sections", [{"name": "storage", "heading": "Storage", "new_page": False}]),
             "sections[0].name: “storage” is a section of the sheet before this one: what it held stands in “record” now"),
            (("words", {"storage": {"container": "Container"}}),
             "words.storage: holds sentences of the sheet before this one; those stand in words.record now"),
            (("words", {"mixing": {"block": "Block {block}"}}),
             "words.mixing.block: is a sentence of the sheet before this one, and stands on none now"),
        ],
    )  # fmt: skip
    def test_what_is_of_the_old_shape_is_told_with_its_new_place(self, change: tuple[str, Any], said: str) -> None:
        with pytest.raises(InputError) as error:
            read_template(toml({"language": "en", change[0]: change[1]}))

        assert f"template: {said}" in str(error.value)
        assert "Copy the shipped template anew (compound templates copy)" in str(error.value)

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_keys_left_out_come_from_the_shipped_template_of_its_language(self, code: str) -> None:
        own = read_template(toml({"language": code, "title": "Ours", "words": {"page": {"batch": "Number"}}}))
        expected = template_to_table(template(code))

        assert ("Ours", "Number") == (own.title, own.words["page"]["batch"])
        words = {**expected["words"], "page": {**expected["words"]["page"], "batch": "Number"}}
        assert {**expected, "title": "Ours", "words": words} == template_to_table(own)

    def test_a_sheet_by_a_template_of_a_few_keys_is_genuine(self) -> None:
        own = read_template(toml({"language": "de", "title": "Unser Protokoll", "pharmacy": {"lines": ["Löwen-Apotheke"]}}))
        content, _ = write_worksheet(batch("one trituration"), PrintSettings(own))
        attached = json.loads(PdfReader(BytesIO(content)).attachments["sheet.json"][0])["template"]

        assert "genuine" == verify_worksheet(content).verdict
        assert {"language", "title", "pharmacy"} == set(attached)


def toml(table: dict[str, Any]) -> bytes:
    """A table of texts, lists and tables as TOML: what JSON writes is right but for the brackets of a table."""

    def value(one: Any) -> str:
        if isinstance(one, dict):
            return "{" + ", ".join(f"{key} = {value(inner)}" for key, inner in one.items()) + "}"
        return "[" + ", ".join(map(value, one)) + "]" if isinstance(one, list) else json.dumps(one, ensure_ascii=False)

    return "".join(f"{key} = {value(one)}\n" for key, one in table.items()).encode()
