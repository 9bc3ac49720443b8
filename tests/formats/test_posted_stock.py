"""The sample company's half year, posted from its goods: beancount reads it, and its balances are ours to the cent."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

import jxc
from jxc.formats.beancount import account_names, to_beancount
from jxc.ledger import Ledger, MonthEnd, close_month, missing_entries, undo_close
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


@pytest.fixture(scope="module")
def month() -> dict[str, Any]:
    """The example of a month of the sample company, and its closed books."""
    found = runpy.run_path(str(ROOT / "examples" / "month_of_books.py"))
    return {**found, "books": found["keep_books"]()}


def test_the_month_closes_in_the_order_of_practice_once(month: dict[str, Any]) -> None:  # B18 L18
    books = month["books"]
    assert books.steps == ("", "cost", "vat", "income_tax", "result")
    count = len(books.ledger.entries)
    end = MonthEnd(entries=books.journal.drafts, tax="20000")
    assert close_month(books.ledger, "2026-01", end, at=NOW) == ()
    assert list(missing_entries(books.ledger, books.journal.drafts)) == []
    undo_close(books.ledger, "2026-01", reason="again", at=NOW)
    again = close_month(books.ledger, "2026-01", end, at=NOW)
    assert tuple(entry.draft.step for entry in again) == ("cost", "vat", "income_tax", "result")
    assert len(books.ledger.entries) == count + 8


def test_the_month_ties(month: dict[str, Any]) -> None:  # B15 B18 B20
    """Goods, estimates, VAT and the result against their accounts; before and after the first of February."""
    books, ledger = month["books"], month["books"].ledger
    end = {code: str(ledger.balance(code, on="2026-01-31")) for code in ("1405", "220202", "222102", "1901", "4001")}
    open_cost = f"-{books.estimates.open_cost / 100:.2f}"
    assert end == {"1405": "796827.01", "220202": open_cost, "222102": "-51654.89", "1901": "0.00", "4001": "0.00"}
    assert ledger.balance("1405", on="2026-01-31") == books.goods.on_hand_value
    assert ledger.balance("220202", on="2026-02-01") == 0
    for day in ("2026-01-31", None):
        check = jxc.check_goods(books.goods, books.journal, ledger, on=day)
        assert (check.holds, check.costed_not_carried_over) == (True, 0)
        assert str(check.estimate_reversed) == ("0.00" if day else open_cost.lstrip("-"))
    profit, sheet = (books.statement(f"cn-small-business-{name}") for name in ("income-statement", "balance-sheet"))
    by_label = {row.label: row.amounts[0] for row in (*profit.rows, *sheet.rows)}
    assert by_label["减:营业成本"] == books.goods.cost_of_sales
    assert by_label["资产总计"] == by_label["负债和所有者权益(或股东权益)总计"]
    assert ledger.balance("3103") == -by_label["四、净利润(净亏损以“-”号填列)"]
    assert sheet.cost.provisional == tuple(one.id for one in books.estimates.open)


def test_the_month_passes_bean_check(month: dict[str, Any]) -> None:
    ledger = month["books"].ledger
    assert load(to_beancount(ledger, balances=True))[1] == []
    assert positions(to_beancount(ledger, amounts="book")) == ours(ledger)


def test_the_month_is_printed(month: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    month["main"]()
    assert "净利润" in capsys.readouterr().out
