"""Names: what is typed is a thing on record in its role, or is told what could not be placed, and never passes."""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest
from helpers import COMMAND, USUAL, judged
from hypothesis import given
from hypothesis import strategies as st

from compound.exact.errors import InputError
from compound.facts import standards, substances
from compound.facts.actives import all_actives, find_active
from compound.facts.dosage_forms import refuse_other_forms
from compound.facts.drug_names import find_substance, resolve
from compound.facts.excipients.judge import judge
from compound.facts.excipients.rules import ACTIVE, ROLE_DILUENT, ROLE_DOSAGE_FORM, ROLE_EXCIPIENT, ROLE_SHELL
from compound.facts.excipients.tokens import fold
from compound.facts.materials import read_material
from compound.facts.substance import Substance
from compound.findings.finding import Severity
from compound.judging.excipients import Named, excipient_findings
from compound.order.options import read_order
from compound.reading import shipped
from compound.showing.plan_json import plan_record
from compound.wording.catalogue import clauses_said

CASES = tomllib.loads((Path(__file__).parent / "cases" / "names.toml").read_text(encoding="utf-8"))


def run_command(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, without a terminal."""
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, encoding="utf-8", stdin=subprocess.DEVNULL, check=False
    )


ORDER = ("plan", "naltrexone hydrochloride", "--dose", "2 mcg", "--balance-sensitivity", "1 mg", "--capsules", "30")


def cases(role: str) -> list[Any]:
    """The names of a role, each with the verdict a pharmacist would give."""
    return [pytest.param(name, group["verdict"], id=name) for group in CASES[role] for name in group["names"]]


def answer_to_drug(name: str) -> str:
    """What the program makes of a DRUG, in the words of the table."""
    try:
        form = resolve(name, "DRUG")
    except InputError as error:
        if " meant? Type" in error.sentence:
            return "meant"
        forms = [" names no form; write", "is no form of"]
        return "ask" if forms[0] in error.sentence else "more"
    return "other" if form is None else form.name


def answer_to(name: str, role: str) -> str:
    """What the program makes of a material or a dosage form: exit 2, or the gravest finding, "" for none."""
    try:
        if role == ROLE_DOSAGE_FORM:
            refuse_other_forms(name, "--dosage-form")
        else:
            read_material(name, role, f"--{role}")
    except InputError:
        return "exit 2"
    found = [finding for finding in excipient_findings([Named(name, role, "--here")]) if finding.severity is Severity.ERROR]
    return found[0].code if found else ""


class TestDrug:
    """DRUG is a form on record, or the program stops and says why (contract, section 6)."""

    @pytest.mark.parametrize(("name", "verdict"), cases("drug"))
    def test_a_pharmacist_would_say_the_same(self, name: str, verdict: str) -> None:
        assert answer_to_drug(name) == verdict

    @pytest.mark.parametrize("form", substances.known(), ids=lambda form: form.name)
    def test_no_slip_of_a_letter_passes_as_another_drug(self, form: Substance) -> None:
        """One letter dropped, doubled, changed or swapped: the same form, a question or a stop, never an unknown drug."""
        for typed in slips(form.name):
            assert answer_to_drug(typed) in (form.name, "meant", "ask", "more"), typed

    @given(st.sampled_from([form.name for form in substances.known()]), st.text(min_size=1, max_size=20))
    def test_what_is_left_over_in_a_name_never_passes(self, name: str, more: str) -> None:
        """Whatever stands beside a form, the name is that form or none."""
        for typed in (f"{name} {more}", f"{more} {name}"):
            found = find_substance(typed)
            assert found is None or found.drug == name.split()[0]

    def test_a_suggestion_is_never_used(self) -> None:
        assert find_substance("naltrexne hydrochloride") is None
        assert find_substance("naltrexone hydrocloride") is None


def slips(name: str) -> list[str]:
    """A name with one letter dropped, doubled, changed or swapped with the next, in its longest word."""
    word = max(name.split(), key=len)
    found = []
    for i in range(len(word)):
        found += [word[:i] + word[i + 1 :], word[: i + 1] + word[i:], word[:i] + "q" + word[i + 1 :]]
        if i + 1 < len(word) and word[i] != word[i + 1]:
            found.append(word[:i] + word[i + 1] + word[i] + word[i + 2 :])
    return [name.replace(word, slip) for slip in found]


class TestMaterials:
    """Diluent, excipient and shell are materials on record; the drug, another active and a liquid are none of them."""

    @pytest.mark.parametrize(("name", "verdict"), cases("diluent"))
    def test_a_diluent(self, name: str, verdict: str) -> None:
        assert answer_to(name, ROLE_DILUENT) == verdict

    @pytest.mark.parametrize(("name", "verdict"), cases("excipient"))
    def test_an_excipient(self, name: str, verdict: str) -> None:
        assert answer_to(name, ROLE_EXCIPIENT) == verdict

    @pytest.mark.parametrize(("name", "verdict"), cases("shell"))
    def test_a_shell(self, name: str, verdict: str) -> None:
        assert answer_to(name, ROLE_SHELL) == verdict

    @pytest.mark.parametrize(("name", "verdict"), cases("form"))
    def test_a_dosage_form(self, name: str, verdict: str) -> None:
        assert answer_to(name, ROLE_DOSAGE_FORM) == verdict

    @pytest.mark.parametrize("drug", ["naltrexone", "naloxone", "methylnaltrexone", "nalmefene"])
    @pytest.mark.parametrize("role", [ROLE_DILUENT, ROLE_EXCIPIENT, ROLE_SHELL])
    def test_no_slip_of_a_letter_makes_the_drug_an_excipient(self, drug: str, role: str) -> None:
        for typed in (drug, *slips(drug), *(f"{slip} hydrochloride" for slip in slips(drug))):
            assert answer_to(typed, role) == "exit 2", typed

    @pytest.mark.parametrize(
        "name",
        ["microcrystalline cellulose", "mannitol", "lactose monohydrate", "calcium carbonate", "hypromellose", "ethylcellulose",
         "magnesium stearate", "colloidal silicon dioxide", "croscarmellose sodium", "povidone", "pregelatinised starch",
         "dicalcium phosphate", "sorbitol", "xylitol", "sucrose", "stearic acid", "carnauba wax", "beeswax", "shellac", "xanthan gum",
         "sodium alginate", "guar gum", "carrageenan", "chitosan", "polyethylene oxide", "titanium dioxide", "riboflavin", "gelatin",
         "talc", "crospovidone", "magnesium carbonate"],
    )  # fmt: skip
    def test_no_slip_of_a_letter_is_allowed_under_another_name(self, name: str) -> None:
        """A misspelt excipient is what it is, or stops: a verdict that lets it pass is that of its own row."""
        own = judge(name).verdict
        for typed in slips(name):
            answer = judge(typed)
            assert answer.verdict != "allowed" or own == "allowed", typed

    @pytest.mark.parametrize("name", ["oxycodone", "levothyroxine", "clonidine", "morphine", "naltrexone hydrochloride"])
    def test_check_leaves_with_1_for_an_active_substance(self, name: str) -> None:
        assert run_command(["check", name]).returncode == 1


class TestActives:
    """Active substances are found by their names in the languages of labels."""

    @pytest.mark.parametrize(
        ("name", "inn"),
        [
            ("oxycodone", "oxycodone"), ("oxicodona", "oxycodone"), ("Oxycodon", "oxycodone"), ("ossicodone", "oxycodone"),
            ("morphinum", "morphine"), ("morfina", "morphine"), ("Morphinsulfat", "morphine"), ("clonidina", "clonidine"),
            ("Levothyroxinnatrium", "levothyroxine"), ("levotiroxina", "levothyroxine"), ("lévothyroxine", "levothyroxine"),
            ("naltrexonum", "naltrexone"),
        ],
    )  # fmt: skip
    def test_a_name_in_another_language_is_the_same_substance(self, name: str, inn: str) -> None:
        verdict = judge(name)
        assert (verdict.kind, verdict.rule) == (ACTIVE, "active-substance")
        assert inn in clauses_said(verdict.says).lower() + fold(name)[0]

    def test_every_name_on_record_is_refused_as_an_excipient(self) -> None:
        """Alone, with a salt, and beside a filler; but A-3080, which is a number to the rules, is not known to them."""
        data = json.loads(shipped.read("active_substances.json"))
        names = [name for row in data["substances"] for name in (*row["names"], *row["brands"])]
        kinds = {text: judge(text).kind for name in names for text in (name, f"{name} sulfate", f"lactose, {name}")}

        assert {text for text, kind in kinds.items() if kind != ACTIVE} == {"A-3080", "lactose, A-3080"}

    def test_no_excipient_on_record_is_one(self) -> None:
        from compound.facts.excipients.rules import built_in_rules

        words = {word for hit in built_in_rules().names.values() for word in hit.row.subject.split() if word.isalpha()}
        assert {word: active.name for word in sorted(words) if (active := find_active([word.lower()]))} == {}


class TestGate:
    """Nothing that names a drug in the wrong place leads to a worksheet, whichever way it is ordered."""

    @pytest.mark.parametrize(
        "options",
        [
            ("--diluent", "naltrexone hydrochloride"), ("--diluent", "oxycodone"), ("--diluent", "none"), ("--diluent", "water"),
            ("--excipient", "clonidine 1%"), ("--shell", "morphine"), ("--dosage-form", "oral suspension"),
        ],
    )  # fmt: skip
    def test_plan_refuses_it_with_usage_error_and_writes_nothing(self, options: tuple[str, ...], tmp_path: Path) -> None:
        sheet = tmp_path / "sheet.pdf"
        result = run_command([*ORDER, *options, "--pdf", str(sheet)])

        assert (result.returncode, result.stdout, sheet.exists()) == (2, "", False)

    @pytest.mark.parametrize("drug", ["naltrexone 50 mg tablets", "naltrexone SR", "naltrexone", "naltrexne hydrochloride"])
    def test_a_drug_that_is_not_one_is_refused(self, drug: str, tmp_path: Path) -> None:
        sheet = tmp_path / "sheet.pdf"
        result = run_command(["plan", drug, *ORDER[2:], "--pdf", str(sheet)])

        assert (result.returncode, result.stdout, sheet.exists()) == (2, "", False)

    @given(
        st.sampled_from([active.name for active in all_actives()]),
        st.sampled_from(["", " hydrochloride", " sodium", " 1 %", " in lactose", ", micronised", " USP"]),
        st.sampled_from(["diluent", "excipient", "shell"]),
    )
    def test_no_active_substance_leads_to_a_batch_in_another_role(self, name: str, more: str, option: str) -> None:
        """Through the library, which command line, tables and formulas use."""
        text = f"{name}{more}"
        with pytest.raises(InputError):
            read_order({**USUAL, option: (f"{text} 2%",) if option == "excipient" else text, "fill-weight": "135 mg"})

    @given(
        st.sampled_from([form.name for form in substances.known()]),
        st.sampled_from([name for group in CASES["drug"] if group["verdict"] in ("more", "meant") for name in group["names"]]),
    )
    def test_no_drug_with_a_remainder_leads_to_a_batch(self, form: str, more: str) -> None:
        for text in (more, f"{form} {more}", f"{more}, {form}"):
            with pytest.raises(InputError):
                read_order({**USUAL, "drug": text})

    @pytest.mark.parametrize("diluent", ["naltrexone hydrochloride", "oxycodone", "calcium carbonate"])
    def test_no_way_of_ordering_leads_around_it(self, diluent: str, tmp_path: Path) -> None:
        """A table of orders, a formula and a plan written by hand are held to the same."""
        table, formula, plan = tmp_path / "orders.csv", tmp_path / "formula.toml", tmp_path / "plan.json"
        table.write_text(
            "drug,dose,balance-sensitivity,capsules,diluent,fill-weight,file\n"
            f"naltrexone hydrochloride,2 mcg,1 mg,30,{diluent},135 mg,a.pdf\n"
        )
        formula.write_text(
            f'drug = "naltrexone hydrochloride"\ndose = "2 mcg"\ndiluent = "{diluent}"\nfill-weight = "135 mg"\n'
            'balance-sensitivity = "1 mg"\ncapsules = "30"\n'
        )
        record = plan_record(judged())
        for step in record["steps"]:
            if step.get("role") == "diluent":
                step["material"] = diluent
        plan.write_text(json.dumps({key: record[key] for key in ("request", "balance", "content_fraction", "steps")}))
        sheets = tmp_path / "sheets"
        found = [
            run_command(["plan", "--orders", str(table), "--pdf-dir", str(sheets)]).returncode,
            run_command(["plan", "--formula", str(formula), "--pdf", str(tmp_path / "b.pdf")]).returncode,
            run_command(["audit", str(plan)]).returncode,
        ]

        assert {0} & set(found) == set()
        assert list(tmp_path.rglob("*.pdf")) == []

    @pytest.mark.parametrize(
        ("options", "code"),
        [(("--diluent", "SuperBlend", "--fill-weight", "135 mg"), "excipient-unknown"), (("--shell", "paper"), "excipient-unknown")],
    )
    def test_the_unknown_fails_closed_and_can_be_taken_on(self, options: tuple[str, ...], code: str, tmp_path: Path) -> None:
        sheet = tmp_path / "sheet.pdf"
        refused = run_command([*ORDER, *options, "--pdf", str(sheet)])
        assert (refused.returncode, sheet.exists()) == (1, False)

        taken_on = run_command([*ORDER, *options, "--pdf", str(sheet), "--accept", f"{code}=composition read"])
        assert (taken_on.returncode, sheet.exists()) == (0, True)

    def test_another_drug_is_a_judgement(self, tmp_path: Path) -> None:
        sheet = tmp_path / "sheet.pdf"
        order = ["plan", "ketotifen", *ORDER[2:], "--pdf", str(sheet)]
        assert (run_command(order).returncode, sheet.exists()) == (1, False)
        assert run_command([*order, "--accept", "drug-unknown=monograph read"]).returncode == 0


class TestDensities:
    """The density of a diluent is that of the thing it names, in whatever language, and of no other."""

    @pytest.mark.parametrize(
        ("name", "found"),
        [
            ("MCC NF", "microcrystalline cellulose"), ("mikrokristalline Cellulose", "microcrystalline cellulose"),
            ("Mannitol Ph. Eur.", "mannitol"), ("Avicel PH-102", "avicel ph-102"), ("lactose monohydrate USP", "lactose monohydrate"),
            ("cellulose", None), ("SuperBlend", None), ("mannitol SuperBlend", None),
        ],
    )  # fmt: skip
    def test_a_diluent_is_found_by_what_it_is(self, name: str, found: str | None) -> None:
        density = standards.density(name)

        assert (density and density.name) == found
