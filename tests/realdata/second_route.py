"""Costs by a second route: nothing of jxc is imported here, so that agreement means something.

Shape: a list of `Line` (an item's receipt with its value, or an issue), quantities and money as integers (in minor
units, 10 ** -places).  Order of events: date, then receipts before issues, then the order of the list.  An issue that
asks for more than is there is left out whole and listed.

First in, first out is a function here, not a queue.  F(x) is the cost of the first x units of an item ever received:
linear within a receipt, rounded half up there ("cumulative half up": what has been handed out so far is rounded, never
the slice).  The issue that takes the units a to b costs F(b) - F(a).

The moving average is done in fractions: a pool (V, Q) is founded anew by each receipt with what was left; what it has
handed out after x units is V x / Q, rounded half up.

Invariant: value in = cost of the issues + closing value, per item, to the minor unit.

Two units for 1.01, then two for 3.00; one sold, then two (one of each receipt: 0.50 and 1.50):

>>> lines = [Line(0, "2026-01-01", "A", 2, 101), Line(1, "2026-01-02", "A", 2, 300)]
>>> lines += [Line(2, "2026-01-03", "A", -1), Line(3, "2026-01-04", "A", -2), Line(4, "2026-01-05", "A", -9)]
>>> outcome = fifo(lines)
>>> outcome.costs, outcome.shortages, outcome.closing
({0: 101, 1: 300, 2: 51, 3: 200}, [4], {'A': (1, 150)})
>>> moving_average(lines).costs
{0: 101, 1: 300, 2: 100, 3: 201}
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from heapq import heappop, heappush
from itertools import accumulate, pairwise

__all__ = ["Line", "Outcome", "by_layers", "fifo", "line_total", "moving_average", "unit_by_unit"]

EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Line:
    """``qty`` above zero is a receipt worth ``value`` minor units, below zero an issue.

    ``price`` is the unit cost as stated, before the value of the line was rounded; None: value / qty.
    """

    row: int
    date: str
    item: str
    qty: int
    value: int = 0
    price: Fraction | None = None


@dataclass(slots=True)
class Outcome:
    """Cost by row (what came in or went out, positive), issues left out, and what is left by item (quantity, value)."""

    costs: dict[int, int] = field(default_factory=dict[int, int])
    cost_of_sales: int = 0
    shortages: list[int] = field(default_factory=list[int])
    closing: dict[str, tuple[int, int]] = field(default_factory=dict[str, tuple[int, int]])

    @property
    def closing_value(self) -> int:
        return sum(value for _, value in self.closing.values())

    def sort(self) -> Outcome:
        self.costs = dict(sorted(self.costs.items()))
        self.shortages.sort()
        self.closing = dict(sorted(self.closing.items()))
        return self


def line_total(qty: int, unit_cost: str, places: int = 2) -> int:
    """Quantity times unit cost in minor units, rounded half up once, on the line."""
    exact = EXACT.multiply(Decimal(unit_cost), qty).scaleb(places, EXACT)
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP, EXACT))


def fifo(lines: Iterable[Line]) -> Outcome:
    """First in, first out by prefix sums and one bisection for each issue."""
    outcome = Outcome()
    for item, own in _by_item(lines).items():
        _fifo_item(item, own, outcome)
    return outcome.sort()


def _fifo_item(item: str, lines: Sequence[Line], outcome: Outcome) -> None:
    taken = _refuse_shortages(lines, outcome)
    receipts = [line for line in taken if line.qty > 0]
    received = [0, *accumulate(line.qty for line in receipts)]
    worth = [0, *accumulate(line.value for line in receipts)]

    def cost_of_first(units: int) -> int:
        layer = max(bisect_left(received, units), 1)
        value, qty = worth[layer] - worth[layer - 1], received[layer] - received[layer - 1]
        return worth[layer - 1] + (2 * value * (units - received[layer - 1]) + qty) // (2 * qty)

    issued = handed_out = 0
    for line in taken:
        if line.qty > 0:
            outcome.costs[line.row] = line.value
            continue
        issued -= line.qty
        outcome.costs[line.row] = cost_of_first(issued) - handed_out
        handed_out = cost_of_first(issued)
    outcome.cost_of_sales += handed_out
    outcome.closing[item] = (received[-1] - issued, worth[-1] - handed_out)


def moving_average(lines: Iterable[Line]) -> Outcome:
    """The moving weighted average in exact fractions."""
    outcome = Outcome()
    for item, own in _by_item(lines).items():
        founded, qty, out, handed_out = 0, 0, 0, 0
        for line in _refuse_shortages(own, outcome):
            if line.qty > 0:
                founded, qty, out, handed_out = founded - handed_out + line.value, qty - out + line.qty, 0, 0
                outcome.costs[line.row] = line.value
                continue
            out -= line.qty
            cost = _half_up(Fraction(founded * out, qty)) - handed_out
            outcome.costs[line.row] = cost
            handed_out += cost
            outcome.cost_of_sales += cost
        outcome.closing[item] = (qty - out, founded - handed_out)
    return outcome.sort()


def by_layers(lines: Iterable[Line], rank: Callable[[int, Fraction], Fraction]) -> Outcome:
    """A heap of layers, the one of the lowest ``rank(serial, unit cost)`` first, older ones first among equals.

    The serial counts the lines of an item in the order of events; the unit cost is the receipt's, as stated.  Minus the
    serial gives last in, first out; the unit cost lowest first, minus the unit cost highest first.
    """
    outcome = Outcome()
    for item, own in _by_item(lines).items():
        layers: list[_Layer] = []
        for serial, line in enumerate(_refuse_shortages(own, outcome)):
            if line.qty > 0:
                price = line.price if line.price is not None else Fraction(line.value, line.qty)
                heappush(layers, _Layer(rank(serial, price), serial, line.qty, line.value))
                outcome.costs[line.row] = line.value
                continue
            cost = _take(layers, -line.qty)
            outcome.costs[line.row] = cost
            outcome.cost_of_sales += cost
        outcome.closing[item] = (
            sum(at.qty - at.out for at in layers),
            sum(at.value - at.cost_so_far() for at in layers),
        )
    return outcome.sort()


@dataclass(order=True, slots=True)
class _Layer:
    rank: Fraction
    serial: int
    qty: int
    value: int
    out: int = 0

    def cost_so_far(self) -> int:
        return _half_up(Fraction(self.value * self.out, self.qty))


def _take(layers: list[_Layer], wanted: int) -> int:
    cost = 0
    while wanted:
        layer = layers[0]
        taken = min(wanted, layer.qty - layer.out)
        cost -= layer.cost_so_far()
        layer.out += taken
        cost += layer.cost_so_far()
        wanted -= taken
        if layer.out == layer.qty:
            heappop(layers)
    return cost


def unit_by_unit(lines: Iterable[Line]) -> Outcome:
    """First in, first out with a price tag on every single unit: slow, and too simple to be wrong."""
    outcome = Outcome()
    for item, own in _by_item(lines).items():
        shelf: list[int] = []
        for line in _refuse_shortages(own, outcome):
            if line.qty > 0:
                so_far = [_half_up(Fraction(line.value * n, line.qty)) for n in range(line.qty + 1)]
                shelf += [after - before for before, after in pairwise(so_far)]
                outcome.costs[line.row] = line.value
            else:
                outcome.costs[line.row] = sum(shelf[: -line.qty])
                outcome.cost_of_sales += outcome.costs[line.row]
                del shelf[: -line.qty]
        outcome.closing[item] = (len(shelf), sum(shelf))
    return outcome.sort()


def _by_item(lines: Iterable[Line]) -> dict[str, list[Line]]:
    """Each item's lines in the order of events: date, receipts first, order of the list."""
    items: dict[str, list[Line]] = {}
    for line in lines:
        items.setdefault(line.item, []).append(line)
    for own in items.values():
        own.sort(key=lambda line: (line.date, line.qty < 0))
    return items


def _refuse_shortages(lines: Sequence[Line], outcome: Outcome) -> list[Line]:
    """The lines that can happen; an issue beyond what is there is noted and left out whole."""
    on_hand, kept = 0, list[Line]()
    for line in lines:
        if on_hand + line.qty < 0:
            outcome.shortages.append(line.row)
            continue
        on_hand += line.qty
        kept.append(line)
    return kept


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)
