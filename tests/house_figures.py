"""The figures of the house: `python tests/house_figures.py [FOLDER OF THE PACKAGE]`.

Rooms are files, floors the longest chain of imports below a file, arrows the imports between files, circles the files
that import each other in a ring. All of it as tests/test_house.py reads it: wherever an import stands in a file.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "compound"


def module_of(path: Path, package: Path = PACKAGE) -> str:
    """`exact.value` for compound/exact/value.py, `exact` for its __init__."""
    return ".".join(path.relative_to(package).with_suffix("").parts).removesuffix(".__init__").replace("__init__", "")


def imports_of(path: Path, names: set[str]) -> set[str]:
    """Which modules of the package (`names`) a file imports, wherever in the file, for type checking too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "compound":
            base = (node.module or "").removeprefix("compound").removeprefix(".")
            for alias in node.names:
                whole = f"{base}.{alias.name}".removeprefix(".")
                found.add(whole if whole in names else base)
        elif isinstance(node, ast.Import):
            found |= {
                alias.name.removeprefix("compound.") for alias in node.names if alias.name.startswith("compound.")
            }
    return found - {""}


def arrows_of(package: Path = PACKAGE) -> dict[str, set[str]]:
    """The imports of every file of the package that is not empty of code."""
    paths = sorted(package.rglob("*.py"))
    names = {module_of(path, package) for path in paths}
    return {module_of(path, package): imports_of(path, names) for path in paths}


def circles(arrows: dict[str, set[str]]) -> list[str]:
    """The names that lie on a circle of arrows, or above one."""
    left = {name: {to for to in targets if to in arrows} for name, targets in arrows.items()}
    while free := [name for name, targets in left.items() if not targets & left.keys()]:
        for name in free:
            del left[name]
    return sorted(left)


def floors(arrows: dict[str, set[str]]) -> int:
    """How many floors the house has: files that import nothing of it stand on the first."""
    left, count = {name: {to for to in targets if to in arrows} for name, targets in arrows.items()}, 0
    while free := [name for name, targets in left.items() if not targets & left.keys()]:
        count += 1
        for name in free:
            del left[name]
    return count


def main() -> None:
    """Prints a line a figure."""
    package = Path(sys.argv[1]) if len(sys.argv) > 1 else PACKAGE
    paths = sorted(package.rglob("*.py"))
    arrows = arrows_of(package)
    rooms: dict[str, set[str]] = {}
    for name, targets in arrows.items():
        room = name.partition(".")[0]
        rooms.setdefault(room, set()).update(to.partition(".")[0] for to in targets)
    between = {room: targets - {room, ""} for room, targets in rooms.items()}
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    tests = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in package.parent.glob("tests/**/*.py"))
    print(f"files          {sum(1 for path in paths if path.name != '__init__.py')}")
    print(f"folders        {len({path.parent for path in paths}) - 1}")
    print(f"floors         {floors(arrows)}")
    print(f"arrows         {sum(map(len, arrows.values()))}")
    print(f"between rooms  {sum(map(len, between.values()))}")
    print(f"in circles     {len(circles(arrows))} {' '.join(circles(arrows))}")
    print(f"lines          {sum(lines.values()):,} in the package, {tests:,} in tests")
    print(f"longest file   {max(lines.values()):,} {max(lines, key=lambda path: lines[path]).relative_to(package)}")


if __name__ == "__main__":
    main()
