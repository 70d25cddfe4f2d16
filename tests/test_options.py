"""The table of the options of an order: each stands there once, and whoever has to know it does."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import click
import pytest
from helpers import USUAL, order
from readme import GUIDE

from compound import plan_batch, write_worksheet
from compound.cli.plan import command
from compound.exact.errors import InputError
from compound.facts import standards
from compound.order import options, request
from compound.order.formula import formula_options
from compound.order.options import read_option, read_order
from compound.order.options_table import BY_NAME, KNOWN_OPTIONS, OF_THE_ORDER, OPTIONS, Kind, Option, Part
from compound.order.order import Order
from compound.order.particle_size import SieveClass, SieveData, SieveFile
from compound.order.request import KEYS, from_request, to_request
from compound.order.table import read_orders

SIEVE = SieveFile("sieve.csv", SieveData((SieveClass(Decimal(5), Decimal(10), Decimal(100)),)))
# For each option of an order what it may state, and what it needs beside it: an option that is added is added here too.
EXAMPLES: dict[str, tuple[Any, dict[str, Any]]] = {
    "drug": ("naloxone hydrochloride", {}),
    "dose": ("3 mcg", {}),
    "balance-sensitivity": ("2 mg", {}),
    "capsules": ("31", {}),
    "repeatability": ("0.08 mg", {"readability": "0.1 mg"}),
    "readability": ("0.1 mg", {}),
    "capacity": ("100 g", {}),
    "bulk-sensitivity": ("10 mg", {}),
    "bulk-readability": ("1 mg", {"bulk_sensitivity": "10 mg"}),
    "bulk-capacity": ("500 g", {"bulk_sensitivity": "10 mg"}),
    "weighing-error": ("4 %", {}),
    "minimum-weight": ("21 mg", {}),
    "dose-error": ("4 %", {}),
    "plan-error": ("2 %", {}),
    "least-mixture": ("2 g", {}),
    "max-dilution": ("90", {}),
    "overage": ("6 %", {}),
    "drug-surplus": ("10 %", {}),
    "surplus-rule": ("de-dac-nrf", {}),
    "filling": ("volume", {}),
    "extra-capsules": ("3", {"filling": "volume"}),
    "fill-weight": ("130 mg", {}),
    "capsule-size": ("2", {}),
    "diluent": ("mannitol", {}),
    "excipient": (("talc 2 %", "colloidal silica 0.5%"), {}),
    "shell": ("clear gelatin", {}),
    "dosage-form": ("hard capsule", {}),
    "dose-as": ("base", {}),
    "assay": ("98.7 %", {"assay_basis": "as-is"}),
    "assay-error": ("0.5 %", {"assay": "98.7 %", "assay_basis": "as-is"}),
    "assay-basis": ("dried", {"assay": "98.7 %", "water": "1 %"}),
    "water": ("8.5 %", {"assay": "98.7 %", "assay_basis": "anhydrous"}),
    "strength": ("10 mg/g", {}),
    "tablet": ("50 mg in 170 mg", {}),
    "strength-error": ("3 %", {"strength": "10 mg/g"}),
    "particle-size": ("8 um", {"particle_spread": "2"}),
    "particle-spread": ("3", {"particle_size": "8 um"}),
    "sieve": (SIEVE, {}),
    "true-density": ("1.4 g/cm3", {}),
    "fill-rsd": ("3 %", {}),
    "method": ("solution", {}),
    "flask": (("100 mL",), {}),
    "pipette": (("1 mL", "2 mL"), {}),
    "by-mass": ("yes", {}),
    "solvent": ("ethanol", {}),
    "solubility": ("100 mg/mL", {}),
    "deposit": ("0.2 mL/g", {}),
    "most-drug": ("2 g", {}),
    "prefer": ("drug", {}),
    "accept": (("hydrate-not-settled=the lot is anhydrous",), {}),
}
# What each option of the worksheet refuses: then somebody reads it.
REFUSED = {
    "prepared": "yesterday",
    "batch-number": "x" * 500,
    "pharmacy": ("x" * 500,),
    "component-lot": ("lot 1",),
    "tablet-excipients": "lactose; maize starch",  # of a drug that is no tablet
}


def of_the_order() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("option", OF_THE_ORDER, ids=lambda option: str(option.name))


def field_of(told: Order, option: Option) -> Any:
    value: Any = told
    for name in option.field.split("."):
        value = getattr(value, name, None)
    return value


class TestTable:
    """Every option stands in the table once, with the field of the order and the keys of the request that hold it."""

    def test_names_fields_and_keys_stand_there_once(self) -> None:
        names = [option.name for option in OPTIONS]
        fields = [option.field for option in OF_THE_ORDER]
        keys = [key.name for key, _ in KEYS]

        for one in (names, fields, keys):
            assert sorted(set(one)) == sorted(one)

    def test_every_field_of_an_order_is_stated_by_an_option(self) -> None:
        stated = {option.field.partition(".")[0] for option in OF_THE_ORDER}
        stated |= {key.field.partition(".")[0] for key, _ in KEYS}

        # What is known of the drug is looked up; what identifies the batch are options of the worksheet; what was taken
        # from the pharmacy's file is said of the values of the others.
        assert {"substance", "identity", "taken", "house_rules"} == set(Order._fields) ^ stated

    def test_only_options_of_the_order_have_a_field_and_keys(self) -> None:
        assert {option.name for option in OF_THE_ORDER} == {option.name for option in OPTIONS if option.field}
        assert {option.name for option in OF_THE_ORDER} == {option.name for option in OPTIONS if option.request_keys}

    def test_a_key_is_the_name_with_the_unit_as_its_ending(self) -> None:
        endings = {
            Kind.MASS: "_mg", Kind.SENSITIVITY: "_mg", Kind.READABILITY: "_mg", Kind.PERCENT: "_percent",
            Kind.FILL_RSD: "_percent", Kind.DIAMETER: "_um", Kind.TRUE_DENSITY: "_g_per_cm3",
            Kind.SOLUBILITY: "_mg_per_ml", Kind.STRENGTH: "_mg_per_g", Kind.DEPOSIT: "_ml_per_g",
        }  # fmt: skip

        assert [option.name.replace("-", "_") + endings.get(option.kind, "") for option in OF_THE_ORDER if option.key] == [
            option.key for option in OF_THE_ORDER if option.key
        ]

    @pytest.mark.parametrize("option", [option for option in OPTIONS if option.default], ids=lambda one: str(one.name))
    def test_the_help_says_the_default(self, option: Option) -> None:
        assert option.kind == Kind.FLAG or f"Default {option.default}." in option.help

    @pytest.mark.parametrize("option", [option for option in OPTIONS if option.limit], ids=lambda one: str(one.name))
    def test_the_default_said_is_the_one_of_the_standards(self, option: Option) -> None:
        assert option.default is not None
        assert read_option(option, option.default) == field_of(order(), option)
        assert option.limit in standards._data()["limits"]

    def test_the_help_says_what_is_required_and_a_terminal_asks_for_it(self) -> None:
        required = [option.name for option in OPTIONS if option.required]

        assert ["drug", "dose", "balance-sensitivity", "capsules"] == required
        told = [one.name for one in OPTIONS if one.help.endswith("Required.") or "Required, unless" in one.help]
        assert ["drug", *told] == required
        assert [*required, "fill-weight"] == [option.name for option in OPTIONS if option.prompt]

    def test_the_order_of_the_keys_names_none_that_is_not_there(self) -> None:
        names = [key.name for key, _ in KEYS]

        assert list(request._FIRST) == names[: len(request._FIRST)]


class TestConsumers:
    """The command line, the reader, the request, formulas, tables of orders and the guide know every option."""

    def test_the_command_line_has_every_option_in_the_order_of_the_table(self) -> None:
        told = [
            ("drug", None, False, None)
            if isinstance(one, click.Argument)
            else (one.opts[0].removeprefix("--"), one.help, one.multiple, one.metavar)
            for one in command.params
            if isinstance(one, click.Argument | click.Option)
        ]

        assert told == [(one.name, one.help or None, one.repeated, one.placeholder) for one in OPTIONS]

    def test_an_example_of_every_option_of_an_order_is_tried(self) -> None:
        assert [option.name for option in OF_THE_ORDER] == list(EXAMPLES)

    @of_the_order()
    def test_an_option_is_read_into_its_field(self, option: Option) -> None:
        example, beside = EXAMPLES[option.name]
        told = order(**{option.name.replace("-", "_"): example, **beside})

        assert field_of(told, option) != field_of(order(), option)

    @of_the_order()
    def test_the_request_gives_an_option_back(self, option: Option) -> None:
        example, beside = EXAMPLES[option.name]
        told = order(**{option.name.replace("-", "_"): example, **beside})
        back = from_request(json.loads(json.dumps(to_request(told))), told.balance)

        assert to_request(told) == to_request(back)
        usual = to_request(order())
        assert [] == [key.name for key in option.request_keys if to_request(back)[key.name] == usual[key.name]]

    def test_what_was_not_stated_stands_in_the_request_too(self) -> None:
        assert [key.name for key, _ in KEYS] == list(to_request(order()))

    def test_every_kind_of_an_order_holds_an_amount_or_a_name(self) -> None:
        """Where a comma is a decimal one, it is so in amounts and in the share behind a name, and in nothing else."""
        names = {Kind.DRUG, Kind.FORM, Kind.DOSAGE_FORM, Kind.CHOICE, Kind.CAPSULE_SIZE, Kind.BASIS, Kind.SOLVENT,
                 Kind.SURPLUS_RULE, Kind.FLAG, Kind.REASONS, Kind.SIEVE}  # fmt: skip

        assert names | Kind.AMOUNTS | Kind.SHARES == {option.kind for option in OF_THE_ORDER}
        assert len(names) + len(Kind.AMOUNTS) + len(Kind.SHARES) == len(names | Kind.AMOUNTS | Kind.SHARES)

    def test_every_kind_of_an_option_of_an_order_is_read_and_written(self) -> None:
        kinds = {key.kind for key, _ in KEYS}
        alone = {option.kind for option in OF_THE_ORDER if options._whole(option) not in options._READ_AS_ONE}

        assert kinds == set(request._READERS) == set(request._WRITERS)
        assert alone == set(options._READERS)

    @of_the_order()
    def test_an_error_names_its_option(self, option: Option) -> None:
        bad = ("\0",) if option.repeated else "\0"

        with pytest.raises(InputError) as caught:
            read_order({**USUAL, "assay": "98 %", "water": "1 %", "assay-basis": "dried", "particle-size": "8 um",
                        "particle-spread": "2", option.name: bad})  # fmt: skip
        assert option.place == caught.value.where

    @pytest.mark.parametrize("option", OPTIONS, ids=lambda option: str(option.name))
    def test_formulas_and_tables_state_all_but_how_a_run_goes(self, option: Option) -> None:
        known = option.part != Part.RUN
        texts = ("x", "y") if option.repeated else "x"
        columns = ",".join([option.name] * (2 if option.repeated else 1))

        assert known == (option.name in KNOWN_OPTIONS)
        if known:
            told = formula_options({option.name: list(texts) if option.repeated else texts}, KNOWN_OPTIONS, "f.toml")
            (row,) = read_orders(f"{columns}\n{','.join(texts)}\n".encode(), KNOWN_OPTIONS, (), "o.csv")
            assert {option.name: texts} == told == row.options
        else:
            with pytest.raises(InputError, match="is not a key of a formula"):
                formula_options({option.name: "x"}, KNOWN_OPTIONS, "f.toml")
            with pytest.raises(InputError, match="is not an option of an order"):
                read_orders(f"{option.name}\nx\n".encode(), KNOWN_OPTIONS, (), "o.csv")

    @pytest.mark.parametrize("option", [one for one in OPTIONS if one.part == Part.WORKSHEET], ids=lambda one: str(one.name))
    def test_the_worksheet_reads_its_options(self, option: Option) -> None:
        batch = plan_batch(order(dose="0.25 mg"))

        with pytest.raises(InputError) as caught:
            write_worksheet(batch, beside={option.name: REFUSED[option.name]})
        assert option.place == caught.value.where

    def test_the_guide_lists_every_option_with_its_help(self) -> None:
        page = (GUIDE / "options.md").read_text(encoding="utf-8")

        assert [(option.place, option.help) for option in OPTIONS if option.name != "drug"] == re.findall(
            r"^\| `(--[a-z-]+)` \| (.*) \|$", page, re.MULTILINE
        )

    def test_what_is_not_there_is_known_to_nobody(self) -> None:
        assert {option.name for option in OPTIONS} == set(BY_NAME)
