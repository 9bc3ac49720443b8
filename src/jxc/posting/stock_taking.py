"""Periodic inventory (实地盘存制): stock is taken at the end of a period, and the books are brought to it.

    take_stock(ledger, poster, "2026-01-31", 13000)     goods 130.00 / change of stock, less what stands there

Cost of sales is then what remains of opening stock and purchases.

Invariant: after the event is posted, the accounts of goods hold what was taken; posted again, there is none.

>>> from jxc.ledger.accounts import Account
>>> from jxc.ledger.chart import Chart
>>> from jxc.posting.rules import AccountRow, Rule, RuleLine
>>> from jxc.posting.table import PostingTable
>>> from jxc.ledger.book import Book
>>> accounts = (Account("1405", "Goods", "asset"), Account("5401", "Cost of sales", "expense"))
>>> book = Book(Chart("tiny", accounts, {"inventory": "1405", "goods_shipped": "1405", "cost_of_sales": "5401"}), "CNY")
>>> lines = (RuleLine("debit", "goods", "change"), RuleLine("credit", "cost_of_sales", "change"))
>>> table = PostingTable("tiny", (Rule("taken", "stock_variation", lines),), (AccountRow("goods", "inventory"),))
>>> taken = take_stock(Ledger(book), Poster(table, book), "2026-01-31", 13000)
>>> taken.kind, taken.total("change")
('stock_variation', 13000)
"""

from __future__ import annotations

from datetime import date

from jxc.ledger.ledger import Ledger
from jxc.posting.events import BusinessEvent
from jxc.posting.poster import Poster
from jxc.posting.standing import goods_accounts

__all__ = ["take_stock"]


def take_stock(ledger: Ledger, poster: Poster, on: date | str, value: int) -> BusinessEvent | None:
    """The event that brings the accounts of goods to what was taken (minor units); ``None`` where they hold it."""
    book = ledger.book
    held = sum(book.minor(ledger.balance(code, on=on)) for code in sorted(goods_accounts(poster)))
    if held == value:
        return None
    return BusinessEvent.of("stock_variation", on, {"change": value - held}, source=f"stock taken {on}")
