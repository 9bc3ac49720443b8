"""What of the difference between an invoice and its receipt comes from the rate of exchange.

Each invoice settles units of receipts, each at its own rate:

    exchange = what it states for the units, in its currency x (its rate - the receipt's rate)

An invoice of the whole replaces what earlier ones said of the receipt; a refund takes back its units' part of the bill.
Where the difference was taken in the foreign currency (to an account of price differences), it holds nothing of the
rate, and the exchange is that of the amount booked.  IAS 21.21, 28; CAS 19 art. 10, 11.

Invariant: over all invoices of a receipt, each unit counts once.

>>> InvoiceExchange.__name__
'InvoiceExchange'
"""

from __future__ import annotations

from fractions import Fraction

from jxc.costing.events import Event
from jxc.costing.invoices import is_whole
from jxc.costing.order import in_order
from jxc.costing.state import State
from jxc.kernel.rounding import Exact

__all__ = ["InvoiceExchange"]


class InvoiceExchange:
    """The exchange in every invoice of a book that was valued, in minor units, by receipt."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._found: dict[int, dict[int, Exact]] = {}
        self._told: dict[int, Exact] = {}
        for event in in_order(list(state.events.values()), state.policy):
            outcome = state.outcomes.get(event.row)
            if event.row in state.settled and outcome is not None and outcome.status != "refused":
                self._add(event)

    def of(self, invoice: Event) -> dict[int, Exact]:
        """By receipt, what of the invoice's difference comes from its rate; a gain (the rate fell) is below zero."""
        return self._found.get(invoice.row, {})

    def _add(self, event: Event) -> None:
        found = self._found[event.row] = dict[int, Exact]()
        find = self._refunded if event.details.direction == "refund" else self._invoiced
        for row, units in self._state.settled[event.row].items():
            exchange = find(event, row, units)
            if exchange is not None:
                found[row] = exchange
                self._told[row] = self._told.get(row, 0) + exchange

    def _refunded(self, event: Event, row: int, units: Exact) -> Exact | None:
        """The part of the bill's exchange that goes with the units taken back."""
        bill = event.refs[0]
        whole = self._state.settled[bill].get(row, 0)
        told = self._found.get(bill, {}).get(row)
        return None if told is None or not whole else self._state.rounder.money(Fraction(told) * units / whole)

    def _invoiced(self, event: Event, row: int, units: Exact) -> Exact | None:
        state, receipt = self._state, self._state.events[row]
        invoiced, booked = event.details.foreign, receipt.details.foreign
        if invoiced is None or booked is None or booked.currency != invoiced.currency:
            return None
        if state.outcomes[event.row].price_difference_foreign is not None:
            part = Fraction(receipt.amount or 0) * units / receipt.qty
            exchange = state.rounder.money(part * (invoiced.rate / booked.rate - 1))
        else:
            exchange = state.rounder.money(self._stated(event, units) * (1 - booked.rate / invoiced.rate))
        return exchange - self._told.get(row, 0) if is_whole(event) else exchange

    def _stated(self, event: Event, units: Exact) -> Fraction:
        """What the invoice states for the units, in minor units of the book's currency at its own rate."""
        if event.rate is not None:
            return units * event.rate
        return Fraction(event.amount or 0) * units / sum(self._state.settled[event.row].values())
