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
from compound.reading.text import one_of, read_name
from compound.wording.notation import BALANCE_UNITS, MG, G
from compound.worksheet.template import LONGEST_LINE, MOST_LINES

SHORT_SHEET, LONG_SHEET = "short", "long"  # pages: as few as hold it all, or with room for handwriting
PAGES = (SHORT_SHEET, LONG_SHEET)


class Details(Value):
    """What identifies the batch of a sheet, what stands beside it, and how it is laid out. What is not given is a blank.

    `pages` is one of PAGES, `balance_unit` one of BALANCE_UNITS: in "g" each target stands in g too.
    """

    batch_number: str = ""
    prepared: date | None = None
    pharmacy: tuple[str, ...] = ()
    lots: Mapping[str, ComponentLot] = field(default_factory=dict)
    fillable: bool = False
    tablet_excipients: str = ""
    annex: bool = True
    pages: str = SHORT_SHEET
    balance_unit: str = MG
    date_format: str = ""  # as the notation has it; empty: as the language writes days

    @property
    def roomy(self) -> bool:
        """Whether room is kept for handwriting."""
        return self.pages == LONG_SHEET

    @property
    def in_grams(self) -> bool:
        """Whether the balance shows g, so that targets stand in them too."""
        return self.balance_unit == G

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
    annex: bool = True, pages: str = SHORT_SHEET, balance_unit: str = MG, date_format: str = "",
) -> Details:  # fmt: skip
    """The details of a plan, with the options of the worksheet. Raises InputError with the option's name."""
    pages = one_of(pages, PAGES, "--pages")
    balance_unit = one_of(balance_unit, BALANCE_UNITS, "balance_unit")
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
        annex=annex, pages=pages, balance_unit=balance_unit, date_format=date_format,
    )
