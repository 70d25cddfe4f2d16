"""What `compound plan` asks for on a terminal: what is missing, which reading of an amount is meant, and what else a plan
should know. Each answer passes the gate that the whole order passes: it is read as an option is, and names are judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from compound.cli import files, output
from compound.cli.spoken import spoken
from compound.exact.errors import AmbiguousAmount, Faults, InputError
from compound.exact.value import Value
from compound.findings.finding import Finding, Severity
from compound.order.options import read_option, with_commas
from compound.order.options_table import BY_NAME, OPTIONS, Option
from compound.order.order import BY_VOLUME, Order

if TYPE_CHECKING:
    from compound.facts.excipients.house_rules import HouseRules
    from compound.wording.question_words import QuestionWords

FILL_WEIGHT, FILLING = "--fill-weight", "--filling"
OF_A_DENSITY = ([FILL_WEIGHT], [FILLING])  # what is at fault alone where a diluent has no density on record

ReadOrder = Callable[..., tuple[Order, tuple[Finding, ...]]]  # read_order, or what reads more than it
Refuse = Callable[[dict[str, Any], Sequence[str]], None]


class OrderAsked(Value):
    """An order that was read, what is to be said of it, and the worksheet that is wanted."""

    order: Order
    notes: tuple[Finding, ...]
    pdf: str | None


class OrderQuestions:
    """The questions on an order. Answers go into `options`, which hold what is given already, a formula's included.

    `read` reads an order as `read_order` does. `refuse_diluent` leaves where the diluent must not be used at all: it is
    called before the fill weight of one is asked for. `has_comma` says that a comma is a decimal one.
    """

    def __init__(
        self, options: dict[str, Any], read: ReadOrder, refuse_diluent: Refuse, house: HouseRules | None, *, has_comma: bool,
        pdf: str | None, force: bool, as_json: bool,
    ) -> None:  # fmt: skip
        self._options, self._order_of, self._refuse_diluent, self._house = options, read, refuse_diluent, house
        self._has_comma, self._pdf, self._force, self._as_json = has_comma, pdf, force, as_json
        self._answers: dict[str, Any] = {}
        self._required_asked = self._optional_asked = False

    def order(self, faults: Faults) -> OrderAsked:
        """The order; on a terminal what is missing is asked for, and then what else it should know.

        Raises InputError, of all that is at fault, the `faults` met before included.
        """
        while True:
            try:
                order, notes = self._read(self._options)
            except InputError as error:
                met = error.each
            else:
                faults.raise_any()
                if self._required_asked and not self._optional_asked:
                    self._optional_asked = True
                    self._ask_optional(order)
                    continue
                if self._required_asked:
                    self._say_the_same()
                return OrderAsked(order, notes, self._pdf)
            if not faults and [one.where for one in met] in OF_A_DENSITY:
                self._refuse_diluent(self._options, self._commas(self._options))
            self._ask(met, faults)

    def _read(self, options: Mapping[str, Any]) -> tuple[Order, tuple[Finding, ...]]:
        return self._order_of(options, decimal_commas=self._commas(options))

    def _commas(self, options: Mapping[str, Any]) -> Sequence[str]:
        return with_commas(options) if self._has_comma else ()

    # What is required.

    def _ask(self, met: Sequence[InputError], faults: Faults) -> None:
        """Asks for what is missing and for which reading is meant.

        Raises all faults, those `met` in the order included, where one of them is no question or nobody is there to ask.
        """
        options = self._options
        missing = {option.place: option for option in OPTIONS if option.required and option.name not in options}
        if "repeatability" in options:
            missing.pop("--balance-sensitivity", None)  # it follows
        weighed = BY_NAME["fill-weight"]  # needed for some diluents and not for others
        several = {option.place for option in OPTIONS if option.repeated}  # one of them cannot be replaced by an answer
        questions = {one.where for one in met if isinstance(one, AmbiguousAmount)} - several | missing.keys()
        questions |= set() if weighed.name in options else {weighed.place}
        if faults or not output.is_terminal() or any(one.where not in questions for one in met):
            if not faults and all(one.where in missing for one in met):
                raise click.UsageError(f"Missing: {', '.join(missing)}.", click.get_current_context())
            for one in met:
                faults.keep(one)
            faults.raise_any()
        if any(one.where in missing for one in met) and not self._required_asked:
            self._required_asked = True
            self._refuse_names()
        for one in met:
            if isinstance(one, AmbiguousAmount):
                self._take(one.where.removeprefix("--"), output.ask_which(one))
            elif one.where in missing:
                self._take(missing[one.where].name, self._asked_for(missing[one.where]))
            elif len(met) == 1:  # the fill weight is asked for last: by then the diluent is known to be one that may be used
                click.echo(str(one), err=True)
                self._take(weighed.name, self._asked_for(weighed))

    def _take(self, name: str, value: Any) -> None:
        self._options[name] = self._answers[name] = value

    def _asked_for(self, option: Option) -> str:
        answer: str = click.prompt(option.prompt or option.place, err=True, value_proc=partial(self._answer, option))
        return answer

    def _answer(self, option: Option, text: str) -> str:
        """An answer that can be read, and names what may be used; any other is asked for again, with the reason."""
        try:
            read_option(option, text)
        except AmbiguousAmount:
            return text  # which reading is meant is asked next
        except InputError as error:
            raise click.UsageError(error.sentence) from None
        found = self._name_errors(option.name, text)
        if found:
            from compound.showing.finding_rows import finding_text

            raise click.UsageError(finding_text(found[0], spoken()))
        return text

    # The gate of names.

    def _name_errors(self, name: str, value: Any) -> list[Finding]:
        """What is found of a name that keeps an order from being made, whatever else is ordered."""
        if name not in _NAMES:
            return []
        from compound.judging.order_findings import order_findings

        accepted = {str(one).partition("=")[0].strip() for one in self._options.get("accept", ())}
        try:
            order, _ = self._order_of({**_ANY_ORDER, name: value}, decimal_commas=())
        except InputError:
            return []  # said where the whole order is read
        place = BY_NAME[name].place
        found = order_findings(order, None, self._house)
        # Of an excipient the place names it too.
        errors = [one for one in found if one.severity is Severity.ERROR and one.code not in accepted]
        return [one for one in errors if one.where == place or one.where.startswith(f"{place} ")]

    def _refuse_names(self) -> None:
        """Leaves where a name that was given keeps the order from being made: nobody types the rest to be told so."""
        if self._as_json:
            return
        found = [one for name in _NAMES if name in self._options for one in self._name_errors(name, self._options[name])]
        if found:
            from compound.cli import screen

            refused = output.refusal(found) or ""
            output.print_refusal(refused)
            screen.print_refused(found, ())
            output.print_refusal(refused)
            output.leave(found)

    # What else a plan should know.

    def _ask_optional(self, order: Order) -> None:
        """Asks for what was not given and would else be assumed or left blank; Enter leaves it so."""
        words, options = _words(), self._options
        click.echo(words.optional, err=True)
        if "diluent" not in options:
            self._ask_for("diluent", words.diluent.format(default=order.diluent))
        if not options.keys() & {"assay", "assay-basis", "water", "strength", "tablet"}:
            self._ask_assay(words)
        if "fill-weight" not in options and options.get("filling") != BY_VOLUME:
            self._ask_for("fill-weight", words.fill_weight)
        self._ask_lot(order, words)
        if self._pdf is None:
            self._ask_worksheet(words)

    @staticmethod
    def _asked(question: str) -> str:
        return str(click.prompt(question, default="", show_default=False, err=True)).strip(" ")

    def _ask_for(self, name: str, question: str) -> None:
        """Asks for an option until it can be read, or is left out."""
        while (answer := self._asked(question)) and not self._fits({name: answer}):
            pass

    def _fits(self, added: Mapping[str, Any]) -> bool:
        """Whether the order can be read with these answers too, which then are taken; else it is said why not."""
        answers = dict(added)
        while True:
            try:
                self._read({**self._options, **answers})
            except InputError as error:
                met = [one for one in error.each if not ("diluent" in answers and [one.where] in OF_A_DENSITY)]
            else:
                met = []
            which = next((one for one in met if isinstance(one, AmbiguousAmount)), None)
            if which is None or which.where.removeprefix("--") not in answers:
                break
            answers[which.where.removeprefix("--")] = output.ask_which(which)
        if met:
            self._say_error(str(met[0]))
            return False
        for name, value in answers.items():
            found = self._name_errors(name, value)
            if found:
                output.print_findings(found)
                return False
        for name, value in answers.items():
            self._take(name, value)
        return True

    def _ask_assay(self, words: QuestionWords) -> None:
        """Asks for assay, its basis, and water where that basis needs it."""
        from compound.facts.lot import parse_assay
        from compound.facts.substance import Basis

        while assay := self._asked(words.assay):
            added = {"assay": assay}
            try:
                basis = parse_assay(assay, "--assay")[1]
            except AmbiguousAmount:
                basis = None
            except InputError as error:
                self._say_error(str(error))
                continue
            if basis is None:
                added["assay-basis"] = click.prompt(words.basis, type=click.Choice([one.value for one in Basis]), err=True)
            if (added.get("assay-basis") or (basis and basis.value)) != Basis.AS_IS.value:
                added["water"] = self._asked(words.water)
                if not added["water"]:
                    self._say_error(words.without_water)
                    continue
            if self._fits(added):
                return

    def _ask_lot(self, order: Order, words: QuestionWords) -> None:
        """Asks for the lot of what comes from the shelf, and its expiry."""
        from compound.order.source import source_of

        source = source_of(order)
        if order.identity.lot_of(*source.names) is not None:
            return
        before = tuple(self._options.get("component-lot") or ())
        while lot := self._asked(words.lot.format(source=source.name)):
            expiry = self._asked(words.expiry)
            if self._fits({"component-lot": (*before, f"{order.drug}={lot},{expiry}")}):
                return

    def _ask_worksheet(self, words: QuestionWords) -> None:
        while path := self._asked(words.worksheet):
            try:
                files.refuse_unwritable(path, "--pdf", force=self._force)
            except InputError as error:
                self._say_error(str(error))
            else:
                self._pdf = self._answers["pdf"] = path
                return

    @staticmethod
    def _say_error(sentence: str) -> None:
        click.echo(_words().error.format(sentence=sentence), err=True)

    # The command that does the same.

    def _say_the_same(self) -> None:
        """Says the command that asks for nothing and plans the same order."""
        from compound.cli.shell import command_line

        click.echo(_words().same.format(command=command_line(same_command(click.get_current_context(), self._answers))), err=True)
        click.echo(err=True)  # apart from the plan


# Options whose values are names that a finding may keep from being used.
_NAMES = ("drug", "diluent", "excipient", "shell", "dosage-form")
# An order of any kind, for what is found of a name alone.
_ANY_ORDER = {
    "drug": "naltrexone hydrochloride", "dose": "1 mg", "balance-sensitivity": "1 mg", "capsules": "30", "fill-weight": "135 mg",
}  # fmt: skip


def same_command(context: click.Context, answers: Mapping[str, Any]) -> tuple[str, ...]:
    """The words of the command with what was given to it and what was answered, which wins."""
    drug: tuple[str, ...] = ()
    words: list[str] = []
    for parameter in context.command.params:
        name = (parameter.name or "").replace("_", "-")
        given = context.get_parameter_source(parameter.name or "") is click.core.ParameterSource.COMMANDLINE
        value = answers.get(name, context.params.get(parameter.name or "") if given else None)
        if value is None:
            continue
        if isinstance(parameter, click.Argument):
            drug = (str(value),)
        elif isinstance(parameter, click.Option) and parameter.is_flag:
            words += [parameter.opts[0]] if value else []
        else:
            for one in value if isinstance(value, tuple) else (value,):
                words += [parameter.opts[0], str(one)]
    return ("compound", "plan", *drug, *words)


def _words() -> QuestionWords:
    from compound.wording.question_words import QuestionWords

    return spoken().table(QuestionWords)
