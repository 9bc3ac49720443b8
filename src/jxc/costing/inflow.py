"""What comes in: opening stock, receipts, gains, goods that were made, and how each is costed.

The cost is the line's amount; else the cost of what was consumed to make the goods; else what an invoice states later
(``restate``); else, for a gain or where the policy says so, the current unit cost.  Charges of a receipt that
restate are part of it from its beginning (IAS 2.10-11, CAS 1 art. 6).

Invariant: a row that has no cost and may not borrow one is refused as ``missing_cost`` and moves nothing.

>>> from jxc.costing.engine import replay
>>> from jxc.costing.policy import Policy
>>> from jxc.costing.events import Details
>>> rows = [
...     Event(0, "receipt", 1, "LEAF", 2, 100),
...     Event(1, "issue", 2, "LEAF", 1),
...     Event(2, "assembly", 2, "BOX", 1, details=Details(cost_from=(1,), add_amount=7)),
...     Event(3, "receipt", 3, "LEAF", 1),
... ]
>>> engine = replay(rows, Policy())
>>> engine.state.outcomes[2].cost, engine.problems[3].code
(57, 'missing_cost')
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from jxc.costing.events import Event
from jxc.costing.layers import Pool
from jxc.costing.outcome import Outcome
from jxc.costing.state import Charge, Lot, Received, State
from jxc.costing.trace import LeafKind, Part
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["charged_parts", "claim", "lots_mismatch", "receive", "store"]


def receive(state: State, event: Event) -> Outcome:
    """Bring goods in: ``opening``, ``receipt``, ``adjust_in`` and the goods an assembly or disassembly made."""
    pool = state.pool(event.item, event.place, event.lot)
    made = bool(event.details.cost_from)
    own = _cost_of_made(state, event) if made else _own_cost(state, event, pool)
    charged = sum(charge.amount for charge in state.charges.get(event.row, ()))
    _remember(state, event, own)
    parts = _parts(state, event, own) if state.trace is not None else ()
    if own + charged < 0 < event.qty:
        hint = "check the charges: they take off more than the goods cost"
        state.warn(event.row, "value_below_zero", f"{event.item} comes in worth less than nothing", hint)
    if event.qty < 0:
        return _owe(state, event, pool, own)
    if event.details.lots:
        outcome = _by_lots(state, event, own + charged, parts)
    else:
        outcome = store(state, event, pool, own + charged, event.qty, made=made, parts=parts)
    if event.details.estimated:
        outcome.status = "provisional"
    return outcome


def store(
    state: State,
    event: Event,
    pool: Pool,
    value: Exact,
    qty: Exact,
    *,
    made: bool = False,
    parts: tuple[Part, ...] = (),
) -> Outcome:
    """Put the goods of a row into their pool, at standard where the pool is carried so."""
    outcome = Outcome(qty=qty)
    booked = value
    if pool.standard is not None:
        booked = state.rounder.money(qty * pool.standard)
        outcome.variance = value - booked
        parts = (Part(booked, "standard", event.row),)
        if made:
            outcome.production_variance = outcome.variance
    goods = Lot(
        event.row,
        event.date if event.lot_date is None else event.lot_date,
        lot=event.lot,
        expiry=event.expiry,
        place=event.place,
        currency=event.currency,
        rate=event.rate if booked == event.amount else None,
        parts=parts,
    )
    outcome.cost = booked
    outcome.value_change, outcome.correction = state.add(pool, goods, qty, booked)
    state.move(event.item, event.place, event.lot, qty)
    if event.lot is not None and event.expiry is not None:
        state.lot_expiry[event.item, event.lot] = event.expiry
    return outcome


def _owe(state: State, event: Event, pool: Pool, own: Exact) -> Outcome:
    """A book that opens below zero: a shortage at the unit cost stated."""
    rate = Fraction(own) / event.qty
    state.take(pool, -event.qty, row=event.row, date=event.date, layers=[], estimate=rate)
    state.move(event.item, event.place, event.lot, event.qty)
    return Outcome(cost=own, qty=event.qty, value_change=own, status="provisional")


def lots_mismatch(event: Event) -> StockError:
    """The refusal of a row whose lots are not its quantity."""
    return StockError(
        "lots_mismatch",
        f"the lots of {event.item} do not add up to the quantity",
        field="lots",
        hint="give each lot its quantity",
    )


def _by_lots(state: State, event: Event, value: Exact, parts: tuple[Part, ...]) -> Outcome:
    """A receipt of several lots or serial numbers: each takes its share of the value by quantity."""
    if sum(qty for _, qty in event.details.lots) != event.qty:
        raise lots_mismatch(event)
    outcome = Outcome(qty=event.qty)
    done: Exact = 0
    given: Exact = 0
    for lot, qty in event.details.lots:
        done += qty
        upto = state.rounder.share(value, done, event.qty)
        pool = state.pool(event.item, event.place, lot)
        piece = tuple(replace(p, amount=Fraction(p.amount) * qty / event.qty) for p in parts)
        stored = store(state, event.of(qty, lot), pool, upto - given, qty, parts=piece)
        given = upto
        outcome.cost += stored.cost
        outcome.value_change += stored.value_change
        outcome.correction += stored.correction
        outcome.variance += stored.variance
    return outcome


def _parts(state: State, event: Event, own: Exact) -> tuple[Part, ...]:
    """What the receipt's value is made of: its own cost, or what was consumed and added; then its charges."""
    kind: LeafKind = "own" if event.amount is not None else "current_cost"
    parts: tuple[Part, ...] = (Part(own, kind, event.row),)
    if event.details.cost_from and state.trace is not None:
        taken = [(row, piece) for row in event.details.cost_from for piece in state.outcomes[row].taken]
        consumed = tuple(Part(piece.cost, "rest", row, piece.node, via=event.row) for row, piece in taken)
        made = state.trace.add((*consumed, Part(event.details.add_amount, "added_cost", event.row)))
        parts = (Part(own, "rest", event.row, made),)
    return parts + charged_parts(state.charges.get(event.row, ()))


def charged_parts(charges: Iterable[Charge]) -> tuple[Part, ...]:
    """What charges and prices that restate put into a receipt."""
    return tuple(
        Part(charge.amount, "price_difference" if charge.is_price else "charge", charge.row) for charge in charges
    )


def _own_cost(state: State, event: Event, pool: Pool) -> Exact:
    if pool.method.at_standard and pool.standard is None:
        raise StockError(
            "missing_standard_cost",
            f"no standard cost is known for {event.item}",
            field="unit_cost",
            hint="give standard_cost, or a standard_price row before this one",
        )
    if event.amount is not None:
        return event.amount
    if pool.standard is not None:
        return state.rounder.money(event.qty * pool.standard)
    if event.row in state.unpriced:
        return 0
    rate = pool.rate
    if state.policy.missing_cost == "current_cost":
        rate = rate or Fraction(0)
    elif event.type != "adjust_in":
        rate = None
    if rate is None:
        raise StockError(
            "missing_cost",
            f"{event.type} of {event.item} has no cost",
            field="unit_cost",
            hint="give amount or unit_cost, or an invoice_price_change row that refers to it",
        )
    return state.rounder.money(event.qty * rate)


def _cost_of_made(state: State, event: Event) -> Exact:
    """The cost of what was consumed, plus the cost added, times this row's share of both."""
    details = event.details
    consumed: Exact = 0
    for row in details.cost_from:
        source = state.outcomes.get(row)
        if source is None or source.status == "refused":
            raise StockError(
                "refused_reference",
                "the goods that this row was made from have no cost",
                field="ref",
                value=state.events[row].id or row + 1 if row in state.events else row + 1,
                hint="mend the row it refers to; it must come before this one",
            )
        consumed += source.final_cost
    claim(state, event)
    total = consumed + details.add_amount
    if details.share is not None:
        return state.rounder.money(total * details.share)
    if details.share_weight is not None:
        return _weighted_share(state, event, total)
    return total


def claim(state: State, event: Event) -> None:
    """Note how much of what was consumed this row has taken up; nothing goes into two products as a whole."""
    details = event.details
    by_weight = details.share_weight is not None
    share = Fraction(1) if details.share is None else details.share
    for row in details.cost_from:
        taken, group = state.made_of.get(row, (Fraction(0), ()))
        gone_back = state.outcomes[row].returned_qty > 0
        if gone_back or (not (by_weight and group == details.cost_from) and taken + share > 1):
            raise StockError(
                "consumed_already",
                "what this row was made from went into another row, or came back, before",
                field="ref",
                value=state.events[row].id or row + 1,
                hint="refer to each issue once, or give each row its share",
            )
    for row in details.cost_from:
        taken, _ = state.made_of.get(row, (Fraction(0), ()))
        state.made_of[row] = (Fraction(1), details.cost_from) if by_weight else (taken + share, ())
        state.outcomes[row].consumed = True


def _weighted_share(state: State, event: Event, total: Exact) -> Exact:
    """The share by weight among the rows made from the same goods; the last takes the rest."""
    group = state.made_from[event.details.cost_from]
    whole = sum(other.details.share_weight or Fraction(0) for other in group)
    if not whole:
        raise StockError("no_weights", "nothing to share the cost by", field="amount", hint="give amounts or weights")
    if event.row != group[-1].row:
        return state.rounder.share(total, event.details.share_weight or Fraction(0), whole)
    others = [state.rounder.share(total, other.details.share_weight or Fraction(0), whole) for other in group[:-1]]
    return total - sum(others)


def _remember(state: State, event: Event, own: Exact) -> None:
    """Keep what later rows may refer to: charges, invoices, returns, a late addition to the same receipt."""
    received = state.received[event.row] = Received(event.qty, own)
    for charge in state.charges.get(event.row, ()):
        if charge.is_price:
            received.price_changes += charge.amount
        else:
            received.charged += charge.amount
    if event.type == "adjust_in":
        for row in event.refs:
            base = state.received.get(row)
            if base is not None:
                base.added_rows += (event.row,)
                base.added_qty += event.qty
