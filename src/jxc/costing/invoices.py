"""The supplier's invoice differs from what the receipt was booked at.

An invoice states a new price for a receipt, or bills some units of several receipts (oldest units not yet billed
first); a refund takes the price of units that a bill named back to that of the receipt.  The difference restates the
receipt, or is split between what is on hand and what is gone, or goes to an account (policy ``invoice_difference``).
暂估 settled by its invoice is the same thing.

Invariant: over all invoices of a receipt the differences add up to what was invoiced less what was booked.

>>> from jxc.costing.engine import replay
>>> from jxc.costing.policy import Policy
>>> rows = [
...     Event(0, "receipt", 1, "TEA", 10, 1000),
...     Event(1, "issue", 2, "TEA", 4),
...     Event(2, "invoice_price_change", 3, "TEA", amount=1100, refs=(0,)),
... ]
>>> split = replay(rows, Policy(invoice_difference="split_on_hand_sold")).state.outcomes[2]
>>> split.value_change, split.expensed
(60, 40)
"""

from __future__ import annotations

from fractions import Fraction
from typing import TypeAlias

from jxc.costing.charges import apply_to_receipt, restated_shares
from jxc.costing.events import Event, power
from jxc.costing.forward import late_rule
from jxc.costing.outcome import Outcome
from jxc.costing.returns import wrong_item
from jxc.costing.state import Received, State
from jxc.errors import StockError
from jxc.kernel.rounding import Exact

__all__ = ["billed_qty", "invoice_price", "is_whole", "price_differences", "settle_estimates"]

Units: TypeAlias = tuple[Exact, Fraction | None, int | None]
"""Some units of a receipt: how many, at which billed price, by which bill."""


def invoice_price(state: State, event: Event) -> Outcome:
    """Bring the difference between invoice and receipt to where the policy sends it."""
    rule = late_rule(state.policy, state.events, event)
    outcome = Outcome(qty=event.qty)
    if rule == "restate":
        _check_refs(state, event)
        outcome.by_receipt = shares = restated_shares(state, event)
        settle_estimates(state, event)
        outcome.cost = sum(shares.values())
        return outcome
    outcome.by_receipt = differences = price_differences(state, event)
    settle_estimates(state, event)
    for row, difference in differences.items():
        if rule == "to_price_difference":
            outcome.price_difference += difference
        else:
            change, expensed = apply_to_receipt(state, event.row, row, difference, rule)
            outcome.value_change += change
            outcome.expensed += expensed
        state.received[row].price_changes += difference
    outcome.cost = sum(differences.values())
    if rule == "to_price_difference" and event.details.foreign is not None:
        outcome.price_difference_foreign = _foreign_difference(state, event)
        if outcome.price_difference_foreign is not None:
            amount = outcome.price_difference_foreign * event.details.foreign.rate
            outcome.price_difference = state.rounder.money(state.scales.money(amount))
    return outcome


def settle_estimates(state: State, event: Event) -> None:
    """A receipt booked at an estimate is final once all of it is invoiced."""
    for row in event.refs if event.details.direction != "refund" else ():
        if state.events[row].details.estimated and (is_whole(event) or not _unbilled(state, row)):
            state.outcomes[row].status = "final"


def is_whole(invoice: Event) -> bool:
    """Whether an invoice states the price of all of its receipt anew; else it bills or refunds units."""
    return invoice.details.direction is None and len(invoice.refs) == 1


def price_differences(state: State, event: Event) -> dict[int, Exact]:
    """Per receipt: invoiced less booked, by this invoice."""
    details = event.details
    _check_refs(state, event)
    if details.direction == "refund":
        return _refund(state, event)
    if event.amount is None and event.rate is None:
        raise StockError(
            "missing_cost", "the invoice states no price", field="unit_cost", hint="give amount or unit_cost"
        )
    if not is_whole(event):
        return _bill(state, event)
    row = next(iter(event.refs))
    received = state.received[row]
    state.settled[event.row] = {row: received.qty}
    total = event.amount
    if event.rate is not None and (total is None or event.qty != received.qty):
        total = state.rounder.money(received.qty * event.rate)
    return {row: (total or 0) - received.own - received.price_changes}


def _check_refs(state: State, event: Event) -> None:
    """An invoice is for receipts of its own item that are in the book, a refund for a bill that is."""
    refund = event.details.direction == "refund"
    if not event.refs:
        raise StockError("missing_reference", "which receipt is invoiced?", field="ref", hint="give its id")
    for row in event.refs:
        source = state.events.get(row)
        known = row in state.restated or row in state.billed if refund else row in state.received
        if source is None or not known:
            raise StockError(
                "refused_reference",
                "the invoice refers to a row that is no receipt (the refund: no bill) in the book",
                field="ref",
                value=source.id if source is not None else row + 1,
                hint="refer to receipts (bills) that come before the invoice",
            )
        if event.item and source.item and source.item != event.item:
            raise wrong_item(event, source)


def _units(state: State, row: int) -> list[Units]:
    """The units of a receipt in order: how many, at which billed price, by which bill (``None``: not billed)."""
    received = state.received[row]
    if received.bills is None:
        received.bills = list(state.claimed.get(row, ())) or [(received.qty, None, None)]
    return received.bills


def billed_qty(state: State, row: int) -> Exact:
    """How many units of a receipt bills for a part of it have named; an invoice of the whole names none."""
    received = state.received.get(row)
    units = received.bills if received is not None and received.bills is not None else state.claimed.get(row, ())
    return sum(n for n, _, bill in units if bill is not None)


def _booked_rate(received: Received) -> Fraction:
    return Fraction(received.own) / received.qty


def _bill(state: State, event: Event) -> dict[int, Exact]:
    differences: dict[int, Exact] = {}
    claims: list[tuple[Received, list[Units]]] = []
    rows = sorted(event.refs, key=lambda row: _age(state, row))
    free = {row: _unbilled(state, row) for row in rows}
    rest = event.qty or sum(free.values())
    if not rest:
        raise StockError(
            "nothing_to_bill", "all of these receipts is billed already", field="ref", hint="check the bill"
        )
    rate = event.rate if event.rate is not None else Fraction(event.amount or 0) / rest
    for row in rows:
        received = state.received[row]
        units = _units(state, row)
        taken = min(rest, free[row])
        if taken:
            claims.append((received, _claim(units, taken, rate, event.row)))
            differences[row] = state.rounder.money(taken * (rate - _booked_rate(received)))
            rest -= taken
    if rest:
        raise StockError(
            "billed_beyond_received",
            "more is billed than was received and not billed yet",
            field="qty",
            value=Fraction(event.qty) / 10**state.scales.qty_places,
            hint="refer to all receipts that the bill is for",
        )
    for received, units in claims:
        received.bills = units
    state.billed.add(event.row)
    state.settled[event.row] = {row: _units_of(state, row, event.row) for row in differences}
    return differences


def _units_of(state: State, row: int, bill: int) -> Exact:
    """How many units of a receipt a bill names now."""
    return sum(n for n, _, by in _units(state, row) if by == bill)


def _age(state: State, row: int) -> tuple[int, int, int]:
    """The oldest goods are billed first."""
    event = state.events[row]
    return (event.date if event.lot_date is None else event.lot_date, event.time, row)


def _unbilled(state: State, row: int) -> Exact:
    """The units of a receipt that are neither billed nor gone back."""
    free = sum(n for n, _, bill in _units(state, row) if bill is None) - state.received[row].returned
    return max(0, free)


def _claim(units: list[Units], qty: Exact, rate: Fraction, bill: int) -> list[Units]:
    claimed: list[Units] = []
    for n, price, by in units:
        taken = min(n, qty) if by is None else 0
        qty -= taken
        claimed += [(taken, rate, bill)] if taken else []
        claimed += [(n - taken, price, by)] if n - taken else []
    return claimed


def _refund(state: State, event: Event) -> dict[int, Exact]:
    differences: dict[int, Exact] = {}
    rest = event.qty
    bill = event.refs[0]
    claims: list[tuple[Received, list[Units]]] = []
    named = {row: _units_of(state, row, bill) for row in state.events[bill].refs}
    for row in state.events[bill].refs:
        received = state.received[row]
        kept: list[Units] = []
        for n, price, by in _units(state, row):
            freed = min(n, rest) if by == bill else 0
            if freed and price is not None:
                rest -= freed
                back = state.rounder.money(freed * (_booked_rate(received) - price))
                differences[row] = differences.get(row, 0) + back
                kept.append((freed, None, None))
            if n - freed:
                kept.append((n - freed, price, by))
        claims.append((received, kept))
    if rest:
        raise StockError(
            "refund_beyond_bill",
            "more is refunded than the bill named",
            field="qty",
            value=Fraction(event.qty) / 10**state.scales.qty_places,
            hint="refer to the bill that the refund is for",
        )
    for received, units in claims:
        received.bills = units
    left = {row: _units_of(state, row, bill) - before for row, before in named.items()}
    state.settled[event.row] = {row: units for row, units in left.items() if units}
    return differences


def _foreign_difference(state: State, event: Event) -> Fraction | None:
    """Invoiced less booked in the foreign currency, of the units settled, where all prices were stated in one."""
    stated = state.events[event.refs[0]] if event.details.direction == "refund" else event
    invoiced = stated.details.foreign
    found: dict[int, Fraction] = {}
    for row, units in state.settled[event.row].items():
        receipt = state.events[row]
        booked = receipt.details.foreign
        if invoiced is None or booked is None or booked.currency != invoiced.currency:
            return None
        qty = Fraction(units) / 10**state.scales.qty_places
        whole = Fraction(receipt.qty) / 10**state.scales.qty_places
        per_unit = booked.unit_cost if booked.amount is None else booked.amount / whole
        found[row] = qty * (_invoiced_per_unit(state, stated) - (per_unit or 0))
        if is_whole(event):
            found[row] -= state.foreign_told.get(row, Fraction(0))
    for row, difference in found.items():
        state.foreign_told[row] = state.foreign_told.get(row, Fraction(0)) + difference
    return sum(found.values(), Fraction(0))


def _invoiced_per_unit(state: State, invoice: Event) -> Fraction:
    """What an invoice in a foreign currency states for one unit."""
    foreign = invoice.details.foreign
    if foreign is None or foreign.amount is None:
        return Fraction(0) if foreign is None else foreign.unit_cost or Fraction(0)
    units = sum(state.settled[invoice.row].values())
    return foreign.amount * power(state.scales.qty_places) / units
