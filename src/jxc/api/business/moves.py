"""What moved in stock, read from what is kept: the costs of facts, with what was booked on another day than its own.

    as known now        the rows of all chunks; what was booked forward moves from its day to the day it is booked on
    as known at a time  without what was recorded since, and without what changed since

Invariant: the moves up to a day, as known at a time, add up to what stock was in the ledger on that day, as known then.

>>> shift = _Reading(None).shifted([739621, 739652, "cogs", "TEA", None, 14, 0])
>>> [(one.day, one.amount) for one in shift]
[(739621, -14), (739652, 14)]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from jxc.app.packing import Costed, unpack
from jxc.costing.effects import Role
from jxc.costing.outcome import Status
from jxc.ports import CostChange, CostChunk, Transaction
from jxc.reports.margin import Sale
from jxc.reports.stock_moves import StockMove

__all__ = ["Did", "read_moves", "read_sales", "stock_moves"]


@dataclass(frozen=True, slots=True)
class Did:
    """An amount and quantity on a role, on a day, that a fact did; ``adjusts``: by what was booked on another day."""

    day: int
    fact: str
    type: str
    item: str
    place: str
    role: Role
    amount: int
    qty: int
    status: Status
    adjusts: bool = False


@dataclass(frozen=True, slots=True)
class _Reading:
    known_at: datetime | None

    def chunk(self, chunk: CostChunk) -> Iterator[Costed]:
        if self.known_at is None or datetime.fromisoformat(chunk.body["at"]) <= self.known_at:
            yield from map(unpack, chunk.body["rows"])

    def change(self, change: CostChange) -> Iterator[Did]:
        """What a change of cost adds to the rows as they stand."""
        moves: Sequence[Sequence[Any]] = change.body["moves"]
        known = self.known_at is None or change.recorded_at <= self.known_at
        if not known and self.known_at is not None and datetime.fromisoformat(change.body["since"]) > self.known_at:
            return
        for move in moves:
            for one in self.shifted(move) if known else [_did(move, move[0], -1)]:
                yield _named(one, change.fact)

    @staticmethod
    def shifted(move: Sequence[Any]) -> list[Did]:
        """What was booked on another day moves from its own day to that one."""
        concerns, booked = move[0], move[1]
        return [] if concerns == booked else [_did(move, concerns, -1), _did(move, booked, 1)]


def _did(move: Sequence[Any], day: int, sign: int) -> Did:
    _, _, role, item, place, amount, qty = move
    return Did(day, "", "booked_forward", item, place or "", role, sign * amount, sign * qty, "final", adjusts=True)


def _named(one: Did, fact: str) -> Did:
    return Did(one.day, fact, one.type, one.item, one.place, one.role, one.amount, one.qty, one.status, one.adjusts)


def read_moves(
    tx: Transaction, *, items: Iterable[str] | None = None, known_at: datetime | None = None
) -> Iterator[Did]:
    """Everything that facts did to value, streaming: of the items that facts are recorded under, or of all."""
    reading = _Reading(known_at)
    for chunk in _scan(tx, "cost_chunk", items):
        for row in reading.chunk(chunk):
            for effect in row.effects:
                yield Did(
                    row.day,
                    row.fact,
                    row.type,
                    effect.item or row.item,
                    effect.place or "",
                    effect.role,
                    int(effect.amount),
                    int(effect.qty),
                    cast("Status", row.status),
                )
    for change in _scan(tx, "cost_change", items):
        yield from reading.change(change)


def stock_moves(did: Iterable[Did]) -> Iterator[StockMove]:
    """The moves of goods among them."""
    for one in did:
        if one.role == "inventory":
            yield StockMove(
                one.day, one.item, one.place, one.type, one.fact, one.qty, one.amount, one.status, one.adjusts
            )


def read_sales(tx: Transaction) -> Iterator[Sale]:
    """Every sale and return of one with its cost of sales, on the days on which these are booked.

    What comes back counts where it was sold: on the paper of the sale, for its party and salesman
    unless it names its own.
    """
    reading = _Reading(None)
    shifts: dict[str, list[Did]] = {}
    for change in tx.scan("cost_change"):
        for one in reading.change(change):
            if one.role == "cogs":
                shifts.setdefault(one.fact, []).append(one)
    sold = _sold(tx, reading)
    for row in _rows(tx, reading):
        yield from _sales(row, sold, shifts.pop(row.fact, []))
    for fact, left in shifts.items():
        for one in left:
            yield Sale(one.day, one.item, "", "", fact, 0, 0, one.amount)


def _rows(tx: Transaction, reading: _Reading) -> Iterator[Costed]:
    for chunk in tx.scan("cost_chunk"):
        yield from reading.chunk(chunk)


def _sold(tx: Transaction, reading: _Reading) -> dict[str, Sequence[Any]]:
    """The trade of the sales that something came back of."""
    wanted = {row.trade[4] for row in _rows(tx, reading) if row.trade is not None and row.trade[4] is not None}
    if not wanted:
        return {}
    return {row.fact: row.trade for row in _rows(tx, reading) if row.fact in wanted and row.trade is not None}


def _sales(row: Costed, sold: Mapping[str, Sequence[Any]], shifts: Sequence[Did]) -> Iterator[Sale]:
    cost = sum(int(effect.amount) for effect in row.effects if effect.role == "cogs")
    if row.trade is None and not cost and not shifts:
        return
    party, salesman, document, revenue, of = row.trade or (None, None, None, 0, None)
    origin = None if of is None else sold.get(of)
    if origin is not None:
        party, salesman = party or origin[0], salesman or origin[1]
        document = origin[2] or of
    words = (row.item, party or "", salesman or "", document or row.fact)
    sign = -1 if row.type == "sales_return" else 1
    qty = -sum(int(effect.qty) for effect in row.effects if effect.role == "inventory") if row.trade else 0
    if cost or (row.trade is not None and revenue):
        yield Sale(row.day, *words, qty, sign * revenue, cost, cast("Status", row.status))
    for one in shifts:
        yield Sale(one.day, *words, 0, 0, one.amount)


def _scan(tx: Transaction, kind: str, items: Iterable[str] | None) -> Iterator[Any]:
    if items is None:
        yield from tx.scan(kind)
    else:
        for item in items:
            yield from tx.scan(kind, "key", (item,))
