"""The uniformity from capsule to capsule as rows of text: the table of the terminal and the worksheet print the same.

Where the true density of the drug is a range, each figure of the particles stands with both ends, rounded outwards to
three digits: `73.5 to 88.7 %`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from compound.exact.real import twelve
from compound.exact.value import Value
from compound.facts import standards
from compound.judging.audit import Audit
from compound.judging.densities import density_evidence, density_on_record
from compound.judging.particles import THREE_DOWN, THREE_UP, Particles, for_a_certificate
from compound.judging.uniformity import Uniformity, aliquots
from compound.order.particle_size import ParticleSize
from compound.wording.language import ENGLISH, Language
from compound.wording.notation import phrase
from compound.wording.uniformity_words import UniformityWords

if TYPE_CHECKING:
    from compound.judging.pass_chance import Prediction

Row = tuple[str, str]

_RARE_PERCENT = Decimal("0.0000001")  # one of a billion
_FOUR = Context(prec=4)
_SURE_PERCENT, _HOPELESS_PERCENT = Decimal("99.99"), Decimal("0.01")


class _Writer(Value):
    """How a figure is written in one language: that of one density, or those of both ends of a range."""

    words: UniformityWords
    language: Language

    def percent(self, values: Sequence[Decimal]) -> str:
        """A percentage: as it is, or both ends with one sign."""
        notation = self.language.notation
        if len(values) == 1:
            return notation.percent(values[0])
        sign = notation.percent(0).removeprefix("0")
        return self._ends(values, notation.number) + sign

    def number(self, values: Sequence[Decimal]) -> str:
        """A number to four digits that is about right, or both ends."""
        write = self.language.notation.number
        return self._about(write(_near(values[0]))) if len(values) == 1 else self._ends(values, write)

    def mass(self, values: Sequence[Decimal]) -> str:
        """A mass in mg to four digits that is about right, or both ends."""
        write = self.language.notation.mass
        return self._about(write(_near(values[0]))) if len(values) == 1 else self._ends(values, write)

    def fixed(self, values: Sequence[Decimal], places: int) -> str:
        """A number with some digits after the point that is about right, or both ends where they differ in them."""
        texts = list(dict.fromkeys(self.language.notation.fixed(value, places) for value in sorted(values)))
        return self._about(texts[0]) if len(texts) == 1 else self.words.between.format(low=texts[0], high=texts[-1])

    def texts(self, texts: Sequence[str]) -> str:
        """Two texts as the ends of a range, or the one that they are."""
        return texts[0] if len(set(texts)) == 1 else self.words.between.format(low=texts[0], high=texts[-1])

    def _about(self, text: str) -> str:
        return self.words.about.format(value=text)

    def _ends(self, values: Sequence[Decimal], write: Callable[[Decimal], str]) -> str:
        low, high = THREE_DOWN.plus(min(values)), THREE_UP.plus(max(values))
        return self.texts([write(low), write(high)])


def uniformity_rows(audit: Audit, language: Language = ENGLISH) -> list[Row]:
    """What the particles, the budget of one capsule and USP <905> come to, name and text."""
    told, words = audit.uniformity, language.table(UniformityWords)
    writer = _Writer(words, language)
    return [
        *_powder_rows(audit, told, writer),
        *_sampling_rows(audit, told, writer),
        *_budget_rows(told, writer),
        *_prediction_rows(told, writer),
    ]


def particle_rsd_text(told: Uniformity, language: Language = ENGLISH) -> str | None:
    """The particle RSD, or None where no size is stated."""
    found = [particles.rsd_percent for particles in _particles(told)]
    return _Writer(language.table(UniformityWords), language).percent(found) if found else None


def _particles(told: Uniformity) -> list[Particles]:
    """The particle statistics at each end of the density; none where there are no particles, or no size."""
    return [end.particles for end in told.ends if end.particles is not None]


def _powder_rows(audit: Audit, told: Uniformity, writer: _Writer) -> list[Row]:
    words, notation, particles = writer.words, writer.language.notation, _particles(told)
    if told.dissolved:
        return [(words.size, words.dissolved)]
    found: list[Row] = [(words.size, _size(told, writer)), (words.density, _density(audit, told, writer))]
    assumed = [end.assumed for end in told.ends if end.assumed is not None]
    if particles:
        found += _particle_rows(particles, writer)
        limit = notation.percent(standards.limit("particle_rsd_most_percent"))
        rsd = writer.percent([one.rsd_percent for one in particles])
        found.append((words.particle_rsd, words.with_limit.format(rsd=rsd, limit=limit)))
    elif assumed:
        text = words.assumed.format(
            rsd=writer.percent([one.rsd_percent for one in assumed]), median=notation.number(assumed[0].size.median_um),
            spread=notation.number(assumed[0].size.spread),
        )  # fmt: skip
        found.append((words.particle_rsd, text))
    limits = list(zip(*(end.admissible for end in told.ends), strict=True))
    sizes = "; ".join(
        words.for_rsd.format(
            # Each rounded down, so that a lot of that size is within the limit; the smaller one is, at any density.
            median=writer.texts([notation.number(for_a_certificate(one.median_um)) for one in reversed(ends)]),
            rsd=notation.percent(ends[0].rsd_percent),
        )
        for ends in limits
    )
    spread = notation.number(limits[0][0].spread)
    return [*found, (words.largest, words.largest_is.format(sizes=sizes, spread=spread))]


def _density(audit: Audit, told: Uniformity, writer: _Writer) -> str:
    words, language, order = writer.words, writer.language, audit.plan.order
    number = language.notation.number
    ends = [number(end) for end in told.density.ends]
    if len(ends) == 2:
        return words.density_range.format(density=writer.texts(ends))
    recorded = density_on_record(order)
    if order.true_density is None:
        return words.density_is.format(density=ends[0], evidence=language.phrase(density_evidence(order) or ""))
    if recorded is None or recorded == order.true_density:
        return words.density_entered.format(density=ends[0])
    return words.density_replaced.format(density=ends[0], record=number(recorded))


def _near(value: Decimal) -> Decimal:
    """The value to four digits."""
    return _FOUR.plus(value)


def _size(told: Uniformity, writer: _Writer) -> str:
    words, size, number, particles = writer.words, told.size, writer.language.notation.number, _particles(told)
    if size is None:
        return words.size_not_stated
    if isinstance(size, ParticleSize):
        stated = words.log_normal.format(median=number(size.median_um), spread=number(size.spread))
        if not particles:
            return stated
        d99 = words.about.format(value=number(_near(particles[0].d99_um)))
        return words.log_normal_d99.format(stated=stated, d99=d99)
    count = number(len(size.classes))
    if not particles:
        return phrase(words.classes, {"count": count})
    median, d99 = number(particles[0].median_um), number(particles[0].d99_um)
    return words.classes_d99.format(stated=phrase(words.classes, {"count": count}), median=median, d99=d99)


def _particle_rows(particles: Sequence[Particles], writer: _Writer) -> list[Row]:
    words, notation = writer.words, writer.language.notation

    def share(masses: Sequence[Decimal], percents: Sequence[Decimal]) -> str:
        return words.share.format(mass=writer.mass(masses), share=writer.percent(percents))

    return [
        (words.median_particle, share([one.median_mass_mg for one in particles], [one.median_share_percent for one in particles])),
        (words.d99_particle, share([one.d99_mass_mg for one in particles], [one.d99_share_percent for one in particles])),
        (words.count, words.count_is.format(
            count=writer.number([one.count_by_number for one in particles]),
            effective=writer.number([one.count_effective for one in particles]),
        )),
        (words.large.format(share=notation.percent(100 * standards.limit("large_particle_share"))),
         _large([one.large_chance_percent for one in particles], writer)),
    ]  # fmt: skip


def _large(chances: Sequence[Decimal], writer: _Writer) -> str:
    """How often a capsule holds a large particle. Of a range whose lower chance is next to none, the larger one stands."""
    words = writer.words
    if max(chances) == 0:
        return words.none_large
    if max(chances) < _RARE_PERCENT:
        return words.rarer_than
    if min(chances) < _RARE_PERCENT:
        chances = [max(chances)]
    ratios = [twelve(100 / Fraction(chance)) for chance in chances]
    return words.large_is.format(chance=writer.percent(chances), ratio=writer.number(ratios))


def _sampling_rows(audit: Audit, told: Uniformity, writer: _Writer) -> list[Row]:
    words, particles = writer.words, _particles(told)
    if not particles:
        return []
    drawn = aliquots(audit.run)
    if not drawn:
        return [(words.aliquots, words.no_aliquots)]
    steps = "; ".join(
        words.aliquot.format(step=aliquot.step, rsd=writer.percent(rsds))
        for aliquot, *rsds in zip(drawn, *(one.aliquot_bias_percent for one in particles), strict=True)
    )
    if len(drawn) == 1:
        return [(words.aliquots, steps)]
    rsd = writer.percent([one.bias_percent for one in particles])
    return [(words.aliquots, words.together.format(steps=steps, rsd=rsd))]


def _budget_rows(told: Uniformity, writer: _Writer) -> list[Row]:
    words, notation, fill = writer.words, writer.language.notation, told.fill_rsd_percent
    weighing = words.not_worked_out
    if told.weighing_low_percent is not None and told.weighing_high_percent is not None:
        low, high = map(notation.signed_percent, (told.weighing_low_percent, told.weighing_high_percent))
        weighing = words.weighing_is.format(low=low, high=high)
    combined = words.not_checked
    if rsds := [end.combined_rsd_percent for end in told.ends if end.combined_rsd_percent is not None]:
        combined = writer.percent(rsds)
        if fill is None:
            combined = words.particles_alone.format(rsd=combined)
        elif told.dissolved:
            combined = words.fill_alone.format(rsd=combined)
    found = [(words.weighing, weighing)]
    if not told.dissolved:
        found.append((words.particles, particle_rsd_text(told, writer.language) or words.not_checked))
    found.append((words.fill, words.not_checked if fill is None else notation.percent(fill)))
    return [*found, (words.combined, combined)]


def _prediction_rows(told: Uniformity, writer: _Writer) -> list[Row]:
    words = writer.words
    if not told.is_told:
        names = (words.acceptance_value, words.stage_1, words.either_stage)
        return [(name, words.not_checked) for name in names]
    planned = [end.expected for end in told.ends if end.expected is not None]
    worst = [end.worst for end in told.ends if end.worst is not None]
    if not planned and not worst:
        names = (words.acceptance_value, words.stage_1, words.either_stage)
        return [(name, words.not_worked_out) for name in names]
    found = [
        (words.acceptance_value, words.value_at_both.format(planned=_value(planned, writer), worst=_value(worst, writer))),
        (words.stage_1, words.at_both.format(
            planned=_chance([one.stage_1_percent for one in planned], writer),
            worst=_chance([one.stage_1_percent for one in worst], writer),
        )),
        (words.either_stage, words.at_both.format(
            planned=_chance([one.either_stage_percent for one in planned], writer),
            worst=_chance([one.either_stage_percent for one in worst], writer),
        )),
    ]  # fmt: skip
    if particles := _particles(told):
        skewness = writer.fixed([one.skewness for one in particles], 2)
        found.append((words.model, words.model_is.format(skewness=skewness)))
    return found


def _value(told: Sequence[Prediction], writer: _Writer) -> str:
    """The acceptance value to expect."""
    return writer.fixed([one.acceptance_value for one in told], 1) if told else writer.words.not_worked_out


def _chance(chances: Sequence[Decimal], writer: _Writer) -> str:
    """A chance to pass; one that is next to certain or hopeless is said to be above or below."""
    words, percent = writer.words, writer.language.notation.percent
    if not chances:
        return words.not_worked_out

    def text(chance: Decimal) -> str:
        if chance >= _SURE_PERCENT:
            return words.above.format(chance=percent(Decimal("99.9")))
        if chance < _HOPELESS_PERCENT:
            return words.below.format(chance=percent(_HOPELESS_PERCENT))
        return percent(chance) if len(chances) == 2 else words.about.format(value=percent(chance))

    return writer.texts([text(chance) for chance in sorted(chances)])
