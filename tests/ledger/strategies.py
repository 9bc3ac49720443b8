"""Random books: a small chart with every type, a contra account, a foreign currency; drafts that balance."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from jxc.ledger import Account, Book, Chart, Draft, Ledger, LedgerPolicy, Line

NOW = dt.datetime(2027, 6, 1, tzinfo=dt.UTC)
ACCOUNTS = (
    Account("1002", "Bank", "asset", section="cash", monetary=True),
    Account("1122", "Receivables", "asset", section="receivable", monetary=True),
    Account("1405", "Goods", "asset", section="inventory"),
    Account("1602", "Depreciation", "asset", normal_side="credit", section="depreciation"),
    Account("2202", "Payables", "liability", section="payable", monetary=True),
    Account("3001", "Capital", "equity", section="capital"),
    Account("3103", "Profit for the year", "equity", section="retained"),
    Account("3104", "Retained earnings", "equity", section="retained"),
    Account("5001", "Revenue", "income", section="sales"),
    Account("5301", "Other income", "income", section="other_income"),
    Account("5401", "Cost of sales", "expense", section="cost_of_sales"),
    Account("5602", "Expenses", "expense", section="administrative"),
    Account("5603", "Finance", "expense", section="finance"),
)
ROLES = {
    "profit_for_year": "3103",
    "retained_earnings": "3104",
    "exchange_gain": "5301",
    "exchange_loss": "5603",
    "cost_of_sales": "5401",
    "inventory": "1405",
}
CHART = Chart("small", ACCOUNTS, ROLES)
CODES = [account.code for account in ACCOUNTS if account.code not in ("3103", "3104")]
FIRST, LAST = dt.date(2025, 11, 1), dt.date(2026, 12, 31)

days = st.dates(FIRST, LAST)
sizes = st.integers(-(10**9), 10**9)


def book(**policy: Any) -> Book:
    return Book(CHART, "CNY", LedgerPolicy(**policy))


@st.composite
def lines(draw: st.DrawFn) -> tuple[Line, ...]:
    """Lines that balance, in the book's currency, some red, some foreign with a rate."""
    made = []
    for _ in range(draw(st.integers(1, 4))):
        account, size = draw(st.sampled_from(CODES)), draw(sizes)
        party = draw(st.sampled_from([None, "P-1", "P-2"])) if account in ("1122", "2202") else None
        if draw(st.integers(0, 4)) == 0:
            rate = draw(st.decimals("0.5", "9", places=4))
            made.append(Line(account, size, book().convert(size, "USD", rate), "USD", rate=rate, party=party))
        else:
            made.append(Line(account, size, size, "CNY", red=draw(st.booleans()), party=party))
    rest = -sum(line.base for line in made)
    return (*made, Line(draw(st.sampled_from(CODES)), rest, rest, "CNY"))


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """A draft that any open book takes."""
    made = draw(lines().filter(lambda found: any(line.amount or line.base for line in found)))
    return Draft(draw(days), made, draw(st.sampled_from(["", "sale", "茶叶"])))


@st.composite
def ledgers(draw: st.DrawFn, **policy: Any) -> Ledger:
    """A ledger with some entries, a second apart."""
    made = Ledger(book(**policy))
    for place, draft in enumerate(draw(st.lists(drafts(), min_size=1, max_size=8))):
        made.post(draft, at=dt.datetime(2027, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=place))
    return made
