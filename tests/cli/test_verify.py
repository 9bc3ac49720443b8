"""``python -m jxc verify``: a clean store, one that is not, one that cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import jxc
from jxc.api.business import opening
from jxc.ports import Add, Changes
from jxc.stores.memory import MemoryStore
from tests.cli.running import jxc as run


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> MemoryStore:
    kept = MemoryStore()
    for book in ("acme/main", "zen/main"):
        shop = jxc.open(kept, book=book, currency="CNY", chart="ifrs-trading")
        shop.stock.receive("TEA", "10", "2.00", date="2026-01-05", place="WH", party="S-01")
    monkeypatch.setattr(opening, "store_of", lambda url, *, create=True: kept)
    monkeypatch.setattr(kept, "close", lambda: None)
    return kept


def test_clean_books(store: MemoryStore) -> None:
    ran = run("verify", "memory:")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        f"{book}: 1 facts of 1 groups of items, 1 entries: clean" for book in ("acme/main", "zen/main")
    ]


def test_the_first_difference_is_named(store: MemoryStore) -> None:
    scope = jxc.open(store, book="zen/main").scope
    with store.begin(scope) as tx:
        tx.commit(Changes(add=(Add("position", ("TEA", "WH", ""), {"value": -1}),)))
    ran = run("verify", "memory:")
    assert ran.status == 1
    assert "zen/main" in ran.out
    assert "position of TEA at WH: kept (10000000, 1999), computed (10000000, 2000)" in ran.out
    assert run("verify", "memory:", "--book", "acme/main").status == 0
    told = json.loads(run("verify", "memory:", "--json").out)
    assert [told[book]["clean"] for book in ("acme/main", "zen/main")] == [True, False]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    assert run("verify", "oracle://x").status == 2
    ran = run("verify", "memory:", "--book", "acme/main")
    assert (ran.status, ran.err.partition(" [")[2].partition("]")[0]) == (2, "missing_field")
    assert run("verify").status == 2
    assert run("verify", "memory:").out == "there is no book in this store\n"
