"""`compound audit --interactive`: asks for each reading in turn, and saves it before the next one is asked for."""

from __future__ import annotations

import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from compound.cli import output
from compound.cli.bench_log import BenchLog
from compound.cli.bench_readings import BACK, END, STATE, BenchReadings, Ended, TakenBack
from compound.cli.files import as_said
from compound.cli.spoken import spoken
from compound.correcting.weighed import Weighed
from compound.exact.errors import InputError
from compound.exact.quantity import canonical
from compound.findings import codes
from compound.findings.finding import Severity
from compound.making.saved import SavedPlan, audit_plan
from compound.showing import weighed_rows
from compound.showing.audit_verdict import audit_verdict, short_beside_limit
from compound.wording import notation
from compound.wording.bench_words import BenchWords

if TYPE_CHECKING:
    from compound.plan.plan import Transfer, Weigh


class BenchQuestions:
    """The questions for the readings that are missing, in the order of the steps, until one ends them."""

    def __init__(self, saved: SavedPlan, bench: BenchReadings, fill: Decimal | None, log: BenchLog | None) -> None:
        self._saved, self._bench, self._fill, self._log = saved, bench, fill, log
        written = audit_plan(saved)
        self._known = {finding.code for finding in written.findings}
        self._language = spoken()
        self._words, self._notation = self._language.table(BenchWords), self._language.notation
        self._texts = weighed_rows.step_texts(written.made, self._language)

    def save_taken(self) -> None:
        """Saves what was given beside the log, or typed anew when it was taken up. Raises InputError as `ask` does."""
        bench = self._bench
        if self._log is None:
            return
        for number, mg in bench.read.items():
            if number not in bench.from_fields:
                row = self._log.rows.get(str(number))
                now = (f"{canonical(mg)} mg", bench.jars.get(number), bench.is_odd(number))
                if row is None or (row.amount, row.jar, row.confirmed) != now:
                    self._keep(number)

    def ask(self) -> None:
        """Asks until all is read or someone ends it. Raises InputError where the log cannot be written."""
        if self._log is not None and (count := sum(row.amount is not None for row in self._log.rows.values())):
            taken = {"file": as_said(self._log.path), "count": self._notation.number(count)}
            self._say(notation.phrase(self._words.taken_up, taken))
        if self._next() is not None:
            self._say(self._words.letters)
            if self._log is None:
                self._say(self._words.not_saved)
            else:
                self._say(self._words.saved_to.format(file=as_said(self._log.path)))
        while True:
            step, state = self._next(), self._state()
            try:
                if step is None:
                    self._ask_at_the_end(state)
                else:
                    self._ask_for(step, state)
            except TakenBack:
                if step is not None:
                    self._take_back(step.number)
            except Ended:
                return

    def _next(self) -> Weigh | Transfer | None:
        return next((step for step in self._saved.plan.weighings() if step.number not in self._bench.read), None)

    def _state(self) -> Weighed:
        return audit_plan(self._saved, self._bench.read, fill_weight=self._fill, jars=self._bench.jars)

    def _ask_for(self, step: Weigh | Transfer, state: Weighed) -> None:
        """Asks for one reading until it is one. Raises TakenBack or Ended."""
        now = next(w for w in state.weighings if w.number == step.number)
        planned = self._notation.mass(now.planned)
        target = self._words.planned.format(amount=planned)
        if now.corrected is not None and now.corrected != now.planned:
            target = self._words.corrected.format(planned=planned, amount=self._notation.mass(now.corrected))
        question = self._words.question.format(step=step.number, what=self._texts[step.number], target=target)
        while True:
            click.echo(output.folded(question, output.terminal_width(), following="  ", stream=sys.stderr), err=True)
            answer = click.prompt(self._words.reading, default="", show_default=False, err=True).strip(" ")
            if answer == BACK and any(number < step.number for number in self._bench.read):
                self._take_back(max(number for number in self._bench.read if number < step.number))
                return
            if not self._is_letter(answer, state):
                try:
                    self._bench.take_answer(step.number, answer)
                except InputError as error:
                    click.echo(self._words.error.format(sentence=str(error)), err=True)
                    continue
                self._keep(step.number)
                self._tell(step.number)
                return

    def _ask_at_the_end(self, state: Weighed) -> None:
        """Lets the last reading be taken back, when there is no other to ask for. Raises Ended."""
        while True:
            answer = str(click.prompt(self._words.all_read, default="", show_default=False, err=True)).strip(" ")
            if answer == BACK and self._bench.read:
                self._take_back(max(self._bench.read))
                return
            if not self._is_letter(answer, state):
                self._say(self._words.none_left)

    def _is_letter(self, answer: str, state: Weighed) -> bool:
        """Whether what was typed is no reading; it is then answered. Raises Ended."""
        if answer == END:
            raise Ended
        if answer == STATE:
            self._show(state)
        elif answer == BACK:
            self._say(self._words.nothing_before)
        elif not answer:
            self._say(self._words.no_reading)
        else:
            return False
        return True

    def _keep(self, number: int) -> None:
        if self._log is not None:
            bench = self._bench
            self._log.add(number, bench.read[number], bench.jars.get(number), confirmed=bench.is_odd(number))

    def _take_back(self, number: int) -> None:
        """Drops a reading, in the log too, and says so; where it is not yet taken nothing is dropped."""
        mg = self._bench.read.get(number)
        if mg is None:
            return
        self._bench.drop(number)
        self._bench.confirmed -= {number}
        if self._log is not None:
            self._log.add(number, None)
        self._say(self._words.taken_back.format(step=number, amount=self._notation.mass(mg)))

    def _tell(self, number: int) -> None:
        """Shows the reading back with its unit, what the dose now comes to, and what is newly found."""
        state = self._state()
        now = next(w for w in state.weighings if w.number == number)
        if now.read is not None and now.corrected is not None:
            off = short_beside_limit(100 * (now.read / now.corrected - 1), state.limit_percent, self._language)
            amounts = {"amount": self._notation.mass(now.read), "target": self._notation.mass(now.corrected)}
            words = self._words.read_on_target if now.read == now.corrected else self._words.read_back
            self._say(words.format(step=number, deviation=off, **amounts))
        self._say(audit_verdict(state, (), language=self._language).says)
        # What is to be weighed instead of what was planned, the next question says.
        known = self._known | {codes.WEIGHING_CORRECTED.code}
        output.print_findings([f for f in state.findings if f.code not in known and f.severity is not Severity.NOTE])

    def _show(self, state: Weighed) -> None:
        """What was read so far, what is still to weigh, and what the dose comes to."""
        read = [w for w in state.weighings if w.read is not None]
        for weighing in read:
            self._say(self._words.read_so_far.format(step=weighing.number, read=self._notation.mass(weighing.read or 0)))
        if not read:
            self._say(self._words.nothing_read)
        left = [f"{w.number} ({self._notation.mass(w.corrected or w.planned)})" for w in state.weighings if w.read is None]
        if left:
            self._say(self._words.still_to_read.format(steps=", ".join(left)))
        self._say(audit_verdict(state, (), language=self._language).says)

    @staticmethod
    def _say(text: str) -> None:
        click.echo(f"  {text}", err=True)
