"""A question read from options: which one it is, what it lacks, and what it has that it does not read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from compound.aliquot.asked import ASKED, CALLED, Ask
from compound.exact.errors import Faults, InputError
from compound.exact.quantity import Mass, Percent, Volume, canonical, written
from compound.exact.value import Value, field
from compound.facts import balances, standards, ware
from compound.facts.lot import Lot, parse_strength, parse_tablet, read_lot, usual_strength_error
from compound.facts.ware import Ware
from compound.order.options import dosed_form, read_option
from compound.order.options_table import BY_NAME
from compound.order.order import Balance, Order, default_readability
from compound.reading.amounts import parse_count, parse_mass, parse_percent, parse_volume
from compound.reading.text import shown
from compound.reading.units import volume_factor

MOST_VOLUME = Decimal(10_000)  # mL: no bench makes up more in one vessel
_LOT_OPTIONS = ("assay", "assay-basis", "water", "strength", "tablet", "strength-error")
_PURE, _NONE = "pure", "diluent"


class Strengths(Value):
    """Two strengths to mix and the one wanted, each a share of drug from 0 to 1, and the total in mg or None."""

    higher: Fraction
    lower: Fraction
    wanted: Fraction
    total: Mass | None


class Question(Value, kw_only=True):
    """A question. `kind` is one of those of `asked`; what it does not need is None.

    `order` holds what an order has of it (need as the dose, drug, lot, balance, limits); None where no mass is needed.
    `least_by_usp` and `floor_by_usp` are the minimum weight and the floor of USP <41> in mg, from the repeatability and
    from the readability. `tablet` is the labelled content of a whole tablet.
    """

    kind: str
    drug: str | None = None
    order: Order | None = None
    balance: Balance | None = None
    readability: Mass | None = None
    readability_stated: bool = False
    minimum_weight: Mass | None = None
    weighing_error: Percent
    weighing_error_stated: bool = False
    dose_error: Percent
    repeatability: Mass | None = None
    sensitivity_assumed: bool = False
    least_by_usp: Fraction | None = None
    floor_by_usp: Fraction | None = None
    need_ml: Volume | None = None
    multiple: int | None = None
    weigh: Mass | None = None
    take: Mass | None = None
    take_ml: Volume | None = None
    into: Volume | None = None
    wares: tuple[Ware, ...] = ()
    diluent: str
    diluent_stated: bool = False
    solvent: str
    tablet: Mass | None = None
    strengths: Strengths | None = None
    accept: Mapping[str, str] = field(default_factory=dict)

    @property
    def rule_least(self) -> Fraction | None:
        """Largest error / weighing error, in mg; None without a largest error."""
        return None if self.balance is None else Fraction(self.balance.sensitivity.mg) / self.weighing_error.fraction

    @property
    def least(self) -> Fraction | None:
        """The least weighable quantity in mg: a minimum weight where one is stated or follows from USP <41>, else by rule."""
        if self.minimum_weight is not None:
            return Fraction(self.minimum_weight.mg)
        return self.rule_least if self.least_by_usp is None else self.least_by_usp


def read_question(options: Mapping[str, Any]) -> Question:
    """The question that options ask; keys are their long names, and `drug`.

    Values are texts, or tuples of texts where an option has several. Raises InputError, of several faults together:
    for what cannot be read, what the question lacks, and what it does not read.
    """
    given = {name: value for name, value in options.items() if value not in (None, ())}
    kind = _kind_of(given)
    faults = Faults()
    for option in ASKED:
        if option.name in given and kind not in option.questions:
            with faults:
                raise InputError(option.place, f"is not read here: this asks for {CALLED[kind]}; leave it out")
    if kind == Ask.LEAST and "drug" in given:
        with faults:
            raise InputError("DRUG", "is not read here: the least weighable quantity is the same for every drug")
    read: dict[str, Any] = {"kind": kind}
    for part in (_balance_part, _amounts_part, _mix_part):
        with faults:
            part(kind, given, read)
    with faults:
        _order_part(kind, given, read)
    faults.raise_any()
    question = Question(**read)
    _refuse_incomplete(question)
    return question


def _kind_of(given: Mapping[str, Any]) -> str:
    """Which question this is. Raises InputError where none is asked."""
    if "mix" in given or "to" in given:
        return Ask.MIX
    balance = any(name in given for name in ("balance-sensitivity", "repeatability", "minimum-weight"))
    if "need" not in given:
        if balance and not any(name in given for name in ("into", "tablet", "strength", "assay", "measure", "total")):
            return Ask.LEAST
        raise InputError(
            "--need",
            'is missing: write what is needed, such as --need "5 mg" or --need "0.6 mL"; the least weighable quantity needs '
            "--balance-sensitivity, and a mixture of two strengths --mix",
        )
    if _is_volume(str(given["need"])):
        return Ask.LIQUID
    if "into" in given:
        return Ask.TABLET if "tablet" in given else Ask.SOLUTION
    if balance:
        return Ask.POWDER
    if any(name in given for name in (*_LOT_OPTIONS, "dose-as")):
        return Ask.LOT
    raise InputError(
        "--need",
        "alone says too little: add --balance-sensitivity, --repeatability or --minimum-weight for an aliquot, or --assay, "
        "--strength or --tablet for the mass of a lot",
    )


def _is_volume(text: str) -> bool:
    match = re.fullmatch(r"[^A-Za-z]*?([A-Za-z].*)", text.strip(" "), re.DOTALL)
    return match is not None and (volume_factor(match[1]) is not None or match[1].lower() == "ml")


def _balance_part(kind: str, given: Mapping[str, Any], read: dict[str, Any]) -> None:
    """The balance, and what is the least that it weighs."""
    faults = Faults()
    found: dict[str, Any] = {}
    names = ("balance-sensitivity", "readability", "capacity", "minimum-weight", "weighing-error", "dose-error")
    for name in names:
        with faults:
            found[name] = read_option(BY_NAME[name], given[name]) if name in given else None
    with faults:
        if "repeatability" in given:
            found["repeatability"] = parse_mass(given["repeatability"], "--repeatability")
            if "readability" not in given:
                raise InputError("--readability", "is needed beside --repeatability: a spread counts as 0.41 of it at least")
    faults.raise_any()
    read["weighing_error"] = found["weighing-error"] or Percent(standards.limit("weighing_error_percent"))
    read["weighing_error_stated"] = found["weighing-error"] is not None
    read["dose_error"] = found["dose-error"] or Percent(standards.limit("dose_error_percent"))
    read["readability_stated"] = found["readability"] is not None
    read["minimum_weight"], read["readability"] = found["minimum-weight"], found["readability"]
    for name in ("weighing_error", "dose_error"):
        if not 0 < read[name].percent < 100:
            option = f"--{name.replace('_', '-')}"
            raise InputError(option, f"{canonical(read[name].percent)} % makes no sense; write more than 0 % and less than 100 %")
    sensitivity, step, spread = found["balance-sensitivity"], found["readability"], found.get("repeatability")
    if spread is not None:
        read["repeatability"] = spread
        read["least_by_usp"] = Fraction(balances.minimum_weight(step, spread).mg)
        if sensitivity is None:
            sensitivity, read["sensitivity_assumed"] = balances.largest_error(step.mg, Fraction(spread.mg) ** 2), True
    if step is not None:
        read["floor_by_usp"] = Fraction(standards.limit("usp_41_factor")) * Fraction(step.mg)
    if sensitivity is not None:
        read["balance"] = Balance(sensitivity, step or default_readability(sensitivity), found["capacity"])
        read["readability"] = read["balance"].readability
    elif found["capacity"] is not None and kind != Ask.LEAST:
        raise InputError("--capacity", "is that of a balance, whose largest error is missing; add --balance-sensitivity")


def _amounts_part(kind: str, given: Mapping[str, Any], read: dict[str, Any]) -> None:
    """What is needed, weighed, taken, measured, and made up to."""
    faults = Faults()
    with faults:
        if kind == Ask.LIQUID:
            read["need_ml"] = parse_volume(given["need"], "--need")
    with faults:
        if "multiple" in given:
            read["multiple"] = parse_count(given["multiple"], "--multiple")
    with faults:
        if "weigh" in given:
            read["weigh"] = parse_mass(given["weigh"], "--weigh")
            if "multiple" in given:
                raise InputError("--weigh", "and --multiple say the same in two ways; leave one out")
    with faults:
        if "take" in given and kind == Ask.POWDER:
            read["take"] = parse_mass(given["take"], "--take")
        elif "take" in given and kind in (Ask.SOLUTION, Ask.LIQUID):
            read["take_ml"] = parse_volume(given["take"], "--take")
    with faults:
        if "into" in given:
            read["into"] = parse_volume(given["into"], "--into")
            if read["into"].ml > MOST_VOLUME:
                raise InputError("--into", f"{read['into'].text} is more than the 10,000 mL that are made up in one vessel")
    with faults:
        texts = given.get("measure", ())
        read["wares"] = tuple(_read_ware(text) for text in ((texts,) if isinstance(texts, str) else texts))
    for name in ("diluent", "solvent"):
        with faults:
            read[name] = read_option(BY_NAME[name], given.get(name, BY_NAME[name].default))
    read["diluent_stated"] = "diluent" in given
    with faults:
        if "accept" in given:
            read["accept"] = read_option(BY_NAME["accept"], given["accept"])
    faults.raise_any()


def _read_ware(text: str) -> Ware:
    """Ware by its name, whatever it is used for. Raises InputError."""
    try:
        return ware.parse_ware(text, ware.PIPETTE, "--measure")
    except InputError as error:
        try:
            return ware.parse_ware(text, ware.FLASK, "--measure")
        except InputError:
            raise error from None


def _mix_part(kind: str, given: Mapping[str, Any], read: dict[str, Any]) -> None:
    if kind != Ask.MIX:
        return
    for name, such in (("mix", 'the two strengths, such as --mix "50%" "10%"'), ("to", 'the strength wanted, such as --to "17%"')):
        if name not in given:
            raise InputError(f"--{name}", f"is missing: write {such}")
    texts = given["mix"]
    if len(texts) != 2:
        raise InputError("--mix", "takes two strengths; of three or more there are many ways to one, so mix two at a time")
    first, second = (_share(text, "--mix") for text in texts)
    wanted = _share(given["to"], "--to")
    higher, lower = max(first, second), min(first, second)
    if higher == lower:
        raise InputError("--mix", "the two strengths are the same, so no mixture of them is another")
    if not lower < wanted < higher:
        raise InputError("--to", f"{shown(given['to'])} does not lie between the two strengths, so no mixture of them has it")
    total = parse_mass(given["total"], "--total") if "total" in given else None
    read["strengths"] = Strengths(higher, lower, wanted, total)


def _share(text: str, where: str) -> Fraction:
    """A strength as a share of drug: as `parse_strength` reads it, or `pure` or `diluent`."""
    word = text.strip(" ").lower()
    if word in (_PURE, _NONE):
        return Fraction(word == _PURE)
    if word.endswith("%") and (percent := parse_percent(text, where)).percent == 0:
        return percent.fraction
    return Fraction(parse_strength(text, where).mg_per_g) / 1000


def _order_part(kind: str, given: Mapping[str, Any], read: dict[str, Any]) -> None:
    """The drug by the gate of names, and the order of a need that is a mass."""
    drug, substance = None, None
    faults = Faults()
    with faults:
        if "drug" in given and kind != Ask.LEAST:
            drug, substance = read_option(BY_NAME["drug"], given["drug"])
            read["drug"] = drug if substance is None else substance.name
            if kind == Ask.LIQUID and substance is not None:
                raise InputError("DRUG", f"{substance.name} is weighed and not measured; write the need as a mass, such as \"5 mg\"")
    if kind in (Ask.LEAST, Ask.MIX, Ask.LIQUID):
        faults.raise_any()
        return
    found: dict[str, Any] = {}
    with faults:
        found["dose"] = parse_mass(given["need"], "--need")
    with faults:
        found["lot"] = _lot_of(kind, given, read)
    with faults:
        if "drug" in given and not faults:
            found["dose_as"] = dosed_form(given.get("dose-as"), substance)
        elif "dose-as" in given and "drug" not in given:
            raise InputError("--dose-as", "is a form of a drug; name the drug that stands on the shelf too")
    with faults:
        if "max-dilution" in given:
            found["max_dilution"] = read_option(BY_NAME["max-dilution"], given["max-dilution"])
    with faults:
        if "solubility" in given:
            found["solubility"] = read_option(BY_NAME["solubility"], given["solubility"])
    faults.raise_any()
    least = read.get("minimum_weight")
    if least is None and "least_by_usp" in read:
        least = Mass(written(read["least_by_usp"]))
    read["order"] = Order(
        drug=read.get("drug"), substance=substance, balance=read.get("balance"), minimum_weight=least,
        weighing_error_limit=read.get("weighing_error"), dose_error_limit=read.get("dose_error"),
        diluent=read.get("diluent") if kind == Ask.POWDER else None, solvent=read.get("solvent"),
        **{"max_dilution": standards.limit("max_dilution"), **found},
    )  # fmt: skip


def _lot_of(kind: str, given: Mapping[str, Any], read: dict[str, Any]) -> Lot:
    """The lot. Whole tablets in a liquid need no mass: one that is stated besides is read and left."""
    texts = {name: given[name] for name in _LOT_OPTIONS if name in given}
    if kind != Ask.TABLET:
        return read_lot(**{name.replace("-", "_"): text for name, text in texts.items()})
    tablet = given["tablet"]
    whole = parse_tablet(tablet, "--tablet").dose if " in " in tablet else parse_mass(tablet, "--tablet")
    error = parse_percent(given["strength-error"], "--strength-error") if "strength-error" in given else Percent(
        usual_strength_error(tablet=True)
    )  # fmt: skip
    read["tablet"] = whole
    # 1 mg of what is put in stands for 1 mg of its labelled content: a whole tablet is counted, and never weighed.
    return read_lot(tablet=f"{canonical(whole.mg)} mg in {canonical(whole.mg)} mg", strength_error=f"{canonical(error.percent)}%")


def _refuse_incomplete(question: Question) -> None:
    """Refuses a question that lacks what its answer hangs on. Raises InputError naming the option."""
    kind = question.kind
    if kind == Ask.LEAST and question.least is None:
        raise InputError("--balance-sensitivity", "is missing; write the largest error of one weighing, such as \"6 mg\"")
    if kind in (Ask.POWDER, Ask.SOLUTION) and question.least is None and question.weigh is None and question.multiple is None:
        raise InputError(
            "--balance-sensitivity",
            "is missing: without it, --repeatability or --minimum-weight nothing says how little can be weighed",
        )
    if kind == Ask.LIQUID and not question.wares and (question.multiple is None or question.take_ml is None):
        raise InputError(
            "--measure",
            'is missing: write the ware, such as --measure "cylinder 10 mL"; or both --multiple and --take',
        )
    if kind == Ask.SOLUTION and question.take_ml is not None and (question.multiple is not None or question.weigh is not None):
        raise InputError("--take", "follows from --into and the amount weighed; leave one of them out")
