"""What is taken: the powder, trituration or tablets on the shelf that the drug of an order comes from.

The one place that names it. The name of the pure drug alone stands only where the pure drug is meant: a stock
trituration of 1 mg per g that is called by the drug's name is a thousandfold overdose for whoever follows the line.
"""

from __future__ import annotations

from typing import Any

from compound.exact.value import Value
from compound.order.identity import identity_to_dict
from compound.order.order import Order
from compound.order.taken import house_rules_to_list, taken_to_list
from compound.wording.shelf_names import CRUSHED_TABLETS, PURE_POWDER, STOCK_TRITURATION, ShelfName


class ShelfSource(Value):
    """What is taken of the shelf. `drug` is the name of the substance, `container` what holds it where it is not pure."""

    kind: str
    drug: str
    container: ShelfName | None
    lot: str | None

    @property
    def name(self) -> str:
        """What stands on the shelf, as the steps name it: the lot is in the name of what is not the pure drug."""
        return self.drug if self.container is None else self.container.text

    @property
    def names(self) -> tuple[str, ...]:
        """The names by which `--component-lot` may call it."""
        if self.container is None:
            return (self.drug,)
        return (self.container.text, self.container.without_lot.text, self.drug)


def source_of(order: Order) -> ShelfSource:
    """The source of an order. A drug that is not stated is called `drug`."""
    drug, lot = order.drug or "drug", order.lot
    if lot.strength is not None:
        container = ShelfName(STOCK_TRITURATION, drug, lot.strength.mg_per_g)
    elif lot.tablet is not None:
        container = ShelfName(CRUSHED_TABLETS, drug, lot.tablet.dose.mg, lot.tablet.mass.mg)
    else:
        return ShelfSource(PURE_POWDER, drug, None, order.identity.lot_of(drug))
    return _of_lot(container, order)


def _of_lot(container: ShelfName, order: Order) -> ShelfSource:
    """The container with its lot in its name: it may be called by that name too."""
    names = {name.casefold() for name in (container.substance, container.text)}
    for lot in order.identity.lots:
        named = ShelfName(container.kind, container.substance, container.mg, container.mass_mg, lot.lot)
        if lot.component.casefold() in names | {named.text.casefold()}:
            return ShelfSource(container.kind, container.substance, named, lot.lot)
    return ShelfSource(container.kind, container.substance, container, None)


def named_to_dict(order: Order) -> dict[str, Any]:
    """The `identity` and the `source` of a plan in JSON: the lot of the source stands under the name of the source.

    What the pharmacy's own file gave follows as `taken_from`, and its house rules as `house_rules`, where there is any.
    """
    source = source_of(order)
    identity = identity_to_dict(order.identity, {name.casefold(): source.name for name in source.names})
    named = {"identity": identity, "source": {"kind": source.kind, "name": source.name, "lot": source.lot}}
    taken = {"taken_from": taken_to_list(order.taken)} if order.taken else {}
    rules = {} if order.house_rules is None else {"house_rules": house_rules_to_list(order.house_rules)}
    return {**named, **taken, **rules}
