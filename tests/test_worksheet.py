"""The worksheet: its numbers, its pages, its bytes, what it refuses; its template and the details of a batch."""


from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from helpers import PYTHON, judged, planned
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from compound import __version__
from compound.cli.plan import command
from compound.exact.errors import InputError
from compound.exact.quantity import Mass, Percent
from compound.exact.value import replace
from compound.facts.qc_rules import weight_limits
from compound.facts.standards import limit
from compound.findings import codes
from compound.findings.finding import Finding, Severity
from compound.judging.audit import Audit, allowed_range, audit
from compound.order.identity import read_expiry
from compound.order.order import Balance, Order
from compound.paper import fonts, qr_code
from compound.paper.measure import wrap
from compound.paper.paper import Box, Paper
from compound.plan.plan import (
    DILUENT,
    DRIED,
    DRUG,
    Dry,
    Fill,
    MakeUp,
    Mix,
    Plan,
    Step,
    Transfer,
    Weigh,
)
from compound.reading import shipped
from compound.showing import budget_rows, finding_rows, fingerprint, plan_json, plan_rows
from compound.showing.two_doses import not_these
from compound.wording.language import Language, language
from compound.worksheet.details import Details, read_details
from compound.worksheet.letters import with_letters
from compound.worksheet.render import lay_out, render, rule_data
from compound.worksheet.second_person import _add_content, _content_factors
from compound.worksheet.sheet import MadeBy, Sheet
from compound.worksheet.template import Template, read_template

LONG = "naltrexone hydrochloride " * 8
UNKNOWN = "a compound unheard of " * 10
FILLER = "microcrystalline cellulose " * 8
UNBROKEN = "x" * 200
ENGLISH, GERMAN = shipped.template("worksheet.toml"), shipped.template("worksheet.de.toml")


@cache
def template(language: str = "en") -> Template:
    return read_template(ENGLISH if language == "en" else GERMAN)


def sheet(
    found: Audit, details: Details | None = None, page_size: str = "A4", given_template: Template | None = None
) -> bytes:
    written = plan_json.plan_record(found)
    return render(
        found,
        given_template or template(),
        details or Details(),
        written["fingerprint"],
        fingerprint.to_json(written),
        page_size,
    )


def details_of(pharmacy: Sequence[str] = (), **options: Any) -> Details:
    """The details of the usual plan with some options of the worksheet (underscores for dashes)."""
    return read_details(planned(**options), pharmacy=pharmacy)


def laid_out(found: Audit, details: Details | None = None, page_size: str = "A4", language: str = "en") -> Paper:
    return lay_out(found, template(language), details or Details(), "f" * 64, page_size)


def blank_sheet(found: Audit, language: str = "en") -> Sheet:
    """A sheet with nothing drawn on it yet."""
    return Sheet(found, template(language), Details(), "A4", "f" * 64, MadeBy("1", "1", "0" * 64))


def pages(content: bytes) -> list[str]:
    """The text of every page, blanks folded."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages]


@cache
def usual() -> bytes:
    return sheet(judged())


def solution_plan() -> Plan:
    """A plan by the solution route, written by hand: 20 mg in 100 mL, 3 mL of it dried onto powder, 4,500 mg of blend."""
    order = Order(
        dose=Mass(Decimal("0.018")), drug="naltrexone hydrochloride", capsules=30, fill_weight=Mass(Decimal(135)),
        dose_error_limit=Percent(Decimal(10)), weighing_error_limit=Percent(Decimal(5)), diluent="mannitol", capsule_size="3",
        balance=Balance(Mass(Decimal(1)), Mass(Decimal(1))),
    )  # fmt: skip
    assert order.balance is not None
    steps: tuple[Step, ...] = (
        Weigh(1, DRUG, "naltrexone hydrochloride", Decimal(20), "solution 1"),
        MakeUp(2, "ethanol 96 %", Decimal(100), "solution 1", Decimal("0.1"), "100 mL flask"),
        Mix(3, "solution 1"),
        Weigh(4, DILUENT, "mannitol", Decimal(1000), "batch"),
        Transfer(5, "solution 1", "batch", amount_ml=Decimal(3), tolerance_ml=Decimal("0.01"), ware="3 mL pipette"),
        Dry(6, "batch"),
        Weigh(7, DRIED, "mannitol", Decimal(1000), "batch"),
        Weigh(8, DILUENT, "mannitol", Decimal(3500), "batch"),
        Mix(9, "batch"),
        Fill(10, "batch", Decimal(135), 30, "capsules"),
    )
    return Plan(order, order.balance, Fraction(1), steps)


def by_hand() -> Audit:
    return audit(solution_plan())


class TestNumbers:
    """One number has one text in the table, the JSON and the PDF (design, law 8)."""

    @pytest.mark.parametrize(
        "options",
        [
            {}, {"dose": "0.25 mg"}, {"dose": "4.5 mg"}, {"balance_sensitivity": "6 mg", "capsules": "100"},
            {"dose": "0.5 mg", "balance_sensitivity": "0.1 mg", "capsules": "100"},
            {"assay": "98.7%", "assay_basis": "as-is"}, {"dose": "20 nanograms"},
        ],
    )  # fmt: skip
    def test_the_sheet_holds_every_number_of_the_rows(self, options: dict[str, str]) -> None:
        found = judged(**options)
        text = " ".join(pages(sheet(found)))

        # The heading of the targets says that the balance reads so; in a row of text the amount says it.
        wanted = [row.amount.removeprefix("reads ") for row in plan_rows.step_rows(found) if row.is_weighing]
        wanted += [row.allowed for row in plan_rows.step_rows(found) if row.is_weighing]
        wanted += [cell for row in plan_rows.mixture_rows(found) for cell in (row.total, row.drug, row.strength, row.one_in)]
        wanted += [cell for row in budget_rows.budget_rows(found) for cell in (row.amount, row.error, row.percent)]
        wanted += [value.partition(" of ")[0] for _, value in plan_rows.accuracy_rows(found)]
        for mixture in found.mixtures:
            rows = plan_rows.doubling_rows(found, mixture.vessel)
            wanted += [cell.removesuffix(" mg") for row in rows for cell in (row.added, row.total)]
        assert [] == [number for number in wanted if number not in text]

    @pytest.mark.parametrize("language_code", ["en", "de"])
    def test_every_finding_stands_in_the_annex_with_its_code(self, language_code: str) -> None:
        """Warnings say all that they say; notes, and what was not checked, their titles."""
        found, said = judged(), language(language_code)
        text = " ".join(" ".join(box.text for box in laid_out(found, language=language_code).boxes).split())

        for finding in found.findings:
            note = finding.severity is Severity.NOTE
            told = said.title(finding.entry) if note else said.message(finding)
            assert f"[{finding.code}] {' '.join(told.split())}." in text
        for item in found.not_checked:
            assert f"[{item.code}] {' '.join(said.title(item.entry).split())}." in text

    @pytest.mark.parametrize("language_code", ["en", "de"])
    def test_a_long_sheet_says_of_every_finding_all_that_it_says(self, language_code: str) -> None:
        found, said = judged(), language(language_code)
        paper = laid_out(found, Details(pages="long"), language=language_code)
        inner = (box.text for box in paper.boxes if paper.top < box.bottom < paper.bottom + 4)
        text = " ".join(" ".join(inner).split())

        for finding in found.findings:
            assert f"[{finding.code}] {' '.join(said.message(finding).split())}." in text
        for item in found.not_checked:
            assert f"[{item.code}] {' '.join(finding_rows.not_checked_text(item, said).split())}" in text

    def test_what_is_left_of_each_mixture_is_what_was_not_taken(self) -> None:
        # By hand: 5,000 - 100; 5,000 - 200; 4,320 - 30 capsules of 135 mg = 270. Of 49 / 50 of 80 mg the drug is 78.4 mg,
        # of 24 / 25 of 1.6 mg 1.536 mg, of 270 / 4,320 of 64 mcg 4 mcg.
        text = " ".join(pages(usual()))

        for row in ("trituration 1 4,900 mg 78.4 mg", "trituration 2 4,800 mg 1.536 mg", "batch 270 mg 4 mcg"):
            assert row in text

    def test_the_doublings_close_on_the_mass_of_the_mixture(self) -> None:
        found = judged()
        for mixture in found.mixtures:
            added = plan_rows.doubling_rows(found, mixture.vessel)
            assert plan_rows.printed_reading(found, mixture.total_mg) == added[-1].total

    def test_page_one_says_the_dose_in_two_units_and_in_words_and_what_it_is_not(self) -> None:
        first = pages(usual())[0]

        for text in ("2 mcg (0.002 mg)", "two micrograms in each capsule", "NOT 2 mg · NOT 20 mcg"):
            assert text in first

    @pytest.mark.parametrize(
        ("mg", "others"),
        [
            ("0.002", ("2 mg", "20 mcg")),  # the case of the issue
            ("0.5", ("500 mg", "5 mg")),  # printed as 500 mcg
            ("4.5", ("4.5 mcg", "45 mg")),
            ("0.00002", ("20 mcg", "200 nanograms")),
            ("150", ("150 mcg", "1,500 mg")),  # not 0.15 mg, which has other digits
            ("0.00015", ("150 mcg", "1.5 mcg")),
            ("0.05", ("50 mg", "500 mcg")),
            ("1", ("1 mcg", "10 mg")),
        ],
    )
    def test_the_doses_that_a_slip_makes(self, mg: str, others: tuple[str, str]) -> None:
        assert others == not_these(Fraction(mg))


ORDERS: tuple[dict[str, str], ...] = (
    {}, {"dose": "0.25 mg"}, {"dose": "4.5 mg"}, {"balance_sensitivity": "6 mg", "capsules": "100"},
    {"dose": "0.5 mg", "balance_sensitivity": "0.1 mg", "capsules": "100"},
    {"assay": "98.7%", "assay_basis": "as-is"}, {"dose": "20 nanograms"}, {"capsules": "10000"},
)  # fmt: skip
UNITS = {"Mikrogramm": "mcg", "Nanogramm": "nanogram", "nanograms": "nanogram"}


def amounts(paper: Paper, language: str) -> Counter[tuple[str, str]]:
    """Every number of a sheet that has a unit, without its grouping and with a point; the heads of the pages aside."""
    text = " ".join(box.text for box in paper.boxes if box.top > paper.top - 4)
    group, point = (",", r"\.") if language == "en" else ("\u202f", ",")
    number = rf"(?<![0-9{group}{point}])([0-9]+(?:{group}[0-9]{{3}})*(?:{point}[0-9]+)?)"
    found = re.findall(rf"{number}[ \u00a0](mg|mcg|mL|g|%|nanograms?|Mikrogramm|Nanogramm)(?![A-Za-z])", text)
    return Counter((n.replace(group, "").replace(",", "."), UNITS.get(unit, unit)) for n, unit in found)


def german_amount(found: Audit, step: Step, german: Language) -> str:
    """The amount of a step as a German sheet prints it; "" for a step without one."""
    match step:
        case Weigh(amount_mg=mg) | Transfer(amount_mg=Decimal() as mg):
            return plan_rows.printed_reading(found, Fraction(mg), german)
        case Transfer(amount_ml=Decimal() as ml) | MakeUp(volume_ml=ml):
            return german.notation.volume(ml)
        case Fill(amount_mg=Decimal() as mg):
            return german.notation.mass(mg)
        case _:
            return ""


class TestLanguages:
    """The language of the sheet is the template's, and the numbers are the same in both (issue, Form)."""

    @pytest.mark.parametrize("options", ORDERS)
    def test_the_german_sheet_holds_the_amounts_of_the_english_one(self, options: dict[str, str]) -> None:
        found = judged(**options)
        english, german = (amounts(laid_out(found, language=language), language) for language in ("en", "de"))

        # The scatter alone is judged otherwise in Germany: each sheet prints the limit of its own country.
        fill = next(step.amount_mg for step in found.plan.steps if isinstance(step, Fill))
        for counted, code in ((english, "en"), (german, "de")):
            counted[str(weight_limits(fill or Decimal(0), code).rsd), "%"] -= 1

        assert english.total() > 80
        assert +english == +german

    @pytest.mark.parametrize("options", ORDERS)
    def test_the_german_sheet_holds_every_number_of_the_german_rows(self, options: dict[str, str]) -> None:
        found, german = judged(**options), language("de")
        notation = german.notation
        text = " ".join(box.text for box in laid_out(found, language="de").boxes)

        wanted = [cell for row in plan_rows.mixture_rows(found, german) for cell in (row.total, row.drug, row.strength)]
        for mixture in found.mixtures:
            rows = plan_rows.doubling_rows(found, mixture.vessel, german)
            wanted += [cell.removesuffix("\u00a0mg") for row in rows for cell in (row.added, row.total)]
        wanted += [german_amount(found, step, german) for step in found.plan.steps]
        for weighing in found.plan.weighings():
            bounds = allowed_range(found, weighing.number)
            assert bounds is not None
            readability = found.plan.balance.readability.mg
            wanted += [notation.reading_digits(bounds[0], readability), plan_rows.printed_reading(found, bounds[1], german)]
        for part in found.measured:
            if part.concentrate:
                weighed = any(step.number == part.number for step in found.plan.weighings())
                wanted.append((notation.mass if weighed else notation.volume)(part.error))
                wanted.append(notation.percent(100 * part.error / part.amount))
        assert [] == [number for number in wanted if number not in text]

    @pytest.mark.parametrize("options", ORDERS)
    def test_a_german_sheet_groups_by_no_point_and_names_no_english_unit(self, options: dict[str, str]) -> None:
        boxes = laid_out(judged(**options), language="de").boxes
        text = " ".join(box.text for box in boxes)

        assert not re.search(r"[0-9]\.[0-9]{3}(?![0-9])|[0-9],[0-9]{3},", text.replace(__version__, ""))
        named = re.sub(r"\[[a-z0-9-]+\]", "", text)  # the codes of findings are the same in every language
        assert not re.search(r"\bmcg\b|\bnanograms?\b|µ|\[English\]", named)

    def test_page_one_of_a_german_sheet(self) -> None:
        found, said = judged(), Details(prepared=date(2026, 11, 27))
        first = pages(sheet(found, said, given_template=template("de")))[0]

        for text in (
            "Herstellungsprotokoll", "Naltrexonhydrochlorid", "2 Mikrogramm (0,002 mg)", "zwei Mikrogramm je Kapsel",
            "NICHT 2 mg · NICHT 20 Mikrogramm", "Hergestellt am 27. November 2026", "Verwendbar bis 25. Mai 2027",
        ):  # fmt: skip
            assert text in first

    def test_both_templates_have_the_same_sections_and_sentences(self) -> None:
        english, german = template(), template("de")

        assert [(s.name, s.new_page) for s in english.sections] == [(s.name, s.new_page) for s in german.sections]
        assert len(english.sign_off) == len(german.sign_off)

    @pytest.mark.parametrize("name", ["worksheet.toml", "worksheet.de.toml"])
    def test_without_the_findings_a_template_is_refused(self, name: str) -> None:
        text = shipped.template(name).decode()
        found = re.sub(r'\[\[sections\]\]\nname = "findings"\nheading = ".*"\nnew_page = false\n', "", text)
        assert found != text
        with pytest.raises(InputError, match="the section findings is missing, and no worksheet goes without it"):
            read_template(found.encode())


class TestSecondPerson:
    """A check is independent only if the second person works without the first result (domain facts 7.3)."""

    @staticmethod
    def planned_results(found: Audit) -> dict[str, str]:
        texts = [box.text for box in laid_out(found).boxes if "\u00a0=\u00a0" in box.text]
        return dict(re.findall(r"(L[0-9]+)\u00a0=\u00a0(\S+)", " ".join(texts).replace("about\u00a0", "")))

    def test_the_way_back_takes_a_line_for_each_vessel_and_ends_at_the_drug(self) -> None:
        # By hand: 0.002 × 4,320 / 135 = 0.064; × 5,000 / 200 = 1.6; × 5,000 / 100 = 80; content 1; 80 × 1 / 80 = 1.
        expected = {"L1": "0.002", "L2": "0.064", "L3": "1.6", "L4": "80", "L5": "1", "L6": "1"}
        assert expected == self.planned_results(judged())

    @pytest.mark.parametrize(
        ("options", "factors"),
        [
            ({}, ["1"]),
            ({"assay": "98.7%", "assay_basis": "as-is"}, ["987/1000"]),
            ({"assay": "99.5%", "assay_basis": "dried", "water": "4.2%"}, ["995/1000", "958/1000"]),
            # molar masses entered by hand, CIAAW: C20H23NO4 341.407, with HCl 377.865
            ({"dose_as": "base"}, ["1", "341.407/377.865"]),
            ({"assay": "99%", "assay_basis": "anhydrous", "water": "1%", "dose_as": "base"},
             ["99/100", "99/100", "341.407/377.865"]),
            ({"strength": "10 mg/g"}, ["10/1000"]),
            ({"tablet": "50 mg in 170 mg"}, ["50/170"]),
            ({"tablet": "50 mg in 170 mg", "dose_as": "base"}, ["50/170", "341.407/377.865"]),
        ],
    )  # fmt: skip
    @pytest.mark.parametrize("language", ["en", "de"])
    def test_the_content_is_worked_out_from_the_papers_of_the_lot(
        self, options: dict[str, str], factors: list[str], language: str
    ) -> None:
        """Assay, water, form, strength and tablet each have a bracket to work out; their product is the content planned."""
        found = judged(**options)
        sheet = blank_sheet(found, language)
        lines: list[tuple[str, Fraction, str]] = []

        def add(text: str, planned: Fraction, must: str = "") -> str:
            lines.append((text, planned, must))
            return f"L{len(lines)}"

        content = _add_content(sheet, add)
        expected = [Fraction(top) / Fraction(bottom or 1) for top, _, bottom in (text.partition("/") for text in factors)]
        shares = [share for _, share in _content_factors(sheet)]
        ((text, planned, _),) = lines

        assert "L1" == content
        assert [round(float(one), 4) for one in expected] == [round(float(share), 4) for share in shares]
        assert found.plan.content_fraction == planned
        assert len(factors) - 1 == text.count(") × (")
        assert sheet.notation.percent(100 * found.plan.content_fraction) not in text

    def test_a_content_that_no_paper_gives_is_divided_by_as_it_stands(self) -> None:
        found = judged()
        changed = replace(found, plan=replace(found.plan, content_fraction=Fraction(1, 2)))

        assert _add_content(blank_sheet(changed), lambda *_: "L1") is None

    @pytest.mark.parametrize("dose", ["2 mcg", "0.25 mg", "4.5 mg", "50 nanograms"])
    def test_the_drug_worked_back_is_the_drug_weighed_but_for_the_rounding(self, dose: str) -> None:
        found = judged(dose=dose)
        assert found.accuracy is not None
        *_, last = self.planned_results(found).values()

        assert (last == "1") == (found.accuracy.deviation_percent == 0)

    def test_the_open_part_of_the_page_holds_no_planned_result(self) -> None:
        paper = laid_out(judged())
        number = next(i for i, page in enumerate(paper.pages) if any(turned for *_, turned in page.texts))
        open_texts = [text for *_, text, turned in paper.pages[number].texts if not turned]

        assert not {"33.333", "0.066667", "10,200", "2,900", "2,800", "4,500"} & set(" ".join(open_texts).split())

    def test_the_solution_route_is_walked_back_by_volume(self) -> None:
        # 0.018 × 4,500 / 135 = 0.6 mg in the batch; × 100 mL / 3 mL = 20 mg; assay 1; 20 × 1 / 20 = 1.
        assert {"L1": "0.018", "L2": "0.6", "L3": "20", "L4": "1", "L5": "1"} == self.planned_results(by_hand())


def forty_findings() -> Audit:
    found = judged()
    more = tuple(Finding(codes.DRUG_UNKNOWN, "DRUG", {"drug": f"{LONG}{UNBROKEN}{i}"}) for i in range(40))
    findings = (*found.findings, *more)
    return replace(found, findings=findings)


EXTREMES: dict[str, Callable[[], Audit]] = {
    "usual": judged,
    "one capsule": lambda: judged(capsules="1"),
    "10,000 capsules": lambda: judged(capsules="10000"),
    "10,000 capsules on a fine balance": lambda: judged(
        capsules="10000", balance_sensitivity="0.01 mg", readability="0.001 mg", fill_weight="500 mg"
    ),
    "no trituration": lambda: judged(dose="4.5 mg"),
    "one trituration": lambda: judged(dose="0.25 mg"),
    "three triturations": lambda: judged(dose="50 nanograms"),
    "four triturations": lambda: judged(max_dilution="15"),
    "long names": lambda: judged(drug=UNKNOWN[:200], diluent=FILLER[:200], fill_weight="135 mg", excipient=(f"{FILLER[:190]} 12.5%",)),
    "excipients": lambda: judged(excipient=("colloidal silica 0.02%", "talc 12 %", "magnesium stearate 0.2%")),
    "unbroken names": lambda: judged(drug=UNBROKEN, diluent=UNBROKEN, fill_weight="135 mg"),
    "forty findings": forty_findings,
    "a single dilution of a thousand": lambda: judged(max_dilution="10000"),
    "by solution": by_hand,
}


def overlaps(one: Box, other: Box) -> bool:
    slack = 0.05
    return (
        one.left < other.right - slack and other.left < one.right - slack
        and one.top < other.bottom - slack and other.top < one.bottom - slack
    )  # fmt: skip


def extent(steps: list[tuple[Any, ...]]) -> tuple[float, float, float, float]:
    """The box around a path: left, top, right, bottom."""
    xs: list[float] = []
    ys: list[float] = []
    for kind, *numbers in steps:
        if kind == "R":
            numbers = [numbers[0], numbers[1], numbers[0] + numbers[2], numbers[1] + numbers[3]]
        xs += numbers[::2]
        ys += numbers[1::2]
    return min(xs), min(ys), max(xs), max(ys)


class TestPages:
    """Nothing overlaps, nothing is cut, and every page can be told from every other."""

    @pytest.mark.parametrize(("page_size", "language"), [("A4", "en"), ("Letter", "en"), ("A4", "de"), ("Letter", "de")])
    @pytest.mark.parametrize("name", EXTREMES)
    def test_no_text_overlaps_another_and_none_leaves_the_page(self, name: str, page_size: str, language: str) -> None:
        details = Details(
            batch_number="B" * 60, pharmacy=(LONG[:120],) * 3, prepared=date(2026, 11, 24),
        )  # fmt: skip
        for chosen in (Details(), details):
            paper = laid_out(EXTREMES[name](), chosen, page_size, language)
            for box in paper.boxes:
                assert 35 < box.left, box
                assert box.right < paper.width - 35, box
                assert 22 < box.top, box
                assert box.bottom < paper.height - 22, box
            for number in range(len(paper.pages)):
                boxes = sorted((box for box in paper.boxes if box.page == number), key=lambda box: box.top)
                fields = [
                    Box(number, x, y, x + wide, y + high, label)
                    for label, x, y, wide, high, _ in paper.pages[number].fields
                ]
                assert all(35 < field.left and field.right < paper.width - 35 for field in fields)
                boxes = sorted([*boxes, *fields], key=lambda box: box.top)
                for i, one in enumerate(boxes):
                    for other in boxes[i + 1 :]:
                        if other.top > one.bottom:
                            break
                        assert not overlaps(one, other), (one, other)

    @pytest.mark.parametrize(("page_size", "language"), [("A4", "en"), ("Letter", "de")])
    @pytest.mark.parametrize("name", EXTREMES)
    def test_no_line_and_no_picture_runs_through_a_text(self, name: str, page_size: str, language: str) -> None:
        paper = laid_out(EXTREMES[name](), Details(batch_number="B" * 60), page_size, language)
        for number, page in enumerate(paper.pages):
            shapes = [(min(x, x1), min(y, y1), max(x, x1), max(y, y1)) for x, y, x1, y1, _, _ in page.lines]
            shapes += [extent(steps) for steps, *_ in page.paths]
            shapes += [(x + 4 * unit, y + 4 * unit, x + 4 * unit + 45, y + 4 * unit + 45) for (x, y, unit), _ in page.codes]
            for box in paper.boxes:
                if box.page == number:
                    inner = Box(number, box.left + 0.5, box.top + 1.2, box.right - 0.5, box.bottom - 1.2, box.text)
                    assert [] == [
                        shape for shape in shapes
                        if shape[0] < inner.right and inner.left < shape[2] and shape[1] < inner.bottom
                        and inner.top < shape[3]
                    ], box  # fmt: skip

    @pytest.mark.parametrize("name", EXTREMES)
    def test_no_line_ends_between_a_number_and_its_unit(self, name: str) -> None:
        texts = [box.text for box in laid_out(EXTREMES[name]()).boxes]

        begun = [text for text in texts if re.match(r"(mg|mcg|mL|g|%|nanograms?)(?![A-Za-z])", text)]
        assert [] == begun

    @pytest.mark.parametrize("name", EXTREMES)
    def test_no_heading_stands_alone_at_the_foot_of_a_page(self, name: str) -> None:
        headings = {section.heading for section in template().sections}
        paper = laid_out(EXTREMES[name]())
        for number in range(len(paper.pages)):
            boxes = [box for box in paper.boxes if box.page == number and paper.top < box.bottom < paper.height - 66]
            assert boxes[-1].text not in headings if boxes else True

    @pytest.mark.parametrize("name", EXTREMES)
    def test_every_page_says_which_it_is_and_what_it_belongs_to(self, name: str) -> None:
        found = EXTREMES[name]()
        written = plan_json.plan_record(found)
        version, digest = rule_data()
        texts = pages(sheet(found, Details(batch_number="Rx 7")))
        for number, text in enumerate(texts, start=1):
            for part in (
                f"page {number} of {len(texts)}",
                "Rx 7",
                "compound 0.",
                version,
                digest,
                written["fingerprint"],
            ):
                assert part in text

    def test_the_hash_of_the_rule_data_covers_the_files_of_facts_alone(self) -> None:
        """A sentence mended in one language does not make the sheets of all languages those of other rules."""
        digest = sha256()
        for path in sorted((Path(__file__).parent.parent / "compound" / "facts" / "data").iterdir()):
            content = path.read_bytes()
            digest.update(f"{path.name} {len(content)}\n".encode() + content)

        assert digest.hexdigest() == rule_data()[1]

    @pytest.mark.parametrize("name", EXTREMES)
    def test_the_weighings_stand_in_their_order_and_no_step_is_missing(self, name: str) -> None:
        found = EXTREMES[name]()
        text = " ".join(pages(sheet(found)))
        for step in found.plan.steps:
            assert f"{step.number}. " in text

    @given(st.text(alphabet="abc <>&;-xyzÄж", max_size=120), st.floats(5, 300), st.booleans())
    @settings(max_examples=60)
    def test_wrapping_loses_no_letter_and_keeps_to_the_width(self, text: str, wide: float, bold: bool) -> None:
        lines = wrap(text, wide, 8, bold)
        table = fonts.widths(fonts.BOLD if bold else fonts.REGULAR)

        assert text.replace(" ", "") == "".join(lines).replace(" ", "")
        for line in lines:
            assert len(line) == 1 or sum(table[c] for c in line) * 8 / 1000 <= wide + 1e-6

    def test_a_word_that_is_too_long_is_broken_behind_its_hyphen(self) -> None:
        name = "Naltrexonhydrochlorid-Verreibung 1 mg je g"

        assert ("Naltrexonhydrochlorid-", "Verreibung 1 mg je g") == wrap(name, 110, 8.5)

    def test_a_mixture_measured_by_volume_stands_with_its_tolerance(self) -> None:
        text = " ".join(pages(sheet(by_hand())))

        assert "ethanol 96 %: make up to 100 mL in 100 mL flask" in text
        assert "± 0.1 mL" in text
        assert "solution 1: pipette 3 mL with 3 mL pipette" in text


class TestUserText:
    """User text is printed as it is: no markup, no address, no file (performance notes, rows 70 to 75)."""

    @pytest.mark.parametrize(
        "name",
        [
            "Smith & Sons", "O'Neil", "a < b", "x<y>z", "<b>bold", "</para>", "&lt;", '<font size="1">small',
            '<img src="http://example.org/x.png"/>', '<a href="javascript:alert(1)">x</a>', "(brackets) \\n {dose}",
            "AT&T; &copy; &#x41;", "Ж щ Ωμέγα é ß ő",
        ],
    )  # fmt: skip
    def test_a_name_like_markup_is_printed_exactly(self, name: str) -> None:
        content = sheet(judged(drug=name))
        reader = PdfReader(BytesIO(content))

        assert name in " ".join(pages(content))
        assert not any("/Annots" in page for page in reader.pages)
        assert not any(page.images for page in reader.pages)

    @pytest.mark.parametrize(
        ("options", "details", "letters", "where"),
        [
            ({"drug": "ketotifen 中文"}, {}, "U+4E2D, U+6587", "DRUG"),
            ({}, {"batch_number": "☐ 1"}, "U+2610", "--batch-number"),
            ({}, {"pharmacy": ("Löwe", "ا")}, "U+0627", "--pharmacy"),
            ({"diluent": "乳糖", "fill_weight": "135 mg"}, {"pharmacy": ("乳",)}, "U+4E73, U+7CD6", "--diluent, --pharmacy"),
        ],
    )  # fmt: skip
    def test_a_letter_without_a_glyph_is_printed_as_its_code_with_a_finding(
        self, options: dict[str, str], details: dict[str, Any], letters: str, where: str
    ) -> None:
        said = Details(**details)
        found = with_letters(judged(**options), said)
        text = " ".join(pages(sheet(found, said)))

        (finding,) = (finding for finding in found.findings if finding.code == "letters-not-printed")
        assert {"letters": letters, "fields": where} == dict(finding.values)
        assert "[letters-not-printed]" in text
        for code_point in letters.split(", "):
            assert f"[{code_point}]" in text

    def test_the_json_beside_a_sheet_is_the_plan_in_it(self, tmp_path: Path) -> None:
        path = tmp_path / "sheet.pdf"
        result = CliRunner().invoke(
            command,
            ["ketotifen 中", "--accept", "drug-unknown=monograph read", "--dose", "2 mcg",
             "--balance-sensitivity", "1 mg", "--capsules", "30", "--json",
             "--pdf", str(path)],
        )  # fmt: skip
        printed = json.loads(result.stdout)

        assert printed == json.loads(PdfReader(path).attachments["plan.json"][0])
        assert "letters-not-printed" in [finding["code"] for finding in printed["findings"]]

    @pytest.mark.parametrize("name", ["Ωμέγα", "Жданов ё", "ÀÉÎõü ß ő ñ ç ø ł ş", "Dvořák & Łukasz", "a ≤ 3 ± 1"])
    def test_greek_cyrillic_and_accented_letters_have_their_glyphs(self, name: str) -> None:
        found = judged(drug=name)

        assert found == with_letters(found, Details(pharmacy=(name,)))
        assert name in pages(sheet(found, Details(pharmacy=(name,))))[0]

    def test_a_letter_of_the_template_without_a_glyph_is_refused_by_key_and_code_point(self) -> None:
        own = read_template(changed('title = "Compounding worksheet"', 'title = "中"'))
        with pytest.raises(InputError, match=re.escape("--template: title: cannot print U+4E2D at position 1")):
            sheet(judged(), given_template=own)

    @pytest.mark.parametrize("drug", ["ketotifen 中文", "naltrexone hydrochloride"])
    def test_every_character_of_a_sheet_is_in_its_font(self, drug: str) -> None:
        for box in laid_out(judged(drug=drug)).boxes:
            assert set(box.text) <= fonts.letters(whole=True)


class TestFile:
    """The same order gives the same bytes; the file is whole, small, and carries its plan."""

    def test_the_plan_travels_in_the_file(self) -> None:
        attached = PdfReader(BytesIO(usual())).attachments["plan.json"][0]

        assert plan_json.plan_record(judged()) == json.loads(attached)

    def test_title_language_and_author_are_set(self) -> None:
        reader = PdfReader(BytesIO(usual()))

        assert reader.metadata is not None
        assert "Compounding worksheet: naltrexone hydrochloride" == reader.metadata.title
        assert "compound 0.1.0" == reader.metadata.author
        assert "en" == str(reader.root_object["/Lang"])

    @pytest.mark.parametrize("name", ["usual", "long names", "four triturations"])
    def test_a_file_with_both_faces_is_at_most_60_kb(self, name: str) -> None:
        content = sheet(EXTREMES[name]())
        fonts = {str(font["/BaseFont"]) for page in PdfReader(BytesIO(content)).pages for font in fonts_of(page)}

        assert 2 == len(fonts)
        assert len(content) <= 60_000

    @pytest.mark.skipif(shutil.which("qpdf") is None, reason="qpdf is not installed: the file was not checked by it")
    @pytest.mark.parametrize("fillable", [False, True])
    @pytest.mark.parametrize("name", ["usual", "forty findings", "by solution"])
    def test_qpdf_finds_nothing_to_say(self, name: str, fillable: bool, tmp_path: Path) -> None:
        (tmp_path / "sheet.pdf").write_bytes(sheet(EXTREMES[name](), Details(fillable=fillable)))
        done = subprocess.run(
            ["qpdf", "--check", str(tmp_path / "sheet.pdf")], capture_output=True, text=True, check=False
        )

        assert 0 == done.returncode, done.stdout + done.stderr
        assert "WARNING" not in done.stdout + done.stderr

    @pytest.mark.skipif(shutil.which("pdfinfo") is None, reason="pdfinfo is not installed: the file was not checked by it")
    @pytest.mark.parametrize("language", ["en", "de"])
    @pytest.mark.parametrize("fillable", [False, True])
    def test_pdfinfo_reads_it_without_a_warning(self, language: str, fillable: bool, tmp_path: Path) -> None:
        content = sheet(judged(), Details(fillable=fillable), given_template=template(language))
        (tmp_path / "sheet.pdf").write_bytes(content)
        done = subprocess.run(["pdfinfo", str(tmp_path / "sheet.pdf")], capture_output=True, text=True, check=False)

        assert (0, "") == (done.returncode, done.stderr)
        assert "Encrypted:       no" in done.stdout

    @pytest.mark.skipif(
        shutil.which("zbarimg") is None or shutil.which("pdftoppm") is None,
        reason="zbarimg or pdftoppm is not installed: no reader of codes read the code",
    )
    @pytest.mark.parametrize("language", ["en", "de"])
    def test_the_code_on_page_one_holds_order_and_fingerprint(self, language: str, tmp_path: Path) -> None:
        (tmp_path / "sheet.pdf").write_bytes(sheet(judged(), given_template=template(language)))
        subprocess.run(
            ["pdftoppm", "-r", "300", "-gray", "-l", "1", "-singlefile", "-png", "sheet.pdf", "page"], cwd=tmp_path,
            check=True,
        )  # fmt: skip
        done = subprocess.run(["zbarimg", "-q", "--raw", "page.png"], cwd=tmp_path, capture_output=True, check=True)
        order = {
            "en": "naltrexone hydrochloride, 2 mcg (0.002 mg), 30 capsules of 135 mg, balance 1 mg",
            "de": "naltrexone hydrochloride, 2 Mikrogramm (0,002 mg), 30 Kapseln zu 135 mg, Waage 1 mg",
        }[language]

        assert f"{order}\n{plan_json.plan_record(judged())['fingerprint']}" == done.stdout.decode().strip()

    @pytest.mark.parametrize("language", ["en", "de"])
    def test_the_language_of_the_document_is_that_of_the_template(self, language: str) -> None:
        reader = PdfReader(BytesIO(sheet(judged(), given_template=template(language))))

        assert language == str(reader.root_object["/Lang"])

    def test_the_bytes_know_no_environment(self, tmp_path: Path) -> None:
        """Neither hash seed, time zone, locale, folder nor any setting of the library changes a byte."""
        (tmp_path / ".reportlab_settings").write_text("raise SystemExit('executed')\n")
        (tmp_path / "reportlab_settings.py").write_text("useA85 = 1\npageCompression = 0\n")
        script = "import sys\nfrom compound.cli.main import run\nrun(sys.argv[1:])"
        made = []
        for i, more in enumerate(
            (
                {"PYTHONHASHSEED": "1", "TZ": "UTC", "LANG": "C"},
                {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LANG": "tr_TR.UTF-8", "RL_invariant": "0",
                 "RL_pageCompression": "0", "RL_useA85": "1", "RL_defaultPageSize": "A3", "HOME": str(tmp_path)},
            )
        ):  # fmt: skip
            folder = tmp_path / str(i)
            folder.mkdir()
            where = tmp_path if i else folder
            arguments = ["plan", "naltrexone hydrochloride", "--dose", "2 mcg", "--balance-sensitivity", "1 mg",
                         "--capsules", "30", "--pdf", str(folder / "sheet.pdf")]  # fmt: skip
            path = os.pathsep.join([str(Path(shipped.__file__).parents[2]), *([str(tmp_path)] if i else [])])
            environment = {**os.environ, **more, "PYTHONPATH": path}
            subprocess.run(
                [*PYTHON, "-c", script, *arguments], cwd=where, env=environment, check=True, capture_output=True
            )
            made.append((folder / "sheet.pdf").read_bytes())

        assert made[0] == made[1]

    def test_blanks_become_fields_only_when_asked_for(self) -> None:
        fields = PdfReader(BytesIO(sheet(judged(), Details(fillable=True)))).get_fields()

        assert None is PdfReader(BytesIO(usual())).get_fields()
        assert fields is not None
        hints = {field.get("/TU") for field in fields.values()}
        assert {"1. actual reading", "8. weighed", "8. checked"} <= hints

    @given(st.text(min_size=1, max_size=300))
    @settings(max_examples=25)
    def test_the_qr_code_is_that_of_the_encoder_with_the_same_mask(self, text: str) -> None:
        encoder = qr_code._encoder()
        expected = encoder.QRCode(None, encoder.QRErrorCorrectLevel.M)
        expected.addData(encoder.QR8bitByte(text.encode("utf-8", "replace")))
        expected.version = expected.calculate_version()
        expected.makeImpl(False, 2)
        text = text.encode("utf-8", "replace").decode()

        assert [[bool(dark) for dark in row] for row in expected.modules] == qr_code.matrix(text)


def fonts_of(page: Any) -> list[Any]:
    return [font.get_object() for font in page["/Resources"]["/Font"].get_object().values()]


class TestDetails:
    """180 days, the day of compounding counting as day 1; an earlier expiry of a component governs (facts 6.2)."""

    def test_the_limits_are_those_of_the_domain_facts(self) -> None:
        assert (Decimal(180), Decimal(1), Decimal(20)) == tuple(
            limit(name) for name in ("beyond_use_days", "first_day", "capsules_weighed")
        )

    def test_the_limits_of_the_weights_are_those_of_the_rules_of_qc(self) -> None:
        light, heavy = weight_limits(Decimal(135)), weight_limits(Decimal(300))

        assert (Fraction(10), Fraction(3), Fraction(4), Fraction(3)) == (light.each, light.mean, light.rsd, light.loss)
        assert (Fraction(10), Fraction(3), Fraction(3), Fraction(3)) == (heavy.each, heavy.mean, heavy.rsd, heavy.loss)
        assert not light.rsd_included

    @pytest.mark.parametrize("fill", ["135", "300"])
    def test_the_german_sheet_prints_the_limits_of_dac_nrf_and_no_dutch_one(self, fill: str) -> None:
        """RSD at most 5 % of 10 or 20 capsules (Pharmazeutische Zeitung, 27 November 2025)."""
        limits = weight_limits(Decimal(fill), "de")

        assert (Fraction(10), Fraction(3), Fraction(5), Fraction(3)) == (limits.each, limits.mean, limits.rsd, limits.loss)
        assert limits.rsd_included
        assert not [source for source in limits.sources if "Dutch" in source]

    def test_the_last_day_is_the_day_of_preparation_and_179(self) -> None:
        # 2026-11-24 is day 1: 7 days to 30 November, 31 + 31 + 28 + 31 + 30 to 30 April (158), 22 more is 22 May.
        details = details_of(prepared="2026-11-24")

        assert (date(2027, 5, 22), "") == details.beyond_use()
        assert date(2026, 11, 24) + timedelta(days=179) == date(2027, 5, 22)

    def test_an_earlier_expiry_governs_and_is_named(self) -> None:
        details = details_of(
            prepared="2026-11-24",
            component_lot=["naltrexone hydrochloride=A12,2027-03", "Microcrystalline Cellulose=7,2029-01-15"],
        )  # fmt: skip
        text = pages(sheet(judged(), details))[0]

        assert (date(2027, 3, 31), "naltrexone hydrochloride") == details.beyond_use()
        assert "2027-03-31 (expiry of naltrexone hydrochloride)" in text
        assert "180 days, the day of compounding counting as day 1" in text

    def test_without_a_day_of_preparation_the_dates_are_blanks_beside_the_rule(self) -> None:
        assert None is details_of().beyond_use()
        assert "180 days" in pages(usual())[0]

    @pytest.mark.parametrize(
        ("text", "day"),
        [("2027-02", date(2027, 2, 28)), ("2028-02", date(2028, 2, 29)), ("2027-12", date(2027, 12, 31))],
    )
    def test_a_month_ends_on_its_last_day(self, text: str, day: date) -> None:
        assert day == read_expiry(text, "--component-lot")

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"prepared": "2026-02-30"}, "--prepared: there is no day “2026-02-30”"),
            ({"prepared": "02/03/2026"}, "--prepared: “02/03/2026” is not a day written YYYY-MM-DD"),
            ({"prepared": "20260203"}, "--prepared: “20260203” is not a day"),
            ({"prepared": "2026-W05-2"}, "--prepared: “2026-W05-2” is not a day"),
            ({"prepared": "0001-01-01"}, "--prepared: the year of “0001-01-01”"),
            ({"prepared": "２０２６-01-01"}, "--prepared: "),
            ({"batch_number": "x" * 61}, "--batch-number: 61 characters are more than 60"),
            ({"pharmacy": ["a", "b", "c", "d"]}, "--pharmacy: 4 lines are more than 3"),
            ({"pharmacy": ["a\u202eb"]}, "--pharmacy: invisible character U+202E at position 2"),
            ({"component_lot": ["mannitol=1,2027-01"]}, "--component-lot: “mannitol” is not a component of this plan"),
            ({"component_lot": ["capsules=1"]}, "--component-lot: “capsules=1” is not NAME=LOT,EXPIRY"),
            ({"component_lot": ["capsules=1,2027-13"]}, "--component-lot: there is no day “2027-13”"),
            ({"component_lot": ["capsules=1,2027"]}, "--component-lot: “2027” is not an expiry"),
            (
                {"component_lot": ["capsules=1,2027-01", "capsules=2,2027-01"]},
                "--component-lot: “capsules” is given twice",
            ),
            (
                {"prepared": "2027-04-01", "component_lot": ["naltrexone hydrochloride=A,2027-03"]},
                "--component-lot: lot A of naltrexone hydrochloride expired on 2027-03-31",
            ),
        ],
    )
    def test_what_cannot_stand_is_refused_in_one_sentence(self, options: dict[str, Any], said: str) -> None:
        with pytest.raises(InputError, match=re.escape(said)):
            details_of(**options)

    def test_a_component_may_be_used_on_its_last_day(self) -> None:
        details = details_of(prepared="2027-03-31", component_lot=["capsules=1,2027-03"])

        assert (date(2027, 3, 31), "capsules") == details.beyond_use()

    def test_accepted_judgements_stand_on_page_one_with_a_line_to_sign(self) -> None:
        found = judged(dose="10 mg", accept=("dose-not-low=checked with the prescriber",))
        first = pages(sheet(found))[0]

        assert "Accepted against a refusal of this tool" in first
        assert "[dose-not-low]" in first
        assert "Reason: checked with the prescriber" in first
        assert "Signature of the pharmacist, date" in first


def changed(old: str, new: str) -> bytes:
    text = ENGLISH.decode()
    assert old in text
    return text.replace(old, new, 1).encode()


class TestTemplate:
    """Templates decide words and order; they hold no limit and cannot remove a finding (issue, Form)."""

    def test_the_template_that_is_shipped_is_whole(self) -> None:
        found = template()

        assert ("en", "A4", "Compounding worksheet") == (found.language, found.page_size, found.title)
        assert 16 == len(found.sections)

    def test_every_sentence_is_used(self) -> None:
        """A sentence that no section prints would be a trap for whoever translates it."""
        package = Path(qr_code.__file__).parents[1]
        source = "".join(path.read_text() for room in ("paper", "worksheet") for path in (package / room).glob("*.py"))
        built = {"basis_as_is", "basis_dried", "basis_anhydrous", "warning", "note", "trituration", "solution"}
        words = tomllib.loads(ENGLISH.decode())["words"]
        assert set(words.pop("settle")) - {"none", "other", "tracer"} <= set(codes.ENTRIES)
        for table in words.values():
            for key in table:
                assert re.search(rf"[\"']{key}[\"']", source) or key in built or key.endswith("_value"), key

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"title = ", "template line 1 column 8: is not a TOML file"),
            (b"\xff", "template line 1: is not UTF-8 text"),
            (b"x" * 1_000_001, "template: is larger than 1,000,000 bytes"),
            (changed('name = "findings"', 'name = "finding"'), "template: sections[14].name: “finding” is not one of"),
            (changed('[[sections]]\nname = "findings"\nheading = "Annex: findings"\nnew_page = false\n', ""),
             "template: sections: the section findings is missing"),
            (changed('name = "mixtures"', 'name = "bench"'), "template: sections[12].name: the section bench stands"),
            (changed('language = "en"', 'language = "xx"'), "template: language: “xx” is not one of en"),
            (changed('page_size = "A4"', 'page_size = "A5"'), "template: page_size: “A5” is not one of A4, Letter"),
            (changed("new_page = false", "new_page = 1"), "template: sections[0].new_page: is neither true nor false"),
            (changed('page = "page {page} of {pages}"', 'page = "page {page}"'), "template: words.page.page: lacks {pages}"),
            (changed('page = "page {page} of {pages}"', 'page = "{page} {pages} {dose}"'),
             "template: words.page.page: {dose} is not a value of this sentence"),
            (changed('page = "page {page} of {pages}"', 'page = "{page} {pages} {"'),
             "template: words.page.page: has a brace"),
            (changed('page = "page {page} of {pages}"', 'page = "{page!r} {pages}"'),
             "template: words.page.page: has a brace"),
            (b'title = "Ours"\n', "template: language: is missing"),
            (changed("[words.page]\n", "[words.page]\nlimit = 5\n"),
             "template: words.page.limit: is not a key of a template; those are page, batch, tool, rules, fingerprint"),
            (changed('role = "Verified"', "role = 7"), "template: sign_off[1].role: expected text in quotation marks, found a bare number"),
            (changed('role = "Verified"', 'role = " "'), "template: sign_off[1].role: is empty"),
            (changed('role = "Verified"', 'role = "a\\u202Eb"'), "template: sign_off[1].role: invisible character U+202E"),
            (changed("lines = []", 'lines = ["a", "b", "c", "d"]'), "template: pharmacy.lines: has 4 entries"),
            (changed('title = "Compounding worksheet"', f'title = "{"x" * 121}"'), "template: title: a text of 121"),
        ],
    )  # fmt: skip
    def test_a_broken_template_is_one_sentence_with_its_key(self, content: bytes, said: str) -> None:
        with pytest.raises(InputError, match=re.escape(said)):
            read_template(content)

    def test_sections_follow_the_template_and_the_dose_leads(self) -> None:
        text = ENGLISH.decode()
        parts = text.split("[[sections]]")
        turned = "[[sections]]".join([parts[0], *parts[3:4], *parts[1:3], *parts[4:]])
        found = read_template(turned.encode())
        texts = pages(sheet(judged(), given_template=found))

        assert "components" == found.sections[0].name
        assert "2 mcg (0.002 mg)" in texts[0]
        assert texts[0].index("NOT 2 mg") < texts[0].index("Components and equipment") < texts[0].index("Batch or Rx no. Prescriber")

    def test_the_template_of_a_user_is_used(self, tmp_path: Path) -> None:
        (tmp_path / "own.toml").write_bytes(changed('"Compounding worksheet"', '"Our sheet"'))
        result = CliRunner().invoke(
            command,
            ["naltrexone hydrochloride", "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30",
             "--template", str(tmp_path / "own.toml"), "--pdf", str(tmp_path / "sheet.pdf"), "--page-size", "Letter"],
        )  # fmt: skip

        assert 0 == result.exit_code
        assert "Our sheet" in pages((tmp_path / "sheet.pdf").read_bytes())[0]
        assert 612 == PdfReader(tmp_path / "sheet.pdf").pages[0].mediabox.width
