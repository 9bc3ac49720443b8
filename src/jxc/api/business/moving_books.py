"""A book from another system, and a book on its way out: go-live, export, purge.

    shop.moving.go_live("2026-06-30", layers=[...], balances=[...], turnovers=[...], open_items=[...])
    for record in shop.moving.export(): ...        plain JSON, a line each; ``load_book`` reads them into another store
    shop.moving.purge("acme/main")

Go-live posts what was there when the book began: goods layer by layer with their dates and lots, estimates still open,
goods in transit and at customers at places of these kinds, balances of accounts, the turnovers of the year so far, and
what each party owes by paper.

Invariant: the opening entries balance; the goods accounts hold what the layers are worth, and nothing else.

>>> from jxc.api.business.opening import open_book
>>> shop = open_book("memory:", book="acme/main", currency="CNY", chart="ifrs-trading")
>>> goods = [{"item": "TEA", "qty": "100", "amount": "200.00", "place": "WH", "lot_date": "2025-12-01"}]
>>> began = shop.moving.go_live("2025-12-31", layers=goods, balances=[{"account": "3010", "credit": "200.00"}])
>>> str(shop.entries.ledger().balance("3010")), str(shop.ask.value().value), shop.verify().clean
('-200.00', '200.00', True)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any, cast

from jxc.api.business.ground import PAGE, Ground
from jxc.api.business.results import Batch
from jxc.api.business.running import Runner
from jxc.app.canonical import plain
from jxc.errors import FieldError, LedgerError, StoreError
from jxc.kernel.dates import parse_date
from jxc.kernel.exact import to_scaled
from jxc.kernel.frozen import FrozenMap
from jxc.kernel.periods import Period
from jxc.kernel.scope import Scope
from jxc.ports import KINDS, Changes, EntryRecord, Record, Store
from jxc.posting.table import ACCOUNT

__all__ = ["Moving", "load_book"]

_BATCH = 500


class Moving:
    """See the module."""

    def __init__(self, business: Any, runner: Runner) -> None:
        self._business = business
        self._runner = runner

    # -- in ------------------------------------------------------------------------------------------------------------

    def go_live(
        self,
        on: date | str,
        *,
        layers: Iterable[Mapping[str, Any]] = (),
        balances: Iterable[Mapping[str, Any]] = (),
        turnovers: Iterable[Mapping[str, Any]] = (),
        open_items: Iterable[Mapping[str, Any]] = (),
        actor: str | None = None,
        key: str = "go-live",
        preview: bool = False,
    ) -> Batch:
        """Begin a book with what another system had at the end of a day; all or nothing, once per ``key``.

        ``layers``: rows of goods (item, qty, amount or unit_cost, place, lot, ``lot_date``; ``estimated`` for a receipt
        without its invoice, with its ``party``).  ``balances``: account with debit or credit, and what else a line
        takes, of all accounts but those of goods.  ``turnovers``: the same lines by ``period``, for a start in
        mid-year: what was debited and credited before, so that the statements of the year are whole; ``balances`` are
        then those before the first of these periods.  ``open_items``: account, party, doc, debit or credit, due: what
        parties owe paper by paper, in place of a balance.

        Raises ``LedgerError`` ``opening_not_balanced`` with the difference, ``account_of_goods``; what posting raises.
        """
        day = parse_date(on, field="on")
        with self._runner.store.begin(self._runner.scope, read_only=True) as tx:
            ground = self._runner.ground(tx)
        rows = [_layer(layer, day, at) for at, layer in enumerate(layers, 1)]
        commands: list[dict[str, Any]] = [*rows]
        lines = [_line(one) for one in (*balances, *({"memo": one.get("doc"), **one} for one in open_items))]
        goods = self._worth(rows)
        total = sum(_base(ground, line) for line in lines)
        if total + goods:
            raise LedgerError(
                "opening_not_balanced",
                f"goods of {ground.book.amount(goods)} and balances of {ground.book.amount(total)} do not tie",
                field="balances",
                value=ground.book.amount(total + goods),
                hint="name the balances of all accounts but those of goods and of open estimates",
            )
        if lines:
            rest = [] if not total else [_opposite(ground, total)]
            commands.append(
                {"do": "entry", "date": day.isoformat(), "kind": "opening", "memo": "opening", "lines": lines + rest}
            )
        for period, given in _by_period(turnovers).items():
            last = Period.parse(period).last.isoformat()
            commands.append({"do": "entry", "date": last, "memo": f"turnover of {period}", "lines": given})
        stated = [{**one, "key": f"{key}/{at}", "actor": actor} for at, one in enumerate(commands, 1)]
        batch: Batch = self._business.post_many(stated, preview=preview)
        for error in batch.errors:
            raise error
        return batch

    def _worth(self, rows: Sequence[Mapping[str, Any]]) -> int:
        """What the layers that are openings are worth, in minor units; raises what refuses one."""
        if not rows:
            return 0
        told: Batch = self._business.post_many(rows, preview=True)
        for error in told.errors:
            raise error
        places = self._business.terms.currency.places
        worth = (done.cost for done, row in zip(told.results, rows, strict=True) if done and row["type"] == "opening")
        return sum(to_scaled(cost, places) for cost in worth)

    # -- out -----------------------------------------------------------------------------------------------------------

    def export(self) -> Iterator[dict[str, Any]]:
        """Every record of the book as plain JSON, streaming: its kind and its fields."""
        with self._runner.store.begin(self._runner.scope, read_only=True) as tx:
            for kind in KINDS.values():
                for record in tx.scan(kind.name):
                    yield {
                        "kind": kind.name,
                        **{each.name: _told(getattr(record, each.name)) for each in fields(record)},
                    }

    def purge(self, book: str) -> None:
        """Remove every record of this book, for good; ``book`` has to be its name, so that no slip does it.

        Raises ``FieldError`` ``other_book``.
        """
        if Scope.parse(book) != self._runner.scope:
            hint = f"name {self._runner.scope} to remove it"
            raise FieldError("other_book", "this is another book", field="book", value=book, hint=hint)
        self._runner.store.purge(self._runner.scope)
        self._runner.forget()


def _layer(layer: Mapping[str, Any], day: date, number: int) -> dict[str, Any]:
    if not isinstance(layer, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise FieldError("not_an_object", "a layer has named fields", field=f"layers[{number - 1}]")
    estimated = layer.get("estimated")
    return {"type": "receipt" if estimated else "opening", "date": day.isoformat(), **layer}


def _line(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name not in ("doc", "period") and value is not None}


def _base(ground: Ground, line: Mapping[str, Any]) -> int:
    return ground.book.line(**{str(name): value for name, value in line.items()}).base


def _opposite(ground: Ground, total: int) -> dict[str, Any]:
    """What goods stand against: the opening of stock is posted by its facts, against the same account."""
    player = ground.terms.table.player("opening_balance", {})
    code = player.removeprefix(ACCOUNT) if player.startswith(ACCOUNT) else ground.terms.chart.role(player).code
    side = "credit" if total > 0 else "debit"
    return {"account": code, side: str(ground.book.amount(abs(total))), "memo": "goods"}


def _by_period(turnovers: Iterable[Mapping[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for one in turnovers:
        found.setdefault(str(one["period"]), []).append(_line(one))
    return {period: found[period] for period in sorted(found)}


def _told(value: object) -> Any:
    return plain(value, "record") if isinstance(value, (date, datetime)) else value


def load_book(store: Store, book: str, records: Iterable[Mapping[str, Any]]) -> int:
    """Read an export into a book that is not there yet; how many records were read.  Verify it afterwards.

    Raises ``StoreError`` ``already_there`` where there is something already; what fails half way is purged.
    """
    scope = Scope.parse(book)
    with store.begin(scope, read_only=True) as tx:
        if tx.get("period", [PAGE])[0] is not None:
            raise StoreError("already_there", "the book is there already", field="book", value=book)
    try:
        return _load(store, scope, records)
    except BaseException:
        store.purge(scope)
        raise


def _load(store: Store, scope: Scope, records: Iterable[Mapping[str, Any]]) -> int:
    count, last = 0, dict[str, int]()
    waiting: list[Record] = []
    for told in records:
        record = _record(told)
        if isinstance(record, EntryRecord):
            series = f"{record.period}/{record.series}"
            last[series] = max(last.get(series, 0), record.number)
        waiting.append(record)
        count += 1
        if len(waiting) == _BATCH:
            _write(store, scope, waiting)
            waiting.clear()
    _write(store, scope, waiting, last)
    return count


def _write(store: Store, scope: Scope, records: Sequence[Record], last: Mapping[str, int] = FrozenMap[int]()) -> None:
    """Write some records; ``last``: the series whose next numbers go on from there."""
    with store.begin(scope) as tx:
        for series, number in sorted(last.items()):
            tx.draw(series, number)
        tx.commit(Changes(insert=tuple(records)))


def _record(told: Mapping[str, Any]) -> Record:
    """The record that was exported."""
    kind = KINDS[told["kind"]]
    given: dict[str, Any] = {}
    for each in fields(kind.record):
        value = told[each.name]
        if value is not None and each.name in ("effective_on", "booked_on", "valid_from"):
            value = date.fromisoformat(value)
        elif value is not None and each.name in ("recorded_at", "changed_at"):
            value = datetime.fromisoformat(value)
        given[each.name] = value
    return cast("Record", kind.record(**given))
