"""Goods and money in one story: bought, sold, given away, a late freight bill, the standing check, the books.

Run it with `python examples/posted_stock.py`.
"""

from datetime import UTC, datetime

import jxc
from jxc.edge.charts import load_chart
from jxc.ledger import Book, Ledger

MOVES = [
    {
        "id": "GR-1",
        "date": "2026-01-05",
        "type": "receipt",
        "item": "TEA",
        "qty": 100,
        "unit_cost": "2.00",
        "doc": "V-1",
    },
    {"id": "SO-1", "date": "2026-01-15", "type": "issue", "item": "TEA", "qty": 40},
    {"id": "SO-2", "date": "2026-01-16", "type": "issue", "item": "TEA", "qty": 5, "reason": "赠品"},
    {"id": "CT-1", "date": "2026-01-31", "type": "count", "item": "TEA", "qty": 54},
]
FREIGHT = {"id": "LC-1", "date": "2026-02-10", "type": "landed_cost", "ref": "GR-1", "amount": "30.00", "doc": "F-1"}


def main() -> None:
    """Post January, then what a late freight bill changes, and check."""
    ledger = Ledger(Book(load_chart("cn-small-business"), "CNY"))
    known = {"parties": {"V-1": "S-01", "F-1": "HAUL"}, "party": "S-01"}

    history = jxc.History(MOVES, method="fifo", currency="CNY", closed_until="2026-01-31")
    january = jxc.post_valuation(history, book=ledger, **known)
    ledger.post_all(january.drafts, at=datetime(2026, 1, 31, 18, tzinfo=UTC))

    history.insert([FREIGHT], closed="forward")
    february = jxc.post_valuation(history, book=ledger, **known)
    late = february.since(january)
    ledger.post_all([voucher.draft for voucher in late], at=datetime(2026, 2, 10, 18, tzinfo=UTC))

    for entry in ledger.entries:
        print(f"{entry.date} {entry.memo}")
        for line in entry.lines:
            name = ledger.book.chart.get(line.account).name
            print(f"  {line.account:<8} {line.debit / 100:>10.2f} {line.credit / 100:>10.2f}  {name}")
    print(late[0].explain(1))
    check = jxc.check_goods(history, february, ledger)
    print(f"goods {check.goods}, on their accounts {check.accounts}: {'agreed' if check.holds else check.first}")


if __name__ == "__main__":
    main()
