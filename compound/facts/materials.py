"""What may be named as diluent, excipient or shell: the gate at which a name becomes a material, or stops."""

from __future__ import annotations

from compound.exact.errors import InputError
from compound.facts.excipients.judge import judge
from compound.facts.excipients.rules import ACTIVE, LIQUID, ROLE_SHELL
from compound.facts.excipients.tokens import cut_into_tokens
from compound.facts.name_words import is_vessel, name_words
from compound.reading.text import read_name, shown


def read_material(text: str, role: str, where: str) -> str:
    """The name of a material in its role (diluent, excipient or shell), as it stands.

    Raises InputError for what names no material (none, 0), for a mixture of the plan itself, for a liquid, and for the
    drug or any other active substance, also as a part of the name.
    """
    name = read_name(text, where)
    words = [token.text for token in cut_into_tokens(name)]
    if " ".join(words) in name_words().no_name or not any(c.isalpha() for word in words for c in word):
        raise InputError(where, f"{shown(name)} names no {role}; write the name of what is weighed, or leave the option out")
    if role != ROLE_SHELL and is_vessel(words):
        raise InputError(where, f"{shown(name)} is a mixture of the plan itself; write the {role} as it stands on the shelf")
    verdict = judge(name, role, None, where)
    if verdict.kind in (ACTIVE, LIQUID):
        liquid = "a liquid is no part of a dry blend"
        active = f"{verdict.matched} is or may be an active substance, and no {role}"
        raise InputError(where, f"{shown(name)}: {active if verdict.kind == ACTIVE else liquid}")
    return name
