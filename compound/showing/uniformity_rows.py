"""The uniformity from capsule to capsule as rows of text: the table of the terminal and the worksheet print the same."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from compound.exact.real import twelve
from compound.facts import standards
from compound.judging.audit import Audit
from compound.judging.particles import Particles, for_a_certificate
from compound.judging.uniformity import Uniformity, aliquots, density_evidence
from compound.order.particle_size import ParticleSize
from compound.wording import uniformity_words
from compound.wording.language import ENGLISH, Language
from compound.wording.uniformity_words import UniformityWords

if TYPE_CHECKING:
    from compound.judging.pass_chance import Prediction

Row = tuple[str, str]

_WORDS = {"en": uniformity_words.ENGLISH_UNIFORMITY, "de": uniformity_words.GERMAN_UNIFORMITY}
_RARE_PERCENT = Decimal("0.0000001")  # one of a billion
_FOUR = Context(prec=4)
_SURE_PERCENT, _HOPELESS_PERCENT = Decimal("99.99"), Decimal("0.01")


def uniformity_rows(audit: Audit, language: Language = ENGLISH) -> list[Row]:
    """What the particles, the budget of one capsule and USP <905> come to, name and text."""
    told, words = audit.uniformity, _WORDS[language.code]
    return [
        *_powder_rows(audit, told, words, language),
        *_sampling_rows(audit, told, words, language),
        *_budget_rows(told, words, language),
        *_prediction_rows(told, words, language),
    ]


def _powder_rows(audit: Audit, told: Uniformity, words: UniformityWords, language: Language) -> list[Row]:
    notation, particles = language.notation, told.particles
    if told.dissolved:
        return [(words.size, words.dissolved)]
    found: list[Row] = [(words.size, _size(told, words, language))]
    if told.density is not None:
        evidence = language.text(density_evidence(audit.plan.order) or "")
        text = words.density_is.format(density=notation.number(told.density), evidence=evidence)
        found.append((words.density, text))
    if particles is not None:
        found += _particle_rows(particles, words, language)
        limit = notation.percent(standards.limit("particle_rsd_most_percent"))
        rsd = notation.percent(particles.rsd_percent)
        found.append((words.particle_rsd, words.with_limit.format(rsd=rsd, limit=limit)))
    elif (assumed := told.assumed) is not None:
        text = words.assumed.format(
            rsd=notation.percent(assumed.rsd_percent), median=notation.number(assumed.size.median_um),
            spread=notation.number(assumed.size.spread),
        )  # fmt: skip
        found.append((words.particle_rsd, text))
    if told.admissible:
        sizes = "; ".join(
            words.for_rsd.format(
                median=notation.number(for_a_certificate(one.median_um)), rsd=notation.percent(one.rsd_percent)
            )
            for one in told.admissible
        )
        spread = notation.number(told.admissible[0].spread)
        found.append((words.largest, words.largest_is.format(sizes=sizes, spread=spread)))
    return found


def _near(value: Decimal) -> Decimal:
    """The value to four digits."""
    return _FOUR.plus(value)


def _size(told: Uniformity, words: UniformityWords, language: Language) -> str:
    size, number, particles = told.size, language.notation.number, told.particles
    if size is None:
        return words.size_not_stated
    if isinstance(size, ParticleSize):
        stated = words.log_normal.format(median=number(size.median_um), spread=number(size.spread))
        if particles is None:
            return stated
        return words.log_normal_d99.format(stated=stated, d99=words.about.format(value=number(_near(particles.d99_um))))
    count = number(len(size.classes))
    if particles is None:
        return words.classes.format(count=count)
    median, d99 = number(particles.median_um), number(particles.d99_um)
    return words.classes_d99.format(stated=words.classes.format(count=count), median=median, d99=d99)


def _particle_rows(particles: Particles, words: UniformityWords, language: Language) -> list[Row]:
    notation = language.notation

    def share(mass_mg: Decimal, percent: Decimal) -> str:
        mass = words.about.format(value=notation.mass(_near(mass_mg)))
        return words.share.format(mass=mass, share=notation.percent(percent))

    chance = particles.large_chance_percent
    if chance == 0:
        large = words.none_large
    elif chance < _RARE_PERCENT:
        large = words.rarer_than
    else:
        ratio = words.about.format(value=notation.number(_near(twelve(100 / Fraction(chance)))))
        large = words.large_is.format(chance=notation.percent(chance), ratio=ratio)
    counts = {
        name: words.about.format(value=notation.number(_near(count)))
        for name, count in (("count", particles.count_by_number), ("effective", particles.count_effective))
    }
    return [
        (words.median_particle, share(particles.median_mass_mg, particles.median_share_percent)),
        (words.d99_particle, share(particles.d99_mass_mg, particles.d99_share_percent)),
        (words.count, words.count_is.format(**counts)),
        (words.large.format(share=notation.percent(100 * standards.limit("large_particle_share"))), large),
    ]


def _sampling_rows(audit: Audit, told: Uniformity, words: UniformityWords, language: Language) -> list[Row]:
    particles, percent = told.particles, language.notation.percent
    if particles is None:
        return []
    drawn = aliquots(audit.run)
    if not drawn:
        return [(words.aliquots, words.no_aliquots)]
    steps = "; ".join(
        words.aliquot.format(step=aliquot.step, rsd=percent(rsd))
        for aliquot, rsd in zip(drawn, particles.aliquot_bias_percent, strict=True)
    )
    if len(drawn) == 1:
        return [(words.aliquots, steps)]
    return [(words.aliquots, words.together.format(steps=steps, rsd=percent(particles.bias_percent)))]


def _budget_rows(told: Uniformity, words: UniformityWords, language: Language) -> list[Row]:
    notation, particles, fill = language.notation, told.particles, told.fill_rsd_percent
    weighing = words.not_worked_out
    if told.weighing_low_percent is not None and told.weighing_high_percent is not None:
        low, high = map(notation.signed_percent, (told.weighing_low_percent, told.weighing_high_percent))
        weighing = words.weighing_is.format(low=low, high=high)
    combined = words.not_checked
    if told.combined_rsd_percent is not None:
        combined = notation.percent(told.combined_rsd_percent)
        if fill is None:
            combined = words.particles_alone.format(rsd=combined)
        elif told.dissolved:
            combined = words.fill_alone.format(rsd=combined)
    found = [(words.weighing, weighing)]
    if not told.dissolved:
        found.append((words.particles, words.not_checked if particles is None else notation.percent(particles.rsd_percent)))
    found.append((words.fill, words.not_checked if fill is None else notation.percent(fill)))
    return [*found, (words.combined, combined)]


def _prediction_rows(told: Uniformity, words: UniformityWords, language: Language) -> list[Row]:
    if told.combined_rsd_percent is None:
        names = (words.acceptance_value, words.stage_1, words.either_stage)
        return [(name, words.not_checked) for name in names]
    planned, worst = told.expected, told.worst
    found = [
        (words.acceptance_value, _value(planned, worst, words, language)),
        (words.stage_1, _chances(planned, worst, "stage_1_percent", words, language)),
        (words.either_stage, _chances(planned, worst, "either_stage_percent", words, language)),
    ]
    if told.particles is not None and (planned is not None or worst is not None):
        skewness = words.about.format(value=language.notation.fixed(told.particles.skewness, 2))
        found.append((words.model, words.model_is.format(skewness=skewness)))
    return found


def _value(planned: Prediction | None, worst: Prediction | None, words: UniformityWords, language: Language) -> str:
    def text(told: Prediction | None) -> str:
        if told is None:
            return words.not_worked_out
        return words.about.format(value=language.notation.fixed(told.acceptance_value, 1))

    if planned is None and worst is None:
        return words.not_worked_out
    return words.value_at_both.format(planned=text(planned), worst=text(worst))


def _chances(planned: Prediction | None, worst: Prediction | None, name: str, words: UniformityWords, language: Language) -> str:
    percent = language.notation.percent

    def text(told: Prediction | None) -> str:
        if told is None:
            return words.not_worked_out
        chance: Decimal = getattr(told, name)
        if chance >= _SURE_PERCENT:
            return words.above.format(chance=percent(Decimal("99.9")))
        if chance < _HOPELESS_PERCENT:
            return words.below.format(chance=percent(_HOPELESS_PERCENT))
        return words.about.format(value=percent(chance))

    if planned is None and worst is None:
        return words.not_worked_out
    return words.at_both.format(planned=text(planned), worst=text(worst))
