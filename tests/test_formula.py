"""Formulas: what their files may hold, which option wins, and the shipped ones with their calculation by hand."""


from __future__ import annotations

import ast
import json
import operator
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from compound.cli import plan as cli
from compound.exact.errors import InputError
from compound.order.formula import formula_options, merged
from compound.reading import shipped, toml_text
from compound.wording.notation import number

KNOWN = {"drug": False, "dose": False, "balance-sensitivity": False, "capsules": False, "excipient": True}
FORMULAS = {resource.name: resource for resource in shipped.shipped(shipped.FORMULA)}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.command, list(arguments))


def planned(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, (result.output, result.exception)
    record: dict[str, Any] = json.loads(result.stdout)
    return record


class TestTable:
    """A formula holds texts under the long names of the options, and nothing else."""

    def test_texts_are_taken_as_they_stand(self) -> None:
        assert {"dose": " 2 mcg", "capsules": "30"} == formula_options({"dose": " 2 mcg", "capsules": "30"}, KNOWN, "f")

    @pytest.mark.parametrize(
        ("value", "expected"), [("talc", ("talc",)), (["talc", "lactose"], ("talc", "lactose")), ([], ())]
    )
    def test_a_repeatable_option_is_a_text_or_a_list_of_texts(self, value: Any, expected: tuple[str, ...]) -> None:
        assert {"excipient": expected} == formula_options({"excipient": value}, KNOWN, "f")

    @pytest.mark.parametrize(
        ("key", "nearest"),
        [("dosse", "dose"), ("balance_sensitivity", "balance-sensitivity"), ("--dose", "dose"), ("Drug", "drug")],
    )
    def test_an_unknown_key_is_refused_with_file_key_and_the_nearest_known_one(self, key: str, nearest: str) -> None:
        with pytest.raises(InputError) as refused:
            formula_options({key: "2 mcg"}, KNOWN, "my.toml")
        assert f"my.toml: “{key}” is not a key of a formula; the nearest is {nearest}" == str(refused.value)

    def test_a_key_like_none_is_answered_with_all_of_them(self) -> None:
        with pytest.raises(InputError, match="those are drug, dose, balance-sensitivity, capsules, excipient"):
            formula_options({"zzzz": "2 mcg"}, KNOWN, "my.toml")

    @pytest.mark.parametrize(
        ("value", "said"),
        [(2, "a bare number"), (0.002, "a bare number"), (Decimal("0.002"), "a bare number"), (True, "true or false"),
         (["2 mcg"], "a list"), ({"mg": "2"}, "a group of keys"), (date(2026, 1, 1), "a date or time")],
    )  # fmt: skip
    def test_anything_but_text_is_refused_with_file_and_key(self, value: Any, said: str) -> None:
        with pytest.raises(InputError, match=rf"^my\.toml: dose: expected text in quotation marks, found {said}$"):
            formula_options({"dose": value}, KNOWN, "my.toml")

    @pytest.mark.parametrize(("value", "said"), [("", "is empty"), ("  ", "is empty"), (None, "is missing")])
    def test_a_key_without_a_value_is_refused_with_file_and_key(self, value: str | None, said: str) -> None:
        with pytest.raises(InputError, match=rf"^my\.toml: dose: {said}$"):
            formula_options({"dose": value}, KNOWN, "my.toml")

    def test_a_number_in_a_list_is_refused_with_its_place(self) -> None:
        with pytest.raises(InputError, match=r"^my\.toml: excipient\[1\]: expected text in quotation marks, found a bare number"):
            formula_options({"excipient": ["talc", 2]}, KNOWN, "my.toml")


class TestToml:
    """A file that is not TOML is refused in one sentence, with line and column."""

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b'dose = "2 mcg"\ndose = "3 mcg"', "my.toml line 2: holds the key “dose” twice"),
            (b'dose = "2 mcg"\ndose = "3 mcg"\na = 1', "my.toml line 2: holds the key “dose” twice"),
            (b"a = 1\n[b.c]\n[b.c]\n", "my.toml line 3: holds the key “b.c” twice"),
            (b"a = {b = 1, c = 2, b = 3}", "my.toml line 1: holds the key “b” twice"),
            (b"a = 1\n[[a]]", "my.toml line 2: holds the key “a” twice"),
            (b"a = [1, 2]\na = [\n1\n]", "my.toml line 4: holds a key twice"),
            (b"dose = 2 mcg", "my.toml line 1 column 10: is not a TOML file: "),
            (b'x = 1\ndose = "2 mcg', "my.toml line 2 column 14: is not a TOML file: Unterminated string; the file ends too early"),
            (b"\xff\xfe", "my.toml line 1: is not UTF-8 text; save it as UTF-8"),
            (b"a = " + b"[" * 100_000, "my.toml: is nested more than 16 levels deep"),
            (b"a = " + b"1" * 5000, "has more than 9 digits"),
            (b"a = 0x" + b"f" * 5000, "has more than 9 digits"),
            (b"a = 1.5e" + b"1" * 5000, "has more than 9 digits"),
            (b" " * 1_000_001, "my.toml: is larger than 1,000,000 bytes"),
        ],
    )
    def test_it_is_refused(self, content: bytes, said: str) -> None:
        with pytest.raises(InputError) as refused:
            toml_text.read_toml(content, "my.toml")
        assert said in str(refused.value)
        assert str(refused.value).startswith("my.toml")
        assert "\n" not in str(refused.value)

    @pytest.mark.parametrize(
        "text",
        [
            'a = "[[[[[[[[[[[[[[[[[[[[[[[["', "a = '{{{{{{{{{{{{{{{{{{{{{{{'", 'a = """\n[[[[[[[[[[[\\"""[[[[[[[[[[[["""""',
            "a = \'\'\'[[[[[[[[[[[[[[[[[[[[\'\'\'", "# [[[[[[[[[[[[[[[[[[[[[\na = 1", 'a = "............................."',
            'a = "12345678901234567890"', "# 12345678901234567890\na = 1", "a = 1979-05-27T07:32:00.999999Z",
            "".join(f"[t{i}]\na = [1.5, {{b = 2.5}}]\n" for i in range(30)) + "[a]", "a" + ".a" * 15 + " = 1",
            "a = " + "[" * 16 + "]" * 16,
        ],
    )  # fmt: skip
    def test_what_stands_in_texts_and_comments_is_neither_deep_nor_long(self, text: str) -> None:
        assert "a" in toml_text.read_toml(text.encode(), "my.toml")

    def test_a_byte_order_mark_is_no_part_of_the_first_key(self) -> None:
        assert {"dose": "2 mcg"} == toml_text.read_toml(b'\xef\xbb\xbfdose = "2 mcg"', "my.toml")


class TestMerging:
    """What is given beside a formula wins, and a note says so."""

    def test_an_option_given_beside_the_formula_wins_with_a_note(self) -> None:
        options, notes = merged({"dose": "2 mcg", "capsules": "30"}, {"dose": "3 mcg"}, "f")
        assert {"dose": "3 mcg", "capsules": "30"} == options
        assert [("formula-overridden", "--dose")] == [(note.code, note.where) for note in notes]
        assert {"formula": "f", "option": "dose", "stated": "2 mcg", "used": "3 mcg"} == dict(notes[0].values)

    def test_the_same_text_needs_no_note(self) -> None:
        assert () == merged({"dose": "2 mcg"}, {"dose": "2 mcg"}, "f")[1]

    def test_an_option_that_the_formula_leaves_out_needs_no_note(self) -> None:
        assert () == merged({"dose": "2 mcg"}, {"capsules": "60"}, "f")[1]

    def test_the_drug_is_named_as_the_argument_it_is(self) -> None:
        assert "DRUG" == merged({"drug": "naloxone"}, {"drug": "naltrexone"}, "f")[1][0].where


class TestCommand:
    """`compound plan --formula` plans what the same options plan when they are typed."""

    def test_a_formula_plans_what_its_options_plan(self) -> None:
        typed = planned("naltrexone hydrochloride", "--dose", "2 mcg", "--balance-sensitivity", "1 mg",
                        "--capsules", "30")  # fmt: skip
        assert typed == planned("--formula", "naltrexone-2-mcg")

    def test_the_command_line_wins_and_the_plan_says_so(self) -> None:
        record = planned("--formula", "naltrexone-2-mcg", "--capsules", "60")
        assert 60 == record["request"]["capsules"]
        said = [finding["message"] for finding in record["findings"] if finding["code"] == "formula-overridden"]
        assert ["formula naltrexone-2-mcg says 30 for capsules; 60 was given beside it, and counts"] == said

    def test_a_file_of_ones_own_is_read(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.toml"
        path.write_bytes(FORMULAS["naltrexone-2-mcg"].read().replace(b'"30"', b'"60"'))
        assert 60 == planned("--formula", str(path))["request"]["capsules"]

    def test_where_a_file_lies_does_not_change_the_plan(self, tmp_path: Path) -> None:
        prints = set()
        for folder in ("a", "b"):
            (tmp_path / folder).mkdir()
            path = tmp_path / folder / "mine.toml"
            path.write_bytes(FORMULAS["naltrexone-2-mcg"].read())
            prints.add(planned("--formula", str(path), "--capsules", "60")["fingerprint"])
        assert 1 == len(prints)

    def test_a_shipped_name_means_the_shipped_formula_in_every_folder(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "naltrexone-2-mcg").write_text('dose = "2 mg"')
        monkeypatch.chdir(tmp_path)
        assert "0.002" == planned("--formula", "naltrexone-2-mcg")["request"]["dose_mg"]

    def test_a_copy_with_its_ending_means_the_copy(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        content = FORMULAS["naltrexone-2-mcg"].read().replace(b'"2 mcg"', b'"3 mcg"')
        (tmp_path / "naltrexone-2-mcg.toml").write_bytes(content)
        monkeypatch.chdir(tmp_path)
        assert "0.003" == planned("--formula", "naltrexone-2-mcg.toml")["request"]["dose_mg"]

    @pytest.mark.parametrize("name", ["naltrexone-3-mcg", "no/such.toml", "", "a\0b"])
    def test_a_formula_that_is_not_there_is_answered_with_those_that_ship(self, name: str) -> None:
        error = run("--formula", name).exception
        assert isinstance(error, InputError)
        assert "neither a file nor a shipped formula; those are naloxone-0.4-mg, naltrexone-0.5-mg" in str(error)

    def test_a_folder_is_no_formula(self, tmp_path: Path) -> None:
        error = run("--formula", str(tmp_path)).exception
        assert isinstance(error, InputError)
        assert "is not an ordinary file" in str(error)

    def test_what_is_not_of_the_order_stands_in_no_formula(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.toml"
        path.write_text('pdf = "x.pdf"')
        error = run("--formula", str(path)).exception
        assert isinstance(error, InputError)
        assert str(error).startswith("mine.toml: “pdf” is not a key of a formula")

    def test_a_bad_amount_in_a_formula_is_refused_by_the_grammar_of_the_command_line(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.toml"
        path.write_text('drug="naltrexone hydrochloride"\ndose=".5 mg"\nbalance-sensitivity="1 mg"\ncapsules="30"')
        error = run("--formula", str(path)).exception
        assert isinstance(error, InputError)
        assert "--dose" == error.where

    def test_what_a_formula_lacks_is_missing(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.toml"
        path.write_text('drug = "naltrexone hydrochloride"')
        result = run("--formula", str(path))
        assert 2 == result.exit_code
        assert "Missing: --dose, --balance-sensitivity, --capsules." in result.output


# The plans of the shipped formulas, worked out by hand: drug and aliquots, totals of the triturations, batch (all mg).
BY_HAND = {
    "naltrexone-2-mcg": (["80", "100", "200"], ["5000", "5000"], "4320", "0.002"),
    "naltrexone-125-mcg": (["80", "100"], ["2000"], "4320", "0.125"),
    "naltrexone-0.5-mg": (["40", "400"], ["1000"], "4320", "0.5"),
    "naltrexone-1.75-mg": (["60"], [], "4629", "2700/1543"),
    "naltrexone-4.5-mg": (["150"], [], "4500", "4.5"),
    "naloxone-0.4-mg": (["40", "1000"], ["3000"], "4500", "0.4"),
}
CALCULATION = re.compile(r"^#   (?P<what>[^:]+): (?P<left>.+) = (?P<about>about )?(?P<right>[-0-9.,/]+)(?: (mg|%))?$")
OPERATORS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
}  # fmt: skip


def value(text: str) -> Fraction:
    """What a calculation gives, exactly; units are those of the line."""
    plain = re.sub(r" mg\b| %", "", text.replace(",", "")).replace("×", "*")
    return _exact(ast.parse(plain, mode="eval").body, plain)


def _exact(node: ast.expr, text: str) -> Fraction:
    match node:
        case ast.BinOp():
            exact: Fraction = OPERATORS[type(node.op)](_exact(node.left, text), _exact(node.right, text))
            return exact
        case ast.UnaryOp(op=ast.USub()):
            return -_exact(node.operand, text)
        case ast.Constant():
            return Fraction(ast.get_source_segment(text, node) or "")
    raise ValueError(ast.dump(node))


def calculations(name: str) -> list[tuple[str, str, bool, str]]:
    found = []
    for line in FORMULAS[name].read().decode().splitlines():
        if line.startswith("#   "):
            match = CALCULATION.match(line)
            assert match is not None, line
            found.append((match["what"], match["left"], bool(match["about"]), match["right"]))
    return found


class TestShipped:
    """Every shipped formula carries its calculation by hand, and the plan is the one calculated."""

    def test_the_formulas_are_those_entered_here(self) -> None:
        assert sorted(BY_HAND) == sorted(FORMULAS)

    @pytest.mark.parametrize("name", BY_HAND)
    def test_every_line_of_the_calculation_is_right(self, name: str) -> None:
        lines = calculations(name)
        assert len(lines) >= 7
        for what, left, about, right in lines:
            if about:
                # As printed: five digits, percentages four places.
                places = len(right.partition(".")[2])
                off = abs(value(left) - value(right))
                assert 0 < off <= Fraction(1, 2 * 10**places), what
            else:
                assert value(right) == value(left), what

    @pytest.mark.parametrize("name", BY_HAND)
    def test_the_plan_is_the_one_worked_out_by_hand(self, name: str) -> None:
        concentrates, triturations, batch, dose = BY_HAND[name]
        record = planned("--formula", name)
        steps = record["steps"]
        taken = [s["amount_mg"] for s in steps if s["action"] == "transfer" or s.get("role") == "drug"]
        totals = [mixture["total_mg"] for mixture in record["mixtures"]]
        assert (concentrates, [*triturations, batch]) == (taken, totals)
        assert dose == record["accuracy"]["dose_mg"]

    @pytest.mark.parametrize("name", BY_HAND)
    def test_the_calculation_is_that_of_the_plan(self, name: str) -> None:
        record = planned("--formula", name)
        lines = {what: (left, right) for what, left, _, right in calculations(name)}
        for what, (left, right) in lines.items():
            if match := re.fullmatch(r"(trituration [12]|batch), (?:drug|aliquot) and diluent", what):
                weighed = [s["amount_mg"] for s in record["steps"] if s["vessel"] == match[1] and "amount_mg" in s]
                (total,) = [m["total_mg"] for m in record["mixtures"] if m["vessel"] == match[1]]
                assert " + ".join(f"{number(Fraction(mg))} mg" for mg in weighed) == left
                assert number(Fraction(total)) == right
        accuracy = record["accuracy"]
        high, low = (lines[f"worst case of the weighings, {end}"][0] for end in ("high", "low"))
        assert Fraction(accuracy["worst_high_percent"]) == value(high)
        assert Fraction(accuracy["worst_low_percent"]) == -value(low)
        assert Fraction(accuracy["dose_mg"]) == value(lines["drug in a capsule"][0])
        least = lines["least weighable quantity"][1]
        assert Fraction(record["balance"]["least_weighable_mg"]) == value(least)
