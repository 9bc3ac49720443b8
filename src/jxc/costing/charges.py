"""Landed cost: freight, duty, insurance, or a rebate, spread over the receipts that it concerns.

Shares go by value, quantity, equally, by weight or volume, or as given; each is rounded, the last takes the rest.  A
share that arrives late restates the receipt from its beginning, or is split between what is still on hand and what is
gone, or goes to stock, or to expense (policy ``landed_cost``).  IAS 2.10-11; CAS 1 art. 6.

Invariant: the shares add up to the charge, and what goes to stock plus what is expensed to each share.

>>> from jxc.costing.engine import replay
>>> from jxc.costing.policy import Policy
>>> rows = [
...     Event(0, "receipt", 1, "TEA", 10, 1000),
...     Event(1, "issue", 2, "TEA", 4),
...     Event(2, "landed_cost", 3, "TEA", amount=50, refs=(0,)),
... ]
>>> late = replay(rows, Policy(landed_cost="split_on_hand_sold")).state.outcomes[2]
>>> late.value_change, late.expensed
(30, 20)
>>> replay(rows, Policy(landed_cost="restate")).state.outcomes[1].cost
420
"""

from __future__ import annotations

from fractions import Fraction

from jxc.costing.events import Event
from jxc.costing.forward import late_rule
from jxc.costing.outcome import Outcome
from jxc.costing.policy import Charges
from jxc.costing.spread import add_value, homes_of, left_of, raise_worth, spread
from jxc.costing.state import State
from jxc.costing.trace import LeafKind, Part
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["apply_to_receipt", "landed_cost", "restated_shares", "shares_of"]


def landed_cost(state: State, event: Event) -> Outcome:
    """Spread a charge over its receipts, now that it has arrived; restated shares are in the receipts already."""
    amount = event.amount or 0
    outcome = Outcome(cost=amount)
    rows = event.refs
    if not rows:
        return add_value(state, event, "charge")
    for row in rows:
        _received(state, event, row)
    outcome.allocation = shares_of(state, event)
    rule = late_rule(state.policy, state.events, event)
    if rule == "restate":
        outcome.by_receipt = restated_shares(state, event)
        return outcome
    by_receipt: dict[int, Exact] = {}
    for row, share in zip(rows, outcome.allocation, strict=True):
        change, expensed = apply_to_receipt(state, event.row, row, share, rule)
        by_receipt[row] = by_receipt.get(row, 0) + change
        outcome.value_change += change
        outcome.expensed += expensed
        if row in state.received:
            state.received[row].charged += share
    outcome.by_receipt = by_receipt
    return outcome


def restated_shares(state: State, event: Event) -> dict[int, Exact]:
    """What this row put into its receipts before the replay; it is refused if that could not be known."""
    shares = state.restated.get(event.row)
    if shares is None:
        raise StockError(
            "own_value_unknown",
            "how to spread this over the rows it refers to is not known before they are costed",
            field="ref",
            hint="give weights or shares, or choose split_on_hand_sold",
        )
    return shares


def _received(state: State, event: Event, row: int) -> None:
    known = row in state.received
    moved = state.events.get(row)
    if known or (moved is not None and moved.type == "transfer"):
        outcome = state.outcomes.get(row)
        if outcome is not None and outcome.status != "refused":
            return
    raise StockError(
        "refused_reference",
        "the charge refers to a row that brought nothing in",
        field="ref",
        value=moved.id if moved is not None and moved.id else row + 1,
        hint="refer to receipts that come before the charge",
    )


def shares_of(state: State, event: Event) -> list[Exact]:
    """The share of each receipt in ``refs``, in their order."""
    details, amount = event.details, event.amount or 0
    given = details.shares or details.weights
    if given and len(given) != len(event.refs):
        raise StockError(
            "shares_mismatch",
            f"{len(given)} shares or weights for {len(event.refs)} rows",
            field="weights",
            hint="give one for each row referred to, in their order",
        )
    if details.shares:
        if sum(details.shares) != amount:
            raise StockError(
                "shares_mismatch", "the shares do not add up to the amount", field="shares", hint="mend the shares"
            )
        return list(details.shares)
    weights = list(details.weights) or [_weight(state, event, row) for row in event.refs]
    whole = sum(weights)
    if len(weights) == 1:
        return [amount]
    if not whole:
        raise StockError(
            "nothing_to_weigh",
            f"nothing to spread the charge by {details.allocate_by}",
            field="allocate_by",
            value=details.allocate_by,
            hint="choose qty or equal, or give weights",
        )
    shares = [state.rounder.share(amount, weight, whole) for weight in weights[:-1]]
    return [*shares, amount - sum(shares)]


def _weight(state: State, event: Event, row: int) -> Fraction:
    source, by = state.events[row], event.details.allocate_by
    if by == "equal":
        return Fraction(1)
    if by == "qty":
        return Fraction(source.qty)
    if by == "value":
        received = state.received.get(row)
        own = source.amount if received is None else received.own
        return Fraction(own or 0)
    unit = source.details.unit_weight if by == "weight" else source.details.unit_volume
    return source.qty * (unit or Fraction(0))


def apply_to_receipt(state: State, by_row: int, row: int, share: Exact, rule: Charges) -> tuple[Exact, Exact]:
    """Bring a late amount to a receipt: what its stock gains, and what is expensed."""
    event, received = state.events[row], state.received.get(row)
    kind: LeafKind = "charge" if state.events[by_row].type == "landed_cost" else "price_difference"
    pool = state.pool(event.item, event.to_place or event.place, event.lot)
    if rule in ("to_expense", "to_price_difference") or pool.method.at_standard:
        return 0, share
    if rule == "all_to_stock":
        return (spread(state, by_row, pool, share, kind), 0) if pool.qty > 0 else (0, share)
    homes = homes_of(state, row)
    on_hand = sum(left_of(goods) for _, goods in homes)
    # What went back as others' goods left this receipt's own where they are: they never hold more than the whole.
    whole = max(received.kept if received is not None else event.qty, on_hand)
    change = state.rounder.share(share, on_hand, whole) if whole > 0 else 0
    raise_worth(state, Part(change, kind, by_row), homes, on_hand)
    return change, share - change
