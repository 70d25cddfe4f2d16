"""Excipients and dosage forms are judged by name, and what the rules do not know never passes."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from compound.cli import check
from compound.exact.errors import InputError
from compound.facts.excipients import house_rules, misspelling, tokens
from compound.facts.excipients import rules as rules_
from compound.facts.excipients.house_rules import read_house_rules
from compound.facts.excipients.judge import judge
from compound.facts.excipients.rules import (
    ALLOWED,
    DISALLOWED,
    REVIEW,
    ROLE_DILUENT,
    ROLE_DOSAGE_FORM,
    ROLE_EXCIPIENT,
    ROLE_SHELL,
    ROLES,
    UNKNOWN,
)
from compound.findings import codes
from compound.findings.finding import Severity, accept
from compound.judging.excipients import Named, excipient_findings
from compound.reading import shipped
from compound.wording.catalogue import clauses_said, message_of, remedy_of

CASES = Path(__file__).parent / "cases"
IDENTITIES = tomllib.loads((CASES / "excipients-identities.toml").read_text(encoding="utf-8"))
VERDICTS = tomllib.loads((CASES / "excipients-verdicts.toml").read_text(encoding="utf-8"))
DATA = json.loads(shipped.read("excipients.json"))
RULES = {rule["code"]: rule for rule in DATA["rules"]}
ROWS = [(row, name) for row in DATA["rows"] for name in row["names"]]
DISALLOWED_NAMES = [name for row, name in ROWS if RULES[row["rule"]]["verdict"] == DISALLOWED and "alone" not in row]
ALLOWED_NAMES = [name for row, name in ROWS if RULES[row["rule"]]["verdict"] == ALLOWED]
CAS = re.compile(r"[0-9]{2,7}-[0-9]{2}-[0-9]")
UNII = re.compile(r"(?=.*[0-9])[A-Z0-9]{10}")


def verdict(name: str, role: str = ROLE_EXCIPIENT) -> str:
    return judge(name, role).verdict


def listed(table: dict[str, Any], *keys: str) -> list[str]:
    """The names under `keys` of a case file, or under all of its keys."""
    return [name for key in (keys or table) for name in table[key]]


def spellings(name: str) -> Iterator[str]:
    """The ways of writing a name that do not count."""
    yield name
    yield f"  {name} "
    yield name.upper()
    yield name.lower()
    yield name.swapcase()
    yield name.replace(" ", "  ")
    yield name.replace("-", "--").replace(" ", "-")
    yield name.replace(" ", "\u00a0").replace("-", "\u2011")
    yield name.replace(" ", "_")
    yield unicodedata.normalize("NFD", name)
    yield unicodedata.normalize("NFKC", name)


class TestCalciumCarbonate:
    """The source review asks to keep calcium carbonate out of the capsules (domain facts 5.2 and 5.3)."""

    @pytest.mark.parametrize("name", listed(IDENTITIES["calcium_carbonate"]))
    def test_every_identity_is_disallowed_in_every_role(self, name: str) -> None:
        judged = judge(name)
        assert (judged.verdict, judged.rule) == (DISALLOWED, "calcium-carbonate")
        assert judged.matched.count("(") == judged.matched.count(")")
        assert [verdict(name, role) for role in ROLES] == [DISALLOWED] * 4

    @pytest.mark.parametrize("name", listed(IDENTITIES["misspelt"]))
    def test_a_misspelling_is_asked_about(self, name: str) -> None:
        judged = judge(name)
        assert (judged.verdict, judged.rule) == (REVIEW, "misspelt")
        assert "did you mean" in clauses_said(judged.says)

    @pytest.mark.parametrize("wanted", [ALLOWED, REVIEW, UNKNOWN])
    def test_look_alikes_are_not_taken_for_it(self, wanted: str) -> None:
        names = IDENTITIES["not_carbonate"][wanted]
        assert {name: verdict(name) for name in names} == dict.fromkeys(names, wanted)

    def test_look_alikes_show_what_was_matched(self) -> None:
        names = listed(IDENTITIES["not_carbonate"])
        assert [name for name in names if not judge(name).matched] == []

    def test_its_evidence_is_given_honestly(self) -> None:
        judged = judge("chalk")
        assert "the source review asks for it; no absorption study was found" in "; ".join(judged.evidence)
        assert "source review" in judged.source

    def test_what_is_known_without_a_public_source_says_so(self) -> None:
        assert "expert knowledge, no public source" in "; ".join(judge("13397-26-7").evidence)
        assert "public source" in "; ".join(judge("471-34-1").evidence)
        assert "expert knowledge" not in "; ".join(judge("471-34-1").evidence)


class TestInvisible:
    """Characters that show as nothing, as copied text holds them, hide no name and are listed."""

    @pytest.mark.parametrize("hidden", ["\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\ufe0f"])
    @pytest.mark.parametrize("name", ["cal{}cium carbonate", "calcium{}carbonate", "calcium {}carbonate", "cha{}lk", "E{}170",
                                      "mannitol{}chalk", "{}RetaLac", "naltrexone{}SR"])  # fmt: skip
    def test_they_hide_nothing_that_is_disallowed(self, name: str, hidden: str) -> None:
        found = judge(name.format(hidden))

        assert DISALLOWED == found.verdict
        assert f"U+{ord(hidden):04X}" in clauses_said(found.says)

    def test_a_position_is_that_in_the_name_as_typed(self) -> None:
        with pytest.raises(InputError, match="U\\+202E at position 4"):
            judge("a\u00adb\u202ec")


class TestCodes:
    """A code with a letter for a digit, or a number whose check digit is wrong, is asked about."""

    @pytest.mark.parametrize(
        ("name", "meant"),
        [
            ("E17O", "E170"), ("E I70", "E170"), ("e l7o", "E170"), ("CI 7722O", "CI 77220"), ("C1 77220", "CI 77220"),
            ("HOG9379FGK", "H0G9379FGK"), ("K1OOM", "K100M"), ("471-34-7", "471-34-1"), ("471-43-1", "471-34-1"),
            ("CAS 471-34-2", "471-34-1"), ("9004-57-4", "9004-57-3"), ("7Z8S9VYZ4C", "7Z8S9VYZ4B"),
        ],
    )  # fmt: skip
    def test_a_slip_is_asked_about(self, name: str, meant: str) -> None:
        found = judge(name)

        assert (REVIEW, "misspelt") == (found.verdict, found.rule)
        assert f"did you mean {meant} " in clauses_said(found.says)

    @pytest.mark.parametrize("name", ["7732-18-5", "50-99-7", "E2000", "059QF0KO0R"])
    def test_the_number_of_something_else_is_unknown(self, name: str) -> None:
        assert UNKNOWN == verdict(name)


class TestNegation:
    """A negation reaches the name beside it, and is honoured only where it is plain."""

    @pytest.mark.parametrize("name", listed(VERDICTS["disallowed"]))
    def test_what_is_not_plainly_left_out_is_disallowed(self, name: str) -> None:
        assert verdict(name) == DISALLOWED

    @pytest.mark.parametrize("name", listed(VERDICTS["allowed"]))
    def test_what_is_plainly_left_out_is_allowed_and_shown(self, name: str) -> None:
        judged = judge(name)
        assert judged.verdict == ALLOWED
        assert judged.matched

    @pytest.mark.parametrize("name", listed(VERDICTS["review"]))
    def test_what_may_be_meant_either_way_is_asked_about(self, name: str) -> None:
        assert verdict(name) == REVIEW

    @pytest.mark.parametrize("name", listed(VERDICTS["unknown"]))
    def test_what_is_not_understood_is_unknown(self, name: str) -> None:
        assert verdict(name) == UNKNOWN

    @pytest.mark.parametrize("name", DISALLOWED_NAMES)
    def test_every_disallowed_name_can_be_negated(self, name: str) -> None:
        assert [verdict(text) for text in (f"free of {name}", f"{name}-free", f"without {name}")] == [ALLOWED] * 3

    @pytest.mark.parametrize("name", DISALLOWED_NAMES)
    def test_no_company_makes_a_disallowed_name_pass(self, name: str) -> None:
        texts = [
            f"{name}, no lactose",
            f"lactose-free {name}",
            f"no lactose, {name}",
            f"not free of {name}",
            f"{name} mannitol",
            f"mannitol {name}",
            f"mannitol ({name})",
            f"mannitol, {name}",
            f"{name}/mannitol",
            f"mannitol and {name}",
            f"mannitol+{name}",
            f"{name} SuperBlend",
            f"no {name}-free",
            f"{name} free-flowing",
            f"white {name} powder USP",
        ]
        assert {text: verdict(text) for text in texts} == dict.fromkeys(texts, DISALLOWED)


class TestReleaseAgents:
    """Agents that slow release, by name, grade and role (domain facts 5.4)."""

    @pytest.mark.parametrize("wanted", [DISALLOWED, REVIEW, ALLOWED])
    def test_each_has_the_verdict_of_the_table(self, wanted: str) -> None:
        names = IDENTITIES["agents"][wanted]
        assert {name: verdict(name) for name in names} == dict.fromkeys(names, wanted)

    def test_an_unstated_grade_asks_for_the_viscosity(self) -> None:
        judged = judge("hypromellose")
        assert (judged.rule, judged.verdict) == ("grade-unstated", REVIEW)
        assert "viscosity" in clauses_said(judged.says)

    def test_hypromellose_of_no_grade_passes_as_a_shell_only(self) -> None:
        assert {role: verdict("hypromellose", role) for role in ROLES} == {
            ROLE_DILUENT: REVIEW,
            ROLE_EXCIPIENT: REVIEW,
            ROLE_SHELL: ALLOWED,
            ROLE_DOSAGE_FORM: REVIEW,
        }

    def test_a_matrix_grade_does_not_pass_as_a_shell(self) -> None:
        assert verdict("hypromellose K100M capsule", ROLE_SHELL) == DISALLOWED

    @pytest.mark.parametrize(("mpas", "wanted"), [(1, ALLOWED), (99, ALLOWED), (100, DISALLOWED), (101, DISALLOWED)])
    def test_the_threshold_is_100_mpas(self, mpas: int, wanted: str) -> None:
        ways = ("hypromellose {} mPa·s", "HPMC {}mPas", "Methocel 1-{} cP", "hypromellose K{} LV")
        for text in (way.format(mpas) for way in ways):
            assert (text, verdict(text)) == (text, wanted)

    @given(st.integers(1, 10**6), st.sampled_from(["mPa·s", "mPa s", "mPas", "cP", "cps", "centipoise"]))
    def test_every_viscosity_stated_falls_on_its_side(self, mpas: int, unit: str) -> None:
        assert verdict(f"hypromellose {mpas} {unit}") == (DISALLOWED if mpas >= 100 else ALLOWED)

    def test_an_identifier_alone_does_not_tell_the_grade(self) -> None:
        assert judge("25322-68-3").rule == "shared-identifier"
        assert verdict("9004-65-3") == REVIEW
        assert verdict("hypromellose E5, CAS 9004-65-3") == ALLOWED

    def test_lubricant_amounts_are_milder(self) -> None:
        assert verdict("glyceryl behenate") == DISALLOWED
        assert verdict("glyceryl behenate 3 %") == REVIEW
        assert verdict("glyceryl behenate 3.1 %") == DISALLOWED
        assert verdict("glyceryl behenate 20 % lubricant") == DISALLOWED
        assert verdict("stearic acid 50 % lubricant") == REVIEW


class TestReasons:
    """Each name held against has the reason that a pharmacist would give, and each whole grade is told from a cut one."""

    @pytest.mark.parametrize(("code", "name"), [(code, name) for code, names in IDENTITIES["reasons"].items() for name in names])
    def test_the_rule_that_decides_is_the_reason(self, code: str, name: str) -> None:
        judged = judge(name)
        assert (code, RULES[code]["verdict"]) == (judged.rule, judged.verdict)
        if code != "release-agent-depends":
            as_diluent = judge(name, ROLE_DILUENT)
            assert (code, RULES[code]["verdict"]) == (as_diluent.rule, as_diluent.verdict)

    @pytest.mark.parametrize(
        "name",
        [
            *IDENTITIES["reasons"]["release-agent-depends"], "sodium carboxymethylcellulose", "Blanose", "methylcellulose",
            "Methylcellulose Pulver", "methylcellulose 400 mPa·s", "alginic acid", "stearic acid", "cetyl alcohol",
            "glyceryl palmitostearate", "sugar spheres", "Avicel RC-591",
        ],
    )  # fmt: skip
    def test_what_slows_release_by_its_amount_is_disallowed_where_it_is_nearly_all_of_the_capsule(self, name: str) -> None:
        """Ojantakanen 1993: carmellose sodium as the diluent of hard capsules sustains absorption, whatever its grade."""
        assert (REVIEW, DISALLOWED) == (verdict(name), verdict(name, ROLE_DILUENT))

    @pytest.mark.parametrize("name", ["stearic acid 1 %", "mannitol, stearic acid 1 %", "mannitol and alginic acid", "alginic acid 2 %"])
    def test_a_small_share_or_one_that_is_not_told_is_judged_as_elsewhere(self, name: str) -> None:
        assert DISALLOWED not in (verdict(name), verdict(name, ROLE_DILUENT))

    @pytest.mark.parametrize("name", IDENTITIES["calcium_salts"][ALLOWED])
    def test_a_definite_salt_of_calcium_is_not_said_to_be_carbonate(self, name: str) -> None:
        for role in (ROLE_EXCIPIENT, ROLE_DILUENT):
            assert "carbonate" not in clauses_said(judge(name, role).says)
        assert ALLOWED == verdict(name)

    @pytest.mark.parametrize("letter", "EFKJ")
    def test_a_letter_grade_is_allowed_only_where_it_is_sold_so_or_says_it_is_of_low_viscosity(self, letter: str) -> None:
        whole = {"E3", "E5", "E6", "E15", "E50", "F50", "K3"}  # Methocel and its like, low viscosity without the letters LV
        grades = [f"{letter}{number}" for number in range(1, 100)]
        for pattern in ("Methocel {}", "{} hypromellose", "HPMC {} Premium"):
            allowed = {grade for grade in grades if verdict(pattern.format(grade)) == ALLOWED}
            assert {grade for grade in whole if grade[0] == letter} == allowed
        assert {ALLOWED} == {verdict(f"Methocel {grade} LV") for grade in grades}

    @pytest.mark.parametrize(
        "grade", ["E4M", "E10M", "F4M", "K4M", "K15M", "K100M", "K200M", "J5M", "E4MCR", "K100MCR", "A4M", "A4C", "A15C"]
    )
    def test_a_gelling_grade_that_lost_its_letters_is_never_allowed(self, grade: str) -> None:
        lost = [grade[:place] + grade[place + 1 :] for place in range(1, len(grade))]
        lost += [grade[: place - 1] + grade[place] + grade[place - 1] + grade[place + 1 :] for place in range(2, len(grade))]
        # A digit that is lost may leave a grade that is sold: E10M without M and 0 is not looked for here.
        lost = [name for name in lost if name not in ("E5", "E15", "K3")]
        family = "methylcellulose" if grade[0] == "A" else "hypromellose"
        assert [] == [name for name in lost if verdict(f"{family} {name}") == ALLOWED]

    def test_the_cautions_of_a_filler_with_silica_are_those_of_the_filler(self) -> None:
        assert "galactosaemia" in clauses_said(judge("Lactose-Siliciumdioxid-Füllmittel (NRF S.59.)", ROLE_DILUENT).says)

    @pytest.mark.parametrize("name", ["acacia", "glycerin", "calcium citrate", "menthol", "E104", "L-leucine", "potassium chloride"])
    def test_what_is_added_in_small_amounts_is_asked_about_as_diluent(self, name: str) -> None:
        assert (REVIEW, "not-a-filler") == (verdict(name, ROLE_DILUENT), judge(name, ROLE_DILUENT).rule)


class TestReleaseWords:
    """Words and suffixes of slow release (domain facts 5.5). Suffixes count beside a form, a drug or a dose."""

    @pytest.mark.parametrize("suffix", listed(IDENTITIES["release"], "suffixes", "national_suffixes"))
    def test_a_suffix_beside_a_form_drug_or_dose_is_disallowed(self, suffix: str) -> None:
        texts = [f"naltrexone {suffix}", f"{suffix} capsule", f"4.5 mg {suffix}", f"capsules ({suffix})"]
        assert {text: judge(text).rule for text in texts} == dict.fromkeys(texts, "release-suffix")
        assert verdict(suffix, ROLE_DOSAGE_FORM) == DISALLOWED

    @pytest.mark.parametrize("suffix", listed(IDENTITIES["release"], "national_suffixes", "suffixes")[:19])
    def test_a_suffix_in_small_letters_is_asked_about(self, suffix: str) -> None:
        assert verdict(f"capsule {suffix.lower()}") == REVIEW

    @pytest.mark.parametrize("word", IDENTITIES["release"]["words"])
    def test_a_word_is_disallowed_in_every_spelling(self, word: str) -> None:
        for text in (*spellings(word), f"{word} capsule", f"naltrexone {word}"):
            judged = judge(text)
            assert (text, judged.verdict, judged.about) == (text, DISALLOWED, "form")

    @pytest.mark.parametrize("wanted", [ALLOWED, REVIEW])
    def test_look_alikes_are_not_taken_for_it(self, wanted: str) -> None:
        names = IDENTITIES["release"][wanted]
        assert {name: verdict(name) for name in names} == dict.fromkeys(names, wanted)
        assert [name for name in names if not judge(name).matched] == []


class TestKnown:
    """What may be used (domain facts 4.2 and 5.7, and the excipients of ordinary immediate-release capsules)."""

    def test_known_excipients_are_allowed(self) -> None:
        names = listed(IDENTITIES["known"], "fillers", "others", "cas", "unii")
        assert {name: verdict(name) for name in names} == dict.fromkeys(names, ALLOWED)
        assert [verdict(name) for name in IDENTITIES["known"]["cas_review"]] == [REVIEW] * 3

    def test_every_filler_is_allowed_as_diluent(self) -> None:
        names = IDENTITIES["known"]["fillers"]
        assert {name: verdict(name, ROLE_DILUENT) for name in names} == dict.fromkeys(names, ALLOWED)

    @pytest.mark.parametrize("name", ["magnesium stearate", "riboflavin", "hypromellose E5", "capsule", "no lactose"])
    def test_what_is_no_filler_is_asked_about_as_diluent(self, name: str) -> None:
        assert (verdict(name, ROLE_DILUENT), judge(name, ROLE_DILUENT).rule) == (REVIEW, "not-a-filler")

    @pytest.mark.parametrize(
        ("name", "wanted"),
        [
            ("capsule", ALLOWED),
            ("immediate-release capsule", ALLOWED),
            ("hard gelatin capsule", ALLOWED),
            ("tablet", UNKNOWN),
            ("mannitol", UNKNOWN),
            ("suppository", UNKNOWN),
            ("depot capsule", DISALLOWED),
        ],
    )
    def test_a_dosage_form_must_be_a_known_form(self, name: str, wanted: str) -> None:
        assert verdict(name, ROLE_DOSAGE_FORM) == wanted

    @pytest.mark.parametrize(
        ("name", "word"),
        [
            ("lactose monohydrate", "galactosaemia"),
            ("corn starch", "plant"),
            ("tartrazine", "azo"),
            ("sucrose", "sugar"),
            ("magnesium stearate", "dissolution"),
            ("gelatin capsule", "pigs"),
            ("sodium bicarbonate", "sodium load"),
            ("aspartame", "phenylketonuria"),
            ("sodium metabisulfite", "asthma"),
            ("rice flour", "plant"),
        ],
    )
    def test_cautions_are_told(self, name: str, word: str) -> None:
        judged = judge(name)
        assert word in clauses_said(judged.says)
        assert [word in f"{caution.subject}: {caution.because}" for caution in judged.cautions] == [True]

    def test_what_is_left_out_calls_for_no_caution(self) -> None:
        assert judge("lactose-free mannitol").cautions == ()

    @given(st.sampled_from(ALLOWED_NAMES), st.text("bcdfghjklmnpqrstvwxz", min_size=4, max_size=12))
    def test_a_known_name_with_a_word_that_means_nothing_is_not_allowed(self, name: str, word: str) -> None:
        try:
            alone = judge(word).verdict
        except InputError:
            alone = UNKNOWN
        if alone != ALLOWED:
            assert verdict(f"{name} {word}") != ALLOWED


def expected_of(row: dict[str, Any], name: str) -> str:
    """The verdict a row states for its names."""
    return str(RULES[row["rule"]]["verdict"])


class TestEveryRow:
    """The data, walked: each name in each spelling has the verdict of its row."""

    @pytest.mark.parametrize(("row", "name"), ROWS)
    def test_each_name_has_its_verdict_in_every_spelling(self, row: dict[str, Any], name: str) -> None:
        wanted = expected_of(row, name)
        for text in spellings(name):
            # CAP is cellulose acetate phthalate, cap may be a capsule.
            doubtful = "alone" in row and not text.strip().isupper()
            assert (text, verdict(text)) == (text, REVIEW if doubtful else wanted)

    @pytest.mark.parametrize(("row", "name"), ROWS)
    def test_a_disallowed_name_stays_disallowed_in_other_letters(self, row: dict[str, Any], name: str) -> None:
        """Full-width letters, and Cyrillic letters that look like Latin ones."""
        if expected_of(row, name) == DISALLOWED and "alone" not in row:
            wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)
            cyrillic = name.translate(str.maketrans("aeopcxy", "аеорсху"))
            assert [verdict(wide), verdict(cyrillic)] == [DISALLOWED] * 2

    def test_names_are_squashed_alike_one_by_one_and_all_together(self) -> None:
        names = [name for _, name in ROWS]
        assert rules_.all_squashed(names) == [tokens.squash(name) for name in names]

    def test_no_two_rows_claim_one_name(self) -> None:
        claimed: dict[str, str] = {}
        for row, name in ROWS:
            subject = claimed.setdefault(tokens.squash(name), row["is"] + row["rule"])
            assert (name, subject) == (name, row["is"] + row["rule"])

    def test_few_names_hide_a_disallowed_word(self) -> None:
        """A name that holds a disallowed one and is not disallowed itself is meant to be so."""
        hiding = {}
        for row, name in ROWS:
            words = re.split("[ ,-]+", name)
            runs = [" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)]
            held = [run for run in runs if run and run != name and verdict(run) == DISALLOWED]
            if held and expected_of(row, name) != DISALLOWED:
                hiding[name] = held
        assert hiding == {
            "French chalk": ["chalk"],  # talc
            "tailor's chalk": ["chalk"],
            "tailors chalk": ["chalk"],
            "vitamin E 170": ["E 170"],
            **{f"alcohol {kind}": ["alcohol"] for kind in ("cetylicus", "cetylicus et stearylicus", "stearylicus")},
            **{f"{kind} alcohol": ["alcohol"] for kind in ("cetearyl", "cetostearyl", "cetyl", "polyvinyl", "stearyl")},
        }

    def test_every_row_is_whole(self) -> None:
        keys = {
            "is",
            "rule",
            "kind",
            "source",
            "names",
            "note",
            "caution",
            "family",
            "of_family",
            "use",
            "grades",
            "relaxed",
            "when_negated",
            "alone",
            "titles",
        }
        for row in DATA["rows"]:
            assert set(row) <= keys
            assert row["rule"] in RULES
            assert row["names"]
            sources = [row["source"]] if isinstance(row["source"], str) else row["source"]
            assert [key for key in sources if key and key not in DATA["sources"]] == []
            assert row.get("caution", "lactose") in DATA["cautions"]
            assert (row.get("family") or row.get("of_family") or "hypromellose") in DATA["families"]

    def test_every_rule_and_source_is_used(self) -> None:
        used = {row["rule"] for row in DATA["rows"]}
        raised = {
            "release-suffix",
            "look-alike-letters",
            "shell-opacifier",
            "not-a-filler",
            "negated",
            "negation-unclear",
            "active-substance",
            "active-substance-misspelt",
            "solvent",
            "grade-cut",
        }
        assert set(RULES) - used == raised
        texts = json.dumps([DATA["rows"], DATA["rules"], DATA["suffixes"], DATA["release_words"]])
        assert [key for key in DATA["sources"] if f'"{key}"' not in texts and key != "review"] == []

    @pytest.mark.parametrize(
        ("name", "role", "code"),
        [
            ("capsule SR", ROLE_EXCIPIENT, "release-suffix"),
            ("mannitоl", ROLE_EXCIPIENT, "look-alike-letters"),
            ("white TiO2-free shell", ROLE_SHELL, "shell-opacifier"),
            ("talc", ROLE_DILUENT, "not-a-filler"),
            ("no talc", ROLE_EXCIPIENT, "negated"),
            ("calcium carbonate-free Zorb", ROLE_EXCIPIENT, "negation-unclear"),
            ("Methocel E4", ROLE_EXCIPIENT, "grade-cut"),
            ("Zorb", ROLE_EXCIPIENT, "not-known"),
        ],
    )
    def test_rules_without_a_row_are_raised_too(self, name: str, role: str, code: str) -> None:
        judged = judge(name, role)
        assert (judged.rule, judged.verdict) == (code, RULES[code]["verdict"])

    def test_no_sentence_holds_an_unsafe_unit(self) -> None:
        sentences = [rule["because"] + rule["evidence"] for rule in DATA["rules"]] + list(DATA["cautions"].values())
        sentences += [row.get("note", "") for row in DATA["rows"]]
        assert [text for text in sentences if "µ" in text or "μ" in text or re.search(r"\bug\b|\d%", text)] == []

    def test_thresholds_are_those_of_the_domain_facts(self) -> None:
        families = DATA["families"]
        assert families["hypromellose"]["viscosity_limit_mpas"] == "100"
        assert families["polyethylene glycol"]["weight_limit"] == "100000"
        assert families["polyethylene glycol"]["weight_least"] == "200"
        assert [row["relaxed"]["percent"] for row in DATA["rows"] if "percent" in row.get("relaxed", {})] == ["3"] * 5


class TestIdentifiers:
    """The last character of a CAS number and of a UNII is computed from those before it."""

    @pytest.mark.parametrize("cas", [name for _, name in ROWS if CAS.fullmatch(name)])
    def test_every_cas_number_passes_its_check_digit(self, cas: str) -> None:
        """Digits weighted 1, 2, 3 … from the right, the check digit left out; their sum modulo 10."""
        digits = cas.replace("-", "")
        total = sum(weight * int(digit) for weight, digit in enumerate(reversed(digits[:-1]), start=1))
        assert total % 10 == int(digits[-1])

    @pytest.mark.parametrize("unii", [name for _, name in ROWS if UNII.fullmatch(name)])
    def test_every_unii_passes_its_check_character(self, unii: str) -> None:
        """Each character is a digit of base 36; the sum of the first nine modulo 36 is the tenth."""
        values = [int(character, 36) for character in unii]
        assert sum(values[:9]) % 36 == values[9]

    def test_every_identifier_of_the_data_is_entered_here_a_second_time(self) -> None:
        by_hand: set[str] = set()
        for table in IDENTITIES.values():
            by_hand.update(name for names in table.values() for name in names)
        ours = {name for _, name in ROWS if (CAS.fullmatch(name) or UNII.fullmatch(name)) and not name.startswith("E")}
        assert ours - by_hand == set()


def says_something(text: str, role: str) -> bool:
    """Whether a text is judged with message, source and evidence, or refused in a sentence."""
    try:
        judged = judge(text, role)
    except InputError as error:
        return bool(error.sentence)
    known = judged.verdict in (ALLOWED, DISALLOWED, REVIEW, UNKNOWN)
    return known and all((clauses_said(judged.says), judged.source, judged.evidence, judged.rule))


NOISE = st.sampled_from(["", " ", "  ", "-", "--", " - ", "\u00a0", "\u2011", "_"])


WORDS = [
    "no",
    "not",
    "free",
    "free of",
    "or",
    "and",
    ",",
    "-",
    "(",
    ")",
    "SR",
    "capsule",
    "white",
    "K100M",
    "5",
    "mPa·s",
]
WORDS += ["%", "without", "SuperBlend"]
WORDS += [*ALLOWED_NAMES[::9], *DISALLOWED_NAMES[::9]]


class TestNoise:
    """How a name is written does not make it pass."""

    @given(st.sampled_from(DISALLOWED_NAMES), st.data())
    def test_case_spaces_and_hyphens_never_make_a_disallowed_name_allowed(self, name: str, draw: st.DataObject) -> None:
        text = ""
        for i, character in enumerate(name):
            text += draw.draw(st.sampled_from([character, character.upper(), character.lower()]))
            # Within a number a space or hyphen makes other numbers of it: 120 mPa·s is not 1-20 mPa·s.
            if i + 1 < len(name) and not (character.isdecimal() and name[i + 1].isdecimal()):
                text += draw.draw(NOISE)
        assert verdict(f" {text}") != ALLOWED

    @given(
        st.sampled_from(DISALLOWED_NAMES),
        st.sampled_from(ALLOWED_NAMES),
        st.sampled_from([", ", " ", "/", " + ", " and "]),
    )
    def test_no_allowed_name_beside_it_makes_a_disallowed_name_pass(self, bad: str, good: str, joint: str) -> None:
        assert verdict(f"{good}{joint}{bad}") == DISALLOWED
        assert verdict(f"{bad}{joint}{good}") == DISALLOWED

    @given(st.sampled_from(["calcium carbonate", "hypromellose K100M", "ethylcellulose", "oyster shell"]), st.data())
    def test_one_slip_of_the_pen_never_makes_a_name_pass(self, name: str, draw: st.DataObject) -> None:
        place = draw.draw(st.integers(0, len(name) - 1))
        letter = draw.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
        before, after = name[:place], name[place + 1 :]
        for text in (before + after, before + letter + name[place:], before + letter + after):
            assert verdict(text) != ALLOWED

    @given(st.text(max_size=60), st.sampled_from(ROLES))
    def test_any_text_is_judged_or_refused_in_a_sentence(self, text: str, role: str) -> None:
        assert says_something(text, role)

    @given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))
    def test_any_order_of_words_is_judged_or_refused_in_a_sentence(self, words: list[str]) -> None:
        assert says_something(" ".join(words)[:200], ROLE_EXCIPIENT)

    def test_the_verdict_does_not_depend_on_how_often_it_is_asked(self) -> None:
        assert judge("calcum carbonat") == judge("calcum carbonat")


class TestRefusedNames:
    """A name that cannot be read is refused with the place it stands at."""

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("", "is empty"),
            ("   ", "is empty"),
            ("x" * 201, "201 characters"),
            ("x" * 10_000, "10,000 characters"),
            ("calcium\tcarbonate", "U+0009"),
            ("mannitol\n", "U+000A"),
            ("mann\u200eitol", "U+200E"),
            ("\u202emannitol", "U+202E"),
            ("calcium\u202ecarbonate", "U+202E"),
            ("mannitol\x00", "U+0000"),
            ("\udcff", "U+DCFF"),
            ("-mannitol", "begins with a dash"),
            (" –mannitol", "begins with a dash"),
            ("−E170", "begins with a dash"),
            ("...", "no letter and no digit"),
        ],
    )
    def test_it_is_refused_in_a_sentence(self, name: str, said: str) -> None:
        with pytest.raises(InputError) as caught:
            judge(name, where="--diluent")
        assert said in caught.value.sentence
        assert caught.value.where == "--diluent"

    def test_two_hundred_characters_are_read(self) -> None:
        assert verdict("calcium carbonate " + "x" * 182) == DISALLOWED

    def test_an_unknown_role_is_refused(self) -> None:
        with pytest.raises(InputError, match="not a role"):
            judge("mannitol", "solvent")


RULE = """
[[rule]]
code = "own-one"
verdict = "{verdict}"
names = ["{name}"]
because = "this pharmacy decided so"
source = "SOP 12"
"""


def changed(old: str, new: str) -> bytes:
    """A rules file that is right but for one thing."""
    return RULE.format(verdict="review", name="x").replace(old, new).encode()


def house(verdict: str, name: str) -> house_rules.HouseRules:
    return read_house_rules(RULE.format(verdict=verdict, name=name).encode(), "house.toml")


class TestHouseRules:
    """A pharmacy's own rules add to the built-in ones. They never soften them."""

    def test_they_can_disallow_what_is_allowed_or_unknown_or_asked_about(self) -> None:
        for name in ("lactose", "SuperBlend", "magnesium carbonate", "hypromellose"):
            judged = judge(f"{name.upper()}, mannitol", house=house(DISALLOWED, name))
            assert (name, judged.verdict, judged.rule, judged.source) == (name, DISALLOWED, "own-one", "SOP 12")
            assert judged.matched == name.upper()
            assert judged.evidence == ("the pharmacy's own rule",)

    def test_they_can_ask_about_what_is_allowed_or_unknown(self) -> None:
        assert judge("lactose", house=house(REVIEW, "lactose")).verdict == REVIEW
        assert judge("SuperBlend", house=house(REVIEW, "superblend")).verdict == REVIEW

    def test_they_can_allow_what_is_unknown(self) -> None:
        rules = house(ALLOWED, "ZorbFill")
        assert judge("mannitol Zorb-Fill", house=rules).verdict == ALLOWED
        assert judge("zorbfill", ROLE_DILUENT, rules).verdict == ALLOWED
        assert judge("zorbfill extra", house=rules).verdict == UNKNOWN

    def test_what_they_disallow_can_be_negated(self) -> None:
        assert judge("lactose-free mannitol", house=house(DISALLOWED, "lactose")).verdict == ALLOWED
        assert judge("not lactose-free mannitol", house=house(DISALLOWED, "lactose")).verdict == DISALLOWED

    def test_what_they_do_not_name_stays_as_it_is(self) -> None:
        assert judge("mannitol", house=house(DISALLOWED, "lactose")) == judge("mannitol")

    @pytest.mark.parametrize("name", listed(IDENTITIES["calcium_carbonate"]) + IDENTITIES["agents"][DISALLOWED])
    def test_they_never_make_a_built_in_disallowed_name_pass(self, name: str) -> None:
        assert judge(name, house=house(ALLOWED, name.replace('"', ""))).verdict == DISALLOWED

    @pytest.mark.parametrize(
        "name", IDENTITIES["agents"][REVIEW] + listed(IDENTITIES["misspelt"]) + VERDICTS["review"]["asked"]
    )
    def test_they_never_make_a_built_in_question_pass(self, name: str) -> None:
        assert judge(name, house=house(ALLOWED, name)).verdict in (DISALLOWED, REVIEW)

    @pytest.mark.parametrize(
        "word", ["free", "no", "flowing", "not", "free of", "carbonate free", "of", "calcium carbonate free flowing"]
    )
    def test_no_word_they_allow_turns_a_name_around(self, word: str) -> None:
        rules = house(ALLOWED, word)
        for name in (
            "calcium carbonate free flowing",
            "not free of calcium carbonate",
            "no longer no chalk",
            "free chalk",
        ):
            assert judge(name, house=rules).verdict == DISALLOWED

    @given(
        st.sampled_from(DISALLOWED_NAMES),
        st.sampled_from(["{} SuperBlend", "SuperBlend {}", "not {}-free", "{}, free-flowing"]),
    )
    def test_no_longer_name_they_allow_hides_a_disallowed_one(self, name: str, pattern: str) -> None:
        text = pattern.format(name)
        assert judge(text, house=house(ALLOWED, text)).verdict == DISALLOWED

    @pytest.mark.parametrize(
        ("text", "where", "said"),
        [
            (b"", "house.toml", "is empty"),
            (b"# none yet", "house.toml: rule", "no rules found"),
            (b"rule = 3", "house.toml: rule", "no rules found"),
            (b"rule = [3]", "house.toml: rule[1]", "expected a group of keys, found a bare number"),
            (b"title = 1\n" + RULE.format(verdict="review", name="x").encode(), "house.toml: title", "rules stand in tables"),
            (changed("source", "sauce"), "house.toml: rule[1].sauce", "is not a key of a rule; the nearest is source"),
            (changed('source = "SOP 12"', ""), "house.toml: rule[1].source", "missing"),
            (changed('"SOP 12"', "12"), "house.toml: rule[1].source", "expected text in quotation marks, found a bare number"),
            (changed("SOP 12", " "), "house.toml: rule[1].source", "empty"),
            (changed("SOP 12", "S" * 501), "house.toml: rule[1].source", "501"),
            (changed("SOP 12", "S\\u202eOP"), "house.toml: rule[1].source", "U+202E"),
            (RULE.format(verdict="forbid", name="x").encode(), "house.toml: rule[1].verdict", "is not one of disallowed, review, allowed"),
            (changed("own-one", "Own One"), "house.toml: rule[1].code", "not a code"),
            (changed("own-one", "misspelt"), "house.toml: rule[1].code", "built-in"),
            (
                RULE.format(verdict="review", name="x").encode() + b'pattern = "(a+"',
                "house.toml: rule[1].pattern",
                "plain text",
            ),
            (changed('["x"]', '"x"'), "house.toml: rule[1].names", "a list"),
            (changed('["x"]', "[]"), "house.toml: rule[1].names", "a list"),
            (changed('["x"]', "[true]"), "house.toml: rule[1].names[1]", "text"),
            (RULE.format(verdict="review", name="").encode(), "house.toml: rule[1].names[1]", "empty"),
            (RULE.format(verdict="review", name="-").encode(), "house.toml: rule[1].names[1]", "dash"),
            (RULE.format(verdict="review", name="...").encode(), "house.toml: rule[1].names[1]", "no letter"),
            (
                RULE.format(verdict="review", name="x" * 10_000).encode(),
                "house.toml: rule[1].names[1]",
                "10,000 characters",
            ),
            (RULE.format(verdict="review", name='x", "X ').encode(), "house.toml: rule[1].names[2]", "already"),
            (RULE.format(verdict="review", name="x").encode() * 2, "house.toml: rule[2].code", "twice"),
            (RULE.format(verdict="review", name="x\xe9").encode("latin-1"), "house.toml line 5", "is not UTF-8 text; save it as UTF-8"),
            (b"rule = [", "house.toml line 1 column 9", "is not a TOML file: "),
            (b"rule = " + b"[" * 100_000, "house.toml", "nested more than 16 levels deep"),
            (b"rule = " + b"1" * 10_000, "house.toml line 1", "has more than 9 digits"),
            (b"#" * 1_000_001, "house.toml", "larger than 1,000,000 bytes"),
            (b"#" * 10_000_000, "house.toml", "larger than 1,000,000 bytes"),
        ],
    )
    def test_a_bad_file_is_refused_with_file_and_key(self, text: bytes, where: str, said: str) -> None:
        with pytest.raises(InputError) as caught:
            read_house_rules(text, "house.toml")
        assert (caught.value.where, said in caught.value.sentence) == (where, True)
        assert "\n" not in str(caught.value)

    def test_a_name_that_looks_like_a_pattern_is_plain_text(self) -> None:
        house = read_house_rules(RULE.format(verdict="disallowed", name="(a+)+b").encode(), "house.toml")

        assert [DISALLOWED, UNKNOWN] == [judge(name, house=house).verdict for name in ("(a+)+b", "a" * 150)]

    def test_a_file_holds_at_most_five_thousand_names(self) -> None:
        names = ", ".join(f'"zorb {number}"' for number in range(5_001))
        text = RULE.format(verdict="review", name="x").replace('["x"]', f"[{names}]").encode()
        with pytest.raises(InputError, match="more than 5,000 names"):
            read_house_rules(text, "house.toml")

    @given(st.binary(max_size=200))
    def test_any_bytes_are_read_or_refused_in_a_sentence(self, text: bytes) -> None:
        with pytest.raises(InputError):
            read_house_rules(text, "house.toml")


class TestFindings:
    """In a plan a disallowed name is an error, review and unknown are warnings, cautions are notes."""

    @pytest.mark.parametrize(
        ("name", "role", "code", "severity"),
        [
            ("calcium carbonate", ROLE_DILUENT, "excipient-disallowed", Severity.ERROR),
            ("hypromellose K100M", ROLE_EXCIPIENT, "excipient-disallowed", Severity.ERROR),
            ("DRcaps", ROLE_SHELL, "excipient-disallowed", Severity.ERROR),
            ("slow-release capsule", ROLE_DOSAGE_FORM, "release-form-disallowed", Severity.ERROR),
            ("SR", ROLE_DOSAGE_FORM, "release-form-disallowed", Severity.ERROR),
            ("hypromellose", ROLE_EXCIPIENT, "excipient-review", Severity.WARNING),
            ("SuperBlend", ROLE_DILUENT, "excipient-unknown", Severity.ERROR),
            ("calcium carbonat e", ROLE_DILUENT, "excipient-disallowed", Severity.ERROR),
            ("calcum carbonate", ROLE_DILUENT, "excipient-unknown", Severity.ERROR),
            ("naltrexone base", ROLE_DILUENT, "active-as-excipient", Severity.ERROR),
            ("naltrexne", ROLE_EXCIPIENT, "active-as-excipient", Severity.ERROR),
            ("purified water", ROLE_EXCIPIENT, "active-as-excipient", Severity.ERROR),
            ("lactose", ROLE_DILUENT, "excipient-caution", Severity.NOTE),
        ],
    )
    def test_each_verdict_has_its_finding(self, name: str, role: str, code: str, severity: Severity) -> None:
        (finding,) = excipient_findings([Named(name, role, "--here")])
        assert (finding.code, finding.severity, finding.where) == (code, severity, "--here")
        assert finding.entry is codes.ENTRIES[code]
        assert name in message_of(finding)
        assert remedy_of(finding)

    def test_an_allowed_name_without_caution_says_nothing(self) -> None:
        names = [
            Named("microcrystalline cellulose", ROLE_DILUENT, "--diluent"),
            Named("capsule", ROLE_DOSAGE_FORM, "--dosage-form"),
        ]
        assert excipient_findings(names) == ()

    def test_a_review_with_a_caution_has_both(self) -> None:
        found = excipient_findings([Named("sodium bicarbonate", ROLE_EXCIPIENT, "--excipient 'sodium bicarbonate'")])
        assert [finding.code for finding in found] == ["excipient-review", "excipient-caution"]

    def test_a_disallowed_name_can_be_taken_on_with_a_reason(self) -> None:
        found = excipient_findings([Named("calcium carbonate", ROLE_DILUENT, "--diluent")])
        (accepted,) = accept(found, {"excipient-disallowed": "the prescriber insists"})
        assert (accepted.severity, accepted.accepted) == (Severity.WARNING, "the prescriber insists")

    @pytest.mark.parametrize(("name", "code"), [("hypromellose", "excipient-review"), ("morphine", "active-as-excipient")])
    def test_neither_a_warning_nor_an_active_substance_can_be_taken_on(self, name: str, code: str) -> None:
        with pytest.raises(InputError, match="cannot be accepted"):
            accept(excipient_findings([Named(name, ROLE_DILUENT, "--diluent")]), {code: "known to me"})

    def test_names_keep_their_order_and_place(self) -> None:
        found = excipient_findings([Named("chalk", ROLE_EXCIPIENT, "--excipient 'chalk'"), Named("SR", ROLE_DOSAGE_FORM, "--dosage-form")])
        assert [finding.where for finding in found] == ["--excipient 'chalk'", "--dosage-form"]

    def test_the_pharmacys_rules_count(self) -> None:
        (finding,) = excipient_findings([Named("mannitol", ROLE_DILUENT, "--diluent")], house(DISALLOWED, "mannitol"))
        assert (finding.code, finding.values["rule"]) == ("excipient-disallowed", "own-one")

    def test_a_name_that_cannot_be_read_is_refused_at_its_place(self) -> None:
        with pytest.raises(InputError, match="--diluent: the name is empty"):
            excipient_findings([Named("", ROLE_DILUENT, "--diluent")])


def run(*arguments: str) -> Result:
    return CliRunner().invoke(check.command, arguments)


class TestCommand:
    """`compound check` prints a table or a JSON list, and leaves with 1 if any name is disallowed."""

    def test_the_table_prints_rule_source_and_evidence(self) -> None:
        result = run("Omya-Cal", "mannitol")
        assert result.exit_code == 1
        for text in (
            "disallowed",
            "calcium-carbonate",
            "source: ",
            "evidence: ",
            "no absorption study was found",
            "allowed",
        ):
            assert text in result.stdout

    def test_numbers_stand_in_the_table_as_typed(self) -> None:
        assert "120.00" in run("120.00").stdout

    def test_json_is_a_list_with_the_keys_of_the_contract(self) -> None:
        result = run("--json", "E 170", "no calcium carbonate", "hypromellose", "SuperBlend")
        verdicts = json.loads(result.stdout)
        assert [set(entry) for entry in verdicts] == [
            {"name", "verdict", "matched", "rule", "source", "message", "evidence"}
        ] * 4
        assert [entry["verdict"] for entry in verdicts] == [DISALLOWED, ALLOWED, REVIEW, UNKNOWN]
        assert [entry["matched"] for entry in verdicts] == ["E 170", "calcium carbonate", "hypromellose", ""]
        assert result.exit_code == 1

    def test_it_leaves_with_0_when_nothing_is_disallowed(self) -> None:
        assert run("mannitol", "SuperBlend", "hypromellose").exit_code == 0

    def test_the_role_counts(self) -> None:
        assert json.loads(run("hypromellose", "--role", "shell", "--json").stdout)[0]["verdict"] == ALLOWED

    @pytest.mark.parametrize(
        "arguments", [["-mannitol"], ["--mannitol"], ["--", "-mannitol"], [""], ["mannitol", "x" * 10_000]]
    )
    def test_a_name_that_cannot_be_read_is_an_input_error(self, arguments: list[str]) -> None:
        result = run(*arguments)
        assert isinstance(result.exception, InputError)
        assert result.exception.where.startswith("EXCIPIENT")
        assert result.stdout == ""

    def test_a_reason_to_accept_changes_no_verdict(self) -> None:
        assert run("chalk", "--accept", "excipient-disallowed=the prescriber insists").exit_code == 1

    def test_no_name_is_a_usage_error(self) -> None:
        assert run().exit_code == 2

    def test_rules_are_read_from_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "house.toml"
        file.write_text(RULE.format(verdict="disallowed", name="lactose"), encoding="utf-8")
        result = run("lactose", "--rules", str(file), "--json")
        assert (result.exit_code, json.loads(result.stdout)[0]["rule"]) == (1, "own-one")

    def test_a_rules_file_that_cannot_be_read_is_an_input_error(self, tmp_path: Path) -> None:
        for name in ("missing.toml", ".", "bad\0name"):
            result = run("lactose", "--rules", str(tmp_path / name))
            assert isinstance(result.exception, InputError)
            assert result.exception.where.startswith("--rules")

    def test_a_large_rules_file_is_not_read_whole(self, tmp_path: Path) -> None:
        file = tmp_path / "house.toml"
        file.write_bytes(b"#" * 10_000_000)
        result = run("lactose", "--rules", str(file))
        assert isinstance(result.exception, InputError)
        assert "larger than 1,000,000 bytes" in result.exception.sentence

    def test_a_bad_rules_file_names_file_and_key(self, tmp_path: Path) -> None:
        file = tmp_path / "house.toml"
        file.write_text(RULE.format(verdict="disallowed", name="x").replace("source", "sauce"), encoding="utf-8")
        result = run("lactose", "--rules", str(file))
        assert isinstance(result.exception, InputError)
        assert "house.toml" in result.exception.where
        assert "rule[1].sauce" in result.exception.where

    def test_every_option_has_help(self) -> None:
        result = run("--help")
        assert result.exit_code == 0
        for option in ("--role", "--rules", "--json", "[[rule]]", "no absorption study"):
            assert option in " ".join(result.stdout.split())


def test_no_name_in_a_script_without_spaces_is_longer_than_the_limit() -> None:
    unspaced = [name for _, name in ROWS if all(map(tokens.writes_no_spaces, name))]

    assert unspaced
    assert max(map(len, unspaced)) <= tokens.LONGEST_UNSPACED


class TestMisspellings:
    """The index by rare pairs of letters finds what a comparison with every name finds."""

    @given(st.data())
    def test_the_index_misses_nothing(self, draw: st.DataObject) -> None:
        lengths = misspelling._names_by_length()[0]
        names = {near.name: near for length in lengths for found in misspelling._near_names(length).values() for near in found}
        letters = list(draw.draw(st.sampled_from(sorted(names))))
        for _ in range(draw.draw(st.integers(0, 4))):
            place = draw.draw(st.integers(0, len(letters) - 1))
            letters[place : place + draw.draw(st.integers(0, 1))] = draw.draw(st.sampled_from(["a", "n", "t", "o", ""]))
            if not letters:
                return
        text = "".join(letters)
        close = [
            (near.gravity, tokens.edit_distance(near.name, text, near.most), near.name)
            for near in names.values()
            if len(near.name) >= 7 or (text and near.name[0] == text[0])
        ]
        close = [(gravity, edits, name) for gravity, edits, name in close if edits <= names[name].most]
        found = misspelling.nearest_spelling(text)
        if close:
            assert found is not None
            assert found[1] is names[min(close)[2]].hit
        else:
            assert found is None

    @given(st.text("abc", max_size=7), st.text("abc", max_size=7), st.integers(1, 3))
    def test_slips_are_counted_as_the_textbook_counts_them(self, one: str, other: str, most: int) -> None:
        """Optimal string alignment: insertion, deletion, change, swap of neighbours."""
        table = [[i + j for j in range(len(other) + 1)] for i in range(len(one) + 1)]
        for i, a in enumerate(one, start=1):
            for j, b in enumerate(other, start=1):
                table[i][j] = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a != b))
                if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                    table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
        assert tokens.edit_distance(one, other, most) == min(table[-1][-1], most + 1)


def test_data_files_are_found_beside_the_package() -> None:
    """A data file is read as bytes; one that is not there is no silent nothing."""
    assert shipped.read("excipients.json").startswith(b"{")
    with pytest.raises(FileNotFoundError):
        shipped.read("no-such-file.json")
