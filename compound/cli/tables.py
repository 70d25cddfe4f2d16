"""tabulate, loaded without the package that only tells it its own version, which costs as much as all the rest."""

from __future__ import annotations

import sys
from types import ModuleType

_METADATA = "importlib.metadata"


def _unknown(_name: str) -> str:
    return "unknown"


def _light() -> ModuleType:
    module = ModuleType(_METADATA)
    module.version, module.PackageNotFoundError = _unknown, LookupError  # type: ignore[attr-defined]
    return module


if "tabulate" in sys.modules or _METADATA in sys.modules:
    from tabulate import tabulate
else:
    sys.modules[_METADATA] = _light()
    try:
        from tabulate import tabulate
    finally:
        del sys.modules[_METADATA]

__all__ = ["tabulate"]
