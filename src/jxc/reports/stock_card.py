"""Stock card (存货明细账): every movement of an item in order, with what is on hand after it.

    2026-01-05 receipt GR-1   in 100  200.00                    balance 100  200.00
    2026-01-11 issue   SO-1                  out 30  60.00      balance  70  140.00

Invariant: opening + in - out = closing, quantity and value, line by line.

>>> moves = [
...     StockMove(739621, "TEA", "WH", "receipt", "GR-1", 100, 20000),
...     StockMove(739627, "TEA", "WH", "issue", "SO-1", -30, -6000),
... ]
>>> card = stock_card("TEA", moves, Shown(Scales(2, 0)), first=date(2026, 1, 6))
>>> card.opening_qty, [(line.fact, str(line.out_value), str(line.balance_value)) for line in card.lines]
(Decimal('100'), [('SO-1', '60.00', '140.00')])
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jxc.costing.outcome import Status
from jxc.reports.stock_moves import Scales, Shown, StockMove, worst

__all__ = ["CardLine", "Scales", "StockCard", "stock_card"]


@dataclass(frozen=True, slots=True)
class CardLine:
    """One movement; ``None`` for a value that the reader may not see."""

    date: date
    fact: str
    type: str
    place: str
    in_qty: Decimal
    in_value: Decimal | None
    out_qty: Decimal
    out_value: Decimal | None
    balance_qty: Decimal
    balance_value: Decimal | None
    status: Status


@dataclass(frozen=True, slots=True)
class StockCard:
    """The card of an item between two days."""

    item: str
    opening_qty: Decimal
    opening_value: Decimal | None
    lines: tuple[CardLine, ...]
    closing_qty: Decimal
    closing_value: Decimal | None
    status: Status


def stock_card(
    item: str,
    moves: Iterable[StockMove],
    shown: Shown,
    *,
    place: str | None = None,
    first: date | None = None,
    last: date | None = None,
) -> StockCard:
    """The card of an item; ``moves``: all of it, in the order of entry."""
    chosen = [one for one in moves if one.item == item and (place is None or one.place == place)]
    chosen.sort(key=lambda one: one.day)
    begin = 1 if first is None else first.toordinal()
    end = None if last is None else last.toordinal()
    qty = sum(one.qty for one in chosen if one.day < begin)
    value = sum(one.value for one in chosen if one.day < begin)
    opening = (shown.qty(qty), shown.money(value))
    lines: list[CardLine] = []
    inside = [one for one in chosen if one.day >= begin and (end is None or one.day <= end)]
    for one in inside:
        qty, value = qty + one.qty, value + one.value
        lines.append(_line(one, qty, value, shown))
    status = worst(one.status for one in chosen if end is None or one.day <= end)
    return StockCard(item, *opening, tuple(lines), shown.qty(qty), shown.money(value), status)


def _line(one: StockMove, qty: int, value: int, shown: Shown) -> CardLine:
    comes = one.qty > 0 or (not one.qty and one.value > 0)
    none, nothing = shown.qty(0), shown.money(0)
    return CardLine(
        date.fromordinal(one.day),
        one.fact,
        one.type,
        one.place,
        shown.qty(one.qty) if comes else none,
        shown.money(one.value) if comes else nothing,
        none if comes else shown.qty(-one.qty),
        nothing if comes else shown.money(-one.value),
        shown.qty(qty),
        shown.money(value),
        one.status,
    )
