"""What may be asked of a book: every answer says how certain its costs are, and is what the ledger says.

    shop.ask.positions(), .value(as_of=..., known_at=...), .stock_card("TEA"), .stock_summary(first, last), .margin(...)
    shop.ask.slow_stock(on), .layers("TEA"), .explain("SO-1")
    shop.ask.without_cost()         the same questions for those who may not see cost: values are ``None``

Invariant: questions change nothing; values are those of one valuation of the facts, or of what was known at a time.

>>> from jxc.api.business.opening import open_book
>>> shop = open_book("memory:", book="acme/main", currency="CNY", chart="ifrs-trading")
>>> done = shop.stock.receive("TEA", "100", "2.00", date="2026-01-05", place="WH", party="S-01")
>>> [(one.place, str(one.value)) for one in shop.ask.positions("TEA")], str(shop.ask.value("2026-01-04").value)
([('WH', '200.00')], '0.00')
>>> shop.ask.without_cost().value().value is None
True
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar, cast

from jxc.api.business.explaining import Explained, explained
from jxc.api.business.ground import Ground
from jxc.api.business.item_book import ItemBook
from jxc.api.business.moves import Did, read_moves, read_sales, stock_moves
from jxc.api.business.running import Runner
from jxc.api.business.shares import Shares, StockHeld
from jxc.api.late_facts import no_such_fact
from jxc.api.plugins import methods_in_force
from jxc.costing.outcome import Status
from jxc.costing.strategies import engine_for
from jxc.errors import NotFoundError
from jxc.kernel.dates import parse_date, parse_instant
from jxc.ports import Transaction
from jxc.reports.margin import MarginRow, margin
from jxc.reports.slow_stock import SlowRow, slow_stock
from jxc.reports.stock_card import StockCard, stock_card
from jxc.reports.stock_moves import Shown, worst
from jxc.reports.stock_summary import SummaryRow, stock_summary

__all__ = ["LayerLeft", "Questions", "StockValue"]

T = TypeVar("T")
Day = date | str | None


@dataclass(frozen=True, slots=True)
class StockValue:
    """How stock stood at the end of a day, as known at a time: by item and place, in all, and by role.

    ``roles``: what stands against it, such as ``cogs`` (cost of sales) and ``grni``; ``status``: the least certain of
    all costs in it, ``provisional`` the facts that are not final (the first hundred).
    """

    as_of: date | None
    known_at: datetime | None
    on_hand: tuple[StockHeld, ...]
    value: Decimal | None
    roles: dict[str, Decimal] | None
    status: Status
    provisional: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LayerLeft:
    """An open cost layer: since when, how much is left, what it is worth, and the fact that brought it in."""

    item: str
    place: str
    lot: str
    date: date
    qty: Decimal
    value: Decimal | None
    fact: str


class Questions:
    """See the module."""

    def __init__(self, runner: Runner, *, costs: bool = True) -> None:
        self._runner = runner
        self._costs = costs

    def without_cost(self) -> Questions:
        """The same questions for those who may not see what goods cost: every value is ``None``."""
        return Questions(self._runner, costs=False)

    # -- how stock stands ----------------------------------------------------------------------------------------------

    def positions(self, item: str | None = None, place: str | None = None) -> Iterator[StockHeld]:
        """What is on hand now, streaming, by item and place; where places share a cost, it goes by quantity."""
        with self._reading() as (tx, ground):
            shares = Shares(tx, ground)
            equal = () if item is None else (item,)
            for name, positions in groupby(tx.scan("position", "key", equal), key=attrgetter("item")):
                held = {one.place: (one.quantity, one.value) for one in positions}
                for line in shares.told(name, held):
                    if place is None or line.place == place:
                        yield self._seen(line)

    def value(self, as_of: Day = None, *, known_at: datetime | str | None = None) -> StockValue:
        """Stock at the end of a day (by default: of all), as known now, or at a time."""
        day = None if as_of is None else parse_date(as_of, field="as_of")
        moment = None if known_at is None else parse_instant(known_at, field="known_at")
        with self._reading() as (tx, ground):
            sums = _Sums(None if day is None else day.toordinal())
            for one in read_moves(tx, known_at=moment):
                sums.add(one)
            shares, shown = Shares(tx, ground), Shown(ground.terms.scales)
            on_hand = tuple(line for item in sorted(sums.held) for line in shares.told(item, sums.held[item]))
            roles = {role: shown.money(amount) for role, amount in sorted(sums.roles.items()) if amount}
        value = shown.money(sums.roles.get("inventory", 0))
        status = worst(sums.uncertain.values())
        return self._seen(StockValue(day, moment, on_hand, value, roles, status, tuple(sums.uncertain)[:100]))

    def layers(self, item: str, place: str | None = None) -> list[LayerLeft]:
        """The open cost layers of an item, in the order in which they leave; an average is one layer a pool."""
        with self._reading() as (tx, ground):
            shown, scales = Shown(ground.terms.scales), ground.terms.scales
            with self._book(tx, item) as book:
                names = dict(book.fact_of)
                engine = engine_for(book.late.policy, scales, methods_in_force())
                engine.run(sorted(book.late.events.values(), key=attrgetter("row")))
            return [
                self._seen(
                    LayerLeft(
                        item,
                        layer.place or pool.place or "",
                        layer.lot or pool.lot or "",
                        date.fromordinal(layer.date),
                        shown.qty(int(layer.left)),
                        shown.money(int(layer.worth)),
                        names[layer.origin],
                    )
                )
                for pool in engine.state.pools_at(item, place)
                for layer in (reversed(list(pool.open_layers())) if pool.method.from_tail else pool.open_layers())
            ]

    def slow_stock(self, on: date | str, *, days: Sequence[int] = (30, 90, 180, 365)) -> list[SlowRow]:
        """What is on hand at the end of a day, by how long it has been lying (呆滞存货)."""
        day = parse_date(on, field="on")
        with self._reading() as (tx, ground):
            return self._all(slow_stock(stock_moves(read_moves(tx)), Shown(ground.terms.scales), on=day, days=days))

    # -- what moved ----------------------------------------------------------------------------------------------------

    def stock_card(self, item: str, *, place: str | None = None, first: Day = None, last: Day = None) -> StockCard:
        """Every movement of an item in order, with what is on hand after it (存货明细账)."""
        with self._reading() as (tx, ground):
            with self._book(tx, item) as book:
                members = book.members
            moves = stock_moves(read_moves(tx, items=members))
            days = {"first": _day(first, "first"), "last": _day(last, "last")}
            return self._seen(stock_card(item, moves, Shown(ground.terms.scales), place=place, **days))

    def stock_summary(
        self, first: Day = None, last: Day = None, *, by: Sequence[str] = ("item", "place")
    ) -> list[SummaryRow]:
        """收发存汇总表: opening, what came and went by type of fact, closing; by ``item``, ``place``, ``group``."""
        with self._reading() as (tx, ground):
            return self._all(
                stock_summary(
                    stock_moves(read_moves(tx)),
                    Shown(ground.terms.scales),
                    first=_day(first, "first"),
                    last=_day(last, "last"),
                    by=by,
                    group_of=_groups(ground),
                )
            )

    def margin(self, by: str = "item", *, first: Day = None, last: Day = None) -> list[MarginRow]:
        """Gross margin by ``item``, ``party``, ``salesman`` or ``document``, net of returns (毛利)."""
        with self._reading() as (tx, ground):
            days = {"first": _day(first, "first"), "last": _day(last, "last")}
            return self._all(margin(read_sales(tx), Shown(ground.terms.scales), by=by, **days))

    def explain(self, fact: str) -> Explained:
        """What the cost of a fact is made of, and the journal entries that it made.

        Raises ``NotFoundError`` ``no_such_fact``; ``hidden`` for those who may not see cost.
        """
        if not self._costs:
            hint = "ask somebody who may see cost"
            raise NotFoundError("hidden", "this view shows no cost", field="fact", value=fact, hint=hint)
        with self._reading() as (tx, ground):
            [record] = tx.get("fact", [(fact,)])
            if record is None:
                raise no_such_fact(fact)
            with self._book(tx, record.item) as book:
                if fact not in book.by_id:
                    raise no_such_fact(fact)
                return explained(tx, book, fact, ground)

    # -- reading -------------------------------------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Generator[tuple[Transaction, Ground]]:
        with self._runner.store.begin(self._runner.scope, read_only=True) as tx:
            yield tx, self._runner.ground(tx)

    @contextmanager
    def _book(self, tx: Transaction, item: str) -> Generator[ItemBook]:
        with self._runner.looking(tx, item) as book:
            if book is None:
                raise NotFoundError("no_such_item", "nothing is recorded of this item", field="item", value=item)
            yield book

    def _seen(self, answer: T) -> T:
        """The answer as the reader may see it."""
        return answer if self._costs else hidden(answer)

    def _all(self, rows: list[T]) -> list[T]:
        return [self._seen(row) for row in rows]


class _Sums:
    """Sums up to a day: by item and place, by role; the facts whose cost is not final."""

    def __init__(self, last: int | None) -> None:
        self._last = last
        self.held: dict[str, dict[str, tuple[int, int]]] = {}
        self.roles: dict[str, int] = {}
        self.uncertain: dict[str, str] = {}

    def add(self, one: Did) -> None:
        if self._last is not None and one.day > self._last:
            return
        self.roles[one.role] = self.roles.get(one.role, 0) + one.amount
        if one.role == "inventory":
            places = self.held.setdefault(one.item, {})
            qty, value = places.get(one.place, (0, 0))
            places[one.place] = (qty + one.qty, value + one.amount)
        if one.status != "final":
            self.uncertain[one.fact] = one.status


_COSTS = frozenset(
    {
        *(
            "value",
            "opening_value",
            "closing_value",
            "in_value",
            "out_value",
            "balance_value",
            "cost",
            "margin",
            "rate",
        ),
        *("roles", "unit_cost"),
    }
)


def hidden(answer: T) -> T:
    """A record with every value in it gone, those of its parts too; quantities and revenue stay."""
    changed: dict[str, Any] = {}
    for each in fields(cast("Any", answer)):
        value: object = getattr(answer, each.name)
        if each.name in _COSTS:
            changed[each.name] = None
        elif is_dataclass(value):
            changed[each.name] = hidden(value)
        elif isinstance(value, tuple):
            parts = cast("tuple[object, ...]", value)
            changed[each.name] = tuple(_hidden_part(part) for part in parts)
        elif isinstance(value, dict):
            named = cast("dict[str, object]", value)
            changed[each.name] = {name: _hidden_part(part) for name, part in named.items()}
    return cast("T", replace(cast("Any", answer), **changed))


def _hidden_part(part: object) -> object:
    return hidden(part) if is_dataclass(part) else part


def _day(value: Day, field: str) -> date | None:
    return None if value is None else parse_date(value, field=field)


def _groups(ground: Ground) -> Callable[[str], str]:
    """Item -> the group, else the category, that was stated of it; items without one are their own."""

    def group_of(item: str) -> str:
        stated = ground.settings.find("item", item) or {}
        return str(stated.get("group") or stated.get("category") or item)

    return group_of
