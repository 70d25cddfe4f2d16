"""The words of the rows of text (`compound.showing.plan_rows`), and those of the tables of the command line.

The fields in braces are filled with names and with numbers that `compound.wording.notation` wrote.
"""

from __future__ import annotations

from collections.abc import Mapping

from compound.exact.value import Value


class Words(Value, kw_only=True):
    """The sentences and names of the rows that a sheet or a record prints, in one language."""

    # Mixtures.
    per_ml: str
    no_drug: str
    one_in: str
    # What stands on the shelf where it is not the pure drug, and what a vessel that is made is labelled with.
    trituration_of: str
    tablets_of: str
    of_lot: str
    not_the_drug: str
    vessel_label: str
    of_batch: str
    # Dose and bounds.
    dose_per_capsule: str
    no_dose: str
    no_capsules: str
    labelled_dose: str
    planned_dose: str
    with_surplus: str
    with_surplus_by: str
    dose_of: str
    worst_case: str
    worst_case_range: str
    worst_case_limit: str
    not_worked_out: str
    dried_first: str
    one_capsule: str
    filling_one: str
    with_source: str
    source_error: str
    uncertainty: str
    uncertainty_value: str
    # Batch.
    drug: str
    not_stated: str
    capsules: str
    capsules_of_size: str
    fill_weight: str
    filling: str
    by_volume: str
    topped_up: str
    topped_label: str
    expected_bulk: str
    expected_bulk_is: str
    assumed: str
    diluent: str
    other_excipients: str
    excipient_share: str
    excipient_off: str
    content: str
    balance: str
    balance_is: str
    not_given: str
    least_weighable: str
    bulk_balance: str
    drug_in_all: str
    # What a weighing says beside its material.
    portion: str
    portion_of: str
    on_bulk: str
    to_crush: str
    crush_all: str
    crush_part: str
    tablet_mean: str
    mean_of_ten: str
    # Findings.
    finding: str
    accepted_finding: str
    not_checked: str


class PlanWords(Value, kw_only=True):
    """What the tables of the command line say of a plan, in one language."""

    # Steps.
    weigh: str
    weigh_dried: str
    weigh_rest: str
    pipette: str
    pipette_with: str
    make_up: str
    make_up_in: str
    mix: str
    mix_by_doubling: str
    dry: str
    top_up: str
    fill: str
    fill_all: str
    allowed: str
    nothing_allowed: str
    on_target: str
    # Dose and bounds.
    dose_by_weights: str
    rounding: str
    root_sum_square: str
    # Why this plan.
    ranking: str
    rankings: Mapping[str, str]
    criteria: Mapping[str, str]
    limits_bind: str
    no_limit_binds: str
    runner_up: str
    triturations: str
    too_little_dilution: str
    limits_clash: str
    weighs_least: str
    loads_to_capacity: str
    dilutes_most: str
    wets_most: str
    dissolves_most: str
    uses_error_limit: str
    points: str
    points_digits: str
    points_doubled: str
    points_tenth_more: str
    points_drug: str
    points_beside: str
    weighed: str
    of_capsules: str
    between_amounts: str
