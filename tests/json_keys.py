"""The keys of every JSON that commands print, by schema, as `path: type` lines; read from the transcripts."""

from __future__ import annotations

import json
from typing import Any

from transcripts import FOLDER, cases

KEYS = FOLDER.parent / "json-keys.txt"


def _walk(value: Any, path: str, found: set[str]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _walk(inner, f"{path}.{key}" if path else key, found)
    elif isinstance(value, list):
        found.add(f"{path}: list")
        for inner in value:
            _walk(inner, f"{path}[]", found)
    else:
        found.add(f"{path}: {'null' if value is None else type(value).__name__}")


def _printed(text: str) -> list[tuple[str, Any]]:
    """Each JSON value of a transcript with the command that printed it."""
    found: list[tuple[str, Any]] = []
    lines: list[str] = []
    command, stdout = "", False
    for line in [*text.splitlines(), "$ "]:
        if line.startswith("$ ") and lines and lines[0][:1] in "[{":
            decoder = json.JSONDecoder()
            whole, at = "\n".join(lines), 0
            while at < len(whole):
                value, at = decoder.raw_decode(whole, at)
                found.append((command, value))
                at += len(whole[at:]) - len(whole[at:].lstrip())
        if line.startswith("$ "):
            command, lines, stdout = line, [], False
        elif line.startswith("["):
            stdout = line == "[stdout]"
        elif stdout and line:
            lines.append(line.removeprefix("  "))
    return found


def keys() -> str:
    """The file: a heading a schema, then its keys in the order of the alphabet."""
    by_schema: dict[str, set[str]] = {}
    for path in cases():
        for command, value in _printed(path.read_text(encoding="utf-8")):
            schema = value.get("schema") if isinstance(value, dict) else None
            name = str(schema or " ".join(command.split()[2:3]))
            _walk(value, "", by_schema.setdefault(name, set()))
    return "\n".join(f"{name}\n" + "".join(f"  {key}\n" for key in sorted(found)) for name, found in sorted(by_schema.items()))


if __name__ == "__main__":
    KEYS.write_text(keys(), encoding="utf-8")
