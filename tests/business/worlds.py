"""What the tests of the facade share: a clock that ticks, ids that count, books in memory, the facts that stand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import jxc
from jxc.api.business.business import Business
from jxc.api.business.opening import open_book
from jxc.api.business.stating import fact_of
from jxc.kernel.ids import time_id
from jxc.ports import Store
from jxc.stores.memory import MemoryStore


class Ticking:
    """A clock that moves on by a second whenever it is read."""

    def __init__(self, at: datetime = datetime(2026, 6, 1, 8, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        self.at += timedelta(seconds=1)
        return self.at


class Counting:
    """Ids that count."""

    def __init__(self, first: int = 0) -> None:
        self.last = first

    def command_id(self, now: datetime) -> str:
        self.last += 1
        return time_id(now, self.last)


def opened(store: Store | None = None, book: str = "acme/main", **terms: Any) -> Business:
    """A book in memory, with goods accounts that name no party."""
    given = {"currency": "CNY", "chart": "ifrs-trading", "costing": "fifo", **terms}
    return open_book(store or MemoryStore(), book=book, **given)


def standing(shop: Business) -> dict[str, Mapping[str, Any]]:
    """The facts that stand, in the order they were recorded."""
    found: dict[str, Mapping[str, Any]] = {}
    with shop.store.begin(shop.scope, read_only=True) as tx:
        records = sorted(tx.scan("fact", "time"), key=lambda record: (record.recorded_at, record.ordinal))
    for record in records:
        if record.verb == "insert":
            found[record.id] = record.body
        elif record.verb == "cancel":
            del found[record.refers_to]
        else:
            found[record.refers_to] = record.body
    return found


def valued(shop: Business) -> jxc.Valuation:
    """One valuation of all facts that stand."""
    facts = [fact_of({**body, "id": name}) for name, body in standing(shop).items()]
    return jxc.value(facts, policy=shop.terms.policy, currency="CNY")


def held(shop: Business) -> dict[tuple[str, str], tuple[Decimal, Decimal]]:
    """(item, place) -> quantity and value, as kept."""
    with shop.store.begin(shop.scope, read_only=True) as tx:
        positions = list(tx.scan("position"))
    scale = shop.terms.qty_places
    return {
        (one.item, one.place): (Decimal(one.quantity).scaleb(-scale).normalize(), Decimal(one.value).scaleb(-2))
        for one in positions
        if one.quantity or one.value
    }
