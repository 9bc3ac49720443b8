"""Sales as a crowd makes them at the level of a store: locked, guarded, numbered, each key once."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from jxc.errors import StoreError
from jxc.kernel.scope import Scope
from jxc.ports import Add, Changes, EntryRecord, ItemHead, OutcomeRecord, Store
from jxc.stores.sql import SqlStore

__all__ = ["Sales", "begin_stock", "check_sales"]

SCOPE = Scope("acme", "main")
NOW = datetime(2026, 1, 5, tzinfo=UTC)
DAY = date(2026, 1, 5)
ITEMS = [f"I{at}" for at in range(6)]
STOCK = 40
AGAIN = ("retry", "store_locked", "outcome_unknown", "connection_lost", "store_failed")


@dataclass(frozen=True)
class Sales:
    """``count`` sales of two items each; every second key is sent by all writers."""

    url: str
    schema: str | None
    count: int
    words: tuple[tuple[str, Any], ...] = ()

    def store(self) -> SqlStore:
        return SqlStore(self.url, schema=self.schema, **dict(self.words))

    def run(self, number: int, tell: Any) -> None:
        store, choice = self.store(), random.Random(number)
        for step in range(self.count):
            key = f"all-{step}" if step % 2 else f"{number}-{step}"
            tell(f"{key} {self._insist(store, key, choice.sample(ITEMS, 2))}")

    def _insist(self, store: Store, key: str, items: list[str]) -> str:
        """Send until there is an answer."""
        until = time.monotonic() + 60
        while True:
            try:
                return sell(store, key, items)
            except StoreError as error:
                if error.code not in AGAIN or time.monotonic() > until:
                    raise
                time.sleep(0.01)


def sell(store: Store, key: str, items: list[str]) -> str:
    """One of each: sold, short, or what was answered before."""
    with store.begin(SCOPE, lock={"item_head": [(item,) for item in items]}) as tx:
        [answered] = tx.get("outcome", [("sell", key)])
        if answered is not None:
            return "again"
        heads = tx.get("item_head", [(item,) for item in items])
        number = tx.draw("sales")
        put = [ItemHead(head.item, head.version + 1, head.item, {}, {}) for head in heads]
        add = [Add("position", (item, "WH", ""), {"quantity": -1}, {"quantity": 0}) for item in items]
        body = {"items": sorted(items)}
        insert = [
            OutcomeRecord("sell", key, "", key, NOW, body),
            EntryRecord(key, key, "2026-01", "sales", number, DAY, NOW, None, "", body),
        ]
        try:
            tx.commit(Changes(insert=insert, put=put, add=add))
        except StoreError as error:
            if error.code == "bound_passed":
                return "short"
            if error.code == "already_there":
                return "again"
            raise
    return "sold"


def begin_stock(store: Store) -> None:
    """So many of each item."""
    heads = [ItemHead(item, 1, item, {}, {}) for item in ITEMS]
    add = [Add("position", (item, "WH", ""), {"quantity": STOCK}) for item in ITEMS]
    with store.begin(SCOPE) as tx:
        tx.commit(Changes(put=heads, add=add))


def check_sales(store: Store, told: list[str]) -> int:
    """What was told is there, and nothing is half there; how many sales there are."""
    with store.begin(SCOPE, read_only=True) as tx:
        entries = list(tx.scan("entry", "number", ("2026-01", "sales")))
        outcomes = {record.key: record.body["items"] for record in tx.scan("outcome")}
        left = {record.item: record.quantity for record in tx.scan("position")}
        versions = {record.item: record.version for record in tx.scan("item_head")}
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1)), "numbers without gaps"
    assert {entry.id: entry.body["items"] for entry in entries} == outcomes, "an entry for each outcome"
    sold = {item: sum(item in items for items in outcomes.values()) for item in ITEMS}
    assert {item: STOCK - sold[item] for item in ITEMS} == left, "what is left"
    assert all(quantity >= 0 for quantity in left.values()), "nothing oversold"
    assert {item: sold[item] + 1 for item in ITEMS} == versions, "every update counted"
    for line in told:
        key, answer = line.split()
        assert answer == "short" or key in outcomes, f"told of {line!r}, but it is not there"
    own = [line.split()[0] for line in told if line.endswith("sold")]
    assert len(own) == len(set(own)), "no key was sold twice"
    return len(entries)
