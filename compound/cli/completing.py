"""What may be typed next: names, codes, topics and files, by the command and its parameter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import click
from click.shell_completion import CompletionItem

from compound.exact.errors import InputError

Values = Callable[[click.Context], Sequence[str]]
A_FILE, A_FOLDER = "file", "dir"  # what the shell completes itself
BALANCE_OPTION = "balance"


def prepare(command: click.Command, name: str) -> None:
    """Has the parameters of a command complete what they hold. It changes the command: for a process that completes."""
    for parameter in command.params:
        if isinstance(parameter.type, click.Choice):
            continue  # click knows its values
        values = _VALUES_OF.get(f"{name} {parameter.name}", _VALUES.get(parameter.name or ""))
        kind = _kind_of_file(parameter)
        if values is not None or kind is not None:
            # By its method, which is public: how a parameter keeps a function of its own is not.
            setattr(parameter, "shell_complete", partial(_completed, values, kind))  # noqa: B010


def _completed(values: Values | None, kind: str | None, context: click.Context, incomplete: str) -> list[CompletionItem[str]]:
    """The values that begin as what was typed, in any case; else files, where one may be named."""
    begun = incomplete.lstrip("'\"")
    found: list[str] = []
    if values is not None:
        try:
            found = [one for one in values(context) if one.casefold().startswith(begun.casefold())]
        except (InputError, OSError):
            found = []  # a file that cannot be read is said where it is used, not while someone types
    if not found and kind is not None:
        return [CompletionItem(incomplete, type=kind)]
    return [CompletionItem(one) for one in found]


def _kind_of_file(parameter: click.Parameter) -> str | None:
    """Whether a parameter names a file or a folder, by what stands for it in the help."""
    shown = (parameter.metavar or "").upper()
    if shown == "DIR":
        return A_FOLDER
    return A_FILE if any(one in shown for one in ("FILE", ".PDF", ".JSON", ".CSV", "PLAN...", "SHEET|PLAN")) else None


# The values. Each imports what it needs when it is asked: most of a start would be wasted on the others.


def _drugs(_: click.Context) -> list[str]:
    from compound.facts import substances

    return [form.name for form in substances.known()]


def _diluents(_: click.Context) -> Sequence[str]:
    from compound.facts.offered_names import diluents

    return diluents()


def _excipients(_: click.Context) -> Sequence[str]:
    from compound.facts.offered_names import excipients

    return excipients()


def _shells(_: click.Context) -> Sequence[str]:
    from compound.facts.offered_names import shells

    return shells()


def _names_to_check(context: click.Context) -> Sequence[str]:
    role = context.params.get("role")
    return {"diluent": _diluents, "shell": _shells}.get(str(role), _excipients)(context)


def _codes(_: click.Context) -> list[str]:
    from compound.findings import codes

    return sorted(codes.ENTRIES)


def _codes_to_accept(_: click.Context) -> list[str]:
    from compound.findings import codes
    from compound.findings.finding import Severity

    return sorted(f"{one.code}=" for one in codes.ENTRIES.values() if one.judgement and one.severity is Severity.ERROR)


def _shipped(kind: str | None, _: click.Context) -> list[str]:
    from compound.reading import shipped

    return [one.name for one in (shipped.shipped() if kind is None else shipped.shipped(kind))]


def _to_copy(context: click.Context) -> list[str]:
    words = context.params.get("words") or ()
    return ["copy"] if not words else _shipped(None, context) if len(words) == 1 else []


def _topics(_: click.Context) -> list[str]:
    from compound.cli.guide import TOPICS

    return list(TOPICS)


def _balances(context: click.Context) -> list[str]:
    from compound.cli.own_file import read_own_file

    own = read_own_file(context.params.get("pharmacy_file"))
    return [] if own is None else list(own.file.balances)


def _forms(context: click.Context) -> list[str]:
    """The forms of the drug that was named, or of all drugs."""
    from compound.facts import substances

    drug = str(context.params.get("drug") or "")
    known = substances.known()
    own = next((form.drug for form in known if form.name == drug), None)
    return list(dict.fromkeys(form.form for form in known if own in (None, form.drug)))


def _sizes(_: click.Context) -> Sequence[str]:
    from compound.facts import standards

    return standards.capsule_sizes()


def _surplus_rules(_: click.Context) -> list[str]:
    from compound.facts import surplus

    return list(surplus.surplus_rules())


def _solvents(_: click.Context) -> Sequence[str]:
    from compound.facts import ware

    return ware.solvents()


def _qc_rules(context: click.Context) -> list[str]:
    from compound.facts.qc_rules import SHEET_RULE, assay_rules, weight_rules

    return [*assay_rules()] if context.info_name == "assay" else [SHEET_RULE, *weight_rules()]


def _label_formats(_: click.Context) -> list[str]:
    from compound.facts.label_formats import label_formats

    return [one.name for one in label_formats()]


# By the name of the parameter, which means the same in every command; or by the command and the name.
_VALUES: dict[str, Values] = {
    "drug": _drugs,
    "diluent": _diluents,
    "excipient": _excipients,
    "shell": _shells,
    "accept": _codes_to_accept,
    "template": partial(_shipped, "worksheet"),
    "formula": partial(_shipped, "formula"),
    BALANCE_OPTION: _balances,
    "dose_as": _forms,
    "assay_basis": lambda _: ["as-is", "dried", "anhydrous"],
    "solvent": _solvents,
    "surplus_rule": _surplus_rules,
    "capsule_size": _sizes,
}
_VALUES_OF: dict[str, Values] = {
    "explain code": _codes,
    "guide topic": _topics,
    "check names": _names_to_check,
    "label form": _label_formats,
    "templates words": _to_copy,
    "templates name": partial(_shipped, None),
    "qc weights rules": _qc_rules,
    "qc assay rules": _qc_rules,
}
