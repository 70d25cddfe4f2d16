"""The words of the rows on uniformity (`compound.showing.uniformity_rows`)."""

from __future__ import annotations

from compound.exact.value import Value


class UniformityWords(Value, kw_only=True):
    """Every sentence and name of these rows, in one language."""

    size: str
    log_normal: str
    log_normal_d99: str
    classes: str
    classes_d99: str
    size_not_stated: str
    dissolved: str
    density: str
    density_is: str
    density_entered: str
    density_replaced: str
    density_range: str
    median_particle: str
    d99_particle: str
    share: str
    count: str
    count_is: str
    large: str
    none_large: str
    large_is: str
    rarer_than: str
    particle_rsd: str
    with_limit: str
    assumed: str
    largest: str
    largest_is: str
    for_rsd: str
    aliquots: str
    aliquot: str
    together: str
    no_aliquots: str
    weighing: str
    weighing_is: str
    particles: str
    fill: str
    combined: str
    particles_alone: str
    fill_alone: str
    acceptance_value: str
    value_at_both: str
    stage_1: str
    either_stage: str
    at_both: str
    above: str
    below: str
    about: str
    between: str
    model: str
    model_is: str
    not_checked: str
    not_worked_out: str
