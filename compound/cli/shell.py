"""Commands as a person types them: quoted for the shell of this system."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

COMPLETE_VARIABLE = "_COMPOUND_COMPLETE"  # set by the script of a shell that asks what may be typed next
AS_THEY_ARE = frozenset((">", "|"))  # marks that mean something to every shell, and are meant so
# No shell in use takes any of these for anything but itself, in the middle of a word.
_PLAIN = r"[A-Za-z0-9_./:\\+][A-Za-z0-9_./:\\+=-]*|--?[A-Za-z0-9][A-Za-z0-9-]*(?:=[A-Za-z0-9_./:-]*)?"


def command_line(words: Sequence[str], *, windows: bool | None = None) -> str:
    """The words as one line to type. `windows` says for which kind of system, by default for this one."""
    for_windows = os.name == "nt" if windows is None else windows
    return " ".join(word if word in AS_THEY_ARE else _quoted(word, for_windows) for word in words)


def _quoted(word: str, windows: bool) -> str:
    if re.fullmatch(_PLAIN, word) and (windows or "\\" not in word):
        return word
    if not windows:
        return "'" + word.replace("'", "'\"'\"'") + "'"
    # As the programs of Windows take their command line apart: a quotation mark is told by a backslash before it, and
    # backslashes count double only where one follows them.
    told = re.sub(r'(\\*)"', r'\1\1\\"', word)
    ending = re.search(r"\\*$", told)
    return f'"{told}{ending[0] if ending else ""}"'
