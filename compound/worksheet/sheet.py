"""What a worksheet is made from, and its common parts: the words of the template, the frame of a page, headings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

from compound.exact.value import Value, replace
from compound.findings.finding import Finding, NotChecked
from compound.judging.audit import Audit
from compound.judging.replay import Mixture
from compound.order.order import Order
from compound.paper.logo import read_picture
from compound.paper.measure import ASCENT, LEADING, width, words_with_units, wrap
from compound.paper.paper import PAGE_MARGIN, SIZES, Paper, Piece
from compound.plan.components import SHELLS
from compound.plan.plan import Plan, Transfer, Weigh
from compound.showing.two_doses import labelled_dose
from compound.wording.language import language
from compound.wording.notation import Notation
from compound.worksheet.details import Details
from compound.worksheet.template import Template

TYPE_SIZE = 9.0  # of all that is read at the bench; nothing is smaller but the foot
_SMALL = 6.5  # of the foot
_HEADING = 11.0
_LOGO = 120.0, 34.0  # the most that the logo takes up
_EDGE = 24.0  # above the head and below the foot
_LOW_PAGE = 800.0  # Letter is one
LINE = 16.0, 20.0  # between two lines to write on, on a short sheet and on a long one


_LEAST_BESIDE, _MOST_BESIDE = 60.0, 130.0  # of a line to write on beside a heading
_UNDERLINE = 9.0  # the length of a line to write on, for each underline of the sentence


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
        self._tight = SIZES[page_size][1] < _LOW_PAGE and not details.roomy
        self.line = LINE[details.roomy] - (1.5 if self._tight else 0)
        order_of = [section.name for section in template.sections if section.name != "dose"]
        # Who and when stand beside the dose where they follow it.
        self.leads_with_batch = order_of[:1] == ["batch"]
        self.dose_top = self.after_dose = 0.0
        self.pages_of: dict[str, int] = {}  # where each section begins, the first page being 1
        self.above_heading = 9.0 if details.roomy else 4.0
        # What stands at the foot of the page of the second person: its height, and what draws it.
        self.folded: list[tuple[float, Callable[[], None]]] = []
        self._said: dict[int, str] = {}
        self._head = self._head_lines()
        self._foot = self._foot_lines()
        self.paper = Paper(page_size, _EDGE + self._head_high() + 8, _EDGE + self._foot_high() + 4, TYPE_SIZE)
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

    def row(self, short: float, long: float) -> float:
        """The height of a row to write in: on a short sheet, a little less on a low page, or on a long sheet."""
        return long if self.details.roomy else short - (1.5 if self._tight else 0)

    # Words and numbers.

    @property
    def notation(self) -> Notation:
        """The notation of the template's language: every number and every day of the sheet is written by it."""
        return self.language.notation

    def say(self, section: str, key: str, **values: str) -> str:
        """A sentence of the template."""
        return self.template.say(section, key, **values)

    def readability(self, number: int | None) -> Decimal:
        """The readability of the balance of a step by its number, else of the first one."""
        return (self.plan.balance if number is None else self.plan.balance_of(self.plan.steps[number - 1])).readability.mg

    def reading(self, mg: Fraction, number: int | None = None) -> str:
        """An amount in the digits of the balance, that of a step where one is named by its number."""
        key = mg, self.readability(number)
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
        return self.notation.reading_digits(mg, self.readability(number))

    def name(self, name: str) -> str:
        """The name of a substance, in the language of the sheet where it is known."""
        return self.language.text(name)

    def material(self, name: str) -> str:
        """The name of what is weighed, in the language of the sheet: of what is not the pure drug it says so."""
        return self.language.material(name)

    def message(self, said: Finding | NotChecked) -> str:
        """What a finding says, or why something was not checked."""
        if id(said) not in self._said:
            self._said[id(said)] = self.language.message(said)
        return self._said[id(said)]

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

    def _head_lines(self) -> tuple[list[str], list[str]]:
        """The head of the pharmacy on the left; title, drug and dose on the right.

        A page that has come loose still says what it is a page of.
        """
        logo = 0 if self._logo is None else self._logo_size()[0] + 8
        half = max(self.inner * 0.45 - 6 if self.lines else 0, logo)
        beside = half - logo
        made = f"{self.name(self.order.dosed)} · {labelled_dose(self.order, self.notation)}"
        left = [line for text in _joined(self.lines, beside) for line in wrap(text, beside, TYPE_SIZE)]
        right = self.inner - half - 6
        whole = wrap(f"{self.template.title} · {made}", right, TYPE_SIZE, True)
        apart = (*wrap(self.template.title, right, TYPE_SIZE, True), *wrap(made, right, TYPE_SIZE, True))
        return left, list(whole if len(whole) == 1 else apart)

    def _head_high(self) -> float:
        left, right = self._head
        logo = 0.0 if self._logo is None else self._logo_size()[1]
        return max(logo, max(len(left), len(right)) * LEADING * TYPE_SIZE)

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
        y, x = _EDGE, paper.left
        if self._logo is not None:
            wide, high = self._logo_size()
            paper.image("logo", x, y, wide, high)
            x += wide + 8
        for line in left:
            paper.text(x, y + ASCENT * TYPE_SIZE, line, TYPE_SIZE)
            y += LEADING * TYPE_SIZE
        y = _EDGE
        for line in right:
            paper.text(paper.right, y + ASCENT * TYPE_SIZE, line, TYPE_SIZE, True, "right")
            y += LEADING * TYPE_SIZE
        y = paper.top - 5
        paper.line(paper.left, y, paper.right, y, 0.8)
        batch, small = self._foot
        y = paper.height - _EDGE - self._foot_high()
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

    def heading(self, text: str, keep: float = 60, beside: tuple[str, str] | None = None) -> None:
        """Writes the heading of a section, if it has one, with room for `keep` points of it below.

        `beside` it, on the right, stands a name with a line to write on: its text, and the name of its field.
        """
        paper = self.paper
        if text:
            paper.heading(text, _HEADING, keep, self.above_heading)
        if beside is None:
            return
        name, field = beside
        room = paper.inner - (width(text, _HEADING, True) if text else 0) - width(name, TYPE_SIZE) - 24
        if not text or room < _LEAST_BESIDE:
            self.blanks([beside])
            return
        wide = min(room, _MOST_BESIDE)
        base = paper.y - 3 - (LEADING - ASCENT) * _HEADING
        paper.blank(paper.right - wide, base + 1.5, wide, name, 13, field)
        paper.text(paper.right - wide - 4, base, name, TYPE_SIZE, align="right")

    # Facts: a name, and beside it what it is or a line to write it on.

    def facts(self, label: float, items: Sequence[tuple[str, str | None]]) -> None:
        """Writes facts from the cursor down, their names `label` points wide. None is a line to write on.

        A fact without a name is a note on the one above.
        """
        paper = self.paper
        x, wide = paper.left, paper.inner
        for name, value in items:
            if value is None:
                lines = wrap(name, label - 6, TYPE_SIZE)
                high = max(self.line, len(lines) * LEADING * TYPE_SIZE)
                # The last line of the name stands on the line to write on.
                paper.lines_at(x, paper.y + high - len(lines) * LEADING * TYPE_SIZE, name, label - 6, TYPE_SIZE)
                paper.blank(x + label, paper.y + high - 2, wide - label, name, self.line - 3)
                paper.y += high + 1
                continue
            below = paper.y if not name else paper.lines_at(x, paper.y, name, label - 6, TYPE_SIZE)
            paper.y = max(below, paper.lines_at(x + label, paper.y, value, wide - label, TYPE_SIZE, bool(name))) + 2

    def columns(
        self, left: Sequence[tuple[str, str | None]], right: Sequence[tuple[str, str | None]], label: float = 96, share: float = 0.5,
    ) -> None:  # fmt: skip
        """Writes facts in two columns, their names `label` points wide; the first has a `share` of the width."""
        paper = self.paper
        middle = paper.left + (paper.inner - 14) * share
        sides = ((paper.left, middle, left), (middle + 14, paper.right, right))
        def side(x: float, end: float, items: Sequence[tuple[str, str | None]]) -> Piece:
            with paper.between(x, end):
                return paper.piece(lambda: self.facts(label, items))

        pieces = [side(*one) for one in sides]
        self.beside(pieces)
        paper.y += 2

    def beside(self, pieces: Sequence[Piece]) -> None:
        """Puts pieces beside each other at the cursor, which then stands below the highest."""
        high = max(piece.high for piece in pieces)
        self.paper.need(high)
        top = self.paper.y
        for piece in pieces:
            self.paper.y = top
            self.paper.put(piece)
        self.paper.y = top + high

    def blanks(self, items: Sequence[tuple[str, str]]) -> None:
        """Writes names with lines to write on beside them, on one row where they have room there.

        Each is a name as printed, and the name of its field, which is the same in every language.
        """
        paper = self.paper
        used = sum(width(name, TYPE_SIZE) + 4 for name, _ in items) + 8 * (len(items) - 1)
        each = (paper.inner - used) / len(items)
        rows = [list(items)] if each >= 34 else [[item] for item in items]
        for row in rows:
            paper.need(self.line + 2)
            paper.y += self.line
            x = paper.left
            for name, field in row:
                lines = wrap(name, paper.inner - 80, TYPE_SIZE)
                for line in lines[:-1]:
                    paper.text(x, paper.y, line, TYPE_SIZE)
                    paper.y += LEADING * TYPE_SIZE
                paper.text(x, paper.y, lines[-1], TYPE_SIZE)
                x += width(lines[-1], TYPE_SIZE) + 4
                wide = each if len(row) > 1 else paper.right - x
                paper.blank(x, paper.y + 1.5, wide, name, self.line - 3, field)
                x += wide + 8
        paper.y += 4

    def run_in(self, rows: Sequence[tuple[str, str]]) -> None:
        """Writes names in bold with their texts, one behind the other, from margin to margin."""
        paper, x = self.paper, self.paper.left
        paper.need(LEADING * TYPE_SIZE)
        for number, (name, text) in enumerate(rows):
            end = "." if number == len(rows) - 1 else ";"
            for part, bold in ((f"{name}:", True), (f"{text}{end}", False)):
                line, start = "", x
                for word in _breakable(part, paper.inner, bold):
                    longer = f"{line} {word}" if line else word
                    if start + width(longer, TYPE_SIZE, bold) > paper.right and (line or start > paper.left):
                        paper.text(start, paper.y + ASCENT * TYPE_SIZE, line, TYPE_SIZE, bold)
                        paper.y += LEADING * TYPE_SIZE
                        paper.need(LEADING * TYPE_SIZE)
                        start, longer = paper.left, word
                    line = longer
                paper.text(start, paper.y + ASCENT * TYPE_SIZE, line, TYPE_SIZE, bold)
                x = start + width(f"{line} ", TYPE_SIZE, bold)
        paper.y += LEADING * TYPE_SIZE + 3

    def with_blanks(self, text: str, field: str) -> None:
        """Writes a text from margin to margin, its first line on the cursor; underlines in it are lines to write on.

        The cursor is left on the last line. Their fields are named `field-1` and so on.
        """
        paper, count, start, line = self.paper, 0, self.paper.left, ""

        def flush() -> None:
            nonlocal start, line
            paper.text(start, paper.y, line, TYPE_SIZE)
            start, line = start + width(line, TYPE_SIZE), ""

        for word in _phrases(text):
            underlines = word.count("_") if "__" in word else 0
            before, _, after = word.partition("_" * underlines) if underlines else (word, "", "")
            gap = " " if line or start > paper.left else ""
            wide = width(gap + before, TYPE_SIZE) + width(after, TYPE_SIZE) + underlines * _UNDERLINE
            if start + width(line, TYPE_SIZE) + wide > paper.right and gap:
                flush()
                paper.y += self.line - 2
                start, gap = paper.left, ""
            line += gap + before
            if underlines:
                flush()
                count += 1
                paper.blank(start, paper.y + 1.5, underlines * _UNDERLINE, text, self.line - 4, f"{field}-{count}")
                start, line = start + underlines * _UNDERLINE, after
        flush()

    def component(self, name: str) -> str:
        """The name of a component, the empty capsules among them."""
        if name != SHELLS:
            return self.material(name)
        return self.say("components", "empty_capsules", size=self.order.capsule_size or "")


def _joined(texts: Sequence[str], wide: float) -> list[str]:
    """Texts in as few lines as hold them, each whole: those that fit beside each other share one."""
    found: list[str] = []
    for text in texts:
        if found and width(f"{found[-1]} · {text}", TYPE_SIZE) <= wide:
            found[-1] += f" · {text}"
        else:
            found.append(text)
    return found


def _breakable(text: str, wide: float, bold: bool) -> list[str]:
    """The words of a text, those that are wider than a line in pieces."""
    return [piece for word in words_with_units(text) for piece in wrap(word, wide, TYPE_SIZE, bold)]


def _phrases(text: str) -> list[str]:
    """The words of a text; a line to write on is one with the unit behind it."""
    found: list[str] = []
    for word in text.split(" "):
        if found and found[-1].endswith("__") and word.rstrip(".,;:") in ("%", "mg", "g"):
            found[-1] += f" {word}"
        else:
            found.append(word)
    return found
