"""Several processes at one SQLite file: nothing is sold twice, every key is carried out once, the book stays clean."""

from __future__ import annotations

import random
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

import jxc
from jxc.errors import FieldError, StockError

pytest.importorskip("sqlalchemy", reason="the extra sql is not installed")

ITEMS = ("TEA", "CUP", "POT")


def write(url: str, seed: int, count: int) -> tuple[int, int]:
    """Post commands as one process; how many were carried out, and how many found too little stock."""
    shop = jxc.open(url, book="acme/main")
    choose = random.Random(seed)
    done = short = 0
    for number in range(count):
        item = choose.choice(ITEMS)
        row = {"item": item, "date": f"2026-01-{choose.randint(5, 28):02}", "place": "WH"}
        try:
            kind = choose.random()
            if kind < 0.3:
                shop.stock.receive(qty=3, unit_cost="2.01", party="S-01", key=f"shared-{number}", **row)
            elif kind < 0.8:
                shop.stock.issue(qty=2, **row)
            else:
                shop.stock.transfer(item, 1, from_="WH", to="SHOP", date=row["date"])
            done += 1
        except (StockError, FieldError) as error:
            if error.code not in ("insufficient_stock", "key_reused"):
                raise
            short += 1
    shop.close_store()
    return done, short


def run(path: Path, writers: int, count: int) -> None:
    url = f"sqlite:///{path / 'shop.db'}"
    shop = jxc.open(url, book="acme/main", currency="CNY", chart="ifrs-trading", costing="moving_average")
    for item in ITEMS:
        shop.stock.receive(item, 20, "2.00", date="2026-01-01", place="WH", party="S-01")
    with ProcessPoolExecutor(writers, mp_context=get_context("spawn")) as pool:
        told = [each.result() for each in [pool.submit(write, url, seed, count) for seed in range(writers)]]
    assert sum(done for done, _ in told)
    check = shop.verify(limit=3)
    assert check.clean, check.differences
    assert all(one.qty >= 0 and one.value >= 0 for one in shop.ask.positions())
    positions = [event.position for event in shop.events(limit=100_000)]
    assert positions == list(range(1, len(positions) + 1))
    shop.close_store()


def test_two_writers(tmp_path: Path) -> None:
    run(tmp_path, 2, 12)


@pytest.mark.soak
def test_eight_writers(tmp_path: Path) -> None:
    run(tmp_path, 8, 400)
