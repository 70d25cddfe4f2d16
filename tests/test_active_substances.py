"""The active substances on record: names that are no excipients, each of a class and with its source."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from compound.facts.excipients.judge import judge
from compound.facts.excipients.rules import ALLOWED, ROLES, built_in_rules
from compound.facts.excipients.tokens import squash
from compound.reading import shipped

DATA = json.loads(shipped.read("active_substances.json"))
SUBSTANCES = DATA["substances"]
CLASSES = {row["name"]: row["class"] for row in SUBSTANCES}
NAMES = [(row["name"], name) for row in SUBSTANCES for name in (*row["names"], *row["brands"])]
SALTS = [(salt, spelling) for salt, spellings in DATA["salts"].items() for spelling in spellings]
MOST_BRANDS = 10


class TestRows:
    """Each row is whole, and no name stands for two things."""

    def test_there_are_at_least_two_thousand(self) -> None:
        assert len(SUBSTANCES) >= 2000

    def test_every_row_has_the_keys_of_the_file_and_no_others(self) -> None:
        wanted = ["name", "class", "source", "names", "brands"]

        assert [] == [row for row in SUBSTANCES if list(row) != wanted]

    def test_every_row_has_a_class_and_a_source_that_exists(self) -> None:
        sources = set(DATA["sources"])

        assert [] == [row["name"] for row in SUBSTANCES if not row["class"].strip() or row["source"] not in sources]

    def test_every_source_is_used_and_says_where_it_is_from(self) -> None:
        assert set(DATA["sources"]) == {row["source"] for row in SUBSTANCES}
        assert {"expert"} == {key for key, source in DATA["sources"].items() if source["url"] is None}

    def test_its_own_name_is_the_first_of_its_names(self) -> None:
        assert [] == [row["name"] for row in SUBSTANCES if row["names"][:1] != [row["name"]]]

    def test_no_name_stands_for_two_substances_or_stands_twice(self) -> None:
        counted = Counter(squash(name) for _, name in NAMES)

        assert [] == [name for name, times in counted.items() if times > 1]

    def test_no_name_is_shorter_than_three_letters_or_digits(self) -> None:
        assert [] == [name for _, name in NAMES if len(squash(name)) < 3]

    def test_no_row_lists_more_than_the_best_known_brands(self) -> None:
        assert [] == [row["name"] for row in SUBSTANCES if len(row["brands"]) > MOST_BRANDS]

    def test_names_are_trimmed_and_printable(self) -> None:
        assert [] == [name for _, name in (*NAMES, *SALTS) if name != " ".join(name.split()) or not name.isprintable()]

    def test_no_class_has_a_single_member(self) -> None:
        """A class of one is a slip of the pen in its name."""
        assert [] == [name for name, members in Counter(CLASSES.values()).items() if members == 1]


class TestApart:
    """An active substance is no excipient, and a salt is no substance."""

    def test_no_name_is_an_excipient_on_record(self) -> None:
        excipients = built_in_rules().names

        assert [] == [name for _, name in NAMES if squash(name) in excipients]

    @pytest.mark.parametrize("role", ROLES)
    def test_no_name_is_allowed_as_an_excipient(self, role: str) -> None:
        assert [] == [name for _, name in NAMES if judge(name, role).verdict == ALLOWED]

    def test_no_salt_is_a_substance(self) -> None:
        salts = {squash(spelling) for _, spelling in SALTS}

        assert [] == [name for _, name in NAMES if squash(name) in salts]

    def test_no_word_of_a_salt_stands_for_two_salts(self) -> None:
        counted = Counter(squash(spelling) for _, spelling in SALTS)

        assert [] == [spelling for spelling, times in counted.items() if times > 1]

    def test_no_name_carries_the_salt_that_acids_are_sold_as(self) -> None:
        ending = re.compile(r"(?i)\b(hydrochloride|hcl|hydrobromide|mes[iy]late|bes[iy]late|maleate|tartrate)$")

        assert [] == [name for _, name in NAMES if ending.search(name)]

    def test_each_salt_is_spelled_by_its_own_name_first(self) -> None:
        assert [] == [salt for salt, spellings in DATA["salts"].items() if spellings[0] != salt]

    @pytest.mark.parametrize(
        ("spelling", "salt"),
        [
            ("HCl", "hydrochloride"), ("hydrochlorid", "hydrochloride"), ("chlorhydrate", "hydrochloride"),
            ("clorhidrato", "hydrochloride"), ("hidrocloruro", "hydrochloride"), ("cloridrato", "hydrochloride"),
            ("hydrochloridum", "hydrochloride"), ("hydrochloridi", "hydrochloride"), ("sulfas", "sulfate"),
            ("solfato", "sulfate"), ("natricum", "sodium"), ("natrii", "sodium"), ("Kalium", "potassium"),
            ("méthylbromure", "methobromide"), ("mesilate", "mesylate"), ("freie Base", "base"), ("embonate", "pamoate"),
        ],
    )  # fmt: skip
    def test_salts_are_known_by_the_words_of_other_languages(self, spelling: str, salt: str) -> None:
        assert squash(spelling) in {squash(known) for known in DATA["salts"][salt]}


class TestClasses:
    """Classes checked by hand."""

    @pytest.mark.parametrize(
        ("name", "group"),
        [
            ("oxycodone", "opioid"), ("morphine", "opioid"), ("sufentanil", "opioid"), ("buprenorphine", "opioid"),
            ("butorphanol", "opioid"), ("tramadol", "opioid"), ("tapentadol", "opioid"), ("mitragynine", "opioid"),
            ("etorphine", "opioid"), ("loperamide", "opioid"), ("methadone", "opioid"),
            ("naltrexone", "opioid antagonist"), ("naloxone", "opioid antagonist"), ("nalmefene", "opioid antagonist"),
            ("methylnaltrexone", "opioid antagonist"), ("naloxegol", "opioid antagonist"),
            ("naldemedine", "opioid antagonist"), ("alvimopan", "opioid antagonist"), ("samidorphan", "opioid antagonist"),
            ("diprenorphine", "opioid antagonist"), ("nalorphine", "opioid antagonist"),
            ("levallorphan", "opioid antagonist"), ("cyprodime", "opioid antagonist"),
            ("levothyroxine", "thyroid hormone"), ("liothyronine", "thyroid hormone"), ("thyroid", "thyroid hormone"),
            ("clonidine", "alpha-2 agonist"), ("lofexidine", "alpha-2 agonist"), ("guanfacine", "alpha-2 agonist"),
            ("tizanidine", "alpha-2 agonist"), ("dexmedetomidine", "alpha-2 agonist"), ("xylazine", "alpha-2 agonist"),
            ("methylphenidate", "stimulant"), ("dexamfetamine", "stimulant"), ("caffeine", "stimulant"),
            ("diazepam", "benzodiazepine or z-drug"), ("zolpidem", "benzodiazepine or z-drug"),
            ("phenobarbital", "barbiturate"), ("hydrocortisone", "corticosteroid"), ("fludrocortisone", "corticosteroid"),
            ("prasterone", "sex hormone or its antagonist"), ("pregnenolone", "sex hormone or its antagonist"),
            ("amitriptyline", "antidepressant"), ("haloperidol", "antipsychotic"), ("gabapentin", "antiepileptic"),
            ("digoxin", "cardiac drug"), ("amiodarone", "cardiac drug"), ("warfarin", "antithrombotic"),
            ("metformin", "antidiabetic"), ("amoxicillin", "antibacterial"), ("aciclovir", "antiviral"),
            ("fluconazole", "antifungal"), ("ivermectin", "antiparasitic"), ("cyclophosphamide", "antineoplastic"),
            ("tretinoin", "antineoplastic"), ("tacrolimus", "antirheumatic or immunosuppressant"),
            ("ketamine", "general anaesthetic"), ("lidocaine", "local anaesthetic"),
            ("ibuprofen", "analgesic or anti-inflammatory"), ("loratadine", "antihistamine"),
            ("ondansetron", "gastrointestinal drug"), ("baclofen", "muscle relaxant"), ("minoxidil", "antihypertensive"),
            ("melatonin", "hypnotic or anxiolytic"), ("colecalciferol", "vitamin or mineral dosed as a drug"),
            ("folic acid", "vitamin or mineral dosed as a drug"),
            ("cyanocobalamin", "vitamin or mineral dosed as a drug"),
        ],
    )  # fmt: skip
    def test_a_substance_is_of_the_class_a_pharmacist_names(self, name: str, group: str) -> None:
        assert group == CLASSES[name]

    @pytest.mark.parametrize(
        ("other", "name"),
        [
            ("acetaminophen", "paracetamol"), ("meperidine", "pethidine"), ("adrenaline", "adrenaline"),
            ("epinephrine", "adrenaline"), ("lignocaine", "lidocaine"), ("thyroxine", "levothyroxine"), ("DHEA", "prasterone"),
            ("heroin", "diamorphine"), ("OxyContin", "oxycodone"), ("kratom", "mitragynine"),
            ("Acetylsalicylsäure", "acetylsalicylic acid"),
            ("acide acétylsalicylique", "acetylsalicylic acid"), ("cholecalciferol", "colecalciferol"),
            ("methimazole", "thiamazole"), ("Vivitrol", "naltrexone"), ("naltrexone methobromide", "methylnaltrexone"),
            ("ossicodone", "oxycodone"), ("Östradiol", "estradiol"), ("clorpromazina", "chlorpromazine"), ("Folsäure", "folic acid"),
        ],
    )  # fmt: skip
    def test_a_name_that_endings_do_not_make_is_listed(self, other: str, name: str) -> None:
        assert {name} == {owner for owner, listed in NAMES if squash(listed) == squash(other)}
