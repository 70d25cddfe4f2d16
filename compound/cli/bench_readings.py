"""The weights read at the bench, as they are given: by option, in a table or a log, in the fields of the sheet, typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import click

from compound.cli import output
from compound.cli.bench_log import LOG_COLUMNS, LoggedReading, logged
from compound.cli.files import as_said, read_file
from compound.cli.spoken import spoken
from compound.correcting.corrections import PlannedContents
from compound.correcting.outside import OutsideReading, outside_reading, outside_readings
from compound.correcting.readings import far_off, plan_amount, read_amount, read_net, refuse_far_off, refuse_no_weighing
from compound.exact.errors import AmbiguousAmount, InputError
from compound.exact.quantity import canonical
from compound.order.identity import LONGEST_NUMBER, short_name
from compound.plan.plan import Plan
from compound.reading.amounts import parse_mass
from compound.reading.text import shown
from compound.wording.bench_words import BenchWords

_WEIGHED = (("step", "amount"), ("step", "gross", "tare", "residue"), ("step", "gross", "tare"))
COLUMNS = (*_WEIGHED, *((*columns, "lot") for columns in _WEIGHED))
BACK, STATE, END = "b", "?", "q"  # what may be typed in place of a reading


class TakenBack(Exception):
    """Instead of a reading someone typed that this one, or the one before, is to be taken back."""


class Ended(Exception):
    """Instead of a reading someone typed that it is enough for now."""


class BenchReadings:
    """The readings of a plan while they are taken: in mg by step number, and what stands on the jars that were taken.

    `confirmed` are the steps whose readings are right, however far they are from the plan. `content` is the JSON of the
    plan, which a log names by its fingerprint.
    """

    def __init__(self, plan: Plan, confirmed: frozenset[int] = frozenset(), content: bytes = b"{}") -> None:
        self.plan, self.confirmed, self._content = plan, confirmed, content
        self.read: dict[int, Decimal] = {}
        self.jars: dict[int, str] = {}
        self.from_fields: frozenset[int] = frozenset()  # steps whose readings stand in the file of the plan itself
        self.from_table: frozenset[int] = frozenset()  # those that stand in the table of --readings
        self._where: dict[int, str] = {}

    @cached_property
    def plan_fingerprint(self) -> str:
        """The fingerprint of the plan as it stands in its file, also of one that states none or another."""
        from compound.reading.json_text import read_object
        from compound.showing.fingerprint import fingerprint

        return fingerprint(read_object(self._content, "plan"))

    @cached_property
    def _planned(self) -> PlannedContents:
        return PlannedContents(self.plan)

    @property
    def _exact(self) -> dict[int, Fraction]:
        return {number: Fraction(mg) for number, mg in self.read.items()}

    def take_options(self, reads: Sequence[str]) -> None:
        """Takes what `--read` gives. Raises InputError for what is no reading, and for a step read twice."""
        for text in reads:
            step_text, equals, amount = text.partition("=")
            if not equals:
                raise InputError("--read", f"{shown(text)} is not a reading; write STEP=AMOUNT, such as 4=97mg")
            number = _step_number(step_text.strip(" "), "--read")
            where = f"--read {number}"
            self._refuse_twice(number, where)
            refuse_no_weighing(self.plan, number, where)
            self._keep(number, self._amount(self._without_jar(amount, number, where), number, where), where)

    def take_table(self, path: str) -> None:
        """Takes what a CSV file gives. Raises InputError naming its row."""
        from compound.reading import csv_text

        content, before = read_file(path, "--readings", csv_text.MOST_CSV_BYTES), frozenset(self.read)
        if _is_log(content):
            self.take_log(logged(content, as_said(path), self.plan_fingerprint))
            self.from_table = frozenset(self.read) - before
            return
        header, rows, comma = csv_text.read_rows(content, as_said(path), COLUMNS, ("lot",))
        for place, cells in rows:
            number = _step_number(cells["step"], f"{place}, column step")
            self._refuse_twice(number, place)
            refuse_no_weighing(self.plan, number, place)
            if "lot" in cells:
                self.jars[number] = short_name(cells["lot"], LONGEST_NUMBER, f"{place}, column lot")
            if "amount" in header:
                mg = self._amount(cells["amount"], number, f"{place}, column amount", comma)
            else:
                step, planned = refuse_no_weighing(self.plan, number, place), plan_amount(self.plan, number)
                net = read_net(cells, place, self.plan, planned, decimal_comma=comma, step=step)
                mg = self._not_far_off(number, net, place)
            self._keep(number, mg, place)
        self.from_table = frozenset(self.read) - before

    def take_log(self, rows: Mapping[str, LoggedReading]) -> None:
        """Takes up the readings of a log, by the number of the step as text; it knows better than the fields of a sheet.

        What was typed a second time then is confirmed. Raises InputError naming the row.
        """
        for text, row in rows.items():
            number = _step_number(text, f"{row.place}, column step")
            refuse_no_weighing(self.plan, number, row.place)
            if number in self.from_fields:
                self.drop(number)
                self.from_fields -= {number}
            self._refuse_twice(number, row.place)
            if row.amount is None:
                continue
            if row.confirmed:
                self.confirmed |= {number}
            if row.jar is not None:
                self.jars[number] = short_name(row.jar, LONGEST_NUMBER, f"{row.place}, column lot")
            self._keep(number, self._amount(row.amount, number, f"{row.place}, column amount"), row.place)

    def take_fields(self, texts: Mapping[int, str], name: str, decimal_comma: bool) -> None:
        """Takes what stands in the fields of a worksheet, by the number of the step. Raises InputError naming the field."""
        for number, text in texts.items():
            where = f"{name}: field step-{number}-reading"
            self._refuse_twice(number, where)
            refuse_no_weighing(self.plan, number, where)
            self._keep(number, self._amount(text, number, where, decimal_comma), where)
        self.from_fields = frozenset(texts)

    def take_answer(self, number: int, answer: str) -> None:
        """Takes a reading typed at the terminal, in mg where it has no unit. Raises InputError for what is none.

        Raises TakenBack or Ended where that is typed when the reading is asked for a second time.
        """
        where = _typed_at(number)
        try:
            amount = _in_mg(self._without_jar(answer, number, where))
            self._keep(number, self._amount(amount, number, where), where)
            self.ask_back(number, letters=True)
        except (InputError, TakenBack, Ended):
            self.drop(number)
            raise

    def drop(self, number: int) -> None:
        """Forgets the reading of a step."""
        self.jars.pop(number, None)
        self.read.pop(number, None)

    def ask_all_back(self) -> None:
        """Asks each reading back that lies outside its range, in the order of the steps."""
        for number in sorted(self.read):
            self.ask_back(number)

    def ask_back(self, number: int, *, letters: bool = False) -> None:
        """Has a reading outside its range typed a second time. Raises InputError without a terminal, unless confirmed.

        With `letters` the letters of the questions are answers too: raises TakenBack or Ended for those.
        """
        while number not in self.confirmed:
            found = outside_reading(self.plan, self._exact, number, self._planned)
            if found is None:
                return
            where = self._where[number]
            if not output.is_terminal():
                raise InputError(where, f"{found.sentence}; read again, and if it is right, confirm it with --confirm {number}")
            words = spoken().table(BenchWords)
            place = words.at_step.format(step=number) if where == _typed_at(number) else where
            click.echo(f"{place}: {_outside_text(found)}", err=True)
            before = self.read[number]
            again = click.prompt(words.second, err=True).strip(" ")
            if letters and again in (BACK, END):
                raise TakenBack if again == BACK else Ended
            try:
                self.read[number] = self._amount(_in_mg(again), number, _typed_at(number))
            except InputError as error:
                click.echo(words.error.format(sentence=str(error)), err=True)
                continue
            if self.read[number] == before:
                return
            self.from_table = frozenset()  # the table says otherwise now

    def is_odd(self, number: int) -> bool:
        """Whether the reading of a step is asked about when it is given again."""
        if far_off(plan_amount(self.plan, number), self.read[number]):
            return True
        return outside_reading(self.plan, self._exact, number, self._planned) is not None

    def to_confirm(self) -> list[int]:
        """The steps whose readings are asked about when they are given again."""
        odd = {number for number, mg in self.read.items() if far_off(plan_amount(self.plan, number), mg)}
        return sorted(odd | {found.number for found in outside_readings(self.plan, self._exact, self._planned)})

    # One reading.

    def _keep(self, number: int, mg: Decimal, where: str) -> None:
        self.read = dict(sorted({**self.read, number: mg}.items()))
        self._where[number] = where

    def _refuse_twice(self, number: int, where: str) -> None:
        if number in self.read:
            raise InputError(where, f"step {number} is read twice; what was weighed in portions is read as their sum")

    def _without_jar(self, text: str, number: int, where: str) -> str:
        """The amount of a reading; what stands on the jar, after an @, joins the jars."""
        amount, at, jar = text.partition("@")
        if at:
            self.jars[number] = short_name(jar, LONGEST_NUMBER, where)
        return amount.rstrip(" ")

    def _amount(self, text: str, number: int, where: str, decimal_comma: bool = False) -> Decimal:
        """A reading; on a terminal one with two meanings is asked about."""
        try:
            step, planned = refuse_no_weighing(self.plan, number, where), plan_amount(self.plan, number)
            mg = read_amount(text, where, self.plan, planned, decimal_comma=decimal_comma, step=step)
        except AmbiguousAmount as error:
            if not output.is_terminal():
                raise
            mg = _chosen(error, where)
        return self._not_far_off(number, mg, where)

    def _not_far_off(self, number: int, mg: Decimal, where: str) -> Decimal:
        try:
            refuse_far_off(self.plan, number, mg, where, number in self.confirmed)
        except AmbiguousAmount as error:
            if not output.is_terminal():
                raise
            return _chosen(error, where)
        return mg


def _step_number(text: str, where: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text):
        raise InputError(where, f"{shown(text)} is not a step number")
    return int(text)


def _typed_at(number: int) -> str:
    """The place of a reading that was typed at the terminal."""
    return f"step {number}"


def _outside_text(found: OutsideReading) -> str:
    """What is asked about a reading outside its range, in the language spoken."""
    words, notation = spoken().table(BenchWords), spoken().notation
    read, low, high = (canonical(mg).replace(".", notation.point) for mg in (found.read, found.low, found.high))
    if found.low == found.high:
        return words.outside_target.format(step=found.number, read=read, target=low)
    return words.outside_range.format(step=found.number, read=read, low=low, high=high)


_BARE_NUMBER = re.compile(r"[-+]?[0-9.,]+(?:[eE][-+]?[0-9]+)?")


def _in_mg(answer: str) -> str:
    """An answer to a question that is asked in mg: a bare number gets that unit, and is read as strictly as any amount."""
    return f"{answer} mg" if _BARE_NUMBER.fullmatch(answer) else answer


def _is_log(content: bytes) -> bool:
    """Whether a table of readings is a log, by its header."""
    header = content[:200].removeprefix(b"\xef\xbb\xbf").partition(b"\n")[0].decode("utf-8", "replace")
    return sorted(re.split("[,;]", header.strip())) == sorted(LOG_COLUMNS)


def _chosen(error: AmbiguousAmount, where: str) -> Decimal:
    answer = output.ask_which(error, neither=True)
    if answer == output.NEITHER:
        raise InputError(where, "neither was meant; give the reading again")
    return parse_mass(answer, where).mg
