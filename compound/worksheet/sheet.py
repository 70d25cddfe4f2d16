"""What a worksheet is made from, and its common parts: the words of the template, the frame of a page, headings."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from compound.exact.value import Value, replace
from compound.findings.finding import Finding, NotChecked
from compound.judging.audit import Audit
from compound.judging.replay import Mixture
from compound.order.order import Order
from compound.paper.logo import read_picture
from compound.paper.paper import ASCENT, LEADING, PAGE_MARGIN, SIZES, Paper, width, wrap
from compound.plan.components import SHELLS
from compound.plan.plan import Plan, Transfer, Weigh
from compound.wording.language import language
from compound.wording.notation import Notation
from compound.worksheet.details import Details
from compound.worksheet.template import Template

_SMALL = 6.5
_TITLE = 11.0
_HEADING = 12.0
_NAME, _VALUE, _NOTE = 8.0, 9.0, 7.0  # of facts
_LOGO = 120.0, 34.0  # the most that the logo takes up
_LINE = 15.0  # between two lines to write on


class MadeBy(Value):
    """What made a sheet: the version of the tool, that of its rule data, and the sha256 of these."""

    tool: str
    rules: str
    digest: str


class Sheet:
    """A worksheet while it is laid out."""

    def __init__(
        self, audit: Audit, template: Template, details: Details, page_size: str, fingerprint: str,
        made_by: MadeBy,
    ) -> None:  # fmt: skip
        self.audit, self.template, self.details = audit, template, details
        self.language = language(template.language)
        if details.date_format:
            self.language = replace(self.language, notation=Notation(template.language, details.date_format))
        self.fingerprint, self.made_by = fingerprint, made_by
        self._readings: dict[tuple[Fraction, Decimal], str] = {}
        self.inner = SIZES[page_size][0] - 2 * PAGE_MARGIN
        self.lines = details.pharmacy or template.lines
        self._logo = read_picture(template.picture) if template.picture else None
        self._head = self._head_lines()
        self._foot = self._foot_lines()
        self.paper = Paper(page_size, PAGE_MARGIN + self._head_high() + 8, PAGE_MARGIN + self._foot_high() + 4)
        if self._logo is not None:
            self.paper.pictures["logo"] = self._logo

    @property
    def plan(self) -> Plan:
        """The plan of the sheet."""
        return self.audit.plan

    @property
    def order(self) -> Order:
        """The order of the sheet."""
        return self.audit.plan.order

    # Words and numbers.

    @property
    def notation(self) -> Notation:
        """The notation of the template's language: every number and every day of the sheet is written by it."""
        return self.language.notation

    def say(self, section: str, key: str, **values: str) -> str:
        """A sentence of the template."""
        return self.template.say(section, key, **values)

    def _readability(self, number: int | None) -> Decimal:
        """That of the balance of a step by its number, else of the first one."""
        return (self.plan.balance if number is None else self.plan.balance_of(self.plan.steps[number - 1])).readability.mg

    def reading(self, mg: Fraction, number: int | None = None) -> str:
        """An amount in the digits of the balance, that of a step where one is named by its number."""
        key = mg, self._readability(number)
        if key not in self._readings:
            self._readings[key] = self.notation.reading(*key)
        return self._readings[key]

    def total(self, mg: Fraction, vessel: str) -> str:
        """The mass of a vessel in the digits of the balance; without them where it was weighed on two."""
        on_two = any(self.plan.balance_of(step) is not self.plan.balance for step in self.plan.weighings() if step.vessel == vessel)
        return self.amount(mg) if on_two else self.reading(mg)

    def amount(self, mg: Fraction) -> str:
        """An amount in mg without the zeros of a balance: what is held or needed, and no reading."""
        return self.notation.milligrams(mg)

    def digits(self, mg: Fraction, number: int | None = None) -> str:
        """The figure of an amount in the digits of the balance, that of a step where one is named, without its unit."""
        return self.notation.reading_digits(mg, self._readability(number))

    def name(self, name: str) -> str:
        """The name of a substance, in the language of the sheet where it is known."""
        return self.language.text(name)

    def material(self, name: str) -> str:
        """The name of what is weighed, in the language of the sheet: of what is not the pure drug it says so."""
        return self.language.material(name)

    def message(self, said: Finding | NotChecked) -> str:
        """What a finding says, or why something was not checked."""
        return self.language.message(said)

    def remedy(self, said: Finding) -> str:
        """The cure of a finding."""
        return self.language.remedy(said)

    def title(self, said: NotChecked) -> str:
        """The title of what was not checked."""
        return self.language.title(said.entry)

    def strength(self, mixture: Mixture) -> str:
        """The strength of a mixture, per g or per mL; nothing where it has none."""
        if mixture.strength_mg_per_ml is not None:
            return self.say("mixtures", "per_ml", strength=self.notation.mass(mixture.strength_mg_per_ml))
        return self.notation.strength(mixture.strength_mg_per_g) if mixture.strength_mg_per_g else ""

    def vessel(self, name: str) -> str:
        """The name of a vessel in the words of the template."""
        if name in ("batch", "capsules"):
            return self.say("vessel", name)
        kind, _, number = name.partition(" ")
        numbered = kind in ("trituration", "solution", "premix") and number.isdecimal() and number.isascii()
        return self.say("vessel", kind, number=number) if numbered else name

    def what(self, step: int) -> str:
        """What is weighed in a step: a material or what comes from a vessel."""
        (found,) = (s for s in self.plan.steps if s.number == step)
        if isinstance(found, Weigh):
            return self.material(found.material)
        return self.vessel(found.source if isinstance(found, Transfer) else found.vessel)

    # The frame of a page.

    def _head_lines(self) -> tuple[list[str], list[tuple[str, float]]]:
        """The head of the pharmacy on the left; title, drug and dose on the right, with the size of each line.

        A page that has come loose still says what it is a page of.
        """
        half = self.inner * 0.5 - 6
        beside = half - (0 if self._logo is None else self._logo_size()[0] + 8)
        made = f"{self.name(self.order.dosed)} · {self.notation.dose(Fraction(self.order.dose.mg))}"
        left = [line for text in self.lines for line in wrap(text, beside, 8)]
        right = [(line, _TITLE) for line in wrap(self.template.title, half, _TITLE, True)]
        return left, right + [(line, 8.5) for line in wrap(made, half, 8.5, True)]

    def _head_high(self) -> float:
        left, right = self._head
        logo = 0.0 if self._logo is None else self._logo_size()[1]
        return max(logo, len(left) * LEADING * 8, sum(LEADING * size for _, size in right))

    def _logo_size(self) -> tuple[float, float]:
        """Width and height of the logo in points: as large as its place allows, its proportions kept."""
        if self._logo is None:
            return 0.0, 0.0
        per = min(_LOGO[0] / self._logo.width, _LOGO[1] / self._logo.height)
        return self._logo.width * per, self._logo.height * per

    def _foot_lines(self) -> tuple[tuple[str, ...], list[str]]:
        """The two halves of the foot: batch number, and below it what identifies the plan."""
        label = self.say("page", "batch")
        batch = wrap(f"{label} {self.details.batch_number}", self.inner - 90, 9, True)
        tool = self.say("page", "tool", version=self.made_by.tool)
        rules = self.say("page", "rules", version=self.made_by.rules, hash=self.made_by.digest)
        return batch, [
            *wrap(f"{tool} · {rules}", self.inner, _SMALL),
            *wrap(self.say("page", "fingerprint", fingerprint=self.fingerprint), self.inner, _SMALL),
        ]

    def _foot_high(self) -> float:
        batch, small = self._foot
        return 7 + len(batch) * LEADING * 9 + len(small) * LEADING * _SMALL

    def frames(self) -> None:
        """Writes head and foot of every page, now that their number is known."""
        count = len(self.paper.pages)
        for number in range(count):
            self.paper.turn_to(number)
            self._frame(number + 1, count)

    def _frame(self, number: int, count: int) -> None:
        paper = self.paper
        left, right = self._head
        y, x = PAGE_MARGIN, paper.left
        if self._logo is not None:
            wide, high = self._logo_size()
            paper.image("logo", x, y, wide, high)
            x += wide + 8
        for line in left:
            paper.text(x, y + ASCENT * 8, line, 8)
            y += LEADING * 8
        y = PAGE_MARGIN
        for line, size in right:
            paper.text(paper.right, y + ASCENT * size, line, size, True, "right")
            y += LEADING * size
        y = paper.top - 5
        paper.line(paper.left, y, paper.right, y, 0.8)
        batch, small = self._foot
        y = paper.height - PAGE_MARGIN - self._foot_high()
        paper.line(paper.left, y, paper.right, y, 0.8)
        y += 4
        page = self.say("page", "page", page=self.notation.number(number), pages=self.notation.number(count))
        paper.text(paper.right, y + ASCENT * 9, page, 9, True, "right")
        for line in batch:
            paper.text(paper.left, y + ASCENT * 9, line, 9, True)
            y += LEADING * 9
        if not self.details.batch_number:
            start = paper.left + width(batch[-1], 9, True) + 6
            paper.blank(start, y - 1.5, 140, self.say("page", "batch"), 11)
        y += 3
        for line in small:
            paper.text(paper.left, y + ASCENT * _SMALL, line, _SMALL)
            y += LEADING * _SMALL

    def heading(self, text: str, keep: float = 60) -> None:
        """Writes the heading of a section, if it has one, with room for `keep` points of it below."""
        if text:
            self.paper.heading(text, _HEADING, keep)

    # Facts: a name, and beside it what it is or a line to write it on.

    def facts(self, x: float, wide: float, label: float, items: Sequence[tuple[str, str | None]]) -> float:
        """Writes facts from the cursor down, without moving it. Gives the y below them. None is a line to write on."""
        paper, y = self.paper, self.paper.y
        for name, value in items:
            if not name:
                # A note on the fact above.
                y = paper.lines_at(x + label, y - 1, value or "", wide - label, _NOTE) + 3
                continue
            if value is None:
                # The last line of the name stands on the line to write on.
                high = max(_LINE, len(wrap(name, label - 6, _NAME)) * LEADING * _NAME)
                paper.lines_at(x, y + high - self._high(name, label), name, label - 6, _NAME)
                paper.blank(x + label, y + high - 2, wide - label, name, _LINE - 3)
                y += high
            else:
                bottom = paper.lines_at(x, y + (_VALUE - _NAME) * ASCENT, name, label - 6, _NAME)
                y = max(bottom, paper.lines_at(x + label, y, value, wide - label, _VALUE, True))
            y += 3
        return y

    @staticmethod
    def _high(name: str, label: float) -> float:
        return len(wrap(name, label - 6, _NAME)) * LEADING * _NAME

    def facts_height(self, wide: float, label: float, items: Sequence[tuple[str, str | None]]) -> float:
        """The height that `facts` takes."""
        high = 0.0
        for name, value in items:
            if not name:
                high += len(wrap(value or "", wide - label, _NOTE)) * LEADING * _NOTE + 2
                continue
            first = self._high(name, label) + (0 if value is None else (_VALUE - _NAME) * ASCENT)
            second = _LINE if value is None else len(wrap(value, wide - label, _VALUE, True)) * LEADING * _VALUE
            high += max(first, second) + 3
        return high

    def columns(
        self, left: Sequence[tuple[str, str | None]], right: Sequence[tuple[str, str | None]], label: float = 96
    ) -> None:
        """Writes facts in two columns, their names `label` points wide."""
        paper = self.paper
        wide = (paper.inner - 14) / 2
        paper.need(max(self.facts_height(wide, label, left), self.facts_height(wide, label, right)))
        paper.y = max(self.facts(paper.left, wide, label, left), self.facts(paper.left + wide + 14, wide, label, right))
        paper.y += 3

    def blanks(self, items: Sequence[tuple[str, str]]) -> None:
        """Writes names with lines to write on beside them, on one row where they have room there.

        Each is a name as printed, and what a field of a form is called.
        """
        paper = self.paper
        used = sum(width(name, _NAME) + 4 for name, _ in items) + 10 * (len(items) - 1)
        each = (paper.inner - used) / len(items)
        rows = [list(items)] if each >= 40 else [[item] for item in items]
        for row in rows:
            paper.need(18)
            paper.y += _LINE
            x = paper.left
            for name, label in row:
                lines = wrap(name, paper.inner - 100, _NAME)
                for line in lines[:-1]:
                    paper.text(x, paper.y, line, _NAME)
                    paper.y += LEADING * _NAME
                paper.text(x, paper.y, lines[-1], _NAME)
                x += width(lines[-1], _NAME) + 4
                wide = each if len(row) > 1 else paper.right - x
                paper.blank(x, paper.y + 1, wide, label, _LINE - 3)
                x += wide + 10
        paper.y += 4

    def component(self, name: str) -> str:
        """The name of a component, the empty capsules among them."""
        if name != SHELLS:
            return self.material(name)
        return self.say("components", "empty_capsules", size=self.order.capsule_size or "")
