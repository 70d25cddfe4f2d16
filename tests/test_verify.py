"""A worksheet read back: what agrees, what was altered, what is no worksheet, and that nothing leaks on the way."""


from __future__ import annotations

import json
import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    RectangleObject,
    TextStringObject,
)

from compound.cli import plan as plan_command
from compound.cli import verify as cli
from compound.exact.errors import InputError
from compound.findings import codes as catalogue
from compound.findings.finding import Severity
from compound.making import differences as pure
from compound.making import verify
from compound.paper import read_back
from compound.reading import shipped
from compound.showing import fingerprint
from compound.wording.catalogue import message_of
from compound.worksheet import printed

ORDER = ("naltrexone hydrochloride", "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30")


@cache
def made(*arguments: str) -> bytes:
    """The worksheet of an order."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.pdf"
        result = CliRunner().invoke(plan_command.command, [*(arguments or ORDER), "--pdf", str(path)])
        assert 0 == result.exit_code, (result.output, result.exception)
        return path.read_bytes()


def rewritten(content: bytes, change: Callable[[PdfWriter], None]) -> bytes:
    """The PDF after a change by another program."""
    writer = PdfWriter(clone_from=BytesIO(content))
    change(writer)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def with_attachments(content: bytes, **files: bytes | dict[str, Any] | list[bytes]) -> bytes:
    """The PDF with other attached files: `plan` and `sheet` are the two of a worksheet; an empty list takes one out."""
    contents: dict[str, list[bytes]] = {}
    for key, data in files.items():
        if isinstance(data, dict):
            data = json.dumps(data, ensure_ascii=False).encode()
        contents[f"{key}.json"] = data if isinstance(data, list) else [data]

    def change(writer: PdfWriter) -> None:
        tree: Any = writer.root_object["/Names"]["/EmbeddedFiles"]["/Names"]  # type: ignore[index]
        for name, wanted in contents.items():
            place = next((i for i in range(0, len(tree), 2) if tree[i] == name), None)
            if place is None:
                writer.add_attachment(name, wanted[0])
            elif not wanted:
                del tree[place : place + 2]
            else:
                stream = tree[place + 1].get_object()["/EF"]["/F"].get_object()
                stream.set_data(wanted[0])
                tree.extend([*tree[place : place + 2]] * (len(wanted) - 1))

    return rewritten(content, change)


def attached(content: bytes, name: str = "plan.json") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PdfReader(BytesIO(content)).attachments[name][0])
    return found


def stamped(plan: dict[str, Any]) -> dict[str, Any]:
    """A plan with the fingerprint that it should have."""
    return plan | {"fingerprint": fingerprint.fingerprint(plan)}


def codes(content: bytes, severity: Severity | None = Severity.ERROR) -> list[str]:
    """The codes of what `verify` finds, each once."""
    found = verify.verify_worksheet(content, "sheet.pdf").findings
    return list(dict.fromkeys(f.code for f in found if severity in (None, f.severity)))


def words_of(content: bytes) -> list[str]:
    """The words of each page."""
    sheet = read_back.read_sheet(content, "", verify.FILES)
    return [sheet.words(number, sheet.fonts) for number in range(len(sheet.pages))]


def run(content: bytes, path: Path, *arguments: str) -> Result:
    path = path / "sheet.pdf"
    path.write_bytes(content)
    return CliRunner().invoke(cli.command, [str(path), *arguments])


def refused(content: bytes) -> str:
    with pytest.raises(InputError) as error:
        verify.verify_worksheet(content, "sheet.pdf")
    assert "\n" not in str(error.value)
    return str(error.value)


class TestRoundTrip:
    """A worksheet as it was written agrees with its order, whatever was ordered and however it was printed."""

    @pytest.mark.parametrize("name", [formula.name for formula in shipped.shipped(shipped.FORMULA)])
    def test_every_shipped_formula_agrees(self, name: str, tmp_path: Path) -> None:
        result = run(made("--formula", name), tmp_path)
        assert (0, None) == (result.exit_code, result.exception)
        assert result.stdout.splitlines()[-1].startswith(
            "GENUINE: the sheet is, byte for byte, the one that this order gives.  Next: compare the order above with the "
            "prescription, then compound audit "
        )

    @pytest.mark.parametrize("template", [template.name for template in shipped.shipped(shipped.WORKSHEET)])
    def test_every_shipped_template_agrees(self, template: str) -> None:
        assert [] == codes(made(*ORDER, "--template", template))

    @pytest.mark.parametrize(
        "options",
        [
            ("--page-size", "Letter"),
            ("--fillable",),
            ("--batch-number", "2026/017", "--prepared", "2026-11-23", "--pharmacy", "Löwen <b>Apotheke</b>",
             "--component-lot", "naltrexone hydrochloride=A12,2027-03"),
            ("--assay", "98.7%", "--assay-basis", "as-is"),
            ("--readability", "0.5 mg", "--capacity", "100 g", "--minimum-weight", "25 mg"),
            ("--excipient", "colloidal silica 0.5%", "--capsule-size", "2", "--fill-weight", "180 mg"),
            ("--dose-error", "4%", "--alternatives", "2"),
            ("--max-dilution", "50", "--overage", "7%"),
        ],
    )  # fmt: skip
    def test_every_way_to_order_and_to_print_agrees(self, options: tuple[str, ...]) -> None:
        assert [] == codes(made(*ORDER, *options))

    @pytest.mark.parametrize("template", ["worksheet", "worksheet.de"])
    @pytest.mark.parametrize("incremental", [False, True])
    def test_a_sheet_whose_fields_were_filled_in_agrees(self, template: str, incremental: bool) -> None:
        content = made(*ORDER, "--fillable", "--template", template)
        writer = PdfWriter(BytesIO(content), incremental=True) if incremental else PdfWriter(clone_from=BytesIO(content))
        count = 0
        for page in writer.pages:
            names = [str(note.get_object()["/T"]) for note in page.get("/Annots", ())]
            writer.update_page_form_field_values(page, dict.fromkeys(names, "29.9 mg"), auto_regenerate=False)
            count += len(names)
        out = BytesIO()
        writer.write(out)

        assert count > 100
        assert [] == codes(out.getvalue())

    def test_a_sheet_by_a_template_of_the_house_agrees_without_the_template(self, tmp_path: Path) -> None:
        path = tmp_path / "own.toml"
        text = shipped.find("worksheet.de").read().decode()  # type: ignore[union-attr]
        path.write_text(text.replace('"Herstellungsprotokoll"', '"Unser Protokoll"'), encoding="utf-8")
        content = made(*ORDER, "--template", str(path))
        path.unlink()

        assert [] == codes(content)
        assert "Unser Protokoll" in words_of(content)[0]

    def test_a_sheet_with_letters_that_it_cannot_print_agrees(self) -> None:
        beside = ("--accept", "drug-unknown=monograph read", "--pharmacy", "薬局", "--batch-number", "☐ 1")

        assert [] == codes(made("ketotifen 中", *ORDER[1:], *beside))

    def test_notes_on_how_the_order_was_typed_are_read_back(self) -> None:
        content = made("--formula", "naltrexone-2-mcg", "--dose", "2.0 mcg", "--capsules", "1000")
        noted = [finding["code"] for finding in attached(content)["findings"]]
        assert {"trailing-zero", "formula-overridden"} < set(noted)
        assert [] == codes(content)

    def test_an_accepted_judgement_agrees(self) -> None:
        content = made("naltrexone hydrochloride", "--dose", "12 mg", "--balance-sensitivity", "1 mg",
                       "--capsules", "30", "--accept", 'dose-not-low="as prescribed"')  # fmt: skip
        assert {"dose-not-low": "as prescribed"} == attached(content)["request"]["accept"]
        assert [] == codes(content)

    def test_what_another_program_saved_unchanged_agrees(self) -> None:
        assert [] == codes(rewritten(made(), lambda writer: None))

    def test_the_order_is_printed_for_a_person_to_compare(self, tmp_path: Path) -> None:
        result = run(made(), tmp_path)
        for text in ("naltrexone hydrochloride", "2 mcg (0.002 mg)", "30, size 3", "135 mg (assumed)"):
            assert text in result.stdout
        assert "whether that is the order meant" in " ".join(result.stderr.split())

    def test_it_says_against_what_it_was_held(self) -> None:
        assert "sheet-of-any-order" in codes(made(), Severity.NOTE)

    def test_json_says_the_same(self, tmp_path: Path) -> None:
        result = run(made(), tmp_path, "--json")
        said = json.loads(result.stdout)
        assert ("compound.verify/1", "genuine", []) == (said["schema"], said["verdict"], said["differences"])
        assert ("0.002", attached(made())["request"]) == (said["dose_mg"], said["request"])
        assert "" == result.stderr


# Altered pages.


def digit_codes(page: Any) -> dict[str, dict[str, int]]:
    """For each font of a page the code of each digit."""
    found = {}
    for name, font in page["/Resources"]["/Font"].items():
        pairs = re.findall(rb"<([0-9A-F]{2})> <([0-9A-F]{4})>", font["/ToUnicode"].get_data())
        letters = {chr(int(unicode, 16)): int(code, 16) for code, unicode in pairs}
        found[name] = {digit: letters[digit] for digit in "0123456789" if digit in letters}
    return found


def digits_on(page: Any) -> list[tuple[int, int, str, bytes]]:
    """Every digit drawn on a page: where its code stands in the contents, how long it is, the digit, another's code."""
    codes_of, data = digit_codes(page), page.get_contents().get_data()
    found: list[tuple[int, int, str, bytes]] = []
    for match in re.finditer(rb"(/F\S+) [0-9.]+ Tf|\(((?:[^()\\]|\\.)*)\) Tj", data, re.S):
        if match[1]:
            digits = codes_of[match[1].decode()]
            continue
        for piece in re.finditer(rb"\\[0-7]{3}|\\.|.", match[2], re.S):
            code = int(piece[0][1:], 8) if re.fullmatch(rb"\\[0-7]{3}", piece[0]) else piece[0][-1]
            for digit, its in digits.items():
                if its == code:
                    other = next(c for d, c in sorted(digits.items(), reverse=True) if d != digit)
                    found.append((match.start(2) + piece.start(), len(piece[0]), digit, b"\\%03o" % other))
    return found


def with_digit_altered(content: bytes, page: int, which: int) -> bytes:
    """The PDF with one drawn digit of a page replaced by another."""

    def change(writer: PdfWriter) -> None:
        target: Any = writer.pages[page]
        start, length, _, other = digits_on(target)[which]
        data = target.get_contents().get_data()
        stream = DecodedStreamObject()
        stream.set_data(data[:start] + other + data[start + length :])
        target[NameObject("/Contents")] = writer._add_object(stream)

    return rewritten(content, change)


class TestAlteredPages:
    """One digit altered on a page is found and named, wherever it stands."""

    def test_an_altered_digit_is_named_with_its_place(self, tmp_path: Path) -> None:
        content = made()
        page = next(i for i, text in enumerate(words_of(content)) if "4,920 mg" in text)
        reader = PdfReader(BytesIO(content))
        words = "".join(digit for *_, digit, _ in digits_on(reader.pages[page]))
        result = run(with_digit_altered(content, page, words.index("4920")), tmp_path)
        assert 1 == result.exit_code
        assert "the sheet is NOT as this order gives it" in result.stdout
        said = " ".join(result.stderr.split())
        assert f"error: [sheet-text-differs] page {page + 1}: printed is" in said
        assert "[9,920]" in said
        assert "gives" in said
        assert "[4,920]" in said

    @given(st.data(), st.sampled_from(["worksheet", "worksheet.de"]))
    @settings(max_examples=16)
    def test_any_altered_digit_is_found(self, data: st.DataObject, template: str) -> None:
        content = made(*ORDER, "--template", template)
        reader = PdfReader(BytesIO(content))
        page = data.draw(st.integers(0, len(reader.pages) - 1))
        which = data.draw(st.integers(0, len(digits_on(reader.pages[page])) - 1))
        assert ["sheet-text-differs"] == codes(with_digit_altered(content, page, which))

    def test_a_page_taken_out_is_found(self) -> None:
        assert "sheet-text-differs" in codes(rewritten(made(), lambda writer: writer.remove_page(1)))

    def test_a_page_put_in_is_found(self) -> None:
        def change(writer: PdfWriter) -> None:
            writer.add_blank_page()

        assert "sheet-text-differs" in codes(rewritten(made(), change))

    def test_the_pages_of_another_order_with_this_plan_are_found(self) -> None:
        other = made(*ORDER[:2], "3 mcg", *ORDER[3:])
        swapped = with_attachments(other, plan=attached(made()))
        assert ["sheet-text-differs"] == codes(swapped)

    def test_a_line_drawn_over_a_page_is_found_though_its_words_agree(self) -> None:
        def change(writer: PdfWriter) -> None:
            target: Any = writer.pages[0]
            stream = DecodedStreamObject()
            stream.set_data(target.get_contents().get_data() + b"\n0 0 m 100 100 l S")
            target[NameObject("/Contents")] = writer._add_object(stream)

        assert ["sheet-drawn-otherwise"] == codes(rewritten(made(), change))

    def test_a_font_that_shows_another_digit_is_found_though_the_words_agree(self) -> None:
        def change(writer: PdfWriter) -> None:
            target: Any = writer.pages[0]
            for font in target["/Resources"]["/Font"].values():
                stream = DecodedStreamObject()
                stream.set_data(font["/FontDescriptor"]["/FontFile2"].get_data() + b"x")
                font["/FontDescriptor"][NameObject("/FontFile2")] = writer._add_object(stream)

        assert ["sheet-drawn-otherwise"] == codes(rewritten(made(), change))

    def test_codes_of_a_font_that_were_swapped_are_found_though_the_words_agree(self) -> None:
        def change(writer: PdfWriter) -> None:
            target: Any = writer.pages[0]
            for font in target["/Resources"]["/Font"].values():
                differences = ArrayObject([NumberObject(49), NameObject("/seven")])
                font.get_object()[NameObject("/Encoding")] = DictionaryObject({NameObject("/Differences"): differences})

        assert ["sheet-drawn-otherwise"] == codes(rewritten(made(), change))

    @pytest.mark.parametrize("edge", ["mediabox", "cropbox"])
    def test_an_edge_moved_over_a_page_is_found(self, edge: str) -> None:
        def change(writer: PdfWriter) -> None:
            setattr(writer.pages[0], edge, RectangleObject((0, 400, 595, 842)))

        assert ["sheet-drawn-otherwise"] == codes(rewritten(made(), change))

    @pytest.mark.parametrize("place", ["/OpenAction", "/AA", "/Names"])
    def test_a_script_is_found_that_runs_when_the_sheet_is_opened(self, place: str) -> None:
        def change(writer: PdfWriter) -> None:
            root: Any = writer.root_object
            script = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")})
            if place == "/Names":
                tree = DictionaryObject({NameObject("/Names"): ArrayObject([TextStringObject("a"), script])})
                root["/Names"].get_object()[NameObject("/JavaScript")] = tree
            else:
                root[NameObject(place)] = script

        assert ["sheet-drawn-otherwise"] == codes(rewritten(made(), change))

    def test_an_action_of_a_field_is_found(self) -> None:
        def change(writer: PdfWriter) -> None:
            notes: Any = writer.pages[0]["/Annots"]
            action = DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("x")})
            notes[0].get_object()[NameObject("/A")] = action

        assert ["sheet-drawn-otherwise"] == codes(rewritten(made(*ORDER, "--fillable"), change))

    def test_a_page_turned_is_found(self) -> None:
        def change(writer: PdfWriter) -> None:
            writer.pages[0].rotate(180)

        assert ["sheet-drawn-otherwise"] == codes(rewritten(made(), change))

    def test_a_note_put_over_a_page_is_found(self) -> None:
        def change(writer: PdfWriter) -> None:
            note = DictionaryObject(
                {
                    NameObject("/Type"): NameObject("/Annot"),
                    NameObject("/Subtype"): NameObject("/FreeText"),
                    NameObject("/Rect"): RectangleObject((100, 100, 200, 120)),
                    NameObject("/Contents"): TextStringObject("20 mg"),
                }
            )
            writer.add_annotation(0, note)

        assert ["sheet-drawn-otherwise"] == codes(rewritten(made(), change))

    def test_an_altered_title_is_found(self) -> None:
        assert ["sheet-text-differs"] == codes(
            rewritten(made(), lambda writer: writer.add_metadata({"/Subject": "fingerprint 0"}))
        )

    def test_of_many_differences_the_first_are_printed_and_the_rest_counted(self, tmp_path: Path) -> None:
        other = with_attachments(made(*ORDER[:2], "4.5 mg", *ORDER[3:]), plan=attached(made()))
        result = run(other, tmp_path)
        assert cli.MOST_LISTED == result.stderr.count("error: [sheet-text-differs]")
        assert re.search(r"and [0-9]+ more of \[sheet-text-differs\]; --json lists all", result.stderr)
        assert len(json.loads(run(other, tmp_path, "--json").stdout)["differences"]) > cli.MOST_LISTED


class TestAlteredPlan:
    """One digit altered in the attached plan breaks its fingerprint; a new fingerprint does not mend it."""

    @pytest.mark.parametrize(
        ("key", "old", "new"),
        [
            ("request", '"dose_mg": "0.002"', '"dose_mg": "0.003"'),
            ("steps", '"amount_mg": "4920"', '"amount_mg": "4820"'),
            ("accuracy", '"worst_high_percent": "2.7738125"', '"worst_high_percent": "2.7738126"'),
            ("mixtures", '"one_in": "67500"', '"one_in": "67501"'),
            ("findings", "80 mg", "20 mg"),
            ("balance", '"sensitivity_mg": "1"', '"sensitivity_mg": "2"'),
        ],
    )
    def test_an_altered_digit_is_found_by_fingerprint_and_by_recomputing(self, key: str, old: str, new: str) -> None:
        text = fingerprint.to_json(attached(made()))
        assert old in text
        plan = json.loads(text.replace(old, new, 1))
        found = codes(with_attachments(made(), plan=plan))
        assert "sheet-fingerprint-wrong" == found[0]
        assert len(found) > 1

    def test_a_new_fingerprint_does_not_hide_an_altered_step(self) -> None:
        plan = attached(made())
        plan["steps"][1]["amount_mg"] = "4820"
        verified = verify.verify_worksheet(with_attachments(made(), plan=stamped(plan)), "sheet.pdf")
        assert [("plan.json: steps[1].amount_mg", "4820", "4920")] == [
            (d.where, d.sheet, d.again) for d in verified.differences if d.where.startswith("plan.json")
        ]

    def test_an_altered_order_with_a_new_fingerprint_does_not_agree_with_the_pages(self) -> None:
        other = attached(made(*ORDER[:2], "3 mcg", *ORDER[3:]))
        assert ["sheet-text-differs"] == codes(with_attachments(made(), plan=other))

    def test_a_sheet_made_anew_from_another_order_is_valid_and_its_order_is_printed(self, tmp_path: Path) -> None:
        result = run(made(*ORDER[:2], "3 mcg", *ORDER[3:]), tmp_path)
        assert 0 == result.exit_code
        assert "3 mcg (0.003 mg)" in result.stdout
        assert "only" in result.stderr or "whether that is the order meant" in " ".join(result.stderr.split())

    def test_a_false_note_on_the_typing_is_found(self) -> None:
        plan = attached(made())
        plan["findings"].insert(0, {
            "code": "trailing-zero", "severity": "note", "message": "take ten times as much", "where": "--dose",
            "source": "", "remedy": "",
        })  # fmt: skip
        assert "sheet-plan-differs" in codes(with_attachments(made(), plan=stamped(plan)))

    def test_an_altered_plan_that_is_no_plan_any_more_is_answered_with_1(self, tmp_path: Path) -> None:
        plan = attached(made()) | {"steps": []}
        result = run(with_attachments(made(), plan=plan), tmp_path)
        assert 1 == result.exit_code
        assert ["sheet-fingerprint-wrong", "sheet-plan-unreadable"] == codes(with_attachments(made(), plan=plan))

    def test_an_order_that_no_plan_serves_is_found(self) -> None:
        plan = attached(made())
        changed = {"sensitivity_mg": "50", "readability_mg": "50", "least_weighable_mg": "1000"}
        plan["balance"] |= changed
        plan["request"] |= {"balance_sensitivity_mg": "50", "readability_mg": "50"}
        assert "sheet-plan-differs" in codes(with_attachments(made(), plan=stamped(plan)))

    def test_an_altered_batch_number_in_the_plan_is_found(self) -> None:
        plan = attached(made())
        plan["identity"]["batch_number"] = "18"
        assert "sheet-text-differs" in codes(with_attachments(made(), plan=stamped(plan)))

    @pytest.mark.parametrize("schema", ["compound.sheet/1", "compound.sheet/2"])
    def test_a_sheet_of_an_earlier_release_is_sent_there(self, schema: str) -> None:
        sheet = attached(made(), "sheet.json") | {"schema": schema}
        assert "is that of an earlier release" in refused(with_attachments(made(), sheet=sheet))


class TestOtherVersions:
    """A sheet of another version, or of other rule data, says so; its drawing is not compared, so nothing agrees."""

    def test_another_version_that_prints_the_same_is_not_said_to_agree(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import compound.worksheet.render

        for module in (compound.worksheet.render, printed):
            monkeypatch.setattr(module, "__version__", "0.0.9")
        made.cache_clear()
        content = made()
        monkeypatch.undo()
        made.cache_clear()
        assert ["sheet-of-other-version"] == codes(content)
        assert "not checked" == verify.verify_worksheet(content, "sheet.pdf").verdict

    def test_other_rule_data_are_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        import compound.worksheet.render

        monkeypatch.setattr(compound.worksheet.render, "rule_data", lambda: ("2020-01-01", "0" * 64))
        made.cache_clear()
        content = made()
        monkeypatch.undo()
        made.cache_clear()
        assert ["sheet-of-other-version"] == codes(content)
        assert "not checked" == verify.verify_worksheet(content, "sheet.pdf").verdict

    def test_a_printing_of_another_version_that_cannot_be_read_says_so(self) -> None:
        sheet = attached(made(), "sheet.json") | {"tool": "9.0"}
        sheet["template"]["sentences"] = {}
        said = refused(with_attachments(made(), sheet=sheet))
        assert said.startswith("sheet.pdf: sheet.json: template.sentences: is not a key of a template")
        assert "(the sheet was made by compound 9.0" in said

    def test_a_sheet_whose_shipped_words_have_changed_since_is_not_held_against_others(self) -> None:
        sheet = attached(made(), "sheet.json") | {"template_sha256": "0" * 64}
        assert "sheet.json: template: is not the one that the sheet was printed by" in refused(with_attachments(made(), sheet=sheet))


class TestNoWorksheet:
    """What is not a worksheet gets one sentence and exit code 2; nothing of the reading library leaks."""

    def test_a_file_that_is_no_pdf(self) -> None:
        assert "sheet.pdf: is not a PDF" == refused(b"drug,dose\n")
        assert "sheet.pdf: is not a PDF" == refused(b"")

    def test_a_foreign_pdf(self) -> None:
        writer = PdfWriter()
        writer.add_blank_page(100, 100)
        out = BytesIO()
        writer.write(out)
        assert refused(out.getvalue()).startswith("sheet.pdf: carries no plan: it is not a worksheet of this tool")

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
    def test_a_truncated_sheet(self, share: float) -> None:
        content = made()
        assert "sheet.pdf: is cut short: the end of the PDF is missing" == refused(content[: int(len(content) * share)])

    def test_an_encrypted_sheet(self) -> None:
        sealed = rewritten(made(), lambda writer: writer.encrypt("secret", algorithm="RC4-128"))
        assert "sheet.pdf: is encrypted; worksheets of this tool are not" == refused(sealed)

    def test_a_sheet_without_its_plan(self) -> None:
        assert "carries no plan" in refused(with_attachments(made(), plan=[]))

    def test_a_sheet_without_its_printing(self) -> None:
        said = refused(with_attachments(made(), sheet=[]))
        assert "sheet.pdf: carries no files named sheet.json; a worksheet carries one" == said

    def test_two_plans(self) -> None:
        plan = json.dumps(attached(made())).encode()
        said = refused(with_attachments(made(), plan=[plan, plan]))
        assert "sheet.pdf: carries 2 files named plan.json; a worksheet carries one" == said

    def test_a_foreign_attachment(self) -> None:
        said = refused(with_attachments(made(), photo=b"x"))
        assert "sheet.pdf: carries a file named “photo.json”, which no worksheet of this tool does" == said

    @pytest.mark.parametrize(
        ("plan", "said"),
        [
            (b"{", "plan.json line 1 column 2: is not a JSON file: "),
            (b"[]", "is not one JSON object"),
            (b'{"a": 1.5}', "plan.json: a: “1.5” is a bare number"),
            (b'{"a": NaN}', "a: “NaN” is not a number"),
            (b'{"a": 1, "a": 2}', "holds the key “a” twice"),
            (b"\xff", "plan.json line 1: is not UTF-8 text; save it as UTF-8"),
            (b'{"a":' * 100_000, "plan.json: is nested more than 16 levels deep"),
            (b'{"a": 12345678901234567890}', "a: “12345678901234567890” has more than 9 digits"),
            (b"{}", "fingerprint: is missing in the attached plan"),
        ],
    )
    def test_a_plan_that_is_no_record(self, plan: bytes, said: str) -> None:
        assert said in refused(with_attachments(made(), plan=plan))

    def test_a_whole_plan_of_another_schema(self) -> None:
        plan = stamped(attached(made()) | {"schema": "compound.plan/9"})
        assert "sheet.pdf: plan.json: schema: “compound.plan/9” is not compound.plan/2" == refused(
            with_attachments(made(), plan=plan)
        )

    def test_a_file_of_100_mb_is_not_read(self, tmp_path: Path) -> None:
        path = tmp_path / "large.pdf"
        with path.open("wb") as file:
            file.write(b"%PDF-1.7\n")
            file.truncate(100_000_000)
        error = CliRunner().invoke(cli.command, [str(path)]).exception
        assert isinstance(error, InputError)
        assert f"{path} is larger than 20,000,000 bytes" == error.sentence

    @pytest.mark.parametrize("name", ["no-such.pdf", "."])
    def test_a_file_that_is_not_there(self, name: str) -> None:
        assert isinstance(CliRunner().invoke(cli.command, [name]).exception, InputError)

    @given(st.data())
    @settings(max_examples=40)
    def test_a_damaged_sheet_never_gives_a_traceback_or_a_word_of_the_library(self, data: st.DataObject) -> None:
        content = bytearray(made())
        for _ in range(data.draw(st.integers(1, 6))):
            place = data.draw(st.integers(0, len(content) - 1))
            content[place] = data.draw(st.integers(0, 255))
        try:
            verified = verify.verify_worksheet(bytes(content), "sheet.pdf")
        except InputError as error:
            assert str(error).startswith("sheet.pdf: ")
            return
        assert all(finding.code in catalogue.ENTRIES for finding in verified.findings)

    def test_the_library_does_not_speak_to_the_user(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        damaged = made().replace(b"startxref", b"startxxxx")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("logging.lastResort", None)
        run(damaged, tmp_path)
        assert ("", "") == tuple(capfd.readouterr())


class TestComparison:
    """The comparison names each place once, with both texts."""

    def test_words_are_shown_with_those_around_them(self) -> None:
        assert [pure.Difference("page 1", "… b c d [20] mg f g …", "… b c d [30] mg f g …")] == pure.word_differences(
            "page 1", ["a", "b", "c", "d", "20", "mg", "f", "g", "h"], ["a", "b", "c", "d", "30", "mg", "f", "g", "h"]
        )

    def test_words_beyond_all_measure_are_counted_and_not_aligned(self) -> None:
        assert [pure.Difference("page 1", "100000 words", "1 words")] == pure.word_differences("page 1", ["a"] * 100_000, ["b"])

    def test_what_stands_on_one_side_alone_is_named(self) -> None:
        mine, other = {"a": "1", "c": ["1"]}, {"a": "1", "b": None, "c": ["1", "2"]}
        assert [("plan.json: c[1]", "nothing", "2"), ("plan.json: b", "nothing", "null")] == [
            (d.where, d.sheet, d.again) for d in pure.record_differences(mine, other)
        ]

    def test_a_count_is_not_its_text(self) -> None:
        assert 1 == len(pure.record_differences({"capsules": 30}, {"capsules": "30"}))
        assert 1 == len(pure.record_differences({"flag": True}, {"flag": 1}))

    def test_a_note_on_the_typing_is_read_back_as_it_was(self) -> None:
        values = {"text": "0.0000010 mg", "amount": "0.000001"}
        (note,) = pure.reading_notes({"findings": [{"code": "trailing-zero", "where": "--dose", "values": values}]})
        assert "0.0000010 mg was read as 1 nanogram" == message_of(note)
        assert {"text": "0.0000010 mg", "amount": Decimal("0.000001")} == note.values

    @pytest.mark.parametrize("values", [None, {}, {"text": "1.0 mg"}, {"text": "1.0 mg", "amount": "about 1"}, []])
    def test_a_note_without_its_values_is_left_out(self, values: object) -> None:
        assert () == pure.reading_notes({"findings": [{"code": "trailing-zero", "where": "--dose", "values": values}]})
