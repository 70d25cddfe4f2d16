"""What a worksheet says beside its plan: pharmacy, fields to fill in; and of the plan its batch number, dates and lots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from compound.exact.errors import InputError
from compound.exact.value import Value, field
from compound.facts.standards import limit
from compound.order.identity import ComponentLot, short_name
from compound.plan.components import component_lots
from compound.plan.plan import Plan
from compound.reading.text import read_name
from compound.worksheet.template import LONGEST_LINE, MOST_LINES


class Details(Value):
    """What identifies the batch of a sheet, and what stands beside it. What is not given is left blank on it."""

    batch_number: str = ""
    prepared: date | None = None
    pharmacy: tuple[str, ...] = ()
    lots: Mapping[str, ComponentLot] = field(default_factory=dict)
    fillable: bool = False
    tablet_excipients: str = ""
    date_format: str = ""  # as the notation has it; empty: as the language writes days

    def earliest_expiry(self) -> tuple[date, str] | None:
        """The earliest expiry among the components and whose it is, or None where none is given."""
        return min(((lot.expiry, name) for name, lot in self.lots.items()), default=None)

    def beyond_use(self) -> tuple[date, str] | None:
        """The last day of use, and the component that sets it or nothing. None without a day of preparation."""
        if self.prepared is None:
            return None
        last = self.prepared + timedelta(days=int(limit("beyond_use_days")) - int(limit("first_day")))
        earliest = self.earliest_expiry()
        return earliest if earliest is not None and earliest[0] < last else (last, "")


def read_details(
    plan: Plan, *, pharmacy: Sequence[str] = (), fillable: bool = False, tablet_excipients: str | None = None,
    date_format: str = "",
) -> Details:
    """The details of a plan, with the options of the worksheet. Raises InputError with the option's name."""
    if len(pharmacy) > MOST_LINES:
        raise InputError("--pharmacy", f"{len(pharmacy)} lines are more than {MOST_LINES}")
    if tablet_excipients and plan.order.lot.tablet is None:
        raise InputError("--tablet-excipients", "goes with --tablet: this drug does not come out of tablets")
    identity = plan.order.identity
    return Details(
        batch_number=identity.batch_number or "",
        prepared=identity.prepared,
        pharmacy=tuple(short_name(line, LONGEST_LINE, "--pharmacy") for line in pharmacy),
        lots=component_lots(plan),
        fillable=fillable,
        tablet_excipients=read_name(tablet_excipients, "--tablet-excipients") if tablet_excipients else "",
        date_format=date_format,
    )
