"""Books for the tests of posting: every shipped table with a chart that has its roles."""

from __future__ import annotations

import datetime as dt

from jxc.edge.charts import load_chart
from jxc.edge.posting_tables import load_posting_table, shipped_posting_tables
from jxc.ledger import Book, Ledger
from jxc.posting.poster import Poster
from jxc.stock.items import Item
from jxc.stock.places import Place

NOW = dt.datetime(2027, 6, 1, tzinfo=dt.UTC)
TABLES = shipped_posting_tables()
PLACES = (
    Place(id="WH"),
    Place(id="SHOP", kind="shop"),
    Place(id="ROAD", kind="transit"),
    Place(id="AGENT", kind="agent"),
)
ITEMS = (Item(id="TEA", group="tea"), Item(id="CUP", group="raw_materials"))


def chart_of(table: str) -> str:
    """The chart that a shipped table is for; the enterprise chart has every role that others lack."""
    if table.startswith("cn-enterprise"):
        return "cn-enterprise"
    return "cn-small-business" if table.startswith("cn-small-business") else "ifrs-trading"


def book_of(table: str) -> Book:
    return Book(load_chart(chart_of(table)), "CNY")


def poster_of(table: str, **more: object) -> Poster:
    return Poster(load_posting_table(table), book_of(table))


def posted(poster: Poster, *drafts: object) -> Ledger:
    ledger = Ledger(poster.book)
    ledger.post_all(drafts, at=NOW)
    return ledger
