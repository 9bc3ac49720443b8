"""Goods recorded late: what an amendment changed, who answers for one item, and which items are plain.

A *keeper* holds all standing rows of one item, valued, open to change.  ``amend`` enters, cancels and recharges rows in
one step and answers with an ``Amendment``: every row whose cost is another one now, and no other.  A plain item, whose
rows are receipts with an amount, issues, transfers and returns of what was sold, has fast keepers (``late_plain``).

Invariant: a keeper's answers depend on the standing rows alone, never on the way that led there; an amendment is made
as a whole, or raises ``StockError`` and leaves no trace.

>>> from jxc.costing.registry import builtin_methods
>>> rows = [Event(0, "receipt", 1, "TEA", 3, 100), Event(1, "issue", 2, "TEA", 2)]
>>> plain_item(rows, Policy(), builtin_methods()), plain_item(rows, Policy(method="lifo"), builtin_methods())
(True, False)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple, Protocol

from jxc.costing.average import MOVING_AVERAGE
from jxc.costing.events import NO_DETAILS, OUT_TYPES, Event
from jxc.costing.fifo import FIFO
from jxc.costing.methods import MethodRegistry
from jxc.costing.policy import CostRounding, Policy
from jxc.errors import NotFoundError
from jxc.kernel.rounding import Exact

__all__ = [
    "NO_CHARGES",
    "PLAIN_IN",
    "Amendment",
    "CostChange",
    "ItemKeeper",
    "plain_event",
    "plain_item",
    "plain_policy",
]

PLAIN_IN = frozenset({"opening", "receipt", "adjust_in"})
"""Rows that bring goods in at their own amount."""

NO_CHARGES: Mapping[int, Exact] = MappingProxyType({})


class CostChange(NamedTuple):
    """One row whose cost changed, in minor units; ``None``: the row was not there before, or is not there now."""

    row: int
    old: Exact | None
    new: Exact | None


class Amendment:
    """What one amendment did; ``undo`` takes it back while it is the latest of its keeper."""

    __slots__ = ("_changes", "_find", "_lasting", "_undo")

    def __init__(self, find: Callable[[], list[CostChange]], undo: Callable[[], None], *, lasting: bool = True) -> None:
        self._find: Callable[[], list[CostChange]] | None = find
        self._changes: list[CostChange] | None = None
        self._undo: Callable[[], None] | None = undo
        self._lasting = lasting

    @property
    def changes(self) -> Sequence[CostChange]:
        """Every row whose cost differs, by row number; found out when it is first asked for.

        A long list on a book whose costs are worked out on demand has to be asked for before the next amendment;
        after it: ``NotFoundError``.
        """
        if self._changes is None:
            if self._find is None:
                raise NotFoundError("no_such_row", "the changes are gone", hint="ask before the next amendment")
            self._changes = self._find()
            self._find = None
        return self._changes

    def undo(self) -> None:
        """Bring back the state before; ``NotFoundError`` if the keeper was amended since, or this was undone."""
        undo = self._undo
        if undo is None:
            raise NotFoundError("no_such_row", "this amendment is not the latest one", hint="undo the latest first")
        self.close()
        undo()

    def close(self) -> None:
        """Another amendment follows: nothing can be undone, and only what lasts can be asked."""
        self._undo = None
        if not self._lasting:
            self._find = None


class ItemKeeper(Protocol):
    """All standing rows of one item over all its places, valued, open to change."""

    def amend(
        self,
        *,
        cancel: Collection[int] = (),
        enter: Sequence[Event] = (),
        recharge: Mapping[int, Exact] = NO_CHARGES,
    ) -> Amendment:
        """Take rows out, put rows in, and set the charges of receipts (a total each), all at once."""
        ...

    def cost(self, row: int) -> Exact:
        """The cost of a standing row."""
        ...

    def costs(self) -> Iterator[tuple[int, Exact]]:
        """Every standing row with its cost, in no particular order."""
        ...

    def pools(self) -> dict[str | None, tuple[int, Exact]]:
        """Quantity and value at the end, by place as the scope sees it."""
        ...

    def totals(self, days: Sequence[int]) -> list[Exact]:
        """The cost of all that was issued up to the end of each day."""
        ...


def plain_policy(policy: Policy, methods: MethodRegistry) -> bool:
    """Whether items under this policy can be plain at all."""
    default = Policy()
    choices = (
        "replay",
        "system",
        "negative_stock",
        "zero_quantity",
        "returns",
        "return_layer",
        "transfer_layers",
        "lot_pick",
        "place_check",
        "pick",
        "sale_price_check",
        "qty_places",
    )
    return (
        methods.get(policy.method) in (FIFO, MOVING_AVERAGE)
        and policy.same_moment != "by_day"
        and all(getattr(policy, name) == getattr(default, name) for name in choices)
        and CostRounding(money_places=policy.rounding.money_places) == policy.rounding
        and not (policy.by_lot or policy.item_methods or policy.location_methods or policy.place_groups)
    )


def plain_event(event: Event, policy: Policy) -> bool:
    """Whether a row, taken by itself, is one that a plain item may have."""
    if type(event.qty) is not int or event.qty <= 0 or event.lot_date is not None or not _bare(event):
        return False
    if not (event.date >= 1 and 0 <= event.time < 1 << 40 and 0 <= event.row < 1 << 56):
        return False
    if event.type in PLAIN_IN:
        return type(event.amount) is int and not event.refs
    if event.type == "sales_return":
        return len(event.refs) == 1
    if event.type == "transfer":
        return policy.by_place and event.to_place not in (None, event.place) and not event.refs
    return event.type in OUT_TYPES and not event.refs


def _bare(event: Event) -> bool:
    """Whether the row carries nothing beside what every row has; a sale price changes no cost."""
    details = event.details
    return details is NO_DETAILS or replace(details, sale_price=None) == NO_DETAILS


def plain_item(events: Iterable[Event], policy: Policy, methods: MethodRegistry) -> bool:
    """Whether the rows of one item, as a whole, can be kept by the fast keepers.

    Rows of other items that refer to these (goods made of them) are for the caller to see.
    """
    rows = {event.row: event for event in events}
    return plain_policy(policy, methods) and all(
        plain_event(event, policy) and all(row in rows and rows[row].type in OUT_TYPES for row in event.refs)
        for event in rows.values()
    )
