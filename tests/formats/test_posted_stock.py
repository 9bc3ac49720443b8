"""The sample company's half year, posted from its goods: beancount reads it, and its balances are ours to the cent."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

import jxc
from jxc.formats.beancount import account_names, to_beancount
from jxc.ledger import Ledger
from tests.formats.test_exports import load, ours, positions
from tests.posting.books import NOW, book_of

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "src" / "jxc" / "cli" / "sample"
BOOK = [str(SAMPLE / f"{name}.csv") for name in ("purchases", "sales", "warehouse")]


@pytest.mark.parametrize(
    ("table", "method", "cost"),
    [
        ("cn-small-business", "fifo", "document"),
        ("cn-enterprise", "moving_average", "close"),
        ("continental", "periodic_average", "day"),
    ],
)
def test_posted_stock_passes_bean_check(table: str, method: str, cost: str) -> None:
    valued = jxc.value(BOOK, method=method, currency="CNY")
    policy = jxc.PostingPolicy(entries="day", cost=cost)  # type: ignore[arg-type]
    journal = jxc.post_valuation(valued, table=table, book=book_of(table), policy=policy, party="-")
    ledger = Ledger(journal.poster.book)
    ledger.post_all(journal.drafts, at=NOW)
    check = jxc.check_goods(valued, journal, ledger)
    assert (check.holds, check.accounts) == (True, valued.on_hand_value)
    chart = ledger.book.chart
    if table != "continental":
        assert ledger.balance(chart.role("cost_of_sales").code) == valued.cost_of_sales
    text = to_beancount(ledger, balances=True)
    assert load(text)[1] == []
    found = positions(to_beancount(ledger, amounts="book"))
    assert found == ours(ledger)
    assert found[account_names(chart)[chart.role("inventory").code], "CNY"] == valued.on_hand_value


def test_the_example_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "examples" / "posted_stock.py"), run_name="__main__")
    assert capsys.readouterr().out.splitlines()[-1] == "goods 124.20, on their accounts 124.20: agreed"
