"""One reading of a name against the rules: what was found in it, what of it decides, and what nothing explains.

Longer than 500 lines because the reading is one walk over one name: its steps share the tokens, spans and what was
explained so far, and apart they would hand each other all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from compound.facts.excipients.grades import grade_patterns, is_whole_grade, letter_grades, viscosity_of
from compound.facts.excipients.misspelling import MOST_WORDS, nearest_code, nearest_held, nearest_spelling
from compound.facts.excipients.negation import Negation, split_negations
from compound.facts.excipients.rules import (
    ACTIVE,
    ALLOWED,
    DISALLOWED,
    GRAVITY,
    LIQUID,
    NO_SOURCE,
    REVIEW,
    ROLE_DILUENT,
    ROLE_DOSAGE_FORM,
    ROLE_SHELL,
    UNKNOWN,
    ExcipientRow,
    ExcipientRule,
    Family,
    Hit,
    RuleSet,
)
from compound.facts.excipients.spans import MatchedSpan, longest_of, runs_of, spans_in
from compound.facts.excipients.tokens import (
    AMOUNT_TOKEN,
    LIST_SEPARATOR,
    LONGEST_UNSPACED,
    NUMBER_TOKEN,
    Token,
    is_context,
    squash,
    writes_no_spaces,
)
from compound.facts.excipients.verdict import ExcipientVerdict, PatientCaution, RuleOutcome, on_a_part
from compound.findings.finding import Clause
from compound.reading.text import visible


class Reading:
    """One name as the built-in rules understand it: its tokens, what they stand for, what is left out or left over."""

    def __init__(self, rules: RuleSet, tokens: list[Token], role: str) -> None:
        self.rules = rules
        self.role = role
        self.tokens = split_negations(rules, tokens)
        self.texts = [token.text for token in self.tokens]
        self.spans = spans_in(rules.names, rules.longest, self.tokens)
        self.covered = [False] * len(self.tokens)
        self._read_lots()
        for span in self.spans:
            self._cover(span.start, span.end)
        self.stated: dict[str, list[MatchedSpan]] = {}  # family -> the grades stated
        self._read_grades()
        self._read_suffixes()
        self._read_what_is_none()
        self.negation = Negation(rules, self.tokens, self.spans)
        for place in self.negation.used:
            self.covered[place] = True
        self._cover_neutral()

    def _read_lots(self) -> None:
        """Covers lot numbers: what holds a digit and follows the word, as far as no space parts it.

        One that is a code of something disallowed (lot E170) is asked about: it may be no lot number.
        """
        lot = self.rules.words["lot"]
        for place, text in enumerate(self.texts):
            if text not in lot:
                continue
            start = place + 1
            while start < len(self.texts) and self.texts[start] in ("no", "nr", "number") and self._follows(start):
                start += 1
            if start >= len(self.texts) or not self._follows(start):
                continue
            end = start + 1
            while end < len(self.texts) and self.tokens[end].gap in ("", "-", "/", "."):
                end += 1
            if not any(c.isdecimal() for part in self.texts[start:end] for c in part):
                continue
            inside = [span for span in self.spans if start <= span.start and span.end <= end]
            self.spans = [span for span in self.spans if span not in inside]
            self._cover(start, end)
            for span in inside:
                if span.row.rule.verdict == DISALLOWED:
                    about_lime = span.row.rule.code == "calcium-carbonate"
                    code = "calcium-carbonate-unclear" if about_lime else "release-agent-depends"
                    row = ExcipientRow(f"a lot number, or {span.row.subject}", self.rules.rules[code], "")
                    self.spans.append(MatchedSpan(span.start, span.end, row))

    def _follows(self, place: int) -> bool:
        """Whether nothing but a space, a colon, a full stop or a number sign stands before a token."""
        return not self.tokens[place].gap.strip(" :.#")

    def _cover(self, start: int, end: int) -> None:
        self.covered[start:end] = [True] * (end - start)

    def text(self, start: int, end: int) -> str:
        """Tokens `start` to `end` as typed, with what stands between them."""
        pieces = [self.tokens[start].original]
        for token in self.tokens[start + 1 : end]:
            pieces += [token.gap, token.original]
        text = "".join(pieces)
        return text + ")" * (text.count("(") - text.count(")"))

    def positive(self) -> list[MatchedSpan]:
        """The spans that the name does not say are left out."""
        return [span for span in self.spans if not self.negation.negates(span)]

    # Grades of polymers.

    def _read_grades(self) -> None:
        """Covers the grades of what is named, and reads those that decide. K30 is povidone's where that is named."""
        families = {span.row.family for span in self.spans if span.row.family}
        grades = frozenset(grade for span in self.spans for grade in span.row.grades)
        if families:
            self._cover_windows(frozenset(grade for grade in grades if not grade.isdecimal()))
            for name in sorted(families):
                self._read_family(name, self.rules.families[name])
        if grades:
            self._cover_windows(grades)

    def _cover_windows(self, squashes: frozenset[str]) -> None:
        for start, end, _ in self._free_windows(squashes):
            self._cover(start, end)

    def _free_windows(self, squashes: frozenset[str] | Mapping[str, str]) -> Iterator[tuple[int, int, str]]:
        """Runs of up to four tokens not yet explained whose squash is in `squashes`, the longest first."""
        for length in (4, 3, 2, 1):
            for start in range(len(self.tokens) - length + 1):
                if any(self.covered[start : start + length]):
                    continue
                joined = "".join(self.texts[start : start + length]).replace(".", "")
                if joined in squashes:
                    yield start, start + length, joined

    def _read_family(self, name: str, family: Family) -> None:
        stated = self.stated.setdefault(name, [])
        for start, end, grade in self._free_windows(family.grades):
            self._state(stated, start, end, family.grades[grade], name)
        if family.viscosity_limit is not None:
            for start, end, viscosity, whole in self._viscosities(family):
                if viscosity >= family.viscosity_limit:
                    self._state(stated, start, end, family.above, name)
                elif whole:
                    self._state(stated, start, end, ALLOWED, name)
                else:
                    self._state(stated, start, end, REVIEW, name, "grade-cut")
        if family.weight_limit is not None:
            self._read_weights(stated, family.weight_least, family.weight_limit, name)
        self._cover_windows(family.covered)

    def _state(self, stated: list[MatchedSpan], start: int, end: int, verdict: str, name: str, code: str = "") -> None:
        """Enters a grade. One that would let the polymer pass must stand beside its name, not beside another's.

        `code` is the rule to cite, where it is not the one that goes with the verdict.
        """
        if verdict == ALLOWED and not self._belongs(start, end, name):
            return
        codes = {ALLOWED: "known-excipient", REVIEW: "release-agent-depends", DISALLOWED: "release-agent"}
        subject = {ALLOWED: f"{name} of low viscosity", REVIEW: f"a grade of {name} to ask about",
                   DISALLOWED: f"{name} of high viscosity"}[verdict]  # fmt: skip
        if name == "polyethylene glycol":
            subject = "polyethylene oxide" if verdict == DISALLOWED else "polyethylene glycol"
        row = ExcipientRow(subject, self.rules.rules[code or codes[verdict]], "", of_family=name, use="binder")
        span = MatchedSpan(start, end, row)
        stated.append(span)
        self.spans.append(span)
        self._cover(start, end)

    def _belongs(self, start: int, end: int, family: str) -> bool:
        before = max((span for span in self.spans if span.end <= start), key=lambda span: span.end, default=None)
        after = min((span for span in self.spans if span.start >= end), key=lambda span: span.start, default=None)
        if before is not None and family in (before.row.family, before.row.of_family):
            return True
        if after is None or after.row.family != family or LIST_SEPARATOR.search(self.tokens[after.start].gap):
            return False
        return before is None or after.start == end

    def _viscosities(self, family: Family) -> Iterator[tuple[int, int, Fraction, bool]]:
        """Viscosities in mPa·s among the tokens not yet explained: `5 mPa·s`, `3-15 cP`, `K100M`, `90SH-4000`.

        The last of each says whether the grade is whole.
        """
        folded = self._folded()
        patterns = list(grade_patterns()[:2])
        if family.letters:
            patterns.append(letter_grades(family.letters))
        for pattern in patterns:
            for match in pattern.finditer(folded):
                place = self._places(match.start(), match.end())
                value = viscosity_of(match)
                if place and value > 0 and not any(self.covered[place[0] : place[1]]):
                    yield (*place, value, is_whole_grade(match, family.whole))

    def _folded(self) -> str:
        """The folded text with each token at its own place."""
        end = self.tokens[-1].end
        characters = [" "] * end
        for token in self.tokens:
            characters[token.start - len(token.gap) : token.start] = token.gap
            characters[token.start : token.end] = token.text.ljust(token.end - token.start, ".")
        return "".join(characters)

    def _places(self, start: int, end: int) -> tuple[int, int] | None:
        """The tokens that lie from `start` to `end` of the folded text; None where a token is cut."""
        inside = [i for i, token in enumerate(self.tokens) if token.start < end and start < token.end]
        if not inside or self.tokens[inside[0]].start < start or self.tokens[inside[-1]].end > end:
            return None
        return inside[0], inside[-1] + 1

    def _read_weights(self, stated: list[MatchedSpan], least: int, limit: int, name: str) -> None:
        """Molecular weights next to polyethylene glycol; `90M` counts thousands of units, as in polyethylene oxide.

        Below `least` none is sold: 90 may have lost its M.
        """
        for match in grade_patterns()[2].finditer(self._folded()):
            place = self._places(match.start(), match.end())
            if place is None or any(self.covered[place[0] : place[1]]):
                continue
            if place[1] < len(self.texts) and self.texts[place[1]] in self.rules.words["number_before"]:
                continue  # an amount or a mesh
            weight = int(re.sub("[^0-9]", "", match[1]))
            if match[2] or weight >= limit:
                self._state(stated, *place, DISALLOWED, name)
            elif weight >= least:
                self._state(stated, *place, ALLOWED, name)
            elif weight:
                self._state(stated, *place, REVIEW, name, "grade-cut")

    # Suffixes such as SR.

    def _read_suffixes(self) -> None:
        rules = self.rules
        context = rules.words["context"]
        for i, token in enumerate(self.tokens):
            if self.covered[i]:
                continue
            glued = re.fullmatch(r"(.*[a-z0-9])([A-Z]{2,3})", token.original)
            if glued and glued[2].lower() in rules.suffixes and is_context(glued[1].lower(), context):
                self._add(i, rules.suffix)
                continue
            is_word = token.text in rules.suffix_words
            if token.text not in rules.suffixes and not is_word:
                continue
            beside = [self.texts[j] for j in (i - 1, i + 1) if 0 <= j < len(self.texts)]
            near = any(is_context(text, context) for text in beside) or self.role == ROLE_DOSAGE_FORM
            innocent = self._innocent(i)
            upper = token.original.isupper() or is_word
            if innocent and not near:
                self._add(i, rules.look_alike)
            elif near and upper and not innocent:
                self._add(i, rules.suffix)
            elif near or upper:
                self._add(i, rules.suffix_unclear)
            elif token.original in rules.titles:
                self._add(i, rules.look_alike)

    def _innocent(self, place: int) -> bool:
        """Whether the word beside a suffix gives it another meaning: SR of the balance, size XL."""
        words = self.rules.innocent.get(self.texts[place], frozenset())
        for step in (-1, 1):
            beside = place + step
            while 0 <= beside < len(self.texts) and self.texts[beside] in ("of", "the", "on"):
                beside += step
            if 0 <= beside < len(self.texts) and self.texts[beside] in words:
                return True
        return False

    def _add(self, place: int, row: ExcipientRow) -> None:
        self.spans.append(MatchedSpan(place, place + 1, row))
        self.covered[place] = True

    # What is on record, and no excipient.

    def _read_what_is_none(self) -> None:
        """Reads active substances and liquids, as far as something in their names is not explained yet."""
        neutral = self.rules.words["neutral"]
        left = [not covered and text not in neutral for text, covered in zip(self.texts, self.covered, strict=True)]
        if not any(one and not text.isdecimal() for one, text in zip(left, self.texts, strict=True)):
            return
        from compound.facts import actives  # their names are loaded for what no rule explains alone

        place, last = 0, len(self.texts)
        while place < last:
            for end in range(min(place + actives.MOST_WORDS_OF_ACTIVE, last), place, -1):
                if any(left[place:end]) and self._is_none(place, end):
                    self._cover(place, end)
                    place = end
                    break
            else:
                place += 1

    def _is_none(self, start: int, end: int) -> bool:
        """Whether tokens name an active substance or a liquid, which is entered."""
        from compound.facts import actives
        from compound.facts.drug_words import DRUG_WORD, nearest_word

        words = self.texts[start:end]
        active = actives.find_active(words) or actives.find_brand("".join(words))
        if active is not None:
            # The name of the drug stands beside its form without a meaning: naltrexone capsule.
            if self.role != ROLE_DOSAGE_FORM:
                row = ExcipientRow(active.name, self.rules.rules["active-substance"], "", note=active.kind, use=ACTIVE)
                self.spans.append(MatchedSpan(start, end, row))
            return True
        if end - start > 1:
            return False
        if words[0] in self.rules.words["solvents"]:
            row = ExcipientRow("a liquid", self.rules.rules["solvent"], "", use=LIQUID)
        else:
            near = nearest_word(words[0]) if self.role != ROLE_DOSAGE_FORM else None
            if near is None or near[0] != DRUG_WORD:
                return False
            rule = self.rules.rules["active-substance-misspelt"]
            row = ExcipientRow(f"nearly {near[1]}", rule, "", use=ACTIVE)
        self.spans.append(MatchedSpan(start, end, row))
        return True

    # What is neither a name nor unknown.

    def _cover_neutral(self) -> None:
        words = self.rules.words
        for i, text in enumerate(self.texts):
            if self.covered[i]:
                continue
            before = self.texts[i - 1] if i else ""
            after = self.texts[i + 1] if i + 1 < len(self.texts) else ""
            if text in words["neutral"] or text in words["lot"]:
                known = True
            elif NUMBER_TOKEN.fullmatch(text):
                known = after in words["number_before"] or before in words["number_after"] or before in words["lot"]
            elif text in words["number_before"]:
                known = NUMBER_TOKEN.fullmatch(before) is not None
            elif AMOUNT_TOKEN.fullmatch(text):
                known = text.lstrip("0123456789.") in words["number_before"]
            else:
                known = before == "size" and text in words["sizes"]
                known = known or (before in words["lot"] and any(c.isdecimal() for c in text))
            self.covered[i] = known

    # The verdict.

    def uncovered(self) -> list[int]:
        """The places of the tokens that nothing explains."""
        return [i for i, covered in enumerate(self.covered) if not covered]

    def verdict(self, name: str) -> ExcipientVerdict:
        """The strictest outcome, with the part of the name that decided."""
        outcomes = list(self._outcomes())
        gravest = min(GRAVITY.index(outcome.rule.verdict) for outcome in outcomes)
        deciding = [outcome for outcome in outcomes if GRAVITY.index(outcome.rule.verdict) == gravest]
        # That it is no excipient at all is said last: what slows release beside the drug says more of the name.
        deciding.sort(key=lambda outcome: outcome.row is not None and outcome.row.use in (ACTIVE, LIQUID))
        first = deciding[0]
        rule = first.rule
        matched = list(dict.fromkeys(outcome.matched for outcome in deciding if outcome.matched))
        if rule.verdict == UNKNOWN:
            matched = list(dict.fromkeys(outcome.matched for outcome in outcomes if outcome.matched and outcome.row))
        says = [clause for outcome in deciding for clause in outcome.says]
        cautions = tuple(
            dict.fromkeys(
                PatientCaution(outcome.row.subject, self.rules.cautions[outcome.row.caution])
                for outcome in outcomes
                if outcome.row is not None and outcome.row.caution and outcome.rule.code != "negated"
            )
        )
        if rule.verdict in (ALLOWED, REVIEW):
            says += [Clause("excipient-also", {"subject": one.subject, "because": one.because}) for one in cautions]
        return ExcipientVerdict(
            name=name,
            verdict=rule.verdict,
            matched="; ".join(matched),
            rule=rule.code,
            source=_source(rule, first.row),
            says=_once(says),
            evidence=_evidence(rule, first.row),
            about=rule.about,
            cautions=cautions,
            kind=self._kind(deciding),
        )

    def _kind(self, deciding: list[RuleOutcome]) -> str:
        """What the name is on record as. That it is no excipient at all counts before all else."""
        uses = [span.row.use for span in self.positive() if span.row.use]
        uses += [outcome.row.use for outcome in deciding if outcome.row is not None and outcome.row.use]
        return next((use for use in (ACTIVE, LIQUID) if use in uses), uses[0] if uses else "")

    def _outcomes(self) -> Iterator[RuleOutcome]:
        rules = self.rules.rules
        positive = self.positive()
        yield from self._left_over()
        for span in sorted(self.spans, key=lambda span: span.start):
            if span in positive:
                continue
            rule = span.row.when_negated or rules["negated"]
            yield self._outcome(rule, span)
        names = {span.row.family or span.row.of_family for span in positive if not span.identifier} - {""}
        for span in sorted(positive, key=lambda span: span.start):
            if span.identifier and span.row.family in names:
                continue  # the name beside the identifier says more
            if self.negation.is_unclear(span):
                yield self._outcome(rules["negation-unclear"], span)
            elif span.row.family:
                yield self._family_outcome(span, positive)
            else:
                yield self._outcome(self._rule_of(span), span)
        yield from self._loose_calcium(positive)
        yield from self._shell_outcome()
        yield from self._role_outcome(positive)

    def _outcome(self, rule: ExcipientRule, span: MatchedSpan) -> RuleOutcome:
        matched = self.text(span.start, span.end)
        subject = span.row.subject
        says: tuple[Clause, ...]
        if rule.code == "negated" or squash(matched) == squash(subject):
            says = on_a_part(visible(matched), rule)
        else:
            values = {"matched": visible(matched), "subject": subject, "because": rule.because}
            says = (Clause("excipient-is", values),)
        if span.row.note and rule is span.row.rule:
            says += (Clause("excipient-note", {"because": span.row.note}),)
        return RuleOutcome(rule, span.row, matched, says)

    def _rule_of(self, span: MatchedSpan) -> ExcipientRule:
        """The rule of a span, or its milder one where the name states the small amount or the use it asks for."""
        row = span.row
        if row.alone and (self.role == ROLE_DOSAGE_FORM or not self.tokens[span.start].original.isupper()):
            return self.rules.rules["release-word-unclear"]
        percentages = self._percentages(span)
        # The word may be said of another substance, if another is named.
        sole = all(other.row is row or other.row.use == "form" or _of_one_family(other.row, row) for other in self.spans)
        if row.rule.code == "release-agent-depends" and self.role == ROLE_DILUENT and sole and not percentages:
            return self.rules.rules["release-agent"]  # a diluent is nearly all of the capsule: no small amount
        if row.relaxed is None:
            return row.rule
        if row.relaxed.percent is not None and percentages:
            return row.relaxed.rule if max(percentages) <= row.relaxed.percent else row.rule
        named = any(text in self.rules.words[row.relaxed.words] for text in self.texts)
        return row.relaxed.rule if named and sole else row.rule

    def _percentages(self, span: MatchedSpan) -> list[Fraction]:
        """The percentages that stand right before and right after a name."""
        beside = (self.texts[span.end : span.end + 2], self.texts[max(0, span.start - 2) : span.start])
        return [
            Fraction(pair[0]) for pair in beside if len(pair) == 2 and pair[1] == "%" and NUMBER_TOKEN.fullmatch(pair[0])
        ]

    def _family_outcome(self, span: MatchedSpan, positive: list[MatchedSpan]) -> RuleOutcome:
        """A polymer by its grade: graded, a shell, or to be asked about."""
        family = self.rules.families[span.row.family]
        if self._is_graded(span, positive):
            return self._outcome(self.rules.rules["known-excipient"], span)  # the grades have their own outcomes
        if family.shell and self._is_shell_of(span):
            return self._outcome(self.rules.rules["known-excipient"], span._replace(row=span.row._replace(use="shell")))
        return self._outcome(self._rule_of(span), span)

    def _is_graded(self, span: MatchedSpan, positive: list[MatchedSpan]) -> bool:
        """Whether a grade is stated for this mention of a polymer, or for the one it is put in brackets with."""
        family = span.row.family
        same = [span]
        for other in positive:
            one, two = sorted((span, other), key=lambda span: span.start)
            beside = self._all_of(one.end, two.start, family)
            if other.row.family == family and other is not span and beside and "(" in self.tokens[two.start].gap:
                same.append(other)
        return any(self._owner(grade) in same for grade in self.stated[family] if grade in positive)

    def _all_of(self, start: int, end: int, family: str) -> bool:
        """Whether grades of the family are all that stands between two places."""
        return all(
            any(grade.start <= place < grade.end for grade in self.stated[family]) for place in range(start, end)
        )

    def _owner(self, grade: MatchedSpan) -> MatchedSpan | None:
        """The mention of a polymer that a grade belongs to: the last before it, or else the first after it."""
        mentions = [span for span in self.spans if span.row.family == grade.row.of_family]
        before = [span for span in mentions if span.end <= grade.start]
        after = [span for span in mentions if span.start >= grade.end]
        if before:
            return max(before, key=lambda span: span.end)
        return min(after, key=lambda span: span.start, default=None)

    def _names_shell(self) -> bool:
        return self.role == ROLE_SHELL or any(text in self.rules.words["shell"] for text in self.texts)

    def _is_shell_of(self, span: MatchedSpan) -> bool:
        """Whether `span` is what a shell is made of: "hypromellose capsule", "capsule shell: hypromellose"."""
        if self.role == ROLE_SHELL:
            return True
        if self.role == ROLE_DILUENT:
            return False
        words = self.rules.words
        after = span.end
        while after < len(self.texts) and not LIST_SEPARATOR.search(self.tokens[after].gap):
            if self.texts[after] in words["shell"]:
                following = self.texts[after + 1] if after + 1 < len(self.texts) else ""
                return following not in words["body"]
            if self.texts[after] not in words["neutral"] or self.texts[after] in words["joint"] | words["body"]:
                break
            after += 1
        before = span.start - 1
        while before >= 0 and self.texts[before] in ("made", "of", "from"):
            before -= 1
        said = before < span.start - 1 or any(mark in self.tokens[span.start].gap for mark in ":(")
        if before < 0 or not said or self.texts[before] not in words["shell"]:
            return False
        last = span.end == len(self.tokens) or not self._stands_close(span.end)
        # Not the shell of another material: "gelatin capsules (hypromellose)".
        return last and not any(other.start <= before < other.end and other.row.use == "shell" for other in self.spans)

    def _stands_close(self, place: int) -> bool:
        """Whether no comma or bracket parts a token from the one before."""
        return not re.search(r"[,;/+&|()]", self.tokens[place].gap)

    def _loose_calcium(self, positive: list[MatchedSpan]) -> Iterator[RuleOutcome]:
        """Calcium and carbonate in one name with other words between: "calcium (as carbonate)"."""
        words = self.rules.words
        bound = {i for span in self.spans if span.end - span.start > 1 for i in range(span.start, span.end)}
        bound |= {i for span in self.spans if self.negation.negates(span) for i in range(span.start, span.end)}
        metals = [i for i, text in enumerate(self.texts) if text in words["calcium"] and i not in bound]
        salts = [i for i, text in enumerate(self.texts) if text in words["carbonate"] and i not in bound]
        if metals and salts:
            rule = self.rules.rules["calcium-carbonate"]
            first, last = sorted((metals[0], salts[0]))
            matched = f"{self.tokens[first].original} … {self.tokens[last].original}"
            row = ExcipientRow("calcium carbonate", rule, "")
            values = {"matched": visible(matched), "subject": row.subject, "because": rule.because}
            yield RuleOutcome(rule, row, matched, (Clause("excipient-is", values),))

    def _shell_outcome(self) -> Iterator[RuleOutcome]:
        """A shell made white without titanium dioxide may be made white with calcium carbonate."""
        negated = [span for span in self.spans if self.negation.negates(span)]
        without = [span for span in negated if span.row.subject == "titanium dioxide"]
        if not without or any(span.row.rule.code == "calcium-carbonate" for span in negated):
            return
        words = self.rules.words
        white = any(text in words["white"] for text in self.texts)
        clear = any(text in words["clear"] for text in self.texts)
        if white or (self._names_shell() and not clear):
            rule = self.rules.rules["shell-opacifier"]
            start, end = without[0].start, without[0].end
            whole = visible(self.text(0, len(self.tokens)))
            yield RuleOutcome(rule, None, self.text(start, end), on_a_part(whole, rule))

    def _role_outcome(self, positive: list[MatchedSpan]) -> Iterator[RuleOutcome]:
        """Whether what is allowed elsewhere can be a diluent, or is a dosage form at all."""
        if self.uncovered() or not self.spans:
            return
        text = self.text(0, len(self.tokens))
        uses = {span.row.use for span in positive}
        if self.role == ROLE_DILUENT and "filler" not in uses:
            rule = self.rules.rules["not-a-filler"]
            yield RuleOutcome(rule, None, text, on_a_part(visible(text), rule))
        if self.role == ROLE_DOSAGE_FORM and uses.isdisjoint(("form", "shell")):
            yield RuleOutcome(self.rules.rules["not-known"], None, "", (Clause("form-unknown", {"matched": visible(text)}),))

    def _left_over(self) -> Iterator[RuleOutcome]:
        """What nothing explains: near a name the rules know, or not known at all."""
        left = self.uncovered()
        rule = self.rules.rules["not-known"]
        if left:
            hint: tuple[Clause, ...] = ()
            found = [*self._near(left), *self._near_identifiers(left)]
            for start, end, near, hit in longest_of(found):
                if hit.row.rule.verdict in (DISALLOWED, REVIEW):
                    misspelt = self.rules.rules["misspelt"]
                    text = self.text(start, end)
                    values = {"matched": visible(text), "near": near, "because": misspelt.because}
                    itself = near == hit.row.subject
                    clause = Clause(
                        "excipient-meant" if itself else "excipient-meant-of",
                        values if itself else values | {"subject": hit.row.subject},
                    )
                    yield RuleOutcome(misspelt, hit.row, text, (clause,))
                elif not hint:
                    hint = (Clause("excipient-hint", {"near": near}),)
            named = tuple(Clause("quoted", {"matched": visible(self.text(i, j))}) for i, j in runs_of(left))
            yield RuleOutcome(rule, None, "", (Clause("excipient-parts", {"parts": named, "because": rule.because}), *hint))
        elif not self.spans:
            text = visible(self.text(0, len(self.tokens)))
            form = (Clause("form-unknown", {"matched": text}), Clause("form-wanted"))
            yield RuleOutcome(rule, None, "", form if self.role == ROLE_DOSAGE_FORM else on_a_part(text, rule))

    def _near(self, left: list[int]) -> Iterator[tuple[int, int, str, Hit]]:
        """Names of the rules that runs of tokens with something unexplained in them are close to, or hold."""
        unexplained = set(left)
        last = len(self.tokens)
        for start in range(last):
            joined = ""
            words = 0
            for end in range(start, last):
                text = self.texts[end]
                # Scripts without spaces have a token a letter; five of them are no five words.
                words += 1 if end == start or not writes_no_spaces(text[0]) else 0
                if words > MOST_WORDS:
                    break
                joined += text
                longest = LONGEST_UNSPACED if writes_no_spaces(text[0]) else self.rules.longest
                if len(joined) > longest + 3 or text.isdecimal():
                    break
                if len(joined) < 5 or unexplained.isdisjoint(range(start, end + 1)):
                    continue
                near = nearest_spelling(joined)
                if near is None and start == end and len(joined) > 8:
                    near = nearest_held(joined)
                if near is not None:
                    yield start, end + 1, *near

    def _near_identifiers(self, left: list[int]) -> Iterator[tuple[int, int, str, Hit]]:
        """Codes that runs of unexplained tokens are close to: O for 0, or a number whose check digit is wrong."""
        for start in left:
            joined = ""
            for end in range(start, min(start + 5, len(self.tokens))):
                if self.covered[end]:
                    break
                joined += self.texts[end]
                near = nearest_code(joined)
                if near is not None:
                    yield start, end + 1, *near


def _of_one_family(one: ExcipientRow, other: ExcipientRow) -> bool:
    """Whether two rows are of one polymer: its name and a grade of it."""
    family = one.family or one.of_family
    return bool(family) and family in (other.family, other.of_family)


def _source(rule: ExcipientRule, row: ExcipientRow | None) -> str:
    parts = [part for part in (rule.source, row.sources if row else "") if part]
    return "; ".join(dict.fromkeys(parts)) or NO_SOURCE


def _evidence(rule: ExcipientRule, row: ExcipientRow | None) -> tuple[str, ...]:
    if row is None or rule.code in ("negated", "look-alike", "not-known"):
        return (rule.evidence,)
    return rule.evidence, "identity from a public source" if row.sources else f"identity from {NO_SOURCE}"


def _once(clauses: list[Clause]) -> tuple[Clause, ...]:
    """The clauses without repetitions, in their order."""
    return tuple(clause for place, clause in enumerate(clauses) if clause not in clauses[:place])
