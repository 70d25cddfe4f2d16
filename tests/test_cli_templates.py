"""`compound templates`: what ships is listed, found in a wheel and in a checkout, and copied without harm."""


from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from compound.cli.templates import command
from compound.exact.errors import InputError, ProgramFault
from compound.findings.finding import Severity, worst
from compound.judging.audit import audit
from compound.plan.plan import plan_from_dict
from compound.reading import shipped
from compound.worksheet import template as worksheet_template

NAMES = [resource.name for resource in shipped.shipped()]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments))


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


class TestList:
    """Without more, `compound templates` lists what ships, by kind."""

    def test_every_shipped_file_is_listed_with_what_it_is(self) -> None:
        text = run().stdout
        assert [] == [name for name in NAMES if name not in text]
        assert "starting order: compound plan --formula FILE" in text
        assert "plan written by hand: compound audit FILE" in text

    def test_names_are_told_apart(self) -> None:
        assert len(NAMES) == len(set(NAMES))

    def test_every_file_says_what_it_is(self) -> None:
        listed = json.loads(run("--json").stdout)
        assert NAMES == [entry["name"] for entry in listed]
        assert [] == [entry["name"] for entry in listed if not entry["says"]]

    def test_the_plan_written_by_hand_can_be_audited_and_made(self) -> None:
        resource = shipped.find("plan-by-hand", shipped.PLAN)
        assert resource is not None
        judged = audit(plan_from_dict(json.loads(resource.read())))
        assert judged.accuracy is not None
        assert judged.accuracy.target_mg == judged.accuracy.dose_mg
        assert worst(judged.findings) is not Severity.ERROR


class TestCopy:
    """A shipped file is copied whole; a file that is there stays as it is unless --force is given."""

    @pytest.mark.parametrize("name", NAMES)
    def test_a_copy_has_the_bytes_of_the_shipped_file(self, name: str, tmp_path: Path) -> None:
        resource = shipped.find(name)
        assert resource is not None
        result = run("copy", name)
        assert (0, f"copied {name} to {resource.file_name}\n") == (result.exit_code, result.stdout)
        assert resource.read() == (tmp_path / resource.file_name).read_bytes()

    @pytest.mark.parametrize(
        "arguments",
        [
            ("copy", "naltrexone-2-mcg", "mine.toml"),
            ("copy", "naltrexone-2-mcg.toml", "mine.toml"),
            ("--copy", "naltrexone-2-mcg", "--to", "mine.toml"),
            ("copy", "naltrexone-2-mcg", "--to", "mine.toml"),
        ],
    )
    def test_there_are_two_ways_to_say_it(self, arguments: tuple[str, ...], tmp_path: Path) -> None:
        assert 0 == run(*arguments).exit_code
        assert (tmp_path / "mine.toml").is_file()

    def test_a_folder_takes_the_copy_under_its_own_name(self, tmp_path: Path) -> None:
        (tmp_path / "house").mkdir()
        assert 0 == run("copy", "naltrexone-2-mcg", "house").exit_code
        assert (tmp_path / "house" / "naltrexone-2-mcg.toml").is_file()

    def test_a_file_that_is_there_is_not_overwritten(self, tmp_path: Path) -> None:
        (tmp_path / "naltrexone-2-mcg.toml").write_text("mine")
        error = run("copy", "naltrexone-2-mcg").exception
        assert isinstance(error, InputError)
        assert "naltrexone-2-mcg.toml is there already; write --force to overwrite it" == error.sentence
        assert "mine" == (tmp_path / "naltrexone-2-mcg.toml").read_text()

    def test_force_overwrites(self, tmp_path: Path) -> None:
        (tmp_path / "naltrexone-2-mcg.toml").write_text("mine")
        assert 0 == run("copy", "naltrexone-2-mcg", "--force").exit_code
        assert "mine" != (tmp_path / "naltrexone-2-mcg.toml").read_text()

    def test_nothing_but_the_copy_is_left_behind(self, tmp_path: Path) -> None:
        run("copy", "naltrexone-2-mcg")
        assert ["naltrexone-2-mcg.toml"] == os.listdir(tmp_path)

    @pytest.mark.parametrize("target", ["no/such/folder/x.toml", "/dev/null"])
    def test_a_place_that_cannot_be_written_is_refused(self, target: str) -> None:
        assert isinstance(run("copy", "naltrexone-2-mcg", target).exception, InputError)

    def test_an_unknown_name_is_answered_with_those_that_ship(self) -> None:
        error = run("copy", "naltrexone-3-mcg").exception
        assert isinstance(error, InputError)
        assert f"“naltrexone-3-mcg” is not a shipped file; those are {', '.join(NAMES)}" == error.sentence

    @pytest.mark.parametrize(
        "arguments",
        [("copy",), ("list",), ("copy", "a", "b", "c"), ("copy", "a", "--copy", "b"), ("copy", "a", "b", "--to", "c"),
         ("--to", "x"), ("--force",)],
    )  # fmt: skip
    def test_words_that_make_no_sense_are_wrong_usage(self, arguments: tuple[str, ...]) -> None:
        assert 2 == run(*arguments).exit_code


class TestFinding:
    """The shipped files are looked for in the package first, then beside it, and nowhere else."""

    def _installed(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        package = tmp_path / "site" / "compound"
        package.mkdir(parents=True)
        monkeypatch.setattr(shipped, "_PACKAGE", str(package))
        return package

    def _shelf(self, place: Path) -> Path:
        (place / "templates" / "formulas").mkdir(parents=True)
        return place / "templates"

    def test_in_a_wheel_they_lie_in_the_package(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        package = self._installed(tmp_path, monkeypatch)
        self._shelf(package.parent)
        assert str(self._shelf(package)) == shipped.folder()

    def test_in_a_checkout_they_lie_beside_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        package = self._installed(tmp_path, monkeypatch)
        assert str(self._shelf(package.parent)) == shipped.folder()

    def test_templates_of_another_package_are_not_taken_for_ours(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        package = self._installed(tmp_path, monkeypatch)
        (package.parent / "templates").mkdir()
        with pytest.raises(ProgramFault, match="install the program again"):
            shipped.folder()


class TestNumbersInWords:
    """The words of a template hold no numbers of their own beside a value, and no amount anywhere."""

    @pytest.mark.parametrize("name", ["worksheet", "worksheet.de"])
    @pytest.mark.parametrize(
        ("key", "text"),
        [
            ("each", "1135 mg each: {words}"),
            ("each", "{words}0"),
            ("each", "one hundred times {words}"),
            ("each", "hundertfach {words}"),
            ("each", "{words}²"),
            ("each", "٣ {words}"),
            ("each", "Ⅳ {words}"),
            ("form", "200 mcg"),
            ("form", "two hundred micrograms"),
        ],
    )
    def test_a_number_in_a_sentence_with_a_value_is_refused_when_the_template_is_read(
        self, name: str, key: str, text: str
    ) -> None:
        table = tomllib.loads(shipped.find(name).read().decode())  # type: ignore[union-attr]
        table["words"]["dose"][key] = text
        with pytest.raises(InputError, match=f"words.dose.{key}: says “.*”"):
            worksheet_template.template_from_table(table)

    @pytest.mark.parametrize("title", ["Compounding worksheet 200 mcg", "Zwei mg je Kapsel"])
    def test_an_amount_in_a_title_is_refused(self, title: str) -> None:
        table = tomllib.loads(shipped.find("worksheet").read().decode())  # type: ignore[union-attr]
        with pytest.raises(InputError, match="title: says"):
            worksheet_template.template_from_table(table | {"title": title})
