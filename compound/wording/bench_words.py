"""The words of `compound audit --interactive`: its questions, and what is said between them.

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from compound.exact.value import Value


class BenchWords(Value, kw_only=True):
    """The words of the questions at the bench, in one language."""

    letters: str  # what the letters do, said once
    question: str
    planned: str
    corrected: str
    second: str  # the question for a reading outside its range
    read_back: str
    read_on_target: str
    still_to_read: str
    read_so_far: str
    nothing_read: str
    taken_back: str
    nothing_before: str
    no_reading: str
    taken_up: str
    saved_to: str
    not_saved: str
    all_read: str
    go_on: str
    error: str


BENCH_WORDS = {
    "en": BenchWords(
        letters="Type each reading in mg, or with another unit. b: back, ?: state, q: end.",
        question="step {step}, {what}, {target}; reading in mg",
        planned="{amount} planned",
        corrected="{planned} planned, corrected to {amount}",
        second="type the reading a second time in mg, or the right one",
        read_back="step {step} read as {amount}, {deviation} of {target}",
        read_on_target="step {step} read as {amount}, on target",
        still_to_read="still to weigh: {steps}",
        read_so_far="step {step}: {read}",
        nothing_read="nothing is read yet",
        taken_back="step {step} is taken back, which was read as {amount}",
        nothing_before="there is no reading before this one",
        no_reading="Enter alone is no reading",
        taken_up="{file}: {count} {count:reading|readings} taken up",
        saved_to="each reading is saved to {file}",
        not_saved="readings are not saved; --log FILE.csv saves each as it is typed",
        all_read="every weighing has its reading",
        go_on="to go on from here: {command}",
        error="error: {sentence}",
    ),
    "de": BenchWords(
        letters="Jede Ablesung in mg eingeben, oder mit einer anderen Einheit. b: zurück, ?: Stand, q: Ende.",
        question="Schritt {step}, {what}, {target}; Ablesung in mg",
        planned="{amount} geplant",
        corrected="{planned} geplant, korrigiert auf {amount}",
        second="die Ablesung ein zweites Mal in mg eingeben, oder die richtige",
        read_back="Schritt {step} abgelesen als {amount}, {deviation} von {target}",
        read_on_target="Schritt {step} abgelesen als {amount}, wie vorgesehen",
        still_to_read="noch zu wiegen: {steps}",
        read_so_far="Schritt {step}: {read}",
        nothing_read="noch ist nichts abgelesen",
        taken_back="Schritt {step} ist zurückgenommen, abgelesen war {amount}",
        nothing_before="davor gibt es keine Ablesung",
        no_reading="die Eingabetaste allein ist keine Ablesung",
        taken_up="{file}: {count} {count:Ablesung|Ablesungen} übernommen",
        saved_to="jede Ablesung wird gesichert in {file}",
        not_saved="Ablesungen werden nicht gesichert; --log FILE.csv sichert jede, wie sie eingegeben wird",
        all_read="jede Wägung hat ihre Ablesung",
        go_on="so geht es weiter: {command}",
        error="Fehler: {sentence}",
    ),
}
