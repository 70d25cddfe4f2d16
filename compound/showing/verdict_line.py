"""The last line of a judgement: the verdict, what it says in figures, and what is next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from compound.exact.value import Value
from compound.findings.finding import Finding
from compound.wording.language import ENGLISH, Language
from compound.wording.verdict_words import VerdictWords

GOOD, OPEN, BAD = "good", "open", "bad"  # tones of a verdict
PROGRAM = "compound"

Command = tuple[str, ...]  # words to type, not yet quoted; ">" stands for itself


class VerdictLine(Value):
    """A verdict: its tone, its word, what it says, and what is next: words for a person, or commands to type."""

    tone: str
    verdict: str
    says: str
    next: tuple[str | Command, ...] = ()
    joint: str = ": "
    end: str = "."

    def text(self, typed: Callable[[Command], str], language: Language = ENGLISH) -> str:
        """The line after the word of the verdict; `typed` quotes a command for the shell."""
        return self.whole(typed, language).removeprefix(self.verdict)

    def whole(self, typed: Callable[[Command], str], language: Language = ENGLISH) -> str:
        """The whole line; `typed` quotes a command for the shell."""
        words = language.table(VerdictWords)
        parts = [part if isinstance(part, str) else typed(part) for part in self.next]
        if not parts:
            return words.without_next.format(verdict=self.verdict, joint=self.joint, says=self.says, end=self.end)
        following = parts[0]
        for part in parts[1:]:
            following = words.then.format(first=following, command=part)
        return words.line.format(verdict=self.verdict, joint=self.joint, says=self.says, end=self.end, next=following)


def explain_command(finding: Finding) -> Command:
    """The command that explains a finding."""
    return PROGRAM, "explain", finding.code


MOST_NAMED = 3


def few_names(names: Sequence[str]) -> str:
    """The first names of a list."""
    return ", ".join(names[:MOST_NAMED]) + (", …" if len(names) > MOST_NAMED else "")
