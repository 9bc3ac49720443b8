"""What the methods that cost at the end of a period have in common: what they refuse, and how made goods share a cost.

Invariant: goods made of the same goods share their cost by weight, and the last takes what the others leave.

>>> from jxc.costing.events import Event
>>> not_here(Event(0, "write_down", 1, "TEA")).code
'not_in_period_method'
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from jxc.costing.events import Event
from jxc.costing.periodic_pools import In
from jxc.costing.policy import Policy
from jxc.costing.state import State
from jxc.errors import PolicyError, StockError

__all__ = ["check_alone", "made_share", "mixed_methods", "not_here", "nothing_on_hand"]


def check_alone(policy: Policy) -> None:
    """Raise ``PolicyError`` ``mixed_methods`` where items or places have a method of their own."""
    for name in ("item_methods", "location_methods"):
        if getattr(policy, name):
            raise mixed_methods(name)


def mixed_methods(field: str, value: str | None = None) -> PolicyError:
    """The error of a book where methods that cost by period stand beside others."""
    return PolicyError(
        "mixed_methods",
        "a method that costs at the end of a period cannot be mixed with others in one run",
        field=field,
        value=value,
        hint="value the items of each method by themselves",
    )


def not_here(event: Event) -> StockError:
    """The error of a row that only methods know which cost row by row."""
    return StockError(
        "not_in_period_method",
        f"{event.type} has no meaning where costs are known at the end of a period",
        field="type",
        value=event.type,
        hint="use revalue for value, adjust_in or adjust_out for quantity, or choose a method that costs row by row",
    )


def nothing_on_hand(event: Event) -> StockError:
    """The error of an amount that names no receipt where there are no goods to carry it."""
    return StockError(
        "nothing_on_hand",
        f"there is no {event.item} on hand to carry the amount",
        field="qty",
        value=0,
        hint="book the amount as an expense, or date it where there is stock",
    )


def made_share(
    state: State, event: Event, goods_of: Callable[[int], Iterable[In]]
) -> tuple[Fraction | None, tuple[In, ...]]:
    """The share of what was consumed, and the goods beside it of which the last takes the rest.

    ``goods_of``: what a row has brought in.  Raises ``StockError`` ``no_weights``.
    """
    details = event.details
    if details.share_weight is None:
        return details.share, ()
    group = state.made_from[details.cost_from]
    whole = sum(other.details.share_weight or Fraction(0) for other in group)
    if not whole:
        raise StockError("no_weights", "nothing to share the cost by", field="amount", hint="give amounts or weights")
    beside = [goods for other in group[:-1] for goods in goods_of(other.row)]
    is_last = event is group[-1] and len(beside) == len(group) - 1
    return details.share_weight / whole, tuple(beside) if is_last else ()
