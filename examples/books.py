"""A small trader's first months in the books: purchases, sales, VAT, a foreign supplier, the close of two months.

Run it with `python examples/books.py`; it prints the trial balance and the income statement of January.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

from jxc.edge.charts import load_chart, load_layout
from jxc.kernel import Rate, RateTable, currency
from jxc.ledger import Book, Draft, Guard, Ledger, MonthEnd, close_month, settle, tax_entry_lines
from jxc.reports import statement, trial_balance
from jxc.tax import TaxableLine, VatPolicy, purchase_tax, sales_tax

VAT = Fraction(13, 100)


def buy(book: Book, day: str, net: str, supplier: str) -> Draft:
    """Goods on credit, with deductible VAT."""
    taxed = purchase_tax([TaxableLine(book.minor(net), VAT)], VatPolicy())
    return book.entry(
        day,
        book.debit("1405", book.amount(taxed.costs[0])),
        *tax_entry_lines(book, taxed.postings),
        book.credit("220201", book.amount(taxed.owed), party=supplier),
        memo="goods bought",
    )


def sell(book: Book, day: str, net: str, customer: str) -> Draft:
    """Goods on credit, with VAT."""
    taxed = sales_tax([TaxableLine(book.minor(net), VAT)], VatPolicy())
    return book.entry(
        day,
        book.debit("1122", book.amount(taxed.claimed), party=customer),
        book.credit("5001", book.amount(taxed.revenue)),
        *tax_entry_lines(book, taxed.postings),
        memo="goods sold",
    )


def keep_books() -> Ledger:
    """The books of the first two months, January and February closed."""
    book = Book(load_chart("cn-small-business"), "CNY")
    ledger = Ledger(book, guards=[Guard("1001", "credit")])
    january, february = datetime(2026, 1, 31, 9, tzinfo=UTC), datetime(2026, 2, 28, 9, tzinfo=UTC)
    capital = book.entry("2026-01-01", book.debit("1002", "100000"), book.credit("3001", "100000"), memo="capital")
    abroad = book.entry(
        "2026-01-08",
        book.debit("1405", "7100.00"),
        book.credit("220201", "1000", currency="USD", rate="7.10", party="S-US"),
        memo="goods from abroad",
    )
    rent = book.entry("2026-01-31", book.debit("5602", "3000"), book.credit("1002", "3000"), memo="rent")
    ledger.post_all(
        [capital, buy(book, "2026-01-05", "50000", "S-01"), abroad, sell(book, "2026-01-20", "60000", "C-01"), rent],
        at=january,
        by="wang",
    )
    rates = RateTable([Rate(currency("USD"), currency("CNY"), Decimal("7.15"), date(2026, 1, 31), "PBC")])
    end = MonthEnd(costs={("cost_of_sales", "inventory"): "38000"}, rates=rates, tax="900")
    close_month(ledger, "2026-01", end, at=january, by="wang")
    paid = settle(
        ledger, "220201", "1000", "USD", into="1002", into_currency="CNY", rate="7.20", on="2026-02-10", party="S-US"
    )
    received = book.entry(
        "2026-02-15", book.debit("1002", "67800"), book.credit("1122", "67800", party="C-01"), memo="customer pays"
    )
    ledger.post_all([paid, received], at=february, by="wang")
    close_month(ledger, "2026-02", at=february, by="wang")
    return ledger


def main() -> None:
    """Print what January came to."""
    ledger = keep_books()
    first, last = date(2026, 1, 1), date(2026, 1, 31)
    for row in trial_balance(ledger, first, last).rows:
        print(f"{row.account:<10}{row.opening:>12}{row.debit:>12}{row.credit:>12}{row.closing:>12}  {row.name}")
    profit = statement(ledger, load_layout("cn-small-business-income-statement"), (first, last))
    for line in profit.rows:
        if line.amounts[0]:
            print(f"{line.label:<24}{line.amounts[0]:>14}")


if __name__ == "__main__":
    main()
