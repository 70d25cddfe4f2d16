"""What a worksheet is made from, and its common parts: the words of the template, the frame of a page, headings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from compound import __version__, notation
from compound.audit import Audit
from compound.finding import Finding, NotChecked
from compound.order import Order
from compound.plan import Plan, Transfer, Weigh
from compound.replay import Mixture
from compound.template import Template
from compound.worksheet.details import Details
from compound.worksheet.paper import ASCENT, LEADING, MARGIN, SIZES, Paper, width, wrap

_NUMBERED = re.compile(r"(trituration|solution) ([0-9]+)")
_SMALL = 6.5


class Sheet:
    """A worksheet while it is laid out."""

    def __init__(
        self, audit: Audit, template: Template, details: Details, page_size: str, fingerprint: str,
        rules: tuple[str, str],
    ) -> None:  # fmt: skip
        self.audit, self.template, self.details = audit, template, details
        self.fingerprint, self.rules = fingerprint, rules
        self.inner = SIZES[page_size][0] - 2 * MARGIN
        self.lines = details.pharmacy or template.lines
        self._head = self._head_lines()
        self._foot = self._foot_lines()
        self.paper = Paper(page_size, MARGIN + self._head_high() + 8, MARGIN + self._foot_high() + 4)
        self.heading_now = ""

    @property
    def plan(self) -> Plan:
        """The plan of the sheet."""
        return self.audit.plan

    @property
    def order(self) -> Order:
        """The order of the sheet."""
        return self.audit.plan.order

    # Words and numbers.

    def say(self, section: str, key: str, **values: str) -> str:
        """A sentence of the template."""
        return self.template.say(section, key, **values)

    def reading(self, mg: Fraction) -> str:
        """An amount in the digits of the balance."""
        return notation.reading(mg, self.plan.balance.readability.mg)

    def digits(self, mg: Fraction) -> str:
        """The figure of an amount in the digits of the balance, without its unit."""
        return self.reading(mg).removesuffix(" mg")

    def name(self, name: str) -> str:
        """The name of a substance."""
        return name

    def message(self, said: Finding | NotChecked) -> str:
        """What a finding says, or why something was not checked."""
        return notation.filled(said.entry.message, said.values)

    def remedy(self, said: Finding) -> str:
        """The cure of a finding."""
        return notation.filled(said.entry.remedy, said.values)

    def title(self, said: NotChecked) -> str:
        """The title of what was not checked."""
        return said.entry.title

    def strength(self, mixture: Mixture) -> str:
        """The strength of a mixture, per g or per mL; nothing where it has none."""
        if mixture.strength_mg_per_ml is not None:
            return self.say("mixtures", "per_ml", strength=notation.mass(mixture.strength_mg_per_ml))
        return "" if mixture.strength_mg_per_g is None else notation.strength(mixture.strength_mg_per_g)

    def vessel(self, name: str) -> str:
        """The name of a vessel in the words of the template."""
        if name in ("batch", "capsules"):
            return self.say("vessel", name)
        match = _NUMBERED.fullmatch(name)
        return self.say("vessel", match[1], number=match[2]) if match else name

    def what(self, step: int) -> str:
        """What is weighed in a step: a material or what comes from a vessel."""
        (found,) = (s for s in self.plan.steps if s.number == step)
        if isinstance(found, Weigh):
            return self.name(found.material)
        return self.vessel(found.source if isinstance(found, Transfer) else found.vessel)

    # The frame of a page.

    def _head_lines(self) -> tuple[list[str], list[str]]:
        """The head of the pharmacy on the left and the title on the right, wrapped."""
        left = [line for text in self.lines for line in wrap(text, self.inner * 0.5 - 6, 8)]
        right = wrap(self.template.title, self.inner * 0.5 - 6, 11, True)
        return left, right

    def _head_high(self) -> float:
        left, right = self._head
        return max(len(left) * LEADING * 8, len(right) * LEADING * 11)

    def _foot_lines(self) -> tuple[list[str], list[str]]:
        """The two halves of the foot: batch number, and below it what identifies the plan."""
        label = self.say("page", "batch")
        batch = wrap(f"{label} {self.details.batch_number}", self.inner - 90, 9, True)
        version, digest = self.rules
        tool = self.say("page", "tool", version=__version__)
        rules = self.say("page", "rules", version=version, hash=digest)
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
        y = MARGIN
        for line in left:
            paper.text(paper.left, y + ASCENT * 8, line, 8)
            y += LEADING * 8
        y = MARGIN
        for line in right:
            paper.text(paper.right, y + ASCENT * 11, line, 11, True, "right")
            y += LEADING * 11
        y = paper.top - 5
        paper.line(paper.left, y, paper.right, y, 0.8)
        batch, small = self._foot
        y = paper.height - MARGIN - self._foot_high()
        paper.line(paper.left, y, paper.right, y, 0.8)
        y += 4
        page = self.say("page", "page", page=notation.number(number), pages=notation.number(count))
        paper.text(paper.right, y + ASCENT * 9, page, 9, True, "right")
        for line in batch:
            paper.text(paper.left, y + ASCENT * 9, line, 9, True)
            y += LEADING * 9
        if not self.details.batch_number:
            start = paper.left + width(batch[-1], 9, True) + 6
            paper.blank(start, y - 1.5, 140, self.say("page", "batch"), 9)
        y += 3
        for line in small:
            paper.text(paper.left, y + ASCENT * _SMALL, line, _SMALL)
            y += LEADING * _SMALL

    def heading(self, text: str, keep: float = 60) -> None:
        """Writes the heading of a section, with room for `keep` points of it below."""
        if not text:
            return
        paper = self.paper
        lines = wrap(text, paper.inner, 11, True)
        paper.need(min(len(lines) * LEADING * 11 + 7 + keep, paper.bottom - paper.top))
        paper.y += 4
        for line in lines:
            paper.text(paper.left, paper.y + ASCENT * 11, line, 11, True)
            paper.y += LEADING * 11
        paper.y += 3

    # Facts: a name, and beside it what it is or a line to write it on.

    def facts(self, x: float, wide: float, label: float, items: Sequence[tuple[str, str | None]]) -> float:
        """Writes facts from the cursor down, without moving it. Gives the y below them. None is a line to write on."""
        paper, y = self.paper, self.paper.y
        for name, value in items:
            if not name:
                # A note on the fact above.
                y = paper.lines_at(x + label, y - 2, value or "", wide - label, 7) + 3
                continue
            bottom = paper.lines_at(x, y, name, label - 6, 7.5)
            if value is None:
                paper.blank(x + label, y + 12, wide - label, name)
                y = max(bottom, y + 14)
            else:
                y = max(bottom, paper.lines_at(x + label, y, value, wide - label, 8.5, True))
            y += 3
        return y

    def facts_height(self, wide: float, label: float, items: Sequence[tuple[str, str | None]]) -> float:
        """The height that `facts` takes."""
        high = 0.0
        for name, value in items:
            if not name:
                high += len(wrap(value or "", wide - label, 7)) * LEADING * 7 + 1
                continue
            first = len(wrap(name, label - 6, 7.5)) * LEADING * 7.5
            second = 14 if value is None else len(wrap(value, wide - label, 8.5, True)) * LEADING * 8.5
            high += max(first, second) + 3
        return high

    def columns(self, left: Sequence[tuple[str, str | None]], right: Sequence[tuple[str, str | None]]) -> None:
        """Writes facts in two columns."""
        paper = self.paper
        wide = (paper.inner - 14) / 2
        paper.need(max(self.facts_height(wide, 92, left), self.facts_height(wide, 92, right)))
        paper.y = max(self.facts(paper.left, wide, 92, left), self.facts(paper.left + wide + 14, wide, 92, right))
        paper.y += 3
