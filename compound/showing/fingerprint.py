"""How a record is written, and the fingerprint that is worked out from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from compound.exact.errors import ProgramFault


def to_json(record: Mapping[str, Any]) -> str:
    """A record as it is printed: in the order of its keys, indented, all characters as they are."""
    return json.dumps(record, ensure_ascii=False, indent=2)


def fingerprint(record: Mapping[str, Any]) -> str:
    """sha256 of the record without its fingerprint: keys sorted, no spaces, UTF-8."""
    rest = {key: value for key, value in record.items() if key != "fingerprint"}
    text = json.dumps(rest, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode("utf-8", "surrogatepass"))


def sha256(content: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal digits."""
    # hashlib loads OpenSSL, which takes 2 ms and 4 MiB of every plan; CPython's own code gives the same digits.
    for module in ("_sha2", "_sha256", "hashlib"):  # from 3.12; 3.11; another Python
        try:
            return str(import_module(module).sha256(content).hexdigest())
        except (ImportError, AttributeError):
            continue
    raise ProgramFault("this Python has no SHA-256")
