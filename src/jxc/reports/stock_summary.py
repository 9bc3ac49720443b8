"""收发存汇总表: opening, what came and went by kind, closing; quantity and value; by item, place or group.

    item  place   opening          in: receipt       out: issue       closing
    TEA   WH      100  200.00      50  110.00        30  60.00        120  250.00

Invariant: opening + in - out = closing in every row, quantity and value; the rows add up to stock.

>>> moves = [
...     StockMove(739621, "TEA", "WH", "receipt", "GR-1", 100, 20000),
...     StockMove(739627, "TEA", "WH", "issue", "SO-1", -30, -6000),
... ]
>>> [row] = stock_summary(moves, Shown(Scales(2, 0)), first=date(2026, 1, 6), by=("item",))
>>> row.key, str(row.opening.value), str(row.out["issue"].value), str(row.closing.value)
(('TEA',), '200.00', '60.00', '140.00')
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from jxc.costing.outcome import Status
from jxc.errors import FieldError
from jxc.reports.stock_moves import Scales, Shown, StockMove, worst

__all__ = ["Held", "Scales", "SummaryRow", "stock_summary"]

_KEYS = ("item", "place", "group")


@dataclass(frozen=True, slots=True)
class Held:
    """A quantity and its value; ``None`` for a value that the reader may not see."""

    qty: Decimal
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """A row: ``key`` in the order that was asked for, ``into`` and ``out`` by type of fact."""

    key: tuple[str, ...]
    opening: Held
    into: Mapping[str, Held]
    out: Mapping[str, Held]
    closing: Held
    status: Status


@dataclass(slots=True)
class _Sums:
    opening: list[int] = field(default_factory=lambda: [0, 0])
    moved: dict[tuple[bool, str], list[int]] = field(default_factory=dict[tuple[bool, str], list[int]])
    statuses: set[str] = field(default_factory=set[str])


def stock_summary(
    moves: Iterable[StockMove],
    shown: Shown,
    *,
    first: date | None = None,
    last: date | None = None,
    by: Sequence[str] = ("item", "place"),
    group_of: Callable[[str], str] = str,
) -> list[SummaryRow]:
    """The rows, sorted by key; rows of nothing are left out.

    ``by``: any of ``item``, ``place``, ``group`` (as ``group_of`` says of an item); ``FieldError`` ``unknown_key``.
    """
    for key in by:
        if key not in _KEYS:
            raise FieldError(
                "unknown_key", "there is no such row", field="by", value=key, hint=f"use {', '.join(_KEYS)}"
            )
    begin = 1 if first is None else first.toordinal()
    end = None if last is None else last.toordinal()
    found: dict[tuple[str, ...], _Sums] = {}
    for one in moves:
        if end is None or one.day <= end:
            words = {"item": one.item, "place": one.place}
            row = tuple(words[name] if name in words else group_of(one.item) for name in by)
            _add(found.setdefault(row, _Sums()), one, before=one.day < begin)
    rows = (_row(words, found[words], shown) for words in sorted(found))
    return [row for row in rows if _says(row)]


def _add(sums: _Sums, one: StockMove, *, before: bool) -> None:
    held = sums.opening
    if not before:
        comes = one.qty > 0 or (not one.qty and one.value > 0)
        held = sums.moved.setdefault((comes, one.type), [0, 0])
    held[0] += one.qty
    held[1] += one.value
    sums.statuses.add(one.status)


def _row(key: tuple[str, ...], sums: _Sums, shown: Shown) -> SummaryRow:
    def held(qty: int, value: int) -> Held:
        return Held(shown.qty(qty), shown.money(value))

    qty = sums.opening[0] + sum(moved[0] for moved in sums.moved.values())
    value = sums.opening[1] + sum(moved[1] for moved in sums.moved.values())
    sides: dict[bool, dict[str, Held]] = {True: {}, False: {}}
    for (comes, kind), moved in sorted(sums.moved.items()):
        if any(moved):
            sign = 1 if comes else -1
            sides[comes][kind] = held(sign * moved[0], sign * moved[1])
    return SummaryRow(key, held(*sums.opening), sides[True], sides[False], held(qty, value), worst(sums.statuses))


def _says(row: SummaryRow) -> bool:
    return bool(row.into or row.out or row.opening.qty or row.opening.value)
