"""Labels of vessels and capsules: what they say, that all of it stands on them, and that no name becomes a command."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cache
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from helpers import DRUG, order
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from compound.cli.label import command
from compound.correcting.weighed import Weighed
from compound.exact.errors import InputError
from compound.facts.label_formats import CONTINUOUS, LabelFormat, label_format, label_formats
from compound.making.make import Batch, PrintSettings, plan_batch, write_worksheet
from compound.making.saved import audit_plan
from compound.paper.paper import SIZES as PAGES
from compound.reading import shipped
from compound.showing.fingerprint import to_json
from compound.showing.plan_rows import mixture_rows, vessel_label
from compound.wording.label_words import LabelWords
from compound.wording.language import language
from compound.wording.language_file import LANGUAGES
from compound.worksheet import label_layout, label_zpl, labels
from compound.worksheet.details import Details, read_details
from compound.worksheet.label_layout import LETTER_SIZES, LabelPart, Placed, Room, capsule_parts, fitted, stock_parts
from compound.worksheet.label_text import CapsuleLabel, StockLabel, capsule_label, stock_labels
from compound.worksheet.label_zpl import DOTS, PrinterFace
from compound.worksheet.labels import POINTS, PaperFace, PrintedLabel, room_of
from compound.worksheet.template import Template, read_template

# One of each way to make capsules, as options of the usual order.
KINDS: dict[str, dict[str, Any]] = {
    "powder": {},
    "solution": {"dose": "100 nanograms", "method": "solution"},
    "tablets": {"dose": "0.25 mg", "tablet": "50 mg in 170 mg"},
    "volume": {"dose": "0.25 mg", "filling": "volume"},
    "excipients": {"excipient": ("riboflavin 0.05%",), "shell": "clear gelatin"},
    "identified": {
        "batch_number": "B-17/2026", "prepared": "2026-11-29", "component_lot": (f"{DRUG}=A12-0049,2027-03",),
    },
}  # fmt: skip
FORMATS = [one.name for one in label_formats()]
ROLLS = [one.name for one in label_formats() if not one.on_sheet]
CODE = "0123456789abcdef" * 4
CAPTION = "plan 0123456789ab"


@cache
def batch(kind: str) -> Batch:
    made = plan_batch(order(**KINDS[kind]))
    assert made.audit is not None
    return made


@cache
def weighed(kind: str) -> Weighed:
    made = batch(kind).audit
    assert made is not None
    return audit_plan(made.plan)


@cache
def template(code: str) -> Template:
    return read_template(shipped.template("worksheet.toml" if code == "en" else f"worksheet.{code}.toml"))


def stock(kind: str, code: str) -> list[StockLabel]:
    return stock_labels(weighed(kind), language(code))


def capsules(kind: str, code: str, **details: Any) -> CapsuleLabel:
    found = read_details(weighed(kind).plan, **details)
    return capsule_label(weighed(kind).made, template(code), found)


def printables(kind: str, code: str) -> list[PrintedLabel]:
    return [
        *(PrintedLabel(label.vessel, tuple(stock_parts(label))) for label in stock(kind, code)),
        PrintedLabel("capsules", tuple(capsule_parts(capsules(kind, code)))),
    ]


def squeezed(text: str) -> str:
    """A text without its blanks: where lines end is no part of it."""
    return re.sub(r"\s", "", text)


def said(parts: Sequence[LabelPart]) -> str:
    texts = []
    for part in parts:
        texts += [part.text, part.beside, *(name for name, _ in part.blanks)]
    return squeezed("".join(texts))


Box = tuple[float, float, float, float]


def boxes(placed: Placed, face: PaperFace | PrinterFace) -> list[Box]:
    """The place of each line: left, top, right, bottom; letters reach 1.04 of their size."""
    return [(x, y, x + face.width(text, size, bold), y + 1.04 * size) for x, y, size, bold, text in placed.texts]


def overlapping(found: Sequence[Box], slack: float = 0.01) -> list[tuple[Box, Box]]:
    return [
        (a, b)
        for a, b in combinations(found, 2)
        if a[0] < b[2] - slack and b[0] < a[2] - slack and a[1] < b[3] - slack and b[1] < a[3] - slack
    ]


def holds(placed: Placed, room: Room, parts: Sequence[LabelPart], face: PaperFace | PrinterFace, unit: float = 1.0) -> None:
    """All of a label stands within its edges, nothing on anything else, nothing left out, nothing too small."""
    texts = boxes(placed, face)
    code = [] if placed.code is None else [(*placed.code[:2], placed.code[0] + placed.code[2], placed.code[1] + placed.code[2])]
    frames = [(x, y, x + wide, y + high) for x, y, wide, high in placed.frames]
    rules = [(x, y - 0.5, x + wide, y) for x, y, wide in placed.rules]
    right, bottom = room.wide - room.side, placed.high - room.end
    for box in (*texts, *code, *frames, *rules):
        assert box[0] >= room.side - 0.01
        assert box[1] >= room.end - 0.01
        assert box[2] <= right + 0.01
        assert box[3] <= bottom + 0.01
    assert placed.high <= room.high + 0.01
    assert [] == overlapping([*texts, *code, *rules])
    framed = sum(1 for text in texts for frame in frames if overlapping([text, frame]))
    for frame in frames:
        inside = [text for text in texts if overlapping([text, frame])]
        assert inside
        for text in inside:
            assert frame[0] < text[0]
            assert frame[1] < text[1]
            assert text[2] < frame[2]
            assert text[3] < frame[3]
    assert framed == sum(1 for _ in frames for text in texts if any(overlapping([text, frame]) for frame in frames))
    caption = [] if placed.code is None else [LabelPart(CAPTION)]
    shown = squeezed("".join(text for *_, text in placed.texts))
    assert shown == squeezed(face.shown(said([*parts, *caption])))
    head, small = LETTER_SIZES[-1][:2]
    assert all(size >= small * unit for _, _, size, _, _ in placed.texts)
    assert placed.sizes[0] >= head
    assert placed.sizes[1] >= small
    assert all(size >= head * unit for _, _, size, bold, _ in placed.texts if bold)


class TestFormats:
    """The table of formats is that of its sources (entered a second time, by hand)."""

    @pytest.mark.parametrize(
        ("name", "wide", "high", "count"),
        [
            ("62", "62", "150", 1), ("62x29", "62", "29", 1), ("62x100", "62", "100", 1), ("L7160", "63.5", "38.1", 21),
            ("L7163", "99.1", "38.1", 14), ("L7165", "99.1", "67.7", 8), ("5160", "66.675", "25.4", 30),
            ("5163", "101.6", "50.8", 10), ("5164", "101.6", "254/3", 6),
        ],
    )  # fmt: skip
    def test_a_label_is_as_large_as_its_maker_says(self, name: str, wide: str, high: str, count: int) -> None:
        form = label_format(name)

        assert (Fraction(wide), Fraction(high), count) == (form.wide, form.high, form.per_page)

    def test_every_format_is_in_that_test_and_has_a_source(self) -> None:
        assert ["62", "62x29", "62x100", "L7160", "L7163", "L7165", "5160", "5163", "5164"] == FORMATS
        for form in label_formats():
            assert "https://" in form.source

    @pytest.mark.parametrize("name", [one.name for one in label_formats() if one.on_sheet])
    def test_labels_stand_in_the_middle_of_their_page_side_by_side(self, name: str) -> None:
        form = label_format(name)
        wide, high = (Fraction(round(side * 1000), 1000) / POINTS for side in PAGES[form.page])
        right, bottom = (at + size for at, size in zip(form.corner(form.per_page - 1), (form.wide, form.high), strict=True))

        assert form.across >= form.wide
        assert form.down >= form.high
        assert abs((wide - right) - form.left) < Fraction(2, 100)
        assert abs((high - bottom) - form.top) < Fraction(2, 100)
        assert {form.corner(place) for place in range(form.per_page)} == {
            (form.left + column * form.across, form.top + row * form.down)
            for row in range(form.rows)
            for column in range(form.columns)
        }

    @pytest.mark.parametrize(("name", "dots"), [("62", 696), ("62x29", 696), ("62x100", 696)])
    def test_nothing_is_printed_where_the_printer_does_not_reach(self, name: str, dots: int) -> None:
        """By the table of brother_ql: dots of 1/300 in that are printed across the tape."""
        form = label_format(name)

        assert abs((form.wide - 2 * form.side) - dots * Fraction(254, 3000)) < Fraction(1, 10)

    @pytest.mark.parametrize(("typed", "name"), [("l7160", "L7160"), (" 62X29 ", "62x29"), ("L7165", "L7165")])
    def test_a_format_is_known_in_any_case(self, typed: str, name: str) -> None:
        assert name == label_format(typed).name

    def test_an_unknown_format_is_refused_with_those_that_are_known(self) -> None:
        with pytest.raises(InputError, match=r"L7161.* is not a format of labels; close to it: L716"):
            label_format("L7161")


class TestWords:
    """A label says what the sheet, the tables and the JSON say."""

    @pytest.mark.parametrize("code", LANGUAGES)
    @pytest.mark.parametrize("kind", KINDS)
    def test_a_vessel_is_labelled_as_the_worksheet_says(self, kind: str, code: str) -> None:
        made = weighed(kind).made
        wanted = [vessel_label(made, mixture, language(code)) for mixture in made.mixtures if mixture.vessel != "batch"]

        assert [squeezed(text) for text in wanted] == [
            squeezed(language(code).words.not_the_drug.format(name=label.contents)) for label in stock(kind, code)
        ]

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_strength_and_ratio_stand_on_it_and_no_line_ends_in_them(self, code: str) -> None:
        rows = [row for row in mixture_rows(weighed("powder").made, language(code)) if row.one_in]

        for row, label in zip(rows, stock("powder", code), strict=False):
            assert row.strength.replace(" ", "\u00a0") in label.contents
            assert squeezed(row.one_in) in squeezed(label.contents)
            number = re.findall(r"[0-9][0-9.,\u202f]*", row.one_in)[-1]
            assert f"\u00a0{number}" in label.contents

    @pytest.mark.parametrize(("code", "words"), [("en", "NOT THE DRUG"), ("de", "NICHT DER WIRKSTOFF")])
    @pytest.mark.parametrize("kind", ["powder", "solution", "volume", "excipients"])
    def test_every_vessel_says_in_a_frame_that_it_is_not_the_drug(self, kind: str, code: str, words: str) -> None:
        assert stock(kind, code)
        for label in stock(kind, code):
            (framed,) = [part for part in stock_parts(label) if part.framed]
            assert words == framed.text

    def test_the_batch_and_the_capsules_are_no_stock(self) -> None:
        plain = plan_batch(order(dose="4.5 mg")).audit
        assert plain is not None

        assert [] == stock_labels(audit_plan(plain.plan), language("en"))
        assert ["trituration 1", "trituration 2"] == [label.vessel for label in stock("powder", "en")]
        assert ["solution 1", "solution 2"] == [label.vessel for label in stock("solution", "en")]

    def test_what_is_known_stands_there_and_the_rest_is_left_blank(self) -> None:
        known, unknown = stock("identified", "en")[0], stock("powder", "en")[0]

        assert "batch\u00a0B-17/2026".replace("\u00a0", " ") in known.contents.replace("\u00a0", " ")
        assert ("as planned, not yet weighed", "5,000 mg made", "drug lot A12-0049", "made 2026-11-29") == known.facts
        assert ("left", "use by", "by") == known.blanks
        assert ("as planned, not yet weighed", "5,000 mg made") == unknown.facts
        assert ("batch", "left", "lot of drug", "made", "use by", "by") == unknown.blanks

    def test_a_vessel_is_as_weighed_once_all_that_goes_into_it_was_read(self) -> None:
        """81 mg in 4,919 mg is 1 in 5000/81: 16.2 mg per g."""
        plan = weighed("powder").plan
        first = audit_plan(plan, {1: Decimal("81"), 2: Decimal("4919")})
        half = audit_plan(plan, {1: Decimal("81")})
        made, to_do = (stock_labels(one, language("en"))[0] for one in (first, half))

        assert "trituration 1: naltrexone hydrochloride 16.2 mg per g, 1 in about 61.728" == made.contents.replace("\u00a0", " ")
        assert "as weighed" == made.facts[0]
        assert "as planned, not yet weighed" == to_do.facts[0]
        assert "as planned, not yet weighed" == stock_labels(first, language("en"))[1].facts[0]

    def test_what_is_left_is_said_once_the_next_vessel_is_made(self) -> None:
        plan = weighed("powder").plan
        read = {1: Decimal("80"), 2: Decimal("4920"), 4: Decimal("100"), 5: Decimal("4900")}
        first, second = stock_labels(audit_plan(plan, read), language("en"))

        assert "4,900 mg left of 5,000 mg" in first.facts
        assert "left" not in first.blanks
        assert "5,000 mg made" in second.facts
        assert "left" in second.blanks

    @pytest.mark.parametrize(
        ("code", "texts"),
        [
            ("en", ["Each capsule contains 2 mcg (0.002 mg) of naltrexone hydrochloride.", "two micrograms in each capsule",
                    "30 capsules for oral use"]),
            ("de", ["1 Kapsel enthält 2 Mikrogramm (0,002 mg) Naltrexonhydrochlorid.", "zwei Mikrogramm je Kapsel",
                    "30 Kapseln zum Einnehmen"]),
        ],
    )  # fmt: skip
    def test_a_capsule_says_its_dose_in_two_units_and_in_words(self, code: str, texts: list[str]) -> None:
        label = capsules("powder", code)

        assert texts == [text.replace("\u00a0", " ") for text in (label.dose, label.in_words, label.count)]

    @pytest.mark.parametrize("code", LANGUAGES)
    @pytest.mark.parametrize("kind", KINDS)
    def test_the_capsules_are_labelled_as_the_worksheet_shows(self, kind: str, code: str) -> None:
        """Every word of its label stands in the section of the worksheet."""
        settings = PrintSettings(template(code))
        pages = PdfReader(BytesIO(write_worksheet(batch(kind), settings)[0])).pages
        sheet = squeezed("".join(page.extract_text() for page in pages))
        label = capsules(kind, code)

        for text in (label.dose, label.count, *label.constituents, *label.ending, *(line.name for line in label.lines)):
            assert squeezed(text) in sheet

    def test_which_units_are_not_each_other_is_said_to_who_compares_and_not_to_the_patient(self) -> None:
        label = capsules("powder", "en")

        assert "mcg is not mg." == label.special
        assert "is not mg" not in " ".join(part.text for part in capsule_parts(label))

    def test_days_and_head_are_those_of_the_worksheet(self) -> None:
        label = capsules("identified", "en", pharmacy=("Example Pharmacy", "1 High Street"))
        values = {line.name: line.value for line in label.lines if line.value}

        assert {"No.": "B-17/2026", "Prepared on": "2026-11-29", "Do not use after": "2027-03-31"}.keys() == values.keys()
        assert "B-17/2026" == values["No."]
        assert "2026-11-29" == values["Prepared on"]
        assert ("Example Pharmacy", "1 High Street") == label.ending[:2]
        assert "Pharmacy, address" not in [line.name for line in label.lines]



def fits(parts: Sequence[LabelPart], form: LabelFormat, dpi: int | None) -> bool:
    """Whether a label fits on a format, on paper or for a printer; if so, that it holds all."""
    face: PaperFace | PrinterFace
    if dpi is None:
        face, unit, room = PaperFace(), 1.0, room_of(form)
        placed = fitted(parts, room, face, CAPTION)
    else:
        face, unit, room = PrinterFace(), float(DOTS[dpi] * Fraction(254, 720)), room_of(form, DOTS[dpi])
        placed = fitted(parts, room, face, CAPTION, unit, lambda size: float(-(-size // 1)))
    if placed is not None:
        holds(placed, room, parts, face, unit)
    return placed is not None


DPI = [None, 203, 300]
# Names that break what is careless with text: commands of ZPL, escapes, other scripts, one long word, only wide letters.
HOSTILE = st.text(
    st.sampled_from("ab WMiJ_^~\\,;|{}<>&%$#@!?§¿ÄÖÜßéçñ€×·µ\u00a0\u202f−-Ωж中\U0001f600" + "0123456789"), min_size=1, max_size=120
)


class TestPlaces:
    """All of a label stands on it, apart from all else, in letters of 9 and of 6 points at least (issue, labels)."""

    @pytest.mark.parametrize("dpi", DPI)
    @pytest.mark.parametrize("code", LANGUAGES)
    @pytest.mark.parametrize("name", FORMATS)
    def test_all_of_a_label_stands_on_it_or_it_is_refused(self, name: str, code: str, dpi: int | None) -> None:
        form = label_format(name)
        if dpi is not None and form.on_sheet:
            return
        for kind in KINDS:
            for label in printables(kind, code):
                if not fits(label.parts, form, dpi) and dpi is None:
                    with pytest.raises(InputError, match=f"the label of {label.name} does not fit on {name}"):
                        labels.laid_out([label], form, CAPTION)

    @pytest.mark.parametrize("dpi", DPI)
    @pytest.mark.parametrize("code", LANGUAGES)
    def test_tape_and_large_label_take_every_label(self, code: str, dpi: int | None) -> None:
        for kind in KINDS:
            for label in printables(kind, code):
                assert fits(label.parts, label_format("62"), dpi)
                assert fits(label.parts, label_format("62x100"), dpi)

    def test_the_smallest_labels_take_a_trituration_in_english(self) -> None:
        for name in ("62x29", "5160"):
            for label in printables("powder", "en")[:-1]:
                assert fits(label.parts, label_format(name), None)

    @given(HOSTILE, HOSTILE, st.lists(HOSTILE, max_size=4), st.sampled_from(FORMATS), st.sampled_from(DPI))
    def test_whatever_names_hold_nothing_is_cut_or_overlaps(
        self, contents: str, fact: str, names: list[str], name: str, dpi: int | None
    ) -> None:
        label = StockLabel("trituration 1", contents, "NOT THE DRUG", (fact, "5,000 mg made"), (*names, "use by"))
        fits(stock_parts(label), label_format(name), dpi)

    @given(HOSTILE, HOSTILE, st.sampled_from(FORMATS), st.sampled_from(DPI))
    def test_nor_on_the_capsules(self, name: str, head: str, form: str, dpi: int | None) -> None:
        usual = capsules("powder", "en")
        label = capsule_label(
            weighed("powder").made, template("en"), Details(batch_number=name[:60], pharmacy=(head, "1 High Street"))
        )

        assert usual.dose == label.dose
        fits(capsule_parts(label), label_format(form), dpi)

    def test_a_label_on_a_tape_is_as_long_as_its_text_and_no_shorter_than_a_cutter_cuts(self) -> None:
        short = fitted([LabelPart("a")], room_of(label_format("62")), PaperFace(), CAPTION)
        placed = labels.laid_out(printables("powder", "en"), label_format("62"), CAPTION)

        assert short is not None
        assert short.high >= float(25 * POINTS) - 0.01
        assert len({label.high for label in placed}) > 1
        for label in placed:
            lowest = max(y + 1.04 * size for _, y, size, _, _ in label.texts)
            if label.code is not None:
                lowest = max(lowest, label.code[1] + label.code[2])
            assert label.high - lowest < float(8 * POINTS)

    def test_text_is_never_made_smaller_for_the_code(self, monkeypatch: pytest.MonkeyPatch) -> None:
        asked = [(label, form) for kind in KINDS for label in printables(kind, "en") for form in label_formats()]

        def sizes() -> list[tuple[float, float] | None]:
            placed = [fitted(label.parts, room_of(form), PaperFace(), CAPTION) for label, form in asked]
            return [None if one is None else one.sizes for one in placed]

        with_codes = sizes()
        monkeypatch.setattr(label_layout, "CODE_SIDE", 10_000.0)

        assert with_codes == sizes()

    def test_a_code_never_stands_without_the_beginning_of_the_fingerprint_in_letters(self) -> None:
        for form in label_formats():
            for label in printables("identified", "en"):
                placed = fitted(label.parts, room_of(form), PaperFace(), CAPTION)
                if placed is not None:
                    assert (placed.code is not None) == any(text == CAPTION for *_, text in placed.texts)


class TestPaper:
    """The places on the pages of the PDF are those of the format."""

    @pytest.mark.parametrize("name", [one.name for one in label_formats() if one.on_sheet])
    @pytest.mark.parametrize("start", [1, 4])
    def test_every_text_stands_within_a_label_of_its_sheet(self, name: str, start: int) -> None:
        form = label_format(name)
        small = [label for label in printables("powder", "en") if fits(label.parts, form, None)]
        placed = labels.laid_out(small * 12, form, CAPTION)
        (sheet,) = labels.papers(placed, form, CODE, start)
        cells: dict[tuple[int, int], list[str]] = {}
        for box in sheet.boxes:
            (cell,) = [
                place
                for place in range(form.per_page)
                for left, top in [tuple(float(mm * POINTS) for mm in form.corner(place))]
                if left <= box.left and box.right <= left + float(form.wide * POINTS) + 0.01
                and top <= box.top and box.bottom <= top + float(form.high * POINTS) + 0.01
            ]
            cells.setdefault((box.page, cell), []).append(box.text)
        wanted = [divmod(start - 1 + i, form.per_page) for i in range(len(placed))]

        assert sorted(cells) == wanted
        assert [[text for *_, text in label.texts] for label in placed] == [cells[key] for key in wanted]
        assert len(sheet.pages) == wanted[-1][0] + 1

    def test_a_full_sheet_is_not_followed_by_an_empty_one(self) -> None:
        form = label_format("5164")
        placed = labels.laid_out(printables("powder", "en")[:1] * 6, form, CAPTION)

        assert 1 == len(labels.papers(placed, form, CODE)[0].pages)
        assert 2 == len(labels.papers(placed, form, CODE, 2)[0].pages)

    @pytest.mark.parametrize("code", LANGUAGES)
    @pytest.mark.parametrize("name", ["62", "62x100", "L7165", "5164"])
    def test_the_pdf_says_what_was_laid_out_on_pages_of_the_format(self, name: str, code: str) -> None:
        form, wanted = label_format(name), printables("identified", code)
        placed = labels.laid_out(wanted, form, CAPTION)
        pdf = labels.labels_pdf(labels.papers(placed, form, CODE), code, "Labels", CODE)
        pages = PdfReader(BytesIO(pdf)).pages

        assert squeezed("".join(text for label in placed for *_, text in label.texts)) == squeezed(
            "".join(page.extract_text() for page in pages)
        )
        assert len(pages) == (1 if form.on_sheet else len(placed))
        for page, label in zip(pages, placed, strict=False):
            size = PAGES[form.page] if form.on_sheet else (float(form.wide * POINTS), label.high)
            assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(size, abs=0.01)
        assert pdf == labels.labels_pdf(labels.papers(placed, form, CODE), code, "Labels", CODE)


# ZPL, read as a printer reads it.
COMMANDS = re.compile(r"[\^~]([A-Z@][A-Z0-9@]?)([^\^~]*)")
KNOWN = ["XA", "CI", "MN", "LH", "PW", "LL", "FO", "A0", "FH", "FD", "FS", "GB", "BQ", "PQ", "XZ"]


def decoded(data: str) -> str:
    """The data of a field after ^FH: an underscore and two digits are a byte."""
    raw = re.sub(rb"_([0-9A-F]{2})", lambda found: bytes.fromhex(found[1].decode()), data.encode("ascii"))
    return raw.decode("utf-8")


def fields(text: str) -> list[dict[str, Any]]:
    """The fields of the labels: where each begins, what it is, its text."""
    found: list[dict[str, Any]] = []
    now: dict[str, Any] = {}
    for name, data in COMMANDS.findall(text.replace("\n", "")):
        assert name in KNOWN, name
        if name == "FO":
            now = {"at": tuple(map(int, data.split(",")))}
        elif name == "FS":
            found.append(now)
        elif name in ("A0", "GB", "BQ"):
            now |= {"kind": name, "size": tuple(int(one) for one in data.split(",") if one.isdecimal())}
        elif name == "FD":
            now["text"] = decoded(data) if now["kind"] == "A0" else data
    return found


class TestPrinter:
    """What goes to a label printer is text that no name can turn into a command (issue, ZPL)."""

    @pytest.mark.parametrize("dpi", [203, 300])
    @pytest.mark.parametrize("code", LANGUAGES)
    @pytest.mark.parametrize("kind", KINDS)
    def test_its_fields_say_what_was_laid_out_where_it_was(self, kind: str, code: str, dpi: int) -> None:
        form, wanted = label_format("62x100"), printables(kind, code)
        made = label_zpl.laid_out_in_dots(wanted, form, dpi, CAPTION)
        text = label_zpl.zpl(made, CODE, copies=3)
        texts = [field for field in fields(text) if field["kind"] == "A0"]
        laid = [line for label in made.placed for line in label.texts]

        assert text.isascii()
        assert len(wanted) == text.count("^XA\n^CI28\n") == text.count("^PQ3\n^XZ\n") == text.count("^XA") == text.count("^XZ")
        assert [re.sub("[\u00a0\u202f]", " ", line.text) for line in laid] == [field["text"] for field in texts]
        for line, field in zip(laid, texts, strict=True):
            assert field["at"] == (int(line.x), int(line.y))
            assert field["size"] == (int(line.size),)
        most = tuple(int(mm * DOTS[dpi]) + 1 for mm in (form.wide, form.high))
        assert all(f"^PW{wide}" in text for wide in {most[0], most[0] - 1} & {int(-(-form.wide * DOTS[dpi] // 1))})
        for field in fields(text):
            if field["kind"] == "GB":
                assert field["at"][0] + field["size"][0] <= most[0]
                assert field["at"][1] + field["size"][1] <= most[1]

    @given(HOSTILE, HOSTILE)
    def test_no_command_begins_in_a_name(self, contents: str, fact: str) -> None:
        stock_label = StockLabel("trituration 1", contents, "NOT THE DRUG", (fact,), ("use by",))
        label = PrintedLabel("trituration 1", tuple(stock_parts(stock_label)))
        made = label_zpl.laid_out_in_dots([label], label_format("62x100"), 203, CAPTION)
        text = label_zpl.zpl(made, CODE)

        assert text.isascii()
        assert 1 == text.count("^XA") == text.count("^XZ")
        assert "~" not in text
        said_back = "".join(field["text"] for field in fields(text) if field["kind"] == "A0")
        wanted = said([*label.parts, *([] if made.placed[0].code is None else [LabelPart(CAPTION)])])
        assert squeezed(PrinterFace().shown(wanted)).replace("−", "-") == squeezed(said_back)

    @pytest.mark.parametrize(
        ("text", "escaped"),
        [
            ("^XZ~JR_5E\\", "_5EXZ_7EJR_5F5E_5C"), ("16 mg per g, 1 in 62.5", "16 mg per g, 1 in 62.5"), ("Kürzel", "K_C3_BCrzel"),
            ("€", "_E2_82_AC"), ("[U+4E2D]", "_5BU+4E2D_5D"),
        ],
    )  # fmt: skip
    def test_what_is_not_plain_goes_out_as_bytes_in_hexadecimal_digits(self, text: str, escaped: str) -> None:
        label = PrintedLabel("x", (LabelPart(text),))
        made = label_zpl.laid_out_in_dots([label], label_format("62x29"), 203, CAPTION)

        assert f"^FH^FD{escaped}^FS" in label_zpl.zpl(made, CODE)
        assert text == decoded(escaped)

    def test_a_letter_that_the_printer_lacks_is_printed_as_its_code(self) -> None:
        assert "a[U+4E2D]" == PrinterFace().shown("a中")
        assert ["Ω", "中"] == label_zpl.zpl_lacking("aΩ中\u00a0\u202f−")

    def test_blanks_that_no_line_ends_at_are_printed_as_blanks(self) -> None:
        label = PrintedLabel("x", (LabelPart("Größe\u00a03\u202f125"),))
        text = label_zpl.zpl(label_zpl.laid_out_in_dots([label], label_format("62x29"), 203, CAPTION), CODE)

        assert "^FH^FDGr_C3_B6_C3_9Fe 3 125^FS" in text

    def test_a_letter_is_measured_no_narrower_than_a_condensed_bold_helvetica_has_it(self) -> None:
        """The condensed Helvetica is 0.82 of the usual one; font 0 of the printers is CG Triumvirate Bold Condensed."""
        from reportlab.pdfbase.pdfmetrics import stringWidth

        face = PrinterFace()
        letters = [one for one in map(chr, [*range(32, 127), *range(161, 256)]) if one != "\u00ad"]
        helvetica = {one: 0.82 * stringWidth(one, "Helvetica-Bold", 1000) for one in letters}

        assert [] == [one for one in letters if face.width(one, 1000, False) < 0.99 * helvetica[one]]

    def test_a_tape_is_continuous_and_a_label_is_not(self) -> None:
        for name in ROLLS:
            label = printables("powder", "en")[0]
            text = label_zpl.zpl(label_zpl.laid_out_in_dots([label], label_format(name), 300, CAPTION), CODE)
            assert (label_format(name).kind == CONTINUOUS) == ("^MNN" in text)

    def test_a_code_holds_the_fingerprint_and_stands_on_the_label(self) -> None:
        form = label_format("62x100")
        for dpi in DOTS:
            made = label_zpl.laid_out_in_dots(printables("powder", "en"), form, dpi, CAPTION)
            codes = [field for field in fields(label_zpl.zpl(made, CODE)) if field["kind"] == "BQ"]
            assert codes
            for field in codes:
                assert f"MA,{CODE}" == field["text"]
                module = field["size"][-1]
                assert module >= 3
                # A printer puts a code ten dots lower; it holds 37 modules.
                assert field["at"][0] + 37 * module <= float((form.wide - form.side) * DOTS[dpi])
                assert field["at"][1] + 10 + 37 * module <= float((form.high - form.end) * DOTS[dpi])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plans and worksheets of the usual order."""
    path = tmp_path_factory.mktemp("labels")
    for kind in KINDS:
        (path / f"{kind}.json").write_text(to_json(batch(kind).record()), encoding="utf-8")
    for code in LANGUAGES:
        (path / f"{code}.pdf").write_bytes(write_worksheet(batch("identified"), PrintSettings(template(code), fillable=True))[0])
    return path


def printed_by(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), catch_exceptions=True, env={"COMPOUND_PHARMACY": str(folder / "none")})


def refusal_of(result: Result) -> str:
    """The sentence of an error; nothing went to stdout before it."""
    assert "" == result.stdout
    assert result.exit_code
    return str(result.exception) + result.stderr


class TestCommand:
    """`compound label` judges the plan, then prints."""

    def test_it_writes_a_pdf_and_says_what_is_on_it(self, folder: Path, tmp_path: Path) -> None:
        done = printed_by(folder, str(folder / "powder.json"), "--format", "62x100", "--pdf", str(tmp_path / "l.pdf"))

        assert 0 == done.exit_code, done.exception
        assert 3 == len(PdfReader(tmp_path / "l.pdf").pages)
        assert done.stdout.startswith("trituration 1: text of 9 pt, its strength or dose in 14 pt\n")
        assert "mcg is not mg." in done.stdout
        assert "says which" in done.stderr

    @pytest.mark.parametrize("which", ["stock", "capsules", "all"])
    @pytest.mark.parametrize("copies", [1, 3])
    def test_the_labels_are_those_asked_for(self, folder: Path, tmp_path: Path, which: str, copies: int) -> None:
        done = printed_by(folder, str(folder / "powder.json"), "--format", "62x100", "--which", which, "--copies", str(copies),
                          "--pdf", str(tmp_path / "l.pdf"))  # fmt: skip

        assert 0 == done.exit_code, done.exception
        assert copies * {"stock": 2, "capsules": 1, "all": 3}[which] == len(PdfReader(tmp_path / "l.pdf").pages)

    def test_zpl_on_stdout_is_alone_there(self, folder: Path) -> None:
        done = printed_by(folder, str(folder / "powder.json"), "--format", "62x100", "--zpl", "-")

        assert 0 == done.exit_code, done.exception
        assert done.stdout.startswith("^XA\n^CI28\n")
        assert done.stdout.endswith("^XZ\n")
        assert 3 * 2 == len(re.findall(r"^\^X[AZ]$", done.stdout, re.MULTILINE))
        assert "trituration 1: text of" in done.stderr

    @pytest.mark.parametrize("code", LANGUAGES)
    def test_a_worksheet_is_labelled_in_its_language_as_its_fields_were_filled_in(
        self, folder: Path, tmp_path: Path, code: str
    ) -> None:
        writer = PdfWriter(clone_from=PdfReader(folder / f"{code}.pdf"))
        values = {"step-1-reading": "81 mg", "step-2-reading": "4919 mg"}
        for page in writer.pages:
            writer.update_page_form_field_values(page, dict(values), auto_regenerate=False)
        writer.write(tmp_path / "sheet.pdf")
        done = printed_by(folder, str(tmp_path / "sheet.pdf"), "--which", "stock", "--format", "62x100", "--zpl", "-",
                          "--confirm", "2")  # fmt: skip
        texts = squeezed(" ".join(field["text"] for field in fields(done.stdout) if field["kind"] == "A0"))
        words = language(code).table(LabelWords)

        assert 0 == done.exit_code, done.exception
        notation, ratio = language(code).notation, Fraction(5000, 81)
        one_in = language(code).words.one_in.format(ratio=notation.ratio(ratio))
        assert squeezed(f"{notation.strength(1000 / ratio)}, {one_in}") in texts
        assert 1 == texts.count(squeezed(words.as_weighed + " · "))
        assert 1 == texts.count(squeezed(words.as_planned))

    def test_the_words_are_those_of_a_template_that_is_named(self, folder: Path) -> None:
        done = printed_by(folder, str(folder / "powder.json"), "--template", "worksheet.de", "--format", "62x100", "--zpl", "-")

        assert "NICHT DER" in done.stdout
        assert "NOT THE DRUG" not in done.stdout

    def test_readings_are_given_as_for_audit(self, folder: Path) -> None:
        done = printed_by(folder, str(folder / "powder.json"), "--read", "1=81mg", "--read", "2=4919mg", "--confirm", "2",
                          "--which", "stock", "--format", "62x100", "--zpl", "-")  # fmt: skip

        assert 0 == done.exit_code, done.exception
        assert "16.2 mg" in done.stdout

    def test_a_plan_with_an_error_prints_no_label(self, folder: Path, tmp_path: Path) -> None:
        record = json.loads((folder / "powder.json").read_text())
        record["steps"][0]["amount_mg"] = "800"
        (tmp_path / "wrong.json").write_text(json.dumps(record))
        (tmp_path / "l.pdf").write_bytes(b"")
        done = printed_by(folder, str(tmp_path / "wrong.json"), "--format", "62", "--pdf", str(tmp_path / "l.pdf"))
        to_printer = printed_by(folder, str(tmp_path / "wrong.json"), "--format", "62", "--zpl", "-")

        assert 1 == done.exit_code == to_printer.exit_code
        assert b"" == (tmp_path / "l.pdf").read_bytes()
        lines = done.stdout.splitlines()
        assert lines[0].startswith("REFUSED: ")
        assert lines[0] == lines[-1]
        assert "" == to_printer.stdout
        assert to_printer.stderr.startswith("REFUSED: ")

    def test_readings_that_spoil_the_dose_print_no_label(self, folder: Path, tmp_path: Path) -> None:
        read = [f"{step.number}={step.amount_mg}mg" for step in weighed("powder").plan.weighings()][:-1]
        arguments = [part for text in [*read, "8=5000mg"] for part in ("--read", text)]
        done = printed_by(folder, str(folder / "powder.json"), *arguments, "--confirm", "8", "--format", "62", "--pdf",
                          str(tmp_path / "l.pdf"))  # fmt: skip

        assert 1 == done.exit_code
        assert "REFUSED" in done.stdout
        assert not (tmp_path / "l.pdf").exists()

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--format", "62"], "Name what to write"),
            (["--pdf", "l.pdf"], "Missing: --format NAME"),
            (["--format", "63", "--pdf", "l.pdf"], "is not a format of labels"),
            (["--format", "L7160", "--zpl", "-"], "a label printer prints on rolls; L7160 is a sheet of labels"),
            (["--format", "62", "--pdf", "l.pdf", "--start", "2"], "--start: is for sheets of labels; 62 is a roll"),
            (["--format", "L7160", "--pdf", "l.pdf", "--start", "22"], "--start: L7160 has 21 labels on a sheet"),
            (["--format", "62x29", "--pdf", "l.pdf"], "the label of capsules does not fit on 62x29"),
            (["--format", "62x29", "--pdf", "l.pdf", "--template", "worksheet.de"], "the label of Verreibung 1 does not fit on 62x29"),
            (["--format", "62", "--pdf", "powder.json", "--force"], "is read by this command too"),
            (["--format", "62", "--pdf", "volume.json"], "no PDF of this program; name another file, or write --force"),
            (["--format", "62", "--zpl", "volume.json"], "no PDF of this program; name another file, or write --force"),
            (["--format", "62", "--pdf", "l.pdf", "--zpl", "./l.pdf"], "--zpl: l.pdf is the file for the PDF; name another one"),
            (["--format", "62", "--pdf", "l.pdf", "--confirm", "4"], "step 4 has no reading to confirm"),
            (["--format", "62", "--pdf", "l.pdf", "--read", "1=97mg"], "the sheet has 76 to 84 mg for it"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_printed_is_refused_in_a_sentence(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], said: str
    ) -> None:
        monkeypatch.chdir(folder)
        before = (folder / "powder.json").read_bytes(), (folder / "volume.json").read_bytes()
        done = printed_by(folder, "powder.json", *arguments)

        assert said in refusal_of(done)
        assert not (folder / "l.pdf").exists()
        assert before == ((folder / "powder.json").read_bytes(), (folder / "volume.json").read_bytes())

    def test_a_plan_without_triturations_has_no_stock(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "plain.json").write_text(to_json(plan_batch(order(dose="4.5 mg")).record()))
        done = printed_by(folder, str(tmp_path / "plain.json"), "--which", "stock", "--format", "62", "--zpl", "-")

        assert "makes no trituration and no stock solution" in refusal_of(done)

    def test_a_letter_that_is_not_printed_is_said(self, folder: Path) -> None:
        done = printed_by(folder, str(folder / "powder.json"), "--pharmacy", "中 Pharmacy", "--format", "62x100", "--zpl", "-")

        assert 0 == done.exit_code, done.exception
        assert "U+4E2D" in done.stderr
        assert "_5BU+4E2D_5D Pharmacy" in done.stdout

    def test_the_formats_are_listed_with_their_sources(self, folder: Path) -> None:
        done = printed_by(folder, "--formats")

        assert 0 == done.exit_code
        for form in label_formats():
            assert form.name in done.stdout
            assert form.says in done.stdout
