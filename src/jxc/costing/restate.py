"""Charges and prices that restate a receipt: found before the replay, so that they are in it from its beginning.

What a charge adds to a receipt depends on what was stated (amounts, quantities, weights), not on the replay; so the
shares are worked out first and every row after the receipt is valued with them.  The own value of made goods only a
replay can tell; where a charge is to be spread by it, the replay is run again with what the one before found.

Invariant: a charge is in the receipts it refers to as a whole, or refused as a whole.

>>> from jxc.costing.engine import replay
>>> from jxc.costing.policy import Policy
>>> rows = [
...     Event(0, "receipt", 1, "TEA", 10, 1000),
...     Event(1, "issue", 2, "TEA", 5),
...     Event(2, "landed_cost", 3, "TEA", amount=50, refs=(0,)),
... ]
>>> engine = replay(rows, Policy())
>>> engine.state.outcomes[0].cost, engine.state.outcomes[1].cost
(1050, 525)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from jxc.costing.charges import shares_of
from jxc.costing.events import Event
from jxc.costing.forward import late_rule
from jxc.costing.invoices import price_differences
from jxc.costing.order import order_key
from jxc.costing.state import Charge, Received, State
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["restate"]

_LATE = ("landed_cost", "invoice_price_change")


def restate(
    state: State,
    events: Iterable[Event],
    left_out: frozenset[int] = frozenset(),
    known: Mapping[int, Exact] = MappingProxyType({}),
) -> None:
    """Put the shares of restating charges and prices into ``state.charges``, except those of the rows left out.

    ``known``: the own value of goods that were made, as an earlier replay found it.
    """
    rows = list(events)
    charges = [
        event
        for event in rows
        if event.type in _LATE
        and event.row not in left_out
        and late_rule(state.policy, state.events, event) == "restate"
    ]
    if not charges:
        return
    _stand_ins(state, charges, known)
    returns = [event for event in rows if event.type == "purchase_return" and event.refs]
    for event in sorted([*charges, *returns], key=order_key(rows, state.policy)):
        if event.type == "purchase_return":
            _send_back(state, event)
            continue
        try:
            shares = _shares(state, event, known)
        except StockError:
            continue
        state.restated[event.row] = shares
        for row, amount in shares.items():
            is_price = event.type == "invoice_price_change"
            state.charges.setdefault(row, []).append(Charge(event.row, amount, is_price))
            if is_price:
                state.received[row].price_changes += amount
                if state.events[row].amount is None:
                    state.unpriced.add(row)
    state.claimed = {row: received.bills for row, received in state.received.items() if received.bills is not None}
    state.received.clear()


def _send_back(state: State, event: Event) -> None:
    """What went back before an invoice is not billed by it."""
    rest = event.qty
    for row in event.refs:
        received = state.received.get(row)
        if received is not None:
            taken = min(rest, received.kept)
            received.returned += taken
            rest -= taken


def _stand_ins(state: State, charges: list[Event], known: Mapping[int, Exact]) -> None:
    """What the replay will know of the receipts, as far as it was stated."""
    for event in charges:
        for row in event.refs:
            source = state.events.get(row)
            if source is not None and source.type in ("opening", "receipt", "adjust_in", "assembly", "disassembly"):
                state.received.setdefault(row, Received(source.qty, known.get(row, source.amount or 0)))


def _shares(state: State, event: Event, known: Mapping[int, Exact]) -> dict[int, Exact]:
    """The share of each row referred to; ``StockError`` if it cannot be known before the replay."""
    if any(row not in state.events for row in event.refs):
        raise StockError("refused_reference", "a row referred to is not in the book", field="ref")
    made = [row for row in event.refs if state.events[row].details.cost_from and row not in known]
    if event.type == "invoice_price_change":
        if made:
            raise StockError("own_value_unknown", "goods that were made have no invoice", field="ref")
        return price_differences(state, event)
    weighed = event.details.weights or event.details.shares or event.details.allocate_by != "value"
    if made and len(event.refs) > 1 and not weighed:
        raise StockError("own_value_unknown", "the value of made goods is not known beforehand", field="ref")
    shares: dict[int, Exact] = {}
    for row, share in zip(event.refs, shares_of(state, event), strict=True):
        shares[row] = shares.get(row, 0) + share
    return shares
